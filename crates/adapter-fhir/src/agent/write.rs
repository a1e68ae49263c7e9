//! An agent written.

use causeway_canonical::identifier::OdsCode;
use causeway_canonical::ledger::{At, Leaf, agent_name, map_rule, place};
use causeway_canonical::model::{
    Agent, HealthcareService, HumanName, Identifier, Location, Organisation, OrganisationRef, Practitioner,
};

use crate::datatypes::{
    address_content, identifier_content, write_addresses, write_concepts, write_identifiers, write_names,
    write_telecoms,
};
use crate::ids;
use crate::patient::organisation_reference_content;
use crate::sink::Sink;
use crate::system;

/// What references call the resources by that an agent is written as.
pub struct Urls {
    /// PractitionerRole.
    pub role: String,
    practitioner: String,
    /// Organization.
    pub organisation: String,
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

    /// Links to the resources of an agent that stand in the resource that names it.
    pub fn contained(agent: &Agent, name: &str) -> Self {
        Self::new(agent, name, ids::contained)
    }

    fn is_contained(&self) -> bool {
        self.role.starts_with('#')
    }
}

/// Whether a person is named by identifier only, so that no Practitioner is written.
fn named_by_identifier(practitioner: &Practitioner, contained: bool) -> bool {
    practitioner.telecom.is_none()
        && practitioner.identifier.len() == 1
        && (practitioner.name.is_empty() || contained && only_words(practitioner).is_some())
}

/// The words for a person of whom no other name is known.
fn only_words(practitioner: &Practitioner) -> Option<&String> {
    let [name] = practitioner.name.as_slice() else { return None };
    let words = name.text.as_ref().filter(|_| practitioner.display.is_none())?;
    (*name == HumanName { text: Some(words.clone()), ..HumanName::default() }).then_some(words)
}

/// What a contained agent reads back as.
pub fn project_contained(agent: &mut Agent) {
    if let Some(practitioner) = agent.practitioner.as_mut().filter(|person| named_by_identifier(person, true))
        && let Some(words) = only_words(practitioner).cloned()
    {
        practitioner.display = Some(words);
        practitioner.name.clear();
    }
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

/// Writes an agent, as entries of a list of entries or of contained resources: role, person, organisation, service, places.
/// An organisation that stands elsewhere is left to the caller.
pub fn write(sink: &mut Sink, agent: &Agent, number: usize, urls: &Urls) {
    entry(sink, &urls.role, "PractitionerRole", |sink| write_role(sink, agent, number, urls));
    write_linked(sink, agent, number, urls);
}

/// Whether the role alone says all of an agent without organisation that is written with contained resources.
pub fn stands_alone(agent: &Agent) -> bool {
    agent.practitioner.as_ref().is_none_or(|person| named_by_identifier(person, true))
        && agent.healthcare_service.as_ref().is_none_or(service_named_by_code)
        && agent.location.is_empty()
}

/// Writes what the role of an agent links to.
pub fn write_linked(sink: &mut Sink, agent: &Agent, number: usize, urls: &Urls) {
    if let Some(practitioner) =
        agent.practitioner.as_ref().filter(|person| !named_by_identifier(person, urls.is_contained()))
    {
        entry(sink, &urls.practitioner, "Practitioner", |sink| write_practitioner(sink, practitioner, number));
    }
    let stands_here = urls.organisation.starts_with('#') == urls.is_contained();
    let is_resource =
        |organisation: &&Organisation| stands_here && (urls.is_contained() || !named_by_code(organisation));
    if let Some(organisation) = agent.organisation.as_ref().filter(is_resource) {
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

/// Writes one entry of a bundle or, where its name begins with `#`, one contained resource.
pub fn entry(sink: &mut Sink, url: &str, kind: &'static str, content: impl FnOnce(&mut Sink)) {
    match url.strip_prefix('#') {
        Some(id) => sink.resource_entry(kind, |sink| {
            sink.fixed("id", id);
            content(sink);
        }),
        None => sink.entry(|sink| {
            sink.fixed("fullUrl", url);
            sink.contained_resource("resource", kind, content);
        }),
    }
}

/// Writes the content of the PractitionerRole of an agent.
pub fn write_role(sink: &mut Sink, agent: &Agent, number: usize, urls: &Urls) {
    sink.narrative(|| agent_name(number).to_owned());
    write_identifiers(sink, "identifier", &agent.identifier, |n| place::AGENT_IDENTIFIER.at(&[number, n]));
    if let Some(practitioner) = &agent.practitioner {
        sink.element("practitioner", |sink| {
            if named_by_identifier(practitioner, urls.is_contained()) {
                let at = place::PRACTITIONER_IDENTIFIER.at(&[number, 0]);
                if let Some(identifier) = practitioner.identifier.first() {
                    sink.element("identifier", |sink| identifier_content(sink, identifier, at));
                }
                match only_words(practitioner) {
                    Some(words) => {
                        let field = place::PRACTITIONER_NAME.at(&[number, 0]).leaf(Leaf::Text);
                        sink.mapped("display", words, field, map_rule::PERSON_NAME_TEXT);
                    }
                    None => {
                        let at = place::PRACTITIONER.at(&[number]);
                        sink.optional("display", practitioner.display.as_deref(), at.leaf(Leaf::Display));
                    }
                }
            } else {
                sink.fixed("reference", &urls.practitioner);
            }
        });
    }
    if let Some(organisation) = &agent.organisation {
        sink.element("organization", |sink| {
            if named_by_code(organisation) && !urls.is_contained() {
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
        sink.entry(|sink| identifier_content(sink, identifier, each(position)));
    }
    sink.end_list();
}

/// Writes the content of the Organization of an agent.
pub fn write_organisation(sink: &mut Sink, organisation: &Organisation, number: usize) {
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
