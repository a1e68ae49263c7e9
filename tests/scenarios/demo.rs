//! The main job, as a user runs it.

use causeway_tests::run;
use serde_json::Value;

#[test]
fn the_demo_delivers_everything_it_accepts_and_says_so() {
    let output = run(&["demo", "--exit", "--json", "--count", "40", "--seed", "5"], b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["accepted"], 40);
    assert_eq!(report["refused"], 3);
    assert_eq!(report["arrived_at_pharmacy"], 40);
    assert_eq!(report["arrived_at_practice"], 13);
    let of_kind = |kind: &str, what: &str| report["kinds"][kind][what].as_u64().unwrap();
    assert_eq!((of_kind("prescription-order", "accepted"), of_kind("prescription-order", "arrived")), (40, 53));
    for kind in ["cancel-request", "dispense-notification"] {
        assert!(of_kind(kind, "accepted") > 0, "{kind}");
        assert_eq!(of_kind(kind, "accepted"), of_kind(kind, "arrived"), "{kind}");
    }
    assert_eq!(report["fields"]["lost"], 0);
    assert!(report["fields"]["carried"].as_u64().unwrap() > 1000);
}

#[test]
fn the_demo_keeps_its_data_where_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("kept");
    let data = data.to_str().unwrap();
    let output = run(&["demo", "--exit", "--count", "5", "--faults", "none", "--data", data], b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Every accepted prescription arrived"), "{text}");
    let found = run(&["log", "search", "--json", "--data", data], b"");
    // Five prescriptions and three that are refused; the four of the practice are dispensed.
    assert_eq!(String::from_utf8(found.stdout).unwrap().lines().count(), 5 + 3 + 4);
}
