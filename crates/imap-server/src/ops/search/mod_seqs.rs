//! The mod-sequence that a search tells which asks for mod-sequences.

use postroom_imap_proto::command::SearchReturns;
use postroom_mailbox::Item;

/// Mod-sequences of what was found, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::ops) struct ModSeqs {
    first: u64,
    last: u64,
    highest: u64,
}

impl ModSeqs {
    /// Notes what was found behind all before.
    pub(in crate::ops) fn note(&mut self, item: &Item) {
        let mod_seq = u64::try_from(item.mod_seq()).unwrap_or(0);
        if self.highest == 0 {
            self.first = mod_seq;
        }
        self.last = mod_seq;
        self.highest = self.highest.max(mod_seq);
    }

    /// The highest of all.
    pub(in crate::ops) fn highest(self) -> u64 {
        self.highest
    }

    /// What is told with these options: of what is told by MIN and MAX, unless all are told of. RFC 7162 §3.1.5, by RFC
    /// 4731 §3.2.
    pub(in crate::ops) fn told(self, returns: SearchReturns) -> u64 {
        match (returns.all || returns.count, returns.min, returns.max) {
            (false, true, true) => self.first.max(self.last),
            (false, true, false) => self.first,
            (false, false, true) => self.last,
            _ => self.highest,
        }
    }
}
