//! The table of client tokens, the same in the directory and in organizations.

use crate::{Migration, SchemaModule};

/// In the directory.
pub(crate) const IN_DIRECTORY: SchemaModule = SchemaModule {
    name: "store.client_tokens",
    in_directory: true,
    index: None,
    tables: &["client_tokens"],
    migrations: MIGRATIONS,
};
/// In every organization. On PostgreSQL both are one table: the same name says that it is there.
pub(crate) const IN_ORGANIZATION: SchemaModule = SchemaModule { in_directory: false, ..IN_DIRECTORY };

const MIGRATIONS: &[Migration] = &[Migration { number: 1, text: VERSION_1 }];

const VERSION_1: &str = "
CREATE TABLE client_tokens (
    organization BIGINT NOT NULL,
    aws_account TEXT NOT NULL,
    operation TEXT NOT NULL,
    token TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    answer BYTEA,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (organization, aws_account, operation, token)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX client_tokens_expiry ON client_tokens (organization, expires_at);
";
