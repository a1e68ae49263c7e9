//! The sender's words against the structure beside them (dose-to-text.md §1 DT-1).
//!
//! Invariants:
//! - The sender's text is never replaced, and never judged by its wording: what is compared are the facts that it states.
//! - The structure is read through the text that the algorithm makes of it, by the same reader as the sender's words; a
//!   structure of which no text can be made is not compared.
//! - A text contradicts the structure where both state a fact of one sort and no two statements agree. A text that is
//!   silent, or that says more than the structure, contradicts nothing.

mod reader;
mod statement;
mod words;

use causeway_canonical::Finding;
use causeway_canonical::dose_text::text_of;
use causeway_canonical::ledger::place;
use causeway_canonical::model::Dosage;

use crate::catalogue as rule;
use crate::subject::{Product, Subject};
use reader::Said;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for Product { subject, item, dosage, .. } in subject.products() {
        for (number, dosage) in dosage.iter().enumerate() {
            let field = [place::DOSAGE_TEXT.at(&[item, number]).itself()];
            match verdict(dosage) {
                Verdict::Agrees => {}
                Verdict::Contradicts(facts) => {
                    let message =
                        format!("a text that agrees with the structure in its {} is expected", facts.join(", "));
                    findings.push(subject.at_field(&rule::DOSAGE_TEXT_CONTRADICTS, message, &field));
                }
                Verdict::Differs => {
                    let message = "a text that says all that the structure says is expected";
                    findings.push(subject.at_field(&rule::DOSAGE_TEXT_DIFFERS, message, &field));
                }
            }
        }
    }
}

#[derive(Debug, PartialEq)]
enum Verdict {
    /// Or there is nothing to compare.
    Agrees,
    /// In these sorts of facts.
    Contradicts(Vec<&'static str>),
    /// The structure says what the text does not.
    Differs,
}

/// Bytes of a text that is read for what it says; no instruction is longer.
const LONGEST: usize = 10_000;

fn verdict(dosage: &Dosage) -> Verdict {
    let (Some(words), Ok(whole)) = (&dosage.text, text_of(dosage)) else { return Verdict::Agrees };
    if words.len().max(whole.len()) > LONGEST {
        return Verdict::Differs;
    }
    let text = Said::of(words);
    // Instructions in words are no facts of the structure, whatever numbers they hold.
    let structure = if dosage.additional_instruction.is_empty() {
        Said::of(&whole)
    } else {
        said_by(&Dosage { additional_instruction: Vec::new(), ..dosage.clone() })
    };
    let contradicted = structure.contradicted_by(&text);
    if !contradicted.is_empty() {
        return Verdict::Contradicts(contradicted);
    }
    // Most texts leave it to the medicine which way it takes into the body, and how.
    let told = if dosage.method.is_none() && dosage.route.is_none() && dosage.site.is_none() {
        Said::of(&whole)
    } else {
        said_by(&Dosage { method: None, route: None, site: None, ..dosage.clone() })
    };
    if text.says_all_of(&told) { Verdict::Agrees } else { Verdict::Differs }
}

/// What the text of a structure says; nothing if none can be made.
fn said_by(dosage: &Dosage) -> Said {
    text_of(dosage).map_or_else(|_| Said::default(), |text| Said::of(&text))
}

#[cfg(test)]
mod tests;
