//! A MedicationRequest written, and the Medication that it may refer to.

use causeway_canonical::ledger::{FieldRef, Leaf, Place, map_rule, place};
use causeway_canonical::model::{BasedOn, Concept, ControlledDrug, CourseOfTherapy, LineItem, Medicine, Prescription};

use crate::agent::Urls;
use crate::datatypes::{write_coding, write_concept, write_concepts, write_extension, write_period, write_quantity};
use crate::dosage::{self, word};
use crate::patient::organisation_reference_content;
use crate::sink::Sink;
use crate::system;

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
        write_extension(sink, system::EXT_PRESCRIPTION_TYPE, |sink| {
            write_coding(sink, "valueCoding", kind, place::PRESCRIPTION_KIND.at(&[]));
        });
    }
    if let Some(urls) = links.responsible {
        write_extension(sink, system::EXT_RESPONSIBLE_PRACTITIONER, |sink| {
            sink.element("valueReference", |sink| sink.fixed("reference", &urls.role));
        });
    }
    if let Some(date) = &line.review_date {
        write_extension(sink, system::EXT_MEDICATION_REPEAT, |sink| {
            sink.begin_list("extension");
            write_extension(sink, "authorisationExpiryDate", |sink| {
                sink.text("valueDateTime", date.as_str(), place::REVIEW_DATE.at(&[item]).itself());
            });
            sink.end_list();
        });
    }
    if let Some(drug) = &line.controlled_drug {
        write_extension(sink, system::EXT_CONTROLLED_DRUG, |sink| write_controlled_drug(sink, drug, item));
    }
    for (position, endorsement) in line.endorsement.iter().enumerate() {
        write_extension(sink, system::EXT_ENDORSEMENT, |sink| {
            write_concept(sink, "valueCodeableConcept", endorsement, place::ENDORSEMENT.at(&[item, position]));
        });
    }
    sink.end_list();
}

fn write_controlled_drug(sink: &mut Sink, drug: &ControlledDrug, item: usize) {
    sink.begin_list("extension");
    if let Some(words) = &drug.quantity_words {
        write_extension(sink, "quantityWords", |sink| {
            sink.text("valueString", words, place::CD_QUANTITY_WORDS.at(&[item]).itself());
        });
    }
    if let Some(schedule) = &drug.schedule {
        write_extension(sink, "schedule", |sink| {
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
            write_extension(sink, system::EXT_EPS_REPEAT, |sink| {
                sink.begin_list("extension");
                for (url, count, place) in parts {
                    if let Some(count) = count {
                        write_extension(sink, url, |sink| sink.scalar("valueInteger", &count.to_string(), at(place)));
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
        write_extension(sink, system::EXT_PRESCRIPTION_ID, |sink| {
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
            write_extension(sink, system::EXT_PERFORMER_SITE_TYPE, |sink| {
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
    write_concept(sink, "code", &medicine.code, place::MEDICINE.at(&[item]));
    if let Some(form) = &medicine.form {
        write_concept(sink, "form", form, place::MEDICINE_FORM.at(&[item]));
    }
}
