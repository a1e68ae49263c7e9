//! MessageHeader: what goes round the message.

use causeway_canonical::identifier::OdsCode;
use causeway_canonical::ledger::{At, Leaf, map_rule, place};
use causeway_canonical::model::{Destination, Envelope, OrganisationRef, Sender};

use crate::agent::is_asid;
use crate::datatypes::read_fixed_identifier;
use crate::element::Element;
use crate::patient::{organisation_reference_content, read_organisation_reference};
use crate::rules;
use crate::sink::Sink;
use crate::system;
use crate::unmodelled;

/// The part of the message that the narrative is about.
const PART: &str = "envelope";

/// The event of a MessageHeader, without marking it.
pub fn peek_event<'t>(header: Element<'t>) -> Option<&'t str> {
    header.plain("eventCoding")?.peek_plain("code")
}

/// Reads the addressing of a message of the given event.
pub fn read(header: Element<'_>, event: &'static str, envelope: &mut Envelope) {
    header.narrative(|| PART.to_owned());
    if let Some(coding) = header.required("eventCoding") {
        coding.fixed("system", system::MESSAGE_EVENT);
        coding.fixed("code", event);
        coding.unmodelled("display", unmodelled::EVENT_DISPLAY);
    }
    for focus in header.children("focus") {
        focus.unmodelled("reference", unmodelled::FOCUS);
        focus.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
    }
    envelope.sender = read_sender(header);
    envelope.destination = header
        .children("destination")
        .enumerate()
        .map(|(position, element)| read_destination(element, position))
        .collect();
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
pub fn write(sink: &mut Sink, event: &str, display: &str, envelope: &Envelope, focus: &[String]) {
    sink.narrative(|| PART.to_owned());
    sink.element("eventCoding", |sink| {
        sink.fixed("system", system::MESSAGE_EVENT);
        sink.fixed("code", event);
        sink.fixed("display", display);
    });
    sink.list("destination", &envelope.destination, |sink, position, destination| {
        let at = place::DESTINATION.at(&[position]);
        match &destination.endpoint {
            Some(endpoint) => sink.text("endpoint", endpoint, at.leaf(Leaf::Endpoint)),
            None => {
                let endpoint = endpoint_of(destination.ods.as_ref());
                sink.defaulted("endpoint", &endpoint, at.leaf(Leaf::Endpoint), map_rule::NOT_STATED);
            }
        }
        let receiver = OrganisationRef { ods: destination.ods.clone(), name: destination.name.clone() };
        if receiver != OrganisationRef::default() {
            sink.element("receiver", |sink| organisation_reference_content(sink, &receiver, at));
        }
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
    sink.list("focus", focus, |sink, _, url| sink.fixed("reference", url));
}

/// The address of an organisation as a MessageHeader needs one (identifiers.md §1, ASID).
pub fn endpoint_of(ods: Option<&OdsCode>) -> String {
    match ods {
        Some(ods) => format!("urn:nhs-uk:addressing:ods:{}", ods.as_str()),
        None => "urn:nhs-uk:addressing:unknown".to_owned(),
    }
}
