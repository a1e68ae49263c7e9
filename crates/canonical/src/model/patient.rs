//! The patient.

use serde::{Deserialize, Serialize};

use super::{Address, Coded, HumanName, Identifier, OrganisationRef, Telecom, record};
use crate::datetime::Date;
use crate::identifier::NhsNumber;

/// Administrative gender (vocabularies.md §12).
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Neither, or not specified.
    Other,
    /// Not known.
    Unknown,
}

impl std::fmt::Debug for Gender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gender(…)")
    }
}

impl Gender {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Gender::Male => "male",
            Gender::Female => "female",
            Gender::Other => "other",
            Gender::Unknown => "unknown",
        }
    }

    /// The gender of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "male" => Some(Gender::Male),
            "female" => Some(Gender::Female),
            "other" => Some(Gender::Other),
            "unknown" => Some(Gender::Unknown),
            _ => None,
        }
    }
}

record! {
    /// The person a medicine is for.
    pub struct Patient {
        /// NHS number as written.
        pub nhs_number: Option<NhsNumber>,
        /// How far the NHS number was verified (vocabularies.md §20).
        pub nhs_number_status: Option<Coded>,
        /// Other identifiers, such as a hospital's.
        pub identifier: Vec<Identifier>,
        /// Names.
        pub name: Vec<HumanName>,
        /// Administrative gender.
        pub gender: Option<Gender>,
        /// Date of birth, as precise as it is known.
        pub birth_date: Option<Date>,
        /// Addresses.
        pub address: Vec<Address>,
        /// Ways to reach the patient.
        pub telecom: Vec<Telecom>,
        /// The practice that the patient is registered with.
        pub general_practice: Option<OrganisationRef>,
    }
}
