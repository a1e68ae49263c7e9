//! Requests for prescriptions: PORX_IN060102 for those of patients who nominated the dispenser, PORX_IN132004 for one by its
//! id (release.md §2).
//!
//! Invariant: the request has an id of its own, which is never that of the transmission; the response refers to it.

use causeway_canonical::Finding;
use causeway_canonical::ledger::place;
use causeway_canonical::model::{Body, Envelope, Message, PrescriptionRef, ReleaseRequest, VERSION};
use causeway_syntax::adapter::{Compat, Context, Written};

use crate::dispensing;
use crate::element::Element;
use crate::person::{self, Part};
use crate::rules;
use crate::spec::release;
use crate::wrapper;

/// Name and version of the interaction for nominated prescriptions.
const NOMINATED: (&str, &str) = ("PORX_IN060102", "30");
/// The same for one prescription.
const BY_ID: (&str, &str) = ("PORX_IN132004", "30");

/// Whether this is one of the interactions, in either spelling.
pub(crate) fn is_interaction(name: &str) -> bool {
    wrapper::is_request(name, NOMINATED) || wrapper::is_request(name, BY_ID)
}

pub(crate) fn write(envelope: &Envelope, request: &ReleaseRequest, context: &Context) -> Result<Written, Vec<Finding>> {
    let (interaction, class) = match request.prescription {
        Some(_) => (BY_ID, &release::PATIENT_REQUEST),
        None => (NOMINATED, &release::NOMINATED_REQUEST),
    };
    let mut target = wrapper::open_request_apart(context, interaction, envelope);
    target.open(class);
    wrapper::write_document_id(&mut target, envelope);
    wrapper::write_request_time(&mut target);
    target.open(&release::REQUEST_AUTHOR);
    person::write(&mut target, &request.author, Part::DISPENSER);
    target.close();
    if let Some(prescription) = &request.prescription {
        match &prescription.short_id {
            Some(short_id) => dispensing::write_short_id(&mut target, &release::REQUESTED_ID, short_id),
            None => {
                let field = place::PRESCRIPTION_SHORT_ID.field();
                target.refuse(&rules::EPS_SHORT_ID, field, "expected the short prescription id");
            }
        }
    }
    target.close();
    wrapper::finish(target)
}

/// Reads the interaction; `None` if there is no document in it.
pub(crate) fn read(root: Element<'_>) -> Option<Message> {
    let by_id = wrapper::is_request(root.name(), BY_ID);
    let class = if by_id { &release::PATIENT_REQUEST } else { &release::NOMINATED_REQUEST };
    let wrapper = wrapper::read(root, Some(class));
    let document = wrapper.document?;
    wrapper::read_request_time(document, &wrapper.envelope);
    let author = document.required(&release::REQUEST_AUTHOR);
    let request = ReleaseRequest {
        author: author.and_then(|author| person::read(author, Part::DISPENSER)).unwrap_or_default(),
        prescription: by_id.then(|| PrescriptionRef {
            short_id: dispensing::read_short_id(document, &release::REQUESTED_ID),
            ..PrescriptionRef::default()
        }),
    };
    let body = Body::ReleaseRequest(Box::new(request));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

/// What comes back of a request.
pub(crate) fn project(request: &ReleaseRequest, compat: Compat) -> ReleaseRequest {
    ReleaseRequest {
        author: person::project(&request.author, Part::DISPENSER, compat),
        prescription: request.prescription.as_ref().map(|prescription| PrescriptionRef {
            short_id: prescription.short_id.clone(),
            ..PrescriptionRef::default()
        }),
    }
}
