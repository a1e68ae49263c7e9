//! Codes with their systems (overview.md §6).

use causeway_canonical::ledger::{At, Leaf, Tag, map_rule};
use causeway_canonical::model::{Coded, Concept};

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

/// Writes `code`, `codeSystem` and the display on the element that is open.
pub(crate) fn write_shown(target: &mut Target<'_>, coded: &Coded, code: &str, system: &str, origin: Origin) {
    write(target, code, system, origin);
    if let Some(display) = present(&coded.display) {
        target.attribute("displayName", display, [origin.tag(Leaf::Display, map_rule::NONE)]);
    }
}

/// The codings of a system that have a code, with their positions.
fn codings<'a>(concept: &'a Concept, system: &str) -> impl Iterator<Item = Coding<'a>> {
    concept
        .coding
        .iter()
        .enumerate()
        .filter(move |(_, coded)| coded.system.as_deref() == Some(system))
        .filter_map(|(position, coded)| present(&coded.code).map(|code| Coding { position, code, coded }))
}

/// One coding of a concept that has a code.
#[derive(Clone, Copy)]
pub(crate) struct Coding<'a> {
    position: usize,
    pub(crate) code: &'a str,
    coded: &'a Coded,
}

/// The one coding of a system.
pub(crate) fn only<'a>(concept: &'a Concept, system: &str) -> Option<Coding<'a>> {
    let mut codings = codings(concept, system);
    let first = codings.next();
    if codings.next().is_some() { None } else { first }
}

impl Coding<'_> {
    /// Writes `code` and `codeSystem` on the element that is open.
    pub(crate) fn write(self, target: &mut Target<'_>, system: &str, origin: Origin) {
        target.attribute("code", self.code, [origin.nth(Leaf::CodingCode, self.position, map_rule::NONE)]);
        let tag = origin.nth(Leaf::CodingSystem, self.position, map_rule::CODE_SYSTEM_OID);
        target.attribute("codeSystem", system, [tag]);
    }

    /// Writes `code`, `codeSystem` and the display on the element that is open.
    pub(crate) fn write_shown(self, target: &mut Target<'_>, system: &str, origin: Origin) {
        self.write(target, system, origin);
        if let Some(display) = present(&self.coded.display) {
            target.attribute("displayName", display, [origin.nth(Leaf::CodingDisplay, self.position, map_rule::NONE)]);
        }
    }

    /// The tags of code and system of a value that says both by a map of codes.
    pub(crate) fn mapped(self, origin: Origin) -> [Tag; 2] {
        [Leaf::CodingCode, Leaf::CodingSystem].map(|leaf| origin.nth(leaf, self.position, map_rule::CANONICAL_CODE))
    }

    /// What comes back of a coding that was written without its display.
    pub(crate) fn project(self, system: &str) -> Concept {
        Concept::of(Coded::new(system, self.code))
    }

    /// What comes back of a coding that was written with its display.
    pub(crate) fn project_shown(self, system: &str) -> Concept {
        let display = present(&self.coded.display).map(str::to_owned);
        Concept::of(Coded { display, ..Coded::new(system, self.code) })
    }
}

/// Reads a code into the first coding of a concept.
pub(crate) fn read_coding(element: Element<'_>, system: &'static str, at: At) -> Option<Coded> {
    check_system(element, system);
    element.value("codeSystem", at.leaf(Leaf::CodingSystem), map_rule::CODE_SYSTEM_OID);
    let display = element.value("displayName", at.leaf(Leaf::CodingDisplay), map_rule::NONE);
    let code = element.required_value("code", at.leaf(Leaf::CodingCode), map_rule::NONE)?;
    Some(Coded {
        system: oid::uri_of(system).map(str::to_owned),
        code: Some(code.to_owned()),
        display: display.filter(|display| !display.trim().is_empty()).map(str::to_owned),
    })
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

/// What comes back of a code that was written with its display.
pub(crate) fn project_shown(coded: &Coded, system: &str) -> Option<Coded> {
    let display = present(&coded.display).map(str::to_owned);
    project(coded, system).map(|code| Coded { display, ..code })
}
