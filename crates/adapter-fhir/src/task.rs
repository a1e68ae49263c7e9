//! Task: a released prescription given back, or a dispense notification withdrawn (task.md).
//!
//! The status tells the two apart. Whoever acts stands contained in the Task.

use causeway_canonical::ledger::place;
use causeway_canonical::model::{
    Agent, Body, Concept, Envelope, Kind, Message, PrescriptionRef, Repeat, Reversal, VERSION,
};

use crate::agent::{self, Urls};
use crate::bundle::Bundle;
use crate::datatypes::{
    peek_system, read_concept, read_date_time, read_message_uuid, read_resource_frame, write_concept,
};
use crate::element::Element;
use crate::medication_request::{Told, read_group, write_group};
use crate::operator;
use crate::patient::{self, organisation_reference_content, read_organisation_reference};
use crate::repeat::{self, Parts, prescription_repeat};
use crate::rules;
use crate::sink::Sink;
use crate::system;
use crate::unmodelled;

const AUTHOR: usize = 0;

/// What tells a return from a withdrawal.
pub struct Form {
    /// Task.status.
    status: &'static str,
    /// Task.code as it is written, with its words.
    code: (&'static str, &'static str),
    /// A code that older messages have instead.
    older_code: Option<&'static str>,
    /// Code system of the reasons.
    reasons: &'static str,
    kind: Kind,
    body: fn(Box<Reversal>) -> Body,
}

/// A released prescription given back.
pub static RETURN: Form = Form {
    status: "rejected",
    code: ("fulfill", "Fulfill the focal request"),
    older_code: Some("change"),
    reasons: system::RETURN_REASON,
    kind: Kind::Return,
    body: Body::Return,
};

/// A dispense notification withdrawn.
pub static WITHDRAWAL: Form = Form {
    status: "in-progress",
    code: ("abort", "Mark the focal resource as no longer active"),
    older_code: None,
    reasons: system::WITHDRAW_REASON,
    kind: Kind::Withdraw,
    body: Body::Withdraw,
};

/// Reads a Task. `None` where so much is missing that no message could be made of it.
pub fn read(task: Element<'_>) -> Option<Message> {
    read_resource_frame(task);
    let status = task.required("status")?;
    let word = task.peek_plain("status");
    let Some(form) = [&RETURN, &WITHDRAWAL].into_iter().find(|form| word == Some(form.status)) else {
        status.report(&rules::TASK_STATUS, "the status is expected to be rejected or in-progress");
        return None;
    };
    status.structural();
    task.narrative(|| form.kind.member().to_owned());
    let contained = Bundle::contained_in(task);
    let identifier = task.required("identifier")?;
    identifier.fixed("system", system::RFC4122);
    let id = read_message_uuid(identifier.required("value")?, place::MESSAGE_ID.field())?;
    read_intent(task);
    read_code(task, form);
    task.required("authoredOn");
    let reversal = Reversal {
        when: read_date_time(task, "authoredOn", place::WHEN.field()),
        patient: task.child("for").and_then(patient::read_reference),
        author: read_author(&contained, task),
        recipient: task.child("owner").map(|owner| read_organisation_reference(owner, place::RECIPIENT.at(&[]))),
        prescription: PrescriptionRef {
            repeat: repeat::read(task, prescription_repeat(), Parts::Issued),
            ..task.required("groupIdentifier").map(|group| read_group(group, Told::InPart)).unwrap_or_default()
        },
        of: task.child("focus").and_then(|focus| {
            focus.structural_child("type");
            let identifier = focus.required("identifier")?;
            identifier.fixed("system", system::RFC4122);
            read_message_uuid(identifier.required("value")?, place::ACKNOWLEDGEMENT_OF.field())
        }),
        reason: read_reason(task, form),
    };
    if let Some(extension) = task.extension(system::EXT_EPS_PRESCRIPTION) {
        for part in extension.extension("courseOfTherapyType").iter().flat_map(|part| part.child("valueCoding")) {
            for name in ["system", "code", "display"] {
                part.unmodelled(name, unmodelled::TASK_COURSE);
            }
        }
    }
    Some(Message {
        version: VERSION.to_owned(),
        envelope: Envelope { id, operator: operator::read(task), ..Envelope::default() },
        body: (form.body)(Box::new(reversal)),
        ..Message::default()
    })
}

fn read_intent(task: Element<'_>) {
    let Some(intent) = task.required("intent") else { return };
    match intent.peek() {
        Some("order") => intent.structural(),
        _ => intent.report(&rules::TASK_INTENT, "the intent is expected to be order"),
    }
}

fn read_code(task: Element<'_>, form: &Form) {
    let Some(coding) = task.child("code").and_then(|concept| concept.required("coding")) else {
        if form.status == WITHDRAWAL.status {
            task.report(&rules::TASK_CODE, "code is expected here and missing");
        }
        return;
    };
    coding.fixed("system", system::TASK_CODE);
    coding.unmodelled("display", unmodelled::TASK_CODE_DISPLAY);
    let Some(code) = coding.required("code") else { return };
    if code.peek() == Some(form.code.0) || (form.older_code.is_some() && code.peek() == form.older_code) {
        code.structural();
    } else {
        code.report(&rules::TASK_CODE, format!("the code is expected to be {}", form.code.0));
    }
}

fn read_author(contained: &Bundle<'_>, task: Element<'_>) -> Agent {
    let Some(requester) = task.required("requester") else { return Agent::default() };
    let Some(role) = contained.resolve(requester, "PractitionerRole") else { return Agent::default() };
    agent::read(contained, role, AUTHOR)
}

/// The reason stands in statusReason, and in older messages in reasonCode.
fn read_reason(task: Element<'_>, form: &Form) -> Option<Concept> {
    let at = place::REASON.at(&[]);
    let (reason, activity) = match (task.child("statusReason"), task.child("reasonCode")) {
        (Some(reason), activity) => (Some(reason), activity),
        (None, reason) => (reason, None),
    };
    if let Some(coding) = activity.and_then(|activity| activity.child("coding"))
        && peek_system(coding).as_deref() == Some(system::SNOMED)
        && matches!(coding.peek_child("code"), Some("33633005" | "373784005"))
    {
        for name in ["system", "code", "display"] {
            coding.unmodelled(name, unmodelled::TASK_ACTIVITY);
        }
    }
    let concept = reason.map(|reason| read_concept(reason, at));
    if concept.as_ref().is_none_or(|concept| concept.coding_in(form.reasons).is_none()) {
        let message = "a reason of the code system for this kind of task is expected in statusReason";
        reason.unwrap_or(task).report(&rules::TASK_REASON, message);
    }
    concept
}

/// Writes a Task.
pub fn write(sink: &mut Sink, envelope: &Envelope, reversal: &Reversal, form: &Form) {
    let urls = Urls::contained(&reversal.author, "requester");
    sink.resource("Task", |sink| {
        sink.narrative(|| form.kind.member().to_owned());
        sink.begin_list("contained");
        agent::write(sink, &reversal.author, AUTHOR, &urls);
        sink.end_list();
        let operator = envelope.operator.as_ref().and_then(operator::project);
        let repeat = reversal.prescription.repeat.as_ref().filter(|repeat| **repeat != Repeat::default());
        if operator.is_some() || repeat.is_some() {
            sink.begin_list("extension");
            operator::write(sink, operator.as_ref());
            if let Some(repeat) = repeat {
                repeat::write(sink, repeat, prescription_repeat());
            }
            sink.end_list();
        }
        sink.begin_list("identifier");
        sink.entry(|sink| {
            sink.fixed("system", system::RFC4122);
            sink.text("value", envelope.id.as_str(), place::MESSAGE_ID.field());
        });
        sink.end_list();
        let prescription = &reversal.prescription;
        write_group(sink, prescription.id.as_ref(), prescription.short_id.as_ref());
        sink.fixed("status", form.status);
        if let Some(reason) = &reversal.reason {
            write_concept(sink, "statusReason", reason, place::REASON.at(&[]));
        }
        sink.fixed("intent", "order");
        write_code(sink, form);
        write_links(sink, reversal, &urls);
    });
}

fn write_code(sink: &mut Sink, form: &Form) {
    sink.element("code", |sink| {
        sink.begin_list("coding");
        sink.entry(|sink| {
            sink.fixed("system", system::TASK_CODE);
            sink.fixed("code", form.code.0);
            sink.fixed("display", form.code.1);
        });
        sink.end_list();
    });
}

/// Writes what the task is about, when and who.
fn write_links(sink: &mut Sink, reversal: &Reversal, urls: &Urls) {
    if let Some(of) = &reversal.of {
        sink.element("focus", |sink| {
            sink.element("identifier", |sink| {
                sink.fixed("system", system::RFC4122);
                sink.text("value", of.as_str(), place::ACKNOWLEDGEMENT_OF.field());
            });
        });
    }
    if let Some(patient) = reversal.patient.as_ref().filter(|patient| patient.nhs_number.is_some()) {
        sink.element("for", |sink| patient::reference_content(sink, patient));
    }
    if let Some(when) = &reversal.when {
        sink.text("authoredOn", when.as_str(), place::WHEN.field());
    }
    sink.element("requester", |sink| sink.fixed("reference", &urls.role));
    if let Some(recipient) = &reversal.recipient {
        sink.element("owner", |sink| organisation_reference_content(sink, recipient, place::RECIPIENT.at(&[])));
    }
}

/// What a Task says of a step taken back.
pub fn project(envelope: &mut Envelope, reversal: &mut Reversal) {
    *envelope = Envelope {
        id: std::mem::take(&mut envelope.id),
        operator: envelope.operator.as_ref().and_then(operator::project),
        ..Envelope::default()
    };
    agent::project_contained(&mut reversal.author);
    reversal.patient = reversal
        .patient
        .take()
        .filter(|patient| patient.nhs_number.is_some())
        .map(|patient| patient::project_reference(&patient));
    reversal.prescription.repeat.take_if(|repeat| *repeat == Repeat::default());
}
