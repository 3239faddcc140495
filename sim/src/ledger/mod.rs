//! What simulated clients write: a ledger whose every state can be computed from the numbers of its transactions.
//!
//! Transaction `number` does what [`Plan::of`] draws from the seed and the number, and enters itself in a log with
//! the sequence in which the place committed it. So the log alone says what all other tables must hold: a
//! transaction that is half there, twice there or out of order is seen by [`audit`].
//!
//! Entry points: [`Plan::of`], [`keep`], [`Found::read`], [`audit`].

mod audit;
mod keep;
mod plan;
mod state;

pub use audit::{Found, audit};
pub use keep::{KIND, LedgerError, keep, token};
pub(crate) use plan::PLANNED;
pub use plan::{Change, Ending, Plan};
pub use state::{Item, State};

use postroom_store::{Migration, SchemaModule};

/// The ledger in the directory.
pub const IN_DIRECTORY: SchemaModule = SchemaModule {
    name: "sim.ledger",
    in_directory: true,
    index: None,
    tables: &["sim_totals", "sim_log", "sim_items"],
    migrations: &[Migration { number: 1, text: VERSION_1 }],
};

/// The ledger in every organization. On PostgreSQL both are one table.
pub const IN_ORGANIZATION: SchemaModule = SchemaModule { in_directory: false, ..IN_DIRECTORY };

const VERSION_1: &str = "
CREATE TABLE sim_totals (
    organization BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    items BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (organization)
) /*sqlite STRICT */;
CREATE TABLE sim_log (
    organization BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (organization, sequence)
) /*sqlite STRICT */;
CREATE UNIQUE INDEX sim_log_number ON sim_log (organization, number);
CREATE TABLE sim_items (
    organization BIGINT NOT NULL,
    key BIGINT NOT NULL,
    number BIGINT NOT NULL,
    value BYTEA NOT NULL,
    PRIMARY KEY (organization, key)
) /*sqlite STRICT, WITHOUT ROWID */;
CREATE INDEX sim_items_number ON sim_items (organization, number);
";

mod statements {
    postroom_store::statements! {
        NEXT_SEQUENCE = "INSERT INTO sim_totals (organization, sequence, items, bytes) VALUES ($1, 1, 0, 0)
            ON CONFLICT (organization) DO UPDATE SET sequence = sim_totals.sequence + 1 RETURNING sequence";
        ADD_TO_TOTALS = "UPDATE sim_totals SET items = items + $2, bytes = bytes + $3 WHERE organization = $1";
        TOTALS = "SELECT sequence, items, bytes FROM sim_totals WHERE organization = $1";
        ENTER = "INSERT INTO sim_log (organization, sequence, number) VALUES ($1, $2, $3)";
        LOG = "SELECT sequence, number FROM sim_log WHERE organization = $1 ORDER BY sequence";
        ITEM = "SELECT value FROM sim_items WHERE organization = $1 AND key = $2";
        PUT = "INSERT INTO sim_items (organization, key, number, value) VALUES ($1, $2, $3, $4)
            ON CONFLICT (organization, key) DO UPDATE SET number = excluded.number, value = excluded.value";
        DELETE = "DELETE FROM sim_items WHERE organization = $1 AND key = $2";
        ITEMS = "SELECT key, number, value FROM sim_items WHERE organization = $1 ORDER BY key";
        ITEMS_BY_NUMBER = "SELECT number, key FROM sim_items WHERE organization = $1 ORDER BY number, key";
        TOKENS = "SELECT token, answer FROM client_tokens WHERE organization = $1 AND operation = $2";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_statements_suit_both_engines() {
        postroom_store::testing::check_tables(&[IN_DIRECTORY, IN_ORGANIZATION]);
        postroom_store::testing::prepare_all(&[IN_DIRECTORY], statements::ALL);
    }
}
