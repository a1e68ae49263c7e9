//! Arbitrary messages of every kind, in every format: what is written reads back as what was to be said, and every field
//! is accounted for.
//!
//! `CAUSEWAY_CASES` sets how many messages of each kind are tried (default 60). A failing case names kind, seed and
//! fullness; one that was mended stays in [`REGRESSIONS`].

use causeway_canonical::Severity;
use causeway_canonical::model::Kind;
use causeway_syntax::adapter::{Adapter, Context};
use causeway_tests::generate;
use causeway_translate::{Options, registry, translate};

/// Cases that once failed.
const REGRESSIONS: &[(Kind, u64, u8)] = &[
    // A timing that said nothing.
    (Kind::PrescriptionOrder, 227, 16),
    (Kind::CancelRequest, 227, 16),
    (Kind::DispenseNotification, 104, 10),
];

/// Kinds that FHIR has no form for.
const WITHOUT_FHIR: [Kind; 1] = [Kind::RebuildDispenseHistory];

fn context() -> Context {
    Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        sds_user_id: Some("555254239107".to_owned()),
        sds_role_profile_id: Some("555254240100".to_owned()),
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    }
}

fn targets(kind: Kind) -> Vec<&'static dyn Adapter> {
    let has_form = |format: &str| !(format.starts_with("fhir") && WITHOUT_FHIR.contains(&kind));
    registry::formats().filter(|format| has_form(format)).filter_map(registry::adapter).collect()
}

/// What is wrong with a message in a format.
fn fault(kind: Kind, seed: u64, fullness: u8, target: &dyn Adapter) -> Option<String> {
    let context = context();
    let message = generate::message(kind, seed, fullness);
    let canonical = registry::adapter("canonical-json").unwrap();
    let source = canonical.write(&message, &context).unwrap().text;
    let reading = canonical.read(source.as_bytes(), &context);
    assert!(reading.message.as_ref() == Some(&message), "{kind} {seed} {fullness}: the canonical form differs");
    let translation = translate(&reading, target, &context, &Options::default());
    let errors: Vec<String> = translation
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("{} {} {}", finding.rule.name, finding.path, finding.message))
        .collect();
    let again = target.write(&message, &context).ok().map(|written| written.text);
    if !errors.is_empty() {
        return Some(errors.join("\n    "));
    }
    (again != translation.text).then(|| "a second writing gives other bytes".to_owned())
}

fn cases(kind: Kind) -> impl Iterator<Item = (u64, u8)> {
    let count = std::env::var("CAUSEWAY_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(60);
    let known = REGRESSIONS.iter().filter(move |(of, ..)| *of == kind).map(|(_, seed, fullness)| (*seed, *fullness));
    let fullness = |seed: u64| u8::try_from(seed * 37 % 101).unwrap();
    known.chain((0..count).map(move |seed| (seed, fullness(seed))))
}

fn holds(kind: Kind) {
    let mut faults = Vec::new();
    for target in targets(kind) {
        for (seed, fullness) in cases(kind) {
            if let Some(fault) = fault(kind, seed, fullness, target) {
                faults.push(format!("{kind} seed {seed} fullness {fullness} in {}:\n    {fault}", target.format()));
            }
        }
    }
    let count = faults.len();
    faults.truncate(6);
    assert!(faults.is_empty(), "{count} cases fail\n{}", faults.join("\n"));
}

macro_rules! kinds {
    ($($test:ident: $kind:ident,)*) => {
        $(#[test]
        fn $test() {
            holds(Kind::$kind);
        })*

        #[test]
        fn every_kind_has_a_property() {
            assert_eq!([$(Kind::$kind,)*].as_slice(), Kind::ALL);
        }
    };
}

kinds! {
    prescription_orders_come_back_and_are_accounted_for: PrescriptionOrder,
    cancel_requests_come_back_and_are_accounted_for: CancelRequest,
    cancel_responses_come_back_and_are_accounted_for: CancelResponse,
    release_requests_come_back_and_are_accounted_for: ReleaseRequest,
    release_responses_come_back_and_are_accounted_for: ReleaseResponse,
    dispense_notifications_come_back_and_are_accounted_for: DispenseNotification,
    dispense_claims_come_back_and_are_accounted_for: DispenseClaim,
    returns_come_back_and_are_accounted_for: Return,
    withdrawals_come_back_and_are_accounted_for: Withdraw,
    rebuilt_histories_come_back_and_are_accounted_for: RebuildDispenseHistory,
    acknowledgements_come_back_and_are_accounted_for: Acknowledgement,
}
