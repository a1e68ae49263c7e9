//! PractitionerRole with its Practitioner, Organization, HealthcareService and Location: one agent of the model.
//!
//! The same resources are written as entries of a bundle, or contained in the resource that names the agent. Contained, a
//! person stands as identifier and words where that says all, and an organisation always as a resource (task.md §4).

mod read;
mod write;

pub use read::{is_asid, read, read_complete, read_organisation_resource, read_person};
pub use write::{Urls, entry, project_contained, stands_alone, write, write_linked, write_organisation, write_role};
