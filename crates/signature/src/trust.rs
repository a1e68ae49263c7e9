//! Whom a verifier trusts: certificates of authorities, and their revocation lists (signature.md §6).
//!
//! Invariants:
//! - An issuer is found by name and key id, and proved by its signature (EPS-D32 is not reproduced).
//! - Every authority named is trusted as it stands; nothing is trusted through another.

use causeway_canonical::Finding;
use jiff::Timestamp;
use x509_parser::pem::Pem;

use crate::certificate::Certificate;
use crate::revocation::RevocationList;
use crate::rules;

/// Trusted authorities and revocation lists.
#[derive(Default)]
pub struct Trust {
    pub(crate) authorities: Vec<Certificate>,
    pub(crate) lists: Vec<RevocationList>,
}

/// Why a certificate or list cannot be taken.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum TrustError {
    /// PEM that is broken, or without a block of the kind.
    #[error("expected PEM with at least one block {0}")]
    Pem(&'static str),
    /// Not a certificate that can be used.
    #[error("{0}")]
    Certificate(&'static str),
    /// A certificate that is not an authority's.
    #[error("expected the certificate of an authority, which may sign certificates")]
    NoAuthority,
    /// Not a revocation list.
    #[error("{0}")]
    List(&'static str),
}

impl Trust {
    /// Nobody.
    pub fn new() -> Self {
        Trust::default()
    }

    /// Trusts the authorities of a file, PEM with one or several certificates or one in DER.
    ///
    /// # Errors
    /// If the file is something else; none of its certificates is trusted then.
    pub fn add_authorities(&mut self, file: &[u8]) -> Result<(), TrustError> {
        let mut authorities = Vec::new();
        for der in blocks(file, "CERTIFICATE")? {
            let certificate = Certificate::parse(&der).map_err(TrustError::Certificate)?;
            if !certificate.may_sign_certificates() {
                return Err(TrustError::NoAuthority);
            }
            authorities.push(certificate);
        }
        self.authorities.append(&mut authorities);
        self.authenticate();
        Ok(())
    }

    /// Adds the revocation lists of a file, PEM with one or several or one in DER. A list counts as soon as an authority
    /// that is trusted, then or later, turns out to have signed it.
    ///
    /// # Errors
    /// If the file is something else; none of its lists is used then.
    pub fn add_lists(&mut self, file: &[u8]) -> Result<(), TrustError> {
        let lists: Result<Vec<_>, _> =
            blocks(file, "X509 CRL")?.iter().map(|der| RevocationList::parse(der).map_err(TrustError::List)).collect();
        self.lists.append(&mut lists?);
        self.authenticate();
        Ok(())
    }

    /// The trusted authority that issued a certificate, valid at the time of signing; where there is none, what is wrong
    /// with the last that the certificate names.
    pub(crate) fn issuer_of(&self, certificate: &Certificate, signed: Timestamp) -> Result<&Certificate, Finding> {
        let untrusted = |message: &'static str| Finding::new(&rules::SIGNATURE_UNTRUSTED, message);
        let Some(key_id) = &certificate.authority_key_id else {
            return Err(untrusted("expected a certificate that names the key of its issuer"));
        };
        let is_named = |authority: &&Certificate| {
            authority.subject == certificate.issuer && authority.subject_key_id.as_ref() == Some(key_id)
        };
        let mut expected = "expected a certificate of a trusted authority";
        for authority in self.authorities.iter().filter(is_named) {
            expected = if !certificate.issued.is_signed_by(authority) {
                "expected a certificate signed with the key of the authority that it names"
            } else if !authority.is_valid_at(signed) {
                "expected an authority whose certificate was valid at the time of signing"
            } else if authority.has_unknown_condition() || certificate.has_unknown_condition() {
                "expected certificates without critical extensions that are not understood"
            } else {
                return Ok(authority);
            };
        }
        Err(untrusted(expected))
    }

    /// Looks for the authorities of lists that have none yet: once, as a list may be long.
    fn authenticate(&mut self) {
        for list in self.lists.iter_mut().filter(|list| !list.is_authentic) {
            let mut named = self.authorities.iter().filter(|authority| authority.subject == list.issuer);
            list.is_authentic =
                named.any(|authority| authority.may_sign_lists() && list.issued.is_signed_by(authority));
        }
    }
}

/// The DER forms in a file.
fn blocks(file: &[u8], label: &'static str) -> Result<Vec<Vec<u8>>, TrustError> {
    const MARK: &[u8] = b"-----BEGIN";
    if !file.windows(MARK.len()).any(|window| window == MARK) {
        return Ok(vec![file.to_owned()]);
    }
    let blocks: Result<Vec<Pem>, _> = Pem::iter_from_buffer(file).collect();
    let blocks = blocks.map_err(|_| TrustError::Pem(label))?;
    let ours: Vec<_> = blocks.into_iter().filter(|block| block.label == label).map(|block| block.contents).collect();
    if ours.is_empty() { Err(TrustError::Pem(label)) } else { Ok(ours) }
}
