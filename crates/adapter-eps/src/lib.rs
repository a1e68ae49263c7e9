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
mod cancel_request;
mod cancel_response;
mod cancellation_result;
mod datatypes;
mod dispense_claim;
mod dispense_notification;
mod dispensing;
mod element;
pub mod grammar;
mod history;
mod issue_codes;
mod medicine;
mod oid;
mod organisation;
mod patient;
mod person;
mod prescription_order;
mod reference;
mod rejection;
mod release_request;
mod release_response;
mod repeat_number;
mod reversal;
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

/// The EPS HL7 V3 interactions (overview.md §1).
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
        let envelope = &message.envelope;
        match &message.body {
            Body::PrescriptionOrder(order) => prescription_order::write(envelope, order, context),
            Body::CancelRequest(order) => cancel_request::write(envelope, order, context),
            Body::CancelResponse(response) => cancel_response::write(envelope, response, context),
            Body::ReleaseRequest(request) => release_request::write(envelope, request, context),
            Body::ReleaseResponse(response) => release_response::write(envelope, response, context),
            Body::DispenseNotification(notification) => dispense_notification::write(envelope, notification, context),
            Body::DispenseClaim(claim) => dispense_claim::write(envelope, claim, context),
            Body::Return(returned) => reversal::write_return(envelope, returned, context),
            Body::Withdraw(withdrawn) => reversal::write_withdraw(envelope, withdrawn, context),
            Body::RebuildDispenseHistory(rebuild) => history::write(envelope, rebuild, context),
            Body::Acknowledgement(answer) => match &answer.rejection {
                Some(rejection) => rejection::write(envelope, answer, rejection, context),
                None => acknowledgement::write(envelope, answer, context),
            },
        }
    }

    fn project(&self, message: &mut Message, context: &Context) {
        message.version = VERSION.to_owned();
        message.narrative.clear();
        message.extension.clear();
        let envelope = &message.envelope;
        let direction = match &mut message.body {
            Body::PrescriptionOrder(order) => {
                **order = prescription_order::project(order, Form::Sent, context);
                Direction::Request
            }
            Body::CancelRequest(order) => {
                **order = cancel_request::project(order, context.compat);
                Direction::Request
            }
            Body::CancelResponse(response) => {
                **response = cancel_response::project(envelope, response, context.compat);
                Direction::Reply
            }
            Body::ReleaseRequest(request) => {
                **request = release_request::project(request, context.compat);
                Direction::Request
            }
            Body::ReleaseResponse(response) => {
                **response = release_response::project(response, context);
                Direction::Reply
            }
            Body::DispenseNotification(notification) => {
                **notification = dispense_notification::project(notification, context.compat);
                Direction::Request
            }
            Body::DispenseClaim(claim) => {
                **claim = dispense_claim::project(claim, context.compat);
                Direction::Request
            }
            Body::Return(returned) => {
                **returned = reversal::project_return(returned, context.compat);
                Direction::Request
            }
            Body::Withdraw(withdrawn) => {
                **withdrawn = reversal::project_withdraw(withdrawn, context.compat);
                Direction::Request
            }
            Body::RebuildDispenseHistory(rebuild) => {
                **rebuild = history::project(rebuild, context.compat);
                Direction::Request
            }
            Body::Acknowledgement(answer) => {
                **answer = match &answer.rejection {
                    Some(rejection) => rejection::project(envelope, answer, rejection, context),
                    None => acknowledgement::project(answer),
                };
                Direction::Reply
            }
        };
        message.envelope = wrapper::project(&message.envelope, &message.body, context, direction);
    }

    fn kept(&self, kind: Kind) -> &'static [&'static [Kept]] {
        tables::kept(kind)
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
    let name = root.name();
    let message = if prescription_order::is_interaction(name) {
        prescription_order::read(root, &context.limits)
    } else if cancel_request::is_interaction(name) {
        cancel_request::read(root)
    } else if cancel_response::is_interaction(name) {
        cancel_response::read(root)
    } else if release_request::is_interaction(name) {
        release_request::read(root)
    } else if release_response::is_interaction(name) {
        release_response::read(root, &context.limits)
    } else if dispense_notification::is_interaction(name) {
        dispense_notification::read(root)
    } else if dispense_claim::is_interaction(name) {
        dispense_claim::read(root)
    } else if reversal::is_return(name) {
        reversal::read_return(root)
    } else if reversal::is_withdraw(name) {
        reversal::read_withdraw(root)
    } else if history::is_interaction(name) {
        history::read(root)
    } else if rejection::is_interaction(name) {
        rejection::read(root)
    } else if acknowledgement::is_interaction(name) {
        acknowledgement::read(root)
    } else {
        root.complain(&rules::V3_INTERACTION, "expected an interaction that is supported");
        return None;
    };
    grammar::check_interaction(root);
    message
}
