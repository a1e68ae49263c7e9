//! The classes of release requests and responses (release.md §2, §3).

use super::{Class, Fact, FixedId, INFORMATION, OBSERVATION, PERTINENT, annotation, class, fact, plain};
use crate::oid;

// Release requests (release.md §2).
const DOWNLOAD: &[(&str, &str)] = &[("classCode", "INFO"), ("moodCode", "RQO")];
pub(crate) static NOMINATED_REQUEST: Class = class("NominatedPrescriptionReleaseRequest", DOWNLOAD);
pub(crate) static PATIENT_REQUEST: Class = class("PatientPrescriptionReleaseRequest", DOWNLOAD);
pub(crate) static REQUEST_AUTHOR: Class = class("author", &[("typeCode", "AUT")]);
pub(crate) static REQUESTED_ID: Fact = fact("pertinentInformation", "false", "pertinentPrescriptionID", "PID");

// Release responses (release.md §3).
pub(crate) static RELEASE_RESPONSE: Class = class("PrescriptionReleaseResponse", INFORMATION);
pub(crate) static RELEASED: Class =
    Class { name: "component", fixed: &[("typeCode", "COMP")], optional: &[("contextConductionInd", "false")] };
pub(crate) static RELEASED_TEMPLATE: FixedId =
    FixedId { class: plain("templateId"), root: oid::RELEASED_TEMPLATE, extension: "PORX_MT122003UK32" };
pub(crate) static RELEASED_TYPE: FixedId =
    FixedId { class: plain("typeId"), root: oid::MESSAGE_TYPE, extension: "PORX_MT122003UK32" };
pub(crate) static BATCH_RELATION: Class = class("pertinentInformation", PERTINENT);
pub(crate) static BATCH: Class = class("pertinentBatchInfo", OBSERVATION);
pub(crate) static DOWNLOAD_REQUEST: Class = class("priorDownloadRequestRef", DOWNLOAD);

// What Spine adds to a released prescription (release.md §3).
pub(crate) static RELEASED_STATUS: Fact = fact("pertinentInformation10", "false", "pertinentPrescriptionStatus", "PS");
pub(crate) static RELEASED_ITEM_STATUS: Fact = fact("pertinentInformation4", "false", "pertinentItemStatus", "IS");
pub(crate) static LOW_EXEMPTION_RELATION: Class = class("pertinentInformation9", PERTINENT);
pub(crate) static LOW_EXEMPTION: Class = class("pertinentLowPermanentExemptionInfo", OBSERVATION);
pub(crate) static HIGH_EXEMPTION_RELATION: Class = class("pertinentInformation11", PERTINENT);
pub(crate) static HIGH_EXEMPTION: Class = class("pertinentHighPermanentExemptionInfo", OBSERVATION);
pub(crate) static TEMPORARY_EXEMPTION_RELATION: Class = class("pertinentInformation3", PERTINENT);
pub(crate) static TEMPORARY_EXEMPTION: Class = class("pertinentTemporaryExemptionInfo", OBSERVATION);
pub(crate) static PREVIOUS_ISSUE: Fact = Fact {
    relation: class("predecessor", &[("typeCode", "SUCC")]),
    seperable: "true",
    act: class("priorPreviousIssueDate", OBSERVATION),
    code: annotation("PRDT"),
};
