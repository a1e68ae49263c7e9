//! Every leaf of a message with its path, in order: what reports of differences are made of.

use serde_json::Value;

use crate::model::{Kind, Message};

/// One leaf of a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Fact {
    /// Path relative to the body, as [`super::FieldRef::path`] gives it.
    pub path: String,
    /// The leaf as text.
    pub value: String,
}

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fact({}, …)", self.path)
    }
}

/// Every leaf of a message, sorted by name within each object.
pub fn facts(message: &Message) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Ok(value) = serde_json::to_value(message) {
        collect(&value, &mut String::new(), &mut facts);
    }
    facts
}

fn collect(value: &Value, path: &mut String, facts: &mut Vec<Fact>) {
    let length = path.len();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if !is_body_wrapper(path, name) {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                collect(member, path, facts);
                path.truncate(length);
            }
        }
        Value::Array(members) => {
            for (position, member) in members.iter().enumerate() {
                path.push_str(&format!("[{position}]"));
                collect(member, path, facts);
                path.truncate(length);
            }
        }
        Value::String(text) => facts.push(Fact { path: path.clone(), value: text.clone() }),
        Value::Null => {}
        scalar => facts.push(Fact { path: path.clone(), value: scalar.to_string() }),
    }
}

/// `body` and the name of the kind stand in the JSON form and not in field paths.
fn is_body_wrapper(path: &str, name: &str) -> bool {
    path.is_empty() && (name == "body" || Kind::ALL.iter().any(|kind| kind.member() == name))
}
