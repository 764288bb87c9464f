//! Disks and a name service that are really so, in a namespace of the test's own (D2, D11): a
//! folder from which nothing runs, one that is full, one that can only be read, and a machine whose
//! cable is out.

use std::fs;
use std::process::{Command, Stdio};

use support_kiosk::failure::Fault;

use super::code;
use super::row::{GOOD, Row, Trial, sends};
use crate::support::needs;
use crate::support::site::ok;

/// Mounts what is asked for over the folder for clients, runs the rest, and tells what is in the
/// folder then.
const IN_A_FOLDER: &str = r#"mount -t tmpfs -o "$1" none "$2" && shift && folder=$1 && shift || exit 99
"$@"; status=$?; ls -A "$folder" > "$folder/../left"; exit $status"#;

/// As if no name server were to be reached, and nothing else either.
const WITHOUT_A_CABLE: &str = r#"mount --bind "$1" /etc/resolv.conf && shift || exit 99
exec "$@""#;

/// What the tests below make happen.
pub const REACHED: [Fault; 2] = [Fault::FolderNotExecutable, Fault::NameServiceSilent];

/// Whether a test may have mounts, and a network, of its own.
fn may_unshare() -> bool {
    let may = needs::succeeds(
        Command::new("unshare").args(["--mount", "--net", "mount", "-t", "tmpfs", "none", "/mnt"]),
    );
    if !may {
        needs::leave_out("no mounts of one's own here");
    }
    may
}

/// Runs `start` for this trial in namespaces of its own. Gives the exit status and the last line.
fn start(
    trial: &Trial,
    namespaces: &[&str],
    script: &str,
    words: &[&str],
) -> (Option<i32>, String) {
    trial.write_config();
    let output = Command::new("unshare")
        .args(namespaces)
        .args(["--propagation", "private", "sh", "-c", script, "sh"])
        .args(words)
        .args([
            env!("CARGO_BIN_EXE_support-kiosk"),
            "start",
            "rep",
            "12",
            "--json",
            "--config",
        ])
        .arg(trial.config())
        .envs(trial.environment())
        .stdin(Stdio::null())
        .output()
        .expect("unshare");
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (
        output.status.code(),
        told.lines().last().unwrap_or_default().to_owned(),
    )
}

fn fails(row: &Row, told: &(Option<i32>, String)) {
    let ended = told.0 == Some(row.exit().into())
        && told.1.contains(&format!("\"code\":\"{}\"", code(row)));
    assert!(ended, "{}: {told:?} in place of {}", row.name, code(row));
}

#[test]
fn d11_a_noexec_full_or_read_only_disk_is_reported() {
    if !may_unshare() {
        return;
    }
    let large = format!("{GOOD}{}", "#".repeat(24 << 20));
    let of_unknown_length = format!("HTTP/1.1 200 OK\r\n\r\n{large}");
    let cases = [
        (
            "noexec,mode=700",
            sends("noexec", ok(GOOD), Fault::FolderNotExecutable),
            0,
        ),
        (
            "noexec,mode=700",
            sends("noexec, for a reader", ok(GOOD), Fault::FolderNotExecutable)
                .with("launch.command", "[\"/bin/sh\", \"{client}\"]"),
            0,
        ),
        (
            "size=8m,mode=700",
            sends("too full for any client", ok(GOOD), Fault::DiskFull),
            0,
        ),
        (
            "size=20m,mode=700",
            sends("full, as is known before", ok(&large), Fault::DiskFull)
                .with("download.max_size", "\"64 MiB\""),
            1,
        ),
        (
            "size=20m,mode=700",
            sends("full on the way", of_unknown_length, Fault::DiskFull)
                .with("download.max_size", "\"64 MiB\""),
            1,
        ),
        (
            "nr_inodes=1,mode=700",
            sends("without room for a folder", ok(GOOD), Fault::DiskFull),
            0,
        ),
        (
            "ro,mode=700",
            sends("read-only", ok(GOOD), Fault::CannotWrite),
            0,
        ),
        (
            "mode=777",
            sends("everybody's", ok(GOOD), Fault::NoFolder),
            0,
        ),
        (
            "size=0,mode=700",
            sends("good, without a limit", ok(GOOD), None),
            1,
        ),
        ("mode=700", sends("good", ok(GOOD), None), 1),
    ];
    for (options, row, requests) in cases {
        let trial = Trial::of(&row);
        let folder = trial.clients();
        let told = start(
            &trial,
            &["--mount"],
            IN_A_FOLDER,
            &[options, folder.to_str().expect("UTF-8")],
        );
        match row.expected {
            Some(_) => fails(&row, &told),
            None => assert_eq!(told.0, Some(0), "{}: {told:?}", row.name),
        }
        assert_eq!(
            fs::read_to_string(trial.config().with_file_name("left"))
                .ok()
                .as_deref(),
            Some(""),
            "{}",
            row.name
        );
        assert_eq!(
            trial.mark().exists(),
            row.expected.is_none(),
            "{}: whether it ran",
            row.name
        );
        assert_eq!(
            trial.site.as_ref().map(|site| site.received().len()),
            Some(requests),
            "{}: requests",
            row.name
        );
    }
}

/// As [`IN_A_FOLDER`], for the account's home.
const IN_A_HOME: &str = r#"mount -t tmpfs -o "$1" none "$2" && shift && HOME=$1 && export HOME && shift || exit 99
exec "$@""#;

#[test]
fn d11_a_home_that_no_client_can_use_is_told_before_the_site_is_asked() {
    if !may_unshare() {
        return;
    }
    for (options, expected) in [
        ("noexec,mode=700", Some(Fault::FolderNotExecutable)),
        ("size=8m,mode=700", Some(Fault::DiskFull)),
        ("ro,mode=700", Some(Fault::CannotWrite)),
        ("mode=700", None),
    ] {
        for (home, expected) in [("\"user\"", expected), ("\"private\"", None)] {
            let row = sends(format!("{options}, {home}"), ok(GOOD), expected)
                .with("launch.home", home)
                .with("download.folder", "\"others\"");
            let trial = Trial::of(&row);
            let told = start(
                &trial,
                &["--mount"],
                IN_A_HOME,
                &[options, trial.clients().to_str().expect("UTF-8")],
            );
            match expected {
                Some(_) => fails(&row, &told),
                None => assert_eq!(told.0, Some(0), "{}: {told:?}", row.name),
            }
            let requests = trial.site.as_ref().map(|site| site.received().len());
            assert_eq!(
                requests,
                Some(usize::from(expected.is_none())),
                "{}: requests",
                row.name
            );
        }
    }
}

#[test]
fn d2_a_machine_whose_name_servers_are_out_of_reach_is_told() {
    if !may_unshare() {
        return;
    }
    let row = super::row::at(
        "no cable",
        "https://support.example.com",
        Fault::NameServiceSilent,
    );
    let trial = Trial::of(&row);
    let servers = trial.config().with_file_name("resolv.conf");
    fs::write(
        &servers,
        "nameserver 192.0.2.53\noptions timeout:1 attempts:1\n",
    )
    .expect("written");
    let told = start(
        &trial,
        &["--mount", "--net"],
        WITHOUT_A_CABLE,
        &[servers.to_str().expect("UTF-8")],
    );
    fails(&row, &told);
}

#[test]
fn d14_what_a_client_mounted_in_its_folder_is_not_emptied_with_it() {
    if !may_unshare() {
        return;
    }
    let client = "#!/bin/sh\nmkdir ./there ./there/inner && mount --bind ../../precious ./there/inner && : > \"$MARK\"\n";
    let trial = Trial::of(
        &sends("a client that mounts", ok(client), None)
            .with("launch.environment", "[\"MARK\", \"PATH\"]"),
    );
    let precious = trial.config().with_file_name("precious");
    fs::create_dir(&precious).expect("made");
    fs::write(precious.join("file"), "somebody's").expect("written");
    let told = start(&trial, &["--mount"], "exec \"$@\"", &[]);
    assert!(told.0 == Some(0) && trial.mark().exists(), "{told:?}");
    assert_eq!(
        fs::read_to_string(precious.join("file")).expect("there"),
        "somebody's"
    );
}
