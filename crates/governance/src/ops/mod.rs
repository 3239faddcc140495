//! One operation per file.

mod delete_retention_policy;
mod get_default_retention_policy;
mod import_retention_policy;
mod put_retention_policy;

pub use delete_retention_policy::delete_retention_policy;
pub use get_default_retention_policy::get_default_retention_policy;
pub use import_retention_policy::import_retention_policy;
pub use put_retention_policy::{PutRetentionPolicy, put_retention_policy};
