//! Dates and periods.

causeway_canonical::rules! {
    in Rules;

    /// The prescription ends before it starts.
    VALIDITY_ORDER = "validity-order" as "LC-C6", Error, SenderContent, BusinessRule, "lifecycle.md §4",
        "let the prescription end on or after the day it starts";
    /// The date of birth is in the future.
    BIRTH_DATE_FUTURE = "birth-date-future" as "LC-C8", Error, SenderContent, BusinessRule, "lifecycle.md §4",
        "compare the date of birth with the patient's record";
}
