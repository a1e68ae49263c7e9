//! Code tables: versioned data files, so that a new national code needs no change of the program.
//!
//! Invariant: an unknown code is a finding with a severity of its own, never a failure to read. Displays are not looked
//! at.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use causeway_canonical::model::Coded;
use serde_json::Value;

/// One table: a code system and its codes.
pub struct CodeTable {
    /// Counted up with every change.
    pub version: u64,
    /// Where the codes are from: file and clause of the standards.
    pub source: String,
    /// The code system as URI.
    pub system: String,
    codes: BTreeMap<String, String>,
}

impl CodeTable {
    fn parse(text: &str) -> Option<Self> {
        let table: Value = serde_json::from_str(text).ok()?;
        let part = |name| Some(table.get(name)?.as_str()?.to_owned());
        let codes = table.get("codes")?.as_object()?;
        Some(CodeTable {
            version: table.get("version")?.as_u64()?,
            source: part("source")?,
            system: part("system")?,
            codes: codes
                .iter()
                .map(|(code, name)| Some((code.clone(), name.as_str()?.to_owned())))
                .collect::<Option<_>>()?,
        })
    }

    /// Whether the table holds the code.
    pub fn contains(&self, code: &str) -> bool {
        self.codes.contains_key(code)
    }

    /// Whether a coding claims to be of this system, or of none, and has a code that the table does not hold.
    pub fn misses(&self, coded: &Coded) -> bool {
        let is_of_system = coded.system.as_deref().is_none_or(|system| system == self.system);
        is_of_system && coded.code.as_deref().is_some_and(|code| !self.contains(code))
    }

    /// Number of codes.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there are no codes.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }
}

macro_rules! tables {
    ($($(#[$meta:meta])* $name:ident = $file:literal;)*) => {
        $(
            $(#[$meta])*
            pub static $name: LazyLock<Option<CodeTable>> =
                LazyLock::new(|| CodeTable::parse(include_str!(concat!("../data/", $file))));
        )*

        /// Every table; `None` would be a data file that cannot be read, which a test excludes.
        #[cfg(test)]
        fn all() -> Vec<(&'static str, &'static Option<CodeTable>)> {
            vec![$(($file, &*$name),)*]
        }
    };
}

tables! {
    /// Prescription types (vocabularies.md §11).
    PRESCRIPTION_TYPE = "prescription-type.json";
    /// Prescriber endorsements (vocabularies.md §9).
    PRESCRIBER_ENDORSEMENT = "prescriber-endorsement.json";
    /// Dispensing site preferences (vocabularies.md §8).
    DISPENSING_SITE_PREFERENCE = "dispensing-site-preference.json";
    /// Intents that an order may have (vocabularies.md §1).
    ORDER_INTENT = "order-intent.json";
    /// How far a prescription has come (vocabularies.md §2).
    PRESCRIPTION_STATUS = "prescription-status.json";
    /// How far an item has come (vocabularies.md §3).
    ITEM_STATUS = "item-status.json";
    /// Why an item is cancelled (vocabularies.md §6.1).
    CANCELLATION_REASON = "cancellation-reason.json";
    /// What became of a request to cancel (vocabularies.md §6.2).
    CANCELLATION_RESULT = "cancellation-result.json";
    /// Why a released prescription is given back (vocabularies.md §7).
    RETURN_REASON = "return-reason.json";
    /// Why a notification is taken back (vocabularies.md §7).
    WITHDRAWAL_REASON = "withdrawal-reason.json";
    /// Why something was not dispensed (vocabularies.md §7).
    NON_DISPENSING_REASON = "non-dispensing-reason.json";
    /// Dispenser endorsements (vocabularies.md §9).
    DISPENSING_ENDORSEMENT = "dispensing-endorsement.json";
    /// Exemptions from the prescription charge (vocabularies.md §10).
    CHARGE_EXEMPTION = "charge-exemption.json";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_file_can_be_read_and_has_a_version() {
        for (file, table) in all() {
            let table = table.as_ref().unwrap_or_else(|| panic!("{file}"));
            assert!(table.version >= 1 && !table.source.is_empty() && !table.is_empty(), "{file}");
        }
    }

    #[test]
    fn spine_accepts_126_prescription_types() {
        let table = PRESCRIPTION_TYPE.as_ref().unwrap();
        assert_eq!(table.len(), 126);
        assert!(table.contains("0101") && table.contains("5025") && table.contains("0707"));
        assert!(!table.contains("0012"), "has a name and is not accepted");
    }

    #[test]
    fn a_code_of_another_system_is_not_judged() {
        let table = DISPENSING_SITE_PREFERENCE.as_ref().unwrap();
        assert!(table.misses(&Coded::new(&table.system, "P9")));
        assert!(!table.misses(&Coded::new(&table.system, "P1")));
        assert!(!table.misses(&Coded::new("https://example.org/local", "P9")));
        assert!(table.misses(&Coded { code: Some("P9".to_owned()), ..Coded::default() }));
    }
}
