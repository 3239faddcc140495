//! Comparing the directory with the organizations' own stores: what `fsck` asks of this crate.
//!
//! Run while nothing else changes the store, or the findings of changes that are under way are reported too.

use std::collections::{BTreeMap, BTreeSet};

use postroom_store::{Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::{FoldKey, OrganizationKey, fold};

use super::row::Organization;
use super::state::OrganizationState;
use crate::DirectoryError;
use crate::acting::Acting;
use crate::domains::{MailDomain, claim_ownership, release, settle};
use crate::ops::organization_steps::reopen_place;
use crate::sql::{accounts, domains as domain_sql, organization as place_sql, organizations as sql};

/// Organizations read at once.
const SLICE: i64 = 100;
/// Domains read at once: more than an organization may have.
const DOMAINS_READ: i64 = 2_000;

/// Something that two stores, or a counter and what it counts, disagree about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which organization, or nothing for the directory itself.
    pub organization: Option<OrganizationKey>,
    /// What is wrong.
    pub what: String,
    /// Whether it was repaired.
    pub repaired: bool,
}

/// Looks at every organization; with `repair`, puts right what can be.
pub async fn reconcile(store: &Store, repair: bool) -> Result<Vec<Finding>, DirectoryError> {
    let mut findings = counters(store, repair).await?;
    let mut after = 0;
    loop {
        let slice = store.read(Place::Directory, move |tx| organizations_after(tx, after)).await?;
        let Some(last) = slice.last() else { return Ok(findings) };
        after = last.key.0;
        for organization in &slice {
            match organization.state {
                OrganizationState::Active if organization.pending.is_none() => {
                    reconcile_active(store, organization, repair, &mut findings).await?;
                }
                OrganizationState::Deleted => {
                    reconcile_deleted(store, organization, repair, &mut findings).await?;
                }
                _ => {}
            }
        }
    }
}

/// What an organization's own store has.
struct Own {
    closed: bool,
    domains: Vec<MailDomain>,
}

/// What the directory has about an organization's domains.
struct Known {
    registered: BTreeMap<FoldKey, bool>,
    owned: BTreeSet<Vec<u8>>,
}

async fn reconcile_active(
    store: &Store,
    organization: &Organization,
    repair: bool,
    findings: &mut Vec<Finding>,
) -> Result<(), DirectoryError> {
    let key = organization.key;
    let mut found = |what: String, repaired: bool| {
        findings.push(Finding { organization: Some(key), what, repaired });
    };
    let own = match store.read(Place::Organization(key), move |tx| read_own(tx, key)).await {
        Ok(Some(own)) => own,
        Ok(None) => {
            found("its own store is empty: restore it, or delete it by force".to_owned(), false);
            return Ok(());
        }
        Err(DirectoryError::Store(StoreError::Impaired(cause))) => {
            found(format!("its own store does not open: {cause}"), false);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if own.closed {
        if repair {
            store.write(Place::Organization(key), |tx: &mut Tx<'_>| reopen_place(tx)).await?;
        }
        found("it is in use but takes no changes".to_owned(), repair);
    }
    let known = store.read(Place::Directory, move |tx| read_known(tx, key)).await?;
    if let Some(what) = defaults(organization, &own) {
        let repaired = repair && settle_default(store, key, &own).await?;
        found(what, repaired);
    }
    for (name, what) in unsettled(&own, &known) {
        if repair {
            settle(store, key, &name).await?;
        }
        found(what, repair);
    }
    reconcile_owners(store, organization, (&own, &known), repair, &mut found).await
}

/// What is wrong about the default domain.
fn defaults(organization: &Organization, own: &Own) -> Option<String> {
    let defaults: Vec<_> = own.domains.iter().filter(|domain| domain.is_default).collect();
    match defaults.as_slice() {
        [one] if organization.default_mail_domain.as_ref() == Some(&one.name) => None,
        [_] => Some("the directory's copy of the default domain is stale".to_owned()),
        other => Some(format!("it has {} default domains", other.len())),
    }
}

/// Refreshes the copy, and gives an organization without one default its test domain as the default.
async fn settle_default(store: &Store, key: OrganizationKey, own: &Own) -> Result<bool, DirectoryError> {
    let Some(test) = own.domains.iter().find(|domain| domain.is_test) else { return Ok(false) };
    let name = test.name.clone();
    if own.domains.iter().filter(|domain| domain.is_default).count() != 1 {
        let acting = Acting::system(store, "fsck");
        let domain = name.clone();
        acting.organization(key, move |tx| crate::ops::update_default_mail_domain(tx, &domain)).await?;
    }
    let first = own.domains.iter().find(|domain| domain.is_default && !domain.is_test);
    settle(store, key, &first.unwrap_or(test).name).await?;
    Ok(true)
}

/// Domains whose registration and row do not agree.
fn unsettled(own: &Own, known: &Known) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    let mut rows = BTreeSet::new();
    for domain in own.domains.iter().filter(|domain| !domain.is_test) {
        let key = fold(&domain.name);
        match known.registered.get(&key) {
            Some(true) => {}
            Some(false) => wrong.push((domain.name.clone(), format!("{} is not confirmed", domain.name))),
            None => wrong.push((domain.name.clone(), format!("{} is not registered", domain.name))),
        }
        rows.insert(key);
    }
    for key in known.registered.keys().filter(|key| !rows.contains(*key)) {
        let name = String::from_utf8_lossy(key.as_bytes()).into_owned();
        wrong.push((name.clone(), format!("{name} is registered, but the organization does not have it")));
    }
    wrong
}

async fn reconcile_owners(
    store: &Store,
    organization: &Organization,
    (own, known): (&Own, &Known),
    repair: bool,
    found: &mut impl FnMut(String, bool),
) -> Result<(), DirectoryError> {
    let (key, acting) = (organization.key, Acting::system(store, "fsck"));
    let mut rows = BTreeSet::new();
    for domain in &own.domains {
        let domain_key = fold(&domain.name).as_bytes().to_vec();
        if domain.is_verified() && !known.owned.contains(&domain_key) {
            let (account, name, is_test) =
                (organization.aws_account.clone(), domain.name.clone(), domain.is_test);
            let claim = move |tx: &mut crate::directory::DirectoryTx<'_, '_>| {
                if is_test {
                    let now = tx.now();
                    return Ok(tx.execute(&sql::CLAIM_DOMAIN, parameters![&fold(&name), key.0, now])? == 1);
                }
                claim_ownership(tx, &account, key, &name)
            };
            let repaired = repair && acting.directory(claim).await?;
            found(format!("{} is verified, but mail for it does not come here", domain.name), repaired);
        }
        rows.insert(domain_key);
    }
    for orphan in known.owned.iter().filter(|owned| !rows.contains(*owned)) {
        let name = String::from_utf8_lossy(orphan).into_owned();
        if repair {
            let (account, name) = (organization.aws_account.clone(), name.clone());
            acting.directory(move |tx| release(tx, &account, key, &name)).await?;
        }
        found(format!("mail for {name} comes here, but the organization does not have it"), repair);
    }
    Ok(())
}

async fn reconcile_deleted(
    store: &Store,
    organization: &Organization,
    repair: bool,
    findings: &mut Vec<Finding>,
) -> Result<(), DirectoryError> {
    let key = organization.key;
    let known = store.read(Place::Directory, move |tx| read_known(tx, key)).await?;
    if known.registered.is_empty() && known.owned.is_empty() {
        return Ok(());
    }
    if repair {
        let give_back = move |tx: &mut crate::directory::DirectoryTx<'_, '_>| {
            tx.execute(&sql::RELEASE_DOMAINS, parameters![key.0])?;
            tx.execute(&sql::RELEASE_REGISTRATIONS, parameters![key.0])?;
            Ok(())
        };
        Acting::system(store, "fsck").directory(give_back).await?;
    }
    let what = "it is deleted but still has domains".to_owned();
    findings.push(Finding { organization: Some(key), what, repaired: repair });
    Ok(())
}

/// The counters of the directory against what they count.
async fn counters(store: &Store, repair: bool) -> Result<Vec<Finding>, DirectoryError> {
    let wrong = |read: &mut dyn Read| -> Result<Vec<(String, String, i64, i64)>, DirectoryError> {
        let mut wrong = Vec::new();
        for mut row in read.query(&sql::WRONG_COUNTS, parameters![])? {
            wrong.push((row.take(0), row.take(1), row.take(2), row.take(3)));
        }
        for mut row in read.query(&accounts::WRONG_COUNTS, parameters![])? {
            wrong.push((row.take(0), String::new(), row.take(1), row.take(2)));
        }
        Ok(wrong)
    };
    let wrong = store.read(Place::Directory, wrong).await?;
    let mut findings = Vec::with_capacity(wrong.len());
    for (account, region, counted, really) in wrong {
        let things =
            if region.is_empty() { "access keys".to_owned() } else { format!("organizations in {region}") };
        let what = format!("AWS account {account} counts {counted} {things} and has {really}");
        if repair {
            let put_right = move |tx: &mut crate::directory::DirectoryTx<'_, '_>| {
                if region.is_empty() {
                    tx.query(&accounts::COUNT_KEY, parameters![&account, really - counted])?;
                } else {
                    tx.query(&sql::COUNT, parameters![&account, &region, really - counted])?;
                }
                Ok(())
            };
            Acting::system(store, "fsck").directory(put_right).await?;
        }
        findings.push(Finding { organization: None, what, repaired: repair });
    }
    Ok(findings)
}

fn organizations_after(tx: &mut dyn Read, after: i64) -> Result<Vec<Organization>, DirectoryError> {
    let rows = tx.query(&sql::ALL_AFTER, parameters![after, SLICE])?;
    Ok(rows.into_iter().map(Organization::from_row).collect())
}

fn read_own(tx: &mut dyn Read, key: OrganizationKey) -> Result<Option<Own>, DirectoryError> {
    let Some(mut row) = tx.query_first(&place_sql::SELECT_CLOSED, parameters![key.0])? else {
        return Ok(None);
    };
    let closed = row.take(0);
    let rows = tx.query(&domain_sql::LIST, parameters![key.0, &[0_u8; 0][..], DOMAINS_READ])?;
    Ok(Some(Own { closed, domains: rows.into_iter().map(MailDomain::from_row).collect() }))
}

fn read_known(tx: &mut dyn Read, key: OrganizationKey) -> Result<Known, DirectoryError> {
    let registered = tx.query(&sql::LIST_REGISTRATIONS, parameters![key.0, DOMAINS_READ])?;
    let registered = registered.into_iter().map(|mut row| (fold(&row.take::<String>(0)), row.take(1)));
    let owned = tx.query(&sql::LIST_OWNED, parameters![key.0, DOMAINS_READ])?;
    Ok(Known {
        registered: registered.collect(),
        owned: owned.into_iter().map(|mut row| row.take(0)).collect(),
    })
}
