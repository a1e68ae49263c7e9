//! There and back: FHIR to V3 to FHIR gives the same canonical message, but for the fields named here.

use causeway_canonical::ledger::{FieldRef, facts};
use causeway_canonical::model::{Body, Message};
use causeway_syntax::adapter::{Adapter, Compat, Context};
use causeway_tests::pairs;
use causeway_translate::registry;

use super::accounted::{order, systems};

fn context(compat: Compat) -> Context {
    let mut context = systems(Context::at("2022-02-01T00:00:00Z".parse().unwrap()));
    context.compat = compat;
    context
}

fn adapter(format: &str) -> &'static dyn Adapter {
    registry::adapter(format).unwrap()
}

/// FHIR to V3 and back to FHIR, as canonical messages at both ends.
fn there_and_back(source: &[u8], compat: Compat) -> (Message, Message) {
    let context = context(compat);
    let (fhir, eps) = (adapter("fhir-r4-json"), adapter("eps-hl7v3"));
    let first = fhir.read(source, &context).message.expect("a message");
    let xml = eps.write(&first, &context).expect("V3").text;
    let second = eps.read(xml.as_bytes(), &context).message.expect("a message from V3");
    let json = fhir.write(&second, &context).expect("FHIR").text;
    let third = fhir.read(json.as_bytes(), &context);
    assert!(third.findings.is_empty(), "{:#?}", third.findings);
    (first, third.message.expect("a message from FHIR"))
}

/// Fields that V3 cannot hold, or holds in another form, with what becomes of them. Prefixes of field names without list
/// positions. Nothing else may differ.
const NAMED: &[(&str, &str)] = &[
    ("envelope.created", "the V3 wrapper carries the clock of the gateway"),
    ("envelope.sender", "the V3 wrapper names systems by ASID and not organisations"),
    ("envelope.destination", "the V3 wrapper names systems by ASID and not organisations"),
    ("patient.address.text", "an address in words becomes a line"),
    ("patient.address.line", "town and county become lines"),
    ("patient.address.city", "becomes a line"),
    ("patient.address.district", "becomes a line"),
    ("patient.telecom.value", "white space is taken out of numbers"),
    ("author.identifier", "one role identifier is written"),
    ("author.jobRole.coding", "V3 has one job role without display; its list is recognised by the form of the code"),
    ("author.practitioner.identifier", "one professional code is written"),
    ("author.practitioner.display", "becomes the name in words"),
    ("author.practitioner.name", "the display becomes the name in words"),
    ("author.organisation.kind", "V3 writes one fixed type for every organisation"),
    ("author.organisation.telecom.value", "white space is taken out of numbers"),
    ("author.organisation.address.type", "V3 has no type of address"),
    ("author.organisation.address.line", "town and county become lines"),
    ("author.organisation.address.city", "becomes a line"),
    ("author.organisation.address.district", "becomes a line"),
    ("author.organisation.parent", "V3 always names a licensed organisation; itself where there is no other"),
    ("author.telecom", "white space is taken out of numbers"),
    ("responsibleParty", "V3 always names one; the author again where nobody else answers"),
    ("prescription.kind.display", "V3 writes no display here"),
    ("prescription.category", "follows from the prescription type"),
    ("prescription.authoredOn", "V3 has the time of signing only"),
    ("prescription.validity", "an acute or repeat prescription has no end, and times become UTC"),
    ("prescription.supplyDuration", "written for repeat dispensing only, as a number of days"),
    ("prescription.signature.recorded", "V3 has the time of signing only"),
    ("prescription.signature.xml", "the octets of the Signature element, without what stands around it"),
    ("item.intent", "follows from the course of therapy"),
    ("item.medicine.form", "V3 has the product only"),
    ("item.courseOfTherapy", "a mixture of acute and repeat items becomes acute"),
    ("item.repeatsAllowed", "written for repeat dispensing only"),
    ("item.reviewDate", "V3 has one review date, that of the first item"),
    ("item.basedOn", "V3 orders do not name the original item"),
    ("item.endorsement.coding.display", "V3 writes no display here"),
    ("item.controlledDrug.schedule", "V3 has no schedule"),
    ("item.substitutionAllowed", "V3 has no place for it"),
    ("item.dosage.sequence", "the texts are joined in their order"),
    ("item.dosage.text", "the texts are joined in their order"),
    ("item.dosage.additionalInstruction", "the dosage is one text"),
    ("item.dosage.patientInstruction", "the dosage is one text"),
    ("item.dosage.timing", "the dosage is one text"),
    ("item.dosage.asNeeded", "the dosage is one text"),
    ("item.dosage.route", "the dosage is one text"),
    ("item.dosage.method", "the dosage is one text"),
    ("item.dosage.doseAndRate", "the dosage is one text"),
];

/// Further fields that differ where a service, or an organisation named by its code alone, stands for the organisation.
const NAMED_WITH_COST_CENTRE: &[(&str, &str)] = &[
    ("author.organisation", "the represented organisation is the cost centre, its parent the licensed one"),
    ("author.healthcareService", "the represented organisation is the cost centre"),
    ("author.location", "becomes the address of the represented organisation"),
];

fn has_cost_centre(message: &Message) -> bool {
    let Body::PrescriptionOrder(order) = &message.body else { return false };
    let named_by_code = order.author.organisation.as_ref().is_some_and(|organisation| organisation.address.is_empty());
    order.author.healthcare_service.is_some() || named_by_code
}

fn without_positions(path: &str) -> String {
    let mut name = String::new();
    let mut inside = false;
    for character in path.chars() {
        match character {
            '[' => inside = true,
            ']' => inside = false,
            _ if inside => {}
            other => name.push(other),
        }
    }
    name
}

fn differing(first: &Message, second: &Message) -> Vec<String> {
    let (first, second) = (facts(first), facts(second));
    let missing = first.iter().filter(|fact| !second.contains(fact));
    let added = second.iter().filter(|fact| !first.contains(fact));
    let mut paths: Vec<String> = missing.chain(added).map(|fact| fact.path.clone()).collect();
    paths.sort();
    paths.dedup();
    paths
}

fn check(name: &str, source: &[u8], compat: Compat) {
    let (first, third) = there_and_back(source, compat);
    let cost_centre = if has_cost_centre(&first) { NAMED_WITH_COST_CENTRE } else { &[] };
    for path in differing(&first, &third) {
        let field = without_positions(&path);
        assert!(
            NAMED.iter().chain(cost_centre).any(|(named, _)| field.starts_with(named)),
            "{name}: {path} differs after the round trip and is not named"
        );
    }
}

#[test]
fn published_orders_come_back_but_for_the_fields_named() {
    for pair in pairs("Send") {
        let source = std::fs::read(&pair.request).unwrap();
        check(&pair.name, &source, Compat::NONE);
        check(&pair.name, &source, Compat::nhs_eps_api());
    }
}

#[test]
fn our_own_orders_come_back_but_for_the_fields_named() {
    for name in ["acute.json", "repeat.json", "repeat-dispensing.json", "hospital.json"] {
        let source = serde_json::to_vec(&order(name)).unwrap();
        check(name, &source, Compat::NONE);
    }
}

#[test]
fn what_is_clinical_comes_back_unchanged() {
    for name in ["acute.json", "repeat.json", "repeat-dispensing.json", "hospital.json"] {
        let source = serde_json::to_vec(&order(name)).unwrap();
        let (first, third) = there_and_back(&source, Compat::NONE);
        let differing = differing(&first, &third);
        for field in [
            "patient.nhsNumber",
            "patient.birthDate",
            "patient.gender",
            "prescription.id",
            "prescription.shortId",
            "item[0].id",
            "item[0].medicine.code.coding[0].code",
            "item[0].quantity.value",
            "item[0].quantity.code",
            "item[0].note",
        ] {
            assert!(FieldRef::from_path(field).is_some(), "{field} is no field");
            assert!(!differing.iter().any(|path| path == field), "{name}: {field}");
        }
    }
}

#[test]
fn no_field_is_named_in_vain() {
    let published: Vec<Vec<u8>> = pairs("Send").into_iter().map(|pair| std::fs::read(pair.request).unwrap()).collect();
    if published.is_empty() {
        return;
    }
    let own = ["acute.json", "repeat.json", "repeat-dispensing.json", "hospital.json"];
    let own = own.map(|name| serde_json::to_vec(&order(name)).unwrap());
    let mut fields = Vec::new();
    for source in published.iter().chain(&own) {
        for compat in [Compat::NONE, Compat::nhs_eps_api()] {
            let (first, third) = there_and_back(source, compat);
            fields.extend(differing(&first, &third).iter().map(|path| without_positions(path)));
        }
    }
    let vain: Vec<&str> = NAMED
        .iter()
        .chain(NAMED_WITH_COST_CENTRE)
        .map(|(named, _)| *named)
        .filter(|named| !fields.iter().any(|field| field.starts_with(named)))
        .collect();
    assert!(vain.is_empty(), "{vain:#?}");
}
