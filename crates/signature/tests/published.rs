//! The published fragments and their canonical form.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_signature::{Policy, Trust};
use causeway_syntax::{Limits, NodeId, XmlTree};
use common::*;

/// The published corpus, if it is there. Where it is absent the test says so loudly and passes.
fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("CAUSEWAY_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"));
    if folder.is_dir() {
        return Some(folder);
    }
    // Not println: what a passing test prints is not shown.
    let _ = writeln!(std::io::stderr(), "SKIPPED: corpus not found at {}; set CAUSEWAY_CORPUS", folder.display());
    None
}

#[test]
fn s2_the_published_canonical_form_is_that_of_a_prescription_with_the_published_fragments() {
    let Some(corpus) = corpus() else { return };
    let read = |name: &str| {
        let folder = corpus.join("eps-spine-responses/signature-fragments");
        std::fs::read_to_string(folder.join(format!("PrepareIntermediate-Hl7V3SignatureFragments{name}"))).unwrap()
    };
    let (fragments, canonical) = (read(".xml"), read("Canonicalized.txt"));
    let hash = STANDARD.encode(digest(&SHA256, canonical.trim_end().as_bytes()));

    // A prescription of the fragments as they are printed, with white space between the elements.
    let limits = Limits::default();
    let tree = XmlTree::parse(fragments.as_bytes(), &limits).unwrap();
    let parts: Vec<NodeId> = tree.elements(tree.root()).flat_map(|fragment| tree.elements(fragment)).collect();
    let [time, id, author, patient, items @ ..] = &parts[..] else { panic!("expected at least four parts") };
    let items: String = items
        .iter()
        .map(|&item| format!("<pertinentInformation2>\n{}\n</pertinentInformation2>\n", tree.raw(item)))
        .collect();
    let other = prepared(&order("acute"));
    let info = other.signed_info.replace(&other.digest_value(), &hash);
    let certificate = certificate(&signer_params(), &trusted());
    let signature = signature(&info, &rsa_sha256(&SIGNER_KEY, &info), &certificate);
    let document = format!(
        "<ParentPrescription xmlns=\"urn:hl7-org:v3\">\n{}\n<pertinentInformation1>\n<pertinentPrescription>\n{}<id/>\n\
         <author>{}<signatureText>{signature}</signatureText>{}</author>\n{items}</pertinentPrescription>\n\
         </pertinentInformation1>\n</ParentPrescription>",
        tree.raw(*patient),
        tree.raw(*id),
        tree.raw(*time),
        tree.raw(*author),
    );
    let found = codes(&verdict(&document, &Trust::new(), Policy::default()).findings);
    // Signed before the certificate was made; the content and the value hold.
    assert_eq!(found, ["signature-crl-missing", "signature-expired", "signature-untrusted"]);
}
