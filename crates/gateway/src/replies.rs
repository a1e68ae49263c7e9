//! Messages that answer a message: not whether it was taken, which an acknowledgement says, but what became of it.
//!
//! Invariant: a reply is a message like any other. It is stored, routed and delivered under its own id, whether it came
//! in the exchange of a delivery or was sent later.

use causeway_canonical::MessageId;
use causeway_canonical::model::{Body, Kind};

/// Requests, and the kind of message that replies to each (release.md §1, cancellation.md §1).
const REPLIES: [(Kind, Kind); 2] =
    [(Kind::ReleaseRequest, Kind::ReleaseResponse), (Kind::CancelRequest, Kind::CancelResponse)];

/// Whether messages of a kind reply to others.
pub(crate) fn is_reply(kind: Kind) -> bool {
    REPLIES.iter().any(|(_, reply)| *reply == kind)
}

/// Whether a message of a kind replies to a request, whose kind is known by its name.
pub(crate) fn replies_to(request: &str, kind: Kind) -> bool {
    REPLIES.iter().any(|(asked, reply)| asked.as_str() == request && *reply == kind)
}

/// The id of the request that a message replies to.
pub(crate) fn request_of(body: &Body) -> Option<&MessageId> {
    match body {
        Body::CancelResponse(response) => response.of.as_ref(),
        Body::ReleaseResponse(response) => response.of.as_ref(),
        _ => None,
    }
}
