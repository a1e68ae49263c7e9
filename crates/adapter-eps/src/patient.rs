//! The patient block of orders and cancellations (overview.md §10).

use causeway_canonical::ledger::{Leaf, Tag, map_rule, place};
use causeway_canonical::model::{Gender, OrganisationRef, Patient};
use causeway_canonical::{NhsNumber, OdsCode};
use causeway_syntax::adapter::Compat;

use crate::datatypes::{Origin, address, coded, id, is_blank, name, telecom, time};
use crate::element::Element;
use crate::oid;
use crate::rules;
use crate::spec;
use crate::target::Target;

/// The code of an unknown practice.
const UNKNOWN_PRACTICE: &str = "V81999";

/// Codes of administrative gender (overview.md §9).
const GENDERS: [(Gender, &str); 4] =
    [(Gender::Unknown, "0"), (Gender::Male, "1"), (Gender::Female, "2"), (Gender::Other, "9")];

pub(crate) fn write(target: &mut Target<'_>, patient: &Patient) {
    target.open(&spec::RECORD_TARGET);
    target.open(&spec::PATIENT);
    write_number(target, patient);
    for (number, address) in patient.address.iter().enumerate() {
        address::write(target, address, Origin::new(place::PATIENT_ADDRESS.at(&[number])));
    }
    for (number, telecom) in patient.telecom.iter().enumerate() {
        telecom::write(target, telecom, Origin::new(place::PATIENT_TELECOM.at(&[number])));
    }
    target.open(&spec::PATIENT_PERSON);
    for (number, name) in patient.name.iter().enumerate() {
        name::write(target, name, Origin::new(place::PATIENT_NAME.at(&[number])));
    }
    write_gender(target, patient);
    write_birth_date(target, patient);
    write_practice(target, patient);
    target.close_all(3);
}

/// Writes the NHS number.
pub(crate) fn write_number(target: &mut Target<'_>, patient: &Patient) {
    let field = place::NHS_NUMBER.field();
    match patient.nhs_number.as_ref().filter(|number| !is_blank(number.as_str())) {
        Some(number) => id::write(target, number.as_str(), oid::NHS_NUMBER, [Tag::Field(field, map_rule::NONE)]),
        None => target.refuse(&rules::EPS_NHS_NUMBER, field, "expected the NHS number of the patient"),
    }
}

fn write_gender(target: &mut Target<'_>, patient: &Patient) {
    let field = place::GENDER.field();
    let Some(gender) = patient.gender else {
        return target.refuse(&rules::EPS_GENDER, field, "expected the gender of the patient");
    };
    let code = GENDERS.iter().find(|(known, _)| *known == gender).map_or("0", |(_, code)| code);
    target.open(&spec::GENDER_CODE);
    target.attribute("code", code, [Tag::Field(field, map_rule::GENDER_CODE)]);
    target.fixed("codeSystem", oid::GENDER);
    target.close();
}

fn write_birth_date(target: &mut Target<'_>, patient: &Patient) {
    let field = place::BIRTH_DATE.field();
    let Some(date) = &patient.birth_date else {
        return target.refuse(&rules::EPS_BIRTH_DATE, field, "expected the date of birth of the patient");
    };
    target.open(&spec::BIRTH_TIME);
    target.attribute("value", &time::date(date, target.compat()), [Tag::Field(field, map_rule::DATE_DIGITS)]);
    target.close();
}

/// A practice that is not known has a code of its own.
fn write_practice(target: &mut Target<'_>, patient: &Patient) {
    target.open(&spec::PROVIDER_PATIENT);
    target.open(&spec::SUBJECT_OF);
    target.open(&spec::CARE_PROVISION);
    target.fixed_code(&spec::CARE_PROVISION_CODE);
    target.open(&spec::CARE_PROVIDER_PARTY);
    target.open(&spec::CARE_PROVIDER);
    let field = place::GENERAL_PRACTICE.at(&[]).leaf(Leaf::Ods);
    match practice(patient) {
        Some(ods) => id::write(target, ods.as_str(), oid::ODS, [Tag::Field(field, map_rule::NONE)]),
        None => id::write(target, UNKNOWN_PRACTICE, oid::ODS, [Tag::Default(field, map_rule::UNKNOWN_PRACTICE)]),
    }
    target.close_all(5);
}

fn practice(patient: &Patient) -> Option<&OdsCode> {
    patient.general_practice.as_ref().and_then(|practice| id::present_ods(&practice.ods))
}

/// Reads the patient of a document.
pub(crate) fn read(document: Element<'_>) -> Option<Patient> {
    let element = document.required(&spec::RECORD_TARGET)?.required(&spec::PATIENT)?;
    let mut patient = Patient {
        nhs_number: id::read(element, oid::NHS_NUMBER, place::NHS_NUMBER.field(), map_rule::NONE).map(NhsNumber::new),
        ..Patient::default()
    };
    for address in element.all(&spec::ADDRESS) {
        let at = place::PATIENT_ADDRESS.at(&[patient.address.len()]);
        patient.address.push(address::read(address.open(&spec::ADDRESS), at));
    }
    for telecom in element.all(&spec::TELECOM) {
        let at = place::PATIENT_TELECOM.at(&[patient.telecom.len()]);
        patient.telecom.push(telecom::read(telecom.open(&spec::TELECOM), at));
    }
    if let Some(person) = element.required(&spec::PATIENT_PERSON) {
        read_person(person, &mut patient);
    }
    Some(patient)
}

fn read_person(person: Element<'_>, patient: &mut Patient) {
    for name in person.all(&spec::NAME) {
        let at = place::PATIENT_NAME.at(&[patient.name.len()]);
        patient.name.push(name::read(name.open(&spec::NAME), at));
    }
    patient.gender = person.required(&spec::GENDER_CODE).and_then(read_gender);
    let birth = person.required(&spec::BIRTH_TIME);
    patient.birth_date =
        birth.and_then(|birth| time::read_date(birth, place::BIRTH_DATE.field(), map_rule::DATE_DIGITS));
    patient.general_practice = read_practice(person);
}

/// The code decides; its system is checked where it is said.
fn read_gender(element: Element<'_>) -> Option<Gender> {
    coded::check_system(element, oid::GENDER);
    element.structural("codeSystem");
    element.structural("displayName");
    let code = element.required_value("code", place::GENDER.field(), map_rule::GENDER_CODE)?;
    let gender = GENDERS.iter().find(|(_, known)| *known == code).map(|(gender, _)| *gender);
    if gender.is_none() {
        element.complain(&rules::V3_CODE, "expected one of the codes 0, 1, 2 and 9");
    }
    gender
}

fn read_practice(person: Element<'_>) -> Option<OrganisationRef> {
    let provision =
        person.required(&spec::PROVIDER_PATIENT)?.required(&spec::SUBJECT_OF)?.required(&spec::CARE_PROVISION)?;
    provision.fixed_code(&spec::CARE_PROVISION_CODE);
    let provider = provision.required(&spec::CARE_PROVIDER_PARTY)?.required(&spec::CARE_PROVIDER)?;
    let at = place::GENERAL_PRACTICE.at(&[]);
    let named = |ods| OrganisationRef { ods: Some(OdsCode::new(ods)), name: None };
    if let Some(id) = provider.optional(&spec::ID).filter(|id| id.peek("nullFlavor").is_some()) {
        id.value("nullFlavor", at.leaf(Leaf::Ods), map_rule::UNKNOWN_PRACTICE);
        id.structural("root");
        return Some(named(UNKNOWN_PRACTICE));
    }
    id::read(provider, oid::ODS, at.leaf(Leaf::Ods), map_rule::NONE).map(named)
}

/// What comes back of a patient.
pub(crate) fn project(patient: &Patient, compat: Compat) -> Patient {
    let at = |number| place::PATIENT_ADDRESS.at(&[number]);
    let practice = practice(patient).cloned().unwrap_or_else(|| OdsCode::new(UNKNOWN_PRACTICE));
    Patient {
        nhs_number: patient.nhs_number.clone(),
        name: patient.name.iter().map(name::project).collect(),
        gender: patient.gender,
        birth_date: patient.birth_date.as_ref().map(|date| time::project_date(date, compat)),
        address: (0..).zip(&patient.address).map(|(number, it)| address::project(it, at(number), compat)).collect(),
        telecom: patient.telecom.iter().map(|telecom| telecom::project(telecom, compat)).collect(),
        general_practice: Some(OrganisationRef { ods: Some(practice), name: None }),
        ..Patient::default()
    }
}
