//! MedicationRequest: one item, and what it says of the whole prescription.

mod read;
mod write;

pub use read::{read_item, read_prescription};
pub use write::{Links, category_of, usual_intent, write, write_medication};
