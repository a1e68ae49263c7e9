use std::collections::{HashMap, HashSet};

use causeway_adapter_fhir::FhirR4Json;
use causeway_canonical::Severity;
use causeway_canonical::identifier::{ProfessionalKind, SdsRoleProfileId, SdsUserId, SnomedCode};
use causeway_canonical::ledger::Mark;
use causeway_canonical::model::Body;
use causeway_syntax::NodeId;
use causeway_syntax::adapter::{Adapter, Context};

use super::*;

const START: &str = "2026-03-02T08:30:00Z";

fn generator(seed: u64) -> Generator {
    Generator::new(seed, START.parse().unwrap())
}

/// So many prescriptions of both sectors.
fn both(seed: u64, count: usize) -> Vec<Prescription> {
    let mut generator = generator(seed);
    (0..count).flat_map(|_| [generator.gp_prescription(), generator.hospital_prescription()]).collect()
}

#[test]
fn the_same_seed_and_start_give_the_same_bytes_in_any_order_of_asking() {
    let mut one = generator(7);
    let mut other = generator(7);
    let practice: Vec<_> = (0..20).map(|_| one.gp_prescription()).collect();
    let hospital: Vec<_> = (0..20).map(|_| one.hospital_prescription()).collect();
    assert!((0..20).map(|_| other.hospital_prescription()).eq(hospital));
    assert!((0..20).map(|_| other.gp_prescription()).eq(practice.iter().cloned()));
    assert!(generator(8).gp_prescription().json != practice[0].json);
}

#[test]
fn another_start_gives_other_messages_of_the_same_people() {
    let one = generator(7).gp_prescription();
    let other = Generator::new(7, "2026-03-03T08:30:00Z".parse().unwrap()).gp_prescription();
    assert_ne!(one.message_id, other.message_id);
    let person = |number| Patient::new(Names::of("causeway/simulator/7"), number).nhs_number;
    assert_eq!(one.nhs_number, person(one.patient_key.0));
    assert_eq!(other.nhs_number, person(other.patient_key.0));
}

#[test]
fn every_identifier_has_its_form_and_check_digit() {
    let mut messages = HashSet::new();
    let mut prescriptions = HashSet::new();
    for prescription in both(1, 500) {
        assert_eq!(prescription.nhs_number.check(), Ok(()));
        assert!(prescription.nhs_number.as_str().starts_with("999"));
        assert_eq!(prescription.prescription_id.check(), Ok(()));
        assert_eq!(prescription.message_id.check(), Ok(()));
        assert!(messages.insert(prescription.message_id));
        assert!(prescriptions.insert(prescription.prescription_id));
    }
}

/// All identifiers of a bundle, as system and value.
fn identifiers(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            if let (Some(Value::String(system)), Some(Value::String(value))) =
                (members.get("system"), members.get("value"))
            {
                found.push((system.clone(), value.clone()));
            }
            members.values().for_each(|member| identifiers(member, found));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| identifiers(entry, found)),
        _ => {}
    }
}

#[test]
fn every_number_of_a_professional_and_every_ods_code_has_its_form() {
    let mut kinds = HashSet::new();
    for prescription in both(6, 150) {
        let mut found = Vec::new();
        identifiers(&serde_json::from_str(&prescription.json).unwrap(), &mut found);
        for (system, value) in found {
            let checked = match system.rsplit('/').next().unwrap() {
                "gmc-number" => ProfessionalKind::Gmc.check(&value),
                "nmc-number" => ProfessionalKind::Nmc.check(&value),
                "gphc-number" => ProfessionalKind::Gphc.check(&value),
                "din-number" => ProfessionalKind::Din.check(&value),
                "nhsbsa-spurious-code" => ProfessionalKind::Spurious.check(&value),
                "sds-user-id" => SdsUserId::new(value).check(),
                "sds-role-profile-id" => SdsRoleProfileId::new(value).check(),
                "ods-organization-code" => OdsCode::new(value).check(),
                "nhs-number" => NhsNumber::new(value).check(),
                _ => continue,
            };
            assert_eq!(checked, Ok(()), "{system}");
            kinds.insert(system);
        }
    }
    assert_eq!(kinds.len(), 9);
}

#[test]
fn no_two_patients_share_a_number() {
    let people = Names::of("people");
    let numbers: HashSet<_> = (0..20_000).map(|number| Patient::new(people, number).nhs_number).collect();
    assert_eq!(numbers.len(), 20_000);
}

#[test]
fn every_code_is_a_concept_with_its_check_digit() {
    for medicine in MEDICINES {
        let codes = [Some(medicine.product), Some(medicine.unit), Some(medicine.dose_unit), Some(medicine.route)];
        for code in codes.into_iter().chain([medicine.form, medicine.method]).flatten() {
            assert_eq!(SnomedCode::new(code.code).check(), Ok(()), "{}", code.display);
        }
    }
    assert_eq!(SnomedCode::new(medicines::FOLLOW_DIRECTIONS.code).check(), Ok(()));
}

#[test]
fn patients_come_again_in_both_sectors() {
    let mut times: HashMap<PatientKey, (u32, u32)> = HashMap::new();
    let mut generator = generator(3);
    for _ in 0..200 {
        times.entry(generator.gp_prescription().patient_key).or_default().0 += 1;
        times.entry(generator.hospital_prescription().patient_key).or_default().1 += 1;
    }
    assert!(times.values().filter(|(practice, hospital)| *practice > 1 && *hospital > 1).count() >= 10);
    assert!(times.len() > 150);
}

#[test]
fn all_courses_of_treatment_occur_and_no_controlled_drug_is_repeated() {
    let mut kinds = HashMap::new();
    for prescription in both(5, 200) {
        *kinds.entry(prescription.kind).or_insert(0) += 1;
        let controlled = prescription.json.contains("Extension-DM-ControlledDrug");
        assert!(prescription.kind == Kind::Acute || !controlled);
    }
    assert!(kinds.len() == 3 && kinds.values().all(|count| *count > 20), "{kinds:?}");
}

#[test]
fn debug_output_shows_no_patient() {
    let prescription = generator(1).gp_prescription();
    let shown = format!("{prescription:?}");
    assert!(!shown.contains(prescription.nhs_number.as_str()));
    assert!(!shown.contains(prescription.prescription_id.as_str()));
}

#[test]
fn every_bundle_satisfies_the_schema() {
    let file = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let shared = [
        file(include_str!("../../../../schemas/fhir-r4/datatypes.schema.json")),
        file(include_str!("../../../../schemas/fhir-r4/extensions.schema.json")),
        file(include_str!("../../../../schemas/fhir-r4/resources.schema.json")),
    ];
    let named = shared.iter().map(|schema| (schema["$id"].as_str().unwrap(), schema));
    let registry = jsonschema::Registry::new().extend(named).unwrap().prepare().unwrap();
    let schema = file(include_str!("../../../../schemas/fhir-r4/prescription-order.schema.json"));
    let validator = jsonschema::options().with_registry(&registry).build(&schema).unwrap();
    for seed in 0..500 {
        for prescription in both(seed, 1) {
            let bundle: Value = serde_json::from_str(&prescription.json).unwrap();
            if let Err(error) = validator.validate(&bundle) {
                panic!("seed {seed}: {error} at {}", error.instance_path());
            }
        }
    }
}

#[test]
fn every_bundle_reads_without_an_error_and_without_an_unread_value() {
    let context = Context::at(START.parse().unwrap());
    for seed in 0..500 {
        for prescription in both(seed, 1) {
            let reading = FhirR4Json.read(prescription.json.as_bytes(), &context);
            let errors: Vec<_> =
                reading.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "seed {seed}: {errors:?}");
            let message = reading.message.unwrap();
            assert_eq!(message.envelope.id, prescription.message_id);
            let Body::PrescriptionOrder(order) = &message.body else { panic!("seed {seed}: another kind") };
            assert_eq!(order.patient.nhs_number.as_ref(), Some(&prescription.nhs_number));
            assert_eq!(order.prescription.short_id, prescription.prescription_id);
            assert!(order.prescription.signature.is_some());
            assert!(order.item.iter().all(|item| item.dosage.iter().all(|dosage| dosage.text.is_some())));
            let account = reading.account.unwrap();
            for (index, mark) in account.marks.iter().enumerate() {
                let node = NodeId::from_index(index);
                let unread = account.tree.is_value(node) && *mark == Mark::Unread;
                assert!(!unread, "seed {seed}: nobody read {}", account.tree.path(node));
            }
        }
    }
}

#[test]
fn each_fault_is_the_only_one() {
    let mut generator = generator(2);
    let nhs = generator.spoiled(Spoil::NhsNumberCheckDigit);
    assert!(nhs.nhs_number.check().is_err() && nhs.nhs_number.as_str().len() == 10);
    assert_eq!(nhs.prescription_id.check(), Ok(()));
    let id = generator.spoiled(Spoil::PrescriptionCheckCharacter);
    assert!(id.prescription_id.check().is_err() && id.prescription_id.without_check_character().is_some());
    assert_eq!(id.nhs_number.check(), Ok(()));
    let extension = generator.spoiled(Spoil::UnknownExtension);
    assert!(extension.json.contains(UNKNOWN_EXTENSION));
    assert_eq!((extension.nhs_number.check(), extension.prescription_id.check()), (Ok(()), Ok(())));
}
