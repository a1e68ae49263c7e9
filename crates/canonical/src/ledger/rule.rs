//! The named rules by which a value changes between formats.

/// A rule, by its number in [`map_rule`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MapRule(u8);

impl MapRule {
    /// Name in ledgers, in kebab-case; empty for [`map_rule::NONE`].
    pub fn name(self) -> &'static str {
        TABLE.get(usize::from(self.0)).map_or("", |row| row.0)
    }

    /// What the rule does.
    pub fn description(self) -> &'static str {
        TABLE.get(usize::from(self.0)).map_or("", |row| row.1)
    }

    /// Whether the value is as it was.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Every rule but the first, which is none.
    pub fn all() -> impl Iterator<Item = MapRule> {
        (1..TABLE.len()).filter_map(|number| u8::try_from(number).ok()).map(MapRule)
    }
}

impl std::fmt::Debug for MapRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! map_rules {
    ($($name:ident = $kebab:literal, $description:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u8)]
        enum Number { $($name,)* }

        const TABLE: &[(&str, &str)] = &[$(($kebab, $description),)*];

        /// The rules by name.
        pub mod map_rule {
            use super::{MapRule, Number};
            $(#[doc = $description] pub const $name: MapRule = MapRule(Number::$name as u8);)*
        }
    };
}

map_rules! {
    NONE = "", "the value is unchanged";
    UUID_CASE = "uuid-case", "a UUID is written in the case that the format wants: upper in V3, lower in FHIR";
    TIMESTAMP_UTC = "timestamp-utc", "a date and time is written as 14 digits in UTC";
    DATE_DIGITS = "date-digits", "a date is written as digits";
    CALENDAR_DATE = "calendar-date", "only the calendar date is written, as the sender wrote it";
    CALENDAR_DATE_UTC = "calendar-date-utc", "only the calendar date is written, after a shift to UTC (EPS-D02)";
    GENDER_CODE = "gender-code", "administrative gender is mapped between word and digit";
    NAME_USE = "name-use", "use of a name is mapped between code lists";
    ADDRESS_USE = "address-use", "use of an address is mapped between code lists";
    TELECOM_USE = "telecom-use", "use of a telecom is mapped between code lists";
    TELECOM_URI = "telecom-uri", "a telecom is written as URI, or its number taken from one";
    ADDRESS_LINE = "address-line", "town, county and state become address lines";
    CODE_SYSTEM_OID = "code-system-oid", "a code system is mapped between URI and OID";
    IDENTIFIER_ROOT = "identifier-root", "a naming system is mapped between URI and OID";
    GMC_PREFIX = "gmc-prefix", "a GMC number gains or loses its leading C (EPS-D09)";
    TREATMENT_TYPE = "treatment-type", "course of therapy becomes one treatment type for the prescription";
    ONE_BASED_REPEATS = "one-based-repeats", "repeats counted from nought become issues counted from one";
    DOSAGE_JOIN = "dosage-join", "several dosage texts become one, in the order of their sequence";
    ADDITIONAL_INSTRUCTIONS = "additional-instructions", "notes, lists and messages become one tagged text";
    ORGANISATION_AS_PERSON = "organisation-as-person", "the name of an organisation stands for the person's";
    COST_CENTRE = "cost-centre", "the healthcare service stands as the represented organisation";
    LICENSED_ORGANISATION = "licensed-organisation", "the parent organisation, or else the organisation itself, holds the licence";
    ROLE_TELECOM = "role-telecom", "the telecom of the role stands for that of the person or place, or the other way";
    PERSON_NAME_TEXT = "person-name-text", "a person named by identifier is shown by the display text";
    SYSTEM_FROM_FORM = "system-from-form", "the naming system of a professional code is recognised by its form";
    BASE64 = "base64", "octets are written in base64, or decoded from it";
    SIGNATURE_REWRITE = "signature-rewrite", "the signature is written without its white space (EPS-D15)";
    WRAPPER_FROM_CONTEXT = "wrapper-from-context", "the wrapper names the systems and person of the context";
    RESPONSIBLE_PARTY_IS_AUTHOR = "responsible-party-is-author", "nobody else answers, so the author is named again";
    UNKNOWN_PRACTICE = "unknown-practice", "no practice is given, so the code for an unknown one stands";
    NOT_STATED = "not-stated", "the format needs a value; the usual one for this message stands";
    STATED_BY_MESSAGE = "stated-by-message", "the kind of message says it";
    AUTHOR_TIME = "author-time", "unsigned, so the time of writing stands";
    EFFECTIVE_TIME = "effective-time", "the start of validity, or else the author's time";
    ISSUE_CODE = "issue-code", "an error is mapped between code tables";
    ISSUE_TEXT = "issue-text", "the explanation of an error and its place are one text";
    URI_SCHEME = "uri-scheme", "an old spelling of a system URI is read as the present one";
    PRESCRIPTION_CATEGORY = "prescription-category", "the category follows from the prescription type";
    JOB_ROLE_SYSTEM = "job-role-system", "the code list of a job role is recognised by its form";
    UNIT_OF_DAYS = "unit-of-days", "the unit d says the code system of the unit too";
    NARRATIVE_FORM = "narrative-form", "XHTML is carried as text, and written in one form";
    CANONICAL_CODE = "canonical-code", "a code of the format is mapped to the word of the model";
    DERIVED_ID = "derived-id", "an id that nobody says follows from the id of the message";
    REASON_IN_WORDS = "reason-in-words", "the words of a reason's code stand as the explanation";
    UUID_URN = "uuid-urn", "a UUID is taken out of its URN";
}
