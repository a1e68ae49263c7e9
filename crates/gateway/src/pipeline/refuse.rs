//! Refusals: answered in the sender's format, and written down so that operations see every one and why.

use causeway_canonical::{Fault, Finding, Problem, Severity};
use causeway_relay::{
    Answer, Body, BodyRef, ContentHash, EndpointId, IndexValue, MessageKey, MessageRecord, MessageRef, MessageState,
    Query, Refusal, StateFilter, StoreError, StoreReader,
};
use http::StatusCode;

use super::acknowledge::{self, Reply};
use super::commit::records;
use super::{Arrival, Identity};
use crate::core::Core;
use crate::events::{MessageRefused, MessageRepeated, RefusalNotStored};
use crate::rules;

/// Why a message is refused, and with which status.
pub(super) struct Refused {
    pub(super) status: StatusCode,
    findings: Vec<Finding>,
    identity: Identity,
}

impl Refused {
    /// A refusal whose status follows from its errors (responses.md §4, last line, and §6): 500 if one of them is an error of
    /// ours, 403 if all are `forbidden`, 413 if the message has too many bytes, else 400.
    pub(super) fn new(findings: Vec<Finding>) -> Self {
        let errors = || findings.iter().filter(|finding| finding.severity == Severity::Error);
        let status = if errors().any(|finding| finding.rule.fault == Fault::Gateway) {
            StatusCode::INTERNAL_SERVER_ERROR
        } else if errors().all(|finding| finding.rule.problem == Problem::Forbidden) {
            StatusCode::FORBIDDEN
        } else if errors().any(|finding| finding.rule == &causeway_syntax::rules::INPUT_TOO_LARGE) {
            StatusCode::PAYLOAD_TOO_LARGE
        } else {
            StatusCode::BAD_REQUEST
        };
        Refused { status, findings, identity: Identity::default() }
    }

    /// A refusal for one reason, with a status of its own.
    pub(super) fn with_status(status: StatusCode, finding: Finding) -> Self {
        Refused { status, findings: vec![finding], identity: Identity::default() }
    }

    /// The id belongs to another message.
    pub(super) fn conflict() -> Self {
        let message = "another message with other content was accepted under this id";
        Self::with_status(StatusCode::CONFLICT, Finding::new(&rules::CONFLICT, message))
    }

    /// Something went wrong that should not.
    pub(super) fn gateway_error() -> Self {
        let message = "the message could not be handled, and the reason lies with the gateway";
        Self::with_status(StatusCode::INTERNAL_SERVER_ERROR, Finding::new(&rules::GATEWAY_ERROR, message))
    }

    /// The same refusal of a message that could be identified.
    #[must_use]
    pub(super) fn of(mut self, identity: Identity) -> Self {
        self.identity = identity;
        self
    }
}

/// Refuses a message, unless the very same one was accepted before: then its sender gets the answer of that time, although
/// it would be refused under today's configuration.
pub(super) async fn unless_accepted_before(core: &Core, arrival: &Arrival, body: Body, refused: Refused) -> Reply {
    match accepted_before(core, arrival, &body, &refused.identity).await {
        Ok(Some((key, answer))) => {
            let kind = refused.identity.kind;
            core.metrics.emit(MessageRepeated { source: &arrival.source.id, kind, key });
            Reply::from(answer)
        }
        // A store that can't say so can't store the refusal either, and that is told there.
        Ok(None) | Err(_) => refuse(core, arrival, Some(body), refused).await,
    }
}

async fn accepted_before(
    core: &Core,
    arrival: &Arrival,
    body: &Body,
    identity: &Identity,
) -> Result<Option<(MessageKey, Answer)>, StoreError> {
    let Some(id) = &identity.message_id else { return Ok(None) };
    let store = core.relay.store();
    let Some(record) = accepted(&**store, &arrival.source.id, id.as_str()).await? else { return Ok(None) };
    let same = record.content_hash == ContentHash::of(body.bytes());
    let Some(status) = record.answer_status.filter(|_| same) else { return Ok(None) };
    let answer = store.body(BodyRef::Answer(record.key)).await?;
    Ok(answer.map(|body| (record.key, Answer { status, body })))
}

/// The message that a source had accepted under an id. Other sources may have messages under the same id.
async fn accepted(store: &dyn StoreReader, source: &EndpointId, id: &str) -> Result<Option<MessageRecord>, StoreError> {
    let query = Query {
        message_id: Some(IndexValue::new(id)),
        state: Some(StateFilter::Message(MessageState::Accepted)),
        // Every source has at most one accepted message under an id, so there are never more than sources.
        limit: Some(u32::MAX),
        ..Query::default()
    };
    let found = store.search(query).await?;
    match found.into_iter().find(|summary| summary.source == *source) {
        Some(summary) => store.show(MessageRef::Key(summary.key)).await,
        None => Ok(None),
    }
}

/// Writes a refusal down and answers the sender.
///
/// A refusal that can't be written down is answered all the same: the sender can act on it, and sending the same again
/// would not help.
pub(super) async fn refuse(core: &Core, arrival: &Arrival, body: Option<Body>, refused: Refused) -> Reply {
    let Refused { status, findings, identity } = refused;
    let source = &arrival.source;
    let key = MessageKey::generate(arrival.received_at);
    let mut reply = acknowledge::refused(source, status, &findings, identity.message_id.as_ref(), arrival.received_at);
    core.metrics.emit(MessageRefused {
        source: &source.id,
        kind: identity.kind,
        key,
        status: status.as_u16(),
        findings: &findings,
        conflict: status == StatusCode::CONFLICT,
    });
    let refusal = Refusal {
        key,
        source: source.id.clone(),
        message_id: identity.message_id.map(|id| id.as_str().to_owned()),
        kind: identity.kind.map(Into::into),
        content_hash: ContentHash::of(body.as_ref().map(|body| body.bytes().as_ref()).unwrap_or_default()),
        body,
        findings: records(&findings),
        index: identity.index,
        config_hash: arrival.config.clone(),
        at: arrival.received_at,
    };
    match core.relay.store().refuse(refusal).await {
        Ok(()) => core.health.store_works(),
        Err(error) => {
            reply.kept = false;
            core.health.store_failed(core.clock.now());
            core.metrics.emit(RefusalNotStored { source: &source.id, error: &error });
        }
    }
    reply
}

#[cfg(test)]
mod tests {
    use causeway_canonical::Rule;

    use super::*;

    static FORBIDDEN: Rule = Rule { problem: Problem::Forbidden, ..copy(&rules::NO_ROUTE) };

    const fn copy(rule: &Rule) -> Rule {
        let Rule { name, title, layer, code, severity, fault, problem, clause, hint } = *rule;
        Rule { name, title, layer, code, severity, fault, problem, clause, hint }
    }

    fn status(rules: &[&'static Rule]) -> u16 {
        Refused::new(rules.iter().map(|rule| Finding::new(rule, "x")).collect()).status.as_u16()
    }

    #[test]
    fn the_status_follows_from_the_errors() {
        assert_eq!(status(&[&rules::NO_ROUTE]), 400);
        assert_eq!(status(&[&FORBIDDEN, &FORBIDDEN]), 403);
        assert_eq!(status(&[&FORBIDDEN, &rules::NO_ROUTE]), 400);
        assert_eq!(status(&[&rules::NO_ROUTE, &rules::GATEWAY_ERROR]), 500);
        assert_eq!(status(&[&causeway_syntax::rules::INPUT_TOO_LARGE]), 413);
        assert_eq!(status(&[&causeway_syntax::rules::NESTING_TOO_DEEP]), 400);
    }

    #[test]
    fn an_error_of_the_gateway_is_told_as_one() {
        let refused = Refused::gateway_error();
        assert_eq!((refused.status.as_u16(), refused.findings[0].rule.name), (500, "gateway-error"));
        assert_eq!(refused.findings[0].rule.fault, Fault::Gateway);
    }

    #[test]
    fn a_warning_has_no_say_in_the_status() {
        let warning = Finding { severity: Severity::Warning, ..Finding::new(&rules::GATEWAY_ERROR, "x") };
        let refused = Refused::new(vec![warning, Finding::new(&rules::NO_ROUTE, "x")]);
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
}
