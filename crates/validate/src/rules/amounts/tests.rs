use crate::catalogue as rule;
use crate::testing::{REQUEST, order, told};
use serde_json::{Value, json};

/// A number with its text, which [`json!`] would write in its own way.
fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_quantity_of_nothing_or_less_is_refused() {
    for value in ["0", "0.0", "-1", "-0.5"] {
        order()
            .set(&format!("{REQUEST}/dispenseRequest/quantity/value"), number(value))
            .is_refused_by(&rule::QUANTITY_POSITIVE, "entry[1].resource.dispenseRequest.quantity.value");
    }
    order().set(&format!("{REQUEST}/dispenseRequest/quantity/value"), number("0.5")).is_good();
}

#[test]
fn s8_an_exponent_in_the_quantity_is_warned_of_and_one_that_nobody_can_count_is_refused() {
    let mut order = order();
    order.set(&format!("{REQUEST}/dispenseRequest/quantity/value"), "marker");
    use causeway_canonical::Severity::{Error, Warning};
    for (written, severity) in
        [("1e2", Warning), ("1E+2", Warning), ("1.5E1", Warning), ("1e-300", Error), ("1e300", Error)]
    {
        let text = serde_json::to_string(&order.bundle).unwrap().replacen("\"marker\"", written, 1);
        let findings = crate::testing::check_text(&text);
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!(finding.rule, &rule::QUANTITY_EXPONENT);
        assert_eq!(finding.severity, severity);
        assert_eq!(finding.path, "Bundle.entry[1].resource.dispenseRequest.quantity.value");
    }
}

#[test]
fn a_unit_code_without_its_system_is_warned_of() {
    order()
        .remove(&format!("{REQUEST}/dispenseRequest/quantity/system"))
        .is_warned_of_by(&rule::UNIT_SYSTEM_MISSING, "entry[1].resource.dispenseRequest.quantity.code");
}

#[test]
fn doses_rates_and_maxima_below_zero_are_refused_and_nothing_is_warned_of() {
    let amount = |value: i32| json!({"value": value, "unit": "mg"});
    let dose = |name: &str, value: Value| json!([{ (name): value }]);
    type Make<'a> = (&'a str, Box<dyn Fn(i32) -> Value + 'a>, &'a str);
    let cases: [Make<'_>; 9] = [
        ("doseAndRate", Box::new(|it| dose("doseQuantity", amount(it))), "doseAndRate[0].doseQuantity.value"),
        (
            "doseAndRate",
            Box::new(|it| dose("doseRange", json!({"high": amount(it)}))),
            "doseAndRate[0].doseRange.high.value",
        ),
        ("doseAndRate", Box::new(|it| dose("rateQuantity", amount(it))), "doseAndRate[0].rateQuantity.value"),
        (
            "doseAndRate",
            Box::new(|it| dose("rateRange", json!({"high": amount(it)}))),
            "doseAndRate[0].rateRange.high.value",
        ),
        (
            "doseAndRate",
            Box::new(|it| dose("rateRatio", json!({"numerator": amount(it), "denominator": amount(1)}))),
            "doseAndRate[0].rateRatio.numerator.value",
        ),
        (
            "doseAndRate",
            Box::new(|it| dose("rateRatio", json!({"numerator": amount(1), "denominator": amount(it)}))),
            "doseAndRate[0].rateRatio.denominator.value",
        ),
        (
            "maxDosePerPeriod",
            Box::new(|it| json!({"numerator": amount(it), "denominator": amount(1)})),
            "maxDosePerPeriod.numerator.value",
        ),
        ("maxDosePerAdministration", Box::new(amount), "maxDosePerAdministration.value"),
        ("maxDosePerLifetime", Box::new(amount), "maxDosePerLifetime.value"),
    ];
    for (name, make, path) in cases {
        let path = format!("entry[1].resource.dosageInstruction[0].{path}");
        let set = |value| {
            let mut order = order();
            order.set(&format!("{REQUEST}/dosageInstruction/0/{name}"), make(value));
            order
        };
        set(-1).is_refused_by(&rule::DOSE_POSITIVE, &path);
        set(0).is_warned_of_by(&rule::DOSE_POSITIVE, &path);
        set(1).keeps(&rule::DOSE_POSITIVE);
    }
}

#[test]
fn a_range_from_nothing_is_no_fault_and_one_from_below_is() {
    for name in ["doseRange", "rateRange"] {
        let set = |low: i32| {
            let mut order = order();
            let range = json!({"low": {"value": low, "unit": "mg"}, "high": {"value": 2, "unit": "mg"}});
            order.set(&format!("{REQUEST}/dosageInstruction/0/doseAndRate"), json!([{ (name): range }]));
            order
        };
        set(0).keeps(&rule::DOSE_POSITIVE);
        let path = format!("entry[1].resource.dosageInstruction[0].doseAndRate[0].{name}.low.value");
        set(-1).is_refused_by(&rule::DOSE_POSITIVE, &path);
    }
}

#[test]
fn timing_below_zero_is_refused_once_and_nothing_is_warned_of_or_refused() {
    let path = |name: &str| format!("entry[1].resource.dosageInstruction[0].timing.repeat.{name}");
    for (name, unit) in [("period", "periodUnit"), ("duration", "durationUnit")] {
        let mut order = order();
        order.set(&format!("{REQUEST}/dosageInstruction/0/timing"), json!({"repeat": {(name): 0, (unit): "d"}}));
        order.is_warned_of_by(&rule::TIMING_POSITIVE, &path(name));
        order.set(&format!("{REQUEST}/dosageInstruction/0/timing/repeat/{name}"), -1);
        order.is_refused_by(&rule::SHAPE_RANGE, &path(name));
        order.keeps(&rule::TIMING_POSITIVE);
    }
    for name in ["count", "frequency"] {
        for value in [0, -1] {
            let mut order = order();
            order.set(&format!("{REQUEST}/dosageInstruction/0/timing"), json!({"repeat": {(name): value}}));
            order.is_refused_by(&rule::SHAPE_RANGE, &path(name));
            order.keeps(&rule::TIMING_POSITIVE);
        }
    }
}

#[test]
fn timing_is_judged_where_no_schema_was_asked() {
    let rules = crate::Layers { shape: false, identifiers: false, rules: true };
    for (value, severity) in [(0, "warning"), (-1, "error")] {
        let mut order = order();
        order.set(&format!("{REQUEST}/dosageInstruction/0/timing"), json!({"repeat": {"frequency": value}}));
        let findings = order.findings_of(rules);
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!(finding.rule, &rule::TIMING_POSITIVE);
        assert_eq!(serde_json::to_value(finding.severity).unwrap(), severity);
    }
}

#[test]
fn amounts_are_judged_in_what_was_released_and_in_what_was_supplied() {
    told::release()
        .set("/released/1/order/item/0/quantity/value", "0")
        .is_refused_by(&rule::QUANTITY_POSITIVE, "released[1].order.item[0].quantity.value");
    let dosage = json!([{"doseAndRate": [{"doseQuantity": {"value": "-1"}}]}]);
    told::notification()
        .set("/item/0/supply/0/dosage", dosage)
        .is_refused_by(&rule::DOSE_POSITIVE, "item[0].supply[0].dosage[0].doseAndRate[0].doseQuantity.value");
    told::history()
        .set("/history/0/notification/item/0/supply/0/daysSupply", json!({"value": "0"}))
        .is_warned_of_by(&rule::TIMING_POSITIVE, "history[0].notification.item[0].supply[0].daysSupply.value");
}

#[test]
fn nothing_may_be_supplied_of_an_item_that_was_not_dispensed() {
    let path = "item[0].supply[0].quantity.value";
    let mut told = told::notification();
    told.set("/item/0/supply/0/quantity/value", "0").is_warned_of_by(&rule::QUANTITY_POSITIVE, path);
    told.set("/item/0/supply/0/quantity/value", "-1").is_refused_by(&rule::QUANTITY_POSITIVE, path);
    told.set("/prescription/status/code", "0003").set("/item/0/dispenseStatus/coding/0/code", "0004");
    told.is_refused_by(&rule::QUANTITY_POSITIVE, path);
    told.set("/item/0/supply/0/quantity/value", "0").is_good();
}

#[test]
fn dosage_texts_are_held_against_their_structure_in_what_was_released_and_in_what_was_supplied() {
    let dosage = json!([{
        "text": "Take two tablets once a day",
        "method": {"coding": [{"system": "http://snomed.info/sct", "code": "419652001", "display": "Take"}]},
        "timing": {"frequency": "3", "period": "1", "periodUnit": "d"}
    }]);
    let rule = &rule::DOSAGE_TEXT_CONTRADICTS;
    told::release()
        .set("/released/1/order/item/0/dosage", dosage.clone())
        .is_warned_of_by(rule, "released[1].order.item[0].dosage[0].text");
    told::notification()
        .set("/item/0/supply/0/dosage", dosage)
        .is_warned_of_by(rule, "item[0].supply[0].dosage[0].text");
}
