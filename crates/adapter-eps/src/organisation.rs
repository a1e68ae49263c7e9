//! `representedOrganization`, and its licence where there is one: blocks O-P and O-D (overview.md §11).
//!
//! Invariant: what the licence names is the parent of the organisation that is read, also when it names that one itself.

use causeway_canonical::OdsCode;
use causeway_canonical::ledger::{At, Leaf, MapRule, Place, map_rule, place};
use causeway_canonical::model::{Address, Agent, Coded, Concept, Location, Organisation, OrganisationRef, Telecom};
use causeway_syntax::adapter::Compat;

use crate::datatypes::{address, coded, id, is_blank, present, telecom};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::person::{Part, Refusal, Variant, refuse};
use crate::rules;
use crate::spec;
use crate::tables;
use crate::target::Target;

/// Whether the sender describes the organisation; if not, it only names it, and role and location stand for the rest.
pub(crate) fn is_in_full(organisation: &Organisation) -> bool {
    !organisation.telecom.is_empty() || !organisation.address.is_empty()
}

/// The organisation that a person acts for: the healthcare service, or else the organisation of the role.
struct Represented<'a> {
    at: At,
    rule: MapRule,
    ods: Option<&'a OdsCode>,
    name: Option<&'a str>,
    kind: Option<Kind<'a>>,
    telecom: (&'a [Telecom], Place, Option<MapRule>),
    address: Vec<Option<(&'a Address, At)>>,
}

fn represented(agent: &Agent, part: Part) -> Option<Represented<'_>> {
    let of_role = (agent.telecom.as_deref().unwrap_or_default(), place::AGENT_TELECOM, Some(map_rule::ROLE_TELECOM));
    let locations = |locations, place| -> Vec<_> {
        let locations: &[Location] = locations;
        let addresses = locations.iter().map(|location| location.address.as_ref()).enumerate();
        addresses.map(|(number, address)| address.map(|address| (address, part.nth(place, number)))).collect()
    };
    if let Some(service) = &agent.healthcare_service {
        let in_full = !service.telecom.is_empty() || !service.location.is_empty();
        return Some(Represented {
            at: part.at(place::SERVICE),
            rule: map_rule::COST_CENTRE,
            ods: id::present_ods(&service.ods),
            name: present(&service.name),
            kind: None,
            telecom: if in_full { (&service.telecom, place::SERVICE_TELECOM, None) } else { of_role },
            address: if in_full {
                locations(&service.location, place::SERVICE_LOCATION_ADDRESS)
            } else {
                locations(&agent.location, place::LOCATION_ADDRESS)
            },
        });
    }
    let organisation = agent.organisation.as_ref()?;
    let in_full = is_in_full(organisation);
    let own = organisation.address.iter().enumerate();
    let has_own_telecom = match part.variant {
        Variant::Prescribing | Variant::Cancelling => in_full,
        Variant::Dispensing => !organisation.telecom.is_empty(),
        Variant::Answering => true,
    };
    Some(Represented {
        at: part.at(place::ORGANISATION),
        rule: map_rule::NONE,
        ods: id::present_ods(&organisation.ods),
        name: present(&organisation.name),
        kind: kind(organisation, part),
        telecom: if has_own_telecom { (&organisation.telecom, place::ORGANISATION_TELECOM, None) } else { of_role },
        address: if in_full {
            own.map(|(number, it)| Some((it, part.nth(place::ORGANISATION_ADDRESS, number)))).collect()
        } else {
            locations(&agent.location, place::LOCATION_ADDRESS)
        },
    })
}

/// A type that says more than that none is specified.
#[derive(Clone, Copy)]
struct Kind<'a> {
    at: At,
    coding: usize,
    code: &'a str,
}

fn kind(organisation: &Organisation, part: Part) -> Option<Kind<'_>> {
    let codings = (0..)
        .zip(&organisation.kind)
        .flat_map(|(number, concept)| (0..).zip(&concept.coding).map(move |(coding, coded)| (number, coding, coded)));
    let mut codes = codings.filter_map(|(number, coding, coded)| {
        let code = coded.code_in(uri::ORGANISATION_TYPE).filter(|code| says_more(code))?;
        Some(Kind { at: part.nth(place::ORGANISATION_KIND, number), coding, code })
    });
    codes.next()
}

/// Whether a type is more than the one that says that none is specified.
fn says_more(code: &str) -> bool {
    !is_blank(code) && code != spec::ORGANISATION_TYPE.code
}

impl<'a> Represented<'a> {
    /// The telecom; where not all must be told, the first if there is any.
    fn telecom(&self, part: Part) -> Result<Option<&'a Telecom>, Refusal> {
        let (list, place, _) = self.telecom;
        let refusal = |message| Err((&rules::EPS_ORGANISATION_TELECOM, part.nth(place, 0), Leaf::Value, message));
        match list {
            [telecom] => Ok(Some(telecom)),
            list if !part.needs_organisation_in_full() => Ok(list.first()),
            [] => refusal("expected a telecom of the organisation"),
            _ => refusal("expected one telecom of the organisation, found several"),
        }
    }

    /// The address; where not all must be told, the first if there is any.
    fn address(&self, part: Part) -> Result<Option<(&'a Address, At)>, Refusal> {
        let refusal = |message| Err((&rules::EPS_ORGANISATION_ADDRESS, self.at, Leaf::Itself, message));
        match self.address.as_slice() {
            [Some(address)] => Ok(Some(*address)),
            list if !part.needs_organisation_in_full() => Ok(list.iter().flatten().next().copied()),
            [None] => refusal("expected an address of the location"),
            [] => refusal("expected an address of the organisation, or a location of the service"),
            _ => refusal("expected one address of the organisation, found several"),
        }
    }
}

/// The organisation that holds the licence: the parent of the role's organisation, or else that one itself. Only
/// prescriptions have it always; an answer has what it is told, and others have none.
struct Licensed<'a> {
    at: At,
    ods: Option<&'a OdsCode>,
    name: Option<&'a str>,
}

fn licensed(agent: &Agent, part: Part) -> Option<Licensed<'_>> {
    let organisation = agent.organisation.as_ref()?;
    let parent = organisation.parent.as_ref().map(|parent| Licensed {
        at: part.at(place::ORGANISATION_PARENT),
        ods: id::present_ods(&parent.ods),
        name: present(&parent.name),
    });
    match part.variant {
        Variant::Prescribing => parent.or_else(|| {
            Some(Licensed {
                at: part.at(place::ORGANISATION),
                ods: id::present_ods(&organisation.ods),
                name: present(&organisation.name),
            })
        }),
        Variant::Answering => parent,
        Variant::Cancelling | Variant::Dispensing => None,
    }
}

pub(crate) fn write(target: &mut Target<'_>, agent: &Agent, part: Part) {
    let represented = represented(agent, part).filter(|_| agent.organisation.is_some());
    let Some(represented) = represented else {
        let message = "expected the organisation that the person acts for";
        return refuse(target, (&rules::EPS_ORGANISATION, part.at(place::ORGANISATION), Leaf::Itself, message));
    };
    target.open(&spec::REPRESENTED);
    write_ods(target, part, represented.at, represented.rule, represented.ods);
    write_kind(target, part, represented.kind);
    write_name(target, part, represented.at, represented.rule, represented.name);
    match represented.telecom(part) {
        Ok(Some(telecom)) => {
            let (_, place, rule) = represented.telecom;
            telecom::write(target, telecom, part.origin(part.nth(place, 0), rule));
        }
        Ok(None) => {}
        Err(refusal) => refuse(target, refusal),
    }
    match represented.address(part) {
        Ok(Some((address, at))) => address::write(target, address, part.origin(at, None)),
        Ok(None) => {}
        Err(refusal) => refuse(target, refusal),
    }
    if let Some(licensed) = licensed(agent, part) {
        target.open(&spec::LICENCE);
        target.open(&spec::LICENSED);
        write_ods(target, part, licensed.at, map_rule::LICENSED_ORGANISATION, licensed.ods);
        target.fixed_code(&spec::ORGANISATION_TYPE);
        write_name(target, part, licensed.at, map_rule::LICENSED_ORGANISATION, licensed.name);
        target.close_all(2);
    }
    target.close();
}

fn write_ods(target: &mut Target<'_>, part: Part, at: At, rule: MapRule, ods: Option<&OdsCode>) {
    match ods {
        Some(ods) => id::write_ods(target, ods, part.origin(at, None), rule),
        None => refuse(target, (&rules::EPS_ORGANISATION, at, Leaf::Ods, "expected the ODS code of the organisation")),
    }
}

fn write_kind(target: &mut Target<'_>, part: Part, kind: Option<Kind<'_>>) {
    let Some(Kind { at, coding, code }) = kind else {
        return target.fixed_code(&spec::ORGANISATION_TYPE);
    };
    let origin = part.origin(at, None);
    target.open(&spec::CODE);
    target.attribute("code", code, [origin.nth(Leaf::CodingCode, coding, map_rule::NONE)]);
    let system = origin.nth(Leaf::CodingSystem, coding, map_rule::CODE_SYSTEM_OID);
    target.attribute("codeSystem", oid::ORGANISATION_TYPE, [system]);
    target.close();
}

fn write_name(target: &mut Target<'_>, part: Part, at: At, rule: MapRule, name: Option<&str>) {
    match name {
        Some(name) => {
            target.open(&spec::NAME);
            target.text(name, [part.origin(at, None).tag(Leaf::Name, rule)]);
            target.close();
        }
        None if part.needs_organisation_in_full() => {
            let message = "expected the name of the organisation";
            refuse(target, (&rules::EPS_ORGANISATION_NAME, at, Leaf::Name, message));
        }
        None => {}
    }
}

/// Reads the organisation of an `AgentPerson`.
pub(crate) fn read(agent: Element<'_>, part: Part) -> Option<Organisation> {
    let element = agent.required(&spec::REPRESENTED)?;
    let at = part.at(place::ORGANISATION);
    let ods = id::read_ods(element, at, map_rule::NONE);
    let kind = read_kind(element, part).into_iter().collect();
    let name = read_name(element, part, at, map_rule::NONE);
    let mut organisation = Organisation { ods, kind, name, ..Organisation::default() };
    for telecom in element.all(&spec::TELECOM) {
        let at = part.nth(place::ORGANISATION_TELECOM, organisation.telecom.len());
        organisation.telecom.push(telecom::read(telecom.open(&spec::TELECOM), at));
    }
    for address in element.all(&spec::ADDRESS) {
        let at = part.nth(place::ORGANISATION_ADDRESS, organisation.address.len());
        organisation.address.push(address::read(address.open(&spec::ADDRESS), at));
    }
    element.unmodelled("desc", tables::ORGANISATION_DESCRIPTION);
    if let Some(licensed) = element.optional(&spec::LICENCE).and_then(|licence| licence.required(&spec::LICENSED)) {
        let (at, rule) = (part.at(place::ORGANISATION_PARENT), map_rule::LICENSED_ORGANISATION);
        let ods = id::read_ods(licensed, at, rule);
        if licensed.optional(&spec::CODE).is_some() {
            licensed.fixed_code(&spec::ORGANISATION_TYPE);
        }
        organisation.parent = Some(OrganisationRef { ods, name: read_name(licensed, part, at, rule) });
    }
    Some(organisation)
}

/// A type other than the one that says that none is specified.
fn read_kind(element: Element<'_>, part: Part) -> Option<Concept> {
    let code = element.optional(&spec::CODE)?;
    if !code.peek("code").is_some_and(says_more) {
        element.fixed_code(&spec::ORGANISATION_TYPE);
        return None;
    }
    let at = part.nth(place::ORGANISATION_KIND, 0);
    coded::check_system(code, oid::ORGANISATION_TYPE);
    code.value("codeSystem", at.leaf(Leaf::CodingSystem), map_rule::CODE_SYSTEM_OID);
    let display = code.value("displayName", at.leaf(Leaf::CodingDisplay), map_rule::NONE).map(str::to_owned);
    let kind = code.required_value("code", at.leaf(Leaf::CodingCode), map_rule::NONE)?;
    Some(Concept::of(Coded { display, ..Coded::new(uri::ORGANISATION_TYPE, kind) }))
}

fn read_name(element: Element<'_>, part: Part, at: At, rule: MapRule) -> Option<String> {
    let name = match part.needs_organisation_in_full() {
        true => element.required(&spec::NAME),
        false => element.optional(&spec::NAME),
    };
    name.and_then(|name| name.text(at.leaf(Leaf::Name), rule))
}

/// What comes back of the organisation of a person.
pub(crate) fn project(agent: &Agent, part: Part, compat: Compat) -> Option<Organisation> {
    agent.organisation.as_ref()?;
    let represented = represented(agent, part)?;
    let parent = licensed(agent, part)
        .map(|licensed| OrganisationRef { ods: licensed.ods.cloned(), name: licensed.name.map(str::to_owned) });
    let kind = represented.kind.map(|kind| Concept::of(Coded::new(uri::ORGANISATION_TYPE, kind.code)));
    let telecom = represented.telecom(part).ok().flatten().map(|it| telecom::project(it, compat));
    let address = represented.address(part).ok().flatten().map(|(it, at)| address::project(it, at, compat));
    Some(Organisation {
        parent,
        ods: represented.ods.cloned(),
        kind: kind.into_iter().collect(),
        name: represented.name.map(str::to_owned),
        telecom: telecom.into_iter().collect(),
        address: address.into_iter().collect(),
        ..Organisation::default()
    })
}
