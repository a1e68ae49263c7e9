//! URIs of FHIR systems and extensions (overview.md §12, identifiers.md §1).

/// Bundle identifiers.
pub const RFC4122: &str = "https://tools.ietf.org/html/rfc4122";
/// NHS numbers.
pub const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
/// ODS codes of organisations.
pub const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
/// Accredited system ids.
pub const ASID: &str = "https://fhir.nhs.uk/Id/spine-ASID";
/// NHSBSA spurious codes.
pub const SPURIOUS_CODE: &str = "https://fhir.hl7.org.uk/Id/nhsbsa-spurious-code";
/// Doctor index numbers.
pub const DIN: &str = "https://fhir.hl7.org.uk/Id/din-number";
/// GMC numbers.
pub const GMC: &str = "https://fhir.hl7.org.uk/Id/gmc-number";
/// Long prescription ids.
pub const PRESCRIPTION: &str = "https://fhir.nhs.uk/Id/prescription";
/// Short prescription ids.
pub const PRESCRIPTION_ORDER_NUMBER: &str = "https://fhir.nhs.uk/Id/prescription-order-number";
/// Item ids.
pub const ITEM_NUMBER: &str = "https://fhir.nhs.uk/Id/prescription-order-item-number";
/// Supply ids.
pub const DISPENSE_ITEM_NUMBER: &str = "https://fhir.nhs.uk/Id/prescription-dispense-item-number";
/// Ids of claimed items.
pub const CLAIM_SEQUENCE: &str = "https://fhir.nhs.uk/Id/claim-sequence-identifier";
/// Users of the Spine directory.
pub const SDS_USER: &str = "https://fhir.nhs.uk/Id/sds-user-id";
/// Role profiles of the Spine directory.
pub const SDS_ROLE_PROFILE: &str = "https://fhir.nhs.uk/Id/sds-role-profile-id";

/// SNOMED CT.
pub const SNOMED: &str = "http://snomed.info/sct";
/// Message events.
pub const MESSAGE_EVENT: &str = "https://fhir.nhs.uk/CodeSystem/message-event";
/// Results of a request to cancel.
pub const STATUS_HISTORY: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-history";
/// Codes of tasks.
pub const TASK_CODE: &str = "http://hl7.org/fhir/CodeSystem/task-code";
/// Reasons for giving a released prescription back.
pub const RETURN_REASON: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-return-status-reason";
/// Reasons for withdrawing a dispense notification.
pub const WITHDRAW_REASON: &str = "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-withdraw-reason";
/// Reasons of a message about a prescription.
pub const MESSAGE_REASON: &str = "https://fhir.nhs.uk/CodeSystem/message-reason-prescription";
/// Course of therapy, HL7's codes.
pub const COURSE_OF_THERAPY: &str = "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy";
/// Course of therapy, the code for repeat dispensing.
pub const COURSE_OF_THERAPY_NHS: &str = "https://fhir.nhs.uk/CodeSystem/medicationrequest-course-of-therapy";
/// Course of therapy as UK Core spells it.
pub const COURSE_OF_THERAPY_UK_CORE: &str =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-MedicationRequestCourseOfTherapy";
/// Category of a request.
pub const REQUEST_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/medicationrequest-category";
/// Types of signature.
pub const SIGNATURE_TYPE: &str = "urn:iso-astm:E1762-95:2013";
/// Item statuses.
pub const DISPENSE_TYPE: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-type";
/// Types of claim.
pub const CLAIM_TYPE: &str = "http://terminology.hl7.org/CodeSystem/claim-type";
/// How soon something is to be done.
pub const PROCESS_PRIORITY: &str = "http://terminology.hl7.org/CodeSystem/processpriority";
/// Whom a claim is paid to.
pub const PAYEE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/payeetype";
/// Why a patient pays no charge.
pub const CHARGE_EXEMPTION: &str = "https://fhir.nhs.uk/CodeSystem/prescription-charge-exemption";
/// Whether evidence of an exemption was seen.
pub const EXEMPTION_EVIDENCE: &str = "https://fhir.nhs.uk/CodeSystem/DM-exemption-evidence";
/// Whether a charge was paid.
pub const PRESCRIPTION_CHARGE: &str = "https://fhir.nhs.uk/CodeSystem/DM-prescription-charge";
/// Dispenser endorsements.
pub const DISPENSING_ENDORSEMENT: &str = "https://fhir.nhs.uk/CodeSystem/medicationdispense-endorsement";

/// Prescription type.
pub const EXT_PRESCRIPTION_TYPE: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionType";
/// Responsible practitioner.
pub const EXT_RESPONSIBLE_PRACTITIONER: &str =
    "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ResponsiblePractitioner";
/// Prescriber endorsement.
pub const EXT_ENDORSEMENT: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionEndorsement";
/// Controlled drug particulars.
pub const EXT_CONTROLLED_DRUG: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ControlledDrug";
/// Repeat information: the review date.
pub const EXT_MEDICATION_REPEAT: &str =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation";
/// Repeats of the order that an item is based on.
pub const EXT_EPS_REPEAT: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-RepeatInformation";
/// How far an item has come, and when it was dispensed last.
pub const EXT_DISPENSING_INFORMATION: &str =
    "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-DispensingInformation";
/// What became of an order, and when.
pub const EXT_STATUS_HISTORY: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionStatusHistory";
/// The same under the name that it had before.
pub const EXT_STATUS_HISTORY_OLD: &str =
    "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionTaskStatusReason";
/// The dispenser that holds a prescription.
pub const EXT_DISPENSING_PERFORMER: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-DispensingPerformer";
/// What a task repeats of its prescription.
pub const EXT_EPS_PRESCRIPTION: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-Prescription";
/// The person who acts, named once more.
pub const EXT_PROVENANCE_AGENT: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-Provenance-agent";
/// Long prescription id.
pub const EXT_PRESCRIPTION_ID: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionId";
/// Dispensing site preference.
pub const EXT_PERFORMER_SITE_TYPE: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PerformerSiteType";
/// Id of the message, in its header.
pub const EXT_MESSAGE_ID: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-MessageHeader-messageId";
/// The same under the name that it had before.
pub const EXT_MESSAGE_ID_OLD: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-Spine-MessageHeader-messageId";
/// Spine endpoint of the sending system.
pub const EXT_SPINE_ENDPOINT: &str = "https://fhir.nhs.uk/R4/StructureDefinition/Extension-spineEndpoint";
/// How far an NHS number was verified.
pub const EXT_NHS_NUMBER_STATUS: &str =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
/// Line of an issue in the source.
pub const EXT_ISSUE_LINE: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line";
/// Column of an issue in the source.
pub const EXT_ISSUE_COLUMN: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col";
/// What a refused release tells of the dispenser that holds the prescription.
pub const EXT_SUPPORTING_INFORMATION: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-Spine-supportingInfo";
/// Left in the profile of a claim by mistake.
pub const EXT_SUPPLIED_ITEM: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-SuppliedItemIdentifier";
/// Ids of a prescription in a claim.
pub const EXT_GROUP_IDENTIFIER: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-DM-GroupIdentifier";
/// How far a prescription has come.
pub const EXT_BUSINESS_STATUS: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-TaskBusinessStatus";
/// Why a claimed prescription or item was not dispensed.
pub const EXT_BUSINESS_STATUS_REASON: &str =
    "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-TaskBusinessStatusReason";
/// Why nothing of a prescription was dispensed.
pub const EXT_NON_DISPENSING_REASON: &str =
    "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionNonDispensingReason";
/// Item of the prescription that is claimed for.
pub const EXT_CLAIM_REQUEST: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-ClaimMedicationRequestReference";
/// Id of a claimed item.
pub const EXT_CLAIM_SEQUENCE: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-ClaimSequenceIdentifier";
/// Supply that is claimed for.
pub const EXT_CLAIM_DISPENSE: &str =
    "https://fhir.nhs.uk/StructureDefinition/Extension-ClaimMedicationDispenseReference";
/// Message that is replaced.
pub const EXT_REPLACEMENT_OF: &str = "https://fhir.nhs.uk/StructureDefinition/Extension-replacementOf";
/// Relationships of an organisation to others.
pub const EXT_ORGANISATION_RELATIONSHIPS: &str =
    "https://fhir.nhs.uk/StructureDefinition/Extension-ODS-OrganisationRelationships";
/// Prescription that failed.
pub const EXT_FAILED_PRESCRIPTION: &str =
    "https://fhir.nhs.uk/StructureDefinition/Extension-Spine-supportingInfo-prescription";
/// Why a value is not there.
pub const EXT_DATA_ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
