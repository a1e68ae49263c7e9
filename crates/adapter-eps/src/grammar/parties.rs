//! Patients, people, organisations and systems; and the acts that say one thing (overview.md §6, §9, §10, §11).

use super::datatypes::{AD, BL, CS, CV, II, INT, ON, PN, ST, TEL, TS};
use super::types;

types! {
    /// An act of which only the id is given.
    REFERENCE = BARE { one id: II };
    /// An act that says a code.
    CODE_FACT = OBS_EVN { one code: CV, one value: CV };
    /// An act that says a code in words too.
    WORDED_FACT = OBS_EVN { one code: CV, opt text: ST, one value: CV };
    /// An act that says an identifier.
    ID_FACT = OBS_EVN { one code: CV, one value: II };
    /// An act that says a text.
    TEXT_FACT = OBS_EVN { one code: CV, one value: ST };
    /// An act that says a whole number.
    NUMBER_FACT = OBS_EVN { one code: CV, one value: INT };
    /// An act that says yes or no.
    TRUTH_FACT = OBS_EVN { one code: CV, one value: BL };
    /// The id of a prescription.
    PRESCRIPTION_ID = PERT { one seperatableInd: BL, one pertinentPrescriptionID: ID_FACT };
    /// The number of an issue.
    ISSUE = PERT { one seperatableInd: BL, one pertinentRepeatInstanceInfo: NUMBER_FACT };

    /// COCT_MT050012UK05.
    PATIENT = PAT {
        one id: II, opt code: CS, any addr: AD, any telecom: TEL, opt certificateText: ST,
        one patientPerson: PSN {
            any name: PN, opt administrativeGenderCode: CS, opt birthTime: TS, opt deceasedTime: TS,
            one playedProviderPatient: PAT {
                one subjectOf: SBJ {
                    one patientCareProvision: PCPR_EVN {
                        opt code: CV, one responsibleParty: RESP { one healthCareProvider: PROV { one id: II } },
                    },
                },
            },
        },
    };

    /// UKCT_MT120201UK04: who prescribes.
    PRESCRIBER = AGNT {
        opt id: II, opt code: CV, any addr: AD, any telecom: TEL,
        one agentPersonSDS: SDS_PRESCRIBER | agentPerson: PRESCRIBER_PERSON,
        one representedOrganization: PRESCRIBING_ORGANISATION | representedOrganizationSDS: ORG of SDS_PRESCRIBER
            | representedPersonSDS: SDS_PRESCRIBER | representedPerson: PRESCRIBER_PERSON,
    };
    /// A person with the organisation that they belong to.
    PRESCRIBER_PERSON = PSN {
        opt id: II, opt name: PN, opt administrativeGenderCode: CS, any healthCareProviderLicense: PARENT_ORGANISATION,
    };
    /// A person or an organisation by its id, with the organisation that it belongs to.
    SDS_PRESCRIBER = PSN { one id: II, any healthCareProviderLicense: PARENT_ORGANISATION };
    /// An organisation with the one that it belongs to.
    PRESCRIBING_ORGANISATION = ORG {
        opt id: II, opt code: CS, opt name: ON, opt desc: ST, opt telecom: TEL, opt addr: AD,
        any healthCareProviderLicense: PARENT_ORGANISATION,
    };
    /// The organisation that another one belongs to.
    PARENT_ORGANISATION = PROV { opt Organization: PRESCRIBING_ORGANISATION | OrganizationSDS: ORG of SDS_PRESCRIBER };

    /// UKCT_MT120201UK03: who dispenses.
    DISPENSER = AGNT {
        opt id: II, opt code: CV, any addr: AD, any telecom: TEL,
        one agentPersonSDS: PSN of REFERENCE | agentPerson: PERSON,
        one representedOrganization: ORGANISATION | representedOrganizationSDS: ORG of REFERENCE
            | representedPersonSDS: PSN of REFERENCE | representedPerson: PERSON,
    };
    /// A person.
    PERSON = PSN { opt id: II, opt name: PN, opt administrativeGenderCode: CS };
    /// An organisation.
    ORGANISATION = ORG { opt id: II, opt code: CS, opt name: ON, opt desc: ST, opt telecom: TEL, opt addr: AD };
    /// UKCT_MT120401UK02: an organisation that acts.
    AGENT_ORGANISATION = AGNT {
        opt id: II, opt code: CV, any addr: AD, any telecom: TEL,
        one agentOrganization: ORGANISATION | agentOrganizationSDS: ORG of REFERENCE,
        opt representedOrganization: ORGANISATION | representedOrganizationSDS: ORG of REFERENCE,
    };
    /// UKCT_MT120501UK02: an organisation that acts, by its id.
    AGENT_ORGANISATION_SDS = AGNT { opt id: II, opt code: CV, one agentOrganizationSDS: ORG of REFERENCE };
    /// UKCT_MT120301UK02: a person by their ids.
    AGENT_PERSON_SDS = AGNT { one id: II, one agentPersonSDS: PSN of REFERENCE };
}
