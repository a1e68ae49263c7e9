//! `causeway bench`: what it measures, and what it leaves out.

use causeway_tests::{fixtures, run};
use serde_json::Value;

fn bench(arguments: &[&str]) -> std::process::Output {
    let context = fixtures().join("context.toml");
    let context = context.to_str().unwrap();
    let way = ["bench", "--from", "fhir-r4-json", "--to", "eps-hl7v3", "--context", context, "--seconds", "1"];
    run(&[&way, arguments].concat(), b"")
}

#[test]
fn both_ways_are_measured_by_kind_and_other_files_are_counted() {
    let folder = fixtures();
    for (way, mode) in [(&[][..], "translate"), (&["--full"], "validate-translate-echo")] {
        let output = bench(&[way, &["--json", folder.to_str().unwrap()]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let measured: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(measured["mode"], mode);
        for key in ["messages", "seconds", "per_s", "mb_s", "rss_mb", "p50_us", "p99_us"] {
            assert!(measured[key].as_f64().unwrap() > 0.0, "{key}: {measured}");
        }
        assert!(measured["unreadable"].as_u64().unwrap() >= 1, "the context file is no message: {measured}");
        let kinds = measured["kinds"].as_array().unwrap();
        let orders = kinds.iter().find(|kind| kind["kind"] == "prescription-order").unwrap();
        for key in ["files", "bytes", "messages", "per_s", "mb_s", "p50_us", "p99_us"] {
            assert!(orders[key].as_f64().unwrap() > 0.0, "{key}: {measured}");
        }
        let of_kinds: u64 = kinds.iter().map(|kind| kind["messages"].as_u64().unwrap()).sum();
        assert_eq!(of_kinds, measured["messages"].as_u64().unwrap());
    }
}

#[test]
fn where_nothing_is_left_the_command_fails_and_says_why() {
    let output = bench(&[fixtures().join("context.toml").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 files do not read as one, 0 are refused"));
}
