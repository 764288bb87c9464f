//! Clients of every form that sites serve to Linux, built as those are: each writes its payload to
//! TMPDIR and executes it there, unpacks below HOME, starts the unpacked program in the background,
//! deletes its own file, and exits. The session is that program's: it is running while the program
//! lives, and nothing of the client is left after it.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::support::parallel::for_each;
use crate::support::pty::{Pty, Terminal};
use crate::support::served::{Desk, ask, ask_in_lockdown};
use crate::support::stage::{is_empty, kiosk};
use crate::support::wait_for;

/// A payload that is not text, and must not be read as any.
const BINARY: &[u8] = b"\x7FELF\x02\0\xFF\xFE\x1B[2J\r\n\0\0#!/bin/sh\nexit 9\n";

/// One form of client.
struct Form {
    name: &'static str,
    file_name: &'static str,
    /// Its first lines, and what installs the program.
    text: [&'static str; 2],
    /// What follows the text.
    payload: &'static [u8],
}

/// In POSIX shell. `@` is the desk's directory.
const INSTALL: &str = r#"
cat > "$TMPDIR/installer" <<'END'
#!/bin/sh
set -e
mkdir -p "$HOME/.bomgar-scc-1"
cat > "$HOME/.bomgar-scc-1/program" <<'INNER'
#!/bin/sh
echo "$HOME $TMPDIR" > @/new; mv @/new @/directories
until [ -e @/go ]; do sleep 0.05; done
INNER
chmod 700 "$HOME/.bomgar-scc-1/program"
"$HOME/.bomgar-scc-1/program" > /dev/null 2>&1 &
END
chmod 700 "$TMPDIR/installer"
"$TMPDIR/installer"
rm -f "$0"
exit 0
"#;

/// The same with what only bash understands.
const INSTALL_BY_BASH: &str = r#"
declare -a lines=('#!/bin/bash' 'echo "$HOME $TMPDIR" > @/new; mv @/new @/directories' 'until [[ -e @/go ]]; do sleep 0.05; done')
program=$HOME/.bomgar-scc-1/program
mkdir -p "${program%/*}" && (IFS=$'\n'; echo "${lines[*]}") > "$TMPDIR/payload"
chmod 700 "$TMPDIR/payload" && cat < <(cat "$TMPDIR/payload") > "$program"
chmod 700 "$program" && { "$program" &> /dev/null & }
rm -f "$0"
exit 0
"#;

/// A desktop entry, and what comes before its first line.
macro_rules! entry {
    ($before:literal) => {
        concat!(
            $before,
            "[Desktop Entry]\nType=Application\nName=Remote Support\nExec=bash \"-c\" \"exec bash \\\"$0\\\"\" %k\n\n[X-Script]\n"
        )
    };
}

const FORMS: [Form; 9] = [
    form(
        "a desktop entry",
        "bomgar-scc-1.desktop",
        [entry!(""), INSTALL],
        b"",
    ),
    form(
        "one behind a byte order mark",
        "bomgar-scc-2.desktop",
        [entry!("\u{FEFF}"), INSTALL],
        b"",
    ),
    form(
        "one behind blank lines and a comment",
        "bomgar-scc-3.desktop",
        [entry!("\n# A comment.\n\n"), INSTALL],
        b"",
    ),
    form(
        "one behind xdg-open",
        "bomgar-scc-4.desktop",
        [entry!("#!/usr/bin/env xdg-open\n"), INSTALL],
        b"",
    ),
    form(
        "one in bash's own syntax",
        "bomgar-scc-5 (1).desktop",
        [entry!(""), INSTALL_BY_BASH],
        b"",
    ),
    form(
        "one with a binary payload",
        "bomgar-scc-6.desktop",
        [entry!(""), INSTALL],
        BINARY,
    ),
    form(
        "a .bin with a binary payload",
        "sra-scc-7.bin",
        ["#!/bin/sh\n", INSTALL],
        BINARY,
    ),
    form(
        "a .bin for bash",
        "sra-pin-8.bin",
        ["#!/bin/bash\n", INSTALL_BY_BASH],
        BINARY,
    ),
    form("a script", "bomgar-scc-9.sh", ["#!/bin/sh\n", INSTALL], b""),
];

const fn form(
    name: &'static str,
    file_name: &'static str,
    text: [&'static str; 2],
    payload: &'static [u8],
) -> Form {
    Form {
        name,
        file_name,
        text,
        payload,
    }
}

/// A desk whose site serves such a client.
struct Served {
    name: &'static str,
    desk: Desk,
    locked: bool,
}

impl Served {
    fn form(form: &Form, locked: bool) -> Self {
        let desk = Desk::serving_file(
            form.file_name,
            &form.text.concat(),
            form.payload,
            lockdown(locked),
        );
        Self::at(desk, form.name, locked)
    }

    /// A program: the shell of this machine, which gets the script as an argument.
    fn elf(locked: bool) -> Self {
        let shell = fs::read("/bin/sh").expect("a shell");
        let launch = format!(
            "command = [\"{{client}}\", \"-c\", \". @/install\", \"{{client}}\"]\n{}",
            lockdown(locked)
        );
        let desk = Desk::serving_file("bomgar-scc-10", "", &shell, &launch);
        fs::write(desk.at("install"), desk.filled(INSTALL)).expect("written");
        Self::at(desk, "a program", locked)
    }

    fn at(desk: Desk, name: &'static str, locked: bool) -> Self {
        fs::create_dir(desk.at("home")).expect("made");
        Self { name, desk, locked }
    }

    fn on_the_screen(&self) {
        let mut command = self.desk.command();
        command.env("HOME", self.desk.at("home"));
        let mut pty = Pty::start_on(Terminal::Controlling, command, 80, 24);
        let ask = if self.locked { ask_in_lockdown } else { ask };
        ask(&mut pty);
        pty.wait_for("Your helper can see this computer now.");
        self.is_running();
        self.end_the_program();
        pty.wait_for("Session ended.");
        self.has_left_nothing();
    }

    fn by_start(&self) {
        let mut command = kiosk();
        command
            .args(["start", "rep", "1", "--json", "--config"])
            .arg(self.desk.at("kiosk.toml"));
        command
            .env("HOME", self.desk.at("home"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut start = command.spawn().expect("the program");
        let mut events = BufReader::new(start.stdout.take().expect("piped"))
            .lines()
            .map_while(Result::ok);
        let launched =
            events.find(|event| event.contains("\"launched\"") || event.contains("\"error\""));
        assert!(
            launched
                .as_ref()
                .is_some_and(|event| event.contains("\"launched\"")),
            "{}: {launched:?}",
            self.name
        );
        wait_for(&format!("{}: its program", self.name), || {
            self.desk.at("directories").exists()
        });
        self.is_running();
        assert_eq!(
            start.try_wait().expect("a status"),
            None,
            "{}: start did not wait for the program",
            self.name
        );
        self.end_the_program();
        let rest: Vec<String> = events.collect();
        assert_eq!(
            start.wait().expect("a status").code(),
            Some(0),
            "{}: {rest:?}",
            self.name
        );
        let ended = rest
            .first()
            .is_some_and(|event| event.contains("\"event\":\"ended\",\"status\":0"));
        assert!(ended && rest.len() == 1, "{}: {rest:?}", self.name);
        self.has_left_nothing();
    }

    /// The installer has exited and deleted its own file; the program lives, with the directories
    /// that it should have.
    fn is_running(&self) {
        wait_for(&format!("{}: the installer's end", self.name), || {
            self.desk.client().len() == 1
        });
        let directories =
            fs::read_to_string(self.desk.at("directories")).expect("written by the program");
        let visit = fs::read_dir(self.desk.downloads())
            .expect("the directory")
            .next()
            .expect("a visit")
            .expect("read")
            .path();
        let home = if self.locked {
            visit.join(".home")
        } else {
            self.desk.at("home")
        };
        assert_eq!(
            directories.trim(),
            format!("{} {}", home.display(), visit.join(".tmp").display()),
            "{}",
            self.name
        );
        for directory in [home, visit.join(".tmp")] {
            let mode = fs::metadata(&directory)
                .expect("there")
                .permissions()
                .mode()
                & 0o777;
            assert!(
                mode == 0o700 || !directory.starts_with(&visit),
                "{}: {} has {mode:o}",
                self.name,
                directory.display()
            );
        }
        let names: Vec<_> = fs::read_dir(visit)
            .expect("the visit")
            .map(|entry| entry.expect("read").file_name())
            .collect();
        let own = |name: &OsString| name.to_string_lossy().starts_with('.');
        assert!(
            self.name == "a program" || names.iter().all(own),
            "{}: the client did not delete its file: {names:?}",
            self.name
        );
    }

    fn end_the_program(&self) {
        fs::write(self.desk.at("go"), "").expect("written");
    }

    fn has_left_nothing(&self) {
        assert!(
            is_empty(&self.desk.downloads()),
            "{}: something is left",
            self.name
        );
        assert_eq!(
            self.desk.client(),
            Vec::<i32>::new(),
            "{}: a process is left",
            self.name
        );
    }
}

fn lockdown(locked: bool) -> &'static str {
    if locked {
        "[kiosk]\nlockdown = true\n"
    } else {
        ""
    }
}

/// Each form, in lockdown or not, as often as two at a time.
fn each_form(locked: bool, visit: impl Fn(&Served) + Sync) {
    let numbers: Vec<usize> = (0..=FORMS.len()).collect();
    for_each(&numbers, |number| {
        let served = FORMS
            .get(*number)
            .map_or_else(|| Served::elf(locked), |form| Served::form(form, locked));
        visit(&served);
    });
}

#[test]
fn k6_a_client_of_each_form_runs_to_its_end_on_the_screen() {
    each_form(false, Served::on_the_screen);
}

#[test]
fn k6_a_client_of_each_form_runs_to_its_end_in_lockdown() {
    each_form(true, Served::on_the_screen);
}

#[test]
fn k6_a_client_of_each_form_runs_to_its_end_by_start() {
    for locked in [false, true] {
        each_form(locked, Served::by_start);
    }
}
