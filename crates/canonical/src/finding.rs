//! Findings: one thing noticed about a message, said so that its sender can act on it.
//!
//! Invariants:
//! - A finding never holds patient data. Texts name elements, rules and expected forms, never the value that was found.
//! - The rule is a `static`: its name and code are stable, and other people's programs match on them.
//! - A finding tells who is at fault, so that a receiver's refusal is never shown as the sender's error.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding matters. Only `Error` stops a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Information,
    /// Suspicious, and carried all the same.
    Warning,
    /// The message is refused.
    Error,
}

/// Who has to act for the finding to go away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The sender's bytes cannot be parsed.
    SenderBytes,
    /// The sender's bytes parse, and their content breaks a rule.
    SenderContent,
    /// Valid, but not supported by Causeway or by the target format.
    Unsupported,
    /// Causeway's own configuration.
    Configuration,
    /// The system that the message was delivered to.
    Receiver,
    /// Causeway itself.
    Gateway,
}

/// What sort of problem a rule speaks of; the wire formats' own issue codes are derived from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// The text is not well formed, or the structure is not the one expected.
    Structure,
    /// Something mandatory is missing.
    Required,
    /// A value is not allowed here.
    Value,
    /// Several elements together are not allowed.
    Invalid,
    /// A code is not in its code system or not of the right kind.
    CodeInvalid,
    /// A check digit or character is wrong.
    CheckDigit,
    /// A date or time has the wrong form.
    DateFormat,
    /// A reference does not resolve.
    NotFound,
    /// Known, and not supported.
    NotSupported,
    /// Seen before.
    Duplicate,
    /// Contradicts what is already stored.
    Conflict,
    /// A business rule.
    BusinessRule,
    /// A limit of size, depth or number.
    TooCostly,
    /// Not allowed for this sender.
    Forbidden,
    /// It was not processed, or something would have been lost or changed on the way.
    Loss,
    /// For the time being not possible; the same message may pass later.
    Transient,
    /// An error of ours.
    Exception,
    /// No problem at all.
    Informational,
}

/// What a rule belongs to. A route may do without a layer of validation; what is said in the others always counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The text is well formed and within its limits.
    Syntax,
    /// A reader understands the message and a writer can say it.
    Format,
    /// Elements stand where, as often and in the form that the message has them.
    Shape,
    /// Identifiers hold their check digits, and codes are in their code systems.
    Identifiers,
    /// Clinical and lifecycle rules.
    Rules,
    /// The prescriber's signature holds.
    Signature,
    /// Nothing is lost or changed on the way: ledger and echo.
    Echo,
    /// The gateway and the partners it speaks to.
    Relay,
}

impl Layer {
    /// Every layer, in the order in which a message meets them.
    pub const ALL: [Layer; 8] = [
        Layer::Syntax,
        Layer::Format,
        Layer::Shape,
        Layer::Identifiers,
        Layer::Rules,
        Layer::Signature,
        Layer::Echo,
        Layer::Relay,
    ];

    /// The name in configurations and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Layer::Syntax => "syntax",
            Layer::Format => "format",
            Layer::Shape => "shape",
            Layer::Identifiers => "identifiers",
            Layer::Rules => "rules",
            Layer::Signature => "signature",
            Layer::Echo => "echo",
            Layer::Relay => "relay",
        }
    }
}

/// A rule that a message can break. Rules are statics, gathered in each crate's `RULES`.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Name in the `[rules]` table of a context or route, in kebab-case.
    pub name: &'static str,
    /// What the rule speaks of, in a few words.
    pub title: &'static str,
    /// What it belongs to.
    pub layer: Layer,
    /// Stable code for programs: the standard's own number where it has one (`EPS-V026`), otherwise a name.
    pub code: &'static str,
    /// Severity when nothing is configured.
    pub severity: Severity,
    /// Who has to act.
    pub fault: Fault,
    /// Sort of problem.
    pub problem: Problem,
    /// Where the rule comes from: file and clause of the standards, or `design`.
    pub clause: &'static str,
    /// How to mend it.
    pub hint: &'static str,
}

/// Declares the rules of one layer as statics, and `RULES`, the list of all of them.
///
/// The block opens with `in` and the layer. A row is `/// Title.` and then `NAME = "name-of-the-rule" as "CODE", Severity,
/// Fault, Problem, "clause", "hint";`. Where the standards give the rule no number of its own, `as "CODE"` is left out and
/// the name is the code.
#[macro_export]
macro_rules! rules {
    (@code $name:literal) => { $name };
    (@code $name:literal $code:literal) => { $code };
    (in $layer:ident;
        $($(#[doc = $title:literal])* $rule:ident = $name:literal $(as $code:literal)?, $severity:ident, $fault:ident,
        $problem:ident, $clause:literal, $hint:literal;)+) => {
        $(
            $(#[doc = $title])*
            ///
            #[doc = concat!("`", $name, "` (", $clause, "): ", $hint, ".")]
            pub static $rule: $crate::Rule = $crate::Rule {
                name: $name,
                title: concat!($($title),*).trim_ascii(),
                layer: $crate::Layer::$layer,
                code: $crate::rules!(@code $name $($code)?),
                severity: $crate::Severity::$severity,
                fault: $crate::Fault::$fault,
                problem: $crate::Problem::$problem,
                clause: $clause,
                hint: $hint,
            };
        )+

        /// Every rule of this module.
        pub static RULES: &[&$crate::Rule] = &[$(&$rule),+];
    };
}

/// A place in a source text, both numbers counted from 1; columns count characters. 0 means unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One thing noticed about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that was broken.
    pub rule: &'static Rule,
    /// Severity after the `[rules]` table was applied.
    pub severity: Severity,
    /// Where, in the source format's own path language; empty for the whole message.
    pub path: String,
    /// Where in the text.
    pub position: Position,
    /// What was expected and what stands there instead, without the value.
    pub message: Cow<'static, str>,
    /// How to mend it.
    pub hint: Cow<'static, str>,
}

impl Finding {
    /// A finding of `rule`, for the whole message.
    pub fn new(rule: &'static Rule, message: impl Into<Cow<'static, str>>) -> Self {
        Finding {
            rule,
            severity: rule.severity,
            path: String::new(),
            position: Position::default(),
            message: message.into(),
            hint: Cow::Borrowed(rule.hint),
        }
    }

    /// The same finding, at a path and position.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>, position: Position) -> Self {
        self.path = path.into();
        self.position = position;
        self
    }

    /// The same finding, with a hint of its own.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The form in which findings leave the program.
    pub fn record(&self) -> FindingRecord {
        FindingRecord {
            code: self.rule.code.to_owned(),
            rule: self.rule.name.to_owned(),
            severity: self.severity,
            fault: self.rule.fault,
            path: self.path.clone(),
            line: self.position.line,
            column: self.position.column,
            message: self.message.clone().into_owned(),
            hint: self.hint.clone().into_owned(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.rule.code)?;
        if !self.path.is_empty() {
            write!(f, " at {}", self.path)?;
        }
        if self.position.line > 0 {
            write!(f, ", line {} column {}", self.position.line, self.position.column)?;
        }
        Ok(())
    }
}

/// A finding as other programs read it: one JSON object, field names and order are a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRecord {
    /// [`Rule::code`].
    pub code: String,
    /// [`Rule::name`].
    pub rule: String,
    /// Effective severity.
    pub severity: Severity,
    /// Who has to act.
    pub fault: Fault,
    /// Path in the source.
    pub path: String,
    /// Line, 0 if unknown.
    pub line: u32,
    /// Column, 0 if unknown.
    pub column: u32,
    /// What was expected and what stands there.
    pub message: String,
    /// How to mend it.
    pub hint: String,
}

/// What a `[rules]` table makes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Refuse.
    Error,
    /// Report and carry on.
    Warning,
    /// Say nothing.
    Off,
}

/// A `[rules]` table: severity by rule name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Severities(pub BTreeMap<String, Level>);

impl Severities {
    /// Applies the table: changes severities and drops findings of rules that are off.
    pub fn apply(&self, findings: &mut Vec<Finding>) {
        self.change(findings, |_| true);
    }

    /// Applies the table where an error must stay one: something could not be read, written or accounted for, and to
    /// carry on would lose it in silence. Warnings may still be raised, or dropped.
    pub fn apply_cautiously(&self, findings: &mut Vec<Finding>) {
        self.change(findings, |finding| finding.severity != Severity::Error);
    }

    fn change(&self, findings: &mut Vec<Finding>, may_change: impl Fn(&Finding) -> bool) {
        if self.0.is_empty() {
            return;
        }
        findings.retain_mut(|finding| {
            let level = self.0.get(finding.rule.name).filter(|_| may_change(finding));
            match level {
                Some(Level::Off) => return false,
                Some(Level::Error) => finding.severity = Severity::Error,
                Some(Level::Warning) => finding.severity = Severity::Warning,
                None => {}
            }
            true
        });
    }
}

/// Whether any of these findings stops the message.
pub fn refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    static RULE: Rule = Rule {
        name: "a-rule",
        title: "a rule",
        layer: Layer::Rules,
        code: "a-rule",
        severity: Severity::Error,
        fault: Fault::SenderContent,
        problem: Problem::Value,
        clause: "design",
        hint: "mend it",
    };

    fn after(level: Level, cautiously: bool, severity: Severity) -> Vec<Severity> {
        let table = Severities([("a-rule".to_owned(), level)].into());
        let mut findings = vec![Finding { severity, ..Finding::new(&RULE, "x") }];
        if cautiously {
            table.apply_cautiously(&mut findings)
        } else {
            table.apply(&mut findings)
        }
        findings.iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn a_table_sets_severities_and_drops_findings_by_the_name_of_the_rule() {
        assert_eq!(after(Level::Warning, false, Severity::Error), [Severity::Warning]);
        assert_eq!(after(Level::Error, false, Severity::Warning), [Severity::Error]);
        assert_eq!(after(Level::Off, false, Severity::Error), []);
    }

    #[test]
    fn an_error_that_means_loss_stays_an_error() {
        assert_eq!(after(Level::Warning, true, Severity::Error), [Severity::Error]);
        assert_eq!(after(Level::Off, true, Severity::Error), [Severity::Error]);
        assert_eq!(after(Level::Error, true, Severity::Warning), [Severity::Error]);
        assert_eq!(after(Level::Off, true, Severity::Warning), []);
    }
}
