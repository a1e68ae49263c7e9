//! MedicationRequest: one item, and what it says of the whole prescription.

use causeway_canonical::identifier::{LineItemId, PrescriptionLongId, PrescriptionShortId};
use causeway_canonical::ledger::{FieldRef, Leaf, Place, map_rule, place};
use causeway_canonical::model::{
    BasedOn, Concept, ControlledDrug, CourseOfTherapy, LineItem, Medicine, Nomination, Prescription,
};

use crate::agent::Urls;
use crate::bundle::Bundle;
use crate::datatypes::{
    peek_system, read_boolean, read_coding, read_concept, read_count, read_date_time, read_fixed_identifier,
    read_identifier, read_period, read_quantity, write_coding, write_concept, write_concepts, write_period,
    write_quantity,
};
use crate::dosage::{self, word};
use crate::element::Element;
use crate::patient::{organisation_reference_content, read_organisation_reference};
use crate::rules;
use crate::sink::Sink;
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

fn required_extension<'t>(parent: Element<'t>, url: &'static str, what: &str) -> Option<Element<'t>> {
    let extension = parent.extension(url);
    if extension.is_none() {
        parent.report(&rules::REQUIRED, format!("the extension for the {what} is expected here and missing"));
    }
    extension
}

fn read_long_id(group: Element<'_>) -> Option<PrescriptionLongId> {
    let identifier =
        required_extension(group, system::EXT_PRESCRIPTION_ID, "long prescription id")?.required("valueIdentifier")?;
    identifier.fixed("system", system::PRESCRIPTION);
    let element = identifier.required("value")?;
    read_lower_case(element, place::PRESCRIPTION_ID.field()).map(PrescriptionLongId::new)
}

/// A UUID in the lower case of the model.
pub fn read_lower_case(element: Element<'_>, field: FieldRef) -> Option<String> {
    let text = element.peek().unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    element.read(field, if lower == text { map_rule::NONE } else { map_rule::UUID_CASE })?;
    Some(lower)
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
    request.narrative(|| format!("item[{item}]"));
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

fn read_line_item_id(element: Element<'_>, field: FieldRef) -> Option<LineItemId> {
    let text = read_lower_case(element, field)?;
    LineItemId::parse(&text).map_err(|fault| element.report(&rules::UUID, fault.expected)).ok()
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

/// Links of a request to the rest of its bundle.
pub struct Links<'u> {
    /// fullUrl of the Patient.
    pub patient: &'u str,
    /// fullUrls of the author.
    pub author: &'u Urls,
    /// fullUrls of the responsible party, if there is one.
    pub responsible: Option<&'u Urls>,
    /// fullUrl of the Medication, if the medicine stands as a resource of its own.
    pub medication: &'u str,
}

/// Writes the content of a MedicationRequest.
pub fn write(sink: &mut Sink, prescription: &Prescription, line: &LineItem, item: usize, links: &Links<'_>) {
    let at = |place: Place| place.at(&[item]);
    sink.narrative(|| format!("item[{item}]"));
    write_extensions(sink, prescription, line, item, links);
    write_item_identifiers(sink, line, item);
    match &line.status {
        Some(status) => sink.text("status", status, at(place::ITEM_STATUS).itself()),
        None => sink.defaulted("status", "active", at(place::ITEM_STATUS).itself(), map_rule::STATED_BY_MESSAGE),
    }
    match &line.intent {
        Some(intent) => sink.text("intent", intent, at(place::ITEM_INTENT).itself()),
        None => {
            let intent = usual_intent(line.course_of_therapy);
            sink.defaulted("intent", intent, at(place::ITEM_INTENT).itself(), map_rule::NOT_STATED);
        }
    }
    write_category(sink, prescription);
    if line.medicine.form.is_some() {
        sink.element("medicationReference", |sink| sink.fixed("reference", links.medication));
    } else {
        write_concept(sink, "medicationCodeableConcept", &line.medicine.code, at(place::MEDICINE));
    }
    sink.element("subject", |sink| sink.fixed("reference", links.patient));
    if let Some(time) = &prescription.authored_on {
        sink.text("authoredOn", time.as_str(), place::AUTHORED_ON.field());
    }
    sink.element("requester", |sink| sink.fixed("reference", &links.author.role));
    if let Some(based_on) = &line.based_on {
        write_based_on(sink, based_on, item);
    }
    write_group(sink, prescription);
    if let Some(course) = line.course_of_therapy {
        write_course(sink, course, at(place::COURSE_OF_THERAPY).itself());
    }
    if let Some(note) = &line.note {
        sink.list("note", std::slice::from_ref(note), |sink, _, note| {
            sink.text("text", note, at(place::NOTE).itself());
        });
    }
    dosage::write(sink, &line.dosage, item);
    write_supply(sink, prescription, line, item);
    if let Some(allowed) = line.substitution_allowed {
        sink.element("substitution", |sink| {
            sink.scalar("allowedBoolean", word(allowed), at(place::SUBSTITUTION_ALLOWED).itself());
        });
    }
}

/// The intent that orders of a course of therapy usually have (vocabularies.md §1).
pub fn usual_intent(course: Option<CourseOfTherapy>) -> &'static str {
    match course {
        Some(CourseOfTherapy::Continuous | CourseOfTherapy::ContinuousRepeatDispensing) => "original-order",
        Some(CourseOfTherapy::Acute) | None => "order",
    }
}

fn write_extensions(sink: &mut Sink, prescription: &Prescription, line: &LineItem, item: usize, links: &Links<'_>) {
    sink.begin_list("extension");
    if let Some(kind) = &prescription.kind {
        extension(sink, system::EXT_PRESCRIPTION_TYPE, |sink| {
            write_coding(sink, "valueCoding", kind, place::PRESCRIPTION_KIND.at(&[]));
        });
    }
    if let Some(urls) = links.responsible {
        extension(sink, system::EXT_RESPONSIBLE_PRACTITIONER, |sink| {
            sink.element("valueReference", |sink| sink.fixed("reference", &urls.role));
        });
    }
    if let Some(date) = &line.review_date {
        extension(sink, system::EXT_MEDICATION_REPEAT, |sink| {
            sink.begin_list("extension");
            extension(sink, "authorisationExpiryDate", |sink| {
                sink.text("valueDateTime", date.as_str(), place::REVIEW_DATE.at(&[item]).itself());
            });
            sink.end_list();
        });
    }
    if let Some(drug) = &line.controlled_drug {
        extension(sink, system::EXT_CONTROLLED_DRUG, |sink| write_controlled_drug(sink, drug, item));
    }
    for (position, endorsement) in line.endorsement.iter().enumerate() {
        extension(sink, system::EXT_ENDORSEMENT, |sink| {
            write_concept(sink, "valueCodeableConcept", endorsement, place::ENDORSEMENT.at(&[item, position]));
        });
    }
    sink.end_list();
}

fn extension(sink: &mut Sink, url: &'static str, content: impl FnOnce(&mut Sink)) {
    sink.entry(|sink| {
        sink.fixed("url", url);
        content(sink);
    });
}

fn write_controlled_drug(sink: &mut Sink, drug: &ControlledDrug, item: usize) {
    sink.begin_list("extension");
    if let Some(words) = &drug.quantity_words {
        extension(sink, "quantityWords", |sink| {
            sink.text("valueString", words, place::CD_QUANTITY_WORDS.at(&[item]).itself());
        });
    }
    if let Some(schedule) = &drug.schedule {
        extension(sink, "schedule", |sink| {
            write_coding(sink, "valueCoding", schedule, place::CD_SCHEDULE.at(&[item]));
        });
    }
    sink.end_list();
}

fn write_item_identifiers(sink: &mut Sink, line: &LineItem, item: usize) {
    sink.begin_list("identifier");
    sink.entry(|sink| {
        sink.fixed("system", system::ITEM_NUMBER);
        sink.text("value", line.id.as_str(), place::ITEM_ID.at(&[item]).itself());
    });
    for (position, identifier) in line.identifier.iter().enumerate() {
        let at = place::ITEM_IDENTIFIER.at(&[item, position]);
        sink.entry(|sink| crate::datatypes::identifier_content(sink, identifier, at));
    }
    sink.end_list();
}

/// The category that follows from a prescription type: its first two digits give the setting (vocabularies.md §11).
pub fn category_of(prescription: &Prescription) -> Concept {
    let kind = prescription.kind.as_ref().and_then(|kind| kind.code.as_deref()).unwrap_or_default();
    let hospital = ["10", "11", "12", "20", "50"].iter().any(|setting| kind.starts_with(setting));
    let code = if hospital { "outpatient" } else { "community" };
    Concept::of(causeway_canonical::model::Coded::new(system::REQUEST_CATEGORY, code))
}

fn write_category(sink: &mut Sink, prescription: &Prescription) {
    if !prescription.category.is_empty() {
        write_concepts(sink, "category", &prescription.category, |n| place::PRESCRIPTION_CATEGORY.at(&[n]));
        return;
    }
    let concept = category_of(prescription);
    let at = place::PRESCRIPTION_CATEGORY.at(&[0]);
    sink.list("category", std::slice::from_ref(&concept), |sink, _, concept| {
        sink.list("coding", &concept.coding, |sink, _, coded| {
            for (name, text, leaf) in
                [("system", &coded.system, Leaf::CodingSystem), ("code", &coded.code, Leaf::CodingCode)]
            {
                let text = text.as_deref().unwrap_or_default();
                sink.defaulted(name, text, at.leaf(leaf), map_rule::PRESCRIPTION_CATEGORY);
            }
        });
    });
}

fn write_based_on(sink: &mut Sink, based_on: &BasedOn, item: usize) {
    let at = |place: Place| place.at(&[item]).itself();
    let parts = [
        ("numberOfRepeatsAllowed", based_on.repeats_allowed, place::BASED_ON_ALLOWED),
        ("numberOfRepeatsIssued", based_on.repeats_issued, place::BASED_ON_ISSUED),
    ];
    sink.begin_list("basedOn");
    sink.entry(|sink| {
        if parts.iter().any(|(_, count, _)| count.is_some()) {
            sink.begin_list("extension");
            extension(sink, system::EXT_EPS_REPEAT, |sink| {
                sink.begin_list("extension");
                for (url, count, place) in parts {
                    if let Some(count) = count {
                        extension(sink, url, |sink| sink.scalar("valueInteger", &count.to_string(), at(place)));
                    }
                }
                sink.end_list();
            });
            sink.end_list();
        }
        if let Some(original) = &based_on.item {
            sink.element("identifier", |sink| {
                sink.fixed("system", system::ITEM_NUMBER);
                sink.text("value", original.as_str(), at(place::BASED_ON_ITEM));
            });
        }
    });
    sink.end_list();
}

fn write_group(sink: &mut Sink, prescription: &Prescription) {
    sink.element("groupIdentifier", |sink| {
        sink.begin_list("extension");
        extension(sink, system::EXT_PRESCRIPTION_ID, |sink| {
            sink.element("valueIdentifier", |sink| {
                sink.fixed("system", system::PRESCRIPTION);
                sink.text("value", prescription.id.as_str(), place::PRESCRIPTION_ID.field());
            });
        });
        sink.end_list();
        sink.fixed("system", system::PRESCRIPTION_ORDER_NUMBER);
        sink.text("value", prescription.short_id.as_str(), place::PRESCRIPTION_SHORT_ID.field());
    });
}

fn write_course(sink: &mut Sink, course: CourseOfTherapy, field: FieldRef) {
    let (system, code, display) = match course {
        CourseOfTherapy::Acute => (system::COURSE_OF_THERAPY, "acute", "Short course (acute) therapy"),
        CourseOfTherapy::Continuous => (system::COURSE_OF_THERAPY, "continuous", "Continuous long term therapy"),
        CourseOfTherapy::ContinuousRepeatDispensing => {
            (system::COURSE_OF_THERAPY_NHS, "continuous-repeat-dispensing", "Continuous long term (repeat dispensing)")
        }
    };
    sink.element("courseOfTherapyType", |sink| {
        sink.begin_list("coding");
        sink.entry(|sink| {
            sink.fixed("system", system);
            sink.mapped("code", code, field, map_rule::CANONICAL_CODE);
            sink.fixed("display", display);
        });
        sink.end_list();
    });
}

fn write_supply(sink: &mut Sink, prescription: &Prescription, line: &LineItem, item: usize) {
    sink.element("dispenseRequest", |sink| {
        if let Some(preference) = &prescription.nomination.site_preference {
            sink.begin_list("extension");
            extension(sink, system::EXT_PERFORMER_SITE_TYPE, |sink| {
                write_coding(sink, "valueCoding", preference, place::SITE_PREFERENCE.at(&[]));
            });
            sink.end_list();
        }
        if let Some(period) = &prescription.validity {
            write_period(sink, "validityPeriod", period, place::VALIDITY.at(&[]));
        }
        if let Some(count) = line.repeats_allowed {
            let field = place::REPEATS_ALLOWED.at(&[item]).itself();
            sink.scalar("numberOfRepeatsAllowed", &count.to_string(), field);
        }
        if let Some(quantity) = &line.quantity {
            write_quantity(sink, "quantity", quantity, place::QUANTITY.at(&[item]));
        }
        if let Some(quantity) = &prescription.supply_duration {
            write_quantity(sink, "expectedSupplyDuration", quantity, place::SUPPLY_DURATION.at(&[]));
        }
        if let Some(organisation) = &prescription.nomination.organisation {
            let at = place::NOMINATED_ORGANISATION.at(&[]);
            sink.element("performer", |sink| organisation_reference_content(sink, organisation, at));
        }
    });
}

/// Writes the content of a Medication.
pub fn write_medication(sink: &mut Sink, medicine: &Medicine, item: usize) {
    sink.narrative(|| format!("item[{item}].medicine"));
    write_concept(sink, "code", &medicine.code, place::MEDICINE.at(&[item]));
    if let Some(form) = &medicine.form {
        write_concept(sink, "form", form, place::MEDICINE_FORM.at(&[item]));
    }
}
