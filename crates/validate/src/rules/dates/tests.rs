use crate::catalogue as rule;
use crate::testing::order;
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
    for (start, end) in [("2026-01-05", "2026-01-05"), ("2026-01-05", "2026"), ("2026-01", "2026-01-04")] {
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
        order().set("/entry/3/resource/birthDate", date).is_good();
    }
}

#[test]
fn a_child_born_after_midnight_in_summer_time_is_not_born_in_the_future() {
    let mut order = order();
    order.context.now = "2026-06-30T23:30:00Z".parse().unwrap();
    order.set("/entry/3/resource/birthDate", "2026-07-01");
    order.keeps(&rule::BIRTH_DATE_FUTURE);
}
