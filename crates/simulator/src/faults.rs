//! Faults that a simulated receiver commits when asked.
//!
//! Invariants:
//! - Which request meets which fault follows from the seed and the number of the request alone.
//! - A request meets one fault at most.

use std::time::Duration;

use fastrand::Rng;

/// How often which fault happens. Shares are from 0 to 1, and add up to 1 at most.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Faults {
    /// Milliseconds that a slow answer waits.
    pub slow_ms: u64,
    /// Share of slow answers.
    pub slow_share: f64,
    /// Share of messages that are refused on business grounds, right as they may be.
    pub refuse_share: f64,
    /// Share of messages that are recorded, and whose connection is closed before they are answered.
    pub drop_share: f64,
    /// Milliseconds that a late answer waits: more than the sender does.
    pub late_ms: u64,
    /// Share of messages that are recorded, and answered too late.
    pub late_share: f64,
    /// Share of requests that are answered 503 with `Retry-After`, unread.
    pub unavailable_share: f64,
    /// Seed of the choices.
    pub seed: u64,
}

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// HTTP 503 with `Retry-After`; nothing is read or recorded.
    Unavailable,
    /// Refused on business grounds.
    Refuse,
    /// Recorded; then the connection is closed without an answer.
    Drop,
    /// Recorded; the answer comes after this time, which is meant to be longer than the sender waits.
    Late(Duration),
    /// Recorded; the answer comes after this time.
    Slow(Duration),
}

/// Why a list of faults cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultsError {
    /// An entry without `=`.
    #[error("`{0}` is expected to be a fault with its share, such as `drop=0.05`")]
    NoShare(String),
    /// An unknown fault.
    #[error("`{0}` is no fault; expected slow, refuse, drop, late or unavailable")]
    Unknown(String),
    /// The same fault twice.
    #[error("`{0}` stands twice")]
    Twice(String),
    /// A share that is not a number from 0 to 1.
    #[error("the share of `{0}` is expected to be a number from 0 to 1")]
    Share(String),
    /// A time that is not a whole number with `ms` or `s`.
    #[error("the time of `{0}` is expected to be a whole number with its unit, such as `200ms` or `3s`")]
    Time(String),
    /// A fault that needs a time.
    #[error("`{0}` needs a time, such as `{0}=0.1:200ms`")]
    TimeMissing(String),
    /// A fault that has none.
    #[error("`{0}` takes no time; expected a share alone, such as `{0}=0.1`")]
    TimeUnwanted(String),
    /// Shares that add up to more than everything.
    #[error("the shares of all faults together are expected to be at most 1")]
    TooMany,
}

impl Faults {
    /// No faults.
    pub const NONE: Faults = Faults {
        slow_ms: 0,
        slow_share: 0.0,
        refuse_share: 0.0,
        drop_share: 0.0,
        late_ms: 0,
        late_share: 0.0,
        unavailable_share: 0.0,
        seed: 0,
    };

    /// Reads a list such as `slow=0.1:200ms,refuse=0.02,drop=0.05,late=0.01:3s,unavailable=0.1`; an empty text is no
    /// faults.
    ///
    /// # Errors
    /// See [`FaultsError`].
    pub fn parse(text: &str, seed: u64) -> Result<Self, FaultsError> {
        let mut faults = Faults { seed, ..Faults::NONE };
        let mut seen: Vec<&str> = Vec::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (name, value) = entry.split_once('=').ok_or_else(|| FaultsError::NoShare(entry.to_owned()))?;
            let name = name.trim();
            if seen.contains(&name) {
                return Err(FaultsError::Twice(name.to_owned()));
            }
            seen.push(name);
            faults.set(name, value.trim())?;
        }
        faults.check()?;
        Ok(faults)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), FaultsError> {
        let share = match name {
            "slow" => return timed(name, value).map(|(share, ms)| (self.slow_share, self.slow_ms) = (share, ms)),
            "late" => return timed(name, value).map(|(share, ms)| (self.late_share, self.late_ms) = (share, ms)),
            "refuse" => &mut self.refuse_share,
            "drop" => &mut self.drop_share,
            "unavailable" => &mut self.unavailable_share,
            _ => return Err(FaultsError::Unknown(name.to_owned())),
        };
        if value.contains(':') {
            return Err(FaultsError::TimeUnwanted(name.to_owned()));
        }
        *share = parse_share(name, value)?;
        Ok(())
    }

    /// Checks shares that were set without [`Faults::parse`].
    ///
    /// # Errors
    /// [`FaultsError::Share`] or [`FaultsError::TooMany`].
    pub fn check(&self) -> Result<(), FaultsError> {
        let shares = [
            ("unavailable", self.unavailable_share),
            ("refuse", self.refuse_share),
            ("drop", self.drop_share),
            ("late", self.late_share),
            ("slow", self.slow_share),
        ];
        if let Some((name, _)) = shares.iter().find(|(_, share)| !(0.0..=1.0).contains(share)) {
            return Err(FaultsError::Share((*name).to_owned()));
        }
        // Ten tenths are not exactly one in binary.
        if shares.iter().map(|(_, share)| share).sum::<f64>() > 1.0 + 1e-9 {
            return Err(FaultsError::TooMany);
        }
        Ok(())
    }

    /// What happens to the request with that number, counted from 0.
    pub fn of(&self, request: u64) -> Option<Fault> {
        // An odd multiplier keeps neighbouring requests far apart.
        let mut left = Rng::with_seed(self.seed ^ request.wrapping_mul(0x9E37_79B9_7F4A_7C15)).f64();
        let faults = [
            (self.unavailable_share, Fault::Unavailable),
            (self.refuse_share, Fault::Refuse),
            (self.drop_share, Fault::Drop),
            (self.late_share, Fault::Late(Duration::from_millis(self.late_ms))),
            (self.slow_share, Fault::Slow(Duration::from_millis(self.slow_ms))),
        ];
        for (share, fault) in faults {
            if left < share {
                return Some(fault);
            }
            left -= share;
        }
        None
    }
}

fn timed(name: &str, value: &str) -> Result<(f64, u64), FaultsError> {
    let (share, time) = value.split_once(':').ok_or_else(|| FaultsError::TimeMissing(name.to_owned()))?;
    let milliseconds = match time.trim().strip_suffix("ms") {
        Some(number) => number.parse().ok(),
        None => time.trim().strip_suffix('s').and_then(|number| number.parse::<u64>().ok()?.checked_mul(1000)),
    };
    Ok((parse_share(name, share)?, milliseconds.ok_or_else(|| FaultsError::Time(name.to_owned()))?))
}

fn parse_share(name: &str, text: &str) -> Result<f64, FaultsError> {
    let share = text.trim().parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| FaultsError::Share(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_faults_is_read() {
        let faults = Faults::parse("slow=0.1:200ms, refuse=0.02,drop=0.05,late=0.01:3s,unavailable=0.1", 9).unwrap();
        let expected = Faults {
            slow_ms: 200,
            slow_share: 0.1,
            refuse_share: 0.02,
            drop_share: 0.05,
            late_ms: 3000,
            late_share: 0.01,
            unavailable_share: 0.1,
            seed: 9,
        };
        assert_eq!(faults, expected);
        assert_eq!(Faults::parse("", 0), Ok(Faults::NONE));
    }

    #[test]
    fn what_is_wrong_with_a_list_is_said_in_its_own_words() {
        for (text, expected) in [
            ("drop", "`drop` is expected to be a fault with its share, such as `drop=0.05`"),
            ("explode=1", "`explode` is no fault; expected slow, refuse, drop, late or unavailable"),
            ("drop=0.1,drop=0.2", "`drop` stands twice"),
            ("drop=2", "the share of `drop` is expected to be a number from 0 to 1"),
            ("drop=NaN", "the share of `drop` is expected to be a number from 0 to 1"),
            ("slow=0.1", "`slow` needs a time, such as `slow=0.1:200ms`"),
            ("drop=0.1:2s", "`drop` takes no time; expected a share alone, such as `drop=0.1`"),
            (
                "late=0.1:soon",
                "the time of `late` is expected to be a whole number with its unit, such as `200ms` or `3s`",
            ),
            ("drop=0.6,refuse=0.6", "the shares of all faults together are expected to be at most 1"),
        ] {
            assert_eq!(Faults::parse(text, 0).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn shares_that_add_up_to_one_leave_no_request_alone() {
        let faults = Faults::parse("drop=0.1,refuse=0.2,unavailable=0.3,slow=0.2:1ms,late=0.2:1ms", 4).unwrap();
        let untouched = (0..2000).filter(|request| faults.of(*request).is_none()).count();
        assert_eq!(untouched, 0);
    }

    #[test]
    fn faults_follow_from_seed_and_number_and_keep_their_shares() {
        let faults = Faults::parse("drop=0.2,refuse=0.1", 1).unwrap();
        let drawn = |faults: Faults| (0..10_000).map(|request| faults.of(request)).collect::<Vec<_>>();
        assert_eq!(drawn(faults), drawn(faults));
        assert_ne!(drawn(faults), drawn(Faults { seed: 2, ..faults }));
        let count = |fault| drawn(faults).into_iter().filter(|drawn| *drawn == Some(fault)).count();
        assert!((1800..2200).contains(&count(Fault::Drop)), "{}", count(Fault::Drop));
        assert!((850..1150).contains(&count(Fault::Refuse)), "{}", count(Fault::Refuse));
    }
}
