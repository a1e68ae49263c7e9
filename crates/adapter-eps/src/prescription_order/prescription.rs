//! `pertinentPrescription` (prescription-order.md §2).

use causeway_canonical::ledger::{Leaf, Tag, map_rule, place};
use causeway_canonical::model::{LineItem, OrganisationRef, Prescription, PrescriptionOrder, Signature};
use causeway_canonical::{DateTime, OdsCode, PrescriptionShortId};
use causeway_syntax::Limits;
use causeway_syntax::adapter::{Compat, Context, Defect};

use super::line_item::{self, Issues};
use super::repeats::{self, Treatment};
use super::validity::{self, Times};
use super::{Form, instructions, released};
use crate::datatypes::{Origin, coded, id, present, time};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::person::{self, Part};
use crate::repeat_number::{self, Interval};
use crate::rules;
use crate::signature;
use crate::spec;
use crate::tables;
use crate::target::Target;

pub(super) fn write(target: &mut Target<'_>, order: &PrescriptionOrder, form: Form) {
    let prescription = &order.prescription;
    target.open(&spec::PRESCRIPTION);
    write_ids(target, prescription);
    target.fixed_code(&spec::ADMINISTRATION_CODE);
    target.empty(&spec::NOT_APPLICABLE_TIME);
    let issues = write_issues(target, order, form);
    write_nominated(target, prescription);
    target.open(&spec::AUTHOR);
    validity::write_author_time(target, prescription, form);
    signature::write(target, validity::signature(prescription).map(|(_, xml)| xml));
    person::write(target, &order.author, Part::AUTHOR);
    target.close();
    target.open(&spec::RESPONSIBLE_PARTY);
    match &order.responsible_party {
        Some(responsible) => person::write(target, responsible, Part::RESPONSIBLE_PARTY),
        None => person::write(target, &order.author, Part::AUTHOR_AGAIN),
    }
    target.close();
    if Treatment::of(&order.item) == Some(Treatment::RepeatDispensing) {
        validity::write_days_supply(target, prescription);
    }
    write_review_date(target, &order.item);
    repeats::write_treatment(target, &order.item);
    if form == Form::Released {
        released::write_status(target, prescription);
        released::write_exemption(target, prescription, &released::LOW);
    }
    write_site_preference(target, prescription);
    for (number, item) in order.item.iter().enumerate() {
        line_item::write(target, order, number, item, &issues);
    }
    if form == Form::Released {
        released::write_exemption(target, prescription, &released::HIGH);
    }
    write_token(target, prescription);
    if form == Form::Released {
        released::write_exemption(target, prescription, &released::TEMPORARY);
    }
    write_kind(target, prescription);
    if form == Form::Released {
        released::write_previous_issue(target, &order.item);
    }
    target.close();
}

/// Writes the interval of the whole prescription.
fn write_issues(target: &mut Target<'_>, order: &PrescriptionOrder, form: Form) -> Issues {
    if form == Form::Sent {
        repeats::write_of_prescription(target, &order.item);
        return Issues::ToCome;
    }
    let interval = Interval::of_originals(&order.item);
    repeat_number::write(target, interval.clone());
    Issues::Released(interval.ok().flatten())
}

fn write_ids(target: &mut Target<'_>, prescription: &Prescription) {
    id::write_prescription(target, &prescription.id);
    target.open(&spec::ID);
    id::write_short_id(target, &prescription.short_id);
    target.close();
}

fn write_nominated(target: &mut Target<'_>, prescription: &Prescription) {
    let Some(organisation) = &prescription.nomination.organisation else { return };
    let field = place::NOMINATED_ORGANISATION.at(&[]).leaf(Leaf::Ods);
    let Some(ods) = id::present_ods(&organisation.ods) else {
        return target.refuse(&rules::EPS_NOMINATION, field, "expected the ODS code of the nominated organisation");
    };
    target.open(&spec::PERFORMER);
    target.open(&spec::AGENT_ORGANISATION);
    target.open(&spec::AGENT_ORGANISATION_ENTITY);
    id::write(target, ods.as_str(), oid::ODS, [Tag::Field(field, map_rule::NONE)]);
    target.close_all(3);
}

/// The review date of the first item holds for the prescription; of a date with a time only the date goes (EPS-D12). The
/// items that it comes back for and that have the same date themselves stand behind it, too.
fn write_review_date(target: &mut Target<'_>, items: &[LineItem]) {
    let compat = target.compat();
    let digits = |item: &LineItem| item.review_date.as_ref().map(|review| time::date(&review.written_date(), compat));
    let Some(written) = items.first().and_then(digits) else { return };
    let reviewed = repeats::reviewed(Treatment::of(items), items.len());
    let same = items.iter().enumerate().take(reviewed).filter(|(_, item)| digits(item).as_ref() == Some(&written));
    let tags = same.map(|(number, _)| Tag::Field(place::REVIEW_DATE.at(&[number]).itself(), map_rule::CALENDAR_DATE));
    target.open_fact(&spec::REVIEW_DATE);
    target.attribute("value", &written, tags);
    target.close_fact();
}

fn write_site_preference(target: &mut Target<'_>, prescription: &Prescription) {
    let at = place::SITE_PREFERENCE.at(&[]);
    let preference = prescription.nomination.site_preference.as_ref();
    let Some(code) = preference.and_then(|preference| present(&preference.code)) else {
        let message = "expected the dispensing site preference";
        return target.refuse(&rules::EPS_SITE_PREFERENCE, at.leaf(Leaf::Code), message);
    };
    target.open_fact(&spec::SITE_PREFERENCE);
    coded::write(target, code, oid::SITE_PREFERENCE, Origin::new(at));
    target.close_fact();
}

fn write_kind(target: &mut Target<'_>, prescription: &Prescription) {
    let at = place::PRESCRIPTION_KIND.at(&[]);
    let Some(code) = prescription.kind.as_ref().and_then(|kind| present(&kind.code)) else {
        return target.refuse(&rules::EPS_PRESCRIPTION_TYPE, at.leaf(Leaf::Code), "expected the prescription type");
    };
    target.open_fact(&spec::PRESCRIPTION_TYPE);
    coded::write(target, code, oid::PRESCRIPTION_TYPE, Origin::new(at));
    target.close_fact();
}

fn write_token(target: &mut Target<'_>, prescription: &Prescription) {
    let field = place::TOKEN_ISSUED.field();
    let (issued, tag) = match token(prescription, target.compat()) {
        Some(issued) => (issued, Tag::Field(field, map_rule::NONE)),
        None => (false, Tag::Default(field, map_rule::NOT_STATED)),
    };
    target.open_fact(&spec::TOKEN_ISSUED);
    target.attribute("value", if issued { "true" } else { "false" }, [tag]);
    target.close_fact();
}

/// Whether a token was issued, where that is said and may be said (EPS-D14).
fn token(prescription: &Prescription, compat: Compat) -> Option<bool> {
    prescription.token_issued.filter(|issued| !issued || !compat.reproduces(Defect::TokenNeverIssued))
}

/// Reads everything but times of the document, which is around it.
pub(super) fn read<'t>(
    element: Element<'t>,
    order: &mut PrescriptionOrder,
    times: &mut Times<'t>,
    form: Form,
    limits: &Limits,
) -> Option<Treatment> {
    read_ids(element, &mut order.prescription);
    element.fixed_code(&spec::ADMINISTRATION_CODE);
    element.required(&spec::NOT_APPLICABLE_TIME);
    order.prescription.nomination.organisation = read_nominated(element);
    if let Some(author) = element.required(&spec::AUTHOR) {
        read_author(author, order, times, limits);
    }
    if let Some(responsible) = element.required(&spec::RESPONSIBLE_PARTY) {
        order.responsible_party = person::read(responsible, Part::RESPONSIBLE_PARTY);
    }
    let treatment = repeats::read_treatment(element, element.all(&spec::LINE_ITEM_RELATION).count());
    let dispensing = treatment == Some(Treatment::RepeatDispensing);
    validity::read_days_supply(element, dispensing, times, &mut order.prescription);
    for relation in element.all(&spec::LINE_ITEM_RELATION) {
        let number = order.item.len();
        order.item.extend(line_item::read(relation, number, treatment, &mut order.prescription, form));
    }
    if order.item.is_empty() {
        element.complain(&rules::V3_REQUIRED, format!("expected an element `{}`", spec::LINE_ITEM_RELATION.name));
    }
    match form {
        Form::Sent => repeats::check_prescription(element, &order.item),
        Form::Released => released::read(element, order),
    }
    read_review_date(element, &mut order.item, treatment);
    read_codes(element, &mut order.prescription);
    element.unmodelled("legalAuthenticator", tables::LEGAL_AUTHENTICATOR);
    element.unmodelled("pertinentInformation6", tables::CARE_EVENT);
    element.unmodelled("inFulfillmentOf", tables::IN_FULFILMENT_OF);
    treatment
}

/// The short id has a root of its own; the other id is the long one.
fn read_ids(element: Element<'_>, prescription: &mut Prescription) {
    let is_short = |id: &Element<'_>| id.peek("root") == Some(oid::PRESCRIPTION_SHORT_ID);
    let mut long = element.all(&spec::ID).filter(|id| !is_short(id));
    match (long.next(), long.next()) {
        (Some(id), None) => {
            let field = place::PRESCRIPTION_ID.field();
            if let Some(read) = id::uuid_of(id.open(&spec::ID), field, id::parse_prescription) {
                prescription.id = read;
            }
        }
        (None, _) => element.complain(&rules::V3_REQUIRED, "expected an element `id` with the long prescription id"),
        (Some(_), Some(second)) => second.complain(&rules::V3_REPEATED, "expected one long prescription id"),
    }
    let mut short = element.all(&spec::ID).filter(is_short);
    match (short.next(), short.next()) {
        (Some(id), None) => {
            id.structural("root");
            let value = id.required_value("extension", place::PRESCRIPTION_SHORT_ID.field(), map_rule::NONE);
            prescription.short_id = PrescriptionShortId::new(value.unwrap_or_default());
        }
        (None, _) => element.complain(&rules::V3_REQUIRED, "expected an element `id` with the short prescription id"),
        (Some(_), Some(second)) => second.complain(&rules::V3_REPEATED, "expected one short prescription id"),
    }
}

fn read_nominated(element: Element<'_>) -> Option<OrganisationRef> {
    let organisation = element
        .optional(&spec::PERFORMER)?
        .required(&spec::AGENT_ORGANISATION)?
        .required(&spec::AGENT_ORGANISATION_ENTITY)?;
    let field = place::NOMINATED_ORGANISATION.at(&[]).leaf(Leaf::Ods);
    let ods = id::read(organisation, oid::ODS, field, map_rule::NONE).map(OdsCode::new);
    Some(OrganisationRef { ods, name: None })
}

fn read_author<'t>(author: Element<'t>, order: &mut PrescriptionOrder, times: &mut Times<'t>, limits: &Limits) {
    let text = author.required(&spec::SIGNATURE_TEXT);
    let xml = text.and_then(|text| signature::read(text, limits));
    let (field, rule) = match xml {
        Some(_) => (place::SIGNATURE_WHEN.field(), map_rule::TIMESTAMP_UTC),
        None => (place::AUTHORED_ON.field(), map_rule::AUTHOR_TIME),
    };
    times.author = validity::read_time(author, &spec::TIME, field, rule);
    let when = times.author.as_ref().map(|(_, time)| time.clone());
    match xml {
        Some(xml) => {
            order.prescription.signature = Some(Signature { when, xml: Some(xml), ..Signature::default() });
        }
        None => order.prescription.authored_on = when,
    }
    if let Some(agent) = person::read(author, Part::AUTHOR) {
        order.author = agent;
    }
}

/// The one review date goes to every item that it holds for.
fn read_review_date(element: Element<'_>, items: &mut [LineItem], treatment: Option<Treatment>) {
    let fact = element.optional_fact(&spec::REVIEW_DATE);
    let Some(value) = fact.and_then(|act| act.required(&spec::VALUE)) else { return };
    let field = |number| place::REVIEW_DATE.at(&[number]).itself();
    let review = time::read_date(value, field(0), map_rule::CALENDAR_DATE).map(DateTime::from);
    let reviewed = repeats::reviewed(treatment, items.len());
    for (number, item) in items.iter_mut().enumerate().take(reviewed) {
        value.also("value", field(number), map_rule::CALENDAR_DATE);
        item.review_date.clone_from(&review);
    }
}

fn read_codes(element: Element<'_>, prescription: &mut Prescription) {
    if let Some(value) = element.required_fact(&spec::SITE_PREFERENCE).and_then(|act| act.required(&spec::VALUE)) {
        prescription.nomination.site_preference =
            coded::read(value, oid::SITE_PREFERENCE, place::SITE_PREFERENCE.at(&[]));
    }
    if let Some(value) = element.required_fact(&spec::PRESCRIPTION_TYPE).and_then(|act| act.required(&spec::VALUE)) {
        prescription.kind = coded::read(value, oid::PRESCRIPTION_TYPE, place::PRESCRIPTION_KIND.at(&[]));
    }
    if let Some(value) = element.required_fact(&spec::TOKEN_ISSUED).and_then(|act| act.required(&spec::VALUE)) {
        prescription.token_issued = match value.required_value("value", place::TOKEN_ISSUED.field(), map_rule::NONE) {
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some(_) => {
                value.complain(&rules::V3_CODE, "expected true or false");
                None
            }
            None => None,
        };
    }
}

/// What comes back of a prescription.
pub(super) fn project(order: &PrescriptionOrder, form: Form, context: &Context) -> Prescription {
    let prescription = &order.prescription;
    let compat = context.compat;
    let mut back = Prescription {
        id: id::project_prescription(&prescription.id),
        short_id: prescription.short_id.clone(),
        kind: prescription.kind.as_ref().and_then(|kind| coded::project(kind, uri::PRESCRIPTION_TYPE)),
        token_issued: Some(token(prescription, compat).unwrap_or_default()),
        medication_list: instructions::project_list(&prescription.medication_list),
        patient_information: instructions::project_list(&prescription.patient_information),
        ..Prescription::default()
    };
    back.nomination.site_preference =
        prescription.nomination.site_preference.as_ref().and_then(|it| coded::project(it, uri::SITE_PREFERENCE));
    back.nomination.organisation = prescription
        .nomination
        .organisation
        .as_ref()
        .map(|organisation| OrganisationRef { ods: organisation.ods.clone(), name: None });
    back.signature = validity::signature(prescription).map(|(signature, xml)| Signature {
        when: signature.when.as_ref().map(time::project),
        xml: Some(signature::project(xml, compat.reproduces(Defect::SignatureRewritten), &context.limits)),
        ..Signature::default()
    });
    let dispensing = Treatment::of(&order.item) == Some(Treatment::RepeatDispensing);
    validity::project(prescription, &mut back, dispensing, form, context);
    if form == Form::Released {
        released::project(prescription, &mut back, compat);
    }
    back
}

/// What comes back of the review date of the prescription, which is that of the first item.
pub(super) fn project_review_date(items: &[LineItem], compat: Compat) -> Option<DateTime> {
    let review = items.first()?.review_date.as_ref()?;
    Some(DateTime::from(time::project_date(&review.written_date(), compat)))
}
