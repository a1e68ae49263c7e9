//! Whom and what a message is about, whatever its kind: what it is found and kept in order by.

use super::{Agent, Body, Patient, Prescription, PrescriptionOrder, PrescriptionRef};
use crate::identifier::{PrescriptionLongId, PrescriptionShortId};

/// The ids of a prescription that a message is about.
#[derive(Clone, Copy, Default)]
pub struct PrescriptionIds<'m> {
    /// Long id.
    pub long: Option<&'m PrescriptionLongId>,
    /// Short id.
    pub short: Option<&'m PrescriptionShortId>,
}

impl<'m> From<&'m Prescription> for PrescriptionIds<'m> {
    fn from(prescription: &'m Prescription) -> Self {
        PrescriptionIds { long: Some(&prescription.id), short: Some(&prescription.short_id) }
    }
}

impl<'m> From<&'m PrescriptionRef> for PrescriptionIds<'m> {
    fn from(prescription: &'m PrescriptionRef) -> Self {
        PrescriptionIds { long: prescription.id.as_ref(), short: prescription.short_id.as_ref() }
    }
}

impl Body {
    /// The patients, in order; several only in a release of several prescriptions.
    pub fn patients(&self) -> Vec<&Patient> {
        match self {
            Body::PrescriptionOrder(order) | Body::CancelRequest(order) => vec![&order.patient],
            Body::CancelResponse(response) => vec![&response.patient],
            Body::ReleaseResponse(response) => {
                response.released.iter().map(|released| &released.order.patient).collect()
            }
            Body::DispenseNotification(notification) => vec![&notification.patient],
            Body::DispenseClaim(claim) => claim.patient.iter().collect(),
            Body::Return(reversal) | Body::Withdraw(reversal) => reversal.patient.iter().collect(),
            Body::RebuildDispenseHistory(rebuild) => {
                rebuild.history.iter().map(|entry| &entry.notification.patient).take(1).collect()
            }
            Body::ReleaseRequest(_) | Body::Acknowledgement(_) => Vec::new(),
        }
    }

    /// The prescriptions, in order; an acknowledgement names none.
    pub fn prescriptions(&self) -> Vec<PrescriptionIds<'_>> {
        match self {
            Body::PrescriptionOrder(order) | Body::CancelRequest(order) => vec![(&order.prescription).into()],
            Body::CancelResponse(response) => vec![(&response.prescription).into()],
            Body::ReleaseRequest(request) => request.prescription.iter().map(PrescriptionIds::from).collect(),
            Body::ReleaseResponse(response) => {
                response.released.iter().map(|released| (&released.order.prescription).into()).collect()
            }
            Body::DispenseNotification(notification) => vec![(&notification.prescription).into()],
            Body::DispenseClaim(claim) => vec![(&claim.prescription).into()],
            Body::Return(reversal) | Body::Withdraw(reversal) => vec![(&reversal.prescription).into()],
            Body::RebuildDispenseHistory(rebuild) => vec![(&rebuild.prescription).into()],
            Body::Acknowledgement(_) => Vec::new(),
        }
    }

    /// The people who act in the message, in order.
    pub fn agents(&self) -> Vec<&Agent> {
        match self {
            Body::PrescriptionOrder(order) | Body::CancelRequest(order) => of_order(order),
            Body::CancelResponse(response) => {
                let others = [response.responsible_party.as_ref(), response.performer.as_ref()];
                std::iter::once(&response.author).chain(others.into_iter().flatten()).collect()
            }
            Body::ReleaseRequest(request) => vec![&request.author],
            Body::ReleaseResponse(response) => {
                response.released.iter().flat_map(|released| of_order(&released.order)).collect()
            }
            Body::DispenseNotification(notification) => vec![&notification.author],
            Body::DispenseClaim(claim) => vec![&claim.author],
            Body::Return(reversal) | Body::Withdraw(reversal) => vec![&reversal.author],
            Body::RebuildDispenseHistory(rebuild) => {
                rebuild.history.iter().map(|entry| &entry.notification.author).collect()
            }
            Body::Acknowledgement(answer) => answer.performer.iter().collect(),
        }
    }
}

fn of_order(order: &PrescriptionOrder) -> Vec<&Agent> {
    std::iter::once(&order.author).chain(&order.responsible_party).collect()
}
