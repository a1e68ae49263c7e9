//! Fields of the model that FHIR R4 messages have no place for.

use causeway_canonical::ledger::{Kept, Leaf, Place, place};
use causeway_canonical::model::Kind;

/// What no kind of message has a place for.
const TABLE: &[Kept] = &[
    Kept { place: place::VERSION, leaf: None, reason: "the version of the canonical form is Causeway's own" },
    Kept { place: place::OPERATOR, leaf: Some(Leaf::UserId), reason: "the caller travels in the access token" },
    Kept { place: place::OPERATOR, leaf: Some(Leaf::RoleProfileId), reason: "the caller travels in the access token" },
    Kept { place: place::OPERATOR, leaf: Some(Leaf::JobRole), reason: "the caller travels in the access token" },
    Kept {
        place: place::DESTINATION,
        leaf: Some(Leaf::Asid),
        reason: "the receiving system is named by the transport, not by the bundle",
    },
    Kept { place: place::TOKEN_ISSUED, leaf: None, reason: "no element says whether a token was printed" },
    row(place::TRANSMISSION, NO_TRANSMISSION),
    row(place::ANSWERS, NO_TRANSMISSION),
    Kept { place: place::NARRATIVE, leaf: Some(Leaf::Of), reason: "the resource that it stands in says it" },
    Kept { place: place::NARRATIVE, leaf: None, reason: "its part has no resource of its own in the message" },
    Kept { place: place::EXTENSION, leaf: Some(Leaf::Field), reason: "the element that it stands in says it" },
    Kept { place: place::EXTENSION, leaf: Some(Leaf::Kind), reason: "the name of the value element says it" },
    Kept { place: place::EXTENSION, leaf: None, reason: "its field has no element of its own in the message" },
];

const NO_TRANSMISSION: &str = "a FHIR message has one id, and the transport's own stand outside it";

/// Every leaf of a place.
const fn row(place: Place, reason: &'static str) -> Kept {
    Kept { place, leaf: None, reason }
}

/// What an OperationOutcome has no place for.
const OUTCOME: &[Kept] = &[
    row(place::ACKNOWLEDGEMENT_OF, "an OperationOutcome answers the request of its own HTTP exchange"),
    row(place::ACKNOWLEDGEMENT_STATUS, "the HTTP status and the severities say it"),
    row(place::MESSAGE_ID, "an OperationOutcome has no message id"),
    row(place::CREATED, "an OperationOutcome says when the server stored it, and not when it was made"),
    row(place::SENDER, EXCHANGE),
    row(place::DESTINATION, EXCHANGE),
];

const EXCHANGE: &str = "an OperationOutcome goes back where the request of its HTTP exchange came from";

/// What the OperationOutcome of a refused release tells nothing of.
const REJECTION: &[Kept] = &[
    row(place::REJECTION_ID, NO_REJECTION),
    row(place::REJECTION_WHEN, NO_REJECTION),
    row(place::REJECTION_RELEASE, NO_REJECTION),
    row(place::REJECTION_TEXT, NO_REJECTION),
    row(place::REJECTION_PERFORMED, NO_REJECTION),
    row(place::AGENT_IDENTIFIER, OTHER_DISPENSER),
    row(place::AGENT_JOB_ROLE, OTHER_DISPENSER),
    row(place::AGENT_TELECOM, OTHER_DISPENSER),
    row(place::PRACTITIONER, OTHER_DISPENSER),
    row(place::PRACTITIONER_IDENTIFIER, OTHER_DISPENSER),
    row(place::PRACTITIONER_NAME, OTHER_DISPENSER),
    row(place::PRACTITIONER_TELECOM, OTHER_DISPENSER),
];

const NO_REJECTION: &str = "an OperationOutcome tells the reason of a refusal and the other dispenser alone";
const OTHER_DISPENSER: &str = "of the other dispenser an OperationOutcome tells the organisation alone";

/// What an answer to a cancellation has no place for in a bundle.
const CANCEL_RESPONSE: &[Kept] = &[
    row(place::ACKNOWLEDGEMENT_STATUS, "the result says it"),
    row(place::ISSUE, "the result says why"),
    row(place::ISSUE_CODE, "the result says why"),
    row(place::ISSUE_EXPRESSION, "the result says why"),
    row(place::PERFORMED, "no element says since when the dispenser holds the prescription"),
];

/// What an answer to a cancellation does not tell where its result is one that only an OperationOutcome tells
/// (responses.md §3). A bundle tells all of it, which the semantic echo holds it to.
const CANCELLATION_OUTCOME: &[Kept] = &[
    row(place::WHEN, NOT_IN_OUTCOME),
    row(place::NHS_NUMBER, NOT_IN_OUTCOME),
    row(place::NHS_NUMBER_STATUS, NOT_IN_OUTCOME),
    row(place::PATIENT_IDENTIFIER, NOT_IN_OUTCOME),
    row(place::PATIENT_NAME, NOT_IN_OUTCOME),
    row(place::GENDER, NOT_IN_OUTCOME),
    row(place::BIRTH_DATE, NOT_IN_OUTCOME),
    row(place::PATIENT_ADDRESS, NOT_IN_OUTCOME),
    row(place::PATIENT_TELECOM, NOT_IN_OUTCOME),
    row(place::GENERAL_PRACTICE, NOT_IN_OUTCOME),
    row(place::AGENT_IDENTIFIER, NOT_IN_OUTCOME),
    row(place::AGENT_JOB_ROLE, NOT_IN_OUTCOME),
    row(place::AGENT_TELECOM, NOT_IN_OUTCOME),
    row(place::PRACTITIONER, NOT_IN_OUTCOME),
    row(place::PRACTITIONER_IDENTIFIER, NOT_IN_OUTCOME),
    row(place::PRACTITIONER_NAME, NOT_IN_OUTCOME),
    row(place::PRACTITIONER_TELECOM, NOT_IN_OUTCOME),
    row(place::ORGANISATION, NOT_IN_OUTCOME),
    row(place::ORGANISATION_IDENTIFIER, NOT_IN_OUTCOME),
    row(place::ORGANISATION_KIND, NOT_IN_OUTCOME),
    row(place::ORGANISATION_TELECOM, NOT_IN_OUTCOME),
    row(place::ORGANISATION_ADDRESS, NOT_IN_OUTCOME),
    row(place::ORGANISATION_PARENT, NOT_IN_OUTCOME),
    row(place::PRESCRIPTION_ID, NOT_IN_OUTCOME),
    row(place::PRESCRIPTION_SHORT_ID, NOT_IN_OUTCOME),
    row(place::ITEM_ID, NOT_IN_OUTCOME),
    row(place::ITEM_STATUS, NOT_IN_OUTCOME),
    row(place::MEDICINE, NOT_IN_OUTCOME),
];

const NOT_IN_OUTCOME: &str = "this result is told by an OperationOutcome, which names neither people nor prescription";

/// What a Task has no place for.
const TASK: &[Kept] = &[
    row(place::CREATED, "a Task says when the step was taken, and not when its message was made"),
    row(place::SENDER, TASK_ADDRESS),
    row(place::DESTINATION, TASK_ADDRESS),
];

const TASK_ADDRESS: &str = "a Task is posted to its address by a caller that the transport knows";

const NO_BUNDLE: &str =
    "a resource that is no message bundle has no header: the exchange names the systems and the time";

/// Messages without MessageHeader.
const NO_HEADER: &[Kept] =
    &[row(place::CREATED, NO_BUNDLE), row(place::SENDER, NO_BUNDLE), row(place::DESTINATION, NO_BUNDLE)];

const ANSWERED: &str = "prescriptions are handed over where the request was accepted; a refusal is an OperationOutcome";
const BATCH: &str = "what the numbers of a batch mean is not published, and no element carries them";
const ON_RECORD: &str = "no element of a released prescription tells exemptions of the national record";

/// Released prescriptions.
const RELEASE: &[Kept] = &[
    row(place::ACKNOWLEDGEMENT_OF, "where nothing is released, no prescription names the request"),
    row(place::ACKNOWLEDGEMENT_STATUS, ANSWERED),
    row(place::ISSUE, ANSWERED),
    row(place::ISSUE_CODE, ANSWERED),
    row(place::ISSUE_EXPRESSION, ANSWERED),
    row(place::BATCH_CODE, BATCH),
    row(place::BATCH_VALUE, BATCH),
    row(place::PRESCRIPTION_STATUS, "a released prescription tells how far its items have come, not the whole"),
    row(place::EXEMPTION_ON_RECORD, ON_RECORD),
    row(place::EXEMPTION_ON_RECORD_KIND, ON_RECORD),
    row(place::EXEMPTION_ON_RECORD_DATE, ON_RECORD),
];

/// Notifications.
const NOTIFICATION: &[Kept] = &[Kept {
    place: place::RECIPIENT,
    leaf: Some(Leaf::Name),
    reason: "the reimbursement authority is named by its code alone",
}];

/// Claims.
const CLAIM: &[Kept] = &[
    row(place::RELEASE, "a claim does not name the release that the prescription came with"),
    row(place::FIRST_CLAIMED, "a claim has one time"),
];

/// The tables of a kind of message.
pub fn of(kind: Kind) -> &'static [&'static [Kept]] {
    match kind {
        Kind::Acknowledgement => &[TABLE, OUTCOME, REJECTION],
        Kind::CancelResponse => &[TABLE, CANCEL_RESPONSE, OUTCOME, CANCELLATION_OUTCOME],
        Kind::Return | Kind::Withdraw => &[TABLE, TASK],
        Kind::ReleaseRequest => &[TABLE, NO_HEADER],
        Kind::ReleaseResponse => &[TABLE, NO_HEADER, RELEASE],
        Kind::DispenseNotification => &[TABLE, NOTIFICATION],
        Kind::DispenseClaim => &[TABLE, NO_HEADER, CLAIM],
        Kind::PrescriptionOrder | Kind::CancelRequest | Kind::RebuildDispenseHistory => &[TABLE],
    }
}
