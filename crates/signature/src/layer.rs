//! The layer of validation: whether the signatures of a message hold, as far as somebody is trusted.
//!
//! Invariants:
//! - Where nobody is trusted, a signature is compared with its prescription all the same. What is found is then a warning, and
//!   that nobody is trusted is not said of each message.
//! - Where somebody is, whatever stands in the way of the proof is an error, as its rule has it.

use causeway_canonical::{Finding, Layer, Severity};
use causeway_syntax::adapter::{Context, Reading};

use crate::{Policy, Trust, Verifier, rules};

/// What is wrong with the signatures of a message: of an order, and of each prescription of a release response.
pub fn findings(trusted: Option<(&Trust, Policy)>, reading: &Reading<'_>, context: &Context) -> Vec<Finding> {
    let Some((trust, policy)) = trusted else {
        let verifier = Verifier { trust: &Trust::new(), policy: Policy::default(), context };
        let found = verifier.message(reading).into_iter().flat_map(|verdict| verdict.findings);
        return found.filter(is_about_content).map(as_warning).collect();
    };
    let verifier = Verifier { trust, policy, context };
    verifier.message(reading).into_iter().flat_map(|verdict| verdict.findings).collect()
}

fn is_about_content(finding: &Finding) -> bool {
    let about_trust = [&rules::SIGNATURE_UNTRUSTED, &rules::SIGNATURE_CRL_MISSING];
    finding.rule.layer == Layer::Signature && !about_trust.contains(&finding.rule)
}

fn as_warning(finding: Finding) -> Finding {
    Finding { severity: finding.severity.min(Severity::Warning), ..finding }
}
