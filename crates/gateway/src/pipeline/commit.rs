//! The commit: message, dedupe key, deliveries, outbound bodies and events in one transaction.

use causeway_canonical::Finding;
use causeway_relay::{Accepted, Body, ContentHash, DeliveryId, MessageKey, NewDelivery, NewMessage, StoreError};

use super::acknowledge::Reply;
use super::refuse::{self, Refused};
use super::{Arrival, Identity, Understood, acknowledge};
use crate::core::Core;
use crate::events::{MessageAccepted, MessageRepeated, MessageTurnedAway};
use crate::index;

/// Commits a message and answers its sender.
pub(super) async fn commit(core: &Core, arrival: &Arrival, body: Body, understood: Understood) -> Reply {
    let Understood { message_id, kind, index, patient_order, findings, outbound, ledger, answer } = understood;
    let key = MessageKey::generate(arrival.received_at);
    let ordering_key = |by_patient: bool| match &patient_order {
        Some(patient) if by_patient => patient.clone(),
        _ => index::unordered(key),
    };
    let deliveries: Vec<NewDelivery> = outbound
        .into_iter()
        .map(|outbound| NewDelivery {
            id: DeliveryId::generate(arrival.received_at),
            endpoint: outbound.endpoint,
            route: outbound.route,
            ordering_key: ordering_key(outbound.by_patient),
            body: outbound.body,
            expires: None,
            parked: outbound.parked,
        })
        .collect();
    let queued = deliveries.len();
    let message = NewMessage {
        key,
        source: arrival.source.id.clone(),
        message_id: message_id.as_str().to_owned(),
        kind: kind.into(),
        content_hash: ContentHash::of(body.bytes()),
        body: body.clone(),
        ordering_key: ordering_key(patient_order.is_some()),
        index: index.clone(),
        answer: answer.clone(),
        config_hash: arrival.config.clone(),
        received_at: arrival.received_at,
        ledger_summary: serde_json::to_value(ledger).unwrap_or_default(),
        findings: records(&findings),
        deliveries,
    };
    let source = &arrival.source.id;
    match core.relay.accept(message).await {
        Ok(Accepted::New { key }) => {
            core.health.store_works();
            core.metrics.emit(MessageAccepted {
                source,
                kind,
                key,
                deliveries: queued,
                findings: &findings,
                ledger: &ledger,
                took: arrival.started.elapsed(),
            });
            Reply::from(answer)
        }
        Ok(Accepted::Duplicate { key, answer }) => {
            core.health.store_works();
            core.metrics.emit(MessageRepeated { source, kind: Some(kind), key });
            Reply::from(answer)
        }
        Ok(Accepted::Conflict { .. }) => {
            core.health.store_works();
            let identity = Identity { message_id: Some(message_id), kind: Some(kind), index };
            refuse::refuse(core, arrival, Some(body), Refused::conflict().of(identity)).await
        }
        Err(error @ StoreError::Unavailable { .. }) => {
            core.health.store_failed(core.clock.now());
            core.metrics.emit(MessageTurnedAway { source, kind, error: &error });
            acknowledge::come_again(&arrival.source, &message_id, arrival.received_at)
        }
        Err(error) => {
            core.health.store_failed(core.clock.now());
            core.metrics.emit(MessageTurnedAway { source, kind, error: &error });
            let identity = Identity { message_id: Some(message_id), kind: Some(kind), index };
            refuse::refuse(core, arrival, Some(body), Refused::gateway_error().of(identity)).await
        }
    }
}

/// Findings as they are stored.
pub(super) fn records(findings: &[Finding]) -> serde_json::Value {
    let records: Vec<_> = findings.iter().map(Finding::record).collect();
    serde_json::to_value(records).unwrap_or_default()
}
