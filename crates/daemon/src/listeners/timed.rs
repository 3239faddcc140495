//! A stream whose peer must go on reading.

use std::future::Future;
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// A stream that fails when the peer takes nothing of what is written for some time.
///
/// Waiting for the peer to send is bounded by the protocol, which knows whether it may be idle.
pub(crate) struct Timed<S> {
    stream: S,
    stall_time_max: Duration,
    /// Runs while a write waits; made when the first one does.
    stalled: Option<Pin<Box<Sleep>>>,
    waiting: bool,
}

impl<S> Timed<S> {
    /// `stream`, at most `stall_time_max` without progress of a write.
    pub(crate) fn new(stream: S, stall_time_max: Duration) -> Self {
        Self { stream, stall_time_max, stalled: None, waiting: false }
    }

    /// Hands on what a write came to; a write that waits for too long fails.
    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<Result<T>>) -> Poll<Result<T>> {
        if written.is_ready() {
            self.waiting = false;
            return written;
        }
        let deadline = Instant::now() + self.stall_time_max;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if !self.waiting {
            self.waiting = true;
            stalled.as_mut().reset(deadline);
        }
        stalled
            .as_mut()
            .poll(context)
            .map(|()| Err(Error::new(ErrorKind::TimedOut, "the peer does not read")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.watch(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.watch(context, shut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_does_not_read_is_given_up() {
        let (ours, theirs) = tokio::io::duplex(4);
        let mut timed = Timed::new(ours, Duration::from_secs(5));
        let error = timed.write_all(b"eight by").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        drop(theirs);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_peer_is_served() {
        let (ours, mut theirs) = tokio::io::duplex(1);
        let mut timed = Timed::new(ours, Duration::from_secs(5));
        let writing = tokio::spawn(async move { timed.write_all(b"slow").await });
        for expected in *b"slow" {
            tokio::time::advance(Duration::from_secs(4)).await;
            assert_eq!(theirs.read_u8().await.unwrap(), expected);
        }
        writing.await.unwrap().unwrap();
    }
}
