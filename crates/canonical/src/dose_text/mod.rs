//! Dosage text from structure: the NHS algorithm (dose-to-text.md).
//!
//! Where to start reading: [`text_of`] lists the parts of one dosage in their order; `timing` and `amount` build them,
//! `words` holds the tables.
//!
//! Invariants:
//! - A text is whole or it is not made: what the algorithm has no words for is a [`Refusal`] and never left out, and
//!   nothing is guessed (DT-4).
//! - The sender's own words, the instruction for the patient and the bounds of a period are no part of a text (§2).
//! - A text depends on nothing but the dosage (DT-6).
//! - Numbers pass through no binary floating point.

mod amount;
mod number;
mod refusal;
mod timing;
mod words;

pub use number::figure;
pub use refusal::{DOSE_TEXT_REFUSED, RULES, Reason, Refusal};

use crate::ledger::place;
use crate::model::{AsNeeded, Concept, Dosage};
use amount::{Doses, limit, ratio_limit};
use refusal::Refused;
use words::{all_of, concept};

/// A part of a text; nothing where the dosage has nothing to say there.
type Part = Result<Option<String>, Refused>;

/// The text of a whole instruction: what is taken at the same time joined by `, and `, what follows by `, then ` (§2).
///
/// # Errors
/// Why no text can be made. If one dosage has no text, the whole instruction has none.
pub fn text(dosages: &[Dosage]) -> Result<String, Refusal> {
    match dosages {
        [] => Err(Reason::NoStructure.whole().of(0)),
        [dosage] => text_of(dosage),
        several => in_sequence(several),
    }
}

fn in_sequence(dosages: &[Dosage]) -> Result<String, Refusal> {
    let mut texts = Vec::new();
    for (position, dosage) in dosages.iter().enumerate() {
        let sequence = dosage.sequence.ok_or(Reason::NoSequence.at(place::DOSAGE_SEQUENCE));
        let text = sequence.and_then(|sequence| Ok((sequence, whole(dosage)?)));
        texts.push(text.map_err(|refused| refused.of(position))?);
    }
    texts.sort_by_key(|(sequence, _)| *sequence);
    let groups: Vec<String> = texts
        .chunk_by(|(one, _), (other, _)| one == other)
        .map(|group| group.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(", and "))
        .collect();
    Ok(groups.join(", then "))
}

/// The text of one dosage; its sequence says nothing.
///
/// # Errors
/// Why no text can be made.
pub fn text_of(dosage: &Dosage) -> Result<String, Refusal> {
    whole(dosage).map_err(|refused| refused.of(0))
}

/// The parts in their order, joined by ` - `, and a single blank after the method (§2).
fn whole(dosage: &Dosage) -> Result<String, Refused> {
    let timing = dosage.timing.as_deref();
    let of_timing = |part: fn(&crate::model::Timing) -> Part| timing.map_or(Ok(None), part);
    of_timing(timing::code)?;
    let Doses { dose, rate } = Doses::of(&dosage.dose_and_rate)?;
    let method = optional(&dosage.method, place::DOSAGE_METHOD)?;
    let parts = [
        dose,
        rate,
        of_timing(timing::duration)?,
        of_timing(timing::frequency)?,
        of_timing(timing::when)?,
        of_timing(timing::days_and_times)?,
        optional(&dosage.route, place::DOSAGE_ROUTE)?,
        optional(&dosage.site, place::DOSAGE_SITE)?,
        as_needed(dosage.as_needed.as_ref())?,
        of_timing(timing::bounds)?,
        of_timing(timing::count)?,
        of_timing(timing::events)?,
        ratio_limit(dosage.max_dose_per_period.as_ref())?,
        limit(dosage.max_dose_per_administration.as_ref(), place::MAX_PER_ADMINISTRATION, "per dose")?,
        limit(dosage.max_dose_per_lifetime.as_ref(), place::MAX_PER_LIFETIME, "for the lifetime of patient")?,
        additional_instructions(&dosage.additional_instruction)?,
    ];
    let rest = parts.into_iter().flatten().collect::<Vec<_>>().join(" - ");
    match method {
        None if rest.is_empty() => Err(Reason::NoStructure.whole()),
        None => Ok(rest),
        Some(method) if rest.is_empty() => Ok(method),
        Some(method) => Ok(format!("{method} {rest}")),
    }
}

fn optional(words: &Option<Concept>, place: crate::ledger::Place) -> Part {
    words.as_ref().map(|words| concept(words).ok_or(Reason::NoWords.at(place))).transpose()
}

/// §2 part 11.
fn as_needed(needed: Option<&AsNeeded>) -> Part {
    let Some(AsNeeded { flag, reason }) = needed else { return Ok(None) };
    match (flag, optional(reason, place::DOSAGE_AS_NEEDED_REASON)?) {
        (Some(false), Some(_)) => Err(Reason::Contradiction.at(place::DOSAGE_AS_NEEDED)),
        (_, Some(reason)) => Ok(Some(format!("as required for {reason}"))),
        (Some(true), None) => Ok(Some("as required".to_owned())),
        (_, None) => Ok(None),
    }
}

/// §2 part 16.
fn additional_instructions(instructions: &[Concept]) -> Part {
    let words = instructions.iter().enumerate().map(|(position, instruction)| {
        concept(instruction).ok_or(Reason::NoWords.at(place::DOSAGE_ADDITIONAL).nth(position))
    });
    Ok(all_of(&words.collect::<Result<Vec<_>, _>>()?))
}

#[cfg(test)]
mod tests;
