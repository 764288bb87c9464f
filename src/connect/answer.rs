//! What the site answered: a client, or why there is none (contract.md, Answer; trust.md D4-D6).

mod name;
mod words;

use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::program::{self, OPENING};
use super::site::Answer;
use crate::config::Kind;
use crate::failure::{Failure, Fault};
use crate::session::SessionRequest;

/// So much of a page is read for its words, in bytes.
const PAGE_AT_MOST: usize = 64 * 1024;

/// The beginning of a client.
pub(super) struct Opening {
    /// The bytes that were read to tell.
    pub(super) bytes: Vec<u8>,
    /// What they say; none where only the file's end can tell.
    pub(super) kind: Option<Kind>,
}

/// Whether the status says that a client comes; else what the page says.
pub(super) async fn granted(answer: &mut Answer) -> Result<(), Failure> {
    match fault_of_status(answer.status().as_u16()) {
        Some(fault) => Err(in_the_sites_words(answer, fault, Vec::new()).await),
        None => Ok(()),
    }
}

/// Reads as much of a granted answer as it takes to tell a client from a refusal.
pub(super) async fn opening(answer: &mut Answer, request: &SessionRequest, accept: &[Kind]) -> Result<Opening, Failure> {
    let mut bytes = Vec::new();
    while bytes.len() < OPENING {
        let Some(more) = answer.more().await? else { break };
        bytes.extend_from_slice(&more);
    }
    if bytes.trim_ascii().is_empty() && bytes.len() < OPENING {
        return Err(answer.failure(Fault::EmptyAnswer));
    }
    match program::kind_of_opening(&bytes) {
        Some(kind) if accept.contains(&kind) => Ok(Opening { bytes, kind: Some(kind) }),
        Some(kind) => Err(Failure::about(Fault::WrongKind, program::name(kind))),
        None if is_page(answer, &bytes) => {
            let fault = match request {
                SessionRequest::Key(_) => Fault::KeyRefused,
                SessionRequest::Rep { .. } | SessionRequest::Survey(_) => Fault::Refused,
            };
            Err(in_the_sites_words(answer, fault, bytes).await)
        }
        None if accept.contains(&Kind::Dmg) => Ok(Opening { bytes, kind: None }),
        None => Err(answer.failure(Fault::WrongKind)),
    }
}

/// The name that the site gives the client, if it can be kept.
pub(super) fn served_name(answer: &Answer) -> Option<String> {
    name::served(answer.headers().get(CONTENT_DISPOSITION)?.as_bytes())
}

fn fault_of_status(status: u16) -> Option<Fault> {
    match status {
        200 => None,
        429 | 503 => Some(Fault::SiteBusy),
        511 => Some(Fault::NetworkSignIn),
        400..=499 => Some(Fault::SiteRejected),
        500..=599 => Some(Fault::SiteBroken),
        _ => Some(Fault::OddStatus),
    }
}

/// Whether these are words: HTML or JSON by their first sign, or any text that the site itself calls text.
fn is_page(answer: &Answer, bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    if matches!(text.first(), Some(b'<' | b'{' | b'[')) {
        return true;
    }
    let media_type = answer.headers().get(CONTENT_TYPE).map(|value| value.as_bytes().to_ascii_lowercase()).unwrap_or_default();
    let called_text = media_type.starts_with(b"text/") || media_type.starts_with(b"application/json");
    called_text && !text.iter().any(|b| b.is_ascii_control() && !b.is_ascii_whitespace())
}

/// The failure with what the page says, as far as it comes within the time that the site may be silent.
async fn in_the_sites_words(answer: &mut Answer, fault: Fault, mut page: Vec<u8>) -> Failure {
    let end = tokio::time::Instant::now() + answer.patience();
    while page.len() < PAGE_AT_MOST {
        let Ok(Ok(Some(more))) = tokio::time::timeout_at(end, answer.more()).await else { break };
        page.extend_from_slice(&more);
    }
    page.truncate(PAGE_AT_MOST);
    Failure { detail: answer.failure(fault).detail, ..Failure::as_the_site_says(fault, &words::of(&page)) }
}
