//! What the site answered: a client, or why there is none (contract.md, Answer; trust.md D4-D6).

mod name;
mod page;
mod sign;
mod words;

use reqwest::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE};

use super::program;
use super::repeated::{self, Ends};
use super::site::Answer;
use crate::config::{Config, Kind};
use crate::failure::{Failure, Fault};
use crate::session::SessionRequest;
use words::Format;

/// So much of a page is read for its words, in bytes.
const PAGE_AT_MOST: usize = 64 * 1024;

/// A page in place of a client, as far as it came.
struct Page {
    bytes: Vec<u8>,
    ends: Ends,
}

/// The beginning of a client.
pub(super) struct Opening {
    /// The bytes that were read to tell.
    pub(super) bytes: Vec<u8>,
    /// What they say; none where only the file's end can tell.
    pub(super) kind: Option<Kind>,
}

/// Whether the status says that a client comes; else what the page says.
pub(super) async fn granted(answer: &mut Answer, request: &SessionRequest) -> Result<(), Failure> {
    match fault_of_status(answer.status().as_u16(), request) {
        Some(fault) => {
            let page = rest_of_page(answer, Vec::new()).await;
            let text = page::text(&page.bytes, &media_type(answer));
            let status = format!("status {}", answer.status().as_u16());
            Err(in_its_words(answer, fault, &page, &text, request).because(&status))
        }
        None => Ok(()),
    }
}

/// Reads as much of a granted answer as it takes to tell a client from a refusal.
pub(super) async fn opening(
    answer: &mut Answer,
    request: &SessionRequest,
    config: &Config,
    accept: &[Kind],
) -> Result<Opening, Failure> {
    let mut bytes = Vec::new();
    while !program::is_opening(&bytes) {
        let Some(more) = answer.more().await? else { break };
        bytes.extend_from_slice(&more);
    }
    if bytes.trim_ascii().is_empty() && !program::is_opening(&bytes) {
        return Err(answer.failure(Fault::EmptyAnswer));
    }
    match program::kind_of_opening(&bytes) {
        Some(kind) if accept.contains(&kind) => Ok(Opening { bytes, kind: Some(kind) }),
        Some(kind) => Err(Failure::about(Fault::WrongKind, program::name(kind))),
        None if is_page(answer, &bytes) => {
            let page = rest_of_page(answer, bytes).await;
            let text = page::text(&page.bytes, &media_type(answer));
            let fault = fault_of_page(request, sign::is_missing(&page.bytes, &text, &config.site));
            Err(in_its_words(answer, fault, &page, &text, request))
        }
        None if accept.contains(&Kind::Dmg) => Ok(Opening { bytes, kind: None }),
        None => Err(answer.failure(Fault::WrongKind)),
    }
}

/// The name that the site gives the client, if it can be kept.
pub(super) fn served_name(answer: &Answer) -> Option<String> {
    name::served(answer.headers().get(CONTENT_DISPOSITION)?.as_bytes())
}

/// A site may say no to a key by a status too (contract.md, Answer): then it is the key that is told of, which the customer
/// can mend, and not the config.
fn fault_of_status(status: u16, request: &SessionRequest) -> Option<Fault> {
    match status {
        200 => None,
        408 | 425 | 429 | 503 => Some(Fault::SiteBusy),
        511 => Some(Fault::NetworkSignIn),
        400 | 401 | 403 | 404 | 410 | 422 if matches!(request, SessionRequest::Key(_)) => Some(Fault::KeyRefused),
        400..=499 => Some(Fault::SiteRejected),
        500..=599 => Some(Fault::SiteBroken),
        _ => Some(Fault::OddStatus),
    }
}

/// Whether these are words: HTML or JSON by their first sign, any text that the site itself calls text, or one that it does
/// not call a file.
fn is_page(answer: &Answer, bytes: &[u8]) -> bool {
    let media_type = media_type(answer);
    let text = page::text(bytes, &media_type);
    if words::format_of(&text) != Format::Plain {
        return true;
    }
    let is_plain = page::utf8(bytes).is_some_and(|text| !text.contains(|c: char| c.is_control() && !c.is_whitespace()));
    let is_file = answer.headers().contains_key(CONTENT_DISPOSITION);
    let called_text = media_type.starts_with("text/") || media_type.starts_with("application/json");
    called_text && !text.contains('\0') || is_plain && !is_file
}

/// In lower case.
fn media_type(answer: &Answer) -> String {
    let named = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    named.unwrap_or_default().to_ascii_lowercase()
}

fn fault_of_page(request: &SessionRequest, is_without_sign: bool) -> Fault {
    match (request, is_without_sign) {
        (SessionRequest::Key(_), false) => Fault::KeyRefused,
        (SessionRequest::Key(_), true) => Fault::KeyRefusedWithoutSign,
        (SessionRequest::Rep { .. } | SessionRequest::Survey(_), false) => Fault::Refused,
        (SessionRequest::Rep { .. } | SessionRequest::Survey(_), true) => Fault::RefusedWithoutSign,
    }
}

/// The page that begins like this, as far as it comes within the time that the site may be silent.
async fn rest_of_page(answer: &mut Answer, mut bytes: Vec<u8>) -> Page {
    let end = tokio::time::Instant::now() + answer.patience();
    while bytes.len() < PAGE_AT_MOST {
        match tokio::time::timeout_at(end, answer.more()).await {
            Ok(Ok(Some(more))) => bytes.extend_from_slice(&more),
            Ok(Ok(None)) => return Page { bytes, ends: Ends::Whole },
            Ok(Err(_)) | Err(_) => break,
        }
    }
    bytes.truncate(PAGE_AT_MOST);
    Page { bytes, ends: Ends::Cut }
}

/// The failure with what the page says, less what it repeats of the request. A program has no words, whatever the site calls
/// it: it may carry the session in it.
fn in_its_words(answer: &Answer, fault: Fault, page: &Page, text: &str, request: &SessionRequest) -> Failure {
    let is_packed = answer.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    let is_read = !is_packed && program::kind_of_opening(&page.bytes).is_none() && page::is_legible(text);
    let format = match words::format_of(text) {
        // Called so by its site, it may begin with a word.
        Format::Plain if media_type(answer).contains("html") => Format::Html,
        format @ (Format::Html | Format::Json | Format::Plain) => format,
    };
    let words = if is_read { words::of(text, format) } else { String::new() };
    let said = Failure::as_the_site_says(fault, &repeated::without(&words, page.ends, request));
    Failure { detail: answer.failure(fault).detail, ..said }
}
