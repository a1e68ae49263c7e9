//! `agentPerson`: by which id a person is known, and how the person is shown (overview.md §11, prescription-order.md §5).

use std::borrow::Cow;

use causeway_canonical::ProfessionalKind;
use causeway_canonical::identifier::{gmc_full_form, kind_of_v3};
use causeway_canonical::ledger::{At, Leaf, MapRule, map_rule, place};
use causeway_canonical::model::{Agent, HumanName, Practitioner};
use causeway_syntax::adapter::{Compat, Defect};

use super::{Duty, Part, Refusal, Variant, identifier, of_system, read_identifier, refuse, write_identifier};
use crate::datatypes::{is_blank, name, present};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::organisation;
use crate::rules;
use crate::spec;
use crate::target::Target;

pub(super) fn write(target: &mut Target<'_>, agent: &Agent, part: Part) {
    let at = part.at(place::PRACTITIONER);
    let nobody = Practitioner::default();
    let Some(practitioner) = person(agent, part, &nobody) else {
        return refuse(target, (&rules::EPS_PRACTITIONER, at, Leaf::Itself, "expected a person in the role"));
    };
    target.open(&spec::PERSON);
    match code(agent, practitioner, part, target.compat()) {
        Ok(code) => write_identifier(target, &code.value, code.root, part.origin(code.at, None), code.rule),
        Err(_) if may_lack_code(practitioner, part) => {}
        Err(refusal) => refuse(target, refusal),
    }
    match shown(agent, practitioner, part) {
        Ok(Some(Shown::Name(own))) => {
            name::write(target, own, part.origin(part.nth(place::PRACTITIONER_NAME, 0), None));
        }
        Ok(Some(Shown::Words(words, at, leaf, rule))) => {
            target.open(&spec::NAME);
            target.text(words, [part.origin(at, None).tag(leaf, rule)]);
            target.close();
        }
        Ok(None) => {}
        Err(refusal) => refuse(target, refusal),
    }
    target.close();
}

/// The person in a role. An answer may have nobody there; what the role itself is known by stands all the same.
fn person<'a>(agent: &'a Agent, part: Part, nobody: &'a Practitioner) -> Option<&'a Practitioner> {
    agent.practitioner.as_ref().or_else(|| part.is_in_answer().then_some(nobody))
}

/// A person's code as it is written, and where it comes from.
struct Code<'a> {
    value: Cow<'a, str>,
    root: &'static str,
    at: At,
    rule: MapRule,
}

/// The code by which a person is known in this kind of message. Where there are two, the usual one goes before.
fn code<'a>(agent: &'a Agent, practitioner: &'a Practitioner, part: Part, compat: Compat) -> Result<Code<'a>, Refusal> {
    let professional = || professional_code(agent, practitioner, part, compat);
    match part.variant {
        Variant::Prescribing => professional(),
        Variant::Cancelling => user_id(practitioner, part, oid::SDS_USER),
        Variant::Dispensing => {
            user_id(practitioner, part, oid::PROFESSIONAL).or_else(|refusal| professional().map_err(|_| refusal))
        }
        Variant::Answering => {
            professional().or_else(|refusal| user_id(practitioner, part, oid::SDS_USER).map_err(|_| refusal))
        }
    }
}

/// An answer tells of people as far as Spine knows them.
fn may_lack_code(practitioner: &Practitioner, part: Part) -> bool {
    part.is_in_answer() && practitioner.identifier.is_empty()
}

/// The SDS user id of a person.
fn user_id<'a>(practitioner: &'a Practitioner, part: Part, root: &'static str) -> Result<Code<'a>, Refusal> {
    let place = place::PRACTITIONER_IDENTIFIER;
    let refusal = |message| Err((&rules::EPS_SDS_USER, part.nth(place, 0), Leaf::Value, message));
    let mut found = of_system(&practitioner.identifier, uri::SDS_USER);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => refusal("expected one sds-user-id of the person, found several"),
        (Some((number, value)), None) => {
            Ok(Code { value: Cow::Borrowed(value), root, at: part.nth(place, number), rule: map_rule::NONE })
        }
        (None, _) => refusal("expected the sds-user-id of the person"),
    }
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
        root: oid::PROFESSIONAL,
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

/// The person's one name. Of a prescriber named by identifier it is the name of an organisation that is described in
/// full; of anybody else, or else, the words that stand beside the identifier. Only a prescriber must have one.
fn shown<'a>(agent: &'a Agent, practitioner: &'a Practitioner, part: Part) -> Result<Option<Shown<'a>>, Refusal> {
    let at = part.nth(place::PRACTITIONER_NAME, 0);
    let refusal = |message| Err((&rules::EPS_PERSON_NAME, at, Leaf::Text, message));
    match practitioner.name.as_slice() {
        [name] if !name::is_blank(name) => return Ok(Some(Shown::Name(name))),
        [_] => return refusal("expected a name of the person with something in it"),
        [] => {}
        _ => return refusal("expected one name of the person, found several"),
    }
    let is_prescriber = part.variant == Variant::Prescribing;
    if let Some(organisation) = agent.organisation.as_ref().filter(|own| is_prescriber && organisation::is_in_full(own))
    {
        return match present(&organisation.name) {
            Some(name) => {
                let at = part.at(place::ORGANISATION);
                Ok(Some(Shown::Words(name, at, Leaf::Name, map_rule::ORGANISATION_AS_PERSON)))
            }
            None => refusal("expected a name of the person or of the organisation"),
        };
    }
    match present(&practitioner.display) {
        Some(display) => {
            let at = part.at(place::PRACTITIONER);
            Ok(Some(Shown::Words(display, at, Leaf::Display, map_rule::PERSON_NAME_TEXT)))
        }
        None if is_prescriber => refusal("expected a name of the person"),
        None => Ok(None),
    }
}

/// Reads the person in an `AgentPerson`. An answer may tell of a role with nobody in it (responses.md §3).
pub(super) fn read(element: Element<'_>, part: Part, agent: &mut Agent) {
    let person = match part.variant {
        Variant::Answering => element.optional(&spec::PERSON),
        _ => element.required(&spec::PERSON),
    };
    let Some(person) = person else { return };
    let mut practitioner = Practitioner::default();
    let id = if part.is_in_answer() { person.optional(&spec::ID) } else { person.required(&spec::ID) };
    if let Some(id) = id {
        read_code(id, part, agent, &mut practitioner);
    }
    let name = match part.variant {
        Variant::Prescribing => person.required(&spec::NAME),
        _ => person.optional(&spec::NAME),
    };
    if let Some(name) = name {
        read_name(name, part, &mut practitioner);
    }
    agent.practitioner = Some(practitioner).filter(|person| is_somebody(person, part));
}

fn read_code(id: Element<'_>, part: Part, agent: &mut Agent, practitioner: &mut Practitioner) {
    let (code, root) = (id.peek("extension").unwrap_or_default(), id.peek("root").unwrap_or_default());
    let (system, on_role) = system_of(code, root, part);
    let at = if on_role {
        part.nth(place::AGENT_IDENTIFIER, agent.identifier.len())
    } else {
        part.nth(place::PRACTITIONER_IDENTIFIER, 0)
    };
    let list = if on_role { &mut agent.identifier } else { &mut practitioner.identifier };
    let roots: &[&str] = match part.variant {
        Variant::Prescribing => &[oid::PROFESSIONAL],
        Variant::Cancelling => &[oid::SDS_USER],
        Variant::Dispensing | Variant::Answering => &[oid::PROFESSIONAL, oid::SDS_USER],
    };
    let value = read_identifier(id, roots, at, map_rule::SYSTEM_FROM_FORM);
    list.extend(value.map(|value| identifier(system, value)));
}

/// A dispenser shown in mere words is one that is named by identifier.
fn read_name(name: Element<'_>, part: Part, practitioner: &mut Practitioner) {
    if part.variant == Variant::Dispensing && name.is_mere_text() {
        let field = part.at(place::PRACTITIONER).leaf(Leaf::Display);
        practitioner.display = name.text(field, map_rule::PERSON_NAME_TEXT);
        if practitioner.display.is_none() {
            name.complain(&rules::V3_REQUIRED, "expected a name");
        }
        return;
    }
    let read = name::read(name, part.nth(place::PRACTITIONER_NAME, 0));
    if name::is_blank(&read) {
        name.complain(&rules::V3_REQUIRED, "expected a name");
    }
    practitioner.name.push(read);
}

/// The naming system of a person's code, recognised by its root and its form (identifiers.md §6.3), and whether it belongs
/// to the role. An author is known by a register; the codes of a responsible party cannot be an author's; the digits of
/// a dispenser are an SDS user id.
fn system_of(code: &str, root: &str, part: Part) -> (&'static str, bool) {
    if root == oid::SDS_USER {
        return (uri::SDS_USER, false);
    }
    match (kind_of_v3(code), part.duty) {
        (ProfessionalKind::Spurious, Duty::ResponsibleParty) => (uri::SPURIOUS, true),
        (ProfessionalKind::Din, Duty::ResponsibleParty) => (uri::DIN, false),
        (ProfessionalKind::Nmc, _) => (uri::NMC, false),
        (ProfessionalKind::Gmp, _) => (uri::GMP, false),
        (ProfessionalKind::Gmc, _) => (uri::GMC, false),
        (ProfessionalKind::Hcpc, _) => (uri::HCPC, false),
        _ if part.variant == Variant::Dispensing && is_digits(code) => (uri::SDS_USER, false),
        _ => (uri::PROFESSIONAL, false),
    }
}

fn is_digits(code: &str) -> bool {
    !is_blank(code) && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// What comes back of the person in a role.
pub(super) fn project(agent: &Agent, part: Part, compat: Compat, back: &mut Agent) {
    let nobody = Practitioner::default();
    let Some(practitioner) = person(agent, part, &nobody) else { return };
    let mut projected = Practitioner::default();
    if let Ok(code) = code(agent, practitioner, part, compat) {
        let (system, on_role) = system_of(&code.value, code.root, part);
        let list = if on_role { &mut back.identifier } else { &mut projected.identifier };
        list.push(identifier(system, &code.value));
    }
    let name = shown(agent, practitioner, part).ok().flatten().map(|shown| match shown {
        Shown::Name(name) => name::project(name),
        Shown::Words(words, ..) => HumanName { text: Some(words.to_owned()), ..HumanName::default() },
    });
    match name {
        Some(HumanName { r#use: None, text: Some(words), .. }) if part.variant == Variant::Dispensing => {
            projected.display = Some(words);
        }
        name => projected.name.extend(name),
    }
    back.practitioner = Some(projected).filter(|person| is_somebody(person, part));
}

/// An answer may have nobody in a role, and then says nothing of the person.
fn is_somebody(practitioner: &Practitioner, part: Part) -> bool {
    !part.is_in_answer() || *practitioner != Practitioner::default()
}

#[cfg(test)]
mod tests {
    use causeway_canonical::model::Identifier;

    use super::*;

    fn list(of: &[(&str, &str)]) -> Vec<Identifier> {
        of.iter().map(|(system, value)| identifier(system, value)).collect()
    }

    fn agent(role: &[(&str, &str)], person: &[(&str, &str)]) -> Agent {
        let practitioner = Practitioner { identifier: list(person), ..Practitioner::default() };
        Agent { identifier: list(role), practitioner: Some(practitioner), ..Agent::default() }
    }

    fn code_of(agent: &Agent, part: Part, compat: Compat) -> Option<String> {
        let practitioner = agent.practitioner.as_ref().unwrap();
        code(agent, practitioner, part, compat).ok().map(|code| code.value.into_owned())
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
            let system = |part| system_of(text, oid::PROFESSIONAL, part);
            assert_eq!(system(Part::AUTHOR), (author, false), "{text}");
            let on_role = responsible == uri::SPURIOUS;
            assert_eq!(system(Part::RESPONSIBLE_PARTY), (responsible, on_role), "{text}");
            assert_eq!(system(Part::ANSWERED_PRESCRIBER), (responsible, on_role), "{text}");
        }
    }

    #[test]
    fn s11_a_dispenser_is_known_by_the_sds_user_id_or_else_by_a_register() {
        for (text, system) in [
            ("555086415105", uri::SDS_USER),
            ("3415870201", uri::SDS_USER),
            ("612345", uri::SDS_USER),
            ("12A3456E", uri::NMC),
            ("X1", uri::PROFESSIONAL),
        ] {
            assert_eq!(system_of(text, oid::PROFESSIONAL, Part::DISPENSER), (system, false), "{text}");
            assert_eq!(system_of(text, oid::SDS_USER, Part::DISPENSER), (uri::SDS_USER, false), "{text}");
        }
        let both = agent(&[], &[(uri::NMC, "12A3456E"), (uri::SDS_USER, "555086415105")]);
        assert_eq!(code_of(&both, Part::DISPENSER, Compat::NONE).as_deref(), Some("555086415105"));
        assert_eq!(code_of(&both, Part::ANSWERED, Compat::NONE).as_deref(), Some("12A3456E"));
        assert_eq!(code_of(&both, Part::CANCELLER, Compat::NONE).as_deref(), Some("555086415105"));
        let registered = agent(&[], &[(uri::NMC, "12A3456E")]);
        assert_eq!(code_of(&registered, Part::DISPENSER, Compat::NONE).as_deref(), Some("12A3456E"));
        assert_eq!(code_of(&registered, Part::CANCELLER, Compat::NONE), None);
    }

    #[test]
    fn s5_a_responsible_party_has_the_spurious_code_then_the_din_then_a_professional_code() {
        let both = [(uri::DIN, "977677"), (uri::GMC, "C6095103")];
        let (spurious, none) = ([(uri::SPURIOUS, "612345")], []);
        let responsible = |agent: &Agent| code_of(agent, Part::RESPONSIBLE_PARTY, Compat::NONE);
        assert_eq!(responsible(&agent(&spurious, &both)).as_deref(), Some("612345"));
        assert_eq!(responsible(&agent(&none, &both)).as_deref(), Some("977677"));
        assert_eq!(responsible(&agent(&none, &both[1..])).as_deref(), Some("C6095103"));
        assert_eq!(code_of(&agent(&spurious, &both), Part::AUTHOR, Compat::NONE).as_deref(), Some("C6095103"));
    }

    #[test]
    fn d09_a_gmc_number_is_written_in_full_or_without_its_letter() {
        for text in ["C6095103", "6095103"] {
            let agent = agent(&[], &[(uri::GMC, text)]);
            assert_eq!(code_of(&agent, Part::AUTHOR, Compat::NONE).as_deref(), Some("C6095103"));
            assert_eq!(code_of(&agent, Part::AUTHOR, Compat::nhs_eps_api()).as_deref(), Some("6095103"));
        }
    }

    #[test]
    fn s11_a_dispenser_in_mere_words_is_named_by_identifier() {
        let words = HumanName { text: Some("Jackie Clark".to_owned()), ..HumanName::default() };
        let mut agent = agent(&[], &[(uri::SDS_USER, "555086415105")]);
        agent.practitioner.as_mut().unwrap().name.push(words.clone());
        for (part, display, name) in
            [(Part::DISPENSER, Some("Jackie Clark"), vec![]), (Part::CANCELLER, None, vec![words])]
        {
            let mut back = Agent::default();
            project(&agent, part, Compat::NONE, &mut back);
            let person = back.practitioner.unwrap();
            assert_eq!(person.display.as_deref(), display);
            assert!(person.name == name);
        }
    }
}
