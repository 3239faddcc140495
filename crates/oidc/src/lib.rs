//! Access tokens of an OpenID Connect issuer: JSON Web Tokens (RFC 7519) that its keys (RFC 7517) have signed.
//!
//! What it is: [`Issuer`] verifies a token and answers what it says of its bearer. It knows the issuer's keys, fetched by
//! its metadata (OpenID Connect Discovery 1.0) through [`Fetch`], and keeps them in memory. What it is not: it has no
//! socket and no clock, and does not know users.
//!
//! RS256 and ES256 and nothing else. A key is of one kind and verifies the one algorithm of that kind, whatever a token
//! says, so that no algorithm can be taken for another.

mod error;
mod issuer;
mod keys;
mod known;
pub mod limits;
mod token;

pub use error::{Away, Refused};
pub use issuer::{Fetch, Fetching, Issuer, Trust};
pub use token::Bearer;
