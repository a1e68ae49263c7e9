//! Hostile input through the real program: refused with a finding, and never much memory.
//!
//! How long it takes is for `cargo bench -p causeway-tests --bench hostile` to say; here nothing is timed.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;

use causeway_canonical::model::Kind;
use causeway_tests::fuzz::context;
use causeway_tests::hostile::{CASES, Case};
use causeway_tests::measure::{MEGABYTE, Run, run};
use causeway_tests::process::{Gateway, PATIENCE, Process};
use causeway_tests::{fixtures, generate};
use causeway_translate::registry;
use fastrand::Rng;
use serde_json::Value;

const MOST_MEMORY: u64 = 256 * MEGABYTE;

/// The formats, of which each has an endpoint of its name.
fn formats() -> Vec<&'static str> {
    registry::formats().collect()
}

/// One finding a line, or one file a line: the rules of the findings.
fn rules(text: &[u8]) -> Vec<String> {
    let lines = std::str::from_utf8(text).unwrap().lines().filter(|line| line.starts_with('{'));
    let values = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    values
        .flat_map(|value| match value["findings"].as_array() {
            Some(findings) => findings.clone(),
            None => vec![value],
        })
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

/// What is wrong with how the program took a document.
fn fault(case: &Case, run: &Run, told: &[u8]) -> Option<String> {
    let name = format!("{} in {}", case.name, case.format);
    if run.peak > MOST_MEMORY {
        return Some(format!("{name}: {} MB", run.peak / MEGABYTE));
    }
    match run.code {
        Some(1) if rules(told).is_empty() => Some(format!("{name}: refused without a finding")),
        Some(1) => None,
        Some(0) if !case.refused => None,
        code => Some(format!("{name}: {code:?}, {}", String::from_utf8_lossy(&run.stderr))),
    }
}

#[test]
fn every_hostile_document_is_refused_with_a_finding_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let (file, context) = (folder.path().join("document"), fixtures().join("context.toml"));
    let (path, context) = (file.to_str().unwrap(), context.to_str().unwrap());
    let mut faults = Vec::new();
    for case in CASES {
        std::fs::write(&file, (case.make)()).unwrap();
        let validated = run(&["validate", "--format", case.format, "--context", context, "--output", "json", path]);
        faults.extend(fault(case, &validated, &validated.stdout));
        for target in formats().into_iter().filter(|format| *format != case.format) {
            let way = ["--from", case.format, "--to", target, "--context", context, "--findings", "json", path];
            let translated = run(&[&["translate"], &way[..]].concat());
            faults.extend(fault(case, &translated, &translated.stderr));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A small message of each format, as bytes that end with its last bracket.
fn small_messages() -> Vec<(&'static str, Vec<u8>)> {
    let message = generate::message(Kind::PrescriptionOrder, 3, 0);
    let text = |format| registry::adapter(format).unwrap().write(&message, context()).unwrap().text;
    formats().into_iter().map(|format| (format, text(format).trim_end().as_bytes().to_vec())).collect()
}

/// Validates all files of a folder in one run; what the program says of each.
fn validate_all(folder: &Path, format: &str, documents: impl Iterator<Item = Vec<u8>>) -> Vec<Value> {
    let count = documents
        .enumerate()
        .map(|(number, document)| std::fs::write(folder.join(format!("{number:06}")), document).unwrap())
        .count();
    let run = run(&["validate", "--format", format, "--output", "json", folder.to_str().unwrap()]);
    assert!(matches!(run.code, Some(0 | 1)), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(run.peak <= MOST_MEMORY, "{} MB", run.peak / MEGABYTE);
    let text = String::from_utf8(run.stdout).unwrap();
    let told: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told.len(), count);
    told
}

#[test]
fn a_message_that_ends_anywhere_is_refused_with_a_finding() {
    for (format, message) in small_messages() {
        let folder = tempfile::tempdir().unwrap();
        let told = validate_all(folder.path(), format, (0..message.len()).map(|end| message[..end].to_vec()));
        for (end, file) in told.iter().enumerate() {
            let findings = file["findings"].as_array().unwrap();
            assert!(file["valid"] == false && !findings.is_empty(), "{format} of {end} bytes: {file}");
        }
    }
}

#[test]
fn a_message_with_any_byte_changed_is_answered() {
    for (format, message) in small_messages() {
        let folder = tempfile::tempdir().unwrap();
        let mut rng = Rng::with_seed(5);
        let changed = (0..message.len()).map(|at| {
            let mut changed = message.clone();
            changed[at] = rng.u8(..);
            changed
        });
        let told = validate_all(folder.path(), format, changed);
        let refused = told.iter().filter(|file| file["valid"] == false);
        // What stands in words may say other words; everything else is noticed.
        assert!(refused.count() * 2 > told.len(), "{format}: too many pass");
        assert!(told.iter().all(|file| file["valid"] == true || !file["findings"].as_array().unwrap().is_empty()));
    }
}

/// A gateway with an endpoint of each format, and limits of time that a test can wait for.
fn gateway(folder: &Path) -> (Process, SocketAddr) {
    let sender = |format: &str| {
        format!(
            "[endpoint.{format}]\nsector = \"primary-care\"\nods = \"A83008\"\nformat = \"{format}\"\npath = \"/{format}\"\n\
             sender_asid = \"200000001285\"\nreceiver_asid = \"567456789789\"\n"
        )
    };
    let sink = "[endpoint.sink]\nsector = \"community-pharmacy\"\nods = \"FA100\"\nformat = \"canonical-json\"\n\
                url = \"http://127.0.0.1:1/\"\n";
    let endpoints: String = formats().into_iter().map(sender).chain([sink.to_owned()]).collect();
    let kinds: Vec<&str> = Kind::ALL[..Kind::ALL.len() - 1].iter().map(|kind| kind.as_str()).collect();
    let route = format!(
        "[route.all]\nfrom = {{ sector = \"primary-care\" }}\nkinds = {kinds:?}\nto = {{ endpoint = \"sink\" }}\n"
    );
    let gateway = Gateway::with(folder, &endpoints, &route);
    let settings = folder.join("config/causeway.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let limits = "body-timeout-ms = 1000\nheader-timeout-ms = 1000\nidle-timeout-ms = 1000";
    std::fs::write(&settings, text.replace("body-timeout-ms = 15000", limits)).unwrap();
    gateway.start()
}

/// Sends bytes whether or not the other side goes on reading, and takes what it answers until it closes.
fn throw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    let mut writing = stream.try_clone().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || drop(writing.write_all(&bytes)));
    let mut answer = Vec::new();
    // A peer that closes while we still write resets the connection; what it said before counts.
    let _ = stream.read_to_end(&mut answer);
    let _ = stream.shutdown(Shutdown::Both);
    writer.join().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn request(format: &str, body: &[u8]) -> Vec<u8> {
    let media_type = registry::adapter(format).unwrap().media_type();
    let head = format!(
        "POST /{format} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn status(answer: &str) -> Option<u16> {
    answer.split(' ').nth(1)?.parse().ok()
}

/// The gateway takes a message as if nothing had been.
fn takes_a_message(address: SocketAddr) {
    let text = std::fs::read_to_string(fixtures().join("fhir-r4/acute.json")).unwrap();
    let mut message: Value = serde_json::from_str(&text).unwrap();
    message["identifier"]["value"] = "0b0f5a52-6d0c-5c0e-9a3d-0c1f7d1d4aff".into();
    let answer = throw(address, &request("fhir-r4-json", message.to_string().as_bytes()));
    assert_eq!(status(&answer), Some(200), "{answer}");
}

#[test]
fn a_running_gateway_refuses_every_hostile_document_and_stays_small() {
    let folder = tempfile::tempdir().unwrap();
    let (mut process, address) = gateway(folder.path());
    let mut faults = Vec::new();
    for case in CASES {
        let document = (case.make)();
        let answer = throw(address, &request(case.format, &document));
        let status = status(&answer);
        // A body that is too large may be refused before it is sent, so that the refusal is lost with the connection.
        let unheard = status.is_none() && document.len() > 8 << 20;
        let good =
            unheard || status.is_some_and(|status| (400..500).contains(&status) || (!case.refused && status == 200));
        if !good || process.peak() > MOST_MEMORY || !process.is_alive() {
            let peak = process.peak() / MEGABYTE;
            let start: String = answer.chars().take(300).collect();
            faults.push(format!("{} in {}: {status:?}, {peak} MB, {start}", case.name, case.format));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    takes_a_message(address);
}

#[test]
fn many_hostile_documents_at_once_share_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let (process, address) = gateway(folder.path());
    let case = CASES.iter().find(|case| case.name.contains("dosages")).unwrap();
    let request = request(case.format, &(case.make)());
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| throw(address, &request));
        }
    });
    assert!(process.peak() <= 4 * MOST_MEMORY, "{} MB", process.peak() / MEGABYTE);
    takes_a_message(address);
}

#[test]
fn requests_that_lie_or_dawdle_are_ended() {
    let folder = tempfile::tempdir().unwrap();
    let (process, address) = gateway(folder.path());
    let post = "POST /fhir-r4-json HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n";
    let with = |headers: &str, body: &str| format!("{post}{headers}\r\n{body}").into_bytes();
    let flood: String = (0..100_000).map(|number| format!("a{number}: b\r\n")).collect();
    let huge = "x".repeat(1 << 20);
    for (what, bytes, expected) in [
        ("100,000 headers", with(&flood, ""), &[Some(431), None][..]),
        ("a header of 1 MB", with(&format!("a: {huge}\r\n"), ""), &[Some(431), None]),
        ("a path of 1 MB", format!("POST /{huge} HTTP/1.1\r\n\r\n").into_bytes(), &[Some(414), Some(431), None]),
        ("a length that is never reached", with("Content-Length: 1000\r\n", "{"), &[Some(408)]),
        ("a length of 2^64", with("Content-Length: 18446744073709551616\r\n", "{}"), &[Some(400)]),
        ("a length of many exabytes", with("Content-Length: 18446744073709551614\r\n", "{}"), &[Some(413), Some(431)]),
        ("a negative length", with("Content-Length: -1\r\n", "{}"), &[Some(400)]),
        ("two lengths", with("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"), &[Some(400)]),
        (
            "a length and chunks",
            with("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            &[Some(400), Some(415)],
        ),
        ("a chunk that is never reached", with("Transfer-Encoding: chunked\r\n", "ffff\r\n{"), &[Some(408)]),
        ("a chunk of 2^64", with("Transfer-Encoding: chunked\r\n", "10000000000000000\r\n{"), &[Some(400), Some(408)]),
        ("a chunk that has no length", with("Transfer-Encoding: chunked\r\n", "x\r\n{"), &[Some(400)]),
        ("a head that never ends", post.as_bytes().to_vec(), &[Some(408), None]),
        ("nothing at all", Vec::new(), &[Some(408), None]),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), &[Some(400), None]),
    ] {
        let answer = throw(address, &bytes);
        assert!(expected.contains(&status(&answer)), "{what}: {answer}");
    }
    assert!(process.peak() <= MOST_MEMORY, "{} MB", process.peak() / MEGABYTE);
    takes_a_message(address);
}

/// Connections that dribble are held open by nobody else.
#[test]
fn slow_connections_keep_nobody_else_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let (_process, address) = gateway(folder.path());
    let slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(b"POST /fhir-r4-json HTTP/1.1\r\nContent-Length: 100000\r\n\r\n{").unwrap();
            stream
        })
        .collect();
    takes_a_message(address);
    for mut stream in slow {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(status(&String::from_utf8_lossy(&answer)), Some(408));
    }
}
