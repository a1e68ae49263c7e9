//! Simulated primary-care, hospital and community-pharmacy endpoints.
//!
//! Where to start reading: [`run`] puts a sector together; [`generate`] makes what senders send, [`sender`] sends it,
//! [`receiver`] takes it, with the [`faults`] that are asked for.
//!
//! Invariants: everything follows from a seed; everybody is invented; nothing of a patient goes to tracing output;
//! nothing here prints.

pub mod faults;
pub mod generate;
pub mod receiver;
mod run;
pub mod sender;

pub use run::{Event, OnEvent, Report, RunError, RunOptions, Sector, UnknownSector, run};
