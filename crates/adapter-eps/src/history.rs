//! A dispensing history told again: PORX_IN540101, RebuildDispenseHistory.
//!
//! Invariant: the notifications of the history are documents of their own, and nothing of them is read or written here.

use causeway_canonical::Finding;
use causeway_canonical::ledger::place;
use causeway_canonical::model::{Body, Envelope, Message, PrescriptionRef, RebuildDispenseHistory, VERSION};
use causeway_syntax::adapter::{Context, Written};

use crate::datatypes::time;
use crate::element::Element;
use crate::oid::{self, uri};
use crate::reference::{self, Reasons};
use crate::rules;
use crate::spec::{self, history};
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
    if !rebuild.history.is_empty() {
        let field = place::HISTORY_ID.at(&[0]).itself();
        target.refuse(&rules::EPS_KIND, field, "expected no notification in the history");
    }
    let prescription = &rebuild.prescription;
    reference::write_short_id(&mut target, &history::PRESCRIPTION_ID, prescription.short_id.as_ref());
    REASONS.write(&mut target, &history::REASON, rebuild.reason.as_ref(), place::REASON.at(&[]));
    reference::write_issue(&mut target, &history::ISSUE, prescription.repeat.as_ref());
    target.close();
    wrapper::finish(target)
}

/// Reads the interaction; `None` if there is no document in it. Its notifications stay unread.
pub(crate) fn read(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root, Some(&history::HISTORY));
    let document = wrapper.document?;
    let rebuild = RebuildDispenseHistory {
        when: time::read_in(document, &spec::EFFECTIVE_TIME, place::WHEN.field()),
        prescription: PrescriptionRef {
            id: None,
            short_id: reference::read_short_id(document, &history::PRESCRIPTION_ID),
            repeat: reference::read_issue(document, &history::ISSUE),
        },
        reason: REASONS.read(document, &history::REASON, place::REASON.at(&[])),
        history: Vec::new(),
    };
    let body = Body::RebuildDispenseHistory(Box::new(rebuild));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body })
}

/// What comes back of a history.
pub(crate) fn project(rebuild: &RebuildDispenseHistory) -> RebuildDispenseHistory {
    RebuildDispenseHistory {
        when: rebuild.when.as_ref().map(time::project),
        prescription: PrescriptionRef {
            id: None,
            short_id: rebuild.prescription.short_id.clone(),
            repeat: reference::project_issue(rebuild.prescription.repeat.as_ref()),
        },
        reason: REASONS.project(rebuild.reason.as_ref()),
        history: Vec::new(),
    }
}
