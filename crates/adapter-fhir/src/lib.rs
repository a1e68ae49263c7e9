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
mod communication;
mod datatypes;
mod dosage;
mod element;
mod json;
mod kept;
mod medication_request;
mod message_header;
mod narrative;
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
mod xml;

use causeway_canonical::ledger::Kept;
use causeway_canonical::model::{Body, Kind, Message};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::adapter::{Account, Adapter, Context, Reading, Written};
use causeway_syntax::{JsonTree, Limits, NodeId, Tree};

pub use dosage::{LoneDosage, read_array as read_dosages};

use bundle::Bundle;
use element::{Element, ElementTree, Source};
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
            Ok(tree) => read(tree, None, Vec::new(), context),
            Err(finding) => Reading { message: None, findings: vec![finding], account: None },
        }
    }

    fn write(&self, message: &Message, context: &Context) -> Result<Written, Vec<Finding>> {
        write(Sink::new(), message, context)?.close()
    }

    fn project(&self, message: &mut Message, context: &Context) {
        project(message, context);
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
                read(tree, schema_location, faults, context)
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

    fn kept(&self, _kind: Kind) -> &'static [&'static [Kept]] {
        &[kept::TABLE]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        RULES
    }

    fn tree<'s>(&self, source: &'s [u8], limits: &Limits) -> Result<Box<dyn Tree + 's>, Finding> {
        Ok(Box::new(FhirXmlTree::parse(source, limits)?))
    }
}

/// Reads a document. `hint` says nothing of the content; `faults` are those of its form.
fn read<'s>(tree: impl ElementTree + 's, hint: Option<NodeId>, faults: Vec<Finding>, context: &Context) -> Reading<'s> {
    let reading = Source::new(&tree);
    if let Some(hint) = hint {
        reading.element(hint).unmodelled_here(unmodelled::SCHEMA_LOCATION);
    }
    faults.into_iter().for_each(|fault| reading.report(fault));
    let mut message = read_message(reading.element(tree.document()), context);
    let (marks, findings) = reading.into_parts(message.as_mut());
    let (marks, shared) = marks.into_inner();
    let account = Account { tree: Box::new(tree), marks, shared, unmodelled: unmodelled::TABLE };
    Reading { message, findings, account: Some(account) }
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

/// Writes a message in the syntax of the sink.
fn write(sink: Sink, message: &Message, context: &Context) -> Result<Sink, Vec<Finding>> {
    let mut sink = sink.annotated(message);
    match &message.body {
        Body::PrescriptionOrder(order) => prescription_order::write(&mut sink, &message.envelope, order),
        Body::Acknowledgement(acknowledgement) => operation_outcome::write(&mut sink, acknowledgement, context),
        _ => {
            let message = "a kind of message that FHIR has a form for is expected";
            return Err(vec![Finding::new(&rules::UNSUPPORTED_KIND, message)]);
        }
    }
    Ok(sink)
}

fn project(message: &mut Message, context: &Context) {
    if !message.narrative.is_empty() || !message.extension.is_empty() {
        let used = write(Sink::new(), message, context).map(Sink::into_used).unwrap_or_default();
        used.project(message);
    }
    match &mut message.body {
        Body::PrescriptionOrder(order) => prescription_order::project(&mut message.envelope, order),
        Body::Acknowledgement(acknowledgement) => {
            operation_outcome::project(&mut message.envelope, acknowledgement, context);
        }
        _ => {}
    }
}
