//! SignedInfo: what the signature value is made of (signature.md §3).

use crate::algorithm::Algorithm;

/// The namespace of XML signatures.
pub(crate) const XMLDSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// How SignedInfo and fragments are brought into canonical form. The fragments have no comments, so that the two give the
/// same hash of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// Exclusive C14N 1.0.
    Exclusive,
    /// The same, with comments.
    ExclusiveWithComments,
}

impl Method {
    pub(crate) fn uri(self) -> &'static str {
        match self {
            Method::Exclusive => "http://www.w3.org/2001/10/xml-exc-c14n#",
            Method::ExclusiveWithComments => "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        }
    }

    pub(crate) fn of(uri: &str) -> Option<Self> {
        [Method::Exclusive, Method::ExclusiveWithComments].into_iter().find(|method| method.uri() == uri)
    }
}

/// The canonical SignedInfo over fragments.
pub(crate) fn canonical(method: Method, algorithm: Algorithm, fragments: &str) -> String {
    let canonicalization = method.uri();
    let (signature, digest) = (algorithm.signature_method(), algorithm.digest_method());
    let value = algorithm.digest(fragments);
    format!(
        "<SignedInfo xmlns=\"{XMLDSIG}\">\
         <CanonicalizationMethod Algorithm=\"{canonicalization}\"></CanonicalizationMethod>\
         <SignatureMethod Algorithm=\"{signature}\"></SignatureMethod>\
         <Reference><Transforms><Transform Algorithm=\"{canonicalization}\"></Transform></Transforms>\
         <DigestMethod Algorithm=\"{digest}\"></DigestMethod><DigestValue>{value}</DigestValue></Reference>\
         </SignedInfo>"
    )
}
