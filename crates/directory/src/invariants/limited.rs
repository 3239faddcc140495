//! Rows of which an organization, or a user, has so many at most: no operation makes one more.

use postroom_store::Row;
use postroom_store::fsck::RowCheck;

use super::told;
use crate::limits;

postroom_store::statements! {
    RULES = "SELECT COUNT(*) FROM access_control_rules WHERE organization = $1";
    ROLES = "SELECT COUNT(*) FROM impersonation_roles WHERE organization = $1";
    TOKENS = "SELECT COUNT(*), user_id FROM personal_access_tokens WHERE organization = $1
        GROUP BY user_id ORDER BY user_id";
}

pub(super) const CHECKS: &[RowCheck] = &[
    told("an organization has as many access control rules as it may", &RULES, |row, _| {
        over(row, limits::ACCESS_CONTROL_RULES_MAX, "access control rules")
    }),
    told("an organization has as many impersonation roles as it may", &ROLES, |row, _| {
        over(row, limits::IMPERSONATION_ROLES_MAX, "impersonation roles")
    }),
    told("a user has as many personal access tokens as it may", &TOKENS, |row, _| {
        let user: String = row.clone().take(1);
        over(row, limits::PERSONAL_TOKENS_MAX, "personal access tokens").map(|what| format!("{what}: {user}"))
    }),
];

fn over(mut row: Row, max: i64, what: &str) -> Option<String> {
    let count: i64 = row.take(0);
    (count > max).then(|| format!("there are {count} {what}, and {max} are allowed"))
}
