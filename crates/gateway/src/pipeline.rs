//! The life of a message, from its first byte to its acknowledgement.
//!
//! Invariants:
//! - Sender and limits are settled before anything is parsed.
//! - A message is understood as a whole or refused as a whole, and either way its sender is told in its own format.
//! - The sender is acknowledged only after the commit. From the last byte on, the message's life no longer depends on
//!   its connection: a sender that hangs up can't stop a commit half-way.
//! - Nothing from a message stands in a log line; the events say what can be said.

mod acknowledge;
mod asker;
mod authenticate;
mod commit;
mod facts;
mod limit;
mod park;
mod read;
mod refuse;
mod route;
mod sniff;
mod translate;
mod validate;

use std::sync::Arc;
use std::time::Instant;

use axum::extract::Request;
use axum::response::Response;
use causeway_canonical::identifier::MessageId;
use causeway_canonical::{Finding, Severities, refused};
use causeway_relay::{Body, ConfigHash, EndpointId, IndexEntry, OrderingKey};
use causeway_translate::Summary;
use causeway_transport::HttpLimits;
use jiff::Timestamp;

use crate::config::Endpoint;
use crate::core::Core;
use crate::plan::Plan;
use acknowledge::Reply;
use refuse::Refused;
use translate::Outbound;

/// Takes one request through all steps and answers it.
pub(crate) async fn receive(core: Arc<Core>, limits: Arc<HttpLimits>, request: Request) -> Response {
    let started = Instant::now();
    // One configuration for the whole life of the message.
    let plan = core.plan();
    // Who sends? Unknown paths end here, before their body is read.
    let source = match authenticate::source(&core, &plan, &request) {
        Ok(source) => source,
        Err(response) => return *response,
    };
    // All of the body, and not too much of it.
    let taken = limit::take(&source, &limits, request).await;
    let config = plan.configuration.hash().clone();
    let arrival = Arrival { source, asker: None, received_at: core.clock.now(), started, config };
    // From the last byte to the answer, in a task of its own.
    let life = core.tasks.spawn(live(Arc::clone(&core), plan, arrival, taken));
    match life.await {
        Ok(reply) => reply.into_response(),
        Err(_crashed) => acknowledge::failure(),
    }
}

/// Takes a reply that a receiver gave in the exchange of a delivery, as if the receiver had sent it by itself: accepted
/// or refused, it is stored. `false` if it could not be stored; then the receiver has to be asked again.
pub(crate) async fn receive_reply(
    core: Arc<Core>,
    plan: Arc<Plan>,
    source: Arc<Endpoint>,
    asker: EndpointId,
    body: Body,
) -> bool {
    let config = plan.configuration.hash().clone();
    let arrival =
        Arrival { source, asker: Some(asker), received_at: core.clock.now(), started: Instant::now(), config };
    live(core, plan, arrival, Ok(body)).await.kept
}

/// From the last byte to the answer.
async fn live(core: Arc<Core>, plan: Arc<Plan>, arrival: Arrival, taken: Result<Body, Refused>) -> Reply {
    let body = match taken {
        Ok(body) => body,
        Err(refused) => return refuse::refuse(&core, &arrival, None, refused).await,
    };
    // Everything that needs the processor, off the threads that serve connections.
    let understanding = {
        let (core, plan, arrival, body) = (Arc::clone(&core), Arc::clone(&plan), arrival.clone(), body.clone());
        move || understand(&core, &plan, &arrival, &body)
    };
    let understood = match core.workers.run(understanding).await {
        Ok(Ok(understood)) => understood,
        Ok(Err(refused)) => return refuse::unless_accepted_before(&core, &arrival, body, refused).await,
        Err(_crashed) => return refuse::refuse(&core, &arrival, Some(body), Refused::gateway_error()).await,
    };
    // On disk, and then acknowledged; or known already, and answered as the first time.
    commit::commit(&core, &arrival, body, understood).await
}

/// What is known of a message before it is read.
#[derive(Clone)]
struct Arrival {
    source: Arc<Endpoint>,
    /// Of a reply that came in the exchange of a delivery: who had sent the request.
    asker: Option<EndpointId>,
    received_at: Timestamp,
    started: Instant,
    config: ConfigHash,
}

/// What a message is found by and called.
#[derive(Default)]
struct Identity {
    message_id: Option<MessageId>,
    kind: Option<&'static str>,
    index: Vec<IndexEntry>,
}

/// A valid message with everything that follows from it, ready for the commit.
struct Understood {
    message_id: MessageId,
    kind: &'static str,
    index: Vec<IndexEntry>,
    /// What the message as a whole is ordered by; `None` if no route keeps an order.
    patient_order: Option<OrderingKey>,
    /// What was noticed although the message is accepted.
    findings: Vec<Finding>,
    outbound: Vec<Outbound>,
    ledger: Summary,
    answer: causeway_relay::Answer,
}

/// Sniff, read, validate, route, and for each route translate, account and echo.
fn understand(core: &Core, plan: &Plan, arrival: &Arrival, body: &Body) -> Result<Understood, Refused> {
    let source = &*arrival.source;
    let context = source.context(arrival.received_at);
    // Is it the sender's format at all?
    sniff::check(source, body.bytes())?;
    // Into the canonical model, with an account of every value.
    let reading = read::read(source, body.bytes(), &context);
    let identity = read::identity(&reading, &core.index_key);
    // Is it right? Every finding is gathered, so that the sender hears all of them at once.
    let noticed = validate::findings(source, &reading, &context, plan.dictionary());
    let (Some(message), false) = (&reading.message, noticed.unreadable()) else {
        return Err(Refused::new(validate::or_unreadable(noticed.judged(&context.rules, &[]))).of(identity));
    };
    // Where does it go?
    let chosen = match route::choose(plan, source, message, || asker::asker(core, arrival, message)) {
        Ok(chosen) => chosen,
        Err(reasons) => return Err(Refused::new(with(noticed.judged(&context.rules, &[]), reasons)).of(identity)),
    };
    // A route may judge a rule otherwise than its sender's endpoint does.
    let routes: Vec<&Severities> = chosen.iter().map(|choice| &choice.route.rules).collect();
    let mut findings = noticed.judged(&context.rules, &routes);
    if refused(&findings) {
        return Err(Refused::new(findings).of(identity));
    }
    // In each receiver's format, every value accounted for, and read back.
    let mut outbound = Vec::with_capacity(chosen.len());
    let mut ledger = Summary::default();
    for choice in &chosen {
        let translated = translate::translate(&reading, choice, arrival.received_at);
        findings.extend(translated.findings);
        ledger.add(&translated.ledger);
        outbound
            .extend(translated.outbound.map(|out| Outbound { parked: park::reason(choice.route, &findings), ..out }));
    }
    if refused(&findings) || outbound.len() < chosen.len() {
        return Err(Refused::new(validate::or_unreadable(findings)).of(identity));
    }
    let by_patient = outbound.iter().any(|outbound| outbound.by_patient);
    Ok(Understood {
        message_id: message.envelope.id.clone(),
        kind: message.body.kind().as_str(),
        index: identity.index,
        patient_order: by_patient.then(|| core.index_key.patient_order(message, &source.id)),
        answer: acknowledge::accepted(source, &message.envelope.id, &context),
        findings,
        outbound,
        ledger,
    })
}

fn with(mut findings: Vec<Finding>, more: Vec<Finding>) -> Vec<Finding> {
    findings.extend(more);
    findings
}
