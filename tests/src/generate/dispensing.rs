//! What a dispenser tells.

use causeway_canonical::LineItemId;
use causeway_canonical::model::{
    Coded, Concept, CourseOfTherapy, DispenseClaim, DispenseNotification, Exemption, HistoryEntry, LineItem,
    Nomination, OrganisationRef, Prescription, PrescriptionRef, RebuildDispenseHistory, Repeat, Reversal, Supply,
};
use causeway_canonical::{OdsCode, PrescriptionLongId};

use super::Draw;
use super::dosage::dosages;
use super::order::{medicine, order_of, prescription};
use super::people::{dispenser, numbered_patient, patient};
use super::release::{message_id, prescription_ref};
use super::values::{code, days, moment, quantity, short_id, shown, uuid};

const STATUS: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-business-status";
const ITEM_STATUS: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-type";
const REASON: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-status-reason";
const CHARGE: &str = "https://fhir.nhs.uk/CodeSystem/DM-prescription-charge";
const ENDORSEMENT: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-endorsement";
const EXEMPTION: &str = "https://fhir.nhs.uk/CodeSystem/prescription-charge-exemption";
const EVIDENCE: &str = "https://fhir.nhs.uk/CodeSystem/DM-exemption-evidence";
const RETURN: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-return-status-reason";
const WITHDRAW: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-withdraw-reason";

fn authority() -> OrganisationRef {
    OrganisationRef { ods: Some(OdsCode::new("T1450")), name: None }
}

fn supply(draw: &mut Draw) -> Supply {
    Supply {
        id: Some(LineItemId::new(uuid(draw))),
        status: Some("completed".to_owned()),
        medicine: medicine(draw),
        quantity: Some(quantity(draw)),
        days_supply: draw.maybe(days),
        dosage: dosages(draw),
        ..Supply::default()
    }
}

pub(super) fn notification(draw: &mut Draw) -> DispenseNotification {
    let order = order_of(draw, CourseOfTherapy::Acute);
    let dispensed = |(mut line, draw): (LineItem, &mut Draw)| {
        line.supply = draw.list(1, 2, supply);
        line.supplied_id = line.supply.first().and_then(|supply| supply.id.clone());
        line.dispense_status = Some(Concept::of(shown(ITEM_STATUS, "0001", "Item fully dispensed")));
        line.note = None;
        line
    };
    let mut item = Vec::new();
    for line in order.item {
        item.push(dispensed((line, draw)));
    }
    let full = patient(draw);
    DispenseNotification {
        when: Some(moment(draw)),
        patient: draw.maybe(|_| full).unwrap_or_else(|| numbered_patient(draw)),
        author: dispenser(draw),
        recipient: Some(authority()),
        prescription: Prescription {
            status: Some(shown(STATUS, "0006", "Dispensed")),
            signature: None,
            medication_list: Vec::new(),
            patient_information: Vec::new(),
            ..prescription(draw)
        },
        item,
        replaces: draw.maybe(message_id),
        release: Some(message_id(draw)),
    }
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
        recipient: Some(OrganisationRef { name: Some("AN AUTHORITY".to_owned()), ..authority() }),
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
        release: None,
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
        dispense_status: Some(Concept::of(shown(ITEM_STATUS, status, "a status"))),
        non_dispensing_reason: reason.map(|reason| Concept::of(shown(REASON, reason, "a reason"))),
        supply: if dispensed { draw.list(1, 2, claimed_supply) } else { Vec::new() },
        charge: Some(Concept::of(Coded::new(CHARGE, draw.one(&["paid-once", "not-paid"])))),
        dispensing_endorsement: draw
            .list(1, 2, |draw| Concept::of(Coded::new(ENDORSEMENT, draw.one(&["NDEC", "IP", "XP"])))),
        ..LineItem::default()
    }
}

fn claimed_supply(draw: &mut Draw) -> Supply {
    Supply {
        id: draw.maybe(|draw| LineItemId::new(uuid(draw))),
        medicine: medicine(draw),
        quantity: Some(quantity(draw)),
        ..Supply::default()
    }
}

fn reversal(draw: &mut Draw, system: &str, codes: &[(&str, &str)]) -> Reversal {
    let (code, display) = draw.one(codes);
    Reversal {
        when: Some(moment(draw)),
        patient: Some(numbered_patient(draw)),
        author: dispenser(draw),
        recipient: draw.maybe(|_| authority()),
        prescription: PrescriptionRef {
            repeat: draw.maybe(|draw| Repeat { allowed: None, issued: Some(draw.below(6)) }),
            ..prescription_ref(draw)
        },
        of: Some(message_id(draw)),
        reason: Some(Concept::of(shown(system, code, display))),
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
        prescription: prescription_ref(draw),
        reason: Some(Concept::of(shown(WITHDRAW, "MU", "Medication Updated"))),
        history,
    }
}
