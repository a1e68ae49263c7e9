//! Rules about dates (P-11, P-12, LC-C6, LC-C8, LC-R8).
//!
//! Invariants:
//! - Of two dates that are known to different parts, the part that both have is compared: what may be right is not wrong.
//! - Today is the day in the United Kingdom, where summer time is an hour ahead of the clock. It is taken at its latest
//!   where something lies in the future, at its earliest where it lies in the past.

use causeway_canonical::ledger::{FieldRef, Leaf, place};
use causeway_canonical::model::{CourseOfTherapy, Kind, Period};
use causeway_canonical::{Date, DateTime, Finding, Rule, Severity};
use jiff::civil;
use jiff::{SignedDuration, Span};

use crate::catalogue as rule;
use crate::subject::Subject;

/// How far an event may lie ahead before it is in the future (P-11).
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// How old nobody has become.
const OLDEST: i16 = 130;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    validity(subject, findings);
    birth_date(subject, findings);
    future(subject, findings);
    signature(subject, findings);
    dispensed(subject, findings);
}

/// LC-C6: the end is not before the start; of what is ordered, neither past nor more than a year ahead (P-12). Only the
/// period of repeat dispensing reaches the national service: that of another order is warned of.
fn validity(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(period) = validity_of(subject) else { return };
    let Some(end) = &period.end else { return };
    let mut report = |rule: &'static Rule, severity, message: &'static str| {
        let field = place::VALIDITY.at(&[]).leaf(Leaf::End);
        findings.push(Finding { severity, ..subject.at_field(rule, message, &[field]) });
    };
    if period.start.as_ref().is_some_and(|start| is_before(end, start)) {
        let message = "an end on or after the start of the validity period is expected";
        report(&rule::VALIDITY_ORDER, Severity::Error, message);
    } else if subject.source.kind() == Kind::PrescriptionOrder {
        if is_before_today(subject, end) {
            let message = "an end of the validity period is expected that is today or later";
            report(&rule::VALIDITY_PAST, Severity::Warning, message);
        } else if latest_today(subject).and_then(a_year_later).is_some_and(|last| is_after_day(end, last)) {
            let course = Some(CourseOfTherapy::ContinuousRepeatDispensing);
            let is_sent = subject.items.iter().any(|line| line.course_of_therapy == course);
            let severity = if is_sent { Severity::Error } else { Severity::Warning };
            report(
                &rule::VALIDITY_TOO_LONG,
                severity,
                "an end of the validity period within twelve months is expected",
            );
        }
    }
}

fn validity_of<'a>(subject: &Subject<'a>) -> Option<&'a Period> {
    subject.prescription?.validity.as_ref()
}

fn a_year_later(day: civil::Date) -> Option<civil::Date> {
    day.checked_add(Span::new().years(1)).ok()
}

/// Whether one is certainly before the other. Instants are compared where both are written, else the calendar dates as
/// far as both are known.
pub(super) fn is_before(one: &DateTime, other: &DateTime) -> bool {
    match (one.instant(), other.instant()) {
        (Some(one), Some(other)) => one < other,
        _ => is_before_day(one, other),
    }
}

/// Whether the day of one is certainly before that of the other. Each is the day as it is written.
pub(super) fn is_before_day(one: &DateTime, other: &DateTime) -> bool {
    is_earlier_text(written_day(one), written_day(other))
}

/// The calendar date as written.
fn written_day(date: &DateTime) -> &str {
    let text = date.as_str();
    text.split_once('T').map_or(text, |(day, _)| day)
}

/// Compares `YYYY`, `YYYY-MM` or `YYYY-MM-DD` by the part that both have.
fn is_earlier_text(one: &str, other: &str) -> bool {
    let common = one.len().min(other.len());
    one.get(..common) < other.get(..common)
}

fn is_after_day(date: &DateTime, day: civil::Date) -> bool {
    is_earlier_text(Date::from(day).as_str(), written_day(date))
}

/// Today, at its latest.
fn latest_today(subject: &Subject<'_>) -> Option<civil::Date> {
    let latest = subject.source.context.now.checked_add(SignedDuration::from_hours(1)).ok()?;
    DateTime::from_timestamp(latest).written_date().to_civil()
}

/// Whether a date is certainly before today, today at its earliest.
fn is_before_today(subject: &Subject<'_>, date: &DateTime) -> bool {
    let now = DateTime::from_timestamp(subject.source.context.now);
    is_before_day(date, &now)
}

/// LC-C8: nobody is born after today, nor after the medicine was prescribed, nor so long ago that nobody lives.
fn birth_date(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(date) = subject.patient.and_then(|patient| patient.birth_date.as_ref()) else { return };
    let Some(today) = latest_today(subject) else { return };
    let mut report = |rule, message: &'static str| {
        findings.push(subject.at_field(rule, message, &[place::BIRTH_DATE.field()]));
    };
    let born = date.as_str();
    let oldest = today.checked_sub(Span::new().years(OLDEST)).unwrap_or(civil::Date::MIN);
    if is_earlier_text(Date::from(today).as_str(), born) {
        report(&rule::BIRTH_DATE_FUTURE, "a date of birth that is not in the future is expected");
    } else if is_earlier_text(born, Date::from(oldest).as_str()) {
        report(&rule::BIRTH_DATE_IMPLAUSIBLE, "a date of birth of somebody who may be alive is expected");
    } else if authored(subject).is_some_and(|authored| is_earlier_text(written_day(authored), born)) {
        let message = "a date of birth that is not after the date of the prescription is expected";
        report(&rule::BIRTH_DATE_AFTER_PRESCRIPTION, message);
    }
}

fn authored<'a>(subject: &Subject<'a>) -> Option<&'a DateTime> {
    subject.prescription?.authored_on.as_ref()
}

/// P-11: what is told has taken place. (When a prescription may be dispensed may well be in the future.)
fn future(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Ok(latest) = subject.source.context.now.checked_add(AHEAD) else { return };
    let signed = subject.prescription.and_then(|prescription| prescription.signature.as_ref()?.when.as_ref());
    let told = [(authored(subject), place::AUTHORED_ON), (signed, place::SIGNATURE_WHEN), (subject.when, place::WHEN)];
    for (when, place) in told {
        let is_future = |when: &DateTime| match when.instant() {
            Some(instant) => instant > latest,
            None => is_before_day(&DateTime::from_timestamp(latest), when),
        };
        if when.is_some_and(is_future) {
            let message = "a time that is not in the future is expected";
            findings.push(subject.at_field(&rule::TIME_IN_FUTURE, message, &[place.field()]));
        }
    }
}

/// What is signed has been written.
fn signature(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let signed = subject.prescription.and_then(|prescription| prescription.signature.as_ref()?.when.as_ref());
    let message = "a signature on or after the day on which the prescription was written is expected";
    compare(
        subject,
        &rule::SIGNED_BEFORE_WRITTEN,
        message,
        [signed, authored(subject)],
        place::SIGNATURE_WHEN.field(),
        findings,
    );
}

/// What is dispensed has been prescribed, and is still to be dispensed (LC-R8). A claim is made later.
fn dispensed(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if !matches!(subject.source.kind(), Kind::DispenseNotification | Kind::RebuildDispenseHistory) {
        return;
    }
    let field = place::WHEN.field();
    let message = "a date of dispensing on or after the date of the prescription is expected";
    let rule = &rule::DISPENSED_BEFORE_PRESCRIBED;
    if compare(subject, rule, message, [subject.when, authored(subject)], field, findings) {
        return;
    }
    let (start, end) = validity_of(subject).map_or((None, None), |period| (period.start.as_ref(), period.end.as_ref()));
    let message = "a date of dispensing within the period of the prescription is expected";
    for pair in [[subject.when, start], [end, subject.when]] {
        compare(subject, &rule::DISPENSED_OUTSIDE_VALIDITY, message, pair, field, findings);
    }
}

/// Reports the first of two dates that is on a day before the second.
fn compare(
    subject: &Subject<'_>,
    rule: &'static Rule,
    message: &'static str,
    pair: [Option<&DateTime>; 2],
    field: FieldRef,
    findings: &mut Vec<Finding>,
) -> bool {
    let [Some(first), Some(second)] = pair else { return false };
    let is_wrong = is_before_day(first, second);
    if is_wrong {
        findings.push(subject.at_field(rule, message, &[field]));
    }
    is_wrong
}

#[cfg(test)]
mod tests;
