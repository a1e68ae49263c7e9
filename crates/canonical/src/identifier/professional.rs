//! Codes of health professionals: one form a profession, and the one pool that V3 puts them all in (identifiers.md §6).

use serde::{Deserialize, Serialize};

use super::{Aspect, IdentifierFault, form};

/// The register that a professional's code belongs to (identifiers.md §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProfessionalKind {
    /// General Medical Council: doctors.
    Gmc,
    /// General medical practitioner code of the prescription pricing service.
    Gmp,
    /// Nursing and Midwifery Council.
    Nmc,
    /// General Pharmaceutical Council: pharmacists and pharmacy technicians.
    Gphc,
    /// Health and Care Professions Council: paramedics, physiotherapists, podiatrists, radiographers, dietitians.
    Hcpc,
    /// Doctor index number.
    Din,
    /// A code of the Business Services Authority that stands for an organisation-level prescriber.
    Spurious,
    /// General Dental Council.
    Gdc,
    /// General Optical Council.
    Goc,
    /// Prescription Pricing Authority number.
    Ppa,
    /// A code whose register is not known: what V3 gives where no form fits.
    ProfessionalCode,
}

impl ProfessionalKind {
    /// Every kind, in the order of identifiers.md §6.1.
    pub const ALL: [ProfessionalKind; 11] = [
        ProfessionalKind::Gmc,
        ProfessionalKind::Gmp,
        ProfessionalKind::Nmc,
        ProfessionalKind::Gphc,
        ProfessionalKind::Hcpc,
        ProfessionalKind::Din,
        ProfessionalKind::Spurious,
        ProfessionalKind::Gdc,
        ProfessionalKind::Goc,
        ProfessionalKind::Ppa,
        ProfessionalKind::ProfessionalCode,
    ];

    /// Whether `text` has the form of this register's codes (identifiers.md §6.1). No register publishes a check digit.
    ///
    /// # Errors
    /// `Format` if it has not; codes of an unknown register and PPA numbers need only be there.
    pub fn check(self, text: &str) -> Result<(), IdentifierFault> {
        if self.has_form(text) {
            return Ok(());
        }
        Err(IdentifierFault::error(Aspect::Format, self.expected()).mend(form::mend(text, |text| self.has_form(text))))
    }

    fn has_form(self, text: &str) -> bool {
        match self {
            ProfessionalKind::Gmc => form::matches_shape(text, "C9999999") || form::is_digits(text, 7..=7),
            ProfessionalKind::Gmp => is_gmp(text),
            ProfessionalKind::Nmc => form::matches_shape(text, "99A9999A"),
            ProfessionalKind::Gphc => form::is_digits(text, 7..=7),
            ProfessionalKind::Hcpc => form::matches_shape(text, "AA999999"),
            ProfessionalKind::Din => form::is_digits(text, 6..=6),
            ProfessionalKind::Spurious => {
                ["699999", "G6999999", "G7999999"].iter().any(|shape| form::matches_shape(text, shape))
            }
            ProfessionalKind::Gdc => form::matches_shape(text, "CD999999"),
            ProfessionalKind::Goc => form::matches_shape(text, "99-99999"),
            ProfessionalKind::Ppa | ProfessionalKind::ProfessionalCode => !text.is_empty(),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            ProfessionalKind::Gmc => "a GMC number of C and seven digits",
            ProfessionalKind::Gmp => "a GMP number of G and seven digits, the first of them not 6 or 7",
            ProfessionalKind::Nmc => "an NMC number of two digits, a letter, four digits and a letter",
            ProfessionalKind::Gphc => "a GPhC number of seven digits",
            ProfessionalKind::Hcpc => "an HCPC number of two letters and six digits",
            ProfessionalKind::Din => "a doctor index number of six digits",
            ProfessionalKind::Spurious => {
                "a spurious code of six digits beginning with 6, or of G6 or G7 and six digits"
            }
            ProfessionalKind::Gdc => "a GDC number of CD and six digits",
            ProfessionalKind::Goc => "a GOC number of two digits, a hyphen and five digits",
            ProfessionalKind::Ppa => "a PPA number",
            ProfessionalKind::ProfessionalCode => "a professional code",
        }
    }
}

/// The register that a code read from V3, where all share one root, is taken to belong to (identifiers.md §6.3).
///
/// The table cannot be right always: a GMC number that lost its `C` reads as a code of unknown register, and a
/// dentist's number as an HCPC one.
pub fn kind_of_v3(text: &str) -> ProfessionalKind {
    // The order is the table's: the first form that fits wins.
    if form::matches_shape(text, "699999") {
        ProfessionalKind::Spurious
    } else if form::matches_shape(text, "99A9999A") {
        ProfessionalKind::Nmc
    } else if is_gmp(text) {
        ProfessionalKind::Gmp
    } else if form::matches_shape(text, "C9999999") {
        ProfessionalKind::Gmc
    } else if form::matches_shape(text, "AA999999") {
        ProfessionalKind::Hcpc
    } else if form::is_digits(text, 6..=6) && text.starts_with(['3', '8', '9']) {
        ProfessionalKind::Din
    } else {
        ProfessionalKind::ProfessionalCode
    }
}

fn is_gmp(text: &str) -> bool {
    form::matches_shape(text, "G9999999") && !text.starts_with("G6") && !text.starts_with("G7")
}

/// Whether the national services take this as a professional's code in V3, whatever its register (identifiers.md §6.1).
///
/// # Errors
/// `Format` unless 1 to 8 ASCII letters, digits and hyphens; as a warning for 9 to 12 of them.
pub fn check_v3_professional(text: &str) -> Result<(), IdentifierFault> {
    let expected = "a professional code of 1 to 8 letters, digits and hyphens";
    let right_characters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match text.len() {
        1..=8 if right_characters => Ok(()),
        9..=12 if right_characters => Err(IdentifierFault::warning(Aspect::Format, expected)),
        _ => Err(IdentifierFault::error(Aspect::Format, expected)),
    }
}

/// A GMC number with its `C`: the bare seven digits that V3 carries get it back. `None` for any other text.
pub fn gmc_full_form(text: &str) -> Option<String> {
    if form::matches_shape(text, "C9999999") {
        Some(text.to_owned())
    } else if form::is_digits(text, 7..=7) {
        Some(format!("C{text}"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::finding::Severity;

    #[test]
    fn s6_1_each_register_has_its_own_form() {
        use ProfessionalKind::*;
        for (kind, right, wrong) in [
            (Gmc, &["C1234567", "1234567"][..], &["c1234567", "C123456", "C12345678", "D1234567", "", "C123456٧"][..]),
            (Gmp, &["G9123456", "G0123456", "G5123456"], &["G6123456", "G7123456", "9123456", "G912345", "g9123456"]),
            (Nmc, &["12A3456E"], &["12A34567", "1AA3456E", "12a3456E", "12A3456E\n"]),
            (Gphc, &["2012345", "5012345"], &["201234", "20123456", "A012345"]),
            (Hcpc, &["PH012345", "CD123456"], &["P0123456", "PH12345", "ph012345"]),
            (Din, &["312345", "112345"], &["31234", "3123456", "31234X"]),
            (Spurious, &["612345", "G6123456", "G7123456"], &["512345", "G5123456", "6123456", "G612345"]),
            (Gdc, &["CD123456"], &["CE123456", "CD12345", "DC123456"]),
            (Goc, &["01-12345"], &["0112345", "01-1234", "1-123456"]),
            (Ppa, &["123456"], &[""]),
            (ProfessionalCode, &["1234567", "anything"], &[""]),
        ] {
            for text in right {
                assert_eq!(kind.check(text), Ok(()), "{kind:?} {text}");
            }
            for text in wrong {
                let aspect = kind.check(text).map_err(|fault| fault.aspect);
                assert_eq!(aspect, Err(Aspect::Format), "{kind:?} {text}");
            }
        }
    }

    #[test]
    fn s6_1_v3_takes_eight_characters_tolerates_twelve_and_refuses_more() {
        let severity = |text: &str| check_v3_professional(text).err().map(|fault| fault.severity);
        for text in ["C1234567", "a-1", "1"] {
            assert_eq!(severity(text), None, "{text}");
        }
        for text in ["123456789", "555254239107"] {
            assert_eq!(severity(text), Some(Severity::Warning), "{text}");
        }
        for text in ["", "5552542391071", "C 123456", "Ä1", "C12345/7", "123456789 1"] {
            assert_eq!(severity(text), Some(Severity::Error), "{text}");
        }
    }

    #[test]
    fn s6_3_the_first_form_that_fits_names_the_register() {
        use ProfessionalKind::*;
        for (text, expected) in [
            ("612345", Spurious),
            ("12A3456E", Nmc),
            ("G9123456", Gmp),
            ("C1234567", Gmc),
            ("PH012345", Hcpc),
            ("312345", Din),
            ("812345", Din),
            ("912345", Din),
            ("1234567", ProfessionalCode),
            ("G6123456", ProfessionalCode),
            ("G7123456", ProfessionalCode),
            ("112345", ProfessionalCode),
            ("CD123456", Hcpc),
            ("c1234567", ProfessionalCode),
            ("612345\n", ProfessionalCode),
            ("٦12345", ProfessionalCode),
            ("", ProfessionalCode),
        ] {
            assert_eq!(kind_of_v3(text), expected, "{text}");
        }
    }

    #[test]
    fn s6_3_a_bare_gmc_number_gets_its_letter_back() {
        assert_eq!(gmc_full_form("1234567").as_deref(), Some("C1234567"));
        assert_eq!(gmc_full_form("C1234567").as_deref(), Some("C1234567"));
        for text in ["", "c1234567", "123456", "12345678", "123456٧"] {
            assert_eq!(gmc_full_form(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_register_read_from_v3_accepts_the_code(text in "[0-9A-Z]{1,8}") {
            prop_assert_eq!(kind_of_v3(&text).check(&text), Ok(()));
        }

        #[test]
        fn no_text_makes_the_checks_stumble(text: String) {
            for kind in ProfessionalKind::ALL {
                let _ = kind.check(&text);
            }
            let _ = check_v3_professional(&text);
        }
    }
}
