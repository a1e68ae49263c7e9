//! Running a target on mutated seeds for a while, without any tool but a stable compiler.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};
use std::time::{Duration, Instant};

use fastrand::Rng;

use super::{Target, corpus, seeds};
use crate::mutate::{self, Parts};

/// What a campaign did.
pub struct Campaign {
    /// Documents tried.
    pub tried: u64,
    /// The slowest of them, and how long it took.
    pub slowest: (Duration, Vec<u8>),
    /// Documents for which something did not hold, one for each place in the code and each reason.
    pub finds: Vec<Find>,
}

/// A document for which something did not hold.
pub struct Find {
    /// Dice of the document: the same seed over the same corpus makes it again.
    pub seed: u64,
    /// Where, and what.
    pub reason: String,
    /// The document.
    pub data: Vec<u8>,
}

/// Different finds after which a campaign ends.
const ENOUGH: usize = 20;

/// Time spent on making one find smaller.
const MOST_TIME_TO_SHRINK: Duration = Duration::from_secs(20);

thread_local! {
    static REASON: RefCell<String> = const { RefCell::new(String::new()) };
}

impl Campaign {
    /// Tries documents, each from dice of its own that count up from `seed`, until the time is over or `most` are tried.
    pub fn run(target: &Target, seed: u64, time: Duration, most: u64) -> Self {
        let started = Instant::now();
        let sources = sources(target);
        let mut campaign = Campaign { tried: 0, slowest: (Duration::ZERO, Vec::new()), finds: Vec::new() };
        let mut reasons = BTreeSet::new();
        // What a target says of a find is kept for the report, not printed.
        panic::set_hook(Box::new(|info| {
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            let what = info.payload_as_str().unwrap_or_default();
            REASON.with(|reason| *reason.borrow_mut() = format!("{place}: {what}"));
        }));
        while started.elapsed() < time && campaign.tried < most && campaign.finds.len() < ENOUGH {
            let seed = seed.wrapping_add(campaign.tried);
            let data = mutate::scrambled(&mut Rng::with_seed(seed), &sources, target.tokens);
            campaign.tried += 1;
            let before = Instant::now();
            let outcome = outcome(target, &data);
            let took = before.elapsed();
            if let Some(reason) = outcome {
                if reasons.insert(kind_of(&reason)) {
                    let data = smaller(target, data, &reason);
                    campaign.finds.push(Find { seed, reason, data });
                }
            } else if took > campaign.slowest.0 {
                campaign.slowest = (took, data);
            }
        }
        drop(panic::take_hook());
        campaign
    }
}

/// Why a document is a find, if it is one.
fn outcome(target: &Target, data: &[u8]) -> Option<String> {
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(data)));
    outcome.is_err().then(|| REASON.with(|reason| reason.borrow().clone()))
}

/// The same thing at another place of the message is the same find.
fn kind_of(reason: &str) -> String {
    reason.chars().filter(|c| !c.is_ascii_digit()).take(160).collect()
}

/// The find without the parts that have nothing to do with it.
fn smaller(target: &Target, mut data: Vec<u8>, reason: &str) -> Vec<u8> {
    let kind = kind_of(reason);
    let mut from = 0;
    let started = Instant::now();
    while started.elapsed() < MOST_TIME_TO_SHRINK {
        let Some(parts) = Parts::of(&data) else { break };
        let mut nodes = (from..parts.len()).map(|node| (node, parts.without(node)));
        let found = nodes.find_map(|(node, text)| {
            let text = text?;
            let is_same = outcome(target, text.as_bytes()).is_some_and(|reason| kind_of(&reason) == kind);
            is_same.then_some((node, text))
        });
        let Some((node, text)) = found else { break };
        data = text.into_bytes();
        from = node;
    }
    data
}

/// The seeds of a target and its corpus, in order of name.
fn sources(target: &Target) -> Vec<Vec<u8>> {
    let mut files: Vec<_> = std::fs::read_dir(corpus(target.name))
        .map(|folder| folder.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    files.sort();
    let mut sources = seeds(target.name);
    sources.extend(files.iter().map(|file| std::fs::read(file).unwrap()));
    sources
}
