//! MedicationRequest: one item, and what it says of the whole prescription.

mod read;
mod write;

pub use read::{Told, read_group, read_item, read_prescription, read_status_history};
pub use write::{History, Links, category_of, project, write, write_group, write_medication};
