use super::*;

/// A name, its details and its languages.
type Entry = (&'static str, &'static [&'static str], &'static [&'static str]);

fn index(entries: &[Entry]) -> Index {
    let mut index = Index::default();
    for (name, details, languages) in entries {
        index.add(name, details.iter().copied(), &FoldedLanguages::new(languages.iter().copied()));
    }
    index
}

/// The names that a query finds among these, in their order.
fn found(names: &[&'static str], query: &str) -> Vec<&'static str> {
    let entries: Vec<Entry> = names.iter().map(|name| (*name, &[] as &[_], &[] as &[_])).collect();
    index(&entries).matching(query).into_iter().map(|at| names[at]).collect()
}

/// Each of the queries finds each of the names.
fn each_finds_each(queries: &[&str], names: &[&'static str]) {
    for query in queries {
        for name in names {
            assert_eq!(found(&[name, "Zzyzx Qq"], query), [*name], "{query:?}");
        }
    }
}

#[test]
fn letters_of_any_kind_are_found_without_marks_and_case() {
    let names = ["Dana Whitfield", "Zoë Quist", "李明", "Łukasz Øster", "Rep 10", "Ｆｕｌｌ ẞ", "Ångström"];
    for (query, expected) in [
        ("zoe", &names[1..2]),
        ("ZOË", &names[1..2]),
        ("李", &names[2..3]),
        ("明", &names[2..3]),
        ("lukasz oster", &names[3..4]),
        ("łukasz", &names[3..4]),
        ("1", &names[4..5]),
        ("full", &names[5..6]),
        ("SS", &names[5..6]),
        ("angstrom", &names[6..]),
        ("", &names[..]),
        ("  ", &names[..]),
        ("-", &names[..]),
        ("xyz", &[]),
    ] {
        assert_eq!(found(&names, query), expected, "{query:?}");
    }
}

#[test]
fn apostrophes_hyphens_dots_and_spaces_within_a_word_do_not_matter() {
    each_finds_each(
        &["oneill", "o'neill", "O’Neill", "o neill", "O`NEILL", "ONeill", "oʼneill", "o´neill"],
        &["O'Neill Pat", "O’Neill Pat", "ONeill Pat", "Pat O‘Neill", "Pat OʼNeill", "O Neill"],
    );
    each_finds_each(
        &["jean paul", "jean-paul", "jeanpaul", "Jean‑Paul", "jean–paul", "jean.paul"],
        &["Jean‑Paul Roy", "Jean-Paul Roy", "Jean Paul Roy", "JeanPaul Roy", "Roy, Jean‐Paul", "Jean−Paul"],
    );
    each_finds_each(
        &["wifi", "wi-fi", "wi fi", "Wi‑Fi", "WIFI", "wi.fi", "wi f"],
        &["Wi-Fi", "WiFi", "Wi Fi", "Wi‑Fi and network"],
    );
    each_finds_each(
        &["jrr", "j r r", "j.r.r.", "J. R. R.", "j r r tolkien"],
        &["J. R. R. Tolkien", "J.R.R. Tolkien", "JRR Tolkien"],
    );
    each_finds_each(&["می‌خواهم", "میخواهم"], &["می‌خواهم"]);
}

#[test]
fn a_letter_with_two_spellings_is_found_by_both() {
    each_finds_each(&["mueller", "müller", "MÜLLER", "mu\u{308}ller"], &["Müller", "Mueller", "MÜLLER", "Mu\u{308}ller"]);
    each_finds_each(&["muller"], &["Müller", "Muller"]);
    each_finds_each(&["jaeger", "jäger"], &["Jäger", "Jaeger"]);
    each_finds_each(&["schroeder", "schröder"], &["Schröder", "Schroeder"]);
    each_finds_each(&["strauss", "strauß", "STRAUẞ"], &["Strauß", "Strauss", "STRAUẞ"]);
    each_finds_each(&["groessl", "größl"], &["Größl", "Groessl"]);
    each_finds_each(&["soerensen", "sørensen", "sorensen"], &["Sørensen"]);
    each_finds_each(&["haakon", "håkon"], &["Håkon", "Haakon"]);
    assert_eq!(found(&["John", "Joe", "Quist", "Susan"], "joe"), ["Joe"]);
    assert_eq!(found(&["Quist", "Quentin", "Susan"], "que"), ["Quentin"]);
}

#[test]
fn greek_is_found_in_capitals_and_with_any_sigma() {
    each_finds_each(&["ΓΙΩΡΓΟΣ", "γιωργοσ", "Γιώργος", "γιωργος", "γιωργο"], &["Γιώργος", "ΓΙΩΡΓΟΣ"]);
    each_finds_each(&["ΝΙΚΟΣ Π", "νικος π", "νικοσπ"], &["Νίκος Παπαδόπουλος"]);
}

#[test]
fn a_word_is_found_at_its_start_and_within_the_name_from_three_letters_on() {
    let entries: &[Entry] = &[
        ("Emily Olsen", &["Public relations"], &["en", "English"]),
        ("Li Wei", &["Network"], &["zh", "中文"]),
        ("Paul Ali", &["Linux"], &["en", "English"]),
    ];
    let index = index(entries);
    let found = |query: &str| index.matching(query).into_iter().map(|at| entries[at].0).collect::<Vec<_>>();
    assert_eq!(found("li"), ["Li Wei", "Paul Ali"], "not all who speak English");
    assert_eq!(found("mil"), ["Emily Olsen"], "within the name");
    assert_eq!(found("mi"), Vec::<&str>::new(), "two letters");
    assert_eq!(found("ublic"), Vec::<&str>::new(), "within a title");
    assert_eq!(found("nglish"), Vec::<&str>::new(), "within a language");
    assert_eq!(found("lyo"), Vec::<&str>::new(), "over two words, and within one");
    assert_eq!(found("english"), ["Emily Olsen", "Paul Ali"]);
    assert_eq!(found("文"), ["Li Wei"]);
}

#[test]
fn words_come_in_any_order_and_nothing_is_found_across_two_columns() {
    let entries: &[Entry] = &[("Dana Whitfield", &["Network", "Campus"], &["en", "English"])];
    for (query, is_found) in [
        ("net whit", true),
        ("whit dana", true),
        ("campus english dana", true),
        ("whitfieldnetwork", false),
        ("networkcampus", false),
        ("campus en glish", true),
        ("dana xyz", false),
        ("dana dana dana", true),
    ] {
        assert_eq!(index(entries).matching(query).len(), usize::from(is_found), "{query:?}");
    }
}

#[test]
fn matches_are_ranked_by_where_they_are_and_stay_sorted_within_a_rank() {
    let entries: &[Entry] = &[
        ("Ada Lovelace", &["Mars rovers"], &[]),
        ("Dagmar Sand", &[], &[]),
        ("Eva Marsh", &[], &[]),
        ("Marsha Brown", &[], &[]),
        ("Ola Berg", &[], &["Marshallese"]),
        ("Mars 2", &[], &[]),
        ("Ida Marsh", &["Marsh"], &[]),
        ("Ole Samarsky", &[], &[]),
    ];
    let names: Vec<&str> = index(entries).matching("mars").into_iter().map(|at| entries[at].0).collect();
    assert_eq!(names, ["Marsha Brown", "Mars 2", "Eva Marsh", "Ida Marsh", "Ole Samarsky", "Ada Lovelace", "Ola Berg"]);
    let names: Vec<&str> = index(entries).matching("a mars").into_iter().map(|at| entries[at].0).collect();
    assert_eq!(names, ["Ada Lovelace"]);
}

#[test]
fn numbers_in_names_are_sorted_by_value() {
    let mut names = ["Rep 10", "rep 2", "Rep 02", "Åse", "Anna", "Zoë", "Rep"];
    names.sort_by_key(|name| {
        let mut key = String::new();
        add_natural_key(name, &mut key);
        key
    });
    assert_eq!(names, ["Anna", "Åse", "Rep", "Rep 02", "rep 2", "Rep 10", "Zoë"]);
}
