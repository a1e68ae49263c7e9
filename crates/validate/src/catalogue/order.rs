//! The prescription and its items.

causeway_canonical::rules! {
    in Rules;

    /// The intent of an item is a plan or a reflex order.
    ORDER_INTENT = "order-intent" as "EPS-V010", Error, SenderContent, Value, "validation.md §3",
        "send order, original-order or instance-order";
    /// An item that is ordered is not active.
    ORDER_ACTIVE = "order-active" as "EPS-V026", Error, SenderContent, Value, "validation.md §4",
        "send status active; a cancelled item belongs in a cancel request";
    /// The prescription has more than four items.
    ITEM_COUNT = "item-count" as "EPS-V035", Error, SenderContent, Invalid, "validation.md §1",
        "send at most four items on one prescription";
    /// Two items have the same id.
    ITEM_IDS_DIFFER = "item-ids-differ" as "EPS-V029", Error, SenderContent, Value, "validation.md §4",
        "give every item an id of its own";
    /// Repeat dispensing is prescribed together with something else.
    COURSE_OF_THERAPY_MIXTURE = "course-of-therapy-mixture" as "EPS-V030", Error, SenderContent, Invalid,
        "validation.md §4", "prescribe repeat dispensing apart; only acute and repeat items may share a prescription";
    /// An organisation is nominated, and the site preference says that none is.
    NOMINATION_WITHOUT_TYPE = "nomination-without-type", Error, SenderContent,
        BusinessRule, "vocabularies.md §8", "send P1, P2 or P3 with a nominated organisation";
    /// A prescription has no items.
    ITEMS_PRESENT = "items-present" as "LC-C1", Error, SenderContent, Required, "lifecycle.md §4",
        "send one to four items";
    /// The nominated organisation has no ODS code.
    NOMINATION_EMPTY = "nomination-empty" as "LC-C17", Error, SenderContent, Required, "lifecycle.md §4",
        "send the ODS code of the nominated organisation, or leave the nomination out";
    /// A request to cancel does not name one item and say why it is cancelled.
    CANCELLATION_COMPLETE = "cancellation-complete" as "LC-X1", Error, SenderContent, Required, "lifecycle.md §7",
        "send one item with the reason why it is cancelled";
    /// The intent of an item does not go with its course of therapy.
    INTENT_OF_COURSE = "intent-of-course", Information, SenderContent, BusinessRule, "vocabularies.md §1",
        "send order for acute items, instance-order for repeats, original-order for repeat dispensing";
    /// A controlled drug of schedule 2 or 3 is prescribed as repeat dispensing.
    CONTROLLED_DRUG_REPEATED = "controlled-drug-repeated" as "LC-C9", Error, SenderContent, BusinessRule,
        "lifecycle.md §4", "prescribe the item once, on a prescription of its own";
    /// A drug of schedule 1 is prescribed.
    CONTROLLED_DRUG_SCHEDULE_1 = "controlled-drug-schedule-1", Error, SenderContent, BusinessRule,
        "lifecycle.md §4 LC-C9", "compare the schedule with the medicine: schedule 1 is never prescribed electronically";
    /// The quantity of a controlled drug is another one in words than in figures.
    CONTROLLED_DRUG_WORDS_AGREE = "controlled-drug-words-agree", Warning, SenderContent, BusinessRule,
        "lifecycle.md §4 LC-C10", "write the same quantity in words and in figures";
    /// A medicine is neither coded nor named.
    MEDICINE_MISSING = "medicine-missing", Error, SenderContent, Required, "prescription-order.md §5, dispense.md §4",
        "send the code of the medicine";
}
