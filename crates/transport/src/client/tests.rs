use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;

/// Far longer than anything here takes: a test that waits so long has failed.
const HANG: Duration = Duration::from_secs(20);
/// Ends every request body here, so that a scripted receiver knows that it has read all of it.
const END: &[u8] = b"</message>";

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/in?x=1", listener.local_addr().unwrap());
    (listener, url)
}

/// A receiver that reads one request, says `answer`, and closes. Gives back the request.
async fn receiver(answer: &'static str) -> (String, JoinHandle<String>) {
    let (listener, url) = listener().await;
    let request = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.unwrap();
        request
    });
    (url, request)
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(END) {
        bytes.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

async fn post(config: ClientConfig) -> Exchange {
    let client = HttpClient::new(config).unwrap();
    timeout(HANG, client.post(Bytes::from_static(END), "application/fhir+xml", &[])).await.expect("post hangs")
}

async fn answer_to(answer: &'static str) -> Exchange {
    let (url, request) = receiver(answer).await;
    let exchange = post(ClientConfig::new(url)).await;
    request.await.unwrap();
    exchange
}

fn not_sent(reason: SendFailure) -> Exchange {
    Exchange::NotSent { reason }
}

fn in_doubt(reason: SendFailure) -> Exchange {
    Exchange::InDoubt { reason }
}

fn retry_after_of(exchange: &Exchange) -> Option<Duration> {
    match exchange {
        Exchange::Answer { retry_after, .. } => *retry_after,
        other => panic!("no answer: {other:?}"),
    }
}

#[tokio::test]
async fn an_answer_comes_from_the_endpoint_itself() {
    let exchange = answer_to("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngood").await;
    let expected = Exchange::Answer {
        status: 200,
        media_type: Some("text/plain".to_owned()),
        retry_after: None,
        body: Bytes::from_static(b"good"),
        truncated: false,
    };
    assert_eq!(exchange, expected);
}

#[test]
fn proxies_from_the_environment_are_ignored() {
    // A process of its own, because a test must not change the environment of those beside it. Port 9 is "discard":
    // whatever were sent there would not be answered.
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--exact", "client::tests::an_answer_comes_from_the_endpoint_itself"]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        test.env(name, "http://127.0.0.1:9");
    }
    // Each of these would switch the proxies off without our help.
    let output = test.env_remove("NO_PROXY").env_remove("no_proxy").env_remove("REQUEST_METHOD").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[tokio::test]
async fn a_request_carries_its_media_type_and_headers() {
    let (url, request) = receiver("HTTP/1.1 204 No Content\r\n\r\n").await;
    let headers =
        BTreeMap::from([("x-api-key".to_owned(), "configured".to_owned()), ("x-kept".to_owned(), "kept".to_owned())]);
    let client = HttpClient::new(ClientConfig { headers, ..ClientConfig::new(url) }).unwrap();
    let own = [(HeaderName::from_static("x-api-key"), HeaderValue::from_static("own"))];
    client.post(Bytes::from_static(END), "application/fhir+xml", &own).await;
    let request = request.await.unwrap().to_ascii_lowercase();
    assert!(request.starts_with("post /in?x=1 http/1.1\r\n"), "{request}");
    for line in ["content-type: application/fhir+xml", "content-length: 10", "x-api-key: own", "x-kept: kept"] {
        assert!(request.contains(&format!("\r\n{line}\r\n")), "{line} is missing in {request}");
    }
    assert!(!request.contains("configured"));
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_message() {
    let (listener, url) = listener().await;
    let receiver = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..3 {
            read_request(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        }
    });
    let client = HttpClient::new(ClientConfig::new(url)).unwrap();
    for _ in 0..3 {
        let exchange = client.post(Bytes::from_static(END), "text/plain", &[]).await;
        assert!(matches!(exchange, Exchange::Answer { status: 200, .. }), "{exchange:?}");
    }
    timeout(HANG, receiver).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_refused_connection_was_not_sent() {
    let (listener, url) = listener().await;
    drop(listener);
    assert_eq!(post(ClientConfig::new(url)).await, not_sent(SendFailure::ConnectionRefused));
}

#[tokio::test]
async fn a_name_without_an_address_was_not_sent() {
    // RFC 6761 keeps `.invalid` out of the name system.
    let exchange = post(ClientConfig::new("http://pharmacy.invalid/")).await;
    assert!(matches!(exchange, Exchange::NotSent { .. }), "{exchange:?}");
}

#[tokio::test]
async fn a_connect_time_out_was_not_sent() {
    // A receiver that never accepts, with its queue full: the kernel leaves further connections unanswered.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let full = socket.listen(1).unwrap();
    let addr = full.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(200), TcpStream::connect(addr)).await {
        queued.push(stream.unwrap());
    }
    let config = ClientConfig { connect_timeout_ms: Some(100), ..ClientConfig::new(format!("http://{addr}/")) };
    assert_eq!(post(config).await, not_sent(SendFailure::ConnectTimeout));
}

#[tokio::test]
async fn what_http_cannot_carry_was_not_sent() {
    let client = HttpClient::new(ClientConfig::new("http://127.0.0.1:9/")).unwrap();
    let exchange = client.post(Bytes::new(), "text/plain\r\nx: y", &[]).await;
    assert_eq!(exchange, not_sent(SendFailure::RequestInvalid));
    let framing = [(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"))];
    let exchange = client.post(Bytes::new(), "text/plain", &framing).await;
    assert_eq!(exchange, not_sent(SendFailure::RequestInvalid));
}

#[tokio::test]
async fn a_receiver_that_accepts_and_closes_leaves_doubt() {
    for http2_prior_knowledge in [false, true] {
        let (listener, url) = listener().await;
        let receiver = tokio::spawn(async move {
            let mut accepted = 0;
            // Accepts as long as the test lasts, so that a second attempt would show.
            while let Ok(Ok(connection)) = timeout(Duration::from_millis(300), listener.accept()).await {
                drop(connection);
                accepted += 1;
            }
            accepted
        });
        let exchange = post(ClientConfig { http2_prior_knowledge, ..ClientConfig::new(url) }).await;
        assert!(matches!(exchange, Exchange::InDoubt { .. }), "http/2 {http2_prior_knowledge}: {exchange:?}");
        assert_eq!(receiver.await.unwrap(), 1, "the request was sent again");
    }
}

#[tokio::test]
async fn a_receiver_that_reads_and_closes_leaves_doubt() {
    assert_eq!(answer_to("").await, in_doubt(SendFailure::ConnectionClosed));
}

#[tokio::test]
async fn a_kept_connection_that_closes_under_a_request_leaves_doubt_and_is_not_retried() {
    let (listener, url) = listener().await;
    let receiver = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        read_request(&mut stream).await;
        drop(stream);
        timeout(Duration::from_millis(300), listener.accept()).await.is_ok()
    });
    let client = HttpClient::new(ClientConfig::new(url)).unwrap();
    let first = client.post(Bytes::from_static(END), "text/plain", &[]).await;
    assert!(matches!(first, Exchange::Answer { status: 200, .. }), "{first:?}");
    let second = client.post(Bytes::from_static(END), "text/plain", &[]).await;
    assert_eq!(second, in_doubt(SendFailure::ConnectionClosed));
    assert!(!timeout(HANG, receiver).await.unwrap().unwrap(), "the request was sent again");
}

#[tokio::test]
async fn a_receiver_that_never_answers_leaves_doubt() {
    for http2_prior_knowledge in [false, true] {
        let (listener, url) = listener().await;
        let config = ClientConfig { timeout_ms: 100, http2_prior_knowledge, ..ClientConfig::new(url) };
        let (exchange, _silent) = tokio::join!(post(config), listener.accept());
        assert_eq!(exchange, in_doubt(SendFailure::AnswerTimeout));
    }
}

#[tokio::test]
async fn an_answer_cut_short_leaves_doubt() {
    let by_length = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345";
    let by_chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n";
    for answer in [by_length, by_chunk] {
        assert_eq!(answer_to(answer).await, in_doubt(SendFailure::AnswerCutShort));
    }
    assert_eq!(answer_to("HTTP/1.1 200 O").await, in_doubt(SendFailure::ConnectionClosed));
}

#[tokio::test]
async fn an_answer_that_stalls_leaves_doubt() {
    let (listener, url) = listener().await;
    let receiver = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345").await.unwrap();
        stream
    });
    let exchange = post(ClientConfig { timeout_ms: 200, ..ClientConfig::new(url) }).await;
    assert_eq!(exchange, in_doubt(SendFailure::AnswerTimeout));
    receiver.await.unwrap();
}

#[tokio::test]
async fn an_answer_that_is_not_http_leaves_doubt() {
    assert_eq!(answer_to("220 mail.example ESMTP\r\n\r\n").await, in_doubt(SendFailure::AnswerMalformed));
}

#[tokio::test]
async fn an_answer_longer_than_allowed_is_an_answer_cut_to_size() {
    let (url, _request) = receiver("HTTP/1.1 422 No\r\nContent-Length: 10\r\n\r\n1234567890").await;
    let exchange = post(ClientConfig { max_response_bytes: 4, ..ClientConfig::new(url) }).await;
    let Exchange::Answer { status: 422, body, truncated: true, .. } = exchange else { panic!("{exchange:?}") };
    assert_eq!(body, "1234");
}

#[tokio::test]
async fn an_answer_of_exactly_the_allowed_length_is_whole() {
    let (url, _request) = receiver("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234567890").await;
    let exchange = post(ClientConfig { max_response_bytes: 10, ..ClientConfig::new(url) }).await;
    assert!(matches!(exchange, Exchange::Answer { truncated: false, .. }), "{exchange:?}");
}

#[tokio::test]
async fn retry_after_is_read_in_both_forms() {
    let seconds = "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(retry_after_of(&answer_to(seconds).await), Some(Duration::from_secs(120)));
    let date = "HTTP/1.1 503 Busy\r\nDate: Sat, 21 Nov 2026 10:00:00 GMT\r\n\
                Retry-After: Sat, 21 Nov 2026 10:02:00 GMT\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(retry_after_of(&answer_to(date).await), Some(Duration::from_secs(120)));
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let (listener, elsewhere) = listener().await;
    let answer = format!("HTTP/1.1 307 Moved\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n");
    let exchange = answer_to(answer.leak()).await;
    assert!(matches!(exchange, Exchange::Answer { status: 307, .. }), "{exchange:?}");
    assert!(timeout(Duration::from_millis(100), listener.accept()).await.is_err(), "the redirect was followed");
}

#[tokio::test]
async fn debug_shows_neither_a_body_nor_a_query() {
    let (url, _request) = receiver("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret").await;
    let client = HttpClient::new(ClientConfig::new(url)).unwrap();
    let exchange = client.post(Bytes::from_static(END), "text/plain", &[]).await;
    let shown = format!("{client:?} {exchange:?}");
    assert!(!shown.contains("secret") && !shown.contains("x=1"), "{shown}");
}
