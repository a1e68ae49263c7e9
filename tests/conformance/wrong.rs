//! What can be wrong with a message, for every kind in V3 and in FHIR: an unknown code, an unknown element, a missing
//! mandatory element, a wrong order, two where one is meant, an empty list. Each gives its own finding at its place, and
//! nothing is written.

use std::sync::LazyLock;

use causeway_canonical::model::{Body, Kind, Message};
use causeway_syntax::adapter::Context;
use causeway_syntax::{Limits, NodeId, Tree, XmlTree};
use causeway_tests::{fixtures, generate, run};
use causeway_translate::registry;
use serde_json::{Value, json};

use What::{EmptyList, MissingElement, Two, UnknownCode, UnknownElement, WrongOrder};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    UnknownCode,
    UnknownElement,
    MissingElement,
    WrongOrder,
    Two,
    EmptyList,
}

impl What {
    const ALL: [What; 6] = [UnknownCode, UnknownElement, MissingElement, WrongOrder, Two, EmptyList];
}

/// A line of a table: kind of message, what is wrong with it, where that is done, rule and end of the path of the finding.
struct Row {
    kind: Kind,
    what: What,
    at: &'static str,
    rule: &'static str,
    end_of_path: &'static str,
}

fn rows(table: &'static str) -> impl Iterator<Item = Row> {
    table.lines().filter(|line| !line.is_empty()).map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let &[kind, what, at, rule, end_of_path] = words.as_slice() else { panic!("{line}") };
        let kind = *Kind::ALL.iter().find(|it| it.to_string() == kind).unwrap_or_else(|| panic!("{line}"));
        let what = What::ALL.into_iter().find(|it| format!("{it:?}") == what).unwrap_or_else(|| panic!("{line}"));
        Row { kind, what, at, rule, end_of_path }
    })
}

/// A message of the kind, as a format has it, in V3 a line an element: the first full one that the program takes.
fn message(kind: Kind, format: &str) -> String {
    let context = Context {
        sender_asid: Some("200000001285".to_owned()),
        receiver_asid: Some("567456789789".to_owned()),
        ..Context::at("2026-03-02T09:16:00Z".parse().unwrap())
    };
    let adapter = registry::adapter(format).unwrap();
    let text = |message: Message| {
        let written = adapter.write(&message, &context).unwrap_or_else(|findings| panic!("{kind}: {findings:?}"));
        if format == "eps-hl7v3" { written.text.replace("><", ">\n<") } else { written.text }
    };
    // A result of a cancellation that Spine tells in an outcome has hardly anything to make wrong.
    let is_full = |message: &Message| match &message.body {
        Body::CancelResponse(response) => response.item.iter().all(|item| item.intent.is_some()),
        _ => true,
    };
    let cases = [100, 80, 60].into_iter().flat_map(|fullness| (1..12).map(move |seed| (seed, fullness)));
    let mut full = cases.map(|(seed, fullness)| generate::message(kind, seed, fullness)).filter(is_full).map(text);
    full.find(|text| translate(kind, format, text).0).unwrap_or_else(|| panic!("no {kind} in {format}"))
}

/// A format of the other side that has the kind.
fn target(kind: Kind, from: &str) -> &'static str {
    match (kind, from) {
        (Kind::RebuildDispenseHistory, _) => "canonical-json",
        (_, "eps-hl7v3") => "fhir-r4-json",
        // An outcome does not say which message it is of.
        (Kind::Acknowledgement, _) => "canonical-json",
        _ => "eps-hl7v3",
    }
}

/// Runs the program on a message: whether it passes, and what it finds.
fn translate(kind: Kind, from: &str, message: &str) -> (bool, Vec<Value>) {
    static CONTEXT: LazyLock<String> = LazyLock::new(|| fixtures().join("context.toml").display().to_string());
    let arguments =
        ["translate", "--from", from, "--to", target(kind, from), "--context", &CONTEXT, "--findings", "json"];
    let output = run(&[&arguments[..], &["-"]].concat(), message.as_bytes());
    let said = String::from_utf8(output.stderr).unwrap();
    let findings = said.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{kind}: {said}")));
    let findings: Vec<Value> = findings.collect();
    match output.status.code() {
        Some(0) => assert!(!output.stdout.is_empty(), "{kind} from {from}: nothing is written"),
        code => assert!(code == Some(1) && output.stdout.is_empty(), "{kind} from {from}: {code:?}, half a message"),
    }
    (output.status.success(), findings)
}

/// What is not as expected of the findings of an altered message.
fn fault(row: &Row, from: &str, altered: &str) -> Option<String> {
    let (passes, findings) = translate(row.kind, from, altered);
    let tree = registry::adapter(from).unwrap().tree(altered.as_bytes(), &Limits::default()).unwrap();
    let stands_there = |finding: &Value| {
        let path = finding["path"].as_str().unwrap();
        let node = (0..tree.len()).map(NodeId::from_index).find(|node| tree.path(*node) == path);
        finding["rule"] == row.rule
            && finding["severity"] == "error"
            && path.ends_with(row.end_of_path)
            && node.is_some_and(|node| finding["line"] == tree.position(node).line)
    };
    if !passes && findings.iter().any(stands_there) {
        return None;
    }
    let said = |it: &Value| format!("\n    {} {} {}: {}", it["rule"], it["path"], it["line"], it["message"]);
    let said: String = findings.iter().map(said).collect();
    Some(format!("{} {:?} {} passes: {passes}{said}", row.kind, row.what, row.at))
}

/// The message with that done to the first element of a path, whose positions are left out.
fn in_v3(message: &str, what: What, at: &str) -> String {
    let tree = XmlTree::parse(message.as_bytes(), &Limits::default()).unwrap();
    let names = |node: NodeId| {
        let mut names: Vec<&str> =
            std::iter::successors(Some(node), |node| tree.parent(*node)).map(|node| tree.name(node)).collect();
        names.reverse();
        names.join("/")
    };
    let (at, attribute) = at.split_once("/@").unwrap_or((at, "code"));
    let elements: Vec<NodeId> =
        (0..tree.len()).map(NodeId::from_index).filter(|node| names(*node).ends_with(at)).collect();
    let node = *elements.first().unwrap_or_else(|| panic!("no {at}"));
    let parent = tree.parent(node).unwrap();
    let span = tree.span(node);
    let text = &message[span.clone()];
    let mut altered = message.to_owned();
    match what {
        UnknownCode => altered.replace_range(tree.value_span(tree.attribute(node, attribute).unwrap()), "ZZZZ"),
        UnknownElement => altered.insert_str(span.end, "\n<novelty value=\"1\"/>"),
        MissingElement => altered.replace_range(span, ""),
        WrongOrder => {
            let next = tree.elements(parent).skip_while(|it| *it != node).nth(1).unwrap();
            let next = tree.span(next);
            altered.replace_range(span.start..next.end, &format!("{}\n{text}", &message[next]));
        }
        Two => altered.insert_str(span.end, &format!("\n{text}")),
        EmptyList => {
            for node in elements.iter().rev().filter(|node| tree.parent(**node) == Some(parent)) {
                altered.replace_range(tree.span(*node), "");
            }
        }
    }
    altered
}

/// The same in FHIR, to a part of the first resource of a type: `Type/member/0/member`.
fn in_fhir(message: &str, what: What, at: &str) -> String {
    let mut document: Value = serde_json::from_str(message).unwrap();
    let (resource_type, pointer) = at.split_once('/').unwrap_or((at, ""));
    let resource = first(&mut document, resource_type).unwrap_or_else(|| panic!("no {resource_type}"));
    let pointer = if pointer.is_empty() { String::new() } else { format!("/{pointer}") };
    let (around, name) = pointer.rsplit_once('/').unwrap_or_default();
    let part = match what {
        MissingElement | Two => resource.pointer_mut(around),
        _ => resource.pointer_mut(&pointer),
    };
    let part = part.unwrap_or_else(|| panic!("no {at}"));
    match (what, part) {
        (UnknownCode, code) => *code = json!("zzzz"),
        (UnknownElement, part) => part["novelty"] = json!("new"),
        (MissingElement, Value::Array(list)) => drop(list.remove(name.parse().unwrap())),
        (MissingElement, part) => drop(part.as_object_mut().unwrap().remove(name).unwrap()),
        (Two, Value::Array(list)) => list.push(list[name.parse::<usize>().unwrap()].clone()),
        (Two, part) => part[name] = json!("0F3A11-C8X001-0D4B7N"),
        (EmptyList, list) => *list = json!([]),
        (WrongOrder, _) => panic!("members of JSON have no order"),
    }
    serde_json::to_string_pretty(&document).unwrap()
}

/// The first resource of a type, however deep.
fn first<'v>(value: &'v mut Value, resource_type: &str) -> Option<&'v mut Value> {
    if value["resourceType"] == resource_type {
        return Some(value);
    }
    match value {
        Value::Object(members) => members.values_mut().find_map(|member| first(member, resource_type)),
        Value::Array(entries) => entries.iter_mut().find_map(|entry| first(entry, resource_type)),
        _ => None,
    }
}

/// A document that stands twice is two prescriptions, or whatever the kind has, in one message.
const IN_V3: &str = "
prescription-order       UnknownCode    pertinentPrescriptionTreatmentType/value        v3-code        pertinentPrescriptionTreatmentType/value
prescription-order       UnknownElement ParentPrescription/effectiveTime                v3-unknown-element ParentPrescription/novelty
prescription-order       MissingElement ParentPrescription/effectiveTime                v3-required    ParentPrescription
prescription-order       WrongOrder     ParentPrescription/id                           v3-order       ParentPrescription/id
prescription-order       Two            subject/ParentPrescription                      v3-repeated    subject/ParentPrescription[2]
prescription-order       Two            pertinentInformation1/pertinentPrescription     v3-repeated    pertinentInformation1/pertinentPrescription[2]
prescription-order       EmptyList      pertinentPrescription/pertinentInformation2     v3-required    pertinentPrescription
cancel-request           UnknownCode    pertinentCancellationReason/code                v3-fixed-value pertinentCancellationReason/code/@code
cancel-request           UnknownElement CancellationRequest/effectiveTime               v3-unknown-element CancellationRequest/novelty
cancel-request           MissingElement CancellationRequest/effectiveTime               v3-required    CancellationRequest
cancel-request           WrongOrder     CancellationRequest/id                          v3-order       CancellationRequest/id
cancel-request           Two            subject/CancellationRequest                     v3-repeated    subject/CancellationRequest[2]
cancel-request           EmptyList      CancellationRequest/pertinentInformation        v3-required    CancellationRequest
cancel-response          UnknownCode    acknowledgement/@typeCode                       v3-code        /acknowledgement
cancel-response          UnknownElement CancellationResponse/effectiveTime              v3-unknown-element CancellationResponse/novelty
cancel-response          MissingElement CancellationResponse/effectiveTime              v3-required    CancellationResponse
cancel-response          WrongOrder     CancellationResponse/id                         v3-order       CancellationResponse/id
cancel-response          Two            subject/CancellationResponse                    v3-repeated    subject/CancellationResponse[2]
release-request          UnknownCode    pertinentPrescriptionID/code                    v3-fixed-value pertinentPrescriptionID/code/@code
release-request          UnknownElement PatientPrescriptionReleaseRequest/effectiveTime v3-unknown-element PatientPrescriptionReleaseRequest/novelty
release-request          MissingElement PatientPrescriptionReleaseRequest/effectiveTime v3-required    PatientPrescriptionReleaseRequest
release-request          WrongOrder     PatientPrescriptionReleaseRequest/id            v3-order       PatientPrescriptionReleaseRequest/id
release-request          Two            subject/PatientPrescriptionReleaseRequest       v3-repeated    subject/PatientPrescriptionReleaseRequest[2]
release-response         UnknownCode    acknowledgement/@typeCode                       v3-code        /acknowledgement
release-response         UnknownElement PrescriptionReleaseResponse/effectiveTime       v3-unknown-element PrescriptionReleaseResponse/novelty
release-response         MissingElement PrescriptionReleaseResponse/effectiveTime       v3-required    PrescriptionReleaseResponse
release-response         WrongOrder     PrescriptionReleaseResponse/id                  v3-order       PrescriptionReleaseResponse/id
release-response         Two            subject/PrescriptionReleaseResponse             v3-repeated    subject/PrescriptionReleaseResponse[2]
release-response         EmptyList      PrescriptionReleaseResponse/component           v3-required    PrescriptionReleaseResponse
dispense-notification    UnknownCode    pertinentPrescriptionStatus/code                v3-fixed-value pertinentPrescriptionStatus/code/@code
dispense-notification    UnknownElement DispenseNotification/effectiveTime              v3-unknown-element DispenseNotification/novelty
dispense-notification    MissingElement DispenseNotification/effectiveTime              v3-required    DispenseNotification
dispense-notification    WrongOrder     DispenseNotification/id                         v3-order       DispenseNotification/id
dispense-notification    Two            subject/DispenseNotification                    v3-repeated    subject/DispenseNotification[2]
dispense-notification    EmptyList      pertinentSupplyHeader/pertinentInformation1     v3-required    pertinentSupplyHeader
dispense-claim           UnknownCode    pertinentPrescriptionStatus/code                v3-fixed-value pertinentPrescriptionStatus/code/@code
dispense-claim           UnknownElement DispenseClaim/effectiveTime                     v3-unknown-element DispenseClaim/novelty
dispense-claim           MissingElement DispenseClaim/effectiveTime                     v3-required    DispenseClaim
dispense-claim           WrongOrder     DispenseClaim/id                                v3-order       DispenseClaim/id
dispense-claim           Two            subject/DispenseClaim                           v3-repeated    subject/DispenseClaim[2]
dispense-claim           EmptyList      pertinentSupplyHeader/pertinentInformation1     v3-required    pertinentSupplyHeader
return                   UnknownCode    pertinentReturnReason/code                      v3-fixed-value pertinentReturnReason/code/@code
return                   UnknownElement DispenseProposalReturn/effectiveTime            v3-unknown-element DispenseProposalReturn/novelty
return                   MissingElement DispenseProposalReturn/effectiveTime            v3-required    DispenseProposalReturn
return                   WrongOrder     DispenseProposalReturn/id                       v3-order       DispenseProposalReturn/id
return                   Two            subject/DispenseProposalReturn                  v3-repeated    subject/DispenseProposalReturn[2]
withdraw                 UnknownCode    pertinentWithdrawType/value                     v3-fixed-value pertinentWithdrawType/value/@code
withdraw                 UnknownElement ETPWithdraw/effectiveTime                       v3-unknown-element ETPWithdraw/novelty
withdraw                 MissingElement ETPWithdraw/effectiveTime                       v3-required    ETPWithdraw
withdraw                 WrongOrder     ETPWithdraw/id                                  v3-order       ETPWithdraw/id
withdraw                 Two            subject/ETPWithdraw                             v3-repeated    subject/ETPWithdraw[2]
rebuild-dispense-history UnknownCode    pertinentWithdrawReason/code                    v3-fixed-value pertinentWithdrawReason/code/@code
rebuild-dispense-history UnknownElement RebuildDispenseHistory/effectiveTime            v3-unknown-element RebuildDispenseHistory/novelty
rebuild-dispense-history MissingElement RebuildDispenseHistory/effectiveTime            v3-required    RebuildDispenseHistory
rebuild-dispense-history WrongOrder     RebuildDispenseHistory/id                       v3-order       RebuildDispenseHistory/id
rebuild-dispense-history Two            subject/RebuildDispenseHistory                  v3-repeated    subject/RebuildDispenseHistory[2]
rebuild-dispense-history EmptyList      RebuildDispenseHistory/component                v3-required    RebuildDispenseHistory
acknowledgement          UnknownCode    acknowledgement/@typeCode                       v3-code        /acknowledgement
acknowledgement          UnknownElement versionCode                                     v3-unknown-element novelty
acknowledgement          MissingElement acknowledgement/messageRef                      v3-required    acknowledgement
acknowledgement          WrongOrder     creationTime                                    v3-order       creationTime
acknowledgement          Two            acknowledgement                                 v3-repeated    acknowledgement[2]
";

/// The same in FHIR. There two prescriptions are told by names of prescriptions that differ.
const IN_FHIR: &str = "
prescription-order    UnknownCode    MedicationRequest/status                shape-fixed-value         Bundle.entry[1].resource.status
prescription-order    UnknownElement MedicationRequest                       field-lost                .novelty
prescription-order    MissingElement MedicationRequest/subject               fhir-required             Bundle.entry[1].resource
prescription-order    Two            MedicationRequest/groupIdentifier/value medication-requests-agree ].resource.groupIdentifier
prescription-order    EmptyList      Bundle/entry                            message-header            Bundle
cancel-request        UnknownCode    MedicationRequest/status                cancelled-status          Bundle.entry[1].resource.status
cancel-request        UnknownElement MedicationRequest                       field-lost                .novelty
cancel-request        MissingElement MedicationRequest/subject               fhir-required             Bundle.entry[1].resource
cancel-request        Two            Bundle/entry/1                          one-request-to-cancel    ].resource
cancel-request        EmptyList      Bundle/entry                            message-header            Bundle
cancel-response       UnknownCode    Patient/gender                          fhir-code                 .gender
cancel-response       UnknownElement MedicationRequest                       field-lost                .novelty
cancel-response       MissingElement MedicationRequest/subject               fhir-required             Bundle.entry[1].resource
cancel-response       Two            Bundle/entry/1                          fhir-too-many            ].resource
cancel-response       EmptyList      Bundle/entry                            message-header            Bundle
release-request       UnknownCode    PractitionerRole/telecom/0/use          shape-fixed-value         telecom[0].use
release-request       UnknownElement PractitionerRole                        field-lost                .novelty
release-request       MissingElement Parameters/parameter/0                  release-owner             Parameters
release-request       Two            Parameters/parameter/3                  fhir-too-many             ]
release-request       EmptyList      Parameters/parameter                    fhir-message-kind         Parameters
release-response      UnknownCode    Patient/gender                          fhir-code                 .gender
release-response      UnknownElement MedicationRequest                       field-lost                .novelty
release-response      MissingElement MedicationRequest/subject               fhir-required             entry[1].resource
release-response      Two            MedicationRequest/groupIdentifier/value medication-requests-agree ].resource.groupIdentifier
release-response      EmptyList      Bundle/entry                            fhir-disagreement         Parameters.parameter[0].resource.total
dispense-notification UnknownCode    Patient/gender                          fhir-code                 .gender
dispense-notification UnknownElement MedicationDispense                      field-lost                .novelty
dispense-notification MissingElement MedicationDispense/subject              fhir-required             resource
dispense-notification Two            MedicationRequest/groupIdentifier/value medication-requests-agree ].groupIdentifier
dispense-notification EmptyList      Bundle/entry                            message-header            Bundle
dispense-claim        UnknownCode    Claim/status                            fhir-fixed-value          Claim.status
dispense-claim        UnknownElement Claim                                   field-lost                Claim.novelty
dispense-claim        MissingElement Claim/identifier                        fhir-required             Claim
dispense-claim        Two            Claim/item/0                            fhir-too-many             Claim.item[1]
dispense-claim        EmptyList      Claim/item                              fhir-required             Claim
return                UnknownCode    Task/status                             task-status               Task.status
return                UnknownElement Task                                    field-lost                Task.novelty
return                MissingElement Task/groupIdentifier                    fhir-required             Task
return                Two            Task/identifier/0                       fhir-too-many             Task.identifier[1]
return                EmptyList      Task/identifier                         fhir-required             Task
withdraw              UnknownCode    Task/status                             task-status               Task.status
withdraw              UnknownElement Task                                    field-lost                Task.novelty
withdraw              MissingElement Task/groupIdentifier                    fhir-required             Task
withdraw              Two            Task/identifier/0                       fhir-too-many             Task.identifier[1]
withdraw              EmptyList      Task/identifier                         fhir-required             Task
acknowledgement       UnknownCode    OperationOutcome/issue/0/severity       fhir-code                 OperationOutcome.issue[0].severity
acknowledgement       UnknownElement OperationOutcome                        field-lost                .novelty
acknowledgement       MissingElement OperationOutcome/issue/0/severity       fhir-required             OperationOutcome.issue[0]
acknowledgement       EmptyList      OperationOutcome/issue                  shape-cardinality         OperationOutcome.issue
";

/// What makes no sense: an empty list where none must hold something, and two issues of an outcome.
const LEFT_OUT: &[&str] = &[
    "cancel-response eps-hl7v3 EmptyList",
    "release-request eps-hl7v3 EmptyList",
    "return eps-hl7v3 EmptyList",
    "withdraw eps-hl7v3 EmptyList",
    "acknowledgement eps-hl7v3 EmptyList",
    "acknowledgement fhir-r4-json Two",
];

/// Every kind in every format that has it.
fn kinds_and_formats() -> impl Iterator<Item = (Kind, &'static str)> {
    let formats = |kind: &'static Kind| ["eps-hl7v3", "fhir-r4-json"].map(|format| (*kind, format));
    let has_form = |(kind, format): &(Kind, &str)| *kind != Kind::RebuildDispenseHistory || *format == "eps-hl7v3";
    Kind::ALL.iter().flat_map(formats).filter(has_form)
}

#[test]
fn what_is_wrong_in_v3_has_its_finding_at_its_place() {
    let altered = |row: &Row| in_v3(&message(row.kind, "eps-hl7v3"), row.what, row.at);
    let faults: Vec<_> = rows(IN_V3).filter_map(|row| fault(&row, "eps-hl7v3", &altered(&row))).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn what_is_wrong_in_fhir_has_its_finding_at_its_place() {
    let altered = |row: &Row| in_fhir(&message(row.kind, "fhir-r4-json"), row.what, row.at);
    let faults: Vec<_> = rows(IN_FHIR).filter_map(|row| fault(&row, "fhir-r4-json", &altered(&row))).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_kind_is_made_wrong_in_every_way_that_makes_sense() {
    let mut left_out = Vec::new();
    for (kind, format) in kinds_and_formats() {
        let done: Vec<What> = rows(if format == "eps-hl7v3" { IN_V3 } else { IN_FHIR })
            .filter(|row| row.kind == kind)
            .map(|row| row.what)
            .collect();
        let missing = What::ALL.into_iter().filter(|what| !done.contains(what));
        let has_order = |what: &What| format == "eps-hl7v3" || *what != WrongOrder;
        left_out.extend(missing.filter(has_order).map(|what| format!("{kind} {format} {what:?}")));
    }
    assert_eq!(left_out, LEFT_OUT);
}
