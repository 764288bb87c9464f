//! Ways past the kiosk on the same line: forwards, agents, displays, tunnels, a second session.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use super::How::{OnTerminal, Runs, Tries};
use super::Seen::{Kiosk, KioskAfter, Refused};
use super::terminal::END_OF_A_FRAME;
use super::{Attempt, assert_locked, assert_refused, attempt, heard, run};
use crate::sshd::START;
use crate::sshd::server::Server;
use crate::support::pty::Pty;

const PROHIBITED: &str = "administratively prohibited";
/// So long ssh may take to listen, and a forward to end.
const PATIENCE: Duration = Duration::from_secs(60);
const FAIL: &str = "ExitOnForwardFailure=yes";

pub const ATTEMPTS: &[Attempt] = &[
    attempt(
        "-W to a port",
        Runs(&["ssh", "-W", "127.0.0.1:22", "desk"]),
        Refused(PROHIBITED),
    ),
    attempt(
        "-W to the network behind",
        Runs(&["ssh", "-W", "198.51.100.1:80", "desk"]),
        Refused(PROHIBITED),
    ),
    attempt(
        "-J through it",
        Runs(&["ssh", "-J", "desk", "stranger", "sh"]),
        Refused(PROHIBITED),
    ),
    attempt(
        "-R of a port",
        Runs(&["ssh", "-o", FAIL, "-R", "0:127.0.0.1:22", "desk"]),
        Refused("port forwarding failed"),
    ),
    attempt(
        "-R on every address",
        Runs(&["ssh", "-o", FAIL, "-R", "*:0:127.0.0.1:22", "desk"]),
        Refused("port forwarding failed"),
    ),
    attempt(
        "-R of a proxy",
        Runs(&["ssh", "-o", FAIL, "-R", "0", "desk"]),
        Refused("port forwarding failed"),
    ),
    attempt(
        "-R of a socket",
        Runs(&["ssh", "-o", FAIL, "-R", "@/taken:127.0.0.1:22", "desk"]),
        Refused("port forwarding failed"),
    ),
    attempt(
        "-R beside the screen",
        OnTerminal(&["ssh", "-R", "0:127.0.0.1:22", "desk"]),
        KioskAfter("port forwarding failed"),
    ),
    attempt("-L of a port", Tries(local_forward), Kiosk),
    attempt(
        "-L without a session",
        Tries(local_forward_without_a_session),
        Kiosk,
    ),
    attempt("-L of a socket", Tries(local_forward_of_a_socket), Kiosk),
    attempt("-D", Tries(proxy), Kiosk),
    attempt("-w", Tries(tunnel), Kiosk),
    attempt("-A", Tries(agent), Kiosk),
    attempt("-Y", Tries(display), Kiosk),
    attempt(
        "-N, and nothing else",
        Runs(&["ssh", "-N", "desk"]),
        Refused("losed"),
    ),
    attempt("a second session on the line", Tries(second_session), Kiosk),
    attempt(
        "a forward that is asked for later",
        Tries(later_forward),
        Kiosk,
    ),
    attempt(
        "a forward by the client's escape",
        Tries(forward_by_escape),
        Kiosk,
    ),
];

/// A port that somebody would like to reach, and one at which ssh is to listen for it. Both at an
/// address that nobody else uses: there no other test can take a port before ssh does, or come to
/// one by mistake.
struct Goal {
    listener: TcpListener,
    address: Ipv4Addr,
    local: u16,
}

/// The last part of the address of the next.
static NEXT: AtomicU8 = AtomicU8::new(1);

impl Goal {
    fn new() -> Self {
        let address = Ipv4Addr::new(127, 0, 78, NEXT.fetch_add(1, Ordering::Relaxed));
        let bound = || TcpListener::bind((address, 0)).expect("a port");
        let listener = bound();
        listener.set_nonblocking(true).expect("a listener");
        Self {
            listener,
            address,
            local: bound().local_addr().expect("an address").port(),
        }
    }

    /// What `-L` takes.
    fn forward(&self) -> String {
        format!("{}:{}:{}", self.entrance(), self.address, self.port())
    }

    /// Where ssh is to listen.
    fn entrance(&self) -> String {
        format!("{}:{}", self.address, self.local)
    }

    fn port(&self) -> u16 {
        self.listener.local_addr().expect("an address").port()
    }

    /// Goes in at ssh's end, with these bytes first: nothing comes back, and nobody arrives.
    fn assert_out_of_reach(&self, hello: &[u8]) {
        let mut stream = self.entered();
        stream.set_read_timeout(Some(PATIENCE)).expect("a time");
        let _ = stream.write_all(hello);
        let mut answer = Vec::new();
        // Cut off or closed: it ends, where a forward that works would be silent.
        let ended = stream.read_to_end(&mut answer);
        let is_silent = ended
            .as_ref()
            .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
        assert!(
            !is_silent,
            "the forward holds: {ended:?} {}",
            answer.escape_ascii()
        );
        assert!(
            self.listener.accept().is_err(),
            "somebody arrived; {}",
            answer.escape_ascii()
        );
    }

    /// A way into ssh, which listens as soon as it is let in.
    fn entered(&self) -> TcpStream {
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            match TcpStream::connect((self.address, self.local)) {
                Ok(stream) => return stream,
                Err(error) => assert!(
                    std::time::Instant::now() < end,
                    "ssh does not listen: {error}"
                ),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn ssh(server: &Server, options: &[&str]) -> Pty {
    let words: Vec<String> = ["ssh"]
        .iter()
        .chain(options)
        .chain(&["desk"])
        .map(|word| (*word).to_owned())
        .collect();
    Pty::start(server.client(&words), 80, 24)
}

/// A visitor at the start screen, whose frame is complete: ssh writes its own messages on the same
/// terminal at any time, and one in the middle of a frame may split a control sequence.
fn visitor(server: &Server, options: &[&str]) -> Pty {
    let mut pty = ssh(server, options);
    pty.wait_for(START);
    pty.wait_until("the end of a frame", |pty| {
        pty.received.ends_with(END_OF_A_FRAME)
    });
    pty
}

fn local_forward(server: &Server) {
    let goal = Goal::new();
    let mut pty = visitor(server, &["-L", &goal.forward()]);
    goal.assert_out_of_reach(b"hello");
    pty.wait_until(PROHIBITED, |pty| heard(pty, PROHIBITED));
    assert_locked(&mut pty);
}

fn local_forward_without_a_session(server: &Server) {
    let goal = Goal::new();
    let mut pty = ssh(server, &["-N", "-L", &goal.forward()]);
    goal.assert_out_of_reach(b"hello");
    pty.wait_until(PROHIBITED, |pty| heard(pty, PROHIBITED));
}

fn local_forward_of_a_socket(server: &Server) {
    let goal = Goal::new();
    let mut pty = visitor(
        server,
        &[
            "-L",
            &format!("{}:/run/dbus/system_bus_socket", goal.entrance()),
        ],
    );
    goal.assert_out_of_reach(b"\0AUTH EXTERNAL\r\n");
    pty.wait_until("a refusal", |pty| heard(pty, "open failed"));
    assert_locked(&mut pty);
}

fn proxy(server: &Server) {
    let goal = Goal::new();
    let mut pty = visitor(server, &["-D", &goal.entrance()]);
    let port = goal.port().to_be_bytes();
    // SOCKS 5: no password; connect to address, port.
    goal.assert_out_of_reach(&[&[5, 1, 0, 5, 1, 0, 1][..], &goal.address.octets(), &port].concat());
    pty.wait_until(PROHIBITED, |pty| heard(pty, PROHIBITED));
    assert_locked(&mut pty);
}

/// Without a tunnel device at this end ssh asks for nothing, so that there is nothing to refuse.
fn tunnel(server: &Server) {
    let output =
        run(server.client(&["ssh", "-o", FAIL, "-w", "any:any", "desk"].map(str::to_owned)));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_refused(
        &output,
        if told.contains("device") {
            "Could not request tunnel"
        } else {
            "Tunnel forwarding failed"
        },
    );
}

/// An agent of the visitor's, which the machine must not get at: that no session is told of one,
/// strace sees.
fn agent(server: &Server) {
    let socket = server.folder.path().join("agent");
    let listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    listener.set_nonblocking(true).expect("a listener");
    let mut command =
        server.client(&["ssh", "-A", "-o", "IdentityAgent=none", "desk"].map(str::to_owned));
    command.env("SSH_AUTH_SOCK", &socket);
    let mut pty = Pty::start(command, 80, 24);
    pty.wait_for(START);
    assert_locked(&mut pty);
    assert!(listener.accept().is_err(), "somebody asks the agent");
}

fn display(server: &Server) {
    let mut command = server.client(&["ssh", "-Y", "desk"].map(str::to_owned));
    command.env("DISPLAY", "127.0.0.1:99");
    super::watch(
        Pty::start(command, 80, 24),
        KioskAfter("X11 forwarding request failed"),
    );
}

/// A connection that others may be multiplexed onto, by this socket.
fn shared_line(server: &Server, name: &str) -> (Pty, String) {
    let socket = server.folder.path().join(name).display().to_string();
    (visitor(server, &["-M", "-S", &socket]), socket)
}

fn second_session(server: &Server) {
    let (mut pty, socket) = shared_line(server, "line");
    // Were it to connect anew, that would be another visitor, who gets a kiosk.
    for words in [
        &["desk"][..],
        &["-tt", "desk"],
        &["desk", "sh"],
        &["-s", "desk", "shell"],
    ] {
        let line = [
            &["ssh", "-S", &socket, "-o", "ProxyCommand=false"][..],
            words,
        ]
        .concat();
        let output = run(server.client(
            &line
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>(),
        ));
        assert_refused(&output, "refused by peer");
    }
    assert_locked(&mut pty);
}

fn later_forward(server: &Server) {
    let (mut pty, socket) = shared_line(server, "other-line");
    let goal = Goal::new();
    let ask = |option: &str, forward: &str| {
        run(server.client(
            &[
                "ssh", "-S", &socket, "-O", "forward", option, forward, "desk",
            ]
            .map(str::to_owned),
        ))
    };
    assert_refused(&ask("-R", "0:127.0.0.1:22"), "orwarding");
    let listens = ask("-L", &goal.forward());
    assert!(listens.status.success(), "{listens:?}");
    goal.assert_out_of_reach(b"hello");
    assert_locked(&mut pty);
}

fn forward_by_escape(server: &Server) {
    let goal = Goal::new();
    let mut pty = visitor(server, &["-e", "~", "-o", "EnableEscapeCommandline=yes"]);
    // ssh takes an escape at the start of a line, and the session begins with one: the screen stays
    // as it is.
    pty.send(b"~C");
    pty.wait_until("ssh's own prompt", |pty| heard(pty, "ssh> "));
    pty.send(format!("-L {}\r", goal.forward()).as_bytes());
    goal.assert_out_of_reach(b"hello");
    assert_locked(&mut pty);
}
