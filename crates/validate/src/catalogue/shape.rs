//! The shape of a message: which elements there are, how often, and in what form.

causeway_canonical::rules! {
    in Shape;

    /// A mandatory element is missing.
    SHAPE_REQUIRED = "shape-required", Error, SenderContent, Required, "schemas/fhir-r4",
        "add the missing element";
    /// An element is another kind of value than FHIR has there.
    SHAPE_TYPE = "shape-type", Error, SenderContent, Structure, "schemas/fhir-r4",
        "send the kind of JSON value that the element has in FHIR R4";
    /// A value does not have the form of its data type.
    SHAPE_PATTERN = "shape-pattern", Error, SenderContent, Value, "schemas/fhir-r4",
        "write the value in the form of its data type";
    /// A list has too few or too many entries.
    SHAPE_CARDINALITY = "shape-cardinality", Error, SenderContent, Structure, "schemas/fhir-r4",
        "send as many entries as the element takes";
    /// An element is there and has no content.
    SHAPE_EMPTY = "shape-empty", Error, SenderContent, Structure, "schemas/fhir-r4",
        "leave the element out, or give it content";
    /// A number is out of the bounds of its element.
    SHAPE_RANGE = "shape-range", Error, SenderContent, Value, "schemas/fhir-r4",
        "send a number within the bounds of the element";
    /// A number is too great for a computer to hold.
    SHAPE_NUMBER = "shape-number", Error, SenderContent, Value, "schemas/fhir-r4",
        "send a number that a computer can hold";
    /// A value is none of those that the element can have.
    SHAPE_FIXED_VALUE = "shape-fixed-value", Error, SenderContent, Value, "schemas/fhir-r4",
        "send one of the values that the element can have";
    /// An element stands where there must be none.
    SHAPE_NOT_ALLOWED = "shape-not-allowed", Error, SenderContent, Structure, "schemas/fhir-r4",
        "leave the element out";
    /// An element has another shape than FHIR has for it.
    SHAPE_OTHER = "shape-other", Error, SenderContent, Structure, "schemas/fhir-r4",
        "give the element the shape that it has in FHIR R4";
    /// The kind of the message cannot be made out from its header.
    SHAPE_UNRECOGNISED = "shape-unrecognised", Error, SenderContent, Structure,
        "schemas/fhir-r4", "write resourceType and the code of the event as texts";
    /// A schema of ours cannot be used.
    SHAPE_UNUSABLE = "shape-unusable", Error, Gateway, Exception, "design",
        "the schema of this build cannot be used; report it";
}
