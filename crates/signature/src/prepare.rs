//! What the prescriber is asked to sign (signature.md §2, §3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_adapter_eps::EpsV3;
use causeway_canonical::model::{Body, Message};
use causeway_canonical::{DateTime, Finding};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_syntax::{JsonWriter, Limits, XmlTree};
use jiff::Timestamp;

use crate::algorithm::Algorithm;
use crate::signed_info::{self, Method};
use crate::{fragments, parts, rules};

/// The answer to `$prepare`.
pub struct Prepared {
    /// The canonical document of the fragments: the input of the hash.
    pub fragments: String,
    /// The canonical SignedInfo: the octets to be signed.
    pub signed_info: String,
    /// The author time that the fragments hold; the Provenance must repeat it.
    pub timestamp: DateTime,
    /// With what is to be signed.
    pub algorithm: Algorithm,
}

impl Prepared {
    /// The hash of the fragments in base64, as it stands in `DigestValue`.
    pub fn digest_value(&self) -> String {
        self.algorithm.digest(&self.fragments)
    }

    /// The FHIR Parameters: `digest`, which is SignedInfo in base64, `timestamp` and `algorithm`.
    pub fn parameters(&self) -> String {
        let mut out = JsonWriter::pretty();
        out.begin_object();
        out.key("resourceType");
        out.string("Parameters");
        out.key("parameter");
        out.begin_array();
        let digest = STANDARD.encode(&self.signed_info);
        let values =
            [("digest", digest.as_str()), ("timestamp", self.timestamp.as_str()), ("algorithm", self.algorithm.name())];
        for (name, value) in values {
            out.begin_object();
            out.key("name");
            out.string(name);
            out.key("valueString");
            out.string(value);
            out.end_object();
        }
        out.end_array();
        out.end_object();
        out.finish()
    }
}

/// Prepares a prescription order for signing with RS256. A signature that it already has is left out, and its time is
/// the author time; without one that is the clock of the context.
///
/// # Errors
/// Findings if the message is no prescription order or cannot be written as V3.
pub fn prepare(message: &Message, context: &Context) -> Result<Prepared, Vec<Finding>> {
    let SignedParts { fragments, timestamp, .. } = parts_of(message, context)?;
    let algorithm = Algorithm::Rs256;
    let signed_info = signed_info::canonical(Method::Exclusive, algorithm, &fragments);
    Ok(Prepared { fragments, signed_info, timestamp, algorithm })
}

/// What of a message is signed.
pub(crate) struct SignedParts {
    /// The canonical document of the fragments.
    pub(crate) fragments: String,
    /// The author time.
    pub(crate) timestamp: DateTime,
    /// The author time as an instant.
    pub(crate) signed: Timestamp,
}

/// The signed parts of a message, by way of its V3 form.
pub(crate) fn parts_of(message: &Message, context: &Context) -> Result<SignedParts, Vec<Finding>> {
    let document = unsigned_document(message, context)?;
    signed_parts(&document, &context.limits).map_err(|finding| vec![finding])
}

fn signed_parts(document: &str, limits: &Limits) -> Result<SignedParts, Finding> {
    let tree = XmlTree::parse(document.as_bytes(), limits)?;
    let [document] = parts::documents(&tree)[..] else {
        return Err(Finding::new(&rules::SIGNATURE_PRESCRIPTION, "expected one prescription document"));
    };
    let parts = parts::find(&tree, document)?;
    let (timestamp, signed) = parts::author_time(&tree, &parts)?;
    Ok(SignedParts { fragments: fragments::canonical(&tree, &parts, limits)?, timestamp, signed })
}

/// The V3 order of a message without its signature, with the author time that it has with the signature.
fn unsigned_document(message: &Message, context: &Context) -> Result<String, Vec<Finding>> {
    let mut message = message.clone();
    let Body::PrescriptionOrder(order) = &mut message.body else {
        let text = "expected a prescription order: nothing else is signed";
        return Err(vec![Finding::new(&rules::SIGNATURE_PRESCRIPTION, text)]);
    };
    let mut context = context.clone();
    // The systems stand in the wrapper, and no part of that is signed.
    for asid in [&mut context.sender_asid, &mut context.receiver_asid] {
        asid.get_or_insert_with(|| "0".to_owned());
    }
    if let Some(when) = order.prescription.signature.take().and_then(|signature| signature.when) {
        let text = "expected the time of signing with date, time of day and zone";
        context.now = when.instant().ok_or_else(|| vec![Finding::new(&rules::SIGNATURE_FORMAT, text)])?;
    }
    Ok(EpsV3.write(&message, &context)?.text)
}
