//! The body, as a whole and within the limits of the listener, still as it was on the way.

use std::sync::Arc;

use axum::extract::Request;
use causeway_canonical::Finding;
use causeway_relay::Body;
use causeway_transport::{BodyError, ContentCoding, HttpLimits, read_body};
use http::{HeaderMap, StatusCode, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::refuse::Refused;
use crate::config::Endpoint;
use crate::rules;

/// What a listener lets in.
pub(crate) struct Door {
    limits: HttpLimits,
    /// Room for the bodies that are held, in KiB.
    room: Arc<Semaphore>,
    /// All the room that there is.
    all: u32,
}

/// The room that a body takes as long as anything is done with it.
pub(super) type Room = Arc<OwnedSemaphorePermit>;

impl Door {
    /// A listener with these limits.
    pub(crate) fn new(limits: HttpLimits) -> Self {
        let all = kibibytes(limits.max_bytes_in_flight);
        Door { room: Arc::new(Semaphore::new(usize::try_from(all).unwrap_or(usize::MAX))), limits, all }
    }

    /// Waits until there is room for the body of a request, as long as the body itself might take.
    ///
    /// # Errors
    /// 503 if there is none in time.
    pub(super) async fn admit(&self, headers: &HeaderMap) -> Result<Room, Refused> {
        let declared = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        // A body that declares nothing may become as large as any.
        let most = self.limits.max_body_bytes;
        let room = kibibytes(declared.unwrap_or(most).min(most)).min(self.all);
        let wait = timeout(self.limits.body_timeout(), Arc::clone(&self.room).acquire_many_owned(room));
        match wait.await {
            Ok(Ok(room)) => Ok(Arc::new(room)),
            Ok(Err(_)) | Err(_) => {
                let message = "less traffic at one time is expected";
                let finding = Finding::new(&rules::NO_ROOM, message);
                Err(Refused::with_status(StatusCode::SERVICE_UNAVAILABLE, finding))
            }
        }
    }
}

fn kibibytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1024).max(1)).unwrap_or(u32::MAX)
}

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
pub(super) async fn take(source: &Endpoint, door: &Door, request: Request) -> Result<Taken, Refused> {
    let limits = &door.limits;
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

    fn door(max_bytes_in_flight: usize) -> Door {
        Door::new(HttpLimits {
            max_bytes_in_flight,
            max_body_bytes: 64 * 1024,
            body_timeout_ms: 20,
            ..HttpLimits::default()
        })
    }

    fn declares(length: usize) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_LENGTH, length.into())])
    }

    #[tokio::test]
    async fn bodies_that_find_no_room_in_time_are_refused_and_room_is_given_back() {
        let door = door(100 * 1024);
        let first = door.admit(&declares(60 * 1024)).await.ok().unwrap();
        let Err(refused) = door.admit(&declares(60 * 1024)).await else { panic!("there is room for both") };
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        let small = door.admit(&declares(1)).await;
        assert!(small.is_ok());
        drop(first);
        assert!(door.admit(&declares(60 * 1024)).await.is_ok());
    }

    #[tokio::test]
    async fn a_body_that_declares_nothing_or_too_much_takes_the_room_of_the_largest() {
        for headers in [HeaderMap::new(), declares(usize::MAX)] {
            let door = door(64 * 1024);
            let all = door.admit(&headers).await.ok().unwrap();
            assert!(door.admit(&declares(1)).await.is_err());
            drop(all);
            assert!(door.admit(&declares(1)).await.is_ok());
        }
        assert!(door(1).admit(&HeaderMap::new()).await.is_ok(), "the only body there is always finds room");
    }

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
