//! The rules of schemas/README.md for how a schema is written.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise, and its helpers count as shipped code to the lints"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

const SHARED: [&str; 3] = ["datatypes.schema.json", "extensions.schema.json", "resources.schema.json"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/fhir-r4")
}

fn files() -> BTreeMap<String, Value> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let file = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap())
    };
    entries.map(file).collect()
}

/// Every part of a schema with the keywords on the way to it.
fn parts<'s>(schema: &'s Value, way: &str, found: &mut Vec<(String, &'s Value)>) {
    found.push((way.to_owned(), schema));
    let children: Vec<(String, &Value)> = match schema {
        Value::Object(members) => members.iter().map(|(name, child)| (name.clone(), child)).collect(),
        Value::Array(elements) => elements.iter().enumerate().map(|(n, child)| (n.to_string(), child)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        parts(child, &format!("{way}/{name}"), found);
    }
}

fn all_parts(schema: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    parts(schema, "", &mut found);
    found
}

/// The file and the name of the definition that a `$ref` leads to.
fn target<'r>(own: &'r str, reference: &'r str) -> (&'r str, &'r str) {
    let (file, name) = reference.split_once("#/$defs/").unwrap_or_else(|| panic!("{own}: {reference}"));
    (if file.is_empty() { own } else { file }, name)
}

#[test]
fn every_schema_says_what_it_is_and_which_version() {
    for (name, schema) in files() {
        assert_eq!(schema["$id"], format!("https://causeway.example/schemas/fhir-r4/{name}"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema["$comment"].as_str().unwrap().starts_with("Version "), "{name}");
        let definitions = schema["$defs"].as_object().into_iter().flatten().map(|(of, part)| (of.as_str(), part));
        for (of, definition) in definitions.chain([("", &schema)]) {
            for word in ["title", "description"] {
                assert!(definition[word].as_str().is_some_and(|text| !text.is_empty()), "{name} {of}: {word}");
            }
            assert!(definition["description"].as_str().unwrap().ends_with('.'), "{name} {of}");
        }
    }
}

#[test]
fn references_lead_to_own_or_shared_definitions_and_each_definition_is_used() {
    let files = files();
    let mut used = BTreeSet::new();
    for (own, schema) in &files {
        for (way, part) in all_parts(schema) {
            if !way.ends_with("/$ref") {
                continue;
            }
            let (file, name) = target(own, part.as_str().unwrap());
            assert!(file == own || SHARED.contains(&file), "{own}{way}");
            assert!(files[file]["$defs"].get(name).is_some(), "{own}{way}: no {name} in {file}");
            used.insert((file.to_owned(), name.to_owned()));
        }
    }
    for (file, schema) in &files {
        for name in schema["$defs"].as_object().into_iter().flatten().map(|(name, _)| name) {
            assert!(used.contains(&(file.clone(), name.clone())), "{file}: nothing leads to {name}");
        }
    }
}

#[test]
fn nothing_is_tried_and_no_pattern_looks_around() {
    const NEVER: [&str; 8] = [
        "oneOf",
        "anyOf",
        "not",
        "unevaluatedProperties",
        "unevaluatedItems",
        "additionalProperties",
        "$dynamicRef",
        "propertyNames",
    ];
    for (name, schema) in files() {
        for (way, part) in all_parts(&schema) {
            let keyword = way.rsplit('/').next().unwrap();
            let is_name = way.ends_with(&format!("properties/{keyword}"));
            assert!(is_name || !NEVER.contains(&keyword), "{name}{way}");
            if keyword == "pattern" && !is_name {
                let pattern = part.as_str().unwrap();
                assert!(!pattern.contains("(?"), "{name}{way}: looks around");
                assert!(!(1..=9).any(|group| pattern.contains(&format!("\\{group}"))), "{name}{way}: looks back");
            }
        }
    }
}

/// Whether an `if` asks for the fixed value of one property.
fn discriminates(condition: &Value) -> bool {
    let properties = condition["properties"].as_object();
    properties.is_some_and(|properties| {
        properties.len() == 1 && properties.values().all(|fixed| fixed.get("const").is_some())
    })
}

/// What stands where only demands may be added and says a type, or leads to a definition that does.
fn types_added(schema: &Value, way: &str, may_say: bool, found: &mut Vec<String>) {
    let Some(keywords) = schema.as_object() else { return };
    if !may_say && (keywords.contains_key("type") || keywords.contains_key("items")) {
        found.push(way.to_owned());
    }
    for (keyword, part) in keywords {
        let way = format!("{way}/{keyword}");
        match keyword.as_str() {
            "properties" | "$defs" => {
                for (name, part) in part.as_object().unwrap() {
                    types_added(part, &format!("{way}/{name}"), may_say, found);
                }
            }
            "items" => types_added(part, &way, may_say, found),
            "then" | "else" => types_added(part, &way, may_say && discriminates(&schema["if"]), found),
            "if" | "contains" => types_added(part, &way, false, found),
            "dependentSchemas" => {
                part.as_object().unwrap().values().for_each(|part| types_added(part, &way, false, found));
            }
            "allOf" => part.as_array().unwrap().iter().for_each(|part| types_added(part, &way, false, found)),
            _ => {}
        }
    }
}

#[test]
fn the_type_of_an_element_is_found_by_the_ways_that_the_readme_names() {
    for (name, schema) in files() {
        let mut found = Vec::new();
        types_added(&schema, "", true, &mut found);
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}
