//! Lines, leases and outcomes.

use serde_json::json;

use super::TestBed;
use super::support::{
    accept, after, assert_log_verifies, complete, delivered, failure, ids, lease, lease_one, message, request, show,
    start, state, story, to,
};
use crate::{
    Completion, Decided, Decision, DeliveryId, DeliveryState, EventKind, ReturnReason, StoreError, Verdict, WorkerId,
};

pub(super) async fn deliveries_with_one_key_leave_in_order_of_acceptance(bed: &impl TestBed) {
    let store = bed.open().await;
    for id in ["m1", "m2", "m3"] {
        accept(&store, to(message(id, "patient"), &["pharmacy"])).await;
    }
    for id in ["m1", "m2", "m3"] {
        let leased = lease_one(&store, start()).await;
        assert_eq!(leased.message_id, id);
        assert_eq!(leased.body.bytes().as_ref(), format!("{id} for pharmacy").as_bytes());
        assert!(lease(&store, after(1)).await.is_empty(), "what comes after waits for its end");
        complete(&store, leased.lease, delivered(), start()).await;
    }
    assert!(lease(&store, start()).await.is_empty());
}

pub(super) async fn deliveries_with_different_keys_leave_together_up_to_the_endpoints_room(bed: &impl TestBed) {
    let store = bed.open().await;
    for n in 0..5 {
        accept(&store, to(message(&format!("m{n}"), &format!("patient-{n}")), &["pharmacy"])).await;
    }
    let first = store.lease(request(start(), &["pharmacy"], 3)).await.unwrap().leased;
    assert_eq!(ids(&first), ["m0", "m1", "m2"]);
    assert!(store.lease(request(start(), &["pharmacy"], 3)).await.unwrap().leased.is_empty());
    complete(&store, first[1].lease, delivered(), start()).await;
    let second = store.lease(request(start(), &["pharmacy"], 3)).await.unwrap().leased;
    assert_eq!(ids(&second), ["m3"]);
}

pub(super) async fn the_same_key_at_two_endpoints_is_two_lines(bed: &impl TestBed) {
    let store = bed.open().await;
    accept(&store, to(message("m1", "patient"), &["pharmacy", "hospital"])).await;
    let leased = store.lease(request(start(), &["pharmacy", "hospital"], 1)).await.unwrap().leased;
    assert_eq!(leased.len(), 2);
}

pub(super) async fn a_delivery_that_waits_for_its_next_attempt_holds_its_line(bed: &impl TestBed) {
    let store = bed.open().await;
    let first = accept(&store, to(message("m1", "patient"), &["pharmacy"])).await;
    accept(&store, to(message("m2", "patient"), &["pharmacy"])).await;
    accept(&store, to(message("m3", "other"), &["pharmacy"])).await;
    let leased = lease(&store, start()).await;
    assert_eq!(ids(&leased), ["m1", "m3"]);
    let retry = Completion::Retry { due: after(30), failure: failure(), overdue: false };
    complete(&store, leased[0].lease, retry, start()).await;
    complete(&store, leased[1].lease, delivered(), start()).await;
    assert_eq!(state(&store, first).await, DeliveryState::Retry);
    assert!(lease(&store, after(29)).await.is_empty());
    let again = lease_one(&store, after(30)).await;
    assert_eq!((again.message_id.as_str(), again.attempt), ("m1", 2));
    assert_eq!(again.first_attempt_at, start());
    let overdue = Completion::Retry { due: after(60), failure: failure(), overdue: true };
    complete(&store, again.lease, overdue, after(30)).await;
    assert_eq!(story(&store, first).await.last(), Some(&EventKind::DeliveryOverdue));
    assert!(lease_one(&store, after(60)).await.overdue_told);
}

pub(super) async fn a_delivery_given_up_lets_the_next_one_pass_and_the_log_says_so(bed: &impl TestBed) {
    let store = bed.open().await;
    let first = accept(&store, to(message("m1", "patient"), &["pharmacy"])).await;
    let second = accept(&store, to(message("m2", "patient"), &["pharmacy"])).await;
    let leased = lease_one(&store, start()).await;
    complete(&store, leased.lease, Completion::Dead { failure: failure() }, start()).await;
    assert_eq!(state(&store, first).await, DeliveryState::Dead);
    let outcome = &show(&store, first).await.deliveries[0].last_outcome;
    assert_eq!(outcome["failure"]["reason"], json!("status 503"));
    assert_eq!(story(&store, second).await.last(), Some(&EventKind::DeliveryUnblocked));
    assert_eq!(lease_one(&store, start()).await.message_id, "m2");
}

pub(super) async fn a_delivery_refused_by_the_receiver_lets_the_next_one_pass(bed: &impl TestBed) {
    let store = bed.open().await;
    let first = accept(&store, to(message("m1", "patient"), &["pharmacy"])).await;
    let second = accept(&store, to(message("m2", "patient"), &["pharmacy"])).await;
    let leased = lease_one(&store, start()).await;
    let findings = json!([{ "code": "0009" }]);
    complete(&store, leased.lease, Completion::RefusedByReceiver { findings: findings.clone() }, start()).await;
    assert_eq!(state(&store, first).await, DeliveryState::RefusedByReceiver);
    assert_eq!(show(&store, first).await.deliveries[0].last_outcome["findings"], findings);
    assert_eq!(story(&store, second).await.last(), Some(&EventKind::DeliveryUnblocked));
    assert_eq!(lease_one(&store, start()).await.message_id, "m2");
}

pub(super) async fn a_parked_delivery_holds_its_line_until_a_person_lets_it_go_on(bed: &impl TestBed) {
    let store = bed.open().await;
    let mut first = to(message("m1", "patient"), &["pharmacy", "hospital"]);
    first.deliveries[0].parked = Some("medicine-unknown".to_owned());
    first.deliveries[0].expires = Some(after(20));
    let parked = first.deliveries[0].id;
    let key = accept(&store, first).await;
    let second = accept(&store, to(message("m2", "patient"), &["pharmacy"])).await;
    let record = show(&store, key).await;
    let states: Vec<DeliveryState> = record.deliveries.iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [DeliveryState::Parked, DeliveryState::Pending]);
    assert_eq!(record.deliveries[0].last_outcome["parked"]["reason"], json!("medicine-unknown"));
    assert_eq!(record.events[2].kind, EventKind::DeliveryParked);
    // It waits as long as it takes, and so do those behind it; other endpoints do not.
    assert!(lease(&store, after(10)).await.is_empty());
    assert!(show(&store, second).await.deliveries[0].waits_in_line);
    assert_eq!(store.lease(request(after(10), &["hospital"], 1)).await.unwrap().leased.len(), 1);
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.deliveries_in(DeliveryState::Parked), counts.deliveries_in(DeliveryState::Pending)), (1, 1));
    drop(store);

    let store = bed.open().await;
    let decision = Decision { verdict: Verdict::Release, who: "Olive".to_owned(), why: "newer than ours".to_owned() };
    assert_eq!(store.decide(parked, decision, after(12)).await.unwrap(), Decided::Done);
    let events = show(&store, key).await.events;
    let released = events.iter().find(|event| event.kind == EventKind::DeliveryReleased).unwrap();
    assert_eq!((released.at, released.delivery), (after(12), Some(parked)));
    let detail: serde_json::Value = serde_json::from_str(&released.detail).unwrap();
    assert_eq!(detail, json!({ "who": "Olive", "why": "newer than ours" }));
    let leased = lease_one(&store, after(12)).await;
    assert_eq!((leased.message_id.as_str(), leased.attempt), ("m1", 1));
    complete(&store, leased.lease, delivered(), after(12)).await;
    assert_eq!(lease_one(&store, after(12)).await.message_id, "m2");
    assert_log_verifies(&store).await;
}

pub(super) async fn a_parked_delivery_that_a_person_gives_up_lets_the_next_one_pass(bed: &impl TestBed) {
    let store = bed.open().await;
    let mut first = to(message("m1", "patient"), &["pharmacy"]);
    first.deliveries[0].parked = Some("medicine-level".to_owned());
    let parked = first.deliveries[0].id;
    let first = accept(&store, first).await;
    let second = accept(&store, to(message("m2", "patient"), &["pharmacy"])).await;
    let decision = Decision { verdict: Verdict::GiveUp, who: "Olive".to_owned(), why: "sent again".to_owned() };
    assert_eq!(store.decide(parked, decision, after(5)).await.unwrap(), Decided::Done);
    assert_eq!(state(&store, first).await, DeliveryState::Dead);
    let record = show(&store, first).await;
    assert_eq!(record.deliveries[0].last_outcome["given-up"]["why"], json!("sent again"));
    assert_eq!(record.deliveries[0].resolved_at, Some(after(5)));
    assert_eq!(story(&store, first).await.last(), Some(&EventKind::DeliveryGivenUp));
    assert_eq!(story(&store, second).await.last(), Some(&EventKind::DeliveryUnblocked));
    assert_eq!(lease_one(&store, after(5)).await.message_id, "m2");
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.deliveries_in(DeliveryState::Parked), counts.deliveries_in(DeliveryState::Dead)), (0, 1));
    assert_log_verifies(&store).await;
}

pub(super) async fn only_a_parked_delivery_can_be_decided_about(bed: &impl TestBed) {
    let store = bed.open().await;
    let pending = to(message("m1", "patient"), &["pharmacy"]);
    let id = pending.deliveries[0].id;
    let key = accept(&store, pending).await;
    let before = story(&store, key).await;
    for verdict in [Verdict::Release, Verdict::GiveUp] {
        let decision = Decision { verdict, who: "Olive".to_owned(), why: "by mistake".to_owned() };
        let decided = store.decide(id, decision.clone(), start()).await.unwrap();
        assert_eq!(decided, Decided::NotParked(DeliveryState::Pending));
        assert_eq!(store.decide(DeliveryId::generate(start()), decision, start()).await.unwrap(), Decided::Unknown);
    }
    assert_eq!(story(&store, key).await, before);
}

pub(super) async fn an_expired_delivery_is_dead_without_being_sent(bed: &impl TestBed) {
    let store = bed.open().await;
    let mut keys = Vec::new();
    for (id, expires) in [("m1", Some(10)), ("m2", Some(10)), ("m3", None)] {
        let mut message = to(message(id, "patient"), &["pharmacy"]);
        message.deliveries[0].expires = expires.map(after);
        keys.push(accept(&store, message).await);
    }
    assert_eq!(lease_one(&store, after(10)).await.message_id, "m3");
    for key in &keys[..2] {
        assert_eq!(state(&store, *key).await, DeliveryState::Dead);
        assert_eq!(show(&store, *key).await.deliveries[0].attempts, 0);
    }
    assert_log_verifies(&store).await;
}

pub(super) async fn a_lost_lease_has_no_say(bed: &impl TestBed) {
    let store = bed.open().await;
    let key = accept(&store, to(message("m1", "patient"), &["pharmacy"])).await;
    let old = lease_one(&store, start()).await.lease;
    let returned = store.release(vec![old], ReturnReason::Shutdown, start()).await.unwrap();
    assert_eq!(returned, 1);
    assert_eq!(store.complete(old, delivered(), start()).await, Err(StoreError::LeaseLost(old)));
    let new = lease_one(&store, start()).await.lease;
    assert!(new.fence > old.fence);
    assert_eq!(store.complete(old, delivered(), start()).await, Err(StoreError::LeaseLost(old)));
    assert_eq!(store.release(vec![old], ReturnReason::Shutdown, start()).await, Ok(0));
    complete(&store, new, delivered(), start()).await;
    assert_eq!(store.complete(new, delivered(), start()).await, Err(StoreError::LeaseLost(new)));
    assert_eq!(state(&store, key).await, DeliveryState::Delivered);
}

pub(super) async fn a_lease_that_ran_out_is_given_to_another_worker(bed: &impl TestBed) {
    let store = bed.open().await;
    let key = accept(&store, to(message("m1", "patient"), &["pharmacy"])).await;
    let old = lease_one(&store, start()).await.lease;
    assert!(lease(&store, after(59)).await.is_empty());
    let mut other = request(after(60), &["pharmacy"], 1);
    other.worker = WorkerId::from("worker-2");
    let taken = store.lease(other).await.unwrap().leased;
    assert_eq!(ids(&taken), ["m1"]);
    assert_eq!(store.complete(old, delivered(), after(60)).await, Err(StoreError::LeaseLost(old)));
    assert!(story(&store, key).await.contains(&EventKind::LeaseReturned));
}

pub(super) async fn a_lease_given_back_is_due_at_once(bed: &impl TestBed) {
    let store = bed.open().await;
    accept(&store, to(message("m1", "patient"), &["pharmacy"])).await;
    accept(&store, to(message("m2", "patient"), &["pharmacy"])).await;
    let leased = lease_one(&store, start()).await;
    store.release(vec![leased.lease], ReturnReason::Shutdown, after(5)).await.unwrap();
    assert_eq!(lease_one(&store, after(5)).await.message_id, "m1", "it keeps its place in line");
}

pub(super) async fn endpoints_that_are_not_named_are_left_alone(bed: &impl TestBed) {
    let store = bed.open().await;
    let key = accept(&store, to(message("m1", "patient"), &["hospital"])).await;
    let batch = store.lease(request(start(), &["pharmacy"], 5)).await.unwrap();
    assert!(batch.leased.is_empty());
    assert_eq!(batch.next_due, None);
    assert_eq!(state(&store, key).await, DeliveryState::Pending);
}

pub(super) async fn the_next_due_time_is_that_of_the_first_delivery_that_could_be_leased(bed: &impl TestBed) {
    let store = bed.open().await;
    for n in 0..3 {
        accept(&store, to(message(&format!("m{n}"), &format!("patient-{n}")), &["pharmacy"])).await;
    }
    let mut cut = request(start(), &["pharmacy"], 5);
    cut.limit = 1;
    let batch = store.lease(cut).await.unwrap();
    assert_eq!((batch.leased.len(), batch.next_due), (1, Some(start())), "the limit cut the batch short");

    let full = store.lease(request(start(), &["pharmacy"], 2)).await.unwrap();
    assert_eq!((full.leased.len(), full.next_due), (1, None), "an endpoint without room waits for no time");

    for (delivery, seconds) in batch.leased.iter().chain(&full.leased).zip([40, 20]) {
        let retry = Completion::Retry { due: after(seconds), failure: failure(), overdue: false };
        complete(&store, delivery.lease, retry, start()).await;
    }
    let last = store.lease(request(start(), &["pharmacy"], 5)).await.unwrap();
    assert_eq!((ids(&last.leased), last.next_due), (vec!["m2"], Some(after(20))));
}
