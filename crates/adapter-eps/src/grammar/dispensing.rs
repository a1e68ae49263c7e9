//! Dispense notifications, PORX_MT024001UK31, and claims, PORX_MT142001UK31 (dispense.md §1, claim.md §1).

use super::datatypes::{AD, BL, CD, CE, CV, ED, II, IVL_INT, IVL_PQ, PN, PQ, TEL, TS};
use super::order::CATEGORY;
use super::parties::{
    AGENT_ORGANISATION, CODE_FACT, DISPENSER, PRESCRIPTION_ID, REFERENCE, TEXT_FACT, TRUTH_FACT, WORDED_FACT,
};
use super::types;

types! {
    DISPENSE_NOTIFICATION = {
        one id: II, one code: CD, one effectiveTime: TS, one typeId: II, one recordTarget: { one patient: REFERENCE },
        one primaryInformationRecipient: RECIPIENT,
        one pertinentInformation1: { one templateId: II, one pertinentSupplyHeader: NOTIFIED_HEADER },
        one pertinentInformation2: CATEGORY, opt replacementOf: REPLACED, one sequelTo: RELEASE_EVENT,
    };
    NOTIFIED_HEADER = {
        one id: II, one code: CD, one effectiveTime: TS, opt repeatNumber: IVL_INT, one author: SIGNATORY,
        some pertinentInformation1: {
            one seperatableInd: BL, one templateId: II, one pertinentSuppliedLineItem: NOTIFIED_ITEM,
        },
        opt pertinentInformation2: NON_DISPENSING_REASON, one pertinentInformation3: PRESCRIPTION_STATUS,
        one pertinentInformation4: PRESCRIPTION_ID, one inFulfillmentOf: ORIGINAL_PRESCRIPTION,
        opt predecessor: PREVIOUS_HEADER,
    };
    NOTIFIED_ITEM = {
        one id: II, one code: CD, one effectiveTime: TS, opt repeatNumber: IVL_INT, opt doseQuantity: IVL_PQ,
        opt rateQuantity: IVL_PQ,
        one consumable: { one requestedManufacturedProduct: { one manufacturedRequestedMaterial: { one code: CE } } },
        any component: { one seperatableInd: BL, one suppliedLineItemQuantity: NOTIFIED_SUPPLY },
        one component1: { one seperatableInd: BL, one supplyRequest: { one code: CD, one quantity: PQ } },
        opt pertinentInformation1: RUNNING_TOTAL, opt pertinentInformation2: NON_DISPENSING_REASON,
        one pertinentInformation3: ITEM_STATUS,
        any inFulfillmentOf1: {
            one seperatableInd: BL, one templateId: II, one priorIntendedMedicationAdministrationRef: REFERENCE,
        },
        one inFulfillmentOf: ORIGINAL_ITEM, opt predecessor: PREVIOUS_ITEM,
    };
    NOTIFIED_SUPPLY = {
        one code: CD, one quantity: PQ, one product: PRODUCT,
        opt pertinentInformation2: { one seperatableInd: BL, one pertinentAdditionalInstructions: TEXT_FACT },
        some pertinentInformation1: { one seperatableInd: BL, one pertinentSupplyInstructions: TEXT_FACT },
    };

    DISPENSE_CLAIM = {
        one id: II, one code: CD, one effectiveTime: TS, one typeId: II, one primaryInformationRecipient: RECIPIENT,
        opt receiver: {
            one agent: { opt id: II, one code: CV, one agentPerson: { one name: PN, opt telecom: TEL, opt addr: AD } },
        },
        one pertinentInformation1: { one templateId: II, one pertinentSupplyHeader: CLAIMED_HEADER },
        opt pertinentInformation2: { one pertinentReimbursementClaimRejectRef: REFERENCE },
        opt replacementOf: REPLACED,
        opt coverage: {
            one seperatableInd: BL,
            one coveringChargeExempt: {
                one code: CV, one value: CV,
                opt authorization: { one seperatableInd: BL, one authorizingEvidenceSeen: { one code: CV } },
            },
        },
        one sequelTo: RELEASE_EVENT,
    };
    CLAIMED_HEADER = {
        one id: II, one code: CD, one effectiveTime: TS, opt repeatNumber: IVL_INT, one legalAuthenticator: SIGNATORY,
        opt pertinentInformation2: NON_DISPENSING_REASON, one pertinentInformation3: PRESCRIPTION_STATUS,
        some pertinentInformation1: {
            one seperatableInd: BL, one templateId: II, one pertinentSuppliedLineItem: CLAIMED_ITEM,
        },
        one pertinentInformation4: PRESCRIPTION_ID, one inFulfillmentOf: ORIGINAL_PRESCRIPTION,
        opt predecessor: PREVIOUS_HEADER,
    };
    CLAIMED_ITEM = {
        one id: II, one code: CD, one effectiveTime: TS, opt repeatNumber: IVL_INT,
        any component: { one seperatableInd: BL, one suppliedLineItemQuantity: CLAIMED_SUPPLY },
        opt pertinentInformation1: RUNNING_TOTAL, opt pertinentInformation2: NON_DISPENSING_REASON,
        one pertinentInformation3: ITEM_STATUS, one inFulfillmentOf: ORIGINAL_ITEM, opt predecessor: PREVIOUS_ITEM,
    };
    CLAIMED_SUPPLY = {
        one code: CD, one quantity: PQ, one product: PRODUCT,
        one pertinentInformation1: { one seperatableInd: BL, one pertinentChargePayment: TRUTH_FACT },
        some pertinentInformation2: { one seperatableInd: BL, one pertinentDispensingEndorsement: WORDED_FACT },
    };

    RECIPIENT = { one AgentOrg: AGENT_ORGANISATION };
    /// Who signed, when, and the signature.
    SIGNATORY = { one time: TS, one signatureText: ED, one AgentPerson: DISPENSER };
    REPLACED = { one priorMessageRef: REFERENCE };
    RELEASE_EVENT = { one priorPrescriptionReleaseEventRef: REFERENCE };
    NON_DISPENSING_REASON = { one seperatableInd: BL, one pertinentNonDispensingReason: CODE_FACT };
    PRESCRIPTION_STATUS = { one seperatableInd: BL, one pertinentPrescriptionStatus: CODE_FACT };
    ITEM_STATUS = { one seperatableInd: BL, one pertinentItemStatus: CODE_FACT };
    RUNNING_TOTAL = { one seperatableInd: BL, one pertinentRunningTotal: { one code: CV, one value: PQ } };
    ORIGINAL_PRESCRIPTION = { one seperatableInd: BL, one templateId: II, one priorOriginalPrescriptionRef: REFERENCE };
    ORIGINAL_ITEM = { one seperatableInd: BL, one templateId: II, one priorOriginalItemRef: REFERENCE };
    PREVIOUS_HEADER = { one seperatableInd: BL, one templateId: II, one priorSupplyHeaderRef: REFERENCE };
    PREVIOUS_ITEM = { one seperatableInd: BL, one templateId: II, one priorSuppliedLineItemRef: REFERENCE };
    PRODUCT = { one suppliedManufacturedProduct: { one manufacturedSuppliedMaterial: { one code: CE } } };
}
