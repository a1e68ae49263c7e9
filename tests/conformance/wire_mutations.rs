//! Messages of every kind, made wrong at random on the wire: nothing panics, and what changes the clinical content is found
//! by a layer.
//!
//! `CAUSEWAY_CASES` sets how many mutations of each kind are tried (default 1000).

use std::collections::BTreeMap;

use causeway_canonical::ledger::{FieldRef, facts};
use causeway_canonical::model::{Kind, Message};
use causeway_canonical::{Finding, Severity, refused};
use causeway_signature::{Policy, Verifier};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_tests::generate;
use causeway_tests::mutate::{Change, Mutation, Parts};
use causeway_tests::signed::SIGNER;
use causeway_translate::{Options, registry, translate};
use fastrand::Rng;

fn context() -> Context {
    Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        sds_user_id: Some("555254239107".to_owned()),
        sds_role_profile_id: Some("555254240100".to_owned()),
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    }
}

/// What every layer says of a message in a format: reading, shape, identifiers, rules, signature, ledger and echo.
struct Said {
    message: Option<Message>,
    findings: Vec<Finding>,
}

fn say(text: &str, adapter: &dyn Adapter, target: &dyn Adapter) -> Said {
    let context = context();
    let reading = adapter.read(text.as_bytes(), &context);
    let mut findings = reading.findings.clone();
    findings.extend(causeway_validate::check(adapter.format(), &reading, &context));
    findings.extend(translate(&reading, target, &context, &Options::default()).findings);
    let is_order = |message: &Message| message.body.kind() == Kind::PrescriptionOrder;
    if reading.message.as_ref().is_some_and(is_order) {
        let trust = SIGNER.trust();
        let verifier = Verifier { trust: &trust, policy: Policy::default(), context: &context };
        if adapter.format() == "eps-hl7v3" {
            let verdicts = verifier.document(text.as_bytes());
            findings.extend(verdicts.into_iter().flatten().flat_map(|verdict| verdict.findings));
        } else {
            findings.extend(verifier.reading(&reading).findings);
        }
    }
    Said { message: reading.message, findings }
}

impl Said {
    /// How often each rule is broken; notes do not count.
    fn rules(&self) -> BTreeMap<&'static str, usize> {
        let mut rules = BTreeMap::new();
        for finding in self.findings.iter().filter(|finding| finding.severity >= Severity::Warning) {
            *rules.entry(finding.rule.name).or_default() += 1;
        }
        rules
    }

    /// The clinical content, by path.
    fn clinical(&self) -> BTreeMap<String, String> {
        let facts = self.message.iter().flat_map(facts);
        let is_clinical =
            |path: &str| FieldRef::from_path(path).is_none_or(|field| field.place().group().is_clinical());
        facts.filter(|fact| is_clinical(&fact.path)).map(|fact| (fact.path, fact.value)).collect()
    }
}

/// A format of the other side that has the kind.
fn target(kind: Kind, from: &str) -> &'static dyn Adapter {
    let format = match (kind, from) {
        (Kind::RebuildDispenseHistory, _) | (Kind::Acknowledgement, _) => "canonical-json",
        (_, "eps-hl7v3") => "fhir-r4-json",
        _ => "eps-hl7v3",
    };
    registry::adapter(format).unwrap()
}

/// Messages of a kind in a format that every layer lets pass.
fn good(kind: Kind, format: &'static dyn Adapter) -> impl Iterator<Item = (String, Said)> {
    let cases = (0..200_u64).map(move |seed| {
        let mut message = generate::message(kind, seed, if seed % 2 == 0 { 100 } else { 50 });
        SIGNER.sign(&mut message, &context());
        let text = format.write(&message, &context()).unwrap_or_else(|findings| panic!("{kind}: {findings:?}")).text;
        let said = say(&text, format, target(kind, format.format()));
        (text, said)
    });
    cases.filter(|(_, said)| !refused(&said.findings))
}

/// `count` messages, each with one part changed.
fn mutations(text: &str, count: usize, seed: u64) -> Vec<Mutation> {
    let (parts, rng) = (Parts::of(text.as_bytes()).unwrap(), &mut Rng::with_seed(seed));
    std::iter::repeat_with(|| parts.any_change(rng)).flatten().take(count).collect()
}

/// How the clinical content of a message was changed unseen.
fn change(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> String {
    let template = |path: &str| path.replace(|c: char| c.is_ascii_digit(), "");
    let mut removed: Vec<String> = Vec::new();
    let mut altered = Vec::new();
    let mut added = Vec::new();
    for (path, value) in before {
        match after.get(path) {
            None => removed.push(template(path)),
            Some(other) if other != value => altered.push(template(path)),
            Some(_) => {}
        }
    }
    added.extend(after.keys().filter(|path| !before.contains_key(*path)).map(|path| template(path)));
    for list in [&mut removed, &mut altered, &mut added] {
        list.sort();
        list.dedup();
    }
    format!("-{} ~{} +{}", removed.join(","), altered.join(","), added.join(","))
}

fn is_found(kind: Kind) {
    let wanted: usize = std::env::var("CAUSEWAY_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(1000);
    let formats: Vec<&'static dyn Adapter> = registry::formats()
        .filter(|format| !(kind == Kind::RebuildDispenseHistory && format.starts_with("fhir")))
        .filter_map(registry::adapter)
        .collect();
    let of_each = wanted.div_ceil(formats.len() * 5);
    let (mut tried, mut relevant) = (0, 0);
    let mut unseen: BTreeMap<(Change, String), usize> = BTreeMap::new();
    for format in formats {
        for (number, (text, before)) in good(kind, format).take(5).enumerate() {
            let (rules, clinical) = (before.rules(), before.clinical());
            for mutation in mutations(&text, of_each, number as u64) {
                tried += 1;
                let after = say(&mutation.text, format, target(kind, format.format()));
                let says_more = after.rules().iter().any(|(rule, count)| rules.get(rule).is_none_or(|old| old < count));
                if after.message.is_none() {
                    assert!(refused(&after.findings), "{kind} {}: unreadable without a word", mutation.path);
                    relevant += 1;
                    continue;
                }
                let content = after.clinical();
                if content == clinical {
                    continue;
                }
                relevant += 1;
                if !says_more {
                    *unseen.entry((mutation.change, change(&clinical, &content))).or_default() += 1;
                }
            }
        }
    }
    let count: usize = unseen.values().sum();
    let table: Vec<String> =
        unseen.iter().map(|((what, change), count)| format!("{count:4} {what:?} {change}")).collect();
    println!("{kind}: {tried} mutations, {relevant} of clinical content, {count} unseen\n{}", table.join("\n"));
    assert!(tried >= wanted);
}

macro_rules! kinds {
    ($($test:ident: $kind:ident,)*) => {
        $(#[test]
        fn $test() {
            is_found(Kind::$kind);
        })*

        #[test]
        fn every_kind_is_mutated() {
            assert_eq!([$(Kind::$kind,)*].as_slice(), Kind::ALL);
        }
    };
}

kinds! {
    a_prescription_order_made_wrong_is_found: PrescriptionOrder,
    a_cancel_request_made_wrong_is_found: CancelRequest,
    a_cancel_response_made_wrong_is_found: CancelResponse,
    a_release_request_made_wrong_is_found: ReleaseRequest,
    a_release_response_made_wrong_is_found: ReleaseResponse,
    a_dispense_notification_made_wrong_is_found: DispenseNotification,
    a_dispense_claim_made_wrong_is_found: DispenseClaim,
    a_return_made_wrong_is_found: Return,
    a_withdrawal_made_wrong_is_found: Withdraw,
    a_rebuilt_history_made_wrong_is_found: RebuildDispenseHistory,
    an_acknowledgement_made_wrong_is_found: Acknowledgement,
}
