//! DispenseProposalReturn and ETPWithdraw (task.md §2, §3).

use super::{Class, Fact, FixedCode, INFORMATION, PERTINENT_LINK, Reference, class, fact, fact_apart};
use crate::oid;

pub(crate) static RETURN: Class = class("DispenseProposalReturn", INFORMATION);
pub(crate) static RETURN_PRESCRIPTION_ID: Fact =
    fact("pertinentInformation1", "false", "pertinentPrescriptionID", "PID");
pub(crate) static RETURN_ISSUE: Fact = fact("pertinentInformation2", "false", "pertinentRepeatInstanceInfo", "RPI");
pub(crate) static RETURN_REASON: Fact = fact_apart("pertinentInformation3", "pertinentReturnReason", "RR");
pub(crate) static RETURNED: Reference = Reference {
    relation: class("reversalOf", &[("inversionInd", "true"), ("negationInd", "false"), ("typeCode", "REV")]),
    seperable: "true",
    act: class("priorPrescriptionReleaseResponseRef", INFORMATION),
};

pub(crate) static WITHDRAW: Class = class("ETPWithdraw", &[("classCode", "ALRT"), ("moodCode", "EVN")]);
pub(crate) static WITHDRAW_PRESCRIPTION_ID: Fact = fact_apart("pertinentInformation3", "pertinentWithdrawID", "WID");
pub(crate) static WITHDRAW_ISSUE: Fact = fact("pertinentInformation1", "false", "pertinentRepeatInstanceInfo", "RPI");
pub(crate) static WITHDRAW_TYPE: Fact = fact("pertinentInformation2", "false", "pertinentWithdrawType", "PWT");
/// Only the last notification can be withdrawn.
pub(crate) static LAST_DISPENSE: FixedCode =
    FixedCode { system: oid::WITHDRAW_TYPE, code: "LD", display: Some("Last Dispense") };
pub(crate) static WITHDRAW_REASON: Fact = fact("pertinentInformation5", "false", "pertinentWithdrawReason", "PWR");
pub(crate) static WITHDRAWN: Reference = Reference {
    relation: class("pertinentInformation4", PERTINENT_LINK),
    seperable: "true",
    act: class("pertinentDispenseNotificationRef", INFORMATION),
};

pub(crate) static AUTHOR: Class = class("author", &[("typeCode", "AUT")]);
/// The patient, by number only (overview.md §10).
pub(crate) static PATIENT: Class = class("patient", &[("classCode", "PAT")]);
