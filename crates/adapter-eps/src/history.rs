//! A dispensing history told again: PORX_IN540101, RebuildDispenseHistory.
//!
//! Invariant: the notifications of the history are documents of their own, each read and written as it is when it comes
//! alone.

use causeway_canonical::Finding;
use causeway_canonical::ledger::{Scope, Tag, map_rule, place};
use causeway_canonical::model::{
    Body, Envelope, HistoryEntry, Message, PrescriptionRef, RebuildDispenseHistory, VERSION,
};
use causeway_syntax::adapter::{Compat, Context, Written};

use crate::datatypes::time;
use crate::dispense_notification;
use crate::element::Element;
use crate::oid::{self, uri};
use crate::reference::{self, Reasons};
use crate::rules;
use crate::spec::{self, history};
use crate::target::Target;
use crate::wrapper;

/// Name and version of the interaction.
const INTERACTION: (&str, &str) = ("PORX_IN540101", "31");

const REASONS: Reasons = Reasons { oid: oid::WITHDRAW_REASON, uri: uri::WITHDRAW_REASON };

/// Whether this is the interaction, in either spelling.
pub(crate) fn is_interaction(name: &str) -> bool {
    wrapper::is_request(name, INTERACTION)
}

pub(crate) fn write(
    envelope: &Envelope,
    rebuild: &RebuildDispenseHistory,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let mut target = wrapper::open_request(context, INTERACTION, envelope);
    target.open(&history::HISTORY);
    wrapper::write_document_id(&mut target, envelope);
    time::write_when(&mut target, rebuild.when.as_ref());
    if rebuild.history.is_empty() {
        let field = place::HISTORY_ID.at(&[0]).itself();
        target.refuse(&rules::EPS_NO_HISTORY, field, "expected at least one notification in the history");
    }
    for (number, entry) in rebuild.history.iter().enumerate() {
        write_entry(&mut target, number, entry);
    }
    let prescription = &rebuild.prescription;
    reference::write_short_id(&mut target, &history::PRESCRIPTION_ID, prescription.short_id.as_ref());
    REASONS.write(&mut target, &history::REASON, rebuild.reason.as_ref(), place::REASON.at(&[]));
    reference::write_issue(&mut target, &history::ISSUE, prescription.repeat.as_ref());
    target.close();
    wrapper::finish(target)
}

/// An entry that does not say its place in the order has the one it stands at.
fn write_entry(target: &mut Target<'_>, number: usize, entry: &HistoryEntry) {
    let field = place::HISTORY_SEQUENCE.at(&[number]).itself();
    let tag = match entry.sequence {
        Some(_) => Tag::Field(field, map_rule::NONE),
        None => Tag::Default(field, map_rule::NOT_STATED),
    };
    target.open(&history::ENTRY);
    target.open(&history::SEQUENCE);
    target.attribute("value", &sequence(number, entry).to_string(), [tag]);
    target.close();
    target.seperatable("true");
    target.fixed_id(&history::ENTRY_TEMPLATE);
    let id = (&entry.id, place::HISTORY_ID.at(&[number]).itself());
    target.within(Scope::history(number), |target| {
        dispense_notification::write_document(target, id, &entry.notification);
    });
    target.close();
}

fn sequence(number: usize, entry: &HistoryEntry) -> u32 {
    entry.sequence.unwrap_or_else(|| u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1))
}

/// Reads the interaction; `None` if there is no document in it.
pub(crate) fn read(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root, Some(&history::HISTORY));
    let document = wrapper.document?;
    let entries = document.all(&history::ENTRY).enumerate();
    let rebuild = RebuildDispenseHistory {
        when: time::read_in(document, &spec::EFFECTIVE_TIME, place::WHEN.field()),
        prescription: PrescriptionRef {
            id: None,
            short_id: reference::read_short_id(document, &history::PRESCRIPTION_ID),
            repeat: reference::read_issue(document, &history::ISSUE),
        },
        reason: REASONS.read(document, &history::REASON, place::REASON.at(&[])),
        history: entries.map(|(number, entry)| read_entry(entry.open(&history::ENTRY), number)).collect(),
    };
    if rebuild.history.is_empty() {
        document.complain(&rules::V3_REQUIRED, format!("expected an element `{}`", history::ENTRY.name));
    }
    let body = Body::RebuildDispenseHistory(Box::new(rebuild));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

fn read_entry(entry: Element<'_>, number: usize) -> HistoryEntry {
    entry.fixed_id(&history::ENTRY_TEMPLATE);
    if let Some(indicator) = entry.optional(&spec::SEPERATABLE) {
        indicator.structural("value");
    }
    let (id, notification) = entry
        .within(Scope::history(number), || {
            dispense_notification::read_document(entry, place::HISTORY_ID.at(&[number]).itself())
        })
        .unwrap_or_default();
    HistoryEntry { sequence: read_sequence(entry, number), id, notification }
}

fn read_sequence(entry: Element<'_>, number: usize) -> Option<u32> {
    let sequence = entry.required(&history::SEQUENCE)?;
    let field = place::HISTORY_SEQUENCE.at(&[number]).itself();
    let value = sequence.required_value("value", field, map_rule::NONE)?.parse().ok();
    if value.is_none() {
        sequence.complain(&rules::V3_NUMBER, "expected a whole number");
    }
    value
}

/// What comes back of a history.
pub(crate) fn project(rebuild: &RebuildDispenseHistory, compat: Compat) -> RebuildDispenseHistory {
    RebuildDispenseHistory {
        when: rebuild.when.as_ref().map(time::project),
        prescription: PrescriptionRef {
            id: None,
            short_id: rebuild.prescription.short_id.clone(),
            repeat: reference::project_issue(rebuild.prescription.repeat.as_ref()),
        },
        reason: REASONS.project(rebuild.reason.as_ref()),
        history: (0..)
            .zip(&rebuild.history)
            .map(|(number, entry)| HistoryEntry {
                sequence: Some(sequence(number, entry)),
                id: entry.id.clone(),
                notification: dispense_notification::project(&entry.notification, compat),
            })
            .collect(),
    }
}
