//! What mutation starts from.

use causeway_canonical::model::Kind;
use causeway_gateway::config::DEMO_FILES;
use causeway_translate::registry;

use super::messages::context;
use crate::generate;

pub(super) const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud83d",
    "\\ude00",
    "\\ud83d\\ude00",
    "\\u00e9",
    "null",
    "true",
    "false",
    "NaN",
    "-0",
    "0.50",
    "1e400",
    "1E+2",
    "-",
    "00",
    "1.",
    "//",
    "/*",
    "\u{feff}",
    "\u{0}",
    "\t",
    "\u{7f}",
    "é",
    "{\"a\":1}",
    "\"a\":",
    "[[[[[[[[[[[[[[[[[[[[[[",
    "18446744073709551616",
    "-9223372036854775809",
    "\u{2028}",
];

pub(super) const XML: &[&str] = &[
    "<",
    ">",
    "/>",
    "</",
    "&",
    ";",
    "&amp;",
    "&lt;",
    "&#0;",
    "&#x0;",
    "&#13;",
    "&#xD800;",
    "&#1114112;",
    "&x;",
    "&#x10FFFF;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "--",
    "<?",
    "?>",
    "<?xml version=\"1.0\"?>",
    "<?xml version='1.1'?>",
    " encoding='UTF-16'",
    " standalone='yes'",
    "<!DOCTYPE a [<!ENTITY x \"y\">]>",
    " xmlns=\"\"",
    " xmlns=\"urn:x\"",
    " xmlns:p=\"urn:p\"",
    " xmlns:p=\"\"",
    " xmlns:xml=\"urn:x\"",
    " xmlns:xmlns=\"x\"",
    " xml:lang=\"en\"",
    " xml:space='preserve'",
    "p:",
    ":",
    "=",
    "'",
    "\"",
    "\r",
    "\r\n",
    "\t",
    "\u{85}",
    "\u{2028}",
    "\u{fffe}",
    "\u{feff}",
    "\u{0}",
    "é",
    "<a/>",
    "<p:a/>",
    "<a>",
    "</a>",
    " a=\"1\"",
    " p:a=\"1\"",
];

pub(super) const FHIR_JSON: &[&str] = &[
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "\" \"",
    "0",
    "-1",
    "1e9",
    "0.5",
    "9990548609",
    "2026-02-30",
    "2026",
    "2026-03",
    "2026-03-02T24:00:00Z",
    "2026-03-29T01:30:00+00:00",
    "9999-12-31",
    "0001-01-01",
    "http://snomed.info/sct",
    "https://fhir.nhs.uk/Id/nhs-number",
    "urn:uuid:",
    "urn:uuid:00000000-0000-0000-0000-000000000000",
    "#",
    "Patient/1",
    "\"extension\":[],",
    "\"_value\":{},",
    "\"resourceType\":\"Patient\",",
    "\"contained\":[],",
    "\"modifierExtension\":[{}],",
    "\"valueString\":\"x\",",
    "\"valueInteger\":1,",
    "\"reference\":\"#\",",
    "\"identifier\":[],",
    "\"id\":\"x\",",
    "é",
    "\\n",
    "\\t",
    "<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">x</div>",
    "days",
    "wk",
    "active",
    "cancelled",
    "0.00",
    "1.0",
];

pub(super) const FHIR_XML: &[&str] = &[
    "value=\"\"",
    "value=\" \"",
    "value=\"1\"",
    "<extension url=\"x\"/>",
    "<modifierExtension url=\"x\"/>",
    "<contained/>",
    "<id value=\"x\"/>",
    "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>",
    " id=\"x\"",
    "<value/>",
    "<!---->",
    "<?p?>",
    "xmlns=\"http://hl7.org/fhir\"",
    "xmlns=\"\"",
    "<resource>",
    "</resource>",
    "<entry/>",
    "&#10;",
    "&#9;",
    "é",
    "#",
    "urn:uuid:",
    "2026-02-30",
    "2026",
    "0.00",
    "-1",
    "http://snomed.info/sct",
    "<![CDATA[x]]>",
    "<identifier/>",
    "text",
];

pub(super) const V3: &[&str] = &[
    " nullFlavor=\"NI\"",
    " nullFlavor=\"NA\"",
    " typeCode=\"COMP\"",
    " classCode=\"SBADM\"",
    " moodCode=\"RQO\"",
    " code=\"x\"",
    " codeSystem=\"2.16.840.1.113883.2.1.3.2.4.15\"",
    " root=\"\"",
    " extension=\"\"",
    " value=\"\"",
    " value=\"20260302\"",
    " value=\"20260230\"",
    " value=\"20260329013000\"",
    " unit=\"1\"",
    " xsi:type=\"PQ\"",
    "xmlns=\"urn:hl7-org:v3\"",
    "xmlns=\"\"",
    "<component/>",
    "<pertinentInformation1/>",
    "<id/>",
    "<effectiveTime/>",
    "<originalText>x</originalText>",
    "<!---->",
    "<?p?>",
    "&#10;",
    "é",
    "Content-Type: multipart/related; boundary=\"x\"",
    "--x\r\n",
    "--x--",
    "\r\n\r\n",
    "Content-Type: text/xml",
    "Content-Transfer-Encoding: base64",
    "Content-Id: <a>",
    "MIME-Version: 1.0\r\n",
    "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>",
    "</soap:Body></soap:Envelope>",
];

pub(super) const TOML: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "=",
    "\"",
    "'''",
    "\"\"\"",
    "#",
    "\n",
    "\n---\n",
    "true",
    "0",
    "-1",
    "99999999999999999999",
    "1e400",
    "nan",
    "1979-05-27T07:32:00Z",
    "{",
    "}",
    ",",
    ".",
    "from",
    "to",
    "kinds",
    "when",
    "field",
    "op",
    "format",
    "sector",
    "url",
    "path",
    "ods",
    "[route.x]",
    "[endpoint.x]",
    "[listeners.limits]",
    "= \"127.0.0.1:0\"",
    "index-key",
    "max-body-bytes",
    "é",
    "\u{0}",
];

pub(super) const DOSAGE: &[&str] = &[
    "{}",
    "[]",
    "null",
    "\"\"",
    "0",
    "1",
    "1.5",
    "-1",
    "1e3",
    "\"text\":\"x\",",
    "\"timing\":",
    "\"repeat\":{},",
    "\"frequency\":1,",
    "\"frequencyMax\":2,",
    "\"period\":1,",
    "\"periodMax\":2,",
    "\"periodUnit\":\"d\",",
    "\"periodUnit\":\"wk\",",
    "\"duration\":1,",
    "\"durationUnit\":\"h\",",
    "\"dayOfWeek\":[\"mon\"],",
    "\"timeOfDay\":[\"08:00:00\"],",
    "\"when\":[\"PCM\"],",
    "\"offset\":30,",
    "\"asNeededBoolean\":true,",
    "\"doseAndRate\":[{\"doseQuantity\":{\"value\":1}}],",
    "\"doseRange\":{},",
    "\"rateRatio\":{},",
    "\"maxDosePerPeriod\":{},",
    "\"count\":3,",
    "\"boundsDuration\":{\"value\":1,\"unit\":\"day\"},",
    "\"coding\":[{}],",
    "\"sequence\":1,",
];

pub(super) const SIGNATURE: &[&str] = &[
    "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">",
    "</Signature>",
    "<SignedInfo>",
    "</SignedInfo>",
    "<DigestValue>",
    "<SignatureValue>",
    "<X509Certificate>",
    "</X509Certificate>",
    "AAAA",
    "====",
    "MIIC",
    "\n",
    "Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"",
    "Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1\"",
    "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"",
    "-----BEGIN CERTIFICATE-----\n",
    "-----END CERTIFICATE-----\n",
    "-----BEGIN X509 CRL-----\n",
    "-----END X509 CRL-----\n",
    "<InclusiveNamespaces/>",
    "URI=\"#x\"",
    "<!---->",
    "xmlns:p=\"u\"",
];

const XML_SAMPLE: &str = "<?xml version='1.0' encoding='UTF-8'?>\n<p:a xmlns:p='u' xmlns:q='v' xmlns='d' b='&lt;é' xml:lang='en'>\
    &#65;<b c=\"1\" q:c='2'/><![CDATA[x<&]]><!--c--><?d e?><b xmlns=''>t<q:c p:d='&#13;&#10;'/></b>\r\n</p:a>\n<!--end-->";

const JSON_SAMPLE: &str = r#"{"resourceType": "Bundle", "entry": [{"dose": 0.50, "e": "\u00e9\n\ud83d\ude00"}, [true, null, {}, []], -1.5e+3, 0, "é"]}"#;

/// Documents of a target to start from, beside those in its corpus: small and full messages of every kind, in the formats
/// that it takes.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "json" => vec![JSON_SAMPLE.into(), dosages()],
        "xml" | "c14n" => vec![XML_SAMPLE.into()],
        "dose-text" => vec![dosages()],
        "configuration" => vec![configuration()],
        "round-trip" => registry::formats().filter(|format| *format != "canonical-json").flat_map(messages).collect(),
        "signature" => ["eps-hl7v3", "fhir-r4-json"].into_iter().flat_map(signed).collect(),
        "eps-hl7v3" => {
            let mut seeds = messages(target);
            let wrapped: Vec<Vec<u8>> = seeds.iter().take(2).flat_map(|seed| [in_soap(seed), in_mime(seed)]).collect();
            seeds.extend(wrapped);
            seeds
        }
        format => messages(format),
    }
}

fn messages(format: &str) -> Vec<Vec<u8>> {
    let adapter = registry::adapter(format).unwrap();
    let full = Kind::ALL.iter().flat_map(|kind| [0, 35, 100].map(|fullness| (*kind, fullness)));
    full.filter_map(|(kind, fullness)| {
        adapter.write(&generate::message(kind, u64::from(fullness), fullness), context()).ok()
    })
    .map(|written| written.text.into_bytes())
    .collect()
}

/// Orders, which are the messages that are signed.
fn signed(format: &str) -> Vec<Vec<u8>> {
    let adapter = registry::adapter(format).unwrap();
    let order = |seed| adapter.write(&generate::message(Kind::PrescriptionOrder, seed, 60), context()).ok();
    (0..8).filter_map(order).map(|written| written.text.into_bytes()).collect()
}

fn dosages() -> Vec<u8> {
    let text = std::fs::read_to_string(crate::fixtures().join("fhir-r4/hospital.json")).unwrap();
    let bundle: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut found = Vec::new();
    for entry in bundle["entry"].as_array().unwrap() {
        found.extend(entry["resource"]["dosageInstruction"].as_array().cloned().unwrap_or_default());
    }
    serde_json::to_vec(&found).unwrap()
}

/// The demo configuration as one text of three parts.
fn configuration() -> Vec<u8> {
    let part = |folder: &str| {
        let files = DEMO_FILES.iter().filter(|(name, _)| name.starts_with(folder));
        files.map(|(_, text)| *text).collect::<Vec<_>>().join("\n")
    };
    ["causeway.toml", "endpoints/", "routes/"].map(part).join("\n---\n").into_bytes()
}

fn without_declaration(message: &[u8]) -> &str {
    let text = std::str::from_utf8(message).unwrap();
    text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").unwrap_or(text)
}

fn in_soap(message: &[u8]) -> Vec<u8> {
    let body = without_declaration(message);
    let namespace = "http://schemas.xmlsoap.org/soap/envelope/";
    format!("<s:Envelope xmlns:s=\"{namespace}\"><s:Header/><s:Body>{body}</s:Body></s:Envelope>").into_bytes()
}

fn in_mime(message: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(message).unwrap();
    format!(
        "--x\r\nContent-Id: <ebXMLHeader@spine.nhs.uk>\r\nContent-Type: text/xml; charset=UTF-8\r\n\r\n<a/>\r\n--x\r\n\
         Content-Id: <b>\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: application/xml; charset=UTF-8\r\n\r\n{text}\r\n--x--"
    )
    .into_bytes()
}
