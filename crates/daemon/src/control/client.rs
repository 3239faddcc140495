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

/// Who took a command.
pub(crate) enum Asked {
    /// The daemon, which answered this.
    Answered(serde_json::Value),
    /// Nobody: no daemon listens.
    Nobody,
    /// A daemon that went away.
    Lost(Problem),
}

/// Has the daemon of the data directory `data` carry out `request` and calls `progress` with how far it is. Its refusal
/// is an error.
pub(crate) fn ask(data: &Path, request: &Request, progress: &dyn Fn(String)) -> Result<Asked, Problem> {
    let problem = |error: Error| Problem::new(UNANSWERED, error);
    let connected = socket_path(data).and_then(|path| UnixStream::connect(&path.path));
    let mut stream = match connected {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            return Ok(Asked::Nobody);
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return Err(problem(error).advise("run this command as the user that the daemon runs as"));
        }
        Err(error) => return Err(problem(error)),
    };
    let text = serde_json::to_vec(request).map_err(|error| problem(error.into()))?;
    if let Err(error) = stream.write_all(&text).and_then(|()| stream.shutdown(Shutdown::Write)) {
        return Ok(Asked::Lost(broken(&error)));
    }
    let mut lines = BufReader::new(stream);
    loop {
        let line = match line(&mut lines) {
            Ok(line) => line,
            Err(error) => return Ok(Asked::Lost(broken(&error))),
        };
        match serde_json::from_slice(&line).map_err(|error| Problem::new(UNANSWERED, error))? {
            Answer::Progress(text) => progress(text),
            Answer::Done(value) => return Ok(Asked::Answered(value)),
            Answer::Failed(failed) => return Err(failed),
        }
    }
}

fn line(lines: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut line = Vec::new();
    lines.take(ANSWER_BYTES_MAX).read_until(b'\n', &mut line)?;
    if line.last() == Some(&b'\n') { Ok(line) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

/// The daemon took the command and went away.
fn broken(error: &Error) -> Problem {
    let cause = match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            "it ended, or cut the command off".to_owned()
        }
        _ => error.to_string(),
    };
    Problem::told(UNANSWERED, cause)
        .advise("its log says why; look whether the command was carried out before you give it again")
}
