//! What one message may cost: each limit is hit by a message, and its sender told which one and where.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "this program needs only a part of it")]
mod support;

use std::io::Write as _;

use causeway_gateway::Configuration;
use causeway_gateway::config::DEMO_FILES;
use causeway_relay::{BodyRef, MessageState, Query};
use causeway_transport::{ClientConfig, Exchange, HttpClient};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderValue, header};
use serde_json::Value;

use support::{Answer, IVO, JSON, World, changed, overrides, prescription, send};

/// A gateway whose limits are those of a table.
async fn limited(table: &str) -> World {
    limited_at("causeway.toml", "[limits]", table).await
}

async fn limited_at(file: &str, title: &str, table: &str) -> World {
    let world = World::start().await;
    let files = DEMO_FILES.iter().map(|(name, text)| {
        // The demo's own table gives way.
        let own = text.split_once("\n[limits]\n").and_then(|(_, rest)| rest.split_once("\n\n")).map(|(own, _)| own);
        let kept = own.map_or((*text).to_owned(), |own| text.replace(&format!("[limits]\n{own}"), ""));
        (*name, if *name == file { format!("{kept}\n{title}\n{table}\n") } else { kept })
    });
    let configuration = Configuration::from_files(files).unwrap_or_else(|errors| panic!("{errors:#?}"));
    world.gateway.reload(configuration.with_overrides(&overrides(&world.receiver)).unwrap()).unwrap();
    world
}

/// Code, expression and whether line and column are told, of the one error of an answer.
fn told(answer: &Answer) -> (String, Option<String>, bool) {
    let outcome = answer.json();
    let issues = outcome["issue"].as_array().unwrap();
    assert_eq!(issues.len(), 1, "{outcome:#}");
    let issue = &issues[0];
    assert_eq!((&issue["severity"], &issue["code"]), (&"error".into(), &"too-costly".into()), "{issue:#}");
    let code = issue["details"]["coding"][0]["code"].as_str().unwrap().to_owned();
    let expression = issue["expression"][0].as_str().map(str::to_owned);
    (code, expression, issue["extension"].as_array().is_some_and(|places| places.len() == 2))
}

#[tokio::test]
async fn each_limit_of_the_text_is_told_with_its_place() {
    let note = changed(&prescription(1, IVO), |bundle| {
        bundle["entry"][1]["resource"]["note"] = serde_json::json!([{ "text": "x".repeat(5000) }]);
    });
    for (table, status, code, path) in [
        (
            "max-bytes = 4000\nmax-decompressed-bytes = 4000\nmax-nodes = 100\nmax-entries = 100\nmax-text = 100",
            413,
            "input-too-large",
            None,
        ),
        ("max-depth = 4", 400, "nesting-too-deep", Some("$.entry[0]")),
        ("max-nodes = 40\nmax-entries = 40", 400, "too-many-nodes", Some("$.entry[1]")),
        ("max-entries = 6", 400, "too-many-entries", Some("$.entry")),
        ("max-text = 4999", 400, "text-too-long", Some("$.entry[1].resource.note[0].text")),
    ] {
        let world = limited(table).await;
        let answer = world.send("/gp", &note).await;
        let (found, expression, has_place) = told(&answer);
        assert_eq!((answer.status, found.as_str()), (status, code), "{table}");
        assert_eq!(has_place, path.is_some(), "{table}: {answer:?}");
        let starts = |path: &str| expression.as_deref().is_some_and(|expression| expression.starts_with(path));
        assert!(path.is_none_or(starts), "{table}: {expression:?}");
    }
}

#[tokio::test]
async fn a_v3_sender_is_told_of_its_attributes_in_words_where_its_message_could_not_be_read() {
    let world = limited("max-attributes = 2").await;
    let xml = "<PORX_IN080101UK31 xmlns=\"urn:hl7-org:v3\"><id a=\"\" b=\"\" c=\"\"/></PORX_IN080101UK31>";
    let answer = send(&world.gateway, "/pharmacy", "application/xml", xml).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let expected = "/PORX_IN080101UK31/id line 1 column 61: expected at most 2 attributes";
    assert!(answer.body.contains(expected), "{answer:?}");
}

#[tokio::test]
async fn an_endpoint_may_have_limits_of_its_own() {
    let world = limited_at("endpoints/gp.toml", "[endpoint.gp.limits]", "max-entries = 6").await;
    assert_eq!(told(&world.send("/gp", &prescription(1, IVO)).await).0, "too-many-entries");
    assert_eq!(world.send("/clinic", &prescription(2, IVO)).await.status, 200);
}

#[tokio::test]
async fn a_message_that_takes_too_long_is_refused_between_two_steps() {
    let world = limited("max-processing-ms = 1").await;
    // Nobody reads so many values in a millisecond.
    let long = changed(&prescription(1, IVO), |bundle| {
        let notes = vec![Value::from(vec![Value::Null; 900]); 400];
        bundle["entry"][1]["resource"]["note"] = notes.into();
    });
    let answer = world.send("/gp", &long).await;
    assert_eq!((answer.status, told(&answer).0), (400, "processing-too-long".to_owned()));
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Sends a body in a coding; gives the answer, and the codings that the gateway says it understands.
async fn send_coded(world: &World, coding: &'static str, content: Vec<u8>) -> Answer {
    let address = world.gateway.addresses().listener("messages").unwrap();
    let client = HttpClient::new(ClientConfig::new(format!("http://{address}/gp"))).unwrap();
    let coding = (header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    match client.post(content.into(), JSON, &[coding]).await {
        Exchange::Answer { status, media_type, retry_after, body, .. } => {
            Answer { status, media_type, retry_after, body: String::from_utf8(body.to_vec()).unwrap() }
        }
        other => panic!("expected an answer, got {other:?}"),
    }
}

#[tokio::test]
async fn a_compressed_message_is_the_message_that_was_compressed() {
    let world = World::start().await;
    let content = prescription(1, IVO);
    let first = send_coded(&world, "gzip", gzip(content.as_bytes())).await;
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(world.send("/gp", &content).await, first, "the same message, however it comes");
    let found = world.gateway.store().search(Query::default()).await.unwrap();
    let stored = world.gateway.store().body(BodyRef::Received(found[0].key)).await.unwrap().unwrap();
    assert_eq!(stored.bytes().as_ref(), content.as_bytes());
}

#[tokio::test]
async fn what_a_compression_hides_is_bounded_and_refused_with_a_finding() {
    let world = limited("max-decompressed-bytes = 100000").await;
    let bomb = gzip(&vec![b' '; 64 << 20]);
    let answer = send_coded(&world, "gzip", bomb).await;
    assert_eq!((answer.status, told(&answer).0), (413, "decompressed-too-large".to_owned()));
    let found = world.gateway.store().search(Query::default()).await.unwrap();
    assert_eq!(found[0].state, MessageState::Refused);
    assert_eq!(world.gateway.store().body(BodyRef::Received(found[0].key)).await.unwrap(), None);
    let code = |answer: &Answer| answer.json()["issue"][0]["details"]["coding"][0]["code"].as_str().unwrap().to_owned();
    let broken = send_coded(&world, "gzip", prescription(1, IVO).into_bytes()).await;
    assert_eq!((broken.status, code(&broken)), (400, "compression-broken".to_owned()));
    let other = send_coded(&world, "br", prescription(1, IVO).into_bytes()).await;
    assert_eq!((other.status, code(&other)), (415, "content-encoding".to_owned()));
}

#[tokio::test]
async fn a_sender_of_another_compression_is_told_which_one_is_understood() {
    let world = World::start().await;
    let address = world.gateway.addresses().listener("messages").unwrap();
    let head = |coding: &str| {
        format!(
            "POST /gp HTTP/1.1\r\nhost: gateway\r\ncontent-type: {JSON}\r\n{coding}content-length: 2\r\n\
             connection: close\r\n\r\n{{}}"
        )
    };
    let answer = support::exchange(address, &head("content-encoding: zstd\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 415") && answer.contains("accept-encoding: gzip\r\n"), "{answer}");
    let answer = support::exchange(address, &head("")).await;
    assert!(answer.starts_with("HTTP/1.1 4") && !answer.contains("accept-encoding"), "{answer}");
}
