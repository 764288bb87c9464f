//! The DNS resolver. The system's resolver distinguishes a name that does not exist from a name
//! service that does not answer (D2). It runs on its own thread, so that a lookup that hangs does
//! not delay a cancel or the exit (D14).

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use dns_lookup::{LookupErrorKind, lookup_host};
use hyper_util::client::legacy::connect::dns;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tower_service::Service;

use crate::job::blocking::run_blocking;
use crate::sys::error_chain::{LookupError, is_resource_exhausted};

/// A function that looks up a name.
type LookupFn = fn(&str) -> Result<Vec<IpAddr>, LookupError>;

/// The resolver of one session. Clones share their state.
#[derive(Clone)]
pub(super) struct Resolver {
    lookup: LookupFn,
    /// Whether a lookup is running.
    busy: Arc<AtomicBool>,
}

impl Resolver {
    /// Uses the system's resolver.
    pub(super) fn system() -> Self {
        Self::with(lookup_system)
    }

    pub(super) fn with(look_up: LookupFn) -> Self {
        Self {
            lookup: look_up,
            busy: Arc::default(),
        }
    }

    /// Whether a lookup is running. If a connection timed out meanwhile, the name service is to
    /// blame.
    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Acquire)
    }
}

impl Resolver {
    async fn look_up(self, name: String) -> Result<Vec<SocketAddr>, LookupError> {
        let Self {
            lookup: look_up,
            busy: asking,
        } = self;
        asking.store(true, Ordering::Release);
        let found = run_blocking("names", move || look_up(&name))
            .await
            .unwrap_or(Err(LookupError::ResourcesExhausted));
        asking.store(false, Ordering::Release);
        // The port comes from the URL.
        Ok(found?
            .into_iter()
            .map(|address| SocketAddr::new(address, 0))
            .collect())
    }
}

/// For reqwest.
impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let looking_up = self.clone().look_up(name.as_str().to_owned());
        Box::pin(async move { Ok(Box::new(looking_up.await?.into_iter()) as Addrs) })
    }
}

/// For the connection to a proxy.
impl Service<dns::Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = LookupError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: dns::Name) -> Self::Future {
        let looking_up = self.clone().look_up(name.as_str().to_owned());
        Box::pin(async move { looking_up.await.map(Vec::into_iter) })
    }
}

fn lookup_system(name: &str) -> Result<Vec<IpAddr>, LookupError> {
    lookup_host(name)
        .map(Iterator::collect)
        .map_err(|error| match error.kind() {
            LookupErrorKind::Memory => LookupError::ResourcesExhausted,
            LookupErrorKind::System if is_resource_exhausted(&error.into()) => {
                LookupError::ResourcesExhausted
            }
            LookupErrorKind::NoName | LookupErrorKind::NoData => LookupError::Unknown,
            LookupErrorKind::Again
            | LookupErrorKind::Badflags
            | LookupErrorKind::Fail
            | LookupErrorKind::Family
            | LookupErrorKind::Socktype
            | LookupErrorKind::Service
            | LookupErrorKind::System
            | LookupErrorKind::Unknown
            | LookupErrorKind::IO => LookupError::NoAnswer,
        })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use rustix::io::Errno;
    use rustix::net::{self, AddressFamily, SocketType};
    use tokio::runtime::{Builder, Runtime};

    use super::super::SiteConnection;
    use super::*;
    use crate::config;
    use crate::failure::{Failure, Fault};
    use crate::session::{CustomerDetails, Placeholders, SessionRequest};
    use crate::ways::KEY;

    const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

    fn runtime() -> Runtime {
        Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
    }

    /// Sends a request to this port of `localhost`, with this lookup.
    fn ask(look_up: LookupFn, port: u16, network: &str) -> Result<u16, Failure> {
        let text =
            format!("site.url = \"http://localhost:{port}\"\n[network]\nretries = 0\n{network}\n");
        let config = config::from_text(&text, Path::new("k"))
            .unwrap_or_else(|problems| panic!("{problems}"));
        let request = SessionRequest::Code {
            code: KEY.parse("4710938", &KEY.rules).expect("a key"),
            details: CustomerDetails::default(),
        };
        let runtime = runtime();
        let answer = runtime.block_on(async {
            let mut site =
                SiteConnection::with_resolver(Resolver::with(look_up), &config, &[]).await?;
            site.request(&request, &Placeholders::default(), &mut |_| {})
                .await
                .map(|answer| answer.status().as_u16())
        });
        // Must not wait for a lookup that hangs (D14).
        drop(runtime);
        answer
    }

    /// A port on which this address accepts connections. `TestHold` reserves the same port of
    /// `other`, so that no other process can listen there.
    fn port_at_alone(address: IpAddr, other: IpAddr) -> Option<(u16, TestHold)> {
        (0..100).find_map(|_| {
            let port = port_at(address)?;
            Some((port, hold(SocketAddr::new(other, port))?))
        })
    }

    /// A bound address on which nothing listens; none if the machine has no such address family.
    type TestHold = Option<OwnedFd>;

    fn hold(address: SocketAddr) -> Option<TestHold> {
        let family = if address.is_ipv4() {
            AddressFamily::INET
        } else {
            AddressFamily::INET6
        };
        let Ok(socket) = net::socket(family, SocketType::STREAM, None) else {
            return Some(None);
        };
        match net::bind(&socket, &address) {
            Ok(()) | Err(Errno::ADDRNOTAVAIL) => Some(Some(socket)),
            Err(_) => None,
        }
    }

    /// A port of this address on which a server responds.
    fn port_at(address: IpAddr) -> Option<u16> {
        let listener = TcpListener::bind((address, 0)).ok()?;
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream
                    .read(&mut [0; 4096])
                    .and_then(|_| stream.write_all(b"HTTP/1.1 204 None\r\n\r\n"));
            }
        });
        Some(port)
    }

    fn fault(look_up: LookupFn, network: &str) -> Fault {
        ask(look_up, 1, network).expect_err("no answer").fault
    }

    #[test]
    fn d2_an_unknown_name_differs_from_a_silent_name_service() {
        assert_eq!(
            fault(|_| Err(LookupError::Unknown), ""),
            Fault::NameNotFound
        );
        assert_eq!(
            fault(|_| Err(LookupError::NoAnswer), ""),
            Fault::NameServiceSilent
        );
        let hangs: LookupFn = |_| loop {
            std::thread::park();
        };
        assert_eq!(
            fault(hangs, "connect_timeout = \"300ms\""),
            Fault::NameServiceSilent
        );
        assert_eq!(
            fault(
                hangs,
                "connect_timeout = \"300ms\"\nproxy = \"http://proxy:1\""
            ),
            Fault::ProxyUnreachable
        );
    }

    #[test]
    fn d2_the_causes_go_to_the_log() {
        let failure = ask(|_| Err(LookupError::NoAnswer), 1, "").expect_err("no address");
        assert_eq!(
            failure.causes.map(|causes| causes.to_string()).as_deref(),
            Some("the name service does not answer")
        );
        let failure = ask(|_| Ok(vec![V4]), 1, "").expect_err("refused");
        let causes = failure.causes.expect("causes").to_string();
        assert!(
            causes.starts_with("Connection refused (os error "),
            "{causes}"
        );
    }

    #[test]
    fn d2_whichever_address_answers_is_taken() {
        let (v4, _hold) = port_at_alone(V4, V6).expect("a port");
        assert_eq!(ask(|_| Ok(vec![V6, V4]), v4, ""), Ok(204));
        assert_eq!(ask(|_| Ok(vec![V4, V6]), v4, ""), Ok(204));
        assert_eq!(
            ask(|_| Ok(vec![Ipv4Addr::new(127, 0, 0, 2).into(), V4]), v4, ""),
            Ok(204)
        );
        let Some((v6, _hold)) = port_at_alone(V6, V4) else {
            return skip("no IPv6 here");
        };
        assert_eq!(ask(|_| Ok(vec![V6, V4]), v6, ""), Ok(204));
        assert_eq!(ask(|_| Ok(vec![V4, V6]), v6, ""), Ok(204));
    }

    /// Says that the rest of this test is skipped, past libtest's capture of the output.
    fn skip(why: &str) {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("a test");
        let _ = writeln!(std::io::stderr(), "{name}: the rest is skipped: {why}");
    }

    #[test]
    fn d2_an_address_that_swallows_everything_does_not_hold_up_the_other_kind() {
        let Some((v6, Some(silent))) = port_at_alone(V6, V4) else {
            return skip("no IPv6 here");
        };
        let full = SocketAddr::new(V4, v6);
        net::listen(&silent, 1).expect("listening");
        let wait = std::time::Duration::from_millis(200);
        let queued: Vec<_> = (0..64)
            .map_while(|_| std::net::TcpStream::connect_timeout(&full, wait).ok())
            .collect();
        assert!(queued.len() < 64, "the queue never fills");
        assert_eq!(ask(|_| Ok(vec![V4, V6]), v6, ""), Ok(204));
        assert_eq!(
            ask(|_| Ok(vec![V4]), v6, "connect_timeout = \"300ms\"")
                .expect_err("swallowed")
                .fault,
            Fault::ConnectTimeout
        );
    }
}
