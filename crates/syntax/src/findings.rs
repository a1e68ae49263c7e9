//! How many findings one message may have.
//!
//! Invariant: a list of findings that was cut off says so in its last one, which is an error, so that nothing passes
//! because what is wrong with it was not listed.

use causeway_canonical::Finding;

use crate::rules;

/// Findings that one layer lists. Whoever mends a message with more of them starts with the first.
pub const MOST_FINDINGS: usize = 1000;

/// Adds a finding, which is not even made if the list is full.
pub fn note(findings: &mut Vec<Finding>, finding: impl FnOnce() -> Finding) {
    match findings.len() {
        MOST_FINDINGS => {
            let message = format!("more than {MOST_FINDINGS} findings; the others are not listed");
            findings.push(Finding::new(&rules::TOO_MANY_FINDINGS, message));
        }
        fewer if fewer < MOST_FINDINGS => findings.push(finding()),
        _ => {}
    }
}

/// Adds findings, of which those beyond the limit are not asked for.
pub fn note_all(findings: &mut Vec<Finding>, more: impl IntoIterator<Item = Finding>) {
    for finding in more {
        if findings.len() > MOST_FINDINGS {
            break;
        }
        note(findings, || finding);
    }
}

#[cfg(test)]
mod tests {
    use causeway_canonical::{Severity, refused};

    use super::*;

    fn warning() -> Finding {
        Finding { severity: Severity::Warning, ..Finding::new(&rules::JSON_SYNTAX, "x") }
    }

    #[test]
    fn a_list_that_was_cut_off_says_so_and_refuses() {
        let mut findings = Vec::new();
        note_all(&mut findings, std::iter::repeat_n(warning(), MOST_FINDINGS));
        assert!(findings.len() == MOST_FINDINGS && !refused(&findings));
        note_all(&mut findings, std::iter::repeat_with(warning));
        note(&mut findings, || unreachable!("a finding that nobody lists is not made"));
        assert_eq!(findings.len(), MOST_FINDINGS + 1);
        assert_eq!(findings.last().unwrap().rule, &rules::TOO_MANY_FINDINGS);
        assert!(refused(&findings));
    }
}
