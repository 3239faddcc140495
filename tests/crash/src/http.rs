//! The smallest HTTP/1.1 client that does: one kept connection, answers with a `Content-Length`.
//!
//! Written here, because what the proofs need from it is not convenience but the truth about one thing: whether a
//! request may have reached the server.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take; longer than the longest wait of the server.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(60);
/// Largest answer, bytes.
const BODY_BYTES_MAX: usize = 16 << 20;

/// A connection to the server.
pub struct Connection(BufReader<TcpStream>);

/// An answer.
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, ANSWER_TIME_MAX)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_TIME_MAX))?;
        stream.set_write_timeout(Some(ANSWER_TIME_MAX))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends `POST /` with `headers` and `body`, and waits for the answer. After an error nobody knows whether the
    /// server carried the request out.
    pub fn post(&mut self, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Response> {
        let mut text = String::from("POST / HTTP/1.1\r\n");
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += &format!("content-length: {}\r\n\r\n", body.len());
        // In one write: a process that is killed meanwhile has read all of it or waits for nothing more.
        let mut request = text.into_bytes();
        request.extend_from_slice(body);
        self.0.get_mut().write_all(&request)?;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<Response> {
        let status_line = self.line()?;
        let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| malformed(&status_line))?;
        let mut length = None;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else { return Err(malformed(&line)) };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok();
            }
        }
        let length: usize = length.ok_or_else(|| malformed("no Content-Length"))?;
        if length > BODY_BYTES_MAX {
            return Err(malformed("a body over the limit"));
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok(Response { status, body })
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        let read = (&mut self.0).take(64 * 1024).read_line(&mut line)?;
        if read == 0 || !line.ends_with('\n') {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the connection ended"));
        }
        Ok(line.trim_end().to_owned())
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not an answer: {what}"))
}
