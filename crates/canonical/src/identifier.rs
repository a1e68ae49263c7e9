//! Identifiers of people, prescriptions, products, organisations and messages, and how each is checked.
//!
//! Invariants:
//! - An identifier holds its text exactly as it was written; nothing here repairs one. The one exception is the case of
//!   a UUID, which carries no meaning ([`MessageId`], [`LineItemId`]).
//! - `new` takes anything, so that a wrong identifier can be carried, reported and parked; `check` says what is wrong.
//! - Checks compare ASCII only, and report form before check digit before kind.
//! - A fault never holds the value. No identifier implements `Display`, and a patient's identifier has a `Debug` that
//!   shows nothing.
//!
//! Rules and vectors: identifiers.md.

mod checksum;
mod form;
mod nhs_number;
mod organisation;
mod prescription;
mod professional;
mod sds;
mod snomed;
mod uuid_text;

use std::fmt;

pub use checksum::{nhs_number_check_digit, prescription_check_character, verhoeff_check_digit};
pub use nhs_number::NhsNumber;
pub use organisation::OdsCode;
pub use prescription::{PrescriptionLongId, PrescriptionShortId};
pub use professional::{ProfessionalKind, check_v3_professional, gmc_full_form, kind_of_v3};
pub use sds::{JobRole, SdsRoleProfileId, SdsUserId};
pub use snomed::{SnomedCode, SnomedKind};
pub use uuid_text::{LineItemId, MessageId};

use crate::finding::Severity;

/// Which property of an identifier does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aspect {
    /// The characters, their number or their order.
    Format,
    /// The form is right; the check digit or character is not.
    Check,
    /// Form and check are right; it identifies another sort of thing than is wanted here.
    Kind,
    /// Everything holds, and it is a well-known dummy.
    Placeholder,
}

/// What is wrong with an identifier, said without its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdentifierFault {
    /// The property that does not hold.
    pub aspect: Aspect,
    /// How much it matters when nothing is configured. A warning is carried all the same.
    pub severity: Severity,
    /// What should stand there.
    pub expected: &'static str,
    /// What to change, where the text shows it.
    pub mend: Option<&'static str>,
}

impl IdentifierFault {
    /// A fault that refuses the message.
    const fn error(aspect: Aspect, expected: &'static str) -> Self {
        IdentifierFault { aspect, severity: Severity::Error, expected, mend: None }
    }

    /// A fault that is reported and carried.
    const fn warning(aspect: Aspect, expected: &'static str) -> Self {
        IdentifierFault { aspect, severity: Severity::Warning, expected, mend: None }
    }

    /// The same fault, with advice if there is any.
    const fn mend(mut self, mend: Option<&'static str>) -> Self {
        self.mend = mend;
        self
    }
}

impl fmt::Display for IdentifierFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)?;
        match self.mend {
            Some(mend) => write!(f, " ({mend})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for IdentifierFault {}

/// Declares an identifier that keeps its text as written.
macro_rules! identifier {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is; nothing is checked and nothing is changed.
            pub fn new(text: impl Into<String>) -> Self {
                $name(text.into())
            }

            /// The text as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}
use identifier;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_what_was_expected_and_how_to_mend_it() {
        let fault = IdentifierFault::error(Aspect::Format, "ten digits");
        assert_eq!(fault.to_string(), "expected ten digits");
        assert_eq!(fault.mend(Some("leave out the blanks")).to_string(), "expected ten digits (leave out the blanks)");
    }

    #[test]
    fn an_identifier_serialises_as_its_text_and_takes_any_text_back() {
        for text in ["A83008", "a 83008", "", "Ä"] {
            let json = serde_json::to_string(&OdsCode::new(text)).unwrap();
            assert_eq!(json, serde_json::to_string(text).unwrap());
            assert_eq!(serde_json::from_str::<OdsCode>(&json).unwrap().as_str(), text);
        }
    }
}
