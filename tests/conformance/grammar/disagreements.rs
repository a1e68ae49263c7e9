//! Where the published schemas and we judge differently, and why.

use std::fmt;

use super::mutation::{Kind, Mutant};

/// A mutant that both have judged.
pub struct Case {
    pub mutant: Mutant,
    pub refused_by_schema: bool,
    /// The rules for which it is refused here.
    pub refused_for: Vec<&'static str>,
}

impl Case {
    pub fn agrees(&self) -> bool {
        self.refused_by_schema != self.refused_for.is_empty()
    }

    /// Whether what was done is what it is refused for, where both refuse it. In a prescription of a release it is a
    /// warning.
    pub fn is_named(&self) -> bool {
        let missing = ["v3-required", "v3-missing-element", "v3-missing-attribute", "v3-fixed-value"].as_slice();
        let rules = match self.mutant.kind {
            Kind::Delete | Kind::DeleteAttribute => missing,
            Kind::Duplicate => &["v3-repeated"],
            Kind::Swap => &["v3-order"],
            Kind::Rename | Kind::Insert => &["v3-unknown-element"],
            Kind::Namespace | Kind::NoNamespace => &["v3-namespace"],
            Kind::InsertAttribute | Kind::Nil => &["v3-unknown-attribute"],
            Kind::Text => &["v3-text"],
            Kind::DataType | Kind::Derived => &["v3-data-type"],
            Kind::Null | Kind::NullWord => &["v3-attribute-form", "v3-unknown-attribute"],
            Kind::Empty | Kind::Word | Kind::Blank | Kind::Lower | Kind::Space => return true,
        };
        let is_apart = self.is_within(RELEASED);
        is_apart || self.refused_for.is_empty() || rules.iter().any(|rule| self.refused_for.contains(rule))
    }

    fn is(&self, kinds: &[Kind]) -> bool {
        kinds.contains(&self.mutant.kind)
    }

    /// Whether it is refused for these rules and no others.
    fn is_for(&self, rules: &[&str]) -> bool {
        self.refused_for.iter().all(|rule| rules.contains(rule))
    }

    fn is_of(&self, attributes: &[&str]) -> bool {
        attributes.contains(&self.mutant.attribute.as_str())
    }

    /// Whether it was done to that element or in it.
    fn is_within(&self, element: &str) -> bool {
        self.mutant.place.contains(element)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mutant { kind, place, attribute, .. } = &self.mutant;
        let verdict = if self.refused_by_schema { "the schema refuses" } else { "the schema takes" };
        write!(f, "{verdict} {kind:?} {place} @{attribute} {:?}", self.refused_for)
    }
}

/// A reason for which we judge otherwise.
pub struct Row {
    /// Whether we refuse what the schema takes, or the other way round.
    pub is_stricter: bool,
    pub reason: &'static str,
    predicate: fn(&Case) -> bool,
}

impl Row {
    pub fn explains(&self, case: &Case) -> bool {
        self.is_stricter != case.refused_by_schema && (self.predicate)(case)
    }
}

/// Published messages that the schema refuses and we take, by the ends of their names.
pub const PUBLISHED: &[&str] = &[
    // Spine puts a contextControlCode on author and responsible party, which the schema does not have.
    "spine-responses/cancel_error.xml",
    "spine-responses/cancel_success.xml",
];

/// A prescription in a release, with what is around it.
const RELEASED: &str = "PrescriptionReleaseResponse/component";

/// Attributes with which a class says what it is.
const STRUCTURAL: &[&str] = &[
    "classCode",
    "moodCode",
    "typeCode",
    "determinerCode",
    "contextControlCode",
    "contextConductionInd",
    "inversionInd",
    "negationInd",
];

/// What makes a value another one.
const ALTERED: &[Kind] = &[Kind::Empty, Kind::Word, Kind::Blank, Kind::Lower];

/// What makes a value go.
const GONE: &[Kind] = &[Kind::Delete, Kind::DeleteAttribute, Kind::Empty];

/// Every disagreement on mutants. The first row that explains one counts.
pub static TABLE: &[Row] = &[
    Row {
        is_stricter: true,
        reason: "the schema takes whatever stands in an entry of a history; here it is a notification as elsewhere",
        predicate: |case| case.is_within("RebuildDispenseHistory/component/DispenseNotification"),
    },
    Row {
        is_stricter: true,
        reason: "the model fixes the codes of a class, of which the schema knows a default alone",
        predicate: |case| {
            let rules = ["v3-fixed-value", "v3-fixed-attribute", "v3-code", "v3-required"];
            case.is(ALTERED) && case.is_of(STRUCTURAL) && case.is_for(&rules)
        },
    },
    Row {
        is_stricter: true,
        reason: "the model fixes codes, identifiers and values, and the schema their form alone",
        predicate: |case| {
            let attributes = ["code", "codeSystem", "root", "extension", "value", "unit", "nullFlavor"];
            case.is(ALTERED) && case.is_of(&attributes) && case.is_for(&["v3-fixed-value", "v3-interaction-id"])
        },
    },
    Row {
        is_stricter: true,
        reason: "the code is in no table or in no code system that the model names; the schema has no tables",
        predicate: |case| case.is(ALTERED) && case.is_of(&["code", "codeSystem"]) && case.is_for(&["v3-code"]),
    },
    Row {
        is_stricter: true,
        reason: "the schema lets every value be left out; here one is needed",
        predicate: |case| {
            let rules = ["v3-required", "v3-fixed-value", "v3-interaction-id", "v3-number", "v3-code", "v3-reference"];
            case.is(GONE) && case.is_for(&rules)
        },
    },
    Row {
        is_stricter: true,
        reason: "the identifier is to be a UUID, and the schema takes a name or an object identifier too",
        predicate: |case| case.is(ALTERED) && case.is_of(&["root"]) && case.is_for(&["v3-id", "v3-reference"]),
    },
    Row {
        is_stricter: true,
        reason: "of two where one is meant nobody knows which one counts; the schema takes more",
        predicate: |case| case.is(&[Kind::Duplicate]) && case.is_for(&["v3-repeated", "v3-required", "v3-reference"]),
    },
    Row {
        is_stricter: true,
        reason: "the element claims to be of a type derived from its own, whose additions nobody reads",
        predicate: |case| case.is(&[Kind::Derived, Kind::DataType]) && case.is_for(&["v3-data-type"]),
    },
    Row {
        is_stricter: true,
        reason: "a prescription in a release that has no id cannot be put aside; the schema does not look at it",
        predicate: |case| {
            let document = "PrescriptionReleaseResponse/component/ParentPrescription/pertinentInformation1";
            case.is_within(document) && case.is_for(&["v3-required", "v3-reference"])
        },
    },
    Row {
        is_stricter: false,
        reason: "a prescription in a release fails alone, and the others pass",
        predicate: |case| case.is_within(RELEASED),
    },
    Row {
        is_stricter: false,
        reason: "the schema takes a UUID in small letters only if it begins with a letter; here both are taken",
        predicate: |case| case.is(&[Kind::Lower]) && case.is_of(&["root"]),
    },
    Row {
        is_stricter: false,
        reason: "a use that nobody knows is a warning of the reader",
        predicate: |case| case.is(ALTERED) && case.is_of(&["use"]),
    },
    Row {
        is_stricter: false,
        reason: "white space in an element that is empty means nothing",
        predicate: |case| case.is(&[Kind::Space]),
    },
];
