//! What messages about released prescriptions cannot hold: requests for them, responses with them, notifications and
//! claims.

use causeway_canonical::ledger::{Kept, Leaf, place};

use super::{part, whole};

const ANSWERS_NONE: &str = "a request answers no message";
const NAMED: &str = "the prescription and its items are named, and not told again";
const BY_NUMBER: &str = "a notification names the patient by NHS number only";
const NO_PATIENT: &str = "a claim names no patient";
const ONE_STATE: &str = "V3 has one code here, and no words";
const SUPPLY_APART: &str = "V3 tells of a supply what, how much and how it is to be taken";
const NOT_SUPPLIED: &str = "an item that was not dispensed has no supply";
const FAILED: &str = "the receiver verifies the signature itself; any other failure is refused";
const CLAIMED: &str = "a claim names the item by its id, and tells what was supplied";
const WITH_SUPPLIES: &str = "V3 says with each supply whether a charge was paid, and not how often";
const OLDER_LAYOUT: &str = "the header or the first supply says which issue it is";

/// A request for prescriptions.
pub(super) const RELEASE_REQUEST: &[Kept] = &[whole(place::ANSWERS, ANSWERS_NONE)];

/// Released prescriptions.
pub(super) const RELEASE_RESPONSE: &[Kept] = &[
    whole(place::RELEASED_FAILURE, FAILED),
    whole(place::RELEASED_FAILURE_CODE, FAILED),
    whole(place::RELEASED_FAILURE_EXPRESSION, FAILED),
    part(place::VALIDITY, Leaf::Start, "only repeat dispensing has a period of validity when it is released"),
];

/// A notification or a claim.
pub(super) const NAMING: &[Kept] = &[
    whole(place::ANSWERS, ANSWERS_NONE),
    whole(place::PRESCRIPTION_KIND, NAMED),
    whole(place::PRESCRIPTION_CATEGORY, NAMED),
    whole(place::AUTHORED_ON, NAMED),
    whole(place::VALIDITY, NAMED),
    whole(place::SUPPLY_DURATION, NAMED),
    whole(place::SITE_PREFERENCE, NAMED),
    whole(place::NOMINATED_ORGANISATION, NAMED),
    whole(place::TOKEN_ISSUED, NAMED),
    whole(place::COURSE_OF_THERAPY, NAMED),
    whole(place::REPEATS_ALLOWED, "V3 tells how many issues there are beside the number of this one"),
    whole(place::REVIEW_DATE, NAMED),
    whole(place::BASED_ON_ITEM, NAMED),
    whole(place::ENDORSEMENT, NAMED),
    whole(place::CD_QUANTITY_WORDS, NAMED),
    whole(place::NOTE, NAMED),
    whole(place::DOSAGE_TEXT, NAMED),
    whole(place::STATUS_HISTORY, NAMED),
    whole(place::STATUS_HISTORY_DATE, NAMED),
    whole(place::ITEM_STATUS_REASON, NAMED),
    whole(place::LAST_DISPENSED, NAMED),
    whole(place::RELEASE_STATUS, NAMED),
    whole(place::DISPENSE_STATUS, ONE_STATE),
    whole(place::NON_DISPENSING_REASON, ONE_STATE),
    whole(place::DAYS_SUPPLY, SUPPLY_APART),
    whole(place::SUPPLY_REPEAT_ALLOWED, OLDER_LAYOUT),
    whole(place::SUPPLY_REPEAT_ISSUED, OLDER_LAYOUT),
];

/// A notification, beside [`NAMING`].
pub(super) const NOTIFICATION: &[Kept] = &[
    whole(place::PATIENT_NAME, BY_NUMBER),
    whole(place::GENDER, BY_NUMBER),
    whole(place::BIRTH_DATE, BY_NUMBER),
    whole(place::PATIENT_ADDRESS, BY_NUMBER),
    whole(place::PATIENT_TELECOM, BY_NUMBER),
    whole(place::GENERAL_PRACTICE, BY_NUMBER),
    whole(place::ITEM_ID, NOT_SUPPLIED),
    whole(place::QUANTITY, NOT_SUPPLIED),
];

/// A claim, beside [`NAMING`].
pub(super) const CLAIM: &[Kept] = &[
    whole(place::NHS_NUMBER, NO_PATIENT),
    part(place::EXEMPTION, Leaf::Display, ONE_STATE),
    part(place::EXEMPTION_EVIDENCE, Leaf::Display, ONE_STATE),
    whole(place::ITEM_ID, "a claim names a supply by what was supplied, and the item by its id"),
    whole(place::MEDICINE, CLAIMED),
    whole(place::QUANTITY, CLAIMED),
    whole(place::ITEM_ISSUE, OLDER_LAYOUT),
    whole(place::CHARGE, WITH_SUPPLIES),
    whole(place::DISPENSING_ENDORSEMENT, "V3 has the code and the words of an endorsement, with each supply"),
];
