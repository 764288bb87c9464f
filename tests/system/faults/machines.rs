//! What the machine can do to a good client (D11, D12).

use support_kiosk::failure::Fault;

use super::row::{GOOD, Row, sends};
use crate::support::site::ok;

pub fn rows() -> Vec<Row> {
    let good = |name: &str, fault| sends(format!("machine: {name}"), ok(GOOD), fault);
    let runs =
        |name: &str, script: &str, fault| sends(format!("machine: {name}"), ok(script), fault);
    let exbibyte = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{GOOD}{}",
        1_u64 << 60,
        "#".repeat(1000)
    );
    vec![
        good("no display", Fault::NoDisplay).with("launch.needs_display", "true"),
        good("a folder that is a file", Fault::NoFolder).with("download.folder", "\"/etc/passwd\""),
        good("a folder below nothing", Fault::NoFolder)
            .with("download.folder", "\"/no/such/folder\""),
        sends("machine: a disk too small", exbibyte, Fault::DiskFull)
            .with("download.max_size", "\"4294967296 GiB\""),
        runs(
            "a reader that is missing",
            "#!/no/such/interpreter\n",
            Fault::MissingInterpreter,
        ),
        runs(
            "a reader that is no program",
            "#!/etc/passwd\n",
            Fault::CannotStart,
        ),
        // The kernel takes neither for a program, and a shell would take both for scripts.
        runs(
            "a reader that the kernel finds too long",
            &format!("#!/{}\n{MARKS}", "x".repeat(300)),
            Fault::CannotStart,
        ),
        sends(
            "machine: a program by its looks alone",
            ok(by_its_looks()),
            Fault::CannotStart,
        ),
        good("a command that is missing", Fault::MissingInterpreter)
            .with("launch.command", "[\"/no/such/program\", \"{client}\"]"),
        good("a command that is no program", Fault::MissingInterpreter)
            .with("launch.command", "[\"/etc/passwd\", \"{client}\"]"),
    ]
}

/// What a client does that leaves its mark.
const MARKS: &str = ": > \"$MARK\"\n";

/// A whole program of this machine, by all that it says of itself, but that the name of its loader
/// has no end; behind it stands what a shell would read.
fn by_its_looks() -> Vec<u8> {
    let mut elf = std::fs::read("/bin/true").expect("a program");
    let number = |at: usize, bytes: usize| {
        elf[at..at + bytes]
            .iter()
            .rev()
            .fold(0, |all, byte| all << 8 | usize::from(*byte))
    };
    let (table, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    let interpreter = (0..count)
        .map(|entry| table + entry * size)
        .find(|at| number(*at, 4) == 3)
        .expect("it names its loader");
    let length = interpreter + 32;
    elf[length..length + 8].copy_from_slice(&1_u64.to_le_bytes());
    elf.extend(format!("\n{MARKS}").bytes());
    elf
}

/// Clients that end as soon as they have begun (D13). `start` waits for them and tells of no
/// failure: the status is in its JSON.
pub fn early_ends() -> Vec<Row> {
    let runs = |name: &str, last: &str, fault| {
        sends(
            format!("client: {name}"),
            ok(format!("#!/bin/sh\n{last}\n")),
            fault,
        )
    };
    vec![
        runs("an early end with a status", "exit 7", Fault::ClientFailed),
        runs(
            "a part of it missing",
            "exec /no/such/part",
            Fault::ClientFailed,
        ),
        runs(
            "an early end by a signal",
            "kill -9 $$",
            Fault::ClientKilled,
        ),
        runs("a crash", "kill -SEGV $$", Fault::ClientKilled),
    ]
}
