//! The clocks of one inbound connection.
//!
//! hyper has one HTTP/1.1 timer for two different waits: it starts to count for the next header section as soon as the
//! last answer is out, so a short header time-out would also end every idle connection, and it does not run at all
//! while the protocol version is still being read. The waits are therefore kept here, outside hyper:
//!
//! - *head*: from acceptance, or from the first byte after an idle wait, until a request reaches the router;
//! - *busy*: at least one request is with the router or its answer is being sent (bodies have clocks of their own);
//! - *idle*: between requests;
//! - *write*, beside any of these: the peer has stopped taking our bytes. Over HTTP/1.1 the socket then blocks; an
//!   HTTP/2 peer can also withhold its window, which shows only in that no more of an answer is asked for. (An answer
//!   that hyper has taken whole is bounded by the idle wait instead.)

use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::limits::HttpLimits;

/// Drives a connection until it ends, breaks one of its clocks, or is dropped by `abort`.
///
/// `finish` asks it to end after the requests in flight.
pub(crate) async fn drive<C: GracefulConnection>(
    connection: C,
    activity: Arc<Activity>,
    limits: &HttpLimits,
    finish: &CancellationToken,
    abort: &CancellationToken,
) {
    let mut connection = pin!(connection);
    let mut finish = pin!(finish.cancelled());
    let mut abort = pin!(abort.cancelled());
    let mut timer = pin!(tokio::time::sleep(limits.header_timeout()));
    let mut draining = false;
    std::future::poll_fn(|context| {
        loop {
            if !draining && finish.as_mut().poll(context).is_ready() {
                draining = true;
                connection.as_mut().graceful_shutdown();
                activity.restart_idle();
            }
            if connection.as_mut().poll(context).is_ready() || abort.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            // The connection has just been polled, so the clocks are read after whatever it did.
            let now = Instant::now();
            let (deadline, wait) = activity.deadline(limits, draining, now);
            if deadline <= now {
                if wait == Wait::Idle && !draining {
                    // Over HTTP/2 the peer is told before the connection goes.
                    draining = true;
                    connection.as_mut().graceful_shutdown();
                    activity.restart_idle();
                    continue;
                }
                tracing::debug!(wait = wait.name(), "inbound connection cut off");
                return Poll::Ready(());
            }
            // A timer that fires too early only looks again, so it is left alone: most polls set no timer.
            if timer.deadline() > deadline || timer.is_elapsed() {
                timer.as_mut().reset(deadline);
            }
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await;
}

/// What a connection is doing, shared between its socket, its requests and its clock.
pub(crate) struct Activity(Mutex<State>);

struct State {
    phase: Phase,
    in_flight: usize,
    /// HTTP/2 peers send frames of their own accord, so bytes alone don't start a request there.
    http2: bool,
    write_blocked: Option<Instant>,
    /// Answers with bytes ready that nobody has asked for.
    waiting_answers: usize,
    /// When an answer last moved.
    answer_moved: Instant,
}

#[derive(Clone, Copy)]
enum Phase {
    Head(Instant),
    Busy,
    Idle(Instant),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    Head,
    Busy,
    Idle,
    Write,
}

impl Wait {
    fn name(self) -> &'static str {
        match self {
            Self::Head => "header",
            Self::Busy => "busy",
            Self::Idle => "idle",
            Self::Write => "write",
        }
    }
}

impl Activity {
    pub(crate) fn new() -> Arc<Self> {
        let now = Instant::now();
        Arc::new(Self(Mutex::new(State {
            phase: Phase::Head(now),
            in_flight: 0,
            http2: false,
            write_blocked: None,
            waiting_answers: 0,
            answer_moved: now,
        })))
    }

    /// Counts a request in, until both guards are dropped: one for its body, one for its answer.
    pub(crate) fn request(self: &Arc<Self>, http2: bool) -> (InFlight, InFlight) {
        let mut state = self.lock();
        state.http2 = http2;
        state.in_flight += 2;
        state.phase = Phase::Busy;
        (InFlight(Arc::clone(self)), InFlight(Arc::clone(self)))
    }

    fn half_ended(&self) {
        let mut state = self.lock();
        state.in_flight = state.in_flight.saturating_sub(1);
        if state.in_flight == 0 {
            state.phase = Phase::Idle(Instant::now());
        }
    }

    /// Gives an idle connection that was asked to end the time to do so.
    fn restart_idle(&self) {
        let mut state = self.lock();
        if matches!(state.phase, Phase::Idle(_)) {
            state.phase = Phase::Idle(Instant::now());
        }
    }

    fn bytes_read(&self) {
        let mut state = self.lock();
        if !state.http2 && matches!(state.phase, Phase::Idle(_)) {
            state.phase = Phase::Head(Instant::now());
        }
    }

    fn write_polled(&self, blocked: bool) {
        let mut state = self.lock();
        if !blocked {
            state.write_blocked = None;
        } else if state.write_blocked.is_none() {
            state.write_blocked = Some(Instant::now());
        }
    }

    /// `was` and `is` say whether the answer has bytes ready that nobody has asked for.
    fn answer_polled(&self, was: bool, is: bool) {
        let mut state = self.lock();
        state.answer_moved = Instant::now();
        state.waiting_answers = match (was, is) {
            (false, true) => state.waiting_answers + 1,
            (true, false) => state.waiting_answers.saturating_sub(1),
            _ => state.waiting_answers,
        };
    }

    fn deadline(&self, limits: &HttpLimits, draining: bool, now: Instant) -> (Instant, Wait) {
        let state = self.lock();
        // A connection that was asked to end has nothing to be idle for.
        let idle = if draining { limits.header_timeout() } else { limits.idle_timeout() };
        let (phase, wait) = match state.phase {
            Phase::Head(since) => (since + limits.header_timeout(), Wait::Head),
            Phase::Idle(since) => (since + idle, Wait::Idle),
            // The end of the last request may come from another task, without a wake-up here. Looking again after the
            // shortest idle wait is always soon enough: the request ends later than now.
            Phase::Busy => (now + idle.max(Duration::from_millis(1)), Wait::Busy),
        };
        let withheld = (state.waiting_answers > 0).then_some(state.answer_moved);
        let write = [state.write_blocked, withheld].into_iter().flatten().min();
        match write.map(|since| since + limits.write_timeout()) {
            Some(write) if write < phase => (write, Wait::Write),
            _ => (phase, wait),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change under the lock is complete in itself, so a poisoned state is still a true one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One half of a request in flight: its body or its answer.
pub(crate) struct InFlight(Arc<Activity>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.half_ended();
    }
}

/// An answer's body, which keeps its request in flight until it is out.
pub(crate) struct AnswerBody {
    inner: Body,
    /// Whether the next poll is the peer's to cause. While the handler has nothing ready, it is not.
    waiting: bool,
    in_flight: InFlight,
}

impl AnswerBody {
    pub(crate) fn new(inner: Body, in_flight: InFlight) -> Self {
        in_flight.0.answer_polled(false, true);
        Self { inner, waiting: true, in_flight }
    }

    fn set_waiting(&mut self, waiting: bool) {
        self.in_flight.0.answer_polled(self.waiting, waiting);
        self.waiting = waiting;
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        self.set_waiting(false);
    }
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let result = Pin::new(&mut self.inner).poll_frame(context);
        self.set_waiting(result.is_ready());
        result
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A socket that reports what it does to the connection's clocks.
pub(crate) struct Watched<S> {
    socket: S,
    activity: Arc<Activity>,
}

impl<S> Watched<S> {
    pub(crate) fn new(socket: S, activity: Arc<Activity>) -> Self {
        Self { socket, activity }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.socket).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.activity.bytes_read();
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.activity.write_polled(result.is_pending());
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.socket).poll_write_vectored(context, slices);
        self.activity.write_polled(result.is_pending());
        result
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
