//! The hash of a configuration: BLAKE3 of what it says, not of how it is written.

use causeway_relay::ConfigHash;
use serde_json::{Map, Value};

use super::source::SourceFile;

/// The hash of all files together. Files that are not TOML count as empty; such a configuration is not used.
pub(super) fn of(files: &[SourceFile]) -> ConfigHash {
    let mut all = Map::new();
    for file in files {
        let table = toml::from_str::<toml::Table>(&file.text).unwrap_or_default();
        if let Ok(Value::Object(table)) = serde_json::to_value(table) {
            merge(&mut all, table);
        }
    }
    // A hash of a secret would help whoever wants to guess it.
    if let Some(Value::Object(security)) = all.get_mut("security") {
        security.remove("index-key");
    }
    let named: Map<String, Value> = files
        .iter()
        .flat_map(SourceFile::named)
        .map(|(path, hash)| (path, Value::String(hash.to_hex().to_string())))
        .collect();
    if named.is_empty() {
        return digest(&Value::Object(all));
    }
    digest(&serde_json::json!({ "configuration": all, "files": named }))
}

/// The hash of a configuration that was changed after it was read.
pub(super) fn with(before: &ConfigHash, change: &Value) -> ConfigHash {
    digest(&serde_json::json!({ "before": before.as_str(), "change": change }))
}

fn digest(value: &Value) -> ConfigHash {
    let mut canonical = String::new();
    write(value, &mut canonical);
    ConfigHash::from(blake3::hash(canonical.as_bytes()).to_hex().as_str())
}

/// Members in the order of their names, whatever the map's own order.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            text.push('{');
            for name in names {
                text.push_str(&Value::String(name.clone()).to_string());
                text.push(':');
                write(members.get(name).unwrap_or(&Value::Null), text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(entries) => {
            text.push('[');
            for entry in entries {
                write(entry, text);
                text.push(',');
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

/// Tables of one name in several files are one table.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Value::Object(existing)), Value::Object(more)) => merge(existing, more),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}
