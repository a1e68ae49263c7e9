//! EPS HL7 V3 interactions to and from the canonical model.
//!
//! Invariants:
//! - The crate does no IO; clock and system ids come in through the context.
//! - The model of the messages (names, fixed attributes, codes) is data in `spec`, shared by reading and writing.
//! - Each message kind and each data type has its reading, its writing and its projection in one file.
//! - What a reader does not ask for stays unread, and is reported as lost; nothing is swallowed by a wildcard.
//!
//! Start reading at `prescription_order`.

mod acknowledgement;
mod datatypes;
mod element;
mod issue_codes;
mod oid;
mod organisation;
mod patient;
mod person;
mod prescription_order;
mod rules;
mod signature;
mod spec;
mod tables;
mod target;
mod wrapper;

use causeway_canonical::ledger::Kept;
use causeway_canonical::model::{Body, Kind, Message, VERSION};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::adapter::{Account, Adapter, Context, Reading, Written};
use causeway_syntax::{Limits, Tree, XmlTree, root_tag};

use element::{NAMESPACE, Source};

/// The EPS HL7 V3 interactions: PORX_IN020101 (prescription order) and MCCI_IN010000UK13 (acknowledgement).
#[derive(Clone, Copy, Debug, Default)]
pub struct EpsV3;

/// How many bytes tell what a document is.
const SNIFFED: usize = 2048;

impl Adapter for EpsV3 {
    fn format(&self) -> &'static str {
        "eps-hl7v3"
    }

    fn media_type(&self) -> &'static str {
        "application/xml"
    }

    fn sniff(&self, source: &[u8]) -> bool {
        let head = source.get(..SNIFFED).unwrap_or(source);
        let head = String::from_utf8_lossy(head);
        is_interaction_tag(root_tag(&head))
    }

    fn read<'s>(&self, source: &'s [u8], context: &Context) -> Reading<'s> {
        let tree = match XmlTree::parse(source, &context.limits) {
            Ok(tree) => tree,
            Err(finding) => return Reading { message: None, findings: vec![finding], account: None },
        };
        let document = Source::new(&tree, context.compat);
        let message = read_interaction(&document, context);
        let (marks, findings) = document.into_parts();
        let (marks, shared) = marks.into_inner();
        let account = Account { tree: Box::new(tree), marks, shared, unmodelled: tables::UNMODELLED };
        Reading { message, findings, account: Some(account) }
    }

    fn write(&self, message: &Message, context: &Context) -> Result<Written, Vec<Finding>> {
        match &message.body {
            Body::PrescriptionOrder(order) => prescription_order::write(&message.envelope, order, context),
            Body::Acknowledgement(answer) => acknowledgement::write(&message.envelope, answer, context),
            _ => Err(vec![Finding::new(&rules::EPS_KIND, "expected a kind of message that is written")]),
        }
    }

    fn project(&self, message: &mut Message, context: &Context) {
        message.version = VERSION.to_owned();
        message.narrative.clear();
        message.extension.clear();
        match &mut message.body {
            Body::PrescriptionOrder(order) => {
                message.envelope = wrapper::project(&message.envelope, context, true);
                **order = prescription_order::project(order, context);
            }
            Body::Acknowledgement(answer) => {
                message.envelope = wrapper::project(&message.envelope, context, false);
                **answer = acknowledgement::project(answer);
            }
            _ => {}
        }
    }

    fn kept(&self, _kind: Kind) -> &'static [&'static [Kept]] {
        &[tables::KEPT]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::RULES
    }

    fn tree<'s>(&self, source: &'s [u8], limits: &Limits) -> Result<Box<dyn Tree + 's>, Finding> {
        Ok(Box::new(XmlTree::parse(source, limits)?))
    }
}

fn read_interaction(document: &Source<'_>, context: &Context) -> Option<Message> {
    let (tree, root) = (document.tree, document.root());
    if tree.namespace(tree.root()) != NAMESPACE {
        root.complain(&rules::V3_INTERACTION, format!("expected an interaction in the namespace {NAMESPACE}"));
        return None;
    }
    if prescription_order::is_interaction(root.name()) {
        prescription_order::read(root, &context.limits)
    } else if acknowledgement::is_interaction(root.name()) {
        acknowledgement::read(root)
    } else {
        root.complain(&rules::V3_INTERACTION, "expected an interaction that is supported");
        None
    }
}

fn is_interaction_tag(tag: &str) -> bool {
    let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
    let local = name.split_once(':').map_or(name, |(_, local)| local);
    (local.starts_with("PORX_IN") || local.starts_with("MCCI_IN")) && tag.contains(NAMESPACE)
}
