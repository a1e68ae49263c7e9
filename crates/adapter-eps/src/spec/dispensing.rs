//! The classes of DispenseNotification and DispenseClaim (dispense.md, claim.md).

use super::{
    Class, Fact, FixedCode, FixedId, INFORMATION, OBSERVATION, ORGANISATION_ENTITY, SUPPLY, annotation, class, fact,
    plain, snomed,
};
use crate::oid;

const REQUEST: &[(&str, &str)] = &[("classCode", "SBADM"), ("moodCode", "RQO")];
const PROMISE: &[(&str, &str)] = &[("classCode", "SBADM"), ("moodCode", "PRMS")];

// Documents (dispense.md §1, claim.md §1).
pub(crate) static NOTIFICATION: Class = class("DispenseNotification", INFORMATION);
pub(crate) static CLAIM: Class = class("DispenseClaim", INFORMATION);
pub(crate) static DISPENSED_FOCUS: FixedCode =
    snomed("163541000000107", "Dispensed Medication - FocusActOrEvent (administrative concept)");
pub(crate) static NOTIFICATION_TYPE: FixedId =
    FixedId { class: plain("typeId"), root: oid::MESSAGE_TYPE, extension: "PORX_MT024001UK31" };
pub(crate) static CLAIM_TYPE: FixedId =
    FixedId { class: plain("typeId"), root: oid::MESSAGE_TYPE, extension: "PORX_MT142001UK31" };
pub(crate) static PATIENT_REF: Class = class("patient", &[("classCode", "PAT")]);
pub(crate) static NOTIFICATION_RECIPIENT: Class =
    class("primaryInformationRecipient", &[("contextControlCode", "ON"), ("typeCode", "PRCP")]);
pub(crate) static CLAIM_RECIPIENT: Class = class("primaryInformationRecipient", &[("typeCode", "PRCP")]);
pub(crate) static AGENT_ORG: Class = class("AgentOrg", &[("classCode", "AGNT")]);
pub(crate) static AGENT_ORG_ENTITY: Class = class("agentOrganization", ORGANISATION_ENTITY);
pub(crate) static DISPENSED_REF: Class = class("actRef", PROMISE);
pub(crate) static REPLACEMENT: Class = class("replacementOf", &[("typeCode", "RPLC")]);
pub(crate) static REPLACED: Class = class("priorMessageRef", INFORMATION);
pub(crate) static SEQUEL: Class = class("sequelTo", &[("typeCode", "SEQL")]);
pub(crate) static RELEASE_EVENT: Class =
    class("priorPrescriptionReleaseEventRef", &[("classCode", "INFO"), ("moodCode", "RQO")]);

// pertinentSupplyHeader (dispense.md §3, claim.md §2).
pub(crate) static SUPPLY_HEADER: Class = class("pertinentSupplyHeader", &[("classCode", "SBADM"), ("moodCode", "EVN")]);
pub(crate) static HEADER_CODE: FixedCode = FixedCode { system: oid::SNOMED, code: "225426007", display: None };
pub(crate) static LEGAL_AUTHENTICATOR: Class =
    class("legalAuthenticator", &[("contextControlCode", "OP"), ("typeCode", "LA")]);
pub(crate) static NON_DISPENSING_REASON: Fact =
    fact("pertinentInformation2", "false", "pertinentNonDispensingReason", "NDR");
pub(crate) static PRESCRIPTION_STATUS: Fact =
    fact("pertinentInformation3", "false", "pertinentPrescriptionStatus", "PS");
pub(crate) static PRESCRIPTION_ID: Fact = fact("pertinentInformation4", "false", "pertinentPrescriptionID", "PID");
pub(crate) static FULFILS: Class =
    class("inFulfillmentOf", &[("inversionInd", "false"), ("negationInd", "false"), ("typeCode", "FLFS")]);
pub(crate) static FULFILS_TEMPLATE: FixedId =
    FixedId { class: plain("templateId"), root: oid::TEMPLATE, extension: "CSAB_RM-NPfITUK10.sourceOf1" };
pub(crate) static ORIGINAL_PRESCRIPTION: Class = class("priorOriginalPrescriptionRef", REQUEST);
pub(crate) static ORIGINAL_ITEM: Class = class("priorOriginalItemRef", REQUEST);

// pertinentSuppliedLineItem (dispense.md §4, claim.md §4).
pub(crate) static SUPPLIED_LINE_RELATION: Class = class(
    "pertinentInformation1",
    &[("contextConductionInd", "true"), ("inversionInd", "false"), ("negationInd", "false"), ("typeCode", "PERT")],
);
pub(crate) static SUPPLIED_LINE: Class = class("pertinentSuppliedLineItem", PROMISE);
pub(crate) static CONSUMABLE: Class = class("consumable", &[("contextControlCode", "OP"), ("typeCode", "CSM")]);
pub(crate) static REQUESTED_PRODUCT: Class = class("requestedManufacturedProduct", &[("classCode", "MANU")]);
pub(crate) static REQUEST_RELATION: Class = class("component1", &[("typeCode", "COMP")]);
pub(crate) static SUPPLY_REQUEST: Class = class("supplyRequest", SUPPLY);
pub(crate) static ITEM_STATUS: Fact = fact("pertinentInformation3", "false", "pertinentItemStatus", "IS");

// suppliedLineItemQuantity (dispense.md §4, claim.md §5).
pub(crate) static SUPPLIED_QUANTITY: Class =
    class("suppliedLineItemQuantity", &[("classCode", "SPLY"), ("moodCode", "EVN")]);
pub(crate) static SUPPLIED_PRODUCT: Class = class("suppliedManufacturedProduct", &[("classCode", "MANU")]);
pub(crate) static SUPPLIED_MATERIAL: Class =
    class("manufacturedSuppliedMaterial", &[("classCode", "MMAT"), ("determinerCode", "INSTANCE")]);
/// What the published translator writes in claims (EPS-D45).
pub(crate) static SUPPLIED_KIND: Class =
    class("manufacturedSuppliedMaterial", &[("classCode", "MMAT"), ("determinerCode", "KIND")]);
pub(crate) static SUPPLY_WORDS: Fact = fact("pertinentInformation2", "false", "pertinentAdditionalInstructions", "AI");
pub(crate) static SUPPLY_INSTRUCTIONS: Fact =
    fact("pertinentInformation1", "false", "pertinentSupplyInstructions", "SI");
pub(crate) static CHARGE: Fact = fact("pertinentInformation1", "false", "pertinentChargePayment", "CP");
pub(crate) static DISPENSING_ENDORSEMENT: Fact =
    fact("pertinentInformation2", "true", "pertinentDispensingEndorsement", "DE");
pub(crate) static TEXT: Class = plain("text");

// coverage (claim.md §6).
pub(crate) static COVERAGE: Class = class("coverage", &[("contextConductionInd", "true"), ("typeCode", "COVBY")]);
pub(crate) static EXEMPT: Class = class("coveringChargeExempt", OBSERVATION);
pub(crate) static EXEMPT_CODE: FixedCode = annotation("EX");
pub(crate) static AUTHORIZATION: Class =
    class("authorization", &[("contextConductionInd", "true"), ("typeCode", "AUTH")]);
pub(crate) static EVIDENCE: Class = class("authorizingEvidenceSeen", OBSERVATION);
pub(crate) static EVIDENCE_CODE: FixedCode = annotation("ES");
