//! The client as a whole tree of processes, in a real terminal and a real process table (K6, D13):
//! whatever it forks and however that hides, it is the client, and it is gone when the client is.

mod apart;
mod forms;
mod hidden;
mod orphans;

use std::fs;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::support::pty::{Pty, REST, Terminal};
use crate::support::served::{Desk, SOON, lives};
use crate::support::stage::{is_empty, kiosk};

/// In this desk's `[launch]`, and behind it.
const LOCKED: &str = "[kiosk]\nlockdown = true\n";

/// Ways in which a client leaves something behind that its visitor's end should not find. `@` is a
/// folder.
const ESCAPES: [(&str, &str); 8] = [
    (
        "a child in its own session",
        "setsid sh -c ': > @/ready; exec sleep 1000' & wait",
    ),
    (
        "one that forked twice, and the first is gone",
        "(setsid sh -c ': > @/ready; exec sleep 1000' &)",
    ),
    (
        "one that listens to no signal",
        "(setsid sh -c 'trap \"\" HUP INT QUIT TERM; : > @/ready; sleep 1000; sleep 1000' &)",
    ),
    (
        "one that has stopped",
        "(setsid sh -c ': > @/ready; kill -STOP $$; sleep 1000' &)",
    ),
    (
        "one with another name",
        "(setsid sh -c 'echo \"x) Z 1 1\" > /proc/$$/comm; : > @/ready; read never < @/fifo' &)",
    ),
    (
        "two that bring one another back",
        "cat > ./watch <<'END'\ntrap '' HUP TERM\nwhile :; do setsid sh -c \"trap '' HUP TERM; : > @/ready; exec sleep 1000\"; done\n\
         END\nfor each in 1 2; do (setsid sh ./watch &); done",
    ),
    (
        "one that is always another",
        "cat > ./run <<'END'\ntrap '' HUP TERM\nsleep 0.02\nsetsid sh ./run &\n: > @/ready\nEND\n(setsid sh ./run &)",
    ),
    (
        "a hundred and more, each in its own session",
        "cat > ./bomb <<'END'\ntrap '' HUP TERM\nif [ $1 -gt 0 ]; then for each in 1 2; do setsid sh ./bomb $(($1 - 1)) & done; \
         else : > @/ready; fi\nsleep 1000\nEND\n(setsid sh ./bomb 6 &)",
    ),
];

/// So long a client that does not end may say good-bye.
const GOOD_BYE: Duration = Duration::from_millis(500);

/// A kiosk whose client has made its escape.
fn escaped(script: &str, terminal: Terminal) -> (Desk, Pty) {
    let desk = Desk::serving(&format!("#!/bin/sh\n{script}\n"), LOCKED);
    rustix::fs::mknodat(
        rustix::fs::CWD,
        desk.at("fifo"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .expect("a fifo");
    let mut pty = desk.asked_in_lockdown(terminal);
    pty.wait_until("its escape", |_| {
        desk.at("ready").exists() && !desk.client().is_empty()
    });
    (desk, pty)
}

fn each_escape(leave: impl Fn(&str, &Desk, &mut Pty) + Sync, terminal: Terminal) {
    std::thread::scope(|scope| {
        for (name, script) in ESCAPES {
            let leave = &leave;
            scope.spawn(move || {
                let (desk, mut pty) = escaped(script, terminal);
                leave(name, &desk, &mut pty);
                assert_eq!(desk.client(), Vec::<i32>::new(), "{name}: it lives");
                assert!(is_empty(&desk.downloads()), "{name}: a file is left");
            });
        }
    });
}

fn leaves_with(code: i32, name: &str, pty: &mut Pty) {
    let (status, took) = pty.end();
    assert_eq!(status.code(), Some(code), "{name}");
    assert!(took < SOON, "{name} took {took:?}");
}

#[test]
fn k6_orphans_of_a_client_are_gone_when_the_customer_ends_the_session() {
    let end = |name: &str, desk: &Desk, pty: &mut Pty| {
        pty.wait_for("Your helper can see this computer now.");
        pty.wait_until(&format!("{name}: somebody of it"), |_| {
            !desk.client().is_empty()
        });
        assert!(!is_empty(&desk.downloads()), "{name}: it needs its folder");
        pty.confirm("End the session?");
        pty.confirm("Session ended.");
    };
    each_escape(end, Terminal::Controlling);
}

#[test]
fn k6_whatever_a_client_left_behind_is_gone_when_the_line_drops() {
    for terminal in [Terminal::Controlling, Terminal::Foreign] {
        let hang_up = |name: &str, _: &Desk, pty: &mut Pty| {
            pty.hang_up();
            leaves_with(129, name, pty);
        };
        each_escape(hang_up, terminal);
    }
}

#[test]
fn k6_whatever_a_client_left_behind_is_gone_when_the_kiosk_is_told_to_end() {
    let terminate = |name: &str, _: &Desk, pty: &mut Pty| {
        pty.signal(Signal::TERM);
        leaves_with(143, name, pty);
    };
    each_escape(terminate, Terminal::Controlling);
}

/// Processes that do nothing, and have to be looked at by whoever looks for those of a client.
struct Crowd(Child);

impl Crowd {
    fn gathered() -> Self {
        let script = "for each in $(seq 800); do sleep 1000 & done; echo; wait";
        let mut shell = Command::new("sh")
            .args(["-c", script])
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut told = [0];
        shell
            .stdout
            .take()
            .expect("piped")
            .read_exact(&mut told)
            .expect("all are there");
        Self(shell)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
        let _ = self.0.wait();
    }
}

/// Nobody of it lives as long as a look at all the others takes.
#[test]
fn k6_a_client_that_keeps_forking_is_tracked_and_killed() {
    let _crowd = Crowd::gathered();
    let script = "cat > ./run <<'END'\ntrap '' HUP TERM\nsleep 0.005\nsetsid sh ./run &\n: > @/ready\nEND\n(setsid sh ./run &)";
    let (desk, mut pty) = escaped(script, Terminal::Controlling);
    pty.wait_for("Your helper can see this computer now.");
    pty.signal(Signal::TERM);
    leaves_with(143, "it", &mut pty);
    assert_eq!(desk.client(), Vec::<i32>::new(), "it lives");
    assert!(is_empty(&desk.downloads()), "a file is left");
}

#[test]
fn k6_nothing_that_a_locked_kiosk_starts_can_become_another_user() {
    let desk = Desk::serving(
        "#!/bin/sh\ngrep NoNewPrivs /proc/self/status > @/new; mv @/new @/told\n",
        LOCKED,
    );
    let mut pty = desk.asked_in_lockdown(Terminal::Controlling);
    pty.wait_until("what the client says", |_| desk.at("told").exists());
    let told = fs::read_to_string(desk.at("told")).expect("told");
    assert_eq!(told.split_whitespace().last(), Some("1"), "{told}");
}

#[test]
fn k6_a_killed_kiosk_takes_its_client_along() {
    let desk = Desk::serving(
        "#!/bin/sh\ntrap '' HUP TERM\necho $$ > @/new; mv @/new @/pids\nsleep 1000\n",
        LOCKED,
    );
    let mut pty = desk.asked_in_lockdown(Terminal::Foreign);
    pty.wait_until("the client", |_| desk.at("pids").exists());
    let client = desk.pids()[0];
    pty.signal(Signal::KILL);
    pty.end();
    let end = Instant::now() + SOON;
    while lives(client) {
        assert!(Instant::now() < end, "it lives");
        std::thread::yield_now();
    }
}

#[test]
fn k6_no_client_is_started_before_the_one_of_the_visit_before_is_gone() {
    // It needs its half second to die, and a visit is asked for sooner.
    let script = "#!/bin/sh\nif [ -e @/pids ]; then read old < @/pids; kill -0 $old && : > @/both; : > @/second; fi\n\
                  trap '' TERM\necho $$ > @/new; mv @/new @/pids\nsleep 1000; sleep 1000\n";
    let end = Instant::now() + SOON * 3;
    loop {
        let desk = Desk::serving(script, "");
        let (mut pty, first) = desk.running(Terminal::Controlling);
        let left = Instant::now();
        pty.send(b"\x1b");
        pty.wait_for("Is this right?");
        pty.send(b"\r");
        let asked_in_time = lives(first[0]);
        let took = left.elapsed();
        pty.wait_until("the second client", |_| desk.at("second").exists());
        assert!(!desk.at("both").exists(), "both lived");
        if asked_in_time {
            return;
        }
        // A test that was held up asks once more.
        assert!(took >= GOOD_BYE, "it is not that stubborn");
        assert!(Instant::now() < end, "this test is never in time");
    }
}

#[test]
fn d13_a_client_that_fails_at_once_is_told_apart_and_can_be_tried_again() {
    for (script, code, about) in [
        ("exit 7", "R4", "(status 7)"),
        ("kill -9 $$", "R5", "(signal 9)"),
        // It unpacks itself, and what it leaves behind fails.
        ("(sleep 0.2; exit 7) &", "R4", "(status 7)"),
        ("sh -c 'sleep 0.2; kill -9 $$' &", "R5", "(signal 9)"),
    ] {
        let again =
            format!("#!/bin/sh\n[ -e @/again ] && exec sleep 1000\n: > @/again\n{script}\n");
        let desk = Desk::serving(&again, "when_left = \"end\"");
        let mut pty = desk.asked(Terminal::Controlling);
        pty.wait_for(&format!("For staff: {code}"));
        assert!(pty.text().contains(about), "{}", pty.text());
        assert!(is_empty(&desk.downloads()), "{code}: a file is left");
        pty.send(b"\r");
        pty.wait_for("Your helper can see this computer now.");
        assert_eq!(desk.site.received().len(), 2, "one request a try");
    }
}

#[test]
fn d13_a_client_that_is_done_at_once_has_had_its_session() {
    let desk = Desk::serving("#!/bin/sh\nexit 0\n", "");
    let mut pty = desk.asked(Terminal::Controlling);
    pty.wait_for("Session ended.");
    assert!(is_empty(&desk.downloads()));
}

/// A client that forks and goes, with the status of one that failed; what it leaves behind waits
/// for a file.
const GONE: &str = "#!/bin/sh\n(setsid sh -c 'echo $$ > @/new; mv @/new @/pids; until [ -e @/go ]; do sleep 0.1; done' &)\n\
                    until [ -e @/pids ]; do sleep 0.1; done\nexit 3\n";

#[test]
fn d13_a_client_that_forks_and_goes_runs_until_the_last_of_it_has_gone() {
    let desk = Desk::serving(GONE, "");
    let (mut pty, _) = desk.running(Terminal::Controlling);
    pty.wait_for("Your helper can see this computer now.");
    pty.settle(REST);
    let before = pty.context_switches();
    pty.read_for(Duration::from_secs(1));
    assert_eq!(
        pty.context_switches() - before,
        0,
        "the kiosk woke up for nothing"
    );

    sweeps_nothing(&desk);
    fs::write(desk.at("go"), "").expect("written");
    pty.wait_for("Session ended.");
    assert_eq!(
        (desk.client(), is_empty(&desk.downloads())),
        (Vec::new(), true)
    );
}

#[test]
fn d13_one_that_forks_and_goes_and_is_kept_keeps_its_folder() {
    let desk = Desk::serving(GONE, "when_left = \"keep\"");
    let (mut pty, pids) = desk.running(Terminal::Controlling);
    pty.wait_for("Your helper can see this computer now.");
    pty.send(b"\x03");
    leaves_with(0, "Ctrl-C", &mut pty);
    let mut another = desk.kiosk(Terminal::Controlling);
    another.wait_until("its sweep done", |pty| pty.threads() == 1);
    assert!(
        lives(pids[0]) && !is_empty(&desk.downloads()),
        "it was kept, and needs its folder"
    );

    fs::write(desk.at("go"), "").expect("written");
    another.wait_until("its end", |_| desk.client().is_empty());
    let mut third = desk.kiosk(Terminal::Controlling);
    third.wait_until("the folder swept", |_| is_empty(&desk.downloads()));
}

#[test]
fn d13_start_waits_for_orphans_and_reports_the_clients_status() {
    let desk = Desk::serving(GONE, "");
    let mut command = kiosk();
    command
        .args(["start", "rep", "1", "--json", "--config"])
        .arg(desk.at("kiosk.toml"));
    std::thread::scope(|scope| {
        let started = scope.spawn(move || command.output().expect("it ran"));
        while !desk.at("pids").exists() || desk.client().len() > 2 {
            assert!(!started.is_finished(), "it did not wait");
            std::thread::yield_now();
        }
        let left = desk.pids()[0];
        assert!(
            lives(left) && !is_empty(&desk.downloads()),
            "it needs its folder"
        );
        fs::write(desk.at("go"), "").expect("written");
        let output = started.join().expect("it ran");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert!(
            told.lines()
                .last()
                .is_some_and(|line| line.contains(r#""event":"ended","status":3,"signal":null"#)),
            "{told}"
        );
        assert_eq!(
            (desk.client(), is_empty(&desk.downloads())),
            (Vec::new(), true)
        );
    });
}

#[test]
fn d14_a_client_left_by_start_keeps_its_directory_when_it_forks() {
    let desk = Desk::serving(
        &GONE.replace(
            "#!/bin/sh\n",
            "#!/bin/sh\necho $$ > @/one; mv @/one @/first\n",
        ),
        "",
    );
    let mut command = kiosk();
    command
        .args(["start", "rep", "1", "--no-wait", "--config"])
        .arg(desk.at("kiosk.toml"));
    assert!(command.status().expect("it ran").success());
    let mut another = desk.kiosk(Terminal::Controlling);
    another.wait_until("the first gone", |_| {
        desk.at("pids").exists() && !lives(first(&desk))
    });
    sweeps_nothing(&desk);
    fs::write(desk.at("go"), "").expect("written");
    another.wait_until("its end", |_| desk.client().is_empty());
    let mut last = desk.kiosk(Terminal::Controlling);
    last.wait_until("the folder swept", |_| is_empty(&desk.downloads()));
}

/// The first process of a client that tells it.
fn first(desk: &Desk) -> i32 {
    fs::read_to_string(desk.at("first"))
        .expect("told")
        .trim()
        .parse()
        .expect("a pid")
}

fn sweeps_nothing(desk: &Desk) {
    let mut another = desk.kiosk(Terminal::Controlling);
    another.wait_until("its sweep done", |pty| pty.threads() == 1);
    assert!(
        !is_empty(&desk.downloads()),
        "another kiosk took the folder of one that lives"
    );
}

#[test]
fn d14_the_directory_of_a_watched_client_is_never_swept() {
    // What it leaves behind stands elsewhere.
    let script = "#!/bin/sh\necho $$ > @/new; mv @/new @/first\nuntil [ -e @/fork ]; do sleep 0.05; done\n\
                  (cd /; setsid sh -c 'echo $$ > @/new; mv @/new @/pids; until [ -e @/go ]; do sleep 0.1; done' &)\n";
    let desk = Desk::serving(script, "");
    let mut command = kiosk();
    let mut start = command
        .args(["start", "rep", "1", "--config"])
        .arg(desk.at("kiosk.toml"))
        .spawn()
        .expect("started");
    let mut another = desk.kiosk(Terminal::Controlling);
    another.wait_until("the client", |_| desk.at("first").exists());
    // It shall not come to recording who is left before another looks.
    let watcher = Pid::from_child(&start);
    kill_process(watcher, Signal::STOP).expect("stopped");
    fs::write(desk.at("fork"), "").expect("written");
    another.wait_until("the first gone", |_| {
        desk.at("pids").exists() && !lives(first(&desk))
    });
    sweeps_nothing(&desk);
    kill_process(watcher, Signal::CONT).expect("let go on");
    fs::write(desk.at("go"), "").expect("written");
    assert!(start.wait().expect("its end").success());
    assert!(is_empty(&desk.downloads()), "a file is left");
}

#[test]
fn the_dead_that_a_client_left_behind_are_waited_for() {
    let script =
        "#!/bin/sh\nfor each in 1 2 3; do (setsid sh -c ': >> @/done' &); done\nexec sleep 1000\n";
    let desk = Desk::serving(script, "when_left = \"end\"");
    let mut pty = desk.asked(Terminal::Controlling);
    pty.wait_for("Your helper can see this computer now.");
    let kiosk = pty.child.id().to_string();
    pty.wait_until("the client alone", |_| children(&kiosk).len() == 1);
}

/// The states of a process's children, the dead that nobody waited for included.
fn children(parent: &str) -> Vec<char> {
    let entries = fs::read_dir("/proc").expect("the processes").flatten();
    let lines = entries.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    let state_of_child = |line: String| -> Option<char> {
        let mut fields = line.rsplit_once(") ")?.1.split(' ');
        let state = fields.next()?.chars().next();
        state.filter(|_| fields.next() == Some(parent))
    };
    lines.filter_map(state_of_child).collect()
}
