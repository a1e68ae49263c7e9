//! Identifiers of prescriptions: the short id that patients are given, and the long id beneath it
//! (identifiers.md §3, §4).

use super::uuid_text::{is_uuid, without_urn};
use super::{Aspect, IdentifierFault, OdsCode, checksum::prescription_check_character, form, identifier};

identifier! {
    /// The short id of an electronic prescription: `6-6-6` characters, the middle block the issuing organisation, the
    /// last character a check character.
    #[derive(Debug)]
    PrescriptionShortId
}

impl PrescriptionShortId {
    /// An id made of its random parts and the issuing organisation, with its check character.
    ///
    /// The low 24 bits of `first` and the low 20 bits of `last` are used. `None` if the organisation's code is not one
    /// to six upper-case letters and digits.
    pub fn compose(first: u32, issuer: &OdsCode, last: u32) -> Option<Self> {
        let code = issuer.as_str();
        if code.is_empty() || code.len() > 6 {
            return None;
        }
        let (first, last) = (first & 0xFF_FFFF, last & 0xF_FFFF);
        let check = prescription_check_character(&format!("{first:06X}{code:0>6}{last:05X}"))?;
        Some(PrescriptionShortId(format!("{first:06X}-{code:0>6}-{last:05X}{check}")))
    }

    /// Whether form and check character are right (identifiers.md §3).
    ///
    /// # Errors
    /// `Format` unless it matches `FFFFFF-XXXXXX-FFFFFX` in upper case, `Check` unless MOD 37-2 holds.
    pub fn check(&self) -> Result<(), IdentifierFault> {
        let text = self.as_str();
        let Some((body, check)) = body_and_check(text) else {
            return Err(IdentifierFault::error(
                Aspect::Format,
                "a prescription id of 20 characters in three blocks of six, in upper case",
            )
            .mend(short_form_mend(text)));
        };
        if prescription_check_character(&body) == Some(check) {
            return Ok(());
        }
        Err(IdentifierFault::error(Aspect::Check, "a prescription id whose last character is its check character")
            .mend(Some("compare it with the prescription: a character is wrong or two are swapped")))
    }

    /// The id without its check character, under which the national service keeps the prescription: two ids that
    /// differ only there name the same prescription. `None` if the form is wrong.
    pub fn without_check_character(&self) -> Option<&str> {
        body_and_check(self.as_str())?;
        self.as_str().get(..19)
    }

    /// The organisation that issued the id, without the padding of its block. `None` if the form is wrong.
    ///
    /// It need not be the prescriber's present organisation: a difference is worth a warning, no more.
    pub fn issuer(&self) -> Option<OdsCode> {
        body_and_check(self.as_str())?;
        self.as_str().get(7..13).map(|block| OdsCode::new(block.trim_start_matches('0')))
    }
}

/// The 17 characters that the check character is made of, and the check character. `None` if the form is wrong.
fn body_and_check(text: &str) -> Option<(String, char)> {
    let check = text.chars().next_back()?;
    let before = text.get(..text.len() - check.len_utf8())?;
    let form_holds = form::matches_shape(before, "FFFFFF-XXXXXX-FFFFF") && is_check_character(check);
    form_holds.then(|| (before.replace('-', ""), check))
}

fn is_check_character(character: char) -> bool {
    character.is_ascii_digit() || character.is_ascii_uppercase() || character == '+'
}

fn short_form_mend(text: &str) -> Option<&'static str> {
    let right_form = |text: &str| body_and_check(text).is_some();
    if let (Some(first), Some(issuer), Some(last), 18) = (text.get(..6), text.get(6..12), text.get(12..), text.len())
        && right_form(&format!("{first}-{issuer}-{last}"))
    {
        return Some("write its hyphens after the sixth and the twelfth character");
    }
    if text.strip_suffix('*').is_some_and(|before| right_form(&format!("{before}+"))) {
        return Some("write the check character `*` of ISO 7064 as `+`");
    }
    if text.strip_suffix(' ').is_some_and(|before| right_form(&format!("{before}+"))) {
        return Some("encode `+` as `%2B` in addresses: it came as a blank");
    }
    if let [first, issuer, last] = text.split('-').collect::<Vec<_>>().as_slice()
        && (1..6).contains(&issuer.len())
        && right_form(&format!("{first}-{issuer:0>6}-{last}"))
    {
        return Some("pad the organisation's code with zeros on its left to six characters");
    }
    form::mend(text, right_form)
}

identifier! {
    /// The long id of a prescription: a UUID, in release 1 followed by a check character.
    ///
    /// The case of its letters carries no meaning: compare with [`PrescriptionLongId::same_as`].
    #[derive(Debug)]
    PrescriptionLongId
}

impl PrescriptionLongId {
    /// Whether form and, where there is one, check character are right, in either case of letters (identifiers.md §4
    /// and UUID-1).
    ///
    /// # Errors
    /// `Format` unless a UUID or a UUID and one character of `0-9 A-Z +`; `Check` unless MOD 37-2 holds for the latter.
    pub fn check(&self) -> Result<(), IdentifierFault> {
        let text = self.as_str();
        if is_uuid(text) {
            return Ok(());
        }
        let Some((body, check)) = release_1_body_and_check(text) else {
            return Err(IdentifierFault::error(
                Aspect::Format,
                "a UUID, or a UUID and the check character of a release 1 prescription",
            )
            .mend(long_form_mend(text)));
        };
        if prescription_check_character(&body) == Some(check) {
            return Ok(());
        }
        Err(IdentifierFault::error(Aspect::Check, "a release 1 prescription id with its own check character")
            .mend(Some("compare it with the prescription: a character is wrong or two are swapped")))
    }

    /// Whether both name the same prescription, whatever the case of their letters.
    pub fn same_as(&self, other: &Self) -> bool {
        self.as_str().eq_ignore_ascii_case(other.as_str())
    }
}

/// The 32 digits, in upper case, and the check character behind them.
fn release_1_body_and_check(text: &str) -> Option<(String, char)> {
    let check = text.chars().next_back()?.to_ascii_uppercase();
    let before = text.get(..36)?;
    let form_holds = text.len() == 37 && is_uuid(before) && is_check_character(check);
    form_holds.then(|| (before.replace('-', "").to_ascii_uppercase(), check))
}

fn long_form_mend(text: &str) -> Option<&'static str> {
    let right_form = |text: &str| is_uuid(text) || release_1_body_and_check(text).is_some();
    if without_urn(text).is_some_and(right_form) {
        return Some("leave out `urn:uuid:`");
    }
    form::mend(text, right_form)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn short(text: &str) -> Option<Aspect> {
        PrescriptionShortId::new(text).check().err().map(|fault| fault.aspect)
    }

    fn long(text: &str) -> Option<Aspect> {
        PrescriptionLongId::new(text).check().err().map(|fault| fault.aspect)
    }

    #[test]
    fn s3_valid_short_ids_pass() {
        for text in [
            "83C40E-A23856-00123W",
            "7D9625-Z72BF2-11E3AC",
            "E3E6FA-A83008-41F09Y",
            "24F5DA-A83008-7EFE6Z",
            "23C1BC-Z75FB1-11EE84",
            "C77DA8-000RJ1-81BE8+",
            "46906E-B86044-66F9D0",
            "BB5581-Z99901-7E78AZ",
            "EC015B-0VNFKT-AC4E7T",
            "29F7C3-A83008-DDB56J",
            "5AD52F-0FH123-1AC6B9",
            "2CD3F7-K81001-6A761X",
            "D86F65-Z99901-742197",
            "A0C626-0FCG71-A9A57D",
            "A4638B-000RJ1-80578M",
        ] {
            assert_eq!(short(text), None, "{text}");
        }
    }

    #[test]
    fn s3_invalid_short_ids_are_told_by_form_or_check() {
        for (text, expected) in [
            ("DC2C66-A1B2C3-23407B", Aspect::Check),
            ("269CA9-A99968-4577BP", Aspect::Check),
            ("E3E6FA-A83008-41F09X", Aspect::Check),
            ("E36EFA-A83008-41F09Y", Aspect::Check),
            ("E3E6FA-A80308-41F09Y", Aspect::Check),
            ("C77DA8-RJ1000-81BE8+", Aspect::Check),
            ("C77DA8-000RJ1-81BE80", Aspect::Check),
            ("46906E-B86044-66F9DO", Aspect::Check),
            ("6FOCBU-E776BJ-CMPMTX", Aspect::Format),
            ("e3e6fa-A83008-41F09Y", Aspect::Format),
            ("E3E6FAA8300841F09Y", Aspect::Format),
            ("E3E6FA-A83008-41F09", Aspect::Format),
            ("E3E6FA-A83008-41F09YY", Aspect::Format),
            ("C77DA8-000RJ1-81BE8*", Aspect::Format),
            ("G3E6FA-A83008-41F09Y", Aspect::Format),
            ("E3E6FA-RJ1-41F09Y", Aspect::Format),
            ("E7ZG38-ZBACYU-V38SR+", Aspect::Format),
            ("6FOCBU-E776BJ-CMPMT3", Aspect::Format),
            ("E3E6FA-A83008-41F09Y\n", Aspect::Format),
            ("E3E6FA-A83008-41F09Ä", Aspect::Format),
            ("", Aspect::Format),
        ] {
            assert_eq!(short(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn s3_the_expected_check_characters_are_those_of_the_table() {
        for (body, expected) in [
            ("DC2C66A1B2C323407", 'Z'),
            ("269CA9A999684577B", 'F'),
            ("E3E6FAA8300841F09", 'Y'),
            ("E36EFAA8300841F09", 'F'),
            ("E3E6FAA8030841F09", 'P'),
            ("C77DA8RJ100081BE8", '3'),
            ("C77DA8000RJ181BE8", '+'),
        ] {
            assert_eq!(prescription_check_character(body), Some(expected), "{body}");
        }
    }

    #[test]
    fn s3_advice_is_given_where_the_text_shows_the_slip() {
        for (text, expected) in [
            ("e3e6fa-A83008-41F09Y", "write its letters in upper case"),
            ("E3E6FAA8300841F09Y", "write its hyphens after the sixth and the twelfth character"),
            ("C77DA8-000RJ1-81BE8*", "write the check character `*` of ISO 7064 as `+`"),
            ("C77DA8-000RJ1-81BE8 ", "encode `+` as `%2B` in addresses: it came as a blank"),
            ("C77DA8-RJ1-81BE8+", "pad the organisation's code with zeros on its left to six characters"),
        ] {
            assert_eq!(PrescriptionShortId::new(text).check().unwrap_err().mend, Some(expected), "{text}");
        }
    }

    #[test]
    fn s3_the_record_key_leaves_out_the_check_character() {
        let right = PrescriptionShortId::new("C77DA8-000RJ1-81BE8+");
        let wrong = PrescriptionShortId::new("C77DA8-000RJ1-81BE80");
        assert_eq!(right.without_check_character(), Some("C77DA8-000RJ1-81BE8"));
        assert_eq!(right.without_check_character(), wrong.without_check_character());
        assert_eq!(PrescriptionShortId::new("C77DA8").without_check_character(), None);
    }

    #[test]
    fn s3_the_issuer_is_the_middle_block_without_its_padding() {
        assert_eq!(PrescriptionShortId::new("C77DA8-000RJ1-81BE8+").issuer(), Some(OdsCode::new("RJ1")));
        assert_eq!(PrescriptionShortId::new("E3E6FA-A83008-41F09Y").issuer(), Some(OdsCode::new("A83008")));
        assert_eq!(PrescriptionShortId::new("E3E6FA-RJ1-41F09Y").issuer(), None);
    }

    #[test]
    fn s3_composing_pads_the_organisation_on_the_left() {
        let id = PrescriptionShortId::compose(0xC7_7DA8, &OdsCode::new("RJ1"), 0x8_1BE8).unwrap();
        assert_eq!(id.as_str(), "C77DA8-000RJ1-81BE8+");
        for code in ["", "a83008", "A-8300", "A8300812"] {
            assert_eq!(PrescriptionShortId::compose(1, &OdsCode::new(code), 1), None, "{code}");
        }
    }

    #[test]
    fn s4_valid_long_ids_of_both_releases_pass_in_either_case() {
        for text in [
            "8AC9CC63-D959-4C4E-A544-B67FA6B4D7C69",
            "0A946BEB-4DE8-4A4B-BE7C-702972D868624",
            "224B8A6F-C394-49E1-9494-3CBBC7C17D1E4",
            "C10231E5-6899-4C54-9B4B-5F4057F81680U",
        ] {
            assert_eq!(long(text), None, "{text}");
            assert_eq!(long(&text[..36]), None, "{text}");
            assert_eq!(long(&text.to_lowercase()), None, "{text}");
            assert!(PrescriptionLongId::new(text).same_as(&PrescriptionLongId::new(text.to_lowercase())));
        }
    }

    #[test]
    fn s4_every_other_last_character_of_a_release_1_id_is_caught() {
        for text in ["8AC9CC63-D959-4C4E-A544-B67FA6B4D7C69", "C10231E5-6899-4C54-9B4B-5F4057F81680U"] {
            let (body, right) = text.split_at(36);
            for wrong in ('0'..='9').chain('A'..='Z').chain(['+']).filter(|character| !right.contains(*character)) {
                assert_eq!(long(&format!("{body}{wrong}")), Some(Aspect::Check));
            }
        }
    }

    #[test]
    fn s4_anything_but_a_uuid_is_a_wrong_form() {
        for text in [
            "",
            "8AC9CC63-D959-4C4E-A544-B67FA6B4D7C",
            "8AC9CC63D9594C4EA544B67FA6B4D7C6",
            "8AC9CC63-D959-4C4E-A544-B67FA6B4D7C6*",
            "8AC9CC63-D959-4C4E-A544-B67FA6B4D7C6\n",
            "8AC9CC63-D959-4C4E-A544-B67FA6B4D7C69U",
            "8AC9CC63-D959-4C4E-A544-B67FA6B4D7CÄ",
        ] {
            assert_eq!(long(text), Some(Aspect::Format), "{text}");
        }
        let fault = PrescriptionLongId::new("urn:uuid:8ac9cc63-d959-4c4e-a544-b67fa6b4d7c6").check().unwrap_err();
        assert_eq!((fault.aspect, fault.mend), (Aspect::Format, Some("leave out `urn:uuid:`")));
    }

    proptest! {
        #[test]
        fn a_composed_short_id_always_verifies(first: u32, code in "[0-9A-Z]{1,6}", last: u32) {
            let id = PrescriptionShortId::compose(first, &OdsCode::new(code), last).unwrap();
            prop_assert_eq!(id.check(), Ok(()));
            prop_assert_eq!(id.as_str().len(), 20);
        }

        #[test]
        fn no_text_makes_the_checks_stumble(text: String) {
            let _ = PrescriptionShortId::new(text.clone()).check();
            let _ = PrescriptionLongId::new(text).check();
        }
    }
}
