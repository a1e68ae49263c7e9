//! The prescription order: PORX_IN020101, ParentPrescription (prescription-order.md).
//!
//! Invariants:
//! - Facts of the whole prescription stand once in the model; V3 repeats some of them with each item.
//! - The message, the document and the wrapper have one id.

mod dosage;
mod instructions;
mod line_item;
mod prescription;
mod repeats;
mod validity;

use causeway_canonical::ledger::{Leaf, map_rule, place};
use causeway_canonical::model::{Body, Envelope, Message, PrescriptionOrder, VERSION};
use causeway_canonical::{Finding, LineItemId, MessageId};
use causeway_syntax::Limits;
use causeway_syntax::adapter::{Context, InteractionSuffix, Written};

use crate::datatypes::id;
use crate::element::Element;
use crate::patient;
use crate::person::{self, Part};
use crate::rules;
use crate::spec;
use crate::target::Target;
use crate::wrapper;

use validity::Times;

/// Name of the interaction as it is written.
fn interaction(suffix: InteractionSuffix) -> &'static str {
    match suffix {
        InteractionSuffix::Uk => "PORX_IN020101UK31",
        InteractionSuffix::Sm => "PORX_IN020101SM31",
    }
}

/// Whether this is the interaction, in either spelling.
pub(crate) fn is_interaction(name: &str) -> bool {
    matches!(name, "PORX_IN020101UK31" | "PORX_IN020101SM31")
}

pub(crate) fn write(
    envelope: &Envelope,
    order: &PrescriptionOrder,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let interaction = interaction(context.interaction_suffix);
    let mut target = Target::new(context, interaction);
    wrapper::write_head(&mut target, interaction, envelope);
    wrapper::write_control_act(&mut target, true);
    target.open(&spec::SUBJECT);
    write_document(&mut target, envelope, order);
    target.close_all(2);
    target.finish()
}

fn write_document(target: &mut Target<'_>, envelope: &Envelope, order: &PrescriptionOrder) {
    target.open(&spec::PARENT_PRESCRIPTION);
    id::write_uuid(target, envelope.id.as_str(), [wrapper::message_id_tag()]);
    target.fixed_code(&spec::PRESCRIPTION_FOCUS);
    validity::write_effective_time(target, &order.prescription);
    target.fixed_id(&spec::TYPE_ID);
    patient::write(target, &order.patient);
    target.open(&spec::PRESCRIPTION_RELATION);
    target.fixed_id(&spec::PRESCRIPTION_TEMPLATE);
    if order.item.is_empty() {
        let field = place::ITEM_ID.at(&[0]).itself();
        target.refuse(&rules::EPS_NO_ITEM, field, "expected at least one item");
    } else {
        prescription::write(target, order);
    }
    target.close();
    target.open(&spec::CATEGORY_RELATION);
    target.fixed_id(&spec::CATEGORY_TEMPLATE);
    target.open(&spec::CATEGORY);
    target.fixed_code(&spec::CATEGORY_CODE);
    for (number, item) in order.item.iter().enumerate() {
        line_item::write_reference(target, number, item);
    }
    target.close_all(3);
}

/// Reads the interaction; `None` if there is no document in it.
pub(crate) fn read(root: Element<'_>, limits: &Limits) -> Option<Message> {
    let wrapper = wrapper::read(root);
    let document = wrapper::content(wrapper.control_act?, &spec::PARENT_PRESCRIPTION)?;
    let mut order = PrescriptionOrder::default();
    check_document_id(document, &wrapper.envelope);
    document.fixed_code(&spec::PRESCRIPTION_FOCUS);
    document.fixed_id(&spec::TYPE_ID);
    if let Some(patient) = patient::read(document) {
        order.patient = patient;
    }
    let start = place::VALIDITY.at(&[]).leaf(Leaf::Start);
    let effective = validity::read_time(document, &spec::EFFECTIVE_TIME, start, map_rule::EFFECTIVE_TIME);
    let mut times = Times { effective, ..Times::default() };
    let mut dispensing = false;
    if let Some(relation) = document.required(&spec::PRESCRIPTION_RELATION) {
        relation.fixed_id(&spec::PRESCRIPTION_TEMPLATE);
        if let Some(element) = relation.required(&spec::PRESCRIPTION) {
            let treatment = prescription::read(element, &mut order, &mut times, limits);
            dispensing = treatment == Some(repeats::Treatment::RepeatDispensing);
        }
    }
    order.prescription.validity = times.validity(dispensing);
    check_references(document, &order);
    let body = Body::PrescriptionOrder(Box::new(order));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

/// The document has the id of the message. Another one is reported and left unread.
fn check_document_id(document: Element<'_>, envelope: &Envelope) {
    let Some(id) = document.required(&spec::ID) else { return };
    let same = id.peek("root").is_some_and(|root| MessageId::new(root) == envelope.id);
    if same {
        id.value("root", place::MESSAGE_ID.field(), map_rule::UUID_CASE);
    } else {
        id.complain(&rules::V3_DISAGREEMENT, "expected the id of the message");
    }
}

/// Every item is referred to once, and nothing else is.
fn check_references(document: Element<'_>, order: &PrescriptionOrder) {
    let Some(relation) = document.required(&spec::CATEGORY_RELATION) else { return };
    relation.fixed_id(&spec::CATEGORY_TEMPLATE);
    let Some(category) = relation.required(&spec::CATEGORY) else { return };
    category.fixed_code(&spec::CATEGORY_CODE);
    let mut referred = vec![false; order.item.len()];
    for component in category.all(&spec::COMPONENT) {
        let Some(reference) = component.open(&spec::COMPONENT).required(&spec::ACT_REF) else { continue };
        let Some(id) = reference.required(&spec::ID) else { continue };
        let root = LineItemId::new(id.peek("root").unwrap_or_default());
        let known = order.item.iter().zip(&mut referred).find(|(item, referred)| item.id == root && !**referred);
        match known {
            Some((_, referred)) => {
                *referred = true;
                id.structural("root");
            }
            None => id.complain(&rules::V3_REFERENCE, "expected the id of a line item that is not yet referred to"),
        }
    }
    if referred.contains(&false) {
        category.complain(&rules::V3_REFERENCE, "expected a reference to every line item");
    }
}

/// What comes back of an order.
pub(crate) fn project(order: &PrescriptionOrder, context: &Context) -> PrescriptionOrder {
    let compat = context.compat;
    let responsible = match &order.responsible_party {
        Some(responsible) => person::project(responsible, Part::RESPONSIBLE_PARTY, compat),
        None => person::project(&order.author, Part::AUTHOR_AGAIN, compat),
    };
    let project_item = |(number, item)| line_item::project(&order.item, number, item, compat);
    let mut items: Vec<_> = order.item.iter().enumerate().map(project_item).collect();
    let review = prescription::project_review_date(&order.item, compat);
    let reviewed = repeats::reviewed(repeats::Treatment::of(&order.item), items.len());
    for item in items.iter_mut().take(reviewed) {
        item.review_date.clone_from(&review);
    }
    PrescriptionOrder {
        patient: patient::project(&order.patient, compat),
        author: person::project(&order.author, Part::AUTHOR, compat),
        responsible_party: Some(responsible),
        prescription: prescription::project(order, context),
        item: items,
    }
}
