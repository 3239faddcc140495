//! Postroom as it is released, on the embedded store, with an organization and users.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;

use super::server::{PASSWORD, Server};
use crate::Problem;
use crate::client::Client;
use crate::process::{self, Process};

const CREATION_MAX: Duration = Duration::from_secs(60);
/// The domain that every organization has to begin with.
const DOMAIN: &str = "bench.postroom.test";

/// Postroom, ended with this value.
pub(super) struct Postroom {
    process: Option<Process>,
    program: PathBuf,
    data: PathBuf,
}

impl Postroom {
    /// Starts it in `data`, which is new, and makes the users `names`.
    pub(super) fn start(data: &Path, names: &[&str]) -> Result<Self, Problem> {
        let program = process::postroom()?;
        std::fs::create_dir_all(data)?;
        let process = Process::postroom(&program, data)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(fill(process.address, names))?;
        Ok(Self { process: Some(process), program, data: data.to_owned() })
    }

    fn process(&self) -> &Process {
        self.process.as_ref().expect("it runs: set at the start and by make_cold")
    }
}

async fn fill(address: SocketAddr, names: &[&str]) -> Result<(), Problem> {
    let mut client = Client::connect(address).await?;
    let created = client.call("CreateOrganization", r#"{"Alias":"bench"}"#).await?;
    let id = created["OrganizationId"].as_str().ok_or("no OrganizationId")?.to_owned();
    let began = Instant::now();
    let question = json!({"OrganizationId": id}).to_string();
    while client.call("DescribeOrganization", &question).await?["State"] != "Active" {
        if began.elapsed() > CREATION_MAX {
            return Err("the organization does not become active".into());
        }
    }
    for name in names {
        let user = json!({"OrganizationId": id, "Name": name, "DisplayName": name, "Password": PASSWORD});
        let user = client.call("CreateUser", &user.to_string()).await?;
        let address = format!("{name}@{DOMAIN}");
        let enabled = json!({"OrganizationId": id, "EntityId": user["UserId"], "Email": address});
        client.call("RegisterToWorkMail", &enabled.to_string()).await?;
    }
    Ok(())
}

impl Server for Postroom {
    fn name(&self) -> &'static str {
        "postroom"
    }

    fn endpoint(&self) -> SocketAddr {
        self.process().imap
    }

    fn user(&self, name: &str) -> String {
        format!("{name}@{DOMAIN}")
    }

    fn processes(&self) -> Result<Vec<u32>, Problem> {
        Ok(vec![self.process().id()])
    }

    /// Starts it anew: nothing of a mailbox is in its memory.
    fn make_cold(&mut self) -> Result<(), Problem> {
        self.process = None;
        self.process = Some(Process::postroom(&self.program, &self.data)?);
        Ok(())
    }
}
