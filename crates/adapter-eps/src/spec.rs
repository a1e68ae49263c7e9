//! The classes of the EPS interactions: element names and the attributes whose values the message model fixes.
//!
//! Invariants:
//! - What stands here is data, and the same for reading and writing.
//! - Fixed attributes are listed in the order in which they are written: alphabetical, ignoring case (overview.md §13).
//! - A fixed attribute carries no information, so that its absence is no fault and another value is one.

pub(crate) mod cancellation;
pub(crate) mod dispensing;
pub(crate) mod history;
pub(crate) mod rejection;
pub(crate) mod release;
pub(crate) mod reversal;

use crate::oid;

/// An element and its fixed attributes.
#[derive(Debug)]
pub(crate) struct Class {
    /// Local name.
    pub(crate) name: &'static str,
    /// Attributes that are written, with their values.
    pub(crate) fixed: &'static [(&'static str, &'static str)],
    /// Attributes that replies and other systems write, and requests do not (overview.md §3).
    pub(crate) optional: &'static [(&'static str, &'static str)],
}

/// An element whose `code` is fixed by the model.
#[derive(Debug)]
pub(crate) struct FixedCode {
    pub(crate) system: &'static str,
    pub(crate) code: &'static str,
    pub(crate) display: Option<&'static str>,
}

/// An instance identifier that is fixed by the model.
#[derive(Debug)]
pub(crate) struct FixedId {
    pub(crate) class: Class,
    pub(crate) root: &'static str,
    pub(crate) extension: &'static str,
}

/// One fact about an act: a relationship, its `seperatableInd`, and an annotation act with its code (overview.md §6).
#[derive(Debug)]
pub(crate) struct Fact {
    pub(crate) relation: Class,
    pub(crate) seperable: &'static str,
    pub(crate) act: Class,
    pub(crate) code: FixedCode,
}

/// A relationship to an act of which only the id is given.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) relation: Class,
    pub(crate) seperable: &'static str,
    pub(crate) act: Class,
}

const fn class(name: &'static str, fixed: &'static [(&'static str, &'static str)]) -> Class {
    Class { name, fixed, optional: &[] }
}

/// An element without fixed attributes.
const fn plain(name: &'static str) -> Class {
    class(name, &[])
}

const fn snomed(code: &'static str, display: &'static str) -> FixedCode {
    FixedCode { system: oid::SNOMED, code, display: Some(display) }
}

/// The code of an annotation act.
const fn annotation(code: &'static str) -> FixedCode {
    FixedCode { system: oid::ANNOTATION, code, display: None }
}

const PERTINENT: &[(&str, &str)] = &[("contextConductionInd", "true"), ("typeCode", "PERT")];
const PERTINENT_APART: &[(&str, &str)] = &[("contextConductionInd", "false"), ("typeCode", "PERT")];
const PERTINENT_LINK: &[(&str, &str)] = &[("inversionInd", "false"), ("negationInd", "false"), ("typeCode", "PERT")];
const INFORMATION: &[(&str, &str)] = &[("classCode", "INFO"), ("moodCode", "EVN")];
const OBSERVATION: &[(&str, &str)] = &[("classCode", "OBS"), ("moodCode", "EVN")];
const ORGANISATION_ENTITY: &[(&str, &str)] = &[("classCode", "ORG"), ("determinerCode", "INSTANCE")];
const PERSON_ENTITY: &[(&str, &str)] = &[("classCode", "PSN"), ("determinerCode", "INSTANCE")];
const DEVICE_ENTITY: &[(&str, &str)] = &[("classCode", "DEV"), ("determinerCode", "INSTANCE")];
const ADMINISTRATION: &[(&str, &str)] = &[("classCode", "SBADM"), ("moodCode", "RQO")];
const SUPPLY: &[(&str, &str)] = &[("classCode", "SPLY"), ("moodCode", "RQO")];

const fn fact(relation: &'static str, seperable: &'static str, act: &'static str, code: &'static str) -> Fact {
    Fact { relation: class(relation, PERTINENT), seperable, act: class(act, OBSERVATION), code: annotation(code) }
}

/// A fact that does not hold for what stands around it.
const fn fact_apart(relation: &'static str, act: &'static str, code: &'static str) -> Fact {
    Fact { relation: class(relation, PERTINENT_APART), ..fact(relation, "false", act, code) }
}

// Data types.
pub(crate) static ID: Class = plain("id");
pub(crate) static CODE: Class = plain("code");
pub(crate) static VALUE: Class = plain("value");
pub(crate) static NAME: Class = plain("name");
pub(crate) static PREFIX: Class = plain("prefix");
pub(crate) static GIVEN: Class = plain("given");
pub(crate) static FAMILY: Class = plain("family");
pub(crate) static SUFFIX: Class = plain("suffix");
pub(crate) static ADDRESS: Class = plain("addr");
pub(crate) static ADDRESS_LINE: Class = plain("streetAddressLine");
pub(crate) static POSTAL_CODE: Class = plain("postalCode");
pub(crate) static TELECOM: Class = plain("telecom");
pub(crate) static TIME: Class = plain("time");
pub(crate) static EFFECTIVE_TIME: Class = plain("effectiveTime");
pub(crate) static LOW: Class = plain("low");
pub(crate) static HIGH: Class = plain("high");
pub(crate) static TEXT: Class = plain("text");
/// A time that nobody knows.
pub(crate) static UNKNOWN_TIME: Class = class("time", &[("nullFlavor", "UNK")]);
pub(crate) static SEPERATABLE: Class = plain("seperatableInd");

// Wrapper (overview.md §3).
pub(crate) static CREATION_TIME: Class = plain("creationTime");
pub(crate) static VERSION_CODE: Class = plain("versionCode");
pub(crate) static INTERACTION_ID: Class = plain("interactionId");
pub(crate) static PROCESSING_CODE: Class = class("processingCode", &[("code", "P")]);
pub(crate) static PROCESSING_MODE_CODE: Class = class("processingModeCode", &[("code", "T")]);
pub(crate) static ACCEPT_ACK_CODE: Class = class("acceptAckCode", &[("code", "NE")]);
pub(crate) static RECEIVER: Class =
    Class { name: "communicationFunctionRcv", fixed: &[], optional: &[("typeCode", "RCV")] };
pub(crate) static SENDER: Class =
    Class { name: "communicationFunctionSnd", fixed: &[], optional: &[("typeCode", "SND")] };
pub(crate) static DEVICE: Class = class("device", DEVICE_ENTITY);
pub(crate) static CONTROL_ACT: Class = class("ControlActEvent", &[("classCode", "CACT"), ("moodCode", "EVN")]);
pub(crate) static WRAPPER_AUTHOR: Class = class("author", &[("typeCode", "AUT")]);
pub(crate) static AGENT_PERSON_SDS: Class = class("AgentPersonSDS", &[("classCode", "AGNT")]);
pub(crate) static PERSON_SDS: Class = class("agentPersonSDS", PERSON_ENTITY);
pub(crate) static PART: Class = class("part", &[("typeCode", "PART")]);
pub(crate) static PART_ROLE: Class = class("partSDSRole", &[("classCode", "ROL")]);
pub(crate) static SYSTEM_AUTHOR: Class = class("author1", &[("typeCode", "AUT")]);
pub(crate) static AGENT_SYSTEM_SDS: Class = class("AgentSystemSDS", &[("classCode", "AGNT")]);
pub(crate) static SYSTEM_SDS: Class = class("agentSystemSDS", DEVICE_ENTITY);
pub(crate) static SUBJECT: Class =
    Class { name: "subject", fixed: &[], optional: &[("contextConductionInd", "false"), ("typeCode", "SUBJ")] };

// Acknowledgement (responses.md §2).
pub(crate) static ACKNOWLEDGEMENT: Class = plain("acknowledgement");
pub(crate) static ACKNOWLEDGEMENT_DETAIL: Class = plain("acknowledgementDetail");
pub(crate) static MESSAGE_REF: Class = plain("messageRef");
pub(crate) static REASON: Class = class("reason", &[("typeCode", "RSON")]);
pub(crate) static DETECTED_ISSUE: Class =
    class("justifyingDetectedIssueEvent", &[("classCode", "ALRT"), ("moodCode", "EVN")]);
pub(crate) static QUALIFIER: Class = plain("qualifier");
pub(crate) static ORIGINAL_TEXT: Class = plain("originalText");

// ParentPrescription (prescription-order.md §1).
pub(crate) static PARENT_PRESCRIPTION: Class =
    class("ParentPrescription", &[("classCode", "INFO"), ("moodCode", "EVN")]);
pub(crate) static PRESCRIPTION_FOCUS: FixedCode =
    snomed("163501000000109", "Prescription - FocusActOrEvent (record artifact)");
pub(crate) static TYPE_ID: FixedId =
    FixedId { class: plain("typeId"), root: oid::MESSAGE_TYPE, extension: "PORX_MT132004UK31" };
pub(crate) static PRESCRIPTION_RELATION: Class = class("pertinentInformation1", PERTINENT);
pub(crate) static PRESCRIPTION_TEMPLATE: FixedId =
    FixedId { class: plain("templateId"), root: oid::TEMPLATE, extension: "CSAB_RM-NPfITUK10.pertinentInformation" };
pub(crate) static CATEGORY_RELATION: Class = class("pertinentInformation2", &[("typeCode", "PERT")]);
pub(crate) static CATEGORY_TEMPLATE: FixedId =
    FixedId { class: plain("templateId"), root: oid::TEMPLATE, extension: "CSAB_RM-NPfITUK10.pertinentInformation1" };
pub(crate) static CATEGORY: Class =
    class("pertinentCareRecordElementCategory", &[("classCode", "CATEGORY"), ("moodCode", "EVN")]);
pub(crate) static CATEGORY_CODE: FixedCode =
    snomed("185361000000102", "Medication - care record element (record artifact)");
pub(crate) static COMPONENT: Class = class("component", &[("typeCode", "COMP")]);
pub(crate) static ACT_REF: Class = class("actRef", ADMINISTRATION);

// Patient (overview.md §10).
pub(crate) static RECORD_TARGET: Class = class("recordTarget", &[("typeCode", "RCT")]);
pub(crate) static PATIENT: Class = class("Patient", &[("classCode", "PAT")]);
pub(crate) static PATIENT_PERSON: Class = class("patientPerson", PERSON_ENTITY);
pub(crate) static GENDER_CODE: Class = plain("administrativeGenderCode");
pub(crate) static BIRTH_TIME: Class = plain("birthTime");
pub(crate) static PROVIDER_PATIENT: Class = class("playedProviderPatient", &[("classCode", "PAT")]);
pub(crate) static SUBJECT_OF: Class = class("subjectOf", &[("typeCode", "SBJ")]);
pub(crate) static CARE_PROVISION: Class = class("patientCareProvision", &[("classCode", "PCPR"), ("moodCode", "EVN")]);
pub(crate) static CARE_PROVISION_CODE: FixedCode =
    FixedCode { system: oid::CARE_PROVISION_TYPE, code: "1", display: None };
pub(crate) static CARE_PROVIDER_PARTY: Class = class("responsibleParty", &[("typeCode", "RESP")]);
pub(crate) static CARE_PROVIDER: Class = class("healthCareProvider", &[("classCode", "PROV")]);

// People and organisations (overview.md §11).
pub(crate) static AGENT_PERSON: Class = class("AgentPerson", &[("classCode", "AGNT")]);
pub(crate) static PERSON: Class = class("agentPerson", PERSON_ENTITY);
pub(crate) static REPRESENTED: Class = class("representedOrganization", ORGANISATION_ENTITY);
pub(crate) static ORGANISATION_TYPE: FixedCode =
    FixedCode { system: oid::ORGANISATION_TYPE, code: "999", display: None };
pub(crate) static LICENCE: Class = class("healthCareProviderLicense", &[("classCode", "PROV")]);
pub(crate) static LICENSED: Class = class("Organization", ORGANISATION_ENTITY);

// pertinentPrescription (prescription-order.md §2).
pub(crate) static PRESCRIPTION: Class = class("pertinentPrescription", ADMINISTRATION);
pub(crate) static ADMINISTRATION_CODE: FixedCode =
    snomed("225426007", "Administration of therapeutic substance (procedure)");
pub(crate) static NOT_APPLICABLE_TIME: Class = class("effectiveTime", &[("nullFlavor", "NA")]);
pub(crate) static REPEAT_NUMBER: Class = plain("repeatNumber");
pub(crate) static PERFORMER: Class = class("performer", &[("contextControlCode", "OP"), ("typeCode", "PRF")]);
pub(crate) static AGENT_ORGANISATION: Class = class("AgentOrgSDS", &[("classCode", "AGNT")]);
pub(crate) static AGENT_ORGANISATION_ENTITY: Class = class("agentOrganizationSDS", ORGANISATION_ENTITY);
pub(crate) static AUTHOR: Class = class("author", &[("contextControlCode", "OP"), ("typeCode", "AUT")]);
pub(crate) static SIGNATURE_TEXT: Class = plain("signatureText");
pub(crate) static RESPONSIBLE_PARTY: Class =
    class("responsibleParty", &[("contextControlCode", "OP"), ("typeCode", "RESP")]);
pub(crate) static DAYS_SUPPLY_RELATION: Class = class("component1", &[("typeCode", "COMP")]);
pub(crate) static DAYS_SUPPLY: Class = class("daysSupply", SUPPLY);
pub(crate) static DISPENSING_CODE: FixedCode = snomed("373784005", "Dispensing medication (procedure)");
pub(crate) static EXPECTED_USE_TIME: Class = plain("expectedUseTime");
pub(crate) static WIDTH: Class = plain("width");
pub(crate) static REVIEW_DATE: Fact = fact("pertinentInformation7", "false", "pertinentReviewDate", "RD");
pub(crate) static TREATMENT_TYPE: Fact =
    fact("pertinentInformation5", "false", "pertinentPrescriptionTreatmentType", "PTT");
pub(crate) static SITE_PREFERENCE: Fact =
    fact("pertinentInformation1", "true", "pertinentDispensingSitePreference", "DSP");
pub(crate) static TOKEN_ISSUED: Fact = fact("pertinentInformation8", "false", "pertinentTokenIssued", "TI");
pub(crate) static PRESCRIPTION_TYPE: Fact = fact("pertinentInformation4", "false", "pertinentPrescriptionType", "PT");

// pertinentLineItem (prescription-order.md §6).
pub(crate) static LINE_ITEM_RELATION: Class = class(
    "pertinentInformation2",
    &[("contextConductionInd", "true"), ("inversionInd", "false"), ("negationInd", "false"), ("typeCode", "PERT")],
);
pub(crate) static LINE_ITEM_TEMPLATE: FixedId =
    FixedId { class: plain("templateId"), root: oid::TEMPLATE, extension: "CSAB_RM-NPfITUK10.sourceOf2" };
pub(crate) static LINE_ITEM: Class = class("pertinentLineItem", ADMINISTRATION);
pub(crate) static PRODUCT: Class = class("product", &[("contextControlCode", "OP"), ("typeCode", "PRD")]);
pub(crate) static MANUFACTURED_PRODUCT: Class = class("manufacturedProduct", &[("classCode", "MANU")]);
pub(crate) static REQUESTED_MATERIAL: Class =
    class("manufacturedRequestedMaterial", &[("classCode", "MMAT"), ("determinerCode", "KIND")]);
pub(crate) static LINE_ITEM_QUANTITY: Class = class("lineItemQuantity", SUPPLY);
pub(crate) static QUANTITY: Class = class("quantity", &[("unit", "1")]);
pub(crate) static TRANSLATION: Class = plain("translation");
pub(crate) static ADDITIONAL_INSTRUCTIONS: Fact =
    fact("pertinentInformation1", "false", "pertinentAdditionalInstructions", "AI");
pub(crate) static ENDORSEMENT: Fact = fact("pertinentInformation3", "false", "pertinentPrescriberEndorsement", "PE");
pub(crate) static DOSAGE: Fact = fact("pertinentInformation2", "false", "pertinentDosageInstructions", "DI");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s13_fixed_attributes_stand_in_alphabetical_order() {
        for class in
            [&PARENT_PRESCRIPTION, &LINE_ITEM_RELATION, &AUTHOR, &REQUESTED_MATERIAL, &DOSAGE.relation, &PERSON]
        {
            let mut sorted = class.fixed.to_vec();
            sorted.sort_by_key(|(name, _)| name.to_ascii_lowercase());
            assert_eq!(class.fixed, sorted, "{}", class.name);
        }
    }
}
