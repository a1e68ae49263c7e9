//! Values that occur in many places.

use causeway_canonical::identifier::{NhsNumber, OdsCode, PrescriptionShortId};
use causeway_canonical::identifier::{nhs_number_check_digit, verhoeff_check_digit};
use causeway_canonical::model::{
    Address, Coded, Concept, Destination, HumanName, Identifier, Operator, OrganisationRef, Period, Quantity, Sender,
    Telecom,
};
use causeway_canonical::{Date, DateTime, Decimal, MessageId};

use super::Draw;

pub(super) const SNOMED: &str = "http://snomed.info/sct";
const UCUM: &str = "http://unitsofmeasure.org";
/// Words with everything that an escape or a trim could spoil.
const WORDS: [&str; 8] =
    ["Leeds", "two words", "O'Neill & Sons", "a < b > c", "\"quoted\"", "Zoë Müller", "tab\tand more", "5 ½ µg"];

pub(super) fn uuid(draw: &mut Draw) -> String {
    let (high, low) = (draw.rng.u64(..), draw.rng.u64(..));
    uuid::Builder::from_random_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes()).into_uuid().to_string()
}

pub(super) fn words(draw: &mut Draw) -> String {
    let second = draw.below(1000);
    format!("{} {second}", draw.one(&WORDS))
}

/// A text of several lines.
pub(super) fn lines(draw: &mut Draw) -> String {
    let lines: Vec<String> = (0..=draw.below(2)).map(|_| words(draw)).collect();
    lines.join("\n")
}

/// A name of one line.
pub(super) fn name(draw: &mut Draw) -> String {
    format!("{} {}", draw.one(&["NORTH", "HIGH STREET", "O'Brien & Daughters", "St. Zoë's"]), draw.below(100))
}

pub(super) fn digits(draw: &mut Draw, count: usize) -> String {
    (0..count).map(|place| char::from(b'0' + draw.rng.u8(u8::from(place == 0)..10))).collect()
}

pub(super) fn nhs_number(draw: &mut Draw) -> NhsNumber {
    loop {
        let body = format!("9{}", digits(draw, 8));
        let numbers: [u8; 9] = body.bytes().map(|digit| digit - b'0').collect::<Vec<u8>>().try_into().unwrap();
        if let Some(check) = nhs_number_check_digit(&numbers) {
            return NhsNumber::new(format!("{body}{check}"));
        }
    }
}

pub(super) fn ods(draw: &mut Draw) -> OdsCode {
    let letter = draw.one(&["A", "B", "F", "V"]);
    OdsCode::new(format!("{letter}{}", digits(draw, 5)))
}

pub(super) fn short_id(draw: &mut Draw) -> PrescriptionShortId {
    let issuer = ods(draw);
    PrescriptionShortId::compose(draw.below(0xFF_FFFF), &issuer, draw.below(0xF_FFFF)).unwrap()
}

/// A concept id with its check digit.
pub(super) fn snomed_code(draw: &mut Draw) -> String {
    let body = format!("{}00", digits(draw, 7));
    format!("{body}{}", verhoeff_check_digit(&body).unwrap())
}

pub(super) fn shown(system: &str, code: &str, display: &str) -> Coded {
    Coded { display: Some(display.to_owned()), ..Coded::new(system, code) }
}

/// A concept that says what a code says in another code and in words, too.
pub(super) fn said_again(draw: &mut Draw, coded: Coded) -> Concept {
    let other = draw.maybe(|draw| shown("https://hospital.example/codes", "x", &words(draw)));
    Concept { coding: std::iter::once(coded).chain(other).collect(), text: draw.maybe(words) }
}

/// A code of a list, with a display perhaps.
pub(super) fn code(draw: &mut Draw, system: &str, codes: &[&str]) -> Coded {
    let code = draw.one(codes);
    Coded { display: draw.maybe(words), ..Coded::new(system, code) }
}

pub(super) fn snomed(draw: &mut Draw) -> Concept {
    let code = snomed_code(draw);
    let coded = shown(SNOMED, &code, &words(draw));
    said_again(draw, coded)
}

pub(super) fn amount(draw: &mut Draw) -> Decimal {
    let text = match draw.below(4) {
        0 => format!("{}", 1 + draw.below(200)),
        1 => format!("{}.{}", draw.below(20), 1 + draw.below(9)),
        2 => format!("{}.50", 1 + draw.below(9)),
        _ => format!("0.{:03}", 1 + draw.below(998)),
    };
    Decimal::parse(&text).unwrap()
}

/// An amount in a unit of dm+d.
pub(super) fn quantity(draw: &mut Draw) -> Quantity {
    let (code, unit) = draw.one(&[("428673006", "tablet"), ("258773002", "ml"), ("3317411000001100", "dose")]);
    Quantity {
        value: Some(amount(draw)),
        unit: Some(unit.to_owned()),
        system: Some(SNOMED.to_owned()),
        code: Some(code.to_owned()),
        comparator: None,
    }
}

pub(super) fn days(draw: &mut Draw) -> Quantity {
    Quantity {
        value: Decimal::parse(&(1 + draw.below(90)).to_string()),
        unit: Some("days".to_owned()),
        system: Some(UCUM.to_owned()),
        code: Some("d".to_owned()),
        comparator: None,
    }
}

pub(super) fn date_text(draw: &mut Draw) -> String {
    format!("{}-{:02}-{:02}", 1930 + draw.below(90), 1 + draw.below(12), 1 + draw.below(28))
}

pub(super) fn birth_date(draw: &mut Draw) -> Date {
    Date::parse(&date_text(draw)).unwrap()
}

/// A calendar date in a field that could hold a time.
pub(super) fn day(draw: &mut Draw) -> DateTime {
    let text = format!("202{}-{:02}-{:02}", 2 + draw.below(4), 1 + draw.below(12), 1 + draw.below(28));
    DateTime::parse(&text).unwrap()
}

/// A moment in any zone.
pub(super) fn moment(draw: &mut Draw) -> DateTime {
    let (day, zone) = (day(draw), draw.one(&["Z", "+00:00", "+01:00"]));
    let text = format!("{}T{:02}:{:02}:{:02}{zone}", day.as_str(), draw.below(24), draw.below(60), draw.below(60));
    DateTime::parse(&text).unwrap()
}

pub(super) fn period(draw: &mut Draw) -> Period {
    let start = day(draw);
    let end = DateTime::parse(&start.as_str().replace("202", "203")).unwrap();
    Period { start: Some(start), end: draw.maybe(|_| end) }
}

pub(super) fn identifier(draw: &mut Draw, system: &str) -> Identifier {
    Identifier { system: Some(system.to_owned()), value: Some(digits(draw, 8)), r#use: draw.maybe(identifier_use) }
}

fn identifier_use(draw: &mut Draw) -> String {
    draw.one(&["usual", "official", "secondary"]).to_owned()
}

pub(super) fn fixed_identifier(draw: &mut Draw, system: &str, value: String) -> Identifier {
    Identifier { system: Some(system.to_owned()), value: Some(value), r#use: draw.maybe(identifier_use) }
}

pub(super) fn human_name(draw: &mut Draw) -> HumanName {
    HumanName {
        r#use: draw.maybe(|draw| draw.one(&["usual", "official", "nickname", "temp"]).to_owned()),
        text: draw.maybe(words),
        prefix: draw.list(0, 1, |draw| draw.one(&["MR", "MS", "DR"]).to_owned()),
        given: draw.list(1, 3, |draw| draw.one(&["ZOË", "JO", "ANNE-MARIE"]).to_owned()),
        family: Some(name(draw)),
        suffix: draw.list(0, 1, |_| "BSc".to_owned()),
    }
}

pub(super) fn address(draw: &mut Draw) -> Address {
    Address {
        r#use: draw.maybe(|draw| draw.one(&["home", "work", "temp"]).to_owned()),
        r#type: draw.maybe(|draw| draw.one(&["postal", "physical", "both"]).to_owned()),
        line: draw.list(1, 4, name),
        city: draw.maybe(|_| "Leeds".to_owned()),
        district: draw.maybe(|_| "West Yorkshire".to_owned()),
        state: draw.maybe(|_| "England".to_owned()),
        postal_code: Some("LS1 6AE".to_owned()),
        country: draw.maybe(|_| "GBR".to_owned()),
        text: draw.maybe(words),
    }
}

pub(super) fn telecom(draw: &mut Draw) -> Telecom {
    let (system, value) = match draw.below(3) {
        0 => ("email", format!("a{}@example.org", draw.below(100))),
        _ => ("phone", format!("01{}", digits(draw, 9))),
    };
    Telecom {
        system: Some(system.to_owned()),
        value: draw.one(&[true, true, true, true, true, true, true, false]).then_some(value),
        r#use: Some(draw.one(&["home", "work", "mobile", "temp"]).to_owned()),
    }
}

pub(super) fn organisation_ref(draw: &mut Draw) -> OrganisationRef {
    OrganisationRef { ods: Some(ods(draw)), name: draw.maybe(name) }
}

pub(super) fn sender(draw: &mut Draw) -> Sender {
    Sender {
        ods: Some(ods(draw)),
        name: draw.maybe(name),
        asid: draw.maybe(|draw| digits(draw, 12)),
        software: draw.maybe(words),
        endpoint: draw.maybe(|draw| format!("https://gp{}.example/fhir", draw.below(100))),
    }
}

pub(super) fn destination(draw: &mut Draw) -> Destination {
    Destination {
        ods: Some(ods(draw)),
        name: draw.maybe(name),
        asid: draw.maybe(|draw| digits(draw, 12)),
        endpoint: draw.maybe(|draw| format!("https://pharmacy{}.example/fhir", draw.below(100))),
    }
}

pub(super) fn operator(draw: &mut Draw) -> Operator {
    Operator {
        user_id: draw.maybe(|draw| digits(draw, 12)),
        role_profile_id: Some(digits(draw, 12)),
        job_role: draw.maybe(|_| "S8000:G8000:R8000".to_owned()),
    }
}

pub(super) fn message_id(draw: &mut Draw) -> MessageId {
    MessageId::new(uuid(draw))
}
