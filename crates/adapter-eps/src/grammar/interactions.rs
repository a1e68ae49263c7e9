//! The interactions and their wrapper (overview.md §1, §3, MCCI_MT010101UK12, MCCI_MT020101UK12, MCAI_MT040101UK03).

use super::cancellation::{CANCELLATION_REQUEST, CANCELLATION_RESPONSE};
use super::datatypes::{AD, CD, CS, CV, II, PN, TEL, TS};
use super::dispensing::{DISPENSE_CLAIM, DISPENSE_NOTIFICATION};
use super::order::PARENT_PRESCRIPTION;
use super::parties::{AGENT_PERSON_SDS, REFERENCE};
use super::release::{NOMINATED_REQUEST, PATIENT_REQUEST, RELEASE_REJECTION, RELEASE_RESPONSE};
use super::reversal::{DISPENSE_HISTORY, RETURN, WITHDRAWAL};
use super::{Type, element, types};

/// A message with a document.
macro_rules! request {
    ($document:ident: $of:ident) => {
        &element!(BARE {
            one id: II, one creationTime: TS, one versionCode: CS, one interactionId: II, one processingCode: CS,
            one processingModeCode: CS, one acceptAckCode: CS, some communicationFunctionRcv: COMMUNICATION,
            one communicationFunctionSnd: SND of COMMUNICATION,
            one ControlActEvent: CACT_EVN {
                opt author: AUTHOR, few author1: SYSTEM_AUTHOR, any reason: REASON,
                one subject: SUBJ { one $document: $of },
            },
        })
    };
}

/// A message with a document that says what became of another one.
macro_rules! reply {
    ($document:ident: $of:ident) => {
        &element!(BARE {
            one id: II, one creationTime: TS, one versionCode: CS, one interactionId: II, one processingCode: CS,
            one processingModeCode: CS, one acceptAckCode: CS, one acknowledgement: ACKNOWLEDGEMENT,
            some communicationFunctionRcv: COMMUNICATION, one communicationFunctionSnd: SND of COMMUNICATION,
            one ControlActEvent: CACT_EVN {
                opt author: AUTHOR, few author1: SYSTEM_AUTHOR, any reason: REASON,
                one subject: SUBJ { one $document: $of },
            },
        })
    };
}

/// The interactions by their names up to `SM` or `UK`.
pub(super) static INTERACTIONS: [(&str, &Type); 16] = [
    ("PORX_IN020101", request!(ParentPrescription: PARENT_PRESCRIPTION)),
    ("PORX_IN030101", request!(CancellationRequest: CANCELLATION_REQUEST)),
    ("PORX_IN050101", reply!(CancellationResponse: CANCELLATION_RESPONSE)),
    ("PORX_IN050102", request!(CancellationResponse: CANCELLATION_RESPONSE)),
    ("PORX_IN060102", request!(NominatedPrescriptionReleaseRequest: NOMINATED_REQUEST)),
    ("PORX_IN070101", reply!(PrescriptionReleaseResponse: RELEASE_RESPONSE)),
    ("PORX_IN070103", reply!(PrescriptionReleaseResponse: RELEASE_RESPONSE)),
    ("PORX_IN080101", request!(DispenseNotification: DISPENSE_NOTIFICATION)),
    ("PORX_IN090101", request!(DispenseClaim: DISPENSE_CLAIM)),
    ("PORX_IN090102", request!(DispenseClaim: DISPENSE_CLAIM)),
    ("PORX_IN100101", request!(DispenseProposalReturn: RETURN)),
    ("PORX_IN110101", reply!(PrescriptionReleaseReject: RELEASE_REJECTION)),
    ("PORX_IN132004", request!(PatientPrescriptionReleaseRequest: PATIENT_REQUEST)),
    ("PORX_IN510101", request!(ETPWithdraw: WITHDRAWAL)),
    ("PORX_IN540101", request!(RebuildDispenseHistory: DISPENSE_HISTORY)),
    ("MCCI_IN010000", &APPLICATION_ACKNOWLEDGEMENT),
];

/// What may stand in the interaction of that name.
pub(super) fn of(name: &str) -> Option<&'static Type> {
    INTERACTIONS.iter().find(|(interaction, _)| name.starts_with(interaction)).map(|(_, of)| *of)
}

types! {
    /// MCCI_IN010000UK13.
    APPLICATION_ACKNOWLEDGEMENT = BARE {
        one id: II, one creationTime: TS, one versionCode: CS, one interactionId: II, one processingCode: CS,
        one processingModeCode: CS, one acceptAckCode: CS, one acknowledgement: ACKNOWLEDGEMENT,
        some communicationFunctionRcv: COMMUNICATION, one communicationFunctionSnd: SND of COMMUNICATION,
        one ControlActEvent: CACT_EVN { opt author: AUTHOR, few author1: SYSTEM_AUTHOR, any reason: REASON },
    };
    /// What became of a message.
    ACKNOWLEDGEMENT = ANSWER { any acknowledgementDetail: ANSWER { one code: CV }, one messageRef: REFERENCE };
    /// Who receives or sends.
    COMMUNICATION = RCV {
        one device: DEV {
            some id: II,
            opt agencyFor: AGNT {
                opt representedOrganization: ENT {
                    one id: II, one AgentOrgSDS: SITED_ORGANISATION, one AgentPersonSDS: AGENT_PERSON_SDS,
                },
            },
        },
    };
    /// UKCT_MT120501UK03: an organisation with the places where it works.
    SITED_ORGANISATION = AGNT {
        opt id: II, opt code: CV,
        one agentOrganizationSDS: ORG {
            one id: II,
            any serviceDeliveryLocation: SDLOC {
                one code: CV, opt location: PLC { opt name: PN, opt telecom: TEL, opt addr: AD },
            },
        },
    };
    /// The person who caused the message.
    AUTHOR = AUT {
        one AgentPersonSDS: AGNT {
            one id: II, one agentPersonSDS: PSN of REFERENCE, one part: PART { one partSDSRole: ROL of REFERENCE },
        },
    };
    /// The system that caused the message.
    SYSTEM_AUTHOR = AUT { one AgentSystemSDS: AGNT { one agentSystemSDS: DEV of REFERENCE } };
    /// Why a message was refused.
    REASON = RSON { one justifyingDetectedIssueEvent: ALRT_EVN { one code: CD } };
}
