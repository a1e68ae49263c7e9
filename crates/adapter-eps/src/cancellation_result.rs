//! Results of a cancellation (responses.md §3).
//!
//! Invariant: the model has the code of `medicationrequest-status-history`, which is that of V3 with `R-` in front.

use causeway_canonical::ledger::{Leaf, Tag, map_rule, place};
use causeway_canonical::model::{AcknowledgementStatus, Coded};

use crate::datatypes::{Origin, coded, is_blank, present};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::rules;
use crate::target::Target;

const PREFIX: &str = "R-";
/// The one result that says that what was asked for was done.
const CANCELLED: &str = "0001";

/// Codes of V3 with their words, as the code system has them.
const RESULTS: [(&str, &str); 12] = [
    (CANCELLED, "Prescription/item was cancelled"),
    ("0002", "Prescription/item was not cancelled. With dispenser. Marked for cancellation"),
    ("0003", "Prescription/item was not cancelled. With dispenser active. Marked for cancellation"),
    ("0004", "Prescription/item was not cancelled. Prescription has been dispensed."),
    ("0005", "Prescription/item has expired"),
    ("0006", "Prescription/item had already been cancelled"),
    ("0007", "Prescription/item cancellation requested by another prescriber"),
    ("0008", "Prescription/item not found"),
    ("0009", "Cancellation functionality disabled in SPINE"),
    ("0010", "Prescription/item was not cancelled. Prescription has been not dispensed."),
    ("5000", "Unable to process message"),
    ("5888", "Invalid Message."),
];

fn words_of(code: &str) -> Option<&'static str> {
    RESULTS.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

/// Whether these are the words of another result.
fn is_of_another(code: &str, display: Option<&str>) -> bool {
    RESULTS.iter().any(|(other, words)| *other != code && Some(*words) == display)
}

/// The code of V3.
fn code_of(result: &Coded) -> Option<&str> {
    result.code_in(uri::CANCEL_RESULT)?.strip_prefix(PREFIX).filter(|code| !is_blank(code))
}

/// What the wrapper says of an answer with that result.
pub(crate) fn status_of(result: Option<&Coded>) -> AcknowledgementStatus {
    match result.and_then(code_of) {
        Some(CANCELLED) => AcknowledgementStatus::Accepted,
        _ => AcknowledgementStatus::Error,
    }
}

/// Writes code, system and display on the element that is open.
pub(crate) fn write(target: &mut Target<'_>, result: &Coded) {
    let origin = Origin::new(place::RESULT.at(&[]));
    let Some(code) = code_of(result) else {
        let message = format!("expected a code of {} that starts with `{PREFIX}`", uri::CANCEL_RESULT);
        return target.refuse(&rules::EPS_RESULT, origin.at.leaf(Leaf::Code), message);
    };
    if is_of_another(code, present(&result.display)) {
        let message = "expected the words of this result, found those of another";
        return target.refuse(&rules::EPS_RESULT, origin.at.leaf(Leaf::Display), message);
    }
    target.attribute("code", code, [origin.tag(Leaf::Code, map_rule::CANONICAL_CODE)]);
    target.attribute("codeSystem", oid::CANCEL_RESULT, [origin.tag(Leaf::System, map_rule::CODE_SYSTEM_OID)]);
    match (present(&result.display), words_of(code)) {
        (Some(display), _) => target.attribute("displayName", display, [origin.tag(Leaf::Display, map_rule::NONE)]),
        (None, Some(words)) => {
            let tag = Tag::Default(origin.at.leaf(Leaf::Display), map_rule::STATED_BY_MESSAGE);
            target.attribute("displayName", words, [tag]);
        }
        (None, None) => {}
    }
}

/// Reads the result. One that the table does not have stays what it is, and is reported (EPS-D46).
pub(crate) fn read(value: Element<'_>) -> Option<Coded> {
    let at = place::RESULT.at(&[]);
    coded::check_system(value, oid::CANCEL_RESULT);
    value.value("codeSystem", at.leaf(Leaf::System), map_rule::CODE_SYSTEM_OID);
    let display = value.value("displayName", at.leaf(Leaf::Display), map_rule::NONE);
    let code = value.required_value("code", at.leaf(Leaf::Code), map_rule::CANONICAL_CODE)?;
    if words_of(code).is_none() {
        value.complain(&rules::V3_RESULT, "expected a known result of a cancellation");
    }
    if is_of_another(code, display) {
        value.complain(&rules::V3_RESULT_DISAGREEMENT, "expected the words of this result, found those of another");
    }
    Some(of(code, display))
}

fn of(code: &str, display: Option<&str>) -> Coded {
    let display = display.filter(|display| !is_blank(display)).map(str::to_owned);
    Coded { display, ..Coded::new(uri::CANCEL_RESULT, &[PREFIX, code].concat()) }
}

/// What comes back of a result.
pub(crate) fn project(result: &Coded) -> Option<Coded> {
    let code = code_of(result)?;
    Some(of(code, present(&result.display).or(words_of(code))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_only_a_cancelled_item_is_accepted() {
        for (code, _) in RESULTS {
            let expected = if code == "0001" { AcknowledgementStatus::Accepted } else { AcknowledgementStatus::Error };
            assert_eq!(status_of(Some(&of(code, None))), expected, "{code}");
        }
        assert_eq!(status_of(None), AcknowledgementStatus::Error);
        assert_eq!(status_of(Some(&Coded::new("https://other.example", "R-0001"))), AcknowledgementStatus::Error);
    }

    #[test]
    fn s3_a_result_without_words_has_those_of_the_code_system() {
        let words = |result: &Coded| project(result).unwrap().display.unwrap_or_default();
        assert_eq!(words(&of("0005", None)), "Prescription/item has expired");
        assert_eq!(words(&of("5000", Some("What Spine says"))), "What Spine says");
        assert_eq!(words(&of("0042", None)), "");
    }
}
