//! The transactions of an organization's creation and deletion after the first. Each may be repeated: it changes
//! nothing when its effect is there.

use postroom_store::{Change, Read, Tx, jobs, parameters};
use postroom_types::{OrganizationKey, Timestamp, fold};

use crate::DirectoryError;
use crate::directory::DirectoryTx;
use crate::organizations::{OrganizationState, Pending, by_key};
use crate::settings::Settings;
use crate::sql::{audit, organization, organizations as sql};

/// What the audit record of a deletion that enabled users forbid says: the name of the answer (WB §1.5).
const REFUSED: &str = "OrganizationStateException";

/// What an organization's own store says to its deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Closing {
    /// Users are enabled, or nobody can look whether they are; and it is not forced.
    Refused,
    /// It takes no more administrative writes.
    Closed {
        /// The IAM Identity Center application that the organization names.
        application_arn: Option<String>,
    },
}

/// Requested → Creating.
pub(crate) fn begin_creation(
    tx: &mut DirectoryTx<'_, '_>,
    key: OrganizationKey,
) -> Result<(), DirectoryError> {
    let Some(organization) = by_key(tx, key)? else { return Ok(()) };
    let pending = organization.pending.as_ref().map(Pending::json);
    let (from, to) = (OrganizationState::Requested.as_str(), OrganizationState::Creating.as_str());
    tx.execute(&sql::ADVANCE, parameters![key.0, from, to, pending.as_deref(), None::<&str>])?;
    Ok(())
}

/// Creating → Active: the test domain is the organization's own, and its default.
pub(crate) fn activate(tx: &mut DirectoryTx<'_, '_>, key: OrganizationKey) -> Result<(), DirectoryError> {
    let Some(organization) = by_key(tx, key)? else { return Ok(()) };
    let Some(Pending::Creation { test_domain, completed_at, .. }) = organization.pending else {
        return Ok(());
    };
    let (now, domain_key) = (tx.now(), fold(&test_domain));
    if tx.execute(&sql::CLAIM_DOMAIN, parameters![&domain_key, key.0, now])? == 0 {
        let owner = tx.query_first(&sql::DOMAIN_OWNER, parameters![&domain_key])?;
        if owner.is_some_and(|mut owner| owner.take::<i64>(0) != key.0) {
            let message = format!("The domain {test_domain} belongs to another organization.");
            let (from, to) = (OrganizationState::Creating.as_str(), OrganizationState::Failed.as_str());
            tx.execute(&sql::ADVANCE, parameters![key.0, from, to, None::<&str>, &message])?;
            return Ok(());
        }
    }
    tx.execute(&sql::CONFIRM_REGISTRATIONS, parameters![key.0])?;
    let completed_at = completed_at.map_or(now, Timestamp::from_micros);
    tx.execute(&sql::SET_ACTIVE, parameters![key.0, completed_at, &test_domain])?;
    Ok(())
}

/// In the organization's own store: closes it, unless users are enabled and the deletion is not forced.
pub(crate) fn close_place(tx: &mut Tx<'_>, force: bool) -> Result<Closing, DirectoryError> {
    let key = tx.organization();
    // The row is locked from here on: no user is enabled between the look and the commit.
    let row = tx.query_first(&organization::CLOSE, parameters![key.0])?;
    let Some(mut row) = row else { return Ok(Closing::Closed { application_arn: None }) };
    if !force && tx.query_first(&organization::ENABLED_USER, parameters![key.0])?.is_some() {
        tx.execute(&organization::REOPEN, parameters![key.0])?;
        return Ok(Closing::Refused);
    }
    let (sequence, settings) = (row.take(0), row.take::<String>(1));
    tx.publish(Change::Admin { organization: key, sequence });
    let settings: Settings = serde_json::from_str(&settings).unwrap_or_default();
    let application_arn = settings.identity_provider.map(|provider| provider.application_arn);
    Ok(Closing::Closed { application_arn })
}

/// In the organization's own store: takes back a closing.
pub(crate) fn reopen_place(tx: &mut Tx<'_>) -> Result<(), DirectoryError> {
    let key = tx.organization();
    tx.execute(&organization::REOPEN, parameters![key.0])?;
    Ok(())
}

/// Creating → Failed, when nobody tries again; a deletion that nobody tries again says why.
pub(crate) fn fail(
    tx: &mut DirectoryTx<'_, '_>,
    key: OrganizationKey,
    message: &str,
) -> Result<(), DirectoryError> {
    let Some(organization) = by_key(tx, key)? else { return Ok(()) };
    let (before, pending) = (organization.state, organization.pending.as_ref().map(Pending::json));
    let (after, pending) = match organization.pending {
        Some(Pending::Creation { .. }) => (OrganizationState::Failed, None),
        _ => (before, pending),
    };
    let row = parameters![key.0, before.as_str(), after.as_str(), pending.as_deref(), message];
    tx.execute(&sql::ADVANCE, row)?;
    Ok(())
}

/// Writes down what the organization's own store said to the deletion `asked`: carry on, or back to the state before.
/// Answers whether the deletion stands.
pub(crate) fn record_closing(
    tx: &mut DirectoryTx<'_, '_>,
    key: OrganizationKey,
    asked: Option<&Pending>,
    closing: &Closing,
) -> Result<bool, DirectoryError> {
    let Some(organization) = by_key(tx, key)? else { return Ok(false) };
    let deleting = OrganizationState::Deleting.as_str();
    match (organization.pending, closing) {
        // The one that was asked about has been refused before, and this is another one, perhaps a forced one.
        (Some(now @ Pending::Deletion { closed: false, .. }), Closing::Refused) if asked != Some(&now) => {
            Ok(false)
        }
        (Some(Pending::Deletion { state_before, request_id, closed: false, .. }), Closing::Refused) => {
            let back = parameters![key.0, deleting, &state_before, None::<&str>, None::<&str>];
            tx.execute(&sql::ADVANCE, back)?;
            tx.execute(&sql::SET_DELETION_TOKEN, parameters![key.0, None::<&str>])?;
            tx.execute(&audit::SET_RESULT_IN_DIRECTORY, parameters![request_id.as_deref(), REFUSED])?;
            Ok(false)
        }
        (
            Some(mut now @ Pending::Deletion { closed: false, .. }),
            Closing::Closed { application_arn: told },
        ) => {
            if let Pending::Deletion { closed, application_arn, .. } = &mut now {
                (*closed, *application_arn) = (true, told.clone());
            }
            let closing = now.json();
            let on = parameters![key.0, deleting, deleting, &closing, None::<&str>];
            tx.execute(&sql::ADVANCE, on)?;
            Ok(true)
        }
        // Another carrier has written it down, has even finished, or was refused.
        (Some(Pending::Deletion { closed: true, .. }), _) => Ok(true),
        (None, _) if organization.state == OrganizationState::Deleted => Ok(true),
        (Some(Pending::Creation { .. }) | None, _) => Ok(false),
    }
}

/// Deleting → Deleted: gives back everything that the organization had claimed in the directory.
pub(crate) fn finish_deletion(
    tx: &mut DirectoryTx<'_, '_>,
    key: OrganizationKey,
) -> Result<(), DirectoryError> {
    let Some(organization) = by_key(tx, key)? else { return Ok(()) };
    let (account, region) = (organization.aws_account.as_str(), organization.region.as_str());
    let Some(Pending::Deletion { delete_directory, delete_application, application_arn, .. }) =
        &organization.pending
    else {
        return Ok(());
    };
    let now = tx.now();
    if tx.execute(&sql::SET_DELETED, parameters![key.0, now])? == 0 {
        return Ok(());
    }
    tx.execute(&sql::RELEASE_DOMAINS, parameters![key.0])?;
    tx.execute(&sql::RELEASE_REGISTRATIONS, parameters![key.0])?;
    tx.execute(&sql::DELETE_TAGS, parameters![key.0])?;
    jobs::forget(tx.tx(), key)?;
    let directory = if *delete_directory { &sql::DELETE_DIRECTORY } else { &sql::RELEASE_DIRECTORY };
    tx.execute(directory, parameters![account, region, &organization.directory_id, key.0])?;
    if let (true, Some(arn)) = (*delete_application, application_arn) {
        tx.execute(&sql::DELETE_APPLICATION, parameters![arn, account])?;
    }
    tx.query(&sql::COUNT, parameters![account, region, -1])?;
    // Every node forgets the organization's data key with it.
    tx.tx().publish(Change::Removed { organization: key });
    Ok(())
}
