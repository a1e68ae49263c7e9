//! What is said of all files together: how many are valid, and which rules they break.

use std::collections::BTreeMap;
use std::fmt;

use causeway_canonical::{Rule, Severity, refused};
use comfy_table::{ContentArrangement, Table, presets};

use super::judge::Verdict;

/// All files together.
#[derive(Default)]
pub struct Summary {
    /// Files that could be read.
    read: usize,
    /// Files with an error.
    pub refused: usize,
    /// Files that could not be read at all.
    pub unreadable: usize,
    /// By severity, the gravest first, and rule.
    broken: BTreeMap<(std::cmp::Reverse<Severity>, &'static str), Broken>,
}

/// A rule that was broken.
struct Broken {
    rule: &'static Rule,
    findings: usize,
    files: usize,
}

impl Summary {
    /// Adds a file.
    pub fn add(&mut self, verdict: &Verdict) {
        let Ok(findings) = &verdict.findings else {
            self.unreadable += 1;
            return;
        };
        self.read += 1;
        self.refused += usize::from(refused(findings));
        let mut of_file = BTreeMap::new();
        for finding in findings {
            let key = (std::cmp::Reverse(finding.severity), finding.rule.name);
            of_file.entry(key).or_insert((finding.rule, 0)).1 += 1;
        }
        for (key, (rule, findings)) in of_file {
            let broken = self.broken.entry(key).or_insert(Broken { rule, findings: 0, files: 0 });
            broken.findings += findings;
            broken.files += 1;
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.read + self.unreadable > 1 && !self.broken.is_empty() {
            let mut table = Table::new();
            table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
            table.set_header(["rule", "severity", "findings", "files", "what is wrong"]);
            for ((severity, _), Broken { rule, findings, files }) in &self.broken {
                let severity = match severity.0 {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Information => "note",
                };
                table.add_row([rule.code, severity, &findings.to_string(), &files.to_string(), rule.title]);
            }
            writeln!(f, "\n{}\n", table.trim_fmt())?;
        }
        write!(f, "{} of {} valid", self.read - self.refused, self.read + self.unreadable)
    }
}
