//! Rules about the people and organisations of a bundle (V012 to V025).

use std::collections::HashSet;

use causeway_canonical::Finding;
use causeway_syntax::NodeId;

use crate::bundle::Bundle;
use crate::catalogue as rule;
use crate::subject::Subject;

const EXT_RESPONSIBLE_PRACTITIONER: &str =
    "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ResponsiblePractitioner";
const GMP: &str = "https://fhir.hl7.org.uk/Id/gmp-number";
/// Prescription types of primary care in England begin so (vocabularies.md §11).
const PRIMARY_CARE: &str = "01";

pub(super) fn check(subject: &Subject<'_>, bundle: &Bundle<'_>, findings: &mut Vec<Finding>) {
    telecoms(subject, bundle, findings);
    roles(subject, bundle, findings);
    requester(subject, bundle, findings);
}

/// V016, V017: telecoms of these resources have value and use.
fn telecoms(subject: &Subject<'_>, bundle: &Bundle<'_>, findings: &mut Vec<Finding>) {
    for kind in ["Organization", "Practitioner", "PractitionerRole"] {
        for entry in bundle.of_kind(kind) {
            for telecom in bundle.elements(entry.resource, "telecom") {
                for (part, rule) in [("value", &rule::TELECOM_VALUE), ("use", &rule::TELECOM_USE)] {
                    if bundle.child(telecom, part).is_none() {
                        let message = format!("{part} is expected in every telecom of a {kind}");
                        findings.push(subject.at_node(rule, message, Some(telecom)));
                    }
                }
            }
        }
    }
}

/// V012 to V015: roles refer to the other resources of the bundle.
fn roles(subject: &Subject<'_>, bundle: &Bundle<'_>, findings: &mut Vec<Finding>) {
    let responsible: HashSet<&str> = bundle
        .requests()
        .filter_map(|request| bundle.extension(request, EXT_RESPONSIBLE_PRACTITIONER))
        .filter_map(|extension| bundle.text(bundle.child(extension, "valueReference")?, "reference"))
        .collect();
    for entry in bundle.of_kind("PractitionerRole") {
        let role = entry.resource;
        if let Some(practitioner) = bundle.child(role, "practitioner") {
            if entry.url.is_some_and(|url| responsible.contains(url)) {
                let by_identifier = bundle.child(practitioner, "identifier").is_some();
                if bundle.is_literal(practitioner) == by_identifier {
                    let message = "the responsible practitioner is expected to be named by reference or by identifier";
                    findings.push(subject.at_node(&rule::RESPONSIBLE_PRACTITIONER_CHOICE, message, Some(practitioner)));
                }
            } else if !bundle.is_literal(practitioner) {
                let message = "a reference to a Practitioner of the bundle is expected";
                findings.push(subject.at_node(&rule::ROLE_PRACTITIONER_REFERENCE, message, Some(practitioner)));
            }
        }
        if let Some(organisation) = bundle.child(role, "organization").filter(|link| !bundle.is_literal(*link)) {
            let message = "a reference to an Organization of the bundle is expected";
            findings.push(subject.at_node(&rule::ROLE_ORGANISATION_REFERENCE, message, Some(organisation)));
        }
        for service in bundle.elements(role, "healthcareService").filter(|link| !bundle.is_literal(*link)) {
            let message = "a reference to a HealthcareService of the bundle is expected";
            findings.push(subject.at_node(&rule::ROLE_SERVICE_REFERENCE, message, Some(service)));
        }
    }
}

/// V021 to V025: what holds for the requester. Where its role cannot be found, the reader has said so.
fn requester(subject: &Subject<'_>, bundle: &Bundle<'_>, findings: &mut Vec<Finding>) {
    let Some(role) = requester_role(subject, bundle) else { return };
    if let Some(link) = bundle.child(role, "organization") {
        if bundle.is_literal(link) {
            primary_care(subject, bundle, role, link, findings);
        } else {
            let message = "the requester's organisation is expected to be a reference into the bundle";
            findings.push(subject.at_node(&rule::REQUESTER_ORGANISATION_REFERENCE, message, Some(link)));
        }
    }
    if let Some(number) = gmp_number(bundle, role) {
        let message = "a professional code of another register than the general practitioners' one is expected";
        findings.push(subject.at_node(&rule::REQUESTER_GMP_NUMBER, message, Some(number)));
    }
}

fn requester_role(subject: &Subject<'_>, bundle: &Bundle<'_>) -> Option<NodeId> {
    let requester = bundle.child(subject.request(0)?, "requester")?;
    let entry = bundle.at_url(bundle.text(requester, "reference")?)?;
    (entry.kind == "PractitionerRole").then_some(entry.resource)
}

fn primary_care(
    subject: &Subject<'_>,
    bundle: &Bundle<'_>,
    role: NodeId,
    organisation: NodeId,
    findings: &mut Vec<Finding>,
) {
    let kind = subject.order.prescription.kind.as_ref().and_then(|kind| kind.code.as_deref());
    if !kind.is_some_and(|code| code.starts_with(PRIMARY_CARE)) {
        return;
    }
    if let Some(service) = bundle.child(role, "healthcareService") {
        let message = "no healthcare service is expected for a prescription type of primary care";
        findings.push(subject.at_node(&rule::PRIMARY_CARE_SERVICE, message, Some(service)));
        return;
    }
    let Some(entry) = bundle.text(organisation, "reference").and_then(|url| bundle.at_url(url)) else { return };
    if bundle.child(entry.resource, "partOf").is_none() {
        let message = "partOf is expected in the requester's Organization for a prescription type of primary care";
        findings.push(subject.at_node(&rule::PRIMARY_CARE_PARENT, message, Some(entry.resource)));
    }
}

/// The GMP number among the identifiers of a role's practitioner.
fn gmp_number(bundle: &Bundle<'_>, role: NodeId) -> Option<NodeId> {
    let link = bundle.child(role, "practitioner")?;
    let identifiers: Vec<NodeId> = match bundle.text(link, "reference") {
        Some(url) => bundle.elements(bundle.at_url(url)?.resource, "identifier").collect(),
        None => bundle.child(link, "identifier").into_iter().collect(),
    };
    identifiers.into_iter().find(|identifier| bundle.text(*identifier, "system") == Some(GMP))
}

#[cfg(test)]
mod tests;
