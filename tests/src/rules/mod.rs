//! Every rule of the program with the examples that show it, and the pages made of both, `docs/rules.md` and
//! `docs/rules`.
//!
//! Where to start reading: `family.rs` lists the rules, `example.rs` is what a file of `tests/rules` can say, `change.rs`
//! makes a message of it, `run.rs` has the message found wanting, `page.rs` and `index.rs` write the pages.
//!
//! Invariants:
//! - An example is a whole message: a base message of its kind, and what is changed in it.
//! - An example goes the way that a message goes through the program; no rule is asked by itself.

mod change;
mod example;
mod family;
mod index;
mod page;
mod place;
mod run;

pub use change::Change;
pub use example::{Example, Way, examples};
pub use family::{Family, families};
pub use index::pages;
pub use run::findings;
