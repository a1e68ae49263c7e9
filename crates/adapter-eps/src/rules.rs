//! The rules that a message can break here.
//!
//! Invariants: names and codes are stable and the same; `v3-…` rules speak of what was read, with path, line and column
//! in the XML; `eps-…` rules speak of what cannot be written, with the field of the canonical model as path.

causeway_canonical::rules! {
    in Format;

    /// The document element is none of the interactions that are read.
    V3_INTERACTION = "v3-interaction", Error, Unsupported, NotSupported, "overview.md §1",
        "send an interaction of EPS, in the namespace urn:hl7-org:v3";
    /// Root name and `interactionId` disagree.
    V3_INTERACTION_ID = "v3-interaction-id", Error, SenderContent, Invalid, "overview.md §1",
        "write the name of the root element as interactionId/@extension";
    /// Another version of the message model.
    V3_VERSION = "v3-version", Warning, SenderContent, Value, "overview.md §3",
        "write V3NPfIT4.2.00 as versionCode/@code";
    /// A mandatory part is missing.
    V3_REQUIRED = "v3-required", Error, SenderContent, Required, "prescription-order.md §1",
        "send every part that the message model demands";
    /// A part occurs more often than once.
    V3_REPEATED = "v3-repeated", Error, SenderContent, Structure, "prescription-order.md §1",
        "send this part once; of two, nobody can know which one counts";
    /// An element stands after one that it should precede.
    V3_ORDER = "v3-order", Error, SenderContent, Structure, "overview.md §1, MIM",
        "send the elements in the order of the message model";
    /// A value that the model fixes is another one.
    V3_FIXED_VALUE = "v3-fixed-value", Error, SenderContent, Value, "prescription-order.md §2",
        "write the value that the message model fixes";
    /// A code that is not in its code system.
    V3_CODE = "v3-code", Error, SenderContent, CodeInvalid, "overview.md §6",
        "write a code of the code system that the message model names";
    /// A use that is not known.
    V3_USE = "v3-use", Warning, SenderContent, CodeInvalid, "overview.md §9",
        "write a use of the message model, or none";
    /// A date or time in another form.
    V3_TIME = "v3-time", Error, SenderContent, DateFormat, "overview.md §7",
        "write times as YYYYMMDDHHMMSS in UTC, dates as YYYYMMDD";
    /// A number in another form.
    V3_NUMBER = "v3-number", Error, SenderContent, Value, "overview.md §8",
        "write a decimal number without a sign in front";
    /// An id that is no UUID.
    V3_ID = "v3-id", Error, SenderContent, Value, "overview.md §5",
        "write a UUID as @root";
    /// A reference to a line item that does not exist, or a line item that is not referred to.
    V3_REFERENCE = "v3-reference", Error, SenderContent, NotFound, "prescription-order.md §1",
        "list the id of every line item once in the care record element category";
    /// Two parts that say the same thing say it differently.
    V3_DISAGREEMENT = "v3-disagreement", Warning, SenderContent, Invalid, "prescription-order.md §3",
        "make both parts say the same";
    /// The content of `signatureText` is no signature.
    V3_SIGNATURE = "v3-signature", Error, SenderContent, Structure, "signature.md",
        "put one Signature element there, with its namespaces declared on itself, or nullFlavor NA";
    /// Only the part to be signed stands where the signature should be.
    V3_SIGNATURE_INCOMPLETE = "v3-signature-incomplete", Warning, SenderContent, Structure, "signature.md",
        "send the whole Signature element";

    /// A text holds a character that XML does not have.
    EPS_CHARACTER = "eps-character", Error, SenderContent, Value, "XML 1.0 §2.2",
        "remove control characters other than tab, line feed and carriage return";
    /// The wrapper lacks a system id.
    EPS_ASID = "eps-asid", Error, Configuration, Required, "overview.md §3",
        "configure the accredited system ids of sender and receiver";
    /// An id is no UUID.
    EPS_UUID = "eps-uuid", Error, SenderContent, Value, "overview.md §5",
        "send a UUID without urn:uuid:";
    /// The short prescription id is missing.
    EPS_SHORT_ID = "eps-short-id", Error, SenderContent, Required, "prescription-order.md §2",
        "send the short prescription id";
    /// The NHS number is missing.
    EPS_NHS_NUMBER = "eps-nhs-number", Error, SenderContent, Required, "overview.md §10",
        "send the patient's NHS number";
    /// The gender is missing.
    EPS_GENDER = "eps-gender", Error, SenderContent, Required, "overview.md §9",
        "send male, female, other or unknown";
    /// The birth date is missing.
    EPS_BIRTH_DATE = "eps-birth-date", Error, SenderContent, Required, "overview.md §10",
        "send the patient's date of birth";
    /// A use that V3 does not have.
    EPS_USE = "eps-use", Error, SenderContent, CodeInvalid, "overview.md §9",
        "leave out addresses and telecoms that are no longer in use";
    /// A role without a role profile id.
    EPS_ROLE_PROFILE = "eps-role-profile", Error, SenderContent, Required, "overview.md §11",
        "send one sds-role-profile-id with the role, or no identifier of the role at all";
    /// Not exactly one job role.
    EPS_JOB_ROLE = "eps-job-role", Error, SenderContent, CodeInvalid, "overview.md §11",
        "send one job role of NHSDigital-SDS-JobRoleCode or UKCore-SDSJobRoleName";
    /// A role without a person.
    EPS_PRACTITIONER = "eps-practitioner", Error, SenderContent, Required, "overview.md EPS-D16",
        "name the person in the role, or give an identifier that stands for the person";
    /// Not exactly one professional code.
    EPS_PROFESSIONAL_CODE = "eps-professional-code", Error, SenderContent, Required, "prescription-order.md §5",
        "send exactly one of gmc-number, gmp-number, nmc-number, gphc-number, hcpc-number and professional-code";
    /// Not exactly one name of a person.
    EPS_PERSON_NAME = "eps-person-name", Error, SenderContent, Required, "overview.md §11",
        "send one name of the person";
    /// Nobody says how to reach the person.
    EPS_PERSON_TELECOM = "eps-person-telecom", Error, SenderContent, Required, "overview.md §11",
        "send the telecom of the role";
    /// A person without an organisation.
    EPS_ORGANISATION = "eps-organisation", Error, SenderContent, Required, "overview.md §11",
        "send the organisation of the role with its ODS code";
    /// An organisation without a name.
    EPS_ORGANISATION_NAME = "eps-organisation-name", Error, SenderContent, Required, "overview.md §11",
        "send the name of the organisation";
    /// Not exactly one telecom of an organisation.
    EPS_ORGANISATION_TELECOM = "eps-organisation-telecom", Error, SenderContent, Required, "overview.md §11",
        "send exactly one telecom of the organisation";
    /// Not exactly one address of an organisation.
    EPS_ORGANISATION_ADDRESS = "eps-organisation-address", Error, SenderContent, Required, "overview.md §11",
        "send exactly one address of the organisation, or one location of the healthcare service with its address";
    /// The nominated organisation has no code.
    EPS_NOMINATION = "eps-nomination", Error, SenderContent, Required, "prescription-order.md §2",
        "send the ODS code of the nominated organisation";
    /// The dispensing site preference is missing.
    EPS_SITE_PREFERENCE = "eps-site-preference", Error, SenderContent, Required, "prescription-order.md §2",
        "send the dispensing site preference, 0004 where nothing is nominated";
    /// The prescription type is missing.
    EPS_PRESCRIPTION_TYPE = "eps-prescription-type", Error, SenderContent, Required, "prescription-order.md §2",
        "send the prescription type";
    /// The courses of therapy make no treatment type.
    EPS_COURSE_OF_THERAPY = "eps-course-of-therapy", Error, SenderContent, CodeInvalid, "prescription-order.md §3",
        "make all items acute, continuous, or continuous-repeat-dispensing";
    /// Repeat dispensing without a number of issues.
    EPS_ISSUE_COUNT = "eps-issue-count", Error, SenderContent, Required, "prescription-order.md §3",
        "send numberOfRepeatsAllowed: one less than the number of issues";
    /// A period of validity without a start.
    EPS_VALIDITY = "eps-validity", Error, SenderContent, Required, "prescription-order.md §1",
        "send the start of the period of validity";
    /// Repeat dispensing without the days of supply.
    EPS_DAYS_SUPPLY = "eps-days-supply", Error, SenderContent, Required, "prescription-order.md §3",
        "send the period of validity with both ends, and the expected supply duration in days";
    /// The signature cannot be carried.
    EPS_SIGNATURE = "eps-signature", Error, SenderContent, Structure, "prescription-order.md §4",
        "send one well-formed XML signature and the time at which it was made";
    /// A prescription without items.
    EPS_NO_ITEM = "eps-no-item", Error, SenderContent, Required, "prescription-order.md §2",
        "send at least one item";
    /// Not exactly one SNOMED code of a medicine.
    EPS_MEDICINE = "eps-medicine", Error, SenderContent, CodeInvalid, "prescription-order.md §6",
        "send exactly one coding of http://snomed.info/sct for the medicine";
    /// The quantity lacks a value or a dm+d unit.
    EPS_QUANTITY = "eps-quantity", Error, SenderContent, Required, "overview.md §8",
        "send the quantity with its value and the SNOMED code of its unit, and no comparator";
    /// Not exactly one code of an endorsement.
    EPS_ENDORSEMENT = "eps-endorsement", Error, SenderContent, CodeInvalid, "prescription-order.md §6",
        "send exactly one coding of medicationrequest-endorsement for each endorsement";
    /// A dosage without words.
    EPS_DOSAGE = "eps-dosage", Error, SenderContent, Required, "prescription-order.md §8",
        "send the dosage in words";
    /// Several dosages without order.
    EPS_DOSAGE_SEQUENCE = "eps-dosage-sequence", Error, SenderContent, Required, "prescription-order.md §8",
        "number the dosages by sequence";
    /// Additional instructions that would be read as something else.
    EPS_INSTRUCTIONS = "eps-instructions", Error, SenderContent, Invalid, "prescription-order.md §7",
        "do not begin a note with `CD: ` or a tag, and write the quantity in words on one line";
    /// The answer does not say which message it answers.
    EPS_MESSAGE_REF = "eps-message-ref", Error, SenderContent, Required, "responses.md §2",
        "say which message is answered, by its UUID";
    /// The person has no user id.
    EPS_SDS_USER = "eps-sds-user", Error, SenderContent, Required, "overview.md §11",
        "send exactly one sds-user-id of the person";
    /// A MIME message whose interaction cannot be got at.
    V3_MIME = "v3-mime", Error, SenderContent, Structure, "overview.md §4",
        "send the interaction as a part of its own, in the transfer encoding 8bit";
    /// A result of a cancellation that is not in the table.
    V3_RESULT = "v3-result", Warning, SenderContent, CodeInvalid, "responses.md §3",
        "write one of the codes of 2.16.840.1.113883.2.1.3.2.4.17.19";
    /// The result of a cancellation, its words and the acknowledgement contradict one another.
    V3_RESULT_DISAGREEMENT = "v3-result-disagreement", Error, SenderContent, Invalid, "responses.md §3",
        "let the acknowledgement, the code of the result and its words say the same";
    /// Nobody says when it happened.
    EPS_WHEN = "eps-when", Error, SenderContent, Required, "task.md §1",
        "send the time at which it happened";
    /// Not exactly one reason.
    EPS_REASON = "eps-reason", Error, SenderContent, CodeInvalid, "cancellation.md §2, task.md §2, §3",
        "send the reason as exactly one code of the code system for this kind of message";
    /// Several items, where V3 has one.
    EPS_ONE_ITEM = "eps-one-item", Error, SenderContent, Structure, "cancellation.md §2",
        "send one message for each item";
    /// The result of a cancellation is no code of the code system.
    EPS_RESULT = "eps-result", Error, SenderContent, CodeInvalid, "responses.md §3",
        "send the result as a code of medicationrequest-status-history, such as R-0001";
    /// A rejection without a reason.
    EPS_REJECTION = "eps-rejection", Error, SenderContent, Required, "responses.md §5",
        "say why the request for prescriptions is refused";
    /// A dispensing history without notifications.
    EPS_NO_HISTORY = "eps-no-history", Error, SenderContent, Required, "overview.md §1",
        "send at least one notification of the history";

    /// A released prescription of another message type.
    V3_RELEASED_TYPE = "v3-released-type", Error, Unsupported, NotSupported, "release.md §4, EPS-D28",
        "release prescriptions of the message type PORX_MT122003UK32";
    /// A released prescription holds values that are not known.
    V3_RELEASED_UNREAD = "v3-released-unread", Error, Unsupported, NotSupported, "release.md §5, EPS-D23",
        "send the elements of the message type PORX_MT122003UK32 only";
    /// Two supplies of one item say different things that hold for the item.
    V3_SUPPLY_DISAGREEMENT = "v3-supply-disagreement", Error, SenderContent, Invalid, "claim.md §5, EPS-D42",
        "say the same of the charge and of the endorsements with every supply of an item";

    /// Numbers of repeats that are missing or contradict one another.
    EPS_REPEATS = "eps-repeats", Error, SenderContent, Invalid, "dispense.md §4, EPS-D40",
        "send the number of the issue and how many are allowed, the same for the whole prescription";
    /// The state of the prescription or of an item is missing.
    EPS_STATUS = "eps-status", Error, SenderContent, Required, "dispense.md §7",
        "send the state of the prescription and exactly one medicationdispense-type for each item";
    /// A supply that never took place.
    EPS_SUPPLY_STATUS = "eps-supply-status", Error, SenderContent, Invalid, "dispense.md §4",
        "leave out what was entered in error; amend or withdraw the notification that told it";
    /// Not exactly one code of a reason.
    EPS_NON_DISPENSING_REASON = "eps-non-dispensing-reason", Error, SenderContent, CodeInvalid, "dispense.md §7",
        "send exactly one coding of medicationdispense-status-reason";
    /// The payer is missing.
    EPS_RECIPIENT = "eps-recipient", Error, SenderContent, Required, "dispense.md §2",
        "send the ODS code of the reimbursement authority";
    /// The release that came before is missing.
    EPS_RELEASE = "eps-release", Error, SenderContent, Required, "dispense.md §1, EPS-D39",
        "send the id of the release response as MessageHeader.response.identifier";
    /// Whether the charge was paid is missing.
    EPS_CHARGE = "eps-charge", Error, SenderContent, Required, "claim.md §5",
        "send exactly one of paid-once, paid-twice and not-paid for each item that was supplied";
    /// Not exactly one code of a dispenser endorsement.
    EPS_DISPENSING_ENDORSEMENT = "eps-dispensing-endorsement", Error, SenderContent, CodeInvalid, "claim.md §5",
        "send exactly one coding of medicationdispense-endorsement for each endorsement";
    /// An exemption without its code, or several of one kind.
    EPS_EXEMPTION = "eps-exemption", Error, SenderContent, CodeInvalid, "claim.md §6",
        "send the code of the exemption, and each kind of it once";
    /// A released prescription that must not be dispensed.
    EPS_FAILED = "eps-failed", Error, Unsupported, NotSupported, "release.md §4",
        "leave out a prescription that must not be dispensed; V3 cannot say so";
    /// A particular of a batch without its code or number.
    EPS_BATCH = "eps-batch", Error, SenderContent, Required, "release.md §3",
        "send code and number of each particular of the batch, two of them at most";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_kebab_case() {
        let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
        for name in names {
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
        }
    }
}
