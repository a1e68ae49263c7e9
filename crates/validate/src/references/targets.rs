//! Which types of resource an element can refer to (FHIR R4, the definition of each resource).
//!
//! Elements that can refer to anything are not listed. Extensions are those of overview.md §12.

type Types = &'static [&'static str];

const DEVICE: Types = &["Device"];
const ENCOUNTER: Types = &["Encounter"];
const ENDPOINT: Types = &["Endpoint"];
const LOCATION: Types = &["Location"];
const MEDICATION: Types = &["Medication"];
const ORGANIZATION: Types = &["Organization"];
const PATIENT: Types = &["Patient"];
const PATIENT_OR_GROUP: Types = &["Patient", "Group"];
const PRACTITIONER_ROLE: Types = &["PractitionerRole"];
const PRACTITIONER_OR_ROLE: Types = &["Practitioner", "PractitionerRole"];
const PROVENANCE: Types = &["Provenance"];
const REASON: Types = &["Condition", "Observation"];
const PRESCRIPTION: Types = &["DeviceRequest", "MedicationRequest", "VisionPrescription"];
const PROFESSIONAL: Types = &["Practitioner", "PractitionerRole", "Organization"];
const INSURANCE: Types = &["Coverage", "ClaimResponse"];
const ANYBODY: Types = &["Practitioner", "PractitionerRole", "RelatedPerson", "Patient", "Device", "Organization"];
const PERFORMER: Types =
    &["Practitioner", "PractitionerRole", "Organization", "Patient", "Device", "RelatedPerson", "CareTeam"];

/// Elements that stand in every resource.
const ANYWHERE: &[(&str, Types)] =
    &[("assigner", ORGANIZATION), ("authorReference", &["Practitioner", "Patient", "RelatedPerson", "Organization"])];

const CLAIM: &[(&str, Types)] = &[
    ("patient", PATIENT),
    ("enterer", PRACTITIONER_OR_ROLE),
    ("insurer", ORGANIZATION),
    ("provider", PROFESSIONAL),
    ("related.claim", &["Claim"]),
    ("prescription", PRESCRIPTION),
    ("originalPrescription", PRESCRIPTION),
    ("payee.party", &["Practitioner", "PractitionerRole", "Organization", "Patient", "RelatedPerson"]),
    ("referral", &["ServiceRequest"]),
    ("facility", LOCATION),
    ("careTeam.provider", PROFESSIONAL),
    ("diagnosis.diagnosisReference", &["Condition"]),
    ("procedure.procedureReference", &["Procedure"]),
    ("procedure.udi", DEVICE),
    ("insurance.coverage", &["Coverage"]),
    ("insurance.claimResponse", &["ClaimResponse"]),
    ("accident.locationReference", LOCATION),
    ("item.locationReference", LOCATION),
    ("item.udi", DEVICE),
    ("item.encounter", ENCOUNTER),
    ("item.detail.udi", DEVICE),
    ("item.detail.subDetail.udi", DEVICE),
];

const COMMUNICATION_REQUEST: &[(&str, Types)] = &[
    ("replaces", &["CommunicationRequest"]),
    ("subject", PATIENT_OR_GROUP),
    ("encounter", ENCOUNTER),
    ("requester", ANYBODY),
    (
        "recipient",
        &[
            "Device",
            "Organization",
            "Patient",
            "Practitioner",
            "PractitionerRole",
            "RelatedPerson",
            "Group",
            "CareTeam",
            "HealthcareService",
        ],
    ),
    (
        "sender",
        &[
            "Device",
            "Organization",
            "Patient",
            "Practitioner",
            "PractitionerRole",
            "RelatedPerson",
            "HealthcareService",
        ],
    ),
    ("reasonReference", &["Condition", "Observation", "DiagnosticReport", "DocumentReference"]),
];

const HEALTHCARE_SERVICE: &[(&str, Types)] =
    &[("providedBy", ORGANIZATION), ("location", LOCATION), ("coverageArea", LOCATION), ("endpoint", ENDPOINT)];

const LIST: &[(&str, Types)] = &[
    ("subject", &["Patient", "Group", "Device", "Location"]),
    ("encounter", ENCOUNTER),
    ("source", &["Practitioner", "PractitionerRole", "Patient", "Device"]),
];

const LOCATIONS: &[(&str, Types)] =
    &[("managingOrganization", ORGANIZATION), ("partOf", LOCATION), ("endpoint", ENDPOINT)];

const MEDICATIONS: &[(&str, Types)] =
    &[("manufacturer", ORGANIZATION), ("ingredient.itemReference", &["Substance", "Medication"])];

const MEDICATION_DISPENSE: &[(&str, Types)] = &[
    ("partOf", &["Procedure"]),
    ("statusReasonReference", &["DetectedIssue"]),
    ("medicationReference", MEDICATION),
    ("subject", PATIENT_OR_GROUP),
    ("context", &["Encounter", "EpisodeOfCare"]),
    ("performer.actor", ANYBODY),
    ("location", LOCATION),
    ("authorizingPrescription", &["MedicationRequest"]),
    ("destination", LOCATION),
    ("receiver", &["Patient", "Practitioner"]),
    ("substitution.responsibleParty", PRACTITIONER_OR_ROLE),
    ("detectedIssue", &["DetectedIssue"]),
    ("eventHistory", PROVENANCE),
];

const MEDICATION_REQUEST: &[(&str, Types)] = &[
    ("reportedReference", &["Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Organization"]),
    ("medicationReference", MEDICATION),
    ("subject", PATIENT_OR_GROUP),
    ("encounter", ENCOUNTER),
    ("requester", ANYBODY),
    ("performer", PERFORMER),
    ("recorder", PRACTITIONER_OR_ROLE),
    ("reasonReference", REASON),
    ("basedOn", &["CarePlan", "MedicationRequest", "ServiceRequest", "ImmunizationRecommendation"]),
    ("insurance", INSURANCE),
    ("dispenseRequest.performer", ORGANIZATION),
    ("priorPrescription", &["MedicationRequest"]),
    ("detectedIssue", &["DetectedIssue"]),
    ("eventHistory", PROVENANCE),
];

const MESSAGE_HEADER: &[(&str, Types)] = &[
    ("destination.target", DEVICE),
    ("destination.receiver", PROFESSIONAL),
    ("sender", PROFESSIONAL),
    ("enterer", PRACTITIONER_OR_ROLE),
    ("author", PRACTITIONER_OR_ROLE),
    ("responsible", PROFESSIONAL),
    ("response.details", &["OperationOutcome"]),
];

const ORGANIZATIONS: &[(&str, Types)] = &[("partOf", ORGANIZATION), ("endpoint", ENDPOINT)];

const PATIENTS: &[(&str, Types)] = &[
    ("contact.organization", ORGANIZATION),
    ("generalPractitioner", PROFESSIONAL),
    ("managingOrganization", ORGANIZATION),
    ("link.other", &["Patient", "RelatedPerson"]),
];

const PRACTITIONER: &[(&str, Types)] = &[("qualification.issuer", ORGANIZATION)];

const PRACTITIONER_ROLES: &[(&str, Types)] = &[
    ("practitioner", &["Practitioner"]),
    ("organization", ORGANIZATION),
    ("location", LOCATION),
    ("healthcareService", &["HealthcareService"]),
    ("endpoint", ENDPOINT),
];

const PROVENANCES: &[(&str, Types)] = &[
    ("location", LOCATION),
    ("agent.who", ANYBODY),
    ("agent.onBehalfOf", ANYBODY),
    ("signature.who", ANYBODY),
    ("signature.onBehalfOf", ANYBODY),
];

const TASK: &[(&str, Types)] = &[
    ("partOf", &["Task"]),
    ("encounter", ENCOUNTER),
    ("requester", ANYBODY),
    (
        "owner",
        &[
            "Practitioner",
            "PractitionerRole",
            "Organization",
            "CareTeam",
            "HealthcareService",
            "Patient",
            "Device",
            "RelatedPerson",
        ],
    ),
    ("location", LOCATION),
    ("insurance", INSURANCE),
    ("relevantHistory", PROVENANCE),
    (
        "restriction.recipient",
        &["Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Group", "Organization"],
    ),
];

/// The extensions whose value is a reference.
const EXTENSIONS: &[(&str, Types)] = &[
    ("https://fhir.nhs.uk/StructureDefinition/Extension-DM-ResponsiblePractitioner", PRACTITIONER_ROLE),
    ("https://fhir.nhs.uk/StructureDefinition/Extension-DM-DispensingPerformer", PRACTITIONER_ROLE),
    ("https://fhir.nhs.uk/StructureDefinition/Extension-Spine-supportingInfo", ORGANIZATION),
];

/// The types that an element of a resource can refer to, by its names from the resource on.
pub(super) fn of_element(resource: &str, path: &str) -> Option<Types> {
    let elements = match resource {
        "Claim" => CLAIM,
        "CommunicationRequest" => COMMUNICATION_REQUEST,
        "HealthcareService" => HEALTHCARE_SERVICE,
        "List" => LIST,
        "Location" => LOCATIONS,
        "Medication" => MEDICATIONS,
        "MedicationDispense" => MEDICATION_DISPENSE,
        "MedicationRequest" => MEDICATION_REQUEST,
        "MessageHeader" => MESSAGE_HEADER,
        "Organization" => ORGANIZATIONS,
        "Patient" => PATIENTS,
        "Practitioner" => PRACTITIONER,
        "PractitionerRole" => PRACTITIONER_ROLES,
        "Provenance" => PROVENANCES,
        "Task" => TASK,
        _ => &[],
    };
    let last = path.rsplit('.').next().unwrap_or(path);
    types(elements, path).or_else(|| types(ANYWHERE, last))
}

/// The types that the value of an extension can refer to.
pub(super) fn of_extension(url: &str) -> Option<Types> {
    types(EXTENSIONS, url)
}

fn types(rows: &'static [(&str, Types)], name: &str) -> Option<Types> {
    rows.iter().find(|(row, _)| *row == name).map(|(_, types)| *types)
}

/// Whether an element names an earlier request, task or claim, which stood in a message of its own.
pub(super) fn names_what_came_before(resource: &str, name: &str) -> bool {
    matches!(
        (resource, name),
        ("MedicationRequest", "basedOn" | "priorPrescription")
            | ("MedicationDispense", "authorizingPrescription" | "partOf")
            | ("CommunicationRequest", "basedOn" | "replaces")
            | ("Task", "basedOn" | "focus" | "partOf")
            | ("Claim", "claim" | "prescription" | "originalPrescription")
    )
}
