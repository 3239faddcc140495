//! What the store itself does in this process, without HTTP: the floor of a durable write.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use postroom_directory::admin::AdminTx;
use postroom_directory::ops::create_user;
use postroom_directory::testing::{modules, new_user, organization};
use postroom_directory::{DirectoryError, audit};
use postroom_policy::permit::Permitted;
use postroom_store::{Migration, Options, Place, SchemaModule, Statement, Store, StoreError, parameters};
use postroom_types::EntityId;

use serde_json::json;

use crate::Problem;
use crate::client::CLIENTS;
use crate::process::own_cpu;
use crate::report::Run;

/// As long as any.
const ORGANIZATION_ID: &str = "m-0123456789abcdef0123456789abcdef";

const MODULE: SchemaModule = SchemaModule {
    name: "bench",
    in_directory: true,
    index: None,
    tables: &["bench_rows"],
    migrations: &[Migration {
        number: 1,
        text: "CREATE TABLE bench_rows (id BIGINT NOT NULL, bytes BYTEA NOT NULL, PRIMARY KEY (id)) /*sqlite STRICT */",
    }],
};

static INSERT: Statement = Statement::new("INSERT INTO bench_rows (id, bytes) VALUES ($1, $2)");

/// Group commit of one row of 200 bytes, [`CLIENTS`] at once.
pub(crate) async fn group_commit(data: &Path, time: Duration) -> Result<Run, Problem> {
    let store = Store::open(Options::embedded(data, vec![MODULE]))?;
    let next = Arc::new(AtomicU64::new(0));
    let run = drive(time, move || {
        let (store, id) = (store.clone(), next.fetch_add(1, Ordering::Relaxed).cast_signed());
        async move {
            let written: Result<u64, StoreError> = store
                .write(Place::Directory, move |tx| tx.execute(&INSERT, parameters![id, &[7_u8; 200][..]]))
                .await;
            written.map(drop).map_err(Problem::from)
        }
    });
    run.await
}

/// The transaction of CreateUser as the API runs it, audit record included, [`CLIENTS`] at once: ids, names and records are
/// made as they are there, since what lies close together changes fewer pages.
pub(crate) async fn create_users(data: &Path, time: Duration) -> Result<Run, Problem> {
    let store = Store::open(Options::embedded(data, modules()))?;
    let filling = store.clone();
    let key = tokio::task::spawn_blocking(move || organization(&filling, "bench")).await?;
    let permit = Arc::new(Permitted::operator("bench"));
    let next = Arc::new(AtomicUsize::new(0));
    let run = drive(time, move || {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let name = format!("u0.{}.{}", number % CLIENTS, number / CLIENTS);
        let (store, permit) = (store.clone(), Arc::clone(&permit));
        let new = new_user(EntityId::mint(store.random().bytes()), &name);
        let parameters = json!({"organizationId": ORGANIZATION_ID, "name": name, "displayName": "***"});
        async move {
            let record = audit::AdminRecord {
                operation: "CreateUser",
                request_id: postroom_types::uuid(store.random().bytes()).into(),
                aws_account: "123456789012".into(),
                organization_id: ORGANIZATION_ID.into(),
                source_ip: std::net::Ipv4Addr::LOCALHOST.into(),
                parameters: parameters.to_string().into(),
                committed: audit::Committed::default(),
            };
            let written = store.write(Place::Organization(key), move |tx| {
                let mut tx = AdminTx::begin(tx, &permit)?;
                create_user(&mut tx, &new)?;
                audit::write(&mut tx, &record)
            });
            written.await.map_err(|error: DirectoryError| Problem::from(error))
        }
    });
    run.await
}

async fn drive<F, W>(time: Duration, work: F) -> Result<Run, Problem>
where
    F: Fn() -> W + Send + Sync + 'static,
    W: Future<Output = Result<(), Problem>> + Send,
{
    let (work, began, cpu_before) = (Arc::new(work), Instant::now(), own_cpu()?);
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let work = Arc::clone(&work);
        clients.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while began.elapsed() < time {
                let sent = Instant::now();
                work().await?;
                times.push(sent.elapsed());
            }
            Ok::<_, Problem>(times)
        }));
    }
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await??);
    }
    let elapsed = began.elapsed();
    Ok(Run::new(times, elapsed, own_cpu()?.saturating_sub(cpu_before), Duration::ZERO))
}
