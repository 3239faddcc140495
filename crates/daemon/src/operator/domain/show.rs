//! `postroom domain show`

use std::fmt;

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminRead;
use postroom_directory::domains::{DkimKey, DkimRole, Hosts, MailDomain, key_record, records};
use postroom_directory::ops::{Alarm, get_mail_domain, list_alarms};
use postroom_policy::permit::Permitted;
use postroom_store::{Place, Read};
use postroom_types::OrganizationKey;
use serde::{Deserialize, Serialize};

use super::super::{Operator, named, time};
use super::{Record, word};
use crate::problem::Problem;

/// Shows a domain.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DomainShow {
    /// `m-…` or its alias.
    pub(crate) organization: String,
    /// Its name.
    pub(crate) domain: String,
}

/// A domain.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Shown {
    domain: String,
    is_test_domain: bool,
    is_default: bool,
    ownership: String,
    dkim: String,
    mx: String,
    autodiscover: String,
    registered_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ownership_lost_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dkim_lost_at: Option<String>,
    alarms: Vec<Raised>,
    /// For the zone of the domain.
    records: Vec<Record>,
    dkim_keys: Vec<Key>,
    /// For the operator's own zone (`hosts.dkim_zone`).
    operator_records: Vec<Record>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Raised {
    kind: String,
    message: String,
    raised_at: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Key {
    selector: String,
    role: String,
    published: bool,
    created_at: String,
}

pub(in crate::operator) async fn show(operator: &Operator, command: DomainShow) -> Result<Shown, Problem> {
    let what = format!("the domain {} cannot be shown", command.domain);
    let problem = |cause: DirectoryError| Problem::new(what.clone(), cause);
    let key = named::organization(operator, &command.organization).await?.key;
    let mut read = find(operator, key, &command.domain).await.map_err(problem)?;
    if read.keys.is_empty() && !read.domain.is_test {
        // Keys are made when somebody asks what to publish (GetMailDomain does the same).
        let made = operator.api.domains.ensure_keys(key, &read.domain.name).await;
        made.map_err(problem)?;
        read = find(operator, key, &command.domain).await.map_err(problem)?;
    }
    Ok(read.shown(operator.api.domains.hosts()))
}

/// What the organization's store says about a domain.
struct Found {
    domain: MailDomain,
    keys: Vec<DkimKey>,
    alarms: Vec<Alarm>,
}

async fn find(operator: &Operator, key: OrganizationKey, name: &str) -> Result<Found, DirectoryError> {
    let name = name.to_owned();
    let find = move |read: &mut dyn Read| {
        let permit = Permitted::operator("domain show");
        let mut read = AdminRead::begin(read, key, &permit);
        let (domain, keys) = get_mail_domain(&mut read, &name)?;
        let mut alarms = list_alarms(&mut read)?;
        alarms.retain(|alarm| alarm.subject == domain.name);
        Ok(Found { domain, keys, alarms })
    };
    operator.opened.store.read(Place::Organization(key), find).await
}

impl Found {
    fn shown(self, hosts: &Hosts) -> Shown {
        let Self { domain, keys, alarms } = self;
        let in_our_zone = if hosts.dkim_zone.is_some() { keys.as_slice() } else { &[] };
        let status = &domain.status;
        Shown {
            is_test_domain: domain.is_test,
            is_default: domain.is_default,
            ownership: status.ownership.as_str().to_owned(),
            dkim: status.dkim.as_str().to_owned(),
            mx: status.mx.as_str().to_owned(),
            autodiscover: status.autodiscover.as_str().to_owned(),
            registered_at: time::text(domain.registered_at),
            verified_at: status.verified_at.map(time::text),
            checked_at: status.checked_at.map(time::text),
            ownership_lost_at: status.lost_at.map(time::text),
            dkim_lost_at: status.dkim_lost_at.map(time::text),
            alarms: alarms.into_iter().map(Raised::from).collect(),
            records: records(&domain, &keys, hosts).into_iter().map(Record::from).collect(),
            operator_records: in_our_zone.iter().map(|key| key_record(&domain, key, hosts).into()).collect(),
            dkim_keys: keys.iter().map(Key::from).collect(),
            domain: domain.name,
        }
    }
}

impl From<Alarm> for Raised {
    fn from(alarm: Alarm) -> Self {
        Self { kind: alarm.kind, message: alarm.message, raised_at: time::text(alarm.raised_at) }
    }
}

impl From<&DkimKey> for Key {
    fn from(key: &DkimKey) -> Self {
        let role = match key.role {
            DkimRole::Active => "ACTIVE",
            DkimRole::Next => "NEXT",
            DkimRole::Spare => "SPARE",
        };
        Self {
            selector: key.selector.clone(),
            role: role.to_owned(),
            published: key.published,
            created_at: time::text(key.created_at),
        }
    }
}

impl Shown {
    fn states(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = |lost: &Option<String>| {
            lost.as_ref().map_or_else(String::new, |at| format!(", but missing from the DNS since {at}"))
        };
        writeln!(f, "ownership:    {}{}", word(&self.ownership), since(&self.ownership_lost_at))?;
        writeln!(f, "DKIM:         {}{}", word(&self.dkim), since(&self.dkim_lost_at))?;
        writeln!(f, "MX:           {}", word(&self.mx))?;
        writeln!(f, "autodiscover: {}", word(&self.autodiscover))
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let test = if self.is_test_domain { " (test domain)" } else { "" };
        let default = if self.is_default { " (default)" } else { "" };
        writeln!(f, "{}{test}{default}, registered at {}", self.domain, self.registered_at)?;
        match &self.checked_at {
            Some(at) => writeln!(f, "last look at its records: {at}")?,
            None if self.is_test_domain => writeln!(f, "its zone is the operator's: nobody looks")?,
            None => writeln!(f, "nobody has looked at its records yet")?,
        }
        self.states(f)?;
        for alarm in &self.alarms {
            writeln!(f, "ALARM since {}: {}", alarm.raised_at, alarm.message)?;
        }
        section(f, "Records to publish in the domain's zone", &self.records)?;
        section(f, "Records to publish in your zone (hosts.dkim_zone)", &self.operator_records)?;
        if !self.dkim_keys.is_empty() {
            writeln!(f, "\nDKIM keys:")?;
        }
        for key in &self.dkim_keys {
            let seen = if key.published { "published" } else { "not seen published" };
            writeln!(f, "  {}  {}  {seen}, made at {}", key.selector, word(&key.role), key.created_at)?;
        }
        Ok(())
    }
}

fn section(f: &mut fmt::Formatter<'_>, head: &str, records: &[Record]) -> fmt::Result {
    if !records.is_empty() {
        writeln!(f, "\n{head}:")?;
    }
    records.iter().try_for_each(|record| writeln!(f, "  {record}"))
}
