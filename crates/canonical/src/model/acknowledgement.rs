//! Answers to a message.

use serde::{Deserialize, Serialize};

use super::{Agent, Coded, never_blank, record};
use crate::datetime::DateTime;
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
        /// What is told of a refused request for prescriptions.
        pub rejection: Option<ReleaseRejection>,
        /// The dispenser that holds the prescription asked for.
        pub performer: Option<Agent>,
    }
}

record! {
    /// Particulars of a refused request for prescriptions (responses.md §5).
    pub struct ReleaseRejection {
        /// Id of the refusal, where it differs from that of the message.
        pub id: Option<MessageId>,
        /// When.
        pub when: Option<DateTime>,
        /// The request for prescriptions that is refused.
        pub release: Option<MessageId>,
        /// Words.
        pub text: Option<String>,
        /// Since when the other dispenser holds the prescription.
        pub performed: Option<DateTime>,
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
