//! What a dispenser is told, and what a dispenser tells: releases, notifications, claims, returns and withdrawals.

causeway_canonical::rules! {
    in Rules;

    /// What was dispensed of two items has the same id.
    SUPPLY_IDS_DIFFER = "supply-ids-differ", Error, SenderContent, Value, "dispense.md §4, claim.md §4",
        "give what was dispensed of each item ids that no other item has";
    /// A prescription is released twice in one response.
    RELEASED_ONCE = "released-once", Warning, SenderContent, Duplicate, "release.md §3",
        "release every prescription once";
    /// The dispenser of a notification is a resource of its own.
    DISPENSER_BY_IDENTIFIER = "dispenser-by-identifier" as "EPS-V050", Error, SenderContent, Invalid, "validation.md §6",
        "name the dispensing practitioner by identifier";
    /// The requester of a return or withdrawal is a resource of its own.
    TASK_REQUESTER_BY_IDENTIFIER = "task-requester-by-identifier" as "EPS-V056", Error, SenderContent, Invalid,
        "validation.md §7", "name the practitioner of the requester by identifier";
    /// The claim is made from an organisation that does not pay.
    PAYER = "payer" as "EPS-V061", Error, SenderContent, Value, "validation.md §7",
        "claim from T1450 in England, from RQFZ1 in Wales";
    /// The provider of a claim is a resource of its own.
    CLAIM_PROVIDER_BY_IDENTIFIER = "claim-provider-by-identifier" as "EPS-V063", Error, SenderContent, Invalid,
        "validation.md §7", "name the practitioner of the provider by identifier";
    /// An item that was dispensed has no dispenser endorsement.
    DISPENSING_ENDORSEMENT_PRESENT = "dispensing-endorsement-present" as "EPS-V064", Error, SenderContent, Required,
        "validation.md §7", "endorse every item that was dispensed; send NDEC where no endorsement applies";
    /// The agent of a request for prescriptions is a resource of its own.
    RELEASE_AGENT_BY_IDENTIFIER = "release-agent-by-identifier" as "EPS-V072", Error, SenderContent, Invalid,
        "validation.md §7", "name the practitioner of the agent by identifier";
    /// The issue is later than the last one allowed.
    ISSUE_BEYOND_LAST = "issue-beyond-last" as "EPS-D40", Error, SenderContent, BusinessRule, "dispense.md §4",
        "compare the number of the issue with the repeats allowed";
    /// The states of the prescription and of its items cannot stand together.
    STATUSES_AGREE = "statuses-agree", Warning, SenderContent, BusinessRule, "dispense.md §7",
        "compare the state of the prescription with those of its items";
    /// An item was not dispensed, and nothing says why.
    ITEM_REASON = "item-reason" as "LC-D5", Error, SenderContent, BusinessRule, "lifecycle.md §6",
        "say why the item was not dispensed";
    /// No item was dispensed, and nothing says why.
    PRESCRIPTION_REASON_PRESENT = "prescription-reason-present", Warning, SenderContent, BusinessRule, "dispense.md §7",
        "say why nothing of the prescription was dispensed";
    /// The claim is for a prescription that is not finished.
    CLAIMED_STATUS = "claimed-status", Warning, SenderContent, BusinessRule, "claim.md §8",
        "claim when the prescription is dispensed, or certainly not dispensed";
    /// A dispenser reports an item as expired.
    ITEM_EXPIRED = "item-expired" as "LC-D6", Error, SenderContent, BusinessRule, "lifecycle.md §6",
        "send the state 0002, not dispensed, with the reason 0008";
    /// A notification tells a state of the prescription that a dispenser cannot bring about.
    NOTIFIED_STATUS = "notified-status", Warning, SenderContent, BusinessRule, "dispense.md §7, lifecycle.md §3",
        "send 0003, 0006 or 0007";
    /// The status of a request and the state of its item say different things.
    REQUEST_STATUS_AGREES = "request-status-agrees", Warning, SenderContent, BusinessRule, "vocabularies.md §3, §6.2",
        "compare the status of the request with the state that is told of the item";
    /// What is paid for dispensing is asked of somebody who does not pay.
    REIMBURSEMENT_AUTHORITY = "reimbursement-authority-known" as "LC-D12", Error, SenderContent, Value,
        "lifecycle.md §6", "name T1450 in England, RQFZ1 in Wales";
    /// A medicine was supplied without a word on how to take it.
    SUPPLIED_DOSAGE = "supplied-dosage" as "LC-D13", Warning, SenderContent, Required, "lifecycle.md §6",
        "send the dosage in words with what was supplied";
    /// One medicine is prescribed in one unit and supplied in another.
    SUPPLIED_UNIT = "supplied-unit", Warning, SenderContent, BusinessRule, "dispense.md §4",
        "count what was supplied in the unit in which it was prescribed";
    /// An item is at another issue than its prescription.
    ISSUES_AGREE = "issues-agree", Warning, SenderContent, BusinessRule, "dispense.md §4 EPS-D40",
        "send the same issue for the prescription and for its items";
    /// An amendment replaces itself.
    REPLACES_ITSELF = "replaces-itself", Error, SenderContent, Value, "dispense.md §6, claim.md §3",
        "give the amendment an id of its own, and name the message that it replaces";
    /// A return lacks what the national service needs.
    RETURN_COMPLETE = "return-complete" as "LC-R10", Error, SenderContent, Required, "lifecycle.md §5",
        "send the reason and the id of the prescription";
    /// A withdrawal lacks what the national service needs.
    WITHDRAWAL_COMPLETE = "withdrawal-complete" as "LC-W1", Error, SenderContent, Required, "lifecycle.md §6",
        "send the reason, the NHS number, the id of the prescription and the id of the notification";
    /// A claim does not say why the patient paid no charge.
    EXEMPTION_PRESENT = "exemption-present" as "LC-M6", Error, SenderContent, Required, "lifecycle.md §6",
        "send the exemption that the patient claimed, or 0001 where the charge was paid";
    /// A claim does not say whether evidence of the exemption was seen.
    EVIDENCE_PRESENT = "evidence-present", Error, SenderContent, Required, "lifecycle.md §6 LC-M6",
        "send evidence-seen or no-evidence-seen with the exemption";
    /// An exempt patient was charged.
    CHARGE_AGREES = "charge-agrees", Warning, SenderContent, BusinessRule, "vocabularies.md §10, claim.md §6",
        "compare the exemption of the patient with what was charged";
}
