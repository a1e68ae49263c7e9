//! How a medicine is to be taken.

use causeway_canonical::Decimal;
use causeway_canonical::model::{AsNeeded, Concept, Dosage, DoseAndRate, Quantity, Range, Ratio, Timing};

use super::Draw;
use super::values::{amount, day, lines, moment, period, quantity, snomed, words};

pub(super) fn dosages(draw: &mut Draw) -> Vec<Dosage> {
    let mut dosages = draw.list(1, 3, dosage);
    if dosages.len() > 1 {
        // Several need an order; equal numbers run at the same time.
        for (position, dosage) in dosages.iter_mut().enumerate() {
            dosage.sequence = Some(1 + i32::try_from(position / 2).unwrap());
        }
    }
    dosages
}

fn dosage(draw: &mut Draw) -> Dosage {
    Dosage {
        sequence: draw.maybe(|_| 1),
        text: Some(lines(draw)),
        additional_instruction: draw.list(0, 2, snomed),
        patient_instruction: draw.maybe(words),
        timing: draw.maybe(|draw| Box::new(timing(draw))),
        as_needed: draw.maybe(as_needed),
        site: draw.maybe(snomed),
        route: draw.maybe(snomed),
        method: draw.maybe(snomed),
        dose_and_rate: draw.list(0, 2, dose_and_rate),
        max_dose_per_period: draw.maybe(ratio),
        max_dose_per_administration: draw.maybe(quantity),
        max_dose_per_lifetime: draw.maybe(quantity),
    }
}

fn as_needed(draw: &mut Draw) -> AsNeeded {
    match draw.below(2) {
        0 => AsNeeded { flag: Some(true), reason: None },
        _ => AsNeeded { flag: None, reason: Some(snomed(draw)) },
    }
}

fn dose_and_rate(draw: &mut Draw) -> DoseAndRate {
    let mut one = DoseAndRate { kind: draw.maybe(snomed), ..DoseAndRate::default() };
    match draw.below(2) {
        0 => one.dose_quantity = Some(quantity(draw)),
        _ => one.dose_range = Some(range(draw)),
    }
    match draw.below(4) {
        0 => one.rate_ratio = Some(ratio(draw)),
        1 => one.rate_range = Some(range(draw)),
        2 => one.rate_quantity = Some(quantity(draw)),
        _ => {}
    }
    one
}

fn range(draw: &mut Draw) -> Range {
    let low = Quantity { value: Decimal::parse("1"), ..quantity(draw) };
    Range { high: Some(Quantity { value: Decimal::parse("250"), ..low.clone() }), low: Some(low) }
}

fn ratio(draw: &mut Draw) -> Ratio {
    let numerator = Quantity { comparator: draw.maybe(|_| "<=".to_owned()), ..quantity(draw) };
    Ratio { numerator: Some(numerator), denominator: Some(super::values::days(draw)) }
}

fn timing(draw: &mut Draw) -> Timing {
    let count = |text: &str| Decimal::parse(text);
    let mut timing = Timing {
        event: draw.list(0, 1, moment),
        code: draw.maybe(|draw| Concept { text: Some(words(draw)), ..Concept::default() }),
        count: draw.maybe(|_| count("5")).flatten(),
        duration: draw.maybe(amount),
        frequency: draw.maybe(|_| count("3")).flatten(),
        period: draw.maybe(amount),
        day_of_week: draw.list(0, 2, |draw| draw.one(&["mon", "thu", "sun"]).to_owned()),
        time_of_day: draw.list(0, 2, |draw| draw.one(&["08:00:00", "21:30:00"]).to_owned()),
        ..Timing::default()
    };
    timing.count_max = timing.count.as_ref().and_then(|_| draw.maybe(|_| count("7")).flatten());
    timing.frequency_max = timing.frequency.as_ref().and_then(|_| draw.maybe(|_| count("4")).flatten());
    timing.duration_unit = timing.duration.as_ref().map(|_| "min".to_owned());
    timing.duration_max = timing.duration.as_ref().and_then(|_| draw.maybe(|_| count("900")).flatten());
    timing.period_unit = timing.period.as_ref().map(|_| "d".to_owned());
    timing.period_max = timing.period.as_ref().and_then(|_| draw.maybe(|_| count("900")).flatten());
    if timing.time_of_day.is_empty() {
        timing.when = draw.list(0, 2, |draw| draw.one(&["MORN", "CD", "HS"]).to_owned());
        timing.offset = if timing.when.is_empty() { None } else { draw.maybe(|_| count("30")).flatten() };
    }
    if timing == Timing::default() {
        timing.frequency = count("2");
    }
    match draw.below(4) {
        0 => timing.bounds_duration = Some(super::values::days(draw)),
        1 => timing.bounds_range = Some(range(draw)),
        2 => timing.bounds_period = Some(period(draw)),
        _ => timing.event.extend(draw.maybe(day)),
    }
    // No format has a timing that says nothing.
    if timing == Timing::default() {
        timing.event.push(day(draw));
    }
    timing
}
