//! What became of a request to cancel: PORX_IN050101, the immediate answer, and PORX_IN050102, the later one, which
//! acknowledges nothing; CancellationResponse (responses.md §3).
//!
//! Invariants:
//! - As much is built as is there (EPS-D47).
//! - A response that came through Spine and has no status is a later one, and stays so.

use causeway_canonical::ledger::place;
use causeway_canonical::model::{
    AcknowledgementStatus, Body, CancelResponse, Coded, Envelope, LineItem, Message, PrescriptionRef, VERSION,
};
use causeway_canonical::{Finding, LineItemId};
use causeway_syntax::adapter::{Compat, Context, Written};

use crate::answer::{self, Answer};
use crate::cancellation_result as result;
use crate::datatypes::{is_blank, time};
use crate::element::Element;
use crate::patient;
use crate::person::{self, Part};
use crate::reference;
use crate::rules;
use crate::spec::{self, cancellation};
use crate::target::Target;
use crate::wrapper::{self, Direction};

/// The answer to the request.
const IMMEDIATE: &str = "PORX_IN050101UK31";
/// The news when a dispenser returns what was marked for cancellation.
const SUBSEQUENT: &str = "PORX_IN050102UK32";

/// Whether this is one of the interactions.
pub(crate) fn is_interaction(name: &str) -> bool {
    matches!(name, IMMEDIATE | SUBSEQUENT)
}

/// Whether the response came through Spine without an acknowledgement: from a system that is known by its accredited id
/// only, as wrappers know systems. Other formats tell where a system is, too.
fn is_subsequent(envelope: &Envelope, response: &CancelResponse) -> bool {
    let sender = envelope.sender.as_ref();
    let through_spine = sender.is_some_and(|sender| sender.asid.is_some() && sender.endpoint.is_none());
    response.status.is_none() && envelope.answers.is_none() && through_spine
}

fn status(response: &CancelResponse) -> AcknowledgementStatus {
    response.status.unwrap_or_else(|| result::status_of(response.result.as_ref()))
}

pub(crate) fn write(
    envelope: &Envelope,
    response: &CancelResponse,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let is_subsequent = is_subsequent(envelope, response);
    let interaction = if is_subsequent { SUBSEQUENT } else { IMMEDIATE };
    let mut target = Target::new(context, interaction);
    wrapper::write_head(&mut target, interaction, envelope);
    if is_subsequent {
        wrapper::write_control_act(&mut target, Direction::Reply);
    } else {
        let answer = Answer {
            status: status(response),
            is_stated: response.status.is_some(),
            issue: &response.issue,
            first_issue: 0,
            reference: answer::reference(envelope, response.of.as_ref()),
        };
        answer::write(&mut target, &answer);
    }
    target.open_in_full(&spec::SUBJECT);
    target.open(&cancellation::RESPONSE);
    wrapper::write_document_id(&mut target, envelope);
    write_document(&mut target, response);
    target.close();
    wrapper::finish(target)
}

fn write_document(target: &mut Target<'_>, response: &CancelResponse) {
    time::write_when(target, response.when.as_ref());
    patient::write(target, &response.patient);
    if let Some(performer) = &response.performer {
        target.open(&spec::PERFORMER);
        match &response.performed {
            Some(performed) => time::write(target, &spec::TIME, performed, place::PERFORMED.field()),
            None => target.empty(&spec::UNKNOWN_TIME),
        }
        person::write(target, performer, Part::HOLDER);
        target.close();
    }
    target.open(&cancellation::AUTHOR);
    person::write(target, &response.author, Part::ANSWERED);
    target.close();
    if let Some(responsible) = &response.responsible_party {
        target.open(&cancellation::RESPONSIBLE_PARTY);
        person::write(target, responsible, Part::ANSWERED_PRESCRIBER);
        target.close();
    }
    let short_id = response.prescription.short_id.as_ref();
    reference::write_short_id(target, &cancellation::PRESCRIPTION_ID, short_id);
    write_item(target, &response.item);
    if let Some(result) = &response.result {
        target.open(&cancellation::RESULT_RELATION);
        target.seperatable("false");
        target.open(&cancellation::RESULT);
        target.fixed_code(&cancellation::RESULT_CODE);
        target.open(&spec::VALUE);
        result::write(target, result);
        target.close_all(3);
    }
    let field = place::ACKNOWLEDGEMENT_OF.field();
    if response.of.is_none() {
        target.refuse(&rules::EPS_MESSAGE_REF, field, "expected the UUID of the message that is answered");
    }
    reference::write_message(target, &cancellation::REQUEST_REFERENCE, response.of.as_ref(), field);
}

fn write_item(target: &mut Target<'_>, items: &[LineItem]) {
    let field = place::ITEM_ID.at(&[0]).itself();
    match items {
        [] => {}
        [item] if is_blank(item.id.as_str()) => {}
        [item] => {
            if let Err(fault) = item.id.check() {
                target.refuse(&rules::EPS_UUID, field, fault.to_string());
            }
            reference::write(target, &cancellation::LINE_ITEM, item.id.as_str(), field);
        }
        _ => target.refuse(&rules::EPS_ONE_ITEM, field, "expected the one item that was to be cancelled"),
    }
}

/// Reads the interaction; `None` if there is no document in it.
pub(crate) fn read(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root, Some(&cancellation::RESPONSE));
    let document = wrapper.document?;
    let mut response = CancelResponse {
        when: time::read_in(document, &spec::EFFECTIVE_TIME, place::WHEN.field()),
        of: reference::read_message(document, &cancellation::REQUEST_REFERENCE, place::ACKNOWLEDGEMENT_OF.field()),
        patient: patient::read(document).unwrap_or_default(),
        prescription: PrescriptionRef {
            short_id: reference::read_short_id(document, &cancellation::PRESCRIPTION_ID),
            ..PrescriptionRef::default()
        },
        ..CancelResponse::default()
    };
    read_people(document, &mut response);
    let field = place::ITEM_ID.at(&[0]).itself();
    let item = reference::read(document, &cancellation::LINE_ITEM, field, LineItemId::parse);
    response.item.extend(item.map(|id| LineItem { id, ..LineItem::default() }));
    response.result = read_result(document);
    let mut envelope = wrapper.envelope.clone();
    if root.name() == IMMEDIATE {
        let (status, reference) = answer::read(root, &wrapper, &mut response.issue);
        response.status = status;
        let cancelled = result::status_of(response.result.as_ref()) == AcknowledgementStatus::Accepted;
        if cancelled && status.is_some_and(|status| status != AcknowledgementStatus::Accepted) {
            let message = "expected an item that was not cancelled, since the acknowledgement tells of an error";
            document.complain(&rules::V3_RESULT_DISAGREEMENT, message);
        }
        envelope.answers = reference.and_then(|reference| answer::read_reference(reference, response.of.as_ref()));
    }
    let body = Body::CancelResponse(Box::new(response));
    Some(Message { version: VERSION.to_owned(), envelope, body, ..Message::default() })
}

fn read_people(document: Element<'_>, response: &mut CancelResponse) {
    if let Some(performer) = document.optional(&spec::PERFORMER) {
        response.performed = time::read_known(performer, place::PERFORMED.field());
        response.performer = person::read(performer, Part::HOLDER);
    }
    if let Some(author) = document.required(&cancellation::AUTHOR) {
        response.author = person::read(author, Part::ANSWERED).unwrap_or_default();
    }
    if let Some(responsible) = document.optional(&cancellation::RESPONSIBLE_PARTY) {
        response.responsible_party = person::read(responsible, Part::ANSWERED_PRESCRIBER);
    }
}

fn read_result(document: Element<'_>) -> Option<Coded> {
    let relation = document.optional(&cancellation::RESULT_RELATION)?;
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    let act = relation.required(&cancellation::RESULT)?;
    if act.all(&spec::CODE).next().is_some() {
        act.fixed_code(&cancellation::RESULT_CODE);
    }
    result::read(act.required(&spec::VALUE)?)
}

/// What comes back of a response and of what its envelope says of the message that is answered.
pub(crate) fn project(envelope: &Envelope, response: &CancelResponse, compat: Compat) -> CancelResponse {
    let is_subsequent = is_subsequent(envelope, response);
    let status = (!is_subsequent).then(|| status(response));
    let item = response.item.iter().filter(|item| !is_blank(item.id.as_str()));
    CancelResponse {
        status,
        issue: status.map(|status| answer::project(status, &response.issue)).unwrap_or_default(),
        when: response.when.as_ref().map(time::project),
        of: response.of.clone(),
        result: response.result.as_ref().and_then(result::project),
        patient: patient::project(&response.patient, compat),
        author: person::project(&response.author, Part::ANSWERED, compat),
        responsible_party: response
            .responsible_party
            .as_ref()
            .map(|responsible| person::project(responsible, Part::ANSWERED_PRESCRIBER, compat)),
        performer: response.performer.as_ref().map(|performer| person::project(performer, Part::HOLDER, compat)),
        performed: response.performed.as_ref().filter(|_| response.performer.is_some()).map(time::project),
        prescription: PrescriptionRef {
            short_id: response.prescription.short_id.clone(),
            ..PrescriptionRef::default()
        },
        item: item.map(|item| LineItem { id: item.id.clone(), ..LineItem::default() }).collect(),
    }
}
