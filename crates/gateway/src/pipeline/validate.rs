//! Everything that is wrong with a message, and everything that is suspicious.

use causeway_canonical::{Finding, refused};
use causeway_syntax::adapter::{Context, Reading};

use crate::config::Endpoint;
use crate::rules;

/// The findings of reading and validating, with the severities of the sender's `[rules]`.
pub(super) fn findings(source: &Endpoint, content: &[u8], reading: &Reading<'_>, context: &Context) -> Vec<Finding> {
    let mut findings = reading.findings.clone();
    findings.extend(causeway_validate::check(source.adapter.format(), content, reading, context));
    context.rules.apply(&mut findings);
    if reading.message.as_ref().is_some_and(|message| message.envelope.id.as_str().is_empty()) {
        findings.push(Finding::new(&rules::MESSAGE_ID, "the message has no id"));
    }
    findings
}

/// A message can be impossible to read or write although no finding is an error, because `[rules]` lowered it. Then it is
/// refused all the same, and this says so.
pub(super) fn or_unreadable(mut findings: Vec<Finding>) -> Vec<Finding> {
    if !refused(&findings) {
        findings.push(Finding::new(&rules::UNREADABLE, "no message could be made of this content"));
    }
    findings
}
