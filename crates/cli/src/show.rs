//! Findings as people and programs read them.

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

/// Prints findings to standard error.
pub fn findings(findings: &[Finding], source: &[u8], name: &str, form: FindingsForm) {
    for finding in findings {
        match form {
            FindingsForm::Json => {
                anstream::eprintln!("{}", serde_json::to_string(&finding.record()).unwrap_or_default());
            }
            FindingsForm::Text => anstream::eprintln!("{}", text(finding, source, name)),
        }
    }
}

/// A finding with the source line, a caret, what was expected and how to mend it.
pub fn text(finding: &Finding, source: &[u8], name: &str) -> String {
    let (word, colour) = match finding.severity {
        Severity::Error => ("error", "\u{1b}[1;31m"),
        Severity::Warning => ("warning", "\u{1b}[1;33m"),
        Severity::Information => ("note", "\u{1b}[1;36m"),
    };
    let mut out = format!("{colour}{word}[{}]\u{1b}[0m: {}\n", finding.rule.code, finding.message);
    let position = finding.position;
    if position.line > 0 {
        out.push_str(&format!("  --> {name}:{}:{}\n", position.line, position.column));
        out.push_str(&excerpt(source, position.line, position.column));
    }
    if !finding.path.is_empty() {
        out.push_str(&format!("   = path: {}\n", finding.path));
    }
    out.push_str(&format!("   = rule: {} ({})\n   = help: {}", finding.rule.name, finding.rule.clause, finding.hint));
    out
}

/// The source line around a place, cut to a window: messages are often written on one line.
fn excerpt(source: &[u8], line: u32, column: u32) -> String {
    let text = String::from_utf8_lossy(source);
    let Some(content) = usize::try_from(line).ok().and_then(|line| text.lines().nth(line - 1)) else {
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

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn the_caret_stands_under_the_column() {
        let shown = excerpt(b"one\ntwo three\n", 2, 5);
        assert_eq!(shown, "   |\n 2 | two three\n   |     ^\n");
    }

    #[test]
    fn a_long_line_is_cut_to_a_window() {
        let line = format!("{}x{}", "a".repeat(500), "b".repeat(500));
        let shown = excerpt(line.as_bytes(), 1, 501);
        assert!(shown.lines().all(|line| line.chars().count() < 130));
        let caret = shown.lines().nth(2).unwrap().find('^').unwrap();
        assert_eq!(shown.lines().nth(1).unwrap().chars().nth(caret), Some('x'));
    }
}
