//! What the program finds of an example.

use std::sync::LazyLock;

use causeway_adapter_fhir::read_dosages;
use causeway_canonical::Finding;
use causeway_canonical::dose_text::{DOSE_TEXT_REFUSED, text_of};
use causeway_canonical::model::Body;
use causeway_signature::{Policy, Verifier};
use causeway_simulator::receiver::check;
use causeway_syntax::adapter::{Adapter, Context};
use causeway_terminology::{Dictionary, Index, Release, load};
use causeway_translate::{KeptPolicy, Options, registry, translate};
use causeway_validate::{Checks, Layers};

use super::change::Change;
use super::example::{Example, Way};
use crate::fixtures;
use crate::signed::SIGNER;

/// All findings of an example with a change.
pub fn findings(example: &Example, change: &Change) -> Vec<Finding> {
    let message = &change.apply(&example.base);
    let now = "2026-03-02T16:00:00Z".parse().unwrap();
    let context = example.context_file(change).build(now).unwrap();
    match example.way {
        Way::Message => of_message(example, change, message, &context, None),
        Way::Dictionary => of_message(example, change, message, &context, Some(&*DICTIONARY)),
        Way::Signature => of_signature(message, &context),
        Way::DoseText => of_dose_text(message, &context),
        Way::Receiver => of_receiver(message, &context),
    }
}

fn of_message(
    example: &Example,
    change: &Change,
    message: &[u8],
    context: &Context,
    dictionary: Option<&dyn Dictionary>,
) -> Vec<Finding> {
    let adapter = match &example.from {
        Some(format) => named(format),
        None => match registry::sniff(message) {
            Ok(adapter) => adapter,
            Err(finding) => return vec![finding],
        },
    };
    let reading = adapter.read(message, context);
    let mut findings = reading.findings.clone();
    let checks = Checks { layers: Layers::ALL, dictionary };
    findings.extend(causeway_validate::check_layers(adapter.format(), &reading, context, checks));
    if let Some(format) = &example.to {
        let kept = change.allow_kept.as_ref().map(|names| KeptPolicy::Only(names.iter().cloned().collect()));
        let options = Options { kept: kept.unwrap_or(KeptPolicy::AnyNamed), ..Options::default() };
        findings.extend(translate(&reading, named(format), context, &options).findings);
    }
    findings
}

fn named(format: &str) -> &'static dyn Adapter {
    registry::adapter(format).unwrap_or_else(|| panic!("no format is called {format}"))
}

/// The dictionary of the invented release.
static DICTIONARY: LazyLock<Index> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("index");
    load(&Release::find(&[fixtures().join("dmd/release")]).unwrap(), &index).unwrap();
    Index::open(&index).unwrap()
});

fn of_signature(message: &[u8], context: &Context) -> Vec<Finding> {
    let verifier = Verifier { trust: &SIGNER.trust(), policy: Policy::default(), context };
    match verifier.document(message) {
        Ok(verdicts) => verdicts.into_iter().flat_map(|verdict| verdict.findings).collect(),
        Err(finding) => vec![finding],
    }
}

fn of_dose_text(message: &[u8], context: &Context) -> Vec<Finding> {
    match read_dosages(message, &context.limits) {
        Err(findings) => findings,
        Ok(dosages) => dosages
            .into_iter()
            .flat_map(|dosage| {
                let refusal = text_of(&dosage.dosage).err();
                let refusal = refusal.map(|it| Finding::new(&DOSE_TEXT_REFUSED, it.reason.as_str()));
                dosage.findings.into_iter().chain(refusal)
            })
            .collect(),
    }
}

fn of_receiver(message: &[u8], context: &Context) -> Vec<Finding> {
    let reading = registry::sniff(message).unwrap().read(message, context);
    match reading.message.map(|message| message.body) {
        Some(Body::PrescriptionOrder(order)) => reading.findings.into_iter().chain(check(&order)).collect(),
        _ => reading.findings,
    }
}
