//! The ledger's vocabulary: which field of the model a value belongs to, by which rule it was changed, and what became
//! of it.
//!
//! A reader marks each value of its source with a [`FieldRef`]; a writer tags each value of its target with one. Joined
//! on the field, the two account for every value (DESIGN.md "Trees and the ledger"). A mark is a dozen bytes, so that
//! the ledger can always be on.

mod flatten;
mod leaf;
mod places;
mod rule;
mod scope;

pub use flatten::{Fact, facts};
pub use leaf::Leaf;
pub use places::{Group, Place, place};
pub use rule::{MapRule, map_rule};
pub use scope::Scope;

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// One leaf of one message: a place in the model, a leaf below it, the positions in the lists on the way, and the part
/// of the message that the place belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldRef {
    place: Place,
    leaf: Leaf,
    index: [u16; 4],
    scope: Scope,
}

impl FieldRef {
    /// The place.
    pub fn place(self) -> Place {
        self.place
    }

    /// The leaf below the place.
    pub fn leaf(self) -> Leaf {
        self.leaf
    }

    /// Whether both are leaves of one part, such as value and unit of one amount.
    pub fn is_beside(self, other: FieldRef) -> bool {
        FieldRef { leaf: other.leaf, ..self } == other
    }

    /// The number of the agent that the field belongs to, and its position in the list of the place, if it belongs to one.
    pub fn agent(self) -> Option<(usize, usize)> {
        let [agent, position, ..] = self.index;
        self.place.template().starts_with('@').then_some((agent.into(), position.into()))
    }

    /// The same field of another agent.
    #[must_use]
    pub fn of_agent(mut self, number: usize) -> Self {
        if self.agent().is_some()
            && let Some(slot) = self.index.first_mut()
        {
            *slot = position_of(number);
        }
        self
    }

    /// The same field in another part of the message.
    #[must_use]
    pub fn within(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// The leaf with the position in its own list, such as the second given name.
    #[must_use]
    pub fn nth(mut self, position: usize) -> Self {
        let depth = self.place.depth();
        if let Some(slot) = self.index.get_mut(depth) {
            *slot = position_of(position);
        }
        self
    }

    /// The field with a path as [`Self::path`] gives it.
    pub fn from_path(path: &str) -> Option<Self> {
        let (scope, path) = Scope::split(path);
        let (template, positions) = split(&path);
        let (agent, template) = AGENTS
            .iter()
            .enumerate()
            .find_map(|(number, name)| Some((Some(number), format!("@{}", template.strip_prefix(name)?))))
            .unwrap_or((None, template));
        let (place, leaf) = fields_by_template().get(&template).copied()?;
        let positions: Vec<usize> = agent.into_iter().chain(positions).collect();
        Some(place.at(&positions).leaf(leaf).within(scope))
    }

    /// Path in the canonical JSON form, relative to the body: `item[1].dosage[0].text`.
    pub fn path(self) -> String {
        let mut positions = self.index.iter();
        let (mut path, after_item) = self.scope.affixes();
        let mut template = self.place.template();
        if let Some(rest) = template.strip_prefix('@') {
            path.push_str(agent_name(positions.next().copied().unwrap_or_default().into()));
            template = rest;
        } else if let Some(rest) = template.strip_prefix("item[]").filter(|_| !after_item.is_empty()) {
            fill(&mut path, "item[]", &mut positions);
            path.push_str(&after_item);
            template = rest;
        }
        fill(&mut path, template, &mut positions);
        if self.leaf != Leaf::Itself {
            path.push('.');
            fill(&mut path, self.leaf.template(), &mut positions);
        }
        path
    }
}

impl std::fmt::Debug for FieldRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path())
    }
}

/// A path without its list positions, and the positions.
fn split(path: &str) -> (String, Vec<usize>) {
    let mut template = String::with_capacity(path.len());
    let mut positions = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        let (position, after) = after.split_once(']').unwrap_or((after, ""));
        template.push_str(before);
        template.push_str("[]");
        positions.push(position.parse().unwrap_or(usize::MAX));
        rest = after;
    }
    template.push_str(rest);
    (template, positions)
}

/// Every place and leaf by the template of its path.
fn fields_by_template() -> &'static HashMap<String, (Place, Leaf)> {
    static FIELDS: OnceLock<HashMap<String, (Place, Leaf)>> = OnceLock::new();
    FIELDS.get_or_init(|| {
        let mut fields = HashMap::new();
        for place in Place::all() {
            for leaf in Leaf::ALL {
                let template = match leaf {
                    Leaf::Itself => place.template().to_owned(),
                    leaf => format!("{}.{}", place.template(), leaf.template()),
                };
                fields.entry(template).or_insert((place, *leaf));
            }
        }
        fields
    })
}

fn fill<'i>(path: &mut String, template: &str, positions: &mut impl Iterator<Item = &'i u16>) {
    let mut parts = template.split("[]");
    path.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let position = positions.next().copied().unwrap_or_default();
        path.push('[');
        path.push_str(&position.to_string());
        path.push(']');
        path.push_str(part);
    }
}

/// Lists longer than 65,535 entries are refused by the limits long before they get here.
fn position_of(position: usize) -> u16 {
    u16::try_from(position).unwrap_or(u16::MAX)
}

/// The people of a message, by the number that stands for them in a [`FieldRef`].
const AGENTS: [&str; 3] = ["author", "responsibleParty", "performer"];

/// The name of a person of a message, with which the paths of their fields begin.
pub fn agent_name(number: usize) -> &'static str {
    AGENTS.get(number).copied().unwrap_or("agent")
}

/// A place with the positions of the lists above it, from which the fields of a compound value are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    place: Place,
    index: [u16; 4],
}

impl At {
    /// The leaf of this place.
    pub fn leaf(self, leaf: Leaf) -> FieldRef {
        FieldRef { place: self.place, leaf, index: self.index, scope: Scope::BODY }
    }

    /// The place as a field of its own.
    pub fn itself(self) -> FieldRef {
        self.leaf(Leaf::Itself)
    }
}

impl Place {
    /// The place, with the positions in the lists on the way to it, outermost first.
    pub fn at(self, positions: &[usize]) -> At {
        let mut index = [0; 4];
        for (slot, position) in index.iter_mut().zip(positions) {
            *slot = position_of(*position);
        }
        At { place: self, index }
    }

    /// A field directly at this place, which stands in no list.
    pub fn field(self) -> FieldRef {
        self.at(&[]).itself()
    }
}

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// The same value stands in the target.
    Carried,
    /// A named rule or code map changed it.
    Mapped,
    /// It carries no information of its own: a fixed code, a wrapper, a link between parts.
    Structural,
    /// The target needed a value that the source does not hold.
    Defaulted,
    /// The target has no place for it; it stays in the stored original.
    Kept,
    /// Nobody read it and no table names it.
    Lost,
}

impl Disposition {
    /// The word in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Disposition::Carried => "carried",
            Disposition::Mapped => "mapped",
            Disposition::Structural => "structural",
            Disposition::Defaulted => "defaulted",
            Disposition::Kept => "kept",
            Disposition::Lost => "lost",
        }
    }
}

/// What a reader made of one value of its source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// Nothing yet. What is still unread at the end is lost.
    #[default]
    Unread,
    /// Goes to a field of the model, perhaps by a rule.
    Field(FieldRef, MapRule),
    /// Carries no information of its own.
    Structural,
    /// Has no field in the model; the number of the row in the reader's table of unmodelled elements says why.
    Unmodelled(u16),
}

/// What a writer says of one value of its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Comes from a field of the model, perhaps by a rule.
    Field(FieldRef, MapRule),
    /// Needed by the format and not held by the source: the field it stands for, and the rule that made it.
    Default(FieldRef, MapRule),
}

impl Tag {
    /// The same for the field in another part of the message.
    #[must_use]
    pub fn within(self, scope: Scope) -> Self {
        match self {
            Tag::Field(field, rule) => Tag::Field(field.within(scope), rule),
            Tag::Default(field, rule) => Tag::Default(field.within(scope), rule),
        }
    }
}

/// A row of a writer's table of fields that its format cannot hold.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// The place in the model.
    pub place: Place,
    /// One leaf of it, or the whole place.
    pub leaf: Option<Leaf>,
    /// Why the format has no place for it.
    pub reason: &'static str,
}

/// A row of a reader's table of elements that the model has no field for.
#[derive(Clone, Copy, Debug)]
pub struct Unmodelled {
    /// The element, in the format's own words: `MedicationRequest.meta`.
    pub element: &'static str,
    /// Why it may stay in the stored original.
    pub reason: &'static str,
}
