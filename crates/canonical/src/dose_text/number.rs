//! Numbers in figures.

use std::cmp::Ordering;

use crate::decimal::Decimal;

/// Digits that a text shows at most; nobody doses with more, and an exponent may ask for millions.
const MOST_DIGITS: usize = 24;

/// The number in figures: without exponent, without zeros at the end of the fraction, with a zero before the point
/// (dose-to-text.md §4). `None` below zero, and for numbers of more than 24 digits.
pub fn figure(number: &Decimal) -> Option<String> {
    let text = number.as_str();
    // Most numbers are whole and have no zeros in front: the form of JSON allows none.
    if text.len() <= MOST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    if number.is_negative() {
        return None;
    }
    if number.is_zero() {
        return Some("0".to_owned());
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
    // The point moves by no more than the digits that are shown.
    let most = i32::try_from(MOST_DIGITS).ok()?;
    let before = usize::try_from(point.clamp(0, most)).ok()?;
    let zeros = usize::try_from(point.saturating_neg().clamp(0, most)).ok()?;
    if point.unsigned_abs() > most.unsigned_abs() {
        return None;
    }
    let mut shown = "0".repeat(zeros) + &digits;
    shown.extend(std::iter::repeat_n('0', before.saturating_sub(shown.len())));
    let (whole, fraction) = shown.split_at_checked(before)?;
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if whole.len() + fraction.len() > MOST_DIGITS {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// Which of two figures is greater.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    let parts = |figure: &str| figure.split_once('.').map(|(whole, fraction)| (whole.to_owned(), fraction.to_owned()));
    let (whole, fraction) = parts(one).unwrap_or((one.to_owned(), String::new()));
    let (other_whole, other_fraction) = parts(other).unwrap_or((other.to_owned(), String::new()));
    // Whole parts have no zeros in front, and fractions none at the end.
    whole.len().cmp(&other_whole.len()).then(whole.cmp(&other_whole)).then(fraction.cmp(&other_fraction))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_shown_in_figures_without_needless_zeros() {
        for (text, shown) in [
            ("2.50", "2.5"),
            ("0.50", "0.5"),
            ("1.0", "1"),
            ("0", "0"),
            ("-0.0", "0"),
            ("0E9", "0"),
            ("1E2", "100"),
            ("1.25e1", "12.5"),
            ("5e-1", "0.5"),
            ("125e-3", "0.125"),
            ("0.05e1", "0.5"),
            ("100000000000000000000.10", "100000000000000000000.1"),
        ] {
            assert_eq!(figure(&Decimal::parse(text).unwrap()).as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn a_number_that_nobody_could_read_is_not_shown() {
        for text in ["-1", "1e99", "1e-99", "1e99999999999999999999", "1.0000000000000000000000001"] {
            assert_eq!(figure(&Decimal::parse(text).unwrap()), None, "{text}");
        }
    }

    #[test]
    fn figures_compare_as_numbers() {
        for (one, other, order) in [
            ("2", "10", Ordering::Less),
            ("0.5", "0.25", Ordering::Greater),
            ("1", "1", Ordering::Equal),
            ("1.05", "1.5", Ordering::Less),
            ("1.5", "1", Ordering::Greater),
        ] {
            assert_eq!(compare(one, other), order, "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_figure_is_the_number_it_was_made_of(whole in 0u64.., fraction in 0u32..1000, exponent in -3i32..3) {
            let number = Decimal::parse(&format!("{whole}.{fraction:03}e{exponent}")).unwrap();
            if let Some(shown) = figure(&number) {
                prop_assert!(Decimal::parse(&shown).unwrap().numeric_eq(&number));
                prop_assert!(!shown.contains(['e', 'E']));
            }
        }
    }
}
