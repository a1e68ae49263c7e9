//! dump
use causeway_canonical::model::Kind;
use causeway_syntax::adapter::{Adapter, Context};
use causeway_tests::generate;
use causeway_translate::registry;

#[test]
fn dump() {
    let context = Context { sds_user_id: Some("555254239107".to_owned()), sds_role_profile_id: Some("555254240100".to_owned()), ..Context::at("2026-03-02T09:16:00Z".parse().unwrap()) };
    for kind in Kind::ALL {
        if *kind == Kind::RebuildDispenseHistory { continue }
        let dir = format!("/tmp/shapes_gen/gen/{kind}");
        std::fs::create_dir_all(&dir).unwrap();
        for seed in 0..130u64 {
            let fullness = u8::try_from(seed * 37 % 101).unwrap();
            let message = generate::message(*kind, seed, fullness);
            let text = registry::adapter("fhir-r4-json").unwrap().write(&message, &context).unwrap().text;
            std::fs::write(format!("{dir}/{fullness:03}-{seed}.json"), text).unwrap();
        }
    }
    fn walk(dir: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, files) } else if path.extension().is_some_and(|e| e == "xml") { files.push(path) }
        }
    }
    let mut files = Vec::new();
    let root = causeway_tests::corpus().unwrap();
    for folder in ["eps-spine-responses", "eps-pairs", "eps-fhir"] { walk(&root.join(folder), &mut files); }
    std::fs::create_dir_all("/tmp/shapes_gen/v3").unwrap();
    let v3 = registry::adapter("eps-hl7v3").unwrap();
    for (n, file) in files.iter().enumerate() {
        let Ok(text) = std::fs::read(file) else { continue };
        let reading = v3.read(&text, &context);
        let Some(message) = reading.message else { eprintln!("unread {}", file.display()); continue };
        match registry::adapter("fhir-r4-json").unwrap().write(&message, &context) {
            Ok(w) => std::fs::write(format!("/tmp/shapes_gen/v3/{}-{n}.json", message.body.kind()), w.text).unwrap(),
            Err(f) => eprintln!("unwritten {} {:?}", file.display(), f.first()),
        }
    }
}
