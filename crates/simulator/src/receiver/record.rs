//! What a receiver got, in the order in which it came.
//!
//! Invariants:
//! - A message id stands in the record once; when it comes again, the arrival counts it.
//! - What is in the record is in the journal first, if there is one.
//! - Journal: one JSON object a line, the whole arrival each time it comes; the last line of a message id holds. A last
//!   line without its end was never answered for, and is dropped.
//!
//! Record and journal hold NHS numbers: they are for simulated patients, and never go to a log.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use causeway_canonical::identifier::{MessageId, NhsNumber, PrescriptionShortId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// How a message was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Accepted.
    Accepted,
    /// Refused for its content.
    Refused,
    /// Refused because a fault was asked for.
    RefusedOnPurpose,
}

/// One message that arrived.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Place in the order of arrival, from 0.
    pub sequence: u64,
    /// Id of the message.
    pub message_id: MessageId,
    /// Kind of message; empty in a journal that did not say so yet.
    #[serde(default)]
    pub kind: String,
    /// The patient's NHS number, if the message holds one.
    pub nhs_number: Option<NhsNumber>,
    /// Short id of the prescription.
    pub prescription_id: PrescriptionShortId,
    /// When it arrived first.
    #[serde(with = "moment")]
    pub received: Timestamp,
    /// How it was answered, each time.
    pub verdict: Verdict,
    /// How many times it arrived.
    pub count: u64,
}

/// A moment in RFC 3339.
mod moment {
    use jiff::Timestamp;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(moment)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|_| D::Error::custom("a time in RFC 3339 is expected"))
    }
}

/// Shows nothing of the patient.
impl std::fmt::Debug for Arrival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrival")
            .field("sequence", &self.sequence)
            .field("message_id", &self.message_id.as_str())
            .field("verdict", &self.verdict)
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

/// A thread-safe record.
pub struct Record {
    inner: Mutex<Inner>,
    length: watch::Sender<usize>,
}

#[derive(Default)]
struct Inner {
    arrivals: Vec<Arrival>,
    by_id: HashMap<MessageId, usize>,
    unreadable: u64,
    journal: Option<File>,
}

impl Record {
    /// An empty record in memory.
    pub fn new() -> Self {
        Record::of(Inner::default())
    }

    /// The record of a journal file, which is made if it does not exist, and appended to from now on.
    ///
    /// # Errors
    /// What the system says, or [`io::ErrorKind::InvalidData`] with the number of a line that is no arrival.
    pub fn with_journal(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut octets = Vec::new();
        file.read_to_end(&mut octets)?;
        let complete = octets.iter().rposition(|octet| *octet == b'\n').map_or(0, |end| end + 1);
        octets.truncate(complete);
        let mut inner = Inner::default();
        let lines = octets.split(|octet| *octet == b'\n').filter(|line| !line.is_empty());
        for (number, line) in lines.enumerate() {
            let arrival: Arrival = serde_json::from_slice(line).map_err(|_| {
                io::Error::new(io::ErrorKind::InvalidData, format!("line {} of the journal is no arrival", number + 1))
            })?;
            inner.keep(arrival);
        }
        file.set_len(complete as u64)?;
        file.seek(SeekFrom::End(0))?;
        inner.journal = Some(file);
        Ok(Record::of(inner))
    }

    fn of(inner: Inner) -> Self {
        let length = watch::Sender::new(inner.arrivals.len());
        Record { inner: Mutex::new(inner), length }
    }

    /// Records an arrival, or counts it again. `arrival.sequence` and `arrival.count` are set here; what is given back
    /// stands in the record, so a message that comes again gets its first time and verdict.
    ///
    /// # Errors
    /// The journal could not be written; nothing is recorded then.
    pub fn add(&self, mut arrival: Arrival) -> io::Result<Arrival> {
        let mut inner = self.lock();
        let known = inner.by_id.get(&arrival.message_id).and_then(|place| inner.arrivals.get(*place));
        if let Some(known) = known {
            arrival = Arrival { count: known.count + 1, ..known.clone() };
        } else {
            arrival.sequence = inner.arrivals.len() as u64;
            arrival.count = 1;
        }
        inner.write(&arrival)?;
        inner.keep(arrival.clone());
        self.length.send_replace(inner.arrivals.len());
        Ok(arrival)
    }

    /// Counts a message that could not be read far enough to know its id.
    pub fn add_unreadable(&self) {
        self.lock().unreadable += 1;
    }

    /// The arrival with that id.
    pub fn of_message(&self, id: &MessageId) -> Option<Arrival> {
        let inner = self.lock();
        inner.by_id.get(id).and_then(|place| inner.arrivals.get(*place)).cloned()
    }

    /// All arrivals, in order.
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.lock().arrivals.clone()
    }

    /// The arrivals of one patient, in order.
    pub fn of_patient(&self, number: &NhsNumber) -> Vec<Arrival> {
        let of_patient = |arrival: &&Arrival| arrival.nhs_number.as_ref() == Some(number);
        self.lock().arrivals.iter().filter(of_patient).cloned().collect()
    }

    /// Number of different messages.
    pub fn len(&self) -> usize {
        self.lock().arrivals.len()
    }

    /// Whether nothing has arrived.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many times a message came again.
    pub fn duplicates(&self) -> u64 {
        self.lock().arrivals.iter().map(|arrival| arrival.count - 1).sum()
    }

    /// How many messages could not be read far enough to know their id.
    pub fn unreadable(&self) -> u64 {
        self.lock().unreadable
    }

    /// Waits until so many different messages have arrived.
    pub async fn wait_for(&self, count: usize) {
        let mut length = self.length.subscribe();
        // The sender lives as long as `self`, so the wait cannot fail.
        let _reached = length.wait_for(|length| *length >= count).await;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // No step under the lock leaves the record half changed.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Record {
    fn default() -> Self {
        Record::new()
    }
}

impl Inner {
    fn keep(&mut self, arrival: Arrival) {
        match self.by_id.get(&arrival.message_id).and_then(|place| self.arrivals.get_mut(*place)) {
            Some(known) => *known = arrival,
            None => {
                self.by_id.insert(arrival.message_id.clone(), self.arrivals.len());
                self.arrivals.push(arrival);
            }
        }
    }

    fn write(&mut self, arrival: &Arrival) -> io::Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let mut line = serde_json::to_vec(arrival)?;
        line.push(b'\n');
        journal.write_all(&line)?;
        journal.flush()
    }
}
