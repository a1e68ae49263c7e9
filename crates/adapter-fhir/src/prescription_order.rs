//! The prescription-order message bundle.

use causeway_canonical::identifier::MessageId;
use causeway_canonical::ledger::place;
use causeway_canonical::model::{Body, Envelope, Message, PrescriptionOrder, Signature, VERSION};
use uuid::Uuid;

use crate::agent::{self, Urls, entry};
use crate::bundle::Bundle;
use crate::datatypes::read_date_time;
use crate::element::Element;
use crate::medication_request::{self, Links};
use crate::message_header;
use crate::provenance;
use crate::rules;
use crate::sink::Sink;
use crate::system;
use crate::{communication, patient, union, unreferenced};

/// The event code.
pub const EVENT: &str = "prescription-order";

const AUTHOR: usize = 0;
const RESPONSIBLE: usize = 1;

/// Reads the bundle. `None` where so much is missing that no message could be made of it.
pub fn read(root: Element<'_>, bundle: &Bundle<'_>, header: Element<'_>) -> Option<Message> {
    let mut envelope = Envelope { id: read_message_id(root)?, ..Envelope::default() };
    envelope.created = read_date_time(root, "timestamp", place::CREATED.field());
    message_header::read(header, EVENT, &mut envelope);

    let requests: Vec<Element<'_>> = bundle.of_kind("MedicationRequest").collect();
    let Some(first) = requests.first().copied() else {
        root.report(&rules::REQUIRED, "at least one MedicationRequest is expected");
        return None;
    };
    let patient = bundle.only(root, "Patient")?;
    let mut order = PrescriptionOrder { patient: patient::read(patient), ..PrescriptionOrder::default() };
    order.prescription = medication_request::read_prescription(first);
    read_agents(bundle, first, &mut order);
    order.item = requests
        .iter()
        .enumerate()
        .map(|(item, request)| medication_request::read_item(bundle, *request, item))
        .collect();
    for request in &requests {
        if let Some(subject) = request.required("subject") {
            bundle.must_lead_to(subject, patient, "Patient");
        }
        structural_links(*request);
    }
    for request in requests.iter().skip(1) {
        compare_with_first(first, *request, &order);
    }
    communication::read(bundle, patient, &mut order.prescription);
    unreferenced::read(bundle);
    let body = Body::PrescriptionOrder(Box::new(order));
    Some(Message { version: VERSION.to_owned(), envelope, body, ..Message::default() })
}

fn read_message_id(root: Element<'_>) -> Option<MessageId> {
    let identifier = root.required("identifier")?;
    identifier.fixed("system", system::RFC4122);
    let element = identifier.required("value")?;
    let text = medication_request::read_lower_case(element, place::MESSAGE_ID.field())?;
    MessageId::parse(&text).map_err(|fault| element.report(&rules::UUID, fault.expected)).ok()
}

fn read_agents(bundle: &Bundle<'_>, first: Element<'_>, order: &mut PrescriptionOrder) {
    let Some(requester) = first.required("requester") else { return };
    let Some(author) = bundle.resolve(requester, "PractitionerRole") else { return };
    order.author = agent::read(bundle, author, AUTHOR);
    if let Some(link) = requester.peek_child("reference") {
        order.prescription.signature = provenance::read(bundle, link);
    }
    let responsible = first
        .extension(system::EXT_RESPONSIBLE_PRACTITIONER)
        .and_then(|extension| extension.required("valueReference"))
        .and_then(|reference| bundle.resolve(reference, "PractitionerRole"));
    order.responsible_party =
        responsible.filter(|role| *role != author).map(|role| agent::read(bundle, role, RESPONSIBLE));
}

/// Links to the people are structural in every request; that they agree is held by [`compare_with_first`].
fn structural_links(request: Element<'_>) {
    if let Some(link) = request.child("requester") {
        link.structural_child("reference");
    }
    if let Some(reference) =
        request.extension(system::EXT_RESPONSIBLE_PRACTITIONER).and_then(|extension| extension.child("valueReference"))
    {
        reference.structural_child("reference");
        reference.unmodelled("display", crate::unmodelled::RESPONSIBLE_DISPLAY);
    }
}

/// All requests of a prescription must agree on what holds for all of them (EPS-V020). A part that differs is reported,
/// and stays unread, so that it cannot be lost in silence.
fn compare_with_first(first: Element<'_>, request: Element<'_>, order: &PrescriptionOrder) {
    let read = medication_request::read_prescription(request);
    let expected = &order.prescription;
    let supply = request.child("dispenseRequest");
    let part = |name: &'static str| supply.and_then(|supply| supply.child(name));
    let extension = |url| request.extension(url);
    let differing: [(&str, bool, Option<Element<'_>>); 8] = [
        (
            "groupIdentifier",
            read.id != expected.id || read.short_id != expected.short_id,
            request.child("groupIdentifier"),
        ),
        ("category", read.category != expected.category, request.children("category").next()),
        ("authoredOn", read.authored_on != expected.authored_on, request.child("authoredOn")),
        (
            "dispenseRequest.performer",
            read.nomination.organisation != expected.nomination.organisation,
            part("performer"),
        ),
        ("dispenseRequest.validityPeriod", read.validity != expected.validity, part("validityPeriod")),
        (
            "dispenseRequest.expectedSupplyDuration",
            read.supply_duration != expected.supply_duration,
            part("expectedSupplyDuration"),
        ),
        (
            "dispenseRequest.extension(PerformerSiteType)",
            read.nomination.site_preference != expected.nomination.site_preference,
            supply.and_then(|supply| supply.extension(system::EXT_PERFORMER_SITE_TYPE)),
        ),
        ("extension(PrescriptionType)", read.kind != expected.kind, extension(system::EXT_PRESCRIPTION_TYPE)),
    ];
    for (name, differs, element) in differing {
        if differs {
            report_difference(element.unwrap_or(request), name);
            if let Some(element) = element {
                element.unread();
            }
        }
    }
    let requester = |request: Element<'_>| {
        request.child("requester").and_then(|link| link.peek_child("reference").map(str::to_owned))
    };
    if requester(request) != requester(first) {
        report_difference(request.child("requester").unwrap_or(request), "requester");
    }
    let responsible = |request: Element<'_>| {
        request
            .extension(system::EXT_RESPONSIBLE_PRACTITIONER)
            .and_then(|extension| extension.child("valueReference"))
            .and_then(|reference| reference.peek_child("reference").map(str::to_owned))
    };
    if responsible(request) != responsible(first) {
        report_difference(request, "extension(ResponsiblePractitioner)");
    }
}

fn report_difference(element: Element<'_>, name: &str) {
    element.report(
        &rules::REQUESTS_DIFFER,
        format!("{name} is expected to be the same in every MedicationRequest of the bundle"),
    );
}

/// Makes ids that the bundle needs and the message lacks: UUIDv5 of the message id and the path.
struct Ids {
    namespace: Uuid,
}

impl Ids {
    fn url(&self, path: &str) -> String {
        format!("urn:uuid:{}", Uuid::new_v5(&self.namespace, path.as_bytes()))
    }
}

/// Writes the bundle.
pub fn write(sink: &mut Sink, envelope: &Envelope, order: &PrescriptionOrder) {
    let mut order = order.clone();
    let union = union::unite(&mut order);
    let ids = Ids { namespace: envelope.id.to_uuid().unwrap_or_default() };
    let url = |path: &str| ids.url(path);
    let patient_url = url("Patient");
    let author = Urls::new(&order.author, "author", url);
    let responsible = order.responsible_party.as_ref().map(|agent| Urls::new(agent, "responsibleParty", url));
    let request_urls: Vec<String> = (0..order.item.len()).map(|n| url(&format!("MedicationRequest[{n}]"))).collect();
    let medication_urls: Vec<String> = (0..order.item.len()).map(|n| url(&format!("Medication[{n}]"))).collect();
    let communication_url = url("CommunicationRequest");
    let list_url = url("List");
    let mut focus: Vec<String> = std::iter::once(patient_url.clone()).chain(request_urls.iter().cloned()).collect();
    if communication::is_needed(&order.prescription) {
        focus.push(communication_url.clone());
    }

    sink.unite(union);
    sink.resource("Bundle", |sink| {
        sink.element("identifier", |sink| {
            sink.fixed("system", system::RFC4122);
            sink.text("value", envelope.id.as_str(), place::MESSAGE_ID.field());
        });
        sink.fixed("type", "message");
        if let Some(created) = &envelope.created {
            sink.text("timestamp", created.as_str(), place::CREATED.field());
        }
        sink.begin_list("entry");
        entry(sink, &url("MessageHeader"), "MessageHeader", |sink| {
            message_header::write(sink, EVENT, "Prescription Order", envelope, &focus);
        });
        for (item, (line, request_url)) in order.item.iter().zip(&request_urls).enumerate() {
            let medication = medication_urls.get(item).map(String::as_str).unwrap_or_default();
            let links = Links { patient: &patient_url, author: &author, responsible: responsible.as_ref(), medication };
            entry(sink, request_url, "MedicationRequest", |sink| {
                medication_request::write(sink, &order.prescription, line, item, &links);
            });
            if line.medicine.form.is_some() {
                entry(sink, medication, "Medication", |sink| {
                    medication_request::write_medication(sink, &line.medicine, item);
                });
            }
        }
        entry(sink, &patient_url, "Patient", |sink| patient::write(sink, &order.patient));
        agent::write(sink, &order.author, AUTHOR, &author);
        if let (Some(agent), Some(urls)) = (&order.responsible_party, &responsible) {
            agent::write(sink, agent, RESPONSIBLE, urls);
        }
        write_communication(sink, &order, &communication_url, &list_url, &patient_url);
        if let Some(signature) = &order.prescription.signature {
            entry(sink, &url("Provenance"), "Provenance", |sink| {
                provenance::write(sink, signature, &author.role, &request_urls);
            });
        }
        sink.end_list();
    });
}

fn write_communication(sink: &mut Sink, order: &PrescriptionOrder, request: &str, list: &str, patient: &str) {
    if communication::is_needed(&order.prescription) {
        entry(sink, request, "CommunicationRequest", |sink| {
            communication::write_request(sink, &order.prescription, patient, list);
        });
    }
    if !order.prescription.medication_list.is_empty() {
        entry(sink, list, "List", |sink| communication::write_list(sink, &order.prescription, patient));
    }
}

/// What a bundle says of a prescription: defaults that FHIR needs are filled in, what it cannot hold is cleared.
pub fn project(envelope: &mut Envelope, order: &mut PrescriptionOrder) {
    union::unite(order);
    envelope.operator = None;
    for destination in &mut envelope.destination {
        destination.asid = None;
        if destination.endpoint.is_none() {
            destination.endpoint = Some(message_header::endpoint_of(destination.ods.as_ref()));
        }
    }
    let sender = envelope.sender.get_or_insert_default();
    if sender.endpoint.is_none() {
        sender.endpoint = Some(message_header::endpoint_of(sender.ods.as_ref()));
    }
    order.prescription.token_issued = None;
    if order.prescription.category.is_empty() {
        order.prescription.category.push(medication_request::category_of(&order.prescription));
    }
    if let Some(signature) = &mut order.prescription.signature {
        project_signature(signature);
    }
    for line in &mut order.item {
        line.status.get_or_insert_with(|| "active".to_owned());
        line.intent.get_or_insert_with(|| medication_request::usual_intent(line.course_of_therapy).to_owned());
    }
}

fn project_signature(signature: &mut Signature) {
    if signature.recorded.is_none() {
        signature.recorded.clone_from(&signature.when);
    }
    if signature.kind.is_empty() {
        signature.kind.push(provenance::usual_kind());
    }
}
