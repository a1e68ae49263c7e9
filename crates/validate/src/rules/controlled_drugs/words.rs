//! Whole numbers in English words, as prescribers write the quantity of a controlled drug.
//!
//! Invariants:
//! - A text is understood as a whole or not at all: of “two packs of fourteen” no number is taken, nor of a text with a
//!   word that is not known, which might be a number that is misspelt.
//! - Nothing is allocated, and a word is looked at once.

/// What may stand beside the number without changing it, in the order of the alphabet.
const BESIDE: [&str; 54] = [
    "ampoule",
    "ampoules",
    "capsule",
    "capsules",
    "caplet",
    "caplets",
    "dispense",
    "dose",
    "doses",
    "film",
    "films",
    "g",
    "gram",
    "grams",
    "in",
    "lozenge",
    "lozenges",
    "mg",
    "microgram",
    "micrograms",
    "milligram",
    "milligrams",
    "millilitre",
    "millilitres",
    "milliliter",
    "milliliters",
    "ml",
    "mls",
    "modified",
    "of",
    "only",
    "oral",
    "patch",
    "patches",
    "please",
    "prefilled",
    "quantity",
    "release",
    "sachet",
    "sachets",
    "solution",
    "supply",
    "suppositories",
    "suppository",
    "syringe",
    "syringes",
    "tab",
    "tablet",
    "tablets",
    "tabs",
    "the",
    "total",
    "vial",
    "vials",
];

const SMALL: [&str; 20] = [
    "zero",
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

/// The one number that a text says, in words, in figures, or in both. `None` if it says none, several, or something that
/// is not understood.
pub(super) fn number(text: &str) -> Option<u32> {
    let has_fraction = text.split('.').skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    if has_fraction {
        return None;
    }
    let mut found = None;
    let mut spoken: Option<Spoken> = None;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let word = Word::of(word)?;
        spoken = match (spoken, word) {
            (None, Word::Part(part)) => Some(Spoken::default().and(part)?),
            (Some(spoken), Word::Part(part)) => Some(spoken.and(part)?),
            (Some(spoken), Word::And) if spoken.is_open() => Some(Spoken { last: Last::And, ..spoken }),
            (None, Word::Beside) => None,
            (Some(spoken), Word::Beside) => {
                found = same(found, spoken.value()?)?;
                None
            }
            (None, Word::Figures(value)) => {
                found = same(found, value)?;
                None
            }
            (Some(spoken), Word::Figures(value)) => {
                found = same(same(found, spoken.value()?)?, value)?;
                None
            }
            (_, Word::And) => return None,
        };
    }
    match spoken {
        Some(spoken) => same(found, spoken.value()?)?,
        None => found,
    }
}

/// A number that is said again has to be the same.
fn same(found: Option<u32>, value: u32) -> Option<Option<u32>> {
    found.is_none_or(|found| found == value).then_some(Some(value))
}

enum Word {
    Part(Part),
    And,
    Figures(u32),
    Beside,
}

#[derive(Clone, Copy)]
enum Part {
    Small(u32),
    Ten(u32),
    Hundred,
    Thousand,
}

impl Word {
    fn of(word: &str) -> Option<Word> {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return word.parse().ok().map(Word::Figures);
        }
        let is = |known: &&str| known.eq_ignore_ascii_case(word);
        let place = |list: &[&str]| list.iter().position(is).and_then(|place| u32::try_from(place).ok());
        if let Some(value) = place(&SMALL) {
            Some(Word::Part(Part::Small(value)))
        } else if let Some(place) = place(&TENS) {
            Some(Word::Part(Part::Ten(20 + 10 * place)))
        } else if is(&"hundred") {
            Some(Word::Part(Part::Hundred))
        } else if is(&"thousand") {
            Some(Word::Part(Part::Thousand))
        } else if is(&"and") {
            Some(Word::And)
        } else {
            BESIDE.iter().any(is).then_some(Word::Beside)
        }
    }
}

/// A number as far as it has been said.
#[derive(Clone, Copy, Default)]
struct Spoken {
    thousands: u32,
    below: u32,
    last: Last,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Nothing,
    Small,
    Ten,
    Hundred,
    Thousand,
    And,
}

impl Spoken {
    /// The number with one more part; `None` if nobody says it so.
    fn and(self, part: Part) -> Option<Spoken> {
        let starts = matches!(self.last, Last::Nothing | Last::Hundred | Last::Thousand | Last::And);
        match part {
            Part::Small(0) if self.last != Last::Nothing => None,
            Part::Small(value) if starts || (self.last == Last::Ten && value < 10) => {
                Some(Spoken { below: self.below + value, last: Last::Small, ..self })
            }
            Part::Ten(value) if starts => Some(Spoken { below: self.below + value, last: Last::Ten, ..self }),
            Part::Hundred if self.last == Last::Nothing => Some(Spoken { below: 100, last: Last::Hundred, ..self }),
            Part::Hundred if self.last == Last::Small && (1..10).contains(&self.below) => {
                Some(Spoken { below: self.below * 100, last: Last::Hundred, ..self })
            }
            Part::Thousand if self.thousands == 0 && !matches!(self.last, Last::Thousand | Last::And) => {
                let thousands = if self.last == Last::Nothing { 1 } else { self.below };
                Some(Spoken { thousands, below: 0, last: Last::Thousand })
            }
            _ => None,
        }
    }

    /// Whether an “and” may follow: after hundreds and thousands.
    fn is_open(self) -> bool {
        matches!(self.last, Last::Hundred | Last::Thousand)
    }

    /// The whole number; `None` if the last word was “and”.
    fn value(self) -> Option<u32> {
        (self.last != Last::And).then_some(self.thousands * 1000 + self.below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_said() {
        for (text, expected) in [
            ("twenty eight", 28),
            ("Twenty-Eight", 28),
            ("TWENTY EIGHT (28) tablets", 28),
            ("28 (twenty eight)", 28),
            ("fifty-six capsules", 56),
            ("one hundred and twelve", 112),
            ("hundred", 100),
            ("one hundred twenty", 120),
            ("total of five hundred millilitres", 500),
            ("one thousand two hundred and fifty ml", 1250),
            ("nine hundred and ninety nine thousand nine hundred and ninety nine", 999_999),
            ("ten", 10),
            ("seven patches only", 7),
            ("zero", 0),
            ("14", 14),
        ] {
            assert_eq!(number(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_to_the_last_word_is_no_number() {
        for text in [
            "",
            "tablets",
            "two packs of fourteen",
            "two of fourteen",
            "fourty two",
            "twenty eigth",
            "two eight",
            "twenty twenty",
            "twenty eleven",
            "eleven hundred",
            "ten and a half",
            "one hundred and",
            "and ten",
            "five and five",
            "twenty eight (82)",
            "28 or 56",
            "2.5",
            "2.2",
            "28 tablets of 10 mg",
            "99999999999999999999",
            "achtundzwanzig",
            "thousand thousand",
            "twenty zero",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn no_text_makes_the_reader_stumble() {
        let words =
            ["zero", "nine", "nineteen", "ninety", "hundred", "thousand", "and", "4294967295", "tablets", "é", "-"];
        for first in words {
            for second in words {
                for third in words {
                    for fourth in words {
                        number(&format!("{first} {second} {third} {fourth}"));
                    }
                }
            }
        }
    }
}
