//! The `Signature` element of a prescription, taken apart (signature.md §4, §5 tests 1 to 3).
//!
//! Invariants:
//! - Elements are found by expanded name and must stand once, so that no second SignedInfo or value can be meant.
//! - SignedInfo is verified as it came. White space between its elements says nothing; where a system on the way put it
//!   there, the signature is tried without it too, and the caller is told.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_canonical::{Finding, Rule};
use causeway_syntax::{C14n, C14nMode, NodeId, XmlTree, canonicalize};

use crate::algorithm::Algorithm;
use crate::certificate::{self, Certificate};
use crate::parts::at;
use crate::rules;
use crate::signed_info::{Method, XMLDSIG};

/// A signature whose parts could be read.
pub(crate) struct XmlSignature {
    /// How SignedInfo is brought into canonical form, if that is allowed.
    pub(crate) method: Option<Method>,
    /// Signature and digest method, if both are known and agree.
    pub(crate) algorithm: Option<Algorithm>,
    /// The canonical SignedInfo.
    pub(crate) signed_info: String,
    /// The signature value.
    pub(crate) value: Vec<u8>,
    /// The signer's certificate.
    pub(crate) certificate: Certificate,
}

/// Reads the one `Signature` that an element holds.
pub(crate) fn read_within(tree: &XmlTree<'_>, holder: NodeId) -> Result<XmlSignature, Finding> {
    read(tree, Place { tree }.one(holder, "Signature")?)
}

/// Reads a `Signature`.
pub(crate) fn read(tree: &XmlTree<'_>, signature: NodeId) -> Result<XmlSignature, Finding> {
    let place = Place { tree };
    if tree.namespace(signature) != XMLDSIG || tree.name(signature) != "Signature" {
        return Err(place.bad_format(signature, "expected an element Signature of XML-Signature"));
    }
    let info = place.one(signature, "SignedInfo")?;
    let value = place.one(signature, "SignatureValue")?;
    let value = base64(&tree.element_text(value))
        .filter(|value| !value.is_empty())
        .ok_or_else(|| place.bad_format(value, "expected SignatureValue in base64"))?;
    let data = place.one(place.one(signature, "KeyInfo")?, "X509Data")?;
    let certificate = place.certificate(data)?;
    let method = place.algorithm(info, "CanonicalizationMethod").and_then(Method::of);
    Ok(XmlSignature {
        method,
        algorithm: place.algorithms(info),
        signed_info: canonicalize(tree, info, &options(method)),
        value,
        certificate,
    })
}

impl XmlSignature {
    /// The canonical SignedInfo without white space between its elements.
    pub(crate) fn compact_signed_info(&self) -> String {
        without_white_space(&self.signed_info)
    }
}

fn options(method: Option<Method>) -> C14n<'static> {
    let comments = method == Some(Method::ExclusiveWithComments);
    C14n { mode: C14nMode::Exclusive, comments, inclusive_prefixes: &[] }
}

/// In canonical form `<` stands only at the start of markup and text has no `>`, so that white space between the two is
/// white space between tags.
fn without_white_space(canonical: &str) -> String {
    let mut out = String::with_capacity(canonical.len());
    let mut rest = canonical;
    while let Some((tag, after)) = rest.split_once('>') {
        out.push_str(tag);
        out.push('>');
        let trimmed = after.trim_ascii_start();
        rest = if trimmed.starts_with('<') { trimmed } else { after };
    }
    out.push_str(rest);
    out
}

/// base64 may be broken into lines.
fn base64(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(compact).ok()
}

struct Place<'t, 's> {
    tree: &'t XmlTree<'s>,
}

impl Place<'_, '_> {
    fn named(&self, of: NodeId, name: &str) -> Vec<NodeId> {
        let tree = self.tree;
        tree.elements(of).filter(|&node| tree.name(node) == name && tree.namespace(node) == XMLDSIG).collect()
    }

    fn one(&self, of: NodeId, name: &'static str) -> Result<NodeId, Finding> {
        match self.named(of, name).as_slice() {
            [one] => Ok(*one),
            [] => Err(self.bad_format(of, format!("expected an element {name} of XML-Signature"))),
            [_, second, ..] => Err(self.bad_format(*second, format!("expected one element {name}, found another"))),
        }
    }

    /// `@Algorithm` of a child; none where it is not one child.
    fn algorithm(&self, of: NodeId, name: &'static str) -> Option<&str> {
        let element = self.one(of, name).ok()?;
        self.tree.attribute(element, "Algorithm").map(|attribute| self.tree.text(attribute))
    }

    fn algorithms(&self, info: NodeId) -> Option<Algorithm> {
        let reference = self.one(info, "Reference").ok()?;
        Algorithm::of(self.algorithm(info, "SignatureMethod")?, self.algorithm(reference, "DigestMethod")?)
    }

    fn certificate(&self, data: NodeId) -> Result<Certificate, Finding> {
        let elements = self.named(data, "X509Certificate");
        let Some(&element) = elements.first() else {
            return Err(self.bad_format(data, "expected an element X509Certificate"));
        };
        let complain = |rule: &'static Rule, message: &'static str| at(self.tree, element, Finding::new(rule, message));
        let text = self.tree.element_text(element);
        if text.trim_ascii().is_empty() {
            return Err(self.bad_format(element, "expected the text of a certificate"));
        }
        if elements.len() > 1 || text.contains("-----") {
            let message = "expected one certificate in base64 without PEM lines";
            return Err(complain(&rules::SIGNATURE_CERTIFICATES, message));
        }
        if text.len() > certificate::MOST_BYTES * 2 {
            return Err(complain(&rules::SIGNATURE_CERTIFICATE, "expected a certificate of less than 16 KiB"));
        }
        base64(&text)
            .ok_or("expected a certificate in base64")
            .and_then(|der| Certificate::parse(&der))
            .map_err(|expected| complain(&rules::SIGNATURE_CERTIFICATE, expected))
    }

    fn bad_format(&self, node: NodeId, message: impl Into<std::borrow::Cow<'static, str>>) -> Finding {
        at(self.tree, node, Finding::new(&rules::SIGNATURE_FORMAT, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_between_tags_goes_and_that_in_values_stays() {
        let padded = "<a x=\" > \">\n  <b> 1 </b>\n\t<c></c>\n</a>";
        assert_eq!(without_white_space(padded), "<a x=\" > \"><b> 1 </b><c></c></a>");
        assert_eq!(without_white_space("<a></a>"), "<a></a>");
    }
}
