//! The body as it was before it was compressed for the way.
//!
//! Invariants: what is stored, compared with earlier messages and read is what the sender wrote, however it came; and no
//! more than the limit is ever unpacked, and only by a worker, so that bombs cannot add up.

use causeway_canonical::Finding;
use causeway_relay::Body;
use causeway_transport::{ContentCoding, GunzipError, gunzip};
use http::StatusCode;

use super::limit::Taken;
use super::refuse::Refused;
use crate::config::Endpoint;
use crate::core::Core;
use crate::rules;

/// Unpacks a body.
///
/// # Errors
/// 413 for one that is too large once it is unpacked, 400 for one that cannot be.
pub(super) async fn unpack(core: &Core, source: &Endpoint, taken: Taken) -> Result<Body, Refused> {
    let Taken { body, coding } = taken;
    if coding == ContentCoding::Identity {
        return Ok(body);
    }
    let limit = source.limits.max_decompressed_bytes;
    let unpacking = move || gunzip(body.bytes(), limit).map(|bytes| Body::new(body.media_type(), bytes));
    match core.workers.run(unpacking).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(GunzipError::TooLarge)) => {
            let message = format!("expected at most {limit} bytes once the body is decompressed");
            let finding = Finding::new(&rules::DECOMPRESSED_TOO_LARGE, message);
            Err(Refused::with_status(StatusCode::PAYLOAD_TOO_LARGE, finding))
        }
        Ok(Err(error @ GunzipError::Broken)) => {
            Err(Refused::new(vec![Finding::new(&rules::COMPRESSION_BROKEN, error.to_string())]))
        }
        Err(_crashed) => Err(Refused::gateway_error()),
    }
}
