//! Dates and times as HL7 V3 writes them: runs of digits, in UTC unless a zone follows (eps/overview.md §7).

use jiff::{SignedDuration, civil};

use super::scan::{Scanner, time_of_day, to_utc};
use super::{Date, DateFault, DateTime, push_digits};

const V3_DATE_FORM: DateFault = DateFault { expected: "a date written YYYY, YYYYMM or YYYYMMDD" };
const V3_TIME_FORM: DateFault =
    DateFault { expected: "a time written YYYYMMDDHHMMSS, with a zone such as +0100 if it is not in UTC" };

impl Date {
    /// The date as digits, as many as were written: `1932`, `193201` or `19320131`.
    pub fn to_v3(&self) -> String {
        self.as_str().replace('-', "")
    }

    /// The date as eight digits, a missing month or day filled with 01: what the published translator writes (EPS-D03).
    pub fn to_v3_padded(&self) -> String {
        let mut text = String::with_capacity("20260302".len());
        push_digits(&mut text, self.year.unsigned_abs(), 4);
        for part in [self.month, self.day] {
            push_digits(&mut text, part.unwrap_or(1).unsigned_abs(), 2);
        }
        text
    }

    /// Reads four, six or eight digits; of a value with a time, the date as written.
    ///
    /// # Errors
    /// For another form, an empty text among them, and for dates that do not exist.
    pub fn from_v3(text: &str) -> Result<Self, DateFault> {
        let value = V3Value::read(text).ok_or(V3_DATE_FORM)?;
        Date::of_parts(value.year, value.month, value.day)
    }
}

impl DateTime {
    /// The instant as 14 digits in UTC, the fraction cut off; missing parts become 01 and 000000.
    pub fn to_v3_timestamp(&self) -> String {
        let mut text = self.utc_date();
        let time = self.utc.map_or([0; 3], |utc| [utc.hour(), utc.minute(), utc.second()]);
        for part in time {
            push_digits(&mut text, part.unsigned_abs(), 2);
        }
        text
    }

    /// The date as eight digits after conversion to UTC, which may be the day before or after the written one: what the
    /// published translator writes (EPS-D02). Missing parts become 01.
    pub fn utc_date(&self) -> String {
        match self.utc {
            Some(utc) => Date::from(utc.date()).to_v3(),
            None => self.written.to_v3_padded(),
        }
    }

    /// Reads 14, 12, 10 or 8 digits; missing parts of the time become 00, a zone is converted to UTC, and the result is
    /// written with `+00:00`. A fraction is kept.
    ///
    /// # Errors
    /// For another form, an empty text among them, and for dates and times that do not exist.
    pub fn from_v3_timestamp(text: &str) -> Result<Self, DateFault> {
        DateTime::of_v3(V3Value::read(text).ok_or(V3_TIME_FORM)?)
    }

    /// As [`DateTime::from_v3_timestamp`], taking the digits for UTC whatever zone follows: what the published
    /// translator does (EPS-D05).
    ///
    /// # Errors
    /// As [`DateTime::from_v3_timestamp`].
    pub fn from_v3_timestamp_ignoring_zone(text: &str) -> Result<Self, DateFault> {
        let value = V3Value::read(text).ok_or(V3_TIME_FORM)?;
        DateTime::of_v3(V3Value { zone: SignedDuration::ZERO, ..value })
    }

    fn of_v3(value: V3Value<'_>) -> Result<Self, DateFault> {
        let (Some(_), Some(_)) = (value.month, value.day) else {
            return Err(V3_TIME_FORM);
        };
        let date = Date::of_parts(value.year, value.month, value.day)?;
        let time = time_of_day(value.hour, value.minute, value.second, 0)?;
        let local: civil::DateTime = date.to_civil().ok_or(V3_TIME_FORM)?.to_datetime(time);
        Ok(DateTime::of_utc(to_utc(local, value.zone)?, value.fraction))
    }
}

/// A V3 value taken apart; its numbers are not yet known to name a real date.
struct V3Value<'a> {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
    hour: i8,
    minute: i8,
    second: i8,
    /// A point and digits, or empty.
    fraction: &'a str,
    zone: SignedDuration,
}

impl<'a> V3Value<'a> {
    /// 4, 6, 8, 10, 12 or 14 digits; a fraction only after 14 of them, a zone only after a time.
    fn read(text: &'a str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if !matches!(digits, 4 | 6 | 8 | 10 | 12 | 14) {
            return None;
        }
        let mut scanner = Scanner::new(text);
        let year = scanner.number(4)?;
        let (month, day) = (scanner.pair(), scanner.pair());
        let (hour, minute, second) = (scanner.pair(), scanner.pair(), scanner.pair());
        let fraction = if second.is_some() && scanner.take(b'.') {
            let length = scanner.digits().len();
            if length == 0 {
                return None;
            }
            text.get(digits..=digits + length)?
        } else {
            ""
        };
        let zone = if hour.is_none() || scanner.at_end() { SignedDuration::ZERO } else { scanner.offset(false)? };
        scanner.at_end().then_some(V3Value {
            year,
            month,
            day,
            hour: hour.unwrap_or(0),
            minute: minute.unwrap_or(0),
            second: second.unwrap_or(0),
            fraction,
            zone,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> DateTime {
        DateTime::parse(text).unwrap()
    }

    #[test]
    fn s7_a_date_time_is_written_as_14_digits_in_utc() {
        for (text, expected) in [
            ("2022-02-19", "20220219000000"),
            ("2022-07-01T10:00:00+01:00", "20220701090000"),
            ("2022-01-01T00:00:00.999Z", "20220101000000"),
            ("2022-03-19T23:59:59Z", "20220319235959"),
            ("2022", "20220101000000"),
            ("2022-02", "20220201000000"),
            ("2022-07-01T00:30:00+01:00", "20220630233000"),
            ("2022-12-31T23:30:00-01:00", "20230101003000"),
            ("2020-03-01T00:00:00+14:00", "20200229100000"),
            ("2021-03-01T00:00:00+14:00", "20210228100000"),
            ("2020-02-29T10:00:00-14:00", "20200301000000"),
            ("2022-01-01T00:00:00+00:30", "20211231233000"),
            ("0099-01-01", "00990101000000"),
        ] {
            assert_eq!(parse(text).to_v3_timestamp(), expected, "{text}");
        }
    }

    #[test]
    fn d02_the_date_as_written_is_not_shifted_and_the_utc_date_is() {
        for (text, written, utc) in [
            ("2022-07-01T00:30:00+01:00", "20220701", "20220630"),
            ("2022-03-19T23:59:59Z", "20220319", "20220319"),
            ("2022-12-31T23:30:00-01:00", "20221231", "20230101"),
            ("2022-07-01", "20220701", "20220701"),
            ("2022-07", "202207", "20220701"),
            ("2022", "2022", "20220101"),
        ] {
            assert_eq!(parse(text).written_date().to_v3(), written, "{text}");
            assert_eq!(parse(text).utc_date(), utc, "{text}");
        }
        assert_eq!(parse("2022-07-01T00:30:00+01:00").written_date(), Date::parse("2022-07-01").unwrap());
    }

    #[test]
    fn d03_a_partial_date_keeps_its_precision_unless_padding_is_asked_for() {
        for (text, reduced, padded) in
            [("1932", "1932", "19320101"), ("1932-05", "193205", "19320501"), ("1932-05-17", "19320517", "19320517")]
        {
            let date = Date::parse(text).unwrap();
            assert_eq!((date.to_v3().as_str(), date.to_v3_padded().as_str()), (reduced, padded), "{text}");
            assert_eq!(Date::from_v3(reduced), Ok(date), "{text}");
        }
    }

    #[test]
    fn s7_a_v3_time_is_read_as_utc_and_filled() {
        for (text, expected) in [
            ("20220219101112", "2022-02-19T10:11:12+00:00"),
            ("202202191011", "2022-02-19T10:11:00+00:00"),
            ("2022021910", "2022-02-19T10:00:00+00:00"),
            ("20220219", "2022-02-19T00:00:00+00:00"),
            ("20220219101112.50", "2022-02-19T10:11:12.50+00:00"),
        ] {
            let read = DateTime::from_v3_timestamp(text).unwrap();
            assert_eq!(read.as_str(), expected, "{text}");
            assert_eq!(read, parse(expected), "{text}");
        }
    }

    #[test]
    fn d05_a_zone_is_converted_unless_ignoring_it_is_asked_for() {
        for (text, converted, ignored) in [
            ("20220701003000+0100", "2022-06-30T23:30:00+00:00", "2022-07-01T00:30:00+00:00"),
            ("20220219101112+0000", "2022-02-19T10:11:12+00:00", "2022-02-19T10:11:12+00:00"),
            ("20220219101112.5-0530", "2022-02-19T15:41:12.5+00:00", "2022-02-19T10:11:12.5+00:00"),
            ("202207010030+1400", "2022-06-30T10:30:00+00:00", "2022-07-01T00:30:00+00:00"),
        ] {
            assert_eq!(DateTime::from_v3_timestamp(text).unwrap().as_str(), converted, "{text}");
            assert_eq!(DateTime::from_v3_timestamp_ignoring_zone(text).unwrap().as_str(), ignored, "{text}");
        }
    }

    #[test]
    fn s7_other_v3_times_are_refused() {
        for text in [
            "",
            "2022",
            "202202",
            "2022021",
            "202202191",
            "2022021910111",
            "202202191011123",
            "20220219101112+1500",
            "20220219101112+01",
            "20220219101112+01:00",
            "20220219101112Z",
            "20220219101112.",
            "20220219101112.+0100",
            "202202191011.5",
            "20220219+0100",
            "20220219101112 ",
            "2022-02-19",
            "Invalid date",
            "٢٠٢٢٠٢١٩",
        ] {
            assert_eq!(DateTime::from_v3_timestamp(text), Err(V3_TIME_FORM), "{text}");
            assert_eq!(DateTime::from_v3_timestamp_ignoring_zone(text), Err(V3_TIME_FORM), "{text}");
        }
        for text in ["20220230", "20221301", "00000101", "20220219240000", "20220219106000", "20161231235960"] {
            assert!(DateTime::from_v3_timestamp(text).is_err(), "{text}");
        }
    }

    #[test]
    fn s7_a_v3_date_is_the_first_eight_digits() {
        for (text, expected) in [
            ("19320517", "1932-05-17"),
            ("193205", "1932-05"),
            ("1932", "1932"),
            ("20220701003000", "2022-07-01"),
            ("20220701003000+0100", "2022-07-01"),
            ("202207010030", "2022-07-01"),
        ] {
            assert_eq!(Date::from_v3(text), Ok(Date::parse(expected).unwrap()), "{text}");
        }
        for text in ["", "193", "19320", "1932051", "1932-05-17", "19320517x", "Invalid date", "١٩٣٢"] {
            assert_eq!(Date::from_v3(text), Err(V3_DATE_FORM), "{text}");
        }
        for text in ["19320230", "193213", "0000", "20210229"] {
            assert!(Date::from_v3(text).is_err(), "{text}");
        }
    }
}
