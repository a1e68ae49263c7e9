//! Who sends? For the time being the path tells.
//!
//! Invariant: nothing of a request's body is read before its sender is known.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};

use crate::config::Endpoint;
use crate::core::Core;
use crate::events::{MessageReceived, UnknownPath};
use crate::plan::Plan;

/// The endpoint that sends on the path of a request.
///
/// # Errors
/// The answer: 404 for a path that nobody sends on, 405 for anything but a POST. It has no format of its own, because
/// whoever asks is unknown or does not send a message.
pub(super) fn source(core: &Core, plan: &Plan, request: &Request) -> Result<Arc<Endpoint>, Box<Response>> {
    let Some(source) = plan.source(request.uri().path()) else {
        core.metrics.emit(UnknownPath);
        return Err(Box::new((StatusCode::NOT_FOUND, "no endpoint sends on this path\n").into_response()));
    };
    if request.method() != Method::POST {
        let allowed = [(header::ALLOW, "POST")];
        let response = (StatusCode::METHOD_NOT_ALLOWED, allowed, "messages are sent with POST\n").into_response();
        return Err(Box::new(response));
    }
    core.metrics.emit(MessageReceived { source: &source.id });
    Ok(Arc::clone(source))
}
