//! The directory: counters, and rows that name organizations and accounts.

use postroom_store::fsck::Check;
use postroom_store::{Row, Statement, StoreError, Tx, parameters};
use postroom_types::fold;

use super::about;
use crate::sql::organizations::{INSERT_DIRECTORY, KEYS_FROM, RELEASE_DOMAINS, RELEASE_REGISTRATIONS};

/// Organizations that are named in `$table` and that the directory does not have, or only as deleted. `$1` is the
/// directory's number, 0.
macro_rules! strays {
    ($table:literal) => {
        concat!(
            "SELECT t.organization FROM ",
            $table,
            " t LEFT JOIN organizations o ON o.organization = t.organization
                AND o.state <> 'Deleted' WHERE t.organization > $1 AND o.organization IS NULL
                GROUP BY t.organization ORDER BY t.organization LIMIT $2"
        )
    };
}

postroom_store::statements! {
    NEXT_KEY = "SELECT COALESCE(MAX(organization), 0) FROM organizations WHERE organization > $1
        HAVING COALESCE(MAX(organization), 0) >=
            COALESCE((SELECT next_key FROM organization_keys WHERE singleton = 1), 0) LIMIT $2";
    STRAY_ACCESS_KEYS = "SELECT k.access_key_id FROM access_keys k LEFT JOIN aws_accounts a ON a.aws_account = k.aws_account
        WHERE $1 = 0 AND a.aws_account IS NULL ORDER BY k.access_key_id LIMIT $2";
    ACCESS_KEYS = "SELECT a.aws_account, a.access_keys FROM aws_accounts a WHERE $1 = 0 AND a.access_keys <>
        (SELECT COUNT(*) FROM access_keys k WHERE k.aws_account = a.aws_account) ORDER BY a.aws_account LIMIT $2";
    COUNT_ACCESS_KEYS = "UPDATE aws_accounts SET access_keys =
        (SELECT COUNT(*) FROM access_keys k WHERE k.aws_account = $1) WHERE aws_account = $1";
    ORGANIZATIONS = "SELECT n.aws_account, n.region FROM (
            SELECT aws_account, region, organizations AS counted, CAST(0 AS BIGINT) AS there FROM account_counters
            UNION ALL SELECT aws_account, region, CAST(0 AS BIGINT), CAST(1 AS BIGINT) FROM organizations
                WHERE state <> 'Deleted') n
        WHERE $1 = 0 GROUP BY n.aws_account, n.region HAVING MAX(n.counted) <> SUM(n.there)
        ORDER BY n.aws_account, n.region LIMIT $2";
    COUNT_ORGANIZATIONS = "INSERT INTO account_counters (aws_account, region, organizations)
        SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), COUNT(*) FROM organizations
            WHERE aws_account = $1 AND region = $2 AND state <> 'Deleted'
        ON CONFLICT (aws_account, region) DO UPDATE SET organizations = excluded.organizations";
    STRAY_DIRECTORIES = "SELECT d.directory_id, d.aws_account, d.region FROM directories d
        LEFT JOIN organizations o ON o.organization = d.organization AND o.state <> 'Deleted'
            AND o.aws_account = d.aws_account AND o.region = d.region AND o.directory_id = d.directory_id
        WHERE $1 = 0 AND d.organization IS NOT NULL AND o.organization IS NULL ORDER BY d.directory_id LIMIT $2";
    RELEASE_DIRECTORY = "UPDATE directories SET organization = NULL
        WHERE directory_id = $1 AND aws_account = $2 AND region = $3";
    WITHOUT_DIRECTORY = "SELECT o.organization_id, o.organization, o.aws_account, o.region, o.directory_id, o.alias
        FROM organizations o LEFT JOIN directories d ON d.organization = o.organization
        WHERE $1 = 0 AND o.state <> 'Deleted' AND d.organization IS NULL ORDER BY o.organization LIMIT $2";
    CLAIM_DIRECTORY = "UPDATE directories SET organization = $4
        WHERE aws_account = $1 AND region = $2 AND directory_id = $3 AND organization IS NULL";
    /// Of an organization whose directory is under its account, too: else the organization's row may be what is wrong.
    FOREIGN_REGISTRATIONS = "SELECT r.domain, r.aws_account, r.domain_key FROM domain_registrations r
        JOIN organizations o ON o.organization = r.organization AND o.state <> 'Deleted'
        JOIN directories d ON d.organization = o.organization AND d.aws_account = o.aws_account
        WHERE $1 = 0 AND r.aws_account <> o.aws_account ORDER BY r.aws_account, r.domain_key LIMIT $2";
    DELETE_REGISTRATION = "DELETE FROM domain_registrations WHERE aws_account = $1 AND domain_key = $2";
    STRAY_TAGS = strays!("organization_tags");
    DELETE_TAGS = "DELETE FROM organization_tags WHERE organization = $1";
    STRAY_REGISTRATIONS = strays!("domain_registrations");
    STRAY_OWNERS = strays!("domain_owners");
}

/// The checks of the directory itself.
pub const CHECKS: &[Check] = &[
    Check {
        invariant: "an organization's short key is never given out again",
        find: &NEXT_KEY,
        describe: |mut row| format!("the next short key is not above {}, or missing", row.take::<i64>(0)),
        repair: Some(|tx, mut row| tx.execute(&KEYS_FROM, parameters![row.take::<i64>(0) + 1]).map(drop)),
    },
    Check {
        invariant: "an access key belongs to an AWS account",
        find: &STRAY_ACCESS_KEYS,
        describe: |mut row| about(&mut row, "the access key", "belongs to an account that is not there"),
        repair: None,
    },
    Check {
        invariant: "an AWS account counts its access keys",
        find: &ACCESS_KEYS,
        describe: |mut row| {
            let (account, counted): (String, i64) = (row.take(0), row.take(1));
            format!("AWS account {account} counts {counted} access keys, which is wrong")
        },
        repair: Some(|tx, mut row| {
            tx.execute(&COUNT_ACCESS_KEYS, parameters![&row.take::<String>(0)]).map(drop)
        }),
    },
    Check {
        invariant: "an AWS account counts its organizations",
        find: &ORGANIZATIONS,
        describe: |mut row| {
            let (account, region): (String, String) = (row.take(0), row.take(1));
            format!("AWS account {account} counts its organizations in {region} wrong")
        },
        repair: Some(|tx, mut row| {
            let (account, region): (String, String) = (row.take(0), row.take(1));
            tx.execute(&COUNT_ORGANIZATIONS, parameters![&account, &region]).map(drop)
        }),
    },
    Check {
        invariant: "a domain is registered under its organization's AWS account",
        find: &FOREIGN_REGISTRATIONS,
        describe: |mut row| {
            let (domain, account): (String, String) = (row.take(0), row.take(1));
            format!("{domain} is registered under AWS account {account}, and its organization is another's")
        },
        repair: Some(|tx, mut row| {
            let (account, domain): (String, Vec<u8>) = (row.take(1), row.take(2));
            tx.execute(&DELETE_REGISTRATION, parameters![&account, &domain]).map(drop)
        }),
    },
    Check {
        invariant: "a directory that is in use is its organization's",
        find: &STRAY_DIRECTORIES,
        describe: |mut row| about(&mut row, "the directory", "is held by an organization that is gone"),
        repair: Some(|tx, mut row| {
            let (id, account, region): (String, String, String) = (row.take(0), row.take(1), row.take(2));
            tx.execute(&RELEASE_DIRECTORY, parameters![&id, &account, &region]).map(drop)
        }),
    },
    Check {
        invariant: "an organization has its directory, and with it the alias",
        find: &WITHOUT_DIRECTORY,
        describe: |mut row| about(&mut row, "organization", "does not hold its directory"),
        repair: Some(hold_directory),
    },
    Check {
        invariant: "tags belong to an organization",
        find: &STRAY_TAGS,
        describe: |row| stray(row, "tags"),
        repair: Some(|tx, row| delete(tx, row, &DELETE_TAGS)),
    },
    Check {
        invariant: "a domain is registered for an organization that is there",
        find: &STRAY_REGISTRATIONS,
        describe: |row| stray(row, "registered domains"),
        repair: Some(|tx, row| delete(tx, row, &RELEASE_REGISTRATIONS)),
    },
    Check {
        invariant: "a domain is owned by an organization that is there",
        find: &STRAY_OWNERS,
        describe: |row| stray(row, "verified domains"),
        repair: Some(|tx, row| delete(tx, row, &RELEASE_DOMAINS)),
    },
];

fn stray(mut row: Row, what: &str) -> String {
    format!("the organization with short key {} is gone and still has {what}", row.take::<i64>(0))
}

fn delete(tx: &mut Tx<'_>, mut row: Row, statement: &Statement) -> Result<(), StoreError> {
    tx.execute(statement, parameters![row.take::<i64>(0)]).map(drop)
}

/// Gives an organization its directory back, unless another one has it or its alias.
fn hold_directory(tx: &mut Tx<'_>, mut row: Row) -> Result<(), StoreError> {
    let (key, account, region): (i64, String, String) = (row.take(1), row.take(2), row.take(3));
    let (id, alias): (String, String) = (row.take(4), row.take(5));
    let claimed = tx.execute(&CLAIM_DIRECTORY, parameters![&account, &region, &id, key])?;
    if claimed == 0 {
        tx.execute(&INSERT_DIRECTORY, parameters![&account, &region, &id, &alias, &fold(&alias), key])?;
    }
    Ok(())
}
