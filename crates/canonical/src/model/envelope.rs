//! What goes round a message: who sent it, to whom, under which id.

use serde::{Deserialize, Serialize};

use super::{Acknowledgement, PrescriptionOrder, never_blank, record};
use crate::datetime::DateTime;
use crate::identifier::{MessageId, OdsCode};

/// Version of the canonical JSON form.
pub const VERSION: &str = "1";

record! {
    /// One message: an envelope and a body.
    pub struct Message {
        /// Version of the form, [`VERSION`].
        pub version: String,
        /// Addressing and identity.
        pub envelope: Envelope,
        /// Content.
        pub body: Body,
        /// What the sender says of parts of the message to people, as formatted text.
        pub narrative: Vec<Narrative>,
        /// What the sender says of single values beyond the model.
        pub extension: Vec<FieldExtension>,
    }
}

record! {
    /// Formatted text about one part of a message.
    pub struct Narrative {
        /// The part, as path of the model: `patient`, `author.organisation`, `item[0]`.
        pub of: String,
        /// Whether the text says more than the structured content: `generated`, `extensions`, `additional`, `empty`.
        pub status: String,
        /// The text, as one XHTML `div` element.
        pub div: String,
    }
}

record! {
    /// Something said of one value by a name that the sender's format gives it.
    pub struct FieldExtension {
        /// The value that it is said of, as path of the model: `patient.birthDate`.
        pub field: String,
        /// URI that says what is meant.
        pub url: String,
        /// Type of the value, a primitive type of FHIR: `dateTime`.
        pub kind: String,
        /// Value, in its lexical form.
        pub value: String,
    }
}

record! {
    /// Identity and addressing.
    pub struct Envelope {
        /// Id of the message, a UUID.
        pub id: MessageId,
        /// When the sender made the message.
        pub created: Option<DateTime>,
        /// Who sent it.
        pub sender: Option<Sender>,
        /// Who is to get it.
        pub destination: Vec<Destination>,
        /// The person on whose behalf the sending system called, from the authentication context.
        pub operator: Option<Operator>,
    }
}

record! {
    /// The sending organisation and system.
    pub struct Sender {
        /// ODS code.
        pub ods: Option<OdsCode>,
        /// Name shown.
        pub name: Option<String>,
        /// Accredited system id.
        pub asid: Option<String>,
        /// Name of the software.
        pub software: Option<String>,
        /// Address of the system.
        pub endpoint: Option<String>,
    }
}

record! {
    /// A receiving organisation and system.
    pub struct Destination {
        /// ODS code.
        pub ods: Option<OdsCode>,
        /// Name shown.
        pub name: Option<String>,
        /// Accredited system id.
        pub asid: Option<String>,
        /// Address of the system.
        pub endpoint: Option<String>,
    }
}

record! {
    /// The person at the sending system, as the Spine directory knows them.
    pub struct Operator {
        /// SDS user id.
        pub user_id: Option<String>,
        /// SDS role profile id.
        pub role_profile_id: Option<String>,
        /// SDS job role.
        pub job_role: Option<String>,
    }
}

/// Content of a message, by kind.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Body {
    /// A prescription.
    PrescriptionOrder(Box<PrescriptionOrder>),
    /// An answer: accepted, or refused with reasons.
    Acknowledgement(Box<Acknowledgement>),
}

impl Body {
    /// Name of the kind, as in routes and findings.
    pub fn kind(&self) -> &'static str {
        match self {
            Body::PrescriptionOrder(_) => "prescription-order",
            Body::Acknowledgement(_) => "acknowledgement",
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Body::Acknowledgement(Box::default())
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Body({}, …)", self.kind())
    }
}

never_blank!(Envelope, Body, MessageId);
