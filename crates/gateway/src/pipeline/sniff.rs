//! Is the content in the sender's format at all?

use causeway_canonical::Finding;
use causeway_translate::registry;
use http::StatusCode;

use super::refuse::Refused;
use crate::config::Endpoint;
use crate::rules;

/// Looks at the first bytes.
///
/// # Errors
/// 415 for content that looks like another format, or like none.
pub(super) fn check(source: &Endpoint, content: &[u8]) -> Result<(), Refused> {
    if source.adapter.sniff(content) {
        return Ok(());
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
