//! The dispense notification: PORX_IN080101, DispenseNotification, first or amending (dispense.md).
//!
//! Invariants:
//! - The document is the same on its own and in a dispensing history; the scope says where its fields stand.
//! - An item has one line, and the supplies of an item stand in it; the line has the id of the first of them.

mod line;

use causeway_canonical::ledger::{FieldRef, Scope, Tag, map_rule, place};
use causeway_canonical::model::{Body, DispenseNotification, Envelope, Message, Patient, VERSION};
use causeway_canonical::{DateTime, Finding, MessageId, NhsNumber};
use causeway_syntax::adapter::{Compat, Context, Written};

use crate::datatypes::{id, time};
use crate::dispensing as shared;
use crate::element::Element;
use crate::oid;
use crate::patient;
use crate::person::{self, Part};
use crate::repeat_number::{self, Interval};
use crate::rules;
use crate::spec::{self, dispensing};
use crate::target::Target;
use crate::wrapper;

/// Name and version of the interaction.
const INTERACTION: (&str, &str) = ("PORX_IN080101", "31");

/// Whether this is the interaction, in either spelling.
pub(crate) fn is_interaction(name: &str) -> bool {
    wrapper::is_request(name, INTERACTION)
}

pub(crate) fn write(
    envelope: &Envelope,
    notification: &DispenseNotification,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let mut target = wrapper::open_request(context, INTERACTION, envelope);
    write_document(&mut target, (&envelope.id, place::MESSAGE_ID.field()), notification);
    wrapper::finish(target)
}

/// Writes the document with its id, in the scope of the message or of an entry of a history.
pub(crate) fn write_document(
    target: &mut Target<'_>,
    (id, id_field): (&MessageId, FieldRef),
    notification: &DispenseNotification,
) {
    target.open(&dispensing::NOTIFICATION);
    target.within(Scope::BODY, |target| shared::write_reference(target, id, id_field));
    target.fixed_code(&dispensing::DISPENSED_FOCUS);
    time::write_when(target, notification.when.as_ref());
    target.fixed_id(&dispensing::NOTIFICATION_TYPE);
    target.open(&spec::RECORD_TARGET);
    target.open(&dispensing::PATIENT_REF);
    patient::write_number(target, &notification.patient);
    target.close_all(2);
    let recipient = notification.recipient.as_ref();
    shared::write_recipient(target, &dispensing::NOTIFICATION_RECIPIENT, recipient, false);
    shared::open_header(target, id, id_field);
    write_header(target, notification);
    target.close_all(2);
    line::write_references(target, &notification.item);
    shared::write_replaced(target, notification.replaces.as_ref());
    let field = place::RELEASE.field();
    match &notification.release {
        Some(release) => shared::write_release(target, release, field),
        None => target.refuse(&rules::EPS_RELEASE, field, "expected the release that the prescription came with"),
    }
    target.close();
}

/// Writes what follows the time of the supply header.
fn write_header(target: &mut Target<'_>, notification: &DispenseNotification) {
    let prescription = &notification.prescription;
    let interval = Interval::of_originals(&notification.item);
    repeat_number::write(target, interval.clone());
    target.open(&spec::AUTHOR);
    write_author_time(target, notification);
    shared::write_no_signature(target);
    person::write(target, &notification.author, Part::DISPENSER);
    target.close();
    if notification.item.is_empty() {
        let field = place::ITEM_ID.at(&[0]).itself();
        target.refuse(&rules::EPS_NO_ITEM, field, "expected at least one item");
    }
    let interval = interval.ok().flatten();
    for (number, item) in notification.item.iter().enumerate() {
        line::write(target, number, item, interval.as_ref());
    }
    shared::write_reason(target, prescription);
    shared::write_status(target, prescription);
    shared::write_prescription_ids(target, prescription);
}

/// The dispenser writes now; what a history tells again was written when it happened.
fn write_author_time(target: &mut Target<'_>, notification: &DispenseNotification) {
    if target.scope() == Scope::BODY {
        let now = DateTime::from_timestamp(target.context.now);
        time::write_tagged(target, &spec::TIME, &now, Tag::Default(place::CREATED.field(), map_rule::AUTHOR_TIME));
    } else if let Some(when) = &notification.when {
        time::write_tagged(target, &spec::TIME, when, Tag::Default(place::WHEN.field(), map_rule::AUTHOR_TIME));
    }
}

/// Reads the interaction; `None` if there is no document in it.
pub(crate) fn read(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root, Some(&dispensing::NOTIFICATION));
    let document = wrapper.document?;
    let notification = read_content(document, &wrapper.envelope.id, place::MESSAGE_ID.field());
    let body = Body::DispenseNotification(Box::new(notification));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

/// Reads the document in `parent` with its id, in the scope of an entry of a history.
pub(crate) fn read_document(parent: Element<'_>, id_field: FieldRef) -> Option<(MessageId, DispenseNotification)> {
    let document = parent.required(&dispensing::NOTIFICATION)?;
    let id = document.within(Scope::BODY, || id::read_uuid(document, &spec::ID, id_field, MessageId::parse));
    let id = id.unwrap_or_default();
    let notification = read_content(document, &id, id_field);
    Some((id, notification))
}

/// Reads what follows the id of a document.
fn read_content(document: Element<'_>, id: &MessageId, id_field: FieldRef) -> DispenseNotification {
    document.fixed_code(&dispensing::DISPENSED_FOCUS);
    document.fixed_id(&dispensing::NOTIFICATION_TYPE);
    let mut notification = DispenseNotification {
        when: time::read_in(document, &spec::EFFECTIVE_TIME, place::WHEN.field()),
        patient: read_patient(document),
        recipient: shared::read_recipient(document, &dispensing::NOTIFICATION_RECIPIENT),
        replaces: shared::read_replaced(document),
        ..DispenseNotification::default()
    };
    notification.release = shared::release_event(document)
        .and_then(|event| id::read_uuid(event, &spec::ID, place::RELEASE.field(), MessageId::parse));
    if let Some(header) = shared::read_header(document, id, id_field) {
        read_header(header, &mut notification);
    }
    line::read_references(document, &mut notification.item);
    notification
}

fn read_patient(document: Element<'_>) -> Patient {
    let patient = document.required(&spec::RECORD_TARGET).and_then(|target| target.required(&dispensing::PATIENT_REF));
    let field = place::NHS_NUMBER.field();
    let number = patient.and_then(|patient| id::read(patient, oid::NHS_NUMBER, field, map_rule::NONE));
    Patient { nhs_number: number.map(NhsNumber::new), ..Patient::default() }
}

fn read_header(header: Element<'_>, notification: &mut DispenseNotification) {
    if let Some(author) = header.required(&spec::AUTHOR) {
        shared::read_time_of_writing(author, notification.when.as_ref());
        shared::read_no_signature(author);
        notification.author = person::read(author, Part::DISPENSER).unwrap_or_default();
    }
    notification.prescription = shared::read_prescription(header);
    for relation in header.all(&dispensing::SUPPLIED_LINE_RELATION) {
        let number = notification.item.len();
        notification.item.extend(line::read(relation, number));
    }
    if notification.item.is_empty() {
        header.complain(&rules::V3_REQUIRED, format!("expected an element `{}`", dispensing::SUPPLIED_LINE.name));
    }
    repeat_number::read_originals(header, &mut notification.item);
}

/// What comes back of a notification.
pub(crate) fn project(notification: &DispenseNotification, compat: Compat) -> DispenseNotification {
    let mut item: Vec<_> = notification.item.iter().map(|item| line::project(item, compat)).collect();
    repeat_number::project_originals(&notification.item, &mut item, compat);
    DispenseNotification {
        when: notification.when.as_ref().map(time::project),
        patient: Patient { nhs_number: notification.patient.nhs_number.clone(), ..Patient::default() },
        author: person::project(&notification.author, Part::DISPENSER, compat),
        recipient: shared::project_recipient(notification.recipient.as_ref()),
        prescription: shared::project_prescription(&notification.prescription),
        item,
        replaces: notification.replaces.clone(),
        release: notification.release.clone(),
    }
}
