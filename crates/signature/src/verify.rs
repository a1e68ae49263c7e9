//! Whether the signature of a prescription holds (signature.md §5).

use causeway_canonical::identifier::PrescriptionShortId;
use causeway_canonical::ledger::{Scope, place};
use causeway_canonical::model::{Body, Envelope, Message, PrescriptionOrder, Released};
use causeway_canonical::{Finding, Severity, refused};
use causeway_syntax::adapter::{Account, Context, Reading};
use causeway_syntax::{NodeId, XmlTree};
use jiff::Timestamp;

use crate::algorithm::Algorithm;
use crate::revocation::{Holder, look_up};
use crate::signed_info::{self, Method};
use crate::trust::Trust;
use crate::xml_signature::{self, XmlSignature};
use crate::{fragments, parts, prepare, rules};

/// What is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Signatures with SHA-1.
    pub sha1: Sha1Policy,
    /// Certificates of which it is not known whether they are revoked.
    pub revocation: RevocationPolicy,
}

/// What becomes of a signature with rsa-sha1 and sha1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sha1Policy {
    /// It does not hold.
    #[default]
    Refuse,
    /// It may hold, as prescriptions that are received still have it, with keys from 1024 bits; a warning says so every
    /// time.
    AllowReceived,
}

/// What becomes of a signature whose certificates no authentic revocation list in date covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RevocationPolicy {
    /// It may hold, with a warning.
    #[default]
    Warn,
    /// It does not hold.
    Require,
}

/// What was found out about one prescription.
pub struct Verdict {
    /// Short id of the prescription, where it has one of the right form.
    pub prescription: Option<PrescriptionShortId>,
    /// Everything noticed; one error is enough for the signature not to hold.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Whether the signature holds.
    pub fn is_valid(&self) -> bool {
        !refused(&self.findings)
    }
}

/// Verifies signatures.
pub struct Verifier<'a> {
    /// Whom to trust.
    pub trust: &'a Trust,
    /// What to accept.
    pub policy: Policy,
    /// The clock, against which revocation lists must be in date; limits; and the compatibility with which a message that is
    /// not V3 is written as V3.
    pub context: &'a Context,
}

impl Verifier<'_> {
    /// Verifies every prescription of a V3 document, from the XML as received: an order, a release response, or a
    /// ParentPrescription alone. One verdict for each, in document order.
    ///
    /// # Errors
    /// A finding if the document is not well formed or holds no prescription.
    pub fn document(&self, source: &[u8]) -> Result<Vec<Verdict>, Finding> {
        let tree = XmlTree::parse(source, &self.context.limits)?;
        let verdicts = self.tree(&tree);
        if verdicts.is_empty() {
            let message = "expected an element ParentPrescription of HL7 V3";
            return Err(parts::at(&tree, tree.root(), Finding::new(&rules::SIGNATURE_PRESCRIPTION, message)));
        }
        Ok(verdicts)
    }

    /// Verifies every prescription of a message that was read, in any format: V3 as it was received, another format as it is
    /// written in V3. None where the message is neither an order nor a release response, or could not be read.
    pub fn message(&self, reading: &Reading<'_>) -> Vec<Verdict> {
        let (Some(message), Some(account)) = (&reading.message, &reading.account) else { return Vec::new() };
        let received = || account.tree.as_xml().map(|tree| self.tree(tree)).filter(|verdicts| !verdicts.is_empty());
        match &message.body {
            Body::PrescriptionOrder(order) => {
                received().unwrap_or_else(|| vec![self.order(message, order, Scope::BODY, account)])
            }
            Body::ReleaseResponse(response) => received().unwrap_or_else(|| {
                let released = response.released.iter().enumerate();
                let verdict = |(number, it): (usize, &Released)| {
                    self.order(&alone(it), &it.order, Scope::released(number), account)
                };
                // What its sender already says must not be dispensed is not asked again.
                released.filter(|(_, it)| it.failure.is_empty()).map(verdict).collect()
            }),
            _ => Vec::new(),
        }
    }

    fn tree(&self, tree: &XmlTree<'_>) -> Vec<Verdict> {
        parts::documents(tree).into_iter().map(|document| self.prescription(tree, document)).collect()
    }

    fn prescription(&self, tree: &XmlTree<'_>, document: NodeId) -> Verdict {
        let mut findings = self.received(tree, document).unwrap_or_else(|finding| vec![finding]);
        if tree.namespace(document).is_empty() {
            let message = "expected the document in the namespace urn:hl7-org:v3; it is taken for V3 without";
            findings.push(parts::at(tree, document, Finding::new(&rules::SIGNATURE_NO_NAMESPACE, message)));
        }
        Verdict { prescription: parts::short_id(tree, document), findings }
    }

    fn received(&self, tree: &XmlTree<'_>, document: NodeId) -> Result<Vec<Finding>, Finding> {
        let parts = parts::find(tree, document)?;
        let signature = xml_signature::read_within(tree, parts.signature_text)?;
        let (_, signed) = parts::author_time(tree, &parts)?;
        let fragments = fragments::canonical(tree, &parts, &self.context.limits)?;
        let findings = self.check(&signature, &fragments, signed);
        Ok(findings.into_iter().map(|finding| parts::at(tree, parts.signature_text, finding)).collect())
    }

    /// Verifies a prescription order that was read, in any format: it is written as V3 for that.
    pub fn reading(&self, reading: &Reading<'_>) -> Verdict {
        let mut findings = reading.findings.clone();
        self.context.rules.apply_cautiously(&mut findings);
        findings.retain(|finding| finding.severity == Severity::Error);
        let Some(message) = &reading.message else { return Verdict { prescription: None, findings } };
        let Body::PrescriptionOrder(order) = &message.body else {
            let message = "expected a prescription order: nothing else is signed";
            findings.push(Finding::new(&rules::SIGNATURE_PRESCRIPTION, message));
            return Verdict { prescription: None, findings };
        };
        let Some(account) = &reading.account else { return Verdict { prescription: None, findings } };
        let mut verdict = self.order(message, order, Scope::BODY, account);
        verdict.findings.splice(..0, findings);
        verdict
    }

    /// Verifies an order as it is written in V3. `message` holds the order and nothing else, which stands in `scope` of the
    /// message that was read.
    fn order(&self, message: &Message, order: &PrescriptionOrder, scope: Scope, account: &Account<'_>) -> Verdict {
        let prescription = Some(order.prescription.short_id.clone()).filter(parts::has_form);
        let xml = order.prescription.signature.as_ref().and_then(|signature| signature.xml.as_deref());
        let checked = match xml {
            Some(xml) => self.written(message, xml).unwrap_or_else(|findings| findings),
            None => vec![Finding::new(&rules::SIGNATURE_FORMAT, "expected a signature of the prescriber")],
        };
        // What is found in the signature or in the V3 document is found at the place of the signature in the message, or at
        // that of the prescription that has none.
        let signature = account.node_of(place::SIGNATURE_XML.field().within(scope));
        let node = signature.or_else(|| account.node_of(place::PRESCRIPTION_SHORT_ID.field().within(scope)));
        let at = |finding: Finding| match node {
            Some(node) => finding.at(account.tree.path(node), account.tree.position(node)),
            None => finding,
        };
        Verdict { prescription, findings: checked.into_iter().map(at).collect() }
    }

    fn written(&self, message: &Message, xml: &str) -> Result<Vec<Finding>, Vec<Finding>> {
        let one = |finding: Finding| vec![finding];
        let limits = &self.context.limits;
        let signature = XmlTree::parse(xml.as_bytes(), limits).map_err(|finding| {
            let message = format!("expected a signature of well-formed XML: {}", finding.rule.code);
            one(Finding::new(&rules::SIGNATURE_FORMAT, message))
        })?;
        let signature = xml_signature::read(&signature, signature.root()).map_err(one)?;
        let prepared = prepare::parts_of(message, self.context)?;
        Ok(self.check(&signature, &prepared.fragments, prepared.signed))
    }

    /// Tests 4 to 9, all of them.
    fn check(&self, signature: &XmlSignature, fragments: &str, signed: Timestamp) -> Vec<Finding> {
        let mut findings = Vec::new();
        match (signature.method, signature.algorithm) {
            (Some(method), Some(algorithm)) => {
                findings.extend(self.check_algorithm(algorithm, signature.certificate.key_bits));
                findings.extend(check_value(signature, algorithm));
                findings.extend(check_content(signature, method, algorithm, fragments));
            }
            _ => {
                let message = "expected rsa-sha256 with sha256, in exclusive canonical form";
                findings.push(Finding::new(&rules::SIGNATURE_ALGORITHM, message));
            }
        }
        findings.extend(self.check_certificate(signature, signed));
        findings
    }

    fn check_algorithm(&self, algorithm: Algorithm, key_bits: usize) -> Option<Finding> {
        if key_bits < algorithm.least_key_bits() {
            return Some(Finding::new(&rules::SIGNATURE_ALGORITHM, "expected an RSA key of at least 2048 bits"));
        }
        match (algorithm, self.policy.sha1) {
            (Algorithm::Rs256, _) => None,
            (Algorithm::Rs1, Sha1Policy::AllowReceived) => {
                Some(Finding::new(&rules::SIGNATURE_SHA1, "expected SHA-256; SHA-1 is accepted by policy"))
            }
            (Algorithm::Rs1, Sha1Policy::Refuse) => {
                Some(Finding::new(&rules::SIGNATURE_ALGORITHM, "expected rsa-sha256 with sha256, found SHA-1"))
            }
        }
    }

    fn check_certificate(&self, signature: &XmlSignature, signed: Timestamp) -> Vec<Finding> {
        let certificate = &signature.certificate;
        let issuer = self.trust.issuer_of(certificate, signed);
        let mut findings = Vec::new();
        if !certificate.may_sign_documents() {
            let message = "expected a certificate whose key may sign documents";
            findings.push(Finding::new(&rules::SIGNATURE_CERTIFICATE, message));
        }
        let mut looked_up = look_up(self.trust, certificate, Holder::Signer, signed, self.context.now);
        // A self-signed authority can say nothing about itself: it is trusted because it is named.
        if let Ok(issuer) = issuer
            && issuer.issuer != issuer.subject
        {
            looked_up.extend(look_up(self.trust, issuer, Holder::Authority, signed, self.context.now));
        }
        if self.policy.revocation == RevocationPolicy::Require {
            looked_up.iter_mut().for_each(|finding| finding.severity = Severity::Error);
        }
        findings.append(&mut looked_up);
        if !certificate.is_valid_at(signed) {
            let message = "expected a time of signing in the certificate's period of validity";
            findings.push(Finding::new(&rules::SIGNATURE_EXPIRED, message));
        }
        findings.extend(issuer.err());
        findings
    }
}

/// A released prescription as the order that it was.
fn alone(released: &Released) -> Message {
    let envelope = Envelope { id: released.id.clone(), ..Envelope::default() };
    Message { envelope, body: Body::PrescriptionOrder(Box::new(released.order.clone())), ..Message::default() }
}

/// Test 4. White space that a system on the way put into SignedInfo is forgiven: test 5 compares without it.
fn check_value(signature: &XmlSignature, algorithm: Algorithm) -> Option<Finding> {
    let holds_for = |signed: &str| algorithm.verifies(&signature.certificate.key, signed, &signature.value);
    if holds_for(&signature.signed_info) {
        return None;
    }
    let compact = signature.compact_signed_info();
    if compact != signature.signed_info && holds_for(&compact) {
        let message = "expected SignedInfo as it was signed; it holds only without white space between its elements";
        return Some(Finding::new(&rules::SIGNATURE_WHITE_SPACE, message));
    }
    Some(Finding::new(
        &rules::SIGNATURE_INVALID,
        "expected a signature value of SignedInfo by the key of the certificate",
    ))
}

/// Test 5: the prescription says what was signed.
fn check_content(signature: &XmlSignature, method: Method, algorithm: Algorithm, fragments: &str) -> Option<Finding> {
    let expected = signed_info::canonical(method, algorithm, fragments);
    (signature.compact_signed_info() != expected)
        .then(|| Finding::new(&rules::SIGNATURE_CONTENT, "expected SignedInfo over the content of this prescription"))
}
