//! Where the published schemas and we judge differently, and why.

use std::fmt;

use super::mutation::{Kind, Mutant};

/// A mutant that both have judged.
pub struct Case {
    pub interaction: String,
    pub mutant: Mutant,
    pub refused_by_schema: bool,
    /// The rules for which it is refused here.
    pub refused_for: Vec<&'static str>,
}

impl Case {
    pub fn agrees(&self) -> bool {
        self.refused_by_schema != self.refused_for.is_empty()
    }

    fn is(&self, kinds: &[Kind]) -> bool {
        kinds.contains(&self.mutant.kind)
    }

    /// Whether it is refused for these rules and no others.
    fn is_for(&self, rules: &[&str]) -> bool {
        self.refused_for.iter().all(|rule| rules.contains(rule))
    }

    fn at(&self, end: &str) -> bool {
        self.mutant.place.ends_with(end)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mutant { kind, place, attribute, .. } = &self.mutant;
        let verdict = if self.refused_by_schema { "the schema alone refuses" } else { "the schema takes" };
        write!(f, "{verdict} {kind:?} {place} @{attribute} {:?}", self.refused_for)
    }
}

/// A reason for which we judge otherwise.
pub struct Row {
    /// Whether we refuse what the schema takes, or the other way round.
    pub is_stricter: bool,
    pub reason: &'static str,
    predicate: fn(&Case) -> bool,
}

impl Row {
    pub fn explains(&self, case: &Case) -> bool {
        self.is_stricter != case.refused_by_schema && (self.predicate)(case)
    }
}

/// Published messages that the schema refuses, by a part of their names, and why we take them.
pub const PUBLISHED: &[(&str, &str)] =
    &[("responsible-party-org/cancellations/3-", "an AgentPerson without agentPerson (EPS-D17)")];

/// Every disagreement on mutants.
pub static TABLE: &[Row] = &[];
