//! Services and places that stand in a bundle without anything of the prescription referring to them.
//!
//! Some senders add them to every message. They say nothing of the prescription, so they stay in the stored original;
//! only the elements listed here do, and anything else in them is unread like everywhere else.

use crate::bundle::Bundle;
use crate::unmodelled;

const SERVICE: &[&str] = &[
    "identifier.use",
    "identifier.system",
    "identifier.value",
    "active",
    "providedBy.reference",
    "providedBy.identifier.system",
    "providedBy.identifier.value",
    "providedBy.display",
    "location.reference",
    "name",
    "telecom.system",
    "telecom.value",
    "telecom.use",
];

const PLACE: &[&str] = &[
    "identifier.system",
    "identifier.value",
    "status",
    "name",
    "mode",
    "address.use",
    "address.type",
    "address.line",
    "address.city",
    "address.district",
    "address.postalCode",
];

/// Marks the known elements of services and places that no reference led to.
pub fn read(bundle: &Bundle<'_>) {
    for (kind, paths, row) in [
        ("HealthcareService", SERVICE, unmodelled::SERVICE_WITHOUT_REFERENCE),
        ("Location", PLACE, unmodelled::PLACE_WITHOUT_REFERENCE),
    ] {
        for resource in bundle.unreferenced(kind) {
            for path in paths {
                resource.unmodelled_path(path, row);
            }
        }
    }
}
