//! A gateway with the demo configuration on free ports, a receiver that does as it is told, and messages to send.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use causeway_gateway::{Configuration, Gateway, Overrides};
use causeway_relay::{
    Accepted, Body, BodyRef, BoxFuture, ChainReport, Completion, Counts, Decided, Decision, DeliveryId, Event, Lease,
    LeaseBatch, LeaseRequest, MessageRecord, MessageRef, MessageSummary, NewMessage, OldestUnresolved, Query, Refusal,
    ReturnReason, Store, StoreError, StoreReader,
};
use causeway_transport::{ClientConfig, Exchange, HttpClient, HttpLimits, HttpListener};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

pub const JSON: &str = "application/fhir+json";

/// The patient of the fixture, and another one.
pub const IVO: &str = "9991001018";
pub const ANOTHER: &str = "9991001026";

/// The longest that anything here may take. Nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a receiver took.
#[derive(Clone)]
pub struct Received {
    pub headers: HeaderMap,
    pub body: String,
}

/// A receiver that answers with a status, and with a body where it is told one, and remembers what it answered with 200.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    _running: DropGuard,
}

struct Shared {
    status: AtomicU16,
    reply: Mutex<String>,
    taken: Mutex<Vec<Received>>,
    requests: watch::Sender<usize>,
}

impl Receiver {
    pub async fn start() -> Self {
        let shared = Arc::new(Shared {
            status: AtomicU16::new(200),
            reply: Mutex::default(),
            taken: Mutex::default(),
            requests: watch::Sender::new(0),
        });
        let listener = HttpListener::bind("127.0.0.1:0".parse().unwrap(), HttpLimits::default()).unwrap();
        let address = listener.local_addr();
        let router = Router::new().fallback(take).with_state(Arc::clone(&shared));
        let cancel = CancellationToken::new();
        tokio::spawn(listener.serve(router, cancel.clone()));
        Receiver { address, shared, _running: cancel.drop_guard() }
    }

    pub fn url(&self) -> String {
        format!("http://{}/in", self.address)
    }

    pub fn answer_with(&self, status: u16) {
        self.shared.status.store(status, Ordering::SeqCst);
    }

    pub fn reply_with(&self, body: String) {
        *self.shared.reply.lock().unwrap() = body;
    }

    pub fn taken(&self) -> Vec<Received> {
        self.shared.taken.lock().unwrap().clone()
    }

    /// Waits until so many requests have come, whatever they were answered.
    pub async fn requests(&self, count: usize) {
        let mut requests = self.shared.requests.subscribe();
        let enough = requests.wait_for(|requests| *requests >= count);
        tokio::time::timeout(PATIENCE, enough).await.expect("requests did not come").unwrap();
    }

    /// Waits until it took so many messages.
    pub async fn take(&self, count: usize) -> Vec<Received> {
        let mut requests = self.shared.requests.subscribe();
        let enough = requests.wait_for(|_| self.taken().len() >= count);
        tokio::time::timeout(PATIENCE, enough).await.expect("deliveries did not come").unwrap();
        self.taken()
    }
}

async fn take(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let status = shared.status.load(Ordering::SeqCst);
    if status == 200 {
        let body = String::from_utf8(body.to_vec()).unwrap();
        shared.taken.lock().unwrap().push(Received { headers, body });
    }
    shared.requests.send_modify(|requests| *requests += 1);
    (StatusCode::from_u16(status).unwrap(), shared.reply.lock().unwrap().clone())
}

/// A gateway with what it needs.
pub struct World {
    pub gateway: Gateway,
    pub receiver: Receiver,
    pub folder: TempDir,
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Configuration)) -> Self {
        let receiver = Receiver::start().await;
        let folder = tempfile::tempdir().unwrap();
        let mut configuration = configuration(&receiver);
        change(&mut configuration);
        let gateway = Gateway::start(configuration, folder.path()).await.unwrap();
        World { gateway, receiver, folder }
    }

    pub async fn send(&self, path: &str, content: &(impl AsRef<[u8]> + ?Sized)) -> Answer {
        send(&self.gateway, path, JSON, content).await
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        get(self.gateway.addresses().admin.unwrap(), path).await
    }
}

/// The demo configuration on free ports; pharmacy and practice are the receiver.
pub fn configuration(receiver: &Receiver) -> Configuration {
    Configuration::demo().unwrap().with_overrides(&overrides(receiver)).unwrap()
}

pub fn overrides(receiver: &Receiver) -> Overrides {
    let free: SocketAddr = "127.0.0.1:0".parse().unwrap();
    Overrides {
        listeners: [("messages".to_owned(), free)].into(),
        admin: Some(free),
        urls: [("pharmacy".to_owned(), receiver.url()), ("practice".to_owned(), receiver.url())].into(),
        retry_base: Some(Duration::from_millis(20)),
        ..Overrides::default()
    }
}

/// What a sender was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub media_type: Option<String>,
    pub retry_after: Option<Duration>,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("expected JSON: {self:?}"))
    }
}

pub async fn send(gateway: &Gateway, path: &str, media_type: &str, content: &(impl AsRef<[u8]> + ?Sized)) -> Answer {
    let address = gateway.addresses().listener("messages").unwrap();
    let client = HttpClient::new(ClientConfig::new(format!("http://{address}{path}"))).unwrap();
    match client.post(content.as_ref().to_vec().into(), media_type, &[]).await {
        Exchange::Answer { status, media_type, retry_after, body, .. } => {
            Answer { status, media_type, retry_after, body: String::from_utf8(body.to_vec()).unwrap() }
        }
        other => panic!("expected an answer, got {other:?}"),
    }
}

/// Sends a message and hangs up when `hang_up` says so, without an answer.
pub async fn send_and_hang_up(address: SocketAddr, path: &str, content: &str, hang_up: impl Future<Output = ()>) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = content.len();
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: gateway\r\ncontent-type: {JSON}\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(content.as_bytes()).await.unwrap();
    hang_up.await;
}

pub async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n");
    let answer = exchange(address, &request).await;
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap();
    (status, body)
}

/// Sends a request as it stands, and gives everything that comes back until the connection is closed.
pub async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// The id of message `number`.
pub fn message_id(number: u32) -> String {
    format!("7c0e5a10-3b61-4f0d-9a44-0000{number:08x}")
}

/// A prescription under the id of message `number`.
pub fn prescription(number: u32, nhs_number: &str) -> String {
    include_str!("../fixtures/prescription.json")
        .replace("7c0e5a10-3b61-4f0d-9a44-000000000100", &message_id(number))
        .replace(IVO, nhs_number)
}

/// The same prescription with something changed.
pub fn changed(content: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut value = serde_json::from_str(content).unwrap();
    change(&mut value);
    serde_json::to_string_pretty(&value).unwrap()
}

/// A prescription that nominates nobody.
pub fn without_nomination(number: u32) -> String {
    changed(&prescription(number, IVO), |bundle| {
        let supply = &mut bundle["entry"][1]["resource"]["dispenseRequest"];
        supply["extension"][0]["valueCoding"]["code"] = "0004".into();
        supply.as_object_mut().unwrap().remove("performer");
    })
}

/// A store that can be told to fail, and to wait before it accepts.
pub struct Told {
    inner: Arc<dyn Store>,
    pub fails: AtomicBool,
    pub waits: AtomicBool,
    /// Told when a message has come as far as the commit.
    pub reached: Notify,
    /// Lets a waiting commit go on.
    pub go: Notify,
}

impl Told {
    pub fn new(inner: impl Store + 'static) -> Arc<Self> {
        let (fails, waits) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Told { inner: Arc::new(inner), fails, waits, reached: Notify::new(), go: Notify::new() })
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable { reason: "told to fail".to_owned() });
        }
        Ok(())
    }
}

impl Store for Told {
    fn accept(&self, message: NewMessage) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        Box::pin(async move {
            self.check()?;
            if self.waits.load(Ordering::SeqCst) {
                self.reached.notify_one();
                self.go.notified().await;
            }
            self.inner.accept(message).await
        })
    }

    fn refuse(&self, refusal: Refusal) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.check()?;
            self.inner.refuse(refusal).await
        })
    }

    fn lease(&self, request: LeaseRequest) -> BoxFuture<'_, Result<LeaseBatch, StoreError>> {
        self.inner.lease(request)
    }

    fn complete(&self, lease: Lease, completion: Completion, now: Timestamp) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.complete(lease, completion, now)
    }

    fn release(
        &self,
        leases: Vec<Lease>,
        reason: ReturnReason,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<usize, StoreError>> {
        self.inner.release(leases, reason, now)
    }

    fn decide(
        &self,
        delivery: DeliveryId,
        decision: Decision,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Decided, StoreError>> {
        self.inner.decide(delivery, decision, now)
    }

    fn recover(&self, now: Timestamp) -> BoxFuture<'_, Result<usize, StoreError>> {
        self.inner.recover(now)
    }
}

impl StoreReader for Told {
    fn search(&self, query: Query) -> BoxFuture<'_, Result<Vec<MessageSummary>, StoreError>> {
        self.inner.search(query)
    }

    fn show(&self, message: MessageRef) -> BoxFuture<'_, Result<Option<MessageRecord>, StoreError>> {
        self.inner.show(message)
    }

    fn events_since(&self, sequence: u64, limit: u32) -> BoxFuture<'_, Result<Vec<Event>, StoreError>> {
        self.inner.events_since(sequence, limit)
    }

    fn counts(&self) -> BoxFuture<'_, Result<Counts, StoreError>> {
        self.inner.counts()
    }

    fn body(&self, body: BodyRef) -> BoxFuture<'_, Result<Option<Body>, StoreError>> {
        self.inner.body(body)
    }

    fn oldest_unresolved(&self) -> BoxFuture<'_, Result<Vec<OldestUnresolved>, StoreError>> {
        self.inner.oldest_unresolved()
    }

    fn verify_chain(&self) -> BoxFuture<'_, Result<ChainReport, StoreError>> {
        self.inner.verify_chain()
    }
}
