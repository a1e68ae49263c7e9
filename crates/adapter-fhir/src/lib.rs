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
mod communication;
mod datatypes;
mod dosage;
mod element;
mod kept;
mod medication_request;
mod message_header;
mod operation_outcome;
mod patient;
mod prescription_order;
mod provenance;
mod rules;
mod sink;
mod system;
mod union;
mod unmodelled;
mod unreferenced;

use causeway_canonical::ledger::Kept;
use causeway_canonical::model::{Body, Kind, Message};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::adapter::{Account, Adapter, Context, Reading, Written};
use causeway_syntax::{JsonTree, Limits, Tree};

use bundle::Bundle;
use element::{Element, Source};
use rules::RULES;

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
        let message = read_message(reading.element(tree.root()), context);
        let (marks, findings) = reading.into_parts();
        let (marks, shared) = marks.into_inner();
        let account = Account { tree: Box::new(tree), marks, shared, unmodelled: unmodelled::TABLE };
        Reading { message, findings, account: Some(account) }
    }

    fn write(&self, message: &Message, context: &Context) -> Result<Written, Vec<Finding>> {
        match &message.body {
            Body::PrescriptionOrder(order) => Ok(prescription_order::write(&message.envelope, order)),
            Body::Acknowledgement(acknowledgement) => Ok(operation_outcome::write(acknowledgement, context)),
            _ => Err(vec![Finding::new(
                &rules::UNSUPPORTED_KIND,
                "a kind of message that FHIR has a form for is expected",
            )]),
        }
    }

    fn project(&self, message: &mut Message, context: &Context) {
        match &mut message.body {
            Body::PrescriptionOrder(order) => prescription_order::project(&mut message.envelope, order),
            Body::Acknowledgement(acknowledgement) => {
                operation_outcome::project(&mut message.envelope, acknowledgement, context);
            }
            _ => {}
        }
    }

    fn kept(&self, _kind: Kind) -> &'static [&'static [Kept]] {
        &[kept::TABLE]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        RULES
    }

    fn tree<'s>(&self, source: &'s [u8], limits: &Limits) -> Result<Box<dyn Tree + 's>, Finding> {
        Ok(Box::new(JsonTree::parse(source, limits)?))
    }
}

fn read_message(root: Element<'_>, context: &Context) -> Option<Message> {
    match root.peek_plain("resourceType") {
        Some("OperationOutcome") => Some(operation_outcome::read(root, context)),
        Some("Bundle") => read_bundle(root),
        _ => {
            root.report(&rules::UNSUPPORTED_KIND, "a resource of type Bundle or OperationOutcome is expected");
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
    match message_header::peek_event(header) {
        Some(prescription_order::EVENT) => prescription_order::read(root, &bundle, header),
        _ => {
            let element = header.child("eventCoding").and_then(|coding| coding.child("code")).unwrap_or(header);
            element.report(&rules::MESSAGE_EVENT, "an event that this gateway takes is expected");
            None
        }
    }
}
