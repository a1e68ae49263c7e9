//! The extension Provenance-agent: the person who sends a claim or task, by SDS id.

use causeway_canonical::ledger::{FieldRef, Leaf, map_rule, place};
use causeway_canonical::model::Operator;

use crate::datatypes::{peek_system, write_extension};
use crate::element::Element;
use crate::sink::Sink;
use crate::{rules, system, unmodelled};

fn field(leaf: Leaf) -> FieldRef {
    place::OPERATOR.at(&[]).leaf(leaf)
}

/// Reads the person. An id of another system is reported, and stays unread.
pub fn read(resource: Element<'_>) -> Option<Operator> {
    let reference = resource.extension(system::EXT_PROVENANCE_AGENT)?.required("valueReference")?;
    reference.structural_child("type");
    reference.unmodelled("display", unmodelled::OPERATOR_DISPLAY);
    let identifier = reference.required("identifier")?;
    let value = identifier.required("value")?;
    let id = |leaf| {
        identifier.structural_child("system");
        value.read(field(leaf), map_rule::NONE).map(str::to_owned)
    };
    match peek_system(identifier).as_deref() {
        Some(system::SDS_ROLE_PROFILE) => {
            Some(Operator { role_profile_id: id(Leaf::RoleProfileId), ..Operator::default() })
        }
        Some(system::SDS_USER) => Some(Operator { user_id: id(Leaf::UserId), ..Operator::default() }),
        _ => {
            identifier.report(&rules::IDENTIFIER_SYSTEM, "an SDS user id or role profile id is expected here");
            None
        }
    }
}

/// Writes the person as an entry of a list of extensions: the role profile, or else the user.
pub fn write(sink: &mut Sink, operator: Option<&Operator>) {
    let Some(operator) = operator else { return };
    let (system, value, leaf) = match (&operator.role_profile_id, &operator.user_id) {
        (Some(role), _) => (system::SDS_ROLE_PROFILE, role, Leaf::RoleProfileId),
        (None, Some(user)) => (system::SDS_USER, user, Leaf::UserId),
        (None, None) => return,
    };
    write_extension(sink, system::EXT_PROVENANCE_AGENT, |sink| {
        sink.element("valueReference", |sink| {
            sink.element("identifier", |sink| {
                sink.fixed("system", system);
                sink.text("value", value, field(leaf));
            });
        });
    });
}

/// What the extension says of a person, if anything.
pub fn project(operator: &Operator) -> Option<Operator> {
    match (&operator.role_profile_id, &operator.user_id) {
        (Some(role), _) => Some(Operator { role_profile_id: Some(role.clone()), ..Operator::default() }),
        (None, Some(user)) => Some(Operator { user_id: Some(user.clone()), ..Operator::default() }),
        (None, None) => None,
    }
}
