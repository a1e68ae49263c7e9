//! The forms of attribute values: the simple data types of the MIM (overview.md §5, §7, §8).
//!
//! Invariants:
//! - A form looks at characters, not at meaning: whether a date is one, or a code is in its system, others ask.
//! - Nothing is copied.
//! - White space around a value counts as part of it where the published schemas count it.

use std::fmt;

/// What an attribute may say.
#[derive(Debug)]
#[allow(non_camel_case_types, reason = "the names of the data types")]
pub(super) enum Form {
    /// This alone.
    Fixed(&'static str),
    /// One of these words.
    Among(&'static [&'static str]),
    /// Some of these words, or none.
    Several(&'static [&'static str]),
    /// Anything.
    any,
    /// Binary data in base 64.
    bin,
    /// Yes or no.
    bl,
    /// A code.
    cs,
    /// Codes.
    codes,
    /// A whole number.
    int,
    /// Object identifiers.
    oids,
    /// A number.
    real,
    /// A text.
    st,
    /// A point in time.
    ts,
    /// An identifier: of an object, a UUID in either case of letters, or a name.
    uid,
    /// An address with its scheme.
    url,
}

impl Form {
    pub(super) fn admits(&self, value: &str) -> bool {
        match self {
            Form::Fixed(expected) => *expected == value,
            Form::Among(words) => words.contains(&value.trim_ascii()),
            Form::Several(words) => value.split_ascii_whitespace().all(|word| words.contains(&word)),
            Form::any | Form::codes => true,
            Form::bin => is_base64(value),
            Form::bl => matches!(value.trim_ascii(), "true" | "false"),
            Form::cs => !value.trim_ascii().bytes().any(|byte| byte.is_ascii_whitespace()),
            Form::int => is_digits(without_sign(value.trim_ascii())),
            Form::oids => value.split_ascii_whitespace().all(is_oid),
            Form::real => is_number(value.trim_ascii()),
            Form::st => !value.is_empty(),
            Form::ts => is_time(value),
            Form::uid => is_oid(value) || is_uuid(value) || is_name(value),
            Form::url => is_url(value.trim_ascii()),
        }
    }
}

/// What is expected.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Fixed(expected) => write!(f, "`{expected}`"),
            Form::Among(words) => write!(f, "one of {}", words.join(", ")),
            Form::Several(words) => write!(f, "some of {}", words.join(", ")),
            Form::any => f.write_str("any text"),
            Form::bin => f.write_str("base 64"),
            Form::bl => f.write_str("true or false"),
            Form::cs => f.write_str("a code without white space"),
            Form::codes => f.write_str("codes"),
            Form::int => f.write_str("a whole number"),
            Form::oids => f.write_str("object identifiers"),
            Form::real => f.write_str("a decimal number"),
            Form::st => f.write_str("a text that is not empty"),
            Form::ts => f.write_str("a time as YYYYMMDDHHMMSS, or its beginning"),
            Form::uid => f.write_str("an object identifier or a UUID"),
            Form::url => f.write_str("an address with its scheme, such as tel:"),
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_sign(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// Numbers with dots between.
fn is_oid(text: &str) -> bool {
    let mut has_digit = false;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => has_digit = true,
            b'.' if has_digit => has_digit = false,
            _ => return false,
        }
    }
    has_digit
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A decimal number, or one with an exponent, or a word for one that is none.
fn is_number(text: &str) -> bool {
    if matches!(text, "INF" | "-INF" | "NaN") {
        return true;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, part) = without_sign(mantissa).split_once('.').unwrap_or((without_sign(mantissa), ""));
    let is_digits_or_none = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    is_digits_or_none(whole)
        && is_digits_or_none(part)
        && !(whole.is_empty() && part.is_empty())
        && is_digits(without_sign(exponent))
}

/// Up to fourteen digits, with a part of a second only behind all of them, and a zone only behind more than the date.
fn is_time(text: &str) -> bool {
    let (time, zone) = match text.find(['+', '-']) {
        Some(sign) => (text.get(..sign).unwrap_or_default(), text.get(sign + 1..)),
        None => (text, None),
    };
    let (digits, part) = time.split_once('.').map_or((time, None), |(digits, part)| (digits, Some(part)));
    let has_zone_form = zone.is_none_or(|zone| is_digits(zone) && zone.len() <= 4 && digits.len() > 8);
    let has_part_form = part.is_none_or(|part| is_digits(part) && digits.len() == 14);
    is_digits(digits) && digits.len() <= 14 && has_zone_form && has_part_form
}

/// A scheme and what it says, without blanks; a percent sign stands before two hexadecimal digits.
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut escapes = rest.split('%').skip(1);
    !scheme.is_empty()
        && scheme.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-+".contains(&byte))
        && !rest.contains(' ')
        && escapes.all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

fn is_base64(text: &str) -> bool {
    let mut length = 0_usize;
    let mut padding = 0_usize;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        length += 1;
        match byte {
            b'=' => padding += 1,
            _ if padding > 0 => return false,
            _ if byte.is_ascii_alphanumeric() || b"+/".contains(&byte) => {}
            _ => return false,
        }
    }
    length.is_multiple_of(4) && padding <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: &Form, good: &[&str], bad: &[&str]) {
        for value in good {
            assert!(form.admits(value), "{form} should admit {value:?}");
        }
        for value in bad {
            assert!(!form.admits(value), "{form} should not admit {value:?}");
        }
    }

    #[test]
    fn a_fixed_value_is_that_value_to_the_letter() {
        check(&Form::Fixed("PERT"), &["PERT"], &["pert", " PERT", ""]);
    }

    #[test]
    fn a_list_has_words_that_are_known_and_may_be_empty() {
        check(&Form::Among(&["NI", "UNK"]), &["NI", " UNK "], &["", "NI UNK", "X"]);
        check(&Form::Several(&["NI", "UNK"]), &["", "NI", "UNK  NI"], &["NI X"]);
    }

    #[test]
    fn a_time_has_its_zone_behind_more_than_the_date_and_its_part_of_a_second_behind_a_second() {
        let good =
            ["2", "2022", "20220201", "2022020101", "20220201000000", "20220201000000.5+01", "202202010000-0100"];
        let bad =
            ["", "2022+00", "20220201000.5", "202202010000000", "20220201000000+", "20220201000000+00000", "x", " 2"];
        check(&Form::ts, &good, &bad);
    }

    #[test]
    fn an_identifier_is_one_of_an_object_a_uuid_or_a_name() {
        let good =
            ["2.16.840", "0", "A11A6118-634E-4E7E-A01B-CC2ADDB1B993", "111a6118-634e-4e7e-a01b-cc2addb1b993", "a-1"];
        check(&Form::uid, &good, &["", "2.", ".2", "2..16", "1A", "-a", "a_b", " 2.16", "é"]);
        check(&Form::oids, &["", "2.16 1"], &["2.16 x"]);
    }

    #[test]
    fn numbers_have_digits() {
        check(&Form::int, &["0", "-12", "+3", " 4 "], &["", "1.0", "--1", "1e3", "x"]);
        check(&Form::real, &["1", ".5", "1.", "-1.5", "1.5E-3", "INF"], &["", ".", "1,5", "1e", "e3", "1.2.3"]);
    }

    #[test]
    fn an_address_has_a_scheme_in_small_letters_and_no_blanks() {
        check(
            &Form::url,
            &["tel:0123", "mailto:a@b", "a+b-1:", "x:%20"],
            &["", "0123", "Tel:0", "tel:0 1", ":x", "x:%2", "x:%zé"],
        );
    }

    #[test]
    fn base_64_is_padded() {
        check(&Form::bin, &["", "AAAA", "AAA=", "AA==", "AAAA\nAAA="], &["A", "AAA", "A===", "AA=A", "A_AA"]);
    }

    #[test]
    fn the_other_forms() {
        check(&Form::bl, &["true", " false "], &["", "1", "TRUE"]);
        check(&Form::cs, &["", " A ", "a\u{e9}"], &["A B", "A\tB"]);
        check(&Form::st, &[" ", "x"], &[""]);
        check(&Form::any, &["", "x"], &[]);
        check(&Form::codes, &["", "a b"], &[]);
    }
}
