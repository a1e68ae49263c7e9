//! The `Retry-After` header (RFC 9110 §10.2.3): a number of seconds or a date.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// How long the receiver asks us to wait, uncapped; nought for a date that has passed, `None` for a value that is
/// neither form.
///
/// A date is counted from the answer's own `Date` where it has one, so that two clocks that disagree don't shift the
/// wait; otherwise from `now`.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than fit are still a wish to wait very long.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    Some(until.duration_since(date(headers).unwrap_or(now)).unwrap_or(Duration::ZERO))
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(header::DATE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn after(value: &'static str, date: Option<&'static str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(value));
        if let Some(date) = date {
            headers.insert(header::DATE, HeaderValue::from_static(date));
        }
        retry_after(&headers, NOW)
    }

    #[test]
    fn seconds_are_taken_as_they_stand() {
        assert_eq!(after("120", None), Some(Duration::from_secs(120)));
        assert_eq!(after("0", None), Some(Duration::ZERO));
        assert_eq!(after("99999999999999999999999", None), Some(Duration::from_secs(u64::MAX)));
    }

    #[test]
    fn a_date_counts_from_our_clock_where_the_answer_has_none() {
        assert_eq!(after("Thu, 01 Jan 1970 00:01:00 GMT", None), Some(Duration::from_secs(60)));
    }

    #[test]
    fn a_date_counts_from_the_answers_own_date() {
        let date = Some("Sat, 21 Nov 2026 10:00:00 GMT");
        assert_eq!(after("Sat, 21 Nov 2026 10:00:30 GMT", date), Some(Duration::from_secs(30)));
        assert_eq!(after("Sat, 21 Nov 2026 09:00:00 GMT", date), Some(Duration::ZERO));
    }

    #[test]
    fn anything_else_is_no_wish() {
        for value in ["", "soon", "-1", "+5", "1.5"] {
            assert_eq!(after(value, None), None, "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), NOW), None);
    }
}
