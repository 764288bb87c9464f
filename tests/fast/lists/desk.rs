//! A desk before and after its lists are read.

use std::sync::Arc;

use support_kiosk::catalog::{Catalog, ListState};
use support_kiosk::terminal::key::{KeyCode, press};

use super::Folder;
use crate::support::kiosk::Kiosk;

const REPS: &str = "id,name,title,languages,available\n\
    1,Rep 10,,es,\n2,Zo\u{eb} Quist,Printers,nb es,\n3,Gone Today,,,false\n4,Rep 2,,,\n5,\u{d8}ster,,,true\n";

fn sorted(desk: &Catalog) -> Vec<String> {
    desk.reps()
        .sorted
        .iter()
        .map(|rep| rep.name.to_string())
        .collect()
}

#[test]
fn a_catalog_shows_config_entries_while_its_lists_load() {
    let folder = Folder::new();
    let config =
        folder.config("[[rep]]\nid = 9\nname = \"Inline\"\n[lists]\nreps = \"reps.csv\"\n");
    let desk = Catalog::new(Arc::new(config));
    assert_eq!((desk.lists, desk.rep_count()), (ListState::Loading, None));
    assert_eq!(sorted(&desk), ["Inline"]);
    let config =
        folder.config("[[rep]]\nid = 9\nname = \"Inline\"\n[lists]\nissues = \"issues.csv\"\n");
    let desk = Catalog::new(Arc::new(config));
    assert_eq!(
        (desk.lists, desk.rep_count()),
        (ListState::Loading, Some(1)),
        "no more of them will come"
    );
    let desk = Catalog::new(Arc::new(
        folder.config("[[rep]]\nid = 9\nname = \"Inline\"\n"),
    ));
    assert_eq!((desk.lists, desk.rep_count()), (ListState::Ready, Some(1)));
}

#[test]
fn with_its_lists_a_desk_is_sorted_searched_and_counted_as_a_whole() {
    let folder = Folder::new();
    folder.write("reps.csv", REPS);
    folder.write(
        "issues.json",
        r#"[{"id": 5, "name": "Zebra printers"}, {"id": 4, "name": "Accounts", "description": "Passwörter"}]"#,
    );
    let config = Arc::new(folder.config(
        "[[rep]]\nid = 9\nname = \"Inline\"\n[[issue]]\nid = 1\nname = \"Wi-Fi\"\n[lists]\nreps = \"reps.csv\"\nissues = \"issues.json\"\n",
    ));
    let choices = folder.read(&config).expect("good lists");
    let desk = Catalog::with_lists(config, choices);
    assert_eq!((desk.lists, desk.rep_count()), (ListState::Ready, Some(5)));
    let sorted = sorted(&desk);
    assert_eq!(
        sorted,
        [
            "Inline",
            "Øster",
            "Rep 2",
            "Rep 10",
            "Zoë Quist",
            "Gone Today"
        ]
    );
    let found = |query: &str| {
        desk.reps()
            .index
            .search(query)
            .into_iter()
            .map(|at| sorted[at as usize].as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (found("zoe"), found("espanol"), found("gone")),
        (
            vec!["Zoë Quist"],
            vec!["Rep 10", "Zoë Quist"],
            vec!["Gone Today"]
        )
    );
    let issues = desk.issues();
    assert_eq!(
        issues
            .entries
            .iter()
            .map(|issue| issue.name.as_str())
            .collect::<Vec<_>>(),
        ["Wi-Fi", "Zebra printers", "Accounts"]
    );
    assert_eq!(issues.index.search("passworter"), [2]);
}

#[test]
fn while_the_list_is_on_its_way_nobody_is_told_that_nobody_is_there() {
    let folder = Folder::new();
    let mut kiosk = Kiosk::of(folder.config(
        "[lists]\nreps = \"reps.csv\"\n[survey]\ngeneral_queue = false\nmenu = \"reps\"\n",
    ));
    assert!(
        kiosk.text().contains("I know who I want to talk to")
            && !kiosk.text().contains(" 0 people"),
        "{}",
        kiosk.text()
    );
    kiosk.key(press(KeyCode::Char('1')));
    assert!(
        kiosk.text().contains("Loading the list."),
        "{}",
        kiosk.text()
    );
    kiosk.type_text("dana");
    assert!(
        kiosk.text().contains("Loading the list.") && kiosk.text().contains("dana"),
        "{}",
        kiosk.text()
    );
}
