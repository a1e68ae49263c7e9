//! PrescriptionReleaseReject (PORX_MT121201UK30, responses.md §5).

use super::{Class, INFORMATION, OBSERVATION, PERTINENT, Reference, class};

pub(crate) static REJECTION: Class = class("PrescriptionReleaseReject", INFORMATION);
pub(crate) static REASON_RELATION: Class = class("pertinentInformation", PERTINENT);
pub(crate) static REASON: Class = class("pertinentRejectionReason", OBSERVATION);
pub(crate) static PERFORMER: Class =
    Class { name: "performer", fixed: &[("typeCode", "PRF")], optional: &[("contextControlCode", "OP")] };
pub(crate) static REQUEST: Reference = Reference {
    relation: class("reversalOf", &[("inversionInd", "false"), ("negationInd", "false"), ("typeCode", "REV")]),
    seperable: "true",
    act: class("priorPrescriptionReleaseRequestRef", &[("classCode", "INFO"), ("moodCode", "RQO")]),
};
