//! What Spine adds to a prescription that it releases (release.md §3): how far prescription and items have come, the
//! exemptions on record, which issue it is, and when the issue before was dispensed.

use causeway_canonical::DateTime;
use causeway_canonical::ledger::{FieldRef, Leaf, Tag, map_rule, place};
use causeway_canonical::model::{Coded, ExemptionOnRecord, LineItem, Prescription, PrescriptionOrder};
use causeway_syntax::adapter::Compat;

use crate::datatypes::{Origin, coded, present, time};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::repeat_number;
use crate::rules;
use crate::spec::{self, Class, release};
use crate::tables;
use crate::target::Target;

/// The state of an item of which nothing else is said: it is released to be dispensed.
const TO_BE_DISPENSED: &str = "0007";

/// A kind of exemption on record, and where V3 has it.
pub(super) struct Exemption {
    kind: &'static str,
    relation: &'static Class,
    act: &'static Class,
}

pub(super) static LOW: Exemption =
    Exemption { kind: "low-permanent", relation: &release::LOW_EXEMPTION_RELATION, act: &release::LOW_EXEMPTION };
pub(super) static HIGH: Exemption =
    Exemption { kind: "high-permanent", relation: &release::HIGH_EXEMPTION_RELATION, act: &release::HIGH_EXEMPTION };
pub(super) static TEMPORARY: Exemption = Exemption {
    kind: "temporary",
    relation: &release::TEMPORARY_EXEMPTION_RELATION,
    act: &release::TEMPORARY_EXEMPTION,
};

impl Exemption {
    /// The exemption of this kind, and whether there is another.
    fn of<'p>(&self, prescription: &'p Prescription) -> (Option<(usize, &'p ExemptionOnRecord)>, bool) {
        let list = prescription.exemption_on_record.iter().enumerate();
        let mut own = list.filter(|(_, exemption)| exemption.kind.as_deref() == Some(self.kind));
        (own.next(), own.next().is_some())
    }

    fn is_temporary(&self) -> bool {
        self.kind == TEMPORARY.kind
    }
}

pub(super) fn write_status(target: &mut Target<'_>, prescription: &Prescription) {
    let Some(status) = &prescription.status else { return };
    let at = place::PRESCRIPTION_STATUS.at(&[]);
    let Some(code) = present(&status.code) else {
        return target.refuse(&rules::EPS_STATUS, at.leaf(Leaf::Code), "expected the code of the state");
    };
    target.open_fact(&release::RELEASED_STATUS);
    coded::write_shown(target, status, code, oid::PRESCRIPTION_STATUS, Origin::new(at));
    target.close_fact();
}

/// Writes the exemption of a kind, and refuses what is of no kind, once.
pub(super) fn write_exemption(target: &mut Target<'_>, prescription: &Prescription, kind: &Exemption) {
    let (exemption, several) = kind.of(prescription);
    let known = |kind: &str| [&LOW, &HIGH, &TEMPORARY].iter().any(|known| known.kind == kind);
    for (number, other) in prescription.exemption_on_record.iter().enumerate() {
        if !other.kind.as_deref().is_some_and(known) {
            let field = place::EXEMPTION_ON_RECORD_KIND.at(&[number]).itself();
            target.refuse(&rules::EPS_EXEMPTION, field, "expected low-permanent, high-permanent or temporary");
        }
    }
    let Some((number, exemption)) = exemption else { return };
    let at = place::EXEMPTION_ON_RECORD.at(&[number]);
    let code = exemption.code.as_ref().and_then(|code| present(&code.code).map(|text| (code, text)));
    let (Some((code, text)), Some(date), false) = (code, &exemption.date, several) else {
        let message = "expected one exemption of the kind, with its code and date";
        return target.refuse(&rules::EPS_EXEMPTION, at.leaf(Leaf::Code), message);
    };
    let field = place::EXEMPTION_ON_RECORD_DATE.at(&[number]).itself();
    target.open(kind.relation);
    target.seperatable("true");
    target.open(kind.act);
    if kind.is_temporary() {
        target.fixed_code(&spec::dispensing::EXEMPT_CODE);
        target.open(&spec::EFFECTIVE_TIME);
        write_date(target, &spec::HIGH, date, [field]);
        target.close();
    }
    target.open(if kind.is_temporary() { &spec::VALUE } else { &spec::CODE });
    let own_kind = Tag::Field(place::EXEMPTION_ON_RECORD_KIND.at(&[number]).itself(), map_rule::STATED_BY_MESSAGE);
    target.attribute("code", text, [Tag::Field(at.leaf(Leaf::Code), map_rule::NONE), own_kind]);
    target.attribute("codeSystem", oid::EXEMPTION, [Tag::Field(at.leaf(Leaf::System), map_rule::CODE_SYSTEM_OID)]);
    if let Some(display) = present(&code.display) {
        target.attribute("displayName", display, [Tag::Field(at.leaf(Leaf::Display), map_rule::NONE)]);
    }
    target.close();
    if !kind.is_temporary() {
        write_date(target, &spec::VALUE, date, [field]);
    }
    target.close_all(2);
}

fn write_date(
    target: &mut Target<'_>,
    class: &'static Class,
    date: &DateTime,
    fields: impl IntoIterator<Item = FieldRef>,
) {
    let (digits, rule) = time::calendar_date(date, target.compat());
    target.open(class);
    target.attribute("value", &digits, fields.into_iter().map(|field| Tag::Field(field, rule)));
    target.close();
}

/// The state of an item: what Spine said, or else that it is to be dispensed.
pub(super) fn write_item_status(target: &mut Target<'_>, number: usize, item: &LineItem) {
    let at = place::RELEASE_STATUS.at(&[number]);
    target.open_fact(&release::RELEASED_ITEM_STATUS);
    match item.release_status.as_ref().and_then(|status| present(&status.code).map(|code| (status, code))) {
        Some((status, code)) => coded::write_shown(target, status, code, oid::ITEM_STATUS, Origin::new(at)),
        None => {
            target.attribute("code", TO_BE_DISPENSED, [Tag::Default(at.leaf(Leaf::Code), map_rule::NOT_STATED)]);
            target.fixed("codeSystem", oid::ITEM_STATUS);
        }
    }
    target.close_fact();
}

/// The one date of the issue before: all items that tell one tell the same.
pub(super) fn write_previous_issue(target: &mut Target<'_>, items: &[LineItem]) {
    let compat = target.compat();
    let digits = |item: &LineItem| item.last_dispensed.as_ref().map(|date| time::calendar_date(date, compat).0);
    let Some(date) = items.iter().find_map(|item| item.last_dispensed.as_ref()) else { return };
    let written = time::calendar_date(date, compat).0;
    let field = |number| place::LAST_DISPENSED.at(&[number]).itself();
    for (number, item) in items.iter().enumerate() {
        if digits(item).is_some_and(|own| own != written) {
            let message = "expected the same day of the issue before for all items";
            target.refuse(&rules::EPS_REPEATS, field(number), message);
        }
    }
    target.open(&release::PREVIOUS_ISSUE.relation);
    target.seperatable(release::PREVIOUS_ISSUE.seperable);
    target.open(&release::PREVIOUS_ISSUE.act);
    target.fixed_code(&release::PREVIOUS_ISSUE.code);
    let told = items.iter().enumerate().filter(|(_, item)| item.last_dispensed.is_some());
    write_date(target, &spec::VALUE, date, told.map(|(number, _)| field(number)));
    target.close_all(2);
}

/// Reads what stands with the prescription. The items are known by now.
pub(super) fn read(element: Element<'_>, order: &mut PrescriptionOrder) {
    repeat_number::read_originals(element, &mut order.item);
    let status = element.optional_fact(&release::RELEASED_STATUS).and_then(|act| act.required(&spec::VALUE));
    order.prescription.status =
        status.and_then(|value| coded::read(value, oid::PRESCRIPTION_STATUS, place::PRESCRIPTION_STATUS.at(&[])));
    for kind in [&LOW, &HIGH, &TEMPORARY] {
        let number = order.prescription.exemption_on_record.len();
        order.prescription.exemption_on_record.extend(read_exemption(element, number, kind));
    }
    read_previous_issue(element, &mut order.item);
}

fn read_exemption(element: Element<'_>, number: usize, kind: &'static Exemption) -> Option<ExemptionOnRecord> {
    let relation = element.optional(kind.relation)?;
    if let Some(indicator) = relation.optional(&spec::SEPERATABLE) {
        indicator.fixed("value", "true");
    }
    let act = relation.required(kind.act)?;
    let (code, date) = if kind.is_temporary() {
        act.fixed_code(&spec::dispensing::EXEMPT_CODE);
        let interval = act.required(&spec::EFFECTIVE_TIME);
        if let Some(interval) = interval {
            interval.unmodelled("low", tables::EXEMPT_SINCE);
        }
        (act.required(&spec::VALUE), interval.and_then(|interval| interval.required(&spec::HIGH)))
    } else {
        (act.required(&spec::CODE), act.required(&spec::VALUE))
    };
    let kind_field = place::EXEMPTION_ON_RECORD_KIND.at(&[number]).itself();
    let code = code?;
    let read = coded::read(code, oid::EXEMPTION, place::EXEMPTION_ON_RECORD.at(&[number]));
    code.also("code", kind_field, map_rule::STATED_BY_MESSAGE);
    let field = place::EXEMPTION_ON_RECORD_DATE.at(&[number]).itself();
    let date = date.and_then(|date| time::read_date(date, field, map_rule::CALENDAR_DATE));
    Some(ExemptionOnRecord { kind: Some(kind.kind.to_owned()), code: read, date: date.map(DateTime::from) })
}

fn read_previous_issue(element: Element<'_>, items: &mut [LineItem]) {
    let fact = element.optional_fact(&release::PREVIOUS_ISSUE);
    let Some(value) = fact.and_then(|act| act.required(&spec::VALUE)) else { return };
    let field = |number| place::LAST_DISPENSED.at(&[number]).itself();
    let date = time::read_date(value, field(0), map_rule::CALENDAR_DATE).map(DateTime::from);
    for (number, item) in items.iter_mut().enumerate() {
        value.also("value", field(number), map_rule::CALENDAR_DATE);
        item.last_dispensed.clone_from(&date);
    }
}

/// Reads the state of an item.
pub(super) fn read_item_status(element: Element<'_>, number: usize, item: &mut LineItem) {
    let status = element.required_fact(&release::RELEASED_ITEM_STATUS).and_then(|act| act.required(&spec::VALUE));
    item.release_status =
        status.and_then(|value| coded::read(value, oid::ITEM_STATUS, place::RELEASE_STATUS.at(&[number])));
}

/// What comes back of what stands with the prescription.
pub(super) fn project(prescription: &Prescription, back: &mut Prescription, compat: Compat) {
    back.status =
        prescription.status.as_ref().and_then(|status| coded::project_shown(status, uri::PRESCRIPTION_STATUS));
    let kinds = [&LOW, &HIGH, &TEMPORARY].into_iter().filter_map(|kind| kind.of(prescription).0);
    back.exemption_on_record = kinds
        .map(|(_, exemption)| ExemptionOnRecord {
            kind: exemption.kind.clone(),
            code: exemption.code.as_ref().and_then(|code| coded::project_shown(code, uri::EXEMPTION)),
            date: exemption.date.as_ref().map(|date| time::project_calendar_date(date, compat)),
        })
        .collect();
}

/// What comes back of what stands with the items.
pub(super) fn project_items(items: &[LineItem], back: &mut [LineItem], compat: Compat) {
    repeat_number::project_originals(items, back, compat);
    let last = items.iter().find_map(|item| item.last_dispensed.as_ref());
    let last = last.map(|date| time::project_calendar_date(date, compat));
    for (item, back) in items.iter().zip(back) {
        let status = item.release_status.as_ref().and_then(|status| coded::project_shown(status, uri::ITEM_STATUS));
        back.release_status = status.or_else(|| Some(Coded::new(uri::ITEM_STATUS, TO_BE_DISPENSED)));
        back.last_dispensed.clone_from(&last);
    }
}
