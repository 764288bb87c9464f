//! Lists as spreadsheets, scripts and people write them: what is clear is read, and what is odd is
//! told.

use support_kiosk::config::lists;
use support_kiosk::session::Rep;

use super::{Folder, SITE, names};

/// A list and the names in it.
type Case<'a> = (&'static str, &'a [u8], &'static [&'static str]);

/// Each list has these names, whatever is told of it.
fn each_has(cases: &[Case<'_>]) {
    let folder = Folder::new();
    for (ending, list, expected) in cases {
        let file = format!("reps.{ending}");
        folder.write(&file, list);
        let reading = lists::read(
            &folder.config(&format!("[lists]\nreps = \"{file}\"\n")),
            None,
        );
        let reps: Vec<Rep> = reading.choices.reps.iter().collect();
        let list = String::from_utf8_lossy(list);
        assert_eq!(
            (names(&reps).as_slice(), reading.lists[0].skipped),
            (*expected, 0),
            "for\n{list}\n{:?}",
            reading.lists
        );
    }
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{FEFF}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(unit)
        .collect()
}

#[test]
fn each_encoding_with_a_byte_order_mark_is_read() {
    let text = "id,name\r\n1,Zoë Quist\r\n2,李明 👍\r\n";
    each_has(&[
        ("csv", text.as_bytes(), &["Zoë Quist", "李明 👍"]),
        (
            "csv",
            format!("\u{FEFF}{text}").as_bytes(),
            &["Zoë Quist", "李明 👍"],
        ),
        (
            "csv",
            &utf16(text, u16::to_le_bytes),
            &["Zoë Quist", "李明 👍"],
        ),
        (
            "csv",
            &utf16(text, u16::to_be_bytes),
            &["Zoë Quist", "李明 👍"],
        ),
        (
            "json",
            &utf16("[{\"id\": 1, \"name\": \"Zoë\"}]", u16::to_le_bytes),
            &["Zoë"],
        ),
        (
            "toml",
            &utf16("[[rep]]\nid = 1\nname = \"Zoë\"\n", u16::to_be_bytes),
            &["Zoë"],
        ),
    ]);
}

#[test]
fn a_list_in_utf_16_that_ends_within_a_character_is_reported() {
    let folder = Folder::new();
    let list = |text: &str| utf16(text, u16::to_le_bytes);
    let (whole, mut cut, mut odd) = (
        list("id,name\n1,Zoë\n"),
        list("id,name\n1,Zoë"),
        list("id,name\n1,Zoë\n"),
    );
    cut.pop();
    odd.push(b'x');
    assert_eq!(folder.all_told("csv", whole), Vec::<String>::new());
    for (list, expected) in [
        (cut, "2:3: warning: `rep.name` contains U+FFFD"),
        (odd, "3:1: `rep.id` must be a whole number"),
    ] {
        let told = folder.all_told("csv", list);
        assert!(
            told.first().is_some_and(|told| told.contains(expected)),
            "{told:?}"
        );
    }
}

#[test]
fn commas_semicolons_and_tabs_separate_cells_as_the_first_line_has_them() {
    each_has(&[
        (
            "csv",
            b"id;name;team\n1;Dana, of B12;Campus\n",
            &["Dana, of B12"],
        ),
        (
            "csv",
            b"id\tname\tteam\r\n1\tDana; Ola\tCampus\r\n",
            &["Dana; Ola"],
        ),
        ("csv", b"sep=;\r\nid;name\r\n1;Dana\r\n", &["Dana"]),
        ("csv", b"sep=,\r\nid,name\r\n1,Dana\r\n", &["Dana"]),
        ("csv", b"SEP=\t\r\nid\tname\r\n1\tDana\r\n", &["Dana"]),
        ("csv", b"\"sep=;\"\r\nid;name\r\n1;Dana\r\n", &["Dana"]),
        ("csv", b"\xEF\xBB\xBFsep=;\nid;name\n1;Dana\n", &["Dana"]),
        ("csv", b"name;languages;id\nDana;en,es;1\n", &["Dana"]),
        (
            "csv",
            b"id, name\n1, \"Whitfield, Dana\"\n",
            &["Whitfield, Dana"],
        ),
    ]);
}

#[test]
fn headings_are_known_whatever_their_case_and_spaces() {
    each_has(&[
        ("csv", b"ID,Name\n1,Dana\n", &["Dana"]),
        ("csv", " Id ,\u{A0}NAME \n1,Dana\n".as_bytes(), &["Dana"]),
        ("csv", b"\"ID\";\"Name\"\n\"1\";\"Dana\"\n", &["Dana"]),
        (
            "csv",
            "\u{200B}id,na\u{AD}me\u{200E}\n1,Dana\n".as_bytes(),
            &["Dana"],
        ),
        ("json", b"[{\"ID\": 1, \"Name \": \"Dana\"}]", &["Dana"]),
        ("toml", b"[[rep]]\nID = 1\nName = \"Dana\"\n", &["Dana"]),
    ]);
    let folder = Folder::new();
    assert_eq!(
        folder.told_of_issues("csv", "Id,Code Name,NAME\n1,password,Password\n"),
        Vec::<String>::new()
    );
}

#[test]
fn empty_rows_and_columns_are_not_there() {
    each_has(&[
        (
            "csv",
            b"id,name\n1,Dana\n,\n2,Ola\n , \n,\n",
            &["Dana", "Ola"],
        ),
        (
            "csv",
            b"id,name,,\n1,Dana,,\n2,Ola,,\n,,,\n",
            &["Dana", "Ola"],
        ),
        ("csv", b",id,,name\n,1,,Dana\n", &["Dana"]),
        ("csv", b"id,name\n1,Dana,,,\n2,Ola\n", &["Dana", "Ola"]),
        ("csv", b",,\n\nid,name\n1,Dana\n", &["Dana"]),
        ("csv", b"id,name,title\n1,Dana\n", &["Dana"]),
        ("csv", b"\r\n\r\nid,name\r\n1,Dana", &["Dana"]),
    ]);
}

#[test]
fn ids_truths_and_languages_are_read_as_they_are_meant() {
    let folder = Folder::new();
    let csv = "id,name,available,languages\n12,A,yes,\"en,es\"\n13.0,B,NO,en;es\n\"14\",C,1,en es\n0015,D,0,\"en, es\"\n16,E,TRUE,\n";
    let json = r#"[{"id": 12.0, "name": "A", "available": "yes", "languages": "en,es"},
        {"id": "13", "name": "B", "available": "No", "languages": "en;es"},
        {"id": " 14.0 ", "name": "C", "available": 1, "languages": ["en", "es"]},
        {"id": 15, "name": "D", "available": 0, "languages": "en es"},
        {"id": 16, "name": "E", "available": "", "languages": ""}]"#;
    for (ending, list) in [("csv", csv), ("json", json)] {
        let reps = folder.reps(ending, list).expect("a good list");
        let seen: Vec<_> = reps
            .iter()
            .map(|rep| (rep.id.get(), rep.available, rep.languages.len()))
            .collect();
        let expected = [
            (12, true, 2),
            (13, false, 2),
            (14, true, 2),
            (15, false, 2),
            (16, true, 0),
        ];
        assert_eq!(seen, expected, "{ending}");
    }
    let toml = "[[rep]]\nid = \"12\"\nname = \"A\"\navailable = \"no\"\nlanguages = \"en, es\"\nteam = 12\n";
    let reps = folder.reps("toml", toml).expect("a good list");
    assert_eq!(
        (reps[0].id.get(), reps[0].available, reps[0].languages.len()),
        (12, false, 2)
    );
    assert_eq!(reps[0].team.as_ref().map(AsRef::as_ref), Some("12"));
}

#[test]
fn white_space_around_a_text_is_no_part_of_it() {
    let folder = Folder::new();
    let told = [
        (
            "csv",
            "id,name,title,team\n12, Dana Whitfield , Network\t,\u{A0}Campus\u{A0}\n",
        ),
        (
            "json",
            "[{\"id\": 12, \"name\": \" Dana Whitfield\\u00a0\", \"title\": \"\\tNetwork\", \"team\": \"Campus \"}]",
        ),
        (
            "toml",
            "[[rep]]\nid = 12\nname = \"\u{A0}Dana Whitfield \"\ntitle = \" Network\"\nteam = \"Campus\\t\"\n",
        ),
    ];
    for (ending, list) in told {
        let reps = folder
            .reps(ending, list)
            .unwrap_or_else(|told| panic!("{told:?}\n{list}"));
        let text = |text: &Option<_>| text.as_ref().map(ToString::to_string);
        let seen = (
            reps[0].name.as_str(),
            text(&reps[0].title),
            text(&reps[0].team),
        );
        assert_eq!(
            seen,
            (
                "Dana Whitfield",
                Some("Network".to_owned()),
                Some("Campus".to_owned())
            ),
            "for\n{list}"
        );
    }
    let config = folder.config(
        "[[rep]]\nid = 1\nname = \" Dana\u{A0}\"\nteam = \" Campus \"\n[[issue]]\nid = 2\ncode_name = \" password \"\nname = \"\u{A0}Password \"\n[kiosk]\nname = \" b12-3 \"\n",
    );
    assert_eq!(config.reps[0].name.as_str(), "Dana");
    assert_eq!(
        (config.issues[0].name.as_str(), config.kiosk.name.as_str()),
        ("Password", "b12-3")
    );
    assert!(config.issues[0].reference.matches("password"));
    let text = SITE.replace("https", " https").replace("com\"", "com \"");
    let file = folder.write("kiosk.toml", text);
    let config = support_kiosk::config::load(&file, support_kiosk::config::Lockdown::AsConfigured)
        .expect("a good config");
    assert_eq!(config.site.url.as_str(), "https://support.example.com/");
}

#[test]
fn what_is_hardly_meant_is_a_warning_at_its_place() {
    let folder = Folder::new();
    let lost = "contains U+FFFD, the replacement of a lost character: check how the list is made";
    let html = "contains HTML, such as `&#39;`: write the character itself";
    for (ending, list, expected) in [
        ("csv", "id,name,phone\n1,A,5\n", vec!["1:9: warning: unknown column `phone`: it is ignored; there can be `id`, `name`, `title`, `team`, `languages` or `available`".to_owned()]),
        ("csv", "id,name\n1,Zo\u{FFFD}\n2,O&#39;Neill\n3,AT&T; R&D\n", vec![format!("2:3: warning: `rep.name` {lost}"), format!("3:3: warning: `rep.name` {html}")]),
        ("json", "[{\"id\": 1, \"name\": \"A &amp; B\", \"phone\": 5}]", vec![
            format!("1:20: warning: `rep.name` {html}"),
            "1:42: warning: unknown column `phone`: it is ignored; there can be `id`, `name`, `title`, `team`, `languages` or `available`".to_owned(),
        ]),
        ("csv", "id,name\n", vec!["1:1: warning: this list is empty".to_owned()]),
        ("json", "[]", vec!["1:1: warning: this list is empty".to_owned()]),
    ] {
        let told: Vec<String> = folder.all_told(ending, list).iter().map(|line| line.replace(&format!("reps.{ending}:"), "")).collect();
        assert_eq!(told, expected, "for\n{list}");
    }
}

#[test]
fn a_bad_row_is_skipped_and_told_and_the_others_are_used() {
    let folder = Folder::new();
    for (ending, list, skipped, first) in [
        (
            "csv",
            "id,name\n1,Dana\nx,Bad\n2,Ola\n",
            1,
            "reps.csv:3:1: `rep.id` must be a whole number",
        ),
        (
            "csv",
            "id,name\n1,Dana\n1,Twin\n2,Ola\n",
            1,
            "reps.csv:3:1: `rep.id` 1 is used by another representative",
        ),
        (
            "csv",
            "id,name\n1,Dana\n2,Ola, Berg\n2,Ola\n",
            1,
            "reps.csv:3:1: columns in this line: 3",
        ),
        (
            "csv",
            "id,name\n1,Dana\n3,\"Open\n2,Ola\n",
            1,
            "reps.csv:3:8: `rep.name`: the character U+000A",
        ),
        (
            "csv",
            "id,name,note\n1,Dana,\n3,Bad,\"Open\n2,Ola,\n",
            1,
            "reps.csv:3:1: a quote in this row is not closed",
        ),
        (
            "csv",
            "id,name\n1,Dana\n2,Ola\n3,\"Cut o",
            1,
            "reps.csv:4:1: a quote in this row is not closed",
        ),
        (
            "csv",
            "id,name,available\n2,Bad,maybe\n1,Dana,\n2,Ola,\n",
            1,
            "reps.csv:2:7: `rep.available` must be",
        ),
        (
            "json",
            "[{\"id\": 1, \"name\": \"Dana\"}, 5, {\"id\": 2, \"name\": \"Ola\"}]",
            1,
            "reps.json:1:29: expected an object",
        ),
        (
            "toml",
            "[[rep]]\nid = 1\nname = \"Dana\"\n[[rep]]\nid = 9\nname = \"open\n[[rep]]\nid = 2\nname = \"Ola\"\n",
            1,
            "reps.toml:6:13: this is not TOML",
        ),
    ] {
        let file = format!("reps.{ending}");
        folder.write(&file, list);
        let reading = lists::read(
            &folder.config(&format!("[lists]\nreps = \"{file}\"\n")),
            None,
        );
        let reps: Vec<Rep> = reading.choices.reps.iter().collect();
        let told = folder.told(&reading.problems().expect("a problem").to_string());
        assert_eq!(
            (names(&reps), reading.lists[0].skipped),
            (vec!["Dana", "Ola"], skipped),
            "for\n{list}\n{told:?}"
        );
        assert!(told[0].starts_with(first), "{told:?} for\n{list}");
        let reading = lists::read(
            &folder.config(&format!(
                "[lists]\nreps = \"{file}\"\nbad_rows = \"refuse\"\n"
            )),
            None,
        );
        assert!(
            reading.lacks_a_list() && reading.choices.reps.is_empty(),
            "for\n{list}"
        );
    }
}

#[test]
fn issues_with_one_id_are_told_and_both_used() {
    let folder = Folder::new();
    folder.write("issues.csv", "id,name\n3,Password\n3,Sign-in\n");
    let reading = lists::read(&folder.config("[lists]\nissues = \"issues.csv\"\n"), None);
    assert_eq!(
        (reading.choices.issues.len(), reading.problems()),
        (2, None)
    );
    let told = folder.told(&reading.warnings().expect("a warning").to_string());
    assert_eq!(
        told,
        ["issues.csv:3:1: warning: `issue.id` 3 is used by another issue too"]
    );
}
