//! Every rule that this crate finds broken, a file a family; those of V3 stand with their grammar.
//!
//! Invariants:
//! - Names and codes are stable. A rule of validation.md has the standard's number as its code; the others have a name.
//! - Severities are those that hold when nothing is configured. Where identifiers.md lets one identifier be refused for
//!   one fault and carried for another (lower-case ODS codes, placeholders), the finding says which.
//! - A family belongs to one layer, and a layer that is not asked for says nothing: see [`crate::Layers`].
//! - Every rule has a bad and a good example in `tests/rules`, and a row in `docs/rules`.

use std::sync::LazyLock;

use causeway_adapter_eps::grammar;
use causeway_canonical::Rule;

pub mod codes;
pub mod dates;
pub mod dispensing;
pub mod dosage;
pub mod identifiers;
pub mod order;
pub mod parts;
pub mod people;
pub mod repeat;
pub mod shape;
pub mod terminology;

#[doc(no_inline)]
pub use self::{
    codes::*, dates::*, dispensing::*, dosage::*, identifiers::*, order::*, parts::*, people::*, repeat::*, shape::*,
    terminology::*,
};

/// Rules that speak of one thing.
pub struct Family {
    /// Name of its files, here and in `tests/rules`.
    pub name: &'static str,
    /// What it speaks of.
    pub title: &'static str,
    /// Its rules.
    pub rules: &'static [&'static Rule],
}

/// The families, in the order in which a message meets them.
pub static FAMILIES: &[Family] = &[
    Family { name: "shape", title: "Shape", rules: shape::RULES },
    Family { name: "grammar", title: "The shape of EPS HL7 V3", rules: grammar::RULES },
    Family { name: "identifiers", title: "Identifiers", rules: identifiers::RULES },
    Family { name: "codes", title: "Codes and code systems", rules: codes::RULES },
    Family { name: "terminology", title: "The dictionary of medicines and devices", rules: terminology::RULES },
    Family { name: "order", title: "The prescription and its items", rules: order::RULES },
    Family { name: "people", title: "People and organisations", rules: people::RULES },
    Family { name: "repeat", title: "Repeat prescribing and repeat dispensing", rules: repeat::RULES },
    Family { name: "dosage", title: "Amounts and dosage", rules: dosage::RULES },
    Family { name: "parts", title: "Values that belong together", rules: parts::RULES },
    Family { name: "dates", title: "Dates", rules: dates::RULES },
    Family { name: "dispensing", title: "Release, dispensing and claims", rules: dispensing::RULES },
];

/// Every rule of every family.
pub static RULES: LazyLock<Vec<&'static Rule>> =
    LazyLock::new(|| FAMILIES.iter().flat_map(|family| family.rules).copied().collect());
