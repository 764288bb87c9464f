//! Builds the request from the command line, the config and standard input. Nothing is sent here.

use std::io::Read;

use encoding_rs::{Encoding, UTF_8};
use zeroize::Zeroizing;

use crate::clean::is_unsendable_space;
use crate::cli::{DetailArgs, STANDARD_INPUT, StartCode, StartWay};
use crate::config::lists::Choices;
use crate::config::{self, Config, Dialect, SurveyMenu};
use crate::failure::{Failure, Fault};
use crate::session::{
    Answers, Choice, CustomerDetails, Placeholders, Rep, SessionRequest, Survey, SurveyField,
    SurveyProblem,
};
use crate::text::EN;
use crate::ways::{CodeWay, SecretCode, Way};

/// How much of standard input is read, in bytes: more than any field can hold.
const INPUT_BYTES: u64 = 1 << 20;

/// The request that the command line describes.
///
/// Errors are `I1` to `I8` of the catalogue. Each names the field and its limit, and none contains
/// what was typed.
pub(super) fn request(
    way: &StartWay,
    config: &Config,
    choices: &Choices,
    placeholders: &Placeholders,
    standard_input: &mut dyn Read,
) -> Result<SessionRequest, Failure> {
    let mut desk = Request {
        config,
        placeholders,
        standard_input,
    };
    match way {
        StartWay::Rep { id, details } => {
            let rep = rep(id, choices, "the ID after rep")?;
            Ok(SessionRequest::rep(&rep, desk.details(Way::Rep, details)?))
        }
        StartWay::Code(StartCode { way, options }) => {
            let code = parse_code(
                way,
                &desk.resolve_value(&options.code, &format!("the {}", (way.text)(&EN).name))?,
                config,
            )?;
            Ok(SessionRequest::Code {
                code,
                details: desk.details(Way::Code(way), &options.details)?,
            })
        }
        StartWay::Survey { issue, details } => {
            let choice = choice(issue.as_deref(), &config.survey, choices)?;
            Ok(SessionRequest::Survey(Survey {
                choice,
                details: desk.details(Way::Survey, details)?,
            }))
        }
    }
}

/// The available representative with this ID. The failure does not repeat the ID, because a user
/// may have typed a code in its place.
fn rep(id: &str, choices: &Choices, source: &str) -> Result<Rep, Failure> {
    match choices.reps.with_id(id) {
        Some(rep) if rep.available => Ok(rep),
        Some(_) => Err(Failure::with_subject(
            Fault::UnknownRep,
            &format!("{source}: the entry has `available = false`"),
        )),
        None => Err(Failure::with_subject(Fault::UnknownRep, source)),
    }
}

fn parse_code(way: &'static CodeWay, raw: &str, config: &Config) -> Result<SecretCode, Failure> {
    way.parse(raw, config.code_rules(way))
        .map_err(|problem| Failure::with_subject(way.bad, &way.describe(problem)))
}

/// What is needed to read and check the values.
struct Request<'a> {
    config: &'a Config,
    placeholders: &'a Placeholders,
    standard_input: &'a mut dyn Read,
}

impl Request<'_> {
    /// The values for this way of starting a session, including those from the config.
    fn details(&mut self, way: Way, options: &DetailArgs) -> Result<CustomerDetails, Failure> {
        let form = self.config.form(way, self.placeholders);
        let mut answers = Answers::default();
        for field in SurveyField::ALL {
            let Some(value) = options.value(field) else {
                continue;
            };
            if !form.sends(field) {
                return Err(Failure::with_subject(
                    Fault::FieldOfOtherWay,
                    &self.refusal(field, way),
                ));
            }
            answers.set(
                field,
                sendable(field, &self.resolve_value(value, &option_name(field))?),
            );
        }
        form.fill(&answers)
            .map_err(|problems| survey_failure(&problems))
    }

    /// Why a field cannot be used with this way.
    fn refusal(&self, field: SurveyField, way: Way) -> String {
        let (option, way) = (option_name(field), way.name());
        match self.config.site.dialect {
            Dialect::Connector => format!(
                "{option} with {way}: in dialect \"connector\" it goes only with the survey"
            ),
            Dialect::StartSession => format!(
                "{option}: survey.{}.ways does not name \"{way}\"",
                field.name()
            ),
        }
    }

    /// The value, or all of standard input without a final newline.
    fn resolve_value(
        &mut self,
        value: &Zeroizing<String>,
        name: &str,
    ) -> Result<Zeroizing<String>, Failure> {
        if value.as_str() != STANDARD_INPUT {
            return Ok(value.clone());
        }
        // Reserve all space up front: a buffer that grows leaves copies of the text in memory.
        let mut read = Zeroizing::new(Vec::with_capacity(
            usize::try_from(INPUT_BYTES).unwrap_or_default(),
        ));
        let unreadable = |why: &str| {
            Failure::with_subject(
                Fault::BadCharacter,
                &format!("{name}: standard input {why}"),
            )
        };
        self.standard_input
            .take(INPUT_BYTES)
            .read_to_end(&mut read)
            .map_err(|_| unreadable("can't be read"))?;
        if u64::try_from(read.len()).is_ok_and(|length| length >= INPUT_BYTES) {
            // A truncated input could be a truncated code.
            return Err(Failure::with_subject(
                Fault::TooLong,
                &format!("{name}: standard input has 1 MiB or more"),
            ));
        }
        // PowerShell writes a byte order mark at the start of a pipe.
        let (encoding, length) = Encoding::for_bom(&read).unwrap_or((UTF_8, 0));
        let text = encoding.decode_without_bom_handling_and_without_replacement(&read[length..]);
        let text = Zeroizing::new(text.ok_or_else(|| unreadable("is not UTF-8"))?.into_owned());
        let line = text
            .strip_suffix('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line));
        Ok(Zeroizing::new(line.unwrap_or(&text).to_owned()))
    }
}

/// Replaces white space that the site does not accept, as pasted text may contain, with blanks.
fn sendable(field: SurveyField, value: &str) -> Zeroizing<String> {
    let is_one_line = field != SurveyField::Description;
    let breaks = Zeroizing::new(value.replace("\r\n", "\n").replace('\r', "\n"));
    let spaced = breaks.chars().map(|c| {
        if is_unsendable_space(c) || is_one_line && c == '\n' {
            ' '
        } else {
            c
        }
    });
    Zeroizing::new(spaced.collect())
}

fn choice(
    issue: Option<&str>,
    survey: &config::SurveyConfig,
    choices: &Choices,
) -> Result<Choice, Failure> {
    match (issue, survey.menu) {
        (None, _) if survey.general_queue => Ok(Choice::GeneralQueue),
        (None, _) => Err(Fault::NoGeneralQueue.into()),
        (Some(id), SurveyMenu::Reps) => Ok(Choice::Rep(
            rep(
                id,
                choices,
                "--issue: this desk's menu lists representatives",
            )?
            .id,
        )),
        (Some(named), SurveyMenu::Issues | SurveyMenu::None) => {
            let issue = choices
                .issues
                .iter()
                .find(|issue| issue.reference.matches(named));
            issue
                .map(|issue| Choice::Issue(issue.reference.clone()))
                .ok_or_else(|| Failure::with_subject(Fault::UnknownIssue, "--issue"))
        }
    }
}

/// The command-line option of a field.
fn option_name(field: SurveyField) -> String {
    format!("--{}", field.name().replace('_', "-"))
}

/// The code is that of the first problem; the detail lists all of them.
fn survey_failure(problems: &[(SurveyField, SurveyProblem)]) -> Failure {
    let fault = problems
        .first()
        .map_or(Fault::Internal, |(_, problem)| match problem {
            SurveyProblem::TooLong { .. } | SurveyProblem::NoRoom { .. } => Fault::TooLong,
            SurveyProblem::Missing => Fault::Missing,
            SurveyProblem::Character(_) => Fault::BadCharacter,
        });
    let each: Vec<String> = problems
        .iter()
        .map(|(field, problem)| describe_problem(*field, *problem))
        .collect();
    Failure::with_subject(fault, &each.join("; "))
}

fn describe_problem(field: SurveyField, problem: SurveyProblem) -> String {
    let name = option_name(field);
    match problem {
        SurveyProblem::TooLong { count } => format!(
            "{name} has {count} characters and may have at most {}",
            field.limit()
        ),
        SurveyProblem::Missing => format!("{name} is required"),
        SurveyProblem::NoRoom { excess } => {
            let excess = EN.common.characters(excess as u64);
            format!("{name} has {excess} more than the site takes beside this desk's own fields")
        }
        SurveyProblem::Character(refused) => format!("{name}: {refused}"),
    }
}
