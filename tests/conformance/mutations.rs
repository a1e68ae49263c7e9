//! What was written is altered, dropped or swapped, one clinical value after another: the echo stops it.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use causeway_canonical::ledger::{FieldRef, Tag};
use causeway_canonical::model::{Body, Kind, Message};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_syntax::{Limits, NodeId, Tree};
use causeway_tests::generate;
use causeway_translate::{echo, registry};

/// Mutations that say the same as before, by kind of value and why.
const SAY_THE_SAME: &[(&str, &str)] =
    &[("swapped prescription.validity Start", "the start stands twice in V3, as a time at midnight and as its day")];

/// Of the messages that are mutated: together they hold every field that a kind can have.
const SEEDS: Range<u64> = 0..12;

fn context() -> Context {
    Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    }
}

/// One value of an output: the field it comes from, its node, and the bytes of its text.
struct Value {
    field: FieldRef,
    node: NodeId,
    bytes: Range<usize>,
}

struct Output<'a> {
    message: &'a Message,
    text: &'a str,
    target: &'a dyn Adapter,
    tree: &'a dyn Tree,
}

impl Output<'_> {
    /// The clinical values of fields that were not met yet: the first two of each.
    fn values(&self, tags: &[(usize, Tag)], met: &mut HashMap<String, usize>) -> Vec<Value> {
        let mut values: BTreeMap<usize, Value> = BTreeMap::new();
        for (offset, tag) in tags {
            let Tag::Field(field, _) = tag else { continue };
            let Some(node) = self.tree.node_at(*offset).filter(|_| field.place().group().is_clinical()) else {
                continue;
            };
            values.entry(*offset).or_insert_with(|| Value { field: *field, node, bytes: self.text_of(node, *offset) });
        }
        let mut is_new = |value: &Value| {
            let template = value.field.path().replace(|c: char| c.is_ascii_digit(), "");
            let count = met.entry(template).or_default();
            *count += 1;
            *count <= 2
        };
        // A part that holds nothing says nothing.
        let says = |value: &Value| !matches!(&self.text[value.bytes.clone()], "" | "{}" | "[]");
        values.into_values().filter(|value| says(value) && is_new(value)).collect()
    }

    /// The bytes of a value without its quotes.
    fn text_of(&self, node: NodeId, offset: usize) -> Range<usize> {
        let end = self.tree.span(node).end;
        let whole = &self.text[offset..end];
        if whole.starts_with('"') {
            offset + 1..end - 1
        } else {
            offset..offset + whole.trim_end_matches(['"', '\'']).len()
        }
    }

    /// Whether the echo stops the output with one piece of it replaced.
    fn is_stopped(&self, pieces: &[(Range<usize>, &str)]) -> bool {
        let mut text = self.text.to_owned();
        let mut pieces = pieces.to_vec();
        pieces.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, piece) in pieces {
            text.replace_range(range, piece);
        }
        !echo::compare(self.message, &text, self.target, &context()).is_empty()
    }

    fn altered(&self, value: &Value) -> String {
        let text = &self.text[value.bytes.clone()];
        let Some((at, last)) = text.char_indices().rfind(|(_, c)| c.is_ascii_alphanumeric()) else {
            return format!("{text}x");
        };
        let other = match last {
            '9' => '8',
            '0'..='8' => char::from(last as u8 + 1),
            'z' | 'Z' => 'a',
            letter => char::from(letter as u8 + 1),
        };
        format!("{}{other}{}", &text[..at], &text[at + 1..])
    }
}

/// The mutations of a message that the echo lets pass. Fields that were mutated in an earlier message are left alone.
fn passed(kind: Kind, seed: u64, target: &dyn Adapter, met: &mut HashMap<String, usize>) -> Vec<String> {
    let mut message = generate::message(kind, seed, 100);
    make_small(&mut message.body);
    let written = target.write(&message, &context()).unwrap_or_else(|findings| panic!("{kind} {seed}: {findings:?}"));
    let tree = target.tree(written.text.as_bytes(), &Limits::default()).unwrap();
    let output = Output { message: &message, text: &written.text, target, tree: &*tree };
    assert!(!output.is_stopped(&[]), "{kind} {seed}: the unchanged output is stopped");
    let values = output.values(&written.tags, met);
    let mut passed = Vec::new();
    let mut note = |what: &str, value: &Value| {
        let template = format!("{:?} {:?}", value.field.place(), value.field.leaf());
        if !SAY_THE_SAME.iter().any(|(known, _)| *known == format!("{what} {template}")) {
            passed.push(format!(
                "{kind} {seed} {} {what} {}: {template}",
                target.format(),
                output.tree.path(value.node)
            ));
        }
    };
    for (number, value) in values.iter().enumerate() {
        if !output.is_stopped(&[(value.bytes.clone(), &output.altered(value))]) {
            note("altered", value);
        }
        let span = output.tree.span(value.node);
        if output.text[span.clone()].len() > value.bytes.len()
            && !output.is_stopped(&[(dropped(output.text, span), "")])
        {
            note("dropped", value);
        }
        let text = &output.text[value.bytes.clone()];
        let other = values[number + 1..].iter().find(|other| {
            other.field.leaf() == value.field.leaf()
                && other.field.place() == value.field.place()
                && output.text[other.bytes.clone()] != *text
        });
        if let Some(other) = other {
            let their = &output.text[other.bytes.clone()];
            if !output.is_stopped(&[(value.bytes.clone(), their), (other.bytes.clone(), text)]) {
                note("swapped", value);
            }
        }
    }
    passed
}

/// One of each part says as much as several, and every mutation reads the whole message.
fn make_small(body: &mut Body) {
    match body {
        Body::ReleaseResponse(response) => {
            response.released.truncate(1);
            response.released.iter_mut().for_each(|released| released.order.item.truncate(1));
        }
        Body::RebuildDispenseHistory(rebuild) => {
            rebuild.history.truncate(1);
            rebuild.history.iter_mut().for_each(|entry| entry.notification.item.truncate(1));
        }
        _ => {}
    }
}

/// A member of JSON goes with the comma next to it.
fn dropped(text: &str, span: Range<usize>) -> Range<usize> {
    let after = text[span.end..].len() - text[span.end..].trim_start().len();
    if text[span.end + after..].starts_with(',') {
        return span.start..span.end + after + 1;
    }
    let before = text[..span.start].trim_end();
    if before.ends_with(',') { before.len() - 1..span.end } else { span }
}

fn is_caught(kind: Kind) {
    let mut missed = Vec::new();
    for format in registry::formats() {
        if kind == Kind::RebuildDispenseHistory && format.starts_with("fhir") {
            continue;
        }
        let mut met = HashMap::new();
        for seed in SEEDS {
            missed.extend(passed(kind, seed, registry::adapter(format).unwrap(), &mut met));
        }
        assert!(met.len() > 3, "{kind} in {format}: {} clinical fields", met.len());
    }
    let count = missed.len();
    missed.truncate(30);
    assert!(missed.is_empty(), "{count} mutations pass the echo\n{}", missed.join("\n"));
}

macro_rules! kinds {
    ($($test:ident: $kind:ident,)*) => {
        $(#[test]
        fn $test() {
            is_caught(Kind::$kind);
        })*

        #[test]
        fn every_clinical_kind_is_mutated() {
            let mutated = [$(Kind::$kind,)*];
            let others: Vec<&Kind> = Kind::ALL.iter().filter(|kind| !mutated.contains(kind)).collect();
            assert_eq!(others, [&Kind::Acknowledgement], "an acknowledgement holds nothing clinical");
        }
    };
}

kinds! {
    no_clinical_value_of_an_order_changes_unseen: PrescriptionOrder,
    no_clinical_value_of_a_cancel_request_changes_unseen: CancelRequest,
    no_clinical_value_of_a_cancel_response_changes_unseen: CancelResponse,
    no_clinical_value_of_a_release_request_changes_unseen: ReleaseRequest,
    no_clinical_value_of_a_release_response_changes_unseen: ReleaseResponse,
    no_clinical_value_of_a_notification_changes_unseen: DispenseNotification,
    no_clinical_value_of_a_claim_changes_unseen: DispenseClaim,
    no_clinical_value_of_a_return_changes_unseen: Return,
    no_clinical_value_of_a_withdrawal_changes_unseen: Withdraw,
    no_clinical_value_of_a_rebuilt_history_changes_unseen: RebuildDispenseHistory,
}
