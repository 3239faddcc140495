//! THREAD (RFC 5256 §3).

mod ordered_subject;
mod references;

use postroom_imap_proto::command::{Thread, ThreadAlgorithm};
use postroom_imap_proto::encode::{self, ThreadMember};
use postroom_imap_proto::{Numbers, Tag};

use super::Done;
use super::search::matching;
use super::sort::sortable;
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
    let (uids, _) = telling(out, tag, matching::matching(session, &thread.key)).await??;
    session.note_found(&uids);
    let messages = sortable(session, &uids).await?;
    let members = match thread.algorithm {
        ThreadAlgorithm::OrderedSubject => ordered_subject::threads(&messages),
        ThreadAlgorithm::References => references::threads(&messages),
    };
    let selected = session.selected()?;
    let number = |index: usize| match thread.numbers {
        Numbers::Uid => messages[index].item.uid,
        Numbers::Sequence => selected.number(messages[index].item.uid),
    };
    let members: Vec<ThreadMember> = members
        .into_iter()
        .map(|(depth, message)| ThreadMember { depth, number: message.map(number) })
        .collect();
    encode::thread(&mut out.bytes, &members);
    Ok(Done::plain("THREAD is done"))
}
