//! Invented requests for prescriptions, released prescriptions, notifications and claims.

use causeway_canonical::model::*;
use causeway_canonical::{Decimal, LineItemId, MessageId, OdsCode, PrescriptionShortId, Problem, Severity};

use super::naming::dispenser;
use super::orders::{identifier, item, message, order, patient, repeat_dispensing, shown, text, time, with_every_text};

pub const ITEM_STATUS: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-type";
pub const PRESCRIPTION_STATUS: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-business-status";
pub const REASON: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-status-reason";
pub const EXEMPTION: &str = "https://fhir.nhs.uk/CodeSystem/prescription-charge-exemption";
pub const EVIDENCE: &str = "https://fhir.nhs.uk/CodeSystem/DM-exemption-evidence";
pub const CHARGE: &str = "https://fhir.nhs.uk/CodeSystem/DM-prescription-charge";
pub const DISPENSING_ENDORSEMENT: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-endorsement";

const NOMINATED: &str = "PORX_IN060102UK30.xsd";
const BY_ID: &str = "PORX_IN132004UK30.xsd";
const RELEASED: &str = "PORX_IN070101UK31.xsd";
const RELEASED_BY_ID: &str = "PORX_IN070103UK31.xsd";
const NOTIFICATION: &str = "PORX_IN080101UK31.xsd";
const CLAIM: &str = "PORX_IN090101UK31.xsd";

pub fn id(last: char) -> MessageId {
    MessageId::new(format!("5973e7f9-3490-4177-ab22-3bb2ca0dd7f{last}"))
}

pub fn line_id(last: char) -> LineItemId {
    LineItemId::new(format!("37ea97af-5539-42e0-9135-7832480f99d{last}"))
}

fn of(body: Body) -> Message {
    Message { body, ..message(PrescriptionOrder::default()) }
}

fn concept(system: &str, code: &str) -> Option<Concept> {
    Some(Concept {
        coding: vec![Coded::new("https://other.example", "x"), shown(system, code)],
        text: text("words of the code"),
    })
}

fn bare(system: &str, code: &str) -> Option<Concept> {
    Some(Concept::of(Coded::new(system, code)))
}

fn tablets(number: &str) -> Option<Quantity> {
    Some(Quantity { value: Decimal::parse(number), ..item("").quantity.unwrap() })
}

fn with_envelope(mut message: Message, change: impl Fn(&mut Envelope)) -> Message {
    change(&mut message.envelope);
    message
}

/// Requests for prescriptions.
fn requests() -> Vec<(&'static str, Message, &'static str)> {
    let request =
        |prescription| of(Body::ReleaseRequest(Box::new(ReleaseRequest { author: dispenser(), prescription })));
    let prescription = PrescriptionRef {
        short_id: Some(PrescriptionShortId::new("18B064-A99968-4BCAA3")),
        ..PrescriptionRef::default()
    };
    vec![
        ("nominated release", request(None), NOMINATED),
        ("release by id", request(Some(prescription.clone())), BY_ID),
        (
            "release in a transmission of its own",
            with_envelope(request(Some(prescription)), |envelope| envelope.transmission = Some(id('e'))),
            BY_ID,
        ),
    ]
}

fn exemption(kind: &str, code: &str, date: &str) -> ExemptionOnRecord {
    ExemptionOnRecord { kind: text(kind), code: Some(shown(EXEMPTION, code)), date: time(date) }
}

/// An issue of a repeat dispensing prescription, with everything that Spine adds.
pub fn full_released() -> Released {
    let mut order = repeat_dispensing();
    order.prescription.status = Some(shown(PRESCRIPTION_STATUS, "0002"));
    order.prescription.exemption_on_record = vec![
        exemption("temporary", "0005", "2023-01-31"),
        exemption("low-permanent", "0002", "2015-01-03"),
        exemption("high-permanent", "0004", "2059-01-04T10:00:00Z"),
    ];
    for (item, issue) in order.item.iter_mut().zip([Some(2), None]) {
        item.based_on = Some(BasedOn { item: None, repeats_allowed: Some(5), repeats_issued: Some(1) });
        item.repeats_allowed = Some(5);
        item.issue = issue;
        item.last_dispensed = time("2022-06-01");
        item.release_status = Some(shown(ITEM_STATUS, "0008"));
    }
    Released { id: id('2'), when: time("2022-06-30T23:30:00Z"), order, failure: Vec::new() }
}

/// An acute prescription with next to nothing.
fn minimal_released() -> Released {
    let mut order = order();
    order.item.truncate(1);
    order.item[0].repeats_allowed = Some(0);
    order.prescription.nomination.organisation = None;
    Released { id: id('3'), when: None, order, failure: Vec::new() }
}

fn signature_failure() -> Issue {
    Issue {
        severity: Some(Severity::Error),
        problem: Some(Problem::Value),
        code: Some(shown("https://fhir.nhs.uk/CodeSystem/Spine-ErrorOrWarningCode", "INVALID_VALUE")),
        expression: vec!["Provenance.signature.data".to_owned()],
        ..Issue::default()
    }
}

pub fn full_response() -> ReleaseResponse {
    let mut unsigned = minimal_released();
    unsigned.id = id('4');
    unsigned.order.prescription.signature = None;
    unsigned.order.prescription.authored_on = time("2022-05-01T08:00:00+01:00");
    unsigned.order.prescription.validity = Some(Period { start: time("2022-05-01"), end: time("2022-11-01") });
    let mut failed = Released { id: id('5'), failure: vec![signature_failure()], ..full_released() };
    failed.order.prescription.exemption_on_record.truncate(1);
    let mut repeat =
        Released { id: id('6'), when: time("2022-05-01"), order: with_every_text(), ..Released::default() };
    for item in &mut repeat.order.item {
        item.course_of_therapy = Some(CourseOfTherapy::Continuous);
        item.issue = Some(1);
        item.repeats_allowed = Some(0);
        item.based_on = Some(BasedOn { item: None, repeats_allowed: Some(0), repeats_issued: Some(0) });
    }
    ReleaseResponse {
        status: Some(AcknowledgementStatus::Accepted),
        issue: Vec::new(),
        when: time("2022-07-01T12:00:00+01:00"),
        of: Some(id('0')),
        released: vec![full_released(), minimal_released(), unsigned, failed, repeat],
        batch: vec![
            BatchInformation { code: text("1"), value: Some(5) },
            BatchInformation { code: text("2"), value: Some(25) },
        ],
    }
}

fn responses() -> Vec<(&'static str, Message, &'static str)> {
    let response = |change: &dyn Fn(&mut ReleaseResponse)| {
        let mut response = full_response();
        change(&mut response);
        of(Body::ReleaseResponse(Box::new(response)))
    };
    let single = |response: &mut ReleaseResponse| {
        response.released.truncate(1);
        response.batch.clear();
        response.status = None;
    };
    let one_of_a_batch = |response: &mut ReleaseResponse| {
        response.released.truncate(1);
        response.batch.truncate(1);
    };
    vec![
        ("released prescriptions", response(&|_| {}), RELEASED),
        (
            "released prescription that answers another transmission",
            with_envelope(response(&one_of_a_batch), |envelope| {
                envelope.answers = Some(id('a'));
                envelope.transmission = Some(id('b'));
            }),
            RELEASED,
        ),
        ("one released prescription", response(&single), RELEASED_BY_ID),
    ]
}

fn supply(last: char, number: &str) -> Supply {
    Supply {
        id: Some(line_id(last)),
        identifier: vec![identifier("https://supplies.example", "1")],
        status: text("completed"),
        medicine: item("").medicine,
        quantity: tablets(number),
        days_supply: tablets("7"),
        repeat: None,
        dosage: item("").dosage,
        note: text("shaken & stirred"),
    }
}

/// Several supplies of one item, and an item that was not dispensed.
pub fn full_notification() -> DispenseNotification {
    let order = repeat_dispensing();
    let mut items = order.item;
    for item in &mut items {
        item.based_on = Some(BasedOn { item: Some(line_id('f')), repeats_allowed: Some(5), repeats_issued: Some(1) });
        item.note = text("a note");
        item.endorsement = vec![Concept::of(Coded::new("https://e.example", "SLS"))];
    }
    items[0].issue = Some(2);
    items[0].repeats_allowed = Some(5);
    items[0].supplied_id = Some(line_id('1'));
    items[0].dispense_status = concept(ITEM_STATUS, "0003");
    items[0].supply = vec![supply('1', "5"), supply('2', "1.50"), supply('3', "1")];
    items[1].repeats_allowed = None;
    items[1].dispense_status = concept(ITEM_STATUS, "0002");
    items[1].non_dispensing_reason = concept(REASON, "0001");
    items[1].supply = vec![supply('4', "0")];
    DispenseNotification {
        when: time("2022-07-01T12:00:00.5+01:00"),
        patient: patient(),
        author: dispenser(),
        recipient: Some(OrganisationRef { ods: Some(OdsCode::new("T1450")), name: text("THE AUTHORITY") }),
        prescription: Prescription {
            status: Some(shown(PRESCRIPTION_STATUS, "0003")),
            signature: None,
            ..order.prescription
        },
        item: items,
        replaces: Some(id('c')),
        release: Some(id('d')),
    }
}

fn minimal_notification() -> DispenseNotification {
    let mut notification = full_notification();
    notification.replaces = None;
    notification.recipient.as_mut().unwrap().name = None;
    notification.prescription = Prescription {
        id: notification.prescription.id.clone(),
        short_id: notification.prescription.short_id.clone(),
        status: Some(Coded::new(PRESCRIPTION_STATUS, "0006")),
        ..Prescription::default()
    };
    let plain = supply('7', "2");
    notification.item = vec![LineItem {
        id: line_id('0'),
        medicine: item("").medicine,
        quantity: tablets("2"),
        dispense_status: bare(ITEM_STATUS, "0001"),
        supply: vec![Supply {
            id: plain.id,
            medicine: plain.medicine,
            quantity: plain.quantity,
            dosage: plain.dosage,
            ..Supply::default()
        }],
        ..LineItem::default()
    }];
    notification
}

fn notifications() -> Vec<(&'static str, Message, &'static str)> {
    let with = |mut notification: DispenseNotification, change: &dyn Fn(&mut DispenseNotification)| {
        change(&mut notification);
        of(Body::DispenseNotification(Box::new(notification)))
    };
    vec![
        ("notification", with(full_notification(), &|_| {}), NOTIFICATION),
        ("minimal notification", with(minimal_notification(), &|_| {}), NOTIFICATION),
        (
            "notification of nothing dispensed",
            with(minimal_notification(), &|notification| {
                notification.prescription.status = Some(shown(PRESCRIPTION_STATUS, "0007"));
                notification.prescription.non_dispensing_reason = Some(shown(REASON, "0010"));
                let item = &mut notification.item[0];
                item.dispense_status = bare(ITEM_STATUS, "0002");
                item.non_dispensing_reason = bare(REASON, "0010");
                item.supplied_id = Some(line_id('8'));
                item.supply.clear();
            }),
            NOTIFICATION,
        ),
        (
            "notification of supplies without ids",
            with(full_notification(), &|notification| {
                for supply in &mut notification.item[0].supply {
                    supply.id = None;
                }
            }),
            NOTIFICATION,
        ),
        (
            "notification of two items with several supplies",
            with(full_notification(), &|notification| {
                notification.item[1].dispense_status = bare(ITEM_STATUS, "0001");
                notification.item[1].supply.push(supply('5', "2"));
            }),
            NOTIFICATION,
        ),
    ]
}

/// A claim in the present layout, with an item that was not dispensed.
pub fn full_claim() -> DispenseClaim {
    let notification = full_notification();
    let mut items = notification.item;
    for (item, id) in items.iter_mut().zip(['a', 'b']) {
        item.supplied_id = Some(line_id(id));
        item.charge = concept(CHARGE, "paid-once");
        item.based_on = None;
        for supply in &mut item.supply {
            (supply.note, supply.dosage) = (None, Vec::new());
        }
    }
    items[0].charge = concept(CHARGE, "paid-twice");
    items[0].dispensing_endorsement = vec![
        Concept { coding: vec![shown(DISPENSING_ENDORSEMENT, "IP")], text: text("supplied at £3 & more") },
        Concept::of(Coded::new(DISPENSING_ENDORSEMENT, "BB")),
    ];
    items[1].supply.clear();
    items[1].charge = None;
    DispenseClaim {
        first_claimed: None,
        when: time("2022-08-01T12:00:00Z"),
        patient: Some(Patient { nhs_number: patient().nhs_number, ..Patient::default() }),
        author: dispenser(),
        recipient: notification.recipient,
        prescription: Prescription {
            repeat: Some(Repeat { allowed: Some(5), issued: Some(1) }),
            exemption: Some(Exemption {
                code: Some(shown(EXEMPTION, "0001")),
                evidence: Some(shown(EVIDENCE, "no-evidence-seen")),
            }),
            ..notification.prescription
        },
        item: items,
        replaces: Some(id('c')),
        release: Some(id('d')),
    }
}

fn claims() -> Vec<(&'static str, Message, &'static str)> {
    let with = |change: &dyn Fn(&mut DispenseClaim)| {
        let mut claim = full_claim();
        change(&mut claim);
        of(Body::DispenseClaim(Box::new(claim)))
    };
    vec![
        ("claim", with(&|_| {}), CLAIM),
        (
            "minimal claim",
            with(&|claim| {
                claim.patient = None;
                claim.recipient.as_mut().unwrap().name = None;
                claim.replaces = None;
                claim.release = None;
                claim.prescription = Prescription {
                    id: claim.prescription.id.clone(),
                    short_id: claim.prescription.short_id.clone(),
                    status: Some(Coded::new(PRESCRIPTION_STATUS, "0006")),
                    ..Prescription::default()
                };
                claim.item.truncate(1);
                let item = &mut claim.item[0];
                *item = LineItem {
                    id: item.id.clone(),
                    supplied_id: item.supplied_id.clone(),
                    dispense_status: bare(ITEM_STATUS, "0001"),
                    charge: bare(CHARGE, "not-paid"),
                    supply: vec![Supply {
                        medicine: super::orders::item("").medicine,
                        quantity: tablets("1"),
                        ..Supply::default()
                    }],
                    ..LineItem::default()
                };
            }),
            CLAIM,
        ),
        (
            "claim in the older layout",
            with(&|claim| {
                claim.prescription.repeat = None;
                claim.item[0].supply[0].repeat = Some(Repeat { allowed: Some(6), issued: Some(3) });
                claim.item[0].supply[1].repeat = Some(Repeat { allowed: Some(6), issued: Some(3) });
            }),
            CLAIM,
        ),
        (
            "claim of an exempt patient for nothing dispensed",
            with(&|claim| {
                claim.prescription.non_dispensing_reason = Some(shown(REASON, "0001"));
                claim.prescription.exemption =
                    Some(Exemption { code: Some(Coded::new(EXEMPTION, "9182")), evidence: None });
                claim.item.remove(0);
            }),
            CLAIM,
        ),
    ]
}

/// Every message of this file, with a name and its schema.
pub fn messages() -> Vec<(&'static str, Message, &'static str)> {
    [requests(), responses(), notifications(), claims()].concat()
}
