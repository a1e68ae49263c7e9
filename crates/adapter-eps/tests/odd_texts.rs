//! Whatever text a field holds, it comes back as projected, or is refused: nothing changes its field or its form unsaid.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use std::collections::BTreeSet;

use causeway_adapter_eps::EpsV3;
use causeway_canonical::model::Message;
use causeway_canonical::refused;
use causeway_syntax::adapter::{Adapter, Compat, Context};
use common::orders::{by_identifier, message, repeat_dispensing, with_every_text};
use common::{context, differences, unread};
use common::{dispensing, naming};
use serde_json::Value;

const ODD: &[&str] = &[
    "",
    " ",
    "\u{a0}",
    " a\tb ",
    "a\nb\r\nc\rd",
    "&lt;&amp;]]>\"'<a>",
    "tel:",
    "fax: tel:1",
    "CD: x\ny",
    "<medication>x</medication><patientInfo>",
    "é\u{1F600}",
    "\u{1}",
];

/// Every text in a JSON value, by its pointer.
fn texts(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(pointer.to_owned()),
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| texts(member, &format!("{pointer}/{name}"), found));
        }
        Value::Array(members) => {
            members.iter().enumerate().for_each(|(at, member)| texts(member, &format!("{pointer}/{at}"), found));
        }
        _ => {}
    }
}

/// Every message with those of its texts that no message of its kind before it has.
fn cases() -> Vec<(Value, Vec<String>)> {
    let mut seen = BTreeSet::new();
    let orders = [with_every_text(), repeat_dispensing(), by_identifier()].map(message);
    // The longest messages hold nothing that shorter ones do not.
    let long = ["history", "released prescriptions"];
    let others = naming::messages().into_iter().chain(dispensing::messages());
    let others = others.filter(|(name, ..)| !long.contains(name)).map(|(_, message, _)| message);
    orders
        .into_iter()
        .chain(others)
        .map(|message| {
            let value = serde_json::to_value(message).unwrap();
            let mut pointers = Vec::new();
            texts(&value, "", &mut pointers);
            pointers.retain(|pointer| seen.insert(as_of_order(pointer)));
            (value, pointers)
        })
        .collect()
}

/// A pointer into a released prescription as one into an order, which is read and written by the same code.
fn as_of_order(pointer: &str) -> String {
    match pointer.split_once("/order/") {
        Some((before, rest)) if before.contains("/released/") => format!("/body/prescriptionOrder/{rest}"),
        _ => pointer.to_owned(),
    }
}

/// Whether the message was written, after the check.
fn check(message: &Message, context: &Context, case: &str) -> bool {
    let Ok(written) = EpsV3.write(message, context) else { return false };
    let reading = EpsV3.read(written.text.as_bytes(), context);
    assert!(!refused(&reading.findings), "{case}: {:#?}", reading.findings);
    assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new(), "{case}");
    let back = reading.message.as_ref().unwrap();
    let mut projected = message.clone();
    EpsV3.project(&mut projected, context);
    assert_eq!(differences(back, &projected), Vec::<String>::new(), "{case}");
    EpsV3.project(&mut projected, context);
    assert_eq!(differences(back, &projected), Vec::<String>::new(), "{case}: projected twice");
    true
}

#[test]
fn any_text_in_any_field_comes_back_as_projected_or_is_refused() {
    let mut written = 0;
    for (value, pointers) in cases() {
        for pointer in pointers {
            for odd in ODD {
                let mut value = value.clone();
                *value.pointer_mut(&pointer).unwrap() = Value::String((*odd).to_owned());
                // Dates, numbers and words of the model are refused before an adapter sees them.
                let Ok(message) = serde_json::from_value::<Message>(value) else { continue };
                for compat in [Compat::NONE, Compat::nhs_eps_api()] {
                    written += usize::from(check(&message, &context(compat), &format!("{pointer} {odd:?} {compat:?}")));
                }
            }
        }
    }
    assert!(written > 1000, "{written}");
}

#[test]
fn any_field_that_is_missing_is_filled_as_projected_or_refused() {
    for (value, pointers) in cases() {
        for pointer in pointers {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            for levels in 0..3 {
                let mut value = value.clone();
                let parent = parent.rsplitn(levels + 1, '/').last().unwrap();
                match value.pointer_mut(parent) {
                    Some(Value::Object(members)) => {
                        let name = pointer[parent.len()..].split('/').nth(1).unwrap_or(name);
                        members.remove(name);
                    }
                    Some(Value::Array(members)) => members.clear(),
                    _ => continue,
                }
                let Ok(message) = serde_json::from_value::<Message>(value) else { continue };
                for compat in [Compat::NONE, Compat::nhs_eps_api()] {
                    check(&message, &context(compat), &format!("without {pointer}, {levels} up"));
                }
            }
        }
    }
}
