//! Is the content in the sender's format at all?

use causeway_canonical::Finding;
use causeway_syntax::encoding_fault;
use causeway_translate::registry;
use http::StatusCode;

use super::refuse::Refused;
use crate::config::Endpoint;
use crate::rules;

/// Looks at the first bytes.
///
/// # Errors
/// 415 for content that looks like another format, or like none; where that is for its encoding, 400 with a finding that
/// names it, as if the content had been read.
pub(super) fn check(source: &Endpoint, content: &[u8]) -> Result<(), Refused> {
    if source.adapter.sniff(content) {
        return Ok(());
    }
    if let Some(fault) = encoding_fault(content) {
        return Err(Refused::new(vec![fault]));
    }
    let expected = source.adapter.format();
    let finding = match registry::sniff(content) {
        Ok(other) => {
            let message = format!("{expected} is expected here, and the content looks like {}", other.format());
            Finding::new(&rules::FORMAT_UNEXPECTED, message)
        }
        Err(_) => Finding::new(&rules::FORMAT_UNEXPECTED, format!("{expected} is expected here")),
    };
    Err(Refused::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, finding))
}
