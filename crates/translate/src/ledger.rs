//! The field ledger: source and target joined, so that every value is accounted for.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use causeway_canonical::Finding;
use causeway_canonical::ledger::{Disposition, FieldRef, Group, Kept, MapRule, Mark, Tag, map_rule};
use causeway_syntax::adapter::{Account, Written};
use causeway_syntax::{NodeId, Tree};
use serde::{Deserialize, Serialize};

use crate::rules;

/// Lost values are reported one by one up to this number, and counted beyond it.
const MOST_REPORTED: usize = 100;

/// Which clinical fields may stay behind in the stored original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptPolicy {
    /// Every field that the target's table names.
    AnyNamed,
    /// Only these places, by [`causeway_canonical::ledger::Place::name`].
    Only(BTreeSet<String>),
}

impl KeptPolicy {
    fn allows(&self, field: FieldRef) -> bool {
        match self {
            KeptPolicy::AnyNamed => true,
            KeptPolicy::Only(names) => !field.place().group().is_clinical() || names.contains(&field.place().name()),
        }
    }
}

/// One row: a value of the source, of the target, or of both.
#[derive(Clone, Copy, Debug)]
struct Entry {
    source: Option<NodeId>,
    field: Option<FieldRef>,
    disposition: Disposition,
    rule: MapRule,
    reason: &'static str,
    target: Option<usize>,
}

/// How many values had which disposition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Same value in the target.
    pub carried: usize,
    /// Changed by a named rule.
    pub mapped: usize,
    /// No information of its own.
    pub structural: usize,
    /// Made for the target.
    pub defaulted: usize,
    /// Stays in the stored original.
    pub kept: usize,
    /// Not accounted for.
    pub lost: usize,
}

impl Summary {
    fn count(&mut self, disposition: Disposition) {
        match disposition {
            Disposition::Carried => self.carried += 1,
            Disposition::Mapped => self.mapped += 1,
            Disposition::Structural => self.structural += 1,
            Disposition::Defaulted => self.defaulted += 1,
            Disposition::Kept => self.kept += 1,
            Disposition::Lost => self.lost += 1,
        }
    }

    /// Adds another summary.
    pub fn add(&mut self, other: &Summary) {
        self.carried += other.carried;
        self.mapped += other.mapped;
        self.structural += other.structural;
        self.defaulted += other.defaulted;
        self.kept += other.kept;
        self.lost += other.lost;
    }
}

/// The account of one translation.
pub struct Ledger {
    entries: Vec<Entry>,
    /// Counts by disposition: each value of the source once, and each value made for the target.
    pub summary: Summary,
}

impl Ledger {
    /// Joins what a reader marked with what a writer tagged.
    pub fn join(account: &Account<'_>, written: &Written, kept: &'static [&'static [Kept]]) -> Self {
        let mut join = Join::new(written, kept);
        let mut entries = Vec::with_capacity(account.marks.len());
        for (position, mark) in account.marks.iter().enumerate() {
            let node = NodeId::from_index(position);
            if account.tree.is_value(node) {
                entries.push(join.entry(node, *mark, account));
            } else if let Mark::Field(field, _) = mark {
                join.note_read(*field);
            }
        }
        for (_, field, _) in &account.shared {
            join.note_read(*field);
        }
        entries.extend(join.made(written).into_iter().map(|(field, rule, offset)| Entry {
            source: None,
            field: Some(field),
            disposition: Disposition::Defaulted,
            rule,
            reason: rule.description(),
            target: Some(offset),
        }));
        let mut summary = Summary::default();
        for entry in &entries {
            summary.count(entry.disposition);
        }
        Ledger { entries, summary }
    }

    /// What the ledger finds wrong: values lost, and clinical values kept without leave.
    pub fn findings(&self, account: &Account<'_>, policy: &KeptPolicy) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut more = 0;
        for entry in &self.entries {
            let Some(node) = entry.source else { continue };
            let finding = match (entry.disposition, entry.field) {
                (Disposition::Lost, _) => {
                    Finding::new(&rules::FIELD_LOST, "this value has no place in the translation and would be lost")
                }
                (Disposition::Kept, Some(field)) if !policy.allows(field) => Finding::new(
                    &rules::FIELD_KEPT,
                    format!(
                        "{} has no place in the target, and the route does not allow it to stay behind",
                        field.place().name()
                    ),
                ),
                _ => continue,
            };
            if findings.len() < MOST_REPORTED {
                findings.push(finding.at(account.tree.path(node), account.tree.position(node)));
            } else {
                more += 1;
            }
        }
        if more > 0 {
            findings.push(Finding::new(&rules::FIELD_LOST, format!("{more} more values would be lost or stay behind")));
        }
        findings
    }

    /// The ledger with paths and positions, as files and tables show it.
    pub fn render(&self, account: &Account<'_>, target: Option<&dyn Tree>) -> LedgerFile {
        let entries = self.entries.iter().map(|entry| LedgerEntry {
            source: entry.source.map(|node| Place::of(&*account.tree, node)),
            field: entry.field.map(FieldRef::path).unwrap_or_default(),
            group: entry.field.map(|field| field.place().group()),
            disposition: entry.disposition,
            rule: entry.rule.name().to_owned(),
            reason: entry.reason.to_owned(),
            target: entry.target.zip(target).and_then(|(offset, tree)| {
                let node = tree.node_at(offset)?;
                Some(Place::of(tree, node))
            }),
        });
        LedgerFile { entries: entries.collect(), summary: self.summary }
    }
}

/// A field of the target: its first value there, and whether it was read from the source too.
struct Target {
    rule: MapRule,
    offset: usize,
    read: bool,
}

struct Join {
    targets: HashMap<FieldRef, Target, BuildHasherDefault<FieldHasher>>,
    kept: &'static [&'static [Kept]],
}

impl Join {
    fn new(written: &Written, kept: &'static [&'static [Kept]]) -> Self {
        let mut targets: HashMap<FieldRef, Target, _> = HashMap::default();
        targets.reserve(written.tags.len());
        for (offset, tag) in &written.tags {
            let Tag::Field(field, rule) = tag else { continue };
            let found = Target { rule: *rule, offset: *offset, read: false };
            targets
                .entry(*field)
                .and_modify(|first| {
                    if found.offset < first.offset {
                        (first.rule, first.offset) = (found.rule, found.offset);
                    }
                })
                .or_insert(found);
        }
        Join { targets, kept }
    }

    fn note_read(&mut self, field: FieldRef) {
        if let Some(target) = self.targets.get_mut(&field) {
            target.read = true;
        }
    }

    /// Values of the target that nobody read from the source: first those of fields, by field, then the defaults.
    fn made(&self, written: &Written) -> Vec<(FieldRef, MapRule, usize)> {
        let mut made = Vec::new();
        let mut defaults = Vec::new();
        for (offset, tag) in &written.tags {
            match tag {
                Tag::Field(field, rule) if self.targets.get(field).is_some_and(|target| !target.read) => {
                    made.push((*field, *rule, *offset));
                }
                Tag::Field(..) => {}
                Tag::Default(field, rule) => defaults.push((*field, *rule, *offset)),
            }
        }
        made.sort_unstable_by_key(|(field, _, offset)| (*field, *offset));
        made.append(&mut defaults);
        made
    }

    fn entry(&mut self, node: NodeId, mark: Mark, account: &Account<'_>) -> Entry {
        let row = |disposition, reason| Entry {
            source: Some(node),
            field: None,
            disposition,
            rule: map_rule::NONE,
            reason,
            target: None,
        };
        match mark {
            Mark::Unread => row(Disposition::Lost, ""),
            Mark::Structural => row(Disposition::Structural, ""),
            Mark::Unmodelled(number) => {
                row(Disposition::Kept, account.unmodelled.get(usize::from(number)).map_or("", |row| row.reason))
            }
            Mark::Field(field, rule) => self.field_entry(node, field, rule),
        }
    }

    fn field_entry(&mut self, node: NodeId, field: FieldRef, read_by: MapRule) -> Entry {
        if let Some(target) = self.targets.get_mut(&field) {
            target.read = true;
            let offset = target.offset;
            let rule = if target.rule.is_none() { read_by } else { target.rule };
            let disposition = if rule.is_none() { Disposition::Carried } else { Disposition::Mapped };
            return Entry {
                source: Some(node),
                field: Some(field),
                disposition,
                rule,
                reason: if rule.is_none() { "" } else { rule.description() },
                target: Some(offset),
            };
        }
        let fits = |row: &&Kept| row.place == field.place() && row.leaf.is_none_or(|leaf| leaf == field.leaf());
        let row = self.kept.iter().copied().flatten().find(fits);
        Entry {
            source: Some(node),
            field: Some(field),
            disposition: if row.is_some() { Disposition::Kept } else { Disposition::Lost },
            rule: read_by,
            reason: row.map_or("", |row| row.reason),
            target: None,
        }
    }
}

/// A hash of fields: a multiplication a part. Their positions count lists of the message from nought, so that nobody can
/// choose fields that share a place in the table.
#[derive(Default)]
struct FieldHasher(u64);

impl Hasher for FieldHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, part: u8) {
        self.write_u64(part.into());
    }

    fn write_usize(&mut self, part: usize) {
        self.write_u64(part as u64);
    }

    fn write_u64(&mut self, part: u64) {
        // An odd constant without a pattern in its bits: 2⁶⁴ divided by the golden ratio.
        self.0 = (self.0.rotate_left(23) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Path in the format's own language.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Place {
    pub(crate) fn of(tree: &dyn Tree, node: NodeId) -> Self {
        let position = tree.position(node);
        Place { path: tree.path(node), line: position.line, column: position.column }
    }
}

/// One row of a ledger as other programs read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Where the value stands in the source; null for a value made for the target.
    pub source: Option<Place>,
    /// Field of the canonical model; empty if it has none.
    pub field: String,
    /// Group of the field.
    pub group: Option<Group>,
    /// What became of the value.
    pub disposition: Disposition,
    /// Rule that changed it; empty if none.
    pub rule: String,
    /// Why, for mapped, defaulted and kept values.
    pub reason: String,
    /// Where the value stands in the target; null if nowhere.
    pub target: Option<Place>,
}

/// A whole ledger as other programs read it. Empty where nothing could be translated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerFile {
    /// Rows in the order of the source, then values made for the target.
    pub entries: Vec<LedgerEntry>,
    /// Counts.
    pub summary: Summary,
}
