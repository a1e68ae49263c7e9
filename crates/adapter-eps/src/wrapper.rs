//! The wrapper of every interaction (overview.md §3).
//!
//! Invariants:
//! - Systems and person of the wrapper come from the context, never from the message.
//! - The id of a message is that of its document. A wrapper with another id is a transmission of its own.

use causeway_canonical::ledger::{At, FieldRef, Leaf, Mark, Tag, map_rule, place};
use causeway_canonical::model::{Body, Destination, Envelope, Operator, Sender};
use causeway_canonical::{DateTime, Finding, MessageId};
use causeway_syntax::adapter::{Context, InteractionSuffix, Written};
use uuid::Uuid;

use crate::answer;
use crate::datatypes::{id, time};
use crate::element::Element;
use crate::oid;
use crate::rules;
use crate::spec::{self, Class};
use crate::tables;
use crate::target::Target;

const VERSION: &str = "V3NPfIT4.2.00";
/// Stands where the job role of the caller is not known.
const UNKNOWN_ROLE: &str = "UNKNOWN";

/// Which way a message goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To Spine: it names the person on whose behalf it is sent.
    Request,
    /// From Spine: it names no person, and says the types of its participations (overview.md §3).
    Reply,
}

/// Starts a request with name and version of its interaction, up to its document.
pub(crate) fn open_request<'c>(context: &'c Context, interaction: (&str, &str), envelope: &Envelope) -> Target<'c> {
    start_request(context, interaction, |target| write_transmission_id(target, envelope))
}

/// The same for a request whose document never has the id of its transmission: where nobody says that, it follows from the
/// id of the document (release.md §2).
pub(crate) fn open_request_apart<'c>(
    context: &'c Context,
    interaction: (&str, &str),
    envelope: &Envelope,
) -> Target<'c> {
    start_request(context, interaction, |target| match derived_transmission(envelope) {
        Some(derived) => {
            let tag = Tag::Default(place::TRANSMISSION.field(), map_rule::DERIVED_ID);
            id::write_uuid(target, derived.as_str(), [tag]);
        }
        None => write_transmission_id(target, envelope),
    })
}

fn start_request<'c>(
    context: &'c Context,
    (name, version): (&str, &str),
    write_id: impl FnOnce(&mut Target<'c>),
) -> Target<'c> {
    let interaction = [name, context.interaction_suffix.as_str(), version].concat();
    let mut target = Target::new(context, &interaction);
    write_id(&mut target);
    write_head_after_id(&mut target, &interaction);
    write_control_act(&mut target, Direction::Request);
    target.open(&spec::SUBJECT);
    target
}

/// The id of a transmission that nobody says, or that would be that of the document.
fn derived_transmission(envelope: &Envelope) -> Option<MessageId> {
    let own = envelope.transmission.as_ref().filter(|transmission| **transmission != envelope.id);
    let namespace = own.is_none().then(|| envelope.id.to_uuid()).flatten()?;
    Some(MessageId::from(Uuid::new_v5(&namespace, b"transmission")))
}

/// Closes the subject and the control act of a message with a document.
pub(crate) fn finish(mut target: Target<'_>) -> Result<Written, Vec<Finding>> {
    target.close_all(2);
    target.finish()
}

/// Whether a root is the request of that name and version, in either spelling.
pub(crate) fn is_request(root: &str, (name, version): (&str, &str)) -> bool {
    let suffix = root.strip_prefix(name).and_then(|rest| rest.strip_suffix(version));
    suffix.is_some_and(|suffix| [InteractionSuffix::Uk, InteractionSuffix::Sm].iter().any(|it| it.as_str() == suffix))
}

/// Writes what stands before the acknowledgement or the communication functions of a message with a document.
pub(crate) fn write_head(target: &mut Target<'_>, interaction: &str, envelope: &Envelope) {
    write_transmission_id(target, envelope);
    write_head_after_id(target, interaction);
}

/// Writes the id of the transmission, or else that of the message.
fn write_transmission_id(target: &mut Target<'_>, envelope: &Envelope) {
    match &envelope.transmission {
        Some(transmission) => write_id(target, transmission, place::TRANSMISSION.field()),
        None => write_id(target, &envelope.id, place::MESSAGE_ID.field()),
    }
}

/// The same of a message without a document, which has the id of its wrapper.
pub(crate) fn write_head_alone(target: &mut Target<'_>, interaction: &str, envelope: &Envelope) {
    write_id(target, &envelope.id, place::MESSAGE_ID.field());
    write_head_after_id(target, interaction);
}

fn write_head_after_id(target: &mut Target<'_>, interaction: &str) {
    target.open(&spec::CREATION_TIME);
    write_now(target);
    target.close();
    target.open(&spec::VERSION_CODE);
    target.fixed("code", VERSION);
    target.close();
    target.open(&spec::INTERACTION_ID);
    target.fixed("extension", interaction);
    target.fixed("root", oid::INTERACTION);
    target.close();
    for class in [&spec::PROCESSING_CODE, &spec::PROCESSING_MODE_CODE, &spec::ACCEPT_ACK_CODE] {
        target.empty(class);
    }
}

/// Writes the id of a message's document.
pub(crate) fn write_document_id(target: &mut Target<'_>, envelope: &Envelope) {
    write_id(target, &envelope.id, place::MESSAGE_ID.field());
}

fn write_id(target: &mut Target<'_>, id: &MessageId, field: FieldRef) {
    if let Err(fault) = id.check() {
        target.refuse(&rules::EPS_UUID, field, fault.to_string());
    }
    id::write_uuid(target, id.as_str(), [Tag::Field(field, map_rule::UUID_CASE)]);
}

/// Writes the time of a request, which is the present one (cancellation.md §1, release.md §2).
pub(crate) fn write_request_time(target: &mut Target<'_>) {
    target.open(&spec::EFFECTIVE_TIME);
    write_now(target);
    target.close();
}

fn write_now(target: &mut Target<'_>) {
    let now = DateTime::from_timestamp(target.context.now).to_v3_timestamp();
    target.attribute("value", &now, [Tag::Default(place::CREATED.field(), map_rule::WRAPPER_FROM_CONTEXT)]);
}

/// Writes receiver and sender, opens the control act, and writes its authors. The person is named only in requests, and
/// only where both of its ids are known.
pub(crate) fn write_control_act(target: &mut Target<'_>, direction: Direction) {
    let context = target.context;
    let receiver = place::DESTINATION.at(&[0]).leaf(Leaf::Asid);
    let sender = place::SENDER.at(&[]).leaf(Leaf::Asid);
    for (class, asid, field) in
        [(&spec::RECEIVER, &context.receiver_asid, receiver), (&spec::SENDER, &context.sender_asid, sender)]
    {
        match direction {
            Direction::Request => target.open(class),
            Direction::Reply => target.open_in_full(class),
        }
        target.open(&spec::DEVICE);
        write_asid(target, asid, field);
        target.close_all(2);
    }
    target.open(&spec::CONTROL_ACT);
    if direction == Direction::Request
        && let Some((user, role_profile, job_role)) = person(context)
    {
        write_person(target, user, role_profile, job_role);
    }
    target.open(&spec::SYSTEM_AUTHOR);
    target.open(&spec::AGENT_SYSTEM_SDS);
    target.open(&spec::SYSTEM_SDS);
    write_asid(target, &context.sender_asid, sender);
    target.close_all(3);
}

fn write_asid(target: &mut Target<'_>, asid: &Option<String>, field: FieldRef) {
    match asid {
        Some(asid) => id::write(target, asid, oid::ASID, [from_context(field)]),
        None => target.refuse(&rules::EPS_ASID, field, "expected the accredited system id in the context"),
    }
}

fn write_person(target: &mut Target<'_>, user: &str, role_profile: &str, job_role: &str) {
    let at = place::OPERATOR.at(&[]);
    target.open(&spec::WRAPPER_AUTHOR);
    target.open(&spec::AGENT_PERSON_SDS);
    id::write(target, role_profile, oid::SDS_ROLE_PROFILE, [from_context(at.leaf(Leaf::RoleProfileId))]);
    target.open(&spec::PERSON_SDS);
    id::write(target, user, oid::SDS_USER, [from_context(at.leaf(Leaf::UserId))]);
    target.close();
    target.open(&spec::PART);
    target.open(&spec::PART_ROLE);
    id::write(target, job_role, oid::JOB_ROLE, [from_context(at.leaf(Leaf::JobRole))]);
    target.close_all(4);
}

fn from_context(field: FieldRef) -> Tag {
    Tag::Default(field, map_rule::WRAPPER_FROM_CONTEXT)
}

/// User id, role profile id and job role of the caller.
fn person(context: &Context) -> Option<(&str, &str, &str)> {
    let user = context.sds_user_id.as_deref()?;
    let role_profile = context.sds_role_profile_id.as_deref()?;
    Some((user, role_profile, context.sds_job_role.as_deref().unwrap_or(UNKNOWN_ROLE)))
}

/// What has been read of a wrapper, and where the content is.
pub(crate) struct Wrapper<'t> {
    pub(crate) envelope: Envelope,
    pub(crate) control_act: Option<Element<'t>>,
    /// The document, if one was asked for.
    pub(crate) document: Option<Element<'t>>,
}

/// Reads the wrapper and the id of the document of that class. The root element is the interaction.
pub(crate) fn read<'t>(root: Element<'t>, class: Option<&'static Class>) -> Wrapper<'t> {
    let mut envelope = Envelope::default();
    let own = root.required(&spec::ID);
    if let Some(created) = root.required(&spec::CREATION_TIME) {
        envelope.created = time::read(created, place::CREATED.field(), map_rule::TIMESTAMP_UTC);
    }
    read_version(root);
    read_interaction(root);
    for class in [&spec::PROCESSING_CODE, &spec::PROCESSING_MODE_CODE, &spec::ACCEPT_ACK_CODE] {
        root.required(class);
    }
    envelope.destination = read_receivers(root);
    if let Some(sender) = root.required(&spec::SENDER) {
        envelope.sender =
            read_device(sender, place::SENDER.at(&[])).map(|asid| Sender { asid: Some(asid), ..Sender::default() });
    }
    let control_act = root.required(&spec::CONTROL_ACT);
    if let Some(act) = control_act {
        envelope.operator = read_person(act);
        check_system(act, envelope.sender.as_ref().and_then(|sender| sender.asid.as_deref()));
    }
    let document = class.and_then(|class| control_act?.required(&spec::SUBJECT)?.required(class));
    read_ids(own, document.map(|document| document.required(&spec::ID)), &mut envelope);
    Wrapper { envelope, control_act, document }
}

/// The document's id is that of the message. If the wrapper has another one, it is that of the transmission.
fn read_ids(own: Option<Element<'_>>, of_document: Option<Option<Element<'_>>>, envelope: &mut Envelope) {
    let parsed = |id: Element<'_>, field| id::uuid_of(id, field, MessageId::parse);
    let peeked = |id: Option<Element<'_>>| id.and_then(|id| MessageId::parse(id.peek("root")?).ok());
    let message = place::MESSAGE_ID.field();
    let of_document = of_document.flatten();
    let differs = peeked(of_document).is_some_and(|id| peeked(own) != Some(id));
    let id = of_document.and_then(|id| parsed(id, message));
    if differs {
        envelope.transmission = own.and_then(|id| parsed(id, place::TRANSMISSION.field()));
        envelope.id = id.unwrap_or_default();
    } else {
        envelope.id = own.and_then(|id| parsed(id, message)).or(id).unwrap_or_default();
    }
}

/// Reads the time of a request. It says no more than the time of the wrapper.
pub(crate) fn read_request_time(document: Element<'_>, envelope: &Envelope) {
    let Some(time) = document.required(&spec::EFFECTIVE_TIME) else { return };
    if time::peek(time).is_some_and(|time| envelope.created == Some(time)) {
        time.mark_all(Mark::Structural);
    } else {
        time.mark_all(Mark::Unmodelled(tables::REQUEST_TIME));
    }
}

fn read_version(root: Element<'_>) {
    let Some(version) = root.required(&spec::VERSION_CODE) else { return };
    version.structural("code");
    if version.peek("code") != Some(VERSION) {
        version.complain(&rules::V3_VERSION, format!("expected the version {VERSION}"));
    }
}

fn read_interaction(root: Element<'_>) {
    let Some(interaction) = root.required(&spec::INTERACTION_ID) else { return };
    interaction.required_fixed("root", oid::INTERACTION);
    if interaction.peek("extension") == Some(root.name()) {
        interaction.structural("extension");
    } else {
        interaction.complain(&rules::V3_INTERACTION_ID, "expected the name of the root element as extension");
    }
}

fn read_receivers(root: Element<'_>) -> Vec<Destination> {
    let mut receivers = Vec::new();
    for receiver in root.all(&spec::RECEIVER) {
        let asid = read_device(receiver.open(&spec::RECEIVER), place::DESTINATION.at(&[receivers.len()]));
        receivers.extend(asid.map(|asid| Destination { asid: Some(asid), ..Destination::default() }));
    }
    if receivers.is_empty() {
        root.complain(&rules::V3_REQUIRED, format!("expected an element `{}`", spec::RECEIVER.name));
    }
    receivers
}

fn read_device(function: Element<'_>, at: At) -> Option<String> {
    let device = function.required(&spec::DEVICE)?;
    id::read(device, oid::ASID, at.leaf(Leaf::Asid), map_rule::NONE).map(str::to_owned)
}

fn read_person(act: Element<'_>) -> Option<Operator> {
    let at = place::OPERATOR.at(&[]);
    let agent = act.optional(&spec::WRAPPER_AUTHOR)?.required(&spec::AGENT_PERSON_SDS)?;
    let read =
        |parent: Element<'_>, root, leaf| id::read(parent, root, at.leaf(leaf), map_rule::NONE).map(str::to_owned);
    let role_profile_id = read(agent, oid::SDS_ROLE_PROFILE, Leaf::RoleProfileId);
    let user_id = agent.required(&spec::PERSON_SDS).and_then(|person| read(person, oid::SDS_USER, Leaf::UserId));
    let role = agent.optional(&spec::PART).and_then(|part| part.required(&spec::PART_ROLE));
    let job_role = role.and_then(|role| read(role, oid::JOB_ROLE, Leaf::JobRole));
    Some(Operator { user_id, role_profile_id, job_role })
}

/// The authoring system is the sending one. Another is reported and left unread.
fn check_system(act: Element<'_>, sender: Option<&str>) {
    let Some(author) = act.required(&spec::SYSTEM_AUTHOR) else { return };
    let system = author.required(&spec::AGENT_SYSTEM_SDS).and_then(|agent| agent.required(&spec::SYSTEM_SDS));
    let Some(id) = system.and_then(|system| system.required(&spec::ID)) else { return };
    id.required_fixed("root", oid::ASID);
    if id.peek("extension") == sender {
        id.value("extension", place::SENDER.at(&[]).leaf(Leaf::Asid), map_rule::NONE);
    } else {
        id.complain(&rules::V3_DISAGREEMENT, "expected the authoring system to be the sending one");
    }
}

/// What comes back of an envelope. Only a message with a document tells its transmission apart from itself, and only an
/// answer with a document the message that its wrapper refers to from the one that the document answers.
pub(crate) fn project(envelope: &Envelope, body: &Body, context: &Context, direction: Direction) -> Envelope {
    let has_document = !matches!(body, Body::Acknowledgement(_));
    let transmission = match body {
        Body::ReleaseRequest(_) => derived_transmission(envelope).or_else(|| envelope.transmission.clone()),
        _ => envelope.transmission.clone(),
    };
    let answers = match body {
        Body::CancelResponse(response) => answer::project_reference(envelope, response.of.as_ref()),
        Body::ReleaseResponse(response) => answer::project_reference(envelope, response.of.as_ref()),
        _ => None,
    };
    let is_request = direction == Direction::Request;
    let operator = person(context).filter(|_| is_request).map(|(user, role_profile, job_role)| Operator {
        user_id: Some(user.to_owned()),
        role_profile_id: Some(role_profile.to_owned()),
        job_role: Some(job_role.to_owned()),
    });
    let sender = context.sender_asid.clone().map(|asid| Sender { asid: Some(asid), ..Sender::default() });
    let receiver = context.receiver_asid.clone().map(|asid| Destination { asid: Some(asid), ..Destination::default() });
    Envelope {
        id: envelope.id.clone(),
        transmission: transmission.filter(|it| has_document && *it != envelope.id),
        answers,
        created: Some(DateTime::from_timestamp(context.now)),
        sender,
        destination: receiver.into_iter().collect(),
        operator,
    }
}
