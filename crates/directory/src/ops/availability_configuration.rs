//! CreateAvailabilityConfiguration, UpdateAvailabilityConfiguration, DeleteAvailabilityConfiguration,
//! ListAvailabilityConfigurations (WB §10.1).

use postroom_store::client_tokens::ClientToken;
use postroom_store::seal::DataKey;
use postroom_store::{Parameter, Read, Row, parameters};
use postroom_types::{AvailabilityProviderType, OrganizationKey, fold};
use zeroize::Zeroizing;

use crate::DirectoryError;
use crate::admin::{AdminRead, AdminTx};
use crate::availability::{AvailabilityConfiguration, Provider, open_password};
use crate::entity::stored;
use crate::limits::AVAILABILITY_CONFIGURATIONS_MAX;
use crate::once::once;
use crate::page::{Page, PageRequest};
use crate::sql::availability as sql;

/// Creates a configuration for a domain, which need not be the organization's.
///
/// `NameTaken`: the domain has one; `LimitExceeded`; `Invalid`: the token was used for something else.
pub fn create_availability_configuration(
    tx: &mut AdminTx<'_, '_>,
    domain: &str,
    provider: &Provider,
    token: Option<&ClientToken>,
) -> Result<(), DirectoryError> {
    let create = |tx: &mut AdminTx<'_, '_>| {
        let (organization, now, key) = (tx.organization.0, tx.now(), fold(domain));
        let counted = tx.query_first(&sql::COUNT, parameters![organization])?;
        let count = counted.map_or(0, |mut row| row.take::<i64>(0));
        let [kind, endpoint, username, password, lambda] = columns(provider);
        let row = [
            &parameters![organization, &key, domain][..],
            &[kind, endpoint, username, password, lambda, now.into()],
        ];
        if tx.execute(&sql::INSERT, &row.concat())? == 0 {
            return Err(DirectoryError::NameTaken(domain.to_owned()));
        }
        if count >= AVAILABILITY_CONFIGURATIONS_MAX {
            return Err(DirectoryError::LimitExceeded(format!(
                "An organization has at most {AVAILABILITY_CONFIGURATIONS_MAX} availability configurations."
            )));
        }
        Ok(Vec::new())
    };
    once(tx, token, create).map(drop)
}

/// Replaces what is asked for a domain; it may be of the other kind. `NotFound`.
pub fn update_availability_configuration(
    tx: &mut AdminTx<'_, '_>,
    domain: &str,
    provider: &Provider,
) -> Result<(), DirectoryError> {
    let (organization, now, key) = (tx.organization.0, tx.now(), fold(domain));
    let row = [&parameters![organization, &key][..], &columns(provider), &[now.into()]];
    if tx.execute(&sql::UPDATE, &row.concat())? == 0 {
        let message = format!("There is no availability configuration for {domain}.");
        return Err(DirectoryError::NotFound(message));
    }
    Ok(())
}

/// Deletes the configuration of a domain; one that is not there is no error.
pub fn delete_availability_configuration(
    tx: &mut AdminTx<'_, '_>,
    domain: &str,
) -> Result<(), DirectoryError> {
    tx.execute(&sql::DELETE, parameters![tx.organization.0, &fold(domain)])?;
    Ok(())
}

/// A page of the configurations, by domain; without passwords.
pub fn list_availability_configurations(
    tx: &mut AdminRead<'_>,
    page: &PageRequest,
) -> Result<Page<AvailabilityConfiguration>, DirectoryError> {
    let organization = tx.organization;
    let rows = tx.query(&sql::LIST, parameters![organization.0, &page.after, page.probe()])?;
    let rows = rows.into_iter().map(configuration).collect();
    Ok(Page::cut(rows, page, |row: &AvailabilityConfiguration| fold(&row.domain).as_bytes().to_vec()))
}

/// The password of the EWS provider of a domain, for who asks it; `None` when there is none.
pub fn availability_password(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    seal: &DataKey,
    domain: &str,
) -> Result<Option<Zeroizing<Vec<u8>>>, DirectoryError> {
    let row = tx.query_first(&sql::SELECT_PASSWORD, parameters![organization.0, &fold(domain)])?;
    match row.and_then(|mut row| row.take::<Option<Vec<u8>>>(0)) {
        Some(sealed) => open_password(seal, domain, &sealed).map(Some),
        None => Ok(None),
    }
}

/// Kind, endpoint, user name, password and function.
fn columns(provider: &Provider) -> [Parameter<'_>; 5] {
    let kind = Parameter::Text(provider.kind().as_str());
    match provider {
        Provider::Ews { endpoint, username, password_sealed } => {
            let password = password_sealed.as_deref();
            [kind, endpoint.into(), username.into(), password.into(), Parameter::Null]
        }
        Provider::Lambda { arn } => [kind, Parameter::Null, Parameter::Null, Parameter::Null, arn.into()],
    }
}

fn configuration(mut row: Row) -> AvailabilityConfiguration {
    let kind: String = row.take(1);
    let provider = match stored(&kind) {
        AvailabilityProviderType::Ews => {
            Provider::Ews { endpoint: row.take(2), username: row.take(3), password_sealed: None }
        }
        AvailabilityProviderType::Lambda => Provider::Lambda { arn: row.take(4) },
    };
    AvailabilityConfiguration {
        domain: row.take(0),
        provider,
        created_at: row.take(5),
        modified_at: row.take(6),
    }
}
