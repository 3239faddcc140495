//! CreateOrganization: the first step, which claims everything that must be unique (WB §1.5).

use postroom_store::client_tokens::ClientToken;
use postroom_store::jobs::{Announcement, enqueue};
use postroom_store::{Random, Read, parameters};
use postroom_types::{
    Constrained, DirectoryId, OrganizationId, OrganizationKey, OrganizationName, Timestamp, fold,
};

use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::directory::DirectoryTx;
use crate::domains::{NewDomain, is_owned_in_account};
use crate::limits::{CREATION_DOMAINS_MAX, ORGANIZATIONS_PER_ACCOUNT_MAX};
use crate::once::once;
use crate::organizations::{CARRY_ON, DIRECTORY_TYPE, OrganizationState, Pending, by_id};
use crate::sql::organizations as sql;

/// What an organization is created from.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// The id: minted, or kept on import.
    pub id: OrganizationId,
    /// Whose it is.
    pub aws_account: AwsAccountId,
    /// The region of the request.
    pub region: String,
    /// The alias; unique over all accounts.
    pub alias: OrganizationName,
    /// Which directory it gets.
    pub directory: DirectoryChoice,
    /// The test domain: the alias below the operator's suffix.
    pub test_domain: String,
    /// The domains that are registered with it, at most `limits::CREATION_DOMAINS_MAX`.
    pub domains: Vec<NewDomain>,
    /// The key that the caller names for mailbox encryption; kept for the caller.
    pub kms_key_arn: Option<String>,
    /// Whether interoperability with Exchange is asked for.
    pub enable_interoperability: bool,
    /// The caller's token: the same request again is answered with the organization that the first one made.
    pub token: Option<ClientToken>,
    /// When it was created and became active, on import.
    pub dates: Option<(Timestamp, Timestamp)>,
}

/// Which directory an organization gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectoryChoice {
    /// A new one with a minted id (or an imported one with its old id).
    New(DirectoryId),
    /// One that an earlier organization of the account has left behind.
    Kept(DirectoryId),
}

impl NewOrganization {
    /// An organization with a minted id and a directory of its own.
    pub fn mint(
        random: &dyn Random,
        aws_account: AwsAccountId,
        region: &str,
        alias: OrganizationName,
        suffix: &str,
    ) -> Self {
        Self {
            id: OrganizationId::mint(random.bytes()),
            aws_account,
            region: region.to_owned(),
            test_domain: test_domain(&alias, suffix),
            alias,
            directory: DirectoryChoice::New(DirectoryId::mint(random.bytes())),
            domains: Vec::new(),
            kms_key_arn: None,
            enable_interoperability: false,
            token: None,
            dates: None,
        }
    }
}

/// The test domain of `alias` below the operator's `suffix`.
pub fn test_domain(alias: &str, suffix: &str) -> String {
    format!("{alias}.{suffix}").to_ascii_lowercase()
}

/// Claims id, alias and directory and counts the organization; it is in state Requested, and
/// [`Lifecycle`](crate::organizations::Lifecycle) carries on.
///
/// Nothing is written on error: `LimitExceeded`, `NameTaken` (alias), `DirectoryInUse`, `DirectoryUnavailable` (no
/// such directory was kept), `Invalid` (interoperability; the alias is not the directory's; the id is taken; a domain is
/// another organization's of the account; the token was used for something else).
pub fn create_organization(
    tx: &mut DirectoryTx<'_, '_>,
    new: &NewOrganization,
) -> Result<(OrganizationKey, OrganizationId), DirectoryError> {
    let id = once(tx, new.token.as_ref(), |tx| {
        insert(tx, new)?;
        Ok(new.id.as_str().as_bytes().to_vec())
    })?;
    let id = OrganizationId::from_store(String::from_utf8_lossy(&id).into_owned());
    let organization = by_id(tx, &id)?.ok_or(DirectoryError::OrganizationNotFound)?;
    Ok((organization.key, id))
}

fn insert(tx: &mut DirectoryTx<'_, '_>, new: &NewOrganization) -> Result<(), DirectoryError> {
    if new.enable_interoperability {
        // WorkMail model, EnableInteroperability: only with an AD Connector directory, which there is none of here.
        let message = "EnableInteroperability needs an AD Connector directory.";
        return Err(DirectoryError::Invalid(message.to_owned()));
    }
    let (account, region) = (new.aws_account.as_str(), new.region.as_str());
    let mut counted = tx.query(&sql::COUNT, parameters![account, region, 1])?;
    if counted.first_mut().is_none_or(|row| row.take::<i64>(0) > ORGANIZATIONS_PER_ACCOUNT_MAX) {
        return Err(DirectoryError::LimitExceeded(format!(
            "An account has at most {ORGANIZATIONS_PER_ACCOUNT_MAX} organizations in a region."
        )));
    }
    let mut key = tx.query(&sql::NEXT_KEY, parameters![])?;
    let key = key.first_mut().map(|row| row.take(0));
    let key: i64 = key.ok_or_else(|| DirectoryError::bug("organization_keys has no row"))?;
    let directory = claim_directory(tx, new, key)?;
    register_domains(tx, new, key)?;
    let created_at = new.dates.map_or(tx.now(), |(created_at, _)| created_at);
    let pending = Pending::Creation {
        test_domain: new.test_domain.clone(),
        domains: new.domains.clone(),
        completed_at: new.dates.map(|(_, completed_at)| completed_at.micros()),
    };
    let inserted = tx.execute(
        &sql::INSERT,
        parameters![
            key,
            new.id.as_str(),
            account,
            region,
            new.alias.as_str(),
            directory.as_str(),
            DIRECTORY_TYPE,
            OrganizationState::Requested.as_str(),
            new.kms_key_arn.as_deref(),
            &pending.json(),
            created_at
        ],
    )?;
    if inserted == 0 {
        return Err(DirectoryError::Invalid(format!("The organization id {} is taken.", new.id.as_str())));
    }
    let announced = Announcement::in_directory(CARRY_ON, tx.now());
    let key = key.to_string();
    enqueue(tx.tx(), &announced, Some(&key), key.as_bytes())?;
    Ok(())
}

/// Gives the organization `key` its directory, and with it the alias.
fn claim_directory<'n>(
    tx: &mut DirectoryTx<'_, '_>,
    new: &'n NewOrganization,
    key: i64,
) -> Result<&'n DirectoryId, DirectoryError> {
    let (account, region, alias_key) = (new.aws_account.as_str(), new.region.as_str(), fold(&new.alias));
    match &new.directory {
        DirectoryChoice::New(id) => {
            let row = parameters![account, region, id.as_str(), new.alias.as_str(), &alias_key, key];
            if tx.execute(&sql::INSERT_DIRECTORY, row)? == 1 {
                return Ok(id);
            }
            match tx.query_first(&sql::DIRECTORY_BY_ALIAS, parameters![&alias_key])? {
                Some(_) => Err(DirectoryError::NameTaken(new.alias.as_str().to_owned())),
                None => Err(directory_in_use(id)),
            }
        }
        DirectoryChoice::Kept(id) => {
            let found = tx.query_first(&sql::SELECT_DIRECTORY, parameters![account, region, id.as_str()])?;
            let Some(mut found) = found else {
                let message = format!("The directory {} is not available.", id.as_str());
                return Err(DirectoryError::DirectoryUnavailable(message));
            };
            if found.take::<Option<i64>>(1).is_some() {
                return Err(directory_in_use(id));
            }
            if found.take::<Vec<u8>>(0) != alias_key.as_bytes() {
                // WB §1.5: with a DirectoryId the alias must equal the directory's.
                let message = "The alias is not the alias of the directory.";
                return Err(DirectoryError::Invalid(message.to_owned()));
            }
            let claimed =
                tx.execute(&sql::CLAIM_DIRECTORY, parameters![account, region, id.as_str(), key])?;
            if claimed == 1 { Ok(id) } else { Err(directory_in_use(id)) }
        }
    }
}

/// Registers the domains for the account. CreateOrganization declares no MailDomainInUse, so a domain that another
/// organization of the account has is `Invalid`.
fn register_domains(
    tx: &mut DirectoryTx<'_, '_>,
    new: &NewOrganization,
    key: i64,
) -> Result<(), DirectoryError> {
    if new.domains.len() > CREATION_DOMAINS_MAX {
        let message = format!("An organization is created with at most {CREATION_DOMAINS_MAX} domains.");
        return Err(DirectoryError::Invalid(message));
    }
    for domain in &new.domains {
        let domain_key = fold(&domain.name);
        let row = parameters![new.aws_account.as_str(), &domain_key, &domain.name, key, false];
        let owned = is_owned_in_account(tx, &new.aws_account, OrganizationKey(key), &domain.name)?;
        if owned || tx.execute(&sql::REGISTER_DOMAIN, row)? == 0 {
            return Err(DirectoryError::Invalid(format!(
                "The domain {} is named twice or used by another organization of this account.",
                domain.name
            )));
        }
    }
    Ok(())
}

fn directory_in_use(id: &DirectoryId) -> DirectoryError {
    DirectoryError::DirectoryInUse(format!("The directory {} is used by another organization.", id.as_str()))
}
