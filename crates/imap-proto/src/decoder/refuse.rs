//! Refusing a command, and finding the begin of the next one.

use super::announcement::Announcement;
use super::frame::Frame;
use super::{Decoder, State, Step, refused};
use crate::parse;
use crate::{Fault, Limit};

impl Decoder {
    /// Refuses a command that has ended.
    pub(super) fn refuse_whole(&mut self, frame: Frame, fault: Fault) -> Step {
        let tag = parse::tag_of(&frame.text);
        self.start_afresh(frame);
        refused(tag, fault)
    }

    /// Refuses a command before its literal: what was not asked for does not come, what comes unasked is skipped first.
    /// RFC 7888 §4.
    pub(super) fn refuse_literal(
        &mut self,
        frame: Frame,
        announced: Announcement,
        fault: Fault,
    ) -> Option<Step> {
        let tag = parse::tag_of(&frame.text);
        self.start_afresh(frame);
        if announced.synchronizing {
            return Some(refused(tag, fault));
        }
        if announced.size_bytes > self.stage_limits().discarded_bytes_max {
            self.die();
            return Some(Step::Refused { tag, fault, fatal: true });
        }
        self.discard_from(announced.size_bytes, Some(Box::new(refused(tag, fault))));
        None
    }

    /// Skips a literal and what belongs to the same command.
    pub(super) fn discard(&mut self, literal: u64, budget: u64, then: Option<Box<Step>>) -> Option<Step> {
        let unread = self.input.unread();
        if literal > 0 {
            let count = usize::try_from(literal).unwrap_or(usize::MAX).min(unread.len());
            self.input.consume(count);
            self.state = State::Discard { literal: literal - count as u64, budget, then };
            return (count == 0).then_some(Step::NeedInput);
        }
        let length = self.line_length();
        let unread = self.input.unread();
        if length.unwrap_or(unread.len()) as u64 > budget {
            return Some(self.too_much_to_discard(then));
        }
        let Some(length) = length else {
            // What may be the begin of an announcement stays.
            let count = unread.len().saturating_sub(Announcement::BYTES_MAX);
            self.input.consume(count);
            self.scanned -= count;
            self.state = State::Discard { literal, budget: budget - count as u64, then };
            return Some(Step::NeedInput);
        };
        let line = unread[..length - 1].strip_suffix(b"\r");
        let announced = line.and_then(Announcement::at_end_of);
        self.input.consume(length);
        let budget = budget - length as u64;
        match announced {
            Some(announced) if !announced.synchronizing => {
                let Some(budget) = budget.checked_sub(announced.size_bytes) else {
                    return Some(self.too_much_to_discard(then));
                };
                self.state = State::Discard { literal: announced.size_bytes, budget, then };
                None
            }
            // A client that waits for leave gets its answer: the refusal.
            Some(_) | None => {
                self.state = State::Line(Frame::default());
                then.map(|step| *step)
            }
        }
    }

    pub(super) fn discard_from(&mut self, literal: u64, then: Option<Box<Step>>) {
        let budget = self.stage_limits().discarded_bytes_max.saturating_sub(literal);
        self.state = State::Discard { literal, budget, then };
    }

    fn too_much_to_discard(&mut self, then: Option<Box<Step>>) -> Step {
        self.die();
        let tag = match then.map(|step| *step) {
            Some(Step::Refused { tag, .. }) => tag,
            Some(Step::Skipped(tag)) => Some(tag),
            _ => None,
        };
        let max = self.stage_limits().discarded_bytes_max;
        Step::Refused { tag, fault: Fault::OverLimit { what: Limit::CommandBytes, max }, fatal: true }
    }

    pub(super) fn die(&mut self) {
        self.forget_input();
        self.state = State::Dead;
    }
}
