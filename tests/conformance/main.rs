//! Conformance by message family and rule.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod canonical_form;
mod prescription_order;
mod provenance;
