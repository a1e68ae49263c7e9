//! The two pairs of algorithms with which prescriptions are signed (signature.md §3).

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The smallest RSA key with which anything is verified.
pub(crate) const LEAST_KEY_BITS: usize = 1024;

/// A signature method and the digest method that goes with it. No other pair is known (EPS-D34, EPS-D35 are not
/// reproduced).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA PKCS#1 v1.5 and SHA-256.
    Rs256,
    /// RSA PKCS#1 v1.5 and SHA-1: broken, and still in old prescriptions.
    Rs1,
}

impl Algorithm {
    const ALL: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::Rs1];

    /// Name in the answer to `$prepare`.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Rs1 => "RS1",
        }
    }

    /// `SignatureMethod/@Algorithm`.
    pub fn signature_method(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            Algorithm::Rs1 => "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        }
    }

    /// `DigestMethod/@Algorithm`.
    pub fn digest_method(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Algorithm::Rs1 => "http://www.w3.org/2000/09/xmldsig#sha1",
        }
    }

    /// Bits that the key must have at least. The cards that sign with SHA-1 have keys of 1024 bits.
    pub(crate) fn least_key_bits(self) -> usize {
        match self {
            Algorithm::Rs256 => 2048,
            Algorithm::Rs1 => LEAST_KEY_BITS,
        }
    }

    /// The algorithm of both methods, if they agree.
    pub(crate) fn of(signature_method: &str, digest_method: &str) -> Option<Self> {
        Algorithm::ALL.into_iter().find(|algorithm| {
            algorithm.signature_method() == signature_method && algorithm.digest_method() == digest_method
        })
    }

    /// Hash of a text, in base64.
    pub(crate) fn digest(self, text: &str) -> String {
        let hash = match self {
            Algorithm::Rs256 => &digest::SHA256,
            Algorithm::Rs1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        };
        STANDARD.encode(digest::digest(hash, text.as_bytes()))
    }

    /// Whether the signature of a text was made with a key, in the form `RSAPublicKey` of PKCS#1.
    pub(crate) fn verifies(self, key: &[u8], text: &str, signature: &[u8]) -> bool {
        let parameters = match self {
            Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Algorithm::Rs1 => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        };
        verifies(parameters, key, text.as_bytes(), signature)
    }
}

/// Whether an RSA signature of `signed` was made with `key`, in the form `RSAPublicKey` of PKCS#1.
pub(crate) fn verifies(parameters: &'static RsaParameters, key: &[u8], signed: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(parameters, key).verify(signed, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_the_hash_is_that_of_the_standard() {
        assert_eq!(Algorithm::Rs256.digest("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        assert_eq!(Algorithm::Rs1.digest("abc"), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    }

    #[test]
    fn d34_d35_methods_that_do_not_agree_or_are_not_known_are_no_algorithm() {
        let (new, old) = (Algorithm::Rs256, Algorithm::Rs1);
        assert_eq!(Algorithm::of(new.signature_method(), new.digest_method()), Some(new));
        assert_eq!(Algorithm::of(old.signature_method(), old.digest_method()), Some(old));
        assert_eq!(Algorithm::of(new.signature_method(), old.digest_method()), None);
        assert_eq!(Algorithm::of(old.signature_method(), new.digest_method()), None);
        assert_eq!(Algorithm::of("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", new.digest_method()), None);
        assert_eq!(Algorithm::of("", ""), None);
    }
}
