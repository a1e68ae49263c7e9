//! Posting one message to one endpoint.
//!
//! - One call is at most one request on the wire. Redirects are answers, proxies are ignored, and the library's own
//!   retries are off. hyper may move a request to another connection only while not a byte of it was written.
//! - The answer's head alone is no answer: only a body that came to its end, or to our limit, counts.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reqwest::{Client, Request, Response, Url, redirect, retry};
use tokio::time::{Instant, timeout_at};

use crate::config::{ClientConfig, ClientError, is_framing};
use crate::failure::{Doubt, SendFailure};
use crate::retry_after::retry_after;

/// What became of one request.
#[derive(Clone, PartialEq, Eq)]
pub enum Exchange {
    /// The receiver answered.
    Answer {
        /// The HTTP status; a redirect is not followed.
        status: u16,
        /// The `Content-Type`, as it stood.
        media_type: Option<String>,
        /// How long the receiver asked us to wait, uncapped.
        retry_after: Option<Duration>,
        /// The body, up to `max-response-bytes`.
        body: Bytes,
        /// Whether the body was longer than `max-response-bytes`.
        truncated: bool,
    },
    /// The receiver cannot have processed the request: sending it again is safe.
    NotSent {
        /// Why not.
        reason: SendFailure,
    },
    /// The receiver may have processed the request, and no complete answer came.
    InDoubt {
        /// What ended the exchange.
        reason: SendFailure,
    },
}

/// The body may hold patient data, so only its length shows.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { status, media_type, retry_after, body, truncated } => f
                .debug_struct("Answer")
                .field("status", status)
                .field("media_type", media_type)
                .field("retry_after", retry_after)
                .field("body_bytes", &body.len())
                .field("truncated", truncated)
                .finish(),
            Self::NotSent { reason } => f.debug_struct("NotSent").field("reason", reason).finish(),
            Self::InDoubt { reason } => f.debug_struct("InDoubt").field("reason", reason).finish(),
        }
    }
}

/// A client of one endpoint, with that endpoint's connections.
pub struct HttpClient {
    client: Client,
    url: Url,
    headers: HeaderMap,
    timeout: Duration,
    max_response_bytes: usize,
}

/// A URL's query can hold anything, so only scheme, host and port show.
impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").field("origin", &self.origin()).finish_non_exhaustive()
    }
}

impl HttpClient {
    /// A client that has opened nothing yet.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub fn new(config: ClientConfig) -> Result<Self, ClientError> {
        config.check()?;
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .user_agent(concat!("causeway/", env!("CARGO_PKG_VERSION")))
            .tcp_nodelay(true)
            .connect_timeout(config.connect_timeout()?)
            .pool_idle_timeout(config.pool_idle_timeout())
            .pool_max_idle_per_host(config.pool_max_idle);
        builder = if config.http2_prior_knowledge { builder.http2_prior_knowledge() } else { builder.http1_only() };
        Ok(Self {
            client: builder.build().map_err(|_| ClientError::Build)?,
            url: config.parsed_url()?,
            headers: config.header_map()?,
            timeout: config.timeout(),
            max_response_bytes: config.max_response_bytes,
        })
    }

    /// Scheme, host and port of the endpoint, which are safe to show.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Posts `body` once.
    ///
    /// `headers` take the place of configured headers of the same name. Dropping the future leaves the request in
    /// doubt.
    pub async fn post(&self, body: Bytes, media_type: &str, headers: &[(HeaderName, HeaderValue)]) -> Exchange {
        let Some(request) = self.request(body, media_type, headers) else {
            return Exchange::NotSent { reason: SendFailure::RequestInvalid };
        };
        let deadline = Instant::now() + self.timeout;
        match timeout_at(deadline, self.client.execute(request)).await {
            Ok(Ok(response)) => self.answer(response, deadline).await,
            Ok(Err(error)) => match Doubt::of(&error) {
                Doubt::NotSent(reason) => Exchange::NotSent { reason },
                Doubt::InDoubt(reason) => Exchange::InDoubt { reason },
            },
            Err(_) => Exchange::InDoubt { reason: SendFailure::AnswerTimeout },
        }
    }

    fn request(&self, body: Bytes, media_type: &str, headers: &[(HeaderName, HeaderValue)]) -> Option<Request> {
        let mut map = self.headers.clone();
        for (name, _) in headers {
            if is_framing(name) {
                return None;
            }
            map.remove(name);
        }
        for (name, value) in headers {
            map.append(name, value.clone());
        }
        map.insert(header::CONTENT_TYPE, HeaderValue::from_str(media_type).ok()?);
        let mut request = Request::new(Method::POST, self.url.clone());
        *request.headers_mut() = map;
        *request.body_mut() = Some(body.into());
        Some(request)
    }

    async fn answer(&self, mut response: Response, deadline: Instant) -> Exchange {
        let status = response.status().as_u16();
        let media_type = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(|value| value.trim().to_owned());
        let retry_after = retry_after(response.headers(), SystemTime::now());
        match timeout_at(deadline, read_answer(&mut response, self.max_response_bytes)).await {
            Ok(Ok((body, truncated))) => Exchange::Answer { status, media_type, retry_after, body, truncated },
            Ok(Err(_)) => Exchange::InDoubt { reason: SendFailure::AnswerCutShort },
            Err(_) => Exchange::InDoubt { reason: SendFailure::AnswerTimeout },
        }
    }
}

/// The body up to `limit`, and whether there was more.
async fn read_answer(response: &mut Response, limit: usize) -> Result<(Bytes, bool), reqwest::Error> {
    let mut body = BytesMut::new();
    while let Some(mut data) = response.chunk().await? {
        let room = limit - body.len();
        if data.len() > room {
            body.extend_from_slice(&data.split_to(room));
            return Ok((body.freeze(), true));
        }
        body.extend_from_slice(&data);
    }
    Ok((body.freeze(), false))
}

#[cfg(test)]
mod tests;
