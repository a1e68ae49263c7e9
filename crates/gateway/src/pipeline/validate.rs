//! Everything that is wrong with a message, and everything that is suspicious.

use causeway_canonical::{Finding, Level, Severities, Severity, refused};
use causeway_syntax::adapter::{Context, Reading};
use causeway_terminology::Dictionary;
use causeway_validate::{Checks, Layers, check_layers};

use crate::config::Endpoint;
use crate::rules;

/// What was noticed about a message, before it is known which routes judge it.
pub(super) struct Noticed {
    /// Findings of the reader. What could not be read stays an error, whatever a table says.
    reader: Vec<Finding>,
    /// Findings of validation, with the severities that the rules have by default.
    checked: Vec<Finding>,
}

/// Everything that reading and validating found.
pub(super) fn findings(
    source: &Endpoint,
    reading: &Reading<'_>,
    context: &Context,
    dictionary: Option<&dyn Dictionary>,
) -> Noticed {
    let mut reader = reading.findings.clone();
    context.rules.apply_cautiously(&mut reader);
    if reading.message.as_ref().is_some_and(|message| message.envelope.id.as_str().is_empty()) {
        reader.push(Finding::new(&rules::MESSAGE_ID, "the message has no id"));
    }
    let checks = Checks { layers: Layers::ALL, dictionary };
    Noticed { reader, checked: check_layers(source.adapter.format(), reading, context, checks) }
}

impl Noticed {
    /// Whether the message could not be read, so that no route can judge it.
    pub(super) fn unreadable(&self) -> bool {
        refused(&self.reader)
    }

    /// All findings under the tables of the sender's endpoint and of the routes that take the message. A route that names
    /// a rule decides over the endpoint; where routes disagree, the strictest counts, since one message goes to all of
    /// them or to none.
    pub(super) fn judged(self, endpoint: &Severities, routes: &[&Severities]) -> Vec<Finding> {
        let judge = |finding: &Finding, route: Option<&Severities>| {
            let named = |table: &Severities| table.0.get(finding.rule.name).copied();
            match route.and_then(named).or_else(|| named(endpoint)) {
                Some(Level::Error) => Some(Severity::Error),
                Some(Level::Warning) => Some(Severity::Warning),
                Some(Level::Off) => None,
                None => Some(finding.severity),
            }
        };
        let judged = self.checked.into_iter().filter_map(|finding| {
            let severity = if routes.is_empty() {
                judge(&finding, None)
            } else {
                routes.iter().map(|route| judge(&finding, Some(route))).max().flatten()
            };
            severity.map(|severity| Finding { severity, ..finding })
        });
        self.reader.into_iter().chain(judged).collect()
    }
}

/// Should a message be impossible to read or write although no finding is an error, it is refused all the same, and this
/// says so.
pub(super) fn or_unreadable(mut findings: Vec<Finding>) -> Vec<Finding> {
    if !refused(&findings) {
        findings.push(Finding::new(&rules::UNREADABLE, "no message could be made of this content"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(level: Option<Level>) -> Severities {
        Severities(level.map(|level| (rules::NO_ROUTE.name.to_owned(), level)).into_iter().collect())
    }

    fn judged(endpoint: Option<Level>, routes: &[Option<Level>]) -> Option<Severity> {
        let noticed = Noticed { reader: Vec::new(), checked: vec![Finding::new(&rules::NO_ROUTE, "x")] };
        let routes: Vec<Severities> = routes.iter().map(|level| table(*level)).collect();
        let routes: Vec<&Severities> = routes.iter().collect();
        noticed.judged(&table(endpoint), &routes).first().map(|finding| finding.severity)
    }

    #[test]
    fn a_route_that_names_a_rule_decides_over_the_endpoint() {
        assert_eq!(judged(None, &[Some(Level::Warning)]), Some(Severity::Warning));
        assert_eq!(judged(Some(Level::Warning), &[None]), Some(Severity::Warning));
        assert_eq!(judged(Some(Level::Off), &[Some(Level::Error)]), Some(Severity::Error));
        assert_eq!(judged(None, &[Some(Level::Off)]), None);
        assert_eq!(judged(Some(Level::Off), &[]), None);
    }

    #[test]
    fn where_routes_disagree_the_strictest_counts() {
        assert_eq!(judged(None, &[Some(Level::Warning), None]), Some(Severity::Error));
        assert_eq!(judged(None, &[Some(Level::Off), Some(Level::Warning)]), Some(Severity::Warning));
        assert_eq!(judged(None, &[Some(Level::Off), Some(Level::Off)]), None);
    }
}
