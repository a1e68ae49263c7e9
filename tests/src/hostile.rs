//! Documents that are meant to hurt: made when they are asked for, none of them is kept.
//!
//! Invariant: the people in them are invented, and the same case is the same bytes every time.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use causeway_syntax::{Limits, NodeId, Tree as _, XmlKind, XmlTree};
use causeway_translate::registry;
use serde_json::{Value, json};

use crate::fixtures;
use crate::fuzz::context;

/// Something to throw at the program.
pub struct Case {
    /// What it is.
    pub name: &'static str,
    /// The format that it pretends to be.
    pub format: &'static str,
    /// Makes the document.
    pub make: fn() -> Vec<u8>,
    /// Whether it must be refused. A few are only large, and may pass.
    pub refused: bool,
}

const JSON: &str = "fhir-r4-json";
const XML: &str = "fhir-r4-xml";
const V3: &str = "eps-hl7v3";
const CANONICAL: &str = "canonical-json";

/// Bytes just below the limit of a body that the gateway takes, and of a document that is parsed.
const LARGE: usize = 8 * 1024 * 1024 - 1024;
const MILLION: usize = 1_000_000;

macro_rules! cases {
    ($($name:literal, $format:ident, $refused:literal, $make:expr;)*) => {
        /// Every case.
        pub const CASES: &[Case] = &[$(Case { name: $name, format: $format, refused: $refused, make: $make },)*];
    };
}

cases! {
    "a file of 50 MB", JSON, true, || filled("{\"resourceType\":\"Bundle\",\"id\":\"", "x", "\"}", 50 << 20);
    "a file of 50 MB", XML, true, || filled("<Bundle xmlns=\"http://hl7.org/fhir\"><id value=\"", "x", "\"/></Bundle>", 50 << 20);
    "a file of 50 MB", V3, true, || filled("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">", "<a/>", "</PORX_IN020101UK31>", 50 << 20);

    "100,000 nested arrays", JSON, true, || nested("{\"resourceType\":\"Bundle\",\"entry\":", "[", "]", "}", 100_000);
    "100,000 nested objects", JSON, true, || nested("{\"resourceType\":\"Bundle\",\"entry\":", "{\"a\":", "}", "}", 100_000);
    "100,000 brackets that are never closed", JSON, true, || nested("{\"resourceType\":", "[", "", "", 100_000);
    "100,000 nested elements", XML, true, || nested("<Bundle xmlns=\"http://hl7.org/fhir\">", "<a>", "</a>", "</Bundle>", 100_000);
    "100,000 nested elements", V3, true, || nested("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">", "<a>", "</a>", "</PORX_IN020101UK31>", 100_000);
    "100,000 elements that are never closed", V3, true, || nested("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">", "<a>", "", "", 100_000);

    "a billion laughs", XML, true, || laughs("Bundle");
    "a billion laughs", V3, true, || laughs("PORX_IN020101UK31");
    "an entity of 1 MB, 10,000 times", XML, true, quadratic_entity;
    "an external entity in a file", XML, true, || doctype("<!ENTITY x SYSTEM \"file:///etc/passwd\">");
    "an external entity on the network", XML, true, || doctype("<!ENTITY x SYSTEM \"http://127.0.0.1:1/\">");
    "an external parameter entity", XML, true, || doctype("<!ENTITY % x SYSTEM \"http://127.0.0.1:1/\"> %x;");
    "an external document type", XML, true, || b"<!DOCTYPE Bundle SYSTEM \"file:///dev/zero\"><Bundle xmlns=\"http://hl7.org/fhir\"/>".to_vec();

    "1 million attributes of one element", XML, true, || attributes("Bundle", "http://hl7.org/fhir");
    "1 million attributes of one element", V3, true, || attributes("PORX_IN020101UK31", "urn:hl7-org:v3");
    "60 attributes of each of 13,000 elements", V3, true, || {
        let tag: String = (0..60).fold("<a".to_owned(), |tag, number| tag + &format!(" b{number}=\"\"")) + "/>";
        filled("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">", &tag, "</PORX_IN020101UK31>", LARGE)
    };
    "1 million namespaces of one element", XML, true, || {
        let declarations = (0..MILLION).fold(String::new(), |mut text, n| { let _ = write!(text, " xmlns:p{n}=\"u\""); text });
        format!("<Bundle xmlns=\"http://hl7.org/fhir\"{declarations}/>").into_bytes()
    };
    "a namespace for each of 300,000 elements", V3, true, || {
        let elements = (0..300_000).fold(String::new(), |mut text, n| { let _ = write!(text, "<a xmlns=\"u{n}\"/>"); text });
        format!("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">{elements}</PORX_IN020101UK31>").into_bytes()
    };
    "500 prefixes in scope of 900 elements", V3, true, || {
        let declare = |from: usize| (from..from + 60).fold(String::new(), |text, n| format!("{text} xmlns:p{n}=\"u{n}\""));
        let open: String = (0..8).map(|level| format!("<a{}>", declare(level * 60))).collect();
        let close = "</a>".repeat(8);
        format!("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">{open}{}{close}</PORX_IN020101UK31>", "<p479:a p0:x=\"\"/>".repeat(900)).into_bytes()
    };

    "a byte that is no UTF-8 at the start", JSON, true, || b"{\"\xFFresourceType\":\"Bundle\"}".to_vec();
    "a byte that is no UTF-8 at the end of 8 MB", JSON, true, || {
        let mut data = filled("{\"resourceType\":\"Bundle\",\"a\":[", "{\"b\":1},", "{}]}", LARGE);
        let end = data.len() - 3;
        data[end] = 0xFF;
        data
    };
    "a byte that is no UTF-8 at the end of 8 MB", V3, true, || {
        let mut data = filled("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">", "<a b=\"c\"/>", "</PORX_IN020101UK31>", LARGE);
        let end = data.len() - 30;
        data[end] = 0xFF;
        data
    };
    "an overlong encoding", XML, true, || b"<Bundle xmlns=\"http://hl7.org/fhir\"><id value=\"\xC0\xAF\"/></Bundle>".to_vec();
    "a surrogate encoded as UTF-8", XML, true, || b"<Bundle xmlns=\"http://hl7.org/fhir\"><id value=\"\xED\xA0\x80\"/></Bundle>".to_vec();
    "UTF-16 of 8 MB", JSON, true, || filled("{", " ", "}", LARGE / 2).iter().flat_map(|byte| [*byte, 0]).collect();
    "8 MB of nothing but blanks", JSON, true, || vec![b' '; LARGE];
    "8 MB of zeros", XML, true, || vec![0; LARGE];

    "1 million members of one name", JSON, true, || filled("{\"resourceType\":\"Bundle\",", "\"a\":0,", "\"b\":0}", LARGE);
    "240,000 members of different names", JSON, true, || {
        let members = (0..240_000).fold(String::new(), |mut text, n| { let _ = write!(text, ",\"a{n}\":0"); text });
        format!("{{\"resourceType\":\"Bundle\"{members}}}").into_bytes()
    };
    "240,000 empty objects", JSON, true, || list(JSON_ENTRY, "{}", 2900, "]}");
    "240,000 empty arrays", JSON, true, || list(JSON_ENTRY, "[]", 2900, "]}");
    "240,000 nulls", JSON, true, || list(JSON_ENTRY, "null", 2900, "]}");
    "1 million empty objects", JSON, true, || list(JSON_ENTRY, "{}", MILLION, "]}");
    "240,000 empty objects", CANONICAL, true, || list("{\"version\":\"1\",\"envelope\":{\"destination\":[", "{}", 240_000, "]}}");
    "240,000 unknown elements", V3, true, || filled("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">", "<a>b</a>", "</PORX_IN020101UK31>", 240_000 * 8);
    "240,000 unknown elements", XML, true, || filled("<Bundle xmlns=\"http://hl7.org/fhir\">", "<a value=\"b\"/>", "</Bundle>", 240_000 * 14);

    "a text of 8 MB", JSON, true, || order_with("/entry/3/resource/name/0/family", json!("x".repeat(LARGE - 100_000)));
    "a text of 4 MB", JSON, false, || order_with("/entry/3/resource/name/0/family", json!("x".repeat(4_000_000)));
    "a text of 4 MB in escapes", JSON, false, || {
        let text = String::from_utf8(order_with("/entry/3/resource/name/0/family", json!("MARK"))).unwrap();
        text.replace("MARK", &"\\u0041".repeat(690_000)).into_bytes()
    };
    "a note of 4 MB", JSON, false, || order_with("/entry/2/resource/dosageInstruction/0/text", json!("take one ".repeat(440_000)));
    "a signature of 4 MB", JSON, true, signature_of_four_megabytes;
    "a formatted text of 4 MB", JSON, true, || {
        let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{}</div>", "<p>x</p>".repeat(490_000));
        order_with("/entry/3/resource/text", json!({ "status": "generated", "div": div }))
    };
    "a number of 1e999999999", JSON, true, || dose_of("1e999999999");
    "a number of 1e-999999999", JSON, false, || dose_of("1e-999999999");
    "a number of 4 MB of digits", JSON, true, || dose_of(&"9".repeat(4_000_000));
    "a number of 10 MB of digits", JSON, true, || dose_of(&"9".repeat(10_000_000));
    "a number with 4 MB of digits behind the point", JSON, false, || dose_of(&format!("0.{}", "9".repeat(4_000_000)));
    "a number of 4 MB of digits", CANONICAL, true, || {
        format!("{{\"version\":\"1\",\"envelope\":{{\"id\":\"a\"}},\"body\":{{\"withdraw\":{{\"when\":{}}}}}}}", "9".repeat(4_000_000)).into_bytes()
    };

    "90,000 comments", XML, true, || filled("<Bundle xmlns=\"http://hl7.org/fhir\">", "<!---->", "</Bundle>", 90_000 * 7);
    "8 MB of comments before the root", V3, true, || filled("", "<!-- x -->", "<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\"/>", LARGE);
    "90,000 instructions", V3, true, || filled("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">", "<?p x?>", "</PORX_IN020101UK31>", 90_000 * 7);
    "8 MB of CDATA", V3, true, || filled("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">", "<![CDATA[x]]>", "</PORX_IN020101UK31>", LARGE / 2);
    "8 MB of character references", V3, true, || filled("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\"><id root=\"", "&#65;", "\"/></PORX_IN020101UK31>", LARGE / 2);
    "a comment that is never closed", XML, true, || filled("<Bundle xmlns=\"http://hl7.org/fhir\"><!--", "- ", "", LARGE);
    "brackets of tags that never end", XML, true, || filled("<Bundle xmlns=\"http://hl7.org/fhir\"", " <", "", LARGE);
    "one line of 8 MB", V3, true, || filled("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">", "<id root=\"é\"/>", "</PORX_IN020101UK31>", 240_000 * 15);

    "long names above 900 unknown members", JSON, true, || {
        let open: String = (0..40).map(|level| format!("{{\"{}{level}\":", "n".repeat(1000))).collect();
        list(&format!("{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{open}["), "{\"a\":0}", 900, &format!("]{}}}]}}", "}".repeat(40)))
    };
    "long names above 900 unknown elements", V3, true, || {
        let name = |level: usize| format!("{}{level}", "n".repeat(1000));
        let open: String = (0..50).map(|level| format!("<{}>", name(level))).collect();
        let close: String = (0..50).rev().map(|level| format!("</{}>", name(level))).collect();
        format!("<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\">{open}{}{close}</PORX_IN020101UK31>", "<a b=\"c\"/>".repeat(900)).into_bytes()
    };

    "900 entries that are all wrong", JSON, true, wrong_entries;
    "900 entries that are all wrong", XML, true, || xml_of(&wrong_entries());
    "800 line items", V3, true, || multiplied("pertinentInformation2", 800);
    "900 unknown elements in an order", V3, false, || {
        let text = String::from_utf8(v3_order()).unwrap();
        let place = text.find("<recordTarget").unwrap();
        format!("{}{}{}", &text[..place], "<other code=\"x\"/>".repeat(900), &text[place..]).into_bytes()
    };
    "the same entry 800 times", JSON, true, same_entry;
    "the same id in 900 entries", JSON, true, || list(JSON_ENTRY, "{\"fullUrl\":\"urn:uuid:1\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\"}}", 900, "]}");
    "a chain of 900 references", JSON, false, || chain(false);
    "a circle of 900 references", JSON, false, || chain(true);
    "900 resources that each refer to themselves", JSON, true, || order_and((0..900).map(|n| {
        json!({ "fullUrl": format!("urn:uuid:{n}"), "resource": { "resourceType": "PractitionerRole", "practitioner": { "reference": format!("urn:uuid:{n}") } } })
    }));
    "900 dosages", JSON, true, || order_with("/entry/2/resource/dosageInstruction", json!(vec![json!({ "text": "x" }); 900]));
    "900 times of day", JSON, false, || order_with("/entry/2/resource/dosageInstruction/0/timing", json!({ "repeat": { "timeOfDay": vec!["08:00:00"; 900] } }));
    "900 names", JSON, false, || order_with("/entry/3/resource/name", json!(vec![json!({ "family": "X" }); 900]));
    "900 identifiers", JSON, true, || order_with("/entry/3/resource/identifier", json!(vec![json!({ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "1" }); 900]));
    "900 extensions", JSON, true, || order_with("/entry/2/resource/extension", json!(vec![json!({ "url": "x", "valueString": "y" }); 900]));
    "900 extensions that are known", JSON, true, || order_with("/entry/2/resource/extension", json!(vec![json!({ "url": "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionEndorsement", "valueCodeableConcept": {} }); 900]));

    "800 good entries before 100 bad ones", CANONICAL, true, || {
        let good = "{\"ods\":\"A1\"},".repeat(800);
        let bad = "{\"name\":1},".repeat(99);
        format!("{{\"version\":\"1\",\"envelope\":{{\"id\":\"a\",\"destination\":[{good}{bad}{{}}]}},\"body\":{{}}}}").into_bytes()
    };
    "900 telecoms", V3, false, || multiplied("telecom", 900);
    "900 addresses", V3, false, || multiplied("addr", 900);

    "900 empty entries of an order", JSON, true, || order_and(std::iter::repeat_n(json!({}), 900));
    "100 lists of 900 names that are none", JSON, true, || hundred_patients("name", &json!(1), 900);
    "100 lists of 900 names that are empty", JSON, true, || hundred_patients("name", &json!({}), 900);
    "100 lists of 400 names", JSON, true, || hundred_patients("name", &json!({ "family": "X" }), 400);
    "100 lists of 900 dosages that are empty", JSON, true, || hundred_requests(900, |_| json!({}));
    "100 lists of 400 dosages", JSON, true, || hundred_requests(400, |_| json!({ "text": "x" }));
    "100 lists of 400 dosages in sequence", JSON, true, || hundred_requests(400, |number| json!({ "sequence": number }));

    "100,000 parts of a MIME message", V3, true, || {
        let part = "--x\r\nContent-Type: application/xml\r\n\r\n<PORX_IN020101UK31/>\r\n";
        [part.repeat(100_000).as_bytes(), b"--x--"].concat()
    };
    "a MIME boundary of 4 MB", V3, true, || {
        let line = "-".repeat(4_000_000);
        format!("{line}\r\nContent-Type: text/xml\r\n\r\n<PORX_IN020101UK31/>\r\n{line}--").into_bytes()
    };
    "8 MB of MIME headers", V3, true, || filled("--x\r\n", "A: b\r\n", "\r\n<PORX_IN020101UK31/>\r\n--x--", LARGE);
    "8 MB of half boundaries", V3, true, || filled("--x\r\nContent-Type: text/xml\r\n\r\n", "\r\n--", "\r\n--x--", LARGE);
    "60 envelopes in each other", V3, true, || {
        let open = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>".repeat(30);
        format!("{open}<PORX_IN020101UK31 xmlns=\"urn:hl7-org:v3\"/>{}", "</s:Body></s:Envelope>".repeat(30)).into_bytes()
    };
}

const JSON_ENTRY: &str = "{\"resourceType\":\"Bundle\",\"entry\":[";

/// A start and an end with a piece repeated between them, of about that many bytes.
fn filled(start: &str, piece: &str, end: &str, bytes: usize) -> Vec<u8> {
    let times = bytes.saturating_sub(start.len() + end.len()) / piece.len();
    [start, &piece.repeat(times), end].concat().into_bytes()
}

fn nested(start: &str, open: &str, close: &str, end: &str, times: usize) -> Vec<u8> {
    [start, &open.repeat(times), &close.repeat(times), end].concat().into_bytes()
}

/// A piece that many times, with commas between.
fn list(start: &str, piece: &str, times: usize, end: &str) -> Vec<u8> {
    [start, &format!("{piece},").repeat(times - 1), piece, end].concat().into_bytes()
}

fn laughs(root: &str) -> Vec<u8> {
    let mut text = format!("<?xml version=\"1.0\"?>\n<!DOCTYPE {root} [\n<!ENTITY lol0 \"lol\">\n");
    for level in 1..10 {
        let _ = writeln!(text, "<!ENTITY lol{level} \"{}\">", format!("&lol{};", level - 1).repeat(10));
    }
    let _ = write!(text, "]>\n<{root}>&lol9;</{root}>");
    text.into_bytes()
}

fn quadratic_entity() -> Vec<u8> {
    let body = "&x;".repeat(10_000);
    format!(
        "<!DOCTYPE Bundle [<!ENTITY x \"{}\">]><Bundle xmlns=\"http://hl7.org/fhir\">{body}</Bundle>",
        "y".repeat(MILLION)
    )
    .into_bytes()
}

fn doctype(declaration: &str) -> Vec<u8> {
    let namespace = "xmlns=\"http://hl7.org/fhir\"";
    format!("<!DOCTYPE Bundle [{declaration}]><Bundle {namespace}><id value=\"a\"/>&x;</Bundle>").into_bytes()
}

fn attributes(root: &str, namespace: &str) -> Vec<u8> {
    let mut text = format!("<{root} xmlns=\"{namespace}\"");
    for number in 0..MILLION {
        let _ = write!(text, " a{number}=\"\"");
    }
    text.push_str("/>");
    text.into_bytes()
}

fn order() -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixtures().join("fhir-r4/acute.json")).unwrap()).unwrap()
}

/// Index of the first entry with a resource of that type.
fn entry_of(order: &Value, resource_type: &str) -> usize {
    let entries = order["entry"].as_array().unwrap();
    entries.iter().position(|entry| entry["resource"]["resourceType"] == resource_type).unwrap()
}

/// The order with one member set. Entries 2 and 3 of a pointer stand for the first medication request and the patient.
fn order_with(pointer: &str, value: Value) -> Vec<u8> {
    let mut order = order();
    let (request, patient) = (entry_of(&order, "MedicationRequest"), entry_of(&order, "Patient"));
    let pointer = pointer.replace("/entry/2/", &format!("/entry/{request}/"));
    let pointer = pointer.replace("/entry/3/", &format!("/entry/{patient}/"));
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    order.pointer_mut(parent).unwrap()[member] = value;
    serde_json::to_vec(&order).unwrap()
}

fn dose_of(number: &str) -> Vec<u8> {
    let dose = json!([{ "text": "x", "doseAndRate": [{ "doseQuantity": { "value": "MARK", "unit": "tablet" } }] }]);
    let text = String::from_utf8(order_with("/entry/2/resource/dosageInstruction", dose)).unwrap();
    text.replace("\"MARK\"", number).into_bytes()
}

fn order_and(entries: impl Iterator<Item = Value>) -> Vec<u8> {
    let mut order = order();
    order["entry"].as_array_mut().unwrap().extend(entries);
    serde_json::to_vec(&order).unwrap()
}

fn signature_of_four_megabytes() -> Vec<u8> {
    let order: Value =
        serde_json::from_str(&std::fs::read_to_string(fixtures().join("fhir-r4/acute.json")).unwrap()).unwrap();
    let target = order["entry"][entry_of(&order, "MedicationRequest")]["fullUrl"].clone();
    let data = STANDARD.encode("<Signature>".repeat(280_000));
    order_and(std::iter::once(json!({
        "fullUrl": "urn:uuid:28828c55-8fa7-42d7-916f-fcf076e0c10e",
        "resource": {
            "resourceType": "Provenance",
            "target": [{ "reference": target }],
            "recorded": "2026-01-06T12:00:00+00:00",
            "agent": [{ "who": { "reference": "urn:uuid:a" } }],
            "signature": [{ "type": [{ "code": "x" }], "when": "2026-01-06T12:00:00+00:00", "data": data }]
        }
    })))
}

/// As many medication requests as fit, wrong in every way that there is.
fn wrong_entries() -> Vec<u8> {
    let entry = json!({
        "fullUrl": "x",
        "resource": {
            "resourceType": "MedicationRequest",
            "extension": [{ "url": "x" }, {}],
            "identifier": [{ "system": 1, "value": "" }],
            "status": "none",
            "intent": {},
            "medicationCodeableConcept": { "coding": [{ "system": "http://snomed.info/sct", "code": "1" }] },
            "subject": { "reference": "Patient/none" },
            "requester": [],
            "groupIdentifier": { "value": "1" },
            "dosageInstruction": [{ "timing": { "repeat": { "frequency": -1 } } }],
            "dispenseRequest": { "validityPeriod": { "start": "x" }, "quantity": { "value": "1", "code": 5 } },
            "unknown": [{ "unknown": true }]
        }
    });
    order_and(std::iter::repeat_n(entry, 900))
}

fn same_entry() -> Vec<u8> {
    let order = order();
    let entry = order["entry"][entry_of(&order, "MedicationRequest")].clone();
    order_and(std::iter::repeat_n(entry, 800))
}

/// An order with a hundred patients, each with a list of that many copies of something.
fn hundred_patients(member: &str, value: &Value, times: usize) -> Vec<u8> {
    let order = order();
    let mut entry = order["entry"][entry_of(&order, "Patient")].clone();
    entry["resource"][member] = json!(vec![value; times]);
    order_and(std::iter::repeat_n(entry, 100))
}

/// An order with a hundred more medication requests, each with that many dosages.
fn hundred_requests(dosages: usize, dosage: fn(usize) -> Value) -> Vec<u8> {
    let order = order();
    let mut entry = order["entry"][entry_of(&order, "MedicationRequest")].clone();
    entry["resource"]["dosageInstruction"] = (1..=dosages).map(dosage).collect();
    order_and((0..100).map(|number| {
        entry["fullUrl"] = json!(format!("urn:uuid:{number}"));
        entry["resource"]["identifier"][0]["value"] = json!(format!("a54219b8-f741-4c47-b662-e4f8dfa49{number:03}"));
        entry.clone()
    }))
}

/// Resources of which each refers to the next.
fn chain(closed: bool) -> Vec<u8> {
    const LENGTH: usize = 900;
    order_and((0..LENGTH).map(|number| {
        let next = if closed && number + 1 == LENGTH { 0 } else { number + 1 };
        json!({
            "fullUrl": format!("urn:uuid:{number}"),
            "resource": {
                "resourceType": "PractitionerRole",
                "practitioner": { "reference": format!("urn:uuid:{next}") },
                "organization": { "reference": format!("urn:uuid:{next}") }
            }
        })
    }))
}

/// FHIR JSON in XML, element by element, whatever it says.
fn xml_of(json: &[u8]) -> Vec<u8> {
    fn member(name: &str, value: &Value, out: &mut String) {
        match value {
            Value::Array(elements) => elements.iter().for_each(|element| member(name, element, out)),
            Value::Object(members) => {
                let url = members.get("url").and_then(Value::as_str);
                let attribute =
                    url.filter(|_| name == "extension").map(|url| format!(" url=\"{url}\"")).unwrap_or_default();
                let _ = write!(out, "<{name}{attribute}>");
                object(members, name == "extension", out);
                let _ = write!(out, "</{name}>");
            }
            Value::String(text) => {
                let _ = write!(out, "<{name} value=\"{}\"/>", text.replace('&', "&amp;").replace(['<', '"'], ""));
            }
            other => {
                let _ = write!(out, "<{name} value=\"{other}\"/>");
            }
        }
    }

    fn object(members: &serde_json::Map<String, Value>, extension: bool, out: &mut String) {
        let kind = members.get("resourceType").and_then(Value::as_str);
        if let Some(kind) = kind {
            let _ = write!(out, "<{kind}>");
        }
        for (name, value) in members {
            if name != "resourceType" && !(extension && name == "url") {
                member(name, value, out);
            }
        }
        if let Some(kind) = kind {
            let _ = write!(out, "</{kind}>");
        }
    }

    let bundle: Value = serde_json::from_slice(json).unwrap();
    let mut out = String::new();
    object(bundle.as_object().unwrap(), false, &mut out);
    out.replacen("<Bundle>", "<Bundle xmlns=\"http://hl7.org/fhir\">", 1).into_bytes()
}

/// The fixture of an acute prescription in V3.
pub fn v3_order() -> Vec<u8> {
    let source = std::fs::read(fixtures().join("fhir-r4/acute.json")).unwrap();
    let message = registry::adapter(JSON).unwrap().read(&source, context()).message.unwrap();
    registry::adapter(V3).unwrap().write(&message, context()).unwrap().text.into_bytes()
}

/// The V3 order with the first element of that name as often as there are nodes for.
fn multiplied(name: &str, times: usize) -> Vec<u8> {
    let text = String::from_utf8(v3_order()).unwrap();
    let tree = XmlTree::parse(text.as_bytes(), &Limits::default()).unwrap();
    let mut nodes = (0..tree.len()).map(NodeId::from_index);
    let span = tree.span(nodes.find(|&id| tree.kind(id) == XmlKind::Element && tree.name(id) == name).unwrap());
    format!("{}{}{}", &text[..span.start], text[span.clone()].repeat(times), &text[span.start..]).into_bytes()
}
