//! Dosage and Timing.

use causeway_canonical::datetime::DateTime;
use causeway_canonical::decimal::Decimal;
use causeway_canonical::ledger::{FieldRef, Mark, Place, map_rule, place};
use causeway_canonical::model::{AsNeeded, Dosage, DoseAndRate, Timing};
use causeway_canonical::{Finding, Position};
use causeway_syntax::{JsonKind, JsonTree, Limits, NodeId, Tree};

use crate::datatypes::{
    read_boolean, read_concept, read_decimal, read_period, read_quantity, read_range, read_ratio, read_texts,
    write_concept, write_concepts, write_period, write_quantity, write_range, write_ratio,
};
use crate::element::{Element, Source};
use crate::rules;
use crate::sink::Sink;

/// A dosage that stands by itself, outside any message.
pub struct LoneDosage {
    /// What was read.
    pub dosage: Dosage,
    /// Path in the source: `$[0]`.
    pub path: String,
    /// Where it starts.
    pub position: Position,
    /// What is wrong with it. If there is an error, `dosage` does not hold all that the source says.
    pub findings: Vec<Finding>,
}

/// Reads a JSON array of FHIR R4 Dosages. A member that the mapping does not know is an error of its dosage; ids and
/// extensions may stand anywhere, but for modifier extensions, and say nothing (dose-to-text.md §6.4).
///
/// # Errors
/// What is wrong with the text as a whole: it is not well formed, no array, or holds something other than objects.
pub fn read_array(source: &[u8], limits: &Limits) -> Result<Vec<LoneDosage>, Vec<Finding>> {
    let tree = JsonTree::parse(source, limits).map_err(|finding| vec![finding])?;
    let root = tree.root();
    let at = |node, message| Finding::new(&rules::STRUCTURE, message).at(tree.path(node), tree.position(node));
    if tree.kind(root) != JsonKind::Array {
        return Err(vec![at(root, "an array of Dosages is expected")]);
    }
    let entries: Vec<NodeId> = tree.children(root).collect();
    let others = entries.iter().filter(|entry| tree.kind(**entry) != JsonKind::Object);
    let wrong: Vec<Finding> = others.map(|entry| at(*entry, "a Dosage is expected, which is an object")).collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }

    let reading = Source::new(&tree);
    let dosages: Vec<Dosage> =
        entries.iter().enumerate().map(|(number, entry)| read_one(reading.element(*entry), 0, number)).collect();
    let (marks, findings) = reading.into_parts(None);
    let (marks, _) = marks.into_inner();
    let unknown = marks.iter().enumerate().filter(|(_, mark)| **mark == Mark::Unread).map(|(index, _)| index);
    let unknown = unknown.map(NodeId::from_index).filter(|node| {
        tree.is_value(*node) && tree.parent(*node).is_some_and(|parent| parent != root) && !says_nothing(&tree, *node)
    });
    let mut findings: Vec<Finding> =
        findings.into_iter().chain(unknown.map(|node| at(node, "a member of a FHIR R4 Dosage is expected"))).collect();
    findings.sort_by_key(|finding| finding.position);

    // What was found stands between the start of its dosage and the start of the next.
    let mut findings = findings.into_iter().peekable();
    let ends = entries.iter().skip(1).map(|entry| Some(tree.position(*entry))).chain([None]);
    let lone = |((entry, end), dosage): ((&NodeId, Option<Position>), Dosage)| LoneDosage {
        dosage,
        path: tree.path(*entry),
        position: tree.position(*entry),
        findings: std::iter::from_fn(|| findings.next_if(|finding| end.is_none_or(|end| finding.position < end)))
            .collect(),
    };
    Ok(entries.iter().zip(ends).zip(dosages).map(lone).collect())
}

/// Whether a node is, or belongs to, an id or extension, or the extensions of a primitive.
fn says_nothing(tree: &JsonTree<'_>, node: NodeId) -> bool {
    let above = std::iter::successors(Some(node), |node| tree.parent(*node));
    above.filter_map(|node| tree.key(node)).any(|key| matches!(key, "id" | "extension") || key.starts_with('_'))
}

/// Reads the dosage instructions of an item.
pub fn read(request: Element<'_>, item: usize) -> Vec<Dosage> {
    request
        .children("dosageInstruction")
        .enumerate()
        .map(|(position, element)| read_one(element, item, position))
        .collect()
}

fn read_one(element: Element<'_>, item: usize, position: usize) -> Dosage {
    let at = |place: Place| place.at(&[item, position]);
    let concept = |name, place: Place| element.child(name).map(|concept| read_concept(concept, at(place)));
    Dosage {
        sequence: read_sequence(element, at(place::DOSAGE_SEQUENCE).itself()),
        text: element.text("text", at(place::DOSAGE_TEXT).itself()),
        additional_instruction: element
            .children("additionalInstruction")
            .enumerate()
            .map(|(n, concept)| read_concept(concept, place::DOSAGE_ADDITIONAL.at(&[item, position, n])))
            .collect(),
        patient_instruction: element.text("patientInstruction", at(place::DOSAGE_PATIENT_INSTRUCTION).itself()),
        timing: element.child("timing").map(|timing| Box::new(read_timing(timing, item, position))),
        as_needed: read_as_needed(element, item, position),
        site: concept("site", place::DOSAGE_SITE),
        route: concept("route", place::DOSAGE_ROUTE),
        method: concept("method", place::DOSAGE_METHOD),
        dose_and_rate: element
            .children("doseAndRate")
            .enumerate()
            .map(|(n, entry)| read_dose_and_rate(entry, &[item, position, n]))
            .collect(),
        max_dose_per_period: element
            .child("maxDosePerPeriod")
            .map(|ratio| read_ratio(ratio, at(place::MAX_PER_PERIOD_NUMERATOR), at(place::MAX_PER_PERIOD_DENOMINATOR))),
        max_dose_per_administration: element
            .child("maxDosePerAdministration")
            .map(|quantity| read_quantity(quantity, at(place::MAX_PER_ADMINISTRATION))),
        max_dose_per_lifetime: element
            .child("maxDosePerLifetime")
            .map(|quantity| read_quantity(quantity, at(place::MAX_PER_LIFETIME))),
    }
}

fn read_sequence(element: Element<'_>, field: FieldRef) -> Option<i32> {
    let child = element.child("sequence")?;
    let number = child.read(field, map_rule::NONE)?.parse().ok();
    if number.is_none() {
        child.report(&rules::NUMBER, "sequence is expected to be a whole number");
    }
    number
}

fn read_as_needed(element: Element<'_>, item: usize, position: usize) -> Option<AsNeeded> {
    let at = |place: Place| place.at(&[item, position]);
    let needed = AsNeeded {
        flag: read_boolean(element, "asNeededBoolean", at(place::DOSAGE_AS_NEEDED).itself()),
        reason: element
            .child("asNeededCodeableConcept")
            .map(|concept| read_concept(concept, at(place::DOSAGE_AS_NEEDED_REASON))),
    };
    (needed.flag.is_some() || needed.reason.is_some()).then_some(needed)
}

fn read_dose_and_rate(element: Element<'_>, positions: &[usize]) -> DoseAndRate {
    let at = |place: Place| place.at(positions);
    DoseAndRate {
        kind: element.child("type").map(|concept| read_concept(concept, at(place::DOSE_KIND))),
        dose_quantity: element.child("doseQuantity").map(|quantity| read_quantity(quantity, at(place::DOSE_QUANTITY))),
        dose_range: element
            .child("doseRange")
            .map(|range| read_range(range, at(place::DOSE_RANGE_LOW), at(place::DOSE_RANGE_HIGH))),
        rate_ratio: element
            .child("rateRatio")
            .map(|ratio| read_ratio(ratio, at(place::RATE_RATIO_NUMERATOR), at(place::RATE_RATIO_DENOMINATOR))),
        rate_range: element
            .child("rateRange")
            .map(|range| read_range(range, at(place::RATE_RANGE_LOW), at(place::RATE_RANGE_HIGH))),
        rate_quantity: element.child("rateQuantity").map(|quantity| read_quantity(quantity, at(place::RATE_QUANTITY))),
    }
}

fn read_timing(timing: Element<'_>, item: usize, position: usize) -> Timing {
    let at = |place: Place| place.at(&[item, position]);
    let mut read = Timing {
        event: timing
            .children("event")
            .enumerate()
            .filter_map(|(n, event)| {
                let text = event.read(place::TIMING_EVENT.at(&[item, position, n]).itself(), map_rule::NONE)?;
                DateTime::parse(text).map_err(|fault| event.report(&rules::DATE, fault.expected)).ok()
            })
            .collect(),
        code: timing.child("code").map(|concept| read_concept(concept, at(place::TIMING_CODE))),
        ..Timing::default()
    };
    let Some(repeat) = timing.child("repeat") else { return read };
    let number = |name, place: Place| read_decimal(repeat, name, at(place).itself());
    let texts = |name, place: Place| read_texts(repeat, name, |n| place.at(&[item, position, n]).itself());
    read.bounds_duration =
        repeat.child("boundsDuration").map(|quantity| read_quantity(quantity, at(place::TIMING_BOUNDS_DURATION)));
    read.bounds_range = repeat
        .child("boundsRange")
        .map(|range| read_range(range, at(place::TIMING_BOUNDS_RANGE_LOW), at(place::TIMING_BOUNDS_RANGE_HIGH)));
    read.bounds_period =
        repeat.child("boundsPeriod").map(|period| read_period(period, at(place::TIMING_BOUNDS_PERIOD)));
    read.count = number("count", place::TIMING_COUNT);
    read.count_max = number("countMax", place::TIMING_COUNT_MAX);
    read.duration = number("duration", place::TIMING_DURATION);
    read.duration_max = number("durationMax", place::TIMING_DURATION_MAX);
    read.duration_unit = repeat.text("durationUnit", at(place::TIMING_DURATION_UNIT).itself());
    read.frequency = number("frequency", place::TIMING_FREQUENCY);
    read.frequency_max = number("frequencyMax", place::TIMING_FREQUENCY_MAX);
    read.period = number("period", place::TIMING_PERIOD);
    read.period_max = number("periodMax", place::TIMING_PERIOD_MAX);
    read.period_unit = repeat.text("periodUnit", at(place::TIMING_PERIOD_UNIT).itself());
    read.day_of_week = texts("dayOfWeek", place::TIMING_DAY_OF_WEEK);
    read.time_of_day = texts("timeOfDay", place::TIMING_TIME_OF_DAY);
    read.when = texts("when", place::TIMING_WHEN);
    read.offset = number("offset", place::TIMING_OFFSET);
    read
}

/// Writes the dosage instructions of an item.
pub fn write(sink: &mut Sink, dosages: &[Dosage], item: usize) {
    sink.list("dosageInstruction", dosages, |sink, position, dosage| write_one(sink, dosage, item, position));
}

fn write_one(sink: &mut Sink, dosage: &Dosage, item: usize, position: usize) {
    let at = |place: Place| place.at(&[item, position]);
    if let Some(sequence) = dosage.sequence {
        sink.scalar("sequence", &sequence.to_string(), at(place::DOSAGE_SEQUENCE).itself());
    }
    sink.optional("text", dosage.text.as_deref(), at(place::DOSAGE_TEXT).itself());
    write_concepts(sink, "additionalInstruction", &dosage.additional_instruction, |n| {
        place::DOSAGE_ADDITIONAL.at(&[item, position, n])
    });
    let field = at(place::DOSAGE_PATIENT_INSTRUCTION).itself();
    sink.optional("patientInstruction", dosage.patient_instruction.as_deref(), field);
    if let Some(timing) = &dosage.timing {
        sink.element("timing", |sink| write_timing(sink, timing, item, position));
    }
    if let Some(needed) = &dosage.as_needed {
        if let Some(flag) = needed.flag {
            sink.scalar("asNeededBoolean", word(flag), at(place::DOSAGE_AS_NEEDED).itself());
        }
        if let Some(reason) = &needed.reason {
            write_concept(sink, "asNeededCodeableConcept", reason, at(place::DOSAGE_AS_NEEDED_REASON));
        }
    }
    for (name, concept, place) in [
        ("site", &dosage.site, place::DOSAGE_SITE),
        ("route", &dosage.route, place::DOSAGE_ROUTE),
        ("method", &dosage.method, place::DOSAGE_METHOD),
    ] {
        if let Some(concept) = concept {
            write_concept(sink, name, concept, at(place));
        }
    }
    sink.list("doseAndRate", &dosage.dose_and_rate, |sink, n, entry| {
        write_dose_and_rate(sink, entry, &[item, position, n]);
    });
    if let Some(ratio) = &dosage.max_dose_per_period {
        let (numerator, denominator) = (at(place::MAX_PER_PERIOD_NUMERATOR), at(place::MAX_PER_PERIOD_DENOMINATOR));
        write_ratio(sink, "maxDosePerPeriod", ratio, numerator, denominator);
    }
    if let Some(quantity) = &dosage.max_dose_per_administration {
        write_quantity(sink, "maxDosePerAdministration", quantity, at(place::MAX_PER_ADMINISTRATION));
    }
    if let Some(quantity) = &dosage.max_dose_per_lifetime {
        write_quantity(sink, "maxDosePerLifetime", quantity, at(place::MAX_PER_LIFETIME));
    }
}

/// A boolean as FHIR writes it.
pub fn word(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

fn write_dose_and_rate(sink: &mut Sink, entry: &DoseAndRate, positions: &[usize]) {
    let at = |place: Place| place.at(positions);
    if let Some(kind) = &entry.kind {
        write_concept(sink, "type", kind, at(place::DOSE_KIND));
    }
    if let Some(range) = &entry.dose_range {
        write_range(sink, "doseRange", range, at(place::DOSE_RANGE_LOW), at(place::DOSE_RANGE_HIGH));
    }
    if let Some(quantity) = &entry.dose_quantity {
        write_quantity(sink, "doseQuantity", quantity, at(place::DOSE_QUANTITY));
    }
    if let Some(ratio) = &entry.rate_ratio {
        write_ratio(sink, "rateRatio", ratio, at(place::RATE_RATIO_NUMERATOR), at(place::RATE_RATIO_DENOMINATOR));
    }
    if let Some(range) = &entry.rate_range {
        write_range(sink, "rateRange", range, at(place::RATE_RANGE_LOW), at(place::RATE_RANGE_HIGH));
    }
    if let Some(quantity) = &entry.rate_quantity {
        write_quantity(sink, "rateQuantity", quantity, at(place::RATE_QUANTITY));
    }
}

fn write_timing(sink: &mut Sink, timing: &Timing, item: usize, position: usize) {
    let at = |place: Place| place.at(&[item, position]);
    let events: Vec<String> = timing.event.iter().map(|event| event.as_str().to_owned()).collect();
    sink.texts("event", &events, |n| place::TIMING_EVENT.at(&[item, position, n]).itself());
    if has_repeat(timing) {
        sink.element("repeat", |sink| write_repeat(sink, timing, item, position));
    }
    if let Some(code) = &timing.code {
        write_concept(sink, "code", code, at(place::TIMING_CODE));
    }
}

fn has_repeat(timing: &Timing) -> bool {
    let without = Timing { event: timing.event.clone(), code: timing.code.clone(), ..Timing::default() };
    *timing != without
}

fn write_repeat(sink: &mut Sink, timing: &Timing, item: usize, position: usize) {
    let at = |place: Place| place.at(&[item, position]);
    if let Some(quantity) = &timing.bounds_duration {
        write_quantity(sink, "boundsDuration", quantity, at(place::TIMING_BOUNDS_DURATION));
    }
    if let Some(range) = &timing.bounds_range {
        let (low, high) = (at(place::TIMING_BOUNDS_RANGE_LOW), at(place::TIMING_BOUNDS_RANGE_HIGH));
        write_range(sink, "boundsRange", range, low, high);
    }
    if let Some(period) = &timing.bounds_period {
        write_period(sink, "boundsPeriod", period, at(place::TIMING_BOUNDS_PERIOD));
    }
    let number = |sink: &mut Sink, name, value: &Option<Decimal>, place: Place| {
        if let Some(value) = value {
            sink.scalar(name, value.as_str(), at(place).itself());
        }
    };
    number(sink, "count", &timing.count, place::TIMING_COUNT);
    number(sink, "countMax", &timing.count_max, place::TIMING_COUNT_MAX);
    number(sink, "duration", &timing.duration, place::TIMING_DURATION);
    number(sink, "durationMax", &timing.duration_max, place::TIMING_DURATION_MAX);
    sink.optional("durationUnit", timing.duration_unit.as_deref(), at(place::TIMING_DURATION_UNIT).itself());
    number(sink, "frequency", &timing.frequency, place::TIMING_FREQUENCY);
    number(sink, "frequencyMax", &timing.frequency_max, place::TIMING_FREQUENCY_MAX);
    number(sink, "period", &timing.period, place::TIMING_PERIOD);
    number(sink, "periodMax", &timing.period_max, place::TIMING_PERIOD_MAX);
    sink.optional("periodUnit", timing.period_unit.as_deref(), at(place::TIMING_PERIOD_UNIT).itself());
    for (name, texts, place) in [
        ("dayOfWeek", &timing.day_of_week, place::TIMING_DAY_OF_WEEK),
        ("timeOfDay", &timing.time_of_day, place::TIMING_TIME_OF_DAY),
        ("when", &timing.when, place::TIMING_WHEN),
    ] {
        sink.texts(name, texts, |n| place.at(&[item, position, n]).itself());
    }
    number(sink, "offset", &timing.offset, place::TIMING_OFFSET);
}
