//! A line that is slow, stopped or not read at all holds up no timer and no download, and when it moves again the last frame
//! comes, not all (trust.md T12, K8). What goes on behind a line that says nothing is seen in the log.

use std::fs;
use std::os::fd::AsFd as _;
use std::time::Duration;

use rustix::termios::{Action, tcflow};
use support_kiosk::demo::Pace;
use support_kiosk::terminal::tty::{Tty, Written};
use tempfile::TempDir;

use crate::support::pty::{Pty, Terminal};
use crate::support::stage::{Stage, is_empty};

const CANARY: &str = "kanarie";
/// Two whole frames of 80x24 and more, but by far not all that a visit has shown meanwhile.
const FEW: usize = 8 * 1024;
/// What the line carries in a tenth of a second.
const SLOW: usize = 30;
const TENTH: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// Stopped at our end, as by XOFF.
    Stopped,
    /// Full: nobody reads at the other end.
    Unread,
    /// As `Unread`, but somebody reads 300 bytes a second, so that there is room for a few bytes now and then.
    Slow,
}

const LINES: [Line; 3] = [Line::Stopped, Line::Unread, Line::Slow];

impl Line {
    /// From now on the line is so. Gives the count of bytes that are in front of all that comes later.
    fn begin(self, pty: &Pty) -> usize {
        match self {
            Self::Stopped => tcflow(pty.slave(), Action::OOff).map(|()| 0).expect("stopped"),
            Self::Unread | Self::Slow => fill(pty),
        }
    }

    /// Waits until something is so that the line does not tell.
    fn wait_until(self, pty: &mut Pty, what: &str, so: impl Fn() -> bool) {
        // Far more than it needs, on the slowest machine.
        for _ in 0..600 {
            if so() {
                return;
            }
            match self {
                Self::Stopped | Self::Unread => std::thread::sleep(TENTH),
                Self::Slow => pty.trickle(SLOW, TENTH),
            }
        }
        panic!("{self:?}: waited in vain for {what}");
    }

    fn move_again(self, pty: &Pty) {
        match self {
            Self::Stopped => tcflow(pty.slave(), Action::OOn).expect("started"),
            Self::Unread | Self::Slow => {}
        }
    }
}

/// Fills the line with what shows nothing, until it takes nothing more and has not for a while: the kernel moves what it has
/// got to the other end by and by.
fn fill(pty: &Pty) -> usize {
    let tty = Tty::over(pty.slave().as_fd(), pty.slave().as_fd()).expect("a terminal");
    let (mut filled, mut refused) = (0, 0);
    while refused < 5 {
        match tty.write(&[0; 512]) {
            Written::Some(count) => (filled, refused) = (filled + count, 0),
            Written::Full => {
                refused += 1;
                std::thread::sleep(TENTH);
            }
            Written::Gone => panic!("the line is gone"),
        }
    }
    filled
}

/// A kiosk with a log, and the way to what it says.
struct Logged {
    stage: Stage,
    folder: TempDir,
}

impl Logged {
    fn new(pace: Pace, more: &str) -> Self {
        let logged = Self { stage: Stage::new(pace), folder: TempDir::new().expect("a folder") };
        logged.stage.write_config(&logged.stage.site.address().to_string(), more);
        let log = format!("to = \"file\"\nfile = \"{}\"", logged.folder.path().join("log").display());
        let config = fs::read_to_string(logged.stage.config()).expect("a config");
        fs::write(logged.stage.config(), config.replace("to = \"none\"", &log)).expect("written");
        logged
    }

    fn says(&self, event: &str) -> bool {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default().contains(event)
    }
}

/// What came since, beside what filled the line.
fn came_since(pty: &Pty, before: usize, filled: usize) -> String {
    let came = &pty.received[before..];
    assert!(came.len() <= filled + FEW, "{} bytes came: that is more than the last frame", came.len() - filled);
    String::from_utf8_lossy(came).into_owned()
}

fn a_customer_is_forgotten_behind(line: Line) {
    let kiosk = Logged::new(Pace::AT_ONCE, "[kiosk]\nidle_warning = \"2s\"\nidle_grace = \"1s\"");
    let mut pty = kiosk.stage.kiosk();
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    // On leaving, and not before, it is looked for another config, and a wrong one is told to the log.
    fs::write(kiosk.stage.config(), "wrong").expect("written");
    let (before, filled) = (pty.received.len(), line.begin(&pty));
    for letter in CANARY.chars() {
        pty.send(letter.to_string().as_bytes());
    }
    line.wait_until(&mut pty, "the customer forgotten", || kiosk.says("config_refused"));
    line.move_again(&pty);
    pty.wait_for("How would you like to get help?");
    pty.read_for(TENTH);
    let came = came_since(&pty, before, filled);
    assert_eq!(came.matches("\u{1b}[3J").count(), 1, "{line:?}: the scrollback is erased once");
    assert!(!pty.text().contains(CANARY) && !pty.text().contains("Are you still there?"), "{line:?}: {}", pty.text());
    // What the kernel has taken already, as it may on the others, is not ours to take back.
    assert!(line != Line::Stopped || !came.contains(CANARY), "{line:?}: what was typed came after it was forgotten");
    pty.send(b"q");
    assert_eq!(pty.end().0.code(), Some(0), "{line:?}");
}

fn a_download_goes_on_behind(line: Line) {
    let kiosk = Logged::new(Pace { download: Duration::from_secs(3), session: Duration::from_secs(60) }, "");
    let mut pty = kiosk.stage.downloading(Terminal::Controlling);
    let (before, filled) = (pty.received.len(), line.begin(&pty));
    line.wait_until(&mut pty, "the client running", || kiosk.says("stage=running"));
    assert!(!is_empty(&kiosk.stage.downloads()), "{line:?}");
    line.move_again(&pty);
    pty.wait_for("Your helper can see this computer now.");
    came_since(&pty, before, filled);
    pty.send(b"\x03");
    assert_eq!(pty.end().0.code(), Some(0), "{line:?}");
}

fn each_line(test: impl Fn(Line) + Sync) {
    std::thread::scope(|scope| {
        for line in LINES {
            let test = &test;
            scope.spawn(move || test(line));
        }
    });
}

#[test]
fn t12_k8_behind_a_slow_or_stopped_line_a_customer_is_forgotten_and_nothing_typed_comes_when_it_moves() {
    each_line(a_customer_is_forgotten_behind);
}

#[test]
fn t12_a_download_goes_on_behind_a_slow_or_stopped_line_and_the_last_frame_comes_not_all() {
    each_line(a_download_goes_on_behind);
}
