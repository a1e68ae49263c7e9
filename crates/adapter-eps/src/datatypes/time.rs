//! Dates and times (overview.md §7).

use causeway_canonical::ledger::{FieldRef, MapRule, Tag, map_rule, place};
use causeway_canonical::{Date, DateFault, DateTime};
use causeway_syntax::adapter::{Compat, Defect};

use crate::element::Element;
use crate::rules;
use crate::spec::{self, Class};
use crate::target::Target;

/// The time in the attribute `value`.
pub(crate) fn read(element: Element<'_>, field: FieldRef, rule: MapRule) -> Option<DateTime> {
    let value = element.required_value("value", field, rule)?;
    noted(element, parse(value, element.compat()))
}

/// The calendar date in the attribute `value`.
pub(crate) fn read_date(element: Element<'_>, field: FieldRef, rule: MapRule) -> Option<Date> {
    let value = element.required_value("value", field, rule)?;
    noted(element, Date::from_v3(value))
}

/// The time in the attribute `value`, without marking it.
pub(crate) fn peek(element: Element<'_>) -> Option<DateTime> {
    parse(element.peek("value")?, element.compat()).ok()
}

/// The time in the child of that class.
pub(crate) fn read_in(parent: Element<'_>, class: &'static Class, field: FieldRef) -> Option<DateTime> {
    parent.required(class).and_then(|element| read(element, field, map_rule::TIMESTAMP_UTC))
}

/// The time in the child `time`, which may say that nobody knows it.
pub(crate) fn read_known(parent: Element<'_>, field: FieldRef) -> Option<DateTime> {
    let time = parent.required(&spec::TIME)?;
    if time.peek("nullFlavor").is_some() && time.peek("value").is_none() {
        time.structural("nullFlavor");
        return None;
    }
    read(time, field, map_rule::TIMESTAMP_UTC)
}

/// Writes a time as a child of that class.
pub(crate) fn write(target: &mut Target<'_>, class: &Class, time: &DateTime, field: FieldRef) {
    write_tagged(target, class, time, Tag::Field(field, map_rule::TIMESTAMP_UTC));
}

/// Writes a time that may come from elsewhere as a child of that class.
pub(crate) fn write_tagged(target: &mut Target<'_>, class: &Class, time: &DateTime, tag: Tag) {
    target.open(class);
    target.attribute("value", &time.to_v3_timestamp(), [tag]);
    target.close();
}

/// Writes when it happened, which must be known.
pub(crate) fn write_when(target: &mut Target<'_>, when: Option<&DateTime>) {
    let field = place::WHEN.field();
    match when {
        Some(when) => write(target, &spec::EFFECTIVE_TIME, when, field),
        None => target.refuse(&rules::EPS_WHEN, field, "expected the time at which it happened"),
    }
}

fn noted<T>(element: Element<'_>, parsed: Result<T, DateFault>) -> Option<T> {
    parsed.map_err(|fault| element.complain(&rules::V3_TIME, fault.to_string())).ok()
}

fn parse(text: &str, compat: Compat) -> Result<DateTime, DateFault> {
    if compat.reproduces(Defect::V3ZoneIgnored) {
        DateTime::from_v3_timestamp_ignoring_zone(text)
    } else {
        DateTime::from_v3_timestamp(text)
    }
}

/// What comes back of a time that was written.
pub(crate) fn project(time: &DateTime) -> DateTime {
    DateTime::from_v3_timestamp(&time.to_v3_timestamp()).unwrap_or_else(|_| time.clone())
}

/// The calendar date of a date and time: as written, or shifted to UTC (EPS-D02); always eight digits.
pub(crate) fn calendar_date(time: &DateTime, compat: Compat) -> (String, MapRule) {
    if compat.reproduces(Defect::CalendarDateInUtc) {
        (time.utc_date(), map_rule::CALENDAR_DATE_UTC)
    } else {
        (time.written_date().to_v3_padded(), map_rule::CALENDAR_DATE)
    }
}

/// A date as digits, filled up to a day (EPS-D03) or as precise as it is known.
pub(crate) fn date(date: &Date, compat: Compat) -> String {
    if compat.reproduces(Defect::PartialDateFilled) { date.to_v3_padded() } else { date.to_v3() }
}

/// What comes back of a date that was written.
pub(crate) fn project_date(value: &Date, compat: Compat) -> Date {
    Date::from_v3(&date(value, compat)).unwrap_or_else(|_| value.clone())
}

/// What comes back of a calendar date that was written.
pub(crate) fn project_calendar_date(time: &DateTime, compat: Compat) -> DateTime {
    Date::from_v3(&calendar_date(time, compat).0).map_or_else(|_| time.clone(), DateTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d02_a_calendar_date_is_the_written_one_or_the_one_in_utc() {
        let time = DateTime::parse("2022-07-01T00:30:00+01:00").unwrap();
        assert_eq!(calendar_date(&time, Compat::NONE).0, "20220701");
        assert_eq!(calendar_date(&time, Compat::nhs_eps_api()).0, "20220630");
    }

    #[test]
    fn d03_a_partial_date_stays_partial_or_is_filled() {
        let year = Date::parse("1932").unwrap();
        assert_eq!(date(&year, Compat::NONE), "1932");
        assert_eq!(date(&year, Compat::nhs_eps_api()), "19320101");
        assert_eq!(project_date(&year, Compat::NONE), year);
    }

    #[test]
    fn d05_a_zone_is_converted_or_ignored() {
        let text = "20220701103000+0100";
        assert_eq!(parse(text, Compat::NONE).unwrap().as_str(), "2022-07-01T09:30:00+00:00");
        assert_eq!(parse(text, Compat::nhs_eps_api()).unwrap().as_str(), "2022-07-01T10:30:00+00:00");
    }
}
