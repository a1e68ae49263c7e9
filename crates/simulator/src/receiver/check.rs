//! What a receiver looks at before it accepts a prescription: enough to dispense from.

use causeway_canonical::identifier::{IdentifierFault, SnomedCode};
use causeway_canonical::model::{LineItem, PrescriptionOrder};
use causeway_canonical::{Finding, Rule, Severity};

causeway_canonical::rules! {
    in Relay;

    /// A simulated receiver has no use for the message.
    NOT_A_REQUEST = "receiver-message-kind", Error, SenderContent, NotSupported, "design",
        "send a message that asks or tells something";
    /// The patient has no NHS number that holds.
    NHS_NUMBER = "receiver-nhs-number", Error, SenderContent, CheckDigit, "identifiers.md §2",
        "send the NHS number of the patient with its check digit";
    /// The short id of the prescription does not hold.
    PRESCRIPTION_ID = "receiver-prescription-id", Error, SenderContent, CheckDigit, "identifiers.md §3",
        "send the short id of the prescription with its check character";
    /// The prescription has no items, or too many.
    ITEMS = "receiver-items", Error, SenderContent, Required, "prescription-order.md §2",
        "send one to four items";
    /// An item is not coded with a dm+d concept.
    ITEM_CODE = "receiver-item-code", Error, SenderContent, CodeInvalid, "identifiers.md §5",
        "code each item with a dm+d concept";
    /// An item does not say in words how it is to be taken.
    DOSAGE_TEXT = "receiver-dosage-text", Error, SenderContent, Required, "prescription-order.md §8",
        "say in words how each item is to be taken";
    /// Another content came under an id that is known.
    CONTENT_DIFFERS = "receiver-content-differs", Error, SenderContent, Conflict, "design",
        "give a corrected message an id of its own";
    /// The simulator was asked to refuse.
    BUSINESS_REFUSAL = "receiver-business-refusal", Error, SenderContent, BusinessRule, "design",
        "nothing is wrong with the message: the simulator was asked to refuse it";
}

/// Systems of product codes (identifiers.md §5).
const PRODUCT_SYSTEMS: [&str; 2] = ["http://snomed.info/sct", "https://dmd.nhs.uk"];
/// The greatest number of items on one prescription (validation.md §1, EPS-V035).
const MOST_ITEMS: usize = 4;

/// Everything that keeps the receiver from taking the prescription.
pub fn check(order: &PrescriptionOrder) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &order.patient.nhs_number {
        Some(number) => findings.extend(number.check().err().and_then(|fault| fault_of(&NHS_NUMBER, fault))),
        None => findings.push(Finding::new(&NHS_NUMBER, "an NHS number is expected and missing")),
    }
    findings.extend(order.prescription.short_id.check().err().and_then(|fault| fault_of(&PRESCRIPTION_ID, fault)));
    if order.item.is_empty() || order.item.len() > MOST_ITEMS {
        findings.push(Finding::new(&ITEMS, "one to four items are expected"));
    }
    for (position, item) in order.item.iter().enumerate() {
        check_item(item, position + 1, &mut findings);
    }
    findings
}

/// Warnings don't stop a prescription.
fn fault_of(rule: &'static Rule, fault: IdentifierFault) -> Option<Finding> {
    (fault.severity == Severity::Error).then(|| Finding::new(rule, fault.to_string()))
}

fn check_item(item: &LineItem, number: usize, findings: &mut Vec<Finding>) {
    let code = PRODUCT_SYSTEMS.iter().find_map(|system| item.medicine.code.coding_in(system)?.code.as_deref());
    if code.is_none_or(|code| SnomedCode::new(code).check().is_err()) {
        findings.push(Finding::new(&ITEM_CODE, format!("item {number} is expected to have a product code that holds")));
    }
    if !item.dosage.iter().any(|dosage| dosage.text.as_deref().is_some_and(|text| !text.trim().is_empty())) {
        findings.push(Finding::new(&DOSAGE_TEXT, format!("item {number} is expected to say how it is taken")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_order_breaks_every_rule_of_the_order() {
        let names: Vec<_> = check(&PrescriptionOrder::default()).iter().map(|finding| finding.rule.name).collect();
        assert_eq!(names, ["receiver-nhs-number", "receiver-prescription-id", "receiver-items"]);
    }

    #[test]
    fn an_empty_item_breaks_every_rule_of_the_item() {
        let mut findings = Vec::new();
        check_item(&LineItem::default(), 1, &mut findings);
        let names: Vec<_> = findings.iter().map(|finding| finding.rule.name).collect();
        assert_eq!(names, ["receiver-item-code", "receiver-dosage-text"]);
    }
}
