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
mod budget;
mod commit;
mod facts;
mod limit;
mod park;
mod read;
mod refuse;
mod route;
mod sniff;
mod translate;
mod unpack;
mod validate;

use std::sync::Arc;
use std::time::Instant;

use axum::extract::Request;
use axum::response::Response;
use causeway_canonical::identifier::MessageId;
use causeway_canonical::model::Message;
use causeway_canonical::{Finding, Layer, LayerSet, refused};
use causeway_relay::{Body, ConfigHash, EndpointId, IndexEntry, OrderingKey};
use causeway_syntax::adapter::{Context, Reading};
use causeway_translate::Summary;
use causeway_transport::ContentCoding;
use jiff::Timestamp;

use crate::config::{Endpoint, Route};
use crate::core::Core;
use crate::plan::Plan;
use acknowledge::Reply;
use budget::Budget;
pub(crate) use limit::Door;
use limit::{Room, Taken};
use refuse::Refused;
use translate::Outbound;

/// Takes one request through all steps and answers it.
pub(crate) async fn receive(core: Arc<Core>, door: Arc<Door>, request: Request) -> Response {
    let started = Instant::now();
    // One configuration for the whole life of the message.
    let plan = core.plan();
    // Who sends? Unknown paths end here, before their body is read.
    let source = match authenticate::source(&core, &plan, &request) {
        Ok(source) => source,
        Err(response) => return *response,
    };
    // All of the body, not too much of it, and not while too much of others is held.
    let (taken, room) = match door.admit(request.headers()).await {
        Ok(room) => (limit::take(&source, &door, request).await, Some(room)),
        Err(refused) => (Err(refused), None),
    };
    let config = plan.configuration.hash().clone();
    let arrival = Arrival { source, asker: None, received_at: core.clock.now(), started, config, _room: room };
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
    let arrival = Arrival {
        source,
        asker: Some(asker),
        received_at: core.clock.now(),
        started: Instant::now(),
        config,
        _room: None,
    };
    live(core, plan, arrival, Ok(Taken { body, coding: ContentCoding::Identity })).await.kept
}

/// From the last byte to the answer.
async fn live(core: Arc<Core>, plan: Arc<Plan>, arrival: Arrival, taken: Result<Taken, Refused>) -> Reply {
    // As it was before it was compressed for the way.
    let unpacked = match taken {
        Ok(taken) => unpack::unpack(&core, &arrival.source, taken).await,
        Err(refused) => Err(refused),
    };
    let body = match unpacked {
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
    /// What the body takes of what the listener holds, until the message is answered.
    _room: Option<Room>,
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

/// Sniff and read, and then everything that follows from what was read.
fn understand(core: &Core, plan: &Plan, arrival: &Arrival, body: &Body) -> Result<Understood, Refused> {
    let source = &*arrival.source;
    let budget = Budget::start(source.limits.max_processing);
    let context = source.context(arrival.received_at);
    // Is it the sender's format at all?
    sniff::check(source, body.bytes())?;
    // Into the canonical model, with an account of every value.
    let reading = read::read(source, body.bytes(), &context);
    let identity = read::identity(&reading, &core.index_key);
    let carried = match carry(core, plan, arrival, &reading, &context, &budget) {
        Ok(carried) => carried,
        Err(findings) => return Err(Refused::new(findings).of(identity)),
    };
    let Carried { message, findings, outbound, ledger } = carried;
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

/// A message that may go where it goes.
struct Carried<'r> {
    message: &'r Message,
    findings: Vec<Finding>,
    outbound: Vec<Outbound>,
    ledger: Summary,
}

/// Route, validate, verify, and for each route translate, account and echo. What is wrong is gathered, so that the sender
/// hears all of it at once.
fn carry<'r>(
    core: &Core,
    plan: &Plan,
    arrival: &Arrival,
    reading: &'r Reading<'_>,
    context: &Context,
    budget: &Budget,
) -> Result<Carried<'r>, Vec<Finding>> {
    let source = &*arrival.source;
    budget.check()?;
    let mut noticed = validate::of_reading(reading, context);
    let (Some(message), false) = (&reading.message, noticed.unreadable()) else {
        noticed.validate(source, reading, context, plan.checks(LayerSet::ALL));
        return Err(validate::or_unreadable(noticed.judged(&context.rules, &[])));
    };
    // Where does it go?
    let chosen = match route::choose(plan, source, message, || asker::asker(core, arrival, message)) {
        Ok(chosen) => chosen,
        Err(reasons) => {
            noticed.validate(source, reading, context, plan.checks(LayerSet::ALL));
            return Err(with(noticed.judged(&context.rules, &[]), reasons));
        }
    };
    // Is it right? The routes say which layers are asked, and may judge a rule otherwise than the sender's endpoint does.
    let routes: Vec<&Route> = chosen.iter().map(|choice| choice.route).collect();
    let layers = validate::layers(&routes);
    noticed.validate(source, reading, context, plan.checks(layers));
    budget.check()?;
    if layers.contains(Layer::Signature) {
        let trusted = plan.configuration.signature.as_ref().map(|signature| (&*signature.trust, signature.policy));
        noticed.also(causeway_signature::layer::findings(trusted, reading, context));
    }
    let mut findings = noticed.judged(&context.rules, &routes);
    if refused(&findings) {
        return Err(findings);
    }
    // In each receiver's format, every value accounted for, and read back.
    let mut outbound = Vec::with_capacity(chosen.len());
    let mut ledger = Summary::default();
    for choice in &chosen {
        budget.check()?;
        let translated = translate::translate(reading, choice, arrival.received_at);
        findings.extend(translated.findings);
        ledger.add(&translated.ledger);
        outbound
            .extend(translated.outbound.map(|out| Outbound { parked: park::reason(choice.route, &findings), ..out }));
    }
    if refused(&findings) || outbound.len() < chosen.len() {
        return Err(validate::or_unreadable(findings));
    }
    Ok(Carried { message, findings, outbound, ledger })
}

fn with(mut findings: Vec<Finding>, more: Vec<Finding>) -> Vec<Finding> {
    findings.extend(more);
    findings
}
