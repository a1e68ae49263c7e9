//! A MedicationRequest read: what it says of its item, and what of the whole prescription.

use causeway_canonical::identifier::{PrescriptionLongId, PrescriptionShortId};
use causeway_canonical::ledger::{FieldRef, Place, map_rule, place};
use causeway_canonical::model::{
    BasedOn, ControlledDrug, CourseOfTherapy, LineItem, Medicine, Nomination, Prescription,
};

use crate::bundle::Bundle;
use crate::datatypes::{
    peek_system, read_boolean, read_coding, read_concept, read_count, read_date_time, read_fixed_identifier,
    read_identifier, read_line_item_id, read_lower_case, read_period, read_quantity, required_extension,
};
use crate::dosage;
use crate::element::Element;
use crate::patient::read_organisation_reference;
use crate::rules;
use crate::system;
use crate::unmodelled;

/// Reads what a request says of the whole prescription.
pub fn read_prescription(request: Element<'_>) -> Prescription {
    let group = request.required("groupIdentifier");
    let supply = request.required("dispenseRequest");
    Prescription {
        id: group.and_then(read_long_id).unwrap_or_default(),
        short_id: group
            .and_then(|group| {
                read_fixed_identifier(group, system::PRESCRIPTION_ORDER_NUMBER, place::PRESCRIPTION_SHORT_ID.field())
            })
            .map(PrescriptionShortId::new)
            .unwrap_or_default(),
        kind: required_extension(request, system::EXT_PRESCRIPTION_TYPE, "prescription type")
            .and_then(|extension| extension.required("valueCoding"))
            .map(|coding| read_coding(coding, place::PRESCRIPTION_KIND.at(&[]))),
        category: request
            .children("category")
            .enumerate()
            .map(|(position, concept)| read_concept(concept, place::PRESCRIPTION_CATEGORY.at(&[position])))
            .collect(),
        authored_on: read_date_time(request, "authoredOn", place::AUTHORED_ON.field()),
        validity: supply
            .and_then(|supply| supply.child("validityPeriod"))
            .map(|period| read_period(period, place::VALIDITY.at(&[]))),
        supply_duration: supply
            .and_then(|supply| supply.child("expectedSupplyDuration"))
            .map(|quantity| read_quantity(quantity, place::SUPPLY_DURATION.at(&[]))),
        nomination: supply.map(read_nomination).unwrap_or_default(),
        ..Prescription::default()
    }
}

fn read_long_id(group: Element<'_>) -> Option<PrescriptionLongId> {
    let identifier =
        required_extension(group, system::EXT_PRESCRIPTION_ID, "long prescription id")?.required("valueIdentifier")?;
    identifier.fixed("system", system::PRESCRIPTION);
    let element = identifier.required("value")?;
    read_lower_case(element, place::PRESCRIPTION_ID.field()).map(PrescriptionLongId::new)
}

fn read_nomination(supply: Element<'_>) -> Nomination {
    Nomination {
        site_preference: required_extension(supply, system::EXT_PERFORMER_SITE_TYPE, "dispensing site preference")
            .and_then(|extension| extension.required("valueCoding"))
            .map(|coding| read_coding(coding, place::SITE_PREFERENCE.at(&[]))),
        organisation: supply
            .child("performer")
            .map(|performer| read_organisation_reference(performer, place::NOMINATED_ORGANISATION.at(&[]))),
    }
}

/// Reads the item of a request.
pub fn read_item(bundle: &Bundle<'_>, request: Element<'_>, item: usize) -> LineItem {
    let at = |place: Place| place.at(&[item]);
    let supply = request.child("dispenseRequest");
    let mut read = LineItem {
        status: request.required("status").and_then(|_| request.text("status", at(place::ITEM_STATUS).itself())),
        intent: request.required("intent").and_then(|_| request.text("intent", at(place::ITEM_INTENT).itself())),
        medicine: read_medicine(bundle, request, item),
        course_of_therapy: read_course(request, at(place::COURSE_OF_THERAPY).itself()),
        quantity: supply
            .and_then(|supply| supply.required("quantity"))
            .map(|quantity| read_quantity(quantity, at(place::QUANTITY))),
        dosage: dosage::read(request, item),
        repeats_allowed: supply
            .and_then(|supply| read_count(supply, "numberOfRepeatsAllowed", at(place::REPEATS_ALLOWED).itself())),
        review_date: request
            .extension(system::EXT_MEDICATION_REPEAT)
            .and_then(|repeat| repeat.extension("authorisationExpiryDate"))
            .and_then(|part| read_date_time(part, "valueDateTime", at(place::REVIEW_DATE).itself())),
        based_on: request.child("basedOn").map(|based_on| read_based_on(based_on, item)),
        endorsement: request
            .extensions(system::EXT_ENDORSEMENT)
            .enumerate()
            .filter_map(|(position, extension)| {
                let concept = extension.required("valueCodeableConcept")?;
                Some(read_concept(concept, place::ENDORSEMENT.at(&[item, position])))
            })
            .collect(),
        controlled_drug: request
            .extension(system::EXT_CONTROLLED_DRUG)
            .map(|extension| read_controlled_drug(extension, item)),
        note: request.child("note").and_then(|note| note.text("text", at(place::NOTE).itself())),
        substitution_allowed: request.child("substitution").and_then(|substitution| {
            read_boolean(substitution, "allowedBoolean", at(place::SUBSTITUTION_ALLOWED).itself())
        }),
        ..LineItem::default()
    };
    read_item_identifiers(request, item, &mut read);
    read
}

fn read_item_identifiers(request: Element<'_>, item: usize, read: &mut LineItem) {
    let mut found = false;
    for element in request.children("identifier") {
        if peek_system(element).as_deref() != Some(system::ITEM_NUMBER) {
            let at = place::ITEM_IDENTIFIER.at(&[item, read.identifier.len()]);
            read.identifier.push(read_identifier(element, at));
        } else if found {
            element.report(&rules::IDENTIFIER_SYSTEM, "one item number is expected, and this is another");
        } else {
            found = true;
            element.structural_child("system");
            if let Some(value) = element.required("value") {
                read.id = read_line_item_id(value, place::ITEM_ID.at(&[item]).itself()).unwrap_or_default();
            }
        }
    }
    if !found {
        request.report(&rules::IDENTIFIER_SYSTEM, "an identifier of the system for item numbers is expected");
    }
}

fn read_medicine(bundle: &Bundle<'_>, request: Element<'_>, item: usize) -> Medicine {
    let code_at = place::MEDICINE.at(&[item]);
    let concept = request.child("medicationCodeableConcept");
    let reference = request.child("medicationReference");
    match (concept, reference) {
        (Some(concept), None) => Medicine { code: read_concept(concept, code_at), form: None },
        (None, Some(reference)) => {
            reference.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
            let Some(resource) = bundle.resolve(reference, "Medication") else { return Medicine::default() };
            resource.fixed("status", "active");
            Medicine {
                code: resource.required("code").map(|concept| read_concept(concept, code_at)).unwrap_or_default(),
                form: resource.child("form").map(|form| read_concept(form, place::MEDICINE_FORM.at(&[item]))),
            }
        }
        (Some(concept), Some(_)) => {
            request.report(&rules::MEDICATION_CHOICE, "one form of the medicine is expected, and both are here");
            Medicine { code: read_concept(concept, code_at), form: None }
        }
        (None, None) => {
            request.report(&rules::MEDICATION_CHOICE, "a medicine is expected and missing");
            Medicine::default()
        }
    }
}

fn read_course(request: Element<'_>, field: FieldRef) -> Option<CourseOfTherapy> {
    let coding = request.required("courseOfTherapyType")?.required("coding")?;
    let element = coding.required("code")?;
    let system = peek_system(coding);
    let course = match (system.as_deref(), element.peek()?) {
        (Some(system::COURSE_OF_THERAPY), "acute") => Some(CourseOfTherapy::Acute),
        (Some(system::COURSE_OF_THERAPY), "continuous") => Some(CourseOfTherapy::Continuous),
        (Some(system::COURSE_OF_THERAPY | system::COURSE_OF_THERAPY_NHS), "continuous-repeat-dispensing")
        | (Some(system::COURSE_OF_THERAPY_UK_CORE), "continuous-repeating-dispensing") => {
            Some(CourseOfTherapy::ContinuousRepeatDispensing)
        }
        _ => None,
    };
    if course.is_none() {
        element.report(&rules::CODE, "a course of therapy of the value set is expected");
        return None;
    }
    element.read(field, map_rule::CANONICAL_CODE);
    coding.structural_child("system");
    coding.unmodelled("display", unmodelled::COURSE_DISPLAY);
    course
}

fn read_based_on(element: Element<'_>, item: usize) -> BasedOn {
    let at = |place: Place| place.at(&[item]).itself();
    let part = |repeat: Element<'_>, url: &'static str, place: Place| {
        let part = repeat.extension(url)?;
        let name = if part.peek_child("valueUnsignedInt").is_some() { "valueUnsignedInt" } else { "valueInteger" };
        read_count(part, name, at(place))
    };
    let repeat = element.extension(system::EXT_EPS_REPEAT);
    element.structural_child("type");
    BasedOn {
        item: element.required("identifier").and_then(|identifier| {
            identifier.fixed("system", system::ITEM_NUMBER);
            read_line_item_id(identifier.required("value")?, at(place::BASED_ON_ITEM))
        }),
        repeats_allowed: repeat.and_then(|repeat| part(repeat, "numberOfRepeatsAllowed", place::BASED_ON_ALLOWED)),
        repeats_issued: repeat.and_then(|repeat| part(repeat, "numberOfRepeatsIssued", place::BASED_ON_ISSUED)),
    }
}

fn read_controlled_drug(extension: Element<'_>, item: usize) -> ControlledDrug {
    ControlledDrug {
        schedule: extension
            .extension("schedule")
            .and_then(|part| part.required("valueCoding"))
            .map(|coding| read_coding(coding, place::CD_SCHEDULE.at(&[item]))),
        quantity_words: extension
            .extension("quantityWords")
            .and_then(|part| part.text("valueString", place::CD_QUANTITY_WORDS.at(&[item]).itself())),
    }
}
