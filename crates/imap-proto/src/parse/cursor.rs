//! A place in a command, and the words of the grammar.

use std::borrow::Cow;
use std::num::{NonZeroU32, NonZeroU64};

use super::{Destination, LiteralUse, is_astring_char, is_atom_char};
use crate::decoder::frame::{Content, Frame, Literal};
use crate::{Encoding, Fault, Limit, StageLimits};

/// Why parsing ends early.
pub(super) enum Stop {
    /// It is no command.
    Fault(Fault),
    /// A literal has been announced here, and this would be its use.
    Announced(LiteralUse),
}

pub(super) type Parsed<T> = Result<T, Stop>;

/// A place in a frame. Literals stand between the bytes of the text: where one stands, there is no byte to peek at.
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
    literals: &'a [Literal],
    messages: &'a mut [Vec<u8>],
    limits: &'a StageLimits,
    pub(super) encoding: Encoding,
    depth: usize,
    elements: usize,
    ranges: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(frame: &'a mut Frame, limits: &'a StageLimits, encoding: Encoding) -> Self {
        Self {
            text: &frame.text,
            at: 0,
            literals: &frame.literals,
            messages: &mut frame.messages,
            limits,
            encoding,
            depth: 0,
            elements: 0,
            ranges: 0,
        }
    }

    /// What was expected here.
    pub(super) fn expected<T>(&self, expected: &'static str) -> Parsed<T> {
        Err(Stop::Fault(Fault::Malformed { expected, at_byte: self.at }))
    }

    /// `value`, or what was expected here.
    pub(super) fn require<T>(&self, value: Option<T>, expected: &'static str) -> Parsed<T> {
        value.map_or_else(|| self.expected(expected), Ok)
    }

    /// The literal that stands here.
    fn literal(&self) -> Option<&'a Literal> {
        self.literals.first().filter(|literal| literal.at == self.at)
    }

    /// The byte that stands here.
    pub(super) fn peek(&self) -> Option<u8> {
        if self.literal().is_some() { None } else { self.text.get(self.at).copied() }
    }

    /// Goes over `byte`, if it stands here.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Goes over `word`, if it stands here in any case.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found =
            self.run().get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()));
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// `SP word`, both or nothing.
    pub(super) fn eat_space_and(&mut self, word: &str) -> bool {
        let start = self.at;
        let found = self.eat(b' ') && self.eat_word(word);
        if !found {
            self.at = start;
        }
        found
    }

    pub(super) fn space(&mut self) -> Parsed<()> {
        self.byte(b' ', "a space")
    }

    pub(super) fn open(&mut self) -> Parsed<()> {
        self.byte(b'(', "(")
    }

    pub(super) fn close(&mut self) -> Parsed<()> {
        self.byte(b')', ")")
    }

    pub(super) fn byte(&mut self, byte: u8, expected: &'static str) -> Parsed<()> {
        if self.eat(byte) { Ok(()) } else { self.expected(expected) }
    }

    pub(super) fn end(&mut self) -> Parsed<()> {
        if self.peek().is_none() && self.literal().is_none() {
            Ok(())
        } else {
            self.expected("the end of the line")
        }
    }

    /// The text from here to the next literal or the end.
    pub(super) fn run(&self) -> &'a [u8] {
        let end = self.literals.first().map_or(self.text.len(), |literal| literal.at);
        &self.text[self.at..end]
    }

    /// Goes over the bytes that are `allowed`; may be none.
    pub(super) fn take_while(&mut self, allowed: impl Fn(u8) -> bool) -> &'a [u8] {
        let run = self.run();
        let end = run.iter().position(|byte| !allowed(*byte)).unwrap_or(run.len());
        self.at += end;
        &run[..end]
    }

    /// `1*ATOM-CHAR`
    pub(super) fn atom(&mut self, expected: &'static str) -> Parsed<&'a str> {
        self.characters(is_atom_char, expected)
    }

    /// At least one of the `allowed` ASCII bytes.
    pub(super) fn characters(
        &mut self,
        allowed: impl Fn(u8) -> bool,
        expected: &'static str,
    ) -> Parsed<&'a str> {
        let found = self.take_while(|byte| byte.is_ascii() && allowed(byte));
        match std::str::from_utf8(found) {
            Ok(found) if !found.is_empty() => Ok(found),
            Ok(_) | Err(_) => self.expected(expected),
        }
    }

    /// A word of the grammar in upper case: letters, digits, `.`, `-`, `=`.
    pub(super) fn word(&mut self, expected: &'static str) -> Parsed<Word> {
        let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'=');
        Ok(Word::new(self.characters(is_of_word, expected)?))
    }

    /// `astring`
    pub(super) fn astring(&mut self, expected: &'static str) -> Parsed<Cow<'a, [u8]>> {
        if self.literal().is_some() || self.peek() == Some(b'"') {
            return self.string(expected);
        }
        Ok(self.characters(is_astring_char, expected)?.as_bytes().into())
    }

    /// `string`: quoted or a literal.
    pub(super) fn string(&mut self, expected: &'static str) -> Parsed<Cow<'a, [u8]>> {
        if let Some(literal) = self.literal() {
            if literal.is_literal8 {
                return self.expected(expected);
            }
            return self.literal_text(literal);
        }
        if self.eat(b'"') { self.quoted() } else { self.expected(expected) }
    }

    /// `string` or `literal8`.
    pub(super) fn string_or_literal8(&mut self, expected: &'static str) -> Parsed<Cow<'a, [u8]>> {
        match self.literal() {
            Some(literal) => self.literal_text(literal),
            None => self.string(expected),
        }
    }

    fn literal_text(&mut self, literal: &'a Literal) -> Parsed<Cow<'a, [u8]>> {
        match &literal.content {
            Content::Announced => Err(Stop::Announced(LiteralUse::Text)),
            Content::Text(text) if literal.is_literal8 || !text.contains(&0) => {
                self.literals = &self.literals[1..];
                Ok(text.into())
            }
            // `CHAR8` is any octet but NUL: RFC 9051 §4.3, §9.
            Content::Text(_) => self.expected("text without NUL"),
            // Each parse of a frame comes to the same use; this is for the compiler.
            Content::Message(_) => self.expected("a string"),
        }
    }

    /// The octets of a message for `to`, and whether it is a literal8.
    pub(super) fn message(&mut self, to: &Destination) -> Parsed<(Vec<u8>, bool)> {
        let Some(literal) = self.literal() else { return self.expected("a literal") };
        match &literal.content {
            Content::Announced => Err(Stop::Announced(LiteralUse::Message(Box::new(to.clone())))),
            Content::Text(_) => self.expected("a message"),
            Content::Message(index) => {
                self.literals = &self.literals[1..];
                // A later literal is only announced: this parse is a trial, and the octets stay.
                let trial =
                    self.literals.last().is_some_and(|last| matches!(last.content, Content::Announced));
                let octets = self.messages.get_mut(*index).filter(|_| !trial).map(std::mem::take);
                let octets = octets.unwrap_or_default();
                if !literal.is_literal8 && octets.contains(&0) {
                    // RFC 9051 §4.3.1: what is binary comes as a literal8.
                    return self.expected("a literal8 around a message that holds NUL");
                }
                Ok((octets, literal.is_literal8))
            }
        }
    }

    /// The rest of a quoted string, behind its first quote.
    fn quoted(&mut self) -> Parsed<Cow<'a, [u8]>> {
        let run = self.run();
        let mut escaped = false;
        let end = run.iter().position(|byte| match byte {
            b'"' if !escaped => true,
            b'\\' if !escaped => {
                escaped = true;
                false
            }
            _ => {
                escaped = false;
                false
            }
        });
        let Some(end) = end else { return self.expected("a closing quote") };
        let inner = &run[..end];
        if inner.iter().any(|byte| matches!(byte, 0 | b'\r')) {
            return self.expected("text without NUL and CR");
        }
        if !inner.is_ascii() && (self.encoding == Encoding::SevenBit || std::str::from_utf8(inner).is_err()) {
            return self.expected("ASCII, or a literal");
        }
        let text = self.unescaped(inner)?;
        self.at += end + 1;
        Ok(text)
    }

    /// Only quotes and backslashes are escaped. RFC 9051 §9, `QUOTED-CHAR`.
    fn unescaped(&self, inner: &'a [u8]) -> Parsed<Cow<'a, [u8]>> {
        if !inner.contains(&b'\\') {
            return Ok(inner.into());
        }
        let mut text = Vec::with_capacity(inner.len());
        let mut rest = inner.iter();
        while let Some(byte) = rest.next() {
            match byte {
                b'\\' => match rest.next() {
                    Some(special @ (b'"' | b'\\')) => text.push(*special),
                    Some(_) | None => return self.expected("\\\" or \\\\"),
                },
                byte => text.push(*byte),
            }
        }
        Ok(text.into())
    }

    /// `astring` in UTF-8.
    pub(super) fn text(&mut self, expected: &'static str) -> Parsed<Box<str>> {
        let bytes = self.astring(expected)?;
        self.require(std::str::from_utf8(&bytes).ok().map(Into::into), "UTF-8")
    }

    /// `number`: 32 bits.
    pub(super) fn number(&mut self) -> Parsed<u32> {
        let number = self.digits()?;
        self.require(u32::try_from(number).ok(), "a number below 4294967296")
    }

    /// `nz-number`
    pub(super) fn nz_number(&mut self) -> Parsed<NonZeroU32> {
        let number = self.number()?;
        self.require(NonZeroU32::new(number), "a number above 0")
    }

    /// `number64`: 63 bits.
    pub(super) fn number64(&mut self) -> Parsed<u64> {
        let number = self.digits()?;
        self.require((number <= i64::MAX as u64).then_some(number), "a number below 2^63")
    }

    /// `nz-number64`, `mod-sequence-value`
    pub(super) fn nz_number64(&mut self) -> Parsed<NonZeroU64> {
        let number = self.number64()?;
        self.require(NonZeroU64::new(number), "a number above 0")
    }

    fn digits(&mut self) -> Parsed<u64> {
        let digits = self.characters(|byte| byte.is_ascii_digit(), "a number")?;
        self.require(digits.parse().ok(), "a number below 2^63")
    }

    /// `(each *(SP each))`, or `()` where that may be.
    pub(super) fn list<T>(
        &mut self,
        may_be_empty: bool,
        mut each: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        self.open()?;
        if may_be_empty && self.eat(b')') {
            return Ok(Vec::new());
        }
        let mut all = Vec::new();
        loop {
            all.push(self.element(&mut each)?);
            if !self.eat(b' ') {
                break;
            }
        }
        self.close()?;
        Ok(all)
    }

    /// One element of a list, counted.
    pub(super) fn element<T>(&mut self, each: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.elements += 1;
        self.within(self.elements, self.limits.elements_max, Limit::Elements)?;
        each(self)
    }

    /// One range of a set, counted.
    pub(super) fn range(&mut self) -> Parsed<()> {
        self.ranges += 1;
        self.within(self.ranges, self.limits.ranges_max, Limit::Ranges)
    }

    /// One level deeper.
    pub(super) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        self.within(self.depth, self.limits.depth_max, Limit::Depth)?;
        let value = inner(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn within(&self, count: usize, max: usize, what: Limit) -> Parsed<()> {
        if count > max {
            return Err(Stop::Fault(Fault::OverLimit { what, max: max as u64 }));
        }
        Ok(())
    }
}

/// A short word in upper case. A longer one is no word of the grammar, and is empty.
pub(super) struct Word {
    bytes: [u8; Self::BYTES_MAX],
    length: usize,
}

impl Word {
    const BYTES_MAX: usize = 24;

    fn new(text: &str) -> Self {
        let mut word = Self { bytes: [0; Self::BYTES_MAX], length: 0 };
        if let Some(bytes) = word.bytes.get_mut(..text.len()) {
            bytes.copy_from_slice(text.as_bytes());
            bytes.make_ascii_uppercase();
            word.length = text.len();
        }
        word
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}
