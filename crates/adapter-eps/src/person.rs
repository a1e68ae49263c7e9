//! `AgentPerson`, variant P: the author and the responsible party of an order (overview.md §11, prescription-order.md
//! §5).
//!
//! Invariant: which of several values stands for the person is decided in one function each, for writing and projection
//! alike.

use std::borrow::Cow;

use causeway_canonical::identifier::{gmc_full_form, kind_of_v3};
use causeway_canonical::ledger::{At, Leaf, MapRule, Place, map_rule, place};
use causeway_canonical::model::{Agent, Coded, Concept, HumanName, Identifier, Practitioner, Telecom};
use causeway_canonical::{ProfessionalKind, Rule};
use causeway_syntax::adapter::{Compat, Defect};

use crate::datatypes::{Origin, coded, name, present, telecom};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::organisation;
use crate::rules;
use crate::spec;
use crate::tables;
use crate::target::Target;

/// What a person is on a prescription.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    Author,
    ResponsibleParty,
}

/// A person's place in the message.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    pub(crate) duty: Duty,
    /// The number that stands for the person in field references.
    number: usize,
    /// The rule by which somebody else's fields stand here.
    via: Option<MapRule>,
}

impl Part {
    pub(crate) const AUTHOR: Part = Part { duty: Duty::Author, number: 0, via: None };
    pub(crate) const RESPONSIBLE_PARTY: Part = Part { duty: Duty::ResponsibleParty, number: 1, via: None };
    /// The author, named again as responsible party.
    pub(crate) const AUTHOR_AGAIN: Part =
        Part { duty: Duty::ResponsibleParty, number: 0, via: Some(map_rule::RESPONSIBLE_PARTY_IS_AUTHOR) };

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
    write_person(target, agent, part);
    organisation::write(target, agent, part);
    target.close();
}

fn write_role_profile(target: &mut Target<'_>, agent: &Agent, part: Part) {
    match role_profile(agent, part) {
        Ok(Some((number, value))) => {
            let origin = part.origin(part.nth(place::AGENT_IDENTIFIER, number), None);
            target.open(&spec::ID);
            target.attribute("extension", value, [origin.tag(Leaf::Value, map_rule::NONE)]);
            target.attribute("root", oid::SDS_ROLE_PROFILE, [origin.tag(Leaf::System, map_rule::IDENTIFIER_ROOT)]);
            target.close();
        }
        Ok(None) => {}
        Err(refusal) => refuse(target, refusal),
    }
}

/// The role profile id. A role without any identifier goes without; one with others only does not, unless what it has
/// is the code of the responsible party.
fn role_profile(agent: &Agent, part: Part) -> Result<Option<(usize, &str)>, Refusal> {
    let mut profiles = of_system(&agent.identifier, uri::SDS_ROLE_PROFILE);
    let refusal = |message| Err((&rules::EPS_ROLE_PROFILE, part.nth(place::AGENT_IDENTIFIER, 0), Leaf::Value, message));
    match (profiles.next(), profiles.next()) {
        (Some(_), Some(_)) => refusal("expected one sds-role-profile-id of the role, found several"),
        (Some(profile), None) => Ok(Some(profile)),
        (None, _) => {
            let coded = of_system(&agent.identifier, uri::SPURIOUS).next().is_some();
            if agent.identifier.is_empty() || (coded && part.duty == Duty::ResponsibleParty) {
                Ok(None)
            } else {
                refusal("expected an sds-role-profile-id among the identifiers of the role")
            }
        }
    }
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

/// The telecoms of the role; else those of the person, or of the organisation where the person is named by identifier.
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

fn write_person(target: &mut Target<'_>, agent: &Agent, part: Part) {
    let at = part.at(place::PRACTITIONER);
    let Some(practitioner) = &agent.practitioner else {
        return refuse(target, (&rules::EPS_PRACTITIONER, at, Leaf::Itself, "expected a person in the role"));
    };
    target.open(&spec::PERSON);
    match professional_code(agent, practitioner, part, target.compat()) {
        Ok(code) => {
            let origin = part.origin(code.at, None);
            target.open(&spec::ID);
            target.attribute("extension", &code.value, [origin.tag(Leaf::Value, code.rule)]);
            target.attribute("root", oid::PROFESSIONAL, [origin.tag(Leaf::System, map_rule::IDENTIFIER_ROOT)]);
            target.close();
        }
        Err(refusal) => refuse(target, refusal),
    }
    match shown(agent, practitioner, part) {
        Ok(Shown::Name(own)) => name::write(target, own, part.origin(part.nth(place::PRACTITIONER_NAME, 0), None)),
        Ok(Shown::Words(words, at, leaf, rule)) => {
            target.open(&spec::NAME);
            target.text(words, [part.origin(at, None).tag(leaf, rule)]);
            target.close();
        }
        Err(refusal) => refuse(target, refusal),
    }
    target.close();
}

/// A professional's code as it is written, and where it comes from.
struct Code<'a> {
    value: Cow<'a, str>,
    at: At,
    rule: MapRule,
}

/// The one code of an author; of a responsible party the spurious code or the doctor index number goes before it.
fn professional_code<'a>(
    agent: &'a Agent,
    practitioner: &'a Practitioner,
    part: Part,
    compat: Compat,
) -> Result<Code<'a>, Refusal> {
    let code = |place, (number, value)| Code {
        value: Cow::Borrowed(value),
        at: part.nth(place, number),
        rule: map_rule::NONE,
    };
    if part.duty == Duty::ResponsibleParty {
        for (place, list, system) in [
            (place::AGENT_IDENTIFIER, &agent.identifier, uri::SPURIOUS),
            (place::PRACTITIONER_IDENTIFIER, &practitioner.identifier, uri::DIN),
        ] {
            let mut found = of_system(list, system);
            match (found.next(), found.next()) {
                (Some(_), Some(_)) => {
                    let message = "expected one code of the responsible party, found several of a kind";
                    return Err((&rules::EPS_PROFESSIONAL_CODE, part.nth(place, 0), Leaf::Value, message));
                }
                (Some(found), None) => return Ok(code(place, found)),
                (None, _) => {}
            }
        }
    }
    let systems = [uri::GMC, uri::GMP, uri::NMC, uri::GPHC, uri::HCPC, uri::PROFESSIONAL];
    let mut found = systems
        .into_iter()
        .flat_map(|system| of_system(&practitioner.identifier, system).map(move |found| (system, found)));
    let place = place::PRACTITIONER_IDENTIFIER;
    let refusal = |message| Err((&rules::EPS_PROFESSIONAL_CODE, part.nth(place, 0), Leaf::Value, message));
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => refusal("expected one professional code, found several"),
        (None, _) => refusal("expected a professional code"),
        (Some((uri::GMC, found)), None) => Ok(gmc_number(code(place, found), compat)),
        (Some((_, found)), None) => Ok(code(place, found)),
    }
}

/// A GMC number in full, or without its letter where a partner depends on that (EPS-D09).
fn gmc_number(code: Code<'_>, compat: Compat) -> Code<'_> {
    let value = if compat.reproduces(Defect::GmcWithoutPrefix) {
        Some(code.value.strip_prefix(['C', 'c']).unwrap_or(&code.value).to_owned())
    } else {
        gmc_full_form(&code.value)
    };
    match value {
        Some(value) if value != code.value => Code { value: Cow::Owned(value), rule: map_rule::GMC_PREFIX, ..code },
        _ => code,
    }
}

/// How a person is shown.
enum Shown<'a> {
    Name(&'a HumanName),
    Words(&'a str, At, Leaf, MapRule),
}

/// The person's one name. Of a person named by identifier it is the name of an organisation that is described in full,
/// or else the words that stand beside the identifier.
fn shown<'a>(agent: &'a Agent, practitioner: &'a Practitioner, part: Part) -> Result<Shown<'a>, Refusal> {
    let at = part.nth(place::PRACTITIONER_NAME, 0);
    let refusal = |message| Err((&rules::EPS_PERSON_NAME, at, Leaf::Text, message));
    match practitioner.name.as_slice() {
        [name] if !name::is_blank(name) => return Ok(Shown::Name(name)),
        [_] => return refusal("expected a name of the person with something in it"),
        [] => {}
        _ => return refusal("expected one name of the person, found several"),
    }
    if let Some(organisation) = agent.organisation.as_ref().filter(|own| organisation::is_in_full(own)) {
        return match present(&organisation.name) {
            Some(name) => {
                let at = part.at(place::ORGANISATION);
                Ok(Shown::Words(name, at, Leaf::Name, map_rule::ORGANISATION_AS_PERSON))
            }
            None => refusal("expected a name of the person or of the organisation"),
        };
    }
    match present(&practitioner.display) {
        Some(display) => {
            let at = part.at(place::PRACTITIONER);
            Ok(Shown::Words(display, at, Leaf::Display, map_rule::PERSON_NAME_TEXT))
        }
        None => refusal("expected a name of the person"),
    }
}

pub(crate) fn refuse(target: &mut Target<'_>, (rule, at, leaf, message): Refusal) {
    target.refuse(rule, at.leaf(leaf), message);
}

/// Reads the `AgentPerson` in a participation.
pub(crate) fn read(participation: Element<'_>, part: Part) -> Option<Agent> {
    let element = participation.required(&spec::AGENT_PERSON)?;
    let mut agent = Agent::default();
    if let Some(id) = element.optional(&spec::ID) {
        let at = part.nth(place::AGENT_IDENTIFIER, 0);
        let value = read_identifier(id, oid::SDS_ROLE_PROFILE, at, map_rule::IDENTIFIER_ROOT);
        agent.identifier.extend(value.map(|value| identifier(uri::SDS_ROLE_PROFILE, value)));
    }
    if let Some(code) = element.optional(&spec::CODE) {
        agent.job_role.extend(read_job_role(code, part));
    }
    let mut telecoms = Vec::new();
    for telecom in element.all(&spec::TELECOM) {
        let at = part.nth(place::AGENT_TELECOM, telecoms.len());
        telecoms.push(telecom::read(telecom.open(&spec::TELECOM), at));
    }
    agent.telecom = Some(telecoms);
    if let Some(person) = element.required(&spec::PERSON) {
        read_person(person, part, &mut agent);
    }
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

fn read_person(person: Element<'_>, part: Part, agent: &mut Agent) {
    let mut practitioner = Practitioner::default();
    if let Some(id) = person.required(&spec::ID) {
        let code = id.peek("extension").unwrap_or_default();
        let (system, on_role) = system_of(code, part.duty);
        let at = if on_role {
            part.nth(place::AGENT_IDENTIFIER, agent.identifier.len())
        } else {
            part.nth(place::PRACTITIONER_IDENTIFIER, 0)
        };
        let list = if on_role { &mut agent.identifier } else { &mut practitioner.identifier };
        let value = read_identifier(id, oid::PROFESSIONAL, at, map_rule::SYSTEM_FROM_FORM);
        list.extend(value.map(|value| identifier(system, value)));
    }
    if let Some(name) = person.required(&spec::NAME) {
        let read = name::read(name, part.nth(place::PRACTITIONER_NAME, 0));
        if name::is_blank(&read) {
            name.complain(&rules::V3_REQUIRED, "expected a name");
        }
        practitioner.name.push(read);
    }
    agent.practitioner = Some(practitioner);
}

/// Reads an `id` whose root is a naming system of the model.
fn read_identifier<'t>(id: Element<'t>, root: &str, at: At, rule: MapRule) -> Option<&'t str> {
    if id.peek("root") == Some(root) {
        id.value("root", at.leaf(Leaf::System), rule);
    } else {
        id.complain(&rules::V3_FIXED_VALUE, format!("expected `root` to be `{root}`"));
    }
    id.required_value("extension", at.leaf(Leaf::Value), map_rule::NONE)
}

/// The naming system of a professional's code, recognised by its form (identifiers.md §6.3), and whether it belongs to
/// the role. An author is known by a register; the codes of a responsible party cannot be an author's.
fn system_of(code: &str, duty: Duty) -> (&'static str, bool) {
    match (kind_of_v3(code), duty) {
        (ProfessionalKind::Spurious, Duty::ResponsibleParty) => (uri::SPURIOUS, true),
        (ProfessionalKind::Din, Duty::ResponsibleParty) => (uri::DIN, false),
        (ProfessionalKind::Nmc, _) => (uri::NMC, false),
        (ProfessionalKind::Gmp, _) => (uri::GMP, false),
        (ProfessionalKind::Gmc, _) => (uri::GMC, false),
        (ProfessionalKind::Hcpc, _) => (uri::HCPC, false),
        _ => (uri::PROFESSIONAL, false),
    }
}

fn identifier(system: &str, value: &str) -> Identifier {
    Identifier { system: Some(system.to_owned()), value: Some(value.to_owned()), r#use: None }
}

/// What comes back of a person.
pub(crate) fn project(agent: &Agent, part: Part, compat: Compat) -> Agent {
    let profile = role_profile(agent, part).ok().flatten();
    let mut back = Agent {
        identifier: profile.map(|(_, value)| identifier(uri::SDS_ROLE_PROFILE, value)).into_iter().collect(),
        job_role: job_role(agent, part)
            .ok()
            .flatten()
            .map(|(_, _, code)| Concept::of(job_role_of(code)))
            .into_iter()
            .collect(),
        telecom: telecoms(agent, part)
            .ok()
            .map(|(list, ..)| list.iter().map(|it| telecom::project(it, compat)).collect()),
        organisation: organisation::project(agent, part, compat),
        ..Agent::default()
    };
    if let Some(practitioner) = &agent.practitioner {
        let mut projected = Practitioner::default();
        if let Ok(code) = professional_code(agent, practitioner, part, compat) {
            let (system, on_role) = system_of(&code.value, part.duty);
            let list = if on_role { &mut back.identifier } else { &mut projected.identifier };
            list.push(identifier(system, &code.value));
        }
        projected.name.extend(shown(agent, practitioner, part).ok().map(|shown| match shown {
            Shown::Name(name) => name::project(name),
            Shown::Words(words, ..) => HumanName { text: Some(words.to_owned()), ..HumanName::default() },
        }));
        back.practitioner = Some(projected);
    }
    back
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(role: &[(&str, &str)], person: &[(&str, &str)]) -> Agent {
        let list = |of: &[(&str, &str)]| of.iter().map(|(system, value)| identifier(system, value)).collect();
        let practitioner = Practitioner { identifier: list(person), ..Practitioner::default() };
        Agent { identifier: list(role), practitioner: Some(practitioner), ..Agent::default() }
    }

    fn code(agent: &Agent, part: Part, compat: Compat) -> Option<String> {
        let practitioner = agent.practitioner.as_ref().unwrap();
        professional_code(agent, practitioner, part, compat).ok().map(|code| code.value.into_owned())
    }

    #[test]
    fn s6_3_the_form_of_a_code_names_its_system() {
        for (text, author, responsible) in [
            ("612345", uri::PROFESSIONAL, uri::SPURIOUS),
            ("312345", uri::PROFESSIONAL, uri::DIN),
            ("12A3456E", uri::NMC, uri::NMC),
            ("G9123456", uri::GMP, uri::GMP),
            ("C1234567", uri::GMC, uri::GMC),
            ("PH012345", uri::HCPC, uri::HCPC),
            ("1234567", uri::PROFESSIONAL, uri::PROFESSIONAL),
        ] {
            assert_eq!(system_of(text, Duty::Author), (author, false), "{text}");
            assert_eq!(system_of(text, Duty::ResponsibleParty), (responsible, responsible == uri::SPURIOUS), "{text}");
        }
    }

    #[test]
    fn s5_a_responsible_party_has_the_spurious_code_then_the_din_then_a_professional_code() {
        let both = [(uri::DIN, "977677"), (uri::GMC, "C6095103")];
        let (spurious, none) = ([(uri::SPURIOUS, "612345")], []);
        let responsible = |agent: &Agent| code(agent, Part::RESPONSIBLE_PARTY, Compat::NONE);
        assert_eq!(responsible(&agent(&spurious, &both)).as_deref(), Some("612345"));
        assert_eq!(responsible(&agent(&none, &both)).as_deref(), Some("977677"));
        assert_eq!(responsible(&agent(&none, &both[1..])).as_deref(), Some("C6095103"));
        assert_eq!(code(&agent(&spurious, &both), Part::AUTHOR, Compat::NONE).as_deref(), Some("C6095103"));
    }

    #[test]
    fn d09_a_gmc_number_is_written_in_full_or_without_its_letter() {
        for text in ["C6095103", "6095103"] {
            let agent = agent(&[], &[(uri::GMC, text)]);
            assert_eq!(code(&agent, Part::AUTHOR, Compat::NONE).as_deref(), Some("C6095103"));
            assert_eq!(code(&agent, Part::AUTHOR, Compat::nhs_eps_api()).as_deref(), Some("6095103"));
        }
    }

    #[test]
    fn s11_a_job_role_of_three_parts_is_of_another_code_list_than_one_of_one() {
        assert_eq!(job_role_of("S8000:G8000:R8000").system.as_deref(), Some(uri::JOB_ROLE_CODE));
        assert_eq!(job_role_of("R8000").system.as_deref(), Some(uri::JOB_ROLE_NAME));
    }
}
