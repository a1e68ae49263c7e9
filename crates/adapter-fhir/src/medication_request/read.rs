//! A MedicationRequest read: what it says of its item, and what of the whole prescription.

use causeway_canonical::identifier::{LineItemId, PrescriptionLongId, PrescriptionShortId};
use causeway_canonical::ledger::{At, FieldRef, Place, map_rule, place};
use causeway_canonical::model::{
    BasedOn, ControlledDrug, CourseOfTherapy, LineItem, Medicine, Nomination, Prescription, PrescriptionRef,
    StatusHistory,
};

use crate::bundle::Bundle;
use crate::datatypes::{
    peek_system, read_boolean, read_coding, read_concept, read_count, read_count_part, read_date_time,
    read_fixed_identifier, read_identifier, read_line_item_id, read_lower_case, read_period, read_quantity,
    required_extension,
};
use crate::dosage;
use crate::element::Element;
use crate::patient::read_organisation_reference;
use crate::repeat::{self, Parts, based_on_repeat};
use crate::rules;
use crate::system;
use crate::unmodelled;

/// How much of a prescription a MedicationRequest has to tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// All that makes it dispensable.
    InFull,
    /// What names it; anything else is read where it stands.
    InPart,
}

impl Told {
    fn child<'t>(self, parent: Element<'t>, name: &'static str) -> Option<Element<'t>> {
        match self {
            Told::InFull => parent.required(name),
            Told::InPart => parent.child(name),
        }
    }

    fn extension<'t>(self, parent: Element<'t>, url: &'static str, what: &str) -> Option<Element<'t>> {
        match self {
            Told::InFull => required_extension(parent, url, what),
            Told::InPart => parent.extension(url),
        }
    }
}

/// Reads what a request says of the whole prescription.
pub fn read_prescription(request: Element<'_>, told: Told) -> Prescription {
    let group = request.required("groupIdentifier").map(|group| read_group(group, told)).unwrap_or_default();
    let supply = told.child(request, "dispenseRequest");
    Prescription {
        id: group.id.unwrap_or_default(),
        short_id: group.short_id.unwrap_or_default(),
        kind: told
            .extension(request, system::EXT_PRESCRIPTION_TYPE, "prescription type")
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
        nomination: supply.map(|supply| read_nomination(supply, told)).unwrap_or_default(),
        ..Prescription::default()
    }
}

/// Reads the groupIdentifier of a request or a task: the ids of its prescription.
pub fn read_group(group: Element<'_>, told: Told) -> PrescriptionRef {
    let short = read_fixed_identifier(group, system::PRESCRIPTION_ORDER_NUMBER, place::PRESCRIPTION_SHORT_ID.field());
    PrescriptionRef {
        id: told.extension(group, system::EXT_PRESCRIPTION_ID, "long prescription id").and_then(read_long_id),
        short_id: short.map(PrescriptionShortId::new),
        repeat: None,
    }
}

fn read_long_id(extension: Element<'_>) -> Option<PrescriptionLongId> {
    let identifier = extension.required("valueIdentifier")?;
    identifier.fixed("system", system::PRESCRIPTION);
    let element = identifier.required("value")?;
    read_lower_case(element, place::PRESCRIPTION_ID.field()).map(PrescriptionLongId::new)
}

fn read_nomination(supply: Element<'_>, told: Told) -> Nomination {
    Nomination {
        site_preference: told
            .extension(supply, system::EXT_PERFORMER_SITE_TYPE, "dispensing site preference")
            .and_then(|extension| extension.required("valueCoding"))
            .map(|coding| read_coding(coding, place::SITE_PREFERENCE.at(&[]))),
        organisation: supply
            .child("performer")
            .map(|performer| read_organisation_reference(performer, place::NOMINATED_ORGANISATION.at(&[]))),
    }
}

/// Reads the item of a request.
pub fn read_item(bundle: &Bundle<'_>, request: Element<'_>, item: usize, told: Told) -> LineItem {
    let at = |place: Place| place.at(&[item]);
    request.narrative(|| format!("item[{item}]"));
    let supply = request.child("dispenseRequest");
    let repeat = request.extension(system::EXT_MEDICATION_REPEAT);
    let dispensing = request.extension(system::EXT_DISPENSING_INFORMATION);
    let mut read = LineItem {
        status: request.required("status").and_then(|_| request.text("status", at(place::ITEM_STATUS).itself())),
        intent: request.required("intent").and_then(|_| request.text("intent", at(place::ITEM_INTENT).itself())),
        medicine: read_medicine(bundle, request, item),
        status_reason: request
            .child("statusReason")
            .map(|concept| read_concept(concept, at(place::ITEM_STATUS_REASON))),
        course_of_therapy: told
            .child(request, "courseOfTherapyType")
            .and_then(|course| read_course(course, at(place::COURSE_OF_THERAPY).itself())),
        quantity: supply
            .and_then(|supply| told.child(supply, "quantity"))
            .map(|quantity| read_quantity(quantity, at(place::QUANTITY))),
        dosage: dosage::read(request, item),
        repeats_allowed: supply
            .and_then(|supply| read_count(supply, "numberOfRepeatsAllowed", at(place::REPEATS_ALLOWED).itself())),
        review_date: repeat
            .and_then(|repeat| repeat.extension("authorisationExpiryDate"))
            .and_then(|part| read_date_time(part, "valueDateTime", at(place::REVIEW_DATE).itself())),
        issue: repeat.and_then(|repeat| {
            let field = at(place::ITEM_ISSUE).itself();
            read_count_part(repeat, "numberOfPrescriptionsIssued", field, map_rule::NONE)
        }),
        release_status: dispensing
            .and_then(|extension| extension.extension("dispenseStatus"))
            .and_then(|part| part.required("valueCoding"))
            .map(|coding| read_coding(coding, at(place::RELEASE_STATUS))),
        last_dispensed: dispensing
            .and_then(|extension| extension.extension("dateLastDispensed"))
            .and_then(|part| read_date_time(part, "valueDateTime", at(place::LAST_DISPENSED).itself())),
        based_on: request.child("basedOn").map(|based_on| read_based_on(based_on, item, told)),
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
    read_item_identifiers(request, item, told, &mut read);
    read
}

fn read_item_identifiers(request: Element<'_>, item: usize, told: Told, read: &mut LineItem) {
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
    if !found && told == Told::InFull {
        request.report(&rules::IDENTIFIER_SYSTEM, "an identifier of the system for item numbers is expected");
    }
}

/// Reads the medicine of a request or a dispense.
pub fn read_medicine(bundle: &Bundle<'_>, request: Element<'_>, item: usize) -> Medicine {
    let code_at = place::MEDICINE.at(&[item]);
    let concept = request.child("medicationCodeableConcept");
    let reference = request.child("medicationReference");
    match (concept, reference) {
        (Some(concept), None) => Medicine { code: read_concept(concept, code_at), form: None },
        (None, Some(reference)) => {
            reference.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
            let Some(resource) = bundle.resolve(reference, "Medication") else { return Medicine::default() };
            resource.narrative(|| format!("item[{item}].medicine"));
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

fn read_course(course: Element<'_>, field: FieldRef) -> Option<CourseOfTherapy> {
    let coding = course.required("coding")?;
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

fn read_based_on(element: Element<'_>, item: usize, told: Told) -> BasedOn {
    let at = |place: Place| place.at(&[item]).itself();
    let repeat = repeat::read(element, based_on_repeat(item), Parts::Any);
    element.structural_child("type");
    // A released prescription may tell how far its issues have come without naming the original (release.md §3).
    let named = if repeat.is_some() { Told::InPart } else { told };
    BasedOn {
        item: match element.child("reference") {
            Some(link) => read_original(link, at(place::BASED_ON_ITEM)),
            None => named.child(element, "identifier").and_then(|identifier| {
                identifier.fixed("system", system::ITEM_NUMBER);
                read_line_item_id(identifier.required("value")?, at(place::BASED_ON_ITEM))
            }),
        },
        repeats_allowed: repeat.as_ref().and_then(|repeat| repeat.allowed),
        repeats_issued: repeat.and_then(|repeat| repeat.issued),
    }
}

/// The original item by a link that leads out of the message, as released prescriptions have it (release.md §5).
fn read_original(link: Element<'_>, field: FieldRef) -> Option<LineItemId> {
    let text = link.read(field, map_rule::UUID_URN)?;
    let id = text.strip_prefix("urn:uuid:").unwrap_or_default().to_ascii_lowercase();
    LineItemId::parse(&id).map_err(|fault| link.report(&rules::UUID, fault.expected)).ok()
}

/// Reads what became of the order, and when; the name of the extension in older messages is read too.
pub fn read_status_history(request: Element<'_>, status: At, date: FieldRef) -> Option<StatusHistory> {
    let extension =
        request.extension(system::EXT_STATUS_HISTORY).or_else(|| request.extension(system::EXT_STATUS_HISTORY_OLD))?;
    Some(StatusHistory {
        status: extension
            .extension("status")
            .and_then(|part| part.required("valueCoding"))
            .map(|coding| read_coding(coding, status)),
        date: extension.extension("statusDate").and_then(|part| read_date_time(part, "valueDateTime", date)),
    })
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
