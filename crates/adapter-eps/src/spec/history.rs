//! RebuildDispenseHistory (PORX_MT136002UK31).

use super::{Class, Fact, FixedId, class, fact, plain};
use crate::oid;

pub(crate) static HISTORY: Class = class("RebuildDispenseHistory", &[("classCode", "ACTN"), ("moodCode", "RQO")]);
pub(crate) static ENTRY: Class = class("component", &[("contextConductionInd", "true"), ("typeCode", "COMP")]);
pub(crate) static SEQUENCE: Class = plain("sequenceNumber");
/// The message type of the notification in an entry.
pub(crate) static ENTRY_TEMPLATE: FixedId =
    FixedId { class: plain("templateId"), root: oid::HISTORY_TEMPLATE, extension: "PORX_MT024001UK31" };
pub(crate) static PRESCRIPTION_ID: Fact = fact("pertinentInformation1", "false", "pertinentPrescriptionID", "PID");
pub(crate) static REASON: Fact = fact("pertinentInformation3", "false", "pertinentWithdrawReason", "PWR");
pub(crate) static ISSUE: Fact = fact("pertinentInformation2", "false", "pertinentRepeatInstanceInfo", "RPI");
