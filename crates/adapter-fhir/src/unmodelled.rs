//! FHIR elements that the model has no field for, one by one. They stay in the stored original.

use causeway_canonical::ledger::Unmodelled;

/// A row of [`TABLE`].
#[derive(Clone, Copy)]
pub struct Row(u16);

impl Row {
    /// Position in [`TABLE`].
    pub fn number(self) -> u16 {
        self.0
    }
}

macro_rules! unmodelled {
    ($($name:ident = $element:literal, $reason:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u16)]
        enum Number { $($name,)* }

        $(#[doc = concat!("`", $element, "`: ", $reason)] pub const $name: Row = Row(Number::$name as u16);)*

        /// The table.
        pub static TABLE: &[Unmodelled] = &[$(Unmodelled { element: $element, reason: $reason },)*];
    };
}

unmodelled! {
    RESOURCE_ID = "Resource.id", "id on the sender's server; parts of a message are linked by fullUrl";
    META_LAST_UPDATED = "Resource.meta.lastUpdated", "book-keeping of the sender's server";
    META_VERSION = "Resource.meta.versionId", "book-keeping of the sender's server";
    META_PROFILE = "Resource.meta.profile", "the sender's claim of conformance; the rules are applied whatever it says";
    NARRATIVE_STATUS = "Resource.text.status", "the model has no part for this resource alone, and narrative repeats the structured content";
    NARRATIVE_DIV = "Resource.text.div", "the model has no part for this resource alone, and narrative repeats the structured content";
    EVENT_DISPLAY = "MessageHeader.eventCoding.display", "words of a fixed code";
    REASON_DISPLAY = "MessageHeader.reason.coding.display", "words of a fixed code";
    FOCUS = "MessageHeader.focus.reference", "every entry is read, whether the header points at it or not";
    SENDER_REFERENCE = "MessageHeader.sender.reference", "the sender is read by its identifier";
    SIGNATURE_TARGET = "Provenance.target.reference", "what a signature covers is said by the signature itself";
    SIGNATURE_AGENT = "Provenance.agent.who.reference", "who signed is read from the signature";
    IDENTIFIER_USE = "Identifier.use", "there is one NHS number, and one ODS code of an organisation";
    NAME_PERIOD = "HumanName.period", "the sender chose the names that hold; no format here says since when";
    ADDRESS_PERIOD = "Address.period", "the sender chose the addresses that hold; no format here says since when";
    TELECOM_PERIOD = "ContactPoint.period", "the sender chose the numbers that hold; no format here says since when";
    TELECOM_RANK = "ContactPoint.rank", "the order of the list is kept";
    IDENTIFIER_PERIOD = "Identifier.period", "the sender chose the identifiers that hold; no format here says since when";
    COURSE_DISPLAY = "MedicationRequest.courseOfTherapyType.coding.display", "words of a fixed code";
    RESPONSIBLE_DISPLAY = "MedicationRequest.extension(ResponsiblePractitioner).valueReference.display",
        "label of a link; the person is read where the link leads";
    REFERENCE_DISPLAY = "Reference.display", "label of a link; the resource is read where the link leads";
    COMMUNICATION_STATUS = "CommunicationRequest.status", "a message to the patient inside a prescription has no life of its own";
    COMMUNICATION_REQUESTER = "CommunicationRequest.requester", "the prescribing organisation is read from the author";
    COMMUNICATION_RECIPIENT = "CommunicationRequest.recipient", "the recipient of a message to the patient is the patient";
    LIST_DISPLAY = "CommunicationRequest.payload.contentReference.display", "heading of the list";
    SERVICE_WITHOUT_REFERENCE = "HealthcareService", "nothing of the prescription refers to this service";
    PLACE_WITHOUT_REFERENCE = "Location", "nothing of the prescription refers to this place";
    LIST_STATUS = "List.status", "the list is a snapshot made for this message";
    LIST_MODE = "List.mode", "the list is a snapshot made for this message";
    LIST_CODE = "List.code", "heading of the list";
    TASK_CODE_DISPLAY = "Task.code.coding.display", "words of a fixed code";
    TASK_COURSE = "Task.extension(EPS-Prescription)",
        "a task names the prescription and does not order it again; how it repeats stands in the order";
    TASK_ACTIVITY = "Task.reasonCode", "that the work is prescribing or dispensing is said by the kind of task";
    ANSWER_REPEATS = "MedicationRequest",
        "an answer to a cancellation names the prescription; what it repeats of it stands in the order";
    FIXED_DISPLAY = "Coding.display", "words of a fixed code";
    OPERATOR_DISPLAY = "extension(Provenance-agent).valueReference.display", "words of an id of the Spine directory";
    AGENT_ORGANISATION = "Parameters.agent.organization", "the agent acts for the owner of the request";
    SEARCH_LINK = "Bundle.link", "address of the request of this exchange";
    RELEASED_HEADER = "MessageHeader of a released prescription",
        "the Spine sends it to whoever asked for it, and both are named by the exchange";
    CONTAINED_SUBJECT = "MedicationDispense.contained.subject.reference",
        "leads out of the message; the patient is that of the dispense";
    CONTAINED_REQUESTER = "MedicationDispense.contained.requester",
        "leads out of the message; who prescribed is told by the prescription";
    CONTAINED_RESPONSIBLE = "MedicationDispense.contained.extension(ResponsiblePractitioner)",
        "leads out of the message; who prescribed is told by the prescription";
    CLAIM_MODIFIER = "Claim.item.modifier", "the state of each item stands with its detail";
    CLAIM_SUPPLIED_ITEM = "Claim.item.extension(SuppliedItemIdentifier)", "each supplied item is named with its detail";
    EMPTY_LIST = "Bundle of released prescriptions without entries", "id and time of a list that holds nothing";
    SCHEMA_LOCATION = "@xsi:schemaLocation", "a hint for schema tools; it says nothing of the content";
}
