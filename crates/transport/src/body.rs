//! Request bodies: never larger and never slower than allowed.
//!
//! - The listener wraps every request body, so the limits hold whatever a handler reads it with.
//! - A body that declares too great a length fails at the first read; one that declares none, at the first byte too
//!   many.
//! - Who answers the sender is the handler: [`read_body`] gives it the reason, and [`BodyError`] is a plain-text answer
//!   for handlers without a format of their own.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http::{StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::Sleep;

use crate::connection::InFlight;

/// Bytes that are set aside before a body has sent any; beyond that, memory follows what arrived.
const FIRST_ALLOCATION: usize = 64 * 1024;
/// How long, and for how many frames, an abandoned HTTP/1.1 body is read on.
const DRAIN_TIME: Duration = Duration::from_secs(1);
const DRAIN_FRAMES: usize = 1024;

/// Why a request body could not be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The body is larger than allowed (413).
    #[error("the request body is larger than allowed")]
    TooLarge,
    /// The body did not arrive in time (408).
    #[error("the request body did not arrive in time")]
    Timeout,
    /// The body ended early or broke its framing (400).
    #[error("the request body ended early or broke its framing")]
    Broken,
}

impl BodyError {
    /// The status that tells the sender.
    pub fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }

    fn from_chain(error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(known) = error.downcast_ref::<Self>() {
                return *known;
            }
            if error.is::<LengthLimitError>() {
                return Self::TooLarge;
            }
            next = error.source();
        }
        Self::Broken
    }
}

impl IntoResponse for BodyError {
    fn into_response(self) -> Response {
        let text = format!("{self}\n");
        (self.status(), [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
    }
}

/// Reads a request body to its end.
///
/// `limit` is in bytes; `timeout` is for the whole body. A body whose declared length is over the limit is refused
/// without reading it.
///
/// # Errors
///
/// See [`BodyError`]. The listener's own limits show as the same errors.
pub async fn read_body(body: Body, limit: usize, timeout: Duration) -> Result<Bytes, BodyError> {
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > limit {
        return Err(BodyError::TooLarge);
    }
    tokio::time::timeout(timeout, collect(body, limit, declared)).await.unwrap_or(Err(BodyError::Timeout))
}

async fn collect(mut body: Body, limit: usize, declared: usize) -> Result<Bytes, BodyError> {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| BodyError::from_chain(&error))?;
        let Ok(data) = frame.into_data() else { continue };
        if first.len() + rest.len() + data.len() > limit {
            return Err(BodyError::TooLarge);
        }
        if first.is_empty() && rest.is_empty() {
            // Most messages arrive in one frame, and then nothing is copied.
            first = data;
        } else {
            if rest.is_empty() {
                rest.reserve(declared.min(FIRST_ALLOCATION).max(first.len() + data.len()));
                rest.extend_from_slice(&first);
                first = Bytes::new();
            }
            rest.extend_from_slice(&data);
        }
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}

/// A request body under the listener's limits.
pub(crate) struct GuardedBody {
    inner: Option<Limited<Incoming>>,
    /// What is still to come of the declared length; `None` where no length was declared.
    remaining: Option<u64>,
    timeout: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
    drain: bool,
    in_flight: Option<InFlight>,
}

impl GuardedBody {
    /// `drain` says that the rest of an abandoned body must be read for the answer to reach the sender.
    pub(crate) fn new(body: Incoming, limit: usize, timeout: Duration, drain: bool, in_flight: InFlight) -> Self {
        let remaining = body.size_hint().exact();
        let too_long = remaining.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit));
        let inner = Limited::new(body, if too_long { 0 } else { limit });
        Self { inner: Some(inner), remaining, timeout, deadline: None, drain, in_flight: Some(in_flight) }
    }
}

impl HttpBody for GuardedBody {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        let Some(inner) = this.inner.as_mut() else { return Poll::Ready(None) };
        if let Poll::Ready(frame) = Pin::new(inner).poll_frame(context) {
            match &frame {
                None => this.inner = None,
                Some(Ok(frame)) => {
                    let length = frame.data_ref().map_or(0, |data| data.len() as u64);
                    this.remaining = this.remaining.map(|remaining| remaining.saturating_sub(length));
                }
                Some(Err(_)) => {}
            }
            return Poll::Ready(frame);
        }
        let timeout = this.timeout;
        let deadline = this.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        ready!(deadline.as_mut().poll(context));
        this.drain = false;
        Poll::Ready(Some(Err(Box::new(BodyError::Timeout))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.remaining.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl Drop for GuardedBody {
    /// Reads on a little where the handler did not.
    ///
    /// Closing a socket with unread bytes makes the kernel reset the connection, and the reset can overtake the answer
    /// that explains it. The sender of an oversize body would see a broken connection instead of a 413.
    fn drop(&mut self) {
        let Some(inner) = self.inner.take().filter(|inner| self.drain && !inner.is_end_stream()) else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let in_flight = self.in_flight.take();
        runtime.spawn(async move {
            let mut body = inner;
            let read_on = async {
                for _ in 0..DRAIN_FRAMES {
                    match body.frame().await {
                        Some(Ok(_)) => {}
                        Some(Err(error)) if error.is::<LengthLimitError>() => {}
                        Some(Err(_)) | None => break,
                    }
                }
            };
            // Either way the body is dropped next, and hyper closes the connection if bytes are still outstanding.
            let _ended_in_time = tokio::time::timeout(DRAIN_TIME, read_on).await;
            drop(in_flight);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    const SECOND: Duration = Duration::from_secs(1);

    /// A body of several frames without a declared length.
    struct Frames(std::vec::IntoIter<Bytes>);

    impl Frames {
        fn body(frames: &[&'static str]) -> Body {
            let frames: Vec<Bytes> = frames.iter().map(|frame| Bytes::from_static(frame.as_bytes())).collect();
            Body::new(Self(frames.into_iter()))
        }
    }

    impl HttpBody for Frames {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            Poll::Ready(self.0.next().map(|data| Ok(Frame::data(data))))
        }
    }

    struct Never;

    impl HttpBody for Never {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn a_body_of_exactly_the_limit_is_read() {
        assert_eq!(read_body(Body::from("12345"), 5, SECOND).await, Ok(Bytes::from_static(b"12345")));
        assert_eq!(read_body(Frames::body(&["12", "3", "45"]), 5, SECOND).await, Ok(Bytes::from_static(b"12345")));
    }

    #[tokio::test]
    async fn an_empty_body_is_no_error() {
        assert_eq!(read_body(Body::empty(), 5, SECOND).await, Ok(Bytes::new()));
    }

    #[tokio::test]
    async fn a_declared_length_over_the_limit_is_too_large() {
        assert_eq!(read_body(Body::from("123456"), 5, SECOND).await, Err(BodyError::TooLarge));
    }

    #[tokio::test]
    async fn an_undeclared_length_over_the_limit_is_too_large() {
        assert_eq!(read_body(Frames::body(&["123", "456"]), 5, SECOND).await, Err(BodyError::TooLarge));
    }

    #[tokio::test]
    async fn a_body_that_never_comes_is_a_timeout() {
        let read = read_body(Body::new(Never), 5, Duration::from_millis(1)).await;
        assert_eq!(read, Err(BodyError::Timeout));
    }

    #[tokio::test]
    async fn a_body_error_is_a_plain_text_answer() {
        let response = BodyError::TooLarge.into_response();
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let text = to_bytes(response.into_body(), 1024).await.unwrap();
        assert_eq!(text, "the request body is larger than allowed\n");
    }
}
