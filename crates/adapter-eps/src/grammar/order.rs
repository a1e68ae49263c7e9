//! Prescriptions: as they are sent, PORX_MT132004UK31, and as they are released, PORX_MT122003UK32, of which no schema
//! is published (prescription-order.md §1, release.md §3).

use super::datatypes::{
    BL, CD, CE, CV, ED, II, IVL_INT, IVL_PQ, IVL_TS, PQ, SXCM_TS, TEMPLATE_PERTINENT, TEMPLATE_PERTINENT_1,
    TEMPLATE_RELEASED, TEMPLATE_SOURCE_1, TEMPLATE_SOURCE_2, TS,
};
use super::parties::{
    AGENT_ORGANISATION_SDS, CODE_FACT, PATIENT, PRESCRIBER, REFERENCE, TEXT_FACT, TRUTH_FACT, WORDED_FACT,
};
use super::types;

types! {
    PARENT_PRESCRIPTION = INFO_EVN {
        one id: II, one code: CD, one effectiveTime: TS, one typeId: II, one recordTarget: RCT { one Patient: PATIENT },
        one pertinentInformation1: PERT { one templateId: TEMPLATE_PERTINENT, one pertinentPrescription: PRESCRIPTION },
        one pertinentInformation2: CATEGORY,
    };
    /// The list of what is in the document.
    CATEGORY = PERT_BARE {
        one templateId: TEMPLATE_PERTINENT_1,
        one pertinentCareRecordElementCategory: CATEGORY_EVN {
            one code: CV, some component: COMP { one actRef: ANY_ACT of REFERENCE },
        },
    };
    PRESCRIPTION = SBADM_RQO {
        two id: II, one code: CD, one effectiveTime: SXCM_TS, opt repeatNumber: IVL_INT, opt performer: NOMINATED,
        one author: SIGNATORY, opt legalAuthenticator: LA_OP of SIGNATORY,
        one responsibleParty: RESP_OP { one AgentPerson: PRESCRIBER },
        opt component1: SUPPLY_PERIOD, opt pertinentInformation7: REVIEW_DATE,
        one pertinentInformation5: TREATMENT_TYPE, opt pertinentInformation6: CARE_EVENT,
        one pertinentInformation1: SITE_PREFERENCE,
        some pertinentInformation2: PERT_PART {
            one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_2, one pertinentLineItem: LINE_ITEM,
        },
        one pertinentInformation8: TOKEN, opt pertinentInformation3: TEMPORARY_EXEMPTION,
        one pertinentInformation4: PRESCRIPTION_TYPE, opt inFulfillmentOf: ORIGINAL_PRESCRIPTION,
    };
    LINE_ITEM = SBADM_RQO {
        one id: II, one code: CD, one effectiveTime: SXCM_TS, opt repeatNumber: IVL_INT, opt doseQuantity: IVL_PQ,
        opt rateQuantity: IVL_PQ, one product: PRODUCT, one component: QUANTITY,
        opt pertinentInformation1: INSTRUCTIONS, any pertinentInformation3: ENDORSEMENT,
        one pertinentInformation2: DOSAGE, opt inFulfillmentOf2: ORIGINAL_ITEM, opt inFulfillmentOf1: INTENDED,
    };

    /// A component of a release, with its prescription.
    RELEASED = COMP_APART {
        one seperatableInd: BL, one templateId: TEMPLATE_RELEASED, one ParentPrescription: RELEASED_DOCUMENT,
    };
    RELEASED_DOCUMENT = INFO_EVN {
        one id: II, one code: CD, one effectiveTime: TS, one typeId: II, one recordTarget: RCT { one Patient: PATIENT },
        one pertinentInformation1: PERT {
            one templateId: TEMPLATE_PERTINENT, one pertinentPrescription: RELEASED_PRESCRIPTION,
        },
        one pertinentInformation2: CATEGORY,
    };
    RELEASED_PRESCRIPTION = SBADM_RQO {
        two id: II, one code: CD, one effectiveTime: SXCM_TS, opt repeatNumber: IVL_INT, opt performer: NOMINATED,
        one author: SIGNATORY, opt legalAuthenticator: LA_OP of SIGNATORY,
        one responsibleParty: RESP_OP { one AgentPerson: PRESCRIBER },
        opt component1: SUPPLY_PERIOD, opt pertinentInformation7: REVIEW_DATE,
        one pertinentInformation5: TREATMENT_TYPE, opt pertinentInformation6: CARE_EVENT,
        opt pertinentInformation10: PERT { one seperatableInd: BL, one pertinentPrescriptionStatus: CODE_FACT },
        opt pertinentInformation9: PERT { one seperatableInd: BL, one pertinentLowPermanentExemptionInfo: PERMANENT_EXEMPTION },
        one pertinentInformation1: SITE_PREFERENCE,
        some pertinentInformation2: PERT_PART {
            one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_2, one pertinentLineItem: RELEASED_LINE_ITEM,
        },
        opt pertinentInformation11: PERT { one seperatableInd: BL, one pertinentHighPermanentExemptionInfo: PERMANENT_EXEMPTION },
        one pertinentInformation8: TOKEN, opt pertinentInformation3: TEMPORARY_EXEMPTION,
        one pertinentInformation4: PRESCRIPTION_TYPE, opt inFulfillmentOf: ORIGINAL_PRESCRIPTION,
        opt predecessor: SUCC {
            one seperatableInd: BL, one priorPreviousIssueDate: OBS_EVN { one code: CV, one value: TS },
        },
    };
    RELEASED_LINE_ITEM = SBADM_RQO {
        one id: II, one code: CD, one effectiveTime: SXCM_TS, opt repeatNumber: IVL_INT, opt doseQuantity: IVL_PQ,
        opt rateQuantity: IVL_PQ, one product: PRODUCT, one component: QUANTITY,
        one pertinentInformation4: PERT { one seperatableInd: BL, one pertinentItemStatus: CODE_FACT },
        opt pertinentInformation1: INSTRUCTIONS, any pertinentInformation3: ENDORSEMENT,
        one pertinentInformation2: DOSAGE, opt inFulfillmentOf2: ORIGINAL_ITEM, opt inFulfillmentOf1: INTENDED,
    };

    /// The dispenser that the patient has chosen.
    NOMINATED = PRF_OP { one AgentOrgSDS: AGENT_ORGANISATION_SDS };
    /// Who signed, when, and the signature.
    SIGNATORY = AUT_OP { one time: TS, one signatureText: ED, one AgentPerson: PRESCRIBER };
    SUPPLY_PERIOD = COMP {
        one seperatableInd: BL,
        one daysSupply: SPLY_RQO { one code: CD, opt effectiveTime: IVL_TS, opt expectedUseTime: IVL_TS },
    };
    REVIEW_DATE = PERT { one seperatableInd: BL, one pertinentReviewDate: OBS_EVN { one code: CV, one value: TS } };
    TREATMENT_TYPE = PERT { one seperatableInd: BL, one pertinentPrescriptionTreatmentType: CODE_FACT };
    CARE_EVENT = PERT_LINK {
        one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_1, one pertinentCareEventRef: ANY_ACT of REFERENCE,
    };
    SITE_PREFERENCE = PERT { one seperatableInd: BL, one pertinentDispensingSitePreference: CODE_FACT };
    TOKEN = PERT { one seperatableInd: BL, one pertinentTokenIssued: TRUTH_FACT };
    TEMPORARY_EXEMPTION = PERT { one seperatableInd: BL, one pertinentTemporaryExemptionInfo: EXEMPTION };
    /// As Spine releases it, with the day that bounds it.
    PERMANENT_EXEMPTION = OBS_EVN { one code: CV, one value: TS };
    EXEMPTION = OBS_EVN { one code: CV, one effectiveTime: IVL_TS, one value: CV };
    PRESCRIPTION_TYPE = PERT { one seperatableInd: BL, one pertinentPrescriptionType: CODE_FACT };
    ORIGINAL_PRESCRIPTION = FLFS {
        one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_1,
        one priorOriginalPrescriptionRef: SBADM_RQO of REFERENCE,
    };
    PRODUCT = PRD_OP {
        one manufacturedProduct: MANU { one manufacturedRequestedMaterial: MMAT_KIND { one code: CE } },
    };
    QUANTITY = COMP { one seperatableInd: BL, one lineItemQuantity: SPLY_RQO { one code: CD, one quantity: PQ } };
    INSTRUCTIONS = PERT { one seperatableInd: BL, one pertinentAdditionalInstructions: TEXT_FACT };
    ENDORSEMENT = PERT { one seperatableInd: BL, one pertinentPrescriberEndorsement: WORDED_FACT };
    DOSAGE = PERT { one seperatableInd: BL, one pertinentDosageInstructions: TEXT_FACT };
    ORIGINAL_ITEM = FLFS {
        one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_1, one priorOriginalItemRef: SBADM_RQO of REFERENCE,
    };
    INTENDED = FLFS {
        one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_1,
        one priorIntendedMedicationAdministrationRef: SBADM of REFERENCE,
    };
}
