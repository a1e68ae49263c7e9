//! Every value is accounted for: what is not written is in the table of what V3 cannot hold, and what is read comes from
//! somewhere.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use std::collections::BTreeSet;

use causeway_adapter_eps::EpsV3;
use causeway_canonical::ledger::Kept;
use causeway_canonical::model::Kind;
use causeway_syntax::adapter::{Adapter, Compat};
use common::orders::messages;
use common::{account, context};

fn kept_rows() -> impl Iterator<Item = &'static Kept> {
    EpsV3.kept(Kind::PrescriptionOrder).iter().copied().flatten()
}

#[test]
fn what_is_not_written_is_kept_by_name() {
    for compat in [Compat::NONE, Compat::nhs_eps_api()] {
        for (name, message) in messages() {
            account::is_written_or_kept(name, &message, &context(compat));
        }
    }
}

#[test]
fn every_field_that_is_read_comes_from_a_value() {
    for (name, message) in messages() {
        account::comes_from_values(name, &message, &context(Compat::NONE));
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
