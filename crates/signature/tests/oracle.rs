//! `xmlsec1` as oracle: it and we must agree about canonical forms, digests, signature values and certificates.
//!
//! A prescription's SignedInfo has a Reference without URI, over a document that is put together of fragments; no general
//! tool can follow that. So the same SignedInfo is signed with a URI added, under which the fragments lie as a file.
//! Everything else stays as `prepare` made it. `openssl` checks the value over the very octets of `prepare`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use causeway_signature::Policy;
use causeway_syntax::{Limits, NodeId, XmlKind, XmlTree, XmlWriter};
use common::*;

/// Whether a program is there; where it is absent the test says so loudly and passes.
fn is_there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        // Not println: what a passing test prints is not shown.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {program} not found; install it");
    }
    found
}

/// What xmlsec1 says of a signature by a certificate of an authority, over fragments in a file.
fn xmlsec1(signature: &str, fragments: &str, authority: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("signature.xml", signature);
    write("fragments.xml", fragments);
    write("authority.pem", authority);
    let output = Command::new("xmlsec1")
        .current_dir(folder.path())
        // Its clock is that of the place where it runs.
        .env("TZ", "UTC")
        .args(["--verify", "--trusted-pem", "authority.pem", "--verification-time", "2026-03-02 09:30:00"])
        .arg("signature.xml")
        .output()
        .unwrap();
    output.status.success()
}

/// The same document with differences that canonical form undoes: empty elements in one tag, attributes in another
/// order, prefixes of no use, comments.
fn written_otherwise(fragments: &str) -> String {
    let tree = XmlTree::parse(fragments.as_bytes(), &Limits::default()).unwrap();
    let mut out = XmlWriter::compact();
    out.declaration();
    copy(&tree, tree.root(), &mut out);
    out.finish()
}

fn copy(tree: &XmlTree<'_>, element: NodeId, out: &mut XmlWriter) {
    out.start(tree.name(element));
    out.attribute("xmlns:unused", "urn:unused");
    let attributes: Vec<_> = tree.attributes(element).collect();
    for attribute in attributes.into_iter().rev() {
        out.attribute(tree.name(attribute), tree.text(attribute));
    }
    for namespace in tree.namespaces(element) {
        out.attribute("xmlns", tree.text(namespace));
    }
    for child in tree.children(element) {
        match tree.kind(child) {
            XmlKind::Element => copy(tree, child, out),
            _ => {
                out.text(tree.text(child));
                out.raw("<!-- c -->");
            }
        }
    }
    out.end();
}

const WITH_URI: (&str, &str) = ("<Reference>", "<Reference URI=\"fragments.xml\">");

#[test]
fn xmlsec1_agrees_about_canonical_form_digest_value_and_certificate() {
    if !is_there("xmlsec1") {
        return;
    }
    let authority = trusted();
    let certificate = certificate(&signer_params(), &authority);
    for name in ["acute", "hospital", "repeat", "repeat-dispensing"] {
        let prepared = prepared(&order(name));
        for (info, sha1) in [(prepared.signed_info.clone(), false), (signed_info_sha1(&prepared), true)] {
            let info = info.replacen(WITH_URI.0, WITH_URI.1, 1);
            let sign = if sha1 { rsa_sha1 } else { rsa_sha256 };
            let good = signature(&info, &sign(&SIGNER_KEY, &info), &certificate);
            let fragments = &prepared.fragments;
            assert!(xmlsec1(&good, fragments, &authority.pem()), "{name}");
            assert!(xmlsec1(&good, &written_otherwise(fragments), &authority.pem()), "{name}");

            let tampered = fragments.replacen("value=\"", "value=\"x", 1);
            assert_ne!(&tampered, fragments);
            assert!(!xmlsec1(&good, &tampered, &authority.pem()), "{name}: content");
            let wrong_key = signature(&info, &sign(&OTHER_KEY, &info), &certificate);
            assert!(!xmlsec1(&wrong_key, fragments, &authority.pem()), "{name}: key");
            let stranger = self::authority(authority_params("Somebody Else"), &OTHER_KEY);
            assert!(!xmlsec1(&good, fragments, &stranger.pem()), "{name}: authority");
        }
    }
}

#[test]
fn where_xmlsec1_accepts_a_signature_we_find_nothing_but_its_shape() {
    if !is_there("xmlsec1") {
        return;
    }
    let (authority, message) = (trusted(), order("acute"));
    let prepared = prepared(&message);
    let info = prepared.signed_info.replacen(WITH_URI.0, WITH_URI.1, 1);
    let certificate = certificate(&signer_params(), &authority);
    for (key, holds) in [(&SIGNER_KEY, true), (&OTHER_KEY, false)] {
        // Indented around SignedInfo, where white space is not signed, and with a comment, which is not canonical.
        let xml = signature(&info, &rsa_sha256(key, &info), &certificate)
            .replace("<SignatureValue>", "\n  <SignatureValue>")
            .replace("<Transforms>", "<Transforms><!-- c -->");
        assert_eq!(xmlsec1(&xml, &prepared.fragments, &authority.pem()), holds);
        let document = v3(&with_signature(&message, xml));
        let found = codes(&verdict(&document, &usual_trust(), Policy::default()).findings);
        assert_eq!(!found.contains(&"signature-invalid"), holds);
        // The URI is a shape that is not accepted.
        assert!(found.contains(&"signature-content"));
    }
}

#[test]
fn openssl_agrees_about_the_value_over_the_octets_that_were_prepared() {
    if !is_there("openssl") {
        return;
    }
    let prepared = prepared(&order("repeat-dispensing"));
    for (info, hash, value) in [
        (&prepared.signed_info, "-sha256", rsa_sha256(&SIGNER_KEY, &prepared.signed_info)),
        (&signed_info_sha1(&prepared), "-sha1", rsa_sha1(&SIGNER_KEY, &signed_info_sha1(&prepared))),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("key.pem"), SIGNER_KEY.public_key_pem()).unwrap();
        std::fs::write(path("value"), &value).unwrap();
        let verify = |text: &str| {
            std::fs::write(path("signed"), text).unwrap();
            openssl(folder.path(), hash)
        };
        assert!(verify(info), "{hash}");
        assert!(!verify(&format!("{info}\n")), "{hash}");
    }
}

fn openssl(folder: &Path, hash: &str) -> bool {
    let arguments = ["dgst", hash, "-verify", "key.pem", "-signature", "value", "signed"];
    Command::new("openssl").current_dir(folder).args(arguments).output().unwrap().status.success()
}
