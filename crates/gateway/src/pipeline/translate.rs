//! What one receiver gets: written in its format, every value accounted for, and read back.

use std::sync::Arc;

use causeway_canonical::Finding;
use causeway_relay::{Body, EndpointId, RouteName};
use causeway_syntax::Limits;
use causeway_syntax::adapter::Reading;
use causeway_translate::Summary;
use jiff::Timestamp;

use super::route::Choice;
use crate::config::OrderBy;

/// One message for one receiver.
pub(super) struct Outbound {
    pub(super) endpoint: EndpointId,
    pub(super) route: RouteName,
    pub(super) body: Body,
    /// Whether messages about one patient keep their order on this route.
    pub(super) by_patient: bool,
    /// Why it waits for a person before it is sent.
    pub(super) parked: Option<String>,
}

/// What came of one translation.
pub(super) struct Translated {
    /// What is sent, unless the message is refused.
    pub(super) outbound: Option<Outbound>,
    /// Findings of writing, ledger and echo.
    pub(super) findings: Vec<Finding>,
    /// What became of every value.
    pub(super) ledger: Summary,
}

/// Translates a message for one receiver. The clock of the receiver's context is the time of receipt, so that the same
/// message gives the same bytes whenever it is translated.
pub(super) fn translate(reading: &Reading<'_>, choice: &Choice<'_>, received_at: Timestamp) -> Translated {
    let Choice { route, receiver } = choice;
    let endpoint = &receiver.endpoint;
    let mut context = endpoint.context(received_at);
    context.limits = Limits::of_own_output();
    context.rules.0.extend(route.rules.0.iter().map(|(rule, level)| (rule.clone(), *level)));
    let translation = causeway_translate::translate(reading, endpoint.adapter, &context, &route.options);
    let outbound = translation.text.map(|text| Outbound {
        endpoint: endpoint.id.clone(),
        route: route.name.clone(),
        body: Body::new(Arc::from(endpoint.adapter.media_type()), text),
        by_patient: route.order_by == OrderBy::Patient,
        parked: None,
    });
    let ledger = translation.ledger.map(|ledger| ledger.summary).unwrap_or_default();
    Translated { outbound, findings: translation.findings, ledger }
}
