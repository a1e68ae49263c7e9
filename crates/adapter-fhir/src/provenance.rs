//! Provenance: the prescriber's signature.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_canonical::datetime::DateTime;
use causeway_canonical::ledger::{Leaf, map_rule, place};
use causeway_canonical::model::{Coded, Signature};

use crate::bundle::Bundle;
use crate::datatypes::{read_coding, read_date_time};
use crate::element::Element;
use crate::rules;
use crate::sink::Sink;
use crate::system;
use crate::unmodelled;

/// The type code of a prescriber's signature.
const AUTHOR_SIGNATURE: &str = "1.2.840.10065.1.12.1.1";

/// The part of the message that the narrative is about.
const PART: &str = "prescription.signature";

/// Reads the one signature of the requester (prescription-order.md §4). Signatures of others stay unread.
pub fn read(bundle: &Bundle<'_>, requester: &str) -> Option<Signature> {
    let signed_by_requester =
        |signature: &Element<'_>| signature.child("who").and_then(|who| who.peek_child("reference")) == Some(requester);
    let mut found = None;
    for provenance in bundle.of_kind("Provenance") {
        for element in provenance.children("signature").filter(signed_by_requester) {
            if found.is_some() {
                element.report(&rules::SIGNATURES, "one signature of the requester is expected, and this is another");
                continue;
            }
            found = Some(read_one(provenance, element));
        }
    }
    found
}

fn read_one(provenance: Element<'_>, element: Element<'_>) -> Signature {
    provenance.narrative(|| PART.to_owned());
    for target in provenance.children("target") {
        target.unmodelled("reference", unmodelled::SIGNATURE_TARGET);
        target.unmodelled("type", unmodelled::SIGNATURE_TARGET);
        if let Some(identifier) = target.child("identifier") {
            identifier.unmodelled("system", unmodelled::SIGNATURE_TARGET);
            identifier.unmodelled("value", unmodelled::SIGNATURE_TARGET);
        }
    }
    for agent in provenance.children("agent") {
        if let Some(who) = agent.child("who") {
            who.unmodelled("reference", unmodelled::SIGNATURE_AGENT);
        }
    }
    if let Some(who) = element.child("who") {
        who.structural_child("reference");
    }
    element.required("when");
    Signature {
        when: read_date_time(element, "when", place::SIGNATURE_WHEN.field()),
        xml: element.required("data").and_then(read_data),
        kind: element
            .children("type")
            .enumerate()
            .map(|(position, coding)| read_coding(coding, place::SIGNATURE_KIND.at(&[position])))
            .collect(),
        recorded: read_date_time(provenance, "recorded", place::SIGNATURE_RECORDED.field()),
    }
}

/// base64Binary may be broken into lines; what it holds is carried octet for octet.
fn read_data(element: Element<'_>) -> Option<String> {
    let text = element.read(place::SIGNATURE_XML.field(), map_rule::BASE64)?;
    let compact: Cow<'_, str> = if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        text.split_ascii_whitespace().collect()
    } else {
        Cow::Borrowed(text)
    };
    let xml = STANDARD.decode(compact.as_bytes()).ok().and_then(|octets| String::from_utf8(octets).ok());
    if xml.is_none() {
        element.report(&rules::SIGNATURE_DATA, "base64 of an XML signature in UTF-8 is expected");
    }
    xml
}

/// Writes the content of a Provenance.
pub fn write(sink: &mut Sink, signature: &Signature, signer: &str, targets: &[String]) {
    sink.narrative(|| PART.to_owned());
    sink.list("target", targets, |sink, _, url| sink.fixed("reference", url));
    let when = signature.when.as_ref().map(DateTime::as_str).unwrap_or_default();
    match &signature.recorded {
        Some(recorded) => sink.text("recorded", recorded.as_str(), place::SIGNATURE_RECORDED.field()),
        None => sink.defaulted("recorded", when, place::SIGNATURE_RECORDED.field(), map_rule::NOT_STATED),
    }
    let who = |sink: &mut Sink| sink.element("who", |sink| sink.fixed("reference", signer));
    sink.begin_list("agent");
    sink.entry(who);
    sink.end_list();
    sink.begin_list("signature");
    sink.entry(|sink| {
        write_kinds(sink, &signature.kind);
        sink.text("when", when, place::SIGNATURE_WHEN.field());
        who(sink);
        let data = STANDARD.encode(signature.xml.as_deref().unwrap_or_default());
        sink.mapped("data", &data, place::SIGNATURE_XML.field(), map_rule::BASE64);
    });
    sink.end_list();
}

/// The kind that a signature has where nothing else is said.
pub fn usual_kind() -> Coded {
    Coded::new(system::SIGNATURE_TYPE, AUTHOR_SIGNATURE)
}

fn write_kinds(sink: &mut Sink, kinds: &[Coded]) {
    sink.list("type", kinds, |sink, position, coded| {
        let at = place::SIGNATURE_KIND.at(&[position]);
        sink.optional("system", coded.system.as_deref(), at.leaf(Leaf::System));
        sink.optional("code", coded.code.as_deref(), at.leaf(Leaf::Code));
        sink.optional("display", coded.display.as_deref(), at.leaf(Leaf::Display));
    });
    if kinds.is_empty() {
        let at = place::SIGNATURE_KIND.at(&[0]);
        sink.begin_list("type");
        sink.entry(|sink| {
            sink.defaulted("system", system::SIGNATURE_TYPE, at.leaf(Leaf::System), map_rule::NOT_STATED);
            sink.defaulted("code", AUTHOR_SIGNATURE, at.leaf(Leaf::Code), map_rule::NOT_STATED);
        });
        sink.end_list();
    }
}
