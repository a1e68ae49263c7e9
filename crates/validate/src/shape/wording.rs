//! What is said of a schema error: the rule, the text and the hint.

use std::borrow::Cow;

use causeway_canonical::Rule;
use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use super::schemas::Definition;
use crate::catalogue;

/// How to mend it: the rule's own advice, and what the element is.
pub fn hint(rule: &Rule, definition: Definition) -> String {
    format!("{}. {}: {}", rule.hint, definition.title(), definition.description())
}

/// The title of a definition inside a sentence.
fn name(definition: Definition) -> String {
    let mut letters = definition.title().chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// The rule that an error breaks, and the text for it. Values come from the schema alone.
pub fn say(kind: &ValidationErrorKind, definition: Definition) -> (&'static Rule, Cow<'static, str>) {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Required { property } => (
            &catalogue::SHAPE_REQUIRED,
            format!("{} is expected here and missing", property.as_str().unwrap_or("an element")).into(),
        ),
        Kind::Type { kind } => (&catalogue::SHAPE_TYPE, format!("{} is expected here", types(kind)).into()),
        Kind::Pattern { .. } => {
            (&catalogue::SHAPE_PATTERN, format!("the form of “{}” is expected here", name(definition)).into())
        }
        Kind::Contains => (
            &catalogue::SHAPE_CARDINALITY,
            format!("another number of entries is expected here: {}", name(definition)).into(),
        ),
        Kind::MinItems { limit } => {
            (&catalogue::SHAPE_CARDINALITY, format!("at least {limit} in this list is expected").into())
        }
        Kind::MaxItems { limit } => {
            (&catalogue::SHAPE_CARDINALITY, format!("at most {limit} in this list is expected").into())
        }
        Kind::MinLength { .. } => (&catalogue::SHAPE_EMPTY, "a text that is not empty is expected here".into()),
        Kind::MinProperties { limit } => {
            (&catalogue::SHAPE_EMPTY, format!("an element with at least {limit} of its parts is expected here").into())
        }
        Kind::Minimum { limit } => {
            (&catalogue::SHAPE_RANGE, format!("a number of at least {limit} is expected here").into())
        }
        Kind::Constant { expected_value } => {
            (&catalogue::SHAPE_FIXED_VALUE, format!("{} is expected here", word(expected_value)).into())
        }
        Kind::Enum { options } => {
            let options: Vec<&str> = options.as_array().into_iter().flatten().map(word).collect();
            (&catalogue::SHAPE_FIXED_VALUE, format!("one of {} is expected here", options.join(", ")).into())
        }
        Kind::FalseSchema => (&catalogue::SHAPE_NOT_ALLOWED, "this element is not expected here".into()),
        _ => (&catalogue::SHAPE_OTHER, format!("the shape of “{}” is expected here", name(definition)).into()),
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or("a fixed value")
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => type_name(*one).to_owned(),
        TypeKind::Multiple(several) => several.iter().map(type_name).collect::<Vec<_>>().join(" or "),
    }
}

fn type_name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Object => "an object",
        JsonType::Array => "a list",
        JsonType::String => "a text",
        JsonType::Number => "a number",
        JsonType::Integer => "a whole number",
        JsonType::Boolean => "true or false",
        JsonType::Null => "null",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::schemas::Gate;

    #[test]
    fn the_innermost_definition_gives_the_words() {
        let gate = Gate::canonical().unwrap();
        let definition =
            gate.definition_at("https://causeway.example/schemas/fhir-r4/datatypes.schema.json#/$defs/Id/type");
        assert_eq!(name(definition), "local id");
        let advice = catalogue::SHAPE_TYPE.hint;
        assert!(hint(&catalogue::SHAPE_TYPE, definition).starts_with(&format!("{advice}. Local id: ")));
        for place in ["datatypes.schema.json#/$defs/Unknown/type", "datatypes.schema.json#/required", "unknown#/type"] {
            let location = format!("https://causeway.example/schemas/fhir-r4/{place}");
            assert_eq!(gate.definition_at(&location).title(), gate.root().title());
        }
    }

    #[test]
    fn an_error_that_no_schema_of_ours_can_give_is_said_all_the_same() {
        let (rule, message) = say(&ValidationErrorKind::UniqueItems, Gate::canonical().unwrap().root());
        assert_eq!(rule, &catalogue::SHAPE_OTHER);
        assert!(message.starts_with("the shape of “") && message.ends_with("” is expected here"), "{message}");
    }
}
