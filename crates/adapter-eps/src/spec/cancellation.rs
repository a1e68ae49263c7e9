//! CancellationRequest and CancellationResponse (cancellation.md §1, responses.md §3).

use super::{ADMINISTRATION, Fact};
use super::{Class, FixedCode, INFORMATION, PERTINENT_APART, PERTINENT_LINK, Reference, class, fact};
use crate::oid;

pub(crate) static REQUEST: Class = class("CancellationRequest", INFORMATION);
pub(crate) static RESPONSE: Class = class("CancellationResponse", &[("classCode", "INFRM"), ("moodCode", "EVN")]);

/// Spine writes a `contextControlCode` here, which the schema does not have.
pub(crate) static AUTHOR: Class =
    Class { name: "author", fixed: &[("typeCode", "AUT")], optional: &[("contextControlCode", "OP")] };
pub(crate) static RESPONSIBLE_PARTY: Class =
    Class { name: "responsibleParty", fixed: &[("typeCode", "RESP")], optional: &[("contextControlCode", "OP")] };

pub(crate) static PRESCRIPTION_ID: Fact = fact("pertinentInformation2", "false", "pertinentPrescriptionID", "PID");
pub(crate) static LINE_ITEM: Reference = Reference {
    relation: class("pertinentInformation1", PERTINENT_LINK),
    seperable: "true",
    act: class("pertinentLineItemRef", ADMINISTRATION),
};
pub(crate) static REASON: Fact = fact("pertinentInformation", "false", "pertinentCancellationReason", "CR");
pub(crate) static PRESCRIPTION: Reference = Reference {
    relation: class("pertinentInformation3", PERTINENT_APART),
    seperable: "true",
    act: class("pertinentOriginalPrescriptionRef", ADMINISTRATION),
};

pub(crate) static RESULT_RELATION: Class = class("pertinentInformation3", super::PERTINENT);
pub(crate) static RESULT: Class = class("pertinentResponse", super::OBSERVATION);
pub(crate) static RESULT_CODE: FixedCode = FixedCode { system: oid::ANNOTATION, code: "CRR", display: None };
pub(crate) static REQUEST_REFERENCE: Reference = Reference {
    relation: class("pertinentInformation4", PERTINENT_LINK),
    seperable: "true",
    act: class("pertinentCancellationRequestRef", &[("classCode", "ACTN"), ("moodCode", "RQO")]),
};
