//! `Sql` over one PostgreSQL connection, driven by the thread that holds it.
//!
//! Every wait has a deadline; after one has passed, or after the server closed, the connection is of no more use.

use std::future::Future;
use std::time::Duration;

use futures_core::Stream as _;
use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::changes;
use super::failure::{self, Failure, Next};
use super::options::Server;
use super::prepared::Prepared;
use super::values;
use crate::{Change, Parameter, Row, Sql, Statement, StoreError, limits};

/// What the connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Transactions that write.
    Writer,
    /// Snapshots; the server refuses writes.
    Reader,
    /// Looking for changes.
    Poller,
    /// Asking for statistics of tables, and for indexes without lists.
    Upkeep,
}

impl Role {
    /// How the server lists the connection (`pg_stat_activity`).
    fn application_name(self) -> &'static str {
        match self {
            Self::Writer => "postroom writer",
            Self::Reader => "postroom reader",
            Self::Poller => "postroom poller",
            Self::Upkeep => "postroom upkeep",
        }
    }
}

/// How COMMIT ended.
pub(super) enum Committed {
    /// It is on disk. The numbers of the rows in the change table.
    Yes(Vec<i64>),
    /// Nothing was written.
    No(Failure),
    /// It was sent and no answer came that settles it.
    Unknown(String),
}

/// A connection, and the first error that a statement met since the transaction began.
pub(super) struct PgSql {
    /// `None` only while dropping.
    runtime: Option<Runtime>,
    client: Client,
    prepared: Prepared,
    /// The last text that was not a constant.
    made_up: Option<(String, tokio_postgres::Statement)>,
    /// A snapshot's BEGIN that goes out with its first statement.
    begin: Option<&'static str>,
    /// Whether a wait was given up or the server ended the session.
    broken: bool,
    pub(super) failed: Option<Failure>,
}

/// Each statement is written for an index, and one plan serves all its values, as on SQLite (decision 0007). A planner that
/// knows little of a table, or takes a mailbox for a small one, would read all of it instead, and takes the price that this
/// puts on it for a reason to compile the statement. Where the server has such settings.
const SESSION: &str = "SET client_min_messages = warning; SET standard_conforming_strings = on;
    SELECT set_config(name, 'off', false) FROM pg_settings
        WHERE name IN ('enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit');
    SELECT set_config(name, 'force_generic_plan', false) FROM pg_settings WHERE name = 'plan_cache_mode';";

impl PgSql {
    /// Connects, checks that commits are durable there, and sets the session up.
    pub(super) fn connect(server: &Server, role: Role) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::lost(format!("no runtime for a connection: {error}")))?;
        let time_max = limits::POSTGRES_CONNECT_TIME_MAX
            * u32::try_from(server.config.get_hosts().len()).unwrap_or(1)
            + limits::POSTGRES_BEGIN_TIME_MAX;
        let client = block_on(&runtime, time_max, async {
            let client = client(server).await.map_err(|error| Failure::of_connecting(&error))?;
            set_up(&client, role).await?;
            Ok(client)
        })?;
        Ok(Self {
            runtime: Some(runtime),
            client,
            prepared: Prepared::default(),
            made_up: None,
            begin: None,
            broken: false,
            failed: None,
        })
    }

    /// Begins a transaction that may write.
    ///
    /// Its first statement waits for the answer: were both sent at once and BEGIN refused, the statement would commit
    /// by itself.
    pub(super) fn begin_write(&mut self) -> Result<(), Failure> {
        self.failed = None;
        self.batch_within(limits::POSTGRES_BEGIN_TIME_MAX, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    }

    /// Begins a snapshot with its first statement, in one round trip.
    pub(super) fn begin_read(&mut self) {
        self.failed = None;
        self.begin = Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }

    /// Ends a snapshot; does not wait for the answer, since nothing depends on it.
    pub(super) fn end_read(&mut self) {
        if self.begin.take().is_some() {
            return;
        }
        let client = &self.client;
        runtime(self.runtime.as_ref()).block_on(async {
            let mut commit = std::pin::pin!(client.batch_execute("COMMIT"));
            // The first poll sends; the turns after it let the connection write.
            std::future::poll_fn(|context| {
                drop(commit.as_mut().poll(context));
                std::task::Poll::Ready(())
            })
            .await;
            turns().await;
        });
    }

    /// Runs one of the store's own control statements.
    pub(super) fn control(&mut self, text: &str) -> Result<(), Failure> {
        self.batch_within(limits::POSTGRES_STATEMENT_TIME_MAX, text)
    }

    /// Undoes the transaction. When that fails the connection is of no more use, and the server undoes it.
    pub(super) fn rollback(&mut self) {
        if self.control("ROLLBACK").is_err() {
            self.broken = true;
        }
    }

    /// Whether the connection may be used again, as far as can be known here.
    pub(super) fn is_sound(&self) -> bool {
        if !self.broken {
            runtime(self.runtime.as_ref()).block_on(turns());
        }
        !self.broken && !self.client.is_closed()
    }

    /// Writes `changes` into the change table and commits, both in one round trip.
    pub(super) fn commit(&mut self, changes: &[Change]) -> Committed {
        let mut ids = Vec::with_capacity(changes.len());
        let (before, last) = match changes.split_last() {
            Some((last, before)) => (before, Some(last)),
            None => (changes, None),
        };
        for change in before {
            match self.query(&changes::INSERT, &changes::parameters(change)) {
                Ok(rows) => ids.extend(rows.into_iter().map(|mut row| row.take::<i64>(0))),
                Err(_) => return Committed::No(self.take_failure()),
            }
        }
        if last.is_some()
            && let Err(failure) = self.known(&changes::INSERT)
        {
            return Committed::No(failure);
        }
        // The last moment at which a loss still means that nothing was written.
        if !self.is_sound() {
            return Committed::No(Failure::lost("the connection was closed before COMMIT"));
        }
        self.send_commit(last, ids)
    }

    fn send_commit(&mut self, last: Option<&Change>, mut ids: Vec<i64>) -> Committed {
        let values = last.map_or([Parameter::Null; 5], changes::parameters);
        let insert = last.and_then(|_| self.prepared.known(&changes::INSERT));
        let client = &self.client;
        let ended = runtime(self.runtime.as_ref()).block_on(async {
            let inserted = async {
                let Some(insert) = insert else { return Ok(None) };
                client.query_one(&insert, &borrowed(&values)).await.map(Some)
            };
            // In this order on the wire. When the insert fails, COMMIT only ends the failed transaction.
            let both = async { tokio::join!(biased; inserted, client.batch_execute("COMMIT")) };
            tokio::time::timeout(limits::POSTGRES_COMMIT_TIME_MAX, both).await
        });
        let Ok((inserted, committed)) = ended else {
            return Committed::Unknown(format!("no answer within {:?}", limits::POSTGRES_COMMIT_TIME_MAX));
        };
        if let Err(error) = &committed {
            return match error.as_db_error() {
                Some(answer) if failure::proves_rollback(answer) => Committed::No(Failure::of(error)),
                _ => Committed::Unknown(failure::chain(error)),
            };
        }
        match inserted {
            Ok(row) => {
                ids.extend(row.and_then(|row| row.try_get::<_, i64>(0).ok()));
                Committed::Yes(ids)
            }
            Err(error) if error.as_db_error().is_some() => Committed::No(Failure::of(&error)),
            Err(error) => Committed::Unknown(failure::chain(&error)),
        }
    }

    fn take_failure(&mut self) -> Failure {
        self.failed.take().unwrap_or_else(|| Failure::bug("a statement failed without an error".to_owned()))
    }

    fn batch_within(&mut self, time_max: Duration, text: &str) -> Result<(), Failure> {
        let client = &self.client;
        let result = block_on(runtime(self.runtime.as_ref()), time_max, async {
            Ok(client.batch_execute(text).await?)
        });
        self.settle(result)
    }

    /// Remembers a failure that ends the connection.
    fn settle<T>(&mut self, result: Result<T, Failure>) -> Result<T, Failure> {
        self.broken |= result.as_ref().is_err_and(|failure| failure.next == Next::Lost);
        result
    }

    /// Prepares `statement` unless that is done.
    fn known(&mut self, statement: &Statement) -> Result<tokio_postgres::Statement, Failure> {
        if let Some(known) = self.prepared.known(statement) {
            return Ok(known);
        }
        let client = &self.client;
        let result = block_on(runtime(self.runtime.as_ref()), limits::POSTGRES_STATEMENT_TIME_MAX, async {
            Ok(client.prepare(statement.text).await?)
        });
        let prepared = self.settle(result)?;
        self.prepared.keep(statement, prepared.clone());
        Ok(prepared)
    }

    fn run<T>(
        &mut self,
        statement: &Statement,
        parameters: &[Parameter<'_>],
        work: impl AsyncFnOnce(
            &Client,
            &tokio_postgres::Statement,
            &[&(dyn ToSql + Sync)],
        ) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Failure> {
        let known = self.prepared.known(statement);
        let is_new = known.is_none();
        let (begin, client) = (self.begin.take(), &self.client);
        // The server's own limit comes first and leaves the connection whole.
        let time_max = limits::POSTGRES_STATEMENT_TIME_MAX + limits::POSTGRES_BEGIN_TIME_MAX;
        let result = block_on(runtime(self.runtime.as_ref()), time_max, async {
            let asked = async {
                let prepared = match known {
                    Some(known) => known,
                    None => client.prepare(statement.text).await?,
                };
                check(&prepared, parameters)?;
                let answer = work(client, &prepared, &borrowed(parameters)).await?;
                Ok((prepared, answer))
            };
            let Some(begin) = begin else { return asked.await };
            let (begun, asked) = tokio::join!(biased; client.batch_execute(begin), asked);
            begun?;
            asked
        });
        let (prepared, answer) = self.settle(result)?;
        if is_new {
            self.prepared.keep(statement, prepared);
        }
        Ok(answer)
    }

    /// Reads row by row; the server's and our limit of one statement's time do not hold.
    fn stream_rows(
        &mut self,
        text: &str,
        parameters: &[Parameter<'_>],
        each: &mut dyn FnMut(&[String], Row) -> bool,
    ) -> Result<(), Failure> {
        if let Some(begin) = self.begin.take() {
            let begin = format!("{begin}; SET LOCAL statement_timeout = 0");
            self.batch_within(limits::POSTGRES_BEGIN_TIME_MAX, &begin)?;
        }
        let client = &self.client;
        let result = block_on(runtime(self.runtime.as_ref()), limits::POSTGRES_BATCH_TIME_MAX, async {
            let prepared = client.prepare(text).await?;
            let names: Vec<String> =
                prepared.columns().iter().map(|column| column.name().to_owned()).collect();
            let mut rows = std::pin::pin!(client.query_raw(&prepared, borrowed(parameters)).await?);
            while let Some(row) = std::future::poll_fn(|context| rows.as_mut().poll_next(context)).await {
                let row = values::row(&row?).map_err(|error| Failure::bug(failure::chain(&error)))?;
                if !each(&names, row) {
                    break;
                }
            }
            Ok(())
        });
        self.settle(result)
    }

    /// Runs text that is not a constant; prepares it once while it stays the same.
    fn run_text(&mut self, text: &str, parameters: &[Parameter<'_>]) -> Result<u64, Failure> {
        let known = self.made_up.take().filter(|(known, _)| known == text);
        let client = &self.client;
        let result = block_on(runtime(self.runtime.as_ref()), limits::POSTGRES_STATEMENT_TIME_MAX, async {
            let prepared = match known {
                Some((_, known)) => known,
                None => client.prepare(text).await?,
            };
            check(&prepared, parameters)?;
            let changed = client.execute(&prepared, &borrowed(parameters)).await?;
            Ok((prepared, changed))
        });
        let (prepared, changed) = self.settle(result)?;
        self.made_up = Some((text.to_owned(), prepared));
        Ok(changed)
    }

    /// Keeps the first failure of the transaction; later statements answer it without asking the server.
    fn note<T>(&mut self, text: &str, result: Result<T, Failure>) -> Result<T, StoreError> {
        result.map_err(|mut failure| {
            if let StoreError::Bug(cause) = &mut failure.error {
                *cause = format!("{cause} in: {text}");
            }
            let error = failure.error.clone();
            self.failed.get_or_insert(failure);
            error
        })
    }

    fn earlier(&self) -> Result<(), StoreError> {
        self.failed.as_ref().map_or(Ok(()), |failure| Err(failure.error.clone()))
    }
}

impl Sql for PgSql {
    fn execute(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<u64, StoreError> {
        self.earlier()?;
        let result = self.run(statement, parameters, async |client, prepared, values| {
            client.execute(prepared, values).await
        });
        self.note(statement.text, result)
    }

    fn query(&mut self, statement: &Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError> {
        self.earlier()?;
        let result = self.run(statement, parameters, async |client, prepared, values| {
            client.query(prepared, values).await
        });
        let result = result.and_then(|rows| {
            let rows = rows.iter().map(values::row).collect::<Result<Vec<_>, _>>();
            rows.map_err(|error| Failure::bug(failure::chain(&error)))
        });
        self.note(statement.text, result)
    }

    fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        self.earlier()?;
        // Migrations and removals: as long as they take. What only SQLite reads is a comment to PostgreSQL.
        let result = self.batch_within(limits::POSTGRES_BATCH_TIME_MAX, text);
        self.note(text, result)
    }

    fn stream(
        &mut self,
        text: &str,
        parameters: &[Parameter<'_>],
        each: &mut dyn FnMut(&[String], Row) -> bool,
    ) -> Result<(), StoreError> {
        self.earlier()?;
        let result = self.stream_rows(text, parameters, each);
        self.note(text, result)
    }

    fn execute_text(&mut self, text: &str, parameters: &[Parameter<'_>]) -> Result<u64, StoreError> {
        self.earlier()?;
        let result = self.run_text(text, parameters);
        self.note(text, result)
    }

    fn prepare(&mut self, statement: &Statement) -> Result<(), StoreError> {
        self.earlier()?;
        let result = self.known(statement).map(drop);
        self.note(statement.text, result)
    }
}

impl Drop for PgSql {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Dropping it here would block, which async callers must not.
            runtime.shutdown_background();
        }
    }
}

/// Connects. The connection's task ends when the client is dropped, or with the error that the next statement reports.
async fn client(server: &Server) -> Result<Client, tokio_postgres::Error> {
    if let Some(tls) = &server.tls {
        let (client, connection) = server.config.connect(tls.clone()).await?;
        drop(tokio::spawn(connection));
        return Ok(client);
    }
    let (client, connection) = server.config.connect(NoTls).await?;
    drop(tokio::spawn(connection));
    Ok(client)
}

/// The runtime is there until the connection is dropped.
fn runtime(runtime: Option<&Runtime>) -> &Runtime {
    runtime.expect("taken only by drop")
}

fn block_on<T>(
    runtime: &Runtime,
    time_max: Duration,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    runtime.block_on(async {
        match tokio::time::timeout(time_max, work).await {
            Ok(result) => result,
            Err(_) => Err(Failure::lost(format!("no answer within {time_max:?}"))),
        }
    })
}

/// Lets the connection's task read and write what it can without waiting.
async fn turns() {
    // One turn asks the operating system, the next runs the task that this woke.
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
}

fn borrowed<'a>(parameters: &'a [Parameter<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    parameters.iter().map(|parameter| parameter as &(dyn ToSql + Sync)).collect()
}

/// Wrong numbers and types of parameters are bugs; found here, they cannot be taken for a lost connection.
fn check(prepared: &tokio_postgres::Statement, parameters: &[Parameter<'_>]) -> Result<(), Failure> {
    let wanted = prepared.params();
    if wanted.len() != parameters.len() {
        let cause = format!("{} parameters given where {} are wanted", parameters.len(), wanted.len());
        return Err(Failure::bug(cause));
    }
    for (number, (parameter, wanted)) in (1..).zip(parameters.iter().zip(wanted)) {
        if let Some(cause) = values::mismatch(*parameter, wanted) {
            return Err(Failure::bug(format!("${number}: {cause}")));
        }
    }
    Ok(())
}

/// Refuses a server that acknowledges before it is on disk, then sets limits that hold when we no longer can.
async fn set_up(client: &Client, role: Role) -> Result<(), Failure> {
    for (setting, place) in
        [("fsync", "in its configuration"), ("synchronous_commit", "for this database and role")]
    {
        if show(client, setting).await?.as_deref() == Some("off") {
            let cause = format!(
                "the server has {setting} = off, so it answers before a commit is on disk: set it to on {place}, then \
                 start again"
            );
            return Err(Failure { next: Next::Answer, error: failure::unavailable(cause) });
        }
    }
    let statement_ms = limits::POSTGRES_STATEMENT_TIME_MAX.as_millis();
    let idle_ms = limits::POSTGRES_IDLE_TIME_MAX.as_millis();
    let only = match role {
        Role::Reader => "SET default_transaction_read_only = on;".to_owned(),
        // A store that closes waits for what its threads have begun.
        Role::Upkeep => format!("SET lock_timeout = {};", limits::UPKEEP_LOCK_TIME_MAX.as_millis()),
        Role::Writer | Role::Poller => String::new(),
    };
    let text = format!(
        "{SESSION} SET statement_timeout = {statement_ms};
         SET idle_in_transaction_session_timeout = {idle_ms}; SET application_name = '{}'; {only}",
        role.application_name()
    );
    Ok(client.batch_execute(&text).await?)
}

/// The value of a setting; `None` when the server does not know it (others that speak PostgreSQL's protocol).
async fn show(client: &Client, setting: &str) -> Result<Option<String>, Failure> {
    match client.simple_query(&format!("SHOW {setting}")).await {
        Ok(messages) => Ok(messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })),
        Err(error) if error.code().is_some_and(|code| code.code() == "42704") => Ok(None),
        Err(error) => Err(error.into()),
    }
}
