//! What all messages share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use arc_swap::ArcSwap;
use causeway_relay::{Clock, Relay};
use causeway_terminology::Index;
use jiff::Timestamp;
use tokio_util::task::TaskTracker;

use crate::events::{DictionaryInUse, Metrics};
use crate::index::IndexKey;
use crate::plan::Plan;
use crate::workers::Workers;

/// The parts of a running gateway.
pub(crate) struct Core {
    /// The plan that stands at the moment.
    pub(crate) current: ArcSwap<Plan>,
    pub(crate) relay: Arc<Relay>,
    pub(crate) index_key: IndexKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) workers: Workers,
    pub(crate) metrics: Arc<Metrics>,
    /// The lives of messages: they end even if their senders hang up.
    pub(crate) tasks: TaskTracker,
    pub(crate) health: Health,
}

impl Core {
    /// The plan for a message that arrives now.
    pub(crate) fn plan(&self) -> Arc<Plan> {
        self.current.load_full()
    }

    /// Says which dictionary is in use, if it is another one than before.
    pub(crate) fn tell_dictionary(&self, before: Option<&Arc<Index>>) {
        let plan = self.plan();
        let index = plan.index().filter(|index| !before.is_some_and(|before| Arc::ptr_eq(before, index)));
        if let Some(index) = index {
            self.metrics.emit(DictionaryInUse { release: index.label(), date: index.date(), entries: index.len() });
        }
    }
}

/// How long a store that failed counts as failing, in milliseconds, if no message proves otherwise. After that the gateway
/// calls itself ready again: whoever sends it messages only while it is ready would otherwise never find out.
const STORE_FAILED_FOR: i64 = 10_000;

/// Whether the parts that a message needs were seen to work.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// When the store last failed, in milliseconds since 1970; 0 if it worked since.
    store_failed_at: AtomicI64,
    relay_ended: AtomicBool,
    listener_ended: AtomicBool,
    stopping: AtomicBool,
}

impl Health {
    pub(crate) fn store_works(&self) {
        self.store_failed_at.store(0, Ordering::Relaxed);
    }

    pub(crate) fn store_failed(&self, now: Timestamp) {
        self.store_failed_at.store(now.as_millisecond(), Ordering::Relaxed);
    }

    pub(crate) fn relay_ended(&self) {
        self.relay_ended.store(true, Ordering::Relaxed);
    }

    pub(crate) fn listener_ended(&self) {
        self.listener_ended.store(true, Ordering::Relaxed);
    }

    pub(crate) fn stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the last write failed, not long ago.
    pub(crate) fn is_store_failed(&self, now: Timestamp) -> bool {
        let failed_at = self.store_failed_at.load(Ordering::Relaxed);
        failed_at != 0 && now.as_millisecond().saturating_sub(failed_at) < STORE_FAILED_FOR
    }

    /// Why no messages can be taken, apart from the store.
    pub(crate) fn trouble(&self) -> Option<&'static str> {
        let reasons = [
            (&self.stopping, "the gateway is stopping"),
            (&self.relay_ended, "the relay has ended"),
            (&self.listener_ended, "a listener has ended"),
        ];
        reasons.into_iter().find(|(flag, _)| flag.load(Ordering::Relaxed)).map(|(_, reason)| reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_failed_counts_as_failing_until_it_works_or_some_time_has_passed() {
        let at = |millis: i64| Timestamp::from_millisecond(1_000_000 + millis).unwrap();
        let health = Health::default();
        assert!(!health.is_store_failed(at(0)));
        health.store_failed(at(0));
        assert!(health.is_store_failed(at(STORE_FAILED_FOR - 1)));
        assert!(!health.is_store_failed(at(STORE_FAILED_FOR)));
        health.store_works();
        assert!(!health.is_store_failed(at(0)));
    }
}
