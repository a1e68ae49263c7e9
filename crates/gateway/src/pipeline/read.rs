//! From the sender's format into the canonical model.

use causeway_syntax::adapter::{Context, Reading};

use super::Identity;
use crate::config::Endpoint;
use crate::index::IndexKey;

/// Reads a message with the sender's adapter.
pub(super) fn read<'s>(source: &Endpoint, content: &'s [u8], context: &Context) -> Reading<'s> {
    source.adapter.read(content, context)
}

/// What the message is called and found by, as far as it could be read.
pub(super) fn identity(reading: &Reading<'_>, key: &IndexKey) -> Identity {
    let Some(message) = &reading.message else { return Identity::default() };
    Identity {
        message_id: Some(message.envelope.id.clone()).filter(|id| !id.as_str().is_empty()),
        kind: Some(message.body.kind().as_str()),
        index: key.entries(message),
    }
}
