//! A prescription and its items, as they are ordered, cancelled, released, dispensed and claimed for
//! (prescription-order.md, release.md, dispense.md, claim.md).

use serde::{Deserialize, Serialize};

use super::{
    Agent, Coded, Concept, Dosage, Identifier, OrganisationRef, Patient, Period, Quantity, Supply, never_blank, record,
};
use crate::datetime::DateTime;
use crate::identifier::{LineItemId, PrescriptionLongId, PrescriptionShortId};

record! {
    /// A prescription for one patient. A request to cancel has the same shape, and names the item and the reason.
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
        /// How far the prescription has come (vocabularies.md §3).
        pub status: Option<Coded>,
        /// Why nothing of it was dispensed.
        pub non_dispensing_reason: Option<Coded>,
        /// Which issue of a repeated prescription this is, where it is said once for all items.
        pub repeat: Option<Repeat>,
        /// Why the patient pays no charge, as claimed.
        pub exemption: Option<Exemption>,
        /// Exemptions that the national record holds for the patient.
        pub exemption_on_record: Vec<ExemptionOnRecord>,
    }
}

record! {
    /// A prescription that is named, and not told again.
    pub struct PrescriptionRef {
        /// Long id, a UUID.
        pub id: Option<PrescriptionLongId>,
        /// Short id, as printed.
        pub short_id: Option<PrescriptionShortId>,
        /// Which issue of a repeated prescription is meant.
        pub repeat: Option<Repeat>,
    }
}

record! {
    /// A place in a series of issues, counted from nought: 5 repeats allowed mean 6 issues.
    pub struct Repeat {
        /// Repeats allowed after the first issue.
        pub allowed: Option<u32>,
        /// Repeats issued so far; 0 is the first issue.
        pub issued: Option<u32>,
    }
}

record! {
    /// An exemption from the prescription charge (claim.md §6).
    pub struct Exemption {
        /// Which exemption; `0001` says that the patient paid.
        pub code: Option<Coded>,
        /// Whether evidence of it was seen.
        pub evidence: Option<Coded>,
    }
}

record! {
    /// An exemption as the national record tells it with a released prescription (release.md §3).
    pub struct ExemptionOnRecord {
        /// `low-permanent`, `high-permanent` or `temporary`.
        pub kind: Option<String>,
        /// Which exemption.
        pub code: Option<Coded>,
        /// From or until when it holds, by its kind.
        pub date: Option<DateTime>,
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
        /// Why the order stands as it does; why it is cancelled.
        pub status_reason: Option<Concept>,
        /// What became of the order, and when.
        pub status_history: Option<StatusHistory>,
        /// Which issue of the item this is, counted from one.
        pub issue: Option<u32>,
        /// When the item was dispensed before.
        pub last_dispensed: Option<DateTime>,
        /// How far the item had come when it was released (vocabularies.md §4).
        pub release_status: Option<Coded>,
        /// Id of the item in a notification or claim, a UUID.
        pub supplied_id: Option<LineItemId>,
        /// How far the item has come by what is notified or claimed (vocabularies.md §4).
        pub dispense_status: Option<Concept>,
        /// Why it was not dispensed.
        pub non_dispensing_reason: Option<Concept>,
        /// What was supplied.
        pub supply: Vec<Supply>,
        /// Whether the patient paid.
        pub charge: Option<Concept>,
        /// Dispenser endorsements (vocabularies.md §10).
        pub dispensing_endorsement: Vec<Concept>,
    }
}

record! {
    /// What became of an order.
    pub struct StatusHistory {
        /// What it came to.
        pub status: Option<Coded>,
        /// When.
        pub date: Option<DateTime>,
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

impl super::Blank for Nomination {
    fn is_blank(&self) -> bool {
        *self == Nomination::default()
    }
}

never_blank!(Patient, Agent, Prescription, Medicine, Concept, PrescriptionLongId, PrescriptionShortId, LineItemId);
