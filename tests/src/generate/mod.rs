//! Arbitrary valid canonical messages of every kind, for property tests.
//!
//! Invariants:
//! - The same seed and fullness give the same message.
//! - Identifiers have valid check digits, people are invented.
//! - Fullness 0 gives a message with what its kind must have and nothing else, 100 one with nearly everything that the
//!   model has a place for.
//! - A message is one that every format has a form for: nothing is generated that a writer must refuse.

mod dispensing;
mod dosage;
mod order;
mod people;
mod release;
mod values;

use causeway_canonical::MessageId;
use causeway_canonical::ledger::facts;
use causeway_canonical::model::{Body, Envelope, FieldExtension, Kind, Message, Narrative, VERSION};
use fastrand::Rng;

/// The dice, and how full the message is to be.
pub(crate) struct Draw {
    rng: Rng,
    fullness: u8,
}

impl Draw {
    /// Something optional: there more often the fuller the message is to be.
    pub(crate) fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.rng.u8(0..100) < self.fullness).then(|| make(self))
    }

    /// A list of `least` entries or more.
    pub(crate) fn list<T>(&mut self, least: usize, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let more = (least..most).filter(|_| self.rng.u8(0..100) < self.fullness).count();
        (0..least + more).map(|_| make(self)).collect()
    }

    /// One of some.
    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.usize(0..of.len())]
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.rng.u32(0..end)
    }
}

/// A message of a kind. `fullness` is in per cent.
pub fn message(kind: Kind, seed: u64, fullness: u8) -> Message {
    let draw = &mut Draw { rng: Rng::with_seed(seed), fullness };
    let envelope = Envelope {
        id: MessageId::new(values::uuid(draw)),
        created: draw.maybe(values::moment),
        sender: draw.maybe(values::sender),
        destination: draw.list(0, 2, values::destination),
        operator: draw.maybe(values::operator),
        transmission: draw.maybe(values::message_id),
        answers: draw.maybe(values::message_id),
    };
    let body = match kind {
        Kind::PrescriptionOrder => Body::PrescriptionOrder(Box::new(order::order(draw))),
        Kind::CancelRequest => Body::CancelRequest(Box::new(order::cancel_request(draw))),
        Kind::CancelResponse => Body::CancelResponse(Box::new(release::cancel_response(draw))),
        Kind::ReleaseRequest => Body::ReleaseRequest(Box::new(release::request(draw))),
        Kind::ReleaseResponse => Body::ReleaseResponse(Box::new(release::response(draw))),
        Kind::DispenseNotification => Body::DispenseNotification(Box::new(dispensing::notification(draw))),
        Kind::DispenseClaim => Body::DispenseClaim(Box::new(dispensing::claim(draw))),
        Kind::Return => Body::Return(Box::new(dispensing::given_back(draw))),
        Kind::Withdraw => Body::Withdraw(Box::new(dispensing::withdrawn(draw))),
        Kind::RebuildDispenseHistory => Body::RebuildDispenseHistory(Box::new(dispensing::rebuild(draw))),
        Kind::Acknowledgement => Body::Acknowledgement(Box::new(release::acknowledgement(draw))),
    };
    let message = Message { version: VERSION.to_owned(), envelope, body, ..Message::default() };
    // An outcome is a message of another kind, with other paths.
    let is_outcome = matches!(&message.body, Body::CancelResponse(response) if release::is_outcome(response));
    if is_outcome { message } else { annotated(draw, message) }
}

/// The message with formatted text about some of its parts, and with extensions of some of its values.
fn annotated(draw: &mut Draw, message: Message) -> Message {
    let mut facts = facts(&message);
    // FHIR tells it in the id of the first supply, of which an extension is said then.
    facts.retain(|fact| !fact.path.ends_with(".suppliedId"));
    let extension = draw.list(0, 2, |draw| FieldExtension {
        field: facts[draw.rng.usize(0..facts.len())].path.clone(),
        url: format!("https://hospital.example/said-of-{}", draw.below(3)),
        kind: "string".to_owned(),
        value: values::words(draw),
    });
    let narrative = ["author", "patient", "item[0]", "released[0].order.patient"].into_iter().filter_map(|part| {
        draw.maybe(|draw| Narrative {
            of: part.to_owned(),
            status: "generated".to_owned(),
            div: format!("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>{}</p></div>", draw.below(1000)),
        })
    });
    let narrative = narrative.collect();
    Message { narrative, extension, ..message }
}
