//! Rules about the people and organisations of a message (V012 to V025, prescription-order.md §5, vocabularies.md §20).
//!
//! Those about content look at the model, so that they hold in every syntax. Those about the form of a reference look at
//! the resources of a FHIR bundle, and are asked of nothing else: V012 to V015 and V023.

use std::collections::HashSet;

use causeway_canonical::ledger::{At, Leaf, place};
use causeway_canonical::model::{Agent, Kind, Patient, Telecom};
use causeway_canonical::{Finding, Severity};
use causeway_syntax::NodeId;

use crate::bundle::Bundle;
use crate::catalogue as rule;
use crate::subject::{AUTHOR, Source, Subject};

const EXT_RESPONSIBLE_PRACTITIONER: &str =
    "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ResponsiblePractitioner";
const GMP: &str = "https://fhir.hl7.org.uk/Id/gmp-number";
/// The registers of which an author has one code (prescription-order.md §5).
const AUTHOR_REGISTERS: [&str; 6] = [
    "https://fhir.hl7.org.uk/Id/gmc-number",
    GMP,
    "https://fhir.hl7.org.uk/Id/nmc-number",
    "https://fhir.hl7.org.uk/Id/gphc-number",
    "https://fhir.hl7.org.uk/Id/hcpc-number",
    "https://fhir.hl7.org.uk/Id/professional-code",
];
/// NHS number states that say that there is a number, and the one that says that there is none (vocabularies.md §20).
const NUMBER_PRESENT: [&str; 2] = ["01", "02"];
const NUMBER_ABSENT: &str = "07";
/// Prescription types of primary care in England begin so (vocabularies.md §11).
const PRIMARY_CARE: &str = "01";

/// V016, V017: telecoms of people, roles and organisations have a value and, in FHIR, a use. Those of patients and services
/// need neither. The standard asks it of what FHIR sends as a bundle; of anything else it is warned of.
pub(super) fn telecoms(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (number, agent) in subject.agents() {
        if let Some(organisation) = &agent.organisation {
            let at = |position| place::ORGANISATION_TELECOM.at(&[number, position]);
            telecom(subject, "an organisation", &organisation.telecom, at, findings);
        }
        if let Some(telecoms) = agent.practitioner.as_ref().and_then(|person| person.telecom.as_ref()) {
            let at = |position| place::PRACTITIONER_TELECOM.at(&[number, position]);
            telecom(subject, "a person", telecoms, at, findings);
        }
        if let Some(telecoms) = &agent.telecom {
            let at = |position| place::AGENT_TELECOM.at(&[number, position]);
            telecom(subject, "a role", telecoms, at, findings);
        }
    }
}

fn telecom(
    subject: &Subject<'_>,
    whose: &str,
    telecoms: &[Telecom],
    at: impl Fn(usize) -> At,
    findings: &mut Vec<Finding>,
) {
    let is_bundle =
        matches!(subject.source.kind(), Kind::PrescriptionOrder | Kind::CancelRequest | Kind::DispenseNotification);
    let severity = if is_bundle { Severity::Error } else { Severity::Warning };
    for (position, telecom) in telecoms.iter().enumerate() {
        let fields = || [Leaf::Value, Leaf::Use, Leaf::System].map(|leaf| at(position).leaf(leaf));
        if telecom.value.is_none() {
            let message = format!("a value is expected in every telecom of {whose}");
            findings.push(Finding { severity, ..subject.at_field(&rule::TELECOM_VALUE, message, &fields()) });
        }
        if telecom.r#use.is_none() && subject.source.is_fhir() {
            let message = format!("a use is expected in every telecom of {whose}");
            findings.push(Finding { severity, ..subject.at_field(&rule::TELECOM_USE, message, &fields()) });
        }
    }
}

/// V012 to V015: roles refer to the other resources of the bundle.
pub(super) fn roles(source: &Source<'_>, bundle: &Bundle<'_>, findings: &mut Vec<Finding>) {
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
                    findings.push(source.at_node(&rule::RESPONSIBLE_PRACTITIONER_CHOICE, message, Some(practitioner)));
                }
            } else if !bundle.is_literal(practitioner) {
                let message = "a reference to a Practitioner of the bundle is expected";
                findings.push(source.at_node(&rule::ROLE_PRACTITIONER_REFERENCE, message, Some(practitioner)));
            }
        }
        if let Some(organisation) = bundle.child(role, "organization").filter(|link| !bundle.is_literal(*link)) {
            let message = "a reference to an Organization of the bundle is expected";
            findings.push(source.at_node(&rule::ROLE_ORGANISATION_REFERENCE, message, Some(organisation)));
        }
        for service in bundle.elements(role, "healthcareService").filter(|link| !bundle.is_literal(*link)) {
            let message = "a reference to a HealthcareService of the bundle is expected";
            findings.push(source.at_node(&rule::ROLE_SERVICE_REFERENCE, message, Some(service)));
        }
    }
}

/// V021 to V025: what holds for the requester of an order.
pub(super) fn requester(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if let Some(link) = subject.source.bundle.and_then(|bundle| organisation_by_identifier(subject, bundle)) {
        let message = "the requester's organisation is expected to be a reference into the bundle";
        findings.push(subject.at_node(&rule::REQUESTER_ORGANISATION_REFERENCE, message, Some(link)));
    }
    let Some(author) = subject.author() else { return };
    primary_care(subject, author, findings);
    gmp_number(subject, author, findings);
    professional_code(subject, author, findings);
}

/// V023: the requester's organisation, if it is no reference. Where the requester's role cannot be found, the reader has
/// said so.
fn organisation_by_identifier(subject: &Subject<'_>, bundle: &Bundle<'_>) -> Option<NodeId> {
    let requester = bundle.child(subject.request(0)?, "requester")?;
    let entry = bundle.at_url(bundle.text(requester, "reference")?).filter(|entry| entry.kind == "PractitionerRole")?;
    bundle.child(entry.resource, "organization").filter(|link| !bundle.is_literal(*link))
}

/// V021 and V022. An organisation that is only named does not say where it belongs.
fn primary_care(subject: &Subject<'_>, author: &Agent, findings: &mut Vec<Finding>) {
    let kind = subject.prescription.and_then(|prescription| prescription.kind.as_ref()?.code.as_deref());
    let Some(organisation) = &author.organisation else { return };
    let is_only_named = organisation.address.is_empty() && organisation.telecom.is_empty();
    if is_only_named || !kind.is_some_and(|code| code.starts_with(PRIMARY_CARE)) {
        return;
    }
    let fields = |at: At| [at.leaf(Leaf::Ods), at.leaf(Leaf::Name)];
    if author.healthcare_service.is_some() {
        let message = "no healthcare service is expected for a prescription type of primary care";
        findings.push(subject.at_field(&rule::PRIMARY_CARE_SERVICE, message, &fields(place::SERVICE.at(&[AUTHOR]))));
    } else if organisation.parent.is_none() {
        let message = "the organisation that the requester's one belongs to is expected for a prescription type of \
                       primary care";
        findings.push(subject.at_field(
            &rule::PRIMARY_CARE_PARENT,
            message,
            &fields(place::ORGANISATION.at(&[AUTHOR])),
        ));
    }
}

/// V025. Where the source does not say which register a code is from, a code of that form is only warned of.
fn gmp_number(subject: &Subject<'_>, author: &Agent, findings: &mut Vec<Finding>) {
    let mut identifiers = author.practitioner.iter().flat_map(|person| &person.identifier);
    let Some(position) = identifiers.position(|identifier| identifier.system.as_deref() == Some(GMP)) else { return };
    let field = place::PRACTITIONER_IDENTIFIER.at(&[AUTHOR, position]).leaf(Leaf::Value);
    let message = "a professional code of another register than the general practitioners' one is expected";
    let mut finding = subject.at_field(&rule::REQUESTER_GMP_NUMBER, message, &[field]);
    if !subject.source.names_registers() {
        finding.severity = Severity::Warning;
    }
    findings.push(finding);
}

/// prescription-order.md §5: the author of an order has one code of all registers. HL7 V3 has room for no more.
fn professional_code(subject: &Subject<'_>, author: &Agent, findings: &mut Vec<Finding>) {
    let Some(person) = author.practitioner.as_ref().filter(|_| subject.source.names_registers()) else { return };
    let is_code = |system: Option<&str>| system.is_some_and(|system| AUTHOR_REGISTERS.contains(&system));
    let mut codes =
        person.identifier.iter().enumerate().filter(|(_, identifier)| is_code(identifier.system.as_deref()));
    let (first, second) = (codes.next(), codes.next());
    if first.is_some() && second.is_none() {
        return;
    }
    let position = second.map_or(0, |(position, _)| position);
    let fields = [place::PRACTITIONER_IDENTIFIER.at(&[AUTHOR, position]).leaf(Leaf::Value)];
    let message = "exactly one professional code of the requester is expected";
    findings.push(subject.at_field(&rule::REQUESTER_PROFESSIONAL_CODE, message, &fields));
}

/// What holds of people in every kind of message.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(patient) = subject.patient else { return };
    nhs_number_status(subject, patient, findings);
    if subject.source.is_canonical() {
        uses(subject, patient, findings);
    }
}

/// vocabularies.md §20: whether there is a number, and what is said of it.
fn nhs_number_status(subject: &Subject<'_>, patient: &Patient, findings: &mut Vec<Finding>) {
    let Some(status) = patient.nhs_number_status.as_ref().and_then(|status| status.code.as_deref()) else { return };
    let is_wrong = match &patient.nhs_number {
        Some(_) => status == NUMBER_ABSENT,
        None => NUMBER_PRESENT.contains(&status),
    };
    if is_wrong {
        let field = place::NHS_NUMBER_STATUS.at(&[]).leaf(Leaf::Code);
        let message = "a state of the NHS number is expected that says whether there is one";
        findings.push(subject.at_field(&rule::NHS_NUMBER_STATUS_AGREES, message, &[field]));
    }
}

/// Uses of names, addresses and telecoms (overview.md §9). The other forms have lists of their own, which their readers
/// and schemas know.
fn uses(subject: &Subject<'_>, patient: &Patient, findings: &mut Vec<Finding>) {
    const NAME: &[&str] = &["usual", "official", "temp", "nickname", "anonymous", "old", "maiden"];
    const ADDRESS: &[&str] = &["home", "work", "temp", "old", "billing"];
    const TELECOM: &[&str] = &["home", "work", "temp", "old", "mobile"];
    let mut check = |told: Option<&str>, known: &[&str], at: At| {
        if told.is_some_and(|told| !known.contains(&told)) {
            let message = format!("a use of {} is expected", known.join(", "));
            findings.push(subject.at_field(&rule::USE_UNKNOWN, message, &[at.leaf(Leaf::Use)]));
        }
    };
    for (position, name) in patient.name.iter().enumerate() {
        check(name.r#use.as_deref(), NAME, place::PATIENT_NAME.at(&[position]));
    }
    for (position, address) in patient.address.iter().enumerate() {
        check(address.r#use.as_deref(), ADDRESS, place::PATIENT_ADDRESS.at(&[position]));
    }
    for (position, telecom) in patient.telecom.iter().enumerate() {
        check(telecom.r#use.as_deref(), TELECOM, place::PATIENT_TELECOM.at(&[position]));
    }
    for (number, agent) in subject.agents() {
        for (position, telecom) in agent.telecom.iter().flatten().enumerate() {
            check(telecom.r#use.as_deref(), TELECOM, place::AGENT_TELECOM.at(&[number, position]));
        }
        let Some(organisation) = &agent.organisation else { continue };
        for (position, telecom) in organisation.telecom.iter().enumerate() {
            check(telecom.r#use.as_deref(), TELECOM, place::ORGANISATION_TELECOM.at(&[number, position]));
        }
        for (position, address) in organisation.address.iter().enumerate() {
            check(address.r#use.as_deref(), ADDRESS, place::ORGANISATION_ADDRESS.at(&[number, position]));
        }
    }
}

#[cfg(test)]
mod tests;
