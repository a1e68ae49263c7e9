//! FHIR R4 messages to and from the canonical model.
//!
//! Where to start reading: `element.rs` is the view that all reading goes through, `sink.rs` what all writing goes
//! through; `json.rs` and `xml.rs` are the two syntaxes below them. One file a message kind (`prescription_order.rs`,
//! `operation_outcome.rs`) puts together the files of the resources.
//!
//! Invariants: the mapping knows elements and never a syntax; every value that is read is marked, and nothing is marked
//! that was not understood.

mod agent;
mod annotations;
mod bundle;
mod cancel_request;
mod cancel_response;
mod claim;
mod communication;
mod datatypes;
mod dispense_notification;
mod dosage;
mod element;
mod ids;
mod json;
mod kept;
mod medication_request;
mod message_header;
mod narrative;
mod operation_outcome;
mod operator;
mod patient;
mod prescription_order;
mod provenance;
mod release_request;
mod release_response;
mod repeat;
mod rules;
mod sink;
mod system;
mod task;
mod union;
mod unmodelled;
mod unreferenced;
mod xml;

use causeway_canonical::ledger::Kept;
use causeway_canonical::model::{Body, Envelope, Kind, Message, VERSION};
use causeway_canonical::{Finding, Rule, refused};
use causeway_syntax::adapter::{Account, Adapter, Context, Reading, Written};
use causeway_syntax::{JsonTree, Limits, NodeId, Tree};

pub use dosage::{LoneDosage, read_array as read_dosages};
pub use operation_outcome::issue_code;

use bundle::Bundle;
use cancel_request::CANCELLATION;
use dispense_notification::{NOTIFICATION, UPDATE};
use element::{Element, ElementTree, Source};
use prescription_order::ORDER;
use rules::RULES;
use sink::Sink;
use xml::FhirXmlTree;

/// So much of a message is looked at to tell its format.
const SNIFFED: usize = 4096;

/// FHIR R4 as JSON.
pub struct FhirR4Json;

impl Adapter for FhirR4Json {
    fn format(&self) -> &'static str {
        "fhir-r4-json"
    }

    fn media_type(&self) -> &'static str {
        "application/fhir+json"
    }

    fn sniff(&self, source: &[u8]) -> bool {
        let text = String::from_utf8_lossy(source.get(..SNIFFED).unwrap_or(source));
        text.trim_start_matches('\u{feff}').trim_start().starts_with('{') && text.contains("\"resourceType\"")
    }

    fn read<'s>(&self, source: &'s [u8], context: &Context) -> Reading<'s> {
        match JsonTree::parse(source, &context.limits) {
            Ok(tree) => read(tree, source, None, Vec::new(), context),
            Err(finding) => Reading { message: None, findings: vec![finding], account: None },
        }
    }

    fn write(&self, message: &Message, context: &Context) -> Result<Written, Vec<Finding>> {
        write(Sink::new(), message, context)?.close()
    }

    fn project(&self, message: &mut Message, context: &Context) {
        project(message, context);
    }

    fn kept(&self, kind: Kind) -> &'static [&'static [Kept]] {
        kept::of(kind)
    }

    fn rules(&self) -> &'static [&'static Rule] {
        RULES
    }

    fn tree<'s>(&self, source: &'s [u8], limits: &Limits) -> Result<Box<dyn Tree + 's>, Finding> {
        Ok(Box::new(JsonTree::parse(source, limits)?))
    }
}

/// FHIR R4 as XML.
pub struct FhirR4Xml;

impl Adapter for FhirR4Xml {
    fn format(&self) -> &'static str {
        "fhir-r4-xml"
    }

    fn media_type(&self) -> &'static str {
        "application/fhir+xml"
    }

    fn sniff(&self, source: &[u8]) -> bool {
        xml::is_fhir(&String::from_utf8_lossy(source.get(..SNIFFED).unwrap_or(source)))
    }

    fn read<'s>(&self, source: &'s [u8], context: &Context) -> Reading<'s> {
        match FhirXmlTree::parse(source, &context.limits) {
            Ok(tree) => {
                let (schema_location, faults) = (tree.schema_location(), xml::check(&tree));
                read(tree, source, schema_location, faults, context)
            }
            Err(finding) => Reading { message: None, findings: vec![finding], account: None },
        }
    }

    fn write(&self, message: &Message, context: &Context) -> Result<Written, Vec<Finding>> {
        write(Sink::xml(), message, context)?.close()
    }

    fn project(&self, message: &mut Message, context: &Context) {
        project(message, context);
    }

    fn kept(&self, kind: Kind) -> &'static [&'static [Kept]] {
        kept::of(kind)
    }

    fn rules(&self) -> &'static [&'static Rule] {
        RULES
    }

    fn tree<'s>(&self, source: &'s [u8], limits: &Limits) -> Result<Box<dyn Tree + 's>, Finding> {
        Ok(Box::new(FhirXmlTree::parse(source, limits)?))
    }
}

/// Reads a document. `hint` says nothing of the content; `faults` are those of its form.
fn read<'s>(
    tree: impl ElementTree + 's,
    source: &[u8],
    hint: Option<NodeId>,
    faults: Vec<Finding>,
    context: &Context,
) -> Reading<'s> {
    let reading = Source::new(&tree);
    if let Some(hint) = hint {
        reading.element(hint).unmodelled_here(unmodelled::SCHEMA_LOCATION);
    }
    faults.into_iter().for_each(|fault| reading.report(fault));
    let mut message = read_message(reading.element(tree.document()), source, context);
    let (marks, mut findings) = reading.into_parts(message.as_mut());
    // Nothing is passed over in silence, whatever a reader left to the checks of the shape.
    if message.is_none() && !refused(&findings) {
        findings.push(Finding::new(&rules::STRUCTURE, "the content of a message is expected"));
    }
    let (marks, shared) = marks.into_inner();
    let account = Account { tree: Box::new(tree), marks, shared, unmodelled: unmodelled::TABLE };
    Reading { message, findings, account: Some(account) }
}

fn read_message(root: Element<'_>, source: &[u8], context: &Context) -> Option<Message> {
    match root.peek_plain("resourceType") {
        Some("OperationOutcome") => Some(operation_outcome::read(root, context)),
        Some("Bundle") => read_bundle(root),
        Some("Task") => task::read(root),
        Some("Claim") => {
            claim::read(root).map(|(envelope, claim)| message(envelope, Body::DispenseClaim(Box::new(claim))))
        }
        Some("Parameters") if release_request::is_request(root) => {
            let (envelope, request) = release_request::read(root, source, context);
            Some(message(envelope, Body::ReleaseRequest(Box::new(request))))
        }
        Some("Parameters") if release_response::is_response(root) => release_response::read(root)
            .map(|(envelope, response)| message(envelope, Body::ReleaseResponse(Box::new(response)))),
        Some("Parameters") => {
            let message = "the parameters of a request for prescriptions, or of the answer to one, are expected";
            root.report(&rules::UNSUPPORTED_KIND, message);
            None
        }
        _ => {
            let message = "a resource of type Bundle, Task, Claim, OperationOutcome or Parameters is expected";
            root.report(&rules::UNSUPPORTED_KIND, message);
            None
        }
    }
}

fn message(envelope: Envelope, body: Body) -> Message {
    Message { version: VERSION.to_owned(), envelope, body, ..Message::default() }
}

fn read_bundle(root: Element<'_>) -> Option<Message> {
    let bundle = Bundle::read(root);
    let mut headers = bundle.of_kind("MessageHeader");
    let Some(header) = headers.next() else {
        root.report(&rules::MESSAGE_HEADER, "the bundle is expected to hold one MessageHeader, and holds none");
        return None;
    };
    if let Some(second) = headers.next() {
        second.report(&rules::MESSAGE_HEADER, "the bundle is expected to hold one MessageHeader, and this is another");
    }
    match message_header::peek_event(header) {
        Some(event) if event == ORDER.event.code => prescription_order::read(root, &bundle, header, &ORDER)
            .map(|(envelope, order)| message(envelope, Body::PrescriptionOrder(Box::new(order)))),
        Some(event) if event == CANCELLATION.event.code => cancel_request::read(root, &bundle, header)
            .map(|(envelope, order)| message(envelope, Body::CancelRequest(Box::new(order)))),
        Some(event) if event == cancel_response::EVENT.code => cancel_response::read(root, &bundle, header)
            .map(|(envelope, response)| message(envelope, Body::CancelResponse(Box::new(response)))),
        Some(event) if event == NOTIFICATION.code || event == UPDATE.code => {
            let event = if event == UPDATE.code { UPDATE } else { NOTIFICATION };
            dispense_notification::read(root, &bundle, header, event)
                .map(|(envelope, notification)| message(envelope, Body::DispenseNotification(Box::new(notification))))
        }
        _ => {
            let element = header.child("eventCoding").and_then(|coding| coding.child("code")).unwrap_or(header);
            element.report(&rules::MESSAGE_EVENT, "an event that this gateway takes is expected");
            None
        }
    }
}

/// Writes a message in the syntax of the sink.
fn write(sink: Sink, message: &Message, context: &Context) -> Result<Sink, Vec<Finding>> {
    let mut sink = sink.annotated(message);
    let envelope = &message.envelope;
    match &message.body {
        Body::PrescriptionOrder(order) => prescription_order::write(&mut sink, envelope, order, &ORDER),
        Body::CancelRequest(order) => prescription_order::write(&mut sink, envelope, order, &CANCELLATION),
        Body::CancelResponse(response) => cancel_response::write(&mut sink, envelope, response, context),
        Body::Return(reversal) => task::write(&mut sink, envelope, reversal, &task::RETURN),
        Body::Withdraw(reversal) => task::write(&mut sink, envelope, reversal, &task::WITHDRAWAL),
        Body::Acknowledgement(acknowledgement) => operation_outcome::write(&mut sink, acknowledgement, context),
        Body::RebuildDispenseHistory(_) => {
            let message = "no FHIR form is published of a dispensing history that is told again";
            return Err(vec![Finding::new(&rules::NO_FHIR_FORM, message)]);
        }
        Body::ReleaseRequest(request) => release_request::write(&mut sink, envelope, request),
        Body::ReleaseResponse(response) => release_response::write(&mut sink, envelope, response),
        Body::DispenseNotification(notification) => dispense_notification::write(&mut sink, envelope, notification),
        Body::DispenseClaim(claim) => claim::write(&mut sink, envelope, claim),
    }
    Ok(sink)
}

fn project(message: &mut Message, context: &Context) {
    if !message.narrative.is_empty() || !message.extension.is_empty() {
        let used = write(Sink::new(), message, context).map(Sink::into_used).unwrap_or_default();
        used.project(message);
    }
    let envelope = &mut message.envelope;
    match &mut message.body {
        Body::PrescriptionOrder(order) => prescription_order::project(envelope, order, &ORDER),
        Body::CancelRequest(order) => prescription_order::project(envelope, order, &CANCELLATION),
        Body::CancelResponse(response) => {
            if let Some(outcome) = cancel_response::project(envelope, response, context) {
                message.body = Body::Acknowledgement(Box::new(outcome));
            }
        }
        Body::Return(reversal) | Body::Withdraw(reversal) => task::project(envelope, reversal),
        Body::Acknowledgement(acknowledgement) => operation_outcome::project(envelope, acknowledgement, context),
        Body::ReleaseRequest(request) => release_request::project(envelope, request),
        Body::ReleaseResponse(response) => release_response::project(envelope, response),
        Body::DispenseNotification(notification) => dispense_notification::project(envelope, notification),
        Body::DispenseClaim(claim) => claim::project(envelope, claim),
        Body::RebuildDispenseHistory(_) => {}
    }
}
