//! Everything that is wrong with a message, and everything that is suspicious.

use causeway_canonical::{Finding, refused};
use causeway_syntax::adapter::{Context, Reading};

use crate::config::Endpoint;
use crate::rules;

/// The findings of reading and validating, with the severities of the sender's `[rules]`. What could not be read stays an
/// error, whatever they say.
pub(super) fn findings(source: &Endpoint, reading: &Reading<'_>, context: &Context) -> Vec<Finding> {
    let mut findings = reading.findings.clone();
    context.rules.apply_cautiously(&mut findings);
    let mut checked = causeway_validate::check(source.adapter.format(), reading, context);
    context.rules.apply(&mut checked);
    findings.append(&mut checked);
    if reading.message.as_ref().is_some_and(|message| message.envelope.id.as_str().is_empty()) {
        findings.push(Finding::new(&rules::MESSAGE_ID, "the message has no id"));
    }
    findings
}

/// Should a message be impossible to read or write although no finding is an error, it is refused all the same, and this
/// says so.
pub(super) fn or_unreadable(mut findings: Vec<Finding>) -> Vec<Finding> {
    if !refused(&findings) {
        findings.push(Finding::new(&rules::UNREADABLE, "no message could be made of this content"));
    }
    findings
}
