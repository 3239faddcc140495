//! What an error of the client or the server means for a transaction.

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity};

use crate::{Outcome, StoreError};

/// What the writer does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Run the transaction again: another one was in the way.
    Conflict,
    /// Run it again a few times: a constraint refused what a look had allowed. Under READ COMMITTED the row that was
    /// looked at may have gone or come since; if it fails each time, the statement is wrong.
    Race,
    /// Run it again on a fresh connection.
    Lost,
    /// Answer the error.
    Answer,
}

/// An error with its consequence. The error says `NotWritten`, which holds while no COMMIT was sent.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) next: Next,
    pub(super) error: StoreError,
}

impl Failure {
    pub(super) fn lost(cause: impl Into<String>) -> Self {
        Self { next: Next::Lost, error: unavailable(cause) }
    }

    pub(super) fn bug(cause: String) -> Self {
        Self { next: Next::Answer, error: StoreError::Bug(cause) }
    }

    /// What `error` means before COMMIT was sent.
    pub(super) fn of(error: &Error) -> Self {
        match error.as_db_error() {
            Some(error) => Self::of_server(error),
            // Parameters and columns are checked by us before they get this far: what is left is the connection.
            None => Self::lost(chain(error)),
        }
    }

    /// What `error` means for an attempt to connect: what time may mend is `Lost`, the rest `Answer`.
    pub(super) fn of_connecting(error: &Error) -> Self {
        let Some(error) = error.as_db_error() else { return Self::lost(chain(error)) };
        // Wrong password or role, no such database, no right to it.
        let lasting = matches!(error.code().code().get(..2), Some("28" | "3D" | "42"));
        let next = if lasting { Next::Answer } else { Next::Lost };
        Self { next, error: unavailable(describe(error)) }
    }

    fn of_server(error: &DbError) -> Self {
        let cause = describe(error);
        if ends_connection(error) {
            return Self::lost(cause);
        }
        let code = error.code().code();
        match code {
            // Serialization failure, deadlock, lock not available.
            "40001" | "40P01" | "55P03" => Self { next: Next::Conflict, error: StoreError::Conflict(cause) },
            // Foreign key, unique and exclusion constraints: other transactions' rows matter to these.
            "23503" | "23505" | "23P01" => Self { next: Next::Race, error: StoreError::Bug(cause) },
            // Two `CREATE … IF NOT EXISTS` at once: whichever table of the system they collide in (23505), or the name
            // of the table or of its row type, which the other one has just committed.
            "42P07" | "42710" => Self { next: Next::Race, error: StoreError::Bug(cause) },
            // Cancelled, or over `statement_timeout`.
            "57014" => Self { next: Next::Answer, error: unavailable(cause) },
            "XX001" | "XX002" => Self { next: Next::Answer, error: StoreError::Impaired(cause) },
            _ => match code.get(..2) {
                // Out of disk, memory or connections; over a server limit; errors of the system below.
                Some("53" | "58") => Self { next: Next::Answer, error: unavailable(cause) },
                _ => Self::bug(cause),
            },
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of(&error)
    }
}

/// Whether the server's answer to COMMIT proves that nothing was committed.
pub(super) fn proves_rollback(error: &DbError) -> bool {
    // 40003 and 08007 say in words that the server does not know. A FATAL or PANIC may follow a commit record that is
    // already on disk.
    let unsure = matches!(error.code().code(), "40003" | "08007") || ends_connection(error);
    !unsure && error.parsed_severity() == Some(Severity::Error)
}

/// Whether the connection is of no more use after `error`.
fn ends_connection(error: &DbError) -> bool {
    if matches!(error.parsed_severity(), Some(Severity::Fatal | Severity::Panic)) {
        return true;
    }
    match error.code().code() {
        // The server shuts down or starts; it is a standby now; our prepared statements are gone; the transaction had
        // failed before its first statement.
        "57P01" | "57P02" | "57P03" | "57P05" | "25006" | "26000" | "25P02" | "25P03" => true,
        // A migration by a newer node changed what a prepared statement answers.
        "0A000" => error.message().contains("cached plan"),
        code => code.starts_with("08"),
    }
}

fn describe(error: &DbError) -> String {
    let detail = error.detail().map_or_else(String::new, |detail| format!(" ({detail})"));
    format!("{} {}{detail}", error.code().code(), error.message())
}

/// `error` and what it came from, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

pub(super) fn unavailable(cause: impl Into<String>) -> StoreError {
    StoreError::Unavailable { outcome: Outcome::NotWritten, cause: cause.into() }
}
