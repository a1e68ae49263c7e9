//! What a sender makes of an answer.
//!
//! Invariant: the body is looked at before the status (transport.md EB-2): an error in the body is a refusal whatever
//! the status says.

use std::time::Duration;

use causeway_transport::{Exchange, SendFailure};
use serde_json::Value;

/// Class of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerClass {
    /// The gateway has taken the message.
    Accepted,
    /// The gateway said in an OperationOutcome why it does not.
    Refused {
        /// Codes of the issues, `details.coding.code` where there is one, else `code`.
        codes: Vec<String>,
    },
    /// No answer in time, or none that says anything.
    Failed,
}

impl AnswerClass {
    /// The class of one exchange.
    pub fn of(exchange: &Exchange) -> Self {
        let Exchange::Answer { status, body, truncated, .. } = exchange else { return AnswerClass::Failed };
        let errors = if *truncated { None } else { error_codes(body) };
        match (errors, *status) {
            (Some(codes), _) if !codes.is_empty() => AnswerClass::Refused { codes },
            (_, 200..=299) => AnswerClass::Accepted,
            _ => AnswerClass::Failed,
        }
    }

    /// The word for it.
    pub fn name(&self) -> &'static str {
        match self {
            AnswerClass::Accepted => "accepted",
            AnswerClass::Refused { .. } => "refused",
            AnswerClass::Failed => "failed",
        }
    }
}

/// How long the gateway asks to be left alone before the message is sent again; `None` if sending again is pointless.
pub fn sent_again(exchange: &Exchange) -> Option<Duration> {
    match exchange {
        Exchange::Answer { status: 429 | 503, retry_after, .. } => Some(retry_after.unwrap_or_default()),
        Exchange::Answer { .. } | Exchange::NotSent { reason: SendFailure::RequestInvalid } => None,
        Exchange::NotSent { .. } | Exchange::InDoubt { .. } => Some(Duration::ZERO),
    }
}

/// Codes of the errors in an OperationOutcome; `None` for anything else.
fn error_codes(body: &[u8]) -> Option<Vec<String>> {
    let outcome: Value = serde_json::from_slice(body).ok()?;
    if outcome.get("resourceType")?.as_str()? != "OperationOutcome" {
        return None;
    }
    let issues = outcome.get("issue")?.as_array()?;
    let errors =
        issues.iter().filter(|issue| matches!(issue.get("severity").and_then(Value::as_str), Some("error" | "fatal")));
    let code = |issue: &Value| {
        let detail = issue.pointer("/details/coding/0/code").or_else(|| issue.get("code"));
        detail.and_then(Value::as_str).unwrap_or("unknown").to_owned()
    };
    Some(errors.map(code).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> AnswerClass {
        let body = body.to_owned().into();
        AnswerClass::of(&Exchange::Answer { status, media_type: None, retry_after: None, body, truncated: false })
    }

    const ERROR: &str = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"value",
        "details":{"coding":[{"code":"EPS-V026"}]}},{"severity":"information","code":"informational"}]}"#;

    #[test]
    fn an_error_in_the_body_is_a_refusal_whatever_the_status() {
        let refused = AnswerClass::Refused { codes: vec!["EPS-V026".to_owned()] };
        assert_eq!(answered(400, ERROR), refused);
        assert_eq!(answered(200, ERROR), refused);
    }

    #[test]
    fn a_status_of_success_without_an_error_is_an_acceptance() {
        let informational = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"information"}]}"#;
        assert_eq!(answered(200, informational), AnswerClass::Accepted);
        assert_eq!(answered(202, ""), AnswerClass::Accepted);
    }

    #[test]
    fn an_answer_that_says_nothing_is_a_failure() {
        assert_eq!(answered(404, "not here"), AnswerClass::Failed);
        assert_eq!(answered(500, "{}"), AnswerClass::Failed);
        assert_eq!(AnswerClass::of(&Exchange::InDoubt { reason: SendFailure::AnswerTimeout }), AnswerClass::Failed);
    }

    #[test]
    fn only_what_may_pass_later_is_sent_again() {
        let put_off = Exchange::Answer {
            status: 503,
            media_type: None,
            retry_after: Some(Duration::from_secs(2)),
            body: Default::default(),
            truncated: false,
        };
        assert_eq!(sent_again(&put_off), Some(Duration::from_secs(2)));
        assert_eq!(sent_again(&Exchange::InDoubt { reason: SendFailure::ConnectionLost }), Some(Duration::ZERO));
        assert_eq!(sent_again(&Exchange::NotSent { reason: SendFailure::RequestInvalid }), None);
    }
}
