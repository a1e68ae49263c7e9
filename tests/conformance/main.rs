//! Conformance by message family and rule.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod canonical_form;
mod prescription_order;
