//! RebuildDispenseHistory (PORX_MT136002UK31).

use super::{Class, Fact, class, fact};

pub(crate) static HISTORY: Class = class("RebuildDispenseHistory", &[("classCode", "ACTN"), ("moodCode", "RQO")]);
pub(crate) static PRESCRIPTION_ID: Fact = fact("pertinentInformation1", "false", "pertinentPrescriptionID", "PID");
pub(crate) static REASON: Fact = fact("pertinentInformation3", "false", "pertinentWithdrawReason", "PWR");
pub(crate) static ISSUE: Fact = fact("pertinentInformation2", "false", "pertinentRepeatInstanceInfo", "RPI");
