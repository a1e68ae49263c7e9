//! How much one document may cost.
//!
//! Invariants:
//! - The size of the input is checked before anything else, so no other limit can be reached by reading more.
//! - A limit is known by one name, with one range, wherever it is configured.

use std::fmt;
use std::ops::RangeInclusive;

/// Limits of one parse. A document over a limit is refused; nothing is ever cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole document. Values over 1 GiB count as 1 GiB, as nodes keep 32-bit offsets.
    pub max_bytes: usize,
    /// Open objects and arrays, or open elements, at one time; the outermost counts as 1.
    pub max_depth: usize,
    /// Nodes of the tree: JSON values; XML elements, attributes, namespace declarations, texts, comments, instructions.
    pub max_nodes: usize,
    /// Members of one object, elements of one array, or child elements of one element: the entries of a bundle, the items
    /// of a prescription.
    pub max_entries: usize,
    /// Attributes and namespace declarations of one element.
    pub max_attributes: usize,
    /// Bytes of one string, number, attribute value, text, comment or instruction, counted in the source.
    pub max_text: usize,
}

/// One of the limits, as configurations name it.
pub struct LimitKey {
    /// The name: `max-bytes`.
    pub name: &'static str,
    /// What can be used. Nought would refuse everything, and what lies above the range could not be kept to.
    pub range: RangeInclusive<usize>,
    /// A limit that this one cannot exceed to any effect.
    pub within: Option<&'static str>,
    field: fn(&mut Limits) -> &mut usize,
}

/// A value outside the range of a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitFault {
    name: &'static str,
    range: RangeInclusive<usize>,
}

impl fmt::Display for LimitFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is expected to be from {} to {}", self.name, self.range.start(), self.range.end())
    }
}

impl std::error::Error for LimitFault {}

impl LimitKey {
    /// The value among the limits.
    pub fn of(&self, limits: &Limits) -> usize {
        *(self.field)(&mut limits.clone())
    }

    /// Sets the value among the limits.
    ///
    /// # Errors
    /// If it is outside the range; then nothing is changed.
    pub fn set(&self, limits: &mut Limits, value: usize) -> Result<(), LimitFault> {
        if !self.range.contains(&value) {
            return Err(LimitFault { name: self.name, range: self.range.clone() });
        }
        *(self.field)(limits) = value;
        Ok(())
    }
}

impl Limits {
    /// Nodes keep their offsets in 32 bits, one of which is a flag.
    const ADDRESSABLE: usize = 1 << 30;

    /// Every limit. The depth is bounded by what may follow elements by recursion, the nodes by the memory that a tree of
    /// them takes, the entries by the positions that a field of the ledger can have.
    pub const KEYS: [LimitKey; 6] = [
        LimitKey {
            name: "max-bytes",
            range: 1..=Self::ADDRESSABLE,
            within: None,
            field: |limits| &mut limits.max_bytes,
        },
        LimitKey { name: "max-depth", range: 1..=256, within: None, field: |limits| &mut limits.max_depth },
        LimitKey {
            name: "max-nodes",
            range: 1..=50_000_000,
            within: Some("max-bytes"),
            field: |limits| &mut limits.max_nodes,
        },
        LimitKey {
            name: "max-entries",
            range: 1..=32_000,
            within: Some("max-nodes"),
            field: |limits| &mut limits.max_entries,
        },
        LimitKey {
            name: "max-attributes",
            range: 1..=10_000,
            within: None,
            field: |limits| &mut limits.max_attributes,
        },
        LimitKey {
            name: "max-text",
            range: 1..=Self::ADDRESSABLE,
            within: Some("max-bytes"),
            field: |limits| &mut limits.max_text,
        },
    ];

    /// The limits under which something is read back that was written here. It is as large as what it was made of makes it,
    /// which had limits of its own.
    pub fn of_own_output() -> Limits {
        let mut limits = Limits::default();
        for key in &Self::KEYS {
            *(key.field)(&mut limits) = *key.range.end();
        }
        limits
    }

    pub(crate) fn bytes(&self) -> usize {
        self.max_bytes.min(Self::ADDRESSABLE)
    }
}

impl Default for Limits {
    /// 16 MiB, depth 64, 100,000 nodes, 1,000 entries, 64 attributes, 4 MiB of text: an order of magnitude above the largest
    /// messages of the services that Causeway speaks to.
    fn default() -> Self {
        Limits {
            max_bytes: 16 * 1024 * 1024,
            max_depth: 64,
            max_nodes: 100_000,
            max_entries: 1_000,
            max_attributes: 64,
            max_text: 4 * 1024 * 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_a_default_in_its_range_and_is_set_by_its_name() {
        for key in &Limits::KEYS {
            let mut limits = Limits::default();
            assert!(key.range.contains(&key.of(&limits)), "{}", key.name);
            let other = key.of(&limits) - 1;
            key.set(&mut limits, other).unwrap();
            assert_eq!(key.of(&limits), other);
            assert_ne!(limits, Limits::default());
        }
    }

    #[test]
    fn a_limit_outside_its_range_is_refused_and_changes_nothing() {
        for key in &Limits::KEYS {
            for value in [0, key.range.end() + 1, usize::MAX] {
                let mut limits = Limits::default();
                let fault = key.set(&mut limits, value).unwrap_err().to_string();
                assert!(fault.starts_with(&format!("`{}` is expected to be from 1 to ", key.name)), "{fault}");
                assert_eq!(limits, Limits::default());
            }
        }
    }
}
