//! The client beside the kiosk, in a real terminal: whether it outlives its visitor, a client that
//! is saved, and one that has the terminal to itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use nix::sys::signal::SigSet;
use rustix::process::{Pid, Signal, kill_process_group};
use rustix::termios::{LocalModes, tcgetattr};

use support_kiosk::terminal::sequences;

use crate::support::pty::{Pty, Terminal, pair};
use crate::support::served::{Desk, SOON, STUBBORN, lives};
use crate::support::stage::{is_empty, kiosk};

/// How a kiosk is left, and the exit status of it.
#[derive(Clone, Copy, Debug)]
enum Departure {
    Key,
    LineDrops(Terminal),
    Request,
}

const DEPARTURES: [(Departure, i32); 4] = [
    (Departure::Key, 0),
    (Departure::LineDrops(Terminal::Controlling), 129),
    (Departure::LineDrops(Terminal::Foreign), 129),
    (Departure::Request, 143),
];

impl Departure {
    fn terminal(self) -> Terminal {
        match self {
            Self::LineDrops(terminal) => terminal,
            Self::Key | Self::Request => Terminal::Controlling,
        }
    }

    /// Leaves, and gives the exit status and how long it took.
    fn take(self, pty: &mut Pty) -> (Option<i32>, Duration) {
        match self {
            Self::Key => pty.send(b"\x03"),
            Self::LineDrops(_) => pty.hang_up(),
            Self::Request => pty.signal(Signal::TERM),
        }
        let (status, took) = pty.end();
        (status.code(), took)
    }
}

/// A kiosk at which a stubborn client runs, and which keeps a log.
fn with_a_log(when_left: &str) -> Desk {
    Desk::serving(
        STUBBORN,
        &format!("when_left = \"{when_left}\"\n[log]\nto = \"file\"\nfile = \"visits.log\""),
    )
}

/// The last record of a visit. What the kiosk records of its own end comes behind it.
fn last_record(desk: &Desk) -> String {
    let log = fs::read_to_string(desk.at("visits.log")).expect("a log");
    log.lines()
        .rfind(|record| record.contains("\"way\":"))
        .expect("a record")
        .to_owned()
}

#[test]
fn t3_a_kept_client_outlives_the_line_and_is_swept_after_its_exit() {
    for (departure, code) in DEPARTURES {
        let desk = with_a_log("keep");
        let (mut pty, pids) = desk.running(departure.terminal());
        pty.wait_for("Your helper can see this computer now.");
        let (status, took) = departure.take(&mut pty);
        assert_eq!(status, Some(code), "{departure:?}");
        assert!(took < SOON, "{departure:?} took {took:?}");
        assert!(
            pids.iter().all(|pid| lives(*pid)),
            "{departure:?}: {pids:?}"
        );
        assert!(
            !is_empty(&desk.downloads()),
            "{departure:?}: the client needs its folder"
        );
        assert!(
            last_record(&desk).contains("\"event\":\"left\""),
            "{departure:?}: {}",
            last_record(&desk)
        );

        if matches!(departure, Departure::Key) {
            let mut another = desk.kiosk(Terminal::Controlling);
            another.wait_until("its sweep done", |pty| pty.threads() == 1);
            assert!(
                !is_empty(&desk.downloads()),
                "another kiosk took a living client's folder"
            );
            kill_process_group(Pid::from_raw(pids[0]).expect("a pid"), Signal::KILL)
                .expect("killed");
            another.wait_until("the client dead", |_| !lives(pids[0]));
            let mut third = desk.kiosk(Terminal::Controlling);
            third.wait_until("the folder swept", |_| is_empty(&desk.downloads()));
        }
    }
}

#[test]
fn t3_a_client_that_ends_with_its_visitor_leaves_no_process_and_no_file() {
    for (departure, code) in DEPARTURES {
        let desk = with_a_log("end");
        let (mut pty, pids) = desk.running(departure.terminal());
        pty.wait_for("Your helper can see this computer now.");
        let (status, took) = departure.take(&mut pty);
        assert_eq!(status, Some(code), "{departure:?}");
        assert!(took < SOON, "{departure:?} took {took:?}");
        assert!(
            !pids.iter().any(|pid| lives(*pid)),
            "{departure:?}: {pids:?}"
        );
        assert!(is_empty(&desk.downloads()), "{departure:?}: a file is left");
        assert!(
            last_record(&desk).contains("\"event\":\"ended\""),
            "{departure:?}: {}",
            last_record(&desk)
        );
    }
}

#[test]
fn a_session_that_is_ended_here_may_say_good_bye() {
    let polite = "#!/bin/sh\ntrap 'echo bye > @/bye; kill $!; exit 0' TERM\nsleep 1000 &\n\
                  echo $$ $! > @/new; mv @/new @/pids\nwait\n";
    let desk = Desk::serving(polite, "");
    let (mut pty, pids) = desk.running(Terminal::Controlling);
    pty.wait_for("Your helper can see this computer now.");
    pty.send(b"\r");
    pty.wait_for("End the session?");
    assert!(pids.iter().all(|pid| lives(*pid)), "it was only asked");
    pty.send(b"\r");
    pty.wait_for("Session ended.");
    assert_eq!(
        fs::read_to_string(desk.at("bye")).expect("its good-bye"),
        "bye\n"
    );
    assert!(!pids.iter().any(|pid| lives(*pid)), "{pids:?}");
    assert!(is_empty(&desk.downloads()));
}

#[test]
fn a_client_that_is_saved_is_its_persons_own_and_over_no_file() {
    let desk = Desk::serving("#!/bin/sh\nexit 1\n", "mode = \"save\"");
    let first = desk.downloads().join("scc-1.sh");
    fs::write(&first, "somebody's").expect("written");
    let mut pty = desk.asked(Terminal::Controlling);
    pty.wait_for("The support program was saved");
    // The path may be broken at the end of a line.
    let shown: String = pty.text().split_whitespace().collect();
    let second = desk.downloads().join("scc-1-2.sh");
    assert!(
        shown.contains(&second.to_string_lossy().replace(' ', "")),
        "{}",
        pty.text()
    );
    assert_eq!(
        fs::read_to_string(&second).expect("the client"),
        "#!/bin/sh\nexit 1\n"
    );
    assert_eq!(
        fs::metadata(&second)
            .expect("the client")
            .permissions()
            .mode()
            & 0o7777,
        0o700
    );
    assert_eq!(fs::read_to_string(&first).expect("the file"), "somebody's");
    assert_eq!(
        fs::read_dir(desk.downloads()).expect("the folder").count(),
        2,
        "nothing else is left"
    );
}

#[test]
fn where_nothing_can_run_no_session_is_begun() {
    for program in ["/no/such/program", "/"] {
        let launch = format!("mode = \"run\"\ncommand = [{program:?}, \"{{client}}\"]");
        let desk = Desk::serving("#!/bin/sh\nexit 1\n", &launch);
        let mut pty = desk.asked(Terminal::Controlling);
        pty.wait_for("R3");
        assert_eq!(
            desk.site.received().len(),
            0,
            "a helper would wait for nobody"
        );
    }
}

/// Longer than the two seconds after which a client has not failed at once: the kiosk wakes up for
/// that.
const PAST_ITS_BEGINNING: Duration = Duration::from_millis(2_500);

/// A client for a terminal: it looks at the modes, greets, and then waits for a file.
const GREETER: &str = "#!/bin/sh\necho $$ > @/new; mv @/new @/pids\n/bin/cat /proc/$$/stat > @/stat\nprintf 'Your name? '\n\
                       read name\necho \"Hello, $name.\"\nuntil [ -e @/go ]; do sleep 0.05; done\n";

#[test]
fn a_client_in_the_foreground_has_the_terminal_and_gives_it_back() {
    for terminal in [Terminal::Controlling, Terminal::Foreign] {
        let desk = Desk::serving(GREETER, "foreground = true");
        let mut pty = desk.asked(terminal);
        pty.wait_for("Your name?");
        assert!(
            !pty.screen().alternate_screen() && !pty.screen().bracketed_paste(),
            "the screen was not left"
        );
        assert!(
            modes(&pty).contains(LocalModes::ICANON | LocalModes::ECHO),
            "the modes were not"
        );
        pty.send(b"Ada\r");
        pty.wait_for("Hello, Ada.");
        if terminal == Terminal::Controlling {
            let stat = fs::read_to_string(desk.at("stat")).expect("its state");
            let fields: Vec<&str> = stat
                .rsplit_once(')')
                .expect("a name")
                .1
                .split_whitespace()
                .collect();
            let (pid, group, front) = (desk.pids()[0].to_string(), fields[2], fields[5]);
            assert_eq!(
                (group, front),
                (&*pid, &*pid),
                "its group, and the terminal's: {stat}"
            );
        }

        pty.send(b"111\r");
        pty.resize(70, 20);
        pty.settle(PAST_ITS_BEGINNING);
        let before = pty.context_switches();
        assert_eq!(
            pty.read_for(Duration::from_secs(1)),
            0,
            "something was drawn over the client"
        );
        assert_eq!(
            pty.context_switches() - before,
            0,
            "the kiosk woke up for nothing"
        );

        fs::write(desk.at("go"), "").expect("written");
        pty.wait_for("Session ended.");
        pty.read_for(Duration::from_millis(300));
        assert!(
            pty.text().contains("Session ended."),
            "what was typed meanwhile is a key now:\n{}",
            pty.text()
        );
        assert!(
            pty.screen().alternate_screen() && pty.screen().bracketed_paste(),
            "the screen is not back"
        );
        assert!(
            !modes(&pty).intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG),
            "the modes are not"
        );
        assert!(is_empty(&desk.downloads()));
        pty.send(b"x");
        pty.wait_for("How would you like to get help?");
        pty.send(b"q");
        assert_eq!(pty.end().0.code(), Some(0));
    }
}

#[test]
fn start_lends_its_terminal_too_and_has_it_back_as_it_was() {
    let desk = Desk::serving(
        &GREETER.replace("printf", "stty -echo; printf"),
        "foreground = true",
    );
    let mut command = kiosk();
    command
        .args(["start", "rep", "1", "--config"])
        .arg(desk.at("kiosk.toml"));
    let before = modes_of_a_new_terminal();
    let mut pty = Pty::start(command, 80, 24);
    pty.wait_for("Your name?");
    assert!(!modes(&pty).contains(LocalModes::ECHO) && before.contains(LocalModes::ECHO));
    pty.send(b"Ada\r");
    pty.wait_for("Hello, Ada.");
    fs::write(desk.at("go"), "").expect("written");
    assert_eq!(pty.end().0.code(), Some(0));
    assert_eq!(modes(&pty), before);
    assert!(is_empty(&desk.downloads()));
    // The progress bar's, on the way to the client.
    pty.forgive("\u{1b}[2K");
}

#[test]
fn t8_a_signal_to_start_during_a_foreground_client_restores_the_terminal() {
    let desk = Desk::serving(
        &STUBBORN.replace("wait\n", "stty raw -echo; echo Ready.\nwait\n"),
        "foreground = true",
    );
    let mut command = kiosk();
    command
        .args(["start", "rep", "1", "--config"])
        .arg(desk.at("kiosk.toml"));
    let before = modes_of_a_new_terminal();
    let mut pty = Pty::start_on(Terminal::Controlling, command, 80, 24);
    pty.wait_for("Ready.");
    assert!(
        !modes(&pty).intersects(LocalModes::ICANON | LocalModes::ECHO),
        "the client has not set them"
    );
    pty.signal(Signal::TERM);
    assert_eq!(pty.end().0.code(), Some(143));
    assert_eq!(modes(&pty), before);
    // The progress bar's, on the way to the client.
    pty.forgive("\u{1b}[2K");
}

#[test]
fn k6_a_client_hears_every_signal_whatever_the_kiosk_was_started_with() {
    // By the shell alone: it blocks signals itself while it starts another program.
    let script = "#!/bin/sh\nwhile read name set; do case $name in SigIgn:|SigBlk:) echo $set;; esac; done < /proc/self/status \
                  > @/new\nmv @/new @/told\n";
    let desk = Desk::serving(script, "");
    let mut start = std::process::Command::new("sh");
    start
        .args(["-c", "trap '' TERM USR1 PIPE 34 40 64; exec \"$@\"", "sh"])
        .arg(kiosk().get_program());
    start
        .args(["start", "rep", "1", "--config"])
        .arg(desk.at("kiosk.toml"));
    let blocked = SigSet::from(nix::sys::signal::Signal::SIGUSR2);
    blocked.thread_block().expect("blocked");
    let status = start.status().expect("it ran");
    blocked.thread_unblock().expect("as before");
    assert!(status.success(), "{status}");
    let told = fs::read_to_string(desk.at("told")).expect("told");
    // 32 and 33 are the C library's own.
    let sets = told
        .lines()
        .map(|set| u64::from_str_radix(set, 16).expect("hexadecimal") & !(0b11 << 31));
    assert_eq!(sets.collect::<Vec<_>>(), [0; 2], "{told}");
}

#[test]
fn keys_that_mean_signals_reach_a_client_in_the_foreground_alone() {
    let script = "#!/bin/sh\ntrap 'echo Interrupted.' INT\ntrap 'echo Quit.' QUIT\necho Ready.\n\
                  while :; do read line && echo \"Got $line.\" && [ \"$line\" = end ] && exit 0; done\n";
    let desk = Desk::serving(script, "foreground = true");
    let mut pty = desk.asked(Terminal::Controlling);
    pty.wait_for("Ready.");
    for (key, told) in [(b"\x03", "Interrupted."), (b"\x1c", "Quit.")] {
        pty.send(key);
        pty.wait_for(told);
    }
    for line in ["one", "two"] {
        // It stops, and nobody but the kiosk would let it go on.
        pty.send(b"\x1a");
        pty.send(format!("{line}\r").as_bytes());
        pty.wait_for(&format!("Got {line}."));
    }
    pty.send(b"end\r");
    pty.wait_for("Session ended.");
}

#[test]
fn a_foreground_client_that_cannot_start_leaves_the_screen_alone() {
    let desk = Desk::serving("#!/no/such/interpreter\n", "foreground = true");
    let mut pty = desk.asked(Terminal::Controlling);
    pty.wait_for("R3");
    assert!(pty.screen().alternate_screen());
    assert!(!modes(&pty).intersects(LocalModes::ICANON | LocalModes::ECHO));
}

#[test]
fn t8_a_foreground_client_ends_with_the_kiosk() {
    // The end of a session's leader, which the kiosk is here, is told to whoever has the terminal.
    let script = STUBBORN.replace("wait\n", "stty raw -echo; echo Ready.\nwait\n");
    let script = script.replace("#!/bin/sh\n", "#!/bin/sh\ntrap '' HUP\n");
    let desk = Desk::serving(&script, "foreground = true");
    let (mut pty, pids) = desk.running(Terminal::Controlling);
    pty.wait_for("Ready.");
    let (status, took) = Departure::Request.take(&mut pty);
    assert_eq!(status, Some(143));
    assert!(took < SOON, "it took {took:?}");
    assert!(!pids.iter().any(|pid| lives(*pid)), "{pids:?}");
    assert!(is_empty(&desk.downloads()), "a file is left");
    assert!(
        modes(&pty).contains(LocalModes::ICANON | LocalModes::ECHO),
        "the modes are the client's"
    );
    assert!(!pty.screen().alternate_screen());
}

/// A terminal of the customer's own has scrollback; the emulator here shows what is on the main
/// screen.
#[test]
fn k8_text_typed_into_a_foreground_client_leaves_the_terminal() {
    let desk = Desk::serving(GREETER, "foreground = true");
    let mut pty = desk.asked(Terminal::Controlling);
    pty.wait_for("Your name?");
    pty.send(b"zibeline\r");
    pty.wait_for("Hello, zibeline.");
    pty.received.clear();
    fs::write(desk.at("go"), "").expect("written");
    pty.wait_for("Session ended.");
    let erased = b"\x1b[H\x1b[2J\x1b[3J";
    let position = |bytes: &[u8]| {
        pty.received
            .windows(bytes.len())
            .position(|window| window == bytes)
    };
    // The whole way in follows: a client may have left any mode on (T14, F7).
    assert!(position(erased).is_some_and(|erased| {
        position(sequences::enter(sequences::UnknownSequences::Skipped).as_bytes())
            .is_some_and(|entered| erased < entered)
    }));
    pty.send(b"x");
    pty.wait_for("How would you like to get help?");
    pty.send(b"\x03");
    pty.wait_until("the main screen", |pty| !pty.screen().alternate_screen());
    assert!(!pty.text().contains("zibeline"), "{}", pty.text());
}

#[test]
fn t3_a_line_that_drops_during_a_client_in_the_foreground_ends_both() {
    for terminal in [Terminal::Controlling, Terminal::Foreign] {
        let desk = Desk::serving(STUBBORN, "foreground = true\nwhen_left = \"end\"");
        let (mut pty, pids) = desk.running(terminal);
        pty.wait_until("the terminal lent", |pty| !pty.screen().alternate_screen());
        let (status, took) = Departure::LineDrops(terminal).take(&mut pty);
        assert_eq!(status, Some(129));
        assert!(took < SOON, "it took {took:?}");
        assert!(!pids.iter().any(|pid| lives(*pid)), "{pids:?}");
        assert!(is_empty(&desk.downloads()), "a file is left");
    }
}

fn modes(pty: &Pty) -> LocalModes {
    tcgetattr(pty.slave()).expect("its modes").local_modes
}

/// Those that a program finds: it may have changed its own terminal's before a test has looked.
fn modes_of_a_new_terminal() -> LocalModes {
    tcgetattr(pair(80, 24).1).expect("its modes").local_modes
}
