//! PractitionerRole with its Practitioner, Organization, HealthcareService and Location: one agent of the model.

use causeway_canonical::identifier::{OdsCode, gmc_full_form};
use causeway_canonical::ledger::{At, Leaf, Place, agent_name, map_rule, place};
use causeway_canonical::model::{
    Agent, Concept, HealthcareService, Identifier, Location, Organisation, OrganisationRef, Practitioner,
};

use crate::bundle::Bundle;
use crate::datatypes::{
    address_content, peek_system, read_address, read_coding, read_concept, read_identifier, read_name, read_telecoms,
    write_addresses, write_concepts, write_identifiers, write_names, write_telecoms,
};
use crate::element::Element;
use crate::patient::{is_ods, organisation_reference_content, read_ods, read_organisation_link};
use crate::sink::Sink;
use crate::system;
use crate::unmodelled;

/// Reads the agent of a PractitionerRole. `number` tells the agents of a message apart in the ledger.
pub fn read(bundle: &Bundle<'_>, role: Element<'_>, number: usize) -> Agent {
    let at = |place: Place| place.at(&[number]);
    role.narrative(|| agent_name(number).to_owned());
    role.fixed("active", "true");
    Agent {
        identifier: role
            .children("identifier")
            .enumerate()
            .map(|(position, element)| read_identifier(element, place::AGENT_IDENTIFIER.at(&[number, position])))
            .collect(),
        practitioner: role.required("practitioner").and_then(|link| read_practitioner(bundle, link, number)),
        organisation: role.required("organization").and_then(|link| read_organisation(bundle, link, number)),
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
    let resource = bundle.resolve(link, "Organization")?;
    resource.narrative(|| at.itself().path());
    resource.fixed("active", "true");
    Some(Organisation {
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
    })
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

/// fullUrls of the resources that an agent is written as.
pub struct Urls {
    /// PractitionerRole.
    pub role: String,
    practitioner: String,
    organisation: String,
    service: String,
    locations: Vec<String>,
    service_locations: Vec<String>,
}

impl Urls {
    /// Makes the fullUrls of an agent from its name and a source of urls by path.
    pub fn new(agent: &Agent, name: &str, url: impl Fn(&str) -> String) -> Self {
        let numbered = |kind: &str, count: usize| (0..count).map(|n| url(&format!("{name}/{kind}[{n}]"))).collect();
        let service_locations = agent.healthcare_service.as_ref().map_or(0, |service| service.location.len());
        Urls {
            role: url(&format!("{name}/PractitionerRole")),
            practitioner: url(&format!("{name}/Practitioner")),
            organisation: url(&format!("{name}/Organization")),
            service: url(&format!("{name}/HealthcareService")),
            locations: numbered("Location", agent.location.len()),
            service_locations: numbered("HealthcareService/Location", service_locations),
        }
    }
}

/// Whether a person is named by identifier only, so that no Practitioner stands in the bundle.
fn named_by_identifier(practitioner: &Practitioner) -> bool {
    practitioner.name.is_empty() && practitioner.telecom.is_none() && practitioner.identifier.len() == 1
}

/// Whether an organisation is named by ODS code only.
fn named_by_code(organisation: &Organisation) -> bool {
    organisation.telecom.is_empty()
        && organisation.address.is_empty()
        && organisation.identifier.is_empty()
        && organisation.kind.is_empty()
        && organisation.parent.is_none()
}

/// Whether a service is named by ODS code only.
fn service_named_by_code(service: &HealthcareService) -> bool {
    service.telecom.is_empty()
        && service.location.is_empty()
        && service.active.is_none()
        && service.provided_by.is_none()
}

/// Writes the entries of an agent: role, person, organisation, service, places.
pub fn write(sink: &mut Sink, agent: &Agent, number: usize, urls: &Urls) {
    entry(sink, &urls.role, "PractitionerRole", |sink| write_role(sink, agent, number, urls));
    if let Some(practitioner) = agent.practitioner.as_ref().filter(|person| !named_by_identifier(person)) {
        entry(sink, &urls.practitioner, "Practitioner", |sink| write_practitioner(sink, practitioner, number));
    }
    if let Some(organisation) = agent.organisation.as_ref().filter(|organisation| !named_by_code(organisation)) {
        entry(sink, &urls.organisation, "Organization", |sink| write_organisation(sink, organisation, number));
    }
    if let Some(service) = agent.healthcare_service.as_ref().filter(|service| !service_named_by_code(service)) {
        entry(sink, &urls.service, "HealthcareService", |sink| write_service(sink, service, number, urls));
        for (position, (location, url)) in service.location.iter().zip(&urls.service_locations).enumerate() {
            let base = &[number, position];
            entry(sink, url, "Location", |sink| {
                write_location(
                    sink,
                    location,
                    place::SERVICE_LOCATION.at(base),
                    |inner| place::SERVICE_LOCATION_IDENTIFIER.at(&[number, position, inner]),
                    place::SERVICE_LOCATION_ADDRESS.at(base),
                );
            });
        }
    }
    for (position, (location, url)) in agent.location.iter().zip(&urls.locations).enumerate() {
        let base = &[number, position];
        entry(sink, url, "Location", |sink| {
            write_location(
                sink,
                location,
                place::LOCATION.at(base),
                |inner| place::LOCATION_IDENTIFIER.at(&[number, position, inner]),
                place::LOCATION_ADDRESS.at(base),
            );
        });
    }
}

/// Writes one entry of a bundle.
pub fn entry(sink: &mut Sink, url: &str, kind: &'static str, content: impl FnOnce(&mut Sink)) {
    sink.entry(|sink| {
        sink.fixed("fullUrl", url);
        sink.contained_resource("resource", kind, content);
    });
}

fn write_role(sink: &mut Sink, agent: &Agent, number: usize, urls: &Urls) {
    sink.narrative(|| agent_name(number).to_owned());
    write_identifiers(sink, "identifier", &agent.identifier, |n| place::AGENT_IDENTIFIER.at(&[number, n]));
    if let Some(practitioner) = &agent.practitioner {
        sink.element("practitioner", |sink| {
            if named_by_identifier(practitioner) {
                let at = place::PRACTITIONER_IDENTIFIER.at(&[number, 0]);
                if let Some(identifier) = practitioner.identifier.first() {
                    sink.element("identifier", |sink| crate::datatypes::identifier_content(sink, identifier, at));
                }
                let at = place::PRACTITIONER.at(&[number]);
                sink.optional("display", practitioner.display.as_deref(), at.leaf(Leaf::Display));
            } else {
                sink.fixed("reference", &urls.practitioner);
            }
        });
    }
    if let Some(organisation) = &agent.organisation {
        sink.element("organization", |sink| {
            if named_by_code(organisation) {
                let at = place::ORGANISATION.at(&[number]);
                organisation_reference_content(sink, &reference_to(&organisation.ods, &organisation.name), at);
            } else {
                sink.fixed("reference", &urls.organisation);
            }
        });
    }
    write_concepts(sink, "code", &agent.job_role, |n| place::AGENT_JOB_ROLE.at(&[number, n]));
    sink.list("location", &urls.locations, |sink, _, url| sink.fixed("reference", url));
    if let Some(service) = &agent.healthcare_service {
        sink.begin_list("healthcareService");
        sink.entry(|sink| {
            if service_named_by_code(service) {
                let at = place::SERVICE.at(&[number]);
                organisation_reference_content(sink, &reference_to(&service.ods, &service.name), at);
            } else {
                sink.fixed("reference", &urls.service);
            }
        });
        sink.end_list();
    }
    if let Some(telecom) = &agent.telecom {
        write_telecoms(sink, telecom, |n| place::AGENT_TELECOM.at(&[number, n]));
    }
}

fn reference_to(ods: &Option<OdsCode>, name: &Option<String>) -> OrganisationRef {
    OrganisationRef { ods: ods.clone(), name: name.clone() }
}

fn write_practitioner(sink: &mut Sink, practitioner: &Practitioner, number: usize) {
    sink.narrative(|| place::PRACTITIONER.at(&[number]).itself().path());
    write_identifiers(sink, "identifier", &practitioner.identifier, |n| {
        place::PRACTITIONER_IDENTIFIER.at(&[number, n])
    });
    write_names(sink, "name", &practitioner.name, |n| place::PRACTITIONER_NAME.at(&[number, n]));
    if let Some(telecom) = &practitioner.telecom {
        write_telecoms(sink, telecom, |n| place::PRACTITIONER_TELECOM.at(&[number, n]));
    }
}

fn write_ods_and_identifiers(
    sink: &mut Sink,
    ods: Option<&OdsCode>,
    at: At,
    identifiers: &[Identifier],
    each: impl Fn(usize) -> At,
) {
    if ods.is_none() && identifiers.is_empty() {
        return;
    }
    sink.begin_list("identifier");
    if let Some(ods) = ods {
        sink.entry(|sink| {
            sink.fixed("system", system::ODS);
            sink.text("value", ods.as_str(), at.leaf(Leaf::Ods));
        });
    }
    for (position, identifier) in identifiers.iter().enumerate() {
        sink.entry(|sink| crate::datatypes::identifier_content(sink, identifier, each(position)));
    }
    sink.end_list();
}

fn write_organisation(sink: &mut Sink, organisation: &Organisation, number: usize) {
    let at = place::ORGANISATION.at(&[number]);
    sink.narrative(|| at.itself().path());
    write_ods_and_identifiers(sink, organisation.ods.as_ref(), at, &organisation.identifier, |n| {
        place::ORGANISATION_IDENTIFIER.at(&[number, n])
    });
    write_concepts(sink, "type", &organisation.kind, |n| place::ORGANISATION_KIND.at(&[number, n]));
    sink.optional("name", organisation.name.as_deref(), at.leaf(Leaf::Name));
    write_telecoms(sink, &organisation.telecom, |n| place::ORGANISATION_TELECOM.at(&[number, n]));
    write_addresses(sink, "address", &organisation.address, |n| place::ORGANISATION_ADDRESS.at(&[number, n]));
    if let Some(parent) = &organisation.parent {
        let at = place::ORGANISATION_PARENT.at(&[number]);
        sink.element("partOf", |sink| organisation_reference_content(sink, parent, at));
    }
}

fn write_service(sink: &mut Sink, service: &HealthcareService, number: usize, urls: &Urls) {
    let at = place::SERVICE.at(&[number]);
    sink.narrative(|| at.itself().path());
    write_ods_and_identifiers(sink, service.ods.as_ref(), at, &[], |_| at);
    if let Some(active) = &service.active {
        sink.scalar("active", active, at.leaf(Leaf::Active));
    }
    if let Some(provider) = &service.provided_by {
        let at = place::SERVICE_PROVIDED_BY.at(&[number]);
        sink.element("providedBy", |sink| organisation_reference_content(sink, provider, at));
    }
    write_concepts(sink, "type", &service.kind, |n| place::SERVICE_KIND.at(&[number, n]));
    sink.list("specialty", &service.specialty, |sink, position, coded| {
        let at = place::SERVICE_SPECIALTY.at(&[number, position]);
        sink.list("coding", std::slice::from_ref(coded), |sink, _, coded| {
            sink.optional("system", coded.system.as_deref(), at.leaf(Leaf::System));
            sink.optional("code", coded.code.as_deref(), at.leaf(Leaf::Code));
            sink.optional("display", coded.display.as_deref(), at.leaf(Leaf::Display));
        });
    });
    sink.list("location", &urls.service_locations, |sink, _, url| sink.fixed("reference", url));
    sink.optional("name", service.name.as_deref(), at.leaf(Leaf::Name));
    write_telecoms(sink, &service.telecom, |n| place::SERVICE_TELECOM.at(&[number, n]));
}

fn write_location(sink: &mut Sink, location: &Location, at: At, identifier: impl Fn(usize) -> At, address: At) {
    sink.narrative(|| at.itself().path());
    write_identifiers(sink, "identifier", &location.identifier, identifier);
    sink.optional("status", location.status.as_deref(), at.leaf(Leaf::Status));
    sink.optional("name", location.name.as_deref(), at.leaf(Leaf::Name));
    sink.optional("mode", location.mode.as_deref(), at.leaf(Leaf::Mode));
    if let Some(value) = &location.address {
        sink.element("address", |sink| address_content(sink, value, address));
    }
}

/// Whether the system of an Identifier is the one for ASIDs.
pub fn is_asid(identifier: Element<'_>) -> bool {
    peek_system(identifier).as_deref() == Some(system::ASID)
}
