//! Text and sealed values of an organization: each is read by what the operations read it with.

use postroom_store::Row;
use postroom_store::fsck::RowCheck;
use postroom_store::seal::DataKey;
use postroom_types::{
    AvailabilityProviderType, Choice, Constrained, DnsRecordVerificationStatus, EntityState, EntityType,
    PermissionType, PersonalAccessTokenScope, ResourceType, UserRole,
};

use super::{cause, none_such, told};
use crate::access::{role_from_row, rule_from_row};
use crate::availability::open_password;
use crate::domains::{DkimRole, RecordStatus, is_pair, open_private};
use crate::password::PasswordHash;
use crate::settings;

postroom_store::statements! {
    SETTINGS = "SELECT settings FROM organization_state WHERE organization = $1";
    ENTITIES = "SELECT entity_id, kind, state, role, resource_type FROM entities WHERE organization = $1";
    PASSWORDS = "SELECT entity_id, password_hash FROM users WHERE organization = $1 AND password_hash IS NOT NULL";
    DOMAINS = "SELECT domain, ownership, dkim, mx, autodiscover FROM mail_domains WHERE organization = $1";
    UNPROVABLE = "SELECT domain FROM mail_domains WHERE organization = $1 AND is_test = 0 AND token = ''";
    AUDIT = "SELECT sequence, parameters FROM admin_audit WHERE organization = $1";
    KEYS = "SELECT d.domain, k.selector, k.role, k.public_key, k.private_sealed FROM dkim_keys k
        JOIN mail_domains d ON d.organization = k.organization AND d.domain_key = k.domain_key
        WHERE k.organization = $1";
    RULES = "SELECT name, rule, created_at, modified_at FROM access_control_rules WHERE organization = $1";
    ROLES = "SELECT role_id, name, role_type, description, rules, created_at, modified_at FROM impersonation_roles
        WHERE organization = $1";
    TOKENS = "SELECT token_id, scopes FROM personal_access_tokens WHERE organization = $1";
    PERMISSIONS = "SELECT owner_id, grantee_id, permissions FROM mailbox_permissions WHERE organization = $1";
    AVAILABILITY = "SELECT domain, provider_type, ews_endpoint, ews_username, ews_password_sealed, lambda_arn
        FROM availability_configurations WHERE organization = $1";
}

pub(super) const CHECKS: &[RowCheck] = &[
    told("an organization's settings can be read", &SETTINGS, |mut row, _| {
        settings::read(&row.take::<String>(0)).err().map(cause)
    }),
    told("an entity's kind, state and role are known", &ENTITIES, |row, _| entity(row)),
    told("a password's hash can be read", &PASSWORDS, |mut row, _| {
        let (user, hash): (String, String) = (row.take(0), row.take(1));
        let unread = PasswordHash::parse(&hash).is_none();
        unread.then(|| format!("the password of user {user} cannot be read: set a new one"))
    }),
    told("the states of a domain are known", &DOMAINS, |row, _| domain(row)),
    told("a domain that is to be proved has a token", &UNPROVABLE, |mut row, _| {
        Some(format!("the domain {} has no token: register it anew", row.take::<String>(0)))
    }),
    told("the parameters of an audit record are JSON", &AUDIT, |mut row, _| {
        let (sequence, parameters): (i64, String) = (row.take(0), row.take(1));
        let unread = serde_json::from_str::<serde::de::IgnoredAny>(&parameters).err()?;
        Some(format!("the audit record {sequence} cannot be read: {unread}"))
    }),
    told("a DKIM key can be read, and is a pair", &KEYS, dkim_key),
    told("an access control rule can be read", &RULES, |row, _| rule_from_row(row).err().map(cause)),
    told("an impersonation role can be read", &ROLES, |row, _| role_from_row(row).err().map(cause)),
    told("a personal access token is good for something", &TOKENS, |row, _| token(row)),
    told("the permissions on a mailbox are known", &PERMISSIONS, |row, _| permissions(row)),
    told("an availability configuration can be read", &AVAILABILITY, availability),
];

fn unknown<T: Choice>(text: &str) -> bool {
    T::parse(text).is_err()
}

fn entity(mut row: Row) -> Option<String> {
    let (id, kind, state): (String, String, String) = (row.take(0), row.take(1), row.take(2));
    let (role, resource_type): (Option<String>, Option<String>) = (row.take(3), row.take(4));
    let (role, resource_type) = (role.as_deref(), resource_type.as_deref());
    let word = match () {
        () if unknown::<EntityType>(&kind) => (&*kind, "kind"),
        () if unknown::<EntityState>(&state) => (&*state, "state"),
        () if role.is_some_and(unknown::<UserRole>) => (role?, "role"),
        () if resource_type.is_some_and(unknown::<ResourceType>) => (resource_type?, "type"),
        () => return None,
    };
    Some(none_such(&format!("entity {id}"), word))
}

fn domain(mut row: Row) -> Option<String> {
    let domain: String = row.take(0);
    let states: [String; 4] = [row.take(1), row.take(2), row.take(3), row.take(4)];
    let [ownership, dkim, mx, autodiscover] = &states;
    let word = match () {
        () if unknown::<DnsRecordVerificationStatus>(ownership) => (&**ownership, "state of its proof"),
        () if unknown::<DnsRecordVerificationStatus>(dkim) => (&**dkim, "state of DKIM"),
        () if RecordStatus::parse(mx).is_none() => (&**mx, "state of MX"),
        () if RecordStatus::parse(autodiscover).is_none() => (&**autodiscover, "state of autodiscover"),
        () => return None,
    };
    Some(none_such(&format!("domain {domain}"), word))
}

fn dkim_key(mut row: Row, key: Option<&DataKey>) -> Option<String> {
    let (domain, selector, role): (String, String, String) = (row.take(0), row.take(1), row.take(2));
    let (public_key, sealed): (String, Vec<u8>) = (row.take(3), row.take(4));
    let about = format!("the DKIM key {selector} of {domain}");
    if DkimRole::parse(&role).is_none() {
        return Some(none_such(&about, (&role, "role")));
    }
    match open_private(key?, &domain, &selector, &sealed) {
        Err(error) => Some(format!("{about} does not open: {error}")),
        Ok(private) if !is_pair(&private, &public_key) => {
            Some(format!("{about} has a public half that is not of its private one"))
        }
        Ok(_) => None,
    }
}

fn token(mut row: Row) -> Option<String> {
    let (id, scopes): (String, String) = (row.take(0), row.take(1));
    let sound =
        !scopes.is_empty() && scopes.lines().all(|scope| PersonalAccessTokenScope::parse(scope).is_ok());
    (!sound).then(|| format!("the personal access token {id} has {scopes:?} as its scopes"))
}

fn permissions(mut row: Row) -> Option<String> {
    let (owner, grantee, permissions): (String, String, String) = (row.take(0), row.take(1), row.take(2));
    let word = permissions.split(' ').find(|word| unknown::<PermissionType>(word))?;
    Some(none_such(&format!("what {grantee} may do with the mailbox of {owner}"), (word, "permission")))
}

fn availability(mut row: Row, key: Option<&DataKey>) -> Option<String> {
    let (domain, kind): (String, String) = (row.take(0), row.take(1));
    let (endpoint, username): (Option<String>, Option<String>) = (row.take(2), row.take(3));
    let (password, function): (Option<Vec<u8>>, Option<String>) = (row.take(4), row.take(5));
    let about = format!("the availability configuration of {domain}");
    match AvailabilityProviderType::parse(&kind) {
        Err(_) => Some(none_such(&about, (&kind, "kind of provider"))),
        Ok(AvailabilityProviderType::Lambda) => {
            function.is_none().then(|| format!("{about} names no function"))
        }
        Ok(AvailabilityProviderType::Ews) => {
            let (Some(_), Some(_), Some(password)) = (endpoint, username, password) else {
                return Some(format!("{about} lacks the address, the user or the password"));
            };
            let opened = open_password(key?, &domain, &password);
            opened.is_err().then(|| format!("the password in {about} does not open"))
        }
    }
}
