//! The accept loop.
//!
//! - A connection is accepted only when a place is free, so excess peers wait in the kernel and cost us nothing.
//! - A failure to accept never ends the loop.
//! - Shutdown is: accept no more, tell every connection to finish, wait up to the grace, drop what is left. Dropping
//!   the future of [`HttpListener::serve`] drops every connection at once.
//!
//! A handler's future is dropped when its peer goes away. Work that must not stop half-way belongs in a task of its own.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use http::{Request, Response, Version, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::body::GuardedBody;
use crate::connection::{self, Activity, AnswerBody, InFlight, Watched};
use crate::limits::HttpLimits;

/// Connections that the kernel keeps for us before it refuses more.
const BACKLOG: u32 = 1024;
/// The pause after the system had no file or memory left for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The address of the peer, in every request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PeerAddr(pub SocketAddr);

/// A bound HTTP/1.1 and HTTP/2 (prior knowledge, without TLS) listener.
#[derive(Debug)]
pub struct HttpListener {
    socket: TcpListener,
    local: SocketAddr,
    limits: HttpLimits,
}

impl HttpListener {
    /// Binds `addr`; port 0 takes a free port. Must be called within a Tokio runtime.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidInput`] if the limits don't pass [`HttpLimits::check`], or what the system says.
    pub fn bind(addr: SocketAddr, limits: HttpLimits) -> io::Result<Self> {
        limits.check().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let socket = if addr.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // Without this a restart would have to wait for the old connections' states to leave the kernel.
        socket.set_reuseaddr(true)?;
        socket.bind(addr)?;
        let socket = socket.listen(BACKLOG)?;
        let local = socket.local_addr()?;
        Ok(Self { socket, local, limits })
    }

    /// The address that was bound, with the real port.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Serves `router` until `cancel`, then lets the requests in flight finish within the grace.
    ///
    /// Every request has a [`PeerAddr`] extension, and a body that keeps the listener's limits. axum's own default body
    /// limit is off: [`HttpLimits::max_body_bytes`] takes its place.
    pub async fn serve(self, router: Router, cancel: CancellationToken) {
        let Self { socket, limits, .. } = self;
        let grace = limits.shutdown_grace();
        let server = Server::new(router, limits);
        let _abort_on_drop = server.abort.clone().drop_guard();
        tokio::select! {
            () = cancel.cancelled() => {}
            () = server.accept(&socket) => {}
        }
        drop(socket);
        server.finish.cancel();
        server.tasks.close();
        if tokio::time::timeout(grace, server.tasks.wait()).await.is_err() {
            tracing::warn!(tasks = server.tasks.len(), "inbound connections dropped at the end of the shutdown grace");
        }
        server.abort.cancel();
        server.tasks.wait().await;
    }
}

/// What all connections of a listener share.
struct Server {
    shared: Arc<Shared>,
    places: Arc<Semaphore>,
    tasks: TaskTracker,
    finish: CancellationToken,
    abort: CancellationToken,
}

struct Shared {
    router: Router,
    builder: auto::Builder<Tracked>,
    limits: HttpLimits,
}

impl Server {
    fn new(router: Router, limits: HttpLimits) -> Self {
        let tasks = TaskTracker::new();
        let abort = CancellationToken::new();
        let builder = builder(&limits, Tracked { tasks: tasks.clone(), abort: abort.clone() });
        let places = Arc::new(Semaphore::new(limits.max_connections));
        let router = router.layer(DefaultBodyLimit::disable());
        let shared = Arc::new(Shared { router, builder, limits });
        Self { shared, places, tasks, finish: CancellationToken::new(), abort }
    }

    /// Ends only if the semaphore is closed, which nobody does.
    async fn accept(&self, socket: &TcpListener) {
        while let Ok(place) = Arc::clone(&self.places).acquire_owned().await {
            match socket.accept().await {
                Ok((stream, peer)) => self.start(stream, peer, place),
                Err(error) if is_about_one_peer(&error) => {}
                Err(error) => {
                    tracing::warn!(kind = %error.kind(), os = error.raw_os_error(), "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn start(&self, stream: TcpStream, peer: SocketAddr, place: OwnedSemaphorePermit) {
        let shared = Arc::clone(&self.shared);
        let finish = self.finish.clone();
        let abort = self.abort.clone();
        self.tasks.spawn(async move {
            shared.connection(stream, peer, &finish, &abort).await;
            drop(place);
        });
    }
}

impl Shared {
    async fn connection(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        finish: &CancellationToken,
        abort: &CancellationToken,
    ) {
        // Answers are small and complete; waiting to fill a packet only delays them. Failure costs speed, nothing else.
        let _only_slower = stream.set_nodelay(true);
        let peer = PeerAddr(SocketAddr::new(peer.ip().to_canonical(), peer.port()));
        let activity = Activity::new();
        let service = service_fn(|request: Request<Incoming>| {
            let (body, answer) = activity.request(request.version() >= Version::HTTP_2);
            respond(self.router.clone(), guarded(request, peer, &self.limits, body), answer)
        });
        let io = TokioIo::new(Watched::new(stream, Arc::clone(&activity)));
        let connection = self.builder.serve_connection(io, service);
        connection::drive(connection, Arc::clone(&activity), &self.limits, finish, abort).await;
    }
}

fn guarded(request: Request<Incoming>, peer: PeerAddr, limits: &HttpLimits, in_flight: InFlight) -> Request<Body> {
    // Over HTTP/2 an abandoned body costs one stream reset. A sender that waits for `100 Continue` has sent nothing,
    // and reading on would ask it to.
    let drain = request.version() < Version::HTTP_2 && !request.headers().contains_key(header::EXPECT);
    let (mut head, body) = request.into_parts();
    head.extensions.insert(peer);
    let body = GuardedBody::new(body, limits.max_body_bytes, limits.body_timeout(), drain, in_flight);
    Request::from_parts(head, Body::new(body))
}

async fn respond(
    router: Router,
    request: Request<Body>,
    in_flight: InFlight,
) -> Result<Response<AnswerBody>, std::convert::Infallible> {
    let response = router.oneshot(request).await?;
    Ok(response.map(|body| AnswerBody::new(body, in_flight)))
}

fn builder(limits: &HttpLimits, executor: Tracked) -> auto::Builder<Tracked> {
    let mut builder = auto::Builder::new(executor);
    // The header and idle waits have clocks in `connection`, which says why hyper's is off.
    builder.http1().header_read_timeout(None).max_buf_size(limits.max_header_bytes);
    if limits.max_headers != HttpLimits::default().max_headers {
        // hyper's own default is the same number, and only there it needs no allocation a request.
        builder.http1().max_headers(limits.max_headers);
    }
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.http2_max_concurrent_streams)
        .max_header_list_size(limits.max_header_list_bytes())
        .max_pending_accept_reset_streams(limits.http2_max_pending_resets)
        .max_local_error_reset_streams(limits.http2_max_error_resets)
        .keep_alive_interval(Duration::from_millis(limits.http2_ping_interval_ms))
        .keep_alive_timeout(Duration::from_millis(limits.http2_ping_timeout_ms));
    builder
}

/// Whether an accept failed for a reason that ended with the peer that caused it.
fn is_about_one_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

/// Runs the streams of HTTP/2 connections so that shutdown sees them too.
#[derive(Clone)]
struct Tracked {
    tasks: TaskTracker,
    abort: CancellationToken,
}

impl<F> hyper::rt::Executor<F> for Tracked
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, stream: F) {
        let abort = self.abort.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = abort.cancelled() => {}
                _ = stream => {}
            }
        });
    }
}

#[cfg(test)]
mod tests;
