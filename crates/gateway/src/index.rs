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

    /// The ordering key of a message that is ordered by patient: the first NHS number; without one, the first other
    /// identifier of a patient; without a patient, the first prescription, by its short id if it has one; and without
    /// any of them the sender.
    ///
    /// Only messages with the same key keep their order, so a claim without a patient stays behind other such claims
    /// for its prescription, and may overtake what names the patient.
    pub(crate) fn patient_order(&self, message: &Message, source: &EndpointId) -> OrderingKey {
        let patients = message.body.patients();
        if let Some(number) = patients.iter().find_map(|patient| patient.nhs_number.as_ref()) {
            return OrderingKey::from(self.nhs_number(number.as_str()).as_str());
        }
        if let Some(identifier) = patients.iter().find_map(|patient| patient.identifier.first()) {
            let parts =
                [identifier.system.as_deref().unwrap_or_default(), identifier.value.as_deref().unwrap_or_default()];
            return OrderingKey::from(self.hash("patient", &parts));
        }
        let prescription = message.body.prescriptions().into_iter().find_map(|ids| ids_of(ids).next());
        let key = match prescription {
            Some(id) => self.hash("prescription", &[prescription_id(id).as_str()]),
            None => self.hash("sender", &[source.as_str()]),
        };
        OrderingKey::from(key)
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
        for nomination in nominations(&message.body) {
            entries.nomination(nomination);
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

/// The ids of a prescription that say something, the short one first.
fn ids_of(ids: PrescriptionIds<'_>) -> impl Iterator<Item = &str> {
    let texts = [ids.short.map(PrescriptionShortId::as_str), ids.long.map(PrescriptionLongId::as_str)];
    texts.into_iter().flatten().filter(|text| !text.trim().is_empty())
}

/// The pharmacies that prescriptions nominate.
fn nominations(body: &Body) -> Vec<&Nomination> {
    match body {
        Body::PrescriptionOrder(order) | Body::CancelRequest(order) => vec![&order.prescription.nomination],
        Body::ReleaseResponse(response) => {
            response.released.iter().map(|released| &released.order.prescription.nomination).collect()
        }
        Body::DispenseNotification(notification) => vec![&notification.prescription.nomination],
        Body::DispenseClaim(claim) => vec![&claim.prescription.nomination],
        _ => Vec::new(),
    }
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
        for text in ids_of(ids) {
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
    use causeway_canonical::model::{DispenseClaim, Identifier, Patient, Prescription, PrescriptionOrder};

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

    fn order(message: &Message, source: &str) -> OrderingKey {
        key("a").patient_order(message, &source.into())
    }

    /// A claim, which needs no patient.
    fn claim(short_id: &str, patient: Option<Patient>) -> Message {
        let short_id = PrescriptionShortId::new(short_id);
        let prescription = Prescription { short_id, ..Prescription::default() };
        let claim = DispenseClaim { patient, prescription, ..DispenseClaim::default() };
        Message { body: Body::DispenseClaim(Box::new(claim)), ..Message::default() }
    }

    #[test]
    fn a_message_about_nobody_and_nothing_is_ordered_by_its_sender() {
        let message = Message::default();
        assert_eq!(order(&message, "gp"), order(&message, "gp"));
        assert_ne!(order(&message, "gp"), order(&message, "clinic"));
        assert_ne!(order(&claim("", None), "gp"), order(&claim("", None), "clinic"));
    }

    #[test]
    fn a_message_without_a_patient_is_ordered_by_its_prescription_whoever_sends_it() {
        let first = claim("24F5DA-A83008-7EFE6Z", None);
        assert_eq!(order(&first, "a"), order(&claim("24f5da-a83008-7efe6z", None), "b"));
        assert_ne!(order(&first, "a"), order(&claim("35F5DA-A83008-7EFE6Z", None), "a"));
    }

    #[test]
    fn a_patient_comes_before_the_prescription_and_a_number_before_other_identifiers() {
        let number = Patient { nhs_number: Some(NhsNumber::new("9990548609")), ..Patient::default() };
        let record = Identifier { value: Some("4711".to_owned()), ..Identifier::default() };
        let local = Patient { identifier: vec![record.clone()], ..Patient::default() };
        let both = Patient { identifier: vec![record], ..number.clone() };
        let order = |short_id, patient: &Patient| order(&claim(short_id, Some(patient.clone())), "a");
        for patient in [&number, &local, &both] {
            assert_eq!(order("24F5DA-A83008-7EFE6Z", patient), order("35F5DA-A83008-7EFE6Z", patient));
        }
        assert_eq!(order("24F5DA-A83008-7EFE6Z", &number), order("24F5DA-A83008-7EFE6Z", &both));
        assert_ne!(order("24F5DA-A83008-7EFE6Z", &number), order("24F5DA-A83008-7EFE6Z", &local));
    }

    #[test]
    fn a_cancellation_stays_behind_the_order_that_it_cancels() {
        let patient = Patient { nhs_number: Some(NhsNumber::new("9990548609")), ..Patient::default() };
        let prescription = || Box::new(PrescriptionOrder { patient: patient.clone(), ..PrescriptionOrder::default() });
        let message = |body| Message { body, ..Message::default() };
        let cancelled = message(Body::CancelRequest(prescription()));
        assert_eq!(order(&message(Body::PrescriptionOrder(prescription())), "gp"), order(&cancelled, "clinic"));
    }
}
