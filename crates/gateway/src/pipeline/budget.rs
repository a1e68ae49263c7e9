//! How long a message may keep a processor.
//!
//! Invariant: the clock is looked at between steps and decides about refusal alone; nothing that is written depends on it.

use std::time::{Duration, Instant};

use causeway_canonical::Finding;

use crate::rules;

/// The time that is left to a message.
pub(super) struct Budget {
    allowed: Duration,
    started: Instant,
}

impl Budget {
    /// Starts now.
    pub(super) fn start(allowed: Duration) -> Self {
        Budget { allowed, started: Instant::now() }
    }

    /// Whether there is time for another step.
    ///
    /// # Errors
    /// A finding if there is none.
    pub(super) fn check(&self) -> Result<(), Vec<Finding>> {
        if self.started.elapsed() <= self.allowed {
            return Ok(());
        }
        let message = format!("expected a message that takes at most {} milliseconds", self.allowed.as_millis());
        Err(vec![Finding::new(&rules::PROCESSING_TOO_LONG, message)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_took_longer_than_allowed_is_refused() {
        assert!(Budget::start(Duration::from_secs(600)).check().is_ok());
        let spent = Budget { allowed: Duration::ZERO, started: Instant::now() };
        while spent.started.elapsed().is_zero() {
            std::hint::spin_loop();
        }
        let findings = spent.check().unwrap_err();
        assert_eq!(findings[0].rule, &rules::PROCESSING_TOO_LONG);
        assert_eq!(findings[0].message, "expected a message that takes at most 0 milliseconds");
    }
}
