//! Mail domains of an organization: one default, one test domain, keys of registered domains only.

use postroom_store::fsck::Check;
use postroom_store::{jobs, parameters};

use super::about;
use crate::domains::CHECK;

postroom_store::statements! {
    DEFAULTS = "SELECT COUNT(*) FROM mail_domains WHERE organization = $1 AND is_default = 1
        HAVING COUNT(*) <> 1 AND EXISTS (SELECT 1 FROM organization_state s WHERE s.organization = $1) LIMIT $2";
    /// The test domain, which is always verified.
    SET_DEFAULT = "UPDATE mail_domains SET is_default = is_test WHERE organization = $1";
    TESTS = "SELECT COUNT(*) FROM mail_domains WHERE organization = $1 AND is_test = 1
        HAVING COUNT(*) <> 1 AND EXISTS (SELECT 1 FROM organization_state s WHERE s.organization = $1) LIMIT $2";
    UNVERIFIED_TEST = "SELECT domain FROM mail_domains WHERE organization = $1 AND is_test = 1
        AND (ownership <> 'VERIFIED' OR dkim <> 'VERIFIED' OR mx <> 'VERIFIED' OR autodiscover <> 'VERIFIED'
            OR token <> '') ORDER BY domain_key LIMIT $2";
    VERIFY_TEST = "UPDATE mail_domains SET ownership = 'VERIFIED', dkim = 'VERIFIED', mx = 'VERIFIED',
        autodiscover = 'VERIFIED', token = '', verified_at = COALESCE(verified_at, registered_at), lost_at = NULL,
        dkim_lost_at = NULL WHERE organization = $1 AND domain = $2 AND is_test = 1 AND 1 = (SELECT COUNT(*)
            FROM mail_domains o WHERE o.organization = $1 AND o.is_test = 1)";
    UNWATCHED = "SELECT d.domain FROM mail_domains d LEFT JOIN jobs j ON j.organization = d.organization
        AND j.kind = 'domain.check' AND j.unique_key = d.domain AND j.state IN (0, 1)
        WHERE d.organization = $1 AND d.is_test = 0 AND j.id IS NULL ORDER BY d.domain_key LIMIT $2";
    STRAY_KEYS = "SELECT k.selector, k.domain_key FROM dkim_keys k LEFT JOIN mail_domains d
        ON d.organization = k.organization AND d.domain_key = k.domain_key
        WHERE k.organization = $1 AND d.domain_key IS NULL ORDER BY k.domain_key, k.selector LIMIT $2";
    DELETE_KEY = "DELETE FROM dkim_keys WHERE organization = $1 AND domain_key = $2 AND selector = $3";
    SIGNERS = "SELECT d.domain FROM mail_domains d WHERE d.organization = $1 AND 1 < (SELECT COUNT(*) FROM dkim_keys k
        WHERE k.organization = d.organization AND k.domain_key = d.domain_key AND k.role = 'active')
        ORDER BY d.domain_key LIMIT $2";
    KEEP_NEWEST = "UPDATE dkim_keys SET role = 'spare' WHERE organization = $1 AND role = 'active' AND domain_key =
            (SELECT d.domain_key FROM mail_domains d WHERE d.organization = $1 AND d.domain = $2)
        AND selector <> (SELECT k.selector FROM dkim_keys k WHERE k.organization = $1
            AND k.domain_key = dkim_keys.domain_key AND k.role = 'active'
            ORDER BY k.published DESC, k.created_at DESC, k.selector LIMIT 1)";
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "an organization has one default domain",
        find: &DEFAULTS,
        describe: |mut row| format!("it has {} default domains", row.take::<i64>(0)),
        repair: Some(|tx, _| {
            let organization = tx.organization().0;
            tx.execute(&SET_DEFAULT, parameters![organization]).map(drop)
        }),
    },
    Check {
        invariant: "an organization has one test domain",
        find: &TESTS,
        describe: |mut row| format!("it has {} test domains", row.take::<i64>(0)),
        repair: None,
    },
    Check {
        invariant: "the test domain is verified, without a token",
        find: &UNVERIFIED_TEST,
        describe: |mut row| about(&mut row, "the test domain", "is not verified, or is to be proved"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&VERIFY_TEST, parameters![organization, &row.take::<String>(0)]).map(drop)
        }),
    },
    Check {
        invariant: "a job looks at every registered domain",
        find: &UNWATCHED,
        describe: |mut row| about(&mut row, "nothing looks for the proof of", "any more"),
        repair: Some(|tx, mut row| {
            let domain: String = row.take(0);
            jobs::put_back(tx, CHECK, &domain, domain.as_bytes())
        }),
    },
    Check {
        invariant: "a DKIM key is of a registered domain",
        find: &STRAY_KEYS,
        describe: |mut row| about(&mut row, "the key with selector", "is of a domain that is not registered"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            let (selector, domain): (String, Vec<u8>) = (row.take(0), row.take(1));
            tx.execute(&DELETE_KEY, parameters![organization, &domain, &selector]).map(drop)
        }),
    },
    Check {
        invariant: "one DKIM key of a domain signs",
        find: &SIGNERS,
        describe: |mut row| about(&mut row, "several keys of", "sign at once"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&KEEP_NEWEST, parameters![organization, &row.take::<String>(0)]).map(drop)
        }),
    },
];
