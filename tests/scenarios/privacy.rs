//! No patient data where it does not belong: a marker is planted in every value of messages of every kind and format, and
//! searched for in every output but the message itself.
//!
//! Two things are meant to show what was sent. The command line's text output shows the source line, on the screen of
//! whoever has the message. Names of elements and members that nobody knows stand in paths, for their sender to find them,
//! as long as they are such as a name can be.

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::ops::Range;
use std::path::Path;

use causeway_canonical::Finding;
use causeway_canonical::model::Kind;
use causeway_syntax::{JsonKind, JsonTree, Limits, NodeId, Tree, XmlKind, XmlTree};
use causeway_tests::fuzz::context;
use causeway_tests::process::{Gateway, Process, free_address, keeper, post_as};
use causeway_tests::{fixtures, generate, run};
use causeway_translate::{Options, refusal, registry, target_tree, translate};

/// Nothing else in this repository says these.
const WORD: &str = "Zyxwvmarker";
const DIGITS: &str = "4711147111";

/// What is planted: a text, a text behind the value that was there, and a number in the form of an NHS number.
const PLANTS: [fn(&str) -> String; 3] =
    [|_| format!("{WORD} {WORD}"), |value| format!("{value}{WORD}"), |_| DIGITS.to_owned()];

fn message(kind: Kind, format: &str, seed: u64, fullness: u8) -> Option<String> {
    let written = registry::adapter(format).unwrap().write(&generate::message(kind, seed, fullness), context());
    written.ok().map(|written| written.text)
}

/// A value of a message: its path without indices, what it says, and where.
struct Leaf {
    path: String,
    text: String,
    bytes: Range<usize>,
    /// It stands without quotes.
    bare: bool,
}

/// Every value that a sender can say, but for the ids of messages, which are told by design.
fn leaves(text: &str) -> Vec<Leaf> {
    let limits = Limits::default();
    let leaves = match JsonTree::parse(text.as_bytes(), &limits) {
        Ok(tree) => json_leaves(&tree),
        Err(_) => xml_leaves(&XmlTree::parse(text.as_bytes(), &limits).unwrap()),
    };
    let id = leaves.iter().find(|leaf| is_message_id(&leaf.path)).map(|leaf| leaf.text.clone());
    leaves.into_iter().filter(|leaf| id.as_ref().is_none_or(|id| !leaf.text.eq_ignore_ascii_case(id))).collect()
}

fn is_message_id(path: &str) -> bool {
    const IDS: [&str; 4] =
        ["Bundle.identifier.value", "Bundle.identifier.value.@value", "$.envelope.id", "Task.identifier[].value"];
    IDS.contains(&path) || path.ends_with("/id/@root") && path.matches('/').count() == 3
}

fn json_leaves(tree: &JsonTree<'_>) -> Vec<Leaf> {
    let nodes = (0..tree.len()).map(NodeId::from_index);
    let said = nodes.filter(|&id| matches!(tree.kind(id), JsonKind::String | JsonKind::Number));
    said.map(|id| {
        let (span, bare) = (tree.value_span(id), tree.kind(id) == JsonKind::Number);
        let bytes = if bare { span } else { span.start + 1..span.end - 1 };
        Leaf { path: template(&tree.path(id)), text: tree.text(id).to_owned(), bytes, bare }
    })
    .collect()
}

fn xml_leaves(tree: &XmlTree<'_>) -> Vec<Leaf> {
    let nodes = (0..tree.len()).map(NodeId::from_index);
    let said = nodes.filter(|&id| match tree.kind(id) {
        XmlKind::Attribute => true,
        XmlKind::Text => !tree.text(id).trim().is_empty(),
        _ => false,
    });
    said.map(|id| {
        let span = tree.span(id);
        let whole = &tree.source()[span.clone()];
        let quote = whole.find(['"', '\'']).filter(|_| tree.kind(id) == XmlKind::Attribute);
        let bytes = quote.map_or(span.clone(), |quote| span.start + quote + 1..span.end - 1);
        Leaf { path: template(&tree.path(id)), text: tree.text(id).to_owned(), bytes, bare: false }
    })
    .collect()
}

fn template(path: &str) -> String {
    path.split('[').enumerate().fold(String::new(), |text, (number, part)| match part.split_once(']') {
        Some((_, rest)) if number > 0 => text + "[]" + rest,
        _ => text + part,
    })
}

fn planted(text: &str, leaf: &Leaf, plant: fn(&str) -> String) -> String {
    let planted = plant(&text[leaf.bytes.clone()]);
    let planted = if leaf.bare { format!("\"{planted}\"") } else { planted };
    format!("{}{planted}{}", &text[..leaf.bytes.start], &text[leaf.bytes.end..])
}

/// The first marker that stands in a text, with what is around it.
fn shown(text: &str) -> Option<String> {
    let place = text.find(WORD).or_else(|| text.find(DIGITS))?;
    let around = |place: usize| text.floor_char_boundary(place.min(text.len()));
    Some(text[around(place.saturating_sub(150))..around(place + 150)].to_owned())
}

/// Everything that is said of a message: findings, refusals in every format, the ledger of a translation.
fn said_of(format: &str, text: &str) -> Vec<String> {
    let reading = registry::adapter(format).unwrap().read(text.as_bytes(), context());
    let mut findings = reading.findings.clone();
    findings.extend(causeway_validate::check(format, &reading, context()));
    let mut said = Vec::new();
    for target in registry::ADAPTERS.iter().filter(|target| target.format() != format).take(1) {
        let translation = translate(&reading, *target, context(), &Options::default());
        findings.extend(translation.findings.iter().cloned());
        if let (Some(ledger), Some(account), Some(text)) = (&translation.ledger, &reading.account, &translation.text) {
            let tree = target_tree(text, *target, context()).unwrap();
            said.push(serde_json::to_string(&ledger.render(account, Some(&*tree))).unwrap());
        }
    }
    for adapter in registry::ADAPTERS {
        said.push(refusal::refused(&findings, None, *adapter, context()).text);
    }
    let shown =
        |finding: &Finding| format!("{finding} {finding:?} {}", serde_json::to_string(&finding.record()).unwrap());
    said.extend(findings.iter().map(shown));
    said
}

fn shows_nothing(format: &str) {
    let mut faults = BTreeMap::new();
    let mut planted_in = 0;
    for kind in Kind::ALL {
        let Some(text) = message(*kind, format, 11, 25) else { continue };
        let mut met = HashSet::new();
        for (number, leaf) in leaves(&text).iter().filter(|leaf| met.insert(leaf.path.clone())).enumerate() {
            planted_in += 1;
            let text = planted(&text, leaf, PLANTS[number % PLANTS.len()]);
            if let Some(found) = said_of(format, &text).iter().find_map(|said| shown(said)) {
                faults.insert(format!("{kind} {}", leaf.path), found);
            }
        }
    }
    assert!(planted_in > 300, "{planted_in}");
    let shown: Vec<String> = faults.iter().take(20).map(|(place, said)| format!("{place}\n    {said}")).collect();
    assert!(faults.is_empty(), "{} places of {format}\n{}", faults.len(), shown.join("\n"));
}

#[test]
fn nothing_said_of_fhir_json_shows_one_of_its_values() {
    shows_nothing("fhir-r4-json");
}

#[test]
fn nothing_said_of_fhir_xml_shows_one_of_its_values() {
    shows_nothing("fhir-r4-xml");
}

#[test]
fn nothing_said_of_v3_shows_one_of_its_values() {
    shows_nothing("eps-hl7v3");
}

#[test]
fn nothing_said_of_the_canonical_form_shows_one_of_its_values() {
    shows_nothing("canonical-json");
}

/// Values in places that no message has.
const STRANGE: [(&str, &str, &str); 9] = [
    ("fhir-r4-json", "\"entry\":", "\"4711147111\":1,\"entry\":"),
    ("fhir-r4-json", "\"entry\":", "\"Zyxwvmarker, J. 1957-04-09\":{},\"entry\":"),
    ("fhir-r4-json", "\"entry\":", "\"x\":{\"Zyxwvmarker Row 1\":[1,{\"Zyxwvmarker, J.\":1}]},\"entry\":"),
    ("fhir-r4-json", "\"entry\":", "\"Zyxwvmarker J\":1,\"Zyxwvmarker J\":2,\"entry\":"),
    ("fhir-r4-xml", "<entry>", "<entry xmlns=\"urn:Zyxwvmarker\">"),
    ("fhir-r4-xml", "<entry>", "<!-- Zyxwvmarker --><?x Zyxwvmarker?>Zyxwvmarker<![CDATA[4711147111]]><entry>"),
    ("eps-hl7v3", "<ControlActEvent", "<x xmlns=\"urn:4711147111\"/><ControlActEvent"),
    ("eps-hl7v3", "<ControlActEvent", "<!-- Zyxwvmarker -->Zyxwvmarker<![CDATA[4711147111]]><ControlActEvent"),
    ("canonical-json", "\"envelope\":", "\"Zyxwvmarker 4711147111\":1,\"envelope\":"),
];

#[test]
fn nothing_shows_a_value_that_stands_where_a_name_namespace_or_comment_is_expected() {
    for (format, place, strange) in STRANGE {
        let text = message(Kind::PrescriptionOrder, format, 11, 30).unwrap();
        let text = text.replace("\": ", "\":");
        assert!(text.contains(place), "{format}: no {place}");
        for said in said_of(format, &text.replacen(place, strange, 1)) {
            assert!(shown(&said).is_none(), "{strange}: {}", shown(&said).unwrap());
        }
    }
}

/// A gateway with an endpoint of each format that logs everything, its receiver, and the address of its metrics.
struct Scene {
    gateway: Gateway,
    process: Process,
    _receiver: Process,
    address: SocketAddr,
    admin: SocketAddr,
}

impl Scene {
    fn start(folder: &Path) -> Self {
        let (receiver, receives) = keeper("canonical-json", &folder.join("kept"));
        let sender = |format: &str| {
            format!(
                "[endpoint.{format}]\nsector = \"primary-care\"\nods = \"A83008\"\nformat = \"{format}\"\n\
                 path = \"/{format}\"\nsender_asid = \"200000001285\"\nreceiver_asid = \"567456789789\"\n"
            )
        };
        let sink = format!(
            "[endpoint.sink]\nsector = \"community-pharmacy\"\nods = \"FA100\"\nformat = \"canonical-json\"\n\
             url = \"http://{receives}/sink\"\n"
        );
        let endpoints: String = registry::formats().map(sender).chain([sink]).collect();
        let kinds: Vec<&str> = Kind::ALL[..Kind::ALL.len() - 1].iter().map(|kind| kind.as_str()).collect();
        let from = "{ sector = \"primary-care\" }";
        let route = format!("[route.all]\nfrom = {from}\nkinds = {kinds:?}\nto = {{ endpoint = \"sink\" }}\n");
        let gateway = Gateway::with(folder, &endpoints, &route);
        let admin = free_address();
        let settings = folder.join("config/causeway.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        let (start, end) = text.split_once("[admin]\naddress = \"127.0.0.1:0\"").unwrap();
        std::fs::write(&settings, format!("{start}[admin]\naddress = \"{admin}\"{end}")).unwrap();
        let (process, address) = gateway.start_with_log("trace");
        Scene { gateway, process, _receiver: receiver, address, admin }
    }
}

/// A message with markers in every value but what the kind is known by, so that it is read, and refused or taken.
fn marked_throughout(text: &str, plant: fn(&str) -> String) -> String {
    let structure = |leaf: &Leaf| {
        let last = leaf.path.rsplit(['.', '/']).next().unwrap();
        [
            "resourceType",
            "fullUrl",
            "reference",
            "url",
            "system",
            "version",
            "@root",
            "@codeSystem",
            "@classCode",
            "@moodCode",
        ]
        .contains(&last)
            || leaf.path.contains("eventCoding")
            || leaf.path.contains("interactionId")
            || leaf.path.contains("/@url")
    };
    let mut text = text.to_owned();
    for leaf in leaves(&text.clone()).iter().rev().filter(|leaf| !structure(leaf)) {
        text = planted(&text, leaf, plant);
    }
    text
}

/// The acute order with a marker in every text that a message may hold and still be valid.
fn marked_and_valid(number: usize) -> String {
    let text = std::fs::read_to_string(fixtures().join("fhir-r4/acute.json")).unwrap();
    let mut bundle: serde_json::Value = serde_json::from_str(&text).unwrap();
    bundle["identifier"]["value"] = format!("0b0f5a52-6d0c-5c0e-9a3d-0c1f7d1d4a{number:02}").into();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        let resource = &mut entry["resource"];
        if resource["resourceType"] == "Patient" {
            resource["name"][0]["family"] = WORD.into();
            resource["name"][0]["given"] = serde_json::json!([WORD]);
            resource["address"][0]["line"] = serde_json::json!([WORD]);
        }
        if resource["resourceType"] == "Organization" {
            resource["name"] = WORD.into();
        }
    }
    bundle.to_string()
}

#[test]
fn a_running_gateway_shows_no_value_of_a_message_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let scene = Scene::start(folder.path());
    let mut said = Vec::new();
    let mut accepted = 0;
    for (number, plant) in PLANTS.into_iter().enumerate() {
        let (status, answer) =
            post_as("application/fhir+json", scene.address, "/fhir-r4-json", &marked_and_valid(number));
        assert_eq!(status, 200, "{answer}");
        said.push(answer);
        for adapter in registry::ADAPTERS {
            let path = format!("/{}", adapter.format());
            for kind in Kind::ALL {
                let Some(text) = message(*kind, adapter.format(), 20 + number as u64, 50) else { continue };
                let marked = marked_throughout(&text, plant);
                for body in [&marked, &marked[..marked.floor_char_boundary(marked.len() / 2)]] {
                    let (status, answer) = post_as(adapter.media_type(), scene.address, &path, body);
                    accepted += usize::from(status == 200);
                    said.push(answer);
                }
            }
        }
    }
    for path in [format!("/{WORD}"), format!("/fhir-r4-json/{DIGITS}"), format!("/fhir-r4-json?{WORD}={DIGITS}")] {
        said.push(post_as("application/fhir+json", scene.address, &path, WORD).1);
        said.push(post_as("application/fhir+json", scene.admin, &path, WORD).1);
    }
    said.push(post_as(&format!("text/{WORD}"), scene.address, "/fhir-r4-json", "{}").1);
    let refused = said.len() - accepted;
    assert!(refused > 100, "{accepted} of {} accepted", said.len());
    said.push(metrics(scene.admin));
    assert!(said.last().unwrap().contains("causeway"), "{}", said.last().unwrap());
    for arguments in [&["search", "--limit", "1000"][..], &["tail", "--last", "10000"]] {
        let lines = scene.gateway.log(arguments);
        assert!(!lines.is_empty());
        for line in lines {
            said.extend(line["key"].as_str().map(|key| format!("{:?}", scene.gateway.log(&["show", key]))));
            said.push(line.to_string());
        }
    }
    let log = scene.process.log();
    assert!(log.contains("TRACE") && log.contains("message refused"), "the log is not on");
    said.extend(log.lines().map(str::to_owned));
    let found: Vec<String> = said.iter().filter_map(|said| shown(said)).take(20).collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

fn metrics(admin: SocketAddr) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(admin).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_command_line_shows_values_in_its_text_output_alone() {
    let context = fixtures().join("context.toml");
    let context = context.to_str().unwrap();
    for format in registry::formats() {
        for kind in Kind::ALL {
            let Some(text) = message(*kind, format, 31, 50) else { continue };
            for plant in PLANTS {
                let marked = marked_throughout(&text, plant);
                let to = if format == "eps-hl7v3" { "fhir-r4-json" } else { "eps-hl7v3" };
                for arguments in [
                    &["validate", "--format", format, "--context", context, "--output", "json", "-"][..],
                    &["validate", "--format", format, "--context", context, "--output", "operation-outcome", "-"],
                    &["translate", "--from", format, "--to", to, "--context", context, "--findings", "json", "-"],
                ] {
                    let output = run(arguments, marked.as_bytes());
                    let told = if arguments[0] == "validate" { &output.stdout } else { &output.stderr };
                    let found = shown(std::str::from_utf8(told).unwrap());
                    assert!(found.is_none(), "{kind} in {format}, {arguments:?}: {found:?}");
                }
            }
        }
    }
}
