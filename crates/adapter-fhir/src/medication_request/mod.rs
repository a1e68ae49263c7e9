//! MedicationRequest: one item, and what it says of the whole prescription.

mod read;
mod write;

pub use read::{Told, read_group, read_item, read_medicine, read_prescription, read_status_history};
pub use write::{
    History, Links, any_medicine, category_of, project, write, write_group, write_medication, write_medicine,
};
