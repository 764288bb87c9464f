//! From what was typed to what is asked of the site, or why it can't be asked. No request is made here.

use std::io::Read;

use zeroize::Zeroizing;

use crate::cli::{Questions, STANDARD_INPUT, StartWay};
use crate::config::lists::Choices;
use crate::config::{Config, Survey, SurveyMenu};
use crate::failure::{Failure, Fault};
use crate::session::{Answers, Choice, Field, KeyProblem, Places, SessionKey, SessionRequest, SurveyProblem};

/// More of standard input than any field takes is not read: 1 MiB.
const INPUT_BYTES: u64 = 1 << 20;

/// The request that the command line means.
///
/// Errors: `I1` to `I8` of the catalogue, each naming the field and its limit; nothing that was typed is in them.
pub(super) fn request(
    way: &StartWay,
    config: &Config,
    choices: &Choices,
    places: &Places,
    standard_input: &mut dyn Read,
) -> Result<SessionRequest, Failure> {
    match way {
        StartWay::Rep { id } => rep(id, choices),
        StartWay::Key { key } => key_of(&given(key, "the session key", standard_input)?, config),
        StartWay::Survey(questions) => survey(questions, config, choices, places, standard_input),
    }
}

fn rep(id: &str, choices: &Choices) -> Result<SessionRequest, Failure> {
    let rep = choices.reps.iter().find(|rep| rep.id.to_string() == id);
    // What was typed in place of an id may be a customer's key.
    rep.map(SessionRequest::rep).ok_or_else(|| Failure::about(Fault::UnknownRep, "the id behind rep"))
}

fn key_of(raw: &str, config: &Config) -> Result<SessionRequest, Failure> {
    SessionKey::read(raw, config.session_key).map(SessionRequest::Key).map_err(|problem| {
        let fault = match problem {
            KeyProblem::Empty | KeyProblem::TooShort { .. } | KeyProblem::TooLong { .. } => Fault::BadKey,
            KeyProblem::Character(_) => Fault::BadCharacter,
        };
        Failure::about(fault, &problem.to_string())
    })
}

fn survey(
    questions: &Questions,
    config: &Config,
    choices: &Choices,
    places: &Places,
    standard_input: &mut dyn Read,
) -> Result<SessionRequest, Failure> {
    let choice = choice(questions.issue.as_deref(), &config.survey, choices)?;
    let mut answers = Answers::default();
    for field in Field::ALL {
        if let Some(value) = questions.answer(field) {
            answers.set(field, given(value, &named(field), standard_input)?);
        }
    }
    let filled = config.survey.form.filled_in(places).fill(choice, &answers);
    filled.map(SessionRequest::Survey).map_err(|problems| what_is_wrong(&problems))
}

fn choice(issue: Option<&str>, survey: &Survey, choices: &Choices) -> Result<Choice, Failure> {
    match (issue, survey.menu) {
        (None, _) if survey.general_queue => Ok(Choice::GeneralQueue),
        (None, _) => Err(Fault::NoGeneralQueue.into()),
        (Some(id), SurveyMenu::Reps) => {
            let rep = choices.reps.iter().find(|rep| rep.id.to_string() == id);
            rep.map(|rep| Choice::Rep(rep.id))
                .ok_or_else(|| Failure::about(Fault::UnknownRep, "--issue: this desk's menu lists representatives"))
        }
        (Some(named), SurveyMenu::Issues | SurveyMenu::None) => {
            let issue = choices.issues.iter().find(|issue| issue.reference.is(named));
            issue
                .map(|issue| Choice::Issue(issue.reference.clone()))
                .ok_or_else(|| Failure::about(Fault::UnknownIssue, "--issue"))
        }
    }
}

/// A field's name, as its option on the command line has it.
fn named(field: Field) -> String {
    field.name().replace('_', "-")
}

/// The value itself, or all of standard input less a final newline.
fn given(value: &Zeroizing<String>, name: &str, standard_input: &mut dyn Read) -> Result<Zeroizing<String>, Failure> {
    if value.as_str() != STANDARD_INPUT {
        return Ok(value.clone());
    }
    // Room for all of it up front, so that no half of it is left behind where the buffer was before it grew.
    let mut read = Zeroizing::new(Vec::with_capacity(usize::try_from(INPUT_BYTES).unwrap_or_default()));
    let unreadable = |why: &str| Failure::about(Fault::BadCharacter, &format!("{name}: standard input {why}"));
    standard_input.take(INPUT_BYTES).read_to_end(&mut read).map_err(|_| unreadable("can't be read"))?;
    let text = std::str::from_utf8(&read).map_err(|_| unreadable("is not UTF-8"))?;
    let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Zeroizing::new(line.unwrap_or(text).to_owned()))
}

/// The first problem's entry of the catalogue, and all of them in words.
fn what_is_wrong(problems: &[(Field, SurveyProblem)]) -> Failure {
    let fault = problems.first().map_or(Fault::Internal, |(_, problem)| match problem {
        SurveyProblem::TooLong { .. } => Fault::TooLong,
        SurveyProblem::Missing => Fault::Missing,
        SurveyProblem::Hidden => Fault::FieldHidden,
        SurveyProblem::Character(_) => Fault::BadCharacter,
    });
    let each: Vec<String> = problems.iter().map(|(field, problem)| one_problem(*field, *problem)).collect();
    Failure::about(fault, &each.join("; "))
}

fn one_problem(field: Field, problem: SurveyProblem) -> String {
    let name = named(field);
    match problem {
        SurveyProblem::TooLong { count } => format!("{name} has {count} characters and may have at most {}", field.limit()),
        SurveyProblem::Missing => format!("{name} is required"),
        SurveyProblem::Hidden => format!("{name} is hidden here"),
        SurveyProblem::Character(refused) => format!("{name}: {refused}"),
    }
}
