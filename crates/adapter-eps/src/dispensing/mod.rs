//! What notifications and claims have in common: the prescription and the items that they speak of, their states, the
//! payer, and the messages before them (dispense.md §1-4, claim.md §1-4).

use causeway_canonical::Rule;
use causeway_canonical::ledger::{At, FieldRef, Leaf, Mark, Place, Scope, Tag, map_rule, place};
use causeway_canonical::model::{Coded, Concept, LineItem, OrganisationRef, Prescription, Supply};
use causeway_canonical::{DateTime, LineItemId, MessageId, OdsCode, PrescriptionShortId};
use causeway_syntax::adapter::{Compat, Defect};

use crate::datatypes::{Origin, coded, id, present, quantity, time};
use crate::element::Element;
use crate::medicine;
use crate::oid::{self, uri};
use crate::rules;
use crate::spec::{self, Class, Fact, dispensing};
use crate::tables;
use crate::target::Target;

/// A code of one kind in one place: the rule that it keeps, its systems, and what it is.
struct Code {
    place: Place,
    rule: &'static Rule,
    oid: &'static str,
    systems: &'static [&'static str],
    expected: &'static str,
}

static ITEM_STATUS: Code = Code {
    place: place::DISPENSE_STATUS,
    rule: &rules::EPS_STATUS,
    oid: oid::ITEM_STATUS,
    systems: &[uri::ITEM_STATUS],
    expected: "expected exactly one code of the state of the item",
};

static ITEM_REASON: Code = Code {
    place: place::NON_DISPENSING_REASON,
    rule: &rules::EPS_NON_DISPENSING_REASON,
    oid: oid::NON_DISPENSING_REASON,
    systems: &[uri::NON_DISPENSING_REASON, uri::BUSINESS_STATUS_REASON],
    expected: "expected exactly one code of the reason",
};

impl Code {
    fn of<'c>(&self, concept: &'c Concept) -> Option<coded::Coding<'c>> {
        self.systems.iter().find_map(|system| coded::only(concept, system))
    }

    fn uri(&self) -> &'static str {
        self.systems.first().copied().unwrap_or_default()
    }

    fn write(&self, target: &mut Target<'_>, fact: &'static Fact, concept: Option<&Concept>, item: usize) {
        let at = self.place.at(&[item]);
        let Some(coding) = concept.and_then(|concept| self.of(concept)) else {
            return target.refuse(self.rule, at.leaf(Leaf::CodingCode), self.expected);
        };
        target.open_fact(fact);
        coding.write_shown(target, self.oid, Origin::new(at));
        target.close_fact();
    }

    fn read(&self, act: Option<Element<'_>>, item: usize) -> Option<Concept> {
        let value = act?.required(&spec::VALUE)?;
        coded::read_coding(value, self.oid, self.place.at(&[item])).map(Concept::of)
    }

    fn project(&self, concept: Option<&Concept>) -> Option<Concept> {
        concept.and_then(|concept| self.of(concept)).map(|coding| coding.project_shown(self.uri()))
    }
}

/// Reads the time at which a person wrote: the time of the event, or one that has no field.
pub(crate) fn read_time_of_writing(participation: Element<'_>, when: Option<&DateTime>) {
    let Some(time) = participation.required(&spec::TIME) else { return };
    if when.is_some() && time::peek(time).as_ref() == when {
        time.also("value", place::WHEN.field(), map_rule::TIMESTAMP_UTC);
    } else {
        time.mark_all(Mark::Unmodelled(tables::TIME_OF_WRITING));
    }
}

/// Nobody signs a notification or a claim: what stands in a signature stays unread.
pub(crate) fn read_no_signature(participation: Element<'_>) {
    if let Some(text) = participation.required(&spec::SIGNATURE_TEXT) {
        text.fixed("nullFlavor", "NA");
    }
}

pub(crate) fn write_no_signature(target: &mut Target<'_>) {
    target.open(&spec::SIGNATURE_TEXT);
    target.fixed("nullFlavor", "NA");
    target.close();
}

/// Writes the payer in a participation of that class; a claim has its name, though it be empty.
pub(crate) fn write_recipient(
    target: &mut Target<'_>,
    class: &Class,
    recipient: Option<&OrganisationRef>,
    needs_name: bool,
) {
    let origin = Origin::new(place::RECIPIENT.at(&[]));
    let Some((recipient, ods)) = recipient.and_then(|own| id::present_ods(&own.ods).map(|ods| (own, ods))) else {
        let message = "expected the ODS code of the reimbursement authority";
        return target.refuse(&rules::EPS_RECIPIENT, origin.at.leaf(Leaf::Ods), message);
    };
    target.open(class);
    target.open(&dispensing::AGENT_ORG);
    target.open(&dispensing::AGENT_ORG_ENTITY);
    id::write_ods(target, ods, origin, map_rule::NONE);
    target.fixed_code(&spec::ORGANISATION_TYPE);
    let name = present(&recipient.name);
    if name.is_some() || needs_name {
        target.open(&spec::NAME);
        if let Some(name) = name {
            target.text(name, [origin.tag(Leaf::Name, map_rule::NONE)]);
        }
        target.close();
    }
    target.close_all(3);
}

pub(crate) fn read_recipient(document: Element<'_>, class: &'static Class) -> Option<OrganisationRef> {
    let agent = document.required(class)?.required(&dispensing::AGENT_ORG)?;
    let organisation = agent.required(&dispensing::AGENT_ORG_ENTITY)?;
    let at = place::RECIPIENT.at(&[]);
    let ods = id::read(organisation, oid::ODS, at.leaf(Leaf::Ods), map_rule::NONE).map(OdsCode::new);
    if organisation.optional(&spec::CODE).is_some() {
        organisation.fixed_code(&spec::ORGANISATION_TYPE);
    }
    let name = organisation.optional(&spec::NAME).and_then(|name| name.text(at.leaf(Leaf::Name), map_rule::NONE));
    Some(OrganisationRef { ods, name })
}

pub(crate) fn project_recipient(recipient: Option<&OrganisationRef>) -> Option<OrganisationRef> {
    recipient.map(|own| OrganisationRef { ods: own.ods.clone(), name: present(&own.name).map(str::to_owned) })
}

/// Opens the supply header and writes its id, which is that of the document, and its code.
pub(crate) fn open_header(target: &mut Target<'_>, id: &MessageId, field: FieldRef) {
    target.open(&spec::PRESCRIPTION_RELATION);
    target.fixed_id(&spec::PRESCRIPTION_TEMPLATE);
    target.open(&dispensing::SUPPLY_HEADER);
    target.within(Scope::BODY, |target| write_reference(target, id, field));
    target.fixed_code(&dispensing::HEADER_CODE);
    target.empty(&spec::NOT_APPLICABLE_TIME);
}

/// Reads the supply header up to its time. An id of its own names nothing that is carried.
pub(crate) fn read_header<'t>(document: Element<'t>, id: &MessageId, field: FieldRef) -> Option<Element<'t>> {
    let relation = document.required(&spec::PRESCRIPTION_RELATION)?;
    relation.fixed_id(&spec::PRESCRIPTION_TEMPLATE);
    let header = relation.required(&dispensing::SUPPLY_HEADER)?;
    if let Some(own) = header.required(&spec::ID) {
        let same = own.peek("root").is_some_and(|root| MessageId::new(root) == *id);
        if same {
            own.within(Scope::BODY, || own.also("root", field, map_rule::UUID_CASE));
        } else {
            own.mark_all(Mark::Unmodelled(tables::SUPPLY_HEADER_ID));
        }
    }
    header.fixed_code(&dispensing::HEADER_CODE);
    header.required(&spec::NOT_APPLICABLE_TIME);
    Some(header)
}

/// Writes why nothing was dispensed, if that is so.
pub(crate) fn write_reason(target: &mut Target<'_>, prescription: &Prescription) {
    let Some(reason) = &prescription.non_dispensing_reason else { return };
    let at = place::PRESCRIPTION_NON_DISPENSING_REASON.at(&[]);
    let rule = &rules::EPS_NON_DISPENSING_REASON;
    write_code(target, &dispensing::NON_DISPENSING_REASON, Some(reason), oid::NON_DISPENSING_REASON, at, rule);
}

/// Writes how far the prescription has come.
pub(crate) fn write_status(target: &mut Target<'_>, prescription: &Prescription) {
    let at = place::PRESCRIPTION_STATUS.at(&[]);
    let status = prescription.status.as_ref();
    write_code(target, &dispensing::PRESCRIPTION_STATUS, status, oid::PRESCRIPTION_STATUS, at, &rules::EPS_STATUS);
}

fn write_code(
    target: &mut Target<'_>,
    fact: &'static Fact,
    coded: Option<&Coded>,
    system: &str,
    at: At,
    rule: &'static Rule,
) {
    let Some((coded, code)) = coded.and_then(|coded| present(&coded.code).map(|code| (coded, code))) else {
        return target.refuse(rule, at.leaf(Leaf::Code), "expected the code");
    };
    target.open_fact(fact);
    coded::write_shown(target, coded, code, system, Origin::new(at));
    target.close_fact();
}

/// Writes the short id, and the reference to the prescription by its long one.
pub(crate) fn write_prescription_ids(target: &mut Target<'_>, prescription: &Prescription) {
    write_short_id(target, &dispensing::PRESCRIPTION_ID, &prescription.short_id);
    target.open(&dispensing::FULFILS);
    target.seperatable("true");
    target.fixed_id(&dispensing::FULFILS_TEMPLATE);
    target.open(&dispensing::ORIGINAL_PRESCRIPTION);
    id::write_prescription(target, &prescription.id);
    target.close_all(2);
}

/// Writes the short id as a fact.
pub(crate) fn write_short_id(target: &mut Target<'_>, fact: &'static Fact, short_id: &PrescriptionShortId) {
    target.open_fact(fact);
    id::write_short_id(target, short_id);
    target.close_fact();
}

/// Reads the short id in a fact.
pub(crate) fn read_short_id(parent: Element<'_>, fact: &'static Fact) -> Option<PrescriptionShortId> {
    let value = parent.required_fact(fact)?.required(&spec::VALUE)?;
    value.required_fixed("root", oid::PRESCRIPTION_SHORT_ID);
    let short_id = value.required_value("extension", place::PRESCRIPTION_SHORT_ID.field(), map_rule::NONE);
    short_id.map(PrescriptionShortId::new)
}

/// Reads ids, state and reason of the prescription.
pub(crate) fn read_prescription(header: Element<'_>) -> Prescription {
    let mut prescription = Prescription::default();
    let reason = header.optional_fact(&dispensing::NON_DISPENSING_REASON).and_then(|act| act.required(&spec::VALUE));
    let at = place::PRESCRIPTION_NON_DISPENSING_REASON.at(&[]);
    prescription.non_dispensing_reason = reason.and_then(|value| coded::read(value, oid::NON_DISPENSING_REASON, at));
    let status = header.required_fact(&dispensing::PRESCRIPTION_STATUS).and_then(|act| act.required(&spec::VALUE));
    let at = place::PRESCRIPTION_STATUS.at(&[]);
    prescription.status = status.and_then(|value| coded::read(value, oid::PRESCRIPTION_STATUS, at));
    if let Some(short_id) = read_short_id(header, &dispensing::PRESCRIPTION_ID) {
        prescription.short_id = short_id;
    }
    let original = read_original(header, &dispensing::ORIGINAL_PRESCRIPTION);
    let field = place::PRESCRIPTION_ID.field();
    if let Some(own) = original.and_then(|original| id::read_uuid(original, &spec::ID, field, id::parse_prescription)) {
        prescription.id = own;
    }
    header.unmodelled("predecessor", tables::PREDECESSOR);
    prescription
}

fn read_original<'t>(parent: Element<'t>, class: &'static Class) -> Option<Element<'t>> {
    let relation = parent.required(&dispensing::FULFILS)?;
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "true");
    }
    relation.fixed_id(&dispensing::FULFILS_TEMPLATE);
    relation.required(class)
}

/// What comes back of the prescription.
pub(crate) fn project_prescription(prescription: &Prescription) -> Prescription {
    let shown = |coded: &Option<Coded>, system| coded.as_ref().and_then(|coded| coded::project_shown(coded, system));
    Prescription {
        id: id::project_prescription(&prescription.id),
        short_id: prescription.short_id.clone(),
        status: shown(&prescription.status, uri::PRESCRIPTION_STATUS),
        non_dispensing_reason: shown(&prescription.non_dispensing_reason, uri::NON_DISPENSING_REASON),
        ..Prescription::default()
    }
}

/// Writes the id of an item's line.
pub(crate) fn write_line_id(
    target: &mut Target<'_>,
    line: Option<&LineItemId>,
    tags: &[(Scope, FieldRef)],
    number: usize,
) {
    let own = place::SUPPLIED_ID.at(&[number]).itself();
    let Some(line) = line else {
        return target.refuse(&rules::EPS_UUID, own, "expected the id of what was supplied");
    };
    if let Err(fault) = line.check() {
        target.refuse(&rules::EPS_UUID, own, fault.to_string());
    }
    target.open(&spec::ID);
    let tags = tags.iter().map(|(scope, field)| (*scope, Tag::Field(*field, map_rule::UUID_CASE)));
    target.attribute_of("root", &line.as_str().to_ascii_uppercase(), tags);
    target.close();
}

/// Writes state and reason of an item.
pub(crate) fn write_item_state(target: &mut Target<'_>, number: usize, item: &LineItem) {
    if item.non_dispensing_reason.is_some() {
        let reason = item.non_dispensing_reason.as_ref();
        ITEM_REASON.write(target, &dispensing::NON_DISPENSING_REASON, reason, number);
    }
    ITEM_STATUS.write(target, &dispensing::ITEM_STATUS, item.dispense_status.as_ref(), number);
}

/// Writes the reference to the item by its id.
pub(crate) fn write_original_item(target: &mut Target<'_>, number: usize, item: &LineItem) {
    target.open(&dispensing::FULFILS);
    target.seperatable("true");
    target.fixed_id(&dispensing::FULFILS_TEMPLATE);
    target.open(&dispensing::ORIGINAL_ITEM);
    let field = place::ITEM_ID.at(&[number]).itself();
    if let Err(fault) = item.id.check() {
        target.refuse(&rules::EPS_UUID, field, fault.to_string());
    }
    id::write_uuid(target, item.id.as_str(), [Tag::Field(field, map_rule::UUID_CASE)]);
    target.close_all(2);
}

/// Opens the relation of a supplied line and the line itself.
pub(crate) fn read_line(relation: Element<'_>) -> Option<Element<'_>> {
    let relation = relation.open(&dispensing::SUPPLIED_LINE_RELATION);
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    relation.fixed_id(&spec::LINE_ITEM_TEMPLATE);
    relation.required(&dispensing::SUPPLIED_LINE)
}

/// Reads ids, state and reason of an item.
pub(crate) fn read_item(line: Element<'_>, number: usize) -> LineItem {
    let mut item = LineItem::default();
    let field = place::SUPPLIED_ID.at(&[number]).itself();
    item.supplied_id = id::read_uuid(line, &spec::ID, field, LineItemId::parse);
    line.fixed_code(&spec::ADMINISTRATION_CODE);
    line.required(&spec::NOT_APPLICABLE_TIME);
    item.non_dispensing_reason = ITEM_REASON.read(line.optional_fact(&dispensing::NON_DISPENSING_REASON), number);
    item.dispense_status = ITEM_STATUS.read(line.required_fact(&dispensing::ITEM_STATUS), number);
    let original = read_original(line, &dispensing::ORIGINAL_ITEM);
    let field = place::ITEM_ID.at(&[number]).itself();
    if let Some(own) = original.and_then(|original| id::read_uuid(original, &spec::ID, field, LineItemId::parse)) {
        item.id = own;
    }
    line.unmodelled("predecessor", tables::PREDECESSOR);
    item
}

/// What comes back of ids, state and reason of an item.
pub(crate) fn project_item(item: &LineItem) -> LineItem {
    LineItem {
        id: item.id.clone(),
        dispense_status: ITEM_STATUS.project(item.dispense_status.as_ref()),
        non_dispensing_reason: ITEM_REASON.project(item.non_dispensing_reason.as_ref()),
        ..LineItem::default()
    }
}

/// The code of the state of an item.
pub(crate) fn item_status(item: &LineItem) -> Option<&str> {
    item.dispense_status.as_ref().and_then(|status| ITEM_STATUS.of(status)).map(|coding| coding.code)
}

/// Where the medicine of a supply stands; `material` is the class of the innermost element.
pub(crate) fn around_supplied(material: &'static Class) -> medicine::Around {
    [&spec::PRODUCT, &dispensing::SUPPLIED_PRODUCT, material]
}

/// Opens what holds a supply, and writes its amount and medicine. Everything stands in the scope of the supply.
pub(crate) fn open_supply(target: &mut Target<'_>, number: usize, supply: &Supply, material: &'static Class) {
    target.open(&spec::COMPONENT);
    target.seperatable("false");
    target.open(&dispensing::SUPPLIED_QUANTITY);
    target.fixed_code(&spec::DISPENSING_CODE);
    quantity::write(target, supply.quantity.as_ref(), place::QUANTITY.at(&[number]));
    medicine::write(target, number, &supply.medicine, around_supplied(material));
}

/// Opens what holds a supply.
pub(crate) fn read_supplied(component: Element<'_>) -> Option<Element<'_>> {
    let component = component.open(&spec::COMPONENT);
    if let Some(indicator) = component.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    let supplied = component.required(&dispensing::SUPPLIED_QUANTITY)?;
    supplied.fixed_code(&spec::DISPENSING_CODE);
    Some(supplied)
}

/// Reads amount and medicine of a supply, in its scope.
pub(crate) fn read_supply(supplied: Element<'_>, number: usize, material: &'static Class) -> Supply {
    Supply {
        quantity: quantity::read(supplied, place::QUANTITY.at(&[number])),
        medicine: medicine::read(supplied, number, around_supplied(material)),
        ..Supply::default()
    }
}

/// What comes back of amount and medicine of a supply.
pub(crate) fn project_supply(supply: &Supply) -> Supply {
    Supply {
        quantity: supply.quantity.as_ref().map(quantity::project),
        medicine: medicine::project(&supply.medicine),
        ..Supply::default()
    }
}

/// Writes the reference to the message that is replaced, if there is one.
pub(crate) fn write_replaced(target: &mut Target<'_>, replaces: Option<&MessageId>) {
    let Some(replaces) = replaces else { return };
    target.open(&dispensing::REPLACEMENT);
    target.open(&dispensing::REPLACED);
    write_reference(target, replaces, place::REPLACES.field());
    target.close_all(2);
}

pub(crate) fn read_replaced(document: Element<'_>) -> Option<MessageId> {
    let replaced = document.optional(&dispensing::REPLACEMENT)?.required(&dispensing::REPLACED)?;
    id::read_uuid(replaced, &spec::ID, place::REPLACES.field(), MessageId::parse)
}

/// Writes the reference to the release.
pub(crate) fn write_release(target: &mut Target<'_>, release: &MessageId, field: FieldRef) {
    target.open(&dispensing::SEQUEL);
    target.open(&dispensing::RELEASE_EVENT);
    write_reference(target, release, field);
    target.close_all(2);
}

/// Writes the id of another message.
pub(crate) fn write_reference(target: &mut Target<'_>, message: &MessageId, field: FieldRef) {
    if let Err(fault) = message.check() {
        target.refuse(&rules::EPS_UUID, field, fault.to_string());
    }
    id::write_uuid(target, message.as_str(), [Tag::Field(field, map_rule::UUID_CASE)]);
}

/// The element that refers to the release.
pub(crate) fn release_event(document: Element<'_>) -> Option<Element<'_>> {
    document.required(&dispensing::SEQUEL)?.required(&dispensing::RELEASE_EVENT)
}

/// Whether the partner depends on a supply for what was not dispensed (EPS-D38).
pub(crate) fn is_supplied(item: &LineItem, compat: Compat) -> bool {
    let undispensed = matches!(item_status(item), Some("0002" | "0004" | "0005" | "0006"));
    !undispensed || compat.reproduces(Defect::UndispensedSupplied)
}
