//! Which files are taken (D5), and where they are kept (D11).

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use support_kiosk::client::{Purpose, check_can_run};
use support_kiosk::config::{FileKind, LaunchCommand};
use support_kiosk::failure::Fault;

use crate::support::order::{Desk, SCRIPT, by_rep};
use crate::support::samples::{KINDS, cut, fat, macho, this_machines_elf, whole, with};
use crate::support::site::{Site, ok};
use crate::support::without_roots_rights;

#[test]
fn d5_an_elf_program_is_taken_whole_and_for_this_machine_alone() {
    let good = this_machines_elf();
    let half = good[..good.len() / 2].to_vec();
    let short = good[..good.len() - 1].to_vec();
    let cases = [
        ("cut in half", half, Fault::BrokenProgram),
        ("short of one byte", short, Fault::BrokenProgram),
        ("a head alone", good[..40].to_vec(), Fault::BrokenProgram),
        (
            "an object file",
            with(good.clone(), 16, &[1, 0]),
            Fault::BrokenProgram,
        ),
        (
            "for another processor",
            with(good.clone(), 18, &[8, 0]),
            Fault::WrongArchitecture,
        ),
        (
            "of another width",
            with(good.clone(), 4, &[1]),
            Fault::WrongArchitecture,
        ),
        (
            "of no width",
            with(good.clone(), 4, &[0]),
            Fault::BrokenProgram,
        ),
        (
            "of a width that there is not",
            with(good.clone(), 4, &[3]),
            Fault::BrokenProgram,
        ),
        (
            "sections past counting",
            with(good.clone(), 60, &[0, 0]),
            Fault::BrokenProgram,
        ),
        (
            "segments past counting",
            segments_counted_elsewhere(good.clone()),
            Fault::BrokenProgram,
        ),
        (
            "sections past the end",
            with(good.clone(), 40, &[0xFF; 7]),
            Fault::BrokenProgram,
        ),
    ];
    for (case, bytes, fault) in cases {
        let site = Site::answering(ok(bytes));
        Desk::at(&site.url()).fails(&by_rep(), fault, case);
    }
    for machine in [40_u16, 8] {
        let [low, high] = machine.to_le_bytes();
        let narrow = with(with(good.clone(), 18, &[low, high]), 4, &[1]);
        let failure = Desk::at(&Site::answering(ok(narrow)).url()).fails(
            &by_rep(),
            Fault::WrongArchitecture,
            "narrow",
        );
        let detail = failure.detail.expect("a detail").to_string();
        let name = if machine == 40 {
            "32-bit ARM"
        } else {
            "another processor"
        };
        assert!(
            detail.starts_with(&format!("made for {name}, this computer is ")),
            "{detail}"
        );
    }
    let site = Site::answering(ok(&good));
    let desk = Desk::at(&site.url());
    assert_eq!(
        desk.download(&by_rep()).client("whole").kind(),
        FileKind::Elf
    );
    let mut elsewhere = Desk::at(&Site::answering(ok(with(good, 18, &[8, 0]))).url());
    elsewhere.purpose = Purpose::Save;
    elsewhere
        .download(&by_rep())
        .client("to be carried elsewhere");
}

/// As a program with more than 65,534 segments has it: the first section knows how many there are.
fn segments_counted_elsewhere(elf: Vec<u8>) -> Vec<u8> {
    let (count, sections) = (
        elf[56..58].to_vec(),
        u64::from_le_bytes(elf[40..48].try_into().expect("eight")),
    );
    let counted = usize::try_from(sections).expect("within the file") + 44;
    with(with(elf, counted, &count), 56, &[0xFF, 0xFF])
}

#[test]
fn d5_a_program_of_another_system_has_its_headers() {
    let (pe, macho, fat) = (
        whole(FileKind::Pe),
        whole(FileKind::MachO),
        fat(&[0x0100_0007, 0x0100_000C]),
    );
    let cases = [
        ("pe: the first bytes only", cut(&pe, 4)),
        (
            "pe: without the last byte of its headers",
            cut(&pe, pe.len() - 1),
        ),
        ("pe: headers past its end", with(pe, 60, &[0xFF; 4])),
        ("macho: the first bytes only", cut(&macho, 8)),
        (
            "macho: without the last byte of its header",
            cut(&macho, macho.len() - 1),
        ),
        ("fat: its head only", cut(&fat, 20)),
        ("script: no interpreter", b"#!  \nexit 0\n".to_vec()),
        ("script: its mark only", b"#!".to_vec()),
    ];
    for (case, bytes) in cases {
        let site = Site::answering(ok(bytes));
        let mut desk = Desk::at(&site.url());
        desk.purpose = Purpose::Save;
        desk.fails(&by_rep(), Fault::BrokenProgram, case);
    }
}

#[test]
fn d5_d7_a_cut_file_of_another_system_is_found_by_the_length_promised() {
    for kind in KINDS {
        let whole = whole(kind);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            whole.len()
        );
        let mut desk =
            Desk::at(&Site::answering([head.as_bytes(), &whole[..whole.len() - 1]].concat()).url());
        desk.purpose = Purpose::Save;
        desk.fails(&by_rep(), Fault::CutShort, &format!("{kind:?}"));
    }
    // What tells a disk image is at its end.
    let dmg = whole(FileKind::Dmg);
    let mut desk = Desk::at(&Site::answering(ok(cut(&dmg, dmg.len() - 1))).url());
    desk.purpose = Purpose::Save;
    desk.fails(
        &by_rep(),
        Fault::WrongKind,
        "a cut disk image that is sent as if it were whole",
    );
}

#[test]
fn d5_a_program_of_another_system_is_taken_for_this_machine_alone() {
    let for_machine = |machine: u16| with(whole(FileKind::Pe), 68, &machine.to_le_bytes());
    let (x86_64, powerpc) = (0x0100_0007, 18);
    let foreign = [
        ("pe for PowerPC", for_machine(0x1F0)),
        ("pe for no machine", for_machine(0)),
        ("macho for PowerPC", macho(powerpc)),
        ("fat without ours", fat(&[powerpc, powerpc])),
    ];
    // The programs of x86_64 run on aarch64 as well, there.
    let ours = [
        for_machine(0x8664),
        for_machine(0x14C),
        macho(x86_64),
        fat(&[powerpc, x86_64]),
    ];
    let desk_with = |bytes: Vec<u8>| {
        let mut desk = Desk::at(&Site::answering(ok(bytes)).url());
        desk.config.download.accept = KINDS.to_vec();
        desk
    };
    for (case, bytes) in foreign {
        let mut desk = desk_with(bytes);
        desk.fails(&by_rep(), Fault::WrongArchitecture, case);
        desk.purpose = Purpose::Save;
        desk.download(&by_rep()).client(case);
    }
    for (number, bytes) in ours.into_iter().enumerate() {
        desk_with(bytes)
            .download(&by_rep())
            .client(&format!("the {number}th of ours"));
    }
}

#[test]
fn d5_only_the_kinds_that_the_config_names_are_taken() {
    for kind in KINDS {
        let site = Site::answering(ok(whole(kind)));
        let mut desk = Desk::at(&site.url());
        desk.config.download.accept = vec![kind];
        assert_eq!(
            desk.download(&by_rep()).client(&format!("{kind:?}")).kind(),
            kind
        );
        desk.config.download.accept = KINDS.into_iter().filter(|other| *other != kind).collect();
        desk.fails(
            &by_rep(),
            Fault::WrongKind,
            &format!("{kind:?}, not accepted"),
        );
    }
    let java = Site::answering(ok(b"\xCA\xFE\xBA\xBE\0\0\0\x34"));
    let mut desk = Desk::at(&java.url());
    desk.config.download.accept = KINDS.to_vec();
    desk.fails(&by_rep(), Fault::WrongKind, "a Java class");
}

#[test]
fn d11_the_client_is_ours_alone_and_sealed_once_checked() {
    let site = Site::answering(ok(SCRIPT));
    let desk = Desk::at(&site.url());
    let client = desk.download(&by_rep()).client("kept");
    let [visit] = desk.left().try_into().expect("one folder");
    let mode = |path: &Path| fs::symlink_metadata(path).expect("there").mode() & 0o7777;
    assert_eq!(mode(&visit), 0o700);
    assert_eq!(mode(&visit.join("client.sh")), 0o500);
    drop(client);
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
}

#[test]
fn d11_a_directory_others_can_change_is_refused_before_any_request() {
    let site = Site::answering(ok(SCRIPT));
    let mut desk = Desk::at(&site.url());
    let place = tempfile::tempdir().expect("a folder");
    let (open, link, file) = (
        place.path().join("open"),
        place.path().join("link"),
        place.path().join("file"),
    );
    fs::create_dir(&open).expect("a folder");
    fs::set_permissions(&open, Permissions::from_mode(0o777)).expect("a mode");
    symlink(desk.folder.path(), &link).expect("a link");
    fs::write(&file, "").expect("a file");
    for folder in [
        open.clone(),
        link,
        file,
        place.path().join("no/such/folder"),
    ] {
        desk.config.download.folder = Some(folder.clone());
        let failure = desk.fails(&by_rep(), Fault::NoFolder, &folder.to_string_lossy());
        assert_eq!(failure.detail.as_ref().map(AsRef::as_ref), folder.to_str());
    }
    fs::set_permissions(&open, Permissions::from_mode(0o1777)).expect("a mode");
    assert_eq!(site.received().len(), 0, "nothing was asked");
    desk.config.download.folder = Some(open.clone());
    desk.download(&by_rep()).client("a sticky folder");
    desk.config.download.folder = Some(place.path().join("new"));
    desk.download(&by_rep()).client("a folder still to be made");
    assert_eq!(
        fs::metadata(place.path().join("new")).expect("made").mode() & 0o7777,
        0o700
    );
}

#[test]
fn d11_a_replaceable_directory_is_refused_before_any_request() {
    let site = Site::answering(ok(SCRIPT));
    let mut desk = Desk::at(&site.url());
    let place = tempfile::tempdir().expect("a folder");
    let (open, link) = (place.path().join("open"), place.path().join("link"));
    let (below, ours) = (open.join("a/b"), open.join("a/b/ours"));
    fs::create_dir_all(&below).expect("folders");
    symlink(&below, &link).expect("a link");
    for mode in [0o777, 0o775] {
        fs::set_permissions(&open, Permissions::from_mode(mode)).expect("a mode");
        for folder in [below.clone(), ours.clone(), link.join("ours")] {
            desk.config.download.folder = Some(folder.clone());
            let failure = desk.fails(&by_rep(), Fault::NoFolder, &folder.to_string_lossy());
            assert_eq!(
                failure.detail.as_ref().map(AsRef::as_ref),
                open.to_str(),
                "whose mode is to be mended"
            );
        }
    }
    assert_eq!(site.received().len(), 0, "nothing was asked");
    fs::set_permissions(&open, Permissions::from_mode(0o1777)).expect("a mode");
    let _client = desk
        .download(&by_rep())
        .client("by a link, into a sticky folder's folder");
    fs::remove_file(&link).expect("removed");
    assert_eq!(
        fs::read_dir(&ours).expect("there").count(),
        1,
        "the client is where the link led"
    );
}

#[test]
fn d11_the_systems_folders_are_used_in_order_and_a_bad_one_is_passed_over() {
    let site = Site::answering(ok(SCRIPT));
    let mut desk = Desk::at(&site.url());
    desk.config.download.folder = None;
    let (service, session) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let named = |name: &str, path: &Path| (name.into(), path.as_os_str().to_owned());
    let count = |path: &Path| fs::read_dir(path).map_or(0, Iterator::count);

    desk.environment = vec![
        named("XDG_RUNTIME_DIR", session.path()),
        named("RUNTIME_DIRECTORY", service.path()),
    ];
    let client = desk.download(&by_rep()).client("systemd's");
    assert_eq!((count(service.path()), count(session.path())), (1, 0));
    drop(client);

    desk.environment = vec![
        named("XDG_RUNTIME_DIR", session.path()),
        named("TMPDIR", service.path()),
    ];
    let client = desk.download(&by_rep()).client("the session's");
    assert_eq!(
        (
            count(service.path()),
            count(&session.path().join("support-kiosk"))
        ),
        (0, 1)
    );
    drop(client);

    fs::set_permissions(session.path(), Permissions::from_mode(0o777)).expect("a mode");
    let client = desk.download(&by_rep()).client("neither");
    assert_eq!(count(&session.path().join("support-kiosk")), 0);
    drop(client);
}

#[test]
fn d11_a_read_only_directory_is_skipped_or_reported() {
    without_roots_rights();
    let site = Site::answering(ok(SCRIPT));
    let mut desk = Desk::at(&site.url());
    fs::set_permissions(desk.folder.path(), Permissions::from_mode(0o555)).expect("closed");
    let told = check_can_run(&desk.config, &desk.environment).map_err(|failure| failure.fault);
    assert_eq!(told, Err(Fault::NoFolder));

    desk.config.download.folder = None;
    desk.environment = vec![("RUNTIME_DIRECTORY".into(), desk.folder.path().into())];
    assert_eq!(check_can_run(&desk.config, &desk.environment), Ok(()));
    desk.download(&by_rep()).client("the next folder");
}

/// A folder of this machine from which nothing may run, if it has one that we can write to.
fn noexec_folder() -> Option<tempfile::TempDir> {
    let mounts = fs::read_to_string("/proc/self/mounts").ok()?;
    let fields = mounts
        .lines()
        .map(|line| line.split(' ').collect::<Vec<_>>());
    let noexec = fields
        .filter(|fields| fields.len() > 3 && fields[3].split(',').any(|option| option == "noexec"));
    noexec
        .into_iter()
        .find_map(|fields| tempfile::tempdir_in(fields[1]).ok())
}

#[test]
fn d11_a_noexec_directory_is_skipped_or_reported_if_it_is_the_only_one() {
    let Some(noexec) = noexec_folder() else {
        println!("this machine has no folder to try it in");
        return;
    };
    let site = Site::answering(ok(SCRIPT));
    let mut desk = Desk::at(&site.url());
    desk.config.download.folder = Some(noexec.path().to_owned());
    desk.fails(
        &by_rep(),
        Fault::FolderNotExecutable,
        "the operator's folder",
    );
    assert_eq!(site.received().len(), 0, "nothing was asked");

    desk.config.launch.command =
        LaunchCommand::Fixed(vec!["/bin/sh".to_owned(), "{client}".to_owned()]);
    desk.fails(
        &by_rep(),
        Fault::FolderNotExecutable,
        "a program that only reads the client: what that unpacks has to run",
    );
    desk.config.launch.command = LaunchCommand::Fixed(vec!["{client}".to_owned()]);
    desk.purpose = Purpose::Save;
    desk.download(&by_rep())
        .client("a client that is only kept");
    desk.purpose = Purpose::Run;

    desk.config.download.folder = None;
    desk.environment = vec![("XDG_RUNTIME_DIR".into(), noexec.path().into())];
    let client = desk.download(&by_rep()).client("the next folder");
    assert_eq!(
        fs::read_dir(noexec.path().join("support-kiosk")).map_or(0, Iterator::count),
        0
    );
    drop(client);
}

#[test]
fn d11_a_client_that_will_not_fit_is_told_before_it_is_downloaded() {
    let beginning = format!("{SCRIPT}{}", "#".repeat(1000));
    let site = Site::answering(format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{beginning}",
        1_u64 << 60
    ));
    let mut desk = Desk::at(&site.url());
    desk.config.download.max_size = u64::MAX;
    desk.fails(&by_rep(), Fault::DiskFull, "an exbibyte");
}
