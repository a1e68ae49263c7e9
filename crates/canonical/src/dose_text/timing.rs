//! When a medicine is taken.

use std::cmp::Ordering;

use super::Part;
use super::amount::{range, span};
use super::number::{compare, figure};
use super::refusal::{Reason, Refused};
use super::words::{all_of, counted, event, takes_offset, time_unit, weekday};
use crate::datetime::DateTime;
use crate::decimal::Decimal;
use crate::ledger::{Place, place};
use crate::model::Timing;

/// A named schedule has no words; it must be said in structure as well (eps/dosage.md §6).
pub(super) fn code(timing: &Timing) -> Part {
    let says_when = timing.frequency.is_some()
        || timing.frequency_max.is_some()
        || timing.period.is_some()
        || timing.count.is_some()
        || !timing.when.is_empty()
        || !timing.day_of_week.is_empty()
        || !timing.time_of_day.is_empty()
        || !timing.event.is_empty();
    if timing.code.is_some() && !says_when { Err(Reason::ScheduleAlone.at(place::TIMING_CODE)) } else { Ok(None) }
}

/// §2 part 4.
pub(super) fn duration(timing: &Timing) -> Part {
    let unit = time_unit_at(timing.duration_unit.as_deref(), place::TIMING_DURATION_UNIT)?;
    let most = number(timing.duration_max.as_ref(), place::TIMING_DURATION_MAX)?;
    match (number(timing.duration.as_ref(), place::TIMING_DURATION)?, unit) {
        (None, _) if most.is_some() => Err(Reason::MaximumAlone.at(place::TIMING_DURATION_MAX)),
        (None, None) => Ok(None),
        (None, Some(_)) | (Some(_), None) => Err(Reason::HalfTime.at(place::TIMING_DURATION_UNIT)),
        (Some(value), Some(unit)) => {
            let over = format!("over {value} {}", counted(unit, &value));
            let Some(most) = most else { return Ok(Some(over)) };
            not_below(&value, &most, place::TIMING_DURATION_MAX)?;
            Ok(Some(format!("{over} (maximum {most} {})", counted(unit, &most))))
        }
    }
}

/// §3.
pub(super) fn frequency(timing: &Timing) -> Part {
    let least = whole_number(timing.frequency.as_ref(), place::TIMING_FREQUENCY)?;
    let most = whole_number(timing.frequency_max.as_ref(), place::TIMING_FREQUENCY_MAX)?;
    let times = match (least.as_deref(), most.as_deref()) {
        (None, None) => None,
        (None, Some(most)) => Some(format!("up to {most} times")),
        (Some(least), most) => Some(times(least, most, place::TIMING_FREQUENCY_MAX)?),
    };
    let Some(period) = Period::of(timing)? else { return Ok(times) };
    let is_once = least.as_deref() == Some("1") && most.is_none();
    match (times, &period) {
        (None, Period::One(unit)) => {
            let word = match *unit {
                "day" => "daily",
                "week" => "weekly",
                "month" => "monthly",
                "year" => "annually",
                _ => return Err(Reason::PeriodWithoutFrequency.at(place::TIMING_PERIOD)),
            };
            Ok(Some(word.to_owned()))
        }
        (None, Period::Every(_)) => Err(Reason::PeriodWithoutFrequency.at(place::TIMING_PERIOD)),
        (Some(_), Period::Every(every)) if is_once => Ok(Some(every.clone())),
        (Some(times), Period::Every(every)) => Ok(Some(format!("{times} {every}"))),
        (Some(times), Period::One("hour")) => Ok(Some(format!("{times} an hour"))),
        (Some(times), Period::One(unit)) => Ok(Some(format!("{times} a {unit}"))),
    }
}

/// `once`, `twice`, `3 times`, `2 to 3 times`.
fn times(count: &str, most: Option<&str>, most_at: Place) -> Result<String, Refused> {
    match (count, most) {
        (count, Some(most)) => {
            not_below(count, most, most_at)?;
            Ok(format!("{count} to {most} times"))
        }
        ("1", None) => Ok("once".to_owned()),
        ("2", None) => Ok("twice".to_owned()),
        (count, None) => Ok(format!("{count} times")),
    }
}

/// The period in which a frequency holds.
enum Period {
    /// One of the unit.
    One(&'static str),
    /// `every 4 hours`, `every 4 to 6 hours`.
    Every(String),
}

impl Period {
    fn of(timing: &Timing) -> Result<Option<Period>, Refused> {
        let unit = time_unit_at(timing.period_unit.as_deref(), place::TIMING_PERIOD_UNIT)?;
        let most = number(timing.period_max.as_ref(), place::TIMING_PERIOD_MAX)?;
        match (number(timing.period.as_ref(), place::TIMING_PERIOD)?, unit) {
            (None, _) if most.is_some() => Err(Reason::MaximumAlone.at(place::TIMING_PERIOD_MAX)),
            (None, None) => Ok(None),
            (None, Some(_)) | (Some(_), None) => Err(Reason::HalfTime.at(place::TIMING_PERIOD_UNIT)),
            (Some(value), _) if value == "0" => Err(Reason::Number.at(place::TIMING_PERIOD)),
            (Some(value), Some(unit)) => match most {
                Some(most) => {
                    not_below(&value, &most, place::TIMING_PERIOD_MAX)?;
                    Ok(Some(Period::Every(format!("every {value} to {most} {}", counted(unit, &most)))))
                }
                None if value == "1" => Ok(Some(Period::One(unit))),
                None => Ok(Some(Period::Every(format!("every {value} {}", counted(unit, &value))))),
            },
        }
    }
}

/// §2 part 6.
pub(super) fn when(timing: &Timing) -> Part {
    let mut events = Vec::new();
    for (position, code) in timing.when.iter().enumerate() {
        events.push(event(code).ok_or(Reason::UnknownCode.at(place::TIMING_WHEN).nth(position))?);
    }
    let Some(offset) = &timing.offset else { return Ok((!events.is_empty()).then(|| events.join(", "))) };
    if events.is_empty() || !timing.when.iter().all(|code| takes_offset(code)) {
        return Err(Reason::OffsetWithoutEvent.at(place::TIMING_OFFSET));
    }
    let minutes = offset.to_u32().filter(|minutes| *minutes > 0).ok_or(Reason::Number.at(place::TIMING_OFFSET))?;
    let (value, unit) = match minutes {
        days if days % 1440 == 0 => (days / 1440, "day"),
        hours if hours % 60 == 0 => (hours / 60, "hour"),
        minutes => (minutes, "minute"),
    };
    let value = value.to_string();
    Ok(Some(format!("{value} {} {}", counted(unit, &value), events.join(", "))))
}

/// §2 parts 7 and 8, joined by a single blank.
pub(super) fn days_and_times(timing: &Timing) -> Part {
    let mut days = Vec::new();
    for (position, code) in timing.day_of_week.iter().enumerate() {
        let day = weekday(code).ok_or(Reason::UnknownCode.at(place::TIMING_DAY_OF_WEEK).nth(position))?;
        days.push(day.to_owned());
    }
    let mut times = Vec::new();
    for (position, text) in timing.time_of_day.iter().enumerate() {
        times.push(time_of_day(text).ok_or(Reason::TimeOfDay.at(place::TIMING_TIME_OF_DAY).nth(position))?);
    }
    let days = all_of(&days).map(|days| format!("on {days}"));
    let times = all_of(&times).map(|times| format!("at {times}"));
    let both: Vec<String> = days.into_iter().chain(times).collect();
    Ok((!both.is_empty()).then(|| both.join(" ")))
}

/// `HH:MM`, with seconds only if there are some.
fn time_of_day(text: &str) -> Option<String> {
    let (time, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_whole = !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0');
    // A time of the day is the rest of a moment of any day.
    let exists = time.len() == 8 && DateTime::parse(&format!("2000-01-01T{time}Z")).is_ok();
    (is_whole && exists).then(|| time.strip_suffix(":00").unwrap_or(time).to_owned())
}

/// §2 part 12; a period says nothing.
pub(super) fn bounds(timing: &Timing) -> Part {
    let text = match (&timing.bounds_duration, &timing.bounds_range) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => return Err(Reason::Contradiction.at(place::TIMING_BOUNDS_DURATION)),
        (Some(duration), None) => span(duration, place::TIMING_BOUNDS_DURATION)?,
        (None, Some(bounds)) => {
            range(bounds, (place::TIMING_BOUNDS_RANGE_LOW, place::TIMING_BOUNDS_RANGE_HIGH), Some("at least"))?
        }
    };
    Ok(Some(format!("for {text}")))
}

/// §2 part 13.
pub(super) fn count(timing: &Timing) -> Part {
    let most = whole_number(timing.count_max.as_ref(), place::TIMING_COUNT_MAX)?;
    match whole_number(timing.count.as_ref(), place::TIMING_COUNT)? {
        Some(count) => times(&count, most.as_deref(), place::TIMING_COUNT_MAX).map(Some),
        None if most.is_some() => Err(Reason::MaximumAlone.at(place::TIMING_COUNT_MAX)),
        None => Ok(None),
    }
}

/// §2 part 14.
pub(super) fn events(timing: &Timing) -> Part {
    let mut dates = Vec::new();
    for (position, moment) in timing.event.iter().enumerate() {
        dates.push(date(moment).ok_or(Reason::PartialDate.at(place::TIMING_EVENT).nth(position))?);
    }
    Ok(all_of(&dates).map(|dates| format!("on {dates}")))
}

/// `dd/mm/yyyy`; nothing for a partial date or one with a time.
fn date(moment: &DateTime) -> Option<String> {
    let day = moment.written_date();
    if !moment.is_partial() || day.is_partial() {
        return None;
    }
    let mut parts = day.as_str().rsplit('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{day}/{month}/{year}"))
}

fn time_unit_at(code: Option<&str>, place: Place) -> Result<Option<&'static str>, Refused> {
    code.map(|code| time_unit(code).ok_or(Reason::UnknownCode.at(place))).transpose()
}

fn number(value: Option<&Decimal>, place: Place) -> Result<Option<String>, Refused> {
    value.map(|value| figure(value).ok_or(Reason::Number.at(place))).transpose()
}

/// A number of times: whole and greater than zero, as FHIR R4 has it.
fn whole_number(value: Option<&Decimal>, place: Place) -> Result<Option<String>, Refused> {
    match value {
        Some(value) if !value.is_integer() || value.is_zero() => Err(Reason::Number.at(place)),
        value => number(value, place),
    }
}

fn not_below(low: &str, high: &str, place: Place) -> Result<(), Refused> {
    if compare(low, high) == Ordering::Greater { Err(Reason::BelowLow.at(place)) } else { Ok(()) }
}
