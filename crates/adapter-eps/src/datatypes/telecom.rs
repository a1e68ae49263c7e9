//! Telecoms (overview.md §9).

use causeway_canonical::ledger::{At, Leaf, map_rule};
use causeway_canonical::model::Telecom;
use causeway_syntax::adapter::{Compat, Defect};

use super::{Origin, Uses, is_blank, present};
use crate::element::Element;
use crate::spec;
use crate::tables;
use crate::target::Target;

static USES: Uses = Uses {
    of: "telecom",
    written: &[("home", "HP"), ("work", "WP"), ("temp", "HV"), ("mobile", "MC")],
    read: &[("HP", "home"), ("H", "home"), ("WP", "work"), ("HV", "temp"), ("MC", "mobile"), ("PG", "mobile")],
};

pub(crate) fn write(target: &mut Target<'_>, telecom: &Telecom, origin: Origin) {
    target.open(&spec::TELECOM);
    USES.write(target, &telecom.r#use, origin, map_rule::TELECOM_USE);
    if let Some(uri) = to_uri(telecom, target.compat()) {
        let value = origin.tag(Leaf::Value, map_rule::TELECOM_URI);
        let system = telecom.system.is_some().then(|| origin.tag(Leaf::System, map_rule::TELECOM_URI));
        target.attribute("value", &uri, [value].into_iter().chain(system));
    }
    target.close();
}

/// Reads an element that [`Element::open`] has seen.
pub(crate) fn read(element: Element<'_>, at: At) -> Telecom {
    element.unmodelled("useablePeriod", tables::VALID_TIME);
    let r#use = USES.read(element, at, map_rule::TELECOM_USE);
    let uri = element.value("value", at.leaf(Leaf::Value), map_rule::TELECOM_URI);
    let (system, value) = uri.map(|uri| from_uri(uri, element.compat())).unwrap_or_default();
    if system.is_some() {
        element.also("value", at.leaf(Leaf::System), map_rule::TELECOM_URI);
    }
    Telecom { system, value, r#use }
}

pub(crate) fn project(telecom: &Telecom, compat: Compat) -> Telecom {
    let (system, value) = to_uri(telecom, compat).map(|uri| from_uri(&uri, compat)).unwrap_or_default();
    Telecom { system, value, r#use: USES.project(&telecom.r#use) }
}

/// White space is taken out of numbers; addresses of other systems stay as they are.
fn to_uri(telecom: &Telecom, compat: Compat) -> Option<String> {
    let value = present(&telecom.value)?;
    let system = if compat.reproduces(Defect::EveryTelecomIsTel) { None } else { telecom.system.as_deref() };
    let (scheme, value) = match system {
        Some("url") => return Some(value.trim().to_owned()),
        Some("email") => ("mailto:", value.trim().to_owned()),
        Some("fax") => ("fax:", value.split_whitespace().collect()),
        _ => ("tel:", value.split_whitespace().collect::<String>()),
    };
    let bare = value.trim_start_matches(scheme);
    (!is_blank(bare)).then(|| [scheme, bare].concat())
}

fn from_uri(uri: &str, compat: Compat) -> (Option<String>, Option<String>) {
    let (system, value) = match uri.split_once(':') {
        None => ("phone", uri),
        Some((_, rest)) if compat.reproduces(Defect::EveryTelecomIsTel) => ("phone", rest),
        Some((scheme, rest)) => match scheme.to_ascii_lowercase().as_str() {
            "tel" => ("phone", rest),
            "fax" => ("fax", rest),
            "mailto" => ("email", rest),
            _ => ("url", uri),
        },
    };
    if is_blank(value) { (None, None) } else { (Some(system.to_owned()), Some(value.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn telecom(system: &str, value: &str) -> Telecom {
        Telecom { system: Some(system.to_owned()), value: Some(value.to_owned()), r#use: Some("work".to_owned()) }
    }

    #[test]
    fn s9_white_space_is_taken_out_of_numbers_and_the_scheme_put_in_front() {
        for (system, value, uri) in [
            ("phone", "01234 567890", "tel:01234567890"),
            ("phone", "tel:01234", "tel:01234"),
            ("phone", "+44 (0)1-2", "tel:+44(0)1-2"),
            ("fax", "01 2", "fax:012"),
            ("email", "a b@c", "mailto:a b@c"),
            ("url", "https://nhs.uk", "https://nhs.uk"),
            ("pager", "12", "tel:12"),
        ] {
            assert_eq!(to_uri(&telecom(system, value), Compat::NONE).as_deref(), Some(uri));
        }
        assert_eq!(to_uri(&telecom("phone", " "), Compat::NONE), None);
        assert_eq!(to_uri(&Telecom::default(), Compat::NONE), None);
    }

    #[test]
    fn d07_every_system_becomes_tel_where_that_is_asked_for() {
        let compat = Compat::NONE.with(Defect::EveryTelecomIsTel);
        assert_eq!(to_uri(&telecom("email", "a b@c"), compat).as_deref(), Some("tel:ab@c"));
        let back = project(&telecom("email", "a@c"), compat);
        assert_eq!((back.system.as_deref(), back.value.as_deref()), (Some("phone"), Some("a@c")));
    }

    #[test]
    fn s9_a_scheme_names_the_system_and_no_scheme_is_a_phone() {
        for (uri, system, value) in [
            ("tel:012", "phone", "012"),
            ("TEL:012", "phone", "012"),
            ("012", "phone", "012"),
            ("fax:012", "fax", "012"),
            ("mailto:a@b", "email", "a@b"),
            ("https://nhs.uk", "url", "https://nhs.uk"),
        ] {
            assert_eq!(from_uri(uri, Compat::NONE), (Some(system.to_owned()), Some(value.to_owned())), "{uri}");
        }
        assert_eq!(from_uri("tel:", Compat::NONE), (None, None));
    }

    #[test]
    fn a_projection_is_its_own_projection() {
        for compat in [Compat::NONE, Compat::nhs_eps_api()] {
            for (system, value) in [
                ("phone", "tel:tel:1"),
                ("phone", "fax:1"),
                ("email", "tel:x"),
                ("url", "tel:1"),
                ("url", "www.nhs.uk"),
            ] {
                let once = project(&telecom(system, value), compat);
                assert!(project(&once, compat) == once, "{system} {value}");
            }
        }
    }
}
