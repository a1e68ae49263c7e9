//! What messages cannot hold that name a prescription and do not tell it again.

use causeway_canonical::ledger::{Kept, Leaf, place};

use super::{part, whole};

const NOT_TOLD_AGAIN: &str = "a cancellation names the item, and does not tell it again";
const NO_LICENCE: &str = "only prescriptions name the holder of the licence";
const ONE_ORGANISATION: &str = "V3 has one telecom and one address of an organisation, the first";
const BY_ONE_ID: &str = "the prescription is named by its short id";
const ONE_REASON: &str = "V3 has one code of the reason";
const NO_WORDS: &str = "V3 has a code of the reason and no words";
const ANSWERS_NONE: &str = "a request answers no message";

/// A request that is no more than its prescription.
pub(crate) const ORDER: &[Kept] = &[whole(place::ANSWERS, ANSWERS_NONE)];

/// A cancellation and the answer to it.
pub(crate) const CANCELLATION: &[Kept] = &[
    whole(place::ANSWERS, ANSWERS_NONE),
    whole(place::PRESCRIPTION_KIND, NOT_TOLD_AGAIN),
    whole(place::PRESCRIPTION_CATEGORY, NOT_TOLD_AGAIN),
    whole(place::AUTHORED_ON, NOT_TOLD_AGAIN),
    whole(place::VALIDITY, NOT_TOLD_AGAIN),
    whole(place::SUPPLY_DURATION, NOT_TOLD_AGAIN),
    whole(place::SITE_PREFERENCE, NOT_TOLD_AGAIN),
    whole(place::NOMINATED_ORGANISATION, NOT_TOLD_AGAIN),
    whole(place::TOKEN_ISSUED, NOT_TOLD_AGAIN),
    whole(place::SIGNATURE_WHEN, NOT_TOLD_AGAIN),
    whole(place::SIGNATURE_XML, NOT_TOLD_AGAIN),
    whole(place::SIGNATURE_KIND, NOT_TOLD_AGAIN),
    whole(place::SIGNATURE_RECORDED, NOT_TOLD_AGAIN),
    whole(place::MEDICATION_LIST, NOT_TOLD_AGAIN),
    whole(place::PATIENT_INFORMATION, NOT_TOLD_AGAIN),
    whole(place::ITEM_IDENTIFIER, NOT_TOLD_AGAIN),
    whole(place::ITEM_STATUS, NOT_TOLD_AGAIN),
    whole(place::ITEM_INTENT, NOT_TOLD_AGAIN),
    whole(place::MEDICINE, NOT_TOLD_AGAIN),
    whole(place::COURSE_OF_THERAPY, NOT_TOLD_AGAIN),
    whole(place::QUANTITY, NOT_TOLD_AGAIN),
    whole(place::REPEATS_ALLOWED, NOT_TOLD_AGAIN),
    whole(place::ENDORSEMENT, NOT_TOLD_AGAIN),
    whole(place::CD_QUANTITY_WORDS, NOT_TOLD_AGAIN),
    whole(place::NOTE, NOT_TOLD_AGAIN),
    whole(place::DOSAGE_TEXT, NOT_TOLD_AGAIN),
    whole(place::STATUS_HISTORY, NOT_TOLD_AGAIN),
    whole(place::STATUS_HISTORY_DATE, NOT_TOLD_AGAIN),
    whole(place::ITEM_ISSUE, NOT_TOLD_AGAIN),
    whole(place::LAST_DISPENSED, NOT_TOLD_AGAIN),
    whole(place::RELEASE_STATUS, NOT_TOLD_AGAIN),
    part(place::ITEM_STATUS_REASON, Leaf::CodingSystem, ONE_REASON),
    part(place::ITEM_STATUS_REASON, Leaf::CodingCode, ONE_REASON),
    part(place::ITEM_STATUS_REASON, Leaf::CodingDisplay, "the explanation stands in the sender's own words"),
    part(place::ITEM_STATUS_REASON, Leaf::Text, "the partner depends on the words of the code (EPS-D18)"),
    whole(place::ORGANISATION_PARENT, NO_LICENCE),
];

/// The answer to a cancellation, beside [`CANCELLATION`].
pub(crate) const CANCEL_RESPONSE: &[Kept] =
    &[whole(place::PRESCRIPTION_ID, BY_ONE_ID), whole(place::PERFORMED, "without a performer nothing was performed")];

/// People who dispense.
pub(crate) const DISPENSER: &[Kept] = &[
    whole(place::ORGANISATION_TELECOM, ONE_ORGANISATION),
    whole(place::ORGANISATION_ADDRESS, ONE_ORGANISATION),
    whole(place::ORGANISATION_PARENT, NO_LICENCE),
];

/// Returns and withdrawals, and a history told again.
pub(crate) const REVERSAL: &[Kept] = &[
    whole(place::ANSWERS, ANSWERS_NONE),
    whole(place::PRESCRIPTION_ID, BY_ONE_ID),
    whole(place::PRESCRIPTION_REPEAT_ALLOWED, "V3 names the issue and not how many there are"),
    whole(place::RECIPIENT, "Spine knows who is to act on it"),
    part(place::REASON, Leaf::CodingSystem, ONE_REASON),
    part(place::REASON, Leaf::CodingCode, ONE_REASON),
    part(place::REASON, Leaf::CodingDisplay, ONE_REASON),
    part(place::REASON, Leaf::Text, NO_WORDS),
];

const NO_PATIENT: &str = "a return names no patient";
const BY_USER_ID: &str = "a withdrawal names the person by user id and role profile only";

/// A return, beside [`REVERSAL`] and [`DISPENSER`].
pub(crate) const RETURN: &[Kept] = &[whole(place::NHS_NUMBER, NO_PATIENT)];

/// The person who withdraws.
pub(crate) const BY_DIRECTORY: &[Kept] = &[
    whole(place::AGENT_JOB_ROLE, BY_USER_ID),
    whole(place::AGENT_TELECOM, BY_USER_ID),
    whole(place::PRACTITIONER, BY_USER_ID),
    whole(place::PRACTITIONER_NAME, BY_USER_ID),
    whole(place::ORGANISATION, BY_USER_ID),
    whole(place::ORGANISATION_PARENT, BY_USER_ID),
    whole(place::ORGANISATION_TELECOM, BY_USER_ID),
    whole(place::ORGANISATION_ADDRESS, BY_USER_ID),
];

/// An answer without a document of its own.
pub(crate) const ANSWER: &[Kept] = &[
    whole(place::TRANSMISSION, "an answer is its own transmission"),
    whole(place::ANSWERS, "an answer answers one message"),
    whole(place::REJECTION_PERFORMED, "without a performer nothing was performed"),
];
