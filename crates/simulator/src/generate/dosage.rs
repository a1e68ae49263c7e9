//! Dosage instructions: the words and the structure are made from the same step, so that they agree.

use serde_json::{Map, Value, json};

use super::medicines::{Code, FOLLOW_DIRECTIONS, Medicine, Need, Rate, Step, Supply};

const SNOMED: &str = "http://snomed.info/sct";
const UCUM: &str = "http://unitsofmeasure.org";
/// How long a supply of a long-term medicine lasts, in days.
pub const SUPPLY_DAYS: u32 = 28;

/// The `dosageInstruction` of a regimen. `directions` adds the coded advice to follow directions.
pub fn instructions(medicine: &Medicine, regimen: &[Step], directions: bool) -> Value {
    regimen.iter().map(|step| instruction(medicine, step, directions)).collect()
}

/// How many units the regimen needs, or the pack that `pick` chooses.
pub fn quantity(medicine: &Medicine, regimen: &[Step], pick: usize) -> u32 {
    match medicine.supply {
        Supply::Packs(packs) => packs.get(pick % packs.len().max(1)).copied().unwrap_or(1),
        Supply::Counted => {
            let total: f64 =
                regimen.iter().map(|step| step.amount * doses(step.rate, step.days.unwrap_or(SUPPLY_DAYS))).sum();
            total.ceil() as u32
        }
    }
}

fn doses(rate: Rate, days: u32) -> f64 {
    let days = f64::from(days);
    match rate {
        Rate::Daily(times) => f64::from(times) * days,
        Rate::EveryHours(hours) => (24.0 * days / f64::from(hours)).ceil(),
        Rate::EveryDays(every) => (days / f64::from(every)).ceil(),
        Rate::Weekly(..) => (days / 7.0).ceil(),
    }
}

fn instruction(medicine: &Medicine, step: &Step, directions: bool) -> Value {
    let mut entry = Map::new();
    if let Some(sequence) = step.sequence {
        entry.insert("sequence".to_owned(), json!(sequence));
    }
    entry.insert("text".to_owned(), json!(text(medicine, step, directions)));
    if directions {
        entry.insert("additionalInstruction".to_owned(), json!([concept(FOLLOW_DIRECTIONS)]));
    }
    entry.insert("timing".to_owned(), json!({ "repeat": repeat(step) }));
    match step.need {
        Some(Need::For(reason)) => {
            entry.insert("asNeededCodeableConcept".to_owned(), json!({ "text": reason }));
        }
        Some(Need::Any) => {
            entry.insert("asNeededBoolean".to_owned(), json!(true));
        }
        None => {}
    }
    entry.insert("route".to_owned(), concept(medicine.route));
    if let Some(method) = medicine.method {
        entry.insert("method".to_owned(), concept(method));
    }
    let amount = json!([{ "doseQuantity": amount(number(step.amount), medicine.dose_unit) }]);
    entry.insert("doseAndRate".to_owned(), amount);
    if let Some(most) = step.most_a_day {
        let day = json!({ "value": 24, "unit": "hour", "system": UCUM, "code": "h" });
        let most = self::amount(json!(most), medicine.dose_unit);
        entry.insert("maxDosePerPeriod".to_owned(), json!({ "numerator": most, "denominator": day }));
    }
    Value::Object(entry)
}

fn repeat(step: &Step) -> Value {
    let mut repeat = Map::new();
    if let Some(days) = step.days {
        repeat.insert("boundsDuration".to_owned(), self::days(days));
    }
    let (frequency, period, unit) = match step.rate {
        Rate::Daily(times) => (times, 1, "d"),
        Rate::EveryHours(hours) => (1, hours, "h"),
        Rate::EveryDays(days) => (1, days, "d"),
        Rate::Weekly(..) => (1, 1, "wk"),
    };
    repeat.insert("frequency".to_owned(), json!(frequency));
    repeat.insert("period".to_owned(), json!(period));
    repeat.insert("periodUnit".to_owned(), json!(unit));
    if let Rate::Weekly(day, _) = step.rate {
        repeat.insert("dayOfWeek".to_owned(), json!([day]));
    }
    if let Some(hour) = step.hour {
        repeat.insert("timeOfDay".to_owned(), json!([format!("{hour:02}:00:00")]));
    }
    Value::Object(repeat)
}

fn text(medicine: &Medicine, step: &Step, directions: bool) -> String {
    let unit = medicine.dose_unit.display;
    let plural = if step.amount > 1.0 && unit != "ml" { plural(unit) } else { unit.to_owned() };
    let mut text = format!("{} {} {plural} {}", medicine.verb, step.amount, rate(step.rate));
    if let Some(hour) = step.hour {
        text.push_str(&format!(" at {hour:02}:00"));
    }
    match step.need {
        Some(Need::For(reason)) => text.push_str(&format!(" when required for {reason}")),
        Some(Need::Any) => text.push_str(" when required"),
        None => {}
    }
    match step.days {
        Some(1) => text.push_str(" for 1 day"),
        Some(days) => text.push_str(&format!(" for {days} days")),
        None => {}
    }
    if let Some(most) = step.most_a_day {
        text.push_str(&format!(", up to {most} in 24 hours"));
    }
    if directions {
        text.push_str(". Follow directions");
    }
    text
}

fn plural(unit: &str) -> String {
    match unit.strip_suffix("ch") {
        Some(_) => format!("{unit}es"),
        None => format!("{unit}s"),
    }
}

fn rate(rate: Rate) -> String {
    match rate {
        Rate::Daily(1) => "once a day".to_owned(),
        Rate::Daily(2) => "twice a day".to_owned(),
        Rate::Daily(times) => format!("{} times a day", words(times)),
        Rate::EveryHours(hours) => format!("every {hours} hours"),
        Rate::EveryDays(days) => format!("every {days} days"),
        Rate::Weekly(_, day) => format!("once a week on {day}"),
    }
}

/// A CodeableConcept with one SNOMED CT coding.
pub fn concept(code: Code) -> Value {
    json!({ "coding": [{ "system": SNOMED, "code": code.code, "display": code.display }] })
}

/// A Quantity in a SNOMED CT unit.
pub fn amount(value: Value, unit: Code) -> Value {
    json!({ "value": value, "unit": unit.display, "system": SNOMED, "code": unit.code })
}

/// A duration in days.
pub fn days(days: u32) -> Value {
    json!({ "value": days, "unit": "day", "system": UCUM, "code": "d" })
}

/// A whole number is written without a point.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 { json!(value as u32) } else { json!(value) }
}

/// A number from 0 to 999 in words, as a quantity of a controlled drug is written.
pub fn words(number: u32) -> String {
    const UNITS: [&str; 20] = [
        "nought",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let word = |list: &[&'static str], at: u32| list.get(at as usize).copied().unwrap_or_default();
    match (number / 100, number % 100) {
        (0, rest @ 0..20) => word(&UNITS, rest).to_owned(),
        (0, rest) if rest % 10 == 0 => word(&TENS, rest / 10 - 2).to_owned(),
        (0, rest) => format!("{} {}", word(&TENS, rest / 10 - 2), word(&UNITS, rest % 10)),
        (hundreds, 0) => format!("{} hundred", words(hundreds)),
        (hundreds, rest) => format!("{} hundred and {}", words(hundreds), words(rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::medicines::MEDICINES;
    use super::*;

    #[test]
    fn a_quantity_is_written_in_words_as_it_is_spoken() {
        for (number, expected) in [
            (1, "one"),
            (14, "fourteen"),
            (20, "twenty"),
            (56, "fifty six"),
            (100, "one hundred"),
            (112, "one hundred and twelve"),
        ] {
            assert_eq!(words(number), expected);
        }
    }

    #[test]
    fn the_words_say_what_the_structure_says() {
        let texts: Vec<String> = MEDICINES
            .iter()
            .flat_map(|medicine| {
                medicine
                    .regimens
                    .iter()
                    .flat_map(move |regimen| regimen.iter().map(move |step| text(medicine, step, false)))
            })
            .collect();
        for expected in [
            "Take 2 tablets every 6 hours when required for pain, up to 8 in 24 hours",
            "Take 2.5 ml once a day",
            "Apply 1 patch every 3 days for 15 days",
            "Take 1 tablet once a week on Wednesday",
            "Take 6 tablets once a day for 4 days",
            "Inhale 2 doses four times a day when required",
            "Take 1 tablet once a day at 08:00",
        ] {
            assert!(texts.iter().any(|text| text == expected), "{expected}");
        }
    }

    #[test]
    fn a_counted_supply_is_what_the_instructions_add_up_to() {
        let prednisolone = MEDICINES.iter().find(|medicine| medicine.product.code == "325427002").unwrap();
        assert_eq!(quantity(prednisolone, prednisolone.regimens[1], 0), 24 + 16 + 8);
        let fentanyl = MEDICINES.iter().find(|medicine| medicine.product.code == "36120011000001101").unwrap();
        assert_eq!(quantity(fentanyl, fentanyl.regimens[0], 0), 5);
    }
}
