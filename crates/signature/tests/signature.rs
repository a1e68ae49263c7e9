//! The signature element: its shape, its value, its algorithms (signature.md §4, §5 tests 1 to 5).

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use causeway_adapter_fhir::FhirR4Json;
use causeway_signature::{Policy, Sha1Policy, Verifier};
use causeway_syntax::adapter::Adapter;
use common::*;

const ALLOW_SHA1: Policy =
    Policy { sha1: Sha1Policy::AllowReceived, revocation: causeway_signature::RevocationPolicy::Warn };

/// A good prescription with one part of its text replaced.
fn changed(from: &str, to: &str) -> String {
    let document = good("acute");
    assert_eq!(document.matches(from).count(), 1, "{from}");
    document.replace(from, to)
}

/// A prescription signed over another SignedInfo than was prepared.
fn signed_otherwise(change: impl Fn(&str) -> String) -> String {
    let message = order("acute");
    let info = change(&prepared(&message).signed_info);
    let certificate = certificate(&signer_params(), &trusted());
    v3(&with_signature(&message, signature(&info, &rsa_sha256(&SIGNER_KEY, &info), &certificate)))
}

#[test]
fn s5_1_a_signature_without_one_of_its_parts_is_of_bad_format() {
    for (from, to) in [
        ("<SignatureValue>", "<SignatureValue></SignatureValue><SignatureValue>"),
        ("<KeyInfo>", "<KeyInfo/><KeyInfo>"),
        ("<X509Data>", "<X509Data/><X509Data>"),
        ("<SignedInfo>", "<SignedInfo/><SignedInfo>"),
        ("<SignatureValue>", "<SignatureValue>!"),
        ("<SignatureValue>", "<SignatureValue>="),
    ] {
        assert_eq!(check(&changed(from, to)), ["signature-format"], "{to}");
    }
    for name in ["SignedInfo", "SignatureValue", "KeyInfo", "X509Data", "X509Certificate"] {
        let other = good("acute").replace(&format!("<{name}>"), "<Other>").replace(&format!("</{name}>"), "</Other>");
        assert_eq!(check(&other), ["signature-format"], "{name}");
    }
    for name in ["SignatureValue", "X509Certificate"] {
        let document = good("acute");
        let (start, end) = (format!("<{name}>"), format!("</{name}>"));
        let (before, rest) = document.split_once(&start).unwrap();
        let (_, after) = rest.split_once(&end).unwrap();
        assert_eq!(check(&[before, &start, &end, after].concat()), ["signature-format"], "{name}");
    }
}

#[test]
fn s5_1_an_unsigned_prescription_is_of_bad_format() {
    let message = order("acute");
    assert_eq!(check(&v3(&message)), ["signature-format"]);

    let context = context();
    let fhir = FhirR4Json.write(&message, &context).unwrap().text;
    let trust = usual_trust();
    let verifier = Verifier { trust: &trust, policy: Policy::default(), context: &context };
    assert_eq!(codes(&verifier.reading(&FhirR4Json.read(fhir.as_bytes(), &context)).findings), ["signature-format"]);
}

#[test]
fn s5_2_several_certificates_are_refused() {
    for (from, to) in [
        ("<X509Certificate>", "<X509Certificate>-----BEGIN CERTIFICATE-----\n"),
        ("</X509Certificate>", "\n-----END CERTIFICATE-----</X509Certificate>"),
        ("<X509Data>", "<X509Data><X509Certificate>AAAA</X509Certificate>"),
    ] {
        assert_eq!(check(&changed(from, to)), ["signature-certificates"], "{to}");
    }
}

#[test]
fn s5_3_what_is_no_certificate_is_refused() {
    let replaced = |certificate: &str| {
        let document = good("acute");
        let (before, rest) = document.split_once("<X509Certificate>").unwrap();
        let (_, after) = rest.split_once("</X509Certificate>").unwrap();
        check(&format!("{before}<X509Certificate>{certificate}</X509Certificate>{after}"))
    };
    for text in ["AAAA", "not base64!", "MIIB", &"A".repeat(40_000)] {
        assert_eq!(replaced(text), ["signature-certificate"], "{}", text.len());
    }
}

#[test]
fn s5_4_a_value_of_another_key_or_text_is_invalid() {
    let message = order("acute");
    let info = prepared(&message).signed_info;
    let certificate = certificate(&signer_params(), &trusted());
    let mut tampered = rsa_sha256(&SIGNER_KEY, &info);
    tampered[100] ^= 1;
    for value in [
        rsa_sha256(&OTHER_KEY, &info),
        rsa_sha256(&SIGNER_KEY, "another text"),
        rsa_sha1(&SIGNER_KEY, &info),
        tampered,
        vec![0; 256],
        vec![1],
    ] {
        let document = v3(&with_signature(&message, signature(&info, &value, &certificate)));
        assert_eq!(check(&document), ["signature-invalid"]);
    }
}

#[test]
fn s5_4_a_changed_signed_info_is_invalid() {
    let document = changed("<Transforms>", "<Transforms Id=\"x\">");
    assert_eq!(check(&document), ["signature-invalid", "signature-content"]);
}

#[test]
fn s5_5_every_other_shape_of_signed_info_is_refused_however_well_it_is_signed() {
    const TRANSFORM: &str = "<Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></Transform>";
    for (from, to) in [
        ("<Reference>", "<Reference URI=\"\">".to_owned()),
        ("<SignedInfo ", "<SignedInfo Id=\"x\" ".to_owned()),
        (TRANSFORM, format!("{TRANSFORM}{TRANSFORM}")),
        (TRANSFORM, String::new()),
        (TRANSFORM, TRANSFORM.replace("exc-c14n#", "exc-c14n#WithComments")),
        ("<DigestValue>", "<DigestValue> ".to_owned()),
        ("</Reference>", "</Reference><Reference></Reference>".to_owned()),
    ] {
        let document = signed_otherwise(|info| {
            assert!(info.contains(from), "{from}");
            // Attributes in canonical order, so that only the shape is another.
            info.replacen(from, &to, 1).replace(
                "<SignedInfo Id=\"x\" xmlns=\"http://www.w3.org/2000/09/xmldsig#\"",
                "<SignedInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"x\"",
            )
        });
        let expected: &[&str] =
            // Two references leave no one digest method.
            if to.contains("</Reference><") { &["signature-algorithm"] } else { &["signature-content"] };
        assert_eq!(check(&document), expected, "{from} {to}");
    }
}

#[test]
fn s5_5_a_signature_with_a_prefix_is_verified_and_its_shape_refused() {
    let message = order("acute");
    let info = prepared(&message).signed_info;
    let prefixed = |text: &str| text.replace("</", "</ds:").replace("<", "<ds:").replace("<ds:/ds:", "</ds:");
    let prefixed = |text: &str| prefixed(text).replace("xmlns=", "xmlns:ds=");
    let value = rsa_sha256(&SIGNER_KEY, &prefixed(&info));
    let xml = prefixed(&signature(&info, &value, &certificate(&signer_params(), &trusted())));
    assert_eq!(check(&v3(&with_signature(&message, xml))), ["signature-content"]);
}

#[test]
fn s5_5_the_canonicalisation_with_comments_is_allowed_throughout() {
    let document = signed_otherwise(|info| info.replace("xml-exc-c14n#", "xml-exc-c14n#WithComments"));
    assert!(check(&document).is_empty());
}

#[test]
fn d34_d35_no_other_algorithm_is_allowed_and_none_is_replaced() {
    for (from, to) in [
        ("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-sha512"),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#ecdsa-sha256"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmlenc#sha512"),
        (
            "Method Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"",
            "Method Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"",
        ),
        (" Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"", ""),
    ] {
        let document = signed_otherwise(|info| {
            assert!(info.contains(from), "{from}");
            info.replacen(from, to, 1)
        });
        let findings = verdict(&document, &usual_trust(), ALLOW_SHA1).findings;
        assert_eq!(codes(&findings), ["signature-algorithm"], "{to}");
    }
}

#[test]
fn sha1_holds_only_where_the_policy_allows_it_and_its_use_is_said() {
    let message = order("acute");
    let info = signed_info_sha1(&prepared(&message));
    let certificate = certificate(&signer_params(), &trusted());
    let document = v3(&with_signature(&message, signature(&info, &rsa_sha1(&SIGNER_KEY, &info), &certificate)));

    let refused = verdict(&document, &usual_trust(), Policy::default());
    assert_eq!(codes(&refused.findings), ["signature-algorithm"]);
    assert!(!refused.is_valid());

    let allowed = verdict(&document, &usual_trust(), ALLOW_SHA1);
    assert_eq!(codes(&allowed.findings), ["signature-sha1"]);
    assert!(allowed.is_valid());

    let with_wrong_key = v3(&with_signature(&message, signature(&info, &rsa_sha1(&OTHER_KEY, &info), &certificate)));
    assert_eq!(
        codes(&verdict(&with_wrong_key, &usual_trust(), ALLOW_SHA1).findings),
        ["signature-sha1", "signature-invalid"]
    );
}

#[test]
fn s4_white_space_that_was_signed_holds_and_that_which_was_put_in_is_noted() {
    let pad = |info: &str| info.replace("><", ">\n  <");
    assert!(check(&signed_otherwise(pad)).is_empty());

    let message = order("acute");
    let info = prepared(&message).signed_info;
    let value = rsa_sha256(&SIGNER_KEY, &info);
    let padded = signature(&pad(&info), &value, &certificate(&signer_params(), &trusted()));
    let document = v3(&with_signature(&message, padded));
    let verdict = verdict(&document, &usual_trust(), Policy::default());
    assert_eq!(codes(&verdict.findings), ["signature-white-space"]);
    assert!(verdict.is_valid());
}

#[test]
fn a_finding_stands_at_the_signature_and_holds_no_value() {
    let document = good("acute").replace("<SignatureValue>", "<SignatureValue>!");
    let finding = verdict(&document, &usual_trust(), Policy::default()).findings.remove(0);
    assert!(finding.path.ends_with("/Signature/SignatureValue"), "{}", finding.path);
    assert!(finding.position.line > 1);

    let mut context = context();
    let fhir = FhirR4Json.write(&signed(&order("acute"), &certificate(&signer_params(), &trusted())), &context);
    let fhir = fhir.unwrap().text;
    context.now = "2026-03-20T00:00:00Z".parse().unwrap();
    let trust = usual_trust();
    let verifier = Verifier { trust: &trust, policy: Policy::default(), context: &context };
    let findings = verifier.reading(&FhirR4Json.read(fhir.as_bytes(), &context)).findings;
    assert_eq!(codes(&findings), ["signature-crl-out-of-date"]);
    assert!(findings[0].path.ends_with(".signature[0].data"), "{}", findings[0].path);
}
