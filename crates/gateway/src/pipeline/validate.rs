//! Everything that is wrong with a message, and everything that is suspicious.

use causeway_canonical::{Finding, LayerSet, Level, Severities, Severity, refused};
use causeway_syntax::adapter::{Context, Reading};
use causeway_validate::{Checks, check_layers};

use crate::config::{Endpoint, Route};
use crate::rules;

/// What was noticed about a message, before its routes judge it.
pub(super) struct Noticed {
    /// Findings of the reader. What could not be read stays an error, whatever a table says.
    reader: Vec<Finding>,
    /// Findings of validation and of the signature, with the severities that the rules have by default.
    checked: Vec<Finding>,
}

/// What reading found.
pub(super) fn of_reading(reading: &Reading<'_>, context: &Context) -> Noticed {
    let mut reader = reading.findings.clone();
    context.rules.apply_cautiously(&mut reader);
    if reading.message.as_ref().is_some_and(|message| message.envelope.id.as_str().is_empty()) {
        reader.push(Finding::new(&rules::MESSAGE_ID, "the message has no id"));
    }
    Noticed { reader, checked: Vec::new() }
}

/// The layers that at least one of these routes asks.
pub(super) fn layers(routes: &[&Route]) -> LayerSet {
    let none = LayerSet::SWITCHABLE.into_iter().fold(LayerSet::ALL, LayerSet::without);
    routes.iter().map(|route| route.layers).fold(none, LayerSet::union)
}

impl Noticed {
    /// Whether the message could not be read, so that no route can judge it.
    pub(super) fn unreadable(&self) -> bool {
        refused(&self.reader)
    }

    /// Validates the message in some layers.
    pub(super) fn validate(&mut self, source: &Endpoint, reading: &Reading<'_>, context: &Context, checks: Checks<'_>) {
        self.checked.extend(check_layers(source.adapter.format(), reading, context, checks));
    }

    /// Adds what a layer of its own found.
    pub(super) fn also(&mut self, findings: Vec<Finding>) {
        self.checked.extend(findings);
    }

    /// All findings in the order of their layers, under the tables of the sender's endpoint and of the routes that take the
    /// message. A route that names a rule decides over the endpoint, and only routes that ask a layer judge what it found;
    /// where they disagree, the strictest counts, since one message goes to all of them or to none.
    pub(super) fn judged(self, endpoint: &Severities, routes: &[&Route]) -> Vec<Finding> {
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
            let asks = |route: &&&Route| route.layers.contains(finding.rule.layer);
            let judges = || routes.iter().filter(asks).map(|route| judge(&finding, Some(&route.rules)));
            let severity = match judges().max() {
                Some(strictest) => strictest,
                // A layer may speak for another one that no route asks; and a message that goes nowhere has no routes.
                None if routes.is_empty() => judge(&finding, None),
                None => routes.iter().map(|route| judge(&finding, Some(&route.rules))).max().flatten(),
            };
            severity.map(|severity| Finding { severity, ..finding })
        });
        let mut findings: Vec<Finding> = self.reader.into_iter().chain(judged).collect();
        findings.sort_by_key(|finding| finding.rule.layer);
        findings
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
    use causeway_canonical::{Layer, Rule};

    use super::*;

    #[test]
    fn a_message_without_an_id_is_told_as_one() {
        let context = Context::at("2026-03-02T10:00:00Z".parse().unwrap());
        let adapter = causeway_translate::registry::adapter("canonical-json").unwrap();
        let codes = |text: &str| -> Vec<&'static str> {
            let noticed = of_reading(&adapter.read(text.as_bytes(), &context), &context);
            noticed.reader.iter().map(|finding| finding.rule.code).collect()
        };
        let message =
            r#"{"version": "1", "envelope": {"id": ""}, "body": {"acknowledgement": {"status": "accepted"}}}"#;
        assert_eq!(codes(message), ["message-id-missing"]);
        assert_eq!(codes(&message.replace(r#""id": """#, r#""id": "7c0e5a10-3b61-4f0d-9a44-000000000100""#)), [""; 0]);
    }

    #[test]
    fn what_cannot_be_made_a_message_is_refused_though_nothing_is_an_error() {
        let rules = |findings: Vec<Finding>| or_unreadable(findings).iter().map(|it| it.rule.name).collect::<Vec<_>>();
        assert_eq!(rules(Vec::new()), ["message-unreadable"]);
        assert_eq!(rules(vec![Finding::new(&rules::NO_ROUTE, "x")]), ["no-route"]);
    }

    static RULE: &Rule = &causeway_signature::rules::SIGNATURE_CONTENT;

    fn table(level: Option<Level>) -> Severities {
        Severities(level.map(|level| (RULE.name.to_owned(), level)).into_iter().collect())
    }

    fn route(level: Option<Level>) -> Route {
        let demo = crate::config::Configuration::demo().unwrap();
        Route { rules: table(level), ..demo.routes[0].clone() }
    }

    fn judged_by(endpoint: Option<Level>, routes: &[Route]) -> Option<Severity> {
        let noticed = Noticed { reader: Vec::new(), checked: vec![Finding::new(RULE, "x")] };
        let routes: Vec<&Route> = routes.iter().collect();
        noticed.judged(&table(endpoint), &routes).first().map(|finding| finding.severity)
    }

    fn judged(endpoint: Option<Level>, levels: &[Option<Level>]) -> Option<Severity> {
        judged_by(endpoint, &levels.iter().copied().map(route).collect::<Vec<_>>())
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
    fn a_route_without_a_layer_has_no_say_in_what_the_layer_found() {
        let off = |level| Route { layers: LayerSet::ALL.without(RULE.layer), ..route(level) };
        assert_eq!(judged_by(None, &[off(None), route(Some(Level::Warning))]), Some(Severity::Warning));
        assert_eq!(judged_by(None, &[off(Some(Level::Error)), route(Some(Level::Off))]), None);
        let layers = |routes: &[&Route]| layers(routes).contains(RULE.layer);
        assert!(layers(&[&off(None), &route(None)]) && !layers(&[&off(None)]));
    }

    #[test]
    fn findings_stand_in_the_order_in_which_a_message_meets_the_layers() {
        let found = [RULE, &causeway_validate::catalogue::SHAPE_OTHER, &rules::MESSAGE_ID];
        let noticed = Noticed { reader: Vec::new(), checked: found.map(|rule| Finding::new(rule, "x")).into() };
        let layers =
            noticed.judged(&Severities::default(), &[]).iter().map(|finding| finding.rule.layer).collect::<Vec<_>>();
        assert_eq!(layers, [Layer::Shape, Layer::Signature, Layer::Relay]);
    }

    #[test]
    fn where_routes_disagree_the_strictest_counts() {
        assert_eq!(judged(None, &[Some(Level::Warning), None]), Some(Severity::Error));
        assert_eq!(judged(None, &[Some(Level::Off), Some(Level::Warning)]), Some(Severity::Warning));
        assert_eq!(judged(None, &[Some(Level::Off), Some(Level::Off)]), None);
    }
}
