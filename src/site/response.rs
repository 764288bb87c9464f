//! Reads the site's response: is it a client, and if not, why is there none (docs/protocol.md;
//! D4-D6)?
//!
//! A refusal often comes as a page with status 200, and a client with any media type, so the first
//! bytes of the body decide.

mod branding;
mod disposition;
mod file;
mod name;
mod page;
mod page_text;

use reqwest::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE};

use super::SiteResponse;
use super::redact::{self, Truncated};
use crate::config::{Config, Dialect, FileKind};
use crate::failure::{Failure, Fault};
use crate::file_type;
use crate::session::SessionRequest;
use crate::ways::SecretCode;
use disposition::Disposition;
use page_text::PageFormat;

/// How much of a page is read, in bytes.
const MAX_PAGE: usize = 64 * 1024;

/// A page instead of a client. It may be cut off.
struct RefusalPage {
    bytes: Vec<u8>,
    truncated: Truncated,
}

/// The beginning of a client's file.
pub(crate) struct FirstBytes {
    /// The bytes that were read to find the kind.
    pub(crate) bytes: Vec<u8>,
    /// None if the kind is recognizable only at the end of the file.
    pub(crate) kind: Option<FileKind>,
}

/// Succeeds if the status announces a client. If not, the failure quotes the page, except that of a
/// broken or busy site or of a network that wants a sign-in: such a page says nothing about the
/// request (D6).
pub(crate) async fn check_granted(
    answer: &mut SiteResponse,
    request: &SessionRequest,
    dialect: Dialect,
) -> Result<(), Failure> {
    let Some(fault) = status_fault(answer.status().as_u16(), request, dialect) else {
        return Ok(());
    };
    let failure = if answer.status().is_server_error() {
        answer.failure(fault)
    } else {
        let page = read_page(answer, Vec::new()).await;
        let text = page::text(&page.bytes, &media_type(answer));
        with_page_text(answer, fault, &page, &text, request)
    };
    Err(failure.because(&format!("status {}", answer.status().as_u16())))
}

/// Reads as much of the body as it takes to distinguish a client from a refusal.
pub(crate) async fn read_first_bytes(
    answer: &mut SiteResponse,
    request: &SessionRequest,
    config: &Config,
    accept: &[FileKind],
) -> Result<FirstBytes, Failure> {
    let mut bytes = Vec::new();
    while !file_type::is_enough_to_detect(&bytes) {
        let Some(more) = answer.next_chunk().await? else {
            break;
        };
        bytes.extend_from_slice(&more);
    }
    if bytes.trim_ascii().is_empty() && !file_type::is_enough_to_detect(&bytes) {
        return Err(answer.failure(Fault::EmptyAnswer));
    }
    match file_type::detect_from_first_bytes(&bytes) {
        Some(kind) if accept.contains(&kind) => Ok(FirstBytes {
            bytes,
            kind: Some(kind),
        }),
        Some(kind) => Err(Failure::with_subject(
            Fault::WrongKind,
            file_type::name(kind),
        )),
        None if is_page(answer, &bytes) => {
            let page = read_page(answer, bytes).await;
            let text = page::text(&page.bytes, &media_type(answer));
            let fault = page_fault(
                request,
                branding::lacks_site_branding(&page.bytes, &text, &config.site),
            );
            Err(with_page_text(answer, fault, &page, &text, request))
        }
        None => match file::name(&page::text(&bytes, &media_type(answer))) {
            Some(name) => Err(Failure::with_subject(Fault::WrongKind, name)),
            None if accept.contains(&FileKind::Dmg) => Ok(FirstBytes { bytes, kind: None }),
            None => Err(answer.failure(Fault::WrongKind)),
        },
    }
}

/// The file name that the site gives the client, made safe.
pub(crate) fn served_name(answer: &SiteResponse) -> Option<String> {
    name::choose(&disposition(answer).names)
}

fn disposition(answer: &SiteResponse) -> Disposition {
    let header = answer.headers().get(CONTENT_DISPOSITION);
    header
        .map(|value| Disposition::read(value.as_bytes()))
        .unwrap_or_default()
}

/// Some sites also refuse a code with a status (docs/protocol.md). The failure is then about
/// the code, which the customer can correct, and not about the config.
fn status_fault(status: u16, request: &SessionRequest, dialect: Dialect) -> Option<Fault> {
    match (status, request.code()) {
        (200, _) => None,
        (408 | 425 | 429 | 503, _) => Some(Fault::SiteBusy),
        (511, _) => Some(Fault::NetworkSignIn),
        (400 | 401 | 403 | 404 | 410 | 422, Some(code)) => Some(code.way().refused),
        (404, None) if dialect == Dialect::Connector => Some(Fault::WrongDialect),
        (400..=499, _) => Some(Fault::SiteRejected),
        (500..=599, _) => Some(Fault::SiteBroken),
        (_, _) => Some(Fault::OddStatus),
    }
}

/// Whether the site sends the body as a file, whatever its content.
fn is_file(answer: &SiteResponse) -> bool {
    let Disposition {
        is_attachment,
        names,
    } = disposition(answer);
    let media_type = media_type(answer);
    is_attachment
        || is_launcher_type(&media_type)
        || !names.is_empty() && !is_page_type(&media_type)
}

/// Whether this is a media type of pages. Plain text is not: servers use it for any file.
fn is_page_type(media_type: &str) -> bool {
    let essence = essence(media_type);
    [
        "text/html",
        "application/xhtml+xml",
        "application/json",
        "text/json",
    ]
    .contains(&essence)
        || essence.ends_with("+json")
}

/// Whether only launchers (`ClickOnce`, JNLP) have this media type. A browser opens them without
/// `Content-Disposition`.
fn is_launcher_type(media_type: &str) -> bool {
    [
        "application/x-ms-application",
        "application/x-java-jnlp-file",
    ]
    .contains(&essence(media_type))
}

fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Whether the body is a page and was not sent as a file: it begins like HTML or JSON, or is text.
fn is_page(answer: &SiteResponse, bytes: &[u8]) -> bool {
    if is_file(answer) {
        return false;
    }
    let media_type = media_type(answer);
    let text = page::text(bytes, &media_type);
    if page_text::detect_format(&text) != PageFormat::Plain {
        return true;
    }
    let is_plain = page::utf8(bytes)
        .is_some_and(|text| !text.contains(|c: char| c.is_control() && !c.is_whitespace()));
    let called_text = media_type.starts_with("text/") || media_type.starts_with("application/json");
    called_text && !text.contains('\0') || is_plain
}

/// The media type, in lower case.
fn media_type(answer: &SiteResponse) -> String {
    let named = answer
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    named.unwrap_or_default().to_ascii_lowercase()
}

fn page_fault(request: &SessionRequest, lacks_branding: bool) -> Fault {
    let (refused, without_sign) = match request.code().map(SecretCode::way) {
        Some(way) => (way.refused, way.refused_unbranded),
        None => (Fault::Refused, Fault::RefusedWithoutSign),
    };
    if lacks_branding {
        without_sign
    } else {
        refused
    }
}

/// The whole page, or what arrives of it before the stall timeout.
async fn read_page(answer: &mut SiteResponse, mut bytes: Vec<u8>) -> RefusalPage {
    let end = tokio::time::Instant::now() + answer.stall_timeout();
    while bytes.len() < MAX_PAGE {
        match tokio::time::timeout_at(end, answer.next_chunk()).await {
            Ok(Ok(Some(more))) => bytes.extend_from_slice(&more),
            Ok(Ok(None)) => {
                return RefusalPage {
                    bytes,
                    truncated: Truncated::No,
                };
            }
            Ok(Err(_)) | Err(_) => break,
        }
    }
    bytes.truncate(MAX_PAGE);
    RefusalPage {
        bytes,
        truncated: Truncated::Yes,
    }
}

/// The failure, with the page's text unless it repeats something of the request. A program is never
/// quoted, whatever its media type: it may contain the session.
fn with_page_text(
    answer: &SiteResponse,
    fault: Fault,
    page: &RefusalPage,
    text: &str,
    request: &SessionRequest,
) -> Failure {
    let is_packed = answer
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity");
    let is_read = !is_packed
        && file_type::detect_from_first_bytes(&page.bytes).is_none()
        && page::is_legible(text);
    let format = match page_text::detect_format(text) {
        // A page sent as HTML may begin with a word.
        PageFormat::Plain if media_type(answer).contains("html") => PageFormat::Html,
        format @ (PageFormat::Html | PageFormat::Json | PageFormat::Plain) => format,
    };
    let words = if is_read {
        page_text::extract(text, format)
    } else {
        String::new()
    };
    let said = Failure::with_site_text(fault, &redact::redact(&words, page.truncated, request));
    Failure {
        detail: answer.failure(fault).detail,
        ..said
    }
}
