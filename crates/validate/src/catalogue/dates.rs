//! Dates and periods.

causeway_canonical::rules! {
    in Rules;

    /// The prescription ends before it starts.
    VALIDITY_ORDER = "validity-order" as "LC-C6", Error, SenderContent, BusinessRule, "lifecycle.md §4",
        "let the prescription end on or after the day it starts";
    /// The date of birth is in the future.
    BIRTH_DATE_FUTURE = "birth-date-future" as "LC-C8", Error, SenderContent, BusinessRule, "lifecycle.md §4",
        "compare the date of birth with the patient's record";
    /// The prescription has ended before it is sent.
    VALIDITY_PAST = "validity-past", Warning, SenderContent, BusinessRule, "lifecycle.md §4 LC-C6",
        "let the prescription end today or later";
    /// The prescription ends more than a year ahead.
    VALIDITY_TOO_LONG = "validity-too-long" as "P-12", Error, SenderContent, BusinessRule, "lifecycle.md §2",
        "let the prescription end within twelve months";
    /// What is told took place in the future.
    TIME_IN_FUTURE = "time-in-future" as "P-11", Warning, SenderContent, BusinessRule, "lifecycle.md §2",
        "compare the time with the clock of the sending system";
    /// The patient is older than anybody has been.
    BIRTH_DATE_IMPLAUSIBLE = "birth-date-implausible", Warning, SenderContent, BusinessRule, "lifecycle.md §4 LC-C8",
        "compare the date of birth with the patient's record";
    /// The prescription was written before the patient was born.
    BIRTH_DATE_AFTER_PRESCRIPTION = "birth-date-after-prescription", Warning, SenderContent, BusinessRule,
        "lifecycle.md §4 LC-C8", "compare the date of birth with the date of the prescription";
    /// The prescription was signed on a day before it was written.
    SIGNED_BEFORE_WRITTEN = "signed-before-written", Warning, SenderContent, BusinessRule, "prescription-order.md §4",
        "compare the time of the signature with the date of the prescription";
    /// A medicine was dispensed on a day before it was prescribed.
    DISPENSED_BEFORE_PRESCRIBED = "dispensed-before-prescribed", Warning, SenderContent, BusinessRule,
        "lifecycle.md §9 LC-O19", "compare the date of dispensing with the date of the prescription";
    /// A medicine was dispensed on a day on which the prescription does not hold.
    DISPENSED_OUTSIDE_VALIDITY = "dispensed-outside-validity" as "LC-R8", Warning, SenderContent, BusinessRule,
        "lifecycle.md §5", "compare the date of dispensing with the period of the prescription";
}
