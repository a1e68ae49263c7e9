//! What a person decides about parked deliveries, on the administration address.
//!
//! `POST /deliveries/{id}/release` lets one go on, `POST /deliveries/{id}/give-up` gives one up. The body is
//! `{"who","why"}`, as `application/json`: a page in a browser cannot send that to another site unasked.
//!
//! Invariant: a decision without a name and a reason is none.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use causeway_relay::{Decided, Decision, DeliveryId, StoreError, Verdict};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::core::Core;
use crate::events::DeliveryDecided;

/// Characters of a name or reason: they are kept for ever.
const MOST_CHARACTERS: usize = 500;

/// The routes.
pub(crate) fn router() -> Router<Arc<Core>> {
    Router::new().route("/deliveries/{id}/release", post(release)).route("/deliveries/{id}/give-up", post(give_up))
}

/// Who decides, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    who: String,
    why: String,
}

type Body = Result<Json<Said>, JsonRejection>;

async fn release(State(core): State<Arc<Core>>, Path(id): Path<String>, body: Body) -> Response {
    decide(&core, &id, Verdict::Release, body).await
}

async fn give_up(State(core): State<Arc<Core>>, Path(id): Path<String>, body: Body) -> Response {
    decide(&core, &id, Verdict::GiveUp, body).await
}

async fn decide(core: &Core, id: &str, verdict: Verdict, body: Body) -> Response {
    let Said { who, why } = match body {
        Ok(Json(said)) => said,
        Err(rejection) => return problem(rejection.status(), "a JSON object with `who` and `why` is expected"),
    };
    if ![&who, &why].into_iter().all(|text| says_something(text)) {
        let message = "`who` and `why` are expected to say something, in at most 500 characters on one line";
        return problem(StatusCode::BAD_REQUEST, message);
    }
    let Ok(delivery) = id.parse::<DeliveryId>() else { return unknown() };
    match core.relay.decide(delivery, Decision { verdict, who, why }).await {
        Ok(Decided::Done) => {
            core.metrics.emit(DeliveryDecided { delivery, verdict });
            Json(json!({ "delivery": delivery.to_string() })).into_response()
        }
        Ok(Decided::NotParked(state)) => {
            problem(StatusCode::CONFLICT, &format!("the delivery is not parked, but {state}"))
        }
        Ok(Decided::Unknown) => unknown(),
        Err(StoreError::Unavailable { .. }) => {
            problem(StatusCode::SERVICE_UNAVAILABLE, "the store can't be written at present")
        }
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn says_something(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MOST_CHARACTERS && !text.contains(char::is_control)
}

fn unknown() -> Response {
    problem(StatusCode::NOT_FOUND, "there is no such delivery")
}

fn problem(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "error": message }))).into_response()
}
