//! Availability configurations: where free/busy of another domain is asked for (WB §10.1).

use postroom_store::Random;
use postroom_store::seal::{DataKey, Purpose};
use postroom_types::{AvailabilityProviderType, Timestamp};

use crate::DirectoryError;

/// Passwords for other systems.
const PASSWORDS: Purpose = Purpose::new("availability passwords");

/// What is asked, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provider {
    /// An Exchange server, over EWS.
    Ews {
        /// Its URL.
        endpoint: String,
        /// Who asks.
        username: String,
        /// The password, sealed for the configuration's domain; `None` when read for a listing.
        password_sealed: Option<Vec<u8>>,
    },
    /// A Lambda function.
    Lambda {
        /// Its ARN.
        arn: String,
    },
}

impl Provider {
    /// An EWS provider whose password is sealed for `domain`.
    pub fn ews(
        random: &dyn Random,
        seal: &DataKey,
        domain: &str,
        (endpoint, username, password): (&str, &str, &str),
    ) -> Self {
        let context = domain.to_ascii_lowercase();
        let sealed = seal.seal(random, PASSWORDS, context.as_bytes(), password.as_bytes());
        Self::Ews {
            endpoint: endpoint.to_owned(),
            username: username.to_owned(),
            password_sealed: Some(sealed),
        }
    }

    /// Which kind it is.
    pub fn kind(&self) -> AvailabilityProviderType {
        match self {
            Self::Ews { .. } => AvailabilityProviderType::Ews,
            Self::Lambda { .. } => AvailabilityProviderType::Lambda,
        }
    }
}

/// The password that was sealed for `domain`.
pub(crate) fn open_password(
    seal: &DataKey,
    domain: &str,
    sealed: &[u8],
) -> Result<zeroize::Zeroizing<Vec<u8>>, DirectoryError> {
    Ok(seal.open(PASSWORDS, domain.to_ascii_lowercase().as_bytes(), sealed)?)
}

/// The one provider that a request must name. `Invalid` for both or none.
pub fn one_provider<T>(ews: Option<T>, lambda: Option<T>) -> Result<T, DirectoryError> {
    match (ews, lambda) {
        (Some(provider), None) | (None, Some(provider)) => Ok(provider),
        _ => Err(DirectoryError::Invalid("Give exactly one of EwsProvider and LambdaProvider.".to_owned())),
    }
}

/// A configuration, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailabilityConfiguration {
    /// The domain whose free/busy it serves.
    pub domain: String,
    /// What is asked.
    pub provider: Provider,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub modified_at: Timestamp,
}
