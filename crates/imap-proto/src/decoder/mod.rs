//! Bytes of a client to commands.

mod admit;
mod announcement;
mod buffer;
pub(crate) mod frame;
mod refuse;

use crate::parse;
use crate::{Command, DecoderLimits, Encoding, Fault, Limit, Secret, StageLimits, Tag};
pub use admit::Announced;
use announcement::Announcement;
use buffer::Buffer;
use frame::Frame;

/// Reads what a client sends.
///
/// Give it bytes with [`Decoder::receive`], then call [`Decoder::step`] until it says [`Step::NeedInput`]; then it holds
/// no more than an unfinished line, or the literals so far of an unfinished command, within [`DecoderLimits`]. Nothing is
/// held of a literal before it comes, and it comes only when [`Decoder::accept`] has said so. Between commands it holds no
/// memory. How the bytes are cut into pieces makes no difference.
pub struct Decoder {
    limits: DecoderLimits,
    stage: Stage,
    encoding: Encoding,
    input: Buffer,
    /// How many unread bytes are known to hold no end of line.
    scanned: usize,
    state: State,
}

/// Whether somebody has logged in: strangers have tighter limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// Nobody has. Everything received is overwritten once it is read.
    #[default]
    NotAuthenticated,
    /// Somebody has.
    Authenticated,
}

/// What the decoder came to.
pub enum Step {
    /// Nothing until more bytes come.
    NeedInput,
    /// A literal that is within the limits is about to come: say [`Decoder::accept`] or [`Decoder::skip`]. Until then
    /// nothing more is read.
    Announced(Announced),
    /// The command that [`Decoder::skip`] gave up has come to its end: answer it.
    Skipped(Tag),
    /// A command.
    Command(Tagged),
    /// The line that [`Decoder::expect_line`] asked for, without CRLF.
    Line(Secret),
    /// Something that is no command, or too large. What its client sends of it without being asked is skipped: a literal
    /// before this is said, the rest of a line that is too long after it.
    Refused {
        /// Its tag, if that could be read; without it the answer is untagged.
        tag: Option<Tag>,
        /// Why.
        fault: Fault,
        /// Where the next command begins is not known: say BYE and close. Nothing more is read.
        fatal: bool,
    },
}

/// A command and its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// Its tag.
    pub tag: Tag,
    /// The command.
    pub command: Command,
}

enum State {
    /// In a line of a command.
    Line(Frame),
    /// The last literal of the frame is announced, and somebody else decides.
    Asked(Frame, Announcement),
    /// In the last literal of the frame; so many bytes of it are still to come.
    Literal(Frame, u64),
    /// In a line that is no command.
    RawLine,
    /// In what is left of a refused command: in a literal of so many bytes, then in lines. At most `budget` bytes more;
    /// what is to be said at the end of it.
    Discard { literal: u64, budget: u64, then: Option<Box<Step>> },
    /// This is to be said.
    Say(Box<Step>),
    /// After a fatal refusal.
    Dead,
}

impl Decoder {
    /// A decoder of a new connection: nobody is logged in, text is seven-bit.
    pub fn new(limits: DecoderLimits) -> Self {
        Self {
            limits,
            stage: Stage::NotAuthenticated,
            encoding: Encoding::SevenBit,
            input: Buffer::new(true),
            scanned: 0,
            state: State::Line(Frame::default()),
        }
    }

    /// Other limits from now on.
    pub fn set_limits(&mut self, limits: DecoderLimits) {
        self.limits = limits;
    }

    /// Call it when a log-in succeeded, and after UNAUTHENTICATE.
    pub fn set_stage(&mut self, stage: Stage) {
        self.stage = stage;
        self.input.set_secret(stage == Stage::NotAuthenticated);
    }

    /// Call it when ENABLE has turned on UTF-8.
    pub fn set_encoding(&mut self, encoding: Encoding) {
        self.encoding = encoding;
    }

    /// The next line is no command: a message of SASL, or the end of IDLE. It becomes [`Step::Line`].
    pub fn expect_line(&mut self) {
        debug_assert!(matches!(&self.state, State::Line(frame) if frame.line_bytes == 0));
        self.state = State::RawLine;
    }

    /// Takes bytes from the client. Call [`Decoder::step`] until it needs more before you give more.
    pub fn receive(&mut self, mut bytes: &[u8]) {
        if let State::Literal(frame, missing) = &mut self.state
            && self.input.unread().is_empty()
        {
            // Straight to its place: messages are large.
            bytes = extend(frame, missing, bytes);
        }
        if !bytes.is_empty() && !matches!(self.state, State::Dead) {
            self.input.push(bytes);
        }
    }

    /// Whether bytes wait that no step has read.
    pub fn has_input(&self) -> bool {
        !self.input.unread().is_empty()
    }

    /// Whether the client has begun a command, or a line, and not ended it.
    pub fn is_amid_command(&self) -> bool {
        match &self.state {
            State::Line(frame) => frame.line_bytes > 0 || self.has_input(),
            State::Asked(..) | State::Literal(..) | State::Discard { .. } | State::Say(_) => true,
            State::RawLine => self.has_input(),
            State::Dead => false,
        }
    }

    /// Throws away what was received and not read: after STARTTLS, nothing from before counts. RFC 9051 §6.2.1.
    pub fn forget_input(&mut self) {
        self.take_input();
    }

    /// Takes out what was received and not read: after COMPRESS it is compressed. RFC 4978 §3.
    pub fn take_input(&mut self) -> Vec<u8> {
        self.scanned = 0;
        self.input.take()
    }

    /// Memory that is held for bytes of the client.
    pub fn buffered_bytes(&self) -> usize {
        let frame = match &self.state {
            State::Line(frame) | State::Asked(frame, _) | State::Literal(frame, _) => frame.capacity(),
            State::RawLine | State::Discard { .. } | State::Say(_) | State::Dead => 0,
        };
        self.input.capacity() + frame
    }

    /// Goes on until there is something to say.
    pub fn step(&mut self) -> Step {
        loop {
            let step = match std::mem::replace(&mut self.state, State::Dead) {
                State::Line(frame) => self.line(frame),
                State::Asked(frame, announced) => {
                    self.state = State::Asked(frame, announced);
                    Some(Step::NeedInput)
                }
                State::Literal(frame, missing) => self.literal(frame, missing),
                State::RawLine => Some(self.raw_line()),
                State::Discard { literal, budget, then } => self.discard(literal, budget, then),
                State::Say(step) => {
                    self.state = State::Line(Frame::default());
                    Some(*step)
                }
                State::Dead => Some(Step::NeedInput),
            };
            if let Some(step) = step {
                return step;
            }
        }
    }

    fn stage_limits(&self) -> &StageLimits {
        match self.stage {
            Stage::NotAuthenticated => &self.limits.not_authenticated,
            Stage::Authenticated => &self.limits.authenticated,
        }
    }

    /// The length of the next line with its end, if all of it is there.
    fn line_length(&mut self) -> Option<usize> {
        let unread = self.input.unread();
        let end = unread[self.scanned..].iter().position(|byte| *byte == b'\n');
        let length = end.map(|end| self.scanned + end + 1);
        self.scanned = if length.is_some() { 0 } else { unread.len() };
        length
    }

    /// Reads a line of a command. `None`: go on in the new state.
    fn line(&mut self, mut frame: Frame) -> Option<Step> {
        let length = self.line_length();
        let max = self.stage_limits().line_bytes_max;
        if frame.line_bytes + length.unwrap_or(self.input.unread().len()) > max {
            let begin = if frame.line_bytes == 0 { &self.input.unread()[..max] } else { &*frame.text };
            let tag = parse::tag_of(begin);
            self.scanned = 0;
            self.discard_from(0, None);
            frame.wipe();
            return Some(refused(tag, Fault::OverLimit { what: Limit::LineBytes, max: max as u64 }));
        }
        let Some(length) = length else {
            self.state = State::Line(frame);
            return Some(Step::NeedInput);
        };
        frame.line_bytes += length;
        let line = &self.input.unread()[..length - 1];
        let Some(line) = line.strip_suffix(b"\r") else {
            frame.text.extend_from_slice(line);
            self.input.consume(length);
            let fault = Fault::Malformed { expected: "CRLF", at_byte: frame.text.len() };
            return Some(self.refuse_whole(frame, fault));
        };
        let announced = Announcement::at_end_of(line);
        let text = announced.map_or(line, |announced| &line[..announced.at]);
        frame.text.extend_from_slice(text);
        self.input.consume(length);
        match announced {
            Some(announced) => self.announced(frame, announced),
            None => Some(self.complete(frame)),
        }
    }

    /// All of a command is there.
    fn complete(&mut self, mut frame: Frame) -> Step {
        let parsed = parse::command(&mut frame, self.stage_limits(), self.encoding);
        match parsed {
            Ok(tagged) => {
                self.start_afresh(frame);
                Step::Command(tagged)
            }
            Err(fault) => self.refuse_whole(frame, fault),
        }
    }

    /// Reads more of a literal.
    fn literal(&mut self, mut frame: Frame, mut missing: u64) -> Option<Step> {
        let unread = self.input.unread();
        let count = unread.len() - extend(&mut frame, &mut missing, unread).len();
        self.input.consume(count);
        if missing == 0 {
            self.state = State::Line(frame);
            return None;
        }
        self.state = State::Literal(frame, missing);
        Some(Step::NeedInput)
    }

    fn raw_line(&mut self) -> Step {
        let max = self.stage_limits().line_bytes_max;
        let length = self.line_length();
        if length.unwrap_or(self.input.unread().len()) > max {
            self.scanned = 0;
            self.discard_from(0, None);
            return refused(None, Fault::OverLimit { what: Limit::LineBytes, max: max as u64 });
        }
        let Some(length) = length else {
            self.state = State::RawLine;
            return Step::NeedInput;
        };
        let line = self.input.unread()[..length - 1].strip_suffix(b"\r").map(<[u8]>::to_vec);
        self.input.consume(length);
        self.state = State::Line(Frame::default());
        match line {
            Some(line) => Step::Line(Secret::new(line)),
            None => refused(None, Fault::Malformed { expected: "CRLF", at_byte: length - 1 }),
        }
    }

    fn start_afresh(&mut self, mut frame: Frame) {
        if self.stage == Stage::NotAuthenticated {
            frame.wipe();
        }
        self.state = State::Line(Frame::default());
    }
}

/// Moves what belongs to the last literal from `bytes` into it; returns the rest.
fn extend<'a>(frame: &mut Frame, missing: &mut u64, bytes: &'a [u8]) -> &'a [u8] {
    /// So much room is made at once on the word of a client alone.
    const TRUSTED_BYTES: usize = 64 << 10;
    let wanted = usize::try_from(*missing).unwrap_or(usize::MAX);
    let (now, rest) = bytes.split_at(wanted.min(bytes.len()));
    let Some(octets) = frame.last_octets() else { return bytes };
    if octets.capacity() - octets.len() < now.len() {
        // Then for all of it: what grows step by step leaves its smaller places behind, and memory that nobody has written
        // to is not there yet.
        let trusted = if octets.is_empty() { TRUSTED_BYTES.max(now.len()) } else { wanted };
        octets.reserve_exact(wanted.min(trusted));
    }
    octets.extend_from_slice(now);
    *missing -= now.len() as u64;
    rest
}

fn refused(tag: Option<Tag>, fault: Fault) -> Step {
    Step::Refused { tag, fault, fatal: false }
}
