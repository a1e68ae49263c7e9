//! Which deliveries wait for a person: those of routes that say so of a rule that the message broke.

use std::collections::BTreeSet;

use causeway_canonical::Finding;

use crate::config::Route;

/// Why the deliveries of a route wait: the rules, by name. `None`: they do not.
pub(super) fn reason(route: &Route, findings: &[Finding]) -> Option<String> {
    let rules = findings.iter().map(|finding| finding.rule).filter(|rule| route.layers.contains(rule.layer));
    let names = rules.map(|rule| rule.name).filter(|name| route.parks.contains(name));
    let names: Vec<&str> = names.collect::<BTreeSet<_>>().into_iter().collect();
    (!names.is_empty()).then(|| names.join(", "))
}
