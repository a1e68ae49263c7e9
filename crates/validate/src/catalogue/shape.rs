//! The shape of a message: which elements there are, how often, and in what form; and the links between its resources.

causeway_canonical::rules! {
    in Shape;

    /// A mandatory element is missing.
    SHAPE_REQUIRED = "shape-required", Error, SenderContent, Required, "schemas/fhir-r4",
        "add the missing element";
    /// An element is another kind of value than FHIR has there.
    SHAPE_TYPE = "shape-type", Error, SenderContent, Structure, "schemas/fhir-r4",
        "send the kind of value that the element has in FHIR R4";
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

    /// A reference into the message leads to nothing in it.
    REFERENCE_UNRESOLVED = "reference-unresolved", Error, SenderContent, NotFound, "overview.md §12",
        "refer to the fullUrl of an entry of the same bundle letter for letter, or to # and the id of a contained resource";
    /// A reference leads out of the message.
    REFERENCE_OUTSIDE = "reference-outside", Warning, SenderContent, NotFound, "overview.md §12",
        "send the resource in the message and refer to its fullUrl, or name it by an identifier";
    /// A reference leads to a resource of another type than its element can refer to.
    REFERENCE_TYPE = "reference-type", Error, SenderContent, Value, "FHIR R4, references.html",
        "refer to a resource of a type that the element takes";
    /// The type that a reference names is not that of the resource.
    REFERENCE_TYPE_NAMED = "reference-type-named", Error, SenderContent, Value, "FHIR R4, references.html",
        "leave the type out, or name the type of the resource that is referred to";
    /// Two entries of a bundle have the same fullUrl.
    FULL_URL_REPEATED = "full-url-repeated", Error, SenderContent, Duplicate, "FHIR R4, bundle.html, bdl-7",
        "give every entry a fullUrl of its own; capitals make no difference in a UUID";
    /// An entry has no fullUrl by which others could refer to it.
    FULL_URL_MISSING = "full-url-missing", Warning, SenderContent, Required, "FHIR R4, bundle.html",
        "give the entry a fullUrl, such as urn:uuid: and a UUID";
    /// A fullUrl has not the form of one.
    FULL_URL_FORM = "full-url-form", Warning, SenderContent, Value, "FHIR R4, bundle.html, bdl-8",
        "send urn:uuid: and a UUID, or the web address of the resource without its version";
    /// A contained resource has no id.
    CONTAINED_ID_MISSING = "contained-id-missing", Warning, SenderContent, Required, "FHIR R4, references.html",
        "give the contained resource an id, and refer to it by # and the id";
    /// Two contained resources have the same id.
    CONTAINED_ID_REPEATED = "contained-id-repeated", Error, SenderContent, Duplicate, "FHIR R4, references.html",
        "give every contained resource an id of its own";
    /// Nothing refers to a contained resource.
    CONTAINED_UNREFERENCED = "contained-unreferenced", Warning, SenderContent, Invalid, "FHIR R4, domainresource.html, dom-3",
        "refer to the contained resource by # and its id, or leave it out";
}
