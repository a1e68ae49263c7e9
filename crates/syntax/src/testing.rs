//! What the tests of several modules share.
//!
//! Invariant: generated tests see the same cases in every run.

use proptest::test_runner::{Config, RngSeed};

pub(crate) fn cases() -> Config {
    Config { rng_seed: RngSeed::Fixed(0x00CA_05E3), failure_persistence: None, ..Config::default() }
}
