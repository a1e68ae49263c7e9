//! What becomes of a prescription: the practice cancels it, or the pharmacy dispenses it.
//!
//! Invariant: ids follow from the prescription, so that the same prescription has the same follow-up. Unlike
//! prescriptions, these messages are written with Causeway's own adapters.

use causeway_canonical::DateTime;
use causeway_canonical::identifier::{LineItemId, MessageId, OdsCode};
use causeway_canonical::model::{
    Agent, BasedOn, Body, Coded, Concept, CourseOfTherapy, DispenseNotification, Envelope, Identifier, LineItem,
    Message, Organisation, OrganisationRef, Practitioner, Prescription as Told, PrescriptionOrder, Supply, Telecom,
    VERSION,
};
use causeway_syntax::adapter::Context;
use causeway_translate::registry;
use jiff::Timestamp;
use uuid::Uuid;

use super::Prescription;

const USER: &str = "https://fhir.nhs.uk/Id/sds-user-id";
const ROLE_PROFILE: &str = "https://fhir.nhs.uk/Id/sds-role-profile-id";
const JOB_ROLE: &str = "https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode";
const CANCELLED: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-reason";
const ITEM_STATUS: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-type";
const STATUS: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-business-status";

/// The simulated reimbursement authority.
const AUTHORITY: &str = "T1450";

/// A message that follows a prescription.
#[derive(Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// Its id.
    pub message_id: MessageId,
    /// Media type of its text.
    pub media_type: &'static str,
    /// The message.
    pub text: String,
}

impl Prescription {
    /// The practice's request to cancel the first item, as FHIR R4 JSON. `None` where there is nothing to cancel: a
    /// prescription that does not read.
    pub fn cancelled(&self) -> Option<FollowUp> {
        let order = self.order()?;
        let line = order.item.into_iter().next()?;
        let reason = Concept::of(shown(CANCELLED, "0002", "Clinical contra-indication"));
        let line = LineItem { status: Some("cancelled".to_owned()), status_reason: Some(reason), ..line };
        let body = PrescriptionOrder { prescription: told_again(order.prescription), item: vec![line], ..order };
        self.follow_up("cancelled", "fhir-r4-json", Body::CancelRequest(Box::new(body)), Timestamp::UNIX_EPOCH)
    }

    /// The pharmacy's notification that everything was handed over at `now`, as EPS V3. `None` where there is nothing to
    /// dispense: a prescription that does not read.
    pub fn dispensed(&self, pharmacy: &OdsCode, now: Timestamp) -> Option<FollowUp> {
        let order = self.order()?;
        let item = order.item.into_iter().enumerate().map(|(position, line)| self.supplied(position, line));
        let prescription = Told { status: Some(shown(STATUS, "0006", "Dispensed")), ..told_again(order.prescription) };
        let notification = DispenseNotification {
            when: Some(DateTime::from_timestamp(now)),
            patient: order.patient,
            author: dispenser(pharmacy),
            recipient: Some(OrganisationRef { ods: Some(OdsCode::new(AUTHORITY)), name: None }),
            prescription,
            item: item.collect(),
            replaces: None,
            release: Some(MessageId::from(self.named("release"))),
        };
        self.follow_up("dispensed", "eps-hl7v3", Body::DispenseNotification(Box::new(notification)), now)
    }

    fn order(&self) -> Option<PrescriptionOrder> {
        let adapter = registry::adapter("fhir-r4-json")?;
        match adapter.read(self.json.as_bytes(), &Context::at(Timestamp::UNIX_EPOCH)).message?.body {
            Body::PrescriptionOrder(order) => Some(*order),
            _ => None,
        }
    }

    /// An item of which all was supplied as it was prescribed.
    fn supplied(&self, position: usize, line: LineItem) -> LineItem {
        let id = LineItemId::new(self.named(&format!("supply/{position}")).to_string());
        let supply = Supply {
            id: Some(id.clone()),
            status: Some("completed".to_owned()),
            medicine: line.medicine.clone(),
            quantity: line.quantity.clone(),
            dosage: line.dosage.clone(),
            ..Supply::default()
        };
        // The first issue of those that are repeated without another prescription.
        let repeated = line.course_of_therapy == Some(CourseOfTherapy::ContinuousRepeatDispensing);
        let repeats_allowed = line.repeats_allowed.filter(|_| repeated);
        LineItem {
            repeats_allowed,
            based_on: repeats_allowed.map(|_| BasedOn { item: None, repeats_allowed, repeats_issued: Some(0) }),
            issue: repeats_allowed.map(|_| 1),
            supplied_id: Some(id),
            dispense_status: Some(Concept::of(shown(ITEM_STATUS, "0001", "Item fully dispensed"))),
            supply: vec![supply],
            note: None,
            ..line
        }
    }

    fn named(&self, name: &str) -> Uuid {
        Uuid::new_v5(&self.message_id.to_uuid().unwrap_or_default(), name.as_bytes())
    }

    fn follow_up(&self, name: &str, format: &str, body: Body, now: Timestamp) -> Option<FollowUp> {
        let message_id = MessageId::from(self.named(name));
        let envelope = Envelope { id: message_id.clone(), ..Envelope::default() };
        let message = Message { version: VERSION.to_owned(), envelope, body, ..Message::default() };
        let adapter = registry::adapter(format)?;
        let context = Context {
            sender_asid: Some("200000009171".to_owned()),
            receiver_asid: Some("200000009172".to_owned()),
            ..Context::at(now)
        };
        match adapter.write(&message, &context) {
            Ok(written) => Some(FollowUp { message_id, media_type: adapter.media_type(), text: written.text }),
            Err(findings) => {
                let rules: Vec<&str> = findings.iter().map(|finding| finding.rule.name).collect();
                tracing::error!(?rules, "a follow-up cannot be written");
                None
            }
        }
    }
}

/// What a later message tells again of a prescription.
fn told_again(prescription: Told) -> Told {
    Told { signature: None, medication_list: Vec::new(), patient_information: Vec::new(), ..prescription }
}

fn dispenser(pharmacy: &OdsCode) -> Agent {
    let telecom = Telecom { system: Some("phone".to_owned()), value: Some("01632960555".to_owned()), r#use: None };
    Agent {
        identifier: vec![identifier(ROLE_PROFILE, "555000091792")],
        job_role: vec![Concept::of(shown(JOB_ROLE, "R8003", "Healthcare Professional Access Role"))],
        telecom: Some(vec![telecom.clone()]),
        practitioner: Some(Practitioner {
            identifier: vec![identifier(USER, "555000091791")],
            display: Some("JOAN TILLOTSON".to_owned()),
            ..Practitioner::default()
        }),
        organisation: Some(Organisation {
            ods: Some(pharmacy.clone()),
            name: Some("MILLRACE PHARMACY".to_owned()),
            telecom: vec![telecom],
            ..Organisation::default()
        }),
        ..Agent::default()
    }
}

fn shown(system: &str, code: &str, display: &str) -> Coded {
    Coded { display: Some(display.to_owned()), ..Coded::new(system, code) }
}

fn identifier(system: &str, value: &str) -> Identifier {
    Identifier { system: Some(system.to_owned()), value: Some(value.to_owned()), r#use: None }
}

#[cfg(test)]
mod tests {
    use causeway_canonical::{Finding, Severity};

    use super::*;
    use crate::generate::Generator;

    const NOW: &str = "2026-03-02T08:30:00Z";

    /// What comes of reading a follow-up and writing it in another format.
    fn errors(follow_up: &FollowUp, from: &str, to: &str) -> Vec<String> {
        let mut context = Context::at(NOW.parse().unwrap());
        context.sender_asid = Some("200000009171".to_owned());
        context.receiver_asid = Some("200000009172".to_owned());
        context.sds_user_id = Some("555000091701".to_owned());
        context.sds_role_profile_id = Some("555000091702".to_owned());
        let reading = registry::adapter(from).unwrap().read(follow_up.text.as_bytes(), &context);
        let target = registry::adapter(to).unwrap();
        let translation = causeway_translate::translate(&reading, target, &context, &Default::default());
        assert!(translation.text.is_some() || !translation.findings.is_empty());
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        reading.findings.iter().chain(&translation.findings).filter(is_error).map(ToString::to_string).collect()
    }

    #[test]
    fn every_follow_up_reaches_the_other_side() {
        for seed in 0..20 {
            let mut generator = Generator::new(seed, NOW.parse().unwrap()).everybody_nominates();
            for prescription in [generator.gp_prescription(), generator.hospital_prescription()] {
                let cancelled = prescription.cancelled().expect("a cancellation");
                assert_eq!(errors(&cancelled, "fhir-r4-json", "eps-hl7v3"), [""; 0], "{seed}");
                let pharmacy = OdsCode::new("FZ917");
                let dispensed = prescription.dispensed(&pharmacy, NOW.parse().unwrap()).expect("a notification");
                assert_eq!(errors(&dispensed, "eps-hl7v3", "fhir-r4-json"), [""; 0], "{seed}");
                assert!(dispensed == prescription.dispensed(&pharmacy, NOW.parse().unwrap()).unwrap());
            }
        }
    }
}
