//! Restarts, and a log that proves itself.

use std::sync::Arc;

use super::TestBed;
use super::support::{
    accept, after, assert_log_verifies, complete, delivered, lease, lease_one, message, show, start, state, story, to,
};
use crate::{ChainBreak, ChainFault, DeliveryState, EventKind, Store};

pub(super) async fn what_was_acknowledged_is_there_after_a_restart_and_leases_return(bed: &impl TestBed) {
    let store = bed.open().await;
    let mut keys = Vec::new();
    for n in 0..20 {
        keys.push(accept(&store, to(message(&format!("m{n}"), &format!("patient-{}", n % 7)), &["pharmacy"])).await);
    }
    let leased = lease(&store, start()).await;
    assert_eq!(leased.len(), 7);
    complete(&store, leased[0].lease, delivered(), start()).await;
    drop(store);

    let store = bed.open().await;
    assert_eq!(store.recover(after(1)).await.unwrap(), 6);
    assert_eq!(store.recover(after(1)).await.unwrap(), 0);
    assert_eq!(state(&store, keys[0]).await, DeliveryState::Delivered);
    for key in &keys[1..] {
        assert_eq!(state(&store, *key).await, DeliveryState::Pending);
    }
    let record = show(&store, keys[1]).await;
    let last = record.events.last().unwrap();
    assert_eq!(last.kind, EventKind::LeaseReturned);
    assert!(last.detail.contains("restart") && last.detail.contains("resend"), "{}", last.detail);

    let again = lease(&store, after(1)).await;
    assert_eq!(again.len(), 7);
    assert!(again.iter().any(|delivery| delivery.message == keys[1] && delivery.attempt == 2));
    assert_log_verifies(&store).await;
}

pub(super) async fn the_log_verifies_across_restarts(bed: &impl TestBed) {
    let store = bed.open().await;
    let empty = store.verify_chain().await.unwrap();
    assert_eq!((empty.verified, empty.broken), (0, None));
    accept(&store, to(message("m1", "k"), &["pharmacy"])).await;
    let head = store.verify_chain().await.unwrap().head;
    drop(store);
    let store = bed.open().await;
    assert_eq!(store.verify_chain().await.unwrap().head, head);
    let leased = lease_one(&store, start()).await;
    complete(&store, leased.lease, delivered(), start()).await;
    let report = store.verify_chain().await.unwrap();
    assert_eq!((report.verified, report.broken), (4, None));
    assert_ne!(report.head, head);
}

pub(super) async fn an_altered_event_is_found(bed: &impl TestBed) {
    let store = three_events(bed).await;
    drop(store);
    bed.alter_event(2).await;
    let report = bed.open().await.verify_chain().await.unwrap();
    assert_eq!(report.broken, Some(ChainBreak { sequence: 2, fault: ChainFault::Altered }));
    assert_eq!(report.verified, 1);
}

pub(super) async fn a_log_that_was_cut_short_is_found(bed: &impl TestBed) {
    let store = three_events(bed).await;
    drop(store);
    bed.cut_events(3).await;
    let report = bed.open().await.verify_chain().await.unwrap();
    assert_eq!(report.broken, Some(ChainBreak { sequence: 3, fault: ChainFault::WrongEnd }));
}

async fn three_events(bed: &impl TestBed) -> Arc<dyn Store> {
    let store = bed.open().await;
    let key = accept(&store, to(message("m1", "k"), &["pharmacy", "hospital"])).await;
    assert_eq!(story(&store, key).await.len(), 3);
    store
}
