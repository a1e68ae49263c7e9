//! The Parameters of a request for prescriptions (release.md §1).
//!
//! FHIR has no message id here. One is carried in a parameter of its own where Causeway writes the message, and made up
//! where another sender did.

use causeway_canonical::identifier::{MessageId, PrescriptionShortId};
use causeway_canonical::ledger::place;
use causeway_canonical::model::{Agent, Envelope, PrescriptionRef, ReleaseRequest};
use causeway_syntax::adapter::Context;
use uuid::Uuid;

use crate::agent::{self, Urls};
use crate::bundle::Bundle;
use crate::datatypes::{read_fixed_identifier, read_message_uuid, read_resource_frame};
use crate::element::Element;
use crate::sink::Sink;
use crate::{rules, system, unmodelled};

const AUTHOR: usize = 0;

const OWNER: &str = "owner";
const AGENT: &str = "agent";
const STATUS: &str = "status";
const GROUP: &str = "group-identifier";
const MESSAGE: &str = "message-identifier";

/// Whether Parameters are a request for prescriptions, by the names in them.
pub fn is_request(root: Element<'_>) -> bool {
    root.children("parameter").any(|parameter| matches!(parameter.peek_child("name"), Some(OWNER | AGENT)))
}

/// Reads the request. `source` is what an id is made of where the sender gives none.
pub fn read(root: Element<'_>, source: &[u8], context: &Context) -> (Envelope, ReleaseRequest) {
    read_resource_frame(root);
    if let Some(status) = only(root, STATUS) {
        status.fixed("valueCode", "accepted");
    }
    let request = ReleaseRequest { author: read_author(root), prescription: read_prescription(root) };
    (Envelope { id: read_id(root, source, context), ..Envelope::default() }, request)
}

/// The parameter of that name. A second one is reported.
fn only<'t>(root: Element<'t>, name: &'static str) -> Option<Element<'t>> {
    let mut found = root.children("parameter").filter(|parameter| parameter.peek_child("name") == Some(name));
    let parameter = found.next()?;
    parameter.structural_child("name");
    if let Some(second) = found.next() {
        second.report(&rules::TOO_MANY, format!("at most one parameter {name} is expected"));
    }
    Some(parameter)
}

/// The resource in the parameter of that name, if it is of that kind.
fn resource<'t>(root: Element<'t>, name: &'static str, kind: &'static str) -> Option<Element<'t>> {
    let resource = only(root, name)?.child("resource")?;
    if resource.peek_plain("resourceType") != Some(kind) {
        return None;
    }
    read_resource_frame(resource);
    Some(resource)
}

fn read_id(root: Element<'_>, source: &[u8], context: &Context) -> MessageId {
    let told = only(root, MESSAGE).and_then(|parameter| {
        let identifier = parameter.required("valueIdentifier")?;
        identifier.fixed("system", system::RFC4122);
        read_message_uuid(identifier.required("value")?, place::MESSAGE_ID.field())
    });
    told.unwrap_or_else(|| {
        let of_server = root.peek_child("id").and_then(|id| Uuid::parse_str(id).ok());
        MessageId::from(match of_server {
            Some(id) => Uuid::new_v5(&id, b"release-request"),
            None => {
                let mut name = context.now.to_string().into_bytes();
                name.extend_from_slice(source);
                Uuid::new_v5(&Uuid::NAMESPACE_OID, &name)
            }
        })
    })
}

/// The agent acts for the owner, whatever organisation the agent's own link names.
fn read_author(root: Element<'_>) -> Agent {
    let Some(owner) = resource(root, OWNER, "Organization") else {
        root.report(&rules::RELEASE_OWNER, "a parameter owner with an Organization is expected");
        return Agent::default();
    };
    let organisation = agent::read_organisation_resource(&Bundle::contained_in(owner), owner, AUTHOR);
    let Some(role) = resource(root, AGENT, "PractitionerRole") else {
        root.report(&rules::RELEASE_AGENT, "a parameter agent with a PractitionerRole is expected");
        return Agent { organisation: Some(organisation), ..Agent::default() };
    };
    if let Some(link) = role.child("organization") {
        read_own_organisation(link, &organisation.ods);
    }
    role.required("practitioner");
    if role.children("telecom").next().is_none() {
        role.report(&rules::RELEASE_TELECOM, "at least one telecom of the agent is expected");
    }
    Agent { organisation: Some(organisation), ..agent::read_person(&Bundle::contained_in(role), role, AUTHOR) }
}

/// The link is not followed; a code that is not the owner's stays unread.
fn read_own_organisation(link: Element<'_>, owner: &Option<causeway_canonical::identifier::OdsCode>) {
    link.structural_child("type");
    link.unmodelled("reference", unmodelled::AGENT_ORGANISATION);
    link.unmodelled("display", unmodelled::AGENT_ORGANISATION);
    let Some(identifier) = link.child("identifier") else { return };
    if owner.as_ref().is_some_and(|owner| identifier.peek_child("value") == Some(owner.as_str())) {
        identifier.fixed("system", system::ODS);
        identifier.structural_child("value");
    } else {
        identifier.report(&rules::DISAGREEMENT, "the organisation of the owner is expected here once more");
    }
}

fn read_prescription(root: Element<'_>) -> Option<PrescriptionRef> {
    let identifier = only(root, GROUP)?.required("valueIdentifier")?;
    let field = place::PRESCRIPTION_SHORT_ID.field();
    let short_id = read_fixed_identifier(identifier, system::PRESCRIPTION_ORDER_NUMBER, field)?;
    Some(PrescriptionRef { short_id: Some(PrescriptionShortId::new(short_id)), ..PrescriptionRef::default() })
}

/// Writes the request.
pub fn write(sink: &mut Sink, envelope: &Envelope, request: &ReleaseRequest) {
    let mut person = request.author.clone();
    let organisation = person.organisation.take().unwrap_or_default();
    let urls = Urls::contained(&person, AGENT);
    sink.resource("Parameters", |sink| {
        sink.begin_list("parameter");
        parameter(sink, OWNER, |sink| {
            sink.contained_resource("resource", "Organization", |sink| {
                agent::write_organisation(sink, &organisation, AUTHOR);
            });
        });
        parameter(sink, STATUS, |sink| sink.fixed("valueCode", "accepted"));
        parameter(sink, AGENT, |sink| {
            sink.contained_resource("resource", "PractitionerRole", |sink| {
                if !agent::stands_alone(&person) {
                    sink.begin_list("contained");
                    agent::write_linked(sink, &person, AUTHOR, &urls);
                    sink.end_list();
                }
                agent::write_role(sink, &person, AUTHOR, &urls);
            });
        });
        if let Some(short_id) = request.prescription.as_ref().and_then(|prescription| prescription.short_id.as_ref()) {
            parameter(sink, GROUP, |sink| {
                sink.element("valueIdentifier", |sink| {
                    sink.fixed("system", system::PRESCRIPTION_ORDER_NUMBER);
                    sink.text("value", short_id.as_str(), place::PRESCRIPTION_SHORT_ID.field());
                });
            });
        }
        parameter(sink, MESSAGE, |sink| {
            sink.element("valueIdentifier", |sink| {
                sink.fixed("system", system::RFC4122);
                sink.text("value", envelope.id.as_str(), place::MESSAGE_ID.field());
            });
        });
        sink.end_list();
    });
}

/// Writes one parameter.
pub fn parameter(sink: &mut Sink, name: &str, content: impl FnOnce(&mut Sink)) {
    sink.entry(|sink| {
        sink.fixed("name", name);
        content(sink);
    });
}

/// What Parameters say of a request.
pub fn project(envelope: &mut Envelope, request: &mut ReleaseRequest) {
    *envelope = Envelope { id: envelope.id.clone(), ..Envelope::default() };
    request.author.organisation.get_or_insert_default();
    agent::project_contained(&mut request.author);
    if let Some(prescription) = &mut request.prescription {
        prescription.id = None;
        prescription.repeat = None;
    }
    request.prescription = request.prescription.take().filter(|prescription| prescription.short_id.is_some());
}
