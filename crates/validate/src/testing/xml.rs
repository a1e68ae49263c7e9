//! FHIR JSON of the tests as FHIR XML, right or wrong as it is.

use serde_json::{Map, Value};

/// The same message in XML.
pub fn from_json(message: &Value) -> String {
    let mut text = String::new();
    resource(message, true, &mut text);
    text
}

fn resource(resource: &Value, is_root: bool, text: &mut String) {
    let members = resource.as_object().unwrap();
    let kind = members["resourceType"].as_str().unwrap();
    let namespace = if is_root { " xmlns=\"http://hl7.org/fhir\"" } else { "" };
    text.push_str(&format!("<{kind}{namespace}>\n"));
    children(members, true, text);
    text.push_str(&format!("</{kind}>\n"));
}

fn children(members: &Map<String, Value>, is_resource: bool, text: &mut String) {
    for (name, value) in members {
        let is_attribute = match name.as_str() {
            "resourceType" => true,
            "id" => !is_resource,
            "url" => is_extension(members),
            name => name.starts_with('_'),
        };
        if is_attribute {
            continue;
        }
        let companion = members.get(&format!("_{name}"));
        match value {
            Value::Array(list) => {
                for (position, value) in list.iter().enumerate() {
                    element(name, value, companion.and_then(|list| list.get(position)), text);
                }
            }
            value => element(name, value, companion, text),
        }
    }
}

/// In these tests only extensions have a url and a value or extensions.
fn is_extension(members: &Map<String, Value>) -> bool {
    members.keys().any(|name| name == "extension" || name.starts_with("value"))
}

fn element(name: &str, value: &Value, companion: Option<&Value>, text: &mut String) {
    match value {
        Value::Object(members) if members.contains_key("resourceType") => {
            text.push_str(&format!("  <{name}>\n  "));
            resource(value, false, text);
        }
        Value::Object(members) => {
            text.push_str(&format!("  <{name}{}>\n", attributes(members)));
            children(members, false, text);
        }
        Value::String(div) if name == "div" => return text.push_str(div),
        Value::String(value) => text.push_str(&format!("  <{name} value=\"{}\">", escaped(value))),
        value => text.push_str(&format!("  <{name} value=\"{value}\">")),
    }
    if let Some(companion) = companion.and_then(Value::as_object) {
        children(companion, false, text);
    }
    text.push_str(&format!("</{name}>\n"));
}

fn attributes(members: &Map<String, Value>) -> String {
    let named = [("id", true), ("url", is_extension(members))];
    let present = named.into_iter().filter(|(_, is_attribute)| *is_attribute);
    present.filter_map(|(name, _)| Some(format!(" {name}=\"{}\"", escaped(members.get(name)?.as_str()?)))).collect()
}

fn escaped(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\n', "&#10;")
}
