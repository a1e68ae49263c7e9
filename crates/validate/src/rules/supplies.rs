//! Rules about what was supplied, and about the amendments of what was told of it (LC-D13, EPS-D40, dispense.md §4, §6).

use causeway_canonical::ledger::{Leaf, place};
use causeway_canonical::model::{Body, CourseOfTherapy, Kind, Medicine, Quantity};
use causeway_canonical::{Finding, MessageId};

use crate::catalogue as rule;
use crate::rules::amounts;
use crate::subject::{Product, Source, Subject};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let is_notification = matches!(subject.source.kind(), Kind::DispenseNotification | Kind::RebuildDispenseHistory);
    if !is_notification && subject.source.kind() != Kind::DispenseClaim {
        return;
    }
    issues_agree(subject, findings);
    for product in subject.products() {
        if is_notification {
            dosage_text(&product, findings);
        }
        unit(&product, findings);
    }
}

/// EPS-D40: the items of a repeat dispensing prescription are at its issue. Those of repeat prescribing count on their
/// own (LC-D4). An item counts its issues from one, a prescription from nought.
fn issues_agree(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let whole = subject.prescription.and_then(|prescription| prescription.repeat.as_ref()?.issued);
    for (item, line) in subject.items.iter().enumerate() {
        let original = line.based_on.as_ref().and_then(|original| original.repeats_issued);
        let (Some(issued), Some(issue)) = (whole.or(original), line.issue) else { continue };
        let is_dispensed_again =
            matches!(line.course_of_therapy, None | Some(CourseOfTherapy::ContinuousRepeatDispensing));
        if is_dispensed_again && issued.checked_add(1) != Some(issue) {
            let field = place::ITEM_ISSUE.at(&[item]).itself();
            let message = "the issue of the prescription is expected of its item";
            findings.push(subject.at_field(&rule::ISSUES_AGREE, message, &[field]));
        }
    }
}

/// LC-D13, of what was handed over.
fn dosage_text(product: &Product<'_>, findings: &mut Vec<Finding>) {
    let Some(line) = product.supplied_for else { return };
    let has_text =
        product.dosage.iter().any(|dosage| dosage.text.as_deref().is_some_and(|text| !text.trim().is_empty()));
    if !has_text && !amounts::is_nothing_supplied(line) {
        let subject = &product.subject;
        let at = place::QUANTITY.at(&[product.item]);
        let fields = [place::MEDICINE.at(&[product.item]).leaf(Leaf::CodingCode), at.leaf(Leaf::Value)];
        let message = "the dosage in words is expected with what was supplied";
        findings.push(subject.at_field(&rule::SUPPLIED_DOSAGE, message, &fields));
    }
}

/// Of one product, as much is counted in one unit.
fn unit(product: &Product<'_>, findings: &mut Vec<Finding>) {
    let Some(line) = product.supplied_for else { return };
    let (Some(asked), Some(supplied)) = (line.quantity.as_ref(), product.quantity) else { return };
    if is_same_product(&line.medicine, product.medicine) && !is_same_unit(asked, supplied) {
        let at = place::QUANTITY.at(&[product.item]);
        let fields = [Leaf::Code, Leaf::Unit, Leaf::Value].map(|leaf| at.leaf(leaf));
        let message = "the unit in which the same medicine was prescribed is expected";
        findings.push(product.subject.at_field(&rule::SUPPLIED_UNIT, message, &fields));
    }
}

/// Which of the systems of dm+d is named makes no difference (identifiers.md §5).
fn is_same_product(one: &Medicine, other: &Medicine) -> bool {
    one.code
        .coding
        .iter()
        .any(|ours| ours.code.is_some() && other.code.coding.iter().any(|theirs| ours.code == theirs.code))
}

/// What has one name is one unit, whatever its code; what has no code is not judged.
fn is_same_unit(one: &Quantity, other: &Quantity) -> bool {
    let has_one_name = |one: &str, other: &str| one.trim().eq_ignore_ascii_case(other.trim());
    let is_named_alike =
        one.unit.as_deref().zip(other.unit.as_deref()).is_some_and(|(one, other)| has_one_name(one, other));
    is_named_alike || one.code.is_none() || other.code.is_none() || one.code == other.code
}

/// dispense.md §6, claim.md §3: an amendment has an id of its own.
pub(super) fn amendments(source: &Source<'_>, subjects: &[Subject<'_>], findings: &mut Vec<Finding>) {
    let own = &source.message.envelope.id;
    let subject = |position: usize| subjects.get(position);
    let mut check = |id: &MessageId, replaces: Option<&MessageId>, subject: Option<&Subject<'_>>| {
        if let (Some(subject), true) = (subject, replaces == Some(id)) {
            let message = "the id of an earlier message is expected";
            findings.push(subject.at_field(&rule::REPLACES_ITSELF, message, &[place::REPLACES.field()]));
        }
    };
    match &source.message.body {
        Body::DispenseNotification(told) => check(own, told.replaces.as_ref(), subject(0)),
        Body::DispenseClaim(claim) => check(own, claim.replaces.as_ref(), subject(0)),
        Body::RebuildDispenseHistory(rebuild) => {
            for (position, entry) in rebuild.history.iter().enumerate() {
                check(&entry.id, entry.notification.replaces.as_ref(), subject(position + 1));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
