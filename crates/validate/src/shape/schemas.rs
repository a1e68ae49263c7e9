//! The schemas that are built in, what is compiled of them, and how to walk them.
//!
//! Invariants:
//! - A `$ref` leads to a part of a file that is built in. Nothing is fetched.
//! - A file is parsed once and a schema is compiled once, when a message first asks for it.
//! - Texts are made of the schema's own titles and descriptions.

use std::collections::HashMap;
use std::sync::OnceLock;

use causeway_canonical::model::Kind;
use jsonschema::{PatternOptions, Registry, Validator};
use serde_json::Value;

use super::instance::Syntax;

/// What every `$id` begins with; the path of the file follows.
const BASE: &str = "https://causeway.example/schemas/";

/// A file of `schemas/` and its text.
macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../../schemas/", $path)))
    };
}

/// Every file, by its path in `schemas/`.
static FILES: &[(&str, &str)] = &[
    file!("canonical/message.schema.json"),
    file!("fhir-r4/acknowledgement.schema.json"),
    file!("fhir-r4/cancel-request.schema.json"),
    file!("fhir-r4/cancel-response.schema.json"),
    file!("fhir-r4/datatypes.schema.json"),
    file!("fhir-r4/dispense-claim.schema.json"),
    file!("fhir-r4/dispense-notification.schema.json"),
    file!("fhir-r4/extensions.schema.json"),
    file!("fhir-r4/prescription-order.schema.json"),
    file!("fhir-r4/release-request.schema.json"),
    file!("fhir-r4/release-response.schema.json"),
    file!("fhir-r4/resources.schema.json"),
    file!("fhir-r4/return.schema.json"),
    file!("fhir-r4/withdraw.schema.json"),
];

/// A schema and what was compiled of it.
pub struct Gate {
    root: Definition,
    /// What says whether a message passes.
    pub validator: Validator<Syntax>,
}

impl Gate {
    /// The gate of a kind of message in FHIR; `Err` where the schema that was built in is none, which a test excludes.
    /// `None` for a kind that has no FHIR form.
    pub fn of(kind: Kind) -> Option<Result<&'static Gate, Unusable>> {
        static GATES: [OnceLock<Option<Gate>>; Kind::ALL.len()] = [const { OnceLock::new() }; Kind::ALL.len()];
        let file = file_of(kind)?;
        let gate = GATES.get(kind as usize)?.get_or_init(|| Gate::compile(file));
        Some(gate.as_ref().ok_or(Unusable))
    }

    /// The gate of messages in the canonical form, likewise.
    pub fn canonical() -> Result<&'static Gate, Unusable> {
        static GATE: OnceLock<Option<Gate>> = OnceLock::new();
        GATE.get_or_init(|| Gate::compile("canonical/message.schema.json")).as_ref().ok_or(Unusable)
    }

    fn compile(file: &'static str) -> Option<Gate> {
        let root = Definition::at(file, "")?;
        let options = jsonschema::options_for::<Syntax>().with_pattern_options(PatternOptions::regex());
        let validator = options.with_registry(registry()?).build(root.schema).ok()?;
        Some(Gate { root, validator })
    }

    /// The definition of the whole message.
    pub fn root(&self) -> Definition {
        self.root
    }

    /// The innermost definition on the way to a keyword, which is given by its absolute location; the whole message
    /// where there is none.
    pub fn definition_at(&self, location: &str) -> Definition {
        let found = || {
            let (file, pointer) = location.strip_prefix(BASE)?.split_once('#')?;
            let name = pointer.strip_prefix("/$defs/")?.split('/').next()?;
            Definition::at(file, &format!("/$defs/{name}"))
        };
        found().unwrap_or_else(|| self.root())
    }
}

/// A schema that was built in and is none.
#[derive(Clone, Copy, Debug)]
pub struct Unusable;

/// The file with the schema of a kind of message in FHIR.
fn file_of(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::PrescriptionOrder => Some("fhir-r4/prescription-order.schema.json"),
        Kind::CancelRequest => Some("fhir-r4/cancel-request.schema.json"),
        Kind::CancelResponse => Some("fhir-r4/cancel-response.schema.json"),
        Kind::ReleaseRequest => Some("fhir-r4/release-request.schema.json"),
        Kind::ReleaseResponse => Some("fhir-r4/release-response.schema.json"),
        Kind::DispenseNotification => Some("fhir-r4/dispense-notification.schema.json"),
        Kind::DispenseClaim => Some("fhir-r4/dispense-claim.schema.json"),
        Kind::Return => Some("fhir-r4/return.schema.json"),
        Kind::Withdraw => Some("fhir-r4/withdraw.schema.json"),
        Kind::Acknowledgement => Some("fhir-r4/acknowledgement.schema.json"),
        Kind::RebuildDispenseHistory => None,
    }
}

/// Every file, parsed; one that is not JSON is missing.
fn documents() -> &'static HashMap<&'static str, Value> {
    static DOCUMENTS: OnceLock<HashMap<&'static str, Value>> = OnceLock::new();
    DOCUMENTS.get_or_init(|| {
        FILES.iter().filter_map(|(path, text)| Some((*path, serde_json::from_str(text).ok()?))).collect()
    })
}

/// Where the validator finds the target of a `$ref`.
fn registry() -> Option<&'static Registry<'static>> {
    static REGISTRY: OnceLock<Option<Registry<'static>>> = OnceLock::new();
    let prepare = || {
        let files = documents().iter().map(|(path, schema)| (format!("{BASE}{path}"), schema));
        Registry::new().extend(files).ok()?.prepare().ok()
    };
    REGISTRY.get_or_init(prepare).as_ref()
}

/// One part of a schema, and the file that it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    file: &'static str,
    schema: &'static Value,
}

impl Definition {
    fn at(file: &str, pointer: &str) -> Option<Definition> {
        let (file, document) = documents().get_key_value(file)?;
        Some(Definition { file, schema: document.pointer(pointer)? })
    }

    /// The part as it stands.
    pub fn schema(self) -> &'static Value {
        self.schema
    }

    /// The part below a keyword, such as `items`, `then` or `else`.
    pub fn below(self, keyword: &str) -> Option<Definition> {
        Some(Definition { schema: self.schema.get(keyword)?, ..self })
    }

    /// The parts in the map or the list of a keyword, such as `properties` or `allOf`; those of a list have no name.
    pub fn each(self, keyword: &str) -> impl Iterator<Item = (&'static str, Definition)> {
        let part = move |schema| Definition { schema, ..self };
        let schema = self.schema.get(keyword);
        let named = schema.and_then(Value::as_object).into_iter().flatten();
        let listed = schema.and_then(Value::as_array).into_iter().flatten();
        named
            .map(move |(name, schema)| (name.as_str(), part(schema)))
            .chain(listed.map(move |schema| ("", part(schema))))
    }

    /// What is said here of a property. What the target of the `$ref` says of it is not looked at.
    pub fn property(self, name: &str) -> Option<Definition> {
        self.below("properties")?.below(name)
    }

    /// The target of the `$ref`, if there is one.
    pub fn target(self) -> Option<Definition> {
        let (file, pointer) = self.schema.get("$ref")?.as_str()?.split_once('#')?;
        let folder = self.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let file = if file.is_empty() { self.file.to_owned() } else { format!("{folder}/{file}") };
        Definition::at(&file, pointer)
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        self.text("title")
    }

    /// What it is.
    pub fn description(self) -> &'static str {
        self.text("description")
    }

    fn text(self, keyword: &str) -> &'static str {
        self.schema.get(keyword).and_then(Value::as_str).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_compiles() {
        assert_eq!(documents().len(), FILES.len());
        assert!(Gate::canonical().is_ok());
        assert!(Kind::ALL.iter().filter_map(|kind| Gate::of(*kind)).all(|gate| gate.is_ok()));
    }

    #[test]
    fn a_file_that_is_none_gives_no_gate() {
        assert!(Gate::compile("fhir-r4/unknown.schema.json").is_none());
    }

    #[test]
    fn an_element_is_found_by_its_way_through_the_files() {
        let root = Gate::of(Kind::PrescriptionOrder).unwrap().unwrap().root();
        let entry = root.property("entry").and_then(|entry| entry.below("items")).and_then(Definition::target).unwrap();
        assert_eq!(entry.title(), "Bundle entry");
        let resource = entry.property("resource").and_then(Definition::target).unwrap();
        let request = resource.below("then").and_then(Definition::target).unwrap();
        assert_eq!(request.title(), "Medication request");
        assert!(request.property("dosageInstruction").is_none(), "an order demands nothing of it");
        let request = request.target().unwrap();
        let dosage = request.property("dosageInstruction").and_then(Definition::target).unwrap();
        let dosage = dosage.below("items").and_then(Definition::target).unwrap();
        assert_eq!(dosage.property("sequence").unwrap().schema()["type"], "integer");
        assert!(dosage.target().is_none());
    }
}
