//! Encodes the request: the parameters in docs/protocol.md, the config's fixed parameters, and
//! nothing else.
//!
//! ```text
//! SessionRequest ─ parameters(dialect) ─ encoded ─┬─ GET   url?a=b&c=d   up to 4,096 bytes of URL
//!                                                 └─ POST  a=b&c=d       a form, to the URL alone
//! ```

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;
use zeroize::Zeroizing;

use crate::config::{Dialect, Method, SiteConfig, dialect};
use crate::failure::{Failure, Fault};
use crate::session::{Choice, CustomerDetails, Id, IssueRef, Placeholders, SessionRequest};

/// The longest URL of a GET, in bytes (docs/protocol.md).
const MAX_LINK: usize = 4096;

/// All but the unreserved characters of RFC 3986. A space is `%20` both in a query and in a form
/// (docs/protocol.md).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The encoded request. No `Debug`: it contains what the customer typed.
pub(crate) struct WireRequest {
    /// The target; for a GET with the query.
    pub(crate) url: Url,
    /// The body of a POST.
    pub(crate) form: Option<Zeroizing<String>>,
}

/// The request as a link for a browser, whatever `site.method` says.
///
/// It contains what the customer typed, or the code. Fails if it would exceed 4,096 bytes,
/// or if the dialect cannot express the request.
pub fn link(
    site: &SiteConfig,
    placeholders: &Placeholders,
    request: &SessionRequest,
) -> Result<String, Failure> {
    let url = with_query(site, &encoded(site, placeholders, request)?);
    if url.as_str().len() > MAX_LINK {
        return Err(Failure::with_subject(
            Fault::TooLongForLink,
            &format!("at most {MAX_LINK} bytes"),
        ));
    }
    Ok(url.into())
}

/// The request as `site.method` wants it.
pub(crate) fn request(
    site: &SiteConfig,
    placeholders: &Placeholders,
    request: &SessionRequest,
) -> Result<WireRequest, Failure> {
    let parameters = encoded(site, placeholders, request)?;
    let whole = with_query(site, &parameters);
    let get = match site.method {
        Method::Get => true,
        Method::Post => false,
        Method::Auto => whole.as_str().len() <= MAX_LINK,
    };
    Ok(if get {
        WireRequest {
            url: whole,
            form: None,
        }
    } else {
        WireRequest {
            url: base_url(site),
            form: Some(parameters),
        }
    })
}

/// The URL without the query: `site.path` below the path of `site.url`.
fn base_url(site: &SiteConfig) -> Url {
    let mut url = site.url.clone();
    let prefix = url.path().trim_end_matches('/');
    let path = format!("{prefix}/{}", site.path.trim_start_matches('/'));
    url.set_path(&path);
    url
}

fn with_query(site: &SiteConfig, parameters: &str) -> Url {
    let mut url = base_url(site);
    url.set_query(Some(parameters));
    url
}

fn encoded(
    site: &SiteConfig,
    placeholders: &Placeholders,
    request: &SessionRequest,
) -> Result<Zeroizing<String>, Failure> {
    let rows = parameters(site, placeholders, request)?;
    // Reserve room for all bytes escaped: a string that grows leaves copies of what was typed in
    // memory.
    let room = rows
        .iter()
        .map(|(name, value)| 3 * (name.len() + value.len()) + 2)
        .sum();
    let mut text = Zeroizing::new(String::with_capacity(room));
    for (name, value) in rows {
        if !text.is_empty() {
            text.push('&');
        }
        text.extend(utf8_percent_encode(name, ESCAPED));
        text.push('=');
        text.extend(utf8_percent_encode(&value, ESCAPED));
    }
    Ok(text)
}

type WireParameter<'a> = (&'a str, Zeroizing<String>);

/// The parameters of this request, in the order of docs/protocol.md.
fn parameters<'a>(
    site: &'a SiteConfig,
    placeholders: &Placeholders,
    request: &SessionRequest,
) -> Result<Vec<WireParameter<'a>>, Failure> {
    let mut rows: Vec<WireParameter> = Vec::new();
    match request {
        SessionRequest::Rep { id, name, details } => {
            rows.push((dialect::ID, id.to_string().into()));
            rows.push((dialect::NAME, name.as_str().to_owned().into()));
            rows.extend(extra_survey_fields(site.dialect, details));
        }
        SessionRequest::Code { code, details } => {
            rows.push((
                site.dialect.code(code.way()),
                code.reveal().to_owned().into(),
            ));
            if site.dialect == Dialect::StartSession && site.skip_confirm.contains(&code.way()) {
                rows.push((dialect::SKIP_CONFIRM, "1".to_owned().into()));
            }
            rows.extend(extra_survey_fields(site.dialect, details));
        }
        SessionRequest::Survey(survey) => {
            rows.push((dialect::ISSUE_MENU, "1".to_owned().into()));
            rows.extend(survey_fields(site.dialect, &survey.details));
            rows.extend(menu_item(site.dialect, &survey.choice)?);
        }
    }
    if let (Dialect::StartSession, Some(platform)) = (site.dialect, &site.platform) {
        rows.push((dialect::PLATFORM, platform.as_str().to_owned().into()));
    }
    rows.extend(site.parameters.iter().filter_map(|fixed| {
        let value = fixed.value_for(request.way(), placeholders)?;
        Some((fixed.name.as_str(), value.into_string().into()))
    }));
    Ok(rows)
}

/// The survey's fields of a request that is not a survey. The guide of 2008 does not have them
/// (docs/protocol.md).
fn extra_survey_fields<'a>(
    dialect: Dialect,
    details: &CustomerDetails,
) -> impl Iterator<Item = WireParameter<'a>> {
    survey_fields(dialect, details).filter(move |_| dialect == Dialect::StartSession)
}

fn survey_fields<'a>(
    dialect: Dialect,
    details: &CustomerDetails,
) -> impl Iterator<Item = WireParameter<'a>> {
    details.iter().map(move |(field, typed)| {
        (
            dialect.survey_field(field),
            typed.reveal().to_owned().into(),
        )
    })
}

/// The chosen menu item; none for the general queue. A code name is preferred to an id where the
/// dialect supports it.
fn menu_item(dialect: Dialect, choice: &Choice) -> Result<Option<WireParameter<'static>>, Failure> {
    let id = |id: &Id| (dialect::ID, Zeroizing::new(id.to_string()));
    Ok(match (choice, dialect) {
        (Choice::GeneralQueue, _) => None,
        (Choice::Rep(rep), _) => Some(id(rep)),
        (Choice::Issue(IssueRef::Id(issue)), _)
        | (Choice::Issue(IssueRef::Both(issue, _)), Dialect::Connector) => Some(id(issue)),
        (
            Choice::Issue(IssueRef::CodeName(code) | IssueRef::Both(_, code)),
            Dialect::StartSession,
        ) => Some((dialect::CODE_NAME, code.as_str().to_owned().into())),
        (Choice::Issue(IssueRef::CodeName(code)), Dialect::Connector) => {
            return Err(Failure::with_subject(
                Fault::BadConfig,
                &format!("issue {}: no id", code.as_str()),
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Clean;
    use crate::config;
    use crate::session::{Answers, FixedParameter, Survey, SurveyField};
    use crate::ways::Way;

    #[test]
    fn k8_a_request_of_escaped_characters_alone_fits_the_room_made_for_it() {
        let config = config::from_text(
            "[site]\nurl = \"https://support.example.com\"\n",
            "kiosk.toml".as_ref(),
        )
        .expect("good");
        let mut answers = Answers::default();
        let (name, description) = ("\u{674E}".repeat(100), "\u{1F600}\n".repeat(512));
        answers.set(SurveyField::Name, Zeroizing::new(name.clone()));
        answers.set(
            SurveyField::Description,
            Zeroizing::new(description.clone()),
        );
        let form = config.survey.form.for_visit(
            Way::Survey,
            &Placeholders::default(),
            FixedParameter::MAX_BYTES,
        );
        let details = form.fill(&answers).expect("good");
        let request = SessionRequest::Survey(Survey {
            choice: Choice::GeneralQueue,
            details,
        });
        let text = encoded(&config.site, &Placeholders::default(), &request).expect("a request");
        let names = [
            dialect::ISSUE_MENU,
            config.site.dialect.survey_field(SurveyField::Name),
            config.site.dialect.survey_field(SurveyField::Description),
        ];
        let room: usize = names.iter().map(|name| 3 * name.len() + 2).sum::<usize>()
            + 3 * (1 + name.len() + description.len());
        assert!(text.len() <= room && Clean::lines(&description).is_ok());
        assert_eq!(
            text.capacity(),
            room,
            "the string grew and left a copy in memory"
        );
    }
}
