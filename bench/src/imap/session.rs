//! A small client of IMAP; the same for every server that is compared.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::Problem;

/// Longest wait for anything.
const WAIT_MAX: Duration = Duration::from_secs(120);

/// One connection.
pub(super) struct Session {
    reader: BufReader<TcpStream>,
    line: Vec<u8>,
    commands: u32,
}

/// What a command was answered with, apart from its OK.
#[derive(Default)]
pub(super) struct Answer {
    /// Untagged FETCH responses.
    pub(super) fetched: u64,
    /// Bytes of literals.
    pub(super) literal_bytes: u64,
    /// The number of the newest EXISTS.
    pub(super) exists: Option<u64>,
    /// How many numbers SEARCH found.
    pub(super) found: u64,
    /// Bytes altogether.
    pub(super) bytes: u64,
}

impl Session {
    /// Connects and reads the greeting.
    pub(super) fn connect(address: SocketAddr) -> Result<Self, Problem> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(WAIT_MAX))?;
        let mut session =
            Self { reader: BufReader::with_capacity(64 * 1024, stream), line: Vec::new(), commands: 0 };
        session.read_line()?;
        if !session.line.starts_with(b"* OK") {
            return Err(format!("greeting: {}", String::from_utf8_lossy(&session.line)).into());
        }
        Ok(session)
    }

    /// Connects as `user`.
    pub(super) fn log_in(address: SocketAddr, user: &str, password: &str) -> Result<Self, Problem> {
        let mut session = Self::connect(address)?;
        session.command(&format!("LOGIN {user} {password}"))?;
        Ok(session)
    }

    /// Runs a command of one line: its answer, when it is OK.
    pub(super) fn command(&mut self, command: &str) -> Result<Answer, Problem> {
        self.send(command.as_bytes())
    }

    /// Appends `messages` with one command.
    pub(super) fn append(&mut self, folder: &str, messages: &[String]) -> Result<(), Problem> {
        let mut command = format!("APPEND {folder}");
        for message in messages {
            write!(command, " {{{}+}}\r\n{message}", message.len())?;
        }
        self.send(command.as_bytes()).map(drop)
    }

    fn send(&mut self, command: &[u8]) -> Result<Answer, Problem> {
        self.commands += 1;
        let tag = format!("a{} ", self.commands);
        let bytes = [tag.as_bytes(), command, b"\r\n"].concat();
        self.reader.get_mut().write_all(&bytes)?;
        self.answer(tag.as_bytes()).map_err(|problem| {
            let command = String::from_utf8_lossy(&command[..command.len().min(60)]).into_owned();
            format!("{command}: {problem}").into()
        })
    }

    fn answer(&mut self, tag: &[u8]) -> Result<Answer, Problem> {
        let mut answer = Answer::default();
        loop {
            self.read_line()?;
            answer.bytes += self.line.len() as u64;
            if let Some(rest) = self.line.strip_prefix(tag) {
                if rest.starts_with(b"OK") {
                    return Ok(answer);
                }
                return Err(String::from_utf8_lossy(rest).trim().to_owned().into());
            }
            answer.note(&self.line);
            while let Some(size) = literal(&self.line) {
                let copied = std::io::copy(&mut self.reader.by_ref().take(size), &mut std::io::sink())?;
                answer.literal_bytes += copied;
                answer.bytes += copied;
                self.read_line()?;
                answer.bytes += self.line.len() as u64;
            }
        }
    }

    /// Begins IDLE; the server has said that it waits.
    pub(super) fn idle(&mut self) -> Result<(), Problem> {
        self.reader.get_mut().write_all(b"idle IDLE\r\n")?;
        loop {
            self.read_line()?;
            if self.line.starts_with(b"+") {
                return Ok(());
            }
            if !self.line.starts_with(b"*") {
                return Err(format!("IDLE: {}", String::from_utf8_lossy(&self.line)).into());
            }
        }
    }

    /// Waits for the next notice of a FETCH while idle.
    pub(super) fn notice(&mut self) -> Result<(), Problem> {
        loop {
            self.read_line()?;
            let mut answer = Answer::default();
            answer.note(&self.line);
            if answer.fetched == 1 {
                return Ok(());
            }
        }
    }

    fn read_line(&mut self) -> Result<(), Problem> {
        self.line.clear();
        match self.reader.read_until(b'\n', &mut self.line)? {
            0 => Err("the connection was closed".into()),
            _ => Ok(()),
        }
    }
}

impl Answer {
    /// Notes what an untagged response says.
    fn note(&mut self, line: &[u8]) {
        let Some(rest) = line.strip_prefix(b"* ") else { return };
        if rest.starts_with(b"SEARCH") || rest.starts_with(b"ESEARCH") {
            self.found +=
                rest.split(|byte| *byte == b' ').skip(1).filter(|word| number(word).is_some()).count() as u64;
            return;
        }
        let mut words = rest.splitn(3, |byte| *byte == b' ');
        let (Some(first), Some(second)) = (words.next().and_then(number), words.next()) else { return };
        if second == b"FETCH" {
            self.fetched += 1;
        } else if second.starts_with(b"EXISTS") {
            self.exists = Some(first);
        }
    }
}

fn number(word: &[u8]) -> Option<u64> {
    std::str::from_utf8(word).ok()?.trim().parse().ok()
}

/// The size of the literal that follows `line`, if one does.
fn literal(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"}\r\n")?;
    let at = line.iter().rposition(|byte| *byte == b'{')?;
    number(&line[at + 1..])
}
