//! `AgentPerson` in its variants: who prescribes, cancels and dispenses, and who is told of in answers (overview.md §11,
//! prescription-order.md §5).
//!
//! Invariant: which of several values stands for the person is decided in one function each, for writing and projection
//! alike.

mod directory;
mod identity;

pub(crate) use directory::{project as project_of_directory, read as read_of_directory, write as write_of_directory};

use causeway_canonical::Rule;
use causeway_canonical::ledger::{At, Leaf, MapRule, Place, map_rule, place};
use causeway_canonical::model::{Agent, Coded, Concept, Identifier, Practitioner, Telecom};
use causeway_syntax::adapter::Compat;

use crate::datatypes::{Origin, coded, present, telecom};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::organisation;
use crate::rules;
use crate::spec;
use crate::tables;
use crate::target::Target;

/// What a person does in a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    Author,
    ResponsibleParty,
    /// Holds the prescription, as an answer tells.
    Performer,
}

/// What the kind of message says of its people (overview.md §11).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// Variant P: known by a professional code; the organisation has a licence.
    Prescribing,
    /// Variant C: known by the SDS user id; no licence.
    Cancelling,
    /// Variant D: known by the SDS user id under the root of professional codes; shown by words, the organisation as far
    /// as it is described.
    Dispensing,
    /// Prescribers told of in an answer: known by either id, and everything else as far as it is told.
    Answering,
}

/// A person's place in the message.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    pub(crate) duty: Duty,
    pub(crate) variant: Variant,
    /// The number that stands for the person in field references.
    number: usize,
    /// The rule by which somebody else's fields stand here.
    via: Option<MapRule>,
}

impl Part {
    pub(crate) const AUTHOR: Part = Part::of(Duty::Author, Variant::Prescribing);
    pub(crate) const RESPONSIBLE_PARTY: Part = Part::of(Duty::ResponsibleParty, Variant::Prescribing);
    /// The author, named again as responsible party.
    pub(crate) const AUTHOR_AGAIN: Part = Part::author_again(Variant::Prescribing);
    /// Who asks for a cancellation.
    pub(crate) const CANCELLER: Part = Part::of(Duty::Author, Variant::Cancelling);
    /// Who wrote what is to be cancelled.
    pub(crate) const CANCELLED: Part = Part::of(Duty::ResponsibleParty, Variant::Cancelling);
    /// Who asks for a cancellation of a prescription of his own.
    pub(crate) const CANCELLER_AGAIN: Part = Part::author_again(Variant::Cancelling);
    /// Who releases, dispenses, claims or returns.
    pub(crate) const DISPENSER: Part = Part::of(Duty::Author, Variant::Dispensing);
    /// The dispenser that holds a prescription, as an answer tells.
    pub(crate) const HOLDER: Part = Part::of(Duty::Performer, Variant::Dispensing);
    /// Who asked for the cancellation, as the answer tells.
    pub(crate) const ANSWERED: Part = Part::of(Duty::Author, Variant::Answering);
    /// Who wrote the prescription, as the answer tells.
    pub(crate) const ANSWERED_PRESCRIBER: Part = Part::of(Duty::ResponsibleParty, Variant::Answering);

    const fn of(duty: Duty, variant: Variant) -> Self {
        let number = match duty {
            Duty::Author => 0,
            Duty::ResponsibleParty => 1,
            Duty::Performer => 2,
        };
        Part { duty, variant, number, via: None }
    }

    const fn author_again(variant: Variant) -> Self {
        let via = Some(map_rule::RESPONSIBLE_PARTY_IS_AUTHOR);
        Part { duty: Duty::ResponsibleParty, variant, number: 0, via }
    }

    /// Whether an answer tells of the person, and not the person who acts.
    pub(crate) fn is_in_answer(self) -> bool {
        self.variant == Variant::Answering || self.duty == Duty::Performer
    }

    /// Whether the kind of message demands telecom, address and name of the organisation.
    pub(crate) fn needs_organisation_in_full(self) -> bool {
        matches!(self.variant, Variant::Prescribing | Variant::Cancelling)
    }

    pub(crate) fn at(self, place: Place) -> At {
        place.at(&[self.number])
    }

    pub(crate) fn nth(self, place: Place, position: usize) -> At {
        place.at(&[self.number, position])
    }

    /// Where a value comes from that stands at `at`, by `rule` if it is not its own place.
    pub(crate) fn origin(self, at: At, rule: Option<MapRule>) -> Origin {
        Origin::via(at, self.via.or(rule))
    }
}

/// Why something cannot be written: the rule, the place, and what is expected.
pub(crate) type Refusal = (&'static Rule, At, Leaf, &'static str);

pub(crate) fn write(target: &mut Target<'_>, agent: &Agent, part: Part) {
    target.open(&spec::AGENT_PERSON);
    write_role_profile(target, agent, part);
    write_job_role(target, agent, part);
    write_telecom(target, agent, part);
    identity::write(target, agent, part);
    organisation::write(target, agent, part);
    target.close();
}

fn write_role_profile(target: &mut Target<'_>, agent: &Agent, part: Part) {
    match role_profile(agent, part) {
        Ok(Some((number, value))) => {
            let at = part.nth(place::AGENT_IDENTIFIER, number);
            write_identifier(target, value, oid::SDS_ROLE_PROFILE, part.origin(at, None), map_rule::NONE);
        }
        Ok(None) => {}
        Err(refusal) => refuse(target, refusal),
    }
}

/// `<id extension root/>`, where the root is a naming system of the model.
fn write_identifier(target: &mut Target<'_>, value: &str, root: &str, origin: Origin, rule: MapRule) {
    target.open(&spec::ID);
    target.attribute("extension", value, [origin.tag(Leaf::Value, rule)]);
    target.attribute("root", root, [origin.tag(Leaf::System, map_rule::IDENTIFIER_ROOT)]);
    target.close();
}

/// The role profile id. A role without any identifier goes without, except a dispenser's; one with others only does not,
/// unless what it has is the code of the responsible party.
fn role_profile(agent: &Agent, part: Part) -> Result<Option<(usize, &str)>, Refusal> {
    let mut profiles = of_system(&agent.identifier, uri::SDS_ROLE_PROFILE);
    let refusal = |message| Err((&rules::EPS_ROLE_PROFILE, part.nth(place::AGENT_IDENTIFIER, 0), Leaf::Value, message));
    match (profiles.next(), profiles.next()) {
        (Some(_), Some(_)) => refusal("expected one sds-role-profile-id of the role, found several"),
        (Some(profile), None) => Ok(Some(profile)),
        (None, _) => {
            let coded = of_system(&agent.identifier, uri::SPURIOUS).next().is_some();
            if needs_role_profile(part) {
                refusal("expected the sds-role-profile-id of the role")
            } else if agent.identifier.is_empty() || (coded && part.duty == Duty::ResponsibleParty) {
                Ok(None)
            } else {
                refusal("expected an sds-role-profile-id among the identifiers of the role")
            }
        }
    }
}

fn needs_role_profile(part: Part) -> bool {
    part.variant == Variant::Dispensing && part.duty == Duty::Author
}

/// The values of a naming system in a list of identifiers, with their positions.
fn of_system<'a>(list: &'a [Identifier], system: &str) -> impl Iterator<Item = (usize, &'a str)> {
    list.iter()
        .enumerate()
        .filter(move |(_, identifier)| identifier.system.as_deref() == Some(system))
        .filter_map(|(number, identifier)| present(&identifier.value).map(|value| (number, value)))
}

fn write_job_role(target: &mut Target<'_>, agent: &Agent, part: Part) {
    match job_role(agent, part) {
        Ok(Some((concept, coding, code))) => {
            let origin = part.origin(part.nth(place::AGENT_JOB_ROLE, concept), None);
            target.open(&spec::CODE);
            target.attribute("code", code, [origin.nth(Leaf::CodingCode, coding, map_rule::NONE)]);
            let system = origin.nth(Leaf::CodingSystem, coding, map_rule::CODE_SYSTEM_OID);
            target.attribute("codeSystem", oid::JOB_ROLE, [system]);
            target.close();
        }
        Ok(None) => {}
        Err(refusal) => refuse(target, refusal),
    }
}

/// The job role: of the first of two code systems that has one. A role without any goes without.
fn job_role(agent: &Agent, part: Part) -> Result<Option<(usize, usize, &str)>, Refusal> {
    if agent.job_role.is_empty() {
        return Ok(None);
    }
    let refusal = |message| Err((&rules::EPS_JOB_ROLE, part.nth(place::AGENT_JOB_ROLE, 0), Leaf::CodingCode, message));
    for system in [uri::JOB_ROLE_CODE, uri::JOB_ROLE_NAME] {
        let codings = agent.job_role.iter().enumerate().flat_map(|(number, concept)| {
            concept.coding.iter().enumerate().map(move |(coding, coded)| (number, coding, coded))
        });
        let mut codes = codings
            .filter(|(_, _, coded)| coded.system.as_deref() == Some(system))
            .filter_map(|(number, coding, coded)| present(&coded.code).map(|code| (number, coding, code)));
        match (codes.next(), codes.next()) {
            (Some(_), Some(_)) => return refusal("expected one job role of a code system, found several"),
            (Some(code), None) => return Ok(Some(code)),
            (None, _) => {}
        }
    }
    refusal("expected a job role of a known code system")
}

fn write_telecom(target: &mut Target<'_>, agent: &Agent, part: Part) {
    match telecoms(agent, part) {
        Ok((telecoms, place, rule)) => {
            for (number, telecom) in telecoms.iter().enumerate() {
                telecom::write(target, telecom, part.origin(part.nth(place, number), rule));
            }
        }
        Err(refusal) => refuse(target, refusal),
    }
}

/// The telecoms of the role; else those of the person. Only a prescriber must have some, and may have those of the
/// organisation, if named by identifier.
fn telecoms(agent: &Agent, part: Part) -> Result<(&[Telecom], Place, Option<MapRule>), Refusal> {
    if let Some(telecoms) = &agent.telecom {
        return Ok((telecoms, place::AGENT_TELECOM, None));
    }
    if let Some(practitioner) = &agent.practitioner
        && !is_by_identifier(practitioner)
        && let Some(telecoms) = &practitioner.telecom
    {
        return Ok((telecoms, place::PRACTITIONER_TELECOM, Some(map_rule::ROLE_TELECOM)));
    }
    if part.variant != Variant::Prescribing {
        return Ok((&[], place::AGENT_TELECOM, None));
    }
    if let (Some(practitioner), Some(organisation)) = (&agent.practitioner, &agent.organisation)
        && is_by_identifier(practitioner)
        && !organisation.telecom.is_empty()
    {
        return Ok((&organisation.telecom, place::ORGANISATION_TELECOM, Some(map_rule::ROLE_TELECOM)));
    }
    let message = "expected the telecom of the role, or else of the person";
    Err((&rules::EPS_PERSON_TELECOM, part.nth(place::AGENT_TELECOM, 0), Leaf::Value, message))
}

fn is_by_identifier(practitioner: &Practitioner) -> bool {
    practitioner.name.is_empty() && practitioner.telecom.is_none()
}

/// A list of telecoms as it is read: what says nothing is left out, and only a prescriber has an empty list.
fn telecoms_read(telecoms: impl Iterator<Item = Telecom>, part: Part) -> Option<Vec<Telecom>> {
    let telecoms: Vec<_> = telecoms.filter(|telecom| *telecom != Telecom::default()).collect();
    (!telecoms.is_empty() || part.variant == Variant::Prescribing).then_some(telecoms)
}

pub(crate) fn refuse(target: &mut Target<'_>, (rule, at, leaf, message): Refusal) {
    target.refuse(rule, at.leaf(leaf), message);
}

/// Reads the `AgentPerson` in a participation.
pub(crate) fn read(participation: Element<'_>, part: Part) -> Option<Agent> {
    let element = participation.required(&spec::AGENT_PERSON)?;
    let mut agent = Agent::default();
    let id = if needs_role_profile(part) { element.required(&spec::ID) } else { element.optional(&spec::ID) };
    if let Some(id) = id {
        let at = part.nth(place::AGENT_IDENTIFIER, 0);
        let value = read_identifier(id, &[oid::SDS_ROLE_PROFILE], at, map_rule::IDENTIFIER_ROOT);
        agent.identifier.extend(value.map(|value| identifier(uri::SDS_ROLE_PROFILE, value)));
    }
    if let Some(code) = element.optional(&spec::CODE) {
        agent.job_role.extend(read_job_role(code, part));
    }
    let has_value = |telecom: &Element<'_>| telecom.peek("value").is_some() || telecom.peek("use").is_some();
    let telecoms = element.all(&spec::TELECOM).map(|telecom| telecom.open(&spec::TELECOM)).filter(has_value);
    let telecoms = telecoms.enumerate().map(|(number, it)| telecom::read(it, part.nth(place::AGENT_TELECOM, number)));
    agent.telecom = telecoms_read(telecoms, part);
    identity::read(element, part, &mut agent);
    agent.organisation = organisation::read(element, part);
    element.unmodelled("addr", tables::AGENT_ADDRESS);
    Some(agent)
}

fn read_job_role(code: Element<'_>, part: Part) -> Option<Concept> {
    let at = part.nth(place::AGENT_JOB_ROLE, 0);
    coded::check_system(code, oid::JOB_ROLE);
    code.value("codeSystem", at.leaf(Leaf::CodingSystem), map_rule::JOB_ROLE_SYSTEM);
    let display = code.value("displayName", at.leaf(Leaf::CodingDisplay), map_rule::NONE).map(str::to_owned);
    let role = code.required_value("code", at.leaf(Leaf::CodingCode), map_rule::NONE)?;
    Some(Concept::of(Coded { display, ..job_role_of(role) }))
}

/// The code list of a job role is recognised by its form.
fn job_role_of(code: &str) -> Coded {
    Coded::new(if code.contains(':') { uri::JOB_ROLE_CODE } else { uri::JOB_ROLE_NAME }, code)
}

/// Reads an `id` whose root is one of the naming systems that may stand here.
fn read_identifier<'t>(id: Element<'t>, roots: &[&str], at: At, rule: MapRule) -> Option<&'t str> {
    if id.peek("root").is_some_and(|root| roots.contains(&root)) {
        id.value("root", at.leaf(Leaf::System), rule);
    } else {
        id.complain(&rules::V3_FIXED_VALUE, format!("expected `root` to be `{}`", roots.join("` or `")));
    }
    id.required_value("extension", at.leaf(Leaf::Value), map_rule::NONE)
}

fn identifier(system: &str, value: &str) -> Identifier {
    Identifier { system: Some(system.to_owned()), value: Some(value.to_owned()), r#use: None }
}

/// What comes back of a person.
pub(crate) fn project(agent: &Agent, part: Part, compat: Compat) -> Agent {
    let profile = role_profile(agent, part).ok().flatten();
    let role = job_role(agent, part).ok().flatten();
    let telecoms = telecoms(agent, part).ok().map(|(list, ..)| list.iter().map(|it| telecom::project(it, compat)));
    let mut back = Agent {
        identifier: profile.map(|(_, value)| identifier(uri::SDS_ROLE_PROFILE, value)).into_iter().collect(),
        job_role: role.map(|(_, _, code)| Concept::of(job_role_of(code))).into_iter().collect(),
        telecom: telecoms.and_then(|telecoms| telecoms_read(telecoms, part)),
        organisation: organisation::project(agent, part, compat),
        ..Agent::default()
    };
    identity::project(agent, part, compat, &mut back);
    back
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s11_a_job_role_of_three_parts_is_of_another_code_list_than_one_of_one() {
        assert_eq!(job_role_of("S8000:G8000:R8000").system.as_deref(), Some(uri::JOB_ROLE_CODE));
        assert_eq!(job_role_of("R8000").system.as_deref(), Some(uri::JOB_ROLE_NAME));
    }

    #[test]
    fn s11_only_a_dispenser_needs_a_role_profile() {
        let agent = Agent::default();
        assert!(role_profile(&agent, Part::DISPENSER).is_err());
        for part in [Part::AUTHOR, Part::CANCELLER, Part::ANSWERED, Part::HOLDER] {
            assert!(role_profile(&agent, part).is_ok_and(|profile| profile.is_none()));
        }
    }
}
