//! What the identifier checks and the rules look at: the canonical order, and where each of its fields stands in the
//! source.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use causeway_canonical::ledger::{FieldRef, Mark, place};
use causeway_canonical::model::{Agent, Envelope, PrescriptionOrder};
use causeway_canonical::{Finding, Rule};
use causeway_syntax::NodeId;
use causeway_syntax::adapter::{Account, Context};

use crate::bundle::Bundle;

/// One order as it was read.
pub(crate) struct Subject<'a> {
    /// Where every field stands.
    pub account: &'a Account<'a>,
    /// The bundle of the source, if the source is FHIR. Its nodes are those of the account's tree.
    pub bundle: Option<&'a Bundle<'a>>,
    /// Addressing.
    pub envelope: &'a Envelope,
    /// Content.
    pub order: &'a PrescriptionOrder,
    /// Clock and switches.
    pub context: &'a Context,
    /// First node of every field. Made for the first finding; most messages have none.
    nodes: OnceCell<HashMap<FieldRef, NodeId>>,
}

impl<'a> Subject<'a> {
    /// An order, with where it stands.
    pub fn new(
        account: &'a Account<'a>,
        bundle: Option<&'a Bundle<'a>>,
        envelope: &'a Envelope,
        order: &'a PrescriptionOrder,
        context: &'a Context,
    ) -> Self {
        Subject { account, bundle, envelope, order, context, nodes: OnceCell::new() }
    }

    /// The node that was read into a field; the first of several.
    pub fn node_of(&self, field: FieldRef) -> Option<NodeId> {
        self.nodes.get_or_init(|| first_nodes(self.account)).get(&field).copied()
    }

    /// A finding at the first of the fields that stands in the source.
    pub fn at_field(&self, rule: &'static Rule, message: impl Into<Cow<'static, str>>, fields: &[FieldRef]) -> Finding {
        let node = fields.iter().find_map(|field| self.node_of(*field));
        self.at_node(rule, message, node)
    }

    /// A finding about an item as a whole: at its request, or at the first of its fields that stands in the source.
    pub fn at_item(&self, rule: &'static Rule, message: impl Into<Cow<'static, str>>, item: usize) -> Finding {
        let fields = [place::ITEM_ID, place::COURSE_OF_THERAPY].map(|place| place.at(&[item]).itself());
        let node = self.request(item).or_else(|| fields.iter().find_map(|field| self.node_of(*field)));
        self.at_node(rule, message, node)
    }

    /// A finding at a node of the source; about the whole message without one.
    pub fn at_node(&self, rule: &'static Rule, message: impl Into<Cow<'static, str>>, node: Option<NodeId>) -> Finding {
        let finding = Finding::new(rule, message);
        match node {
            Some(node) => finding.at(self.account.tree.path(node), self.account.tree.position(node)),
            None => finding,
        }
    }

    /// The MedicationRequest of an item, if the source is FHIR.
    pub fn request(&self, item: usize) -> Option<NodeId> {
        self.bundle?.request(item)
    }

    /// The dispenseRequest of an item, or the request itself.
    pub fn supply(&self, item: usize) -> Option<NodeId> {
        let request = self.request(item)?;
        self.bundle?.child(request, "dispenseRequest").or(Some(request))
    }

    /// The people of the order, each with the number that it has in a field's path.
    pub fn agents(&self) -> impl Iterator<Item = (usize, &'a Agent)> {
        std::iter::once(&self.order.author).chain(&self.order.responsible_party).enumerate()
    }
}

/// The first node of every field; nodes that went to one field alone come before shared ones.
fn first_nodes(account: &Account<'_>) -> HashMap<FieldRef, NodeId> {
    let own = account.marks.iter().enumerate().filter_map(|(index, mark)| match mark {
        Mark::Field(field, _) => Some((*field, NodeId::from_index(index))),
        _ => None,
    });
    let shared = account.shared.iter().map(|(node, field, _)| (*field, *node));
    let mut nodes = HashMap::new();
    for (field, node) in own.chain(shared) {
        nodes.entry(field).or_insert(node);
    }
    nodes
}
