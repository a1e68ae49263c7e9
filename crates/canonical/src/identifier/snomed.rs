//! SNOMED CT identifiers, among them the codes of the dictionary of medicines and devices (identifiers.md §5).

use serde::{Deserialize, Serialize};

use super::{Aspect, IdentifierFault, checksum::verhoeff_holds, form, identifier};

identifier! {
    /// A SNOMED CT or dm+d identifier, 6 to 18 digits. A string, never a number: 18 digits do not fit a double.
    #[derive(Debug)]
    SnomedCode
}

/// The sort of component that a SNOMED CT identifier names, read from its partition digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SnomedKind {
    /// Partitions 00 and 10: the meaning itself, which is what medicines, units and routes are coded with.
    Concept,
    /// Partitions 01 and 11: one wording of a concept.
    Description,
    /// Partitions 02 and 12: a link between two concepts.
    Relationship,
}

impl SnomedCode {
    /// Whether this is the identifier of a concept (identifiers.md §5).
    ///
    /// # Errors
    /// `Format` unless 6 to 18 digits without a leading zero, `Check` unless the Verhoeff digit holds, `Kind` for
    /// descriptions, relationships, unknown partitions, and extension partitions without room for a namespace.
    pub fn check(&self) -> Result<(), IdentifierFault> {
        let text = self.as_str();
        if !has_form(text) {
            return Err(IdentifierFault::error(
                Aspect::Format,
                "a SNOMED CT identifier of 6 to 18 digits without a leading zero",
            )
            .mend(form::mend(text, has_form)));
        }
        if !verhoeff_holds(text) {
            return Err(IdentifierFault::error(
                Aspect::Check,
                "a SNOMED CT identifier whose last digit is its check digit",
            )
            .mend(Some("compare it with the terminology: a digit is wrong, or it was once held as a number")));
        }
        let mend = match self.kind() {
            Some(SnomedKind::Concept) => return Ok(()),
            Some(SnomedKind::Description) => Some("send the concept that this description belongs to"),
            Some(SnomedKind::Relationship) => Some("send a concept, not the relationship between two"),
            None => None,
        };
        Err(IdentifierFault::error(Aspect::Kind, "the SNOMED CT identifier of a concept").mend(mend))
    }

    /// What the identifier names, by its partition; the check digit is not looked at.
    ///
    /// `None` if the form is wrong, the partition unknown, or nothing is left for the item number.
    pub fn kind(&self) -> Option<SnomedKind> {
        let text = self.as_str();
        if !has_form(text) {
            return None;
        }
        let (before, partition) = text.get(..text.len() - 1)?.split_at_checked(text.len() - 3)?;
        let (extension, kind) = match partition {
            "00" => (false, SnomedKind::Concept),
            "10" => (true, SnomedKind::Concept),
            "01" => (false, SnomedKind::Description),
            "11" => (true, SnomedKind::Description),
            "02" => (false, SnomedKind::Relationship),
            "12" => (true, SnomedKind::Relationship),
            _ => return None,
        };
        // An extension's identifier has seven digits of namespace between the item number and the partition.
        let item_digits = before.len().checked_sub(if extension { 7 } else { 0 })?;
        (item_digits > 0).then_some(kind)
    }
}

fn has_form(text: &str) -> bool {
    form::is_digits(text, 6..=18) && !text.starts_with('0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::verhoeff_check_digit;
    use super::*;

    fn aspect(text: &str) -> Option<Aspect> {
        SnomedCode::new(text).check().err().map(|fault| fault.aspect)
    }

    #[test]
    fn s5_concepts_pass() {
        for text in [
            "322236009",
            "428673006",
            "394823007",
            "26643006",
            "37161004",
            "417924000",
            "39113611000001102",
            "42111000001107",
            "15517911000001104",
            "39732311000001104",
            "196421000000109",
            "999000041000001103",
            "100005",
            "123456781000001105",
        ] {
            assert_eq!(aspect(text), None, "{text}");
            assert_eq!(SnomedCode::new(text).kind(), Some(SnomedKind::Concept), "{text}");
        }
    }

    #[test]
    fn s5_descriptions_and_relationships_are_of_the_wrong_kind() {
        for (text, kind) in [
            ("987654010", SnomedKind::Description),
            ("12345671000001118", SnomedKind::Description),
            ("9876543020", SnomedKind::Relationship),
        ] {
            assert_eq!(aspect(text), Some(Aspect::Kind), "{text}");
            assert_eq!(SnomedCode::new(text).kind(), Some(kind), "{text}");
        }
    }

    #[test]
    fn s5_invalid_identifiers_are_told_by_form_check_or_kind() {
        for (text, expected) in [
            ("322236008", Aspect::Check),
            ("332236009", Aspect::Check),
            ("322236090", Aspect::Check),
            ("39113611000001103", Aspect::Check),
            ("39113611000001120", Aspect::Check),
            ("93113611000001102", Aspect::Check),
            ("42111000001170", Aspect::Check),
            ("428673066", Aspect::Check),
            ("3911361100000110", Aspect::Check),
            ("9999999999", Aspect::Check),
            ("10009", Aspect::Format),
            ("0322236009", Aspect::Format),
            ("1234567891000001109", Aspect::Format),
            ("32223600X", Aspect::Format),
            ("322236009\n", Aspect::Format),
            ("٣٢٢٢٣٦٠٠٩", Aspect::Format),
            ("", Aspect::Format),
            ("3222360037", Aspect::Kind),
            ("45678201", Aspect::Kind),
            ("39113611000001139", Aspect::Kind),
            ("123106", Aspect::Kind),
        ] {
            assert_eq!(aspect(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn s5_the_expected_check_digits_are_those_of_the_table() {
        for (body, expected) in [
            ("32223600", '9'),
            ("33223600", '2'),
            ("32223609", '7'),
            ("3911361100000110", '2'),
            ("3911361100000112", '5'),
            ("9311361100000110", '6'),
            ("4211100000117", '6'),
            ("42867306", '8'),
            ("391136110000011", '2'),
            ("999999999", '0'),
        ] {
            assert_eq!(verhoeff_check_digit(body), Some(expected), "{body}");
        }
    }

    #[test]
    fn s5_a_description_is_met_with_advice() {
        let fault = SnomedCode::new("987654010").check().unwrap_err();
        assert_eq!(fault.mend, Some("send the concept that this description belongs to"));
    }

    fn valid_code() -> impl Strategy<Value = Vec<u8>> {
        "[1-9][0-9]{4,16}".prop_map(|body| {
            let check = verhoeff_check_digit(&body).unwrap();
            format!("{body}{check}").into_bytes()
        })
    }

    fn check_holds(digits: Vec<u8>) -> bool {
        verhoeff_holds(&String::from_utf8(digits).unwrap())
    }

    proptest! {
        #[test]
        fn every_single_wrong_digit_is_caught(code in valid_code(), place: prop::sample::Index, shift in 1u8..10) {
            let mut wrong = code.clone();
            let digit = place.get_mut(&mut wrong);
            *digit = b'0' + (*digit - b'0' + shift) % 10;
            prop_assert!(check_holds(code));
            prop_assert!(!check_holds(wrong));
        }

        #[test]
        fn every_swap_of_neighbours_is_caught(code in valid_code(), place: prop::sample::Index) {
            let place = place.index(code.len() - 1);
            prop_assume!(code[place] != code[place + 1]);
            let mut wrong = code;
            wrong.swap(place, place + 1);
            prop_assert!(!check_holds(wrong));
        }

        #[test]
        fn no_text_makes_the_check_stumble(text: String) {
            let _ = SnomedCode::new(text).check();
        }
    }
}
