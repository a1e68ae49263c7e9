//! Answers to a message.

use serde::{Deserialize, Serialize};

use super::{Coded, never_blank, record};
use crate::finding::{Problem, Severity};
use crate::identifier::MessageId;

/// What became of the message (responses.md §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AcknowledgementStatus {
    /// Taken.
    Accepted,
    /// Read, and its content refused.
    #[default]
    Error,
    /// Not read at all.
    Rejected,
}

record! {
    /// An answer: accepted, or refused with the reasons.
    pub struct Acknowledgement {
        /// What became of the message.
        pub status: AcknowledgementStatus,
        /// The message that is answered.
        pub of: Option<MessageId>,
        /// Reasons, in order.
        pub issue: Vec<Issue>,
    }
}

record! {
    /// One reason.
    pub struct Issue {
        /// How much it matters.
        pub severity: Option<Severity>,
        /// Sort of problem.
        pub problem: Option<Problem>,
        /// The receiver's own code, with its words.
        pub code: Option<Coded>,
        /// Explanation.
        pub diagnostics: Option<String>,
        /// Where in the message that is answered.
        pub expression: Vec<String>,
        /// Line in the message that is answered.
        pub line: Option<u32>,
        /// Column in the message that is answered.
        pub column: Option<u32>,
    }
}

never_blank!(AcknowledgementStatus);
