//! What is about to be sent.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::deflate::Deflater;
use crate::limits;

/// Lets other sessions have their turn. Between two pages of a long command: on the embedded engine a page is read on
/// the thread of the session, and a client that reads quickly would keep it for as long as there are pages.
pub(crate) async fn next_turn() {
    tokio::task::yield_now().await;
}

/// Responses on their way to a client.
pub(crate) struct Out<'a> {
    writer: &'a mut (dyn AsyncWrite + Unpin + Send),
    /// Responses that are not sent yet.
    pub(crate) bytes: Vec<u8>,
    /// COMPRESS (RFC 4978).
    deflater: Option<Box<Deflater>>,
    /// Whether a send was given up: some of it may be on its way, so nothing can follow.
    torn: bool,
}

impl<'a> Out<'a> {
    pub(crate) fn new(writer: &'a mut (dyn AsyncWrite + Unpin + Send)) -> Self {
        Self { writer, bytes: Vec::new(), deflater: None, torn: false }
    }

    /// Compresses what is sent from now on.
    pub(crate) fn deflate(&mut self) {
        self.deflater = Some(Box::new(Deflater::new()));
    }

    async fn send(&mut self) -> io::Result<()> {
        self.torn = true;
        match &mut self.deflater {
            Some(deflater) => self.writer.write_all(&deflater.deflate(&self.bytes)?).await?,
            None => self.writer.write_all(&self.bytes).await?,
        }
        self.torn = false;
        Ok(())
    }

    /// Forgets what has collected of a command that was given up; answers whether something can follow.
    pub(crate) fn give_up(&mut self) -> bool {
        self.bytes.clear();
        !self.torn
    }

    /// Sends what has collected, when that is much; then other sessions have their turn. Never call it with a snapshot
    /// open.
    pub(crate) async fn relieve(&mut self) -> io::Result<()> {
        if self.bytes.len() < limits::OUTPUT_BYTES {
            return Ok(());
        }
        self.send().await?;
        self.bytes.clear();
        next_turn().await;
        Ok(())
    }

    /// Sends everything, and gives the memory back.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        if !self.bytes.is_empty() {
            self.send().await?;
        }
        self.bytes = Vec::new();
        self.writer.flush().await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn others_have_their_turn_however_quickly_a_client_reads() {
        let turns = Arc::new(AtomicUsize::new(0));
        let (counted, mut reader) = (Arc::clone(&turns), tokio::io::sink());
        let other = tokio::spawn(async move {
            loop {
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        });
        let mut out = Out::new(&mut reader);
        for sent in 1..=10 {
            out.bytes.resize(limits::OUTPUT_BYTES, b'x');
            out.relieve().await.expect("it is read");
            assert!(out.bytes.is_empty() && turns.load(Ordering::Relaxed) >= sent);
        }
        other.abort();
    }
}
