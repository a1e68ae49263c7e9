//! The Parameters of released prescriptions (release.md §§4–5).
//!
//! Invariants:
//! - Good prescriptions stand in one bundle, those that must not be dispensed in another, each behind the outcome that
//!   says why. In the model they follow each other in this order.
//! - Each prescription is a message bundle of its own; its fields stand in the scope of the released prescription.

use causeway_canonical::datetime::DateTime;
use causeway_canonical::identifier::{MessageId, OdsCode};
use causeway_canonical::ledger::{Scope, place};
use causeway_canonical::model::{Envelope, Issue, PrescriptionOrder, ReleaseResponse, Released};

use crate::agent::entry;
use crate::bundle::Bundle;
use crate::datatypes::{read_date_time, read_message_uuid, read_own_id, read_resource_frame};
use crate::element::Element;
use crate::ids::Ids;
use crate::medication_request::Told;
use crate::message_header::{self, endpoint_of};
use crate::operation_outcome::{self, Origin};
use crate::prescription_order::{self, ORDER, Shape};
use crate::release_request::parameter;
use crate::sink::Sink;
use crate::{rules, system, unmodelled};

const PASSED: &str = "passedPrescriptions";
const FAILED: &str = "failedPrescriptions";

/// A prescription as it is released.
static RELEASED: Shape = Shape { released: true, ..ORDER };

/// Whether Parameters are released prescriptions, by the names in them.
pub fn is_response(root: Element<'_>) -> bool {
    root.children("parameter").any(|parameter| matches!(parameter.peek_child("name"), Some(PASSED | FAILED)))
}

/// Reads the response. `None` where so much is missing that no message could be made of it.
pub fn read(root: Element<'_>) -> Option<(Envelope, ReleaseResponse)> {
    read_resource_frame(root);
    let mut id = None;
    let mut response = ReleaseResponse::default();
    let lists: Vec<Element<'_>> = [PASSED, FAILED].into_iter().filter_map(|name| read_list(root, name)).collect();
    let any = lists.iter().any(|list| !is_empty(*list));
    for list in &lists {
        read_frame(*list);
        if any && is_empty(*list) {
            read_empty(*list);
        } else {
            read_identity(*list, &mut id, &mut response);
        }
    }
    if let Some(passed) = lists.first() {
        for prescription in entries(*passed) {
            read_released(prescription, Vec::new(), &mut response);
        }
    }
    if let Some(failed) = lists.get(1) {
        read_failed(*failed, &mut response);
    }
    Some((Envelope { id: id?, ..Envelope::default() }, response))
}

/// The bundle in the parameter of that name.
fn read_list<'t>(root: Element<'t>, name: &'static str) -> Option<Element<'t>> {
    let mut found = root.children("parameter").filter(|parameter| parameter.peek_child("name") == Some(name));
    let Some(parameter) = found.next() else {
        root.report(&rules::REQUIRED, format!("the parameter {name} is expected here and missing"));
        return None;
    };
    parameter.structural_child("name");
    if let Some(second) = found.next() {
        second.report(&rules::TOO_MANY, format!("at most one parameter {name} is expected"));
    }
    let list = parameter.required("resource")?;
    if list.peek_plain("resourceType") != Some("Bundle") {
        list.report(&rules::STRUCTURE, "a Bundle is expected here");
        return None;
    }
    Some(list)
}

fn is_empty(list: Element<'_>) -> bool {
    list.children("entry").next().is_none()
}

fn read_frame(list: Element<'_>) {
    read_resource_frame(list);
    list.fixed("type", "searchset");
    if let Some(total) = list.child("total") {
        if total.peek() == Some(list.children("entry").count().to_string().as_str()) {
            total.structural();
        } else {
            total.report(&rules::DISAGREEMENT, "the number of entries is expected here");
        }
    }
    for link in list.children("link") {
        link.unmodelled("relation", unmodelled::SEARCH_LINK);
        link.unmodelled("url", unmodelled::SEARCH_LINK);
    }
}

/// Published examples give the list without prescriptions an id and a time of its own.
fn read_empty(list: Element<'_>) {
    if let Some(identifier) = list.child("identifier") {
        identifier.unmodelled("system", unmodelled::EMPTY_LIST);
        identifier.unmodelled("value", unmodelled::EMPTY_LIST);
    }
    if let Some(meta) = list.child("meta") {
        meta.unmodelled("lastUpdated", unmodelled::EMPTY_LIST);
    }
}

/// Both bundles say the same of the response: its id and when it was made.
fn read_identity(list: Element<'_>, id: &mut Option<MessageId>, response: &mut ReleaseResponse) {
    let read = read_own_id(list);
    if id.is_none() {
        *id = read;
    } else if read.is_some() && read != *id {
        disagree(list.child("identifier"), "the identifier of the response is expected in both bundles");
    }
    let Some(meta) = list.child("meta") else { return };
    let when = read_date_time(meta, "lastUpdated", place::WHEN.field());
    if response.when.is_none() {
        response.when = when;
    } else if when.is_some() && when != response.when {
        disagree(meta.child("lastUpdated"), "the time of the response is expected in both bundles");
    }
}

/// A value that should repeat another and does not is reported, and stays unread.
fn disagree(element: Option<Element<'_>>, message: &'static str) {
    if let Some(element) = element {
        element.report(&rules::DISAGREEMENT, message);
        element.unread();
    }
}

/// The resources of a list, with what carries no information around them.
fn entries<'t>(list: Element<'t>) -> impl Iterator<Item = Element<'t>> {
    list.children("entry").filter_map(|entry| {
        entry.structural_child("fullUrl");
        if let Some(search) = entry.child("search") {
            search.fixed("mode", "match");
        }
        entry.required("resource")
    })
}

/// Outcomes and prescriptions take turns.
fn read_failed(list: Element<'_>, response: &mut ReleaseResponse) {
    let mut outcome: Option<Element<'_>> = None;
    for resource in entries(list) {
        if resource.peek_plain("resourceType") == Some("OperationOutcome") {
            if let Some(lonely) = outcome.replace(resource) {
                lonely.report(&rules::FAILED_PRESCRIPTION, "a prescription is expected behind its outcome");
            }
            continue;
        }
        let Some(told) = outcome.take() else {
            resource.report(&rules::FAILED_PRESCRIPTION, "an outcome is expected before the prescription that failed");
            continue;
        };
        read_resource_frame(told);
        told.narrative(|| part(response.released.len()));
        let failure = operation_outcome::read_issues(told, |n| Origin::Failure(response.released.len(), n));
        if failure.is_empty() {
            told.report(&rules::REQUIRED, "issue is expected here and missing");
        }
        read_subject(told, resource);
        read_released(resource, failure, response);
    }
    if let Some(lonely) = outcome {
        lonely.report(&rules::FAILED_PRESCRIPTION, "a prescription is expected behind its outcome");
    }
}

/// The outcome names the prescription that it is about: the one behind it.
fn read_subject(outcome: Element<'_>, bundle: Element<'_>) {
    let extension = outcome.extension(system::EXT_FAILED_PRESCRIPTION);
    let Some(identifier) = extension.and_then(|extension| extension.child("valueReference")?.child("identifier"))
    else {
        return;
    };
    let own = bundle.child("identifier").and_then(|own| own.peek_child("value"));
    let named = identifier.peek_child("value");
    if own.zip(named).is_some_and(|(own, named)| own.eq_ignore_ascii_case(named)) {
        identifier.fixed("system", system::RFC4122);
        identifier.structural_child("value");
    } else {
        identifier.report(&rules::DISAGREEMENT, "the identifier of the prescription behind the outcome is expected");
    }
}

fn read_released(root: Element<'_>, failure: Vec<Issue>, response: &mut ReleaseResponse) {
    if root.peek_plain("resourceType") != Some("Bundle") {
        root.report(&rules::STRUCTURE, "a Bundle with a prescription is expected here");
        return;
    }
    let position = response.released.len();
    let bundle = Bundle::read(root);
    let id = root.required("identifier").and_then(|identifier| {
        identifier.fixed("system", system::RFC4122);
        read_message_uuid(identifier.required("value")?, place::RELEASED_ID.at(&[position]).itself())
    });
    let header = bundle.only(root, "MessageHeader");
    if let Some(header) = header {
        read_header(root, header, id.as_ref(), response);
    }
    let order = root.within(Scope::released(position), || prescription_order::read_order(root, &bundle, Told::InFull));
    let (Some(id), Some(order)) = (id, order) else { return };
    check_states(&bundle, &order);
    response.released.push(Released { id, when: read_when(root, position), order, failure });
}

/// The status of an item is that of how far it has come: formats that tell the one tell nothing of the other.
fn check_states(bundle: &Bundle<'_>, order: &PrescriptionOrder) {
    for (request, line) in bundle.of_kind("MedicationRequest").zip(&order.item) {
        if line.status.as_deref().is_some_and(|status| status != RELEASED.status_of(line)) {
            disagree(request.child("status"), "the status that belongs to how far the item has come is expected");
        }
    }
}

/// When the prescription was issued; older messages say it as the time of the bundle.
fn read_when(root: Element<'_>, position: usize) -> Option<DateTime> {
    let field = place::RELEASED_WHEN.at(&[position]).itself();
    let updated = root.child("meta").and_then(|meta| read_date_time(meta, "lastUpdated", field));
    match updated {
        Some(updated) => {
            if let Some(timestamp) = root.child("timestamp")
                && read_date_time(root, "timestamp", field).as_ref() != Some(&updated)
            {
                disagree(Some(timestamp), "the time of issue is expected here once more");
            }
            Some(updated)
        }
        None => read_date_time(root, "timestamp", field),
    }
}

/// A released prescription is sent by the Spine to whoever asked for it: of its header only the request is read.
fn read_header(root: Element<'_>, header: Element<'_>, id: Option<&MessageId>, response: &mut ReleaseResponse) {
    message_header::read_frame(header, ORDER.event);
    if let Some(id) = id {
        message_header::read_message_id(root, header, id);
    }
    for destination in header.children("destination") {
        destination.unmodelled("endpoint", unmodelled::RELEASED_HEADER);
        if let Some(receiver) = destination.child("receiver") {
            read_party(receiver);
        }
    }
    if let Some(sender) = header.child("sender") {
        read_party(sender);
    }
    if let Some(source) = header.child("source") {
        source.unmodelled("name", unmodelled::RELEASED_HEADER);
        source.unmodelled("endpoint", unmodelled::RELEASED_HEADER);
    }
    let Some(answered) = header.child("response") else { return };
    let of = message_header::read_response(header, place::ACKNOWLEDGEMENT_OF.field());
    if response.of.is_none() {
        response.of = of;
    } else if of != response.of {
        disagree(Some(answered), "the same request is expected to be answered by every prescription");
    }
}

fn read_party(party: Element<'_>) {
    party.unmodelled("reference", unmodelled::RELEASED_HEADER);
    party.unmodelled("type", unmodelled::RELEASED_HEADER);
    party.unmodelled("display", unmodelled::RELEASED_HEADER);
    if let Some(identifier) = party.child("identifier") {
        identifier.unmodelled("system", unmodelled::RELEASED_HEADER);
        identifier.unmodelled("value", unmodelled::RELEASED_HEADER);
    }
}

/// Writes the response.
pub fn write(sink: &mut Sink, envelope: &Envelope, response: &ReleaseResponse) {
    let ids = Ids::of(envelope);
    let (passed, failed): (Vec<_>, Vec<_>) =
        response.released.iter().enumerate().partition(|(_, released)| released.failure.is_empty());
    let after_passed = passed.len();
    sink.resource("Parameters", |sink| {
        sink.begin_list("parameter");
        for (name, prescriptions, before) in [(PASSED, passed, 0), (FAILED, failed, after_passed)] {
            let resources = prescriptions.len() * if name == FAILED { 2 } else { 1 };
            parameter(sink, name, |sink| {
                sink.contained_resource("resource", "Bundle", |sink| {
                    write_frame(sink, envelope, response, resources);
                    if prescriptions.is_empty() {
                        return;
                    }
                    sink.begin_list("entry");
                    for (n, (position, released)) in prescriptions.iter().enumerate() {
                        let url = |kind: &str| ids.url(&format!("released[{}]/{kind}", before + n));
                        if name == FAILED {
                            entry(sink, &url("OperationOutcome"), "OperationOutcome", |sink| {
                                write_outcome(sink, *position, released);
                            });
                        }
                        entry(sink, &url("Bundle"), "Bundle", |sink| {
                            write_released(sink, *position, released, response.of.as_ref());
                        });
                    }
                    sink.end_list();
                });
            });
        }
        sink.end_list();
    });
}

fn write_frame(sink: &mut Sink, envelope: &Envelope, response: &ReleaseResponse, resources: usize) {
    if let Some(when) = &response.when {
        // The time of a list that holds nothing says nothing.
        sink.element("meta", |sink| match resources {
            0 => sink.fixed("lastUpdated", when.as_str()),
            _ => sink.text("lastUpdated", when.as_str(), place::WHEN.field()),
        });
    }
    sink.element("identifier", |sink| {
        sink.fixed("system", system::RFC4122);
        sink.text("value", envelope.id.as_str(), place::MESSAGE_ID.field());
    });
    sink.fixed("type", "searchset");
    sink.fixed_scalar("total", &resources.to_string());
}

/// The part of the message that the narrative of an outcome is about.
fn part(position: usize) -> String {
    format!("released[{position}].failure")
}

fn write_outcome(sink: &mut Sink, position: usize, released: &Released) {
    sink.narrative(|| part(position));
    sink.begin_list("extension");
    sink.entry(|sink| {
        sink.fixed("url", system::EXT_FAILED_PRESCRIPTION);
        sink.element("valueReference", |sink| {
            sink.element("identifier", |sink| {
                sink.fixed("system", system::RFC4122);
                sink.fixed("value", released.id.as_str());
            });
        });
    });
    sink.end_list();
    operation_outcome::write_list(sink, &released.failure, |n| Origin::Failure(position, n));
}

/// One prescription: a message bundle of the Spine that answers the request.
fn write_released(sink: &mut Sink, position: usize, released: &Released, of: Option<&MessageId>) {
    let id = |sink: &mut Sink| {
        sink.fixed("system", system::RFC4122);
        sink.text("value", released.id.as_str(), place::RELEASED_ID.at(&[position]).itself());
    };
    if let Some(when) = &released.when {
        let field = place::RELEASED_WHEN.at(&[position]).itself();
        sink.element("meta", |sink| sink.text("lastUpdated", when.as_str(), field));
    }
    sink.element("identifier", id);
    sink.fixed("type", "message");
    let scope = sink.scope();
    let ids = Ids::of(&Envelope { id: released.id.clone(), ..Envelope::default() });
    sink.within(Scope::released(position), |sink| {
        prescription_order::write_entries(sink, &ids, &released.order, &RELEASED, |sink, focus| {
            sink.within(scope, |sink| write_header(sink, &released.order, of, focus, id));
        });
    });
}

fn write_header(
    sink: &mut Sink,
    order: &PrescriptionOrder,
    of: Option<&MessageId>,
    focus: &[String],
    id: impl FnOnce(&mut Sink),
) {
    sink.begin_list("extension");
    sink.entry(|sink| {
        sink.fixed("url", system::EXT_MESSAGE_ID);
        sink.element("valueIdentifier", id);
    });
    sink.end_list();
    message_header::write_event(sink, ORDER.event);
    let nominated =
        order.prescription.nomination.organisation.as_ref().and_then(|organisation| organisation.ods.as_ref());
    if let Some(ods) = nominated {
        sink.begin_list("destination");
        sink.entry(|sink| {
            sink.fixed("endpoint", &endpoint_of(Some(ods)));
            sink.element("receiver", |sink| write_party(sink, ods.as_str()));
        });
        sink.end_list();
    }
    sink.element("sender", |sink| {
        write_party(sink, SPINE);
        sink.fixed("display", "NHS Digital Spine");
    });
    sink.element("source", |sink| {
        sink.fixed("name", "NHS Spine");
        sink.fixed("endpoint", &endpoint_of(Some(&OdsCode::new(SPINE))));
    });
    if let Some(of) = of {
        message_header::write_response(sink, of, place::ACKNOWLEDGEMENT_OF.field());
    }
    sink.list("focus", focus, |sink, _, url| sink.fixed("reference", url));
}

/// ODS code of the Spine.
const SPINE: &str = "X2601";

fn write_party(sink: &mut Sink, ods: &str) {
    sink.element("identifier", |sink| {
        sink.fixed("system", system::ODS);
        sink.fixed("value", ods);
    });
}

/// What Parameters say of a response: good prescriptions come first, what they cannot hold is cleared.
pub fn project(envelope: &mut Envelope, response: &mut ReleaseResponse) {
    *envelope = Envelope { id: envelope.id.clone(), ..Envelope::default() };
    response.status = None;
    response.issue.clear();
    response.batch.clear();
    if response.released.is_empty() {
        response.of = None;
    }
    response.released.sort_by_key(|released| !released.failure.is_empty());
    for released in &mut response.released {
        released.failure.iter_mut().for_each(operation_outcome::project_issue);
        let prescription = &mut released.order.prescription;
        prescription.status = None;
        prescription.exemption_on_record.clear();
        prescription_order::project_order(&mut released.order, &RELEASED);
    }
}
