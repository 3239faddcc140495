//! The socket's path.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

const NAME: &str = "control.sock";
/// Longest path that a socket's address holds, bytes. Source: `unix(7)`, `sun_path`.
const SOCKET_PATH_BYTES_MAX: usize = 107;

/// A name of the socket that is short enough, and what must stay open while it is used.
pub(super) struct SocketPath {
    pub(super) path: PathBuf,
    _folder: Option<File>,
}

/// The socket of the data directory `data`. A directory with a long name is named through `/proc`.
pub(super) fn socket_path(data: &Path) -> std::io::Result<SocketPath> {
    let path = data.join(NAME);
    if path.as_os_str().len() <= SOCKET_PATH_BYTES_MAX {
        return Ok(SocketPath { path, _folder: None });
    }
    let folder = File::open(data)?;
    let path = PathBuf::from(format!("/proc/self/fd/{}/{NAME}", folder.as_raw_fd()));
    Ok(SocketPath { path, _folder: Some(folder) })
}
