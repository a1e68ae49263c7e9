//! What a `[rules]` table can say. It names rules about the content of messages; the gateway's own, such as that a body
//! is too large, can't be named.
//!
//! Invariant: a rule that says that something could not be read, written or accounted for is never less than an error,
//! so that no message is carried on without a part of it that nobody saw go.

use causeway_canonical::{Level, Rule, Severities, Severity};
use causeway_translate::registry;

use super::nearest::nearest;

/// What is wrong with a `[rules]` table, an entry a message. Rules of validation and of signatures can have any severity;
/// those of the trees, the adapters and translation that are errors must stay errors.
#[must_use]
pub fn check_rules(rules: &Severities) -> Vec<String> {
    rules.0.iter().filter_map(|(name, level)| unknown(name).or_else(|| lowered(name, *level))).collect()
}

/// Why no rule can be meant.
pub(super) fn unknown(name: &str) -> Option<String> {
    if all().any(|rule| rule.name == name) {
        return None;
    }
    let hint = nearest(name, all().map(|rule| rule.name)).map(|name| format!("; did you mean `{name}`?"));
    Some(format!("`{name}`: no rule has this name{}", hint.unwrap_or_default()))
}

/// Why a rule can't have a severity.
pub(super) fn lowered(name: &str, level: Level) -> Option<String> {
    let lost = of_reading_and_writing().any(|rule| rule.name == name && rule.severity == Severity::Error);
    (lost && level != Level::Error).then(|| {
        format!("`{name}` can't be lowered: what can't be read or accounted for is never carried on in silence")
    })
}

/// Every rule that can be named.
fn all() -> impl Iterator<Item = &'static Rule> {
    let of_content = causeway_validate::RULES.iter().chain(causeway_signature::RULES);
    of_reading_and_writing().chain(of_content.copied())
}

/// The rules of the trees, of each adapter and of translation.
fn of_reading_and_writing() -> impl Iterator<Item = &'static Rule> {
    let adapters = registry::ADAPTERS.iter().map(|adapter| adapter.rules());
    [causeway_syntax::RULES, causeway_translate::RULES].into_iter().chain(adapters).flatten().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, level: Level) -> Vec<String> {
        check_rules(&Severities([(name.to_owned(), level)].into()))
    }

    #[test]
    fn a_rule_of_validation_can_have_any_severity() {
        for rule in causeway_validate::RULES.iter().chain(causeway_signature::RULES) {
            for level in [Level::Error, Level::Warning, Level::Off] {
                assert_eq!(check(rule.name, level), [""; 0]);
            }
        }
    }

    #[test]
    fn an_error_of_reading_writing_or_accounting_cannot_be_lowered() {
        for name in
            ["json-syntax", "fhir-structure", "medication-requests-agree", "v3-required", "field-lost", "echo-differs"]
        {
            for level in [Level::Warning, Level::Off] {
                let expected = format!(
                    "`{name}` can't be lowered: what can't be read or accounted for is never carried on in silence"
                );
                assert_eq!(check(name, level), [expected]);
            }
            assert_eq!(check(name, Level::Error), [""; 0]);
        }
    }

    #[test]
    fn a_warning_of_reading_can_be_raised_and_switched_off() {
        for level in [Level::Error, Level::Warning, Level::Off] {
            assert_eq!(check("v3-version", level), [""; 0]);
        }
    }

    #[test]
    fn every_bad_entry_is_told_and_an_unknown_one_with_the_nearest_known_one() {
        let rules = [
            ("field-lost", Level::Off),
            ("feild-kept", Level::Error),
            ("nhs-number-chekc", Level::Off),
            ("item-count", Level::Off),
        ];
        let table = Severities(rules.into_iter().map(|(name, level)| (name.to_owned(), level)).collect());
        let found = check_rules(&table);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[0], "`feild-kept`: no rule has this name");
        assert!(found[1].starts_with("`field-lost` can't be lowered"));
        assert_eq!(found[2], "`nhs-number-chekc`: no rule has this name; did you mean `nhs-number-check`?");
    }

    #[test]
    fn no_two_rules_have_the_same_name() {
        let mut rules: Vec<&Rule> = all().collect();
        rules.sort_unstable_by_key(|rule| rule.name);
        // Two syntaxes of one format have the same rules.
        rules.dedup_by(|a, b| std::ptr::eq(*a, *b));
        let mut names: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
        names.dedup();
        assert_eq!(names.len(), rules.len());
    }
}
