//! Dates and times as they were written, whole or partial.
//!
//! Invariants:
//! - The text is kept unchanged; equality is of the text. [`DateTime::same_instant`] compares the instants.
//! - A value exists in the calendar, and lies in the years 1 to 9999 in UTC as well, so that every conversion succeeds.
//! - A calendar date is the one that was written: it is never shifted by a zone unless [`DateTime::utc_date`] is asked.
//! - Dates are content (a birth date names a patient): there is no `Display`, and `Debug` shows nothing of them.
//!
//! Rules: eps/overview.md §7.

mod scan;
mod v3;

use std::fmt;

use jiff::tz::Offset;
use jiff::{Timestamp, civil};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Why a text is no date or time, said without its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateFault {
    /// What should stand there.
    pub expected: &'static str,
}

impl fmt::Display for DateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for DateFault {}

const DATE_FORM: DateFault = DateFault { expected: "a date written YYYY, YYYY-MM or YYYY-MM-DD" };
const NO_TIME: DateFault = DateFault { expected: "a date without a time" };
const DATE_TIME_FORM: DateFault =
    DateFault { expected: "a date, or a date with time, seconds and zone: YYYY-MM-DDTHH:MM:SS+00:00" };
const SECONDS: DateFault = DateFault { expected: "seconds after hours and minutes: YYYY-MM-DDTHH:MM:SS+00:00" };
const ZONE: DateFault = DateFault { expected: "a zone after the time, Z or +hh:mm or -hh:mm, up to 14:00" };
const IN_CALENDAR: DateFault = DateFault { expected: "a date that exists in the calendar, in the years 0001 to 9999" };
const IN_DAY: DateFault = DateFault { expected: "a time from 00:00:00 to 23:59:59" };

/// A calendar date: a year, a month of a year, or a day.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Date {
    text: String,
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl Date {
    /// Takes `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    ///
    /// # Errors
    /// For another form, for a date with a time, and for dates that do not exist (EPS-D04).
    pub fn parse(text: &str) -> Result<Self, DateFault> {
        let mut scanner = scan::Scanner::new(text);
        let date = scanner.date()?;
        if scanner.at_end() {
            Ok(date)
        } else if scanner.take(b'T') {
            Err(NO_TIME)
        } else {
            Err(DATE_FORM)
        }
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether month or day are missing.
    pub fn is_partial(&self) -> bool {
        self.day.is_none()
    }

    /// The day, to reckon with; `None` for a partial date.
    pub fn to_civil(&self) -> Option<civil::Date> {
        civil::Date::new(self.year, self.month?, self.day?).ok()
    }

    /// A date of these parts; months and days count only with what stands above them.
    fn of_parts(year: i16, month: Option<i8>, day: Option<i8>) -> Result<Self, DateFault> {
        if year < 1 || civil::Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).is_err() {
            return Err(IN_CALENDAR);
        }
        let mut text = String::with_capacity("2026-03-02".len());
        push_digits(&mut text, year.unsigned_abs(), 4);
        for part in [month, day].into_iter().map_while(|part| part) {
            text.push('-');
            push_digits(&mut text, part.unsigned_abs(), 2);
        }
        Ok(Date { text, year, month, day })
    }
}

impl From<civil::Date> for Date {
    /// The day, written `YYYY-MM-DD`. Days before the year 1 become the first day of it.
    fn from(date: civil::Date) -> Self {
        let date = date.max(civil::date(1, 1, 1));
        Date { text: date.to_string(), year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }
}

/// A date, or an instant written as date, time, seconds and zone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTime {
    text: String,
    written: Date,
    /// The instant in UTC, its fraction cut after the nanoseconds; `None` if only a date is written.
    utc: Option<civil::DateTime>,
}

impl DateTime {
    /// Takes what [`Date::parse`] takes, or `YYYY-MM-DDTHH:MM:SS`, an optional fraction, and `Z` or an offset up to
    /// 14:00 (overview.md §7).
    ///
    /// # Errors
    /// For another form, for a missing zone or missing seconds, and for dates and times that do not exist: a leap
    /// second is refused (EPS-D04).
    pub fn parse(text: &str) -> Result<Self, DateFault> {
        let mut scanner = scan::Scanner::new(text);
        let written = scanner.date().map_err(|fault| if fault == DATE_FORM { DATE_TIME_FORM } else { fault })?;
        let utc = if scanner.at_end() {
            None
        } else if let Some(day) = written.to_civil() {
            Some(scanner.time_in_utc(day)?)
        } else {
            return Err(DATE_TIME_FORM);
        };
        if !scanner.at_end() {
            return Err(DATE_TIME_FORM);
        }
        Ok(DateTime { text: text.to_owned(), written, utc })
    }

    /// An instant, written to the second with `+00:00`; its fraction is cut off. Instants before the year 1 become the
    /// first second of it.
    pub fn from_timestamp(timestamp: Timestamp) -> Self {
        let utc = Offset::UTC.to_datetime(timestamp).max(civil::datetime(1, 1, 1, 0, 0, 0, 0));
        DateTime::of_utc(utc, "")
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether only a date is written, whole or partial: there is no instant.
    pub fn is_partial(&self) -> bool {
        self.utc.is_none()
    }

    /// The calendar date as written, not shifted by the zone: for values that are used as a date (EPS-D02).
    pub fn written_date(&self) -> Date {
        self.written.clone()
    }

    /// The instant, its fraction cut after the nanoseconds; `None` if only a date is written, and for the last day of
    /// the year 9999, which is out of jiff's range.
    pub fn instant(&self) -> Option<Timestamp> {
        Offset::UTC.to_timestamp(self.utc?).ok()
    }

    /// Whether both are the same instant, to the nanosecond, whatever their zones. Values without a time are the same
    /// when they are written the same.
    pub fn same_instant(&self, other: &Self) -> bool {
        match (self.utc, other.utc) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self == other,
        }
    }

    /// Writes an instant with `+00:00`; `fraction` is empty or a point and digits.
    fn of_utc(utc: civil::DateTime, fraction: &str) -> Self {
        let written = Date::from(utc.date());
        let (hour, minute, second) = (utc.hour(), utc.minute(), utc.second());
        let mut text = String::with_capacity("2026-03-02T10:00:00+00:00".len() + fraction.len());
        text.push_str(written.as_str());
        for (mark, part) in [('T', hour), (':', minute), (':', second)] {
            text.push(mark);
            push_digits(&mut text, part.unsigned_abs(), 2);
        }
        text.push_str(fraction);
        text.push_str("+00:00");
        let nanoseconds = scan::nanoseconds(fraction.trim_start_matches('.'));
        let utc = utc.with().subsec_nanosecond(nanoseconds).build().unwrap_or(utc);
        DateTime { text, written, utc: Some(utc) }
    }
}

impl From<Date> for DateTime {
    fn from(date: Date) -> Self {
        DateTime { text: date.text.clone(), written: date, utc: None }
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Date(…)")
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DateTime(…)")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Date::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        DateTime::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Appends the last `width` digits of a number, with zeros before them.
fn push_digits(text: &mut String, number: impl Into<u32>, width: u32) {
    let number = number.into();
    for place in (0..width).rev() {
        text.extend(char::from_digit(number / 10_u32.pow(place) % 10, 10));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn s7_a_date_is_a_year_a_month_or_a_day() {
        for (text, partial) in [("1932", true), ("1932-01", true), ("1932-01-31", false), ("0001", true)] {
            let date = Date::parse(text).unwrap();
            assert_eq!((date.as_str(), date.is_partial()), (text, partial));
        }
        for text in [
            "",
            "193",
            "19320",
            "1932-",
            "1932-1",
            "1932-01-",
            "1932-01-1",
            "1932-01-011",
            "19320131",
            "1932/01/31",
            " 1932",
            "1932\n",
            "1932-01-31Z",
            "-1932",
            "+1932",
            "١٩٣٢",
        ] {
            assert_eq!(Date::parse(text), Err(DATE_FORM), "{text}");
        }
        assert_eq!(Date::parse("2022-02-19T00:00:00Z"), Err(NO_TIME));
    }

    #[test]
    fn d04_impossible_dates_are_refused() {
        for text in ["0000", "0000-01-01", "2022-00", "2022-13", "2022-02-30", "2022-04-31", "2022-01-00", "2022-01-32"]
        {
            assert_eq!(Date::parse(text), Err(IN_CALENDAR), "{text}");
            assert_eq!(DateTime::parse(text), Err(IN_CALENDAR), "{text}");
        }
        assert_eq!(DateTime::parse("2022-02-30T00:00:00Z"), Err(IN_CALENDAR));
    }

    #[test]
    fn leap_days_follow_the_calendar() {
        for text in ["2020-02-29", "2000-02-29", "2024-02-29T12:00:00Z"] {
            assert!(DateTime::parse(text).is_ok(), "{text}");
        }
        for text in ["2021-02-29", "1900-02-29", "2023-02-29T12:00:00Z"] {
            assert_eq!(DateTime::parse(text), Err(IN_CALENDAR), "{text}");
        }
    }

    #[test]
    fn s7_a_date_time_is_a_date_or_has_seconds_and_a_zone() {
        for text in [
            "2022",
            "2022-02",
            "2022-02-19",
            "2022-02-19T10:11:12Z",
            "2022-02-19T10:11:12+00:00",
            "2022-02-19T10:11:12-00:00",
            "2022-02-19T10:11:12.1Z",
            "2022-02-19T10:11:12.123456789012-05:30",
            "2022-02-19T23:59:59+14:00",
            "2022-02-19T00:00:00-14:00",
        ] {
            assert_eq!(DateTime::parse(text).unwrap().as_str(), text);
        }
        for (text, fault) in [
            ("", DATE_TIME_FORM),
            ("20220219101112", DATE_TIME_FORM),
            ("2022-02-19 10:11:12Z", DATE_TIME_FORM),
            ("2022-02T10:11:12Z", DATE_TIME_FORM),
            ("2022-02-19T", DATE_TIME_FORM),
            ("2022-02-19T10", DATE_TIME_FORM),
            ("2022-02-19T10:11:12.Z", DATE_TIME_FORM),
            ("2022-02-19T10:11:12,5Z", ZONE),
            ("2022-02-19T10:11:12ZZ", DATE_TIME_FORM),
            ("2022-02-19T10:11:12Z\n", DATE_TIME_FORM),
            ("2022-02-19T10:11Z", SECONDS),
            ("2022-02-19T10:11", SECONDS),
            ("2022-02-19T10:11:12", ZONE),
            ("2022-02-19T10:11:12.5", ZONE),
            ("2022-02-19T10:11:12z", ZONE),
            ("2022-02-19T10:11:12+0100", ZONE),
            ("2022-02-19T10:11:12+1:00", ZONE),
            ("2022-02-19T10:11:12+14:01", ZONE),
            ("2022-02-19T10:11:12+15:00", ZONE),
            ("2022-02-19T10:11:12-14:30", ZONE),
            ("2022-02-19T10:11:12+01:60", ZONE),
        ] {
            assert_eq!(DateTime::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn d04_impossible_times_are_refused() {
        for text in ["2022-02-19T24:00:00Z", "2022-02-19T23:60:00Z", "2016-12-31T23:59:60Z", "2022-02-19T99:99:99Z"] {
            assert_eq!(DateTime::parse(text), Err(IN_DAY), "{text}");
        }
    }

    #[test]
    fn instants_outside_the_years_1_to_9999_are_refused() {
        for text in ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"] {
            assert_eq!(DateTime::parse(text), Err(IN_CALENDAR), "{text}");
        }
        for text in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
            assert!(DateTime::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_same_instant_may_be_written_in_any_zone() {
        let parse = |text: &str| DateTime::parse(text).unwrap();
        for (a, b) in [
            ("2022-07-01T10:00:00+01:00", "2022-07-01T09:00:00Z"),
            ("2022-07-01T00:30:00+01:00", "2022-06-30T23:30:00.000+00:00"),
            ("2022-01-01T00:00:00.50Z", "2022-01-01T00:00:00.5-00:00"),
            ("2022-07", "2022-07"),
        ] {
            assert!(parse(a).same_instant(&parse(b)), "{a} {b}");
        }
        for (a, b) in [
            ("2022-07-01T10:00:00+01:00", "2022-07-01T10:00:00Z"),
            ("2022-07-01T10:00:00.1Z", "2022-07-01T10:00:00.2Z"),
            ("2022-07-01", "2022-07-01T00:00:00Z"),
            ("2022-07-01", "2022-07"),
        ] {
            assert!(!parse(a).same_instant(&parse(b)), "{a} {b}");
        }
    }

    #[test]
    fn only_a_full_time_has_an_instant() {
        let parse = |text: &str| DateTime::parse(text).unwrap();
        assert_eq!(parse("1970-01-01T01:00:01.25+01:00").instant().map(|at| at.as_millisecond()), Some(1250));
        for text in ["1970", "1970-01", "1970-01-01"] {
            assert!(parse(text).is_partial());
            assert_eq!(parse(text).instant(), None, "{text}");
        }
    }

    #[test]
    fn a_timestamp_is_written_to_the_second_with_a_numeric_zone() {
        let timestamp: Timestamp = "2022-07-01T09:00:00.999Z".parse().unwrap();
        assert_eq!(DateTime::from_timestamp(timestamp).as_str(), "2022-07-01T09:00:00+00:00");
        for timestamp in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
            let written = DateTime::from_timestamp(timestamp);
            assert_eq!(DateTime::parse(written.as_str()).unwrap(), written);
        }
    }

    #[test]
    fn both_serialise_as_their_text_and_are_checked_when_read() {
        let date: Date = serde_json::from_str("\"1932-01\"").unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"1932-01\"");
        let date_time: DateTime = serde_json::from_str("\"2022-07-01T10:00:00.50+01:00\"").unwrap();
        assert_eq!(serde_json::to_string(&date_time).unwrap(), "\"2022-07-01T10:00:00.50+01:00\"");
        assert!(serde_json::from_str::<Date>("\"1932-02-30\"").is_err());
        assert!(serde_json::from_str::<DateTime>("\"2022-07-01T10:00\"").is_err());
    }

    #[test]
    fn neither_debug_nor_a_fault_shows_the_value() {
        let date = Date::parse("1932-01-31").unwrap();
        assert_eq!(format!("{date:?} {:?}", DateTime::from(date.clone())), "Date(…) DateTime(…)");
        let fault = Date::parse("1932-01-32").unwrap_err();
        assert_eq!(fault.to_string(), "expected a date that exists in the calendar, in the years 0001 to 9999");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parsers_stumble(text in "[-+:.TZ0-9]{0,30}|\\PC*") {
            let _ = (Date::parse(&text), DateTime::parse(&text));
            let _ = (Date::from_v3(&text), DateTime::from_v3_timestamp(&text));
        }

        #[test]
        fn every_timestamp_comes_back_from_its_text(second in -62_000_000_000i64..253_000_000_000) {
            let timestamp = Timestamp::from_second(second).unwrap();
            let written = DateTime::from_timestamp(timestamp);
            prop_assert_eq!(DateTime::parse(written.as_str()).unwrap().instant(), Some(timestamp));
            prop_assert!(DateTime::from_v3_timestamp(&written.to_v3_timestamp()).unwrap() == written);
        }
    }
}
