//! Durations by how often they occurred.
//!
//! Invariants:
//! - The size is fixed, so that what is measured as memory is not the measurement.
//! - A duration is told within one part in 64.

use std::time::Duration;

/// Steps between a power of two nanoseconds and the next.
const STEPS: u64 = 64;

/// How often durations occurred.
pub struct Histogram {
    counts: Vec<u64>,
    total: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { counts: vec![0; bucket(u64::MAX) + 1], total: Duration::ZERO }
    }
}

impl Histogram {
    /// Adds one duration.
    pub fn add(&mut self, duration: Duration) {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get_mut(bucket(nanoseconds)) {
            *count += 1;
        }
        self.total += duration;
    }

    /// Adds all durations of another.
    pub fn merge(&mut self, other: &Histogram) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(mine, theirs)| *mine += theirs);
        self.total += other.total;
    }

    /// How many durations there are.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// All durations together.
    pub fn total(&self) -> Duration {
        self.total
    }

    /// The duration that `share` percent of all do not exceed; nought if there is none.
    pub fn percentile(&self, share: u64) -> Duration {
        let wanted = (self.count() * share).div_ceil(100).max(1);
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        Duration::from_nanos(found.map_or(0, greatest))
    }
}

/// The bucket of a number: the number itself while it is small, then its highest bit and the steps behind it.
fn bucket(number: u64) -> usize {
    let shift = number.max(1).ilog2().saturating_sub(STEPS.ilog2());
    (u64::from(shift) * STEPS + (number >> shift)) as usize
}

/// The greatest number of a bucket.
fn greatest(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let shift = (bucket / STEPS).saturating_sub(1);
    let start = bucket - shift * STEPS;
    (start << shift) | ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_numbers_within_one_part_in_64() {
        for number in (0..1000).chain((10..64).map(|power| (1 << power) + 12_345 % (1 << power))).chain([u64::MAX]) {
            let most = greatest(bucket(number));
            assert!(most >= number && most - number <= number / 64, "{number}: {most}");
            assert_eq!(bucket(most), bucket(number));
            assert!(most == u64::MAX || bucket(most + 1) == bucket(number) + 1);
        }
    }

    #[test]
    fn a_percentile_is_the_duration_that_so_many_do_not_exceed() {
        let mut durations = Histogram::default();
        assert_eq!(durations.percentile(50), Duration::ZERO);
        for nanoseconds in 1..=100 {
            durations.add(Duration::from_nanos(nanoseconds));
        }
        assert_eq!((durations.percentile(50).as_nanos(), durations.percentile(99).as_nanos()), (50, 99));
        assert_eq!((durations.count(), durations.total().as_nanos()), (100, 5050));
        let mut both = Histogram::default();
        both.add(Duration::from_secs(1));
        both.merge(&durations);
        assert_eq!(both.count(), 101);
        assert!(both.percentile(100) >= Duration::from_secs(1));
    }
}
