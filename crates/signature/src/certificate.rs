//! X.509 certificates: what the checks need of one.

use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{KeyUsage, ParsedExtension};
use x509_parser::oid_registry::{
    OID_X509_EXT_BASIC_CONSTRAINTS, OID_X509_EXT_CERTIFICATE_POLICIES, OID_X509_EXT_KEY_USAGE,
    OID_X509_EXT_SUBJECT_ALT_NAME,
};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

use crate::algorithm::LEAST_KEY_BITS;
use crate::issued::{Issued, point_names, serial, timestamp};

/// Bytes of the DER form that a certificate may have; those of the services have less than 4 KiB.
pub(crate) const MOST_BYTES: usize = 16 * 1024;

/// A certificate with an RSA key.
pub(crate) struct Certificate {
    pub(crate) issued: Issued,
    /// Name of the issuer, in DER.
    pub(crate) issuer: Vec<u8>,
    /// Name of the subject, in DER.
    pub(crate) subject: Vec<u8>,
    /// Serial number without leading zeros.
    pub(crate) serial: Vec<u8>,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    /// The key in the form `RSAPublicKey` of PKCS#1.
    pub(crate) key: Vec<u8>,
    pub(crate) key_bits: usize,
    pub(crate) subject_key_id: Option<Vec<u8>>,
    pub(crate) authority_key_id: Option<Vec<u8>>,
    /// Names of the points that hand out its revocation list.
    pub(crate) points: Vec<Vec<u8>>,
    is_authority: bool,
    usage: Option<KeyUsage>,
    /// Whether it has a critical extension that is not understood here.
    has_unknown_condition: bool,
}

impl Certificate {
    /// Reads the DER form, and gives what was expected where that fails.
    pub(crate) fn parse(der: &[u8]) -> Result<Self, &'static str> {
        if der.len() > MOST_BYTES {
            return Err("expected a certificate of less than 16 KiB");
        }
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| "expected an X.509 certificate in DER")?;
        if !rest.is_empty() {
            return Err("expected nothing behind the certificate");
        }
        let (not_before, not_after) = (certificate.validity().not_before, certificate.validity().not_after);
        let (Some(not_before), Some(not_after)) = (timestamp(not_before), timestamp(not_after)) else {
            return Err("expected a period of validity in the range of time");
        };
        let (key, key_bits) = key(&certificate)?;
        let mut parsed = Certificate {
            issued: Issued::new(
                certificate.tbs_certificate.as_ref(),
                &certificate.tbs_certificate.signature,
                &certificate.signature_algorithm,
                &certificate.signature_value,
            ),
            issuer: certificate.issuer().as_raw().to_owned(),
            subject: certificate.subject().as_raw().to_owned(),
            serial: serial(certificate.raw_serial()),
            not_before,
            not_after,
            key,
            key_bits,
            subject_key_id: None,
            authority_key_id: None,
            points: Vec::new(),
            is_authority: false,
            usage: None,
            has_unknown_condition: false,
        };
        // One extension of a sort: of two, one could be read here and the other elsewhere.
        certificate.extensions_map().map_err(|_| "expected no extension twice")?;
        for extension in certificate.iter_extensions() {
            parsed.take(extension.parsed_extension())?;
            parsed.has_unknown_condition |= extension.critical && !UNDERSTOOD.contains(&extension.oid);
        }
        Ok(parsed)
    }

    fn take(&mut self, extension: &ParsedExtension<'_>) -> Result<(), &'static str> {
        match extension {
            ParsedExtension::ParseError { .. } => return Err("expected extensions that are well formed"),
            ParsedExtension::SubjectKeyIdentifier(id) => self.subject_key_id = Some(id.0.to_owned()),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.authority_key_id = id.key_identifier.as_ref().map(|id| id.0.to_owned());
            }
            ParsedExtension::BasicConstraints(constraints) => self.is_authority = constraints.ca,
            ParsedExtension::KeyUsage(usage) => self.usage = Some(*usage),
            ParsedExtension::CRLDistributionPoints(points) => {
                self.points = points.iter().flat_map(|point| point_names(point.distribution_point.as_ref())).collect();
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether it may sign documents: its key is for signatures, where it says what the key is for.
    pub(crate) fn may_sign_documents(&self) -> bool {
        self.usage.as_ref().is_none_or(|usage| usage.digital_signature() || usage.non_repudiation())
    }

    /// Whether it is an authority's and may sign certificates.
    pub(crate) fn may_sign_certificates(&self) -> bool {
        self.is_authority && self.usage.as_ref().is_none_or(KeyUsage::key_cert_sign)
    }

    /// Whether it is an authority's and may sign revocation lists.
    pub(crate) fn may_sign_lists(&self) -> bool {
        self.is_authority && self.usage.as_ref().is_none_or(KeyUsage::crl_sign)
    }

    pub(crate) fn is_authority(&self) -> bool {
        self.is_authority
    }

    pub(crate) fn has_unknown_condition(&self) -> bool {
        self.has_unknown_condition
    }

    /// Strictly between both ends (signature.md §5 test 8).
    pub(crate) fn is_valid_at(&self, time: Timestamp) -> bool {
        self.not_before < time && time < self.not_after
    }
}

/// Critical extensions whose conditions are held, or that put none on the checks made here.
static UNDERSTOOD: [x509_parser::oid_registry::Oid<'static>; 4] = [
    OID_X509_EXT_BASIC_CONSTRAINTS,
    OID_X509_EXT_KEY_USAGE,
    OID_X509_EXT_CERTIFICATE_POLICIES,
    OID_X509_EXT_SUBJECT_ALT_NAME,
];

fn key(certificate: &X509Certificate<'_>) -> Result<(Vec<u8>, usize), &'static str> {
    let info = certificate.public_key();
    match info.parsed() {
        Ok(PublicKey::RSA(key)) if key.key_size() >= LEAST_KEY_BITS => {
            Ok((info.subject_public_key.data.to_vec(), key.key_size()))
        }
        Ok(PublicKey::RSA(_)) => Err("expected an RSA key of at least 1024 bits"),
        _ => Err("expected an RSA key"),
    }
}
