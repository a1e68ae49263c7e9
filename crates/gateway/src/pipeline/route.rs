//! Where a message goes.
//!
//! Invariants: every route that fits makes a delivery; a message goes to one endpoint once, and of several routes that
//! lead there the first by name counts; a message that fits no route is refused.

use std::sync::Arc;

use causeway_canonical::Finding;
use causeway_canonical::model::Message;
use causeway_relay::EndpointId;

use super::facts::Facts;
use crate::config::{Endpoint, FieldPath, Route, Target};
use crate::plan::{Plan, Receiver};
use crate::rules;

/// A route with one of the endpoints it leads to.
pub(super) struct Choice<'p> {
    pub(super) route: &'p Route,
    pub(super) receiver: &'p Arc<Receiver>,
}

/// The routes of a message. `asker` says who sent the request that it replies to, and is asked only by routes that go
/// there.
///
/// # Errors
/// Findings that say why it goes nowhere, or not everywhere it should.
pub(super) fn choose<'p>(
    plan: &'p Plan,
    source: &Endpoint,
    message: &Message,
    asker: impl Fn() -> Option<EndpointId>,
) -> Result<Vec<Choice<'p>>, Vec<Finding>> {
    // Conditions look at the message as a list of facts, which is made only where one is asked about.
    let facts = Facts::of(message);
    let mut chosen: Vec<Choice<'p>> = Vec::new();
    let mut findings = Vec::new();
    let mut taken = false;
    for route in plan.configuration.routes.iter().filter(|route| takes(route, source, message, &facts)) {
        taken = true;
        match receivers(plan, route, &facts, &asker) {
            Ok(receivers) => {
                for receiver in receivers {
                    if !chosen.iter().any(|choice| choice.receiver.endpoint.id == receiver.endpoint.id) {
                        chosen.push(Choice { route, receiver });
                    }
                }
            }
            Err(finding) => findings.push(finding),
        }
    }
    if !taken {
        let message = format!("no route takes a {} of this content from this endpoint", message.body.kind());
        findings.push(Finding::new(&rules::NO_ROUTE, message));
    }
    if findings.is_empty() { Ok(chosen) } else { Err(findings) }
}

fn takes(route: &Route, source: &Endpoint, message: &Message, facts: &Facts<'_>) -> bool {
    route.from.includes(source)
        && route.kinds.contains(&message.body.kind())
        && route.when.iter().all(|condition| condition.holds(facts.about(&condition.field)))
}

fn receivers<'p>(
    plan: &'p Plan,
    route: &Route,
    facts: &Facts<'_>,
    asker: impl Fn() -> Option<EndpointId>,
) -> Result<Vec<&'p Arc<Receiver>>, Finding> {
    match &route.to {
        Target::Endpoint(id) => plan.receiver(id).map(|receiver| vec![receiver]).ok_or_else(|| unknown(route, None)),
        Target::EndpointWithOds(field) => {
            let mut receivers = Vec::new();
            for ods in field.values(facts.about(field)) {
                let endpoint = plan.configuration.endpoint_with_ods(ods);
                let receiver = endpoint.and_then(|endpoint| plan.receiver(&endpoint.id));
                receivers.push(receiver.ok_or_else(|| unknown(route, Some(field)))?);
            }
            if receivers.is_empty() {
                let message =
                    format!("route {} goes to the organisation in {}, and there is none", route.name, field.as_str());
                return Err(Finding::new(&rules::DESTINATION_MISSING, message));
            }
            Ok(receivers)
        }
        Target::EndpointOfRequest => {
            let Some(asker) = asker() else {
                let message = format!("route {} goes to whoever sent the request, and no request is known", route.name);
                return Err(Finding::new(&rules::REQUEST_UNKNOWN, message));
            };
            plan.receiver(&asker).map(|receiver| vec![receiver]).ok_or_else(|| unknown(route, None))
        }
    }
}

fn unknown(route: &Route, field: Option<&FieldPath>) -> Finding {
    let named = field.map(|field| format!(" named in {}", field.as_str())).unwrap_or_default();
    let message = format!("route {} goes to an organisation{named} for which no endpoint receives", route.name);
    Finding::new(&rules::DESTINATION_UNKNOWN, message)
}
