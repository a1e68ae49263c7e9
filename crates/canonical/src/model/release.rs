//! Release of prescriptions to a dispenser, and answers to a cancellation (release.md, responses.md §3).

use super::{
    AcknowledgementStatus, Agent, Coded, Issue, LineItem, Patient, PrescriptionOrder, PrescriptionRef, record,
};
use crate::datetime::DateTime;
use crate::identifier::MessageId;

record! {
    /// A dispenser asks for prescriptions: for those that name it, or for one by its id.
    pub struct ReleaseRequest {
        /// Who asks, and where.
        pub author: Agent,
        /// The one prescription asked for; without it, those of patients who nominated the dispenser.
        pub prescription: Option<PrescriptionRef>,
    }
}

record! {
    /// The prescriptions released.
    pub struct ReleaseResponse {
        /// Whether the request was taken.
        pub status: Option<AcknowledgementStatus>,
        /// Reasons, where it was not.
        pub issue: Vec<Issue>,
        /// When.
        pub when: Option<DateTime>,
        /// The request that is answered.
        pub of: Option<MessageId>,
        /// The prescriptions, in order.
        pub released: Vec<Released>,
        /// Particulars of the batch, carried as they are.
        pub batch: Vec<BatchInformation>,
    }
}

record! {
    /// One released prescription.
    pub struct Released {
        /// Id of the prescription's message.
        pub id: MessageId,
        /// When it was issued.
        pub when: Option<DateTime>,
        /// The prescription.
        pub order: PrescriptionOrder,
        /// Why it must not be dispensed; empty for a good one.
        pub failure: Vec<Issue>,
    }
}

record! {
    /// A particular of a batch of released prescriptions. What the codes mean is not published.
    pub struct BatchInformation {
        /// Code.
        pub code: Option<String>,
        /// Number.
        pub value: Option<u32>,
    }
}

record! {
    /// What became of a request to cancel.
    pub struct CancelResponse {
        /// Whether the request was taken.
        pub status: Option<AcknowledgementStatus>,
        /// Reasons, where it was not.
        pub issue: Vec<Issue>,
        /// When.
        pub when: Option<DateTime>,
        /// The request that is answered.
        pub of: Option<MessageId>,
        /// What became of it (vocabularies.md §7).
        pub result: Option<Coded>,
        /// Who the medicine is for.
        pub patient: Patient,
        /// Who asked for the cancellation.
        pub author: Agent,
        /// Who prescribed.
        pub responsible_party: Option<Agent>,
        /// The dispenser that holds the prescription.
        pub performer: Option<Agent>,
        /// Since when the dispenser holds it.
        pub performed: Option<DateTime>,
        /// The prescription.
        pub prescription: PrescriptionRef,
        /// The item that was to be cancelled.
        pub item: Vec<LineItem>,
    }
}

super::never_blank!(PrescriptionOrder, PrescriptionRef);
