//! What a FHIR message says beyond the fields of the model: narratives of its parts, and extensions of its primitives.
//!
//! Invariants:
//! - Reading gives them in one order whatever the order of the source, each once, so that two messages that say the
//!   same are equal.
//! - Only extensions with one primitive value are read; any other stays unread.
//! - What is not written, for want of the part or field, is told by [`Used`], so that the projection leaves it out.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use causeway_canonical::Rule;
use causeway_canonical::decimal::Decimal;
use causeway_canonical::ledger::{FieldRef, Leaf, MapRule, Mark, map_rule, place};
use causeway_canonical::model::{FieldExtension, Message, Narrative};
use causeway_syntax::NodeId;
use causeway_syntax::adapter::Marks;

use crate::narrative::canonical_div;
use crate::rules;

/// How a primitive type is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lexical {
    Text,
    Boolean,
    Whole,
    Decimal,
}

/// A primitive type that an extension may have for its value.
pub struct Form {
    kind: &'static str,
    /// The element that holds the value.
    pub element: &'static str,
    lexical: Lexical,
}

impl Form {
    /// Whether JSON has it without quotes.
    pub fn is_plain(&self) -> bool {
        self.lexical != Lexical::Text
    }

    /// What is wrong with a value of this type.
    pub fn fault(&self, value: &str) -> Option<&'static str> {
        let fits = match self.lexical {
            Lexical::Text => true,
            Lexical::Boolean => matches!(value, "true" | "false"),
            Lexical::Whole => Decimal::parse(value).is_some() && !value.contains(['.', 'e', 'E']),
            Lexical::Decimal => Decimal::parse(value).is_some(),
        };
        (!fits).then_some("a value of the type of the extension is expected here")
    }
}

macro_rules! forms {
    ($($kind:literal = $element:literal, $lexical:ident;)*) => {
        /// The primitive types of FHIR R4 (datatypes.html).
        pub static FORMS: &[Form] =
            &[$(Form { kind: $kind, element: $element, lexical: Lexical::$lexical },)*];
    };
}

forms! {
    "base64Binary" = "valueBase64Binary", Text;
    "boolean" = "valueBoolean", Boolean;
    "canonical" = "valueCanonical", Text;
    "code" = "valueCode", Text;
    "date" = "valueDate", Text;
    "dateTime" = "valueDateTime", Text;
    "decimal" = "valueDecimal", Decimal;
    "id" = "valueId", Text;
    "instant" = "valueInstant", Text;
    "integer" = "valueInteger", Whole;
    "markdown" = "valueMarkdown", Text;
    "oid" = "valueOid", Text;
    "positiveInt" = "valuePositiveInt", Whole;
    "string" = "valueString", Text;
    "time" = "valueTime", Text;
    "unsignedInt" = "valueUnsignedInt", Whole;
    "uri" = "valueUri", Text;
    "url" = "valueUrl", Text;
    "uuid" = "valueUuid", Text;
}

/// The nodes of a value in its tree.
pub type Nodes = Range<usize>;

/// What was read, before its place in the lists of the message is known.
#[derive(Default)]
pub struct Noted {
    narratives: Vec<(Narrative, NarrativeNodes)>,
    extensions: Vec<(FieldExtension, ExtensionNodes)>,
}

/// Where a narrative stands.
pub struct NarrativeNodes {
    /// Its status.
    pub status: Nodes,
    /// Its XHTML.
    pub div: Nodes,
    /// Whether the XHTML was in its form already.
    pub rule: MapRule,
}

/// Where an extension stands.
pub struct ExtensionNodes {
    /// Its URL.
    pub url: Nodes,
    /// Its value.
    pub value: Nodes,
}

impl Noted {
    /// Notes a narrative.
    pub fn narrative(&mut self, narrative: Narrative, nodes: NarrativeNodes) {
        self.narratives.push((narrative, nodes));
    }

    /// Notes an extension of a primitive that was read into `field`.
    pub fn extension(&mut self, field: FieldRef, url: &str, form: &Form, value: &str, nodes: ExtensionNodes) {
        let extension = FieldExtension {
            field: field.path(),
            url: url.to_owned(),
            kind: form.kind.to_owned(),
            value: value.to_owned(),
        };
        self.extensions.push((extension, nodes));
    }

    /// Puts everything into the message, in order, and marks it.
    pub fn settle(self, message: &mut Message, marks: &Marks) {
        let mark = |nodes: &Nodes, field: FieldRef, rule: MapRule| {
            for node in nodes.clone().map(NodeId::from_index) {
                if matches!(marks.of(node), Mark::Unmodelled(_)) {
                    marks.set(node, Mark::Unread);
                }
                marks.field(node, field, rule);
            }
        };
        message.narrative = in_order(self.narratives, narrative_key, |position, nodes| {
            let at = place::NARRATIVE.at(&[position]);
            mark(&nodes.status, at.leaf(Leaf::Status), map_rule::NONE);
            mark(&nodes.div, at.leaf(Leaf::Div), nodes.rule);
        });
        message.extension = in_order(self.extensions, extension_key, |position, nodes| {
            let at = place::EXTENSION.at(&[position]);
            mark(&nodes.url, at.leaf(Leaf::Url), map_rule::NONE);
            mark(&nodes.value, at.leaf(Leaf::Value), map_rule::NONE);
        });
    }
}

fn narrative_key(narrative: &Narrative) -> [&str; 3] {
    [&narrative.of, &narrative.status, &narrative.div]
}

fn extension_key(extension: &FieldExtension) -> [&str; 4] {
    [&extension.field, &extension.url, &extension.kind, &extension.value]
}

/// Sorts, and leaves out what is said twice; `place` is told of each, where it has gone.
fn in_order<T: PartialEq, N, const K: usize>(
    mut noted: Vec<(T, N)>,
    key: fn(&T) -> [&str; K],
    mut place: impl FnMut(usize, &N),
) -> Vec<T> {
    noted.sort_by(|(a, _), (b, _)| key(a).cmp(&key(b)));
    let mut kept: Vec<T> = Vec::with_capacity(noted.len());
    for (entry, nodes) in noted {
        if kept.last() != Some(&entry) {
            kept.push(entry);
        }
        place(kept.len() - 1, &nodes);
    }
    kept
}

/// What is still to be written. Each is written once, where its part or field is written first.
#[derive(Default)]
pub struct Annotations {
    narratives: HashMap<String, (usize, Narrative)>,
    extensions: HashMap<FieldRef, Extensions>,
    used: Used,
}

/// Extensions with their numbers in the message.
pub type Extensions = Vec<(usize, FieldExtension)>;

/// Which narratives and extensions of a message are written, by their numbers.
#[derive(Default)]
pub struct Used {
    narratives: BTreeSet<usize>,
    extensions: BTreeSet<usize>,
}

impl Annotations {
    /// Those of a message.
    pub fn new(message: &Message) -> Self {
        let mut annotations = Annotations::default();
        for (number, narrative) in message.narrative.iter().enumerate() {
            annotations.narratives.entry(narrative.of.clone()).or_insert_with(|| (number, narrative.clone()));
        }
        for (number, extension) in message.extension.iter().enumerate() {
            if let Some(field) = FieldRef::from_path(&extension.field) {
                annotations.extensions.entry(field).or_default().push((number, extension.clone()));
            }
        }
        annotations
    }

    /// Takes the narrative of a part, with its number.
    pub fn narrative(&mut self, of: impl FnOnce() -> String) -> Option<(usize, Narrative)> {
        if self.narratives.is_empty() {
            return None;
        }
        let (number, narrative) = self.narratives.remove(&of())?;
        self.used.narratives.insert(number);
        Some((number, narrative))
    }

    /// Takes the extensions of a field.
    pub fn extensions(&mut self, field: FieldRef) -> Extensions {
        let found = self.extensions.remove(&field).unwrap_or_default();
        self.used.extensions.extend(found.iter().map(|(number, _)| *number));
        found
    }

    /// What was written.
    pub fn into_used(self) -> Used {
        self.used
    }
}

/// How the value of an extension is written.
///
/// # Errors
/// What is wrong with it.
pub fn form_of(extension: &FieldExtension) -> Result<&'static Form, (&'static Rule, &'static str)> {
    let form = FORMS.iter().find(|form| form.kind == extension.kind);
    let form = form.ok_or((&rules::CODE, "a primitive type of FHIR is expected as kind of the extension"))?;
    match form.fault(&extension.value) {
        Some(message) => Err((&rules::NUMBER, message)),
        None => Ok(form),
    }
}

impl Used {
    /// Leaves in a message what is written of it, in the order and form in which it reads back.
    pub fn project(&self, message: &mut Message) {
        let narratives = std::mem::take(&mut message.narrative).into_iter().enumerate();
        let written = narratives.filter(|(number, _)| self.narratives.contains(number)).map(|(_, mut narrative)| {
            if let Ok(form) = canonical_div(&narrative.div) {
                narrative.div = form;
            }
            (narrative, ())
        });
        message.narrative = in_order(written.collect(), narrative_key, |_, ()| {});
        let extensions = std::mem::take(&mut message.extension).into_iter().enumerate();
        let written = extensions.filter(|(number, _)| self.extensions.contains(number));
        message.extension =
            in_order(written.map(|(_, extension)| (extension, ())).collect(), extension_key, |_, ()| {});
    }
}
