//! What is said of a schema error: the rule, the text and the hint.

use std::borrow::Cow;

use causeway_canonical::Rule;
use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use crate::catalogue;

/// The definition of the schema that an error belongs to.
pub struct Definition<'s> {
    title: &'s str,
    description: &'s str,
}

impl<'s> Definition<'s> {
    /// The innermost definition on the way to a keyword of the schema; the schema itself where there is none.
    pub fn of(schema: &'s Value, keyword: &str) -> Self {
        let name = keyword.rsplit_once("/$defs/").and_then(|(_, rest)| rest.split('/').next());
        let definition = name.and_then(|name| schema.get("$defs")?.get(name)).unwrap_or(schema);
        let part = |part| definition.get(part).and_then(Value::as_str).unwrap_or_default();
        Definition { title: part("title"), description: part("description") }
    }

    /// How to mend it: the rule's own advice, and what the element is.
    pub fn hint(&self, rule: &Rule) -> String {
        format!("{}. {}: {}", rule.hint, self.title, self.description)
    }

    /// The title inside a sentence.
    fn name(&self) -> String {
        let mut letters = self.title.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase());
        first.into_iter().chain(letters).collect()
    }
}

/// The rule that an error breaks, and the text for it. Values come from the schema alone.
pub fn say(kind: &ValidationErrorKind, definition: &Definition<'_>) -> (&'static Rule, Cow<'static, str>) {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Required { property } => (
            &catalogue::SHAPE_REQUIRED,
            format!("{} is expected here and missing", property.as_str().unwrap_or("an element")).into(),
        ),
        Kind::Type { kind } => (&catalogue::SHAPE_TYPE, format!("{} is expected here", types(kind)).into()),
        Kind::Pattern { .. } => {
            (&catalogue::SHAPE_PATTERN, format!("the form of “{}” is expected here", definition.name()).into())
        }
        Kind::Contains => (
            &catalogue::SHAPE_CARDINALITY,
            format!("another number of entries is expected here: {}", definition.name()).into(),
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
        _ => (&catalogue::SHAPE_OTHER, format!("the shape of “{}” is expected here", definition.name()).into()),
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
    use serde_json::json;

    use super::*;

    #[test]
    fn the_innermost_definition_gives_the_words() {
        let schema = json!({
            "title": "Message",
            "description": "All of it.",
            "$defs": {"Name": {"title": "Name of a person", "description": "Parts of a name."}}
        });
        let inner = Definition::of(&schema, "/$defs/Name/properties/family/type");
        assert_eq!(inner.name(), "name of a person");
        assert_eq!(
            inner.hint(&catalogue::SHAPE_TYPE),
            format!("{}. Name of a person: Parts of a name.", catalogue::SHAPE_TYPE.hint)
        );
        assert_eq!(Definition::of(&schema, "/required").title, "Message");
        assert_eq!(Definition::of(&schema, "/$defs/Unknown/type").title, "Message");
    }

    #[test]
    fn an_error_that_no_schema_of_ours_can_give_is_said_all_the_same() {
        let schema = json!({"title": "Message", "description": "All of it."});
        let (rule, message) = say(&ValidationErrorKind::UniqueItems, &Definition::of(&schema, "/uniqueItems"));
        assert_eq!(rule, &catalogue::SHAPE_OTHER);
        assert_eq!(message, "the shape of “message” is expected here");
    }
}
