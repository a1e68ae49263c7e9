use crate::catalogue as rule;
use crate::testing::{REQUEST, SECOND, order, repeat_dispensing, told};
use serde_json::json;

fn with_validity(start: &str, end: &str) -> crate::testing::Order {
    let mut order = order();
    order.set_in_requests("dispenseRequest/validityPeriod", json!({"start": start, "end": end}));
    order
}

#[test]
fn lc_c6_refuses_a_validity_that_ends_before_it_starts() {
    let path = "entry[1].resource.dispenseRequest.validityPeriod.end";
    for (start, end) in [
        ("2026-01-05", "2026-01-04"),
        ("2026-01-05", "2025"),
        ("2026-01-05", "2026-01-04T23:59:59+00:00"),
        ("2026-01-05T10:00:00+00:00", "2026-01-05T10:30:00+01:00"),
    ] {
        with_validity(start, end).is_refused_by(&rule::VALIDITY_ORDER, path);
    }
}

#[test]
fn a_validity_may_last_one_day_or_be_known_in_part() {
    for (start, end) in [("2026-01-06", "2026-01-06"), ("2026-01-05", "2026"), ("2026-01", "2026-01-06")] {
        with_validity(start, end).is_good();
    }
}

#[test]
fn lc_c8_refuses_a_birth_date_in_the_future() {
    let path = "entry[3].resource.birthDate";
    for date in ["2026-01-07", "2026-02", "2027"] {
        order().set("/entry/3/resource/birthDate", date).is_refused_by(&rule::BIRTH_DATE_FUTURE, path);
    }
    for date in ["2026-01-06", "2026-01", "2026"] {
        order().set("/entry/3/resource/birthDate", date).keeps(&rule::BIRTH_DATE_FUTURE);
    }
}

#[test]
fn a_child_born_after_midnight_in_summer_time_is_not_born_in_the_future() {
    let mut order = order();
    order.context.now = "2026-06-30T23:30:00Z".parse().unwrap();
    order.set("/entry/3/resource/birthDate", "2026-07-01");
    order.keeps(&rule::BIRTH_DATE_FUTURE);
}

#[test]
fn lc_c6_warns_of_an_order_whose_validity_has_ended() {
    let path = "entry[1].resource.dispenseRequest.validityPeriod.end";
    for end in ["2026-01-05", "2026-01-05T23:59:59+00:00"] {
        with_validity("2026-01-01", end).is_warned_of_by(&rule::VALIDITY_PAST, path);
    }
    with_validity("2026-01-01", "2026-01-06").is_good();
}

#[test]
fn what_was_released_or_cancelled_may_have_ended() {
    for mut told in [told::cancellation(), told::notification()] {
        told.set("/prescription/validity", json!({"start": "2025-01-01", "end": "2025-06-30"})).is_good();
    }
}

#[test]
fn p_12_refuses_repeat_dispensing_that_ends_more_than_a_year_ahead() {
    let path = "entry[1].resource.dispenseRequest.validityPeriod.end";
    let mut repeated = repeat_dispensing();
    repeated.set_in_requests("dispenseRequest/validityPeriod/end", "2027-01-06").is_good();
    repeated.set_in_requests("dispenseRequest/validityPeriod/end", "2027-01-07");
    repeated.is_refused_by(&rule::VALIDITY_TOO_LONG, path);
    with_validity("2026-01-05", "2027-01-07").is_warned_of_by(&rule::VALIDITY_TOO_LONG, path);
}

#[test]
fn a_date_of_birth_before_anybody_alive_is_warned_of() {
    let path = "entry[3].resource.birthDate";
    for date in ["1896-01-05", "1895", "0085-10-26"] {
        order().set("/entry/3/resource/birthDate", date).is_warned_of_by(&rule::BIRTH_DATE_IMPLAUSIBLE, path);
    }
    for date in ["1896-01-06", "1896"] {
        order().set("/entry/3/resource/birthDate", date).is_good();
    }
}

#[test]
fn a_prescription_before_the_birth_of_the_patient_is_warned_of() {
    let path = "entry[3].resource.birthDate";
    let mut order = order();
    order.set("/entry/3/resource/birthDate", "2026-01-05").is_good();
    order.set("/entry/3/resource/birthDate", "2026-01-06");
    order.is_warned_of_by(&rule::BIRTH_DATE_AFTER_PRESCRIPTION, path);
}

#[test]
fn p_11_warns_of_what_took_place_more_than_a_day_ahead() {
    let path = "entry[1].resource.authoredOn";
    let written = |when: &str| {
        let mut order = order();
        order.set(&format!("{REQUEST}/authoredOn"), when).set(&format!("{SECOND}/authoredOn"), when);
        order
    };
    for when in ["2026-01-07T12:00:01+00:00", "2026-01-08", "2027"] {
        written(when).is_warned_of_by(&rule::TIME_IN_FUTURE, path);
    }
    for when in ["2026-01-07T12:00:00+00:00", "2026-01-07"] {
        written(when).is_good();
    }
    for mut told in [told::notification(), told::claim(), told::returned(), told::withdrawal()] {
        told.set("/when", "2026-01-06T12:00:00+00:00").is_good();
        told.set("/when", "2026-02-06T12:00:00+00:00").is_warned_of_by(&rule::TIME_IN_FUTURE, "when");
    }
    let mut told = told::history();
    told.set("/history/0/notification/when", "2026-02-06");
    told.is_warned_of_by(&rule::TIME_IN_FUTURE, "history[0].notification.when");
}

#[test]
fn a_signature_before_the_prescription_is_warned_of() {
    let mut told = told::order();
    told.set("/prescription/authoredOn", "2026-01-05T23:30:00+00:00");
    told.set("/prescription/signature", json!({"when": "2026-01-05T09:00:00+00:00"})).is_good();
    told.set("/prescription/signature/when", "2026-01-04T09:00:00+00:00");
    told.is_warned_of_by(&rule::SIGNED_BEFORE_WRITTEN, "prescription.signature.when");
}

#[test]
fn what_is_dispensed_before_it_was_prescribed_is_warned_of() {
    let mut told = told::notification();
    told.set("/when", "2026-01-05T08:00:00+00:00");
    told.set("/prescription/authoredOn", "2026-01-05T09:30:00+00:00").is_good();
    told.set("/prescription/authoredOn", "2026-01-06").is_warned_of_by(&rule::DISPENSED_BEFORE_PRESCRIBED, "when");
}

#[test]
fn lc_r8_warns_of_dispensing_outside_the_period_of_the_prescription() {
    let mut told = told::notification();
    told.set("/when", "2026-01-05T08:00:00+00:00");
    for (start, end) in [("2026-01-06", "2026-06-30"), ("2025-06-30", "2026-01-04")] {
        told.set("/prescription/validity", json!({"start": start, "end": end}));
        told.is_warned_of_by(&rule::DISPENSED_OUTSIDE_VALIDITY, "when");
    }
    told.set("/prescription/validity", json!({"start": "2026-01-05", "end": "2026-01-05"})).is_good();
    let mut claim = told::claim();
    claim.set("/when", "2026-01-05").set("/prescription/validity", json!({"end": "2025-12-31"})).is_good();
}
