//! The rules of translation itself.

causeway_canonical::rules! {
    in Echo;

    /// A value of the source that nobody read and no table names.
    FIELD_LOST = "field-lost", Error, Unsupported, Loss, "DESIGN.md, trees and the ledger",
        "leave the element out if the receiver does not need it, or ask for it to be supported";
    /// A clinical value that the target cannot hold, and that the route does not allow to stay behind.
    FIELD_KEPT = "clinical-field-kept", Error, Configuration, Loss, "DESIGN.md, trees and the ledger",
        "name the field in allow-kept of the route, if it may stay in the stored original";
    /// What was written does not read back.
    ECHO_UNREADABLE = "echo-unreadable", Error, Gateway, Exception, "DESIGN.md, semantic echo",
        "this is an error of the gateway; report it with the message id";
    /// What was written reads back as something else.
    ECHO_DIFFERS = "echo-differs", Error, Gateway, Loss, "DESIGN.md, semantic echo",
        "this is an error of the gateway; report it with the message id";
    /// The format is not known.
    FORMAT_UNKNOWN = "format-unknown", Error, SenderBytes, NotSupported, "DESIGN.md, command line",
        "send FHIR R4 JSON, an EPS HL7 V3 interaction or canonical JSON";
    /// The canonical JSON form has another shape.
    CANONICAL_SHAPE = "canonical-shape", Error, SenderContent, Structure, "schemas/canonical/message.schema.json",
        "compare with the schema of the canonical form";
}
