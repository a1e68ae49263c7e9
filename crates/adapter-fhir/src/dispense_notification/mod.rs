//! The dispense-notification message bundle (dispense.md).
//!
//! Invariants:
//! - One MedicationDispense is one supply; those of one item of the prescription are one item of the model. What they say
//!   of the item, of the prescription and of the dispenser has to agree: what differs is reported and stays unread.
//! - The prescription is told by the MedicationRequest contained in each dispense, and its links to people and patient
//!   lead out of the message.

mod dispense;
mod read;
mod write;

pub use read::read;
pub use write::{project, write};

use crate::message_header::{Event, Reason};

/// A notification, first or amended.
pub const NOTIFICATION: Event = Event { code: "dispense-notification", display: "Dispense Notification" };

/// An amendment under an event of its own.
pub const UPDATE: Event = Event { code: "dispense-notification-update", display: "Dispense Notification Update" };

const REASON: Reason = Reason { code: "notification", display: "Notification" };

const AUTHOR: usize = 0;

/// The part of the message that the narrative of a dispense is about, within the scope of its supply.
fn part(item: usize) -> String {
    format!("item[{item}]")
}
