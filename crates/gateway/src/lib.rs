//! Configuration, routes and the running process.
//!
//! Where to start reading: `pipeline.rs` is the life of a message, from its first byte to its acknowledgement, one file
//! a step; [`Gateway`] is the process around it; [`Configuration`] is what both follow.
//!
//! Invariants:
//! - Only this crate knows which store is in use.
//! - A sender gets its positive acknowledgement only after the commit that holds message, dedupe key and deliveries
//!   together has reached the disk.
//! - A configuration is used as a whole or not at all, and a message is handled under one configuration to its end.
//! - No log line, metric, error or URL holds anything from a message.

mod admin;
pub mod config;
mod core;
mod deliver;
mod deliveries;
mod dictionary;
mod events;
mod gateway;
pub mod index;
mod metrics;
mod pipeline;
mod plan;
mod replies;
pub mod rules;
pub mod stats;
mod workers;

pub use config::{ConfigError, Configuration, Overrides};
pub use gateway::{Addresses, Gateway, ReloadError, StartError, StopError};
pub use index::{IndexKey, IndexKeyError};
pub use rules::RULES;
pub use stats::Stats;
