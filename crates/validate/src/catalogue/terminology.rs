//! What the dictionary of medicines and devices says of a code. Asked only where a dictionary is loaded.

causeway_canonical::rules! {
    in Identifiers;

    /// The dictionary does not know a medicine's code.
    MEDICINE_UNKNOWN = "medicine-unknown", Warning, SenderContent, CodeInvalid, "identifiers.md §5",
        "compare the code with the current release of dm+d; if it is newer than the dictionary in use, load that release";
    /// A medicine's code may not be used any more.
    MEDICINE_INACTIVE = "medicine-inactive", Warning, SenderContent, CodeInvalid, "identifiers.md §5",
        "send the code that the current release of dm+d has for the medicine";
    /// A medicine's code stands for something that cannot be named here: a moiety, a pack, a unit.
    MEDICINE_LEVEL = "medicine-level", Error, SenderContent, CodeInvalid, "identifiers.md §5",
        "send the code of a virtual or actual medicinal product";
    /// A medicine may not be prescribed as a virtual product.
    MEDICINE_UNPRESCRIBABLE = "medicine-unprescribable", Warning, SenderContent, BusinessRule, "identifiers.md §5",
        "prescribe an actual product";
    /// A medicine's code and the name shown with it are not those of one medicine.
    MEDICINE_NAME_DIFFERS = "medicine-name-differs", Warning, SenderContent, CodeInvalid, "identifiers.md §5",
        "compare code and name with the record: one of them is wrong, or the name is an old one";
    /// A medicine's schedule as a controlled drug is not the one that the dictionary has.
    CONTROLLED_DRUG_SCHEDULE_DIFFERS = "controlled-drug-schedule-differs", Warning, SenderContent, CodeInvalid,
        "vocabularies.md §13", "compare the schedule with the current release of dm+d";
    /// The dictionary does not know a unit's code, or not as that of a unit.
    UNIT_UNKNOWN = "unit-unknown", Warning, SenderContent, CodeInvalid, "identifiers.md §5",
        "send a unit of measure of dm+d";
    /// A unit's code may not be used any more.
    UNIT_INACTIVE = "unit-inactive", Warning, SenderContent, CodeInvalid, "identifiers.md §5",
        "send the code that the current release of dm+d has for the unit";
    /// The dictionary does not know a dose form's code, or not as that of a form.
    FORM_UNKNOWN = "form-unknown", Warning, SenderContent, CodeInvalid, "identifiers.md §5",
        "send a dose form of dm+d";
    /// A dose form's code may not be used any more.
    FORM_INACTIVE = "form-inactive", Warning, SenderContent, CodeInvalid, "identifiers.md §5",
        "send the code that the current release of dm+d has for the form";
    /// The dictionary does not know the code of a route of administration, or not as that of a route.
    ROUTE_UNKNOWN = "route-unknown", Warning, SenderContent, CodeInvalid, "identifiers.md §5",
        "send a route of administration of dm+d";
    /// The code of a route of administration may not be used any more.
    ROUTE_INACTIVE = "route-inactive", Warning, SenderContent, CodeInvalid, "identifiers.md §5",
        "send the code that the current release of dm+d has for the route";
}

/// What a policy for codes speaks of; see [`TOPICS`].
pub struct Topic {
    /// Name of its key in a route's `terminology` table.
    pub key: &'static str,
    /// The rules that it decides about.
    pub rules: &'static [&'static causeway_canonical::Rule],
}

/// What a route has a policy about.
pub static TOPICS: [Topic; 3] = [
    Topic { key: "unknown", rules: &[&MEDICINE_UNKNOWN, &UNIT_UNKNOWN, &FORM_UNKNOWN, &ROUTE_UNKNOWN] },
    Topic { key: "inactive", rules: &[&MEDICINE_INACTIVE, &UNIT_INACTIVE, &FORM_INACTIVE, &ROUTE_INACTIVE] },
    Topic { key: "wrong-level", rules: &[&MEDICINE_LEVEL] },
];
