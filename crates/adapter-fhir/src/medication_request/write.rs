//! A MedicationRequest written, and the Medication that it may refer to.

use causeway_canonical::datetime::DateTime;
use causeway_canonical::identifier::{PrescriptionLongId, PrescriptionShortId};
use causeway_canonical::ledger::{At, FieldRef, Leaf, Place, map_rule, place};
use causeway_canonical::model::{
    BasedOn, Coded, Concept, ControlledDrug, CourseOfTherapy, LineItem, Medicine, Nomination, OrganisationRef, Patient,
    Prescription, Repeat,
};

use super::Told;

use crate::agent::Urls;
use crate::datatypes::{write_coding, write_concept, write_concepts, write_extension, write_period, write_quantity};
use crate::dosage::{self, word};
use crate::patient::{nhs_number_content, organisation_reference_content};
use crate::repeat::{self, based_on_repeat};
use crate::sink::Sink;
use crate::system;

/// What a request takes from the message that it stands in.
pub struct Links<'u> {
    /// The patient.
    pub subject: Subject<'u>,
    /// fullUrls of the requester, if the message tells who it is.
    pub author: Option<&'u Urls>,
    /// fullUrls of the responsible practitioner, if there is one.
    pub responsible: Option<&'u Urls>,
    /// fullUrl of the Medication, if the medicine stands as a resource of its own.
    pub medication: &'u str,
    /// The dispenser that holds the prescription, and fullUrl of its role.
    pub dispenser: Option<(&'u OrganisationRef, &'u str)>,
    /// What became of the order.
    pub history: History<'u>,
    /// Status of the order where the item does not say it.
    pub status: &'static str,
    /// Intent of the order where the item does not say it, if it is not the usual one of an order.
    pub intent: Option<&'static str>,
    /// How much has to be told.
    pub told: Told,
}

impl<'u> Links<'u> {
    /// A request of a prescription that is told in full.
    pub fn new(patient: &'u str, author: &'u Urls) -> Self {
        Links {
            subject: Subject::Entry(patient),
            author: Some(author),
            responsible: None,
            medication: "",
            dispenser: None,
            history: History::default(),
            status: "active",
            intent: None,
            told: Told::InFull,
        }
    }

    /// A request that stands in a dispense, of a prescription that is not told again.
    pub fn contained(patient: &'u Patient) -> Self {
        Links {
            subject: Subject::Named(patient),
            author: None,
            responsible: None,
            medication: "",
            dispenser: None,
            history: History::default(),
            status: "active",
            intent: None,
            told: Told::InPart,
        }
    }
}

/// How a request names its patient.
#[derive(Clone, Copy)]
pub enum Subject<'u> {
    /// By the fullUrl of a Patient.
    Entry(&'u str),
    /// By NHS number.
    Named(&'u Patient),
}

/// What became of an order and when, each with its place in the model.
#[derive(Clone, Copy, Default)]
pub struct History<'u> {
    /// What it came to.
    pub status: Option<(&'u Coded, At)>,
    /// When.
    pub date: Option<(&'u DateTime, FieldRef)>,
}

impl<'u> History<'u> {
    /// The history that an item tells of itself.
    pub fn of(line: &'u LineItem, item: usize) -> Self {
        let history = line.status_history.as_ref();
        History {
            status: history.and_then(|history| Some((history.status.as_ref()?, place::STATUS_HISTORY.at(&[item])))),
            date: history
                .and_then(|history| Some((history.date.as_ref()?, place::STATUS_HISTORY_DATE.at(&[item]).itself()))),
        }
    }

    fn is_empty(&self) -> bool {
        self.status.is_none() && self.date.is_none()
    }
}

/// Writes the content of a MedicationRequest.
pub fn write(sink: &mut Sink, prescription: &Prescription, line: &LineItem, item: usize, links: &Links<'_>) {
    let at = |place: Place| place.at(&[item]);
    sink.narrative(|| format!("item[{item}]"));
    write_extensions(sink, prescription, line, item, links);
    write_item_identifiers(sink, line, item);
    match &line.status {
        Some(status) => sink.text("status", status, at(place::ITEM_STATUS).itself()),
        None => sink.defaulted("status", links.status, at(place::ITEM_STATUS).itself(), map_rule::STATED_BY_MESSAGE),
    }
    if let Some(reason) = &line.status_reason {
        write_concept(sink, "statusReason", reason, at(place::ITEM_STATUS_REASON));
    }
    match &line.intent {
        Some(intent) => sink.text("intent", intent, at(place::ITEM_INTENT).itself()),
        None => {
            let intent = links.intent.unwrap_or_else(|| usual_intent(line.course_of_therapy));
            sink.defaulted("intent", intent, at(place::ITEM_INTENT).itself(), map_rule::NOT_STATED);
        }
    }
    write_category(sink, prescription, links.told);
    if links.told == Told::InPart && line.medicine == Medicine::default() {
        sink.made_up(map_rule::NOT_STATED, |sink| {
            write_concept(sink, "medicationCodeableConcept", &any_medicine(), at(place::MEDICINE));
        });
    } else {
        write_medicine(sink, &line.medicine, item, links.medication);
    }
    sink.element("subject", |sink| match links.subject {
        Subject::Entry(url) => sink.fixed("reference", url),
        Subject::Named(patient) => nhs_number_content(sink, patient),
    });
    if let Some(time) = &prescription.authored_on {
        sink.text("authoredOn", time.as_str(), place::AUTHORED_ON.field());
    }
    if let Some(author) = links.author {
        sink.element("requester", |sink| sink.fixed("reference", &author.role));
    }
    if let Some(based_on) = &line.based_on {
        write_based_on(sink, based_on, item);
    }
    write_group(sink, Some(&prescription.id), Some(&prescription.short_id));
    if let Some(course) = line.course_of_therapy {
        write_course(sink, course, at(place::COURSE_OF_THERAPY).itself());
    }
    if let Some(note) = &line.note {
        sink.list("note", std::slice::from_ref(note), |sink, _, note| {
            sink.text("text", note, at(place::NOTE).itself());
        });
    }
    dosage::write(sink, &line.dosage, item);
    write_supply(sink, prescription, line, item, links);
    if let Some(allowed) = line.substitution_allowed {
        sink.element("substitution", |sink| {
            sink.scalar("allowedBoolean", word(allowed), at(place::SUBSTITUTION_ALLOWED).itself());
        });
    }
}

/// What a request says of an item: what FHIR needs and the item does not say is filled in.
pub fn project(line: &mut LineItem, status: &str, told: Told) {
    line.status.get_or_insert_with(|| status.to_owned());
    line.intent.get_or_insert_with(|| usual_intent(line.course_of_therapy).to_owned());
    if told == Told::InPart && line.medicine == Medicine::default() {
        line.medicine.code = any_medicine();
    }
}

/// The intent that orders of a course of therapy usually have (vocabularies.md §1).
fn usual_intent(course: Option<CourseOfTherapy>) -> &'static str {
    match course {
        Some(CourseOfTherapy::Continuous | CourseOfTherapy::ContinuousRepeatDispensing) => "original-order",
        Some(CourseOfTherapy::Acute) | None => "order",
    }
}

fn write_extensions(sink: &mut Sink, prescription: &Prescription, line: &LineItem, item: usize, links: &Links<'_>) {
    let at = |place: Place| place.at(&[item]);
    let repeat = line.review_date.is_some() || line.issue.is_some();
    let dispensing = line.release_status.is_some() || line.last_dispensed.is_some();
    let any = prescription.kind.is_some()
        || links.responsible.is_some()
        || repeat
        || dispensing
        || !links.history.is_empty()
        || line.controlled_drug.is_some()
        || !line.endorsement.is_empty();
    if !any {
        return;
    }
    sink.begin_list("extension");
    if let Some(kind) = &prescription.kind {
        write_extension(sink, system::EXT_PRESCRIPTION_TYPE, |sink| {
            write_coding(sink, "valueCoding", kind, place::PRESCRIPTION_KIND.at(&[]));
        });
    }
    if !links.history.is_empty() {
        write_extension(sink, system::EXT_STATUS_HISTORY, |sink| write_history(sink, links.history));
    }
    if let Some(urls) = links.responsible {
        write_extension(sink, system::EXT_RESPONSIBLE_PRACTITIONER, |sink| {
            sink.element("valueReference", |sink| sink.fixed("reference", &urls.role));
        });
    }
    if repeat {
        write_extension(sink, system::EXT_MEDICATION_REPEAT, |sink| {
            sink.begin_list("extension");
            if let Some(date) = &line.review_date {
                write_extension(sink, "authorisationExpiryDate", |sink| {
                    sink.text("valueDateTime", date.as_str(), at(place::REVIEW_DATE).itself());
                });
            }
            if let Some(issue) = line.issue {
                write_extension(sink, "numberOfPrescriptionsIssued", |sink| {
                    sink.scalar("valueUnsignedInt", &issue.to_string(), at(place::ITEM_ISSUE).itself());
                });
            }
            sink.end_list();
        });
    }
    if dispensing {
        write_extension(sink, system::EXT_DISPENSING_INFORMATION, |sink| {
            sink.begin_list("extension");
            if let Some(status) = &line.release_status {
                write_extension(sink, "dispenseStatus", |sink| {
                    write_coding(sink, "valueCoding", status, at(place::RELEASE_STATUS));
                });
            }
            if let Some(date) = &line.last_dispensed {
                write_extension(sink, "dateLastDispensed", |sink| {
                    sink.text("valueDateTime", date.as_str(), at(place::LAST_DISPENSED).itself());
                });
            }
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

fn write_history(sink: &mut Sink, history: History<'_>) {
    sink.begin_list("extension");
    if let Some((status, at)) = history.status {
        write_extension(sink, "status", |sink| write_coding(sink, "valueCoding", status, at));
    }
    if let Some((date, field)) = history.date {
        write_extension(sink, "statusDate", |sink| sink.text("valueDateTime", date.as_str(), field));
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
    let named = !line.id.as_str().is_empty();
    if !named && line.identifier.is_empty() {
        return;
    }
    sink.begin_list("identifier");
    if named {
        sink.entry(|sink| {
            sink.fixed("system", system::ITEM_NUMBER);
            sink.text("value", line.id.as_str(), place::ITEM_ID.at(&[item]).itself());
        });
    }
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
    Concept::of(Coded::new(system::REQUEST_CATEGORY, code))
}

fn write_category(sink: &mut Sink, prescription: &Prescription, told: Told) {
    if !prescription.category.is_empty() || told == Told::InPart {
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
    let repeat = Repeat { allowed: based_on.repeats_allowed, issued: based_on.repeats_issued };
    sink.begin_list("basedOn");
    sink.entry(|sink| {
        if repeat != Repeat::default() {
            sink.begin_list("extension");
            repeat::write(sink, &repeat, based_on_repeat(item));
            sink.end_list();
        }
        if let Some(original) = &based_on.item {
            sink.element("identifier", |sink| {
                sink.fixed("system", system::ITEM_NUMBER);
                sink.text("value", original.as_str(), place::BASED_ON_ITEM.at(&[item]).itself());
            });
        }
    });
    sink.end_list();
}

/// Writes the groupIdentifier of a request or a task: the ids of its prescription, as far as they are known.
pub fn write_group(sink: &mut Sink, id: Option<&PrescriptionLongId>, short_id: Option<&PrescriptionShortId>) {
    let id = id.filter(|id| !id.as_str().is_empty());
    let short_id = short_id.filter(|id| !id.as_str().is_empty());
    if id.is_none() && short_id.is_none() {
        return;
    }
    sink.element("groupIdentifier", |sink| {
        if let Some(id) = id {
            sink.begin_list("extension");
            write_extension(sink, system::EXT_PRESCRIPTION_ID, |sink| {
                sink.element("valueIdentifier", |sink| {
                    sink.fixed("system", system::PRESCRIPTION);
                    sink.text("value", id.as_str(), place::PRESCRIPTION_ID.field());
                });
            });
            sink.end_list();
        }
        sink.fixed("system", system::PRESCRIPTION_ORDER_NUMBER);
        sink.optional("value", short_id.map(PrescriptionShortId::as_str), place::PRESCRIPTION_SHORT_ID.field());
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

fn write_supply(sink: &mut Sink, prescription: &Prescription, line: &LineItem, item: usize, links: &Links<'_>) {
    let nomination = &prescription.nomination;
    let any = *nomination != Nomination::default()
        || prescription.validity.is_some()
        || prescription.supply_duration.is_some()
        || line.repeats_allowed.is_some()
        || line.quantity.is_some()
        || links.dispenser.is_some();
    if !any {
        return;
    }
    sink.element("dispenseRequest", |sink| {
        if let Some(preference) = &nomination.site_preference {
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
        if let Some((organisation, role)) = links.dispenser {
            sink.element("performer", |sink| write_dispenser(sink, organisation, role));
        } else if let Some(organisation) = &nomination.organisation {
            let at = place::NOMINATED_ORGANISATION.at(&[]);
            sink.element("performer", |sink| organisation_reference_content(sink, organisation, at));
        }
    });
}

/// The dispenser that holds the prescription: its role, and its organisation once more.
fn write_dispenser(sink: &mut Sink, organisation: &OrganisationRef, role: &str) {
    sink.begin_list("extension");
    write_extension(sink, system::EXT_DISPENSING_PERFORMER, |sink| {
        sink.element("valueReference", |sink| sink.fixed("reference", role));
    });
    sink.end_list();
    if let Some(ods) = &organisation.ods {
        sink.element("identifier", |sink| {
            sink.fixed("system", system::ODS);
            sink.fixed("value", ods.as_str());
        });
    }
    if let Some(name) = &organisation.name {
        sink.fixed("display", name);
    }
}

/// The product that stands for one that a message does not tell (responses.md §3).
pub fn any_medicine() -> Concept {
    Concept::of(Coded { display: Some("Medicinal product".to_owned()), ..Coded::new(system::SNOMED, "763158003") })
}

/// Writes the medicine of a request or a dispense; `medication` links to the Medication, if it has to be one.
pub fn write_medicine(sink: &mut Sink, medicine: &Medicine, item: usize, medication: &str) {
    if medicine.form.is_some() {
        sink.element("medicationReference", |sink| sink.fixed("reference", medication));
    } else {
        write_concept(sink, "medicationCodeableConcept", &medicine.code, place::MEDICINE.at(&[item]));
    }
}

/// Writes the content of a Medication.
pub fn write_medication(sink: &mut Sink, medicine: &Medicine, item: usize) {
    sink.narrative(|| format!("item[{item}].medicine"));
    write_concept(sink, "code", &medicine.code, place::MEDICINE.at(&[item]));
    if let Some(form) = &medicine.form {
        write_concept(sink, "form", form, place::MEDICINE_FORM.at(&[item]));
    }
}
