//! What is decided before a literal comes: whether its command is sure to fail, and whether there is memory for it.
//!
//! A client that waits for leave is told at once; what comes unasked (LITERAL+, RFC 7888) is read to its end and refused
//! by its command then, which looks at the same things.

use std::time::Duration;

use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{Announced, DecoderLimits, Destination, LiteralUse, MailboxName};
use tokio::time::Instant;

use crate::failure::Failure;
use crate::limits;
use crate::ops::{append, replace};
use crate::room::Held;
use crate::session::Session;

/// What a client may send at all.
pub(crate) fn decoder_limits() -> DecoderLimits {
    let mut limits = DecoderLimits::default();
    let message_bytes_max = postroom_mailbox::limits::MESSAGE_BYTES_MAX as u64;
    limits.authenticated.message_bytes_max = message_bytes_max;
    limits.authenticated.command_bytes_max = limits::COMMAND_BYTES_MAX;
    limits.authenticated.discarded_bytes_max = limits::SKIPPED_BYTES_MAX;
    limits
}

/// The literals of the command that comes in.
#[derive(Default)]
pub(crate) struct Literals {
    /// Memory for them, until the command is carried out.
    held: Vec<Held>,
    /// When the one that comes in must be there.
    until: Option<Instant>,
    /// Why the command was given up that is being skipped.
    failed: Option<Failure>,
}

impl Literals {
    /// Refuses the command of `literal` when it is sure to fail, and waits for the memory that the literal takes.
    pub(crate) async fn admit(&mut self, session: &mut Session, literal: &Announced) -> Result<(), Failure> {
        if let (LiteralUse::Message(to), true) = (&literal.used, literal.synchronizing) {
            check(session, to, literal.messages_bytes.saturating_add(literal.size_bytes)).await?;
        }
        if !is_counted(literal) {
            return Ok(());
        }
        let time_max = session.imap.stall_time_max;
        // Before log-in they are limited to less than what is counted.
        let taking = session.user()?.room.take(literal.size_bytes);
        let held = tokio::time::timeout(time_max, taking).await.map_err(|_| {
            Failure::no(Code::Unavailable, "Too much is being received at once: try again later")
        })?;
        let held =
            held.ok_or_else(|| Failure::no(Code::Limit, "This is more than one user may send at once"))?;
        self.held.push(held);
        let bytes_time = Duration::from_secs(literal.size_bytes / limits::LITERAL_BYTES_PER_SECOND_MIN);
        self.until = Some(Instant::now() + time_max + bytes_time);
        Ok(())
    }

    /// How long the one that comes in may still take.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        self.until.map(|until| until.saturating_duration_since(Instant::now()))
    }

    /// Gives the memory back; why the command failed is told at its end.
    pub(crate) fn give_up(&mut self, failure: Failure) {
        *self = Self { failed: Some(failure), ..Self::default() };
    }

    /// All have come; their memory stays taken.
    pub(crate) fn have_come(&mut self) {
        self.until = None;
    }

    /// The command is over. Answers why it was given up, if it was.
    pub(crate) fn end(&mut self) -> Option<Failure> {
        std::mem::take(self).failed
    }
}

/// What was seen of a mailbox, which is good for the messages that follow at once: a look at it costs as much as half of
/// adding a small one. The command itself looks exactly, in its transaction.
pub(crate) struct RoomSeen {
    path: MailboxName,
    left_bytes: i64,
    until: Instant,
}

impl RoomSeen {
    /// Whether there is room in the mailbox at `path` for so many bytes; they are taken from it.
    fn covers(&mut self, path: &MailboxName, size_bytes: i64) -> bool {
        let covers = self.path == *path && self.left_bytes >= size_bytes && Instant::now() < self.until;
        if covers {
            self.left_bytes -= size_bytes;
        }
        covers
    }
}

/// Whether memory is asked for before the literal comes.
pub(crate) fn is_counted(literal: &Announced) -> bool {
    literal.before_bytes.saturating_add(literal.size_bytes) > limits::LITERALS_UNCOUNTED_BYTES
}

/// Whether messages of so many bytes in all may go there.
async fn check(session: &mut Session, to: &Destination, size_bytes: u64) -> Result<(), Failure> {
    let size_bytes = i64::try_from(size_bytes).unwrap_or(i64::MAX);
    if to.replaces.is_none()
        && session.room_seen.as_mut().is_some_and(|seen| seen.covers(&to.mailbox, size_bytes))
    {
        return Ok(());
    }
    let (folder, room_bytes) = match to.replaces {
        None => (append::destination(session, &to.mailbox).await?, 0),
        Some((numbers, number)) => {
            let target = replace::target(session, numbers, number, &to.mailbox).await?;
            // The room of the old one is the new one's.
            let room_bytes = replace::old_bytes(session, &target).await?;
            (target.folder, room_bytes)
        }
    };
    let organization = session.user()?.organization;
    let owner = &folder.shelf.mailbox.owner;
    let more_bytes = size_bytes.saturating_sub(room_bytes);
    let left_bytes = session.imap.mailboxes.check_room(organization, owner, more_bytes).await?;
    if to.replaces.is_none() {
        let until = Instant::now() + limits::ROOM_SEEN_TIME;
        session.room_seen = Some(RoomSeen { path: to.mailbox.clone(), left_bytes, until });
    }
    Ok(())
}
