//! Decimal numbers as they were written.
//!
//! Invariants:
//! - The text is kept unchanged: `0.50` stays `0.50` and `1E2` stays `1E2`. No number passes through binary floating
//!   point (overview.md §8).
//! - `==` compares the text; [`Decimal::numeric_eq`] compares the number.
//! - Work is bounded by the length of the text, whatever its exponent says.
//! - A number in a message is content: there is no `Display`, and `Debug` shows nothing of it.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A number in the form of JSON: an optional `-`, an integer part without leading zeros, an optional fraction, an
/// optional exponent.
///
/// Serialises as a string, so that no reader on the way turns it into a double.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Decimal(String);

impl Decimal {
    /// Takes a number in the form of JSON; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Parts::of(text).map(|_| Decimal(text.to_owned()))
    }

    /// Takes a number from V3, where the zero before the point may be missing: `.5` becomes `0.5` (overview.md §8).
    /// Everything else is as for [`Decimal::parse`].
    pub fn from_v3(text: &str) -> Option<Self> {
        if text.starts_with('.') {
            return Decimal::parse(&format!("0{text}"));
        }
        match text.strip_prefix('-') {
            Some(fraction) if fraction.starts_with('.') => Decimal::parse(&format!("-0{fraction}")),
            _ => Decimal::parse(text),
        }
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are the same number, however written: `0.50` and `5e-1` are, and so are `0` and `-0.0`.
    ///
    /// Exact by digits. Of two numbers whose exponents have more than 38 digits, only texts that are equal count as
    /// equal.
    pub fn numeric_eq(&self, other: &Self) -> bool {
        if self == other {
            return true;
        }
        let (Some(ours), Some(theirs)) = (self.normal(), other.normal()) else {
            return false;
        };
        if ours.digits.is_empty() || theirs.digits.is_empty() {
            return ours.digits.is_empty() && theirs.digits.is_empty();
        }
        let exponents_agree = match (ours.exponent, theirs.exponent) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => false,
        };
        exponents_agree && ours.negative == theirs.negative && ours.digits == theirs.digits
    }

    /// Which of two numbers is greater, however they are written; `None` where an exponent is too large to tell.
    pub fn numeric_cmp(&self, other: &Self) -> Option<Ordering> {
        if self.numeric_eq(other) {
            return Some(Ordering::Equal);
        }
        let (ours, theirs) = (self.normal()?, other.normal()?);
        let sign = |number: &Normal| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        match (sign(&ours), sign(&theirs)) {
            (1, 1) => ours.magnitude_cmp(&theirs),
            (-1, -1) => theirs.magnitude_cmp(&ours),
            (ours, theirs) => Some(ours.cmp(&theirs)),
        }
    }

    /// Whether the number is whole, however written: `6`, `6.0` and `1E2` are.
    pub fn is_integer(&self) -> bool {
        self.normal().is_some_and(|normal| {
            normal.digits.is_empty() || normal.exponent.map_or(!normal.exponent_is_negative, |exponent| exponent >= 0)
        })
    }

    /// Whether the number is below zero; `-0` is not.
    pub fn is_negative(&self) -> bool {
        Parts::of(&self.0).is_some_and(|parts| parts.negative && !parts.is_zero())
    }

    /// Whether the number is zero, however written: `0`, `-0.00` and `0E9` are.
    pub fn is_zero(&self) -> bool {
        Parts::of(&self.0).is_some_and(|parts| parts.is_zero())
    }

    /// The number as a whole number from 0 to `u32::MAX`, however written; `None` if it is not one.
    pub fn to_u32(&self) -> Option<u32> {
        let normal = self.normal()?;
        if normal.digits.is_empty() {
            return Some(0);
        }
        if normal.negative {
            return None;
        }
        let digits: u32 = normal.digits.parse().ok()?;
        let factor = 10u32.checked_pow(u32::try_from(normal.exponent?).ok()?)?;
        digits.checked_mul(factor)
    }

    fn normal(&self) -> Option<Normal> {
        Parts::of(&self.0).map(Parts::normal)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decimal(…)")
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Decimal::parse(&text).ok_or_else(|| D::Error::custom("expected a decimal number in the form of JSON"))
    }
}

/// The parts of a number in the form of JSON.
struct Parts<'a> {
    negative: bool,
    integer: &'a str,
    fraction: &'a str,
    /// With its sign if there is one; empty without an exponent.
    exponent: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                (mantissa, is_digits(digits).then_some(exponent)?)
            }
            None => (rest, ""),
        };
        let (integer, fraction) = match mantissa.split_once('.') {
            Some((integer, fraction)) => (integer, is_digits(fraction).then_some(fraction)?),
            None => (mantissa, ""),
        };
        let leading_zero = integer.len() > 1 && integer.starts_with('0');
        (is_digits(integer) && !leading_zero).then_some(Parts { negative, integer, fraction, exponent })
    }

    fn is_zero(&self) -> bool {
        [self.integer, self.fraction].iter().all(|digits| digits.bytes().all(|digit| digit == b'0'))
    }

    fn normal(self) -> Normal {
        let digits = [self.integer, self.fraction].concat();
        let without_tail = digits.trim_end_matches('0');
        let tail = digits.len() - without_tail.len();
        // An exponent that does not fit is as good as infinite: no text is long enough to make up for it.
        let written: Option<i128> = if self.exponent.is_empty() { Some(0) } else { self.exponent.parse().ok() };
        let exponent = written.and_then(|written| {
            let shift = i128::try_from(tail).ok()?.checked_sub(i128::try_from(self.fraction.len()).ok()?)?;
            written.checked_add(shift)
        });
        Normal {
            negative: self.negative,
            digits: without_tail.trim_start_matches('0').to_owned(),
            exponent,
            exponent_is_negative: self.exponent.starts_with('-'),
        }
    }
}

/// A number as digits times a power of ten.
struct Normal {
    negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    /// The power of ten that the last digit stands for; `None` if it is beyond all that can be reckoned with.
    exponent: Option<i128>,
    /// The sign of the exponent as written.
    exponent_is_negative: bool,
}

impl Normal {
    /// Compares two numbers that are not zero without their signs: by the place of the first digit, then digit by digit.
    fn magnitude_cmp(&self, other: &Normal) -> Option<Ordering> {
        let place = |number: &Normal| number.exponent?.checked_add(i128::try_from(number.digits.len()).ok()?);
        Some(place(self)?.cmp(&place(other)?).then_with(|| self.digits.cmp(&other.digits)))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn same(a: &str, b: &str) -> bool {
        let (a, b) = (decimal(a), decimal(b));
        assert_eq!(a.numeric_eq(&b), b.numeric_eq(&a));
        a.numeric_eq(&b)
    }

    #[test]
    fn s8_the_text_is_kept_unchanged() {
        for text in ["0.50", "7.50", "1E2", "1e+02", "-0", "0.0", "28", "-1.5e-3", "0E9", "100000000000000000000.10"] {
            assert_eq!(decimal(text).as_str(), text);
            let json = serde_json::to_string(&decimal(text)).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Decimal>(&json).unwrap(), decimal(text));
        }
    }

    #[test]
    fn s8_only_the_form_of_json_is_a_number() {
        for text in [
            "", "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e2", "1e", "1e+", "1e1.5", "1 ", " 1", "1\n",
            "1,5", "0x10", "NaN", "Infinity", "--1", "1e--2", "1.2.3", "١", "1_000", "e5", "1e5e5",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
            let json = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<Decimal>(&json).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Decimal>("1.5").is_err());
    }

    #[test]
    fn numbers_are_ordered_as_numbers_and_not_as_texts() {
        let ascending =
            ["-1e9", "-10", "-9.5", "-0.50", "-0.05", "0", "0.049", "5e-2", "0.5", "0.51", "9", "10", "1E2", "101"];
        for (place, less) in ascending.iter().enumerate() {
            for greater in &ascending[place + 1..] {
                let (less, greater) = (decimal(less), decimal(greater));
                assert_eq!(less.numeric_cmp(&greater), Some(Ordering::Less), "{} {}", less.as_str(), greater.as_str());
                assert_eq!(greater.numeric_cmp(&less), Some(Ordering::Greater));
            }
        }
        assert_eq!(decimal("0.50").numeric_cmp(&decimal("5e-1")), Some(Ordering::Equal));
        let beyond = format!("1e{}", "9".repeat(60));
        assert_eq!(decimal(&beyond).numeric_cmp(&decimal("1")), None);
        assert_eq!(decimal(&beyond).numeric_cmp(&decimal("-1")), Some(Ordering::Greater));
    }

    #[test]
    fn s8_a_v3_number_may_leave_out_the_zero_before_the_point() {
        for (text, expected) in [(".5", "0.5"), ("-.50", "-0.50"), (".5e1", "0.5e1"), ("0.50", "0.50"), ("28", "28")] {
            assert_eq!(Decimal::from_v3(text), Some(decimal(expected)), "{text}");
        }
        for text in ["", ".", "-.", "..5", "+.5", "5."] {
            assert_eq!(Decimal::from_v3(text), None, "{text}");
        }
    }

    #[test]
    fn equality_is_of_the_text_and_numeric_equality_of_the_number() {
        assert_ne!(decimal("0.5"), decimal("0.50"));
        for (a, b) in [
            ("0.5", "0.50"),
            ("0.5", "5e-1"),
            ("100", "1E2"),
            ("100", "0.1e+3"),
            ("0", "-0.00"),
            ("0E99999999999999999999999999999999999999999999999", "0"),
            ("1e00000000000000000000000000000000000000000000001", "10"),
            ("1e99999999999999999999", "10e99999999999999999998"),
            ("-1.50", "-15e-1"),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("0.5", "0.05"),
            ("1", "-1"),
            ("1", "10"),
            ("0.1", "0.10000000000000000000000000000000000000001"),
            ("9007199254740993", "9007199254740992"),
            ("1e999999999", "1e999999998"),
            ("1e-999999999", "0"),
            ("1e99999999999999999999999999999999999999999999999", "1e99999999999999999999999999999999999999999999998"),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn a_number_is_whole_by_its_value_not_by_its_text() {
        for text in
            ["6", "6.0", "-6", "1E2", "1.50e1", "0", "0e-5", "100e-2", "1e99999999999999999999999999999999999999999"]
        {
            assert!(decimal(text).is_integer(), "{text}");
        }
        for text in ["0.5", "1.5", "1e-1", "150e-2", "1e-99999999999999999999999999999999999999999"] {
            assert!(!decimal(text).is_integer(), "{text}");
        }
    }

    #[test]
    fn zero_has_no_sign() {
        for text in ["0", "-0", "-0.00", "0E9", "-0e-9"] {
            assert!(decimal(text).is_zero() && !decimal(text).is_negative(), "{text}");
        }
        for text in ["-1", "-0.001", "-1e-999999999999"] {
            assert!(!decimal(text).is_zero() && decimal(text).is_negative(), "{text}");
        }
    }

    #[test]
    fn a_count_is_read_however_it_is_written() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-0.0", Some(0)),
            ("6", Some(6)),
            ("6.0", Some(6)),
            ("1E2", Some(100)),
            ("1200e-2", Some(12)),
            ("0.012e3", Some(12)),
            ("4294967295", Some(u32::MAX)),
            ("4294967296", None),
            ("1e10", None),
            ("1e99999999999999999999999999999999999999999", None),
            ("-1", None),
            ("1.5", None),
        ] {
            assert_eq!(decimal(text).to_u32(), expected, "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_number() {
        assert_eq!(format!("{:?}", decimal("0.50")), "Decimal(…)");
    }

    proptest! {
        #[test]
        fn every_number_of_the_json_grammar_is_taken(text in "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,8})?([eE][+-]?[0-9]{1,3})?") {
            let number = decimal(&text);
            prop_assert_eq!(number.as_str(), &text);
        }

        #[test]
        fn moving_the_point_and_the_exponent_together_keeps_the_number(digits in "[1-9][0-9]{0,8}", places in 0usize..9) {
            let zeros = "0".repeat(places);
            let (whole, moved) = (decimal(&digits), decimal(&format!("{digits}{zeros}e-{places}")));
            prop_assert!(whole.numeric_eq(&moved));
            prop_assert!(moved.is_integer());
            prop_assert_eq!(moved.to_u32(), digits.parse().ok());
        }

        #[test]
        fn a_text_is_a_number_exactly_when_json_says_so(text in "[-+.eE0-9]{0,8}") {
            let json = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(Decimal::parse(&text).is_some(), json);
        }
    }
}
