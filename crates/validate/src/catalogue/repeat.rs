//! Repeat prescribing and repeat dispensing.

causeway_canonical::rules! {
    in Rules;

    /// Items have different numbers of repeats, and the partner allows one.
    REPEATS_AGREE = "repeats-agree" as "EPS-V031", Error, SenderContent, Value, "validation.md §4",
        "give all items the same number of repeats, as this partner demands";
    /// Items have different repeat information.
    REPEAT_INFORMATION_AGREES = "repeat-information-agrees" as "EPS-V032", Error, SenderContent, Value,
        "validation.md §4", "give all items the same repeat information";
    /// Repeat dispensing comes without a period of validity.
    REPEAT_DISPENSING_VALIDITY = "repeat-dispensing-validity" as "EPS-V033", Error, SenderContent, Required,
        "validation.md §4", "say from when until when the prescription may be dispensed";
    /// Repeat dispensing does not say how long one supply lasts.
    REPEAT_DISPENSING_DURATION = "repeat-dispensing-duration" as "EPS-V034", Error, SenderContent, Required,
        "validation.md §4", "say how long one supply is meant to last";
    /// Repeat dispensing does not say how often, or says never again.
    REPEAT_DISPENSING_ISSUES = "repeat-dispensing-issues" as "EPS-D13", Error, SenderContent, BusinessRule,
        "overview.md §14", "say how many times the items may be dispensed again, at least once";
    /// Repeat dispensing has more than 99 issues.
    REPEAT_DISPENSING_LIMIT = "repeat-dispensing-limit" as "LC-C4", Error, SenderContent, BusinessRule,
        "lifecycle.md §4", "allow at most 98 repeats, which are 99 issues";
    /// The duration of one supply is not a whole number of days, at most 366.
    REPEAT_DISPENSING_DAYS = "repeat-dispensing-days" as "LC-C7", Error, SenderContent, BusinessRule, "lifecycle.md §4",
        "send the duration of one supply as whole days, 0 to 366, with the unit code d";
    /// Repeat dispensing comes without a date of review.
    REPEAT_DISPENSING_REVIEW = "repeat-dispensing-review" as "LC-C11", Warning, SenderContent, BusinessRule,
        "lifecycle.md §4", "say when the treatment is to be reviewed";
    /// An acute item has repeats.
    ACUTE_WITH_REPEATS = "acute-with-repeats" as "LC-C5", Warning, SenderContent, BusinessRule, "lifecycle.md §4",
        "leave the repeats out, or prescribe the item as repeat dispensing";
    /// A prescription that is ordered is not at its first issue.
    FIRST_ISSUE = "first-issue", Error, SenderContent, BusinessRule, "lifecycle.md §4 LC-C4",
        "order the first issue; the national service makes the others";
    /// An item has more repeats than its prescription, or every item has fewer.
    REPEATS_OF_PRESCRIPTION = "repeats-of-prescription" as "LC-D4", Error, SenderContent, BusinessRule,
        "lifecycle.md §4 LC-C4", "let the prescription have as many repeats as the item with the most";
    /// Repeat dispensing starts before it was prescribed.
    REPEAT_DISPENSING_START = "repeat-dispensing-start", Warning, SenderContent, BusinessRule, "lifecycle.md §4 LC-C11",
        "let repeat dispensing start on the day of prescribing or later";
}
