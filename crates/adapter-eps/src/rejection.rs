//! The refusal of a request for prescriptions: PORX_IN110101, PrescriptionReleaseReject (responses.md §5).
//!
//! Invariant: the first issue is the reason of the refusal; others stand where they stand in every answer. A refusal that
//! gives its reason there only has it as the first.

use causeway_canonical::ledger::{Leaf, Tag, map_rule, place};
use causeway_canonical::model::{
    Acknowledgement, AcknowledgementStatus, Agent, Body, Envelope, Issue, Message, ReleaseRejection, VERSION,
};
use causeway_canonical::{DateTime, Finding, MessageId};
use causeway_syntax::adapter::{Context, Written};

use crate::answer::{self, Answer};
use crate::datatypes::{id, present, time};
use crate::element::Element;
use crate::issue_codes;
use crate::person::{self, Part};
use crate::reference;
use crate::rules;
use crate::spec::{self, rejection};
use crate::target::Target;
use crate::wrapper;

/// Replies have the UK name whatever the channel.
const INTERACTION: &str = "PORX_IN110101UK30";

/// Whether this is the interaction.
pub(crate) fn is_interaction(name: &str) -> bool {
    name == INTERACTION
}

pub(crate) fn write(
    envelope: &Envelope,
    answer: &Acknowledgement,
    rejection: &ReleaseRejection,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let mut target = Target::new(context, INTERACTION);
    wrapper::write_head_alone(&mut target, INTERACTION, envelope);
    let (reason, others) = match answer.issue.split_first() {
        Some((reason, others)) => (Some(reason), others),
        None => (None, [].as_slice()),
    };
    let reply = Answer {
        status: answer.status,
        is_stated: true,
        issue: others,
        first_issue: 1,
        reference: (answer.of.as_ref(), place::ACKNOWLEDGEMENT_OF.field()),
    };
    answer::write(&mut target, &reply);
    target.open_in_full(&spec::SUBJECT);
    target.open(&rejection::REJECTION);
    match &rejection.id {
        Some(id) => write_id(&mut target, id),
        None => wrapper::write_document_id(&mut target, envelope),
    }
    write_when(&mut target, rejection.when.as_ref());
    match reason {
        Some(reason) => write_reason(&mut target, reason, rejection, answer.performer.as_ref()),
        None if is_without_reason(answer, rejection) => {}
        None => {
            let field = place::ISSUE_CODE.at(&[0]).leaf(Leaf::Code);
            target.refuse(&rules::EPS_REJECTION, field, "expected the reason of the refusal");
        }
    }
    write_request(&mut target, answer, rejection);
    target.close();
    wrapper::finish(target)
}

/// Whether nothing is said that stands with the reason, and none is needed.
fn is_without_reason(answer: &Acknowledgement, rejection: &ReleaseRejection) -> bool {
    let is_accepted = answer.status == AcknowledgementStatus::Accepted;
    is_accepted && answer.performer.is_none() && present(&rejection.text).is_none()
}

fn write_id(target: &mut Target<'_>, id: &MessageId) {
    let field = place::REJECTION_ID.field();
    if let Err(fault) = id.check() {
        target.refuse(&rules::EPS_UUID, field, fault.to_string());
    }
    id::write_uuid(target, id.as_str(), [Tag::Field(field, map_rule::UUID_CASE)]);
}

/// Who does not say when refuses now.
fn write_when(target: &mut Target<'_>, when: Option<&DateTime>) {
    let field = place::REJECTION_WHEN.field();
    match when {
        Some(when) => time::write(target, &spec::EFFECTIVE_TIME, when, field),
        None => {
            target.open(&spec::EFFECTIVE_TIME);
            let now = DateTime::from_timestamp(target.context.now).to_v3_timestamp();
            target.attribute("value", &now, [Tag::Default(field, map_rule::NOT_STATED)]);
            target.close();
        }
    }
}

fn write_reason(target: &mut Target<'_>, reason: &Issue, rejection: &ReleaseRejection, performer: Option<&Agent>) {
    target.open(&rejection::REASON_RELATION);
    target.seperatable("false");
    target.open(&rejection::REASON);
    if let Some(text) = present(&rejection.text) {
        target.open(&spec::TEXT);
        target.text(text, [Tag::Field(place::REJECTION_TEXT.field(), map_rule::NONE)]);
        target.close();
    }
    target.open(&spec::VALUE);
    answer::write_error(target, &issue_codes::dispensing_error_of(reason), reason, 0);
    target.close();
    if let Some(performer) = performer {
        target.open(&rejection::PERFORMER);
        match &rejection.performed {
            Some(performed) => time::write(target, &spec::TIME, performed, place::REJECTION_PERFORMED.field()),
            None => target.empty(&spec::UNKNOWN_TIME),
        }
        person::write(target, performer, Part::HOLDER);
        target.close();
    }
    target.close_all(2);
}

/// The request that is refused; if it is not told apart, the message that is answered.
fn write_request(target: &mut Target<'_>, answer: &Acknowledgement, rejection: &ReleaseRejection) {
    let (request, field) = match &rejection.release {
        Some(release) => (Some(release), place::REJECTION_RELEASE.field()),
        None => (answer.of.as_ref(), place::ACKNOWLEDGEMENT_OF.field()),
    };
    reference::write_message(target, &rejection::REQUEST, request, field);
}

/// Reads the interaction; `None` if there is no document in it.
pub(crate) fn read(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root, None);
    let document = wrapper.control_act?.required(&spec::SUBJECT)?.required(&rejection::REJECTION)?;
    let mut answer = Acknowledgement::default();
    let mut rejection = ReleaseRejection {
        id: read_id(document, &wrapper.envelope),
        when: time::read_in(document, &spec::EFFECTIVE_TIME, place::REJECTION_WHEN.field()),
        release: reference::read_message(document, &rejection::REQUEST, place::REJECTION_RELEASE.field()),
        ..ReleaseRejection::default()
    };
    if let Some(relation) = document.optional(&rejection::REASON_RELATION) {
        read_reason(relation, &mut answer, &mut rejection);
    }
    let (status, reference) = answer::read(root, &wrapper, &mut answer.issue);
    answer.status = status?;
    if answer.issue.is_empty() && answer.status != AcknowledgementStatus::Accepted {
        document.complain(&rules::V3_REQUIRED, "expected the reason of the refusal");
    }
    let field = place::ACKNOWLEDGEMENT_OF.field();
    answer.of = reference.and_then(|reference| id::uuid_of(reference, field, MessageId::parse));
    answer.rejection = Some(rejection);
    let body = Body::Acknowledgement(Box::new(answer));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

/// The id of the refusal, where it is not that of the message.
fn read_id(document: Element<'_>, envelope: &Envelope) -> Option<MessageId> {
    let id = document.required(&spec::ID)?;
    let same = id.peek("root").is_some_and(|root| MessageId::new(root) == envelope.id);
    let field = if same { place::MESSAGE_ID.field() } else { place::REJECTION_ID.field() };
    id::uuid_of(id, field, MessageId::parse).filter(|_| !same)
}

fn read_reason(relation: Element<'_>, answer: &mut Acknowledgement, rejection: &mut ReleaseRejection) {
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    let Some(act) = relation.required(&rejection::REASON) else { return };
    // The code only names the act, and which one it is, is not published.
    if let Some(code) = act.optional(&spec::CODE) {
        for attribute in ["code", "codeSystem", "displayName"] {
            code.structural(attribute);
        }
    }
    let text = act.optional(&spec::TEXT);
    rejection.text = text.and_then(|text| text.text(place::REJECTION_TEXT.field(), map_rule::NONE));
    let value = act.required(&spec::VALUE);
    answer.issue.extend(value.and_then(|value| answer::read_error(value, None, 0)));
    if let Some(performer) = act.optional(&rejection::PERFORMER) {
        rejection.performed = time::read_known(performer, place::REJECTION_PERFORMED.field());
        answer.performer = person::read(performer, Part::HOLDER);
    }
}

/// What comes back of a refusal.
pub(crate) fn project(
    envelope: &Envelope,
    answer: &Acknowledgement,
    rejection: &ReleaseRejection,
    context: &Context,
) -> Acknowledgement {
    let (reason, others) = answer.issue.split_at(answer.issue.len().min(1));
    let reason = reason.iter().map(|reason| issue_codes::stated_issue_of(&issue_codes::dispensing_error_of(reason)));
    Acknowledgement {
        status: answer.status,
        of: answer.of.clone(),
        issue: reason.chain(answer::project(answer.status, others)).collect(),
        rejection: Some(ReleaseRejection {
            id: rejection.id.clone().filter(|id| *id != envelope.id),
            when: Some(match &rejection.when {
                Some(when) => time::project(when),
                None => DateTime::from_timestamp(context.now),
            }),
            release: rejection.release.clone().or_else(|| answer.of.clone()),
            text: present(&rejection.text).map(str::to_owned),
            performed: rejection.performed.as_ref().filter(|_| answer.performer.is_some()).map(time::project),
        }),
        performer: answer.performer.as_ref().map(|performer| person::project(performer, Part::HOLDER, context.compat)),
    }
}
