//! Addresses (overview.md §9).

use causeway_canonical::ledger::{At, Leaf, Tag, map_rule};
use causeway_canonical::model::Address;
use causeway_syntax::adapter::{Compat, Defect};

use super::{Origin, Uses, all_present, present};
use crate::element::Element;
use crate::spec;
use crate::tables;
use crate::target::Target;

static USES: Uses = Uses {
    of: "address",
    written: &[("home", "H"), ("work", "WP"), ("temp", "TMP"), ("billing", "PST")],
    read: &[("H", "home"), ("HP", "home"), ("WP", "work"), ("BP", "work"), ("TMP", "temp"), ("PST", "billing")],
};

pub(crate) fn write(target: &mut Target<'_>, address: &Address, origin: Origin) {
    target.open(&spec::ADDRESS);
    USES.write(target, &address.r#use, origin, map_rule::ADDRESS_USE);
    for (line, tag) in lines(address, origin, target.compat()) {
        target.open(&spec::ADDRESS_LINE);
        target.text(line, [tag]);
        target.close();
    }
    if let Some(code) = present(&address.postal_code) {
        target.open(&spec::POSTAL_CODE);
        target.text(code, [origin.tag(Leaf::PostalCode, map_rule::NONE)]);
        target.close();
    }
    target.close();
}

/// Reads an element that [`Element::open`] has seen. Town and county cannot be told from other lines.
pub(crate) fn read(element: Element<'_>, at: At) -> Address {
    element.unmodelled("addressKey", tables::ADDRESS_KEY);
    element.unmodelled("useablePeriod", tables::VALID_TIME);
    let r#use = USES.read(element, at, map_rule::ADDRESS_USE);
    let mut address = Address { r#use, ..Address::default() };
    for line in element.all(&spec::ADDRESS_LINE) {
        let field = at.leaf(Leaf::Line).nth(address.line.len());
        address.line.extend(line.open(&spec::ADDRESS_LINE).text(field, map_rule::NONE));
    }
    if let Some(code) = element.optional(&spec::POSTAL_CODE) {
        address.postal_code = code.text(at.leaf(Leaf::PostalCode), map_rule::NONE);
    }
    if address.line.is_empty() && address.postal_code.is_none() {
        address.text = element.text(at.leaf(Leaf::Text), map_rule::NONE);
    }
    address
}

pub(crate) fn project(address: &Address, at: At, compat: Compat) -> Address {
    Address {
        r#use: USES.project(&address.r#use),
        line: lines(address, Origin::new(at), compat).map(|(line, _)| line.to_owned()).collect(),
        postal_code: present(&address.postal_code).map(str::to_owned),
        ..Address::default()
    }
}

/// What becomes of the address as lines, postcode apart. An address given in words only is taken apart at its line
/// ends (EPS-D08).
fn lines(address: &Address, origin: Origin, compat: Compat) -> impl Iterator<Item = (&str, Tag)> {
    let own =
        all_present(&address.line).map(move |(number, line)| (line, origin.nth(Leaf::Line, number, map_rule::NONE)));
    let parts = [(&address.city, Leaf::City), (&address.district, Leaf::District), (&address.state, Leaf::State)];
    let parts = parts
        .into_iter()
        .filter_map(move |(part, leaf)| present(part).map(|part| (part, origin.tag(leaf, map_rule::ADDRESS_LINE))));
    let in_words = is_in_words(address) && !compat.reproduces(Defect::TextAddressLost);
    let words = if in_words { address.text.as_deref().unwrap_or_default() } else { "" };
    let words = words.lines().map(str::trim).filter(|line| !line.is_empty());
    own.chain(parts).chain(words.map(move |line| (line, origin.tag(Leaf::Text, map_rule::ADDRESS_LINE))))
}

/// Whether there is nothing but the text.
fn is_in_words(address: &Address) -> bool {
    all_present(&address.line).next().is_none()
        && [&address.city, &address.district, &address.state, &address.postal_code]
            .into_iter()
            .all(|part| present(part).is_none())
}

#[cfg(test)]
mod tests {
    use causeway_canonical::ledger::place;

    use super::*;

    fn projected(address: &Address, compat: Compat) -> Address {
        project(address, place::PATIENT_ADDRESS.at(&[0]), compat)
    }

    #[test]
    fn s9_town_and_county_become_lines_and_blank_ones_are_left_out() {
        let address = Address {
            r#use: Some("billing".to_owned()),
            line: vec!["1 High Street".to_owned(), " ".to_owned()],
            city: Some("Leeds".to_owned()),
            state: Some("Yorkshire".to_owned()),
            postal_code: Some("LS1 1AA".to_owned()),
            country: Some("GB".to_owned()),
            text: Some("unused".to_owned()),
            ..Address::default()
        };
        let back = projected(&address, Compat::NONE);
        assert_eq!(back.line, ["1 High Street", "Leeds", "Yorkshire"]);
        assert!(back.country.is_none() && back.text.is_none() && back.city.is_none());
        assert!(projected(&back, Compat::NONE) == back);
    }

    #[test]
    fn d08_an_address_in_words_becomes_lines_or_is_lost() {
        let address = Address { text: Some("1 High Street\r\nLeeds".to_owned()), ..Address::default() };
        assert_eq!(projected(&address, Compat::NONE).line, ["1 High Street", "Leeds"]);
        assert!(projected(&address, Compat::nhs_eps_api()) == Address::default());
    }
}
