//! Dosage text (prescription-order.md §8).
//!
//! Invariant: the sender's words are carried, never words made of the structured dosage.

use causeway_canonical::ledger::{MapRule, Tag, map_rule, place};
use causeway_canonical::model::Dosage;

use crate::datatypes::present;
use crate::element::Element;
use crate::rules;
use crate::spec::{self, Fact};
use crate::target::Target;

/// Writes the dosage of an item, or of a supply of it in the scope of that.
pub(crate) fn write(target: &mut Target<'_>, fact: &'static Fact, dosages: &[Dosage], item: usize) {
    let text_field = |number| place::DOSAGE_TEXT.at(&[item, number]).itself();
    if dosages.is_empty() {
        return target.refuse(&rules::EPS_DOSAGE, text_field(0), "expected a dosage");
    }
    let mut complete = true;
    for (number, dosage) in dosages.iter().enumerate() {
        if present(&dosage.text).is_none() {
            target.refuse(&rules::EPS_DOSAGE, text_field(number), "expected the dosage in words");
            complete = false;
        }
        if dosages.len() > 1 && dosage.sequence.is_none() {
            let field = place::DOSAGE_SEQUENCE.at(&[item, number]).itself();
            target.refuse(&rules::EPS_DOSAGE_SEQUENCE, field, "expected the sequence of each of several dosages");
            complete = false;
        }
    }
    if !complete {
        return;
    }
    let rule = if dosages.len() > 1 { map_rule::DOSAGE_JOIN } else { map_rule::NONE };
    target.open_fact(fact);
    target.text(&join(dosages), tags(dosages.len(), item, rule));
    target.close_fact();
}

fn tags(count: usize, item: usize, rule: MapRule) -> impl Iterator<Item = Tag> {
    (0..count).flat_map(move |number| {
        let text = Tag::Field(place::DOSAGE_TEXT.at(&[item, number]).itself(), rule);
        let sequence = Tag::Field(place::DOSAGE_SEQUENCE.at(&[item, number]).itself(), rule);
        [Some(text), (count > 1).then_some(sequence)].into_iter().flatten()
    })
}

/// The texts in the order of their sequence: equal numbers joined by `and`, steps by `then`.
fn join(dosages: &[Dosage]) -> String {
    let mut ordered: Vec<&Dosage> = dosages.iter().collect();
    ordered.sort_by_key(|dosage| dosage.sequence);
    let mut text = String::new();
    let mut before = None;
    for dosage in ordered {
        if let Some(before) = before {
            text.push_str(if before == dosage.sequence { ", and " } else { ", then " });
        }
        text.push_str(dosage.text.as_deref().unwrap_or_default());
        before = Some(dosage.sequence);
    }
    text
}

/// Reads the one text of an item.
pub(crate) fn read(parent: Element<'_>, fact: &'static Fact, item: usize) -> Vec<Dosage> {
    let Some(value) = parent.required_fact(fact).and_then(|act| act.required(&spec::VALUE)) else {
        return Vec::new();
    };
    let text = value.text(place::DOSAGE_TEXT.at(&[item, 0]).itself(), map_rule::NONE);
    if text.is_none() {
        value.complain(&rules::V3_REQUIRED, "expected the dosage in words");
    }
    text.map(|text| vec![in_words(text)]).unwrap_or_default()
}

fn in_words(text: String) -> Dosage {
    Dosage { text: Some(text), ..Dosage::default() }
}

/// What comes back of the dosages of an item.
pub(crate) fn project(dosages: &[Dosage]) -> Vec<Dosage> {
    if dosages.is_empty() { Vec::new() } else { vec![in_words(join(dosages))] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dosages(parts: &[(i32, &str)]) -> Vec<Dosage> {
        parts
            .iter()
            .map(|(sequence, text)| Dosage { sequence: Some(*sequence), ..in_words((*text).to_owned()) })
            .collect()
    }

    #[test]
    fn s8_groups_follow_the_sequence_and_gaps_do_not_matter() {
        assert_eq!(join(&dosages(&[(7, "c"), (1, "a"), (1, "b")])), "a, and b, then c");
        assert_eq!(join(&dosages(&[(-1, "a"), (0, "b"), (10, "c"), (2, "d")])), "a, then b, then d, then c");
        assert_eq!(join(&dosages(&[(3, "only")])), "only");
    }

    #[test]
    fn a_projection_is_its_own_projection() {
        let once = project(&dosages(&[(2, "b"), (1, "a")]));
        assert!(project(&once) == once);
        assert_eq!(once[0].text.as_deref(), Some("a, then b"));
    }
}
