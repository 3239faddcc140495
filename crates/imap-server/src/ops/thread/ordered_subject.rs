//! THREAD=ORDEREDSUBJECT: who has the same base subject is together. RFC 5256 §3.

use super::Member;
use crate::ops::sort::Sortable;

/// The threads of `messages`, which are in the order of their numbers.
pub(super) fn threads(messages: &[Sortable]) -> Vec<Member> {
    let mut order: Vec<usize> = (0..messages.len()).collect();
    let subject = |index: usize| &messages[index].keys.subject;
    let sent = |index: usize| messages[index].sent_at;
    order.sort_by(|one, other| subject(*one).cmp(subject(*other)).then(sent(*one).cmp(&sent(*other))));
    let mut threads: Vec<&[usize]> = order.chunk_by(|one, other| subject(*one) == subject(*other)).collect();
    threads.sort_by_key(|thread| (sent(thread[0]), thread[0]));
    let members = |thread: &[usize]| -> Vec<Member> {
        // All are answers to the first.
        thread.iter().enumerate().map(|(place, index)| (u32::from(place > 0), Some(*index))).collect()
    };
    threads.into_iter().flat_map(members).collect()
}
