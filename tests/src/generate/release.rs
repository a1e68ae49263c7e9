//! Requests for prescriptions, prescriptions released, and answers.

use causeway_canonical::model::{
    Acknowledgement, AcknowledgementStatus, BasedOn, BatchInformation, CancelResponse, Coded, Concept, CourseOfTherapy,
    ExemptionOnRecord, Issue, LineItem, Medicine, PrescriptionRef, ReleaseRejection, ReleaseRequest, ReleaseResponse,
    Released,
};
use causeway_canonical::{LineItemId, PrescriptionLongId, Problem, Severity};

use super::Draw;
use super::order::order_of;
use super::people::{dispenser, patient, prescriber};
use super::values::{SNOMED, code, day, message_id, moment, short_id, shown, uuid, words};

const HISTORY: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-history";
const STATUS: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-business-status";
const ITEM_STATUS: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-type";
const EXEMPTION: &str = "https://fhir.nhs.uk/CodeSystem/prescription-charge-exemption";
const SPINE_ISSUE: &str = "https://fhir.nhs.uk/CodeSystem/Spine-ErrorOrWarningCode";
const EPS_ISSUE: &str = "https://fhir.nhs.uk/CodeSystem/EPS-IssueCode";

/// The result of a cancellation that was done.
const CANCELLED: &str = "R-0001";

/// A result that FHIR tells by an OperationOutcome.
const IN_OUTCOME: &str = "R-0008";

/// Results of a cancellation: code, display and the state that the order has then.
const RESULTS: [(&str, &str, &str); 4] = [
    (CANCELLED, "Prescription/item was cancelled", "cancelled"),
    ("R-0002", "Prescription/item was not cancelled. With dispenser. Marked for cancellation", "active"),
    ("R-0004", "Prescription/item was not cancelled. Prescription has been dispensed.", "completed"),
    (IN_OUTCOME, "Prescription/item not found", "unknown"),
];

pub(super) fn prescription_ref(draw: &mut Draw) -> PrescriptionRef {
    PrescriptionRef { id: draw.maybe(|draw| PrescriptionLongId::new(uuid(draw))), ..named_by_short_id(draw) }
}

fn named_by_short_id(draw: &mut Draw) -> PrescriptionRef {
    PrescriptionRef { short_id: Some(short_id(draw)), ..PrescriptionRef::default() }
}

pub(super) fn cancel_response(draw: &mut Draw) -> CancelResponse {
    let (result, display, status) = draw.one(&RESULTS);
    let performer = draw.maybe(dispenser);
    let accepted = result == CANCELLED || draw.one(&[true, false]);
    let acknowledged = if accepted { AcknowledgementStatus::Accepted } else { AcknowledgementStatus::Error };
    let acknowledged = draw.maybe(|_| acknowledged);
    let mut line = LineItem {
        id: LineItemId::new(uuid(draw)),
        status: Some(status.to_owned()),
        intent: Some("order".to_owned()),
        medicine: Medicine { code: Concept::of(shown(SNOMED, "763158003", "Medicinal product")), form: None },
        ..LineItem::default()
    };
    let (mut author, mut responsible) = (prescriber(draw), prescriber(draw));
    if result == IN_OUTCOME {
        // It comes from Spine, which tells no more than this.
        (line.intent, line.medicine) = (None, Medicine::default());
        for agent in [&mut author, &mut responsible] {
            agent.healthcare_service = None;
            agent.location.clear();
        }
    }
    CancelResponse {
        status: acknowledged,
        issue: if accepted { Vec::new() } else { draw.list(0, 2, told_issue) },
        when: Some(moment(draw)),
        of: Some(message_id(draw)),
        result: Some(shown(HISTORY, result, display)),
        patient: patient(draw),
        author,
        responsible_party: Some(responsible),
        performed: draw.maybe(moment),
        performer,
        prescription: prescription_ref(draw),
        item: vec![line],
    }
}

/// Whether FHIR tells the answer by an OperationOutcome.
pub(super) fn is_outcome(response: &CancelResponse) -> bool {
    response.result.as_ref().and_then(|result| result.code.as_deref()) == Some(IN_OUTCOME)
}

pub(super) fn request(draw: &mut Draw) -> ReleaseRequest {
    ReleaseRequest { author: dispenser(draw), prescription: draw.maybe(named_by_short_id) }
}

pub(super) fn response(draw: &mut Draw) -> ReleaseResponse {
    let mut prescriptions = draw.list(1, 3, released);
    prescriptions.sort_by_key(|released| !released.failure.is_empty());
    ReleaseResponse {
        when: Some(moment(draw)),
        of: Some(message_id(draw)),
        status: draw.maybe(|_| AcknowledgementStatus::Accepted),
        issue: draw.list(0, 1, told_issue),
        released: prescriptions,
        batch: draw.list(0, 2, |draw| BatchInformation {
            code: Some(draw.one(&["1", "2"]).to_owned()),
            value: Some(1 + draw.below(25)),
        }),
    }
}

fn released(draw: &mut Draw) -> Released {
    let course = draw.one(&[CourseOfTherapy::Acute, CourseOfTherapy::ContinuousRepeatDispensing]);
    let mut order = order_of(draw, course);
    order.prescription.status = Some(shown(STATUS, "0002", "With Dispenser"));
    order.prescription.exemption_on_record = exemptions(draw);
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
    let failure = if draw.one(&[false, false, true]) { vec![signature_failure()] } else { Vec::new() };
    Released { id: message_id(draw), when: Some(moment(draw)), order, failure }
}

fn exemptions(draw: &mut Draw) -> Vec<ExemptionOnRecord> {
    let mut exemptions = Vec::new();
    for kind in ["temporary", "low-permanent", "high-permanent"] {
        exemptions.extend(draw.maybe(|draw| ExemptionOnRecord {
            kind: Some(kind.to_owned()),
            code: Some(code(draw, EXEMPTION, &["0002", "0004"])),
            date: Some(day(draw)),
        }));
    }
    exemptions
}

fn signature_failure() -> Issue {
    Issue {
        severity: Some(Severity::Error),
        problem: Some(Problem::Value),
        code: Some(shown(SPINE_ISSUE, "INVALID_VALUE", "Signature is invalid.")),
        expression: vec!["Provenance.signature.data".to_owned()],
        ..Issue::default()
    }
}

pub(super) fn acknowledgement(draw: &mut Draw) -> Acknowledgement {
    if draw.one(&[true, false]) {
        return rejection(draw);
    }
    let issue = draw.list(0, 3, told_issue);
    let status = if issue.is_empty() { AcknowledgementStatus::Accepted } else { AcknowledgementStatus::Error };
    Acknowledgement { status, of: Some(message_id(draw)), issue, ..Acknowledgement::default() }
}

fn told_issue(draw: &mut Draw) -> Issue {
    Issue {
        severity: Some(Severity::Error),
        problem: Some(Problem::BusinessRule),
        code: Some(Coded {
            display: draw.maybe(|_| "Prescription has expired".to_owned()),
            ..Coded::new(EPS_ISSUE, "PRESCRIPTION_EXPIRED")
        }),
        diagnostics: draw.maybe(words),
        expression: draw.list(0, 2, |_| "Bundle.entry[0]".to_owned()),
        line: draw.maybe(|draw| 1 + draw.below(900)),
        column: draw.maybe(|draw| 1 + draw.below(80)),
    }
}

/// A release that is refused, since another dispenser has the prescription.
fn rejection(draw: &mut Draw) -> Acknowledgement {
    let performer = draw.maybe(dispenser);
    Acknowledgement {
        status: AcknowledgementStatus::Error,
        of: Some(message_id(draw)),
        issue: vec![Issue {
            code: Some(shown(
                EPS_ISSUE,
                "PRESCRIPTION_WITH_ANOTHER_DISPENSER",
                "Prescription is with another dispenser",
            )),
            ..told_issue(draw)
        }],
        rejection: Some(ReleaseRejection {
            id: draw.maybe(message_id),
            when: Some(moment(draw)),
            release: Some(message_id(draw)),
            text: draw.maybe(words),
            performed: draw.maybe(moment),
        }),
        performer,
    }
}
