//! A prescribing system: posts prescriptions to a gateway, and does not give up easily.
//!
//! Invariants:
//! - Of one patient, the next prescription is sent only when the one before it has its outcome. Different patients are
//!   sent side by side.
//! - A message that got no answer, or was put off with 503 or 429, is sent again with the same bytes until it is
//!   answered or its time is over. An answer is final.
//! - Choices (pauses, purposeful duplicates) follow from the seed and the message id.
//! - Events and tracing output hold message ids and numbers, and nothing of a patient.
//!
//! Start reading at `Sender::send_all`.

mod answer;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use causeway_canonical::identifier::MessageId;
use causeway_transport::{Exchange, HttpClient, SendFailure};
use fastrand::Rng;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub use answer::AnswerClass;

use crate::generate::{PatientKey, Prescription};

/// Media type of what is sent.
const MEDIA_TYPE: &str = "application/fhir+json";
/// Messages that may wait for an earlier one of their patient, for each message that may be on its way.
const WAITING_FOR_EACH: usize = 8;

/// How a sender behaves.
#[derive(Clone, Debug)]
pub struct SenderOptions {
    /// Messages on their way at the same time, at least 1.
    pub at_once: usize,
    /// How long a message is tried before it counts as failed.
    pub give_up_after: Duration,
    /// The longest first pause before a message is sent again; each further one may be twice as long.
    pub first_pause: Duration,
    /// The longest pause of all, unless the gateway asks for a longer one.
    pub longest_pause: Duration,
    /// Share of accepted messages, from 0 to 1, that are sent once more on purpose.
    pub duplicate_share: f64,
    /// Messages a second that are begun at most; `None` for as fast as the gateway takes them.
    pub per_second: Option<f64>,
    /// Seed of the choices.
    pub seed: u64,
}

impl Default for SenderOptions {
    fn default() -> Self {
        SenderOptions {
            at_once: 16,
            give_up_after: Duration::from_secs(60),
            first_pause: Duration::from_millis(50),
            longest_pause: Duration::from_secs(5),
            duplicate_share: 0.0,
            per_second: None,
            seed: 0,
        }
    }
}

/// What became of one prescription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its message id.
    pub message_id: MessageId,
    /// Its patient.
    pub patient_key: PatientKey,
    /// Class of the last answer.
    pub class: AnswerClass,
    /// HTTP status of the last answer.
    pub status: Option<u16>,
    /// How many times it was sent, without the purposeful duplicate.
    pub attempts: u32,
    /// From the first attempt to the outcome.
    pub took: Duration,
    /// From the last attempt to its answer.
    pub latency: Duration,
    /// How the purposeful duplicate was answered, if there was one.
    pub duplicate: Option<AnswerClass>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SenderEvent {
    /// A message will be sent again.
    Again {
        /// Its id.
        message_id: MessageId,
        /// How many times it was sent so far.
        attempts: u32,
        /// The pause before the next time.
        pause: Duration,
        /// Why there was no answer; `None` if the gateway put it off.
        failure: Option<SendFailure>,
    },
    /// A message has its outcome.
    Done(Sent),
}

/// Sums of many outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Accepted messages.
    pub accepted: u64,
    /// Refused messages.
    pub refused: u64,
    /// Messages without a usable answer in their time.
    pub failed: u64,
    /// Times that a message was sent again for want of an answer.
    pub resent: u64,
    /// Purposeful duplicates that were accepted like the message itself.
    pub duplicates_accepted: u64,
    /// Purposeful duplicates that were answered in another way.
    pub duplicates_not_accepted: u64,
}

impl Tally {
    /// Adds one outcome.
    pub fn add(&mut self, sent: &Sent) {
        match sent.class {
            AnswerClass::Accepted => self.accepted += 1,
            AnswerClass::Refused { .. } => self.refused += 1,
            AnswerClass::Failed => self.failed += 1,
        }
        self.resent += u64::from(sent.attempts.saturating_sub(1));
        match sent.duplicate {
            Some(AnswerClass::Accepted) => self.duplicates_accepted += 1,
            Some(_) => self.duplicates_not_accepted += 1,
            None => {}
        }
    }

    /// All messages.
    pub fn total(&self) -> u64 {
        self.accepted + self.refused + self.failed
    }
}

/// Told of each event, from many tasks at once.
pub type OnSenderEvent = Arc<dyn Fn(SenderEvent) + Send + Sync>;

/// A sender. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    client: Arc<HttpClient>,
    options: Arc<SenderOptions>,
    on_event: OnSenderEvent,
}

impl Sender {
    /// A sender that posts through `client`.
    pub fn new(client: HttpClient, options: SenderOptions) -> Self {
        Sender { client: Arc::new(client), options: Arc::new(options), on_event: Arc::new(|_| {}) }
    }

    /// The same sender, which tells of its events.
    #[must_use]
    pub fn telling(mut self, on_event: OnSenderEvent) -> Self {
        self.on_event = on_event;
        self
    }

    /// Sends everything, and gives the sums when the last message has its outcome. After `cancel` no further message is
    /// begun or sent again; those on their way still get their answer.
    pub async fn send_all(
        &self,
        prescriptions: impl IntoIterator<Item = Prescription>,
        cancel: &CancellationToken,
    ) -> Tally {
        let at_once = self.options.at_once.clamp(1, Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(at_once));
        let room = at_once.saturating_mul(WAITING_FOR_EACH);
        let mut before: HashMap<PatientKey, oneshot::Receiver<()>> = HashMap::new();
        let mut under_way = JoinSet::new();
        let mut tally = Tally::default();
        let started = Instant::now();
        for (number, prescription) in prescriptions.into_iter().enumerate() {
            while under_way.len() >= room {
                join_one(&mut under_way, &mut tally).await;
            }
            if !self.await_turn(started, number, cancel).await {
                break;
            }
            let (done, is_done) = oneshot::channel();
            let earlier = before.insert(prescription.patient_key, is_done);
            let (sender, places, cancel) = (self.clone(), Arc::clone(&places), cancel.clone());
            under_way.spawn(async move {
                if let Some(earlier) = earlier {
                    // An error too says that the earlier one is over.
                    let _over = earlier.await;
                }
                let sent = match places.acquire_owned().await {
                    Ok(_place) if !cancel.is_cancelled() => Some(sender.send(&prescription, &cancel).await),
                    _ => None,
                };
                // Nobody may be waiting.
                let _ignored = done.send(());
                sent
            });
        }
        while !under_way.is_empty() {
            join_one(&mut under_way, &mut tally).await;
        }
        tally
    }

    /// Waits until the message with that number may begin; `false` if nothing may begin any more.
    async fn await_turn(&self, started: Instant, number: usize, cancel: &CancellationToken) -> bool {
        if let Some(rate) = self.options.per_second.filter(|rate| *rate > 0.0) {
            let due = Duration::try_from_secs_f64(number as f64 / rate).unwrap_or(Duration::MAX);
            if let Some(due) = started.checked_add(due) {
                return unless_cancelled(due, cancel).await;
            }
        }
        !cancel.is_cancelled()
    }

    /// Sends one prescription until it has its outcome.
    pub async fn send(&self, prescription: &Prescription, cancel: &CancellationToken) -> Sent {
        let body = Bytes::from(prescription.json.clone());
        let mut choices = self.choices(&prescription.message_id);
        let begun = Instant::now();
        let give_up_at = begun.checked_add(self.options.give_up_after);
        let mut attempts = 0;
        let (last, latency) = loop {
            attempts += 1;
            let attempt = Instant::now();
            let exchange = self.client.post(body.clone(), MEDIA_TYPE, &[]).await;
            let latency = attempt.elapsed();
            let Some(wish) = answer::sent_again(&exchange) else { break (exchange, latency) };
            let pause = self.pause(attempts, &mut choices).max(wish);
            let next = Instant::now().checked_add(pause);
            let Some(next) = next.filter(|next| give_up_at.is_none_or(|end| *next < end)) else {
                break (exchange, latency);
            };
            self.tell_again(prescription, attempts, pause, &exchange);
            if !unless_cancelled(next, cancel).await {
                break (exchange, latency);
            }
        };
        let class = AnswerClass::of(&last);
        let mut sent = Sent {
            message_id: prescription.message_id.clone(),
            patient_key: prescription.patient_key,
            status: status(&last),
            attempts,
            took: begun.elapsed(),
            latency,
            duplicate: None,
            class,
        };
        if sent.class == AnswerClass::Accepted && choices.f64() < self.options.duplicate_share {
            sent.duplicate = Some(AnswerClass::of(&self.client.post(body, MEDIA_TYPE, &[]).await));
        }
        tracing::debug!(
            message = sent.message_id.as_str(),
            class = sent.class.name(),
            status = sent.status,
            attempts,
            "sent"
        );
        (self.on_event)(SenderEvent::Done(sent.clone()));
        sent
    }

    fn tell_again(&self, prescription: &Prescription, attempts: u32, pause: Duration, exchange: &Exchange) {
        let failure = match exchange {
            Exchange::NotSent { reason } | Exchange::InDoubt { reason } => Some(*reason),
            Exchange::Answer { .. } => None,
        };
        let message_id = prescription.message_id.clone();
        (self.on_event)(SenderEvent::Again { message_id, attempts, pause, failure });
    }

    fn choices(&self, id: &MessageId) -> Rng {
        let of_message = id.to_uuid().map_or(0, |id| id.as_u64_pair().0);
        Rng::with_seed(self.options.seed ^ of_message)
    }

    /// Anything up to a bound that doubles each time, so that many senders don't come back together.
    fn pause(&self, attempts: u32, choices: &mut Rng) -> Duration {
        let doubled = 2u32.saturating_pow(attempts.saturating_sub(1));
        let longest = self.options.first_pause.saturating_mul(doubled).min(self.options.longest_pause);
        longest.mul_f64(choices.f64())
    }
}

async fn join_one(under_way: &mut JoinSet<Option<Sent>>, tally: &mut Tally) {
    if let Some(Ok(Some(sent))) = under_way.join_next().await {
        tally.add(&sent);
    }
}

/// Waits until a moment; `false` at once when cancelled.
async fn unless_cancelled(moment: Instant, cancel: &CancellationToken) -> bool {
    tokio::select! {
        biased;
        () = cancel.cancelled() => false,
        () = tokio::time::sleep_until(moment) => true,
    }
}

fn status(exchange: &Exchange) -> Option<u16> {
    match exchange {
        Exchange::Answer { status, .. } => Some(*status),
        Exchange::NotSent { .. } | Exchange::InDoubt { .. } => None,
    }
}
