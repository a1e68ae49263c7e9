//! OperationOutcome: an acknowledgement, accepted or refused (responses.md §§2, 6).

use causeway_canonical::datetime::DateTime;
use causeway_canonical::identifier::MessageId;
use causeway_canonical::ledger::{At, Leaf, map_rule, place};
use causeway_canonical::model::{
    Acknowledgement, AcknowledgementStatus, Body, Coded, Envelope, Issue, Message, VERSION,
};
use causeway_canonical::{Problem, Severity};
use causeway_syntax::adapter::Context;
use uuid::Uuid;

use crate::datatypes::{read_coding, read_count, read_resource_frame, read_texts};
use crate::element::Element;
use crate::rules;
use crate::sink::Sink;
use crate::system;

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

fn code_of(problem: Problem) -> &'static str {
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
    let issue: Vec<Issue> =
        root.children("issue").enumerate().map(|(position, element)| read_issue(element, position)).collect();
    let refused = issue.iter().any(|issue| issue.severity == Some(Severity::Error));
    let status = if refused { AcknowledgementStatus::Error } else { AcknowledgementStatus::Accepted };
    Message {
        version: VERSION.to_owned(),
        envelope: Envelope { id: answer_id(&issue, context), ..Envelope::default() },
        body: Body::Acknowledgement(Box::new(Acknowledgement { status, issue, ..Acknowledgement::default() })),
        ..Message::default()
    }
}

/// An outcome has no id of its own; one is made of the clock and the number of issues.
fn answer_id(issues: &[Issue], context: &Context) -> MessageId {
    let name = format!("{}/{}", context.now, issues.len());
    MessageId::from(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()))
}

fn read_issue(element: Element<'_>, position: usize) -> Issue {
    let at = place::ISSUE.at(&[position]);
    let details = element.child("details");
    let mut issue = Issue {
        severity: read_severity(element, at),
        problem: read_problem(element, at),
        code: details
            .and_then(|details| details.child("coding"))
            .map(|coding| read_coding(coding, place::ISSUE_CODE.at(&[position]))),
        diagnostics: element.text("diagnostics", at.leaf(Leaf::Diagnostics)),
        expression: read_texts(element, "expression", |n| place::ISSUE_EXPRESSION.at(&[position, n]).itself()),
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

/// Writes an OperationOutcome.
pub fn write(sink: &mut Sink, acknowledgement: &Acknowledgement, context: &Context) {
    let accepted = [accepted_issue()];
    let issues = if acknowledgement.issue.is_empty() { &accepted[..] } else { &acknowledgement.issue };
    sink.resource("OperationOutcome", |sink| {
        sink.element("meta", |sink| {
            sink.fixed("lastUpdated", DateTime::from_timestamp(context.now).as_str());
        });
        sink.narrative(|| PART.to_owned());
        sink.list("issue", issues, write_issue);
    });
}

/// What an acceptance says.
fn accepted_issue() -> Issue {
    Issue { severity: Some(Severity::Information), problem: Some(Problem::Informational), ..Issue::default() }
}

fn write_issue(sink: &mut Sink, position: usize, issue: &Issue) {
    let at = place::ISSUE.at(&[position]);
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
    sink.mapped("code", code_of(problem), at.leaf(Leaf::Problem), map_rule::ISSUE_CODE);
    if let Some(code) = &issue.code {
        write_details(sink, code, position);
    }
    sink.optional("diagnostics", issue.diagnostics.as_deref(), at.leaf(Leaf::Diagnostics));
    sink.texts("expression", &issue.expression, |n| place::ISSUE_EXPRESSION.at(&[position, n]).itself());
}

fn write_details(sink: &mut Sink, code: &Coded, position: usize) {
    let at = place::ISSUE_CODE.at(&[position]);
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
    if acknowledgement.issue.is_empty() {
        acknowledgement.issue.push(accepted_issue());
    }
    for issue in &mut acknowledgement.issue {
        issue.severity.get_or_insert(Severity::Error);
        let problem = issue.problem.unwrap_or(Problem::Exception);
        let code = code_of(problem);
        issue.problem = CODES.iter().find(|(_, candidate)| *candidate == code).map(|(problem, _)| *problem);
    }
    let refused = acknowledgement.issue.iter().any(|issue| issue.severity == Some(Severity::Error));
    acknowledgement.status = if refused { AcknowledgementStatus::Error } else { AcknowledgementStatus::Accepted };
    *envelope = Envelope { id: answer_id(&acknowledgement.issue, context), ..Envelope::default() };
}
