//! The dictionary of medicines and devices, loaded, used and replaced while the gateway runs.

use std::net::SocketAddr;
use std::path::Path;

use causeway_tests::process::{Gateway, Process, free_address, keeper, post, wait_for};
use causeway_tests::{fixtures, run, workspace};
use serde_json::Value;

/// A virtual product of the invented release, an actual one, a moiety and a withdrawn product.
const PRODUCT: &str = "9002011000001105";
const ACTUAL: &str = "9003021000001105";
const MOIETY: &str = "9001011000001102";
const WITHDRAWN: &str = "9002041000001106";

/// A code that the release does not have.
const UNKNOWN: &str = "322236009";

/// A gateway with a sender and a route for each policy, and a dictionary.
struct Scene {
    folder: tempfile::TempDir,
    gateway: Gateway,
    process: Process,
    address: SocketAddr,
}

impl Scene {
    /// Starts a gateway whose dictionary is the invented release, and whose receiver is not there.
    fn start() -> Self {
        Self::start_for(free_address())
    }

    /// The same, with a receiver.
    fn start_for(receiver: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (mut endpoints, mut routes) = (String::new(), String::new());
        for (number, policy) in ["none", "accept", "warn", "park", "refuse"].into_iter().enumerate() {
            endpoints += &format!(
                "[endpoint.{policy}]\nsector = \"primary-care\"\nods = \"A8300{number}\"\nformat = \"fhir-r4-json\"\n\
                 path = \"/{policy}\"\n"
            );
            routes += &format!(
                "[route.{policy}]\nfrom = {{ endpoint = \"{policy}\" }}\nkinds = [\"prescription-order\"]\n\
                 to = {{ endpoint = \"receiver\" }}\n"
            );
            if policy != "none" {
                let topics = ["unknown", "inactive", "wrong-level"].map(|topic| format!("{topic} = \"{policy}\"\n"));
                routes += &format!("[route.{policy}.terminology]\n{}", topics.concat());
            }
        }
        endpoints += &format!(
            "[endpoint.receiver]\nsector = \"community-pharmacy\"\nods = \"FA100\"\nformat = \"fhir-r4-json\"\n\
             url = \"http://{receiver}/\"\n"
        );
        let gateway = Gateway::with(folder.path(), &endpoints, &routes);
        let settings = gateway.config().join("causeway.toml");
        let text = std::fs::read_to_string(&settings).unwrap() + "\n[terminology]\nindex = \"dmd.index\"\n";
        let admin = format!("[admin]\naddress = \"{}\"", free_address());
        std::fs::write(settings, text.replace("[admin]\naddress = \"127.0.0.1:0\"", &admin)).unwrap();
        load(&fixtures().join("dmd/release"), &gateway.config().join("dmd.index"));
        let (process, address) = gateway.start();
        Scene { folder, gateway, process, address }
    }

    /// Posts an order for a medicine; its id, the status, and the answer.
    fn order(&self, policy: &str, medicine: &str) -> (String, u16, String) {
        let id = uuid::Uuid::new_v4().to_string();
        let text = std::fs::read_to_string(workspace().join("crates/validate/tests/data/order.json")).unwrap();
        let mut order: Value = serde_json::from_str(&text).unwrap();
        order["identifier"]["value"] = Value::from(id.as_str());
        for request in [1, 2] {
            let medicine = serde_json::json!({
                "coding": [{"system": "http://snomed.info/sct", "code": medicine, "display": "Calmivol 5mg tablets"}]
            });
            order["entry"][request]["resource"]["medicationCodeableConcept"] = medicine;
        }
        let (status, answer) = post(self.address, &format!("/{policy}"), &order.to_string());
        (id, status, answer)
    }

    /// Whether an order for a medicine is accepted, and which rules of the dictionary are told of, in the log or in the
    /// answer.
    fn judged(&self, policy: &str, medicine: &str) -> (bool, Vec<String>) {
        let (id, status, answer) = self.order(policy, medicine);
        let record = &self.gateway.log(&["show", &id])[0];
        let findings = record["findings"].as_array().unwrap();
        let mut rules: Vec<String> =
            findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
        rules.retain(|rule| rule.starts_with("medicine-"));
        rules.dedup();
        assert!(status == 200 || rules.iter().all(|rule| answer.contains(rule.as_str())), "{answer}");
        (status == 200, rules)
    }

    /// Runs a `deliveries` command; the exit code, and one JSON object a line.
    fn deliveries(&self, arguments: &[&str]) -> (i32, Vec<Value>) {
        let (config, data) = (self.gateway.config(), self.gateway.data());
        let place = ["--config", config.to_str().unwrap(), "--data", data.to_str().unwrap(), "--json"];
        let output = run(&[&["deliveries"], arguments, place.as_slice()].concat(), b"");
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code().unwrap(), text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    /// The state of a message's only delivery.
    fn state(&self, id: &str) -> String {
        self.gateway.log(&["show", id])[0]["deliveries"][0]["state"].as_str().unwrap().to_owned()
    }

    /// Makes the gateway read its configuration again, and waits until its log has a line so many times.
    fn reload(&self, line: &str, times: usize) {
        self.process.hang_up();
        wait_for(line, || self.process.log().matches(line).count() >= times);
    }
}

fn load(release: &Path, index: &Path) {
    let output = run(&["terminology", "load", release.to_str().unwrap(), "--out", index.to_str().unwrap()], b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_route_says_what_is_done_about_codes_that_the_dictionary_does_not_bear_out() {
    let scene = Scene::start();
    for policy in ["none", "accept", "warn", "park", "refuse"] {
        for good in [PRODUCT, ACTUAL] {
            assert!(scene.judged(policy, good).0, "{policy} {good}");
        }
    }
    for (medicine, rule) in
        [(UNKNOWN, "medicine-unknown"), (WITHDRAWN, "medicine-inactive"), (MOIETY, "medicine-level")]
    {
        let accepts_by_default = medicine != MOIETY;
        let judged = |policy| {
            let (accepted, rules) = scene.judged(policy, medicine);
            (accepted, rules.contains(&rule.to_owned()))
        };
        assert_eq!(judged("none"), (accepts_by_default, true), "{medicine}");
        assert_eq!(judged("accept"), (true, false), "{medicine}");
        assert_eq!(judged("warn"), (true, true), "{medicine}");
        assert_eq!(judged("park"), (true, true), "{medicine}");
        assert_eq!(judged("refuse"), (false, true), "{medicine}");
    }
}

#[test]
fn what_is_parked_is_acknowledged_and_waits_for_a_person() {
    let kept = tempfile::tempdir().unwrap();
    let (_receiver, address) = keeper("fhir-r4-json", &kept.path().join("kept"));
    let scene = Scene::start_for(address);
    assert_eq!(scene.deliveries(&["list"]).0, 1, "nothing is parked");
    let (first, status, _) = scene.order("park", UNKNOWN);
    assert_eq!(status, 200);
    let (second, status, _) = scene.order("park", PRODUCT);
    assert_eq!(status, 200);
    let (other, ..) = scene.order("warn", UNKNOWN);
    // It waits, and so does what stands behind it; what another route sends does not.
    assert_eq!(scene.state(&first), "parked");
    let (code, parked) = scene.deliveries(&["list"]);
    assert_eq!((code, parked.len()), (0, 1), "{parked:?}");
    assert_eq!((&parked[0]["message"], &parked[0]["route"]), (&Value::from(first.as_str()), &Value::from("park")));
    assert_eq!(parked[0]["outcome"]["parked"]["reason"], "medicine-unknown");
    let id = parked[0]["delivery"].as_str().unwrap();
    let decide = |verdict, who| scene.deliveries(&[verdict, id, "--who", who, "--why", "newer than our dictionary"]);
    assert_eq!(decide("release", " ").0, 1, "nobody decides");
    assert_eq!(scene.state(&first), "parked");
    assert_eq!(decide("release", "Olive").0, 0);
    for message in [&first, &second, &other] {
        wait_for("the delivery", || scene.state(message) == "delivered");
    }
    let record = &scene.gateway.log(&["show", &first])[0];
    let events = record["events"].as_array().unwrap();
    let released = events.iter().find(|event| event["kind"] == "delivery-released").unwrap();
    assert_eq!(
        (&released["detail"]["who"], &released["detail"]["why"]),
        (&Value::from("Olive"), &Value::from("newer than our dictionary"))
    );
    assert_eq!(decide("release", "Olive").0, 1, "it is not parked any more");
    // Another one is given up, and nothing of it is sent.
    let (third, ..) = scene.order("park", WITHDRAWN);
    let (_, parked) = scene.deliveries(&["list"]);
    let id = parked[0]["delivery"].as_str().unwrap();
    assert_eq!(scene.deliveries(&["give-up", id, "--who", "Olive", "--why", "asked for anew"]).0, 0);
    assert_eq!(scene.state(&third), "dead");
    assert_eq!(scene.deliveries(&["list", "--state", "dead"]).1.len(), 1);
}

#[test]
fn a_new_release_is_taken_up_without_a_stop_and_a_damaged_one_is_not() {
    let scene = Scene::start();
    let refused = (false, vec!["medicine-unknown".to_owned()]);
    let accepted = (true, Vec::new());
    assert_eq!(scene.judged("refuse", UNKNOWN), refused);
    // The next release has the code.
    let release = scene.folder.path().join("next");
    std::fs::create_dir(&release).unwrap();
    for entry in std::fs::read_dir(fixtures().join("dmd/release")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap().replace(PRODUCT, UNKNOWN);
        std::fs::write(release.join(path.file_name().unwrap()), text).unwrap();
    }
    let index = scene.gateway.config().join("dmd.index");
    load(&release, &index);
    assert_eq!(scene.judged("refuse", UNKNOWN), refused, "before the gateway is told");
    scene.reload("a dictionary is in use", 2);
    assert_eq!(scene.judged("refuse", UNKNOWN), accepted);
    // What has not changed is not read again.
    scene.reload("the configuration was replaced", 2);
    assert_eq!(scene.process.log().matches("a dictionary is in use").count(), 2);
    // One that is damaged never takes the place of one that is in use.
    let whole = std::fs::read(&index).unwrap();
    let damaged = scene.folder.path().join("damaged");
    std::fs::write(&damaged, &whole[..whole.len() - 1]).unwrap();
    std::fs::rename(&damaged, &index).unwrap();
    scene.reload("is not a dictionary index that can be used", 1);
    assert_eq!(scene.judged("refuse", UNKNOWN), accepted);
}

#[test]
fn a_gateway_does_not_start_with_an_index_that_cannot_be_used() {
    let scene = Scene::start();
    let Scene { gateway, mut process, .. } = scene;
    process.kill();
    std::fs::write(gateway.config().join("dmd.index"), b"nothing").unwrap();
    let (config, data) = (gateway.config(), gateway.data());
    let output = run(&["serve", "--config", config.to_str().unwrap(), "--data", data.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2));
    let too_short = "is not a dictionary index that can be used: it is too short";
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(too_short), "{told}");
    let checked = run(&["check", "--config", config.to_str().unwrap(), "--json"], b"");
    assert_eq!(checked.status.code(), Some(1));
    let checked: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert!(checked["errors"][0]["message"].as_str().unwrap().ends_with(too_short), "{checked}");
}

#[test]
fn the_command_tells_what_it_loaded_and_shows_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("dmd.index");
    let (release, index_name) = (fixtures().join("dmd/release"), index.to_str().unwrap());
    let output = run(&["terminology", "load", release.to_str().unwrap(), "--out", index_name, "--json"], b"");
    let loaded: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&loaded["date"], &loaded["entries"]["vmp"]), (&Value::from(20_261_105), &Value::from(9)));
    assert_eq!(loaded["bytes"], std::fs::metadata(&index).unwrap().len());
    let show = |code: &str| run(&["terminology", "show", code, "--index", index_name, "--json"], b"");
    let shown: Value = serde_json::from_slice(&show(WITHDRAWN).stdout).unwrap();
    assert_eq!((&shown["level"], &shown["inactive"]), (&Value::from("vmp"), &Value::from(true)));
    assert_eq!(shown["name"], "Pellagrine 50mg tablets");
    assert_eq!(show(UNKNOWN).status.code(), Some(1));
    // A release that is not whole changes nothing.
    let before = std::fs::read(&index).unwrap();
    let output = run(&["terminology", "load", folder.path().to_str().unwrap(), "--out", index_name], b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(before, std::fs::read(&index).unwrap());
    std::fs::write(&index, &before[1..]).unwrap();
    assert_eq!(show(PRODUCT).status.code(), Some(1));
    assert_eq!(run(&["terminology", "show", PRODUCT, "--index", "/nothing"], b"").status.code(), Some(2));
}
