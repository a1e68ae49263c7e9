//! What the model has no field for, and what V3 has no place for, row by row with the reason.
//!
//! Invariants:
//! - Nothing is left out on purpose without a row here. What has no row and is not carried is reported as lost.
//! - Doses, exemptions and other clinical parts that are not read have no row: they are to be seen as lost.

mod dispensing;
mod naming;

use causeway_canonical::ledger::{Kept, Leaf, Place, Unmodelled, place};
use causeway_canonical::model::Kind;

/// The row of [`UNMODELLED`] for `@type`.
pub(crate) const ITS_TYPE: u16 = 0;
/// The row for the span in which a name, address or telecom is valid.
pub(crate) const VALID_TIME: u16 = 1;
/// The row for the key of an address file.
pub(crate) const ADDRESS_KEY: u16 = 2;
/// The row for the address of a person in a role.
pub(crate) const AGENT_ADDRESS: u16 = 3;
/// The row for the description of an organisation.
pub(crate) const ORGANISATION_DESCRIPTION: u16 = 4;
/// The row for a legal authenticator.
pub(crate) const LEGAL_AUTHENTICATOR: u16 = 5;
/// The row for the care event.
pub(crate) const CARE_EVENT: u16 = 6;
/// The row for links to earlier orders.
pub(crate) const IN_FULFILMENT_OF: u16 = 7;
/// The row for what stands around an interaction.
pub(crate) const TRANSPORT: u16 = 8;
/// The row for the time of a request.
pub(crate) const REQUEST_TIME: u16 = 9;
/// The row for `@updateMode`.
pub(crate) const UPDATE_MODE: u16 = 10;
/// The row for links to earlier supplies.
pub(crate) const PREDECESSOR: u16 = 11;
/// The row for the time at which a notification or claim was written.
pub(crate) const TIME_OF_WRITING: u16 = 12;
/// The row for the start of a temporary exemption.
pub(crate) const EXEMPT_SINCE: u16 = 13;
/// The row for a released prescription that cannot be read to the end.
pub(crate) const FAILED: u16 = 14;
/// The row for the id of a supply header.
pub(crate) const SUPPLY_HEADER_ID: u16 = 15;
/// The row for the rejection of an earlier claim.
pub(crate) const CLAIM_REJECTION: u16 = 16;

const fn unmodelled(element: &'static str, reason: &'static str) -> Unmodelled {
    Unmodelled { element, reason }
}

/// Elements that the model has no field for, by row number.
pub(crate) static UNMODELLED: &[Unmodelled] = &[
    unmodelled("@type", "names the class in the message model, which the element already tells"),
    unmodelled("validTime, useablePeriod", "only present names, addresses and telecoms are carried"),
    unmodelled("addr.addressKey", "a key into an address file; the address itself is carried"),
    unmodelled("AgentPerson.addr", "the address of the organisation is carried"),
    unmodelled("Organization.desc", "code and name identify the organisation"),
    unmodelled("pertinentPrescription.legalAuthenticator", "the author signs; nobody else is carried"),
    unmodelled("pertinentPrescription.pertinentInformation6", "a link into the sender's care record"),
    unmodelled("inFulfillmentOf", "a link to an earlier order in the sender's care record"),
    unmodelled("Envelope", "the transport around a message is no part of it"),
    unmodelled("effectiveTime of a request", "the wrapper tells when the sender asked"),
    unmodelled("@updateMode", "how Spine's store changed the element; the element itself is carried"),
    unmodelled("predecessor", "a link to an earlier supply in the dispenser's record"),
    unmodelled("pertinentSupplyHeader.author.time", "when it was written; the time of the supply is carried"),
    unmodelled("pertinentTemporaryExemptionInfo.effectiveTime.low", "until when it holds is carried"),
    unmodelled(
        "PrescriptionReleaseResponse.component",
        "the prescription cannot be read to the end: it is handed on as failed, with the reasons",
    ),
    unmodelled("pertinentSupplyHeader.id", "the message has an id, and nothing that is carried refers to the header"),
    unmodelled(
        "pertinentReimbursementClaimRejectRef",
        "a link into the payer's record; the claim is told in full again",
    ),
];

const fn whole(place: Place, reason: &'static str) -> Kept {
    Kept { place, leaf: None, reason }
}

const fn part(place: Place, leaf: Leaf, reason: &'static str) -> Kept {
    Kept { place, leaf: Some(leaf), reason }
}

/// The tables of a kind of message, of which the first row that fits counts.
pub(crate) fn kept(kind: Kind) -> &'static [&'static [Kept]] {
    match kind {
        Kind::CancelRequest => &[naming::CANCELLATION, KEPT],
        Kind::CancelResponse => &[naming::CANCEL_RESPONSE, naming::CANCELLATION, naming::DISPENSER, KEPT],
        Kind::ReleaseRequest => &[dispensing::RELEASE_REQUEST, naming::DISPENSER, KEPT],
        Kind::ReleaseResponse => &[dispensing::RELEASE_RESPONSE, KEPT],
        Kind::DispenseNotification => &[dispensing::NOTIFICATION, dispensing::NAMING, naming::DISPENSER, KEPT],
        Kind::DispenseClaim => &[dispensing::CLAIM, dispensing::NAMING, naming::DISPENSER, KEPT],
        Kind::Return => &[naming::RETURN, naming::REVERSAL, naming::DISPENSER, KEPT],
        Kind::Withdraw => &[naming::REVERSAL, naming::BY_DIRECTORY, KEPT],
        Kind::RebuildDispenseHistory => {
            &[naming::REVERSAL, dispensing::NOTIFICATION, dispensing::NAMING, naming::DISPENSER, KEPT]
        }
        Kind::Acknowledgement => &[naming::ANSWER, naming::DISPENSER, KEPT],
        Kind::PrescriptionOrder => &[naming::ORDER, KEPT],
    }
}

const WRAPPER: &str = "the wrapper names the systems and person of the context";
const NO_DISPLAY: &str = "V3 writes this code without a display";
const ONE_CODING: &str = "V3 has one coding here";
const NO_WORDS: &str = "V3 has a code here and no words";
const NO_ORDER_FACT: &str = "V3 has no element for it; the kind of message implies it";
const ONE_TELECOM: &str = "V3 has one telecom here, and another one was chosen";
const CHOSEN_ELSEWHERE: &str = "V3 has one represented organisation, and the healthcare service was chosen";
const NAMED_IN_PARTS: &str = "the name is given in parts";
const NO_PLACE: &str = "ParentPrescription has no element for it";
const IN_WORDS: &str = "the dosage is carried in words; ParentPrescription has no structured dosage";
const ADDRESSED_IN_PARTS: &str = "the address is given in lines";
const NO_COUNTRY: &str = "V3 addresses of EPS have lines and a postcode only";
const NO_ADDRESS_TYPE: &str = "V3 tells addresses apart by use only";
const NO_IDENTIFIER_USE: &str = "V3 identifiers have no use";
const ONE_IDENTIFIER: &str = "V3 has one code of the person and the role profile; others are not sent";
const ACK: &str = "an answer in V3 has code, words and severity only";

/// Fields that V3 has no place for.
pub(crate) const KEPT: &[Kept] = &[
    whole(place::VERSION, "the version of the canonical form is Causeway's own"),
    whole(place::CREATED, "the wrapper tells when it was made"),
    whole(place::SENDER, WRAPPER),
    whole(place::DESTINATION, WRAPPER),
    whole(place::OPERATOR, WRAPPER),
    whole(place::NARRATIVE, "V3 messages of EPS have no formatted text"),
    whole(place::EXTENSION, "V3 says nothing of a value beyond its own model"),
    whole(place::NHS_NUMBER_STATUS, "ParentPrescription has no verification status"),
    whole(place::PATIENT_IDENTIFIER, "ParentPrescription has the NHS number only"),
    part(place::PATIENT_NAME, Leaf::Text, NAMED_IN_PARTS),
    part(place::PATIENT_ADDRESS, Leaf::Text, ADDRESSED_IN_PARTS),
    part(place::PATIENT_ADDRESS, Leaf::Type, NO_ADDRESS_TYPE),
    part(place::PATIENT_ADDRESS, Leaf::Country, NO_COUNTRY),
    part(place::PATIENT_TELECOM, Leaf::System, "a telecom without a value has no URI to show its system"),
    part(place::GENERAL_PRACTICE, Leaf::Name, "V3 names the practice by its code only"),
    part(place::AGENT_IDENTIFIER, Leaf::System, ONE_IDENTIFIER),
    part(place::AGENT_IDENTIFIER, Leaf::Value, ONE_IDENTIFIER),
    part(place::AGENT_IDENTIFIER, Leaf::Use, NO_IDENTIFIER_USE),
    part(place::AGENT_JOB_ROLE, Leaf::CodingSystem, ONE_CODING),
    part(place::AGENT_JOB_ROLE, Leaf::CodingCode, ONE_CODING),
    part(place::AGENT_JOB_ROLE, Leaf::CodingDisplay, NO_DISPLAY),
    part(place::AGENT_JOB_ROLE, Leaf::Text, NO_WORDS),
    whole(place::PRACTITIONER_TELECOM, "the telecom of the role was chosen"),
    part(place::PRACTITIONER, Leaf::Display, "the name of the person or of the organisation was chosen"),
    part(place::PRACTITIONER_IDENTIFIER, Leaf::System, ONE_IDENTIFIER),
    part(place::PRACTITIONER_IDENTIFIER, Leaf::Value, ONE_IDENTIFIER),
    part(place::PRACTITIONER_IDENTIFIER, Leaf::Use, NO_IDENTIFIER_USE),
    part(place::PRACTITIONER_NAME, Leaf::Text, NAMED_IN_PARTS),
    part(place::ORGANISATION, Leaf::Ods, CHOSEN_ELSEWHERE),
    part(place::ORGANISATION, Leaf::Name, CHOSEN_ELSEWHERE),
    whole(place::ORGANISATION_IDENTIFIER, "V3 names an organisation by its ODS code only"),
    whole(place::ORGANISATION_KIND, "V3 has one type of organisation, of its own code list"),
    whole(place::ORGANISATION_TELECOM, CHOSEN_ELSEWHERE),
    whole(place::ORGANISATION_ADDRESS, CHOSEN_ELSEWHERE),
    part(place::SERVICE, Leaf::Active, NO_PLACE),
    whole(place::SERVICE_PROVIDED_BY, "the licence names the organisation of the role"),
    whole(place::SERVICE_KIND, "V3 writes one fixed type for every organisation"),
    whole(place::SERVICE_SPECIALTY, NO_PLACE),
    part(place::SERVICE_LOCATION, Leaf::Name, "V3 has the address of a place only"),
    part(place::SERVICE_LOCATION, Leaf::Status, "V3 has the address of a place only"),
    part(place::SERVICE_LOCATION, Leaf::Mode, "V3 has the address of a place only"),
    whole(place::SERVICE_LOCATION_IDENTIFIER, "V3 has the address of a place only"),
    part(place::SERVICE_LOCATION_ADDRESS, Leaf::Text, ADDRESSED_IN_PARTS),
    part(place::SERVICE_LOCATION_ADDRESS, Leaf::Type, NO_ADDRESS_TYPE),
    part(place::SERVICE_LOCATION_ADDRESS, Leaf::Country, NO_COUNTRY),
    whole(place::LOCATION, "V3 has the address of a place only"),
    whole(place::LOCATION_IDENTIFIER, "V3 has the address of a place only"),
    whole(place::LOCATION_ADDRESS, "the organisation has an address of its own"),
    part(place::AGENT_TELECOM, Leaf::System, "a telecom without a value has no URI to show its system"),
    part(place::SERVICE_TELECOM, Leaf::System, ONE_TELECOM),
    part(place::PRESCRIPTION_KIND, Leaf::Display, NO_DISPLAY),
    whole(place::PRESCRIPTION_CATEGORY, "the prescription type tells the setting"),
    whole(place::AUTHORED_ON, "the time of the signature, or else the present time, stands as the author's time"),
    part(place::VALIDITY, Leaf::End, "only repeat dispensing has an end of validity in V3"),
    whole(place::SUPPLY_DURATION, "only repeat dispensing has a duration of supply in V3, in days and without words"),
    part(place::SITE_PREFERENCE, Leaf::Display, NO_DISPLAY),
    part(place::NOMINATED_ORGANISATION, Leaf::Name, "V3 names the nominated organisation by its code only"),
    whole(place::TOKEN_ISSUED, "the partner depends on a token that is never issued (EPS-D14)"),
    whole(place::SIGNATURE_WHEN, "there is no signature that it could be the time of"),
    whole(place::SIGNATURE_KIND, "V3 has one kind of signature"),
    whole(place::SIGNATURE_RECORDED, "V3 has the time of the signature only"),
    whole(place::ITEM_IDENTIFIER, "V3 has one id of an item"),
    whole(place::ITEM_STATUS, NO_ORDER_FACT),
    whole(place::ITEM_INTENT, NO_ORDER_FACT),
    part(place::MEDICINE, Leaf::CodingSystem, ONE_CODING),
    part(place::MEDICINE, Leaf::CodingCode, ONE_CODING),
    part(place::MEDICINE, Leaf::CodingDisplay, ONE_CODING),
    part(place::MEDICINE, Leaf::Text, NO_WORDS),
    whole(place::MEDICINE_FORM, "the product code tells the dose form"),
    whole(place::REPEATS_ALLOWED, "only repeat dispensing has a number of issues of its own"),
    whole(place::REVIEW_DATE, "V3 has one review date, that of the first item"),
    whole(place::BASED_ON_ITEM, NO_PLACE),
    whole(place::BASED_ON_ALLOWED, "only repeat dispensing has a number of issues of its own"),
    whole(place::BASED_ON_ISSUED, "an order is sent before its first issue"),
    part(place::ENDORSEMENT, Leaf::CodingSystem, ONE_CODING),
    part(place::ENDORSEMENT, Leaf::CodingCode, ONE_CODING),
    part(place::ENDORSEMENT, Leaf::CodingDisplay, NO_DISPLAY),
    part(place::ENDORSEMENT, Leaf::Text, NO_WORDS),
    whole(place::CD_SCHEDULE, "the product code tells the schedule"),
    whole(place::SUBSTITUTION_ALLOWED, NO_PLACE),
    whole(place::DOSAGE_SEQUENCE, "one dosage has no order"),
    whole(place::DOSAGE_ADDITIONAL, IN_WORDS),
    whole(place::DOSAGE_PATIENT_INSTRUCTION, IN_WORDS),
    whole(place::DOSAGE_AS_NEEDED, IN_WORDS),
    whole(place::DOSAGE_AS_NEEDED_REASON, IN_WORDS),
    whole(place::DOSAGE_SITE, IN_WORDS),
    whole(place::DOSAGE_ROUTE, IN_WORDS),
    whole(place::DOSAGE_METHOD, IN_WORDS),
    whole(place::DOSE_KIND, IN_WORDS),
    whole(place::DOSE_QUANTITY, IN_WORDS),
    whole(place::DOSE_RANGE_LOW, IN_WORDS),
    whole(place::DOSE_RANGE_HIGH, IN_WORDS),
    whole(place::RATE_RATIO_NUMERATOR, IN_WORDS),
    whole(place::RATE_RATIO_DENOMINATOR, IN_WORDS),
    whole(place::RATE_RANGE_LOW, IN_WORDS),
    whole(place::RATE_RANGE_HIGH, IN_WORDS),
    whole(place::RATE_QUANTITY, IN_WORDS),
    whole(place::MAX_PER_PERIOD_NUMERATOR, IN_WORDS),
    whole(place::MAX_PER_PERIOD_DENOMINATOR, IN_WORDS),
    whole(place::MAX_PER_ADMINISTRATION, IN_WORDS),
    whole(place::MAX_PER_LIFETIME, IN_WORDS),
    whole(place::TIMING_EVENT, IN_WORDS),
    whole(place::TIMING_CODE, IN_WORDS),
    whole(place::TIMING_BOUNDS_DURATION, IN_WORDS),
    whole(place::TIMING_BOUNDS_RANGE_LOW, IN_WORDS),
    whole(place::TIMING_BOUNDS_RANGE_HIGH, IN_WORDS),
    whole(place::TIMING_BOUNDS_PERIOD, IN_WORDS),
    whole(place::TIMING_COUNT, IN_WORDS),
    whole(place::TIMING_COUNT_MAX, IN_WORDS),
    whole(place::TIMING_DURATION, IN_WORDS),
    whole(place::TIMING_DURATION_MAX, IN_WORDS),
    whole(place::TIMING_DURATION_UNIT, IN_WORDS),
    whole(place::TIMING_FREQUENCY, IN_WORDS),
    whole(place::TIMING_FREQUENCY_MAX, IN_WORDS),
    whole(place::TIMING_PERIOD, IN_WORDS),
    whole(place::TIMING_PERIOD_MAX, IN_WORDS),
    whole(place::TIMING_PERIOD_UNIT, IN_WORDS),
    whole(place::TIMING_DAY_OF_WEEK, IN_WORDS),
    whole(place::TIMING_TIME_OF_DAY, IN_WORDS),
    whole(place::TIMING_WHEN, IN_WORDS),
    whole(place::TIMING_OFFSET, IN_WORDS),
    part(place::ISSUE, Leaf::Severity, ACK),
    part(place::ISSUE, Leaf::Problem, ACK),
    part(place::ISSUE, Leaf::Diagnostics, ACK),
    part(place::ISSUE, Leaf::SourceLine, ACK),
    part(place::ISSUE, Leaf::SourceColumn, ACK),
    whole(place::ISSUE_CODE, ACK),
    whole(place::ISSUE_EXPRESSION, ACK),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_number_names_its_row() {
        for (row, start) in [
            (ITS_TYPE, "@type"),
            (VALID_TIME, "validTime"),
            (ADDRESS_KEY, "addr.addressKey"),
            (AGENT_ADDRESS, "AgentPerson.addr"),
            (ORGANISATION_DESCRIPTION, "Organization.desc"),
            (LEGAL_AUTHENTICATOR, "pertinentPrescription.legalAuthenticator"),
            (CARE_EVENT, "pertinentPrescription.pertinentInformation6"),
            (IN_FULFILMENT_OF, "inFulfillmentOf"),
            (TRANSPORT, "Envelope"),
            (REQUEST_TIME, "effectiveTime of a request"),
            (UPDATE_MODE, "@updateMode"),
            (PREDECESSOR, "predecessor"),
            (TIME_OF_WRITING, "pertinentSupplyHeader.author.time"),
            (EXEMPT_SINCE, "pertinentTemporaryExemptionInfo"),
            (FAILED, "PrescriptionReleaseResponse.component"),
            (SUPPLY_HEADER_ID, "pertinentSupplyHeader.id"),
            (CLAIM_REJECTION, "pertinentReimbursementClaimRejectRef"),
        ] {
            assert!(UNMODELLED[usize::from(row)].element.starts_with(start), "{start}");
        }
    }
}
