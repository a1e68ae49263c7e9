//! Data types of V3, each with its reading, its writing, and its projection: what reading gives of what was written.
//!
//! Invariants:
//! - Blank texts are never written and never read.
//! - The conversion of a value stands in one function for each direction, and the projection is made of the two, so
//!   that it cannot say anything else than reading what was written.

pub(crate) mod address;
pub(crate) mod coded;
pub(crate) mod id;
pub(crate) mod name;
pub(crate) mod quantity;
pub(crate) mod telecom;
pub(crate) mod time;

use causeway_canonical::Rule;
use causeway_canonical::ledger::{At, FieldRef, Leaf, MapRule, Tag};

use crate::element::Element;
use crate::rules;
use crate::target::Target;

/// Where a value that is written comes from.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    pub(crate) at: At,
    /// The rule by which the value came to stand in another place than its own, which goes before the value's own rule.
    pub(crate) via: Option<MapRule>,
}

impl Origin {
    pub(crate) fn new(at: At) -> Self {
        Origin { at, via: None }
    }

    pub(crate) fn via(at: At, rule: Option<MapRule>) -> Self {
        Origin { at, via: rule }
    }

    pub(crate) fn tag(self, leaf: Leaf, rule: MapRule) -> Tag {
        self.tag_field(self.at.leaf(leaf), rule)
    }

    pub(crate) fn tag_field(self, field: FieldRef, rule: MapRule) -> Tag {
        Tag::Field(field, self.via.unwrap_or(rule))
    }

    pub(crate) fn nth(self, leaf: Leaf, position: usize, rule: MapRule) -> Tag {
        self.tag_field(self.at.leaf(leaf).nth(position), rule)
    }
}

/// The text, if there is any.
pub(crate) fn present(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !is_blank(text))
}

/// The texts of a list that are not blank, with their positions.
pub(crate) fn all_present(texts: &[String]) -> impl Iterator<Item = (usize, &str)> {
    texts.iter().map(String::as_str).enumerate().filter(|(_, text)| !is_blank(text))
}

pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// A code list of uses: the model's words and V3's codes. The first row of a code is the one that is written or read.
pub(crate) struct Uses {
    /// What the use belongs to, for findings.
    pub(crate) of: &'static str,
    pub(crate) written: &'static [(&'static str, &'static str)],
    pub(crate) read: &'static [(&'static str, &'static str)],
}

impl Uses {
    pub(crate) fn code_of(&self, word: &str) -> Option<&'static str> {
        find(self.written, word)
    }

    pub(crate) fn word_of(&self, code: &str) -> Option<&'static str> {
        find(self.read, code)
    }

    /// Writes the attribute `use`. A use that V3 does not have is refused (overview.md §9).
    pub(crate) fn write(&self, target: &mut Target<'_>, word: &Option<String>, origin: Origin, rule: MapRule) {
        let Some(word) = present(word) else { return };
        match self.code_of(word) {
            Some(code) => target.attribute("use", code, [origin.tag(Leaf::Use, rule)]),
            None => {
                let refusal: &'static Rule = &rules::EPS_USE;
                let message = format!("expected a use of the {} that V3 has", self.of);
                target.refuse(refusal, origin.at.leaf(Leaf::Use), message);
            }
        }
    }

    /// Reads the attribute `use`. An unknown one is reported and left unread (EPS-D06).
    pub(crate) fn read(&self, element: Element<'_>, at: At, rule: MapRule) -> Option<String> {
        let word = self.word_of(element.peek("use")?);
        match word {
            Some(word) => {
                element.value("use", at.leaf(Leaf::Use), rule);
                Some(word.to_owned())
            }
            None => {
                element.complain(&rules::V3_USE, format!("expected a known use of the {}", self.of));
                None
            }
        }
    }

    pub(crate) fn project(&self, word: &Option<String>) -> Option<String> {
        self.word_of(self.code_of(present(word)?)?).map(str::to_owned)
    }
}

fn find(table: &[(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
}
