//! The page of a family: each rule with its examples, and with what the program says of the bad one.

use std::collections::BTreeMap;

use causeway_adapter_fhir::issue_code;
use causeway_canonical::{Fault, Rule, Severity};
use serde_json::Value;

use super::change::{Change, Many};
use super::example::{Example, Way};
use super::family::Family;
use super::run::findings;
use super::{change, place};

/// So many characters of a value are shown.
const SHOWN: usize = 240;

/// The page of a family.
pub fn page(family: &Family, examples: &BTreeMap<String, Example>) -> String {
    let mut page = format!("# {}\n\nHow to read it: [rules.md](../rules.md).\n", family.title);
    for rule in &family.rules {
        page.push_str(&format!("\n## {}\n\n{}\n\n", rule.name, escaped(rule.title)));
        page.push_str(&format!("{}\n\n", facts(rule)));
        match examples.get(rule.name) {
            Some(example) => page.push_str(&shown(rule, example)),
            None => page.push_str("No example.\n"),
        }
    }
    page
}

fn facts(rule: &Rule) -> String {
    let code = if rule.code == rule.name { String::new() } else { format!(" · code `{}`", rule.code) };
    let (severity, fault, issue) = (severity(rule.severity), fault(rule.fault), issue_code(rule.problem));
    format!("**{severity}** · at fault: {fault} · {} · FHIR `{issue}`{code}", escaped(rule.clause))
}

/// The word for a severity.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Information => "information",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// The words for who is at fault.
pub fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::SenderBytes => "sender (bytes)",
        Fault::SenderContent => "sender (content)",
        Fault::Unsupported => "nobody (not supported)",
        Fault::Configuration => "configuration",
        Fault::Receiver => "receiver",
        Fault::Gateway => "Causeway",
    }
}

/// A text in which nothing is taken for HTML or for a column of a table.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('|', "\\|")
}

fn shown(rule: &Rule, example: &Example) -> String {
    if let Some(reason) = &example.unreachable {
        let test = example.tested_by.as_deref().unwrap_or_default();
        return format!("To mend it: {}.\n\nNo example: {reason}. The test `{test}` shows it.\n", rule.hint);
    }
    let mut text = format!("```diff\n{}{}```\n\n", signed('-', bad(example)), signed('+', good(example)));
    text.push_str(&format!("In {}.", message(example)));
    if let Some(said) = findings(example, &example.bad).into_iter().find(|finding| finding.rule == rule) {
        let is_usual = said.severity == rule.severity;
        let severity = if is_usual { String::new() } else { format!(" ({})", severity(said.severity)) };
        let place = if said.path.is_empty() { String::new() } else { format!(", at `{}`", said.path) };
        text.push_str(&format!(" Said of it{severity}: {}{place}\n\n", escaped(&said.message)));
        text.push_str(&format!("To mend it: {}.\n", escaped(&said.hint)));
    }
    text
}

fn signed(sign: char, lines: Vec<String>) -> String {
    let lines = if lines.is_empty() { vec!["as it is".to_owned()] } else { lines };
    lines.iter().flat_map(|line| line.lines()).map(|line| format!("{sign} {line}\n")).collect()
}

/// Which message it is, and what is done with it.
fn message(example: &Example) -> String {
    let base = if example.base.is_empty() {
        "an array of FHIR R4 Dosages".to_owned()
    } else {
        match change::file(&example.base) {
            Some(file) => format!("[{}](../../{file})", example.base),
            None => "acute.json, signed and translated to HL7 V3 when it is tested".to_owned(),
        }
    };
    let target = example.to.as_ref().map(|format| format!(", translated to `{format}`")).unwrap_or_default();
    let way = match example.way {
        Way::Message => "",
        Way::Dictionary => ", with the dictionary made of [the invented release](../../tests/fixtures/dmd/release)",
        Way::Signature => ", whose signature is verified",
        Way::DoseText => ", put into words by `causeway dose-text`",
        Way::Receiver => ", as the simulated pharmacy takes it",
    };
    let context: Vec<String> = example.context.iter().map(|(key, value)| format!("`{key} = {value}`")).collect();
    let context = if context.is_empty() { String::new() } else { format!(", with {}", context.join(" and ")) };
    format!("{base}{target}{way}{context}")
}

fn bad(example: &Example) -> Vec<String> {
    let mut lines = whole(&example.bad);
    lines.extend(example.bad.set.iter().map(|(place, value)| member(place, Some(value))));
    lines.extend(example.bad.remove.iter().map(|place| without(place)));
    lines.extend(example.bad.twice.iter().map(|place| format!("twice: {}", short(place))));
    lines.extend(example.bad.replace.iter().map(|(_, text)| short(text)));
    lines.extend(example.bad.many.iter().map(many));
    lines
}

/// What stands in the good example where the bad one is changed, and what else is changed in it.
fn good(example: &Example) -> Vec<String> {
    let (bad, good) = (&example.bad, &example.good);
    let mut lines = whole(good);
    let text = String::from_utf8(good.apply(&example.base)).unwrap_or_default();
    if let Ok(document) = serde_json::from_str::<Value>(&text) {
        let removed = bad.remove.iter().filter(|place| !bad.set.contains_key(*place));
        let places = bad.set.keys().chain(removed).chain(good.set.keys().filter(|place| !bad.set.contains_key(*place)));
        lines.extend(places.map(|place| member(place, place::value(&document, place))));
    } else {
        lines.extend(bad.remove.iter().map(|piece| short(piece)));
    }
    lines.extend(good.twice.iter().map(|place| format!("twice: {}", short(place))));
    let once = bad.twice.iter().filter(|place| !good.twice.contains(place));
    lines.extend(once.map(|place| format!("once: {}", short(place))));
    if good.replace.is_empty() {
        lines.extend(bad.replace.iter().map(|(piece, _)| short(piece)));
    } else {
        lines.extend(good.replace.iter().map(|(_, text)| short(text)));
    }
    lines.extend(bad.many.iter().map(|many| short(&many.behind)));
    lines
}

/// What is changed in a message as a whole.
fn whole(change: &Change) -> Vec<String> {
    let Change { base, text, cut, context, allow_kept, encoding, .. } = change;
    let keys = context.iter().map(|(key, value)| match value.as_str() {
        Some("") => without(key),
        _ => format!("{key} = {value}"),
    });
    let lines = [
        base.as_ref().map(|base| format!("the message {base}")),
        text.as_ref().map(|text| if text.is_empty() { "nothing at all".to_owned() } else { short(text) }),
        cut.as_ref().map(|piece| format!("cut off behind {}", short(piece))),
        encoding.as_ref().map(|encoding| format!("encoded in {encoding}")),
        allow_kept.as_ref().map(|names| format!("allow-kept = {names:?}")),
    ];
    lines.into_iter().flatten().chain(keys).collect()
}

fn member(place: &str, value: Option<&Value>) -> String {
    match value {
        Some(value) => format!("{place} = {}", short(&value.to_string())),
        None => without(place),
    }
}

fn without(place: &str) -> String {
    format!("without {}", short(place))
}

fn many(many: &Many) -> String {
    format!("{} with {:?} behind it, {} times", short(&many.behind), many.text, many.times)
}

fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", text[..end].trim_end()),
        None => text.trim_end().to_owned(),
    }
}
