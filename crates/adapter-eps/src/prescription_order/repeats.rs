//! Treatment type and issue counts (prescription-order.md §3).
//!
//! Invariant: the model counts repeats from nought, V3 counts issues from one. One is added and taken away here only.

use causeway_canonical::ledger::{FieldRef, Tag, map_rule, place};
use causeway_canonical::model::{CourseOfTherapy, LineItem};
use causeway_syntax::adapter::{Compat, Defect};

use crate::datatypes::coded;
use crate::element::Element;
use crate::oid;
use crate::rules;
use crate::spec;
use crate::target::Target;

/// The treatment type of a whole prescription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Treatment {
    Acute,
    Repeat,
    RepeatDispensing,
}

const TREATMENTS: [(Treatment, &str, CourseOfTherapy); 3] = [
    (Treatment::Acute, "0001", CourseOfTherapy::Acute),
    (Treatment::Repeat, "0002", CourseOfTherapy::Continuous),
    (Treatment::RepeatDispensing, "0003", CourseOfTherapy::ContinuousRepeatDispensing),
];

impl Treatment {
    /// What the items' courses of therapy make together: acute and continuous ones mix to acute, nothing else mixes.
    pub(super) fn of(items: &[LineItem]) -> Option<Treatment> {
        let mut treatment = None;
        for item in items {
            let course = item.course_of_therapy?;
            let own = TREATMENTS.iter().find(|(_, _, known)| *known == course).map(|(treatment, ..)| *treatment)?;
            treatment = match (treatment, own) {
                (None, own) => Some(own),
                (Some(before), own) if before == own => Some(own),
                (Some(Treatment::Acute | Treatment::Repeat), Treatment::Acute | Treatment::Repeat) => {
                    Some(Treatment::Acute)
                }
                _ => return None,
            };
        }
        treatment
    }

    fn code(self) -> &'static str {
        TREATMENTS.iter().find(|(known, ..)| *known == self).map_or("", |(_, code, _)| code)
    }

    /// What comes back for each item.
    pub(super) fn course(self) -> Option<CourseOfTherapy> {
        TREATMENTS.iter().find(|(known, ..)| *known == self).map(|(_, _, course)| *course)
    }
}

/// How many of `items` items, from the first on, the review date of the prescription holds for: all of those that are
/// repeated, as each must have the same repeat information (EPS-V032); of acute ones the first alone.
pub(super) fn reviewed(treatment: Option<Treatment>, items: usize) -> usize {
    match treatment {
        Some(Treatment::Repeat | Treatment::RepeatDispensing) => items,
        Some(Treatment::Acute) | None => items.min(1),
    }
}

pub(super) fn write_treatment(target: &mut Target<'_>, items: &[LineItem]) {
    let field = |number| place::COURSE_OF_THERAPY.at(&[number]).itself();
    let Some(treatment) = Treatment::of(items) else {
        let message = "expected courses of therapy that make one treatment type";
        return target.refuse(&rules::EPS_COURSE_OF_THERAPY, field(0), message);
    };
    target.open_fact(&spec::TREATMENT_TYPE);
    let tags = (0..items.len()).map(|number| Tag::Field(field(number), map_rule::TREATMENT_TYPE));
    target.attribute("code", treatment.code(), tags);
    target.fixed("codeSystem", oid::TREATMENT_TYPE);
    target.close_fact();
}

/// Reads the treatment type, which holds for every one of `items` items.
pub(super) fn read_treatment(prescription: Element<'_>, items: usize) -> Option<Treatment> {
    let value = prescription.required_fact(&spec::TREATMENT_TYPE)?.required(&spec::VALUE)?;
    coded::check_system(value, oid::TREATMENT_TYPE);
    value.structural("codeSystem");
    value.structural("displayName");
    for number in 0..items {
        value.also("code", place::COURSE_OF_THERAPY.at(&[number]).itself(), map_rule::TREATMENT_TYPE);
    }
    let code = value.required_value("code", place::COURSE_OF_THERAPY.at(&[0]).itself(), map_rule::TREATMENT_TYPE)?;
    let treatment = TREATMENTS.iter().find(|(_, known, _)| *known == code).map(|(treatment, ..)| *treatment);
    if treatment.is_none() {
        value.complain(&rules::V3_CODE, "expected one of the treatment types 0001, 0002 and 0003");
    }
    treatment
}

/// Repeats of one item after the first issue, and the field that says so: what the original order allowed goes first.
fn repeats(item: &LineItem, number: usize) -> Option<(u32, FieldRef)> {
    let original = item.based_on.as_ref().and_then(|original| original.repeats_allowed);
    match original {
        Some(repeats) => Some((repeats, place::BASED_ON_ALLOWED.at(&[number]).itself())),
        None => item.repeats_allowed.map(|repeats| (repeats, place::REPEATS_ALLOWED.at(&[number]).itself())),
    }
}

/// Repeats of one item as they are written (EPS-D11).
fn written_repeats(items: &[LineItem], number: usize, compat: Compat) -> Option<(u32, FieldRef)> {
    let number = if compat.reproduces(Defect::OneIssueCount) { 0 } else { number };
    repeats(items.get(number)?, number).filter(|(repeats, _)| *repeats < u32::MAX)
}

/// The greatest number of repeats of all items.
fn greatest_repeats(items: &[LineItem], compat: Compat) -> Option<(u32, FieldRef)> {
    let mut greatest: Option<(u32, FieldRef)> = None;
    for number in 0..items.len() {
        let own = written_repeats(items, number, compat)?;
        if greatest.is_none_or(|(repeats, _)| own.0 > repeats) {
            greatest = Some(own);
        }
    }
    greatest
}

/// Writes the interval of the whole prescription.
pub(super) fn write_of_prescription(target: &mut Target<'_>, items: &[LineItem]) {
    match Treatment::of(items) {
        Some(Treatment::RepeatDispensing) => match greatest_repeats(items, target.compat()) {
            Some(repeats) => write_interval(target, Some(repeats)),
            None => {
                let message = "expected the number of repeats of every item";
                target.refuse(&rules::EPS_ISSUE_COUNT, place::REPEATS_ALLOWED.at(&[0]).itself(), message);
            }
        },
        Some(Treatment::Repeat) => write_interval(target, None),
        Some(Treatment::Acute) | None => {}
    }
}

/// Writes the interval of one item. What is missing was said for the whole prescription.
pub(super) fn write_of_item(target: &mut Target<'_>, items: &[LineItem], number: usize) {
    match Treatment::of(items) {
        Some(Treatment::RepeatDispensing) => {
            if let Some(repeats) = written_repeats(items, number, target.compat()) {
                write_interval(target, Some(repeats));
            }
        }
        Some(Treatment::Repeat) => write_interval(target, None),
        Some(Treatment::Acute) | None => {}
    }
}

fn write_interval(target: &mut Target<'_>, repeats: Option<(u32, FieldRef)>) {
    target.open(&spec::REPEAT_NUMBER);
    target.open(&spec::LOW);
    target.fixed("value", "1");
    target.close();
    target.open(&spec::HIGH);
    match repeats {
        Some((repeats, field)) => {
            let issues = repeats.saturating_add(1).to_string();
            target.attribute("value", &issues, [Tag::Field(field, map_rule::ONE_BASED_REPEATS)]);
        }
        None => target.fixed("value", "1"),
    }
    target.close_all(2);
}

/// Reads the interval of one item: its repeats. One issue says nothing, unless the item is for repeat dispensing.
pub(super) fn read_of_item(item: Element<'_>, number: usize, treatment: Option<Treatment>) -> Option<u32> {
    let dispensing = treatment == Some(Treatment::RepeatDispensing);
    let interval = if dispensing { item.required(&spec::REPEAT_NUMBER) } else { item.optional(&spec::REPEAT_NUMBER) }?;
    let high = high_of(interval)?;
    let issues = issues_of(high)?;
    if issues == 1 && !dispensing {
        high.structural("value");
        return None;
    }
    high.value("value", place::REPEATS_ALLOWED.at(&[number]).itself(), map_rule::ONE_BASED_REPEATS);
    Some(issues - 1)
}

/// Checks the interval of the whole prescription against the items'. One that says something else is left unread.
pub(super) fn check_prescription(prescription: Element<'_>, items: &[LineItem]) {
    let Some(interval) = prescription.optional(&spec::REPEAT_NUMBER) else { return };
    let Some(high) = high_of(interval) else { return };
    let Some(issues) = issues_of(high) else { return };
    let greatest = (0..items.len()).filter_map(|number| repeats(items.get(number)?, number)).max_by_key(|own| own.0);
    match greatest {
        Some((repeats, field)) if repeats + 1 == issues => {
            high.value("value", field, map_rule::ONE_BASED_REPEATS);
        }
        None if issues == 1 => high.structural("value"),
        _ => high.complain(&rules::V3_DISAGREEMENT, "expected the greatest number of issues of the items"),
    }
}

fn high_of(interval: Element<'_>) -> Option<Element<'_>> {
    if let Some(low) = interval.required(&spec::LOW) {
        low.required_fixed("value", "1");
    }
    interval.required(&spec::HIGH)
}

fn issues_of(high: Element<'_>) -> Option<u32> {
    let text = high.peek("value").unwrap_or_default();
    let issues = text.parse().ok().filter(|issues| *issues > 0);
    if issues.is_none() {
        high.complain(&rules::V3_NUMBER, "expected a whole number of issues, at least 1");
    }
    issues
}

/// What comes back as repeats of an item.
pub(super) fn project(items: &[LineItem], number: usize, compat: Compat) -> Option<u32> {
    match Treatment::of(items) {
        Some(Treatment::RepeatDispensing) => written_repeats(items, number, compat).map(|(repeats, _)| repeats),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use causeway_canonical::model::BasedOn;

    use super::*;

    fn items(courses: &[CourseOfTherapy]) -> Vec<LineItem> {
        courses.iter().map(|&course| LineItem { course_of_therapy: Some(course), ..LineItem::default() }).collect()
    }

    #[test]
    fn s3_acute_and_continuous_mix_to_acute_and_nothing_else_mixes() {
        use CourseOfTherapy::{Acute, Continuous, ContinuousRepeatDispensing as Dispensing};
        for (courses, expected) in [
            (&[Acute, Acute][..], Some(Treatment::Acute)),
            (&[Continuous], Some(Treatment::Repeat)),
            (&[Dispensing, Dispensing], Some(Treatment::RepeatDispensing)),
            (&[Continuous, Acute, Continuous], Some(Treatment::Acute)),
            (&[Acute, Dispensing], None),
            (&[Dispensing, Continuous], None),
            (&[], None),
        ] {
            assert_eq!(Treatment::of(&items(courses)), expected);
        }
        assert_eq!(Treatment::of(&[LineItem::default()]), None);
    }

    #[test]
    fn d11_each_item_has_its_own_count_or_all_have_the_first() {
        let mut items = items(&[CourseOfTherapy::ContinuousRepeatDispensing; 2]);
        items[0].repeats_allowed = Some(2);
        items[1].repeats_allowed = Some(5);
        assert_eq!(project(&items, 1, Compat::NONE), Some(5));
        assert_eq!(greatest_repeats(&items, Compat::NONE).unwrap().0, 5);
        assert_eq!(project(&items, 1, Compat::nhs_eps_api()), Some(2));
        assert_eq!(greatest_repeats(&items, Compat::nhs_eps_api()).unwrap().0, 2);
    }

    #[test]
    fn s3_a_review_date_holds_for_every_repeated_item_and_for_the_first_acute_one() {
        for (treatment, expected) in [
            (Some(Treatment::RepeatDispensing), 3),
            (Some(Treatment::Repeat), 3),
            (Some(Treatment::Acute), 1),
            (None, 1),
        ] {
            assert_eq!(reviewed(treatment, 3), expected);
        }
        assert_eq!(reviewed(None, 0), 0);
    }

    #[test]
    fn s3_what_the_original_order_allowed_goes_first() {
        let mut items = items(&[CourseOfTherapy::ContinuousRepeatDispensing]);
        items[0].repeats_allowed = Some(2);
        items[0].based_on = Some(BasedOn { repeats_allowed: Some(11), ..BasedOn::default() });
        assert_eq!(project(&items, 0, Compat::NONE), Some(11));
    }

    #[test]
    fn s3_repeats_of_other_treatments_are_not_written() {
        let mut items = items(&[CourseOfTherapy::Continuous]);
        items[0].repeats_allowed = Some(2);
        assert_eq!(project(&items, 0, Compat::NONE), None);
    }
}
