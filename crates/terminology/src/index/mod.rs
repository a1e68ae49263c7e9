//! An index that codes are looked up in.
//!
//! Invariants:
//! - Everything was verified when it was opened. A file that is replaced later stays open, so that what is in use never
//!   changes.
//! - Records are held in memory as they stand in the file, 32 bytes an entry. Names are read from the file when somebody
//!   asks for one.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::entry::{Dictionary, Entry, Level, NameHash, Sort};
use crate::error::OpenError;
use form::{CHECKSUM, Fields, HEADER, Header, RECORD, flag};

pub(crate) mod form;

/// An index that has been verified.
#[derive(Debug)]
pub struct Index {
    file: File,
    path: PathBuf,
    identity: Identity,
    label: String,
    header: Header,
    records: Vec<u8>,
    /// Where the names begin.
    names_at: u64,
}

/// Which file a path led to: another one, once a new index was put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
}

impl Identity {
    /// The file that a path leads to now.
    ///
    /// # Errors
    /// What the system says.
    pub fn of(path: &Path) -> io::Result<Identity> {
        std::fs::metadata(path).map(|metadata| Identity::from(&metadata))
    }
}

impl From<&Metadata> for Identity {
    fn from(metadata: &Metadata) -> Self {
        Identity {
            device: metadata.dev(),
            inode: metadata.ino(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

impl Index {
    /// Opens an index and verifies all of it. Blocks.
    ///
    /// # Errors
    /// If it cannot be read, or is not an index that this program can use.
    pub fn open(path: &Path) -> Result<Index, OpenError> {
        let unreadable = |reason| OpenError::Unreadable { path: path.to_owned(), reason };
        let unusable = |problem| OpenError::Unusable { path: path.to_owned(), problem };
        let mut file = File::open(path).map_err(unreadable)?;
        let identity = Identity::from(&file.metadata().map_err(unreadable)?);
        let mut head = [0; HEADER];
        let mut checksum = [0; CHECKSUM];
        if identity.length < (HEADER + CHECKSUM) as u64 {
            return Err(unusable("it is too short"));
        }
        file.read_exact(&mut head).map_err(unreadable)?;
        file.read_exact(&mut checksum).map_err(unreadable)?;
        let header = Header::read(&head).map_err(unusable)?;
        // The lengths are those of the file, so that nothing is allocated because of a number that is made up.
        if header.file_length() != Some(identity.length) {
            return Err(unusable("its length is not what it says"));
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head);
        let mut part = |length: u64| {
            let mut bytes = Vec::new();
            (&mut file).take(length).read_to_end(&mut bytes).map_err(unreadable)?;
            hasher.update(&bytes);
            Ok(bytes)
        };
        let label = part(u64::from(header.label))?;
        let records = part(header.entries * RECORD as u64)?;
        io::copy(&mut file, &mut hasher).map_err(unreadable)?;
        if hasher.finalize() != blake3::Hash::from_bytes(checksum) {
            return Err(unusable("its checksum does not hold; load the release again"));
        }
        let label = String::from_utf8(label).map_err(|_| unusable("its label is no text"))?;
        let names_at = identity.length - header.names;
        let index = Index { file, path: path.to_owned(), identity, label, header, records, names_at };
        index.check_order().map_err(unusable)?;
        Ok(index)
    }

    /// Every record has a level, and they stand in their order.
    fn check_order(&self) -> Result<(), &'static str> {
        let mut last = None;
        for place in 0..self.len() {
            let key = self.record(place).and_then(|record| Some((record.code, record.level()?)));
            if key.is_none() || key <= last {
                return Err("its entries are not in order");
            }
            last = key;
        }
        Ok(())
    }

    /// What the publisher calls the release.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Day of the release as `YYYYMMDD`.
    pub fn date(&self) -> u32 {
        self.header.date
    }

    /// Where it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which file it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.records.len() / RECORD
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Number of entries of each level.
    pub fn levels(&self) -> impl Iterator<Item = (Level, u32)> {
        Level::ALL.into_iter().zip(self.header.levels)
    }

    /// Every entry of a code: rarely more than one.
    pub fn entries(&self, code: u64) -> impl Iterator<Item = Entry> {
        let places = self.first_of(code)..self.len();
        let records = places.map_while(move |place| self.record(place).filter(|record| record.code == code));
        records.filter_map(|record| self.entry(&record))
    }

    /// The name that is shown for a code of a level, read from the file; that of its successor for a code which the release
    /// only knows as a previous one.
    ///
    /// # Errors
    /// If the file cannot be read any more.
    pub fn name(&self, code: u64, level: Level) -> io::Result<Option<String>> {
        let mut wanted = code;
        for _ in 0..2 {
            let places = self.first_of(wanted)..self.len();
            let mut records = places.map_while(|place| self.record(place).filter(|record| record.code == wanted));
            let Some(record) = records.find(|record| record.level() == Some(level)) else { return Ok(None) };
            if record.name_length > 0 {
                let mut name = vec![0; usize::from(record.name_length)];
                self.file.read_exact_at(&mut name, self.names_at + u64::from(record.name_start))?;
                return String::from_utf8(name).map(Some).map_err(io::Error::other);
            }
            let Some(successor) = self.code_at(record.successor) else { return Ok(None) };
            wanted = successor;
        }
        Ok(None)
    }

    /// The first place whose code is not smaller.
    fn first_of(&self, code: u64) -> usize {
        let (mut from, mut to) = (0, self.len());
        while from < to {
            let middle = from + (to - from) / 2;
            if self.record(middle).is_some_and(|record| record.code < code) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from
    }

    fn record(&self, place: usize) -> Option<Record> {
        let start = place.checked_mul(RECORD)?;
        self.records.get(start..start.checked_add(RECORD)?).map(Record::read)
    }

    /// The code at a place counted from one; none at nought.
    fn code_at(&self, place: u32) -> Option<u64> {
        let place = usize::try_from(place).ok()?.checked_sub(1)?;
        self.record(place).map(|record| record.code)
    }

    fn entry(&self, record: &Record) -> Option<Entry> {
        let has = |flag| record.flags & flag != 0;
        Some(Entry {
            code: record.code,
            level: record.level()?,
            inactive: has(flag::INACTIVE),
            successor: self.code_at(record.successor),
            part_of: self.code_at(record.part_of),
            schedule: Some(record.flags >> flag::SCHEDULE).filter(|schedule| *schedule > 0),
            unavailable: has(flag::UNAVAILABLE),
            unprescribable: has(flag::UNPRESCRIBABLE),
            names: record.names.map(NameHash::of_number),
        })
    }
}

impl Dictionary for Index {
    fn look_up(&self, code: u64, wanted: Sort) -> Option<Entry> {
        let mut entries = self.entries(code);
        let first = entries.next()?;
        if first.level.sort() == wanted {
            return Some(first);
        }
        entries.find(|entry| entry.level.sort() == wanted).or(Some(first))
    }
}

struct Record {
    code: u64,
    part_of: u32,
    successor: u32,
    names: [u32; 2],
    name_start: u32,
    name_length: u16,
    level: u8,
    flags: u8,
}

impl Record {
    fn read(bytes: &[u8]) -> Record {
        let mut fields = Fields(bytes);
        Record {
            code: u64::from_le_bytes(*fields.take()),
            part_of: u32::from_le_bytes(*fields.take()),
            successor: u32::from_le_bytes(*fields.take()),
            names: [u32::from_le_bytes(*fields.take()), u32::from_le_bytes(*fields.take())],
            name_start: u32::from_le_bytes(*fields.take()),
            name_length: u16::from_le_bytes(*fields.take()),
            level: u8::from_le_bytes(*fields.take()),
            flags: u8::from_le_bytes(*fields.take()),
        }
    }

    fn level(&self) -> Option<Level> {
        Level::of_number(self.level)
    }
}

#[cfg(test)]
mod tests;
