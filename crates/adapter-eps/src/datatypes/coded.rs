//! Codes with their systems (overview.md §6).

use causeway_canonical::ledger::{At, Leaf, map_rule};
use causeway_canonical::model::Coded;

use super::{Origin, present};
use crate::element::Element;
use crate::oid;
use crate::rules;
use crate::target::Target;

/// Writes `code` and `codeSystem` on the element that is open. V3 shows no display here.
pub(crate) fn write(target: &mut Target<'_>, code: &str, system: &str, origin: Origin) {
    target.attribute("code", code, [origin.tag(Leaf::Code, map_rule::NONE)]);
    target.attribute("codeSystem", system, [origin.tag(Leaf::System, map_rule::CODE_SYSTEM_OID)]);
}

/// Reads `code`, `codeSystem` and, where another system writes it, `displayName`.
pub(crate) fn read(element: Element<'_>, system: &'static str, at: At) -> Option<Coded> {
    check_system(element, system);
    element.value("codeSystem", at.leaf(Leaf::System), map_rule::CODE_SYSTEM_OID);
    let display = element.value("displayName", at.leaf(Leaf::Display), map_rule::NONE);
    let code = element.required_value("code", at.leaf(Leaf::Code), map_rule::NONE)?;
    Some(Coded {
        system: oid::uri_of(system).map(str::to_owned),
        code: Some(code.to_owned()),
        display: display.map(str::to_owned),
    })
}

/// A finding if the code is of another system than the model says, or does not say its system.
pub(crate) fn check_system(element: Element<'_>, system: &'static str) {
    match element.peek("codeSystem") {
        Some(found) if found == system => {}
        Some(_) => element.complain(&rules::V3_CODE, format!("expected a code of the system {system}")),
        None => element.complain(&rules::V3_REQUIRED, format!("expected an attribute `codeSystem` with {system}")),
    }
}

/// What comes back of a code that was written without its display.
pub(crate) fn project(coded: &Coded, system: &str) -> Option<Coded> {
    present(&coded.code).map(|code| Coded::new(system, code))
}
