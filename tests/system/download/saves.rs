//! Clients that are saved: by `start --save` and `--output`, and by `launch.mode = "save"`.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use support_kiosk::client::{Purpose, SaveTo, check_can_save, save_folder};
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::job::{Cancel, SessionError};

use crate::support::order::{Desk, SCRIPT, by_key};
use crate::support::samples::{KINDS, whole};
use crate::support::site::{Site, answer};

#[test]
fn every_kind_is_saved_under_its_name_and_never_over_a_file() {
    for kind in KINDS {
        let site = Site::answering(answer(
            "200 OK",
            "Content-Disposition: attachment; filename=scc.bin\r\n",
            whole(kind),
        ));
        let mut desk = Desk::at(&site.url());
        desk.purpose = Purpose::Save;
        let to = tempfile::tempdir().expect("a folder");
        let client = |case: &str| desk.download(&by_key()).client(case);
        let path = client("saved")
            .save_to(SaveTo::Folder(to.path()), &Cancel::new())
            .expect("saved")
            .path;
        assert_eq!(path, to.path().join("scc.bin"));
        assert_eq!(fs::read(&path).expect("the file"), whole(kind), "{kind:?}");
        assert_eq!(
            fs::metadata(&path).expect("the file").mode() & 0o7777,
            0o600
        );
        assert_eq!(desk.left(), Vec::<PathBuf>::new());

        fs::write(&path, "the person's own").expect("written");
        let again = client("again").save_to(SaveTo::File(&path), &Cancel::new());
        assert_eq!(fault(again), Fault::FileExists);
        assert_eq!(
            fs::read_to_string(&path).expect("the file"),
            "the person's own"
        );
        let link = to.path().join("link");
        symlink(to.path().join("nowhere"), &link).expect("a link");
        let followed = client("a link").save_to(SaveTo::File(&link), &Cancel::new());
        assert_eq!(fault(followed), Fault::FileExists);
        let file = to.path().join("a file");
        let path = client("a file")
            .save_to(SaveTo::File(&file), &Cancel::new())
            .expect("saved")
            .path;
        assert_eq!(
            (
                path.as_path(),
                fs::metadata(&path).expect("the file").mode() & 0o7777
            ),
            (file.as_path(), 0o600)
        );
        for missing in [
            SaveTo::Folder(&to.path().join("none")),
            SaveTo::File(&to.path().join("none/file")),
        ] {
            assert_eq!(
                fault(client("no folder").save_to(missing, &Cancel::new())),
                Fault::NoSaveFolder
            );
        }
        let folder = to.path().join("folder/");
        assert_eq!(
            fault(client("a folder's name").save_to(SaveTo::File(&folder), &Cancel::new())),
            Fault::NoSaveFolder
        );
        assert_eq!(desk.left(), Vec::<PathBuf>::new());
    }
    assert_eq!(
        check_can_save(Path::new("/etc/passwd")).map_err(|failure| failure.fault),
        Err(Fault::NoSaveFolder)
    );
}

fn fault<T>(done: Result<T, SessionError>) -> Fault {
    match done.err() {
        Some(SessionError::Failed(failure)) => failure.fault,
        other => panic!("{other:?} in place of a failure"),
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told_before_the_request() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o500)).expect("a mode");
    // To root every folder is open but that of a file system that is read-only.
    let closed = [folder.path(), Path::new("/sys")]
        .into_iter()
        .find(|folder| fs::write(folder.join("x"), "").is_err());
    let read_only = closed.filter(|folder| {
        let disk = rustix::fs::statvfs(*folder).expect("its disk");
        !rustix::process::geteuid().is_root()
            || disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY)
    });
    let Some(closed) = read_only else {
        println!("this machine has no folder to try it in");
        return;
    };
    assert_eq!(
        check_can_save(closed),
        Err(Failure::with_subject(
            Fault::CannotWrite,
            &closed.to_string_lossy()
        ))
    );
}

#[test]
fn a_served_name_that_is_taken_gets_a_number_before_its_extension() {
    let serving = |name: &str| {
        answer(
            "200 OK",
            &format!("Content-Disposition: attachment; filename={name}\r\n"),
            SCRIPT,
        )
    };
    let names = [
        (
            "scc-1.tar.run",
            [
                "scc-1.tar.run",
                "scc-1.tar-2.run",
                "scc-1.tar-3.run",
                "scc-1.tar-4.run",
            ],
        ),
        ("scc", ["scc", "scc-2", "scc-3", "scc-4"]),
    ];
    for (to_start, mode) in [(false, 0o600), (true, 0o700)] {
        for (name, all) in names {
            let to = tempfile::tempdir().expect("a folder");
            let folder = if to_start {
                SaveTo::FolderToStartFrom(to.path())
            } else {
                SaveTo::Folder(to.path())
            };
            let site = Site::answering(serving(name));
            let mut desk = Desk::at(&site.url());
            desk.purpose = Purpose::Save;
            // A link that leads nowhere takes a name too.
            symlink("/nonesuch", to.path().join(all[2])).expect("a link");
            let free = [all[0], all[1], all[3]];
            for (number, expected) in free.iter().enumerate() {
                let path = desk
                    .download(&by_key())
                    .client("saved")
                    .save_to(folder, &Cancel::new())
                    .expect("saved")
                    .path;
                assert_eq!(path, to.path().join(expected));
                assert_eq!(fs::metadata(&path).expect("the file").mode() & 0o7777, mode);
                fs::write(&path, format!("the person's own {number}")).expect("written");
            }
            for (number, kept) in free.iter().enumerate() {
                assert_eq!(
                    fs::read_to_string(to.path().join(kept)).expect("the file"),
                    format!("the person's own {number}")
                );
            }
            assert!(
                to.path().join(all[2]).is_symlink(),
                "a link was written over"
            );
        }
    }
}

#[test]
fn a_client_is_saved_where_its_person_looks_for_it() {
    let home = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::at("http://localhost:1");
    let folder =
        |desk: &Desk| save_folder(&desk.config, &desk.environment).map_err(|failure| failure.fault);
    assert_eq!(
        folder(&desk).as_deref(),
        Ok(desk.folder.path()),
        "the operator's folder comes first"
    );
    desk.config.download.folder = None;
    assert_eq!(folder(&desk), Err(Fault::NoSaveFolder), "no home is known");
    desk.environment = vec![("HOME".into(), home.path().into())];
    assert_eq!(folder(&desk).as_deref(), Ok(home.path()));
    fs::create_dir(home.path().join("Downloads")).expect("made");
    assert_eq!(folder(&desk), Ok(home.path().join("Downloads")));
    desk.environment = vec![("HOME".into(), "relative".into())];
    assert_eq!(folder(&desk), Err(Fault::NoSaveFolder));
    desk.config.download.folder = Some("/etc/passwd".into());
    assert_eq!(folder(&desk), Err(Fault::NoFolder));
}
