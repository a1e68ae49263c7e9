//! The queue beside a model of it that is simple enough to be believed: the same actions, chosen by chance, must lead
//! to the same leases.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::TestBed;
use super::support::{after, assert_log_verifies, delivered, failure, message, request, to};
use crate::{
    Accepted, Completion, Decided, Decision, DeliveryId, DeliveryState, Lease, NewDelivery, ReturnReason, Store,
    StoreError, Verdict, later,
};

const ENDPOINTS: [&str; 2] = ["hospital", "pharmacy"];
const ACTIONS: u32 = 400;
const SEEDS: u64 = 4;

/// An unresolved delivery.
struct Entry {
    id: DeliveryId,
    /// Its place among all deliveries.
    place: u32,
    due: Timestamp,
    expires: Option<Timestamp>,
    leased: Option<(Lease, Timestamp)>,
    parked: bool,
}

impl Entry {
    fn is_ready(&self) -> bool {
        self.leased.is_none() && !self.parked
    }

    fn give_back(&mut self, now: Timestamp) {
        self.leased = None;
        self.due = now;
    }
}

/// Lines of unresolved deliveries, oldest first, and how many were ever queued.
#[derive(Default)]
struct Model {
    lines: BTreeMap<(&'static str, String), Vec<Entry>>,
    queued: u32,
}

impl Model {
    fn queue(&mut self, line: (&'static str, String), delivery: &NewDelivery, now: Timestamp) {
        self.queued += 1;
        let NewDelivery { id, expires, ref parked, .. } = *delivery;
        let entry = Entry { id, place: self.queued, due: now, expires, leased: None, parked: parked.is_some() };
        self.lines.entry(line).or_default().push(entry);
    }

    fn entries(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.lines.values_mut().flatten()
    }

    fn unresolved(&mut self) -> usize {
        self.entries().count()
    }

    /// Which deliveries must be leased, in which order.
    fn expect(&mut self, now: Timestamp, max_in_flight: usize) -> Vec<DeliveryId> {
        for line in self.lines.values_mut() {
            line.retain(|entry| {
                entry.leased.is_some() || entry.parked || entry.expires.is_none_or(|moment| moment > now)
            });
        }
        for entry in self.entries().filter(|entry| entry.leased.is_some_and(|(_, until)| until <= now)) {
            entry.give_back(now);
        }
        let mut expected = Vec::new();
        for endpoint in ENDPOINTS {
            let lines = || self.lines.iter().filter(|((to, _), _)| *to == endpoint).map(|(_, line)| line);
            let in_flight = lines().flatten().filter(|entry| entry.leased.is_some()).count();
            let mut due: Vec<&Entry> =
                lines().filter_map(|line| line.first()).filter(|e| e.is_ready() && e.due <= now).collect();
            due.sort_by_key(|entry| (entry.due, entry.place));
            expected.extend(due.iter().take(max_in_flight.saturating_sub(in_flight)).map(|entry| entry.id));
        }
        expected
    }

    fn lease(&mut self, lease: Lease, until: Timestamp) {
        self.entries().find(|entry| entry.id == lease.delivery).unwrap().leased = Some((lease, until));
    }

    fn leases(&mut self) -> Vec<Lease> {
        self.entries().filter_map(|entry| entry.leased.map(|(lease, _)| lease)).collect()
    }

    fn parked(&mut self) -> Vec<DeliveryId> {
        self.entries().filter(|entry| entry.parked).map(|entry| entry.id).collect()
    }

    fn decide(&mut self, id: DeliveryId, verdict: Verdict, now: Timestamp) {
        match verdict {
            Verdict::Release => {
                let entry = self.entries().find(|entry| entry.id == id).unwrap();
                (entry.parked, entry.due) = (false, now);
            }
            Verdict::GiveUp => self.remove(id),
        }
    }

    fn complete(&mut self, lease: Lease, completion: &Completion) {
        if let Completion::Retry { due, .. } = completion {
            self.entries().find(|entry| entry.id == lease.delivery).unwrap().give_back(*due);
            return;
        }
        self.remove(lease.delivery);
    }

    fn remove(&mut self, id: DeliveryId) {
        for line in self.lines.values_mut() {
            line.retain(|entry| entry.id != id);
        }
    }
}

pub(super) async fn whatever_is_done_the_queue_leases_what_its_model_expects<B: TestBed>(make: &impl Fn() -> B) {
    for seed in 0..SEEDS {
        let bed = make();
        let mut run = Run {
            store: bed.open().await,
            model: Model::default(),
            random: fastrand::Rng::with_seed(seed),
            now: after(0),
            lost: Vec::new(),
        };
        for _ in 0..ACTIONS {
            run = run.act(&bed).await;
        }
        run.drain().await;
    }
}

struct Run {
    store: Arc<dyn Store>,
    model: Model,
    random: fastrand::Rng,
    now: Timestamp,
    /// Leases that no longer hold.
    lost: Vec<Lease>,
}

impl Run {
    async fn act(mut self, bed: &impl TestBed) -> Self {
        self.now = later(self.now, Duration::from_secs(self.random.u64(0..4)));
        match self.random.u8(0..100) {
            0..40 => self.accept().await,
            40..60 => self.lease().await,
            60..90 => self.complete().await,
            90..94 => self.release().await,
            94..96 => self.complete_lost().await,
            96..98 => self.decide().await,
            _ => return self.restart(bed).await,
        }
        self
    }

    async fn accept(&mut self) {
        let key = format!("patient-{}", self.random.u8(0..6));
        let id = format!("m{}", self.model.queued);
        let endpoints: &[&'static str] = if self.random.bool() { &ENDPOINTS } else { &ENDPOINTS[1..] };
        let mut message = to(message(&id, &key), endpoints);
        message.received_at = self.now;
        for (delivery, endpoint) in message.deliveries.iter_mut().zip(endpoints) {
            let wait = self.random.u64(5..60);
            delivery.expires = (self.random.u8(0..10) == 0).then(|| later(self.now, Duration::from_secs(wait)));
            delivery.parked = (self.random.u8(0..10) == 0).then(|| "for a test".to_owned());
            self.model.queue((endpoint, key.clone()), delivery, self.now);
        }
        assert!(matches!(self.store.accept(message).await, Ok(Accepted::New { .. })));
    }

    async fn lease(&mut self) {
        let max_in_flight = self.random.u32(1..4);
        let leased = self.store.lease(request(self.now, &ENDPOINTS, max_in_flight)).await.unwrap().leased;
        let before = self.model.leases();
        let expected = self.model.expect(self.now, usize::try_from(max_in_flight).unwrap());
        let kept = self.model.leases();
        self.lost.extend(before.iter().filter(|lease| !kept.contains(lease)));
        let got: Vec<DeliveryId> = leased.iter().map(|delivery| delivery.lease.delivery).collect();
        assert_eq!(got, expected);
        for delivery in leased {
            self.model.lease(delivery.lease, later(self.now, Duration::from_secs(60)));
        }
    }

    async fn complete(&mut self) {
        let Some(lease) = self.random.choice(self.model.leases()) else { return };
        let completion = match self.random.u8(0..10) {
            0..6 => delivered(),
            6..8 => {
                let due = later(self.now, Duration::from_secs(self.random.u64(0..10)));
                Completion::Retry { due, failure: failure(), overdue: self.random.bool() }
            }
            8 => Completion::RefusedByReceiver { findings: serde_json::json!([]) },
            _ => Completion::Dead { failure: failure() },
        };
        self.model.complete(lease, &completion);
        self.store.complete(lease, completion, self.now).await.unwrap();
        self.lost.push(lease);
    }

    async fn decide(&mut self) {
        let Some(parked) = self.random.choice(self.model.parked()) else { return };
        let verdict = if self.random.bool() { Verdict::Release } else { Verdict::GiveUp };
        self.decided(parked, verdict).await;
    }

    async fn decided(&mut self, parked: DeliveryId, verdict: Verdict) {
        let decision = Decision { verdict, who: "a tester".to_owned(), why: "for a test".to_owned() };
        assert_eq!(self.store.decide(parked, decision, self.now).await, Ok(Decided::Done));
        self.model.decide(parked, verdict, self.now);
    }

    async fn complete_lost(&mut self) {
        let Some(lease) = self.random.choice(self.lost.clone()) else { return };
        assert_eq!(self.store.complete(lease, delivered(), self.now).await, Err(StoreError::LeaseLost(lease)));
    }

    async fn release(&mut self) {
        let leases = self.model.leases();
        let returned = self.store.release(leases.clone(), ReturnReason::Shutdown, self.now).await.unwrap();
        assert_eq!(returned, leases.len());
        self.give_all_back();
    }

    async fn restart(mut self, bed: &impl TestBed) -> Self {
        drop(self.store);
        self.store = bed.open().await;
        assert_eq!(self.store.recover(self.now).await.unwrap(), self.model.leases().len());
        self.give_all_back();
        self
    }

    fn give_all_back(&mut self) {
        self.lost.extend(self.model.leases());
        let now = self.now;
        self.model.entries().filter(|entry| entry.leased.is_some()).for_each(|entry| entry.give_back(now));
    }

    /// Delivers what is left, and compares the ends.
    async fn drain(mut self) {
        for parked in self.model.parked() {
            self.decided(parked, Verdict::Release).await;
        }
        while self.model.unresolved() > 0 {
            self.now = later(self.now, Duration::from_secs(5));
            self.lease().await;
            for lease in self.model.leases() {
                self.model.complete(lease, &delivered());
                self.store.complete(lease, delivered(), self.now).await.unwrap();
            }
        }
        let counts = self.store.counts().await.unwrap();
        let counted: Vec<u64> = DeliveryState::ALL.map(|state| counts.deliveries_in(state)).into();
        let resolved: u64 = [&counted[3..5], &counted[7..]].concat().iter().sum();
        assert_eq!((resolved, counted.iter().sum()), (u64::from(self.model.queued), u64::from(self.model.queued)));
        assert_log_verifies(&self.store).await;
    }
}
