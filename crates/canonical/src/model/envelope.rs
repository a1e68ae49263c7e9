//! What goes round a message: who sent it, to whom, under which id.

use serde::{Deserialize, Serialize};

use super::{
    Acknowledgement, CancelResponse, DispenseClaim, DispenseNotification, PrescriptionOrder, RebuildDispenseHistory,
    ReleaseRequest, ReleaseResponse, Reversal, never_blank, record,
};
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
        /// Id of the transmission that carried it, where the format tells the two apart.
        pub transmission: Option<MessageId>,
        /// The transmission that this one answers, where it is told apart from the message.
        pub answers: Option<MessageId>,
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

macro_rules! bodies {
    ($($(#[$meta:meta])* $name:ident($content:ty) = $kind:literal as $member:literal,)*) => {
        /// Content of a message, by kind.
        #[derive(Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub enum Body {
            $($(#[$meta])* $name(Box<$content>),)*
        }

        /// The kinds of message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $($(#[$meta])* $name,)*
        }

        impl Body {
            /// What kind of message it is.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Body::$name(_) => Kind::$name,)*
                }
            }
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$name,)*];

            /// Name, as in routes and findings.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Kind::$name => $kind,)*
                }
            }

            /// Name of the body's member in the canonical JSON form.
            pub const fn member(self) -> &'static str {
                match self {
                    $(Kind::$name => $member,)*
                }
            }
        }
    };
}

bodies! {
    /// A prescription.
    PrescriptionOrder(PrescriptionOrder) = "prescription-order" as "prescriptionOrder",
    /// A request to cancel an item: the order's shape with the item and the reason.
    CancelRequest(PrescriptionOrder) = "cancel-request" as "cancelRequest",
    /// What became of a request to cancel, at once or later.
    CancelResponse(CancelResponse) = "cancel-response" as "cancelResponse",
    /// A dispenser asks for prescriptions.
    ReleaseRequest(ReleaseRequest) = "release-request" as "releaseRequest",
    /// Prescriptions handed to a dispenser.
    ReleaseResponse(ReleaseResponse) = "release-response" as "releaseResponse",
    /// What a dispenser did.
    DispenseNotification(DispenseNotification) = "dispense-notification" as "dispenseNotification",
    /// A claim for payment.
    DispenseClaim(DispenseClaim) = "dispense-claim" as "dispenseClaim",
    /// A released prescription given back.
    Return(Reversal) = "return" as "return",
    /// A notification taken back.
    Withdraw(Reversal) = "withdraw" as "withdraw",
    /// A dispensing history told again.
    RebuildDispenseHistory(RebuildDispenseHistory) = "rebuild-dispense-history" as "rebuildDispenseHistory",
    /// An answer: accepted, or refused with reasons.
    Acknowledgement(Acknowledgement) = "acknowledgement" as "acknowledgement",
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
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
