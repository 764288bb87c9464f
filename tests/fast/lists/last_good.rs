//! Lists that can't be used: the last good copy takes their place, and a list that has shrunk is
//! refused.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use support_kiosk::config::Lockdown;
use support_kiosk::config::lists::{self, Copies, CopyAccess, ListOrigin, ListsRead};

use super::{Folder, SITE};

const LIST: &str = "id,name\n1,Dana\n2,Ola\n3,Li\n4,Zoë\n";

/// A folder with a list, and one for copies.
struct Desk {
    folder: Folder,
    lockdown: Lockdown,
    more: &'static str,
}

impl Desk {
    fn new() -> Self {
        let folder = Folder::new();
        fs::create_dir(folder.path("state")).expect("made");
        folder.write("reps.csv", LIST);
        Self {
            folder,
            lockdown: Lockdown::AsConfigured,
            more: "",
        }
    }

    fn state(&self) -> std::path::PathBuf {
        self.folder.path("state")
    }

    fn read(&self, keep: CopyAccess) -> ListsRead {
        let file = self.folder.write(
            "kiosk.toml",
            format!("{SITE}[lists]\nreps = \"reps.csv\"\n{}", self.more),
        );
        let config = support_kiosk::config::load(&file, self.lockdown).expect("a good config");
        let folder: OwnedFd = fs::File::open(self.state()).expect("a folder").into();
        lists::read(&config, Some(&Copies::new(folder, self.state(), keep)))
    }

    /// How many rows are in use, whether they are those of the copy, and what is told.
    fn seen(&self) -> (usize, bool, String) {
        let reading = self.read(CopyAccess::Lists);
        let told = reading
            .problems()
            .map(|told| self.folder.told(&told.to_string()).join("\n"))
            .unwrap_or_default();
        (
            reading.choices.reps.len(),
            matches!(reading.lists[0].origin, ListOrigin::LastCopy(Some(_))),
            told,
        )
    }

    fn copies(&self) -> Vec<std::path::PathBuf> {
        fs::read_dir(self.state())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect()
    }
}

/// What happens to a list.
type Spoil<'a> = &'a dyn Fn(&Path);

#[test]
fn k9_whatever_is_wrong_with_a_list_its_last_good_copy_is_used() {
    let desk = Desk {
        lockdown: Lockdown::Forced,
        ..Desk::new()
    };
    assert_eq!(desk.seen(), (4, false, String::new()));
    let list = desk.folder.path("reps.csv");
    let spoil: [(&str, Spoil); 9] = [
        ("this file can't be read", &|list| {
            fs::remove_file(list).expect("removed");
        }),
        ("chmod go-w", &|list| {
            fs::set_permissions(list, fs::Permissions::from_mode(0o666)).expect("set");
        }),
        ("not a regular file", &|list| {
            let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
            fs::remove_file(list).expect("removed");
            rustix::fs::mknodat(rustix::fs::CWD, list, rustix::fs::FileType::Fifo, mode, 0)
                .expect("a FIFO");
        }),
        ("larger than 64 MiB", &|list| {
            fs::File::create(list)
                .and_then(|file| file.set_len((64 << 20) + 1))
                .expect("made");
        }),
        ("not UTF-8", &|list| {
            fs::write(list, b"id,name\n1,Zo\xEB\n2,A\n3,B\n4,C\n").expect("written");
        }),
        ("this file is empty", &|list| {
            fs::write(list, "").expect("written");
        }),
        ("the column `id` is missing", &|list| {
            fs::write(list, "<html>504 Gateway Timeout</html>").expect("written");
        }),
        ("must be a whole number", &|list| {
            fs::write(list, "id,name\nx,A\ny,B\nz,C\nw,D\n").expect("written");
        }),
        ("fewer than half", &|list| {
            fs::write(list, "id,name\n").expect("written");
        }),
    ];
    for (words, spoil) in spoil {
        let _ = fs::remove_file(&list);
        fs::write(&list, LIST).expect("written");
        fs::set_permissions(&list, fs::Permissions::from_mode(0o644)).expect("set");
        spoil(&list);
        let (rows, is_copy, told) = desk.seen();
        assert!(
            (rows, is_copy) == (4, true) && told.contains(words),
            "{words}: {rows} {is_copy} {told}"
        );
    }
    let _ = fs::remove_file(&list);
    fs::write(&list, "id,name\n1,Dana\n2,Ola\n3,Li\n").expect("written");
    assert_eq!(desk.seen(), (3, false, String::new()), "it is good again");
}

#[test]
fn k9_without_a_copy_there_is_nothing_of_a_list_and_all_else() {
    let desk = Desk {
        more: "[[rep]]\nid = 9\nname = \"Inline\"\n",
        ..Desk::new()
    };
    fs::write(desk.folder.path("reps.csv"), "nonsense").expect("written");
    let reading = desk.read(CopyAccess::Lists);
    assert_eq!(
        (reading.choices.reps.len(), reading.lists[0].origin),
        (1, ListOrigin::Unavailable)
    );
    assert_eq!(desk.copies(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn l2_a_list_that_shrank_by_more_than_half_or_below_its_least_is_refused() {
    let desk = Desk::new();
    assert_eq!(desk.seen().0, 4);
    fs::write(desk.folder.path("reps.csv"), "id,name\n1,Dana\n").expect("written");
    let (rows, is_copy, told) = desk.seen();
    assert_eq!((rows, is_copy), (4, true));
    let copy = desk.copies().pop().expect("a copy");
    let removal = format!(
        "remove {}",
        desk.folder.told(&copy.display().to_string())[0]
    );
    assert!(
        told.starts_with("reps.csv: this list has 1 rows, fewer than half of the 4 before")
            && told.ends_with(&removal),
        "{told}"
    );
    // As it says.
    fs::remove_file(copy).expect("removed");
    assert_eq!(desk.seen(), (1, false, String::new()));
    fs::write(desk.folder.path("reps.csv"), LIST).expect("written");
    assert_eq!(desk.seen().0, 4);
    fs::write(desk.folder.path("reps.csv"), "id,name\n1,Dana\n2,Ola\n").expect("written");
    assert_eq!(
        desk.seen(),
        (2, false, String::new()),
        "half is no less than half"
    );
    let desk = Desk {
        more: "min_rows = 3\n",
        ..desk
    };
    let (rows, is_copy, told) = desk.seen();
    assert_eq!(
        (rows, is_copy, told.as_str()),
        (
            2,
            true,
            "reps.csv: this list has 2 rows, and `lists.min_rows` is 3"
        )
    );
}

#[test]
fn a_copy_is_ours_alone_made_by_a_kiosk_alone_and_replaced_whole() {
    let desk = Desk::new();
    desk.read(CopyAccess::Nothing);
    assert_eq!(desk.copies(), Vec::<std::path::PathBuf>::new());
    desk.read(CopyAccess::Lists);
    let copy = desk.copies().pop().expect("a copy");
    assert_eq!(
        fs::metadata(&copy).expect("there").permissions().mode() & 0o777,
        0o600
    );
    let before = fs::metadata(&copy)
        .expect("there")
        .modified()
        .expect("a time");
    desk.read(CopyAccess::Lists);
    assert_eq!(
        fs::metadata(&copy)
            .expect("there")
            .modified()
            .expect("a time"),
        before,
        "the same list is not written again"
    );
    // What is in its place is not taken for it.
    let elsewhere = desk
        .folder
        .write("elsewhere", fs::read(&copy).expect("read"));
    fs::remove_file(&copy).expect("removed");
    symlink(&elsewhere, &copy).expect("a link");
    fs::write(desk.folder.path("reps.csv"), "").expect("written");
    assert_eq!(
        desk.read(CopyAccess::Lists).lists[0].origin,
        ListOrigin::Unavailable
    );
    fs::remove_file(&copy).expect("removed");
    for spoilt in ["", "rows", "rows x\nid,name\n1,A\n", "rows 1\nid\n1\n"] {
        fs::write(&copy, spoilt).expect("written");
        assert_eq!(
            desk.read(CopyAccess::Lists).lists[0].origin,
            ListOrigin::Unavailable,
            "{spoilt:?}"
        );
    }
}
