//! What a message names and does not tell again: a prescription by its short id, one of its issues, other messages and
//! items by their ids, and why.
//!
//! Invariant: the model counts repeats from nought, V3 issues from one; one is added and taken away here for every
//! message that names an issue.

use causeway_canonical::ledger::{At, FieldRef, Leaf, Tag, map_rule, place};
use causeway_canonical::model::{Coded, Concept, Repeat};
use causeway_canonical::{IdentifierFault, MessageId, PrescriptionShortId};

use crate::datatypes::{Origin, coded, id, is_blank, present};
use crate::element::Element;
use crate::oid;
use crate::rules;
use crate::spec::{self, Fact, Reference};
use crate::target::Target;

/// Writes a relationship to an act of which only the id is given.
pub(crate) fn write(target: &mut Target<'_>, reference: &Reference, uuid: &str, field: FieldRef) {
    target.open(&reference.relation);
    target.seperatable(reference.seperable);
    target.open(&reference.act);
    id::write_uuid(target, uuid, [Tag::Field(field, map_rule::UUID_CASE)]);
    target.close_all(2);
}

/// Writes a relationship to a message, if it is known.
pub(crate) fn write_message(
    target: &mut Target<'_>,
    reference: &Reference,
    message: Option<&MessageId>,
    field: FieldRef,
) {
    let Some(message) = message else { return };
    if let Err(fault) = message.check() {
        target.refuse(&rules::EPS_UUID, field, fault.to_string());
    }
    write(target, reference, message.as_str(), field);
}

/// Reads the relationship to an act, if there is one.
pub(crate) fn read<T>(
    element: Element<'_>,
    reference: &'static Reference,
    field: FieldRef,
    parse: impl Fn(&str) -> Result<T, IdentifierFault>,
) -> Option<T> {
    let relation = element.optional(&reference.relation)?;
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", reference.seperable);
    }
    id::read_uuid(relation.required(&reference.act)?, &spec::ID, field, parse)
}

/// Reads the relationship to a message that must be there.
pub(crate) fn read_message(element: Element<'_>, reference: &'static Reference, field: FieldRef) -> Option<MessageId> {
    if element.all(&reference.relation).next().is_none() {
        element.complain(&rules::V3_REQUIRED, format!("expected an element `{}`", reference.relation.name));
    }
    read(element, reference, field, MessageId::parse)
}

/// Writes the short id of a prescription.
pub(crate) fn write_short_id(target: &mut Target<'_>, fact: &Fact, short_id: Option<&PrescriptionShortId>) {
    let field = place::PRESCRIPTION_SHORT_ID.field();
    let Some(short_id) = short_id.map(PrescriptionShortId::as_str).filter(|short_id| !is_blank(short_id)) else {
        return target.refuse(&rules::EPS_SHORT_ID, field, "expected the short prescription id");
    };
    target.open_fact(fact);
    target.attribute("extension", short_id, [Tag::Field(field, map_rule::NONE)]);
    target.fixed("root", oid::PRESCRIPTION_SHORT_ID);
    target.close_fact();
}

/// Reads the short id of a prescription.
pub(crate) fn read_short_id(element: Element<'_>, fact: &'static Fact) -> Option<PrescriptionShortId> {
    let value = element.required_fact(fact)?.required(&spec::VALUE)?;
    value.required_fixed("root", oid::PRESCRIPTION_SHORT_ID);
    let short_id = value.required_value("extension", place::PRESCRIPTION_SHORT_ID.field(), map_rule::NONE)?;
    Some(PrescriptionShortId::new(short_id))
}

/// Writes which issue of a repeated prescription is meant, where that is said.
pub(crate) fn write_issue(target: &mut Target<'_>, fact: &Fact, repeat: Option<&Repeat>) {
    let Some(issued) = repeat.and_then(|repeat| repeat.issued) else { return };
    let field = place::PRESCRIPTION_REPEAT_ISSUED.field();
    let Some(issue) = issued.checked_add(1) else {
        return target.refuse(&rules::EPS_REPEATS, field, "expected a number of repeats that an issue can have");
    };
    target.open_fact(fact);
    target.attribute("value", &issue.to_string(), [Tag::Field(field, map_rule::ONE_BASED_REPEATS)]);
    target.close_fact();
}

/// Reads which issue of a repeated prescription is meant.
pub(crate) fn read_issue(element: Element<'_>, fact: &'static Fact) -> Option<Repeat> {
    let value = element.optional_fact(fact)?.required(&spec::VALUE)?;
    let field = place::PRESCRIPTION_REPEAT_ISSUED.field();
    let issue = value.required_value("value", field, map_rule::ONE_BASED_REPEATS)?;
    let issued = issue.parse::<u32>().ok().and_then(|issue| issue.checked_sub(1));
    if issued.is_none() {
        value.complain(&rules::V3_NUMBER, "expected the number of an issue, counted from one");
    }
    issued.map(|issued| Repeat { issued: Some(issued), allowed: None })
}

/// What comes back of the issue.
pub(crate) fn project_issue(repeat: Option<&Repeat>) -> Option<Repeat> {
    repeat?.issued.map(|issued| Repeat { issued: Some(issued), allowed: None })
}

/// A code list by its two names.
#[derive(Clone, Copy)]
pub(crate) struct Reasons {
    pub(crate) oid: &'static str,
    pub(crate) uri: &'static str,
}

impl Reasons {
    /// The one code of the list, with its position among the codings.
    pub(crate) fn of(self, reason: Option<&Concept>) -> Option<(usize, &str, &Coded)> {
        let codings = reason.map(|reason| reason.coding.as_slice()).unwrap_or_default();
        let mut codes = (0..).zip(codings).filter_map(|(number, coded)| {
            let code = coded.code_in(self.uri).filter(|code| !is_blank(code))?;
            Some((number, code, coded))
        });
        codes.next().filter(|_| codes.next().is_none())
    }

    /// Writes the act that says why, with code and display.
    pub(crate) fn write(self, target: &mut Target<'_>, fact: &Fact, reason: Option<&Concept>, at: At) {
        let Some((number, code, coded)) = self.of(reason) else { return self.refuse(target, at) };
        target.open_fact(fact);
        self.write_value(target, code, number, at);
        if let Some(display) = present(&coded.display) {
            target.attribute(
                "displayName",
                display,
                [Origin::new(at).nth(Leaf::CodingDisplay, number, map_rule::NONE)],
            );
        }
        target.close_fact();
    }

    /// Writes code and system on the element that is open.
    pub(crate) fn write_value(self, target: &mut Target<'_>, code: &str, number: usize, at: At) {
        let origin = Origin::new(at);
        target.attribute("code", code, [origin.nth(Leaf::CodingCode, number, map_rule::NONE)]);
        let system = origin.nth(Leaf::CodingSystem, number, map_rule::CODE_SYSTEM_OID);
        target.attribute("codeSystem", self.oid, [system]);
    }

    pub(crate) fn refuse(self, target: &mut Target<'_>, at: At) {
        let message = format!("expected exactly one code of {}", self.uri);
        target.refuse(&rules::EPS_REASON, at.leaf(Leaf::CodingCode), message);
    }

    /// Reads the act that says why.
    pub(crate) fn read(self, element: Element<'_>, fact: &'static Fact, at: At) -> Option<Concept> {
        self.read_value(element.required_fact(fact)?.required(&spec::VALUE)?, at)
    }

    pub(crate) fn read_value(self, value: Element<'_>, at: At) -> Option<Concept> {
        coded::check_system(value, self.oid);
        value.value("codeSystem", at.leaf(Leaf::CodingSystem), map_rule::CODE_SYSTEM_OID);
        let display = value.value("displayName", at.leaf(Leaf::CodingDisplay), map_rule::NONE);
        let code = value.required_value("code", at.leaf(Leaf::CodingCode), map_rule::NONE)?;
        let display = display.filter(|display| !is_blank(display)).map(str::to_owned);
        Some(Concept::of(Coded { display, ..Coded::new(self.uri, code) }))
    }

    /// What comes back of the reason.
    pub(crate) fn project(self, reason: Option<&Concept>) -> Option<Concept> {
        let (_, code, coded) = self.of(reason)?;
        let display = present(&coded.display).map(str::to_owned);
        Some(Concept::of(Coded { display, ..Coded::new(self.uri, code) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REASONS: Reasons = Reasons { oid: "1.2", uri: "https://reasons.example" };

    #[test]
    fn a_reason_is_one_code_of_its_list() {
        let coded = |system, code| Coded::new(system, code);
        let concept = |coding: &[Coded]| Concept { coding: coding.to_vec(), text: None };
        let (own, other) = (coded(REASONS.uri, "0001"), coded("https://other.example", "x"));
        let code = |reason: &Concept| REASONS.of(Some(reason)).map(|(number, code, _)| (number, code.to_owned()));
        assert_eq!(code(&concept(&[other.clone(), own.clone()])), Some((1, "0001".to_owned())));
        assert_eq!(code(&concept(&[own.clone(), own])), None);
        assert_eq!(code(&concept(&[other, coded(REASONS.uri, " ")])), None);
        assert!(REASONS.of(None).is_none());
    }
}
