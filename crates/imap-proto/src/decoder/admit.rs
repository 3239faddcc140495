//! Whether an announced literal may come: first what the decoder knows, then what its caller does.

use super::announcement::Announcement;
use super::frame::{Content, Frame, Literal};
use super::{Decoder, State, Step};
use crate::parse::{self, LiteralUse};
use crate::{Fault, Limit, Tag};

/// A literal that is announced: nothing of it has come, and no memory is held for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The command's tag.
    pub tag: Tag,
    /// How large it will be.
    pub size_bytes: u64,
    /// Bytes of the literals that the command has had before it.
    pub before_bytes: u64,
    /// Those of them that are messages.
    pub messages_bytes: u64,
    /// The client waits for leave: when it is accepted, write `+ OK` and CRLF at once. Otherwise it comes anyway.
    pub synchronizing: bool,
    /// What it is for.
    pub used: LiteralUse,
}

impl Decoder {
    /// Lets the literal of [`Step::Announced`] come.
    pub fn accept(&mut self) {
        match std::mem::replace(&mut self.state, State::Dead) {
            State::Asked(mut frame, announced) => {
                frame.literal_bytes += announced.size_bytes;
                self.state = State::Literal(frame, announced.size_bytes);
            }
            other => self.state = other,
        }
    }

    /// Gives up the command of [`Step::Announced`]: its literal is not asked for, or read and thrown away when it comes
    /// unasked, with all that belongs to the command. Then there is [`Step::Skipped`].
    pub fn skip(&mut self) {
        match std::mem::replace(&mut self.state, State::Dead) {
            State::Asked(frame, announced) => {
                let tag = parse::tag_of(&frame.text);
                self.start_afresh(frame);
                let Some(tag) = tag else { return };
                let skipped = Box::new(Step::Skipped(tag));
                if announced.synchronizing {
                    self.state = State::Say(skipped);
                } else {
                    self.discard_from(announced.size_bytes, Some(skipped));
                }
            }
            other => self.state = other,
        }
    }

    /// A literal is announced: is it within the limits?
    pub(super) fn announced(&mut self, mut frame: Frame, announced: Announcement) -> Option<Step> {
        let literal =
            Literal { at: frame.text.len(), is_literal8: announced.is_literal8, content: Content::Announced };
        frame.literals.push(literal);
        let (tag, used) = match self.admit(&mut frame, announced) {
            Ok(admitted) => admitted,
            Err(fault) => return self.refuse_literal(frame, announced, fault),
        };
        let messages_bytes = frame.messages.iter().map(|octets| octets.len() as u64).sum();
        let content = match used {
            LiteralUse::Text => Content::Text(Vec::new()),
            LiteralUse::Message(_) => {
                frame.messages.push(Vec::new());
                Content::Message(frame.messages.len() - 1)
            }
        };
        if let Some(last) = frame.literals.last_mut() {
            last.content = content;
        }
        let step = Announced {
            tag,
            size_bytes: announced.size_bytes,
            before_bytes: frame.literal_bytes,
            messages_bytes,
            synchronizing: announced.synchronizing,
            used,
        };
        self.state = State::Asked(frame, announced);
        Some(Step::Announced(step))
    }

    /// Parses what is there of the command, so that nothing is asked for that will be refused.
    fn admit(&self, frame: &mut Frame, announced: Announcement) -> Result<(Tag, LiteralUse), Fault> {
        let limits = self.stage_limits();
        let over = |what, max| Err(Fault::OverLimit { what, max });
        if frame.literals.len() > limits.literals_max {
            return over(Limit::Literals, limits.literals_max as u64);
        }
        let admitted = parse::literal_use(frame, limits, self.encoding)?;
        let size_bytes = announced.size_bytes;
        match &admitted.1 {
            LiteralUse::Text if size_bytes > limits.literal_bytes_max => {
                return over(Limit::LiteralBytes, limits.literal_bytes_max);
            }
            LiteralUse::Message(_) if size_bytes > limits.message_bytes_max => {
                return Err(Fault::TooBig { max_bytes: limits.message_bytes_max });
            }
            LiteralUse::Text | LiteralUse::Message(_) => {}
        }
        if !announced.synchronizing && size_bytes > self.limits.non_synchronizing_bytes_max {
            return over(Limit::NonSynchronizingBytes, self.limits.non_synchronizing_bytes_max);
        }
        let so_far = frame.literal_bytes.saturating_add(frame.line_bytes as u64);
        if so_far.saturating_add(size_bytes) > limits.command_bytes_max {
            return over(Limit::CommandBytes, limits.command_bytes_max);
        }
        Ok(admitted)
    }
}
