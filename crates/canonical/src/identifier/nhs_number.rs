//! The NHS number (identifiers.md §2).

use std::fmt;

use super::{Aspect, IdentifierFault, checksum::nhs_number_check_digit, form, identifier};

identifier! {
    /// The number of a patient of the NHS in England, Wales and the Isle of Man: ten digits, the last a check digit.
    ///
    /// Its `Debug` shows nothing of it.
    NhsNumber
}

impl NhsNumber {
    /// Whether this can be somebody's number (identifiers.md §2).
    ///
    /// # Errors
    /// In this order: `Format` unless ten ASCII digits, `Check` unless modulus 11 holds, `Placeholder` for ten equal
    /// digits, which always pass the arithmetic. Ten zeros are refused; the other placeholders are warnings.
    pub fn check(&self) -> Result<(), IdentifierFault> {
        let Some((body, check)) = digits(self.as_str()) else {
            return Err(IdentifierFault::error(Aspect::Format, "an NHS number of ten digits")
                .mend(form::mend(self.as_str(), |text| digits(text).is_some())));
        };
        if nhs_number_check_digit(&body) != Some(check) {
            return Err(IdentifierFault::error(Aspect::Check, "an NHS number whose last digit is its check digit")
                .mend(Some("compare it with the patient's record: a digit is wrong or two are swapped")));
        }
        if body.iter().all(|digit| *digit == check) {
            let expected = "the patient's NHS number, not a placeholder";
            return Err(match check {
                0 => IdentifierFault::error(Aspect::Placeholder, expected),
                _ => IdentifierFault::warning(Aspect::Placeholder, expected),
            }
            .mend(Some("leave the number out when it is not known")));
        }
        Ok(())
    }
}

impl fmt::Debug for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NhsNumber(…)")
    }
}

/// The nine digits of the body and the check digit, as numbers.
fn digits(text: &str) -> Option<([u8; 9], u8)> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    if !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let [body @ .., check] = bytes.map(|byte| byte - b'0');
    Some((body, check))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::finding::Severity;

    fn aspect(text: &str) -> Option<Aspect> {
        NhsNumber::new(text).check().err().map(|fault| fault.aspect)
    }

    #[test]
    fn s2_valid_numbers_pass() {
        for text in [
            "9000000009",
            "9449304130",
            "9990548609",
            "9453740578",
            "9434765919",
            "9912003888",
            "9995102250",
            "9995229560",
            "9995591367",
            "9991715215",
            "9993350583",
            "9996033929",
            "9992499559",
            "9996697649",
        ] {
            assert_eq!(aspect(text), None, "{text}");
        }
    }

    #[test]
    fn s2_invalid_numbers_are_told_by_form_or_check() {
        for (text, expected) in [
            ("1234567890", Aspect::Check),
            ("9434765871", Aspect::Check),
            ("9990548608", Aspect::Check),
            ("9990584609", Aspect::Check),
            ("9909548609", Aspect::Check),
            ("9449304131", Aspect::Check),
            ("9449340130", Aspect::Check),
            ("9994281810", Aspect::Check),
            ("9994281811", Aspect::Check),
            ("9994281819", Aspect::Check),
            ("9994737521", Aspect::Check),
            ("999054860", Aspect::Format),
            ("99905486090", Aspect::Format),
            ("999 054 8609", Aspect::Format),
            ("99905486O9", Aspect::Format),
            ("٩٩٩٠٥٤٨٦٠٩", Aspect::Format),
            ("9990548609\n", Aspect::Format),
            ("", Aspect::Format),
        ] {
            assert_eq!(aspect(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn s2_no_ending_is_valid_after_a_body_of_remainder_one() {
        for body in ["999428181", "999473752", "123456789"] {
            for ending in 0..10 {
                assert_eq!(aspect(&format!("{body}{ending}")), Some(Aspect::Check));
            }
        }
    }

    #[test]
    fn s2_ten_equal_digits_are_a_placeholder_and_ten_zeros_are_refused() {
        for digit in 0..10 {
            let fault = NhsNumber::new(digit.to_string().repeat(10)).check().unwrap_err();
            assert_eq!(fault.aspect, Aspect::Placeholder);
            assert_eq!(fault.severity, if digit == 0 { Severity::Error } else { Severity::Warning });
        }
    }

    #[test]
    fn s2_blanks_are_advised_on_and_never_accepted() {
        let fault = NhsNumber::new("999 054 8609").check().unwrap_err();
        assert_eq!(fault.mend, Some("leave out the blanks and line breaks"));
    }

    #[test]
    fn debug_shows_nothing_of_the_number() {
        assert_eq!(format!("{:?}", NhsNumber::new("9990548609")), "NhsNumber(…)");
    }

    fn valid_number() -> impl Strategy<Value = [u8; 10]> {
        proptest::array::uniform9(0u8..10).prop_filter_map("this body has no check digit", |body| {
            let check = nhs_number_check_digit(&body)?;
            let mut digits = [check; 10];
            digits[..9].copy_from_slice(&body);
            Some(digits)
        })
    }

    fn check_fails(digits: [u8; 10]) -> bool {
        let text: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        aspect(&text) == Some(Aspect::Check)
    }

    proptest! {
        #[test]
        fn every_single_wrong_digit_is_caught(digits in valid_number(), place in 0usize..10, shift in 1u8..10) {
            let mut wrong = digits;
            wrong[place] = (wrong[place] + shift) % 10;
            prop_assert!(check_fails(wrong));
        }

        #[test]
        fn every_swap_of_neighbours_is_caught(digits in valid_number(), place in 0usize..9) {
            prop_assume!(digits[place] != digits[place + 1]);
            let mut wrong = digits;
            wrong.swap(place, place + 1);
            prop_assert!(check_fails(wrong));
        }
    }
}
