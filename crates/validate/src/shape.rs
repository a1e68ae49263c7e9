//! The schema gate: whether a message has the shape that its schema in `schemas/` asks for.
//!
//! Invariants:
//! - The gate is that of the kind that was read. Of a message that was not read it is that of the kind that the message
//!   says of itself.
//! - Texts are made of the schema's own titles and descriptions and of the kind of error. The validator's texts quote
//!   the message, so they are never shown.
//! - What the reader has reported at the same place is not said twice.
//! - The gate stands where there is a schema: for every kind in FHIR that has a FHIR form, and for every kind in the
//!   canonical form. FHIR XML is held to the same schemas as FHIR JSON: see `xml`. HL7 V3 is held against its grammar,
//!   `causeway_adapter_eps::grammar`.

mod forms;
mod instance;
mod schemas;
mod wording;
mod xml;

use std::collections::HashMap;

use causeway_canonical::model::Kind;
use causeway_canonical::{Finding, Problem};
use causeway_syntax::{JsonKind, JsonTree, Limits, NodeId, Tree, XmlTree};
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;

use crate::bundle::Bundle;
use crate::catalogue;
use crate::view::{Syntax, View};
use forms::Forms;
use instance::{Instance, Lexical};
use schemas::{Gate, Unusable};

/// A message with more errors than these is reported no further: whoever mends it starts with the first.
const MOST_ERRORS: usize = 1000;

/// Of a message with more nodes only the first error is told: the validator makes all errors before it gives the first,
/// and a few hundred thousand of them take more memory than one message may.
const MOST_NODES_LISTED: usize = 50_000;

/// The events of the message bundles of a kind.
fn events(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::PrescriptionOrder => &["prescription-order"],
        Kind::CancelRequest => &["prescription-order-update"],
        Kind::CancelResponse => &["prescription-order-response"],
        Kind::DispenseNotification => &["dispense-notification", "dispense-notification-update"],
        _ => &[],
    }
}

/// Checks a message against the schema of the kind that was read, or that the message says of itself. One that is known
/// for none gives no finding: its reader has said so.
pub(crate) fn check(
    view: &View<'_>,
    bundle: Option<&Bundle<'_>>,
    read: Option<Kind>,
    reported: &[Finding],
) -> Vec<Finding> {
    let Some((kind, gate)) = read.or_else(|| told(view, bundle)).and_then(|kind| Some((kind, Gate::of(kind)?))) else {
        return Vec::new();
    };
    match view.syntax {
        Syntax::Json(tree) => hold_against(gate, tree, reported),
        Syntax::Xml(xml) => hold_xml_against(gate, kind, view, xml, reported),
    }
}

/// The kind that a message says it is of.
fn told(view: &View<'_>, bundle: Option<&Bundle<'_>>) -> Option<Kind> {
    let root = view.root();
    match view.resource_type(root)? {
        "Bundle" => {
            let event = bundle?.event()?;
            Kind::ALL.iter().copied().find(|kind| events(*kind).contains(&event))
        }
        "Claim" => Some(Kind::DispenseClaim),
        "OperationOutcome" => Some(Kind::Acknowledgement),
        "Parameters" => {
            let mut names = view.elements(root, "parameter").filter_map(|one| view.child_text(one, "name"));
            names.find_map(|name| match name {
                "owner" | "agent" => Some(Kind::ReleaseRequest),
                "passedPrescriptions" | "failedPrescriptions" => Some(Kind::ReleaseResponse),
                _ => None,
            })
        }
        "Task" => match view.child_text(root, "status")? {
            "rejected" => Some(Kind::Return),
            "in-progress" => Some(Kind::Withdraw),
            _ => None,
        },
        _ => None,
    }
}

/// Whether rules about FHIR resources are asked of the bundles of a kind.
pub(crate) fn has_bundle(kind: Kind) -> bool {
    matches!(kind, Kind::PrescriptionOrder | Kind::CancelRequest | Kind::DispenseNotification)
}

/// Checks that a message is known here too for the kind that was read from it. Otherwise neither the gate nor the rules
/// about FHIR resources could be asked, and nobody would know.
pub(crate) fn check_recognised(view: &View<'_>, bundle: Option<&Bundle<'_>>, kind: Kind) -> Option<Finding> {
    let (event, others) = events(kind).split_first()?;
    if bundle.and_then(Bundle::event).is_some_and(|told| told == *event || others.contains(&told)) {
        return None;
    }
    let message = format!("a Bundle is expected, with a MessageHeader whose event is {event}, all three said by texts");
    Some(view.finding(&catalogue::SHAPE_UNRECOGNISED, message, unrecognised(view, bundle)))
}

/// What keeps a message from being known: its type, the code of its event, or the type of an entry.
fn unrecognised(view: &View<'_>, bundle: Option<&Bundle<'_>>) -> NodeId {
    let root = view.root();
    let Some(bundle) = bundle else { return view.child(root, "resourceType").unwrap_or(root) };
    if let Some(header) = bundle.of_kind("MessageHeader").next() {
        let event = view.child(header.resource, "eventCoding");
        let code = event.and_then(|event| view.child(event, "code"));
        return code.or(event).unwrap_or(header.resource);
    }
    let types = view
        .elements(root, "entry")
        .filter_map(|entry| view.child(view.child(entry, "resource")?, "resourceType"))
        .find(|kind| view.text(*kind).is_none());
    types.or_else(|| view.child(root, "entry")).unwrap_or(root)
}

/// Checks a message in the canonical form.
pub(crate) fn check_canonical(tree: &JsonTree<'_>, reported: &[Finding]) -> Vec<Finding> {
    hold_against(Gate::canonical(), tree, reported)
}

fn hold_against(gate: Result<&Gate, Unusable>, tree: &JsonTree<'_>, reported: &[Finding]) -> Vec<Finding> {
    let Ok(gate) = gate else { return unusable() };
    let at = |finding: Finding, node| finding.at(tree.path(node), tree.position(node));
    errors_in(tree, gate, at, &by_path(reported))
}

/// Holds a message in FHIR XML against the schema of its kind.
fn hold_xml_against(
    gate: Result<&Gate, Unusable>,
    kind: Kind,
    view: &View<'_>,
    xml: &XmlTree<'_>,
    reported: &[Finding],
) -> Vec<Finding> {
    let Ok(gate) = gate else { return unusable() };
    let told = xml::to_json(xml, Forms::of(kind, gate.root()).message());
    // What stands for a message within its limits is not limited again.
    let limits = Limits {
        max_bytes: usize::MAX,
        max_depth: usize::MAX,
        max_nodes: usize::MAX,
        max_attributes: usize::MAX,
        max_text: usize::MAX,
        max_entries: usize::MAX,
    };
    let Ok(tree) = JsonTree::parse(told.text.as_bytes(), &limits) else { return unusable() };
    let at = |finding: Finding, node: NodeId| match told.nodes.get(node.index()) {
        Some(element) => view.place(finding, *element),
        None => finding,
    };
    let said = by_path(reported);
    let mut findings: Vec<Finding> = told
        .repeated
        .iter()
        .map(|second| {
            let message = format!("at most one {} is expected here", view.name(*second));
            view.place(Finding::new(&catalogue::SHAPE_CARDINALITY, message), *second)
        })
        .filter(|finding| !said.contains_key(finding.path.as_str()))
        .take(MOST_ERRORS)
        .collect();
    findings.extend(errors_in(&tree, gate, at, &said));
    findings
}

fn unusable() -> Vec<Finding> {
    vec![Finding::new(&catalogue::SHAPE_UNUSABLE, "the schema of this message is expected to compile")]
}

/// All errors of a tree, each put where its node stands in the source.
fn errors_in(
    tree: &JsonTree<'_>,
    gate: &Gate,
    at: impl Fn(Finding, NodeId) -> Finding,
    said: &Said<'_>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = numbers(tree)
        .map(|node| at(Finding::new(&catalogue::SHAPE_NUMBER, "a number of ordinary size is expected here"), node))
        .collect();
    let root = Instance::Node(tree, tree.root());
    if !gate.validator.is_valid(root) {
        let mut say = |error: ValidationError<'_>| findings.extend(report(tree, gate, &error, &at, said));
        if tree.len() <= MOST_NODES_LISTED {
            gate.validator.iter_errors(root).take(MOST_ERRORS).for_each(&mut say);
        } else if let Err(first) = gate.validator.validate(root) {
            say(first);
        }
    }
    findings
}

/// Numbers that no double can hold.
fn numbers(tree: &JsonTree<'_>) -> impl Iterator<Item = NodeId> {
    (0..tree.len())
        .map(NodeId::from_index)
        .filter(|node| tree.kind(*node) == JsonKind::Number && !Lexical::is_finite(tree.text(*node)))
        .take(MOST_ERRORS)
}

/// What the reader has said, by where.
type Said<'f> = HashMap<&'f str, Vec<&'f Finding>>;

fn by_path(reported: &[Finding]) -> Said<'_> {
    let mut said = Said::new();
    for finding in reported {
        said.entry(&finding.path).or_default().push(finding);
    }
    said
}

fn report(
    tree: &JsonTree<'_>,
    gate: &Gate,
    error: &ValidationError<'_>,
    at: impl Fn(Finding, NodeId) -> Finding,
    said: &Said<'_>,
) -> Option<Finding> {
    let node = node_at(tree, error.instance_path().as_str());
    let location = error.absolute_keyword_location().map_or("", |location| location.as_str());
    let definition = gate.definition_at(location);
    let (rule, message) = wording::say(error.kind(), definition);
    let finding = at(Finding::new(rule, message).hint(wording::hint(rule, definition)), node);
    (!already_said(said, &finding, error.kind())).then_some(finding)
}

/// Whether the reader has reported the same thing: at the same place, and where something is missing, the same thing.
fn already_said(said: &Said<'_>, finding: &Finding, kind: &ValidationErrorKind) -> bool {
    let is_the_same = |earlier: &&Finding| match kind {
        ValidationErrorKind::Required { property } => {
            property.as_str().is_some_and(|name| earlier.message.split(' ').any(|word| word == name))
        }
        _ => earlier.rule.problem != Problem::Required,
    };
    said.get(finding.path.as_str()).is_some_and(|earlier| earlier.iter().any(is_the_same))
}

/// The node of a JSON pointer, or the innermost one on its way that exists.
fn node_at(tree: &JsonTree<'_>, pointer: &str) -> NodeId {
    let mut node = tree.root();
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        let child = match tree.kind(node) {
            JsonKind::Array => segment.parse().ok().and_then(|index| tree.children(node).nth(index)),
            _ => tree.child(node, &segment),
        };
        let Some(child) = child else { break };
        node = child;
    }
    node
}

#[cfg(test)]
mod tests {
    use causeway_syntax::Limits;
    use serde_json::json;

    use super::*;
    use crate::testing;

    fn shape_of(text: &str) -> Vec<Finding> {
        let limits = Limits { max_entries: usize::MAX, ..Limits::default() };
        let tree = JsonTree::parse(text.as_bytes(), &limits).unwrap();
        let view = View::of("fhir-r4-json", &tree).unwrap();
        check(&view, Bundle::of(view).as_ref(), None, &[])
    }

    #[test]
    fn a_good_order_passes() {
        assert_eq!(shape_of(testing::ORDER), []);
    }

    #[test]
    fn a_missing_property_is_named_at_its_parent() {
        let findings = shape_of(&testing::ORDER.replace("\"birthDate\"", "\"birthDay\""));
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!(finding.rule, &catalogue::SHAPE_REQUIRED);
        assert_eq!(finding.message, "birthDate is expected here and missing");
        assert!(finding.path.starts_with("Bundle.entry[") && finding.path.ends_with("].resource"), "{}", finding.path);
        assert!(finding.position.line > 1 && finding.position.column > 1);
        assert!(finding.hint.contains("date of birth"), "{}", finding.hint);
    }

    #[test]
    fn a_missing_property_that_the_reader_has_named_is_not_named_again() {
        let text = testing::ORDER.replace("\"birthDate\"", "\"birthDay\"");
        let findings = testing::check_text(&text);
        assert_eq!(findings.iter().filter(|finding| finding.rule == &catalogue::SHAPE_REQUIRED).count(), 0);
    }

    #[test]
    fn a_number_beyond_a_double_is_reported() {
        let findings = shape_of(&testing::ORDER.replace("\"value\": 28,", "\"value\": 1E999,"));
        assert_eq!(findings.iter().filter(|finding| finding.rule == &catalogue::SHAPE_NUMBER).count(), 1);
    }

    #[test]
    fn each_sort_of_error_has_its_rule() {
        let cases = [
            ("/entry/3/resource/address", json!("Leeds"), &catalogue::SHAPE_TYPE, "entry[3].resource.address"),
            (
                "/entry/3/resource/birthDate",
                json!("26/10/1985"),
                &catalogue::SHAPE_PATTERN,
                "entry[3].resource.birthDate",
            ),
            ("/entry/1/resource/extension", json!([]), &catalogue::SHAPE_CARDINALITY, "entry[1].resource.extension"),
            ("/entry/3/resource/name", json!([]), &catalogue::SHAPE_CARDINALITY, "entry[3].resource.name"),
            ("/entry/6/resource/name", json!(""), &catalogue::SHAPE_EMPTY, "entry[6].resource.name"),
            ("/entry/3/resource/name/0", json!({}), &catalogue::SHAPE_EMPTY, "entry[3].resource.name[0]"),
            ("/entry/3/resource/gender", json!("f"), &catalogue::SHAPE_FIXED_VALUE, "entry[3].resource.gender"),
            ("/type", json!("batch"), &catalogue::SHAPE_FIXED_VALUE, "type"),
            ("/entry/0/resource/eventUri", json!("urn:x"), &catalogue::SHAPE_NOT_ALLOWED, "entry[0].resource.eventUri"),
            (
                "/entry/1/resource/dispenseRequest/numberOfRepeatsAllowed",
                json!(-1),
                &catalogue::SHAPE_RANGE,
                "entry[1].resource.dispenseRequest.numberOfRepeatsAllowed",
            ),
        ];
        for (pointer, value, rule, path) in cases {
            let mut order = testing::order();
            order.set(pointer, value);
            let findings = shape_of(&order.bundle.to_string());
            let found: Vec<_> = findings.iter().map(|finding| (finding.rule, finding.path.as_str())).collect();
            assert_eq!(found, [(rule, format!("Bundle.{path}").as_str())]);
        }
    }

    #[test]
    fn a_message_of_errors_alone_is_reported_to_a_limit() {
        // Each of them has two errors, and the list no more entries than one may have.
        let entries = vec![r#"{"fullUrl": 1}"#; MOST_ERRORS - 1].join(",");
        let header =
            r#"{"resource": {"resourceType": "MessageHeader", "eventCoding": {"code": "prescription-order"}}}"#;
        let findings = shape_of(&format!(r#"{{"resourceType": "Bundle", "entry": [{header}, {entries}]}}"#));
        assert_eq!(findings.len(), MOST_ERRORS);
    }

    #[test]
    fn what_keeps_an_order_from_being_known_is_named_by_its_place() {
        let header = r#"{"resource": {"resourceType": "MessageHeader"}}"#;
        for (text, path) in [
            ("{}".to_owned(), "$"),
            (r#"{"resourceType": 1}"#.to_owned(), "$.resourceType"),
            (r#"{"resourceType": "Bundle"}"#.to_owned(), "Bundle"),
            (r#"{"resourceType": "Bundle", "entry": {}}"#.to_owned(), "Bundle.entry"),
            (format!(r#"{{"resourceType": "Bundle", "entry": [{header}]}}"#), "Bundle.entry[0].resource"),
        ] {
            let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
            let view = View::of("fhir-r4-json", &tree).unwrap();
            let finding = check_recognised(&view, Bundle::of(view).as_ref(), Kind::PrescriptionOrder).unwrap();
            assert_eq!((finding.rule.name, finding.path.as_str()), ("shape-unrecognised", path));
        }
    }

    #[test]
    fn each_kind_of_bundle_is_known_by_its_event() {
        for (kind, events) in [
            (Kind::PrescriptionOrder, ["prescription-order"; 2]),
            (Kind::CancelRequest, ["prescription-order-update"; 2]),
            (Kind::CancelResponse, ["prescription-order-response"; 2]),
            (Kind::DispenseNotification, ["dispense-notification", "dispense-notification-update"]),
        ] {
            for (event, is_known) in [(events[0], true), (events[1], true), ("another", false)] {
                let header = format!(r#"{{"resourceType": "MessageHeader", "eventCoding": {{"code": "{event}"}}}}"#);
                let text = format!(r#"{{"resourceType": "Bundle", "entry": [{{"resource": {header}}}]}}"#);
                let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
                let view = View::of("fhir-r4-json", &tree).unwrap();
                let finding = check_recognised(&view, Bundle::of(view).as_ref(), kind);
                assert_eq!(finding.is_none(), is_known, "{kind} {event}");
                assert!(check_recognised(&view, None, Kind::ReleaseRequest).is_none(), "has no bundle");
            }
        }
    }

    #[test]
    fn what_could_not_be_read_is_held_against_the_kind_that_it_says_it_is() {
        for (text, kind, missing) in [
            (r#"{"resourceType": "Claim"}"#, Kind::DispenseClaim, "created"),
            (r#"{"resourceType": "OperationOutcome"}"#, Kind::Acknowledgement, "issue"),
            (r#"{"resourceType": "Task", "status": "rejected"}"#, Kind::Return, "authoredOn"),
            (r#"{"resourceType": "Task", "status": "in-progress"}"#, Kind::Withdraw, "for"),
            (r#"{"resourceType": "Parameters", "parameter": [{"name": "owner"}]}"#, Kind::ReleaseRequest, "resource"),
            (
                r#"{"resourceType": "Parameters", "parameter": [{"name": "failedPrescriptions"}]}"#,
                Kind::ReleaseResponse,
                "resource",
            ),
        ] {
            let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(told(&View::of("fhir-r4-json", &tree).unwrap(), None), Some(kind));
            let names = |finding: &Finding| {
                finding.rule == &catalogue::SHAPE_REQUIRED && finding.message.starts_with(&format!("{missing} is "))
            };
            assert!(shape_of(text).iter().any(names), "{kind}");
        }
    }

    #[test]
    fn a_status_that_fhir_does_not_know_is_a_matter_of_shape_and_of_the_rule() {
        let mut order = testing::order();
        order.set("/entry/1/resource/status", "running");
        order.is_refused_by(&catalogue::SHAPE_FIXED_VALUE, "entry[1].resource.status");
        order.is_refused_by(&catalogue::ORDER_ACTIVE, "entry[1].resource.status");
    }

    #[test]
    fn messages_that_say_no_kind_are_not_judged() {
        for text in [
            r#"{"resourceType": "Bundle", "entry": []}"#,
            r#"{"resourceType": "Task", "status": "draft"}"#,
            r#"{"resourceType": "Parameters", "parameter": [{"name": "digest"}]}"#,
            r#"{"resourceType": "Parameters", "parameter": {}}"#,
            r#"{"resourceType": "Basic"}"#,
            "[]",
        ] {
            assert_eq!(shape_of(text), []);
        }
    }
}
