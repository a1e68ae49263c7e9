//! Error codes of Spine's answers and the issue codes that callers of EPS know (responses.md §4).
//!
//! Invariants:
//! - One code of V3 has one issue code; the first row of an issue code is the one that is written for it.
//! - Codes of systems other than the two in the table stand for themselves.

use causeway_canonical::model::{Coded, Issue};
use causeway_canonical::{Problem, Severity};

use crate::datatypes::present;
use crate::oid::{self, uri};

/// One code of V3 and what it means.
struct Row {
    v3: &'static str,
    problem: Problem,
    system: &'static str,
    code: &'static str,
    words: &'static str,
}

const fn row(v3: &'static str, problem: Problem, system: &'static str, code: &'static str, words: &'static str) -> Row {
    Row { v3, problem, system, code, words }
}

/// Codes of prescribing, …4.17.22.
static PRESCRIBING: &[Row] = &[
    row("0001", Problem::BusinessRule, uri::EPS_ISSUE, "PATIENT_DECEASED", "Patient is recorded as dead"),
    row("0002", Problem::Duplicate, uri::EPS_ISSUE, "DUPLICATE_PRESCRIPTION_ID", "Prescription id exists"),
    row("0003", Problem::BusinessRule, uri::EPS_ISSUE, "MISSING_DIGITAL_SIGNATURE", "Digital signature not found"),
    row("0005", Problem::NotFound, uri::EPS_ISSUE, "PRESCRIPTION_NOT_FOUND", "Prescription not found"),
    row("0007", Problem::CodeInvalid, uri::SPINE_ISSUE, "INVALID_RESOURCE_ID", "Id is not valid"),
    row("0008", Problem::Value, uri::SPINE_ISSUE, "MISSING_VALUE", "Missing value"),
    row("0009", Problem::Structure, uri::EPS_ISSUE, "INVALID_MESSAGE", "Invalid message"),
    row("7002", Problem::Structure, uri::EPS_ISSUE, "INVALID_MESSAGE", "Invalid message"),
    row(
        "0010",
        Problem::BusinessRule,
        uri::EPS_ISSUE,
        "INVALID_NUMBER_MEDICATIONREQUESTS",
        "Number of items must be 1 to 4",
    ),
    row(
        "0012",
        Problem::BusinessRule,
        uri::EPS_ISSUE,
        "PRESCRIPTION_INVALID_STATE_TRANSITION",
        "Invalid state transition of the prescription",
    ),
    row(
        "0013",
        Problem::BusinessRule,
        uri::EPS_ISSUE,
        "MEDICATIONREQUEST_INVALID_STATE_TRANSITION",
        "Invalid state transition of the item",
    ),
    row("0014", Problem::NotFound, uri::EPS_ISSUE, "MEDICATIONREQUEST_NOT_FOUND", "Item not found"),
    row("0015", Problem::BusinessRule, uri::EPS_ISSUE, "CLAIM_INVALID_NOT_DISPENSED", "Claim before dispensing"),
    row("0018", Problem::BusinessRule, uri::EPS_ISSUE, "MISMATCH_AUTHORISED_REPEAT_COUNT", "Repeat counts differ"),
    row("0019", Problem::BusinessRule, uri::EPS_ISSUE, "INVALID_REPEAT_COUNT", "Repeat count must be 1 to 99"),
    row(
        "0021",
        Problem::BusinessRule,
        uri::EPS_ISSUE,
        "DISPENSE_AMEND_IDENTIFIER_MISMATCH",
        "Not the last dispense event",
    ),
    row("0099", Problem::Conflict, uri::SPINE_ISSUE, "RESOURCE_VERSION_MISMATCH", "Version mismatch"),
    row("0100", Problem::BusinessRule, uri::SPINE_ISSUE, "CLAIM_AMEND_PERIOD_ISSUE", "Outside the claim period"),
    row("5008", Problem::Duplicate, uri::EPS_ISSUE, "DUPLICATE_MEDICATIONREQUEST_ID", "Item id exists"),
    row("5009", Problem::CheckDigit, uri::EPS_ISSUE, "INVALID_CHECK_DIGIT", "Invalid check digit"),
    row("9006", Problem::DateFormat, uri::EPS_ISSUE, "INVALID_DATE_FORMAT", "Invalid date format"),
    row("9999", Problem::Loss, uri::SPINE_ISSUE, "FAILURE_TO_PROCESS_MESSAGE", "Failure to process message"),
];

/// Codes of release and dispensing, …4.16.34.
static DISPENSING: &[Row] = &[
    row("0001", Problem::BusinessRule, uri::EPS_ISSUE, "PRESCRIPTION_CANCELLED", "Prescription is cancelled"),
    row("0002", Problem::BusinessRule, uri::EPS_ISSUE, "PRESCRIPTION_EXPIRED", "Prescription has expired"),
    row("0003", Problem::NotFound, uri::SPINE_ISSUE, "RESOURCE_NOT_FOUND", "Prescription not found"),
    row(
        "0004",
        Problem::BusinessRule,
        uri::EPS_ISSUE,
        "PRESCRIPTION_WITH_ANOTHER_DISPENSER",
        "Prescription is with another dispenser",
    ),
    row("0005", Problem::BusinessRule, uri::EPS_ISSUE, "PRESCRIPTION_DISPENSED", "Prescription has been dispensed"),
    row("0006", Problem::Informational, uri::EPS_ISSUE, "NO_MORE_PRESCRIPTIONS", "No more prescriptions available"),
    row("0007", Problem::Exception, uri::EPS_ISSUE, "SERVICE_DISABLED", "Service is disabled"),
    row("0099", Problem::Conflict, uri::SPINE_ISSUE, "RESOURCE_VERSION_MISMATCH", "Version mismatch"),
    row("5000", Problem::Loss, uri::SPINE_ISSUE, "FAILURE_TO_PROCESS_MESSAGE", "Unable to process message"),
    row("5888", Problem::Invalid, uri::EPS_ISSUE, "INVALID_MESSAGE", "Invalid message"),
    row("9006", Problem::DateFormat, uri::EPS_ISSUE, "INVALID_DATE_FORMAT", "Invalid date format"),
];

/// What an unknown code of the two systems becomes.
const UNKNOWN: &str = "ERROR";

/// Displays of V3 are cut here, so that an explanation never makes an answer unreadable to a strict receiver.
const LONGEST_DISPLAY: usize = 255;

/// An error as it stands in V3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct V3Error {
    pub(crate) system: String,
    pub(crate) code: String,
    pub(crate) display: Option<String>,
    /// `ER`, `WG` or `IN`.
    pub(crate) qualifier: Option<String>,
    /// What the display has no room for: the whole explanation, and where in the message the error is.
    pub(crate) text: Option<String>,
}

fn table_of(system: &str) -> Option<&'static [Row]> {
    match system {
        oid::PRESCRIBE_ERROR => Some(PRESCRIBING),
        oid::DISPENSE_ERROR => Some(DISPENSING),
        _ => None,
    }
}

/// The issue that a code of V3 stands for.
pub(crate) fn issue_of(error: &V3Error) -> Issue {
    let severity = match error.qualifier.as_deref() {
        Some("WG") => Severity::Warning,
        Some("IN") => Severity::Information,
        _ => Severity::Error,
    };
    let table = table_of(&error.system);
    let row = table.and_then(|rows| rows.iter().find(|row| row.v3 == error.code));
    let (problem, system, code) = match (row, table) {
        (Some(row), _) => (row.problem, row.system, row.code),
        (None, Some(_)) => (Problem::Invalid, uri::SPINE_ISSUE, UNKNOWN),
        (None, None) => (Problem::Invalid, uri::SPINE_ISSUE, error.code.as_str()),
    };
    Issue {
        severity: Some(if problem == Problem::Informational { Severity::Information } else { severity }),
        problem: Some(problem),
        code: Some(Coded { display: error.display.clone(), ..Coded::new(system, code) }),
        diagnostics: error.text.clone(),
        ..Issue::default()
    }
}

/// The issue that a code stands for where V3 has no place for its severity.
pub(crate) fn stated_issue_of(error: &V3Error) -> Issue {
    issue_of(&V3Error { qualifier: None, text: None, ..error.clone() })
}

/// The code of V3 for an issue: by its own code, or else by the sort of problem.
pub(crate) fn error_of(issue: &Issue) -> V3Error {
    let own = issue.code.as_ref().and_then(|coded| Some((coded.system.as_deref()?, present(&coded.code)?)));
    let by_code = own.and_then(|(system, code)| {
        let matches = |row: &&Row| row.system == system && row.code == code;
        let prescribing = PRESCRIBING.iter().find(matches).map(|row| (oid::PRESCRIBE_ERROR, row.v3, row.words));
        let dispensing = || DISPENSING.iter().find(matches).map(|row| (oid::DISPENSE_ERROR, row.v3, row.words));
        let spine = || (system == uri::SPINE_ISSUE && code != UNKNOWN).then_some((oid::SPINE_ERROR, code, code));
        prescribing.or_else(dispensing).or_else(spine)
    });
    let (system, code, words) = by_code.unwrap_or_else(|| by_problem(issue.problem));
    said_in_full(issue, system, code, words)
}

/// The code of V3 for an issue where V3 has a place for a text beside it: nothing that is said of the issue is left out.
pub(crate) fn told_error_of(issue: &Issue) -> V3Error {
    let mut error = error_of(issue);
    if let Some(said) = issue.code.as_ref().and_then(|coded| present(&coded.display)) {
        error.display = Some(cut(said));
    }
    error.text = text_of(issue).filter(|text| error.display.as_ref() != Some(text));
    error
}

/// The explanation of an issue with the place that it speaks of.
fn text_of(issue: &Issue) -> Option<String> {
    let mut parts: Vec<String> = present(&issue.diagnostics).map(str::to_owned).into_iter().collect();
    let mut place: Vec<String> = issue.expression.iter().map(|path| format!("at {path}")).collect();
    place.extend(issue.line.map(|line| format!("line {line}")));
    place.extend(issue.column.map(|column| format!("column {column}")));
    if !place.is_empty() {
        parts.push(place.join(", "));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_DISPLAY).collect()
}

/// The code of release and dispensing for an issue, whatever other list has one, too.
pub(crate) fn dispensing_error_of(issue: &Issue) -> V3Error {
    let own = issue.code.as_ref().and_then(|coded| Some((coded.system.as_deref()?, present(&coded.code)?)));
    let row = own.and_then(|(system, code)| DISPENSING.iter().find(|row| row.system == system && row.code == code));
    match row {
        Some(row) => said_in_full(issue, oid::DISPENSE_ERROR, row.v3, row.words),
        None => error_of(issue),
    }
}

fn said_in_full(issue: &Issue, system: &str, code: &str, words: &str) -> V3Error {
    let said = issue.code.as_ref().and_then(|coded| present(&coded.display));
    let display = present(&issue.diagnostics).or(said).unwrap_or(words);
    let qualifier = match issue.severity {
        Some(Severity::Information) => "IN",
        Some(Severity::Warning) => "WG",
        Some(Severity::Error) | None => "ER",
    };
    V3Error {
        system: system.to_owned(),
        code: code.to_owned(),
        display: Some(cut(display)),
        qualifier: Some(qualifier.to_owned()),
        text: None,
    }
}

/// The nearest code of prescribing. What is only Causeway's own affair becomes a failure to process.
fn by_problem(problem: Option<Problem>) -> (&'static str, &'static str, &'static str) {
    let code = match problem {
        Some(Problem::CheckDigit) => "5009",
        Some(Problem::DateFormat) => "9006",
        Some(Problem::Required) => "0008",
        Some(Problem::Structure) => "0009",
        _ => "9999",
    };
    PRESCRIBING
        .iter()
        .find(|row| row.v3 == code)
        .map_or((oid::PRESCRIBE_ERROR, "9999", ""), |row| (oid::PRESCRIBE_ERROR, row.v3, row.words))
}

/// The leaf codes of a V3 severity qualifier that are understood.
pub(crate) fn is_qualifier(code: &str) -> bool {
    matches!(code, "ER" | "WG" | "IN")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(system: &str, code: &str) -> V3Error {
        let (system, code, qualifier) = (system.to_owned(), code.to_owned(), Some("ER".to_owned()));
        V3Error { system, code, qualifier, display: None, text: None }
    }

    #[test]
    fn s4_a_code_means_something_else_in_each_system() {
        let code = |system| issue_of(&error(system, "0001")).code.unwrap().code.unwrap();
        assert_eq!(code(oid::PRESCRIBE_ERROR), "PATIENT_DECEASED");
        assert_eq!(code(oid::DISPENSE_ERROR), "PRESCRIPTION_CANCELLED");
        assert_eq!(code(oid::SPINE_ERROR), "0001");
    }

    #[test]
    fn s4_an_unknown_code_is_an_error_and_nothing_more_is_information() {
        let unknown = issue_of(&error(oid::PRESCRIBE_ERROR, "0022"));
        assert_eq!(unknown.code.unwrap().code.as_deref(), Some("ERROR"));
        assert_eq!(issue_of(&error(oid::DISPENSE_ERROR, "0006")).severity, Some(Severity::Information));
    }

    #[test]
    fn s4_a_failure_to_process_is_a_problem_of_processing_and_none_of_ours() {
        for (system, code) in [(oid::PRESCRIBE_ERROR, "9999"), (oid::DISPENSE_ERROR, "5000")] {
            assert_eq!(issue_of(&error(system, code)).problem, Some(Problem::Loss), "{code}");
        }
    }

    #[test]
    fn s4_each_issue_code_goes_back_to_a_code_of_its_own_meaning() {
        for (system, rows) in [(oid::PRESCRIBE_ERROR, PRESCRIBING), (oid::DISPENSE_ERROR, DISPENSING)] {
            for row in rows {
                let issue = issue_of(&error(system, row.v3));
                let back = issue_of(&error_of(&issue));
                assert_eq!(back.code.unwrap().code, issue.code.unwrap().code, "{}", row.v3);
            }
        }
    }

    #[test]
    fn what_is_told_of_an_issue_comes_back_whole_with_its_place_and_a_second_time_unchanged() {
        let issue = Issue {
            code: Some(Coded { code: Some("nhs-number-check".to_owned()), ..Coded::default() }),
            diagnostics: Some("x".repeat(300)),
            expression: vec!["/a/b/@c".to_owned()],
            line: Some(3),
            column: Some(5),
            ..Issue::default()
        };
        let told = told_error_of(&issue);
        assert_eq!(told.display.as_deref(), Some("x".repeat(LONGEST_DISPLAY).as_str()));
        assert_eq!(told.text, Some(format!("{}; at /a/b/@c, line 3, column 5", "x".repeat(300))));
        let back = issue_of(&told);
        assert_eq!(back.diagnostics, told.text);
        assert_eq!(issue_of(&told_error_of(&back)), back);
        let short = Issue { diagnostics: Some("short".to_owned()), ..Issue::default() };
        let told = told_error_of(&short);
        assert_eq!((told.display.as_deref(), told.text), (Some("short"), None), "nothing is said twice");
        assert_eq!(told_error_of(&Issue::default()).text, None);
    }

    #[test]
    fn an_issue_of_our_own_is_written_by_its_sort_with_its_explanation() {
        let issue = Issue {
            problem: Some(Problem::CheckDigit),
            diagnostics: Some("EPS-V026 expected a check digit".to_owned()),
            ..Issue::default()
        };
        let error = error_of(&issue);
        assert_eq!((error.code.as_str(), error.system.as_str()), ("5009", oid::PRESCRIBE_ERROR));
        assert_eq!(error.display.as_deref(), Some("EPS-V026 expected a check digit"));
        let long = Issue { diagnostics: Some("é".repeat(1000)), ..issue };
        assert_eq!(error_of(&long).display.unwrap().chars().count(), LONGEST_DISPLAY);
    }
}
