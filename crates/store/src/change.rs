//! What is published after a commit.

use postroom_types::OrganizationKey;

/// Something that others may have a cached view of has changed. It means only "look": it may repeat or swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// Something an administrator changes in an organization: rules, entities, grants, credentials.
    Admin {
        /// Which organization.
        organization: OrganizationKey,
        /// The organization's admin sequence after the change (high-water mark).
        sequence: i64,
    },
    /// A row of the directory: organizations, access keys, domain owners.
    Directory,
}

/// Called on a store thread, in commit order, after the commit and before its answer is sent. Must be quick.
pub type Listener = Box<dyn Fn(&Change) + Send + Sync>;
