//! What each element of a FHIR message is in JSON, taken from the schema of the message: a list or not, and which sort of
//! value.
//!
//! Invariants:
//! - The schema is walked once, when a message in XML first asks for its kind. What is made of it depends on the schema alone.
//! - Where the schema says different things of an element under different conditions, all of them are united; only the type
//!   of a resource decides, as names mean different things in different resources.
//! - What the schema does not name is open, and so is its form.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use causeway_canonical::model::Kind;
use serde_json::Value;

use super::schemas::Definition;

/// The elements of the messages of a kind.
pub struct Forms {
    elements: Vec<HashMap<&'static str, Slot>>,
}

/// What stands under a name.
pub struct Slot {
    /// Whether it may stand there several times.
    pub is_list: bool,
    /// Which sort of value it is.
    pub holds: Holds,
    /// What is in it, by the type of the resource that it is; [`ANY`] for other types and for what is no resource.
    content: Vec<(&'static str, usize)>,
}

/// Sort of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Nothing is known of it.
    Anything,
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Further elements.
    Elements,
}

impl Holds {
    /// Whether it is a value without further elements.
    pub fn is_primitive(self) -> bool {
        matches!(self, Holds::Text | Holds::Number | Holds::Boolean)
    }
}

/// In place of a resource type: any that is not named.
const ANY: &str = "";

/// The elements in one element.
#[derive(Clone, Copy)]
pub struct Form<'f> {
    forms: &'f Forms,
    elements: Option<&'f HashMap<&'static str, Slot>>,
}

impl<'f> Form<'f> {
    /// What stands under a name; `None` if the schema does not say.
    pub fn slot(self, name: &str) -> Option<&'f Slot> {
        self.elements?.get(name)
    }

    /// The elements in what stands under a name; `kind` is its type, if it is a resource.
    pub fn inside(self, slot: Option<&'f Slot>, kind: Option<&str>) -> Form<'f> {
        let of = |wanted: &str| {
            slot.and_then(|slot| slot.content.iter().find(|(kind, _)| *kind == wanted)).map(|(_, content)| *content)
        };
        let content = kind.and_then(of).or_else(|| of(ANY));
        Form { elements: content.and_then(|content| self.forms.elements.get(content)), ..self }
    }
}

impl Forms {
    /// Those of a kind, whose schema is given.
    pub fn of(kind: Kind, schema: Definition) -> &'static Forms {
        static FORMS: [OnceLock<Forms>; Kind::ALL.len()] = [const { OnceLock::new() }; Kind::ALL.len()];
        static NONE: Forms = Forms { elements: Vec::new() };
        FORMS.get(kind as usize).map_or(&NONE, |forms| forms.get_or_init(|| Forms::walk(schema)))
    }

    /// The elements of the message itself.
    pub fn message(&self) -> Form<'_> {
        Form { forms: self, elements: self.elements.first() }
    }

    fn walk(schema: Definition) -> Forms {
        let mut walk = Walk::default();
        walk.place(vec![schema], None);
        let mut elements = Vec::new();
        while let Some((definitions, kind)) = walk.places.get(elements.len()).cloned() {
            elements.push(walk.elements(definitions, kind));
        }
        Forms { elements }
    }
}

/// A walk through a schema.
#[derive(Default)]
struct Walk {
    /// What holds at each place: parts of the schema, and the type of the resource that it is.
    places: Vec<(Vec<Definition>, Option<&'static str>)>,
    /// The places by the addresses of their parts.
    known: HashMap<(Vec<usize>, Option<&'static str>), usize>,
}

impl Walk {
    fn place(&mut self, definitions: Vec<Definition>, kind: Option<&'static str>) -> usize {
        let mut addresses: Vec<usize> = definitions.iter().map(|part| address(*part)).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let next = self.places.len();
        let place = *self.known.entry((addresses, kind)).or_insert(next);
        if place == next {
            self.places.push((definitions, kind));
        }
        place
    }

    fn elements(&mut self, definitions: Vec<Definition>, kind: Option<&'static str>) -> HashMap<&'static str, Slot> {
        let mut by_name: HashMap<&'static str, Vec<Definition>> = HashMap::new();
        for part in expand(definitions, kind).0 {
            for (name, definition) in part.each("properties") {
                by_name.entry(name).or_default().push(definition);
            }
        }
        let mut named: Vec<_> = by_name.into_iter().collect();
        named.sort_unstable_by_key(|(name, _)| *name);
        named.into_iter().map(|(name, definitions)| (name, self.slot(definitions))).collect()
    }

    fn slot(&mut self, definitions: Vec<Definition>) -> Slot {
        let (parts, _) = expand(definitions.clone(), None);
        let is_list = parts.iter().any(|part| allows(*part, "array"));
        let definitions =
            if is_list { parts.iter().filter_map(|part| part.below("items")).collect() } else { definitions };
        let (parts, mut types) = expand(definitions.clone(), None);
        types.sort_unstable();
        types.dedup();
        let mut content = vec![(ANY, self.place(definitions.clone(), (!types.is_empty()).then_some(ANY)))];
        content.extend(types.into_iter().map(|kind| (kind, self.place(definitions.clone(), Some(kind)))));
        Slot { is_list, holds: holds(&parts), content }
    }
}

fn address(part: Definition) -> usize {
    std::ptr::from_ref(part.schema()).addr()
}

/// All parts of the schema that hold where these do, and the resource types that they tell apart. For a resource of a type,
/// conditions about other types are left out.
fn expand(definitions: Vec<Definition>, kind: Option<&str>) -> (Vec<Definition>, Vec<&'static str>) {
    let mut open = definitions;
    let mut seen = HashSet::new();
    let (mut parts, mut types) = (Vec::new(), Vec::new());
    while let Some(part) = open.pop() {
        if !seen.insert(address(part)) {
            continue;
        }
        let own = resource_types(part);
        if own.is_empty() || kind.is_none_or(|kind| own.contains(&kind)) {
            parts.push(part);
        }
        types.extend(own);
        open.extend(part.target());
        for keyword in ["allOf", "anyOf", "oneOf", "dependentSchemas"] {
            open.extend(part.each(keyword).map(|(_, part)| part));
        }
        let asked = part.below("if").map(resource_types).unwrap_or_default();
        let holds = kind.filter(|_| !asked.is_empty()).map(|kind| asked.contains(&kind));
        types.extend(asked);
        open.extend(part.below("then").filter(|_| holds != Some(false)));
        open.extend(part.below("else").filter(|_| holds != Some(true)));
    }
    (parts, types)
}

/// The types of resource that a part is about.
fn resource_types(part: Definition) -> Vec<&'static str> {
    let Some(property) = part.property("resourceType").map(Definition::schema) else { return Vec::new() };
    let listed = property.get("enum").and_then(Value::as_array).into_iter().flatten();
    property.get("const").into_iter().chain(listed).filter_map(Value::as_str).collect()
}

/// Whether a part asks for that JSON type, alone or among others.
fn allows(part: Definition, wanted: &str) -> bool {
    match part.schema().get("type") {
        Some(Value::String(one)) => one == wanted,
        Some(Value::Array(several)) => several.iter().any(|one| one == wanted),
        _ => false,
    }
}

fn holds(parts: &[Definition]) -> Holds {
    let says = |wanted: &str| parts.iter().any(|part| allows(*part, wanted));
    let fixed = || {
        let values = parts.iter().flat_map(|part| {
            let listed = part.schema().get("enum").and_then(Value::as_array).into_iter().flatten();
            part.schema().get("const").into_iter().chain(listed)
        });
        values.map(|value| match value {
            Value::String(_) => Holds::Text,
            Value::Number(_) => Holds::Number,
            Value::Bool(_) => Holds::Boolean,
            _ => Holds::Anything,
        })
    };
    if says("string") {
        Holds::Text
    } else if says("number") || says("integer") {
        Holds::Number
    } else if says("boolean") {
        Holds::Boolean
    } else if says("object") {
        Holds::Elements
    } else {
        fixed().next().unwrap_or(Holds::Anything)
    }
}

#[cfg(test)]
mod tests {
    use super::super::schemas::Gate;
    use super::*;

    fn order() -> Form<'static> {
        let gate = Gate::of(Kind::PrescriptionOrder).unwrap().unwrap();
        Forms::of(Kind::PrescriptionOrder, gate.root()).message()
    }

    /// What stands at the end of a way through a resource of an order.
    fn at(kind: &str, way: &[&str]) -> (bool, Holds) {
        let entry = order().inside(order().slot("entry"), None);
        let mut form = entry.inside(entry.slot("resource"), Some(kind));
        let (last, before) = way.split_last().unwrap();
        for name in before {
            form = form.inside(Some(form.slot(name).unwrap()), None);
        }
        let slot = form.slot(last).unwrap();
        (slot.is_list, slot.holds)
    }

    #[test]
    fn a_name_means_what_it_does_in_the_resource() {
        assert_eq!(at("Patient", &["name"]), (true, Holds::Elements));
        assert_eq!(at("Organization", &["name"]), (false, Holds::Text));
    }

    #[test]
    fn lists_and_sorts_of_values_are_found_through_references_and_conditions() {
        for (way, form) in [
            (&["identifier"][..], (true, Holds::Elements)),
            (&["status"], (false, Holds::Text)),
            (&["dosageInstruction", "sequence"], (false, Holds::Number)),
            (&["dosageInstruction", "asNeededBoolean"], (false, Holds::Boolean)),
            (&["dosageInstruction", "doseAndRate", "doseQuantity", "value"], (false, Holds::Number)),
            (&["dispenseRequest", "quantity", "value"], (false, Holds::Number)),
            (&["extension", "extension", "valueUnsignedInt"], (false, Holds::Number)),
            (&["extension", "extension", "extension", "valueBoolean"], (false, Holds::Boolean)),
        ] {
            assert_eq!(at("MedicationRequest", way), form, "{way:?}");
        }
        assert_eq!(at("Patient", &["name", "given"]), (true, Holds::Text));
    }

    #[test]
    fn what_the_schema_does_not_name_is_open() {
        assert!(order().slot("anything").is_none());
        let entry = order().inside(order().slot("entry"), None);
        let unknown = entry.inside(entry.slot("resource"), Some("Observation"));
        assert!(unknown.slot("component").is_none());
        assert!(unknown.inside(None, None).slot("code").is_none());
    }
}
