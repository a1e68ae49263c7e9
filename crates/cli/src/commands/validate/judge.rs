//! What is said of one file.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use causeway_canonical::identifier::MessageId;
use causeway_canonical::{Finding, FindingRecord, Severity, refused};
use causeway_signature::{Policy, Trust};
use causeway_syntax::adapter::{Adapter, Context};
use causeway_terminology::{Dictionary, Index};
use causeway_translate::{Options, refusal, registry, translate};
use causeway_validate::{Checks, Layers};
use clap::ValueEnum;
use serde::Serialize;

use crate::{input, show};

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// A line a file, each finding with its source line, and a table of the rules
    Text,
    /// One JSON object a file
    Json,
    /// A FHIR OperationOutcome a file
    OperationOutcome,
    /// An HL7 V3 application acknowledgement a file, in words where the id of the message is not known
    V3Acknowledgement,
}

impl Output {
    /// The format that the sender of a message would be answered in.
    fn answer_format(self) -> Option<&'static dyn Adapter> {
        match self {
            Output::Text | Output::Json => None,
            Output::OperationOutcome => registry::adapter("fhir-r4-json"),
            Output::V3Acknowledgement => registry::adapter("eps-hl7v3"),
        }
    }
}

/// How files are judged.
pub struct Judge<'a> {
    /// Format of the files, or auto.
    pub format: &'a str,
    /// Clock, severities and limits.
    pub context: Context,
    /// Which layers are asked.
    pub layers: Layers,
    /// Where codes are looked up.
    pub dictionary: Option<Index>,
    /// Whether signatures are verified.
    pub signatures: bool,
    /// Whom to trust, if anybody.
    pub trusted: Option<(Trust, Policy)>,
    /// The format that the messages must be able to cross to.
    pub target: Option<&'static dyn Adapter>,
    /// How results are printed.
    pub output: Output,
}

/// What is said of a file.
pub struct Verdict {
    /// Its name.
    pub file: String,
    /// The kind of message, if it was read.
    pub kind: Option<&'static str>,
    /// Everything noticed; why the file could not be read at all.
    pub findings: Result<Vec<Finding>>,
    /// How long it took.
    pub took: Duration,
    /// What is printed of it.
    printed: Vec<String>,
}

/// What `--output json` prints for a file.
#[derive(Serialize)]
struct FileResult<'f> {
    file: &'f str,
    format: Option<&'static str>,
    kind: Option<&'static str>,
    valid: bool,
    findings: Vec<FindingRecord>,
}

/// A file that was checked.
#[derive(Default)]
struct Checked {
    format: Option<&'static str>,
    kind: Option<&'static str>,
    id: Option<MessageId>,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    /// Whether the command names a format that is known.
    ///
    /// # Errors
    /// If it does not.
    pub fn check_usage(&self) -> Result<()> {
        if self.format != "auto" {
            input::named(self.format)?;
        }
        if self.output != Output::V3Acknowledgement {
            return Ok(());
        }
        if self.context.sender_asid.is_none() || self.context.receiver_asid.is_none() {
            bail!("an acknowledgement names both systems: give sender_asid and receiver_asid in --context");
        }
        Ok(())
    }

    /// Reads and judges a file.
    pub fn judge(&self, file: &Path) -> Verdict {
        let began = Instant::now();
        let name = file.to_string_lossy().into_owned();
        let judged = input::read(&name, &self.context.limits).and_then(|source| {
            let checked = self.check(&source)?;
            let printed = self.render(&name, &source, &checked)?;
            Ok((checked, printed))
        });
        let took = began.elapsed();
        match judged {
            Ok((checked, printed)) => {
                Verdict { file: name, kind: checked.kind, findings: Ok(checked.findings), took, printed }
            }
            Err(error) => Verdict { file: name, kind: None, findings: Err(error), took, printed: Vec::new() },
        }
    }

    fn check(&self, source: &[u8]) -> Result<Checked> {
        let adapter = match input::adapter(self.format, source)? {
            Ok(adapter) => adapter,
            Err(finding) => return Ok(Checked { findings: vec![finding], ..Checked::default() }),
        };
        let dictionary = self.dictionary.as_ref().map(|index| index as &dyn Dictionary);
        let checks = Checks { layers: self.layers, dictionary };
        let input::Checked { reading, mut findings } = input::check_with(source, adapter, &self.context, checks);
        if self.signatures {
            let trusted = self.trusted.as_ref().map(|(trust, policy)| (trust, *policy));
            let mut signatures = causeway_signature::layer::findings(trusted, &reading, &self.context);
            self.context.rules.apply(&mut signatures);
            findings.extend(signatures);
        }
        if let Some(target) = self.target {
            findings.extend(translate(&reading, target, &self.context, &Options::default()).findings);
        }
        let message = reading.message.as_ref();
        Ok(Checked {
            format: Some(adapter.format()),
            kind: message.map(|message| message.body.kind().as_str()),
            id: message.map(|message| message.envelope.id.clone()),
            findings,
        })
    }

    fn render(&self, name: &str, source: &[u8], checked: &Checked) -> Result<Vec<String>> {
        if let Some(answer_format) = self.output.answer_format() {
            return Ok(vec![self.answer(checked, answer_format)]);
        }
        let valid = !refused(&checked.findings);
        if self.output == Output::Json {
            let findings = checked.findings.iter().map(Finding::record).collect();
            let result = FileResult { file: name, format: checked.format, kind: checked.kind, valid, findings };
            return Ok(vec![serde_json::to_string(&result)?]);
        }
        let of = |severity| checked.findings.iter().filter(|finding| finding.severity == severity).count();
        let (errors, warnings, notes) = (of(Severity::Error), of(Severity::Warning), of(Severity::Information));
        let verdict = if valid { "valid" } else { "refused" };
        let kind = checked.kind.unwrap_or("unreadable");
        let mut lines =
            vec![format!("{name}: {verdict} ({kind}; errors {errors}, warnings {warnings}, notes {notes})")];
        lines.extend(show::Source::new(source).findings(&checked.findings, name));
        Ok(lines)
    }

    /// What the sender of the message would be told.
    fn answer(&self, checked: &Checked, format: &dyn Adapter) -> String {
        let id = checked.id.as_ref();
        let answer = if checked.findings.is_empty() {
            refusal::accepted(id, format, &self.context)
        } else {
            refusal::refused(&checked.findings, id, format, &self.context)
        };
        answer.text.trim_end().to_owned()
    }
}

impl Verdict {
    /// Prints it: to standard output, or to standard error if the file could not be read.
    ///
    /// # Errors
    /// If that cannot be, as on a full disk or a closed pipe.
    pub fn print(&self) -> Result<()> {
        if let Err(error) = &self.findings {
            anstream::eprintln!("causeway: {error:#}");
        }
        self.printed.iter().try_for_each(show::line)
    }
}
