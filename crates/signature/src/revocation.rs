//! Revocation lists, and what they say of a certificate (signature.md §6).
//!
//! Invariants:
//! - A list counts only if a trusted authority signed it.
//! - Every authentic list of the issuer may revoke; only a full list that is in date and meant for the certificate
//!   leaves no doubt that it is not revoked.

use causeway_canonical::{Finding, Rule};
use jiff::Timestamp;
use x509_parser::extensions::{IssuingDistributionPoint, ParsedExtension};
use x509_parser::oid_registry::{OID_X509_EXT_CRL_NUMBER, OID_X509_EXT_ISSUER_DISTRIBUTION_POINT};
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::{CertificateRevocationList, RevokedCertificate};

use crate::certificate::Certificate;
use crate::issued::{Issued, point_names, serial, timestamp};
use crate::rules;
use crate::trust::Trust;

/// Bytes that a list may have: several hundred thousand entries.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// A revocation list.
pub(crate) struct RevocationList {
    pub(crate) issued: Issued,
    /// Name of the issuer, in DER.
    pub(crate) issuer: Vec<u8>,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    /// By serial number.
    entries: Vec<Entry>,
    scope: Scope,
    /// Whether a trusted authority signed it.
    pub(crate) is_authentic: bool,
}

/// One revoked certificate.
struct Entry {
    serial: Vec<u8>,
    since: Timestamp,
    /// The reason, 0 if none is given.
    reason: u8,
}

/// For which certificates a list speaks.
enum Scope {
    /// Of those of its issuer: all, or those that name one of its points.
    Of { points: Vec<Vec<u8>>, users: bool, authorities: bool },
    /// For a part that is not told here, by difference or for some reasons: what it lists is revoked, and what it does
    /// not list may be.
    Part,
    /// For certificates of other issuers too, which entries then name; such lists are not used.
    Indirect,
}

impl RevocationList {
    /// Reads the DER form, and gives what was expected where that fails.
    pub(crate) fn parse(der: &[u8]) -> Result<Self, &'static str> {
        if der.len() > MOST_BYTES {
            return Err("expected a revocation list of less than 32 MiB");
        }
        let (rest, list) =
            CertificateRevocationList::from_der(der).map_err(|_| "expected a revocation list in DER or PEM")?;
        if !rest.is_empty() {
            return Err("expected nothing behind the revocation list");
        }
        let this_update = timestamp(list.last_update()).ok_or("expected a thisUpdate in the range of time")?;
        let entries: Option<Vec<Entry>> = list.iter_revoked_certificates().map(entry).collect();
        let mut entries = entries.ok_or("expected dates of revocation in the range of time")?;
        entries.sort_unstable_by(|a, b| a.serial.cmp(&b.serial));
        Ok(RevocationList {
            issued: Issued::new(
                list.tbs_cert_list.as_ref(),
                &list.tbs_cert_list.signature,
                &list.signature_algorithm,
                &list.signature_value,
            ),
            issuer: list.issuer().as_raw().to_owned(),
            this_update,
            next_update: list.next_update().and_then(timestamp),
            entries,
            scope: scope(&list),
            is_authentic: false,
        })
    }

    /// Whether the certificate is listed, and so that a signature of that time does not count.
    fn revokes(&self, certificate: &Certificate, signed: Timestamp) -> bool {
        let start = self.entries.partition_point(|entry| entry.serial < certificate.serial);
        let entries = self.entries.iter().skip(start).take_while(|entry| entry.serial == certificate.serial);
        !matches!(self.scope, Scope::Indirect) && entries.into_iter().any(|entry| entry.counts_for(signed))
    }

    /// Whether a certificate that it does not list is not revoked.
    fn is_meant_for(&self, certificate: &Certificate) -> bool {
        let Scope::Of { points, users, authorities } = &self.scope else { return false };
        let kind = if certificate.is_authority() { authorities } else { users };
        *kind && (points.is_empty() || points.iter().any(|point| certificate.points.contains(point)))
    }

    /// A list without an end is in date for ever, as RFC 5280 does not allow and RFC 2459 did.
    fn is_in_date(&self, now: Timestamp) -> bool {
        self.this_update <= now && self.next_update.is_none_or(|next| now <= next)
    }
}

impl Entry {
    fn counts_for(&self, signed: Timestamp) -> bool {
        // Key compromise, CA compromise and AA compromise: nobody knows since when others have had the key.
        matches!(self.reason, 1 | 2 | 10) || signed >= self.since
    }
}

fn entry(revoked: &RevokedCertificate<'_>) -> Option<Entry> {
    let reason = revoked.reason_code().map_or(0, |(_, reason)| reason.0);
    Some(Entry { serial: serial(revoked.raw_serial()), since: timestamp(revoked.revocation_date)?, reason })
}

fn scope(list: &CertificateRevocationList<'_>) -> Scope {
    let entries = list.iter_revoked_certificates();
    let in_entries = entries.flat_map(|entry| entry.extensions()).any(|extension| {
        // Certificate issuer, RFC 5280 §5.3.3.
        extension.critical && !matches!(extension.parsed_extension(), ParsedExtension::ReasonCode(_))
    });
    if in_entries {
        return Scope::Indirect;
    }
    let mut scope = Scope::Of { points: Vec::new(), users: true, authorities: true };
    for extension in list.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::IssuingDistributionPoint(point) => scope = scope_of_point(point),
            _ if extension.oid == OID_X509_EXT_ISSUER_DISTRIBUTION_POINT => return Scope::Part,
            // A delta list among others.
            _ if extension.critical && extension.oid != OID_X509_EXT_CRL_NUMBER => return Scope::Part,
            _ => {}
        }
    }
    scope
}

fn scope_of_point(point: &IssuingDistributionPoint<'_>) -> Scope {
    if point.indirect_crl {
        return Scope::Indirect;
    }
    let points = point_names(point.distribution_point.as_ref());
    let names_no_point = point.distribution_point.is_some() && points.is_empty();
    if point.only_some_reasons.is_some() || point.only_contains_attribute_certs || names_no_point {
        return Scope::Part;
    }
    Scope::Of { points, users: !point.only_contains_ca_certs, authorities: !point.only_contains_user_certs }
}

/// Whose certificate is looked up.
#[derive(Clone, Copy)]
pub(crate) enum Holder {
    Signer,
    Authority,
}

impl Holder {
    fn pick(self, of_signer: &'static str, of_authority: &'static str) -> &'static str {
        match self {
            Holder::Signer => of_signer,
            Holder::Authority => of_authority,
        }
    }
}

/// What the lists say of a certificate: whether it is revoked, and what leaves a doubt.
pub(crate) fn look_up(
    trust: &Trust,
    certificate: &Certificate,
    holder: Holder,
    signed: Timestamp,
    now: Timestamp,
) -> Vec<Finding> {
    let say = |rule: &'static Rule, of_signer, of_authority| Finding::new(rule, holder.pick(of_signer, of_authority));
    let mut findings = Vec::new();
    let (mut revoked, mut covered, mut outdated, mut forged) = (false, false, false, false);
    for list in trust.lists.iter().filter(|list| list.issuer == certificate.issuer) {
        if !list.is_authentic {
            forged = true;
            continue;
        }
        revoked |= list.revokes(certificate, signed);
        if list.is_meant_for(certificate) {
            covered |= list.is_in_date(now);
            outdated |= !list.is_in_date(now);
        }
    }
    if revoked {
        let rule = match holder {
            Holder::Signer => &rules::SIGNATURE_REVOKED,
            Holder::Authority => &rules::SIGNATURE_CA_REVOKED,
        };
        findings.push(say(
            rule,
            "expected a signer's certificate that is not revoked",
            "expected an issuing authority that is not revoked",
        ));
    }
    if forged {
        findings.push(say(
            &rules::SIGNATURE_CRL_NOT_AUTHENTIC,
            "expected a revocation list of the signer's certificate that a trusted authority signed",
            "expected a revocation list of the authority's certificate that a trusted authority signed",
        ));
    }
    if !covered && outdated {
        findings.push(say(
            &rules::SIGNATURE_CRL_OUT_OF_DATE,
            "expected a revocation list of the signer's certificate that is in date",
            "expected a revocation list of the authority's certificate that is in date",
        ));
    } else if !covered && !forged {
        findings.push(say(
            &rules::SIGNATURE_CRL_MISSING,
            "expected a revocation list that covers the signer's certificate",
            "expected a revocation list that covers the authority's certificate",
        ));
    }
    findings
}
