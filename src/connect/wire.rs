//! The words of the request: contract.md's table, and nothing that is not in it.
//!
//! ```text
//! SessionRequest ─ parameters (by dialect) ─ encoded ─┬─ GET   url?a=b&c=d     (while the whole URL has 4,096 bytes at most)
//!                                                     └─ POST  a=b&c=d         (as a form, to the bare URL)
//! ```

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;
use zeroize::Zeroizing;

use crate::config::{Dialect, Method, Site};
use crate::failure::{Failure, Fault};
use crate::session::{Choice, Field, IssueRef, SessionRequest, Survey};

/// The longest URL of a GET, in bytes (contract.md, Rules).
const LINK_AT_MOST: usize = 4096;

/// All but RFC 3986's unreserved characters: a space is `%20` in a query and in a form alike (contract.md, Rules).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The request as it goes out. No `Debug`: it holds what the customer typed.
pub(super) struct Ask {
    /// Where it goes; for a GET with the query.
    pub(super) url: Url,
    /// For a POST: the form.
    pub(super) form: Option<Zeroizing<String>>,
}

/// The request as a link that a browser opens, whatever `site.method` says.
///
/// It carries what the customer typed, or the session key. Fails where it would have more than 4,096 bytes, and where the
/// dialect can't say the request.
pub fn link(site: &Site, request: &SessionRequest) -> Result<String, Failure> {
    let url = with_query(site, &encoded(site, request)?);
    if url.as_str().len() > LINK_AT_MOST {
        return Err(Failure::about(Fault::TooLongForLink, &format!("at most {LINK_AT_MOST} bytes")));
    }
    Ok(url.into())
}

/// The request as `site.method` wants it.
pub(super) fn ask(site: &Site, request: &SessionRequest) -> Result<Ask, Failure> {
    let parameters = encoded(site, request)?;
    let whole = with_query(site, &parameters);
    let get = match site.method {
        Method::Get => true,
        Method::Post => false,
        Method::Auto => whole.as_str().len() <= LINK_AT_MOST,
    };
    Ok(if get { Ask { url: whole, form: None } } else { Ask { url: bare(site), form: Some(parameters) } })
}

/// The URL without the request: `site.path` below the prefix of `site.url`.
fn bare(site: &Site) -> Url {
    let mut url = site.url.clone();
    let prefix = url.path().trim_end_matches('/');
    let path = format!("{prefix}/{}", site.path.trim_start_matches('/'));
    url.set_path(&path);
    url
}

fn with_query(site: &Site, parameters: &str) -> Url {
    let mut url = bare(site);
    url.set_query(Some(parameters));
    url
}

fn encoded(site: &Site, request: &SessionRequest) -> Result<Zeroizing<String>, Failure> {
    let rows = parameters(site, request)?;
    // Room for all of it up front, every byte escaped: a string that grew would leave copies of what was typed behind.
    let room = rows.iter().map(|(name, value)| name.len() + 3 * value.len() + 2).sum();
    let mut text = Zeroizing::new(String::with_capacity(room));
    for (name, value) in rows {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(&value, ESCAPED));
    }
    Ok(text)
}

type Parameter = (&'static str, Zeroizing<String>);

/// The rows of the table that this request fills, in the table's order.
fn parameters(site: &Site, request: &SessionRequest) -> Result<Vec<Parameter>, Failure> {
    let mut rows: Vec<Parameter> = Vec::new();
    match request {
        SessionRequest::Rep { id, name } => {
            rows.push(("id", id.to_string().into()));
            rows.push(("name", name.as_str().to_owned().into()));
        }
        SessionRequest::Key(key) => {
            rows.push((key_name(site.dialect), key.reveal().to_owned().into()));
            if site.dialect == Dialect::StartSession && site.skip_confirm {
                rows.push(("skipconfirm", "1".to_owned().into()));
            }
        }
        SessionRequest::Survey(survey) => {
            rows.push(("issue_menu", "1".to_owned().into()));
            rows.extend(answers(site.dialect, survey));
            rows.extend(menu_item(site.dialect, &survey.choice)?);
        }
    }
    if let (Dialect::StartSession, Some(platform)) = (site.dialect, &site.platform) {
        rows.push(("platform", platform.as_str().to_owned().into()));
    }
    Ok(rows)
}

fn key_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Connector => "access_key",
        Dialect::StartSession => "short_key",
    }
}

fn answers(dialect: Dialect, survey: &Survey) -> impl Iterator<Item = Parameter> {
    survey.answers().map(move |(field, typed)| (field_name(dialect, field), typed.reveal().to_owned().into()))
}

fn field_name(dialect: Dialect, field: Field) -> &'static str {
    match (dialect, field) {
        (Dialect::Connector, Field::Name) => "customer_name",
        (Dialect::Connector, Field::Company) => "customer_company",
        (Dialect::Connector, Field::CompanyCode) => "customer_company_code",
        (Dialect::Connector, Field::Description) => "customer_desc",
        (Dialect::Connector, Field::ExternalKey) => "external_key",
        (Dialect::StartSession, Field::Name) => "customer.name",
        (Dialect::StartSession, Field::Company) => "customer.company",
        (Dialect::StartSession, Field::CompanyCode) => "customer.company_code",
        (Dialect::StartSession, Field::Description) => "customer.details",
        (Dialect::StartSession, Field::ExternalKey) => "session.custom.external_key",
    }
}

/// The chosen item of the menu; none for the general queue. A code name goes before a number where the dialect has it.
fn menu_item(dialect: Dialect, choice: &Choice) -> Result<Option<Parameter>, Failure> {
    let id = |id: &crate::session::Id| ("id", Zeroizing::new(id.to_string()));
    Ok(match (choice, dialect) {
        (Choice::GeneralQueue, _) => None,
        (Choice::Rep(rep), _) => Some(id(rep)),
        (Choice::Issue(IssueRef::Id(issue)), _) | (Choice::Issue(IssueRef::Both(issue, _)), Dialect::Connector) => {
            Some(id(issue))
        }
        (Choice::Issue(IssueRef::CodeName(code) | IssueRef::Both(_, code)), Dialect::StartSession) => {
            Some(("codeName", code.as_str().to_owned().into()))
        }
        (Choice::Issue(IssueRef::CodeName(code)), Dialect::Connector) => {
            return Err(Failure::about(Fault::BadConfig, &format!("issue {}: no id", code.as_str())));
        }
    })
}
