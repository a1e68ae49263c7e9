//! The body, as a whole and within the limits of the listener, still as it was on the way.

use axum::extract::Request;
use causeway_canonical::Finding;
use causeway_relay::Body;
use causeway_transport::{BodyError, ContentCoding, HttpLimits, read_body};
use http::{HeaderMap, StatusCode, header};

use super::refuse::Refused;
use crate::config::Endpoint;
use crate::rules;

/// A body as it came.
pub(super) struct Taken {
    pub(super) body: Body,
    pub(super) coding: ContentCoding,
}

/// Reads the body of a request.
///
/// # Errors
/// 415 for a media type of another format or a compression that is not understood, 413 for too large a body, 408 for one that takes too long, 400 for one that
/// breaks off.
pub(super) async fn take(source: &Endpoint, limits: &HttpLimits, request: Request) -> Result<Taken, Refused> {
    let (head, body) = request.into_parts();
    let media_type = media_type(source, &head.headers)?;
    let Some(coding) = ContentCoding::of(&head.headers) else {
        let finding = Finding::new(&rules::CONTENT_ENCODING, "expected a body without compression, or gzip alone");
        return Err(Refused::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, finding));
    };
    let bytes = read_body(body, limits.max_body_bytes, limits.body_timeout()).await.map_err(|error| {
        let finding = match error {
            BodyError::TooLarge => {
                Finding::new(&rules::BODY_TOO_LARGE, format!("expected at most {} bytes", limits.max_body_bytes))
            }
            BodyError::Timeout | BodyError::Broken => Finding::new(&rules::BODY_INCOMPLETE, error.to_string()),
        };
        Refused::with_status(error.status(), finding)
    })?;
    Ok(Taken { body: Body::new(media_type, bytes), coding })
}

/// The media type as stated; the format's own where none is stated.
fn media_type(source: &Endpoint, headers: &HeaderMap) -> Result<String, Refused> {
    let expected = source.adapter.media_type();
    let Some(stated) = headers.get(header::CONTENT_TYPE) else { return Ok(expected.to_owned()) };
    match stated.to_str() {
        Ok(stated) if Syntax::of(stated) == Syntax::of(expected) => Ok(stated.to_owned()),
        _ => {
            let message = format!("the content type is expected to be {expected}");
            Err(Refused::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, Finding::new(&rules::MEDIA_TYPE, message)))
        }
    }
}

/// What a media type says of the syntax. Senders state `application/json` for FHIR and `text/xml` for HL7 V3, so no more
/// than that is held against them.
#[derive(PartialEq, Eq)]
enum Syntax {
    Json,
    Xml,
    Other(String),
}

impl Syntax {
    fn of(media_type: &str) -> Self {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let subtype = essence.rsplit('/').next().unwrap_or_default();
        match subtype.rsplit('+').next() {
            Some("json") => Syntax::Json,
            Some("xml") => Syntax::Xml,
            _ => Syntax::Other(essence),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_media_types_of_a_syntax_are_alike() {
        let json =
            ["application/fhir+json; fhirVersion=4.0", "application/json;charset=utf-8", "Application/FHIR+JSON"];
        assert!(json.iter().all(|text| Syntax::of(text) == Syntax::Json));
        assert!(
            ["application/xml", "text/xml", "application/hl7-v3+xml"]
                .iter()
                .all(|text| Syntax::of(text) == Syntax::Xml)
        );
        assert!(Syntax::of("text/plain") == Syntax::Other("text/plain".to_owned()));
        assert!(Syntax::of("text/plain") != Syntax::of(""));
    }
}
