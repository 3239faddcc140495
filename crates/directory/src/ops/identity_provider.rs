//! PutIdentityProviderConfiguration, DeleteIdentityProviderConfiguration, DescribeIdentityProviderConfiguration
//! (WB §11.2).

use crate::DirectoryError;
use crate::admin::{AdminRead, AdminTx};
use crate::settings::{IdentityProvider, change_settings, settings};

/// Sets how people log in; replaces what was set. The application was looked up with
/// [`must_be_application_of`](super::must_be_application_of) before, in the directory.
pub fn put_identity_provider_configuration(
    tx: &mut AdminTx<'_, '_>,
    provider: &IdentityProvider,
) -> Result<(), DirectoryError> {
    change_settings(tx, |settings| settings.identity_provider = Some(provider.clone()))
}

/// Back to passwords of the directory; links of users stay. Nothing set is no error.
pub fn delete_identity_provider_configuration(tx: &mut AdminTx<'_, '_>) -> Result<(), DirectoryError> {
    change_settings(tx, |settings| settings.identity_provider = None)
}

/// How people log in. `NotFound` when nothing is set.
pub fn describe_identity_provider_configuration(
    tx: &mut AdminRead<'_>,
) -> Result<IdentityProvider, DirectoryError> {
    let organization = tx.organization;
    settings(tx, organization)?.identity_provider.ok_or_else(|| {
        DirectoryError::NotFound("The organization has no identity provider configuration.".to_owned())
    })
}
