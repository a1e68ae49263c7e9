//! OperationOutcome: an acknowledgement, accepted or refused (responses.md §§2, 5, 6), and an answer to a cancellation that
//! no bundle tells (responses.md §3).

use causeway_canonical::datetime::DateTime;
use causeway_canonical::identifier::MessageId;
use causeway_canonical::ledger::{At, FieldRef, Leaf, map_rule, place};
use causeway_canonical::model::{
    Acknowledgement, AcknowledgementStatus, Agent, Body, Coded, Envelope, Issue, Message, Organisation,
    ReleaseRejection, VERSION,
};
use causeway_canonical::{Problem, Severity};
use causeway_syntax::adapter::Context;
use uuid::Uuid;

use crate::agent::{self, entry};
use crate::bundle::Bundle;
use crate::datatypes::{read_coding, read_count, read_resource_frame, read_texts, write_extension};
use crate::element::Element;
use crate::ids;
use crate::rules;
use crate::sink::Sink;
use crate::system;

const PERFORMER: usize = 2;

/// Sorts of problem and the issue codes that say them. Reading takes the first row with the code.
const CODES: &[(Problem, &str)] = &[
    (Problem::Structure, "structure"),
    (Problem::Required, "required"),
    (Problem::Value, "value"),
    (Problem::Invalid, "invalid"),
    (Problem::CodeInvalid, "code-invalid"),
    (Problem::CheckDigit, "value"),
    (Problem::DateFormat, "value"),
    (Problem::NotFound, "not-found"),
    (Problem::NotSupported, "not-supported"),
    (Problem::Duplicate, "duplicate"),
    (Problem::Conflict, "conflict"),
    (Problem::BusinessRule, "business-rule"),
    (Problem::TooCostly, "too-costly"),
    (Problem::Forbidden, "forbidden"),
    (Problem::Loss, "processing"),
    (Problem::Transient, "transient"),
    (Problem::Exception, "exception"),
    (Problem::Informational, "informational"),
    (Problem::Invalid, "invariant"),
];

/// The part of the message that the narrative is about.
const PART: &str = "acknowledgement";

/// The FHIR issue type by which an outcome tells a sort of problem.
pub fn issue_code(problem: Problem) -> &'static str {
    CODES.iter().find(|(candidate, _)| *candidate == problem).map_or("processing", |(_, code)| code)
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Information => "information",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// Reads an OperationOutcome. It names no message that it answers; that is known from the exchange.
pub fn read(root: Element<'_>, context: &Context) -> Message {
    read_resource_frame(root);
    root.narrative(|| PART.to_owned());
    let performer = read_performer(root);
    let issue = read_issues(root, Origin::Issue);
    let refused = issue.iter().any(|issue| issue.severity == Some(Severity::Error));
    let status = if refused { AcknowledgementStatus::Error } else { AcknowledgementStatus::Accepted };
    Message {
        version: VERSION.to_owned(),
        envelope: Envelope { id: answer_id(&issue, context), ..Envelope::default() },
        body: Body::Acknowledgement(Box::new(Acknowledgement {
            status,
            issue,
            rejection: performer.is_some().then(ReleaseRejection::default),
            performer,
            ..Acknowledgement::default()
        })),
        ..Message::default()
    }
}

/// The dispenser that holds the prescription: only a refused release tells it.
fn read_performer(root: Element<'_>) -> Option<Agent> {
    let contained = Bundle::contained_in(root);
    let link = root.extension(system::EXT_SUPPORTING_INFORMATION)?.required("valueReference")?;
    let resource = contained.resolve(link, "Organization")?;
    let organisation = agent::read_organisation_resource(&contained, resource, PERFORMER);
    Some(Agent { organisation: Some(organisation), ..Agent::default() })
}

/// An outcome has no id of its own; one is made of the clock and the number of issues.
fn answer_id(issues: &[Issue], context: &Context) -> MessageId {
    let name = format!("{}/{}", context.now, issues.len());
    MessageId::from(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()))
}

/// Reads the issues of an outcome into the places that `origin` gives for their positions.
pub fn read_issues(outcome: Element<'_>, origin: impl Fn(usize) -> Origin) -> Vec<Issue> {
    let issues = outcome.children("issue").enumerate();
    issues.map(|(position, element)| read_issue(element, origin(position))).collect()
}

fn read_issue(element: Element<'_>, origin: Origin) -> Issue {
    let at = origin.issue();
    let details = element.child("details");
    let mut issue = Issue {
        severity: read_severity(element, at),
        problem: read_problem(element, at),
        code: details.and_then(|details| details.child("coding")).map(|coding| read_coding(coding, origin.code())),
        diagnostics: element.text("diagnostics", at.leaf(Leaf::Diagnostics)),
        expression: read_texts(element, "expression", |n| origin.expression(n)),
        line: read_place(element, system::EXT_ISSUE_LINE, at, Leaf::SourceLine),
        column: read_place(element, system::EXT_ISSUE_COLUMN, at, Leaf::SourceColumn),
    };
    if issue.diagnostics.is_none() {
        issue.diagnostics = details.and_then(|details| details.text("text", at.leaf(Leaf::Diagnostics)));
    }
    issue
}

fn read_severity(element: Element<'_>, at: At) -> Option<Severity> {
    let child = element.required("severity")?;
    let severity = match child.read(at.leaf(Leaf::Severity), map_rule::CANONICAL_CODE)? {
        "fatal" | "error" => Severity::Error,
        "warning" => Severity::Warning,
        "information" => Severity::Information,
        _ => {
            child.report(&rules::CODE, "severity is expected to be fatal, error, warning or information");
            return None;
        }
    };
    Some(severity)
}

fn read_problem(element: Element<'_>, at: At) -> Option<Problem> {
    let child = element.required("code")?;
    let code = child.read(at.leaf(Leaf::Problem), map_rule::ISSUE_CODE)?;
    let problem = CODES.iter().find(|(_, candidate)| *candidate == code).map(|(problem, _)| *problem);
    Some(problem.unwrap_or(Problem::Exception))
}

fn read_place(element: Element<'_>, url: &'static str, at: At, leaf: Leaf) -> Option<u32> {
    read_count(element.extension(url)?, "valueInteger", at.leaf(leaf))
}

/// Where an issue stands in the model.
#[derive(Clone, Copy)]
pub enum Origin {
    /// The reason with this position.
    Issue(usize),
    /// The reason with the second position, why the released prescription with the first must not be dispensed.
    Failure(usize, usize),
    /// The result of a request to cancel.
    Result,
}

impl Origin {
    fn issue(self) -> At {
        match self {
            Origin::Issue(position) => place::ISSUE.at(&[position]),
            Origin::Failure(released, position) => place::RELEASED_FAILURE.at(&[released, position]),
            Origin::Result => place::RESULT.at(&[]),
        }
    }

    fn code(self) -> At {
        match self {
            Origin::Issue(position) => place::ISSUE_CODE.at(&[position]),
            Origin::Failure(released, position) => place::RELEASED_FAILURE_CODE.at(&[released, position]),
            Origin::Result => place::RESULT.at(&[]),
        }
    }

    fn expression(self, n: usize) -> FieldRef {
        match self {
            Origin::Issue(position) => place::ISSUE_EXPRESSION.at(&[position, n]).itself(),
            Origin::Failure(released, position) => {
                place::RELEASED_FAILURE_EXPRESSION.at(&[released, position, n]).itself()
            }
            Origin::Result => place::RESULT.field(),
        }
    }
}

/// Writes an OperationOutcome.
pub fn write(sink: &mut Sink, acknowledgement: &Acknowledgement, context: &Context) {
    write_issues(sink, acknowledgement, Origin::Issue, context);
}

/// Writes an OperationOutcome whose issues are written of what `origin` says of their positions.
pub fn write_issues(
    sink: &mut Sink,
    acknowledgement: &Acknowledgement,
    origin: impl Fn(usize) -> Origin,
    context: &Context,
) {
    sink.resource("OperationOutcome", |sink| {
        sink.element("meta", |sink| {
            sink.fixed("lastUpdated", DateTime::from_timestamp(context.now).as_str());
        });
        sink.narrative(|| PART.to_owned());
        if let Some(organisation) = dispenser(acknowledgement) {
            write_performer(sink, organisation);
        }
        write_list(sink, &issues_of(acknowledgement), origin);
    });
}

/// Writes issues of the places that `origin` gives for their positions.
pub fn write_list(sink: &mut Sink, issues: &[Issue], origin: impl Fn(usize) -> Origin) {
    sink.list("issue", issues, |sink, position, issue| write_issue(sink, origin(position), issue));
}

fn dispenser(acknowledgement: &Acknowledgement) -> Option<&Organisation> {
    acknowledgement.performer.as_ref()?.organisation.as_ref()
}

fn write_performer(sink: &mut Sink, organisation: &Organisation) {
    let url = ids::contained("performer/Organization");
    sink.begin_list("contained");
    entry(sink, &url, "Organization", |sink| agent::write_organisation(sink, organisation, PERFORMER));
    sink.end_list();
    sink.begin_list("extension");
    write_extension(sink, system::EXT_SUPPORTING_INFORMATION, |sink| {
        sink.element("valueReference", |sink| sink.fixed("reference", &url));
    });
    sink.end_list();
}

/// The reasons of an answer; one is made for an answer that has none, since an OperationOutcome must have one.
fn issues_of(acknowledgement: &Acknowledgement) -> Vec<Issue> {
    match (acknowledgement.issue.as_slice(), acknowledgement.status) {
        ([], AcknowledgementStatus::Accepted) => vec![accepted_issue()],
        ([], _) => {
            vec![Issue { severity: Some(Severity::Error), problem: Some(Problem::Exception), ..Issue::default() }]
        }
        (issues, _) => issues.to_vec(),
    }
}

/// What an acceptance says.
fn accepted_issue() -> Issue {
    Issue { severity: Some(Severity::Information), problem: Some(Problem::Informational), ..Issue::default() }
}

fn write_issue(sink: &mut Sink, origin: Origin, issue: &Issue) {
    if let Origin::Result = origin {
        return write_result(sink, issue);
    }
    let at = origin.issue();
    let places = [
        (system::EXT_ISSUE_LINE, issue.line, Leaf::SourceLine),
        (system::EXT_ISSUE_COLUMN, issue.column, Leaf::SourceColumn),
    ];
    if places.iter().any(|(_, number, _)| number.is_some()) {
        sink.begin_list("extension");
        for (url, number, leaf) in places {
            if let Some(number) = number {
                sink.entry(|sink| {
                    sink.fixed("url", url);
                    sink.scalar("valueInteger", &number.to_string(), at.leaf(leaf));
                });
            }
        }
        sink.end_list();
    }
    let severity = issue.severity.unwrap_or(Severity::Error);
    sink.mapped("severity", severity_word(severity), at.leaf(Leaf::Severity), map_rule::CANONICAL_CODE);
    let problem = issue.problem.unwrap_or(Problem::Exception);
    sink.mapped("code", issue_code(problem), at.leaf(Leaf::Problem), map_rule::ISSUE_CODE);
    if let Some(code) = &issue.code {
        write_details(sink, code, origin.code());
    }
    sink.optional("diagnostics", issue.diagnostics.as_deref(), at.leaf(Leaf::Diagnostics));
    sink.texts("expression", &issue.expression, |n| origin.expression(n));
}

/// An issue that is all said by the result of a request to cancel.
fn write_result(sink: &mut Sink, issue: &Issue) {
    let at = place::RESULT.at(&[]);
    sink.fixed("severity", severity_word(issue.severity.unwrap_or(Severity::Error)));
    let problem = issue.problem.unwrap_or(Problem::Exception);
    sink.mapped("code", issue_code(problem), at.leaf(Leaf::Code), map_rule::ISSUE_CODE);
    if let Some(code) = &issue.code {
        write_details(sink, code, at);
    }
}

fn write_details(sink: &mut Sink, code: &Coded, at: At) {
    sink.element("details", |sink| {
        sink.list("coding", std::slice::from_ref(code), |sink, _, code| {
            sink.optional("system", code.system.as_deref(), at.leaf(Leaf::System));
            sink.optional("code", code.code.as_deref(), at.leaf(Leaf::Code));
            sink.optional("display", code.display.as_deref(), at.leaf(Leaf::Display));
        });
    });
}

/// What an OperationOutcome says of an acknowledgement.
pub fn project(envelope: &mut Envelope, acknowledgement: &mut Acknowledgement, context: &Context) {
    acknowledgement.of = None;
    acknowledgement.performer = dispenser(acknowledgement)
        .cloned()
        .map(|organisation| Agent { organisation: Some(organisation), ..Agent::default() });
    acknowledgement.rejection = acknowledgement.performer.is_some().then(ReleaseRejection::default);
    acknowledgement.issue = issues_of(acknowledgement);
    acknowledgement.issue.iter_mut().for_each(project_issue);
    let refused = acknowledgement.issue.iter().any(|issue| issue.severity == Some(Severity::Error));
    acknowledgement.status = if refused { AcknowledgementStatus::Error } else { AcknowledgementStatus::Accepted };
    *envelope = Envelope { id: answer_id(&acknowledgement.issue, context), ..Envelope::default() };
}

/// What an issue reads back as.
pub fn project_issue(issue: &mut Issue) {
    issue.severity.get_or_insert(Severity::Error);
    let code = issue_code(issue.problem.unwrap_or(Problem::Exception));
    issue.problem = CODES.iter().find(|(_, candidate)| *candidate == code).map(|(problem, _)| *problem);
}
