//! What a log-in is made from.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use postroom_oidc::Issuer;
use postroom_policy::access_control::AccessAction;
use postroom_store::Store;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::access::Access;
use crate::access_audit::AccessAudit;
use crate::in_force::AdminChanges;
use crate::organizations::Organizations;
use crate::password::Hasher;
use crate::tokens::Tokens;

/// What [`LogIns`](super::LogIns) stands on. All of them are shared with the rest of the process.
pub struct LogInParts {
    /// The store.
    pub store: Store,
    /// Finds organizations.
    pub organizations: Arc<Organizations>,
    /// Verifies personal access tokens.
    pub tokens: Arc<Tokens>,
    /// Verifies passwords.
    pub passwords: Hasher,
    /// Access control rules in force.
    pub access: Arc<Access>,
    /// Tells that something of an organization has changed.
    pub changes: Arc<AdminChanges>,
    /// Writes down who came in and who did not.
    pub audit: Arc<AccessAudit>,
    /// Whose access tokens are taken, if anybody's.
    pub issuer: Option<Arc<Issuer>>,
}

/// Somebody who wants in. `Debug` does not print the password.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The protocol, as access control rules call it.
    pub action: AccessAction,
    /// The client's address; an IPv4-mapped one counts as IPv4.
    pub from: IpAddr,
    /// An e-mail address, primary or alias, in any case.
    pub user: &'a str,
    /// The password, or a personal access token.
    pub password: &'a str,
    /// What the client says that it is, where the protocol tells.
    pub user_agent: Option<&'a str>,
}

/// The password as it was set: the shape's characters are composed ones, and some clients send a letter and its accent apart
/// (RFC 8265 §4.2.2 asks for NFC). What it answers is wiped.
pub(super) fn composed(password: &str) -> Zeroizing<String> {
    if password.is_ascii() {
        return Zeroizing::new(password.to_owned());
    }
    // Room enough from the first, so that no copy of it is left behind.
    let mut text = Zeroizing::new(String::with_capacity(3 * password.len()));
    text.extend(password.nfc());
    text
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attempt({} from {})", self.action, self.from)
    }
}
