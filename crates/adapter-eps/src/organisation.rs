//! `representedOrganization` and its licence, block O-P (overview.md §11).
//!
//! Invariant: what the licence names is the parent of the organisation that is read, also when it names that one itself.

use causeway_canonical::OdsCode;
use causeway_canonical::ledger::{At, Leaf, MapRule, Place, map_rule, place};
use causeway_canonical::model::{Address, Agent, Location, Organisation, OrganisationRef, Telecom};
use causeway_syntax::adapter::Compat;

use crate::datatypes::{address, id, present, telecom};
use crate::element::Element;
use crate::person::{Part, Refusal, refuse};
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
    Some(Represented {
        at: part.at(place::ORGANISATION),
        rule: map_rule::NONE,
        ods: id::present_ods(&organisation.ods),
        name: present(&organisation.name),
        telecom: if in_full { (&organisation.telecom, place::ORGANISATION_TELECOM, None) } else { of_role },
        address: if in_full {
            own.map(|(number, it)| Some((it, part.nth(place::ORGANISATION_ADDRESS, number)))).collect()
        } else {
            locations(&agent.location, place::LOCATION_ADDRESS)
        },
    })
}

impl<'a> Represented<'a> {
    fn telecom(&self, part: Part) -> Result<&'a Telecom, Refusal> {
        let (list, place, _) = self.telecom;
        let refusal = |message| Err((&rules::EPS_ORGANISATION_TELECOM, part.nth(place, 0), Leaf::Value, message));
        match list {
            [telecom] => Ok(telecom),
            [] => refusal("expected a telecom of the organisation"),
            _ => refusal("expected one telecom of the organisation, found several"),
        }
    }

    fn address(&self) -> Result<(&'a Address, At), Refusal> {
        let refusal = |message| Err((&rules::EPS_ORGANISATION_ADDRESS, self.at, Leaf::Itself, message));
        match self.address.as_slice() {
            [Some(address)] => Ok(*address),
            [None] => refusal("expected an address of the location"),
            [] => refusal("expected an address of the organisation, or a location of the service"),
            _ => refusal("expected one address of the organisation, found several"),
        }
    }
}

/// The organisation that holds the licence: the parent of the role's organisation, or else that one itself.
struct Licensed<'a> {
    at: At,
    ods: Option<&'a OdsCode>,
    name: Option<&'a str>,
}

fn licensed(agent: &Agent, part: Part) -> Option<Licensed<'_>> {
    let organisation = agent.organisation.as_ref()?;
    Some(match &organisation.parent {
        Some(parent) => Licensed {
            at: part.at(place::ORGANISATION_PARENT),
            ods: id::present_ods(&parent.ods),
            name: present(&parent.name),
        },
        None => Licensed {
            at: part.at(place::ORGANISATION),
            ods: id::present_ods(&organisation.ods),
            name: present(&organisation.name),
        },
    })
}

pub(crate) fn write(target: &mut Target<'_>, agent: &Agent, part: Part) {
    let (Some(represented), Some(licensed)) = (represented(agent, part), licensed(agent, part)) else {
        let message = "expected the organisation that the person acts for";
        return refuse(target, (&rules::EPS_ORGANISATION, part.at(place::ORGANISATION), Leaf::Itself, message));
    };
    target.open(&spec::REPRESENTED);
    write_named(target, part, represented.at, represented.rule, represented.ods, represented.name);
    match represented.telecom(part) {
        Ok(telecom) => {
            let (_, place, rule) = represented.telecom;
            telecom::write(target, telecom, part.origin(part.nth(place, 0), rule));
        }
        Err(refusal) => refuse(target, refusal),
    }
    match represented.address() {
        Ok((address, at)) => address::write(target, address, part.origin(at, None)),
        Err(refusal) => refuse(target, refusal),
    }
    target.open(&spec::LICENCE);
    target.open(&spec::LICENSED);
    write_named(target, part, licensed.at, map_rule::LICENSED_ORGANISATION, licensed.ods, licensed.name);
    target.close_all(3);
}

/// Code, type and name.
fn write_named(target: &mut Target<'_>, part: Part, at: At, rule: MapRule, ods: Option<&OdsCode>, name: Option<&str>) {
    let origin = part.origin(at, None);
    match ods {
        Some(ods) => id::write_ods(target, ods, origin, rule),
        None => refuse(target, (&rules::EPS_ORGANISATION, at, Leaf::Ods, "expected the ODS code of the organisation")),
    }
    target.fixed_code(&spec::ORGANISATION_TYPE);
    match name {
        Some(name) => {
            target.open(&spec::NAME);
            target.text(name, [origin.tag(Leaf::Name, rule)]);
            target.close();
        }
        None => {
            let message = "expected the name of the organisation";
            refuse(target, (&rules::EPS_ORGANISATION_NAME, at, Leaf::Name, message));
        }
    }
}

/// Reads the organisation of an `AgentPerson`.
pub(crate) fn read(agent: Element<'_>, part: Part) -> Option<Organisation> {
    let element = agent.required(&spec::REPRESENTED)?;
    let at = part.at(place::ORGANISATION);
    let named = read_named(element, at, map_rule::NONE);
    let mut organisation = Organisation { ods: named.ods, name: named.name, ..Organisation::default() };
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
        let at = part.at(place::ORGANISATION_PARENT);
        organisation.parent = Some(read_named(licensed, at, map_rule::LICENSED_ORGANISATION));
    }
    Some(organisation)
}

fn read_named(element: Element<'_>, at: At, rule: MapRule) -> OrganisationRef {
    let ods = id::read_ods(element, at, rule);
    if element.optional(&spec::CODE).is_some() {
        element.fixed_code(&spec::ORGANISATION_TYPE);
    }
    let name = element.required(&spec::NAME).and_then(|name| name.text(at.leaf(Leaf::Name), rule));
    OrganisationRef { ods, name }
}

/// What comes back of the organisation of a person.
pub(crate) fn project(agent: &Agent, part: Part, compat: Compat) -> Option<Organisation> {
    let represented = represented(agent, part)?;
    let licensed = licensed(agent, part)?;
    let parent = OrganisationRef { ods: licensed.ods.cloned(), name: licensed.name.map(str::to_owned) };
    let telecom = represented.telecom(part).ok().map(|it| telecom::project(it, compat));
    let address = represented.address().ok().map(|(it, at)| address::project(it, at, compat));
    Some(Organisation {
        parent: Some(parent),
        ods: represented.ods.cloned(),
        name: represented.name.map(str::to_owned),
        telecom: telecom.into_iter().collect(),
        address: address.into_iter().collect(),
        ..Organisation::default()
    })
}
