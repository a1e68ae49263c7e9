//! `pertinentSuppliedLineItem` of a claim (claim.md §4, §5).

use causeway_canonical::ledger::{Leaf, Tag, map_rule, place};
use causeway_canonical::model::{Coded, Concept, LineItem, Supply};
use causeway_syntax::adapter::{Compat, Defect};

use crate::datatypes::{Origin, coded, present};
use crate::dispensing as shared;
use crate::element::Element;
use crate::oid::{self, uri};
use crate::repeat_number::{self, Fault, Interval};
use crate::rules;
use crate::spec::{self, Class, dispensing};
use crate::target::Target;

/// The endorsement that says that there is none.
const NO_ENDORSEMENT: &str = "NDEC";
/// Words for a charge, and whether it was paid. The first row of a value is the one that is read.
const CHARGES: [(&str, &str); 3] = [("paid-once", "true"), ("paid-twice", "true"), ("not-paid", "false")];

pub(super) fn write(target: &mut Target<'_>, number: usize, item: &LineItem) {
    let scope = target.scope();
    target.open(&dispensing::SUPPLIED_LINE_RELATION);
    target.seperatable("false");
    target.fixed_id(&spec::LINE_ITEM_TEMPLATE);
    target.open(&dispensing::SUPPLIED_LINE);
    let field = place::SUPPLIED_ID.at(&[number]).itself();
    shared::write_line_id(target, item.supplied_id.as_ref(), &[(scope, field)], number);
    target.fixed_code(&spec::ADMINISTRATION_CODE);
    target.empty(&spec::NOT_APPLICABLE_TIME);
    match interval(item, number) {
        Said::BySupply(interval) => {
            target.within(scope.supply(0), |target| repeat_number::write(target, interval));
        }
        Said::ByItem(interval) => repeat_number::write(target, interval),
    }
    let material = material(target.compat());
    for (position, supply) in item.supply.iter().enumerate() {
        target.within(scope.supply(position), |target| shared::open_supply(target, number, supply, material));
        write_charge(target, number, item);
        write_endorsements(target, number, item);
        target.close_all(2);
    }
    shared::write_item_state(target, number, item);
    shared::write_original_item(target, number, item);
    target.close_all(2);
}

/// Who says which issue an item is: its first supply, in the older layout, or the item itself (claim.md §7).
enum Said {
    BySupply(Result<Option<Interval>, Fault>),
    ByItem(Result<Option<Interval>, Fault>),
}

fn interval(item: &LineItem, number: usize) -> Said {
    let issued = place::SUPPLY_REPEAT_ISSUED.at(&[number]).itself();
    let allowed = place::SUPPLY_REPEAT_ALLOWED.at(&[number]).itself();
    let repeat = item.supply.first().and_then(|supply| supply.repeat.as_ref());
    let of_supply = |repeat: &causeway_canonical::model::Repeat| {
        repeat_number::of_counts((repeat.issued, issued), (repeat.allowed, allowed))
    };
    match repeat.map(of_supply) {
        None | Some(Ok(None)) => Said::ByItem(Interval::of_item(item, number, None, Compat::NONE)),
        Some(said) => Said::BySupply(said),
    }
}

/// The class of what was supplied: an instance, or a kind where a partner depends on that (EPS-D45).
fn material(compat: Compat) -> &'static Class {
    if compat.reproduces(Defect::ClaimedMaterialKind) {
        &dispensing::SUPPLIED_KIND
    } else {
        &dispensing::SUPPLIED_MATERIAL
    }
}

fn charge(item: &LineItem) -> Option<(coded::Coding<'_>, &'static str)> {
    let coding = coded::only(item.charge.as_ref()?, uri::CHARGE)?;
    CHARGES.iter().find(|(word, _)| *word == coding.code).map(|(_, paid)| (coding, *paid))
}

/// V3 tells whether the charge was paid, and not how often: of two words for `true`, only the first is carried.
fn write_charge(target: &mut Target<'_>, number: usize, item: &LineItem) {
    let origin = Origin::new(place::CHARGE.at(&[number]));
    let Some((coding, paid)) = charge(item) else {
        let message = "expected exactly one of paid-once, paid-twice and not-paid";
        return target.refuse(&rules::EPS_CHARGE, origin.at.leaf(Leaf::CodingCode), message);
    };
    let [code, system] = coding.mapped(origin);
    let code = (word_of(paid) == Some(coding.code)).then_some(code);
    target.open_fact(&dispensing::CHARGE);
    target.attribute("value", paid, [system].into_iter().chain(code));
    target.close_fact();
}

fn word_of(paid: &str) -> Option<&'static str> {
    CHARGES.iter().find(|(_, known)| *known == paid).map(|(word, _)| *word)
}

/// Writes the endorsements; one of them must be there.
fn write_endorsements(target: &mut Target<'_>, number: usize, item: &LineItem) {
    for (position, endorsement) in item.dispensing_endorsement.iter().enumerate() {
        let origin = Origin::new(place::DISPENSING_ENDORSEMENT.at(&[number, position]));
        let Some(coding) = coded::only(endorsement, uri::DISPENSING_ENDORSEMENT) else {
            let message = "expected exactly one code of the endorsement";
            target.refuse(&rules::EPS_DISPENSING_ENDORSEMENT, origin.at.leaf(Leaf::CodingCode), message);
            continue;
        };
        open_endorsement(target);
        if let Some(text) = present(&endorsement.text) {
            target.open(&dispensing::TEXT);
            target.text(text, [origin.tag(Leaf::Text, map_rule::NONE)]);
            target.close();
        }
        target.open(&spec::VALUE);
        coding.write(target, oid::DISPENSING_ENDORSEMENT, origin);
        target.close_fact();
    }
    if item.dispensing_endorsement.is_empty() {
        let field = place::DISPENSING_ENDORSEMENT.at(&[number, 0]).leaf(Leaf::CodingCode);
        open_endorsement(target);
        target.open(&spec::VALUE);
        target.attribute("code", NO_ENDORSEMENT, [Tag::Default(field, map_rule::NOT_STATED)]);
        target.fixed("codeSystem", oid::DISPENSING_ENDORSEMENT);
        target.close_fact();
    }
}

/// Opens an endorsement up to its words.
fn open_endorsement(target: &mut Target<'_>) {
    let fact = &dispensing::DISPENSING_ENDORSEMENT;
    target.open(&fact.relation);
    target.seperatable(fact.seperable);
    target.open(&fact.act);
    target.fixed_code(&fact.code);
}

pub(super) fn read(relation: Element<'_>, number: usize) -> Option<LineItem> {
    let line = shared::read_line(relation)?;
    let mut item = shared::read_item(line, number);
    repeat_number::read_item(line, number, &mut item);
    let scope = line.scope();
    for component in line.all(&spec::COMPONENT) {
        let Some(supplied) = shared::read_supplied(component) else { continue };
        let position = item.supply.len();
        let supply = line.within(scope.supply(position), || read_supply(supplied, number));
        read_charge(supplied, number, &mut item);
        read_endorsements(supplied, number, &mut item);
        item.supply.push(supply);
    }
    Some(item)
}

/// Reads a supply, in its scope, whatever its material is said to be.
fn read_supply(supplied: Element<'_>, number: usize) -> Supply {
    let product = supplied.all(&spec::PRODUCT).flat_map(|product| product.all(&dispensing::SUPPLIED_PRODUCT));
    let mut materials = product.flat_map(|product| product.all(&dispensing::SUPPLIED_MATERIAL));
    let is_kind = materials.any(|material| material.peek("determinerCode") == Some("KIND"));
    let material = if is_kind { &dispensing::SUPPLIED_KIND } else { &dispensing::SUPPLIED_MATERIAL };
    shared::read_supply(supplied, number, material)
}

/// Reads the charge, which every supply says alike; another one is reported and left unread.
fn read_charge(supplied: Element<'_>, number: usize, item: &mut LineItem) {
    let Some(value) = supplied.required_fact(&dispensing::CHARGE).and_then(|act| act.required(&spec::VALUE)) else {
        return;
    };
    let Some(word) = value.peek("value").and_then(word_of) else {
        return value.complain(&rules::V3_CODE, "expected true or false");
    };
    let charge = Concept::of(Coded::new(uri::CHARGE, word));
    if item.charge.as_ref().is_some_and(|before| *before != charge) {
        return value.complain(&rules::V3_SUPPLY_DISAGREEMENT, "expected the charge of the other supplies of the item");
    }
    for leaf in [Leaf::CodingCode, Leaf::CodingSystem] {
        value.also("value", place::CHARGE.at(&[number]).leaf(leaf), map_rule::CANONICAL_CODE);
    }
    item.charge = Some(charge);
}

/// Reads the endorsements, which every supply says alike; others are reported and left unread.
fn read_endorsements(supplied: Element<'_>, number: usize, item: &mut LineItem) {
    let relation = &dispensing::DISPENSING_ENDORSEMENT.relation;
    let codes = || supplied.all(relation).map(said);
    let before = item.dispensing_endorsement.iter().map(|endorsement| {
        let code = endorsement.coding.first().and_then(|coded| coded.code.clone());
        (code, endorsement.text.clone())
    });
    if !item.supply.is_empty() && !before.eq(codes()) {
        let message = "expected the endorsements of the other supplies of the item";
        return supplied.complain(&rules::V3_SUPPLY_DISAGREEMENT, message);
    }
    let read = supplied.all(relation).enumerate().filter_map(|(position, relation)| {
        let act = relation.open(&dispensing::DISPENSING_ENDORSEMENT.relation);
        read_endorsement(act.fact(&dispensing::DISPENSING_ENDORSEMENT)?, number, position)
    });
    item.dispensing_endorsement = read.collect();
    if item.dispensing_endorsement.is_empty() {
        supplied.complain(&rules::V3_REQUIRED, format!("expected an element `{}`", relation.name));
    }
}

/// Code and words of an endorsement, without marking them.
fn said(relation: Element<'_>) -> (Option<String>, Option<String>) {
    let mut acts = relation.all(&dispensing::DISPENSING_ENDORSEMENT.act);
    let Some(act) = acts.next() else { return (None, None) };
    let code = act.all(&spec::VALUE).find_map(|value| value.peek("code")).map(str::to_owned);
    let text = act.all(&dispensing::TEXT).map(|text| text.peek_text().into_owned());
    (code, text.into_iter().find(|text| !text.trim().is_empty()))
}

fn read_endorsement(act: Element<'_>, number: usize, position: usize) -> Option<Concept> {
    let at = place::DISPENSING_ENDORSEMENT.at(&[number, position]);
    let text = act.optional(&dispensing::TEXT).and_then(|text| text.text(at.leaf(Leaf::Text), map_rule::NONE));
    let coded = coded::read_coding(act.required(&spec::VALUE)?, oid::DISPENSING_ENDORSEMENT, at)?;
    Some(Concept { text, ..Concept::of(coded) })
}

/// What comes back of an item.
pub(super) fn project(item: &LineItem) -> LineItem {
    let mut back = LineItem { supplied_id: item.supplied_id.clone(), ..shared::project_item(item) };
    back.supply = item.supply.iter().map(shared::project_supply).collect();
    if !back.supply.is_empty() {
        let word = charge(item).and_then(|(_, paid)| word_of(paid));
        back.charge = word.map(|word| Concept::of(Coded::new(uri::CHARGE, word)));
        back.dispensing_endorsement = project_endorsements(&item.dispensing_endorsement);
    }
    let (Said::BySupply(interval) | Said::ByItem(interval)) = interval(item, 0);
    repeat_number::project_item(interval, &mut back);
    back
}

fn project_endorsements(endorsements: &[Concept]) -> Vec<Concept> {
    if endorsements.is_empty() {
        return vec![Concept::of(Coded::new(uri::DISPENSING_ENDORSEMENT, NO_ENDORSEMENT))];
    }
    let projected = endorsements.iter().filter_map(|endorsement| {
        let coding = coded::only(endorsement, uri::DISPENSING_ENDORSEMENT)?;
        let text = present(&endorsement.text).map(str::to_owned);
        Some(Concept { text, ..coding.project(uri::DISPENSING_ENDORSEMENT) })
    });
    projected.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(word: &str) -> LineItem {
        LineItem {
            charge: Some(Concept::of(Coded::new(uri::CHARGE, word))),
            supply: vec![Supply::default()],
            ..LineItem::default()
        }
    }

    #[test]
    fn s5_v3_tells_that_a_charge_was_paid_and_not_how_often() {
        for (word, back) in [("paid-once", "paid-once"), ("paid-twice", "paid-once"), ("not-paid", "not-paid")] {
            assert!(project(&item(word)).charge == item(back).charge, "{word}");
        }
        assert!(project(&item("perhaps")).charge.is_none());
    }

    #[test]
    fn s5_no_endorsement_has_a_code_of_its_own() {
        let endorsements = project(&item("paid-once")).dispensing_endorsement;
        assert_eq!(endorsements[0].coding[0].code.as_deref(), Some("NDEC"));
    }

    #[test]
    fn s7_the_first_supply_goes_before_the_item() {
        let mut item = LineItem { issue: Some(3), repeats_allowed: Some(5), ..item("paid-once") };
        assert_eq!((project(&item).issue, project(&item).repeats_allowed), (Some(3), Some(5)));
        item.supply[0].repeat = Some(causeway_canonical::model::Repeat { allowed: Some(6), issued: Some(3) });
        assert_eq!((project(&item).issue, project(&item).repeats_allowed), (Some(4), Some(6)));
    }
}
