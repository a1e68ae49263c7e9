//! Prescriptions, ordered and cancelled.

use causeway_canonical::model::{
    BasedOn, Concept, ControlledDrug, CourseOfTherapy, LineItem, Medicine, Nomination, Period, Prescription,
    PrescriptionOrder, Signature, StatusHistory,
};
use causeway_canonical::{LineItemId, PrescriptionLongId};

use super::Draw;
use super::dosage::dosages;
use super::people::{canceller, patient, prescriber};
use super::values::{
    code, day, days, identifier, lines, moment, organisation_ref, period, quantity, said_again, short_id, shown,
    snomed, uuid, words,
};

const ENDORSEMENT: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-endorsement";
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/medicationrequest-category";
const TYPE: &str = "https://fhir.nhs.uk/CodeSystem/prescription-type";
const SITE: &str = "https://fhir.nhs.uk/CodeSystem/dispensing-site-preference";
const CANCELLED: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-reason";
const SIGNATURE_KIND: &str = "urn:iso-astm:E1762-95:2013";
const ITEM_STATUS: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-type";
const HISTORY: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-history";
const SCHEDULE: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-controlled-drug";

pub(super) fn order(draw: &mut Draw) -> PrescriptionOrder {
    let course =
        draw.one(&[CourseOfTherapy::Acute, CourseOfTherapy::Continuous, CourseOfTherapy::ContinuousRepeatDispensing]);
    order_of(draw, course)
}

pub(super) fn order_of(draw: &mut Draw, course: CourseOfTherapy) -> PrescriptionOrder {
    let mut item = draw.list(1, 4, |draw| line_item(draw, course));
    let mut prescription = prescription(draw);
    if let Some(allowed) = draw.maybe(|draw| draw.below(12)) {
        let issued = draw.below(allowed + 1);
        for line in &mut item {
            let based_on = line.based_on.get_or_insert_default();
            (based_on.repeats_allowed, based_on.repeats_issued) = (Some(allowed), Some(issued));
        }
    }
    if course == CourseOfTherapy::ContinuousRepeatDispensing {
        let (repeats, review) = (1 + draw.below(11), day(draw));
        let Period { start, end } = period(draw);
        prescription.validity = Some(Period { end: end.or_else(|| start.clone()), start });
        prescription.supply_duration = Some(days(draw));
        for line in &mut item {
            line.repeats_allowed = Some(repeats);
            line.review_date = Some(review.clone());
        }
    }
    if course != CourseOfTherapy::ContinuousRepeatDispensing {
        prescription.validity = draw.maybe(period);
        prescription.supply_duration = draw.maybe(days);
    }
    if course == CourseOfTherapy::Continuous {
        let repeats = draw.maybe(|draw| 1 + draw.below(11));
        for line in &mut item {
            (line.repeats_allowed, line.review_date) = (repeats, draw.maybe(day));
        }
    }
    PrescriptionOrder {
        patient: patient(draw),
        author: prescriber(draw),
        responsible_party: draw.maybe(prescriber),
        prescription,
        item,
    }
}

pub(super) fn prescription(draw: &mut Draw) -> Prescription {
    Prescription {
        id: PrescriptionLongId::new(uuid(draw)),
        short_id: short_id(draw),
        kind: Some(code(draw, TYPE, &["1001", "1101"])),
        category: vec![said_again(draw, shown(CATEGORY, "community", "Community"))],
        authored_on: draw.maybe(moment),
        nomination: Nomination {
            site_preference: Some(code(draw, SITE, &["P1", "P2", "P3", "0004"])),
            organisation: draw.maybe(organisation_ref),
        },
        token_issued: draw.maybe(|draw| draw.one(&[true, false])),
        signature: draw.maybe(signature),
        medication_list: draw.list(0, 2, words),
        patient_information: draw.list(0, 2, lines),
        ..Prescription::default()
    }
}

fn signature(draw: &mut Draw) -> Signature {
    let value = draw.below(1_000_000);
    Signature {
        when: Some(moment(draw)),
        xml: Some(format!(
            "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo></SignedInfo>\
             <SignatureValue>{value}</SignatureValue></Signature>"
        )),
        kind: vec![code(draw, SIGNATURE_KIND, &["1.2.840.10065.1.12.1.1"])],
        recorded: Some(moment(draw)),
    }
}

pub(super) fn medicine(draw: &mut Draw) -> Medicine {
    Medicine { code: snomed(draw), form: None }
}

fn endorsement(draw: &mut Draw) -> Concept {
    let coded = code(draw, ENDORSEMENT, &["SLS", "CC", "ACBS"]);
    said_again(draw, coded)
}

fn line_item(draw: &mut Draw, course: CourseOfTherapy) -> LineItem {
    let controlled = draw.maybe(|draw| ControlledDrug {
        schedule: draw.maybe(|draw| code(draw, SCHEDULE, &["CD2", "CD3"])),
        quantity_words: Some("twenty eight".to_owned()),
    });
    LineItem {
        id: LineItemId::new(uuid(draw)),
        identifier: draw.list(0, 1, |draw| identifier(draw, "https://hospital.example/items")),
        status: Some("active".to_owned()),
        intent: Some("order".to_owned()),
        medicine: Medicine { form: draw.maybe(snomed), ..medicine(draw) },
        course_of_therapy: Some(course),
        quantity: Some(quantity(draw)),
        dosage: dosages(draw),
        based_on: draw.maybe(|draw| BasedOn { item: Some(LineItemId::new(uuid(draw))), ..BasedOn::default() }),
        endorsement: draw.list(0, 2, endorsement),
        controlled_drug: controlled,
        note: draw.maybe(lines),
        substitution_allowed: draw.maybe(|_| false),
        ..LineItem::default()
    }
}

pub(super) fn cancel_request(draw: &mut Draw) -> PrescriptionOrder {
    let mut order = order(draw);
    order.author = canceller(draw);
    order.responsible_party = Some(canceller(draw));
    order.item.truncate(1);
    for line in &mut order.item {
        line.status = Some("cancelled".to_owned());
        line.issue = draw.maybe(|draw| 1 + draw.below(6));
        line.last_dispensed = draw.maybe(day);
        line.release_status = draw.maybe(|draw| code(draw, ITEM_STATUS, &["0008"]));
        line.status_history = draw
            .maybe(|draw| StatusHistory { status: Some(code(draw, HISTORY, &["R-0001"])), date: Some(moment(draw)) });
        let reason = draw.one(&[("0001", "Prescribing Error"), ("0007", "Notification of Death")]);
        line.status_reason = Some(said_again(draw, shown(CANCELLED, reason.0, reason.1)));
    }
    order
}
