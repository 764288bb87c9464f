//! The built-in site of `support-kiosk demo`: a simulated help desk that enforces the protocol
//! strictly.
//!
//! ```text
//! a request ──> contract (valid?) ── no ──> 400, 404, 405 with the reason
//!                      │ yes
//!                      ├─ a valid code, a rep, a survey ──> a harmless client, at a visible speed
//!                      └─ any other code, an absent rep ──> a refusal page with status 200
//! ```
//!
//! It is for people who try the program without any setup, for the tests, and for developers of
//! other programs for such a site. It listens only on loopback and stores nothing.

mod answer;
mod client;
mod config;
mod contract;

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::oneshot;

use self::answer::ResponseBody;
use self::contract::{ContractConfig, ContractViolation, ReceivedRequest};
use crate::config::Config;

/// The maximum size of a form, in bytes. With every field full of four-byte characters it is 56
/// KiB.
const MAX_FORM_BYTES: usize = 64 << 10;

/// How long the site's actions take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponsePace {
    pub download: Duration,
    /// How long the client runs, in whole seconds.
    pub session: Duration,
}

impl ResponsePace {
    /// Slow enough to watch.
    pub const WATCHABLE: Self = Self {
        download: Duration::from_millis(3_500),
        session: Duration::from_secs(6),
    };
    /// As fast as possible.
    pub const INSTANT: Self = Self {
        download: Duration::ZERO,
        session: Duration::ZERO,
    };
}

/// A running site. Dropping it stops it, even during a response.
#[derive(Debug)]
pub struct DemoSite {
    address: SocketAddr,
    config: Arc<Config>,
    requests: Arc<AtomicUsize>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl DemoSite {
    /// Starts the site on its own thread. Port 0 selects any free port.
    ///
    /// Errors: `InvalidInput` for an address that is not loopback, and any error of listening on
    /// it.
    pub fn start(listen: SocketAddr, pace: ResponsePace) -> io::Result<Self> {
        if !listen.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the demo site listens only on a loopback address",
            ));
        }
        let listener = TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let config = Arc::new(config::for_address(address)?);
        let requests = Arc::new(AtomicUsize::new(0));
        let service = Arc::new(DemoService {
            contract: ContractConfig {
                reps: config.reps.clone(),
                issues: config.issues.clone(),
            },
            pace,
            requests: Arc::clone(&requests),
        });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = thread::Builder::new()
            .name("demo-site".to_owned())
            .spawn(move || {
                runtime.spawn(accept(listener, service));
                // Ends when the sender is dropped. Open connections end with the runtime.
                let _ = runtime.block_on(stopped);
            })?;
        Ok(Self {
            address,
            config,
            requests,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The demo's config, for this site at this address.
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config)
    }

    /// How many requests have arrived so far, valid or not.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for DemoSite {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the site's thread was already printed to standard error; there is nothing
            // to undo.
            let _ = thread.join();
        }
    }
}

/// The shared state of all connections.
struct DemoService {
    contract: ContractConfig,
    pace: ResponsePace,
    requests: Arc<AtomicUsize>,
}

async fn accept(listener: TcpListener, service: Arc<DemoService>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    loop {
        let Ok((connection, _)) = listener.accept().await else {
            // No descriptors left, or the peer is already gone: the next call may succeed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let answering = service_fn(move |request| respond(request, Arc::clone(&service)));
            // A broken connection concerns only the peer.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(connection), answering)
                .await;
        });
    }
}

async fn respond(
    request: Request<Incoming>,
    service: Arc<DemoService>,
) -> Result<Response<ResponseBody>, Infallible> {
    service.requests.fetch_add(1, Ordering::SeqCst);
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAX_FORM_BYTES).collect().await else {
        return Ok(answer::violation_response(ContractViolation {
            status: 400,
            why: "the form is too long or was cut".to_owned(),
        }));
    };
    let received = ReceivedRequest {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query(),
        content_type: head
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok()),
        body: &body.to_bytes(),
    };
    Ok(match contract::validate(received, &service.contract) {
        Ok(asked) => answer::session_response(&asked, &service.contract, service.pace),
        Err(breach) => answer::violation_response(breach),
    })
}
