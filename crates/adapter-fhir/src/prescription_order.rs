//! The prescription-order message bundle, and the shape that it shares with the request to cancel an item.

use causeway_canonical::ledger::place;
use causeway_canonical::model::{CourseOfTherapy, Envelope, LineItem, Prescription, PrescriptionOrder, Signature};

use crate::agent::{self, Urls, entry};
use crate::bundle::Bundle;
use crate::datatypes::{read_date_time, read_own_id};
use crate::element::Element;
use crate::ids::Ids;
use crate::medication_request::{self, History, Links, Told};
use crate::message_header::{self, Event, Header, Reason};
use crate::provenance;
use crate::rules;
use crate::sink::Sink;
use crate::system;
use crate::{communication, patient, union, unreferenced};

/// A message of this shape: an order, or a request to cancel an item of one.
pub struct Shape {
    /// Its event.
    pub event: Event,
    /// Its reason, where the event needs one.
    pub reason: Option<Reason>,
    /// How much it tells of the prescription.
    pub told: Told,
    /// Status of its items where they do not say it.
    pub status: &'static str,
    /// Whether the prescription was released: then how far an item had come says its status.
    pub released: bool,
}

/// An order.
pub static ORDER: Shape = Shape {
    event: Event { code: "prescription-order", display: "Prescription Order" },
    reason: None,
    told: Told::InFull,
    status: "active",
    released: false,
};

impl Shape {
    /// Status of an item that does not say it (vocabularies.md §3).
    pub fn status_of(&self, line: &LineItem) -> &'static str {
        let code = line.release_status.as_ref().and_then(|status| status.code.as_deref());
        match code.filter(|_| self.released) {
            Some("0001") => "completed",
            Some("0002" | "0006") => "stopped",
            Some("0003" | "0004" | "0007" | "0008") => "active",
            Some("0005") => "cancelled",
            _ => self.status,
        }
    }

    /// Intent of an item that does not say it, if it is not that of an order (vocabularies.md §1).
    fn intent_of(&self, line: &LineItem) -> Option<&'static str> {
        self.released.then_some(match line.course_of_therapy {
            Some(CourseOfTherapy::ContinuousRepeatDispensing) => "reflex-order",
            _ => "order",
        })
    }
}

const AUTHOR: usize = 0;
const RESPONSIBLE: usize = 1;

/// Reads the bundle. `None` where so much is missing that no message could be made of it.
pub fn read(
    root: Element<'_>,
    bundle: &Bundle<'_>,
    header: Element<'_>,
    shape: &Shape,
) -> Option<(Envelope, PrescriptionOrder)> {
    let mut envelope = read_envelope(root, header, shape.event)?;
    envelope.created = read_date_time(root, "timestamp", place::CREATED.field());
    Some((envelope, read_order(root, bundle, shape.told)?))
}

/// Reads the prescription of a bundle. `None` where so much is missing that none could be made of it.
pub fn read_order(root: Element<'_>, bundle: &Bundle<'_>, told: Told) -> Option<PrescriptionOrder> {
    let requests: Vec<Element<'_>> = bundle.of_kind("MedicationRequest").collect();
    let Some(first) = requests.first().copied() else {
        root.report(&rules::REQUIRED, "at least one MedicationRequest is expected");
        return None;
    };
    let patient = bundle.only(root, "Patient")?;
    let mut order = PrescriptionOrder { patient: patient::read(patient), ..PrescriptionOrder::default() };
    order.prescription = medication_request::read_prescription(first, told);
    read_agents(bundle, first, told, &mut order);
    order.item = requests.iter().enumerate().map(|(item, request)| read_item(bundle, *request, item, told)).collect();
    for request in &requests {
        if let Some(subject) = request.required("subject") {
            bundle.must_lead_to(subject, patient, "Patient");
        }
        structural_links(*request);
    }
    for request in requests.iter().skip(1) {
        compare_with_first(first, *request, &order, told);
    }
    communication::read(bundle, patient, &mut order.prescription);
    unreferenced::read(bundle);
    Some(order)
}

/// Reads id and addressing of a bundle.
pub fn read_envelope(root: Element<'_>, header: Element<'_>, event: Event) -> Option<Envelope> {
    let mut envelope = Envelope { id: read_own_id(root)?, ..Envelope::default() };
    message_header::read(root, header, event, &mut envelope);
    Some(envelope)
}

/// Reads the item of a request with what became of it.
pub fn read_item(bundle: &Bundle<'_>, request: Element<'_>, item: usize, told: Told) -> LineItem {
    let mut line = medication_request::read_item(bundle, request, item, told);
    let date = place::STATUS_HISTORY_DATE.at(&[item]).itself();
    line.status_history = medication_request::read_status_history(request, place::STATUS_HISTORY.at(&[item]), date);
    line
}

fn read_agents(bundle: &Bundle<'_>, first: Element<'_>, told: Told, order: &mut PrescriptionOrder) {
    let Some(requester) = first.required("requester") else { return };
    let Some(author) = bundle.resolve(requester, "PractitionerRole") else { return };
    order.author = agent::read_complete(bundle, author, AUTHOR);
    if let Some(link) = requester.peek_child("reference") {
        order.prescription.signature = provenance::read(bundle, link);
    }
    let responsible = first
        .extension(system::EXT_RESPONSIBLE_PRACTITIONER)
        .and_then(|extension| extension.required("valueReference"))
        .and_then(|reference| bundle.resolve(reference, "PractitionerRole"));
    // Whoever cancels may name the organisation alone that answered for the prescription (cancellation.md §4).
    order.responsible_party = responsible.filter(|role| *role != author).map(|role| match told {
        Told::InFull => agent::read_complete(bundle, role, RESPONSIBLE),
        Told::InPart => agent::read(bundle, role, RESPONSIBLE),
    });
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
fn compare_with_first(first: Element<'_>, request: Element<'_>, order: &PrescriptionOrder, told: Told) {
    compare_prescriptions(request, &order.prescription, told);
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

/// Holds what a request says of the prescription against what the first one says. A part that differs is reported, and
/// stays unread.
pub fn compare_prescriptions(request: Element<'_>, expected: &Prescription, told: Told) {
    let read = medication_request::read_prescription(request, told);
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
}

fn report_difference(element: Element<'_>, name: &str) {
    element.report(
        &rules::REQUESTS_DIFFER,
        format!("{name} is expected to be the same in every MedicationRequest of the bundle"),
    );
}

/// Writes the bundle as a document.
pub fn write(sink: &mut Sink, envelope: &Envelope, order: &PrescriptionOrder, shape: &Shape) {
    let header = Header { reason: shape.reason, ..Header::of(shape.event) };
    sink.resource("Bundle", |sink| write_content(sink, envelope, order, shape, &header));
}

/// Writes the content of the bundle.
pub fn write_content(
    sink: &mut Sink,
    envelope: &Envelope,
    order: &PrescriptionOrder,
    shape: &Shape,
    header: &Header<'_>,
) {
    write_frame(sink, envelope);
    write_entries(sink, &Ids::of(envelope), order, shape, |sink, focus| {
        message_header::write(sink, header, envelope, focus);
    });
}

/// Writes the entries of the bundle; `write_header` is given the fullUrls of the resources that the message is about.
pub fn write_entries(
    sink: &mut Sink,
    ids: &Ids,
    order: &PrescriptionOrder,
    shape: &Shape,
    write_header: impl FnOnce(&mut Sink, &[String]),
) {
    let mut order = order.clone();
    let union = union::unite(&mut order.author, &mut order.responsible_party);
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
    sink.begin_list("entry");
    entry(sink, &url("MessageHeader"), "MessageHeader", |sink| write_header(sink, &focus));
    for (item, (line, request_url)) in order.item.iter().zip(&request_urls).enumerate() {
        let medication = medication_urls.get(item).map(String::as_str).unwrap_or_default();
        let links = Links {
            responsible: responsible.as_ref(),
            medication,
            history: History::of(line, item),
            status: shape.status_of(line),
            intent: shape.intent_of(line),
            told: shape.told,
            ..Links::new(&patient_url, &author)
        };
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
    sink.unite(None);
}

/// Writes what stands in a message bundle before its entries.
pub fn write_frame(sink: &mut Sink, envelope: &Envelope) {
    sink.element("identifier", |sink| {
        sink.fixed("system", system::RFC4122);
        sink.text("value", envelope.id.as_str(), place::MESSAGE_ID.field());
    });
    sink.fixed("type", "message");
    if let Some(created) = &envelope.created {
        sink.text("timestamp", created.as_str(), place::CREATED.field());
    }
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
pub fn project(envelope: &mut Envelope, order: &mut PrescriptionOrder, shape: &Shape) {
    message_header::project(envelope, None);
    project_order(order, shape);
}

/// What the entries of a bundle say of a prescription.
pub fn project_order(order: &mut PrescriptionOrder, shape: &Shape) {
    union::unite(&mut order.author, &mut order.responsible_party);
    order.prescription.token_issued = None;
    if order.prescription.category.is_empty() && shape.told == Told::InFull {
        order.prescription.category.push(medication_request::category_of(&order.prescription));
    }
    if let Some(signature) = &mut order.prescription.signature {
        project_signature(signature);
    }
    for line in &mut order.item {
        if let Some(intent) = shape.intent_of(line) {
            line.intent.get_or_insert_with(|| intent.to_owned());
        }
        medication_request::project(line, shape.status_of(line), shape.told);
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
