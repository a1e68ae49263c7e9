//! Results as JUnit XML, for whoever runs Causeway in a test pipeline.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result};
use causeway_canonical::{Finding, Severity, refused};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::judge::Verdict;

/// Writes one suite with a test a file. Texts are those of findings, which hold no value of a message.
///
/// # Errors
/// If the file cannot be written.
pub fn write(path: &Path, verdicts: &[Verdict]) -> Result<()> {
    let mut suite = TestSuite::new("causeway validate");
    suite.add_test_cases(verdicts.iter().map(test_case));
    let mut report = Report::new("causeway");
    report.add_test_suite(suite);
    let written = File::create(path).map_err(anyhow::Error::from).and_then(|file| Ok(report.serialize(file)?));
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn test_case(verdict: &Verdict) -> TestCase {
    let (status, notes) = match &verdict.findings {
        Err(error) => (failed(NonSuccessKind::Error, "unreadable", format!("{error:#}"), None), None),
        Ok(findings) if refused(findings) => {
            let first = findings.iter().find(|finding| finding.severity == Severity::Error);
            let kind = first.map_or("", |finding| finding.rule.code);
            let message = first.map(ToString::to_string).unwrap_or_default();
            (failed(NonSuccessKind::Failure, kind, message, Some(in_words(findings))), None)
        }
        Ok(findings) => (TestCaseStatus::success(), Some(in_words(findings)).filter(|words| !words.is_empty())),
    };
    let mut case = TestCase::new(&verdict.file, status);
    case.set_classname(verdict.kind.unwrap_or("unreadable")).set_time(verdict.took);
    if let Some(notes) = notes {
        case.set_system_out(notes);
    }
    case
}

fn failed(kind: NonSuccessKind, of: &str, message: String, description: Option<String>) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(of).set_message(message);
    if let Some(description) = description {
        status.set_description(description);
    }
    status
}

fn in_words(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(|finding| format!("{finding}; {}", finding.hint)).collect();
    lines.join("\n")
}
