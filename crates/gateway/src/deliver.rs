//! One attempt to deliver, and what its answer means.
//!
//! Invariants:
//! - One call is one request at most. The relay's queue decides whether there is another.
//! - What is kept of an answer is its status, its codes and a hash. Texts of the receiver are kept only where they are the
//!   display of a code, and then without digits, because they can repeat what was sent.
//!
//! | answer | outcome |
//! |---|---|
//! | 2xx, empty | delivered |
//! | 2xx, an acknowledgement in the receiver's format that accepts | delivered |
//! | 2xx, an acknowledgement that does not accept, all reasons transient | retry |
//! | 2xx, an acknowledgement that does not accept | refused by receiver |
//! | 2xx, anything else | in doubt: somebody answered, and nobody knows whether it was the receiver. A login page of a proxy must not count as a pharmacy |
//! | 408, 425, 429, 5xx | retry, not before `Retry-After` |
//! | 401, 407, 3xx | retry: credentials or address have to be mended, and the message is not at fault |
//! | other 4xx | refused by receiver |
//! | nothing was sent | retry |
//! | sent, no complete answer | in doubt |

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use causeway_canonical::model::{Acknowledgement, AcknowledgementStatus, Body, Issue};
use causeway_canonical::{Problem, Severity};
use causeway_relay::{BoxFuture, Clock, ContentHash, LeasedDelivery, Outcome, ReceiverAnswer, Sender};
use causeway_transport::Exchange;
use http::{HeaderName, HeaderValue, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::config::Endpoint;
use crate::core::CurrentPlan;
use crate::events::{DeliveryAttempted, Metrics};
use crate::plan::Receiver;
use crate::stats::AttemptOutcome;

/// The same for every attempt of a delivery, so that a receiver recognises a repetition.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Our key of the message, for people who look for it on both sides.
const MESSAGE_KEY: HeaderName = HeaderName::from_static("causeway-message");

/// Sends what the relay leases.
pub(crate) struct Deliverer {
    pub(crate) current: CurrentPlan,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Arc<Metrics>,
}

impl Sender for Deliverer {
    fn send<'a>(&'a self, delivery: &'a LeasedDelivery) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let started = Instant::now();
            let outcome = match self.current.load_full().receiver(&delivery.endpoint) {
                Some(receiver) => attempt(receiver, delivery, self.clock.now()).await,
                // It was removed from the configuration between the lease and now.
                None => Outcome::Retry { reason: "the endpoint is not configured".to_owned(), after: None },
            };
            let (kind, reason) = described(&outcome);
            self.metrics.emit(DeliveryAttempted {
                endpoint: &delivery.endpoint,
                route: &delivery.route,
                message: delivery.message,
                delivery: delivery.lease.delivery,
                attempt: delivery.attempt,
                outcome: kind,
                reason,
                since_accepted: since(delivery.accepted_at, self.clock.now()),
                took: started.elapsed(),
            });
            outcome
        })
    }
}

async fn attempt(receiver: &Receiver, delivery: &LeasedDelivery, now: Timestamp) -> Outcome {
    let headers = headers(&receiver.endpoint, delivery);
    let body = &delivery.body;
    match receiver.client.post(body.bytes().clone(), body.media_type(), &headers).await {
        Exchange::NotSent { reason } => Outcome::Retry { reason: format!("not sent: {reason}"), after: None },
        Exchange::InDoubt { reason } => Outcome::InDoubt { reason: format!("sent, and {reason}") },
        Exchange::Answer { status, retry_after, body, truncated, .. } => {
            let answer = Answered { status, retry_after, body, truncated };
            answer.outcome(&receiver.endpoint, now)
        }
    }
}

fn headers(endpoint: &Endpoint, delivery: &LeasedDelivery) -> Vec<(HeaderName, HeaderValue)> {
    let values = [
        (REQUEST_ID, delivery.lease.delivery.to_string()),
        (MESSAGE_KEY, delivery.message.to_string()),
        (header::ACCEPT, endpoint.adapter.media_type().to_owned()),
    ];
    values.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?))).collect()
}

/// A complete answer of a receiver.
struct Answered {
    status: u16,
    retry_after: Option<Duration>,
    body: Bytes,
    truncated: bool,
}

impl Answered {
    fn outcome(self, endpoint: &Endpoint, now: Timestamp) -> Outcome {
        let retry =
            |why: &str| Outcome::Retry { reason: format!("http {}{why}", self.status), after: self.retry_after };
        match self.status {
            200..=299 => self.taken(endpoint, now),
            408 | 425 | 429 | 500..=599 => retry(""),
            300..=399 => retry(": the receiver has another address"),
            401 | 407 => retry(": the receiver asks for credentials"),
            _ => {
                let acknowledgement = self.acknowledgement(endpoint, now);
                Outcome::RefusedByReceiver { findings: self.findings(acknowledgement.as_deref()) }
            }
        }
    }

    /// What a 2xx means.
    fn taken(&self, endpoint: &Endpoint, now: Timestamp) -> Outcome {
        if self.body.is_empty() {
            return self.delivered();
        }
        let Some(acknowledgement) = self.acknowledgement(endpoint, now) else {
            let format = endpoint.adapter.format();
            let reason = format!("http {} with a body that is no acknowledgement in {format}", self.status);
            return Outcome::InDoubt { reason };
        };
        if acknowledgement.status == AcknowledgementStatus::Accepted {
            return self.delivered();
        }
        let mut errors = acknowledgement.issue.iter().filter(|issue| is_error(issue)).peekable();
        if errors.peek().is_some() && errors.all(|issue| issue.problem == Some(Problem::Transient)) {
            let reason = "the receiver says that it can't take it for the time being".to_owned();
            return Outcome::Retry { reason, after: self.retry_after };
        }
        Outcome::RefusedByReceiver { findings: self.findings(Some(&acknowledgement)) }
    }

    fn delivered(&self) -> Outcome {
        let digest = (!self.body.is_empty()).then(|| ContentHash::of(&self.body));
        let length = u64::try_from(self.body.len()).unwrap_or(u64::MAX);
        Outcome::Delivered { answer: ReceiverAnswer { status: self.status.to_string(), digest, length } }
    }

    fn acknowledgement(&self, endpoint: &Endpoint, now: Timestamp) -> Option<Box<Acknowledgement>> {
        if self.truncated || self.body.is_empty() || !endpoint.adapter.sniff(&self.body) {
            return None;
        }
        match endpoint.adapter.read(&self.body, &endpoint.context(now)).message?.body {
            Body::Acknowledgement(acknowledgement) => Some(acknowledgement),
            _ => None,
        }
    }

    /// What is kept of a refusal.
    fn findings(&self, acknowledgement: Option<&Acknowledgement>) -> Value {
        let issues = acknowledgement.map(|acknowledgement| acknowledgement.issue.as_slice()).unwrap_or_default();
        json!({ "status": self.status, "issues": issues.iter().map(issue).collect::<Vec<_>>() })
    }
}

fn is_error(issue: &Issue) -> bool {
    issue.severity.is_none_or(|severity| severity == Severity::Error)
}

fn issue(issue: &Issue) -> Value {
    let code = issue.code.as_ref();
    json!({
        "severity": issue.severity,
        "problem": issue.problem,
        "system": code.and_then(|code| code.system.as_deref()),
        "code": code.and_then(|code| code.code.as_deref()),
        "display": code.and_then(|code| code.display.as_deref()).map(without_digits),
        "line": issue.line,
        "column": issue.column,
    })
}

/// Numbers, dates and identifiers disappear.
fn without_digits(text: &str) -> String {
    text.chars().map(|character| if character.is_numeric() { '#' } else { character }).collect()
}

fn described(outcome: &Outcome) -> (AttemptOutcome, &str) {
    match outcome {
        Outcome::Delivered { .. } => (AttemptOutcome::Delivered, ""),
        Outcome::RefusedByReceiver { .. } => (AttemptOutcome::RefusedByReceiver, "refused by the receiver"),
        Outcome::Retry { reason, .. } => (AttemptOutcome::Retry, reason),
        Outcome::InDoubt { reason } => (AttemptOutcome::InDoubt, reason),
    }
}

fn since(earlier: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(earlier)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use causeway_relay::EndpointId;

    use super::*;
    use crate::config::Configuration;

    const ACCEPTS: &str =
        r#"{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}"#;
    const REFUSES: &str = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"business-rule",
        "details":{"coding":[{"system":"s","code":"C1","display":"number 9990548609 is unknown"}]},
        "diagnostics":"patient 9990548609"}]}"#;
    const BUSY: &str = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"transient"}]}"#;

    fn outcome(status: u16, body: &str) -> Outcome {
        let configuration = Configuration::demo().unwrap();
        let endpoint = &configuration.endpoints[&EndpointId::from("practice")];
        let body = Bytes::copy_from_slice(body.as_bytes());
        let retry_after = Some(Duration::from_secs(7));
        Answered { status, retry_after, body, truncated: false }.outcome(endpoint, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn an_empty_2xx_and_one_that_accepts_are_delivered() {
        assert!(matches!(outcome(202, ""), Outcome::Delivered { .. }));
        assert!(matches!(outcome(200, ACCEPTS), Outcome::Delivered { .. }));
    }

    #[test]
    fn a_2xx_that_does_not_accept_is_a_refusal() {
        assert!(matches!(outcome(200, REFUSES), Outcome::RefusedByReceiver { .. }));
    }

    #[test]
    fn a_2xx_that_names_only_transient_reasons_is_tried_again() {
        assert!(matches!(outcome(200, BUSY), Outcome::Retry { after: Some(_), .. }));
    }

    #[test]
    fn a_2xx_that_is_no_acknowledgement_is_in_doubt() {
        for body in ["<html>sign in</html>", "OK", r#"{"resourceType":"Bundle"}"#] {
            assert!(matches!(outcome(200, body), Outcome::InDoubt { .. }), "{body}");
        }
    }

    #[test]
    fn other_answers_are_refusals_or_reasons_to_try_again() {
        for status in [400, 403, 404, 405, 409, 410, 413, 415, 422] {
            assert!(matches!(outcome(status, ""), Outcome::RefusedByReceiver { .. }), "{status}");
        }
        for status in [301, 401, 407, 408, 425, 429, 500, 502, 503, 504] {
            let expected = Some(Duration::from_secs(7));
            assert!(matches!(outcome(status, REFUSES), Outcome::Retry { after, .. } if after == expected), "{status}");
        }
    }

    #[test]
    fn what_is_kept_of_a_refusal_holds_codes_and_no_numbers() {
        let Outcome::RefusedByReceiver { findings } = outcome(400, REFUSES) else { panic!("expected a refusal") };
        assert_eq!(findings["issues"][0]["code"], "C1");
        assert_eq!(findings["issues"][0]["problem"], "business-rule");
        assert!(!findings.to_string().contains("9990548609"), "{findings}");
    }
}
