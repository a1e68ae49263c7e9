//! The rules that reading and writing FHIR can find broken.

causeway_canonical::rules! {
    STRUCTURE = "fhir-structure", Error, SenderContent, Structure, "overview.md §12",
        "give the element the shape that FHIR R4 has for it";
    REQUIRED = "fhir-required", Error, SenderContent, Required, "validation.md §8",
        "add the missing element";
    TOO_MANY = "fhir-too-many", Error, SenderContent, Structure, "overview.md §12",
        "send one, or use the element that may repeat";
    FIXED_VALUE = "fhir-fixed-value", Error, SenderContent, Value, "overview.md §12",
        "use the value that the profile fixes";
    IDENTIFIER_SYSTEM = "fhir-identifier-system", Error, SenderContent, Required, "overview.md §5",
        "send exactly one identifier of the system named";
    REFERENCE = "fhir-reference", Error, SenderContent, NotFound, "overview.md §12",
        "refer to the fullUrl of an entry of the same bundle, letter for letter";
    DATE = "fhir-date", Error, SenderContent, DateFormat, "overview.md §7",
        "write a FHIR date or date and time with zone";
    NUMBER = "fhir-number", Error, SenderContent, Value, "overview.md §8",
        "write a number as FHIR has it";
    UUID = "fhir-uuid", Error, SenderContent, Value, "identifiers.md §8",
        "write a UUID of 36 characters, without urn:uuid: in front";
    CODE = "fhir-code", Error, SenderContent, CodeInvalid, "vocabularies.md",
        "use a code of the value set of this element";
    MESSAGE_EVENT = "message-event" as "EPS-V003", Error, SenderContent, Value, "validation.md §2",
        "send an event that this gateway takes: prescription-order";
    MESSAGE_HEADER = "message-header" as "EPS-V002", Error, SenderContent, Structure, "validation.md §2",
        "send exactly one MessageHeader, as the first entry";
    REQUESTS_DIFFER = "medication-requests-agree" as "EPS-V020", Error, SenderContent, Value, "validation.md §4",
        "give every MedicationRequest of one prescription the same value here";
    MEDICATION_CHOICE = "medication-choice" as "EPS-V011", Error, SenderContent, Structure, "validation.md §3",
        "send medicationCodeableConcept or medicationReference, and not both";
    SIGNATURE_DATA = "signature-data" as "fhir-signature-data", Error, SenderContent, Value, "prescription-order.md §4",
        "encode the XML signature as UTF-8 in base64";
    SIGNATURES = "one-signature" as "fhir-one-signature", Error, SenderContent, Structure, "prescription-order.md §4",
        "send one signature of the requester";
    UNSUPPORTED_KIND = "fhir-message-kind", Error, SenderContent, NotSupported, "overview.md §1",
        "send a message bundle of a supported event, or an OperationOutcome";
    NARRATIVE = "fhir-narrative", Error, SenderContent, Structure, "FHIR R4, narrative.html, txt-1 and txt-2",
        "send the narrative as one XHTML div with formatting and text only, or leave it out";
    XML_NAMESPACE = "fhir-xml-namespace", Error, SenderContent, Structure, "FHIR R4, xml.html",
        "put every element into the namespace http://hl7.org/fhir";
    XML_TEXT = "fhir-xml-text", Error, SenderContent, Structure, "FHIR R4, xml.html",
        "give values in the attribute value";
    XML_CHARACTER = "fhir-xml-character", Error, SenderContent, Value, "XML 1.0 §2.2",
        "leave out control characters, or send the message in FHIR JSON";
}
