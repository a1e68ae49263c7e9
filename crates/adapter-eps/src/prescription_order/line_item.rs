//! `pertinentLineItem` (prescription-order.md §6).

use causeway_canonical::ledger::{At, FieldRef, Leaf, Tag, map_rule, place};
use causeway_canonical::model::{Coded, Concept, LineItem, Medicine, Prescription, PrescriptionOrder, Quantity};
use causeway_canonical::{Decimal, LineItemId};
use causeway_syntax::adapter::Compat;

use super::repeats::{self, Treatment};
use super::{dosage, instructions};
use crate::datatypes::{Origin, coded, id, is_blank, present};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::rules;
use crate::spec;
use crate::tables;
use crate::target::Target;

pub(super) fn write(target: &mut Target<'_>, order: &PrescriptionOrder, number: usize, item: &LineItem) {
    target.open(&spec::LINE_ITEM_RELATION);
    target.seperatable("true");
    target.fixed_id(&spec::LINE_ITEM_TEMPLATE);
    target.open(&spec::LINE_ITEM);
    write_id(target, number, item);
    target.fixed_code(&spec::ADMINISTRATION_CODE);
    target.empty(&spec::NOT_APPLICABLE_TIME);
    repeats::write_of_item(target, &order.item, number);
    write_medicine(target, number, &item.medicine);
    write_quantity(target, number, item.quantity.as_ref());
    instructions::write(target, &order.prescription, item, number);
    write_endorsements(target, number, item);
    dosage::write(target, &item.dosage, number);
    target.close_all(2);
}

fn write_id(target: &mut Target<'_>, number: usize, item: &LineItem) {
    let field = place::ITEM_ID.at(&[number]).itself();
    if let Err(fault) = item.id.check() {
        target.refuse(&rules::EPS_UUID, field, fault.to_string());
    }
    id::write_uuid(target, item.id.as_str(), [Tag::Field(field, map_rule::UUID_CASE)]);
}

/// The reference to an item in the care record element category.
pub(super) fn write_reference(target: &mut Target<'_>, number: usize, item: &LineItem) {
    target.open(&spec::COMPONENT);
    target.open(&spec::ACT_REF);
    let field = place::ITEM_ID.at(&[number]).itself();
    id::write_uuid(target, item.id.as_str(), [Tag::Field(field, map_rule::UUID_CASE)]);
    target.close_all(2);
}

/// The codings of a system that have a code, with their positions.
fn codings<'a>(concept: &'a Concept, system: &str) -> impl Iterator<Item = (usize, &'a str, &'a Coded)> {
    concept
        .coding
        .iter()
        .enumerate()
        .filter(move |(_, coded)| coded.system.as_deref() == Some(system))
        .filter_map(|(number, coded)| present(&coded.code).map(|code| (number, code, coded)))
}

/// The one coding of a system.
fn only_coding<'a>(concept: &'a Concept, system: &str) -> Option<(usize, &'a str, &'a Coded)> {
    let mut codings = codings(concept, system);
    let first = codings.next();
    if codings.next().is_some() { None } else { first }
}

fn write_medicine(target: &mut Target<'_>, number: usize, medicine: &Medicine) {
    let origin = Origin::new(place::MEDICINE.at(&[number]));
    let Some((coding, code, coded)) = only_coding(&medicine.code, uri::SNOMED) else {
        let message = "expected exactly one SNOMED code of the medicine";
        return target.refuse(&rules::EPS_MEDICINE, origin.at.leaf(Leaf::CodingCode), message);
    };
    target.open(&spec::PRODUCT);
    target.open(&spec::MANUFACTURED_PRODUCT);
    target.open(&spec::REQUESTED_MATERIAL);
    target.open(&spec::CODE);
    target.attribute("code", code, [origin.nth(Leaf::CodingCode, coding, map_rule::NONE)]);
    let system = origin.nth(Leaf::CodingSystem, coding, map_rule::CODE_SYSTEM_OID);
    target.attribute("codeSystem", oid::SNOMED, [system]);
    if let Some(display) = present(&coded.display) {
        target.attribute("displayName", display, [origin.nth(Leaf::CodingDisplay, coding, map_rule::NONE)]);
    }
    target.close_all(4);
}

fn write_quantity(target: &mut Target<'_>, number: usize, quantity: Option<&Quantity>) {
    let origin = Origin::new(place::QUANTITY.at(&[number]));
    let amount = quantity.and_then(|quantity| Some((quantity, quantity.value.as_ref()?, present(&quantity.code)?)));
    let Some((quantity, value, code)) = amount else {
        let message = "expected the quantity with value and unit code";
        return target.refuse(&rules::EPS_QUANTITY, origin.at.leaf(Leaf::Value), message);
    };
    if quantity.comparator.is_some() {
        let message = "expected a quantity without a comparator";
        return target.refuse(&rules::EPS_QUANTITY, origin.at.leaf(Leaf::Comparator), message);
    }
    if quantity.system.as_deref().is_some_and(|system| system != uri::SNOMED) {
        let message = "expected a SNOMED code of the unit";
        return target.refuse(&rules::EPS_QUANTITY, origin.at.leaf(Leaf::System), message);
    }
    target.open(&spec::COMPONENT);
    target.seperatable("false");
    target.open(&spec::LINE_ITEM_QUANTITY);
    target.fixed_code(&spec::DISPENSING_CODE);
    target.open(&spec::QUANTITY);
    target.attribute("value", value.as_str(), [origin.tag(Leaf::Value, map_rule::NONE)]);
    target.open(&spec::TRANSLATION);
    target.attribute("code", code, [origin.tag(Leaf::Code, map_rule::NONE)]);
    target.attribute("codeSystem", oid::SNOMED, [origin.tag(Leaf::System, map_rule::CODE_SYSTEM_OID)]);
    if let Some(unit) = present(&quantity.unit) {
        target.attribute("displayName", unit, [origin.tag(Leaf::Unit, map_rule::NONE)]);
    }
    target.attribute("value", value.as_str(), [origin.tag(Leaf::Value, map_rule::NONE)]);
    target.close_all(4);
}

fn write_endorsements(target: &mut Target<'_>, number: usize, item: &LineItem) {
    for (position, endorsement) in item.endorsement.iter().enumerate() {
        let origin = Origin::new(place::ENDORSEMENT.at(&[number, position]));
        let Some((coding, code, _)) = only_coding(endorsement, uri::ENDORSEMENT) else {
            let message = "expected exactly one code of the endorsement";
            target.refuse(&rules::EPS_ENDORSEMENT, origin.at.leaf(Leaf::CodingCode), message);
            continue;
        };
        target.open_fact(&spec::ENDORSEMENT);
        target.attribute("code", code, [origin.nth(Leaf::CodingCode, coding, map_rule::NONE)]);
        let system = origin.nth(Leaf::CodingSystem, coding, map_rule::CODE_SYSTEM_OID);
        target.attribute("codeSystem", oid::ENDORSEMENT, [system]);
        target.close_fact();
    }
}

/// Reads one item. Texts that belong to the prescription go there.
pub(super) fn read(
    relation: Element<'_>,
    number: usize,
    treatment: Option<Treatment>,
    prescription: &mut Prescription,
) -> Option<LineItem> {
    let relation = relation.open(&spec::LINE_ITEM_RELATION);
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "true");
    }
    relation.fixed_id(&spec::LINE_ITEM_TEMPLATE);
    let element = relation.required(&spec::LINE_ITEM)?;
    let mut item = LineItem { course_of_therapy: treatment.and_then(Treatment::course), ..LineItem::default() };
    if let Some(id) = id::read_uuid(element, &spec::ID, place::ITEM_ID.at(&[number]).itself(), LineItemId::parse) {
        item.id = id;
    }
    element.fixed_code(&spec::ADMINISTRATION_CODE);
    element.required(&spec::NOT_APPLICABLE_TIME);
    item.repeats_allowed = repeats::read_of_item(element, number, treatment);
    item.medicine.code.coding.extend(read_medicine(element, number));
    item.quantity = read_quantity(element, number);
    instructions::read(element, number, &mut item, prescription);
    for relation in element.all(&spec::ENDORSEMENT.relation) {
        let position = item.endorsement.len();
        let act = relation.open(&spec::ENDORSEMENT.relation).fact(&spec::ENDORSEMENT);
        let value = act.and_then(|act| act.required(&spec::VALUE));
        item.endorsement.extend(value.and_then(|value| read_endorsement(value, number, position)));
    }
    item.dosage = dosage::read(element, number);
    for link in ["inFulfillmentOf1", "inFulfillmentOf2"] {
        element.unmodelled(link, tables::IN_FULFILMENT_OF);
    }
    Some(item)
}

fn read_medicine(item: Element<'_>, number: usize) -> Option<Coded> {
    let material =
        item.required(&spec::PRODUCT)?.required(&spec::MANUFACTURED_PRODUCT)?.required(&spec::REQUESTED_MATERIAL)?;
    read_coding(material.required(&spec::CODE)?, oid::SNOMED, place::MEDICINE.at(&[number]))
}

fn read_endorsement(value: Element<'_>, number: usize, position: usize) -> Option<Concept> {
    read_coding(value, oid::ENDORSEMENT, place::ENDORSEMENT.at(&[number, position])).map(Concept::of)
}

/// Reads a code into the first coding of a concept.
fn read_coding(element: Element<'_>, system: &'static str, at: At) -> Option<Coded> {
    coded::check_system(element, system);
    element.value("codeSystem", at.leaf(Leaf::CodingSystem), map_rule::CODE_SYSTEM_OID);
    let display = element.value("displayName", at.leaf(Leaf::CodingDisplay), map_rule::NONE);
    let code = element.required_value("code", at.leaf(Leaf::CodingCode), map_rule::NONE)?;
    Some(Coded {
        system: oid::uri_of(system).map(str::to_owned),
        code: Some(code.to_owned()),
        display: display.filter(|display| !display.trim().is_empty()).map(str::to_owned),
    })
}

/// The translation counts: it has the unit (overview.md §8).
fn read_quantity(item: Element<'_>, number: usize) -> Option<Quantity> {
    let component = item.required(&spec::COMPONENT)?;
    if let Some(indicator) = component.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    let supply = component.required(&spec::LINE_ITEM_QUANTITY)?;
    supply.fixed_code(&spec::DISPENSING_CODE);
    let quantity = supply.required(&spec::QUANTITY)?;
    let translation = quantity.required(&spec::TRANSLATION)?;
    let at = place::QUANTITY.at(&[number]);
    coded::check_system(translation, oid::SNOMED);
    translation.value("codeSystem", at.leaf(Leaf::System), map_rule::CODE_SYSTEM_OID);
    let text = translation.required_value("value", at.leaf(Leaf::Value), map_rule::NONE)?;
    let value = Decimal::from_v3(text);
    if value.is_none() {
        translation.complain(&rules::V3_NUMBER, "expected a decimal number");
    }
    check_amount(quantity, value.as_ref(), at.leaf(Leaf::Value));
    let unit = translation.value("displayName", at.leaf(Leaf::Unit), map_rule::NONE);
    let code = translation.required_value("code", at.leaf(Leaf::Code), map_rule::NONE);
    Some(Quantity {
        value,
        comparator: None,
        unit: unit.filter(|unit| !unit.trim().is_empty()).map(str::to_owned),
        system: Some(uri::SNOMED.to_owned()),
        code: code.map(str::to_owned),
    })
}

/// The amount outside the translation says the same, or is left unread.
fn check_amount(quantity: Element<'_>, value: Option<&Decimal>, field: FieldRef) {
    if quantity.peek("value").is_none_or(is_blank) {
        quantity.complain(&rules::V3_REQUIRED, "expected an attribute `value`");
        return;
    }
    let outer = quantity.peek("value").and_then(Decimal::from_v3);
    match (outer, value) {
        (Some(outer), Some(value)) if outer.numeric_eq(value) => {
            quantity.value("value", field, map_rule::NONE);
        }
        _ => quantity.complain(&rules::V3_DISAGREEMENT, "expected the amount of the translation"),
    }
}

/// What comes back of an item.
pub(super) fn project(items: &[LineItem], number: usize, item: &LineItem, compat: Compat) -> LineItem {
    let mut back = LineItem {
        id: item.id.clone(),
        course_of_therapy: Treatment::of(items).and_then(Treatment::course),
        quantity: item.quantity.as_ref().map(|quantity| Quantity {
            value: quantity.value.as_ref().and_then(|value| Decimal::from_v3(value.as_str())),
            comparator: None,
            unit: present(&quantity.unit).map(str::to_owned),
            system: Some(uri::SNOMED.to_owned()),
            code: present(&quantity.code).map(str::to_owned),
        }),
        dosage: dosage::project(&item.dosage),
        repeats_allowed: repeats::project(items, number, compat),
        ..LineItem::default()
    };
    back.medicine.code.coding.extend(only_coding(&item.medicine.code, uri::SNOMED).map(|(_, code, coded)| Coded {
        display: present(&coded.display).map(str::to_owned),
        ..Coded::new(uri::SNOMED, code)
    }));
    let endorsements = item.endorsement.iter().filter_map(|endorsement| only_coding(endorsement, uri::ENDORSEMENT));
    back.endorsement = endorsements.map(|(_, code, _)| Concept::of(Coded::new(uri::ENDORSEMENT, code))).collect();
    instructions::project(item, &mut back);
    back
}
