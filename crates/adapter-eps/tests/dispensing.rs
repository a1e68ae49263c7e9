//! Requests for prescriptions, released prescriptions, notifications and claims: what is written and read back is the
//! projection, and every value is accounted for.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use std::collections::BTreeSet;

use causeway_adapter_eps::EpsV3;
use causeway_canonical::ledger::{Mark, Tag, facts};
use causeway_canonical::model::*;
use causeway_canonical::{MessageId, NhsNumber, PrescriptionLongId, PrescriptionShortId, Severity, refused};
use causeway_syntax::adapter::{Account, Adapter, Compat, Context, Defect, InteractionSuffix, Reading};
use causeway_syntax::{Limits, Tree, XmlTree};
use common::dispensing::{full_claim, full_notification, full_response, id, line_id, messages};
use common::orders::{message, text, time};
use common::{account, context, differences, read, unread, validate};

fn contexts() -> [Context; 2] {
    let mut plain = context(Compat::NONE);
    plain.interaction_suffix = InteractionSuffix::Uk;
    [plain, context(Compat::nhs_eps_api())]
}

fn uk(text: &str) -> String {
    text.replace("SM31", "UK31").replace("SM30", "UK30")
}

fn write(name: &str, message: &Message, context: &Context) -> String {
    EpsV3.write(message, context).unwrap_or_else(|findings| panic!("{name}: {findings:#?}")).text
}

fn of(body: Body) -> Message {
    Message { body, ..message(PrescriptionOrder::default()) }
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
        let (before, reading) = read(&written.text, &context);
        let unmodelled =
            |account: &Account<'_>| account.marks.iter().filter(|mark| matches!(mark, Mark::Unmodelled(_))).count();
        let unmodelled_before = unmodelled(reading.account.as_ref().unwrap());
        let tree = XmlTree::parse(written.text.as_bytes(), &Limits::default()).unwrap();
        for (offset, tag) in &written.tags {
            let Tag::Field(field, _) = tag else { continue };
            let span = tree.value_span(tree.node_at(*offset).unwrap());
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
            let lost = reading
                .account
                .as_ref()
                .is_none_or(|account| !unread(account).is_empty() || unmodelled(account) > unmodelled_before);
            let differs = lost || reading.message.is_none_or(|after| after != before);
            assert!(differs || refused(&reading.findings), "{name}: {}", field.path());
        }
    }
}

/// What is written of a message, with one text in place of another that stands there `times` times.
fn written_with(message: &Message, old: &str, new: &str, times: usize) -> String {
    let text = write("a message to be changed", message, &context(Compat::NONE));
    assert_eq!(text.matches(old).count(), times, "{old}");
    text.replace(old, new)
}

fn released(reading: &mut Reading<'_>) -> Vec<Released> {
    match reading.message.take().unwrap().body {
        Body::ReleaseResponse(response) => response.released,
        _ => panic!("another body"),
    }
}

#[test]
fn d23_a_prescription_that_cannot_be_read_to_the_end_fails_alone_and_is_accounted_for() {
    let mut response = full_response();
    response.released.truncate(3);
    response.released[1].order.patient.nhs_number = Some(NhsNumber::new("9000000009"));
    let message = of(Body::ReleaseResponse(Box::new(response)));
    let context = context(Compat::NONE);
    let good = write("good", &message, &context);
    let mut whole = EpsV3.read(good.as_bytes(), &context);
    let whole = released(&mut whole);
    let number = "<id extension=\"9000000009\" root=\"2.16.840.1.113883.2.1.4.1\"/>";
    let at = good.find(number).unwrap();
    let (before, after) = good.split_at(at);
    for (old, new, rule) in [
        // A value that cannot be read, which was marked as that of a field.
        ("<birthTime value=\"19990104\"", "<birthTime value=\"19991304\"", "v3-time"),
        // A part that is missing.
        ("<administrativeGenderCode code=\"2\" codeSystem=\"2.16.840.1.113883.2.1.3.2.4.16.25\"/>", "", "v3-required"),
        // A part that nobody knows.
        ("</pertinentLineItem>", "<novelty value=\"1\"/></pertinentLineItem>", "v3-released-unread"),
    ] {
        let text = format!("{before}{}", after.replacen(old, new, 1));
        assert_ne!(text, good, "{rule}");
        let mut reading = EpsV3.read(text.as_bytes(), &context);
        assert!(!reading.findings.is_empty() && !refused(&reading.findings), "{rule}: {:#?}", reading.findings);
        assert!(reading.findings.iter().all(|finding| finding.rule.name == rule), "{:#?}", reading.findings);
        assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new(), "{rule}");
        let read = released(&mut reading);
        assert!(read[0] == whole[0] && read[2] == whole[2], "{rule}");
        assert_eq!(read[1].failure.len(), 1, "{rule}");
        assert!(read[1].failure[0].diagnostics.as_ref().unwrap().contains(rule));
        assert_eq!(read[1].failure[0].severity, Some(Severity::Error));
        assert!(read[1].order.prescription.id == whole[1].order.prescription.id, "{rule}");
        // Every value of it came to a field that the model holds, or is kept as part of a failed prescription.
        let held: BTreeSet<String> = {
            let mut response = full_response();
            response.released.clone_from(&read);
            facts(&of(Body::ReleaseResponse(Box::new(response)))).into_iter().map(|fact| fact.path).collect()
        };
        let account = reading.account.unwrap();
        let fields = account.marks.iter().filter_map(|mark| match mark {
            Mark::Field(field, _) => Some(field.path()),
            _ => None,
        });
        let nowhere: Vec<_> = fields.filter(|path| path.starts_with("released[1]") && !held.contains(path)).collect();
        assert_eq!(nowhere, Vec::<String>::new(), "{rule}");
        // V3 cannot say that it has failed, so it is not written as if it had not.
        let mut response = full_response();
        response.released = read;
        let findings = EpsV3.write(&of(Body::ReleaseResponse(Box::new(response))), &context).err().unwrap();
        assert!(findings.iter().any(|finding| finding.rule.name == "eps-failed"), "{rule}: {findings:#?}");
    }
}

#[test]
fn d23_a_prescription_whose_ids_cannot_be_read_fails_the_message() {
    let message = of(Body::ReleaseResponse(Box::new(full_response())));
    let id = "5973E7F9-3490-4177-AB22-3BB2CA0DD7F3";
    let text = written_with(&message, id, "5973E7F9", 1);
    let reading = EpsV3.read(text.as_bytes(), &context(Compat::NONE));
    assert!(refused(&reading.findings));
    assert!(reading.findings.iter().any(|finding| finding.rule.name == "v3-id"), "{:#?}", reading.findings);
}

#[test]
fn d28_a_released_prescription_of_another_message_type_is_reported_and_fails() {
    let mut response = full_response();
    response.released.truncate(1);
    let message = of(Body::ReleaseResponse(Box::new(response)));
    let text = written_with(&message, "PORX_MT122003UK32", "PORX_MT122003UK30", 2);
    let mut reading = EpsV3.read(text.as_bytes(), &context(Compat::NONE));
    let rules: BTreeSet<_> = reading.findings.iter().map(|finding| finding.rule.name).collect();
    assert!(rules.contains("v3-released-type") && !refused(&reading.findings), "{:#?}", reading.findings);
    assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new());
    let failure = &released(&mut reading)[0].failure;
    assert!(failure.iter().any(|issue| issue.diagnostics.as_ref().unwrap().contains("v3-released-type")));
}

#[test]
fn s4_a_failed_signature_is_left_to_the_receiver_and_any_other_failure_is_refused() {
    let context = context(Compat::NONE);
    let with = |expression: &str| {
        let mut response = full_response();
        response.released[3].failure[0].expression = vec![expression.to_owned()];
        of(Body::ReleaseResponse(Box::new(response)))
    };
    assert!(EpsV3.write(&with("Bundle.entry[9].resource.signature.data"), &context).is_ok());
    let findings = EpsV3.write(&with("Bundle.entry[9]"), &context).err().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].rule.name, &*findings[0].path), ("eps-failed", "released[3].failure[0].severity"));
}

#[test]
fn s2_the_interaction_of_a_response_follows_from_what_it_holds() {
    let context = context(Compat::NONE);
    for (count, batch, name) in [(1, 0, "PORX_IN070103UK31"), (2, 0, "PORX_IN070101UK31"), (1, 2, "PORX_IN070101UK31")]
    {
        let mut response = full_response();
        response.released.truncate(count);
        response.batch.truncate(batch);
        let text = write(name, &of(Body::ReleaseResponse(Box::new(response))), &context);
        assert!(text.contains(&format!("<{name} ")), "{name}");
    }
}

#[test]
fn s2_a_request_never_has_the_id_of_its_transmission() {
    let context = context(Compat::NONE);
    for (_, message, _) in messages().into_iter().filter(|(.., schema)| schema.contains("UK30")) {
        let mut same = message.clone();
        same.envelope.transmission = Some(same.envelope.id.clone());
        for message in [message, same] {
            let (back, _) = read(&write("request", &message, &context), &context);
            assert_eq!(back.envelope.id, message.envelope.id);
            assert!(back.envelope.transmission.is_some_and(|transmission| transmission != back.envelope.id));
        }
    }
}

#[test]
fn d37_the_supply_that_is_asked_for_has_the_code_of_dispensing_or_of_the_unit() {
    let message = of(Body::DispenseNotification(Box::new(full_notification())));
    let request = |compat| {
        let text = write("notification", &message, &context(compat));
        let (_, after) = text.split_once("<supplyRequest ").unwrap();
        after.split_once("<quantity").unwrap().0.to_owned()
    };
    assert!(request(Compat::NONE).contains("code=\"373784005\""));
    assert!(request(Compat::NONE.with(Defect::SupplyRequestUnitCode)).contains("code=\"428673006\""));
}

#[test]
fn d38_what_was_not_dispensed_has_a_supply_only_where_a_partner_depends_on_it() {
    for (compat, supplies) in [(Compat::NONE, 0), (Compat::NONE.with(Defect::UndispensedSupplied), 1)] {
        for status in ["0002", "0004", "0005", "0006"] {
            let mut notification = full_notification();
            let coding = &mut notification.item[1].dispense_status.as_mut().unwrap().coding[1];
            coding.code = text(status);
            let message = of(Body::DispenseNotification(Box::new(notification)));
            let context = context(compat);
            let (back, _) = read(&write("notification", &message, &context), &context);
            let Body::DispenseNotification(back) = back.body else { panic!("another body") };
            assert_eq!(back.item[1].supply.len(), supplies, "{status}");
            assert_eq!(back.item[1].supplied_id, Some(line_id('4')), "{status}");
        }
    }
}

#[test]
fn d40_an_item_without_its_issue_has_that_of_the_prescription_and_no_issue_is_above_the_last() {
    let issue = |compat| {
        let context = context(compat);
        let message = of(Body::DispenseNotification(Box::new(full_notification())));
        let (back, _) = read(&write("notification", &message, &context), &context);
        let Body::DispenseNotification(back) = back.body else { panic!("another body") };
        (back.item[1].issue, back.item[1].repeats_allowed)
    };
    assert_eq!(issue(Compat::NONE), (Some(2), Some(5)));
    assert_eq!(issue(Compat::NONE.with(Defect::LineIssueNotFilled)), (None, None));
    let mut notification = full_notification();
    notification.item[0].issue = Some(7);
    let message = of(Body::DispenseNotification(Box::new(notification)));
    let findings = EpsV3.write(&message, &context(Compat::NONE)).err().unwrap();
    assert_eq!((findings[0].rule.name, &*findings[0].path), ("eps-repeats", "item[0].issue"));
    let whole = of(Body::DispenseNotification(Box::new(full_notification())));
    let text = written_with(&whole, "<high value=\"6\"/>", "<high value=\"1\"/>", 3);
    assert!(refused(&EpsV3.read(text.as_bytes(), &context(Compat::NONE)).findings));
}

#[test]
fn d42_supplies_of_one_claimed_item_that_disagree_are_found_and_left_unread() {
    let message = of(Body::DispenseClaim(Box::new(full_claim())));
    let text = write("claim", &message, &context(Compat::NONE));
    for (old, new) in [("<value value=\"true\"/>", "<value value=\"false\"/>"), ("code=\"BB\"", "code=\"NDEC\"")] {
        let changed = text.replacen(old, new, 1);
        let reading = EpsV3.read(changed.as_bytes(), &context(Compat::NONE));
        assert!(refused(&reading.findings), "{old}");
        assert!(reading.findings.iter().all(|finding| finding.rule.name == "v3-supply-disagreement"), "{old}");
        assert!(!unread(reading.account.as_ref().unwrap()).is_empty(), "{old}");
    }
}

#[test]
fn d43_an_amended_claim_carries_the_time_of_the_first_one() {
    let message = of(Body::DispenseClaim(Box::new(full_claim())));
    let text = written_with(&message, "<time value=\"20220801120000\"/>", "<time value=\"20220701120000\"/>", 1);
    let (back, reading) = read(&text, &context(Compat::NONE));
    assert_eq!(unread(&reading.account.unwrap()), Vec::<String>::new());
    assert_eq!(write("claim", &back, &context(Compat::NONE)), text);
    let Body::DispenseClaim(claim) = back.body else { panic!("another body") };
    assert_eq!(claim.when, time("2022-08-01T12:00:00+00:00"));
    assert_eq!(claim.first_claimed, time("2022-07-01T12:00:00+00:00"));
}

#[test]
fn d44_a_claim_names_its_release_or_says_that_nobody_knows_it() {
    for (release, text) in
        [(Some(id('d')), "5973E7F9-3490-4177-AB22-3BB2CA0DD7FD"), (None, "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF")]
    {
        let claim = DispenseClaim { release: release.clone(), ..full_claim() };
        let written = write("claim", &of(Body::DispenseClaim(Box::new(claim))), &context(Compat::NONE));
        assert!(written.contains(text));
        let Body::DispenseClaim(back) = read(&written, &context(Compat::NONE)).0.body else { panic!("another body") };
        assert_eq!(back.release, release);
    }
}

#[test]
fn d45_what_was_claimed_for_is_an_instance_or_where_asked_for_a_kind() {
    let message = of(Body::DispenseClaim(Box::new(full_claim())));
    for (compat, word) in [(Compat::NONE, "INSTANCE"), (Compat::NONE.with(Defect::ClaimedMaterialKind), "KIND")] {
        let text = write("claim", &message, &context(compat));
        let expected = format!("<manufacturedSuppliedMaterial classCode=\"MMAT\" determinerCode=\"{word}\"");
        assert_eq!(text.matches(&expected).count(), 3, "{word}");
        let (_, reading) = read(&text, &context(Compat::NONE));
        assert!(reading.findings.is_empty(), "{word}: {:#?}", reading.findings);
    }
}

#[test]
fn a_claim_that_is_sent_again_is_read_as_a_claim() {
    let message = of(Body::DispenseClaim(Box::new(full_claim())));
    let text = written_with(&message, "PORX_IN090101SM31", "PORX_IN090102UK31", 3);
    let text = text.replace(
        "<replacementOf ",
        "<pertinentInformation2 contextConductionInd=\"true\" typeCode=\"PERT\">\
         <pertinentReimbursementClaimRejectRef classCode=\"OBS\" moodCode=\"EVN\">\
         <id root=\"5973E7F9-3490-4177-AB22-3BB2CA0DD7F9\"/></pertinentReimbursementClaimRejectRef>\
         </pertinentInformation2><replacementOf ",
    );
    validate(&text, "PORX_IN090102UK31.xsd");
    let (back, reading) = read(&text, &context(Compat::NONE));
    assert!(reading.findings.is_empty(), "{:#?}", reading.findings);
    assert_eq!(unread(reading.account.as_ref().unwrap()), Vec::<String>::new());
    let mut projected = message;
    EpsV3.project(&mut projected, &context(Compat::NONE));
    assert_eq!(differences(&back, &projected), Vec::<String>::new());
}

#[test]
fn s5_further_supplies_are_those_of_the_line_before_them_or_else_of_the_first_that_has_room() {
    let mut notification = full_notification();
    notification.item[0].supply.truncate(2);
    let message = of(Body::DispenseNotification(Box::new(notification)));
    let text = write("notification", &message, &context(Compat::NONE));
    let component = |last: char| {
        format!(
            "            <component typeCode=\"COMP\">\n              <actRef classCode=\"SBADM\" moodCode=\"PRMS\">\n\
             {:16}<id root=\"37EA97AF-5539-42E0-9135-7832480F99D{last}\"/>\n\
             {:14}</actRef>\n            </component>\n",
            "", ""
        )
    };
    let (further, next) = (component('2'), component('4'));
    assert_eq!(text.matches(&[further.clone(), next.clone()].concat()).count(), 1);
    let interleaved = text.replace(&[further.clone(), next.clone()].concat(), &[next, further].concat());
    assert_ne!(interleaved, text);
    let (before, after) = (read(&text, &context(Compat::NONE)).0, read(&interleaved, &context(Compat::NONE)).0);
    assert_eq!(differences(&before, &after), Vec::<String>::new());
}

#[test]
fn what_cannot_be_written_is_refused_by_name() {
    type Notified = fn(&mut DispenseNotification);
    let notifications: &[(&str, Notified)] = &[
        ("eps-when", |it| it.when = None),
        ("eps-release", |it| it.release = None),
        ("eps-recipient", |it| it.recipient = None),
        ("eps-status", |it| it.prescription.status = None),
        ("eps-status", |it| it.item[0].dispense_status = None),
        ("eps-non-dispensing-reason", |it| it.item[1].non_dispensing_reason = Some(Concept::default())),
        ("eps-short-id", |it| it.prescription.short_id = PrescriptionShortId::new("")),
        ("eps-uuid", |it| it.prescription.id = PrescriptionLongId::new("x")),
        ("eps-uuid", |it| it.item[0].supply[0].id = Some(line_id('9'))),
        ("eps-uuid", |it| it.item[0].supply[1].id = None),
        ("eps-uuid", |it| it.replaces = Some(MessageId::new("x"))),
        ("eps-no-item", |it| it.item.clear()),
        ("eps-nhs-number", |it| it.patient.nhs_number = None),
        ("eps-quantity", |it| it.item[0].supply[1].quantity = None),
        ("eps-quantity", |it| it.item[0].quantity = None),
        ("eps-medicine", |it| it.item[0].supply[1].medicine = Medicine::default()),
        ("eps-dosage", |it| it.item[0].supply[1].dosage.clear()),
        ("eps-supply-status", |it| it.item[0].supply[1].status = text("entered-in-error")),
        ("eps-repeats", |it| it.item[1].based_on.as_mut().unwrap().repeats_issued = Some(0)),
        ("eps-repeats", |it| it.item[0].issue = Some(0)),
    ];
    for (number, (rule, change)) in notifications.iter().enumerate() {
        let mut notification = full_notification();
        change(&mut notification);
        refuses(rule, number, Body::DispenseNotification(Box::new(notification)));
    }
    type Claimed = fn(&mut DispenseClaim);
    let claims: &[(&str, Claimed)] = &[
        ("eps-when", |it| it.when = None),
        ("eps-charge", |it| it.item[0].charge = None),
        ("eps-dispensing-endorsement", |it| it.item[0].dispensing_endorsement[1] = Concept::default()),
        ("eps-exemption", |it| it.prescription.exemption.as_mut().unwrap().code = None),
        ("eps-exemption", |it| it.prescription.exemption.as_mut().unwrap().evidence = Some(Coded::new("x", "y"))),
        ("eps-uuid", |it| it.item[0].supplied_id = None),
        ("eps-repeats", |it| it.prescription.repeat.as_mut().unwrap().issued = Some(6)),
        ("eps-repeats", |it| it.prescription.repeat.as_mut().unwrap().issued = None),
    ];
    for (number, (rule, change)) in claims.iter().enumerate() {
        let mut claim = full_claim();
        change(&mut claim);
        refuses(rule, number, Body::DispenseClaim(Box::new(claim)));
    }
    type Answered = fn(&mut ReleaseResponse);
    let responses: &[(&str, Answered)] = &[
        ("eps-when", |it| it.when = None),
        ("eps-message-ref", |it| it.of = None),
        ("eps-no-item", |it| it.released.clear()),
        ("eps-batch", |it| it.batch[0].code = None),
        ("eps-batch", |it| it.batch.push(BatchInformation { code: text("3"), value: Some(1) })),
        ("eps-uuid", |it| it.released[0].id = MessageId::new("x")),
        ("eps-exemption", |it| it.released[0].order.prescription.exemption_on_record[0].kind = text("eternal")),
        ("eps-exemption", |it| {
            it.released[0].order.prescription.exemption_on_record[0].kind = text("low-permanent");
        }),
        ("eps-repeats", |it| it.released[0].order.item[1].last_dispensed = time("2022-06-02")),
    ];
    for (number, (rule, change)) in responses.iter().enumerate() {
        let mut response = full_response();
        change(&mut response);
        refuses(rule, number, Body::ReleaseResponse(Box::new(response)));
    }
    let request = ReleaseRequest { prescription: Some(PrescriptionRef::default()), ..ReleaseRequest::default() };
    refuses("eps-short-id", 0, Body::ReleaseRequest(Box::new(request)));
}

fn refuses(rule: &str, number: usize, body: Body) {
    let Err(findings) = EpsV3.write(&of(body), &context(Compat::NONE)) else { panic!("{rule}, {number}: written") };
    assert!(findings.iter().any(|finding| finding.rule.name == rule), "{rule}, {number}: {findings:#?}");
}
