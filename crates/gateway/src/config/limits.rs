//! `[limits]`: what one message may cost. The same table below an endpoint holds for what that endpoint sends.
//!
//! Invariants: none of these limits can be switched off, and none can be set beyond what the gateway could keep to.

use std::ops::RangeInclusive;
use std::time::Duration;

use causeway_syntax::Limits;

use super::source::{Located, Section, SourceFile};

/// What one message may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLimits {
    /// Of the text: bytes, depth, nodes, entries, attributes, length of a value.
    pub reading: Limits,
    /// Bytes that a compressed body may have once it is decompressed. `max-decompressed-bytes`, default 8,388,608.
    pub max_decompressed_bytes: usize,
    /// Time of the processor that a message may take from its last byte to its commit. `max-processing-ms`, default 10,000.
    pub max_processing: Duration,
}

impl Default for MessageLimits {
    fn default() -> Self {
        MessageLimits {
            reading: Limits::default(),
            max_decompressed_bytes: 8 * 1024 * 1024,
            max_processing: Duration::from_secs(10),
        }
    }
}

const DECOMPRESSED: &str = "max-decompressed-bytes";
const PROCESSING: &str = "max-processing-ms";

/// One key of the table.
struct Key {
    name: &'static str,
    range: RangeInclusive<usize>,
    /// A limit that this one cannot exceed to any effect.
    within: Option<&'static str>,
}

fn keys() -> impl Iterator<Item = Key> {
    let reading = Limits::KEYS.into_iter();
    let reading = reading.map(|key| Key { name: key.name, range: key.range, within: key.within });
    reading.chain([
        Key { name: DECOMPRESSED, range: 1..=1 << 30, within: Some("max-bytes") },
        Key { name: PROCESSING, range: 1..=600_000, within: None },
    ])
}

impl MessageLimits {
    /// Every key of the table with its value.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, usize)> {
        keys().map(|key| (key.name, self.value(key.name)))
    }

    fn value(&self, name: &str) -> usize {
        match name {
            DECOMPRESSED => self.max_decompressed_bytes,
            PROCESSING => usize::try_from(self.max_processing.as_millis()).unwrap_or(usize::MAX),
            name => Limits::KEYS.iter().find(|key| key.name == name).map_or(usize::MAX, |key| key.of(&self.reading)),
        }
    }

    fn set(&mut self, key: &Key, value: u64) -> Result<(), String> {
        let Some(number) = usize::try_from(value).ok().filter(|number| key.range.contains(number)) else {
            let (least, most) = (key.range.start(), key.range.end());
            return Err(format!("`{}` is expected to be from {least} to {most}", key.name));
        };
        match key.name {
            DECOMPRESSED => self.max_decompressed_bytes = number,
            PROCESSING => self.max_processing = Duration::from_millis(value),
            name => {
                let key = Limits::KEYS.iter().find(|key| key.name == name);
                key.map(|key| key.set(&mut self.reading, number)).transpose().map_err(|fault| fault.to_string())?;
            }
        }
        Ok(())
    }
}

/// A table as it stands.
#[derive(Default)]
pub(super) struct RawLimits(Vec<(Key, Located<u64>)>);

/// Reads the table `limits`.
pub(super) fn read(section: &mut Section<'_>) -> RawLimits {
    let Some(mut table) = section.section("limits") else { return RawLimits::default() };
    let raw = keys().filter_map(|key| table.optional::<u64>(key.name).map(|value| (key, value))).collect();
    table.finish();
    RawLimits(raw)
}

impl RawLimits {
    /// The limits of a table whose other keys are those of `base`. What cannot be used is noted.
    pub(super) fn over(&self, base: &MessageLimits, file: &SourceFile) -> MessageLimits {
        let mut limits = base.clone();
        for (key, value) in &self.0 {
            if let Err(message) = limits.set(key, value.value) {
                file.error(&value.at, message);
            }
        }
        for (key, value) in &self.0 {
            if let Some(outer) = key.within.filter(|outer| limits.value(key.name) > limits.value(outer)) {
                let message = format!(
                    "`{}` is expected to be at most `{outer}`, which is {}: more is never reached",
                    key.name,
                    limits.value(outer)
                );
                file.error(&value.at, message);
            }
        }
        limits
    }
}
