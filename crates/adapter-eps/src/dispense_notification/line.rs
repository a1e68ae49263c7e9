//! `pertinentSuppliedLineItem` of a notification, and the references to what was supplied (dispense.md §4, §5).

use causeway_canonical::LineItemId;
use causeway_canonical::ledger::{FieldRef, Leaf, Scope, map_rule, place};
use causeway_canonical::model::{LineItem, Quantity, Supply};
use causeway_syntax::adapter::{Compat, Defect};

use crate::datatypes::{Origin, coded, id, present, quantity};
use crate::dispensing as shared;
use crate::element::Element;
use crate::medicine;
use crate::oid;
use crate::prescription_order::dosage;
use crate::repeat_number::{self, Interval};
use crate::rules;
use crate::spec::{self, dispensing};
use crate::tables;
use crate::target::Target;

/// Where the prescribed medicine stands.
const REQUESTED: medicine::Around =
    [&dispensing::CONSUMABLE, &dispensing::REQUESTED_PRODUCT, &spec::REQUESTED_MATERIAL];

/// The status of a supply that never took place.
const IN_ERROR: &str = "entered-in-error";

pub(super) fn write(target: &mut Target<'_>, number: usize, item: &LineItem, prescription: Option<&Interval>) {
    let compat = target.compat();
    target.open(&dispensing::SUPPLIED_LINE_RELATION);
    target.seperatable("false");
    target.fixed_id(&spec::LINE_ITEM_TEMPLATE);
    target.open(&dispensing::SUPPLIED_LINE);
    write_id(target, number, item);
    target.fixed_code(&spec::ADMINISTRATION_CODE);
    target.empty(&spec::NOT_APPLICABLE_TIME);
    repeat_number::write(target, Interval::of_item(item, number, prescription, compat));
    medicine::write(target, number, &item.medicine, REQUESTED);
    let scope = target.scope();
    for (position, supply) in supplies(item, compat).iter().enumerate() {
        target.within(scope.supply(position), |target| write_supply(target, number, supply));
    }
    write_request(target, number, item.quantity.as_ref());
    shared::write_item_state(target, number, item);
    shared::write_original_item(target, number, item);
    target.close_all(2);
}

/// The supplies that are told: an item that was not dispensed has none (EPS-D38).
fn supplies(item: &LineItem, compat: Compat) -> &[Supply] {
    if shared::is_supplied(item, compat) { &item.supply } else { &[] }
}

/// The id of the line: its own, or else that of its first supply.
fn line_id(item: &LineItem) -> Option<&LineItemId> {
    item.supplied_id.as_ref().or_else(|| item.supply.first()?.id.as_ref())
}

/// The fields that the id of the line says: that of the item, and that of its first supply.
fn line_fields(item: &LineItem, number: usize, scope: Scope) -> Vec<(Scope, FieldRef)> {
    let own = item.supplied_id.as_ref().map(|_| (scope, place::SUPPLIED_ID.at(&[number]).itself()));
    let first = item.supply.first().and_then(|supply| supply.id.as_ref());
    let first = first.map(|_| (scope.supply(0), place::ITEM_ID.at(&[number]).itself()));
    own.into_iter().chain(first).collect()
}

/// Writes the id of the line, and refuses supplies whose ids cannot be told.
fn write_id(target: &mut Target<'_>, number: usize, item: &LineItem) {
    let scope = target.scope();
    let refuse = |target: &mut Target<'_>, position: usize, message: &'static str| {
        let field = place::ITEM_ID.at(&[number]).itself();
        target.within(scope.supply(position), |target| target.refuse(&rules::EPS_UUID, field, message));
    };
    let first = item.supply.first().and_then(|supply| supply.id.as_ref());
    if first.is_some() && first != line_id(item) {
        refuse(target, 0, "expected the id of the line as that of the first supply");
    }
    let further: Vec<_> = item.supply.iter().skip(1).map(|supply| supply.id.is_some()).collect();
    if further.contains(&true) && further.contains(&false) {
        refuse(target, 1, "expected an id of every further supply, or of none");
    }
    shared::write_line_id(target, line_id(item), &line_fields(item, number, scope), number);
}

/// Writes a supply, in its scope.
fn write_supply(target: &mut Target<'_>, number: usize, supply: &Supply) {
    if supply.status.as_deref() == Some(IN_ERROR) {
        let message = "expected a supply that took place: V3 does not tell that one was entered in error";
        target.refuse(&rules::EPS_SUPPLY_STATUS, place::ITEM_STATUS.at(&[number]).itself(), message);
    }
    shared::open_supply(target, number, supply, &dispensing::SUPPLIED_MATERIAL);
    if let Some(note) = present(&supply.note) {
        let origin = Origin::new(place::NOTE.at(&[number]));
        target.open_fact(&dispensing::SUPPLY_WORDS);
        target.text(note, [origin.tag(Leaf::Itself, map_rule::NONE)]);
        target.close_fact();
    }
    dosage::write(target, &dispensing::SUPPLY_INSTRUCTIONS, &supply.dosage, number);
    target.close_all(2);
}

/// Writes how much was prescribed. Its code says that it is a supply, or its unit once more (EPS-D37).
fn write_request(target: &mut Target<'_>, number: usize, amount: Option<&Quantity>) {
    let at = place::QUANTITY.at(&[number]);
    target.open(&dispensing::REQUEST_RELATION);
    target.seperatable("false");
    target.open(&dispensing::SUPPLY_REQUEST);
    let unit = amount.filter(|_| target.compat().reproduces(Defect::SupplyRequestUnitCode));
    match unit.and_then(|amount| present(&amount.code).map(|code| (amount, code))) {
        Some((amount, code)) => {
            target.open(&spec::CODE);
            quantity::write_unit(target, amount, code, at);
            target.close();
        }
        None => target.fixed_code(&spec::DISPENSING_CODE),
    }
    quantity::write(target, amount, at);
    target.close_all(2);
}

/// Writes the care record element category: the id of each line, and after it those of its further supplies.
pub(super) fn write_references(target: &mut Target<'_>, items: &[LineItem]) {
    let (scope, compat) = (target.scope(), target.compat());
    target.open(&spec::CATEGORY_RELATION);
    target.fixed_id(&spec::CATEGORY_TEMPLATE);
    target.open(&spec::CATEGORY);
    target.fixed_code(&spec::CATEGORY_CODE);
    for (number, item) in items.iter().enumerate() {
        write_reference(target, line_id(item), &line_fields(item, number, scope), number);
        for (position, supply) in supplies(item, compat).iter().enumerate().skip(1).filter(|(_, own)| own.id.is_some())
        {
            let field = place::ITEM_ID.at(&[number]).itself();
            write_reference(target, supply.id.as_ref(), &[(scope.supply(position), field)], number);
        }
    }
    target.close_all(2);
}

fn write_reference(target: &mut Target<'_>, id: Option<&LineItemId>, fields: &[(Scope, FieldRef)], number: usize) {
    target.open(&spec::COMPONENT);
    target.open(&dispensing::DISPENSED_REF);
    shared::write_line_id(target, id, fields, number);
    target.close_all(2);
}

pub(super) fn read(relation: Element<'_>, number: usize) -> Option<LineItem> {
    let line = shared::read_line(relation)?;
    let mut item = shared::read_item(line, number);
    repeat_number::read_item(line, number, &mut item);
    item.medicine = medicine::read(line, number, REQUESTED);
    let scope = line.scope();
    for component in line.all(&spec::COMPONENT) {
        let position = item.supply.len();
        item.supply.extend(line.within(scope.supply(position), || read_supply(component, number)));
    }
    if let Some(first) = item.supply.first_mut()
        && let Some(id) = line.optional(&spec::ID)
    {
        first.id.clone_from(&item.supplied_id);
        line.within(scope.supply(0), || id.also("root", place::ITEM_ID.at(&[number]).itself(), map_rule::UUID_CASE));
    }
    item.quantity = read_request(line, number);
    line.unmodelled("inFulfillmentOf1", tables::IN_FULFILMENT_OF);
    Some(item)
}

/// Reads a supply, in its scope.
fn read_supply(component: Element<'_>, number: usize) -> Option<Supply> {
    let supplied = shared::read_supplied(component)?;
    let mut supply = shared::read_supply(supplied, number, &dispensing::SUPPLIED_MATERIAL);
    let words = supplied.optional_fact(&dispensing::SUPPLY_WORDS).and_then(|act| act.required(&spec::VALUE));
    supply.note = words.and_then(|value| value.text(place::NOTE.at(&[number]).itself(), map_rule::NONE));
    supply.dosage = dosage::read(supplied, &dispensing::SUPPLY_INSTRUCTIONS, number);
    Some(supply)
}

/// Reads how much was prescribed. A code that is the unit says it again; any other is reported and left unread.
fn read_request(line: Element<'_>, number: usize) -> Option<Quantity> {
    let relation = line.required(&dispensing::REQUEST_RELATION)?;
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    let request = relation.required(&dispensing::SUPPLY_REQUEST)?;
    let at = place::QUANTITY.at(&[number]);
    let amount = quantity::read(request, at);
    let code = request.required(&spec::CODE)?;
    let unit = amount.as_ref().and_then(|amount| amount.code.as_deref());
    if unit.is_some() && code.peek("code") == unit {
        coded::check_system(code, oid::SNOMED);
        code.value("code", at.leaf(Leaf::Code), map_rule::NONE);
        code.value("codeSystem", at.leaf(Leaf::System), map_rule::CODE_SYSTEM_OID);
        let words = amount.as_ref().and_then(|amount| amount.unit.as_deref());
        if code.peek("displayName") == words {
            code.value("displayName", at.leaf(Leaf::Unit), map_rule::NONE);
        } else {
            code.structural("displayName");
        }
    } else {
        request.fixed_code(&spec::DISPENSING_CODE);
    }
    amount
}

/// Reads the care record element category: every line is referred to once, and what else is referred to are the further
/// supplies, those of a line after it.
pub(super) fn read_references(document: Element<'_>, items: &mut [LineItem]) {
    let Some(relation) = document.required(&spec::CATEGORY_RELATION) else { return };
    relation.fixed_id(&spec::CATEGORY_TEMPLATE);
    let Some(category) = relation.required(&spec::CATEGORY) else { return };
    category.fixed_code(&spec::CATEGORY_CODE);
    let mut referred = vec![false; items.len()];
    let mut last = 0;
    for component in category.all(&spec::COMPONENT) {
        let Some(reference) = component.open(&spec::COMPONENT).required(&dispensing::DISPENSED_REF) else { continue };
        let Some(id) = reference.required(&spec::ID) else { continue };
        let root = LineItemId::new(id.peek("root").unwrap_or_default());
        let mut lines = items.iter().zip(&mut referred).enumerate();
        let known = lines.find(|(_, (item, referred))| item.supplied_id.as_ref() == Some(&root) && !**referred);
        if let Some((number, (_, referred))) = known {
            *referred = true;
            last = number;
            id.structural("root");
        } else if let Some((number, position, supply)) = next_supply(items, last) {
            let field = place::ITEM_ID.at(&[number]).itself();
            let scope = id.scope().supply(position);
            supply.id = id.within(scope, || id::uuid_of(id, field, LineItemId::parse));
        } else {
            id.complain(&rules::V3_REFERENCE, "expected the id of a line, or of one of its further supplies");
        }
    }
    if referred.contains(&false) {
        category.complain(&rules::V3_REFERENCE, "expected a reference to every line");
    }
}

/// The next further supply without an id: of the line that was referred to last, or else of the first that has one.
fn next_supply(items: &mut [LineItem], last: usize) -> Option<(usize, usize, &mut Supply)> {
    let open = |item: &LineItem| item.supply.iter().skip(1).position(|supply| supply.id.is_none());
    let of_last = items.get(last).and_then(open).map(|position| (last, position));
    let first = || items.iter().enumerate().find_map(|(number, item)| Some((number, open(item)?)));
    let (number, position) = of_last.or_else(first)?;
    let supply = items.get_mut(number)?.supply.get_mut(position + 1)?;
    Some((number, position + 1, supply))
}

/// What comes back of an item.
pub(super) fn project(item: &LineItem, compat: Compat) -> LineItem {
    let supply = supplies(item, compat).iter().enumerate().map(|(position, supply)| Supply {
        id: if position == 0 { line_id(item).cloned() } else { supply.id.clone() },
        note: present(&supply.note).map(str::to_owned),
        dosage: dosage::project(&supply.dosage),
        ..shared::project_supply(supply)
    });
    LineItem {
        supplied_id: line_id(item).cloned(),
        medicine: medicine::project(&item.medicine),
        quantity: item.quantity.as_ref().map(quantity::project),
        supply: supply.collect(),
        ..shared::project_item(item)
    }
}
