//! Rules about dates (LC-C6, LC-C8).

use causeway_canonical::ledger::{Leaf, place};
use causeway_canonical::{DateTime, Finding};
use jiff::SignedDuration;

use crate::catalogue as rule;
use crate::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    validity(subject, findings);
    birth_date(subject, findings);
}

/// LC-C6: the end is not before the start.
fn validity(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(period) = subject.prescription.and_then(|told| told.validity.as_ref()) else { return };
    let (Some(start), Some(end)) = (&period.start, &period.end) else { return };
    if is_before(end, start) {
        let field = place::VALIDITY.at(&[]).leaf(Leaf::End);
        let message = "an end on or after the start of the validity period is expected";
        findings.push(subject.at_field(&rule::VALIDITY_ORDER, message, &[field]));
    }
}

/// Whether one is certainly before the other. Instants are compared where both are written, else the calendar dates as
/// far as both are known.
pub(super) fn is_before(one: &DateTime, other: &DateTime) -> bool {
    match (one.instant(), other.instant()) {
        (Some(one), Some(other)) => one < other,
        _ => is_earlier_text(one.written_date().as_str(), other.written_date().as_str()),
    }
}

/// Compares `YYYY`, `YYYY-MM` or `YYYY-MM-DD` by the part that both have.
fn is_earlier_text(one: &str, other: &str) -> bool {
    let common = one.len().min(other.len());
    one.get(..common) < other.get(..common)
}

/// LC-C8: nobody is born after today. Today is taken at its latest in the United Kingdom, where summer time is an hour
/// ahead of the clock.
fn birth_date(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(date) = subject.patient.and_then(|patient| patient.birth_date.as_ref()) else { return };
    let Ok(latest) = subject.source.context.now.checked_add(SignedDuration::from_hours(1)) else { return };
    let today = DateTime::from_timestamp(latest).written_date();
    if is_earlier_text(today.as_str(), date.as_str()) {
        let field = place::BIRTH_DATE.field();
        let message = "a date of birth that is not in the future is expected";
        findings.push(subject.at_field(&rule::BIRTH_DATE_FUTURE, message, &[field]));
    }
}

#[cfg(test)]
mod tests;
