//! CommunicationRequest and List: messages to the patient, and the patient's other repeat medicines.

use causeway_canonical::ledger::{map_rule, place};
use causeway_canonical::model::Prescription;

use crate::bundle::Bundle;
use crate::element::Element;
use crate::sink::Sink;
use crate::unmodelled;

/// Reads all messages and lists of a bundle, in its order (prescription-order.md §7).
pub fn read<'t>(bundle: &Bundle<'t>, patient: Element<'t>, prescription: &mut Prescription) {
    for request in bundle.of_kind("CommunicationRequest") {
        request.narrative(|| place::PATIENT_INFORMATION.name());
        read_frame(request);
        if let Some(subject) = request.child("subject") {
            bundle.must_lead_to(subject, patient, "Patient");
        }
        for payload in request.children("payload") {
            if let Some(content) = payload.child("contentString") {
                let field = place::PATIENT_INFORMATION.at(&[prescription.patient_information.len()]).itself();
                let text = content.read(field, map_rule::NONE);
                prescription.patient_information.extend(text.map(str::to_owned));
            }
            if let Some(reference) = payload.child("contentReference") {
                reference.unmodelled("display", unmodelled::LIST_DISPLAY);
                if let Some(list) = bundle.resolve(reference, "List") {
                    if let Some(subject) = list.child("subject") {
                        bundle.must_lead_to(subject, patient, "Patient");
                    }
                    read_list(list, prescription);
                }
            }
        }
    }
}

fn read_frame(request: Element<'_>) {
    request.unmodelled("status", unmodelled::COMMUNICATION_STATUS);
    if let Some(requester) = request.child("requester") {
        read_party(requester, unmodelled::COMMUNICATION_REQUESTER);
    }
    for recipient in request.children("recipient") {
        read_party(recipient, unmodelled::COMMUNICATION_RECIPIENT);
    }
}

fn read_party(party: Element<'_>, row: unmodelled::Row) {
    party.structural_child("reference");
    party.unmodelled("type", row);
    party.unmodelled("display", row);
    if let Some(identifier) = party.child("identifier") {
        identifier.unmodelled("system", row);
        identifier.unmodelled("value", row);
    }
}

fn read_list(list: Element<'_>, prescription: &mut Prescription) {
    list.narrative(|| place::MEDICATION_LIST.name());
    list.unmodelled("status", unmodelled::LIST_STATUS);
    list.unmodelled("mode", unmodelled::LIST_MODE);
    if let Some(code) = list.child("code") {
        code.unmodelled("text", unmodelled::LIST_CODE);
    }
    for entry in list.children("entry") {
        let Some(display) = entry.child("item").and_then(|item| item.child("display")) else { continue };
        let field = place::MEDICATION_LIST.at(&[prescription.medication_list.len()]).itself();
        prescription.medication_list.extend(display.read(field, map_rule::NONE).map(str::to_owned));
    }
}

/// Whether a prescription has anything for the patient to read.
pub fn is_needed(prescription: &Prescription) -> bool {
    !prescription.patient_information.is_empty() || !prescription.medication_list.is_empty()
}

/// Writes the content of a CommunicationRequest.
pub fn write_request(sink: &mut Sink, prescription: &Prescription, patient: &str, list: &str) {
    sink.narrative(|| place::PATIENT_INFORMATION.name());
    sink.fixed("status", "active");
    sink.element("subject", |sink| sink.fixed("reference", patient));
    sink.begin_list("payload");
    if !prescription.medication_list.is_empty() {
        sink.entry(|sink| {
            sink.element("contentReference", |sink| sink.fixed("reference", list));
        });
    }
    for (position, text) in prescription.patient_information.iter().enumerate() {
        sink.entry(|sink| sink.text("contentString", text, place::PATIENT_INFORMATION.at(&[position]).itself()));
    }
    sink.end_list();
}

/// Writes the content of a List.
pub fn write_list(sink: &mut Sink, prescription: &Prescription, patient: &str) {
    sink.narrative(|| place::MEDICATION_LIST.name());
    sink.fixed("status", "current");
    sink.fixed("mode", "snapshot");
    sink.element("subject", |sink| sink.fixed("reference", patient));
    sink.list("entry", &prescription.medication_list, |sink, position, text| {
        sink.element("item", |sink| {
            sink.text("display", text, place::MEDICATION_LIST.at(&[position]).itself());
        });
    });
}
