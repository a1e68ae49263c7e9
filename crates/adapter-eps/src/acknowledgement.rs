//! The application acknowledgement: MCCI_IN010000UK13 (responses.md §2).
//!
//! Invariant: an accepted message has no reasons; those of an error stand in the control act, those of a rejection in
//! the acknowledgement itself.

use causeway_canonical::ledger::{Leaf, Tag, map_rule, place};
use causeway_canonical::model::{Acknowledgement, AcknowledgementStatus, Body, Envelope, Issue, Message, VERSION};
use causeway_canonical::{Finding, MessageId};
use causeway_syntax::adapter::{Context, Written};

use crate::datatypes::{id, is_blank};
use crate::element::Element;
use crate::issue_codes::{self, V3Error};
use crate::oid;
use crate::rules;
use crate::spec;
use crate::target::Target;
use crate::wrapper;

/// Replies have the UK name whatever the channel.
const INTERACTION: &str = "MCCI_IN010000UK13";

/// Codes of the status. Spine writes `ER` for `AE` at times.
const STATUSES: [(AcknowledgementStatus, &str); 4] = [
    (AcknowledgementStatus::Accepted, "AA"),
    (AcknowledgementStatus::Error, "AE"),
    (AcknowledgementStatus::Rejected, "AR"),
    (AcknowledgementStatus::Error, "ER"),
];

/// Whether this is the interaction.
pub(crate) fn is_interaction(name: &str) -> bool {
    name == INTERACTION
}

pub(crate) fn write(
    envelope: &Envelope,
    acknowledgement: &Acknowledgement,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let mut target = Target::new(context, INTERACTION);
    wrapper::write_head(&mut target, INTERACTION, envelope);
    target.open(&spec::ACKNOWLEDGEMENT);
    let status = acknowledgement.status;
    let code = STATUSES.iter().find(|(known, _)| *known == status).map_or("AE", |(_, code)| code);
    let tag = Tag::Field(place::ACKNOWLEDGEMENT_STATUS.field(), map_rule::CANONICAL_CODE);
    target.attribute("typeCode", code, [tag]);
    if status == AcknowledgementStatus::Rejected {
        for (number, issue) in acknowledgement.issue.iter().enumerate() {
            write_detail(&mut target, issue, number);
        }
    }
    write_reference(&mut target, acknowledgement.of.as_ref());
    target.close();
    wrapper::write_control_act(&mut target, false);
    if status == AcknowledgementStatus::Error {
        for (number, issue) in acknowledgement.issue.iter().enumerate() {
            write_reason(&mut target, issue, number);
        }
    }
    target.close();
    target.finish()
}

fn write_reference(target: &mut Target<'_>, of: Option<&MessageId>) {
    let field = place::ACKNOWLEDGEMENT_OF.field();
    let Some(of) = of.filter(|of| of.check().is_ok()) else {
        return target.refuse(&rules::EPS_MESSAGE_REF, field, "expected the UUID of the message that is answered");
    };
    target.open(&spec::MESSAGE_REF);
    id::write_uuid(target, of.as_str(), [Tag::Field(field, map_rule::UUID_CASE)]);
    target.close();
}

fn write_detail(target: &mut Target<'_>, issue: &Issue, number: usize) {
    let error = issue_codes::error_of(issue);
    target.open(&spec::ACKNOWLEDGEMENT_DETAIL);
    write_qualifier(target, "typeCode", &error, number);
    write_error(target, &error, issue, number);
    target.close_all(2);
}

fn write_reason(target: &mut Target<'_>, issue: &Issue, number: usize) {
    let error = issue_codes::error_of(issue);
    target.open(&spec::REASON);
    target.open(&spec::DETECTED_ISSUE);
    write_error(target, &error, issue, number);
    target.open(&spec::QUALIFIER);
    write_qualifier(target, "code", &error, number);
    target.close_all(4);
}

fn write_qualifier(target: &mut Target<'_>, attribute: &str, error: &V3Error, number: usize) {
    let field = place::ISSUE.at(&[number]).leaf(Leaf::Severity);
    let qualifier = error.qualifier.as_deref().unwrap_or("ER");
    target.attribute(attribute, qualifier, [Tag::Field(field, map_rule::CANONICAL_CODE)]);
}

/// Writes the code and leaves its element open.
fn write_error(target: &mut Target<'_>, error: &V3Error, issue: &Issue, number: usize) {
    let code = place::ISSUE_CODE.at(&[number]);
    let own = place::ISSUE.at(&[number]);
    let field = |field| Tag::Field(field, map_rule::ISSUE_CODE);
    target.open(&spec::CODE);
    let problem = issue.problem.is_some().then(|| field(own.leaf(Leaf::Problem)));
    target.attribute("code", &error.code, [field(code.leaf(Leaf::Code))].into_iter().chain(problem));
    target.attribute("codeSystem", &error.system, [field(code.leaf(Leaf::System))]);
    if let Some(display) = &error.display {
        let tag = if issue.diagnostics.is_some() {
            Tag::Field(own.leaf(Leaf::Diagnostics), map_rule::ISSUE_CODE)
        } else {
            Tag::Field(code.leaf(Leaf::Display), map_rule::NONE)
        };
        target.attribute("displayName", display, [tag]);
    }
}

/// Reads the interaction; `None` if there is no acknowledgement in it.
pub(crate) fn read(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root);
    let element = root.required(&spec::ACKNOWLEDGEMENT)?;
    let mut acknowledgement = Acknowledgement { status: read_status(element)?, ..Acknowledgement::default() };
    let reference = element.required(&spec::MESSAGE_REF);
    acknowledgement.of = reference
        .and_then(|reference| id::read_uuid(reference, &spec::ID, place::ACKNOWLEDGEMENT_OF.field(), MessageId::parse));
    for detail in element.all(&spec::ACKNOWLEDGEMENT_DETAIL) {
        let number = acknowledgement.issue.len();
        let detail = detail.open(&spec::ACKNOWLEDGEMENT_DETAIL);
        let qualifier = read_qualifier(detail, "typeCode", number);
        let code = detail.required(&spec::CODE);
        acknowledgement.issue.extend(code.and_then(|code| read_error(code, qualifier, number)));
    }
    for reason in wrapper.control_act.into_iter().flat_map(|act| act.all(&spec::REASON)) {
        let number = acknowledgement.issue.len();
        let issue = reason.open(&spec::REASON).required(&spec::DETECTED_ISSUE);
        let Some(code) = issue.and_then(|issue| issue.required(&spec::CODE)) else { continue };
        let qualifier = code.optional(&spec::QUALIFIER).and_then(|qualifier| read_qualifier(qualifier, "code", number));
        acknowledgement.issue.extend(read_error(code, qualifier, number));
    }
    let body = Body::Acknowledgement(Box::new(acknowledgement));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

fn read_status(element: Element<'_>) -> Option<AcknowledgementStatus> {
    let field = place::ACKNOWLEDGEMENT_STATUS.field();
    let code = element.required_value("typeCode", field, map_rule::CANONICAL_CODE)?;
    let status = STATUSES.iter().find(|(_, known)| *known == code).map(|(status, _)| *status);
    if status.is_none() {
        element.complain(&rules::V3_CODE, "expected AA, AE or AR");
    }
    status
}

/// An unknown qualifier stays unread; the issue counts as an error.
fn read_qualifier(element: Element<'_>, attribute: &str, number: usize) -> Option<String> {
    element.peek(attribute).filter(|code| issue_codes::is_qualifier(code))?;
    let field = place::ISSUE.at(&[number]).leaf(Leaf::Severity);
    element.value(attribute, field, map_rule::CANONICAL_CODE).map(str::to_owned)
}

/// The issue of an error code. Without its system it is reported, and taken for one of transport, so that a refusal
/// stays a refusal with its words.
fn read_error(code: Element<'_>, qualifier: Option<String>, number: usize) -> Option<Issue> {
    let at = place::ISSUE_CODE.at(&[number]);
    let system = code.required_value("codeSystem", at.leaf(Leaf::System), map_rule::ISSUE_CODE);
    let display = code.value("displayName", at.leaf(Leaf::Display), map_rule::NONE);
    let value = code.required_value("code", at.leaf(Leaf::Code), map_rule::ISSUE_CODE)?;
    code.also("code", place::ISSUE.at(&[number]).leaf(Leaf::Problem), map_rule::ISSUE_CODE);
    Some(issue_codes::issue_of(&V3Error {
        system: system.unwrap_or(oid::SPINE_ERROR).to_owned(),
        code: value.to_owned(),
        display: display.filter(|display| !is_blank(display)).map(str::to_owned),
        qualifier,
    }))
}

/// What comes back of an acknowledgement.
pub(crate) fn project(acknowledgement: &Acknowledgement) -> Acknowledgement {
    let has_reasons = acknowledgement.status != AcknowledgementStatus::Accepted;
    let issues = acknowledgement.issue.iter().filter(|_| has_reasons);
    Acknowledgement {
        status: acknowledgement.status,
        of: acknowledgement.of.clone(),
        issue: issues.map(|issue| issue_codes::issue_of(&issue_codes::error_of(issue))).collect(),
        ..Acknowledgement::default()
    }
}
