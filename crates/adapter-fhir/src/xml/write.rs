//! Writing FHIR XML: two spaces a level, values as attributes.

use causeway_syntax::XmlWriter;

use super::NAMESPACE;
use crate::sink::Output;

/// Writes FHIR XML.
pub struct XmlOutput {
    xml: XmlWriter,
    /// Names of the open elements.
    open: Vec<&'static str>,
    /// Names of the open lists.
    lists: Vec<&'static str>,
    /// The value that was begun last stands in an attribute of the open element.
    in_attribute: bool,
}

impl XmlOutput {
    /// An empty document.
    pub fn new() -> Self {
        let mut xml = XmlWriter::pretty();
        xml.declaration();
        XmlOutput { xml, open: Vec::new(), lists: Vec::new(), in_attribute: false }
    }

    fn start(&mut self, name: &'static str) {
        self.xml.start(name);
        if self.open.is_empty() {
            self.xml.attribute("xmlns", NAMESPACE);
        }
        self.open.push(name);
    }

    fn end(&mut self) {
        self.open.pop();
        self.xml.end();
    }
}

impl Output for XmlOutput {
    fn begin_resource(&mut self, kind: &'static str) {
        self.start(kind);
    }

    fn end_resource(&mut self) {
        self.end();
    }

    fn begin_wrapper(&mut self, name: &'static str) {
        self.start(name);
    }

    fn end_wrapper(&mut self) {
        self.end();
    }

    fn begin_element(&mut self, name: &'static str) {
        self.start(name);
    }

    fn end_element(&mut self) {
        self.end();
    }

    fn begin_list(&mut self, name: &'static str) {
        self.lists.push(name);
    }

    fn begin_entry(&mut self) {
        if let Some(name) = self.lists.last().copied() {
            self.start(name);
        }
    }

    fn end_entry(&mut self) {
        self.end();
    }

    fn begin_resource_entry(&mut self) {
        self.begin_entry();
    }

    fn end_resource_entry(&mut self) {
        self.end_entry();
    }

    fn end_list(&mut self) {
        self.lists.pop();
    }

    fn begin_value(&mut self, name: &'static str, text: &str, _plain: bool) -> usize {
        self.in_attribute = name == "url" && self.open.last().is_some_and(|open| *open == "extension");
        if self.in_attribute {
            return self.xml.attribute(name, text);
        }
        self.start(name);
        self.xml.attribute("value", text)
    }

    fn end_value(&mut self) {
        if !std::mem::take(&mut self.in_attribute) {
            self.end();
        }
    }

    fn begin_item(&mut self, text: &str) -> usize {
        self.begin_entry();
        self.xml.attribute("value", text)
    }

    fn end_item(&mut self) {
        self.end();
    }

    fn xhtml(&mut self, _name: &'static str, div: &str) -> usize {
        self.xml.raw_element(div)
    }

    fn begin_companion(&mut self, _name: &'static str) {}

    fn end_companion(&mut self) {}

    fn items_have_companions_apart(&self) -> bool {
        false
    }

    fn begin_companions(&mut self, _name: &'static str) {}

    fn no_companion(&mut self) {}

    fn illegal_values(&self) -> usize {
        self.xml.illegal_values()
    }

    fn finish(self: Box<Self>) -> String {
        self.xml.finish()
    }
}
