//! What a person decides about deliveries, on the administration address.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "this program needs only a part of it")]
mod support;

use causeway_relay::{DeliveryId, EventKind, MessageRef};
use causeway_transport::{ClientConfig, Exchange, HttpClient};
use jiff::Timestamp;

use support::{IVO, World, message_id, prescription};

const SAID: &str = r#"{"who":"Olive","why":"by mistake"}"#;

/// Status and text of what the administration address answers.
async fn decide(world: &World, path: &str, media_type: &str, said: &str) -> (u16, String) {
    let address = world.gateway.addresses().admin.unwrap();
    let client = HttpClient::new(ClientConfig::new(format!("http://{address}/deliveries/{path}"))).unwrap();
    match client.post(said.to_owned().into(), media_type, &[]).await {
        Exchange::Answer { status, body, .. } => (status, String::from_utf8(body.to_vec()).unwrap()),
        other => panic!("expected an answer, got {other:?}"),
    }
}

#[tokio::test]
async fn a_delivery_that_is_not_parked_cannot_be_decided_about() {
    let world = World::start().await;
    world.send("/gp", &prescription(1, IVO)).await;
    world.receiver.take(1).await;
    let store = world.gateway.store();
    let message = MessageRef::Id(message_id(1));
    let before = loop {
        let record = store.show(message.clone()).await.unwrap().unwrap();
        if record.events.iter().any(|event| event.kind == EventKind::DeliveryDelivered) {
            break record;
        }
        tokio::task::yield_now().await;
    };
    for verdict in ["release", "give-up"] {
        let path = format!("{}/{verdict}", before.deliveries[0].id);
        let (status, text) = decide(&world, &path, "application/json", SAID).await;
        assert_eq!((status, text.as_str()), (409, r#"{"error":"the delivery is not parked, but delivered"}"#));
    }
    assert_eq!(store.show(message).await.unwrap().unwrap(), before);
}

#[tokio::test]
async fn a_decision_says_about_what_by_whom_and_why() {
    let world = World::start().await;
    let unknown = format!("{}/release", DeliveryId::generate(Timestamp::UNIX_EPOCH));
    let long = format!(r#"{{"who":"Olive","why":"{}"}}"#, "x".repeat(501));
    for (path, media_type, said, expected) in [
        (unknown.as_str(), "application/json", SAID, 404),
        ("nothing/release", "application/json", SAID, 404),
        // A page in a browser can send plain text anywhere, and JSON only where it is let.
        (unknown.as_str(), "text/plain", SAID, 415),
        (unknown.as_str(), "application/json", "{", 400),
        (unknown.as_str(), "application/json", r#"{"who":"Olive"}"#, 422),
        (unknown.as_str(), "application/json", r#"{"who":"Olive","why":"x","as":"x"}"#, 422),
        (unknown.as_str(), "application/json", r#"{"who":" ","why":"x"}"#, 400),
        (unknown.as_str(), "application/json", r#"{"who":"Olive","why":""}"#, 400),
        (unknown.as_str(), "application/json", r#"{"who":"Olive\nMay","why":"x"}"#, 400),
        (unknown.as_str(), "application/json", &long, 400),
    ] {
        let (status, text) = decide(&world, path, media_type, said).await;
        assert_eq!(status, expected, "{said}: {text}");
        assert!(text.starts_with(r#"{"error":""#), "{text}");
    }
}
