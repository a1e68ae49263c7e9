//! The prescription-order-response message bundle: what became of a request to cancel (responses.md §3).
//!
//! The roles are the other way round than in the request: the requester is who prescribed, the responsible practitioner
//! who asked for the cancellation. A result that no bundle tells is an OperationOutcome.

use causeway_canonical::identifier::OdsCode;
use causeway_canonical::ledger::{map_rule, place};
use causeway_canonical::model::{
    Acknowledgement, AcknowledgementStatus, Agent, CancelResponse, Coded, Envelope, Issue, LineItem, OrganisationRef,
    Prescription,
};
use causeway_canonical::{Problem, Severity};
use causeway_syntax::adapter::Context;

use crate::agent::{self, Urls, entry};
use crate::bundle::Bundle;
use crate::datatypes::read_date_time;
use crate::element::Element;
use crate::ids::Ids;
use crate::medication_request::{self, History, Links, Told};
use crate::message_header::{self, Event, Header};
use crate::operation_outcome::{self, Origin};
use crate::prescription_order::{read_envelope, write_frame};
use crate::rules;
use crate::sink::Sink;
use crate::system;
use crate::{patient, union, unmodelled, unreferenced};

/// The event.
pub const EVENT: Event = Event { code: "prescription-order-response", display: "Prescription Order Response" };

const AUTHOR: usize = 0;
const RESPONSIBLE: usize = 1;
const PERFORMER: usize = 2;

/// The result that says that the item was cancelled as asked for.
const CANCELLED: &str = "R-0001";

/// What becomes of the order by a result that a bundle tells (vocabularies.md §6.2).
const STATUS: &[(&str, &str)] = &[
    (CANCELLED, "cancelled"),
    ("R-0002", "active"),
    ("R-0003", "active"),
    ("R-0004", "completed"),
    ("R-0005", "stopped"),
    ("R-0006", "cancelled"),
    ("R-0007", "unknown"),
    ("R-0010", "stopped"),
];

/// What sort of problem a result is that no bundle tells.
const PROBLEM: &[(&str, Problem)] = &[
    ("R-0008", Problem::NotFound),
    ("R-0009", Problem::NotSupported),
    ("R-5000", Problem::Loss),
    ("R-5888", Problem::Invalid),
];

fn status_of(result: Option<&Coded>) -> Option<&'static str> {
    let code = result?.code_in(system::STATUS_HISTORY)?;
    STATUS.iter().find(|(candidate, _)| *candidate == code).map(|(_, status)| *status)
}

/// Reads the bundle. `None` where so much is missing that no message could be made of it.
pub fn read(root: Element<'_>, bundle: &Bundle<'_>, header: Element<'_>) -> Option<(Envelope, CancelResponse)> {
    let mut envelope = read_envelope(root, header, EVENT)?;
    envelope.created = read_date_time(root, "timestamp", place::CREATED.field());
    let of = message_header::read_response(header, place::ACKNOWLEDGEMENT_OF.field());
    let request = bundle.only(root, "MedicationRequest")?;
    let patient = bundle.only(root, "Patient")?;
    if let Some(subject) = request.required("subject") {
        bundle.must_lead_to(subject, patient, "Patient");
    }
    let history = medication_request::read_status_history(request, place::RESULT.at(&[]), place::WHEN.field())
        .unwrap_or_default();
    match status_of(history.status.as_ref()) {
        None => request.report(&rules::CODE, "a result is expected in the status history that a bundle can tell"),
        Some(status) if contradicts(request, status, history.status.as_ref()) => {
            request.report(&rules::DISAGREEMENT, "the status that belongs to the result is expected");
        }
        Some(_) => {}
    }
    if history.date.is_none()
        && let Some(timestamp) = root.child("timestamp")
    {
        timestamp.also(place::WHEN.field(), map_rule::NONE);
    }
    let group = request.required("groupIdentifier");
    let mut response = CancelResponse {
        when: history.date.or_else(|| envelope.created.clone()),
        of,
        result: history.status,
        patient: patient::read(patient),
        prescription: group.map(|group| medication_request::read_group(group, Told::InPart)).unwrap_or_default(),
        item: vec![medication_request::read_item(bundle, request, 0, Told::InPart)],
        ..CancelResponse::default()
    };
    read_people(bundle, request, &mut response);
    read_dispenser(bundle, request, &mut response);
    read_repeated(request);
    unreferenced::read(bundle);
    Some((envelope, response))
}

/// Whether only one of status and result says that the item was cancelled. Published answers say `active` of whatever was
/// not cancelled by this request.
fn contradicts(request: Element<'_>, expected: &str, result: Option<&Coded>) -> bool {
    let cancelled = result.and_then(|result| result.code_in(system::STATUS_HISTORY)) == Some(CANCELLED);
    let own = request.peek_child("status");
    own.is_some_and(|own| own != expected && (own == "cancelled" || cancelled))
}

fn read_people(bundle: &Bundle<'_>, request: Element<'_>, response: &mut CancelResponse) {
    let prescriber = request.required("requester").and_then(|link| bundle.resolve(link, "PractitionerRole"));
    let canceller = request
        .extension(system::EXT_RESPONSIBLE_PRACTITIONER)
        .and_then(|extension| extension.required("valueReference"))
        .and_then(|link| {
            link.unmodelled("display", unmodelled::RESPONSIBLE_DISPLAY);
            bundle.resolve(link, "PractitionerRole")
        });
    let Some(author) = canceller.or(prescriber) else { return };
    response.author = agent::read(bundle, author, AUTHOR);
    response.responsible_party =
        prescriber.filter(|role| *role != author).map(|role| agent::read(bundle, role, RESPONSIBLE));
}

/// The dispenser that holds the prescription: its role, and its organisation once more.
fn read_dispenser(bundle: &Bundle<'_>, request: Element<'_>, response: &mut CancelResponse) {
    let Some(performer) = request.child("dispenseRequest").and_then(|supply| supply.child("performer")) else { return };
    let Some(extension) = performer.extension(system::EXT_DISPENSING_PERFORMER) else {
        unmodelled_paths(performer, &["identifier.system", "identifier.value", "display"]);
        return;
    };
    let role = extension.required("valueReference").and_then(|link| bundle.resolve(link, "PractitionerRole"));
    let Some(dispenser) = role.map(|role| agent::read(bundle, role, PERFORMER)) else { return };
    performer.unmodelled("display", unmodelled::REFERENCE_DISPLAY);
    if let Some(identifier) = performer.child("identifier") {
        let ods = dispenser.organisation.as_ref().and_then(|organisation| organisation.ods.as_ref());
        identifier.fixed("system", system::ODS);
        match identifier.child("value") {
            Some(value) if value.peek() == ods.map(|ods| ods.as_str()) => value.structural(),
            Some(value) => value.report(&rules::DISAGREEMENT, "the organisation of the dispenser is expected here"),
            None => {}
        }
    }
    response.performer = Some(dispenser);
}

/// What some senders tell again of the prescription.
fn read_repeated(request: Element<'_>) {
    let coding = &["valueCoding.system", "valueCoding.code", "valueCoding.display"];
    if let Some(kind) = request.extension(system::EXT_PRESCRIPTION_TYPE) {
        unmodelled_paths(kind, coding);
    }
    unmodelled_paths(request, REPEATED);
    let preference =
        request.child("dispenseRequest").and_then(|supply| supply.extension(system::EXT_PERFORMER_SITE_TYPE));
    if let Some(preference) = preference {
        unmodelled_paths(preference, coding);
    }
}

const REPEATED: &[&str] = &[
    "category.coding.system",
    "category.coding.code",
    "category.coding.display",
    "authoredOn",
    "dispenseRequest.validityPeriod.start",
    "dispenseRequest.validityPeriod.end",
    "dispenseRequest.expectedSupplyDuration.value",
    "dispenseRequest.expectedSupplyDuration.unit",
    "dispenseRequest.expectedSupplyDuration.system",
    "dispenseRequest.expectedSupplyDuration.code",
];

fn unmodelled_paths(element: Element<'_>, paths: &[&'static str]) {
    for path in paths {
        element.unmodelled_path(path, unmodelled::ANSWER_REPEATS);
    }
}

/// Writes the bundle, or the OperationOutcome where no bundle tells the result.
pub fn write(sink: &mut Sink, envelope: &Envelope, response: &CancelResponse, context: &Context) {
    match status_of(response.result.as_ref()) {
        Some(status) => write_bundle(sink, envelope, response, status),
        None => {
            let outcome = outcome(response);
            let origin = |position: usize| match response.result {
                Some(_) if position == 0 => Origin::Result,
                Some(_) => Origin::Issue(position - 1),
                None => Origin::Issue(position),
            };
            operation_outcome::write_issues(sink, &outcome, origin, context);
        }
    }
}

/// The answer that an OperationOutcome gives of a result that no bundle tells, and of the reasons of the wrapper.
fn outcome(response: &CancelResponse) -> Acknowledgement {
    let result = response.result.iter().map(|result| Issue {
        severity: Some(Severity::Error),
        problem: Some(problem_of(result)),
        code: Some(result.clone()),
        ..Issue::default()
    });
    Acknowledgement {
        status: response.status.unwrap_or(AcknowledgementStatus::Error),
        issue: result.chain(response.issue.iter().cloned()).collect(),
        ..Acknowledgement::default()
    }
}

fn problem_of(result: &Coded) -> Problem {
    let code = result.code_in(system::STATUS_HISTORY);
    PROBLEM.iter().find(|(candidate, _)| Some(*candidate) == code).map_or(Problem::Loss, |(_, problem)| *problem)
}

fn write_bundle(sink: &mut Sink, envelope: &Envelope, response: &CancelResponse, status: &'static str) {
    let mut response = response.clone();
    let union = union::unite(&mut response.author, &mut response.responsible_party);
    let ids = Ids::of(envelope);
    let url = |path: &str| ids.url(path);
    let (patient_url, request_url) = (url("Patient"), url("MedicationRequest[0]"));
    let canceller = Urls::new(&response.author, "author", url);
    let prescriber = response.responsible_party.as_ref().map(|agent| Urls::new(agent, "responsibleParty", url));
    let dispenser = response.performer.as_ref().map(|agent| (agent, Urls::new(agent, "performer", url)));
    let holder = dispenser.as_ref().map(|(agent, urls)| (organisation_of(agent), urls.role.as_str()));
    let prescription = Prescription {
        id: response.prescription.id.clone().unwrap_or_default(),
        short_id: response.prescription.short_id.clone().unwrap_or_default(),
        ..Prescription::default()
    };
    let line = response.item.first().cloned().unwrap_or_default();
    let medication = url("Medication[0]");
    let created = envelope.created.as_ref().map(|created| (created, place::CREATED.field()));
    let links = Links {
        responsible: Some(&canceller),
        medication: &medication,
        dispenser: holder.as_ref().map(|(organisation, role)| (organisation, *role)),
        history: History {
            status: response.result.as_ref().map(|result| (result, place::RESULT.at(&[]))),
            date: response.when.as_ref().map(|when| (when, place::WHEN.field())).or(created),
        },
        status,
        told: Told::InPart,
        ..Links::new(&patient_url, prescriber.as_ref().unwrap_or(&canceller))
    };
    let header = Header {
        message_id: true,
        receiver: canceller_of(&response),
        response: response.of.as_ref().map(|of| (of, place::ACKNOWLEDGEMENT_OF.field())),
        ..Header::of(EVENT)
    };

    sink.unite(union);
    sink.resource("Bundle", |sink| {
        write_frame(sink, envelope);
        if let (None, Some(when)) = (&envelope.created, &response.when) {
            sink.defaulted("timestamp", when.as_str(), place::CREATED.field(), map_rule::NOT_STATED);
        }
        sink.begin_list("entry");
        entry(sink, &url("MessageHeader"), "MessageHeader", |sink| {
            message_header::write(sink, &header, envelope, &[patient_url.clone(), request_url.clone()]);
        });
        entry(sink, &request_url, "MedicationRequest", |sink| {
            medication_request::write(sink, &prescription, &line, 0, &links);
        });
        if line.medicine.form.is_some() {
            entry(sink, &medication, "Medication", |sink| {
                medication_request::write_medication(sink, &line.medicine, 0);
            });
        }
        entry(sink, &patient_url, "Patient", |sink| patient::write(sink, &response.patient));
        agent::write(sink, &response.author, AUTHOR, &canceller);
        if let (Some(agent), Some(urls)) = (&response.responsible_party, &prescriber) {
            agent::write(sink, agent, RESPONSIBLE, urls);
        }
        if let Some((agent, urls)) = &dispenser {
            agent::write(sink, agent, PERFORMER, urls);
        }
        sink.end_list();
    });
}

/// The organisation that asked for the cancellation: the answer goes there.
fn canceller_of(response: &CancelResponse) -> Option<&OdsCode> {
    response.author.organisation.as_ref()?.ods.as_ref()
}

fn organisation_of(agent: &Agent) -> OrganisationRef {
    let organisation = agent.organisation.as_ref();
    OrganisationRef {
        ods: organisation.and_then(|organisation| organisation.ods.clone()),
        name: organisation.and_then(|organisation| organisation.name.clone()),
    }
}

/// What a bundle says of an answer; the OperationOutcome that stands for the answer where no bundle does.
pub fn project(envelope: &mut Envelope, response: &mut CancelResponse, context: &Context) -> Option<Acknowledgement> {
    let Some(status) = status_of(response.result.as_ref()) else {
        let mut outcome = outcome(response);
        operation_outcome::project(envelope, &mut outcome, context);
        return Some(outcome);
    };
    message_header::project(envelope, canceller_of(response));
    union::unite(&mut response.author, &mut response.responsible_party);
    response.status = None;
    response.issue.clear();
    response.performed = None;
    envelope.created = envelope.created.take().or_else(|| response.when.clone());
    response.when = response.when.take().or_else(|| envelope.created.clone());
    if response.item.is_empty() {
        response.item.push(LineItem::default());
    }
    for line in &mut response.item {
        medication_request::project(line, status, Told::InPart);
    }
    None
}
