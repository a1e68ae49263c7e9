//! Invented messages that name a prescription and do not tell it again: cancellations and their answers, returns,
//! withdrawals, refusals.

use causeway_canonical::model::*;
use causeway_canonical::{LineItemId, MessageId, OdsCode, PrescriptionLongId, PrescriptionShortId, Problem};

use super::orders::{address, author, changed, identifier, item, message, ods, patient, shown, telecom, text, time};

const USER: &str = "https://fhir.nhs.uk/Id/sds-user-id";
const CANCEL_REASON: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-reason";
const RESULT: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-history";
const RETURN_REASON: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-return-status-reason";
const WITHDRAW_REASON: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-withdraw-reason";
const EPS_ISSUE: &str = "https://fhir.nhs.uk/CodeSystem/EPS-IssueCode";

pub fn id(last: char) -> MessageId {
    MessageId::new(format!("67c585f6-f4b5-4f53-861a-50c07ecff5d{last}"))
}

/// A reason with everything that can be said of one.
fn reason(system: &str, code: &str) -> Option<Concept> {
    Some(Concept {
        coding: vec![shown("https://other.example", "x"), shown(system, code)],
        text: text("the patient asked & got"),
    })
}

fn bare(system: &str, code: &str) -> Option<Concept> {
    Some(Concept::of(Coded::new(system, code)))
}

fn of(body: Body) -> Message {
    Message { body, ..message(PrescriptionOrder::default()) }
}

fn full_cancel() -> PrescriptionOrder {
    changed(|order| {
        order.item.truncate(1);
        order.item[0].status = text("cancelled");
        order.item[0].note = text("a note");
        order.item[0].identifier = vec![identifier("https://items.example", "1")];
        order.item[0].status_reason = reason(CANCEL_REASON, "0001");
        order.prescription.token_issued = Some(true);
        order.prescription.medication_list = vec!["M".to_owned()];
        order.prescription.patient_information = vec!["P".to_owned()];
        let mut responsible = author();
        responsible.practitioner.as_mut().unwrap().identifier[0].value = text("555086690109");
        responsible.healthcare_service = Some(HealthcareService {
            ods: ods("A99968"),
            name: text("A CENTRE"),
            telecom: vec![telecom("phone", "1", "work")],
            location: vec![Location { address: Some(address()), ..Location::default() }],
            ..HealthcareService::default()
        });
        order.responsible_party = Some(responsible);
    })
}

pub fn cancel_requests() -> Vec<(&'static str, PrescriptionOrder)> {
    let changed = |change: &dyn Fn(&mut PrescriptionOrder)| {
        let mut order = full_cancel();
        change(&mut order);
        order
    };
    vec![
        ("full cancellation", full_cancel()),
        (
            "minimal cancellation",
            changed(&|order| {
                order.patient.address.clear();
                order.patient.telecom.clear();
                order.patient.general_practice = None;
                order.responsible_party = None;
                order.author.identifier.clear();
                order.author.job_role.clear();
                order.author.practitioner.as_mut().unwrap().telecom = None;
                order.author.practitioner.as_mut().unwrap().name.clear();
                order.prescription =
                    Prescription { short_id: order.prescription.short_id.clone(), ..Default::default() };
                order.item = vec![LineItem { status_reason: bare(CANCEL_REASON, "0009"), ..LineItem::default() }];
            }),
        ),
        (
            "cancellation with words of the code",
            changed(&|order| order.item[0].status_reason.as_mut().unwrap().text = None),
        ),
        (
            "cancellation by identifier",
            changed(&|order| {
                let person = order.author.practitioner.as_mut().unwrap();
                *person = Practitioner {
                    identifier: vec![identifier(USER, "555086689106")],
                    display: text("DR A PERSON"),
                    ..Practitioner::default()
                };
            }),
        ),
    ]
}

/// A dispenser as a task or a release names one.
pub fn dispenser() -> Agent {
    Agent {
        identifier: vec![identifier("https://fhir.nhs.uk/Id/sds-role-profile-id", "555086415105")],
        job_role: vec![Concept::of(shown(
            "https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode",
            "S8000:G8000:R8000",
        ))],
        telecom: Some(vec![telecom("phone", "02380798431", "work"), telecom("email", "a@b.example", "work")]),
        practitioner: Some(Practitioner {
            identifier: vec![identifier(USER, "3415870201")],
            display: text("Jackie Clark"),
            ..Practitioner::default()
        }),
        organisation: Some(Organisation {
            ods: Some(OdsCode::new("VNE51")),
            name: text("The Simple Pharmacy"),
            kind: vec![Concept::of(Coded::new("urn:oid:2.16.840.1.113883.2.1.3.2.4.17.94", "003"))],
            telecom: vec![telecom("phone", "01133180277", "work"), telecom("phone", "2", "work")],
            address: vec![address(), address()],
            ..Organisation::default()
        }),
        ..Agent::default()
    }
}

fn short_id() -> PrescriptionRef {
    PrescriptionRef { short_id: Some(PrescriptionShortId::new("18B064-A99968-4BCAA3")), ..PrescriptionRef::default() }
}

pub fn full_response() -> CancelResponse {
    let mut prescriber = author();
    prescriber.organisation.as_mut().unwrap().telecom.clear();
    CancelResponse {
        status: Some(AcknowledgementStatus::Error),
        issue: vec![Issue {
            problem: Some(Problem::BusinessRule),
            code: Some(shown(EPS_ISSUE, "PRESCRIPTION_EXPIRED")),
            ..Issue::default()
        }],
        when: time("2020-12-16T13:59:16+01:00"),
        of: Some(id('1')),
        result: Some(shown(RESULT, "R-0002")),
        patient: patient(),
        author: author(),
        responsible_party: Some(prescriber),
        performer: Some(dispenser()),
        performed: time("2020-12-15T01:02:03Z"),
        prescription: PrescriptionRef { id: Some(PrescriptionLongId::new("x")), ..short_id() },
        item: vec![LineItem {
            status_reason: bare(CANCEL_REASON, "0001"),
            ..item("a54219b8-f741-4c47-b662-e4f8dfa49ab6")
        }],
    }
}

pub fn cancel_responses() -> Vec<(&'static str, Message)> {
    let changed = |change: &dyn Fn(&mut CancelResponse)| {
        let mut response = full_response();
        change(&mut response);
        of(Body::CancelResponse(Box::new(response)))
    };
    let mut answering = changed(&|_| {});
    answering.envelope.answers = Some(id('2'));
    answering.envelope.transmission = Some(id('3'));
    let mut subsequent = changed(&|response| {
        response.status = None;
        response.issue.clear();
    });
    subsequent.envelope.sender = Some(Sender { asid: text("200000001285"), ..Sender::default() });
    vec![
        ("full response", changed(&|_| {})),
        ("response that answers another transmission", answering),
        ("subsequent response", subsequent),
        (
            "minimal response",
            changed(&|response| {
                response.status = None;
                response.issue.clear();
                response.result = None;
                response.responsible_party = None;
                response.performer = None;
                response.performed = None;
                response.item.clear();
                response.author = Agent {
                    organisation: Some(Organisation { ods: ods("RBA"), ..Organisation::default() }),
                    ..Agent::default()
                };
            }),
        ),
        (
            "accepted response",
            changed(&|response| {
                response.status = None;
                response.result = Some(Coded::new(RESULT, "R-0001"));
                response.performed = None;
                response.item[0].id = LineItemId::default();
            }),
        ),
    ]
}

fn reversal(reason: Option<Concept>) -> Reversal {
    Reversal {
        when: time("2016-03-11T02:39:32+00:00"),
        patient: Some(Patient { nhs_number: patient().nhs_number, ..Patient::default() }),
        author: dispenser(),
        recipient: Some(OrganisationRef { ods: ods("X26"), name: text("A BODY") }),
        prescription: PrescriptionRef { repeat: Some(Repeat { allowed: Some(5), issued: Some(2) }), ..short_id() },
        of: Some(id('4')),
        reason,
    }
}

fn minimal(mut reversal: Reversal, reason: Option<Concept>) -> Reversal {
    reversal.recipient = None;
    reversal.prescription = short_id();
    reversal.reason = reason;
    reversal.of = None;
    reversal.author.job_role.clear();
    reversal.author.telecom = None;
    reversal.author.practitioner.as_mut().unwrap().display = None;
    reversal.author.organisation = Some(Organisation { ods: ods("VNE51"), ..Organisation::default() });
    reversal
}

pub fn returns() -> Vec<(&'static str, Message)> {
    let full = reversal(reason(RETURN_REASON, "0002"));
    let least = minimal(full.clone(), bare(RETURN_REASON, "0001"));
    let mut nowhere = full.clone();
    nowhere.author.organisation.as_mut().unwrap().telecom.clear();
    [("full return", full), ("minimal return", least), ("return from where no telecom is", nowhere)]
        .map(|(name, reversal)| (name, of(Body::Return(Box::new(reversal)))))
        .to_vec()
}

pub fn withdrawals() -> Vec<(&'static str, Message)> {
    let full = reversal(reason(WITHDRAW_REASON, "DA"));
    let least = minimal(full.clone(), bare(WITHDRAW_REASON, "QU"));
    [("full withdrawal", full), ("minimal withdrawal", least)]
        .map(|(name, reversal)| (name, of(Body::Withdraw(Box::new(reversal)))))
        .to_vec()
}

/// A notification of one item with one supply.
fn notification() -> DispenseNotification {
    let concept = |system: &str, code: &str| Some(Concept::of(shown(system, code)));
    let item = item("a54219b8-f741-4c47-b662-e4f8dfa49ab6");
    let supply = Supply {
        id: Some(LineItemId::new("a54219b8-f741-4c47-b662-e4f8dfa49ab8")),
        status: text("completed"),
        medicine: item.medicine.clone(),
        quantity: item.quantity.clone(),
        dosage: item.dosage.clone(),
        ..Supply::default()
    };
    DispenseNotification {
        when: time("2022-01-03T10:00:00Z"),
        patient: patient(),
        author: dispenser(),
        recipient: Some(OrganisationRef { ods: ods("T1450"), name: text("PAYER") }),
        prescription: Prescription {
            id: PrescriptionLongId::new("10d37820-dda2-4810-94d7-c79e5fdb4b46"),
            short_id: PrescriptionShortId::new("B407F7-A99968-4DB2AU"),
            status: Some(shown("https://fhir.nhs.uk/CodeSystem/EPS-task-business-status", "0006")),
            ..Prescription::default()
        },
        item: vec![LineItem {
            supplied_id: supply.id.clone(),
            dispense_status: concept("https://fhir.nhs.uk/CodeSystem/medicationdispense-type", "0001"),
            supply: vec![supply],
            ..item
        }],
        replaces: None,
        release: Some(id('a')),
    }
}

pub fn histories() -> Vec<(&'static str, Message)> {
    let rebuild = RebuildDispenseHistory {
        when: time("2016-03-11T02:39:32+00:00"),
        prescription: PrescriptionRef { repeat: Some(Repeat { allowed: Some(5), issued: Some(2) }), ..short_id() },
        reason: reason(WITHDRAW_REASON, "DA"),
        history: vec![
            HistoryEntry { sequence: Some(1), id: id('8'), notification: notification() },
            HistoryEntry { sequence: None, id: id('9'), notification: notification() },
        ],
    };
    vec![("history", of(Body::RebuildDispenseHistory(Box::new(rebuild))))]
}

pub fn full_rejection() -> Acknowledgement {
    let issue =
        |code: &str, problem| Issue { problem: Some(problem), code: Some(shown(EPS_ISSUE, code)), ..Issue::default() };
    Acknowledgement {
        status: AcknowledgementStatus::Error,
        of: Some(id('5')),
        issue: vec![
            issue("PRESCRIPTION_WITH_ANOTHER_DISPENSER", Problem::BusinessRule),
            issue("PRESCRIPTION_EXPIRED", Problem::BusinessRule),
        ],
        rejection: Some(ReleaseRejection {
            id: Some(id('6')),
            when: time("2022-01-01T00:00:00Z"),
            release: Some(id('7')),
            text: text("ask <them>"),
            performed: time("2021-12-31T23:59:59Z"),
        }),
        performer: Some(dispenser()),
    }
}

pub fn rejections() -> Vec<(&'static str, Message)> {
    let least = Acknowledgement {
        issue: vec![Issue { problem: Some(Problem::Conflict), ..Issue::default() }],
        rejection: Some(ReleaseRejection::default()),
        performer: Some(Agent {
            organisation: Some(Organisation { ods: ods("VNE51"), ..Organisation::default() }),
            ..Agent::default()
        }),
        ..full_rejection()
    };
    let both_lists = Acknowledgement {
        status: AcknowledgementStatus::Rejected,
        issue: vec![Issue {
            problem: Some(Problem::Conflict),
            code: Some(Coded::new(
                "https://fhir.nhs.uk/CodeSystem/Spine-ErrorOrWarningCode",
                "RESOURCE_VERSION_MISMATCH",
            )),
            ..Issue::default()
        }],
        performer: None,
        ..full_rejection()
    };
    let accepted = Acknowledgement {
        status: AcknowledgementStatus::Accepted,
        issue: Vec::new(),
        rejection: Some(ReleaseRejection { text: None, ..full_rejection().rejection.unwrap() }),
        performer: None,
        ..full_rejection()
    };
    let cases = [
        ("full rejection", full_rejection()),
        ("minimal rejection", least),
        ("code of two lists", both_lists),
        ("rejection without a reason", accepted),
    ];
    cases.map(|(name, answer)| (name, of(Body::Acknowledgement(Box::new(answer))))).to_vec()
}

/// Every message of this file with its name and its schema.
pub fn messages() -> Vec<(&'static str, Message, &'static str)> {
    let requests = cancel_requests().into_iter().map(|(name, order)| (name, of(Body::CancelRequest(Box::new(order)))));
    let with = |schema: &'static str| move |(name, message)| (name, message, schema);
    let responses = cancel_responses().into_iter().map(|(name, message)| {
        let schema = if name.starts_with("subsequent") { "PORX_IN050102UK32.xsd" } else { "PORX_IN050101UK31.xsd" };
        (name, message, schema)
    });
    requests
        .map(with("PORX_IN030101UK32.xsd"))
        .chain(responses)
        .chain(returns().into_iter().map(with("PORX_IN100101UK31.xsd")))
        .chain(withdrawals().into_iter().map(with("PORX_IN510101UK31.xsd")))
        .chain(histories().into_iter().map(with("PORX_IN540101UK31.xsd")))
        .chain(rejections().into_iter().map(with("PORX_IN110101UK30.xsd")))
        .collect()
}
