//! What the tests of the decoder have in common.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::panic, reason = "a helper of tests fails them")]

use postroom_imap_proto::command::Authenticate;
use postroom_imap_proto::{Announced, Command, Decoder, DecoderLimits, Encoding, Fault, Stage, Step};

/// A step that can be printed and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Continue,
    Command(String, Command),
    Line(Vec<u8>),
    Skipped(String),
    Refused(Option<String>, Fault, bool),
}

/// A decoder of somebody who has logged in.
pub fn decoder(limits: DecoderLimits, encoding: Encoding) -> Decoder {
    let mut decoder = Decoder::new(limits);
    decoder.set_stage(Stage::Authenticated);
    decoder.set_encoding(encoding);
    decoder
}

/// All steps until more is needed. Where a command asks for a line, it is expected; every literal may come.
pub fn steps(decoder: &mut Decoder) -> Vec<Seen> {
    steps_accepting(decoder, |_| true)
}

/// As [`steps`]; commands are given up whose literals are not accepted.
pub fn steps_accepting(decoder: &mut Decoder, accepts: impl Fn(&Announced) -> bool) -> Vec<Seen> {
    let mut seen = Vec::new();
    loop {
        seen.push(match decoder.step() {
            Step::NeedInput => return seen,
            Step::Announced(announced) => {
                if !accepts(&announced) {
                    decoder.skip();
                    continue;
                }
                decoder.accept();
                if !announced.synchronizing {
                    continue;
                }
                Seen::Continue
            }
            Step::Skipped(tag) => Seen::Skipped(tag.as_str().to_owned()),
            Step::Command(tagged) => {
                if asks_for_a_line(&tagged.command) {
                    decoder.expect_line();
                }
                Seen::Command(tagged.tag.as_str().to_owned(), tagged.command)
            }
            Step::Line(line) => Seen::Line(line.expose().to_vec()),
            Step::Refused { tag, fault, fatal } => {
                Seen::Refused(tag.map(|tag| tag.as_str().to_owned()), fault, fatal)
            }
        });
    }
}

fn asks_for_a_line(command: &Command) -> bool {
    matches!(command, Command::Idle | Command::Authenticate(Authenticate { initial_response: None, .. }))
}

/// The one command of the line `a {text}`, whatever it waits for before.
pub fn command_of(text: &[u8], encoding: Encoding) -> Command {
    let mut decoder = decoder(DecoderLimits::default(), encoding);
    decoder.receive(b"a ");
    decoder.receive(text);
    decoder.receive(b"\r\n");
    match steps(&mut decoder).pop() {
        Some(Seen::Command(_, command)) => command,
        other => panic!("{}: {other:?}", text.escape_ascii()),
    }
}

/// What comes of `input`, given at once.
pub fn seen(input: impl AsRef<[u8]>) -> Vec<Seen> {
    let mut decoder = decoder(DecoderLimits::default(), Encoding::SevenBit);
    decoder.receive(input.as_ref());
    steps(&mut decoder)
}

/// The one command of the line `a {text}`; literals are written `{n+}` CRLF.
pub fn command_in(text: impl AsRef<[u8]>, encoding: Encoding) -> Result<Command, Fault> {
    let mut decoder = decoder(DecoderLimits::default(), encoding);
    decoder.receive(b"a ");
    decoder.receive(text.as_ref());
    decoder.receive(b"\r\n");
    let mut all = steps(&mut decoder);
    match (all.pop(), all.as_slice()) {
        (Some(Seen::Command(tag, command)), []) if tag == "a" => Ok(command),
        (Some(Seen::Refused(_, fault, false)), []) => Err(fault),
        other => panic!("neither a command nor a refusal: {other:?}"),
    }
}

/// The command of a line, seven-bit.
pub fn command(text: &str) -> Command {
    command_in(text, Encoding::SevenBit).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
}

/// What was expected instead of the line.
pub fn expected(text: &str) -> &'static str {
    match command_in(text, Encoding::SevenBit) {
        Err(Fault::Malformed { expected, .. }) => expected,
        other => panic!("{text}: {other:?}"),
    }
}
