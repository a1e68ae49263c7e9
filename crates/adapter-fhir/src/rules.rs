//! The rules that reading and writing FHIR can find broken.

use causeway_canonical::{Fault, Problem, Rule, Severity};

macro_rules! rules {
    ($($name:ident = $kebab:literal, $code:literal, $problem:ident, $clause:literal, $hint:literal;)*) => {
        $(
            #[doc = $hint]
            pub static $name: Rule = Rule {
                name: $kebab,
                code: $code,
                severity: Severity::Error,
                fault: Fault::SenderContent,
                problem: Problem::$problem,
                clause: $clause,
                hint: $hint,
            };
        )*

        /// Every rule of this crate.
        pub static RULES: &[&Rule] = &[$(&$name,)*];
    };
}

rules! {
    STRUCTURE = "fhir-structure", "fhir-structure", Structure, "overview.md §12",
        "give the element the shape that FHIR R4 has for it";
    REQUIRED = "fhir-required", "fhir-required", Required, "validation.md §8",
        "add the missing element";
    TOO_MANY = "fhir-too-many", "fhir-too-many", Structure, "overview.md §12",
        "send one, or use the element that may repeat";
    FIXED_VALUE = "fhir-fixed-value", "fhir-fixed-value", Value, "overview.md §12",
        "use the value that the profile fixes";
    IDENTIFIER_SYSTEM = "fhir-identifier-system", "fhir-identifier-system", Required, "overview.md §5",
        "send exactly one identifier of the system named";
    REFERENCE = "fhir-reference", "fhir-reference", NotFound, "overview.md §12",
        "refer to the fullUrl of an entry of the same bundle, letter for letter";
    DATE = "fhir-date", "fhir-date", DateFormat, "overview.md §7",
        "write a FHIR date or date and time with zone";
    NUMBER = "fhir-number", "fhir-number", Value, "overview.md §8",
        "write a number as FHIR has it";
    UUID = "fhir-uuid", "fhir-uuid", Value, "identifiers.md §8",
        "write a UUID of 36 characters, without urn:uuid: in front";
    CODE = "fhir-code", "fhir-code", CodeInvalid, "vocabularies.md",
        "use a code of the value set of this element";
    MESSAGE_EVENT = "message-event", "EPS-V003", Value, "validation.md §2",
        "send an event that this gateway takes: prescription-order";
    MESSAGE_HEADER = "message-header", "EPS-V002", Structure, "validation.md §2",
        "send exactly one MessageHeader, as the first entry";
    REQUESTS_DIFFER = "medication-requests-agree", "EPS-V020", Value, "validation.md §4",
        "give every MedicationRequest of one prescription the same value here";
    MEDICATION_CHOICE = "medication-choice", "EPS-V011", Structure, "validation.md §3",
        "send medicationCodeableConcept or medicationReference, and not both";
    SIGNATURE_DATA = "signature-data", "fhir-signature-data", Value, "prescription-order.md §4",
        "encode the XML signature as UTF-8 in base64";
    SIGNATURES = "one-signature", "fhir-one-signature", Structure, "prescription-order.md §4",
        "send one signature of the requester";
    UNSUPPORTED_KIND = "fhir-message-kind", "fhir-message-kind", NotSupported, "overview.md §1",
        "send a message bundle of a supported event, or an OperationOutcome";
}
