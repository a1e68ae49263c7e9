//! Why an exchange had no complete answer.
//!
//! The reason is for people and for metrics. What the relay does follows from [`crate::Exchange`] alone.

use std::error::Error;
use std::fmt;
use std::io;

/// Why an exchange had no complete answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SendFailure {
    /// The request could not be formed: a media type or header that HTTP cannot carry.
    RequestInvalid,
    /// The host's name has no address.
    NameNotResolved,
    /// Nobody listens at the address.
    ConnectionRefused,
    /// No connection within `connect-timeout-ms`.
    ConnectTimeout,
    /// No connection for another reason, such as no route to the host.
    ConnectFailed,
    /// No complete answer within `timeout-ms`.
    AnswerTimeout,
    /// The receiver closed the connection before it answered.
    ConnectionClosed,
    /// The connection broke before the answer began.
    ConnectionLost,
    /// The answer began and did not end.
    AnswerCutShort,
    /// What came back was not HTTP.
    AnswerMalformed,
    /// The exchange failed in another way once it was connected, such as an HTTP/2 stream reset.
    ProtocolError,
}

impl SendFailure {
    /// The stable name, for metrics, stored outcomes and machine-readable output.
    pub fn name(self) -> &'static str {
        match self {
            Self::RequestInvalid => "request-invalid",
            Self::NameNotResolved => "name-not-resolved",
            Self::ConnectionRefused => "connection-refused",
            Self::ConnectTimeout => "connect-timeout",
            Self::ConnectFailed => "connect-failed",
            Self::AnswerTimeout => "answer-timeout",
            Self::ConnectionClosed => "connection-closed",
            Self::ConnectionLost => "connection-lost",
            Self::AnswerCutShort => "answer-cut-short",
            Self::AnswerMalformed => "answer-malformed",
            Self::ProtocolError => "protocol-error",
        }
    }
}

impl fmt::Display for SendFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RequestInvalid => "the request has a media type or header that http cannot carry",
            Self::NameNotResolved => "the host's name has no address",
            Self::ConnectionRefused => "nobody listens at the address",
            Self::ConnectTimeout => "no connection within the connect time-out",
            Self::ConnectFailed => "no connection to the host",
            Self::AnswerTimeout => "no complete answer within the time-out",
            Self::ConnectionClosed => "the receiver closed the connection before it answered",
            Self::ConnectionLost => "the connection broke before the answer began",
            Self::AnswerCutShort => "the answer began and did not end",
            Self::AnswerMalformed => "what came back was not http",
            Self::ProtocolError => "the exchange failed after the connection was made",
        })
    }
}

/// Whether a receiver can have seen a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    NotSent(SendFailure),
    InDoubt(SendFailure),
}

impl Doubt {
    /// Classifies a failure before the head of an answer.
    ///
    /// Only two kinds prove that nothing was sent: the request could not be formed, or no connection was made. hyper
    /// hands a request to a connection only after it is made.
    pub(crate) fn of(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            return Self::NotSent(SendFailure::RequestInvalid);
        }
        if error.is_connect() {
            return Self::NotSent(connect_failure(error));
        }
        Self::InDoubt(exchange_failure(error))
    }
}

fn connect_failure(error: &reqwest::Error) -> SendFailure {
    // The name comes first: a resolver reports its own time-outs as such, and the name is what has to be mended.
    if error.is_dns() {
        return SendFailure::NameNotResolved;
    }
    if error.is_timeout() {
        return SendFailure::ConnectTimeout;
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => SendFailure::ConnectionRefused,
        _ => SendFailure::ConnectFailed,
    }
}

fn exchange_failure(error: &reqwest::Error) -> SendFailure {
    if let Some(error) = find::<hyper::Error>(error) {
        if error.is_timeout() {
            return SendFailure::AnswerTimeout;
        }
        if error.is_parse() {
            return SendFailure::AnswerMalformed;
        }
        if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
            return SendFailure::ConnectionClosed;
        }
    }
    match find::<io::Error>(error) {
        Some(_) => SendFailure::ConnectionLost,
        None => SendFailure::ProtocolError,
    }
}

/// The first error of a type among an error and its sources.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
