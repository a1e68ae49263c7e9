//! Links between the resources of a message (FHIR R4, references.html and bundle.html; overview.md §12).
//!
//! Invariants:
//! - Asked of every FHIR message in both syntaxes and of every resource in it, also of those that no reader follows.
//! - A link into the message is held to: it leads to one resource, of a type that its element can refer to. A link out of the
//!   message cannot be followed, and only warns.
//! - What has been said at the same place is not said again.
//! - The work grows with the number of links and the depth at which they stand, and stops at [`MOST`] findings.

mod targets;

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use causeway_canonical::{Finding, Problem, Rule, Severity};
use causeway_syntax::NodeId;

use crate::catalogue as rule;
use crate::view::View;

/// A message with more wrong links than these is reported no further.
const MOST: usize = 1000;

/// Checks all links of a message. `reported` is what has been said of it before.
pub(crate) fn check<'f>(view: &View<'_>, reported: impl Iterator<Item = &'f Finding>) -> Vec<Finding> {
    let said = reported.filter(|finding| matches!(finding.rule.problem, Problem::NotFound | Problem::Required));
    let mut links = Links {
        view: *view,
        entries: HashMap::new(),
        contained: HashMap::new(),
        referenced: HashSet::new(),
        said: said.map(|finding| finding.path.as_str()).collect(),
        findings: Vec::new(),
    };
    for (resource, kind) in view.resources() {
        if kind == "Bundle" {
            links.read_entries(resource);
        }
        links.read_contained(resource);
    }
    for link in view.named("reference") {
        links.check_link(link);
    }
    for kind in view.named("type") {
        links.check_type_alone(kind);
    }
    links.check_contained_referenced();
    links.findings
}

/// A resource that links may lead to.
#[derive(Clone, Copy)]
struct Target<'t> {
    /// Its address, as it stands in the message.
    address: &'t str,
    /// Its resource type.
    kind: Option<&'t str>,
    /// The element to speak of it at.
    element: NodeId,
}

/// Where a link leads.
enum End<'t> {
    /// To a resource of this message, whose type may be missing.
    Found(Option<&'t str>),
    /// Into the message, and there is nothing; with what is expected instead.
    Nowhere(&'static str),
    /// Out of the message; to that type, if the address tells.
    Outside(Option<&'t str>),
}

/// The resources of a message by their addresses, and what is wrong with the links.
struct Links<'t, 'f> {
    view: View<'t>,
    /// By the bundle and the fullUrl.
    entries: HashMap<(NodeId, Cow<'t, str>), Target<'t>>,
    /// By the resource that they stand in and the id.
    contained: HashMap<(NodeId, &'t str), Target<'t>>,
    /// Contained resources that a link leads to.
    referenced: HashSet<NodeId>,
    said: HashSet<&'f str>,
    findings: Vec<Finding>,
}

impl<'t> Links<'t, '_> {
    fn read_entries(&mut self, bundle: NodeId) {
        let view = self.view;
        for entry in view.elements(bundle, "entry") {
            let Some(resource) = view.child(entry, "resource") else { continue };
            let kind = view.resource_type(resource);
            let Some(url) = view.child(entry, "fullUrl") else {
                if kind != Some("MessageHeader") {
                    let message = "a fullUrl is expected: without one no other resource can refer to this one";
                    self.report(&rule::FULL_URL_MISSING, message, entry);
                }
                continue;
            };
            let Some(address) = view.text(url) else { continue };
            if let Some(message) = fault_of_form(address, kind, view.child_text(resource, "id")) {
                self.report(&rule::FULL_URL_FORM, message, url);
            }
            let target = Target { address, kind, element: resource };
            if !added(&mut self.entries, (bundle, comparable(address)), target) {
                let message = "a fullUrl that no other entry of the bundle has is expected";
                self.report(&rule::FULL_URL_REPEATED, message, url);
            }
        }
    }

    fn read_contained(&mut self, resource: NodeId) {
        let view = self.view;
        for element in view.elements(resource, "contained") {
            let Some(address) = view.child_text(element, "id") else {
                self.report(&rule::CONTAINED_ID_MISSING, "a contained resource is expected to have an id", element);
                continue;
            };
            let container = self.container(resource);
            let target = Target { address, kind: view.resource_type(element), element };
            if !added(&mut self.contained, (container, address), target) {
                let message = "an id that no other contained resource has is expected";
                self.report(&rule::CONTAINED_ID_REPEATED, message, element);
            }
        }
    }

    /// Judges one Reference by its address.
    fn check_link(&mut self, link: NodeId) {
        let view = self.view;
        let (Some(address), Some(reference)) = (view.text(link), view.parent(link)) else { return };
        let Some(owner) = self.owner(reference) else { return };
        let end = self.resolve(address, owner);
        let allowed = self.allowed(reference, owner);
        let kind = match end {
            End::Found(kind) => kind,
            End::Nowhere(message) => {
                let severity = self.severity_of_nowhere(address, reference, owner);
                self.report_as(&rule::REFERENCE_UNRESOLVED, severity, message, link);
                None
            }
            End::Outside(kind) => {
                let message = "a reference to a resource of this message is expected, as others are not looked up";
                self.report(&rule::REFERENCE_OUTSIDE, message, link);
                kind
            }
        };
        if let (Some(kind), Some(allowed)) = (kind, allowed)
            && !allowed.contains(&kind)
        {
            self.report(&rule::REFERENCE_TYPE, wanted(allowed), link);
        }
        let Some(named) = view.child(reference, "type") else { return };
        let Some(name) = view.text(named).map(type_name) else { return };
        let contradicts = match kind {
            Some(kind) => kind != name,
            None => allowed.is_some_and(|allowed| !allowed.contains(&name)),
        };
        if contradicts {
            let message = "the type of the resource that the reference leads to is expected here";
            self.report(&rule::REFERENCE_TYPE_NAMED, message, named);
        }
    }

    /// Judges the type that a Reference without an address names.
    fn check_type_alone(&mut self, named: NodeId) {
        let view = self.view;
        let (Some(name), Some(reference)) = (view.text(named).map(type_name), view.parent(named)) else { return };
        if view.resource_type(reference).is_some() || view.child_text(reference, "reference").is_some() {
            return;
        }
        let Some(owner) = self.owner(reference) else { return };
        if let Some(allowed) = self.allowed(reference, owner)
            && !allowed.contains(&name)
        {
            self.report(&rule::REFERENCE_TYPE_NAMED, wanted(allowed), named);
        }
    }

    fn check_contained_referenced(&mut self) {
        let unreferenced = self.contained.values().filter(|target| !self.referenced.contains(&target.element));
        let mut elements: Vec<NodeId> = unreferenced.map(|target| target.element).collect();
        elements.sort_unstable();
        for element in elements {
            let message = "a contained resource is expected to be referred to by the resource that it stands in";
            self.report(&rule::CONTAINED_UNREFERENCED, message, element);
        }
    }

    /// Where an address leads from an element of that resource.
    fn resolve(&mut self, address: &'t str, owner: NodeId) -> End<'t> {
        let view = self.view;
        let container = self.container(owner);
        if let Some(id) = address.strip_prefix('#') {
            if id.is_empty() {
                self.referenced.insert(owner);
                return End::Found(view.resource_type(container));
            }
            return match self.contained.get(&(container, id)) {
                Some(target) => {
                    self.referenced.insert(target.element);
                    End::Found(target.kind)
                }
                None => End::Nowhere("a reference to a resource contained in this one is expected"),
            };
        }
        let mut around = Some(container);
        while let Some(resource) = around {
            if view.resource_type(resource) == Some("Bundle")
                && let Some(target) = self.entry(resource, address, container)
            {
                if target.address != address && address.starts_with(UUID) {
                    return End::Nowhere("a reference is expected to repeat the fullUrl letter for letter");
                }
                return End::Found(target.kind);
            }
            around = view.parent(resource).and_then(|element| self.owner(element));
        }
        if address.starts_with("urn:") {
            return End::Nowhere("a reference to the fullUrl of an entry of this message is expected");
        }
        End::Outside(type_in(address))
    }

    /// The entry of a bundle with that address. A relative one is completed by the address of the entry that it stands in.
    fn entry(&self, bundle: NodeId, address: &'t str, container: NodeId) -> Option<Target<'t>> {
        if let Some(target) = self.entries.get(&(bundle, comparable(address))) {
            return Some(*target);
        }
        if address.contains(':') {
            return None;
        }
        let own = self.view.child_text(self.view.parent(container)?, "fullUrl")?;
        let base = own.rsplitn(3, '/').nth(2)?;
        self.entries.get(&(bundle, Cow::Owned(format!("{base}/{address}")))).copied()
    }

    /// How much a link that leads nowhere matters. Published messages have such links, so not each refuses the message. It
    /// is usual in a copy of a resource that stood in another message, and where something earlier is named (release.md
    /// §5); it is suspicious where it is said who is meant in another way too, where a signature is told of, and where no
    /// bundle is.
    fn severity_of_nowhere(&self, address: &str, reference: NodeId, owner: NodeId) -> Severity {
        let view = self.view;
        let kind = view.resource_type(owner).unwrap_or_default();
        if address.starts_with('#') {
            Severity::Error
        } else if view.name(owner) == "contained" || targets::names_what_came_before(kind, view.name(reference)) {
            Severity::Information
        } else if kind == "Provenance" || view.child(reference, "identifier").is_some() || !self.is_in_bundle(owner) {
            Severity::Warning
        } else {
            Severity::Error
        }
    }

    fn is_in_bundle(&self, resource: NodeId) -> bool {
        let around = |resource: &NodeId| self.view.parent(*resource).and_then(|element| self.owner(element));
        std::iter::successors(Some(resource), around).any(|each| self.view.resource_type(each) == Some("Bundle"))
    }

    /// The types that an element can refer to, if they are known.
    fn allowed(&self, reference: NodeId, owner: NodeId) -> Option<&'static [&'static str]> {
        let view = self.view;
        let parent = view.parent(reference)?;
        if matches!(view.name(parent), "extension" | "modifierExtension") && view.name(reference) == "valueReference" {
            return targets::of_extension(view.child_text(parent, "url")?);
        }
        let around = |element: &NodeId| view.parent(*element).filter(|around| *around != owner);
        let mut names: Vec<&str> =
            std::iter::successors(Some(reference), around).map(|element| view.name(element)).collect();
        names.reverse();
        targets::of_element(view.resource_type(owner)?, &names.join("."))
    }

    /// The innermost resource that an element stands in, or is.
    fn owner(&self, element: NodeId) -> Option<NodeId> {
        std::iter::successors(Some(element), |element| self.view.parent(*element))
            .find(|element| self.view.resource_type(*element).is_some())
    }

    /// The resource whose contained resources a link from this one may lead to: itself, if it is not contained.
    fn container(&self, resource: NodeId) -> NodeId {
        let around = |resource: &NodeId| {
            let parent = self.view.parent(*resource).filter(|_| self.view.name(*resource) == "contained")?;
            self.owner(parent)
        };
        std::iter::successors(Some(resource), around).last().unwrap_or(resource)
    }

    fn report(&mut self, rule: &'static Rule, message: impl Into<Cow<'static, str>>, element: NodeId) {
        self.report_as(rule, rule.severity, message, element);
    }

    fn report_as(
        &mut self,
        rule: &'static Rule,
        severity: Severity,
        message: impl Into<Cow<'static, str>>,
        element: NodeId,
    ) {
        if self.findings.len() == MOST {
            return;
        }
        let mut finding = self.view.finding(rule, message, element);
        finding.severity = severity;
        if !self.said.contains(finding.path.as_str()) {
            self.findings.push(finding);
        }
    }
}

/// Adds a resource, unless another has the address.
fn added<'t, K: Eq + Hash>(targets: &mut HashMap<K, Target<'t>>, address: K, target: Target<'t>) -> bool {
    match targets.entry(address) {
        Entry::Vacant(place) => {
            place.insert(target);
            true
        }
        Entry::Occupied(_) => false,
    }
}

/// How addresses of the UUID form begin.
const UUID: &str = "urn:uuid:";

/// A UUID is the same in capitals and small letters; any other address is not.
fn comparable(address: &str) -> Cow<'_, str> {
    if address.starts_with(UUID) && address.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(address.to_ascii_lowercase())
    } else {
        Cow::Borrowed(address)
    }
}

/// What is wrong with a fullUrl in itself (FHIR R4, bundle.html, bdl-8 and "resource URL & uniqueness rules").
fn fault_of_form(address: &str, kind: Option<&str>, id: Option<&str>) -> Option<&'static str> {
    if let Some(uuid) = address.strip_prefix(UUID) {
        return (!is_uuid(uuid)).then_some("a UUID of 36 characters is expected behind urn:uuid:");
    }
    if address.starts_with("urn:oid:") {
        return None;
    }
    if !address.starts_with("https://") && !address.starts_with("http://") {
        return Some("a fullUrl is expected to begin with urn:uuid:, urn:oid:, https:// or http://");
    }
    if address.contains("/_history/") {
        return Some("a fullUrl is expected to name a resource and no version of it");
    }
    let mut end = address.rsplit('/');
    let agrees = id.is_none_or(|id| end.next() == Some(id) && end.next() == kind);
    (!agrees).then_some("a fullUrl that is a web address is expected to end with the resource's type and id")
}

fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// The resource type that the address of a resource on a server tells.
fn type_in(address: &str) -> Option<&str> {
    let address = address.split_once("/_history/").map_or(address, |(resource, _)| resource);
    let kind = address.rsplit('/').nth(1)?;
    let is_type = kind.starts_with(|first: char| first.is_ascii_uppercase());
    (is_type && kind.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(kind)
}

/// A type is named by itself, or by the address of its definition.
fn type_name(text: &str) -> &str {
    text.strip_prefix("http://hl7.org/fhir/StructureDefinition/").unwrap_or(text)
}

fn wanted(allowed: &[&str]) -> String {
    format!("a reference to a resource of type {} is expected here", allowed.join(" or "))
}

#[cfg(test)]
mod tests;
