//! The rules of well-formedness.
//!
//! Invariant: names and codes are stable. They are the same here, as the standards number none of these rules.

causeway_canonical::rules! {
    in Syntax;

    /// There is no document.
    INPUT_EMPTY = "input-empty", Error, SenderBytes, Structure, "design",
        "send the message in the body";
    /// The document has more bytes than its limit.
    INPUT_TOO_LARGE = "input-too-large", Error, Unsupported, TooCostly, "design",
        "split the message, or ask for a higher limit";
    /// The bytes are not UTF-8.
    INVALID_UTF8 = "invalid-utf8", Error, SenderBytes, Structure, "RFC 3629 §3",
        "encode the message as UTF-8 before sending it; a Windows-1252 or Latin-1 character is the usual cause";
    /// The document is UTF-16 or UTF-32.
    UTF16_NOT_SUPPORTED = "utf16-not-supported", Error, Unsupported, NotSupported, "design",
        "encode the message as UTF-8";
    /// The document is nested deeper than its limit.
    NESTING_TOO_DEEP = "nesting-too-deep", Error, Unsupported, TooCostly, "design",
        "nest fewer levels";
    /// The document has more nodes than its limit.
    TOO_MANY_NODES = "too-many-nodes", Error, Unsupported, TooCostly, "design",
        "split the message, or ask for a higher limit";
    /// An object, array or element has more entries than its limit.
    TOO_MANY_ENTRIES = "too-many-entries", Error, Unsupported, TooCostly, "design",
        "split the message, or ask for a higher limit";
    /// More is wrong than is listed.
    TOO_MANY_FINDINGS = "too-many-findings", Error, Unsupported, TooCostly, "design",
        "mend what is listed, and send the message again";
    /// A value is longer than its limit.
    TEXT_TOO_LONG = "text-too-long", Error, Unsupported, TooCostly, "design",
        "shorten the value, or ask for a higher limit";
    /// A name of more than 1,024 bytes.
    NAME_TOO_LONG = "name-too-long", Error, Unsupported, TooCostly, "design",
        "no message that is supported has a name of that length";

    /// The JSON text breaks the grammar.
    JSON_SYNTAX = "json-syntax", Error, SenderBytes, Structure, "RFC 8259 §2",
        "write the message with a JSON library";
    /// The JSON text ends too early.
    JSON_TRUNCATED = "json-truncated", Error, SenderBytes, Structure, "RFC 8259 §2",
        "send the whole document; it was cut off on the way or while it was written";
    /// Something follows the JSON value.
    JSON_TRAILING_CONTENT = "json-trailing-content", Error, SenderBytes, Structure, "RFC 8259 §2",
        "send one JSON value a message";
    /// A comma before a closing bracket.
    JSON_TRAILING_COMMA = "json-trailing-comma", Error, SenderBytes, Structure, "RFC 8259 §4",
        "remove the comma after the last element";
    /// A comment.
    JSON_COMMENT = "json-comment", Error, SenderBytes, Structure, "RFC 8259 §2",
        "remove the comment; JSON has none";
    /// Two members of one object have the same name.
    JSON_DUPLICATE_KEY = "json-duplicate-key", Error, SenderBytes, Duplicate, "RFC 8259 §4",
        "give every member of an object a name of its own; receivers differ in which of the two they read";
    /// A word that is not `true`, `false` or `null`.
    JSON_LITERAL = "json-literal", Error, SenderBytes, Structure, "RFC 8259 §3",
        "write true, false or null in lower case, and strings in double quotes; NaN and Infinity have no JSON form";
    /// A number that breaks the grammar.
    JSON_NUMBER = "json-number", Error, SenderBytes, Structure, "RFC 8259 §6",
        "write numbers as 0, 12, -1.5 or 1e3: no leading zeros, no plus sign, digits on both sides of the point";
    /// A control character in a string.
    JSON_CONTROL_CHARACTER = "json-control-character", Error, SenderBytes, Structure, "RFC 8259 §7",
        "escape control characters in strings, a line feed as \\n";
    /// An escape that does not exist.
    JSON_ESCAPE = "json-escape", Error, SenderBytes, Structure, "RFC 8259 §7",
        "use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u with four hexadecimal digits";
    /// Half of a surrogate pair.
    JSON_SURROGATE = "json-surrogate", Error, SenderBytes, Structure, "RFC 8259 §8.2",
        "write characters above U+FFFF as a pair of \\u escapes, or as UTF-8";
    /// U+0000 in a string.
    JSON_NUL = "json-nul", Error, Unsupported, NotSupported, "design",
        "remove the NUL character; XML and FHIR have no form for it";

    /// The XML text breaks the grammar.
    XML_SYNTAX = "xml-syntax", Error, SenderBytes, Structure, "XML 1.0 §2.1",
        "write the message with an XML library";
    /// The XML text ends too early.
    XML_TRUNCATED = "xml-truncated", Error, SenderBytes, Structure, "XML 1.0 §2.1",
        "send the whole document; it was cut off on the way or while it was written";
    /// A document type declaration.
    XML_DOCTYPE = "xml-doctype", Error, Unsupported, NotSupported, "design",
        "remove the document type declaration; no supported message has one, and entities are an attack vector";
    /// The document has no element.
    XML_NO_ROOT = "xml-no-root", Error, SenderBytes, Structure, "XML 1.0 §2.1",
        "send one element with the message in it";
    /// A second element beside the root.
    XML_TWO_ROOTS = "xml-two-roots", Error, SenderBytes, Structure, "XML 1.0 §2.1",
        "send one root element a message";
    /// Text before or after the root.
    XML_TEXT_OUTSIDE_ROOT = "xml-text-outside-root", Error, SenderBytes, Structure, "XML 1.0 §2.1",
        "remove everything but white space, comments and instructions around the root element";
    /// A name that is none.
    XML_NAME = "xml-name", Error, SenderBytes, Structure, "Namespaces in XML 1.0 §4",
        "start names with a letter or underscore, with at most one colon between prefix and name";
    /// An end tag that closes another element.
    XML_MISMATCHED_TAG = "xml-mismatched-tag", Error, SenderBytes, Structure, "XML 1.0 §3",
        "close elements in the reverse order of their opening";
    /// A character that XML does not have.
    XML_CHARACTER = "xml-character", Error, SenderBytes, Structure, "XML 1.0 §2.2",
        "remove control characters; XML allows only tab, line feed and carriage return";
    /// A reference to a character that XML does not have, or that is no number.
    XML_CHARACTER_REFERENCE = "xml-character-reference", Error, SenderBytes, Structure, "XML 1.0 §4.1",
        "refer to characters by decimal or hexadecimal number, and to none that XML does not allow";
    /// An ampersand that starts no reference.
    XML_REFERENCE = "xml-reference", Error, SenderBytes, Structure, "XML 1.0 §4.1",
        "write an ampersand as &amp;";
    /// An entity other than the five that XML defines.
    XML_UNDECLARED_ENTITY = "xml-undeclared-entity", Error, SenderBytes, Structure, "XML 1.0 §4.1",
        "use only &amp; &lt; &gt; &quot; &apos; and numbers; HTML entities such as &nbsp; are not declared";
    /// `]]>` in text.
    XML_CDATA_END = "xml-cdata-end", Error, SenderBytes, Structure, "XML 1.0 §2.4",
        "write ]]&gt; in text";
    /// `<` in an attribute value.
    XML_LESS_THAN = "xml-less-than", Error, SenderBytes, Structure, "XML 1.0 §3.1",
        "write &lt; in attribute values, and close the quotes";
    /// An attribute without quotes, without a value, or without white space before it.
    XML_ATTRIBUTE = "xml-attribute", Error, SenderBytes, Structure, "XML 1.0 §3.1",
        "write attributes as name=\"value\", with white space before each";
    /// The same attribute twice, by its name or by its namespace and local name.
    XML_DUPLICATE_ATTRIBUTE = "xml-duplicate-attribute", Error, SenderBytes, Duplicate, "Namespaces in XML 1.0 §6.3",
        "give every attribute once; two prefixes of one namespace do not make two names";
    /// A prefix that nobody declared.
    XML_UNDECLARED_PREFIX = "xml-undeclared-prefix", Error, SenderBytes, Structure, "Namespaces in XML 1.0 §5",
        "declare the prefix with xmlns:prefix=\"...\" on the element or above it";
    /// A declaration that misuses `xml` or `xmlns`, or that undeclares a prefix.
    XML_RESERVED_PREFIX = "xml-reserved-prefix", Error, SenderBytes, Structure, "Namespaces in XML 1.0 §3",
        "leave the prefixes xml and xmlns and their namespaces as they are, and give each declared prefix a namespace";
    /// A comment with `--` in it, or without an end.
    XML_COMMENT = "xml-comment", Error, SenderBytes, Structure, "XML 1.0 §2.5",
        "do not write -- inside a comment";
    /// A processing instruction with a reserved or malformed target.
    XML_INSTRUCTION = "xml-instruction", Error, SenderBytes, Structure, "XML 1.0 §2.6",
        "do not use xml as the target of an instruction, and put white space behind the target";
    /// An XML declaration that is malformed or not at the start.
    XML_DECLARATION = "xml-declaration", Error, SenderBytes, Structure, "XML 1.0 §2.8",
        "write <?xml version=\"1.0\" encoding=\"UTF-8\"?> as the very first bytes";
    /// A version other than 1.0.
    XML_VERSION = "xml-version", Error, Unsupported, NotSupported, "XML 1.0 §2.8",
        "write version=\"1.0\"";
    /// A declared encoding other than UTF-8.
    XML_ENCODING = "xml-encoding", Error, Unsupported, NotSupported, "XML 1.0 §4.3.3",
        "encode the message as UTF-8, and declare that or nothing";
    /// An element has more attributes than its limit.
    TOO_MANY_ATTRIBUTES = "too-many-attributes", Error, Unsupported, TooCostly, "design",
        "use fewer attributes on one element";
    /// There are more than 512 namespaces, or declarations in scope at one place.
    TOO_MANY_NAMESPACES = "too-many-namespaces", Error, Unsupported, TooCostly, "design",
        "use fewer namespaces";
}

/// Names longer than this are refused, so that paths and messages stay readable.
pub(crate) const MAX_NAME: usize = 1024;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_codes_are_unique_and_kebab_case() {
        let codes: BTreeSet<_> = RULES.iter().map(|rule| rule.code).collect();
        let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!((codes.len(), names.len()), (RULES.len(), RULES.len()));
        for name in names {
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
        }
    }
}
