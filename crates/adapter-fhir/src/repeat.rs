//! The extension EPS-RepeatInformation: a place in a series of issues, both counts from nought (claim.md §7).

use causeway_canonical::ledger::{FieldRef, MapRule, map_rule};
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

/// Reads the extension of a parent. A part that is missing is reported.
pub fn read(parent: Element<'_>, fields: Fields) -> Option<Repeat> {
    let extension = parent.extension(system::EXT_EPS_REPEAT)?;
    let (issued, rule) = fields.issued;
    let repeat = Repeat {
        allowed: read_part(extension, ALLOWED, fields.allowed, map_rule::NONE),
        issued: read_part(extension, ISSUED, issued, rule),
    };
    (repeat != Repeat::default()).then_some(repeat)
}

fn read_part(extension: Element<'_>, url: &'static str, field: FieldRef, rule: MapRule) -> Option<u32> {
    if extension.extension(url).is_none() {
        extension.report(&rules::REQUIRED, format!("the part {url} is expected here and missing"));
    }
    let count = read_count_part(extension, url, field)?;
    for name in ["valueUnsignedInt", "valueInteger"] {
        if let Some(value) = extension.extension(url).and_then(|part| part.child(name)) {
            value.read(field, rule);
        }
    }
    Some(count)
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
