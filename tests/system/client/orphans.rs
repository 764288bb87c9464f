//! What a client left running when its kiosk was killed is ended before the next session begins
//! (K6).

use rustix::process::Signal;

use crate::support::pty::Terminal;
use crate::support::served::{Desk, ask_in_lockdown, lives};
use crate::support::wait_for;

/// Two of its processes have left the session, and one of them the folder and its program too; one
/// works in the folder.
const FORKING: &str = "#!/bin/sh\n\
    if [ -e @/pids ]; then sleep 1000; fi\n\
    (cd / && setsid sh -c 'echo $$ > @/far; trap \"\" HUP TERM; sleep 1000; :' &)\n\
    (setsid sh -c 'echo $$ > @/near; sleep 1000; :' &)\n\
    sleep 1000 &\n\
    until [ -s @/far ] && [ -s @/near ]; do sleep 0.05; done\n\
    echo $$ $! $(cat @/far @/near) > @/new; mv @/new @/pids; wait\n";

#[test]
fn k6_what_a_killed_kiosk_left_running_is_ended_before_the_next_session() {
    for spoiling in [
        "",
        "echo nonsense > .owner\n",
        "rm .owner\n",
        "rm .owner; mkdir .owner\n",
    ] {
        let desk = Desk::serving(
            &FORKING.replacen('\n', &format!("\n{spoiling}"), 1),
            "[kiosk]\nlockdown = true\n",
        );
        is_ended_before_the_next_session(&desk, spoiling);
    }
}

fn is_ended_before_the_next_session(desk: &Desk, spoiling: &str) {
    let mut first = desk.asked_in_lockdown(Terminal::Controlling);
    first.wait_until("the client's processes", |_| desk.at("pids").exists());
    let pids = desk.pids();
    first.signal(Signal::KILL);
    first.end();
    let left = |pids: &[i32]| pids.iter().filter(|pid| lives(**pid)).count();
    assert!(
        left(&pids) >= 2,
        "nothing outlived the kiosk, so nothing is shown: {pids:?}"
    );

    let mut second = desk.kiosk(Terminal::Controlling);
    wait_for(&format!("the end of the orphans {spoiling:?}"), || {
        left(&pids) == 0
    });
    ask_in_lockdown(&mut second);
    second.wait_for("Your helper can see this computer now.");
    let visits = std::fs::read_dir(desk.downloads())
        .expect("the folder")
        .count();
    assert_eq!(
        visits, 1,
        "the folder of the first visit is left: {spoiling:?}"
    );
}

#[test]
fn a_client_that_start_left_running_is_not_taken_for_an_orphan() {
    let desk = Desk::serving(
        "#!/bin/sh\necho $$ > @/new; mv @/new @/pids; exec sleep 1000\n",
        "",
    );
    let mut start = crate::support::stage::kiosk();
    start
        .args(["start", "rep", "1", "--no-wait", "--config"])
        .arg(desk.at("kiosk.toml"));
    assert!(start.status().expect("the program").success());
    wait_for("the client", || desk.at("pids").exists());
    let text = std::fs::read_to_string(desk.at("kiosk.toml")).expect("the config")
        + "[kiosk]\nlockdown = true\n";
    std::fs::write(desk.at("kiosk.toml"), text).expect("written");
    let mut kiosk = desk.kiosk(Terminal::Controlling);
    kiosk.wait_until("its sweep done", |pty| pty.threads() == 1);
    assert!(desk.pids().into_iter().all(lives), "it was ended");
}
