//! Dispense notifications, PORX_MT024001UK31, and claims, PORX_MT142001UK31 (dispense.md §1, claim.md §1).

use super::datatypes::{
    AD, BL, CD, CE, CV, ED, II, IVL_INT, IVL_PQ, PN, PQ, SXCM_TS, TEL, TEMPLATE_PERTINENT, TEMPLATE_SOURCE_1,
    TEMPLATE_SOURCE_2, TS,
};
use super::order::CATEGORY;
use super::parties::{
    AGENT_ORGANISATION, CODE_FACT, DISPENSER, PRESCRIPTION_ID, REFERENCE, TEXT_FACT, TRUTH_FACT, WORDED_FACT,
};
use super::types;

types! {
    DISPENSE_NOTIFICATION = INFO_EVN {
        one id: II, one code: CD, one effectiveTime: TS, one typeId: II,
        one recordTarget: RCT { one patient: PAT of REFERENCE },
        one primaryInformationRecipient: RECIPIENT,
        one pertinentInformation1: PERT {
            one templateId: TEMPLATE_PERTINENT, one pertinentSupplyHeader: NOTIFIED_HEADER,
        },
        one pertinentInformation2: CATEGORY, opt replacementOf: REPLACED, one sequelTo: RELEASE_EVENT,
    };
    NOTIFIED_HEADER = SBADM_EVN {
        one id: II, one code: CD, one effectiveTime: SXCM_TS, opt repeatNumber: IVL_INT, one author: SIGNATORY,
        some pertinentInformation1: PERT_PART {
            one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_2, one pertinentSuppliedLineItem: NOTIFIED_ITEM,
        },
        opt pertinentInformation2: NON_DISPENSING_REASON, one pertinentInformation3: PRESCRIPTION_STATUS,
        one pertinentInformation4: PRESCRIPTION_ID, one inFulfillmentOf: ORIGINAL_PRESCRIPTION,
        opt predecessor: PREVIOUS_HEADER,
    };
    NOTIFIED_ITEM = SBADM_PRMS {
        one id: II, one code: CD, one effectiveTime: SXCM_TS, opt repeatNumber: IVL_INT, opt doseQuantity: IVL_PQ,
        opt rateQuantity: IVL_PQ,
        one consumable: CSM_OP {
            one requestedManufacturedProduct: MANU { one manufacturedRequestedMaterial: MMAT_KIND { one code: CE } },
        },
        any component: COMP { one seperatableInd: BL, one suppliedLineItemQuantity: NOTIFIED_SUPPLY },
        one component1: COMP { one seperatableInd: BL, one supplyRequest: SPLY_RQO { one code: CD, one quantity: PQ } },
        opt pertinentInformation1: RUNNING_TOTAL, opt pertinentInformation2: NON_DISPENSING_REASON,
        one pertinentInformation3: ITEM_STATUS,
        any inFulfillmentOf1: FLFS {
            one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_1,
            one priorIntendedMedicationAdministrationRef: SBADM of REFERENCE,
        },
        one inFulfillmentOf: ORIGINAL_ITEM, opt predecessor: PREVIOUS_ITEM,
    };
    NOTIFIED_SUPPLY = SPLY_EVN {
        one code: CD, one quantity: PQ, one product: PRODUCT,
        opt pertinentInformation2: PERT { one seperatableInd: BL, one pertinentAdditionalInstructions: TEXT_FACT },
        some pertinentInformation1: PERT { one seperatableInd: BL, one pertinentSupplyInstructions: TEXT_FACT },
    };

    DISPENSE_CLAIM = INFO_EVN {
        one id: II, one code: CD, one effectiveTime: TS, one typeId: II,
        one primaryInformationRecipient: PRCP of RECIPIENT,
        opt receiver: RCV {
            one agent: AGNT {
                opt id: II, one code: CV, one agentPerson: PSN { one name: PN, opt telecom: TEL, opt addr: AD },
            },
        },
        one pertinentInformation1: PERT {
            one templateId: TEMPLATE_PERTINENT, one pertinentSupplyHeader: CLAIMED_HEADER,
        },
        opt pertinentInformation2: PERT { one pertinentReimbursementClaimRejectRef: ADJUD_EVN of REFERENCE },
        opt replacementOf: REPLACED,
        opt coverage: COVBY {
            one seperatableInd: BL,
            one coveringChargeExempt: OBS_SEEN {
                one code: CV, one value: CV,
                opt authorization: AUTH {
                    one seperatableInd: BL, one authorizingEvidenceSeen: OBS_SEEN { one code: CV },
                },
            },
        },
        one sequelTo: RELEASE_EVENT,
    };
    CLAIMED_HEADER = SBADM_EVN {
        one id: II, one code: CD, one effectiveTime: SXCM_TS, opt repeatNumber: IVL_INT,
        one legalAuthenticator: LA_OP of SIGNATORY,
        opt pertinentInformation2: NON_DISPENSING_REASON, one pertinentInformation3: PRESCRIPTION_STATUS,
        some pertinentInformation1: PERT_PART {
            one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_2, one pertinentSuppliedLineItem: CLAIMED_ITEM,
        },
        one pertinentInformation4: PRESCRIPTION_ID, one inFulfillmentOf: ORIGINAL_PRESCRIPTION,
        opt predecessor: PREVIOUS_HEADER,
    };
    CLAIMED_ITEM = SBADM_PRMS {
        one id: II, one code: CD, one effectiveTime: SXCM_TS, opt repeatNumber: IVL_INT,
        any component: COMP { one seperatableInd: BL, one suppliedLineItemQuantity: CLAIMED_SUPPLY },
        opt pertinentInformation1: RUNNING_TOTAL, opt pertinentInformation2: NON_DISPENSING_REASON,
        one pertinentInformation3: ITEM_STATUS, one inFulfillmentOf: ORIGINAL_ITEM, opt predecessor: PREVIOUS_ITEM,
    };
    CLAIMED_SUPPLY = SPLY_EVN {
        one code: CD, one quantity: PQ, one product: PRODUCT,
        one pertinentInformation1: PERT { one seperatableInd: BL, one pertinentChargePayment: TRUTH_FACT },
        some pertinentInformation2: PERT { one seperatableInd: BL, one pertinentDispensingEndorsement: WORDED_FACT },
    };

    RECIPIENT = PRCP_ON { one AgentOrg: AGENT_ORGANISATION };
    /// Who signed, when, and the signature.
    SIGNATORY = AUT_OP { one time: TS, one signatureText: ED, one AgentPerson: DISPENSER };
    REPLACED = RPLC { one priorMessageRef: INFO_EVN of REFERENCE };
    RELEASE_EVENT = SEQL { one priorPrescriptionReleaseEventRef: INFO_RQO of REFERENCE };
    NON_DISPENSING_REASON = PERT { one seperatableInd: BL, one pertinentNonDispensingReason: CODE_FACT };
    PRESCRIPTION_STATUS = PERT { one seperatableInd: BL, one pertinentPrescriptionStatus: CODE_FACT };
    ITEM_STATUS = PERT { one seperatableInd: BL, one pertinentItemStatus: CODE_FACT };
    RUNNING_TOTAL = PERT { one seperatableInd: BL, one pertinentRunningTotal: OBS_EVN { one code: CV, one value: PQ } };
    ORIGINAL_PRESCRIPTION = FLFS {
        one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_1,
        one priorOriginalPrescriptionRef: SBADM_RQO of REFERENCE,
    };
    ORIGINAL_ITEM = FLFS {
        one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_1, one priorOriginalItemRef: SBADM_RQO of REFERENCE,
    };
    PREVIOUS_HEADER = SUCC {
        one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_1, one priorSupplyHeaderRef: SBADM_EVN of REFERENCE,
    };
    PREVIOUS_ITEM = SUCC {
        one seperatableInd: BL, one templateId: TEMPLATE_SOURCE_1,
        one priorSuppliedLineItemRef: SBADM_PRMS of REFERENCE,
    };
    PRODUCT = PRD_OP {
        one suppliedManufacturedProduct: MANU { one manufacturedSuppliedMaterial: MMAT { one code: CE } },
    };
}
