//! What fuzzing found once, and what it starts from: every target takes all of it, every time.

use std::collections::BTreeSet;

use causeway_tests::fuzz::{TARGETS, corpus, seeds};
use causeway_tests::workspace;

fn takes_everything(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let files: Vec<_> = std::fs::read_dir(corpus(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty(), "the corpus of {name} is empty");
    for file in files {
        println!("{}", file.display());
        (target.run)(&std::fs::read(&file).unwrap());
    }
    for (number, seed) in seeds(name).into_iter().enumerate() {
        println!("seed {number}");
        (target.run)(&seed);
    }
}

macro_rules! targets {
    ($($test:ident: $name:literal,)*) => {
        $(#[test]
        fn $test() {
            takes_everything($name);
        })*

        #[test]
        fn every_target_has_a_test_and_every_folder_a_target() {
            let names: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
            assert_eq!(BTreeSet::from([$($name.to_owned(),)*]), names);
            let folders = std::fs::read_dir(workspace().join("tests/fuzz/corpus")).unwrap();
            let folders: BTreeSet<String> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            assert_eq!(folders, names);
            let manifest = std::fs::read_to_string(workspace().join("tests/fuzz/Cargo.toml")).unwrap();
            let manifest: toml::Table = manifest.parse().unwrap();
            let programs = manifest["bin"].as_array().unwrap().iter();
            let programs: BTreeSet<String> = programs.map(|program| program["name"].as_str().unwrap().to_owned()).collect();
            assert_eq!(programs, names);
        }
    };
}

targets! {
    json_takes_the_corpus: "json",
    xml_takes_the_corpus: "xml",
    canonical_xml_takes_the_corpus: "c14n",
    fhir_json_takes_the_corpus: "fhir-r4-json",
    fhir_xml_takes_the_corpus: "fhir-r4-xml",
    v3_takes_the_corpus: "eps-hl7v3",
    the_canonical_form_takes_the_corpus: "canonical-json",
    configuration_takes_the_corpus: "configuration",
    dosages_take_the_corpus: "dose-text",
    signatures_take_the_corpus: "signature",
    round_trips_take_the_corpus: "round-trip",
}
