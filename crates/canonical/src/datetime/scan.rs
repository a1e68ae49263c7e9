//! Reading dates and times from left to right.
//!
//! Invariant: ASCII digits only, and exactly as many of them as the form asks for.

use jiff::{SignedDuration, civil};

use super::{DATE_FORM, DATE_TIME_FORM, Date, DateFault, IN_CALENDAR, IN_DAY, SECONDS, ZONE};

/// What is left of a text.
pub(super) struct Scanner<'a> {
    rest: &'a [u8],
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Scanner { rest: text.as_bytes() }
    }

    pub(super) fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes the byte if it comes next.
    pub(super) fn take(&mut self, wanted: u8) -> bool {
        match self.rest.split_first() {
            Some((byte, rest)) if *byte == wanted => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes `count` digits as a number; takes nothing if fewer come next.
    pub(super) fn number(&mut self, count: usize) -> Option<i16> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        let number = digits.iter().try_fold(0i16, |number, byte| {
            let digit = byte.is_ascii_digit().then_some(i16::from(*byte) - i16::from(b'0'))?;
            number.checked_mul(10)?.checked_add(digit)
        })?;
        self.rest = rest;
        Some(number)
    }

    /// Takes two digits as a number.
    pub(super) fn pair(&mut self) -> Option<i8> {
        self.number(2).and_then(|number| i8::try_from(number).ok())
    }

    /// Takes all digits that come next.
    pub(super) fn digits(&mut self) -> &'a str {
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = rest;
        std::str::from_utf8(digits).unwrap_or_default()
    }

    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub(super) fn date(&mut self) -> Result<Date, DateFault> {
        let year = self.number(4).ok_or(DATE_FORM)?;
        let month = if self.take(b'-') { Some(self.pair().ok_or(DATE_FORM)?) } else { None };
        let day = if month.is_some() && self.take(b'-') { Some(self.pair().ok_or(DATE_FORM)?) } else { None };
        if self.rest.first().is_some_and(u8::is_ascii_digit) {
            return Err(DATE_FORM);
        }
        Date::of_parts(year, month, day)
    }

    /// `THH:MM:SS`, an optional fraction and a zone, on a day; the instant in UTC.
    pub(super) fn time_in_utc(&mut self, day: civil::Date) -> Result<civil::DateTime, DateFault> {
        if !self.take(b'T') {
            return Err(DATE_TIME_FORM);
        }
        let hour = self.pair().ok_or(DATE_TIME_FORM)?;
        let minute = if self.take(b':') { self.pair() } else { None }.ok_or(DATE_TIME_FORM)?;
        let second = if self.take(b':') { self.pair() } else { None }.ok_or(SECONDS)?;
        let fraction = if self.take(b'.') { self.digits() } else { "0" };
        if fraction.is_empty() {
            return Err(DATE_TIME_FORM);
        }
        let zone = if self.take(b'Z') { SignedDuration::ZERO } else { self.offset(true).ok_or(ZONE)? };
        let time = time_of_day(hour, minute, second, nanoseconds(fraction))?;
        to_utc(day.to_datetime(time), zone)
    }

    /// A sign, two digits of hours and two of minutes, up to 14:00, with a colon between or without one.
    pub(super) fn offset(&mut self, colon: bool) -> Option<SignedDuration> {
        let negative = match (self.take(b'+'), self.take(b'-')) {
            (true, false) => false,
            (false, true) => true,
            _ => return None,
        };
        let hours = self.pair()?;
        let minutes = if !colon || self.take(b':') { self.pair()? } else { return None };
        let total = i64::from(hours) * 60 + i64::from(minutes);
        let offset = SignedDuration::from_mins(if negative { -total } else { total });
        (minutes < 60 && total <= 14 * 60).then_some(offset)
    }
}

/// The time, unless no day has it. A leap second is not a time here: UTC timestamps have no place for it.
pub(super) fn time_of_day(hour: i8, minute: i8, second: i8, nanoseconds: i32) -> Result<civil::Time, DateFault> {
    civil::Time::new(hour, minute, second, nanoseconds).map_err(|_| IN_DAY)
}

/// The same instant in UTC.
pub(super) fn to_utc(local: civil::DateTime, offset: SignedDuration) -> Result<civil::DateTime, DateFault> {
    match local.checked_sub(offset) {
        Ok(utc) if utc.year() >= 1 => Ok(utc),
        _ => Err(IN_CALENDAR),
    }
}

/// The first nine digits of a fraction as nanoseconds; those behind them are cut off.
pub(super) fn nanoseconds(fraction: &str) -> i32 {
    fraction.bytes().chain(std::iter::repeat(b'0')).take(9).fold(0, |sum, byte| sum * 10 + i32::from(byte - b'0'))
}
