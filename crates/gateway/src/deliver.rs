//! One attempt to deliver, and what its answer means.
//!
//! Invariants:
//! - One call is one request at most. The relay's queue decides whether there is another.
//! - What is kept of an answer is its status, its codes and a hash. Texts of the receiver are kept only where they are the
//!   display of a code, and then without digits, because they can repeat what was sent.
//!
//! | answer | outcome |
//! |---|---|
//! | 2xx or 4xx, a message that replies to the one that was sent | delivered, and the reply is received as a message |
//! | 2xx, empty | delivered |
//! | 2xx, an acknowledgement in the receiver's format that accepts, or whose reasons only inform: nothing more to release | delivered |
//! | 2xx, an acknowledgement that does not accept, all reasons transient | retry |
//! | 2xx, an acknowledgement that does not accept | refused by receiver |
//! | 2xx, anything else | in doubt: somebody answered, and nobody knows whether it was the receiver. A login page of a proxy must not count as a pharmacy |
//! | 408, 425, 429, 5xx | retry, not before `Retry-After` |
//! | 401, 407, 3xx | retry: credentials or address have to be mended, and the message is not at fault |
//! | other 4xx | refused by receiver |
//! | nothing was sent | retry |
//! | sent, no complete answer | in doubt |

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use causeway_canonical::model::{Acknowledgement, AcknowledgementStatus, Body as Content, Issue, Kind};
use causeway_canonical::{Problem, Severity};
use causeway_relay::{Body, BoxFuture, ContentHash, LeasedDelivery, Outcome, ReceiverAnswer, Sender};
use causeway_transport::Exchange;
use http::{HeaderName, HeaderValue, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::config::Endpoint;
use crate::core::Core;
use crate::events::{DeliveryAttempted, ReplyReceived};
use crate::pipeline;
use crate::plan::{Plan, Receiver};
use crate::replies::replies_to;
use crate::stats::AttemptOutcome;

/// The same for every attempt of a delivery, so that a receiver recognises a repetition.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Our key of the message, for people who look for it on both sides.
const MESSAGE_KEY: HeaderName = HeaderName::from_static("causeway-message");

/// Sends what the relay leases. The relay belongs to the core, so the core is known from afar.
pub(crate) struct Deliverer(pub(crate) Weak<Core>);

impl Sender for Deliverer {
    fn send<'a>(&'a self, delivery: &'a LeasedDelivery) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let Some(core) = self.0.upgrade() else {
                return Outcome::Retry { reason: "the gateway has stopped".to_owned(), after: None };
            };
            let started = Instant::now();
            let plan = core.plan();
            let outcome = match plan.receiver(&delivery.endpoint) {
                Some(receiver) => attempt(&core, &plan, receiver, delivery).await,
                // It was removed from the configuration between the lease and now.
                None => Outcome::Retry { reason: "the endpoint is not configured".to_owned(), after: None },
            };
            let (kind, reason) = described(&outcome);
            core.metrics.emit(DeliveryAttempted {
                endpoint: &delivery.endpoint,
                route: &delivery.route,
                message: delivery.message,
                delivery: delivery.lease.delivery,
                attempt: delivery.attempt,
                outcome: kind,
                reason,
                since_accepted: since(delivery.accepted_at, core.clock.now()),
                took: started.elapsed(),
            });
            outcome
        })
    }
}

async fn attempt(core: &Arc<Core>, plan: &Arc<Plan>, receiver: &Receiver, delivery: &LeasedDelivery) -> Outcome {
    let headers = headers(&receiver.endpoint, delivery);
    let body = &delivery.body;
    match receiver.client.post(body.bytes().clone(), body.media_type(), &headers).await {
        Exchange::NotSent { reason } => Outcome::Retry { reason: format!("not sent: {reason}"), after: None },
        Exchange::InDoubt { reason } => Outcome::InDoubt { reason: format!("sent, and {reason}") },
        Exchange::Answer { status, retry_after, body, truncated, .. } => {
            let answer = Answered { status, retry_after, body, truncated };
            match answer.meaning(&receiver.endpoint, delivery.kind.as_str(), core.clock.now()) {
                Meaning::Outcome(outcome) => outcome,
                Meaning::Reply(kind) => {
                    core.metrics.emit(ReplyReceived {
                        source: &delivery.endpoint,
                        kind: kind.as_str(),
                        message: delivery.message,
                        delivery: delivery.lease.delivery,
                    });
                    receive(core, plan, receiver, delivery, answer).await
                }
            }
        }
    }
}

/// Takes in a reply before the delivery is resolved: a crash in between has the message sent again, and the receiver
/// gives the same reply, which is recognised by its id.
async fn receive(
    core: &Arc<Core>,
    plan: &Arc<Plan>,
    receiver: &Receiver,
    delivery: &LeasedDelivery,
    answer: Answered,
) -> Outcome {
    let (core, plan, source) = (Arc::clone(core), Arc::clone(plan), Arc::clone(&receiver.endpoint));
    let reply = Body::new(Arc::from(source.adapter.media_type()), answer.body.clone());
    if pipeline::receive_reply(core, plan, source, delivery.source.clone(), reply).await {
        answer.delivered()
    } else {
        Outcome::InDoubt { reason: "the receiver replied, and the reply could not be stored".to_owned() }
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

/// What an answer means.
enum Meaning {
    /// The attempt is over.
    Outcome(Outcome),
    /// The receiver has taken the message, and the answer says what became of it.
    Reply(Kind),
}

impl Answered {
    /// What it means as an answer to a message of a kind.
    fn meaning(&self, endpoint: &Endpoint, request: &str, now: Timestamp) -> Meaning {
        let retry = |why: &str| {
            Meaning::Outcome(Outcome::Retry { reason: format!("http {}{why}", self.status), after: self.retry_after })
        };
        match self.status {
            408 | 425 | 429 | 500..=599 => return retry(""),
            300..=399 => return retry(": the receiver has another address"),
            401 | 407 => return retry(": the receiver asks for credentials"),
            _ => {}
        }
        let acknowledgement = match self.content(endpoint, now) {
            Some(Content::Acknowledgement(acknowledgement)) => Some(acknowledgement),
            Some(content) if replies_to(request, content.kind()) => return Meaning::Reply(content.kind()),
            _ => None,
        };
        Meaning::Outcome(match self.status {
            200..=299 => self.taken(endpoint, acknowledgement.as_deref()),
            _ => Outcome::RefusedByReceiver { findings: self.findings(acknowledgement.as_deref()) },
        })
    }

    /// What a 2xx means.
    fn taken(&self, endpoint: &Endpoint, acknowledgement: Option<&Acknowledgement>) -> Outcome {
        if self.body.is_empty() {
            return self.delivered();
        }
        let Some(acknowledgement) = acknowledgement else {
            let format = endpoint.adapter.format();
            let reason = format!("http {} with a body that is no acknowledgement in {format}", self.status);
            return Outcome::InDoubt { reason };
        };
        let informs = |issue: &Issue| issue.severity == Some(Severity::Information);
        let only_informs = !acknowledgement.issue.is_empty() && acknowledgement.issue.iter().all(informs);
        if acknowledgement.status == AcknowledgementStatus::Accepted || only_informs {
            return self.delivered();
        }
        let mut errors = acknowledgement.issue.iter().filter(|issue| is_error(issue)).peekable();
        if errors.peek().is_some() && errors.all(|issue| issue.problem == Some(Problem::Transient)) {
            let reason = "the receiver says that it can't take it for the time being".to_owned();
            return Outcome::Retry { reason, after: self.retry_after };
        }
        Outcome::RefusedByReceiver { findings: self.findings(Some(acknowledgement)) }
    }

    fn delivered(&self) -> Outcome {
        let digest = (!self.body.is_empty()).then(|| ContentHash::of(&self.body));
        let length = u64::try_from(self.body.len()).unwrap_or(u64::MAX);
        Outcome::Delivered { answer: ReceiverAnswer { status: self.status.to_string(), digest, length } }
    }

    /// The answer's body, if it is a message in the receiver's format.
    fn content(&self, endpoint: &Endpoint, now: Timestamp) -> Option<Content> {
        if self.truncated || self.body.is_empty() || !endpoint.adapter.sniff(&self.body) {
            return None;
        }
        Some(endpoint.adapter.read(&self.body, &endpoint.context(now)).message?.body)
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
    use causeway_canonical::MessageId;
    use causeway_canonical::model::{Coded, Envelope, Message, ReleaseResponse};
    use causeway_relay::EndpointId;
    use causeway_syntax::adapter::Context;

    use super::*;
    use crate::config::Configuration;

    const ID: &str = "7c0e5a10-3b61-4f0d-9a44-000000000001";
    const ACCEPTS: &str =
        r#"{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}"#;
    const REFUSES: &str = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"business-rule",
        "details":{"coding":[{"system":"s","code":"C1","display":"number 9990548609 is unknown"}]},
        "diagnostics":"patient 9990548609"}]}"#;
    const BUSY: &str = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"transient"}]}"#;

    /// A reply to a release request: nothing was there to release.
    fn released() -> String {
        let reply = ReleaseResponse { of: Some(MessageId::new(ID)), ..ReleaseResponse::default() };
        let envelope = Envelope { id: MessageId::new(ID), ..Envelope::default() };
        let message = Message { envelope, body: Content::ReleaseResponse(Box::new(reply)), ..Message::default() };
        let context = Context::at(Timestamp::UNIX_EPOCH);
        causeway_translate::registry::adapter("fhir-r4-json").unwrap().write(&message, &context).unwrap().text
    }

    /// What came of a request; `None` if it got a reply.
    fn answered(request: &str, status: u16, body: &str) -> Option<Outcome> {
        let configuration = Configuration::demo().unwrap();
        let endpoint = &configuration.endpoints[&EndpointId::from("practice")];
        let body = Bytes::copy_from_slice(body.as_bytes());
        let retry_after = Some(Duration::from_secs(7));
        let answer = Answered { status, retry_after, body, truncated: false };
        match answer.meaning(endpoint, request, Timestamp::UNIX_EPOCH) {
            Meaning::Outcome(outcome) => Some(outcome),
            Meaning::Reply(_) => None,
        }
    }

    fn outcome(status: u16, body: &str) -> Outcome {
        answered("prescription-order", status, body).expect("no reply")
    }

    /// What a pharmacy's refusal in V3 means, for a reason of this severity.
    fn refused_in_v3(severity: Severity) -> Outcome {
        let configuration = Configuration::demo().unwrap();
        let endpoint = &configuration.endpoints[&EndpointId::from("pharmacy")];
        let (code, problem) = match severity {
            Severity::Information => ("NO_MORE_PRESCRIPTIONS", Problem::Informational),
            _ => ("PRESCRIPTION_EXPIRED", Problem::BusinessRule),
        };
        let code = Some(Coded::new("https://fhir.nhs.uk/CodeSystem/EPS-IssueCode", code));
        let issue = Issue { severity: Some(severity), problem: Some(problem), code, ..Issue::default() };
        let of = Some(MessageId::new(ID));
        let refusal = Acknowledgement { of, issue: vec![issue], ..Acknowledgement::default() };
        let envelope = Envelope { id: MessageId::new(ID), ..Envelope::default() };
        let message = Message { envelope, body: Content::Acknowledgement(Box::new(refusal)), ..Message::default() };
        let text = endpoint.adapter.write(&message, &endpoint.context(Timestamp::UNIX_EPOCH)).unwrap().text;
        let answer = Answered { status: 200, retry_after: None, body: text.into(), truncated: false };
        match answer.meaning(endpoint, "release-request", Timestamp::UNIX_EPOCH) {
            Meaning::Outcome(outcome) => outcome,
            Meaning::Reply(kind) => panic!("{kind}"),
        }
    }

    #[test]
    fn an_acknowledgement_that_only_informs_is_no_refusal() {
        assert!(matches!(refused_in_v3(Severity::Information), Outcome::Delivered { .. }));
        assert!(matches!(refused_in_v3(Severity::Error), Outcome::RefusedByReceiver { .. }));
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
    fn a_reply_counts_as_taken_only_by_whoever_asked_for_it() {
        let released = &released();
        for status in [200, 400] {
            assert!(answered("release-request", status, released).is_none(), "{status}");
        }
        assert!(matches!(answered("release-request", 503, released), Some(Outcome::Retry { .. })));
        assert!(matches!(outcome(200, released), Outcome::InDoubt { .. }));
        assert!(matches!(answered("cancel-request", 200, released), Some(Outcome::InDoubt { .. })));
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
