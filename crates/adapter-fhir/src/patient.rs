//! Patient.

use causeway_canonical::identifier::{NhsNumber, OdsCode};
use causeway_canonical::ledger::{At, Leaf, map_rule, place};
use causeway_canonical::model::{Coded, Gender, HumanName, OrganisationRef, Patient};

use crate::bundle::Bundle;
use crate::datatypes::{
    address_content, identifier_content, peek_system, read_address, read_coding, read_date, read_fixed_identifier,
    read_identifier, read_name, read_telecoms, write_names, write_telecoms,
};
use crate::element::Element;
use crate::rules;
use crate::sink::Sink;
use crate::system;
use crate::unmodelled;

/// The part of the message that the narrative is about.
const PART: &str = "patient";

/// Reads a Patient.
pub fn read(resource: Element<'_>) -> Patient {
    resource.narrative(|| PART.to_owned());
    resource.fixed("active", "true");
    let mut patient = Patient {
        name: resource
            .children("name")
            .enumerate()
            .map(|(position, name)| read_name(name, place::PATIENT_NAME.at(&[position])))
            .collect(),
        telecom: read_telecoms(resource, |position| place::PATIENT_TELECOM.at(&[position])),
        gender: read_gender(resource),
        birth_date: read_date(resource, "birthDate", place::BIRTH_DATE.field()),
        address: resource
            .children("address")
            .enumerate()
            .map(|(position, address)| read_address(address, place::PATIENT_ADDRESS.at(&[position])))
            .collect(),
        general_practice: resource
            .child("generalPractitioner")
            .map(|practice| read_organisation_reference(practice, place::GENERAL_PRACTICE.at(&[]))),
        ..Patient::default()
    };
    read_identifiers(resource, &mut patient);
    resource.required("gender");
    resource.required("birthDate");
    patient
}

fn read_identifiers(resource: Element<'_>, patient: &mut Patient) {
    for element in resource.children("identifier") {
        if peek_system(element).as_deref() != Some(system::NHS_NUMBER) {
            let at = place::PATIENT_IDENTIFIER.at(&[patient.identifier.len()]);
            patient.identifier.push(read_identifier(element, at));
            continue;
        }
        if patient.nhs_number.is_some() {
            element.report(&rules::IDENTIFIER_SYSTEM, "one NHS number is expected, and this is another");
            continue;
        }
        element.unmodelled("use", unmodelled::IDENTIFIER_USE);
        patient.nhs_number =
            read_fixed_identifier(element, system::NHS_NUMBER, place::NHS_NUMBER.field()).map(NhsNumber::new);
        patient.nhs_number_status = element
            .extension(system::EXT_NHS_NUMBER_STATUS)
            .and_then(|extension| extension.required("valueCodeableConcept")?.required("coding"))
            .map(|coding| read_coding(coding, place::NHS_NUMBER_STATUS.at(&[])));
    }
    if patient.nhs_number.is_none() {
        resource.report(&rules::IDENTIFIER_SYSTEM, "an identifier of the system for NHS numbers is expected");
    }
}

fn read_gender(resource: Element<'_>) -> Option<Gender> {
    let element = resource.child("gender")?;
    let gender = element.read(place::GENDER.field(), map_rule::NONE).and_then(Gender::from_word);
    if gender.is_none() {
        element.report(&rules::CODE, "gender is expected to be male, female, other or unknown");
    }
    gender
}

/// Reads a Reference that names the patient by NHS number, with the name for display.
pub fn read_reference(reference: Element<'_>) -> Option<Patient> {
    reference.structural_child("type");
    let identifier = reference.required("identifier")?;
    let name = reference.text("display", place::PATIENT_NAME.at(&[0]).leaf(Leaf::Text));
    Some(Patient {
        nhs_number: read_fixed_identifier(identifier, system::NHS_NUMBER, place::NHS_NUMBER.field())
            .map(NhsNumber::new),
        name: name.map(|text| HumanName { text: Some(text), ..HumanName::default() }).into_iter().collect(),
        ..Patient::default()
    })
}

/// Content of a Reference that names the patient by NHS number.
pub fn nhs_number_content(sink: &mut Sink, patient: &Patient) {
    if let Some(number) = &patient.nhs_number {
        sink.element("identifier", |sink| {
            sink.fixed("system", system::NHS_NUMBER);
            sink.text("value", number.as_str(), place::NHS_NUMBER.field());
        });
    }
}

/// Content of a Reference that says all that is known of the patient: NHS number, and the name for display.
pub fn reference_content(sink: &mut Sink, patient: &Patient) {
    nhs_number_content(sink, patient);
    let text = patient.name.first().and_then(|name| name.text.as_deref());
    sink.optional("display", text, place::PATIENT_NAME.at(&[0]).leaf(Leaf::Text));
}

/// What such a Reference says of a patient.
pub fn project_reference(patient: &Patient) -> Patient {
    let text = patient.name.first().and_then(|name| name.text.clone());
    Patient {
        nhs_number: patient.nhs_number.clone(),
        name: text.map(|text| HumanName { text: Some(text), ..HumanName::default() }).into_iter().collect(),
        ..Patient::default()
    }
}

/// Reads a Reference that names an organisation by ODS code, with its name for display.
pub fn read_organisation_reference(reference: Element<'_>, at: At) -> OrganisationRef {
    reference.structural_child("type");
    let ods = reference
        .required("identifier")
        .and_then(|identifier| read_fixed_identifier(identifier, system::ODS, at.leaf(Leaf::Ods)).map(OdsCode::new));
    OrganisationRef { ods, name: reference.text("display", at.leaf(Leaf::Name)) }
}

/// Reads a Reference to an organisation, named by ODS code or standing in the bundle.
pub fn read_organisation_link(bundle: &Bundle<'_>, reference: Element<'_>, at: At) -> Option<OrganisationRef> {
    if reference.peek_child("reference").is_none() {
        return Some(read_organisation_reference(reference, at));
    }
    let resource = bundle.resolve(reference, "Organization")?;
    let ods = read_ods(resource, at.leaf(Leaf::Ods));
    Some(OrganisationRef { ods, name: resource.text("name", at.leaf(Leaf::Name)) })
}

/// Reads the ODS code among the identifiers of an organisation or service. None or several are reported.
pub fn read_ods(resource: Element<'_>, field: causeway_canonical::ledger::FieldRef) -> Option<OdsCode> {
    let mut found = None;
    for element in resource.children("identifier").filter(|element| is_ods(*element)) {
        if found.is_some() {
            element.report(&rules::IDENTIFIER_SYSTEM, "one ODS code is expected, and this is another");
            continue;
        }
        element.unmodelled("use", unmodelled::IDENTIFIER_USE);
        found = read_fixed_identifier(element, system::ODS, field).map(OdsCode::new);
    }
    if found.is_none() {
        resource.report(&rules::IDENTIFIER_SYSTEM, "an identifier of the system for ODS codes is expected");
    }
    found
}

/// Whether an Identifier holds an ODS code.
pub fn is_ods(identifier: Element<'_>) -> bool {
    peek_system(identifier).as_deref() == Some(system::ODS)
}

/// Content of a Reference that names an organisation by ODS code.
pub fn organisation_reference_content(sink: &mut Sink, organisation: &OrganisationRef, at: At) {
    if let Some(ods) = &organisation.ods {
        sink.element("identifier", |sink| {
            sink.fixed("system", system::ODS);
            sink.text("value", ods.as_str(), at.leaf(Leaf::Ods));
        });
    }
    sink.optional("display", organisation.name.as_deref(), at.leaf(Leaf::Name));
}

/// Writes the content of a Patient.
pub fn write(sink: &mut Sink, patient: &Patient) {
    sink.narrative(|| PART.to_owned());
    write_identifiers(sink, patient);
    write_names(sink, "name", &patient.name, |position| place::PATIENT_NAME.at(&[position]));
    write_telecoms(sink, &patient.telecom, |position| place::PATIENT_TELECOM.at(&[position]));
    if let Some(gender) = patient.gender {
        sink.text("gender", gender.as_str(), place::GENDER.field());
    }
    if let Some(date) = &patient.birth_date {
        sink.text("birthDate", date.as_str(), place::BIRTH_DATE.field());
    }
    sink.list("address", &patient.address, |sink, position, address| {
        address_content(sink, address, place::PATIENT_ADDRESS.at(&[position]));
    });
    if let Some(practice) = &patient.general_practice {
        sink.list("generalPractitioner", std::slice::from_ref(practice), |sink, _, practice| {
            organisation_reference_content(sink, practice, place::GENERAL_PRACTICE.at(&[]));
        });
    }
}

fn write_identifiers(sink: &mut Sink, patient: &Patient) {
    sink.begin_list("identifier");
    if let Some(number) = &patient.nhs_number {
        sink.entry(|sink| {
            if let Some(status) = &patient.nhs_number_status {
                write_status(sink, status);
            }
            sink.fixed("system", system::NHS_NUMBER);
            sink.text("value", number.as_str(), place::NHS_NUMBER.field());
        });
    }
    for (position, identifier) in patient.identifier.iter().enumerate() {
        sink.entry(|sink| identifier_content(sink, identifier, place::PATIENT_IDENTIFIER.at(&[position])));
    }
    sink.end_list();
}

fn write_status(sink: &mut Sink, status: &Coded) {
    sink.begin_list("extension");
    sink.entry(|sink| {
        sink.fixed("url", system::EXT_NHS_NUMBER_STATUS);
        sink.element("valueCodeableConcept", |sink| {
            sink.begin_list("coding");
            sink.entry(|sink| {
                let at = place::NHS_NUMBER_STATUS.at(&[]);
                sink.optional("system", status.system.as_deref(), at.leaf(Leaf::System));
                sink.optional("code", status.code.as_deref(), at.leaf(Leaf::Code));
                sink.optional("display", status.display.as_deref(), at.leaf(Leaf::Display));
            });
            sink.end_list();
        });
    });
    sink.end_list();
}
