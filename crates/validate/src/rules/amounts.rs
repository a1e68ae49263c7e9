//! Rules about amounts: of the supply, of the doses and of their timing.
//!
//! Invariants:
//! - An amount is judged as the number that it is, however it is written; only the exponent is a matter of writing.
//! - Zero as the lower bound of a range says “or nothing at all”, and is no fault.

use causeway_canonical::ledger::{FieldRef, Leaf, Place, place};
use causeway_canonical::model::{Dosage, DoseAndRate, LineItem, Quantity, Timing};
use causeway_canonical::{Decimal, Finding, Rule, Severity};

use crate::catalogue as rule;
use crate::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (item, line) in subject.order.item.iter().enumerate() {
        supply(subject, item, line, findings);
        for (number, dosage) in line.dosage.iter().enumerate() {
            maxima(subject, &[item, number], dosage, findings);
            for (position, dose) in dosage.dose_and_rate.iter().enumerate() {
                doses(subject, &[item, number, position], dose, findings);
            }
            if let Some(pattern) = &dosage.timing {
                timing(subject, &[item, number], pattern, findings);
            }
        }
    }
}

/// The amount to be supplied: more than nothing, without an exponent, and in a unit that says its system (overview.md
/// §8).
fn supply(subject: &Subject<'_>, item: usize, line: &LineItem, findings: &mut Vec<Finding>) {
    let Some(quantity) = &line.quantity else { return };
    let at = place::QUANTITY.at(&[item]);
    if let Some(value) = &quantity.value {
        let field = [at.leaf(Leaf::Value)];
        if value.is_negative() || value.is_zero() {
            let message = "a quantity greater than zero is expected";
            findings.push(subject.at_field(&rule::QUANTITY_POSITIVE, message, &field));
        }
        if value.as_str().contains(['e', 'E']) {
            let message = "a quantity written without an exponent is expected";
            findings.push(subject.at_field(&rule::QUANTITY_EXPONENT, message, &field));
        }
    }
    let has_system = quantity.system.as_deref().is_some_and(|system| !system.trim().is_empty());
    if quantity.code.is_some() && !has_system {
        let message = "the system of the unit's code is expected";
        let fields = [Leaf::System, Leaf::Code].map(|leaf| at.leaf(leaf));
        findings.push(subject.at_field(&rule::UNIT_SYSTEM_MISSING, message, &fields));
    }
}

/// How an amount is judged that is nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zero {
    Warned,
    Allowed,
}

fn maxima(subject: &Subject<'_>, at: &[usize], dosage: &Dosage, findings: &mut Vec<Finding>) {
    let period = dosage.max_dose_per_period.as_ref();
    let amounts = [
        (period.and_then(|ratio| ratio.numerator.as_ref()), place::MAX_PER_PERIOD_NUMERATOR, Zero::Warned),
        (period.and_then(|ratio| ratio.denominator.as_ref()), place::MAX_PER_PERIOD_DENOMINATOR, Zero::Warned),
        (dosage.max_dose_per_administration.as_ref(), place::MAX_PER_ADMINISTRATION, Zero::Warned),
        (dosage.max_dose_per_lifetime.as_ref(), place::MAX_PER_LIFETIME, Zero::Warned),
    ];
    quantities(subject, at, amounts, findings);
}

fn doses(subject: &Subject<'_>, at: &[usize], dose: &DoseAndRate, findings: &mut Vec<Finding>) {
    let (doses, rates, rate) = (dose.dose_range.as_ref(), dose.rate_range.as_ref(), dose.rate_ratio.as_ref());
    let amounts = [
        (dose.dose_quantity.as_ref(), place::DOSE_QUANTITY, Zero::Warned),
        (doses.and_then(|range| range.low.as_ref()), place::DOSE_RANGE_LOW, Zero::Allowed),
        (doses.and_then(|range| range.high.as_ref()), place::DOSE_RANGE_HIGH, Zero::Warned),
        (rate.and_then(|ratio| ratio.numerator.as_ref()), place::RATE_RATIO_NUMERATOR, Zero::Warned),
        (rate.and_then(|ratio| ratio.denominator.as_ref()), place::RATE_RATIO_DENOMINATOR, Zero::Warned),
        (rates.and_then(|range| range.low.as_ref()), place::RATE_RANGE_LOW, Zero::Allowed),
        (rates.and_then(|range| range.high.as_ref()), place::RATE_RANGE_HIGH, Zero::Warned),
        (dose.rate_quantity.as_ref(), place::RATE_QUANTITY, Zero::Warned),
    ];
    quantities(subject, at, amounts, findings);
}

fn quantities<'a>(
    subject: &Subject<'_>,
    at: &[usize],
    amounts: impl IntoIterator<Item = (Option<&'a Quantity>, Place, Zero)>,
    findings: &mut Vec<Finding>,
) {
    for (quantity, place, zero) in amounts {
        let Some(value) = quantity.and_then(|quantity| quantity.value.as_ref()) else { continue };
        findings.extend(positive(subject, &rule::DOSE_POSITIVE, value, place.at(at).leaf(Leaf::Value), zero));
    }
}

fn timing(subject: &Subject<'_>, at: &[usize], timing: &Timing, findings: &mut Vec<Finding>) {
    let numbers = [
        (&timing.count, place::TIMING_COUNT),
        (&timing.count_max, place::TIMING_COUNT_MAX),
        (&timing.duration, place::TIMING_DURATION),
        (&timing.duration_max, place::TIMING_DURATION_MAX),
        (&timing.frequency, place::TIMING_FREQUENCY),
        (&timing.frequency_max, place::TIMING_FREQUENCY_MAX),
        (&timing.period, place::TIMING_PERIOD),
        (&timing.period_max, place::TIMING_PERIOD_MAX),
    ];
    for (number, place) in numbers {
        let Some(number) = number else { continue };
        let field = place.at(at).itself();
        findings.extend(positive(subject, &rule::TIMING_POSITIVE, number, field, Zero::Warned));
    }
}

/// Nothing below zero is taken; zero itself is suspicious.
fn positive(
    subject: &Subject<'_>,
    rule: &'static Rule,
    value: &Decimal,
    field: FieldRef,
    zero: Zero,
) -> Option<Finding> {
    let is_doubtful = value.is_zero() && zero == Zero::Warned;
    if !is_doubtful && !value.is_negative() {
        return None;
    }
    let mut finding = subject.at_field(rule, "a number greater than zero is expected", &[field]);
    if is_doubtful {
        finding.severity = Severity::Warning;
    }
    Some(finding)
}

#[cfg(test)]
mod tests;
