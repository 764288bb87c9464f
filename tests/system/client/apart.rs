//! What a client can't do to the kiosk's terminal. The client is this test program once more, as
//! one test of it.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustix::fs::{CWD, Mode, OFlags, openat};
use rustix::io::Errno;
use rustix::ioctl::{Setter, ioctl};
use rustix::thread::{CapabilitySet, capabilities, set_capabilities};

use crate::support::pty::{Pty, Terminal};
use crate::support::served::{Desk, ask};

/// Puts a character into a terminal as if it had been typed.
const TIOCSTI: u32 = 0x5412;

#[test]
#[ignore = "it is a client: the tests below start it"]
fn as_a_client() {
    // What an ordinary user has not: the kernel lets it type on any terminal.
    let mut ours = capabilities(None).expect("capabilities");
    ours.effective.remove(CapabilitySet::SYS_ADMIN);
    ours.permitted.remove(CapabilitySet::SYS_ADMIN);
    set_capabilities(None, ours).expect("fewer of them");
    let variable = |name| std::env::var(name).expect("given");
    let terminal = variable("TERMINAL");
    let told = [
        format!(
            "controlling {}",
            outcome(openat(CWD, "/dev/tty", OFlags::RDWR, Mode::empty()).map(drop))
        ),
        format!("typing {}", outcome(type_on(&terminal, OFlags::NOCTTY))),
        format!("taking {}", outcome(type_on(&terminal, OFlags::empty()))),
    ];
    fs::write(variable("TOLD").clone() + ".new", told.join("\n")).expect("written");
    fs::rename(variable("TOLD") + ".new", variable("TOLD")).expect("told");
}

#[expect(
    unsafe_code,
    reason = "rustix has no TIOCSTI of its own: its argument is the address of one character"
)]
fn type_on(terminal: &str, how: OFlags) -> Result<(), Errno> {
    let terminal = openat(CWD, terminal, OFlags::RDWR | how, Mode::empty())?;
    unsafe { ioctl(terminal, Setter::<TIOCSTI, u8>::new(b'!')) }
}

fn outcome(result: Result<(), Errno>) -> String {
    result.map_or_else(|errno| errno.to_string(), |()| "done".to_owned())
}

fn words() -> Vec<String> {
    let program = std::env::current_exe()
        .expect("this program")
        .to_str()
        .expect("a name in UTF-8")
        .to_owned();
    [
        &program,
        "--exact",
        "client::apart::as_a_client",
        "--ignored",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn told(pty: &mut Pty, file: &Path) -> Vec<String> {
    pty.wait_until("what the client tells", |_| file.exists());
    fs::read_to_string(file)
        .expect("told")
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The name of the terminal that a program is started on by [`Pty`], as that program sees it.
fn standard_input(pty: &Pty) -> String {
    let link = fs::read_link(format!("/proc/{}/fd/0", pty.child.id())).expect("a terminal");
    link.to_str().expect("a name in UTF-8").to_owned()
}

#[test]
fn k6_a_client_has_no_terminal_and_can_not_type_on_ours() {
    let desk = Desk::serving(
        "#!/bin/sh\n",
        &format!(
            "command = {:?}\nenvironment = [\"TERMINAL\", \"TOLD\"]",
            words()
        ),
    );
    // It is known once the kiosk has it: the client reads it from a link.
    let (link, file) = (desk.at("terminal"), desk.at("told"));
    let mut command = desk.command();
    command.env("TERMINAL", &link).env("TOLD", &file);
    let mut pty = Pty::start(command, 80, 24);
    std::os::unix::fs::symlink(standard_input(&pty), &link).expect("a link");
    ask(&mut pty);
    let told = told(&mut pty, &file);
    let (none, refused) = (
        outcome(Err(Errno::NXIO)),
        [Errno::PERM, Errno::IO].map(|errno| outcome(Err(errno))),
    );
    assert_eq!(told[0], format!("controlling {none}"));
    for way in ["typing", "taking"] {
        assert!(
            refused
                .iter()
                .any(|refusal| told.contains(&format!("{way} {refusal}"))),
            "{told:?}"
        );
    }
}

#[test]
fn k6_a_process_with_a_terminal_can_type_on_it() {
    // Newer systems forbid it to everybody.
    let allowed = fs::read_to_string("/proc/sys/dev/tty/legacy_tiocsti")
        .map_or(true, |text| text.trim() == "1");
    let folder = tempfile::tempdir().expect("a folder");
    let (words, file) = (words(), folder.path().join("told"));
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .env("TERMINAL", "/dev/tty")
        .env("TOLD", &file);
    let mut pty = Pty::start_on(Terminal::Controlling, command, 80, 24);
    let told = told(&mut pty, &file);
    assert_eq!(told[0], "controlling done");
    assert_eq!(told[1] == "typing done", allowed, "{told:?}");
}
