//! Rules about lists: no entry stands twice, as whoever is told twice may give twice.

use causeway_canonical::Finding;
use causeway_canonical::ledger::{At, FieldRef, Leaf, Place, place};
use causeway_canonical::model::{Agent, Dosage, DoseAndRate, LineItem};

use super::parts::REPEATED;
use crate::catalogue as rule;
use crate::subject::{Product, Subject};

/// Lists up to this length are compared each with each; of longer ones neighbours alone, so that the work grows no faster
/// than the message.
const MOST_COMPARED: usize = 32;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut lists = Lists { subject, findings };
    if let Some(patient) = subject.patient {
        lists.check(&patient.identifier, place::PATIENT_IDENTIFIER, &[]);
        lists.check(&patient.name, place::PATIENT_NAME, &[]);
        lists.check(&patient.address, place::PATIENT_ADDRESS, &[]);
        lists.check(&patient.telecom, place::PATIENT_TELECOM, &[]);
    }
    if let Some(prescription) = subject.prescription {
        lists.check(&prescription.medication_list, place::MEDICATION_LIST, &[]);
        lists.check(&prescription.patient_information, place::PATIENT_INFORMATION, &[]);
    }
    for (number, agent) in subject.agents() {
        lists.agent(agent, number);
    }
    for (item, line) in subject.items.iter().enumerate() {
        lists.item(line, item);
    }
    for Product { subject, item, dosage, .. } in subject.products() {
        let mut lists = Lists { subject: &subject, findings: lists.findings };
        lists.dosages(dosage, item);
    }
}

struct Lists<'s, 'a, 'f> {
    subject: &'s Subject<'a>,
    findings: &'f mut Vec<Finding>,
}

impl Lists<'_, '_, '_> {
    fn agent(&mut self, agent: &Agent, number: usize) {
        self.check(&agent.identifier, place::AGENT_IDENTIFIER, &[number]);
        self.check(&agent.job_role, place::AGENT_JOB_ROLE, &[number]);
        self.check(agent.telecom.as_deref().unwrap_or_default(), place::AGENT_TELECOM, &[number]);
        if let Some(person) = &agent.practitioner {
            self.check(&person.identifier, place::PRACTITIONER_IDENTIFIER, &[number]);
            self.check(&person.name, place::PRACTITIONER_NAME, &[number]);
            self.check(person.telecom.as_deref().unwrap_or_default(), place::PRACTITIONER_TELECOM, &[number]);
        }
        if let Some(organisation) = &agent.organisation {
            self.check(&organisation.identifier, place::ORGANISATION_IDENTIFIER, &[number]);
            self.check(&organisation.kind, place::ORGANISATION_KIND, &[number]);
            self.check(&organisation.telecom, place::ORGANISATION_TELECOM, &[number]);
            self.check(&organisation.address, place::ORGANISATION_ADDRESS, &[number]);
        }
        if let Some(service) = &agent.healthcare_service {
            self.check(&service.kind, place::SERVICE_KIND, &[number]);
            self.check(&service.specialty, place::SERVICE_SPECIALTY, &[number]);
            self.check(&service.telecom, place::SERVICE_TELECOM, &[number]);
            self.check(&service.location, place::SERVICE_LOCATION, &[number]);
            for (position, location) in service.location.iter().enumerate() {
                self.check(&location.identifier, place::SERVICE_LOCATION_IDENTIFIER, &[number, position]);
            }
        }
        self.check(&agent.location, place::LOCATION, &[number]);
        for (position, location) in agent.location.iter().enumerate() {
            self.check(&location.identifier, place::LOCATION_IDENTIFIER, &[number, position]);
        }
    }

    fn item(&mut self, line: &LineItem, item: usize) {
        self.check(&line.identifier, place::ITEM_IDENTIFIER, &[item]);
        self.check(&line.endorsement, place::ENDORSEMENT, &[item]);
        self.check(&line.dispensing_endorsement, place::DISPENSING_ENDORSEMENT, &[item]);
    }

    fn dosages(&mut self, dosages: &[Dosage], item: usize) {
        // The numbers differ, as each has its own.
        let say_the_same = |one: &Dosage, other: &Dosage| {
            let alike = Dosage { sequence: one.sequence, ..other.clone() };
            *one == alike
        };
        self.report(dosages, say_the_same, |entry| {
            [place::DOSAGE_TEXT, place::DOSAGE_SEQUENCE].map(|place| place.at(&[item, entry]).itself()).to_vec()
        });
        for (number, dosage) in dosages.iter().enumerate() {
            let at = [item, number];
            self.check(&dosage.additional_instruction, place::DOSAGE_ADDITIONAL, &at);
            self.report(&dosage.dose_and_rate, DoseAndRate::eq, |entry| {
                let places = [place::DOSE_KIND, place::DOSE_QUANTITY, place::DOSE_RANGE_LOW, place::RATE_QUANTITY];
                places.iter().flat_map(|place| leaves(place.at(&[item, number, entry]))).collect()
            });
            if let Some(timing) = &dosage.timing {
                self.check(&timing.event, place::TIMING_EVENT, &at);
                self.check(&timing.day_of_week, place::TIMING_DAY_OF_WEEK, &at);
                self.check(&timing.time_of_day, place::TIMING_TIME_OF_DAY, &at);
                self.check(&timing.when, place::TIMING_WHEN, &at);
            }
        }
    }

    /// A list that is a place of its own.
    fn check<T: PartialEq>(&mut self, entries: &[T], place: Place, above: &[usize]) {
        self.report(entries, T::eq, |entry| leaves(place.at(&[above, &[entry]].concat())));
    }

    fn report<T>(
        &mut self,
        entries: &[T],
        say_the_same: impl Fn(&T, &T) -> bool,
        fields: impl Fn(usize) -> Vec<FieldRef>,
    ) {
        for (number, entry) in entries.iter().enumerate().skip(1) {
            let first = if entries.len() > MOST_COMPARED { number - 1 } else { 0 };
            let earlier = entries.get(first..number).unwrap_or_default();
            if earlier.iter().any(|other| say_the_same(other, entry)) {
                self.findings.push(self.subject.at_field(&rule::ENTRY_REPEATED, REPEATED, &fields(number)));
            }
        }
    }
}

/// Every field that the place can have.
fn leaves(at: At) -> Vec<FieldRef> {
    Leaf::ALL.iter().map(|leaf| at.leaf(*leaf)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{self, REQUEST};

    #[test]
    fn a_dosage_that_stands_twice_is_reported_whatever_its_number() {
        let mut order = testing::order();
        let dosage = order.bundle.pointer(&format!("{REQUEST}/dosageInstruction/0")).unwrap().clone();
        order.push(&format!("{REQUEST}/dosageInstruction"), dosage);
        order.set(&format!("{REQUEST}/dosageInstruction/0/sequence"), 1);
        order.set(&format!("{REQUEST}/dosageInstruction/1/sequence"), 2);
        order.is_warned_of_by(&rule::ENTRY_REPEATED, "entry[1].resource.dosageInstruction[1].text");
        order.set(&format!("{REQUEST}/dosageInstruction/1/text"), "Another text").keeps(&rule::ENTRY_REPEATED);
    }

    #[test]
    fn an_entry_of_a_list_that_stands_twice_is_reported_at_the_second() {
        let address = json!({"line": ["1 High Street"], "city": "LEEDS", "postalCode": "LS1 1AA"});
        let mut order = testing::order();
        order.set("/entry/3/resource/address", json!([address, {"city": "YORK"}, address]));
        let finding = order.breaks(&rule::ENTRY_REPEATED, "entry[3].resource.address[2].line[0]");
        assert_eq!(finding.severity, causeway_canonical::Severity::Warning);
    }

    #[test]
    fn of_a_long_list_neighbours_are_compared() {
        let telecom =
            |number: usize| json!({"system": "phone", "use": "home", "value": format!("0113 496 {number:04}")});
        let list = |same: [usize; 2]| {
            let mut list: Vec<_> = (0..2 * MOST_COMPARED).map(telecom).collect();
            list[same[1]] = list[same[0]].clone();
            let mut order = testing::order();
            order.set("/entry/3/resource/telecom", list);
            order
        };
        list([40, 41]).is_warned_of_by(&rule::ENTRY_REPEATED, "entry[3].resource.telecom[41].system");
        list([0, 63]).keeps(&rule::ENTRY_REPEATED);
    }
}
