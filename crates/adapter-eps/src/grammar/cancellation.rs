//! Cancellations, PORX_MT135001UK32, and what becomes of them, PORX_MT135201UK31 (cancellation.md §1, responses.md §3).

use super::datatypes::{BL, CV, II, TS};
use super::parties::{DISPENSER, PATIENT, PRESCRIBER, PRESCRIPTION_ID, REFERENCE, WORDED_FACT};
use super::types;

types! {
    CANCELLATION_REQUEST = {
        one id: II, one effectiveTime: TS, one recordTarget: { one Patient: PATIENT },
        one author: { one AgentPerson: PRESCRIBER }, one responsibleParty: { one AgentPerson: PRESCRIBER },
        one pertinentInformation2: PRESCRIPTION_ID,
        opt pertinentInformation1: { one seperatableInd: BL, one pertinentLineItemRef: REFERENCE },
        some pertinentInformation: { one seperatableInd: BL, one pertinentCancellationReason: WORDED_FACT },
        opt pertinentInformation3: { one seperatableInd: BL, one pertinentOriginalPrescriptionRef: REFERENCE },
    };
    CANCELLATION_RESPONSE = {
        one id: II, one effectiveTime: TS, one recordTarget: { one Patient: PATIENT },
        opt performer: { one time: TS, one AgentPerson: DISPENSER }, one author: { one AgentPerson: PRESCRIBER },
        opt responsibleParty: { one AgentPerson: PRESCRIBER }, one pertinentInformation2: PRESCRIPTION_ID,
        opt pertinentInformation1: { one seperatableInd: BL, one pertinentLineItemRef: REFERENCE },
        opt pertinentInformation3: { one seperatableInd: BL, one pertinentResponse: { opt code: CV, one value: CV } },
        one pertinentInformation4: { one seperatableInd: BL, one pertinentCancellationRequestRef: REFERENCE },
    };
}
