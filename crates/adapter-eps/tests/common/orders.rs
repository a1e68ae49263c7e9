//! Invented prescription orders and answers in every form.

use causeway_canonical::model::*;
use causeway_canonical::{
    Date, DateTime, Decimal, LineItemId, MessageId, NhsNumber, OdsCode, PrescriptionLongId, PrescriptionShortId,
    Problem, Severity,
};

pub const SIGNATURE: &str = "<?xml version=\"1.0\"?>\n<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">\n <SignedInfo>\
    <SignatureMethod Zulu=\"1\" Algorithm=\"x\"/></SignedInfo><!-- c -->\n <SignatureValue>YQ==\n</SignatureValue>\
    </Signature>\n";

pub fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub fn time(text: &str) -> Option<DateTime> {
    Some(DateTime::parse(text).unwrap())
}

pub fn ods(code: &str) -> Option<OdsCode> {
    Some(OdsCode::new(code))
}

pub fn identifier(system: &str, value: &str) -> Identifier {
    Identifier { system: text(system), value: text(value), r#use: text("official") }
}

pub fn telecom(system: &str, value: &str, r#use: &str) -> Telecom {
    Telecom { system: text(system), value: text(value), r#use: text(r#use) }
}

pub fn shown(system: &str, code: &str) -> Coded {
    Coded { display: text("a display"), ..Coded::new(system, code) }
}

pub fn address() -> Address {
    Address {
        r#use: text("work"),
        line: vec!["1 High Street & Co".to_owned()],
        city: text("Leeds"),
        district: text("Yorkshire"),
        postal_code: text("LS1 1AA"),
        country: text("GB"),
        ..Address::default()
    }
}

pub fn patient() -> Patient {
    Patient {
        nhs_number: Some(NhsNumber::new("9990548609")),
        nhs_number_status: Some(shown("https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus", "01")),
        identifier: vec![identifier("https://hospital.example/id", "H1")],
        name: vec![
            HumanName {
                r#use: text("official"),
                text: text("MS TEST PATIENT"),
                prefix: vec!["MS".to_owned()],
                given: vec!["TEST".to_owned(), " ".to_owned(), "SECOND".to_owned()],
                family: text("PATIENT <the> \"first\""),
                suffix: vec!["BSc".to_owned()],
            },
            HumanName { r#use: text("nickname"), text: text("Testy"), ..HumanName::default() },
        ],
        gender: Some(Gender::Female),
        birth_date: Some(Date::parse("1999-01-04").unwrap()),
        address: vec![address(), Address { text: text("2 Low Street\nYork"), ..Address::default() }],
        telecom: vec![telecom("email", "a@b.example", "home"), telecom("phone", "0123 456", "mobile")],
        general_practice: Some(OrganisationRef { ods: ods("B81001"), name: text("SURGERY") }),
    }
}

pub fn author() -> Agent {
    Agent {
        identifier: vec![
            identifier("https://fhir.hl7.org.uk/Id/nhsbsa-spurious-code", "612345"),
            identifier("https://fhir.nhs.uk/Id/sds-role-profile-id", "100102238986"),
        ],
        job_role: vec![Concept {
            coding: vec![
                shown("https://other.example", "x"),
                shown("https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode", "R8000"),
            ],
            text: text("clinician"),
        }],
        telecom: None,
        practitioner: Some(Practitioner {
            identifier: vec![
                identifier("https://fhir.nhs.uk/Id/sds-user-id", "555086689106"),
                identifier("https://fhir.hl7.org.uk/Id/din-number", "977677"),
                identifier("https://fhir.hl7.org.uk/Id/gmc-number", "C6095103"),
            ],
            name: vec![HumanName { family: text("BOIN"), ..HumanName::default() }],
            display: None,
            telecom: Some(vec![telecom("phone", "01 2", "work"), telecom("fax", "3 4", "work")]),
        }),
        organisation: Some(Organisation {
            ods: ods("A83008"),
            name: text("HALLGARTH SURGERY"),
            kind: vec![Concept::of(shown("https://fhir.nhs.uk/CodeSystem/organisation-role", "76"))],
            telecom: vec![telecom("phone", "0115 9737320", "work")],
            address: vec![address()],
            parent: Some(OrganisationRef { ods: ods("84H"), name: text("A COMMISSIONER") }),
            ..Organisation::default()
        }),
        ..Agent::default()
    }
}

pub fn item(id: &str) -> LineItem {
    LineItem {
        id: LineItemId::new(id),
        status: text("active"),
        intent: text("order"),
        medicine: Medicine {
            code: Concept {
                coding: vec![shown("https://other.example", "1"), shown("http://snomed.info/sct", "15517911000001104")],
                text: text("words"),
            },
            form: None,
        },
        course_of_therapy: Some(CourseOfTherapy::Acute),
        quantity: Some(Quantity {
            value: Decimal::parse("7.50"),
            unit: text("tablet"),
            system: text("http://snomed.info/sct"),
            code: text("428673006"),
            comparator: None,
        }),
        dosage: vec![Dosage {
            sequence: Some(1),
            text: text("Take 1 & wait > 5 hours"),
            patient_instruction: text("with water"),
            ..Dosage::default()
        }],
        substitution_allowed: Some(false),
        ..LineItem::default()
    }
}

pub fn order() -> PrescriptionOrder {
    PrescriptionOrder {
        patient: patient(),
        author: author(),
        responsible_party: None,
        prescription: Prescription {
            id: PrescriptionLongId::new("10d37820-dda2-4810-94d7-c79e5fdb4b46"),
            short_id: PrescriptionShortId::new("B407F7-A99968-4DB2AU"),
            kind: Some(shown("https://fhir.nhs.uk/CodeSystem/prescription-type", "0101")),
            category: vec![Concept::of(shown("https://c.example", "community"))],
            authored_on: time("2021-09-01"),
            nomination: Nomination {
                site_preference: Some(shown("https://fhir.nhs.uk/CodeSystem/dispensing-site-preference", "P1")),
                organisation: Some(OrganisationRef { ods: ods("FER21"), name: text("CHEMIST") }),
            },
            signature: Some(Signature {
                when: time("2021-09-03T14:31:02.5+01:00"),
                xml: text(SIGNATURE),
                kind: vec![shown("urn:iso-astm:E1762-95:2013", "1.2.840.10065.1.12.1.1")],
                recorded: time("2021-09-03"),
            }),
            ..Prescription::default()
        },
        item: vec![item("a54219b8-f741-4c47-b662-e4f8dfa49ab6"), item("a54219b8-f741-4c47-b662-e4f8dfa49ab7")],
    }
}

pub fn repeat_dispensing() -> PrescriptionOrder {
    let mut order = order();
    order.prescription.validity =
        Some(Period { start: time("2022-07-01T00:30:00+01:00"), end: time("2023-01-01T23:59:59Z") });
    order.prescription.supply_duration = Some(Quantity {
        value: Decimal::parse("28"),
        unit: text("day"),
        system: text("http://unitsofmeasure.org"),
        code: text("d"),
        comparator: None,
    });
    for (item, repeats) in order.item.iter_mut().zip([2, 5]) {
        item.course_of_therapy = Some(CourseOfTherapy::ContinuousRepeatDispensing);
        item.repeats_allowed = Some(repeats);
        item.review_date = time("2023-07-01T10:00:00+01:00");
    }
    order.item[0].based_on = Some(BasedOn { item: None, repeats_allowed: Some(3), repeats_issued: Some(1) });
    order
}

pub fn with_every_text() -> PrescriptionOrder {
    let mut order = order();
    order.prescription.token_issued = Some(true);
    order.prescription.medication_list = vec!["M & N".to_owned(), String::new(), "</medication>".to_owned()];
    order.prescription.patient_information = vec!["two\nlines".to_owned()];
    order.item[0].note = text("a < b\r\nCD: c");
    order.item[0].controlled_drug = Some(ControlledDrug {
        schedule: Some(shown("https://fhir.nhs.uk/CodeSystem/medicationrequest-controlled-drug", "CD2")),
        quantity_words: text("seven & a half"),
    });
    order.item[1].note = text("&amp; no tag");
    order.item[1].endorsement = vec![
        Concept {
            coding: vec![shown("https://fhir.nhs.uk/CodeSystem/medicationrequest-endorsement", "SLS")],
            text: None,
        },
        Concept::of(Coded::new("https://fhir.nhs.uk/CodeSystem/medicationrequest-endorsement", "CC")),
    ];
    order.item[1].dosage = [(2, "c"), (1, "a"), (1, "b")]
        .map(|(sequence, words)| Dosage { sequence: Some(sequence), text: text(words), ..Dosage::default() })
        .to_vec();
    order
}

pub fn by_identifier() -> PrescriptionOrder {
    let mut order = order();
    order.author.telecom = Some(vec![telecom("phone", "01234567890", "work")]);
    order.author.practitioner = Some(Practitioner {
        identifier: vec![identifier("https://fhir.hl7.org.uk/Id/gmc-number", "C6150129")],
        display: text("MR RANDOM FIFTYSEVEN"),
        ..Practitioner::default()
    });
    order.author.organisation =
        Some(Organisation { ods: ods("RBA"), name: text("A TRUST"), ..Organisation::default() });
    order.author.healthcare_service =
        Some(HealthcareService { ods: ods("A99968"), name: text("A CENTRE"), ..HealthcareService::default() });
    order.author.location = vec![Location { address: Some(address()), status: text("active"), ..Location::default() }];
    order
}

pub fn organisation_as_responsible_party() -> PrescriptionOrder {
    let mut order = order();
    order.responsible_party = Some(Agent {
        practitioner: Some(Practitioner {
            identifier: vec![identifier("https://fhir.hl7.org.uk/Id/gmc-number", "C6095103")],
            ..Practitioner::default()
        }),
        organisation: Some(Organisation {
            ods: ods("RBA"),
            name: text("A TRUST"),
            telecom: vec![telecom("phone", "01823333444", "work")],
            address: vec![Address { text: text("1 Street"), ..Address::default() }],
            ..Organisation::default()
        }),
        ..Agent::default()
    });
    order
}

pub fn with_service() -> PrescriptionOrder {
    let mut order = order();
    order.author.healthcare_service = Some(HealthcareService {
        ods: ods("A99968"),
        name: text("A CENTRE"),
        telecom: vec![telecom("url", "https://centre.example", "work")],
        location: vec![Location { address: Some(address()), ..Location::default() }],
        ..HealthcareService::default()
    });
    order.author.organisation.as_mut().unwrap().parent = None;
    order.author.job_role[0].coding[1].code = text("S8000:G8000:R8000");
    order
}

pub fn changed(change: impl Fn(&mut PrescriptionOrder)) -> PrescriptionOrder {
    let mut order = order();
    change(&mut order);
    order
}

pub fn all() -> Vec<(&'static str, PrescriptionOrder)> {
    vec![
        ("acute", order()),
        ("repeat dispensing", repeat_dispensing()),
        ("every text", with_every_text()),
        ("by identifier", by_identifier()),
        ("organisation as responsible party", organisation_as_responsible_party()),
        ("healthcare service", with_service()),
        ("unsigned", changed(|order| order.prescription.signature = None)),
        (
            "unsigned with validity",
            changed(|order| {
                order.prescription.signature = None;
                order.prescription.validity = Some(Period { start: time("2022-10-20"), end: time("2022-11-20") });
            }),
        ),
        (
            "valid from the signature on",
            changed(|order| {
                order.prescription.validity = Some(Period { start: time("2021-09-03T13:31:02Z"), end: None });
            }),
        ),
        (
            "repeat",
            changed(|order| {
                for item in &mut order.item {
                    item.course_of_therapy = Some(CourseOfTherapy::Continuous);
                    item.repeats_allowed = Some(5);
                }
            }),
        ),
        (
            "repeat with different review dates",
            changed(|order| {
                for (item, review) in order.item.iter_mut().zip(["2023-07-01", "2023-08-01"]) {
                    item.course_of_therapy = Some(CourseOfTherapy::Continuous);
                    item.review_date = time(review);
                }
            }),
        ),
        (
            "acute with review dates",
            changed(|order| order.item.iter_mut().for_each(|item| item.review_date = time("2023-07-01"))),
        ),
        ("acute and repeat", changed(|order| order.item[1].course_of_therapy = Some(CourseOfTherapy::Continuous))),
        (
            "nothing optional",
            changed(|order| {
                order.patient.address.clear();
                order.patient.telecom.clear();
                order.patient.name.truncate(1);
                order.patient.general_practice = None;
                order.prescription.nomination.organisation = None;
                order.author.identifier.clear();
                order.author.job_role.clear();
                order.author.telecom = Some(Vec::new());
                order.item.truncate(1);
            }),
        ),
        ("partial birth date", changed(|order| order.patient.birth_date = Some(Date::parse("1932").unwrap()))),
        (
            "responsible practitioner",
            changed(|order| {
                let mut other = author();
                other.identifier.remove(0);
                order.responsible_party = Some(other);
            }),
        ),
    ]
}

pub fn message(order: PrescriptionOrder) -> Message {
    Message {
        version: VERSION.to_owned(),
        envelope: Envelope {
            id: MessageId::new("8de3221e-54b7-4994-a55b-e7038abd36ad"),
            created: time("2022-01-31"),
            sender: Some(Sender { ods: ods("A83008"), endpoint: text("https://a.example"), ..Sender::default() }),
            destination: vec![Destination { name: text("somebody"), ..Destination::default() }],
            ..Envelope::default()
        },
        body: Body::PrescriptionOrder(Box::new(order)),
        ..Message::default()
    }
}

pub fn answers() -> Vec<Message> {
    let issue = |problem, code: Option<Coded>, severity| Issue {
        severity,
        problem: Some(problem),
        code,
        diagnostics: text("EPS-V001 expected something else"),
        expression: vec!["Bundle.entry[0]".to_owned()],
        line: Some(3),
        column: Some(4),
    };
    let eps = "https://fhir.nhs.uk/CodeSystem/EPS-IssueCode";
    let issues = vec![
        issue(Problem::CheckDigit, None, None),
        issue(Problem::BusinessRule, Some(shown(eps, "PRESCRIPTION_EXPIRED")), Some(Severity::Warning)),
        issue(Problem::Informational, Some(shown(eps, "NO_MORE_PRESCRIPTIONS")), Some(Severity::Information)),
        issue(Problem::Value, Some(shown("https://fhir.nhs.uk/CodeSystem/Spine-ErrorOrWarningCode", "202")), None),
    ];
    let of = Some(MessageId::new("8de3221e-54b7-4994-a55b-e7038abd36ae"));
    use AcknowledgementStatus::{Accepted, Error, Rejected};
    [(Accepted, issues.clone()), (Error, issues.clone()), (Rejected, issues), (Error, Vec::new())]
        .into_iter()
        .map(|(status, issue)| {
            let answer = Acknowledgement { status, of: of.clone(), issue, ..Acknowledgement::default() };
            let body = Body::Acknowledgement(Box::new(answer));
            Message { body, ..message(PrescriptionOrder::default()) }
        })
        .collect()
}

/// Every message of this file, with a name.
pub fn messages() -> Vec<(&'static str, Message)> {
    let orders = all().into_iter().map(|(name, order)| (name, message(order)));
    orders.chain(answers().into_iter().map(|answer| ("answer", answer))).collect()
}
