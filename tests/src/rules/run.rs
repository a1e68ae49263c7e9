//! What the program finds of an example.

use causeway_adapter_fhir::read_dosages;
use causeway_canonical::Finding;
use causeway_canonical::dose_text::{DOSE_TEXT_REFUSED, text_of};
use causeway_canonical::model::Body;
use causeway_simulator::receiver::check;
use causeway_syntax::adapter::{Adapter, Context};
use causeway_translate::{KeptPolicy, Options, registry, translate};

use super::change::Change;
use super::example::{Example, Way};

/// All findings of an example with a change.
pub fn findings(example: &Example, change: &Change) -> Vec<Finding> {
    let message = &change.apply(&example.base);
    let now = "2026-03-02T16:00:00Z".parse().unwrap();
    let context = example.context_file(change).build(now).unwrap();
    match example.way {
        Way::Message => of_message(example, change, message, &context),
        Way::DoseText => of_dose_text(message, &context),
        Way::Receiver => of_receiver(message, &context),
    }
}

fn of_message(example: &Example, change: &Change, message: &[u8], context: &Context) -> Vec<Finding> {
    let adapter = match &example.from {
        Some(format) => named(format),
        None => match registry::sniff(message) {
            Ok(adapter) => adapter,
            Err(finding) => return vec![finding],
        },
    };
    let reading = adapter.read(message, context);
    let mut findings = reading.findings.clone();
    findings.extend(causeway_validate::check(adapter.format(), &reading, context));
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
