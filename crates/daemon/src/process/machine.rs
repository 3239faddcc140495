//! What the operating system grants the process.

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

/// Descriptors beside connections: files of organizations with their readers, the store's own, logs.
const DESCRIPTORS_BESIDE: u64 = 4_096;

/// New files are for their owner only.
pub(crate) fn keep_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// As many descriptors as one full listener with `connections` needs, if the system grants them. When more listeners
/// are full at once, connections wait to be accepted.
pub(crate) fn raise_descriptors(connections: u32) {
    let needed = u64::from(connections) + DESCRIPTORS_BESIDE;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return;
    }
    let granted = maximum.map_or(needed, |maximum| maximum.min(needed));
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(granted), maximum }) {
        tracing::warn!(%error, needed, ?current, "the limit of open files cannot be raised");
    } else if granted < needed {
        tracing::warn!(
            needed,
            granted,
            "fewer open files are allowed than limits.connections needs: raise the limit (systemd: LimitNOFILE=)"
        );
    }
}
