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
    ITEM_REASON = "item-reason", Warning, SenderContent, BusinessRule, "dispense.md §7",
        "say why the item was not dispensed";
    /// No item was dispensed, and nothing says why.
    PRESCRIPTION_REASON_PRESENT = "prescription-reason-present", Warning, SenderContent, BusinessRule, "dispense.md §7",
        "say why nothing of the prescription was dispensed";
    /// The claim is for a prescription that is not finished.
    CLAIMED_STATUS = "claimed-status", Warning, SenderContent, BusinessRule, "claim.md §8",
        "claim when the prescription is dispensed, or certainly not dispensed";
}
