//! Layers of validation: which are asked on a route, and that each says all that it found.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/signing.rs"]
mod signing;
#[allow(dead_code, reason = "this program needs only a part of it")]
mod support;

use causeway_canonical::{Layer, LayerSet};
use causeway_gateway::Configuration;
use causeway_gateway::config::{DEMO_FILES, SignaturePolicy};
use causeway_relay::{MessageRef, Query};
use causeway_signature::{Policy, Trust};
use causeway_syntax::adapter::Context;
use causeway_translate::registry;
use serde_json::Value;

use signing::{signed, trusting, unsigned};
use support::{IVO, World, changed, overrides, prescription, send};

/// One thing wrong in each layer: a part that the profile demands, a check digit, a number of items, the signature.
fn wrong_in_every_layer(number: u32) -> String {
    let content = changed(&prescription(number, "9991001019"), |bundle| {
        let resources = bundle["entry"].as_array_mut().unwrap().iter_mut().map(|entry| &mut entry["resource"]);
        for resource in resources {
            match resource["resourceType"].as_str().unwrap() {
                "Patient" => drop(resource.as_object_mut().unwrap().remove("name")),
                "MedicationRequest" => resource["status"] = "cancelled".into(),
                _ => {}
            }
        }
    });
    signed(&content).replace("\"2026-11-02T10:30:00+00:00\"", "\"2026-11-02T10:30:01+00:00\"")
}

/// Codes of the errors of an answer, in their order.
fn errors(body: &str) -> Vec<String> {
    let outcome: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("expected an outcome: {body}"));
    let issues = outcome["issue"].as_array().unwrap().iter();
    let errors = issues.filter(|issue| issue["severity"] == "error");
    errors.map(|issue| issue["details"]["coding"][0]["code"].as_str().unwrap().to_owned()).collect()
}

const ALL: [(Layer, &str); 4] = [
    (Layer::Shape, "shape-required"),
    (Layer::Identifiers, "nhs-number-check"),
    (Layer::Rules, "EPS-V026"),
    (Layer::Signature, "signature-content"),
];

/// The demo configuration that trusts the prescriber's authority, with a change to its routes.
fn configuration(world: &World, change: impl Fn(&mut causeway_gateway::config::Route)) -> Configuration {
    let mut configuration = Configuration::demo().unwrap().with_overrides(&overrides(&world.receiver)).unwrap();
    configuration.signature = Some(trusting());
    configuration.routes.iter_mut().for_each(change);
    configuration
}

#[tokio::test]
async fn every_layer_says_what_it_found_in_one_answer_and_in_order() {
    let world = World::start_with(|configuration| configuration.signature = Some(trusting())).await;
    let answer = world.send("/gp", &wrong_in_every_layer(1)).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let found = errors(&answer.body);
    let places = ALL.iter().map(|(_, code)| {
        found.iter().position(|found| found == code).unwrap_or_else(|| panic!("{code} is not in {found:?}"))
    });
    assert!(places.is_sorted_by(|before, after| before < after), "{found:?}");
}

#[tokio::test]
async fn a_layer_that_is_off_on_the_route_says_nothing_and_the_others_say_the_same() {
    let world = World::start().await;
    for (number, (off, code)) in (1..).zip(ALL) {
        let reloaded = configuration(&world, |route| route.layers = LayerSet::ALL.without(off));
        world.gateway.reload(reloaded).unwrap();
        let found = errors(&world.send("/gp", &wrong_in_every_layer(number)).await.body);
        for (_, other) in ALL {
            assert_eq!(found.iter().any(|found| found == other), other != code, "without {off:?}: {found:?}");
        }
    }
    let none = LayerSet::from_names([]).unwrap();
    world.gateway.reload(configuration(&world, |route| route.layers = none)).unwrap();
    assert_eq!(world.send("/gp", &wrong_in_every_layer(9)).await.status, 200);
}

#[tokio::test]
async fn a_layer_counts_if_one_of_the_routes_of_a_message_asks_it() {
    let world = World::start().await;
    let only = |name: &str| LayerSet::from_names([name]).unwrap();
    let reloaded = configuration(&world, |route| {
        route.layers = only(if route.name.as_str() == "prescriptions-to-pharmacy" { "rules" } else { "identifiers" });
    });
    world.gateway.reload(reloaded).unwrap();
    // A practice's goes to the pharmacy alone, a hospital's to its patient's practice as well.
    assert_eq!(errors(&world.send("/gp", &wrong_in_every_layer(1)).await.body), ["EPS-V026"]);
    assert_eq!(errors(&world.send("/clinic", &wrong_in_every_layer(2)).await.body), ["nhs-number-check", "EPS-V026"]);
}

#[tokio::test]
async fn what_could_not_be_read_or_would_be_lost_counts_whatever_the_layers() {
    let world = World::start().await;
    let none = LayerSet::from_names([]).unwrap();
    world.gateway.reload(configuration(&world, |route| route.layers = none)).unwrap();
    let unread = prescription(1, IVO).replace("\"male\"", "\"manly\"");
    assert!(errors(&world.send("/gp", &unread).await.body).contains(&"fhir-code".to_owned()));
    let lost = changed(&prescription(2, IVO), |bundle| bundle["entry"][1]["resource"]["priority"] = "stat".into());
    assert_eq!(errors(&world.send("/gp", &lost).await.body), ["field-lost"]);
}

/// The findings that are stored with the only message.
async fn stored(world: &World) -> Vec<(String, String)> {
    let store = world.gateway.store();
    let found = store.search(Query::default()).await.unwrap();
    assert_eq!(found.len(), 1);
    let record = store.show(MessageRef::Key(found[0].key)).await.unwrap().unwrap();
    let findings = record.findings.as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    findings.map(|finding| (text(&finding["rule"]), text(&finding["severity"]))).collect()
}

#[tokio::test]
async fn a_signature_that_holds_is_accepted_where_its_authority_is_trusted() {
    let world = World::start_with(|configuration| configuration.signature = Some(trusting())).await;
    let answer = world.send("/gp", &signed(&prescription(1, IVO))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let expected = ("signature-crl-missing".to_owned(), "warning".to_owned());
    assert_eq!(stored(&world).await, [expected], "no list says whether the certificate is revoked");
}

#[tokio::test]
async fn without_trust_a_signature_is_compared_with_its_prescription_and_what_is_wrong_is_a_warning() {
    let world = World::start().await;
    assert_eq!(world.send("/gp", &signed(&prescription(1, IVO))).await.status, 200);
    assert_eq!(stored(&world).await, []);
    let world = World::start().await;
    let other = signed(&prescription(1, IVO)).replace("2026-11-02T10:30:00+00:00", "2026-11-02T10:30:01+00:00");
    assert_eq!(world.send("/gp", &other).await.status, 200);
    assert_eq!(stored(&world).await, [("signature-content".to_owned(), "warning".to_owned())]);
}

#[tokio::test]
async fn with_trust_a_prescription_without_a_signature_that_holds_is_refused() {
    let world = World::start_with(|configuration| configuration.signature = Some(trusting())).await;
    let good = signed(&prescription(1, IVO));
    for (content, code) in [
        (unsigned(&good), "signature-format"),
        (prescription(1, IVO), "signature-certificate"),
        (good.replace("2026-11-02T10:30:00+00:00", "2026-11-02T10:30:01+00:00"), "signature-content"),
    ] {
        let answer = world.send("/gp", &content).await;
        assert_eq!((answer.status, errors(&answer.body)), (400, vec![code.to_owned()]), "{answer:?}");
        let issue = &answer.json()["issue"][0];
        assert!(issue["extension"].as_array().is_some_and(|places| places.len() == 2), "line and column: {issue:#}");
    }
    let nobody = SignaturePolicy { trust: Trust::new().into(), policy: Policy::default() };
    let mut reloaded = configuration(&world, |_| {});
    reloaded.signature = Some(nobody);
    world.gateway.reload(reloaded).unwrap();
    assert_eq!(errors(&world.send("/gp", &good).await.body), ["signature-untrusted"]);
}

#[tokio::test]
async fn a_route_may_judge_what_is_wrong_with_a_signature_otherwise() {
    let world = World::start().await;
    let milder = DEMO_FILES
        .iter()
        .map(|(name, text)| (*name, text.replace("controlled-drug-words = \"error\"", "signature-format = \"error\"")));
    let milder = Configuration::from_files(milder).unwrap().with_overrides(&overrides(&world.receiver)).unwrap();
    world.gateway.reload(milder).unwrap();
    let answer = world.send("/gp", &unsigned(&prescription(1, IVO))).await;
    assert_eq!((answer.status, errors(&answer.body)), (400, vec!["signature-format".to_owned()]));
}

#[tokio::test]
async fn a_v3_prescription_is_verified_as_it_was_received() {
    let world = World::start().await;
    let files = DEMO_FILES.iter().map(|(name, text)| {
        let asids = "sender_asid = \"200000001285\"\nreceiver_asid = \"567456789789\"\n";
        let format = text.replace("\"fhir-r4-json\"\n# It posts", &format!("\"eps-hl7v3\"\n{asids}# It posts"));
        (*name, if *name == "endpoints/gp.toml" { format } else { (*text).to_owned() })
    });
    let mut v3 = Configuration::from_files(files).unwrap().with_overrides(&overrides(&world.receiver)).unwrap();
    v3.signature = Some(trusting());
    world.gateway.reload(v3).unwrap();

    let context = Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        ..Context::at("2026-11-02T10:30:00Z".parse().unwrap())
    };
    let [fhir, eps] = ["fhir-r4-json", "eps-hl7v3"].map(|format| registry::adapter(format).unwrap());
    let written = |content: &str| {
        let message = fhir.read(content.as_bytes(), &context).message.unwrap();
        eps.write(&message, &context).unwrap_or_else(|findings| panic!("{findings:#?}")).text
    };
    let good = written(&signed(&prescription(1, IVO)));
    let answer = send(&world.gateway, "/gp", "application/xml", &good).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let changed =
        written(&signed(&prescription(2, IVO))).replace("value=\"20261102103000\"", "value=\"20261102103001\"");
    let answer = send(&world.gateway, "/gp", "application/xml", &changed).await;
    assert!(answer.status == 400 && answer.body.contains("signature-content"), "{answer:?}");
}

#[tokio::test]
async fn certificates_and_lists_are_files_of_the_configuration_and_read_again_by_a_reload() {
    let world = World::start().await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    };
    DEMO_FILES.iter().for_each(|(name, text)| write(name, text.as_bytes()));
    let load = |table: &str| {
        let settings = DEMO_FILES.iter().find(|(name, _)| *name == "causeway.toml").unwrap().1;
        write("causeway.toml", format!("{settings}\n[signature]\n{table}").as_bytes());
        let loaded = Configuration::load(folder.path()).unwrap_or_else(|errors| panic!("{errors:#?}"));
        loaded.with_overrides(&overrides(&world.receiver)).unwrap()
    };
    write("trust/authority.pem", signing::authority().as_bytes());
    let trusting = load("trust = [\"trust/authority.pem\"]\n");
    world.gateway.reload(trusting.clone()).unwrap();
    assert_eq!(world.send("/gp", &signed(&prescription(1, IVO))).await.status, 200);

    write("trust/lists.crl", &signing::revoking());
    let with_list =
        "trust = [\"trust/authority.pem\"]\nrevocation-lists = [\"trust/lists.crl\"]\nrevocation = \"require\"\n";
    let revoking = load(with_list);
    assert_ne!(trusting.hash(), revoking.hash());
    world.gateway.reload(revoking.clone()).unwrap();
    let answer = world.send("/gp", &signed(&prescription(2, IVO))).await;
    assert_eq!((answer.status, errors(&answer.body)), (400, vec!["signature-revoked".to_owned()]));

    write("trust/authority.pem", signing::authority().replace('\n', "\r\n").as_bytes());
    assert_ne!(load(with_list).hash(), revoking.hash(), "the files are part of what the hash stands for");
}
