//! HTTP listeners and outbound clients.
//!
//! Invariants:
//!
//! - Only this crate opens sockets. It knows no message, no route and no configuration beyond its own limits.
//! - No connection waits for ever: every state it can be in (head, body, idle, blocked write, shutdown) has a clock.
//! - Nothing here sends a request twice. The relay's queue is the only thing that retries.
//! - A request that did not get a complete answer is [`Exchange::NotSent`] only where the receiver cannot have
//!   processed it. Everything else is [`Exchange::InDoubt`].
//! - No error text holds a URL, a header value or a body.
//!
//! Start reading at [`HttpListener::serve`] for the way in and at [`HttpClient::post`] for the way out.

mod body;
mod client;
mod config;
mod connection;
mod failure;
mod gzip;
mod limits;
mod listener;
mod retry_after;

pub use body::{BodyError, read_body};
pub use client::{Exchange, HttpClient};
pub use config::{ClientConfig, ClientError};
pub use failure::SendFailure;
pub use gzip::{ContentCoding, GunzipError, gunzip};
pub use limits::{HttpLimits, LimitsError};
pub use listener::{HttpListener, PeerAddr};
