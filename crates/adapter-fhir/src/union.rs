//! A responsible party that is the author under another code.
//!
//! V3 names the responsible party always, by a spurious code or DIN where the author has one (prescription-order.md §5).
//! FHIR says the same with one PractitionerRole that holds all codes, and no extension.

use causeway_canonical::ledger::{FieldRef, place};
use causeway_canonical::model::{Agent, Identifier};

use crate::system;

const AUTHOR: usize = 0;
const RESPONSIBLE: usize = 1;

/// Which identifiers of the united agent come from whom, by their positions there.
pub struct Union {
    role: Vec<Origin>,
    person: Vec<Origin>,
}

/// Positions of an identifier in the author and in the responsible party.
struct Origin {
    author: Option<usize>,
    responsible: Option<usize>,
}

impl Union {
    /// The fields that a value written of the united agent comes from.
    pub fn fields(&self, field: FieldRef) -> [Option<FieldRef>; 2] {
        let Some((AUTHOR, position)) = field.agent() else { return [Some(field), None] };
        let origins = match field.place() {
            place::AGENT_IDENTIFIER => &self.role,
            place::PRACTITIONER_IDENTIFIER => &self.person,
            _ => return [Some(field), Some(field.of_agent(RESPONSIBLE))],
        };
        let at = |agent: usize, position: usize| field.place().at(&[agent, position]).leaf(field.leaf());
        let origin = origins.get(position);
        [
            origin.and_then(|origin| origin.author).map(|position| at(AUTHOR, position)),
            origin.and_then(|origin| origin.responsible).map(|position| at(RESPONSIBLE, position)),
        ]
    }
}

/// Unites author and responsible party, if they are one person in one role; what the union is made of.
pub fn unite(author: &mut Agent, responsible_party: &mut Option<Agent>) -> Option<Union> {
    let responsible = responsible_party.take_if(|responsible| same_person(author, responsible))?;
    let role = merge(&mut author.identifier, responsible.identifier);
    let person = match (&mut author.practitioner, responsible.practitioner) {
        (Some(author), Some(responsible)) => merge(&mut author.identifier, responsible.identifier),
        _ => Vec::new(),
    };
    Some(Union { role, person })
}

fn merge(into: &mut Vec<Identifier>, from: Vec<Identifier>) -> Vec<Origin> {
    let mut origins: Vec<Origin> =
        (0..into.len()).map(|position| Origin { author: Some(position), responsible: None }).collect();
    for (position, identifier) in from.into_iter().enumerate() {
        match into.iter().position(|known| *known == identifier) {
            Some(known) => {
                if let Some(origin) = origins.get_mut(known) {
                    origin.responsible = Some(position);
                }
            }
            None => {
                into.push(identifier);
                origins.push(Origin { author: None, responsible: Some(position) });
            }
        }
    }
    origins
}

/// Whether both say the same but for codes, and no code of the author would be taken for one of the responsible party.
fn same_person(author: &Agent, responsible: &Agent) -> bool {
    let author_codes = codes(author);
    let known = |identifier: &&Identifier| stands_for_responsible(identifier) || author_codes.contains(identifier);
    !author_codes.iter().any(|identifier| stands_for_responsible(identifier))
        && codes(responsible).iter().all(known)
        && without_codes(author) == without_codes(responsible)
}

fn codes(agent: &Agent) -> Vec<&Identifier> {
    let person = agent.practitioner.iter().flat_map(|practitioner| &practitioner.identifier);
    agent.identifier.iter().chain(person).collect()
}

fn without_codes(agent: &Agent) -> Agent {
    let mut agent = agent.clone();
    agent.identifier.clear();
    if let Some(practitioner) = &mut agent.practitioner {
        practitioner.identifier.clear();
    }
    agent
}

/// Codes that are looked for in the responsible party alone.
fn stands_for_responsible(identifier: &Identifier) -> bool {
    matches!(identifier.system.as_deref(), Some(system::SPURIOUS_CODE | system::DIN))
}
