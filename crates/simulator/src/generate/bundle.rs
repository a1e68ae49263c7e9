//! The prescription-order bundle of a draft, as a prescribing system builds it.
//!
//! Invariant: nothing here uses Causeway's own FHIR writer, so that what is generated checks the reader from outside.

use causeway_canonical::identifier::{NhsNumber, PrescriptionShortId};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde_json::{Map, Value, json};

use super::dosage::{self, SUPPLY_DAYS, amount, concept};
use super::draw::{Draw, Names};
use super::json::set;
use super::medicines::{Medicine, Step};
use super::people::{self, Patient, Prescriber, Profession, by_ods};
use super::signature;
use super::{Kind, Sector};

/// Everything that is decided before the bundle is built.
pub struct Draft {
    pub sector: Sector,
    pub kind: Kind,
    pub names: Names,
    pub written: Timestamp,
    pub nhs_number: NhsNumber,
    pub short_id: PrescriptionShortId,
    pub patient: Patient,
    pub prescriber: Prescriber,
    /// Somebody else who answers for the prescription.
    pub responsible: Option<Prescriber>,
    /// The nominated pharmacy.
    pub nomination: Option<String>,
    pub items: Vec<Item>,
    /// How many more issues after the first, where the prescription is repeated.
    pub repeats: u32,
    /// Messages to the patient.
    pub information: Vec<&'static str>,
    /// The patient's other repeat medicines.
    pub medication_list: Vec<String>,
}

/// One prescribed item.
pub struct Item {
    pub medicine: &'static Medicine,
    pub regimen: &'static [Step],
    pub quantity: u32,
    pub directions: bool,
    pub note: Option<&'static str>,
    pub endorsed: bool,
    /// Whether the medicine stands as a resource of its own.
    pub by_reference: bool,
    /// Whether the item names the one that it repeats.
    pub based_on: bool,
}

const PRESCRIBER: &str = "PractitionerRole";
const RESPONSIBLE: &str = "PractitionerRole/responsible";
const PATIENT: &str = "Patient";
const ORGANISATION: &str = "Organization";
const SERVICE: &str = "HealthcareService";
const PLACE: &str = "Location";
const INFORMATION: &str = "CommunicationRequest";
const LIST: &str = "List";

/// The bundle. `draw` makes the values of the signature.
pub fn build(draft: &Draft, draw: &mut Draw) -> Value {
    let mut entries = vec![entry(draft, "MessageHeader", header(draft))];
    for (position, item) in draft.items.iter().enumerate() {
        entries.push(entry(draft, &request_name(position), request(draft, item, position)));
        if item.by_reference {
            entries.push(entry(draft, &medication_name(position), medication(item)));
        }
    }
    entries.push(entry(draft, PATIENT, draft.patient.resource(&draft.nhs_number)));
    push_prescriber(draft, &draft.prescriber, PRESCRIBER, &mut entries);
    if let Some(responsible) = &draft.responsible {
        push_prescriber(draft, responsible, RESPONSIBLE, &mut entries);
    }
    entries.push(entry(draft, ORGANISATION, organisation(draft.sector)));
    if draft.sector == Sector::Hospital {
        entries.push(entry(draft, SERVICE, people::clinic(&draft.names.url(PLACE))));
        entries.push(entry(draft, PLACE, people::clinic_location()));
    }
    if has_communication(draft) {
        entries.push(entry(draft, INFORMATION, communication(draft)));
    }
    if !draft.medication_list.is_empty() {
        entries.push(entry(draft, LIST, list(draft)));
    }
    entries.push(entry(draft, "Provenance", provenance(draft, draw)));
    json!({
        "resourceType": "Bundle",
        "id": draft.names.id("Bundle"),
        "identifier": { "system": "https://tools.ietf.org/html/rfc4122", "value": draft.names.id("message") },
        "type": "message",
        "entry": entries,
    })
}

/// One entry. The practice's system also gives each resource an id, the hospital's does not.
fn entry(draft: &Draft, name: &str, mut resource: Value) -> Value {
    if draft.sector == Sector::Practice {
        set(&mut resource, "id", json!(draft.names.id(name)));
    }
    json!({ "fullUrl": draft.names.url(name), "resource": resource })
}

fn request_name(position: usize) -> String {
    format!("MedicationRequest/{position}")
}

fn medication_name(position: usize) -> String {
    format!("Medication/{position}")
}

fn link(draft: &Draft, name: &str) -> Value {
    json!({ "reference": draft.names.url(name) })
}

fn organisation(sector: Sector) -> Value {
    match sector {
        Sector::Practice => people::practice(),
        Sector::Hospital => people::trust(),
    }
}

fn header(draft: &Draft) -> Value {
    let (ods, name, software) = match draft.sector {
        Sector::Practice => (people::PRACTICE_ODS, "MILLRACE SURGERY", "Simulated practice system"),
        Sector::Hospital => (people::TRUST_ODS, "SELWYN AND AMBRY HOSPITALS NHS TRUST", "Simulated hospital system"),
    };
    let mut focus = vec![link(draft, PATIENT)];
    focus.extend((0..draft.items.len()).map(|position| link(draft, &request_name(position))));
    if has_communication(draft) {
        focus.push(link(draft, INFORMATION));
    }
    let mut header = json!({
        "resourceType": "MessageHeader",
        "eventCoding": {
            "system": "https://fhir.nhs.uk/CodeSystem/message-event",
            "code": "prescription-order",
            "display": "Prescription Order",
        },
        "sender": by_ods(ods, Some(name)),
        "source": { "name": software, "endpoint": format!("urn:nhs-uk:addressing:ods:{ods}") },
        "focus": focus,
    });
    if let Some(pharmacy) = &draft.nomination {
        set(
            &mut header,
            "destination",
            json!([{
                "endpoint": format!("urn:nhs-uk:addressing:ods:{pharmacy}"),
                "receiver": by_ods(pharmacy, None),
            }]),
        );
    }
    header
}

fn request(draft: &Draft, item: &Item, position: usize) -> Value {
    let item_id = draft.names.id(&format!("item/{position}"));
    let mut request = json!({
        "resourceType": "MedicationRequest",
        "extension": extensions(draft, item),
        "identifier": [{ "system": ITEM_NUMBER, "value": item_id }],
        "status": "active",
        "intent": intent(draft.kind, item),
        "category": [category(draft.sector)],
        "subject": link(draft, PATIENT),
        "requester": link(draft, PRESCRIBER),
        "groupIdentifier": {
            "extension": [{
                "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionId",
                "valueIdentifier": {
                    "system": "https://fhir.nhs.uk/Id/prescription",
                    "value": draft.names.id("prescription"),
                },
            }],
            "system": "https://fhir.nhs.uk/Id/prescription-order-number",
            "value": draft.short_id.as_str(),
        },
        "courseOfTherapyType": { "coding": [course(draft.kind)] },
        "dosageInstruction": dosage::instructions(item.medicine, item.regimen, item.directions),
        "dispenseRequest": supply(draft, item),
        "substitution": { "allowedBoolean": false },
    });
    if item.by_reference {
        set(&mut request, "medicationReference", link(draft, &medication_name(position)));
    } else {
        set(&mut request, "medicationCodeableConcept", concept(item.medicine.product));
    }
    if let Some(note) = item.note {
        set(&mut request, "note", json!([{ "text": note }]));
    }
    if item.based_on {
        set(
            &mut request,
            "basedOn",
            json!([{
                "extension": [{
                    "url": "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-RepeatInformation",
                    "extension": [{ "url": "numberOfRepeatsAllowed", "valueInteger": draft.repeats }],
                }],
                "identifier": { "system": ITEM_NUMBER, "value": draft.names.id(&format!("original/{position}")) },
            }]),
        );
    }
    request
}

const ITEM_NUMBER: &str = "https://fhir.nhs.uk/Id/prescription-order-item-number";

/// vocabularies.md §1.
fn intent(kind: Kind, item: &Item) -> &'static str {
    match kind {
        Kind::Acute => "order",
        Kind::Repeat if item.based_on => "instance-order",
        Kind::Repeat | Kind::RepeatDispensing => "original-order",
    }
}

fn category(sector: Sector) -> Value {
    let (code, display) = match sector {
        Sector::Practice => ("community", "Community"),
        Sector::Hospital => ("outpatient", "Outpatient"),
    };
    let system = "http://terminology.hl7.org/CodeSystem/medicationrequest-category";
    json!({ "coding": [{ "system": system, "code": code, "display": display }] })
}

/// vocabularies.md §1.
fn course(kind: Kind) -> Value {
    let hl7 = "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy";
    let nhs = "https://fhir.nhs.uk/CodeSystem/medicationrequest-course-of-therapy";
    let (system, code, display) = match kind {
        Kind::Acute => (hl7, "acute", "Short course (acute) therapy"),
        Kind::Repeat => (hl7, "continuous", "Continuous long term therapy"),
        Kind::RepeatDispensing => (nhs, "continuous-repeat-dispensing", "Continuous long term (repeat dispensing)"),
    };
    json!({ "system": system, "code": code, "display": display })
}

fn extensions(draft: &Draft, item: &Item) -> Vec<Value> {
    let (code, display) = prescription_type(draft.sector, draft.prescriber.profession);
    let mut extensions = vec![json!({
        "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionType",
        "valueCoding": {
            "system": "https://fhir.nhs.uk/CodeSystem/prescription-type",
            "code": code,
            "display": display,
        },
    })];
    if draft.responsible.is_some() {
        extensions.push(json!({
            "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ResponsiblePractitioner",
            "valueReference": link(draft, RESPONSIBLE),
        }));
    }
    if draft.kind != Kind::Acute {
        let review = day(draft.written).saturating_add(Span::new().months(12));
        extensions.push(json!({
            "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation",
            "extension": [{ "url": "authorisationExpiryDate", "valueDateTime": review.to_string() }],
        }));
    }
    if let Some(schedule) = item.medicine.schedule {
        extensions.push(json!({
            "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ControlledDrug",
            "extension": [
                { "url": "quantityWords", "valueString": dosage::words(item.quantity) },
                { "url": "schedule", "valueCoding": {
                    "system": "https://fhir.nhs.uk/CodeSystem/medicationrequest-controlled-drug",
                    "code": schedule.code,
                    "display": schedule.display,
                } },
            ],
        }));
    }
    if let Some(endorsement) = item.medicine.endorsement.filter(|_| item.endorsed) {
        extensions.push(json!({
            "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionEndorsement",
            "valueCodeableConcept": { "coding": [{
                "system": "https://fhir.nhs.uk/CodeSystem/medicationrequest-endorsement",
                "code": endorsement.code,
                "display": endorsement.display,
            }] },
        }));
    }
    extensions
}

/// vocabularies.md §11.
fn prescription_type(sector: Sector, profession: Profession) -> (&'static str, &'static str) {
    match (sector, profession) {
        (Sector::Practice, _) => ("0101", "Primary Care Prescriber - Medical Prescriber"),
        (Sector::Hospital, Profession::Doctor) => ("1001", "Outpatient Community Prescriber - Medical Prescriber"),
        (Sector::Hospital, Profession::Nurse) => {
            ("1004", "Outpatient Community Prescriber - Nurse Independent/Supplementary prescriber")
        }
        (Sector::Hospital, Profession::Pharmacist) => {
            ("1008", "Outpatient Community Prescriber - Pharmacist Independent/Supplementary prescriber")
        }
    }
}

fn supply(draft: &Draft, item: &Item) -> Value {
    let preference = if draft.nomination.is_some() { "P1" } else { "0004" };
    let mut supply = json!({
        "extension": [{
            "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PerformerSiteType",
            "valueCoding": {
                "system": "https://fhir.nhs.uk/CodeSystem/dispensing-site-preference",
                "code": preference,
            },
        }],
        "quantity": amount(json!(item.quantity), item.medicine.unit),
    });
    if let Some(pharmacy) = &draft.nomination {
        set(&mut supply, "performer", by_ods(pharmacy, None));
    }
    if draft.kind != Kind::Acute {
        let months = if draft.kind == Kind::Repeat { 6 } else { 12 };
        let start = day(draft.written);
        let end = start.saturating_add(Span::new().months(months));
        set(&mut supply, "validityPeriod", json!({ "start": start.to_string(), "end": end.to_string() }));
        set(&mut supply, "expectedSupplyDuration", dosage::days(SUPPLY_DAYS));
        set(&mut supply, "numberOfRepeatsAllowed", json!(draft.repeats));
    }
    supply
}

fn day(moment: Timestamp) -> Date {
    moment.to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn medication(item: &Item) -> Value {
    let mut medication = json!({ "resourceType": "Medication", "code": concept(item.medicine.product) });
    if let Some(form) = item.medicine.form {
        set(&mut medication, "form", concept(form));
    }
    medication
}

fn push_prescriber(draft: &Draft, prescriber: &Prescriber, role_name: &str, entries: &mut Vec<Value>) {
    let person_name = format!("{role_name}/Practitioner");
    let mut role = prescriber.role.clone();
    set(&mut role, "practitioner", link(draft, &person_name));
    set(&mut role, "organization", link(draft, ORGANISATION));
    if draft.sector == Sector::Hospital {
        set(&mut role, "healthcareService", json!([link(draft, SERVICE)]));
    }
    entries.push(entry(draft, role_name, role));
    entries.push(entry(draft, &person_name, prescriber.person.clone()));
}

fn has_communication(draft: &Draft) -> bool {
    !draft.information.is_empty() || !draft.medication_list.is_empty()
}

fn communication(draft: &Draft) -> Value {
    let (ods, name) = match draft.sector {
        Sector::Practice => (people::PRACTICE_ODS, "MILLRACE SURGERY"),
        Sector::Hospital => (people::TRUST_ODS, "SELWYN AND AMBRY HOSPITALS NHS TRUST"),
    };
    let mut payload: Vec<Value> = draft.information.iter().map(|text| json!({ "contentString": text })).collect();
    if !draft.medication_list.is_empty() {
        let mut reference = link(draft, LIST);
        set(&mut reference, "display", json!("Repeat medicines that can be ordered"));
        payload.push(json!({ "contentReference": reference }));
    }
    let mut requester = Map::new();
    requester.insert("type".to_owned(), json!("Organization"));
    if let Value::Object(reference) = by_ods(ods, Some(name)) {
        requester.extend(reference);
    }
    json!({
        "resourceType": "CommunicationRequest",
        "status": "active",
        "subject": link(draft, PATIENT),
        "payload": payload,
        "requester": requester,
        "recipient": [{
            "type": "Patient",
            "identifier": { "system": "https://fhir.nhs.uk/Id/nhs-number", "value": draft.nhs_number.as_str() },
        }],
    })
}

fn list(draft: &Draft) -> Value {
    let entries: Vec<Value> = draft.medication_list.iter().map(|name| json!({ "item": { "display": name } })).collect();
    json!({
        "resourceType": "List",
        "status": "current",
        "mode": "snapshot",
        "code": { "text": "Repeat medicines" },
        "subject": link(draft, PATIENT),
        "entry": entries,
    })
}

fn provenance(draft: &Draft, draw: &mut Draw) -> Value {
    let when = draft.written.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string();
    let targets: Vec<Value> = (0..draft.items.len()).map(|position| link(draft, &request_name(position))).collect();
    json!({
        "resourceType": "Provenance",
        "target": targets,
        "recorded": when,
        "agent": [{ "who": link(draft, PRESCRIBER) }],
        "signature": [{
            "type": [{ "system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1" }],
            "when": when,
            "who": link(draft, PRESCRIBER),
            "data": signature::made_up(draw),
        }],
    })
}
