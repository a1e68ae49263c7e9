//! Replies to a release or cancel request: taken from the exchange of the delivery or from a later request, and sent back
//! to whoever asked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "this program needs only a part of it")]
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use causeway_canonical::ledger::Place;
use causeway_canonical::model::{
    Agent, Body, Coded, Concept, Envelope, Identifier, Message, Organisation, Practitioner, PrescriptionRef,
    ReleaseRequest, ReleaseResponse, Released, Telecom,
};
use causeway_canonical::{MessageId, OdsCode, PrescriptionShortId};
use causeway_gateway::config::DEMO_FILES;
use causeway_gateway::{Configuration, Gateway, IndexKey};
use causeway_relay::{DeliveryState, MessageRef, MessageState, Query, Store};
use causeway_store_sqlite::SqliteStore;
use causeway_syntax::adapter::Context;
use causeway_translate::registry;

use support::{IVO, JSON, Receiver, Told, message_id, overrides, prescription, send};

const XML: &str = "application/xml";
const PRESCRIPTION: &str = "24A5B1-Z99917-1C0FEH";

fn context() -> Context {
    Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        sds_user_id: Some("555254239107".to_owned()),
        sds_role_profile_id: Some("555254240100".to_owned()),
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    }
}

fn written(format: &str, number: u32, body: Body) -> String {
    let envelope = Envelope { id: MessageId::new(message_id(number)), ..Envelope::default() };
    let message = Message { version: "1".to_owned(), envelope, body, ..Message::default() };
    registry::adapter(format)
        .unwrap()
        .write(&message, &context())
        .map_err(|findings| format!("{findings:?}"))
        .unwrap()
        .text
}

fn identifier(system: &str) -> Identifier {
    let system = Some(format!("https://fhir.nhs.uk/Id/{system}"));
    Identifier { system, value: Some("555254240100".to_owned()), r#use: None }
}

/// A pharmacy that speaks FHIR asks for a prescription.
fn request(number: u32) -> String {
    let telecom = Telecom { system: Some("phone".to_owned()), value: Some("01234567890".to_owned()), r#use: None };
    let author = Agent {
        organisation: Some(Organisation {
            ods: Some(OdsCode::new("FA565")),
            name: Some("INVENTED PHARMACY".to_owned()),
            ..Organisation::default()
        }),
        practitioner: Some(Practitioner { identifier: vec![identifier("sds-user-id")], ..Practitioner::default() }),
        identifier: vec![identifier("sds-role-profile-id")],
        job_role: vec![Concept::of(Coded::new("https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode", "R8003"))],
        telecom: Some(vec![telecom]),
        ..Agent::default()
    };
    let prescription =
        Some(PrescriptionRef { short_id: Some(PrescriptionShortId::new(PRESCRIPTION)), ..PrescriptionRef::default() });
    written("fhir-r4-json", number, Body::ReleaseRequest(Box::new(ReleaseRequest { author, prescription })))
}

/// The national service, which speaks V3, replies with the prescription.
fn reply(number: u32, of: u32) -> String {
    let order = prescription(9, IVO);
    let fhir = registry::adapter("fhir-r4-json").unwrap();
    let Some(Body::PrescriptionOrder(order)) = fhir.read(order.as_bytes(), &context()).message.map(|read| read.body)
    else {
        panic!("the fixture is an order")
    };
    let released = Released {
        id: MessageId::new(message_id(9)),
        when: order.prescription.authored_on.clone(),
        order: *order,
        failure: Vec::new(),
    };
    let response = ReleaseResponse {
        of: Some(MessageId::new(message_id(of))),
        when: released.when.clone(),
        released: vec![released],
        ..ReleaseResponse::default()
    };
    written("eps-hl7v3", number, Body::ReleaseResponse(Box::new(response)))
}

struct Exchange {
    gateway: Gateway,
    pharmacy: Receiver,
    spine: Receiver,
    _folder: tempfile::TempDir,
}

impl Exchange {
    /// `back` is the route of the replies.
    async fn start(back: &str) -> Self {
        Self::start_on(back, |store| Arc::new(store)).await
    }

    async fn start_on(back: &str, with: impl FnOnce(SqliteStore) -> Arc<dyn Store>) -> Self {
        let (pharmacy, spine) = (Receiver::start().await, Receiver::start().await);
        let systems = "sender_asid = \"200000001285\"\nreceiver_asid = \"567456789789\"\n\
                       sds_user_id = \"555254239107\"\nsds_role_profile_id = \"555254240100\"\n";
        let endpoints = format!(
            "[endpoint.branch]\nsector = \"community-pharmacy\"\nods = \"FA565\"\nformat = \"fhir-r4-json\"\n\
             path = \"/branch\"\nurl = \"{}\"\n\
             [endpoint.spine]\nsector = \"primary-care\"\nods = \"X26\"\nformat = \"eps-hl7v3\"\n\
             path = \"/spine\"\nurl = \"{}\"\n{systems}",
            pharmacy.url(),
            spine.url()
        );
        let places: Vec<String> = Place::all().map(|place| format!("{:?}", place.name())).collect();
        let kept = format!("allow-kept = [{}]\n", places.join(", "));
        let routes = format!(
            "[route.requests]\nfrom = {{ endpoint = \"branch\" }}\nkinds = [\"release-request\"]\n\
             to = {{ endpoint = \"spine\" }}\n{kept}\
             [route.spine-orders]\nfrom = {{ endpoint = \"spine\" }}\nkinds = [\"prescription-order\"]\n\
             to = {{ endpoint = \"branch\" }}\n{kept}{}",
            if back.is_empty() { String::new() } else { format!("{back}{kept}") }
        );
        let files = DEMO_FILES.iter().map(|(name, text)| (*name, (*text).to_owned()));
        let files = files.chain([("endpoints/release.toml", endpoints), ("routes/release.toml", routes)]);
        let configuration = Configuration::from_files(files).unwrap_or_else(|errors| panic!("{errors:#?}"));
        let configuration = configuration.with_overrides(&overrides(&spine)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key = IndexKey::open(&configuration.settings.index_key, folder.path()).unwrap();
        let store = with(SqliteStore::open(folder.path().join("store.db")).unwrap());
        let gateway = Gateway::start_on(configuration, store, key).await.unwrap();
        Exchange { gateway, pharmacy, spine, _folder: folder }
    }

    async fn ask(&self, number: u32) {
        let answer = send(&self.gateway, "/branch", JSON, &request(number)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Waits until the request is resolved, and gives its state.
    async fn state_of(&self, number: u32) -> DeliveryState {
        loop {
            let record = self.gateway.store().show(MessageRef::Id(message_id(number))).await.unwrap();
            if let Some(record) = record.filter(|record| record.deliveries[0].state.is_resolved()) {
                return record.deliveries[0].state;
            }
            tokio::task::yield_now().await;
        }
    }

    /// The states of the release responses that came in.
    async fn responses(&self) -> Vec<MessageState> {
        let query = Query { kind: Some("release-response".into()), ..Query::default() };
        let found = self.gateway.store().search(query).await.unwrap();
        found.into_iter().map(|found| found.state).collect()
    }
}

const BACK: &str = "[route.replies]\nfrom = { endpoint = \"spine\" }\nkinds = [\"release-response\"]\n\
                    to = { endpoint-of = \"request\" }\n";

#[tokio::test]
async fn a_reply_in_the_exchange_goes_back_to_whoever_asked_in_its_own_format() {
    let exchange = Exchange::start(BACK).await;
    exchange.spine.reply_with(reply(2, 1));
    exchange.ask(1).await;
    let taken = exchange.pharmacy.take(1).await;
    let fhir: serde_json::Value = serde_json::from_str(&taken[0].body).unwrap();
    assert_eq!(fhir["resourceType"], "Parameters");
    assert!(taken[0].body.contains(PRESCRIPTION), "{}", taken[0].body);
    assert_eq!(exchange.state_of(1).await, DeliveryState::Delivered);
    assert_eq!(exchange.responses().await, [MessageState::Accepted]);
}

#[tokio::test]
async fn the_same_reply_to_a_request_that_was_sent_again_is_delivered_once() {
    let exchange = Exchange::start(BACK).await;
    exchange.spine.reply_with(reply(2, 1));
    exchange.ask(1).await;
    exchange.ask(3).await;
    assert_eq!(exchange.state_of(3).await, DeliveryState::Delivered);
    assert_eq!(exchange.responses().await, [MessageState::Accepted]);
    assert_eq!(exchange.pharmacy.take(1).await.len(), 1);
}

#[tokio::test]
async fn a_reply_that_no_route_takes_is_stored_as_refused_and_the_request_counts_as_delivered() {
    let exchange = Exchange::start("").await;
    exchange.spine.reply_with(reply(2, 1));
    exchange.ask(1).await;
    assert_eq!(exchange.state_of(1).await, DeliveryState::Delivered);
    assert_eq!(exchange.responses().await, [MessageState::Refused]);
    let record = exchange.gateway.store().show(MessageRef::Id(message_id(2))).await.unwrap().unwrap();
    assert_eq!(record.findings[0]["rule"], "no-route");
}

#[tokio::test]
async fn a_reply_that_comes_later_goes_to_the_sender_of_the_request_that_it_names() {
    let exchange = Exchange::start(BACK).await;
    exchange.ask(1).await;
    assert_eq!(exchange.state_of(1).await, DeliveryState::Delivered);
    let unknown = send(&exchange.gateway, "/spine", XML, &reply(2, 7)).await;
    assert_eq!(unknown.status, 400, "{unknown:?}");
    assert!(unknown.body.contains("request-unknown"), "{unknown:?}");
    let answer = send(&exchange.gateway, "/spine", XML, &reply(3, 1)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(exchange.pharmacy.take(1).await[0].body.contains(PRESCRIPTION));
}

#[tokio::test]
async fn a_reply_that_cannot_be_stored_has_the_request_sent_again() {
    let mut told = None;
    let exchange = Exchange::start_on(BACK, |store| {
        let store = Told::new(store);
        told = Some(Arc::clone(&store));
        store
    })
    .await;
    let store = told.unwrap();
    exchange.spine.answer_with(503);
    exchange.ask(1).await;
    exchange.spine.requests(1).await;
    store.fails.store(true, Ordering::SeqCst);
    exchange.spine.reply_with(reply(2, 1));
    exchange.spine.answer_with(200);
    // Whatever was under way, the second of these requests was answered with the reply, and the third came after it.
    exchange.spine.requests(3).await;
    assert!(exchange.pharmacy.taken().is_empty());
    store.fails.store(false, Ordering::SeqCst);
    assert_eq!(exchange.pharmacy.take(1).await.len(), 1);
    assert_eq!(exchange.state_of(1).await, DeliveryState::Delivered);
    assert_eq!(exchange.responses().await, [MessageState::Accepted]);
}
