//! Messages that are looked for.

use postroom_mailbox::items::append;
use postroom_mailbox::search::{Ending, Field, TextQuery, matching, matching_uids};
use postroom_mailbox::{Flags, FolderKey, MailError, Uid, limits};
use postroom_store::testing::block_on;
use postroom_types::Timestamp;

use crate::fixture::Fixture;

pub(crate) fn any(text: &str) -> TextQuery {
    TextQuery::words(Field::Any, text, Ending::Whole)
}

pub(crate) fn prefix(text: &str) -> TextQuery {
    TextQuery::words(Field::Any, text, Ending::Prefix)
}

pub(crate) fn field(field: Field, text: &str) -> TextQuery {
    TextQuery::words(field, text, Ending::Whole)
}

pub(crate) fn not(query: TextQuery) -> TextQuery {
    TextQuery::Not(Box::new(query))
}

impl Fixture {
    pub(crate) fn deliver(&self, folder: FolderKey, message: &str) -> Uid {
        let message = block_on(self.mailboxes.prepare(self.organization, message.as_bytes())).unwrap();
        let at = Timestamp::from_seconds(1_000);
        self.change(move |mail| append(mail, folder, &message, Flags::NONE, at)).unwrap()
    }

    /// A message in UTF-8.
    pub(crate) fn deliver_text(&self, folder: FolderKey, subject: &str, body: &str) -> Uid {
        let header = format!("Subject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n");
        self.deliver(folder, &format!("{header}Content-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"))
    }

    pub(crate) fn contents(&self, query: &TextQuery) -> Result<Vec<i64>, MailError> {
        let (organization, mailbox, query) = (self.organization, self.mailbox, query.clone());
        self.read(move |read| matching(read, organization, mailbox, &query, 0, limits::SEARCH_ROWS_MAX))
    }

    /// UIDs in `folder`.
    pub(crate) fn found(&self, folder: FolderKey, query: &TextQuery) -> Vec<Uid> {
        let (place, query) = (self.place(folder), query.clone());
        self.read(move |read| matching_uids(read, place, &query)).unwrap().iter().collect()
    }
}
