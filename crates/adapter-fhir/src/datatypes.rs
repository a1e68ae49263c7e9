//! FHIR data types, read and written side by side.

use causeway_canonical::datetime::{Date, DateTime};
use causeway_canonical::decimal::Decimal;
use causeway_canonical::identifier::{LineItemId, MessageId};
use causeway_canonical::ledger::{At, FieldRef, Leaf, MapRule, map_rule, place};
use causeway_canonical::model::{
    Address, Coded, Concept, HumanName, Identifier, Period, Quantity, Range, Ratio, Telecom,
};

use crate::element::Element;
use crate::rules;
use crate::sink::Sink;
use crate::system;
use crate::unmodelled::{self, Row};

/// An old spelling of an HL7 system, and the present one (overview.md §12, last row).
fn present_spelling(system: &str) -> Option<String> {
    ["https://terminology.hl7.org/", "https://hl7.org/fhir/CodeSystem"]
        .iter()
        .any(|old| system.starts_with(old))
        .then(|| system.replacen("https://", "http://", 1))
}

/// The URI of a system, old spellings read as the present one.
pub fn read_system(parent: Element<'_>, field: FieldRef) -> Option<String> {
    let element = parent.child("system")?;
    match present_spelling(element.peek()?) {
        Some(present) => element.read(field, map_rule::URI_SCHEME).map(|_| present),
        None => element.read(field, map_rule::NONE).map(str::to_owned),
    }
}

/// The system of a coding or identifier without marking it, old spellings read as the present one.
pub fn peek_system(parent: Element<'_>) -> Option<String> {
    let system = parent.peek_child("system")?;
    Some(present_spelling(system).unwrap_or_else(|| system.to_owned()))
}

/// A Coding.
pub fn read_coding(element: Element<'_>, at: At) -> Coded {
    Coded {
        system: read_system(element, at.leaf(Leaf::System)),
        code: element.text("code", at.leaf(Leaf::Code)),
        display: element.text("display", at.leaf(Leaf::Display)),
    }
}

/// Writes a Coding.
pub fn write_coding(sink: &mut Sink, name: &'static str, coded: &Coded, at: At) {
    sink.element(name, |sink| {
        sink.optional("system", coded.system.as_deref(), at.leaf(Leaf::System));
        sink.optional("code", coded.code.as_deref(), at.leaf(Leaf::Code));
        sink.optional("display", coded.display.as_deref(), at.leaf(Leaf::Display));
    });
}

/// A CodeableConcept.
pub fn read_concept(element: Element<'_>, at: At) -> Concept {
    let coding = element
        .children("coding")
        .enumerate()
        .map(|(position, coding)| Coded {
            system: read_system(coding, at.leaf(Leaf::CodingSystem).nth(position)),
            code: coding.text("code", at.leaf(Leaf::CodingCode).nth(position)),
            display: coding.text("display", at.leaf(Leaf::CodingDisplay).nth(position)),
        })
        .collect();
    Concept { coding, text: element.text("text", at.leaf(Leaf::Text)) }
}

/// Content of a CodeableConcept.
pub fn concept_content(sink: &mut Sink, concept: &Concept, at: At) {
    sink.list("coding", &concept.coding, |sink, position, coded| {
        sink.optional("system", coded.system.as_deref(), at.leaf(Leaf::CodingSystem).nth(position));
        sink.optional("code", coded.code.as_deref(), at.leaf(Leaf::CodingCode).nth(position));
        sink.optional("display", coded.display.as_deref(), at.leaf(Leaf::CodingDisplay).nth(position));
    });
    sink.optional("text", concept.text.as_deref(), at.leaf(Leaf::Text));
}

/// Writes a CodeableConcept.
pub fn write_concept(sink: &mut Sink, name: &'static str, concept: &Concept, at: At) {
    sink.element(name, |sink| concept_content(sink, concept, at));
}

/// Writes several CodeableConcepts; `at` gives the place of each.
pub fn write_concepts(sink: &mut Sink, name: &'static str, concepts: &[Concept], at: impl Fn(usize) -> At) {
    sink.list(name, concepts, |sink, position, concept| concept_content(sink, concept, at(position)));
}

/// When a name, address, telecom or identifier was in use.
fn read_time_of_use(element: Element<'_>, row: Row) {
    if let Some(period) = element.child("period") {
        period.unmodelled("start", row);
        period.unmodelled("end", row);
    }
}

/// An Identifier of any system.
pub fn read_identifier(element: Element<'_>, at: At) -> Identifier {
    read_time_of_use(element, unmodelled::IDENTIFIER_PERIOD);
    Identifier {
        system: read_system(element, at.leaf(Leaf::System)),
        value: element.text("value", at.leaf(Leaf::Value)),
        r#use: element.text("use", at.leaf(Leaf::Use)),
    }
}

/// Content of an Identifier.
pub fn identifier_content(sink: &mut Sink, identifier: &Identifier, at: At) {
    sink.optional("use", identifier.r#use.as_deref(), at.leaf(Leaf::Use));
    sink.optional("system", identifier.system.as_deref(), at.leaf(Leaf::System));
    sink.optional("value", identifier.value.as_deref(), at.leaf(Leaf::Value));
}

/// Writes several Identifiers; `at` gives the place of each.
pub fn write_identifiers(sink: &mut Sink, name: &'static str, identifiers: &[Identifier], at: impl Fn(usize) -> At) {
    sink.list(name, identifiers, |sink, position, identifier| identifier_content(sink, identifier, at(position)));
}

/// The value of an Identifier that must be of a given system. The system carries no information of its own.
pub fn read_fixed_identifier<'t>(element: Element<'t>, system: &'static str, field: FieldRef) -> Option<&'t str> {
    element.fixed("system", system);
    element.required("value")?.read(field, map_rule::NONE)
}

/// A Quantity.
pub fn read_quantity(element: Element<'_>, at: At) -> Quantity {
    Quantity {
        value: read_decimal(element, "value", at.leaf(Leaf::Value)),
        comparator: element.text("comparator", at.leaf(Leaf::Comparator)),
        unit: element.text("unit", at.leaf(Leaf::Unit)),
        system: read_system(element, at.leaf(Leaf::System)),
        code: element.text("code", at.leaf(Leaf::Code)),
    }
}

/// Writes a Quantity.
pub fn write_quantity(sink: &mut Sink, name: &'static str, quantity: &Quantity, at: At) {
    sink.element(name, |sink| {
        if let Some(value) = &quantity.value {
            sink.scalar("value", value.as_str(), at.leaf(Leaf::Value));
        }
        sink.optional("comparator", quantity.comparator.as_deref(), at.leaf(Leaf::Comparator));
        sink.optional("unit", quantity.unit.as_deref(), at.leaf(Leaf::Unit));
        sink.optional("system", quantity.system.as_deref(), at.leaf(Leaf::System));
        sink.optional("code", quantity.code.as_deref(), at.leaf(Leaf::Code));
    });
}

/// A Range.
pub fn read_range(element: Element<'_>, low: At, high: At) -> Range {
    Range {
        low: element.child("low").map(|quantity| read_quantity(quantity, low)),
        high: element.child("high").map(|quantity| read_quantity(quantity, high)),
    }
}

/// Writes a Range.
pub fn write_range(sink: &mut Sink, name: &'static str, range: &Range, low: At, high: At) {
    sink.element(name, |sink| {
        if let Some(quantity) = &range.low {
            write_quantity(sink, "low", quantity, low);
        }
        if let Some(quantity) = &range.high {
            write_quantity(sink, "high", quantity, high);
        }
    });
}

/// A Ratio.
pub fn read_ratio(element: Element<'_>, numerator: At, denominator: At) -> Ratio {
    Ratio {
        numerator: element.child("numerator").map(|quantity| read_quantity(quantity, numerator)),
        denominator: element.child("denominator").map(|quantity| read_quantity(quantity, denominator)),
    }
}

/// Writes a Ratio.
pub fn write_ratio(sink: &mut Sink, name: &'static str, ratio: &Ratio, numerator: At, denominator: At) {
    sink.element(name, |sink| {
        if let Some(quantity) = &ratio.numerator {
            write_quantity(sink, "numerator", quantity, numerator);
        }
        if let Some(quantity) = &ratio.denominator {
            write_quantity(sink, "denominator", quantity, denominator);
        }
    });
}

/// A Period.
pub fn read_period(element: Element<'_>, at: At) -> Period {
    Period {
        start: read_date_time(element, "start", at.leaf(Leaf::Start)),
        end: read_date_time(element, "end", at.leaf(Leaf::End)),
    }
}

/// Writes a Period.
pub fn write_period(sink: &mut Sink, name: &'static str, period: &Period, at: At) {
    sink.element(name, |sink| {
        sink.optional("start", period.start.as_ref().map(DateTime::as_str), at.leaf(Leaf::Start));
        sink.optional("end", period.end.as_ref().map(DateTime::as_str), at.leaf(Leaf::End));
    });
}

/// A dateTime child.
pub fn read_date_time(parent: Element<'_>, name: &'static str, field: FieldRef) -> Option<DateTime> {
    let element = parent.child(name)?;
    let text = element.read(field, map_rule::NONE)?;
    DateTime::parse(text).map_err(|fault| element.report(&rules::DATE, fault.expected)).ok()
}

/// A date child.
pub fn read_date(parent: Element<'_>, name: &'static str, field: FieldRef) -> Option<Date> {
    let element = parent.child(name)?;
    let text = element.read(field, map_rule::NONE)?;
    Date::parse(text).map_err(|fault| element.report(&rules::DATE, fault.expected)).ok()
}

/// A decimal child, in its lexical form. A string in place of a number is read too (overview.md §8).
pub fn read_decimal(parent: Element<'_>, name: &'static str, field: FieldRef) -> Option<Decimal> {
    let element = parent.child(name)?;
    let text = element.read(field, map_rule::NONE)?;
    let number = Decimal::parse(text);
    if number.is_none() {
        element.report(&rules::NUMBER, format!("{name} is expected to be a number"));
    }
    number
}

/// A whole number that is not negative.
pub fn read_count(parent: Element<'_>, name: &'static str, field: FieldRef) -> Option<u32> {
    read_count_by(parent, name, field, map_rule::NONE)
}

/// A whole number that is not negative, which goes to its field by a rule.
fn read_count_by(parent: Element<'_>, name: &'static str, field: FieldRef, rule: MapRule) -> Option<u32> {
    let element = parent.child(name)?;
    let number = element.read(field, rule)?.parse().ok();
    if number.is_none() {
        element.report(&rules::NUMBER, format!("{name} is expected to be a whole number from 0"));
    }
    number
}

/// The whole number in the extension of that URL, as valueUnsignedInt or as valueInteger (EPS-D21).
pub fn read_count_part(parent: Element<'_>, url: &'static str, field: FieldRef, rule: MapRule) -> Option<u32> {
    let part = parent.extension(url)?;
    let name = if part.peek_child("valueUnsignedInt").is_some() { "valueUnsignedInt" } else { "valueInteger" };
    read_count_by(part, name, field, rule)
}

/// A boolean child.
pub fn read_boolean(parent: Element<'_>, name: &'static str, field: FieldRef) -> Option<bool> {
    let element = parent.child(name)?;
    let flag = element.read(field, map_rule::NONE)?.parse().ok();
    if flag.is_none() {
        element.report(&rules::STRUCTURE, format!("{name} is expected to be true or false"));
    }
    flag
}

/// A repeating text child.
pub fn read_texts(parent: Element<'_>, name: &'static str, field: impl Fn(usize) -> FieldRef) -> Vec<String> {
    parent
        .children(name)
        .enumerate()
        .filter_map(|(position, element)| element.read(field(position), map_rule::NONE))
        .map(str::to_owned)
        .collect()
}

/// A HumanName.
pub fn read_name(element: Element<'_>, at: At) -> HumanName {
    read_time_of_use(element, unmodelled::NAME_PERIOD);
    HumanName {
        r#use: element.text("use", at.leaf(Leaf::Use)),
        text: element.text("text", at.leaf(Leaf::Text)),
        prefix: read_texts(element, "prefix", |position| at.leaf(Leaf::Prefix).nth(position)),
        given: read_texts(element, "given", |position| at.leaf(Leaf::Given).nth(position)),
        family: element.text("family", at.leaf(Leaf::Family)),
        suffix: read_texts(element, "suffix", |position| at.leaf(Leaf::Suffix).nth(position)),
    }
}

/// Writes several HumanNames; `at` gives the place of each.
pub fn write_names(sink: &mut Sink, name: &'static str, names: &[HumanName], at: impl Fn(usize) -> At) {
    sink.list(name, names, |sink, position, name| {
        let at = at(position);
        sink.optional("use", name.r#use.as_deref(), at.leaf(Leaf::Use));
        sink.optional("text", name.text.as_deref(), at.leaf(Leaf::Text));
        sink.optional("family", name.family.as_deref(), at.leaf(Leaf::Family));
        sink.texts("given", &name.given, |position| at.leaf(Leaf::Given).nth(position));
        sink.texts("prefix", &name.prefix, |position| at.leaf(Leaf::Prefix).nth(position));
        sink.texts("suffix", &name.suffix, |position| at.leaf(Leaf::Suffix).nth(position));
    });
}

/// An Address.
pub fn read_address(element: Element<'_>, at: At) -> Address {
    read_time_of_use(element, unmodelled::ADDRESS_PERIOD);
    Address {
        r#use: element.text("use", at.leaf(Leaf::Use)),
        r#type: element.text("type", at.leaf(Leaf::Type)),
        text: element.text("text", at.leaf(Leaf::Text)),
        line: read_texts(element, "line", |position| at.leaf(Leaf::Line).nth(position)),
        city: element.text("city", at.leaf(Leaf::City)),
        district: element.text("district", at.leaf(Leaf::District)),
        state: element.text("state", at.leaf(Leaf::State)),
        postal_code: element.text("postalCode", at.leaf(Leaf::PostalCode)),
        country: element.text("country", at.leaf(Leaf::Country)),
    }
}

/// Content of an Address.
pub fn address_content(sink: &mut Sink, address: &Address, at: At) {
    sink.optional("use", address.r#use.as_deref(), at.leaf(Leaf::Use));
    sink.optional("type", address.r#type.as_deref(), at.leaf(Leaf::Type));
    sink.optional("text", address.text.as_deref(), at.leaf(Leaf::Text));
    sink.texts("line", &address.line, |position| at.leaf(Leaf::Line).nth(position));
    sink.optional("city", address.city.as_deref(), at.leaf(Leaf::City));
    sink.optional("district", address.district.as_deref(), at.leaf(Leaf::District));
    sink.optional("state", address.state.as_deref(), at.leaf(Leaf::State));
    sink.optional("postalCode", address.postal_code.as_deref(), at.leaf(Leaf::PostalCode));
    sink.optional("country", address.country.as_deref(), at.leaf(Leaf::Country));
}

/// Writes several Addresses; `at` gives the place of each.
pub fn write_addresses(sink: &mut Sink, name: &'static str, addresses: &[Address], at: impl Fn(usize) -> At) {
    sink.list(name, addresses, |sink, position, address| address_content(sink, address, at(position)));
}

/// The ContactPoints of a parent; `at` gives the place of each.
pub fn read_telecoms(parent: Element<'_>, at: impl Fn(usize) -> At) -> Vec<Telecom> {
    parent
        .children("telecom")
        .enumerate()
        .map(|(position, element)| {
            let at = at(position);
            read_time_of_use(element, unmodelled::TELECOM_PERIOD);
            element.unmodelled("rank", unmodelled::TELECOM_RANK);
            Telecom {
                system: element.text("system", at.leaf(Leaf::System)),
                value: element.text("value", at.leaf(Leaf::Value)),
                r#use: element.text("use", at.leaf(Leaf::Use)),
            }
        })
        .collect()
}

/// Writes several ContactPoints; `at` gives the place of each.
pub fn write_telecoms(sink: &mut Sink, telecoms: &[Telecom], at: impl Fn(usize) -> At) {
    sink.list("telecom", telecoms, |sink, position, telecom| {
        let at = at(position);
        sink.optional("system", telecom.system.as_deref(), at.leaf(Leaf::System));
        sink.optional("value", telecom.value.as_deref(), at.leaf(Leaf::Value));
        sink.optional("use", telecom.r#use.as_deref(), at.leaf(Leaf::Use));
    });
}

/// A UUID in the lower case of the model.
pub fn read_lower_case(element: Element<'_>, field: FieldRef) -> Option<String> {
    let text = element.peek().unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    element.read(field, if lower == text { map_rule::NONE } else { map_rule::UUID_CASE })?;
    Some(lower)
}

/// The id of an item, a UUID.
pub fn read_line_item_id(element: Element<'_>, field: FieldRef) -> Option<LineItemId> {
    let text = read_lower_case(element, field)?;
    LineItemId::parse(&text).map_err(|fault| element.report(&rules::UUID, fault.expected)).ok()
}

/// The id of a message, a UUID.
pub fn read_message_uuid(element: Element<'_>, field: FieldRef) -> Option<MessageId> {
    let text = read_lower_case(element, field)?;
    MessageId::parse(&text).map_err(|fault| element.report(&rules::UUID, fault.expected)).ok()
}

/// The id of the message that a resource is.
pub fn read_own_id(resource: Element<'_>) -> Option<MessageId> {
    let identifier = resource.required("identifier")?;
    identifier.fixed("system", system::RFC4122);
    read_message_uuid(identifier.required("value")?, place::MESSAGE_ID.field())
}

/// The extension with that URL; a missing one is reported. `what` says what it is for.
pub fn required_extension<'t>(parent: Element<'t>, url: &'static str, what: &str) -> Option<Element<'t>> {
    let extension = parent.extension(url);
    if extension.is_none() {
        parent.report(&rules::REQUIRED, format!("the extension for the {what} is expected here and missing"));
    }
    extension
}

/// Writes one entry of a list of extensions.
pub fn write_extension(sink: &mut Sink, url: &'static str, content: impl FnOnce(&mut Sink)) {
    sink.entry(|sink| {
        sink.fixed("url", url);
        content(sink);
    });
}

/// A CodeableConcept that has the only code that this place can have: its words say nothing more. Another code is
/// reported and stays unread.
pub fn read_fixed_concept(parent: Element<'_>, name: &'static str, system: &'static str, code: &'static str) {
    let Some(coding) = parent.child(name).and_then(|concept| concept.required("coding")) else { return };
    if peek_system(coding).as_deref() == Some(system) {
        coding.structural_child("system");
    }
    coding.fixed("code", code);
    coding.unmodelled("display", unmodelled::FIXED_DISPLAY);
}

/// Writes a CodeableConcept with one fixed code.
pub fn write_fixed_concept(sink: &mut Sink, name: &'static str, system: &str, code: &str) {
    sink.element(name, |sink| {
        sink.begin_list("coding");
        sink.entry(|sink| {
            sink.fixed("system", system);
            sink.fixed("code", code);
        });
        sink.end_list();
    });
}

/// What every resource may carry and no mapping needs: its id, book-keeping and narrative.
pub fn read_resource_frame(resource: Element<'_>) {
    resource.structural_child("resourceType");
    resource.unmodelled("id", unmodelled::RESOURCE_ID);
    if let Some(meta) = resource.child("meta") {
        meta.unmodelled("lastUpdated", unmodelled::META_LAST_UPDATED);
        meta.unmodelled("versionId", unmodelled::META_VERSION);
        meta.unmodelled("profile", unmodelled::META_PROFILE);
    }
    if let Some(text) = resource.child("text").filter(|text| text.is_composite()) {
        text.unmodelled("status", unmodelled::NARRATIVE_STATUS);
        text.unmodelled("div", unmodelled::NARRATIVE_DIV);
    }
}
