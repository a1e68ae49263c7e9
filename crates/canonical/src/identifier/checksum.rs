//! The three check algorithms, as bare arithmetic over digits and characters.
//!
//! Invariant: no form is tested here beyond the alphabet; an input outside the alphabet has no check digit.

/// The tenth digit of an NHS number from its first nine, given as numbers 0 to 9 (identifiers.md §2).
///
/// `None` where no number with this body is valid: the remainder asks for a check digit of ten.
pub fn nhs_number_check_digit(body: &[u8; 9]) -> Option<u8> {
    if body.iter().any(|digit| *digit > 9) {
        return None;
    }
    let sum: u16 = body.iter().zip((2u16..=10).rev()).map(|(digit, weight)| u16::from(*digit) * weight).sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        check => u8::try_from(check).ok(),
    }
}

/// The check character of a prescription id, ISO 7064 MOD 37-2 with `+` for 36 (identifiers.md §3, §4).
///
/// `body` is the id without hyphens and without its check character: 17 characters of a short id, 32 of a release 1
/// long id. `None` for an empty body and for characters other than `0-9` and `A-Z`.
pub fn prescription_check_character(body: &str) -> Option<char> {
    if body.is_empty() {
        return None;
    }
    // One round is (P + v)·2 mod 37; values are at most 35, so nothing comes near the limits of u32.
    let product = body.chars().try_fold(0, |product, character| Some((product + mod_37_value(character)?) * 2 % 37))?;
    match (38 - product) % 37 {
        36 => Some('+'),
        check => char::from_digit(check, 36).map(|character| character.to_ascii_uppercase()),
    }
}

fn mod_37_value(character: char) -> Option<u32> {
    if character.is_ascii_lowercase() { None } else { character.to_digit(36) }
}

/// The last digit of a SNOMED CT identifier from the digits before it, after Verhoeff (identifiers.md §5).
///
/// `None` for an empty body and for anything but ASCII digits.
pub fn verhoeff_check_digit(body: &str) -> Option<char> {
    if body.is_empty() {
        return None;
    }
    let inverse = match verhoeff_sum(body, 1)? {
        reflection @ 5.. => reflection,
        rotation => (5 - rotation) % 5,
    };
    char::from_digit(inverse, 10)
}

/// Whether the last digit is the Verhoeff check digit of those before it.
pub(super) fn verhoeff_holds(digits: &str) -> bool {
    verhoeff_sum(digits, 0) == Some(0)
}

/// Multiplies the permuted digits, from the right, the rightmost standing at `first_position`.
fn verhoeff_sum(digits: &str, first_position: usize) -> Option<u32> {
    digits
        .chars()
        .rev()
        .zip(first_position..)
        .try_fold(0, |sum, (digit, position)| Some(dihedral_product(sum, permuted(position, digit.to_digit(10)?)?)))
}

/// The digit after the permutation of its position, which is the basic permutation applied as often, with period 8.
fn permuted(position: usize, digit: u32) -> Option<u32> {
    const BASIC: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    (0..position % 8).try_fold(digit, |digit, _| BASIC.get(usize::try_from(digit).ok()?).copied())
}

/// Multiplication in the dihedral group of order 10: 0 to 4 are rotations, 5 to 9 reflections.
fn dihedral_product(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_nhs_number_body_of_remainder_one_has_no_check_digit() {
        assert_eq!(nhs_number_check_digit(&[1, 2, 3, 4, 5, 6, 7, 8, 9]), None);
        assert_eq!(nhs_number_check_digit(&[9, 9, 9, 4, 2, 8, 1, 8, 1]), None);
        assert_eq!(nhs_number_check_digit(&[9, 9, 9, 4, 7, 3, 7, 5, 2]), None);
        assert_eq!(nhs_number_check_digit(&[9, 9, 9, 0, 5, 4, 8, 6, 0]), Some(9));
        assert_eq!(nhs_number_check_digit(&[9, 4, 4, 9, 3, 0, 4, 1, 3]), Some(0));
    }

    #[test]
    fn an_nhs_number_body_is_made_of_digits_not_characters() {
        assert_eq!(nhs_number_check_digit(b"999054860"), None);
    }

    #[test]
    fn mod_37_2_holds_for_letters_that_the_short_id_pattern_refuses() {
        assert_eq!(prescription_check_character("E7ZG38ZBACYUV38SR"), Some('+'));
        assert_eq!(prescription_check_character("6FOCBUE776BJCMPMT"), Some('3'));
    }

    #[test]
    fn mod_37_2_has_no_value_for_other_characters() {
        for body in ["", "e3e6faA8300841F09", "E3E6FA-A83008-41F09", "E3E6FA+", "Ä", "٩"] {
            assert_eq!(prescription_check_character(body), None);
        }
    }

    #[test]
    fn verhoeff_takes_ascii_digits_only() {
        for body in ["", "32223600X", "٣", " 1", "1\n"] {
            assert_eq!(verhoeff_check_digit(body), None);
        }
        assert_eq!(verhoeff_check_digit("32223600"), Some('9'));
    }

    proptest! {
        #[test]
        fn a_mod_37_2_check_character_satisfies_the_verifying_congruence(body in "[0-9A-Z]{17}") {
            let check = prescription_check_character(&body).unwrap();
            let product = body.chars().fold(0, |p, c| (p + c.to_digit(36).unwrap()) * 2 % 37);
            let value = if check == '+' { 36 } else { check.to_digit(36).unwrap() };
            prop_assert_eq!((product + value) % 37, 1);
        }

        #[test]
        fn a_made_verhoeff_digit_always_verifies(body in "[0-9]{1,40}") {
            let check = verhoeff_check_digit(&body).unwrap();
            let whole = format!("{}{}", body, check);
            prop_assert!(verhoeff_holds(&whole));
        }
    }
}
