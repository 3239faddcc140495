//! The nodes of a proof: one on the embedded store, two on one PostgreSQL database.

use serde_json::Value;

use crate::client::{Client, Credentials};
use crate::postgres::Database;
use crate::problem::{Context, Result, fail};
use crate::run::{Engine, Run};
use crate::server::Server;

/// Running nodes on the same data.
pub struct Fleet {
    /// The nodes; the first one has the administrator's key.
    pub nodes: Vec<Server>,
    credentials: Credentials,
    /// Dropped after the nodes.
    _database: Option<Database>,
}

impl Fleet {
    /// Starts the nodes for the proof `name`, with `settings` beside those of all proofs.
    pub fn start(run: &Run, name: &str, engine: Engine, settings: &[String]) -> Result<Self> {
        let folder = run.folder(&format!("{name}-{engine}"))?;
        let database = match engine {
            Engine::Embedded => None,
            Engine::Postgres => Some(Database::create(&format!("crash_{name}"))?),
        };
        let mut settings = settings.to_vec();
        if let Some(database) = &database {
            settings.push(database.setting()?);
            // Nodes that share a database need the same key.
            settings.push(format!("master_key.file={}", folder.join("master.key").display()));
        }
        let names: &[&str] = if database.is_some() { &["one", "two"] } else { &["one"] };
        let mut nodes = Vec::new();
        for name in names {
            let mut node = Server::new(folder.join(name), &settings);
            node.start()?;
            nodes.push(node);
        }
        let first = nodes.first().ok_or("there is none").context(|| "start a node".to_owned())?;
        let credentials = first.credentials()?;
        Ok(Self { nodes, credentials, _database: database })
    }

    /// A caller of the node `index`, counted around, with the administrator's key.
    pub fn client(&self, index: usize) -> Result<Client> {
        self.client_of(index, &self.credentials)
    }

    /// A caller of the node `index`, counted around, with another key.
    pub fn client_of(&self, index: usize, credentials: &Credentials) -> Result<Client> {
        match self.nodes.get(index % self.nodes.len().max(1)) {
            Some(node) => node.client_of(credentials),
            None => fail("there is no node"),
        }
    }

    /// The first node.
    pub fn first(&self) -> Result<&Server> {
        self.nodes.first().map_or_else(|| fail("there is no node"), Ok)
    }

    /// What a command of the operator prints on the first node.
    pub fn operator(&self, name: &str, words: &[&str]) -> Result<Value> {
        let mut command = self.first()?.command(name, words)?;
        let output = command.args(["--output", "json"]).output();
        let output = output.context(|| format!("run postroom {name}"))?;
        if !output.status.success() {
            return fail(format!("postroom {name}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        serde_json::from_slice(&output.stdout).context(|| format!("read what postroom {name} printed"))
    }

    /// Ends all nodes in order.
    pub fn stop(&mut self) -> Result<()> {
        self.nodes.iter_mut().try_for_each(Server::stop)
    }
}
