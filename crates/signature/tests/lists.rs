//! Revocation lists of kinds that the tools for making them do not make (signature.md §6, RFC 5280 §5.2, §5.3).

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use causeway_signature::{Policy, Trust};
use common::*;
use rcgen::SigningKey;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

/// A value in DER.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match content.len() {
        short @ 0..=127 => vec![u8::try_from(short).unwrap()],
        long => [vec![0x82], u16::try_from(long).unwrap().to_be_bytes().to_vec()].concat(),
    };
    [vec![tag], length, content].concat()
}

const SEQUENCE: u8 = 0x30;
const OCTETS: u8 = 0x04;
const INTEGER: u8 = 0x02;

fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[0x01, 0x01, 0xff] } else { &[] };
    der(SEQUENCE, &[&der(0x06, &[oid]), critical, &der(OCTETS, &[value])])
}

fn time(text: &str) -> Vec<u8> {
    der(0x17, &[text.as_bytes()])
}

/// A list with an entry for the signer's certificate, since the first of March.
struct List {
    next_update: Option<&'static str>,
    extensions: Vec<Vec<u8>>,
    /// Extensions of the entry; no entry at all without.
    entry: Option<Vec<Vec<u8>>>,
}

impl List {
    fn new() -> Self {
        List { next_update: Some("260308000000Z"), extensions: Vec::new(), entry: None }
    }

    fn with(extension: Vec<u8>) -> Self {
        List { extensions: vec![extension], ..List::new() }
    }

    fn revoking(self, extensions: &[Vec<u8>]) -> Self {
        List { entry: Some(extensions.to_vec()), ..self }
    }

    /// Signed by the usual authority.
    fn signed(&self) -> Vec<u8> {
        let authority = trusted();
        let (_, certificate) = X509Certificate::from_der(authority.der()).unwrap();
        // sha256WithRSAEncryption and NULL.
        let oid = der(0x06, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]]);
        let algorithm = der(SEQUENCE, &[&oid, &[0x05, 0x00]]);
        let optional = |extensions: &[Vec<u8>]| match extensions {
            [] => Vec::new(),
            some => der(SEQUENCE, &[&some.concat()]),
        };
        let entries = self.entry.as_ref().map_or_else(Vec::new, |extensions| {
            let serial = der(INTEGER, &[&[0], &SERIAL]);
            der(SEQUENCE, &[&der(SEQUENCE, &[&serial, &time("260301000000Z"), &optional(extensions)])])
        });
        let extensions = match optional(&self.extensions) {
            none if none.is_empty() => none,
            some => der(0xa0, &[&some]),
        };
        let signed = der(
            SEQUENCE,
            &[
                &der(INTEGER, &[&[1]]),
                &algorithm,
                certificate.subject().as_raw(),
                &time("260301000000Z"),
                &self.next_update.map(time).unwrap_or_default(),
                &entries,
                &extensions,
            ],
        );
        let value = AUTHORITY_KEY.sign(&signed).unwrap();
        der(SEQUENCE, &[&signed, &algorithm, &der(0x03, &[&[0], &value])])
    }
}

/// Codes of all findings on a good prescription with the list.
fn with_list(list: &List) -> Vec<&'static str> {
    let authority = trusted();
    let trust = trust(&[authority.der()], &[&list.signed()]);
    codes(&verdict(&good("acute"), &trust, Policy::default()).findings)
}

const ISSUING_POINT: [u8; 3] = [0x55, 0x1d, 0x1c];
const DELTA: [u8; 3] = [0x55, 0x1d, 0x1b];
const REASON: [u8; 3] = [0x55, 0x1d, 0x15];
const ENTRY_ISSUER: [u8; 3] = [0x55, 0x1d, 0x1d];
const UNKNOWN: [u8; 3] = [0x2a, 0x03, 0x04];

fn reason(code: u8) -> Vec<u8> {
    extension(&REASON, false, &der(0x0a, &[&[code]]))
}

#[test]
fn a_plain_list_covers_and_revokes() {
    assert!(with_list(&List::new()).is_empty());
    assert_eq!(with_list(&List::new().revoking(&[])), ["signature-revoked"]);
    assert_eq!(with_list(&List::new().revoking(&[reason(1)])), ["signature-revoked"]);
}

#[test]
fn s6_a_reason_that_is_not_known_counts_from_its_date() {
    for code in [7, 11, 200] {
        assert_eq!(with_list(&List::new().revoking(&[reason(code)])), ["signature-revoked"], "{code}");
    }
}

#[test]
fn a_list_without_an_end_stays_in_date() {
    assert!(with_list(&List { next_update: None, ..List::new() }).is_empty());
}

#[test]
fn a_list_of_a_part_may_revoke_and_covers_nothing() {
    // A delta list; one for some reasons; one for attribute certificates; one with a point that has no name here; one
    // with a critical extension that is not understood; one whose scope cannot be read.
    let some_reasons = der(SEQUENCE, &[&[0x83, 0x02, 0x00, 0x40]]);
    let attributes = der(SEQUENCE, &[&[0x85, 0x01, 0xff]]);
    let relative = der(SEQUENCE, &[&der(0xa0, &[&der(0xa0, &[&der(0x82, &[b"example"])])])]);
    for extension in [
        extension(&DELTA, true, &der(INTEGER, &[&[1]])),
        extension(&ISSUING_POINT, true, &some_reasons),
        extension(&ISSUING_POINT, true, &attributes),
        extension(&ISSUING_POINT, true, &relative),
        extension(&ISSUING_POINT, true, &[0xff]),
        extension(&UNKNOWN, true, &[0x05, 0x00]),
    ] {
        let list = List::with(extension.clone());
        assert_eq!(with_list(&list), ["signature-crl-missing"], "{extension:02x?}");
        let found = with_list(&list.revoking(&[]));
        assert_eq!(found, ["signature-revoked", "signature-crl-missing"], "{extension:02x?}");
    }
    assert!(with_list(&List::with(extension(&UNKNOWN, false, &[0x05, 0x00]))).is_empty());
}

#[test]
fn a_list_for_certificates_of_other_issuers_is_not_used() {
    let indirect = extension(&ISSUING_POINT, true, &der(SEQUENCE, &[&[0x84, 0x01, 0xff]]));
    assert_eq!(with_list(&List::with(indirect).revoking(&[])), ["signature-crl-missing"]);
    let issuer = extension(&ENTRY_ISSUER, true, &der(SEQUENCE, &[&der(0x82, &[b"example"])]));
    assert_eq!(with_list(&List::new().revoking(&[issuer])), ["signature-crl-missing"]);
}

#[test]
fn a_list_is_taken_whole_or_not_at_all() {
    let list = List::new().revoking(&[]).signed();
    let mut trust = Trust::new();
    assert!(trust.add_lists(&[list.as_slice(), &[0]].concat()).is_err());
    assert!(trust.add_lists(&list[..list.len() - 1]).is_err());
    assert!(trust.add_lists(&list).is_ok());
}
