//! Checks whether a request follows docs/protocol.md exactly, and if not, why.
//!
//! ```text
//! method, path, query, form ─> parameters ──> one way ──> each value ──> ParsedRequest
//!                                   └───────────┴─────────────┴────────> ContractViolation
//! ```
//!
//! The parameter names are repeated here on purpose: if they were read from `site::wire`, a mistake
//! there would count as correct. Only those of codes come from the table in `ways`;
//! tests/system/wire.rs repeats them. A reason never repeats a value, because it may be a
//! customer's.

mod form;

use crate::clean::Clean;
use crate::config::Dialect;
use crate::session::{CodeName, Id, Issue, IssueRef, Rep, SurveyField};
use crate::text::EN;
use crate::ways::{self, CodeWay, Way};
use form::{FormParameters, is_form};

#[derive(Clone, Copy)]
pub(super) struct ReceivedRequest<'a> {
    /// `GET`, `POST` or any other method.
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    /// The text after the `?`.
    pub(super) query: Option<&'a str>,
    /// The media type of the body.
    pub(super) content_type: Option<&'a str>,
    pub(super) body: &'a [u8],
}

/// The representatives and issues that the site knows.
pub(super) struct ContractConfig {
    pub(super) reps: Vec<Rep>,
    pub(super) issues: Vec<Issue>,
}

/// A valid request for a session.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ParsedRequest {
    Rep(Id),
    /// With a code of this way, valid or not.
    Code(&'static CodeWay, String),
    Survey,
}

/// How a request breaks the protocol.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ContractViolation {
    /// 400; 404 for an unknown path and 405 for an unknown method.
    pub(super) status: u16,
    /// The reason, for the developer of the program that sent the request.
    pub(super) why: String,
}

/// The parameter names of one dialect.
struct DialectParameters {
    dialect: Dialect,
    path: &'static str,
    fields: [(&'static str, SurveyField); 5],
    code_name: Option<&'static str>,
    skip_confirm: Option<&'static str>,
    /// Allowed with every way.
    always: &'static [&'static str],
    /// Whether the survey's fields are allowed with every way. If not, only with the survey.
    fields_always: bool,
}

const CONNECTOR: DialectParameters = DialectParameters {
    dialect: Dialect::Connector,
    path: "/download_customer_connector.ns",
    fields: [
        ("customer_name", SurveyField::Name),
        ("customer_company", SurveyField::Company),
        ("customer_company_code", SurveyField::CompanyCode),
        ("customer_desc", SurveyField::Description),
        ("external_key", SurveyField::ExternalKey),
    ],
    code_name: None,
    skip_confirm: None,
    always: &[],
    fields_always: false,
};

const START_SESSION: DialectParameters = DialectParameters {
    dialect: Dialect::StartSession,
    path: "/api/start_session",
    fields: [
        ("customer.name", SurveyField::Name),
        ("customer.company", SurveyField::Company),
        ("customer.company_code", SurveyField::CompanyCode),
        ("customer.details", SurveyField::Description),
        ("session.custom.external_key", SurveyField::ExternalKey),
    ],
    code_name: Some("codeName"),
    skip_confirm: Some("skipconfirm"),
    always: &["platform", "locale"],
    fields_always: true,
};

/// The maximum characters in one custom field, and the maximum bytes in all of them.
const CUSTOM_CHARACTERS: usize = 1024;
const CUSTOM_BYTES: usize = 10 << 10;

impl DialectParameters {
    /// The survey field with this name.
    fn field(&self, name: &str) -> Option<SurveyField> {
        self.fields
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, field)| *field)
    }
}

pub(super) fn validate(
    received: ReceivedRequest<'_>,
    contract: &ContractConfig,
) -> Result<ParsedRequest, ContractViolation> {
    let words = [&CONNECTOR, &START_SESSION]
        .into_iter()
        .find(|words| words.path == received.path)
        .ok_or_else(|| ContractViolation {
            status: 404,
            why: format!(
                "there is nothing here: sessions are at {} and {}",
                CONNECTOR.path, START_SESSION.path
            ),
        })?;
    let parameters = FormParameters::parse(encoded_parameters(received)?)?;
    let way = find_way(&parameters, words)?;
    for (name, value) in &parameters.0 {
        if !belongs(name, way, words) {
            return Err(violation(format!(
                "{} does not belong to a request {}",
                display_name(name),
                way_name(way)
            )));
        }
        check_characters(name, value, words)?;
    }
    check_total(&parameters, words)?;
    match way {
        Way::Rep => asked_rep(&parameters, contract),
        Way::Code(way) => asked_code(&parameters, way, words),
        Way::Survey => asked_survey(&parameters, words, contract),
    }
}

fn violation(why: impl Into<String>) -> ContractViolation {
    ContractViolation {
        status: 400,
        why: why.into(),
    }
}

/// A name from a request, cleaned for display.
fn display_name(name: &str) -> Clean {
    Clean::sanitized(name, 40)
}

/// The encoded parameters: the query of a GET, or the form of a POST.
fn encoded_parameters(received: ReceivedRequest<'_>) -> Result<&str, ContractViolation> {
    match received.method {
        "GET" if !received.body.is_empty() => Err(violation(
            "a GET carries its parameters in the address and has no body",
        )),
        "GET" => Ok(received.query.unwrap_or_default()),
        "POST" if received.query.is_some() => Err(violation(
            "a POST carries its parameters in the form, not in the address",
        )),
        "POST" if !is_form(received.content_type) => Err(violation(
            "a POST is a form: application/x-www-form-urlencoded",
        )),
        "POST" => std::str::from_utf8(received.body)
            .map_err(|_| violation("the form is not percent-encoded")),
        _ => Err(ContractViolation {
            status: 405,
            why: "a session is requested only by GET or POST".to_owned(),
        }),
    }
}

fn find_way(
    parameters: &FormParameters,
    words: &DialectParameters,
) -> Result<Way, ContractViolation> {
    let has = |name| parameters.get(name).is_some();
    let two = |one: &str, other: &str| {
        Err(violation(format!(
            "{one} and {other} are two ways: a request takes one"
        )))
    };
    let name = |way: &CodeWay| words.dialect.code(way);
    let mut codes = ways::codes().filter(|way| has(name(way)));
    match (
        has("issue_menu"),
        codes.next(),
        codes.next(),
        has("id") || has("name"),
    ) {
        (_, Some(way), Some(other), _) => two(name(way), name(other)),
        (true, Some(way), None, _) => two("issue_menu", name(way)),
        (false, Some(way), None, true) => two("id or name", name(way)),
        (true, None, _, _) => Ok(Way::Survey),
        (false, Some(way), None, false) => Ok(Way::Code(way)),
        (false, None, _, true) => Ok(Way::Rep),
        (false, None, _, false) => {
            let codes: Vec<&str> = ways::codes().map(name).collect();
            Err(violation(format!(
                "no way is named: use id and name, or {}, or issue_menu=1",
                codes.join(", or ")
            )))
        }
    }
}

fn way_name(way: Way) -> String {
    match way {
        Way::Rep => "by representative".to_owned(),
        Way::Code(way) => format!("by {}", (way.text)(&EN).name),
        Way::Survey => "by the survey".to_owned(),
    }
}

fn belongs(name: &str, way: Way, words: &DialectParameters) -> bool {
    words.always.contains(&name)
        || is_custom_field(name)
        || words.field(name).is_some() && (words.fields_always || way == Way::Survey)
        || match way {
            Way::Rep => matches!(name, "id" | "name"),
            Way::Code(way) => {
                name == words.dialect.code(way) || way.confirms && words.skip_confirm == Some(name)
            }
            Way::Survey => matches!(name, "issue_menu" | "id") || words.code_name == Some(name),
        }
}

/// A custom field of the site, allowed with every way: any `session.custom.CODE`, and
/// `session.skills`.
fn is_custom_field(name: &str) -> bool {
    let code = name
        .strip_prefix("session.custom.")
        .filter(|code| *code != "external_key");
    name == "session.skills" || code.is_some_and(|code| CodeName::new(code).is_some())
}

/// Custom fields and the external key together may have at most 10 KiB.
fn check_total(
    parameters: &FormParameters,
    words: &DialectParameters,
) -> Result<(), ContractViolation> {
    let counts =
        |name: &str| is_custom_field(name) || words.field(name) == Some(SurveyField::ExternalKey);
    let total: usize = parameters
        .0
        .iter()
        .filter(|(name, _)| counts(name))
        .map(|(_, value)| value.len())
        .sum();
    if total > CUSTOM_BYTES {
        return Err(violation(format!(
            "the fields of the site's own have more than {CUSTOM_BYTES} bytes together"
        )));
    }
    Ok(())
}

/// Limits count characters. Only a description may contain line breaks; other control characters
/// are not allowed.
fn check_characters(
    name: &str,
    value: &str,
    words: &DialectParameters,
) -> Result<(), ContractViolation> {
    let field = words.field(name);
    let limit = field
        .map(SurveyField::limit)
        .or(is_custom_field(name).then_some(CUSTOM_CHARACTERS));
    if let Some(limit) = limit
        && value.chars().count() > limit
    {
        return Err(violation(format!(
            "{name} has more than {limit} characters"
        )));
    }
    let breaks = field == Some(SurveyField::Description);
    match value
        .chars()
        .find(|c| c.is_control() && !(breaks && *c == '\n'))
    {
        Some(control) => Err(violation(format!(
            "{name} has the control character U+{:04X} in it",
            u32::from(control)
        ))),
        None => Ok(()),
    }
}

fn asked_rep(
    parameters: &FormParameters,
    contract: &ContractConfig,
) -> Result<ParsedRequest, ContractViolation> {
    let id = parameters
        .get("id")
        .ok_or_else(|| violation("name without id: a representative is asked for by both"))?;
    let name = parameters
        .get("name")
        .ok_or_else(|| violation("id without name: a representative is asked for by both"))?;
    let id = integer(id)?;
    let rep = contract
        .reps
        .iter()
        .find(|rep| rep.id == id)
        .ok_or_else(|| violation("id is not a representative of this site"))?;
    if rep.name.as_str() != name {
        return Err(violation(
            "name is not the display name of the representative with this id",
        ));
    }
    Ok(ParsedRequest::Rep(id))
}

fn asked_code(
    parameters: &FormParameters,
    way: &'static CodeWay,
    words: &DialectParameters,
) -> Result<ParsedRequest, ContractViolation> {
    if words
        .skip_confirm
        .and_then(|name| parameters.get(name))
        .is_some_and(|skip| skip != "1")
    {
        return Err(violation("skipconfirm is always 1"));
    }
    Ok(ParsedRequest::Code(
        way,
        parameters
            .get(words.dialect.code(way))
            .unwrap_or_default()
            .to_owned(),
    ))
}

fn asked_survey(
    parameters: &FormParameters,
    words: &DialectParameters,
    contract: &ContractConfig,
) -> Result<ParsedRequest, ContractViolation> {
    if parameters.get("issue_menu") != Some("1") {
        return Err(violation("issue_menu is always 1"));
    }
    let code_name = words.code_name.and_then(|name| parameters.get(name));
    let chosen = match (parameters.get("id"), code_name) {
        (None, None) => return Ok(ParsedRequest::Survey),
        (Some(_), Some(_)) => {
            return Err(violation(
                "id and codeName: an issue is sent by one of them",
            ));
        }
        (Some(id), None) => integer(id)?.to_string(),
        (None, Some(code_name)) => code_name.to_owned(),
    };
    let by_number = code_name.is_none();
    let known = contract.issues.iter().any(|issue| {
        issue.reference.matches(&chosen) && has_reference(&issue.reference, by_number)
    });
    if known {
        Ok(ParsedRequest::Survey)
    } else {
        Err(violation("the issue is not in the menu of this site"))
    }
}

/// Whether an issue has a reference of this type: a number, or a code name.
fn has_reference(reference: &IssueRef, number: bool) -> bool {
    match reference {
        IssueRef::Id(_) => number,
        IssueRef::CodeName(_) => !number,
        IssueRef::Both(..) => true,
    }
}

fn integer(value: &str) -> Result<Id, ContractViolation> {
    let plain =
        value.bytes().all(|b| b.is_ascii_digit()) && (value == "0" || !value.starts_with('0'));
    let number = if plain {
        value.parse().ok().and_then(Id::new)
    } else {
        None
    };
    number.ok_or_else(|| violation("id is not an integer"))
}
