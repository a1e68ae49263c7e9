//! Names of people (overview.md §9).

use causeway_canonical::ledger::{At, FieldRef, Leaf, map_rule};
use causeway_canonical::model::HumanName;

use super::{Origin, Uses, all_present, present};
use crate::element::Element;
use crate::spec::{self, Class};
use crate::tables;
use crate::target::Target;

static USES: Uses = Uses {
    of: "name",
    written: &[
        ("usual", "L"),
        ("official", "L"),
        ("temp", "A"),
        ("anonymous", "A"),
        ("nickname", "PREFERRED"),
        ("old", "PREVIOUS"),
        ("maiden", "PREVIOUS-MAIDEN"),
    ],
    read: &[
        ("L", "usual"),
        ("A", "temp"),
        ("PREFERRED", "nickname"),
        ("PREVIOUS", "old"),
        ("PREVIOUS-BIRTH", "old"),
        ("PREVIOUS-MAIDEN", "maiden"),
        ("PREVIOUS-BACHELOR", "maiden"),
    ],
};

pub(crate) fn write(target: &mut Target<'_>, name: &HumanName, origin: Origin) {
    target.open(&spec::NAME);
    USES.write(target, &name.r#use, origin, map_rule::NAME_USE);
    if has_parts(name) {
        write_parts(target, &spec::PREFIX, &name.prefix, Leaf::Prefix, origin);
        write_parts(target, &spec::GIVEN, &name.given, Leaf::Given, origin);
        if let Some(family) = present(&name.family) {
            target.open(&spec::FAMILY);
            target.text(family, [origin.tag(Leaf::Family, map_rule::NONE)]);
            target.close();
        }
        write_parts(target, &spec::SUFFIX, &name.suffix, Leaf::Suffix, origin);
    } else if let Some(text) = present(&name.text) {
        target.text(text, [origin.tag(Leaf::Text, map_rule::NONE)]);
    }
    target.close();
}

fn write_parts(target: &mut Target<'_>, class: &Class, parts: &[String], leaf: Leaf, origin: Origin) {
    for (number, part) in all_present(parts) {
        target.open(class);
        target.text(part, [origin.nth(leaf, number, map_rule::NONE)]);
        target.close();
    }
}

/// Reads an element that [`Element::open`] has seen.
pub(crate) fn read(element: Element<'_>, at: At) -> HumanName {
    element.unmodelled("validTime", tables::VALID_TIME);
    let mut name = HumanName {
        r#use: USES.read(element, at, map_rule::NAME_USE),
        prefix: read_parts(element, &spec::PREFIX, at.leaf(Leaf::Prefix)),
        given: read_parts(element, &spec::GIVEN, at.leaf(Leaf::Given)),
        suffix: read_parts(element, &spec::SUFFIX, at.leaf(Leaf::Suffix)),
        ..HumanName::default()
    };
    if let Some(family) = element.optional(&spec::FAMILY) {
        name.family = family.text(at.leaf(Leaf::Family), map_rule::NONE);
    }
    if !has_parts(&name) {
        name.text = element.text(at.leaf(Leaf::Text), map_rule::NONE);
    }
    name
}

fn read_parts(element: Element<'_>, class: &'static Class, field: FieldRef) -> Vec<String> {
    let mut parts = Vec::new();
    for part in element.all(class) {
        parts.extend(part.open(class).text(field.nth(parts.len()), map_rule::NONE));
    }
    parts
}

pub(crate) fn project(name: &HumanName) -> HumanName {
    let parts = |parts: &[String]| all_present(parts).map(|(_, part)| part.to_owned()).collect();
    HumanName {
        r#use: USES.project(&name.r#use),
        text: if has_parts(name) { None } else { present(&name.text).map(str::to_owned) },
        prefix: parts(&name.prefix),
        given: parts(&name.given),
        family: present(&name.family).map(str::to_owned),
        suffix: parts(&name.suffix),
    }
}

fn has_parts(name: &HumanName) -> bool {
    present(&name.family).is_some()
        || [&name.prefix, &name.given, &name.suffix].into_iter().any(|parts| all_present(parts).next().is_some())
}

/// Whether there is anything to show.
pub(crate) fn is_blank(name: &HumanName) -> bool {
    !has_parts(name) && present(&name.text).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s9_uses_that_v3_does_not_tell_apart_come_back_as_the_first() {
        for (before, after) in [
            ("usual", "usual"),
            ("official", "usual"),
            ("temp", "temp"),
            ("anonymous", "temp"),
            ("nickname", "nickname"),
            ("old", "old"),
            ("maiden", "maiden"),
        ] {
            assert_eq!(USES.project(&Some(before.to_owned())).as_deref(), Some(after));
        }
        assert_eq!(USES.word_of("PREVIOUS-BACHELOR"), Some("maiden"));
        assert_eq!(USES.word_of("PREVIOUS-BIRTH"), Some("old"));
    }

    #[test]
    fn s9_parts_go_before_words_and_blank_parts_do_not_count() {
        let mut name = HumanName { text: Some("DR A".to_owned()), suffix: vec![String::new()], ..HumanName::default() };
        assert_eq!(project(&name).text.as_deref(), Some("DR A"));
        assert!(project(&name).suffix.is_empty());
        name.family = Some("A".to_owned());
        assert_eq!(project(&name).text, None);
    }
}
