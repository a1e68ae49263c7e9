//! Work for the processor, kept off the threads that serve connections.
//!
//! Invariant: there is never more of it under way than there are processors, so that a burst of messages waits in line
//! instead of slowing down every message.

use tokio::sync::Semaphore;

/// The places for work.
#[derive(Debug)]
pub(crate) struct Workers {
    places: Semaphore,
}

/// The work panicked.
#[derive(Debug)]
pub(crate) struct Crashed;

impl Workers {
    /// One place for each processor.
    pub(crate) fn new() -> Self {
        let places = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Workers { places: Semaphore::new(places) }
    }

    /// Does some work when a place is free.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Crashed> {
        let place = self.places.acquire().await.map_err(|_| Crashed)?;
        let done = tokio::task::spawn_blocking(work).await.map_err(|_| Crashed);
        drop(place);
        done
    }
}
