//! From bytes to text: size, encoding, byte-order mark.
//!
//! Invariant: what comes out is UTF-8 within the size limit, without a byte-order mark, and not empty.

use causeway_canonical::{Finding, Position};

use crate::limits::Limits;
use crate::lines::position_in;
use crate::rules;

/// The document's text. `path_at_end` tells which node is open where a prefix of the document ends.
pub(crate) fn text<'s>(
    source: &'s [u8],
    limits: &Limits,
    path_at_end: impl FnOnce(&str) -> String,
) -> Result<&'s str, Finding> {
    if source.len() > limits.bytes() {
        let message = format!("expected at most {} bytes, found more", limits.bytes());
        return Err(Finding::new(&rules::INPUT_TOO_LARGE, message));
    }
    if let Some(encoding) = wide_encoding(source) {
        let message = format!("expected UTF-8, found {encoding}");
        return Err(Finding::new(&rules::UTF16_NOT_SUPPORTED, message).at("", Position { line: 1, column: 1 }));
    }
    let source = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    if source.iter().all(u8::is_ascii_whitespace) {
        let message = "expected a document, found nothing but white space or no bytes at all";
        return Err(Finding::new(&rules::INPUT_EMPTY, message));
    }
    std::str::from_utf8(source).map_err(|error| {
        let valid = source.get(..error.valid_up_to()).unwrap_or_default();
        let path = std::str::from_utf8(valid).map(path_at_end).unwrap_or_default();
        Finding::new(&rules::INVALID_UTF8, "expected UTF-8, found a byte sequence that is none")
            .at(path, position_in(source, error.valid_up_to()))
    })
}

/// Why a document is in no encoding that is read: UTF-16 or UTF-32, no valid UTF-8, nothing at all. For callers that want
/// to know before they know the format.
pub fn encoding_fault(source: &[u8]) -> Option<Finding> {
    text(source, &Limits { max_bytes: source.len(), ..Limits::default() }, |_| String::new()).err()
}

/// UTF-16 and UTF-32 by their byte-order marks, or by the zero bytes that the first character must have there: no JSON
/// text and no XML document starts with anything but ASCII (RFC 4627 §3; XML 1.0 appendix F).
fn wide_encoding(source: &[u8]) -> Option<&'static str> {
    match source {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, _, ..] | [_, 0, 0, 0, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => Some("UTF-16"),
        _ => None,
    }
}
