//! What a dispenser tells.

use causeway_canonical::LineItemId;
use causeway_canonical::model::{
    BasedOn, Concept, CourseOfTherapy, DispenseClaim, DispenseNotification, Exemption, HistoryEntry, LineItem,
    Medicine, Nomination, OrganisationRef, Patient, Prescription, PrescriptionRef, RebuildDispenseHistory, Repeat,
    Reversal, StatusHistory, Supply,
};
use causeway_canonical::{OdsCode, PrescriptionLongId};

use super::Draw;
use super::dosage::dosages;
use super::order::{medicine, order_of};
use super::people::{dispenser, numbered_patient, patient};
use super::release::prescription_ref;
use super::values::{
    code, day, days, identifier, lines, message_id, moment, name, quantity, said_again, short_id, shown, snomed, uuid,
    words,
};

const STATUS: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-business-status";
const ITEM_STATUS: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-type";
const HISTORY: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-history";
const REASON: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-status-reason";
const CHARGE: &str = "https://fhir.nhs.uk/CodeSystem/DM-prescription-charge";
const ENDORSEMENT: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-endorsement";
const EXEMPTION: &str = "https://fhir.nhs.uk/CodeSystem/prescription-charge-exemption";
const EVIDENCE: &str = "https://fhir.nhs.uk/CodeSystem/DM-exemption-evidence";
const RETURN: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-return-status-reason";
const WITHDRAW: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-withdraw-reason";

fn authority(draw: &mut Draw) -> OrganisationRef {
    OrganisationRef { ods: Some(OdsCode::new("T1450")), name: draw.maybe(name) }
}

/// A patient told in full or by number.
fn patient_of(draw: &mut Draw) -> Patient {
    let full = patient(draw);
    draw.maybe(|_| full).unwrap_or_else(|| numbered_patient(draw))
}

fn supply(draw: &mut Draw) -> Supply {
    Supply {
        id: Some(LineItemId::new(uuid(draw))),
        identifier: draw.list(0, 1, |draw| identifier(draw, "https://hospital.example/supplies")),
        status: Some("completed".to_owned()),
        medicine: Medicine { form: draw.maybe(snomed), ..medicine(draw) },
        quantity: Some(quantity(draw)),
        days_supply: draw.maybe(days),
        dosage: dosages(draw),
        note: draw.maybe(lines),
        repeat: draw.maybe(|_| Repeat { allowed: Some(5), issued: Some(2) }),
    }
}

pub(super) fn notification(draw: &mut Draw) -> DispenseNotification {
    let course = draw.one(&[CourseOfTherapy::Acute, CourseOfTherapy::ContinuousRepeatDispensing]);
    let order = order_of(draw, course);
    let is_anything_dispensed = draw.one(&[true, true, true, false]);
    let item: Vec<LineItem> = order.item.into_iter().map(|line| dispensed(draw, line, is_anything_dispensed)).collect();
    DispenseNotification {
        when: Some(moment(draw)),
        patient: patient_of(draw),
        author: dispenser(draw),
        recipient: Some(authority(draw)),
        prescription: Prescription {
            status: Some(shown(STATUS, if is_anything_dispensed { "0006" } else { "0007" }, "a status")),
            non_dispensing_reason: (!is_anything_dispensed).then(|| code(draw, REASON, &["0010"])),
            signature: None,
            medication_list: Vec::new(),
            patient_information: Vec::new(),
            ..order.prescription
        },
        item,
        replaces: draw.maybe(message_id),
        release: Some(message_id(draw)),
    }
}

fn dispensed(draw: &mut Draw, mut line: LineItem, may_be: bool) -> LineItem {
    let is_dispensed = may_be && draw.one(&[true, true, true, false]);
    if let Some(BasedOn { repeats_allowed: Some(allowed), repeats_issued: Some(issued), .. }) = line.based_on {
        (line.repeats_allowed, line.issue) = (Some(allowed), Some(issued + 1));
    }
    let status = if is_dispensed { "0001" } else { "0002" };
    line.status_history =
        draw.maybe(|draw| StatusHistory { status: Some(code(draw, HISTORY, &["R-0001"])), date: Some(moment(draw)) });
    line.status_reason = draw.maybe(snomed);
    line.last_dispensed = draw.maybe(day);
    line.release_status = draw.maybe(|draw| code(draw, ITEM_STATUS, &["0008"]));
    line.dispense_status = Some(said_again(draw, shown(ITEM_STATUS, status, "a status")));
    if is_dispensed {
        line.supply = draw.list(1, 2, supply);
        line.supplied_id = line.supply.first().and_then(|supply| supply.id.clone());
    } else {
        line.non_dispensing_reason = Some(said_again(draw, shown(REASON, "0010", "a reason")));
        line.supply = draw.list(0, 2, supply);
        line.supplied_id = line.supply.first().and_then(|supply| supply.id.clone());
        line.supplied_id.get_or_insert_with(|| LineItemId::new(uuid(draw)));
    }
    line
}

pub(super) fn claim(draw: &mut Draw) -> DispenseClaim {
    let repeat = draw.maybe(|draw| Repeat { allowed: Some(5), issued: Some(draw.below(5)) });
    let item = draw.list(1, 4, |draw| claimed(draw, repeat.as_ref()));
    let exemption = draw.maybe(|draw| Exemption {
        code: Some(code(draw, EXEMPTION, &["0001", "0004", "0015"])),
        evidence: draw.maybe(|draw| code(draw, EVIDENCE, &["evidence-seen", "no-evidence-seen"])),
    });
    DispenseClaim {
        when: Some(moment(draw)),
        first_claimed: draw.maybe(moment),
        patient: draw.maybe(numbered_patient),
        author: dispenser(draw),
        recipient: Some(authority(draw)),
        prescription: Prescription {
            id: PrescriptionLongId::new(uuid(draw)),
            short_id: short_id(draw),
            nomination: Nomination::default(),
            status: Some(shown(STATUS, "0006", "Dispensed")),
            repeat,
            exemption,
            ..Prescription::default()
        },
        item,
        replaces: draw.maybe(message_id),
        release: draw.maybe(message_id),
    }
}

fn claimed(draw: &mut Draw, repeat: Option<&Repeat>) -> LineItem {
    let dispensed = draw.one(&[true, true, false]);
    let (status, reason) = if dispensed { ("0001", None) } else { ("0002", Some("0001")) };
    LineItem {
        id: LineItemId::new(uuid(draw)),
        supplied_id: Some(LineItemId::new(uuid(draw))),
        medicine: medicine(draw),
        quantity: Some(quantity(draw)),
        repeats_allowed: repeat.and_then(|repeat| repeat.allowed),
        issue: repeat.and_then(|repeat| repeat.issued).map(|issued| issued + 1),
        dispense_status: Some(Concept {
            text: draw.maybe(words),
            ..Concept::of(shown(ITEM_STATUS, status, "a status"))
        }),
        non_dispensing_reason: reason.map(|reason| Concept::of(code(draw, REASON, &[reason]))),
        supply: if dispensed { draw.list(1, 2, |draw| claimed_supply(draw, repeat.is_some())) } else { Vec::new() },
        charge: dispensed.then(|| coded_concept(draw, CHARGE, &["paid-once", "paid-twice", "not-paid"])),
        dispensing_endorsement: draw.list(1, 2, |draw| coded_concept(draw, ENDORSEMENT, &["NDEC", "IP", "XP"])),
        ..LineItem::default()
    }
}

fn coded_concept(draw: &mut Draw, system: &str, codes: &[&str]) -> Concept {
    let coded = code(draw, system, codes);
    said_again(draw, coded)
}

fn claimed_supply(draw: &mut Draw, is_repeat: bool) -> Supply {
    Supply {
        id: draw.maybe(|draw| LineItemId::new(uuid(draw))),
        medicine: medicine(draw),
        quantity: Some(quantity(draw)),
        repeat: is_repeat.then(|| draw.maybe(|_| Repeat { allowed: Some(6), issued: Some(3) })).flatten(),
        ..Supply::default()
    }
}

fn reversal(draw: &mut Draw, system: &str, codes: &[(&str, &str)]) -> Reversal {
    let (code, display) = draw.one(codes);
    Reversal {
        when: Some(moment(draw)),
        patient: Some(numbered_patient(draw)),
        author: dispenser(draw),
        recipient: draw.maybe(authority),
        prescription: PrescriptionRef {
            repeat: draw.maybe(|draw| Repeat { allowed: draw.maybe(|_| 5), issued: Some(draw.below(6)) }),
            ..prescription_ref(draw)
        },
        of: Some(message_id(draw)),
        reason: Some(said_again(draw, shown(system, code, display))),
    }
}

pub(super) fn given_back(draw: &mut Draw) -> Reversal {
    reversal(draw, RETURN, &[("0003", "Release requested by the patient"), ("0002", "Unable to dispense")])
}

pub(super) fn withdrawn(draw: &mut Draw) -> Reversal {
    reversal(draw, WITHDRAW, &[("MU", "Medication Updated"), ("QU", "Quantity Update")])
}

pub(super) fn rebuild(draw: &mut Draw) -> RebuildDispenseHistory {
    let mut history =
        draw.list(1, 3, |draw| HistoryEntry { sequence: None, id: message_id(draw), notification: notification(draw) });
    for (position, entry) in history.iter_mut().enumerate() {
        entry.sequence = Some(1 + u32::try_from(position).unwrap());
    }
    RebuildDispenseHistory {
        when: Some(moment(draw)),
        prescription: PrescriptionRef {
            repeat: draw.maybe(|draw| Repeat { allowed: draw.maybe(|_| 5), issued: Some(draw.below(6)) }),
            ..prescription_ref(draw)
        },
        reason: Some(said_again(draw, shown(WITHDRAW, "MU", "Medication Updated"))),
        history,
    }
}
