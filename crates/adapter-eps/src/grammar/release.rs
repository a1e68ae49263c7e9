//! Release requests, PORX_MT121001UK30 and PORX_MT121002UK30, and their answers, PORX_MT122002UK31 and
//! PORX_MT121201UK30 (release.md §2, §3, responses.md §5).

use super::datatypes::{BL, CV, II, ST, TS};
use super::order::RELEASED;
use super::parties::{DISPENSER, NUMBER_FACT, PRESCRIPTION_ID, REFERENCE};
use super::types;

types! {
    NOMINATED_REQUEST = INFO_RQO { one id: II, one effectiveTime: TS, one author: AUT { one AgentPerson: DISPENSER } };
    PATIENT_REQUEST = INFO_RQO {
        one id: II, one effectiveTime: TS, one author: AUT { one AgentPerson: DISPENSER },
        one pertinentInformation: PRESCRIPTION_ID,
    };
    RELEASE_RESPONSE = INFO_EVN {
        one id: II, one effectiveTime: TS, some component: RELEASED,
        pair pertinentInformation: PERT { one seperatableInd: BL, one pertinentBatchInfo: NUMBER_FACT },
        one inFulfillmentOf: FLFS { one seperatableInd: BL, one priorDownloadRequestRef: INFO_RQO of REFERENCE },
    };
    /// The schema has no `contextControlCode` on the performer, and other systems write it there.
    RELEASE_REJECTION = INFO_EVN {
        one id: II, one effectiveTime: TS,
        opt pertinentInformation: PERT {
            one seperatableInd: BL,
            one pertinentRejectionReason: OBS_EVN {
                opt code: CV, opt text: ST, opt value: CV,
                opt performer: PRF_OP { one time: TS, one AgentPerson: DISPENSER },
            },
        },
        one reversalOf: REV { one seperatableInd: BL, one priorPrescriptionReleaseRequestRef: INFO_RQO of REFERENCE },
    };
}
