//! Rules about amounts: of what is asked for and of what was supplied, of the doses and of their timing.
//!
//! Invariants:
//! - An amount is judged as the number that it is, however it is written; only the exponent is a matter of writing.
//! - Zero as the lower bound of a range says “or nothing at all”, and is no fault.

use causeway_canonical::ledger::{FieldRef, Leaf, Place, place};
use causeway_canonical::model::{Dosage, DoseAndRate, LineItem, Quantity, Timing};
use causeway_canonical::{Decimal, Finding, Rule, Severity};

use crate::catalogue as rule;
use crate::subject::{Product, Subject};

/// States of items of which nothing was supplied: not dispensed, owing, cancelled, expired (dispense.md §7).
const NOTHING_SUPPLIED: [&str; 4] = ["0002", "0004", "0005", "0006"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for product in subject.products() {
        let Product { subject, item, dosage, .. } = &product;
        amount(&product, findings);
        if let Some(days) = product.days_supply.and_then(|duration| duration.value.as_ref()) {
            let field = place::DAYS_SUPPLY.at(&[*item]).leaf(Leaf::Value);
            findings.extend(positive(subject, &rule::TIMING_POSITIVE, days, field, Zero::Warned));
        }
        for (number, dosage) in dosage.iter().enumerate() {
            maxima(subject, &[*item, number], dosage, findings);
            for (position, dose) in dosage.dose_and_rate.iter().enumerate() {
                doses(subject, &[*item, number, position], dose, findings);
            }
            if let Some(pattern) = &dosage.timing {
                timing(subject, &[*item, number], pattern, findings);
            }
        }
    }
}

/// The amount of a medicine: more than nothing, without an exponent, and in a unit that says its system (overview.md §8).
/// Of an item that was not dispensed nothing was supplied (dispense.md §7, EPS-D38); of one that was dispensed before,
/// nothing more may have been, which is warned of.
fn amount(product: &Product<'_>, findings: &mut Vec<Finding>) {
    let (subject, Some(quantity)) = (&product.subject, product.quantity) else { return };
    let at = place::QUANTITY.at(&[product.item]);
    if let Some(value) = &quantity.value {
        let field = at.leaf(Leaf::Value);
        findings.extend(positive(subject, &rule::QUANTITY_POSITIVE, value, field, zero(product)));
        if value.as_str().contains(['e', 'E']) {
            let message = "a quantity written without an exponent is expected";
            let finding = subject.at_field(&rule::QUANTITY_EXPONENT, message, &[field]);
            // One that nobody can count out is a fault, however it is written.
            let severity = if is_countable(value) { finding.severity } else { Severity::Error };
            findings.push(Finding { severity, ..finding });
        }
    }
    let has_system = quantity.system.as_deref().is_some_and(|system| !system.trim().is_empty());
    if quantity.code.is_some() && !has_system {
        let message = "the system of the unit's code is expected";
        let fields = [Leaf::System, Leaf::Code].map(|leaf| at.leaf(leaf));
        findings.push(subject.at_field(&rule::UNIT_SYSTEM_MISSING, message, &fields));
    }
}

/// Whether a number is of a size in which medicines are supplied.
fn is_countable(value: &Decimal) -> bool {
    value.is_zero() || value.as_str().parse::<f64>().is_ok_and(|number| (1e-6..1e9).contains(&number.abs()))
}

/// How an amount is judged that is nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zero {
    Refused,
    Warned,
    Allowed,
}

fn zero(product: &Product<'_>) -> Zero {
    let Some(line) = product.supplied_for else { return Zero::Refused };
    if is_nothing_supplied(line) { Zero::Allowed } else { Zero::Warned }
}

/// Whether the state of an item says that nothing was supplied for it.
pub(super) fn is_nothing_supplied(line: &LineItem) -> bool {
    let statuses = line.dispense_status.iter().flat_map(|status| &status.coding);
    let mut codes = statuses.filter_map(|coded| coded.code.as_deref());
    codes.any(|code| NOTHING_SUPPLIED.contains(&code))
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

/// Nothing below zero is taken; zero itself is suspicious at least, where it says nothing.
fn positive(
    subject: &Subject<'_>,
    rule: &'static Rule,
    value: &Decimal,
    field: FieldRef,
    zero: Zero,
) -> Option<Finding> {
    let severity = match zero {
        _ if value.is_negative() => Severity::Error,
        Zero::Refused if value.is_zero() => Severity::Error,
        Zero::Warned if value.is_zero() => Severity::Warning,
        _ => return None,
    };
    Some(Finding { severity, ..subject.at_field(rule, "a number greater than zero is expected", &[field]) })
}

#[cfg(test)]
mod tests;
