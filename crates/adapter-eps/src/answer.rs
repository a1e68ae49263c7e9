//! What every answer of Spine says in its wrapper: what became of the message that is answered, which one that is, and
//! the reasons (responses.md §2).
//!
//! Invariant: an accepted message has no reasons; those of an error stand in the control act, those of a rejection in
//! the acknowledgement itself.

use causeway_canonical::MessageId;
use causeway_canonical::ledger::{FieldRef, Leaf, Tag, map_rule, place};
use causeway_canonical::model::{AcknowledgementStatus, Envelope, Issue};

use crate::datatypes::{id, is_blank};
use crate::element::Element;
use crate::issue_codes::{self, V3Error};
use crate::oid;
use crate::rules;
use crate::spec;
use crate::target::Target;
use crate::wrapper::{self, Direction, Wrapper};

/// Codes of the status. Spine writes `ER` for `AE` at times.
const STATUSES: [(AcknowledgementStatus, &str); 4] = [
    (AcknowledgementStatus::Accepted, "AA"),
    (AcknowledgementStatus::Error, "AE"),
    (AcknowledgementStatus::Rejected, "AR"),
    (AcknowledgementStatus::Error, "ER"),
];

/// An answer as it is written.
pub(crate) struct Answer<'m> {
    pub(crate) status: AcknowledgementStatus,
    /// Whether the sender says the status, or it follows from something else.
    pub(crate) is_stated: bool,
    pub(crate) issue: &'m [Issue],
    /// The position of the first of these issues among those of the message.
    pub(crate) first_issue: usize,
    /// The message that is answered, and the field that says so.
    pub(crate) reference: (Option<&'m MessageId>, FieldRef),
}

/// The message that an answer with a document refers to in its wrapper: the one told apart, or else the one that the
/// document answers.
pub(crate) fn reference<'m>(envelope: &'m Envelope, of: Option<&'m MessageId>) -> (Option<&'m MessageId>, FieldRef) {
    match &envelope.answers {
        Some(answers) => (Some(answers), place::ANSWERS.field()),
        None => (of, place::ACKNOWLEDGEMENT_OF.field()),
    }
}

/// Writes the acknowledgement, and the control act up to its subject.
pub(crate) fn write(target: &mut Target<'_>, answer: &Answer<'_>) {
    let field = place::ACKNOWLEDGEMENT_STATUS.field();
    let status = answer.status;
    let code = STATUSES.iter().find(|(known, _)| *known == status).map_or("AE", |(_, code)| code);
    let tag = match answer.is_stated {
        true => Tag::Field(field, map_rule::CANONICAL_CODE),
        false => Tag::Default(field, map_rule::NOT_STATED),
    };
    target.open(&spec::ACKNOWLEDGEMENT);
    target.attribute("typeCode", code, [tag]);
    let issues = || (answer.first_issue..).zip(answer.issue);
    if status == AcknowledgementStatus::Rejected {
        for (number, issue) in issues() {
            write_detail(target, issue, number);
        }
    }
    write_reference(target, answer.reference);
    target.close();
    wrapper::write_control_act(target, Direction::Reply);
    if status == AcknowledgementStatus::Error {
        for (number, issue) in issues() {
            write_reason(target, issue, number);
        }
    }
}

fn write_reference(target: &mut Target<'_>, (of, field): (Option<&MessageId>, FieldRef)) {
    let Some(of) = of.filter(|of| of.check().is_ok()) else {
        return target.refuse(&rules::EPS_MESSAGE_REF, field, "expected the UUID of the message that is answered");
    };
    target.open(&spec::MESSAGE_REF);
    id::write_uuid(target, of.as_str(), [Tag::Field(field, map_rule::UUID_CASE)]);
    target.close();
}

fn write_detail(target: &mut Target<'_>, issue: &Issue, number: usize) {
    let error = issue_codes::told_error_of(issue);
    target.open(&spec::ACKNOWLEDGEMENT_DETAIL);
    write_qualifier(target, "typeCode", &error, number);
    target.open(&spec::CODE);
    write_error(target, &error, issue, number);
    write_text(target, &error, issue, number);
    target.close_all(2);
}

fn write_reason(target: &mut Target<'_>, issue: &Issue, number: usize) {
    let error = issue_codes::told_error_of(issue);
    target.open(&spec::REASON);
    target.open(&spec::DETECTED_ISSUE);
    target.open(&spec::CODE);
    write_error(target, &error, issue, number);
    write_text(target, &error, issue, number);
    target.open(&spec::QUALIFIER);
    write_qualifier(target, "code", &error, number);
    target.close_all(4);
}

fn write_qualifier(target: &mut Target<'_>, attribute: &str, error: &V3Error, number: usize) {
    let field = place::ISSUE.at(&[number]).leaf(Leaf::Severity);
    let qualifier = error.qualifier.as_deref().unwrap_or("ER");
    target.attribute(attribute, qualifier, [Tag::Field(field, map_rule::CANONICAL_CODE)]);
}

fn write_text(target: &mut Target<'_>, error: &V3Error, issue: &Issue, number: usize) {
    let Some(text) = &error.text else { return };
    let own = place::ISSUE.at(&[number]);
    let leaves = [
        (issue.diagnostics.is_some(), Leaf::Diagnostics),
        (issue.line.is_some(), Leaf::SourceLine),
        (issue.column.is_some(), Leaf::SourceColumn),
    ];
    let leaves = leaves.into_iter().filter(|(is_told, _)| *is_told).map(|(_, leaf)| own.leaf(leaf));
    let paths = (0..issue.expression.len()).map(|n| place::ISSUE_EXPRESSION.at(&[number, n]).itself());
    target.open(&spec::ORIGINAL_TEXT);
    target.text(text, leaves.chain(paths).map(|field| Tag::Field(field, map_rule::ISSUE_TEXT)));
    target.close();
}

/// Writes code, system and display on the element that is open.
pub(crate) fn write_error(target: &mut Target<'_>, error: &V3Error, issue: &Issue, number: usize) {
    let code = place::ISSUE_CODE.at(&[number]);
    let own = place::ISSUE.at(&[number]);
    let field = |field| Tag::Field(field, map_rule::ISSUE_CODE);
    let problem = issue.problem.is_some().then(|| field(own.leaf(Leaf::Problem)));
    target.attribute("code", &error.code, [field(code.leaf(Leaf::Code))].into_iter().chain(problem));
    target.attribute("codeSystem", &error.system, [field(code.leaf(Leaf::System))]);
    if let Some(display) = &error.display {
        let said = issue.code.as_ref().and_then(|coded| coded.display.as_ref());
        let tag = if issue.diagnostics.is_some() && said != Some(display) {
            Tag::Field(own.leaf(Leaf::Diagnostics), map_rule::ISSUE_CODE)
        } else {
            Tag::Field(code.leaf(Leaf::Display), map_rule::NONE)
        };
        target.attribute("displayName", display, [tag]);
    }
}

/// Reads the status, the details of a rejection and the reasons of an error; the issues are added to those that are
/// already there. The reference is left to the caller, who knows what it may be compared with.
pub(crate) fn read<'t>(
    root: Element<'t>,
    wrapper: &Wrapper<'t>,
    issues: &mut Vec<Issue>,
) -> (Option<AcknowledgementStatus>, Option<Element<'t>>) {
    let Some(element) = root.required(&spec::ACKNOWLEDGEMENT) else { return (None, None) };
    let status = read_status(element);
    for detail in element.all(&spec::ACKNOWLEDGEMENT_DETAIL) {
        let detail = detail.open(&spec::ACKNOWLEDGEMENT_DETAIL);
        let qualifier = read_qualifier(detail, "typeCode", issues.len());
        let code = detail.required(&spec::CODE);
        issues.extend(code.and_then(|code| read_told_error(code, qualifier, issues.len())));
    }
    for reason in wrapper.control_act.into_iter().flat_map(|act| act.all(&spec::REASON)) {
        let issue = reason.open(&spec::REASON).required(&spec::DETECTED_ISSUE);
        let Some(code) = issue.and_then(|issue| issue.required(&spec::CODE)) else { continue };
        let qualifier = code.optional(&spec::QUALIFIER);
        let qualifier = qualifier.and_then(|qualifier| read_qualifier(qualifier, "code", issues.len()));
        issues.extend(read_told_error(code, qualifier, issues.len()));
    }
    let reference = element.required(&spec::MESSAGE_REF).and_then(|reference| reference.required(&spec::ID));
    (status, reference)
}

/// Reads which message an answer refers to in its wrapper. It is told apart only where the document answers another.
pub(crate) fn read_reference(reference: Element<'_>, of: Option<&MessageId>) -> Option<MessageId> {
    let parsed = reference.peek("root").and_then(|root| MessageId::parse(root).ok());
    let same = parsed.is_some() && parsed.as_ref() == of;
    let field = if same { place::ACKNOWLEDGEMENT_OF.field() } else { place::ANSWERS.field() };
    id::uuid_of(reference, field, MessageId::parse).filter(|_| !same)
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

/// The issue of an error code with the text beside it.
fn read_told_error(code: Element<'_>, qualifier: Option<String>, number: usize) -> Option<Issue> {
    let field = place::ISSUE.at(&[number]).leaf(Leaf::Diagnostics);
    let text = code.optional(&spec::ORIGINAL_TEXT).and_then(|text| text.text(field, map_rule::ISSUE_TEXT));
    read_error(code, qualifier, number).map(|issue| Issue { diagnostics: text, ..issue })
}

/// The issue of an error code, which tells how much it matters where nothing else does. Without its system it is
/// reported, and taken for one of transport, so that a refusal stays a refusal with its words.
pub(crate) fn read_error(code: Element<'_>, qualifier: Option<String>, number: usize) -> Option<Issue> {
    let at = place::ISSUE_CODE.at(&[number]);
    let system = code.required_value("codeSystem", at.leaf(Leaf::System), map_rule::ISSUE_CODE);
    let display = code.value("displayName", at.leaf(Leaf::Display), map_rule::NONE);
    let value = code.required_value("code", at.leaf(Leaf::Code), map_rule::ISSUE_CODE)?;
    let own = place::ISSUE.at(&[number]);
    code.also("code", own.leaf(Leaf::Problem), map_rule::ISSUE_CODE);
    if qualifier.is_none() {
        code.also("code", own.leaf(Leaf::Severity), map_rule::ISSUE_CODE);
    }
    Some(issue_codes::issue_of(&V3Error {
        system: system.unwrap_or(oid::SPINE_ERROR).to_owned(),
        code: value.to_owned(),
        display: display.filter(|display| !is_blank(display)).map(str::to_owned),
        qualifier,
        text: None,
    }))
}

/// What comes back of the reasons.
pub(crate) fn project(status: AcknowledgementStatus, issues: &[Issue]) -> Vec<Issue> {
    let has_reasons = status != AcknowledgementStatus::Accepted;
    let issues = issues.iter().filter(|_| has_reasons);
    issues.map(|issue| issue_codes::issue_of(&issue_codes::told_error_of(issue))).collect()
}

/// What comes back of the message that an answer refers to in its wrapper.
pub(crate) fn project_reference(envelope: &Envelope, of: Option<&MessageId>) -> Option<MessageId> {
    envelope.answers.clone().filter(|answers| Some(answers) != of)
}
