//! Identifiers of people, prescriptions, medicines and organisations: form, check digit and kind (identifiers.md).

causeway_canonical::rules! {
    in Identifiers;

    /// The NHS number is not ten digits.
    NHS_NUMBER_FORMAT = "nhs-number-format", Error, SenderContent, Value, "identifiers.md §2",
        "send ten digits without blanks";
    /// The NHS number has the wrong check digit.
    NHS_NUMBER_CHECK = "nhs-number-check", Error, SenderContent, CheckDigit, "identifiers.md §2",
        "compare the number with the patient's record";
    /// The NHS number stands for an unknown one.
    NHS_NUMBER_PLACEHOLDER = "nhs-number-placeholder", Warning, SenderContent, Value,
        "identifiers.md §2", "send the patient's own number";
    /// The short prescription id does not have its form.
    PRESCRIPTION_ID_FORMAT = "prescription-id-format", Error, SenderContent, Value,
        "identifiers.md §3", "send 20 characters in three blocks of six, in upper case";
    /// The short prescription id has the wrong check character.
    PRESCRIPTION_ID_CHECK = "prescription-id-check-character" as "prescription-id-check", Error, SenderContent, CheckDigit,
        "identifiers.md §3", "compare the id with the prescription";
    /// The long prescription id is no UUID.
    PRESCRIPTION_LONG_ID_FORMAT = "prescription-long-id-format", Error, SenderContent,
        Value, "identifiers.md §4", "send a UUID";
    /// The long prescription id has the wrong check character.
    PRESCRIPTION_LONG_ID_CHECK = "prescription-long-id-check", Error, SenderContent,
        CheckDigit, "identifiers.md §4", "compare the id with the prescription";
    /// The code of a medicine is not 6 to 18 digits.
    MEDICINE_CODE_FORMAT = "medicine-code-format", Error, SenderContent, Value,
        "identifiers.md §5", "send the dm+d code as text of 6 to 18 digits";
    /// The code of a medicine has the wrong check digit.
    MEDICINE_CODE_CHECK = "medicine-code-check", Error, SenderContent, CheckDigit,
        "identifiers.md §5", "compare the code with the dictionary of medicines and devices";
    /// The code of a medicine is that of a description or relationship.
    MEDICINE_CODE_KIND = "medicine-code-kind", Error, SenderContent, CodeInvalid,
        "identifiers.md §5", "send the code of a concept";
    /// The code of a unit is not 6 to 18 digits.
    UNIT_CODE_FORMAT = "unit-code-format", Error, SenderContent, Value, "identifiers.md §5",
        "send the code of the unit as text of 6 to 18 digits";
    /// The code of a unit has the wrong check digit.
    UNIT_CODE_CHECK = "unit-code-check", Error, SenderContent, CheckDigit, "identifiers.md §5",
        "compare the code of the unit with the dictionary of medicines and devices";
    /// The code of a unit is that of a description or relationship.
    UNIT_CODE_KIND = "unit-code-kind", Error, SenderContent, CodeInvalid, "identifiers.md §5",
        "send the code of a concept";
    /// A SNOMED CT code is not 6 to 18 digits.
    SNOMED_CODE_FORMAT = "snomed-code-format", Error, SenderContent, Value, "identifiers.md §5",
        "send the code as text of 6 to 18 digits";
    /// A SNOMED CT code has the wrong check digit.
    SNOMED_CODE_CHECK = "snomed-code-check", Error, SenderContent, CheckDigit, "identifiers.md §5",
        "compare the code with the terminology";
    /// A SNOMED CT code is that of a description or relationship.
    SNOMED_CODE_KIND = "snomed-code-kind", Error, SenderContent, CodeInvalid, "identifiers.md §5",
        "send the code of a concept";
    /// The ODS code of an organisation does not have its form.
    ODS_CODE_FORMAT = "ods-code-format", Error, SenderContent, Value, "identifiers.md §7",
        "send 1 to 8 upper-case letters, digits and hyphens";
    /// The SDS user id is not 1 to 12 digits.
    SDS_USER_ID_FORMAT = "sds-user-id-format", Warning, SenderContent, Value,
        "identifiers.md §6.4", "send 1 to 12 digits";
    /// The SDS role profile id is not 1 to 15 digits.
    SDS_ROLE_PROFILE_ID_FORMAT = "sds-role-profile-id-format", Warning, SenderContent,
        Value, "identifiers.md §6.4", "send 1 to 15 digits";
    /// The job role does not have the form of one.
    SDS_JOB_ROLE_FORMAT = "sds-job-role-format", Warning, SenderContent, Value,
        "identifiers.md §6.4", "send a role such as R8000 or S8000:G8000:R8000";
    /// The code of a professional does not have the form of its register.
    PROFESSIONAL_CODE_FORMAT = "professional-code-format", Warning, SenderContent, Value,
        "identifiers.md §6.1", "send the code in the form of its register";
    /// The id of an item is no UUID.
    LINE_ITEM_ID_FORMAT = "line-item-id-format", Error, SenderContent, Value,
        "identifiers.md §8", "send a UUID of 36 characters";
    /// The id of a message is no UUID.
    MESSAGE_ID_FORMAT = "message-id-format", Error, SenderContent, Value, "identifiers.md §8",
        "send a UUID of 36 characters";
    /// The accredited system id is not made of digits.
    ASID_FORMAT = "asid-format", Warning, SenderContent, Value, "identifiers.md §1",
        "send the digits of the accredited system id, usually twelve";
    /// The short prescription id was issued by another organisation than the prescriber's.
    PRESCRIPTION_ISSUER = "prescription-issuer", Warning, SenderContent, Value, "identifiers.md §3",
        "compare the middle block of the id with the ODS code of the prescriber's organisation";
}
