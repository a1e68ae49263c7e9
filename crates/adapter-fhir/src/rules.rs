//! The rules that reading and writing FHIR can find broken.

causeway_canonical::rules! {
    in Format;

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
        "send an event that this gateway takes (overview.md §1)";
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
        "send a message bundle of a supported event, a Task, a Claim, Parameters or an OperationOutcome";
    DISAGREEMENT = "fhir-disagreement", Error, SenderContent, Value, "overview.md §12",
        "give both elements the same value, or leave out the one that repeats the other";
    ONE_REQUEST = "one-request-to-cancel" as "EPS-V040", Error, SenderContent, Value, "validation.md §5",
        "send one message for each item that is to be cancelled";
    CANCELLED_STATUS = "cancelled-status" as "EPS-V041", Error, SenderContent, Value, "validation.md §5",
        "send the status cancelled";
    CANCELLATION_REASON = "cancellation-reason" as "EPS-V042", Error, SenderContent, Value, "validation.md §5",
        "say in statusReason why the item is cancelled";
    TASK_STATUS = "task-status" as "EPS-V052", Error, SenderContent, Value, "validation.md §7",
        "send the status rejected for a return, in-progress for a withdrawal";
    TASK_INTENT = "task-intent" as "EPS-V053", Error, SenderContent, Value, "validation.md §7",
        "send the intent order";
    TASK_REASON = "task-reason" as "EPS-V055", Error, SenderContent, Value, "validation.md §7",
        "say in statusReason why, by a code of the system for the status of the task";
    TASK_CODE = "task-code" as "EPS-V058", Error, SenderContent, Value, "validation.md §7",
        "send the task-code fulfill for a return, abort for a withdrawal";
    NO_FHIR_FORM = "no-fhir-form", Error, Unsupported, NotSupported, "overview.md §1",
        "send this kind of message on a route of HL7 V3";
    INSURANCE = "one-insurance" as "EPS-V062", Error, SenderContent, Structure, "validation.md §7",
        "send exactly one insurance";
    CLAIM_REPEAT = "claim-repeats-agree", Error, SenderContent, Value, "claim.md §7",
        "give the repeat information of the prescription on the item, and that of an item on its detail";
    DISPENSES_DIFFER = "medication-dispenses-agree" as "EPS-V043", Error, SenderContent, Value, "validation.md §6",
        "give every MedicationDispense of one notification the same value here";
    PERFORMERS_DIFFER = "performers-agree" as "EPS-V044", Error, SenderContent, Value, "validation.md §6",
        "contain the same PractitionerRole in every MedicationDispense";
    ITEM_DISPENSES_DIFFER = "dispenses-of-item-agree", Error, SenderContent, Value, "dispense.md §5",
        "say the same of an item in every MedicationDispense that was made for it";
    PRESCRIPTION_REASON = "prescription-reason-agrees", Error, SenderContent, Value, "dispense.md §3",
        "give every MedicationDispense the same reason why the prescription was not dispensed, or none";
    DISPENSER_ORGANISATION = "dispenser-organisation" as "EPS-V046", Error, SenderContent, Value, "validation.md §6",
        "refer to the Organization in the bundle";
    RELATIONSHIPS = "organisation-relationships" as "EPS-V048", Error, SenderContent, Required, "validation.md §6",
        "name the reimbursement authority of the dispensing organisation";
    AUTHORITY = "reimbursement-authority" as "EPS-V049", Error, SenderContent, Required, "validation.md §6",
        "name the reimbursement authority of the dispensing organisation";
    RELEASE_OWNER = "release-owner" as "EPS-V071", Error, SenderContent, Required, "validation.md §7",
        "send the dispensing Organization in the parameter owner";
    RELEASE_TELECOM = "release-telecom" as "EPS-V073", Error, SenderContent, Required, "validation.md §7",
        "say how the agent can be reached";
    RELEASE_AGENT = "release-agent" as "EPS-V074", Error, SenderContent, Required, "validation.md §7",
        "send the PractitionerRole in the parameter agent";
    FAILED_PRESCRIPTION = "failed-prescription", Error, SenderContent, Structure, "release.md §4",
        "put each prescription that failed behind the OperationOutcome that says why";
    NARRATIVE = "fhir-narrative", Error, SenderContent, Structure, "FHIR R4, narrative.html, txt-1 and txt-2",
        "send the narrative as one XHTML div with formatting and text only, or leave it out";
    XML_NAMESPACE = "fhir-xml-namespace", Error, SenderContent, Structure, "FHIR R4, xml.html",
        "put every element into the namespace http://hl7.org/fhir";
    XML_TEXT = "fhir-xml-text", Error, SenderContent, Structure, "FHIR R4, xml.html",
        "give values in the attribute value";
    XML_CHARACTER = "fhir-xml-character", Error, SenderContent, Value, "XML 1.0 §2.2",
        "leave out control characters, or send the message in FHIR JSON";
}
