//! What the line leaves behind when it drops, in each way in which that can come to the program
//! (T3, D14): of a download nothing, and a running client as the config says. (Two hundred times
//! each: `hangup`. A real sshd: `sshd`.)

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::pty::{Pty, Terminal};
use crate::support::served::{Desk, SOON, STUBBORN, ask, lives};
use crate::support::stage::{CRAWLING, Stage, is_empty};

/// In each way; one in two beside a client, which takes its two seconds to stand.
const TIMES: usize = 16;
const AT_ONCE: usize = 6;
/// What a program that spins until it is looked at has used up soon.
const LITTLE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
enum Way {
    /// The terminal's other end is closed.
    Closed,
    /// Whoever held that, as sshd does, is killed.
    HolderKilled,
    /// As `Closed`; whoever started the program has had SIGHUP ignored, which is inherited.
    HangUpIgnored,
    /// As `Closed`; a wrapper started it in a session without a terminal of its own, so that no
    /// signal comes.
    Wrapped,
}

impl Way {
    fn start(self, kiosk: &Command) -> Pty {
        let script = match self {
            Self::Closed | Self::HolderKilled => "exec \"$@\"",
            Self::HangUpIgnored => "trap '' HUP; exec \"$@\"",
            Self::Wrapped => "trap '' HUP; exec 3<&0; setsid \"$@\" <&3 & wait $!",
        };
        let mut command = Command::new("sh");
        command
            .args(["-c", script, "sh"])
            .arg(kiosk.get_program())
            .args(kiosk.get_args());
        for (name, value) in kiosk.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Pty::start_on(Terminal::Controlling, command, 80, 24)
    }

    /// Drops the line, and sees that the program goes as it should.
    fn drop_line(self, mut pty: Pty) {
        match self {
            Self::HolderKilled => {
                let mut holder = pty.hand_line_over();
                holder.kill().expect("killed");
                holder.wait().expect("dead");
            }
            Self::Closed | Self::HangUpIgnored | Self::Wrapped => pty.hang_up(),
        }
        let took = pty.wait_for_end();
        let cpu = pty.cpu();
        assert!(took < SOON, "{self:?}: it took {took:?}");
        assert!(cpu < LITTLE, "{self:?}: it used {cpu:?}");
        assert_eq!(pty.end().0.code(), Some(129), "{self:?}");
    }

    fn during_a_download(self) {
        let stage = Stage::new(CRAWLING);
        let mut pty = self.start(&stage.command());
        ask(&mut pty);
        pty.wait_for(" MB");
        if is_empty(&stage.downloads()) {
            // What became of it.
            pty.read_for(SOON);
        }
        assert!(
            !is_empty(&stage.downloads()),
            "{self:?}: nothing is downloaded; the screen:\n{}",
            pty.text()
        );
        self.drop_line(pty);
        assert!(is_empty(&stage.downloads()), "{self:?}: a file is left");
    }

    fn beside_a_client(self, when_left: &str, kept: bool) {
        let desk = Desk::serving(STUBBORN, &format!("when_left = \"{when_left}\""));
        let mut pty = self.start(&desk.command());
        ask(&mut pty);
        pty.wait_until("the client's pids", |_| desk.at("pids").exists());
        // Handed over.
        pty.wait_for("Your helper can see this computer now.");
        self.drop_line(pty);
        let alive: Vec<bool> = desk.pids().into_iter().map(lives).collect();
        assert_eq!(alive, [kept; 2], "{self:?}, {when_left}");
        assert_eq!(
            is_empty(&desk.downloads()),
            !kept,
            "{self:?}, {when_left}: the client's folder"
        );
    }

    fn again_and_again(self) {
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        match number % 4 {
                            _ if number >= TIMES => break,
                            0 | 1 => self.during_a_download(),
                            2 => self.beside_a_client("end", false),
                            _ => self.beside_a_client("keep", true),
                        }
                    }
                });
            }
        });
    }
}

#[test]
fn t3_d14_a_dropped_line_ends_the_download_and_ends_or_keeps_a_client() {
    for way in [
        Way::Closed,
        Way::HolderKilled,
        Way::HangUpIgnored,
        Way::Wrapped,
    ] {
        way.again_and_again();
    }
}
