//! Every kind of message, from either side: sent in every format, it arrives in every other one and says the same.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::PathBuf;

use causeway_canonical::ledger::{Place, facts};
use causeway_canonical::model::{Acknowledgement, AcknowledgementStatus, Body, Issue, Kind, Message};
use causeway_canonical::{MessageId, Rule, refused};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_tests::process::{Gateway, Process, keeper, post_as, wait_for};
use causeway_tests::{Pair, corpus, generate, pairs};
use causeway_translate::registry;
use serde_json::Value;

/// The formats, by the names that endpoints have for them.
const FORMATS: [(&str, &str); 3] = [("json", "fhir-r4-json"), ("xml", "fhir-r4-xml"), ("v3", "eps-hl7v3")];

/// What prescribers and the national service send to dispensers.
const TO_DISPENSERS: [Kind; 3] = [Kind::PrescriptionOrder, Kind::CancelRequest, Kind::ReleaseResponse];

/// What dispensers and the national service send to prescribers and payers. A rebuilt history is sent too, and only
/// where V3 is spoken: FHIR has no form for it.
const TO_PRESCRIBERS: [Kind; 6] = [
    Kind::ReleaseRequest,
    Kind::CancelResponse,
    Kind::DispenseNotification,
    Kind::DispenseClaim,
    Kind::Return,
    Kind::Withdraw,
];

/// Every kind that is routed.
const EVERY_KIND: &[Kind] = Kind::ALL.split_last().unwrap().1;

fn adapter(format: &str) -> &'static dyn Adapter {
    registry::adapter(format).unwrap()
}

/// What the endpoints of the configuration below say of their systems.
fn context(now: &str) -> Context {
    Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        sds_user_id: Some("555254239107".to_owned()),
        sds_role_profile_id: Some("555254240100".to_owned()),
        sds_job_role: Some("R8000".to_owned()),
        ..Context::at(now.parse().unwrap())
    }
}

/// An endpoint that sends.
fn sender(name: &str, sector: &str, ods: &str, format: &str) -> String {
    format!(
        "[endpoint.{name}]\nsector = \"{sector}\"\nods = \"{ods}\"\nformat = \"{format}\"\npath = \"/{name}\"\n\
         sender_asid = \"200000001285\"\nreceiver_asid = \"567456789789\"\nsds_user_id = \"555254239107\"\n\
         sds_role_profile_id = \"555254240100\"\nsds_job_role = \"R8000\"\n"
    )
}

/// An endpoint that sends and receives. Validation has tests of its own, so here its rules only warn.
fn endpoint(name: &str, sector: &str, ods: &str, format: &str, receiver: SocketAddr) -> String {
    let warning = |rule: &&Rule| format!("{} = \"warning\"\n", rule.name);
    let rules: String = causeway_validate::RULES.iter().map(warning).collect();
    let sender = sender(name, sector, ods, format);
    format!("{sender}url = \"http://{receiver}/{name}\"\nmax-in-flight = 8\n[endpoint.{name}.rules]\n{rules}")
}

/// A route on which every field may stay behind that the target's tables name.
fn route(name: &str, from: &str, kinds: &[Kind], to: &str) -> String {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let kept: Vec<String> = Place::all().map(Place::name).collect();
    format!("[route.{name}]\nfrom = {from}\nkinds = {kinds:?}\nto = {{ endpoint = \"{to}\" }}\nallow-kept = {kept:?}\n")
}

/// A gateway with three formats on both sides, and receivers that keep what arrives.
struct Scene {
    folder: tempfile::TempDir,
    gateway: Gateway,
    process: Process,
    address: SocketAddr,
    _receivers: Vec<Process>,
}

impl Scene {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (mut endpoints, mut routes, mut receivers) = (String::new(), String::new(), Vec::new());
        for (number, (name, format)) in FORMATS.into_iter().enumerate() {
            let (process, receiver) = keeper(format, &folder.path().join(name));
            receivers.push(process);
            let (prescriber, dispenser) = (format!("prescriber-{name}"), format!("dispenser-{name}"));
            endpoints += &endpoint(&prescriber, "primary-care", &format!("A8300{number}"), format, receiver);
            endpoints += &endpoint(&dispenser, "community-pharmacy", &format!("FA10{number}"), format, receiver);
            let prescribers = "{ sector = \"primary-care\" }";
            routes += &route(&format!("to-{dispenser}"), prescribers, &TO_DISPENSERS, &dispenser);
            let dispensers = "{ sector = \"community-pharmacy\" }";
            routes += &route(&format!("to-{prescriber}"), dispensers, &TO_PRESCRIBERS, &prescriber);
            // Everything of every kind, under the rules as they are, and to FHIR alone.
            let strict = format!("strict-{name}");
            endpoints += &sender(&strict, "hospital", &format!("RZ{number}"), format);
            routes += &route(&strict, &format!("{{ endpoint = \"{strict}\" }}"), EVERY_KIND, "dispenser-json");
            if name == "v3" {
                let from = "{ endpoint = \"dispenser-v3\" }";
                routes += &route("history", from, &[Kind::RebuildDispenseHistory], "prescriber-v3");
            }
        }
        let gateway = Gateway::with(folder.path(), &endpoints, &routes);
        let (process, address) = gateway.start();
        Scene { folder, gateway, process, address, _receivers: receivers }
    }

    /// Posts a message, and gives the status and what the sender's own reader makes of the answer.
    fn post(&self, sent: &Sent) -> (u16, Body, String) {
        let (status, answer) =
            post_as(sent.source.media_type(), self.address, &format!("/{}", sent.endpoint), &sent.text);
        let read = sent.source.read(answer.as_bytes(), &context("2026-03-02T09:16:00Z")).message;
        let read = read.unwrap_or_else(|| panic!("{}: not in the sender's format: {answer}", sent.name));
        (status, read.body, answer)
    }

    /// What arrived at the receivers of a format.
    fn kept(&self, name: &str) -> Vec<PathBuf> {
        let Ok(folder) = std::fs::read_dir(self.folder.path().join(name)) else { return Vec::new() };
        let files = folder.map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|extension| extension != "new")).collect()
    }
}

/// One message on its way in.
struct Sent {
    name: String,
    endpoint: String,
    kind: Kind,
    source: &'static dyn Adapter,
    text: String,
}

impl Sent {
    fn new(name: String, kind: Kind, format: (&str, &str), text: String) -> Self {
        let side = if TO_DISPENSERS.contains(&kind) { "prescriber" } else { "dispenser" };
        Sent { name, endpoint: format!("{side}-{}", format.0), kind, source: adapter(format.1), text }
    }

    fn written(name: &str, message: &Message, format: (&str, &str)) -> Self {
        let name = format!("{name} in {}", format.1);
        let written = adapter(format.1).write(message, &context("2026-03-02T09:16:00Z"));
        let written = written.unwrap_or_else(|findings| panic!("{name}: {findings:?}"));
        Sent::new(name, message.body.kind(), format, written.text)
    }
}

/// Generated messages of a kind: one with little and one with nearly everything, in every format that has a form for it.
/// Each has an id of its own.
fn generated(kind: Kind) -> Vec<Sent> {
    let mut messages = Vec::new();
    for format in FORMATS {
        if kind == Kind::RebuildDispenseHistory && format.0 != "v3" {
            continue;
        }
        for fullness in [15, 100] {
            let seed = 1000 + 10 * kind as u64;
            let mut message = made(kind, seed, fullness, is_no_outcome);
            message.envelope.id = id_of(&format!("{kind} {fullness} {}", format.0));
            messages.push(Sent::written(&format!("{kind} seed {seed} fullness {fullness}"), &message, format));
        }
    }
    messages
}

/// The first generated message from a seed on that fits.
fn made(kind: Kind, seed: u64, fullness: u8, fits: impl Fn(&Message) -> bool) -> Message {
    (seed..).map(|seed| generate::message(kind, seed, fullness)).find(|message| fits(message)).unwrap()
}

/// Whether FHIR says it by a message of its own, and not by an OperationOutcome, which no route takes.
fn is_no_outcome(message: &Message) -> bool {
    let mut projected = message.clone();
    adapter("fhir-r4-json").project(&mut projected, &context("2026-03-02T09:16:00Z"));
    projected.body.kind() == message.body.kind()
}

/// Whether the rules find nothing wrong with it, so that a change of it is all there is to find.
fn is_valid(message: &Message) -> bool {
    let (json, context) = (adapter("fhir-r4-json"), context("2026-03-02T09:16:00Z"));
    let text = json.write(message, &context).unwrap().text;
    let reading = json.read(text.as_bytes(), &context);
    !refused(&causeway_validate::check("fhir-r4-json", &reading, &context))
}

/// An order or notification of several items, or anything else.
fn has_several(message: &Message) -> bool {
    match &message.body {
        Body::PrescriptionOrder(order) => order.item.len() > 1,
        Body::DispenseNotification(notification) => notification.item.len() > 1,
        _ => true,
    }
}

fn id_of(name: &str) -> MessageId {
    MessageId::from(uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes()))
}

/// A published request whose responsible party is no person, which V3 has no form for (EPS-D16): refused below.
const WITHOUT_PERSON: &str = "responsible-party-org/cancellations/3-";

/// Published requests as they are but for their ids, and the same messages in the other formats. Of orders, which
/// have tests of their own, only one.
fn published() -> Vec<Sent> {
    let mut messages = Vec::new();
    let operations = ["Send", "Cancel", "Release", "Return", "Withdraw", "Dispense", "DispenseAmend", "Claim", "Amend"];
    for operation in operations {
        let most = if operation == "Send" { 1 } else { usize::MAX };
        let takes = |pair: &Pair| !pair.name.contains(WITHOUT_PERSON);
        for pair in pairs(operation).into_iter().filter(takes).take(most) {
            let text = std::fs::read_to_string(&pair.request).unwrap();
            in_every_format(&pair.name, FORMATS[0], text, &mut messages);
        }
    }
    let Some(replies) = corpus().map(|corpus| corpus.join("eps-spine-responses")) else { return messages };
    for name in [
        "release/release_success.xml",
        "release/repeat_dispensing_release_success.xml",
        "spine-responses/cancel_success.xml",
    ] {
        in_every_format(name, FORMATS[2], std::fs::read_to_string(replies.join(name)).unwrap(), &mut messages);
    }
    messages
}

fn in_every_format(name: &str, format: (&str, &str), text: String, messages: &mut Vec<Sent>) {
    let read = adapter(format.1).read(text.as_bytes(), &context("2026-03-02T09:16:00Z")).message;
    let mut message = read.unwrap_or_else(|| panic!("{name} cannot be read"));
    // Several published messages have the same id.
    let (id, new) = (message.envelope.id.as_str(), id_of(name));
    let text = text.replace(id, new.as_str()).replace(&id.to_ascii_uppercase(), &new.as_str().to_ascii_uppercase());
    messages.push(Sent::new(name.to_owned(), message.body.kind(), format, text));
    for other in FORMATS.into_iter().filter(|other| *other != format) {
        message.envelope.id = id_of(&format!("{name} {}", other.0));
        messages.push(Sent::written(name, &message, other));
    }
}

/// The paths in which two messages differ, with both values: everybody here is invented.
fn differences(expected: &Message, actual: &Message) -> String {
    let by_path = |message| facts(message).into_iter().map(|fact| (fact.path, fact.value)).collect::<BTreeMap<_, _>>();
    let (expected, actual) = (by_path(expected), by_path(actual));
    let paths = expected.keys().chain(actual.keys().filter(|path| !expected.contains_key(*path)));
    let differ = paths.filter(|path| expected.get(*path) != actual.get(*path));
    differ.map(|path| format!("\n  {path}: {:?} / {:?}", expected.get(path), actual.get(path))).take(8).collect()
}

#[test]
fn every_kind_arrives_in_every_format_and_says_the_same() {
    let scene = Scene::start();
    let mut sent: Vec<Sent> = TO_DISPENSERS.into_iter().chain(TO_PRESCRIBERS).flat_map(generated).collect();
    sent.extend(generated(Kind::RebuildDispenseHistory));
    sent.extend(published());
    for message in &sent {
        let (status, answer, text) = scene.post(message);
        assert_eq!(status, 200, "{}: {text}", message.name);
        let Body::Acknowledgement(answer) = answer else { panic!("{}: {text}", message.name) };
        assert_eq!(answer.status, AcknowledgementStatus::Accepted, "{}", message.name);
    }

    // The log tells under which id and when each was taken; the newest stands first.
    let log = scene.gateway.log(&["search", "--limit", "10000"]);
    assert_eq!(log.len(), sent.len());
    let mut expected: HashMap<MessageId, (&Sent, Message, String)> = HashMap::new();
    for (message, logged) in sent.iter().zip(log.iter().rev()) {
        assert_eq!(logged["source"], message.endpoint.as_str());
        assert_eq!(logged["kind"], message.kind.as_str());
        let (now, id) = (logged["received_at"].as_str().unwrap(), logged["message_id"].as_str().unwrap());
        let read = message.source.read(message.text.as_bytes(), &context(now)).message.unwrap();
        // A release request in FHIR need not have an id; then it gets one at the moment of its arrival.
        assert!(message.kind == Kind::ReleaseRequest || read.envelope.id.as_str() == id, "{}", message.name);
        let mut read = read;
        read.envelope.id = MessageId::new(id);
        expected.insert(MessageId::new(id), (message, read, now.to_owned()));
    }
    assert_eq!(expected.len(), sent.len(), "every message has an id of its own");

    let histories = sent.iter().filter(|message| message.kind == Kind::RebuildDispenseHistory).count();
    for (name, format) in FORMATS {
        let count = if name == "v3" { sent.len() } else { sent.len() - histories };
        wait_for("the deliveries", || scene.kept(name).len() == count);
        let target = adapter(format);
        let mut arrived: HashMap<MessageId, Message> = HashMap::new();
        for path in scene.kept(name) {
            let content = std::fs::read(&path).unwrap();
            let message = target.read(&content, &context("2026-03-02T09:16:00Z")).message.unwrap();
            arrived.insert(message.envelope.id.clone(), message);
        }
        for (id, (message, read, now)) in &expected {
            if message.kind == Kind::RebuildDispenseHistory && name != "v3" {
                continue;
            }
            let Some(actual) = arrived.get(id) else { panic!("{} has not arrived in {format}", message.name) };
            let mut projected = read.clone();
            target.project(&mut projected, &context(now));
            let differences = differences(&projected, actual);
            assert!(projected == *actual, "{} says something else in {format}:{differences}", message.name);
        }
    }
    wait_for("the relay to know it", || {
        ["pending", "in-flight", "retry"]
            .iter()
            .all(|state| scene.gateway.log(&["search", "--state", state]).is_empty())
    });
    for state in ["refused-by-receiver", "in-doubt", "dead", "refused"] {
        let found = scene.gateway.log(&["search", "--state", state]);
        assert!(found.is_empty(), "{state}: {found:?}\n{}", scene.process.log());
    }
    is_found_by_patient_and_prescription(&scene, &expected.into_values().map(|(_, read, _)| read).collect::<Vec<_>>());
}

/// One message of each kind is looked for by every prescription and NHS number in it.
fn is_found_by_patient_and_prescription(scene: &Scene, messages: &[Message]) {
    let mut of_kind: BTreeMap<&str, &Message> = BTreeMap::new();
    for message in messages {
        of_kind.insert(message.body.kind().as_str(), message);
    }
    assert_eq!(of_kind.len(), Kind::ALL.len() - 1);
    for (kind, message) in of_kind {
        let numbers = message.body.patients().into_iter().filter_map(|patient| patient.nhs_number.as_ref());
        let numbers = numbers.map(|number| ("--nhs-number", number.as_str()));
        let prescriptions = message.body.prescriptions();
        let prescriptions = prescriptions.iter().filter_map(|ids| ids.short).map(|id| ("--prescription", id.as_str()));
        for (by, value) in numbers.chain(prescriptions) {
            let found = scene.gateway.log(&["search", by, value, "--limit", "10000"]);
            let is_message = |found: &Value| found["message_id"] == message.envelope.id.as_str();
            assert!(found.iter().any(is_message), "{kind} is not found {by}");
        }
    }
}

/// The refusal of a message, in the sender's format.
fn refusal(scene: &Scene, sent: &Sent) -> Acknowledgement {
    let (status, answer, text) = scene.post(sent);
    assert_eq!(status, 400, "{}: {text}", sent.name);
    let Body::Acknowledgement(answer) = answer else { panic!("{}: {text}", sent.name) };
    assert_eq!(answer.status, AcknowledgementStatus::Error, "{}", sent.name);
    *answer
}

/// The refusal names a rule.
fn is_refused_for(scene: &Scene, sent: &Sent, rule: &str) {
    let answer = refusal(scene, sent);
    // FHIR carries the words of a finding, V3 its words as the name of its code.
    let words = |issue: &Issue| {
        let display = issue.code.as_ref().and_then(|code| code.display.clone());
        [issue.diagnostics.clone(), display].into_iter().flatten().collect::<String>()
    };
    let words: Vec<String> = answer.issue.iter().map(words).collect();
    assert!(words.iter().any(|words| words.contains(&format!("({rule})"))), "{}: {rule} in {words:?}", sent.name);
}

/// A generated message of a kind, sent under the rules as they are, after a change of its text.
fn changed(kind: Kind, format: (&str, &str), change: impl Fn(&str) -> String) -> Sent {
    let message = made(kind, 3, 20, |message| has_several(message) && is_valid(message));
    let sent = Sent::written(kind.as_str(), &message, format);
    let text = change(&sent.text);
    assert!(text != sent.text, "{}: nothing was changed", sent.name);
    Sent { endpoint: format!("strict-{}", format.0), text, ..sent }
}

/// The same FHIR JSON with an empty list in the first resource of a type.
fn emptied(text: &str, resource: &str, list: &str) -> String {
    fn first<'v>(value: &'v mut Value, resource: &str) -> Option<&'v mut Value> {
        if value["resourceType"] == resource {
            return Some(value);
        }
        match value {
            Value::Object(members) => members.values_mut().find_map(|member| first(member, resource)),
            Value::Array(members) => members.iter_mut().find_map(|member| first(member, resource)),
            _ => None,
        }
    }
    let mut message: Value = serde_json::from_str(text).unwrap();
    first(&mut message, resource).unwrap()[list] = Value::Array(Vec::new());
    message.to_string()
}

/// The same text with the last of several places where `what` stands replaced.
fn last_replaced(text: &str, what: &str, by: &str) -> String {
    let at = text.rfind(what).unwrap();
    assert!(text.find(what) != Some(at), "it stands once only");
    format!("{}{by}{}", &text[..at], &text[at + what.len()..])
}

#[test]
fn what_cannot_be_said_or_understood_is_refused_in_the_senders_format_with_the_reason() {
    let scene = Scene::start();
    let [json, xml, v3] = FORMATS;
    let history = generate::message(Kind::RebuildDispenseHistory, 3, 60);
    let history = Sent { endpoint: "strict-v3".to_owned(), ..Sent::written("a history to FHIR", &history, v3) };
    is_refused_for(&scene, &history, "no-fhir-form");

    for format in [json, xml] {
        let unknown_event = |text: &str| text.replace("\"prescription-order\"", "\"prescription-wish\"");
        is_refused_for(&scene, &changed(Kind::PrescriptionOrder, format, unknown_event), "message-event");
        for kind in [Kind::PrescriptionOrder, Kind::DispenseNotification] {
            let message = made(kind, 3, 20, |message| has_several(message) && is_valid(message));
            let id = message.body.prescriptions()[0].short.unwrap().as_str().to_owned();
            let second = |text: &str| last_replaced(text, &id, "35F5DA-A83008-7EFE6Z");
            is_refused_for(&scene, &changed(kind, format, second), "medication-requests-agree");
        }
    }
    for (kind, resource, list) in [
        (Kind::PrescriptionOrder, "MedicationRequest", "dosageInstruction"),
        (Kind::CancelRequest, "MedicationRequest", "dosageInstruction"),
        (Kind::DispenseNotification, "MedicationDispense", "dosageInstruction"),
        (Kind::DispenseClaim, "PractitionerRole", "telecom"),
        (Kind::Return, "PractitionerRole", "telecom"),
    ] {
        let answer = refusal(&scene, &changed(kind, json, |text| emptied(text, resource, list)));
        let mut places = answer.issue.iter().flat_map(|issue| &issue.expression);
        let found: Vec<_> = answer.issue.iter().map(|issue| (&issue.expression, &issue.diagnostics)).collect();
        assert!(places.any(|place| place.ends_with(list)), "{kind}: no finding about {list}: {found:?}");
    }
    let unknown_interaction = |text: &str| text.replace("PORX_IN080101UK31", "PORX_IN080199UK31");
    let unknown = changed(Kind::DispenseNotification, v3, unknown_interaction);
    // Nobody knows the id of what was sent, so no acknowledgement can name it: the refusal is told in words.
    let (status, words) = post_as(unknown.source.media_type(), scene.address, "/strict-v3", &unknown.text);
    assert!(status == 400 && words.contains("(v3-interaction)"), "{words}");
    if let Some(pair) = pairs("Cancel").into_iter().find(|pair| pair.name.contains(WITHOUT_PERSON)) {
        let text = std::fs::read_to_string(&pair.request).unwrap();
        is_refused_for(&scene, &Sent::new(pair.name, Kind::CancelRequest, json, text), "eps-practitioner");
    }
    assert!(scene.kept("json").is_empty(), "nothing of it was delivered");
}
