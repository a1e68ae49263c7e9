//! What the program finds of an example.

use causeway_adapter_fhir::read_dosages;
use causeway_canonical::Finding;
use causeway_canonical::dose_text::{DOSE_TEXT_REFUSED, text_of};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_translate::{KeptPolicy, Options, registry, translate};

use super::example::{Example, Way};

/// All findings of a message.
pub fn findings(example: &Example, message: &[u8]) -> Vec<Finding> {
    let now = "2026-03-02T16:00:00Z".parse().unwrap();
    let context = example.context_file().build(now).unwrap();
    match example.way {
        Way::Message => of_message(example, message, &context),
        Way::DoseText => of_dose_text(message, &context),
    }
}

fn of_message(example: &Example, message: &[u8], context: &Context) -> Vec<Finding> {
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
        let kept = example.allow_kept.as_ref().map(|names| KeptPolicy::Only(names.iter().cloned().collect()));
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
