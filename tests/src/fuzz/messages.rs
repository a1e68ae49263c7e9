//! Readers, validation, writers, signatures, dosages and configurations.

use std::sync::OnceLock;

use causeway_adapter_fhir::read_dosages;
use causeway_canonical::dose_text::text_of;
use causeway_canonical::{Fault, Finding, refused};
use causeway_gateway::{ConfigError, Configuration};
use causeway_signature::{Policy, Trust, Verifier, prepare};
use causeway_syntax::Limits;
use causeway_syntax::adapter::{Adapter, Context, Reading};
use causeway_translate::{ContextFile, Options, refusal, registry, target_tree, translate};

/// The context of all targets.
pub fn context() -> &'static Context {
    static CONTEXT: OnceLock<Context> = OnceLock::new();
    CONTEXT.get_or_init(|| Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        sds_user_id: Some("555254239107".to_owned()),
        sds_role_profile_id: Some("555254240100".to_owned()),
        sds_job_role: Some("R8000".to_owned()),
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    })
}

pub(super) fn fhir_r4_json(data: &[u8]) {
    is_read("fhir-r4-json", data);
}

pub(super) fn fhir_r4_xml(data: &[u8]) {
    is_read("fhir-r4-xml", data);
}

/// V3 with what may stand around it: MIME and SOAP.
pub(super) fn eps_hl7v3(data: &[u8]) {
    is_read("eps-hl7v3", data);
}

pub(super) fn canonical_json(data: &[u8]) {
    is_read("canonical-json", data);
}

/// A message is read or refused, all that is found has a place, and the refusal can be said in every format.
fn is_read(format: &str, data: &[u8]) {
    let adapter = registry::adapter(format).unwrap();
    let _ = registry::sniff(data);
    let reading = adapter.read(data, context());
    assert!(reading.message.is_some() || refused(&reading.findings), "neither read nor refused");
    let mut findings = reading.findings.clone();
    findings.extend(causeway_validate::check(format, &reading, context()));
    let lines = data.iter().filter(|byte| **byte == b'\n').count() + 1;
    for finding in &findings {
        assert!(finding.position.line as usize <= lines, "a finding below the last line: {finding}");
        assert!(finding.rule.fault != Fault::Gateway, "an error of ours: {finding}");
    }
    let of = reading.message.as_ref().map(|message| &message.envelope.id);
    // As long as the list of what was found.
    let own = Context { limits: Limits::of_own_output(), ..context().clone() };
    for adapter in registry::ADAPTERS {
        let answer = refusal::refused(&findings, of, *adapter, context());
        let readable = adapter.read(answer.text.as_bytes(), &own);
        let is_words = answer.media_type.starts_with("text/plain");
        assert!(is_words || readable.message.is_some(), "{} answers what it cannot read", adapter.format());
    }
}

/// A message that is read and valid is written in every format, or refused for a reason that its sender can act on; what
/// is written reads back as what came in. The canonical form is left out as a source: it can say what no other format has
/// a form for, such as an address that says nothing.
pub(super) fn round_trip(data: &[u8]) {
    let Some(source) = registry::sniff(data).ok().filter(|source| source.format() != "canonical-json") else { return };
    let reading = source.read(data, context());
    if refused(&reading.findings) || refused(&causeway_validate::check(source.format(), &reading, context())) {
        return;
    }
    for target in registry::ADAPTERS {
        is_written(&reading, *target);
    }
}

fn is_written(reading: &Reading<'_>, target: &dyn Adapter) {
    let translation = translate(reading, target, context(), &Options::default());
    let ours = |finding: &&Finding| finding.rule.fault == Fault::Gateway;
    if let Some(finding) = translation.findings.iter().find(ours) {
        panic!("an error of ours in {}: {finding}", target.format());
    }
    let (Some(text), Some(ledger), Some(account)) = (&translation.text, &translation.ledger, &reading.account) else {
        assert!(refused(&translation.findings), "neither written nor refused");
        return;
    };
    let tree = target_tree(text, target, context()).expect("what is written is well formed");
    assert!(!ledger.render(account, Some(&*tree)).entries.is_empty(), "a message without an account");
}

/// A configuration of three files with a line `---` between them, and a context: they are taken, or each error has a place.
pub(super) fn configuration(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let names = ["causeway.toml", "endpoints/all.toml", "routes/all.toml"];
    let files: Vec<(&str, &str)> = names.into_iter().zip(text.split("\n---\n")).collect();
    if let Err(errors) = Configuration::from_files(files.clone()) {
        assert!(!errors.is_empty(), "refused without a reason");
        for ConfigError { file, line, message, .. } in errors {
            let lines = files.iter().find(|(name, _)| *name == file).map_or(0, |(_, text)| text.lines().count() + 1);
            assert!(line as usize <= lines.max(1), "an error below the last line: {message}");
        }
    }
    let _ = ContextFile::parse(text).and_then(|file| file.build(context().now));
}

/// An array of dosages has a text for each, or a reason why not.
pub(super) fn dose_text(data: &[u8]) {
    let Ok(dosages) = read_dosages(data, &Limits::default()) else { return };
    for lone in dosages {
        if let Ok(text) = text_of(&lone.dosage) {
            assert!(text.trim() == text, "a text with blanks around it");
        }
    }
}

/// Nobody is trusted here, so nothing that is signed holds; keys, certificates and lists of any sort are answered.
pub(super) fn signature(data: &[u8]) {
    let mut trust = Trust::new();
    let _ = trust.add_authorities(data);
    let _ = trust.add_lists(data);
    let nobody = Trust::new();
    let verifier = Verifier { trust: &nobody, policy: Policy::default(), context: context() };
    for verdict in verifier.document(data).unwrap_or_default() {
        assert!(!verdict.is_valid(), "a signature holds that nobody can vouch for");
    }
    let Ok(adapter) = registry::sniff(data) else { return };
    let reading = adapter.read(data, context());
    assert!(!verifier.reading(&reading).is_valid(), "a signature holds that nobody can vouch for");
    if let Some(message) = &reading.message {
        let _ = prepare(message, context());
    }
}
