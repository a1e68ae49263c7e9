//! The lossless tree as the schema validator sees it, so that a message is not converted to be checked.
//!
//! Invariant: values are looked at where they stand. Copies are made for errors only, and the gate never reads them.

use std::borrow::Cow;

use causeway_syntax::{JsonChildren, JsonKind, JsonTree, NodeId};
use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use serde_json::{Number, Value};

/// The representation.
pub struct Syntax;

impl Json for Syntax {
    type Node<'a> = Instance<'a>;
    type PreparedKey = String;
    type StringBuffer = ();
    // A lookup walks the members, so one pass over them is soon cheaper than several lookups.
    const KEYS_PER_LOOKUP: usize = 8;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(_: &mut (), string: &str, f: impl FnOnce(Instance<'_>) -> T) -> T {
        f(Instance::Text(string))
    }
}

/// One value.
#[derive(Clone, Copy)]
pub enum Instance<'a> {
    /// A node of a tree.
    Node(&'a JsonTree<'a>, NodeId),
    /// A text that stands alone, such as the name of a member.
    Text(&'a str),
}

impl<'a> Instance<'a> {
    fn kind(self) -> JsonKind {
        match self {
            Instance::Node(tree, id) => tree.kind(id),
            Instance::Text(_) => JsonKind::String,
        }
    }

    fn text(self) -> &'a str {
        match self {
            Instance::Node(tree, id) => tree.text(id),
            Instance::Text(text) => text,
        }
    }

    fn container(self, kind: JsonKind) -> Option<Container<'a>> {
        match self {
            Instance::Node(tree, id) if tree.kind(id) == kind => Some(Container { tree, id }),
            _ => None,
        }
    }
}

impl<'a> Node<'a, Syntax> for Instance<'a> {
    type Object = Container<'a>;
    type Array = Container<'a>;
    type Number = Lexical<'a>;

    fn as_object(&self) -> Option<Container<'a>> {
        self.container(JsonKind::Object)
    }

    fn as_array(&self) -> Option<Container<'a>> {
        self.container(JsonKind::Array)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        (self.kind() == JsonKind::String).then(|| Cow::Borrowed(self.text()))
    }

    fn as_number(&self) -> Option<Lexical<'a>> {
        (self.kind() == JsonKind::Number).then(|| Lexical(self.text()))
    }

    fn as_boolean(&self) -> Option<bool> {
        (self.kind() == JsonKind::Bool).then(|| self.text() == "true")
    }

    fn is_null(&self) -> bool {
        self.kind() == JsonKind::Null
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            JsonKind::Object => JsonType::Object,
            JsonKind::Array => JsonType::Array,
            JsonKind::String => JsonType::String,
            JsonKind::Number => JsonType::Number,
            JsonKind::Bool => JsonType::Boolean,
            JsonKind::Null => JsonType::Null,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match expected {
            Value::String(expected) => self.kind() == JsonKind::String && self.text() == expected,
            expected => jsonschema::json::cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        let Instance::Node(tree, id) = *self else { return Cow::Owned(Value::String(self.text().to_owned())) };
        let value_of = |id| Instance::Node(tree, id).to_value().into_owned();
        Cow::Owned(match self.kind() {
            JsonKind::Object => tree
                .children(id)
                .map(|child| (tree.key(child).unwrap_or_default().to_owned(), value_of(child)))
                .collect(),
            JsonKind::Array => tree.children(id).map(value_of).collect(),
            JsonKind::String => Value::String(self.text().to_owned()),
            JsonKind::Number => Value::Number(Lexical(self.text()).to_number().into_owned()),
            JsonKind::Bool => Value::Bool(self.text() == "true"),
            JsonKind::Null => Value::Null,
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match self {
            Instance::Node(tree, id) => {
                let address = std::ptr::from_ref(*tree).addr();
                Some(NodeIdentity::tagged(address, u32::try_from(id.index()).ok()?))
            }
            Instance::Text(_) => None,
        }
    }
}

/// An object or a list.
#[derive(Clone, Copy)]
pub struct Container<'a> {
    tree: &'a JsonTree<'a>,
    id: NodeId,
}

impl<'a> Object<'a, Syntax> for Container<'a> {
    type Node = Instance<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        self.tree.children(self.id).count()
    }

    fn get(&self, key: &String) -> Option<Instance<'a>> {
        self.tree.child(self.id, key).map(|id| Instance::Node(self.tree, id))
    }

    fn members(&self) -> Members<'a> {
        Members { tree: self.tree, children: self.tree.children(self.id) }
    }
}

impl<'a> Array<'a, Syntax> for Container<'a> {
    type Node = Instance<'a>;
    type ElementsIter = Elements<'a>;

    fn len(&self) -> usize {
        self.tree.children(self.id).count()
    }

    fn elements(&self) -> Elements<'a> {
        Elements { tree: self.tree, children: self.tree.children(self.id) }
    }
}

/// Members of an object with their names.
pub struct Members<'a> {
    tree: &'a JsonTree<'a>,
    children: JsonChildren<'a>,
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, Instance<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let id = self.children.next()?;
        Some((self.tree.key(id).unwrap_or_default(), Instance::Node(self.tree, id)))
    }
}

/// Elements of a list.
pub struct Elements<'a> {
    tree: &'a JsonTree<'a>,
    children: JsonChildren<'a>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Instance<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.children.next().map(|id| Instance::Node(self.tree, id))
    }
}

/// A number in its lexical form.
pub struct Lexical<'a>(&'a str);

impl Lexical<'_> {
    /// Whether the number is one that a double can hold; the gate reports any other before it asks the schema.
    pub fn is_finite(text: &str) -> bool {
        text.parse::<f64>().is_ok_and(f64::is_finite)
    }
}

impl JsonNumber for Lexical<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(serde_json::from_str(self.0).unwrap_or_else(|_| Number::from(0)))
    }
}

#[cfg(test)]
mod tests {
    use causeway_syntax::Limits;
    use jsonschema::json::conformance;

    use super::*;

    #[test]
    fn the_representation_keeps_the_contract_of_the_validator() {
        let text = conformance::document().to_string();
        let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
        conformance::assert_conformance::<Syntax>(&Instance::Node(&tree, tree.root()));
    }

    #[test]
    fn a_number_is_judged_by_its_value_and_not_by_its_spelling() {
        let schema = serde_json::json!({"items": {"type": "integer", "minimum": 1}});
        let validator = jsonschema::options_for::<Syntax>().build(&schema).unwrap();
        let is_valid = |text: &str| {
            let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
            validator.is_valid(Instance::Node(&tree, tree.root()))
        };
        assert!(is_valid("[1, 1.0, 1e2, 18446744073709551616]"));
        for number in ["0", "-0", "-1", "1.5", "1e-1", "\"1\""] {
            assert!(!is_valid(&format!("[{number}]")), "{number}");
        }
    }
}
