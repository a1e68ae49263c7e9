//! Writing a Claim.

use causeway_canonical::datetime::DateTime;
use causeway_canonical::ledger::{At, FieldRef, Leaf, map_rule, place};
use causeway_canonical::model::{
    Agent, Coded, Concept, DispenseClaim, Envelope, LineItem, Patient, Prescription, Repeat, Supply,
};

use super::{PRESCRIPTION_PRODUCT, item_repeat, part};
use crate::agent::{self, Urls};
use crate::datatypes::{
    concept_content, write_coding, write_concept, write_concepts, write_extension, write_fixed_concept, write_quantity,
};
use crate::message_header::write_replaced;
use crate::patient::{self, organisation_reference_content};
use crate::repeat::{self, prescription_repeat, supply_repeat};
use crate::sink::Sink;
use crate::{medication_request, operator, system};

const AUTHOR: usize = 0;

/// Writes a claim.
pub fn write(sink: &mut Sink, envelope: &Envelope, claim: &DispenseClaim) {
    let provider = Urls::contained(&claim.author, "provider");
    let operator = envelope.operator.as_ref().and_then(operator::project);
    sink.resource("Claim", |sink| {
        sink.narrative(part);
        sink.begin_list("contained");
        agent::write(sink, &claim.author, AUTHOR, &provider);
        sink.end_list();
        if operator.is_some() || claim.replaces.is_some() {
            sink.begin_list("extension");
            operator::write(sink, operator.as_ref());
            write_replaced(sink, claim.replaces.as_ref());
            sink.end_list();
        }
        sink.begin_list("identifier");
        sink.entry(|sink| {
            sink.fixed("system", system::RFC4122);
            sink.text("value", envelope.id.as_str(), place::MESSAGE_ID.field());
        });
        sink.end_list();
        sink.fixed("status", "active");
        write_fixed_concept(sink, "type", system::CLAIM_TYPE, "pharmacy");
        sink.fixed("use", "claim");
        sink.element("patient", |sink| write_patient(sink, claim.patient.as_ref()));
        sink.optional("created", claim.when.as_ref().map(DateTime::as_str), place::WHEN.field());
        sink.element("provider", |sink| sink.fixed("reference", &provider.role));
        write_fixed_concept(sink, "priority", system::PROCESS_PRIORITY, "normal");
        sink.element("prescription", |sink| write_group(sink, &claim.prescription));
        write_payee(sink, &claim.author, &provider);
        write_insurance(sink, claim);
        sink.begin_list("item");
        sink.entry(|sink| write_item(sink, claim));
        sink.end_list();
    });
}

/// FHIR wants a patient of every claim; HL7 V3 has none.
fn write_patient(sink: &mut Sink, patient: Option<&Patient>) {
    match patient {
        Some(patient) => patient::reference_content(sink, patient),
        None => {
            sink.begin_list("extension");
            write_extension(sink, system::EXT_DATA_ABSENT, |sink| sink.fixed("valueCode", "unknown"));
            sink.end_list();
        }
    }
}

fn write_group(sink: &mut Sink, prescription: &Prescription) {
    let parts = [
        (
            "shortForm",
            system::PRESCRIPTION_ORDER_NUMBER,
            prescription.short_id.as_str(),
            place::PRESCRIPTION_SHORT_ID.field(),
        ),
        ("UUID", system::PRESCRIPTION, prescription.id.as_str(), place::PRESCRIPTION_ID.field()),
    ];
    sink.begin_list("extension");
    write_extension(sink, system::EXT_GROUP_IDENTIFIER, |sink| {
        sink.begin_list("extension");
        for (url, system, value, field) in parts {
            write_extension(sink, url, |sink| write_identifier(sink, "valueIdentifier", system, value, field));
        }
        sink.end_list();
    });
    sink.end_list();
}

fn write_identifier(sink: &mut Sink, name: &'static str, system: &str, value: &str, field: FieldRef) {
    sink.element(name, |sink| {
        sink.fixed("system", system);
        sink.text("value", value, field);
    });
}

fn write_payee(sink: &mut Sink, author: &Agent, provider: &Urls) {
    if author.organisation.is_none() {
        return;
    }
    sink.element("payee", |sink| {
        write_fixed_concept(sink, "type", system::PAYEE_TYPE, "provider");
        sink.element("party", |sink| sink.fixed("reference", &provider.organisation));
    });
}

fn write_insurance(sink: &mut Sink, claim: &DispenseClaim) {
    let Some(insurer) = &claim.recipient else { return };
    sink.begin_list("insurance");
    sink.entry(|sink| {
        sink.fixed_scalar("sequence", "1");
        sink.fixed_scalar("focal", "true");
        sink.element("coverage", |sink| organisation_reference_content(sink, insurer, place::RECIPIENT.at(&[])));
    });
    sink.end_list();
}

/// The one item: the prescription with its details.
fn write_item(sink: &mut Sink, claim: &DispenseClaim) {
    let prescription = &claim.prescription;
    sink.begin_list("extension");
    if let Some(status) = &prescription.status {
        write_extension(sink, system::EXT_BUSINESS_STATUS, |sink| {
            write_coding(sink, "valueCoding", status, place::PRESCRIPTION_STATUS.at(&[]));
        });
    }
    if let Some(reason) = &prescription.non_dispensing_reason {
        write_extension(sink, system::EXT_BUSINESS_STATUS_REASON, |sink| {
            write_coding(sink, "valueCoding", reason, place::PRESCRIPTION_NON_DISPENSING_REASON.at(&[]));
        });
    }
    write_prescription_repeat(sink, claim);
    sink.end_list();
    sink.fixed_scalar("sequence", "1");
    write_fixed_concept(sink, "productOrService", system::SNOMED, PRESCRIPTION_PRODUCT);
    write_exemption(sink, prescription);
    sink.list("detail", &claim.item, write_detail);
}

/// Repeat information of the prescription. Where only items have any, that of the first stands for it, because without
/// the extension here all would be read in the deprecated layout (claim.md §7).
fn write_prescription_repeat(sink: &mut Sink, claim: &DispenseClaim) {
    let fields = prescription_repeat();
    match (&claim.prescription.repeat, repeat_of_items(claim)) {
        (Some(repeat), _) => repeat::write(sink, repeat, fields),
        (None, Some(repeat)) => sink.made_up(map_rule::NOT_STATED, |sink| repeat::write(sink, &repeat, fields)),
        (None, None) => {}
    }
}

fn repeat_of_items(claim: &DispenseClaim) -> Option<Repeat> {
    claim.item.iter().find_map(repeat_of)
}

/// Repeat information of an item, counted from nought as the extension has it.
fn repeat_of(line: &LineItem) -> Option<Repeat> {
    let repeat = Repeat { allowed: line.repeats_allowed, issued: line.issue.and_then(|issue| issue.checked_sub(1)) };
    (repeat != Repeat::default()).then_some(repeat)
}

fn write_exemption(sink: &mut Sink, prescription: &Prescription) {
    let Some(exemption) = &prescription.exemption else { return };
    let codes: Vec<(&Coded, At)> =
        [(&exemption.code, place::EXEMPTION.at(&[])), (&exemption.evidence, place::EXEMPTION_EVIDENCE.at(&[]))]
            .into_iter()
            .filter_map(|(coded, at)| Some((coded.as_ref()?, at)))
            .collect();
    sink.list("programCode", &codes, |sink, _, (coded, at)| {
        sink.begin_list("coding");
        sink.entry(|sink| {
            sink.optional("system", coded.system.as_deref(), at.leaf(Leaf::System));
            sink.optional("code", coded.code.as_deref(), at.leaf(Leaf::Code));
            sink.optional("display", coded.display.as_deref(), at.leaf(Leaf::Display));
        });
        sink.end_list();
    });
}

fn write_detail(sink: &mut Sink, item: usize, line: &LineItem) {
    sink.begin_list("extension");
    if let Some(id) = &line.supplied_id {
        write_extension(sink, system::EXT_CLAIM_SEQUENCE, |sink| {
            let field = place::SUPPLIED_ID.at(&[item]).itself();
            write_identifier(sink, "valueIdentifier", system::CLAIM_SEQUENCE, id.as_str(), field);
        });
    }
    write_extension(sink, system::EXT_CLAIM_REQUEST, |sink| {
        sink.element("valueReference", |sink| {
            let field = place::ITEM_ID.at(&[item]).itself();
            write_identifier(sink, "identifier", system::ITEM_NUMBER, line.id.as_str(), field);
        });
    });
    if let Some(repeat) = repeat_of(line) {
        repeat::write(sink, &repeat, item_repeat(item));
    }
    if let Some(reason) = line.non_dispensing_reason.as_ref().and_then(|reason| reason.coding.first()) {
        write_extension(sink, system::EXT_BUSINESS_STATUS_REASON, |sink| write_reason(sink, reason, item));
    }
    sink.end_list();
    sink.fixed_scalar("sequence", &(item + 1).to_string());
    write_product(sink, line, item);
    if let Some(status) = &line.dispense_status {
        write_concepts(sink, "modifier", std::slice::from_ref(status), |_| place::DISPENSE_STATUS.at(&[item]));
    }
    write_programmes(sink, line, item);
    if let Some(quantity) = &line.quantity {
        write_quantity(sink, "quantity", quantity, place::QUANTITY.at(&[item]));
    }
    let scope = sink.scope();
    sink.list("subDetail", &line.supply, |sink, position, supply| {
        sink.within(scope.supply(position), |sink| write_supply(sink, position, supply, item));
    });
}

/// The reason is a concept of one coding in the model, and a Coding here.
fn write_reason(sink: &mut Sink, reason: &Coded, item: usize) {
    let at = place::NON_DISPENSING_REASON.at(&[item]);
    sink.element("valueCoding", |sink| {
        sink.optional("system", reason.system.as_deref(), at.leaf(Leaf::CodingSystem));
        sink.optional("code", reason.code.as_deref(), at.leaf(Leaf::CodingCode));
        sink.optional("display", reason.display.as_deref(), at.leaf(Leaf::CodingDisplay));
    });
}

/// FHIR wants a product of every detail; HL7 V3 names only what was supplied.
fn write_product(sink: &mut Sink, line: &LineItem, item: usize) {
    let at = place::MEDICINE.at(&[item]);
    if line.medicine.code != Concept::default() {
        write_concept(sink, "productOrService", &line.medicine.code, at);
        return;
    }
    sink.made_up(map_rule::NOT_STATED, |sink| write_concept(sink, "productOrService", &usual_product(line), at));
}

/// The product of an item whose product is not told: what was supplied first, or else any medicinal product.
fn usual_product(line: &LineItem) -> Concept {
    let supplied = line.supply.first().map(|supply| supply.medicine.code.clone());
    supplied.filter(|code| *code != Concept::default()).unwrap_or_else(medication_request::any_medicine)
}

fn write_programmes(sink: &mut Sink, line: &LineItem, item: usize) {
    let charge = line.charge.iter().map(|charge| (charge, place::CHARGE.at(&[item])));
    let endorsements = line
        .dispensing_endorsement
        .iter()
        .enumerate()
        .map(|(position, endorsement)| (endorsement, place::DISPENSING_ENDORSEMENT.at(&[item, position])));
    let concepts: Vec<(&Concept, At)> = charge.chain(endorsements).collect();
    sink.list("programCode", &concepts, |sink, _, (concept, at)| concept_content(sink, concept, *at));
}

fn write_supply(sink: &mut Sink, position: usize, supply: &Supply, item: usize) {
    if supply.id.is_some() || supply.repeat.is_some() {
        sink.begin_list("extension");
        if let Some(id) = &supply.id {
            write_extension(sink, system::EXT_CLAIM_DISPENSE, |sink| {
                sink.element("valueReference", |sink| {
                    let field = place::ITEM_ID.at(&[item]).itself();
                    write_identifier(sink, "identifier", system::DISPENSE_ITEM_NUMBER, id.as_str(), field);
                });
            });
        }
        if let Some(repeat) = &supply.repeat {
            repeat::write(sink, repeat, supply_repeat(item));
        }
        sink.end_list();
    }
    sink.fixed_scalar("sequence", &(position + 1).to_string());
    write_concept(sink, "productOrService", &supply.medicine.code, place::MEDICINE.at(&[item]));
    if let Some(quantity) = &supply.quantity {
        write_quantity(sink, "quantity", quantity, place::QUANTITY.at(&[item]));
    }
}

/// What a claim says of a message: defaults that FHIR needs are filled in, what it cannot hold is cleared.
pub fn project(envelope: &mut Envelope, claim: &mut DispenseClaim) {
    *envelope = Envelope {
        id: envelope.id.clone(),
        operator: envelope.operator.as_ref().and_then(operator::project),
        ..Envelope::default()
    };
    claim.release = None;
    claim.first_claimed = None;
    claim.patient = claim.patient.as_ref().map(patient::project_reference);
    agent::project_contained(&mut claim.author);
    if claim.prescription.repeat.is_none() {
        claim.prescription.repeat = repeat_of_items(claim);
    }
    for line in &mut claim.item {
        if line.medicine.code == Concept::default() {
            line.medicine.code = usual_product(line);
        }
    }
}
