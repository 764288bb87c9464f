//! Lists from files of their own: what they mean, what is wrong with them, and whether they have
//! changed.

mod desk;
mod last_good;
mod lenient;
mod problems;
mod source;

use std::fs;
use std::path::Path;

use support_kiosk::config::lists::{self, Choices};
use support_kiosk::config::{self, Config, ListFormat, RepListShown};
use support_kiosk::session::{Id, IssueRef, Rep};
use support_kiosk::ways::{KEY, Way};

use crate::support::folder::{Folder, SITE};

impl Folder {
    /// Another file takes the place of this one, at once.
    fn replace(&self, name: &str, content: &str) {
        let new = self.write("new", content);
        fs::rename(new, self.path(name)).expect("renamed");
    }

    /// What the config makes with its lists, or what is wrong with them, without the folder's name.
    fn read(&self, config: &Config) -> Result<Choices, Vec<String>> {
        let reading = lists::read(config, None);
        reading.problems().map_or(Ok(reading.choices), |problems| {
            Err(self.told(&problems.to_string()))
        })
    }

    /// What a list of representatives makes, or what is wrong with it.
    fn reps(&self, ending: &str, list: impl AsRef<[u8]>) -> Result<Vec<Rep>, Vec<String>> {
        let file = format!("reps.{ending}");
        self.write(&file, list);
        let config = self.config(&format!("[lists]\nreps = \"{file}\"\n"));
        self.read(&config)
            .map(|choices| choices.reps.iter().collect())
    }

    /// All that is told of a list of representatives: problems, and behind them warnings.
    fn all_told(&self, ending: &str, list: impl AsRef<[u8]>) -> Vec<String> {
        let file = format!("reps.{ending}");
        self.write(&file, list);
        let reading = lists::read(&self.config(&format!("[lists]\nreps = \"{file}\"\n")), None);
        let told = [reading.problems(), reading.warnings()]
            .into_iter()
            .flatten();
        told.flat_map(|told| self.told(&told.to_string())).collect()
    }

    /// What is wrong with a list of issues.
    fn told_of_issues(&self, ending: &str, list: &str) -> Vec<String> {
        let file = format!("issues.{ending}");
        self.write(&file, list);
        let config = self.config(&format!("[lists]\nissues = \"{file}\"\n"));
        self.read(&config)
            .map_or_else(|problems| problems, |_| Vec::new())
    }
}

fn names(reps: &[Rep]) -> Vec<&str> {
    reps.iter().map(|rep| rep.name.as_str()).collect()
}

const CSV: &str = "\u{FEFF}id,name,title,team,languages,available\r\n\
    12,Dana Whitfield,Network,Campus,en es,true\r\n\
    \r\n\
    0,\"Quist, Zo\u{eb} \"\"Z\"\"\",,,nb;en,FALSE\r\n\
    9223372036854775807,李明,\"Accounts\",,,\r\n";

const TOML: &str = r#"
[[rep]]
id = 12
name = "Dana Whitfield"
title = "Network"
team = "Campus"
languages = ["en", "es"]
available = true
[[rep]]
id = 0
name = "Quist, Zoë \"Z\""
languages = ["nb", "en"]
available = false
[[rep]]
id = 9223372036854775807
name = "李明"
title = "Accounts"
"#;

const JSON: &str = r#"[
    {"id": 12, "name": "Dana Whitfield", "title": "Network", "team": "Campus", "languages": ["en", "es"], "available": true},
    {"id": 0, "name": "Quist, Zo\u00eb \"Z\"", "title": null, "languages": ["nb", "en"], "available": false},
    {"name": "李明", "id": 9223372036854775807, "title": "Accounts"}
]"#;

#[test]
fn the_same_list_means_the_same_in_each_way_of_writing() {
    let folder = Folder::new();
    let by_csv = folder.reps("csv", CSV).expect("a good list");
    let [dana, zoe, li] = by_csv.as_slice() else {
        panic!("{by_csv:?}")
    };
    assert_eq!(
        (dana.name.as_str(), dana.languages.len(), dana.available),
        ("Dana Whitfield", 2, true)
    );
    assert_eq!(
        (zoe.name.as_str(), &zoe.title, zoe.available),
        ("Quist, Zoë \"Z\"", &None, false)
    );
    assert_eq!(
        zoe.languages
            .iter()
            .map(AsRef::as_ref)
            .collect::<Vec<&str>>(),
        ["nb", "en"]
    );
    assert_eq!(
        (Some(li.id), li.languages.len(), li.available),
        (Id::new(i64::MAX.unsigned_abs()), 0, true)
    );
    assert_eq!(folder.reps("toml", TOML).as_ref(), Ok(&by_csv));
    assert_eq!(folder.reps("json", JSON).as_ref(), Ok(&by_csv));
    assert_eq!(
        folder
            .reps("JSON", format!("\u{FEFF}{{\"reps\": {JSON}}}"))
            .as_ref(),
        Ok(&by_csv)
    );
}

#[test]
fn columns_stand_in_any_order_and_those_that_need_not_be_are_left_out() {
    let folder = Folder::new();
    let reps = folder
        .reps("csv", "name, id \nDana,12\nOla,13\n")
        .expect("a good list");
    assert_eq!((names(&reps), reps[1].id.get()), (vec!["Dana", "Ola"], 13));
    for nobody in [
        ("csv", "id,name\n"),
        ("toml", ""),
        ("json", "[]"),
        ("json", "{\"reps\": []}"),
    ] {
        assert_eq!(
            folder.reps(nobody.0, nobody.1),
            Ok(Vec::new()),
            "for {nobody:?}"
        );
    }
}

#[test]
fn issues_come_from_files_too_behind_those_of_the_config() {
    let folder = Folder::new();
    let dialect = "site.dialect = \"start-session\"\n";
    let inline = "[[issue]]\nid = 1\nname = \"Inline\"\n[lists]\nissues = ";
    for (file, list) in [
        (
            "issues.csv",
            "code_name,id,name,description\npassword,3,Password,\"Locked, lost\"\n,4,Printer,\n",
        ),
        (
            "issues.json",
            r#"[{"code_name": "password", "id": 3, "name": "Password", "description": "Locked, lost"}, {"id": 4, "name": "Printer"}]"#,
        ),
        (
            "issues.toml",
            "[[issue]]\nid = 3\ncode_name = \"password\"\nname = \"Password\"\ndescription = \"Locked, lost\"\n[[issue]]\nid = 4\nname = \"Printer\"\n",
        ),
    ] {
        folder.write(file, list);
        let config = folder.config(&format!("{dialect}{inline}\"{file}\"\n"));
        let choices = folder.read(&config).expect("good lists");
        let [inline, password, printer] = choices.issues.as_slice() else {
            panic!("{choices:?}")
        };
        assert_eq!(
            (inline.name.as_str(), printer.name.as_str()),
            ("Inline", "Printer")
        );
        assert!(
            matches!(&password.reference, IssueRef::Both(id, code) if id.get() == 3 && code.as_str() == "password")
        );
        assert_eq!(
            password.description.as_ref().map(AsRef::as_ref),
            Some("Locked, lost")
        );
        assert_eq!(printer.description, None);
    }
}

#[test]
fn the_config_knows_its_lists_by_path_without_reading_them() {
    let text = format!(
        "{SITE}[menu]\nrep_list = \"search\"\n[lists]\nreps = \"a/reps.CSV\"\nissues = \"/srv/issues.json\"\n"
    );
    let config = config::from_text(&text, Path::new("conf/kiosk.toml")).expect("a good config");
    let named: Vec<_> = config
        .lists
        .iter()
        .map(|list| (list.path.as_path(), list.format))
        .collect();
    let expected = [
        (Path::new("conf/a/reps.CSV"), ListFormat::Csv),
        (Path::new("/srv/issues.json"), ListFormat::Json),
    ];
    assert_eq!(named, expected);
    assert_eq!(config.rep_list, RepListShown::Search);
    assert_eq!(
        config.ways,
        [Way::Rep, Way::Code(&KEY), Way::Survey],
        "whoever is in a list counts before it is read"
    );
}

#[test]
fn a_config_without_lists_is_read_at_once_and_has_what_it_says() {
    let folder = Folder::new();
    let config = folder.config("[[rep]]\nid = 1\nname = \"Inline\"\n");
    let choices = folder.read(&config).expect("nothing to go wrong");
    let reps: Vec<Rep> = choices.reps.iter().collect();
    assert_eq!(
        (names(&reps), choices.issues.len(), config.rep_list),
        (vec!["Inline"], 0, RepListShown::All)
    );
}
