//! The canonical medicines model.
//!
//! Invariants:
//! - Names are those a pharmacist would use; nothing here is named after an element of a wire format.
//! - Decimals, dates and texts keep the form in which they were sent.
//! - No type shows its content through `Debug`: messages are patient data.
//! - Every leaf has a [`crate::ledger::FieldRef`] whose path is the leaf's path in the JSON form; a test holds the two
//!   together.

mod about;
mod acknowledgement;
mod agent;
mod dispensing;
mod dosage;
mod envelope;
mod patient;
mod prescription;
mod release;
mod value;

pub use about::PrescriptionIds;
pub use acknowledgement::{Acknowledgement, AcknowledgementStatus, Issue, ReleaseRejection};
pub use agent::{Agent, HealthcareService, Location, Organisation, OrganisationRef, Practitioner};
pub use dispensing::{DispenseClaim, DispenseNotification, HistoryEntry, RebuildDispenseHistory, Reversal, Supply};
pub use dosage::{AsNeeded, Dosage, DoseAndRate, Timing};
pub use envelope::{Body, Destination, Envelope, FieldExtension, Kind, Message, Narrative, Operator, Sender, VERSION};
pub use patient::{Gender, Patient};
pub use prescription::{
    BasedOn, ControlledDrug, CourseOfTherapy, Exemption, ExemptionOnRecord, LineItem, Medicine, Nomination,
    Prescription, PrescriptionOrder, PrescriptionRef, Repeat, Signature, StatusHistory,
};
pub use release::{BatchInformation, CancelResponse, ReleaseRequest, ReleaseResponse, Released};
pub use value::{Address, Coded, Concept, HumanName, Identifier, Period, Quantity, Range, Ratio, Telecom};

/// Whether a field holds nothing, so that the JSON form leaves it out.
pub(crate) trait Blank {
    fn is_blank(&self) -> bool;
}

impl<T> Blank for Option<T> {
    fn is_blank(&self) -> bool {
        self.is_none()
    }
}

impl<T> Blank for Vec<T> {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl Blank for String {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

/// Defines a part of the model: serialised in camelCase without its blank fields, refusing unknown ones, and opaque
/// to `Debug`.
macro_rules! record {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct $name {
            $($(#[$field_meta])* #[serde(skip_serializing_if = "crate::model::Blank::is_blank")] pub $field: $type,)*
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}
pub(crate) use record;

/// Fields of these types are never left out: a missing one is shown as empty and refused by the schema.
macro_rules! never_blank {
    ($($type:ty),* $(,)?) => {
        $(impl crate::model::Blank for $type {
            fn is_blank(&self) -> bool {
                false
            }
        })*
    };
}
pub(crate) use never_blank;
