use zeroize::Zeroizing;

use super::*;
use crate::clean::Clean;
use crate::session::{
    Answers, CustomerDetails, FixedParameter, Id, Placeholders, Survey, SurveyForm,
};
use crate::ways::{CodeRules, KEY, Way};

fn key(key: &str) -> SessionRequest {
    let rules = CodeRules {
        characters: "!@#$%^*".to_owned(),
        ..CodeRules::default()
    };
    let code = KEY.parse(key, &rules).expect("a key");
    SessionRequest::Code {
        code,
        details: CustomerDetails::default(),
    }
}

fn details(way: Way, name: &str, description: &str) -> CustomerDetails {
    let mut form = SurveyForm::default();
    for field in SurveyField::ALL {
        form.rules_mut(field).ways = vec![way];
    }
    let mut answers = Answers::default();
    for (field, typed) in [
        (SurveyField::Name, name),
        (SurveyField::Description, description),
    ] {
        answers.set(field, Zeroizing::new(typed.to_owned()));
    }
    form.for_visit(way, &Placeholders::default(), FixedParameter::MAX_BYTES)
        .fill(&answers)
        .expect("good")
}

fn survey(name: &str, description: &str) -> SessionRequest {
    SessionRequest::Survey(Survey {
        details: details(Way::Survey, name, description),
        ..Survey::default()
    })
}

fn shown(words: &str, request: &SessionRequest) -> bool {
    match redact(words, Truncated::No, request).as_str() {
        "" => false,
        said => {
            assert_eq!(said, words, "a page is shown whole or not at all");
            true
        }
    }
}

#[test]
fn d15_a_page_with_the_key_is_not_shown_however_the_key_is_written() {
    let cases = [
        ("Key QZXWVKJ is unknown.", false),
        ("qzxwvkj", false),
        ("The key qzx-wv kj.", false),
        ("bomgar-scc-QZXWVKJ.exe", false),
        ("see /start?short_key=1&x=1, please", false),
        ("access_key=1", false),
        ("https://a/b?token", false),
        ("Not known: Zo%C3%AB", false),
        ("Was it used? Ask (why?) for 100% help / more", true),
        ("QZXWV", true),
    ];
    for (said, is_shown) in cases {
        assert_eq!(shown(said, &key("QZXWVKJ")), is_shown, "{said}");
    }
}

#[test]
fn d15_a_page_with_a_value_that_was_typed_or_a_part_is_not_shown() {
    let typed = survey(
        "Zoë",
        "The Wi-Fi in room 12 drops\nevery few minutes, and my laptop asks again.",
    );
    let cases = [
        ("Sorry, ZOË!", false),
        ("Zoëlla is not you.", true),
        ("We have: the wi-fi in room 12 drops every few...", false),
        ("The room is closed.", true),
        ("Zoe\u{308} is unknown", false),
    ];
    for (said, is_shown) in cases {
        assert_eq!(shown(said, &typed), is_shown, "{said}");
    }
    assert!(!shown(
        "Dear Ms Schönfelder,",
        &survey("Anna Schönfelder", "My name is Dear")
    ));
    assert!(shown(
        "Dear guest,",
        &survey("Anna Schönfelder", "My name is Dear")
    ));
    assert!(!shown("An der STRASSE", &survey("Straße", "")));
    let id = Id::new(12).expect("an id");
    let rep = |details| SessionRequest::Rep {
        id,
        name: Clean::line("Dana").expect("clean"),
        details,
    };
    assert!(shown(
        "Dana is away at 12.",
        &rep(CustomerDetails::default())
    ));
    assert!(!shown(
        "Dana is away, Anna Li.",
        &rep(details(Way::Rep, "Anna Li", ""))
    ));
    let read = KEY.parse("QZXWVKJ", &CodeRules::default()).expect("a key");
    let by_key = SessionRequest::Code {
        code: read,
        details: details(Way::Code(&KEY), "Anna Li", ""),
    };
    assert!(
        !shown("No QZXWVKJ.", &by_key)
            && !shown("No, Anna.", &by_key)
            && shown("No such key.", &by_key)
    );
}

#[test]
fn d15_a_short_value_counts_as_a_word_of_its_own() {
    for (name, said, is_shown) in [
        ("Anna Li", "Dear Ms Li, life goes on", false),
        ("Anna Li", "Life goes on", true),
        ("No", "No such key.", false),
        ("No", "Nobody is here, not now.", true),
        ("N-O", "Dear N.O.!", false),
        ("X", "Platform X is closed", false),
        ("X", "Platform 9 is next", true),
    ] {
        assert_eq!(shown(said, &survey(name, "")), is_shown, "{name}: {said}");
    }
}

#[test]
fn d15_a_page_with_what_was_typed_is_not_shown_in_any_letters() {
    for (name, said) in [
        ("Γιώργος", "ΓΙΏΡΓΟΣ"),
        ("Yıldız", "YILDIZ"),
        ("İnci Yılmaz", "inci yilmaz"),
        ("Schönfelder", "SchÃ¶nfelder"),
        ("Schönfelder", "Sch?nfelder"),
        ("Schönfelder", "Sch\u{FFFD}nfelder"),
        ("Übel", "Ãœbel"),
        ("Søren", "Soren"),
        ("Wałęsa", "WALESA"),
        ("🦊🦊", "🦊🦊"),
        ("#$%!", "#$%!"),
    ] {
        assert!(
            !shown(&format!("Bomgar: {said} unknown"), &survey(name, "")),
            "{name}"
        );
    }
    assert!(!shown("key !@#$%^* no", &key("!@#$%^*")));
    assert!(!shown("key abc!@#$%^ no", &key("abc!@#$%^")));
}

#[test]
fn d15_a_page_that_ends_within_what_was_typed_is_not_shown() {
    let typed = key("1234567");
    assert_eq!(redact("Bomgar key 123456", Truncated::Yes, &typed), "");
    assert_eq!(
        redact("Bomgar key 12", Truncated::Yes, &typed),
        "Bomgar key 12"
    );
    assert!(shown("Bomgar key 123456", &typed));
    let unseen = format!(
        "Bomgar{} 1234567 no",
        "\u{200B}".repeat(COMPARED_CHARACTERS - 13)
    );
    assert!(!shown(&unseen, &typed));
    assert!(!shown(
        &format!("{} 1234567", "x ".repeat(COMPARED_CHARACTERS / 2 - 3)),
        &typed
    ));
}
