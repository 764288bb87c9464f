//! The site's responses: a harmless client, a refusal page, or the reason why a request is invalid.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::{Either, Full};
use hyper::Response;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::config::AWAY;
use super::contract::{ContractConfig, ContractViolation, ParsedRequest};
use super::{ResponsePace, client};
use crate::text::EN;

/// The body of any response.
pub(super) type ResponseBody = Either<Full<Bytes>, PacedBody>;

/// The number of equal parts in which the body is sent.
const PARTS: u32 = 64;

/// The response to a valid request. Not every valid request gets a session.
pub(super) fn session_response(
    asked: &ParsedRequest,
    contract: &ContractConfig,
    pace: ResponsePace,
) -> Response<ResponseBody> {
    match asked {
        ParsedRequest::Code(way, code) if code.eq_ignore_ascii_case(way.demo_code) => {
            client(way.demo_code, pace)
        }
        ParsedRequest::Code(way, _) => refusal_page(&format!(
            "This {} is not valid or has expired.",
            (way.text)(&EN).name
        )),
        ParsedRequest::Rep(id) if id.get() == AWAY => {
            let name = contract
                .reps
                .iter()
                .find(|rep| rep.id == *id)
                .map_or("This representative", |rep| rep.name.as_str());
            refusal_page(&format!(
                "{name} is away at the moment. Please choose somebody else."
            ))
        }
        ParsedRequest::Rep(_) | ParsedRequest::Survey => client("w0demo", pace),
    }
}

/// The reason why a request is invalid.
pub(super) fn violation_response(violation: ContractViolation) -> Response<ResponseBody> {
    let mut response = Response::new(full_body(violation.why + "\n"));
    *response.status_mut() =
        hyper::StatusCode::from_u16(violation.status).unwrap_or(hyper::StatusCode::BAD_REQUEST);
    headed(response, &[("content-type", "text/plain; charset=utf-8")])
}

/// A refusal as such sites send it: a page with status 200 (docs/protocol.md).
fn refusal_page(sentence: &str) -> Response<ResponseBody> {
    let sentence = sentence.replace('&', "&amp;").replace('<', "&lt;");
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Example IT Help Desk</title>\n\
         <meta name=\"generator\" content=\"support-kiosk demo, in place of BeyondTrust Remote Support\"></head>\n\
         <body><p>{sentence}</p></body></html>\n"
    );
    headed(
        Response::new(full_body(html)),
        &[("content-type", "text/html; charset=utf-8")],
    )
}

/// The client. Its file name contains the session key, unquoted, as on real sites
/// (docs/protocol.md).
fn client(session: &str, pace: ResponsePace) -> Response<ResponseBody> {
    let named = format!("attachment; filename=bomgar-scc-{session}.desktop");
    let body = PacedBody::new(client::desktop_entry(pace.session), pace.download);
    let headers = [
        ("content-type", "application/octet-stream"),
        ("content-disposition", named.as_str()),
    ];
    headed(Response::new(Either::Right(body)), &headers)
}

fn full_body(text: String) -> ResponseBody {
    Either::Left(Full::new(text.into()))
}

fn headed(
    mut response: Response<ResponseBody>,
    headers: &[(&'static str, &str)],
) -> Response<ResponseBody> {
    for (name, value) in headers {
        // A value that is not allowed in a header is omitted; none of the values above is.
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}

/// A body of known length that is sent in equal parts over a given time.
pub(super) struct PacedBody {
    rest: Bytes,
    part: usize,
    ticks: Option<Interval>,
}

impl PacedBody {
    fn new(whole: Bytes, over: Duration) -> Self {
        let tick = over / PARTS;
        let ticks = (!tick.is_zero()).then(|| {
            let mut ticks = interval(tick);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        });
        Self {
            part: whole.len().div_ceil(PARTS as usize),
            rest: whole,
            ticks,
        }
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if let Some(ticks) = &mut self.ticks
            && ticks.poll_tick(context).is_pending()
        {
            return Poll::Pending;
        }
        let part = self.part.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(part)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
