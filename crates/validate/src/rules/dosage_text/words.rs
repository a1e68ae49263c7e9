//! A dosage text as words and numbers, in a form in which only what matters differs.

use causeway_canonical::Decimal;
use causeway_canonical::dose_text::figure;

/// Millionths, in which numbers of a text are reckoned.
pub const MILLION: i128 = 1_000_000;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Token {
    /// A number in millionths, written in figures or in words.
    Number(i128),
    /// A word in lower case and in the singular; synonyms are one word.
    Word(String),
    /// A time of the day.
    Time(String),
    /// `-`, `/`, `(`, `)`, `,`.
    Mark(char),
    /// The end of a sentence, or of a part of it.
    End,
}

impl Token {
    /// Whether this is one of the words.
    pub fn is_one_of(&self, words: &[&str]) -> bool {
        matches!(self, Token::Word(word) if words.contains(&word.as_str()))
    }
}

/// The tokens of a text.
pub fn tokens(text: &str) -> Vec<Token> {
    let text = text.to_lowercase().replace(" - ", " ; ");
    let mut tokens = Vec::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '0'..='9' => number(rest, &mut tokens),
            '.' if rest.chars().nth(1).is_some_and(|next| next.is_ascii_digit()) => number(rest, &mut tokens),
            _ if first.is_alphabetic() => word(rest, &mut tokens),
            _ => {
                match (mark(first), tokens.last_mut()) {
                    (Some(Token::Number(part)), Some(Token::Number(whole))) => *whole += part,
                    (token, _) => tokens.extend(token),
                }
                first.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    joined(tokens)
}

fn mark(character: char) -> Option<Token> {
    match character {
        '½' => Some(Token::Number(MILLION / 2)),
        '¼' => Some(Token::Number(MILLION / 4)),
        '¾' => Some(Token::Number(MILLION / 4 * 3)),
        '×' => Some(Token::Word("x".to_owned())),
        '-' | '–' => Some(Token::Mark('-')),
        '/' | '(' | ')' | ',' => Some(Token::Mark(character)),
        '.' | ';' | '\n' => Some(Token::End),
        _ => None,
    }
}

/// A number or a time of the day; the length of what was taken.
fn number(text: &str, tokens: &mut Vec<Token>) -> usize {
    let is_part = |(position, character): (usize, char)| {
        let next_is_digit = || text.as_bytes().get(position + 1).is_some_and(u8::is_ascii_digit);
        character.is_ascii_digit() || (matches!(character, '.' | ':') && next_is_digit())
    };
    let end = text.char_indices().find(|at| !is_part(*at)).map_or(text.len(), |(end, _)| end);
    let written = text.get(..end).unwrap_or_default();
    if let Some((hour, minutes)) = written.split_once(':') {
        // Whole minutes are written without seconds.
        let minutes = minutes.strip_suffix(":00").unwrap_or(minutes);
        tokens.push(Token::Time(format!("{hour:0>2}:{minutes}")));
    } else {
        // A number too long to reckon with is no number that anybody doses by.
        tokens.extend(millionths(written).map(Token::Number));
    }
    end
}

fn millionths(written: &str) -> Option<i128> {
    let whole = if written.starts_with('.') { format!("0{written}") } else { written.to_owned() };
    let stripped = whole.trim_start_matches('0');
    let stripped =
        if stripped.starts_with('.') || stripped.is_empty() { format!("0{stripped}") } else { stripped.to_owned() };
    let shown = figure(&Decimal::parse(&stripped)?)?;
    let (whole, fraction) = shown.split_once('.').unwrap_or((&shown, ""));
    if whole.len() > 9 || fraction.len() > 6 {
        return None;
    }
    format!("{whole}{fraction:0<6}").parse().ok()
}

/// A word; the length of what was taken.
fn word(text: &str, tokens: &mut Vec<Token>) -> usize {
    let end = text.find(|character: char| !character.is_alphabetic()).unwrap_or(text.len());
    let written = text.get(..end).unwrap_or_default();
    tokens.push(match (number_word(written), written) {
        (Some(number), _) => Token::Number(number),
        (None, "noon" | "midday") => Token::Time("12:00".to_owned()),
        (None, written) => Token::Word(normal(written)),
    });
    end
}

fn number_word(word: &str) -> Option<i128> {
    let number = match word {
        "half" => return Some(MILLION / 2),
        "quarter" => return Some(MILLION / 4),
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "fourteen" => 14,
        "fifteen" => 15,
        "twenty" => 20,
        "thirty" => 30,
        _ => return None,
    };
    Some(number * MILLION)
}

/// A word in the singular, abbreviations written out.
fn normal(word: &str) -> String {
    let singular = match word {
        "patches" => "patch",
        "suppositories" => "suppository",
        "pessaries" => "pessary",
        "tds" | "qds" => word,
        _ => word.strip_suffix('s').filter(|short| short.len() > 1 && !short.ends_with('s')).unwrap_or(word),
    };
    match singular {
        "milligram" | "milligramme" => "mg",
        "microgram" | "mcg" | "ug" | "µg" | "μg" | "microgramme" => "microgram",
        "nanogram" => "ng",
        "gram" | "gramme" | "gm" => "g",
        "kilogram" => "kg",
        "millilitre" | "milliliter" => "ml",
        "microlitre" | "microliter" => "ul",
        "litre" | "liter" => "l",
        "millimole" => "mmol",
        "tab" => "tablet",
        "cap" => "capsule",
        "iu" => "unit",
        "needed" | "necessary" | "prn" => "required",
        "orally" | "mouth" => "oral",
        "inhaled" => "inhalation",
        "bedtime" | "sleep" => "night",
        "sec" => "second",
        "min" => "minute",
        "hr" => "hour",
        "wk" => "week",
        "yr" => "year",
        "max" => "maximum",
        other => other,
    }
    .to_owned()
}

/// `8am`, `2:30pm` on a clock of 24 hours.
fn time_of_day(clock: &Token, is_afternoon: bool) -> Option<String> {
    let (hour, minutes) = match clock {
        Token::Number(hour) if hour % MILLION == 0 => (hour / MILLION, "00"),
        Token::Time(time) => time.split_once(':').and_then(|(hour, minutes)| Some((hour.parse().ok()?, minutes)))?,
        _ => return None,
    };
    let hour = hour % 12 + if is_afternoon { 12 } else { 0 };
    Some(format!("{hour:02}:{minutes}"))
}

/// `1 and a half` is one number, `three quarters` another, so is `eight (8)`, and `half a` is a
/// half; `8am` is a time of the day, and `before sleep` is at night.
fn joined(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let (token, taken) = match rest {
            [Token::Number(whole), and, a, Token::Number(part), ..]
                if and.is_one_of(&["and"]) && a.is_one_of(&["a"]) && *part < MILLION =>
            {
                (Token::Number(whole + part), 4)
            }
            [Token::Number(whole), and, Token::Number(part), Token::Word(quarter), ..]
                if and.is_one_of(&["and"]) && *part == 3 * MILLION && quarter == "quarter" =>
            {
                (Token::Number(whole + MILLION / 4 * 3), 4)
            }
            [Token::Number(three), quarters, ..] if *three == 3 * MILLION && quarters.is_one_of(&["quarter"]) => {
                (Token::Number(MILLION / 4 * 3), 2)
            }
            [Token::Number(word), Token::Mark('('), Token::Number(figure), Token::Mark(')'), ..] if word == figure => {
                (Token::Number(*word), 4)
            }
            [Token::Number(part), a, ..] if *part < MILLION && a.is_one_of(&["a", "of"]) => (first.clone(), 2),
            [before, night, ..] if before.is_one_of(&["before"]) && night.is_one_of(&["night"]) => (night.clone(), 2),
            [clock, half, ..] if half.is_one_of(&["am", "pm"]) => match time_of_day(clock, half.is_one_of(&["pm"])) {
                Some(time) => (Token::Time(time), 2),
                None => (first.clone(), 1),
            },
            _ => (first.clone(), 1),
        };
        joined.push(token);
        rest = rest.get(taken..).unwrap_or(others);
    }
    joined
}
