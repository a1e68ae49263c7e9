//! `causeway rules`: the catalogue of rules, for whoever sees a name or code in a log.

use std::process::ExitCode;

use anyhow::{Result, bail};
use causeway_canonical::{Rule, dose_text};
use causeway_translate::registry;
use serde_json::json;

use crate::show;

/// Arguments of `rules`.
#[derive(clap::Args)]
pub struct Arguments {
    /// One JSON object a rule
    #[arg(long)]
    json: bool,
    /// Name or code of a rule; all of them if there is none
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let is_asked = |rule: &Rule| arguments.rule.as_ref().is_none_or(|asked| rule.name == asked || rule.code == asked);
    let mut found = all().into_iter().filter(|rule| is_asked(rule)).peekable();
    if let (None, Some(asked)) = (found.peek(), &arguments.rule) {
        bail!("no rule is called {asked}; `causeway rules` lists all of them");
    }
    for rule in found {
        match (arguments.json, &arguments.rule) {
            (true, _) => show::line(record(rule))?,
            (false, Some(_)) => show::line(entry(rule)?)?,
            (false, None) => show::line(format!("{}: {}", rule.name, rule.title))?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Every rule of the program, in the order in which a message meets them.
fn all() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = causeway_syntax::RULES.to_vec();
    for rule in registry::ADAPTERS.iter().flat_map(|adapter| adapter.rules()) {
        // Two syntaxes of one format have the same rules.
        if !rules.contains(rule) {
            rules.push(rule);
        }
    }
    rules.extend(causeway_validate::RULES.iter());
    let others = [
        causeway_signature::RULES,
        dose_text::RULES,
        causeway_translate::RULES,
        causeway_gateway::RULES,
        causeway_simulator::receiver::RULES,
    ];
    rules.extend(others.into_iter().flatten());
    rules.dedup();
    rules
}

fn record(rule: &Rule) -> serde_json::Value {
    json!({
        "rule": rule.name, "code": rule.code, "title": rule.title, "severity": rule.severity, "fault": rule.fault,
        "layer": rule.layer, "clause": rule.clause, "hint": rule.hint,
    })
}

fn entry(rule: &Rule) -> Result<String> {
    let word = |value: serde_json::Result<serde_json::Value>| -> Result<String> {
        Ok(value?.as_str().unwrap_or_default().to_owned())
    };
    let (severity, fault) = (word(serde_json::to_value(rule.severity))?, word(serde_json::to_value(rule.fault))?);
    Ok(format!(
        "{} ({})\n{}\n  severity: {severity}\n  at fault: {fault}\n  layer:    {}\n  clause:   {}\n  to mend:  {}",
        rule.name,
        rule.code,
        rule.title,
        rule.layer.as_str(),
        rule.clause,
        rule.hint
    ))
}
