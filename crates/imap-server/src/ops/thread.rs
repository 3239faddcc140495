//! THREAD (RFC 5256 §3).

mod ordered_subject;
mod references;

use postroom_imap_proto::Tag;
use postroom_imap_proto::command::{Thread, ThreadAlgorithm};
use postroom_imap_proto::encode::{self, ThreadMember};

use super::Done;
use super::search::{matching, only_utf8};
use super::sort::{beside, sortable};
use crate::failure::Failure;
use crate::out::Out;
use crate::progress::telling;
use crate::session::Session;

/// A message in its thread: how deep, and which of the messages; `None` for one that is not here.
type Member = (u32, Option<usize>);

/// Looks for messages and answers them in threads.
pub(crate) async fn thread(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    thread: Thread,
) -> Result<Done, Failure> {
    only_utf8(session, thread.charset)?;
    let uids = telling(out, tag, matching::matching(session, &thread.key)).await??.uids;
    session.note_found(&uids);
    let messages = telling(out, tag, sortable(session, &uids, thread.numbers)).await??;
    let joining = beside(move || {
        let members = match thread.algorithm {
            ThreadAlgorithm::OrderedSubject => ordered_subject::threads(&messages),
            ThreadAlgorithm::References => references::threads(&messages),
        };
        let number = |index: usize| messages[index].number;
        let told = |(depth, message): Member| ThreadMember { depth, number: message.map(number) };
        members.into_iter().map(told).collect::<Vec<_>>()
    });
    let members = telling(out, tag, joining).await??;
    encode::thread(&mut out.bytes, &members);
    Ok(Done::plain("THREAD is done"))
}
