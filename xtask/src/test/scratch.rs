//! Where the tests put their files: in memory, if there is room. Most of the gate's time is syncs of files that are removed
//! again; what a disk keeps is shown by the parts that need one.

use std::path::{Path, PathBuf};

use crate::guard::Guard;
use crate::problem::{Context, Result};
use crate::process;

/// A file system in memory, on Linux.
const IN_MEMORY: &str = "/dev/shm";
/// What must be free, of the file system and of the memory: about twice what a whole run leaves there.
const FREE_GIB_MIN: u64 = 10;

/// A folder in memory, removed when this is dropped.
pub struct Scratch {
    /// Where it is.
    pub folder: PathBuf,
    _guard: Guard,
}

impl Scratch {
    /// `None` where there is no room, or where the person has said where temporary files go (`TMPDIR`).
    pub fn new(root: &Path) -> Result<Option<Scratch>> {
        let free = memory_free(root).unwrap_or(0) / (1 << 30);
        if std::env::var_os("TMPDIR").is_some() || free < FREE_GIB_MIN {
            println!("files of tests: {}", std::env::temp_dir().display());
            return Ok(None);
        }
        let folder = Path::new(IN_MEMORY).join(format!("postroom-{}", std::process::id()));
        let guard = Guard::new("rm -rf \"$1\"", &[&folder.to_string_lossy()], None)?;
        std::fs::create_dir(&folder).context(|| format!("make {}", folder.display()))?;
        // The database server runs as another user.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o711);
        std::fs::set_permissions(&folder, open).context(|| format!("open {}", folder.display()))?;
        println!("files of tests: {IN_MEMORY} ({free} GiB of memory are free); with TMPDIR set, there");
        Ok(Some(Scratch { folder, _guard: guard }))
    }
}

/// Bytes that may be used of the file system in memory.
fn memory_free(root: &Path) -> Option<u64> {
    let folder = process::output(root, &["df", "-B1", "--output=avail", IN_MEMORY]).ok()?;
    let memory = std::fs::read_to_string("/proc/meminfo").ok()?;
    Some(last_number(&folder)?.min(available(&memory)?))
}

fn last_number(said: &str) -> Option<u64> {
    said.split_whitespace().last()?.parse().ok()
}

/// `MemAvailable` of `/proc/meminfo`, bytes.
fn available(memory: &str) -> Option<u64> {
    let line = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_memory_is_read() {
        assert_eq!(last_number("     Avail\n25769803776\n"), Some(25_769_803_776));
        assert_eq!(available("MemTotal:  9 kB\nMemAvailable:       2048 kB\n"), Some(2 << 20));
        assert_eq!(available("MemTotal:  9 kB\n"), None);
    }
}
