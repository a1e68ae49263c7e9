//! A message bundle as it stands in the source, for the rules that speak of FHIR resources and not of the medicines
//! model.
//!
//! Invariant: looks only, marks nothing and reports nothing.

use causeway_syntax::{JsonKind, JsonTree, NodeId};

/// One entry.
pub(crate) struct Entry<'t> {
    /// Its fullUrl.
    pub url: Option<&'t str>,
    /// Its resource type.
    pub kind: &'t str,
    /// Its resource.
    pub resource: NodeId,
}

/// The entries of a bundle.
pub(crate) struct Bundle<'t> {
    tree: &'t JsonTree<'t>,
    entries: Vec<Entry<'t>>,
    requests: Vec<NodeId>,
}

impl<'t> Bundle<'t> {
    /// The bundle of a tree; `None` for any other resource.
    pub fn of(tree: &'t JsonTree<'t>) -> Option<Self> {
        let root = tree.root();
        if text(tree, root, "resourceType") != Some("Bundle") {
            return None;
        }
        let entries = elements(tree, root, "entry").filter_map(|entry| {
            let resource = tree.child(entry, "resource")?;
            Some(Entry { url: text(tree, entry, "fullUrl"), kind: text(tree, resource, "resourceType")?, resource })
        });
        let entries: Vec<Entry<'t>> = entries.collect();
        let requests = entries.iter().filter(|entry| entry.kind == "MedicationRequest").map(|entry| entry.resource);
        Some(Bundle { tree, requests: requests.collect(), entries })
    }

    /// The event code of the first MessageHeader.
    pub fn event(&self) -> Option<&'t str> {
        let header = self.of_kind("MessageHeader").next()?;
        self.text(self.child(header.resource, "eventCoding")?, "code")
    }

    /// The entries of a resource type, in order.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Entry<'t>> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }

    /// The MedicationRequests, in order.
    pub fn requests(&self) -> impl Iterator<Item = NodeId> {
        self.requests.iter().copied()
    }

    /// The MedicationRequest at that place among them.
    pub fn request(&self, item: usize) -> Option<NodeId> {
        self.requests.get(item).copied()
    }

    /// The first entry with that fullUrl.
    pub fn at_url(&self, url: &str) -> Option<&Entry<'t>> {
        self.entries.iter().find(|entry| entry.url == Some(url))
    }

    /// The member of that name.
    pub fn child(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.tree.child(node, name)
    }

    /// The text of the member of that name, if it is a text with content.
    pub fn text(&self, node: NodeId, name: &str) -> Option<&'t str> {
        text(self.tree, node, name)
    }

    /// The elements of the list of that name.
    pub fn elements(&self, node: NodeId, name: &str) -> impl Iterator<Item = NodeId> {
        elements(self.tree, node, name)
    }

    /// The extension of that url.
    pub fn extension(&self, node: NodeId, url: &str) -> Option<NodeId> {
        self.elements(node, "extension").find(|extension| self.text(*extension, "url") == Some(url))
    }

    /// Whether a Reference leads somewhere by its address (overview.md §12).
    pub fn is_literal(&self, reference: NodeId) -> bool {
        self.text(reference, "reference").is_some()
    }
}

fn text<'t>(tree: &'t JsonTree<'t>, node: NodeId, name: &str) -> Option<&'t str> {
    let child = tree.child(node, name)?;
    (tree.kind(child) == JsonKind::String).then(|| tree.text(child)).filter(|text| !text.is_empty())
}

fn elements<'t>(tree: &'t JsonTree<'t>, node: NodeId, name: &str) -> impl Iterator<Item = NodeId> + use<'t> {
    let list = tree.child(node, name).filter(|list| tree.kind(*list) == JsonKind::Array);
    list.into_iter().flat_map(move |list| tree.children(list))
}
