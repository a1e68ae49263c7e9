use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn dosage(value: &Value) -> Dosage {
    serde_json::from_value(value.clone()).unwrap()
}

fn amount(value: &str, unit: &str) -> Value {
    json!({"value": value, "unit": unit})
}

fn dose(value: &str, unit: &str) -> Value {
    json!({"doseAndRate": [{"doseQuantity": amount(value, unit)}]})
}

fn rate(rate: Value) -> Value {
    json!({"doseAndRate": [rate]})
}

fn timing(timing: Value) -> Value {
    json!({ "timing": timing })
}

#[track_caller]
fn reads(rows: &[(Value, &str)]) {
    for (value, expected) in rows {
        assert_eq!(text_of(&dosage(value)).as_deref(), Ok(*expected), "{value}");
    }
}

#[track_caller]
fn refuses(rows: &[(Value, Reason, &str)]) {
    for (value, reason, path) in rows {
        let refusal = text_of(&dosage(value)).expect_err(&value.to_string());
        assert_eq!((refusal.reason, refusal.path().as_str()), (*reason, *path), "{value}");
    }
}

#[test]
fn s2_a_dose_is_an_amount_or_a_range() {
    let range = |low: Value, high: Value| rate(json!({"doseRange": {"low": low, "high": high}}));
    reads(&[
        (dose("2", "tablet"), "2 tablet"),
        (dose("2.50", "milligram"), "2.5 milligram"),
        (dose("0", "tablet"), "0 tablet"),
        (range(amount("1", "tablet"), amount("2", "tablet")), "1 to 2 tablet"),
        (range(json!({"value": "1"}), amount("2", "tablet")), "1 to 2 tablet"),
        (range(amount("0.5", "tablet"), amount("1", "tablet")), "0.5 to 1 tablet"),
        (range(amount("1", "5ml spoonful"), amount("2", "5ml spoonful")), "1 to 2 x 5ml spoonful"),
        (rate(json!({"doseRange": {"high": amount("40", "millilitre")}})), "up to 40 millilitre"),
        (
            json!({"doseAndRate": [{"doseQuantity": amount("2", "tablet")}, {"doseQuantity": amount("5", "milligram")}]}),
            "2 tablet (5 milligram)",
        ),
        (
            json!({"doseAndRate": [
                {"doseQuantity": amount("5", "millilitre")},
                {"doseQuantity": amount("250", "milligram")}
            ]}),
            "5 millilitre (250 milligram)",
        ),
    ]);
    let (low, high) = ("dosage[0].doseAndRate.doseRange.low", "dosage[0].doseAndRate.doseRange.high");
    let quantity = "dosage[0].doseAndRate.doseQuantity";
    let two = |one: Value, other: Value| json!({"doseAndRate": [{"doseQuantity": one}, {"doseQuantity": other}]});
    refuses(&[
        (rate(json!({"doseRange": {"low": amount("1", "tablet")}})), Reason::LowOnly, low),
        (rate(json!({"doseRange": {}})), Reason::NoBounds, high),
        (range(amount("500", "milligram"), amount("1", "gram")), Reason::UnitsDiffer, low),
        (range(amount("3", "tablet"), amount("2", "tablet")), Reason::BelowLow, high),
        (range(amount("10", "tablet"), amount("2", "tablet")), Reason::BelowLow, high),
        (rate(json!({"doseQuantity": {"unit": "tablet"}})), Reason::NoValue, quantity),
        (rate(json!({"doseQuantity": {"value": "2"}})), Reason::NoUnit, quantity),
        (rate(json!({"doseQuantity": {"value": "2", "unit": " "}})), Reason::NoUnit, quantity),
        (
            rate(json!({"doseQuantity": {"value": "2", "comparator": "<", "unit": "tablet"}})),
            Reason::Comparator,
            quantity,
        ),
        (dose("-1", "tablet"), Reason::Number, quantity),
        (dose("1e99", "tablet"), Reason::Number, quantity),
        (
            rate(json!({"doseQuantity": amount("1", "tablet"), "doseRange": {"high": amount("2", "tablet")}})),
            Reason::Contradiction,
            low,
        ),
        (two(amount("1", "tablet"), amount("2", "tablet")), Reason::SeveralAmounts, quantity),
        (two(amount("500", "milligram"), amount("1", "gram")), Reason::SeveralAmounts, quantity),
    ]);
}

#[test]
fn s2_a_rate_is_a_ratio_a_range_or_an_amount() {
    let ratio = |value: &str, unit: &str| {
        rate(json!({"rateRatio": {"numerator": amount("30", "millilitre"), "denominator": amount(value, unit)}}))
    };
    reads(&[
        (ratio("1", "hour"), "at a rate of 30 millilitre per hour"),
        (ratio("1.0", "hours"), "at a rate of 30 millilitre per hour"),
        (ratio("2", "hour"), "at a rate of 30 millilitre every 2 hours"),
        (
            rate(
                json!({"rateRange": {"low": amount("2", "millilitre per hour"), "high": amount("3", "millilitre per hour")}}),
            ),
            "at a rate of 2 to 3 millilitre per hour",
        ),
        (rate(json!({"rateQuantity": amount("1", "microgram per hour")})), "at a rate of 1 microgram per hour"),
        (
            json!({"doseAndRate": [{"doseQuantity": amount("1", "bag"), "rateQuantity": amount("5", "millilitre per hour")}]}),
            "1 bag - at a rate of 5 millilitre per hour",
        ),
    ]);
    refuses(&[
        (ratio("0", "hour"), Reason::Number, "dosage[0].doseAndRate.rateRatio.denominator"),
        (
            rate(json!({"rateRatio": {"numerator": amount("30", "millilitre")}})),
            Reason::NoDenominator,
            "dosage[0].doseAndRate.rateRatio.denominator",
        ),
        (
            rate(json!({"rateRange": {"low": amount("1", "litre per minute")}})),
            Reason::LowOnly,
            "dosage[0].doseAndRate.rateRange.low",
        ),
        (
            json!({"doseAndRate": [
                {"rateQuantity": amount("1", "millilitre per hour")},
                {"rateQuantity": amount("2", "millilitre per hour")}
            ]}),
            Reason::SeveralAmounts,
            "dosage[0].doseAndRate.rateQuantity",
        ),
    ]);
}

#[test]
fn s2_a_duration_may_have_a_maximum() {
    reads(&[
        (timing(json!({"duration": "8", "durationUnit": "h"})), "over 8 hours"),
        (timing(json!({"duration": "1", "durationUnit": "min"})), "over 1 minute"),
        (
            timing(json!({"duration": "1.50", "durationMax": "3", "durationUnit": "h"})),
            "over 1.5 hours (maximum 3 hours)",
        ),
        (timing(json!({"duration": "0.5", "durationUnit": "h"})), "over 0.5 hours"),
    ]);
    let (most, unit) = ("dosage[0].timing.durationMax", "dosage[0].timing.durationUnit");
    refuses(&[
        (timing(json!({"durationMax": "3", "durationUnit": "h"})), Reason::MaximumAlone, most),
        (timing(json!({"duration": "4", "durationMax": "3", "durationUnit": "h"})), Reason::BelowLow, most),
        (timing(json!({"duration": "3"})), Reason::HalfTime, unit),
        (timing(json!({"durationUnit": "h"})), Reason::HalfTime, unit),
        (timing(json!({"duration": "3", "durationUnit": "hour"})), Reason::UnknownCode, unit),
    ]);
}

/// A row of §3: frequency, its maximum, period, its maximum, unit; a blank is absent.
fn every(row: &str, unit: &str) -> Value {
    let names = ["frequency", "frequencyMax", "period", "periodMax"];
    let numbers = names.iter().zip(row.split(' ')).filter(|(_, number)| *number != "-");
    let mut members: serde_json::Map<String, Value> =
        numbers.map(|(name, number)| ((*name).to_owned(), json!(number))).collect();
    if !unit.is_empty() {
        members.insert("periodUnit".to_owned(), json!(unit));
    }
    timing(Value::Object(members))
}

#[test]
fn s3_frequency_and_period_read_by_the_table() {
    reads(&[
        (every("- - 1 -", "d"), "daily"),
        (every("- - 1.0 -", "wk"), "weekly"),
        (every("- - 1 -", "mo"), "monthly"),
        (every("- - 1 -", "a"), "annually"),
        (every("1 - - -", ""), "once"),
        (every("2 - - -", ""), "twice"),
        (every("3 - - -", ""), "3 times"),
        (every("2 3 - -", ""), "2 to 3 times"),
        (every("- 4 - -", ""), "up to 4 times"),
        (every("1 - 1 -", "d"), "once a day"),
        (every("1.0 - 1.0 -", "d"), "once a day"),
        (every("1 - 1 -", "h"), "once an hour"),
        (every("2 - 1 -", "wk"), "twice a week"),
        (every("3 - 1 -", "mo"), "3 times a month"),
        (every("1 - 4 -", "h"), "every 4 hours"),
        (every("1 - 0.5 -", "h"), "every 0.5 hours"),
        (every("1 - 4 6", "h"), "every 4 to 6 hours"),
        (every("1 - 1 2", "d"), "every 1 to 2 days"),
        (every("2 - 3 -", "d"), "twice every 3 days"),
        (every("2 - 1 2", "d"), "twice every 1 to 2 days"),
        (every("3 - 8 -", "h"), "3 times every 8 hours"),
        (every("3 - 4 8", "h"), "3 times every 4 to 8 hours"),
        (every("2 3 1 -", "d"), "2 to 3 times a day"),
        (every("1 2 1 -", "h"), "1 to 2 times an hour"),
        (every("2 3 6 8", "h"), "2 to 3 times every 6 to 8 hours"),
        (every("- 6 1 -", "d"), "up to 6 times a day"),
        (every("- 6 3 4", "wk"), "up to 6 times every 3 to 4 weeks"),
    ]);
    let at = |name: &str| format!("dosage[0].timing.{name}");
    let (frequency, period, unit) = (at("frequency"), at("period"), at("periodUnit"));
    refuses(&[
        (every("- - 2 -", "d"), Reason::PeriodWithoutFrequency, &period),
        (every("- - 1 2", "d"), Reason::PeriodWithoutFrequency, &period),
        (every("- - 1 -", "h"), Reason::PeriodWithoutFrequency, &period),
        (every("1 - - -", "d"), Reason::HalfTime, &unit),
        (every("1 - 1 -", ""), Reason::HalfTime, &unit),
        (every("1 - 1 -", "fortnight"), Reason::UnknownCode, &unit),
        (every("1 - 0 -", "d"), Reason::Number, &period),
        (every("1 - - 2", "d"), Reason::MaximumAlone, &at("periodMax")),
        (every("1 - 4 2", "d"), Reason::BelowLow, &at("periodMax")),
        (every("3 2 1 -", "d"), Reason::BelowLow, &at("frequencyMax")),
        (every("0 - 1 -", "d"), Reason::Number, &frequency),
        (every("1.5 - 1 -", "d"), Reason::Number, &frequency),
        (every("-1 - 1 -", "d"), Reason::Number, &frequency),
        (timing(json!({"code": {"text": "BID"}})), Reason::ScheduleAlone, &at("code")),
    ]);
    let mut named = every("2 - 1 -", "d");
    named["timing"]["code"] = json!({"text": "BID"});
    reads(&[(named, "twice a day")]);
}

#[test]
fn s4_events_of_the_day_and_their_offset() {
    for (code, words) in [
        ("MORN", "during the morning"),
        ("MORN.early", "during the early morning"),
        ("MORN.late", "during the late morning"),
        ("NOON", "around 12:00pm"),
        ("AFT", "during the afternoon"),
        ("AFT.early", "during the early afternoon"),
        ("AFT.late", "during the late afternoon"),
        ("EVE", "during the evening"),
        ("EVE.early", "during the early evening"),
        ("EVE.late", "during the late evening"),
        ("NIGHT", "during the night"),
        ("WAKE", "upon waking"),
        ("HS", "before sleep"),
        ("PHS", "once asleep"),
        ("C", "at a meal"),
        ("CM", "at breakfast"),
        ("CD", "at lunch"),
        ("CV", "at dinner"),
        ("AC", "before a meal"),
        ("ACM", "before breakfast"),
        ("ACD", "before lunch"),
        ("ACV", "before dinner"),
        ("PC", "after a meal"),
        ("PCM", "after breakfast"),
        ("PCD", "after lunch"),
        ("PCV", "after dinner"),
    ] {
        reads(&[(timing(json!({"when": [code]})), words)]);
    }
    let offset = |minutes: &str, when: &str| timing(json!({"offset": minutes, "when": [when]}));
    reads(&[
        (timing(json!({"when": ["CM", "CD", "CV"]})), "at breakfast, at lunch, at dinner"),
        (offset("30", "AC"), "30 minutes before a meal"),
        (offset("60", "HS"), "1 hour before sleep"),
        (offset("90", "HS"), "90 minutes before sleep"),
        (offset("120", "PCM"), "2 hours after breakfast"),
        (offset("1440", "ACM"), "1 day before breakfast"),
        (offset("1", "AC"), "1 minute before a meal"),
    ]);
    let path = "dosage[0].timing.offset";
    refuses(&[
        (timing(json!({"offset": "30"})), Reason::OffsetWithoutEvent, path),
        (offset("30", "MORN"), Reason::OffsetWithoutEvent, path),
        (offset("30", "CM"), Reason::OffsetWithoutEvent, path),
        (offset("0", "AC"), Reason::Number, path),
        (offset("1.5", "AC"), Reason::Number, path),
        (timing(json!({"when": ["CM", "ICM"]})), Reason::UnknownCode, "dosage[0].timing.when[1]"),
    ]);
}

#[test]
fn s2_days_and_times_of_the_day() {
    reads(&[
        (timing(json!({"dayOfWeek": ["mon"]})), "on Monday"),
        (timing(json!({"dayOfWeek": ["tue", "sat"]})), "on Tuesday and Saturday"),
        (timing(json!({"dayOfWeek": ["wed", "thu", "fri", "sun"]})), "on Wednesday, Thursday, Friday and Sunday"),
        (timing(json!({"timeOfDay": ["10:00:00", "15:00:00"]})), "at 10:00 and 15:00"),
        (timing(json!({"timeOfDay": ["12:00:30"]})), "at 12:00:30"),
        (timing(json!({"timeOfDay": ["12:00:00.000"]})), "at 12:00"),
        (timing(json!({"dayOfWeek": ["mon"], "timeOfDay": ["10:30:00"]})), "on Monday at 10:30"),
    ]);
    for text in ["09:00", "24:00:00", "12:60:00", "12:00:00.5", "12:00:00Z", "noon", "1:00:000"] {
        refuses(&[(timing(json!({"timeOfDay": [text]})), Reason::TimeOfDay, "dosage[0].timing.timeOfDay[0]")]);
    }
    refuses(&[(timing(json!({"dayOfWeek": ["Monday"]})), Reason::UnknownCode, "dosage[0].timing.dayOfWeek[0]")]);
}

#[test]
fn s2_bounds_counts_and_dates() {
    let bounds = |low: Value, high: Value| timing(json!({"boundsRange": {"low": low, "high": high}}));
    reads(&[
        (timing(json!({"boundsDuration": amount("1", "days")})), "for 1 day"),
        (timing(json!({"boundsDuration": amount("0.5", "day")})), "for 0.5 days"),
        (timing(json!({"boundsDuration": amount("0", "day")})), "for 0 days"),
        (bounds(amount("1", "day"), amount("2", "day")), "for 1 to 2 days"),
        (bounds(amount("1", "day"), amount("2", "days")), "for 1 to 2 days"),
        (timing(json!({"boundsRange": {"low": amount("2", "hour")}})), "for at least 2 hours"),
        (timing(json!({"boundsRange": {"high": amount("1", "day")}})), "for up to 1 day"),
        (timing(json!({"count": "1"})), "once"),
        (timing(json!({"count": "2"})), "twice"),
        (timing(json!({"count": "10"})), "10 times"),
        (timing(json!({"count": "3", "countMax": "5"})), "3 to 5 times"),
        (timing(json!({"event": ["2019-01-25"]})), "on 25/01/2019"),
        (
            timing(json!({"event": ["2019-01-25", "2019-02-25", "2019-03-01"]})),
            "on 25/01/2019, 25/02/2019 and 01/03/2019",
        ),
    ]);
    let event = "dosage[0].timing.event[0]";
    refuses(&[
        (timing(json!({"countMax": "2"})), Reason::MaximumAlone, "dosage[0].timing.countMax"),
        (timing(json!({"count": "3", "countMax": "2"})), Reason::BelowLow, "dosage[0].timing.countMax"),
        (timing(json!({"count": "0"})), Reason::Number, "dosage[0].timing.count"),
        (timing(json!({"event": ["2019-01"]})), Reason::PartialDate, event),
        (timing(json!({"event": ["2019-01-25T10:00:00Z"]})), Reason::PartialDate, event),
        (
            timing(json!({"boundsDuration": amount("1", "day"), "boundsRange": {"high": amount("2", "day")}})),
            Reason::Contradiction,
            "dosage[0].timing.boundsDuration",
        ),
    ]);
}

#[test]
fn s2_route_site_method_and_need_are_said_as_they_are() {
    let coded = |display: &str| json!({"coding": [{"code": "1"}, {"display": display}]});
    reads(&[
        (json!({"method": {"text": "Apply"}, "route": coded("Topical")}), "Apply Topical"),
        (json!({"method": coded("Apply")}), "Apply"),
        (
            json!({"route": {"text": " by  mouth\n", "coding": [{"display": "Oral"}]}, "site": coded("Mouth")}),
            "by mouth - Mouth",
        ),
        (json!({"asNeeded": {"flag": true}}), "as required"),
        (json!({"asNeeded": {"reason": coded("pain")}}), "as required for pain"),
        (json!({"asNeeded": {"flag": true, "reason": coded("pain")}}), "as required for pain"),
        (json!({"route": coded("Oral"), "asNeeded": {"flag": false}}), "Oral"),
        (json!({"additionalInstruction": [coded("a"), {"text": "b"}]}), "a and b"),
        (json!({"additionalInstruction": [coded("a"), {"text": "b"}, {"text": "c"}]}), "a, b and c"),
    ]);
    refuses(&[
        (json!({"method": {"coding": [{"code": "1"}]}}), Reason::NoWords, "dosage[0].method"),
        (json!({"route": {"text": " "}}), Reason::NoWords, "dosage[0].route"),
        (json!({"asNeeded": {"reason": {}}}), Reason::NoWords, "dosage[0].asNeeded.reason"),
        (json!({"additionalInstruction": [{"text": "a"}, {}]}), Reason::NoWords, "dosage[0].additionalInstruction[1]"),
        (
            json!({"asNeeded": {"flag": false, "reason": {"text": "pain"}}}),
            Reason::Contradiction,
            "dosage[0].asNeeded.flag",
        ),
    ]);
}

#[test]
fn s2_maxima_are_parts_of_their_own() {
    reads(&[
        (
            json!({"maxDosePerPeriod": {"numerator": amount("8", "tablet"), "denominator": amount("24", "hour")}}),
            "up to a maximum of 8 tablet in 24 hours",
        ),
        (json!({"maxDosePerAdministration": amount("4", "milligram")}), "up to a maximum of 4 milligram per dose"),
        (
            json!({"maxDosePerLifetime": amount("60", "milligram")}),
            "up to a maximum of 60 milligram for the lifetime of patient",
        ),
    ]);
    refuses(&[(
        json!({"maxDosePerPeriod": {"denominator": amount("24", "hour")}}),
        Reason::NoDenominator,
        "dosage[0].maxDosePerPeriod.denominator",
    )]);
}

#[test]
fn s4_halves_and_quarters_of_what_is_no_si_unit_are_words() {
    let ucum = |value: &str, unit: &str| {
        rate(json!({"doseQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org/"}}))
    };
    reads(&[
        (dose("0.50", "tablet"), "half tablet"),
        (dose("0.25", "tablet"), "quarter tablet"),
        (dose("0.75", "tablet"), "three quarters tablet"),
        (dose("1.5", "tablet"), "1 and a half tablet"),
        (dose("1.25", "tablet"), "1 and a quarter tablet"),
        (dose("2.75", "tablet"), "2 and three quarters tablet"),
        (dose("0.3", "tablet"), "0.3 tablet"),
        (dose("0.125", "tablet"), "0.125 tablet"),
        (dose("0.5", "milligram"), "0.5 milligram"),
        (dose("0.5", "Litres per minute"), "0.5 Litres per minute"),
        (dose("0.5", "mg"), "0.5 mg"),
        (ucum("0.5", "international unit"), "0.5 international unit"),
        (dose("2", "5ml spoonful"), "2 x 5ml spoonful"),
        (dose("0.5", "5ml spoonful"), "0.5 x 5ml spoonful"),
    ]);
}

#[test]
fn s4_a_ucum_code_is_expanded_only_if_the_unit_is_not_in_words() {
    let unit = |system: &str, code: &str| rate(json!({"doseQuantity": {"value": "5", "system": system, "code": code}}));
    let ucum = "http://unitsofmeasure.org";
    reads(&[
        (unit(ucum, "mg"), "5 milligram"),
        (unit(ucum, "ug"), "5 microgram"),
        (unit(ucum, "mL"), "5 millilitre"),
        (timing(json!({"boundsDuration": {"value": "5", "system": ucum, "code": "d"}})), "for 5 days"),
    ]);
    let path = "dosage[0].doseAndRate.doseQuantity";
    refuses(&[
        (unit(ucum, "mg/kg/h"), Reason::NoUnit, path),
        (unit("http://snomed.info/sct", "mg"), Reason::NoUnit, path),
    ]);
}

#[test]
fn dt3_without_structure_there_is_no_text() {
    for value in [
        json!({}),
        json!({"text": "one daily", "patientInstruction": "with food", "sequence": 1}),
        timing(json!({"boundsPeriod": {"start": "2026-01-01"}})),
        json!({"asNeeded": {"flag": false}}),
    ] {
        refuses(&[(value, Reason::NoStructure, "dosage[0]")]);
    }
    assert_eq!(text(&[]).unwrap_err().reason, Reason::NoStructure);
}

fn step(sequence: Option<i32>, value: &str) -> Dosage {
    Dosage { sequence, ..dosage(&dose(value, "tablet")) }
}

#[test]
fn s2_dosages_join_by_their_sequence() {
    let steps = [step(Some(10), "1"), step(Some(2), "2"), step(Some(10), "3"), step(Some(0), "4")];
    assert_eq!(text(&steps).unwrap(), "4 tablet, then 2 tablet, then 1 tablet, and 3 tablet");
    assert_eq!(text(&[step(None, "1")]).unwrap(), "1 tablet");
}

#[test]
fn s6_one_dosage_that_refuses_leaves_the_whole_instruction_without_text() {
    let refusal = text(&[step(Some(1), "1"), step(None, "2")]).unwrap_err();
    assert_eq!((refusal.reason, refusal.path().as_str()), (Reason::NoSequence, "dosage[1].sequence"));
    let refusal = text(&[step(Some(1), "1"), step(Some(2), "-2")]).unwrap_err();
    assert_eq!(refusal.to_string(), format!("{} at dosage[1].doseAndRate.doseQuantity", Reason::Number.as_str()));
}

/// A dosage with one of the choices of every part.
fn any_dosage() -> impl Strategy<Value = Value> {
    let part = |choices: Vec<Value>| prop::sample::select(choices);
    let doses = vec![
        dose("2", "tablet"),
        dose("0.5", "tablet"),
        json!({}),
        rate(json!({"rateQuantity": amount("3", "litre per hour")})),
    ];
    let times = vec![
        json!({}),
        every("3 - 1 -", "d"),
        every("1 - 6 8", "h"),
        timing(json!({"when": ["CM", "HS"], "boundsDuration": amount("7", "day")})),
        timing(json!({"count": "4", "dayOfWeek": ["mon", "fri"], "timeOfDay": ["09:00:00"]})),
    ];
    let others = vec![
        json!({"route": {"text": "oral"}}),
        json!({"method": {"text": " Take "}, "asNeeded": {"flag": true}}),
        json!({"site": {"text": "left  ear"}, "additionalInstruction": [{"text": "with food"}]}),
        json!({"maxDosePerLifetime": amount("9", "gram")}),
    ];
    (part(doses), part(times), part(others)).prop_map(|parts| {
        let mut whole = serde_json::Map::new();
        for part in [parts.0, parts.1, parts.2] {
            whole.extend(part.as_object().unwrap().clone());
        }
        Value::Object(whole)
    })
}

proptest! {
    #[test]
    fn s6_words_of_the_sender_and_periods_change_nothing(value in any_dosage()) {
        let before = text_of(&dosage(&value));
        let mut more = dosage(&value);
        more.text = Some("words".to_owned());
        more.patient_instruction = Some("more words".to_owned());
        more.sequence = Some(7);
        more.timing.get_or_insert_default().bounds_period = Some(crate::model::Period::default());
        prop_assert_eq!(before, text_of(&more));
    }

    #[test]
    fn s6_a_text_has_no_empty_parts_and_no_needless_blanks(value in any_dosage()) {
        let text = text_of(&dosage(&value)).unwrap();
        prop_assert!(!text.contains("  ") && text.trim() == text, "{}", text);
        prop_assert!(text.split(" - ").all(|part| !part.trim().is_empty()), "{}", text);
    }
}
