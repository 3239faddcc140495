//! The tables of this crate.

use postroom_store::{Migration, SchemaModule};

/// Tables in every organization.
pub const ORGANIZATION: SchemaModule = SchemaModule {
    name: "governance",
    in_directory: false,
    index: None,
    tables: &["retention_policies"],
    migrations: &[Migration { number: 1, text: VERSION_1 }],
};

const VERSION_1: &str = "
-- One policy at most, as in WorkMail (WB §8).
CREATE TABLE retention_policies (
    organization BIGINT NOT NULL,
    policy_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    -- JSON list of folder configurations with the member names of the WorkMail model.
    folder_configurations TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (organization)
) /*sqlite STRICT */;
";
