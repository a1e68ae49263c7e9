//! MedicationDispense: what it says of its supply, its item and its prescription.

use causeway_canonical::datetime::DateTime;
use causeway_canonical::ledger::{Place, map_rule, place};
use causeway_canonical::model::{Agent, Coded, Concept, LineItem, Supply};

use super::{AUTHOR, part};
use crate::agent;
use crate::bundle::Bundle;
use crate::datatypes::{
    peek_system, read_coding, read_concept, read_date_time, read_identifier, read_line_item_id, read_quantity,
    required_extension,
};
use crate::element::Element;
use crate::medication_request::{self, Told};
use crate::repeat::{self, Parts, supply_repeat};
use crate::{dosage, prescription_order, rules, system, unmodelled};

/// One MedicationDispense with what it contains.
pub struct Dispense<'t> {
    /// The resource.
    pub element: Element<'t>,
    /// What its links may lead to.
    pub resources: Bundle<'t>,
    /// The contained MedicationRequest.
    pub request: Element<'t>,
}

impl<'t> Dispense<'t> {
    /// Takes the resource apart. `None` without a request, which is reported.
    pub fn new(bundle: &Bundle<'t>, element: Element<'t>) -> Option<Self> {
        let resources = bundle.and_contained_in(element);
        let link = element.required("authorizingPrescription")?;
        let request = resources.resolve(link, "MedicationRequest")?;
        read_links(request);
        Some(Dispense { element, resources, request })
    }

    /// Id of the original item, to tell the items apart.
    pub fn item_id(&self) -> Option<String> {
        let is_item = |element: &Element<'_>| peek_system(*element).as_deref() == Some(system::ITEM_NUMBER);
        let identifier = self.request.children("identifier").find(is_item)?;
        identifier.peek_child("value").map(str::to_ascii_lowercase)
    }

    /// The dispenser's PractitionerRole.
    pub fn role(&self) -> Option<Element<'t>> {
        let actor = self.element.required("performer")?.required("actor")?;
        actor.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
        self.resources.resolve(actor, "PractitionerRole")
    }

    /// Reads the dispenser.
    pub fn read_author(&self, role: Element<'t>) -> Agent {
        agent::read_complete(&self.resources, role, AUTHOR)
    }

    /// Reads when it was handed over.
    pub fn read_when(&self) -> Option<DateTime> {
        self.element.required("whenHandedOver");
        read_date_time(self.element, "whenHandedOver", place::WHEN.field())
    }

    /// Reads how far the prescription has come.
    pub fn read_status(&self) -> Option<Coded> {
        required_extension(self.element, system::EXT_BUSINESS_STATUS, "prescription status")?
            .required("valueCoding")
            .map(|coding| read_coding(coding, place::PRESCRIPTION_STATUS.at(&[])))
    }

    /// Reads why nothing of the prescription was dispensed.
    pub fn read_prescription_reason(&self) -> Option<Coded> {
        self.element
            .extension(system::EXT_NON_DISPENSING_REASON)?
            .required("valueCoding")
            .map(|coding| read_coding(coding, place::PRESCRIPTION_NON_DISPENSING_REASON.at(&[])))
    }

    /// Reads the item as the contained request tells it.
    pub fn read_item(&self, item: usize) -> LineItem {
        prescription_order::read_item(&self.resources, self.request, item, Told::InPart)
    }

    /// Reads how far the item has come.
    pub fn read_item_status(&self, item: usize) -> Option<Concept> {
        let concept = self.element.required("type")?;
        Some(read_concept(concept, place::DISPENSE_STATUS.at(&[item])))
    }

    /// Reads why the item was not dispensed.
    pub fn read_item_reason(&self, item: usize) -> Option<Concept> {
        let concept = self.element.child("statusReasonCodeableConcept")?;
        Some(read_concept(concept, place::NON_DISPENSING_REASON.at(&[item])))
    }

    /// Reads the supply, at that position among those of the item. Its id is that of the item in this message, if it
    /// comes first.
    pub fn read_supply(&self, item: usize, position: usize) -> Supply {
        let scope = self.element.scope();
        let supply = self.element.within(scope.supply(position), || self.read_own(item));
        let id = self.element.children("identifier").find(is_dispense_number).and_then(|found| found.child("value"));
        if let Some(id) = id.filter(|_| position == 0) {
            id.also(place::SUPPLIED_ID.at(&[item]).itself(), map_rule::NONE);
        }
        supply
    }

    fn read_own(&self, item: usize) -> Supply {
        let at = |place: Place| place.at(&[item]);
        let dispense = self.element;
        dispense.narrative(|| part(item));
        let mut supply = Supply {
            status: dispense.required("status").and_then(|_| dispense.text("status", at(place::ITEM_STATUS).itself())),
            medicine: medication_request::read_medicine(&self.resources, dispense, item),
            quantity: dispense.required("quantity").map(|quantity| read_quantity(quantity, at(place::QUANTITY))),
            days_supply: dispense.child("daysSupply").map(|quantity| read_quantity(quantity, at(place::DAYS_SUPPLY))),
            repeat: repeat::read(dispense, supply_repeat(item), Parts::Both),
            dosage: dosage::read(dispense, item),
            note: dispense.child("note").and_then(|note| note.text("text", at(place::NOTE).itself())),
            ..Supply::default()
        };
        for element in dispense.children("identifier") {
            if !is_dispense_number(&element) {
                let at = place::ITEM_IDENTIFIER.at(&[item, supply.identifier.len()]);
                supply.identifier.push(read_identifier(element, at));
            } else if supply.id.is_some() {
                element.report(&rules::IDENTIFIER_SYSTEM, "one dispense item number is expected, and this is another");
            } else {
                element.structural_child("system");
                supply.id =
                    element.required("value").and_then(|value| read_line_item_id(value, at(place::ITEM_ID).itself()));
            }
        }
        if supply.id.is_none() {
            let message = "an identifier of the system for dispense item numbers is expected";
            dispense.report(&rules::IDENTIFIER_SYSTEM, message);
        }
        supply
    }
}

fn is_dispense_number(identifier: &Element<'_>) -> bool {
    peek_system(*identifier).as_deref() == Some(system::DISPENSE_ITEM_NUMBER)
}

/// Links of the contained request: they lead to people of the prescription, who are not in this message. The patient is
/// compared where the dispense is read.
fn read_links(request: Element<'_>) {
    if let Some(requester) = request.child("requester") {
        requester.structural_child("type");
        requester.unmodelled("reference", unmodelled::CONTAINED_REQUESTER);
        requester.unmodelled("display", unmodelled::CONTAINED_REQUESTER);
        if let Some(identifier) = requester.child("identifier") {
            identifier.unmodelled("system", unmodelled::CONTAINED_REQUESTER);
            identifier.unmodelled("value", unmodelled::CONTAINED_REQUESTER);
        }
    }
    let responsible = request.extension(system::EXT_RESPONSIBLE_PRACTITIONER);
    if let Some(link) = responsible.and_then(|extension| extension.child("valueReference")) {
        link.unmodelled("reference", unmodelled::CONTAINED_RESPONSIBLE);
        link.unmodelled("display", unmodelled::CONTAINED_RESPONSIBLE);
    }
}
