//! MessageHeader: what goes round the message.

use causeway_canonical::identifier::{MessageId, OdsCode};
use causeway_canonical::ledger::{At, FieldRef, Leaf, map_rule, place};
use causeway_canonical::model::{Destination, Envelope, OrganisationRef, Sender};

use crate::agent::is_asid;
use crate::datatypes::{read_fixed_identifier, read_message_uuid, write_extension};
use crate::element::Element;
use crate::patient::{organisation_reference_content, read_organisation_reference};
use crate::rules;
use crate::sink::Sink;
use crate::system;
use crate::unmodelled;

/// The part of the message that the narrative is about.
const PART: &str = "envelope";

/// An event: what a message bundle is about (overview.md §1).
#[derive(Clone, Copy)]
pub struct Event {
    /// Code.
    pub code: &'static str,
    /// Words of the code.
    pub display: &'static str,
}

/// Why a message is sent, where its event alone does not say it.
#[derive(Clone, Copy)]
pub struct Reason {
    /// Code.
    pub code: &'static str,
    /// Words of the code.
    pub display: &'static str,
}

/// A MessageHeader to be written.
pub struct Header<'m> {
    /// The event.
    pub event: Event,
    /// The reason, if the event needs one.
    pub reason: Option<Reason>,
    /// Whether the header repeats the id of the message.
    pub message_id: bool,
    /// The message that this one replaces.
    pub replaces: Option<&'m MessageId>,
    /// The message that this one answers, with its place in the model.
    pub response: Option<(&'m MessageId, FieldRef)>,
    /// Who is to get the message, where its addressing does not say it.
    pub receiver: Option<&'m OdsCode>,
}

impl Header<'_> {
    /// The header of a request.
    pub fn of(event: Event) -> Self {
        Header { event, reason: None, message_id: false, replaces: None, response: None, receiver: None }
    }
}

/// The event of a MessageHeader, without marking it.
pub fn peek_event<'t>(header: Element<'t>) -> Option<&'t str> {
    header.plain("eventCoding")?.peek_plain("code")
}

/// Reads the addressing of a message of the given event.
pub fn read(root: Element<'_>, header: Element<'_>, event: Event, envelope: &mut Envelope) {
    read_frame(header, event);
    read_message_id(root, header, &envelope.id);
    envelope.sender = read_sender(header);
    envelope.destination = header
        .children("destination")
        .enumerate()
        .map(|(position, element)| read_destination(element, position))
        .collect();
}

/// Reads event and focus.
pub fn read_frame(header: Element<'_>, event: Event) {
    header.narrative(|| PART.to_owned());
    if let Some(coding) = header.required("eventCoding") {
        coding.fixed("system", system::MESSAGE_EVENT);
        coding.fixed("code", event.code);
        coding.unmodelled("display", unmodelled::EVENT_DISPLAY);
    }
    for focus in header.children("focus") {
        focus.unmodelled("reference", unmodelled::FOCUS);
        focus.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
    }
}

/// The id that the header repeats: of the message or, in some published examples, of the Bundle on its server.
pub fn read_message_id(root: Element<'_>, header: Element<'_>, id: &MessageId) {
    let extension = header.extension(system::EXT_MESSAGE_ID).or_else(|| header.extension(system::EXT_MESSAGE_ID_OLD));
    let Some(identifier) = extension.and_then(|extension| extension.required("valueIdentifier")) else { return };
    identifier.fixed("system", system::RFC4122);
    let Some(value) = identifier.required("value") else { return };
    let text = value.peek().unwrap_or_default();
    if text.eq_ignore_ascii_case(id.as_str()) {
        value.structural();
    } else if root.peek_child("id") == Some(text) {
        value.unmodelled_here(unmodelled::RESOURCE_ID);
    } else {
        value.report(&rules::DISAGREEMENT, "the identifier of the Bundle is expected here once more");
    }
}

/// Reads which message a notification or claim replaces.
pub fn read_replaced(resource: Element<'_>) -> Option<MessageId> {
    let identifier = resource.extension(system::EXT_REPLACEMENT_OF)?.required("valueIdentifier")?;
    identifier.fixed("system", system::RFC4122);
    read_message_uuid(identifier.required("value")?, place::REPLACES.field())
}

/// Writes which message a notification or claim replaces, as an entry of a list of extensions.
pub fn write_replaced(sink: &mut Sink, replaced: Option<&MessageId>) {
    if let Some(id) = replaced {
        write_id(sink, system::EXT_REPLACEMENT_OF, id, place::REPLACES.field());
    }
}

fn write_id(sink: &mut Sink, url: &'static str, id: &MessageId, field: FieldRef) {
    write_extension(sink, url, |sink| {
        sink.element("valueIdentifier", |sink| {
            sink.fixed("system", system::RFC4122);
            sink.text("value", id.as_str(), field);
        });
    });
}

/// Reads which message a bundle answers.
pub fn read_response(header: Element<'_>, field: FieldRef) -> Option<MessageId> {
    let response = header.required("response")?;
    response.fixed("code", "ok");
    read_message_uuid(response.required("identifier")?, field)
}

/// Reads the reason of a message that can only have this one; it may be left out.
pub fn read_reason(header: Element<'_>, reason: Reason) {
    let Some(concept) = header.child("reason") else { return };
    if let Some(coding) = concept.required("coding") {
        coding.fixed("system", system::MESSAGE_REASON);
        coding.fixed("code", reason.code);
        coding.unmodelled("display", unmodelled::REASON_DISPLAY);
    }
}

fn read_sender(header: Element<'_>) -> Option<Sender> {
    let at = place::SENDER.at(&[]);
    let mut sender = Sender::default();
    if let Some(element) = header.child("sender") {
        element.unmodelled("reference", unmodelled::SENDER_REFERENCE);
        element.structural_child("type");
        sender.ods = element
            .child("identifier")
            .and_then(|identifier| read_fixed_identifier(identifier, system::ODS, at.leaf(Leaf::Ods)))
            .map(OdsCode::new);
        sender.name = element.text("display", at.leaf(Leaf::Name));
    }
    if let Some(source) = header.required("source") {
        sender.software = source.text("name", at.leaf(Leaf::Software));
        sender.endpoint = source.text("endpoint", at.leaf(Leaf::Endpoint));
        sender.asid = read_asid(source, at);
    }
    (sender != Sender::default()).then_some(sender)
}

fn read_asid(source: Element<'_>, at: At) -> Option<String> {
    let identifier = source.extension(system::EXT_SPINE_ENDPOINT)?.required("valueIdentifier")?;
    if !is_asid(identifier) {
        identifier.report(&rules::IDENTIFIER_SYSTEM, "the system for ASIDs is expected here");
        return None;
    }
    read_fixed_identifier(identifier, system::ASID, at.leaf(Leaf::Asid)).map(str::to_owned)
}

fn read_destination(element: Element<'_>, position: usize) -> Destination {
    let at = place::DESTINATION.at(&[position]);
    let OrganisationRef { ods, name } =
        element.child("receiver").map(|receiver| read_organisation_reference(receiver, at)).unwrap_or_default();
    Destination { ods, name, asid: None, endpoint: element.text("endpoint", at.leaf(Leaf::Endpoint)) }
}

/// Writes the content of a MessageHeader. `focus` gives the fullUrls of the resources that the message is about.
pub fn write(sink: &mut Sink, header: &Header<'_>, envelope: &Envelope, focus: &[String]) {
    sink.narrative(|| PART.to_owned());
    if header.message_id || header.replaces.is_some() {
        sink.begin_list("extension");
        if header.message_id {
            write_id(sink, system::EXT_MESSAGE_ID, &envelope.id, place::MESSAGE_ID.field());
        }
        write_replaced(sink, header.replaces);
        sink.end_list();
    }
    write_event(sink, header.event);
    let destinations = destinations(envelope, header.receiver);
    sink.list("destination", &destinations, |sink, position, destination| {
        write_destination(sink, position, destination, header.receiver);
    });
    let sender = envelope.sender.clone().unwrap_or_default();
    let at = place::SENDER.at(&[]);
    let organisation = OrganisationRef { ods: sender.ods.clone(), name: sender.name.clone() };
    if organisation != OrganisationRef::default() {
        sink.element("sender", |sink| organisation_reference_content(sink, &organisation, at));
    }
    sink.element("source", |sink| {
        if let Some(asid) = &sender.asid {
            sink.begin_list("extension");
            sink.entry(|sink| {
                sink.fixed("url", system::EXT_SPINE_ENDPOINT);
                sink.element("valueIdentifier", |sink| {
                    sink.fixed("system", system::ASID);
                    sink.text("value", asid, at.leaf(Leaf::Asid));
                });
            });
            sink.end_list();
        }
        sink.optional("name", sender.software.as_deref(), at.leaf(Leaf::Software));
        match &sender.endpoint {
            Some(endpoint) => sink.text("endpoint", endpoint, at.leaf(Leaf::Endpoint)),
            None => {
                let endpoint = endpoint_of(sender.ods.as_ref());
                sink.defaulted("endpoint", &endpoint, at.leaf(Leaf::Endpoint), map_rule::NOT_STATED);
            }
        }
    });
    if let Some(reason) = header.reason {
        sink.element("reason", |sink| {
            sink.begin_list("coding");
            sink.entry(|sink| {
                sink.fixed("system", system::MESSAGE_REASON);
                sink.fixed("code", reason.code);
                sink.fixed("display", reason.display);
            });
            sink.end_list();
        });
    }
    if let Some((id, field)) = header.response {
        write_response(sink, id, field);
    }
    sink.list("focus", focus, |sink, _, url| sink.fixed("reference", url));
}

/// Writes the event.
pub fn write_event(sink: &mut Sink, event: Event) {
    sink.element("eventCoding", |sink| {
        sink.fixed("system", system::MESSAGE_EVENT);
        sink.fixed("code", event.code);
        sink.fixed("display", event.display);
    });
}

/// Writes which message this one answers.
pub fn write_response(sink: &mut Sink, id: &MessageId, field: FieldRef) {
    sink.element("response", |sink| {
        sink.text("identifier", id.as_str(), field);
        sink.fixed("code", "ok");
    });
}

/// The destinations of a message; one is made for a message without any whose receiver is known.
fn destinations(envelope: &Envelope, receiver: Option<&OdsCode>) -> Vec<Destination> {
    match (envelope.destination.as_slice(), receiver) {
        ([], Some(_)) => vec![Destination::default()],
        (destinations, _) => destinations.to_vec(),
    }
}

/// The receiver of a destination that names none, nor an address.
fn unnamed_receiver<'r>(destination: &Destination, receiver: Option<&'r OdsCode>) -> Option<&'r OdsCode> {
    receiver.filter(|_| destination.ods.is_none() && destination.endpoint.is_none())
}

fn write_destination(sink: &mut Sink, position: usize, destination: &Destination, receiver: Option<&OdsCode>) {
    let at = place::DESTINATION.at(&[position]);
    let receiver = unnamed_receiver(destination, receiver);
    match &destination.endpoint {
        Some(endpoint) => sink.text("endpoint", endpoint, at.leaf(Leaf::Endpoint)),
        None => {
            let endpoint = endpoint_of(destination.ods.as_ref().or(receiver));
            sink.defaulted("endpoint", &endpoint, at.leaf(Leaf::Endpoint), map_rule::NOT_STATED);
        }
    }
    let organisation = OrganisationRef { ods: destination.ods.clone(), name: destination.name.clone() };
    if let Some(ods) = receiver {
        sink.element("receiver", |sink| {
            sink.element("identifier", |sink| {
                sink.fixed("system", system::ODS);
                sink.defaulted("value", ods.as_str(), at.leaf(Leaf::Ods), map_rule::NOT_STATED);
            });
            sink.optional("display", organisation.name.as_deref(), at.leaf(Leaf::Name));
        });
    } else if organisation != OrganisationRef::default() {
        sink.element("receiver", |sink| organisation_reference_content(sink, &organisation, at));
    }
}

/// What a header says of an envelope: receiver and endpoints are filled in, what it cannot hold is cleared.
pub fn project(envelope: &mut Envelope, receiver: Option<&OdsCode>) {
    envelope.destination = destinations(envelope, receiver);
    envelope.transmission = None;
    envelope.answers = None;
    envelope.operator = None;
    for destination in &mut envelope.destination {
        destination.asid = None;
        if let Some(ods) = unnamed_receiver(destination, receiver) {
            destination.ods = Some(ods.clone());
        }
        if destination.endpoint.is_none() {
            destination.endpoint = Some(endpoint_of(destination.ods.as_ref()));
        }
    }
    let sender = envelope.sender.get_or_insert_default();
    if sender.endpoint.is_none() {
        sender.endpoint = Some(endpoint_of(sender.ods.as_ref()));
    }
}

/// The address of an organisation as a MessageHeader needs one (identifiers.md §1, ASID).
pub fn endpoint_of(ods: Option<&OdsCode>) -> String {
    match ods {
        Some(ods) => format!("urn:nhs-uk:addressing:ods:{}", ods.as_str()),
        None => "urn:nhs-uk:addressing:unknown".to_owned(),
    }
}
