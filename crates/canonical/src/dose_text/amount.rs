//! Amounts: doses, rates, maxima and lengths of time.

use std::cmp::Ordering;

use super::Part;
use super::number::{compare, figure};
use super::refusal::{Reason, Refused};
use super::words::{clean, counted, measure, singular, ucum_unit};
use crate::ledger::{Place, place};
use crate::model::{DoseAndRate, Quantity, Range, Ratio};

/// The code system of units of measure; it is also written with a slash at its end.
const UCUM: &str = "http://unitsofmeasure.org";

/// A number with its unit.
struct Amount {
    figure: String,
    unit: String,
    /// Whether the unit is one of measure, which is never halved in words.
    is_si: bool,
}

impl Amount {
    fn of(quantity: &Quantity, place: Place) -> Result<Amount, Refused> {
        let figure = figure_of(quantity, place)?;
        let unit = unit_of(quantity).ok_or(Reason::NoUnit.at(place))?;
        let is_si = is_ucum(quantity) || measure(&unit).is_some();
        Ok(Amount { figure, unit, is_si })
    }

    /// As one amount: `2 tablet`, `half tablet`, `2 x 5ml spoonful` (§4).
    fn phrase(&self) -> String {
        let figure = &self.figure;
        if self.has_digit_first() || self.is_si {
            return self.in_figures();
        }
        let (whole, words) = match figure.split_once('.') {
            Some((whole, "25")) => (whole, "quarter"),
            Some((whole, "5")) => (whole, "half"),
            Some((whole, "75")) => (whole, "three quarters"),
            _ => return self.in_figures(),
        };
        match (whole, words) {
            ("0", words) => format!("{words} {}", self.unit),
            (whole, "three quarters") => format!("{whole} and three quarters {}", self.unit),
            (whole, words) => format!("{whole} and a {words} {}", self.unit),
        }
    }

    fn in_figures(&self) -> String {
        format!("{} {}", self.figure, self.unit_after(&self.figure))
    }

    /// The unit after a figure, as in a range.
    fn unit_after(&self, figure: &str) -> String {
        if self.has_digit_first() { format!("x {}", self.unit) } else { counted(&self.unit, figure) }
    }

    fn has_digit_first(&self) -> bool {
        self.unit.starts_with(|first: char| first.is_ascii_digit())
    }
}

fn figure_of(quantity: &Quantity, place: Place) -> Result<String, Refused> {
    if quantity.comparator.is_some() {
        return Err(Reason::Comparator.at(place));
    }
    let value = quantity.value.as_ref().ok_or(Reason::NoValue.at(place))?;
    figure(value).ok_or(Reason::Number.at(place))
}

/// The unit in words; the code is expanded only if there are none.
fn unit_of(quantity: &Quantity) -> Option<String> {
    let words = quantity.unit.as_deref().and_then(clean);
    words.or_else(|| ucum_unit(quantity.code.as_deref().filter(|_| is_ucum(quantity))?).map(str::to_owned))
}

fn is_ucum(quantity: &Quantity) -> bool {
    quantity.system.as_deref().is_some_and(|system| system.trim_end_matches('/') == UCUM)
}

/// An amount whose unit follows the number where it is one of time: `7 days`.
pub(super) fn span(quantity: &Quantity, place: Place) -> Result<String, Refused> {
    Amount::of(quantity, place).map(|amount| amount.in_figures())
}

/// A range: `1 to 2 tablet`, `up to 2 tablet`; `lower` says what a lower bound alone reads, if it may stand (§2).
pub(super) fn range(
    range: &Range,
    (low_place, high_place): (Place, Place),
    lower: Option<&str>,
) -> Result<String, Refused> {
    match (&range.low, &range.high) {
        (None, None) => Err(Reason::NoBounds.at(high_place)),
        (Some(low), None) => {
            let words = lower.ok_or(Reason::LowOnly.at(low_place))?;
            Ok(format!("{words} {}", span(low, low_place)?))
        }
        (None, Some(high)) => Ok(format!("up to {}", span(high, high_place)?)),
        (Some(low), Some(high)) => {
            let low_figure = figure_of(low, low_place)?;
            let high = Amount::of(high, high_place)?;
            // A lower bound that says no unit at all has that of the upper one.
            let has_unit = low.unit.is_some() || low.code.is_some();
            if has_unit && !unit_of(low).is_some_and(|unit| is_same_unit(&unit, &high.unit)) {
                return Err(Reason::UnitsDiffer.at(low_place));
            }
            if compare(&low_figure, &high.figure) == Ordering::Greater {
                return Err(Reason::BelowLow.at(high_place));
            }
            Ok(format!("{low_figure} to {} {}", high.figure, high.unit_after(&high.figure)))
        }
    }
}

fn is_same_unit(one: &str, other: &str) -> bool {
    singular(one).eq_ignore_ascii_case(singular(other))
}

/// Dose and rate of a dosage (§2 parts 2 and 3).
pub(super) struct Doses {
    pub(super) dose: Option<String>,
    pub(super) rate: Option<String>,
}

impl Doses {
    pub(super) fn of(entries: &[DoseAndRate]) -> Result<Doses, Refused> {
        let mut doses = Vec::new();
        let mut rates = Vec::new();
        for entry in entries {
            doses.extend(dose(entry)?);
            rates.extend(rate(entry)?);
        }
        let dose = match doses.as_slice() {
            [] => None,
            [dose] => Some(dose.text.clone()),
            [first, second] if first.is_same_said_otherwise(second) => {
                Some(format!("{} ({})", first.text, second.text))
            }
            _ => return Err(Reason::SeveralAmounts.at(place::DOSE_QUANTITY)),
        };
        let rate = match rates.as_slice() {
            [] => None,
            [rate] => Some(format!("at a rate of {rate}")),
            _ => return Err(Reason::SeveralAmounts.at(place::RATE_QUANTITY)),
        };
        Ok(Doses { dose, rate })
    }
}

/// One dose in words.
struct Dose {
    text: String,
    unit: String,
    is_range: bool,
}

impl Dose {
    /// Whether two doses can mean the same, once as strength and once in units: two amounts of one measure cannot (§4).
    fn is_same_said_otherwise(&self, other: &Dose) -> bool {
        let is_one_measure = match (measure(&self.unit), measure(&other.unit)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => is_same_unit(&self.unit, &other.unit),
            _ => false,
        };
        self.is_range == other.is_range && !is_one_measure
    }
}

fn dose(entry: &DoseAndRate) -> Result<Option<Dose>, Refused> {
    match (&entry.dose_quantity, &entry.dose_range) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Reason::Contradiction.at(place::DOSE_RANGE_LOW)),
        (Some(quantity), None) => {
            let amount = Amount::of(quantity, place::DOSE_QUANTITY)?;
            Ok(Some(Dose { text: amount.phrase(), unit: amount.unit, is_range: false }))
        }
        (None, Some(bounds)) => {
            let text = range(bounds, (place::DOSE_RANGE_LOW, place::DOSE_RANGE_HIGH), None)?;
            let unit = bounds.high.as_ref().and_then(unit_of).unwrap_or_default();
            Ok(Some(Dose { text, unit, is_range: true }))
        }
    }
}

fn rate(entry: &DoseAndRate) -> Part {
    match (&entry.rate_ratio, &entry.rate_range, &entry.rate_quantity) {
        (None, None, None) => Ok(None),
        (Some(ratio), None, None) => rate_ratio(ratio).map(Some),
        (None, Some(bounds), None) => range(bounds, (place::RATE_RANGE_LOW, place::RATE_RANGE_HIGH), None).map(Some),
        (None, None, Some(quantity)) => Ok(Some(Amount::of(quantity, place::RATE_QUANTITY)?.phrase())),
        _ => Err(Reason::Contradiction.at(place::RATE_QUANTITY)),
    }
}

fn rate_ratio(ratio: &Ratio) -> Result<String, Refused> {
    let (numerator, denominator) = both(ratio, (place::RATE_RATIO_NUMERATOR, place::RATE_RATIO_DENOMINATOR))?;
    let amount = numerator.phrase();
    Ok(if denominator.figure == "1" {
        format!("{amount} per {}", singular(&denominator.unit))
    } else {
        format!("{amount} every {}", denominator.in_figures())
    })
}

fn both(ratio: &Ratio, (numerator, denominator): (Place, Place)) -> Result<(Amount, Amount), Refused> {
    let (Some(counted), Some(span)) = (&ratio.numerator, &ratio.denominator) else {
        return Err(Reason::NoDenominator.at(denominator));
    };
    let span = Amount::of(span, denominator)?;
    if span.figure == "0" {
        return Err(Reason::Number.at(denominator));
    }
    Ok((Amount::of(counted, numerator)?, span))
}

/// The most in a span of time (§2 part 15).
pub(super) fn ratio_limit(ratio: Option<&Ratio>) -> Part {
    let Some(ratio) = ratio else { return Ok(None) };
    let places = (place::MAX_PER_PERIOD_NUMERATOR, place::MAX_PER_PERIOD_DENOMINATOR);
    let (amount, span) = both(ratio, places)?;
    Ok(Some(format!("up to a maximum of {} in {}", amount.phrase(), span.in_figures())))
}

/// The most at once or in a life (§2 part 15).
pub(super) fn limit(quantity: Option<&Quantity>, place: Place, of_what: &str) -> Part {
    let Some(quantity) = quantity else { return Ok(None) };
    let amount = Amount::of(quantity, place)?;
    Ok(Some(format!("up to a maximum of {} {of_what}", amount.phrase())))
}
