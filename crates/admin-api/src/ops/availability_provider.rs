//! The provider that CreateAvailabilityConfiguration and UpdateAvailabilityConfiguration name.

use postroom_directory::DirectoryError;
use postroom_directory::availability::{Provider, one_provider};
use postroom_store::Place;
use postroom_types::DomainName;

use crate::call::Call;
use crate::shapes::{EwsAvailabilityProvider, LambdaAvailabilityProvider};
use crate::wire::Fault;

/// The one provider that is given, its password sealed. `InvalidParameterException` for both or none.
pub(crate) async fn provider(
    call: &Call,
    domain: &DomainName,
    ews: Option<EwsAvailabilityProvider>,
    lambda: Option<LambdaAvailabilityProvider>,
) -> Result<Provider, Fault> {
    let place = Place::Organization(call.key());
    let seal = call.api.keyring.data_key(place).await.map_err(DirectoryError::from)?;
    let random = call.api.store.random().as_ref();
    let ews = ews.map(|ews| {
        let login = (ews.ews_endpoint.as_str(), ews.ews_username.as_str(), ews.ews_password.as_str());
        Provider::ews(random, &seal, domain, login)
    });
    let lambda = lambda.map(|lambda| Provider::Lambda { arn: lambda.lambda_arn.as_str().to_owned() });
    Ok(one_provider(ews, lambda)?)
}
