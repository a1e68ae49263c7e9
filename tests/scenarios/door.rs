//! At the door: accepted, sent again, in conflict, refused; and no patient data where it does not belong.

use causeway_canonical::identifier::OdsCode;
use causeway_simulator::generate::{Generator, Spoil};
use causeway_tests::process::{Gateway, Process, free_address, post, post_as, receiver, wait_for};
use serde_json::Value;

struct Scene {
    _folder: tempfile::TempDir,
    gateway: Gateway,
    process: Process,
    address: std::net::SocketAddr,
    _pharmacy: Process,
    journal: std::path::PathBuf,
    generator: Generator,
}

fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("pharmacy.jsonl");
    let (pharmacy, pharmacy_address) = receiver("pharmacy", "127.0.0.1:0".parse().unwrap(), &journal);
    let gateway = Gateway::new(folder.path(), pharmacy_address, free_address());
    let (process, address) = gateway.start();
    let generator = Generator::new(3, "2026-03-02T09:00:00Z".parse().unwrap())
        .nominating(OdsCode::new(Gateway::pharmacy_code()))
        .everybody_nominates();
    Scene { _folder: folder, gateway, process, address, _pharmacy: pharmacy, journal, generator }
}

fn arrived(scene: &Scene) -> usize {
    std::fs::read_to_string(&scene.journal).unwrap_or_default().lines().count()
}

#[test]
fn the_same_message_twice_is_answered_the_same_and_delivered_once() {
    let mut scene = scene();
    let prescription = scene.generator.gp_prescription();
    let first = post(scene.address, "/gp", &prescription.json);
    assert_eq!(first.0, 200, "{}", first.1);
    wait_for("the delivery", || arrived(&scene) == 1);
    assert_eq!(post(scene.address, "/gp", &prescription.json), first, "answered the same");
    // A message after it shows that nothing else was under way.
    let next = scene.generator.gp_prescription();
    assert_eq!(post(scene.address, "/gp", &next.json).0, 200);
    wait_for("the next delivery", || arrived(&scene) == 2);
    assert_eq!(scene.gateway.log(&["search", "--state", "delivered"]).len(), 2);
}

#[test]
fn another_body_under_the_same_id_is_refused_as_a_conflict() {
    let mut scene = scene();
    let prescription = scene.generator.gp_prescription();
    assert_eq!(post(scene.address, "/gp", &prescription.json).0, 200);
    let changed = format!("{}\n", prescription.json);
    let (status, answer) = post(scene.address, "/gp", &changed);
    assert_eq!(status, 409, "{answer}");
    let outcome: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(outcome["issue"][0]["code"], "conflict");
}

#[test]
fn a_refusal_names_the_place_and_stands_in_the_relay_log_and_the_process_stays_up() {
    let mut scene = scene();
    for (spoil, rule) in [
        (Spoil::NhsNumberCheckDigit, "nhs-number-check"),
        (Spoil::PrescriptionCheckCharacter, "prescription-id-check-character"),
        (Spoil::UnknownExtension, "field-lost"),
    ] {
        let spoiled = scene.generator.spoiled(spoil);
        let (status, answer) = post(scene.address, "/gp", &spoiled.json);
        assert_eq!(status, 400, "{answer}");
        let outcome: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(outcome["resourceType"], "OperationOutcome");
        let issue = &outcome["issue"][0];
        assert!(issue["diagnostics"].as_str().unwrap().contains(rule), "{issue}");
        assert!(issue["expression"][0].as_str().unwrap().starts_with("Bundle.entry["), "{issue}");
        assert!(issue["extension"].as_array().unwrap().len() == 2, "line and column: {issue}");
        assert!(!answer.contains(spoiled.nhs_number.as_str()), "no patient data in the answer");
        let found = scene.gateway.log(&["search", "--state", "refused", "--limit", "1"]);
        let id = found[0]["message_id"].as_str().unwrap();
        assert_eq!(id, spoiled.message_id.as_str());
        let shown = scene.gateway.log(&["show", id]);
        assert!(shown[0]["findings"].to_string().contains(rule), "{}", shown[0]["findings"]);
    }
    let good = scene.generator.gp_prescription();
    assert_eq!(post(scene.address, "/gp", &good.json).0, 200, "the process stays up");
}

#[test]
fn no_log_line_event_or_search_result_holds_patient_data() {
    let mut scene = scene();
    let mut secrets = Vec::new();
    let mut remember = |json: &str, nhs_number: &str| {
        let bundle: Value = serde_json::from_str(json).unwrap();
        let patient = bundle["entry"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| &entry["resource"])
            .find(|resource| resource["resourceType"] == "Patient")
            .unwrap()
            .clone();
        secrets.push(nhs_number.to_owned());
        secrets.push(patient["name"][0]["family"].as_str().unwrap().to_owned());
        secrets.push(patient["birthDate"].as_str().unwrap().to_owned());
        secrets.push(patient["address"][0]["postalCode"].as_str().unwrap().to_owned());
    };
    for _ in 0..5 {
        let good = scene.generator.gp_prescription();
        remember(&good.json, good.nhs_number.as_str());
        assert_eq!(post(scene.address, "/gp", &good.json).0, 200);
        let spoiled = scene.generator.spoiled(Spoil::UnknownExtension);
        remember(&spoiled.json, spoiled.nhs_number.as_str());
        assert_eq!(post(scene.address, "/gp", &spoiled.json).0, 400);
    }
    assert_eq!(post(scene.address, "/gp", "{\"resourceType\": \"Bundle\", \"secret-name\": 1").0, 400);
    wait_for("the deliveries", || arrived(&scene) == 5);
    let mut outputs = vec![scene.process.log()];
    for arguments in [&["search", "--limit", "1000"][..], &["tail", "--last", "1000"][..]] {
        outputs.extend(scene.gateway.log(arguments).iter().map(ToString::to_string));
    }
    for found in scene.gateway.log(&["search", "--limit", "1000"]) {
        if let Some(id) = found["message_id"].as_str() {
            outputs.extend(scene.gateway.log(&["show", id]).iter().map(ToString::to_string));
        }
    }
    for secret in &secrets {
        for output in &outputs {
            assert!(!output.contains(secret.as_str()), "patient data in: {output}");
        }
    }
}

#[test]
fn a_message_is_found_by_nhs_number_prescription_and_ods_code() {
    let mut scene = scene();
    let prescription = scene.generator.gp_prescription();
    assert_eq!(post(scene.address, "/gp", &prescription.json).0, 200);
    for arguments in [
        ["search", "--nhs-number", prescription.nhs_number.as_str()],
        ["search", "--prescription", prescription.prescription_id.as_str()],
        ["search", "--message", prescription.message_id.as_str()],
        ["search", "--ods", &Gateway::pharmacy_code()],
    ] {
        let found = scene.gateway.log(&arguments);
        assert_eq!(found.len(), 1, "{arguments:?}");
        assert_eq!(found[0]["message_id"], prescription.message_id.as_str());
    }
}

#[test]
fn a_v3_sender_is_answered_in_v3_and_its_prescription_arrives_as_fhir() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("practice.jsonl");
    let (_practice, practice) = receiver("practice", "127.0.0.1:0".parse().unwrap(), &journal);
    let gateway = Gateway::new(folder.path(), free_address(), practice);
    let config = folder.path().join("config");
    for name in ["endpoints/gp.toml", "endpoints/clinic.toml", "routes/copies.toml", "routes/cancellations.toml"] {
        std::fs::remove_file(config.join(name)).unwrap();
    }
    std::fs::write(
        config.join("endpoints/legacy.toml"),
        "[endpoint.legacy]\nsector = \"primary-care\"\nods = \"Y90001\"\nformat = \"eps-hl7v3\"\npath = \"/legacy\"\n\
         sender_asid = \"200000001285\"\nreceiver_asid = \"567456789789\"\n",
    )
    .unwrap();
    std::fs::write(
        config.join("routes/prescriptions.toml"),
        "[route.legacy]\nfrom = { endpoint = \"legacy\" }\nkinds = [\"prescription-order\"]\n\
         to = { endpoint = \"practice\" }\nallow-kept = [\"prescription.tokenIssued\"]\n",
    )
    .unwrap();
    let (_process, address) = gateway.start();
    let fixtures = causeway_tests::fixtures();
    let (context, source) = (fixtures.join("context.toml"), fixtures.join("fhir-r4/repeat-dispensing.json"));
    let arguments =
        ["translate", "--to", "eps-hl7v3", "--context", context.to_str().unwrap(), source.to_str().unwrap()];
    let v3 = String::from_utf8(causeway_tests::run(&arguments, b"").stdout).unwrap();

    let (status, answer) = post_as("application/xml", address, "/legacy", &v3);
    assert_eq!(status, 200, "{answer}");
    assert!(answer.contains("MCCI_IN010000UK13") && answer.contains("typeCode=\"AA\""), "{answer}");
    wait_for("the prescription at the practice", || {
        std::fs::read_to_string(&journal).is_ok_and(|journal| journal.lines().count() == 1)
    });

    // Another message id, and a wrong check digit.
    let first = v3.find("<id root=\"").unwrap() + "<id root=\"".len();
    let id = &v3[first..first + 36];
    let spoiled = v3.replace(id, "0B0F5A52-6D0C-5C0E-9A3D-0C1F7D1D4A99").replace("9995591367", "9995591368");
    let (status, answer) = post_as("application/xml", address, "/legacy", &spoiled);
    assert_eq!(status, 400, "{answer}");
    assert!(answer.contains("typeCode=\"AE\"") && answer.contains("nhs-number-check"), "{answer}");
    let place = format!("line {}, column ", v3.lines().position(|line| line.contains("9995591367")).unwrap() + 1);
    assert!(answer.contains("<originalText>") && answer.contains(&place), "the place and the hint: {answer}");
    causeway_tests::schema_valid(&answer, "MCCI_IN010000UK13").unwrap();
    assert!(!answer.contains("9995591368"), "no patient data in the answer");
}

#[test]
fn every_layer_is_told_in_one_answer_but_for_those_that_are_off_on_the_route() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("pharmacy.jsonl");
    let (_pharmacy, pharmacy) = receiver("pharmacy", "127.0.0.1:0".parse().unwrap(), &journal);
    let gateway = Gateway::new(folder.path(), pharmacy, free_address());
    let mut generator = Generator::new(13, "2026-03-02T09:00:00Z".parse().unwrap())
        .nominating(OdsCode::new(Gateway::pharmacy_code()))
        .everybody_nominates();
    let spoiled = generator.spoiled(Spoil::NhsNumberCheckDigit);
    let mut bundle: Value = serde_json::from_str(&spoiled.json).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        let resource = &mut entry["resource"];
        match resource["resourceType"].as_str().unwrap() {
            "Patient" => drop(resource.as_object_mut().unwrap().remove("name")),
            "MedicationRequest" => resource["status"] = "cancelled".into(),
            _ => {}
        }
    }
    let wrong = bundle.to_string();
    let rules = |answer: &str| {
        let outcome: Value = serde_json::from_str(answer).unwrap();
        let issues = outcome["issue"].as_array().unwrap().iter();
        issues.map(|issue| issue["details"]["coding"][0]["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    {
        let (_process, address) = gateway.start();
        let (status, answer) = post(address, "/gp", &wrong);
        let found = rules(&answer);
        let told = |code: &str| found.iter().position(|found| found == code);
        let order = ["shape-required", "nhs-number-check", "EPS-V026", "signature-certificate"].map(told);
        assert!(status == 400 && order.iter().all(Option::is_some) && order.is_sorted(), "{found:?}");
    }
    let routes = folder.path().join("config/routes/prescriptions.toml");
    let text = std::fs::read_to_string(&routes).unwrap();
    let off = ["shape", "rules", "signature"]
        .into_iter()
        .fold(text, |text, layer| text.replace(&format!("\n{layer} = true\n"), &format!("\n{layer} = false\n")));
    std::fs::write(&routes, off).unwrap();
    let (_process, address) = gateway.start();
    let (status, answer) = post(address, "/gp", &wrong);
    assert_eq!((status, rules(&answer)), (400, vec!["nhs-number-check".to_owned()]), "{answer}");
}

#[test]
fn a_limit_of_the_configuration_is_told_in_the_senders_format_and_the_process_stays_up() {
    let mut scene = scene();
    let many = Value::from(vec![Value::Null; 1001]);
    let good = scene.generator.gp_prescription();
    let mut bundle: Value = serde_json::from_str(&good.json).unwrap();
    bundle["entry"][1]["resource"]["note"] = many;
    let deep = format!("{{\"resourceType\":\"Bundle\",\"entry\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("{{\"resourceType\":\"Bundle\",\"id\":\"{}\"}}", "x".repeat(5 << 20));
    let large = format!("{{\"resourceType\":\"Bundle\"{}}}", " ".repeat(9 << 20));
    for (body, status, code) in [
        (bundle.to_string(), 400, "too-many-entries"),
        (deep, 400, "nesting-too-deep"),
        (long, 400, "text-too-long"),
        (large, 413, "body-too-large"),
    ] {
        let (found, answer) = post(scene.address, "/gp", &body);
        let outcome: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(found, status, "{answer}");
        assert_eq!(outcome["issue"][0]["details"]["coding"][0]["code"], code);
        assert_eq!(outcome["issue"][0]["code"], "too-costly");
    }
    assert_eq!(post(scene.address, "/gp", &good.json).0, 200);
}

#[test]
fn a_route_may_judge_a_rule_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("pharmacy.jsonl");
    let (_pharmacy, pharmacy) = receiver("pharmacy", "127.0.0.1:0".parse().unwrap(), &journal);
    let gateway = Gateway::new(folder.path(), pharmacy, free_address());
    let routes = folder.path().join("config/routes/prescriptions.toml");
    let text = std::fs::read_to_string(&routes).unwrap();
    let rules = "prescription-id-check-character = \"warning\"\n";
    std::fs::write(&routes, text + rules).unwrap();
    let (_process, address) = gateway.start();
    let mut generator = Generator::new(11, "2026-03-02T09:00:00Z".parse().unwrap())
        .nominating(OdsCode::new(Gateway::pharmacy_code()))
        .everybody_nominates();
    let wrong_character = generator.spoiled(Spoil::PrescriptionCheckCharacter);
    let (status, answer) = post(address, "/gp", &wrong_character.json);
    assert_eq!(status, 200, "{answer}");
    let shown = gateway.log(&["show", wrong_character.message_id.as_str()]);
    assert_eq!(shown[0]["findings"][0]["severity"], "warning", "{}", shown[0]["findings"]);
    let wrong_digit = generator.spoiled(Spoil::NhsNumberCheckDigit);
    assert_eq!(post(address, "/gp", &wrong_digit.json).0, 400);
}

#[test]
fn a_sender_of_fhir_xml_is_answered_in_xml_and_its_prescription_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("pharmacy.jsonl");
    let (_pharmacy, pharmacy) = receiver("pharmacy", "127.0.0.1:0".parse().unwrap(), &journal);
    let gateway = Gateway::new(folder.path(), pharmacy, free_address());
    let endpoint = folder.path().join("config/endpoints/gp.toml");
    let text = std::fs::read_to_string(&endpoint).unwrap();
    std::fs::write(&endpoint, text.replace("format = \"fhir-r4-json\"", "format = \"fhir-r4-xml\"")).unwrap();
    let (_process, address) = gateway.start();
    let mut generator = Generator::new(5, "2026-03-02T09:00:00Z".parse().unwrap())
        .nominating(OdsCode::new(Gateway::pharmacy_code()))
        .everybody_nominates();
    let prescription = generator.gp_prescription();
    let translated = causeway_tests::run(&["translate", "--to", "fhir-r4-xml", "-"], prescription.json.as_bytes());
    let xml = String::from_utf8(translated.stdout).unwrap();

    let (status, answer) = post_as("application/fhir+xml", address, "/gp", &xml);
    assert_eq!(status, 200, "{answer}");
    assert!(answer.contains("<OperationOutcome xmlns=\"http://hl7.org/fhir\">"), "{answer}");
    wait_for("the prescription at the pharmacy", || {
        std::fs::read_to_string(&journal).is_ok_and(|journal| journal.lines().count() == 1)
    });
    assert_eq!(post_as("application/fhir+json", address, "/gp", &xml).0, 415);
    let unknown = xml.replacen("<MedicationRequest>", "<MedicationRequest><priority value=\"stat\"/>", 1);
    let unknown = unknown.replace(prescription.message_id.as_str(), "0b0f5a52-6d0c-5c0e-9a3d-0c1f7d1d4a99");
    let (status, answer) = post_as("application/fhir+xml", address, "/gp", &unknown);
    assert_eq!(status, 400, "{answer}");
    assert!(answer.contains("<expression value=\"Bundle.entry[1].resource.priority\"/>"), "{answer}");
}

#[test]
fn what_is_wrong_with_a_text_of_the_right_syntax_is_said_by_its_reader() {
    let scene = scene();
    let deep = format!("{{\"entry\": {}{}}}", "[".repeat(1000), "]".repeat(1000));
    for (body, rule) in [(deep.as_str(), "nesting-too-deep"), ("{\"resourceType\" \"Bundle\"}", "json-syntax")] {
        let (status, answer) = post(scene.address, "/gp", body);
        assert!(status == 400 && answer.contains(rule), "{status} {answer}");
    }
    let (status, answer) = post(scene.address, "/gp", "<Bundle/>");
    assert!(status == 415 && answer.contains("format-unexpected"), "{status} {answer}");
}
