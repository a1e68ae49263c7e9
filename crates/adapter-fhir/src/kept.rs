//! Fields of the model that FHIR R4 messages have no place for.

use causeway_canonical::ledger::{Kept, Leaf, place};

/// The table.
pub const TABLE: &[Kept] = &[
    Kept { place: place::VERSION, leaf: None, reason: "the version of the canonical form is Causeway's own" },
    Kept { place: place::OPERATOR, leaf: Some(Leaf::UserId), reason: "the caller travels in the access token" },
    Kept { place: place::OPERATOR, leaf: Some(Leaf::RoleProfileId), reason: "the caller travels in the access token" },
    Kept { place: place::OPERATOR, leaf: Some(Leaf::JobRole), reason: "the caller travels in the access token" },
    Kept {
        place: place::DESTINATION,
        leaf: Some(Leaf::Asid),
        reason: "the receiving system is named by the transport, not by the bundle",
    },
    Kept { place: place::TOKEN_ISSUED, leaf: None, reason: "no element says whether a token was printed" },
    Kept {
        place: place::ACKNOWLEDGEMENT_OF,
        leaf: None,
        reason: "an OperationOutcome answers the request of its own HTTP exchange",
    },
    Kept { place: place::ACKNOWLEDGEMENT_STATUS, leaf: None, reason: "the HTTP status and the severities say it" },
    Kept { place: place::MESSAGE_ID, leaf: None, reason: "an OperationOutcome has no message id" },
    Kept { place: place::NARRATIVE, leaf: Some(Leaf::Of), reason: "the resource that it stands in says it" },
    Kept { place: place::NARRATIVE, leaf: None, reason: "its part has no resource of its own in the message" },
    Kept { place: place::EXTENSION, leaf: Some(Leaf::Field), reason: "the element that it stands in says it" },
    Kept { place: place::EXTENSION, leaf: Some(Leaf::Kind), reason: "the name of the value element says it" },
    Kept { place: place::EXTENSION, leaf: None, reason: "its field has no element of its own in the message" },
];
