//! Steps taken back: PORX_IN100101, DispenseProposalReturn, and PORX_IN510101, ETPWithdraw (task.md).
//!
//! Invariant: parts stand in the order of the schema, and inside an act the code before the value (EPS-D19 is not
//! reproduced).

use causeway_canonical::ledger::{Tag, map_rule, place};
use causeway_canonical::model::{Body, Envelope, Message, Patient, PrescriptionRef, Reversal, VERSION};
use causeway_canonical::{Finding, MessageId, NhsNumber};
use causeway_syntax::adapter::{Compat, Context, Written};

use crate::datatypes::{id, is_blank, time};
use crate::element::Element;
use crate::oid::{self, uri};
use crate::person::{self, Part};
use crate::reference::{self, Reasons};
use crate::rules;
use crate::spec::{self, reversal};
use crate::target::Target;
use crate::wrapper;

/// Names and versions of the interactions.
const RETURN: (&str, &str) = ("PORX_IN100101", "31");
const WITHDRAW: (&str, &str) = ("PORX_IN510101", "31");

const RETURN_REASONS: Reasons = Reasons { oid: oid::RETURN_REASON, uri: uri::RETURN_REASON };
const WITHDRAW_REASONS: Reasons = Reasons { oid: oid::WITHDRAW_REASON, uri: uri::WITHDRAW_REASON };

/// Whether this is a return, in either spelling.
pub(crate) fn is_return(name: &str) -> bool {
    wrapper::is_request(name, RETURN)
}

/// Whether this is a withdrawal, in either spelling.
pub(crate) fn is_withdraw(name: &str) -> bool {
    wrapper::is_request(name, WITHDRAW)
}

pub(crate) fn write_return(
    envelope: &Envelope,
    returned: &Reversal,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let mut target = wrapper::open_request(context, RETURN, envelope);
    target.open(&reversal::RETURN);
    wrapper::write_document_id(&mut target, envelope);
    time::write_when(&mut target, returned.when.as_ref());
    target.open(&reversal::AUTHOR);
    person::write(&mut target, &returned.author, Part::DISPENSER);
    target.close();
    let prescription = &returned.prescription;
    reference::write_short_id(&mut target, &reversal::RETURN_PRESCRIPTION_ID, prescription.short_id.as_ref());
    reference::write_issue(&mut target, &reversal::RETURN_ISSUE, prescription.repeat.as_ref());
    let reason = returned.reason.as_ref();
    RETURN_REASONS.write(&mut target, &reversal::RETURN_REASON, reason, place::REASON.at(&[]));
    let of = returned.of.as_ref();
    reference::write_message(&mut target, &reversal::RETURNED, of, place::ACKNOWLEDGEMENT_OF.field());
    target.close();
    wrapper::finish(target)
}

pub(crate) fn write_withdraw(
    envelope: &Envelope,
    withdrawn: &Reversal,
    context: &Context,
) -> Result<Written, Vec<Finding>> {
    let mut target = wrapper::open_request(context, WITHDRAW, envelope);
    target.open(&reversal::WITHDRAW);
    wrapper::write_document_id(&mut target, envelope);
    time::write_when(&mut target, withdrawn.when.as_ref());
    write_patient(&mut target, withdrawn.patient.as_ref());
    target.open(&reversal::AUTHOR);
    person::write_of_directory(&mut target, &withdrawn.author);
    target.close();
    let prescription = &withdrawn.prescription;
    reference::write_short_id(&mut target, &reversal::WITHDRAW_PRESCRIPTION_ID, prescription.short_id.as_ref());
    reference::write_issue(&mut target, &reversal::WITHDRAW_ISSUE, prescription.repeat.as_ref());
    target.open_fact(&reversal::WITHDRAW_TYPE);
    let kind = &reversal::LAST_DISPENSE;
    target.fixed("code", kind.code);
    target.fixed("codeSystem", kind.system);
    target.fixed("displayName", kind.display.unwrap_or_default());
    target.close_fact();
    let reason = withdrawn.reason.as_ref();
    WITHDRAW_REASONS.write(&mut target, &reversal::WITHDRAW_REASON, reason, place::REASON.at(&[]));
    let of = withdrawn.of.as_ref();
    reference::write_message(&mut target, &reversal::WITHDRAWN, of, place::ACKNOWLEDGEMENT_OF.field());
    target.close();
    wrapper::finish(target)
}

fn number_of(patient: Option<&Patient>) -> Option<&NhsNumber> {
    patient?.nhs_number.as_ref().filter(|number| !is_blank(number.as_str()))
}

fn write_patient(target: &mut Target<'_>, patient: Option<&Patient>) {
    let field = place::NHS_NUMBER.field();
    let Some(number) = number_of(patient) else {
        return target.refuse(&rules::EPS_NHS_NUMBER, field, "expected the NHS number of the patient");
    };
    target.open(&spec::RECORD_TARGET);
    target.open(&reversal::PATIENT);
    id::write(target, number.as_str(), oid::NHS_NUMBER, [Tag::Field(field, map_rule::NONE)]);
    target.close_all(2);
}

/// Reads a return; `None` if there is no document in it.
pub(crate) fn read_return(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root, Some(&reversal::RETURN));
    let document = wrapper.document?;
    let author = document.required(&reversal::AUTHOR).and_then(|author| person::read(author, Part::DISPENSER));
    let returned = Reversal {
        when: time::read_in(document, &spec::EFFECTIVE_TIME, place::WHEN.field()),
        author: author.unwrap_or_default(),
        prescription: PrescriptionRef {
            id: None,
            short_id: reference::read_short_id(document, &reversal::RETURN_PRESCRIPTION_ID),
            repeat: reference::read_issue(document, &reversal::RETURN_ISSUE),
        },
        of: reference::read(document, &reversal::RETURNED, place::ACKNOWLEDGEMENT_OF.field(), MessageId::parse),
        reason: RETURN_REASONS.read(document, &reversal::RETURN_REASON, place::REASON.at(&[])),
        ..Reversal::default()
    };
    let body = Body::Return(Box::new(returned));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

/// Reads a withdrawal; `None` if there is no document in it.
pub(crate) fn read_withdraw(root: Element<'_>) -> Option<Message> {
    let wrapper = wrapper::read(root, Some(&reversal::WITHDRAW));
    let document = wrapper.document?;
    let author = document.required(&reversal::AUTHOR).and_then(person::read_of_directory);
    let kind = document.required_fact(&reversal::WITHDRAW_TYPE).and_then(|act| act.required(&spec::VALUE));
    if let Some(kind) = kind {
        kind.required_fixed("code", reversal::LAST_DISPENSE.code);
        kind.required_fixed("codeSystem", reversal::LAST_DISPENSE.system);
        kind.structural("displayName");
    }
    let withdrawn = Reversal {
        when: time::read_in(document, &spec::EFFECTIVE_TIME, place::WHEN.field()),
        patient: read_patient(document),
        author: author.unwrap_or_default(),
        prescription: PrescriptionRef {
            id: None,
            short_id: reference::read_short_id(document, &reversal::WITHDRAW_PRESCRIPTION_ID),
            repeat: reference::read_issue(document, &reversal::WITHDRAW_ISSUE),
        },
        of: reference::read(document, &reversal::WITHDRAWN, place::ACKNOWLEDGEMENT_OF.field(), MessageId::parse),
        reason: WITHDRAW_REASONS.read(document, &reversal::WITHDRAW_REASON, place::REASON.at(&[])),
        ..Reversal::default()
    };
    let body = Body::Withdraw(Box::new(withdrawn));
    Some(Message { version: VERSION.to_owned(), envelope: wrapper.envelope, body, ..Message::default() })
}

fn read_patient(document: Element<'_>) -> Option<Patient> {
    let patient = document.required(&spec::RECORD_TARGET)?.required(&reversal::PATIENT)?;
    let number = id::read(patient, oid::NHS_NUMBER, place::NHS_NUMBER.field(), map_rule::NONE)?;
    Some(Patient { nhs_number: Some(NhsNumber::new(number)), ..Patient::default() })
}

/// What comes back of a return.
pub(crate) fn project_return(returned: &Reversal, compat: Compat) -> Reversal {
    Reversal {
        author: person::project(&returned.author, Part::DISPENSER, compat),
        reason: RETURN_REASONS.project(returned.reason.as_ref()),
        ..project(returned)
    }
}

/// What comes back of a withdrawal.
pub(crate) fn project_withdraw(withdrawn: &Reversal, compat: Compat) -> Reversal {
    let number = number_of(withdrawn.patient.as_ref()).cloned();
    Reversal {
        patient: number.map(|number| Patient { nhs_number: Some(number), ..Patient::default() }),
        author: person::project_of_directory(&withdrawn.author, compat),
        reason: WITHDRAW_REASONS.project(withdrawn.reason.as_ref()),
        ..project(withdrawn)
    }
}

fn project(reversal: &Reversal) -> Reversal {
    Reversal {
        when: reversal.when.as_ref().map(time::project),
        prescription: PrescriptionRef {
            id: None,
            short_id: reversal.prescription.short_id.clone(),
            repeat: reference::project_issue(reversal.prescription.repeat.as_ref()),
        },
        of: reversal.of.clone(),
        ..Reversal::default()
    }
}
