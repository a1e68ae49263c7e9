//! Rules about ranges, ratios, periods and timings, whose values bound each other.

use std::cmp::Ordering;

use causeway_canonical::ledger::{At, FieldRef, Leaf, Place, place};
use causeway_canonical::model::{Dosage, Quantity, Range, Ratio, Timing};
use causeway_canonical::{Decimal, Finding};

use super::dates::is_before;
use crate::catalogue as rule;
use crate::subject::{Product, Subject};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for Product { subject, item, dosage, .. } in subject.products() {
        for (number, dosage) in dosage.iter().enumerate() {
            let mut judge = Judge { subject: &subject, at: &[item, number], findings };
            judge.dosage(dosage, item, number);
        }
    }
}

struct Judge<'s, 'a, 'f> {
    subject: &'s Subject<'a>,
    at: &'s [usize],
    findings: &'f mut Vec<Finding>,
}

impl Judge<'_, '_, '_> {
    fn dosage(&mut self, dosage: &Dosage, item: usize, number: usize) {
        let maximum = [place::MAX_PER_PERIOD_NUMERATOR, place::MAX_PER_PERIOD_DENOMINATOR];
        self.ratio(dosage.max_dose_per_period.as_ref(), maximum);
        for (position, dose) in dosage.dose_and_rate.iter().enumerate() {
            let mut judge = Judge { subject: self.subject, at: &[item, number, position], findings: self.findings };
            judge.range(dose.dose_range.as_ref(), [place::DOSE_RANGE_LOW, place::DOSE_RANGE_HIGH]);
            judge.range(dose.rate_range.as_ref(), [place::RATE_RANGE_LOW, place::RATE_RANGE_HIGH]);
            judge.ratio(dose.rate_ratio.as_ref(), [place::RATE_RATIO_NUMERATOR, place::RATE_RATIO_DENOMINATOR]);
        }
        if let Some(timing) = &dosage.timing {
            self.timing(timing);
        }
    }

    fn at(&self, place: Place) -> At {
        place.at(self.at)
    }

    /// rng-2: the lower bound is not above the upper, and both are in one unit.
    fn range(&mut self, range: Option<&Range>, [low_place, high_place]: [Place; 2]) {
        let Some(Range { low: Some(low), high: Some(high) }) = range else { return };
        if unit(low) != unit(high) {
            let field = self.at(high_place);
            let fields = [Leaf::Code, Leaf::Unit, Leaf::Value].map(|leaf| field.leaf(leaf));
            let message = "the unit of the lower bound is expected";
            self.findings.push(self.subject.at_field(&rule::RANGE_UNITS, message, &fields));
        } else if is_greater(low.value.as_ref(), high.value.as_ref()) {
            let field = self.at(low_place).leaf(Leaf::Value);
            let message = "a lower bound that is not above the upper is expected";
            self.findings.push(self.subject.at_field(&rule::RANGE_ORDER, message, &[field]));
        }
    }

    /// rat-1: both or neither.
    fn ratio(&mut self, ratio: Option<&Ratio>, places: [Place; 2]) {
        let Some(ratio) = ratio else { return };
        if ratio.numerator.is_some() != ratio.denominator.is_some() {
            let leaves = [Leaf::Value, Leaf::Unit, Leaf::Code];
            let fields: Vec<FieldRef> =
                places.iter().flat_map(|place| leaves.map(|leaf| self.at(*place).leaf(leaf))).collect();
            let message = "numerator and denominator are expected together";
            self.findings.push(self.subject.at_field(&rule::RATIO_INCOMPLETE, message, &fields));
        }
    }

    /// per-1, tim-1, tim-2 and tim-6 to tim-10.
    fn timing(&mut self, timing: &Timing) {
        let bounds = [place::TIMING_BOUNDS_RANGE_LOW, place::TIMING_BOUNDS_RANGE_HIGH];
        self.range(timing.bounds_range.as_ref(), bounds);
        if let Some((start, end)) = timing.bounds_period.as_ref().and_then(|it| it.start.as_ref().zip(it.end.as_ref()))
            && is_before(end, start)
        {
            let field = self.at(place::TIMING_BOUNDS_PERIOD).leaf(Leaf::End);
            let message = "an end on or after the start of the period is expected";
            self.findings.push(self.subject.at_field(&rule::PERIOD_ORDER, message, &[field]));
        }
        for (least, most, place) in [
            (&timing.count, &timing.count_max, place::TIMING_COUNT_MAX),
            (&timing.duration, &timing.duration_max, place::TIMING_DURATION_MAX),
            (&timing.frequency, &timing.frequency_max, place::TIMING_FREQUENCY_MAX),
            (&timing.period, &timing.period_max, place::TIMING_PERIOD_MAX),
        ] {
            self.needs(most.is_some(), least.is_some(), place);
            if is_greater(least.as_ref(), most.as_ref()) {
                let field = self.at(place).itself();
                let message = "a maximum that is not less than the number it belongs to is expected";
                self.findings.push(self.subject.at_field(&rule::TIMING_ORDER, message, &[field]));
            }
        }
        self.needs(timing.duration.is_some(), timing.duration_unit.is_some(), place::TIMING_DURATION);
        self.needs(timing.duration_unit.is_some(), timing.duration.is_some(), place::TIMING_DURATION_UNIT);
        self.needs(timing.period.is_some(), timing.period_unit.is_some(), place::TIMING_PERIOD);
        self.needs(timing.period_unit.is_some(), timing.period.is_some(), place::TIMING_PERIOD_UNIT);
        self.needs(timing.offset.is_some(), !timing.when.is_empty(), place::TIMING_OFFSET);
        self.needs(!timing.time_of_day.is_empty(), timing.when.is_empty(), place::TIMING_TIME_OF_DAY);
    }

    /// Reports a part that is there without what it needs.
    fn needs(&mut self, is_there: bool, has_what_it_needs: bool, place: Place) {
        if is_there && !has_what_it_needs {
            let field = self.at(place).itself();
            let message = "the part of the timing that this belongs to is expected, and none that excludes it";
            self.findings.push(self.subject.at_field(&rule::TIMING_INCOMPLETE, message, &[field]));
        }
    }
}

fn is_greater(one: Option<&Decimal>, other: Option<&Decimal>) -> bool {
    one.zip(other).and_then(|(one, other)| one.numeric_cmp(other)) == Some(Ordering::Greater)
}

/// The unit by its code, or else in words.
fn unit(quantity: &Quantity) -> Option<&str> {
    quantity.code.as_deref().or(quantity.unit.as_deref())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{self, REQUEST};

    const DOSAGE: &str = "entry[1].resource.dosageInstruction[0]";

    fn with(name: &str, value: Value) -> testing::Order {
        let mut order = testing::order();
        order.set(&format!("{REQUEST}/dosageInstruction/0/{name}"), value);
        order
    }

    fn amount(value: u32, code: &str) -> Value {
        json!({"value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code})
    }

    fn range(low: Value, high: Value) -> testing::Order {
        with("doseAndRate", json!([{"doseRange": {"low": low, "high": high}}]))
    }

    fn repeat(repeat: Value) -> testing::Order {
        with("timing", json!({"repeat": repeat}))
    }

    #[test]
    fn rng_2_the_lower_bound_is_not_above_the_upper_and_in_its_unit() {
        let path = format!("{DOSAGE}.doseAndRate[0].doseRange");
        range(amount(2, "mg"), amount(1, "mg")).is_refused_by(&rule::RANGE_ORDER, &format!("{path}.low.value"));
        range(amount(2, "mg"), amount(1, "g")).is_warned_of_by(&rule::RANGE_UNITS, &format!("{path}.high.code"));
        for high in [2, 9, 10] {
            let order = range(amount(2, "mg"), amount(high, "mg"));
            order.keeps(&rule::RANGE_ORDER);
            order.keeps(&rule::RANGE_UNITS);
        }
    }

    #[test]
    fn rat_1_a_ratio_has_both_its_numbers() {
        let path = format!("{DOSAGE}.maxDosePerPeriod.numerator.value");
        with("maxDosePerPeriod", json!({"numerator": amount(4, "mg")})).is_warned_of_by(&rule::RATIO_INCOMPLETE, &path);
        let both = json!({"numerator": amount(4, "mg"), "denominator": amount(1, "d")});
        with("maxDosePerPeriod", both).keeps(&rule::RATIO_INCOMPLETE);
    }

    #[test]
    fn per_1_bounds_do_not_end_before_they_start() {
        let bounds = |start: &str, end: &str| repeat(json!({"boundsPeriod": {"start": start, "end": end}}));
        let path = format!("{DOSAGE}.timing.repeat.boundsPeriod.end");
        bounds("2026-02-02", "2026-02-01").is_refused_by(&rule::PERIOD_ORDER, &path);
        bounds("2026-02-02", "2026-02-02").keeps(&rule::PERIOD_ORDER);
    }

    #[test]
    fn a_maximum_is_not_less_than_its_number() {
        let path = format!("{DOSAGE}.timing.repeat.frequencyMax");
        let times =
            |least, most| repeat(json!({"frequency": least, "frequencyMax": most, "period": 1, "periodUnit": "d"}));
        times(3, 2).is_refused_by(&rule::TIMING_ORDER, &path);
        times(2, 2).keeps(&rule::TIMING_ORDER);
        times(9, 10).keeps(&rule::TIMING_ORDER);
    }

    #[test]
    fn tim_a_part_of_a_timing_stands_with_what_it_belongs_to() {
        for (wrong, name) in [
            (json!({"frequency": 1, "period": 1}), "period"),
            (json!({"periodUnit": "d"}), "periodUnit"),
            (json!({"duration": 1}), "duration"),
            (json!({"durationUnit": "h"}), "durationUnit"),
            (json!({"countMax": 3}), "countMax"),
            (json!({"periodMax": 2, "periodUnit": "d"}), "periodMax"),
            (json!({"offset": 30}), "offset"),
        ] {
            let findings = repeat(wrong).findings();
            let path = format!("Bundle.{DOSAGE}.timing.repeat.{name}");
            let is_meant = |it: &&Finding| it.rule == &rule::TIMING_INCOMPLETE && it.path == path;
            assert_eq!(findings.iter().filter(is_meant).count(), 1, "{name}: {findings:#?}");
        }
        let both = repeat(json!({"timeOfDay": ["09:00:00"], "when": ["CM"]}));
        assert!(both.findings().iter().any(|it| it.rule == &rule::TIMING_INCOMPLETE));
        repeat(json!({"offset": 30, "when": ["CM"], "period": 1, "periodUnit": "d"})).keeps(&rule::TIMING_INCOMPLETE);
    }
}
