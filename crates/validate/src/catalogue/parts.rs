//! Parts whose values belong together: codings, identifiers, amounts, ranges, timings, lists.

causeway_canonical::rules! {
    in Rules;

    /// A coding has a system or words, and no code.
    CODING_WITHOUT_CODE = "coding-without-code", Warning, SenderContent, CodeInvalid, "FHIR R4 Coding",
        "send the code that the words stand for, or the words as text alone";
    /// A code does not say the system that it belongs to.
    CODE_WITHOUT_SYSTEM = "code-without-system", Warning, SenderContent, CodeInvalid, "FHIR R4 Coding",
        "send the code with the system that it belongs to: a code means nothing alone";
    /// The name of a system is no absolute URI.
    SYSTEM_FORM = "system-form", Warning, SenderContent, Value, "FHIR R4 Coding",
        "name the system by its URI, such as http://snomed.info/sct";
    /// A system or another URI stands where the code is expected.
    CODE_FORM = "code-form", Warning, SenderContent, CodeInvalid, "FHIR R4 Coding",
        "send the code itself as code, and the URI of its system as system";
    /// A concept has two codes of one system that differ.
    CODES_CONFLICT = "codes-conflict", Warning, SenderContent, CodeInvalid, "FHIR R4 CodeableConcept",
        "send one code a system: receivers differ in which of two they take";
    /// An identifier has no value.
    IDENTIFIER_WITHOUT_VALUE = "identifier-without-value", Warning, SenderContent, Required, "FHIR R4 Identifier",
        "send the value of the identifier, or leave the identifier out";
    /// An identifier does not say the system that it belongs to.
    IDENTIFIER_WITHOUT_SYSTEM = "identifier-without-system", Warning, SenderContent, Required, "FHIR R4 Identifier",
        "send the identifier with its system: the same value means another thing in another system";
    /// An amount has a unit and no number.
    AMOUNT_WITHOUT_VALUE = "amount-without-value", Warning, SenderContent, Required, "FHIR R4 Quantity",
        "send the number of the amount";
    /// An amount has a number and no unit.
    AMOUNT_WITHOUT_UNIT = "amount-without-unit", Warning, SenderContent, Required, "FHIR R4 Quantity",
        "say what the number counts: its unit in words and as a code";
    /// An amount has the system of a unit and not its code.
    UNIT_WITHOUT_CODE = "unit-without-code", Warning, SenderContent, CodeInvalid, "FHIR R4 Quantity",
        "send the code of the unit with its system";
    /// The code of a unit does not say its system.
    UNIT_WITHOUT_SYSTEM = "unit-without-system", Warning, SenderContent, CodeInvalid, "FHIR R4 Quantity, qty-3",
        "send the code of the unit with its system";
    /// The unit of an amount is of a system in which no units are met.
    UNIT_SYSTEM_UNKNOWN = "unit-system-unknown", Warning, SenderContent, CodeInvalid, "identifiers.md §5, overview.md §8",
        "send units of SNOMED CT, dm+d or UCUM";
    /// A site, route, method or instruction is of a system in which none are met.
    DOSAGE_SYSTEM_UNKNOWN = "dosage-system-unknown", Warning, SenderContent, CodeInvalid, "uk-core-r4.md §2",
        "send a code of SNOMED CT; the kind of a dose is one of dose-rate-type";
    /// The lower bound of a range is greater than the upper.
    RANGE_ORDER = "range-order", Error, SenderContent, BusinessRule, "FHIR R4 Range, rng-2",
        "send the smaller number as the lower bound";
    /// The bounds of a range have different units.
    RANGE_UNITS = "range-units", Warning, SenderContent, BusinessRule, "FHIR R4 Range, rng-2",
        "send both bounds in the same unit";
    /// A ratio lacks one of its numbers.
    RATIO_INCOMPLETE = "ratio-incomplete", Warning, SenderContent, Required, "FHIR R4 Ratio, rat-1",
        "send both: so much for each so much";
    /// A period ends before it starts.
    PERIOD_ORDER = "period-order", Error, SenderContent, BusinessRule, "FHIR R4 Period, per-1",
        "let the period end on or after the day it starts";
    /// A part of a timing lacks the part that it belongs to.
    TIMING_INCOMPLETE = "timing-incomplete", Warning, SenderContent, Required, "FHIR R4 Timing, tim-1 to tim-10",
        "send durations and periods with their units, a maximum with its least, and an offset with its event";
    /// The most that a timing allows is less than the least.
    TIMING_ORDER = "timing-order", Error, SenderContent, BusinessRule, "FHIR R4 Timing",
        "send a maximum that is not less than the number it belongs to";
    /// Two entries of a list say the same.
    ENTRY_REPEATED = "entry-repeated", Warning, SenderContent, Duplicate, "dosage.md",
        "send each entry once: what is said twice may be given twice";
}
