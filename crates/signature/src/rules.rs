//! Every rule that this crate can find broken. The kinds of signature.md §5 have a rule each.

causeway_canonical::rules! {
    in Signature;

    /// The document holds no prescription whose signed parts could be found.
    SIGNATURE_PRESCRIPTION = "signature-prescription", Error, SenderContent, Structure, "signature.md §2",
        "send prescription orders with one author, one patient and items, all in one namespace";
    /// A prescription document that stands without its namespace.
    SIGNATURE_NO_NAMESPACE = "signature-no-namespace", Information, SenderContent, Structure, "signature.md §2",
        "declare the namespace urn:hl7-org:v3 on the document";
    /// Bad format.
    SIGNATURE_FORMAT = "signature-format", Error, SenderContent, Structure, "signature.md §5 test 1",
        "send one XML signature with SignedInfo, SignatureValue and X509Certificate, and the time of signing";
    /// Several certificates.
    SIGNATURE_CERTIFICATES = "signature-certificates", Error, SenderContent, Invalid, "signature.md §5 test 2",
        "send the signer's certificate alone, as base64 of its DER form without PEM lines";
    /// Bad certificate.
    SIGNATURE_CERTIFICATE = "signature-certificate", Error, SenderContent, Value, "signature.md §5 test 3",
        "send an X.509 certificate with an RSA key that may sign documents";
    /// Algorithm not allowed.
    SIGNATURE_ALGORITHM = "signature-algorithm", Error, SenderContent, NotSupported, "signature.md §5",
        "sign with rsa-sha256, sha256, exclusive canonicalisation and a key of at least 2048 bits";
    /// SHA-1 was accepted.
    SIGNATURE_SHA1 = "signature-sha1", Warning, SenderContent, BusinessRule, "signature.md §5",
        "have the prescribing system sign with rsa-sha256 and sha256";
    /// Signature invalid.
    SIGNATURE_INVALID = "signature-invalid", Error, SenderContent, Invalid, "signature.md §5 test 4",
        "return the prescription: its signature was not made with the key of its certificate";
    /// The signature holds for its text without white space only.
    SIGNATURE_WHITE_SPACE = "signature-white-space", Information, SenderContent, Structure, "signature.md §4",
        "hand the octets of the signature on as they came, without indenting them";
    /// Does not match prescription.
    SIGNATURE_CONTENT = "signature-content", Error, SenderContent, Invalid, "signature.md §5 test 5",
        "return the prescription: what was signed is not what it says";
    /// Certificate revoked.
    SIGNATURE_REVOKED = "signature-revoked", Error, SenderContent, BusinessRule, "signature.md §5 test 6",
        "return the prescription: the certificate of its signer is revoked";
    /// CA revoked.
    SIGNATURE_CA_REVOKED = "signature-ca-revoked", Error, SenderContent, BusinessRule, "signature.md §5 test 7",
        "return the prescription: the authority that certified its signer is revoked";
    /// Certificate expired when signed.
    SIGNATURE_EXPIRED = "signature-expired", Error, SenderContent, BusinessRule, "signature.md §5 test 8",
        "return the prescription: its signer's certificate was not valid at the time of signing";
    /// Not trusted.
    SIGNATURE_UNTRUSTED = "signature-untrusted", Error, SenderContent, BusinessRule, "signature.md §5 test 9",
        "name the certificate of the issuing authority as trusted, if it is";
    /// No revocation list covers a certificate.
    SIGNATURE_CRL_MISSING = "signature-crl-missing", Warning, Configuration, NotFound, "signature.md §6",
        "give the revocation list that the certificate names";
    /// A revocation list is not its authority's.
    SIGNATURE_CRL_NOT_AUTHENTIC = "signature-crl-not-authentic", Warning, Configuration, Invalid, "signature.md §6",
        "fetch the revocation list again, and name the certificate of the authority that signs it as trusted";
    /// A revocation list is too old, or from the future.
    SIGNATURE_CRL_OUT_OF_DATE = "signature-crl-out-of-date", Warning, Configuration, BusinessRule, "signature.md §6",
        "fetch the revocation list again";
}
