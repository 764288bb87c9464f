//! The built-in site of `support-kiosk demo`: a help desk with nothing behind it, which keeps the contract strictly.
//!
//! ```text
//! a request ──> contract (to the letter?) ── no ──> 400, 404, 405: the reason, in words
//!                          │ yes
//!                          ├─ a good key, a rep, a survey ──> a client that does no harm, at a speed that can be seen
//!                          └─ any other key, the rep who is away ──> a page that refuses, with status 200
//! ```
//!
//! It serves three: somebody who tries the program with nothing set up, the tests, and whoever writes another program for
//! such a site. It listens on loopback alone and keeps nothing of what it is asked.

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

use self::answer::Content;
use self::contract::{Breach, Desk, Received};
use crate::config::Config;

pub use self::config::KEY;

/// The longest form that is read, in bytes: every field full of characters of four bytes is 56 KiB.
const FORM_BYTES: usize = 64 << 10;

/// How slowly the site does things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How long the download of a client takes.
    pub download: Duration,
    /// How long the client runs: whole seconds.
    pub session: Duration,
}

impl Pace {
    /// Slow enough to watch.
    pub const TO_BE_SEEN: Self = Self { download: Duration::from_millis(3_500), session: Duration::from_secs(6) };
    /// As fast as it goes.
    pub const AT_ONCE: Self = Self { download: Duration::ZERO, session: Duration::ZERO };
}

/// The running site. It stops when dropped, in the middle of an answer too.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    config: Arc<Config>,
    requests: Arc<AtomicUsize>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    /// Starts the site on a thread of its own; port 0 takes any that is free.
    ///
    /// Errors: `InvalidInput` for an address that is not a loopback one, and what the system says to listening there.
    pub fn start(listen: SocketAddr, pace: Pace) -> io::Result<Self> {
        if !listen.ip().is_loopback() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the demo site listens on a loopback address alone"));
        }
        let listener = TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let config = Arc::new(config::at(address)?);
        let requests = Arc::new(AtomicUsize::new(0));
        let service = Arc::new(Service {
            desk: Desk { reps: config.reps.clone(), issues: config.issues.clone() },
            pace,
            requests: Arc::clone(&requests),
        });
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name("demo-site".to_owned()).spawn(move || {
            runtime.spawn(accept(listener, service));
            // Answered by the drop of its sender. What is still being served goes with the runtime.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self { address, config, requests, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The demo's config: this desk, at this address.
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config)
    }

    /// How many requests have come in so far, good and bad.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the site's thread was told on standard error; there is nothing left to undo.
            let _ = thread.join();
        }
    }
}

/// What a connection needs to know.
struct Service {
    desk: Desk,
    pace: Pace,
    requests: Arc<AtomicUsize>,
}

async fn accept(listener: TcpListener, service: Arc<Service>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        let Ok((connection, _)) = listener.accept().await else {
            // Out of descriptors, or the visitor was gone already: the next one may do better.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let answering = service_fn(move |request| answer(request, Arc::clone(&service)));
            // A connection that broke is the other side's affair.
            let _ = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(connection), answering).await;
        });
    }
}

async fn answer(request: Request<Incoming>, service: Arc<Service>) -> Result<Response<Content>, Infallible> {
    service.requests.fetch_add(1, Ordering::SeqCst);
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, FORM_BYTES).collect().await else {
        return Ok(answer::to_breach(Breach { status: 400, why: "the form is too long or was cut".to_owned() }));
    };
    let received = Received {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query(),
        content_type: head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()),
        body: &body.to_bytes(),
    };
    Ok(match contract::judge(received, &service.desk) {
        Ok(asked) => answer::to_session(&asked, &service.desk, service.pace),
        Err(breach) => answer::to_breach(breach),
    })
}
