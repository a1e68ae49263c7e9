//! From one format to another, and the proof that nothing was lost.
//!
//! Where to start reading: [`translate()`] is the whole way of one message. [`registry`] names the formats.
//!
//! Invariants: an output exists only if every value of the source is accounted for ([`ledger`]) and what was written
//! reads back as what came in ([`echo`]); the same input and context give the same bytes.

pub mod canonical_json;
pub mod context;
pub mod echo;
pub mod ledger;
pub mod provenance;
pub mod refusal;
pub mod registry;
mod rules;

pub use context::{ContextError, ContextFile};
pub use ledger::{KeptPolicy, Ledger, LedgerFile, Summary};
pub use rules::RULES;

use causeway_canonical::ledger::Tag;
use causeway_canonical::{Finding, refused};
use causeway_syntax::Tree;
use causeway_syntax::adapter::{Adapter, Context, Reading};

/// How a translation is held to account.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which clinical fields may stay behind.
    pub kept: KeptPolicy,
    /// Whether the output is read back and compared.
    pub echo: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { kept: KeptPolicy::AnyNamed, echo: true }
    }
}

/// What translating gave.
pub struct Translation {
    /// The output, unless the message was refused.
    pub text: Option<String>,
    /// Findings of writing, ledger and echo, with the severities of the context.
    pub findings: Vec<Finding>,
    /// The account of every value, if there was an output to account for.
    pub ledger: Option<Ledger>,
    /// What the writer says of the values of the output; empty where nothing was written.
    pub tags: Vec<(usize, Tag)>,
}

/// Writes what was read in another format, accounts for every value and reads the result back.
pub fn translate(reading: &Reading<'_>, target: &dyn Adapter, context: &Context, options: &Options) -> Translation {
    let (Some(message), Some(account)) = (&reading.message, &reading.account) else {
        return Translation { text: None, findings: Vec::new(), ledger: None, tags: Vec::new() };
    };
    let written = match target.write(message, context) {
        Ok(written) => written,
        Err(mut findings) => {
            locate(&mut findings, reading);
            context.rules.apply_cautiously(&mut findings);
            return Translation { text: None, findings, ledger: None, tags: Vec::new() };
        }
    };
    let ledger = Ledger::join(account, &written, target.kept(message.body.kind()));
    let mut findings = ledger.findings(account, &options.kept);
    if options.echo {
        findings.extend(echo::compare(message, &written.text, target, context));
    }
    context.rules.apply_cautiously(&mut findings);
    let text = (!refused(&findings)).then_some(written.text);
    Translation { text, findings, ledger: Some(ledger), tags: written.tags }
}

/// Findings of a writer name fields of the model; the sender is told where in its own message those stand.
fn locate(findings: &mut [Finding], reading: &Reading<'_>) {
    let Some(account) = &reading.account else { return };
    for finding in findings {
        let field = causeway_canonical::ledger::FieldRef::from_path(&finding.path);
        if let Some(node) = field.and_then(|field| account.node_of(field)) {
            finding.path = account.tree.path(node);
            finding.position = account.tree.position(node);
        }
    }
}

/// The tree of something that an adapter wrote, for paths and positions in it.
///
/// # Errors
/// A finding if the text is not well formed.
pub fn target_tree<'s>(text: &'s str, target: &dyn Adapter, context: &Context) -> Result<Box<dyn Tree + 's>, Finding> {
    target.tree(text.as_bytes(), &context.limits)
}
