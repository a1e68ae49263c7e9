//! Writing a notification.

use causeway_canonical::datetime::DateTime;
use causeway_canonical::decimal::Decimal;
use causeway_canonical::identifier::LineItemId;
use causeway_canonical::ledger::{Leaf, Place, map_rule, place};
use causeway_canonical::model::{
    CourseOfTherapy, DispenseNotification, Envelope, LineItem, Organisation, Patient, Quantity, Supply,
};

use super::{AUTHOR, NOTIFICATION, REASON, part};
use crate::agent::{self, Urls, entry};
use crate::datatypes::{identifier_content, write_coding, write_concept, write_extension, write_quantity};
use crate::ids::{self, Ids};
use crate::medication_request::{self, History, Links, Told};
use crate::message_header::{self, Header};
use crate::prescription_order::write_frame;
use crate::repeat::{self, supply_repeat};
use crate::sink::Sink;
use crate::{dosage, patient, system};

const ACTIVE: &str = "active";

/// Writes the bundle.
pub fn write(sink: &mut Sink, envelope: &Envelope, notification: &DispenseNotification) {
    let ids = Ids::of(envelope);
    // The dispenser stands in each dispense, and the organisation beside them.
    let performer = Urls::new(&notification.author, "performer", |place| {
        if place.ends_with("/Organization") { ids.url(place) } else { ids::contained(place) }
    });
    let patient_url = Some(ids.url("Patient")).filter(|_| !is_named_only(&notification.patient));
    let dispenses: Vec<(usize, &LineItem, usize, String)> = notification
        .item
        .iter()
        .enumerate()
        .flat_map(|(item, line)| (0..line.supply.len().max(1)).map(move |position| (item, line, position)))
        .map(|(item, line, position)| {
            (item, line, position, ids.url(&format!("MedicationDispense[{item}][{position}]")))
        })
        .collect();
    let focus: Vec<String> = patient_url.iter().chain(dispenses.iter().map(|(.., url)| url)).cloned().collect();
    let header = Header {
        reason: Some(REASON),
        replaces: notification.replaces.as_ref(),
        response: notification.release.as_ref().map(|release| (release, place::RELEASE.field())),
        ..Header::of(NOTIFICATION)
    };
    sink.resource("Bundle", |sink| {
        write_frame(sink, envelope);
        sink.begin_list("entry");
        entry(sink, &ids.url("MessageHeader"), "MessageHeader", |sink| {
            message_header::write(sink, &header, envelope, &focus);
        });
        for (item, line, position, url) in &dispenses {
            let dispense = Dispense {
                notification,
                line,
                item: *item,
                position: *position,
                performer: &performer,
                ids: &ids,
                patient: patient_url.as_deref(),
            };
            entry(sink, url, "MedicationDispense", |sink| dispense.write(sink));
        }
        if let Some(url) = &patient_url {
            entry(sink, url, "Patient", |sink| patient::write(sink, &notification.patient));
        }
        entry(sink, &performer.organisation, "Organization", |sink| write_organisation(sink, notification));
        sink.end_list();
    });
}

/// The dispensing organisation, with who pays it.
fn write_organisation(sink: &mut Sink, notification: &DispenseNotification) {
    if let Some(ods) = notification.recipient.as_ref().and_then(|recipient| recipient.ods.as_ref()) {
        sink.begin_list("extension");
        write_extension(sink, system::EXT_ORGANISATION_RELATIONSHIPS, |sink| {
            sink.begin_list("extension");
            write_extension(sink, "reimbursementAuthority", |sink| {
                sink.element("valueIdentifier", |sink| {
                    sink.fixed("system", system::ODS);
                    sink.text("value", ods.as_str(), place::RECIPIENT.at(&[]).leaf(Leaf::Ods));
                });
            });
            sink.end_list();
        });
        sink.end_list();
    }
    let nameless = Organisation::default();
    agent::write_organisation(sink, notification.author.organisation.as_ref().unwrap_or(&nameless), AUTHOR);
}

/// Whether no more is known of a patient than a reference says.
fn is_named_only(patient: &Patient) -> bool {
    *patient == patient::project_reference(patient)
}

/// One dispense to be written.
struct Dispense<'m> {
    notification: &'m DispenseNotification,
    line: &'m LineItem,
    item: usize,
    position: usize,
    performer: &'m Urls,
    ids: &'m Ids,
    patient: Option<&'m str>,
}

impl Dispense<'_> {
    fn write(&self, sink: &mut Sink) {
        let Dispense { notification, line, item, position, performer, .. } = *self;
        let made_up = unsupplied(line);
        let supply = line.supply.get(position).unwrap_or(&made_up);
        self.of_supply(sink, |sink| sink.narrative(|| part(item)));
        self.write_contained(sink, supply);
        self.write_extensions(sink, supply);
        self.write_identifiers(sink, supply);
        self.of_supply(sink, |sink| match &supply.status {
            Some(status) => sink.text("status", status, place::ITEM_STATUS.at(&[item]).itself()),
            None => {
                let field = place::ITEM_STATUS.at(&[item]).itself();
                sink.defaulted("status", usual_status(line), field, map_rule::NOT_STATED);
            }
        });
        if let Some(reason) = &line.non_dispensing_reason {
            write_concept(sink, "statusReasonCodeableConcept", reason, place::NON_DISPENSING_REASON.at(&[item]));
        }
        self.of_supply(sink, |sink| {
            medication_request::write_medicine(sink, &supply.medicine, item, &ids::contained(SUPPLIED));
        });
        sink.element("subject", |sink| {
            if let Some(url) = self.patient {
                sink.fixed("reference", url);
                patient::nhs_number_content(sink, &notification.patient);
            } else {
                patient::reference_content(sink, &notification.patient);
            }
        });
        sink.begin_list("performer");
        sink.entry(|sink| sink.element("actor", |sink| sink.fixed("reference", &performer.role)));
        sink.end_list();
        sink.begin_list("authorizingPrescription");
        sink.entry(|sink| sink.fixed("reference", &ids::contained(REQUEST)));
        sink.end_list();
        if let Some(status) = &line.dispense_status {
            write_concept(sink, "type", status, place::DISPENSE_STATUS.at(&[item]));
        }
        self.of_supply(sink, |sink| {
            let at = |place: Place| place.at(&[item]);
            if let Some(quantity) = &supply.quantity {
                write_quantity(sink, "quantity", quantity, at(place::QUANTITY));
            }
            if let Some(quantity) = &supply.days_supply {
                write_quantity(sink, "daysSupply", quantity, at(place::DAYS_SUPPLY));
            }
        });
        sink.optional("whenHandedOver", notification.when.as_ref().map(DateTime::as_str), place::WHEN.field());
        self.of_supply(sink, |sink| {
            sink.list("note", supply.note.as_slice(), |sink, _, note| {
                sink.text("text", note, place::NOTE.at(&[item]).itself());
            });
            dosage::write(sink, &supply.dosage, item);
        });
    }

    /// Writes what belongs to the supply. It is made up for an item of which HL7 V3 tells no supply.
    fn of_supply(&self, sink: &mut Sink, write: impl FnOnce(&mut Sink)) {
        let told = self.line.supply.get(self.position).is_some();
        sink.within(sink.scope().supply(self.position), |sink| {
            if told { write(sink) } else { sink.made_up(map_rule::NOT_STATED, write) }
        });
    }

    /// The dispenser, the request with its medicine, and the supplied medicine where they are resources.
    fn write_contained(&self, sink: &mut Sink, supply: &Supply) {
        let Dispense { notification, line, item, performer, .. } = *self;
        sink.begin_list("contained");
        agent::write(sink, &notification.author, AUTHOR, performer);
        entry(sink, &ids::contained(REQUEST), "MedicationRequest", |sink| {
            let medication = ids::contained(PRESCRIBED);
            let links = Links {
                medication: &medication,
                history: History::of(line, item),
                status: ACTIVE,
                intent: Some(usual_intent(line)),
                ..Links::contained(&notification.patient)
            };
            medication_request::write(sink, &notification.prescription, line, item, &links);
        });
        if line.medicine.form.is_some() {
            entry(sink, &ids::contained(PRESCRIBED), "Medication", |sink| {
                medication_request::write_medication(sink, &line.medicine, item);
            });
        }
        if supply.medicine.form.is_some() {
            self.of_supply(sink, |sink| {
                entry(sink, &ids::contained(SUPPLIED), "Medication", |sink| {
                    medication_request::write_medication(sink, &supply.medicine, item);
                });
            });
        }
        sink.end_list();
    }

    fn write_extensions(&self, sink: &mut Sink, supply: &Supply) {
        let prescription = &self.notification.prescription;
        let codes = [
            (system::EXT_BUSINESS_STATUS, &prescription.status, place::PRESCRIPTION_STATUS),
            (
                system::EXT_NON_DISPENSING_REASON,
                &prescription.non_dispensing_reason,
                place::PRESCRIPTION_NON_DISPENSING_REASON,
            ),
        ];
        if codes.iter().all(|(_, coded, _)| coded.is_none()) && supply.repeat.is_none() {
            return;
        }
        sink.begin_list("extension");
        for (url, coded, place) in codes {
            if let Some(coded) = coded {
                write_extension(sink, url, |sink| write_coding(sink, "valueCoding", coded, place.at(&[])));
            }
        }
        if let Some(repeat) = &supply.repeat {
            self.of_supply(sink, |sink| repeat::write(sink, repeat, supply_repeat(self.item)));
        }
        sink.end_list();
    }

    /// The id of the first supply is that of the item in this message too. A supply without id gets one.
    fn write_identifiers(&self, sink: &mut Sink, supply: &Supply) {
        let Dispense { line, item, position, .. } = *self;
        let (of_item, of_supply) = (sink.scope(), sink.scope().supply(position));
        let own = place::ITEM_ID.at(&[item]).itself();
        let item_id = line.supplied_id.as_ref().filter(|_| position == 0);
        let supplied = place::SUPPLIED_ID.at(&[item]).itself();
        sink.begin_list("identifier");
        sink.entry(|sink| {
            sink.fixed("system", system::DISPENSE_ITEM_NUMBER);
            match (line.supply.get(position).and_then(|supply| supply.id.as_ref()), item_id) {
                (Some(id), item_id) => {
                    sink.within(of_supply, |sink| sink.text("value", id.as_str(), own));
                    if item_id == Some(id) {
                        sink.within(of_item, |sink| sink.also(supplied, map_rule::NONE));
                    }
                }
                (None, Some(id)) => sink.text("value", id.as_str(), supplied),
                (None, None) => sink.within(of_supply, |sink| {
                    sink.defaulted("value", usual_id(self.ids, item, position).as_str(), own, map_rule::NOT_STATED);
                }),
            }
        });
        sink.within(of_supply, |sink| {
            for (n, identifier) in supply.identifier.iter().enumerate() {
                sink.entry(|sink| identifier_content(sink, identifier, place::ITEM_IDENTIFIER.at(&[item, n])));
            }
        });
        sink.end_list();
    }
}

/// The id of a supply that has none.
fn usual_id(ids: &Ids, item: usize, position: usize) -> LineItemId {
    LineItemId::new(ids.uuid(&format!("item[{item}].supply[{position}]")).to_string())
}

const REQUEST: &str = "request";
const PRESCRIBED: &str = "prescribed";
const SUPPLIED: &str = "supplied";

/// The supply that FHIR tells of an item of which nothing was supplied: none of the product prescribed.
fn unsupplied(line: &LineItem) -> Supply {
    let mut medicine = line.medicine.clone();
    if medicine == Default::default() {
        medicine.code = medication_request::any_medicine();
    }
    Supply {
        id: line.supplied_id.clone(),
        status: Some(usual_status(line).to_owned()),
        medicine,
        quantity: Some(Quantity { value: Decimal::parse("0"), ..line.quantity.clone().unwrap_or_default() }),
        ..Supply::default()
    }
}

/// The status of a dispense that follows from how far its item has come (vocabularies.md §3).
fn usual_status(line: &LineItem) -> &'static str {
    let code = line.dispense_status.as_ref().and_then(|status| status.coding_in(system::DISPENSE_TYPE));
    match code.and_then(|coded| coded.code.as_deref()) {
        Some("0001" | "0003") => "completed",
        Some("0002") => "declined",
        Some("0004") => "on-hold",
        Some("0005") => "cancelled",
        _ => "unknown",
    }
}

/// The intent that the order of a dispense usually has (vocabularies.md §1).
fn usual_intent(line: &LineItem) -> &'static str {
    match line.course_of_therapy {
        Some(CourseOfTherapy::Continuous) => "instance-order",
        Some(CourseOfTherapy::ContinuousRepeatDispensing) => "reflex-order",
        Some(CourseOfTherapy::Acute) | None => "order",
    }
}

/// What a bundle says of a notification: defaults that FHIR needs are filled in, what it cannot hold is cleared.
pub fn project(envelope: &mut Envelope, notification: &mut DispenseNotification) {
    message_header::project(envelope, None);
    notification.prescription.token_issued = None;
    agent::project_contained(&mut notification.author);
    notification.author.organisation.get_or_insert_default();
    if let Some(recipient) = &mut notification.recipient {
        recipient.name = None;
    }
    let ids = Ids::of(envelope);
    for (item, line) in notification.item.iter_mut().enumerate() {
        if line.supply.is_empty() {
            line.supply.push(unsupplied(line));
        }
        let status = usual_status(line);
        for (position, supply) in line.supply.iter_mut().enumerate() {
            supply.status.get_or_insert_with(|| status.to_owned());
            let item_id = line.supplied_id.clone().filter(|_| position == 0);
            supply.id = supply.id.take().or(item_id).or_else(|| Some(usual_id(&ids, item, position)));
        }
        line.supplied_id = line.supply.first().and_then(|supply| supply.id.clone());
        let intent = usual_intent(line);
        line.intent.get_or_insert_with(|| intent.to_owned());
        medication_request::project(line, ACTIVE, Told::InPart);
    }
}
