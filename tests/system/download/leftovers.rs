//! What a visit leaves behind, whatever its client made of its folder (D14).

use std::fs::{self, Permissions};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, OFlags, mkdirat, openat};
use support_kiosk::config::Mode;
use support_kiosk::connect::sweep;

use crate::support::order::{Desk, SCRIPT, by_rep};
use crate::support::site::{Site, ok};
use crate::support::{copy_program, without_roots_rights};

#[test]
fn d14_a_client_that_lets_nobody_write_to_its_folders_leaves_nothing() {
    without_roots_rights();
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    let client = desk.download(&by_rep()).client("a good client");
    let inner = desk.left()[0].join("app/bin");
    fs::create_dir_all(&inner).expect("made");
    fs::write(inner.join("part"), "").expect("written");
    std::os::unix::fs::symlink(desk.folder.path(), inner.join("out")).expect("a link");
    for (folder, mode) in [
        (inner.as_path(), 0o000),
        (inner.parent().expect("app"), 0o555),
    ] {
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("closed");
    }
    assert!(
        fs::read_dir(&inner).is_err(),
        "root's rights are still there"
    );
    drop(client);
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
    assert!(desk.folder.path().exists(), "a link was followed");
}

#[test]
fn d14_folders_in_folders_are_removed_however_deep_a_client_made_them() {
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    let client = desk.download(&by_rep()).client("a good client");
    let open = |at: BorrowedFd<'_>, name: &Path| {
        openat(
            at,
            name,
            OFlags::DIRECTORY | OFlags::CLOEXEC,
            rustix::fs::Mode::empty(),
        )
        .expect("opened")
    };
    let mut deepest = open(CWD, &desk.left()[0]);
    // Far more than a stack holds, and longer than any path may be.
    for _ in 0..20_000 {
        mkdirat(&deepest, "d", rustix::fs::Mode::RWXU).expect("made");
        deepest = open(deepest.as_fd(), "d".as_ref());
    }
    drop(client);
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
}

#[test]
fn d14_what_a_client_put_in_the_place_of_the_record_goes_with_the_visit() {
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    let client = desk.download(&by_rep()).client("a good client");
    let record = desk.left()[0].join(".owner");
    fs::remove_file(&record).expect("removed");
    fs::create_dir_all(record.join("app/bin")).expect("made");
    fs::write(record.join("app/bin/part"), "").expect("written");
    drop(client);
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
}

type Replacement = fn(&Path) -> std::io::Result<()>;

/// What a client can make in the place of its folder.
const REPLACEMENTS: [(&str, Replacement); 5] = [
    ("a folder", |visit| {
        fs::create_dir_all(visit.join("a/b"))?;
        fs::write(visit.join("a/b/typed"), "the customer's")
    }),
    ("a folder that lets nobody in, with a record", |visit| {
        fs::create_dir(visit)?;
        fs::write(visit.join(".owner"), "1 1\n")?;
        fs::set_permissions(visit, Permissions::from_mode(0o000))
    }),
    ("a file", |visit| fs::write(visit, "the customer's")),
    ("a link", |visit| {
        symlink(visit.with_file_name("precious"), visit)
    }),
    ("a link to nothing", |visit| symlink("/nonesuch", visit)),
];

#[test]
fn d14_what_a_client_put_in_the_place_of_its_folder_goes_with_the_visit() {
    without_roots_rights();
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    let elsewhere = tempfile::tempdir().expect("a folder");
    let precious = desk.folder.path().join("precious");
    fs::create_dir(&precious).expect("made");
    fs::write(precious.join("file"), "somebody's").expect("written");
    for (case, replace) in REPLACEMENTS {
        for moved in [
            None,
            Some(elsewhere.path().join("moved")),
            Some(desk.folder.path().join("moved")),
        ] {
            let client = desk.download(&by_rep()).client("a good client");
            let visit = only_visit(&desk);
            match &moved {
                None => fs::remove_dir_all(&visit).expect("removed"),
                Some(to) => fs::rename(&visit, to).expect("moved away"),
            }
            replace(&visit).expect("replaced");
            drop(client);
            assert_eq!(desk.left(), [precious.as_path()], "{case}, {moved:?}");
            assert!(
                moved.is_none_or(|to| !to.exists()),
                "{case}: the folder that was moved is left"
            );
            assert_eq!(
                fs::read_to_string(precious.join("file")).expect("there"),
                "somebody's",
                "{case}"
            );
        }
    }
}

#[test]
fn d14_where_others_can_write_what_took_the_place_of_a_visit_is_left() {
    without_roots_rights();
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    fs::set_permissions(desk.folder.path(), Permissions::from_mode(0o1777))
        .expect("a sticky folder");
    for (case, replace) in REPLACEMENTS {
        let client = desk.download(&by_rep()).client("a good client");
        let (visit, moved) = (only_visit(&desk), desk.folder.path().join("moved"));
        fs::rename(&visit, &moved).expect("moved away");
        replace(&visit).expect("replaced");
        drop(client);
        assert_eq!(
            desk.left(),
            [visit.as_path()],
            "{case}: it may be another account's"
        );
        if !visit.is_symlink() {
            fs::set_permissions(&visit, Permissions::from_mode(0o700)).expect("opened");
        }
        if visit.is_dir() && !visit.is_symlink() {
            fs::remove_dir_all(&visit)
        } else {
            fs::remove_file(&visit)
        }
        .expect("removed");
    }
}

fn only_visit(desk: &Desk) -> PathBuf {
    let is_visit = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("visit-"))
    };
    desk.left()
        .into_iter()
        .find(is_visit)
        .expect("a visit's folder")
}

#[test]
fn d14_a_spoiled_record_is_swept_once_the_kiosk_is_dead() {
    without_roots_rights();
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    let spoilings: [(&str, Replacement); 7] = [
        ("no record", |_| Ok(())),
        ("garbage", |record| fs::write(record, "nonsense")),
        ("bytes", |record| fs::write(record, b"\xFF\n")),
        ("nothing", |record| fs::write(record, "")),
        ("a folder", |record| fs::create_dir_all(record.join("a/b"))),
        ("a link", |record| symlink("/etc/passwd", record)),
        ("a pipe", |record| {
            let mode = rustix::fs::Mode::RUSR;
            Ok(rustix::fs::mknodat(
                CWD,
                record,
                rustix::fs::FileType::Fifo,
                mode,
                0,
            )?)
        }),
    ];
    for (case, spoil) in spoilings {
        let client = desk.download(&by_rep()).client("a good client");
        let visit = only_visit(&desk);
        fs::create_dir(visit.join(".home")).expect("made");
        fs::write(visit.join(".home/typed"), "the customer's").expect("written");
        fs::remove_file(visit.join(".owner")).expect("removed");
        spoil(&visit.join(".owner")).expect("spoiled");
        sweep(&desk.config, &desk.environment);
        assert!(
            visit.join(".home/typed").exists(),
            "{case}: its kiosk lives"
        );

        // As a kiosk that was killed leaves it: nobody has its descriptors open.
        let left = desk.folder.path().join("visit-0123456789abcdef");
        let copied = std::process::Command::new("cp")
            .arg("-a")
            .args([&visit, &left])
            .status()
            .expect("run");
        assert!(copied.success(), "{case}");
        drop(client);
        assert!(
            left.join(".home/typed").exists(),
            "{case}: it is there before the sweep"
        );
        sweep(&desk.config, &desk.environment);
        assert_eq!(desk.left(), Vec::<PathBuf>::new(), "{case}");
    }
}

#[test]
fn d14_what_a_crash_left_is_swept_and_nothing_else() {
    without_roots_rights();
    let desk = Desk::at("http://localhost:1");
    let make = |name: &str, record: Option<&str>| {
        let path = desk.folder.path().join(name);
        fs::create_dir(&path).expect("a folder");
        fs::write(path.join("client"), "").expect("a file");
        if let Some(record) = record {
            fs::write(path.join(".owner"), record).expect("a record");
        }
        path
    };
    let mut ended = std::process::Command::new("/bin/sh")
        .args(["-c", "exit"])
        .spawn()
        .expect("a child");
    let dead = ended.id();
    ended.wait().expect("its end");
    let stat = fs::read_to_string("/proc/self/stat").expect("our own stat");
    let began = stat
        .rsplit_once(')')
        .expect("a name")
        .1
        .split_whitespace()
        .nth(19)
        .expect("a start time")
        .to_owned();
    let (ours, namespace) = (
        std::process::id(),
        fs::metadata("/proc/self/ns/pid").expect("known").ino(),
    );

    let gone = [
        make("visit-0000000000000001", Some(&format!("{dead} 1\n"))),
        make("visit-0000000000000002", Some(&format!("{ours} 1\n"))),
        make("visit-0000000000000007", None),
        make("visit-0000000000000009", Some(&format!("{dead} 1\n"))),
        make("visit-000000000000000a", Some(&format!("{dead} 1\n"))),
        make(
            "visit-000000000000000c",
            Some(&format!("{dead} 1 {namespace}\n{ours} 1 {namespace}\n")),
        ),
        // No kiosk that lives has locked it.
        make("visit-0000000000000005", Some("nonsense")),
    ];
    // Its maker was killed before there was a record: nothing else can be in it.
    fs::rename(gone[2].join("client"), gone[2].join(".owner.new")).expect("renamed");
    // Their clients have closed them.
    let close = |path: &Path, mode| {
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("closed");
    };
    close(&gone[3], 0o000);
    close(&gone[4].join(".owner"), 0o000);
    close(&gone[4], 0o600);
    let kept = [
        make("visit-0000000000000003", Some(&format!("{ours} {began}\n"))),
        make("visit-0000000000000004", None),
        // Somebody's own, by chance of that name.
        make("visit-2026112415375600", None),
        make("visit-x", Some(&format!("{dead} 1\n"))),
        make("elsewhere", Some(&format!("{dead} 1\n"))),
        // Closed by a client that lives.
        make("visit-000000000000000b", Some(&format!("{ours} {began}\n"))),
        make(
            "visit-000000000000000d",
            Some(&format!(
                "{dead} 1 {namespace}\n{ours} {began} {namespace}\n"
            )),
        ),
        // Of another container: whether it is dead can't be known.
        make("visit-000000000000000e", Some(&format!("{dead} 1 1\n"))),
    ];
    let two_hours_ago = SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    for old in [&gone[2], &kept[1], &kept[2]] {
        fs::File::open(old)
            .and_then(|folder| folder.set_modified(two_hours_ago))
            .expect("dated");
    }
    close(&kept[5], 0o000);
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join(".owner"), format!("{dead} 1\n")).expect("a record");
    symlink(
        outside.path(),
        desk.folder.path().join("visit-0000000000000006"),
    )
    .expect("a link");

    // A kiosk that saves makes them where it saves.
    let home = tempfile::tempdir().expect("a folder");
    let beside = home.path().join("visit-0000000000000008");
    fs::create_dir(&beside).expect("a folder");
    fs::write(beside.join(".owner"), format!("{dead} 1\n")).expect("a record");
    let mut saving = desk.config.clone();
    saving.download.folder = None;
    saving.launch.mode = Mode::Save;
    sweep(&saving, &[("HOME".into(), home.path().into())]);
    assert!(!beside.exists());

    sweep(&desk.config, &desk.environment);
    assert!(gone.iter().all(|path| !path.exists()), "{:?}", desk.left());
    assert_eq!(
        fs::metadata(&kept[5]).expect("there").mode() & 0o7777,
        0o000,
        "it is not as its client left it"
    );
    close(&kept[5], 0o700);
    assert!(
        kept.iter().all(|path| path.join("client").exists()),
        "{:?}",
        desk.left()
    );
    assert!(outside.path().join(".owner").exists());
}

#[test]
fn d14_a_directory_in_use_is_not_removed_whatever_its_record_says() {
    let desk = Desk::at("http://localhost:1");
    let visit = desk.folder.path().join("visit-0000000000000001");
    fs::create_dir_all(visit.join("app")).expect("made");
    fs::write(visit.join(".owner"), format!("{} 1\n", std::process::id())).expect("a record");
    copy_program("/bin/cat", visit.join("client"));
    let works_there = ["/bin/cat".into(), visit.join("app")];
    let is_of_there = [visit.join("client"), "/".into()];
    let unpacks_there = ["/bin/cat".into(), "/".into()];
    for ([program, folder], tmp) in [
        (works_there, "/tmp"),
        (is_of_there, "/tmp"),
        (unpacks_there, "app"),
    ] {
        let mut client = std::process::Command::new(&program);
        let mut client = client
            .current_dir(folder)
            .env("TMPDIR", visit.join(tmp))
            .stdin(std::process::Stdio::piped())
            .spawn()
            .expect("a client");
        // The kernel lets a spawn return a moment before it shows the environment.
        let environment = format!("/proc/{}/environ", client.id());
        while fs::read(&environment).is_ok_and(|environment| environment.is_empty()) {
            std::thread::yield_now();
        }
        sweep(&desk.config, &desk.environment);
        assert!(visit.join("client").exists(), "{program:?} lives");
        client.kill().and_then(|()| client.wait()).expect("its end");
    }
    sweep(&desk.config, &desk.environment);
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
}
