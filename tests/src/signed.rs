//! Prescription orders with a signature that holds, made at run time.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_canonical::model::{Body, Message, Signature};
use causeway_signature::{Trust, prepare};
use causeway_syntax::adapter::Context;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
    SigningKey, date_time_ymd,
};

/// A prescriber and the authority that certified it.
pub struct Signer {
    key: KeyPair,
    certificate: Vec<u8>,
    authority: Vec<u8>,
}

/// The signer of all tests.
pub static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    let key = || KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let params = |name: &str| {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = date_time_ymd(1990, 1, 1);
        params.not_after = date_time_ymd(2090, 1, 1);
        params
    };
    let mut of_authority = params("Invented Authority");
    of_authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    of_authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority = CertifiedIssuer::self_signed(of_authority, key()).unwrap();
    let mut of_signer = params("Invented Prescriber");
    of_signer.use_authority_key_identifier_extension = true;
    let key = key();
    let certificate = of_signer.signed_by(&key, &authority).unwrap().der().to_vec();
    Signer { key, certificate, authority: authority.der().to_vec() }
});

impl Signer {
    /// Trust in the authority.
    pub fn trust(&self) -> Trust {
        let mut trust = Trust::new();
        trust.add_authorities(&self.authority).unwrap();
        trust
    }

    /// Signs a prescription order in place of the signature that it has; leaves every other message as it is.
    pub fn sign(&self, message: &mut Message, context: &Context) {
        if !matches!(message.body, Body::PrescriptionOrder(_)) {
            return;
        }
        let prepared = prepare(message, context).unwrap_or_else(|findings| panic!("{findings:#?}"));
        let info = &prepared.signed_info;
        let xml = format!(
            "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">{}<SignatureValue>{}</SignatureValue><KeyInfo>\
             <X509Data><X509Certificate>{}</X509Certificate></X509Data></KeyInfo></Signature>",
            info.replacen(" xmlns=\"http://www.w3.org/2000/09/xmldsig#\"", "", 1),
            STANDARD.encode(self.key.sign(info.as_bytes()).unwrap()),
            STANDARD.encode(&self.certificate),
        );
        let Body::PrescriptionOrder(order) = &mut message.body else { return };
        let when = Some(prepared.timestamp);
        let earlier = order.prescription.signature.take().unwrap_or_default();
        order.prescription.signature = Some(Signature { when, xml: Some(xml), ..earlier });
    }
}
