//! A connection beside the store, to look and to break.

use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

/// A superuser's connection to a test's database.
pub struct Admin {
    runtime: Runtime,
    client: Client,
}

impl Admin {
    pub fn connect(url: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls)).unwrap();
        runtime.spawn(connection);
        Self { runtime, client }
    }

    pub fn run(&self, sql: &str) {
        self.runtime.block_on(self.client.batch_execute(sql)).unwrap();
    }

    /// The one number that `sql` answers.
    pub fn number(&self, sql: &str) -> i64 {
        self.runtime.block_on(self.client.query_one(sql, &[])).unwrap().get(0)
    }

    /// How often `number` is in the log.
    pub fn logged(&self, number: i64) -> i64 {
        self.number(&format!("SELECT COUNT(*) FROM log WHERE number = {number}"))
    }

    /// Ends the server process `backend`; it is gone when this returns.
    pub fn terminate(&self, backend: i64) {
        let gone = self.number(&format!("SELECT pg_terminate_backend({backend}, 30000)::int::bigint"));
        assert_eq!(gone, 1, "the backend did not end");
    }

    /// Ends all connections of this database that the server lists under `name`; answers how many.
    pub fn terminate_named(&self, name: &str) -> i64 {
        self.number(&format!(
            "SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = '{name}' OFFSET 0) AS ended"
        ))
    }
}
