//! Cancellations, PORX_MT135001UK32, and what becomes of them, PORX_MT135201UK31 (cancellation.md §1, responses.md §3).

use super::datatypes::{BL, CV, II, TS};
use super::parties::{DISPENSER, PATIENT, PRESCRIBER, PRESCRIPTION_ID, REFERENCE, WORDED_FACT};
use super::types;

types! {
    /// The schema has ACTN and RQO as defaults, and every message says INFO and EVN (cancellation.md §1).
    CANCELLATION_REQUEST = INFO_EVN {
        one id: II, one effectiveTime: TS, one recordTarget: RCT { one Patient: PATIENT },
        one author: AUT { one AgentPerson: PRESCRIBER }, one responsibleParty: RESP { one AgentPerson: PRESCRIBER },
        one pertinentInformation2: PRESCRIPTION_ID,
        opt pertinentInformation1: PERT_LINK {
            one seperatableInd: BL, one pertinentLineItemRef: SBADM_RQO of REFERENCE,
        },
        some pertinentInformation: PERT { one seperatableInd: BL, one pertinentCancellationReason: WORDED_FACT },
        opt pertinentInformation3: PERT_APART {
            one seperatableInd: BL, one pertinentOriginalPrescriptionRef: SBADM_RQO of REFERENCE,
        },
    };
    /// The schema has no `contextControlCode` on author and responsible party, and Spine writes it there.
    CANCELLATION_RESPONSE = INFRM_EVN {
        one id: II, one effectiveTime: TS, one recordTarget: RCT { one Patient: PATIENT },
        opt performer: PRF_OP { one time: TS, one AgentPerson: DISPENSER },
        one author: AUT_OP { one AgentPerson: PRESCRIBER },
        opt responsibleParty: RESP_OP { one AgentPerson: PRESCRIBER }, one pertinentInformation2: PRESCRIPTION_ID,
        opt pertinentInformation1: PERT_LINK {
            one seperatableInd: BL, one pertinentLineItemRef: SBADM_RQO of REFERENCE,
        },
        opt pertinentInformation3: PERT {
            one seperatableInd: BL, one pertinentResponse: OBS_EVN { opt code: CV, one value: CV },
        },
        one pertinentInformation4: PERT_LINK {
            one seperatableInd: BL, one pertinentCancellationRequestRef: ACTN_RQO of REFERENCE,
        },
    };
}
