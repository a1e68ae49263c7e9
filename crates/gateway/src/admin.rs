//! `/healthz`, `/readyz`, `/metrics` and what a person decides about deliveries, on an address of their own.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use causeway_relay::ReturnReason;
use http::{StatusCode, header};

use crate::core::Core;
use crate::deliveries;
use crate::metrics::{self, Queue, Scrape};

/// The routes of the administration address.
pub(crate) fn router(core: Arc<Core>) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .merge(deliveries::router())
        .with_state(core)
}

async fn ready(State(core): State<Arc<Core>>) -> Response {
    match trouble(&core).await {
        None => "ready\n".into_response(),
        Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")).into_response(),
    }
}

/// Why no message can be taken at the moment; `None` if one can.
pub(crate) async fn trouble(core: &Core) -> Option<String> {
    if let Some(reason) = core.health.trouble() {
        return Some(reason.to_owned());
    }
    // Goes the way of a write, through the writer and its transaction, and changes nothing.
    let now = core.clock.now();
    match core.relay.store().release(Vec::new(), ReturnReason::Unsent, now).await {
        Err(error) => Some(error.to_string()),
        Ok(_) if core.health.is_store_failed(now) => Some("the last message could not be stored".to_owned()),
        Ok(_) => None,
    }
}

async fn metrics(State(core): State<Arc<Core>>) -> Response {
    let store = core.relay.store();
    let queue = match (store.counts().await, store.oldest_unresolved().await) {
        (Ok(counts), Ok(oldest)) => Some(Queue { counts, oldest }),
        _ => None,
    };
    let ready = trouble(&core).await.is_none();
    let scrape = Scrape { stats: core.metrics.snapshot(), queue, ready, now: core.clock.now() };
    match scrape.text() {
        Ok(text) => ([(header::CONTENT_TYPE, metrics::MEDIA_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
