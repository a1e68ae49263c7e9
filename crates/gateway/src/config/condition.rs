//! Conditions of routes: data, not a script.

use causeway_canonical::ledger::Fact;
use toml::de::DeValue;

use super::field::FieldPath;
use super::source::{Located, Section, Value};

/// One entry of `when`. All of a route's conditions must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The field asked about.
    pub field: FieldPath,
    /// What must be true of its values.
    pub test: Test,
}

/// What must be true of the values of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// There is one.
    Present,
    /// There is none.
    Absent,
    /// One of them is this.
    Equals(String),
    /// None of them is this; true of an absent field too.
    NotEquals(String),
    /// One of them is one of these.
    OneOf(Vec<String>),
    /// One of them begins with this.
    StartsWith(String),
}

impl Condition {
    /// Whether it holds for a message with these facts.
    #[must_use]
    pub fn holds(&self, facts: &[Fact]) -> bool {
        let mut values = self.field.values(facts);
        match &self.test {
            Test::Present => values.next().is_some(),
            Test::Absent => values.next().is_none(),
            Test::Equals(expected) => values.any(|value| value == expected),
            Test::NotEquals(expected) => values.all(|value| value != expected),
            Test::OneOf(expected) => values.any(|value| expected.iter().any(|expected| value == expected)),
            Test::StartsWith(start) => values.any(|value| value.starts_with(start.as_str())),
        }
    }

    /// Whether the other condition can't hold for a message for which this one holds.
    pub(super) fn contradicts(&self, other: &Condition) -> bool {
        self.field == other.field && (self.test.excludes(&other.test) || other.test.excludes(&self.test))
    }
}

impl Test {
    fn needs_a_value(&self) -> bool {
        !matches!(self, Test::Absent | Test::NotEquals(_))
    }

    fn excludes(&self, other: &Test) -> bool {
        match (self, other) {
            (Test::Absent, other) => other.needs_a_value(),
            (Test::NotEquals(value), Test::Equals(other)) => value == other,
            (Test::NotEquals(value), Test::OneOf(others)) => others.iter().all(|other| other == value),
            _ => false,
        }
    }
}

#[derive(Clone, Copy)]
enum Operator {
    Present,
    Absent,
    Equals,
    NotEquals,
    OneOf,
    StartsWith,
}

impl Value for Operator {
    const EXPECTED: &'static str = "present, absent, equals, not-equals, one-of or starts-with";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        match value.as_str()? {
            "present" => Some(Operator::Present),
            "absent" => Some(Operator::Absent),
            "equals" => Some(Operator::Equals),
            "not-equals" => Some(Operator::NotEquals),
            "one-of" => Some(Operator::OneOf),
            "starts-with" => Some(Operator::StartsWith),
            _ => None,
        }
    }
}

/// Reads one condition. `None` if it is wrong; then the errors are noted.
pub(super) fn read(mut section: Section<'_>) -> Option<Condition> {
    let field = section.required::<String>("field").and_then(|field| field_path(&section, &field));
    let test = section.required::<Operator>("op").and_then(|operator| test(&mut section, operator.value));
    section.finish();
    Some(Condition { field: field?, test: test? })
}

fn test(section: &mut Section<'_>, operator: Operator) -> Option<Test> {
    let mut text = || section.required::<String>("value").map(|value| value.value);
    match operator {
        Operator::Present => Some(Test::Present),
        Operator::Absent => Some(Test::Absent),
        Operator::Equals => text().map(Test::Equals),
        Operator::NotEquals => text().map(Test::NotEquals),
        Operator::StartsWith => text().map(Test::StartsWith),
        Operator::OneOf => {
            let values = section.required::<Vec<Located<String>>>("value")?;
            if values.value.is_empty() {
                section
                    .file()
                    .error(&values.at, "`value` is expected to hold at least one text: nothing is one of none");
            }
            Some(Test::OneOf(values.value.into_iter().map(|value| value.value).collect()))
        }
    }
}

/// Reads the path of a field; notes an error if there is none.
pub(super) fn field_path(section: &Section<'_>, field: &Located<String>) -> Option<FieldPath> {
    match FieldPath::parse(&field.value) {
        Ok(path) => Some(path),
        Err(message) => {
            section.file().error(&field.at, message);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(test: Test) -> Condition {
        Condition { field: FieldPath::parse("prescription.kind.code").unwrap(), test }
    }

    fn holds(test: Test, value: Option<&str>) -> bool {
        let facts: Vec<Fact> = value
            .map(|value| Fact { path: "prescription.kind.code".to_owned(), value: value.to_owned() })
            .into_iter()
            .collect();
        condition(test).holds(&facts)
    }

    #[test]
    fn each_operator_says_what_its_name_says() {
        let text = || "0101".to_owned();
        let cases = [
            (Test::Present, true, true, false),
            (Test::Absent, false, false, true),
            (Test::Equals(text()), true, false, false),
            (Test::NotEquals(text()), false, true, true),
            (Test::OneOf(vec![text(), "x".to_owned()]), true, false, false),
            (Test::StartsWith("01".to_owned()), true, true, false),
        ];
        for (test, same, other, absent) in cases {
            assert_eq!(holds(test.clone(), Some("0101")), same, "{test:?}");
            assert_eq!(holds(test.clone(), Some("0104")), other, "{test:?}");
            assert_eq!(holds(test.clone(), None), absent, "{test:?}");
        }
    }

    #[test]
    fn conditions_that_cannot_hold_together_contradict_each_other() {
        let present = condition(Test::Present);
        let absent = condition(Test::Absent);
        assert!(present.contradicts(&absent) && absent.contradicts(&present));
        assert!(!absent.contradicts(&condition(Test::NotEquals("a".to_owned()))));
        assert!(condition(Test::Equals("a".to_owned())).contradicts(&condition(Test::NotEquals("a".to_owned()))));
        assert!(!present.contradicts(&condition(Test::StartsWith("a".to_owned()))));
    }
}
