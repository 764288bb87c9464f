//! The other two ways to get help, through `update`: by key and by survey, back and forth through
//! everything typed.

use std::sync::Arc;

use support_kiosk::app::event::{Effect, Event, JobUpdate};
use support_kiosk::catalog::Catalog;
use support_kiosk::clean::Clean;
use support_kiosk::config::lists::Choices;
use support_kiosk::config::{RepListShown, SurveyMenu};
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::job::JobId;
use support_kiosk::screens::AnyScreen;
use support_kiosk::session::{
    Choice, CodeName, Delivery, Id, IssueRef, SessionRequest, SurveyField,
};
use support_kiosk::terminal::key::{KeyCode, KeyEvent, alt, ctrl, press};
use support_kiosk::ways::{KEY, Way};

use crate::support::kiosk::{DESK, Kiosk, arrival, config};

fn kiosk() -> Kiosk {
    Kiosk::new(DESK, 80, 24)
}

fn failed(fault: Fault) -> JobUpdate {
    JobUpdate::Failed {
        failure: Failure::from(fault),
        clock: Clean::line("14:32").expect("clean"),
    }
}

/// The request that the last effect asks the site.
fn asked(effects: &[Effect]) -> &SessionRequest {
    let Some(Effect::Connect { request, .. }) = effects.last() else {
        panic!("nothing is asked: {effects:?}")
    };
    request
}

fn key_of(request: &SessionRequest) -> &str {
    let SessionRequest::Code { code, .. } = request else {
        panic!("no request by key: {request:?}")
    };
    code.reveal()
}

/// Where a survey goes, and what it says.
fn survey_of(request: &SessionRequest) -> (Choice, Vec<(SurveyField, String)>) {
    let SessionRequest::Survey(survey) = request else {
        panic!("no survey: {request:?}")
    };
    let answers = survey
        .details
        .iter()
        .map(|(field, typed)| (field, typed.reveal().to_owned()))
        .collect();
    (survey.choice.clone(), answers)
}

fn id(number: u64) -> Id {
    Id::new(number).expect("in range")
}

#[test]
fn a_key_is_typed_in_groups_and_asked_for_without_them() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text("471-09 38");
    assert!(
        kiosk.text().contains("4 7 1   0 9 3   8"),
        "{}",
        kiosk.text()
    );
    assert_eq!(kiosk.key(press(KeyCode::Enter)), []);
    assert!(
        kiosk.text().contains("your session key 471 093 8"),
        "{}",
        kiosk.text()
    );
    assert_eq!(key_of(asked(&kiosk.key(press(KeyCode::Enter)))), "4710938");
}

#[test]
fn a_pasted_link_gives_its_key() {
    for link in [
        "https://support.example.com/api/start_session?short_key=4710938",
        "https://x.example/d.ns?access_key=471-0938\n",
    ] {
        let mut kiosk = kiosk();
        kiosk.key(press(KeyCode::Char('2')));
        kiosk.paste(link);
        assert_eq!(
            key_of(asked(
                &kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)])
            )),
            "4710938",
            "{link}"
        );
    }
}

#[test]
fn what_no_key_has_is_skipped_without_a_word_whether_typed_or_pasted() {
    for text in [
        "“471\u{A0}-٠９.38”!",
        "\u{FEFF}471\u{200B}0\u{AD}938\u{200E}",
        "4.7.1.0.9.3.8.",
        "(471/0938)",
    ] {
        for paste in [false, true] {
            let mut kiosk = kiosk();
            kiosk.key(press(KeyCode::Char('2')));
            if paste {
                assert_eq!(kiosk.paste(text), []);
            } else {
                kiosk.type_text(text);
            }
            let shown = kiosk.text();
            assert!(
                shown.contains("4 7 1   0 9 3   8") && !shown.contains("! "),
                "{text:?}, {paste}: {shown}"
            );
            assert_eq!(
                key_of(asked(
                    &kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)])
                )),
                "4710938",
                "{text:?}"
            );
        }
    }
}

#[test]
fn a_typed_link_is_seen_as_it_is_typed_and_gives_its_key() {
    for (link, end) in [
        (
            "https://support.example.com/?ak=4710938",
            "https://support.example.com/?ak=4710938",
        ),
        (
            "support.example.com/check_access_key?access_key_pretty=471-0938&lang=en",
            "access_key_pretty=471-0938&lang=en",
        ),
        (
            &format!("https://a.example/{}?ak=4710938", "x".repeat(1500)),
            "xxx?ak=4710938",
        ),
    ] {
        let mut kiosk = kiosk();
        kiosk.key(press(KeyCode::Char('2')));
        kiosk.type_text(link);
        assert!(kiosk.text().contains(end), "{}", kiosk.text());
        kiosk.key(press(KeyCode::Enter));
        assert!(
            kiosk.text().contains("your session key 471 093 8"),
            "{}",
            kiosk.text()
        );
        kiosk.key(press(KeyCode::Esc));
        assert!(
            kiosk.text().contains("4 7 1   0 9 3   8"),
            "the link has given its key: {}",
            kiosk.text()
        );
        assert_eq!(
            key_of(asked(
                &kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)])
            )),
            "4710938",
            "{link}"
        );
    }
}

#[test]
fn an_address_without_a_key_is_refused_in_words_and_never_sent() {
    let words = "There is no session key in this link. Type the characters of the key, or\n   open the link on your own device.";
    for address in [
        "https://support.example.com/quietmarsh",
        "support.example.com/help?lang=en",
        "www.example.com",
    ] {
        for paste in [false, true] {
            let mut kiosk = kiosk();
            kiosk.key(press(KeyCode::Char('2')));
            if paste {
                assert_eq!(kiosk.paste(address), []);
            } else {
                kiosk.type_text(address);
                assert_eq!(
                    kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)]),
                    [],
                    "{address}"
                );
            }
            assert!(
                kiosk.text().contains(words),
                "{address}, {paste}: {}",
                kiosk.text()
            );
            assert!(matches!(kiosk.model.screen(), AnyScreen::Code(_)));
            assert_eq!(
                kiosk.text().contains(address),
                !paste,
                "of a paste nothing is taken: {}",
                kiosk.text()
            );
            kiosk.key(ctrl('u'));
            kiosk.type_text("4710938");
            assert_eq!(
                key_of(asked(
                    &kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)])
                )),
                "4710938",
                "{address}"
            );
        }
    }
}

#[test]
fn a_paste_that_is_too_long_is_refused_as_a_whole() {
    let too_long = "A session key has at most 64 characters.";
    let too_much = "This is too long for a session key.";
    for (pasted, words) in [
        ("4".repeat(65), too_long),
        (
            format!("https://a.example/?ak={}", "4".repeat(65)),
            too_long,
        ),
        (
            format!("https://a.example/{}?ak=4710938", "x".repeat(4070)),
            too_much,
        ),
        ("4710938 ".repeat(512), too_much),
    ] {
        let mut kiosk = kiosk();
        kiosk.key(press(KeyCode::Char('2')));
        kiosk.paste(&pasted);
        assert!(kiosk.text().contains(words), "{}", kiosk.text());
        kiosk.key(press(KeyCode::Enter));
        assert!(
            kiosk.text().contains("Type the session key first,"),
            "nothing is taken: {}",
            kiosk.text()
        );
    }
}

#[test]
fn a_link_that_was_typed_beyond_its_room_is_not_sent_cut() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text(&format!(
        "https://a.example/{}?ak=4710938",
        "x".repeat(2020)
    ));
    assert!(
        kiosk.text().contains("1 character did not fit."),
        "{}",
        kiosk.text()
    );
    for key in [
        press(KeyCode::Enter),
        press(KeyCode::Backspace),
        press(KeyCode::Enter),
    ] {
        assert_eq!(kiosk.key(key), []);
        assert!(matches!(kiosk.model.screen(), AnyScreen::Code(_)));
    }
    assert!(
        kiosk.text().contains("This is too long for a session key."),
        "{}",
        kiosk.text()
    );
    kiosk.key(ctrl('u'));
    kiosk.type_text("4710938");
    assert_eq!(
        key_of(asked(
            &kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)])
        )),
        "4710938"
    );
}

#[test]
fn each_key_of_the_editor_changes_what_is_seen_of_the_session_key() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text("47 -- 1. 0 ");
    for (key, shown) in [
        (press(KeyCode::Backspace), "4 7 1\n"),
        (press(KeyCode::Char('5')), "4 7 1   5\n"),
        (press(KeyCode::Home), "4 7 1   5\n"),
        (press(KeyCode::Delete), "7 1 5\n"),
        (press(KeyCode::Right), "7 1 5\n"),
        (press(KeyCode::Delete), "7 5\n"),
        (press(KeyCode::Left), "7 5\n"),
        (press(KeyCode::Char('9')), "9 7 5\n"),
        (press(KeyCode::End), "9 7 5\n"),
        (press(KeyCode::Backspace), "9 7\n"),
    ] {
        kiosk.key(key);
        assert!(
            kiosk.text().contains(&format!(" {shown}")),
            "{key:?}: {}",
            kiosk.text()
        );
    }
    let caret = kiosk.look().1.x;
    kiosk.key(press(KeyCode::Left));
    assert_eq!(
        kiosk.look().1.x,
        caret - 2,
        "the caret passes over what is not seen"
    );
}

#[test]
fn characters_that_the_config_names_are_kept_and_may_be_typed() {
    let mut kiosk = Kiosk::new(
        &DESK.replace("[kiosk]", "[session_key]\ncharacters = \"/-\"\n[kiosk]"),
        80,
        24,
    );
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text("ab/c-d. e");
    assert!(
        kiosk.text().contains("a b /   c - d   e"),
        "{}",
        kiosk.text()
    );
    assert!(
        kiosk.text().contains("Spaces don't matter.") && !kiosk.text().contains("hyphens"),
        "{}",
        kiosk.text()
    );
    assert_eq!(
        key_of(asked(
            &kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)])
        )),
        "ab/c-de"
    );
}

#[test]
fn k11_a_hidden_link_is_not_read_either() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.key(press(KeyCode::F(6)));
    kiosk.type_text("https://quiet.example/?ak=4710938");
    assert!(
        !kiosk.text().contains("quiet") && !kiosk.text().contains("471"),
        "{}",
        kiosk.text()
    );
    kiosk.key(press(KeyCode::Enter));
    assert!(
        kiosk.text().contains("your session key •••••••"),
        "{}",
        kiosk.text()
    );
}

#[test]
fn k11_a_hidden_key_stays_hidden_on_the_review() {
    for hide in [
        &[press(KeyCode::F(6))][..],
        &[
            press(KeyCode::Tab),
            press(KeyCode::Enter),
            press(KeyCode::Tab),
        ],
    ] {
        let mut kiosk = kiosk();
        kiosk.key(press(KeyCode::Char('2')));
        kiosk.type_text("4710938");
        kiosk.keys(hide);
        assert!(
            kiosk.text().contains("• • •   • • •   •") && !kiosk.text().contains('4'),
            "{}",
            kiosk.text()
        );
        kiosk.key(press(KeyCode::Enter));
        assert!(
            kiosk.text().contains("your session key •••••••") && !kiosk.text().contains("471"),
            "{}",
            kiosk.text()
        );
        assert_eq!(key_of(asked(&kiosk.key(press(KeyCode::Enter)))), "4710938");
    }
}

#[test]
fn a_missing_key_is_reported_and_a_long_one_is_refused_while_typing() {
    let mut kiosk = Kiosk::new(
        &DESK.replace(
            "[kiosk]",
            "[session_key]\nmin_length = 4\nmax_length = 7\n[kiosk]",
        ),
        80,
        24,
    );
    kiosk.key(press(KeyCode::Char('2')));
    assert_eq!(kiosk.key(press(KeyCode::Enter)), []);
    assert!(
        kiosk.text().contains("Type the session key first,"),
        "{}",
        kiosk.text()
    );
    kiosk.type_text("471");
    kiosk.key(press(KeyCode::Enter));
    assert!(
        kiosk.text().contains("at least 4 characters"),
        "{}",
        kiosk.text()
    );
    kiosk.type_text("09388");
    assert!(
        kiosk.text().contains("1 character did not fit"),
        "{}",
        kiosk.text()
    );
    assert_eq!(
        key_of(asked(
            &kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)])
        )),
        "4710938"
    );
}

#[test]
fn a_refused_key_is_there_to_be_mended() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text("4710939");
    kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)]);
    kiosk.news(1, failed(Fault::KeyRefused));
    assert!(
        kiosk.text().contains("This session key was not accepted."),
        "{}",
        kiosk.text()
    );
    kiosk.key(press(KeyCode::Enter));
    assert!(
        kiosk.text().contains("4 7 1   0 9 3   9"),
        "{}",
        kiosk.text()
    );
    kiosk.keys(&[press(KeyCode::Backspace), press(KeyCode::Char('8'))]);
    assert_eq!(
        key_of(asked(
            &kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)])
        )),
        "4710938"
    );
}

#[test]
fn each_survey_menu_sends_the_right_id_or_none() {
    let code_name = CodeName::new("password").expect("a code name");
    let cases: [(&[KeyEvent], Choice); 3] = [
        (&[], Choice::Issue(IssueRef::Both(id(3), code_name))),
        (&[press(KeyCode::Down)], Choice::Issue(IssueRef::Id(id(4)))),
        (&[press(KeyCode::End)], Choice::GeneralQueue),
    ];
    for (keys, choice) in cases {
        let mut kiosk = kiosk();
        kiosk.key(press(KeyCode::Char('3')));
        kiosk.keys(keys);
        kiosk.key(press(KeyCode::Enter));
        kiosk.type_text("Zoë");
        let sent = survey_of(asked(&kiosk.keys(&[
            press(KeyCode::Enter),
            press(KeyCode::Enter),
            press(KeyCode::Enter),
            press(KeyCode::Enter),
            press(KeyCode::Enter),
            press(KeyCode::Enter),
        ])))
        .0;
        assert_eq!(sent, choice);
    }
    for (keys, choice) in [
        (&[press(KeyCode::Down)][..], Choice::Rep(id(12))),
        (&[][..], Choice::GeneralQueue),
    ] {
        let mut config = config(DESK);
        config.survey.menu = SurveyMenu::Reps;
        let mut kiosk = Kiosk::of(config);
        kiosk.key(press(KeyCode::Char('3')));
        kiosk.keys(keys);
        kiosk.key(press(KeyCode::Enter));
        kiosk.type_text("Zoë");
        let sent = survey_of(asked(&kiosk.keys(&[
            press(KeyCode::Enter),
            press(KeyCode::Enter),
            press(KeyCode::Enter),
            press(KeyCode::Enter),
            press(KeyCode::Enter),
            press(KeyCode::Enter),
        ])))
        .0;
        assert_eq!(sent, choice);
    }
}

#[test]
fn without_a_menu_the_survey_opens_at_once() {
    let mut no_menu = config(DESK);
    no_menu.survey.menu = SurveyMenu::None;
    let mut kiosk = Kiosk::of(no_menu);
    kiosk.key(press(KeyCode::Char('3')));
    assert!(matches!(kiosk.model.screen(), AnyScreen::Survey(_)));
    let mut no_queue = config(DESK);
    no_queue.survey.general_queue = false;
    let mut kiosk = Kiosk::of(no_queue);
    kiosk.key(press(KeyCode::Char('3')));
    assert!(
        !kiosk.text().contains("Something else\n"),
        "{}",
        kiosk.text()
    );
    kiosk.type_text("xyzzy");
    assert_eq!(kiosk.key(press(KeyCode::Enter)), []);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Issues(_)));
}

#[test]
fn everything_typed_is_sent_with_the_desks_own_values_and_nothing_else() {
    let desk = DESK.replace("default = \"B12\"", "default = \"{kiosk}/{visit}\"");
    let mut kiosk = Kiosk::new(&desk, 80, 24);
    kiosk.keys(&[
        press(KeyCode::Char('3')),
        press(KeyCode::Down),
        press(KeyCode::Enter),
    ]);
    kiosk.type_text("Zoë Quist");
    kiosk.keys(&[press(KeyCode::Tab), press(KeyCode::Tab)]);
    kiosk.type_text("It drops.");
    kiosk.key(ctrl('j'));
    kiosk.type_text("Twice a day.");
    kiosk.key(alt(KeyCode::Enter));
    kiosk.key(press(KeyCode::Tab));
    kiosk.paste("INC-1\n2");
    let review = {
        kiosk.keys(&[press(KeyCode::Tab), press(KeyCode::Enter)]);
        kiosk.text()
    };
    for shown in [
        "Wi-Fi and network",
        "Your name: Zoë Quist",
        "Description: It drops.",
        "Twice a day.",
        "Ticket number: INC-1 2",
    ] {
        assert!(
            review.contains(shown),
            "{shown} is not on the review:\n{review}"
        );
    }
    let effects = kiosk.key(press(KeyCode::Enter));
    let (choice, answers) = survey_of(asked(&effects));
    assert_eq!(choice, Choice::Issue(IssueRef::Id(id(4))));
    let expected = [
        (SurveyField::Name, "Zoë Quist"),
        (SurveyField::CompanyCode, "b12-3/K7F204"),
        (SurveyField::Description, "It drops.\nTwice a day.\n"),
        (SurveyField::ExternalKey, "INC-1 2"),
    ];
    assert_eq!(
        answers,
        expected.map(|(field, text)| (field, text.to_owned()))
    );
}

#[test]
fn back_and_forth_through_the_survey_loses_nothing() {
    let mut kiosk = kiosk();
    kiosk.keys(&[press(KeyCode::Char('3')), press(KeyCode::Enter)]);
    kiosk.type_text("Zoë Quist");
    kiosk.keys(&[press(KeyCode::Tab), press(KeyCode::Tab)]);
    kiosk.type_text("It drops.");
    kiosk.keys(&[
        press(KeyCode::Tab),
        press(KeyCode::Tab),
        press(KeyCode::Enter),
    ]);
    let review = kiosk.text();
    for _ in 0..3 {
        assert_eq!(kiosk.keys(&[press(KeyCode::Esc), press(KeyCode::Esc)]), []);
        assert!(matches!(kiosk.model.screen(), AnyScreen::Issues(_)));
        assert_eq!(
            kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)]),
            []
        );
        assert_eq!(kiosk.text(), review);
    }
    kiosk.keys(&[
        press(KeyCode::Esc),
        press(KeyCode::Esc),
        press(KeyCode::Down),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    assert_eq!(
        kiosk.text(),
        review.replace("Password or sign-in", "Wi-Fi and network")
    );
    assert_eq!(kiosk.key(press(KeyCode::Enter)).len(), 1);
    kiosk.news(1, failed(Fault::Refused));
    kiosk.key(press(KeyCode::Enter));
    assert!(matches!(kiosk.model.screen(), AnyScreen::Survey(_)));
    assert!(
        kiosk.text().contains("Zoë Quist") && kiosk.text().contains("It drops."),
        "{}",
        kiosk.text()
    );
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_the_focus_goes_to_the_first() {
    let desk = DESK.replace(
        "[survey.external_key]",
        "[survey.description]\nrequired = true\n[survey.external_key]",
    );
    let mut kiosk = Kiosk::new(&desk, 80, 24);
    kiosk.keys(&[
        press(KeyCode::Char('3')),
        press(KeyCode::Enter),
        press(KeyCode::Tab),
    ]);
    kiosk.type_text("Example Ltd");
    kiosk.keys(&[
        press(KeyCode::Tab),
        press(KeyCode::Tab),
        press(KeyCode::Tab),
    ]);
    assert_eq!(kiosk.key(press(KeyCode::Enter)), []);
    let text = kiosk.text();
    assert_eq!(text.matches("! Please fill this in.").count(), 2, "{text}");
    assert!(
        text.contains("▌ Your name") && text.contains("Example Ltd"),
        "{text}"
    );
    kiosk.type_text("Zoë");
    assert_eq!(
        kiosk.text().matches("! Please fill this in.").count(),
        1,
        "{}",
        kiosk.text()
    );
}

#[test]
fn a_counter_shows_the_last_hundred_characters_and_no_more_are_taken() {
    let mut kiosk = kiosk();
    kiosk.keys(&[
        press(KeyCode::Char('3')),
        press(KeyCode::Enter),
        press(KeyCode::Tab),
        press(KeyCode::Tab),
    ]);
    kiosk.paste(&"x".repeat(924));
    assert!(
        !kiosk.text().contains("characters left"),
        "{}",
        kiosk.text()
    );
    kiosk.key(press(KeyCode::Char('x')));
    assert!(
        kiosk.text().contains("99 characters left"),
        "{}",
        kiosk.text()
    );
    kiosk.paste(&"y".repeat(100));
    assert!(
        kiosk.text().contains("1 character did not fit."),
        "{}",
        kiosk.text()
    );
}

#[test]
fn up_and_down_move_within_the_description_before_leaving_it() {
    let mut kiosk = kiosk();
    kiosk.keys(&[
        press(KeyCode::Char('3')),
        press(KeyCode::Enter),
        press(KeyCode::Tab),
        press(KeyCode::Tab),
    ]);
    kiosk.paste("one\ntwo");
    let description = kiosk.text();
    kiosk.key(press(KeyCode::Up));
    kiosk.type_text("!");
    assert!(kiosk.text().contains("one!"), "{}", kiosk.text());
    kiosk.key(press(KeyCode::Up));
    assert!(kiosk.text().contains("▌ Company"), "{}", kiosk.text());
    assert!(description.contains("▌ Description"));
}

#[test]
fn the_review_hands_the_session_off_and_prints_the_link_on_exit() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text("4710938");
    kiosk.key(press(KeyCode::Enter));
    assert_eq!(
        kiosk.key(press(KeyCode::Char('o'))),
        [Effect::HandedOff(Way::Code(&KEY))]
    );
    let link = "https://support.example.com/download_customer_connector.ns?access_key=4710938";
    let shown = kiosk.text().replace("\n   ", "");
    assert!(shown.contains(link), "{}", kiosk.text());
    let effects = kiosk.key(ctrl('c'));
    assert!(
        matches!(&effects[..], [Effect::Leave(Some(told))] if told.reveal() == link),
        "{effects:?}"
    );
    assert_eq!(kiosk.key(press(KeyCode::Esc)), []);
    assert!(matches!(kiosk.model.screen(), AnyScreen::Review(_)));
    kiosk.key(press(KeyCode::Char('o')));
    assert_eq!(kiosk.key(press(KeyCode::Enter)), [Effect::Forget]);
}

#[test]
fn where_nothing_can_run_the_customer_knows_before_and_gets_the_link() {
    let mut kiosk = kiosk();
    kiosk.event(Event::VisitContext(arrival(Delivery::Link(Some(
        Fault::NoDisplay,
    )))));
    assert!(
        kiosk.text().contains("Sessions can't run on this computer"),
        "{}",
        kiosk.text()
    );
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text("4710938");
    kiosk.key(press(KeyCode::Enter));
    assert!(
        kiosk
            .text()
            .contains("You will continue on your own device"),
        "{}",
        kiosk.text()
    );
    assert_eq!(
        kiosk.key(press(KeyCode::Enter)),
        [Effect::HandedOff(Way::Code(&KEY))],
        "nothing is asked of the site"
    );
    assert!(matches!(kiosk.model.screen(), AnyScreen::HandOff(_)));
}

#[test]
fn a_link_is_left_for_five_minutes() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text("4710938");
    kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Char('o'))]);
    assert_eq!(kiosk.wait(299), []);
    assert_eq!(kiosk.wait(1), [Effect::Bell]);
}

#[test]
fn a_saved_client_is_told_with_its_place() {
    let mut kiosk = kiosk();
    kiosk.event(Event::VisitContext(arrival(Delivery::Save)));
    kiosk.keys(&[press(KeyCode::Char('1')), press(KeyCode::Enter)]);
    assert!(
        kiosk.text().contains("save on this computer"),
        "{}",
        kiosk.text()
    );
    kiosk.key(press(KeyCode::Enter));
    kiosk.news(
        1,
        JobUpdate::Saved {
            path: Clean::line("/home/kiosk/client.sh").expect("clean"),
        },
    );
    assert!(
        kiosk.text().contains("/home/kiosk/client.sh"),
        "{}",
        kiosk.text()
    );
}

#[test]
fn ending_the_session_is_asked_and_can_be_thought_better_of() {
    let mut kiosk = kiosk();
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    kiosk.news(1, JobUpdate::Stable);
    assert_eq!(
        kiosk.keys(&[
            press(KeyCode::Enter),
            press(KeyCode::Esc),
            press(KeyCode::Enter)
        ]),
        []
    );
    assert!(
        kiosk.text().contains("End the session?"),
        "{}",
        kiosk.text()
    );
    assert_eq!(kiosk.key(press(KeyCode::Enter)), [Effect::End(JobId(1))]);
    assert!(
        matches!(kiosk.model.screen(), AnyScreen::Running(_)),
        "until the client is gone"
    );
}

#[test]
fn k11_while_a_client_runs_nothing_of_the_visit_is_left_to_read() {
    let mut kiosk = kiosk();
    kiosk.keys(&[press(KeyCode::Char('3')), press(KeyCode::Enter)]);
    kiosk.type_text("canary");
    kiosk.keys(&[
        press(KeyCode::Tab),
        press(KeyCode::Tab),
        press(KeyCode::Tab),
        press(KeyCode::Tab),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    assert_eq!(kiosk.news(1, JobUpdate::Stable), [Effect::Wipe]);
    assert!(!kiosk.text().contains("canary"));
    kiosk.keys(&[
        press(KeyCode::Esc),
        press(KeyCode::Esc),
        press(KeyCode::Esc),
    ]);
    assert!(
        matches!(kiosk.model.screen(), AnyScreen::Running(_)),
        "there is no way back to what was typed"
    );
}

#[test]
fn back_at_the_start_everything_is_forgotten() {
    let mut kiosk = kiosk();
    kiosk.keys(&[press(KeyCode::Char('3')), press(KeyCode::Enter)]);
    kiosk.type_text("canary");
    assert_eq!(
        kiosk.keys(&[press(KeyCode::Esc), press(KeyCode::Esc)]),
        [Effect::Forget]
    );
    kiosk.keys(&[press(KeyCode::Char('3')), press(KeyCode::Enter)]);
    assert!(!kiosk.text().contains("canary"), "{}", kiosk.text());
}

#[test]
fn help_names_every_key_of_the_screen_below_and_changes_nothing_there() {
    let mut kiosk = kiosk();
    kiosk.keys(&[press(KeyCode::Char('3')), press(KeyCode::Enter)]);
    kiosk.type_text("Zoë");
    let before = kiosk.text();
    kiosk.key(press(KeyCode::F(1)));
    let mut read = kiosk.text();
    for _ in 0..20 {
        kiosk.key(press(KeyCode::Down));
        read.push_str(&kiosk.text());
    }
    for known in [
        "Tab",
        "Enter",
        "Ctrl-U",
        "Ctrl-W",
        "F10",
        "start over",
        "555-0100",
    ] {
        assert!(read.contains(known), "{known} is not in the help:\n{read}");
    }
    kiosk.key(press(KeyCode::Esc));
    assert_eq!(kiosk.text(), before);
}

#[test]
fn lists_that_come_late_are_searched_for_what_was_typed_meanwhile() {
    let mut config = config(DESK);
    let reps = std::mem::take(&mut config.reps);
    config.lists = support_kiosk::config::ListFiles {
        reps: Some(support_kiosk::config::ListFile {
            path: "reps.csv".into(),
            format: support_kiosk::config::ListFormat::Csv,
        }),
        issues: None,
        ..Default::default()
    };
    let mut kiosk = Kiosk::of(config);
    kiosk.key(press(KeyCode::Char('1')));
    kiosk.type_text("dan");
    assert!(
        kiosk.text().contains("Loading the list."),
        "{}",
        kiosk.text()
    );
    let config = Arc::clone(&kiosk.model.catalog().config);
    let desk = Catalog::with_lists(
        config,
        Choices {
            reps: reps.into_iter().collect(),
            issues: Vec::new(),
        },
    );
    assert_eq!(
        kiosk.event(Event::CatalogLoaded(Arc::new(desk), kiosk.worn)),
        []
    );
    assert!(
        kiosk.text().contains("Dana Whitfield") && kiosk.text().contains("2 of 7 people"),
        "{}",
        kiosk.text()
    );
}

#[test]
fn another_config_waits_for_the_next_customer() {
    let mut kiosk = kiosk();
    let desk = || {
        Arc::new(Catalog::new(Arc::new(config(
            &DESK.replace("Example IT", "Another"),
        ))))
    };
    kiosk.key(press(KeyCode::Char('1')));
    kiosk.event(Event::CatalogLoaded(desk(), kiosk.worn));
    assert!(
        kiosk.text().contains("Example IT Help Desk"),
        "{}",
        kiosk.text()
    );
    kiosk.key(press(KeyCode::Esc));
    assert!(
        kiosk.text().contains("Another Help Desk"),
        "{}",
        kiosk.text()
    );
    let mut kiosk = self::kiosk();
    kiosk.event(Event::CatalogLoaded(desk(), kiosk.worn));
    assert!(
        kiosk.text().contains("Another Help Desk"),
        "on the start screen it comes at once"
    );
}

#[test]
fn k11_a_list_to_be_searched_shows_no_name_before_something_is_typed() {
    let mut config = config(DESK);
    config.rep_list = RepListShown::Search;
    let mut kiosk = Kiosk::of(config);
    kiosk.key(press(KeyCode::Char('1')));
    assert!(
        !kiosk.text().contains("Dana") && kiosk.text().contains("Anyone who is free"),
        "{}",
        kiosk.text()
    );
    kiosk.keys(&[
        press(KeyCode::Down),
        press(KeyCode::Down),
        press(KeyCode::Enter),
    ]);
    assert!(
        kiosk.text().contains("anyone who is free"),
        "nobody who is not shown can be chosen: {}",
        kiosk.text()
    );
    kiosk.key(press(KeyCode::Esc));
    kiosk.type_text("dana");
    assert!(kiosk.text().contains("Dana Whitfield"), "{}", kiosk.text());
}
