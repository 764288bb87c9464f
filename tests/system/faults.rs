//! A site, a way to it and a machine that do everything wrong that they can, in one table: each
//! behaviour is tried on the same code as `start` and the screen go through, and comes to exactly
//! one entry of the catalogue (D1-D8, D10-D12, D15).
//!
//! ```text
//! row: behaviour, expected ─┬─> connect, in this process ─────> its fault
//!                           ├─> `start --json`, the program ──> its code and exit status
//!                           └─> cut at some byte and cancelled ─> nothing left, nothing ran
//! ```
//!
//! `cargo test --test system faults -- --nocapture` prints the table.

mod attachments;
mod bodies;
mod heads;
mod machines;
mod mounts;
mod names;
mod orders;
mod redirects;
mod row;
mod scarce;
mod statuses;
mod syscalls;
mod transfers;
mod ways;

use std::collections::HashSet;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use proptest::prelude::RngExt as _;
use support_kiosk::failure::Fault;

use self::row::{End, Row, Trial, Way};
use crate::support::order::KEY;
use crate::support::parallel::in_parallel;
use crate::support::random::random;
use crate::support::site::{Act, Authority};

/// Of all that is drawn by lot: told where something fails.
const SEED: u64 = 20_261_124;

/// How many rows are tried at the same time: most of them wait.
const AT_ONCE: usize = 8;

/// Held by a test whose sessions run in this process. Their clients share its children: the orphan
/// of one test's client would count as that of another's.
static IN_PROCESS: Mutex<()> = Mutex::new(());

/// What no output may hold: the key, a secret of the site's, and a parameter of the request.
const SECRETS: [&str; 4] = [KEY, "canary", "access_key", "id=12"];

/// The slowest first, so that nobody waits for it alone.
fn table(authority: &Authority) -> Vec<Row> {
    let mut rows = transfers::rows(SEED);
    rows.reverse();
    rows.extend(redirects::rows(authority));
    rows.extend(statuses::rows());
    rows.extend(heads::rows());
    rows.extend(bodies::rows());
    rows.extend(attachments::rows());
    rows.extend(ways::rows(authority));
    rows.extend(machines::rows());
    rows
}

fn all_wrong(rows: &[Row], wrong: impl Fn(&Row) -> Option<String> + Sync) -> Vec<String> {
    in_parallel(rows, AT_ONCE, |row| {
        wrong(row).map(|why| format!("{}: {why}", row.name))
    })
}

fn code(row: &Row) -> &'static str {
    row.expected.map_or("ok", |fault| fault.code())
}

fn wrong_in_process(row: &Row) -> Option<String> {
    let expected = row.expected.map_or(End::Ran, End::Failed);
    let mut trial = Trial::of(row);
    let mut end = trial.run();
    if expected == End::Ran && end == End::Failed(Fault::CannotStart) {
        // A child that another thread has just forked holds this client's file open for writing
        // until its exec, on a loaded machine longer than the kiosk tries again (D12).
        trial = Trial::of(row);
        end = trial.run();
    }
    if end != expected {
        return Some(format!("{end:?} in place of {expected:?}"));
    }
    trial.traces(&end)
}

#[test]
fn d15_every_site_behaviour_has_one_code_and_leaves_nothing() {
    let _turn = IN_PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
    let authority = Authority::new();
    let (mut rows, early_ends) = (table(&authority), machines::early_ends());
    // Their clients fail on purpose, so no other may run beside them.
    let wrong_row = |row: &Row| Some(format!("{}: {}", row.name, wrong_in_process(row)?));
    let mut wrong: Vec<String> = early_ends.iter().filter_map(wrong_row).collect();
    wrong.extend(all_wrong(&rows, wrong_in_process));
    rows.extend(early_ends);
    let mut names = HashSet::new();
    let twice: Vec<&str> = rows
        .iter()
        .map(|row| row.name.as_str())
        .filter(|name| !names.insert(*name))
        .collect();
    assert!(
        twice.is_empty() && rows.len() >= 100,
        "{} rows, of one name: {twice:?}",
        rows.len()
    );
    println!(
        "{:<60} {:<5} exit",
        format!("behaviour ({} of them, seed {SEED})", rows.len()),
        "code"
    );
    for row in &rows {
        println!("{:<60} {:<5} {}", row.name, code(row), row.exit());
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

/// What `start` tells of it, with these options.
fn started(row: &Row, trial: &Trial, options: &[&str]) -> Output {
    trial.write_config();
    let (words, typed) = match row.way {
        Way::Rep => (["rep", "12"], ""),
        Way::Key => (["key", "-"], KEY),
    };
    let mut start = Command::new(env!("CARGO_BIN_EXE_support-kiosk"))
        .env_clear()
        .envs(trial.environment())
        .arg("start")
        .args(words)
        .args(options)
        .arg("--config")
        .arg(trial.config())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    start
        .stdin
        .take()
        .expect("its input")
        .write_all(typed.as_bytes())
        .expect("typed");
    start.wait_with_output().expect("its end")
}

fn wrong_by_start(row: &Row) -> Option<String> {
    let trial = Trial::of(row);
    let output = started(row, &trial, &["--json"]);
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let last = told.lines().last().unwrap_or_default();
    let event: serde_json::Value = serde_json::from_str(last).unwrap_or_default();
    let ended = event["event"] == "ended";
    if output.status.code() != Some(row.exit().into()) || ended != row.expected.is_none() {
        return Some(format!(
            "{:?} in place of {}: {told}",
            output.status.code(),
            row.exit()
        ));
    }
    if !ended && event["code"] != code(row) {
        return Some(format!(
            "{} in place of {}: {told}",
            event["code"],
            code(row)
        ));
    }
    if let Some(secret) = SECRETS.iter().find(|secret| told.contains(**secret)) {
        return Some(format!("{secret} is told: {told}"));
    }
    trial.traces(if ended { &End::Ran } else { &End::Cancelled })
}

#[test]
fn d15_start_tells_every_behaviour_by_its_code_and_no_secret() {
    let authority = Authority::new();
    let rows = table(&authority);
    let wrong = all_wrong(&rows, wrong_by_start);
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn d13_start_tells_an_early_end_in_words_and_ends_as_after_any_client() {
    for row in machines::early_ends() {
        let trial = Trial::of(&row);
        let output = started(&row, &trial, &[]);
        assert_eq!(output.status.code(), Some(0), "{}", row.name);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            told.contains(&format!("({}, visit ", code(&row))),
            "{}: {told}",
            row.name
        );
        assert_eq!(
            trial.traces(&row.expected.map_or(End::Ran, End::Failed)),
            None,
            "{}",
            row.name
        );
    }
}

#[test]
fn d15_every_entry_of_the_catalogue_is_reached() {
    let authority = Authority::new();
    let rows = table(&authority).into_iter().chain(machines::early_ends());
    let mut reached: HashSet<Fault> = rows.filter_map(|row| row.expected).collect();
    reached.extend(orders::orders().iter().map(|order| order.expected));
    reached.insert(scarce::REACHED);
    reached.extend(mounts::REACHED);
    // Each of the others is tried by a test of its table, and none is merely listed.
    let missed: Vec<_> = Fault::ALL
        .iter()
        .filter(|fault| !reached.contains(fault))
        .collect();
    assert!(missed.is_empty(), "nothing comes to {missed:?}");
}

/// No cancel takes so long, and a stall that it did not end takes longer (`Row::patient`).
const HELD_UP: Duration = Duration::from_secs(40);

/// The first bytes of what a site does, then a word that they are out, then silence.
fn held(acts: Vec<Act>, mut bytes: usize, tell: Arc<dyn Fn() + Send + Sync>) -> Vec<Act> {
    let mut held = Vec::new();
    for act in acts {
        let sent = match act {
            Act::Send(sent) | Act::Drip(sent, _) => sent,
            Act::Endless(block) => block.repeat(bytes / block.len() + 1),
            Act::Hold | Act::Cut | Act::Reset | Act::Spoil(_) | Act::Tell(_) => break,
        };
        let now = sent.len().min(bytes);
        held.push(Act::Send(sent[..now].to_vec()));
        bytes -= now;
    }
    held.extend([Act::Tell(tell), Act::Hold]);
    held
}

/// What a site sends in answer to the first request, as far as it ends.
fn length(acts: &[Act]) -> usize {
    let length = |act: &Act| match act {
        Act::Send(bytes) | Act::Drip(bytes, _) | Act::Endless(bytes) => bytes.len(),
        Act::Hold | Act::Cut | Act::Reset | Act::Spoil(_) | Act::Tell(_) => 0,
    };
    acts.iter().map(length).sum()
}

/// Cancels once the site has sent so many bytes of its first answer and fallen silent.
fn wrong_when_cancelled(row: &Row, bytes: usize) -> Option<String> {
    let script = row.script()?;
    let (tell, told) = std::sync::mpsc::channel();
    let tell = Mutex::new(tell);
    let tell: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
        let _ = tell.lock().expect("a channel").send(());
    });
    // On a busy machine a limit of the row's own would come before the cancel.
    let held = row.acted_by(Arc::new(move |number, request| match number {
        0 => held(script(number, request), bytes, Arc::clone(&tell)),
        _ => script(number, request),
    }));
    let trial = Trial::of(&held.patient());
    let control = Arc::clone(&trial.control);
    let (end, over) = std::thread::scope(|scope| {
        let (done, is_done) = std::sync::mpsc::channel();
        let trial = &trial;
        let run = scope.spawn(move || {
            let end = trial.run();
            let _ = done.send(());
            end
        });
        // A site that is not reached, by what is wrong with its certificate, says nothing; the row
        // is over without it.
        let reached = loop {
            if told.recv_timeout(Duration::from_millis(10)).is_ok() {
                break true;
            }
            if is_done.try_recv().is_ok() {
                break false;
            }
        };
        control.cancellation().cancel();
        let over = !reached || is_done.recv_timeout(HELD_UP).is_ok();
        (run.join().expect("an end"), over)
    });
    if !over {
        return Some(format!("at byte {bytes}: it was held up"));
    }
    // What has come may be enough to tell that it is no client, or all of it.
    let allowed = end == End::Cancelled || end == row.expected.map_or(End::Ran, End::Failed);
    if !allowed
        || (bytes == 0
            && trial
                .site
                .as_ref()
                .is_some_and(|site| !site.received().is_empty())
            && end != End::Cancelled)
    {
        return Some(format!("at byte {bytes}: {end:?}"));
    }
    // The good client may be ended just as it has begun.
    let began = row.expected.is_none() && end == End::Cancelled && trial.mark().exists();
    trial
        .traces(if began { &End::Ran } else { &end })
        .map(|why| format!("at byte {bytes}: {why}"))
}

#[test]
fn d14_every_behaviour_can_be_cancelled_at_any_byte_and_leaves_nothing() {
    let _turn = IN_PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
    let authority = Authority::new();
    let rows = table(&authority);
    let wrong = all_wrong(&rows, |row| {
        let script = row.script()?;
        let request = crate::support::site::Received {
            method: String::new(),
            target: String::new(),
            headers: Vec::new(),
            body: String::new(),
        };
        let length = length(&script(0, &request));
        let mut random = random(SEED ^ length as u64);
        let mut any = || random.random_range(0..=length);
        let places = [0, length.min(20), any(), any(), length];
        places
            .into_iter()
            .find_map(|bytes| wrong_when_cancelled(row, bytes))
    });
    assert!(
        wrong.is_empty(),
        "{} of {}, seed {SEED}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}
