//! The times of a prescription: of the author, of the document, and of its validity (prescription-order.md §1, §3, §4).
//!
//! V3 has one start of validity in two places, the time of the document and, for repeat dispensing, the first day of
//! supply. Both are made of the model's one start and read back into it.

use causeway_canonical::ledger::{FieldRef, Leaf, MapRule, Tag, map_rule, place};
use causeway_canonical::model::{Period, Prescription, Quantity, Released, Signature};
use causeway_canonical::{Date, DateTime, Decimal};
use causeway_syntax::adapter::Context;
use jiff::tz::Offset;

use super::Form;
use crate::datatypes::{present, time};
use crate::element::Element;
use crate::oid::uri;
use crate::rules;
use crate::spec::{self, Class};
use crate::target::Target;

/// The unit of supply durations.
const DAYS: &str = "d";

/// The signature, if the document is signed.
pub(super) fn signature(prescription: &Prescription) -> Option<(&Signature, &str)> {
    let signature = prescription.signature.as_ref()?;
    present(&signature.xml).map(|xml| (signature, xml))
}

/// The time of the author, and where it comes from: when it was signed; or else now, or when it was released, the time that
/// it says.
fn author_time(prescription: &Prescription, form: Form, context: &Context) -> Option<(DateTime, Tag)> {
    if let Some((signature, _)) = signature(prescription) {
        let tag = Tag::Field(place::SIGNATURE_WHEN.field(), map_rule::TIMESTAMP_UTC);
        return signature.when.clone().map(|when| (when, tag));
    }
    let field = place::AUTHORED_ON.field();
    Some(match &prescription.authored_on {
        Some(time) if form == Form::Released => (time.clone(), Tag::Field(field, map_rule::TIMESTAMP_UTC)),
        _ => (DateTime::from_timestamp(context.now), Tag::Default(field, map_rule::AUTHOR_TIME)),
    })
}

pub(super) fn write_author_time(target: &mut Target<'_>, prescription: &Prescription, form: Form) {
    let Some((time, tag)) = author_time(prescription, form, target.context) else {
        let message = "expected the time at which the prescription was signed";
        return target.refuse(&rules::EPS_SIGNATURE, place::SIGNATURE_WHEN.field(), message);
    };
    target.open(&spec::TIME);
    target.attribute("value", &time.to_v3_timestamp(), [tag]);
    target.close();
}

/// The time of a released prescription: the one that it was issued at, or else the author's.
pub(super) fn issue_time(released: &Released, context: &Context) -> Option<DateTime> {
    let author = || author_time(&released.order.prescription, Form::Released, context).map(|(time, _)| time);
    released.when.clone().or_else(author)
}

/// The time of the document: the start of validity, or else the author's time.
pub(super) fn write_effective_time(target: &mut Target<'_>, prescription: &Prescription) {
    let start = place::VALIDITY.at(&[]).leaf(Leaf::Start);
    let (time, tag) = match (&prescription.validity, author_time(prescription, Form::Sent, target.context)) {
        (Some(Period { start: Some(time), .. }), _) => (time.clone(), Tag::Field(start, map_rule::EFFECTIVE_TIME)),
        (Some(_), _) => {
            return target.refuse(&rules::EPS_VALIDITY, start, "expected the start of the period of validity");
        }
        (None, Some((time, Tag::Field(field, _)))) => (time, Tag::Field(field, map_rule::EFFECTIVE_TIME)),
        (None, Some((time, Tag::Default(field, _)))) => (time, Tag::Default(field, map_rule::EFFECTIVE_TIME)),
        (None, None) => return,
    };
    target.open(&spec::EFFECTIVE_TIME);
    target.attribute("value", &time.to_v3_timestamp(), [tag]);
    target.close();
}

/// Writes the days of supply of a repeat dispensing prescription.
pub(super) fn write_days_supply(target: &mut Target<'_>, prescription: &Prescription) {
    target.open(&spec::DAYS_SUPPLY_RELATION);
    target.seperatable("true");
    target.open(&spec::DAYS_SUPPLY);
    target.fixed_code(&spec::DISPENSING_CODE);
    target.open(&spec::EFFECTIVE_TIME);
    let validity = prescription.validity.as_ref();
    for (class, leaf, moment) in [
        (&spec::LOW, Leaf::Start, validity.and_then(|period| period.start.as_ref())),
        (&spec::HIGH, Leaf::End, validity.and_then(|period| period.end.as_ref())),
    ] {
        let field = place::VALIDITY.at(&[]).leaf(leaf);
        let Some(moment) = moment else {
            target.refuse(&rules::EPS_DAYS_SUPPLY, field, "expected both ends of the period of validity");
            continue;
        };
        let (digits, rule) = time::calendar_date(moment, target.compat());
        target.open(class);
        target.attribute("value", &digits, [Tag::Field(field, rule)]);
        target.close();
    }
    target.close();
    write_duration(target, prescription.supply_duration.as_ref());
    target.close_all(2);
}

/// What the attribute `unit` says of a duration.
const UNIT_LEAVES: [(Leaf, MapRule); 2] = [(Leaf::Code, map_rule::NONE), (Leaf::System, map_rule::UNIT_OF_DAYS)];

fn write_duration(target: &mut Target<'_>, duration: Option<&Quantity>) {
    let at = place::SUPPLY_DURATION.at(&[]);
    let Some((value, code)) = duration.and_then(|duration| duration.value.as_ref().zip(duration.code.as_deref()))
    else {
        let message = "expected the supply duration with value and code";
        return target.refuse(&rules::EPS_DAYS_SUPPLY, at.leaf(Leaf::Value), message);
    };
    if code != DAYS || duration.is_some_and(|duration| duration.comparator.is_some()) {
        let message = "expected the supply duration in days, without a comparator";
        return target.refuse(&rules::EPS_DAYS_SUPPLY, at.leaf(Leaf::Code), message);
    }
    target.open(&spec::EXPECTED_USE_TIME);
    target.open(&spec::WIDTH);
    let tags = UNIT_LEAVES.map(|(leaf, rule)| Tag::Field(at.leaf(leaf), rule));
    target.attribute("unit", code, tags);
    target.attribute("value", value.as_str(), [Tag::Field(at.leaf(Leaf::Value), map_rule::NONE)]);
    target.close_all(2);
}

/// What the document says of times, before it is known what they mean together.
#[derive(Default)]
pub(super) struct Times<'t> {
    pub(super) effective: Option<(Element<'t>, DateTime)>,
    pub(super) author: Option<(Element<'t>, DateTime)>,
    pub(super) low: Option<(Element<'t>, Date)>,
    pub(super) high: Option<DateTime>,
}

/// A time in the child of that class.
pub(super) fn read_time<'t>(
    parent: Element<'t>,
    class: &'static Class,
    field: FieldRef,
    rule: MapRule,
) -> Option<(Element<'t>, DateTime)> {
    let element = parent.required(class)?;
    time::read(element, field, rule).map(|time| (element, time))
}

/// Reads the days of supply into the prescription and the times.
pub(super) fn read_days_supply<'t>(
    element: Element<'t>,
    required: bool,
    times: &mut Times<'t>,
    prescription: &mut Prescription,
) {
    let relation = if required {
        element.required(&spec::DAYS_SUPPLY_RELATION)
    } else {
        element.optional(&spec::DAYS_SUPPLY_RELATION)
    };
    let Some(relation) = relation else { return };
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "true");
    }
    let Some(supply) = relation.required(&spec::DAYS_SUPPLY) else { return };
    supply.fixed_code(&spec::DISPENSING_CODE);
    let at = place::VALIDITY.at(&[]);
    if let Some(interval) = supply.required(&spec::EFFECTIVE_TIME) {
        times.low = interval.required(&spec::LOW).and_then(|low| {
            time::read_date(low, at.leaf(Leaf::Start), map_rule::CALENDAR_DATE).map(|date| (low, date))
        });
        let high = interval.required(&spec::HIGH);
        let high = high.and_then(|high| time::read_date(high, at.leaf(Leaf::End), map_rule::CALENDAR_DATE));
        times.high = high.map(DateTime::from);
    }
    if let Some(width) = supply.required(&spec::EXPECTED_USE_TIME).and_then(|time| time.required(&spec::WIDTH)) {
        let at = place::SUPPLY_DURATION.at(&[]);
        width.required_fixed("unit", DAYS);
        for (leaf, rule) in UNIT_LEAVES {
            width.also("unit", at.leaf(leaf), rule);
        }
        let value = width.required_value("value", at.leaf(Leaf::Value), map_rule::NONE).and_then(Decimal::from_v3);
        if value.is_none() {
            width.complain(&rules::V3_NUMBER, "expected a number of days");
        }
        prescription.supply_duration = value.map(days);
    }
}

fn days(value: Decimal) -> Quantity {
    Quantity {
        value: Some(value),
        system: Some(uri::UCUM.to_owned()),
        code: Some(DAYS.to_owned()),
        ..Quantity::default()
    }
}

impl Times<'_> {
    /// The period of validity. A document without days of supply whose time is the author's says nothing of it.
    pub(super) fn validity(self, dispensing: bool) -> Option<Period> {
        let (element, effective) = self.effective?;
        let (_, author) = self.author?;
        if !dispensing && self.low.is_none() && effective == author {
            // The time says nothing of its own here: the field that it was read into is not the validity.
            element.structural("value");
            return None;
        }
        let start = match &self.low {
            None => effective,
            Some((low, date)) => start_of(&effective, date).unwrap_or_else(|| {
                low.complain(&rules::V3_DISAGREEMENT, "expected the day of the document's effectiveTime");
                low.unread("value");
                effective
            }),
        };
        Some(Period { start: Some(start), end: self.high })
    }

    /// The period of validity of a released prescription: the days of supply alone tell it.
    pub(super) fn released_validity(self) -> Option<Period> {
        let start = self.low.map(|(_, date)| DateTime::from(date));
        (start.is_some() || self.high.is_some()).then_some(Period { start, end: self.high })
    }
}

/// The start of validity as an instant whose written date is the first day of supply: where the two are different days
/// in UTC, in the nearest zone that makes them one.
fn start_of(effective: &DateTime, first_day: &Date) -> Option<DateTime> {
    if effective.written_date() == *first_day {
        return Some(effective.clone());
    }
    let (instant, day) = (effective.instant()?, first_day.to_civil()?);
    let (hours, local) = (1..=14)
        .flat_map(|hours| [hours, -hours])
        .filter_map(|hours| Some((hours, Offset::from_hours(hours).ok()?.to_datetime(instant))))
        .find(|(_, local)| local.date() == day)?;
    let (sign, hours) = if hours < 0 { ('-', -hours) } else { ('+', hours) };
    let text = format!("{}T{:02}:{:02}:{:02}", first_day.as_str(), local.hour(), local.minute(), local.second());
    DateTime::parse(&format!("{text}{sign}{hours:02}:00")).ok()
}

/// Changes the times to what comes back of them.
pub(super) fn project(
    prescription: &Prescription,
    back: &mut Prescription,
    dispensing: bool,
    form: Form,
    context: &Context,
) {
    let author = author_time(prescription, form, context).map(|(time, _)| time::project(&time));
    let start = prescription.validity.as_ref().and_then(|period| period.start.as_ref());
    back.validity = start.and_then(|start| {
        if form == Form::Released {
            let day = |time: &DateTime| time::project_calendar_date(time, context.compat);
            let end = prescription.validity.as_ref().and_then(|period| period.end.as_ref());
            return dispensing.then(|| Period { start: Some(day(start)), end: end.map(day) });
        }
        let effective = time::project(start);
        if !dispensing {
            let says_something = author.as_ref() != Some(&effective);
            return says_something.then_some(Period { start: Some(effective), end: None });
        }
        let first_day = time::project_calendar_date(start, context.compat).written_date();
        let end = prescription.validity.as_ref().and_then(|period| period.end.as_ref());
        Some(Period {
            start: start_of(&effective, &first_day).or(Some(effective)),
            end: end.map(|end| time::project_calendar_date(end, context.compat)),
        })
    });
    if dispensing {
        let value = prescription.supply_duration.as_ref().and_then(|duration| duration.value.clone());
        back.supply_duration = value.and_then(|value| Decimal::from_v3(value.as_str())).map(days);
    }
    if signature(prescription).is_none() {
        back.authored_on = author;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(effective: &str, day: &str) -> Option<String> {
        let effective = DateTime::from_v3_timestamp(effective).unwrap();
        start_of(&effective, &Date::from_v3(day).unwrap()).map(|start| start.as_str().to_owned())
    }

    #[test]
    fn d02_instant_and_written_day_of_the_start_both_come_back() {
        assert_eq!(start("20221020000000", "20221020").as_deref(), Some("2022-10-20T00:00:00+00:00"));
        assert_eq!(start("20220630233000", "20220701").as_deref(), Some("2022-07-01T00:30:00+01:00"));
        assert_eq!(start("20230101003000", "20221231").as_deref(), Some("2022-12-31T23:30:00-01:00"));
        assert_eq!(start("20220630233000", "20220801"), None);
    }
}
