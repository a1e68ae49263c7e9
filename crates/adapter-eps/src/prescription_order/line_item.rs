//! `pertinentLineItem` (prescription-order.md §6).

use causeway_canonical::LineItemId;
use causeway_canonical::ledger::{Leaf, Tag, map_rule, place};
use causeway_canonical::model::{Concept, LineItem, Prescription, PrescriptionOrder, Quantity};
use causeway_syntax::adapter::Compat;

use super::repeats::{self, Treatment};
use super::{Form, dosage, instructions, released};
use crate::datatypes::{Origin, coded, id, quantity};
use crate::element::Element;
use crate::medicine;
use crate::oid::{self, uri};
use crate::repeat_number::{self, Interval};
use crate::rules;
use crate::spec;
use crate::tables;
use crate::target::Target;

/// What is said of the issues of a prescription.
pub(super) enum Issues {
    /// All of them are still to come.
    ToCome,
    /// One of them is released; the interval of the prescription, if it has one.
    Released(Option<Interval>),
}

pub(super) fn write(
    target: &mut Target<'_>,
    order: &PrescriptionOrder,
    number: usize,
    item: &LineItem,
    issues: &Issues,
) {
    target.open(&spec::LINE_ITEM_RELATION);
    target.seperatable("true");
    target.fixed_id(&spec::LINE_ITEM_TEMPLATE);
    target.open(&spec::LINE_ITEM);
    write_id(target, number, item);
    target.fixed_code(&spec::ADMINISTRATION_CODE);
    target.empty(&spec::NOT_APPLICABLE_TIME);
    match issues {
        Issues::ToCome => repeats::write_of_item(target, &order.item, number),
        Issues::Released(prescription) => {
            let interval = Interval::of_item(item, number, prescription.as_ref(), target.compat());
            repeat_number::write(target, interval);
        }
    }
    medicine::write(target, number, &item.medicine, MEDICINE);
    write_quantity(target, number, item);
    if let Issues::Released(_) = issues {
        released::write_item_status(target, number, item);
    }
    instructions::write(target, &order.prescription, item, number);
    write_endorsements(target, number, item);
    dosage::write(target, &spec::DOSAGE, &item.dosage, number);
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

/// Where the medicine of an order stands.
const MEDICINE: medicine::Around = [&spec::PRODUCT, &spec::MANUFACTURED_PRODUCT, &spec::REQUESTED_MATERIAL];

fn write_quantity(target: &mut Target<'_>, number: usize, item: &LineItem) {
    target.open(&spec::COMPONENT);
    target.seperatable("false");
    target.open(&spec::LINE_ITEM_QUANTITY);
    target.fixed_code(&spec::DISPENSING_CODE);
    quantity::write(target, item.quantity.as_ref(), place::QUANTITY.at(&[number]));
    target.close_all(2);
}

fn write_endorsements(target: &mut Target<'_>, number: usize, item: &LineItem) {
    for (position, endorsement) in item.endorsement.iter().enumerate() {
        let origin = Origin::new(place::ENDORSEMENT.at(&[number, position]));
        let Some(coding) = coded::only(endorsement, uri::ENDORSEMENT) else {
            let message = "expected exactly one code of the endorsement";
            target.refuse(&rules::EPS_ENDORSEMENT, origin.at.leaf(Leaf::CodingCode), message);
            continue;
        };
        target.open_fact(&spec::ENDORSEMENT);
        coding.write(target, oid::ENDORSEMENT, origin);
        target.close_fact();
    }
}

/// Reads one item. Texts that belong to the prescription go there.
pub(super) fn read(
    relation: Element<'_>,
    number: usize,
    treatment: Option<Treatment>,
    prescription: &mut Prescription,
    form: Form,
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
    match form {
        Form::Sent => item.repeats_allowed = repeats::read_of_item(element, number, treatment),
        Form::Released => {
            repeat_number::read_item(element, number, &mut item);
            released::read_item_status(element, number, &mut item);
        }
    }
    item.medicine = medicine::read(element, number, MEDICINE);
    item.quantity = read_quantity(element, number);
    instructions::read(element, number, &mut item, prescription);
    for relation in element.all(&spec::ENDORSEMENT.relation) {
        let position = item.endorsement.len();
        let act = relation.open(&spec::ENDORSEMENT.relation).fact(&spec::ENDORSEMENT);
        let value = act.and_then(|act| act.required(&spec::VALUE));
        item.endorsement.extend(value.and_then(|value| read_endorsement(value, number, position)));
    }
    item.dosage = dosage::read(element, &spec::DOSAGE, number);
    for link in ["inFulfillmentOf1", "inFulfillmentOf2"] {
        element.unmodelled(link, tables::IN_FULFILMENT_OF);
    }
    Some(item)
}

fn read_endorsement(value: Element<'_>, number: usize, position: usize) -> Option<Concept> {
    let at = place::ENDORSEMENT.at(&[number, position]);
    coded::read_coding(value, oid::ENDORSEMENT, at).map(Concept::of)
}

fn read_quantity(item: Element<'_>, number: usize) -> Option<Quantity> {
    let component = item.required(&spec::COMPONENT)?;
    if let Some(indicator) = component.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    let supply = component.required(&spec::LINE_ITEM_QUANTITY)?;
    supply.fixed_code(&spec::DISPENSING_CODE);
    quantity::read(supply, place::QUANTITY.at(&[number]))
}

/// What comes back of an item.
pub(super) fn project(items: &[LineItem], number: usize, item: &LineItem, compat: Compat) -> LineItem {
    let mut back = LineItem {
        id: item.id.clone(),
        course_of_therapy: Treatment::of(items).and_then(Treatment::course),
        medicine: medicine::project(&item.medicine),
        quantity: item.quantity.as_ref().map(quantity::project),
        dosage: dosage::project(&item.dosage),
        repeats_allowed: repeats::project(items, number, compat),
        ..LineItem::default()
    };
    let endorsements = item.endorsement.iter().filter_map(|endorsement| coded::only(endorsement, uri::ENDORSEMENT));
    back.endorsement = endorsements.map(|coding| coding.project(uri::ENDORSEMENT)).collect();
    instructions::project(item, &mut back);
    back
}
