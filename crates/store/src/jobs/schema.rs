//! The tables of jobs, the same in the directory and in organizations, and the hints in the directory.

use crate::{Migration, SchemaModule};

/// Jobs of the directory.
pub(crate) const IN_DIRECTORY: SchemaModule = SchemaModule {
    name: "store.jobs",
    in_directory: true,
    index: None,
    tables: &["jobs", "job_counters"],
    migrations: JOBS,
};
/// Jobs of every organization. On PostgreSQL both are one table: the same name says that it is there.
pub(crate) const IN_ORGANIZATION: SchemaModule = SchemaModule { in_directory: false, ..IN_DIRECTORY };
/// Where work is due.
pub(crate) const HINTS: SchemaModule = SchemaModule {
    name: "store.due",
    in_directory: true,
    index: None,
    tables: &["due"],
    migrations: &[Migration { number: 1, text: HINTS_1 }],
};

const JOBS: &[Migration] = &[Migration { number: 1, text: JOBS_1 }];

/// `state`: 0 to be done, 1 failed for good. `due_at`: when the job may be taken; while it is leased, the end of the
/// lease. `lease_until`: 0 when nobody holds it. `again_at`: it was enqueued anew while somebody worked on it.
const JOBS_1: &str = "
CREATE TABLE jobs (
    organization BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    unique_key TEXT,
    state BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    again_at BIGINT,
    attempts BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    step BIGINT NOT NULL,
    enqueued_at BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    payload BYTEA NOT NULL,
    PRIMARY KEY (organization, id)
) /*sqlite STRICT */;
CREATE UNIQUE INDEX jobs_unique ON jobs (organization, kind, unique_key);
CREATE INDEX jobs_due ON jobs (organization, kind, state, due_at, id);
CREATE TABLE job_counters (
    organization BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    PRIMARY KEY (organization)
) /*sqlite STRICT */;
";

/// `announcement` grows with every announcement, also over a removal: it begins at the time.
const HINTS_1: &str = "
CREATE TABLE due (
    organization BIGINT NOT NULL,
    kind TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    announced_at BIGINT NOT NULL,
    announcement BIGINT NOT NULL,
    PRIMARY KEY (organization, kind)
) /*sqlite STRICT */;
CREATE INDEX due_order ON due (due_at, organization, kind);
";
