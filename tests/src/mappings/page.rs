//! The page of a kind of message.

use std::collections::BTreeSet;

use causeway_canonical::ledger::MapRule;

use super::observe::{Observed, Row, Seen};

/// The page of a kind: its forms, and a table for each group of fields.
pub fn page(observed: &Observed) -> String {
    let mut page = format!("# {}\n\n", observed.kind);
    page.push_str(&format!("| format | message |\n|---|---|\n| FHIR R4 | {} |\n", form(observed, 0)));
    page.push_str(&format!("| EPS V3 | {} |\n\n", form(observed, 1)));
    page.push_str("How to read the tables: [README.md](README.md).\n");
    let mut group = None;
    for (id, row) in &observed.rows {
        if group != Some(id.group) {
            group = Some(id.group);
            let clinical = if id.group.is_clinical() { "" } else { " (not clinical)" };
            page.push_str(&format!("\n## {}{clinical}\n\n", id.group.as_str()));
            page.push_str("| field | FHIR R4 | EPS V3 | rules and reasons |\n|---|---|---|---|\n");
        }
        let [fhir, v3] = &row.seen;
        page.push_str(&format!("| {} | {} | {} | {} |\n", cell(&id.name), paths(fhir), paths(v3), remarks(row)));
    }
    page
}

/// The cell of a field, by which it is found on its page.
pub fn cell(name: &str) -> String {
    format!("`{name}`")
}

/// The messages of a kind in a format, or why there is none.
pub fn form(observed: &Observed, format: usize) -> String {
    let forms = joined(observed.forms[format].iter().map(|form| format!("`{form}`")), ", ");
    if forms.is_empty() { joined(observed.refusals[format].iter().cloned(), "; ") } else { forms }
}

fn paths(seen: &Seen) -> String {
    let paths = joined(seen.paths.iter().map(|path| format!("`{path}`")), "<br>");
    if paths.is_empty() { "–".to_owned() } else { paths }
}

fn remarks(row: &Row) -> String {
    let [fhir, v3] = &row.seen;
    let to_v3: BTreeSet<MapRule> = fhir.read.union(&v3.written).copied().collect();
    let to_fhir: BTreeSet<MapRule> = v3.read.union(&fhir.written).copied().collect();
    let mut remarks = Vec::new();
    if to_v3 == to_fhir {
        remarks.extend(rules("↔", &to_v3));
    } else {
        remarks.extend(rules("→ V3:", &to_v3));
        remarks.extend(rules("→ FHIR:", &to_fhir));
    }
    for (format, seen) in [("FHIR", fhir), ("V3", v3)] {
        remarks.extend(rules(&format!("{format} default:"), &seen.defaults));
        let compat = seen.compat.difference(&seen.written).copied().collect();
        remarks.extend(rules(&format!("{format} with compat:"), &compat));
        let stays = if seen.paths.is_empty() { "not in" } else { "or not in" };
        remarks.extend(seen.kept.iter().map(|reason| format!("{stays} {format}: {reason}")));
    }
    joined(remarks, "<br>")
}

fn rules(label: &str, rules: &BTreeSet<MapRule>) -> Option<String> {
    let names = joined(rules.iter().map(|rule| format!("`{}`", rule.name())), ", ");
    (!rules.is_empty()).then(|| format!("{label} {names}"))
}

fn joined(parts: impl IntoIterator<Item = String>, by: &str) -> String {
    parts.into_iter().collect::<Vec<_>>().join(by)
}
