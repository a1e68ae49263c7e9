//! Cancellations and their answers, returns, withdrawals and refusals: what is written and read back is the projection,
//! and the published messages are written again as they were.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use causeway_adapter_eps::EpsV3;
use causeway_canonical::ledger::{Mark, Tag};
use causeway_canonical::model::*;
use causeway_canonical::{MessageId, PrescriptionShortId, refused};
use causeway_syntax::adapter::{Adapter, Compat, Context, Defect, InteractionSuffix};
use causeway_syntax::{Limits, NodeId, Tree, XmlKind, XmlTree};
use common::naming::{cancel_requests, full_rejection, full_response, messages};
use common::orders::{message, text};
use common::{account, context, corpus, read, unread, validate};

fn contexts() -> [Context; 2] {
    let mut plain = context(Compat::NONE);
    plain.interaction_suffix = InteractionSuffix::Uk;
    [plain, context(Compat::nhs_eps_api())]
}

fn uk(text: &str) -> String {
    text.replace("SM31", "UK31").replace("SM32", "UK32")
}

fn write(name: &str, message: &Message, context: &Context) -> String {
    EpsV3.write(message, context).unwrap_or_else(|findings| panic!("{name}: {findings:#?}")).text
}

#[test]
fn what_is_written_comes_back_as_its_projection_and_fits_the_schema() {
    for context in contexts() {
        for (name, message, schema) in messages() {
            validate(&uk(&account::comes_back(name, &message, &context)), schema);
        }
    }
}

#[test]
fn what_is_not_written_is_kept_by_name() {
    for context in contexts() {
        for (name, message, _) in messages() {
            account::is_written_or_kept(name, &message, &context);
        }
    }
}

#[test]
fn every_field_that_is_read_comes_from_a_value() {
    for (name, message, _) in messages() {
        account::comes_from_values(name, &message, &context(Compat::NONE));
    }
}

#[test]
fn a_changed_value_is_read_as_another_message_or_found_wrong() {
    for (name, message, _) in messages() {
        let context = context(Compat::NONE);
        let written = EpsV3.write(&message, &context).unwrap();
        let (before, _) = read(&written.text, &context);
        let tree = XmlTree::parse(written.text.as_bytes(), &Limits::default()).unwrap();
        for (offset, tag) in &written.tags {
            let Tag::Field(field, _) = tag else { continue };
            let node = tree.node_at(*offset).unwrap();
            let span = tree.value_span(node);
            let value = &written.text[span.clone()];
            // Another last character of the same sort keeps the form of a code, a time or an id.
            let last = value.chars().next_back().unwrap();
            let other = match last {
                '9' | '1' => '0',
                '0'..='9' => '1',
                'A' => 'B',
                _ => 'A',
            };
            let end = span.end - last.len_utf8();
            let changed = [&written.text[..end], &other.to_string(), &written.text[span.end..]].concat();
            let reading = EpsV3.read(changed.as_bytes(), &context);
            let lost = reading.account.as_ref().is_none_or(|account| !unread(account).is_empty());
            let kept = reading.account.as_ref().is_some_and(|account| {
                let node = account.tree.node_at(*offset).unwrap();
                matches!(account.marks[node.index()], Mark::Unmodelled(_))
            });
            let differs = lost || kept || reading.message.is_none_or(|after| after != before);
            assert!(differs || refused(&reading.findings), "{name}: {}", field.path());
        }
    }
}

/// Paths and texts of the published messages of an operation.
fn published(corpus: &Path, operation: &str) -> Vec<(String, String)> {
    let folder = corpus.join("eps-pairs");
    let pairs: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("pairs.json")).unwrap()).unwrap();
    let pairs = pairs.as_array().unwrap().iter().filter(|pair| pair["operation"] == operation);
    pairs
        .map(|pair| pair["v3"].as_str().unwrap().to_owned())
        .map(|path| (path.clone(), std::fs::read_to_string(folder.join(&path)).unwrap()))
        .collect()
}

/// The responsible party of this one has no person (EPS-D17).
const FAULTY: &str = "responsible-party-org";

#[test]
fn every_published_request_is_read_and_written_again_as_it_was() {
    let Some(corpus) = corpus() else { return };
    for (operation, number, schema) in [
        ("Cancel", 10, "PORX_IN030101UK32.xsd"),
        ("Return", 1, "PORX_IN100101UK31.xsd"),
        ("Withdraw", 1, "PORX_IN510101UK31.xsd"),
    ] {
        let messages = published(&corpus, operation);
        assert_eq!(messages.len(), number, "{operation}");
        for (path, text) in messages.iter().filter(|(path, _)| !path.contains(FAULTY)) {
            for context in contexts() {
                let (message, reading) = read(text, &context);
                assert!(reading.findings.is_empty(), "{path}: {:#?}", reading.findings);
                assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new(), "{path}");
                if context.compat != Compat::NONE {
                    assert_eq!(write(path, &message, &context).trim_end(), text.trim_end(), "{path}");
                }
                let mut message = message;
                if operation == "Withdraw" && context.compat == Compat::NONE {
                    let Body::Withdraw(withdrawn) = &mut message.body else { panic!("{path}") };
                    let person = withdrawn.author.practitioner.as_ref().unwrap();
                    assert_eq!(person.identifier[0].value.as_deref(), Some("VNE51"), "{path}");
                }
                validate(&uk(&write(path, &message, &context)), schema);
            }
        }
    }
}

#[test]
fn d17_a_responsible_party_without_a_person_is_refused_reading_and_writing() {
    let Some(corpus) = corpus() else { return };
    let (_, faulty) = published(&corpus, "Cancel").into_iter().find(|(path, _)| path.contains(FAULTY)).unwrap();
    let context = &contexts()[1];
    let reading = EpsV3.read(faulty.as_bytes(), context);
    let rules: Vec<_> = reading.findings.iter().map(|finding| finding.rule.name).collect();
    assert_eq!(rules, ["v3-required"], "{:#?}", reading.findings);
    assert!(reading.findings[0].path.ends_with("/responsibleParty/AgentPerson"), "{:#?}", reading.findings);
    let findings = EpsV3.write(&reading.message.unwrap(), context).err().unwrap();
    assert_eq!(findings.iter().map(|finding| finding.rule.name).collect::<Vec<_>>(), ["eps-practitioner"]);
}

/// Elements and values of a document from its interaction on: expanded names, attributes in order, no white space, UUIDs
/// in upper case; without the attribute that the schema does not have.
fn shape(xml: &str) -> Vec<String> {
    let source = match xml.split_once("<hl7:") {
        Some((_, rest)) if xml.starts_with("--") => {
            let rest = rest.split("\n----=_MIME").next().unwrap();
            format!("<hl7:{}", rest.split("\n  ----=_MIME").next().unwrap())
        }
        _ => xml.to_owned(),
    };
    let tree = XmlTree::parse(source.as_bytes(), &Limits::default()).unwrap();
    let names = |node| format!("{{{}}}{}", tree.namespace(node), tree.name(node));
    let mut lines = Vec::new();
    for node in (0..tree.len()).map(NodeId::from_index) {
        match tree.kind(node) {
            XmlKind::Element => {
                let mut attributes: Vec<String> = tree
                    .attributes(node)
                    .filter(|attribute| {
                        let on = tree.name(node);
                        !(tree.name(*attribute) == "contextControlCode" && matches!(on, "author" | "responsibleParty"))
                    })
                    .map(|attribute| format!("{}={}", tree.name(attribute), tree.text(attribute).to_uppercase()))
                    .collect();
                attributes.sort();
                lines.push(format!("{} {attributes:?}", names(node)));
            }
            XmlKind::Text if tree.is_value(node) => lines.push(tree.text(node).trim().to_owned()),
            _ => {}
        }
    }
    lines
}

#[test]
fn every_published_answer_is_read_and_written_again_as_it_was() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("eps-spine-responses/spine-responses");
    for (file, created, schema) in [
        ("cancel_success.xml", "2020-12-16T13:59:16Z", "PORX_IN050101UK31.xsd"),
        ("cancel_error.xml", "2020-11-18T09:25:23Z", "PORX_IN050101UK31.xsd"),
        ("async_success.xml", "2020-11-12T11:54:43Z", "MCCI_IN010000UK13.xsd"),
        ("async_multiple_error.xml", "2020-08-12T08:15:23Z", "MCCI_IN010000UK13.xsd"),
    ] {
        let source = std::fs::read_to_string(folder.join(file)).unwrap();
        assert!(EpsV3.sniff(source.as_bytes()), "{file}");
        for mut context in contexts() {
            (context.sender_asid, context.receiver_asid) = (text("567456789789"), text("200000001285"));
            context.now = created.parse().unwrap();
            let (message, reading) = read(&source, &context);
            assert!(reading.findings.is_empty(), "{file}: {:#?}", reading.findings);
            let account = reading.account.as_ref().unwrap();
            assert_eq!(unread(account), Vec::<String>::new(), "{file}");
            let written = write(file, &message, &context);
            let mut expected = shape(&source);
            // The schema allows an empty telecom, which says nothing and is not written again.
            expected.retain(|line| line != "{urn:hl7-org:v3}telecom []");
            // A failure to process has a code in both lists; an answer that says no more is written with the first.
            for line in &mut expected {
                *line = line.replace("code=5000", "code=9999").replace(
                    "codeSystem=2.16.840.1.113883.2.1.3.2.4.16.34",
                    "codeSystem=2.16.840.1.113883.2.1.3.2.4.17.22",
                );
            }
            assert_eq!(shape(&written), expected, "{file}");
            validate(&written, schema);
            let position =
                account.tree.position(account.node_of(causeway_canonical::ledger::place::MESSAGE_ID.field()).unwrap());
            assert!(source.lines().nth(position.line as usize - 1).unwrap().contains("id root="), "{file}");
        }
    }
}

#[test]
fn a_rejection_in_an_envelope_is_read_to_the_last_value() {
    let Some(corpus) = corpus() else { return };
    let source = std::fs::read_to_string(corpus.join("eps-spine-responses/spine-responses/sync_error.xml")).unwrap();
    assert!(EpsV3.sniff(source.as_bytes()));
    let (message, reading) = read(&source, &contexts()[0]);
    assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new());
    let rules: Vec<_> = reading.findings.iter().map(|finding| finding.rule.name).collect();
    assert_eq!(rules, ["v3-version"]);
    let Body::Acknowledgement(answer) = &message.body else { panic!("another body") };
    assert_eq!(answer.status, AcknowledgementStatus::Rejected);
    assert_eq!(answer.of, Some(MessageId::new("77495697-3e99-4982-b435-ed4a98f9be56")));
    let stray = source.replace("<acceptAckCode code=\"NE\"/>", "<acceptAckCode code=\"NE\"/><stray a=\"1\"/>");
    let reading = EpsV3.read(stray.as_bytes(), &contexts()[0]);
    assert_eq!(unread(reading.account.as_ref().unwrap()).len(), 1);
    let end = "</MCCI_IN010000UK13>";
    let (start, end) = (source.find("<MCCI_IN010000UK13").unwrap(), source.find(end).unwrap() + end.len());
    let twice = [&source[..end], &source[start..]].concat();
    let reading = EpsV3.read(twice.as_bytes(), &contexts()[0]);
    assert!(reading.findings.iter().any(|finding| finding.rule.name == "v3-repeated"), "{:#?}", reading.findings);
}

#[test]
fn d18_the_words_of_a_reason_are_the_senders_or_those_of_the_code() {
    let (_, order) = cancel_requests().remove(0);
    let message = Message { body: Body::CancelRequest(Box::new(order)), ..message(PrescriptionOrder::default()) };
    for (compat, words) in [
        (Compat::NONE, "<text>the patient asked &amp; got</text>"),
        (Compat::NONE.with(Defect::ReasonDisplayAsText), "<text>a display</text>"),
    ] {
        assert!(write("d18", &message, &context(compat)).contains(words));
    }
}

#[test]
fn s3_the_status_follows_from_the_result_where_it_is_not_said() {
    for (result, status, code) in [
        ("R-0001", None, "AA"),
        ("R-0002", None, "AE"),
        ("R-0002", Some(AcknowledgementStatus::Accepted), "AA"),
        ("R-0042", None, "AE"),
    ] {
        let mut response = full_response();
        response.status = status;
        response.result = Some(Coded { code: text(result), ..response.result.unwrap() });
        let message =
            Message { body: Body::CancelResponse(Box::new(response)), ..message(PrescriptionOrder::default()) };
        let written = write(result, &message, &contexts()[0]);
        assert!(written.contains(&format!("<acknowledgement typeCode=\"{code}\">")), "{result}");
        let reading = EpsV3.read(written.as_bytes(), &contexts()[0]);
        let warned = reading.findings.iter().any(|finding| finding.rule.name == "v3-result");
        assert_eq!(warned, result == "R-0042", "EPS-D46");
        assert!(!refused(&reading.findings));
    }
}

#[test]
fn what_cannot_be_written_is_refused_by_name() {
    type Change = fn(&mut Message);
    let cases: &[(&str, &str, Change)] = &[
        ("full cancellation", "eps-one-item", |message| {
            let Body::CancelRequest(order) = &mut message.body else { panic!("another body") };
            order.item.push(LineItem::default());
        }),
        ("full cancellation", "eps-no-item", |message| {
            let Body::CancelRequest(order) = &mut message.body else { panic!("another body") };
            order.item.clear();
        }),
        ("full cancellation", "eps-reason", |message| {
            let Body::CancelRequest(order) = &mut message.body else { panic!("another body") };
            order.item[0].status_reason = None;
        }),
        ("full cancellation", "eps-sds-user", |message| {
            let Body::CancelRequest(order) = &mut message.body else { panic!("another body") };
            order.author.practitioner.as_mut().unwrap().identifier.remove(0);
        }),
        ("full response", "eps-message-ref", |message| {
            let Body::CancelResponse(response) = &mut message.body else { panic!("another body") };
            response.of = None;
        }),
        ("full response", "eps-result", |message| {
            let Body::CancelResponse(response) = &mut message.body else { panic!("another body") };
            response.result.as_mut().unwrap().code = text("0001");
        }),
        ("full response", "eps-result", |message| {
            let Body::CancelResponse(response) = &mut message.body else { panic!("another body") };
            response.result.as_mut().unwrap().display = text("Prescription/item was cancelled");
        }),
        ("full response", "eps-when", |message| {
            let Body::CancelResponse(response) = &mut message.body else { panic!("another body") };
            response.when = None;
        }),
        ("full return", "eps-short-id", |message| {
            let Body::Return(returned) = &mut message.body else { panic!("another body") };
            returned.prescription.short_id = Some(PrescriptionShortId::new(" "));
        }),
        ("full return", "eps-uuid", |message| {
            let Body::Return(returned) = &mut message.body else { panic!("another body") };
            returned.of = Some(MessageId::new("x"));
        }),
        ("full return", "eps-role-profile", |message| {
            let Body::Return(returned) = &mut message.body else { panic!("another body") };
            returned.author.identifier.clear();
        }),
        ("full return", "eps-repeats", |message| {
            let Body::Return(returned) = &mut message.body else { panic!("another body") };
            returned.prescription.repeat = Some(Repeat { issued: Some(u32::MAX), allowed: None });
        }),
        ("full withdrawal", "eps-nhs-number", |message| {
            let Body::Withdraw(withdrawn) = &mut message.body else { panic!("another body") };
            withdrawn.patient = None;
        }),
        ("full withdrawal", "eps-sds-user", |message| {
            let Body::Withdraw(withdrawn) = &mut message.body else { panic!("another body") };
            withdrawn.author.practitioner = None;
        }),
        ("full rejection", "eps-rejection", |message| {
            let Body::Acknowledgement(answer) = &mut message.body else { panic!("another body") };
            answer.issue.clear();
        }),
    ];
    for (name, rule, change) in cases {
        let (_, mut message, _) = messages().into_iter().find(|(known, ..)| known == name).unwrap();
        change(&mut message);
        let findings = EpsV3.write(&message, &contexts()[0]).err().unwrap();
        let rules: BTreeSet<_> = findings.iter().map(|finding| finding.rule.name).collect();
        assert_eq!(rules, BTreeSet::from([*rule]), "{name}");
    }
}

#[test]
fn each_fault_of_a_document_is_found_by_name() {
    let cases: &[(&str, &str, &str, &str)] = &[
        ("full cancellation", "v3-required", "extension=\"B407F7-A99968-4DB2AU\" ", ""),
        ("full cancellation", "v3-fixed-value", "code=\"CR\"", "code=\"XX\""),
        ("full cancellation", "v3-code", "2.16.840.1.113883.2.1.3.2.4.16.27", "1.2"),
        ("full cancellation", "v3-id", "A54219B8-F741-4C47-B662-E4F8DFA49AB6", "x"),
        ("full response", "v3-required", "<messageRef>\n      <id", "<messageRef>\n      <di"),
        ("full response", "v3-code", "typeCode=\"AE\"", "typeCode=\"XX\""),
        ("full response", "v3-time", "20201216125916", "yesterday"),
        ("accepted response", "v3-result-disagreement", "typeCode=\"AA\"", "typeCode=\"AE\""),
        ("accepted response", "v3-result-disagreement", "code=\"0001\"", "code=\"0002\""),
        ("full return", "v3-number", "value=\"3\"", "value=\"0\""),
        ("full return", "v3-fixed-value", "reversalOf inversionInd=\"true\"", "reversalOf inversionInd=\"false\""),
        ("full withdrawal", "v3-fixed-value", "code=\"LD\"", "code=\"XX\""),
        ("full withdrawal", "v3-required", "value extension=\"18B064-A99968-4BCAA3\"", "value"),
        ("full rejection", "v3-required", "pertinentRejectionReason", "pertinentReason"),
    ];
    for (name, rule, from, to) in cases {
        let (_, message, _) = messages().into_iter().find(|(known, ..)| known == name).unwrap();
        let written = write(name, &message, &contexts()[0]);
        assert!(written.contains(from), "{name}: {from}");
        let faulty = written.replace(from, to);
        let reading = EpsV3.read(faulty.as_bytes(), &contexts()[0]);
        let found = reading.findings.iter().any(|finding| finding.rule.name == *rule);
        assert!(found, "{name}, {rule}: {:#?}", reading.findings);
    }
    let (_, twice, _) = messages().into_iter().find(|(known, ..)| *known == "full withdrawal").unwrap();
    let written = write("twice", &twice, &contexts()[0]);
    let (start, end) = (written.find("<pertinentInformation4").unwrap(), written.find("</ETPWithdraw>").unwrap());
    let repeated = [&written[..end], &written[start..end], &written[end..]].concat();
    let reading = EpsV3.read(repeated.as_bytes(), &contexts()[0]);
    assert!(reading.findings.iter().any(|finding| finding.rule.name == "v3-repeated"));
}

#[test]
fn s5_the_reason_of_a_refusal_is_of_the_codes_of_release() {
    let mut answer = full_rejection();
    answer.issue.truncate(1);
    let body = Body::Acknowledgement(Box::new(answer));
    let written = write("rejection", &Message { body, ..message(PrescriptionOrder::default()) }, &contexts()[0]);
    assert!(written.contains("<value code=\"0004\" codeSystem=\"2.16.840.1.113883.2.1.3.2.4.16.34\""), "{written}");
    assert!(!written.contains("justifyingDetectedIssueEvent"));
    let (start, end) = (written.find("<pertinentInformation ").unwrap(), written.find("<reversalOf").unwrap());
    let without = [&written[..start], &written[end..]].concat();
    let rules = |text: &str| -> Vec<&str> {
        EpsV3.read(text.as_bytes(), &contexts()[0]).findings.iter().map(|finding| finding.rule.name).collect()
    };
    assert_eq!(rules(&without), ["v3-required"]);
    let detail = "<acknowledgement typeCode=\"AR\"><acknowledgementDetail typeCode=\"ER\"><code code=\"202\" \
                  codeSystem=\"2.16.840.1.113883.2.1.3.2.4.17.32\"/></acknowledgementDetail>";
    assert_eq!(rules(&without.replace("<acknowledgement typeCode=\"AE\">", detail)), Vec::<&str>::new());
}
