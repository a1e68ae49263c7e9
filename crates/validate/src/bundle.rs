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

    /// Whether two values are equal; members may stand in any order, numbers are compared as written.
    pub fn is_same(&self, one: NodeId, other: NodeId) -> bool {
        let tree = self.tree;
        let count = |node| tree.children(node).count();
        if tree.kind(one) != tree.kind(other) || count(one) != count(other) {
            return false;
        }
        match tree.kind(one) {
            JsonKind::Object => {
                let members = |node| {
                    let mut members: Vec<_> = tree.children(node).map(|member| (tree.key(member), member)).collect();
                    members.sort_unstable();
                    members
                };
                let is_same = |((name, one), (other_name, other))| name == other_name && self.is_same(one, other);
                members(one).into_iter().zip(members(other)).all(is_same)
            }
            JsonKind::Array => {
                tree.children(one).zip(tree.children(other)).all(|(one, other)| self.is_same(one, other))
            }
            _ => tree.text(one) == tree.text(other),
        }
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

#[cfg(test)]
mod tests {
    use causeway_syntax::Limits;

    use super::*;

    #[test]
    fn values_are_the_same_in_any_order_of_members_and_white_space() {
        let text = r#"{"resourceType": "Bundle", "entry": [
            {"a": 1, "b": [{"c": "x"}, true]},
            {"b":[{"c":"x"},true],"a":1},
            {"a": 1, "b": [true, {"c": "x"}]},
            {"a": 1.0, "b": [{"c": "x"}, true]},
            {"a": 1, "d": [{"c": "x"}, true]},
            {"a": 1}
        ]}"#;
        let tree = JsonTree::parse(text.as_bytes(), &Limits::default()).unwrap();
        let bundle = Bundle::of(&tree).unwrap();
        let entries: Vec<NodeId> = bundle.elements(tree.root(), "entry").collect();
        let same: Vec<bool> = entries.iter().map(|entry| bundle.is_same(entries[0], *entry)).collect();
        assert_eq!(same, [true, true, false, false, false, false]);
    }
}
