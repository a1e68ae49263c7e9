//! Object identifiers of EPS and the URIs that the canonical model knows the same systems by (overview.md §6).

/// Interaction names.
pub(crate) const INTERACTION: &str = "2.16.840.1.113883.2.1.3.2.4.12";
/// Message types.
pub(crate) const MESSAGE_TYPE: &str = "2.16.840.1.113883.2.1.3.2.4.18.7";
/// Templates of requests.
pub(crate) const TEMPLATE: &str = "2.16.840.1.113883.2.1.3.2.4.18.2";
/// Short prescription ids.
pub(crate) const PRESCRIPTION_SHORT_ID: &str = "2.16.840.1.113883.2.1.3.2.4.18.8";
/// NHS numbers.
pub(crate) const NHS_NUMBER: &str = "2.16.840.1.113883.2.1.4.1";
/// ODS codes.
pub(crate) const ODS: &str = "1.2.826.0.1285.0.1.10";
/// SDS user ids.
pub(crate) const SDS_USER: &str = "1.2.826.0.1285.0.2.0.65";
/// SDS role profile ids.
pub(crate) const SDS_ROLE_PROFILE: &str = "1.2.826.0.1285.0.2.0.67";
/// Accredited system ids.
pub(crate) const ASID: &str = "1.2.826.0.1285.0.2.0.107";
/// Codes of professionals, of whatever register.
pub(crate) const PROFESSIONAL: &str = "1.2.826.0.1285.0.2.1.54";
/// SDS job roles.
pub(crate) const JOB_ROLE: &str = "1.2.826.0.1285.0.2.1.104";
/// SNOMED CT and dm+d.
pub(crate) const SNOMED: &str = "2.16.840.1.113883.2.1.3.2.4.15";
/// Administrative gender.
pub(crate) const GENDER: &str = "2.16.840.1.113883.2.1.3.2.4.16.25";
/// Dispenser endorsements.
pub(crate) const DISPENSING_ENDORSEMENT: &str = "2.16.840.1.113883.2.1.3.2.4.16.29";
/// Reasons for not dispensing.
pub(crate) const NON_DISPENSING_REASON: &str = "2.16.840.1.113883.2.1.3.2.4.16.31";
/// Exemptions from the prescription charge.
pub(crate) const EXEMPTION: &str = "2.16.840.1.113883.2.1.3.2.4.16.33";
/// States of a prescription.
pub(crate) const PRESCRIPTION_STATUS: &str = "2.16.840.1.113883.2.1.3.2.4.16.35";
/// Particulars of a batch of released prescriptions.
pub(crate) const BATCH: &str = "2.16.840.1.113883.2.1.3.2.4.17.14";
/// States of an item.
pub(crate) const ITEM_STATUS: &str = "2.16.840.1.113883.2.1.3.2.4.17.23";
/// Templates of released prescriptions.
pub(crate) const RELEASED_TEMPLATE: &str = "2.16.840.1.113883.2.1.3.2.4.17.120";
/// Templates of notifications in a history.
pub(crate) const HISTORY_TEMPLATE: &str = "2.16.840.1.113883.2.1.3.2.4.17.113";
/// Prescriber endorsements.
pub(crate) const ENDORSEMENT: &str = "2.16.840.1.113883.2.1.3.2.4.16.32";
/// Reasons of cancellations.
pub(crate) const CANCEL_REASON: &str = "2.16.840.1.113883.2.1.3.2.4.16.27";
/// Reasons of returns.
pub(crate) const RETURN_REASON: &str = "2.16.840.1.113883.2.1.3.2.4.16.28";
/// Results of cancellations.
pub(crate) const CANCEL_RESULT: &str = "2.16.840.1.113883.2.1.3.2.4.17.19";
/// Types of withdrawal.
pub(crate) const WITHDRAW_TYPE: &str = "2.16.840.1.113883.2.1.3.2.4.17.109";
/// Reasons of withdrawals.
pub(crate) const WITHDRAW_REASON: &str = "2.16.840.1.113883.2.1.3.2.4.17.110";
/// Errors of release and dispensing.
pub(crate) const DISPENSE_ERROR: &str = "2.16.840.1.113883.2.1.3.2.4.16.34";
/// Treatment types.
pub(crate) const TREATMENT_TYPE: &str = "2.16.840.1.113883.2.1.3.2.4.16.36";
/// Dispensing site preferences.
pub(crate) const SITE_PREFERENCE: &str = "2.16.840.1.113883.2.1.3.2.4.17.21";
/// Errors of prescribing.
pub(crate) const PRESCRIBE_ERROR: &str = "2.16.840.1.113883.2.1.3.2.4.17.22";
/// Prescription types.
pub(crate) const PRESCRIPTION_TYPE: &str = "2.16.840.1.113883.2.1.3.2.4.17.25";
/// Kinds of annotation.
pub(crate) const ANNOTATION: &str = "2.16.840.1.113883.2.1.3.2.4.17.30";
/// Errors of transport.
pub(crate) const SPINE_ERROR: &str = "2.16.840.1.113883.2.1.3.2.4.17.32";
/// Types of patient care provision.
pub(crate) const CARE_PROVISION_TYPE: &str = "2.16.840.1.113883.2.1.3.2.4.17.37";
/// Types of organisation.
pub(crate) const ORGANISATION_TYPE: &str = "2.16.840.1.113883.2.1.3.2.4.17.94";

/// URIs of the canonical model.
pub(crate) mod uri {
    /// SDS role profile ids.
    pub(crate) const SDS_ROLE_PROFILE: &str = "https://fhir.nhs.uk/Id/sds-role-profile-id";
    /// SDS user ids.
    pub(crate) const SDS_USER: &str = "https://fhir.nhs.uk/Id/sds-user-id";
    /// Types of organisation, for which no other URI is published.
    pub(crate) const ORGANISATION_TYPE: &str = "urn:oid:2.16.840.1.113883.2.1.3.2.4.17.94";
    /// Job roles as `S:G:R`.
    pub(crate) const JOB_ROLE_CODE: &str = "https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode";
    /// Job roles as `R`.
    pub(crate) const JOB_ROLE_NAME: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName";
    /// SNOMED CT and dm+d.
    pub(crate) const SNOMED: &str = "http://snomed.info/sct";
    /// Units of measure.
    pub(crate) const UCUM: &str = "http://unitsofmeasure.org";
    /// Prescriber endorsements.
    pub(crate) const ENDORSEMENT: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-endorsement";
    /// Dispensing site preferences.
    pub(crate) const SITE_PREFERENCE: &str = "https://fhir.nhs.uk/CodeSystem/dispensing-site-preference";
    /// Prescription types.
    pub(crate) const PRESCRIPTION_TYPE: &str = "https://fhir.nhs.uk/CodeSystem/prescription-type";
    /// Reasons of cancellations.
    pub(crate) const CANCEL_REASON: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-reason";
    /// Results of cancellations.
    pub(crate) const CANCEL_RESULT: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-history";
    /// Reasons of returns.
    pub(crate) const RETURN_REASON: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-return-status-reason";
    /// Reasons of withdrawals.
    pub(crate) const WITHDRAW_REASON: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-withdraw-reason";
    /// Issues of EPS.
    pub(crate) const EPS_ISSUE: &str = "https://fhir.nhs.uk/CodeSystem/EPS-IssueCode";
    /// Issues of Spine.
    pub(crate) const SPINE_ISSUE: &str = "https://fhir.nhs.uk/CodeSystem/Spine-ErrorOrWarningCode";
    /// General Medical Council.
    pub(crate) const GMC: &str = "https://fhir.hl7.org.uk/Id/gmc-number";
    /// General medical practitioners.
    pub(crate) const GMP: &str = "https://fhir.hl7.org.uk/Id/gmp-number";
    /// Nursing and Midwifery Council.
    pub(crate) const NMC: &str = "https://fhir.hl7.org.uk/Id/nmc-number";
    /// General Pharmaceutical Council.
    pub(crate) const GPHC: &str = "https://fhir.hl7.org.uk/Id/gphc-number";
    /// Health and Care Professions Council.
    pub(crate) const HCPC: &str = "https://fhir.hl7.org.uk/Id/hcpc-number";
    /// Register not known.
    pub(crate) const PROFESSIONAL: &str = "https://fhir.hl7.org.uk/Id/professional-code";
    /// Doctor index numbers.
    pub(crate) const DIN: &str = "https://fhir.hl7.org.uk/Id/din-number";
    /// Dispenser endorsements.
    pub(crate) const DISPENSING_ENDORSEMENT: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-endorsement";
    /// Reasons for not dispensing.
    pub(crate) const NON_DISPENSING_REASON: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-status-reason";
    /// Reasons for not dispensing, as some material on claims names the same codes.
    pub(crate) const BUSINESS_STATUS_REASON: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-business-status-reason";
    /// Exemptions from the prescription charge.
    pub(crate) const EXEMPTION: &str = "https://fhir.nhs.uk/CodeSystem/prescription-charge-exemption";
    /// Whether evidence of an exemption was seen.
    pub(crate) const EVIDENCE: &str = "https://fhir.nhs.uk/CodeSystem/DM-exemption-evidence";
    /// Whether the prescription charge was paid.
    pub(crate) const CHARGE: &str = "https://fhir.nhs.uk/CodeSystem/DM-prescription-charge";
    /// States of a prescription.
    pub(crate) const PRESCRIPTION_STATUS: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-business-status";
    /// States of an item.
    pub(crate) const ITEM_STATUS: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-type";
    /// Codes that stand for an organisation-level prescriber.
    pub(crate) const SPURIOUS: &str = "https://fhir.hl7.org.uk/Id/nhsbsa-spurious-code";
}

/// Code systems that one value of the model names by URI and V3 by OID.
const CODE_SYSTEMS: &[(&str, &str)] = &[
    (SNOMED, uri::SNOMED),
    (ENDORSEMENT, uri::ENDORSEMENT),
    (SITE_PREFERENCE, uri::SITE_PREFERENCE),
    (PRESCRIPTION_TYPE, uri::PRESCRIPTION_TYPE),
    (CANCEL_REASON, uri::CANCEL_REASON),
    (RETURN_REASON, uri::RETURN_REASON),
    (WITHDRAW_REASON, uri::WITHDRAW_REASON),
    (DISPENSING_ENDORSEMENT, uri::DISPENSING_ENDORSEMENT),
    (NON_DISPENSING_REASON, uri::NON_DISPENSING_REASON),
    (EXEMPTION, uri::EXEMPTION),
    (PRESCRIPTION_STATUS, uri::PRESCRIPTION_STATUS),
    (ITEM_STATUS, uri::ITEM_STATUS),
];

/// The URI of a code system that V3 names by OID.
pub(crate) fn uri_of(oid: &str) -> Option<&'static str> {
    CODE_SYSTEMS.iter().find(|(known, _)| *known == oid).map(|(_, uri)| *uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s6_each_code_system_has_one_uri() {
        for (oid, uri) in CODE_SYSTEMS {
            assert_eq!(uri_of(oid), Some(*uri));
        }
        assert_eq!(uri_of(ANNOTATION), None);
    }
}
