//! Amounts, doses and how a medicine is taken.

causeway_canonical::rules! {
    in Rules;

    /// An item has no dosage instruction.
    DOSAGE_PRESENT = "dosage-present" as "EPS-V027", Error, SenderContent, Invalid, "validation.md §4",
        "say how the medicine is to be taken";
    /// Several dosage instructions are not numbered.
    DOSAGE_SEQUENCE = "dosage-sequence" as "EPS-V028", Error, SenderContent, Invalid, "validation.md §4",
        "number all dosage instructions of the item";
    /// The quantity is nothing, or less.
    QUANTITY_POSITIVE = "quantity-positive", Error, SenderContent, Value, "overview.md §8",
        "send how much is to be supplied, more than nothing";
    /// The quantity is written with an exponent.
    QUANTITY_EXPONENT = "quantity-exponent", Warning, SenderContent, Value, "overview.md §8",
        "write the number with all its digits and without an exponent";
    /// A dose, rate or maximum is nothing, or less.
    DOSE_POSITIVE = "dose-positive", Error, SenderContent, Value, "FHIR R4 Dosage",
        "send doses, rates and maxima that are greater than zero";
    /// A count, frequency, period or duration is nothing, or less.
    TIMING_POSITIVE = "timing-positive", Error, SenderContent, Value, "FHIR R4 Timing",
        "send counts, frequencies, periods and durations that are greater than zero";
    /// The text of a dosage contradicts its structure.
    DOSAGE_TEXT_CONTRADICTS = "dosage-text-contradicts", Warning, SenderContent, BusinessRule,
        "dose-to-text.md §1 DT-1", "let the text and the structure of a dosage state the same";
    /// The structure of a dosage says what its text does not.
    DOSAGE_TEXT_DIFFERS = "dosage-text-differs", Information, SenderContent, BusinessRule,
        "dose-to-text.md §1 DT-1", "say in the text what the structure says: the receiver may show the text alone";
    /// A controlled drug comes without its quantity in words.
    CONTROLLED_DRUG_WORDS = "controlled-drug-words" as "LC-C10", Error, SenderContent, BusinessRule, "lifecycle.md §4",
        "write the quantity of a controlled drug in words as well";
}
