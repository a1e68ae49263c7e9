//! Places in a JSON document, as people write them.
//!
//! A place is a list of member names with points between them. `[2]` is an entry of a list by its number, `[nhs-number]`
//! the one whose `url`, `system`, `name` or `code` ends so. A place begins with
//! - the type of a FHIR resource: the first one of that type in the document, or with `[1]` the second;
//! - or a member of the document;
//! - or, in canonical JSON, a member of the message's body.

use serde_json::{Map, Value};

/// The place as JSON pointer. Lists and objects on the way may be missing if they are to be made.
///
/// # Panics
/// Where there is no such resource or entry.
pub fn pointer(document: &Value, place: &str) -> String {
    found(document, place).unwrap_or_else(|| panic!("{place}: no such resource or entry"))
}

/// What stands at a place.
pub fn value<'d>(document: &'d Value, place: &str) -> Option<&'d Value> {
    document.pointer(&found(document, place)?)
}

fn found(document: &Value, place: &str) -> Option<String> {
    let mut steps = steps(place).into_iter().peekable();
    let Some(Step::Member(first)) = steps.next() else { panic!("{place}: a place begins with a name") };
    let mut at = if first.starts_with(char::is_uppercase) {
        let number = steps.next_if(|step| matches!(step, Step::Number(_)));
        let number = if let Some(Step::Number(number)) = number { number } else { 0 };
        resources(document, &first).into_iter().nth(number)?
    } else if document.get(&first).is_none() && document.get("body").is_some() {
        let body = document["body"].as_object().unwrap();
        format!("/body/{}/{first}", body.keys().next().unwrap())
    } else {
        format!("/{first}")
    };
    for step in steps {
        let list = document.pointer(&at);
        at = match step {
            Step::Member(name) => format!("{at}/{name}"),
            Step::Number(number) => format!("{at}/{number}"),
            Step::Word(word) => {
                let number = list?.as_array()?.iter().position(|entry| is_called(entry, &word))?;
                format!("{at}/{number}")
            }
        };
    }
    Some(at)
}

/// Sets a value, and makes the objects and lists on the way to it.
pub fn set(document: &mut Value, pointer: &str, value: Value) {
    let mut at = document;
    for name in pointer.split('/').skip(1) {
        if at.is_null() {
            *at = if name.parse::<usize>().is_ok() { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
        }
        at = match at {
            Value::Array(entries) => {
                let number: usize =
                    name.parse().unwrap_or_else(|_| panic!("{pointer}: a number is expected for {name}"));
                if number == entries.len() {
                    entries.push(Value::Null);
                }
                entries.get_mut(number).unwrap_or_else(|| panic!("{pointer}: the list ends before {number}"))
            }
            Value::Object(members) => members.entry(name).or_insert(Value::Null),
            _ => panic!("{pointer}: nothing can stand below a value"),
        };
    }
    *at = value;
}

/// Takes out a value; a resource with the entry of its bundle.
pub fn remove(document: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {parent}")) {
        Value::Array(entries) => drop(entries.remove(name.parse().unwrap())),
        Value::Object(members) => {
            members.remove(name).unwrap_or_else(|| panic!("nothing at {pointer}"));
        }
        _ => panic!("nothing at {pointer}"),
    }
}

/// Puts an entry of a list there twice, the second time behind the first.
pub fn double(document: &mut Value, pointer: &str) {
    let (list, number) = pointer.rsplit_once('/').unwrap();
    let entries = document.pointer_mut(list).and_then(Value::as_array_mut);
    let entries = entries.unwrap_or_else(|| panic!("{pointer} is no entry of a list"));
    let number: usize = number.parse().unwrap();
    entries.insert(number + 1, entries[number].clone());
}

/// The entry of a bundle in which a resource stands; otherwise the place itself.
pub fn entry(pointer: &str) -> &str {
    pointer.strip_suffix("/resource").unwrap_or(pointer)
}

enum Step {
    Member(String),
    Number(usize),
    Word(String),
}

fn steps(place: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in place.split('.') {
        let (name, selectors) = part.split_once('[').map_or((part, ""), |(name, rest)| (name, rest));
        steps.push(Step::Member(name.to_owned()));
        for selector in selectors.split('[').filter(|selector| !selector.is_empty()) {
            let selector = selector.strip_suffix(']').unwrap_or_else(|| panic!("{place}: ] is missing"));
            let number = selector.parse().map(Step::Number);
            steps.push(number.unwrap_or_else(|_| Step::Word(selector.to_owned())));
        }
    }
    steps
}

/// Every resource of a type, as it stands in the document from its beginning on.
fn resources(document: &Value, kind: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(document, kind, String::new(), &mut found);
    found
}

fn collect(value: &Value, kind: &str, at: String, found: &mut Vec<String>) {
    match value {
        Value::Array(entries) => {
            for (number, entry) in entries.iter().enumerate() {
                collect(entry, kind, format!("{at}/{number}"), found);
            }
        }
        Value::Object(members) => {
            if members.get("resourceType").is_some_and(|it| it == kind) {
                found.push(at.clone());
            }
            for (name, member) in members {
                collect(member, kind, format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

fn is_called(entry: &Value, word: &str) -> bool {
    ["url", "system", "name", "code"].iter().any(|name| entry[name].as_str().is_some_and(|it| it.ends_with(word)))
}
