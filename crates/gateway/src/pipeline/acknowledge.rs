//! What the sender is told, in its own format.

use axum::response::{IntoResponse, Response};
use causeway_canonical::Finding;
use causeway_canonical::identifier::MessageId;
use causeway_relay::{Answer, Body};
use causeway_syntax::adapter::Context;
use causeway_translate::refusal;
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;

use crate::config::Endpoint;
use crate::rules;

/// How long a sender is asked to wait when the store can't take its message, in seconds.
const COME_AGAIN: &str = "5";

/// An answer on its way to the sender.
pub(super) struct Reply {
    status: StatusCode,
    body: Body,
    come_again: bool,
    /// Whether the sender is told which compression is understood (RFC 9110 §12.5.3).
    tell_codings: bool,
    /// Whether the message or its refusal is on disk.
    pub(super) kept: bool,
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        Reply { status, body: answer.body, come_again: false, tell_codings: false, kept: true }
    }
}

impl Reply {
    /// The HTTP response.
    pub(super) fn into_response(self) -> Response {
        let mut response = (self.status, self.body.bytes().clone()).into_response();
        let headers = response.headers_mut();
        match HeaderValue::from_str(self.body.media_type()) {
            Ok(media_type) if !self.body.is_empty() => headers.insert(header::CONTENT_TYPE, media_type),
            _ => headers.remove(header::CONTENT_TYPE),
        };
        if self.come_again {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(COME_AGAIN));
        }
        if self.tell_codings {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

/// The acknowledgement that is committed with a message and given after the commit.
pub(super) fn accepted(source: &Endpoint, of: &MessageId, context: &Context) -> Answer {
    Answer { status: StatusCode::OK.as_u16(), body: body(&refusal::accepted(Some(of), source.adapter, context)) }
}

/// Every finding, in the sender's format.
pub(super) fn refused(
    source: &Endpoint,
    status: StatusCode,
    findings: &[Finding],
    of: Option<&MessageId>,
    now: Timestamp,
) -> Reply {
    let answer = refusal::refused(findings, of, source.adapter, &source.context(now));
    let tell_codings = findings.iter().any(|finding| finding.rule == &rules::CONTENT_ENCODING);
    Reply { status, body: body(&answer), come_again: false, tell_codings, kept: true }
}

/// The store can't take the message: 503, and when to come again.
pub(super) fn come_again(source: &Endpoint, of: &MessageId, now: Timestamp) -> Reply {
    let message = "the message could not be stored; nothing was kept of it";
    let findings = [Finding::new(&rules::STORE_UNAVAILABLE, message)];
    Reply {
        come_again: true,
        kept: false,
        ..refused(source, StatusCode::SERVICE_UNAVAILABLE, &findings, Some(of), now)
    }
}

/// The answer when nothing else can be said.
pub(super) fn failure() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, "the gateway could not handle the message\n").into_response()
}

fn body(answer: &refusal::Answer) -> Body {
    Body::new(answer.media_type, answer.text.clone().into_bytes())
}
