//! Requests for prescriptions, released prescriptions, notifications and claims: what is written and read back is the
//! projection, and every value is accounted for.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use std::collections::BTreeSet;

use causeway_adapter_eps::EpsV3;
use causeway_canonical::ledger::{FieldRef, Mark, Tag, facts};
use causeway_canonical::model::*;
use causeway_canonical::{Severity, refused};
use causeway_syntax::adapter::{Adapter, Compat, Context, Defect, InteractionSuffix};
use common::dispensing::{full_claim, full_notification, full_response, id, line_id, messages};
use common::orders::{message, text, time};
use common::{context, differences, read, unread, validate};

fn contexts() -> [Context; 2] {
    let mut plain = context(Compat::NONE);
    plain.interaction_suffix = InteractionSuffix::Uk;
    [plain, context(Compat::nhs_eps_api())]
}

fn uk(text: &str) -> String {
    text.replace("SM31", "UK31").replace("SM30", "UK30")
}

fn write(name: &str, message: &Message, context: &Context) -> String {
    EpsV3.write(message, context).unwrap_or_else(|findings| panic!("{name}: {findings:#?}")).text
}

fn of(body: Body) -> Message {
    Message { body, ..message(PrescriptionOrder::default()) }
}

#[test]
fn what_is_written_comes_back_as_its_projection_and_fits_the_schema() {
    for context in contexts() {
        for (name, message, schema) in messages() {
            let written = EpsV3.write(&message, &context).unwrap_or_else(|findings| panic!("{name}: {findings:#?}"));
            assert!(EpsV3.sniff(written.text.as_bytes()), "{name}");
            let (back, reading) = read(&written.text, &context);
            assert!(reading.findings.is_empty(), "{name}: {:#?}", reading.findings);
            let account = reading.account.as_ref().unwrap();
            assert_eq!(unread(account), Vec::<String>::new(), "{name}");
            for (offset, tag) in &written.tags {
                let node = account.tree.node_at(*offset).unwrap();
                assert!(account.tree.is_value(node), "{name}: {tag:?} at {}", account.tree.path(node));
            }
            let mut projected = message.clone();
            EpsV3.project(&mut projected, &context);
            assert_eq!(differences(&back, &projected), Vec::<String>::new(), "{name}");
            assert!(back == projected, "{name}");
            EpsV3.project(&mut projected, &context);
            assert_eq!(differences(&back, &projected), Vec::<String>::new(), "{name}: projected twice");
            let (twice, _) = read(&write(name, &back, &context), &context);
            assert_eq!(differences(&back, &twice), Vec::<String>::new(), "{name}: written twice");
            validate(&uk(&written.text), schema);
        }
    }
}

fn tagged(message: &Message, context: &Context) -> BTreeSet<String> {
    let written = EpsV3.write(message, context).unwrap();
    let fields = written.tags.iter().filter_map(|(_, tag)| match tag {
        Tag::Field(field, _) => Some(field.path()),
        Tag::Default(..) => None,
    });
    fields.collect()
}

#[test]
fn what_is_not_written_is_kept_by_name() {
    for context in contexts() {
        for (name, message, _) in messages() {
            let tagged = tagged(&message, &context);
            let kept = |path: &str| {
                let field = FieldRef::from_path(path).unwrap_or_else(|| panic!("{name}: {path}"));
                let mut rows = EpsV3.kept(message.body.kind()).iter().copied().flatten();
                rows.any(|row| row.place == field.place() && row.leaf.is_none_or(|leaf| leaf == field.leaf()))
            };
            let lost: Vec<String> = facts(&message)
                .into_iter()
                .filter(|fact| !fact.value.trim().is_empty())
                .map(|fact| fact.path)
                .filter(|path| !tagged.contains(path) && !kept(path))
                .collect();
            assert_eq!(lost, Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn every_field_that_is_read_comes_from_a_value() {
    for (name, message, _) in messages() {
        let context = context(Compat::NONE);
        let text = write(name, &message, &context);
        let (message, reading) = read(&text, &context);
        let account = reading.account.unwrap();
        let fields = account.marks.iter().filter_map(|mark| match mark {
            Mark::Field(field, _) => Some(field.path()),
            _ => None,
        });
        let mut marked: BTreeSet<String> = fields.collect();
        marked.extend(account.shared.iter().map(|(_, field, _)| field.path()));
        marked.insert("version".to_owned());
        let said = facts(&message).into_iter().filter(|fact| !fact.value.is_empty());
        let leaves: BTreeSet<String> = said.map(|fact| fact.path).collect();
        assert_eq!(leaves.difference(&marked).collect::<Vec<_>>(), Vec::<&String>::new(), "{name}: from nowhere");
        assert_eq!(marked.difference(&leaves).collect::<Vec<_>>(), Vec::<&String>::new(), "{name}: to nowhere");
    }
}
