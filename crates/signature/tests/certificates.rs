//! Certificates: validity, chain and revocation (signature.md §5 tests 6 to 9, §6).

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use causeway_signature::{Policy, RevocationPolicy, Trust, TrustError};
use common::*;
use rcgen::{
    CertificateParams, CrlDistributionPoint, CrlIssuingDistributionPoint, CrlScope, CustomExtension, DnType, IsCa,
    KeyIdMethod, KeyUsagePurpose, RevocationReason, RevokedCertParams, SerialNumber, date_time_ymd,
};

/// Codes of all findings on a prescription signed with a certificate.
fn with_certificate(certificate: &[u8], trust: &Trust) -> Vec<&'static str> {
    codes(&verdict(&v3(&signed(&order("acute"), certificate)), trust, Policy::default()).findings)
}

/// The same with a certificate of the usual authority and the usual trust.
fn with_params(change: impl FnOnce(&mut CertificateParams)) -> Vec<&'static str> {
    let mut params = signer_params();
    change(&mut params);
    with_certificate(&certificate(&params, &trusted()), &usual_trust())
}

/// The same with an authority, which alone is trusted.
fn with_authority(change: impl FnOnce(&mut CertificateParams)) -> Vec<&'static str> {
    let mut params = authority_params("NHS Test Level 2");
    change(&mut params);
    let authority = authority(params, &AUTHORITY_KEY);
    let trust = trust(&[authority.der()], &[&list(&list_params(), &authority)]);
    with_certificate(&certificate(&signer_params(), &authority), &trust)
}

#[test]
fn s5_8_the_time_of_signing_is_strictly_within_the_validity_of_the_certificate() {
    // Signed on 2 March 2026.
    assert!(with_params(|params| params.not_after = date_time_ymd(2026, 3, 3)).is_empty());
    assert_eq!(with_params(|params| params.not_after = date_time_ymd(2026, 3, 2)), ["signature-expired"]);
    assert_eq!(with_params(|params| params.not_before = date_time_ymd(2026, 3, 3)), ["signature-expired"]);
    assert_eq!(
        with_params(|params| params.not_before =
            date_time_ymd(2026, 3, 2) + (date_time_ymd(2026, 1, 2) - date_time_ymd(2026, 1, 1)) * 19 / 48),
        ["signature-expired"],
        "in the very second of 09:30"
    );
}

#[test]
fn s5_9_only_a_trusted_authority_counts() {
    let other = authority(authority_params("Somebody Else"), &OTHER_KEY);
    assert_eq!(
        with_certificate(&certificate(&signer_params(), &other), &usual_trust()),
        ["signature-crl-missing", "signature-untrusted"]
    );
    let nobody = Trust::new();
    assert_eq!(
        with_certificate(&certificate(&signer_params(), &trusted()), &nobody),
        ["signature-crl-missing", "signature-untrusted"]
    );
    let both = trust(&[other.der(), trusted().der()], &[&list(&list_params(), &trusted())]);
    assert!(with_certificate(&certificate(&signer_params(), &trusted()), &both).is_empty());
}

#[test]
fn d32_an_authority_with_the_same_name_and_key_id_and_another_key_is_not_trusted() {
    let mut params = authority_params("NHS Test Level 2");
    let genuine = params.key_identifier(&*AUTHORITY_KEY);
    params.key_identifier_method = KeyIdMethod::PreSpecified(genuine);
    let false_authority = authority(params, &OTHER_KEY);
    assert_eq!(
        with_certificate(&certificate(&signer_params(), &false_authority), &usual_trust()),
        ["signature-untrusted"]
    );
    let same_name = authority(authority_params("NHS Test Level 2"), &OTHER_KEY);
    assert_eq!(with_certificate(&certificate(&signer_params(), &same_name), &usual_trust()), ["signature-untrusted"]);
}

#[test]
fn s6_a_certificate_that_does_not_name_the_key_of_its_issuer_is_not_trusted() {
    let without = |params: &mut CertificateParams| params.use_authority_key_identifier_extension = false;
    assert_eq!(with_params(without), ["signature-untrusted"]);
}

#[test]
fn s6_the_authority_must_have_been_valid_at_the_time_of_signing() {
    assert!(with_authority(|_| {}).is_empty());
    assert_eq!(with_authority(|params| params.not_after = date_time_ymd(2026, 3, 2)), ["signature-untrusted"]);
    assert_eq!(with_authority(|params| params.not_before = date_time_ymd(2026, 3, 3)), ["signature-untrusted"]);
}

#[test]
fn s6_of_two_certificates_of_an_authority_the_one_that_was_valid_counts() {
    let mut params = authority_params("NHS Test Level 2");
    params.not_after = date_time_ymd(2026, 1, 1);
    let (old, new) = (authority(params, &AUTHORITY_KEY), trusted());
    let certificate = certificate(&signer_params(), &new);
    for authorities in [[old.der(), new.der()], [new.der(), old.der()]] {
        let trust = trust(&authorities.map(|der| -> &[u8] { der }), &[&list(&list_params(), &new)]);
        assert!(with_certificate(&certificate, &trust).is_empty());
    }
}

#[test]
fn s6_a_list_may_come_before_its_authority() {
    let authority = trusted();
    let mut trust = Trust::new();
    trust.add_lists(&list(&list_params(), &authority)).unwrap();
    trust.add_authorities(authority.der()).unwrap();
    assert!(with_certificate(&certificate(&signer_params(), &authority), &trust).is_empty());
}

#[test]
fn s6_a_certificate_that_is_no_authoritys_cannot_be_trusted_as_one() {
    let no_authority = |change: fn(&mut CertificateParams)| {
        let mut params = authority_params("NHS Test Level 2");
        change(&mut params);
        Trust::new().add_authorities(authority(params, &AUTHORITY_KEY).der())
    };
    assert_eq!(no_authority(|_| {}), Ok(()));
    assert_eq!(no_authority(|params| params.key_usages = Vec::new()), Ok(()));
    assert_eq!(no_authority(|params| params.is_ca = IsCa::ExplicitNoCa), Err(TrustError::NoAuthority));
    assert_eq!(no_authority(|params| params.is_ca = IsCa::NoCa), Err(TrustError::NoAuthority));
    let signs_lists_only = |params: &mut CertificateParams| params.key_usages = vec![KeyUsagePurpose::CrlSign];
    assert_eq!(no_authority(signs_lists_only), Err(TrustError::NoAuthority));
}

#[test]
fn s6_the_key_of_the_signer_must_be_for_signatures() {
    assert!(with_params(|params| params.key_usages = Vec::new()).is_empty());
    assert!(with_params(|params| params.key_usages = vec![KeyUsagePurpose::DigitalSignature]).is_empty());
    assert_eq!(
        with_params(|params| params.key_usages = vec![KeyUsagePurpose::KeyEncipherment]),
        ["signature-certificate"]
    );
}

#[test]
fn s6_critical_extensions_that_are_not_understood_are_not_passed_over() {
    let mut unknown = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
    assert!(with_params(|params| params.custom_extensions.push(unknown.clone())).is_empty());
    unknown.set_criticality(true);
    assert_eq!(with_params(|params| params.custom_extensions.push(unknown.clone())), ["signature-untrusted"]);
    assert_eq!(with_authority(|params| params.custom_extensions.push(unknown)), ["signature-untrusted"]);
}

#[test]
fn files_of_trust_are_pem_or_der_and_taken_whole_or_not_at_all() {
    let authority = trusted();
    let other = self::authority(authority_params("Somebody Else"), &OTHER_KEY);
    let pem = format!("a comment\n{}\n{}", other.pem(), authority.pem());
    let mut both = Trust::new();
    both.add_authorities(pem.as_bytes()).unwrap();
    let crl = list_params().signed_by(&authority).unwrap().pem().unwrap();
    both.add_lists(crl.as_bytes()).unwrap();
    assert!(with_certificate(&certificate(&signer_params(), &authority), &both).is_empty());

    let mut none = Trust::new();
    assert_eq!(none.add_authorities(crl.as_bytes()), Err(TrustError::Pem("CERTIFICATE")));
    assert_eq!(none.add_lists(pem.as_bytes()), Err(TrustError::Pem("X509 CRL")));
    assert!(none.add_authorities(b"").is_err());
    assert!(none.add_lists(b"nonsense").is_err());
    assert!(none.add_authorities(b"-----BEGIN CERTIFICATE-----\nAAAA").is_err());
    let broken = format!("{}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", authority.pem());
    assert!(none.add_authorities(broken.as_bytes()).is_err());
    let der: &[u8] = authority.der();
    assert!(none.add_authorities(&[der, &[0]].concat()).is_err());
    let untrusted = with_certificate(&certificate(&signer_params(), &authority), &none);
    assert_eq!(untrusted, ["signature-crl-missing", "signature-untrusted"]);
}

/// Trust in the usual authority with one list that revokes the signer's certificate.
fn revoked(reason: Option<RevocationReason>, day: u8) -> Trust {
    let mut params = list_params();
    params.revoked_certs =
        vec![entry(&[0x01], None, 1), entry(&SERIAL, reason, day), entry(&[0x9a, 0x1b, 0xec, 0xc0, 0x00], None, 1)];
    let authority = trusted();
    trust(&[authority.der()], &[&list(&params, &authority)])
}

fn entry(serial: &[u8], reason_code: Option<RevocationReason>, day: u8) -> RevokedCertParams {
    RevokedCertParams {
        serial_number: SerialNumber::from_slice(serial),
        revocation_time: date_time_ymd(2026, 3, day),
        reason_code,
        invalidity_date: None,
    }
}

#[test]
fn s6_a_compromised_key_counts_always_and_other_reasons_from_their_date() {
    use RevocationReason::*;
    let certificate = certificate(&signer_params(), &trusted());
    for reason in [KeyCompromise, CaCompromise, AaCompromise] {
        for day in [1, 5] {
            let trust = revoked(Some(reason), day);
            assert_eq!(with_certificate(&certificate, &trust), ["signature-revoked"], "{reason:?} {day}");
        }
    }
    let others = [
        Unspecified,
        AffiliationChanged,
        Superseded,
        CessationOfOperation,
        CertificateHold,
        RemoveFromCrl,
        PrivilegeWithdrawn,
    ];
    for reason in others.map(Some).into_iter().chain([None]) {
        assert_eq!(with_certificate(&certificate, &revoked(reason, 1)), ["signature-revoked"], "{reason:?}");
        assert!(with_certificate(&certificate, &revoked(reason, 3)).is_empty(), "{reason:?}");
    }
}

#[test]
fn s6_another_serial_number_is_not_revoked_and_leading_zeros_do_not_matter() {
    // The serial of SERIAL is written in DER with a zero before it in the certificate as in the list.
    let trust = revoked(None, 1);
    let mut params = signer_params();
    params.serial_number = Some(SerialNumber::from_slice(&[0x9a, 0x1b, 0xec, 0xc1]));
    assert!(with_certificate(&certificate(&params, &trusted()), &trust).is_empty());
    params.serial_number = Some(SerialNumber::from_slice(&[0x01]));
    assert_eq!(with_certificate(&certificate(&params, &trusted()), &trust), ["signature-revoked"]);
}

#[test]
fn d33_a_list_that_is_missing_not_authentic_or_out_of_date_is_a_warning_or_an_error_by_policy() {
    let authority = trusted();
    let mut false_params = authority_params("NHS Test Level 2");
    false_params.key_identifier_method = KeyIdMethod::PreSpecified(false_params.key_identifier(&*AUTHORITY_KEY));
    let false_authority = self::authority(false_params, &OTHER_KEY);
    let (mut old, mut future) = (list_params(), list_params());
    (old.this_update, old.next_update) = (date_time_ymd(2026, 2, 1), date_time_ymd(2026, 3, 1));
    (future.this_update, future.next_update) = (date_time_ymd(2026, 3, 3), date_time_ymd(2026, 3, 9));
    let mut revoking = list_params();
    revoking.revoked_certs = vec![entry(&SERIAL, None, 1)];
    let document = v3(&signed(&order("acute"), &certificate(&signer_params(), &authority)));
    for (lists, expected) in [
        (vec![], "signature-crl-missing"),
        (vec![list(&old, &authority)], "signature-crl-out-of-date"),
        (vec![list(&future, &authority)], "signature-crl-out-of-date"),
        // A false list revokes nothing.
        (vec![list(&revoking, &false_authority)], "signature-crl-not-authentic"),
    ] {
        let lists: Vec<&[u8]> = lists.iter().map(Vec::as_slice).collect();
        let trust = trust(&[authority.der()], &lists);
        let warned = verdict(&document, &trust, Policy::default());
        assert_eq!(codes(&warned.findings), [expected]);
        assert!(warned.is_valid());
        let required = Policy { revocation: RevocationPolicy::Require, ..Policy::default() };
        assert_eq!(errors(&verdict(&document, &trust, required).findings), [expected]);
    }
}

#[test]
fn s6_a_list_that_is_out_of_date_still_revokes() {
    let authority = trusted();
    let mut old = list_params();
    (old.this_update, old.next_update) = (date_time_ymd(2026, 2, 1), date_time_ymd(2026, 3, 1));
    old.revoked_certs = vec![entry(&SERIAL, None, 1)];
    let certificate = certificate(&signer_params(), &authority);
    let alone = trust(&[authority.der()], &[&list(&old, &authority)]);
    assert_eq!(with_certificate(&certificate, &alone), ["signature-revoked", "signature-crl-out-of-date"]);
    let with_newer = trust(&[authority.der()], &[&list(&old, &authority), &list(&list_params(), &authority)]);
    assert_eq!(with_certificate(&certificate, &with_newer), ["signature-revoked"]);
}

#[test]
fn s6_a_list_for_other_certificates_leaves_a_doubt() {
    let authority = trusted();
    let point = |uri: &str| CrlDistributionPoint { uris: vec![uri.to_owned()] };
    let mut params = signer_params();
    params.crl_distribution_points = vec![point("http://crl.example/1.crl")];
    let certificate = certificate(&params, &authority);
    let check = |uri: &str, scope: Option<CrlScope>, serial: Option<&[u8]>| {
        let mut params = list_params();
        params.issuing_distribution_point = Some(CrlIssuingDistributionPoint { distribution_point: point(uri), scope });
        params.revoked_certs = serial.map(|serial| entry(serial, None, 1)).into_iter().collect();
        with_certificate(&certificate, &trust(&[authority.der()], &[&list(&params, &authority)]))
    };
    let (first, second) = ("http://crl.example/1.crl", "http://crl.example/2.crl");
    assert!(check(first, None, None).is_empty());
    assert!(check(first, Some(CrlScope::UserCertsOnly), None).is_empty());
    assert_eq!(check(first, Some(CrlScope::CaCertsOnly), None), ["signature-crl-missing"]);
    assert_eq!(check(second, None, None), ["signature-crl-missing"]);
    assert_eq!(check(first, None, Some(&SERIAL)), ["signature-revoked"]);
    assert_eq!(check(second, None, Some(&SERIAL)), ["signature-revoked", "signature-crl-missing"]);
}

#[test]
fn s5_7_the_authority_itself_is_looked_up_unless_it_is_a_root() {
    let root = authority(authority_params("NHS Test Root"), &OTHER_KEY);
    let mut params = authority_params("NHS Test Level 2");
    params.use_authority_key_identifier_extension = true;
    params.serial_number = Some(SerialNumber::from_slice(&[0x42]));
    let sub = Authority::signed_by(params, &AUTHORITY_KEY, &root).unwrap();
    let certificate = certificate(&signer_params(), &sub);
    let of_sub = list(&list_params(), &sub);
    let check = |authorities: &[&[u8]], of_root: Option<&[RevokedCertParams]>| {
        let mut params = list_params();
        params.revoked_certs = of_root.unwrap_or_default().to_vec();
        let of_root = of_root.map(|_| list(&params, &root));
        let lists: Vec<&[u8]> = [of_sub.as_slice()].into_iter().chain(of_root.as_deref()).collect();
        with_certificate(&certificate, &trust(authorities, &lists))
    };
    let (alone, both): (&[&[u8]], &[&[u8]]) = (&[sub.der()], &[sub.der(), root.der()]);
    assert!(check(both, Some(&[])).is_empty());
    assert_eq!(check(both, Some(&[entry(&[0x42], None, 1)])), ["signature-ca-revoked"]);
    assert!(check(both, Some(&[entry(&[0x42], None, 3)])).is_empty());
    assert_eq!(check(both, Some(&[entry(&[0x42], Some(RevocationReason::CaCompromise), 3)])), ["signature-ca-revoked"]);
    assert_eq!(check(alone, None), ["signature-crl-missing"]);
    // Who does not know the root cannot tell whether the list is its.
    assert_eq!(check(alone, Some(&[])), ["signature-crl-not-authentic"]);
    // Nothing is trusted through another.
    assert_eq!(check(&[root.der()], Some(&[])), ["signature-crl-not-authentic", "signature-untrusted"]);
}

#[test]
fn all_that_is_wrong_is_said() {
    let mut params = signer_params();
    params.not_after = date_time_ymd(2026, 1, 1);
    params.distinguished_name.push(DnType::OrganizationName, "x");
    let document = v3(&signed(&order("acute"), &certificate(&params, &trusted())));
    let changed = document.replace("<family>", "<family>x").replace("<DigestValue>", "<DigestValue>x");
    let mut found = codes(&verdict(&changed, &revoked(None, 1), Policy::default()).findings);
    assert_eq!(found, ["signature-invalid", "signature-content", "signature-revoked", "signature-expired"]);
    found = codes(&verdict(&changed, &Trust::new(), Policy::default()).findings);
    let expected =
        ["signature-invalid", "signature-content", "signature-crl-missing", "signature-expired", "signature-untrusted"];
    assert_eq!(found, expected);
}
