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
    NOMINATION_WITHOUT_TYPE = "nomination-without-type", Warning, SenderContent,
        BusinessRule, "vocabularies.md §8", "send P1, P2 or P3 with a nominated organisation";
}
