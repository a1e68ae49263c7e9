//! Prescriptions of simulated prescribers.
//!
//! Invariants:
//! - The same seed, clock start and number of the message give the same bytes; patients and prescribers follow from the
//!   seed alone, so that practice and hospital treat the same people.
//! - Everybody and everything is invented; every identifier has the right form and check digit.
//! - The signature is none: it has the form of one, and verifies nowhere.
//! - Bundles of prescriptions are built without Causeway's own FHIR writer, so that they check it from outside.

mod bundle;
mod dosage;
mod draw;
mod follow_up;
mod json;
mod medicines;
mod people;
mod signature;
#[cfg(test)]
mod tests;

use std::fmt;

use causeway_canonical::identifier::{
    MessageId, NhsNumber, OdsCode, PrescriptionShortId, nhs_number_check_digit, prescription_check_character,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use bundle::{Draft, Item};
use draw::{Draw, Names};
pub use follow_up::FollowUp;
use medicines::{MEDICINES, Medicine, Use};
pub use people::{CLINIC_ODS, PATIENTS, PHARMACY_ODS, PRACTICE_ODS, TRUST_ODS};
use people::{Patient, Prescriber, Profession};

/// Patients that come again and again, so that there is an order to keep.
const REGULARS: u32 = 24;
/// Of a hundred prescriptions, how many are for a regular.
const REGULARS_SHARE: u32 = 40;
/// Seconds between one prescription of a sector and the next.
const SECONDS_APART: i64 = 11;

/// A course of treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Once.
    Acute,
    /// Repeat prescribing: a new prescription each time.
    Repeat,
    /// Repeat dispensing: one prescription, several issues.
    RepeatDispensing,
}

impl Kind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Acute => "acute",
            Kind::Repeat => "repeat",
            Kind::RepeatDispensing => "repeat-dispensing",
        }
    }
}

/// Stands for one patient of a simulation and says nothing about the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PatientKey(pub u32);

/// One prescription, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Prescription {
    /// `Bundle.identifier`.
    pub message_id: MessageId,
    /// The patient's NHS number, as it stands in the message.
    pub nhs_number: NhsNumber,
    /// Short id of the prescription, as it stands in the message.
    pub prescription_id: PrescriptionShortId,
    /// Course of treatment.
    pub kind: Kind,
    /// Patient for whom it is, without any data.
    pub patient_key: PatientKey,
    /// The FHIR R4 bundle as JSON.
    pub json: String,
}

/// Shows nothing of the patient.
impl fmt::Debug for Prescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prescription")
            .field("message_id", &self.message_id.as_str())
            .field("kind", &self.kind)
            .field("patient_key", &self.patient_key)
            .field("json_bytes", &self.json.len())
            .finish_non_exhaustive()
    }
}

/// One known fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// The check digit of the NHS number is wrong.
    NhsNumberCheckDigit,
    /// The check character of the short prescription id is wrong.
    PrescriptionCheckCharacter,
    /// The first item has an extension that nobody knows.
    UnknownExtension,
}

/// The URL of the extension of [`Spoil::UnknownExtension`].
pub const UNKNOWN_EXTENSION: &str = "https://causeway.example/StructureDefinition/Extension-Unknown";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sector {
    Practice,
    Hospital,
}

/// Makes prescriptions.
#[derive(Clone)]
pub struct Generator {
    people: Names,
    messages: Names,
    start: Timestamp,
    pharmacy: OdsCode,
    everybody_nominates: bool,
    from_practice: u32,
    from_hospital: u32,
    spoiled: u32,
}

impl Generator {
    /// A generator whose first prescription is written at `start`. Two generators with the same seed and start make the
    /// same messages, ids included; with another start, other messages of the same people.
    pub fn new(seed: u64, start: Timestamp) -> Self {
        Generator {
            people: Names::of(&format!("causeway/simulator/{seed}")),
            messages: Names::of(&format!("causeway/simulator/{seed}/{start}")),
            start,
            pharmacy: OdsCode::new(PHARMACY_ODS),
            everybody_nominates: false,
            from_practice: 0,
            from_hospital: 0,
            spoiled: 0,
        }
    }

    /// The same generator, whose patients nominate another pharmacy than [`PHARMACY_ODS`].
    #[must_use]
    pub fn nominating(mut self, pharmacy: OdsCode) -> Self {
        self.pharmacy = pharmacy;
        self
    }

    /// The same generator, whose patients have all nominated a pharmacy; otherwise a few take their prescription to
    /// whichever they like.
    #[must_use]
    pub fn everybody_nominates(mut self) -> Self {
        self.everybody_nominates = true;
        self
    }

    /// The practice's next prescription.
    pub fn gp_prescription(&mut self) -> Prescription {
        let number = self.from_practice;
        self.from_practice += 1;
        self.make("practice", Sector::Practice, number, None)
    }

    /// The out-patient clinic's next prescription.
    pub fn hospital_prescription(&mut self) -> Prescription {
        let number = self.from_hospital;
        self.from_hospital += 1;
        self.make("hospital", Sector::Hospital, number, None)
    }

    /// A prescription of the practice with one fault, for tests that expect a refusal.
    pub fn spoiled(&mut self, fault: Spoil) -> Prescription {
        let number = self.spoiled;
        self.spoiled += 1;
        self.make("spoiled", Sector::Practice, number, Some(fault))
    }

    fn make(&self, series: &str, sector: Sector, number: u32, fault: Option<Spoil>) -> Prescription {
        let names = self.messages.within(&format!("{series}/{number}"));
        let mut draw = names.draw();
        let patient_key = PatientKey(patient_number(number, &mut draw));
        let mut draft = self.draft(sector, names, number, patient_key, &mut draw);
        match fault {
            Some(Spoil::NhsNumberCheckDigit) => draft.nhs_number = with_wrong_digit(&draft.nhs_number),
            Some(Spoil::PrescriptionCheckCharacter) => draft.short_id = with_wrong_character(&draft.short_id),
            Some(Spoil::UnknownExtension) | None => {}
        }
        let mut bundle = bundle::build(&draft, &mut draw);
        if fault == Some(Spoil::UnknownExtension) {
            add_unknown_extension(&mut bundle);
        }
        Prescription {
            message_id: MessageId::from(names.uuid("message")),
            nhs_number: draft.nhs_number,
            prescription_id: draft.short_id,
            kind: draft.kind,
            patient_key,
            json: json::print(&bundle),
        }
    }

    fn draft(&self, sector: Sector, names: Names, number: u32, patient: PatientKey, draw: &mut Draw) -> Draft {
        let patient = Patient::new(self.people, patient.0);
        let kind = kind(sector, draw);
        let (prescriber, responsible) = prescribers(self.people, sector, draw);
        let items = items(sector, kind, draw);
        let written = self.start.saturating_add(SignedDuration::from_secs(i64::from(number) * SECONDS_APART));
        Draft {
            sector,
            kind,
            names,
            written: written.unwrap_or(self.start),
            nhs_number: patient.nhs_number.clone(),
            short_id: short_id(sector, draw),
            nomination: (patient.nominates || self.everybody_nominates).then(|| self.pharmacy.as_str().to_owned()),
            patient,
            prescriber,
            responsible,
            items,
            repeats: if kind == Kind::Acute { 0 } else { draw.number(1, 12) },
            information: information(draw),
            medication_list: if kind == Kind::Acute { Vec::new() } else { medication_list(draw) },
        }
    }
}

/// A regular, or the person whose turn it is.
fn patient_number(number: u32, draw: &mut Draw) -> u32 {
    if draw.percent(REGULARS_SHARE) { draw.number(0, REGULARS - 1) } else { (REGULARS + number) % PATIENTS }
}

fn kind(sector: Sector, draw: &mut Draw) -> Kind {
    let (acute, repeat) = match sector {
        Sector::Practice => (45, 80),
        Sector::Hospital => (85, 85),
    };
    match draw.number(0, 99) {
        share if share < acute => Kind::Acute,
        share if share < repeat => Kind::Repeat,
        _ => Kind::RepeatDispensing,
    }
}

/// Who prescribes, and who answers for it if that is somebody else.
fn prescribers(people: Names, sector: Sector, draw: &mut Draw) -> (Prescriber, Option<Prescriber>) {
    let number = draw.number(0, 7);
    let (series, profession) = match (sector, number) {
        (Sector::Practice, _) => ("practice", Profession::Doctor),
        (Sector::Hospital, 0..=4) => ("hospital", Profession::Doctor),
        (Sector::Hospital, 5..=6) => ("hospital", Profession::Nurse),
        (Sector::Hospital, _) => ("hospital", Profession::Pharmacist),
    };
    let somebody_else = sector == Sector::Practice && draw.percent(12);
    let partner = somebody_else.then(|| Prescriber::new(people, series, (number + 1) % 8, Profession::Doctor));
    (Prescriber::new(people, series, number, profession), partner)
}

fn items(sector: Sector, kind: Kind, draw: &mut Draw) -> Vec<Item> {
    let wanted = move |medicine: &&Medicine| match (sector, kind) {
        (Sector::Practice, Kind::Acute) => medicine.used_for == Use::Acute,
        (Sector::Hospital, Kind::Acute) => medicine.used_for != Use::LongTerm,
        (_, Kind::Repeat | Kind::RepeatDispensing) => medicine.used_for == Use::LongTerm,
    };
    let count = match draw.number(0, 9) {
        0..=4 => 1,
        5..=7 => 2,
        8 => 3,
        _ => 4,
    };
    draw.several(MEDICINES.iter().filter(wanted), count)
        .into_iter()
        .map(|medicine| item(medicine, kind, draw))
        .collect()
}

fn item(medicine: &'static Medicine, kind: Kind, draw: &mut Draw) -> Item {
    let regimen = draw.one_of(medicine.regimens);
    Item {
        medicine,
        regimen,
        quantity: dosage::quantity(medicine, regimen, draw.number(0, 3) as usize),
        directions: draw.percent(8),
        note: if draw.percent(18) { Some(draw.one_of(&NOTES)) } else { None },
        endorsed: draw.percent(80),
        by_reference: medicine.form.is_some() && draw.percent(50),
        based_on: kind == Kind::Repeat && draw.percent(30),
    }
}

const NOTES: [&str; 5] = [
    "Please supply in a container with an easy-open lid.",
    "Dose changed at today's appointment; the earlier strength is no longer needed.",
    "Patient asks for large-print labels & a reminder card.",
    "Started in clinic, review with practice nurse in < 6 weeks.",
    "Deliver if possible: housebound.",
];

const INFORMATION: [&str; 4] = [
    "Your blood test is due. Please ring the surgery to book it.",
    "The surgery is closed on the first Wednesday afternoon of each month.",
    "Please order your next prescription at least five working days before you run out.",
    "Flu & shingles clinics start soon: ask at reception.",
];

fn information(draw: &mut Draw) -> Vec<&'static str> {
    let count = match draw.number(0, 9) {
        0..=6 => 0,
        7..=8 => 1,
        _ => 2,
    };
    draw.several(INFORMATION.iter(), count).into_iter().copied().collect()
}

fn medication_list(draw: &mut Draw) -> Vec<String> {
    let count = draw.number(0, 3) as usize;
    let long_term = MEDICINES.iter().filter(|medicine| medicine.used_for == Use::LongTerm);
    draw.several(long_term, count).into_iter().map(|medicine| medicine.product.display.to_owned()).collect()
}

fn short_id(sector: Sector, draw: &mut Draw) -> PrescriptionShortId {
    let issuer = OdsCode::new(match sector {
        Sector::Practice => PRACTICE_ODS,
        Sector::Hospital => TRUST_ODS,
    });
    let (first, last) = (draw.number(0, 0xFF_FFFF), draw.number(0, 0xF_FFFF));
    PrescriptionShortId::compose(first, &issuer, last).unwrap_or_default()
}

fn with_wrong_digit(number: &NhsNumber) -> NhsNumber {
    let text = number.as_str();
    let (body, _) = text.split_at_checked(9).unwrap_or((text, ""));
    let digits: Option<[u8; 9]> =
        body.bytes().map(|digit| digit.wrapping_sub(b'0')).collect::<Vec<u8>>().try_into().ok();
    let right = digits.and_then(|digits| nhs_number_check_digit(&digits)).unwrap_or_default();
    NhsNumber::new(format!("{body}{}", (right + 1) % 10))
}

fn with_wrong_character(id: &PrescriptionShortId) -> PrescriptionShortId {
    let body = id.without_check_character().unwrap_or_default();
    let wrong = match prescription_check_character(&body.replace('-', "")) {
        Some('A') => 'B',
        _ => 'A',
    };
    PrescriptionShortId::new(format!("{body}{wrong}"))
}

fn add_unknown_extension(bundle: &mut Value) {
    let extensions = bundle.pointer_mut("/entry/1/resource/extension").and_then(Value::as_array_mut);
    if let Some(extensions) = extensions {
        extensions.push(json!({ "url": UNKNOWN_EXTENSION, "valueString": "unknown" }));
    }
}
