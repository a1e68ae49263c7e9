//! The XHTML of a narrative: what it may hold, and the one form in which it is carried.
//!
//! Invariants:
//! - Only what FHIR allows passes (rules txt-1 and txt-2): formatting, and nothing that acts.
//! - The form depends on the elements, attributes and texts only, and is its own form: prefixes, quotes, comments and
//!   the syntax around it leave no trace.

use causeway_syntax::{Limits, NodeId, Tree, XmlKind, XmlTree, XmlWriter};

/// The namespace of XHTML.
pub const XHTML: &str = "http://www.w3.org/1999/xhtml";
/// The namespace of `xml:lang`.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

const WELL_FORMED: &str = "a div that is well-formed XHTML is expected here";
const FORMATTING: &str = "a div with formatting elements only is expected here (txt-1)";
const ATTRIBUTES: &str = "a div with formatting attributes only is expected here (txt-1)";
const ACTIVE: &str = "a div without active content is expected here (txt-1)";
const CONTENT: &str = "a div with text or an image is expected here (txt-2)";

/// Elements that a narrative may hold (FHIR R4, narrative.html, txt-1).
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "ul",
    "var",
];

/// Attributes that they may have, beside `xml:lang`.
const ALLOWED: &[&str] = &[
    "abbr",
    "accesskey",
    "align",
    "alt",
    "axis",
    "bgcolor",
    "border",
    "cellhalign",
    "cellpadding",
    "cellspacing",
    "cellvalign",
    "char",
    "charoff",
    "charset",
    "cite",
    "class",
    "colspan",
    "compact",
    "coords",
    "dir",
    "frame",
    "headers",
    "height",
    "href",
    "hreflang",
    "hspace",
    "id",
    "lang",
    "longdesc",
    "name",
    "nowrap",
    "rel",
    "rev",
    "rowspan",
    "rules",
    "scope",
    "shape",
    "span",
    "src",
    "start",
    "style",
    "summary",
    "tabindex",
    "title",
    "type",
    "valign",
    "value",
    "vspace",
    "width",
];

/// The form of a div given as text.
///
/// # Errors
/// What is wrong with it, without its content.
pub fn canonical_div(text: &str) -> Result<String, &'static str> {
    let tree = XmlTree::parse(text.as_bytes(), &Limits::default()).map_err(|_| WELL_FORMED)?;
    div_form(&tree, tree.root())
}

/// The form of a div that stands in a document.
///
/// # Errors
/// What is wrong with it, without its content.
pub fn div_form(tree: &XmlTree<'_>, div: NodeId) -> Result<String, &'static str> {
    if tree.name(div) != "div" || tree.namespace(div) != XHTML {
        return Err("a div of the namespace http://www.w3.org/1999/xhtml is expected here");
    }
    let mut writer = XmlWriter::compact();
    let mut ends: Vec<usize> = Vec::new();
    let mut has_content = false;
    for node in tree.subtree(div).map(NodeId::from_index) {
        while ends.last().is_some_and(|end| *end <= node.index()) {
            ends.pop();
            writer.end();
        }
        match tree.kind(node) {
            XmlKind::Element => {
                let name = tree.name(node);
                if tree.namespace(node) != XHTML || !ELEMENTS.contains(&name) {
                    return Err(FORMATTING);
                }
                writer.start(name);
                if node == div {
                    writer.attribute("xmlns", XHTML);
                }
                has_content |= name == "img";
                ends.push(tree.subtree(node).end);
            }
            XmlKind::Attribute => {
                writer.attribute(attribute_name(tree, node)?, tree.text(node));
            }
            XmlKind::Text => {
                writer.text(tree.text(node));
                has_content |= tree.is_value(node);
            }
            XmlKind::Namespace | XmlKind::Comment | XmlKind::Instruction => {}
        }
    }
    for _ in ends {
        writer.end();
    }
    if has_content { Ok(writer.finish()) } else { Err(CONTENT) }
}

fn attribute_name<'t>(tree: &'t XmlTree<'_>, attribute: NodeId) -> Result<&'t str, &'static str> {
    let name = tree.name(attribute);
    if tree.namespace(attribute) == XML && name == "lang" {
        return Ok("xml:lang");
    }
    if !tree.namespace(attribute).is_empty() || !ALLOWED.contains(&name) {
        return Err(ATTRIBUTES);
    }
    if matches!(name, "href" | "src" | "cite" | "longdesc") && is_active(tree.text(attribute)) {
        return Err(ACTIVE);
    }
    Ok(name)
}

/// Whether a link runs something. Browsers skip white space and control characters in the scheme.
fn is_active(link: &str) -> bool {
    let bare: String = link.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let scheme = bare.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("javascript" | "vbscript") => true,
        Some("data") => !bare.get(.."data:image/".len()).is_some_and(|head| head.eq_ignore_ascii_case("data:image/")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn div(content: &str) -> Result<String, &'static str> {
        canonical_div(&format!("<div xmlns=\"{XHTML}\">{content}</div>"))
    }

    #[test]
    fn the_form_leaves_out_prefixes_quotes_and_comments() {
        let source =
            format!("<h:div xmlns:h='{XHTML}'><!-- note --><h:p class='a'>x &#38; y<h:br></h:br></h:p></h:div>");
        let expected = format!("<div xmlns=\"{XHTML}\"><p class=\"a\">x &amp; y<br/></p></div>");
        assert_eq!(canonical_div(&source).unwrap(), expected);
        assert_eq!(canonical_div(&expected).unwrap(), expected, "the form is its own form");
    }

    #[test]
    fn white_space_and_languages_stay() {
        let text = "\n <p lang=\"cy\" xml:lang=\"cy\"> dwy \n dabled</p>";
        assert_eq!(div(text).unwrap(), format!("<div xmlns=\"{XHTML}\">{text}</div>"));
    }

    #[test]
    fn what_acts_is_refused() {
        for content in [
            "<script>x</script>",
            "<p onclick=\"x\">x</p>",
            "<form><p>x</p></form>",
            "<a href=\"java&#9;script:x\">x</a>",
            "<a href=\" JavaScript:x\">x</a>",
            "<img src=\"data:text/html,x\"/>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\">x</svg>",
            "<object>x</object>",
        ] {
            assert!(div(content).is_err(), "{content}");
        }
        assert!(div("<a href=\"#part\">x</a><img src=\"data:image/png;base64,AA==\"/>").is_ok());
    }

    #[test]
    fn a_div_that_is_none_is_refused() {
        let outside = format!("<p xmlns=\"{XHTML}\">x</p>");
        for text in ["", "text", "<div>x</div>", "<div xmlns=\"http://www.w3.org/1999/xhtml\">&nbsp;</div>", &outside] {
            assert!(canonical_div(text).is_err(), "{text}");
        }
        assert_eq!(div("<p> </p>"), Err(CONTENT));
    }
}
