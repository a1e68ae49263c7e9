//! The rules of translation itself.

use causeway_canonical::{Fault, Problem, Rule, Severity};

/// A value of the source that nobody read and no table names.
pub static FIELD_LOST: Rule = Rule {
    name: "field-lost",
    code: "field-lost",
    severity: Severity::Error,
    fault: Fault::Unsupported,
    problem: Problem::Loss,
    clause: "DESIGN.md, trees and the ledger",
    hint: "leave the element out if the receiver does not need it, or ask for it to be supported",
};

/// A clinical value that the target cannot hold, and that the route does not allow to stay behind.
pub static FIELD_KEPT: Rule = Rule {
    name: "clinical-field-kept",
    code: "clinical-field-kept",
    severity: Severity::Error,
    fault: Fault::Configuration,
    problem: Problem::Loss,
    clause: "DESIGN.md, trees and the ledger",
    hint: "name the field in allow-kept of the route, if it may stay in the stored original",
};

/// What was written does not read back.
pub static ECHO_UNREADABLE: Rule = Rule {
    name: "echo-unreadable",
    code: "echo-unreadable",
    severity: Severity::Error,
    fault: Fault::Gateway,
    problem: Problem::Exception,
    clause: "DESIGN.md, semantic echo",
    hint: "this is an error of the gateway; report it with the message id",
};

/// What was written reads back as something else.
pub static ECHO_DIFFERS: Rule = Rule {
    name: "echo-differs",
    code: "echo-differs",
    severity: Severity::Error,
    fault: Fault::Gateway,
    problem: Problem::Loss,
    clause: "DESIGN.md, semantic echo",
    hint: "this is an error of the gateway; report it with the message id",
};

/// The format is not known.
pub static FORMAT_UNKNOWN: Rule = Rule {
    name: "format-unknown",
    code: "format-unknown",
    severity: Severity::Error,
    fault: Fault::SenderBytes,
    problem: Problem::NotSupported,
    clause: "DESIGN.md, command line",
    hint: "send FHIR R4 JSON, an EPS HL7 V3 interaction or canonical JSON",
};

/// The canonical JSON form has another shape.
pub static CANONICAL_SHAPE: Rule = Rule {
    name: "canonical-shape",
    code: "canonical-shape",
    severity: Severity::Error,
    fault: Fault::SenderContent,
    problem: Problem::Structure,
    clause: "schemas/canonical/message.schema.json",
    hint: "compare with the schema of the canonical form",
};

/// Every rule of this crate.
pub static RULES: &[&Rule] =
    &[&FIELD_LOST, &FIELD_KEPT, &ECHO_UNREADABLE, &ECHO_DIFFERS, &FORMAT_UNKNOWN, &CANONICAL_SHAPE];
