//! The same on the screen: the session's own thread stands still at its beginning
//! (`src/failpoints.rs`), strace takes hold of it alone, and each of its calls fails once. Whatever
//! it is, the screen says so by an entry of the catalogue and lives on, the terminal is left as it
//! was, no file stays, and what was not whole never ran. (Where a library panics, as the standard
//! one does without randomness, the program ends whole instead: T8.)
//!
//! ```text
//! keys ──> session stands still ──> strace, of this thread alone ──> goes on ──> the screen's end ──> Ctrl-C, 0
//! ```

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support_kiosk::failure::Fault;
use support_kiosk::text::EN;

use super::{AT_ONCE, CLIENTS, WORDS, Wrong, calls, errors, good_site, inject, was_hit};
use crate::faults::row::GOOD;
use crate::support::fixture::Fixture;
use crate::support::needs;
use crate::support::parallel::in_parallel;
use crate::support::pty::{Pty, modes, pair};
use crate::support::served::ask;
use crate::support::site::Site;
use crate::support::stage::kiosk;

/// So long anything of it may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What becomes of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// It runs beside the kiosk.
    Run,
    /// It has the terminal while it runs.
    OnTheTerminal,
    /// It is saved.
    Save,
}

/// A kiosk, with a site that is always good.
struct Desk {
    home: Fixture,
    flow: Flow,
}

/// So long nothing of it takes, unless a word to the screen was lost.
const LONG: Duration = Duration::from_secs(20);

/// How one session ended.
struct Ordeal {
    /// What the screen said: the entry of the catalogue; none: all was well.
    fault: Option<Fault>,
    /// What strace saw.
    account: String,
    /// What is wrong with the way in which the program ended.
    trouble: Option<String>,
}

impl Desk {
    fn new(site: &Site, flow: Flow) -> Self {
        let home = Fixture::new();
        let launch = match flow {
            Flow::Run => "",
            Flow::OnTheTerminal => "foreground = true",
            Flow::Save => "mode = \"save\"",
        };
        let text = format!(
            "[site]\nurl = \"{}\"\n[network]\nretries = 0\nstall_timeout = \"10s\"\n[download]\nfolder = \"downloads\"\n[log]\nto = \"none\"\n\
             [launch]\nneeds_display = false\nenvironment = [\"MARK\"]\n{launch}\n[[rep]]\nid = 12\nname = \"Dana Whitfield\"\n",
            site.url().replace("localhost", "127.0.0.1")
        );
        home.write_config(&text);
        Self { home, flow }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.home.at(name)
    }

    /// The session, its thread under strace with these options.
    fn order(&self, options: &[&str]) -> Ordeal {
        let (hold, account) = (self.at("hold"), self.at("account"));
        std::os::unix::fs::symlink("here", &hold).expect("a link");
        let mut command = kiosk();
        command
            .arg("--config")
            .arg(self.home.config())
            .env("MARK", self.at("ran"));
        command.env("SUPPORT_KIOSK_PAUSE", format!("session:{}", hold.display()));
        let before = modes(&pair(80, 24).1);
        let mut pty = Pty::start(command, 80, 24);
        ask(&mut pty);
        pty.wait_for(EN.connecting.question);
        let mut strace = attached(thread_of(pty.child.id(), "session"), options, &account);
        fs::remove_file(&hold).expect("let go");

        let ends = [EN.failed.question, EN.ended.question, EN.hand_off.saved];
        let shows = |pty: &Pty, ends: &[&str]| ends.iter().any(|end| pty.text().contains(end));
        let in_time = pty.gone_within(LONG, |pty| shows(pty, &ends));
        let broke = in_time.unwrap_or_else(|| {
            // A size that is the same: it wakes the screen and changes nothing.
            pty.signal(Signal::WINCH);
            pty.wait_until_gone_or("the session's end", |pty| shows(pty, &ends))
        });
        let text = pty.text();
        let fault = text
            .split_once("For staff: ")
            .and_then(|(_, line)| Fault::of_code(line.split(' ').next()?));
        let told = broke || shows(&pty, &[EN.failed.question]) == fault.is_some();
        if shows(&pty, &[EN.ended.question]) {
            // There any key leads to the start.
            pty.send(b"\r");
            pty.wait_for(EN.start.question);
        }
        if !broke {
            pty.send(b"\x03");
        }
        let status = pty.end().0;
        strace.wait().expect("its end");
        let screen = pty.screen();
        let checks = [
            (in_time.is_some(), "its screen, which slept on"),
            (
                status.code() == Some(if broke { 70 } else { 0 }),
                "its status",
            ),
            (told, "what it told"),
            (modes(pty.slave()) == before, "the terminal's modes"),
            (
                !screen.alternate_screen(),
                "the full screen, which is still there",
            ),
            (!screen.hide_cursor(), "the cursor, which is hidden"),
        ];
        let amiss: Vec<&str> = checks
            .into_iter()
            .filter_map(|(well, what)| (!well).then_some(what))
            .collect();
        let trouble = (!amiss.is_empty()).then(|| {
            let last =
                String::from_utf8_lossy(&pty.received[pty.received.len().saturating_sub(200)..]);
            format!(
                "{status}; amiss: {}; the last bytes: {last:?}; the screen:\n{text}",
                amiss.join(", ")
            )
        });
        let fault = if broke { Some(Fault::Internal) } else { fault };
        Ordeal {
            fault,
            account: fs::read_to_string(account).unwrap_or_default(),
            trouble,
        }
    }

    /// What is wrong with how the session ended, if anything.
    fn wrong(&self, ordeal: &Ordeal) -> Option<String> {
        let files = self.home.left();
        let saved = self.flow == Flow::Save && ordeal.fault.is_none();
        let as_it_should = match (&files[..], saved) {
            ([], false) => true,
            ([one], true) => {
                one.ends_with("scc.sh") && fs::read_to_string(one).is_ok_and(|text| text == GOOD)
            }
            _ => false,
        };
        // From the moment at which it is to be executed on, what fails may fail too late for it.
        let may_have_run = ordeal
            .fault
            .is_none_or(|fault| fault.code().starts_with('R'));
        let ran = self.at("ran").exists();
        let checks = [
            (!as_it_should, format!("in the folder: {files:?}")),
            (ran && !may_have_run, "it ran all the same".to_owned()),
            (
                ordeal.fault.is_none() && self.flow != Flow::Save && !ran,
                "it did not run".to_owned(),
            ),
        ];
        let wrong = checks
            .into_iter()
            .find_map(|(is_wrong, why)| is_wrong.then_some(why));
        ordeal.trouble.clone().or(wrong)
    }
}

/// The number of a program's thread of this name.
fn thread_of(program: u32, name: &str) -> u32 {
    let end = Instant::now() + PATIENCE;
    loop {
        let tasks = fs::read_dir(format!("/proc/{program}/task"))
            .expect("its threads")
            .flatten();
        let is_named = |path: PathBuf| {
            fs::read_to_string(path.join("comm")).is_ok_and(|comm| comm.trim_end() == name)
        };
        if let Some(task) = tasks.into_iter().find(|task| is_named(task.path())) {
            return task
                .file_name()
                .to_str()
                .and_then(|number| number.parse().ok())
                .expect("a number");
        }
        assert!(Instant::now() < end, "there is no thread {name}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// strace, once it has hold of this thread and no other.
fn attached(thread: u32, options: &[&str], account: &std::path::Path) -> Child {
    let mut command = Command::new("strace");
    command
        .args(["-qq", "-p", &thread.to_string(), "-o"])
        .arg(account)
        .args(options);
    let strace = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("strace");
    let end = Instant::now() + PATIENCE;
    let status = format!("/proc/{thread}/status");
    while fs::read_to_string(&status).is_ok_and(|status| status.contains("TracerPid:\t0\n")) {
        assert!(Instant::now() < end, "strace does not get hold of it");
        std::thread::sleep(Duration::from_millis(2));
    }
    strace
}

fn everything_that_can_go_wrong(site: &Site, flow: Flow) -> Vec<Wrong> {
    let desk = Desk::new(site, flow);
    let ordeal = desk.order(&["-y"]);
    assert_eq!(
        (desk.wrong(&ordeal), ordeal.fault),
        (None, None),
        "{flow:?}, with nothing wrong"
    );
    let calls = calls(ordeal.account.lines(), &CLIENTS);
    assert!(calls.len() > 20, "{flow:?}: {calls:?}");
    calls
        .into_iter()
        .flat_map(|(call, count)| {
            errors(&call)
                .iter()
                .map(move |error| (call.clone(), count, *error))
        })
        .collect()
}

/// Whether strace may take hold of a thread that is not below it.
fn may_attach() -> Result<(), String> {
    needs::program("strace")?;
    let mut sleep = Command::new("sleep").arg("60").spawn().expect("sleep");
    let tried = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "-p", &sleep.id().to_string()])
        .stderr(Stdio::piped())
        .spawn();
    let mut tried = tried.expect("strace");
    let end = Instant::now() + PATIENCE;
    let holds = loop {
        let status = fs::read_to_string(format!("/proc/{}/status", sleep.id())).expect("it sleeps");
        if !status.contains("TracerPid:\t0\n") {
            break true;
        }
        if tried.try_wait().expect("a child of ours").is_some() || Instant::now() > end {
            break false;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let _ = sleep.kill();
    let _ = sleep.wait();
    let _ = tried.wait();
    if holds {
        Ok(())
    } else {
        Err("strace may not take hold of a process (ptrace_scope)".to_owned())
    }
}

#[test]
fn d14_any_failing_system_call_leaves_the_screen_alive() {
    if needs::or_skip(may_attach()).is_none() {
        return;
    }
    let site = good_site();
    let ordeals: Vec<(Flow, Wrong)> = [Flow::Run, Flow::OnTheTerminal, Flow::Save]
        .into_iter()
        .flat_map(|flow| {
            everything_that_can_go_wrong(&site, flow)
                .into_iter()
                .map(move |wrong| (flow, wrong))
        })
        .collect();
    println!("{} ordeals on the screen", ordeals.len());
    let hits = std::sync::Mutex::new(Vec::new());
    let wrong = in_parallel(&ordeals, AT_ONCE, |(flow, wrong)| {
        let desk = Desk::new(&site, *flow);
        let mut ordeal = desk.order(&inject(wrong).each_ref().map(String::as_str));
        let (call, count, error) = wrong;
        if was_hit(&ordeal.account, "") {
            hits.lock().expect("lines").push(format!(
                "{call:<12} {error:<8} {}",
                ordeal.fault.map_or("ok", Fault::code)
            ));
        }
        let elsewhere = WORDS.iter().any(|what| was_hit(&ordeal.account, what));
        if elsewhere {
            // A word that was lost may keep the screen waiting; what is left behind counts all the
            // same.
            ordeal.trouble = None;
        }
        let why = desk.wrong(&ordeal)?;
        Some(format!("{flow:?}, {call} {count} {error}: {why}"))
    });
    let mut hits = hits.into_inner().expect("lines");
    let made = hits.len();
    hits.sort_unstable();
    hits.dedup();
    for line in &hits {
        println!("{line}");
    }
    assert!(
        made * 10 > ordeals.len() * 9,
        "{made} of {} calls were made to fail",
        ordeals.len()
    );
    for sure in [
        "mkdirat      ENOSPC   F2",
        "mkdirat      EROFS    F3",
        "openat       EACCES   F1",
        "write        ENOSPC   F2",
    ] {
        assert!(
            hits.iter().any(|line| line == sure),
            "{sure} is not among {hits:?}"
        );
    }
    let broken = Fault::BrokenProgram.code();
    assert!(!hits.iter().any(|line| line.ends_with(broken)), "{hits:?}");
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        ordeals.len(),
        wrong.join("\n")
    );
}
