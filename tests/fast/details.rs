//! What goes with a request besides whom or what it is for, through `update`: what the desk asks,
//! and its fixed fields.

use support_kiosk::app::event::{Effect, JobUpdate};
use support_kiosk::clean::Clean;
use support_kiosk::failure::{Failure, Fault};
use support_kiosk::screens::AnyScreen;
use support_kiosk::session::{SessionRequest, SurveyField};
use support_kiosk::terminal::key::{KeyCode, ctrl, press};
use support_kiosk::ways::{KEY, Way};

use crate::support::kiosk::{DESK, Kiosk, desk_with_details};

fn kiosk() -> Kiosk {
    Kiosk::new(&desk_with_details(), 80, 24)
}

/// By representative, as far as the details.
fn to_details_of_a_rep(kiosk: &mut Kiosk) {
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Down),
        press(KeyCode::Enter),
    ]);
    assert!(
        matches!(kiosk.model.screen(), AnyScreen::Details(_)),
        "{}",
        kiosk.text()
    );
}

/// By key, as far as the details.
fn to_details_of_a_key(kiosk: &mut Kiosk) {
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text("4710938");
    kiosk.key(press(KeyCode::Enter));
    assert!(
        matches!(kiosk.model.screen(), AnyScreen::Details(_)),
        "{}",
        kiosk.text()
    );
}

/// What the site is asked, and what goes with it.
fn asked(effects: &[Effect]) -> (Way, Vec<(SurveyField, String)>) {
    let Some(Effect::Connect { request, .. }) = effects.last() else {
        panic!("nothing is asked: {effects:?}")
    };
    let details = request
        .details()
        .iter()
        .map(|(field, typed)| (field, typed.reveal().to_owned()))
        .collect();
    (request.way(), details)
}

fn given(details: &[(SurveyField, &str)]) -> Vec<(SurveyField, String)> {
    details
        .iter()
        .map(|(field, text)| (*field, (*text).to_owned()))
        .collect()
}

#[test]
fn what_the_desk_asks_with_a_rep_is_asked_reviewed_and_sent() {
    let mut kiosk = kiosk();
    to_details_of_a_rep(&mut kiosk);
    assert!(
        kiosk.text().contains("Tell your helper more") && kiosk.text().contains("Dana Whitfield"),
        "{}",
        kiosk.text()
    );
    kiosk.type_text("Zoë Quist");
    kiosk.key(press(KeyCode::Tab));
    kiosk.type_text("It drops.");
    kiosk.keys(&[press(KeyCode::Tab), press(KeyCode::Enter)]);
    let review = kiosk.text();
    for shown in [
        "Dana Whitfield",
        "your choice of helper\n",
        "Your name: Zoë Quist",
        "Description: It drops.",
        "Ticket: b12-3/K7F204",
    ] {
        assert!(
            review.contains(shown),
            "{shown} is not on the review:\n{review}"
        );
    }
    assert!(!review.contains("nothing about you"), "{review}");
    let expected = [
        (SurveyField::Name, "Zoë Quist"),
        (SurveyField::Description, "It drops."),
        (SurveyField::ExternalKey, "b12-3/K7F204"),
    ];
    assert_eq!(
        asked(&kiosk.key(press(KeyCode::Enter))),
        (Way::Rep, given(&expected))
    );
}

#[test]
fn k11_details_go_with_a_key_and_a_hidden_key_stays_hidden() {
    let mut kiosk = kiosk();
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text("4710938");
    kiosk.keys(&[press(KeyCode::F(6)), press(KeyCode::Enter)]);
    assert!(
        !kiosk.text().contains("471") && kiosk.text().contains("With your session key"),
        "{}",
        kiosk.text()
    );
    kiosk.type_text("Zoë");
    kiosk.keys(&[press(KeyCode::Tab), press(KeyCode::Enter)]);
    let review = kiosk.text();
    assert!(
        review.contains("your session key •••••••") && review.contains("Your name: Zoë"),
        "{review}"
    );
    assert!(
        !review.contains("Description"),
        "it does not go with a key:\n{review}"
    );
    assert_eq!(
        asked(&kiosk.key(press(KeyCode::Enter))),
        (
            Way::Code(&KEY),
            given(&[
                (SurveyField::Name, "Zoë"),
                (SurveyField::ExternalKey, "b12-3/K7F204")
            ])
        )
    );
}

#[test]
fn anyone_who_is_free_is_asked_for_without_details() {
    let mut kiosk = kiosk();
    kiosk.keys(&[press(KeyCode::Char('1')), press(KeyCode::Enter)]);
    assert!(
        matches!(kiosk.model.screen(), AnyScreen::Review(_)),
        "{}",
        kiosk.text()
    );
    let effects = kiosk.key(press(KeyCode::Enter));
    assert_eq!(asked(&effects), (Way::Survey, Vec::new()));
    assert!(
        matches!(&effects[..], [Effect::Connect { request, .. }] if *request == SessionRequest::anyone())
    );
}

#[test]
fn where_all_of_it_is_hidden_it_goes_along_and_nothing_is_asked() {
    let desk =
        desk_with_details().replace("required = true", "hidden = true\ndefault = \"Example\"");
    let mut kiosk = Kiosk::new(&desk, 80, 24);
    kiosk.key(press(KeyCode::Char('2')));
    kiosk.type_text("4710938");
    kiosk.key(press(KeyCode::Enter));
    assert!(
        kiosk.text().contains("Your name: Example")
            && kiosk.text().contains("Ticket: b12-3/K7F204"),
        "{}",
        kiosk.text()
    );
    let expected = given(&[
        (SurveyField::Name, "Example"),
        (SurveyField::ExternalKey, "b12-3/K7F204"),
    ]);
    assert_eq!(
        asked(&kiosk.key(press(KeyCode::Enter))),
        (Way::Code(&KEY), expected)
    );
}

#[test]
fn back_and_forth_through_the_details_loses_nothing() {
    let mut kiosk = kiosk();
    to_details_of_a_rep(&mut kiosk);
    kiosk.type_text("Zoë Quist");
    kiosk.keys(&[
        press(KeyCode::Tab),
        press(KeyCode::Tab),
        press(KeyCode::Enter),
    ]);
    let review = kiosk.text();
    for _ in 0..3 {
        assert_eq!(kiosk.keys(&[press(KeyCode::Esc), press(KeyCode::Esc)]), []);
        assert!(matches!(kiosk.model.screen(), AnyScreen::Reps(_)));
        assert_eq!(
            kiosk.keys(&[press(KeyCode::Enter), press(KeyCode::Enter)]),
            []
        );
        assert_eq!(kiosk.text(), review);
    }
    // Another representative, and nobody in between: what was typed waits.
    kiosk.keys(&[
        press(KeyCode::Esc),
        press(KeyCode::Esc),
        press(KeyCode::Up),
        press(KeyCode::Enter),
    ]);
    assert!(
        kiosk.text().contains("nothing about you"),
        "{}",
        kiosk.text()
    );
    kiosk.keys(&[
        press(KeyCode::Esc),
        press(KeyCode::Down),
        press(KeyCode::Down),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    assert!(
        kiosk.text().contains("Daniel Okafor") && kiosk.text().contains("Your name: Zoë Quist"),
        "{}",
        kiosk.text()
    );

    let mut kiosk = self::kiosk();
    to_details_of_a_key(&mut kiosk);
    kiosk.type_text("Zoë");
    kiosk.keys(&[
        press(KeyCode::Esc),
        press(KeyCode::Backspace),
        press(KeyCode::Char('9')),
        press(KeyCode::Enter),
        press(KeyCode::Tab),
        press(KeyCode::Enter),
    ]);
    assert!(
        kiosk.text().contains("your session key 471 093 9")
            && kiosk.text().contains("Your name: Zoë"),
        "{}",
        kiosk.text()
    );
}

#[test]
fn what_is_wrong_with_a_detail_is_said_at_its_field() {
    let mut kiosk = kiosk();
    to_details_of_a_rep(&mut kiosk);
    assert_eq!(
        kiosk.keys(&[
            press(KeyCode::Tab),
            press(KeyCode::Tab),
            press(KeyCode::Enter)
        ]),
        []
    );
    assert!(
        kiosk.text().contains("! Please fill this in.") && kiosk.text().contains("▌ Your name"),
        "{}",
        kiosk.text()
    );
}

#[test]
fn an_external_key_without_room_is_refused_and_kept() {
    let fixed = |number| {
        format!(
            "[[site.parameter]]\nname = \"session.custom.f{number}\"\nvalue = \"{}\"\n",
            "x".repeat(1000)
        )
    };
    let fixed: String = (0..10).map(fixed).collect::<Vec<_>>().concat();
    let desk = desk_with_details()
        .replace("hidden = true\n", "")
        .replace("[kiosk]\n", &format!("{fixed}[kiosk]\n"));
    let mut kiosk = Kiosk::new(&desk, 80, 24);
    to_details_of_a_key(&mut kiosk);
    kiosk.type_text("Zoë");
    kiosk.keys(&[press(KeyCode::Tab), ctrl('u')]);
    kiosk.paste(&"ø".repeat(121));
    assert_eq!(
        kiosk.keys(&[press(KeyCode::Tab), press(KeyCode::Enter)]),
        []
    );
    assert!(
        kiosk.text().contains("! 1 character too many."),
        "{}",
        kiosk.text()
    );
    kiosk.keys(&[
        press(KeyCode::Backspace),
        press(KeyCode::Tab),
        press(KeyCode::Enter),
    ]);
    let sent = asked(&kiosk.key(press(KeyCode::Enter))).1;
    assert_eq!(
        sent,
        given(&[
            (SurveyField::Name, "Zoë"),
            (SurveyField::ExternalKey, &"ø".repeat(120))
        ])
    );
}

#[test]
fn after_a_refusal_the_choice_is_made_again_and_the_details_are_there() {
    let refused = |fault| JobUpdate::Failed {
        failure: Failure::from(fault),
        clock: Clean::line("14:32").expect("clean"),
    };
    let mut kiosk = kiosk();
    to_details_of_a_key(&mut kiosk);
    kiosk.type_text("Zoë");
    kiosk.keys(&[
        press(KeyCode::Tab),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    kiosk.news(1, refused(Fault::KeyRefused));
    kiosk.key(press(KeyCode::Enter));
    assert!(
        kiosk.text().contains("4 7 1   0 9 3   8"),
        "the key is there to be mended:\n{}",
        kiosk.text()
    );
    kiosk.keys(&[
        press(KeyCode::Enter),
        press(KeyCode::Tab),
        press(KeyCode::Enter),
    ]);
    assert!(kiosk.text().contains("Your name: Zoë"), "{}", kiosk.text());

    let mut kiosk = self::kiosk();
    to_details_of_a_rep(&mut kiosk);
    kiosk.type_text("Zoë");
    kiosk.keys(&[
        press(KeyCode::Tab),
        press(KeyCode::Tab),
        press(KeyCode::Enter),
        press(KeyCode::Enter),
    ]);
    kiosk.news(1, refused(Fault::Refused));
    kiosk.key(press(KeyCode::Enter));
    assert!(
        matches!(kiosk.model.screen(), AnyScreen::Reps(_)),
        "{}",
        kiosk.text()
    );
}

#[test]
fn k8_details_are_forgotten_with_the_visit() {
    for leave in [
        &[press(KeyCode::F(10))][..],
        &[press(KeyCode::Esc), press(KeyCode::Esc)],
    ] {
        let mut kiosk = kiosk();
        to_details_of_a_rep(&mut kiosk);
        kiosk.type_text("canary");
        assert_eq!(kiosk.keys(leave), [Effect::Forget]);
        to_details_of_a_rep(&mut kiosk);
        assert!(!kiosk.text().contains("canary"), "{}", kiosk.text());
    }
}

#[test]
fn the_review_shows_what_the_desk_adds_to_a_request_by_this_way() {
    let fixed = "[[site.parameter]]\nname = \"a\"\nvalue = \"{kiosk}/{visit}\"\n\
                 [[site.parameter]]\nname = \"b\"\nvalue = \"net\"\nways = [\"rep\"]\n[kiosk]";
    let mut kiosk = Kiosk::new(&DESK.replace("[kiosk]", fixed), 80, 24);
    kiosk.keys(&[
        press(KeyCode::Char('1')),
        press(KeyCode::Down),
        press(KeyCode::Enter),
    ]);
    assert!(
        kiosk
            .text()
            .contains("added by the help desk: b12-3/K7F204, net\n"),
        "{}",
        kiosk.text()
    );
    kiosk.keys(&[
        press(KeyCode::Esc),
        press(KeyCode::Esc),
        press(KeyCode::Char('2')),
    ]);
    kiosk.type_text("4710938");
    kiosk.key(press(KeyCode::Enter));
    assert!(
        kiosk
            .text()
            .contains("added by the help desk: b12-3/K7F204\n"),
        "{}",
        kiosk.text()
    );
    let link = kiosk.key(press(KeyCode::Char('o')));
    assert_eq!(link, [Effect::HandedOff(Way::Code(&KEY))]);
    let shown = kiosk.text().replace("\n   ", "");
    assert!(
        shown.contains("?access_key=4710938&a=b12-3%2FK7F204"),
        "{}",
        kiosk.text()
    );
}
