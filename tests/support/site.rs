//! A site that does as it is told: raw bytes over TCP or TLS, a script a request, and a record of
//! all that came.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, socket_with};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

/// So long a test waits for what has to come of itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// One thing that the site does once a request is there.
#[derive(Clone)]
pub enum Act {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Sends bytes one by one, with a pause after each.
    Drip(Vec<u8>, Duration),
    /// Sends a block again and again, for as long as somebody takes it.
    Endless(Vec<u8>),
    /// Is silent until the other side goes.
    Hold,
    /// Goes without a word of TLS.
    Cut,
    /// Breaks the connection off: whatever was not read yet is lost on both sides.
    Reset,
    /// Sends bytes past TLS, as somebody in between could, and goes.
    Spoil(Vec<u8>),
    /// Says that it has come this far.
    Tell(Arc<dyn Fn() + Send + Sync>),
}

/// How a conversation ends.
enum Parting<S> {
    Polite(S),
    Cut,
    Reset,
    Spoiled(Vec<u8>),
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    /// Path and query, as on the line.
    pub target: String,
    /// In lower case, with values.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    /// The parameters, decoded, in the order in which they came, from the query of a GET or the
    /// form of a POST.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let text = match self.method.as_str() {
            "GET" => self
                .target
                .split_once('?')
                .map(|(_, query)| query)
                .unwrap_or_default(),
            _ => &self.body,
        };
        assert!(!text.contains('+'), "a space has to be %20: {text}");
        let decode = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8()
                .expect("UTF-8")
                .into_owned()
        };
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').expect("name=value"))
            .map(|(n, v)| (decode(n), decode(v)))
            .collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

pub type Script = dyn Fn(usize, &Received) -> Vec<Act> + Send + Sync;

/// A site on this machine, for as long as the tests run.
pub struct Site {
    pub port: u16,
    scheme: &'static str,
    received: Arc<Mutex<Vec<Received>>>,
    /// One clone more for each conversation that goes on.
    talking: Arc<()>,
}

impl Site {
    /// A site by plain http; the script gets the number of the request, from 0, and the request.
    pub fn http(script: impl Fn(usize, &Received) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::serve("http", None, Arc::new(script))
    }

    /// A site by TLS.
    pub fn https(
        tls: Arc<ServerConfig>,
        script: impl Fn(usize, &Received) -> Vec<Act> + Send + Sync + 'static,
    ) -> Self {
        Self::serve("https", Some(tls), Arc::new(script))
    }

    /// A site that answers every request with the same bytes.
    pub fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::http(move |_, _| vec![Act::Send(bytes.clone())])
    }

    pub fn url(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.port)
    }

    pub fn received(&self) -> Vec<Received> {
        self.received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until so many requests have come: who asked may have given up before the site had read
    /// it.
    pub fn has_received(&self, count: usize) {
        let end = Instant::now() + PATIENCE;
        while self.received().len() < count {
            assert!(
                Instant::now() < end,
                "{} of {count} requests came",
                self.received().len()
            );
            std::thread::yield_now();
        }
    }

    /// Waits until nobody talks to it.
    pub fn all_gone(&self) {
        let end = Instant::now() + PATIENCE;
        // The listener holds one, we hold one.
        while Arc::strong_count(&self.talking) > 2 {
            assert!(Instant::now() < end, "somebody still talks to the site");
            std::thread::yield_now();
        }
    }

    /// A site by whichever is wanted.
    pub fn with(tls: Option<Arc<ServerConfig>>, script: Arc<Script>) -> Self {
        Self::serve(if tls.is_some() { "https" } else { "http" }, tls, script)
    }

    fn serve(scheme: &'static str, tls: Option<Arc<ServerConfig>>, script: Arc<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let talking = Arc::new(());
        let site = Self {
            port,
            scheme,
            received: Arc::clone(&received),
            talking: Arc::clone(&talking),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (tls, script, received) =
                    (tls.clone(), Arc::clone(&script), Arc::clone(&received));
                let talking = Arc::clone(&talking);
                // What a client that went away does to the conversation is its own test's matter.
                std::thread::spawn(move || {
                    let socket = stream.try_clone();
                    let parting = match tls {
                        None => {
                            converse(stream, &received, &*script).map(|parting| parting.map(drop))
                        }
                        Some(config) => converse_by_tls(stream, config, &received, &*script),
                    };
                    let parted = parting.and_then(|parting| part(&parting, &mut socket?));
                    drop(talking);
                    parted
                });
            }
        });
        site
    }
}

/// A port of this machine that refuses connections, until the process ends: it is taken, and nobody
/// listens.
pub fn closed_port() -> u16 {
    let socket = socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )
    .expect("a socket");
    bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address =
        SocketAddr::try_from(getsockname(&socket).expect("an address")).expect("of the internet");
    std::mem::forget(socket);
    address.port()
}

/// A whole answer: status line, headers, `Content-Length`, body.
pub fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A whole answer with status 200.
pub fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    answer("200 OK", "", body)
}

/// What is left to do at the end, on the connection itself. The last that holds it closes it.
fn part(parting: &Parting<()>, socket: &mut TcpStream) -> io::Result<()> {
    match parting {
        Parting::Polite(()) | Parting::Cut => Ok(()),
        Parting::Reset => Ok(rustix::net::sockopt::set_socket_linger(
            socket,
            Some(Duration::ZERO),
        )?),
        Parting::Spoiled(bytes) => socket.write_all(bytes),
    }
}

fn converse_by_tls(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    received: &Mutex<Vec<Received>>,
    script: &Script,
) -> io::Result<Parting<()>> {
    let session = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut parting = converse(StreamOwned::new(session, stream), received, script)?;
    if let Parting::Polite(stream) = &mut parting {
        stream.conn.send_close_notify();
        stream.flush()?;
    }
    Ok(parting.map(drop))
}

impl<S> Parting<S> {
    fn map<T>(self, change: impl FnOnce(S) -> T) -> Parting<T> {
        match self {
            Self::Polite(stream) => Parting::Polite(change(stream)),
            Self::Cut => Parting::Cut,
            Self::Reset => Parting::Reset,
            Self::Spoiled(bytes) => Parting::Spoiled(bytes),
        }
    }
}

/// Gives the stream back to be closed as it should, unless the script cut it.
fn converse<S: Read + Write>(
    mut stream: S,
    received: &Mutex<Vec<Received>>,
    script: &Script,
) -> io::Result<Parting<S>> {
    let request = read_request(&mut stream)?;
    let number = {
        let mut all = received.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(request.clone());
        all.len() - 1
    };
    for act in script(number, &request) {
        match act {
            Act::Send(bytes) => stream.write_all(&bytes)?,
            Act::Drip(bytes, pause) => {
                for byte in bytes {
                    stream.write_all(&[byte])?;
                    stream.flush()?;
                    std::thread::sleep(pause);
                }
            }
            Act::Endless(block) => loop {
                stream.write_all(&block)?;
            },
            Act::Hold => {
                stream.flush()?;
                io::copy(&mut stream, &mut io::sink())?;
            }
            Act::Cut => return Ok(Parting::Cut),
            Act::Reset => return Ok(Parting::Reset),
            Act::Spoil(bytes) => return Ok(Parting::Spoiled(bytes)),
            Act::Tell(tell) => tell(),
        }
        stream.flush()?;
    }
    Ok(Parting::Polite(stream))
}

fn read_request(stream: &mut impl Read) -> io::Result<Received> {
    let mut bytes = Vec::new();
    let mut block = [0; 4096];
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        match stream.read(&mut block)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => bytes.extend_from_slice(&block[..count]),
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).expect("a head in UTF-8");
    let mut lines = head.lines();
    let mut line = lines
        .next()
        .unwrap_or_default()
        .split(' ')
        .map(str::to_owned);
    let (method, target) = (
        line.next().unwrap_or_default(),
        line.next().unwrap_or_default(),
    );
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse().expect("a length"));
    while bytes.len() < head_end + length {
        match stream.read(&mut block)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => bytes.extend_from_slice(&block[..count]),
        }
    }
    let body = String::from_utf8(bytes.split_off(head_end)).expect("a body in UTF-8");
    Ok(Received {
        method,
        target,
        headers,
        body,
    })
}

/// A private certificate authority, and the file that names it in a config.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: TempDir,
}

/// When a certificate is valid.
#[derive(Clone, Copy)]
pub enum Validity {
    Now,
    Over,
    NotYet,
}

impl Authority {
    pub fn new() -> Self {
        Self::named("Test authority")
    }

    /// One that calls itself so.
    pub fn named(name: &str) -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).expect("parameters");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.self_signed(&key).expect("a certificate");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), certificate.pem()).expect("a file");
        Self {
            issuer: Issuer::new(parameters, key),
            folder,
        }
    }

    /// The file for `network.ca_file`.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// What a server of this name needs, signed by this authority.
    pub fn server(&self, name: &str, validity: Validity) -> Arc<ServerConfig> {
        let (certificate, key) = self.signed(name, validity);
        server(&certificate, &key)
    }

    fn signed(&self, name: &str, validity: Validity) -> (Certificate, KeyPair) {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        match validity {
            Validity::Now => {}
            Validity::Over => parameters.not_after = date_time_ymd(2001, 1, 1),
            Validity::NotYet => parameters.not_before = date_time_ymd(3001, 1, 1),
        }
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters
            .signed_by(&key, &self.issuer)
            .expect("a certificate");
        (certificate, key)
    }

    /// As [`Authority::server`], but it wants to know who asks: something that we never have.
    pub fn asking_for_a_certificate(&self, name: &str) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        let own = CertificateDer::from_pem_file(self.file()).expect("a certificate");
        roots.add(own).expect("an authority");
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .expect("one");
        let (certificate, key) = self.signed(name, Validity::Now);
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a server");
        Arc::new(config)
    }

    /// A server of this name that signed itself and says that it is an authority, as many a first
    /// set-up does.
    pub fn itself(name: &str) -> Arc<ServerConfig> {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        server(&parameters.self_signed(&key).expect("a certificate"), &key)
    }
}

fn server(certificate: &Certificate, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a server");
    Arc::new(config)
}

/// A port that takes connections and never says a word, until the process ends.
pub fn silent_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        let open: Vec<TcpStream> = listener.incoming().flatten().collect();
        drop(open);
    });
    port
}

/// A port that answers anything at once with these bytes, and goes.
pub fn greeting_port(greeting: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // What was sent is read, or closing would reset the connection before the greeting
            // arrives.
            let _ = stream
                .read(&mut [0; 4096])
                .and_then(|_| stream.write_all(greeting));
        }
    });
    port
}
