//! Instance identifiers (overview.md §5).

use causeway_canonical::ledger::{At, FieldRef, Leaf, MapRule, Tag, map_rule, place};
use causeway_canonical::{Aspect, IdentifierFault, OdsCode, PrescriptionLongId, PrescriptionShortId};

use super::{Origin, is_blank};
use crate::element::Element;
use crate::oid;
use crate::rules;
use crate::spec::{self, Class};
use crate::target::Target;

/// `<id extension root/>`, the extension with its tags.
pub(crate) fn write(target: &mut Target<'_>, extension: &str, root: &str, tags: impl IntoIterator<Item = Tag>) {
    target.open(&spec::ID);
    target.attribute("extension", extension, tags);
    target.fixed("root", root);
    target.close();
}

/// `<id root/>` with a UUID in upper case.
pub(crate) fn write_uuid(target: &mut Target<'_>, uuid: &str, tags: impl IntoIterator<Item = Tag>) {
    target.open(&spec::ID);
    target.attribute("root", &uuid.to_ascii_uppercase(), tags);
    target.close();
}

/// The id of an organisation.
pub(crate) fn write_ods(target: &mut Target<'_>, ods: &OdsCode, origin: Origin, rule: MapRule) {
    write(target, ods.as_str(), oid::ODS, [origin.tag(Leaf::Ods, rule)]);
}

/// `<id root/>` with the long id of the prescription. Whether its check character is right is not for this format.
pub(crate) fn write_prescription(target: &mut Target<'_>, id: &PrescriptionLongId) {
    let field = place::PRESCRIPTION_ID.field();
    if let Err(fault) = id.check()
        && fault.aspect == Aspect::Format
    {
        target.refuse(&rules::EPS_UUID, field, fault.to_string());
    }
    write_uuid(target, id.as_str(), [Tag::Field(field, map_rule::UUID_CASE)]);
}

/// The long id of a prescription, in either case of letters, in lower case.
pub(crate) fn parse_prescription(text: &str) -> Result<PrescriptionLongId, IdentifierFault> {
    let upper = PrescriptionLongId::new(text.to_ascii_uppercase());
    match upper.check() {
        Err(fault) if fault.aspect == Aspect::Format => Err(fault),
        _ => Ok(PrescriptionLongId::new(text.to_ascii_lowercase())),
    }
}

/// What comes back of the long id of a prescription.
pub(crate) fn project_prescription(id: &PrescriptionLongId) -> PrescriptionLongId {
    PrescriptionLongId::new(id.as_str().to_ascii_lowercase())
}

/// Writes the short id of the prescription on the element that is open.
pub(crate) fn write_short_id(target: &mut Target<'_>, id: &PrescriptionShortId) {
    let field = place::PRESCRIPTION_SHORT_ID.field();
    if is_blank(id.as_str()) {
        target.refuse(&rules::EPS_SHORT_ID, field, "expected the short prescription id");
    }
    target.attribute("extension", id.as_str(), [Tag::Field(field, map_rule::NONE)]);
    target.fixed("root", oid::PRESCRIPTION_SHORT_ID);
}

/// The extension of the `id` child with that root.
pub(crate) fn read<'t>(element: Element<'t>, root: &'static str, field: FieldRef, rule: MapRule) -> Option<&'t str> {
    let id = element.required(&spec::ID)?;
    id.required_fixed("root", root);
    id.required_value("extension", field, rule)
}

/// The ODS code in the `id` child.
pub(crate) fn read_ods(element: Element<'_>, at: At, rule: MapRule) -> Option<OdsCode> {
    read(element, oid::ODS, at.leaf(Leaf::Ods), rule).map(OdsCode::new)
}

/// The UUID in the child of that class.
pub(crate) fn read_uuid<T>(
    element: Element<'_>,
    class: &'static Class,
    field: FieldRef,
    parse: impl Fn(&str) -> Result<T, IdentifierFault>,
) -> Option<T> {
    let id = element.required(class)?;
    uuid_of(id, field, parse)
}

/// The UUID of an `id` element.
pub(crate) fn uuid_of<T>(
    id: Element<'_>,
    field: FieldRef,
    parse: impl Fn(&str) -> Result<T, IdentifierFault>,
) -> Option<T> {
    let value = id.required_value("root", field, map_rule::UUID_CASE)?;
    match parse(value) {
        Ok(parsed) => Some(parsed),
        Err(fault) => {
            id.complain(&rules::V3_ID, fault.to_string());
            None
        }
    }
}

/// The ODS code, if there is any text in it.
pub(crate) fn present_ods(ods: &Option<OdsCode>) -> Option<&OdsCode> {
    ods.as_ref().filter(|ods| !is_blank(ods.as_str()))
}
