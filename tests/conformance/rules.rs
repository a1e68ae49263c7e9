//! The catalogue of rules: each says what it is about, where it is from and how to mend it, and has an example that breaks
//! it and one that does not.

use std::collections::BTreeSet;
use std::path::Path;

use causeway_canonical::{Finding, Rule, Severity};
use causeway_tests::pages::compare;
use causeway_tests::rules::{Example, Family, examples, families, findings, pages};
use causeway_tests::{run, workspace};

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

#[test]
fn every_rule_fires_on_its_bad_example_and_not_on_its_good_one() {
    let sources = sources(&workspace());
    let mut faults = Vec::new();
    for family in families() {
        let examples = examples(family.name);
        for rule in &family.rules {
            match examples.get(rule.name) {
                Some(example) => faults.extend(judge(rule, example, &sources)),
                None => {
                    let file = format!("tests/rules/{}.toml", family.name);
                    faults.push(format!("{} has no example: add one to {file}", rule.name));
                }
            }
        }
        faults.extend(without_rule(&family, examples.keys()));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn the_pages_say_what_the_rules_and_their_examples_say() {
    compare("rules", &pages(), "rules");
}

#[test]
fn the_program_tells_of_each_rule() {
    let listed = run(&["rules", "--json"], b"");
    let listed = String::from_utf8(listed.stdout).unwrap();
    let names: Vec<String> = listed
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["rule"].as_str().unwrap().to_owned())
        .collect();
    let expected: Vec<&str> = families().iter().flat_map(|family| &family.rules).map(|rule| rule.name).collect();
    assert_eq!(names, expected);
    for asked in ["EPS-V026", "order-active"] {
        let told = String::from_utf8(run(&["rules", asked], b"").stdout).unwrap();
        assert!(told.starts_with("order-active (EPS-V026)\nAn item that is ordered is not active.\n"), "{told}");
        assert!(told.contains("to mend:  send status active"), "{told}");
    }
    assert_eq!(run(&["rules", "no-such-rule"], b"").status.code(), Some(2));
}

/// Examples of rules that there are not.
fn without_rule<'e>(family: &Family, examples: impl Iterator<Item = &'e String>) -> Vec<String> {
    let unknown = examples.filter(|name| !family.rules.iter().any(|rule| rule.name == *name));
    unknown.map(|name| format!("tests/rules/{}.toml: no rule of this family is called {name}", family.name)).collect()
}

fn judge(rule: &Rule, example: &Example, sources: &str) -> Vec<String> {
    let Example { bad, good, .. } = example;
    if let (Some(_), test) = (&example.unreachable, &example.tested_by) {
        let is_bare = bad.is_none() && good.is_none() && example.base.is_empty();
        let is_tested = test.as_ref().is_some_and(|test| is_test(test, sources));
        return if is_bare && is_tested {
            Vec::new()
        } else {
            vec![format!("{}: a test that there is, and no example, is expected of what cannot be reached", rule.name)]
        };
    }
    let (in_bad, in_good) = (findings(example, bad), findings(example, good));
    let is_broken = |found: &[Finding]| found.iter().any(|finding| finding.rule == rule);
    let mut faults = Vec::new();
    if !is_broken(&in_bad) {
        faults.push(format!("{} does not fire on its bad example, but{}", rule.name, shown(&in_bad)));
    }
    if is_broken(&in_good) {
        faults.push(format!("{} fires on its good example: {}", rule.name, shown(&in_good)));
    }
    let has_errors = in_good.iter().any(|finding| finding.severity == Severity::Error);
    match (has_errors, &example.good_has_errors) {
        (true, None) => faults.push(format!("{}: the good example has errors: {}", rule.name, shown(&in_good))),
        (false, Some(_)) => {
            faults.push(format!("{}: the good example is said to have errors, and has none", rule.name))
        }
        _ => {}
    }
    faults
}

fn shown(findings: &[Finding]) -> String {
    findings.iter().take(8).map(|it| format!("\n    {} at {}: {}", it.rule.name, it.path, it.message)).collect()
}

/// The text of every file that may hold tests.
fn sources(workspace: &Path) -> String {
    let mut text = String::new();
    let mut folders = vec![workspace.join("crates"), workspace.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    text
}

/// Whether there is a test of this name, written as a function or as a row of a macro.
fn is_test(name: &str, sources: &str) -> bool {
    sources.contains(&format!("fn {name}()")) || sources.contains(&format!("\n    {name}: "))
}
