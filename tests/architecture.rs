//! Dependencies run one way (docs/ARCHITECTURE.md).

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use causeway_tests::workspace;

/// The crates by floor, ground floor first. A crate may depend on crates of lower floors only.
const FLOORS: &[&[&str]] = &[
    &["canonical"],
    &["syntax", "terminology"],
    &["adapter-fhir", "adapter-eps"],
    &["translate", "validate", "signature"],
    &["relay", "transport"],
    &["store-sqlite"],
    &["gateway", "simulator"],
    &["cli"],
];

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|names| names.contains(&name))
}

/// The crates of the workspace with the workspace crates that they depend on; test dependencies do not count.
fn crates() -> Vec<(String, Vec<String>)> {
    let folder = workspace().join("crates");
    let mut crates = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let manifest: toml::Table = std::fs::read_to_string(path.join("Cargo.toml")).unwrap().parse().unwrap();
        let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        let ours = dependencies.keys().filter_map(|name| name.strip_prefix("causeway-").map(str::to_owned));
        crates.push((path.file_name().unwrap().to_string_lossy().into_owned(), ours.collect()));
    }
    crates.sort();
    crates
}

#[test]
fn no_crate_depends_on_one_above_it_or_beside_it() {
    for (name, dependencies) in crates() {
        let own = floor(&name).unwrap_or_else(|| panic!("{name} has no floor in this test"));
        for dependency in dependencies {
            let below = floor(&dependency).unwrap_or_else(|| panic!("{dependency} has no floor in this test"));
            assert!(below < own, "{name} depends on {dependency}, which is not below it");
        }
    }
}

#[test]
fn only_the_gateway_and_the_program_know_which_store_is_used() {
    for (name, dependencies) in crates() {
        let knows_store = dependencies.iter().any(|dependency| dependency.starts_with("store-"));
        assert!(!knows_store || name == "gateway" || name == "cli", "{name} names a store");
    }
}

#[test]
fn only_stores_know_sql_and_only_transport_opens_sockets() {
    for (crate_name, owner) in
        [("rusqlite", "store-sqlite"), ("hyper", "transport"), ("reqwest", "transport"), ("jsonschema", "validate")]
    {
        for (name, _) in crates() {
            let manifest = std::fs::read_to_string(workspace().join("crates").join(&name).join("Cargo.toml")).unwrap();
            let manifest: toml::Table = manifest.parse().unwrap();
            let uses = manifest.get("dependencies").and_then(|table| table.get(crate_name)).is_some();
            assert!(!uses || name == owner, "{name} uses {crate_name}, which belongs to {owner}");
        }
    }
}

#[test]
fn files_stay_short_enough_to_read() {
    let mut folders = vec![workspace().join("crates"), workspace().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let lines = std::fs::read_to_string(&path).unwrap().lines().count();
                assert!(lines <= 600, "{} has {lines} lines", path.display());
            }
        }
    }
}
