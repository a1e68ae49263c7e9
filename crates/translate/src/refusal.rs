//! Answers in the sender's own format.

use causeway_canonical::identifier::MessageId;
use causeway_canonical::model::{
    Acknowledgement, AcknowledgementStatus, Body, Coded, Envelope, Issue, Message, VERSION,
};
use causeway_canonical::{Fault, Finding};
use causeway_syntax::adapter::{Adapter, Context};
use uuid::Uuid;

/// An answer, ready to send.
pub struct Answer {
    /// Media type.
    pub media_type: &'static str,
    /// Text.
    pub text: String,
}

/// Says that a message was accepted.
pub fn accepted(of: Option<&MessageId>, adapter: &dyn Adapter, context: &Context) -> Answer {
    answer(AcknowledgementStatus::Accepted, of, Vec::new(), adapter, context)
}

/// Says why a message was refused: every error, and the warnings after them.
pub fn refused(findings: &[Finding], of: Option<&MessageId>, adapter: &dyn Adapter, context: &Context) -> Answer {
    let mut issues: Vec<&Finding> = findings.iter().collect();
    issues.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let unreadable = findings.iter().any(|finding| finding.rule.fault == Fault::SenderBytes);
    let status = if unreadable { AcknowledgementStatus::Rejected } else { AcknowledgementStatus::Error };
    answer(status, of, issues.into_iter().map(issue).collect(), adapter, context)
}

fn answer(
    status: AcknowledgementStatus,
    of: Option<&MessageId>,
    issue: Vec<Issue>,
    adapter: &dyn Adapter,
    context: &Context,
) -> Answer {
    let message = Message {
        version: VERSION.to_owned(),
        envelope: Envelope { id: answer_id(of, context), ..Envelope::default() },
        body: Body::Acknowledgement(Box::new(Acknowledgement {
            status,
            of: of.cloned(),
            issue,
            ..Acknowledgement::default()
        })),
        ..Message::default()
    };
    match adapter.write(&message, context) {
        Ok(written) => Answer { media_type: adapter.media_type(), text: written.text },
        Err(_) => Answer { media_type: "text/plain; charset=utf-8", text: in_words(&message) },
    }
}

/// The answer in words, for where the format cannot say it: a V3 acknowledgement names the message that it answers, and
/// of an unreadable message nobody knows the id.
fn in_words(message: &Message) -> String {
    let Body::Acknowledgement(acknowledgement) = &message.body else { return String::new() };
    let mut text = match acknowledgement.status {
        AcknowledgementStatus::Accepted => "accepted\n".to_owned(),
        AcknowledgementStatus::Error | AcknowledgementStatus::Rejected => "refused\n".to_owned(),
    };
    for issue in &acknowledgement.issue {
        let place = issue.expression.first().map(String::as_str).unwrap_or_default();
        let (line, column) = (issue.line.unwrap_or_default(), issue.column.unwrap_or_default());
        let words = issue.diagnostics.as_deref().unwrap_or_default();
        match line {
            0 => text.push_str(&format!("{words}\n")),
            line => text.push_str(&format!("{place} line {line} column {column}: {words}\n")),
        }
    }
    text
}

/// The id of an answer follows from the message and the clock, so that the same question has the same answer.
fn answer_id(of: Option<&MessageId>, context: &Context) -> MessageId {
    let namespace = of.and_then(MessageId::to_uuid).unwrap_or(Uuid::NAMESPACE_OID);
    MessageId::from(Uuid::new_v5(&namespace, format!("acknowledgement/{}", context.now).as_bytes()))
}

fn issue(finding: &Finding) -> Issue {
    let place = |number: u32| (number > 0).then_some(number);
    Issue {
        severity: Some(finding.severity),
        problem: Some(finding.rule.problem),
        code: Some(Coded { system: None, code: Some(finding.rule.code.to_owned()), display: None }),
        diagnostics: Some(format!("{} ({}): {}", finding.message, finding.rule.name, finding.hint)),
        expression: Some(finding.path.clone()).filter(|path| !path.is_empty()).into_iter().collect(),
        line: place(finding.position.line),
        column: place(finding.position.column),
    }
}

#[cfg(test)]
mod tests {
    use causeway_canonical::{Position, Severity};

    use super::*;
    use crate::{registry, rules};

    fn context() -> Context {
        Context::at("2026-03-02T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn an_answer_that_the_format_cannot_say_is_given_in_words() {
        let eps = registry::adapter("eps-hl7v3").unwrap();
        let finding = Finding::new(&rules::FORMAT_UNKNOWN, "nothing known");
        let answer = refused(&[finding], None, eps, &context());
        assert_eq!(answer.media_type, "text/plain; charset=utf-8");
        assert!(answer.text.starts_with("refused\n") && answer.text.contains("nothing known (format-unknown)"));
    }

    #[test]
    fn a_v3_sender_gets_an_application_acknowledgement() {
        let eps = registry::adapter("eps-hl7v3").unwrap();
        let mut context = context();
        context.sender_asid = Some("200000001285".to_owned());
        context.receiver_asid = Some("567456789789".to_owned());
        let id = MessageId::parse("6b0f5a52-6d0c-5c0e-9a3d-0c1f7d1d4a11").unwrap();
        let accepted = accepted(Some(&id), eps, &context);
        assert!(accepted.text.contains("MCCI_IN010000UK13") && accepted.text.contains("typeCode=\"AA\""));
        let finding = Finding::new(&rules::FIELD_LOST, "a value would be lost");
        let finding = finding.at("/a/b[2]/@c", Position { line: 7, column: 12 });
        let refused = refused(&[finding], Some(&id), eps, &context);
        assert!(
            refused.text.contains("typeCode=\"AE\"") && refused.text.contains("a value would be lost (field-lost)")
        );
        let hint = "leave the element out if the receiver does not need it, or ask for it to be supported";
        let place = "; at /a/b[2]/@c, line 7, column 12</originalText>";
        assert!(refused.text.contains(hint) && refused.text.contains(place), "{}", refused.text);
    }

    #[test]
    fn every_finding_is_an_issue_with_its_rule_its_path_its_line_and_its_column_and_errors_come_first() {
        let fhir = registry::adapter("fhir-r4-json").unwrap();
        let warning = Finding { severity: Severity::Warning, ..Finding::new(&rules::FIELD_KEPT, "kept") };
        let error =
            Finding::new(&rules::CANONICAL_SHAPE, "expected x").at("Bundle.entry[1]", Position { line: 4, column: 9 });
        let information = Finding { severity: Severity::Information, ..Finding::new(&rules::FIELD_LOST, "told") };
        let answer = refused(&[information, warning, error], None, fhir, &context());
        let outcome: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        let issues = outcome["issue"].as_array().unwrap();
        let severities: Vec<_> = issues.iter().map(|issue| issue["severity"].as_str().unwrap()).collect();
        assert_eq!(severities, ["error", "warning", "information"]);
        let issue = &issues[0];
        assert_eq!(issue["code"], "structure");
        assert_eq!(issue["details"]["coding"][0]["code"], "canonical-shape");
        assert_eq!(issue["diagnostics"], "expected x (canonical-shape): compare with the schema of the canonical form");
        assert_eq!(issue["expression"][0], "Bundle.entry[1]");
        let place: Vec<_> = issue["extension"].as_array().unwrap().iter().map(|place| &place["valueInteger"]).collect();
        assert_eq!(place, [4, 9]);
    }
}
