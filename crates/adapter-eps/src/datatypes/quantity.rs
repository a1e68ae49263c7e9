//! Amounts with a dm+d unit (overview.md §8).

use causeway_canonical::Decimal;
use causeway_canonical::ledger::{At, FieldRef, Leaf, map_rule};
use causeway_canonical::model::Quantity;

use super::{Origin, coded, is_blank, present};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::rules;
use crate::spec;
use crate::target::Target;

/// Writes `quantity` with its translation.
pub(crate) fn write(target: &mut Target<'_>, quantity: Option<&Quantity>, at: At) {
    let origin = Origin::new(at);
    let amount = quantity.and_then(|quantity| Some((quantity, quantity.value.as_ref()?, present(&quantity.code)?)));
    let Some((quantity, value, code)) = amount else {
        let message = "expected the quantity with value and unit code";
        return target.refuse(&rules::EPS_QUANTITY, at.leaf(Leaf::Value), message);
    };
    if quantity.comparator.is_some() {
        let message = "expected a quantity without a comparator";
        return target.refuse(&rules::EPS_QUANTITY, at.leaf(Leaf::Comparator), message);
    }
    if quantity.system.as_deref().is_some_and(|system| system != uri::SNOMED) {
        let message = "expected a SNOMED code of the unit";
        return target.refuse(&rules::EPS_QUANTITY, at.leaf(Leaf::System), message);
    }
    target.open(&spec::QUANTITY);
    target.attribute("value", value.as_str(), [origin.tag(Leaf::Value, map_rule::NONE)]);
    target.open(&spec::TRANSLATION);
    write_unit(target, quantity, code, at);
    target.attribute("value", value.as_str(), [origin.tag(Leaf::Value, map_rule::NONE)]);
    target.close_all(2);
}

/// Writes the unit on the element that is open.
pub(crate) fn write_unit(target: &mut Target<'_>, quantity: &Quantity, code: &str, at: At) {
    let origin = Origin::new(at);
    coded::write(target, code, oid::SNOMED, origin);
    if let Some(unit) = present(&quantity.unit) {
        target.attribute("displayName", unit, [origin.tag(Leaf::Unit, map_rule::NONE)]);
    }
}

/// Reads the `quantity` of an element. The translation counts: it has the unit.
pub(crate) fn read(parent: Element<'_>, at: At) -> Option<Quantity> {
    let quantity = parent.required(&spec::QUANTITY)?;
    let translation = quantity.required(&spec::TRANSLATION)?;
    coded::check_system(translation, oid::SNOMED);
    translation.value("codeSystem", at.leaf(Leaf::System), map_rule::CODE_SYSTEM_OID);
    let text = translation.required_value("value", at.leaf(Leaf::Value), map_rule::NONE)?;
    let value = Decimal::from_v3(text);
    if value.is_none() {
        translation.complain(&rules::V3_NUMBER, "expected a decimal number");
    }
    check_amount(quantity, value.as_ref(), at.leaf(Leaf::Value));
    let unit = translation.value("displayName", at.leaf(Leaf::Unit), map_rule::NONE);
    let code = translation.required_value("code", at.leaf(Leaf::Code), map_rule::NONE);
    Some(Quantity {
        value,
        comparator: None,
        unit: unit.filter(|unit| !unit.trim().is_empty()).map(str::to_owned),
        system: Some(uri::SNOMED.to_owned()),
        code: code.map(str::to_owned),
    })
}

/// The amount outside the translation says the same, or is left unread.
fn check_amount(quantity: Element<'_>, value: Option<&Decimal>, field: FieldRef) {
    if quantity.peek("value").is_none_or(is_blank) {
        quantity.complain(&rules::V3_REQUIRED, "expected an attribute `value`");
        return;
    }
    let outer = quantity.peek("value").and_then(Decimal::from_v3);
    match (outer, value) {
        (Some(outer), Some(value)) if outer.numeric_eq(value) => {
            quantity.value("value", field, map_rule::NONE);
        }
        _ => quantity.complain(&rules::V3_DISAGREEMENT, "expected the amount of the translation"),
    }
}

/// What comes back of an amount that was written.
pub(crate) fn project(quantity: &Quantity) -> Quantity {
    Quantity {
        value: quantity.value.as_ref().and_then(|value| Decimal::from_v3(value.as_str())),
        comparator: None,
        unit: present(&quantity.unit).map(str::to_owned),
        system: Some(uri::SNOMED.to_owned()),
        code: present(&quantity.code).map(str::to_owned),
    }
}
