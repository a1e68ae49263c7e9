//! The application acknowledgement: MCCI_IN010000UK13, an answer and nothing else (responses.md §2).

use causeway_canonical::ledger::place;
use causeway_canonical::model::{Acknowledgement, Body, Envelope, Message, VERSION};
use causeway_canonical::{Finding, MessageId};
use causeway_syntax::adapter::{Context, Written};

use crate::answer::{self, Answer};
use crate::datatypes::id;
use crate::element::Element;
use crate::target::Target;
use crate::wrapper;

/// Replies have the UK name whatever the channel.
const INTERACTION: &str = "MCCI_IN010000UK13";

/// Whether this is the interaction.
pub(crate) fn is_interaction(name: &str) -> bool {
    name == INTERACTION
}

pub(crate) fn write(
    envelope: &Envelope,
    acknowledgement: &Acknowledgement,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let mut target = Target::new(context, INTERACTION);
    wrapper::write_head_alone(&mut target, INTERACTION, envelope);
    let answer = Answer {
        status: acknowledgement.status,
        is_stated: true,
        issue: &acknowledgement.issue,
        first_issue: 0,
        reference: (acknowledgement.of.as_ref(), place::ACKNOWLEDGEMENT_OF.field()),
    };
    answer::write(&mut target, &answer);
    target.close();
    target.finish()
}

/// Reads the interaction; `None` if there is no acknowledgement in it.
pub(crate) fn read(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root, None);
    let mut issue = Vec::new();
    let (status, reference) = answer::read(root, &wrapper, &mut issue);
    let field = place::ACKNOWLEDGEMENT_OF.field();
    let of = reference.and_then(|reference| id::uuid_of(reference, field, MessageId::parse));
    let acknowledgement = Acknowledgement { status: status?, of, issue, ..Acknowledgement::default() };
    let body = Body::Acknowledgement(Box::new(acknowledgement));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

/// What comes back of an acknowledgement.
pub(crate) fn project(acknowledgement: &Acknowledgement) -> Acknowledgement {
    Acknowledgement {
        status: acknowledgement.status,
        of: acknowledgement.of.clone(),
        issue: answer::project(acknowledgement.status, &acknowledgement.issue),
        ..Acknowledgement::default()
    }
}
