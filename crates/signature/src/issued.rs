//! What an authority signs: certificates and revocation lists.

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
};
use jiff::Timestamp;
use x509_parser::der_parser::asn1_rs::BitString;
use x509_parser::extensions::{DistributionPointName, GeneralName};
use x509_parser::oid_registry::{OID_PKCS1_SHA256WITHRSA, OID_PKCS1_SHA384WITHRSA, OID_PKCS1_SHA512WITHRSA, Oid};
use x509_parser::time::ASN1Time;
use x509_parser::x509::AlgorithmIdentifier;

use crate::algorithm::verifies;
use crate::certificate::Certificate;

/// The signed octets of a certificate or list, and the signature of its issuer.
pub(crate) struct Issued {
    tbs: Vec<u8>,
    /// With what it is signed, if that is RSA and SHA-2. No policy allows an authority SHA-1.
    parameters: Option<&'static RsaParameters>,
    signature: Vec<u8>,
}

impl Issued {
    /// `inner` is the algorithm that was signed, `outer` the one that is used: they must be the same (RFC 5280 §4.1.1.2),
    /// and the signature whole octets.
    pub(crate) fn new(
        tbs: &[u8],
        inner: &AlgorithmIdentifier<'_>,
        outer: &AlgorithmIdentifier<'_>,
        signature: &BitString<'_>,
    ) -> Self {
        let well_formed = inner == outer && signature.unused_bits == 0;
        let parameters = well_formed.then(|| parameters(&outer.algorithm)).flatten();
        Issued { tbs: tbs.to_owned(), parameters, signature: signature.data.to_vec() }
    }

    /// Whether the authority's key made the signature, with an algorithm that is allowed.
    pub(crate) fn is_signed_by(&self, authority: &Certificate) -> bool {
        self.parameters.is_some_and(|parameters| verifies(parameters, &authority.key, &self.tbs, &self.signature))
    }
}

fn parameters(oid: &Oid<'_>) -> Option<&'static RsaParameters> {
    let known = [
        (OID_PKCS1_SHA256WITHRSA, &RSA_PKCS1_2048_8192_SHA256),
        (OID_PKCS1_SHA384WITHRSA, &RSA_PKCS1_2048_8192_SHA384),
        (OID_PKCS1_SHA512WITHRSA, &RSA_PKCS1_2048_8192_SHA512),
    ];
    known.into_iter().find(|(known, _)| known == oid).map(|(_, parameters)| parameters)
}

/// A time to the second.
pub(crate) fn timestamp(time: ASN1Time) -> Option<Timestamp> {
    Timestamp::from_second(time.timestamp()).ok()
}

/// A serial number without leading zeros.
pub(crate) fn serial(raw: &[u8]) -> Vec<u8> {
    let significant = raw.iter().skip_while(|&&byte| byte == 0);
    significant.copied().collect()
}

/// The names of a distribution point in a form that can be compared.
pub(crate) fn point_names(point: Option<&DistributionPointName<'_>>) -> Vec<Vec<u8>> {
    let Some(DistributionPointName::FullName(names)) = point else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::URI(uri) => Some(uri.as_bytes().to_owned()),
        GeneralName::DirectoryName(name) => Some(name.as_raw().to_owned()),
        _ => None,
    };
    names.iter().filter_map(name).collect()
}
