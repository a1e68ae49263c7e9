//! Rules about repeat dispensing (V031 to V034, EPS-D13, LC-C4, LC-C7, LC-C11), acute items with repeats (LC-C5), and the
//! counters of repeats wherever they are told (LC-D4).

use causeway_canonical::ledger::{Leaf, place};
use causeway_canonical::model::{CourseOfTherapy, Kind, LineItem, Quantity};
use causeway_canonical::{Finding, Severity};
use causeway_syntax::adapter::Defect;

use crate::catalogue as rule;
use crate::rules::dates;
use crate::subject::Subject;

/// The most issues of a repeat dispensing prescription (LC-C4).
const MOST_ISSUES: u32 = 99;
/// The longest that one supply may last, in days (LC-C7).
const LONGEST_SUPPLY: u32 = 366;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    acute_with_repeats(subject, findings);
    first_issue(subject, findings);
    let items = subject.items;
    let is_repeat_dispensing =
        |line: &LineItem| line.course_of_therapy == Some(CourseOfTherapy::ContinuousRepeatDispensing);
    if items.is_empty() || !items.iter().all(is_repeat_dispensing) {
        findings.extend(whole_days(subject, Severity::Warning));
        return;
    }
    repeats_agree(subject, findings);
    repeat_information_agrees(subject, findings);
    validity(subject, findings);
    supply_duration(subject, findings);
    issues(subject, findings);
    review(subject, findings);
    start(subject, findings);
}

/// How many times an item may be dispensed again. In a prescription that was converted back from a release, the count of
/// the original order rules (prescription-order.md §3).
fn repeats(line: &LineItem) -> Option<u32> {
    line.based_on.as_ref().and_then(|original| original.repeats_allowed).or(line.repeats_allowed)
}

fn acute_with_repeats(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (item, line) in subject.items.iter().enumerate() {
        if line.course_of_therapy == Some(CourseOfTherapy::Acute) && line.repeats_allowed.is_some_and(|count| count > 0)
        {
            let field = place::REPEATS_ALLOWED.at(&[item]).itself();
            let message = "no repeats are expected for an acute item";
            findings.push(subject.at_field(&rule::ACUTE_WITH_REPEATS, message, &[field]));
        }
    }
}

/// V031, for partners that know one issue count a prescription (EPS-D11); nationally each item may have its own.
fn repeats_agree(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if !subject.source.context.compat.reproduces(Defect::OneIssueCount) {
        return;
    }
    let Some((first, others)) = subject.items.split_first() else { return };
    let differing = others.iter().position(|line| line.repeats_allowed != first.repeats_allowed);
    if let Some(item) = differing.map(|position| position + 1) {
        let node =
            subject.node_of(place::REPEATS_ALLOWED.at(&[item]).itself()).or_else(|| subject.supply_request(item));
        let message = "the same number of repeats is expected for all items";
        findings.push(subject.at_node(&rule::REPEATS_AGREE, message, node));
    }
}

/// V032: what the repeat information of the first item tells, if it tells anything, every item tells.
fn repeat_information_agrees(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some((first, others)) = subject.items.split_first() else { return };
    let tells_nothing = first.review_date.is_none() && first.issue.is_none();
    let is_same = |line: &LineItem| line.review_date == first.review_date && line.issue == first.issue;
    let Some(position) = others.iter().position(|line| !tells_nothing && !is_same(line)) else { return };
    let item = position + 1;
    let fields = [place::REVIEW_DATE, place::ITEM_ISSUE].map(|place| place.at(&[item]).itself());
    let node = fields.iter().find_map(|field| subject.node_of(*field)).or_else(|| subject.request(item));
    let message = "the same repeat information is expected for all items";
    findings.push(subject.at_node(&rule::REPEAT_INFORMATION_AGREES, message, node));
}

/// V033.
fn validity(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let validity = subject.prescription.and_then(|prescription| prescription.validity.as_ref());
    if validity.is_none_or(|period| period.start.is_none() || period.end.is_none()) {
        let fields = [Leaf::Start, Leaf::End].map(|leaf| place::VALIDITY.at(&[]).leaf(leaf));
        let node = fields.iter().find_map(|field| subject.node_of(*field)).or_else(|| subject.supply_request(0));
        let message = "a validity period with start and end is expected for repeat dispensing";
        findings.push(subject.at_node(&rule::REPEAT_DISPENSING_VALIDITY, message, node));
    }
}

/// V034 and LC-C7.
fn supply_duration(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.prescription.is_some_and(|prescription| prescription.supply_duration.is_some()) {
        findings.extend(whole_days(subject, Severity::Error));
    } else {
        let message = "the duration of one supply is expected for repeat dispensing";
        findings.push(subject.at_node(&rule::REPEAT_DISPENSING_DURATION, message, subject.supply_request(0)));
    }
}

/// LC-C7. Of prescriptions that are not dispensed repeatedly, the duration is not sent on.
fn whole_days(subject: &Subject<'_>, severity: Severity) -> Option<Finding> {
    let duration = subject.prescription.and_then(|prescription| prescription.supply_duration.as_ref())?;
    if is_whole_days(duration) {
        return None;
    }
    let at = place::SUPPLY_DURATION.at(&[]);
    let fields = [Leaf::Value, Leaf::Code, Leaf::Unit].map(|leaf| at.leaf(leaf));
    let message = format!("a duration of whole days, at most {LONGEST_SUPPLY}, is expected");
    Some(Finding { severity, ..subject.at_field(&rule::REPEAT_DISPENSING_DAYS, message, &fields) })
}

fn is_whole_days(duration: &Quantity) -> bool {
    let days = duration.value.as_ref().filter(|value| value.is_integer()).and_then(|value| value.to_u32());
    duration.code.as_deref() == Some("d") && days.is_some_and(|days| days <= LONGEST_SUPPLY)
}

/// EPS-D13 and LC-C4: every item says how many times it may be dispensed again; one of them at least once, and none
/// more than the greatest number of issues allows.
fn issues(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let items = subject.items;
    let node =
        |item| subject.node_of(place::REPEATS_ALLOWED.at(&[item]).itself()).or_else(|| subject.supply_request(item));
    for (item, line) in items.iter().enumerate() {
        match repeats(line) {
            None => {
                let message = "the number of repeats is expected for repeat dispensing";
                findings.push(subject.at_node(&rule::REPEAT_DISPENSING_ISSUES, message, node(item)));
            }
            Some(count) if count >= MOST_ISSUES => {
                let message = format!("at most {MOST_ISSUES} issues are expected, the first one counted");
                findings.push(subject.at_node(&rule::REPEAT_DISPENSING_LIMIT, message, node(item)));
            }
            Some(_) => {}
        }
    }
    if items.iter().all(|line| repeats(line) == Some(0)) {
        let message = "at least one repeat is expected for repeat dispensing";
        findings.push(subject.at_node(&rule::REPEAT_DISPENSING_ISSUES, message, node(0)));
    }
}

/// LC-C11.
fn review(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.items.iter().all(|line| line.review_date.is_none()) {
        let message = "a review date is expected for repeat dispensing";
        findings.push(subject.at_item(&rule::REPEAT_DISPENSING_REVIEW, message, 0));
    }
}

/// LC-C4: what is ordered is the first issue. Repeat prescribing counts on its own, and is warned of.
fn first_issue(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let message = "the first issue is expected of a prescription that is ordered";
    let issued = subject.prescription.and_then(|prescription| prescription.repeat.as_ref()?.issued);
    if issued.is_some_and(|issued| issued > 0) {
        let field = place::PRESCRIPTION_REPEAT_ISSUED.field();
        findings.push(subject.at_field(&rule::FIRST_ISSUE, message, &[field]));
    }
    for (item, line) in subject.items.iter().enumerate().filter(|(_, line)| line.issue.is_some_and(|issue| issue != 1))
    {
        let severity = match line.course_of_therapy {
            Some(CourseOfTherapy::ContinuousRepeatDispensing) => Severity::Error,
            _ => Severity::Warning,
        };
        let field = place::ITEM_ISSUE.at(&[item]).itself();
        findings.push(Finding { severity, ..subject.at_field(&rule::FIRST_ISSUE, message, &[field]) });
    }
}

/// LC-C11: repeat dispensing does not start before the day on which it was prescribed.
fn start(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(prescription) = subject.prescription else { return };
    let start = prescription.validity.as_ref().and_then(|period| period.start.as_ref());
    let signed = prescription.signature.as_ref().and_then(|signature| signature.when.as_ref());
    let (Some(start), Some(prescribed)) = (start, prescription.authored_on.as_ref().or(signed)) else { return };
    if dates::is_before_day(start, prescribed) {
        let field = place::VALIDITY.at(&[]).leaf(Leaf::Start);
        let message = "a start of repeat dispensing is expected that is not before the day of prescribing";
        findings.push(subject.at_field(&rule::REPEAT_DISPENSING_START, message, &[field]));
    }
}

/// LC-C4 and LC-D4, wherever the repeats of the prescription are told: no item has more, and of an order one has as many.
pub(super) fn of_prescription(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(allowed) = subject.prescription.and_then(|prescription| prescription.repeat.as_ref()?.allowed) else {
        return;
    };
    let is_order = subject.source.kind() == Kind::PrescriptionOrder;
    let severity = if is_order { Severity::Error } else { Severity::Warning };
    let message = "a number of repeats is expected that the prescription allows";
    for (item, _) in subject.items.iter().enumerate().filter(|(_, line)| repeats(line).is_some_and(|own| own > allowed))
    {
        let fields = [place::REPEATS_ALLOWED, place::BASED_ON_ALLOWED].map(|place| place.at(&[item]).itself());
        findings.push(Finding { severity, ..subject.at_field(&rule::REPEATS_OF_PRESCRIPTION, message, &fields) });
    }
    let mut told = subject.items.iter().filter_map(repeats).peekable();
    if is_order && told.peek().is_some() && told.all(|own| own < allowed) {
        let message = "as many repeats are expected as the item with the most has";
        let field = place::PRESCRIPTION_REPEAT_ALLOWED.field();
        findings.push(subject.at_field(&rule::REPEATS_OF_PRESCRIPTION, message, &[field]));
    }
}

#[cfg(test)]
mod tests;
