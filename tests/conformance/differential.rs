//! Our readers against other people's: serde_json, roxmltree and xmllint, on documents that are generated and mutated.
//!
//! `CAUSEWAY_CASES` sets how many documents each test tries (default 3,000).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use causeway_syntax::{C14n, C14nMode, Limits, XmlTree, canonicalize};
use causeway_tests::differential::{EXPLAINED, Verdict, json, xml};
use causeway_tests::{fuzz, mutate};
use fastrand::Rng;

fn cases() -> u64 {
    std::env::var("CAUSEWAY_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(3_000)
}

/// Documents that are well formed, and documents made of them by mutation, in turn.
fn documents(target: &str, make: fn(&mut Rng) -> String) -> impl Iterator<Item = Vec<u8>> {
    let tokens = fuzz::target(target).unwrap().tokens;
    (0..cases()).map(move |seed| {
        let rng = &mut Rng::with_seed(seed);
        let document = make(rng).into_bytes();
        if seed % 2 == 0 { document } else { mutate::scrambled(rng, &[document], tokens) }
    })
}

/// Compares on every document, and shows how often which verdict was given.
fn agree(target: &str, make: fn(&mut Rng) -> String, compare: fn(&[u8]) -> Verdict) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut differ = Vec::new();
    for document in documents(target, make) {
        let verdict = compare(&document);
        *counts.entry(format!("{verdict:?}").split('(').next().unwrap().to_owned()).or_default() += 1;
        if let Verdict::Explained(name) = verdict {
            let reason = EXPLAINED.iter().find(|(row, _)| *row == name).map(|(_, reason)| *reason);
            *counts.entry(format!("{name}: {}", reason.unwrap())).or_default() += 1;
        }
        if let Verdict::Differ(why) = verdict {
            differ.push(format!("{why}\n    {}", String::from_utf8_lossy(&document)));
        }
    }
    println!("{counts:#?}");
    assert!(counts["Accepted"] > 500 && counts["Refused"] > 500, "{counts:#?}");
    assert!(differ.is_empty(), "{}", differ.iter().take(5).cloned().collect::<Vec<_>>().join("\n"));
}

#[test]
fn json_is_read_as_serde_json_reads_it() {
    agree("json", json_document, json);
}

#[test]
fn xml_is_read_as_roxmltree_reads_it() {
    agree("xml", xml_document, xml);
}

#[test]
fn messages_are_read_as_other_readers_read_them() {
    for (target, compare) in
        [("canonical-json", json as fn(&[u8]) -> Verdict), ("eps-hl7v3", xml), ("fhir-r4-xml", xml)]
    {
        let tokens = fuzz::target(target).unwrap().tokens;
        for (number, seed) in fuzz::seeds(target).into_iter().enumerate() {
            let rng = &mut Rng::with_seed(number as u64);
            for document in [seed.clone(), mutate::scrambled(rng, &[seed], tokens)] {
                let verdict = compare(&document);
                assert!(!matches!(verdict, Verdict::Differ(_)), "{target} {number}: {verdict:?}");
            }
        }
    }
}

/// What xmllint refuses with a warning or not at all, by the rule with which ours refuses it: [`EXPLAINED`] says why.
const XMLLINT_ACCEPTS: [&str; 5] =
    ["xml-doctype", "xml-version", "xml-encoding", "utf16-not-supported", "too-many-namespaces"];

/// Runs xmllint on files; what it wrote to either side.
fn xmllint(arguments: &[&str], files: &[PathBuf]) -> (Vec<u8>, String) {
    let output = Command::new("xmllint")
        .args(arguments)
        .args(["--nonet", "--nowarning"])
        .args(files)
        .output()
        .expect("xmllint does not start, install libxml2-utils");
    (output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn write_all(folder: &Path, documents: &[Vec<u8>]) -> Vec<PathBuf> {
    let file = |(number, document): (usize, &Vec<u8>)| {
        let file = folder.join(format!("{number:05}.xml"));
        std::fs::write(&file, document).unwrap();
        file
    };
    documents.iter().enumerate().map(file).collect()
}

#[test]
fn xml_is_accepted_where_xmllint_accepts_it() {
    let folder = tempfile::tempdir().unwrap();
    let documents: Vec<Vec<u8>> = documents("xml", xml_document).collect();
    let files = write_all(folder.path(), &documents);
    let mut differ = Vec::new();
    let mut accepted = 0;
    for (files, documents) in files.chunks(500).zip(documents.chunks(500)) {
        let (_, told) = xmllint(&["--noout"], files);
        let refused: Vec<&str> = told
            .lines()
            .filter(|line| line.contains("parser error :") || line.contains("namespace error :"))
            // Whether a namespace is a URI is for nobody to say but its owner (Namespaces in XML 1.0 §2.1).
            .filter(|line| !line.contains("is not a valid URI"))
            .filter_map(|line| line.split_once(".xml:").map(|(file, _)| file))
            .collect();
        for (file, document) in files.iter().zip(documents) {
            let name = file.to_string_lossy();
            let theirs = !refused.iter().any(|refused| name.strip_suffix(".xml") == Some(refused));
            match XmlTree::parse(document, &Limits::default()) {
                Ok(_) if theirs => accepted += 1,
                Ok(_) => differ.push(format!("xmllint alone refuses {name}: {}", String::from_utf8_lossy(document))),
                Err(finding) if theirs && !XMLLINT_ACCEPTS.contains(&finding.rule.name) => {
                    differ.push(format!("ours alone refuses {name}: {finding}: {}", String::from_utf8_lossy(document)));
                }
                Err(_) => {}
            }
        }
    }
    assert!(accepted > 500, "{accepted}");
    assert!(differ.is_empty(), "{} differ\n{}", differ.len(), differ[..differ.len().min(5)].join("\n"));
}

#[test]
fn canonical_xml_is_that_of_xmllint() {
    let folder = tempfile::tempdir().unwrap();
    let made = (0..cases() / 2).map(|seed| xml_document(&mut Rng::with_seed(seed)).into_bytes());
    // A prefix that is bound again may make two attributes one.
    let documents: Vec<_> = made.filter(|document| XmlTree::parse(document, &Limits::default()).is_ok()).collect();
    assert!(documents.len() > 500, "{}", documents.len());
    let files = write_all(folder.path(), &documents);
    for (argument, mode) in [("--c14n", C14nMode::Inclusive), ("--exc-c14n", C14nMode::Exclusive)] {
        let options = C14n { mode, comments: true, inclusive_prefixes: &[] };
        let ours = |document: &[u8]| {
            let tree = XmlTree::parse(document, &Limits::default()).unwrap();
            canonicalize(&tree, tree.root(), &options).into_bytes()
        };
        for (files, documents) in files.chunks(100).zip(documents.chunks(100)) {
            let expected: Vec<u8> = documents.iter().flat_map(|document| ours(document)).collect();
            if xmllint(&[argument], files).0 == expected {
                continue;
            }
            for (file, document) in files.iter().zip(documents) {
                let (theirs, ours) = (xmllint(&[argument], std::slice::from_ref(file)).0, ours(document));
                let shown = [document, &ours, &theirs].map(|text| String::from_utf8_lossy(text).into_owned());
                assert!(ours == theirs, "{argument}\n{}", shown.join("\n"));
            }
        }
    }
}

fn one<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of[rng.usize(..of.len())]
}

const BLANKS: &[&str] = &["", "", "", " ", "\n", "\r\n", "\t", "  "];

/// A well-formed JSON document.
fn json_document(rng: &mut Rng) -> String {
    let mut out = one(rng, BLANKS).to_owned();
    json_value(rng, 0, &mut out);
    out + one(rng, BLANKS)
}

fn json_value(rng: &mut Rng, depth: usize, out: &mut String) {
    const NUMBERS: &[&str] = &[
        "0",
        "-0",
        "1",
        "0.50",
        "-1.5e+3",
        "1E400",
        "1e-400",
        "18446744073709551616",
        "9007199254740993",
        "0.1000",
        "1e0",
        "123456789012345678901234567890.12345678901234567890",
    ];
    match rng.u8(if depth < 5 { 0..9 } else { 4..9 }) {
        0 | 1 => {
            out.push('{');
            for number in 0..rng.usize(..5) {
                out.push_str(if number > 0 { "," } else { "" });
                out.push_str(one(rng, BLANKS));
                // Now and then the same name twice.
                let name = if rng.u8(..20) == 0 {
                    "\"same\"".to_owned()
                } else {
                    format!("\"{number}{}", &json_text(rng)[1..])
                };
                let _ = write!(out, "{name}{}:{}", one(rng, BLANKS), one(rng, BLANKS));
                json_value(rng, depth + 1, out);
                out.push_str(one(rng, BLANKS));
            }
            out.push('}');
        }
        2 | 3 => {
            out.push('[');
            for number in 0..rng.usize(..5) {
                out.push_str(if number > 0 { "," } else { "" });
                json_value(rng, depth + 1, out);
                out.push_str(one(rng, BLANKS));
            }
            out.push(']');
        }
        4 => out.push_str(one(rng, &["true", "false", "null"])),
        5 | 6 => out.push_str(one(rng, NUMBERS)),
        _ => out.push_str(&json_text(rng)),
    }
}

fn json_text(rng: &mut Rng) -> String {
    const PIECES: &[&str] = &[
        "a",
        "é",
        "😀",
        " ",
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\\u0009",
        "\u{2028}",
        "\u{7f}",
        "\u{feff}",
        "\u{ffff}",
        "\\uFFFF",
        "{",
        "]",
        ",",
        ":",
        "0.50",
    ];
    let pieces: String = (0..rng.usize(..6)).map(|_| one(rng, PIECES)).collect();
    format!("\"{pieces}\"")
}

/// A well-formed XML document of one element, without anything around it.
fn xml_document(rng: &mut Rng) -> String {
    let mut out = String::from("<p:a xmlns:p=\"urn:p\" xmlns:q='urn:q'");
    xml_attributes(rng, &mut out, &["p", "q"]);
    xml_content(rng, 0, &mut out);
    out + "</p:a>"
}

fn xml_attributes(rng: &mut Rng, out: &mut String, declared: &[&str]) {
    const VALUES: &[&str] =
        &["", "1", " a  b ", "&lt;&amp;&gt;", "&#9;&#10;&#13;", "é😀", "a\tb\nc", "&#x65;&apos;&quot;", "a\r\nb", ">"];
    const NAMES: &[&str] = &["b", "c", "p:b", "q:b", "q:c", "xml:lang", "xml:id", "é"];
    // No ampersand: xmllint writes it into canonical XML without an escape.
    const DECLARATIONS: &[&str] =
        &["xmlns=\"urn:d\"", "xmlns=''", "xmlns:p='urn:q'", "xmlns:p='urn:p'", "xmlns:r='urn:r'", "xmlns:q='urn:p2'"];
    let mut names: Vec<&str> = NAMES.to_vec();
    rng.shuffle(&mut names);
    let declaration = one(rng, DECLARATIONS);
    let prefix = declaration.split('=').next().unwrap().trim_start_matches("xmlns").trim_start_matches(':');
    let mut shared = false;
    if !declared.contains(&prefix) && rng.bool() {
        // Two prefixes of one namespace could make one name of two attributes.
        shared = declaration.contains("urn:q") && prefix == "p";
        let _ = write!(out, " {declaration}");
    }
    let count = rng.usize(..4);
    let qualified = |name: &&&str| !(shared && name.contains(':') && !name.starts_with("xml"));
    for name in names.iter().filter(qualified).take(count) {
        let value = if *name == "xml:id" { format!("i{}", rng.u32(..)) } else { one(rng, VALUES).to_owned() };
        let _ = write!(out, "{}{name}{}=\"{value}\"", one(rng, &[" ", "\n", "\t "]), one(rng, &["", " "]));
    }
    out.push_str(one(rng, &["", " ", "\n"]));
    out.push('>');
}

fn xml_content(rng: &mut Rng, depth: usize, out: &mut String) {
    const TEXTS: &[&str] = &[
        "x",
        " ",
        "\n  ",
        "&amp;",
        "&#65;&#x1F600;",
        "é😀",
        "a&lt;b&gt;c",
        "\"'",
        "]]",
        "&#13;",
        "a\r\nb",
        "\u{85}\u{2028}",
    ];
    for _ in 0..rng.usize(..5) {
        match rng.u8(if depth < 6 { 0..9 } else { 3..9 }) {
            0..3 => {
                let name = one(rng, &["a", "b", "p:a", "q:b", "é", "p:a-b.c"]);
                let _ = write!(out, "<{name}");
                if rng.u8(..4) == 0 {
                    out.push_str(one(rng, &["/>", " />", " b='1'/>", " xmlns=''/>", "\n/>"]));
                } else {
                    xml_attributes(rng, out, &[]);
                    xml_content(rng, depth + 1, out);
                    let _ = write!(out, "</{name}{}>", one(rng, &["", " ", "\n"]));
                }
            }
            3 => out.push_str(one(
                rng,
                &["<![CDATA[]]>", "<![CDATA[<&>]]>", "<![CDATA[x]]]]><![CDATA[>]]>", "<![CDATA[ \n ]]>"],
            )),
            4 => out.push_str(one(rng, &["<!-- c -->", "<!---->", "<!--<a>&x;-->", "<!-- - -->"])),
            5 => out.push_str(one(rng, &["<?p?>", "<?p  x y ?>", "<?p-q <a>?>", "<?é ??>"])),
            _ => out.push_str(one(rng, TEXTS)),
        }
    }
}
