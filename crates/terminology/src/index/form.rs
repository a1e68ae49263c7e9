//! The form of an index file. Numbers are little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `CSWYDMD\n` |
//! | 4 | version of the format |
//! | 4 | bytes of the label |
//! | 8 | number of entries |
//! | 8 | bytes of the names |
//! | 4 | day of the release, `YYYYMMDD` |
//! | 9 × 4 | entries of each level |
//! | 32 | BLAKE3 of everything else |
//! | … | the label, then a record an entry by code and level, then the names |
//!
//! A record: code (8), place of what it is part of and of its successor (4 each, from 1, 0 for none), hashes of two names (4
//! each), start and length of the name that is shown (4 and 2), level (1), flags (1: three flags, and the schedule in the
//! upper four bits).

/// Version of the format.
pub(crate) const FORMAT: u32 = 1;

/// Bytes before the checksum.
pub(crate) const HEADER: usize = 72;

/// Bytes of the checksum.
pub(crate) const CHECKSUM: usize = 32;

/// Bytes of a record.
pub(crate) const RECORD: usize = 32;

/// Levels that an index counts.
pub(crate) const LEVELS: usize = 9;

const MAGIC: &[u8; 8] = b"CSWYDMD\n";

/// Bits of a record's flags.
pub(crate) mod flag {
    pub(crate) const INACTIVE: u8 = 1;
    pub(crate) const UNAVAILABLE: u8 = 2;
    pub(crate) const UNPRESCRIBABLE: u8 = 4;
    /// Where the schedule begins.
    pub(crate) const SCHEDULE: u8 = 4;
}

/// What the first bytes say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub entries: u64,
    pub names: u64,
    pub date: u32,
    pub label: u32,
    pub levels: [u32; LEVELS],
}

impl Header {
    pub fn bytes(&self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        let levels: Vec<u8> = self.levels.iter().flat_map(|count| count.to_le_bytes()).collect();
        let parts: [&[u8]; 7] = [
            MAGIC,
            &FORMAT.to_le_bytes(),
            &self.label.to_le_bytes(),
            &self.entries.to_le_bytes(),
            &self.names.to_le_bytes(),
            &self.date.to_le_bytes(),
            &levels,
        ];
        for (byte, value) in bytes.iter_mut().zip(parts.iter().copied().flatten()) {
            *byte = *value;
        }
        bytes
    }

    pub fn read(bytes: &[u8; HEADER]) -> Result<Header, &'static str> {
        let mut fields = Fields(bytes);
        if fields.take::<8>() != MAGIC {
            return Err("it does not begin as one");
        }
        if u32::from_le_bytes(*fields.take()) != FORMAT {
            return Err("it is of another version of the format; load the release again");
        }
        let label = u32::from_le_bytes(*fields.take());
        let entries = u64::from_le_bytes(*fields.take());
        let names = u64::from_le_bytes(*fields.take());
        let date = u32::from_le_bytes(*fields.take());
        let mut levels = [0; LEVELS];
        levels.iter_mut().for_each(|count| *count = u32::from_le_bytes(*fields.take()));
        Ok(Header { entries, names, date, label, levels })
    }

    /// Bytes of the whole file; `None` if no file is so long.
    pub fn file_length(&self) -> Option<u64> {
        let records = self.entries.checked_mul(RECORD as u64)?;
        let head = (HEADER + CHECKSUM) as u64 + u64::from(self.label);
        head.checked_add(records)?.checked_add(self.names)
    }
}

/// Fields of a fixed length, one after the other. Beyond the end everything is zero.
pub(crate) struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    pub fn take<const N: usize>(&mut self) -> &'a [u8; N] {
        let Some((field, rest)) = self.0.split_first_chunk() else { return &[0; N] };
        self.0 = rest;
        field
    }
}
