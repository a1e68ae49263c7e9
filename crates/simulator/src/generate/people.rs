//! Invented patients, prescribers and places.
//!
//! Invariants: NHS numbers begin with 999 (the test range) and have their check digit; telephone numbers are from the
//! ranges that Ofcom keeps for drama; the postcode area ZZ is given to no place; ODS codes have the right shape and
//! are meant to belong to nobody. Surnames, streets and towns are made up.

use causeway_canonical::identifier::{NhsNumber, nhs_number_check_digit};
use serde_json::{Value, json};

use super::draw::{Draw, Names};
use super::json::set;

/// The simulated GP practice.
pub const PRACTICE_ODS: &str = "Z99917";
/// The body that the practice belongs to.
pub const PRACTICE_PARENT_ODS: &str = "QZ9";
/// The simulated hospital trust.
pub const TRUST_ODS: &str = "RZ9";
/// The out-patient clinic of the trust.
pub const CLINIC_ODS: &str = "RZ9A7";
/// The simulated community pharmacy.
pub const PHARMACY_ODS: &str = "FZ917";

/// Patients that exist; a greater number means the same person again.
pub const PATIENTS: u32 = 100_000;

const SURNAMES: [&str; 24] = [
    "Ardbury",
    "Brackenfell",
    "Colquhaven",
    "Dunmarrow",
    "Eskmere",
    "Fenwick-Hale",
    "Garrowby",
    "Hollinshaw",
    "Ivelock",
    "Jessamere",
    "Kettlethorne",
    "Larkmead",
    "Marrowby",
    "Netherstoke",
    "O'Tarrin",
    "Penhallow-Reed",
    "Quillerton",
    "Rosedaunt",
    "Silverwell",
    "Thackwray",
    "Ulverstane",
    "Venndale",
    "Wychbrook",
    "Yarrowgate",
];
const WOMEN: [&str; 12] =
    ["Amina", "Bronwen", "Clare", "Dorothea", "Esme", "Fatoumata", "Grace", "Ingrid", "Siân", "Zoë", "Maeve", "Priya"];
const MEN: [&str; 12] =
    ["Alasdair", "Bashir", "Conrad", "Dylan", "Emeka", "Felix", "Gwilym", "Hamish", "Jerzy", "Kwame", "Rafael", "Seán"];
const STREETS: [&str; 12] = [
    "Larkmere Lane",
    "Cobbler's Rise",
    "Old Tannery Road",
    "Millrace Close",
    "Saltpan Street",
    "Heronsgate Avenue",
    "Whinfield Terrace",
    "Copperbeech Drive",
    "St Aldwyn's Walk",
    "Ferryman's Row",
    "Thistle Bank",
    "Orchard Hythe",
];
const TOWNS: [&str; 6] = ["Netherwick", "Castle Ambry", "Port Selwyn", "Little Marrow", "Hexbridge", "Thornaby Vale"];
const COUNTIES: [&str; 3] = ["Westmarch", "Vale of Ambry", "North Selwyn"];

/// One patient, the same for every sector of a simulation.
pub struct Patient {
    pub nhs_number: NhsNumber,
    /// Whether a pharmacy is nominated.
    pub nominates: bool,
    resource: Value,
}

impl Patient {
    /// The patient with that number below [`PATIENTS`].
    pub fn new(people: Names, number: u32) -> Self {
        let mut draw = people.within(&format!("patient/{number}")).draw();
        Patient {
            nhs_number: nhs_number(number, &mut draw),
            nominates: draw.percent(94),
            resource: describe_patient(&mut draw),
        }
    }

    /// The Patient resource, with the number as `shown`.
    pub fn resource(&self, shown: &NhsNumber) -> Value {
        let mut resource = self.resource.clone();
        set(
            &mut resource,
            "identifier",
            json!([{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": shown.as_str() }]),
        );
        resource
    }
}

/// Numbers of different patients differ in their fourth to eighth digit.
fn nhs_number(number: u32, draw: &mut Draw) -> NhsNumber {
    // A step without a common divisor with PATIENTS spreads neighbours over the whole range.
    let spread = number.wrapping_mul(61_169) % PATIENTS;
    let ninth = draw.number(0, 8);
    // Of two different ninth digits at most one leaves the number without a check digit.
    let digits = [ninth, (ninth + 1) % 9].into_iter().find_map(|ninth| {
        let text = format!("999{spread:05}{ninth}");
        let body: [u8; 9] = text.bytes().map(|digit| digit - b'0').collect::<Vec<u8>>().try_into().ok()?;
        Some(format!("{text}{}", nhs_number_check_digit(&body)?))
    });
    NhsNumber::new(digits.unwrap_or_default())
}

fn describe_patient(draw: &mut Draw) -> Value {
    let (gender, given, prefixes): (&str, &[&str], &[&str]) = if draw.percent(52) {
        ("female", &WOMEN, &["MRS", "MS", "MISS", "DR"])
    } else {
        ("male", &MEN, &["MR", "MR", "DR", "REV"])
    };
    let mut names = vec![draw.one_of(given)];
    if draw.percent(35) {
        names.push(draw.one_of(given));
    }
    let birth = format!("{}-{:02}-{:02}", draw.number(1931, 2004), draw.number(1, 12), draw.number(1, 28));
    let mut resource = json!({
        "resourceType": "Patient",
        "identifier": [],
        "name": [{
            "use": "usual",
            "family": draw.one_of(&SURNAMES),
            "given": names,
            "prefix": [draw.one_of(prefixes)],
        }],
        "gender": gender,
        "birthDate": birth,
        "address": [home(draw)],
        "generalPractitioner": [by_ods(PRACTICE_ODS, None)],
    });
    if draw.percent(30) {
        let (number, r#use) = if draw.percent(60) { (mobile(draw), "mobile") } else { (landline(draw), "home") };
        set(&mut resource, "telecom", json!([{ "system": "phone", "value": number, "use": r#use }]));
    }
    resource
}

fn home(draw: &mut Draw) -> Value {
    let mut lines = vec![format!("{} {}", draw.number(1, 180), draw.one_of(&STREETS))];
    if draw.percent(15) {
        lines.insert(0, format!("Flat {}", draw.number(1, 30)));
    }
    let mut address =
        json!({ "use": "home", "line": lines, "city": draw.one_of(&TOWNS), "postalCode": postcode(draw) });
    if draw.percent(40) {
        set(&mut address, "district", json!(draw.one_of(&COUNTIES)));
    }
    address
}

fn postcode(draw: &mut Draw) -> String {
    let letters = [draw.one_of(&LETTERS), draw.one_of(&LETTERS)].concat();
    format!("ZZ{} {}{letters}", draw.number(1, 98), draw.number(1, 9))
}

/// Letters that stand in the last part of postcodes.
const LETTERS: [&str; 8] = ["A", "B", "D", "E", "F", "G", "H", "J"];

fn landline(draw: &mut Draw) -> String {
    format!("01632 960{:03}", draw.number(0, 999))
}

fn mobile(draw: &mut Draw) -> String {
    format!("07700 900{:03}", draw.number(0, 999))
}

/// What a prescriber is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profession {
    /// On the register of the GMC.
    Doctor,
    /// On the register of the NMC.
    Nurse,
    /// On the register of the GPhC.
    Pharmacist,
}

/// One prescriber: a person and a role.
pub struct Prescriber {
    pub profession: Profession,
    /// Practitioner resource.
    pub person: Value,
    /// PractitionerRole resource, without its links.
    pub role: Value,
}

impl Prescriber {
    /// The prescriber with that number of a sector.
    pub fn new(people: Names, sector: &str, number: u32, profession: Profession) -> Self {
        let mut draw = people.within(&format!("{sector}/prescriber/{number}")).draw();
        let draw = &mut draw;
        let (system, register) = registration(profession, draw);
        let mut identifiers = vec![
            json!({ "system": "https://fhir.nhs.uk/Id/sds-user-id", "value": digits("555", 9, draw) }),
            json!({ "system": system, "value": register }),
        ];
        // A GP answers with a number of its own: of the doctor, or of the organisation.
        let answers_as = if profession == Profession::Doctor { draw.number(0, 99) } else { 99 };
        if answers_as < 35 {
            let din = digits(draw.one_of(&["3", "8", "9"]), 5, draw);
            identifiers.push(json!({ "system": "https://fhir.hl7.org.uk/Id/din-number", "value": din }));
        }
        let mut role_identifiers =
            vec![json!({ "system": "https://fhir.nhs.uk/Id/sds-role-profile-id", "value": digits("200", 9, draw) })];
        if (35..60).contains(&answers_as) {
            let spurious = digits("6", 5, draw);
            let system = "https://fhir.hl7.org.uk/Id/nhsbsa-spurious-code";
            role_identifiers.push(json!({ "system": system, "value": spurious }));
        }
        let (job, job_name) = job_role(profession);
        let given = if draw.percent(50) { draw.one_of(&WOMEN) } else { draw.one_of(&MEN) };
        let prefix = if profession == Profession::Doctor { "DR" } else { draw.one_of(&["MS", "MR", "MRS"]) };
        Prescriber {
            profession,
            person: json!({
                "resourceType": "Practitioner",
                "identifier": identifiers,
                "name": [{ "family": draw.one_of(&SURNAMES), "given": [given], "prefix": [prefix] }],
            }),
            role: json!({
                "resourceType": "PractitionerRole",
                "identifier": role_identifiers,
                "code": [{ "coding": [{
                    "system": "https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode",
                    "code": job,
                    "display": job_name,
                }] }],
                "telecom": [{ "system": "phone", "value": landline(draw), "use": "work" }],
            }),
        }
    }
}

/// System and number of a registration (identifiers.md §6.1). A GMC number stands with its `C` or bare: both are met.
fn registration(profession: Profession, draw: &mut Draw) -> (&'static str, String) {
    match profession {
        Profession::Doctor => {
            let beginning = if draw.percent(70) { "C9" } else { "9" };
            ("https://fhir.hl7.org.uk/Id/gmc-number", digits(beginning, 6, draw))
        }
        Profession::Nurse => {
            let (year, letter) = (draw.number(80, 99), draw.one_of(&LETTERS));
            let number = format!("{year}{letter}{}E", digits("", 4, draw));
            ("https://fhir.hl7.org.uk/Id/nmc-number", number)
        }
        Profession::Pharmacist => ("https://fhir.hl7.org.uk/Id/gphc-number", digits("29", 5, draw)),
    }
}

fn job_role(profession: Profession) -> (&'static str, &'static str) {
    match profession {
        Profession::Doctor => ("S8000:G8000:R8000", "Clinical Practitioner Access Role"),
        Profession::Nurse => ("S8001:G8001:R8001", "Nurse Access Role"),
        Profession::Pharmacist => ("S8003:G8003:R8003", "Health Professional Access Role"),
    }
}

fn digits(beginning: &str, count: usize, draw: &mut Draw) -> String {
    (0..count).fold(beginning.to_owned(), |text, _| format!("{text}{}", draw.number(0, 9)))
}

/// The practice as an Organization.
pub fn practice() -> Value {
    json!({
        "resourceType": "Organization",
        "identifier": [ods(PRACTICE_ODS)],
        "type": [organisation_role("76", "GP PRACTICE")],
        "name": "MILLRACE SURGERY",
        "address": [{
            "use": "work",
            "type": "both",
            "line": ["MILLRACE SURGERY", "2 OLD TANNERY ROAD"],
            "city": "NETHERWICK",
            "district": "WESTMARCH",
            "postalCode": "ZZ7 4AB",
        }],
        "telecom": [{ "system": "phone", "value": "01632 960701", "use": "work" }],
        "partOf": by_ods(PRACTICE_PARENT_ODS, Some("NHS WESTMARCH INTEGRATED CARE BOARD")),
    })
}

/// The trust as an Organization.
pub fn trust() -> Value {
    json!({
        "resourceType": "Organization",
        "identifier": [ods(TRUST_ODS)],
        "type": [organisation_role("197", "NHS TRUST")],
        "name": "SELWYN AND AMBRY HOSPITALS NHS TRUST",
        "address": [{ "use": "work", "line": ["AMBRY INFIRMARY", "HERONSGATE AVENUE"], "city": "CASTLE AMBRY", "postalCode": "ZZ21 9FG" }],
        "telecom": [{ "system": "phone", "value": "01632 960810", "use": "work" }],
        "partOf": by_ods(TRUST_ODS, Some("SELWYN AND AMBRY HOSPITALS NHS TRUST")),
    })
}

/// The clinic as a HealthcareService, at a place.
pub fn clinic(location: &str) -> Value {
    json!({
        "resourceType": "HealthcareService",
        "identifier": [{ "use": "usual", "system": ODS, "value": CLINIC_ODS }],
        "active": true,
        "providedBy": by_ods(TRUST_ODS, None),
        "location": [{ "reference": location }],
        "name": "AMBRY INFIRMARY RHEUMATOLOGY OUT-PATIENTS",
        "telecom": [{ "system": "phone", "value": "01632 960817", "use": "work" }],
    })
}

/// Where the clinic is.
pub fn clinic_location() -> Value {
    json!({
        "resourceType": "Location",
        "identifier": [{ "value": "90017700041" }],
        "status": "active",
        "mode": "instance",
        "address": { "use": "work", "line": ["CLINIC 4, AMBRY INFIRMARY", "HERONSGATE AVENUE"], "city": "CASTLE AMBRY", "postalCode": "ZZ21 9FG" },
    })
}

const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";

fn ods(code: &str) -> Value {
    json!({ "system": ODS, "value": code })
}

fn organisation_role(code: &str, display: &str) -> Value {
    json!({ "coding": [{ "system": "https://fhir.nhs.uk/CodeSystem/organisation-role", "code": code, "display": display }] })
}

/// A Reference to an organisation by its ODS code.
pub fn by_ods(code: &str, display: Option<&str>) -> Value {
    let mut reference = json!({ "identifier": ods(code) });
    if let Some(display) = display {
        set(&mut reference, "display", json!(display));
    }
    reference
}
