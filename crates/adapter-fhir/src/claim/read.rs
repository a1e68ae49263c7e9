//! Reading a Claim.

use causeway_canonical::identifier::{LineItemId, PrescriptionLongId, PrescriptionShortId};
use causeway_canonical::ledger::{FieldRef, Leaf, place};
use causeway_canonical::model::{
    Agent, Concept, DispenseClaim, Envelope, Exemption, LineItem, Medicine, OrganisationRef, Patient, Prescription,
    Repeat, Supply,
};

use super::{PRESCRIPTION_PRODUCT, item_repeat, part};
use crate::agent;
use crate::bundle::Bundle;
use crate::datatypes::{
    peek_system, read_coding, read_concept, read_date_time, read_fixed_concept, read_fixed_identifier,
    read_line_item_id, read_lower_case, read_own_id, read_quantity, read_resource_frame, required_extension,
};
use crate::element::Element;
use crate::message_header::read_replaced;
use crate::patient::{self, read_organisation_reference};
use crate::repeat::{self, Parts, prescription_repeat, supply_repeat};
use crate::{operator, rules, system, unmodelled};

const AUTHOR: usize = 0;

/// Elements that FHIR wants of every claim and that say nothing here.
const FIXED: [&str; 4] = ["status", "type", "use", "priority"];

/// Reads a claim. `None` where so much is missing that no message could be made of it.
pub fn read(root: Element<'_>) -> Option<(Envelope, DispenseClaim)> {
    read_resource_frame(root);
    root.narrative(part);
    read_frame(root);
    let contained = Bundle::contained_in(root);
    let mut envelope = Envelope { id: read_own_id(root)?, ..Envelope::default() };
    envelope.operator = operator::read(root);
    let mut claim = DispenseClaim {
        when: root.required("created").and_then(|_| read_date_time(root, "created", place::WHEN.field())),
        patient: root.required("patient").and_then(read_patient),
        recipient: read_insurer(root),
        replaces: read_replaced(root),
        ..DispenseClaim::default()
    };
    let provider = root.required("provider").and_then(|link| contained.resolve(link, "PractitionerRole"));
    if let Some(role) = provider {
        claim.author = agent::read_complete(&contained, role, AUTHOR);
        read_payee(root, &contained, role, &claim.author);
    }
    if let Some(prescription) = root.required("prescription") {
        read_group(prescription, &mut claim.prescription);
    }
    if let Some(item) = root.required("item") {
        read_prescription(item, &mut claim);
    }
    Some((envelope, claim))
}

fn read_frame(root: Element<'_>) {
    for name in FIXED {
        root.required(name);
    }
    root.fixed("status", "active");
    root.fixed("use", "claim");
    read_fixed_concept(root, "type", system::CLAIM_TYPE, "pharmacy");
    read_fixed_concept(root, "priority", system::PROCESS_PRIORITY, "normal");
}

/// A claim that was made of a message without patient says that the patient is unknown.
fn read_patient(reference: Element<'_>) -> Option<Patient> {
    if let Some(absent) = reference.extension(system::EXT_DATA_ABSENT) {
        absent.fixed("valueCode", "unknown");
        return None;
    }
    patient::read_reference(reference)
}

fn read_insurer(root: Element<'_>) -> Option<OrganisationRef> {
    let mut insurances = root.children("insurance");
    let Some(insurance) = insurances.next() else {
        root.report(&rules::INSURANCE, "one insurance is expected, and there is none");
        return None;
    };
    if let Some(second) = insurances.next() {
        second.report(&rules::INSURANCE, "one insurance is expected, and this is another");
    }
    insurance.structural_child("sequence");
    insurance.fixed("focal", "true");
    Some(read_organisation_reference(insurance.required("coverage")?, place::RECIPIENT.at(&[])))
}

/// The payee is the provider's organisation, as everywhere in EPS. Another is reported.
fn read_payee(root: Element<'_>, contained: &Bundle<'_>, role: Element<'_>, author: &Agent) {
    let Some(payee) = root.child("payee") else { return };
    read_fixed_concept(payee, "type", system::PAYEE_TYPE, "provider");
    let Some(party) = payee.child("party") else { return };
    party.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
    let own = author.organisation.as_ref().and_then(|organisation| organisation.ods.as_ref());
    match (party.child("identifier"), role.child("organization")) {
        (Some(identifier), _) if own.is_some_and(|own| identifier.peek_child("value") == Some(own.as_str())) => {
            identifier.fixed("system", system::ODS);
            identifier.structural_child("value");
        }
        (None, Some(organisation)) if organisation.peek_child("reference").is_some() => {
            if let Some(organisation) = contained.resolve(organisation, "Organization") {
                contained.must_lead_to(party, organisation, "Organization");
            }
        }
        _ => party.report(&rules::REFERENCE, "the organisation of the provider is expected as payee"),
    }
}

fn read_group(reference: Element<'_>, prescription: &mut Prescription) {
    reference.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
    let Some(group) = required_extension(reference, system::EXT_GROUP_IDENTIFIER, "ids of the prescription") else {
        return;
    };
    let part = |url, what| required_extension(group, url, what).and_then(|part| part.required("valueIdentifier"));
    if let Some(identifier) = part("shortForm", "short prescription id") {
        let field = place::PRESCRIPTION_SHORT_ID.field();
        prescription.short_id = read_fixed_identifier(identifier, system::PRESCRIPTION_ORDER_NUMBER, field)
            .map(PrescriptionShortId::new)
            .unwrap_or_default();
    }
    if let Some(identifier) = part("UUID", "long prescription id") {
        identifier.fixed("system", system::PRESCRIPTION);
        prescription.id = identifier
            .required("value")
            .and_then(|value| read_lower_case(value, place::PRESCRIPTION_ID.field()))
            .map(PrescriptionLongId::new)
            .unwrap_or_default();
    }
}

/// The one item: the prescription with its details.
fn read_prescription(item: Element<'_>, claim: &mut DispenseClaim) {
    item.structural_child("sequence");
    item.required("productOrService");
    read_fixed_concept(item, "productOrService", system::SNOMED, PRESCRIPTION_PRODUCT);
    for path in ["modifier.coding.system", "modifier.coding.code", "modifier.coding.display", "modifier.text"] {
        item.unmodelled_path(path, unmodelled::CLAIM_MODIFIER);
    }
    for supplied in item.extensions(system::EXT_SUPPLIED_ITEM) {
        for path in ["valueIdentifier.system", "valueIdentifier.value"] {
            supplied.unmodelled_path(path, unmodelled::CLAIM_SUPPLIED_ITEM);
        }
    }
    let prescription = &mut claim.prescription;
    prescription.status = required_extension(item, system::EXT_BUSINESS_STATUS, "prescription status")
        .and_then(|extension| extension.required("valueCoding"))
        .map(|coding| read_coding(coding, place::PRESCRIPTION_STATUS.at(&[])));
    prescription.non_dispensing_reason = item
        .extension(system::EXT_BUSINESS_STATUS_REASON)
        .and_then(|extension| extension.required("valueCoding"))
        .map(|coding| read_coding(coding, place::PRESCRIPTION_NON_DISPENSING_REASON.at(&[])));
    prescription.exemption = read_exemption(item);
    let layout = Layout::of(item);
    prescription.repeat = match layout {
        Layout::Current => repeat::read(item, prescription_repeat(), Parts::Both),
        Layout::Deprecated => read_header_of_details(item),
    };
    claim.item =
        item.children("detail").enumerate().map(|(position, detail)| read_detail(detail, position, layout)).collect();
    if claim.item.is_empty() {
        item.report(&rules::REQUIRED, "at least one detail is expected here");
    }
}

/// Where repeat information stands. The absence of the extension on the item decides (claim.md §7).
#[derive(Clone, Copy)]
enum Layout {
    /// On the item for the prescription, on a detail for that item.
    Current,
    /// On the details for the prescription, on the subDetails for the item.
    Deprecated,
}

impl Layout {
    fn of(item: Element<'_>) -> Self {
        match item.extension(system::EXT_EPS_REPEAT) {
            Some(_) => Layout::Current,
            None => Layout::Deprecated,
        }
    }
}

/// Every detail repeats what holds for the prescription. A detail that differs from the first is reported, and stays
/// unread.
fn read_header_of_details(item: Element<'_>) -> Option<Repeat> {
    let mut details = item.children("detail");
    let first = repeat::read(details.next()?, prescription_repeat(), Parts::Both);
    for detail in details {
        let Some(extension) = detail.extension(system::EXT_EPS_REPEAT) else { continue };
        if repeat::read(detail, prescription_repeat(), Parts::Both) != first {
            extension.report(&rules::CLAIM_REPEAT, "the same repeat information is expected on every detail");
            extension.unread();
        }
    }
    first
}

fn read_exemption(item: Element<'_>) -> Option<Exemption> {
    let mut exemption = Exemption::default();
    for concept in item.children("programCode") {
        let Some(coding) = concept.required("coding") else { continue };
        let (slot, place) = match peek_system(coding).as_deref() {
            Some(system::CHARGE_EXEMPTION) => (&mut exemption.code, place::EXEMPTION),
            Some(system::EXEMPTION_EVIDENCE) => (&mut exemption.evidence, place::EXEMPTION_EVIDENCE),
            _ => {
                coding.report(&rules::CODE, "an exemption from the charge or the evidence of one is expected");
                continue;
            }
        };
        if slot.is_some() {
            concept.report(&rules::TOO_MANY, "one code of this system is expected, and this is another");
            continue;
        }
        *slot = Some(read_coding(coding, place.at(&[])));
    }
    (exemption != Exemption::default()).then_some(exemption)
}

fn read_detail(detail: Element<'_>, item: usize, layout: Layout) -> LineItem {
    detail.structural_child("sequence");
    let mut line = LineItem {
        id: required_extension(detail, system::EXT_CLAIM_REQUEST, "item of the prescription")
            .and_then(|extension| extension.required("valueReference")?.required("identifier"))
            .and_then(|identifier| read_id(identifier, system::ITEM_NUMBER, place::ITEM_ID.at(&[item]).itself()))
            .unwrap_or_default(),
        supplied_id: required_extension(detail, system::EXT_CLAIM_SEQUENCE, "id of the claimed item")
            .and_then(|extension| extension.required("valueIdentifier"))
            .and_then(|identifier| {
                read_id(identifier, system::CLAIM_SEQUENCE, place::SUPPLIED_ID.at(&[item]).itself())
            }),
        medicine: read_product(detail, item),
        quantity: detail.child("quantity").map(|quantity| read_quantity(quantity, place::QUANTITY.at(&[item]))),
        dispense_status: read_status(detail, item),
        non_dispensing_reason: read_reason(detail, item),
        ..LineItem::default()
    };
    let subdetails: Vec<Element<'_>> = detail.children("subDetail").collect();
    let line_repeat = match layout {
        Layout::Current => repeat::read(detail, item_repeat(item), Parts::Both),
        Layout::Deprecated => {
            subdetails.first().and_then(|subdetail| repeat::read(*subdetail, item_repeat(item), Parts::Both))
        }
    };
    if let Some(Repeat { allowed, issued }) = line_repeat {
        line.repeats_allowed = allowed;
        line.issue = issued.and_then(|issued| one_based(detail, issued));
    }
    read_programmes(detail, item, &mut line);
    if line.charge.is_none() && !subdetails.is_empty() {
        detail.report(&rules::REQUIRED, "a programCode of the system for charges is expected here and missing");
    }
    let scope = detail.scope();
    line.supply = subdetails
        .iter()
        .enumerate()
        .map(|(position, subdetail)| detail.within(scope.supply(position), || read_supply(*subdetail, item)))
        .collect();
    line
}

/// The model counts issues of an item from one.
fn one_based(detail: Element<'_>, issued: u32) -> Option<u32> {
    let issue = issued.checked_add(1);
    if issue.is_none() {
        detail.report(&rules::NUMBER, "a smaller number of issues is expected");
    }
    issue
}

fn read_id(identifier: Element<'_>, system: &'static str, field: FieldRef) -> Option<LineItemId> {
    identifier.fixed("system", system);
    read_line_item_id(identifier.required("value")?, field)
}

fn read_product(parent: Element<'_>, item: usize) -> Medicine {
    let code = parent.required("productOrService").map(|concept| read_concept(concept, place::MEDICINE.at(&[item])));
    Medicine { code: code.unwrap_or_default(), form: None }
}

fn read_status(detail: Element<'_>, item: usize) -> Option<Concept> {
    let modifier = detail.required("modifier")?;
    let coding = modifier.required("coding")?;
    if peek_system(coding).as_deref() != Some(system::DISPENSE_TYPE) {
        coding.report(&rules::CODE, "an item status is expected here");
        return None;
    }
    Some(read_concept(modifier, place::DISPENSE_STATUS.at(&[item])))
}

/// The reason is a Coding here, and a concept of one coding in the model.
fn read_reason(detail: Element<'_>, item: usize) -> Option<Concept> {
    let coding = detail.extension(system::EXT_BUSINESS_STATUS_REASON)?.required("valueCoding")?;
    let at = place::NON_DISPENSING_REASON.at(&[item]);
    Some(Concept::of(causeway_canonical::model::Coded {
        system: crate::datatypes::read_system(coding, at.leaf(Leaf::CodingSystem)),
        code: coding.text("code", at.leaf(Leaf::CodingCode)),
        display: coding.text("display", at.leaf(Leaf::CodingDisplay)),
    }))
}

/// Charge and endorsements. An entry is told by the system of its first coding.
fn read_programmes(detail: Element<'_>, item: usize, line: &mut LineItem) {
    for concept in detail.children("programCode") {
        let Some(coding) = concept.children("coding").next() else {
            concept.report(&rules::REQUIRED, "coding is expected here and missing");
            continue;
        };
        match peek_system(coding).as_deref() {
            Some(system::PRESCRIPTION_CHARGE) if line.charge.is_some() => {
                concept.report(&rules::TOO_MANY, "one charge is expected, and this is another");
            }
            Some(system::PRESCRIPTION_CHARGE) => {
                line.charge = Some(read_concept(concept, place::CHARGE.at(&[item])));
            }
            Some(system::DISPENSING_ENDORSEMENT) => {
                let at = place::DISPENSING_ENDORSEMENT.at(&[item, line.dispensing_endorsement.len()]);
                line.dispensing_endorsement.push(read_concept(concept, at));
            }
            _ => coding.report(&rules::CODE, "a charge or a dispenser endorsement is expected"),
        }
    }
}

fn read_supply(subdetail: Element<'_>, item: usize) -> Supply {
    subdetail.structural_child("sequence");
    Supply {
        id: subdetail
            .extension(system::EXT_CLAIM_DISPENSE)
            .and_then(|extension| extension.required("valueReference")?.required("identifier"))
            .and_then(|identifier| {
                read_id(identifier, system::DISPENSE_ITEM_NUMBER, place::ITEM_ID.at(&[item]).itself())
            }),
        medicine: read_product(subdetail, item),
        quantity: subdetail.required("quantity").map(|quantity| read_quantity(quantity, place::QUANTITY.at(&[item]))),
        repeat: repeat::read(subdetail, supply_repeat(item), Parts::Both),
        ..Supply::default()
    }
}
