//! The whole way of a signature (signature.md §1) through the program: prepared, signed, sent as FHIR, translated to V3,
//! verified on both sides.

use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_tests::{fixtures, run};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType, IsCa, KeyIdMethod,
    KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RevokedCertParams, SerialNumber, SigningKey, date_time_ymd,
};
use serde_json::{Value, json};

/// A prescriber with an authority, whose files lie in a folder.
struct Prescriber {
    folder: tempfile::TempDir,
    key: KeyPair,
    certificate: Vec<u8>,
    authority: CertifiedIssuer<'static, KeyPair>,
}

const SERIAL: u64 = 77;

impl Prescriber {
    fn new() -> Self {
        let key = || KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Test Authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = CertifiedIssuer::self_signed(params, key()).unwrap();
        let mut params = CertificateParams::default();
        params.serial_number = Some(SerialNumber::from(SERIAL));
        params.use_authority_key_identifier_extension = true;
        let key = key();
        let certificate = params.signed_by(&key, &authority).unwrap().der().to_vec();
        let prescriber = Prescriber { folder: tempfile::tempdir().unwrap(), key, certificate, authority };
        prescriber.file("authority.pem", prescriber.authority.pem().as_bytes());
        prescriber
    }

    fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A revocation list as a file.
    fn list(&self, name: &str, revoked: &[u64]) -> String {
        let entry = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 3, 1),
            next_update: date_time_ymd(2026, 3, 8),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked.iter().map(entry).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        self.file(name, params.signed_by(&self.authority).unwrap().pem().unwrap().as_bytes())
    }

    /// Steps 1 to 3: asks what is to be signed, signs it, and puts the signature into the Provenance.
    fn sign(&self, unsigned: &Value, context: &str) -> Value {
        let asked = run(&["prepare", "--context", context, "-"], unsigned.to_string().as_bytes());
        assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
        let parameters: Value = serde_json::from_slice(&asked.stdout).unwrap();
        let value = |position: usize| parameters["parameter"][position]["valueString"].as_str().unwrap().to_owned();
        assert_eq!(value(2), "RS256");
        let info = String::from_utf8(STANDARD.decode(value(0)).unwrap()).unwrap();
        let signature = format!(
            "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">{}<SignatureValue>{}</SignatureValue><KeyInfo>\
             <X509Data><X509Certificate>{}</X509Certificate></X509Data></KeyInfo></Signature>",
            info.replacen(" xmlns=\"http://www.w3.org/2000/09/xmldsig#\"", "", 1),
            STANDARD.encode(self.key.sign(info.as_bytes()).unwrap()),
            STANDARD.encode(&self.certificate),
        );
        let mut signed = unsigned.clone();
        let requester = resource(unsigned, "MedicationRequest")["requester"].clone();
        let provenance = json!({
            "resourceType": "Provenance",
            "target": [{"reference": "urn:uuid:00000000-0000-4000-8000-00000000000a"}],
            "recorded": value(1),
            "agent": [{"who": requester}],
            "signature": [{
                "type": [{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}],
                "when": value(1),
                "who": requester,
                "data": STANDARD.encode(signature),
            }],
        });
        let entry = json!({"fullUrl": "urn:uuid:00000000-0000-4000-8000-00000000000b", "resource": provenance});
        signed["entry"].as_array_mut().unwrap().push(entry);
        signed
    }

    fn verify(&self, file: &str, context: &str, options: &[&str]) -> (Option<i32>, Value) {
        let trust = self.folder.path().join("authority.pem");
        let arguments =
            ["verify-signature", "--output", "json", "--context", context, "--trust", trust.to_str().unwrap()];
        let output = run(&[&arguments[..], options, &[file]].concat(), b"");
        (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_default())
    }
}

fn resource<'v>(bundle: &'v Value, kind: &str) -> &'v Value {
    let entries = bundle["entry"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["resource"]["resourceType"] == kind).unwrap();
    &entry["resource"]
}

fn unsigned(name: &str) -> Value {
    let text = std::fs::read(fixtures().join("fhir-r4").join(name)).unwrap();
    let mut bundle: Value = serde_json::from_slice(&text).unwrap();
    bundle["entry"].as_array_mut().unwrap().retain(|entry| entry["resource"]["resourceType"] != "Provenance");
    bundle
}

fn codes(verdict: &Value) -> Vec<&str> {
    verdict["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn s1_what_is_prepared_and_signed_is_carried_and_holds_on_both_sides() {
    let prescriber = Prescriber::new();
    let context = fixtures().join("context.toml");
    let context = context.to_str().unwrap();
    let list = prescriber.list("list.pem", &[]);
    let revoked = prescriber.list("revoked.pem", &[SERIAL]);
    for name in ["acute.json", "hospital.json", "repeat.json", "repeat-dispensing.json"] {
        let signed = prescriber.sign(&unsigned(name), context);
        let fhir = prescriber.file("signed.json", signed.to_string().as_bytes());
        let translated = run(&["translate", "--to", "eps-hl7v3", "--context", context, &fhir], b"");
        assert!(translated.status.success(), "{name}: {}", String::from_utf8_lossy(&translated.stderr));
        let v3 = prescriber.file("signed.xml", &translated.stdout);
        let short_id = resource(&signed, "MedicationRequest")["groupIdentifier"]["value"].clone();
        let translated = run(&["translate", "--to", "fhir-r4-xml", "--context", context, &fhir], b"");
        assert!(translated.status.success(), "{name}: {}", String::from_utf8_lossy(&translated.stderr));
        let fhir_xml = prescriber.file("signed.fhir.xml", &translated.stdout);
        for file in [&fhir, &fhir_xml, &v3] {
            let (code, verdict) = prescriber.verify(file, context, &["--crl", &list, "--require-crl"]);
            let expected = json!({"file": file, "prescription": short_id, "valid": true, "findings": []});
            assert_eq!((code, verdict), (Some(0), expected), "{name}");

            let (code, verdict) = prescriber.verify(file, context, &[]);
            assert_eq!((code, codes(&verdict)), (Some(0), vec!["signature-crl-missing"]), "{name}");
            let (code, verdict) = prescriber.verify(file, context, &["--require-crl"]);
            assert_eq!((code, codes(&verdict)), (Some(1), vec!["signature-crl-missing"]), "{name}");
            let (code, verdict) = prescriber.verify(file, context, &["--crl", &revoked]);
            assert_eq!((code, codes(&verdict)), (Some(1), vec!["signature-revoked"]), "{name}");
        }
        let tampered = signed.to_string().replace("\"value\":\"9", "\"value\":\"8");
        assert_ne!(tampered, signed.to_string());
        let tampered = prescriber.file("tampered.json", tampered.as_bytes());
        let (code, verdict) = prescriber.verify(&tampered, context, &["--crl", &list]);
        assert_eq!((code, codes(&verdict)), (Some(1), vec!["signature-content"]), "{name}");
    }
}

#[test]
fn s4_the_octets_of_a_signature_go_from_fhir_through_v3_to_fhir() {
    let prescriber = Prescriber::new();
    let context = fixtures().join("context.toml");
    let translate = |to: &str, file: &str| -> Output {
        let output = run(&["translate", "--to", to, "--context", context.to_str().unwrap(), file], b"");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    };
    let signed = prescriber.sign(&unsigned("acute.json"), context.to_str().unwrap());
    let v3 = translate("eps-hl7v3", &prescriber.file("signed.json", signed.to_string().as_bytes())).stdout;
    let back = translate("fhir-r4-json", &prescriber.file("signed.xml", &v3)).stdout;
    let back: Value = serde_json::from_slice(&back).unwrap();
    let data = |bundle: &Value| resource(bundle, "Provenance")["signature"][0]["data"].clone();
    assert_eq!(data(&back), data(&signed));
}

#[test]
fn what_cannot_be_read_or_used_is_told_by_the_exit_code() {
    let prescriber = Prescriber::new();
    let context = fixtures().join("context.toml");
    let context = context.to_str().unwrap();
    let text = prescriber.file("text.txt", b"no message");
    let authority = prescriber.folder.path().join("authority.pem");
    let v3 = prescriber.file("other.xml", b"<ParentPrescription/>");
    let exit = |file: &str, options: &[&str]| prescriber.verify(file, context, options).0;
    assert_eq!(exit(&v3, &[]), Some(1));
    assert_eq!(exit(&text, &[]), Some(1));
    assert_eq!(exit("/nowhere", &[]), Some(2));
    assert_eq!(exit(&v3, &["--crl", authority.to_str().unwrap()]), Some(2));
    assert_eq!(exit(&v3, &["--trust", &text]), Some(2));
    let output = run(&["verify-signature", &v3, &text], b"");
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(shown.matches(": not valid").count(), 2, "{shown}");
    assert!(shown.contains("signature-prescription"), "{shown}");
}
