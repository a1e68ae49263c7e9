//! What each step costs that a gateway takes with a message.
//!
//! Every step is taken with every message, by itself, on what the steps before it gave.

use std::time::{Duration, Instant};

use anyhow::Result;
use causeway_signature::{Policy, Trust, Verifier};
use causeway_translate::{KeptPolicy, Options, echo, translate};
use causeway_validate::{Layers, check_layers};
use serde::Serialize;

use super::histogram::Histogram;
use super::{Sample, Way, microseconds, on_threads};
use crate::show;

/// The steps, in their order.
const STEPS: [&str; 7] = ["read", "shape", "identifiers", "rules", "signature", "write and ledger", "echo"];

const NO_LAYER: Layers = Layers { shape: false, identifiers: false, rules: false };

/// The layers that are measured, in the order of the steps.
const LAYERS: [Layers; 3] =
    [Layers { shape: true, ..NO_LAYER }, Layers { identifiers: true, ..NO_LAYER }, Layers { rules: true, ..NO_LAYER }];

/// How long one step took.
#[derive(Serialize)]
struct MeasuredStep {
    step: &'static str,
    messages: u64,
    /// On average.
    mean_us: f64,
    p50_us: f64,
    p99_us: f64,
}

/// Measures and prints.
///
/// # Errors
/// If nothing can be printed.
pub fn run(way: &Way<'_>, messages: &[Sample], threads: u8, span: Duration, json: bool) -> Result<()> {
    let start = Instant::now();
    let trust = Trust::new();
    let verifier = Verifier { trust: &trust, policy: Policy::default(), context: way.context };
    let parts = on_threads(threads, || {
        let mut taken: [Histogram; STEPS.len()] = std::array::from_fn(|_| Histogram::default());
        for message in messages.iter().cycle() {
            if start.elapsed() >= span {
                break;
            }
            take_steps(way, message, &verifier, &mut taken);
        }
        taken
    });
    let mut all: [Histogram; STEPS.len()] = std::array::from_fn(|_| Histogram::default());
    for part in &parts {
        all.iter_mut().zip(part).for_each(|(all, part)| all.merge(part));
    }
    let steps: Vec<MeasuredStep> =
        STEPS.into_iter().zip(&all).map(|(step, taken)| MeasuredStep::new(step, taken)).collect();
    if json {
        return show::line(serde_json::to_string(&steps)?);
    }
    for step in steps {
        show::line(format!(
            "  {:18} {:>8} messages: mean {:>7.1} µs, p50 {:>7.1} µs, p99 {:>7.1} µs",
            step.step, step.messages, step.mean_us, step.p50_us, step.p99_us
        ))?;
    }
    Ok(())
}

fn take_steps(way: &Way<'_>, message: &Sample, verifier: &Verifier<'_>, taken: &mut [Histogram; STEPS.len()]) {
    let mut taken = taken.iter_mut();
    let reading = timed(taken.next(), || way.from.read(&message.source, way.context));
    for layers in LAYERS {
        timed(taken.next(), || check_layers(way.from.format(), &reading, way.context, layers));
    }
    timed(taken.next(), || verifier.reading(&reading));
    let options = Options { kept: KeptPolicy::AnyNamed, echo: false };
    let translation = timed(taken.next(), || translate(&reading, way.to, way.context, &options));
    if let (Some(text), Some(message)) = (&translation.text, &reading.message) {
        timed(taken.next(), || echo::compare(message, text, way.to, way.context));
    }
}

fn timed<T>(taken: Option<&mut Histogram>, work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let result = std::hint::black_box(work());
    let took = begin.elapsed();
    taken.into_iter().for_each(|taken| taken.add(took));
    result
}

impl MeasuredStep {
    fn new(step: &'static str, taken: &Histogram) -> Self {
        let count = taken.count();
        MeasuredStep {
            step,
            messages: count,
            mean_us: if count == 0 { 0.0 } else { microseconds(taken.total()) / count as f64 },
            p50_us: microseconds(taken.percentile(50)),
            p99_us: microseconds(taken.percentile(99)),
        }
    }
}
