//! Values between Rust and SQLite.

use causeway_relay::{
    Body, ContentHash, DeliveryId, DeliveryState, Event, EventHash, IndexName, MessageKey, MessageState, StoreError,
};
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::error::{damaged, from_sqlite};

/// Fast, and already most of what XML and JSON can be shrunk by.
const ZSTD_LEVEL: i32 = 1;

/// Bodies below this length don't get smaller by enough to matter.
const COMPRESS_FROM: usize = 256;

/// A body in the form in which it is stored.
#[derive(Debug)]
pub(crate) struct StoredBody {
    media_type: String,
    length: i64,
    zstd: bool,
    content: Vec<u8>,
}

impl StoredBody {
    /// Compresses the body if that makes it smaller. Done by the caller, to keep the writer thread free.
    pub(crate) fn pack(body: &Body) -> Self {
        let plain = body.bytes();
        let packed = if plain.len() < COMPRESS_FROM { None } else { zstd::bulk::compress(plain, ZSTD_LEVEL).ok() }
            .filter(|packed| packed.len() < plain.len());
        let zstd = packed.is_some();
        Self {
            media_type: body.media_type().to_owned(),
            length: i64::try_from(plain.len()).unwrap_or(i64::MAX),
            zstd,
            content: packed.unwrap_or_else(|| plain.to_vec()),
        }
    }

    /// Writes the row and returns its id.
    pub(crate) fn insert(&self, connection: &Connection) -> Result<i64, StoreError> {
        connection
            .prepare_cached("INSERT INTO body (media_type, length, zstd, content) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut insert| insert.insert((&self.media_type, self.length, self.zstd, &self.content)))
            .map_err(from_sqlite)
    }

    fn unpack(self) -> Result<Body, StoreError> {
        let length = usize::try_from(self.length).map_err(|_| damaged("a body has no length"))?;
        let plain = if self.zstd {
            zstd::bulk::decompress(&self.content, length).map_err(|_| damaged("a body can't be decompressed"))?
        } else {
            self.content
        };
        if plain.len() != length {
            return Err(damaged("a body has not the length it was stored with"));
        }
        Ok(Body::new(self.media_type, plain))
    }
}

/// Reads a body; `None` if it is not kept.
pub(crate) fn load_body(connection: &Connection, id: i64) -> Result<Option<Body>, StoreError> {
    connection
        .prepare_cached("SELECT media_type, length, zstd, content FROM body WHERE id = ?1")
        .and_then(|mut select| {
            select
                .query_row([id], |row| {
                    Ok(StoredBody {
                        media_type: row.get(0)?,
                        length: row.get(1)?,
                        zstd: row.get(2)?,
                        content: row.get(3)?,
                    })
                })
                .optional()
        })
        .map_err(from_sqlite)?
        .map(StoredBody::unpack)
        .transpose()
}

pub(crate) fn moment(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|_| damaged("a stored time is out of range"))
}

pub(crate) fn optional_moment(millis: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    millis.map(moment).transpose()
}

pub(crate) fn message_key(bytes: [u8; 16]) -> MessageKey {
    MessageKey::from_uuid(Uuid::from_bytes(bytes))
}

pub(crate) fn delivery_id(bytes: [u8; 16]) -> DeliveryId {
    DeliveryId::from_uuid(Uuid::from_bytes(bytes))
}

pub(crate) fn key_bytes(key: MessageKey) -> Vec<u8> {
    key.as_uuid().as_bytes().to_vec()
}

pub(crate) fn id_bytes(id: DeliveryId) -> Vec<u8> {
    id.as_uuid().as_bytes().to_vec()
}

pub(crate) fn content_hash(bytes: [u8; 32]) -> ContentHash {
    ContentHash::from_bytes(bytes)
}

pub(crate) fn delivery_state(text: &str) -> Result<DeliveryState, StoreError> {
    text.parse().map_err(|_| damaged("a delivery is in no known state"))
}

pub(crate) fn message_state(text: &str) -> Result<MessageState, StoreError> {
    text.parse().map_err(|_| damaged("a message is in no known state"))
}

pub(crate) fn json(text: &str) -> Result<serde_json::Value, StoreError> {
    serde_json::from_str(text).map_err(|_| damaged("a stored particular is not JSON"))
}

/// A count or number that can't be negative.
pub(crate) fn natural(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| damaged("a stored number is negative"))
}

pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The number that stands for the name in `search_index`.
pub(crate) const fn index_code(name: IndexName) -> i64 {
    match name {
        IndexName::NhsNumberHash => 1,
        IndexName::PrescriptionId => 2,
        IndexName::Ods => 3,
        IndexName::MessageId => 4,
    }
}

/// Columns of an event, in the order in which [`event`] reads them.
pub(crate) const EVENT_COLUMNS: &str = "sequence, at, message, delivery, kind, detail, hash";

/// Reads an event; `Ok(None)` if a column does not hold what it should.
pub(crate) fn event(row: &Row<'_>) -> rusqlite::Result<Option<Event>> {
    let columns = (|| -> rusqlite::Result<_> {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, [u8; 16]>(2)?,
            row.get::<_, Option<[u8; 16]>>(3)?,
            row.get::<_, String>(4)?,
            row.get::<_, String>(5)?,
            row.get::<_, [u8; 32]>(6)?,
        ))
    })();
    let Ok((sequence, at, message, delivery, kind, detail, hash)) = columns else { return Ok(None) };
    let (Ok(sequence), Ok(at), Ok(kind)) = (u64::try_from(sequence), moment(at), kind.parse()) else { return Ok(None) };
    let (message, delivery) = (message_key(message), delivery.map(delivery_id));
    Ok(Some(Event { sequence, at, message, delivery, kind, detail, hash: EventHash::from_bytes(hash) }))
}

/// A parameter list that is put together at run time.
pub(crate) type Parameters = Vec<Value>;

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(content: Vec<u8>) -> (bool, Body) {
        let packed = StoredBody::pack(&Body::new("application/xml", content));
        (packed.zstd, packed.unpack().unwrap())
    }

    #[test]
    fn a_body_is_compressed_only_if_that_makes_it_smaller() {
        let mut random = (0..4096_u32).map(|n| n.wrapping_mul(2_654_435_761)).map(|n| (n >> 24) as u8);
        let noise: Vec<u8> = random.by_ref().map(|byte| byte ^ 0x5a).collect();
        for (content, compressed) in [(vec![b'a'; 4096], true), (vec![b'a'; 8], false), (Vec::new(), false)] {
            let (zstd, body) = round_trip(content.clone());
            assert_eq!((zstd, body.bytes().as_ref()), (compressed, content.as_slice()));
        }
        assert_eq!(round_trip(noise.clone()).1.bytes().as_ref(), noise.as_slice());
    }

    #[test]
    fn a_body_of_another_length_than_stored_is_damage() {
        let mut packed = StoredBody::pack(&Body::new("text/plain", "abc"));
        packed.length = 2;
        assert!(matches!(packed.unpack(), Err(StoreError::Damaged { .. })));
    }
}
