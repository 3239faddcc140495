//! The PostgreSQL cluster of the run, which `cargo xtask` gives and this program may break.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::problem::{Context, Result, fail};

/// Time for the server to end sessions whose client is gone.
const SESSIONS_END_TIME_MAX: Duration = Duration::from_secs(30);

/// An empty database in the cluster.
pub struct Database {
    name: String,
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).context(|| format!("read {name} (use `cargo xtask crash`)"))
}

impl Database {
    /// Creates a database called `name`, in place of an older one.
    pub fn create(name: &str) -> Result<Self> {
        let cluster = variable("POSTROOM_TEST_POSTGRES")?;
        psql(&cluster, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        psql(&cluster, &format!("CREATE DATABASE {name}"))?;
        Ok(Self { name: name.to_owned() })
    }

    /// The setting that makes a node use it.
    pub fn setting(&self) -> Result<String> {
        Ok(format!("store.url={}", self.url()?))
    }

    /// Waits until no session is left whose node was killed: until then a COMMIT may still be carried out.
    pub fn wait_for_sessions_to_end(&self) -> Result<()> {
        let count = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{}'", self.name);
        let (cluster, began) = (variable("POSTROOM_TEST_POSTGRES")?, Instant::now());
        while psql(&cluster, &count)?.trim() != "0" {
            if began.elapsed() > SESSIONS_END_TIME_MAX {
                return fail(format!("sessions of a killed node last longer than {SESSIONS_END_TIME_MAX:?}"));
            }
        }
        Ok(())
    }

    fn url(&self) -> Result<String> {
        let cluster = variable("POSTROOM_TEST_POSTGRES")?;
        let end = cluster.rfind('/').unwrap_or(cluster.len());
        Ok(format!("{}/{}", &cluster[..end], self.name))
    }
}

/// Does `word` to the server: `kill` (as if the power went), `start`, `stop`.
pub fn control(word: &str) -> Result<()> {
    let script = variable("POSTROOM_TEST_POSTGRES_CONTROL")?;
    let status = Command::new(&script).arg(word).status().context(|| format!("run {script}"))?;
    if status.success() { Ok(()) } else { fail(format!("`{script} {word}` ended with {status}")) }
}

fn psql(url: &str, text: &str) -> Result<String> {
    let program = format!("{}/psql", variable("POSTROOM_TEST_POSTGRES_BIN")?);
    let output = Command::new(&program).args(["-qXAtc", text, url]).output();
    let output = output.context(|| format!("run {program}"))?;
    if !output.status.success() {
        return fail(format!("psql: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
