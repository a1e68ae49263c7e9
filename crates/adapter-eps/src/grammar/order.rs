//! Prescriptions: as they are sent, PORX_MT132004UK31, and as they are released, PORX_MT122003UK32, of which no schema
//! is published (prescription-order.md §1, release.md §3).

use super::datatypes::{BL, CD, CE, CV, ED, II, IVL_INT, IVL_PQ, IVL_TS, PQ, TS};
use super::parties::{
    AGENT_ORGANISATION_SDS, CODE_FACT, PATIENT, PRESCRIBER, REFERENCE, TEXT_FACT, TRUTH_FACT, WORDED_FACT,
};
use super::types;

types! {
    PARENT_PRESCRIPTION = {
        one id: II, one code: CD, one effectiveTime: TS, one typeId: II, one recordTarget: { one Patient: PATIENT },
        one pertinentInformation1: { one templateId: II, one pertinentPrescription: PRESCRIPTION },
        one pertinentInformation2: CATEGORY,
    };
    /// The list of what is in the document.
    CATEGORY = {
        one templateId: II,
        one pertinentCareRecordElementCategory: { one code: CV, some component: { one actRef: REFERENCE } },
    };
    PRESCRIPTION = {
        two id: II, one code: CD, one effectiveTime: TS, opt repeatNumber: IVL_INT, opt performer: NOMINATED,
        one author: SIGNATORY, opt legalAuthenticator: SIGNATORY, one responsibleParty: { one AgentPerson: PRESCRIBER },
        opt component1: SUPPLY_PERIOD, opt pertinentInformation7: REVIEW_DATE,
        one pertinentInformation5: TREATMENT_TYPE, opt pertinentInformation6: CARE_EVENT,
        one pertinentInformation1: SITE_PREFERENCE,
        some pertinentInformation2: { one seperatableInd: BL, one templateId: II, one pertinentLineItem: LINE_ITEM },
        one pertinentInformation8: TOKEN, opt pertinentInformation3: TEMPORARY_EXEMPTION,
        one pertinentInformation4: PRESCRIPTION_TYPE, opt inFulfillmentOf: ORIGINAL_PRESCRIPTION,
    };
    LINE_ITEM = {
        one id: II, one code: CD, one effectiveTime: TS, opt repeatNumber: IVL_INT, opt doseQuantity: IVL_PQ,
        opt rateQuantity: IVL_PQ, one product: PRODUCT, one component: QUANTITY,
        opt pertinentInformation1: INSTRUCTIONS, any pertinentInformation3: ENDORSEMENT,
        one pertinentInformation2: DOSAGE, opt inFulfillmentOf2: ORIGINAL_ITEM, opt inFulfillmentOf1: INTENDED,
    };

    /// A component of a release, with its prescription.
    RELEASED = { one seperatableInd: BL, one templateId: II, one ParentPrescription: RELEASED_DOCUMENT };
    RELEASED_DOCUMENT = {
        one id: II, one code: CD, one effectiveTime: TS, one typeId: II, one recordTarget: { one Patient: PATIENT },
        one pertinentInformation1: { one templateId: II, one pertinentPrescription: RELEASED_PRESCRIPTION },
        one pertinentInformation2: CATEGORY,
    };
    RELEASED_PRESCRIPTION = {
        two id: II, one code: CD, one effectiveTime: TS, opt repeatNumber: IVL_INT, opt performer: NOMINATED,
        one author: SIGNATORY, opt legalAuthenticator: SIGNATORY, one responsibleParty: { one AgentPerson: PRESCRIBER },
        opt component1: SUPPLY_PERIOD, opt pertinentInformation7: REVIEW_DATE,
        one pertinentInformation5: TREATMENT_TYPE, opt pertinentInformation6: CARE_EVENT,
        opt pertinentInformation10: { one seperatableInd: BL, one pertinentPrescriptionStatus: CODE_FACT },
        opt pertinentInformation9: { one seperatableInd: BL, one pertinentLowPermanentExemptionInfo: EXEMPTION },
        one pertinentInformation1: SITE_PREFERENCE,
        some pertinentInformation2: {
            one seperatableInd: BL, one templateId: II, one pertinentLineItem: RELEASED_LINE_ITEM,
        },
        opt pertinentInformation11: { one seperatableInd: BL, one pertinentHighPermanentExemptionInfo: EXEMPTION },
        one pertinentInformation8: TOKEN, opt pertinentInformation3: TEMPORARY_EXEMPTION,
        one pertinentInformation4: PRESCRIPTION_TYPE, opt inFulfillmentOf: ORIGINAL_PRESCRIPTION,
        opt predecessor: { one seperatableInd: BL, one priorPreviousIssueDate: { one code: CV, one value: TS } },
    };
    RELEASED_LINE_ITEM = {
        one id: II, one code: CD, one effectiveTime: TS, opt repeatNumber: IVL_INT, opt doseQuantity: IVL_PQ,
        opt rateQuantity: IVL_PQ, one product: PRODUCT, one component: QUANTITY,
        one pertinentInformation4: { one seperatableInd: BL, one pertinentItemStatus: CODE_FACT },
        opt pertinentInformation1: INSTRUCTIONS, any pertinentInformation3: ENDORSEMENT,
        one pertinentInformation2: DOSAGE, opt inFulfillmentOf2: ORIGINAL_ITEM, opt inFulfillmentOf1: INTENDED,
    };

    /// The dispenser that the patient has chosen.
    NOMINATED = { one AgentOrgSDS: AGENT_ORGANISATION_SDS };
    /// Who signed, when, and the signature.
    SIGNATORY = { one time: TS, one signatureText: ED, one AgentPerson: PRESCRIBER };
    SUPPLY_PERIOD = {
        one seperatableInd: BL,
        one daysSupply: { one code: CD, opt effectiveTime: IVL_TS, opt expectedUseTime: IVL_TS },
    };
    REVIEW_DATE = { one seperatableInd: BL, one pertinentReviewDate: { one code: CV, one value: TS } };
    TREATMENT_TYPE = { one seperatableInd: BL, one pertinentPrescriptionTreatmentType: CODE_FACT };
    CARE_EVENT = { one seperatableInd: BL, one templateId: II, one pertinentCareEventRef: REFERENCE };
    SITE_PREFERENCE = { one seperatableInd: BL, one pertinentDispensingSitePreference: CODE_FACT };
    TOKEN = { one seperatableInd: BL, one pertinentTokenIssued: TRUTH_FACT };
    TEMPORARY_EXEMPTION = { one seperatableInd: BL, one pertinentTemporaryExemptionInfo: EXEMPTION };
    EXEMPTION = { one code: CV, one effectiveTime: IVL_TS, one value: CV };
    PRESCRIPTION_TYPE = { one seperatableInd: BL, one pertinentPrescriptionType: CODE_FACT };
    ORIGINAL_PRESCRIPTION = { one seperatableInd: BL, one templateId: II, one priorOriginalPrescriptionRef: REFERENCE };
    PRODUCT = { one manufacturedProduct: { one manufacturedRequestedMaterial: { one code: CE } } };
    QUANTITY = { one seperatableInd: BL, one lineItemQuantity: { one code: CD, one quantity: PQ } };
    INSTRUCTIONS = { one seperatableInd: BL, one pertinentAdditionalInstructions: TEXT_FACT };
    ENDORSEMENT = { one seperatableInd: BL, one pertinentPrescriberEndorsement: WORDED_FACT };
    DOSAGE = { one seperatableInd: BL, one pertinentDosageInstructions: TEXT_FACT };
    ORIGINAL_ITEM = { one seperatableInd: BL, one templateId: II, one priorOriginalItemRef: REFERENCE };
    INTENDED = { one seperatableInd: BL, one templateId: II, one priorIntendedMedicationAdministrationRef: REFERENCE };
}
