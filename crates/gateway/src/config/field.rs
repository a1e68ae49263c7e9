//! A field of the canonical model as routes name it.
//!
//! A path without list positions means every entry of its lists; with `[0]` it means that entry.

use std::collections::HashMap;
use std::sync::OnceLock;

use causeway_canonical::ledger::{Fact, FieldRef, Leaf, Place};

use super::nearest::nearest;

/// A path such as `prescription.nomination.organisation.ods` or `item[0].medicine.code.coding.code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    text: String,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    name: String,
    position: Option<usize>,
}

impl Segment {
    fn parse(text: &str) -> Option<Self> {
        let Some((name, rest)) = text.split_once('[') else {
            return Some(Segment { name: text.to_owned(), position: None });
        };
        let position = rest.strip_suffix(']')?.parse().ok()?;
        Some(Segment { name: name.to_owned(), position: Some(position) })
    }

    fn matches(&self, text: &str) -> bool {
        match text.split_once('[') {
            None => self.name == text && self.position.is_none(),
            Some((name, rest)) => {
                let position = || rest.strip_suffix(']').and_then(|position| position.parse().ok());
                self.name == name && (self.position.is_none() || self.position == position())
            }
        }
    }
}

impl FieldPath {
    /// Reads a path.
    ///
    /// # Errors
    /// A message without the path, if the model has no such field.
    pub fn parse(text: &str) -> Result<Self, String> {
        let segments: Option<Vec<Segment>> = text.split('.').map(Segment::parse).collect();
        let unknown = || {
            let hint = nearest(text, templates().keys().map(String::as_str));
            let hint = hint.map(|path| format!("; did you mean `{path}`?")).unwrap_or_default();
            format!("the canonical model has no such field{hint}")
        };
        let segments = segments.ok_or_else(unknown)?;
        let names = segments.iter().map(|segment| segment.name.as_str()).collect::<Vec<_>>().join(".");
        let template = template(&names).ok_or_else(unknown)?;
        for (segment, template) in segments.iter().zip(template.split('.')) {
            if segment.position.is_some() && !template.ends_with("[]") {
                return Err(format!("`{}` is no list, so it takes no position", segment.name));
            }
        }
        Ok(FieldPath { text: text.to_owned(), segments })
    }

    /// The path as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part of the message that it belongs to: `prescription`, `patient`, `item` and so on.
    #[must_use]
    pub fn part(&self) -> &str {
        self.segments.first().map_or("", |segment| segment.name.as_str())
    }

    /// The values of the field among the facts of a message.
    pub fn values<'f>(&self, facts: &'f [Fact]) -> impl Iterator<Item = &'f str> {
        facts.iter().filter(|fact| self.matches(&fact.path)).map(|fact| fact.value.as_str())
    }

    fn matches(&self, path: &str) -> bool {
        let mut segments = self.segments.iter();
        path.split('.').all(|text| segments.next().is_some_and(|segment| segment.matches(text)))
            && segments.next().is_none()
    }
}

/// Messages that a message holds: the lists and members on the way to one, and what stands in it.
const HELD: [(&str, &str, &[&str]); 2] = [
    ("released.order.", "released[].order.", &["patient", "author", "responsibleParty", "prescription", "item"]),
    (
        "history.notification.",
        "history[].notification.",
        &["patient", "author", "recipient", "prescription", "item", "when", "replaces", "release"],
    ),
];

/// The template of a field by its path without list marks: one of [`templates`], in the message itself or in one that it
/// holds, of an item or of a supply of an item.
fn template(names: &str) -> Option<String> {
    let held = HELD.iter().find_map(|(path, template, parts)| Some((names.strip_prefix(path)?, *template, *parts)));
    let Some((rest, before, parts)) = held else { return template_of_body(names) };
    let part = rest.split('.').next().unwrap_or_default();
    template_of_body(rest).filter(|_| parts.contains(&part)).map(|template| format!("{before}{template}"))
}

fn template_of_body(names: &str) -> Option<String> {
    let Some(of_supply) = names.strip_prefix("item.supply.") else { return templates().get(names).cloned() };
    let of_item = templates().get(&format!("item.{of_supply}"))?;
    of_item.strip_prefix("item[].").map(|rest| format!("item[].supply[].{rest}"))
}

/// Every field by its path without list marks; the value keeps them. Those of messages that a message holds, and of
/// supplies, follow from these.
fn templates() -> &'static HashMap<String, String> {
    static TEMPLATES: OnceLock<HashMap<String, String>> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        let mut templates = HashMap::new();
        for place in Place::all() {
            for leaf in Leaf::ALL {
                let mut template = place.template().to_owned();
                if *leaf != Leaf::Itself {
                    template.push('.');
                    template.push_str(leaf.template());
                }
                for template in people(&template) {
                    templates.entry(template.replace("[]", "")).or_insert(template);
                }
            }
        }
        templates
    })
}

/// A template that begins with `@` is that of each person of a message.
fn people(template: &str) -> Vec<String> {
    let Some(rest) = template.strip_prefix('@') else { return vec![template.to_owned()] };
    let named = |name: &str| FieldRef::from_path(&format!("{name}{rest}")).is_some().then(|| format!("{name}{rest}"));
    ["author", "responsibleParty", "performer"].into_iter().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(path: &str, value: &str) -> Fact {
        Fact { path: path.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn the_fields_that_routes_ask_for_are_known() {
        for path in [
            "prescription.nomination.organisation.ods",
            "prescription.kind.code",
            "author.organisation.ods",
            "responsibleParty.practitioner.identifier.system",
            "item.medicine.code.coding.code",
            "item[0].medicine.code.coding[0].code",
            "patient.generalPractice.ods",
            "performer.organisation.ods",
            "recipient.ods",
            "envelope.destination.ods",
            "released.order.prescription.nomination.organisation.ods",
            "released[0].order.item[1].medicine.code.coding.code",
            "history.notification.author.organisation.ods",
            "item.supply.quantity.value",
            "item[0].supply[1].medicine.code.coding[0].code",
        ] {
            assert!(FieldPath::parse(path).is_ok(), "{path}");
        }
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_nearest_known_one() {
        let error = FieldPath::parse("prescription.nomination.organization.ods").unwrap_err();
        assert!(error.ends_with("did you mean `prescription.nomination.organisation.ods`?"), "{error}");
        assert!(FieldPath::parse("").is_err());
        assert!(FieldPath::parse("item[x].note").is_err());
        assert!(FieldPath::parse("released.order.envelope.id").is_err());
        assert!(FieldPath::parse("released.order[0].patient.gender").is_err());
    }

    #[test]
    fn a_position_is_refused_where_there_is_no_list() {
        assert!(FieldPath::parse("prescription[0].kind.code").is_err());
    }

    #[test]
    fn a_path_without_positions_means_every_entry_and_one_with_a_position_means_that_entry() {
        let facts = [fact("item[0].note", "a"), fact("item[1].note", "b"), fact("item[0].notes", "c")];
        let values = |path: &str| FieldPath::parse(path).unwrap().values(&facts).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(values("item.note"), ["a", "b"]);
        assert_eq!(values("item[1].note"), ["b"]);
        let facts = [fact("released[0].order.patient.gender", "a"), fact("released[1].order.patient.gender", "b")];
        let values = |path: &str| FieldPath::parse(path).unwrap().values(&facts).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(values("released.order.patient.gender"), ["a", "b"]);
        assert_eq!(values("released[1].order.patient.gender"), ["b"]);
    }
}
