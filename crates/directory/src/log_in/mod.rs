//! People's log-ins, for every protocol: who somebody is, and whether they may come in now (WB §§2.1, 11).
//!
//! [`LogIns::log_in`] turns an address and a password (or a personal access token), [`LogIns::log_in_with_token`] an access token of the
//! identity provider, into a [`LoggedIn`], which nobody
//! else can make. A session holds it, and [`LogIns::until_ended`] tells it when to go: the user was disabled, the
//! credential changed or was revoked, a rule denies now.
//!
//! What it is not: it speaks no protocol. The words for the peer are the session's; [`Refusal::shown`] says what a peer
//! may learn.

mod attempt;
mod bearer;
mod gate;
mod logged_in;
mod passwords;
mod people;
mod records;
mod refusal;
mod standing;
mod table;
mod throttle;

pub use attempt::{Attempt, LogInParts};
pub use bearer::BearerAttempt;
pub use gate::LogIns;
pub use logged_in::{LoggedIn, Method};
pub use postroom_oidc::{Fetch, Fetching, Issuer, Trust, limits as oidc_limits};
pub use refusal::{Refusal, Shown, WhyNot};
pub use standing::Ended;
pub use throttle::{Backoff, ThrottledBy};
