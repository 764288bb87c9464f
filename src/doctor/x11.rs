//! Whether an X server accepts a client. The check connects like a client: with the first message
//! of the X11 protocol and the cookie that the client would find.
//!
//! ```text
//! DISPLAY ─> :0 a local socket, host:10 TCP ─> setup with the XAUTHORITY cookie ─> yes, or why not
//! ```

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::machine::MachineView;

/// How long connecting, and then the answer, may each take. The server may be at the other end of
/// an SSH connection.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The only type of cookie that current servers create.
const COOKIE: &[u8] = b"MIT-MAGIC-COOKIE-1";
/// The first TCP port of X (X Window System Protocol, appendix B).
const PORTS: u16 = 6000;
/// The reason if a server just closes the connection.
const CLOSED: &str = "the connection was closed";
/// The maximum length of a server's reason, in bytes.
const MAX_REASON_BYTES: usize = 1024;

/// Why no window can be opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum X11Error {
    /// The value of DISPLAY names no display.
    NoDisplay,
    /// The server can't be reached; the system's error.
    NoServer(String),
    /// The connection was accepted, but the answer was not an X server's.
    NoAnswer(String),
    /// The server requires a cookie, and the file has none for it.
    NoCookie { why: String },
    /// The server rejects the cookie; its own words.
    Refused(String),
}

/// Connects to the server of `display`, with the cookie in the file `authority`. Draws nothing.
pub(super) fn try_connect(
    machine: &MachineView,
    display: &str,
    authority: Option<&str>,
) -> Result<(), X11Error> {
    let (host, number) = address(display).ok_or(X11Error::NoDisplay)?;
    let mut server =
        connect(machine, host, number).map_err(|error| X11Error::NoServer(error.to_string()))?;
    let cookie = cookie(machine, authority, server.ip, number);
    let sent = cookie.as_deref().unwrap_or_default();
    let words = match setup(&mut *server.stream, sent) {
        Ok(SetupReply::Accepted) => return Ok(()),
        Ok(SetupReply::Refused(words)) => words,
        Err(error) if is_closed(&error) => CLOSED.to_owned(),
        Err(error) => return Err(X11Error::NoAnswer(describe(&error))),
    };
    match cookie {
        Ok(_) => Err(X11Error::Refused(words)),
        Err(why) => Err(X11Error::NoCookie { why }),
    }
}

/// ssh, which forwards to the real server, closes the connection without a reason.
fn is_closed(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
    )
}

fn describe(error: &io::Error) -> String {
    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) {
        return format!("no answer within {} seconds", TIMEOUT.as_secs());
    }
    error.to_string()
}

/// The host (empty for this machine) and the display number: `:0`, `unix:0.1`, `localhost:10.0`.
fn address(display: &str) -> Option<(&str, u16)> {
    let (host, number) = display.rsplit_once(':')?;
    let number = number.split('.').next().unwrap_or_default();
    let number = number
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| number.parse().ok())
        .flatten()?;
    Some((if host == "unix" { "" } else { host }, number))
}

trait DuplexStream: Read + Write {}
impl<S: Read + Write> DuplexStream for S {}

struct X11Connection {
    stream: Box<dyn DuplexStream>,
    /// The address if it was reached by TCP.
    ip: Option<IpAddr>,
}

fn connect(machine: &MachineView, host: &str, number: u16) -> io::Result<X11Connection> {
    if host.is_empty() {
        let stream = UnixStream::connect(machine.real_path(&format!("/tmp/.X11-unix/X{number}")))?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        return Ok(X11Connection {
            stream: Box::new(stream),
            ip: None,
        });
    }
    let port = PORTS.checked_add(number).ok_or(ErrorKind::InvalidInput)?;
    let mut result = Err(ErrorKind::NotFound.into());
    for address in (host, port).to_socket_addrs()? {
        result = TcpStream::connect_timeout(&address, TIMEOUT);
        if result.is_ok() {
            break;
        }
    }
    let stream = result?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let ip = Some(stream.peer_addr()?.ip());
    Ok(X11Connection {
        stream: Box::new(stream),
        ip,
    })
}

enum SetupReply {
    Accepted,
    Refused(String),
}

/// The connection setup of the X11 protocol, little-endian.
fn setup(server: &mut dyn DuplexStream, cookie: &[u8]) -> io::Result<SetupReply> {
    let name = if cookie.is_empty() { &[] } else { COOKIE };
    let mut request = vec![b'l', 0, 11, 0, 0, 0];
    for length in [name.len(), cookie.len()] {
        request.extend(u16::try_from(length).unwrap_or_default().to_le_bytes());
    }
    request.extend([0, 0]);
    for field in [name, cookie] {
        request.extend(field);
        request.resize(request.len().next_multiple_of(4), 0);
    }
    server.write_all(&request)?;
    let mut head = [0; 8];
    server.read_exact(&mut head)?;
    let [kind, reason, _, _, _, _, units @ ..] = head;
    let words = match kind {
        1 => return Ok(SetupReply::Accepted),
        0 => usize::from(reason),
        2 => usize::from(u16::from_le_bytes(units)) * 4,
        _ => return Err(io::Error::other("the answer is not from an X server")),
    };
    let mut bytes = vec![0; words.min(MAX_REASON_BYTES)];
    server.read_exact(&mut bytes)?;
    Ok(SetupReply::Refused(
        String::from_utf8_lossy(&bytes)
            .trim_end_matches(['\0', '\n'])
            .to_owned(),
    ))
}

fn cookie(
    machine: &MachineView,
    authority: Option<&str>,
    ip: Option<IpAddr>,
    number: u16,
) -> Result<Vec<u8>, String> {
    let path = authority.ok_or("XAUTHORITY is not set, and there is no ~/.Xauthority")?;
    let file = machine
        .read_bytes(path)
        .map_err(|error| format!("{path} can't be read: {error}"))?;
    let mut entries = file.as_slice();
    while let Some(entry) = AuthorityEntry::parse_first(&mut entries) {
        if entry.matches(ip, number) {
            return Ok(entry.cookie.to_owned());
        }
    }
    Err(format!("{path} has no cookie for this display"))
}

/// An entry of the file: `family, address, number, name, data`. Each field except the family starts
/// with its length, big-endian (Xau(3)).
struct AuthorityEntry<'f> {
    family: u16,
    address: &'f [u8],
    number: &'f [u8],
    name: &'f [u8],
    cookie: &'f [u8],
}

impl<'f> AuthorityEntry<'f> {
    const INTERNET: u16 = 0;
    const INTERNET6: u16 = 6;
    const LOCAL: u16 = 256;
    const WILD: u16 = 65535;

    /// Takes the first entry off the file. `None` at the end or if the entry is incomplete.
    fn parse_first(file: &mut &'f [u8]) -> Option<Self> {
        let family = read_u16(file)?;
        let (address, number) = (read_field(file)?, read_field(file)?);
        Some(Self {
            family,
            address,
            number,
            name: read_field(file)?,
            cookie: read_field(file)?,
        })
    }

    /// Follows Xlib: a local server is found by the host name, even if it is reached by TCP, as
    /// through SSH.
    fn matches(&self, ip: Option<IpAddr>, number: u16) -> bool {
        let is_numbered = self.number.is_empty() || self.number == number.to_string().as_bytes();
        let is_here = || {
            self.family == Self::LOCAL
                && self.address == rustix::system::uname().nodename().to_bytes()
        };
        let is_at = match ip.filter(|ip| !ip.is_loopback()) {
            None => is_here(),
            Some(IpAddr::V4(ip)) => self.family == Self::INTERNET && self.address == ip.octets(),
            Some(IpAddr::V6(ip)) => self.family == Self::INTERNET6 && self.address == ip.octets(),
        };
        self.name == COOKIE && is_numbered && (self.family == Self::WILD || is_at)
    }
}

fn read_u16(file: &mut &[u8]) -> Option<u16> {
    let (bytes, rest) = file.split_first_chunk()?;
    *file = rest;
    Some(u16::from_be_bytes(*bytes))
}

fn read_field<'f>(file: &mut &'f [u8]) -> Option<&'f [u8]> {
    let length = read_u16(file)?;
    let (bytes, rest) = file.split_at_checked(usize::from(length))?;
    *file = rest;
    Some(bytes)
}

/// An X server for tests.
#[cfg(test)]
pub(super) mod fake {
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    use super::*;

    pub(in crate::doctor) const ACCEPTED: &[u8] = b"\x01\0\x0b\0\0\0\0\0";
    pub(in crate::doctor) const REFUSED: &[u8] = b"\0\x03\x0b\0\0\0\x01\0bad\0";
    pub(super) const DATA: &[u8; 16] = b"0123456789abcdef";

    /// A cookie file entry for any server with this display number.
    pub(in crate::doctor) fn entry_for(number: &str) -> Vec<u8> {
        entry(AuthorityEntry::WILD, b"", number.as_bytes(), COOKIE)
    }

    pub(super) fn entry(family: u16, address: &[u8], number: &[u8], name: &[u8]) -> Vec<u8> {
        let length = |field: &[u8]| u16::try_from(field.len()).expect("short").to_be_bytes();
        let fields =
            [address, number, name, DATA].map(|field| [length(field).as_slice(), field].concat());
        [family.to_be_bytes().as_slice(), &fields.concat()].concat()
    }

    /// A server on TCP, as through SSH, that gives this answer once. Returns its display number and
    /// the request that it received.
    pub(in crate::doctor) fn by_tcp(answer: &'static [u8]) -> (u16, JoinHandle<Vec<u8>>) {
        let (listener, number) = (10..2000)
            .find_map(|number| {
                Some((
                    TcpListener::bind(("127.0.0.1", PORTS + number)).ok()?,
                    number,
                ))
            })
            .expect("a free port");
        (
            number,
            thread::spawn(move || serve(listener.accept().expect("a connection").0, answer)),
        )
    }

    /// Sends the answer to a request. Returns the request.
    pub(super) fn serve(mut stream: impl DuplexStream, answer: &[u8]) -> Vec<u8> {
        let mut heard = vec![0; 12];
        stream.read_exact(&mut heard).expect("a request");
        let padded = |at: usize| {
            usize::from(u16::from_le_bytes([heard[at], heard[at + 1]])).next_multiple_of(4)
        };
        let mut rest = vec![0; padded(6) + padded(8)];
        stream.read_exact(&mut rest).expect("a cookie");
        stream.write_all(answer).expect("answered");
        [heard, rest].concat()
    }
}

#[cfg(test)]
mod tests;
