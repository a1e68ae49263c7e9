//! Returns, PORX_MT121301UK31, withdrawals, PORX_MT136001UK31, and rebuilt histories, PORX_MT136002UK31
//! (task.md §2, §3).

use super::datatypes::{BL, II, INT, TEMPLATE_HISTORY, TS};
use super::dispensing::DISPENSE_NOTIFICATION;
use super::parties::{AGENT_PERSON_SDS, CODE_FACT, DISPENSER, ID_FACT, ISSUE, PRESCRIPTION_ID, REFERENCE};
use super::types;

types! {
    RETURN = INFO_EVN {
        one id: II, one effectiveTime: TS, one author: AUT { one AgentPerson: DISPENSER },
        one pertinentInformation1: PRESCRIPTION_ID, opt pertinentInformation2: ISSUE,
        one pertinentInformation3: PERT_APART { one seperatableInd: BL, one pertinentReturnReason: CODE_FACT },
        opt reversalOf: REV_INVERTED { one seperatableInd: BL, one priorPrescriptionReleaseResponseRef: INFO_EVN of REFERENCE },
    };
    WITHDRAWAL = ALRT_EVN {
        one id: II, one effectiveTime: TS, one recordTarget: RCT { one patient: PAT of REFERENCE },
        one author: AUT { one AgentPersonSDS: AGENT_PERSON_SDS },
        one pertinentInformation3: PERT_APART { one seperatableInd: BL, one pertinentWithdrawID: ID_FACT },
        opt pertinentInformation1: ISSUE,
        one pertinentInformation2: PERT { one seperatableInd: BL, one pertinentWithdrawType: CODE_FACT },
        one pertinentInformation5: PERT { one seperatableInd: BL, one pertinentWithdrawReason: CODE_FACT },
        any pertinentInformation4: PERT_LINK {
            one seperatableInd: BL, one pertinentDispenseNotificationRef: INFO_EVN of REFERENCE,
        },
    };
    DISPENSE_HISTORY = ACTN_RQO {
        one id: II, one effectiveTime: TS,
        some component: COMP_WITHIN {
            one sequenceNumber: INT, one seperatableInd: BL, one templateId: TEMPLATE_HISTORY,
            one DispenseNotification: DISPENSE_NOTIFICATION,
        },
        one pertinentInformation1: PRESCRIPTION_ID,
        one pertinentInformation3: PERT { one seperatableInd: BL, one pertinentWithdrawReason: CODE_FACT },
        opt pertinentInformation2: ISSUE,
    };
}
