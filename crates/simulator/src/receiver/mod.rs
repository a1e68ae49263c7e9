//! Receivers: a community pharmacy and a practice, which take every kind of message in the format that they speak.
//!
//! Invariants:
//! - What is answered for is recorded first; a message that comes again gets the answer it got before, and is counted.
//! - A dropped or late answer belongs to a message that **was** recorded, so that sending it again must not record it
//!   twice. An unavailable receiver has read nothing.
//! - The HTTP status agrees with the answer: 200 accepted, 400 refused, so that nobody who looks at it alone is misled.
//! - Tracing output holds message ids and rule names, and nothing of a patient.
//!
//! Start reading at `Receiver::take`.

mod check;
mod cut;
mod keep;
mod record;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use causeway_canonical::identifier::MessageId;
use causeway_canonical::model::{Body as Content, Message};
use causeway_canonical::{Finding, refused};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_translate::refusal::{self, Answer};
use causeway_transport::{HttpLimits, HttpListener, read_body};
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

pub use check::{RULES, check};
pub use record::{Arrival, Record, Verdict};

use crate::faults::{Fault, Faults};

/// Seconds after which an unavailable receiver asks to be tried again.
const RETRY_AFTER_SECONDS: &str = "1";

/// Accredited system ids of the simulated receivers: made up, in the right form.
const PHARMACY_ASID: &str = "200000009171";
const PRACTICE_ASID: &str = "200000009172";
/// What stands for the asker's system in an answer, where the message names none.
const UNKNOWN_ASID: &str = "200000009999";

/// Called for each message that arrives, each time; from many tasks at once.
pub type OnArrival = Arc<dyn Fn(&Arrival) + Send + Sync>;

/// What a receiver is told.
#[derive(Clone, Default)]
pub struct ReceiverOptions {
    /// Faults to commit.
    pub faults: Faults,
    /// File in which arrivals are kept over a restart; see [`Record`].
    pub journal: Option<PathBuf>,
    /// Format that is spoken; `None` for the receiver's usual one.
    pub format: Option<String>,
    /// Folder in which what arrives is kept, one file a message: its place in the order of arrival, from 0, in six
    /// digits, and `json` or `xml`. A file that is there is whole.
    pub keep: Option<PathBuf>,
    /// Limits of the listener.
    pub limits: HttpLimits,
    /// Told of arrivals.
    pub on_arrival: Option<OnArrival>,
}

/// A simulated receiver. Cheap to clone; clones share the record.
#[derive(Clone)]
pub struct Receiver(Arc<Shared>);

struct Shared {
    adapter: &'static dyn Adapter,
    asid: &'static str,
    options: ReceiverOptions,
    record: Record,
    requests: AtomicU64,
}

impl Receiver {
    /// A community pharmacy, which speaks EPS V3 unless it is told otherwise.
    ///
    /// # Errors
    /// The journal cannot be read or written, the folder not be made, or the format is unknown.
    pub fn pharmacy(options: ReceiverOptions) -> io::Result<Self> {
        Receiver::new("eps-hl7v3", PHARMACY_ASID, options)
    }

    /// A practice that gets copies of what others prescribe, in FHIR R4 JSON unless it is told otherwise.
    ///
    /// # Errors
    /// See [`Receiver::pharmacy`].
    pub fn practice(options: ReceiverOptions) -> io::Result<Self> {
        Receiver::new("fhir-r4-json", PRACTICE_ASID, options)
    }

    fn new(usual_format: &str, asid: &'static str, options: ReceiverOptions) -> io::Result<Self> {
        let format = options.format.as_deref().unwrap_or(usual_format);
        let Some(adapter) = causeway_translate::registry::adapter(format) else {
            return Err(io::Error::new(io::ErrorKind::Unsupported, format!("the format {format} is not built in")));
        };
        options.faults.check().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        if let Some(folder) = &options.keep {
            std::fs::create_dir_all(folder)?;
        }
        let record = match &options.journal {
            Some(path) => Record::with_journal(path)?,
            None => Record::new(),
        };
        Ok(Receiver(Arc::new(Shared { adapter, asid, options, record, requests: AtomicU64::new(0) })))
    }

    /// What has arrived.
    pub fn record(&self) -> &Record {
        &self.0.record
    }

    /// How many requests came, whatever became of them.
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Takes POSTed messages at any path.
    pub fn router(&self) -> Router {
        Router::new().route("/", post(receive)).route("/{*path}", post(receive)).with_state(self.clone())
    }

    /// Binds `addr` (port 0 takes a free one) and gives the address with the future that serves it until `cancel`. Must
    /// be called within a Tokio runtime.
    ///
    /// # Errors
    /// See [`HttpListener::bind`].
    pub fn listen(
        &self,
        addr: SocketAddr,
        cancel: CancellationToken,
    ) -> io::Result<(SocketAddr, impl Future<Output = ()> + Send + 'static)> {
        let listener = HttpListener::bind(addr, self.0.options.limits.clone())?;
        Ok((listener.local_addr(), listener.serve(self.router(), cancel)))
    }

    /// The life of one message here: read, check, record, answer.
    fn take(&self, source: &[u8], now: Timestamp, refuse: bool) -> Outcome {
        let adapter = self.0.adapter;
        let reading = adapter.read(source, &Context::at(now));
        let unread = refused(&reading.findings);
        let message = match reading.message {
            Some(message) if !unread => message,
            message => return self.unreadable(message.as_ref(), reading.findings, now),
        };
        let (mut findings, arrival) = consider(&message, now, refuse);
        let arrival = match self.record_arrival(arrival, source) {
            Ok(arrival) => arrival,
            Err(error) => {
                tracing::error!(kind = %error.kind(), "cannot write the journal or the message");
                return Outcome::NotRecorded;
            }
        };
        if let Some(on_arrival) = &self.0.options.on_arrival {
            on_arrival(&arrival);
        }
        tracing::debug!(
            message = message.envelope.id.as_str(),
            sequence = arrival.sequence,
            verdict = ?arrival.verdict,
            again = arrival.count > 1,
            "arrived"
        );
        // The clock of the first time makes the answer the same, byte for byte.
        let context = self.answering(Some(&message), arrival.received);
        let id = Some(&message.envelope.id);
        if arrival.verdict == Verdict::Refused && !refused(&findings) {
            findings.push(Finding::new(&check::CONTENT_DIFFERS, "this id was refused before, with other content"));
        }
        match arrival.verdict {
            Verdict::Accepted => Outcome::Accepted(refusal::accepted(id, adapter, &context)),
            Verdict::Refused => Outcome::Refused(refusal::refused(&findings, id, adapter, &context)),
            Verdict::RefusedOnPurpose => {
                Outcome::Refused(refusal::refused(&[business_refusal()], id, adapter, &context))
            }
        }
    }

    fn record_arrival(&self, arrival: Arrival, source: &[u8]) -> io::Result<Arrival> {
        let arrival = self.0.record.add(arrival)?;
        if let Some(folder) = &self.0.options.keep {
            keep::keep(folder, arrival.sequence, self.0.adapter.media_type(), source)?;
        }
        Ok(arrival)
    }

    fn unreadable(&self, message: Option<&Message>, mut findings: Vec<Finding>, now: Timestamp) -> Outcome {
        self.0.record.add_unreadable();
        if !refused(&findings) {
            findings.push(Finding::new(&check::NOT_A_REQUEST, "a message that asks or tells is expected"));
        }
        let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.name).collect();
        tracing::debug!(?rules, "a message that cannot be read");
        let id = message.map(|message| &message.envelope.id);
        let mut answer = refusal::refused(&findings, id, self.0.adapter, &self.answering(message, now));
        if answer.text.is_empty() {
            // The format has no answer to something without an id.
            let lines = findings.iter().map(|finding| format!("{finding}\n"));
            answer = Answer { media_type: "text/plain; charset=utf-8", text: lines.collect() };
        }
        Outcome::Refused(answer)
    }

    /// The context of an answer: from here, to the system that asked.
    fn answering(&self, message: Option<&Message>, now: Timestamp) -> Context {
        let asker = message.and_then(|message| message.envelope.sender.as_ref()?.asid.clone());
        Context {
            sender_asid: Some(self.0.asid.to_owned()),
            receiver_asid: Some(asker.unwrap_or_else(|| UNKNOWN_ASID.to_owned())),
            ..Context::at(now)
        }
    }
}

/// What there is to say against a message, and the arrival that it makes.
fn consider(message: &Message, now: Timestamp, refuse: bool) -> (Vec<Finding>, Arrival) {
    let findings = match &message.body {
        Content::PrescriptionOrder(order) => check(order),
        Content::Acknowledgement(_) => {
            vec![Finding::new(&check::NOT_A_REQUEST, "a message that asks or tells is expected")]
        }
        _ => Vec::new(),
    };
    let nhs_number = message.body.patients().first().and_then(|patient| patient.nhs_number.clone());
    let prescription_id = message.body.prescriptions().first().and_then(|ids| ids.short.cloned()).unwrap_or_default();
    let verdict = match (refused(&findings), refuse) {
        (true, _) => Verdict::Refused,
        (false, true) => Verdict::RefusedOnPurpose,
        (false, false) => Verdict::Accepted,
    };
    let message_id: MessageId = message.envelope.id.clone();
    let kind = message.body.kind().as_str().to_owned();
    let arrival =
        Arrival { sequence: 0, message_id, kind, nhs_number, prescription_id, received: now, verdict, count: 0 };
    (findings, arrival)
}

fn business_refusal() -> Finding {
    Finding::new(&check::BUSINESS_REFUSAL, "this receiver does not take the prescription")
}

enum Outcome {
    Accepted(Answer),
    Refused(Answer),
    NotRecorded,
}

async fn receive(State(receiver): State<Receiver>, body: Body) -> Response {
    let number = receiver.0.requests.fetch_add(1, Ordering::Relaxed);
    let fault = receiver.0.options.faults.of(number);
    if fault == Some(Fault::Unavailable) {
        return unavailable();
    }
    let limits = &receiver.0.options.limits;
    let source = match read_body(body, limits.max_body_bytes, limits.body_timeout()).await {
        Ok(source) => source,
        Err(error) => return axum::response::IntoResponse::into_response(error),
    };
    let outcome = receiver.take(&source, Timestamp::now(), fault == Some(Fault::Refuse));
    let wait = match fault {
        Some(Fault::Slow(time) | Fault::Late(time)) => time,
        Some(Fault::Drop) => return cut::response(),
        Some(Fault::Unavailable | Fault::Refuse) | None => Duration::ZERO,
    };
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    match outcome {
        Outcome::Accepted(answer) => respond(StatusCode::OK, answer),
        Outcome::Refused(answer) => respond(StatusCode::BAD_REQUEST, answer),
        Outcome::NotRecorded => unavailable(),
    }
}

fn respond(status: StatusCode, answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.media_type));
    response
}

fn unavailable() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
    response
}
