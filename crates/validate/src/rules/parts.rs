//! Rules about the values of one part: codings, identifiers and amounts whose values need each other.
//!
//! Invariants:
//! - Values that need each other are asked of the formats that write them one by one, FHIR and the canonical form. V3 has a
//!   code and its system as attributes that its grammar demands.
//! - The values of a part stand together in the source, and so do the entries of a list, so one walk over them is enough.
//!   An entry is compared with the one before it; `lists` compares the entries of lists that are dangerous to repeat.

use causeway_canonical::ledger::{FieldRef, Leaf, Mark, Place, place};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::NodeId;

use crate::catalogue as rule;
use crate::identifiers::{DMD, SNOMED};
use crate::subject::Source;

/// Places whose codes are held against the system that they must have (see `code_systems`).
const WITH_KNOWN_SYSTEM: [Place; 4] =
    [place::PRESCRIPTION_KIND, place::SITE_PREFERENCE, place::ENDORSEMENT, place::CD_SCHEDULE];

pub(super) fn check(source: &Source<'_>, findings: &mut Vec<Finding>) {
    let names_systems = source.names_systems();
    let mut part = Part::default();
    let mut concept = Concept::default();
    let mut before = None;
    for (index, mark) in source.account.marks.iter().enumerate() {
        let Mark::Field(field, _) = mark else { continue };
        repeated_words(source, &mut before, (*field, NodeId::from_index(index)), findings);
        if !names_systems {
            continue;
        }
        if part.field.is_some_and(|last| !last.is_beside(*field)) {
            part.judge(source, &mut concept, findings);
            part = Part::default();
        }
        part.add(*field, NodeId::from_index(index));
    }
    part.judge(source, &mut concept, findings);
}

/// A line of an address or a part of a name that says what the one before it says.
fn repeated_words(
    source: &Source<'_>,
    before: &mut Option<(FieldRef, NodeId)>,
    (field, node): (FieldRef, NodeId),
    findings: &mut Vec<Finding>,
) {
    let is_word = matches!(field.leaf(), Leaf::Line | Leaf::Given | Leaf::Prefix | Leaf::Suffix);
    if let Some((earlier, their_node)) = before.replace((field, node)).filter(|_| is_word)
        && earlier != field
        && earlier.nth(0) == field.nth(0)
        && source.account.tree.value(their_node) == source.account.tree.value(node)
    {
        findings.push(source.at_node(&rule::ENTRY_REPEATED, REPEATED, Some(node)));
    }
}

/// What is said of an entry that stands twice.
pub(super) const REPEATED: &str = "an entry that says what no other of the list says is expected";

/// The values of one part, as far as they are met.
#[derive(Default)]
struct Part {
    field: Option<FieldRef>,
    system: Option<NodeId>,
    code: Option<NodeId>,
    display: Option<NodeId>,
    value: Option<NodeId>,
    unit: Option<NodeId>,
    /// Whether it is one coding of a concept.
    of_concept: bool,
}

/// The coding before, should the next be one of the same concept.
#[derive(Default)]
struct Concept {
    before: Option<(FieldRef, NodeId, Option<NodeId>)>,
}

impl Part {
    fn add(&mut self, field: FieldRef, node: NodeId) {
        self.field = Some(field);
        self.of_concept |= matches!(field.leaf(), Leaf::CodingSystem | Leaf::CodingCode | Leaf::CodingDisplay);
        let slot = match field.leaf() {
            Leaf::System | Leaf::CodingSystem => &mut self.system,
            Leaf::Code | Leaf::CodingCode => &mut self.code,
            Leaf::Display | Leaf::CodingDisplay => &mut self.display,
            Leaf::Value => &mut self.value,
            Leaf::Unit => &mut self.unit,
            _ => return,
        };
        *slot = Some(node);
    }

    fn judge(&self, source: &Source<'_>, concept: &mut Concept, findings: &mut Vec<Finding>) {
        let Some(field) = self.field else { return };
        let mut say = |rule: &'static Rule, message: &'static str, node: Option<NodeId>| {
            findings.push(source.at_node(rule, message, node));
        };
        let sort = Sort::of(self, field);
        match sort {
            Sort::Identifier => {
                if self.value.is_none() {
                    say(&rule::IDENTIFIER_WITHOUT_VALUE, "the value of the identifier is expected", self.system);
                } else if self.system.is_none() {
                    say(&rule::IDENTIFIER_WITHOUT_SYSTEM, "the system of the identifier is expected", self.value);
                }
            }
            Sort::Amount => self.judge_amount(field, &mut say),
            Sort::Coding => {
                if self.code.is_none() {
                    say(&rule::CODING_WITHOUT_CODE, "the code of the coding is expected", self.system.or(self.display));
                } else if self.system.is_none() && !WITH_KNOWN_SYSTEM.contains(&field.place()) {
                    say(&rule::CODE_WITHOUT_SYSTEM, "the system of the code is expected", self.code);
                }
            }
            Sort::Other => {}
        }
        if sort != Sort::Other {
            let text = |node: NodeId| source.account.tree.value(node);
            if let Some(system) = self.system.filter(|system| !is_absolute_uri(&text(*system))) {
                say(&rule::SYSTEM_FORM, "the absolute URI of a system is expected", Some(system));
            }
            if let Some(code) = self.code.filter(|code| text(*code).contains("://")) {
                say(&rule::CODE_FORM, "a code is expected here, and no URI", Some(code));
            }
            let is_unknown = |system: &NodeId| match systems_of(sort, field.place()) {
                Some((_, systems)) => !systems.contains(&&*text(*system)),
                None => false,
            };
            if let (Some(system), Some((rule, _))) = (self.system.filter(is_unknown), systems_of(sort, field.place())) {
                say(rule, "a system that is in use for codes of this kind is expected", Some(system));
            }
        }
        if self.of_concept {
            self.compare(field, source, concept, findings);
        }
    }

    fn judge_amount(&self, field: FieldRef, say: &mut impl FnMut(&'static Rule, &'static str, Option<NodeId>)) {
        if self.value.is_none() {
            say(
                &rule::AMOUNT_WITHOUT_VALUE,
                "the number of the amount is expected",
                self.unit.or(self.code).or(self.system),
            );
        } else if self.unit.is_none() && self.code.is_none() {
            say(&rule::AMOUNT_WITHOUT_UNIT, "the unit of the amount is expected", self.value);
        }
        match (self.system, self.code) {
            (Some(system), None) => say(&rule::UNIT_WITHOUT_CODE, "the code of the unit is expected", Some(system)),
            // Of the quantity of an item that is said elsewhere.
            (None, Some(code)) if field.place() != place::QUANTITY => {
                say(&rule::UNIT_WITHOUT_SYSTEM, "the system of the unit's code is expected", Some(code));
            }
            _ => {}
        }
    }

    /// Holds a coding against the one before it in the same concept.
    fn compare(&self, field: FieldRef, source: &Source<'_>, concept: &mut Concept, findings: &mut Vec<Finding>) {
        let Some(code) = self.code else { return };
        let tree = &source.account.tree;
        let text = |node: Option<NodeId>| node.map(|node| tree.value(node));
        if let Some((before, their_code, their_system)) = concept.before
            && before.nth(0).is_beside(field.nth(0))
            && text(their_system) == text(self.system)
        {
            let is_the_same = text(Some(their_code)) == text(Some(code));
            let (rule, message) = if is_the_same {
                (&rule::ENTRY_REPEATED, REPEATED)
            } else {
                (&rule::CODES_CONFLICT, "one code of the system is expected in a concept")
            };
            findings.push(source.at_node(rule, message, Some(code)));
        }
        concept.before = Some((field, code, self.system));
    }
}

/// What a part is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Coding,
    Identifier,
    Amount,
    /// Telecoms, names, addresses and whatever else has no code or system of this kind.
    Other,
}

impl Sort {
    fn of(part: &Part, field: FieldRef) -> Sort {
        let template = field.place().template();
        if template.ends_with("telecom[]") || matches!(field.leaf(), Leaf::Itself) {
            Sort::Other
        } else if part.of_concept {
            Sort::Coding
        } else if template.ends_with("identifier[]") {
            Sort::Identifier
        } else if part.unit.is_some() || part.value.is_some() {
            Sort::Amount
        } else if part.system.is_some() || part.code.is_some() {
            Sort::Coding
        } else {
            Sort::Other
        }
    }
}

/// The systems that codes of a kind are met in, and the rule for a code of another.
fn systems_of(sort: Sort, place: Place) -> Option<(&'static Rule, &'static [&'static str])> {
    if sort == Sort::Amount {
        return Some((&rule::UNIT_SYSTEM_UNKNOWN, &UNIT_SYSTEMS));
    }
    let is_of_dosage = [
        place::DOSAGE_ADDITIONAL,
        place::DOSAGE_AS_NEEDED_REASON,
        place::DOSAGE_SITE,
        place::DOSAGE_ROUTE,
        place::DOSAGE_METHOD,
    ]
    .contains(&place);
    match place {
        place::DOSE_KIND => Some((&rule::DOSAGE_SYSTEM_UNKNOWN, &DOSE_KIND_SYSTEMS)),
        _ if is_of_dosage => Some((&rule::DOSAGE_SYSTEM_UNKNOWN, &DOSAGE_SYSTEMS)),
        _ => None,
    }
}

/// Units: dm+d under either of its names, and UCUM (identifiers.md §5, overview.md §8).
const UNIT_SYSTEMS: [&str; 3] = [SNOMED, DMD, "http://unitsofmeasure.org"];
/// Sites, routes, methods and instructions (uk-core-r4.md §2).
const DOSAGE_SYSTEMS: [&str; 2] = [SNOMED, DMD];
/// Kinds of doses (FHIR R4 Dosage).
const DOSE_KIND_SYSTEMS: [&str; 1] = ["http://terminology.hl7.org/CodeSystem/dose-rate-type"];

/// Whether a text begins with a scheme, as `urn:` and `https:` are.
fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.is_empty()
        && !rest.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{self, REQUEST};

    const MEDICINE: &str = "/entry/1/resource/medicationCodeableConcept/coding";

    #[test]
    fn a_coding_without_code_is_reported_at_what_there_is_of_it() {
        let mut order = testing::order();
        order.set(&format!("{REQUEST}/category"), json!([{"coding": [{"display": "Community"}]}]));
        order.is_warned_of_by(&rule::CODING_WITHOUT_CODE, "entry[1].resource.category[0].coding[0].display");
    }

    #[test]
    fn a_code_without_system_is_reported() {
        let mut order = testing::order();
        order.set(&format!("{REQUEST}/category"), json!([{"coding": [{"code": "community"}]}]));
        order.is_warned_of_by(&rule::CODE_WITHOUT_SYSTEM, "entry[1].resource.category[0].coding[0].code");
    }

    #[test]
    fn a_system_is_an_absolute_uri_and_a_code_is_none() {
        let mut order = testing::order();
        let coding = json!([{"coding": [{"system": "community", "code": "http://example.org/category"}]}]);
        order.set(&format!("{REQUEST}/category"), coding);
        order.is_warned_of_by(&rule::SYSTEM_FORM, "entry[1].resource.category[0].coding[0].system");
        order.is_warned_of_by(&rule::CODE_FORM, "entry[1].resource.category[0].coding[0].code");
        for (text, is_uri) in [
            ("http://snomed.info/sct", true),
            ("urn:oid:1.2.3", true),
            ("", false),
            ("snomed", false),
            (":x", false),
            ("a:", false),
            ("take with: food", false),
            ("1a:x", false),
        ] {
            assert_eq!(is_absolute_uri(text), is_uri, "{text}");
        }
    }

    #[test]
    fn two_codes_of_one_system_in_one_concept_conflict() {
        let mut order = testing::order();
        let other = json!({"system": "http://snomed.info/sct", "code": "39113611000001102", "display": "Another"});
        order.push(MEDICINE, other);
        order.is_warned_of_by(&rule::CODES_CONFLICT, "entry[1].resource.medicationCodeableConcept.coding[1].code");
        let mut order = testing::order();
        let other = json!({"system": "https://example.org/medicines", "code": "x1", "display": "The same"});
        order.push(MEDICINE, other).keeps(&rule::CODES_CONFLICT);
        let mut order = testing::order();
        let same = order.bundle.pointer(&format!("{MEDICINE}/0")).unwrap().clone();
        order.push(MEDICINE, same);
        order.is_warned_of_by(&rule::ENTRY_REPEATED, "entry[1].resource.medicationCodeableConcept.coding[1].code");
    }

    #[test]
    fn a_line_that_stands_twice_is_reported() {
        let mut order = testing::order();
        order.set("/entry/3/resource/address", json!([{"line": ["1 High Street", "1 High Street", "Mill"]}]));
        order.is_warned_of_by(&rule::ENTRY_REPEATED, "entry[3].resource.address[0].line[1]");
        order.set("/entry/3/resource/address", json!([{"line": ["1 High Street", "Mill"]}]));
        order.keeps(&rule::ENTRY_REPEATED);
    }

    #[test]
    fn units_and_codes_of_dosages_are_of_systems_that_are_met() {
        let dosage = format!("{REQUEST}/dosageInstruction/0");
        let path = "entry[1].resource.dosageInstruction[0]";
        let mut order = testing::order();
        let amount = |system: &str| json!({"value": 2, "unit": "mg", "system": system, "code": "mg"});
        order.set(&format!("{dosage}/maxDosePerAdministration"), amount("http://units.example"));
        order.is_warned_of_by(&rule::UNIT_SYSTEM_UNKNOWN, &format!("{path}.maxDosePerAdministration.system"));
        order.set(&format!("{dosage}/maxDosePerAdministration"), amount("http://unitsofmeasure.org"));
        order.keeps(&rule::UNIT_SYSTEM_UNKNOWN);
        let site = json!({"coding": [{"system": "http://sites.example", "code": "arm"}]});
        order.set(&format!("{dosage}/site"), site);
        order.is_warned_of_by(&rule::DOSAGE_SYSTEM_UNKNOWN, &format!("{path}.site.coding[0].system"));
    }

    #[test]
    fn an_identifier_has_value_and_system() {
        let identifier = "/entry/3/resource/identifier";
        let mut order = testing::order();
        order.push(identifier, json!({"system": "https://example.org/record"}));
        order.is_warned_of_by(&rule::IDENTIFIER_WITHOUT_VALUE, "entry[3].resource.identifier[1].system");
        let mut order = testing::order();
        order.push(identifier, json!({"value": "4711"}));
        order.is_warned_of_by(&rule::IDENTIFIER_WITHOUT_SYSTEM, "entry[3].resource.identifier[1].value");
    }

    #[test]
    fn an_amount_has_a_number_and_a_unit_and_a_code_its_system() {
        let dosage = format!("{REQUEST}/dosageInstruction/0");
        let path = "entry[1].resource.dosageInstruction[0].maxDosePerAdministration";
        for (amount, rule, name) in [
            (json!({"unit": "tablet"}), &rule::AMOUNT_WITHOUT_VALUE, "unit"),
            (json!({"value": 2}), &rule::AMOUNT_WITHOUT_UNIT, "value"),
            (
                json!({"value": 2, "unit": "mg", "system": "http://unitsofmeasure.org"}),
                &rule::UNIT_WITHOUT_CODE,
                "system",
            ),
            (json!({"value": 2, "unit": "mg", "code": "mg"}), &rule::UNIT_WITHOUT_SYSTEM, "code"),
        ] {
            let mut order = testing::order();
            order.set(&format!("{dosage}/maxDosePerAdministration"), amount);
            order.is_warned_of_by(rule, &format!("{path}.{name}"));
        }
    }
}
