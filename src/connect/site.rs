//! The conversation with the site: one request that may start a session, and the redirects that it answers with.
//!
//! ```text
//! Ask ──> connect ──(not made: wait, again)──> sent ──> head of the answer ─┬─ 200           the answer
//!              ^                                                            ├─ redirect      trusted? a bare GET there
//!              └───────(429 or 503 that names a short wait)─────────────────┴─ else          a failure
//! ```
//!
//! One request starts one session (contract.md): what was sent and not answered is never sent again. reqwest's own retries,
//! redirects, pool, cookies, proxies and Referer are all off.

mod fault;
mod names;
mod pace;
mod proxy;
mod redirect;
mod tls;
mod tries;
mod verifier;

pub use tls::has_authorities;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Client, Proxy, Response, StatusCode};
use tokio::sync::watch;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use url::Url;
use zeroize::Zeroizing;

use super::{Environment, Stage, causes, wire};
use crate::config::{Config, ProxyAddress};
use crate::failure::{Failure, Fault};
use crate::machine;
use crate::session::{Places, SessionRequest};

use names::Names;
use proxy::Route;
use redirect::Trail;
use tries::Tries;

/// The longest wait that a busy site may ask for and get (trust.md D9).
const RETRY_AFTER_AT_MOST: Duration = Duration::from_secs(60);
/// How many fields the head of an answer may have (trust.md D16).
const FIELDS_AT_MOST: usize = 500;

/// The site, as one session talks to it.
pub(super) struct Site<'a> {
    config: &'a Config,
    http: Client,
    route: Arc<Route>,
    names: Names,
    /// Counts the connections that were made.
    made: watch::Receiver<u64>,
}

/// One request: the customer's own, or the bare GET that a redirect leads to. No `Debug`: it may hold what was typed.
struct Hop {
    url: Url,
    form: Option<Zeroizing<String>>,
}

impl Hop {
    fn method(&self) -> &'static str {
        if self.form.is_some() { "POST" } else { "GET" }
    }
}

/// The site's answer: its head, and its body as it comes.
pub(super) struct Answer {
    response: Response,
    host: String,
    /// As the head says; what reqwest tells later is how much of it is still to come.
    promised: Option<u64>,
    stall: Duration,
    pace: pace::Pace,
}

impl<'a> Site<'a> {
    /// Makes ready to talk, without a word yet.
    pub(super) async fn new(config: &'a Config, environment: Environment<'_>) -> Result<Self, Failure> {
        Self::known_by(Names::of_the_system(), config, environment).await
    }

    /// As [`Site::new`], with another look-up of names.
    async fn known_by(names: Names, config: &'a Config, environment: Environment<'_>) -> Result<Self, Failure> {
        let (count, made) = watch::channel(0);
        let route = Arc::new(Route::of(&config.network.proxy, environment)?);
        let way_out = Arc::clone(&route);
        let http = Client::builder()
            .tls_backend_preconfigured(tls::trust(config).await?)
            .user_agent(config.site.user_agent.as_str())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .proxy(Proxy::custom(move |url| way_out.proxy_for(url).map(|address| address.url().clone())))
            .dns_resolver(names.clone())
            .http1_only()
            // By now the session has begun at the site, and one request has one answer, on a connection of its own: nothing
            // is gained by being stricter than curl and browsers are (trust.md D16).
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_max_headers(FIELDS_AT_MOST)
            .pool_max_idle_per_host(0)
            .connect_timeout(config.network.connect_timeout)
            .connector_layer(Counted(count))
            .build()
            .map_err(|_| Failure::from(Fault::Internal))?;
        Ok(Self { config, http, route, names, made })
    }

    /// Asks for a session and follows where the site leads.
    pub(super) async fn ask(
        &mut self,
        request: &SessionRequest,
        places: &Places,
        stages: &mut dyn FnMut(Stage),
    ) -> Result<Answer, Failure> {
        let ask = wire::ask(&self.config.site, places, request)?;
        let mut hop = Hop { url: ask.url, form: ask.form };
        let (mut tries, mut trail) = (Tries::of(&self.config.network), Trail::default());
        loop {
            let host = host_of(&hop.url);
            stages(Stage::Requesting { method: hop.method(), host: host.clone() });
            let pause = match self.send(&hop).await {
                Ok(response) if redirect::is_one(response.status()) => {
                    let status = response.status();
                    let nowhere = || Failure::about(Fault::OddStatus, &host).because(&format!("{status} without a Location"));
                    let location = response.headers().get(LOCATION).ok_or_else(nowhere)?;
                    let url = trail.follow(self.config, &hop.url, location, hop.form.is_some(), status);
                    let url = url.map_err(|refusal| refusal.failure(request))?;
                    hop = Hop { url, form: None };
                    continue;
                }
                Ok(response) => match busy_for(&response).and_then(|asked| tries.next(asked)) {
                    Some(pause) => pause,
                    None => return Ok(self.answer(response, host)),
                },
                Err(failure) if fault::connection_was_not_made(failure.fault) => tries.next(Duration::ZERO).ok_or(failure)?,
                Err(failure) => return Err(failure),
            };
            stages(Stage::Waiting { wait: pause });
            tokio::time::sleep(pause).await;
        }
    }

    fn answer(&self, response: Response, host: String) -> Answer {
        let (promised, stall) = (response.content_length(), self.config.network.stall_timeout);
        Answer { response, host, promised, stall, pace: pace::Pace::default() }
    }

    /// Sends one request and waits for the head of the site's answer.
    async fn send(&mut self, hop: &Hop) -> Result<Response, Failure> {
        let silent = |_| Failure::about(Fault::Stalled, &host_of(&hop.url));
        let answer = self.exchange(hop).await.map_err(silent)?;
        let response = answer.map_err(|error| self.failure(&error, &hop.url))?;
        match self.route.proxy_for(&hop.url) {
            // Within a tunnel it is the site that answers; the proxy's own word on the tunnel is an error of the connection.
            Some(proxy) if hop.url.scheme() == "http" && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                Err(Failure::about(Fault::ProxySignIn, &proxy.to_string()))
            }
            Some(_) | None => Ok(response),
        }
    }

    /// Sends one request and waits for the head of an answer, or until there was silence for too long.
    async fn exchange(&mut self, hop: &Hop) -> Result<reqwest::Result<Response>, Elapsed> {
        let request = match &hop.form {
            None => self.http.get(hop.url.clone()),
            Some(form) => self
                .http
                .post(hop.url.clone())
                .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
                // Erased once it is sent.
                .body(Bytes::from_owner(form.clone())),
        };
        self.made.mark_unchanged();
        let mut answer = pin!(request.send());
        let mut connected = pin!(self.made.changed());
        // The connection has its own time-out, within reqwest; only once it is made does silence count as a stall.
        let early = std::future::poll_fn(|context| {
            if let Poll::Ready(done) = answer.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            connected.as_mut().poll(context).map(|_| None)
        });
        match early.await {
            Some(done) => Ok(done),
            None => timeout(self.config.network.stall_timeout, answer).await,
        }
    }

    /// What it means that there is no head of an answer.
    fn failure(&self, error: &reqwest::Error, url: &Url) -> Failure {
        let came_to = fault::of_request(error);
        let looked_up_in_vain = came_to == Fault::ConnectTimeout && self.names.are_asked_for();
        let fault = if looked_up_in_vain { Fault::NameServiceSilent } else { came_to };
        let by_proxy = |proxy: &ProxyAddress| Some(Failure::about(proxy::own_fault(fault, error)?, &proxy.to_string()));
        let failure = self.route.proxy_for(url).and_then(by_proxy);
        failure.unwrap_or_else(|| Failure::about(fault, &subject(fault, error, url))).because(&causes::told(error))
    }
}

impl Answer {
    /// The status.
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The head.
    pub(super) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// How many bytes the site promises, if it does.
    pub(super) fn promised(&self) -> Option<u64> {
        self.promised
    }

    /// This failure, about the host that answered.
    pub(super) fn failure(&self, fault: Fault) -> Failure {
        Failure::about(fault, &self.host)
    }

    /// How long the site may be silent.
    pub(super) fn patience(&self) -> Duration {
        self.stall
    }

    /// The next bytes of the body; none at its end. Bytes past what was promised are never among them (trust.md D7).
    pub(super) async fn more(&mut self) -> Result<Option<Bytes>, Failure> {
        let bytes = match timeout(self.stall, self.response.chunk()).await {
            Ok(Ok(Some(bytes))) => bytes,
            Ok(Ok(None)) => return Ok(None),
            Ok(Err(error)) => return Err(self.failure(fault::of_body(&error)).because(&causes::told(&error))),
            Err(_) => return Err(self.failure(Fault::Stalled)),
        };
        if self.pace.is_too_slow(Instant::now(), bytes.len()) {
            return Err(self.failure(Fault::TooSlow));
        }
        Ok(Some(bytes))
    }
}

/// The host, with the port where it is not the scheme's own: all that is ever told of a URL.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// What a fault is about: the host; where it hangs on the time, also what the clock of this machine says; and where it is the
/// certificate's, what is wrong with that.
fn subject(fault: Fault, error: &reqwest::Error, url: &Url) -> String {
    let host = host_of(url);
    let by_the_clock = [Fault::CertificateExpired, Fault::CertificateNotYetValid].contains(&fault);
    match fault::distrusted(error) {
        _ if by_the_clock => format!("{host}, {}", machine::date_and_clock()),
        Some(distrusted) => format!("{host}: {}", distrusted.cause),
        None => host,
    }
}

/// For how long a busy site asks us to wait, where it does so in seconds and they are few. A date is not taken: whose
/// clock is right can't be known.
fn busy_for(response: &Response) -> Option<Duration> {
    let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].contains(&response.status());
    let seconds = response.headers().get(RETRY_AFTER).filter(|_| busy)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds)).filter(|wait| *wait <= RETRY_AFTER_AT_MOST)
}

/// Wraps reqwest's connector to tell when a connection, TLS included, was made.
#[derive(Clone)]
struct Counted(watch::Sender<u64>);

#[derive(Clone)]
struct CountedConnector<S> {
    connector: S,
    made: watch::Sender<u64>,
}

impl<S> tower_layer::Layer<S> for Counted {
    type Service = CountedConnector<S>;

    fn layer(&self, connector: S) -> Self::Service {
        CountedConnector { connector, made: self.0.clone() }
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
        let (connecting, made) = (self.connector.call(target), self.made.clone());
        Box::pin(async move {
            let connection = connecting.await?;
            made.send_modify(|count| *count += 1);
            Ok(connection)
        })
    }
}
