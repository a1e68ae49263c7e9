//! Scenarios against the real program over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod bench;
mod configuration;
mod demo;
mod door;
mod hostile;
mod kinds;
mod privacy;
mod restart;
mod terminology;
