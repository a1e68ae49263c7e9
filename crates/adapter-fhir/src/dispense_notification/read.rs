//! Reading a notification.

use causeway_canonical::identifier::OdsCode;
use causeway_canonical::ledger::{Leaf, place};
use causeway_canonical::model::{Agent, DispenseNotification, Envelope, LineItem, OrganisationRef, Patient};

use super::REASON;
use super::dispense::Dispense;
use crate::bundle::Bundle;
use crate::datatypes::{read_date_time, read_fixed_identifier};
use crate::element::Element;
use crate::medication_request::{self, Told};
use crate::message_header::{self, Event};
use crate::prescription_order::{compare_prescriptions, read_envelope};
use crate::{patient, rules, system, unmodelled};

/// Reads the bundle. `None` where so much is missing that no message could be made of it.
pub fn read(
    root: Element<'_>,
    bundle: &Bundle<'_>,
    header: Element<'_>,
    event: Event,
) -> Option<(Envelope, DispenseNotification)> {
    let mut envelope = read_envelope(root, header, event)?;
    envelope.created = read_date_time(root, "timestamp", place::CREATED.field());
    message_header::read_reason(header, REASON);
    let mut notification = DispenseNotification {
        replaces: message_header::read_replaced(header),
        release: message_header::read_response(header, place::RELEASE.field()),
        ..DispenseNotification::default()
    };
    let elements: Vec<Element<'_>> = bundle.of_kind("MedicationDispense").collect();
    if elements.is_empty() {
        root.report(&rules::REQUIRED, "at least one MedicationDispense is expected");
        return None;
    }
    let dispenses: Vec<Dispense<'_>> =
        elements.into_iter().filter_map(|element| Dispense::new(bundle, element)).collect();
    let first = dispenses.first()?;
    notification.when = first.read_when();
    notification.prescription = medication_request::read_prescription(first.request, Told::InPart);
    notification.prescription.status = first.read_status();
    notification.author = read_author(first, &mut notification.recipient);
    read_patient(bundle, &dispenses, &mut notification);
    read_prescription_reason(&dispenses, &mut notification);
    for dispense in dispenses.iter().skip(1) {
        compare_with_first(dispense, &notification);
    }
    read_items(&dispenses, &mut notification.item);
    Some((envelope, notification))
}

/// The dispenser with the organisation, and who pays it.
fn read_author(first: &Dispense<'_>, recipient: &mut Option<OrganisationRef>) -> Agent {
    let Some(role) = first.role() else { return Agent::default() };
    let author = first.read_author(role);
    let link = role.child("organization").filter(|link| link.peek_child("reference").is_some());
    match link.and_then(|link| first.resources.resolve(link, "Organization")) {
        Some(organisation) => *recipient = read_authority(organisation),
        None => role.report(&rules::DISPENSER_ORGANISATION, "a reference to the Organization is expected"),
    }
    author
}

fn read_authority(organisation: Element<'_>) -> Option<OrganisationRef> {
    let Some(relationships) = organisation.extension(system::EXT_ORGANISATION_RELATIONSHIPS) else {
        let message = "the extension for relationships of the organisation is expected here and missing";
        organisation.report(&rules::RELATIONSHIPS, message);
        return None;
    };
    let Some(part) = relationships.extension("reimbursementAuthority") else {
        relationships.report(&rules::AUTHORITY, "the part reimbursementAuthority is expected here and missing");
        return None;
    };
    let identifier = part.required("valueIdentifier")?;
    let ods = read_fixed_identifier(identifier, system::ODS, place::RECIPIENT.at(&[]).leaf(Leaf::Ods));
    Some(OrganisationRef { ods: ods.map(OdsCode::new), name: None })
}

/// The patient is the Patient of the bundle, or else as the dispenses name them. All must name the same.
fn read_patient<'t>(bundle: &Bundle<'t>, dispenses: &[Dispense<'t>], notification: &mut DispenseNotification) {
    let resource = bundle.of_kind("Patient").next().and_then(|first| bundle.only(first, "Patient"));
    if let Some(resource) = resource {
        notification.patient = patient::read(resource);
    }
    for (position, dispense) in dispenses.iter().enumerate() {
        let Some(subject) = dispense.element.required("subject") else { continue };
        match resource {
            Some(resource) => {
                if subject.peek_child("reference").is_some() {
                    dispense.resources.must_lead_to(subject, resource, "Patient");
                }
                subject.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
                agree_on_patient(subject, &notification.patient, &rules::DISPENSES_DIFFER);
            }
            None => {
                let read = patient::read_reference(subject).unwrap_or_default();
                if position == 0 {
                    notification.patient = read;
                } else if read != notification.patient {
                    report_difference(subject, "subject");
                }
            }
        }
        if let Some(subject) = dispense.request.child("subject") {
            subject.unmodelled("reference", unmodelled::CONTAINED_SUBJECT);
            subject.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
            agree_on_patient(subject, &notification.patient, &rules::DISAGREEMENT);
        }
    }
}

/// Where a link names the patient by NHS number, it must be that of the patient; another stays unread.
fn agree_on_patient(reference: Element<'_>, patient: &Patient, rule: &'static causeway_canonical::Rule) {
    reference.structural_child("type");
    let Some(identifier) = reference.child("identifier") else { return };
    let number = patient.nhs_number.as_ref().map(|number| number.as_str());
    if number.is_some() && identifier.peek_child("value") == number {
        read_fixed_identifier(identifier, system::NHS_NUMBER, place::NHS_NUMBER.field());
    } else {
        identifier.report(rule, "the NHS number of the patient of this message is expected");
    }
}

/// A reason for the whole prescription stands on every dispense, and is the same (dispense.md §3).
fn read_prescription_reason(dispenses: &[Dispense<'_>], notification: &mut DispenseNotification) {
    let reasons: Vec<_> = dispenses.iter().map(Dispense::read_prescription_reason).collect();
    let Some(expected) = reasons.iter().flatten().next().cloned() else { return };
    for (dispense, reason) in dispenses.iter().zip(&reasons) {
        match reason {
            None => dispense.element.report(
                &rules::PRESCRIPTION_REASON,
                "the reason why the prescription was not dispensed is expected here too, as on the other dispenses",
            ),
            Some(reason) if *reason != expected => {
                if let Some(extension) = dispense.element.extension(system::EXT_NON_DISPENSING_REASON) {
                    extension.report(
                        &rules::PRESCRIPTION_REASON,
                        "the same reason is expected on every dispense of the prescription",
                    );
                    extension.unread();
                }
            }
            Some(_) => {}
        }
    }
    notification.prescription.non_dispensing_reason = Some(expected);
}

/// What holds for the whole notification must be the same on every dispense (EPS-V043, EPS-V044).
fn compare_with_first(dispense: &Dispense<'_>, expected: &DispenseNotification) {
    let element = dispense.element;
    if dispense.read_when() != expected.when {
        report_difference(element.child("whenHandedOver").unwrap_or(element), "whenHandedOver");
    }
    if dispense.read_status() != expected.prescription.status {
        let extension = element.extension(system::EXT_BUSINESS_STATUS);
        report_difference(extension.unwrap_or(element), "extension(EPS-TaskBusinessStatus)");
    }
    if let Some(role) = dispense.role()
        && dispense.read_author(role) != expected.author
    {
        role.report(&rules::PERFORMERS_DIFFER, "the same performer is expected on every dispense");
        role.unread();
    }
    compare_prescriptions(dispense.request, &expected.prescription, Told::InPart);
}

fn report_difference(element: Element<'_>, name: &str) {
    element.report(
        &rules::DISPENSES_DIFFER,
        format!("{name} is expected to be the same in every MedicationDispense of the bundle"),
    );
    element.unread();
}

/// Groups the dispenses by the item that they were made for, in order (dispense.md §5).
fn read_items(dispenses: &[Dispense<'_>], items: &mut Vec<LineItem>) {
    let mut ids: Vec<Option<String>> = Vec::new();
    let mut told: Vec<LineItem> = Vec::new();
    for dispense in dispenses {
        let id = dispense.item_id();
        let known = ids.iter().position(|known| id.is_some() && *known == id);
        let item = known.unwrap_or(ids.len());
        let line = dispense.read_item(item);
        let status = dispense.read_item_status(item);
        let reason = dispense.read_item_reason(item);
        match (told.get(item), items.get_mut(item)) {
            (Some(first), Some(grouped)) => {
                compare_with_item(dispense, *first == line, "authorizingPrescription", Some(dispense.request));
                let element = dispense.element;
                compare_with_item(dispense, grouped.dispense_status == status, "type", element.child("type"));
                let reasons = element.child("statusReasonCodeableConcept");
                compare_with_item(dispense, grouped.non_dispensing_reason == reason, "statusReason", reasons);
                let supply = dispense.read_supply(item, grouped.supply.len());
                grouped.supply.push(supply);
            }
            _ => {
                let supply = dispense.read_supply(item, 0);
                ids.push(id);
                told.push(line.clone());
                items.push(LineItem {
                    supplied_id: supply.id.clone(),
                    dispense_status: status,
                    non_dispensing_reason: reason,
                    supply: vec![supply],
                    ..line
                });
            }
        }
    }
}

/// Several dispenses of one item say the same of it. What differs is reported, and stays unread.
fn compare_with_item(dispense: &Dispense<'_>, same: bool, name: &str, element: Option<Element<'_>>) {
    if same {
        return;
    }
    let element = element.unwrap_or(dispense.element);
    element.report(&rules::ITEM_DISPENSES_DIFFER, format!("{name} is expected to be the same for one item"));
    if element != dispense.element {
        element.unread();
    }
}
