//! The extension EPS-RepeatInformation: a place in a series of issues, both counts from nought (claim.md §7, task.md §1,
//! prescription-order.md §3).

use causeway_canonical::ledger::{FieldRef, MapRule, Place, map_rule, place};
use causeway_canonical::model::Repeat;

use crate::datatypes::{read_count_part, write_extension};
use crate::element::Element;
use crate::rules;
use crate::sink::Sink;
use crate::system;

const ALLOWED: &str = "numberOfRepeatsAllowed";
const ISSUED: &str = "numberOfRepeatsIssued";

/// The fields of a model that the two counts go to.
#[derive(Clone, Copy)]
pub struct Fields {
    /// Repeats allowed after the first issue.
    pub allowed: FieldRef,
    /// Repeats issued so far, and the rule by which the field holds them.
    pub issued: (FieldRef, MapRule),
}

impl Fields {
    /// Fields that hold both counts as they are sent.
    pub fn plain(allowed: FieldRef, issued: FieldRef) -> Self {
        Fields { allowed, issued: (issued, map_rule::NONE) }
    }
}

/// Where it goes that is said of a whole prescription.
pub fn prescription_repeat() -> Fields {
    Fields::plain(place::PRESCRIPTION_REPEAT_ALLOWED.field(), place::PRESCRIPTION_REPEAT_ISSUED.field())
}

/// Where it goes that is said of a supply, within its scope.
pub fn supply_repeat(item: usize) -> Fields {
    let at = |place: Place| place.at(&[item]).itself();
    Fields::plain(at(place::SUPPLY_REPEAT_ALLOWED), at(place::SUPPLY_REPEAT_ISSUED))
}

/// Where it goes that is said of the original order of an item.
pub fn based_on_repeat(item: usize) -> Fields {
    let at = |place: Place| place.at(&[item]).itself();
    Fields::plain(at(place::BASED_ON_ALLOWED), at(place::BASED_ON_ISSUED))
}

/// Which parts must be there; one that is missing is reported.
#[derive(Clone, Copy)]
pub enum Parts {
    /// Both.
    Both,
    /// That which says how many issues there were.
    Issued,
    /// Neither.
    Any,
}

/// Reads the extension of a parent.
pub fn read(parent: Element<'_>, fields: Fields, parts: Parts) -> Option<Repeat> {
    let extension = parent.extension(system::EXT_EPS_REPEAT)?;
    let required: &[&'static str] = match parts {
        Parts::Both => &[ALLOWED, ISSUED],
        Parts::Issued => &[ISSUED],
        Parts::Any => &[],
    };
    for url in required.iter().filter(|url| extension.extension(url).is_none()) {
        extension.report(&rules::REQUIRED, format!("the part {url} is expected here and missing"));
    }
    let (issued, rule) = fields.issued;
    let repeat = Repeat {
        allowed: read_count_part(extension, ALLOWED, fields.allowed, map_rule::NONE),
        issued: read_count_part(extension, ISSUED, issued, rule),
    };
    (repeat != Repeat::default()).then_some(repeat)
}

/// Writes the extension, as an entry of a list of extensions.
pub fn write(sink: &mut Sink, repeat: &Repeat, fields: Fields) {
    let (issued, rule) = fields.issued;
    write_extension(sink, system::EXT_EPS_REPEAT, |sink| {
        sink.begin_list("extension");
        for (url, count, field, rule) in
            [(ALLOWED, repeat.allowed, fields.allowed, map_rule::NONE), (ISSUED, repeat.issued, issued, rule)]
        {
            if let Some(count) = count {
                write_extension(sink, url, |sink| sink.mapped_scalar("valueInteger", &count.to_string(), field, rule));
            }
        }
        sink.end_list();
    });
}
