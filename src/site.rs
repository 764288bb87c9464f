//! HTTP with the site: the one request that may start a session, and the redirects that follow it.
//!
//! ```text
//! request ──> connect ──(failed: wait, retry)──> send ──> response ─┬─ 200 ────> the response
//!                ^                                                 ├─ redirect, trusted: a GET
//!                └──────(429 or 503 with a short Retry-After)──────┴─ else ───> a failure
//! ```
//!
//! One request starts one session (docs/protocol.md), so a request that was sent is never sent
//! again. The retries, redirects, connection pool, cookies, proxies and Referer of reqwest are all
//! off.

mod classify;
mod http;
mod proxy;
pub(crate) mod redact;
mod redirect;
mod resolver;
pub(crate) mod response;
mod retry;
mod throughput;
mod tls;
mod tunnel;
mod verifier;
pub mod wire;

pub(crate) use tls::check_authorities;

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use reqwest::header::{
    CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, PROXY_AUTHENTICATE, RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode};
use tokio::sync::watch;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use url::Url;
use zeroize::Zeroizing;

use crate::config::{Config, ProxyAddress};
use crate::env::Environment;
use crate::failure::{Failure, Fault};
use crate::host;
use crate::session::{Placeholders, SessionRequest, Stage};
use crate::sys::error_chain;

use http::HttpClients;
use proxy::ProxyRoute;
use redirect::RedirectChain;
use resolver::Resolver;
use retry::RetryBudget;

/// The longest `Retry-After` of a busy site that is respected (D9). With a longer one the request
/// fails.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// The HTTP state of one session.
pub(crate) struct SiteConnection<'a> {
    config: &'a Config,
    http: HttpClients<'a>,
    direct: Client,
    /// How many connections have been made.
    connections_made: watch::Receiver<u64>,
}

/// One request: the customer's own, or the GET that a redirect leads to. No `Debug`: it may contain
/// what the customer typed.
struct HopRequest {
    url: Url,
    form: Option<Zeroizing<String>>,
}

impl HopRequest {
    fn method(&self) -> &'static str {
        if self.form.is_some() { "POST" } else { "GET" }
    }
}

/// The HTTP response: its head, and its body while it arrives.
pub(crate) struct SiteResponse {
    response: Response,
    host: String,
    /// The `Content-Length`. reqwest's own method returns only what is still to come.
    announced_length: Option<u64>,
    stall_timeout: Duration,
    throughput: throughput::Throughput,
}

impl<'a> SiteConnection<'a> {
    /// Prepares the session without any network traffic.
    pub(crate) async fn new(
        config: &'a Config,
        environment: Environment<'_>,
    ) -> Result<Self, Failure> {
        Self::with_resolver(Resolver::system(), config, environment).await
    }

    /// Like [`SiteConnection::new`], with another resolver.
    async fn with_resolver(
        names: Resolver,
        config: &'a Config,
        environment: Environment<'_>,
    ) -> Result<Self, Failure> {
        let (count, made) = watch::channel(0);
        let route = Arc::new(ProxyRoute::from_config(&config.network.proxy, environment)?);
        let http = HttpClients {
            config,
            tls: tls::trust(config).await?,
            resolver: names,
            route,
            connections_made: count,
        };
        Ok(Self {
            config,
            direct: http.direct()?,
            http,
            connections_made: made,
        })
    }

    /// Sends the request and follows redirects.
    pub(crate) async fn request(
        &mut self,
        request: &SessionRequest,
        placeholders: &Placeholders,
        stages: &mut dyn FnMut(Stage),
    ) -> Result<SiteResponse, Failure> {
        let ask = wire::request(&self.config.site, placeholders, request)?;
        let mut hop = HopRequest {
            url: ask.url,
            form: ask.form,
        };
        let (mut retries, mut chain) = (
            RetryBudget::new(&self.config.network),
            RedirectChain::default(),
        );
        loop {
            let host = host_with_port(&hop.url);
            stages(Stage::Requesting {
                method: hop.method(),
                host: host.clone(),
            });
            let pause = match self.send(&hop).await {
                Ok(response) if redirect::is_redirect(response.status()) => {
                    let status = response.status();
                    let nowhere = || {
                        Failure::with_subject(Fault::OddStatus, &host)
                            .because(&format!("{status} without a Location"))
                    };
                    let location = response.headers().get(LOCATION).ok_or_else(nowhere)?;
                    let url =
                        chain.follow(self.config, &hop.url, location, hop.form.is_some(), status);
                    let url = url.map_err(|refusal| refusal.failure(request))?;
                    hop = HopRequest { url, form: None };
                    continue;
                }
                Ok(response) => {
                    match retry_after(&response).and_then(|asked| retries.next(asked)) {
                        Some(pause) => pause,
                        None => return Ok(self.wrap_response(response, host)),
                    }
                }
                Err(failure) if classify::never_connected(failure.fault) => {
                    retries.next(Duration::ZERO).ok_or(failure)?
                }
                Err(failure) => return Err(failure),
            };
            stages(Stage::Waiting { wait: pause });
            tokio::time::sleep(pause).await;
        }
    }

    fn wrap_response(&self, response: Response, host: String) -> SiteResponse {
        let (promised, stall) = (response.content_length(), self.config.network.stall_timeout);
        SiteResponse {
            response,
            host,
            announced_length: promised,
            stall_timeout: stall,
            throughput: throughput::Throughput::default(),
        }
    }

    /// Sends one request and waits for the head of the response.
    async fn send(&mut self, hop: &HopRequest) -> Result<Response, Failure> {
        let proxy = self.http.route.proxy_for(&hop.url);
        let client = match proxy {
            Some(proxy) if hop.url.scheme() == "https" => {
                self.http.within_tunnel(proxy, &hop.url).await?
            }
            Some(_) | None => self.direct.clone(),
        };
        let silent = |_| Failure::with_subject(Fault::Stalled, &host_with_port(&hop.url));
        let answer = exchange(
            &client,
            hop,
            &mut self.connections_made,
            self.config.network.stall_timeout,
        )
        .await
        .map_err(silent)?;
        let response = answer.map_err(|error| self.failure(&error, &hop.url))?;
        match proxy {
            // Inside a tunnel the 407 would come from the site.
            Some(proxy)
                if hop.url.scheme() == "http"
                    && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED =>
            {
                let offers = response.headers().get_all(PROXY_AUTHENTICATE).iter();
                let schemes: Vec<String> = offers
                    .flat_map(|offer| tunnel::schemes(offer.as_bytes()))
                    .collect();
                Err(proxy::sign_in_failure(proxy, &schemes))
            }
            Some(_) | None => Ok(response),
        }
    }

    /// The failure of a request that got no response.
    fn failure(&self, error: &reqwest::Error, url: &Url) -> Failure {
        let came_to = classify::request_fault(error);
        let looked_up_in_vain = came_to == Fault::ConnectTimeout && self.http.resolver.is_busy();
        let fault = if looked_up_in_vain {
            Fault::NameServiceSilent
        } else {
            came_to
        };
        let by_proxy = |proxy: &ProxyAddress| {
            Some(Failure::with_subject(
                proxy::own_fault(fault, error)?,
                &proxy.to_string(),
            ))
        };
        let failure = self.http.route.proxy_for(url).and_then(by_proxy);
        failure
            .unwrap_or_else(|| Failure::with_subject(fault, &subject(fault, error, url)))
            .because(&error_chain::describe(error))
    }
}

/// Sends one request and waits for the head of the response. Fails after `stall` without a byte.
async fn exchange(
    client: &Client,
    hop: &HopRequest,
    made: &mut watch::Receiver<u64>,
    stall: Duration,
) -> Result<reqwest::Result<Response>, Elapsed> {
    let request = match &hop.form {
        None => client.get(hop.url.clone()),
        Some(form) => client
            .post(hop.url.clone())
            .header(
                CONTENT_TYPE,
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            )
            // Zeroized once it is sent.
            .body(Bytes::from_owner(form.clone())),
    };
    made.mark_unchanged();
    let mut answer = pin!(request.send());
    let mut connected = pin!(made.changed());
    // reqwest has its own timeout for the connection. Silence counts as a stall only after that.
    let early = std::future::poll_fn(|context| {
        if let Poll::Ready(done) = answer.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        connected.as_mut().poll(context).map(|_| None)
    });
    match early.await {
        Some(done) => Ok(done),
        None => timeout(stall, answer).await,
    }
}

impl SiteResponse {
    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The size of the body, if the site announced it.
    pub(crate) fn content_length(&self) -> Option<u64> {
        self.announced_length
    }

    /// This fault, with the host that responded.
    pub(crate) fn failure(&self, fault: Fault) -> Failure {
        Failure::with_subject(fault, &self.host)
    }

    /// How long the site may be silent.
    pub(crate) fn stall_timeout(&self) -> Duration {
        self.stall_timeout
    }

    /// The next bytes of the body; none at its end. reqwest never returns bytes beyond the
    /// announced size (D7).
    pub(crate) async fn next_chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        let bytes = match timeout(self.stall_timeout, self.response.chunk()).await {
            Ok(Ok(Some(bytes))) => bytes,
            Ok(Ok(None)) => return Ok(None),
            Ok(Err(error)) => {
                return Err(self
                    .failure(classify::body_fault(&error))
                    .because(&error_chain::describe(&error)));
            }
            Err(_) => return Err(self.failure(Fault::Stalled)),
        };
        if self.throughput.is_too_slow(Instant::now(), bytes.len()) {
            return Err(self.failure(Fault::TooSlow));
        }
        Ok(Some(bytes))
    }
}

/// The host, with the port if it is not the scheme's default. No other part of a URL is ever shown
/// or logged.
pub(crate) fn host_with_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// What a fault is about: the host, with this machine's clock if the certificate's dates are the
/// problem, or with what is wrong with the certificate.
fn subject(fault: Fault, error: &reqwest::Error, url: &Url) -> String {
    let host = host_with_port(url);
    let by_the_clock = [Fault::CertificateExpired, Fault::CertificateNotYetValid].contains(&fault);
    match classify::distrusted(error) {
        _ if by_the_clock => format!("{host}, {}", host::local_date_time()),
        Some(distrusted) => format!("{host}: {}", distrusted.cause),
        None => host,
    }
}

/// How long a busy site asks us to wait, if it does so in seconds and the wait is short. A date is
/// ignored, because one of the two clocks may be wrong.
fn retry_after(response: &Response) -> Option<Duration> {
    let busy = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ]
    .contains(&response.status());
    let seconds = response
        .headers()
        .get(RETRY_AFTER)
        .filter(|_| busy)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds)).filter(|wait| *wait <= MAX_RETRY_AFTER)
}
