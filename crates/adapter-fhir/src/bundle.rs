//! A message bundle: its entries, and the links between them (overview.md §12).
//!
//! Resources that stand inside another are entries too: their address is `#` and their id, and only links of the resource
//! that they stand in lead to them.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;

use crate::datatypes::read_resource_frame;
use crate::element::Element;
use crate::rules;

/// One entry.
pub struct Entry<'t> {
    /// What references call it by: its fullUrl, or `#` and its id.
    pub url: Option<Cow<'t, str>>,
    /// Its resource type.
    pub kind: &'t str,
    /// Its resource.
    pub resource: Element<'t>,
    /// Whether a reference led here.
    referenced: Cell<bool>,
}

impl<'t> Entry<'t> {
    fn read(resource: Element<'t>, url: Option<Cow<'t, str>>) -> Option<Self> {
        read_resource_frame(resource);
        let Some(kind) = resource.peek_plain("resourceType") else {
            resource.report(&rules::REQUIRED, "resourceType is expected here and missing");
            return None;
        };
        Some(Entry { url, kind, resource, referenced: Cell::new(false) })
    }
}

/// The resources that a link may lead to: the entries of a bundle, those contained in a resource, or both.
pub struct Bundle<'t> {
    entries: Vec<Rc<Entry<'t>>>,
}

impl<'t> Bundle<'t> {
    /// Reads the entries; their ids and links are structural.
    pub fn read(bundle: Element<'t>) -> Self {
        read_resource_frame(bundle);
        bundle.fixed("type", "message");
        let mut urls = HashSet::new();
        let entries = bundle.children("entry").filter_map(|entry| {
            entry.structural_child("fullUrl");
            if let Some(url) = entry.child("fullUrl")
                && !urls.insert(url.peek())
            {
                url.report(&rules::REFERENCE, "a fullUrl that no other entry of the bundle has is expected");
            }
            Entry::read(entry.required("resource")?, entry.peek_child("fullUrl").map(Cow::Borrowed))
        });
        Bundle { entries: entries.map(Rc::new).collect() }
    }

    /// The resources contained in one that stands alone.
    pub fn contained_in(resource: Element<'t>) -> Self {
        Bundle { entries: Vec::new() }.and_contained_in(resource)
    }

    /// The same resources, and those contained in one of them: what its links may lead to.
    pub fn and_contained_in(&self, resource: Element<'t>) -> Self {
        let mut ids = HashSet::new();
        let contained = resource.children("contained").filter_map(|element| {
            let entry = Entry::read(element, element.peek_child("id").map(|id| Cow::Owned(format!("#{id}"))))?;
            element.structural_child("id");
            if !ids.insert(element.peek_child("id")) {
                element.report(&rules::REFERENCE, "an id that no other contained resource has is expected");
            }
            Some(Rc::new(entry))
        });
        Bundle { entries: contained.chain(self.entries.iter().cloned()).collect() }
    }

    /// The resources of a type, in order.
    pub fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = Element<'t>> {
        self.entries.iter().filter(move |entry| entry.kind == kind).map(|entry| entry.resource)
    }

    /// The only resource of a type; none or several are reported at `root`.
    pub fn only(&self, root: Element<'t>, kind: &'static str) -> Option<Element<'t>> {
        let mut resources = self.of_kind(kind);
        let Some(resource) = resources.next() else {
            root.report(&rules::REQUIRED, format!("the bundle is expected to hold one {kind}, and holds none"));
            return None;
        };
        if let Some(second) = resources.next() {
            second.report(&rules::TOO_MANY, format!("the bundle is expected to hold one {kind}, and this is another"));
        }
        Some(resource)
    }

    /// The resource that a Reference leads to. The reference is structural; one that leads nowhere, to several entries
    /// or to another type is reported.
    pub fn resolve(&self, reference: Element<'t>, kind: &'static str) -> Option<Element<'t>> {
        let link = reference.required("reference")?;
        link.structural();
        reference.structural_child("type");
        let url = link.peek()?;
        let mut found = self.entries.iter().filter(|entry| entry.url.as_deref() == Some(url));
        let Some(entry) = found.next() else {
            link.report(&rules::REFERENCE, format!("a reference to a {kind} of this message is expected"));
            return None;
        };
        if found.next().is_some() {
            link.report(&rules::REFERENCE, "several entries have the fullUrl that is referred to");
        }
        if entry.kind != kind {
            link.report(&rules::REFERENCE, format!("a reference to a {kind} is expected"));
            return None;
        }
        entry.referenced.set(true);
        Some(entry.resource)
    }

    /// Holds a link against the resource that it must lead to. Another one is reported.
    pub fn must_lead_to(&self, reference: Element<'t>, resource: Element<'t>, kind: &'static str) {
        if let Some(found) = self.resolve(reference, kind)
            && found != resource
        {
            reference.report(&rules::REFERENCE, format!("a reference to the one {kind} of the message is expected"));
        }
    }

    /// The resources of a type that no reference led to so far.
    pub fn unreferenced(&self, kind: &'static str) -> impl Iterator<Item = Element<'t>> {
        self.entries
            .iter()
            .filter(move |entry| entry.kind == kind && !entry.referenced.get())
            .map(|entry| entry.resource)
    }
}
