//! Rules about what is taken back: returns (LC-R10) and withdrawals (LC-W1).

use causeway_canonical::Finding;
use causeway_canonical::ledger::{Leaf, place};
use causeway_canonical::model::{Body, PrescriptionRef, Reversal};

use crate::catalogue as rule;
use crate::subject::{Source, Subject};

/// What is missing is named in one finding a part. The FHIR reader asks for the reason itself (V055).
pub(super) fn check(source: &Source<'_>, subjects: &[Subject<'_>], findings: &mut Vec<Finding>) {
    let (rule, reversal, is_withdrawal) = match &source.message.body {
        Body::Return(reversal) => (&rule::RETURN_COMPLETE, reversal, false),
        Body::Withdraw(reversal) => (&rule::WITHDRAWAL_COMPLETE, reversal, true),
        _ => return,
    };
    let Some(subject) = subjects.first() else { return };
    let mut expect = |holds: bool, message: &'static str| {
        if !holds {
            let reason = place::REASON.at(&[]).leaf(Leaf::CodingCode);
            let fields = [place::PRESCRIPTION_SHORT_ID.field(), place::PRESCRIPTION_ID.field(), reason];
            findings.push(subject.at_field(rule, message, &fields));
        }
    };
    expect(source.is_fhir() || has_reason(reversal), "the reason is expected");
    expect(is_named(&reversal.prescription), "the id of the prescription is expected");
    if is_withdrawal {
        let patient = reversal.patient.as_ref();
        expect(
            patient.is_some_and(|patient| patient.nhs_number.is_some()),
            "the NHS number of the patient is expected",
        );
        expect(reversal.of.is_some(), "the id of the notification that is taken back is expected");
    }
}

fn has_reason(reversal: &Reversal) -> bool {
    reversal.reason.iter().flat_map(|reason| &reason.coding).any(|coded| coded.code.is_some())
}

fn is_named(prescription: &PrescriptionRef) -> bool {
    prescription.short_id.is_some() || prescription.id.is_some()
}

#[cfg(test)]
mod tests;
