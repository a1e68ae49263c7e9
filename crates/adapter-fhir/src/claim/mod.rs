//! Claim: a dispenser's claim for payment (claim.md).
//!
//! Invariants: one claim has one insurer and one item, the prescription; each detail is an item of the prescription, and
//! each subDetail a product supplied for it. Repeat information is read in both layouts and written in the current one
//! (claim.md §7).

mod read;
mod write;

pub use read::read;
pub use write::{project, write};

use causeway_canonical::ledger::{map_rule, place};
use causeway_canonical::model::Kind;

use crate::repeat::Fields;

/// The fixed product of the one item: the prescription as a whole.
const PRESCRIPTION_PRODUCT: &str = "16076005";

/// The part of the message that the narrative of a Claim is about.
fn part() -> String {
    Kind::DispenseClaim.member().to_owned()
}

/// Where the repeat information of an item goes: the model counts its issues from one.
fn item_repeat(item: usize) -> Fields {
    Fields {
        allowed: place::REPEATS_ALLOWED.at(&[item]).itself(),
        issued: (place::ITEM_ISSUE.at(&[item]).itself(), map_rule::ONE_BASED_REPEATS),
    }
}
