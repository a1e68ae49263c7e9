//! Who issued a short prescription id (identifiers.md §3).
//!
//! Invariant: the organisation that issued the id need not be the one that the prescriber works for today. A difference is
//! warned of, and only where the prescriber is told.

use causeway_canonical::ledger::place;
use causeway_canonical::model::{Agent, Kind};
use causeway_canonical::{Finding, OdsCode};

use crate::catalogue as rule;
use crate::subject::Subject;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if !matches!(subject.source.kind(), Kind::PrescriptionOrder | Kind::ReleaseResponse) {
        return;
    }
    let Some(issuer) = subject.prescription.and_then(|prescription| prescription.short_id.issuer()) else { return };
    let mut organisations = subject.agents().flat_map(|(_, agent)| organisations(agent)).peekable();
    if organisations.peek().is_some() && !organisations.any(|code| code.same_as(&issuer)) {
        let message = "an id is expected that the prescriber's organisation has issued";
        let field = place::PRESCRIPTION_SHORT_ID.field();
        findings.push(subject.at_field(&rule::PRESCRIPTION_ISSUER, message, &[field]));
    }
}

/// The organisations that somebody acts for: the own one, the one it belongs to, and those of the service.
fn organisations(agent: &Agent) -> impl Iterator<Item = &OdsCode> {
    let (own, service) = (agent.organisation.as_ref(), agent.healthcare_service.as_ref());
    let parent = own.and_then(|own| own.parent.as_ref()?.ods.as_ref());
    let provider = service.and_then(|service| service.provided_by.as_ref()?.ods.as_ref());
    let codes =
        [own.and_then(|own| own.ods.as_ref()), parent, service.and_then(|service| service.ods.as_ref()), provider];
    codes.into_iter().flatten()
}
