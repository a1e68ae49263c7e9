//! Whose request does a message reply to?

use causeway_canonical::model::Message;
use causeway_relay::{EndpointId, IndexValue, MessageState, Query, StateFilter};

use super::Arrival;
use crate::core::Core;
use crate::replies::{replies_to, request_of};

/// The endpoint that sent the request: known from the delivery in whose exchange the reply came, else looked up by the
/// id that the reply names. `None` if there is no such request, or several senders have one under that id. Blocks on the
/// store, so it is asked only by a worker.
pub(super) fn asker(core: &Core, arrival: &Arrival, message: &Message) -> Option<EndpointId> {
    if let Some(asker) = &arrival.asker {
        return Some(asker.clone());
    }
    let query = Query {
        message_id: Some(IndexValue::new(request_of(&message.body)?.as_str())),
        state: Some(StateFilter::Message(MessageState::Accepted)),
        limit: Some(u32::MAX),
        ..Query::default()
    };
    let store = core.relay.store();
    let found = tokio::runtime::Handle::current().block_on(store.search(query)).ok()?;
    let is_request = |kind: &str| replies_to(kind, message.body.kind());
    let mut requests =
        found.into_iter().filter(|summary| summary.kind.as_ref().is_some_and(|kind| is_request(kind.as_str())));
    let request = requests.next()?;
    requests.next().is_none().then_some(request.source)
}
