//! What goes on without a request: durable jobs of every capability.

use std::sync::Arc;
use std::time::Duration;

use postroom_directory::audit_sweep::AuditSweep;
use postroom_directory::backup::Backups;
use postroom_directory::dns::Resolver;
use postroom_directory::domains::{Domains, Hosts};
use postroom_directory::organizations::Lifecycle;
use postroom_mailbox::MailboxSweep;
use postroom_store::jobs::{Jobs, Runner, RunnerHandle, RunnerOptions};

use super::opened::Opened;
use crate::config::Config;
use crate::problem::Problem;

/// The capabilities that have jobs.
pub(crate) struct Background {
    jobs: Jobs,
    alone: bool,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) domains: Domains,
    backups: Backups,
    audit: AuditSweep,
    mailboxes: MailboxSweep,
    lease: Duration,
}

impl Background {
    pub(crate) fn new(config: &Config, opened: &Opened) -> Result<Self, Problem> {
        let jobs = Jobs::new(opened.store.clone());
        let dns = Resolver::new(&config.resolvers).map_err(|error| {
            Problem::told("the name servers cannot be asked", error)
                .advise("set dns.resolvers to servers that answer, or mend /etc/resolv.conf")
        })?;
        let lifecycle = Lifecycle::new(jobs.clone(), opened.keyring.clone(), vec![postroom_devices::seed]);
        let domains = Domains::new(jobs.clone(), opened.keyring.clone(), hosts(config), Arc::new(dns));
        let audit = AuditSweep::new(jobs.clone(), config.audit.changes_kept, config.audit.calls_kept);
        let mailboxes = MailboxSweep::new(jobs.clone(), opened.keyring.clone());
        let lease = config.limits.lease;
        let (backups, alone) = (opened.backups(), opened.store.is_embedded());
        Ok(Self { backups, audit, mailboxes, jobs, lease, alone, lifecycle, domains })
    }

    /// Begins with what an earlier run has left.
    pub(crate) async fn start(&self) -> Result<RunnerHandle, Problem> {
        let begun = self.audit.begin().await;
        begun.map_err(|error| Problem::new("the audit trail cannot be swept", error))?;
        let begun = self.mailboxes.begin().await;
        begun.map_err(|error| Problem::new("mailboxes cannot be swept", error))?;
        let options = RunnerOptions { alone: self.alone, lease: self.lease, ..RunnerOptions::default() };
        let runner = Runner::new(&self.jobs, options);
        let runner = self.domains.register_jobs(self.lifecycle.register_jobs(runner));
        let runner = self.backups.register_jobs(runner);
        Ok(self.mailboxes.register_jobs(self.audit.register_jobs(runner)).start())
    }
}

fn hosts(config: &Config) -> Hosts {
    Hosts {
        test_domain_suffix: config.test_domain_suffix.clone(),
        mx: config.hosts.mx.clone(),
        autodiscover: config.hosts.autodiscover.clone(),
        spf: config.hosts.mail.clone(),
        dkim_zone: config.hosts.dkim_zone.clone(),
    }
}
