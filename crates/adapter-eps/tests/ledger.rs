//! Every value is accounted for: what is not written is in the table of what V3 cannot hold, and what is read comes from
//! somewhere.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use std::collections::BTreeSet;

use causeway_adapter_eps::EpsV3;
use causeway_canonical::ledger::{Kept, Mark, Tag, facts};
use causeway_canonical::model::Kind;
use causeway_syntax::adapter::{Adapter, Compat};
use common::orders::messages;
use common::{context, covers, read, template};

fn kept_rows() -> impl Iterator<Item = &'static Kept> {
    EpsV3.kept(Kind::PrescriptionOrder).iter().copied().flatten()
}

#[test]
fn what_is_not_written_is_kept_by_name() {
    for compat in [Compat::NONE, Compat::nhs_eps_api()] {
        for (name, message) in messages() {
            let written = EpsV3.write(&message, &context(compat)).unwrap();
            let tagged: BTreeSet<String> = written
                .tags
                .iter()
                .filter_map(|(_, tag)| match tag {
                    Tag::Field(field, _) => Some(field.path()),
                    Tag::Default(..) => None,
                })
                .collect();
            let lost: Vec<String> = facts(&message)
                .into_iter()
                .filter(|fact| !fact.value.trim().is_empty())
                .map(|fact| fact.path)
                .filter(|path| !tagged.contains(path))
                .filter(|path| !kept_rows().any(|kept| covers(kept, &template(path))))
                .collect();
            assert_eq!(lost, Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn every_field_that_is_read_comes_from_a_value() {
    for (name, message) in messages() {
        let context = context(Compat::NONE);
        let written = EpsV3.write(&message, &context).unwrap();
        let (message, reading) = read(&written.text, &context);
        let account = reading.account.unwrap();
        let mut marked: BTreeSet<String> = account
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Field(field, _) => Some(field.path()),
                _ => None,
            })
            .collect();
        marked.extend(account.shared.iter().map(|(_, field, _)| field.path()));
        marked.insert("version".to_owned());
        let leaves: BTreeSet<String> = facts(&message).into_iter().map(|fact| fact.path).collect();
        let from_nowhere: Vec<_> = leaves.difference(&marked).collect();
        assert!(from_nowhere.is_empty(), "{name}: {from_nowhere:?}");
        let nowhere: Vec<_> = marked.difference(&leaves).collect();
        assert!(nowhere.is_empty(), "{name}: {nowhere:?}");
    }
}

#[test]
fn every_row_of_what_is_kept_is_there_once() {
    let mut rows = BTreeSet::new();
    for kept in kept_rows() {
        assert!(rows.insert((kept.place, kept.leaf)), "{:?} {:?}", kept.place, kept.leaf);
        assert!(!kept.reason.is_empty());
    }
}
