//! EPS HL7 V3 interactions to and from the canonical model.
//!
//! Invariants:
//! - The crate does no IO; clock and system ids come in through the context.
//! - The model of the messages (names, fixed attributes, codes) is data in `spec`, shared by reading and writing.
//! - Each message kind and each data type has its reading, its writing and its projection in one file.
//! - What a reader does not ask for stays unread, and is reported as lost; nothing is swallowed by a wildcard.
//!
//! Start reading at `prescription_order`.

mod acknowledgement;
mod answer;
mod datatypes;
mod dispense_claim;
mod dispense_notification;
mod dispensing;
mod element;
mod issue_codes;
mod medicine;
mod oid;
mod organisation;
mod patient;
mod person;
mod prescription_order;
mod release_request;
mod release_response;
mod repeat_number;
mod rules;
mod signature;
mod spec;
mod tables;
mod target;
mod transport;
mod wrapper;

use causeway_canonical::ledger::Kept;
use causeway_canonical::model::{Body, Kind, Message, VERSION};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::adapter::{Account, Adapter, Context, Reading, Written};
use causeway_syntax::{Limits, Tree};

use element::{NAMESPACE, Source};
use prescription_order::Form;
use wrapper::Direction;

/// The EPS HL7 V3 interactions: PORX_IN020101 (prescription order) and MCCI_IN010000UK13 (acknowledgement).
#[derive(Clone, Copy, Debug, Default)]
pub struct EpsV3;

impl Adapter for EpsV3 {
    fn format(&self) -> &'static str {
        "eps-hl7v3"
    }

    fn media_type(&self) -> &'static str {
        "application/xml"
    }

    fn sniff(&self, source: &[u8]) -> bool {
        transport::sniff(source)
    }

    fn read<'s>(&self, source: &'s [u8], context: &Context) -> Reading<'s> {
        let tree = match transport::parse(source, &context.limits) {
            Ok(tree) => tree,
            Err(finding) => return Reading { message: None, findings: vec![finding], account: None },
        };
        let document = Source::new(&tree, context.compat);
        let message = read_interaction(&document, context);
        let (marks, findings) = document.into_parts();
        let (marks, shared) = marks.into_inner();
        let account = Account { tree: Box::new(tree), marks, shared, unmodelled: tables::UNMODELLED };
        Reading { message, findings, account: Some(account) }
    }

    fn write(&self, message: &Message, context: &Context) -> Result<Written, Vec<Finding>> {
        match &message.body {
            Body::PrescriptionOrder(order) => prescription_order::write(&message.envelope, order, context),
            Body::ReleaseRequest(request) => release_request::write(&message.envelope, request, context),
            Body::ReleaseResponse(response) => release_response::write(&message.envelope, response, context),
            Body::DispenseNotification(notification) => {
                dispense_notification::write(&message.envelope, notification, context)
            }
            Body::DispenseClaim(claim) => dispense_claim::write(&message.envelope, claim, context),
            Body::Acknowledgement(answer) => acknowledgement::write(&message.envelope, answer, context),
            _ => Err(vec![Finding::new(&rules::EPS_KIND, "expected a kind of message that is written")]),
        }
    }

    fn project(&self, message: &mut Message, context: &Context) {
        message.version = VERSION.to_owned();
        match &mut message.body {
            Body::PrescriptionOrder(order) => {
                message.envelope = wrapper::project(&message.envelope, context, Direction::Request);
                **order = prescription_order::project(order, Form::Sent, context);
            }
            Body::ReleaseRequest(request) => {
                message.envelope = wrapper::project(&message.envelope, context, Direction::Request);
                release_request::project_envelope(&mut message.envelope);
                **request = release_request::project(request, context.compat);
            }
            Body::ReleaseResponse(response) => {
                let answers = answer::project_reference(&message.envelope, response.of.as_ref());
                message.envelope = wrapper::project(&message.envelope, context, Direction::Reply);
                message.envelope.answers = answers;
                **response = release_response::project(response, context);
            }
            Body::DispenseNotification(notification) => {
                message.envelope = wrapper::project(&message.envelope, context, Direction::Request);
                **notification = dispense_notification::project(notification, context.compat);
            }
            Body::DispenseClaim(claim) => {
                message.envelope = wrapper::project(&message.envelope, context, Direction::Request);
                **claim = dispense_claim::project(claim, context.compat);
            }
            Body::Acknowledgement(answer) => {
                message.envelope = wrapper::project(&message.envelope, context, Direction::Reply);
                message.envelope.transmission = None;
                **answer = acknowledgement::project(answer);
            }
            _ => {}
        }
    }

    fn kept(&self, _kind: Kind) -> &'static [&'static [Kept]] {
        &[tables::KEPT]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::RULES
    }

    fn tree<'s>(&self, source: &'s [u8], limits: &Limits) -> Result<Box<dyn Tree + 's>, Finding> {
        Ok(Box::new(transport::parse(source, limits)?))
    }
}

fn read_interaction(document: &Source<'_>, context: &Context) -> Option<Message> {
    let root = transport::interaction(document);
    if root.namespace() != NAMESPACE {
        root.complain(&rules::V3_INTERACTION, format!("expected an interaction in the namespace {NAMESPACE}"));
        return None;
    }
    if prescription_order::is_interaction(root.name()) {
        prescription_order::read(root, &context.limits)
    } else if release_request::is_interaction(root.name()) {
        release_request::read(root)
    } else if release_response::is_interaction(root.name()) {
        release_response::read(root, &context.limits)
    } else if dispense_notification::is_interaction(root.name()) {
        dispense_notification::read(root)
    } else if dispense_claim::is_interaction(root.name()) {
        dispense_claim::read(root)
    } else if acknowledgement::is_interaction(root.name()) {
        acknowledgement::read(root)
    } else {
        root.complain(&rules::V3_INTERACTION, "expected an interaction that is supported");
        None
    }
}
