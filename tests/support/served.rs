//! A site that serves a script, and a kiosk that is set up to run it: the client beside the kiosk,
//! in a real terminal.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::fixture::Fixture;
use super::pty::{Pty, Terminal};
use super::site::{Site, answer};
use super::stage::kiosk;

/// So long an end may take where a second is promised: a machine that has much to do gives nobody a
/// processor when he wants it. What does not end by itself takes longer still.
pub const SOON: Duration = Duration::from_secs(20);

/// A client that goes on until it is ended, with a child that does not listen to SIGTERM.
pub const STUBBORN: &str = "#!/bin/sh\nsh -c 'trap \"\" TERM; exec sleep 1000' &\necho $$ $! > @/new; mv @/new @/pids\nwait\n";

/// A site that serves a script, and a kiosk that is set up for it.
pub struct Desk {
    folder: Fixture,
    pub site: Site,
}

impl Desk {
    /// In the script and in `launch` `@` stands for the folder of this desk; `launch` is added to
    /// the config's section.
    pub fn serving(script: &str, launch: &str) -> Self {
        Self::serving_file("scc-1.sh", script, b"", launch)
    }

    /// As [`Desk::serving`], for a client of this name whose script is followed by a payload.
    pub fn serving_file(name: &str, script: &str, payload: &[u8], launch: &str) -> Self {
        let folder = Fixture::new();
        let named = format!("Content-Disposition: attachment; filename={name}\r\n");
        let file = [filled(script, folder.path()).as_bytes(), payload].concat();
        let site = Site::answering(answer("200 OK", &named, file));
        let launch = filled(launch, folder.path());
        let text = format!(
            "[site]\nurl = \"{}\"\n[download]\nfolder = \"{}\"\n[launch]\nneeds_display = false\n{launch}\n\
             [[rep]]\nid = 1\nname = \"Dana Whitfield\"\n",
            site.url(),
            folder.downloads().display()
        );
        folder.write_config(&text);
        Self { folder, site }
    }

    /// A script with the path of this desk's folder in place of `@`.
    pub fn filled(&self, script: &str) -> String {
        filled(script, self.folder.path())
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.at(name)
    }

    pub fn downloads(&self) -> PathBuf {
        self.folder.downloads()
    }

    /// The program with this desk's config.
    pub fn command(&self) -> Command {
        let mut command = kiosk();
        command.arg("--config").arg(self.folder.config());
        command
    }

    pub fn kiosk(&self, terminal: Terminal) -> Pty {
        let mut pty = Pty::start_on(terminal, self.command(), 80, 24);
        pty.wait_for("How would you like to get help?");
        pty
    }

    /// A kiosk on which somebody has just asked for a session.
    pub fn asked(&self, terminal: Terminal) -> Pty {
        let mut pty = Pty::start_on(terminal, self.command(), 80, 24);
        ask(&mut pty);
        pty
    }

    /// As [`Desk::asked`], where Enter counts only after a pause.
    pub fn asked_in_lockdown(&self, terminal: Terminal) -> Pty {
        let mut pty = self.kiosk(terminal);
        ask_in_lockdown(&mut pty);
        pty
    }

    /// A kiosk whose client runs, and the pids that this one has written down.
    pub fn running(&self, terminal: Terminal) -> (Pty, Vec<i32>) {
        let mut pty = self.asked(terminal);
        pty.wait_until("the client's pids", |_| self.at("pids").exists());
        (pty, self.pids())
    }

    /// Who lives of the client and of all that it forked, whatever they have done to hide: all of
    /// them work in its folder.
    pub fn client(&self) -> Vec<i32> {
        working_in(&self.downloads())
    }

    pub fn pids(&self) -> Vec<i32> {
        let text = fs::read_to_string(self.at("pids")).unwrap_or_default();
        text.split_whitespace()
            .map(|pid| pid.parse().expect("a pid"))
            .collect()
    }
}

fn filled(text: &str, folder: &Path) -> String {
    text.replace('@', folder.to_str().expect("a name in UTF-8"))
}

/// Every process that works in a folder or below it.
fn working_in(folder: &Path) -> Vec<i32> {
    let Ok(folder) = fs::canonicalize(folder) else {
        return Vec::new();
    };
    let works_there = |pid: &i32| {
        fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(&folder))
    };
    let entries = fs::read_dir("/proc").expect("the processes").flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(works_there)
        .collect()
}

/// Ends every process that works in a folder: clients that would outlive their test.
pub fn end_all_working_in(folder: &Path) {
    loop {
        let pids = working_in(folder);
        if pids.is_empty() {
            return;
        }
        for pid in pids.into_iter().filter_map(Pid::from_raw) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// Asks for a session on a kiosk that has just been started.
pub fn ask(pty: &mut Pty) {
    pty.wait_for("How would you like to get help?");
    for question in ["Who would you like to talk to?", "Is this right?"] {
        pty.send(if question.starts_with("Who") {
            b"1"
        } else {
            b"\r"
        });
        pty.wait_for(question);
    }
    pty.send(b"\r");
}

/// As [`ask`], where Enter counts only after a pause.
pub fn ask_in_lockdown(pty: &mut Pty) {
    pty.wait_for("How would you like to get help?");
    pty.send(b"1");
    pty.wait_for("Who would you like to talk to?");
    pty.confirm("Is this right?");
    pty.confirm("Nothing to do.");
}

/// Whether a process runs: one that is dead and not yet waited for does not.
pub fn lives(pid: i32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, behind)| !behind.starts_with(['Z', 'X']))
}
