//! Returns, PORX_MT121301UK31, withdrawals, PORX_MT136001UK31, and rebuilt histories, PORX_MT136002UK31
//! (task.md §2, §3).

use super::datatypes::{BL, II, INT, TS};
use super::dispensing::DISPENSE_NOTIFICATION;
use super::parties::{AGENT_PERSON_SDS, CODE_FACT, DISPENSER, ID_FACT, ISSUE, PRESCRIPTION_ID, REFERENCE};
use super::types;

types! {
    RETURN = {
        one id: II, one effectiveTime: TS, one author: { one AgentPerson: DISPENSER },
        one pertinentInformation1: PRESCRIPTION_ID, opt pertinentInformation2: ISSUE,
        one pertinentInformation3: { one seperatableInd: BL, one pertinentReturnReason: CODE_FACT },
        opt reversalOf: { one seperatableInd: BL, one priorPrescriptionReleaseResponseRef: REFERENCE },
    };
    WITHDRAWAL = {
        one id: II, one effectiveTime: TS, one recordTarget: { one patient: REFERENCE },
        one author: { one AgentPersonSDS: AGENT_PERSON_SDS },
        one pertinentInformation3: { one seperatableInd: BL, one pertinentWithdrawID: ID_FACT },
        opt pertinentInformation1: ISSUE,
        one pertinentInformation2: { one seperatableInd: BL, one pertinentWithdrawType: CODE_FACT },
        one pertinentInformation5: { one seperatableInd: BL, one pertinentWithdrawReason: CODE_FACT },
        any pertinentInformation4: { one seperatableInd: BL, one pertinentDispenseNotificationRef: REFERENCE },
    };
    DISPENSE_HISTORY = {
        one id: II, one effectiveTime: TS,
        some component: {
            one sequenceNumber: INT, one seperatableInd: BL, one templateId: II,
            one DispenseNotification: DISPENSE_NOTIFICATION,
        },
        one pertinentInformation1: PRESCRIPTION_ID,
        one pertinentInformation3: { one seperatableInd: BL, one pertinentWithdrawReason: CODE_FACT },
        opt pertinentInformation2: ISSUE,
    };
}
