//! What is written and read back is the projection, for every form that an order and an answer can take.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may stop at a surprise")]

mod common;

use causeway_adapter_eps::EpsV3;
use causeway_canonical::ledger::{Mark, Tag};
use causeway_canonical::model::*;
use causeway_canonical::{Decimal, LineItemId, PrescriptionLongId, PrescriptionShortId};
use causeway_syntax::adapter::{Adapter, Compat, Context, InteractionSuffix};
use common::account::comes_back;
use common::orders::*;
use common::{context, read, unread, validate};

fn contexts() -> [Context; 2] {
    let mut plain = context(Compat::NONE);
    plain.interaction_suffix = InteractionSuffix::Uk;
    [plain, context(Compat::nhs_eps_api())]
}

#[test]
fn an_order_comes_back_as_its_projection() {
    for context in contexts() {
        for (name, order) in all() {
            let text = comes_back(name, &message(order), &context);
            if context.interaction_suffix == InteractionSuffix::Uk {
                validate(&text, "PORX_IN020101UK31.xsd");
            }
        }
    }
}

#[test]
fn the_projection_keeps_what_matters() {
    let context = &contexts()[0];
    let mut projected = message(with_every_text());
    EpsV3.project(&mut projected, context);
    let Body::PrescriptionOrder(order) = &projected.body else { panic!("another body") };
    assert_eq!(order.item[1].dosage[0].text.as_deref(), Some("a, and b, then c"));
    assert_eq!(order.item[0].quantity.as_ref().unwrap().value, Decimal::parse("7.50"));
    assert_eq!(order.item[0].note.as_deref(), Some("a < b\r\nCD: c"));
    assert_eq!(order.prescription.token_issued, Some(true));
    assert_eq!(order.prescription.medication_list.len(), 2);
    let signature = order.prescription.signature.as_ref().unwrap();
    assert!(SIGNATURE.contains(signature.xml.as_deref().unwrap()));
    assert_eq!(signature.when, time("2021-09-03T13:31:02+00:00"));
    let responsible = order.responsible_party.as_ref().unwrap();
    assert_eq!(responsible.identifier[1].value.as_deref(), Some("612345"));
    assert_eq!(order.author.practitioner.as_ref().unwrap().identifier[0].value.as_deref(), Some("C6095103"));
}

#[test]
fn s6_3_a_gmc_number_without_its_letter_comes_back_as_of_unknown_register() {
    let mut projected = message(order());
    EpsV3.project(&mut projected, &contexts()[1]);
    let Body::PrescriptionOrder(order) = &projected.body else { panic!("another body") };
    let code = &order.author.practitioner.as_ref().unwrap().identifier[0];
    assert_eq!(code.system.as_deref(), Some("https://fhir.hl7.org.uk/Id/professional-code"));
    assert_eq!(code.value.as_deref(), Some("6095103"));
}

#[test]
fn s3_the_one_review_date_comes_back_with_every_repeated_item_and_with_the_first_acute_one() {
    use CourseOfTherapy::{Acute, Continuous, ContinuousRepeatDispensing as Dispensing};
    let july = || time("2023-07-01");
    for (courses, dates, back, tagged) in [
        ([Dispensing, Dispensing], [july(), july()], [july(), july()], 2),
        ([Continuous, Continuous], [july(), july()], [july(), july()], 2),
        ([Continuous, Continuous], [july(), time("2023-07-01T10:00:00Z")], [july(), july()], 2),
        ([Continuous, Continuous], [july(), time("2023-08-01")], [july(), july()], 1),
        ([Continuous, Continuous], [july(), None], [july(), july()], 1),
        ([Continuous, Continuous], [None, july()], [None, None], 0),
        ([Acute, Acute], [july(), july()], [july(), None], 1),
        ([Continuous, Acute], [july(), july()], [july(), None], 1),
    ] {
        let mut order = repeat_dispensing();
        for (item, (course, date)) in order.item.iter_mut().zip(courses.into_iter().zip(dates)) {
            item.course_of_therapy = Some(course);
            item.review_date = date;
        }
        let message = message(order);
        let context = &contexts()[0];
        let written = EpsV3.write(&message, context).unwrap();
        let fields = written.tags.iter().filter(|(_, tag)| match tag {
            Tag::Field(field, _) => field.path().ends_with(".reviewDate"),
            Tag::Default(..) => false,
        });
        assert_eq!(fields.count(), tagged, "{courses:?}");
        let text = comes_back("review dates", &message, context);
        let Body::PrescriptionOrder(order) = read(&text, context).0.body else { panic!("another body") };
        let read: Vec<_> = order.item.into_iter().map(|item| item.review_date).collect();
        assert_eq!(read, back, "{courses:?}");
    }
}

#[test]
fn s11_the_licence_is_the_parent_of_the_organisation_also_when_it_names_that_one_itself() {
    let context = &contexts()[0];
    let order = changed(|order| order.author.organisation.as_mut().unwrap().parent = None);
    let text = comes_back("own licence", &message(order), context);
    let Body::PrescriptionOrder(order) = read(&text, context).0.body else { panic!("another body") };
    let organisation = order.author.organisation.unwrap();
    let parent = organisation.parent.unwrap();
    assert_eq!((parent.ods, parent.name), (organisation.ods, organisation.name));
}

#[test]
fn what_cannot_be_written_is_refused_by_name() {
    type Change = fn(&mut PrescriptionOrder);
    let cases: &[(&str, Change)] = &[
        ("eps-uuid", |order| order.item[0].id = LineItemId::new("x")),
        ("eps-uuid", |order| order.prescription.id = PrescriptionLongId::new("urn:uuid:x")),
        ("eps-short-id", |order| order.prescription.short_id = PrescriptionShortId::new("")),
        ("eps-nhs-number", |order| order.patient.nhs_number = None),
        ("eps-gender", |order| order.patient.gender = None),
        ("eps-birth-date", |order| order.patient.birth_date = None),
        ("eps-use", |order| order.patient.telecom[0].r#use = text("old")),
        ("eps-use", |order| order.patient.address[0].r#use = text("old")),
        ("eps-role-profile", |order| order.author.identifier = vec![identifier("x", "y")]),
        ("eps-job-role", |order| order.author.job_role[0].coding.truncate(1)),
        ("eps-practitioner", |order| order.author.practitioner = None),
        ("eps-professional-code", |order| order.author.practitioner.as_mut().unwrap().identifier.clear()),
        ("eps-professional-code", |order| {
            let other = identifier("https://fhir.hl7.org.uk/Id/nmc-number", "12A3456E");
            order.author.practitioner.as_mut().unwrap().identifier.push(other);
        }),
        ("eps-person-name", |order| order.author.practitioner.as_mut().unwrap().name.push(HumanName::default())),
        ("eps-person-telecom", |order| order.author.practitioner.as_mut().unwrap().telecom = None),
        ("eps-organisation", |order| order.author.organisation = None),
        ("eps-organisation", |order| order.author.organisation.as_mut().unwrap().ods = None),
        ("eps-organisation-name", |order| order.author.organisation.as_mut().unwrap().name = None),
        ("eps-organisation-telecom", |order| order.author.organisation.as_mut().unwrap().telecom.clear()),
        ("eps-organisation-address", |order| order.author.organisation.as_mut().unwrap().address.push(address())),
        ("eps-nomination", |order| order.prescription.nomination.organisation = Some(OrganisationRef::default())),
        ("eps-site-preference", |order| order.prescription.nomination.site_preference = None),
        ("eps-prescription-type", |order| order.prescription.kind = None),
        ("eps-course-of-therapy", |order| order.item[1].course_of_therapy = None),
        ("eps-issue-count", |order| {
            *order = repeat_dispensing();
            order.item[0].based_on = None;
            order.item[0].repeats_allowed = None;
        }),
        ("eps-validity", |order| order.prescription.validity = Some(Period::default())),
        ("eps-days-supply", |order| {
            *order = repeat_dispensing();
            order.prescription.validity.as_mut().unwrap().end = None;
        }),
        ("eps-days-supply", |order| {
            *order = repeat_dispensing();
            order.prescription.supply_duration.as_mut().unwrap().code = text("wk");
        }),
        ("eps-signature", |order| order.prescription.signature.as_mut().unwrap().xml = text("<Signature>")),
        ("eps-signature", |order| order.prescription.signature.as_mut().unwrap().xml = text("<Signature/>")),
        ("eps-signature", |order| order.prescription.signature.as_mut().unwrap().when = None),
        ("eps-no-item", |order| order.item.clear()),
        ("eps-medicine", |order| order.item[0].medicine.code.coding.truncate(1)),
        ("eps-medicine", |order| {
            let coding = order.item[0].medicine.code.coding[1].clone();
            order.item[0].medicine.code.coding.push(coding);
        }),
        ("eps-quantity", |order| order.item[0].quantity = None),
        ("eps-quantity", |order| order.item[0].quantity.as_mut().unwrap().comparator = text("<")),
        ("eps-quantity", |order| order.item[0].quantity.as_mut().unwrap().system = text("http://unitsofmeasure.org")),
        ("eps-endorsement", |order| order.item[0].endorsement = vec![Concept::default()]),
        ("eps-dosage", |order| order.item[0].dosage.clear()),
        ("eps-dosage", |order| order.item[0].dosage[0].text = None),
        ("eps-dosage-sequence", |order| {
            order.item[0].dosage = vec![Dosage { text: text("a"), ..Dosage::default() }; 2];
        }),
        ("eps-instructions", |order| order.item[1].note = text("CD: ten")),
        ("eps-character", |order| order.item[0].note = text("bell \u{7}")),
    ];
    for (rule, change) in cases {
        for context in contexts() {
            let mut order = order();
            change(&mut order);
            let findings = EpsV3.write(&message(order), &context).map(|_| ()).unwrap_err();
            let found: Vec<_> = findings.iter().map(|finding| finding.rule.name).collect();
            assert!(found.contains(rule), "{rule}: {found:?}");
            assert!(findings.iter().all(|finding| !finding.path.is_empty() && finding.position.line == 0), "{rule}");
        }
    }
}

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let empty = message(PrescriptionOrder { item: vec![LineItem::default()], ..PrescriptionOrder::default() });
    let findings = EpsV3.write(&empty, &Context::at("2022-02-01T00:00:00Z".parse().unwrap())).map(|_| ()).unwrap_err();
    assert!(findings.len() > 15, "{findings:#?}");
    for (position, finding) in findings.iter().enumerate() {
        assert!(!findings[..position].contains(finding), "said twice: {finding}");
    }
}

#[test]
fn what_is_wrong_in_a_document_is_reported_with_its_place() {
    let context = &contexts()[0];
    let text = EpsV3.write(&message(repeat_dispensing()), context).unwrap().text;
    for (rule, from, to) in [
        ("v3-interaction", "urn:hl7-org:v3", "urn:other"),
        ("v3-interaction", "PORX_IN020101UK31", "PORX_IN999999UK31"),
        ("v3-interaction-id", "extension=\"PORX_IN020101UK31\"", "extension=\"PORX_IN020101SM31\""),
        ("v3-version", "V3NPfIT4.2.00", "V3NPfIT5.0.00"),
        ("v3-required", "<birthTime value=\"19990104\"/>", ""),
        ("v3-repeated", "<birthTime value=\"19990104\"/>", "<birthTime value=\"19990104\"/><birthTime value=\"1\"/>"),
        ("v3-fixed-value", "negationInd=\"false\"", "negationInd=\"true\""),
        ("v3-fixed-value", "PORX_MT132004UK31", "PORX_MT132004UK30"),
        ("v3-code", "code=\"0003\"", "code=\"0004\""),
        ("v3-code", "<administrativeGenderCode code=\"2\"", "<administrativeGenderCode code=\"3\""),
        ("v3-use", "use=\"HP\"", "use=\"EC\""),
        ("v3-time", "value=\"19990104\"", "value=\"19990230\""),
        ("v3-number", "<high value=\"6\"/>", "<high value=\"0\"/>"),
        ("v3-number", "value=\"7.50\"/>", "value=\"+7.50\"/>"),
        ("v3-id", "<id root=\"10D37820-", "<id root=\"X0D37820-"),
        (
            "v3-reference",
            "<actRef classCode=\"SBADM\" moodCode=\"RQO\">",
            "<actRef classCode=\"SBADM\" moodCode=\"RQO\"><id root=\"F54219B8-F741-4C47-B662-E4F8DFA49AB6\"/>",
        ),
        ("v3-disagreement", "<low value=\"20220701\"/>", "<low value=\"20220801\"/>"),
        ("v3-signature", "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">", "<Signature>"),
    ] {
        let wrong = match rule {
            "v3-interaction" | "v3-version" => text.replace(from, to),
            _ => text.replacen(from, to, 1),
        };
        assert_ne!(wrong, text, "{rule}");
        let reading = EpsV3.read(wrong.as_bytes(), context);
        let finding = reading.findings.iter().find(|finding| finding.rule.name == rule);
        let finding = finding.unwrap_or_else(|| panic!("{rule}: {:#?}", reading.findings));
        assert!(finding.path.starts_with('/') && finding.position.line > 0, "{rule}");
    }
}

/// The document without one attribute of the one element `tag` that follows `before`.
#[track_caller]
fn without(text: &str, before: &str, tag: &str, attribute: &str) -> String {
    let start = text.find(before).unwrap_or_else(|| panic!("{before}"));
    let start = start + text[start..].find(&format!("<{tag} ")).unwrap_or_else(|| panic!("{tag} after {before}"));
    let end = start + text[start..].find('>').unwrap();
    let place = text[start..end].find(&format!(" {attribute}=\"")).unwrap_or_else(|| panic!("{attribute} of {tag}"));
    let length = text[start + place..].match_indices('"').nth(1).unwrap().0 + 1;
    [&text[..start + place], &text[start + place + length..]].concat()
}

#[test]
fn s6_a_code_without_its_system_and_an_amount_without_its_value_are_refused_at_their_place() {
    let context = &contexts()[0];
    let mut order = with_every_text();
    order.author.job_role = author().job_role;
    let text = EpsV3.write(&message(order), context).unwrap().text;
    for (before, tag, attribute) in [
        ("<patientPerson ", "administrativeGenderCode", "codeSystem"),
        ("<AgentPerson ", "code", "codeSystem"),
        ("<pertinentPrescriptionTreatmentType ", "value", "codeSystem"),
        ("<pertinentDispensingSitePreference ", "value", "codeSystem"),
        ("<pertinentPrescriptionType ", "value", "codeSystem"),
        ("<manufacturedRequestedMaterial ", "code", "codeSystem"),
        ("<lineItemQuantity ", "translation", "codeSystem"),
        ("<pertinentPrescriberEndorsement ", "value", "codeSystem"),
        ("<pertinentPrescriberEndorsement ", "code", "codeSystem"),
        ("<lineItemQuantity ", "quantity", "value"),
    ] {
        let wrong = without(&text, before, tag, attribute);
        let reading = EpsV3.read(wrong.as_bytes(), context);
        let [finding] = reading.findings.as_slice() else { panic!("{before}: {:#?}", reading.findings) };
        assert_eq!(finding.rule.name, "v3-required", "{before}");
        assert_eq!(finding.severity, causeway_canonical::Severity::Error, "{before}");
        assert!(finding.message.contains(&format!("`{attribute}`")), "{finding}");
        assert!(finding.path.contains(tag) && finding.path.starts_with('/'), "{finding}");
        assert!(finding.position.line > 1 && finding.position.column > 1, "{finding}");
    }
}

#[test]
fn what_nobody_knows_stays_unread() {
    let context = &contexts()[0];
    let text = EpsV3.write(&message(order()), context).unwrap().text;
    let strange = text.replacen("<patientPerson ", "<novelty value=\"1\">x</novelty><patientPerson secret=\"1\" ", 1);
    let reading = EpsV3.read(strange.as_bytes(), context);
    let unread = unread(reading.account.as_ref().unwrap());
    assert_eq!(unread.len(), 3, "{unread:?}");
    let known = text.replacen("<patientPerson ", "<patientPerson type=\"Person\" ", 1);
    let known = known.replacen("</addr>", "<addressKey>K1</addressKey></addr>", 1);
    let (_, reading) = read(&known, context);
    let account = reading.account.unwrap();
    assert_eq!(common::unread(&account), Vec::<String>::new());
    let unmodelled = account.marks.iter().filter(|mark| matches!(mark, Mark::Unmodelled(_))).count();
    assert_eq!(unmodelled, 2);
}

#[test]
fn no_damage_makes_the_reader_stumble() {
    let context = &contexts()[0];
    let text = EpsV3.write(&message(repeat_dispensing()), context).unwrap().text;
    for start in (0..text.len()).step_by(61) {
        for length in [1, 40, 400] {
            let damaged = [text.get(..start).unwrap(), text.get(start + length..).unwrap_or_default()].concat();
            let reading = EpsV3.read(damaged.as_bytes(), context);
            assert!(reading.message.is_some() || !reading.findings.is_empty());
        }
    }
    let lines: Vec<&str> = text.lines().collect();
    for gone in 0..lines.len() {
        let fewer: Vec<&str> =
            lines.iter().enumerate().filter(|(line, _)| *line != gone).map(|(_, line)| *line).collect();
        EpsV3.read(fewer.join("\n").as_bytes(), context);
    }
}

#[test]
fn an_answer_comes_back_as_its_projection() {
    for message in answers() {
        for context in contexts() {
            let text = comes_back("answer", &message, &context);
            validate(&text, "MCCI_IN010000UK13.xsd");
        }
    }
}

#[test]
fn s4_an_error_code_without_its_system_is_reported_and_stays_an_issue() {
    let context = &contexts()[0];
    let answer = answers().into_iter().find(|answer| match &answer.body {
        Body::Acknowledgement(answer) => answer.status == AcknowledgementStatus::Error && !answer.issue.is_empty(),
        _ => false,
    });
    let text = EpsV3.write(&answer.unwrap(), context).unwrap().text;
    let wrong = without(&text, "<justifyingDetectedIssueEvent ", "code", "codeSystem");
    let count = |text: &str| match EpsV3.read(text.as_bytes(), context).message.unwrap().body {
        Body::Acknowledgement(answer) => answer.issue.len(),
        _ => panic!("another body"),
    };
    assert_eq!(count(&wrong), count(&text));
    let reading = EpsV3.read(wrong.as_bytes(), context);
    let [finding] = reading.findings.as_slice() else { panic!("{:#?}", reading.findings) };
    assert_eq!(finding.rule.name, "v3-required");
    assert!(finding.message.contains("`codeSystem`") && finding.position.line > 1, "{finding}");
}

#[test]
fn an_answer_must_say_what_it_answers() {
    let mut message = message(PrescriptionOrder::default());
    message.body = Body::default();
    let findings = EpsV3.write(&message, &contexts()[0]).map(|_| ()).unwrap_err();
    assert_eq!(findings[0].rule.name, "eps-message-ref");
}

#[test]
fn the_wrapper_needs_the_system_ids_of_the_context() {
    let context = Context::at("2022-02-01T00:00:00Z".parse().unwrap());
    let findings = EpsV3.write(&message(order()), &context).map(|_| ()).unwrap_err();
    let found: Vec<_> = findings.iter().map(|finding| (finding.rule.name, finding.path.as_str())).collect();
    // The sender is named twice in the wrapper, and its id is asked for once.
    assert_eq!(found, [("eps-asid", "envelope.destination[0].asid"), ("eps-asid", "envelope.sender.asid")]);
}

#[test]
fn a_format_is_recognised_by_its_root_and_namespace() {
    for (text, expected) in [
        ("<?xml version=\"1.0\"?>\n<!-- c --><PORX_IN020101SM31 xmlns=\"urn:hl7-org:v3\">", true),
        ("\u{FEFF}<hl7:MCCI_IN010000UK13\n xmlns:hl7='urn:hl7-org:v3'/>", true),
        ("<PORX_IN020101SM31>", false),
        ("<Bundle xmlns=\"urn:hl7-org:v3\">", false),
        ("{\"resourceType\":\"Bundle\"}", false),
        ("", false),
    ] {
        assert_eq!(EpsV3.sniff(text.as_bytes()), expected, "{text}");
    }
}
