//! Building JSON, and printing it as FHIR systems do: the type of a resource first, then what identifies it, then the rest by name.
//!
//! Invariant: the order is this module's own, so that the bytes don't depend on how the JSON library keeps objects.

use serde_json::Value;

const FIRST: [&str; 9] =
    ["resourceType", "id", "fullUrl", "url", "extension", "identifier", "system", "sequence", "use"];

/// The text of a value, indented by two blanks.
pub fn print(value: &Value) -> String {
    let mut text = String::with_capacity(16 * 1024);
    write(&mut text, value, 0);
    text.push('\n');
    text
}

/// Sets a member of an object.
pub fn set(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}

fn write(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| (rank(name), *name));
            list(text, ('{', '}'), members.into_iter(), depth, |text, (name, value)| {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push_str(": ");
                write(text, value, depth + 1);
            });
        }
        Value::Array(entries) => {
            list(text, ('[', ']'), entries.iter(), depth, |text, entry| write(text, entry, depth + 1));
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

fn rank(name: &str) -> usize {
    FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len())
}

fn list<T>(
    text: &mut String,
    (open, close): (char, char),
    entries: impl Iterator<Item = T>,
    depth: usize,
    mut each: impl FnMut(&mut String, T),
) {
    text.push(open);
    let mut any = false;
    for entry in entries {
        text.push_str(if any { ",\n" } else { "\n" });
        text.push_str(&"  ".repeat(depth + 1));
        each(text, entry);
        any = true;
    }
    if any {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    }
    text.push(close);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_type_of_a_resource_stands_first_and_nothing_is_changed() {
        let value = json!({ "active": true, "resourceType": "Patient", "name": [{ "text": "a \"b\"" }], "empty": [] });
        let text = print(&value);
        assert!(text.starts_with("{\n  \"resourceType\": \"Patient\",\n  \"active\": true,"));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
