//! Additional instructions: one text for the medication list, messages to the patient, controlled drug words and the
//! note (prescription-order.md §7).
//!
//! Invariant: what is written is read back into the same fields, or not written at all.

use std::borrow::Cow;

use causeway_canonical::ledger::{FieldRef, Tag, map_rule, place};
use causeway_canonical::model::{ControlledDrug, LineItem, Prescription};
use causeway_syntax::adapter::{Compat, Defect};

use crate::datatypes::{all_present, present};
use crate::element::Element;
use crate::rules;
use crate::spec;
use crate::target::Target;

const MEDICATION: (&str, &str) = ("<medication>", "</medication>");
const INFORMATION: (&str, &str) = ("<patientInfo>", "</patientInfo>");
const WORDS: &str = "CD: ";

/// The four parts of the text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts<'a> {
    medication: Vec<Cow<'a, str>>,
    information: Vec<Cow<'a, str>>,
    words: Option<Cow<'a, str>>,
    note: Option<Cow<'a, str>>,
}

impl<'a> Parts<'a> {
    /// Lists and messages belong to the prescription and stand with its first item.
    fn of(prescription: &'a Prescription, item: &'a LineItem, number: usize) -> Self {
        let list = |list: &'a [String]| -> Vec<Cow<'a, str>> {
            if number > 0 { Vec::new() } else { all_present(list).map(|(_, text)| Cow::Borrowed(text)).collect() }
        };
        Parts {
            medication: list(&prescription.medication_list),
            information: list(&prescription.patient_information),
            words: words(item).map(Cow::Borrowed),
            note: present(&item.note).map(Cow::Borrowed),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Parts::default()
    }

    /// The text. What stands in tags is escaped; the rest only where that is to be reproduced (EPS-D10).
    fn compose(&self, compat: Compat) -> String {
        let mut text = String::new();
        for (tags, list) in [(MEDICATION, &self.medication), (INFORMATION, &self.information)] {
            for content in list {
                text.push_str(tags.0);
                text.push_str(&escape(content));
                text.push_str(tags.1);
            }
        }
        if let Some(words) = &self.words {
            text.push_str(WORDS);
            text.push_str(&plain_of(words, compat));
        }
        if let Some(note) = &self.note {
            if self.words.is_some() {
                text.push('\n');
            }
            text.push_str(&plain_of(note, compat));
        }
        text
    }

    /// Takes a text apart. Tags stand at its start; the controlled drug words are the first line of the rest.
    fn parse(text: &'a str, compat: Compat) -> Self {
        let mut parts = Parts::default();
        let mut rest = text;
        loop {
            if let Some((content, after)) = tagged(rest, MEDICATION) {
                parts.medication.push(unescape(content));
                rest = after;
            } else if let Some((content, after)) = tagged(rest, INFORMATION) {
                parts.information.push(unescape(content));
                rest = after;
            } else {
                break;
            }
        }
        if rest.trim_start().starts_with(WORDS) {
            rest = rest.trim_start();
        }
        let plain = |part| if escapes_all(compat) { unescape(part) } else { Cow::Borrowed(part) };
        if let Some(after) = rest.strip_prefix(WORDS) {
            let (words, note) = after.split_once('\n').map_or((after, None), |(words, note)| (words, Some(note)));
            parts.words = Some(plain(words));
            parts.note = note.map(plain);
        } else if !rest.is_empty() {
            parts.note = Some(plain(rest));
        }
        parts
    }
}

fn plain_of(part: &str, compat: Compat) -> Cow<'_, str> {
    if escapes_all(compat) { escape(part) } else { Cow::Borrowed(part) }
}

fn escapes_all(compat: Compat) -> bool {
    compat.reproduces(Defect::InstructionsEscapedTwice)
}

fn words(item: &LineItem) -> Option<&str> {
    item.controlled_drug.as_ref().and_then(|drug| present(&drug.quantity_words))
}

/// The content of a tag at the start of the text, with or without white space before it, and what follows (release.md §5).
fn tagged<'a>(text: &'a str, (start, end): (&str, &str)) -> Option<(&'a str, &'a str)> {
    text.trim_start().strip_prefix(start)?.split_once(end)
}

fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

pub(super) fn write(target: &mut Target<'_>, prescription: &Prescription, item: &LineItem, number: usize) {
    let compat = target.compat();
    let parts = Parts::of(prescription, item, number);
    if parts.is_empty() {
        return;
    }
    let text = parts.compose(compat);
    if Parts::parse(&text, compat) != parts {
        let message = "expected a note and words that cannot be taken for something else when they are read";
        return target.refuse(&rules::EPS_INSTRUCTIONS, place::NOTE.at(&[number]).itself(), message);
    }
    target.open_fact(&spec::ADDITIONAL_INSTRUCTIONS);
    let lists = [
        (place::MEDICATION_LIST, &prescription.medication_list),
        (place::PATIENT_INFORMATION, &prescription.patient_information),
    ];
    let lists = lists
        .into_iter()
        .filter(|_| number == 0)
        .flat_map(|(place, list)| all_present(list).map(move |(position, _)| place.at(&[position]).itself()));
    let fields = lists.chain(own_fields(&parts, number));
    target.text(&text, fields.map(|field| Tag::Field(field, map_rule::ADDITIONAL_INSTRUCTIONS)));
    target.close_fact();
}

/// The fields of an item that have part in the text.
fn own_fields(parts: &Parts<'_>, number: usize) -> impl Iterator<Item = FieldRef> + use<> {
    let words = parts.words.is_some().then(|| place::CD_QUANTITY_WORDS.at(&[number]).itself());
    let note = parts.note.is_some().then(|| place::NOTE.at(&[number]).itself());
    words.into_iter().chain(note)
}

/// Reads the text of an item, lists and messages into the prescription.
pub(super) fn read(element: Element<'_>, number: usize, item: &mut LineItem, prescription: &mut Prescription) {
    let Some(act) = element.optional_fact(&spec::ADDITIONAL_INSTRUCTIONS) else { return };
    let Some(value) = act.required(&spec::VALUE) else { return };
    let text = value.peek_text();
    let parts = Parts::parse(&text, element.compat());
    let lists = [
        (place::MEDICATION_LIST, &parts.medication, prescription.medication_list.len()),
        (place::PATIENT_INFORMATION, &parts.information, prescription.patient_information.len()),
    ];
    let listed = lists
        .into_iter()
        .flat_map(|(place, list, before)| (0..list.len()).map(move |position| place.at(&[before + position]).itself()));
    for field in listed.chain(own_fields(&parts, number)) {
        value.text(field, map_rule::ADDITIONAL_INSTRUCTIONS);
    }
    let filled = |text: &Cow<'_, str>| Some(text.clone().into_owned()).filter(|text| !text.trim().is_empty());
    prescription.medication_list.extend(parts.medication.iter().filter_map(filled));
    prescription.patient_information.extend(parts.information.iter().filter_map(filled));
    let words = parts.words.as_ref().and_then(filled);
    item.controlled_drug = words.map(controlled_drug);
    item.note = parts.note.as_ref().and_then(filled);
}

fn controlled_drug(words: String) -> ControlledDrug {
    ControlledDrug { quantity_words: Some(words), ..ControlledDrug::default() }
}

/// What comes back of an item's part of the text.
pub(super) fn project(item: &LineItem, back: &mut LineItem) {
    back.controlled_drug = words(item).map(|words| controlled_drug(words.to_owned()));
    back.note = present(&item.note).map(str::to_owned);
}

/// What comes back of a list of the prescription.
pub(super) fn project_list(list: &[String]) -> Vec<String> {
    all_present(list).map(|(_, text)| text.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<'a>(medication: &[&'a str], information: &[&'a str], words: &'a str, note: &'a str) -> Parts<'a> {
        let optional = |text: &'a str| (!text.is_empty()).then_some(Cow::Borrowed(text));
        Parts {
            medication: medication.iter().copied().map(Cow::Borrowed).collect(),
            information: information.iter().copied().map(Cow::Borrowed).collect(),
            words: optional(words),
            note: optional(note),
        }
    }

    #[test]
    fn s7_lists_come_first_then_words_and_note_on_lines() {
        let text = parts(&["A", "B"], &["C"], "twenty", "note").compose(Compat::NONE);
        let expected = "<medication>A</medication><medication>B</medication><patientInfo>C</patientInfo>\
                        CD: twenty\nnote";
        assert_eq!(text, expected);
    }

    #[test]
    fn d10_tags_are_always_escaped_and_the_rest_where_that_is_asked_for() {
        let both = parts(&["M & N"], &[], "", "a & b");
        assert_eq!(both.compose(Compat::NONE), "<medication>M &amp; N</medication>a & b");
        assert_eq!(both.compose(Compat::nhs_eps_api()), "<medication>M &amp; N</medication>a &amp; b");
    }

    #[test]
    fn what_was_composed_is_taken_apart_into_the_same_parts() {
        for compat in [Compat::NONE, Compat::nhs_eps_api()] {
            for parts in [
                parts(&["A & <b>", "</medication>"], &["two\nlines"], "ten & two", "line\n\nline"),
                parts(&[], &[], "", "plain &amp; note"),
                parts(&[], &[], "ten", "CD: not words"),
                parts(&[], &["x"], "", " "),
            ] {
                assert_eq!(Parts::parse(&parts.compose(compat), compat), parts);
            }
        }
    }

    #[test]
    fn s5_white_space_may_stand_before_tags_and_words() {
        let text = " \n<medication>A</medication>\n <patientInfo>B</patientInfo> \nCD: ten\n note ";
        assert_eq!(Parts::parse(text, Compat::NONE), parts(&["A"], &["B"], "ten", " note "));
        assert_eq!(Parts::parse("  a note", Compat::NONE), parts(&[], &[], "", "  a note"));
    }

    #[test]
    fn a_note_that_would_be_read_as_words_or_tags_is_noticed() {
        let ambiguous = |parts: Parts<'_>| Parts::parse(&parts.compose(Compat::NONE), Compat::NONE) != parts;
        assert!(ambiguous(parts(&[], &[], "", "CD: ten")));
        assert!(ambiguous(parts(&[], &[], "", "<medication>x</medication>")));
        assert!(ambiguous(parts(&[], &[], "two\nlines", "")));
        assert!(!ambiguous(parts(&[], &[], "", "<medication> without end")));
    }
}
