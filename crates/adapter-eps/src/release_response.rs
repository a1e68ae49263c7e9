//! Prescriptions handed to a dispenser: PORX_IN070101 to a request for nominated ones, PORX_IN070103 to one for a
//! prescription by its id (release.md §3, §4).
//!
//! Invariants:
//! - One prescription that cannot be read to the end does not hold back the others (EPS-D22, EPS-D23). It is handed on as
//!   failed, with the reasons, and so is never taken for a whole one; what of it came to no field is accounted for as
//!   such. A prescription whose ids cannot be read fails the message.
//! - V3 cannot say that a prescription has failed. Only a failure that its receiver finds again, that of the signature, is
//!   left to the receiver; with any other the message is refused.

use std::collections::HashSet;

use causeway_canonical::ledger::{FieldRef, Leaf, Mark, Tag, facts, map_rule, place};
use causeway_canonical::model::{
    AcknowledgementStatus, BatchInformation, Body, Envelope, Issue, Message, ReleaseResponse, Released, VERSION,
};
use causeway_canonical::{Aspect, Finding, MessageId, Severity, refused};
use causeway_syntax::Limits;
use causeway_syntax::adapter::{Context, Written};

use crate::answer::{self, Answer};
use crate::datatypes::{id, is_blank, time};
use crate::element::Element;
use crate::grammar;
use crate::oid;
use crate::prescription_order;
use crate::rules;
use crate::spec::{self, dispensing, release};
use crate::tables;
use crate::target::Target;
use crate::wrapper;

/// The response to a request for nominated prescriptions. Replies have the UK name whatever the channel.
const NOMINATED: &str = "PORX_IN070101UK31";
/// The response to a request for one prescription.
const BY_ID: &str = "PORX_IN070103UK31";

/// How the failure of a signature names its place.
const SIGNATURE: &str = "signature.data";

/// How many particulars a batch may have.
const BATCH: usize = 2;

/// Whether this is one of the interactions.
pub(crate) fn is_interaction(name: &str) -> bool {
    name == NOMINATED || name == BY_ID
}

/// The interaction: a batch tells its particulars, and a single prescription without them was asked for by its id.
fn interaction(response: &ReleaseResponse) -> &'static str {
    match response.released.as_slice() {
        [_] if response.batch.is_empty() => BY_ID,
        _ => NOMINATED,
    }
}

pub(crate) fn write(
    envelope: &Envelope,
    response: &ReleaseResponse,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let interaction = interaction(response);
    let mut target = Target::new(context, interaction);
    wrapper::write_head(&mut target, interaction, envelope);
    let answer = Answer {
        status: response.status.unwrap_or(AcknowledgementStatus::Accepted),
        is_stated: response.status.is_some(),
        issue: &response.issue,
        first_issue: 0,
        reference: answer::reference(envelope, response.of.as_ref()),
    };
    answer::write(&mut target, &answer);
    target.open_in_full(&spec::SUBJECT);
    target.open(&release::RELEASE_RESPONSE);
    wrapper::write_document_id(&mut target, envelope);
    time::write_when(&mut target, response.when.as_ref());
    if response.released.is_empty() {
        let field = place::RELEASED_ID.at(&[0]).itself();
        target.refuse(&rules::EPS_NO_ITEM, field, "expected at least one prescription");
    }
    for (number, released) in response.released.iter().enumerate() {
        write_released(&mut target, number, released);
    }
    write_batch(&mut target, &response.batch);
    write_request(&mut target, response.of.as_ref());
    target.close();
    wrapper::finish(target)
}

fn write_released(target: &mut Target<'_>, number: usize, released: &Released) {
    for (position, issue) in released.failure.iter().enumerate().filter(|(_, issue)| !is_of_signature(issue)) {
        let field = place::RELEASED_FAILURE.at(&[number, position]);
        let leaf = if issue.diagnostics.is_some() { Leaf::Diagnostics } else { Leaf::Severity };
        let message = "expected a prescription that may be dispensed, or whose signature alone has failed";
        target.refuse(&rules::EPS_FAILED, field.leaf(leaf), message);
    }
    target.open_in_full(&release::RELEASED);
    target.seperatable("false");
    target.fixed_id(&release::RELEASED_TEMPLATE);
    prescription_order::write_released(target, number, released);
    target.close();
}

/// The receiver of a prescription verifies its signature itself.
fn is_of_signature(issue: &Issue) -> bool {
    issue.expression.iter().any(|path| path.ends_with(SIGNATURE))
}

fn write_batch(target: &mut Target<'_>, batch: &[BatchInformation]) {
    for (number, information) in batch.iter().enumerate() {
        let (code_field, value_field) = (place::BATCH_CODE.at(&[number]), place::BATCH_VALUE.at(&[number]));
        let code = information.code.as_deref().filter(|code| !is_blank(code));
        let (Some(code), Some(value), true) = (code, information.value, number < BATCH) else {
            let message = "expected two particulars at most, each with code and number";
            target.refuse(&rules::EPS_BATCH, code_field.itself(), message);
            continue;
        };
        target.open(&release::BATCH_RELATION);
        target.seperatable("false");
        target.open(&release::BATCH);
        target.open(&spec::CODE);
        target.attribute("code", code, [Tag::Field(code_field.itself(), map_rule::NONE)]);
        target.fixed("codeSystem", oid::BATCH);
        target.close();
        target.open(&spec::VALUE);
        target.attribute("value", &value.to_string(), [Tag::Field(value_field.itself(), map_rule::NONE)]);
        target.close_all(3);
    }
}

fn write_request(target: &mut Target<'_>, of: Option<&MessageId>) {
    let field = place::ACKNOWLEDGEMENT_OF.field();
    let Some(of) = of else {
        return target.refuse(&rules::EPS_MESSAGE_REF, field, "expected the UUID of the request that is answered");
    };
    target.open(&dispensing::FULFILS);
    target.seperatable("true");
    target.open(&release::DOWNLOAD_REQUEST);
    crate::dispensing::write_reference(target, of, field);
    target.close_all(2);
}

/// Reads the interaction; `None` if there is no document in it.
pub(crate) fn read(root: Element<'_>, limits: &Limits) -> Option<Message> {
    let mut wrapper = wrapper::read(root, Some(&release::RELEASE_RESPONSE));
    let mut response = ReleaseResponse::default();
    let (status, reference) = answer::read(root, &wrapper, &mut response.issue);
    response.status = status;
    let document = wrapper.document?;
    response.when = time::read_in(document, &spec::EFFECTIVE_TIME, place::WHEN.field());
    response.of = read_request(document);
    wrapper.envelope.answers = reference.and_then(|reference| answer::read_reference(reference, response.of.as_ref()));
    for component in document.all(&release::RELEASED) {
        let number = response.released.len();
        response.released.extend(read_isolated(component, number, limits));
    }
    if response.released.is_empty() {
        document.complain(&rules::V3_REQUIRED, format!("expected an element `{}`", release::RELEASED.name));
    }
    for relation in document.all(&release::BATCH_RELATION) {
        let number = response.batch.len();
        response.batch.push(read_batch(relation, number));
    }
    let body = Body::ReleaseResponse(Box::new(response));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

fn read_request(document: Element<'_>) -> Option<MessageId> {
    let relation = document.required(&dispensing::FULFILS)?;
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "true");
    }
    let request = relation.required(&release::DOWNLOAD_REQUEST)?;
    id::read_uuid(request, &spec::ID, place::ACKNOWLEDGEMENT_OF.field(), MessageId::parse)
}

fn read_batch(relation: Element<'_>, number: usize) -> BatchInformation {
    let relation = relation.open(&release::BATCH_RELATION);
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    let Some(batch) = relation.required(&release::BATCH) else { return BatchInformation::default() };
    let code = batch.required(&spec::CODE).and_then(|code| {
        code.required_fixed("codeSystem", oid::BATCH);
        code.required_value("code", place::BATCH_CODE.at(&[number]).itself(), map_rule::NONE)
    });
    let value = batch.required(&spec::VALUE).and_then(|value| {
        let number = value.required_value("value", place::BATCH_VALUE.at(&[number]).itself(), map_rule::NONE)?;
        number.parse().map_err(|_| value.complain(&rules::V3_NUMBER, "expected a whole number")).ok()
    });
    BatchInformation { code: code.map(str::to_owned), value }
}

/// Reads one prescription; what is wrong with it becomes its failure, if at least its ids can be read.
fn read_isolated(component: Element<'_>, number: usize, limits: &Limits) -> Option<Released> {
    let source = component.source();
    let (released, mut findings) = source.aside(|| read_released(component, number, limits));
    let Some(mut released) = released.filter(is_identified) else {
        source.note(findings);
        return None;
    };
    let unread = component.values().filter(|&node| source.marks.of(node) == Mark::Unread).count();
    if unread > 0 && !refused(&findings) {
        let message = format!("expected known elements only; {unread} values of the prescription are not known");
        findings.extend(source.aside(|| component.complain(&rules::V3_RELEASED_UNREAD, message)).1);
    }
    if refused(&findings) {
        let errors = findings.iter_mut().filter(|finding| finding.severity == Severity::Error);
        released.failure = errors
            .map(|finding| {
                let issue = issue(finding);
                finding.severity = Severity::Warning;
                issue
            })
            .collect();
        account_for_failure(component, number, &released);
    }
    source.note(findings);
    Some(released)
}

fn read_released(component: Element<'_>, number: usize, limits: &Limits) -> Option<Released> {
    let component = component.open(&release::RELEASED);
    if let Some(indicator) = component.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    if let Some(template) = component.required(&release::RELEASED_TEMPLATE.class) {
        template.required_fixed("root", oid::RELEASED_TEMPLATE);
        if template.peek("extension") == Some(release::RELEASED_TEMPLATE.extension) {
            template.structural("extension");
        } else {
            let message = format!("expected a prescription of the type {}", release::RELEASED_TEMPLATE.extension);
            template.complain(&rules::V3_RELEASED_TYPE, message);
        }
    }
    let released = component
        .required(&spec::PARENT_PRESCRIPTION)
        .map(|document| prescription_order::read_released(document, number, limits));
    grammar::check_order(component, &grammar::RELEASED);
    released
}

/// Whether it is known which prescription it is.
fn is_identified(released: &Released) -> bool {
    let prescription = &released.order.prescription;
    let has_form = |fault: Result<(), causeway_canonical::IdentifierFault>| {
        fault.map_or_else(|fault| fault.aspect != Aspect::Format, |()| true)
    };
    released.id.check().is_ok() && has_form(prescription.id.check()) && !is_blank(prescription.short_id.as_str())
}

fn issue(finding: &Finding) -> Issue {
    let place = |number: u32| (number > 0).then_some(number);
    Issue {
        severity: Some(finding.severity),
        problem: Some(finding.rule.problem),
        code: None,
        diagnostics: Some(format!("{} ({}): {}", finding.message, finding.rule.name, finding.hint)),
        expression: Some(finding.path.clone()).filter(|path| !path.is_empty()).into_iter().collect(),
        line: place(finding.position.line),
        column: place(finding.position.column),
    }
}

/// Marks what of a failed prescription came to no field of the model.
fn account_for_failure(component: Element<'_>, number: usize, released: &Released) {
    let mut alone = ReleaseResponse::default();
    alone.released.resize_with(number, Released::default);
    alone.released.push(released.clone());
    let body = Body::ReleaseResponse(Box::new(alone));
    let held: HashSet<String> =
        facts(&Message { body, ..Message::default() }).into_iter().map(|fact| fact.path).collect();
    let marks = &component.source().marks;
    for node in component.values() {
        let came_to_a_field = match marks.of(node) {
            Mark::Field(field, _) => held.contains(&FieldRef::path(field)),
            Mark::Unread => false,
            Mark::Structural | Mark::Unmodelled(_) => true,
        };
        if !came_to_a_field {
            marks.set(node, Mark::Unmodelled(tables::FAILED));
        }
    }
}

/// What comes back of a response.
pub(crate) fn project(response: &ReleaseResponse, context: &Context) -> ReleaseResponse {
    let status = response.status.unwrap_or(AcknowledgementStatus::Accepted);
    ReleaseResponse {
        status: Some(status),
        issue: answer::project(status, &response.issue),
        when: response.when.as_ref().map(time::project),
        of: response.of.clone(),
        released: response
            .released
            .iter()
            .map(|released| prescription_order::project_released(released, context))
            .collect(),
        batch: response.batch.clone(),
    }
}
