//! Under what operations find a message, and what keeps it in order.
//!
//! Invariants:
//! - An NHS number leaves this module only as a hash under a secret key; without the key nobody can try out numbers.
//! - The same patient always has the same hash, so the key must outlive restarts: it is kept beside the store.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use causeway_canonical::NhsNumber;
use causeway_canonical::identifier::{PrescriptionLongId, PrescriptionShortId};
use causeway_canonical::model::{Agent, Body, Message, Nomination, PrescriptionIds};
use causeway_relay::{EndpointId, IndexEntry, IndexName, IndexValue, MessageKey, OrderingKey};

use crate::config::IndexKeySource;

/// Name of the file in the data folder that holds a generated key.
const KEY_FILE: &str = "index.key";

/// What keys are derived for, so that the same secret used elsewhere gives other keys.
const PURPOSE: &str = "causeway 2026-11 index of messages by nhs number";

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[error("the index key in {} can't be {what}: {reason}", .path.display())]
pub struct IndexKeyError {
    path: PathBuf,
    what: &'static str,
    reason: io::Error,
}

/// The secret under which NHS numbers are hashed. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct IndexKey([u8; 32]);

impl fmt::Debug for IndexKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexKey(…)")
    }
}

impl IndexKey {
    /// The key of a gateway, made if there is none yet. Blocks.
    ///
    /// # Errors
    /// If the file can't be read or made.
    pub fn open(source: &IndexKeySource, data_folder: &Path) -> Result<Self, IndexKeyError> {
        let path = data_folder.join(KEY_FILE);
        if *source == IndexKeySource::DataFolder && !path.exists() {
            make(&path).map_err(|reason| IndexKeyError { path, what: "made", reason })?;
        }
        Self::read(source, data_folder)
    }

    /// The key of a gateway that has run before, for searches. Blocks.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn read(source: &IndexKeySource, data_folder: &Path) -> Result<Self, IndexKeyError> {
        let path = match source {
            IndexKeySource::Text(secret) => return Ok(Self::derive(secret.trim())),
            IndexKeySource::DataFolder => data_folder.join(KEY_FILE),
            IndexKeySource::File(path) => path.clone(),
        };
        match fs::read_to_string(&path) {
            Ok(secret) if secret.trim().is_empty() => {
                let reason = io::Error::new(io::ErrorKind::InvalidData, "the file is empty");
                Err(IndexKeyError { path, what: "read", reason })
            }
            Ok(secret) => Ok(Self::derive(secret.trim())),
            Err(reason) => Err(IndexKeyError { path, what: "read", reason }),
        }
    }

    fn derive(secret: &str) -> Self {
        Self(blake3::derive_key(PURPOSE, secret.as_bytes()))
    }

    /// What a search by NHS number looks for. Blanks and hyphens in the number don't count.
    #[must_use]
    pub fn nhs_number(&self, number: &str) -> IndexValue {
        let digits: String = number.chars().filter(|character| !matches!(character, ' ' | '-')).collect();
        IndexValue::new(self.hash("nhs-number", &[&digits]))
    }

    fn hash(&self, what: &str, parts: &[&str]) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        for part in std::iter::once(&what).chain(parts) {
            hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        // 128 bits tell all patients apart, and keep the narrow tables narrow.
        hasher.finalize().to_hex().chars().take(32).collect()
    }

    /// The ordering key of a message that is ordered by patient.
    ///
    /// Without an NHS number the patient's first other identifier stands for the patient. Messages that name their
    /// patient by neither stay in order among themselves, for each sender.
    pub(crate) fn patient_order(&self, message: &Message, source: &EndpointId) -> OrderingKey {
        let patients = message.body.patients();
        if let Some(number) = patients.iter().find_map(|patient| patient.nhs_number.as_ref()) {
            return OrderingKey::from(self.nhs_number(number.as_str()).as_str());
        }
        match patients.iter().find_map(|patient| patient.identifier.first()) {
            Some(identifier) => {
                let parts =
                    [identifier.system.as_deref().unwrap_or_default(), identifier.value.as_deref().unwrap_or_default()];
                OrderingKey::from(self.hash("patient", &parts))
            }
            None => OrderingKey::from(self.hash("sender", &[source.as_str()])),
        }
    }

    /// What a message can be found by. The store adds the message id itself.
    pub(crate) fn entries(&self, message: &Message) -> Vec<IndexEntry> {
        let mut entries = Entries::default();
        if let Some(sender) = &message.envelope.sender {
            entries.ods(sender.ods.as_ref().map(causeway_canonical::OdsCode::as_str));
        }
        for destination in &message.envelope.destination {
            entries.ods(destination.ods.as_ref().map(causeway_canonical::OdsCode::as_str));
        }
        for number in message.body.patients().into_iter().filter_map(|patient| patient.nhs_number.as_ref()) {
            entries.add(IndexName::NhsNumberHash, self.number(number));
        }
        for ids in message.body.prescriptions() {
            entries.prescription(ids);
        }
        for agent in message.body.agents() {
            entries.agent(agent);
        }
        if let Body::PrescriptionOrder(order) = &message.body {
            entries.nomination(&order.prescription.nomination);
        }
        entries.0
    }

    fn number(&self, number: &NhsNumber) -> IndexValue {
        self.nhs_number(number.as_str())
    }
}

/// The form in which a prescription id, short or long, is indexed and searched for.
#[must_use]
pub fn prescription_id(text: &str) -> IndexValue {
    IndexValue::new(text.trim().to_ascii_uppercase())
}

/// The form in which an ODS code is indexed and searched for.
#[must_use]
pub fn ods(text: &str) -> IndexValue {
    IndexValue::new(text.trim().to_ascii_uppercase())
}

/// The ordering key of a message that keeps no order: nothing else has it.
pub(crate) fn unordered(key: MessageKey) -> OrderingKey {
    OrderingKey::from(key.to_string())
}

#[derive(Default)]
struct Entries(Vec<IndexEntry>);

impl Entries {
    fn add(&mut self, name: IndexName, value: IndexValue) {
        let entry = IndexEntry { name, value };
        if !entry.value.as_str().is_empty() && !self.0.contains(&entry) {
            self.0.push(entry);
        }
    }

    fn ods(&mut self, code: Option<&str>) {
        self.add(IndexName::Ods, ods(code.unwrap_or_default()));
    }

    fn prescription(&mut self, ids: PrescriptionIds<'_>) {
        let texts = [ids.short.map(PrescriptionShortId::as_str), ids.long.map(PrescriptionLongId::as_str)];
        for text in texts.into_iter().flatten() {
            self.add(IndexName::PrescriptionId, prescription_id(text));
        }
    }

    fn nomination(&mut self, nomination: &Nomination) {
        let nominated = nomination.organisation.as_ref().and_then(|organisation| organisation.ods.as_ref());
        self.ods(nominated.map(causeway_canonical::OdsCode::as_str));
    }

    fn agent(&mut self, agent: &Agent) {
        let code = agent.organisation.as_ref().and_then(|organisation| organisation.ods.as_ref());
        self.ods(code.map(causeway_canonical::OdsCode::as_str));
    }
}

/// Makes a key file that only its owner can read. It is whole and on disk before it has its name, because the hashes in
/// the store are worth nothing without it.
fn make(path: &Path) -> io::Result<()> {
    let secret = blake3::Hash::from_bytes(random()).to_hex();
    let unfinished = path.with_extension("key.new");
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// 244 bits from the system's random numbers, by way of two random UUIDs.
fn random() -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(uuid::Uuid::new_v4().as_bytes());
    hasher.update(uuid::Uuid::new_v4().as_bytes());
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: &str) -> IndexKey {
        IndexKey::derive(secret)
    }

    #[test]
    fn a_number_has_one_hash_however_it_is_spaced_and_another_under_another_key() {
        assert_eq!(key("a").nhs_number("999 054 8609"), key("a").nhs_number("9990548609"));
        assert_ne!(key("a").nhs_number("9990548609"), key("b").nhs_number("9990548609"));
        assert!(!key("a").nhs_number("9990548609").as_str().contains("9990548609"));
    }

    #[test]
    fn a_generated_key_is_the_same_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let first = IndexKey::open(&IndexKeySource::DataFolder, folder.path()).unwrap();
        let second = IndexKey::open(&IndexKeySource::DataFolder, folder.path()).unwrap();
        assert_eq!(first.nhs_number("9990548609"), second.nhs_number("9990548609"));
    }

    #[test]
    fn a_search_makes_no_key() {
        let folder = tempfile::tempdir().unwrap();
        assert!(IndexKey::read(&IndexKeySource::DataFolder, folder.path()).is_err());
        assert!(!folder.path().join(KEY_FILE).exists());
    }

    #[test]
    fn the_same_message_without_a_number_is_ordered_by_its_sender() {
        let message = Message::default();
        assert_eq!(key("a").patient_order(&message, &"gp".into()), key("a").patient_order(&message, &"gp".into()));
        assert_ne!(key("a").patient_order(&message, &"gp".into()), key("a").patient_order(&message, &"clinic".into()));
    }
}
