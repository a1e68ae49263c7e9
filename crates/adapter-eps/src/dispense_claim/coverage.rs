//! `coverage`: whether the patient paid the prescription charge, or why not (claim.md §6).

use causeway_canonical::ledger::{Leaf, Tag, map_rule, place};
use causeway_canonical::model::{Coded, Exemption};

use crate::datatypes::{Origin, coded, present};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::rules;
use crate::spec::{self, dispensing};
use crate::target::Target;

/// The patient paid: the negation of an exemption.
const PAID: &str = "0001";
/// Words for evidence, and what V3 negates: that it was seen.
const EVIDENCE: [(&str, &str); 2] = [("evidence-seen", "false"), ("no-evidence-seen", "true")];
const NEGATION: &str = "negationInd";

pub(super) fn write(target: &mut Target<'_>, exemption: Option<&Exemption>) {
    let Some(exemption) = exemption else { return };
    let at = place::EXEMPTION.at(&[]);
    let Some(code) = exemption.code.as_ref().and_then(|code| present(&code.code)) else {
        return target.refuse(&rules::EPS_EXEMPTION, at.leaf(Leaf::Code), "expected the code of the exemption");
    };
    target.open(&dispensing::COVERAGE);
    target.seperatable("false");
    target.open(&dispensing::EXEMPT);
    target.fixed(NEGATION, negation_of(code));
    target.fixed_code(&dispensing::EXEMPT_CODE);
    target.open(&spec::VALUE);
    coded::write(target, code, oid::EXEMPTION, Origin::new(at));
    target.close();
    write_evidence(target, exemption.evidence.as_ref());
    target.close_all(2);
}

fn negation_of(code: &str) -> &'static str {
    if code == PAID { "true" } else { "false" }
}

fn write_evidence(target: &mut Target<'_>, evidence: Option<&Coded>) {
    let Some(evidence) = evidence else { return };
    let at = place::EXEMPTION_EVIDENCE.at(&[]);
    let Some(negation) = seen(evidence) else {
        let message = "expected evidence-seen or no-evidence-seen";
        return target.refuse(&rules::EPS_EXEMPTION, at.leaf(Leaf::Code), message);
    };
    target.open(&dispensing::AUTHORIZATION);
    target.seperatable("false");
    target.open(&dispensing::EVIDENCE);
    let tags = [Leaf::Code, Leaf::System].map(|leaf| Tag::Field(at.leaf(leaf), map_rule::CANONICAL_CODE));
    target.attribute(NEGATION, negation, tags);
    target.fixed_code(&dispensing::EVIDENCE_CODE);
    target.close_all(2);
}

fn seen(evidence: &Coded) -> Option<&'static str> {
    EVIDENCE.iter().find(|(word, _)| evidence.code_in(uri::EVIDENCE) == Some(word)).map(|(_, negation)| *negation)
}

pub(super) fn read(document: Element<'_>) -> Option<Exemption> {
    let coverage = document.optional(&dispensing::COVERAGE)?;
    if let Some(indicator) = coverage.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    let exempt = coverage.required(&dispensing::EXEMPT)?;
    exempt.fixed_code(&dispensing::EXEMPT_CODE);
    let value = exempt.required(&spec::VALUE);
    let code = value.and_then(|value| coded::read(value, oid::EXEMPTION, place::EXEMPTION.at(&[])));
    if let Some(code) = code.as_ref().and_then(|code| code.code.as_deref()) {
        exempt.required_fixed(NEGATION, negation_of(code));
    }
    let evidence = exempt.optional(&dispensing::AUTHORIZATION).and_then(read_evidence);
    Some(Exemption { code, evidence })
}

fn read_evidence(authorization: Element<'_>) -> Option<Coded> {
    if let Some(indicator) = authorization.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "false");
    }
    let seen = authorization.required(&dispensing::EVIDENCE)?;
    seen.fixed_code(&dispensing::EVIDENCE_CODE);
    let at = place::EXEMPTION_EVIDENCE.at(&[]);
    let negation = seen.required_value(NEGATION, at.leaf(Leaf::Code), map_rule::CANONICAL_CODE)?;
    seen.also(NEGATION, at.leaf(Leaf::System), map_rule::CANONICAL_CODE);
    let word = EVIDENCE.iter().find(|(_, known)| *known == negation).map(|(word, _)| *word);
    if word.is_none() {
        seen.complain(&rules::V3_CODE, "expected true or false");
    }
    word.map(|word| Coded::new(uri::EVIDENCE, word))
}

/// What comes back of an exemption.
pub(super) fn project(exemption: &Exemption) -> Option<Exemption> {
    let evidence = exemption.evidence.as_ref().filter(|evidence| seen(evidence).is_some());
    Some(Exemption {
        code: exemption.code.as_ref().and_then(|code| coded::project(code, uri::EXEMPTION)),
        evidence: evidence.and_then(|evidence| coded::project(evidence, uri::EVIDENCE)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s6_only_a_patient_who_paid_is_not_exempt() {
        assert_eq!(["0001", "0002", "9182"].map(negation_of), ["true", "false", "false"]);
    }

    #[test]
    fn s6_evidence_not_seen_is_negated() {
        let negation = |word| seen(&Coded::new(uri::EVIDENCE, word));
        assert_eq!(negation("evidence-seen"), Some("false"));
        assert_eq!(negation("no-evidence-seen"), Some("true"));
        assert_eq!(negation("perhaps"), None);
        assert_eq!(seen(&Coded::new(uri::EXEMPTION, "evidence-seen")), None);
    }
}
