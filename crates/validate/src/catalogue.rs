//! Every rule of this crate.
//!
//! Invariants:
//! - Names and codes are stable. A rule of validation.md has the standard's number as its code; the others have a name.
//! - Severities are those that hold when nothing is configured. Where identifiers.md lets one identifier be refused for
//!   one fault and carried for another (lower-case ODS codes, placeholders), the finding says which.

causeway_canonical::rules! {
    in Rules;

    SHAPE_REQUIRED = "shape-required", Error, SenderContent, Required, "schemas/fhir-r4",
        "add the missing element";
    SHAPE_TYPE = "shape-type", Error, SenderContent, Structure, "schemas/fhir-r4",
        "send the kind of JSON value that the element has in FHIR R4";
    SHAPE_PATTERN = "shape-pattern", Error, SenderContent, Value, "schemas/fhir-r4",
        "write the value in the form of its data type";
    SHAPE_CARDINALITY = "shape-cardinality", Error, SenderContent, Structure, "schemas/fhir-r4",
        "send as many entries as the element takes";
    SHAPE_EMPTY = "shape-empty", Error, SenderContent, Structure, "schemas/fhir-r4",
        "leave the element out, or give it content";
    SHAPE_RANGE = "shape-range", Error, SenderContent, Value, "schemas/fhir-r4",
        "send a number within the bounds of the element";
    SHAPE_NUMBER = "shape-number", Error, SenderContent, Value, "schemas/fhir-r4",
        "send a number that a computer can hold";
    SHAPE_FIXED_VALUE = "shape-fixed-value", Error, SenderContent, Value, "schemas/fhir-r4",
        "send one of the values that the element can have";
    SHAPE_NOT_ALLOWED = "shape-not-allowed", Error, SenderContent, Structure, "schemas/fhir-r4",
        "leave the element out";
    SHAPE_OTHER = "shape-other", Error, SenderContent, Structure, "schemas/fhir-r4",
        "give the element the shape that it has in FHIR R4";
    SHAPE_UNRECOGNISED = "shape-unrecognised", Error, SenderContent, Structure,
        "schemas/fhir-r4", "write resourceType and the code of the event as texts";
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

    NHS_NUMBER_FORMAT = "nhs-number-format", Error, SenderContent, Value, "identifiers.md §2",
        "send ten digits without blanks";
    NHS_NUMBER_CHECK = "nhs-number-check", Error, SenderContent, CheckDigit, "identifiers.md §2",
        "compare the number with the patient's record";
    NHS_NUMBER_PLACEHOLDER = "nhs-number-placeholder", Warning, SenderContent, Value,
        "identifiers.md §2", "send the patient's own number";
    PRESCRIPTION_ID_FORMAT = "prescription-id-format", Error, SenderContent, Value,
        "identifiers.md §3", "send 20 characters in three blocks of six, in upper case";
    PRESCRIPTION_ID_CHECK = "prescription-id-check-character" as "prescription-id-check", Error, SenderContent, CheckDigit,
        "identifiers.md §3", "compare the id with the prescription";
    PRESCRIPTION_LONG_ID_FORMAT = "prescription-long-id-format", Error, SenderContent,
        Value, "identifiers.md §4", "send a UUID";
    PRESCRIPTION_LONG_ID_CHECK = "prescription-long-id-check", Error, SenderContent,
        CheckDigit, "identifiers.md §4", "compare the id with the prescription";
    MEDICINE_CODE_FORMAT = "medicine-code-format", Error, SenderContent, Value,
        "identifiers.md §5", "send the dm+d code as text of 6 to 18 digits";
    MEDICINE_CODE_CHECK = "medicine-code-check", Error, SenderContent, CheckDigit,
        "identifiers.md §5", "compare the code with the dictionary of medicines and devices";
    MEDICINE_CODE_KIND = "medicine-code-kind", Error, SenderContent, CodeInvalid,
        "identifiers.md §5", "send the code of a concept";
    UNIT_CODE_FORMAT = "unit-code-format", Error, SenderContent, Value, "identifiers.md §5",
        "send the code of the unit as text of 6 to 18 digits";
    UNIT_CODE_CHECK = "unit-code-check", Error, SenderContent, CheckDigit, "identifiers.md §5",
        "compare the code of the unit with the dictionary of medicines and devices";
    UNIT_CODE_KIND = "unit-code-kind", Error, SenderContent, CodeInvalid, "identifiers.md §5",
        "send the code of a concept";
    SNOMED_CODE_FORMAT = "snomed-code-format", Error, SenderContent, Value, "identifiers.md §5",
        "send the code as text of 6 to 18 digits";
    SNOMED_CODE_CHECK = "snomed-code-check", Error, SenderContent, CheckDigit, "identifiers.md §5",
        "compare the code with the terminology";
    SNOMED_CODE_KIND = "snomed-code-kind", Error, SenderContent, CodeInvalid, "identifiers.md §5",
        "send the code of a concept";
    ODS_CODE_FORMAT = "ods-code-format", Error, SenderContent, Value, "identifiers.md §7",
        "send 1 to 8 upper-case letters, digits and hyphens";
    SDS_USER_ID_FORMAT = "sds-user-id-format", Warning, SenderContent, Value,
        "identifiers.md §6.4", "send 1 to 12 digits";
    SDS_ROLE_PROFILE_ID_FORMAT = "sds-role-profile-id-format", Warning, SenderContent,
        Value, "identifiers.md §6.4", "send 1 to 15 digits";
    SDS_JOB_ROLE_FORMAT = "sds-job-role-format", Warning, SenderContent, Value,
        "identifiers.md §6.4", "send a role such as R8000 or S8000:G8000:R8000";
    PROFESSIONAL_CODE_FORMAT = "professional-code-format", Warning, SenderContent, Value,
        "identifiers.md §6.1", "send the code in the form of its register";
    LINE_ITEM_ID_FORMAT = "line-item-id-format", Error, SenderContent, Value,
        "identifiers.md §8", "send a UUID of 36 characters";
    MESSAGE_ID_FORMAT = "message-id-format", Error, SenderContent, Value, "identifiers.md §8",
        "send a UUID of 36 characters";

    ORDER_INTENT = "order-intent" as "EPS-V010", Error, SenderContent, Value, "validation.md §3",
        "send order, original-order or instance-order";
    ROLE_ORGANISATION_REFERENCE = "role-organisation-reference" as "EPS-V012", Warning, SenderContent, Invalid,
        "validation.md §3", "refer to an Organization of the bundle by its fullUrl";
    ROLE_PRACTITIONER_REFERENCE = "role-practitioner-reference" as "EPS-V013", Warning, SenderContent, Invalid,
        "validation.md §3", "refer to a Practitioner of the bundle by its fullUrl";
    RESPONSIBLE_PRACTITIONER_CHOICE = "responsible-practitioner-choice" as "EPS-V014", Error, SenderContent, Invalid,
        "validation.md §3", "name the practitioner by reference or by identifier, and not by both";
    ROLE_SERVICE_REFERENCE = "role-service-reference" as "EPS-V015", Warning, SenderContent, Invalid, "validation.md §3",
        "refer to a HealthcareService of the bundle by its fullUrl";
    TELECOM_VALUE = "telecom-value" as "EPS-V016", Error, SenderContent, Invalid, "validation.md §3",
        "give every telecom of a person, role or organisation its value";
    TELECOM_USE = "telecom-use" as "EPS-V017", Error, SenderContent, Invalid, "validation.md §3",
        "give every telecom of a person, role or organisation its use";
    PRIMARY_CARE_SERVICE = "primary-care-service" as "EPS-V021", Error, SenderContent, Invalid, "validation.md §4",
        "leave out the healthcare service, or send the prescription type of the hospital";
    PRIMARY_CARE_PARENT = "primary-care-parent" as "EPS-V022", Error, SenderContent, Invalid, "validation.md §4",
        "name the organisation that the practice belongs to in partOf";
    REQUESTER_ORGANISATION_REFERENCE = "requester-organisation-reference" as "EPS-V023", Warning, SenderContent, Invalid,
        "validation.md §4", "refer to the requester's Organization of the bundle by its fullUrl";
    REQUESTER_GMP_NUMBER = "requester-gmp-number" as "EPS-V025", Error, SenderContent, Value, "validation.md §4",
        "send a GMC, NMC, GPhC or HCPC number or a professional-code instead";
    ORDER_ACTIVE = "order-active" as "EPS-V026", Error, SenderContent, Value, "validation.md §4",
        "send status active; a cancelled item belongs in a cancel request";
    DOSAGE_PRESENT = "dosage-present" as "EPS-V027", Error, SenderContent, Invalid, "validation.md §4",
        "say how the medicine is to be taken";
    DOSAGE_SEQUENCE = "dosage-sequence" as "EPS-V028", Error, SenderContent, Invalid, "validation.md §4",
        "number all dosage instructions of the item";
    ITEM_IDS_DIFFER = "item-ids-differ" as "EPS-V029", Error, SenderContent, Value, "validation.md §4",
        "give every item an id of its own";
    SUPPLY_IDS_DIFFER = "supply-ids-differ", Error, SenderContent, Value, "dispense.md §4, claim.md §4",
        "give what was dispensed of each item ids that no other item has";
    RELEASED_ONCE = "released-once", Warning, SenderContent, Duplicate, "release.md §3",
        "release every prescription once";
    COURSE_OF_THERAPY_MIXTURE = "course-of-therapy-mixture" as "EPS-V030", Error, SenderContent, Invalid,
        "validation.md §4", "prescribe repeat dispensing apart; only acute and repeat items may share a prescription";
    REPEATS_AGREE = "repeats-agree" as "EPS-V031", Error, SenderContent, Value, "validation.md §4",
        "give all items the same number of repeats, as this partner demands";
    REPEAT_INFORMATION_AGREES = "repeat-information-agrees" as "EPS-V032", Error, SenderContent, Value,
        "validation.md §4", "give all items the same repeat information";
    REPEAT_DISPENSING_VALIDITY = "repeat-dispensing-validity" as "EPS-V033", Error, SenderContent, Required,
        "validation.md §4", "say from when until when the prescription may be dispensed";
    REPEAT_DISPENSING_DURATION = "repeat-dispensing-duration" as "EPS-V034", Error, SenderContent, Required,
        "validation.md §4", "say how long one supply is meant to last";
    ITEM_COUNT = "item-count" as "EPS-V035", Error, SenderContent, Invalid, "validation.md §1",
        "send at most four items on one prescription";

    REPEAT_DISPENSING_ISSUES = "repeat-dispensing-issues" as "EPS-D13", Error, SenderContent, BusinessRule,
        "overview.md §14", "say how many times the items may be dispensed again, at least once";
    REPEAT_DISPENSING_LIMIT = "repeat-dispensing-limit" as "LC-C4", Error, SenderContent, BusinessRule,
        "lifecycle.md §4", "allow at most 98 repeats, which are 99 issues";
    REPEAT_DISPENSING_DAYS = "repeat-dispensing-days" as "LC-C7", Error, SenderContent, BusinessRule, "lifecycle.md §4",
        "send the duration of one supply as whole days, 0 to 366, with the unit code d";
    REPEAT_DISPENSING_REVIEW = "repeat-dispensing-review" as "LC-C11", Warning, SenderContent, BusinessRule,
        "lifecycle.md §4", "say when the treatment is to be reviewed";
    ACUTE_WITH_REPEATS = "acute-with-repeats" as "LC-C5", Warning, SenderContent, BusinessRule, "lifecycle.md §4",
        "leave the repeats out, or prescribe the item as repeat dispensing";
    VALIDITY_ORDER = "validity-order" as "LC-C6", Error, SenderContent, BusinessRule, "lifecycle.md §4",
        "let the prescription end on or after the day it starts";
    BIRTH_DATE_FUTURE = "birth-date-future" as "LC-C8", Error, SenderContent, BusinessRule, "lifecycle.md §4",
        "compare the date of birth with the patient's record";
    CONTROLLED_DRUG_WORDS = "controlled-drug-words" as "LC-C10", Warning, SenderContent, BusinessRule, "lifecycle.md §4",
        "write the quantity of a controlled drug in words as well";
    QUANTITY_POSITIVE = "quantity-positive", Error, SenderContent, Value, "overview.md §8",
        "send how much is to be supplied, more than nothing";
    QUANTITY_EXPONENT = "quantity-exponent", Warning, SenderContent, Value, "overview.md §8",
        "write the number with all its digits and without an exponent";
    UNIT_SYSTEM_MISSING = "unit-system-missing", Warning, SenderContent, CodeInvalid,
        "overview.md §8", "send the unit's code with the system that it belongs to";
    DOSE_POSITIVE = "dose-positive", Error, SenderContent, Value, "FHIR R4 Dosage",
        "send doses, rates and maxima that are greater than zero";
    TIMING_POSITIVE = "timing-positive", Error, SenderContent, Value, "FHIR R4 Timing",
        "send counts, frequencies, periods and durations that are greater than zero";
    DOSAGE_TEXT_CONTRADICTS = "dosage-text-contradicts", Warning, SenderContent, BusinessRule,
        "dose-to-text.md §1 DT-1", "let the text and the structure of a dosage state the same";
    DOSAGE_TEXT_DIFFERS = "dosage-text-differs", Information, SenderContent, BusinessRule,
        "dose-to-text.md §1 DT-1", "say in the text what the structure says: the receiver may show the text alone";
    CODE_SYSTEM_UNEXPECTED = "code-system-unexpected", Error, SenderContent, CodeInvalid,
        "overview.md §6", "send the code with the system that the message names";
    CODE_SYSTEM_MISSING = "code-system-missing", Warning, SenderContent, CodeInvalid,
        "overview.md §6", "send the code with the system that the message names";
    PRESCRIPTION_TYPE_UNKNOWN = "prescription-type-unknown", Warning, SenderContent,
        CodeInvalid, "vocabularies.md §11", "use a prescription type of the national list";
    ENDORSEMENT_UNKNOWN = "endorsement-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §9", "use a prescriber endorsement of the national list";
    SITE_PREFERENCE_UNKNOWN = "site-preference-unknown", Error, SenderContent, CodeInvalid,
        "vocabularies.md §8", "send P1, P2, P3 or 0004";
    NOMINATION_WITHOUT_TYPE = "nomination-without-type", Warning, SenderContent,
        BusinessRule, "vocabularies.md §8", "send P1, P2 or P3 with a nominated organisation";
    INTENT_UNKNOWN = "intent-unknown", Error, SenderContent, CodeInvalid, "vocabularies.md §1",
        "send order, original-order or instance-order";

    DISPENSER_BY_IDENTIFIER = "dispenser-by-identifier" as "EPS-V050", Error, SenderContent, Invalid, "validation.md §6",
        "name the dispensing practitioner by identifier";
    TASK_REQUESTER_BY_IDENTIFIER = "task-requester-by-identifier" as "EPS-V056", Error, SenderContent, Invalid,
        "validation.md §7", "name the practitioner of the requester by identifier";
    PAYER = "payer" as "EPS-V061", Error, SenderContent, Value, "validation.md §7",
        "claim from T1450 in England, from RQFZ1 in Wales";
    CLAIM_PROVIDER_BY_IDENTIFIER = "claim-provider-by-identifier" as "EPS-V063", Error, SenderContent, Invalid,
        "validation.md §7", "name the practitioner of the provider by identifier";
    DISPENSING_ENDORSEMENT_PRESENT = "dispensing-endorsement-present" as "EPS-V064", Error, SenderContent, Required,
        "validation.md §7", "endorse every item that was dispensed; send NDEC where no endorsement applies";
    RELEASE_AGENT_BY_IDENTIFIER = "release-agent-by-identifier" as "EPS-V072", Error, SenderContent, Invalid,
        "validation.md §7", "name the practitioner of the agent by identifier";
    ISSUE_BEYOND_LAST = "issue-beyond-last" as "EPS-D40", Error, SenderContent, BusinessRule, "dispense.md §4",
        "compare the number of the issue with the repeats allowed";
    STATUSES_AGREE = "statuses-agree", Warning, SenderContent, BusinessRule, "dispense.md §7",
        "compare the state of the prescription with those of its items";
    ITEM_REASON = "item-reason", Warning, SenderContent, BusinessRule, "dispense.md §7",
        "say why the item was not dispensed";
    PRESCRIPTION_REASON_PRESENT = "prescription-reason-present", Warning, SenderContent, BusinessRule, "dispense.md §7",
        "say why nothing of the prescription was dispensed";
    CLAIMED_STATUS = "claimed-status", Warning, SenderContent, BusinessRule, "claim.md §8",
        "claim when the prescription is dispensed, or certainly not dispensed";
    CANCELLATION_REASON_UNKNOWN = "cancellation-reason-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §6.1", "use a reason of the national list";
    CANCELLATION_RESULT_UNKNOWN = "cancellation-result-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §6.2", "use an answer of the national list";
    RETURN_REASON_UNKNOWN = "return-reason-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §7",
        "use a reason of the national list";
    WITHDRAWAL_REASON_UNKNOWN = "withdrawal-reason-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §7",
        "use a reason of the national list";
    NON_DISPENSING_REASON_UNKNOWN = "non-dispensing-reason-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §7", "use a reason of the national list";
    PRESCRIPTION_STATUS_UNKNOWN = "prescription-status-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §2", "use a state of the national list";
    ITEM_STATUS_UNKNOWN = "item-status-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §3",
        "use a state of the national list";
    DISPENSING_ENDORSEMENT_UNKNOWN = "dispensing-endorsement-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §9", "use a dispenser endorsement of the national list";
    EXEMPTION_UNKNOWN = "exemption-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §10",
        "use an exemption of the national list";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_in_kebab_case() {
        let mut names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), RULES.len());
    }

    #[test]
    fn every_rule_names_its_clause_and_how_to_mend_it() {
        for rule in RULES {
            assert!(!rule.clause.is_empty() && !rule.hint.is_empty(), "{}", rule.name);
            assert!(!rule.hint.starts_with(char::is_uppercase) && !rule.hint.ends_with('.'), "{}", rule.name);
        }
    }
}
