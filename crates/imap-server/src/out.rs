//! What is about to be sent.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::limits;

/// Responses on their way to a client.
pub(crate) struct Out<'a> {
    writer: &'a mut (dyn AsyncWrite + Unpin + Send),
    /// Responses that are not sent yet.
    pub(crate) bytes: Vec<u8>,
}

impl<'a> Out<'a> {
    pub(crate) fn new(writer: &'a mut (dyn AsyncWrite + Unpin + Send)) -> Self {
        Self { writer, bytes: Vec::new() }
    }

    /// Sends what has collected, when that is much. Never call it with a snapshot open.
    pub(crate) async fn relieve(&mut self) -> io::Result<()> {
        if self.bytes.len() < limits::OUTPUT_BYTES {
            return Ok(());
        }
        self.writer.write_all(&self.bytes).await?;
        self.bytes.clear();
        Ok(())
    }

    /// Sends everything, and gives the memory back.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        if !self.bytes.is_empty() {
            self.writer.write_all(&self.bytes).await?;
        }
        self.bytes = Vec::new();
        self.writer.flush().await
    }
}
