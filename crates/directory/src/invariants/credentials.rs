//! Tokens of users and roles, and the admin sequence that everything cached goes by.

use postroom_store::fsck::Check;
use postroom_store::parameters;

use super::about;
use crate::sql::tokens;

postroom_store::statements! {
    STRAY_TOKENS = "SELECT t.token_id FROM personal_access_tokens t LEFT JOIN entities e
        ON e.organization = t.organization AND e.entity_id = t.user_id AND e.kind = 'USER' AND e.live = 1
        WHERE t.organization = $1 AND e.entity_id IS NULL ORDER BY t.token_id LIMIT $2";
    STRAY_IMPERSONATIONS = "SELECT t.token_id FROM impersonation_tokens t LEFT JOIN impersonation_roles r
        ON r.organization = t.organization AND r.role_id = t.role_id
        WHERE t.organization = $1 AND r.role_id IS NULL ORDER BY t.token_id LIMIT $2";
    DELETE_IMPERSONATION = "DELETE FROM impersonation_tokens WHERE organization = $1 AND token_id = $2";
    BEHIND = "SELECT s.admin_sequence, n.newest FROM organization_state s JOIN (
            SELECT MAX(sequence) AS newest FROM (
                SELECT sequence FROM change_marks WHERE organization = $1
                UNION ALL SELECT sequence FROM admin_audit WHERE organization = $1) b) n ON n.newest > s.admin_sequence
        WHERE s.organization = $1 LIMIT $2";
    SET_SEQUENCE = "UPDATE organization_state SET admin_sequence = $2 WHERE organization = $1 AND admin_sequence < $2";
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "the admin sequence is ahead of everything that was written under it",
        find: &BEHIND,
        describe: |mut row| {
            let (sequence, newest): (i64, i64) = (row.take(0), row.take(1));
            format!("the admin sequence is {sequence}, but {newest} was written already")
        },
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&SET_SEQUENCE, parameters![organization, row.take::<i64>(1) + 1]).map(drop)
        }),
    },
    Check {
        invariant: "a personal access token belongs to a user",
        find: &STRAY_TOKENS,
        describe: |mut row| about(&mut row, "the personal access token", "belongs to nobody"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&tokens::DELETE_PERSONAL, parameters![organization, &row.take::<String>(0)]).map(drop)
        }),
    },
    Check {
        invariant: "an impersonation token belongs to a role",
        find: &STRAY_IMPERSONATIONS,
        describe: |mut row| about(&mut row, "the impersonation token", "belongs to no role"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&DELETE_IMPERSONATION, parameters![organization, &row.take::<String>(0)]).map(drop)
        }),
    },
];
