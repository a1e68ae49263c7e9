//! Codes of national lists, and the systems that they belong to (vocabularies.md).

causeway_canonical::rules! {
    in Identifiers;

    /// A code belongs to another system than the message names there.
    CODE_SYSTEM_UNEXPECTED = "code-system-unexpected", Error, SenderContent, CodeInvalid,
        "overview.md §6", "send the code with the system that the message names";
    /// A code does not say which system it belongs to.
    CODE_SYSTEM_MISSING = "code-system-missing", Warning, SenderContent, CodeInvalid,
        "overview.md §6", "send the code with the system that the message names";
    /// The code of a unit does not say which system it belongs to.
    UNIT_SYSTEM_MISSING = "unit-system-missing", Warning, SenderContent, CodeInvalid,
        "overview.md §8", "send the unit's code with the system that it belongs to";
    /// The intent is none that a request for medication can have.
    INTENT_UNKNOWN = "intent-unknown", Error, SenderContent, CodeInvalid, "vocabularies.md §1",
        "send order, original-order or instance-order";
    /// The prescription type is not in the national list.
    PRESCRIPTION_TYPE_UNKNOWN = "prescription-type-unknown", Warning, SenderContent,
        CodeInvalid, "vocabularies.md §11", "use a prescription type of the national list";
    /// A prescriber endorsement is not in the national list.
    ENDORSEMENT_UNKNOWN = "endorsement-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §9", "use a prescriber endorsement of the national list";
    /// The dispensing site preference is not in the national list.
    SITE_PREFERENCE_UNKNOWN = "site-preference-unknown", Error, SenderContent, CodeInvalid,
        "vocabularies.md §8", "send P1, P2, P3 or 0004";
    /// The reason for a cancellation is not in the national list.
    CANCELLATION_REASON_UNKNOWN = "cancellation-reason-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §6.1", "use a reason of the national list";
    /// The answer to a cancellation is not in the national list.
    CANCELLATION_RESULT_UNKNOWN = "cancellation-result-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §6.2", "use an answer of the national list";
    /// The reason for a return is not in the national list.
    RETURN_REASON_UNKNOWN = "return-reason-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §7",
        "use a reason of the national list";
    /// The reason for a withdrawal is not in the national list.
    WITHDRAWAL_REASON_UNKNOWN = "withdrawal-reason-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §7",
        "use a reason of the national list";
    /// The reason for not dispensing is not in the national list.
    NON_DISPENSING_REASON_UNKNOWN = "non-dispensing-reason-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §7", "use a reason of the national list";
    /// The state of a prescription is not in the national list.
    PRESCRIPTION_STATUS_UNKNOWN = "prescription-status-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §2", "use a state of the national list";
    /// The state of an item is not in the national list.
    ITEM_STATUS_UNKNOWN = "item-status-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §3",
        "use a state of the national list";
    /// A dispenser endorsement is not in the national list.
    DISPENSING_ENDORSEMENT_UNKNOWN = "dispensing-endorsement-unknown", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §9", "use a dispenser endorsement of the national list";
    /// An exemption from the charge is not in the national list.
    EXEMPTION_UNKNOWN = "exemption-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §10",
        "use an exemption of the national list";
    /// A code is shown by words that are not its own.
    DISPLAY_MISMATCH = "display-mismatch", Warning, SenderContent, CodeInvalid, "vocabularies.md",
        "compare the code with what was meant: it is the code that counts";
    /// The setting of an order is not in the national list.
    CATEGORY_UNKNOWN = "category-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §13",
        "send inpatient, outpatient, community, discharge, leave or primarycare";
    /// The schedule of a controlled drug is not in the national list.
    SCHEDULE_UNKNOWN = "schedule-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §13",
        "send CD1 to CD5";
    /// What was charged is not in the national list.
    CHARGE_UNKNOWN = "charge-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §10, claim.md §5",
        "send paid-once, paid-twice or not-paid";
    /// The evidence of an exemption is not in the national list.
    EVIDENCE_UNKNOWN = "evidence-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §10",
        "send evidence-seen or no-evidence-seen";
    /// The state of an NHS number is not in the national list.
    NHS_NUMBER_STATUS_UNKNOWN = "nhs-number-status-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §20",
        "send 01 to 08";
    /// The type of an organisation is not in the national list.
    ORGANISATION_TYPE_UNKNOWN = "organisation-type-unknown", Warning, SenderContent, CodeInvalid, "vocabularies.md §12",
        "send 001 to 021, or 999 where it is not known";
    /// The role of an organisation is none that is known here.
    ORGANISATION_ROLE_UNKNOWN = "organisation-role-unknown", Information, SenderContent, CodeInvalid,
        "vocabularies.md §12", "nothing to do: the list that is known here is not complete";
    /// The reason in an answer is none that is known here.
    ISSUE_CODE_UNKNOWN = "issue-code-unknown", Information, SenderContent, CodeInvalid, "vocabularies.md §16, §17",
        "use a code of EPS-IssueCode or Spine-ErrorOrWarningCode";
    /// A name, address or telecom has a use that there is none of.
    USE_UNKNOWN = "use-unknown", Warning, SenderContent, CodeInvalid, "overview.md §9",
        "use a word of the model, or leave the use out";
}
