//! The request to cancel an item: PORX_IN030101, CancellationRequest (cancellation.md).
//!
//! Invariant: a cancellation names prescription and item, and does not tell them again.

use causeway_canonical::ledger::{Leaf, MapRule, map_rule, place};
use causeway_canonical::model::{Body, Concept, Envelope, LineItem, Message, PrescriptionOrder, VERSION};
use causeway_canonical::{Finding, LineItemId, PrescriptionLongId};
use causeway_syntax::adapter::{Compat, Context, Defect, Written};

use crate::datatypes::{Origin, is_blank, present};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::patient;
use crate::person::{self, Part};
use crate::reference::{self, Reasons};
use crate::rules;
use crate::spec::{self, cancellation};
use crate::target::Target;
use crate::wrapper;

/// Name and version of the interaction.
const INTERACTION: (&str, &str) = ("PORX_IN030101", "32");

const REASONS: Reasons = Reasons { oid: oid::CANCEL_REASON, uri: uri::CANCEL_REASON };

/// Whether this is the interaction, in either spelling.
pub(crate) fn is_interaction(name: &str) -> bool {
    wrapper::is_request(name, INTERACTION)
}

pub(crate) fn write(
    envelope: &Envelope,
    order: &PrescriptionOrder,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let mut target = wrapper::open_request(context, INTERACTION, envelope);
    target.open(&cancellation::REQUEST);
    wrapper::write_document_id(&mut target, envelope);
    wrapper::write_request_time(&mut target);
    patient::write(&mut target, &order.patient);
    target.open(&cancellation::AUTHOR);
    person::write(&mut target, &order.author, Part::CANCELLER);
    target.close();
    target.open(&cancellation::RESPONSIBLE_PARTY);
    match &order.responsible_party {
        Some(responsible) => person::write(&mut target, responsible, Part::CANCELLED),
        None => person::write(&mut target, &order.author, Part::CANCELLER_AGAIN),
    }
    target.close();
    reference::write_short_id(&mut target, &cancellation::PRESCRIPTION_ID, Some(&order.prescription.short_id));
    match order.item.as_slice() {
        [item] => write_item(&mut target, item),
        items => {
            let rule = if items.is_empty() { &rules::EPS_NO_ITEM } else { &rules::EPS_ONE_ITEM };
            target.refuse(rule, place::ITEM_ID.at(&[0]).itself(), "expected the one item that is to be cancelled");
        }
    }
    write_prescription(&mut target, &order.prescription.id);
    target.close();
    wrapper::finish(target)
}

/// Without an item, the whole prescription is to be cancelled.
fn write_item(target: &mut Target<'_>, item: &LineItem) {
    let field = place::ITEM_ID.at(&[0]).itself();
    if !is_blank(item.id.as_str()) {
        if let Err(fault) = item.id.check() {
            target.refuse(&rules::EPS_UUID, field, fault.to_string());
        }
        reference::write(target, &cancellation::LINE_ITEM, item.id.as_str(), field);
    }
    write_reason(target, item.status_reason.as_ref());
}

/// The long id is written where it is known. It is the root of an identifier, so it must be a UUID.
fn write_prescription(target: &mut Target<'_>, id: &PrescriptionLongId) {
    let field = place::PRESCRIPTION_ID.field();
    if is_blank(id.as_str()) {
        return;
    }
    if let Err(fault) = LineItemId::parse(id.as_str()) {
        target.refuse(&rules::EPS_UUID, field, fault.to_string());
    }
    reference::write(target, &cancellation::PRESCRIPTION, id.as_str(), field);
}

fn write_reason(target: &mut Target<'_>, reason: Option<&Concept>) {
    let at = place::ITEM_STATUS_REASON.at(&[0]);
    let Some((number, code, _)) = REASONS.of(reason) else { return REASONS.refuse(target, at) };
    let fact = &cancellation::REASON;
    target.open(&fact.relation);
    target.seperatable(fact.seperable);
    target.open(&fact.act);
    target.fixed_code(&fact.code);
    match text(reason, target.compat()) {
        Some((text, leaf, rule)) => {
            target.open(&spec::TEXT);
            target.text(text, [Origin::new(at).nth(leaf, number, rule)]);
            target.close();
        }
        None if target.compat().reproduces(Defect::ReasonDisplayAsText) => target.empty(&spec::TEXT),
        None => {}
    }
    target.open(&spec::VALUE);
    REASONS.write_value(target, code, number, at);
    target.close_all(3);
}

/// The explanation: the sender's words, or else the words of the code. A partner may depend on the words of the code
/// (EPS-D18).
fn text(reason: Option<&Concept>, compat: Compat) -> Option<(&str, Leaf, MapRule)> {
    let display = REASONS.of(reason).and_then(|(_, _, coded)| present(&coded.display));
    let display = display.map(|display| (display, Leaf::CodingDisplay, map_rule::REASON_IN_WORDS));
    if compat.reproduces(Defect::ReasonDisplayAsText) {
        return display;
    }
    let words = reason.and_then(|reason| present(&reason.text));
    words.map(|words| (words, Leaf::Text, map_rule::NONE)).or(display)
}

/// Reads the interaction; `None` if there is no document in it.
pub(crate) fn read(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root, Some(&cancellation::REQUEST));
    let document = wrapper.document?;
    wrapper::read_request_time(document, &wrapper.envelope);
    let mut order = PrescriptionOrder { patient: patient::read(document).unwrap_or_default(), ..Default::default() };
    if let Some(author) = document.required(&cancellation::AUTHOR) {
        order.author = person::read(author, Part::CANCELLER).unwrap_or_default();
    }
    if let Some(responsible) = document.required(&cancellation::RESPONSIBLE_PARTY) {
        order.responsible_party = person::read(responsible, Part::CANCELLED);
    }
    let short_id = reference::read_short_id(document, &cancellation::PRESCRIPTION_ID);
    order.prescription.short_id = short_id.unwrap_or_default();
    let field = place::ITEM_ID.at(&[0]).itself();
    let id = reference::read(document, &cancellation::LINE_ITEM, field, LineItemId::parse).unwrap_or_default();
    order.item.push(LineItem { id, status_reason: read_reason(document), ..LineItem::default() });
    let field = place::PRESCRIPTION_ID.field();
    let id = reference::read(document, &cancellation::PRESCRIPTION, field, LineItemId::parse);
    order.prescription.id = PrescriptionLongId::new(id.unwrap_or_default().as_str());
    let body = Body::CancelRequest(Box::new(order));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

fn read_reason(document: Element<'_>) -> Option<Concept> {
    let at = place::ITEM_STATUS_REASON.at(&[0]);
    let act = document.required_fact(&cancellation::REASON)?;
    let mut reason = act.required(&spec::VALUE).and_then(|value| REASONS.read_value(value, at)).unwrap_or_default();
    let Some(text) = act.optional(&spec::TEXT) else { return Some(reason) };
    match reason.coding.first_mut() {
        Some(coded) if document.compat().reproduces(Defect::ReasonDisplayAsText) => {
            coded.display = text.text(at.leaf(Leaf::CodingDisplay), map_rule::REASON_IN_WORDS);
        }
        _ => reason.text = text.text(at.leaf(Leaf::Text), map_rule::NONE),
    }
    Some(reason)
}

/// What comes back of a request.
pub(crate) fn project(order: &PrescriptionOrder, compat: Compat) -> PrescriptionOrder {
    let responsible = match &order.responsible_party {
        Some(responsible) => person::project(responsible, Part::CANCELLED, compat),
        None => person::project(&order.author, Part::CANCELLER_AGAIN, compat),
    };
    let mut back = PrescriptionOrder {
        patient: patient::project(&order.patient, compat),
        author: person::project(&order.author, Part::CANCELLER, compat),
        responsible_party: Some(responsible),
        ..PrescriptionOrder::default()
    };
    back.prescription.id = PrescriptionLongId::new(order.prescription.id.as_str().trim().to_ascii_lowercase());
    back.prescription.short_id = order.prescription.short_id.clone();
    let items = order.item.iter();
    back.item = items
        .map(|item| LineItem {
            id: Some(&item.id).filter(|id| !is_blank(id.as_str())).cloned().unwrap_or_default(),
            status_reason: project_reason(item.status_reason.as_ref(), compat),
            ..LineItem::default()
        })
        .collect();
    back
}

fn project_reason(reason: Option<&Concept>, compat: Compat) -> Option<Concept> {
    let mut back = REASONS.project(reason)?;
    let words = text(reason, compat).map(|(words, ..)| words.to_owned());
    let stands_for_display = compat.reproduces(Defect::ReasonDisplayAsText);
    back.text = words.clone().filter(|_| !stands_for_display);
    if let Some(coded) = back.coding.first_mut() {
        coded.display = words.filter(|_| stands_for_display);
    }
    Some(back)
}
