//! Release requests, PORX_MT121001UK30 and PORX_MT121002UK30, and their answers, PORX_MT122002UK31 and
//! PORX_MT121201UK30 (release.md §2, §3, responses.md §5).

use super::datatypes::{BL, CV, II, PLAIN, ST, TS};
use super::parties::{DISPENSER, NUMBER_FACT, PRESCRIPTION_ID, REFERENCE};
use super::types;

types! {
    NOMINATED_REQUEST = { one id: II, one effectiveTime: TS, one author: { one AgentPerson: DISPENSER } };
    PATIENT_REQUEST = {
        one id: II, one effectiveTime: TS, one author: { one AgentPerson: DISPENSER },
        one pertinentInformation: PRESCRIPTION_ID,
    };
    /// What is in a component is held against `RELEASED`, each by itself.
    RELEASE_RESPONSE = {
        one id: II, one effectiveTime: TS, some component: PLAIN,
        pair pertinentInformation: { one seperatableInd: BL, one pertinentBatchInfo: NUMBER_FACT },
        one inFulfillmentOf: { one seperatableInd: BL, one priorDownloadRequestRef: REFERENCE },
    };
    RELEASE_REJECTION = {
        one id: II, one effectiveTime: TS,
        opt pertinentInformation: {
            one seperatableInd: BL,
            one pertinentRejectionReason: {
                opt code: CV, opt text: ST, opt value: CV, opt performer: { one time: TS, one AgentPerson: DISPENSER },
            },
        },
        one reversalOf: { one seperatableInd: BL, one priorPrescriptionReleaseRequestRef: REFERENCE },
    };
}
