//! A connection to IMAP, in clear within this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::Failed;

/// Time for an answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);

/// A connection.
pub struct Connection {
    reader: BufReader<TcpStream>,
    number: u64,
}

type Answer<T> = Result<T, Failed>;

impl Connection {
    /// Connects and logs in.
    pub fn log_in(address: SocketAddr, user: &str, password: &str) -> Answer<Self> {
        let stream = TcpStream::connect(address).map_err(|error| lost(&error))?;
        stream.set_read_timeout(Some(ANSWER_TIME_MAX)).map_err(|error| lost(&error))?;
        stream.set_nodelay(true).map_err(|error| lost(&error))?;
        let mut connection = Self { reader: BufReader::new(stream), number: 0 };
        connection.line()?;
        connection.command(&format!("LOGIN {user} {password}"))?;
        Ok(connection)
    }

    /// Sends a command and answers the untagged lines, the tagged one last.
    pub fn command(&mut self, command: &str) -> Answer<Vec<String>> {
        self.send(command, None)
    }

    /// APPEND of `message` to `folder`.
    pub fn append(&mut self, folder: &str, message: &str) -> Answer<Vec<String>> {
        self.send(&format!("APPEND {folder} {{{}+}}", message.len()), Some(message))
    }

    /// Begins to idle.
    pub fn idle(&mut self) -> Answer<()> {
        self.number += 1;
        self.write(&format!("t{} IDLE\r\n", self.number))?;
        self.hear("+ ").map(drop)
    }

    /// Ends [`Connection::idle`]; answers what was told meanwhile.
    pub fn done(&mut self) -> Answer<Vec<String>> {
        self.write("DONE\r\n")?;
        self.ended()
    }

    /// Waits for a line that holds `wanted`.
    pub fn hear(&mut self, wanted: &str) -> Answer<String> {
        loop {
            let line = self.line()?;
            if line.contains(wanted) {
                return Ok(line);
            }
        }
    }

    fn send(&mut self, command: &str, literal: Option<&str>) -> Answer<Vec<String>> {
        self.number += 1;
        let mut sent = format!("t{} {command}\r\n", self.number);
        if let Some(literal) = literal {
            sent += literal;
            sent += "\r\n";
        }
        self.write(&sent)?;
        self.ended()
    }

    fn write(&mut self, text: &str) -> Answer<()> {
        self.reader.get_mut().write_all(text.as_bytes()).map_err(|error| lost(&error))
    }

    /// Reads up to the end of the last command.
    fn ended(&mut self) -> Answer<Vec<String>> {
        let tag = format!("t{} ", self.number);
        let mut lines = Vec::new();
        loop {
            let line = self.line()?;
            let Some(ended) = line.strip_prefix(&tag) else {
                lines.push(line);
                continue;
            };
            if !ended.starts_with("OK") {
                return Err(Failed::Refused(line));
            }
            lines.push(line);
            return Ok(lines);
        }
    }

    /// A line, with the literals in it, without its end.
    fn line(&mut self) -> Answer<String> {
        let mut line = Vec::new();
        loop {
            let read = self.reader.read_until(b'\n', &mut line).map_err(|error| lost(&error))?;
            if read == 0 {
                return Err(Failed::Lost("the connection is closed".to_owned()));
            }
            let Some(size) = literal_size(&line) else { break };
            let mut literal = vec![0; size];
            std::io::Read::read_exact(&mut self.reader, &mut literal).map_err(|error| lost(&error))?;
            line.extend_from_slice(&literal);
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }
}

/// The size of the literal that `line` announces at its end.
fn literal_size(line: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(line).ok()?.trim_end();
    let (_, size) = text.strip_suffix('}')?.rsplit_once('{')?;
    size.parse().ok()
}

fn lost(error: &std::io::Error) -> Failed {
    Failed::Lost(error.to_string())
}
