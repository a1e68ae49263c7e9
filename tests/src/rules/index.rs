//! `docs/rules.md`: every rule in a table, and how to read the pages.

use std::collections::BTreeMap;

use causeway_adapter_fhir::issue_code;
use causeway_canonical::{Level, Rule, Severities};
use causeway_gateway::config::check_rules;

use super::example::examples;
use super::family::{Family, families};
use super::page;

/// How the page opens.
const OPENING: &str = "\
# Rules

Every rule that a message can break, family by family. The pages are made by a test from the rules of the program and
from the examples in `tests/rules`, and it fails where they differ; another test has every bad example break its rule,
and no good one. To write the pages anew: `CAUSEWAY_WRITE=1 cargo test -p causeway-tests --test conformance rules`.

A finding names its rule and code (`--findings json`, `details.coding` of an OperationOutcome, the log). To look one
up: search this page for it; the name leads to its examples and to how it is mended.

- **rule**: name, as in a `[rules]` table; below it the code, where the standards number the rule.
- **severity**: what holds where nothing is configured. An error refuses the message. A finding may say another one:
  an identifier can be wrong in ways that matter less.
- **at fault**: who has to act. Sender (bytes): the text cannot be parsed; sender (content): it breaks a rule; nobody:
  it is valid, and not supported.
- **clause**: where the rule comes from.
- **FHIR**: the issue type in an OperationOutcome.
- **layer**: what the rule belongs to. `shape`, `identifiers` and `rules` can be left out.
- **[rules]**: whether a `[rules]` table may set the severity. What could not be read, written or accounted for is
  never carried on in silence, so those errors stay errors.

An example is a whole message, of which the page shows what is wrong (`-`) and how it is right (`+`). `Patient.name[0].family` is a place in the
first Patient of the message, `MedicationRequest[1]` the second request, `extension[PrescriptionType]` the entry whose
url, system, name or code ends so; in canonical JSON a place is a field of the message's body. In XML, `…` stands for
whatever comes between.
";

/// Every page by its name in `docs`.
pub fn pages() -> BTreeMap<String, String> {
    let families = families();
    let mut pages: BTreeMap<String, String> = families
        .iter()
        .map(|family| (format!("rules/{}.md", family.name), page::page(family, &examples(family.name))))
        .collect();
    pages.insert("rules.md".to_owned(), index(&families));
    pages
}

fn index(families: &[Family]) -> String {
    let mut page = OPENING.to_owned();
    page.push_str("\n| family | rules |\n|---|---|\n");
    for Family { name, title, rules } in families {
        page.push_str(&format!("| [{title}](rules/{name}.md) | {} |\n", rules.len()));
    }
    let count: usize = families.iter().map(|family| family.rules.len()).sum();
    page.push_str(&format!("| all | {count} |\n"));
    for family in families {
        page.push_str(&format!("\n## {}\n\n", family.title));
        page.push_str("| rule | what is wrong | severity | at fault | clause | FHIR | layer | [rules] |\n");
        page.push_str("|---|---|---|---|---|---|---|---|\n");
        family.rules.iter().for_each(|rule| page.push_str(&row(family, rule)));
    }
    page
}

fn row(family: &Family, rule: &Rule) -> String {
    let code = if rule.code == rule.name { String::new() } else { format!("<br>`{}`", rule.code) };
    let cells = [
        format!("[{0}](rules/{1}.md#{0}){code}", rule.name, family.name),
        page::escaped(rule.title),
        page::severity(rule.severity).to_owned(),
        page::fault(rule.fault).to_owned(),
        page::escaped(rule.clause),
        issue_code(rule.problem).to_owned(),
        rule.layer.as_str().to_owned(),
        if can_be_set(rule) { "yes" } else { "no" }.to_owned(),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn can_be_set(rule: &Rule) -> bool {
    [Level::Off, Level::Warning, Level::Error]
        .into_iter()
        .all(|level| check_rules(&Severities([(rule.name.to_owned(), level)].into())).is_empty())
}
