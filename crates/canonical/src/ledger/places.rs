//! Places of the model: every field, and every compound value whose parts are [`super::Leaf`]s.

use serde::{Deserialize, Serialize};

/// What sort of information a place holds. Clinical groups may not lose anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Identity and addressing of the message.
    Envelope,
    /// Who the medicine is for.
    Patient,
    /// Who prescribed, and for which organisation.
    Prescriber,
    /// Identity and type of the prescription.
    Prescription,
    /// The product.
    Medicine,
    /// How much, how often, how long.
    Dose,
    /// Route, site and method.
    Route,
    /// Dose form.
    Form,
    /// How much to supply, and how many times.
    Quantity,
    /// When it was written, when it is valid, when it is reviewed.
    Dates,
    /// Prescriber endorsements and controlled drug particulars.
    Endorsements,
    /// Where it may be dispensed.
    Nomination,
    /// What was dispensed, what was not and why, what is claimed for.
    Dispensing,
    /// The signature.
    Signature,
    /// Answers.
    Acknowledgement,
}

impl Group {
    /// The word in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Envelope => "envelope",
            Group::Patient => "patient",
            Group::Prescriber => "prescriber",
            Group::Prescription => "prescription",
            Group::Medicine => "medicine",
            Group::Dose => "dose",
            Group::Route => "route",
            Group::Form => "form",
            Group::Quantity => "quantity",
            Group::Dates => "dates",
            Group::Endorsements => "endorsements",
            Group::Nomination => "nomination",
            Group::Dispensing => "dispensing",
            Group::Signature => "signature",
            Group::Acknowledgement => "acknowledgement",
        }
    }

    /// Whether a value of this group may only stay behind where a route allows it by name.
    pub fn is_clinical(self) -> bool {
        !matches!(self, Group::Envelope | Group::Acknowledgement | Group::Nomination)
    }
}

/// A place of the model, by its number in [`place`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(u8);

impl Place {
    /// Path template; `[]` takes a list position, a leading `@` the number of the agent.
    pub fn template(self) -> &'static str {
        TABLE.get(usize::from(self.0)).map_or("", |row| row.0)
    }

    /// What sort of information stands here.
    pub fn group(self) -> Group {
        TABLE.get(usize::from(self.0)).map_or(Group::Envelope, |row| row.1)
    }

    /// How many positions the path takes.
    pub(super) fn depth(self) -> usize {
        self.template().bytes().filter(|byte| matches!(byte, b'[' | b'@')).count()
    }

    /// Every place.
    pub fn all() -> impl Iterator<Item = Place> {
        (0..TABLE.len()).filter_map(|number| u8::try_from(number).ok()).map(Place)
    }

    /// Name for people: the template without list positions, `item.dosage.route`.
    pub fn name(self) -> String {
        self.template().replace("[]", "").replace('@', "agent")
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.template())
    }
}

macro_rules! places {
    ($($name:ident = $template:literal, $group:ident;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u8)]
        enum Number { $($name,)* }

        const TABLE: &[(&str, Group)] = &[$(($template, Group::$group),)*];

        /// The places by name.
        pub mod place {
            use super::{Number, Place};
            $(#[doc = concat!("`", $template, "`")] pub const $name: Place = Place(Number::$name as u8);)*
        }
    };
}

places! {
    VERSION = "version", Envelope;
    MESSAGE_ID = "envelope.id", Envelope;
    TRANSMISSION = "envelope.transmission", Envelope;
    ANSWERS = "envelope.answers", Envelope;
    CREATED = "envelope.created", Envelope;
    SENDER = "envelope.sender", Envelope;
    DESTINATION = "envelope.destination[]", Envelope;
    OPERATOR = "envelope.operator", Envelope;
    NARRATIVE = "narrative[]", Envelope;
    EXTENSION = "extension[]", Envelope;

    NHS_NUMBER = "patient.nhsNumber", Patient;
    NHS_NUMBER_STATUS = "patient.nhsNumberStatus", Patient;
    PATIENT_IDENTIFIER = "patient.identifier[]", Patient;
    PATIENT_NAME = "patient.name[]", Patient;
    GENDER = "patient.gender", Patient;
    BIRTH_DATE = "patient.birthDate", Patient;
    PATIENT_ADDRESS = "patient.address[]", Patient;
    PATIENT_TELECOM = "patient.telecom[]", Patient;
    GENERAL_PRACTICE = "patient.generalPractice", Patient;

    AGENT_IDENTIFIER = "@.identifier[]", Prescriber;
    AGENT_JOB_ROLE = "@.jobRole[]", Prescriber;
    AGENT_TELECOM = "@.telecom[]", Prescriber;
    PRACTITIONER = "@.practitioner", Prescriber;
    PRACTITIONER_IDENTIFIER = "@.practitioner.identifier[]", Prescriber;
    PRACTITIONER_NAME = "@.practitioner.name[]", Prescriber;
    PRACTITIONER_TELECOM = "@.practitioner.telecom[]", Prescriber;
    ORGANISATION = "@.organisation", Prescriber;
    ORGANISATION_IDENTIFIER = "@.organisation.identifier[]", Prescriber;
    ORGANISATION_KIND = "@.organisation.kind[]", Prescriber;
    ORGANISATION_TELECOM = "@.organisation.telecom[]", Prescriber;
    ORGANISATION_ADDRESS = "@.organisation.address[]", Prescriber;
    ORGANISATION_PARENT = "@.organisation.parent", Prescriber;
    SERVICE = "@.healthcareService", Prescriber;
    SERVICE_TELECOM = "@.healthcareService.telecom[]", Prescriber;
    SERVICE_LOCATION = "@.healthcareService.location[]", Prescriber;
    SERVICE_LOCATION_IDENTIFIER = "@.healthcareService.location[].identifier[]", Prescriber;
    SERVICE_LOCATION_ADDRESS = "@.healthcareService.location[].address", Prescriber;
    SERVICE_PROVIDED_BY = "@.healthcareService.providedBy", Prescriber;
    SERVICE_KIND = "@.healthcareService.kind[]", Prescriber;
    SERVICE_SPECIALTY = "@.healthcareService.specialty[]", Prescriber;
    LOCATION = "@.location[]", Prescriber;
    LOCATION_IDENTIFIER = "@.location[].identifier[]", Prescriber;
    LOCATION_ADDRESS = "@.location[].address", Prescriber;

    PRESCRIPTION_ID = "prescription.id", Prescription;
    PRESCRIPTION_SHORT_ID = "prescription.shortId", Prescription;
    PRESCRIPTION_KIND = "prescription.kind", Prescription;
    PRESCRIPTION_CATEGORY = "prescription.category[]", Prescription;
    AUTHORED_ON = "prescription.authoredOn", Dates;
    VALIDITY = "prescription.validity", Dates;
    SUPPLY_DURATION = "prescription.supplyDuration", Quantity;
    SITE_PREFERENCE = "prescription.nomination.sitePreference", Nomination;
    NOMINATED_ORGANISATION = "prescription.nomination.organisation", Nomination;
    TOKEN_ISSUED = "prescription.tokenIssued", Prescription;
    SIGNATURE_WHEN = "prescription.signature.when", Signature;
    SIGNATURE_XML = "prescription.signature.xml", Signature;
    SIGNATURE_KIND = "prescription.signature.kind[]", Signature;
    SIGNATURE_RECORDED = "prescription.signature.recorded", Signature;
    MEDICATION_LIST = "prescription.medicationList[]", Medicine;
    PATIENT_INFORMATION = "prescription.patientInformation[]", Dose;
    PRESCRIPTION_STATUS = "prescription.status", Dispensing;
    PRESCRIPTION_NON_DISPENSING_REASON = "prescription.nonDispensingReason", Dispensing;
    PRESCRIPTION_REPEAT_ALLOWED = "prescription.repeat.allowed", Quantity;
    PRESCRIPTION_REPEAT_ISSUED = "prescription.repeat.issued", Quantity;
    EXEMPTION = "prescription.exemption.code", Dispensing;
    EXEMPTION_EVIDENCE = "prescription.exemption.evidence", Dispensing;
    EXEMPTION_ON_RECORD_KIND = "prescription.exemptionOnRecord[].kind", Dispensing;
    EXEMPTION_ON_RECORD = "prescription.exemptionOnRecord[].code", Dispensing;
    EXEMPTION_ON_RECORD_DATE = "prescription.exemptionOnRecord[].date", Dispensing;

    ITEM_ID = "item[].id", Prescription;
    ITEM_IDENTIFIER = "item[].identifier[]", Prescription;
    ITEM_STATUS = "item[].status", Prescription;
    ITEM_INTENT = "item[].intent", Prescription;
    MEDICINE = "item[].medicine.code", Medicine;
    MEDICINE_FORM = "item[].medicine.form", Form;
    COURSE_OF_THERAPY = "item[].courseOfTherapy", Prescription;
    QUANTITY = "item[].quantity", Quantity;
    REPEATS_ALLOWED = "item[].repeatsAllowed", Quantity;
    REVIEW_DATE = "item[].reviewDate", Dates;
    BASED_ON_ITEM = "item[].basedOn.item", Prescription;
    BASED_ON_ALLOWED = "item[].basedOn.repeatsAllowed", Quantity;
    BASED_ON_ISSUED = "item[].basedOn.repeatsIssued", Quantity;
    ENDORSEMENT = "item[].endorsement[]", Endorsements;
    CD_SCHEDULE = "item[].controlledDrug.schedule", Endorsements;
    CD_QUANTITY_WORDS = "item[].controlledDrug.quantityWords", Quantity;
    NOTE = "item[].note", Dose;
    SUBSTITUTION_ALLOWED = "item[].substitutionAllowed", Medicine;
    ITEM_STATUS_REASON = "item[].statusReason", Prescription;
    STATUS_HISTORY = "item[].statusHistory.status", Prescription;
    STATUS_HISTORY_DATE = "item[].statusHistory.date", Dates;
    ITEM_ISSUE = "item[].issue", Quantity;
    LAST_DISPENSED = "item[].lastDispensed", Dates;
    RELEASE_STATUS = "item[].releaseStatus", Dispensing;
    SUPPLIED_ID = "item[].suppliedId", Dispensing;
    DISPENSE_STATUS = "item[].dispenseStatus", Dispensing;
    NON_DISPENSING_REASON = "item[].nonDispensingReason", Dispensing;
    CHARGE = "item[].charge", Dispensing;
    DISPENSING_ENDORSEMENT = "item[].dispensingEndorsement[]", Endorsements;

    // Of a supply only; its medicine, quantity and dosage have the places of an item (see `Scope`).
    DAYS_SUPPLY = "item[].daysSupply", Quantity;
    SUPPLY_REPEAT_ALLOWED = "item[].repeat.allowed", Quantity;
    SUPPLY_REPEAT_ISSUED = "item[].repeat.issued", Quantity;

    DOSAGE_SEQUENCE = "item[].dosage[].sequence", Dose;
    DOSAGE_TEXT = "item[].dosage[].text", Dose;
    DOSAGE_ADDITIONAL = "item[].dosage[].additionalInstruction[]", Dose;
    DOSAGE_PATIENT_INSTRUCTION = "item[].dosage[].patientInstruction", Dose;
    DOSAGE_AS_NEEDED = "item[].dosage[].asNeeded.flag", Dose;
    DOSAGE_AS_NEEDED_REASON = "item[].dosage[].asNeeded.reason", Dose;
    DOSAGE_SITE = "item[].dosage[].site", Route;
    DOSAGE_ROUTE = "item[].dosage[].route", Route;
    DOSAGE_METHOD = "item[].dosage[].method", Route;
    DOSE_KIND = "item[].dosage[].doseAndRate[].kind", Dose;
    DOSE_QUANTITY = "item[].dosage[].doseAndRate[].doseQuantity", Dose;
    DOSE_RANGE_LOW = "item[].dosage[].doseAndRate[].doseRange.low", Dose;
    DOSE_RANGE_HIGH = "item[].dosage[].doseAndRate[].doseRange.high", Dose;
    RATE_RATIO_NUMERATOR = "item[].dosage[].doseAndRate[].rateRatio.numerator", Dose;
    RATE_RATIO_DENOMINATOR = "item[].dosage[].doseAndRate[].rateRatio.denominator", Dose;
    RATE_RANGE_LOW = "item[].dosage[].doseAndRate[].rateRange.low", Dose;
    RATE_RANGE_HIGH = "item[].dosage[].doseAndRate[].rateRange.high", Dose;
    RATE_QUANTITY = "item[].dosage[].doseAndRate[].rateQuantity", Dose;
    MAX_PER_PERIOD_NUMERATOR = "item[].dosage[].maxDosePerPeriod.numerator", Dose;
    MAX_PER_PERIOD_DENOMINATOR = "item[].dosage[].maxDosePerPeriod.denominator", Dose;
    MAX_PER_ADMINISTRATION = "item[].dosage[].maxDosePerAdministration", Dose;
    MAX_PER_LIFETIME = "item[].dosage[].maxDosePerLifetime", Dose;
    TIMING_EVENT = "item[].dosage[].timing.event[]", Dose;
    TIMING_CODE = "item[].dosage[].timing.code", Dose;
    TIMING_BOUNDS_DURATION = "item[].dosage[].timing.boundsDuration", Dose;
    TIMING_BOUNDS_RANGE_LOW = "item[].dosage[].timing.boundsRange.low", Dose;
    TIMING_BOUNDS_RANGE_HIGH = "item[].dosage[].timing.boundsRange.high", Dose;
    TIMING_BOUNDS_PERIOD = "item[].dosage[].timing.boundsPeriod", Dose;
    TIMING_COUNT = "item[].dosage[].timing.count", Dose;
    TIMING_COUNT_MAX = "item[].dosage[].timing.countMax", Dose;
    TIMING_DURATION = "item[].dosage[].timing.duration", Dose;
    TIMING_DURATION_MAX = "item[].dosage[].timing.durationMax", Dose;
    TIMING_DURATION_UNIT = "item[].dosage[].timing.durationUnit", Dose;
    TIMING_FREQUENCY = "item[].dosage[].timing.frequency", Dose;
    TIMING_FREQUENCY_MAX = "item[].dosage[].timing.frequencyMax", Dose;
    TIMING_PERIOD = "item[].dosage[].timing.period", Dose;
    TIMING_PERIOD_MAX = "item[].dosage[].timing.periodMax", Dose;
    TIMING_PERIOD_UNIT = "item[].dosage[].timing.periodUnit", Dose;
    TIMING_DAY_OF_WEEK = "item[].dosage[].timing.dayOfWeek[]", Dose;
    TIMING_TIME_OF_DAY = "item[].dosage[].timing.timeOfDay[]", Dose;
    TIMING_WHEN = "item[].dosage[].timing.when[]", Dose;
    TIMING_OFFSET = "item[].dosage[].timing.offset", Dose;

    WHEN = "when", Dates;
    FIRST_CLAIMED = "firstClaimed", Dates;
    RECIPIENT = "recipient", Envelope;
    REPLACES = "replaces", Dispensing;
    RELEASE = "release", Dispensing;
    REASON = "reason", Dispensing;
    RESULT = "result", Prescription;
    PERFORMED = "performed", Dispensing;
    RELEASED_ID = "released[].id", Envelope;
    RELEASED_WHEN = "released[].when", Dates;
    RELEASED_FAILURE = "released[].failure[]", Acknowledgement;
    RELEASED_FAILURE_CODE = "released[].failure[].code", Acknowledgement;
    RELEASED_FAILURE_EXPRESSION = "released[].failure[].expression[]", Acknowledgement;
    BATCH_CODE = "batch[].code", Envelope;
    BATCH_VALUE = "batch[].value", Envelope;
    HISTORY_SEQUENCE = "history[].sequence", Dispensing;
    HISTORY_ID = "history[].id", Envelope;

    ACKNOWLEDGEMENT_STATUS = "status", Acknowledgement;
    ACKNOWLEDGEMENT_OF = "of", Acknowledgement;
    REJECTION_ID = "rejection.id", Envelope;
    REJECTION_WHEN = "rejection.when", Acknowledgement;
    REJECTION_RELEASE = "rejection.release", Acknowledgement;
    REJECTION_TEXT = "rejection.text", Acknowledgement;
    REJECTION_PERFORMED = "rejection.performed", Acknowledgement;
    ISSUE = "issue[]", Acknowledgement;
    ISSUE_CODE = "issue[].code", Acknowledgement;
    ISSUE_EXPRESSION = "issue[].expression[]", Acknowledgement;
}
