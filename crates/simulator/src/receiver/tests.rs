use std::net::Ipv4Addr;

use causeway_canonical::model::AcknowledgementStatus;
use causeway_translate::{Options, registry, translate};
use causeway_transport::{ClientConfig, Exchange, HttpClient, SendFailure};
use tokio::task::JoinHandle;

use super::*;
use crate::generate::{Generator, Prescription, Spoil};

const START: &str = "2026-03-02T08:30:00Z";
/// Far longer than anything here takes.
const HANG: Duration = Duration::from_secs(20);

fn generator(seed: u64) -> Generator {
    Generator::new(seed, START.parse().unwrap())
}

/// The prescription as the pharmacy takes it.
fn xml(prescription: &Prescription) -> String {
    let mut context = Context::at(START.parse().unwrap());
    context.sender_asid = Some("200000009171".to_owned());
    context.receiver_asid = Some("200000009172".to_owned());
    context.sds_user_id = Some("555000091701".to_owned());
    context.sds_role_profile_id = Some("555000091702".to_owned());
    context.sds_job_role = Some("S8000:G8000:R8000".to_owned());
    let source = registry::adapter("fhir-r4-json").unwrap();
    let target = registry::adapter("eps-hl7v3").unwrap();
    let reading = source.read(prescription.json.as_bytes(), &context);
    let translation = translate(&reading, target, &context, &Options::default());
    let findings: Vec<String> = translation.findings.iter().map(ToString::to_string).collect();
    translation.text.unwrap_or_else(|| panic!("not translated: {findings:#?}"))
}

struct Running {
    receiver: Receiver,
    client: HttpClient,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start(receiver: Receiver, timeout_ms: u64) -> Self {
        let cancel = CancellationToken::new();
        let (addr, serve) = receiver.listen((Ipv4Addr::LOCALHOST, 0).into(), cancel.clone()).unwrap();
        let config = ClientConfig { timeout_ms, ..ClientConfig::new(format!("http://{addr}/inbox")) };
        Running { receiver, client: HttpClient::new(config).unwrap(), cancel, task: tokio::spawn(serve) }
    }

    fn pharmacy(faults: &str) -> Self {
        Running::pharmacy_with_timeout(faults, 20_000)
    }

    fn pharmacy_with_timeout(faults: &str, timeout_ms: u64) -> Self {
        let faults = Faults::parse(faults, 1).unwrap();
        Running::start(Receiver::pharmacy(ReceiverOptions { faults, ..Default::default() }).unwrap(), timeout_ms)
    }

    async fn post(&self, body: &str) -> Exchange {
        self.client.post(body.to_owned().into(), "application/xml", &[]).await
    }

    async fn stop(self) {
        self.cancel.cancel();
        tokio::time::timeout(HANG, self.task).await.unwrap().unwrap();
    }
}

/// Status and text of an answer.
fn answer(exchange: Exchange) -> (u16, String) {
    match exchange {
        Exchange::Answer { status, body, .. } => (status, String::from_utf8(body.to_vec()).unwrap()),
        other => panic!("no answer: {other:?}"),
    }
}

/// What an answer says when it is read with the format's own reader.
fn read_status(format: &str, text: &str) -> (AcknowledgementStatus, usize) {
    let reading = registry::adapter(format).unwrap().read(text.as_bytes(), &Context::at(START.parse().unwrap()));
    let findings: Vec<String> = reading.findings.iter().map(ToString::to_string).collect();
    let Some(message) = reading.message else { panic!("not readable: {findings:#?}\n{text}") };
    match message.body {
        Content::Acknowledgement(acknowledgement) => (acknowledgement.status, acknowledgement.issue.len()),
        _ => panic!("an acknowledgement is expected"),
    }
}

#[tokio::test]
async fn the_pharmacy_accepts_a_right_prescription_and_records_it() {
    let pharmacy = Running::pharmacy("");
    let prescription = generator(1).gp_prescription();
    let (status, text) = answer(pharmacy.post(&xml(&prescription)).await);
    assert_eq!((status, read_status("eps-hl7v3", &text).0), (200, AcknowledgementStatus::Accepted));
    pharmacy.receiver.record().wait_for(1).await;
    let arrivals = pharmacy.receiver.record().of_patient(&prescription.nhs_number);
    assert_eq!(arrivals.len(), 1);
    assert_eq!(arrivals[0].message_id, prescription.message_id);
    assert_eq!(arrivals[0].prescription_id, prescription.prescription_id);
    assert_eq!((arrivals[0].sequence, arrivals[0].count, arrivals[0].verdict), (0, 1, Verdict::Accepted));
    pharmacy.stop().await;
}

#[tokio::test]
async fn a_message_that_comes_again_gets_the_same_answer_and_is_recorded_once() {
    let pharmacy = Running::pharmacy("");
    let text = xml(&generator(1).gp_prescription());
    let first = answer(pharmacy.post(&text).await);
    assert_eq!(answer(pharmacy.post(&text).await), first);
    assert_eq!((pharmacy.receiver.record().len(), pharmacy.receiver.record().duplicates()), (1, 1));
    pharmacy.stop().await;
}

#[tokio::test]
async fn the_pharmacy_refuses_wrong_check_digits() {
    let pharmacy = Running::pharmacy("");
    let mut generator = generator(1);
    for fault in [Spoil::NhsNumberCheckDigit, Spoil::PrescriptionCheckCharacter] {
        let (status, text) = answer(pharmacy.post(&xml(&generator.spoiled(fault))).await);
        assert_eq!((status, read_status("eps-hl7v3", &text)), (400, (AcknowledgementStatus::Error, 1)), "{fault:?}");
    }
    let verdicts: Vec<_> = pharmacy.receiver.record().arrivals().iter().map(|arrival| arrival.verdict).collect();
    assert_eq!(verdicts, [Verdict::Refused, Verdict::Refused]);
    pharmacy.stop().await;
}

#[tokio::test]
async fn the_pharmacy_answers_what_is_no_message_at_all() {
    let pharmacy = Running::pharmacy("");
    for text in ["", "<a><b></a>", "{}", "<note>hello</note>"] {
        let (status, answer) = answer(pharmacy.post(text).await);
        assert_eq!(status, 400);
        assert!(!answer.is_empty());
    }
    assert_eq!((pharmacy.receiver.record().len(), pharmacy.receiver.record().unreadable()), (0, 4));
    pharmacy.stop().await;
}

#[tokio::test]
async fn another_content_under_an_id_that_was_refused_is_told_apart() {
    let pharmacy = Running::pharmacy("");
    let wrong = generator(1).spoiled(Spoil::NhsNumberCheckDigit);
    let refused = xml(&wrong);
    let (_, number) = refused
        .split_once("root=\"2.16.840.1.113883.2.1.4.1\"")
        .map_or(("", ""), |(head, _)| head.rsplit_once("extension=\"").unwrap());
    let number = number.split('"').next().unwrap();
    assert_eq!(answer(pharmacy.post(&refused).await).0, 400);
    let right = generator(2).gp_prescription();
    let (status, text) = answer(pharmacy.post(&refused.replace(number, right.nhs_number.as_str())).await);
    assert!(status == 400 && text.contains("receiver-content-differs"), "{status} {text}");
    pharmacy.stop().await;
}

#[tokio::test]
async fn what_asks_and_tells_nothing_is_of_no_use_to_the_pharmacy() {
    let pharmacy = Running::pharmacy("");
    let accepted = answer(pharmacy.post(&xml(&generator(1).gp_prescription())).await);
    let (status, text) = answer(pharmacy.post(&accepted.1).await);
    assert!(status == 400 && text.contains("receiver-message-kind"), "{status} {text}");
    pharmacy.stop().await;
}

#[tokio::test]
async fn the_practice_takes_fhir_and_answers_an_operation_outcome() {
    let practice = Running::start(Receiver::practice(ReceiverOptions::default()).unwrap(), 20_000);
    let mut generator = generator(4);
    let right = generator.hospital_prescription();
    let wrong = generator.spoiled(Spoil::NhsNumberCheckDigit);
    let (status, text) = answer(practice.post(&right.json).await);
    assert_eq!(status, 200);
    assert!(text.contains("OperationOutcome") && text.contains("informational"));
    let (status, text) = answer(practice.post(&wrong.json).await);
    assert_eq!(status, 400);
    assert!(text.contains("receiver-nhs-number"));
    assert!(!text.contains(wrong.nhs_number.as_str()));
    practice.stop().await;
}

#[tokio::test]
async fn a_receiver_speaks_the_format_that_it_is_told_and_keeps_what_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let keep = folder.path().join("kept");
    let format = Some("fhir-r4-json".to_owned());
    let options = ReceiverOptions { format, keep: Some(keep.clone()), ..ReceiverOptions::default() };
    let pharmacy = Running::start(Receiver::pharmacy(options).unwrap(), 20_000);
    let mut generator = generator(4);
    let sent = [generator.gp_prescription().json, generator.gp_prescription().json];
    for text in sent.iter().chain([&sent[0]]) {
        assert_eq!(answer(pharmacy.post(text).await).0, 200);
    }
    for (number, text) in sent.iter().enumerate() {
        assert_eq!(std::fs::read_to_string(keep.join(format!("00000{number}.json"))).unwrap(), *text);
    }
    assert_eq!(std::fs::read_dir(keep).unwrap().count(), 2);
    assert_eq!(pharmacy.receiver.record().arrivals()[0].kind, "prescription-order");
    let unknown = ReceiverOptions { format: Some("morse".to_owned()), ..ReceiverOptions::default() };
    assert!(Receiver::pharmacy(unknown).is_err());
    pharmacy.stop().await;
}

#[tokio::test]
async fn a_dropped_answer_is_in_doubt_and_sending_again_records_nothing_twice() {
    let pharmacy = Running::pharmacy("drop=1");
    let text = xml(&generator(1).gp_prescription());
    for count in 1..=2 {
        let exchange = pharmacy.post(&text).await;
        assert_eq!(exchange, Exchange::InDoubt { reason: SendFailure::ConnectionClosed });
        assert_eq!(pharmacy.receiver.record().arrivals()[0].count, count);
    }
    assert_eq!(pharmacy.receiver.record().len(), 1);
    pharmacy.stop().await;
}

#[tokio::test]
async fn a_late_answer_is_in_doubt_and_the_message_is_recorded() {
    // The client gives up while the receiver, which has recorded the message, still waits.
    let pharmacy = Running::pharmacy_with_timeout("late=1:60s", 2_000);
    let exchange = pharmacy.post(&xml(&generator(1).gp_prescription())).await;
    assert_eq!(exchange, Exchange::InDoubt { reason: SendFailure::AnswerTimeout });
    assert_eq!(pharmacy.receiver.record().len(), 1);
    pharmacy.stop().await;
}

#[tokio::test]
async fn a_slow_answer_is_an_answer() {
    let pharmacy = Running::pharmacy("slow=1:5ms");
    assert_eq!(answer(pharmacy.post(&xml(&generator(1).gp_prescription())).await).0, 200);
    pharmacy.stop().await;
}

#[tokio::test]
async fn an_unavailable_receiver_says_when_to_come_back_and_has_read_nothing() {
    let pharmacy = Running::pharmacy("unavailable=1");
    let exchange = pharmacy.post(&xml(&generator(1).gp_prescription())).await;
    let Exchange::Answer { status: 503, retry_after: Some(wait), .. } = exchange else { panic!("{exchange:?}") };
    assert_eq!(wait, Duration::from_secs(1));
    assert_eq!((pharmacy.receiver.record().len(), pharmacy.receiver.requests()), (0, 1));
    pharmacy.stop().await;
}

#[tokio::test]
async fn a_refusal_that_was_asked_for_stays_one() {
    let pharmacy = Running::pharmacy("refuse=1");
    let text = xml(&generator(1).gp_prescription());
    let first = answer(pharmacy.post(&text).await);
    assert_eq!((first.0, read_status("eps-hl7v3", &first.1).0), (400, AcknowledgementStatus::Error));
    assert_eq!(answer(pharmacy.post(&text).await), first);
    assert_eq!(pharmacy.receiver.record().arrivals()[0].verdict, Verdict::RefusedOnPurpose);
    pharmacy.stop().await;
}

#[tokio::test]
async fn the_journal_survives_a_restart_and_a_torn_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("arrivals.jsonl");
    let receiver =
        || Receiver::pharmacy(ReceiverOptions { journal: Some(path.clone()), ..Default::default() }).unwrap();
    let mut generator = generator(1);
    let texts = [xml(&generator.gp_prescription()), xml(&generator.gp_prescription())];

    let before = Running::start(receiver(), 20_000);
    let first = answer(before.post(&texts[0]).await);
    before.stop().await;
    let mut torn = std::fs::read(&path).unwrap();
    torn.extend_from_slice(b"{\"sequence\":1,\"mess");
    std::fs::write(&path, torn).unwrap();

    let after = Running::start(receiver(), 20_000);
    assert_eq!(after.receiver.record().len(), 1);
    assert_eq!(answer(after.post(&texts[0]).await), first);
    after.post(&texts[1]).await;
    after.stop().await;
    let record = Record::with_journal(&path).unwrap();
    let counts: Vec<_> = record.arrivals().iter().map(|arrival| (arrival.sequence, arrival.count)).collect();
    assert_eq!(counts, [(0, 2), (1, 1)]);
}

#[test]
fn every_generated_prescription_translates_and_is_taken() {
    let receiver = Receiver::pharmacy(ReceiverOptions::default()).unwrap();
    let now = START.parse().unwrap();
    for seed in 0..60 {
        let mut generator = generator(seed);
        for prescription in [generator.gp_prescription(), generator.hospital_prescription()] {
            assert!(matches!(receiver.take(xml(&prescription).as_bytes(), now, false), Outcome::Accepted(_)));
        }
    }
    assert_eq!(receiver.record().len(), 120);
}
