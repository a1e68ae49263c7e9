use std::net::Ipv4Addr;

use axum::Extension;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioExecutor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;
use crate::{BodyError, ClientConfig, Exchange, HttpClient, read_body};

/// Far longer than anything here takes: a test that waits so long has failed.
const HANG: Duration = Duration::from_secs(20);
const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: gateway\r\n\r\n";

struct Running {
    addr: SocketAddr,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start(router: Router, limits: HttpLimits) -> Self {
        let listener = HttpListener::bind((Ipv4Addr::LOCALHOST, 0).into(), limits).unwrap();
        let addr = listener.local_addr();
        let cancel = CancellationToken::new();
        let task = tokio::spawn(listener.serve(router, cancel.clone()));
        Self { addr, cancel, task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.unwrap()
    }

    fn client(&self, http2_prior_knowledge: bool) -> HttpClient {
        let url = format!("http://{}/", self.addr);
        HttpClient::new(ClientConfig { http2_prior_knowledge, ..ClientConfig::new(url) }).unwrap()
    }

    /// Waits until nobody listens any more.
    async fn refuses(&self) {
        let refused = async { while TcpStream::connect(self.addr).await.is_ok() {} };
        timeout(HANG, refused).await.expect("the listener still accepts");
    }

    async fn ended(self) {
        timeout(HANG, self.task).await.expect("serve does not end").unwrap();
    }
}

fn echo() -> Router {
    Router::new().route("/", get(|| async { "here" }).post(|body: Bytes| async move { body }))
}

/// Answers once `release` is notified, having told `started`.
fn held(started: &Arc<Notify>, release: &Arc<Notify>) -> Router {
    let (started, release) = (Arc::clone(started), Arc::clone(release));
    let handler = move || async move {
        started.notify_one();
        release.notified().await;
        "done"
    };
    Router::new().route("/", get(handler.clone()).post(handler))
}

/// Everything until the peer closes. A reset is an end too.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _reset = timeout(HANG, stream.read_to_end(&mut bytes)).await.expect("the connection stays open");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Everything up to `end`.
async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut bytes = Vec::new();
    let read = async {
        while !bytes.ends_with(end.as_bytes()) {
            bytes.push(stream.read_u8().await.unwrap());
        }
    };
    timeout(HANG, read).await.expect("no answer");
    String::from_utf8(bytes).unwrap()
}

fn status(exchange: &Exchange) -> u16 {
    match exchange {
        Exchange::Answer { status, .. } => *status,
        other => panic!("no answer: {other:?}"),
    }
}

#[tokio::test]
async fn http_1_1_and_http_2_requests_are_served() {
    let router = Router::new().route(
        "/",
        post(|request: axum::extract::Request| async move {
            let version = format!("{:?} ", request.version());
            let body = read_body(request.into_body(), 100, HANG).await.unwrap();
            [version.as_bytes(), &body].concat()
        }),
    );
    let server = Running::start(router, HttpLimits::default());
    for (http2, expected) in [(false, "HTTP/1.1 hello"), (true, "HTTP/2.0 hello")] {
        let exchange = server.client(http2).post(Bytes::from_static(b"hello"), "text/plain", &[]).await;
        let Exchange::Answer { status: 200, body, .. } = exchange else { panic!("{exchange:?}") };
        assert_eq!(body, expected);
    }
}

#[tokio::test]
async fn a_request_knows_its_peer() {
    let router = Router::new()
        .route("/", get(|Extension(PeerAddr(peer)): Extension<PeerAddr>| async move { format!("[{peer}]") }));
    let server = Running::start(router, HttpLimits::default());
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    let answer = until(&mut stream, "]").await;
    assert!(answer.contains(&format!("[{}]", stream.local_addr().unwrap())), "{answer}");
}

#[tokio::test]
async fn a_slow_header_is_cut_off() {
    let limits = HttpLimits { header_timeout_ms: 60, ..HttpLimits::default() };
    let server = Running::start(echo(), limits);
    for sent in ["", "P", "PRI * HT", "GET / HTTP/1.1\r\nHos"] {
        let mut stream = server.connect().await;
        stream.write_all(sent.as_bytes()).await.unwrap();
        assert_eq!(until_closed(&mut stream).await, "", "after {sent:?}");
    }
}

#[tokio::test]
async fn a_header_that_trickles_in_gets_no_more_time() {
    let limits = HttpLimits { header_timeout_ms: 80, ..HttpLimits::default() };
    let server = Running::start(echo(), limits);
    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
    let trickle = async {
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(HANG, trickle).await.expect("the trickle goes on for ever");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let limits = HttpLimits { idle_timeout_ms: 60, ..HttpLimits::default() };
    let server = Running::start(echo(), limits);
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    assert!(until_closed(&mut stream).await.ends_with("here"));
}

#[tokio::test]
async fn an_idle_connection_outlives_the_header_time_out() {
    let limits = HttpLimits { header_timeout_ms: 50, ..HttpLimits::default() };
    let server = Running::start(echo(), limits);
    let mut stream = server.connect().await;
    for _ in 0..2 {
        stream.write_all(GET).await.unwrap();
        until(&mut stream, "here").await;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

#[tokio::test]
async fn the_second_header_on_a_connection_has_its_own_clock() {
    let limits = HttpLimits { header_timeout_ms: 60, ..HttpLimits::default() };
    let server = Running::start(echo(), limits);
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    until(&mut stream, "here").await;
    stream.write_all(b"GET /").await.unwrap();
    assert_eq!(until_closed(&mut stream).await, "");
}

#[tokio::test]
async fn an_idle_http_2_connection_is_closed() {
    let limits = HttpLimits { idle_timeout_ms: 60, ..HttpLimits::default() };
    let server = Running::start(echo(), limits);
    let io = TokioIo::new(server.connect().await);
    let (mut requests, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::get(format!("http://{}/", server.addr)).body(Full::<Bytes>::default()).unwrap();
    let answer = requests.send_request(request).await.unwrap().into_body().collect().await.unwrap();
    assert_eq!(answer.to_bytes(), "here");
    timeout(HANG, connection).await.expect("the connection stays open").unwrap().unwrap();
}

#[tokio::test]
async fn an_oversize_body_is_answered_413() {
    let by_read_body = post(|request: axum::extract::Request| async move {
        match read_body(request.into_body(), usize::MAX, HANG).await {
            Ok(body) => body.into_response(),
            Err(error) => error.into_response(),
        }
    });
    let router = Router::new().route("/read", by_read_body).route("/extract", post(|body: Bytes| async move { body }));
    let server = Running::start(router, HttpLimits { max_body_bytes: 1000, ..HttpLimits::default() });
    let body = "x".repeat(8_000_000);
    let declared = format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let chunked = format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    for path in ["/read", "/extract"] {
        for rest in [&declared, &chunked] {
            let mut stream = server.connect().await;
            let request = format!("POST {path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n{rest}");
            stream.write_all(request.as_bytes()).await.unwrap();
            let answer = until_closed(&mut stream).await;
            assert!(answer.starts_with("HTTP/1.1 413 "), "{path}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_served() {
    let server = Running::start(echo(), HttpLimits { max_body_bytes: 1000, ..HttpLimits::default() });
    for http2 in [false, true] {
        let client = server.client(http2);
        assert_eq!(status(&client.post(vec![b'x'; 1000].into(), "text/plain", &[]).await), 200);
        assert_eq!(status(&client.post(vec![b'x'; 1001].into(), "text/plain", &[]).await), 413);
        assert_eq!(status(&client.post(Bytes::new(), "text/plain", &[]).await), 200);
    }
}

#[tokio::test]
async fn a_body_larger_than_axums_own_default_is_served() {
    let server = Running::start(echo(), HttpLimits::default());
    let body = Bytes::from(vec![b'x'; 5 * 1024 * 1024]);
    let exchange = server.client(false).post(body.clone(), "text/plain", &[]).await;
    let Exchange::Answer { status: 200, body: answer, .. } = exchange else { panic!("{exchange:?}") };
    assert_eq!(answer, body);
}

#[tokio::test]
async fn a_slow_body_is_a_timeout_even_where_the_handler_sets_none() {
    let router = Router::new().route(
        "/",
        post(|request: axum::extract::Request| async move {
            assert_eq!(read_body(request.into_body(), 100, HANG).await, Err(BodyError::Timeout));
            BodyError::Timeout
        }),
    );
    let server = Running::start(router, HttpLimits { body_timeout_ms: 60, ..HttpLimits::default() });
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nHost: gateway\r\nContent-Length: 10\r\n\r\n123").await.unwrap();
    let answer = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_ends_early_is_broken() {
    let (send, mut receive) = tokio::sync::mpsc::unbounded_channel();
    let router = Router::new().route(
        "/",
        post(move |request: axum::extract::Request| async move {
            // A handler's future goes with its connection, so the read stands in a task of its own.
            tokio::spawn(async move { send.send(read_body(request.into_body(), 100, HANG).await) });
            std::future::pending::<()>().await;
        }),
    );
    let server = Running::start(router, HttpLimits::default());
    let mut stream = server.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nHost: gateway\r\nContent-Length: 10\r\n\r\n123").await.unwrap();
    drop(stream);
    assert_eq!(timeout(HANG, receive.recv()).await.unwrap(), Some(Err(BodyError::Broken)));
}

#[tokio::test]
async fn too_great_a_header_is_refused() {
    let limits = HttpLimits { max_header_bytes: 8192, max_headers: 10, ..HttpLimits::default() };
    let server = Running::start(echo(), limits);
    let many = "X: y\r\n".repeat(20);
    let long = format!("X: {}\r\n", "y".repeat(100_000));
    for headers in [many, long] {
        let mut stream = server.connect().await;
        let request = format!("GET / HTTP/1.1\r\n{headers}\r\n");
        // The listener may stop reading before we have sent it all.
        let _reset = stream.write_all(request.as_bytes()).await;
        let answer = until_closed(&mut stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_their_turn() {
    let server = Running::start(echo(), HttpLimits { max_connections: 1, ..HttpLimits::default() });
    let mut first = server.connect().await;
    first.write_all(GET).await.unwrap();
    until(&mut first, "here").await;
    let mut second = server.connect().await;
    second.write_all(GET).await.unwrap();
    let early = timeout(Duration::from_millis(100), second.read_u8()).await;
    assert!(early.is_err(), "the second connection was served beside the first");
    drop(first);
    until(&mut second, "here").await;
}

#[tokio::test]
async fn a_peer_that_takes_no_answer_loses_its_place() {
    let router = Router::new()
        .route("/large", get(|| async { vec![b'x'; 64 * 1024 * 1024] }))
        .route("/", get(|| async { "here" }));
    let limits = HttpLimits { max_connections: 1, write_timeout_ms: 60, ..HttpLimits::default() };
    let server = Running::start(router, limits);
    let mut stuck = server.connect().await;
    stuck.write_all(b"GET /large HTTP/1.1\r\nHost: gateway\r\n\r\n").await.unwrap();
    let mut next = server.connect().await;
    next.write_all(GET).await.unwrap();
    until(&mut next, "here").await;
}

/// An answer without end.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(Bytes::from_static(b"xxxx")))))
    }
}

#[tokio::test]
async fn an_http_2_peer_that_withholds_its_window_loses_its_place() {
    let limits = HttpLimits { max_connections: 1, ..HttpLimits::default() };
    // An answer of one frame goes into hyper's own buffer, after which we are idle; a longer one waits with us.
    let one_frame = HttpLimits { idle_timeout_ms: 60, header_timeout_ms: 60, ..limits.clone() };
    let many_frames = HttpLimits { write_timeout_ms: 60, ..limits };
    for (path, limits) in [("/one-frame", one_frame), ("/many-frames", many_frames)] {
        let router = Router::new()
            .route("/one-frame", get(|| async { vec![b'x'; 4 * 1024 * 1024] }))
            .route("/many-frames", get(|| async { Body::new(Endless) }))
            .route("/", get(|| async { "here" }));
        let server = Running::start(router, limits);
        let io = TokioIo::new(server.connect().await);
        let (mut requests, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(1)
            .handshake(io)
            .await
            .unwrap();
        tokio::spawn(connection);
        let request = Request::get(format!("http://{}{path}", server.addr)).body(Full::<Bytes>::default()).unwrap();
        let _unread = requests.send_request(request).await.unwrap();
        let mut next = server.connect().await;
        next.write_all(GET).await.unwrap();
        until(&mut next, "here").await;
    }
}

#[tokio::test]
async fn an_answer_that_the_handler_is_slow_to_make_is_not_cut_off() {
    for http2 in [false, true] {
        let (started, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let limits = HttpLimits { write_timeout_ms: 30, header_timeout_ms: 30, ..HttpLimits::default() };
        let server = Running::start(held(&started, &release), limits);
        let client = server.client(http2);
        let exchange = tokio::spawn(async move { client.post(Bytes::new(), "text/plain", &[]).await });
        timeout(HANG, started.notified()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        release.notify_one();
        assert_eq!(status(&timeout(HANG, exchange).await.unwrap().unwrap()), 200);
    }
}

#[tokio::test]
async fn shutdown_lets_a_request_in_flight_finish_and_refuses_new_connections() {
    for http2 in [false, true] {
        let (started, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let server = Running::start(held(&started, &release), HttpLimits::default());
        let client = server.client(http2);
        let exchange = tokio::spawn(async move { client.post(Bytes::new(), "text/plain", &[]).await });
        timeout(HANG, started.notified()).await.unwrap();
        server.cancel.cancel();
        server.refuses().await;
        assert!(!server.task.is_finished());
        release.notify_one();
        assert_eq!(status(&timeout(HANG, exchange).await.unwrap().unwrap()), 200);
        server.ended().await;
    }
}

#[tokio::test]
async fn shutdown_drops_what_outlasts_the_grace() {
    for http2 in [false, true] {
        let (started, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let limits = HttpLimits { shutdown_grace_ms: 60, ..HttpLimits::default() };
        let server = Running::start(held(&started, &release), limits);
        let client = server.client(http2);
        let exchange = tokio::spawn(async move { client.post(Bytes::new(), "text/plain", &[]).await });
        timeout(HANG, started.notified()).await.unwrap();
        server.cancel.cancel();
        server.ended().await;
        let exchange = timeout(HANG, exchange).await.unwrap().unwrap();
        assert!(matches!(exchange, Exchange::InDoubt { .. }), "{exchange:?}");
    }
}

#[tokio::test]
async fn shutdown_does_not_wait_for_idle_connections() {
    let limits = HttpLimits { shutdown_grace_ms: 3_600_000, ..HttpLimits::default() };
    let server = Running::start(echo(), limits);
    let mut used = server.connect().await;
    used.write_all(GET).await.unwrap();
    until(&mut used, "here").await;
    let mut fresh = server.connect().await;
    server.cancel.cancel();
    server.ended().await;
    assert_eq!(until_closed(&mut used).await, "");
    assert_eq!(until_closed(&mut fresh).await, "");
}

#[tokio::test]
async fn dropping_serve_drops_its_connections() {
    let server = Running::start(echo(), HttpLimits::default());
    let mut stream = server.connect().await;
    stream.write_all(GET).await.unwrap();
    until(&mut stream, "here").await;
    server.task.abort();
    assert_eq!(until_closed(&mut stream).await, "");
}

#[tokio::test]
async fn limits_that_refuse_everything_cannot_be_bound() {
    let limits = HttpLimits { max_connections: 0, ..HttpLimits::default() };
    let error = HttpListener::bind((Ipv4Addr::LOCALHOST, 0).into(), limits).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}
