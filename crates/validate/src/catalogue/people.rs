//! The people and organisations of a message.

causeway_canonical::rules! {
    in Rules;

    /// A role names its organisation other than by reference.
    ROLE_ORGANISATION_REFERENCE = "role-organisation-reference" as "EPS-V012", Warning, SenderContent, Invalid,
        "validation.md §3", "refer to an Organization of the bundle by its fullUrl";
    /// A role names its practitioner other than by reference.
    ROLE_PRACTITIONER_REFERENCE = "role-practitioner-reference" as "EPS-V013", Warning, SenderContent, Invalid,
        "validation.md §3", "refer to a Practitioner of the bundle by its fullUrl";
    /// The responsible practitioner is named by reference and by identifier, or by neither.
    RESPONSIBLE_PRACTITIONER_CHOICE = "responsible-practitioner-choice" as "EPS-V014", Error, SenderContent, Invalid,
        "validation.md §3", "name the practitioner by reference or by identifier, and not by both";
    /// A role names its healthcare service other than by reference.
    ROLE_SERVICE_REFERENCE = "role-service-reference" as "EPS-V015", Warning, SenderContent, Invalid, "validation.md §3",
        "refer to a HealthcareService of the bundle by its fullUrl";
    /// A telecom has no value.
    TELECOM_VALUE = "telecom-value" as "EPS-V016", Error, SenderContent, Invalid, "validation.md §3",
        "give every telecom of a person, role or organisation its value";
    /// A telecom has no use.
    TELECOM_USE = "telecom-use" as "EPS-V017", Error, SenderContent, Invalid, "validation.md §3",
        "give every telecom of a person, role or organisation its use";
    /// A prescription of primary care comes with a healthcare service.
    PRIMARY_CARE_SERVICE = "primary-care-service" as "EPS-V021", Error, SenderContent, Invalid, "validation.md §4",
        "leave out the healthcare service, or send the prescription type of the hospital";
    /// A practice does not say which organisation it belongs to.
    PRIMARY_CARE_PARENT = "primary-care-parent" as "EPS-V022", Error, SenderContent, Invalid, "validation.md §4",
        "name the organisation that the practice belongs to in partOf";
    /// The requester's organisation is named other than by reference.
    REQUESTER_ORGANISATION_REFERENCE = "requester-organisation-reference" as "EPS-V023", Warning, SenderContent, Invalid,
        "validation.md §4", "refer to the requester's Organization of the bundle by its fullUrl";
    /// The requester of a prescription is known by a GMP number.
    REQUESTER_GMP_NUMBER = "requester-gmp-number" as "EPS-V025", Error, SenderContent, Value, "validation.md §4",
        "send a GMC, NMC, GPhC or HCPC number or a professional-code instead";
    /// The requester of a prescription is not known by exactly one professional code.
    REQUESTER_PROFESSIONAL_CODE = "requester-professional-code", Warning, SenderContent, Value,
        "prescription-order.md §5", "send one of GMC, NMC, GPhC and HCPC number and professional-code";
    /// The state of an NHS number contradicts that there is one, or none.
    NHS_NUMBER_STATUS_AGREES = "nhs-number-status-agrees", Warning, SenderContent, BusinessRule, "vocabularies.md §20",
        "compare the NHS number and its state with the patient's record";
}
