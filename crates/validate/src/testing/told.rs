//! Messages of the kinds beside the order, invented, told in the canonical form, and breaking no rule.

use causeway_canonical::model::Message;
use causeway_canonical::{Finding, Rule, Severity};
use causeway_syntax::adapter::Context;
use causeway_translate::registry;
use serde_json::{Value, json};

use crate::Layers;

const PRESCRIPTION: &str = "0f3d2c1b-5a69-4788-96a5-b4c3d2e1f001";
const SHORT_ID: &str = "BB5581-Z99901-7E78AZ";

/// A message that can be changed.
pub struct Told {
    pub message: Value,
    pub member: &'static str,
    format: &'static str,
    context: Context,
}

fn told(member: &'static str, body: Value) -> Told {
    let message = json!({
        "version": "1",
        "envelope": {"id": id(1)},
        "body": {member: body}
    });
    let context = Context::at("2026-01-06T12:00:00Z".parse().unwrap());
    Told { message, member, format: "canonical-json", context }
}

fn id(number: usize) -> String {
    format!("6a1c7e52-90d4-4b3f-8a2e-{number:012}")
}

fn concept(name: &str, code: &str) -> Value {
    json!({"coding": [{"system": format!("https://fhir.nhs.uk/CodeSystem/{name}"), "code": code}]})
}

fn coded(name: &str, code: &str) -> Value {
    json!({"system": format!("https://fhir.nhs.uk/CodeSystem/{name}"), "code": code})
}

fn patient() -> Value {
    json!({"nhsNumber": "9990548609"})
}

fn dispenser() -> Value {
    json!({
        "identifier": [{"system": "https://fhir.nhs.uk/Id/sds-role-profile-id", "value": "100112897984"}],
        "telecom": [{"system": "phone", "value": "01632960101", "use": "work"}],
        "practitioner": {
            "identifier": [{"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "555086689106"}],
            "display": "Olive Dispenser"
        },
        "organisation": {"ods": "Z99902", "name": "Invented Pharmacy"}
    })
}

fn prescriber() -> Value {
    let mut prescriber = dispenser();
    prescriber["practitioner"]["display"] = json!("Iris Prescriber");
    let code = json!({"system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": "C1234567"});
    prescriber["practitioner"]["identifier"].as_array_mut().unwrap().push(code);
    prescriber["organisation"] = json!({"ods": "Z99901", "name": "Invented Surgery"});
    prescriber
}

fn medicine() -> Value {
    json!({"code": {"coding": [{"system": "http://snomed.info/sct", "code": "322280009"}]}})
}

fn tablets(count: u32) -> Value {
    json!({"value": count.to_string(), "unit": "capsule", "system": "http://snomed.info/sct", "code": "428641000"})
}

/// An item of which something was supplied.
fn dispensed(number: usize) -> Value {
    json!({
        "id": id(10 + number),
        "suppliedId": id(20 + number),
        "medicine": medicine(),
        "quantity": tablets(28),
        "dispenseStatus": concept("medicationdispense-type", "0001"),
        "supply": [{
            "id": id(20 + number),
            "medicine": medicine(),
            "quantity": tablets(28),
            "dosage": [{"text": "one a day"}]
        }]
    })
}

/// An item of which nothing was supplied.
fn undispensed(number: usize) -> Value {
    json!({
        "id": id(10 + number),
        "suppliedId": id(20 + number),
        "medicine": medicine(),
        "quantity": tablets(28),
        "dispenseStatus": concept("medicationdispense-type", "0002"),
        "nonDispensingReason": concept("medicationdispense-status-reason", "0001")
    })
}

fn prescription(status: &str) -> Value {
    json!({"id": PRESCRIPTION, "shortId": SHORT_ID, "status": coded("EPS-task-business-status", status)})
}

fn told_of_dispensing() -> Value {
    json!({
        "patient": patient(),
        "author": dispenser(),
        "recipient": {"ods": "T1450"},
        "prescription": prescription("0006"),
        "item": [dispensed(1), undispensed(2)],
        "release": id(3)
    })
}

/// A notification of one item that was dispensed and one that was not.
pub fn notification() -> Told {
    told("dispenseNotification", told_of_dispensing())
}

/// A history of one such notification.
pub fn history() -> Told {
    let entry = json!({"sequence": 1, "id": id(4), "notification": told_of_dispensing()});
    told("rebuildDispenseHistory", json!({"prescription": {"shortId": SHORT_ID}, "history": [entry]}))
}

/// A claim for them.
pub fn claim() -> Told {
    let mut body = told_of_dispensing();
    body["item"][0]["dispensingEndorsement"] = json!([concept("medicationdispense-endorsement", "NDEC")]);
    body["prescription"]["exemption"] = json!({
        "code": coded("prescription-charge-exemption", "0002"),
        "evidence": coded("DM-exemption-evidence", "evidence-seen")
    });
    told("dispenseClaim", body)
}

fn reversal(reason: Value) -> Value {
    json!({
        "patient": patient(),
        "author": dispenser(),
        "prescription": {"shortId": SHORT_ID},
        "of": id(3),
        "reason": reason
    })
}

/// A return.
pub fn returned() -> Told {
    told("return", reversal(concept("EPS-task-dispense-return-status-reason", "0002")))
}

/// A withdrawal.
pub fn withdrawal() -> Told {
    told("withdraw", reversal(concept("EPS-task-dispense-withdraw-reason", "MU")))
}

/// A request for prescriptions.
pub fn release_request() -> Told {
    told("releaseRequest", json!({"author": dispenser(), "prescription": {"shortId": SHORT_ID}}))
}

fn ordered() -> Value {
    let mut ordered = json!({
        "patient": patient(),
        "author": prescriber(),
        "prescription": prescription("0002"),
        "item": [{
            "id": id(11),
            "courseOfTherapy": "acute",
            "medicine": medicine(),
            "quantity": tablets(28),
            "releaseStatus": coded("medicationdispense-type", "0008"),
            "dosage": [{"text": "one a day"}]
        }]
    });
    ordered["patient"]["gender"] = json!("female");
    ordered["patient"]["birthDate"] = json!("1985-10-26");
    ordered["prescription"]["kind"] = coded("prescription-type", "0101");
    ordered["prescription"]["nomination"] = json!({"sitePreference": coded("dispensing-site-preference", "P1")});
    ordered
}

/// An order.
pub fn order() -> Told {
    told("prescriptionOrder", ordered())
}

/// Two released prescriptions.
pub fn release() -> Told {
    let released = |number| {
        let mut order = ordered();
        order["prescription"]["id"] = json!(id(40 + number));
        json!({"id": id(number), "order": order})
    };
    told("releaseResponse", json!({"of": id(3), "released": [released(4), released(5)]}))
}

/// A request to cancel an item.
pub fn cancellation() -> Told {
    let mut body = ordered();
    body["item"][0]["statusReason"] = concept("medicationrequest-status-reason", "0001");
    told("cancelRequest", body)
}

/// The answer to it.
pub fn cancelled() -> Told {
    told(
        "cancelResponse",
        json!({
            "of": id(3),
            "result": coded("medicationrequest-status-history", "R-0001"),
            "patient": patient(),
            "author": dispenser(),
            "prescription": {"shortId": SHORT_ID},
            "item": [{"id": id(11), "medicine": medicine()}]
        }),
    )
}

/// A refusal of a request for prescriptions.
pub fn refusal() -> Told {
    let rejection = json!({"id": id(5), "release": id(3)});
    told("acknowledgement", json!({"status": "error", "of": id(3), "rejection": rejection, "performer": dispenser()}))
}

/// One message of each kind.
pub fn all() -> Vec<Told> {
    vec![
        order(),
        notification(),
        history(),
        claim(),
        returned(),
        withdrawal(),
        release_request(),
        release(),
        cancellation(),
        cancelled(),
        refusal(),
    ]
}

/// All findings of this crate for a text in the canonical form.
pub fn findings_of(text: &str) -> Vec<Finding> {
    check("canonical-json", text, &Context::at("2026-01-06T12:00:00Z".parse().unwrap()))
}

fn check(format: &str, text: &str, context: &Context) -> Vec<Finding> {
    let reading = registry::adapter("canonical-json").unwrap().read(text.as_bytes(), context);
    crate::check_layers(format, &reading, context, Layers::ALL)
}

impl Told {
    /// Sets a member below the body.
    pub fn set(&mut self, pointer: &str, value: impl Into<Value>) -> &mut Self {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = format!("/body/{}{parent}", self.member);
        match self.message.pointer_mut(&parent).unwrap_or_else(|| panic!("{parent}")) {
            Value::Object(members) => drop(members.insert(name.to_owned(), value.into())),
            Value::Array(elements) => elements[name.parse::<usize>().unwrap()] = value.into(),
            _ => panic!("{pointer}"),
        }
        self
    }

    /// Takes out a member below the body.
    pub fn remove(&mut self, pointer: &str) -> &mut Self {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = format!("/body/{}{parent}", self.member);
        self.message.pointer_mut(&parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        self
    }

    /// The message as if it had been read from another format.
    pub fn read_from(&mut self, format: &'static str) -> &mut Self {
        self.format = format;
        self
    }

    /// All findings of this crate.
    pub fn findings(&self) -> Vec<Finding> {
        let text = serde_json::to_string_pretty(&self.message).unwrap();
        assert!(serde_json::from_str::<Message>(&text).is_ok(), "{text}");
        check(self.format, &text, &self.context)
    }

    /// The one finding of the rule, which must stand at the path below the body and have a position.
    #[track_caller]
    fn breaks(&self, rule: &'static Rule, path: &str) -> Finding {
        let findings = self.findings();
        let of_rule: Vec<&Finding> = findings.iter().filter(|finding| finding.rule == rule).collect();
        let [finding] = of_rule.as_slice() else {
            panic!("{} findings of {}: {findings:#?}", of_rule.len(), rule.name)
        };
        assert_eq!(finding.path, format!("$.body.{}.{path}", self.member));
        assert!(finding.position.line > 1 && finding.position.column > 1, "{finding}");
        (*finding).clone()
    }

    /// Breaks a rule that refuses the message.
    #[track_caller]
    pub fn is_refused_by(&self, rule: &'static Rule, path: &str) {
        assert_eq!(self.breaks(rule, path).severity, Severity::Error);
    }

    /// Breaks a rule that only warns.
    #[track_caller]
    pub fn is_warned_of_by(&self, rule: &'static Rule, path: &str) {
        assert_eq!(self.breaks(rule, path).severity, Severity::Warning);
    }

    /// Breaks a rule that is told for information.
    #[track_caller]
    pub fn is_told_of_by(&self, rule: &'static Rule, path: &str) {
        assert_eq!(self.breaks(rule, path).severity, Severity::Information);
    }

    /// Breaks no rule at all.
    #[track_caller]
    pub fn is_good(&self) {
        assert_eq!(self.findings(), [], "{}", self.member);
    }
}
