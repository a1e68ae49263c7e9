//! Pages of `docs` that tests make.

use std::collections::{BTreeMap, BTreeSet};

use crate::workspace;

/// Set, it has pages written anew.
const WRITE: &str = "CAUSEWAY_WRITE";

/// Holds the pages of a folder of `docs`, and others that are made with them, to what is committed; their names are those
/// in `docs`. With `CAUSEWAY_WRITE=1` they are written.
///
/// # Panics
/// Where a page differs, with how to write it: `test` is the name of the test.
pub fn compare(folder: &str, pages: &BTreeMap<String, String>, test: &str) {
    let how_to_write = format!("CAUSEWAY_WRITE=1 cargo test -p causeway-tests --test conformance {test}");
    let docs = workspace().join("docs");
    if std::env::var_os(WRITE).is_some() {
        std::fs::create_dir_all(docs.join(folder)).unwrap();
        for (name, page) in pages {
            std::fs::write(docs.join(name), page).unwrap();
        }
    }
    let committed = std::fs::read_dir(docs.join(folder)).into_iter().flatten();
    let committed = committed.map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy()));
    let committed: BTreeSet<String> = committed.collect();
    let made: BTreeSet<String> = pages.keys().filter(|name| name.starts_with(&format!("{folder}/"))).cloned().collect();
    assert_eq!(committed, made, "docs/{folder} holds other pages; run {how_to_write}");
    for (name, page) in pages {
        let committed = std::fs::read_to_string(docs.join(name)).unwrap_or_default();
        let differs = committed.lines().zip(page.lines()).find(|(old, new)| old != new);
        assert!(committed == *page, "docs/{name} differs: {differs:#?}; run {how_to_write}");
    }
}
