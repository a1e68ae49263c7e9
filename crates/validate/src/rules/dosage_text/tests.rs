use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::testing::{REQUEST, order};

/// A dosage with a dose, a timing and words.
fn dosage(structure: &Value, text: &str) -> Dosage {
    let mut dosage: Dosage = serde_json::from_value(structure.clone()).unwrap();
    dosage.text = Some(text.to_owned());
    dosage
}

fn dose(value: &str, unit: &str) -> Value {
    json!({"doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}]})
}

fn times(frequency: &str, period: &str, unit: &str) -> Value {
    json!({"timing": {"frequency": frequency, "period": period, "periodUnit": unit}})
}

fn both(one: Value, other: Value) -> Value {
    let mut both = one;
    both.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    both
}

#[track_caller]
fn agrees(structure: &Value, texts: &[&str]) {
    for text in texts {
        assert_eq!(verdict(&dosage(structure, text)), Verdict::Agrees, "{text}");
    }
}

#[track_caller]
fn contradicts_in(name: &'static str, structure: &Value, texts: &[&str]) {
    for text in texts {
        assert_eq!(verdict(&dosage(structure, text)), Verdict::Contradicts(vec![name]), "{text}");
    }
}

#[track_caller]
fn differs(structure: &Value, texts: &[&str]) {
    for text in texts {
        assert_eq!(verdict(&dosage(structure, text)), Verdict::Differs, "{text}");
    }
}

#[test]
fn dt1_the_algorithms_own_text_agrees_whatever_its_blanks_and_case() {
    let structure = both(both(dose("2", "tablet"), times("4", "1", "d")), json!({"route": {"text": "Oral"}}));
    agrees(&structure, &["2 tablet - 4 times a day - Oral", "  2 TABLET  -  4 times A DAY - oral "]);
}

#[test]
fn dt1_doses_are_compared_as_numbers_of_their_units() {
    let milligrams = dose("10.0", "milligram");
    agrees(
        &milligrams,
        &[
            "10mg",
            "10 mg",
            "10 milligrams",
            "0.01 g",
            "10000 micrograms",
            "ten milligrams",
            "4 x 2.5mg tablets",
            "two 5mg tablets",
            "5mg then 10mg",
            "10mg (5mg/5ml suspension)",
            "10 mg. Maximum 40 mg in 24 hours",
        ],
    );
    contradicts_in("dose", &milligrams, &["100mg", "1 mg", "10 micrograms", "10 g", "5 to 10 mg", "3 x 5mg tablets"]);
    let tablets = dose("1.5", "tablet");
    agrees(&tablets, &["1 and a half tablets", "1½ tablets", "1.50 tabs", "one and a half tablets"]);
    agrees(&dose("0.5", "tablet"), &["half a tablet", "half tablet", "½ tablet"]);
    contradicts_in("dose", &tablets, &["1 tablet", "half tablet", "two tablets"]);
    let range = json!({"doseAndRate": [{"doseRange": {
        "low": {"value": "1", "unit": "tablet"}, "high": {"value": "2", "unit": "tablet"}
    }}]});
    agrees(&range, &["1-2 tablets", "one or two tablets", "1 to 2 tablets", "up to 2 tablets"]);
    contradicts_in("dose", &range, &["1-3 tablets", "2 tablets"]);
    agrees(&dose("2", "5ml spoonful"), &["two 5ml spoonfuls", "2 x 5 ml spoonful"]);
    contradicts_in("dose", &dose("2", "5ml spoonful"), &["three 4ml spoonfuls"]);
}

#[test]
fn dt1_a_dose_in_another_unit_is_not_compared() {
    differs(&dose("1", "capsule"), &["one tablet"]);
    differs(&dose("500", "milligram"), &["two tablets", "use as directed"]);
}

#[test]
fn dt1_frequencies_are_compared_as_times_in_a_time() {
    agrees(
        &times("1", "1", "d"),
        &["once a day", "daily", "every day", "every 24 hours", "OD", "1 time a day", "each day"],
    );
    agrees(
        &times("2", "1", "d"),
        &["twice daily", "two times a day", "bd", "every 12 hours", "12 hourly", "2 times per day"],
    );
    agrees(
        &times("4", "1", "d"),
        &["qds", "every 6 hours", "up to four times a day", "every 4 hours, maximum 4 times a day"],
    );
    agrees(&times("1", "72", "h"), &["every 3 days", "every 72 hours", "once every 72 hours"]);
    agrees(&times("1", "2", "d"), &["every other day", "on alternate days", "every 2 days"]);
    agrees(&times("1", "1", "mo"), &["monthly", "every 4 weeks", "every 28 days", "once a month"]);
    agrees(&times("1", "1", "wk"), &["once weekly", "every 7 days"]);
    let once = times("1", "1", "d");
    contradicts_in("frequency", &once, &["twice a day", "once weekly", "every 12 hours", "tds", "2-3 times a day"]);
    contradicts_in("frequency", &times("1", "1", "wk"), &["once daily", "once a month", "every other week"]);
    let between = json!({"timing": {"frequency": "1", "period": "4", "periodMax": "6", "periodUnit": "h"}});
    agrees(&between, &["4-6 hourly", "every 4 to 6 hours"]);
    contradicts_in("frequency", &between, &["every 4 hours", "every 6 to 8 hours"]);
}

#[test]
fn dt1_days_of_the_week_say_how_often_in_a_week() {
    let structure = json!({"timing": {
        "frequency": "1", "period": "1", "periodUnit": "d", "dayOfWeek": ["mon", "thu"]
    }});
    agrees(&structure, &["once a day on Monday and Thursday", "twice a week, Mondays and Thursdays"]);
    contradicts_in("frequency", &structure, &["3 times a week on Monday and Thursday"]);
}

#[test]
fn dt1_some_units_daily_are_all_at_once_or_one_at_a_time() {
    let tablets = |frequency| both(dose("5", "milligram"), times(frequency, "1", "d"));
    let text = "EIGHT (8) tablets of 5mg to be taken DAILY";
    agrees(&tablets("8"), &[text]);
    agrees(&tablets("1"), &[text]);
    contradicts_in("frequency", &tablets("3"), &[text]);
}

#[test]
fn dt1_maxima_durations_and_rates_are_compared_among_themselves() {
    let most = json!({"asNeeded": {"flag": true}, "maxDosePerPeriod": {
        "numerator": {"value": "8", "unit": "tablet"}, "denominator": {"value": "24", "unit": "hour"}
    }});
    let structure = both(dose("2", "tablet"), most);
    agrees(
        &structure,
        &["2 tablets when required, max 8 tablets in 24 hours", "2 tablets if required, up to 8 in 24 hours"],
    );
    contradicts_in(
        "maximum",
        &structure,
        &[
            "2 tablets when required, no more than 6 tablets in 24 hours",
            "2 tablets when required, up to 6 in 24 hours",
        ],
    );
    differs(&structure, &["2 tablets when required"]);
    let course = json!({"timing": {"boundsDuration": {"value": "7", "unit": "day"}}});
    agrees(&course, &["for one week", "for 7 days"]);
    contradicts_in("length of treatment", &course, &["for 5 days"]);
    differs(&course, &["leave on for 8 hours"]);
    let infusion = json!({"timing": {"duration": "8", "durationUnit": "h"}});
    agrees(&infusion, &["over 8 hours"]);
    contradicts_in("duration", &infusion, &["over 30 minutes"]);
    let rate = json!({"doseAndRate": [{"rateRatio": {
        "numerator": {"value": "30", "unit": "millilitre"}, "denominator": {"value": "1", "unit": "hour"}
    }}]});
    agrees(&rate, &["at a rate of 30ml/hour", "rate of 60 ml every 2 hours"]);
    contradicts_in("rate", &rate, &["at a rate of 3 ml per hour", "30ml/minute"]);
}

#[test]
fn dt1_a_text_that_leaves_out_what_the_structure_says_differs() {
    let structure =
        both(times("3", "1", "d"), json!({"route": {"text": "Oral route"}, "asNeeded": {"reason": {"text": "pain"}}}));
    agrees(
        &structure,
        &["by mouth three times daily as needed for pain", "orally tds prn pain, with food, for 10 days"],
    );
    agrees(&structure, &["three times daily as needed for pain"]);
    differs(&structure, &["by mouth tds", "by mouth prn for pain"]);
    let when = json!({"timing": {"when": ["CM"], "timeOfDay": ["08:00:00"]}});
    agrees(&when, &["with breakfast at 08:00"]);
    differs(&when, &["with breakfast at 09:00", "at 08:00"]);
}

#[test]
fn dt1_a_part_of_the_day_alone_means_once_a_day() {
    let at = |frequency: &str, when: &str| json!({"timing": {"frequency": frequency, "period": "1", "periodUnit": "d", "when": [when]}});
    agrees(&at("1", "MORN"), &["in the morning", "every morning"]);
    agrees(&at("1", "HS"), &["at night", "at bedtime"]);
    agrees(&at("1", "NOON"), &["at noon", "midday", "at 12:00", "12pm"]);
    differs(&at("2", "MORN"), &["in the morning"]);
    let clock = json!({"timing": {"timeOfDay": ["08:00:00", "14:30:00"]}});
    agrees(&clock, &["at 8am and 2:30pm", "at 8:00 and 14:30"]);
}

#[test]
fn dt1_numbers_in_instructions_are_no_facts_of_the_structure() {
    let advice = json!({"additionalInstruction": [{"text": "Maximum dose 6 mg per course"}]});
    agrees(&both(dose("500", "microgram"), advice.clone()), &["500 micrograms, maximum dose 6 mg per course"]);
    differs(&both(dose("500", "microgram"), advice), &["500 micrograms, maximum 5 mg"]);
}

#[test]
fn dt3_and_dt4_without_text_or_without_buildable_structure_nothing_is_compared() {
    let words_only = json!({"patientInstruction": "twice a day"});
    agrees(&words_only, &["once a day"]);
    agrees(&json!({"timing": {"period": "2", "periodUnit": "d"}}), &["once a day"]);
    let without_words: Dosage = serde_json::from_value(times("1", "1", "d")).unwrap();
    assert_eq!(verdict(&without_words), Verdict::Agrees);
}

#[test]
fn a_contradiction_stands_at_the_text_and_names_no_value() {
    let mut order = order();
    order.set(
        &format!("{REQUEST}/dosageInstruction"),
        json!([{
            "text": "10 milligram, Inject, Subcutaneous route, once weekly",
            "timing": {"repeat": {"frequency": 5, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 10, "unit": "milligram"}}]
        }]),
    );
    let finding = order.breaks(&rule::DOSAGE_TEXT_CONTRADICTS, "entry[1].resource.dosageInstruction[0].text");
    assert_eq!(finding.message, "a text that agrees with the structure in its frequency is expected");
    order.keeps(&rule::DOSAGE_TEXT_DIFFERS);
    order.set(&format!("{REQUEST}/dosageInstruction/0/text"), "10mg 5 times a day");
    order.is_good();
}

#[test]
fn no_text_however_odd_stops_the_reader() {
    let structure = both(dose("2", "tablet"), times("1", "1", "d"));
    let odd = [
        "",
        " - - ",
        "½½½",
        "1.2.3",
        "12:3:4:5",
        "every every every",
        "up to",
        "per per",
        "99999999999999999999 tablets",
        "999999999 kg every 999999999 years",
        "0 times every 0 days",
        "every 0 hours",
        "x x 2 x",
        "2 tablets/0 hours",
        "µg μg 5µg",
        "one (2) three (",
        "1 and a half and a half",
        ".5.5",
        "5/5/5",
        "–––",
        "١ tablet",
        "\u{0}",
    ];
    for text in odd {
        let _ = verdict(&dosage(&structure, text));
    }
    agrees(&structure, &["2 tablets daily, not 1.2.3 or 0 times every 0 days"]);
}

proptest! {
    #[test]
    fn no_order_of_words_and_numbers_stops_the_reader(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "999999999", "0", "0.000001", "half", "½", "three", "quarters", "and", "a", "x", "to", "-", "/", "(", ")",
                "up", "at", "least", "max", "rate", "of", "per", "every", "other", "once", "times", "daily", "hourly",
                "in", "for", "over", "hours", "years", "kg", "mg", "tablets", "Monday", "Sunday", "12:00", "pm", "8am", ".",
                " - ", "qds", "before", "night",
            ]),
            0..24,
        ),
    ) {
        let structure = both(dose("999999999", "kilogram"), times("999999999", "1", "a"));
        let text = pieces.join(" ");
        let once = verdict(&dosage(&structure, &text));
        prop_assert_eq!(once, verdict(&dosage(&structure, &text.to_uppercase())));
    }
}
