//! What a dispenser tells: what was supplied, what is claimed for, what is given back (dispense.md, claim.md, task.md).

use super::{
    Agent, Concept, Dosage, Identifier, LineItem, Medicine, OrganisationRef, Patient, Prescription, PrescriptionRef,
    Quantity, Repeat, record,
};
use crate::datetime::DateTime;
use crate::identifier::{LineItemId, MessageId};

record! {
    /// One product handed over for an item.
    pub struct Supply {
        /// Id of the supply, a UUID.
        pub id: Option<LineItemId>,
        /// Other identifiers.
        pub identifier: Vec<Identifier>,
        /// State of the supply.
        pub status: Option<String>,
        /// What was supplied.
        pub medicine: Medicine,
        /// How much.
        pub quantity: Option<Quantity>,
        /// How long it lasts.
        pub days_supply: Option<Quantity>,
        /// Which issue, where it is said of the supply.
        pub repeat: Option<Repeat>,
        /// How it is to be taken.
        pub dosage: Vec<Dosage>,
        /// Words about the supply.
        pub note: Option<String>,
    }
}

record! {
    /// What a dispenser did with a prescription; a later one may replace it.
    pub struct DispenseNotification {
        /// When it was handed over.
        pub when: Option<DateTime>,
        /// Who it is for.
        pub patient: Patient,
        /// Who dispensed, and where.
        pub author: Agent,
        /// Who pays: the reimbursement authority.
        pub recipient: Option<OrganisationRef>,
        /// The prescription, as far as it is told again.
        pub prescription: Prescription,
        /// The items with what was supplied.
        pub item: Vec<LineItem>,
        /// The notification that this one replaces.
        pub replaces: Option<MessageId>,
        /// The release that the prescription came with.
        pub release: Option<MessageId>,
    }
}

record! {
    /// A claim for payment; a later one may replace it.
    pub struct DispenseClaim {
        /// When it was made.
        pub when: Option<DateTime>,
        /// When the claim that this one amends was made, where it tells (EPS-D43).
        pub first_claimed: Option<DateTime>,
        /// Who it was for, where the sender says so.
        pub patient: Option<Patient>,
        /// Who claims.
        pub author: Agent,
        /// Who pays.
        pub recipient: Option<OrganisationRef>,
        /// The prescription.
        pub prescription: Prescription,
        /// The items with what was supplied and charged.
        pub item: Vec<LineItem>,
        /// The claim that this one replaces.
        pub replaces: Option<MessageId>,
        /// The release that the prescription came with.
        pub release: Option<MessageId>,
    }
}

record! {
    /// A step taken back: a released prescription returned, or a notification withdrawn.
    pub struct Reversal {
        /// When.
        pub when: Option<DateTime>,
        /// Who it is about, where the sender says so.
        pub patient: Option<Patient>,
        /// Who does it.
        pub author: Agent,
        /// Who is to act on it, where the sender says so.
        pub recipient: Option<OrganisationRef>,
        /// The prescription.
        pub prescription: PrescriptionRef,
        /// The message taken back: the release of a return, the notification of a withdrawal.
        pub of: Option<MessageId>,
        /// Why.
        pub reason: Option<Concept>,
    }
}

record! {
    /// The whole dispensing history of a prescription, told again (PORX_IN540101).
    pub struct RebuildDispenseHistory {
        /// When.
        pub when: Option<DateTime>,
        /// The prescription.
        pub prescription: PrescriptionRef,
        /// Why.
        pub reason: Option<Concept>,
        /// The notifications, in order.
        pub history: Vec<HistoryEntry>,
    }
}

record! {
    /// One notification of a history.
    pub struct HistoryEntry {
        /// Place in the order, from 1.
        pub sequence: Option<u32>,
        /// Id of the notification.
        pub id: MessageId,
        /// The notification.
        pub notification: DispenseNotification,
    }
}

super::never_blank!(DispenseNotification);
