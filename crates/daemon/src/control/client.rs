//! The command's end.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::path::socket_path;
use super::{ANSWER_BYTES_MAX, Answer};
use crate::operator::Request;
use crate::problem::Problem;

const UNANSWERED: &str = "the running daemon does not answer";

/// Has the daemon of the data directory `data` carry out `request` and calls `progress` with how far it is; `None` when
/// none listens there.
pub(crate) fn ask(
    data: &Path,
    request: &Request,
    progress: &dyn Fn(String),
) -> Result<Option<serde_json::Value>, Problem> {
    let problem = |error: Error| Problem::new(UNANSWERED, error);
    let connected = socket_path(data).and_then(|path| UnixStream::connect(&path.path));
    let mut stream = match connected {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return Err(problem(error).advise("run this command as the user that the daemon runs as"));
        }
        Err(error) => return Err(problem(error)),
    };
    let text = serde_json::to_vec(request).map_err(|error| problem(error.into()))?;
    stream.write_all(&text).and_then(|()| stream.shutdown(Shutdown::Write)).map_err(broken)?;
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        (&mut lines).take(ANSWER_BYTES_MAX).read_until(b'\n', &mut line).map_err(broken)?;
        if line.last() != Some(&b'\n') {
            return Err(broken(ErrorKind::UnexpectedEof.into()));
        }
        match serde_json::from_slice(&line).map_err(|error| Problem::new(UNANSWERED, error))? {
            Answer::Progress(text) => progress(text),
            Answer::Done(value) => return Ok(Some(value)),
            Answer::Failed(failed) => return Err(failed),
        }
    }
}

/// The daemon took the command and went away.
fn broken(error: Error) -> Problem {
    let cause = match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            "it ended, or cut the command off".to_owned()
        }
        _ => error.to_string(),
    };
    Problem::told(UNANSWERED, cause)
        .advise("its log says why; look whether the command was carried out before you give it again")
}
