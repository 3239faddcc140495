//! The daemon's end.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

use super::path::{SocketPath, socket_path};
use super::{ANSWER_BYTES_MAX, Answer, REQUEST_BYTES_MAX};
use crate::operator::{Operator, Progress, Request};
use crate::problem::Problem;
use crate::process::files;

/// Commands at once; more wait.
const COMMANDS_MAX: u32 = 16;
/// Time for a request to arrive and for an answer to be taken.
const TRANSFER_TIME_MAX: Duration = Duration::from_secs(10);

/// The socket, listening.
pub(crate) struct Server {
    listener: UnixListener,
    path: SocketPath,
}

impl Server {
    /// Listens in the data directory `data`, whose lock is held: a socket that is there is left over.
    pub(crate) fn bind(data: &Path) -> Result<Self, Problem> {
        let problem = |error: std::io::Error| Problem::new("cannot listen for commands", error);
        let path = socket_path(data).map_err(problem)?;
        files::remove(&path.path)?;
        let listener = UnixListener::bind(&path.path).map_err(problem)?;
        std::fs::set_permissions(&path.path, Permissions::from_mode(0o600)).map_err(problem)?;
        Ok(Self { listener, path })
    }

    /// Carries out commands until `drain` turns true, then waits at most `drain_time_max` for those in flight.
    pub(crate) async fn serve(
        self,
        operator: Arc<Operator>,
        mut drain: watch::Receiver<bool>,
        drain_time_max: Duration,
    ) {
        let places = Arc::new(Semaphore::new(COMMANDS_MAX as usize));
        loop {
            let accepted = tokio::select! {
                accepted = self.accept(&places) => accepted,
                _ = drain.wait_for(|draining| *draining) => break,
            };
            let Some((place, stream)) = accepted else { continue };
            let operator = Arc::clone(&operator);
            tokio::spawn(async move {
                if let Err(error) = command(stream, &operator).await {
                    tracing::warn!(%error, "a command on the control socket was cut off");
                }
                drop(place);
            });
        }
        drop(self);
        if tokio::time::timeout(drain_time_max, places.acquire_many(COMMANDS_MAX)).await.is_err() {
            tracing::warn!("commands that did not end in time are cut off");
        }
    }

    async fn accept(&self, places: &Arc<Semaphore>) -> Option<(OwnedSemaphorePermit, UnixStream)> {
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        match self.listener.accept().await {
            Ok((stream, _)) => Some((place, stream)),
            Err(error) => {
                tracing::warn!(%error, "a command could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                None
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(problem) = files::remove(&self.path.path) {
            tracing::warn!(%problem, "the control socket stays behind");
        }
    }
}

async fn command(mut stream: UnixStream, operator: &Operator) -> std::io::Result<()> {
    let user = stream.peer_cred()?.uid();
    if user != 0 && user != rustix::process::getuid().as_raw() {
        return Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, "another user's command"));
    }
    let mut request = Vec::new();
    let mut limited = (&mut stream).take(REQUEST_BYTES_MAX);
    tokio::time::timeout(TRANSFER_TIME_MAX, limited.read_to_end(&mut request)).await??;
    let answer = match serde_json::from_slice::<Request>(&request) {
        Ok(request) => run(&mut stream, operator, request).await?.map_or_else(Answer::Failed, Answer::Done),
        Err(error) => Answer::Failed(
            Problem::new("the running daemon does not understand this command", error)
                .advise("it may be of another version: use its own `postroom`"),
        ),
    };
    send(&mut stream, &answer).await?;
    stream.shutdown().await
}

/// Carries out `request` and tells the peer how far it is. A peer that has gone away ends it between two steps.
async fn run(
    stream: &mut UnixStream,
    operator: &Operator,
    request: Request,
) -> std::io::Result<Result<serde_json::Value, Problem>> {
    let (sender, mut told) = mpsc::unbounded_channel();
    // Nobody listens any more once the peer is gone, and then this whole command is dropped.
    let progress: Progress = Arc::new(move |text| drop(sender.send(text)));
    let mut running = std::pin::pin!(operator.run(request, progress));
    let done = loop {
        tokio::select! {
            biased;
            Some(text) = told.recv() => send(stream, &Answer::Progress(text)).await?,
            done = &mut running => break done,
        }
    };
    while let Ok(text) = told.try_recv() {
        send(stream, &Answer::Progress(text)).await?;
    }
    Ok(done)
}

/// Sends one line.
async fn send(stream: &mut UnixStream, answer: &Answer) -> std::io::Result<()> {
    let mut text = serde_json::to_vec(answer)?;
    if text.len() as u64 >= ANSWER_BYTES_MAX {
        let problem = Problem::told("the answer cannot be sent", format!("it has {} bytes", text.len()))
            .advise("ask for less, or for one organization at a time");
        text = serde_json::to_vec(&Answer::Failed(problem))?;
    }
    text.push(b'\n');
    tokio::time::timeout(TRANSFER_TIME_MAX, stream.write_all(&text)).await?
}
