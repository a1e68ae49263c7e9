use causeway_syntax::adapter::Context;
use causeway_terminology::NameHash;
use causeway_translate::registry;
use serde_json::json;

use super::*;
use crate::testing::told::{self, Told};
use crate::{Checks, Layers, check_layers};

/// The medicine and the unit of the messages that are told.
const MEDICINE_CODE: u64 = 322_280_009;
const UNIT_CODE: u64 = 428_641_000;

struct Invented(Vec<Entry>);

impl Dictionary for Invented {
    fn look_up(&self, code: u64, _wanted: Sort) -> Option<Entry> {
        self.0.iter().find(|entry| entry.code == code).copied()
    }
}

fn entry(code: u64, level: Level) -> Entry {
    Entry {
        code,
        level,
        inactive: false,
        successor: None,
        part_of: None,
        schedule: None,
        unavailable: false,
        unprescribable: false,
        names: [Some(NameHash::of("Calmivol 5mg tablets")), None],
    }
}

/// A dictionary that knows the unit, and the medicine as this.
fn knowing(medicine: Entry) -> Invented {
    Invented(vec![entry(UNIT_CODE, Level::Unit), medicine])
}

fn product() -> Entry {
    entry(MEDICINE_CODE, Level::Vmp)
}

fn findings(told: &Told, dictionary: &dyn Dictionary) -> Vec<Finding> {
    let text = serde_json::to_string_pretty(&told.message).unwrap();
    let context = Context::at("2026-01-06T12:00:00Z".parse().unwrap());
    let reading = registry::adapter("canonical-json").unwrap().read(text.as_bytes(), &context);
    let checks = Checks { layers: Layers::ALL, dictionary: Some(dictionary) };
    let findings = check_layers("canonical-json", &reading, &context, checks);
    assert!(findings.iter().all(|finding| finding.position.line > 1), "{findings:#?}");
    findings
}

/// Rule, severity and path below the body of each finding.
fn told_of(told: &Told, dictionary: &dyn Dictionary) -> Vec<(&'static str, Severity, String)> {
    let start = format!("$.body.{}.", told.member);
    let place = |finding: &Finding| finding.path.strip_prefix(&start).unwrap_or(&finding.path).to_owned();
    let findings = findings(told, dictionary);
    findings.iter().map(|finding| (finding.rule.name, finding.severity, place(finding))).collect()
}

fn names(told: &Told, dictionary: &dyn Dictionary) -> Vec<&'static str> {
    told_of(told, dictionary).into_iter().map(|(name, ..)| name).collect()
}

const CODE: &str = "item[0].medicine.code.coding[0].code";

#[test]
fn messages_whose_codes_the_dictionary_knows_break_no_rule() {
    for told in told::all() {
        assert!(names(&told, &knowing(product())).is_empty(), "{}", told.member);
    }
}

#[test]
fn without_a_dictionary_no_code_is_looked_up() {
    for told in told::all() {
        told.is_good();
    }
}

#[test]
fn a_layer_that_is_not_asked_looks_nothing_up() {
    let text = told::order().message.to_string();
    let context = Context::at("2026-01-06T12:00:00Z".parse().unwrap());
    let reading = registry::adapter("canonical-json").unwrap().read(text.as_bytes(), &context);
    let layers = Layers { identifiers: false, ..Layers::ALL };
    let checks = Checks { layers, dictionary: Some(&Invented(Vec::new())) };
    assert_eq!(check_layers("canonical-json", &reading, &context, checks), []);
}

#[test]
fn unknown_medicines_and_units_are_found_in_every_kind_that_has_them() {
    let nothing = Invented(Vec::new());
    let order = told_of(&told::order(), &nothing);
    assert_eq!(
        order,
        [
            ("medicine-unknown", Severity::Warning, CODE.to_owned()),
            ("unit-unknown", Severity::Warning, "item[0].quantity.code".to_owned()),
        ]
    );
    for (told, count) in [
        (told::order(), 2),
        (told::cancellation(), 2),
        (told::cancelled(), 1),
        (told::release(), 4),
        // Two items as they were asked for, and the supply of one.
        (told::notification(), 6),
        (told::claim(), 6),
        (told::history(), 6),
        (told::withdrawal(), 0),
        (told::refusal(), 0),
    ] {
        assert_eq!(names(&told, &nothing).len(), count, "{}", told.member);
    }
}

#[test]
fn an_inactive_code_is_found_and_it_is_said_whether_another_took_its_place() {
    let withdrawn = Entry { inactive: true, ..product() };
    let superseded = Entry { successor: Some(39_113_611_000_001_102), names: [None; 2], ..withdrawn };
    for (medicine, ending) in
        [(withdrawn, "the code is no longer in use"), (superseded, "the dictionary names the one that took its place")]
    {
        let findings = findings(&told::order(), &knowing(medicine));
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!((finding.rule.name, finding.severity), ("medicine-inactive", Severity::Warning));
        assert!(finding.message.ends_with(ending), "{finding}");
        assert!(!finding.to_string().contains("3911361"), "{finding}");
    }
}

#[test]
fn an_order_is_refused_for_the_level_of_a_medicine_and_what_follows_it_is_warned_of() {
    for level in Level::ALL {
        let dictionary = knowing(entry(MEDICINE_CODE, level));
        let expected = |severity| match level {
            Level::Vmp | Level::Amp => vec![],
            _ => vec![("medicine-level", severity, CODE.to_owned())],
        };
        assert_eq!(told_of(&told::order(), &dictionary), expected(Severity::Error), "{level:?}");
        assert_eq!(told_of(&told::cancellation(), &dictionary), expected(Severity::Warning), "{level:?}");
    }
}

#[test]
fn a_pack_may_be_supplied_though_not_prescribed() {
    for level in [Level::Vmpp, Level::Ampp] {
        let dictionary = knowing(entry(MEDICINE_CODE, level));
        for told in [told::notification(), told::claim()] {
            let found = told_of(&told, &dictionary);
            assert_eq!(found.len(), 2, "{found:?}");
            assert!(found.iter().all(|(name, severity, path)| {
                *name == "medicine-level" && *severity == Severity::Warning && !path.contains("supply")
            }));
        }
    }
    let moiety = knowing(entry(MEDICINE_CODE, Level::Vtm));
    assert_eq!(told_of(&told::notification(), &moiety).len(), 3);
}

#[test]
fn a_product_that_may_not_be_prescribed_is_warned_of_in_an_order() {
    let dictionary = knowing(Entry { unprescribable: true, ..product() });
    assert_eq!(names(&told::order(), &dictionary), ["medicine-unprescribable"]);
    assert!(names(&told::notification(), &dictionary).is_empty());
}

#[test]
fn a_name_is_compared_with_those_that_the_dictionary_has() {
    let mut order = told::order();
    let display = "/item/0/medicine/code/coding/0/display";
    for (name, expected) in [
        ("Calmivol 5mg tablets", &[][..]),
        ("calmivol 5 mg tablets", &[]),
        ("Calmivol 10mg", &["medicine-name-differs"]),
    ] {
        order.set(display, name);
        assert_eq!(names(&order, &knowing(product())), expected, "{name}");
    }
    let found = told_of(&order, &knowing(product()));
    assert_eq!(found[0].2, "item[0].medicine.code.coding[0].display");
}

#[test]
fn a_schedule_is_compared_where_the_message_tells_one() {
    let mut order = told::order();
    let system = "https://fhir.nhs.uk/CodeSystem/medicationrequest-controlled-drug";
    order.set(
        "/item/0/controlledDrug",
        json!({"schedule": {"system": system, "code": "CD2"}, "quantityWords": "twenty eight"}),
    );
    let with = |schedule| knowing(Entry { schedule, ..product() });
    let found = |schedule| names(&order, &with(schedule));
    assert!(found(Some(2)).is_empty());
    assert_eq!(found(Some(3)), ["controlled-drug-schedule-differs"]);
    assert_eq!(found(None), ["controlled-drug-schedule-differs"]);
    assert!(names(&told::order(), &with(Some(2))).is_empty());
}

#[test]
fn units_forms_and_routes_are_looked_up_wherever_they_stand() {
    let snomed = |code: &str| json!({"coding": [{"system": "http://snomed.info/sct", "code": code}]});
    let amount = |code: &str| json!({"value": "1", "system": "https://dmd.nhs.uk", "code": code});
    let mut order = told::order();
    order.set("/item/0/medicine/form", snomed("385055001"));
    order.set(
        "/item/0/dosage",
        json!([{
            "text": "one a day",
            "route": snomed("26643006"),
            "doseAndRate": [{"doseQuantity": amount("428673006")}],
            "maxDosePerLifetime": amount("258684004")
        }]),
    );
    let known = [
        (385_055_001, Level::Form),
        (26_643_006, Level::Route),
        (428_673_006, Level::Unit),
        (258_684_004, Level::Unit),
    ];
    let dictionary = |change: &dyn Fn(Entry) -> Option<Entry>| {
        let beside = known.iter().filter_map(|(code, level)| change(entry(*code, *level)));
        Invented([product(), entry(UNIT_CODE, Level::Unit)].into_iter().chain(beside).collect())
    };
    assert!(names(&order, &dictionary(&Some)).is_empty());
    let unknown = ["form-unknown", "route-unknown", "unit-unknown", "unit-unknown"];
    assert_eq!(names(&order, &dictionary(&|_| None)), unknown);
    let inactive = dictionary(&|entry| Some(Entry { inactive: true, ..entry }));
    assert_eq!(names(&order, &inactive), ["form-inactive", "route-inactive", "unit-inactive", "unit-inactive"]);
    // A medicine's code is no unit, form or route.
    let other = dictionary(&|known| Some(entry(known.code, Level::Ingredient)));
    assert_eq!(names(&order, &other), unknown);
}

#[test]
fn a_code_that_does_not_hold_is_not_looked_up() {
    let mut order = told::order();
    order.set("/item/0/medicine/code/coding/0/code", "322280008");
    assert_eq!(names(&order, &knowing(product())), ["medicine-code-check"]);
    order.set("/item/0/medicine/code/coding/0/system", "https://example.org/formulary");
    assert!(names(&order, &knowing(product())).is_empty());
}
