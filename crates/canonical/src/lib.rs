//! The medicines model in the middle of every translation, and the words that go with it.
//!
//! Invariants: this crate knows no wire format and does no IO; nothing here panics on input; content types show no
//! patient data through `Debug`.

pub mod datetime;
pub mod decimal;
pub mod dose_text;
pub mod finding;
pub mod identifier;
mod layers;
pub mod ledger;
pub mod model;

pub use datetime::{Date, DateFault, DateTime};
pub use decimal::Decimal;
pub use finding::{
    Fault, Finding, FindingRecord, Layer, Level, Position, Problem, Rule, Severities, Severity, refused,
};
pub use identifier::{
    Aspect, IdentifierFault, JobRole, LineItemId, MessageId, NhsNumber, OdsCode, PrescriptionLongId,
    PrescriptionShortId, ProfessionalKind, SdsRoleProfileId, SdsUserId, SnomedCode, SnomedKind,
};
pub use layers::{LayerSet, UnknownLayer};
