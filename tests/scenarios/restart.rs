//! The pharmacy is away, the gateway is killed: nothing that was acknowledged is lost, doubled or out of order.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use causeway_simulator::generate::{Generator, PatientKey, Prescription};
use causeway_tests::process::{Gateway, free_address, post, receiver, wait_for};

const PRESCRIPTIONS: usize = 50;

/// Prescriptions of a practice, several for some patients.
fn prescriptions() -> Vec<Prescription> {
    let start = "2026-03-02T09:00:00Z".parse().unwrap();
    let mut generator = Generator::new(7, start)
        .nominating(causeway_canonical::identifier::OdsCode::new(Gateway::pharmacy_code()))
        .everybody_nominates();
    (0..PRESCRIPTIONS).map(|_| generator.gp_prescription()).collect()
}

/// What arrived: message ids in the order of arrival with the number of times, the last line of a message counting.
fn arrivals(journal: &Path) -> Vec<(String, u64)> {
    let text = std::fs::read_to_string(journal).unwrap_or_default();
    let mut by_sequence = BTreeMap::new();
    for line in text.lines().filter(|line| line.ends_with('}')) {
        let arrival: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = arrival["message_id"].as_str().unwrap().to_owned();
        by_sequence.insert(arrival["sequence"].as_u64().unwrap(), (id, arrival["count"].as_u64().unwrap()));
    }
    by_sequence.into_values().collect()
}

#[test]
fn fifty_prescriptions_survive_an_absent_pharmacy_and_a_killed_gateway() {
    let folder = tempfile::tempdir().unwrap();
    let (pharmacy, practice) = (free_address(), free_address());
    let gateway = Gateway::new(folder.path(), pharmacy, practice);
    let sent = prescriptions();

    let (mut process, address) = gateway.start();
    for prescription in &sent {
        let (status, answer) = post(address, "/gp", &prescription.json);
        assert_eq!(status, 200, "{answer}");
    }
    process.kill();

    let journal = folder.path().join("pharmacy.jsonl");
    let (_pharmacy, _) = receiver("pharmacy", pharmacy, &journal);
    let (_process, _) = gateway.start();
    wait_for("all prescriptions at the pharmacy", || arrivals(&journal).len() == PRESCRIPTIONS);
    wait_for("the relay to know it", || {
        gateway.log(&["search", "--state", "delivered", "--limit", "1000"]).len() == PRESCRIPTIONS
    });

    let arrived = arrivals(&journal);
    assert!(arrived.iter().all(|(_, count)| *count == 1), "each once: {arrived:?}");
    let mut of_patient: HashMap<PatientKey, (Vec<&str>, Vec<&str>)> = HashMap::new();
    for prescription in &sent {
        of_patient.entry(prescription.patient_key).or_default().0.push(prescription.message_id.as_str());
    }
    for (id, _) in &arrived {
        let prescription = sent.iter().find(|candidate| candidate.message_id.as_str() == id).expect("one of ours");
        of_patient.entry(prescription.patient_key).or_default().1.push(id);
    }
    assert!(of_patient.values().any(|(sent, _)| sent.len() > 1), "some patient has several");
    for (sent, arrived) in of_patient.values() {
        assert_eq!(sent, arrived, "in the order of the patient");
    }
    let chain = gateway.log(&["tail", "--verify", "--last", "0"]);
    assert_eq!(chain[0]["broken"], serde_json::Value::Null);
}
