//! ImportOrganization: CreateOrganization with the id, directory and dates that the organization had.

use postroom_store::{Read, parameters};
use postroom_types::{DirectoryId, OrganizationId, fold};

use crate::DirectoryError;
use crate::directory::DirectoryTx;
use crate::import::{check_date, must_equal, same_date};
use crate::ops::create_organization::{DirectoryChoice, NewOrganization, create_organization};
use crate::organizations::{Organization, OrganizationState, Pending, by_id};
use crate::sql::organizations as sql;

/// Begins the creation of an organization with its id; [`Lifecycle`](crate::organizations::Lifecycle) carries on as it
/// does for any other. The same again changes nothing.
///
/// `directory`: the id to keep; that of a directory which the account has kept is used again. `new.token` is not used.
///
/// Nothing is written on error: `Differs`, `OrganizationState` (the id was a deleted organization's), `Invalid` (dates),
/// and what `create_organization` refuses.
pub fn import_organization(
    tx: &mut DirectoryTx<'_, '_>,
    new: &NewOrganization,
    directory: Option<&DirectoryId>,
) -> Result<OrganizationId, DirectoryError> {
    let completed_at = new.dates.map(|(_, completed_at)| completed_at);
    check_date(tx.now(), "CompletedDate", completed_at)?;
    // Of two that import the same, one waits here until the other's is there to be compared.
    tx.query(&sql::COUNT, parameters![new.aws_account.as_str(), &new.region, 0])?;
    if let Some(known) = by_id(tx, &new.id)? {
        unchanged(tx, &known, new, directory)?;
        return Ok(known.id);
    }
    let choice = match directory {
        Some(id) if is_kept(tx, new, id)? => DirectoryChoice::Kept(id.clone()),
        Some(id) => DirectoryChoice::New(id.clone()),
        None => new.directory.clone(),
    };
    create_organization(tx, &NewOrganization { directory: choice, token: None, ..new.clone() })
        .map(|(_, id)| id)
}

/// Whether the account has a directory `id` already.
fn is_kept(
    tx: &mut DirectoryTx<'_, '_>,
    new: &NewOrganization,
    id: &DirectoryId,
) -> Result<bool, DirectoryError> {
    let key = parameters![new.aws_account.as_str(), &new.region, id.as_str()];
    Ok(tx.query_first(&sql::SELECT_DIRECTORY, key)?.is_some())
}

fn unchanged(
    tx: &mut DirectoryTx<'_, '_>,
    known: &Organization,
    new: &NewOrganization,
    directory: Option<&DirectoryId>,
) -> Result<(), DirectoryError> {
    if known.aws_account != new.aws_account || known.region != new.region {
        return Err(DirectoryError::Differs(format!("The organization id {} is taken.", new.id.as_str())));
    }
    if matches!(
        known.state,
        OrganizationState::Failed | OrganizationState::Deleting | OrganizationState::Deleted
    ) {
        let state = known.state.as_str();
        let message = format!("The organization id {} is in state {state}.", new.id.as_str());
        return Err(DirectoryError::OrganizationState(message));
    }
    let there = match &known.pending {
        Some(Pending::Creation { completed_at, .. }) => {
            completed_at.map(postroom_types::Timestamp::from_micros)
        }
        _ => known.completed_at,
    };
    let asked = new.dates.map(|(_, completed_at)| completed_at);
    let kms_key_arn = tx.query_first(&sql::SELECT_KMS_KEY, parameters![known.key.0])?;
    let kms_key_arn = kms_key_arn.and_then(|mut row| row.take::<Option<String>>(0));
    let mut members = vec![
        ("Alias", known.alias == new.alias.as_str()),
        ("DirectoryId", directory.is_none_or(|id| known.directory_id == id.as_str())),
        ("CompletedDate", same_date(there, asked)),
        ("KmsKeyArn", kms_key_arn == new.kms_key_arn),
    ];
    for domain in &new.domains {
        let domain_key = fold(&domain.name);
        let registration = parameters![new.aws_account.as_str(), &domain_key];
        let holder = tx.query_first(&sql::REGISTRATION, registration)?.map(|mut row| row.take::<i64>(0));
        members.push(("domain", holder == Some(known.key.0)));
    }
    must_equal(format_args!("The organization {}", new.id.as_str()), &members)
}
