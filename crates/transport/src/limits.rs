//! What a listener allows its peers.
//!
//! Every limit has a default that is safe to expose, and none can be switched off: a limit of nought is a
//! configuration error, not "no limit".

use std::time::Duration;

use serde::Deserialize;

/// The smallest read buffer that hyper accepts, and so the smallest `max-header-bytes`.
const SMALLEST_HEADER_BYTES: usize = 8 * 1024;

/// The limits of one HTTP listener, as they stand in configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpLimits {
    /// Connections served at the same time; more wait unaccepted in the kernel's queue. Default 1024.
    pub max_connections: usize,
    /// Milliseconds from the first byte of a request (for a new connection: from its acceptance) to the end of its
    /// header section. Default 10,000.
    pub header_timeout_ms: u64,
    /// Milliseconds that a connection may stay open between requests. Default 75,000.
    pub idle_timeout_ms: u64,
    /// Milliseconds from the first read of a request body to its end. Default 15,000.
    pub body_timeout_ms: u64,
    /// Milliseconds that the peer may leave our bytes untaken. Default 15,000.
    pub write_timeout_ms: u64,
    /// Milliseconds that requests in flight get to finish after shutdown was asked for. Default 10,000.
    pub shutdown_grace_ms: u64,
    /// Bytes in one request body. Default 8,388,608 (8 MiB).
    pub max_body_bytes: usize,
    /// Bytes of all request bodies that are held at one time, as their senders declare them; the reading of more waits.
    /// Default 134,217,728 (128 MiB).
    pub max_bytes_in_flight: usize,
    /// Bytes in one request header section, at least 8,192. Default 65,536. Over HTTP/2 the decoded size counts.
    pub max_header_bytes: usize,
    /// Header lines in one HTTP/1.1 request. Default 100.
    pub max_headers: usize,
    /// Requests in flight on one HTTP/2 connection. Default 128.
    pub http2_max_concurrent_streams: u32,
    /// HTTP/2 streams that a peer may open and reset before we have looked at them. Default 20.
    pub http2_max_pending_resets: usize,
    /// HTTP/2 streams that we had to reset for the peer's mistakes before the connection is closed. Default 128.
    pub http2_max_error_resets: usize,
    /// Milliseconds between the pings that prove an HTTP/2 peer alive. Default 20,000.
    pub http2_ping_interval_ms: u64,
    /// Milliseconds that an HTTP/2 peer has to answer a ping. Default 10,000.
    pub http2_ping_timeout_ms: u64,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            max_connections: 1024,
            header_timeout_ms: 10_000,
            idle_timeout_ms: 75_000,
            body_timeout_ms: 15_000,
            write_timeout_ms: 15_000,
            shutdown_grace_ms: 10_000,
            max_body_bytes: 8 * 1024 * 1024,
            max_bytes_in_flight: 128 * 1024 * 1024,
            max_header_bytes: 64 * 1024,
            max_headers: 100,
            http2_max_concurrent_streams: 128,
            http2_max_pending_resets: 20,
            http2_max_error_resets: 128,
            http2_ping_interval_ms: 20_000,
            http2_ping_timeout_ms: 10_000,
        }
    }
}

/// Why limits cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    /// The named limit is nought, which would refuse everything.
    #[error("`{0}` must be at least 1")]
    Zero(&'static str),
    /// `max-header-bytes` is below what the HTTP/1.1 reader needs.
    #[error("`max-header-bytes` must be at least {SMALLEST_HEADER_BYTES}")]
    HeaderBytesTooSmall,
    /// `max-header-bytes` does not fit HTTP/2's 32-bit setting.
    #[error("`max-header-bytes` must be at most {}", u32::MAX)]
    HeaderBytesTooLarge,
    /// `max-connections` is more than the runtime can count.
    #[error("`max-connections` must be at most {}", tokio::sync::Semaphore::MAX_PERMITS)]
    TooManyConnections,
}

impl HttpLimits {
    /// Checks the limits without opening anything.
    ///
    /// # Errors
    ///
    /// The first limit that no listener could work under.
    pub fn check(&self) -> Result<(), LimitsError> {
        let at_least_one = [
            ("max-connections", self.max_connections == 0),
            ("header-timeout-ms", self.header_timeout_ms == 0),
            ("idle-timeout-ms", self.idle_timeout_ms == 0),
            ("body-timeout-ms", self.body_timeout_ms == 0),
            ("write-timeout-ms", self.write_timeout_ms == 0),
            ("max-body-bytes", self.max_body_bytes == 0),
            ("max-bytes-in-flight", self.max_bytes_in_flight == 0),
            ("max-headers", self.max_headers == 0),
            ("http2-max-concurrent-streams", self.http2_max_concurrent_streams == 0),
            ("http2-ping-interval-ms", self.http2_ping_interval_ms == 0),
            ("http2-ping-timeout-ms", self.http2_ping_timeout_ms == 0),
        ];
        if let Some((name, _)) = at_least_one.into_iter().find(|(_, zero)| *zero) {
            return Err(LimitsError::Zero(name));
        }
        if self.max_header_bytes < SMALLEST_HEADER_BYTES {
            return Err(LimitsError::HeaderBytesTooSmall);
        }
        if u32::try_from(self.max_header_bytes).is_err() {
            return Err(LimitsError::HeaderBytesTooLarge);
        }
        if self.max_connections > tokio::sync::Semaphore::MAX_PERMITS {
            return Err(LimitsError::TooManyConnections);
        }
        Ok(())
    }

    /// `body-timeout-ms` as a duration, for [`crate::read_body`].
    pub fn body_timeout(&self) -> Duration {
        Duration::from_millis(self.body_timeout_ms)
    }

    pub(crate) fn header_timeout(&self) -> Duration {
        Duration::from_millis(self.header_timeout_ms)
    }

    pub(crate) fn idle_timeout(&self) -> Duration {
        Duration::from_millis(self.idle_timeout_ms)
    }

    pub(crate) fn write_timeout(&self) -> Duration {
        Duration::from_millis(self.write_timeout_ms)
    }

    pub(crate) fn shutdown_grace(&self) -> Duration {
        Duration::from_millis(self.shutdown_grace_ms)
    }

    /// `max-header-bytes` as HTTP/2 counts it.
    pub(crate) fn max_header_list_bytes(&self) -> u32 {
        u32::try_from(self.max_header_bytes).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_pass_the_check() {
        assert_eq!(HttpLimits::default().check(), Ok(()));
    }

    #[test]
    fn a_limit_that_is_left_out_has_its_default() {
        let limits: HttpLimits = serde_json::from_str(r#"{"header-timeout-ms": 250}"#).unwrap();
        assert_eq!(limits, HttpLimits { header_timeout_ms: 250, ..HttpLimits::default() });
    }

    #[test]
    fn an_unknown_limit_is_refused() {
        assert!(serde_json::from_str::<HttpLimits>(r#"{"header-timeout": 250}"#).is_err());
    }

    #[test]
    fn a_limit_of_nought_is_refused_by_its_configuration_name() {
        let limits = HttpLimits { idle_timeout_ms: 0, ..HttpLimits::default() };
        assert_eq!(limits.check().unwrap_err().to_string(), "`idle-timeout-ms` must be at least 1");
    }

    #[test]
    fn a_header_section_smaller_than_the_read_buffer_is_refused() {
        let limits = HttpLimits { max_header_bytes: 100, ..HttpLimits::default() };
        assert_eq!(limits.check(), Err(LimitsError::HeaderBytesTooSmall));
    }
}
