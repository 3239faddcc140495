//! The log that transactions enter themselves in.

use postroom_mailbox::MailboxKey;
use postroom_store::{Migration, Read, SchemaModule, StoreError, Tx, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use super::Answer;

/// The table of the log.
pub const IN_ORGANIZATION: SchemaModule = SchemaModule {
    name: "sim.mail",
    in_directory: false,
    index: None,
    tables: &["sim_mail_log"],
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE sim_mail_log (
            organization BIGINT NOT NULL,
            mailbox BIGINT NOT NULL,
            sequence BIGINT NOT NULL,
            number BIGINT NOT NULL,
            at BIGINT NOT NULL,
            answer BYTEA NOT NULL,
            PRIMARY KEY (organization, mailbox, sequence)
        ) /*sqlite STRICT */;
        CREATE UNIQUE INDEX sim_mail_log_number ON sim_mail_log (organization, number);",
    }],
};

postroom_store::statements! {
    ENTER = "INSERT INTO sim_mail_log (organization, mailbox, sequence, number, at, answer)
        VALUES ($1, $2, $3, $4, $5, $6)";
    ENTRIES = "SELECT sequence, number, at, answer FROM sim_mail_log WHERE organization = $1 AND mailbox = $2
        ORDER BY sequence";
}

/// A transaction that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The commit sequence that the mailbox gave it.
    pub sequence: i64,
    /// Its number in the run.
    pub number: i64,
    /// When, by the store's clock.
    pub at: Timestamp,
    /// What it answered.
    pub answer: Answer,
}

impl Entry {
    /// Enters it.
    pub fn enter(&self, tx: &mut Tx<'_>, mailbox: MailboxKey) -> Result<(), StoreError> {
        let answer = serde_json::to_vec(&self.answer).map_err(|error| StoreError::Bug(error.to_string()))?;
        let (organization, at) = (tx.organization().0, self.at.micros());
        let row = parameters![organization, mailbox.0, self.sequence, self.number, at, &answer];
        tx.execute(&ENTER, row).map(drop)
    }

    /// Every entry of `mailbox`, in the order of the commits.
    pub fn all(
        read: &mut dyn Read,
        organization: OrganizationKey,
        mailbox: MailboxKey,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = read.query(&ENTRIES, parameters![organization.0, mailbox.0])?;
        let entry = |mut row: postroom_store::Row| {
            let answer = serde_json::from_slice(&row.take::<Vec<u8>>(3));
            Ok(Self {
                sequence: row.take(0),
                number: row.take(1),
                at: Timestamp::from_micros(row.take(2)),
                answer: answer.map_err(|error| StoreError::Bug(error.to_string()))?,
            })
        };
        rows.into_iter().map(entry).collect()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn table_and_statements_suit_both_engines() {
        postroom_store::testing::check_tables(&[super::IN_ORGANIZATION]);
        postroom_store::testing::prepare_all(&[super::IN_ORGANIZATION], super::ALL);
    }
}
