//! Messages in threads.

use super::text::{line_end, number, plain};

/// A message in a thread, in the order of reading: each behind its parent. RFC 5256 §4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadMember {
    /// 0 begins a thread; a child has its parent's depth and one more.
    pub depth: u32,
    /// Its number; `None`: the message is not here, only what answers it.
    pub number: Option<u32>,
}

/// `* THREAD (2)(3 6 (4 23)(44 7 96))`
///
/// Threads may be as deep as they are long, so nothing here recurses. Members that are not here stand only where
/// brackets can show them: at the top, with several children.
pub fn thread(out: &mut Vec<u8>, members: &[ThreadMember]) {
    plain(out, "* THREAD");
    if !members.is_empty() {
        out.push(b' ');
    }
    let only_child = only_children(members);
    // The depths at which a bracket is open.
    let mut open: Vec<u32> = Vec::new();
    for (index, member) in members.iter().enumerate() {
        while open.last().is_some_and(|depth| *depth >= member.depth) {
            open.pop();
            out.push(b')');
        }
        let after_number = out.last().is_some_and(u8::is_ascii_digit);
        if after_number {
            out.push(b' ');
        }
        if member.depth == 0 || !only_child[index] {
            out.push(b'(');
            open.push(member.depth);
        }
        if let Some(value) = member.number {
            number(out, value.into());
        }
    }
    out.extend(open.iter().map(|_| b')'));
    line_end(out);
}

/// Which members have no brother or sister.
fn only_children(members: &[ThreadMember]) -> Vec<bool> {
    let mut only = vec![true; members.len()];
    // The last member of each depth so far, below the same parent.
    let mut last: Vec<usize> = Vec::new();
    for (index, member) in members.iter().enumerate() {
        let depth = member.depth as usize;
        if let Some(brother) = last.get(depth) {
            only[*brother] = false;
            only[index] = false;
        }
        last.truncate(depth);
        // A depth that skips one is taken as a child of the member before.
        last.resize(depth, index);
        last.push(index);
    }
    only
}
