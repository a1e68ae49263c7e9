//! Conformance by message family and rule.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout, reason = "what a test counts is shown when it fails, or with --nocapture")]

mod canonical_form;
mod differences;
mod differential;
mod dose_text;
mod fhir_xml;
mod fuzz_corpus;
mod grammar;
mod mappings;
mod mutations;
mod prescription_order;
mod properties;
mod provenance;
mod published;
mod rules;
mod shape_of_xml;
mod shapes;
mod signature;
mod validation;
mod wire_mutations;
mod wrong;
