//! The reference of mappings, `docs/mappings/`, made from what the adapters do.
//!
//! Invariants:
//! - A page holds nothing that was written by hand for it: generated messages of its kind are written in both formats and
//!   read back, and the tags and marks are joined by field.
//! - The same code gives the same pages, byte by byte.

mod fhir_path;
mod index;
mod observe;
mod page;
mod v3_path;

use std::collections::BTreeMap;

use causeway_canonical::model::Kind;

pub use observe::{FORMATS, Observed, Row, RowId, Seen, kept_rows, observe};
pub use page::cell;

/// Every page by its name in `docs`, and what was observed of each kind.
pub fn pages() -> (BTreeMap<String, String>, Vec<Observed>) {
    let observed: Vec<Observed> = Kind::ALL.iter().map(|kind| observe(*kind)).collect();
    let mut pages: BTreeMap<String, String> =
        observed.iter().map(|observed| (format!("mappings/{}.md", observed.kind), page::page(observed))).collect();
    pages.insert("mappings/README.md".to_owned(), index::index(&observed));
    (pages, observed)
}
