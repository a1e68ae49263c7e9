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
/// 415 for content that looks like another format, or like no text of the format's syntax; where that is for its encoding,
/// 400 with a finding that names it, as if the content had been read.
pub(super) fn check(source: &Endpoint, content: &[u8]) -> Result<(), Refused> {
    if source.adapter.sniff(content) {
        return Ok(());
    }
    if let Some(fault) = encoding_fault(content) {
        return Err(Refused::new(vec![fault]));
    }
    // What is at least of the syntax is read: its reader says better what is wrong with it, if anything is.
    if registry::sniff(content).is_err() && has_syntax_of(source.adapter.media_type(), content) {
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

/// Whether the text begins as one of the syntax of a media type does.
fn has_syntax_of(media_type: &str, content: &[u8]) -> bool {
    let first: &[u8] = if media_type.ends_with("json") { b"{" } else { b"<" };
    content.trim_ascii_start().starts_with(first)
}
