//! Code tables: versioned data files, so that a new national code needs no change of the program.
//!
//! Invariants:
//! - An unknown code is a finding with a severity of its own, never a failure to read.
//! - The code rules. A display is never a key: it is held against the published displays of its code, where the table has
//!   them, and nothing else is made of it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use causeway_canonical::model::Coded;
use serde_json::Value;

/// One table: a code system and its codes.
///
/// In the data file, a code has either a list of the displays that are published for it, or one text that only says what
/// it means.
pub struct CodeTable {
    /// Counted up with every change.
    pub version: u64,
    /// Where the codes are from: file and clause of the standards.
    pub source: String,
    /// The code system as URI.
    pub system: String,
    /// Other URIs under which the same codes are met.
    also: Vec<String>,
    codes: BTreeMap<String, Meaning>,
}

enum Meaning {
    Displays(Vec<String>),
    Described,
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
            also: table.get("also").map_or_else(|| Some(Vec::new()), texts)?,
            codes: codes
                .iter()
                .map(|(code, meaning)| Some((code.clone(), Meaning::of(meaning)?)))
                .collect::<Option<_>>()?,
        })
    }

    /// Whether the table holds the code.
    pub fn contains(&self, code: &str) -> bool {
        self.codes.contains_key(code)
    }

    /// Whether a coding claims to be of this system, or of none, and has a code that the table does not hold.
    pub fn misses(&self, coded: &Coded) -> bool {
        self.is_of_system(coded) && coded.code.as_deref().is_some_and(|code| !self.contains(code))
    }

    /// Whether a coding of this system, or of none, is shown by a text that is not published for its code; where none
    /// is published, by one that is published for another code of the table. Letters and digits count, not their case
    /// and what stands between them; a text that repeats the code says nothing.
    pub fn is_contradicted_by_display_of(&self, coded: &Coded) -> bool {
        let (Some(code), Some(display)) = (coded.code.as_deref(), coded.display.as_deref()) else { return false };
        let says_nothing = letters(display).next().is_none() || is_same_text(display, code);
        if says_nothing || !self.is_of_system(coded) {
            return false;
        }
        match self.codes.get(code) {
            Some(Meaning::Displays(published)) => !published.iter().any(|known| is_same_text(known, display)),
            Some(Meaning::Described) => self.codes.values().any(|other| other.is_shown_as(display)),
            None => false,
        }
    }

    fn is_of_system(&self, coded: &Coded) -> bool {
        coded
            .system
            .as_deref()
            .is_none_or(|system| system == self.system || self.also.iter().any(|also| also == system))
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

impl Meaning {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(_) => Some(Meaning::Described),
            displays => texts(displays).filter(|texts| !texts.is_empty()).map(Meaning::Displays),
        }
    }

    fn is_shown_as(&self, display: &str) -> bool {
        matches!(self, Meaning::Displays(published) if published.iter().any(|known| is_same_text(known, display)))
    }
}

fn texts(list: &Value) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

fn is_same_text(one: &str, other: &str) -> bool {
    one == other || letters(one).eq(letters(other))
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase)
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
    /// Whether the patient paid (vocabularies.md §10).
    CHARGE = "charge.json";
    /// Whether evidence of an exemption was seen (vocabularies.md §10).
    EXEMPTION_EVIDENCE = "exemption-evidence.json";
    /// Schedules of controlled drugs (vocabularies.md §13).
    CONTROLLED_DRUG_SCHEDULE = "controlled-drug-schedule.json";
    /// Settings of an order (vocabularies.md §13).
    CATEGORY = "category.json";
    /// Types of organisations, as HL7 V3 has them (vocabularies.md §12).
    ORGANISATION_TYPE = "organisation-type.json";
    /// Roles of organisations, as FHIR has them: those that were seen (vocabularies.md §12).
    ORGANISATION_ROLE = "organisation-role.json";
    /// Job roles: those whose names are published (vocabularies.md §12, release.md §5).
    JOB_ROLE = "job-role.json";
    /// How far an NHS number was verified (vocabularies.md §20).
    NHS_NUMBER_STATUS = "nhs-number-status.json";
    /// Reasons of the prescription service (vocabularies.md §16, §17).
    EPS_ISSUE = "eps-issue.json";
    /// Reasons of the Spine (vocabularies.md §16, §17).
    SPINE_ISSUE = "spine-issue.json";
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

    #[test]
    fn a_system_may_have_two_names() {
        let table = NHS_NUMBER_STATUS.as_ref().unwrap();
        assert!(
            table.misses(&Coded::new("https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus", "99"))
        );
    }

    fn is_contradicted(table: &CodeTable, code: &str, display: &str) -> bool {
        let coded = Coded { display: Some(display.to_owned()), ..Coded::new(&table.system, code) };
        table.is_contradicted_by_display_of(&coded)
    }

    #[test]
    fn a_display_is_held_against_those_published_for_the_code() {
        let table = ITEM_STATUS.as_ref().unwrap();
        assert!(!is_contradicted(table, "0003", "Item dispensed – partial"));
        assert!(!is_contradicted(table, "0004", "ITEM NOT DISPENSED OWING "));
        assert!(is_contradicted(table, "0004", "Item fully dispensed"));
        assert!(is_contradicted(table, "0004", "Item"));
        assert!(!is_contradicted(table, "0004", " - "));
        assert!(!is_contradicted(table, "0004", "0004"));
        assert!(!is_contradicted(table, "0042", "Item fully dispensed"));
    }

    #[test]
    fn a_code_without_published_display_is_not_shown_as_another_one() {
        let table = RETURN_REASON.as_ref().unwrap();
        assert!(!is_contradicted(table, "0006", "Version trouble"));
        assert!(is_contradicted(table, "0006", "Invalid digital signature"));
    }

    #[test]
    fn a_display_of_another_system_is_not_judged() {
        let table = ITEM_STATUS.as_ref().unwrap();
        let coded = Coded { display: Some("Cancelled".to_owned()), ..Coded::new("https://example.org/local", "0001") };
        assert!(!table.is_contradicted_by_display_of(&coded));
    }
}
