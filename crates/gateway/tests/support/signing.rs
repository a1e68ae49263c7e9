//! An authority, a prescriber whom it certified, and signed prescriptions, made at run time.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_gateway::config::SignaturePolicy;
use causeway_signature::{Policy, Trust, prepare};
use causeway_syntax::adapter::Context;
use causeway_translate::registry;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, IsCa, KeyIdMethod, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, RevokedCertParams, SerialNumber, SigningKey, date_time_ymd,
};
use serde_json::Value;

type Authority = CertifiedIssuer<'static, &'static KeyPair>;

static AUTHORITY_KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap());
static SIGNER_KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap());
static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    CertifiedIssuer::self_signed(params, &*AUTHORITY_KEY).unwrap()
});

const SERIAL: u64 = 4711;

/// The authority's certificate.
pub fn authority() -> String {
    AUTHORITY.pem()
}

/// A list of the authority that revokes the prescriber's certificate.
pub fn revoking() -> Vec<u8> {
    let revoked = RevokedCertParams {
        serial_number: SerialNumber::from(SERIAL),
        revocation_time: date_time_ymd(2026, 1, 1),
        reason_code: None,
        invalidity_date: None,
    };
    let params = CertificateRevocationListParams {
        this_update: date_time_ymd(2026, 1, 1),
        next_update: date_time_ymd(2040, 1, 1),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: vec![revoked],
        key_identifier_method: KeyIdMethod::Sha256,
    };
    params.signed_by(&*AUTHORITY).unwrap().der().to_vec()
}

/// Trust in the authority.
pub fn trusting() -> SignaturePolicy {
    let mut trust = Trust::new();
    trust.add_authorities(authority().as_bytes()).unwrap();
    SignaturePolicy { trust: trust.into(), policy: Policy::default() }
}

/// A FHIR prescription with the prescriber's signature in place of the one it has.
pub fn signed(prescription: &str) -> String {
    let adapter = registry::adapter("fhir-r4-json").unwrap();
    let context = Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        ..Context::at("2026-11-02T10:30:00Z".parse().unwrap())
    };
    let message = adapter.read(prescription.as_bytes(), &context).message.unwrap();
    let info = prepare(&message, &context).unwrap_or_else(|findings| panic!("{findings:#?}")).signed_info;
    let value = STANDARD.encode(SIGNER_KEY.sign(info.as_bytes()).unwrap());
    let info = info.replacen(" xmlns=\"http://www.w3.org/2000/09/xmldsig#\"", "", 1);
    let certificate = STANDARD.encode(certificate());
    let xml = format!(
        "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">{info}<SignatureValue>{value}</SignatureValue>\
         <KeyInfo><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></Signature>"
    );
    with_signature(prescription, Some(STANDARD.encode(xml)))
}

/// A FHIR prescription without a signature.
pub fn unsigned(prescription: &str) -> String {
    with_signature(prescription, None)
}

fn with_signature(prescription: &str, data: Option<String>) -> String {
    super::support::changed(prescription, |bundle| {
        let entries = bundle["entry"].as_array_mut().unwrap();
        let provenance = entries.iter().position(|entry| entry["resource"]["resourceType"] == "Provenance").unwrap();
        match data {
            Some(data) => entries[provenance]["resource"]["signature"][0]["data"] = Value::String(data),
            None => drop(entries.remove(provenance)),
        }
    })
}

fn certificate() -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    params.serial_number = Some(SerialNumber::from(SERIAL));
    params.use_authority_key_identifier_extension = true;
    params.signed_by(&*SIGNER_KEY, &*AUTHORITY).unwrap().der().to_vec()
}
