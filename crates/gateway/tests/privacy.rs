//! No patient data where it does not belong. A test program of its own, because it listens to everything that is logged.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "this program needs only a part of it")]
mod support;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use causeway_relay::MessageRef;
use tracing_subscriber::fmt::MakeWriter;

use support::{ANOTHER, IVO, World, changed, message_id, prescription, without_nomination};

/// Everything in the fixture that points at a person, or at the prescription.
const SECRETS: &[&str] =
    &[IVO, ANOTHER, "9991001019", "THRUSH", "Ivo", "1957-04-09", "Weaver Row", "24A5B1-Z99917-1C0FEH", "Paracetamol"];

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

#[tokio::test]
async fn nothing_of_a_message_is_logged_measured_or_written_to_the_relay_log() {
    let log = Log::default();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).init();

    let world = World::start().await;
    world.send("/gp", &prescription(1, IVO)).await;
    world.send("/gp", &prescription(1, IVO)).await;
    world.send("/gp", &prescription(1, ANOTHER)).await;
    world.send("/gp", &prescription(2, "9991001019")).await;
    world.send("/gp", &without_nomination(3)).await;
    world.send("/gp", &prescription(4, IVO).replace("\"male\"", "\"Ivo\"")).await;
    world.send("/gp", &changed(&prescription(5, IVO), |bundle| bundle["Ivo"] = IVO.into())).await;
    world.send("/THRUSH", IVO).await;
    world.receiver.take(1).await;
    world.receiver.answer_with(400);
    world.send("/gp", &prescription(6, ANOTHER)).await;
    world.receiver.requests(2).await;
    let (_, metrics) = world.get("/metrics").await;
    let store = world.gateway.store();
    let record = store.show(MessageRef::Id(message_id(4))).await.unwrap().unwrap();
    let events = store.events_since(0, 1000).await.unwrap();
    world.gateway.stop(Duration::from_secs(20)).await.unwrap();

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("message accepted") && log.contains("message refused") && log.contains("not delivered"),
        "{log}"
    );
    let said = [log, metrics, format!("{events:?}"), format!("{record:?}")];
    for secret in SECRETS {
        for said in &said {
            let place = said.find(secret);
            assert!(place.is_none(), "{secret} stands in {}", &said[place.unwrap_or(0).saturating_sub(200)..]);
        }
    }
}
