//! Hostile input: nothing panics, nothing takes long, and nothing false comes out as valid.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_signature::{Policy, Trust, Verifier};
use common::*;

/// Positions of all bytes of a certificate or list, but for those that name the algorithm a second time, behind what is
/// signed and before the 256 octets of the signature: how they are encoded changes nothing.
fn positions(der: &[u8]) -> impl Iterator<Item = usize> {
    let value = der.len() - 256 - "03 82 01 01 00".split(' ').count();
    let algorithm = value - 15..value;
    (0..der.len()).filter(move |position| !algorithm.contains(position))
}

#[test]
fn a_certificate_with_any_byte_changed_is_never_accepted() {
    let good = certificate(&signer_params(), &trusted());
    let message = order("acute");
    let info = prepared(&message).signed_info;
    let value = rsa_sha256(&SIGNER_KEY, &info);
    let document = v3(&with_signature(&message, signature(&info, &value, &good)));
    let trust = usual_trust();
    let encoded = STANDARD.encode(&good);
    for position in positions(&good) {
        let mut bad = good.clone();
        bad[position] ^= 0x41;
        let changed = document.replace(&encoded, &STANDARD.encode(&bad));
        assert!(!verdict(&changed, &trust, Policy::default()).is_valid(), "byte {position}");
        let cut = document.replace(&encoded, &STANDARD.encode(&good[..position]));
        assert!(!verdict(&cut, &trust, Policy::default()).is_valid(), "first {position} bytes");
    }
}

#[test]
fn a_revocation_list_with_any_byte_changed_is_refused_or_not_authentic() {
    let authority = trusted();
    let genuine = list(&list_params(), &authority);
    let document = good("acute");
    for position in positions(&genuine) {
        let mut bad = genuine.clone();
        bad[position] ^= 0x41;
        let mut trust = trust(&[authority.der()], &[]);
        if trust.add_lists(&bad).is_err() {
            continue;
        }
        let found = codes(&verdict(&document, &trust, Policy::default()).findings);
        // A list of another issuer is not this one's.
        let doubtful = ["signature-crl-not-authentic", "signature-crl-missing"];
        assert!(found.len() == 1 && doubtful.contains(&found[0]), "byte {position}: {found:?}");
    }
}

#[test]
fn any_text_is_answered() {
    let context = context();
    let trust = Trust::new();
    let verifier = Verifier { trust: &trust, policy: Policy::default(), context: &context };
    let deep = format!("{}{}", "<ParentPrescription>".repeat(60), "</ParentPrescription>".repeat(60));
    for text in ["", "{}", "<", "<x/>", "<ParentPrescription xmlns=\"urn:other\"/>", "\u{feff}<x/>"] {
        assert!(verifier.document(text.as_bytes()).is_err(), "{text}");
    }
    for text in ["<ParentPrescription/>", "<x><ParentPrescription xmlns=\"urn:hl7-org:v3\"/></x>", &deep] {
        let verdicts = verifier.document(text.as_bytes()).unwrap();
        assert_eq!(verdicts.len(), 1);
        assert!(errors(&verdicts[0].findings) == ["signature-prescription"] && verdicts[0].prescription.is_none());
    }
}

#[test]
fn a_document_that_ends_anywhere_is_never_valid() {
    let context = context();
    let trust = usual_trust();
    let verifier = Verifier { trust: &trust, policy: Policy::default(), context: &context };
    let document = good("acute");
    for end in (0..document.len() - 1).step_by(97) {
        assert!(verifier.document(&document.as_bytes()[..end]).is_err());
    }
}

#[test]
fn each_prescription_of_a_document_has_a_verdict_of_its_own() {
    let context = context();
    let trust = usual_trust();
    let verifier = Verifier { trust: &trust, policy: Policy::default(), context: &context };
    let part = |document: &str| {
        let start = document.find("<ParentPrescription").unwrap();
        let end = document.find("</ParentPrescription>").unwrap() + "</ParentPrescription>".len();
        document[start..end].to_owned()
    };
    let (first, second) = (part(&good("acute")), part(&good("hospital")));
    let tampered = second.replace("<family>", "<family>x");
    let response = format!(
        "<h:PORX_IN070101UK31 xmlns:h=\"urn:hl7-org:v3\"><PrescriptionReleaseResponse xmlns=\"urn:hl7-org:v3\">\
         <component>{first}</component><component>{tampered}</component><component>{second}</component>\
         </PrescriptionReleaseResponse></h:PORX_IN070101UK31>"
    );
    let verdicts = verifier.document(response.as_bytes()).unwrap();
    let found: Vec<_> = verdicts.iter().map(|verdict| codes(&verdict.findings)).collect();
    assert_eq!(found, [vec![], vec!["signature-content"], vec![]]);
    assert_ne!(verdicts[0].prescription, verdicts[1].prescription);
    assert!(verdicts[1].prescription.is_some());
}
