//! Facts that a dosage text can state.

use super::words::MILLION;

/// What a statement is about. Statements of one sort can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// An amount at a time, in a unit that cannot be converted into another.
    Dose(&'static str),
    /// A greatest amount.
    Maximum(&'static str),
    /// An amount per time.
    Rate(&'static str),
    /// How often.
    Frequency,
    /// For how long altogether.
    Course,
    /// For how long each time.
    Duration,
}

impl Sort {
    /// The word for people.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Dose(_) => "dose",
            Sort::Maximum(_) => "maximum",
            Sort::Rate(_) => "rate",
            Sort::Frequency => "frequency",
            Sort::Course => "length of treatment",
            Sort::Duration => "duration",
        }
    }
}

/// A number as a fraction.
#[derive(Clone, Copy, Debug)]
pub struct Fraction(pub i128, pub i128);

impl Fraction {
    /// Whether both are one number, or too great to tell; `roughly` allows for months that are taken as 28 or 30 days.
    fn agrees_with(self, other: Fraction, roughly: bool) -> bool {
        let (Some(one), Some(two)) = (self.0.checked_mul(other.1), other.0.checked_mul(self.1)) else { return true };
        let distance = one.abs_diff(two);
        distance == 0 || (roughly && distance <= two.unsigned_abs() / 10)
    }
}

/// One fact, with its bounds; a bound that is open says nothing.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    pub sort: Sort,
    pub low: Option<Fraction>,
    pub high: Option<Fraction>,
    /// Whether it is reckoned in months or years, which have no fixed number of days.
    pub is_calendar: bool,
}

impl Statement {
    /// Whether two statements of one sort can both be true.
    pub fn agrees_with(&self, other: &Statement) -> bool {
        let roughly = self.is_calendar != other.is_calendar;
        let bound = |ours: Option<Fraction>, theirs: Option<Fraction>| match (ours, theirs) {
            (Some(ours), Some(theirs)) => ours.agrees_with(theirs, roughly),
            _ => true,
        };
        self.sort == other.sort && bound(self.low, other.low) && bound(self.high, other.high)
    }
}

/// Units in which medicines are counted and not measured.
const COUNTED: [&str; 23] = [
    "tablet",
    "capsule",
    "puff",
    "drop",
    "patch",
    "sachet",
    "spray",
    "suppository",
    "pessary",
    "lozenge",
    "application",
    "dose",
    "unit",
    "vial",
    "ampoule",
    "bag",
    "enema",
    "spoonful",
    "inhalation",
    "actuation",
    "blister",
    "pastille",
    "injection",
];

/// Whether a unit is one in which medicines are counted.
pub fn is_counted(name: &str) -> bool {
    COUNTED.contains(&name)
}

/// A unit of amount: the unit that it is converted into, and how many of that make one.
pub fn unit(word: &str) -> Option<(&'static str, i128)> {
    let measured = match word {
        "ng" => ("nanogram", 1),
        "microgram" => ("nanogram", 1_000),
        "mg" => ("nanogram", 1_000_000),
        "g" => ("nanogram", 1_000_000_000),
        "kg" => ("nanogram", 1_000_000_000_000),
        "ul" => ("microlitre", 1),
        "ml" => ("microlitre", 1_000),
        "l" => ("microlitre", 1_000_000),
        "mmol" => ("millimole", 1),
        _ => return COUNTED.iter().find(|unit| **unit == word).map(|unit| (*unit, 1)),
    };
    Some(measured)
}

/// A day in seconds.
pub const DAY: i128 = 86_400;

/// A unit of time in seconds, and whether it is one of the calendar: months and years by their mean length.
pub fn time_unit(word: &str) -> Option<(i128, bool)> {
    Some(match word {
        "second" => (1, false),
        "minute" => (60, false),
        "hour" => (3_600, false),
        "day" => (DAY, false),
        "week" => (7 * DAY, false),
        "fortnight" => (14 * DAY, false),
        "month" => (2_629_800, true),
        "year" => (31_557_600, true),
        _ => return None,
    })
}
/// A word that says how often by itself: times in millionths, and the unit of time.
pub fn frequency_word(word: &str) -> Option<(i128, &'static str)> {
    let (times, unit) = match word {
        "hourly" => (1, "hour"),
        "daily" | "od" | "nightly" => (1, "day"),
        "bd" | "bid" => (2, "day"),
        "tds" | "tid" => (3, "day"),
        "qds" | "qid" => (4, "day"),
        "weekly" => (1, "week"),
        "fortnightly" => (1, "fortnight"),
        "monthly" => (1, "month"),
        "yearly" | "annually" => (1, "year"),
        _ => return None,
    };
    Some((times * MILLION, unit))
}
