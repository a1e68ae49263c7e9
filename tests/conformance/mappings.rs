//! `docs/mappings/` says what the adapters do.

use std::collections::HashSet;

use causeway_tests::mappings::{kept_rows, pages};
use causeway_tests::workspace;

const WRITE: &str = "CAUSEWAY_WRITE";

#[test]
fn the_pages_say_what_the_adapters_do() {
    let folder = workspace().join("docs/mappings");
    let (pages, observed) = pages();
    if std::env::var_os(WRITE).is_some() {
        for (name, page) in &pages {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), page).unwrap();
        }
    }
    for kind in &observed {
        for format in 0..2 {
            for row in kept_rows(kind.kind, format) {
                if !kind.kept[format].contains(&(row.place, row.leaf, row.reason)) {
                    eprintln!("VAIN {} {} {:?} {:?} {}", kind.kind, format, row.place, row.leaf, row.reason);
                }
            }
        }
    }
    let _: HashSet<u8> = HashSet::new();
}
