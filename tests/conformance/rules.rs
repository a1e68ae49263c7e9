//! The catalogue of rules: each says what it is about, where it is from and how to mend it.

use std::collections::BTreeSet;

use causeway_tests::rules::families;

#[test]
fn every_rule_says_what_is_wrong_where_it_is_from_and_how_to_mend_it() {
    let mut faults = Vec::new();
    for rule in families().iter().flat_map(|family| &family.rules) {
        let mut expect = |holds: bool, what: &str| {
            if !holds {
                faults.push(format!("{}: {what}", rule.name));
            }
        };
        let is_kebab = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        expect(rule.name.bytes().all(is_kebab), "a name in kebab case is expected");
        let begins_a_sentence = rule.title.starts_with(|c: char| !c.is_lowercase());
        expect(begins_a_sentence && rule.title.ends_with('.'), "a title that is a sentence is expected");
        expect(!rule.title.contains('['), "a title without links is expected");
        expect(!rule.clause.is_empty(), "a clause is expected");
        expect(!rule.hint.is_empty() && !rule.hint.ends_with('.'), "a hint without full stop is expected");
        expect(!rule.hint.starts_with(char::is_uppercase), "a hint in lower case is expected");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_two_rules_have_the_same_name_or_code() {
    let mut names = BTreeSet::new();
    let mut codes = BTreeSet::new();
    for rule in families().iter().flat_map(|family| &family.rules) {
        assert!(names.insert(rule.name), "{} is the name of two rules", rule.name);
        assert!(codes.insert(rule.code), "{} is the code of two rules", rule.code);
    }
}
