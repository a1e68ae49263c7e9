//! Why no text can be made.
//!
//! Invariant: a refusal names elements and rules, and no value of the dosage.

use std::fmt;

use crate::ledger::Place;

crate::rules! {
    in Format;

    /// No text can be made of the structure of a dosage.
    DOSE_TEXT_REFUSED = "dose-text-refused", Warning, SenderContent, NotSupported, "dose-to-text.md §1 DT-4",
        "give the structure that the algorithm has words for, or a text of your own";
}

/// The rule that forbids a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing from which a text could be made (DT-3).
    NoStructure,
    /// Several dosages, and one of them has no sequence (§2).
    NoSequence,
    /// A concept has neither text nor display (§2).
    NoWords,
    /// An amount has no number (§2).
    NoValue,
    /// An amount has no unit, or one whose code has no words here (§4).
    NoUnit,
    /// An amount with a comparator is a bound on an amount and not an amount (§2).
    Comparator,
    /// A number below zero, one that must be whole or greater than zero and is not, or one too long to write out (§4).
    Number,
    /// A range without an upper bound (§2).
    LowOnly,
    /// A range without bounds (§2).
    NoBounds,
    /// A range whose bounds have different units: only the upper one is said (§2).
    UnitsDiffer,
    /// A greatest value below the value that it belongs to (§2).
    BelowLow,
    /// A greatest value without the value that it belongs to (§2, §3).
    MaximumAlone,
    /// Several doses that do not say one thing in two ways, or several rates (§4).
    SeveralAmounts,
    /// Elements of which only one may stand, or that contradict each other (FHIR R4 Dosage).
    Contradiction,
    /// A denominator is missing (§2).
    NoDenominator,
    /// A period without frequency, other than one day, week, month or year (§3).
    PeriodWithoutFrequency,
    /// A unit of time without its number, or a number without its unit (§3).
    HalfTime,
    /// A time unit, weekday or event of the day that the tables do not have (§4).
    UnknownCode,
    /// A named schedule, and no structure that says what it means (eps/dosage.md §6).
    ScheduleAlone,
    /// An offset without an event of a meal, waking or sleep that one can come before or after (§4).
    OffsetWithoutEvent,
    /// A date without a day, or with a time (§4).
    PartialDate,
    /// A time of the day that is not HH:MM:SS (§2).
    TimeOfDay,
}

impl Reason {
    /// What was expected, without a value.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::NoStructure => "a dosage with structure is expected",
            Reason::NoSequence => "a sequence is expected in each of several dosages",
            Reason::NoWords => "a concept with text or display is expected",
            Reason::NoValue => "an amount with a value is expected",
            Reason::NoUnit => "an amount with a unit in words, or a known code of one, is expected",
            Reason::Comparator => "an amount without comparator is expected",
            Reason::Number => "a number is expected that can be written out, in the bounds of the element",
            Reason::LowOnly => "a range with an upper bound is expected",
            Reason::NoBounds => "a range with bounds is expected",
            Reason::UnitsDiffer => "a range with one unit is expected",
            Reason::BelowLow => "a maximum not below the value that it belongs to is expected",
            Reason::MaximumAlone => "a value is expected beside its maximum",
            Reason::SeveralAmounts => "one dose, or one dose said as strength and in units, and one rate are expected",
            Reason::Contradiction => "elements that do not exclude each other are expected",
            Reason::NoDenominator => "a ratio with numerator and denominator is expected",
            Reason::PeriodWithoutFrequency => "a frequency is expected beside this period",
            Reason::HalfTime => "a number of time and its unit are expected together",
            Reason::UnknownCode => "a code of the algorithm's tables is expected",
            Reason::ScheduleAlone => "the structure of the named schedule is expected",
            Reason::OffsetWithoutEvent => {
                "an event before or after a meal, waking or sleep is expected beside the offset"
            }
            Reason::PartialDate => "a whole date without time is expected",
            Reason::TimeOfDay => "a time of the day written HH:MM:SS is expected",
        }
    }

    /// The reason at a place of the dosage.
    pub(super) fn at(self, place: Place) -> Refused {
        Refused { reason: self, place: Some(place), position: None }
    }

    /// The reason for the dosage as a whole.
    pub(super) fn whole(self) -> Refused {
        Refused { reason: self, place: None, position: None }
    }
}

/// A reason inside one dosage.
pub(super) struct Refused {
    reason: Reason,
    place: Option<Place>,
    position: Option<usize>,
}

impl Refused {
    /// The same, at an entry of the list at its place.
    pub(super) fn nth(self, position: usize) -> Self {
        Refused { position: Some(position), ..self }
    }

    /// The refusal, with the number of the dosage.
    pub(super) fn of(self, dosage: usize) -> Refusal {
        Refusal { reason: self.reason, dosage, place: self.place, position: self.position }
    }
}

/// No text can be made: which rule forbids it, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule.
    pub reason: Reason,
    /// Position of the dosage in the instruction, from 0.
    pub dosage: usize,
    place: Option<Place>,
    position: Option<usize>,
}

impl Refusal {
    /// The field of the dosage that is at fault, `timing.when[1]`; `None` if it is the dosage as a whole.
    pub fn field(&self) -> Option<String> {
        let field = self.place?.template().trim_start_matches("item[].dosage[].");
        let position = self.position.map(|position| format!("[{position}]")).unwrap_or_default();
        Some(field.replacen("[]", &position, 1))
    }

    /// Where in the instruction: `dosage[0].timing.when[1]`.
    pub fn path(&self) -> String {
        let dosage = format!("dosage[{}]", self.dosage);
        match self.field() {
            Some(field) => format!("{dosage}.{field}"),
            None => dosage,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.reason.as_str(), self.path())
    }
}

impl std::error::Error for Refusal {}
