//! Semantic echo: what is about to be sent is read back with the target's own reader and compared with what came in.
//!
//! Findings here name paths of the output, or fields of the model; they have no position, since nobody has seen the
//! output.

use std::collections::HashMap;

use causeway_canonical::ledger::{Fact, Mark, facts};
use causeway_canonical::model::Message;
use causeway_canonical::{Finding, Position, Problem, Severity};
use causeway_syntax::NodeId;
use causeway_syntax::adapter::{Account, Adapter, Context};
use causeway_syntax::findings::note_all;

use crate::rules;

/// Reads `text` back and compares it with the projection of `message` onto the format. No finding: they say the same.
pub fn compare(message: &Message, text: &str, target: &dyn Adapter, context: &Context) -> Vec<Finding> {
    let reading = target.read(text.as_bytes(), context);
    let errors: Vec<Finding> = reading
        .findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| unreadable(&finding))
        .collect();
    let (Some(echoed), true) = (reading.message, errors.is_empty()) else {
        return if errors.is_empty() { vec![nothing_read()] } else { errors };
    };
    let mut findings = Vec::new();
    note_all(&mut findings, reading.account.iter().flat_map(unread));
    let mut expected = message.clone();
    target.project(&mut expected, context);
    if expected != echoed {
        note_all(&mut findings, differences(&expected, &echoed));
    }
    findings
}

/// What is too large is the sender's message, whatever it became in the other format; anything else is an error of ours.
fn unreadable(finding: &Finding) -> Finding {
    let message = format!("the output does not read back: {}", finding.message);
    let rule = if finding.rule.problem == Problem::TooCostly { finding.rule } else { &rules::ECHO_UNREADABLE };
    Finding::new(rule, message).at(finding.path.clone(), Position::default())
}

fn nothing_read() -> Finding {
    Finding::new(&rules::ECHO_UNREADABLE, "the output does not read back as a message")
}

/// Values of the output that the target's own reader does not know.
fn unread<'a>(account: &'a Account<'_>) -> impl Iterator<Item = Finding> + use<'a> {
    account.marks.iter().enumerate().filter_map(|(position, mark)| {
        let node = NodeId::from_index(position);
        (*mark == Mark::Unread && account.tree.is_value(node)).then(|| {
            Finding::new(&rules::ECHO_DIFFERS, "the output holds a value that does not read back")
                .at(account.tree.path(node), Position::default())
        })
    })
}

/// The fields in which two messages differ, by path; the values are not shown.
fn differences(expected: &Message, echoed: &Message) -> Vec<Finding> {
    let (expected, echoed) = (facts(expected), facts(echoed));
    let (expected_at, echoed_at) = (by_path(&expected), by_path(&echoed));
    let mut findings = Vec::new();
    for fact in &expected {
        match echoed_at.get(fact.path.as_str()) {
            None => findings.push(differs(&fact.path, "is missing from the output")),
            Some(value) if *value != fact.value => {
                findings.push(differs(&fact.path, "has another value in the output"));
            }
            Some(_) => {}
        }
    }
    for fact in &echoed {
        if !expected_at.contains_key(fact.path.as_str()) {
            findings.push(differs(&fact.path, "stands in the output and not in the source"));
        }
    }
    if findings.is_empty() {
        findings.push(differs("", "the output reads back as another message"));
    }
    findings
}

fn by_path(facts: &[Fact]) -> HashMap<&str, &str> {
    facts.iter().map(|fact| (fact.path.as_str(), fact.value.as_str())).collect()
}

fn differs(path: &str, what: &str) -> Finding {
    Finding::new(&rules::ECHO_DIFFERS, format!("the field {what}")).at(path, Position::default())
}
