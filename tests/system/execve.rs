//! What is executed, as the kernel sees it: the client and nothing else (T1).
//!
//! Peers run whatever `tput` or `stty` is first on PATH when a terminal does not answer, and a
//! shell, a pager or a browser when somebody asks. Here all of those lie in wait at the front of
//! PATH, and strace tells what was run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::needs::{self, or_skip};
use crate::support::pty::Pty;
use crate::support::site::{Site, answer};
use crate::support::stage::kiosk;
use crate::support::strace;
use tempfile::TempDir;

const START: &str = "How would you like to get help?";

/// What programs like this one run for themselves.
const TRAPS: [&str; 20] = [
    "tput", "stty", "resize", "infocmp", "clear", "reset", "sh", "bash", "env", "less", "more",
    "vi", "nano", "xdg-open", "wl-copy", "xclip", "locale", "hostname", "uname", "ldd",
];

/// A site with a client that ends at once, a config for it, and a folder of traps.
struct Ambush {
    folder: TempDir,
    site: Site,
}

impl Ambush {
    /// None, and a line that says so, where there is no strace.
    fn laid() -> Option<Self> {
        or_skip(needs::program("strace"))?;
        let folder = TempDir::new().expect("a folder");
        let named = "Content-Disposition: attachment; filename=scc-1.sh\r\n";
        let site = Site::answering(answer("200 OK", named, "#!/bin/sh\nexit 0\n"));
        let ambush = Self { folder, site };
        for name in ["traps", "downloads"] {
            fs::create_dir(ambush.at(name)).expect("made");
            fs::set_permissions(ambush.at(name), fs::Permissions::from_mode(0o700))
                .expect("ours alone");
        }
        for name in TRAPS {
            let trap = ambush.at("traps").join(name);
            fs::write(&trap, "#!/bin/sh\nexit 0\n").expect("written");
            fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).expect("made to run");
        }
        let text = format!(
            "[site]\nurl = \"{}\"\n[download]\nfolder = \"{}\"\n[launch]\nneeds_display = false\n[log]\nto = \"none\"\n\
             [[rep]]\nid = 1\nname = \"Dana Whitfield\"\n",
            ambush.site.url(),
            ambush.at("downloads").display()
        );
        fs::write(ambush.at("kiosk.toml"), text).expect("written");
        Some(ambush)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program under the eyes of strace.
    fn command(&self, words: &[&str]) -> Command {
        let watcher = strace::watching(&self.at("account"));
        let mut command = Command::new(&watcher[0]);
        command
            .args(&watcher[1..])
            .arg(env!("CARGO_BIN_EXE_support-kiosk"))
            .args(words);
        command.arg("--config").arg(self.at("kiosk.toml"));
        for (name, value) in kiosk().get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let traps = self.at("traps");
        let path = format!("{}:/usr/bin:/bin", traps.display());
        command
            .env("PATH", path)
            .env("SHELL", traps.join("sh"))
            .env("PAGER", "less")
            .env("EDITOR", "vi")
            .env("BROWSER", "xdg-open");
        command
    }

    /// All that was run, once all of it has ended: the kiosk, and as many clients as these.
    fn assert_run(&self, clients: usize) {
        let run: Vec<String> = strace::executions(&self.at("account"))
            .into_iter()
            .map(|run| run.program)
            .collect();
        let (first, rest) = run.split_first().expect("something was run");
        assert_eq!(first, env!("CARGO_BIN_EXE_support-kiosk"), "{run:?}");
        assert_eq!(rest.len(), clients, "{run:?}");
        assert!(
            rest.iter()
                .all(|program| program.starts_with(self.at("downloads").to_str().expect("UTF-8"))),
            "{run:?}"
        );
    }
}

#[test]
fn t1_of_a_whole_visit_nothing_is_run_but_the_client() {
    for options in [&[][..], &["--lockdown"]] {
        let Some(ambush) = Ambush::laid() else { return };
        let mut pty = Pty::start(ambush.command(options), 80, 24);
        pty.wait_for(START);
        // Every key that opens something elsewhere: help, an editor, a pager, a shell.
        pty.send(b"\x1b[11~");
        pty.wait_for("On the keyboard:");
        pty.send(b"!v|:\x1b");
        pty.wait_for(START);
        for (keys, until) in [
            (b"1", "Who would you like to talk to?"),
            (b"\r", "Is this right?"),
            (b"\r", "ended"),
        ] {
            pty.read_for(Duration::from_millis(550));
            pty.send(keys);
            pty.wait_for(until);
        }
        pty.hang_up();
        assert_eq!(pty.end().0.code(), Some(129));
        ambush.assert_run(1);
    }
}

#[test]
fn t1_a_terminal_that_knows_no_size_is_asked_by_no_program() {
    for (columns, rows) in [(0, 0), (1, 1)] {
        let Some(ambush) = Ambush::laid() else { return };
        let mut pty = Pty::start(ambush.command(&[]), columns, rows);
        pty.wait_until("a full screen", |pty| {
            pty.received.windows(8).any(|bytes| bytes == b"\x1b[?1049h")
        });
        pty.resize(80, 24);
        pty.wait_for(START);
        pty.resize(0, 0);
        pty.send(b"\x0c");
        pty.wait_for(START);
        pty.send(b"\x03");
        assert_eq!(pty.end().0.code(), Some(0));
        ambush.assert_run(0);
    }
}

#[test]
fn t13_without_a_terminal_nothing_is_run() {
    for term in [Some("xterm"), Some("dumb"), Some("nonesuch"), None] {
        let Some(ambush) = Ambush::laid() else { return };
        let mut command = ambush.command(&[]);
        match term {
            Some(term) => command.env("TERM", term),
            None => command.env_remove("TERM"),
        };
        let output = command.stdin(Stdio::null()).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        ambush.assert_run(0);
    }
}

#[test]
fn t1_start_runs_nothing_but_the_client() {
    let Some(ambush) = Ambush::laid() else { return };
    let output = ambush
        .command(&["start", "rep", "1"])
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    ambush.assert_run(1);
}
