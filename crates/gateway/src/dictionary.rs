//! The dictionary of medicines and devices that is in use.
//!
//! Invariant: an index that stands where it stood is not read again, and one that cannot be used never takes the place of
//! one that is in use.

use std::path::Path;
use std::sync::Arc;

use causeway_terminology::{Identity, Index, OpenError};

/// Opens the index that a configuration names; the one before, if the file is still the same. Blocks.
///
/// # Errors
/// If it cannot be used.
pub(crate) fn open(path: Option<&Path>, before: Option<&Arc<Index>>) -> Result<Option<Arc<Index>>, OpenError> {
    let Some(path) = path else { return Ok(None) };
    let is_same = |index: &&Arc<Index>| {
        index.path() == path && Identity::of(path).is_ok_and(|identity| identity == *index.identity())
    };
    match before.filter(is_same) {
        Some(index) => Ok(Some(Arc::clone(index))),
        None => Index::open(path).map(Arc::new).map(Some),
    }
}
