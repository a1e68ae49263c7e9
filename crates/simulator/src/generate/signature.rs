//! Something in the form of a prescriber's signature.
//!
//! It is not one: digest, signature value and certificate are random octets in base64, and nothing verifies. It has the
//! form of signature.md §4, so that gateways and receivers can be seen to carry it untouched.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::draw::Draw;

const EXCLUSIVE_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// The base64 of an XML signature with made-up values.
pub fn made_up(draw: &mut Draw) -> String {
    STANDARD.encode(xml(draw))
}

fn xml(draw: &mut Draw) -> String {
    let digest = draw.base64(&[], 32);
    let value = draw.base64(&[], 256);
    // 30 82 03 20 begins a DER sequence of 800 octets, as a certificate does.
    let certificate = draw.base64(&[0x30, 0x82, 0x03, 0x20], 800);
    format!(
        "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo>\
         <CanonicalizationMethod Algorithm=\"{EXCLUSIVE_C14N}\"></CanonicalizationMethod>\
         <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></SignatureMethod>\
         <Reference><Transforms><Transform Algorithm=\"{EXCLUSIVE_C14N}\"></Transform></Transforms>\
         <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></DigestMethod>\
         <DigestValue>{digest}</DigestValue></Reference></SignedInfo>\
         <SignatureValue>{value}</SignatureValue>\
         <KeyInfo><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></Signature>"
    )
}
