//! Every call of the system that a session makes fails, once each, in every flow (D11-D15):
//! whatever it is, nothing is left, what is told is of the catalogue, and a client that was not
//! whole never ran.
//!
//! ```text
//! strace, watching ──> the calls that a good session makes, from the first look at its folder on
//!                           └─ each of them, by each error that it can have ──> strace, injecting ──> how it ended, what is left
//! ```

mod screen;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use support_kiosk::failure::Fault;
use tempfile::TempDir;

use super::row::GOOD;
use crate::support::fixture::Fixture;
use crate::support::needs;
use crate::support::parallel::in_parallel;
use crate::support::site::{Site, answer};

/// How many at a time: each waits most of its time, for strace to begin and for what was made to
/// fail.
const AT_ONCE: usize = 8;

/// Seconds after which an order hangs, and is ended with a status that is not of the catalogue.
const TOO_LONG: &str = "60";

/// A word to ourselves over a pipe, from the handler of a signal: it fails only where one is
/// waiting already. When it comes is the client's to say, so that it may be hit in place of another
/// call.
const WAKE: &str = "\"X\", 1)";

/// A word of a thread to the screen's loop, which fails only where one is waiting already.
const RING: &str = "\"\\1\", 1)";

/// A word of tokio's to itself, which can't fail.
const EVENT: &str = "\"\\1\\0\\0\\0\\0\\0\\0\\0\", 8)";

/// All of them.
const WORDS: [&str; 3] = [WAKE, RING, EVENT];

/// A line of ours on standard output, which a thread of its own writes: numbered as its own calls
/// are, it may be hit as well.
const LINE: &str = "write(1, ";

/// A look at who else runs: as many calls as there are processes, each of which may be gone by
/// then.
const OTHERS: &str = "/proc";

/// The calls of folder and launch. (What the network does is another table's, and memory, signals
/// and the clock are nobody's.)
const CALLS: [&str; 31] = [
    "access",
    "clone",
    "clone3",
    "copy_file_range",
    "faccessat",
    "faccessat2",
    "fchmod",
    "fork",
    "fstat",
    "fstatfs",
    "fsync",
    "getdents64",
    "getrandom",
    "link",
    "linkat",
    "lseek",
    "mkdir",
    "mkdirat",
    "newfstatat",
    "open",
    "openat",
    "pipe2",
    "read",
    "renameat",
    "renameat2",
    "rmdir",
    "socketpair",
    "statx",
    "unlinkat",
    "vfork",
    "write",
];

/// A look at the folder for clients.
const CLIENTS: [&str; 2] = ["/downloads\"", "/downloads>"];

/// What is ordered.
#[derive(Clone, Copy, Debug)]
enum Flow {
    /// The client is run and waited for.
    Run,
    /// The client is run.
    Leave,
    /// The client is saved where it is downloaded to.
    Save,
    /// The client is saved onto another disk.
    SaveElsewhere,
}

/// A desk for one order, with a site that is always good.
struct Stage {
    home: Fixture,
    saved: TempDir,
    flow: Flow,
}

/// How one order ended.
struct Ordeal {
    output: Output,
    /// What strace saw.
    account: String,
}

impl Stage {
    fn new(site: &Site, flow: Flow) -> Option<Self> {
        let home = Fixture::new();
        let saved = match flow {
            Flow::Run | Flow::Leave | Flow::Save => tempfile::tempdir().expect("a folder"),
            Flow::SaveElsewhere => tempfile::tempdir_in("/dev/shm").ok()?,
        };
        let text = format!(
            "site.url = \"{}\"\nnetwork.retries = 0\nnetwork.stall_timeout = \"10s\"\ndownload.folder = \"downloads\"\nlog.to = \"none\"\n\
             launch.needs_display = false\nlaunch.environment = [\"MARK\"]\n[[rep]]\nid = 12\nname = \"Dana Whitfield\"\n",
            site.url().replace("localhost", "127.0.0.1")
        );
        home.write_config(&text);
        Some(Self { home, saved, flow })
    }

    fn at(&self, name: &str) -> PathBuf {
        self.home.at(name)
    }

    /// The order, under strace with these options.
    fn order(&self, options: &[&str]) -> Ordeal {
        let account = self.at("account");
        let mut command = Command::new("timeout");
        command
            .args([TOO_LONG, "strace", "-f", "--seccomp-bpf", "-o"])
            .arg(&account)
            .args(options)
            .arg(env!("CARGO_BIN_EXE_support-kiosk"));
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("MARK", self.at("ran"));
        command
            .args(["start", "rep", "12", "--json", "--config"])
            .arg(self.home.config());
        match self.flow {
            Flow::Run => {}
            Flow::Leave => _ = command.arg("--no-wait"),
            Flow::Save | Flow::SaveElsewhere => _ = command.arg("--save").arg(self.saved.path()),
        }
        let output = command.stdin(Stdio::null()).output().expect("strace");
        Ordeal {
            output,
            account: fs::read_to_string(account).unwrap_or_default(),
        }
    }

    fn files_saved(&self) -> Vec<PathBuf> {
        fs::read_dir(self.saved.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect()
    }

    /// What is wrong with how the order ended, if anything.
    fn wrong(&self, ordeal: &Ordeal) -> Option<String> {
        let left = self.home.left();
        let (saved, good) = (self.files_saved(), ordeal.output.status.success());
        let whole = saved
            .iter()
            .all(|file| fs::read_to_string(file).is_ok_and(|text| text == GOOD));
        // A client that nobody waits for keeps its folder: the next visit sweeps it.
        let may_stay = matches!(self.flow, Flow::Leave) && good;
        let checks = [
            (!left.is_empty() && !may_stay, format!("left: {left:?}")),
            (
                !saved.is_empty() && !good,
                format!("saved by an order that failed: {saved:?}"),
            ),
            (!whole, "what was saved is not the client".to_owned()),
            (
                ordeal.fault().is_none() && !good,
                format!("not of the catalogue: {:?}", ordeal.output),
            ),
        ];
        checks
            .into_iter()
            .find_map(|(is_wrong, why)| is_wrong.then_some(why))
    }
}

impl Ordeal {
    /// The entry of the catalogue by which it failed, if its exit status is that of the entry. A
    /// panic of a library is told as a fault of ours, on standard error.
    fn fault(&self) -> Option<Fault> {
        let out = String::from_utf8_lossy(&self.output.stdout);
        let status = self.output.status.code();
        let of_code = |line: &str| {
            let event: serde_json::Value = serde_json::from_str(line).ok()?;
            Fault::of_code(event["code"].as_str()?)
        };
        let told = out.lines().last().and_then(of_code);
        let broken = String::from_utf8_lossy(&self.output.stderr).contains("internal error at");
        told.or(broken.then_some(Fault::Internal))
            .filter(|fault| status == Some((fault.exit() as u8).into()))
    }

    /// The calls of the program's main thread, from the first look at one of these folders on.
    fn calls(&self, folders: &[&str]) -> Vec<(String, usize)> {
        let main = self.account.split(' ').next().unwrap_or_default();
        calls(
            self.account
                .lines()
                .filter_map(|line| line.strip_prefix(main)),
            folders,
        )
    }
}

/// The calls of a thread from the first look at one of these folders on: each by name, and by its
/// number among those of its name.
fn calls<'a>(account: impl Iterator<Item = &'a str>, folders: &[&str]) -> Vec<(String, usize)> {
    let (mut counts, mut calls, mut begun) = (BTreeMap::new(), Vec::new(), false);
    for line in account {
        let Some((name, rest)) = line.trim_start().split_once('(') else {
            continue;
        };
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            continue;
        }
        let count = counts.entry(name.to_owned()).or_insert(0);
        *count += 1;
        // The command line names a folder too.
        begun = begun || name != "execve" && folders.iter().any(|folder| rest.contains(folder));
        if begun
            && CALLS.contains(&name)
            && !WORDS
                .iter()
                .chain([&OTHERS])
                .any(|left_out| rest.contains(left_out))
        {
            calls.push((name.to_owned(), *count));
        }
    }
    calls
}

/// What strace is asked to do to a call.
fn inject((call, count, error): &Wrong) -> [String; 4] {
    let when = if *count == 0 {
        String::new()
    } else {
        format!(":when={count}")
    };
    [
        "-e".to_owned(),
        format!("trace={call}"),
        "-e".to_owned(),
        format!("inject={call}:error={error}{when}"),
    ]
}

/// Whether such a call was made to fail.
fn was_hit(account: &str, what: &str) -> bool {
    whole_calls(account)
        .iter()
        .any(|call| call.contains("INJECTED") && call.contains(what))
}

/// The calls of an account. One that another thread was heard within stands in two parts there:
/// "PID call(.. <unfinished ...>", and later "PID <... call resumed>..".
fn whole_calls(account: &str) -> Vec<String> {
    let (mut begun, mut calls) = (BTreeMap::new(), Vec::new());
    for line in account.lines() {
        let pid = line.split(' ').next().unwrap_or_default();
        if let Some(call) = line.strip_suffix(" <unfinished ...>") {
            begun.insert(pid, call);
        } else if let Some((_, rest)) = line.split_once(" resumed>") {
            calls.push(format!("{}{rest}", begun.remove(pid).unwrap_or_default()));
        } else {
            calls.push(line.to_owned());
        }
    }
    calls
}

#[test]
fn a_call_that_another_thread_was_heard_within_is_one() {
    let account = "7 write(9, \"\\1\", 1 <unfinished ...>\n8 close(3) = 0\n7 <... write resumed>) = -1 EIO (Input/output error) (INJECTED)";
    assert!(
        was_hit(account, RING) && !was_hit(account, "close"),
        "{:?}",
        whole_calls(account)
    );
}

/// Errors that a call can have and that mean something of their own; any other has EIO.
fn errors(call: &str) -> &'static [&'static str] {
    match call {
        "mkdirat" | "mkdir" => &["ENOSPC", "EROFS", "EACCES"],
        "open" | "openat" => &["EMFILE", "EACCES", "ENOSPC"],
        "write" | "fsync" | "linkat" | "link" | "copy_file_range" | "sendfile" => {
            &["ENOSPC", "EDQUOT", "EIO"]
        }
        "clone" | "clone3" | "fork" | "vfork" => &["EAGAIN", "ENOMEM"],
        "execve" => &["EACCES", "ENOEXEC", "ENOENT", "ENOMEM"],
        "pipe2" | "socketpair" => &["EMFILE"],
        _ => &["EIO"],
    }
}

/// One thing that goes wrong: a call, its number among those of its name in its process (0: each),
/// and the error.
type Wrong = (String, usize, &'static str);

fn everything_that_can_go_wrong(site: &Site, flow: Flow) -> Vec<Wrong> {
    let Some(stage) = Stage::new(site, flow) else {
        return Vec::new();
    };
    let ordeal = stage.order(&["-y"]);
    assert_eq!(
        stage.wrong(&ordeal),
        None,
        "{flow:?}, with nothing wrong: {:?}",
        ordeal.output
    );
    let saved = stage.saved.path().to_string_lossy();
    let calls = ordeal.calls(&[CLIENTS[0], CLIENTS[1], &saved]);
    assert!(calls.len() > 30, "{flow:?}: {calls:?}");
    let mut all: Vec<Wrong> = calls
        .into_iter()
        .flat_map(|(call, count)| {
            errors(&call)
                .iter()
                .map(move |error| (call.clone(), count, *error))
        })
        .collect();
    // Between fork and exec, made by nobody else or (exec) not seen before; and the one that a
    // thread of its own waits for.
    for call in ["execve", "setsid", "chdir", "dup2", "dup3", "fsync"]
        .into_iter()
        .filter(|call| ordeal.account.contains(&format!(" {call}(")))
    {
        all.extend(
            errors(call)
                .iter()
                .map(|error| (call.to_owned(), 0, *error)),
        );
    }
    all
}

/// Whether strace may watch what it starts.
fn may_watch() -> Result<(), String> {
    needs::program("strace")?;
    let watches = needs::succeeds(Command::new("strace").args(["-f", "-o", "/dev/null", "true"]));
    if watches {
        Ok(())
    } else {
        Err("strace may not watch".to_owned())
    }
}

/// A site that is always good.
fn good_site() -> Site {
    Site::answering(answer(
        "200 OK",
        "Content-Disposition: attachment; filename=scc.sh\r\n",
        GOOD,
    ))
}

#[test]
fn d15_where_there_is_no_thread_to_speak_start_says_so_all_the_same() {
    if needs::or_skip(may_watch()).is_none() {
        return;
    }
    let stage = Stage::new(&good_site(), Flow::Run).expect("a desk");
    let ordeal = stage.order(
        &inject(&("clone3".to_owned(), 1, "EAGAIN"))
            .each_ref()
            .map(String::as_str),
    );
    assert!(was_hit(&ordeal.account, ""), "{}", ordeal.account);
    assert_eq!(ordeal.fault(), Some(Fault::Internal), "{:?}", ordeal.output);
    assert_eq!(String::from_utf8_lossy(&ordeal.output.stderr), "");
    assert_eq!(stage.wrong(&ordeal), None);
}

#[test]
fn d14_any_failing_system_call_is_reported_and_leaves_nothing() {
    if needs::or_skip(may_watch()).is_none() {
        return;
    }
    let site = good_site();
    let flows = [Flow::Run, Flow::Leave, Flow::Save, Flow::SaveElsewhere];
    let ordeals: Vec<(Flow, Wrong)> = flows
        .into_iter()
        .flat_map(|flow| {
            everything_that_can_go_wrong(&site, flow)
                .into_iter()
                .map(move |wrong| (flow, wrong))
        })
        .collect();
    println!("{} ordeals", ordeals.len());
    let faults = std::sync::Mutex::new(BTreeSet::new());
    let hits = AtomicUsize::new(0);
    let wrong = in_parallel(&ordeals, AT_ONCE, |(flow, wrong)| {
        let (call, count, error) = wrong;
        let stage = Stage::new(&site, *flow)?;
        let ordeal = stage.order(&inject(wrong).each_ref().map(String::as_str));
        if was_hit(&ordeal.account, "") {
            hits.fetch_add(1, Ordering::Relaxed);
            let came_to = ordeal.fault().map_or("ok", Fault::code);
            faults
                .lock()
                .expect("lines")
                .insert(format!("{call:<12} {error:<8} {came_to}"));
        }
        let elsewhere = WORDS
            .iter()
            .chain([&LINE])
            .any(|what| was_hit(&ordeal.account, what));
        let why = stage.wrong(&ordeal).filter(|_| !elsewhere)?;
        Some(format!("{flow:?}, {call} {count} {error}: {why}"))
    });
    let came_to = faults.into_inner().expect("lines");
    for line in &came_to {
        println!("{line}");
    }
    let hits = hits.into_inner();
    println!("{hits} of {} calls were made to fail", ordeals.len());
    assert!(
        hits * 10 > ordeals.len() * 9,
        "{hits} of {} calls were made to fail",
        ordeals.len()
    );
    for sure in [
        "mkdirat      ENOSPC   F2",
        "mkdirat      EROFS    F3",
        "fsync        ENOSPC   F2",
        "fsync        EIO      F3",
        "execve       ENOENT   R3",
        "execve       EACCES   R1",
    ] {
        assert!(came_to.contains(sure), "{sure} is not among {came_to:?}");
    }
    // Of a file that is whole none of it says that it is not.
    let broken = Fault::BrokenProgram.code();
    assert!(
        !came_to.iter().any(|line| line.ends_with(broken)),
        "{came_to:?}"
    );
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        ordeals.len(),
        wrong.join("\n")
    );
}
