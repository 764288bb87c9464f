use super::super::FixedParameter;
use super::*;
use crate::ways::KEY;

/// The survey of this form in a visit without placeholders, with all the room there is.
fn survey(form: &SurveyForm) -> VisitForm {
    form.for_visit(
        Way::Survey,
        &Placeholders::default(),
        FixedParameter::MAX_BYTES,
    )
}

fn answers(given: &[(SurveyField, &str)]) -> Answers {
    let mut answers = Answers::default();
    for (field, text) in given {
        answers.set(*field, Zeroizing::new((*text).to_owned()));
    }
    answers
}

fn sent(form: &VisitForm, given: &[(SurveyField, &str)]) -> Vec<(SurveyField, String)> {
    let details = form.fill(&answers(given)).expect("good");
    details
        .iter()
        .map(|(field, typed)| (field, typed.reveal().to_owned()))
        .collect()
}

#[test]
fn a_limit_counts_characters_of_any_script_and_one_more_is_too_long() {
    let form = survey(&SurveyForm::default());
    for field in SurveyField::ALL {
        for letter in ["a", "ø", "李", "😀"] {
            let full = letter.repeat(field.limit());
            let sent = form
                .validate(field, Some(&full))
                .expect("within the limit")
                .expect("an answer");
            assert_eq!(sent.reveal(), full);
            let over = full + letter;
            assert_eq!(
                form.validate(field, Some(&over)),
                Err(SurveyProblem::TooLong {
                    count: field.limit() + 1
                })
            );
        }
    }
}

#[test]
fn all_problems_are_reported_together_in_the_order_of_the_form() {
    let mut form = SurveyForm::default();
    form.rules_mut(SurveyField::Name).required = true;
    let long = "x".repeat(1025);
    let given = answers(&[
        (SurveyField::ExternalKey, "a\u{202E}"),
        (SurveyField::Description, &long),
        (SurveyField::Name, "  "),
    ]);
    assert_eq!(
        survey(&form).fill(&given),
        Err(vec![
            (SurveyField::Name, SurveyProblem::Missing),
            (
                SurveyField::Description,
                SurveyProblem::TooLong { count: 1025 }
            ),
            (
                SurveyField::ExternalKey,
                SurveyProblem::Character(RefusedCharacter {
                    character: '\u{202E}'
                })
            ),
        ])
    );
}

#[test]
fn an_empty_answer_is_left_out_and_a_hidden_default_is_sent() {
    let mut form = SurveyForm::default();
    form.rules_mut(SurveyField::CompanyCode).default = Clean::line("B12").expect("clean");
    let sent = |given: &[(SurveyField, &str)]| sent(&survey(&form), given);
    let hidden = (SurveyField::CompanyCode, "B12".to_owned());
    let described = (SurveyField::Description, "a\nb".to_owned());
    assert_eq!(
        sent(&[
            (SurveyField::Name, ""),
            (SurveyField::Description, "a\r\nb")
        ]),
        [hidden, described]
    );
    assert_eq!(
        sent(&[(SurveyField::CompanyCode, "C1")]),
        [(SurveyField::CompanyCode, "C1".to_owned())],
        "a script may give it"
    );
}

#[test]
fn a_default_with_filled_placeholders_that_is_too_long_is_reported() {
    let clean = |text: &str| Clean::line(text).expect("clean");
    let mut form = SurveyForm::default();
    form.rules_mut(SurveyField::Name).default = clean("{kiosk}");
    form.rules_mut(SurveyField::ExternalKey).default = clean("{visit}/{date}");
    let placeholders = Placeholders {
        kiosk: clean(&"k".repeat(101)),
        visit: clean("K7F204"),
        date: clean("2026-11-24"),
        ..Placeholders::default()
    };
    let form = form.for_visit(Way::Survey, &placeholders, FixedParameter::MAX_BYTES);
    assert_eq!(
        form.rules(SurveyField::ExternalKey).default.as_str(),
        "K7F204/2026-11-24"
    );
    assert_eq!(
        form.validate(SurveyField::Name, None),
        Err(SurveyProblem::TooLong { count: 101 })
    );
    assert!(form.rules(SurveyField::CompanyCode).hidden);
}

#[test]
fn what_a_customer_typed_is_never_in_a_debug_print() {
    let details = survey(&SurveyForm::default())
        .fill(&answers(&[(SurveyField::Name, "canary")]))
        .expect("good");
    assert!(!format!("{details:?}").contains("canary"));
}

#[test]
fn a_field_goes_with_its_ways_alone() {
    let mut form = SurveyForm::default();
    form.rules_mut(SurveyField::Name).ways = vec![Way::Survey, Way::Code(&KEY)];
    form.rules_mut(SurveyField::CompanyCode).ways = vec![Way::Code(&KEY)];
    form.rules_mut(SurveyField::CompanyCode).default = Clean::line("B12").expect("clean");
    let given = [
        (SurveyField::Name, "Kim"),
        (SurveyField::Company, "Example"),
    ];
    let with = |way| {
        let form = form.for_visit(way, &Placeholders::default(), FixedParameter::MAX_BYTES);
        (
            form.visible_fields().collect::<Vec<_>>(),
            sent(&form, &given)
                .into_iter()
                .map(|(field, _)| field)
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(with(Way::Rep), (vec![], vec![]));
    assert_eq!(
        with(Way::Code(&KEY)),
        (
            vec![SurveyField::Name],
            vec![SurveyField::Name, SurveyField::CompanyCode]
        )
    );
    let survey = vec![
        SurveyField::Name,
        SurveyField::Company,
        SurveyField::Description,
        SurveyField::ExternalKey,
    ];
    assert_eq!(
        with(Way::Survey),
        (survey, vec![SurveyField::Name, SurveyField::Company])
    );
}

#[test]
fn an_external_key_has_the_bytes_that_the_desks_own_fields_leave() {
    let form = SurveyForm::default().for_visit(Way::Survey, &Placeholders::default(), 8);
    let judge = |text| {
        form.validate(SurveyField::ExternalKey, Some(text))
            .map(|typed| typed.map(|typed| typed.reveal().to_owned()))
    };
    for full in ["12345678", "øøøø", "😀😀"] {
        assert_eq!(judge(full), Ok(Some(full.to_owned())));
    }
    assert_eq!(judge("123456789"), Err(SurveyProblem::NoRoom { excess: 1 }));
    assert_eq!(judge("1😀😀"), Err(SurveyProblem::NoRoom { excess: 1 }));
    assert_eq!(judge("😀😀øø"), Err(SurveyProblem::NoRoom { excess: 2 }));
    assert!(
        form.validate(SurveyField::Name, Some("123456789")).is_ok(),
        "it is no field of the site's own"
    );
}
