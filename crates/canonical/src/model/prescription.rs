//! A prescription order: one prescription with its items (prescription-order.md).

use serde::{Deserialize, Serialize};

use super::{
    Agent, Coded, Concept, Dosage, Identifier, OrganisationRef, Patient, Period, Quantity, never_blank, record,
};
use crate::datetime::DateTime;
use crate::identifier::{LineItemId, PrescriptionLongId, PrescriptionShortId};

record! {
    /// A prescription for one patient.
    pub struct PrescriptionOrder {
        /// Who it is for.
        pub patient: Patient,
        /// Who prescribed.
        pub author: Agent,
        /// Who answers for it, where that is somebody else or another code of the author.
        pub responsible_party: Option<Agent>,
        /// What holds for the whole prescription.
        pub prescription: Prescription,
        /// The items, in order.
        pub item: Vec<LineItem>,
    }
}

record! {
    /// What holds for all items.
    pub struct Prescription {
        /// Long id, a UUID.
        pub id: PrescriptionLongId,
        /// Short id, as printed.
        pub short_id: PrescriptionShortId,
        /// Prescription type: setting and kind of prescriber (vocabularies.md §11).
        pub kind: Option<Coded>,
        /// Setting of the order: community, outpatient and so on.
        pub category: Vec<Concept>,
        /// When it was written.
        pub authored_on: Option<DateTime>,
        /// When it may be dispensed.
        pub validity: Option<Period>,
        /// How long one supply is meant to last.
        pub supply_duration: Option<Quantity>,
        /// Where it may be dispensed.
        pub nomination: Nomination,
        /// Whether a paper token was given, `true` or `false`; absent where the sender does not say.
        pub token_issued: Option<bool>,
        /// The prescriber's signature.
        pub signature: Option<Signature>,
        /// Names of the patient's other repeat medicines, shown to the patient.
        pub medication_list: Vec<String>,
        /// Messages to the patient.
        pub patient_information: Vec<String>,
    }
}

record! {
    /// The dispensing site that the patient chose.
    pub struct Nomination {
        /// Kind of site: `P1`, `P2`, `P3` or `0004` (vocabularies.md §8).
        pub site_preference: Option<Coded>,
        /// The nominated organisation.
        pub organisation: Option<OrganisationRef>,
    }
}

record! {
    /// A digital signature, carried untouched.
    pub struct Signature {
        /// When it was made.
        pub when: Option<DateTime>,
        /// The XML signature, octet for octet as text.
        pub xml: Option<String>,
        /// What sort of signature it is.
        pub kind: Vec<Coded>,
        /// When the sender recorded it.
        pub recorded: Option<DateTime>,
    }
}

/// How an item is meant to be repeated (vocabularies.md §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CourseOfTherapy {
    /// Once.
    Acute,
    /// Repeat prescribing: a new prescription each time.
    Continuous,
    /// Repeat dispensing: one prescription, several issues.
    ContinuousRepeatDispensing,
}

record! {
    /// One medicine on a prescription.
    pub struct LineItem {
        /// Id of the item, a UUID.
        pub id: LineItemId,
        /// Other identifiers of the item.
        pub identifier: Vec<Identifier>,
        /// State of the order.
        pub status: Option<String>,
        /// Intent of the order.
        pub intent: Option<String>,
        /// What is to be taken.
        pub medicine: Medicine,
        /// Acute, repeat or repeat dispensing.
        pub course_of_therapy: Option<CourseOfTherapy>,
        /// How much is to be supplied each time.
        pub quantity: Option<Quantity>,
        /// How it is to be taken.
        pub dosage: Vec<Dosage>,
        /// How many times it may be dispensed again after the first; 5 means 6 issues.
        pub repeats_allowed: Option<u32>,
        /// When the treatment is to be reviewed.
        pub review_date: Option<DateTime>,
        /// The item that this one repeats.
        pub based_on: Option<BasedOn>,
        /// Prescriber endorsements (vocabularies.md §9).
        pub endorsement: Vec<Concept>,
        /// What the law asks of a controlled drug.
        pub controlled_drug: Option<ControlledDrug>,
        /// Instructions to the dispenser.
        pub note: Option<String>,
        /// Whether another product may be supplied.
        pub substitution_allowed: Option<bool>,
    }
}

record! {
    /// A medicine.
    pub struct Medicine {
        /// Product code, dm+d by preference, and words.
        pub code: Concept,
        /// Dose form, where the sender names it apart from the product.
        pub form: Option<Concept>,
    }
}

record! {
    /// The original order of a repeat.
    pub struct BasedOn {
        /// Id of the original item.
        pub item: Option<LineItemId>,
        /// Repeats allowed there.
        pub repeats_allowed: Option<u32>,
        /// Repeats issued so far.
        pub repeats_issued: Option<u32>,
    }
}

record! {
    /// Controlled drug particulars.
    pub struct ControlledDrug {
        /// Schedule.
        pub schedule: Option<Coded>,
        /// Quantity in words.
        pub quantity_words: Option<String>,
    }
}

never_blank!(
    Patient,
    Agent,
    Prescription,
    Nomination,
    Medicine,
    Concept,
    PrescriptionLongId,
    PrescriptionShortId,
    LineItemId
);
