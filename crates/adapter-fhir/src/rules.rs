//! The rules that reading and writing FHIR can find broken.

causeway_canonical::rules! {
    in Format;

    /// An element has another shape than FHIR R4 has for it.
    STRUCTURE = "fhir-structure", Error, SenderContent, Structure, "overview.md §12",
        "give the element the shape that FHIR R4 has for it";
    /// A mandatory element is missing.
    REQUIRED = "fhir-required", Error, SenderContent, Required, "validation.md §8",
        "add the missing element";
    /// An element occurs more often than it may.
    TOO_MANY = "fhir-too-many", Error, SenderContent, Structure, "overview.md §12",
        "send one, or use the element that may repeat";
    /// A value that the profile fixes is another one.
    FIXED_VALUE = "fhir-fixed-value", Error, SenderContent, Value, "overview.md §12",
        "use the value that the profile fixes";
    /// There is not exactly one identifier of the system named.
    IDENTIFIER_SYSTEM = "fhir-identifier-system", Error, SenderContent, Required, "overview.md §5",
        "send exactly one identifier of the system named";
    /// A reference does not resolve to an entry of the bundle.
    REFERENCE = "fhir-reference", Error, SenderContent, NotFound, "overview.md §12",
        "refer to the fullUrl of an entry of the same bundle, letter for letter";
    /// A date or time has another form.
    DATE = "fhir-date", Error, SenderContent, DateFormat, "overview.md §7",
        "write a FHIR date or date and time with zone";
    /// A number has another form.
    NUMBER = "fhir-number", Error, SenderContent, Value, "overview.md §8",
        "write a number as FHIR has it";
    /// An id is no UUID.
    UUID = "fhir-uuid", Error, SenderContent, Value, "identifiers.md §8",
        "write a UUID of 36 characters, without urn:uuid: in front";
    /// A code is not in the value set of its element.
    CODE = "fhir-code", Error, SenderContent, CodeInvalid, "vocabularies.md",
        "use a code of the value set of this element";
    /// The event of the message is none that is taken.
    MESSAGE_EVENT = "message-event" as "EPS-V003", Error, SenderContent, Value, "validation.md §2",
        "send an event that this gateway takes (overview.md §1)";
    /// The bundle does not begin with its one MessageHeader.
    MESSAGE_HEADER = "message-header" as "EPS-V002", Error, SenderContent, Structure, "validation.md §2",
        "send exactly one MessageHeader, as the first entry";
    /// MedicationRequests of one prescription say different things.
    REQUESTS_DIFFER = "medication-requests-agree" as "EPS-V020", Error, SenderContent, Value, "validation.md §4",
        "give every MedicationRequest of one prescription the same value here";
    /// There is not exactly one medication element.
    MEDICATION_CHOICE = "medication-choice" as "EPS-V011", Error, SenderContent, Structure, "validation.md §3",
        "send medicationCodeableConcept or medicationReference, and not both";
    /// The data of the signature is no base64 of UTF-8.
    SIGNATURE_DATA = "signature-data" as "fhir-signature-data", Error, SenderContent, Value, "prescription-order.md §4",
        "encode the XML signature as UTF-8 in base64";
    /// There are several signatures.
    SIGNATURES = "one-signature" as "fhir-one-signature", Error, SenderContent, Structure, "prescription-order.md §4",
        "send one signature of the requester";
    /// The resource is none that is taken.
    UNSUPPORTED_KIND = "fhir-message-kind", Error, SenderContent, NotSupported, "overview.md §1",
        "send a message bundle of a supported event, a Task, a Claim, Parameters or an OperationOutcome";
    /// Two elements that say the same thing say it differently.
    DISAGREEMENT = "fhir-disagreement", Error, SenderContent, Value, "overview.md §12",
        "give both elements the same value, or leave out the one that repeats the other";
    /// A cancellation has not exactly one MedicationRequest.
    ONE_REQUEST = "one-request-to-cancel" as "EPS-V040", Error, SenderContent, Value, "validation.md §5",
        "send one message for each item that is to be cancelled";
    /// An item that is to be cancelled does not have the status cancelled.
    CANCELLED_STATUS = "cancelled-status" as "EPS-V041", Error, SenderContent, Value, "validation.md §5",
        "send the status cancelled";
    /// A cancellation does not say why.
    CANCELLATION_REASON = "cancellation-reason" as "EPS-V042", Error, SenderContent, Value, "validation.md §5",
        "say in statusReason why the item is cancelled";
    /// The status of a task is neither that of a return nor that of a withdrawal.
    TASK_STATUS = "task-status" as "EPS-V052", Error, SenderContent, Value, "validation.md §7",
        "send the status rejected for a return, in-progress for a withdrawal";
    /// The intent of a task is not order.
    TASK_INTENT = "task-intent" as "EPS-V053", Error, SenderContent, Value, "validation.md §7",
        "send the intent order";
    /// A task does not say why.
    TASK_REASON = "task-reason" as "EPS-V055", Error, SenderContent, Value, "validation.md §7",
        "say in statusReason why, by a code of the system for the status of the task";
    /// The code of a task is not the one of its status.
    TASK_CODE = "task-code" as "EPS-V058", Error, SenderContent, Value, "validation.md §7",
        "send the task-code fulfill for a return, abort for a withdrawal";
    /// FHIR has no form for this kind of message.
    NO_FHIR_FORM = "no-fhir-form", Error, Unsupported, NotSupported, "overview.md §1",
        "send this kind of message on a route of HL7 V3";
    /// A claim has not exactly one insurance.
    INSURANCE = "one-insurance" as "EPS-V062", Error, SenderContent, Structure, "validation.md §7",
        "send exactly one insurance";
    /// The repeat information of a claim stands in the wrong place.
    CLAIM_REPEAT = "claim-repeats-agree", Error, SenderContent, Value, "claim.md §7",
        "give the repeat information of the prescription on the item, and that of an item on its detail";
    /// MedicationDispenses of one notification say different things.
    DISPENSES_DIFFER = "medication-dispenses-agree" as "EPS-V043", Error, SenderContent, Value, "validation.md §6",
        "give every MedicationDispense of one notification the same value here";
    /// MedicationDispenses of one notification have different performers.
    PERFORMERS_DIFFER = "performers-agree" as "EPS-V044", Error, SenderContent, Value, "validation.md §6",
        "contain the same PractitionerRole in every MedicationDispense";
    /// MedicationDispenses of one item say different things of it.
    ITEM_DISPENSES_DIFFER = "dispenses-of-item-agree", Error, SenderContent, Value, "dispense.md §5",
        "say the same of an item in every MedicationDispense that was made for it";
    /// MedicationDispenses give different reasons why the prescription was not dispensed.
    PRESCRIPTION_REASON = "prescription-reason-agrees", Error, SenderContent, Value, "dispense.md §3",
        "give every MedicationDispense the same reason why the prescription was not dispensed, or none";
    /// The dispenser's organisation is not in the bundle.
    DISPENSER_ORGANISATION = "dispenser-organisation" as "EPS-V046", Error, SenderContent, Value, "validation.md §6",
        "refer to the Organization in the bundle";
    /// The dispensing organisation has no relationships.
    RELATIONSHIPS = "organisation-relationships" as "EPS-V048", Error, SenderContent, Required, "validation.md §6",
        "name the reimbursement authority of the dispensing organisation";
    /// The dispensing organisation does not name its reimbursement authority.
    AUTHORITY = "reimbursement-authority" as "EPS-V049", Error, SenderContent, Required, "validation.md §6",
        "name the reimbursement authority of the dispensing organisation";
    /// A request for prescriptions has no owner.
    RELEASE_OWNER = "release-owner" as "EPS-V071", Error, SenderContent, Required, "validation.md §7",
        "send the dispensing Organization in the parameter owner";
    /// The agent of a request for prescriptions has no telecom.
    RELEASE_TELECOM = "release-telecom" as "EPS-V073", Error, SenderContent, Required, "validation.md §7",
        "say how the agent can be reached";
    /// A request for prescriptions has no agent.
    RELEASE_AGENT = "release-agent" as "EPS-V074", Error, SenderContent, Required, "validation.md §7",
        "send the PractitionerRole in the parameter agent";
    /// A prescription that failed does not follow its OperationOutcome.
    FAILED_PRESCRIPTION = "failed-prescription", Error, SenderContent, Structure, "release.md §4",
        "put each prescription that failed behind the OperationOutcome that says why";
    /// A narrative is no XHTML div of formatted text.
    NARRATIVE = "fhir-narrative", Error, SenderContent, Structure, "FHIR R4, narrative.html, txt-1 and txt-2",
        "send the narrative as one XHTML div with formatting and text only, or leave it out";
    /// An element is not in the namespace of FHIR.
    XML_NAMESPACE = "fhir-xml-namespace", Error, SenderContent, Structure, "FHIR R4, xml.html",
        "put every element into the namespace http://hl7.org/fhir";
    /// Text stands between elements.
    XML_TEXT = "fhir-xml-text", Error, SenderContent, Structure, "FHIR R4, xml.html",
        "give values in the attribute value";
    /// A value holds a character that XML does not have.
    XML_CHARACTER = "fhir-xml-character", Error, SenderContent, Value, "XML 1.0 §2.2",
        "leave out control characters, or send the message in FHIR JSON";
}
