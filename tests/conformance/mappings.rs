//! `docs/mappings/` says what the adapters do, and their tables say nothing that never happens.

use std::collections::{BTreeMap, BTreeSet};

use causeway_canonical::model::Kind;
use causeway_tests::mappings::{FORMATS, Observed, cell, kept_rows, pages};
use causeway_tests::pages::compare;

/// Rows of tables that no arbitrary message needs: format, place, and why the row is right nevertheless.
const NOT_NEEDED: [(&str, &str, &str); 2] = [
    ("fhir-r4-json", "of", "FHIR can hand over no prescription at all, and arbitrary messages are such as V3 has too"),
    ("eps-hl7v3", "prescription.signature.when", "only canonical JSON has the time of a signature without it"),
];

#[test]
fn the_pages_say_what_the_adapters_do() {
    let (pages, observed) = pages();
    compare("mappings", &pages, "mappings");
    every_field_is_on_its_page(&pages, &observed);
    only_a_history_has_no_form(&observed);
    no_row_is_in_vain(&observed);
}

fn every_field_is_on_its_page(pages: &BTreeMap<String, String>, observed: &[Observed]) {
    for kind in observed {
        let page = &pages[&format!("mappings/{}.md", kind.kind)];
        for field in &kind.generated {
            assert!(page.contains(&format!("\n| {} |", cell(field))), "{}: {field} is not on the page", kind.kind);
        }
    }
}

fn only_a_history_has_no_form(observed: &[Observed]) {
    for kind in observed {
        for (format, name) in FORMATS.iter().enumerate() {
            let has_none = kind.kind == Kind::RebuildDispenseHistory && name.starts_with("fhir");
            let refusals = &kind.refusals[format];
            assert_eq!(!refusals.is_empty(), has_none, "{} in {name}: {refusals:?}", kind.kind);
            assert_eq!(kind.forms[format].is_empty(), has_none, "{} in {name}", kind.kind);
        }
    }
}

/// A row that no message needs may hide the loss of a field.
fn no_row_is_in_vain(observed: &[Observed]) {
    let mut vain = BTreeMap::new();
    for kind in observed {
        for (format, name) in FORMATS.iter().enumerate() {
            for row in kept_rows(kind.kind, format) {
                let is_needed = kind.kept[format].contains(&(row.place, row.leaf, row.reason));
                *vain.entry((*name, row.place.name(), row.leaf, row.reason)).or_insert(true) &= !is_needed;
            }
        }
    }
    let vain: BTreeSet<_> = vain.into_iter().filter(|(_, vain)| *vain).map(|(row, _)| row).collect();
    let named: BTreeSet<(&str, String)> = vain.iter().map(|(format, place, ..)| (*format, place.clone())).collect();
    let explained = NOT_NEEDED.map(|(format, place, _)| (format, place.to_owned())).into();
    assert!(named == explained, "rows in vain: {vain:#?}, of which {NOT_NEEDED:#?} are explained");
}
