//! The prescription order: PORX_IN020101, ParentPrescription (prescription-order.md).
//!
//! Invariants:
//! - Facts of the whole prescription stand once in the model; V3 repeats some of them with each item.
//! - The message has the id of the document, and mostly so has the wrapper.

pub(crate) mod dosage;
mod instructions;
mod line_item;
mod prescription;
mod released;
mod repeats;
mod validity;

use causeway_canonical::ledger::{Leaf, Scope, Tag, map_rule, place};
use causeway_canonical::model::{Body, Envelope, Message, PrescriptionOrder, Released, VERSION};
use causeway_canonical::{Finding, LineItemId, MessageId};
use causeway_syntax::Limits;
use causeway_syntax::adapter::{Context, Written};

use crate::datatypes::{id, time};
use crate::element::Element;
use crate::patient;
use crate::person::{self, Part};
use crate::rules;
use crate::spec::{self, FixedId};
use crate::target::Target;
use crate::wrapper;

use validity::Times;

/// Which of its two forms a prescription has: as it is sent, or as Spine releases it with what it adds (release.md §3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Sent,
    Released,
}

impl Form {
    fn type_id(self) -> &'static FixedId {
        match self {
            Form::Sent => &spec::TYPE_ID,
            Form::Released => &spec::release::RELEASED_TYPE,
        }
    }
}

/// Name and version of the interaction.
const INTERACTION: (&str, &str) = ("PORX_IN020101", "31");

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
    write_document(&mut target, envelope, order);
    wrapper::finish(target)
}

fn write_document(target: &mut Target<'_>, envelope: &Envelope, order: &PrescriptionOrder) {
    target.open(&spec::PARENT_PRESCRIPTION);
    wrapper::write_document_id(target, envelope);
    target.fixed_code(&spec::PRESCRIPTION_FOCUS);
    validity::write_effective_time(target, &order.prescription);
    write_content(target, order, Form::Sent);
    target.close();
}

/// Writes the document of a released prescription.
pub(crate) fn write_released(target: &mut Target<'_>, number: usize, released: &Released) {
    target.open(&spec::PARENT_PRESCRIPTION);
    let field = place::RELEASED_ID.at(&[number]).itself();
    if let Err(fault) = released.id.check() {
        target.refuse(&rules::EPS_UUID, field, fault.to_string());
    }
    id::write_uuid(target, released.id.as_str(), [Tag::Field(field, map_rule::UUID_CASE)]);
    target.fixed_code(&spec::PRESCRIPTION_FOCUS);
    if let Some(time) = validity::issue_time(released, target.context) {
        let field = place::RELEASED_WHEN.at(&[number]).itself();
        let tag = match released.when {
            Some(_) => Tag::Field(field, map_rule::TIMESTAMP_UTC),
            None => Tag::Default(field, map_rule::EFFECTIVE_TIME),
        };
        time::write_tagged(target, &spec::EFFECTIVE_TIME, &time, tag);
    }
    target.within(Scope::released(number), |target| write_content(target, &released.order, Form::Released));
    target.close();
}

/// Writes what follows the time of a document.
fn write_content(target: &mut Target<'_>, order: &PrescriptionOrder, form: Form) {
    target.fixed_id(form.type_id());
    patient::write(target, &order.patient);
    target.open(&spec::PRESCRIPTION_RELATION);
    target.fixed_id(&spec::PRESCRIPTION_TEMPLATE);
    if order.item.is_empty() {
        let field = place::ITEM_ID.at(&[0]).itself();
        target.refuse(&rules::EPS_NO_ITEM, field, "expected at least one item");
    } else {
        prescription::write(target, order, form);
    }
    target.close();
    target.open(&spec::CATEGORY_RELATION);
    target.fixed_id(&spec::CATEGORY_TEMPLATE);
    target.open(&spec::CATEGORY);
    target.fixed_code(&spec::CATEGORY_CODE);
    for (number, item) in order.item.iter().enumerate() {
        line_item::write_reference(target, number, item);
    }
    target.close_all(2);
}

/// Reads the interaction; `None` if there is no document in it.
pub(crate) fn read(root: Element<'_>, limits: &Limits) -> Option<Message> {
    let wrapper = wrapper::read(root, Some(&spec::PARENT_PRESCRIPTION));
    let document = wrapper.document?;
    let mut order = PrescriptionOrder::default();
    document.fixed_code(&spec::PRESCRIPTION_FOCUS);
    let start = place::VALIDITY.at(&[]).leaf(Leaf::Start);
    let effective = validity::read_time(document, &spec::EFFECTIVE_TIME, start, map_rule::EFFECTIVE_TIME);
    let mut times = Times { effective, ..Times::default() };
    let dispensing = read_content(document, &mut order, &mut times, Form::Sent, limits);
    order.prescription.validity = times.validity(dispensing);
    let body = Body::PrescriptionOrder(Box::new(order));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

/// Reads the document of a released prescription.
pub(crate) fn read_released(document: Element<'_>, number: usize, limits: &Limits) -> Released {
    let mut released = Released::default();
    let field = place::RELEASED_ID.at(&[number]).itself();
    if let Some(id) = id::read_uuid(document, &spec::ID, field, MessageId::parse) {
        released.id = id;
    }
    document.fixed_code(&spec::PRESCRIPTION_FOCUS);
    let field = place::RELEASED_WHEN.at(&[number]).itself();
    let when = validity::read_time(document, &spec::EFFECTIVE_TIME, field, map_rule::TIMESTAMP_UTC);
    released.when = when.map(|(_, when)| when);
    document.within(Scope::released(number), || {
        let mut times = Times::default();
        read_content(document, &mut released.order, &mut times, Form::Released, limits);
        released.order.prescription.validity = times.released_validity();
    });
    released
}

/// Reads what follows the time of a document; whether it is for repeat dispensing.
fn read_content<'t>(
    document: Element<'t>,
    order: &mut PrescriptionOrder,
    times: &mut Times<'t>,
    form: Form,
    limits: &Limits,
) -> bool {
    document.fixed_id(form.type_id());
    if let Some(patient) = patient::read(document) {
        order.patient = patient;
    }
    let mut dispensing = false;
    if let Some(relation) = document.required(&spec::PRESCRIPTION_RELATION) {
        relation.fixed_id(&spec::PRESCRIPTION_TEMPLATE);
        if let Some(element) = relation.required(&spec::PRESCRIPTION) {
            let treatment = prescription::read(element, order, times, form, limits);
            dispensing = treatment == Some(repeats::Treatment::RepeatDispensing);
        }
    }
    check_references(document, order);
    dispensing
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
pub(crate) fn project(order: &PrescriptionOrder, form: Form, context: &Context) -> PrescriptionOrder {
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
    if form == Form::Released {
        released::project_items(&order.item, &mut items, compat);
    }
    PrescriptionOrder {
        patient: patient::project(&order.patient, compat),
        author: person::project(&order.author, Part::AUTHOR, compat),
        responsible_party: Some(responsible),
        prescription: prescription::project(order, form, context),
        item: items,
    }
}

/// What comes back of a released prescription.
pub(crate) fn project_released(released: &Released, context: &Context) -> Released {
    Released {
        id: released.id.clone(),
        when: validity::issue_time(released, context).map(|time| time::project(&time)),
        order: project(&released.order, Form::Released, context),
        failure: Vec::new(),
    }
}
