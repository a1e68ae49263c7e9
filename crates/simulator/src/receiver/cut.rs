//! An answer that is none: the connection is closed before its first byte of content.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Bytes;
use http_body::Frame;

/// A response whose body fails at once, at which the server closes the connection.
pub fn response() -> Response {
    Response::new(Body::new(Cut))
}

struct Cut;

impl HttpBody for Cut {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "dropped on purpose"))))
    }
}
