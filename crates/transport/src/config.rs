//! What a client is told about its endpoint.
//!
//! Header values can be credentials: no error quotes one, and `Debug` hides them.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use reqwest::Url;
use serde::Deserialize;

/// The connect time-out where none is configured, unless half the exchange's time is less.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How to reach one endpoint, as it stands in configuration.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClientConfig {
    /// Where to post to. `http://` only: `https://` is [`ClientError::TlsNotConfigured`].
    pub url: String,
    /// Milliseconds for a whole exchange, from connecting to the last byte of the answer. Default 30,000.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
    /// Milliseconds for finding the host and connecting to it; must be less than `timeout-ms`, because only a connect
    /// time-out proves that nothing was sent. Default 3,000, or half of `timeout-ms` if that is less.
    #[serde(default)]
    pub connect_timeout_ms: Option<u64>,
    /// Bytes of an answer that are read; the rest is cut off. Default 8,388,608 (8 MiB).
    #[serde(default = "default_max_response_bytes")]
    pub max_response_bytes: usize,
    /// Headers of every request. Default none.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Whether to speak HTTP/2 from the first byte instead of HTTP/1.1. Default false.
    #[serde(default)]
    pub http2_prior_knowledge: bool,
    /// Connections that are kept open between exchanges. Default 64.
    #[serde(default = "default_pool_max_idle")]
    pub pool_max_idle: usize,
    /// Milliseconds that a connection is kept open between exchanges. Must be less than the receiver's own idle
    /// time-out: a request sent while the receiver closes is in doubt. Default 4,000, as the shortest common time-out of
    /// a server is 5 s.
    #[serde(default = "default_pool_idle_timeout_ms")]
    pub pool_idle_timeout_ms: u64,
}

fn default_timeout_ms() -> u64 {
    30_000
}

fn default_max_response_bytes() -> usize {
    8 * 1024 * 1024
}

fn default_pool_max_idle() -> usize {
    64
}

fn default_pool_idle_timeout_ms() -> u64 {
    4_000
}

/// Why a client cannot be built from its configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// `url` does not parse, or names no host.
    #[error("`url` is not an absolute url with a host")]
    Url,
    /// `url` is `https://`. This build has no TLS, and a message must not go out unprotected in its place.
    #[error("`url` is https, but tls is not configured; expected http")]
    TlsNotConfigured,
    /// `url` has another scheme than `http`.
    #[error("`url` has the scheme `{0}`; expected `http`")]
    Scheme(String),
    /// `url` holds a user name or password. URLs are shown to people; credentials belong in `headers`.
    #[error("`url` holds a user name or password; put an `authorization` header under `headers`")]
    CredentialsInUrl,
    /// The named number is nought.
    #[error("`{0}` must be at least 1")]
    Zero(&'static str),
    /// `connect-timeout-ms` could not end before `timeout-ms` does.
    #[error("`connect-timeout-ms` must be less than `timeout-ms`")]
    ConnectTimeoutTooLong,
    /// A key of `headers` is not a header name.
    #[error("`headers` has a key that is not a header name: `{0}`")]
    HeaderName(String),
    /// The value of the named header holds characters that a header cannot carry.
    #[error("`headers.{0}` holds a character that a header value cannot carry")]
    HeaderValue(HeaderName),
    /// The named header is set by the transport or by each message.
    #[error("`headers.{0}` cannot be configured: the transport sets it")]
    ReservedHeader(HeaderName),
    /// The HTTP library refused the settings.
    #[error("the http client cannot be built")]
    Build,
}

impl ClientConfig {
    /// The defaults for `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            timeout_ms: default_timeout_ms(),
            connect_timeout_ms: None,
            max_response_bytes: default_max_response_bytes(),
            headers: BTreeMap::new(),
            http2_prior_knowledge: false,
            pool_max_idle: default_pool_max_idle(),
            pool_idle_timeout_ms: default_pool_idle_timeout_ms(),
        }
    }

    /// Checks everything without opening anything.
    ///
    /// # Errors
    ///
    /// The first thing that [`crate::HttpClient::new`] would refuse.
    pub fn check(&self) -> Result<(), ClientError> {
        self.parsed_url()?;
        self.header_map()?;
        self.connect_timeout()?;
        if self.max_response_bytes == 0 {
            return Err(ClientError::Zero("max-response-bytes"));
        }
        Ok(())
    }

    pub(crate) fn parsed_url(&self) -> Result<Url, ClientError> {
        let url = Url::parse(&self.url).map_err(|_| ClientError::Url)?;
        match url.scheme() {
            "http" => {}
            "https" => return Err(ClientError::TlsNotConfigured),
            other => return Err(ClientError::Scheme(other.to_owned())),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ClientError::CredentialsInUrl);
        }
        if !url.has_host() {
            return Err(ClientError::Url);
        }
        Ok(url)
    }

    pub(crate) fn header_map(&self) -> Result<HeaderMap, ClientError> {
        let mut map = HeaderMap::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name).map_err(|_| ClientError::HeaderName(name.clone()))?;
            if name == header::CONTENT_TYPE || is_framing(&name) {
                return Err(ClientError::ReservedHeader(name));
            }
            let Ok(mut value) = HeaderValue::from_str(value) else { return Err(ClientError::HeaderValue(name)) };
            value.set_sensitive(true);
            map.insert(name, value);
        }
        Ok(map)
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    pub(crate) fn connect_timeout(&self) -> Result<Duration, ClientError> {
        match self.connect_timeout_ms {
            _ if self.timeout_ms == 0 => Err(ClientError::Zero("timeout-ms")),
            Some(0) => Err(ClientError::Zero("connect-timeout-ms")),
            Some(connect) if connect >= self.timeout_ms => Err(ClientError::ConnectTimeoutTooLong),
            Some(connect) => Ok(Duration::from_millis(connect)),
            None => Ok(CONNECT_TIMEOUT.min(self.timeout() / 2)),
        }
    }

    pub(crate) fn pool_idle_timeout(&self) -> Duration {
        Duration::from_millis(self.pool_idle_timeout_ms)
    }
}

/// Whether a header says where a message ends or how its connection goes on. Only the transport knows either.
pub(crate) fn is_framing(name: &HeaderName) -> bool {
    [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::UPGRADE, header::EXPECT, header::TE]
        .contains(name)
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            url: _,
            timeout_ms,
            connect_timeout_ms,
            max_response_bytes,
            headers,
            http2_prior_knowledge,
            pool_max_idle,
            pool_idle_timeout_ms,
        } = self;
        f.debug_struct("ClientConfig")
            .field("timeout_ms", timeout_ms)
            .field("connect_timeout_ms", connect_timeout_ms)
            .field("max_response_bytes", max_response_bytes)
            .field("headers", &headers.keys())
            .field("http2_prior_knowledge", http2_prior_knowledge)
            .field("pool_max_idle", pool_max_idle)
            .field("pool_idle_timeout_ms", pool_idle_timeout_ms)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(config: ClientConfig) -> ClientError {
        config.check().unwrap_err()
    }

    #[test]
    fn a_url_is_all_that_must_be_configured() {
        let config: ClientConfig = serde_json::from_str(r#"{"url": "http://pharmacy.example/in"}"#).unwrap();
        assert_eq!(config, ClientConfig::new("http://pharmacy.example/in"));
        assert_eq!(config.check(), Ok(()));
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(serde_json::from_str::<ClientConfig>(r#"{"url": "http://a/", "timeout": 1}"#).is_err());
    }

    #[test]
    fn https_is_refused_while_there_is_no_tls() {
        assert_eq!(refused(ClientConfig::new("https://pharmacy.example/in")), ClientError::TlsNotConfigured);
    }

    #[test]
    fn other_schemes_and_credentials_in_urls_are_refused() {
        assert_eq!(refused(ClientConfig::new("ftp://pharmacy.example/")), ClientError::Scheme("ftp".to_owned()));
        assert_eq!(refused(ClientConfig::new("/in")), ClientError::Url);
        assert_eq!(refused(ClientConfig::new("http://a:b@pharmacy.example/")), ClientError::CredentialsInUrl);
    }

    #[test]
    fn a_connect_time_out_that_proves_nothing_is_refused() {
        let config = ClientConfig { timeout_ms: 100, connect_timeout_ms: Some(100), ..ClientConfig::new("http://a/") };
        assert_eq!(refused(config), ClientError::ConnectTimeoutTooLong);
    }

    #[test]
    fn the_default_connect_time_out_gives_way_to_a_short_exchange() {
        let config = ClientConfig { timeout_ms: 100, ..ClientConfig::new("http://a/") };
        assert_eq!(config.connect_timeout(), Ok(Duration::from_millis(50)));
    }

    #[test]
    fn framing_headers_cannot_be_configured() {
        let headers = BTreeMap::from([("Content-Length".to_owned(), "1".to_owned())]);
        let config = ClientConfig { headers, ..ClientConfig::new("http://a/") };
        assert_eq!(refused(config), ClientError::ReservedHeader(header::CONTENT_LENGTH));
    }

    #[test]
    fn neither_debug_nor_an_error_shows_a_header_value_or_a_url() {
        let headers = BTreeMap::from([("authorization".to_owned(), "secret\n".to_owned())]);
        let config = ClientConfig { headers, ..ClientConfig::new("http://a/?nhs=9990548609") };
        let shown = format!("{config:?} {}", refused(config.clone()));
        assert!(!shown.contains("secret") && !shown.contains("9990548609"), "{shown}");
    }
}
