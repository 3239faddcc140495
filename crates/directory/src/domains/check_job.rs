//! The job that looks at a domain again and again.

use postroom_policy::permit::Permitted;
use postroom_store::jobs::{Done, Failure, Lease, LeaseError, Run, check_lease};
use postroom_store::{Place, Read, Tx, parameters};
use postroom_types::{DnsRecordVerificationStatus, OrganizationKey, fold};

use super::check::{Findings, is_alarming, judge, look, pause};
use super::ownership::{claim_ownership, owner};
use super::{ALARM_PROOF_LOST, DomainStatus, Domains, MailDomain, dkim_keys, find_domain};
use crate::DirectoryError;
use crate::acting::Acting;
use crate::admin::AdminTx;
use crate::organizations::by_key;
use crate::sql::domains as sql;

/// What a person does about a lost proof.
const ALARM_TEXT: &str =
    "The ownership token of a domain is missing from the DNS. Mail goes on; publish the token again.";

impl Domains {
    pub(super) async fn check_job(&self, run: Run) -> Result<Done, Failure> {
        let Place::Organization(key) = run.lease.place else {
            return Err(Failure::GiveUp("domains are looked at in their organization".to_owned()));
        };
        let name = String::from_utf8_lossy(&run.payload).into_owned();
        let checked = self.check(&run, key, &name).await;
        match checked {
            Ok(Some(domain)) => {
                let now = self.store().clock().now();
                Ok(Done::Again(self.later(pause(&domain.status, domain.registered_at, now))))
            }
            // Deregistered.
            Ok(None) => Ok(Done::Complete),
            // The organization is being deleted, and this job with it.
            Err(Refused::Directory(DirectoryError::OrganizationState(_))) => Ok(Done::Complete),
            Err(Refused::Directory(error)) => Err(error.into()),
            Err(Refused::Failure(failure)) => Err(failure),
        }
    }

    /// Looks at the domain once and writes down what was found; `None` when it is not registered any more.
    async fn check(
        &self,
        run: &Run,
        key: OrganizationKey,
        name: &str,
    ) -> Result<Option<MailDomain>, Refused> {
        let Some((domain, keys)) = self.domain_with_keys(key, name).await? else { return Ok(None) };
        let findings = look(self.parts.dns.as_ref(), &self.parts.hosts, &domain, &keys).await;
        run.point("before the domain is owned")?;
        let owns = findings.proved == Some(true) && self.claim_ownership(key, &domain.name).await?;
        run.point("before the look is written down")?;
        let (lease, name, found) = (run.lease.clone(), domain.name.clone(), findings.clone());
        let permit = Permitted::system("a domain was looked at");
        let write = move |tx: &mut Tx<'_>| record(tx, &permit, &lease, &name, &found, owns);
        let recorded = self.store().write(Place::Organization(key), write).await?;
        if recorded.as_ref().is_some_and(|recorded| recorded.alarm_raised) {
            let (domain, lost_at) = (&domain.name, domain.status.lost_at);
            tracing::warn!(organization.key = key.0, domain, ?lost_at, "{ALARM_TEXT}");
        }
        let recorded = recorded.map(|recorded| recorded.domain);
        if keys.is_empty() && recorded.as_ref().is_some_and(MailDomain::is_verified) {
            self.ensure_keys(key, &domain.name).await?;
        }
        run.point("after the look is written down")?;
        Ok(recorded)
    }

    async fn domain_with_keys(
        &self,
        key: OrganizationKey,
        name: &str,
    ) -> Result<Option<(MailDomain, Vec<super::DkimKey>)>, DirectoryError> {
        let domain = name.to_owned();
        let find = move |tx: &mut dyn Read| {
            let found = find_domain(tx, key, &domain)?;
            Ok::<_, DirectoryError>(found.zip(Some(dkim_keys(tx, key, &domain)?)))
        };
        self.store().read(Place::Organization(key), find).await
    }

    /// Makes the organization the owner of a proved domain, unless another one is.
    async fn claim_ownership(&self, key: OrganizationKey, name: &str) -> Result<bool, DirectoryError> {
        let domain = name.to_owned();
        // A change of the directory empties every cache, so nothing is written when nothing changes.
        if let Some(owner) = self.store().read(Place::Directory, move |tx| owner(tx, &domain)).await? {
            return Ok(owner == key);
        }
        let acting = Acting::system(self.store(), "a domain was proved");
        self.register_proved(&acting, key, name).await?;
        let name = name.to_owned();
        let claim = move |tx: &mut crate::directory::DirectoryTx<'_, '_>| match by_key(tx, key)? {
            Some(organization) => claim_ownership(tx, &organization.aws_account, key, &name),
            None => Ok(false),
        };
        acting.directory(claim).await
    }
}

/// Writes down what was found; answers the domain as it is now.
fn record(
    tx: &mut Tx<'_>,
    permit: &Permitted,
    lease: &Lease,
    name: &str,
    findings: &Findings,
    owns: bool,
) -> Result<Option<Recorded>, Refused> {
    check_lease(tx, lease)?;
    // A change of an organization makes every node look at it again, so the time alone is no change of it.
    let organization = tx.organization();
    if let Some(domain) = unchanged(tx, organization, name, findings, owns)? {
        tx.execute(&sql::SET_CHECKED, parameters![organization.0, &fold(name), domain.status.checked_at])?;
        return Ok(Some(Recorded { domain, alarm_raised: false }));
    }
    let mut tx = AdminTx::begin(tx, permit)?;
    let now = tx.now();
    let Some(mut domain) = find_domain(&mut tx, organization, name)? else { return Ok(None) };
    let keys = dkim_keys(&mut tx, organization, name)?;
    let status = judge(&domain, &keys, findings, owns, now);
    let (key, verified) = (fold(name), DnsRecordVerificationStatus::Verified);
    if status.ownership == verified && domain.status.ownership != verified {
        tracing::info!(organization.key = organization.0, "a mail domain was verified and routes now");
    }
    tx.execute(
        &sql::SET_STATUS,
        parameters![
            organization.0,
            &key,
            status.ownership.as_str(),
            status.dkim.as_str(),
            status.mx.as_str(),
            status.autodiscover.as_str(),
            status.verified_at,
            status.checked_at,
            status.lost_at,
            status.dkim_lost_at
        ],
    )?;
    for (selector, seen) in &findings.keys {
        if let Some(published) = seen {
            tx.execute(&sql::SET_PUBLISHED, parameters![organization.0, &key, selector, *published])?;
        }
    }
    let mut alarm_raised = false;
    if is_alarming(&status, now) {
        let row = parameters![organization.0, ALARM_PROOF_LOST, &domain.name, ALARM_TEXT, now];
        // An alarm that is there already stays as it is: 0 rows.
        alarm_raised = tx.execute(&sql::RAISE_ALARM, row)? > 0;
    } else {
        tx.execute(&sql::CLEAR_ALARM, parameters![organization.0, ALARM_PROOF_LOST, &domain.name])?;
    }
    domain.status = status;
    Ok(Some(Recorded { domain, alarm_raised }))
}

/// A look that was written down.
#[derive(Debug)]
struct Recorded {
    /// The domain as it is now.
    domain: MailDomain,
    /// Whether this look has raised the alarm.
    alarm_raised: bool,
}

/// The domain as it is after this look, when what was found is what is written down already, but for its time.
fn unchanged(
    tx: &mut Tx<'_>,
    organization: OrganizationKey,
    name: &str,
    findings: &Findings,
    owns: bool,
) -> Result<Option<MailDomain>, Refused> {
    let now = tx.now();
    let Some(mut domain) = find_domain(tx, organization, name)? else { return Ok(None) };
    let keys = dkim_keys(tx, organization, name)?;
    let judged = judge(&domain, &keys, findings, owns, now);
    let known =
        |selector: &str, seen: bool| keys.iter().any(|key| key.selector == selector && key.published == seen);
    let mut seen = findings.keys.iter().filter_map(|(selector, seen)| seen.map(|seen| (selector, seen)));
    let alarm =
        tx.query_first(&sql::HAS_ALARM, parameters![organization.0, ALARM_PROOF_LOST, &domain.name])?;
    let same = domain.status.checked_at.is_some()
        && judged == DomainStatus { checked_at: judged.checked_at, ..domain.status.clone() }
        && seen.all(|(selector, seen)| known(selector, seen))
        && alarm.is_some() == is_alarming(&judged, now);
    domain.status.checked_at = judged.checked_at;
    Ok(same.then_some(domain))
}

/// Why a look ended early.
enum Refused {
    /// The rules or the store.
    Directory(DirectoryError),
    /// The job.
    Failure(Failure),
}

impl From<DirectoryError> for Refused {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}
impl From<postroom_store::StoreError> for Refused {
    fn from(error: postroom_store::StoreError) -> Self {
        Self::Directory(error.into())
    }
}
impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}
impl From<LeaseError> for Refused {
    fn from(error: LeaseError) -> Self {
        Self::Failure(error.into())
    }
}
