use std::net::Ipv4Addr;
use std::sync::Mutex;

use causeway_transport::ClientConfig;
use jiff::Timestamp;
use tokio::task::JoinHandle;

use super::*;
use crate::faults::Faults;
use crate::generate::{Generator, Spoil};
use crate::receiver::{Receiver, ReceiverOptions};

/// Far longer than anything here takes.
const HANG: Duration = Duration::from_secs(20);

fn prescriptions(seed: u64, count: usize) -> Vec<Prescription> {
    let mut generator = Generator::new(seed, "2026-03-02T08:30:00Z".parse::<Timestamp>().unwrap());
    (0..count).map(|_| generator.gp_prescription()).collect()
}

/// A practice stands in for the gateway: it takes FHIR and answers with OperationOutcome.
struct Gateway {
    receiver: Receiver,
    url: String,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Gateway {
    fn start(faults: &str) -> Self {
        let faults = Faults::parse(faults, 3).unwrap();
        let receiver = Receiver::practice(ReceiverOptions { faults, ..Default::default() }).unwrap();
        let cancel = CancellationToken::new();
        let (addr, serve) = receiver.listen((Ipv4Addr::LOCALHOST, 0).into(), cancel.clone()).unwrap();
        Gateway { receiver, url: format!("http://{addr}/"), cancel, task: tokio::spawn(serve) }
    }

    fn sender(&self, options: SenderOptions) -> Sender {
        Sender::new(HttpClient::new(ClientConfig::new(&self.url)).unwrap(), options)
    }

    async fn stop(self) {
        self.cancel.cancel();
        tokio::time::timeout(HANG, self.task).await.unwrap().unwrap();
    }
}

fn hasty() -> SenderOptions {
    SenderOptions {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(5),
        ..SenderOptions::default()
    }
}

#[tokio::test]
async fn every_message_arrives_once_and_in_order_for_each_patient_in_spite_of_faults() {
    let gateway = Gateway::start("drop=0.2,slow=0.3:3ms");
    let sent = prescriptions(1, 120);
    let options = SenderOptions { duplicate_share: 0.3, ..hasty() };
    let tally = gateway.sender(options).send_all(sent.clone(), &CancellationToken::new()).await;
    assert_eq!((tally.accepted, tally.total()), (120, 120));
    assert!(tally.resent > 5 && tally.duplicates_accepted > 5, "{tally:?}");
    let record = gateway.receiver.record();
    assert_eq!(record.len(), 120);
    for prescription in &sent {
        let expected: Vec<_> = sent
            .iter()
            .filter(|other| other.patient_key == prescription.patient_key)
            .map(|other| other.message_id.clone())
            .collect();
        let arrived: Vec<_> =
            record.of_patient(&prescription.nhs_number).into_iter().map(|arrival| arrival.message_id).collect();
        assert_eq!(arrived, expected);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_refusal_is_final_and_keeps_its_codes() {
    let gateway = Gateway::start("");
    let mut generator = Generator::new(1, "2026-03-02T08:30:00Z".parse().unwrap());
    let wrong = generator.spoiled(Spoil::NhsNumberCheckDigit);
    let sent = gateway.sender(hasty()).send(&wrong, &CancellationToken::new()).await;
    assert_eq!((sent.attempts, sent.status), (1, Some(400)));
    let AnswerClass::Refused { codes } = &sent.class else { panic!("{sent:?}") };
    assert_eq!(codes.len(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_message_whose_time_is_over_has_failed_and_each_resend_is_told() {
    let gateway = Gateway::start("drop=1");
    let events: Arc<Mutex<Vec<SenderEvent>>> = Arc::default();
    let heard = Arc::clone(&events);
    let options = SenderOptions { give_up_after: Duration::from_millis(200), ..hasty() };
    let sender = gateway.sender(options).telling(Arc::new(move |event| heard.lock().unwrap().push(event)));
    let tally = sender.send_all(prescriptions(1, 1), &CancellationToken::new()).await;
    assert_eq!((tally.failed, tally.total()), (1, 1));
    let events = events.lock().unwrap().clone();
    let (last, again) = events.split_last().unwrap();
    assert!(matches!(last, SenderEvent::Done(sent) if sent.attempts as usize == again.len() + 1));
    assert!(again.iter().all(|event| matches!(event, SenderEvent::Again { failure: Some(_), .. })));
    assert_eq!(gateway.receiver.record().len(), 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_gateway_that_puts_off_is_left_alone_as_long_as_it_asks() {
    let gateway = Gateway::start("unavailable=1");
    let options = SenderOptions { give_up_after: Duration::from_millis(900), ..hasty() };
    let sent = gateway.sender(options).send(&prescriptions(1, 1)[0], &CancellationToken::new()).await;
    // The gateway asks for a second, by which time the message is given up.
    assert_eq!((sent.attempts, sent.status, sent.class), (1, Some(503), AnswerClass::Failed));
    gateway.stop().await;
}

#[tokio::test]
async fn nothing_is_begun_after_a_cancel() {
    let gateway = Gateway::start("");
    let cancel = CancellationToken::new();
    cancel.cancel();
    let tally = gateway.sender(hasty()).send_all(prescriptions(1, 10), &cancel).await;
    assert_eq!((tally, gateway.receiver.requests()), (Tally::default(), 0));
    gateway.stop().await;
}

#[tokio::test]
async fn no_patient_is_shown_by_an_event() {
    let gateway = Gateway::start("");
    let prescription = prescriptions(1, 1).remove(0);
    let sent = gateway.sender(hasty()).send(&prescription, &CancellationToken::new()).await;
    let shown = format!("{:?}", SenderEvent::Done(sent));
    assert!(!shown.contains(prescription.nhs_number.as_str()));
    gateway.stop().await;
}
