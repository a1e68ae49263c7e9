//! What the tests share: an invented order that breaks no rule, and ways to break it.

pub mod told;
pub mod xml;

use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::{Finding, Rule, Severity};
use causeway_syntax::adapter::{Adapter, Compat, Context};
use serde_json::Value;

use crate::Layers;

/// An order of two acute items that breaks no rule.
pub const ORDER: &str = include_str!("../tests/data/order.json");

/// Pointer of the first request.
pub const REQUEST: &str = "/entry/1/resource";
/// Pointer of the second request.
pub const SECOND: &str = "/entry/2/resource";
/// Pointer of the patient.
pub const PATIENT: &str = "/entry/3/resource";
/// Pointer of the requester's role.
pub const ROLE: &str = "/entry/4/resource";
/// Pointer of the requester as a person.
pub const PRACTITIONER: &str = "/entry/5/resource";
/// Pointer of the requester's organisation.
pub const ORGANISATION: &str = "/entry/6/resource";

/// An order that can be changed.
pub struct Order {
    pub bundle: Value,
    pub context: Context,
}

/// The order that breaks no rule, on the day after it was written.
pub fn order() -> Order {
    let bundle = serde_json::from_str(ORDER).unwrap();
    Order { bundle, context: Context::at("2026-01-06T12:00:00Z".parse().unwrap()) }
}

/// The order as repeat dispensing of five repeats, which breaks no rule either.
pub fn repeat_dispensing() -> Order {
    let mut order = order();
    for request in [REQUEST, SECOND] {
        order.set(
            &format!("{request}/courseOfTherapyType/coding/0/system"),
            "https://fhir.nhs.uk/CodeSystem/medicationrequest-course-of-therapy",
        );
        order.set(&format!("{request}/courseOfTherapyType/coding/0/code"), "continuous-repeat-dispensing");
        order.set(&format!("{request}/intent"), "original-order");
        order.set(&format!("{request}/dispenseRequest/numberOfRepeatsAllowed"), 5);
        let extension = serde_json::json!({
            "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation",
            "extension": [{"url": "authorisationExpiryDate", "valueDateTime": "2026-12-01"}]
        });
        order.push(&format!("{request}/extension"), extension);
    }
    order
}

impl Order {
    /// Sets a member, or replaces a value.
    pub fn set(&mut self, pointer: &str, value: impl Into<Value>) -> &mut Self {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match self.bundle.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.insert(name.to_owned(), value.into())),
            Value::Array(elements) => elements[name.parse::<usize>().unwrap()] = value.into(),
            _ => panic!("{pointer}"),
        }
        self
    }

    /// Sets a member of both requests.
    pub fn set_in_requests(&mut self, below: &str, value: impl Into<Value> + Clone) -> &mut Self {
        self.set(&format!("{REQUEST}/{below}"), value.clone()).set(&format!("{SECOND}/{below}"), value)
    }

    /// Takes out a member.
    pub fn remove(&mut self, pointer: &str) -> &mut Self {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        self.bundle.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        self
    }

    /// Adds an element to a list.
    pub fn push(&mut self, pointer: &str, value: Value) -> &mut Self {
        self.bundle.pointer_mut(pointer).unwrap().as_array_mut().unwrap().push(value);
        self
    }

    /// Switches on the defects of the published translator.
    pub fn compat(&mut self) -> &mut Self {
        self.context.compat = Compat::nhs_eps_api();
        self
    }

    /// All findings of this crate.
    pub fn findings(&self) -> Vec<Finding> {
        self.findings_of(Layers::ALL)
    }

    /// The findings of some of the layers.
    pub fn findings_of(&self, layers: Layers) -> Vec<Finding> {
        check_in(&serde_json::to_string_pretty(&self.bundle).unwrap(), &self.context, layers)
    }

    /// The one finding of the rule, which must stand at the path below the bundle and have a position.
    #[track_caller]
    pub fn breaks(&self, rule: &'static Rule, path: &str) -> Finding {
        let findings = self.findings();
        let of_rule: Vec<&Finding> = findings.iter().filter(|finding| finding.rule == rule).collect();
        let [finding] = of_rule.as_slice() else {
            panic!("{} findings of {}: {findings:#?}", of_rule.len(), rule.name)
        };
        assert_eq!(finding.path, format!("Bundle.{path}"));
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

    /// Does not break the rule.
    #[track_caller]
    pub fn keeps(&self, rule: &'static Rule) {
        let findings = self.findings();
        assert!(!findings.iter().any(|finding| finding.rule == rule), "{findings:#?}");
    }

    /// Breaks no rule at all.
    #[track_caller]
    pub fn is_good(&self) {
        assert_eq!(self.findings(), []);
    }
}

/// All findings of this crate for a text.
pub fn check_text(text: &str) -> Vec<Finding> {
    check_in(text, &order().context, Layers::ALL)
}

fn check_in(text: &str, context: &Context, layers: Layers) -> Vec<Finding> {
    let reading = FhirR4Json.read(text.as_bytes(), context);
    crate::check_layers("fhir-r4-json", &reading, context, layers)
}
