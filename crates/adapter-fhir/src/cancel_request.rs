//! The prescription-order-update message bundle: a request to cancel an item (cancellation.md).
//!
//! It has the shape of an order, and may tell as little of it as names the item.

use causeway_canonical::model::{Envelope, PrescriptionOrder};

use crate::bundle::Bundle;
use crate::element::Element;
use crate::medication_request::Told;
use crate::message_header::{self, Event, Reason};
use crate::prescription_order::{self, Shape};
use crate::rules;

const REASON: Reason = Reason { code: "cancel", display: "Cancel" };
const CANCELLED: &str = "cancelled";

/// A request to cancel an item.
pub static CANCELLATION: Shape = Shape {
    event: Event { code: "prescription-order-update", display: "Prescription Order Update" },
    reason: Some(REASON),
    told: Told::InPart,
    status: CANCELLED,
    released: false,
};

/// Reads the bundle. `None` where so much is missing that no message could be made of it.
pub fn read(root: Element<'_>, bundle: &Bundle<'_>, header: Element<'_>) -> Option<(Envelope, PrescriptionOrder)> {
    message_header::read_reason(header, REASON);
    for (position, request) in bundle.of_kind("MedicationRequest").enumerate() {
        if position > 0 {
            request.report(&rules::ONE_REQUEST, "one MedicationRequest is expected, and this is another");
        }
        if let Some(status) = request.child("status")
            && status.peek() != Some(CANCELLED)
        {
            status.report(&rules::CANCELLED_STATUS, "the status of an item to cancel is expected to be cancelled");
        }
        if request.children("statusReason").next().is_none() {
            request.report(&rules::CANCELLATION_REASON, "statusReason is expected here and missing");
        }
    }
    let (envelope, order) = prescription_order::read(root, bundle, header, &CANCELLATION)?;
    if order.item.iter().any(|line| line.id.as_str().is_empty()) {
        root.report(&rules::IDENTIFIER_SYSTEM, "an identifier of the system for item numbers is expected");
    }
    Some((envelope, order))
}
