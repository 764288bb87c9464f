//! A tunnel through a proxy (D3), as lenient as curl's. The one in reqwest accepts only status 200
//! and a head of 8 KB, and does not report which sign-in a proxy wants.
//!
//! ```text
//! reqwest ── TLS ──> Unix socket of this process ──> relay ──> proxy ── tunnel ──> site
//! ```
//!
//! reqwest cannot be given an open connection, but it can connect to a Unix socket. Ours is in the
//! abstract namespace, has a random name and accepts a single connection, only from this process.

use std::io;
use std::path::PathBuf;

use httparse::{EMPTY_HEADER, ParserConfig, Response, Status};
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::rand::{GetRandomFlags, getrandom};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tower_service::Service;
use url::Url;

use super::http::MAX_FIELDS;
use super::resolver::Resolver;
use crate::config::ProxyAddress;
use crate::sys::error_chain::TunnelError;

/// The longest head of a proxy's response, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// An open connection to the site.
pub(super) struct Tunnel {
    connection: TcpStream,
    /// Bytes of the site that arrived together with the head of the proxy's response.
    early: Vec<u8>,
}

/// Asks a proxy for a tunnel to the host of this URL.
pub(super) async fn open(
    proxy: &ProxyAddress,
    authorization: Option<&HeaderValue>,
    names: &Resolver,
    url: &Url,
    user_agent: &str,
) -> Result<Tunnel, TunnelError> {
    let unreachable =
        |error: Box<dyn std::error::Error + Send + Sync>| TunnelError::Unreachable(error);
    let address =
        Uri::try_from(format!("http://{proxy}")).map_err(|error| unreachable(error.into()))?;
    let connecting = HttpConnector::new_with_resolver(names.clone())
        .call(address)
        .await;
    let mut connection = connecting
        .map_err(|error| unreachable(error.into()))?
        .into_inner();
    connection
        .write_all(&request(url, authorization, user_agent))
        .await?;
    let mut read = Vec::new();
    loop {
        let mut block = [0; 4096];
        let count = connection.read(&mut block).await?;
        if count == 0 {
            return Err(TunnelError::Closed);
        }
        read.extend_from_slice(&block[..count]);
        while let Some(ResponseHead {
            status,
            length,
            schemes,
        }) = parse_head(&read)?
        {
            read.drain(..length);
            match status {
                // An interim response; another one follows.
                100..=199 if status != 101 => {}
                200..=299 => {
                    return Ok(Tunnel {
                        connection,
                        early: read,
                    });
                }
                407 => return Err(TunnelError::SignIn(schemes)),
                _ => return Err(TunnelError::Refused(status)),
            }
        }
        if read.len() > MAX_HEAD {
            return Err(TunnelError::Malformed);
        }
    }
}

/// The CONNECT request. The proxy learns the site's host and port and nothing else.
fn request(url: &Url, authorization: Option<&HeaderValue>, user_agent: &str) -> Vec<u8> {
    let (host, port) = (
        url.host_str().unwrap_or_default(),
        url.port_or_known_default().unwrap_or_default(),
    );
    let head = format!(
        "CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: {user_agent}\r\n"
    );
    let login =
        authorization.map(|login| [b"proxy-authorization: ", login.as_bytes(), b"\r\n"].concat());
    [head.as_bytes(), &login.unwrap_or_default(), b"\r\n"].concat()
}

/// The head of a proxy's response.
struct ResponseHead {
    status: u16,
    /// In bytes.
    length: usize,
    schemes: Vec<String>,
}

/// The head at the beginning of these bytes; none if it is incomplete.
fn parse_head(bytes: &[u8]) -> Result<Option<ResponseHead>, TunnelError> {
    let mut fields = vec![EMPTY_HEADER; MAX_FIELDS];
    let mut answer = Response::new(&mut fields);
    let parsed = ParserConfig::default()
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .ignore_invalid_headers_in_responses(true)
        .parse_response(&mut answer, bytes)
        .map_err(|_| TunnelError::Malformed)?;
    let (Status::Complete(length), Some(status)) = (parsed, answer.code) else {
        return Ok(None);
    };
    let offers = answer
        .headers
        .iter()
        .filter(|field| field.name.eq_ignore_ascii_case("Proxy-Authenticate"));
    let schemes = offers.flat_map(|offer| schemes(offer.value)).collect();
    Ok(Some(ResponseHead {
        status,
        length,
        schemes,
    }))
}

/// The authentication schemes in a `Proxy-Authenticate`: `Basic realm="a, b", NTLM` has two.
pub(super) fn schemes(value: &[u8]) -> Vec<String> {
    let mut quoted = false;
    let pieces = value.split(|byte| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    });
    // A parameter has an equals sign after its first word. Parameters may follow a scheme.
    let first_words = pieces
        .map(|piece| String::from_utf8_lossy(piece.trim_ascii()).into_owned())
        .filter_map(|piece| {
            let word = piece.split_ascii_whitespace().next()?;
            let is_scheme = word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let is_parameter = piece[word.len()..].trim_start().starts_with('=');
            (is_scheme && !is_parameter).then(|| word.to_owned())
        });
    first_words.collect()
}

impl Tunnel {
    /// Serves the tunnel to one connection, on a Unix socket. Returns the socket's address.
    pub(super) fn serve_on_socket(self) -> io::Result<PathBuf> {
        let path = unused_name()?;
        let listener = UnixListener::bind(&path)?;
        tokio::spawn(self.relay(listener));
        Ok(path)
    }

    async fn relay(mut self, listener: UnixListener) -> io::Result<()> {
        let mut ours = accept_own(listener).await?;
        ours.write_all(&self.early).await?;
        copy_bidirectional(&mut ours, &mut self.connection)
            .await
            .map(drop)
    }
}

/// The first connection from this process. An abstract socket has no permissions, so other
/// processes can try to connect.
async fn accept_own(listener: UnixListener) -> io::Result<UnixStream> {
    let us = rustix::process::getpid().as_raw_nonzero().get();
    loop {
        let (connection, _) = listener.accept().await?;
        if connection.peer_cred()?.pid() == Some(us) {
            return Ok(connection);
        }
    }
}

/// A random name in the abstract namespace, which has no files.
fn unused_name() -> io::Result<PathBuf> {
    let mut lot = [0; 16];
    getrandom(&mut lot, GetRandomFlags::empty())?;
    Ok(PathBuf::from(format!(
        "\0support-kiosk-tunnel-{:032x}",
        u128::from_ne_bytes(lot)
    )))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::io::{ErrorKind, Read};
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::{SocketAddr, UnixStream};
    use std::path::Path;
    use std::process::Command;

    use tokio::net::TcpListener;
    use tokio::runtime::Builder;
    use tokio::sync::oneshot;

    use super::*;

    const NAME: &str = "SUPPORT_KIOSK_TEST_TUNNEL";

    /// Connects to a socket and reads until its end.
    fn read_from(name: &OsStr) -> io::Result<String> {
        let mut read = String::new();
        UnixStream::connect_addr(&SocketAddr::from_abstract_name(name.as_bytes())?)?
            .read_to_string(&mut read)?;
        Ok(read)
    }

    /// Not a test: the next test runs it in another process.
    #[test]
    fn somebody_else_who_knows_the_name_of_a_tunnel() {
        if let Some(name) = std::env::var_os(NAME) {
            assert_eq!(
                read_from(&name).expect("a connection"),
                "",
                "another process was let in"
            );
        }
    }

    async fn tunnel() -> Tunnel {
        let proxy = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let connection = TcpStream::connect(proxy.local_addr().expect("an address"))
            .await
            .expect("connected");
        Tunnel {
            connection,
            early: b"from the site".to_vec(),
        }
    }

    fn name_of(path: &Path) -> &OsStr {
        OsStr::from_bytes(&path.as_os_str().as_bytes()[1..])
    }

    #[test]
    fn d3_a_tunnel_refuses_other_processes_and_ends_with_its_session() {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let path = runtime.block_on(async {
            let path = tunnel().await.serve_on_socket().expect("a socket");
            let (done, ended) = oneshot::channel();
            let name = name_of(&path).to_owned();
            std::thread::spawn(move || {
                let us = std::env::current_exe().expect("this program");
                let test = "site::tunnel::tests::somebody_else_who_knows_the_name_of_a_tunnel";
                let other = Command::new(us)
                    .args(["--exact", test])
                    .env(NAME, &name)
                    .output()
                    .expect("another process");
                let ours = read_from(&name);
                let _ = done.send((other, ours, read_from(&name).map_err(|error| error.kind())));
            });
            let (other, ours, again) = ended.await.expect("an end");
            assert!(
                other.status.success(),
                "{}",
                String::from_utf8_lossy(&other.stdout)
            );
            assert_eq!(
                (ours.expect("a connection").as_str(), again),
                ("from the site", Err(ErrorKind::ConnectionRefused))
            );
            tunnel().await.serve_on_socket().expect("a socket")
        });
        drop(runtime);
        assert_eq!(
            read_from(name_of(&path)).map_err(|error| error.kind()),
            Err(ErrorKind::ConnectionRefused)
        );
    }

    #[test]
    fn d3_authentication_schemes_are_distinguished_from_their_parameters() {
        for (value, expected) in [
            ("Basic realm=\"a, NTLM\"", vec!["Basic"]),
            ("Basic realm=\"x\", NTLM", vec!["Basic", "NTLM"]),
            ("Negotiate, NTLM", vec!["Negotiate", "NTLM"]),
            ("Negotiate YII=, NTLM TlRM", vec!["Negotiate", "NTLM"]),
            (
                "Digest realm=x, qop=\"auth,auth-int\", nonce = \"b\", Basic",
                vec!["Digest", "Basic"],
            ),
            (", ,", vec![]),
            ("", vec![]),
            ("<html>, \u{1B}[2J", vec![]),
        ] {
            assert_eq!(schemes(value.as_bytes()), expected, "{value}");
        }
    }
}
