//! The HTTP client of one session, built on reqwest: direct, or in a tunnel through a proxy.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use reqwest::{Client, ClientBuilder, Proxy};
use rustls::ClientConfig;
use tokio::sync::watch;
use tokio::time::timeout;
use url::Url;

use super::proxy::{self, ProxyRoute};
use super::resolver::Resolver;
use super::tunnel;
use crate::config::{Config, ProxyAddress};
use crate::failure::{Failure, Fault};
use crate::sys::error_chain::TunnelError;

/// How many header fields a response may have (D16).
pub(super) const MAX_FIELDS: usize = 500;

/// What all connections of a session share.
pub(super) struct HttpClients<'a> {
    pub(super) config: &'a Config,
    pub(super) tls: ClientConfig,
    pub(super) resolver: Resolver,
    pub(super) route: Arc<ProxyRoute>,
    /// Counts the connections that are made.
    pub(super) connections_made: watch::Sender<u64>,
}

impl HttpClients<'_> {
    /// A client for requests that need no tunnel.
    pub(super) fn direct(&self) -> Result<Client, Failure> {
        let way_out = Arc::clone(&self.route);
        let proxy =
            Proxy::custom(move |url| way_out.proxy_for(url).map(|address| address.url().clone()));
        let builder = self
            .builder()
            .proxy(proxy)
            .connect_timeout(self.config.network.connect_timeout);
        builder.build().map_err(|_| Failure::from(Fault::Internal))
    }

    /// A client for the host of this URL, through a tunnel that is opened now. The time for that
    /// counts towards the connect timeout.
    pub(super) async fn within_tunnel(
        &self,
        proxy: &ProxyAddress,
        url: &Url,
    ) -> Result<Client, Failure> {
        let (begun, limit) = (Instant::now(), self.config.network.connect_timeout);
        let login = proxy::authorization(proxy);
        let opening = tunnel::open(
            proxy,
            login.as_ref(),
            &self.resolver,
            url,
            &self.config.site.user_agent,
        );
        let opened = timeout(limit, opening)
            .await
            .unwrap_or(Err(TunnelError::TimedOut));
        let tunnel =
            opened.map_err(|error| proxy::tunnel_failure(proxy, &error, &self.resolver))?;
        let socket = tunnel
            .serve_on_socket()
            .map_err(|_| Failure::from(Fault::Internal))?;
        let builder = self
            .builder()
            .unix_socket(socket)
            .connect_timeout(limit.saturating_sub(begun.elapsed()));
        builder.build().map_err(|_| Failure::from(Fault::Internal))
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .user_agent(self.config.site.user_agent.as_str())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .dns_resolver(self.resolver.clone())
            .http1_only()
            // The session has begun at the site by now, and each response has its own connection.
            // Being stricter than curl and browsers gains nothing (D16).
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_max_headers(MAX_FIELDS)
            .pool_max_idle_per_host(0)
            .connector_layer(ConnectCounter(self.connections_made.clone()))
    }
}

/// Wraps reqwest's connector to count the connections that are made, TLS included.
#[derive(Clone)]
struct ConnectCounter(watch::Sender<u64>);

#[derive(Clone)]
struct CountedConnector<S> {
    connector: S,
    connections_made: watch::Sender<u64>,
}

impl<S> tower_layer::Layer<S> for ConnectCounter {
    type Service = CountedConnector<S>;

    fn layer(&self, connector: S) -> Self::Service {
        CountedConnector {
            connector,
            connections_made: self.0.clone(),
        }
    }
}

impl<S, R> tower_service::Service<R> for CountedConnector<S>
where
    S: tower_service::Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let (connecting, made) = (self.connector.call(target), self.connections_made.clone());
        Box::pin(async move {
            let connection = connecting.await?;
            made.send_modify(|count| *count += 1);
            Ok(connection)
        })
    }
}
