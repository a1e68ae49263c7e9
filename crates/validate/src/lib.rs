//! Validation before translation: the schema gate, identifier checks and business rules (validation.md).
//!
//! Where to start reading: [`check`] puts the layers together; `shape` is the schema gate, `references` holds the links
//! of a FHIR message to what they lead to, `identifiers` are the checks of identifiers.md, `rules` the business rules, and [`catalogue`] names every rule.
//!
//! Invariants:
//! - No IO, no panic on input, and no stop at the first problem: all findings of all layers are given.
//! - Severities are the defaults; the caller applies the `[rules]` table of its context.
//! - No finding holds a value of the message. Texts are made of rules, element names and the schema's own words.
//! - The work grows with the size of the message and not faster, whatever is wrong with it.
//! - A layer never says again what the reader has said of the same place.
//! - Identifiers and rules are asked of every kind of message in every format. The schema gate is asked where there is a
//!   schema (see `shape`).
//! - A FHIR bundle that was read as an order, a cancellation or a notification and is not known for one here is refused, and
//!   never passed over in silence.

pub mod catalogue;
pub mod code_table;

mod bundle;
mod identifiers;
mod references;
mod rules;
mod shape;
mod subject;
mod terminology;
#[cfg(test)]
mod testing;
mod view;

pub use catalogue::RULES;

use std::collections::HashSet;

use causeway_adapter_eps::grammar;
use causeway_canonical::{Finding, Layer, LayerSet, Rule};
use causeway_syntax::adapter::{Context, Reading};
use causeway_syntax::findings::note_all;
use causeway_terminology::Dictionary;

use bundle::Bundle;
use subject::Source;
use view::View;

/// Which layers are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layers {
    /// The schema gate, the links between the resources of a FHIR message, and the grammar of V3.
    pub shape: bool,
    /// Forms, check digits and kinds of identifiers and codes, and codes of national lists.
    pub identifiers: bool,
    /// Business rules.
    pub rules: bool,
}

impl Layers {
    /// Every layer.
    pub const ALL: Layers = Layers { shape: true, identifiers: true, rules: true };

    /// Whether the layer of a rule is asked.
    fn ask(self, rule: &Rule) -> bool {
        match rule.layer {
            Layer::Identifiers => self.identifiers,
            Layer::Rules => self.rules,
            _ => self.shape,
        }
    }
}

/// What is asked of a message, and with what. Layers alone are checks without a dictionary.
#[derive(Clone, Copy)]
pub struct Checks<'d> {
    /// The layers.
    pub layers: Layers,
    /// Where codes of medicines, units, forms and routes are looked up, as part of the identifiers. `None`: nowhere.
    pub dictionary: Option<&'d dyn Dictionary>,
}

impl From<Layers> for Checks<'_> {
    fn from(layers: Layers) -> Self {
        Checks { layers, dictionary: None }
    }
}

impl From<LayerSet> for Layers {
    fn from(set: LayerSet) -> Self {
        Layers {
            shape: set.contains(Layer::Shape),
            identifiers: set.contains(Layer::Identifiers),
            rules: set.contains(Layer::Rules),
        }
    }
}

/// Checks a message with every layer, and without a dictionary.
///
/// `format` is the name of the format that was read, and `reading` what its adapter made of it. The reader's
/// own findings are not repeated. Severities are the defaults of the rules; `context` gives the clock and the defects
/// that a partner depends on.
pub fn check(format: &str, reading: &Reading<'_>, context: &Context) -> Vec<Finding> {
    check_layers(format, reading, context, Layers::ALL)
}

/// Checks a message with some of the layers, and with a dictionary if there is one; otherwise as [`check`].
pub fn check_layers<'d>(
    format: &str,
    reading: &Reading<'_>,
    context: &Context,
    checks: impl Into<Checks<'d>>,
) -> Vec<Finding> {
    let Checks { layers, dictionary } = checks.into();
    // Without an account the source is not even well formed, and the reader has said why.
    let Some(account) = &reading.account else { return Vec::new() };
    let view = View::of(format, &*account.tree);
    let bundle = view.and_then(Bundle::of);
    let message = reading.message.as_ref();
    let kind = message.map(|message| message.body.kind());

    let mut findings = Vec::new();
    if let (true, Some(view), Some(kind)) = (layers.shape || layers.rules, &view, kind) {
        findings.extend(shape::check_recognised(view, bundle.as_ref(), kind));
    }
    let is_recognised = findings.is_empty();
    if let (true, Some(view)) = (layers.shape && is_recognised, &view) {
        findings.extend(shape::check(view, bundle.as_ref(), kind, &reading.findings));
        findings.extend(references::check(view, reading.findings.iter().chain(&findings)));
    }
    if let (true, Some(tree)) = (layers.shape, account.tree.as_json().filter(|_| format == "canonical-json")) {
        findings.extend(shape::check_canonical(tree, &reading.findings));
    }
    if let (true, "eps-hl7v3", Some(tree)) = (layers.shape, format, account.tree.as_xml()) {
        findings.extend(grammar::check(tree, &reading.findings));
    }
    if let Some(message) = message {
        let bundle = bundle.as_ref().filter(|_| shape::has_bundle(message.body.kind()));
        let source = Source::new(format, account, bundle, message, context);
        let subjects = source.subjects();
        if layers.identifiers {
            findings.extend(identifiers::check(&source, &subjects));
        }
        if let Some(dictionary) = dictionary.filter(|_| layers.identifiers) {
            findings.extend(terminology::check(&source, &subjects, dictionary));
        }
        // The rules look at codes as they go, and those belong to the identifiers.
        if layers.rules || layers.identifiers {
            let bounds = out_of_bounds(&findings);
            let is_new =
                |finding: &Finding| finding.rule != &catalogue::TIMING_POSITIVE || !bounds.contains(&finding.path);
            let asked = rules::check(&source, &subjects).into_iter().filter(|finding| layers.ask(finding.rule));
            findings.extend(asked.filter(is_new));
        }
    }
    without_repetitions(findings)
}

/// Where the schema forbids a number: no rule says again there that it be greater than zero.
fn out_of_bounds(findings: &[Finding]) -> HashSet<String> {
    findings
        .iter()
        .filter(|finding| finding.rule == &catalogue::SHAPE_RANGE)
        .map(|finding| finding.path.clone())
        .collect()
}

/// Two fields may have been read from one place; what is wrong there is said once.
fn without_repetitions(findings: Vec<Finding>) -> Vec<Finding> {
    let mut said = HashSet::new();
    let mut once = Vec::new();
    let is_new = |finding: &Finding| said.insert((finding.rule.name, finding.path.clone(), finding.message.clone()));
    note_all(&mut once, findings.into_iter().filter(is_new));
    once
}

#[cfg(test)]
mod tests {
    use causeway_adapter_fhir::FhirR4Json;
    use causeway_canonical::Layer;
    use causeway_syntax::JsonTree;
    use causeway_syntax::adapter::Adapter;

    use super::*;

    /// Findings about the order with an NHS number, a telecom and a shape that are wrong.
    fn codes(format: &str, layers: Layers) -> Vec<&'static str> {
        let mut order = testing::order();
        order.set("/entry/3/resource/identifier/0/value", "9990548608");
        order.remove("/entry/4/resource/telecom/0/use");
        order.remove("/entry/3/resource/name");
        order.set("/entry/2/resource/status", "cancelled");
        let text = order.bundle.to_string();
        let reading = FhirR4Json.read(text.as_bytes(), &order.context);
        let findings = check_layers(format, &reading, &order.context, layers);
        findings.iter().map(|finding| finding.rule.code).collect()
    }

    #[test]
    fn each_layer_can_be_asked_alone() {
        let none = Layers { shape: false, identifiers: false, rules: false };
        let format = "fhir-r4-json";
        assert_eq!(codes(format, Layers { shape: true, ..none }), ["shape-required"]);
        assert_eq!(codes(format, Layers { identifiers: true, ..none }), ["nhs-number-check"]);
        assert_eq!(codes(format, Layers { rules: true, ..none }), ["EPS-V017", "EPS-V026"]);
        assert!(codes(format, none).is_empty());
        assert_eq!(codes(format, Layers::ALL).len(), 4);
    }

    #[test]
    fn codes_of_national_lists_belong_to_the_identifiers() {
        let mut order = testing::order();
        order.set("/entry/1/resource/extension/0/valueCoding/code", "9999");
        let text = order.bundle.to_string();
        let reading = FhirR4Json.read(text.as_bytes(), &order.context);
        let found = |layers| check_layers("fhir-r4-json", &reading, &order.context, layers);
        let [finding] = &found(Layers { rules: false, ..Layers::ALL })[..] else { panic!("one finding is expected") };
        assert_eq!(finding.rule, &catalogue::PRESCRIPTION_TYPE_UNKNOWN);
        assert_eq!(found(Layers { identifiers: false, ..Layers::ALL }), []);
    }

    #[test]
    fn rules_about_fhir_resources_are_asked_of_fhir_alone() {
        assert_eq!(codes("another-format", Layers::ALL), ["nhs-number-check", "EPS-V026"]);
    }

    #[test]
    fn an_order_that_is_not_known_for_one_here_is_never_passed_over_in_silence() {
        let order = testing::order();
        let good = order.bundle.to_string();
        let header = "Bundle.entry[0].resource";
        for (pointer, list, path) in [
            ("/resourceType", "Bundle", "$.resourceType".to_owned()),
            ("/entry/0/resource/resourceType", "MessageHeader", format!("{header}.resourceType")),
            ("/entry/0/resource/eventCoding/code", "prescription-order", format!("{header}.eventCoding.code")),
        ] {
            let mut changed = testing::order();
            changed.set(pointer, serde_json::json!([list]));
            let text = changed.bundle.to_string();
            // As from a reader that is more lenient than this crate.
            let mut reading = FhirR4Json.read(good.as_bytes(), &order.context);
            let tree = JsonTree::parse(text.as_bytes(), &order.context.limits).unwrap();
            reading.account.as_mut().unwrap().tree = Box::new(tree);
            for layers in [Layers::ALL, Layers { rules: false, ..Layers::ALL }, Layers { shape: false, ..Layers::ALL }]
            {
                let mut findings = check_layers("fhir-r4-json", &reading, &order.context, layers);
                // The marks are those of the message as it was, and other rules read other values by them.
                findings.retain(|finding| finding.rule.layer == Layer::Shape);
                let [finding] = findings.as_slice() else { panic!("{pointer}: {findings:#?}") };
                assert_eq!((finding.rule.name, finding.path.as_str()), ("shape-unrecognised", path.as_str()));
                assert_eq!(finding.severity, causeway_canonical::Severity::Error);
                assert!(finding.position.line > 0 && finding.position.column > 1);
            }
        }
    }

    #[test]
    fn a_source_that_is_not_well_formed_is_left_to_its_reader() {
        let context = testing::order().context;
        let reading = FhirR4Json.read(b"{", &context);
        assert!(!reading.findings.is_empty());
        assert_eq!(check("fhir-r4-json", &reading, &context), []);
    }

    #[test]
    fn no_finding_about_any_kind_shows_a_value_of_the_message() {
        const MARKER: &str = "Marker Zyxwv 4711";
        let mut found = 0;
        for told in testing::told::all() {
            let text = told.message.to_string();
            let places: Vec<usize> = text.match_indices(r#":""#).map(|(place, _)| place + 2).collect();
            for place in places {
                let end = place + text.get(place..).unwrap().find('"').unwrap();
                let marked = format!("{}{MARKER}{}", text.get(..place).unwrap(), text.get(end..).unwrap());
                for finding in testing::told::findings_of(&marked) {
                    let shown = format!("{finding} {finding:?}");
                    assert!(!shown.contains("Zyxwv") && !shown.contains("4711"), "{shown}");
                    found += 1;
                }
            }
        }
        assert!(found > 100, "{found}");
    }
}
