//! The tables of the algorithm (dose-to-text.md §2, §4).

use crate::model::Concept;

/// A concept as it is: its words, else the display of its first coding that has one (§2).
pub(super) fn concept(concept: &Concept) -> Option<String> {
    let displays = concept.coding.iter().filter_map(|coded| coded.display.as_deref());
    concept.text.as_deref().into_iter().chain(displays).find_map(clean)
}

/// A text with single blanks and none at its ends; nothing if it is blank.
pub(super) fn clean(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// `a`, `a and b`, `a, b and c` (§2).
pub(super) fn all_of(texts: &[String]) -> Option<String> {
    let (last, others) = texts.split_last()?;
    if others.is_empty() {
        return Some(last.clone());
    }
    Some(format!("{} and {last}", others.join(", ")))
}

/// A UCUM unit of time in words (§4).
pub(super) fn time_unit(code: &str) -> Option<&'static str> {
    Some(match code {
        "s" => "second",
        "min" => "minute",
        "h" => "hour",
        "d" => "day",
        "wk" => "week",
        "mo" => "month",
        "a" => "year",
        _ => return None,
    })
}

/// A unit of time in the singular, if the text is one, in singular or plural.
fn time_word(unit: &str) -> Option<&str> {
    let singular = unit.strip_suffix('s').unwrap_or(unit);
    ["second", "minute", "hour", "day", "week", "month", "year"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(singular))
        .then_some(singular)
}

/// The unit after a number: units of time follow it in number, all others stay (§4).
pub(super) fn counted(unit: &str, figure: &str) -> String {
    match time_word(unit) {
        Some(singular) if figure == "1" => singular.to_owned(),
        Some(singular) => format!("{singular}s"),
        None => unit.to_owned(),
    }
}

/// The unit for one of it.
pub(super) fn singular(unit: &str) -> &str {
    time_word(unit).unwrap_or(unit)
}

/// A UCUM code in words, for amounts whose unit is not given in words (§4).
pub(super) fn ucum_unit(code: &str) -> Option<&'static str> {
    Some(match code {
        "kg" => "kilogram",
        "g" => "gram",
        "mg" => "milligram",
        "ug" | "mcg" => "microgram",
        "ng" => "nanogram",
        "L" | "l" => "litre",
        "dL" | "dl" => "decilitre",
        "mL" | "ml" => "millilitre",
        "uL" | "ul" => "microlitre",
        "mol" => "mole",
        "mmol" => "millimole",
        "umol" => "micromole",
        "m" => "metre",
        "cm" => "centimetre",
        "mm" => "millimetre",
        _ => return time_unit(code),
    })
}

/// What an SI unit measures.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Mass,
    Volume,
    Substance,
    Length,
}

/// What a unit measures, judged by its text: gram, litre, mole, metre and their multiples, also per something (§4).
pub(super) fn measure(unit: &str) -> Option<Measure> {
    const MULTIPLES: [&str; 8] = ["kilo", "hecto", "deci", "centi", "milli", "micro", "nano", "pico"];
    let word = unit.split([' ', '/']).next()?.to_ascii_lowercase();
    let word = word.strip_suffix('s').unwrap_or(&word);
    let base = MULTIPLES.iter().find_map(|multiple| word.strip_prefix(multiple)).unwrap_or(word);
    Some(match base {
        "gram" | "gramme" | "g" | "kg" | "mg" | "mcg" | "ug" | "ng" => Measure::Mass,
        "litre" | "liter" | "l" | "dl" | "ml" | "ul" => Measure::Volume,
        "mole" | "mol" | "mmol" | "umol" => Measure::Substance,
        "metre" | "meter" | "m" | "cm" | "mm" => Measure::Length,
        _ => return None,
    })
}

/// An event of the day in words (§4).
pub(super) fn event(code: &str) -> Option<&'static str> {
    Some(match code {
        "MORN" => "during the morning",
        "MORN.early" => "during the early morning",
        "MORN.late" => "during the late morning",
        "NOON" => "around 12:00pm",
        "AFT" => "during the afternoon",
        "AFT.early" => "during the early afternoon",
        "AFT.late" => "during the late afternoon",
        "EVE" => "during the evening",
        "EVE.early" => "during the early evening",
        "EVE.late" => "during the late evening",
        "NIGHT" => "during the night",
        "WAKE" => "upon waking",
        "HS" => "before sleep",
        "PHS" => "once asleep",
        "C" => "at a meal",
        "CM" => "at breakfast",
        "CD" => "at lunch",
        "CV" => "at dinner",
        "AC" => "before a meal",
        "ACM" => "before breakfast",
        "ACD" => "before lunch",
        "ACV" => "before dinner",
        "PC" => "after a meal",
        "PCM" => "after breakfast",
        "PCD" => "after lunch",
        "PCV" => "after dinner",
        _ => return None,
    })
}

/// Whether an offset can stand before an event: those of a meal, waking and sleep (§4), without those that are at the
/// meal itself (FHIR R4 tim-9).
pub(super) fn takes_offset(code: &str) -> bool {
    matches!(code, "WAKE" | "HS" | "PHS" | "AC" | "ACM" | "ACD" | "ACV" | "PC" | "PCM" | "PCD" | "PCV")
}

/// A day of the week in words (§4).
pub(super) fn weekday(code: &str) -> Option<&'static str> {
    Some(match code {
        "mon" => "Monday",
        "tue" => "Tuesday",
        "wed" => "Wednesday",
        "thu" => "Thursday",
        "fri" => "Friday",
        "sat" => "Saturday",
        "sun" => "Sunday",
        _ => return None,
    })
}
