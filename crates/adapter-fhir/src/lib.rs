//! FHIR R4 messages to and from the canonical model.
//!
//! Where to start reading: `element.rs` is the view that all reading goes through, `sink.rs` what all writing goes
//! through; one file a message kind (`prescription_order.rs`, `operation_outcome.rs`) puts together the files of the
//! resources.
//!
//! Invariants: the mapping knows elements and never JSON, so that FHIR XML can be its second syntax; every value that is
//! read is marked, and nothing is marked that was not understood.

mod agent;
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
mod kept;
mod medication_request;
mod message_header;
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

use causeway_canonical::ledger::Kept;
use causeway_canonical::model::{Body, Envelope, Kind, Message, VERSION};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::adapter::{Account, Adapter, Context, Reading, Written};
use causeway_syntax::{JsonTree, Limits, Tree};

use bundle::Bundle;
use cancel_request::CANCELLATION;
use dispense_notification::{NOTIFICATION, UPDATE};
use element::{Element, Source};
use prescription_order::ORDER;
use rules::RULES;
use sink::Sink;

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
        let head = source.get(..source.len().min(4096)).unwrap_or_default();
        let text = String::from_utf8_lossy(head);
        text.trim_start_matches('\u{feff}').trim_start().starts_with('{') && text.contains("\"resourceType\"")
    }

    fn read<'s>(&self, source: &'s [u8], context: &Context) -> Reading<'s> {
        let tree = match JsonTree::parse(source, &context.limits) {
            Ok(tree) => tree,
            Err(finding) => return Reading { message: None, findings: vec![finding], account: None },
        };
        let reading = Source::new(&tree);
        let message = read_message(reading.element(tree.root()), source, context);
        let (marks, findings) = reading.into_parts();
        let (marks, shared) = marks.into_inner();
        let account = Account { tree: Box::new(tree), marks, shared, unmodelled: unmodelled::TABLE };
        Reading { message, findings, account: Some(account) }
    }

    fn write(&self, message: &Message, context: &Context) -> Result<Written, Vec<Finding>> {
        match &message.body {
            Body::PrescriptionOrder(order) => Ok(prescription_order::write(&message.envelope, order, &ORDER)),
            Body::CancelRequest(order) => Ok(prescription_order::write(&message.envelope, order, &CANCELLATION)),
            Body::CancelResponse(response) => Ok(cancel_response::write(&message.envelope, response, context)),
            Body::Return(reversal) => Ok(task::write(&message.envelope, reversal, &task::RETURN)),
            Body::Withdraw(reversal) => Ok(task::write(&message.envelope, reversal, &task::WITHDRAWAL)),
            Body::RebuildDispenseHistory(_) => Err(vec![Finding::new(
                &rules::NO_FHIR_FORM,
                "no FHIR form is published of a dispensing history that is told again",
            )]),
            Body::Acknowledgement(acknowledgement) => Ok(operation_outcome::write(acknowledgement, context)),
            Body::ReleaseRequest(request) => {
                Ok(written(|sink| release_request::write(sink, &message.envelope, request)))
            }
            Body::ReleaseResponse(response) => {
                Ok(written(|sink| release_response::write(sink, &message.envelope, response)))
            }
            Body::DispenseNotification(notification) => {
                Ok(written(|sink| dispense_notification::write(sink, &message.envelope, notification)))
            }
            Body::DispenseClaim(claim) => Ok(written(|sink| claim::write(sink, &message.envelope, claim))),
        }
    }

    fn project(&self, message: &mut Message, context: &Context) {
        match &mut message.body {
            Body::PrescriptionOrder(order) => prescription_order::project(&mut message.envelope, order, &ORDER),
            Body::CancelRequest(order) => prescription_order::project(&mut message.envelope, order, &CANCELLATION),
            Body::CancelResponse(response) => {
                if let Some(outcome) = cancel_response::project(&mut message.envelope, response, context) {
                    message.body = Body::Acknowledgement(Box::new(outcome));
                }
            }
            Body::Return(reversal) | Body::Withdraw(reversal) => task::project(&mut message.envelope, reversal),
            Body::Acknowledgement(acknowledgement) => {
                operation_outcome::project(&mut message.envelope, acknowledgement, context);
            }
            Body::ReleaseRequest(request) => release_request::project(&mut message.envelope, request),
            Body::ReleaseResponse(response) => release_response::project(&mut message.envelope, response),
            Body::DispenseNotification(notification) => {
                dispense_notification::project(&mut message.envelope, notification);
            }
            Body::DispenseClaim(claim) => claim::project(&mut message.envelope, claim),
            Body::RebuildDispenseHistory(_) => {}
        }
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

/// A document with one resource.
fn written(write: impl FnOnce(&mut Sink)) -> Written {
    let mut sink = Sink::new();
    write(&mut sink);
    sink.finish()
}

fn read_message(root: Element<'_>, source: &[u8], context: &Context) -> Option<Message> {
    match root.peek_plain("resourceType") {
        Some("OperationOutcome") => Some(operation_outcome::read(root, context)),
        Some("Bundle") => read_bundle(root),
        Some("Task") => task::read(root),
        Some("Claim") => claim::read(root),
        Some("Parameters") if release_request::is_request(root) => Some(release_request::read(root, source, context)),
        Some("Parameters") if release_response::is_response(root) => release_response::read(root),
        _ => {
            let message = "a resource of type Bundle, Task, Claim, OperationOutcome or Parameters is expected";
            root.report(&rules::UNSUPPORTED_KIND, message);
            None
        }
    }
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
    let message = |envelope: Envelope, body| Message { version: VERSION.to_owned(), envelope, body };
    match message_header::peek_event(header) {
        Some(event) if event == ORDER.event.code => prescription_order::read(root, &bundle, header, &ORDER)
            .map(|(envelope, order)| message(envelope, Body::PrescriptionOrder(Box::new(order)))),
        Some(event) if event == CANCELLATION.event.code => cancel_request::read(root, &bundle, header)
            .map(|(envelope, order)| message(envelope, Body::CancelRequest(Box::new(order)))),
        Some(event) if event == cancel_response::EVENT.code => cancel_response::read(root, &bundle, header)
            .map(|(envelope, response)| message(envelope, Body::CancelResponse(Box::new(response)))),
        Some(event) if event == NOTIFICATION.code => dispense_notification::read(root, &bundle, header, NOTIFICATION),
        Some(event) if event == UPDATE.code => dispense_notification::read(root, &bundle, header, UPDATE),
        _ => {
            let element = header.child("eventCoding").and_then(|coding| coding.child("code")).unwrap_or(header);
            element.report(&rules::MESSAGE_EVENT, "an event that this gateway takes is expected");
            None
        }
    }
}
