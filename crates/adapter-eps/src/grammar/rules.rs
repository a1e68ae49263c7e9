//! The rules of the shape of a V3 message.
//!
//! Invariants: names and codes are stable and the same; each speaks of one element, attribute or text, with path, line and
//! column in the XML. Order and repetition are rules of the reader, which cannot do without them.

causeway_canonical::rules! {
    in Shape;

    /// An element that the message model does not have here.
    V3_UNKNOWN_ELEMENT = "v3-unknown-element", Error, SenderContent, Structure, "overview.md §1, MIM",
        "send the elements of the message model only";
    /// An element of another namespace stands among those of V3.
    V3_NAMESPACE = "v3-namespace", Error, SenderContent, Structure, "overview.md §1",
        "put the element in the namespace urn:hl7-org:v3";
    /// An element that the message model demands is missing.
    V3_MISSING_ELEMENT = "v3-missing-element", Error, SenderContent, Required, "overview.md §1, MIM",
        "send every element that the message model demands, if need be with a nullFlavor";
    /// Elements stand together that exclude one another.
    V3_EXCLUSIVE = "v3-exclusive", Error, SenderContent, Structure, "overview.md §7, MIM",
        "send one of these elements only";
    /// Text stands where only elements may.
    V3_TEXT = "v3-text", Error, SenderContent, Structure, "overview.md §1, MIM",
        "remove the text, or put it in the element that is made for it";
    /// An attribute that the message model does not have here.
    V3_UNKNOWN_ATTRIBUTE = "v3-unknown-attribute", Error, SenderContent, Structure, "overview.md §1, MIM",
        "send the attributes of the message model only";
    /// An attribute that the message model demands is missing.
    V3_MISSING_ATTRIBUTE = "v3-missing-attribute", Error, SenderContent, Required, "overview.md §1, MIM",
        "send the attribute";
    /// An attribute that the message model fixes has another value.
    V3_FIXED_ATTRIBUTE = "v3-fixed-attribute", Error, SenderContent, Value, "overview.md §3, MIM",
        "write the value that the message model fixes, or leave the attribute out";
    /// The value of an attribute has not the form of its data type.
    V3_ATTRIBUTE_FORM = "v3-attribute-form", Error, SenderContent, Value, "overview.md §5, §7, §8, MIM",
        "write the value in the form of its data type";
    /// An element claims to be of another data type than the message model gives it.
    V3_DATA_TYPE = "v3-data-type", Error, SenderContent, Structure, "overview.md §1, MIM",
        "leave out xsi:type; the message model gives every element its type";
}
