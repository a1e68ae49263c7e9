//! Authorities, signers and signed prescriptions, made at run time.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_adapter_eps::EpsV3;
use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::model::{Body, Message, Prescription, Signature};
use causeway_canonical::{DateTime, Finding, Severity};
use causeway_signature::{Algorithm, Policy, Prepared, Trust, Verdict, Verifier, prepare};
use causeway_syntax::adapter::{Adapter, Context};
use num_bigint::BigUint;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType, IsCa, KeyIdMethod,
    KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, SerialNumber, SigningKey, date_time_ymd,
};
use x509_parser::der_parser::parse_der;

/// An authority that can issue certificates and lists.
pub type Authority = CertifiedIssuer<'static, &'static KeyPair>;

/// The key of the trusted authority.
pub static AUTHORITY_KEY: LazyLock<KeyPair> = LazyLock::new(new_key);
/// The prescriber's key.
pub static SIGNER_KEY: LazyLock<KeyPair> = LazyLock::new(new_key);
/// A key of nobody.
pub static OTHER_KEY: LazyLock<KeyPair> = LazyLock::new(new_key);

fn new_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap()
}

/// The clock of verification; the prescriptions of the fixtures are signed half an hour before.
pub fn context() -> Context {
    let mut context = Context::at("2026-03-02T10:00:00Z".parse().unwrap());
    context.sender_asid = Some("200000001285".to_owned());
    context.receiver_asid = Some("567456789789".to_owned());
    context.sds_user_id = Some("555000111222".to_owned());
    context.sds_role_profile_id = Some("200900100200".to_owned());
    context
}

/// When the prescriptions are signed.
pub const SIGNED_AT: &str = "2026-03-02T09:30:00+00:00";

pub fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::OrganizationName, "nhs");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    params
}

/// A self-signed authority.
pub fn authority(params: CertificateParams, key: &'static KeyPair) -> Authority {
    CertifiedIssuer::self_signed(params, key).unwrap()
}

/// The authority that is trusted in most tests.
pub fn trusted() -> Authority {
    authority(authority_params("NHS Test Level 2"), &AUTHORITY_KEY)
}

/// The serial number of the signer's certificate; its first byte makes DER put a zero before it.
pub const SERIAL: [u8; 4] = [0x9a, 0x1b, 0xec, 0xc0];

pub fn signer_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Invented Prescriber");
    params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params.serial_number = Some(SerialNumber::from_slice(&SERIAL));
    params.use_authority_key_identifier_extension = true;
    params
}

/// The signer's certificate in DER.
pub fn certificate(params: &CertificateParams, issuer: &Authority) -> Vec<u8> {
    params.signed_by(&*SIGNER_KEY, issuer).unwrap().der().to_vec()
}

pub fn list_params() -> CertificateRevocationListParams {
    CertificateRevocationListParams {
        this_update: date_time_ymd(2026, 3, 1),
        next_update: date_time_ymd(2026, 3, 8),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: Vec::new(),
        key_identifier_method: KeyIdMethod::Sha256,
    }
}

/// A revocation list in DER.
pub fn list(params: &CertificateRevocationListParams, issuer: &Authority) -> Vec<u8> {
    params.signed_by(issuer).unwrap().der().to_vec()
}

/// Trust in authorities, with revocation lists.
pub fn trust(authorities: &[&[u8]], lists: &[&[u8]]) -> Trust {
    let mut trust = Trust::new();
    authorities.iter().for_each(|der| trust.add_authorities(der).unwrap());
    lists.iter().for_each(|der| trust.add_lists(der).unwrap());
    trust
}

/// The usual trust: the authority, and a list of it that revokes nothing.
pub fn usual_trust() -> Trust {
    let authority = trusted();
    trust(&[authority.der()], &[&list(&list_params(), &authority)])
}

/// A fixture of the repository, unsigned.
pub fn order(name: &str) -> Message {
    let path = format!("{}/../../tests/fixtures/fhir-r4/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(path).unwrap();
    let mut message = FhirR4Json.read(&text, &context()).message.unwrap();
    prescription(&mut message).signature = None;
    message
}

pub fn prescription(message: &mut Message) -> &mut Prescription {
    match &mut message.body {
        Body::PrescriptionOrder(order) => &mut order.prescription,
        _ => panic!("expected a prescription order"),
    }
}

/// What the prescriber is asked to sign at [`SIGNED_AT`].
pub fn prepared(message: &Message) -> Prepared {
    let mut context = context();
    context.now = SIGNED_AT.parse().unwrap();
    prepare(message, &context).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

/// The message with a signature.
pub fn with_signature(message: &Message, xml: String) -> Message {
    let mut message = message.clone();
    let when = Some(DateTime::parse(SIGNED_AT).unwrap());
    prescription(&mut message).signature = Some(Signature { when, xml: Some(xml), ..Signature::default() });
    message
}

/// The message signed by the prescriber.
pub fn signed(message: &Message, certificate: &[u8]) -> Message {
    let info = prepared(message).signed_info;
    with_signature(message, signature(&info, &rsa_sha256(&SIGNER_KEY, &info), certificate))
}

/// A prescription signed by the prescriber under the usual authority, in V3.
pub fn good(name: &str) -> String {
    v3(&signed(&order(name), &certificate(&signer_params(), &trusted())))
}

pub fn v3(message: &Message) -> String {
    EpsV3.write(message, &context()).unwrap_or_else(|findings| panic!("{findings:#?}")).text
}

/// The XML of a signature, put together as signature.md §4 says.
pub fn signature(signed_info: &str, value: &[u8], certificate: &[u8]) -> String {
    let info = signed_info.replacen(" xmlns=\"http://www.w3.org/2000/09/xmldsig#\"", "", 1);
    let (value, certificate) = (STANDARD.encode(value), STANDARD.encode(certificate));
    format!(
        "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">{info}<SignatureValue>{value}</SignatureValue>\
         <KeyInfo><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></Signature>"
    )
}

pub fn rsa_sha256(key: &KeyPair, text: &str) -> Vec<u8> {
    key.sign(text.as_bytes()).unwrap()
}

/// SignedInfo with SHA-1 over fragments.
pub fn signed_info_sha1(prepared: &Prepared) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, prepared.fragments.as_bytes());
    prepared
        .signed_info
        .replace(Algorithm::Rs256.signature_method(), Algorithm::Rs1.signature_method())
        .replace(Algorithm::Rs256.digest_method(), Algorithm::Rs1.digest_method())
        .replace(&prepared.digest_value(), &STANDARD.encode(hash))
}

/// RSA PKCS#1 v1.5 with SHA-1, by hand: no library that is used here signs so any more.
pub fn rsa_sha1(key: &KeyPair, text: &str) -> Vec<u8> {
    const DIGEST_INFO: [u8; 15] = [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0, 4, 0x14];
    let (_, pkcs8) = parse_der(key.serialized_der()).unwrap();
    let (_, private) = parse_der(pkcs8.as_sequence().unwrap()[2].as_slice().unwrap()).unwrap();
    let number = |position: usize| BigUint::from_bytes_be(private.as_sequence().unwrap()[position].as_slice().unwrap());
    let (modulus, exponent) = (number(1), number(3));
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    let size = modulus.to_bytes_be().len();
    let mut block = vec![0, 1];
    block.resize(size - 1 - DIGEST_INFO.len() - hash.as_ref().len(), 0xff);
    block.push(0);
    block.extend(DIGEST_INFO);
    block.extend(hash.as_ref());
    let value = BigUint::from_bytes_be(&block).modpow(&exponent, &modulus).to_bytes_be();
    [vec![0; size - value.len()], value].concat()
}

/// The one verdict on a V3 document.
pub fn verdict(document: &str, trust: &Trust, policy: Policy) -> Verdict {
    let context = context();
    let mut verdicts = Verifier { trust, policy, context: &context }.document(document.as_bytes()).unwrap();
    assert_eq!(verdicts.len(), 1);
    verdicts.remove(0)
}

/// Codes of all findings.
pub fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule.code).collect()
}

/// Codes of the errors.
pub fn errors(findings: &[Finding]) -> Vec<&'static str> {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.rule.code).collect()
}

/// Codes of all findings on a V3 document, by the usual trust and policy.
pub fn check(document: &str) -> Vec<&'static str> {
    codes(&verdict(document, &usual_trust(), Policy::default()).findings)
}
