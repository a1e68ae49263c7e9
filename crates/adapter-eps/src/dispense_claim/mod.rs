//! The claim for payment: PORX_IN090101, DispenseClaim, first or amending (claim.md). A claim sent again after a rejection,
//! PORX_IN090102, is read too; it holds the same document.
//!
//! Invariants:
//! - A claim names the prescription and its items, and does not tell them again.
//! - Charge and endorsements belong to the item, and V3 repeats them with each of its supplies (EPS-D42).

mod coverage;
mod line;

use causeway_canonical::ledger::{Tag, map_rule, place};
use causeway_canonical::model::{Body, DispenseClaim, Envelope, Message, VERSION};
use causeway_canonical::{DateTime, Finding, MessageId};
use causeway_syntax::adapter::{Compat, Context, Written};

use crate::datatypes::{id, time};
use crate::dispensing as shared;
use crate::element::Element;
use crate::person::{self, Part};
use crate::repeat_number::{self, Fault, Interval};
use crate::rules;
use crate::spec::{self, dispensing};
use crate::tables;
use crate::target::Target;
use crate::wrapper;

/// Name and version of the interaction.
const INTERACTION: (&str, &str) = ("PORX_IN090101", "31");
/// The same of a claim that is sent again.
const RESUBMISSION: (&str, &str) = ("PORX_IN090102", "31");

/// Stands for the release where nobody knows it (EPS-D44).
const UNKNOWN_RELEASE: &str = "ffffffff-ffff-4fff-bfff-ffffffffffff";

/// Whether this is the interaction, in either spelling.
pub(crate) fn is_interaction(name: &str) -> bool {
    wrapper::is_request(name, INTERACTION) || wrapper::is_request(name, RESUBMISSION)
}

pub(crate) fn write(envelope: &Envelope, claim: &DispenseClaim, context: &Context) -> Result<Written, Vec<Finding>> {
    let mut target = wrapper::open_request(context, INTERACTION, envelope);
    target.open(&dispensing::CLAIM);
    wrapper::write_document_id(&mut target, envelope);
    target.fixed_code(&dispensing::DISPENSED_FOCUS);
    time::write_when(&mut target, claim.when.as_ref());
    target.fixed_id(&dispensing::CLAIM_TYPE);
    shared::write_recipient(&mut target, &dispensing::CLAIM_RECIPIENT, claim.recipient.as_ref(), true);
    shared::open_header(&mut target, &envelope.id, place::MESSAGE_ID.field());
    write_header(&mut target, claim);
    target.close_all(2);
    shared::write_replaced(&mut target, claim.replaces.as_ref());
    coverage::write(&mut target, claim.prescription.exemption.as_ref());
    write_release(&mut target, claim.release.as_ref());
    target.close();
    wrapper::finish(target)
}

/// Writes what follows the time of the supply header.
fn write_header(target: &mut Target<'_>, claim: &DispenseClaim) {
    repeat_number::write(target, interval(claim));
    target.open(&dispensing::LEGAL_AUTHENTICATOR);
    match (&claim.first_claimed, &claim.when) {
        (Some(first), _) => time::write(target, &spec::TIME, first, place::FIRST_CLAIMED.field()),
        (None, Some(when)) => time::write(target, &spec::TIME, when, place::WHEN.field()),
        (None, None) => {}
    }
    shared::write_no_signature(target);
    person::write(target, &claim.author, Part::DISPENSER);
    target.close();
    shared::write_reason(target, &claim.prescription);
    shared::write_status(target, &claim.prescription);
    if claim.item.is_empty() {
        let field = place::ITEM_ID.at(&[0]).itself();
        target.refuse(&rules::EPS_NO_ITEM, field, "expected at least one item");
    }
    for (number, item) in claim.item.iter().enumerate() {
        line::write(target, number, item);
    }
    shared::write_prescription_ids(target, &claim.prescription);
}

/// The interval of the prescription: said of it once, or else, in the older layout, with the first item (claim.md §7).
fn interval(claim: &DispenseClaim) -> Result<Option<Interval>, Fault> {
    let repeat = claim.prescription.repeat.as_ref();
    match repeat.map_or(Ok(None), Interval::of_repeat)? {
        Some(interval) => Ok(Some(interval)),
        None => claim.item.first().map_or(Ok(None), |item| Interval::of_item(item, 0, None, Compat::NONE)),
    }
}

fn write_release(target: &mut Target<'_>, release: Option<&MessageId>) {
    let field = place::RELEASE.field();
    if let Some(release) = release {
        return shared::write_release(target, release, field);
    }
    target.open(&dispensing::SEQUEL);
    target.open(&dispensing::RELEASE_EVENT);
    id::write_uuid(target, UNKNOWN_RELEASE, [Tag::Default(field, map_rule::NOT_STATED)]);
    target.close_all(2);
}

/// Reads the interaction; `None` if there is no document in it.
pub(crate) fn read(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root, Some(&dispensing::CLAIM));
    let document = wrapper.document?;
    document.fixed_code(&dispensing::DISPENSED_FOCUS);
    document.fixed_id(&dispensing::CLAIM_TYPE);
    let mut claim = DispenseClaim {
        when: time::read_in(document, &spec::EFFECTIVE_TIME, place::WHEN.field()),
        recipient: shared::read_recipient(document, &dispensing::CLAIM_RECIPIENT),
        replaces: shared::read_replaced(document),
        release: read_release(document),
        ..DispenseClaim::default()
    };
    document.unmodelled("pertinentInformation2", tables::CLAIM_REJECTION);
    if let Some(header) = shared::read_header(document, &wrapper.envelope.id, place::MESSAGE_ID.field()) {
        read_header(header, &mut claim);
    }
    claim.prescription.exemption = coverage::read(document);
    let body = Body::DispenseClaim(Box::new(claim));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

/// What stands for an unknown release says nothing.
fn read_release(document: Element<'_>) -> Option<MessageId> {
    let event = shared::release_event(document)?;
    let id = event.required(&spec::ID)?;
    if id.peek("root").is_some_and(|root| MessageId::new(root).as_str() == UNKNOWN_RELEASE) {
        id.structural("root");
        return None;
    }
    id::uuid_of(id, place::RELEASE.field(), MessageId::parse)
}

fn read_header(header: Element<'_>, claim: &mut DispenseClaim) {
    if let Some(authenticator) = header.required(&dispensing::LEGAL_AUTHENTICATOR) {
        claim.first_claimed = read_first_claimed(authenticator, claim.when.as_ref());
        shared::read_no_signature(authenticator);
        claim.author = person::read(authenticator, Part::DISPENSER).unwrap_or_default();
    }
    claim.prescription = shared::read_prescription(header);
    claim.prescription.repeat = repeat_number::read_repeat(header);
    for relation in header.all(&dispensing::SUPPLIED_LINE_RELATION) {
        let number = claim.item.len();
        claim.item.extend(line::read(relation, number));
    }
    if claim.item.is_empty() {
        header.complain(&rules::V3_REQUIRED, format!("expected an element `{}`", dispensing::SUPPLIED_LINE.name));
    }
}

/// An amended claim keeps the time of the first one (claim.md §3); any other has one time in both places.
fn read_first_claimed(authenticator: Element<'_>, when: Option<&DateTime>) -> Option<DateTime> {
    let time = authenticator.required(&spec::TIME)?;
    if when.is_some() && time::peek(time).as_ref() == when {
        time.also("value", place::WHEN.field(), map_rule::TIMESTAMP_UTC);
        return None;
    }
    time::read(time, place::FIRST_CLAIMED.field(), map_rule::TIMESTAMP_UTC)
}

/// What comes back of a claim.
pub(crate) fn project(claim: &DispenseClaim, compat: Compat) -> DispenseClaim {
    let mut prescription = shared::project_prescription(&claim.prescription);
    prescription.repeat = interval(claim).ok().flatten().map(|interval| interval.repeat());
    prescription.exemption = claim.prescription.exemption.as_ref().and_then(coverage::project);
    DispenseClaim {
        when: claim.when.as_ref().map(time::project),
        first_claimed: claim
            .first_claimed
            .as_ref()
            .map(time::project)
            .filter(|first| claim.when.as_ref().map(time::project).as_ref() != Some(first)),
        patient: None,
        author: person::project(&claim.author, Part::DISPENSER, compat),
        recipient: shared::project_recipient(claim.recipient.as_ref()),
        prescription,
        item: claim.item.iter().map(line::project).collect(),
        replaces: claim.replaces.clone(),
        release: claim.release.clone().filter(|release| release.as_str() != UNKNOWN_RELEASE),
    }
}
