//! Findings as people and programs read them.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::Write as _;

use anyhow::Result;
use causeway_canonical::{Finding, Severity};
use clap::ValueEnum;

/// Characters of the source line shown on each side of the place.
const WINDOW: usize = 60;

/// How findings are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsForm {
    /// With the source line and a caret.
    Text,
    /// One JSON object a line.
    Json,
}

/// Findings shown with their source line; further ones are shown without it.
const MOST_EXCERPTS: usize = 50;

/// Prints findings to standard error.
pub fn findings(findings: &[Finding], source: &[u8], name: &str, form: FindingsForm) {
    let text = Source::new(source);
    for (number, finding) in findings.iter().enumerate() {
        let line = match form {
            FindingsForm::Json => serde_json::to_string(&finding.record()).unwrap_or_default(),
            FindingsForm::Text => text.finding(finding, name, number < MOST_EXCERPTS),
        };
        // Standard error that is closed has nobody to tell.
        let _ = writeln!(anstream::stderr(), "{line}");
    }
}

/// Writes one line to standard output; an error where that cannot be, as on a full disk or a closed pipe.
pub fn line(text: impl Display) -> Result<()> {
    Ok(writeln!(anstream::stdout(), "{text}")?)
}

/// A message as text, for showing lines of it.
pub struct Source<'s>(Cow<'s, str>);

impl<'s> Source<'s> {
    /// The text of a message.
    pub fn new(source: &'s [u8]) -> Self {
        Source(String::from_utf8_lossy(source))
    }

    /// Findings, the first of them with their source lines.
    pub fn findings(&self, findings: &[Finding], name: &str) -> Vec<String> {
        let shown = findings.iter().enumerate();
        shown.map(|(number, finding)| self.finding(finding, name, number < MOST_EXCERPTS)).collect()
    }

    /// A finding with the source line, a caret, what was expected and how to mend it.
    fn finding(&self, finding: &Finding, name: &str, with_excerpt: bool) -> String {
        let (word, colour) = match finding.severity {
            Severity::Error => ("error", "\u{1b}[1;31m"),
            Severity::Warning => ("warning", "\u{1b}[1;33m"),
            Severity::Information => ("note", "\u{1b}[1;36m"),
        };
        let mut out = format!("{colour}{word}[{}]\u{1b}[0m: {}\n", finding.rule.code, finding.message);
        let position = finding.position;
        if position.line > 0 {
            out.push_str(&format!("  --> {name}:{}:{}\n", position.line, position.column));
            if with_excerpt {
                out.push_str(&self.excerpt(position.line, position.column));
            }
        }
        if !finding.path.is_empty() {
            out.push_str(&format!("   = path: {}\n", finding.path));
        }
        let rule = finding.rule;
        out.push_str(&format!("   = rule: {} ({})\n   = help: {}", rule.name, rule.clause, finding.hint));
        out
    }

    /// The source line around a place, cut to a window: messages are often written on one line.
    fn excerpt(&self, line: u32, column: u32) -> String {
        let Some(content) = usize::try_from(line).ok().and_then(|line| self.0.lines().nth(line - 1)) else {
            return String::new();
        };
        let column = usize::try_from(column).unwrap_or(1).saturating_sub(1);
        let first = column.saturating_sub(WINDOW);
        let shown: String = content
            .chars()
            .skip(first)
            .take(2 * WINDOW)
            .map(|character| if character.is_control() { ' ' } else { character })
            .collect();
        let gutter = line.to_string();
        let blank = " ".repeat(gutter.len());
        let caret = " ".repeat(column - first);
        format!(" {blank} |\n {gutter} | {shown}\n {blank} | {caret}^\n")
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn the_caret_stands_under_the_column() {
        let shown = Source::new(b"one\ntwo three\n").excerpt(2, 5);
        assert_eq!(shown, "   |\n 2 | two three\n   |     ^\n");
    }

    #[test]
    fn a_long_line_is_cut_to_a_window() {
        let line = format!("{}x{}", "a".repeat(500), "b".repeat(500));
        let shown = Source::new(line.as_bytes()).excerpt(1, 501);
        assert!(shown.lines().all(|line| line.chars().count() < 130));
        let caret = shown.lines().nth(2).unwrap().find('^').unwrap();
        assert_eq!(shown.lines().nth(1).unwrap().chars().nth(caret), Some('x'));
    }
}
