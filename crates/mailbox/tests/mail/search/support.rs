//! Messages that are looked for.

use std::sync::Arc;

use postroom_mailbox::items::append;
use postroom_mailbox::search::{
    Ending, Field, TextQuery, join, matching, matching_uids, matching_uids_of_each,
};
use postroom_mailbox::{Flags, FolderKey, MailError, Uid, limits};
use postroom_store::seal::DataKey;
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
        let waiting = self.contents_now(query);
        self.join();
        assert_eq!(
            self.contents_now(query),
            waiting,
            "the index finds something else than what waited for it"
        );
        waiting
    }

    /// The same, and nothing joins the index for it.
    pub(crate) fn contents_now(&self, query: &TextQuery) -> Result<Vec<i64>, MailError> {
        let (organization, mailbox, query, key) =
            (self.organization, self.mailbox, query.clone(), self.key());
        self.read(move |read| matching(read, &key, organization, mailbox, &query, 0, limits::SEARCH_ROWS_MAX))
    }

    /// Everything is in the index then.
    pub(crate) fn join(&self) {
        while join(self.mailboxes.store(), &self.key(), self.organization).unwrap().waiting > 0 {}
    }

    pub(crate) fn key(&self) -> Arc<DataKey> {
        block_on(self.mailboxes.data_key(self.organization)).unwrap()
    }

    /// UIDs in `folder`.
    pub(crate) fn found(&self, folder: FolderKey, query: &TextQuery) -> Vec<Uid> {
        let found = || {
            let (place, query, key) = (self.place(folder), query.clone(), self.key());
            let (one, mut each) = self
                .read(move |read| {
                    let queries = [any("tea"), query.clone()];
                    let one = matching_uids(read, &key, place, &queries[1])?;
                    Ok((one, matching_uids_of_each(read, &key, place, &queries)?))
                })
                .unwrap();
            assert_eq!(each.pop().as_ref(), Some(&one), "with others it finds something else than alone");
            one.iter().collect()
        };
        let waiting: Vec<Uid> = found();
        self.join();
        assert_eq!(found(), waiting, "the index finds something else than what waited for it");
        waiting
    }
}
