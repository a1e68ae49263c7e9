//! A message bundle as it stands in the source, for the rules that speak of FHIR resources and not of the medicines
//! model.
//!
//! Invariant: looks only, marks nothing and reports nothing.

use causeway_syntax::NodeId;

use crate::view::View;

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
    view: View<'t>,
    entries: Vec<Entry<'t>>,
    requests: Vec<NodeId>,
}

impl<'t> Bundle<'t> {
    /// The bundle of a message; `None` for any other resource.
    pub fn of(view: View<'t>) -> Option<Self> {
        let root = view.root();
        if view.resource_type(root) != Some("Bundle") {
            return None;
        }
        let entries = view.elements(root, "entry").filter_map(|entry| {
            let resource = view.child(entry, "resource")?;
            Some(Entry { url: view.child_text(entry, "fullUrl"), kind: view.resource_type(resource)?, resource })
        });
        let entries: Vec<Entry<'t>> = entries.collect();
        let requests = entries.iter().filter(|entry| entry.kind == "MedicationRequest").map(|entry| entry.resource);
        Some(Bundle { view, requests: requests.collect(), entries })
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

    /// What stands under that name; the first element of a list in XML.
    pub fn child(&self, node: NodeId, name: &str) -> Option<NodeId> {
        self.view.child(node, name)
    }

    /// The text of the element of that name, if it is a text with content.
    pub fn text(&self, node: NodeId, name: &str) -> Option<&'t str> {
        self.view.child_text(node, name)
    }

    /// The elements of the list of that name.
    pub fn elements(&self, node: NodeId, name: &'static str) -> impl Iterator<Item = NodeId> {
        self.view.elements(node, name)
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

#[cfg(test)]
mod tests {
    use causeway_adapter_fhir::FhirR4Xml;
    use causeway_syntax::adapter::Adapter;
    use serde_json::json;

    use crate::testing::{self, Order, xml};

    /// The rules that an order breaks in JSON and in XML, with their places; lists of one have no number in XML.
    fn broken(order: &Order) -> [Vec<(&'static str, String)>; 2] {
        let text = xml::from_json(&order.bundle);
        let reading = FhirR4Xml.read(text.as_bytes(), &order.context);
        let found = crate::check("fhir-r4-xml", &reading, &order.context);
        [order.findings(), found].map(|findings| {
            let found = findings.into_iter().map(|finding| (finding.rule.code, finding.path.replace("[0]", "")));
            found.collect()
        })
    }

    #[test]
    fn rules_about_resources_are_asked_of_both_syntaxes() {
        let link = json!({"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Z99901"}});
        let mut order = testing::order();
        order.set("/entry/4/resource/organization", link.clone());
        let [in_json, in_xml] = broken(&order);
        assert_eq!(in_xml, in_json);
        for code in ["EPS-V012", "EPS-V023"] {
            let place = (code, "Bundle.entry[4].resource.organization".to_owned());
            assert!(in_xml.contains(&place), "{code}: {in_xml:?}");
        }
        for (pointer, value, code) in [
            ("/entry/4/resource/practitioner", link.clone(), "EPS-V013"),
            ("/entry/4/resource/healthcareService", json!([link]), "EPS-V015"),
        ] {
            let mut order = testing::order();
            order.set(pointer, value);
            let [in_json, in_xml] = broken(&order);
            assert_eq!(in_xml, in_json);
            assert!(in_xml.iter().any(|(broken, _)| *broken == code), "{code}: {in_xml:?}");
        }
    }

    #[test]
    fn a_responsible_practitioner_is_named_in_one_way_in_both_syntaxes() {
        let mut order = testing::order();
        let responsible = json!({
            "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ResponsiblePractitioner",
            "valueReference": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000104"}
        });
        order.push("/entry/1/resource/extension", responsible.clone());
        order.push("/entry/2/resource/extension", responsible);
        order.set("/entry/4/resource/practitioner/identifier", json!({"value": "1"}));
        let [in_json, in_xml] = broken(&order);
        assert_eq!(in_xml, in_json);
        assert!(in_xml.contains(&("EPS-V014", "Bundle.entry[4].resource.practitioner".to_owned())), "{in_xml:?}");
    }
}
