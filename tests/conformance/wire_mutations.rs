//! Messages of every kind, made wrong at random on the wire: nothing panics, and what changes the clinical content is found
//! by a layer.
//!
//! How long the slowest took is told, not judged: a test that measures time fails for other reasons than ours.
//!
//! `CAUSEWAY_CASES` sets how many mutations of each kind are tried (default 1000).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

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
    fn clinical(&self) -> Content {
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

/// The clinical content by path.
type Content = BTreeMap<String, String>;

/// Why a change of the clinical content may pass unseen: the message is another one that is as good as the first, and only
/// its sender knows which is meant. A prescription that is signed is told from another by its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// A part that may be left out is left out, or one entry of several.
    SaysLess,
    /// Entries of a list have changed places, and every value still stands in a part of its kind.
    AnotherOrder,
    /// One value is another one of the same form: words, a code of a list that is not closed, a number, an id of its own.
    AnotherValue,
}

/// What a message does not lose unseen.
const CORE: [&str; 3] = ["prescription.shortId", "patient.gender", "patient.birthDate"];

/// Values that check themselves.
const CHECKED: [&str; 2] = ["nhsNumber", "shortId"];

impl Reason {
    /// Why a change of the content is no fault that a layer could see.
    fn of(kind: Kind, change: Change, before: &Content, after: &Content) -> Option<Reason> {
        let has_no_core = |place: &&str| {
            let is_there =
                |content: &Content| content.keys().any(|path| path.ends_with(*place) || template(path) == *place);
            is_there(before) && !is_there(after)
        };
        let lacks_only = |place: &str| {
            let is_elsewhere = |(path, _): &(&String, &String)| !template(path).starts_with(place);
            before.iter().filter(is_elsewhere).eq(after.iter().filter(is_elsewhere))
        };
        let same_paths = before.keys().eq(after.keys());
        let altered: Vec<&String> = before
            .iter()
            .filter(|(path, value)| after.get(*path).is_some_and(|it| it != *value))
            .map(|it| it.0)
            .collect();
        let (then, now) = (values_by_place(before), values_by_place(after));
        match change {
            _ if then == now => Some(Reason::AnotherOrder),
            Change::Deleted if now.iter().all(|value| then.contains(value)) => {
                (!CORE.iter().any(has_no_core)).then_some(Reason::SaysLess)
            }
            // An answer to a cancellation names the item alone.
            Change::Retyped if kind == Kind::CancelResponse && lacks_only("item[].medicine.code") => {
                Some(Reason::SaysLess)
            }
            Change::Recoded | Change::Duplicated if same_paths => {
                let checks_itself = |path: &&String| CHECKED.iter().any(|name| path.ends_with(name));
                (altered.len() == 1 && !altered.iter().any(checks_itself)).then_some(Reason::AnotherValue)
            }
            _ => None,
        }
    }
}

/// A path without its positions.
fn template(path: &str) -> String {
    path.replace(|c: char| c.is_ascii_digit(), "")
}

/// All values, with the sort of place that each stands in.
fn values_by_place(content: &Content) -> Vec<(String, &String)> {
    let mut values: Vec<(String, &String)> = content.iter().map(|(path, value)| (template(path), value)).collect();
    values.sort();
    values
}

/// What of the content is another one, for whoever has to find the layer that should have seen it.
fn difference(before: &Content, after: &Content) -> String {
    let of = |one: &Content, is_meant: &dyn Fn(&String, &String) -> bool| {
        let mut paths: Vec<String> =
            one.iter().filter(|(path, value)| is_meant(path, value)).map(|(path, _)| template(path)).collect();
        paths.sort();
        paths.dedup();
        paths.join(",")
    };
    let removed = of(before, &|path, _| !after.contains_key(path));
    let altered = of(before, &|path, value| after.get(path).is_some_and(|other| other != value));
    let added = of(after, &|path, _| !before.contains_key(path));
    format!("without {removed}; other {altered}; new {added}")
}

fn is_found(kind: Kind) {
    let wanted: usize = std::env::var("CAUSEWAY_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(1000);
    let formats: Vec<&'static dyn Adapter> = registry::formats()
        .filter(|format| !(kind == Kind::RebuildDispenseHistory && format.starts_with("fhir")))
        .filter_map(registry::adapter)
        .collect();
    let of_each = wanted.div_ceil(formats.len() * 5);
    let (mut tried, mut relevant, mut slowest) = (0, 0, Duration::ZERO);
    let mut explained: BTreeMap<(Reason, Change), usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for format in formats {
        for (number, (text, before)) in good(kind, format).take(5).enumerate() {
            let (rules, clinical) = (before.rules(), before.clinical());
            for Mutation { change, path, text } in mutations(&text, of_each, number as u64) {
                tried += 1;
                let began = Instant::now();
                let after = say(&text, format, target(kind, format.format()));
                slowest = slowest.max(began.elapsed());
                if after.message.is_none() {
                    assert!(refused(&after.findings), "{kind} {path}: unreadable without a word");
                    relevant += 1;
                    continue;
                }
                let content = after.clinical();
                if content == clinical {
                    continue;
                }
                relevant += 1;
                if after.rules().iter().any(|(rule, count)| rules.get(rule).is_none_or(|old| old < count)) {
                    continue;
                }
                match Reason::of(kind, change, &clinical, &content) {
                    Some(reason) => *explained.entry((reason, change)).or_default() += 1,
                    None => unexplained.push(format!(
                        "{change:?} {} {path}: {}",
                        format.format(),
                        difference(&clinical, &content)
                    )),
                }
            }
        }
    }
    println!(
        "{kind}: {tried} mutations, the slowest in {slowest:?}; {relevant} of clinical content, not found because"
    );
    println!("they make another good message:");
    for ((reason, change), count) in explained {
        println!("  {reason:?} ({change:?}): {count}");
    }
    assert!(unexplained.is_empty(), "{kind}: {} seen by no layer\n{}", unexplained.len(), unexplained.join("\n"));
    assert!(tried >= wanted, "{tried}");
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
