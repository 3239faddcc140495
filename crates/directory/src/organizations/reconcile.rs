//! Comparing the directory with the organizations' own stores.
//!
//! Run while nothing else changes the store, or the findings of changes that are under way are reported too.

use std::collections::{BTreeMap, BTreeSet};

use postroom_store::{Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::{FoldKey, OrganizationKey, fold};

use super::row::Organization;
use super::state::OrganizationState;
use crate::DirectoryError;
use crate::acting::Acting;
use crate::aws_account::AwsAccountId;
use crate::domains::{MailDomain, claim_ownership, is_being_settled, registrant, release, settle};
use crate::ops::organization_steps::reopen_place;
use crate::sql::{domains as domain_sql, organization as place_sql, organizations as sql};

/// Organizations read at once.
const SLICE: i64 = 100;
/// Domains read at once: more than an organization may have.
const DOMAINS_READ: i64 = 2_000;

/// Something that two stores disagree about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which organization.
    pub organization: OrganizationKey,
    /// What is wrong.
    pub what: String,
    /// Whether it was repaired.
    pub repaired: bool,
    /// Whether a job will put it right anyway.
    pub under_way: bool,
}

/// Looks at every organization that is in use; with `repair`, puts right what can be.
pub async fn reconcile(store: &Store, repair: bool) -> Result<Vec<Finding>, DirectoryError> {
    let mut findings = Vec::new();
    let mut after = 0;
    loop {
        let slice = organizations_after(store, after).await?;
        let Some(last) = slice.last() else { return Ok(findings) };
        after = last.key.0;
        for organization in &slice {
            findings.extend(reconcile_one(store, organization, repair).await?);
        }
    }
}

/// Compares the directory with the own store of `organization`, unless it is coming or going.
pub(crate) async fn reconcile_one(
    store: &Store,
    organization: &Organization,
    repair: bool,
) -> Result<Vec<Finding>, DirectoryError> {
    let mut findings = Vec::new();
    if organization.state == OrganizationState::Active && organization.pending.is_none() {
        reconcile_active(store, organization, repair, &mut findings).await?;
    }
    Ok(findings)
}

/// Every organization, in whatever state.
pub(crate) async fn all(store: &Store) -> Result<Vec<Organization>, DirectoryError> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |last: &Organization| last.key.0);
        let slice = organizations_after(store, after).await?;
        if slice.is_empty() {
            return Ok(all);
        }
        all.extend(slice);
    }
}

/// The next organizations after the short key `after`, in whatever state: a page of them, none at the end.
pub async fn organizations_after(store: &Store, after: i64) -> Result<Vec<Organization>, DirectoryError> {
    let read = move |tx: &mut dyn Read| {
        let rows = tx.query(&sql::ALL_AFTER, parameters![after, SLICE])?;
        Ok(rows.into_iter().map(Organization::from_row).collect())
    };
    store.read(Place::Directory, read).await
}

/// What an organization's own store has.
#[derive(Clone)]
struct Own {
    closed: bool,
    domains: Vec<MailDomain>,
}

/// What the directory has about an organization's domains.
struct Known {
    registered: BTreeMap<FoldKey, bool>,
    /// Domains of it that another organization of the AWS account has registered.
    elsewhere: BTreeSet<FoldKey>,
    owned: BTreeSet<Vec<u8>>,
}

async fn reconcile_active(
    store: &Store,
    organization: &Organization,
    repair: bool,
    findings: &mut Vec<Finding>,
) -> Result<(), DirectoryError> {
    let key = organization.key;
    let mut found = |what: String, repaired: bool, under_way: bool| {
        findings.push(Finding { organization: key, what, repaired, under_way });
    };
    let own = match store.read(Place::Organization(key), move |tx| read_own(tx, key)).await {
        Ok(Some(own)) => own,
        Ok(None) => {
            found("its own store is empty: restore it, or delete it by force".to_owned(), false, false);
            return Ok(());
        }
        Err(DirectoryError::Store(StoreError::Impaired(cause))) => {
            found(format!("its own store does not open: {cause}"), false, false);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if own.closed {
        if repair {
            store.write(Place::Organization(key), |tx: &mut Tx<'_>| reopen_place(tx)).await?;
        }
        found("it is in use but takes no changes".to_owned(), repair, false);
    }
    let account = organization.aws_account.clone();
    let (known, own) = {
        let read = move |tx: &mut dyn Read| {
            Ok::<_, DirectoryError>((read_known(tx, key, &account, &own)?, own.clone()))
        };
        store.read(Place::Directory, read).await?
    };
    if let Some(default) = stale_default(organization, &own) {
        let under_way = is_being_settled(store, key, default).await?;
        let repaired = repair && settled(store, key, default).await?;
        found("the directory's copy of the default domain is stale".to_owned(), repaired, under_way);
    }
    for name in unregistered(&own, &known) {
        // What a copy beside the original has once the other one gave the domain up. The organization has no claim to
        // it before it is proved; then the job that looks at it registers it.
        found(format!("{name} is not registered until it is proved"), false, true);
    }
    for (name, what) in unsettled(&own, &known) {
        let under_way = is_being_settled(store, key, &name).await?;
        let repaired = repair && settled(store, key, &name).await?;
        found(what, repaired, under_way);
    }
    reconcile_owners(store, organization, (&own, &known), repair, &mut found).await
}

/// Settles a domain; false when a person has to: another organization has it, and here addresses use it.
async fn settled(store: &Store, key: OrganizationKey, name: &str) -> Result<bool, DirectoryError> {
    match settle(store, key, name).await {
        Err(DirectoryError::DomainInUse(_)) => Ok(false),
        settled => settled.map(|()| true),
    }
}

/// The default domain, when the directory's copy differs. That there is one is a check of the own store.
fn stale_default<'o>(organization: &Organization, own: &'o Own) -> Option<&'o str> {
    let default = own.domains.iter().find(|domain| domain.is_default)?;
    (organization.default_mail_domain.as_ref() != Some(&default.name)).then_some(default.name.as_str())
}

/// Domains that nobody in the account has registered, and that are not proved.
fn unregistered<'o>(own: &'o Own, known: &Known) -> impl Iterator<Item = &'o str> {
    let is_free = |key: &FoldKey| !known.registered.contains_key(key) && !known.elsewhere.contains(key);
    let unproved = own.domains.iter().filter(|domain| !domain.is_test && !domain.is_verified());
    unproved.filter(move |domain| is_free(&fold(&domain.name))).map(|domain| domain.name.as_str())
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
            // It waits until another one gives the domain up, or until it is proved.
            None if !domain.is_verified() => {}
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
    found: &mut impl FnMut(String, bool, bool),
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
            found(
                format!("{} is verified, but mail for it does not come here", domain.name),
                repaired,
                false,
            );
        }
        rows.insert(domain_key);
    }
    for orphan in known.owned.iter().filter(|owned| !rows.contains(*owned)) {
        let name = String::from_utf8_lossy(orphan).into_owned();
        let under_way = is_being_settled(store, key, &name).await?;
        if repair {
            let (account, name) = (organization.aws_account.clone(), name.clone());
            acting.directory(move |tx| release(tx, &account, key, &name)).await?;
        }
        let what = format!("mail for {name} comes here, but the organization does not have it");
        found(what, repair, under_way);
    }
    Ok(())
}

fn read_own(tx: &mut dyn Read, key: OrganizationKey) -> Result<Option<Own>, DirectoryError> {
    let Some(mut row) = tx.query_first(&place_sql::SELECT_CLOSED, parameters![key.0])? else {
        return Ok(None);
    };
    let closed = row.take(0);
    let rows = tx.query(&domain_sql::LIST, parameters![key.0, &[0_u8; 0][..], DOMAINS_READ])?;
    Ok(Some(Own { closed, domains: rows.into_iter().map(MailDomain::from_row).collect() }))
}

fn read_known(
    tx: &mut dyn Read,
    key: OrganizationKey,
    account: &AwsAccountId,
    own: &Own,
) -> Result<Known, DirectoryError> {
    let registered = tx.query(&sql::LIST_REGISTRATIONS, parameters![key.0, DOMAINS_READ])?;
    let registered = registered.into_iter().map(|mut row| (fold(&row.take::<String>(0)), row.take(1)));
    let registered: BTreeMap<FoldKey, bool> = registered.collect();
    let mut elsewhere = BTreeSet::new();
    for domain in &own.domains {
        let key = fold(&domain.name);
        if !registered.contains_key(&key) {
            let holder = registrant(tx, account, &domain.name)?;
            elsewhere.extend(holder.map(|_| key));
        }
    }
    let owned = tx.query(&sql::LIST_OWNED, parameters![key.0, DOMAINS_READ])?;
    let owned = owned.into_iter().map(|mut row| row.take(0)).collect();
    Ok(Known { registered, elsewhere, owned })
}
