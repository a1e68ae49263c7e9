//! An agent read.

use causeway_canonical::identifier::gmc_full_form;
use causeway_canonical::ledger::{At, Leaf, Place, agent_name, map_rule, place};
use causeway_canonical::model::{
    Agent, Concept, HealthcareService, Identifier, Location, Organisation, OrganisationRef, Practitioner,
};

use crate::bundle::Bundle;
use crate::datatypes::{
    peek_system, read_address, read_coding, read_concept, read_identifier, read_name, read_telecoms,
};
use crate::element::Element;
use crate::patient::{is_ods, read_ods, read_organisation_link};
use crate::system;
use crate::unmodelled;

/// Reads the agent of a PractitionerRole, who must be a person of an organisation. `number` tells the agents of a message
/// apart in the ledger.
pub fn read_complete(bundle: &Bundle<'_>, role: Element<'_>, number: usize) -> Agent {
    role.required("practitioner");
    role.required("organization");
    read(bundle, role, number)
}

/// Reads the agent of a PractitionerRole, as far as it is told.
pub fn read(bundle: &Bundle<'_>, role: Element<'_>, number: usize) -> Agent {
    Agent {
        organisation: role.child("organization").and_then(|link| read_organisation(bundle, link, number)),
        ..read_person(bundle, role, number)
    }
}

/// Reads the agent of a PractitionerRole without the organisation.
pub fn read_person(bundle: &Bundle<'_>, role: Element<'_>, number: usize) -> Agent {
    let at = |place: Place| place.at(&[number]);
    role.narrative(|| agent_name(number).to_owned());
    role.fixed("active", "true");
    Agent {
        identifier: role
            .children("identifier")
            .enumerate()
            .map(|(position, element)| read_identifier(element, place::AGENT_IDENTIFIER.at(&[number, position])))
            .collect(),
        practitioner: role.child("practitioner").and_then(|link| read_practitioner(bundle, link, number)),
        organisation: None,
        job_role: read_concepts(role, "code", |position| place::AGENT_JOB_ROLE.at(&[number, position])),
        location: role
            .children("location")
            .enumerate()
            .filter_map(|(position, link)| {
                let base = &[number, position];
                read_location(
                    bundle,
                    link,
                    place::LOCATION.at(base),
                    |inner| place::LOCATION_IDENTIFIER.at(&[number, position, inner]),
                    place::LOCATION_ADDRESS.at(base),
                )
            })
            .collect(),
        healthcare_service: role
            .child("healthcareService")
            .and_then(|link| read_service(bundle, link, number, at(place::SERVICE))),
        telecom: role
            .children("telecom")
            .next()
            .map(|_| read_telecoms(role, |position| place::AGENT_TELECOM.at(&[number, position]))),
    }
}

fn read_concepts(parent: Element<'_>, name: &'static str, at: impl Fn(usize) -> At) -> Vec<Concept> {
    parent.children(name).enumerate().map(|(position, element)| read_concept(element, at(position))).collect()
}

fn read_practitioner(bundle: &Bundle<'_>, link: Element<'_>, number: usize) -> Option<Practitioner> {
    let at = place::PRACTITIONER.at(&[number]);
    if link.peek_child("reference").is_none() {
        link.structural_child("type");
        let identifier = link.required("identifier")?;
        return Some(Practitioner {
            identifier: vec![read_professional(identifier, place::PRACTITIONER_IDENTIFIER.at(&[number, 0]))],
            display: link.text("display", at.leaf(Leaf::Display)),
            ..Practitioner::default()
        });
    }
    link.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
    let resource = bundle.resolve(link, "Practitioner")?;
    resource.narrative(|| at.itself().path());
    resource.fixed("active", "true");
    Some(Practitioner {
        identifier: resource
            .children("identifier")
            .enumerate()
            .map(|(position, element)| {
                read_professional(element, place::PRACTITIONER_IDENTIFIER.at(&[number, position]))
            })
            .collect(),
        name: resource
            .children("name")
            .enumerate()
            .map(|(position, name)| read_name(name, place::PRACTITIONER_NAME.at(&[number, position])))
            .collect(),
        display: None,
        telecom: resource
            .children("telecom")
            .next()
            .map(|_| read_telecoms(resource, |position| place::PRACTITIONER_TELECOM.at(&[number, position]))),
    })
}

/// An identifier of a person. A GMC number is kept in its full form, `C` and seven digits (EPS-D09).
fn read_professional(element: Element<'_>, at: At) -> Identifier {
    let mut identifier = read_identifier(element, at);
    let full_form = identifier.value.as_deref().and_then(gmc_full_form);
    if identifier.system.as_deref() == Some(system::GMC) && full_form.is_some() && full_form != identifier.value {
        identifier.value = full_form;
        if let Some(value) = element.child("value") {
            value.also(at.leaf(Leaf::Value), map_rule::GMC_PREFIX);
        }
    }
    identifier
}

fn read_organisation(bundle: &Bundle<'_>, link: Element<'_>, number: usize) -> Option<Organisation> {
    let at = place::ORGANISATION.at(&[number]);
    if link.peek_child("reference").is_none() {
        let OrganisationRef { ods, name } = read_organisation_link(bundle, link, at)?;
        return Some(Organisation { ods, name, ..Organisation::default() });
    }
    link.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
    Some(read_organisation_resource(bundle, bundle.resolve(link, "Organization")?, number))
}

/// Reads the organisation of an agent from its Organization.
pub fn read_organisation_resource(bundle: &Bundle<'_>, resource: Element<'_>, number: usize) -> Organisation {
    let at = place::ORGANISATION.at(&[number]);
    resource.narrative(|| at.itself().path());
    resource.fixed("active", "true");
    Organisation {
        ods: read_ods(resource, at.leaf(Leaf::Ods)),
        identifier: resource
            .children("identifier")
            .filter(|element| !is_ods(*element))
            .enumerate()
            .map(|(position, element)| read_identifier(element, place::ORGANISATION_IDENTIFIER.at(&[number, position])))
            .collect(),
        kind: read_concepts(resource, "type", |position| place::ORGANISATION_KIND.at(&[number, position])),
        name: resource.text("name", at.leaf(Leaf::Name)),
        telecom: read_telecoms(resource, |position| place::ORGANISATION_TELECOM.at(&[number, position])),
        address: resource
            .children("address")
            .enumerate()
            .map(|(position, address)| read_address(address, place::ORGANISATION_ADDRESS.at(&[number, position])))
            .collect(),
        parent: resource
            .child("partOf")
            .and_then(|link| read_organisation_link(bundle, link, place::ORGANISATION_PARENT.at(&[number]))),
    }
}

fn read_service(bundle: &Bundle<'_>, link: Element<'_>, number: usize, at: At) -> Option<HealthcareService> {
    if link.peek_child("reference").is_none() {
        let OrganisationRef { ods, name } = read_organisation_link(bundle, link, at)?;
        return Some(HealthcareService { ods, name, ..HealthcareService::default() });
    }
    link.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
    let resource = bundle.resolve(link, "HealthcareService")?;
    resource.narrative(|| at.itself().path());
    Some(HealthcareService {
        ods: read_ods(resource, at.leaf(Leaf::Ods)),
        active: resource.text("active", at.leaf(Leaf::Active)),
        provided_by: resource
            .child("providedBy")
            .and_then(|link| read_organisation_link(bundle, link, place::SERVICE_PROVIDED_BY.at(&[number]))),
        kind: read_concepts(resource, "type", |position| place::SERVICE_KIND.at(&[number, position])),
        specialty: resource
            .children("specialty")
            .filter_map(|concept| concept.child("coding"))
            .enumerate()
            .map(|(position, coding)| read_coding(coding, place::SERVICE_SPECIALTY.at(&[number, position])))
            .collect(),
        location: resource
            .children("location")
            .enumerate()
            .filter_map(|(position, link)| {
                let base = &[number, position];
                read_location(
                    bundle,
                    link,
                    place::SERVICE_LOCATION.at(base),
                    |inner| place::SERVICE_LOCATION_IDENTIFIER.at(&[number, position, inner]),
                    place::SERVICE_LOCATION_ADDRESS.at(base),
                )
            })
            .collect(),
        name: resource.text("name", at.leaf(Leaf::Name)),
        telecom: read_telecoms(resource, |position| place::SERVICE_TELECOM.at(&[number, position])),
    })
}

fn read_location(
    bundle: &Bundle<'_>,
    link: Element<'_>,
    at: At,
    identifier: impl Fn(usize) -> At,
    address: At,
) -> Option<Location> {
    link.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
    let resource = bundle.resolve(link, "Location")?;
    resource.narrative(|| at.itself().path());
    Some(Location {
        identifier: resource
            .children("identifier")
            .enumerate()
            .map(|(position, element)| read_identifier(element, identifier(position)))
            .collect(),
        status: resource.text("status", at.leaf(Leaf::Status)),
        name: resource.text("name", at.leaf(Leaf::Name)),
        mode: resource.text("mode", at.leaf(Leaf::Mode)),
        address: resource.child("address").map(|element| read_address(element, address)),
    })
}

/// Whether the system of an Identifier is the one for ASIDs.
pub fn is_asid(identifier: Element<'_>) -> bool {
    peek_system(identifier).as_deref() == Some(system::ASID)
}
