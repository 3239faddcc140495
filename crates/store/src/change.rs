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
    /// An organization was removed for good: nothing of it may be kept in memory.
    Removed {
        /// Which organization.
        organization: OrganizationKey,
    },
    /// The content of a mailbox: one for each folder that a transaction touched.
    Mailbox {
        /// Which organization.
        organization: OrganizationKey,
        /// Which mailbox of it.
        mailbox: i64,
        /// Which folder of it.
        folder: i64,
        /// The mailbox's commit sequence after the change (high-water mark).
        sequence: i64,
    },
    /// What people may do with folders of others.
    Grants {
        /// Which organization.
        organization: OrganizationKey,
    },
    /// A row of the directory: organizations, access keys, domain owners.
    Directory,
    /// Changes may have been missed (the database was away): whatever is cached must be looked at again.
    Everything,
}

/// Called on a store thread after the commit and before its answer is sent, and for the changes of other nodes. Must
/// be quick. The order is the commits' order within an organization on the embedded engine; on PostgreSQL changes may
/// repeat and swap.
pub type Listener = Box<dyn Fn(&Change) + Send + Sync>;
