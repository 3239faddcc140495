//! Durable writes and reads over the API, beside the store alone and beside a bare handler.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use crate::client::{Client, drive};
use crate::process::{self, Process};
use crate::report::{Run, median, ratio};
use crate::{Problem, store};

/// Each thing is measured this often, and what it is compared with right before, so that a busy minute hits both.
const ROUNDS: usize = 3;

/// `only`: "reads" or "writes"; both when it is absent.
pub(crate) fn run(time: Duration, only: Option<&str>) -> Result<(), Problem> {
    let (with_writes, with_reads) = match only {
        None => (true, true),
        Some("writes") => (true, false),
        Some("reads") => (false, true),
        Some(_) => return Err("--only reads, or --only writes".into()),
    };
    let program = process::postroom()?;
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let data = folder.path().join("postroom");
    std::fs::create_dir(&data)?;
    let threads = Threads::new()?;
    let postroom = Process::postroom(&program, &data)?;
    let idle = postroom.memory_mb()?;
    let empty = Process::empty_handler()?;
    // Reads first: what was written keeps the server busy for a while.
    if with_reads {
        let turns = (0..ROUNDS).map(|round| {
            let (organization, user) = threads.many.block_on(fill(&postroom, &format!("reads-{round}")))?;
            threads.one.block_on(read(&postroom, &empty, organization, user, time))
        });
        tell_reads(&turns.collect::<Result<Vec<_>, _>>()?);
    }
    if with_writes {
        let turns = (0..ROUNDS).map(|round| {
            // A new one: what was created before makes each write dearer.
            let (organization, _) = threads.many.block_on(fill(&postroom, &format!("writes-{round}")))?;
            threads.many.block_on(write(&postroom, folder.path(), round, organization, time))
        });
        tell_writes(&turns.collect::<Result<Vec<_>, _>>()?);
    }
    ratio("memory, idle after start, MB", idle, "≤ 60", idle <= 60.0);
    ratio("memory after the load, MB", postroom.memory_mb()?, "none", true);
    Ok(())
}

/// Where clients run.
struct Threads {
    /// As many as processors, also for the store's own transactions.
    many: Runtime,
    /// One, so that clients and server keep to a processor each (decision 0015).
    one: Runtime,
}

impl Threads {
    fn new() -> std::io::Result<Self> {
        let runtime = |threads| Builder::new_multi_thread().worker_threads(threads).enable_all().build();
        let processors = std::thread::available_parallelism()?.get();
        Ok(Self { many: runtime(processors)?, one: runtime(1)? })
    }
}

/// The middle of what `quotient` says of each turn.
fn middle<T>(turns: &[T], quotient: impl Fn(&T) -> f64) -> f64 {
    median(&mut turns.iter().map(quotient).collect::<Vec<_>>())
}

fn tell_writes(turns: &[Write]) {
    let same = middle(turns, |turn| turn.api.rate() / turn.users.rate());
    ratio("durable admin write ÷ its own transaction, rate", same, "≥ 0.70", same >= 0.70);
    let cost = middle(turns, |turn| turn.users.cost() / turn.api.cost());
    ratio("its own transaction ÷ durable admin write, processor time", cost, "none", true);
    let one_row = middle(turns, |turn| turn.api.rate() / turn.commits.rate());
    ratio("durable admin write ÷ one-row group commit, rate", one_row, "none", true);
}

fn tell_reads(turns: &[Read]) {
    let cost = middle(turns, |turn| turn.bare.cost_with_clients() / turn.api.cost_with_clients());
    ratio("bare handler ÷ admin read, processor time with clients", cost, "≥ 0.60", cost >= 0.60);
    let rate = middle(turns, |turn| turn.api.rate() / turn.bare.rate());
    ratio("admin read ÷ bare handler, rate", rate, "none", true);
}

/// One turn of writes.
struct Write {
    /// The commit of one row.
    commits: Run,
    /// CreateUser's own transaction, in new stores of this process.
    users: Run,
    /// CreateUser over the API.
    api: Run,
}

/// One turn of reads.
struct Read {
    /// The same requests at the bare handler.
    bare: Run,
    /// DescribeUser over the API.
    api: Run,
}

async fn write(
    postroom: &Process,
    folder: &Path,
    round: usize,
    organization: String,
    time: Duration,
) -> Result<Write, Problem> {
    let commits = store::group_commit(&folder.join(format!("commits-{round}")), time).await?;
    commits.print("store: one row, group commit, 16 at once");
    let users = store::create_users(&folder.join(format!("users-{round}")), time).await?;
    users.print("store: CreateUser's transaction, 16 at once");
    let api = drive(postroom, "CreateUser", time, move |client, number| {
        let name = format!("u{round}.{client}.{number}");
        json!({"OrganizationId": organization, "Name": name, "DisplayName": "A User"}).to_string()
    });
    let api = api.await?;
    api.print("API: CreateUser, 16 clients");
    Ok(Write { commits, users, api })
}

async fn read(
    postroom: &Process,
    empty: &Process,
    organization: String,
    user: String,
    time: Duration,
) -> Result<Read, Problem> {
    let describe = json!({"OrganizationId": organization, "UserId": user}).to_string();
    let body = describe.clone();
    let bare = drive(empty, "DescribeUser", time, move |_, _| body.clone()).await?;
    bare.print("bare handler: the same requests, 16 clients");
    let api = drive(postroom, "DescribeUser", time, move |_, _| describe.clone()).await?;
    api.print("API: DescribeUser, 16 clients");
    Ok(Read { bare, api })
}

/// An organization with one user; their ids.
async fn fill(postroom: &Process, alias: &str) -> Result<(String, String), Problem> {
    let mut client = Client::connect(postroom.address).await?;
    let alias = json!({"Alias": alias}).to_string();
    let created = client.call("CreateOrganization", &alias).await?;
    let id = created["OrganizationId"].as_str().ok_or("no OrganizationId")?.to_owned();
    let began = Instant::now();
    let question = json!({"OrganizationId": id}).to_string();
    while client.call("DescribeOrganization", &question).await?["State"] != "Active" {
        if began.elapsed() > Duration::from_secs(30) {
            return Err("the organization does not become active".into());
        }
    }
    let user = json!({"OrganizationId": id, "Name": "alice", "DisplayName": "Alice"}).to_string();
    let user = client.call("CreateUser", &user).await?;
    Ok((id, user["UserId"].as_str().ok_or("no UserId")?.to_owned()))
}
