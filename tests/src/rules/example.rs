//! What the files of `tests/rules` say: a table a rule, named by the rule.

use std::collections::BTreeMap;

use causeway_translate::ContextFile;
use serde::Deserialize;

use super::change::Change;
use crate::workspace;

/// What shows a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Example {
    /// File of the message that both examples start from: of `tests/rules/base`, or of `tests/fixtures/fhir-r4`.
    #[serde(default)]
    pub base: String,
    /// What is done with the message.
    #[serde(default)]
    pub way: Way,
    /// The format that it is said to have; judged by its content, if absent.
    pub from: Option<String>,
    /// The format that it is translated to.
    pub to: Option<String>,
    /// Clock, systems and switches, beside those of `tests/fixtures/context.toml`.
    #[serde(default)]
    pub context: toml::Table,
    /// What makes the message break the rule.
    #[serde(default)]
    pub bad: Change,
    /// What the message needs to show the same in the right form; nothing, where the base shows it.
    #[serde(default)]
    pub good: Change,
    /// Why the good example has errors of other rules all the same.
    pub good_has_errors: Option<String>,
    /// Why no message can break the rule. The name of the test that breaks it otherwise stands in `tested-by`.
    pub unreachable: Option<String>,
    /// The function that tests a rule which no message can break.
    pub tested_by: Option<String>,
}

/// What is done with a message to find out what is wrong with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// As `causeway validate` and `causeway translate`.
    #[default]
    Message,
    /// The same, with the dictionary that `causeway terminology load` makes of the release in `tests/fixtures/dmd`.
    Dictionary,
    /// As `causeway verify-signature`, by the authority of the signer of `signed.v3.xml`.
    Signature,
    /// As `causeway dose-text`.
    DoseText,
    /// As the simulated pharmacy looks at a prescription.
    Receiver,
}

impl Example {
    /// The context file under which it is read with a change.
    pub fn context_file(&self, change: &Change) -> ContextFile {
        let mut keys: toml::Table =
            std::fs::read_to_string(crate::fixtures().join("context.toml")).unwrap().parse().unwrap();
        keys.extend(self.context.clone());
        keys.extend(change.context.clone());
        // A key can be taken away, and TOML has no null.
        keys.retain(|_, value| value.as_str() != Some(""));
        keys.try_into().unwrap()
    }
}

/// The examples of a family by rule.
pub fn examples(family: &str) -> BTreeMap<String, Example> {
    let file = workspace().join(format!("tests/rules/{family}.toml"));
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
