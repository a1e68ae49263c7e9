//! Requests for prescriptions, prescriptions released, and answers.

use causeway_canonical::model::{
    Acknowledgement, AcknowledgementStatus, BasedOn, BatchInformation, CancelResponse, Coded, Concept, CourseOfTherapy,
    ExemptionOnRecord, Issue, LineItem, Medicine, PrescriptionRef, ReleaseRequest, ReleaseResponse, Released,
};
use causeway_canonical::{LineItemId, MessageId, Problem, Severity};

use super::Draw;
use super::order::order_of;
use super::people::{dispenser, patient, prescriber};
use super::values::{SNOMED, code, day, moment, short_id, shown, uuid};

const HISTORY: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-history";
const STATUS: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-business-status";
const ITEM_STATUS: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-type";
const EXEMPTION: &str = "https://fhir.nhs.uk/CodeSystem/prescription-charge-exemption";
const EPS_ISSUE: &str = "https://fhir.nhs.uk/CodeSystem/EPS-IssueCode";

/// Results of a cancellation that have a bundle: code, display and the state that the order has then.
const RESULTS: [(&str, &str, &str); 3] = [
    ("R-0001", "Prescription/item was cancelled", "cancelled"),
    ("R-0002", "Prescription/item was not cancelled. With dispenser. Marked for cancellation", "active"),
    ("R-0004", "Prescription/item was not cancelled. Prescription has been dispensed.", "completed"),
];

pub(super) fn prescription_ref(draw: &mut Draw) -> PrescriptionRef {
    PrescriptionRef { short_id: Some(short_id(draw)), ..PrescriptionRef::default() }
}

pub(super) fn message_id(draw: &mut Draw) -> MessageId {
    MessageId::new(uuid(draw))
}

pub(super) fn cancel_response(draw: &mut Draw) -> CancelResponse {
    let (result, display, status) = draw.one(&RESULTS);
    let performer = draw.maybe(dispenser);
    CancelResponse {
        when: Some(moment(draw)),
        of: Some(message_id(draw)),
        result: Some(shown(HISTORY, result, display)),
        patient: patient(draw),
        author: prescriber(draw),
        responsible_party: Some(prescriber(draw)),
        performed: performer.as_ref().map(|_| moment(draw)),
        performer,
        prescription: prescription_ref(draw),
        item: vec![LineItem {
            id: LineItemId::new(uuid(draw)),
            status: Some(status.to_owned()),
            intent: Some("order".to_owned()),
            medicine: Medicine { code: Concept::of(shown(SNOMED, "763158003", "Medicinal product")), form: None },
            ..LineItem::default()
        }],
        ..CancelResponse::default()
    }
}

pub(super) fn request(draw: &mut Draw) -> ReleaseRequest {
    ReleaseRequest { author: dispenser(draw), prescription: draw.maybe(prescription_ref) }
}

pub(super) fn response(draw: &mut Draw) -> ReleaseResponse {
    ReleaseResponse {
        when: Some(moment(draw)),
        of: Some(message_id(draw)),
        released: draw.list(1, 3, released),
        batch: draw.list(0, 2, |draw| BatchInformation {
            code: Some(draw.one(&["1", "2"]).to_owned()),
            value: Some(1 + draw.below(25)),
        }),
        ..ReleaseResponse::default()
    }
}

fn released(draw: &mut Draw) -> Released {
    let course = draw.one(&[CourseOfTherapy::Acute, CourseOfTherapy::ContinuousRepeatDispensing]);
    let mut order = order_of(draw, course);
    order.prescription.status = Some(shown(STATUS, "0002", "With Dispenser"));
    order.prescription.exemption_on_record = draw.list(0, 1, |draw| ExemptionOnRecord {
        kind: Some("low-permanent".to_owned()),
        code: Some(code(draw, EXEMPTION, &["0002", "0004"])),
        date: Some(day(draw)),
    });
    let (allowed, issued) = (order.item.first().and_then(|line| line.repeats_allowed), draw.below(2));
    let last_dispensed = draw.maybe(day);
    for line in &mut order.item {
        line.release_status = Some(shown(ITEM_STATUS, "0008", "Item with dispenser"));
        line.last_dispensed.clone_from(&last_dispensed);
        line.based_on = None;
        if course == CourseOfTherapy::ContinuousRepeatDispensing {
            line.issue = Some(issued + 1);
            line.based_on = Some(BasedOn { item: None, repeats_allowed: allowed, repeats_issued: Some(issued) });
        }
    }
    Released { id: message_id(draw), when: Some(moment(draw)), order, failure: Vec::new() }
}

pub(super) fn acknowledgement(draw: &mut Draw) -> Acknowledgement {
    let issue = |draw: &mut Draw| Issue {
        severity: Some(Severity::Error),
        problem: Some(Problem::BusinessRule),
        code: Some(Coded {
            display: draw.maybe(|_| "Prescription has expired".to_owned()),
            ..Coded::new(EPS_ISSUE, "PRESCRIPTION_EXPIRED")
        }),
        ..Issue::default()
    };
    let issues = draw.list(0, 3, issue);
    let status = if issues.is_empty() { AcknowledgementStatus::Accepted } else { AcknowledgementStatus::Error };
    Acknowledgement { status, of: Some(message_id(draw)), issue: issues, ..Acknowledgement::default() }
}
