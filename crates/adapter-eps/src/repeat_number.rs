//! `repeatNumber`: which issue of how many, of a prescription and of its items (dispense.md §3, §4, claim.md §7,
//! release.md §5).
//!
//! Invariant: V3 counts issues from one. The model counts repeats from nought, and the issue of an item from one.

use causeway_canonical::Rule;
use causeway_canonical::ledger::{FieldRef, MapRule, Place, Tag, map_rule, place};
use causeway_canonical::model::{BasedOn, LineItem, Repeat};
use causeway_syntax::adapter::{Compat, Defect};

use crate::element::Element;
use crate::rules;
use crate::spec;
use crate::target::Target;

/// One end of an interval: a number of issues, and the fields that say it.
#[derive(Clone)]
pub(crate) struct End {
    issue: u32,
    fields: Vec<(FieldRef, MapRule)>,
}

impl End {
    /// Repeats, counted from nought.
    pub(crate) fn of_repeats(repeats: u32, field: FieldRef) -> Self {
        End { issue: repeats.saturating_add(1), fields: vec![(field, map_rule::ONE_BASED_REPEATS)] }
    }

    /// An issue, counted from one.
    pub(crate) fn of_issue(issue: u32, field: FieldRef) -> Self {
        End { issue, fields: vec![(field, map_rule::NONE)] }
    }

    /// Repeats as the model counts them.
    pub(crate) fn repeats(&self) -> u32 {
        self.issue.saturating_sub(1)
    }

    /// The issue as the model counts it for an item.
    pub(crate) fn issue(&self) -> u32 {
        self.issue
    }
}

/// Which issue of how many.
#[derive(Clone)]
pub(crate) struct Interval {
    pub(crate) low: End,
    pub(crate) high: End,
}

/// What is said is not enough for an interval, or contradicts itself: the rule, the field, and what is expected.
pub(crate) type Fault = (&'static Rule, FieldRef, &'static str);

impl Interval {
    /// The interval of a prescription of which it is said once.
    pub(crate) fn of_repeat(repeat: &Repeat) -> Result<Option<Self>, Fault> {
        let (issued, allowed) = (place::PRESCRIPTION_REPEAT_ISSUED.field(), place::PRESCRIPTION_REPEAT_ALLOWED.field());
        of_counts((repeat.issued, issued), (repeat.allowed, allowed))
    }

    /// The interval of a prescription whose items say of the original order how often it was issued: all say the same.
    pub(crate) fn of_originals(items: &[LineItem]) -> Result<Option<Self>, Fault> {
        let mut common: Option<Interval> = None;
        for (number, original) in
            items.iter().enumerate().filter_map(|(number, item)| Some((number, item.based_on.as_ref()?)))
        {
            let issued = place::BASED_ON_ISSUED.at(&[number]).itself();
            let allowed = place::BASED_ON_ALLOWED.at(&[number]).itself();
            let own = of_counts((original.repeats_issued, issued), (original.repeats_allowed, allowed))?;
            let Some(own) = own else { continue };
            match &mut common {
                None => common = Some(own),
                Some(common) if common.low.issue == own.low.issue && common.high.issue == own.high.issue => {
                    common.low.fields.extend(own.low.fields);
                    common.high.fields.extend(own.high.fields);
                }
                Some(_) => {
                    let message = "expected all items to say the same of the issues of the prescription";
                    return Err((&rules::EPS_REPEATS, issued, message));
                }
            }
        }
        Ok(common)
    }

    /// The interval of one item: its own, filled up from that of the prescription (EPS-D40).
    pub(crate) fn of_item(
        item: &LineItem,
        number: usize,
        prescription: Option<&Interval>,
        compat: Compat,
    ) -> Result<Option<Self>, Fault> {
        let issue = place::ITEM_ISSUE.at(&[number]).itself();
        let allowed = place::REPEATS_ALLOWED.at(&[number]).itself();
        let prescription = prescription.filter(|_| !compat.reproduces(Defect::LineIssueNotFilled));
        let own = item.issue.map(|own| End::of_issue(own, issue));
        let Some(low) = own.or_else(|| prescription.map(|prescription| prescription.low.clone())) else {
            return Ok(None);
        };
        let own = item.repeats_allowed.map(|repeats| End::of_repeats(repeats, allowed));
        match own.or_else(|| prescription.map(|prescription| prescription.high.clone())) {
            Some(high) => Ok(Some(Interval { low, high })),
            None => Err((&rules::EPS_REPEATS, allowed, "expected how many times the item may be repeated")),
        }
    }

    /// As repeats, counted from nought.
    pub(crate) fn repeat(&self) -> Repeat {
        Repeat { allowed: Some(self.high.repeats()), issued: Some(self.low.repeats()) }
    }
}

/// The interval of two counts from nought: none, or both.
pub(crate) fn of_counts(
    (issued, issued_field): (Option<u32>, FieldRef),
    (allowed, allowed_field): (Option<u32>, FieldRef),
) -> Result<Option<Interval>, Fault> {
    match (issued, allowed) {
        (None, None) => Ok(None),
        (Some(issued), Some(allowed)) => Ok(Some(Interval {
            low: End::of_repeats(issued, issued_field),
            high: End::of_repeats(allowed, allowed_field),
        })),
        (None, Some(_)) => Err((&rules::EPS_REPEATS, issued_field, "expected how many repeats were issued")),
        (Some(_), None) => Err((&rules::EPS_REPEATS, allowed_field, "expected how many repeats are allowed")),
    }
}

/// Writes an interval, if there is one. Nothing can be issued more often than it may be.
pub(crate) fn write(target: &mut Target<'_>, interval: Result<Option<Interval>, Fault>) {
    let interval = match interval {
        Ok(Some(interval)) => interval,
        Ok(None) => return,
        Err((rule, field, message)) => return target.refuse(rule, field, message),
    };
    if !(1..u32::MAX).contains(&interval.low.issue) || !(interval.low.issue..u32::MAX).contains(&interval.high.issue) {
        if let Some((field, _)) = interval.low.fields.first() {
            let message = "expected an issue from the first to the last one that is allowed";
            target.refuse(&rules::EPS_REPEATS, *field, message);
        }
        return;
    }
    target.open(&spec::REPEAT_NUMBER);
    for (class, end) in [(&spec::LOW, interval.low), (&spec::HIGH, interval.high)] {
        target.open(class);
        let tags = end.fields.iter().map(|(field, rule)| Tag::Field(*field, *rule));
        target.attribute("value", &end.issue.to_string(), tags);
        target.close();
    }
    target.close();
}

/// Reads the interval of an element into the fields of its two ends.
fn read(
    parent: Element<'_>,
    low_fields: impl IntoIterator<Item = (FieldRef, MapRule)>,
    high_fields: impl IntoIterator<Item = (FieldRef, MapRule)>,
) -> Option<(u32, u32)> {
    let interval = parent.optional(&spec::REPEAT_NUMBER)?;
    let low = read_end(interval.required(&spec::LOW)?, low_fields)?;
    let high = read_end(interval.required(&spec::HIGH)?, high_fields)?;
    if low > high {
        interval.complain(&rules::V3_NUMBER, "expected an issue from the first to the last one that is allowed");
    }
    Some((low, high))
}

fn read_end(end: Element<'_>, fields: impl IntoIterator<Item = (FieldRef, MapRule)>) -> Option<u32> {
    let issue = end.peek("value").and_then(|text| text.parse().ok()).filter(|issue| (1..u32::MAX).contains(issue));
    if issue.is_none() {
        end.complain(&rules::V3_NUMBER, "expected a whole number of issues, at least 1");
        return None;
    }
    for (field, rule) in fields {
        end.also("value", field, rule);
    }
    issue
}

/// Reads the interval of a prescription into the original orders of all of its items.
pub(crate) fn read_originals(prescription: Element<'_>, items: &mut [LineItem]) {
    let fields = |place: Place| {
        let count = items.len();
        (0..count).map(move |number| (place.at(&[number]).itself(), map_rule::ONE_BASED_REPEATS))
    };
    let read = read(prescription, fields(place::BASED_ON_ISSUED), fields(place::BASED_ON_ALLOWED));
    let Some((low, high)) = read else { return };
    for item in items {
        item.based_on = Some(original(low - 1, high - 1));
    }
}

fn original(issued: u32, allowed: u32) -> BasedOn {
    BasedOn { item: None, repeats_allowed: Some(allowed), repeats_issued: Some(issued) }
}

/// Reads the interval of a prescription for all items at once.
pub(crate) fn read_repeat(prescription: Element<'_>) -> Option<Repeat> {
    let field = |place: Place| [(place.field(), map_rule::ONE_BASED_REPEATS)];
    let read = read(prescription, field(place::PRESCRIPTION_REPEAT_ISSUED), field(place::PRESCRIPTION_REPEAT_ALLOWED));
    read.map(|(low, high)| Repeat { allowed: Some(high - 1), issued: Some(low - 1) })
}

/// Reads the interval of an item.
pub(crate) fn read_item(element: Element<'_>, number: usize, item: &mut LineItem) {
    let low = [(place::ITEM_ISSUE.at(&[number]).itself(), map_rule::NONE)];
    let high = [(place::REPEATS_ALLOWED.at(&[number]).itself(), map_rule::ONE_BASED_REPEATS)];
    let Some((low, high)) = read(element, low, high) else { return };
    item.issue = Some(low);
    item.repeats_allowed = Some(high - 1);
}

/// What comes back of the intervals of a prescription whose items say them of the original order.
pub(crate) fn project_originals(items: &[LineItem], back: &mut [LineItem], compat: Compat) {
    let prescription = Interval::of_originals(items).ok().flatten();
    for (number, (item, back)) in items.iter().zip(back).enumerate() {
        back.based_on = prescription.as_ref().map(|own| original(own.low.repeats(), own.high.repeats()));
        project_item(Interval::of_item(item, number, prescription.as_ref(), compat), back);
    }
}

/// What comes back of the interval of one item.
pub(crate) fn project_item(interval: Result<Option<Interval>, Fault>, back: &mut LineItem) {
    let interval = interval.ok().flatten();
    back.issue = interval.as_ref().map(|own| own.low.issue());
    back.repeats_allowed = interval.map(|own| own.high.repeats());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(issue: Option<u32>, allowed: Option<u32>, original: Option<(u32, u32)>) -> LineItem {
        LineItem {
            issue,
            repeats_allowed: allowed,
            based_on: original.map(|(issued, allowed)| super::original(issued, allowed)),
            ..LineItem::default()
        }
    }

    fn numbers(interval: Result<Option<Interval>, Fault>) -> Option<(u32, u32)> {
        interval.ok().flatten().map(|own| (own.low.issue, own.high.issue))
    }

    #[test]
    fn s4_the_issue_of_an_item_is_counted_from_one_and_its_repeats_from_nought() {
        let item = item(Some(2), Some(5), None);
        assert_eq!(numbers(Interval::of_item(&item, 0, None, Compat::NONE)), Some((2, 6)));
    }

    #[test]
    fn d40_a_missing_issue_is_that_of_the_prescription_unless_the_defect_is_asked_for() {
        let items = [item(None, None, Some((1, 5))), item(None, Some(3), Some((1, 5)))];
        let header = Interval::of_originals(&items).ok().flatten();
        assert_eq!(header.as_ref().map(|own| (own.low.issue, own.high.issue)), Some((2, 6)));
        let of = |number, compat| numbers(Interval::of_item(&items[number], number, header.as_ref(), compat));
        assert_eq!((of(0, Compat::NONE), of(1, Compat::NONE)), (Some((2, 6)), Some((2, 4))));
        assert_eq!((of(0, Compat::nhs_eps_api()), of(1, Compat::nhs_eps_api())), (None, None));
    }

    #[test]
    fn d40_items_that_disagree_on_the_prescription_are_refused() {
        assert!(Interval::of_originals(&[item(None, None, Some((1, 5))), item(None, None, Some((2, 5)))]).is_err());
        assert!(Interval::of_originals(&[item(None, None, Some((1, 5))), item(None, None, None)]).is_ok());
    }

    #[test]
    fn an_interval_has_both_ends_or_none() {
        let half = Repeat { allowed: Some(5), issued: None };
        assert!(Interval::of_repeat(&half).is_err());
        assert_eq!(numbers(Interval::of_repeat(&Repeat::default())), None);
        assert_eq!(numbers(Interval::of_repeat(&Repeat { allowed: Some(5), issued: Some(0) })), Some((1, 6)));
        assert!(Interval::of_item(&item(Some(1), None, None), 0, None, Compat::NONE).is_err());
    }
}
