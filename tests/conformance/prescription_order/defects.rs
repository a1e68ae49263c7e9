//! Defects of the published translator (overview.md §14): each makes the difference it is said to make, and no other;
//! both forms are schema-valid.

use causeway_canonical::model::{Body, Message};
use causeway_syntax::adapter::{Adapter, Compat, Context, Defect};
use causeway_tests::{comparable, schema_valid};
use causeway_translate::{Options, registry, translate};

use super::accounted::{order, systems};

fn context(compat: Compat) -> Context {
    let mut context = systems(Context::at("2026-03-02T10:00:00Z".parse().unwrap()));
    context.compat = compat;
    context
}

fn eps() -> &'static dyn Adapter {
    registry::adapter("eps-hl7v3").unwrap()
}

fn read(fixture: &serde_json::Value) -> Message {
    let text = serde_json::to_string(fixture).unwrap();
    let fhir = registry::adapter("fhir-r4-json").unwrap();
    fhir.read(text.as_bytes(), &context(Compat::NONE)).message.expect("a message")
}

/// The lines that a defect takes away and the lines that it puts in their place; both forms hold against the schema and
/// against the echo.
fn effect(fixture: &serde_json::Value, defect: Defect) -> (Vec<String>, Vec<String>) {
    let message = read(fixture);
    let written = |compat: Compat| {
        let context = context(compat);
        let text = eps().write(&message, &context).unwrap().text;
        schema_valid(&text, "PORX_IN020101UK31").unwrap_or_else(|error| panic!("{}: {error}", defect.code()));
        let echo = causeway_translate::echo::compare(&message, &text, eps(), &context);
        assert!(echo.is_empty(), "{}: {echo:#?}", defect.code());
        comparable(&text).lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    let (right, wrong) = (written(Compat::NONE), written(Compat::NONE.with(defect)));
    let only = |these: &[String], those: &[String]| {
        let mut rest = those.to_vec();
        these
            .iter()
            .filter(|line| match rest.iter().position(|other| other == *line) {
                Some(position) => {
                    rest.remove(position);
                    false
                }
                None => true,
            })
            .cloned()
            .collect::<Vec<_>>()
    };
    (only(&right, &wrong), only(&wrong, &right))
}

fn has(lines: &[String], part: &str) -> bool {
    lines.iter().any(|line| line.contains(part))
}

#[test]
fn eps_d02_calendar_dates_shift_to_the_day_before_in_summer_time() {
    let (right, wrong) = effect(&order("repeat-dispensing.json"), Defect::CalendarDateInUtc);
    assert!(has(&right, "value=\"20260701\"") && has(&wrong, "value=\"20260630\""), "{right:?} {wrong:?}");
    assert_eq!((right.len(), wrong.len()), (1, 1));
}

#[test]
fn eps_d03_a_year_of_birth_is_filled_up_to_a_day() {
    let (right, wrong) = effect(&order("repeat-dispensing.json"), Defect::PartialDateFilled);
    assert!(has(&right, "birthTime value=\"1932\"") && has(&wrong, "birthTime value=\"19320101\""));
    assert_eq!((right.len(), wrong.len()), (1, 1));
}

#[test]
fn eps_d05_the_zone_of_a_v3_time_is_ignored_on_reading() {
    let message = read(&order("acute.json"));
    let text = eps().write(&message, &context(Compat::NONE)).unwrap().text;
    let zoned = text.replace("value=\"20260302091600\"", "value=\"20260302101600+0100\"");
    assert_ne!(text, zoned);
    schema_valid(&zoned, "PORX_IN020101UK31").unwrap();
    let signed_at = |compat: Compat| {
        let message = eps().read(zoned.as_bytes(), &context(compat)).message.unwrap();
        let Body::PrescriptionOrder(order) = message.body else { panic!("a prescription order is expected") };
        order.prescription.signature.unwrap().when.unwrap().as_str().to_owned()
    };
    assert_eq!(signed_at(Compat::NONE), "2026-03-02T09:16:00+00:00");
    assert_eq!(signed_at(Compat::NONE.with(Defect::V3ZoneIgnored)), "2026-03-02T10:16:00+00:00");
}

#[test]
fn eps_d07_an_email_address_is_written_as_a_telephone_number() {
    let (right, wrong) = effect(&order("acute.json"), Defect::EveryTelecomIsTel);
    assert!(has(&right, "value=\"mailto:") && has(&wrong, "value=\"tel:rowan"), "{right:?} {wrong:?}");
    assert_eq!((right.len(), wrong.len()), (1, 1));
}

#[test]
fn eps_d08_an_address_in_words_is_lost() {
    let (right, wrong) = effect(&order("repeat-dispensing.json"), Defect::TextAddressLost);
    assert!(has(&right, "Narrowboat") && !has(&wrong, "Narrowboat"), "{right:?} {wrong:?}");
}

#[test]
fn eps_d09_a_gmc_number_is_sent_without_its_prefix() {
    let (right, wrong) = effect(&order("acute.json"), Defect::GmcWithoutPrefix);
    assert!(has(&right, "extension=\"C7654321\"") && has(&wrong, "extension=\"7654321\""), "{right:?} {wrong:?}");
}

#[test]
fn eps_d10_notes_are_escaped_twice() {
    let (right, wrong) = effect(&order("acute.json"), Defect::InstructionsEscapedTwice);
    assert!(has(&right, "caps & large print") && has(&wrong, "caps &amp; large print"), "{right:?} {wrong:?}");
    assert_eq!((right.len(), wrong.len()), (1, 1));
}

#[test]
fn eps_d11_all_items_get_the_issue_count_of_the_first() {
    let mut fixture = order("repeat-dispensing.json");
    fixture["entry"][2]["resource"]["dispenseRequest"]["numberOfRepeatsAllowed"] = serde_json::json!(2);
    let (right, wrong) = effect(&fixture, Defect::OneIssueCount);
    assert!(has(&right, "high value=\"3\"") && has(&wrong, "high value=\"6\""), "{right:?} {wrong:?}");
    assert_eq!((right.len(), wrong.len()), (1, 1));
}

#[test]
fn eps_d14_a_token_is_never_said_to_be_issued() {
    let mut message = read(&order("acute.json"));
    let Body::PrescriptionOrder(order) = &mut message.body else { panic!("a prescription order is expected") };
    order.prescription.token_issued = Some(true);
    let token = |compat: Compat| {
        let text = eps().write(&message, &context(compat)).unwrap().text;
        schema_valid(&text, "PORX_IN020101UK31").unwrap();
        let text = comparable(&text);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let act = lines.iter().position(|line| line.contains("pertinentTokenIssued")).unwrap();
        lines[act..act + 3].join(" ").contains("value=\"true\"")
    };
    assert!(token(Compat::NONE) && !token(Compat::NONE.with(Defect::TokenNeverIssued)));
}

#[test]
fn eps_d15_a_signature_is_written_without_its_white_space() {
    let message = read(&order("acute.json"));
    let Body::PrescriptionOrder(order) = &message.body else { panic!("a prescription order is expected") };
    let octets = order.prescription.signature.as_ref().unwrap().xml.clone().unwrap();
    let text = |compat: Compat| eps().write(&message, &context(compat)).unwrap().text;
    let (right, wrong) = (text(Compat::NONE), text(Compat::NONE.with(Defect::SignatureRewritten)));
    assert!(right.contains(octets.trim()), "the octets stand unchanged");
    assert!(!wrong.contains(octets.trim()), "the signature is rewritten");
    assert_eq!(comparable(&right), comparable(&wrong), "nothing but white space differs");
    schema_valid(&right, "PORX_IN020101UK31").unwrap();
    schema_valid(&wrong, "PORX_IN020101UK31").unwrap();
}

#[test]
fn every_defect_that_can_be_reproduced_is_shown_here_or_with_the_adapter() {
    let orders = include_str!("defects.rs");
    let others = [
        include_str!("../../../crates/adapter-eps/src/person/directory.rs"),
        include_str!("../../../crates/adapter-eps/tests/naming.rs"),
        include_str!("../../../crates/adapter-eps/tests/dispensing.rs"),
    ];
    for defect in Defect::ALL {
        let name = defect.code().to_lowercase().replace('-', "_");
        let short = name.trim_start_matches("eps_");
        let shown = orders.contains(&format!("fn {name}_"))
            || others.iter().any(|tests| tests.contains(&format!("fn {short}_")));
        assert!(shown, "{} has no test", defect.code());
    }
}

#[test]
fn all_fixtures_translate_with_and_without_the_switch() {
    for name in ["acute.json", "repeat.json", "repeat-dispensing.json", "hospital.json"] {
        for compat in [Compat::NONE, Compat::nhs_eps_api()] {
            let source = serde_json::to_vec(&order(name)).unwrap();
            let context = context(compat);
            let reading = registry::adapter("fhir-r4-json").unwrap().read(&source, &context);
            let translation = translate(&reading, eps(), &context, &Options::default());
            assert!(translation.text.is_some(), "{name}: {:#?}", translation.findings);
            schema_valid(&translation.text.unwrap(), "PORX_IN020101UK31").unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }
}
